-- Documents. What lists, searches and reports use is typed; what only the whole
-- document needs stands apart, so that the rows of a list stay small.

CREATE TABLE invoices (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    company         TEXT    NOT NULL REFERENCES companies (gstin),
    mode            TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('draft', 'issued', 'void')),
    chip            TEXT    NOT NULL,      -- the heading it is listed under, from state and irn_state
    version         INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,      -- UTC, unix milliseconds
    changed_at      INTEGER NOT NULL,      -- UTC, unix milliseconds
    issued_at       INTEGER NOT NULL,      -- UTC, unix milliseconds; 0: a draft
    type            TEXT    NOT NULL,
    fy              TEXT    NOT NULL,      -- 2026-27; empty without a date
    number          TEXT    NOT NULL,
    number_key      TEXT,                  -- the number in capitals; NULL for a draft
    date            INTEGER NOT NULL,      -- yyyymmdd
    supply          TEXT    NOT NULL,
    pos             TEXT    NOT NULL,      -- state code of the place of supply
    reverse_charge  INTEGER NOT NULL,      -- 0 or 1
    igst_on_intra   INTEGER NOT NULL,      -- 0 or 1
    ecommerce_gstin TEXT    NOT NULL,
    brought         INTEGER NOT NULL,      -- 0 or 1: figures as sent
    buyer_gstin     TEXT    NOT NULL,
    buyer_name      TEXT    NOT NULL,
    buyer_trade     TEXT    NOT NULL,
    buyer_address1  TEXT    NOT NULL,
    buyer_address2  TEXT    NOT NULL,
    buyer_place     TEXT    NOT NULL,
    buyer_pin       INTEGER NOT NULL,
    buyer_state     TEXT    NOT NULL,
    buyer_phone     TEXT    NOT NULL,
    buyer_email     TEXT    NOT NULL,
    taxable         INTEGER NOT NULL,      -- paise
    cgst            INTEGER NOT NULL,      -- paise
    sgst            INTEGER NOT NULL,      -- paise
    igst            INTEGER NOT NULL,      -- paise
    cess            INTEGER NOT NULL,      -- paise
    state_cess      INTEGER NOT NULL,      -- paise
    discount        INTEGER NOT NULL,      -- paise
    other_charges   INTEGER NOT NULL,      -- paise
    round_off       INTEGER NOT NULL,      -- paise, −9999 … 9999
    total           INTEGER NOT NULL,      -- paise
    total_foreign   INTEGER NOT NULL,      -- hundredths of the export's currency
    irn_state       TEXT    NOT NULL,      -- empty for a draft
    irn_reason      TEXT    NOT NULL,      -- why no IRN is needed
    irn_tries       INTEGER NOT NULL,
    irn_code        TEXT    NOT NULL,      -- first code of the last refusal
    irn             TEXT    NOT NULL,
    ack_no          TEXT    NOT NULL,
    ack_at          INTEGER NOT NULL,      -- UTC, unix milliseconds, a whole minute
    cancelled_at    INTEGER NOT NULL,      -- UTC, unix milliseconds
    cancel_reason   TEXT    NOT NULL,
    cancel_remark   TEXT    NOT NULL       -- also why a document without IRN was voided
) STRICT;
-- Source: CGST Rules 2017, rule 46(b); capitals and small letters count as the same.
CREATE UNIQUE INDEX invoices_number ON invoices (company, mode, type, fy, number_key);
CREATE INDEX invoices_list ON invoices (company, mode, date, id);
CREATE INDEX invoices_chip ON invoices (company, mode, chip, date, id);
CREATE INDEX invoices_prefix ON invoices (company, mode, number_key, id);
CREATE INDEX invoices_irn ON invoices (irn) WHERE irn <> '';

CREATE TABLE invoice_details (
    invoice_id INTEGER PRIMARY KEY REFERENCES invoices (id),
    extra      TEXT    NOT NULL,           -- JSON of the parts without columns
    refusal    TEXT    NOT NULL,           -- JSON of the last refusal; empty: none
    body       BLOB                        -- canonical INV-01 JSON
) STRICT;

CREATE TABLE invoice_lines (
    invoice_id       INTEGER NOT NULL REFERENCES invoices (id),
    position         INTEGER NOT NULL,     -- 1, 2, 3 … as on paper
    number           TEXT    NOT NULL,     -- SlNo
    description      TEXT    NOT NULL,
    service          INTEGER NOT NULL,     -- 0 or 1
    hsn              TEXT    NOT NULL,
    quantity         INTEGER NOT NULL,     -- thousandths
    free_quantity    INTEGER NOT NULL,     -- thousandths
    unit             TEXT    NOT NULL,
    unit_price       INTEGER NOT NULL,     -- thousandths of a rupee
    amount           INTEGER NOT NULL,     -- paise
    discount         INTEGER NOT NULL,     -- paise
    taxable          INTEGER NOT NULL,     -- paise
    gst_rate         INTEGER NOT NULL,     -- thousandths of one percent
    igst             INTEGER NOT NULL,     -- paise
    cgst             INTEGER NOT NULL,     -- paise
    sgst             INTEGER NOT NULL,     -- paise
    cess_rate        INTEGER NOT NULL,     -- thousandths of one percent
    cess             INTEGER NOT NULL,     -- paise
    cess_fixed       INTEGER NOT NULL,     -- paise
    state_cess_rate  INTEGER NOT NULL,     -- thousandths of one percent
    state_cess       INTEGER NOT NULL,     -- paise
    state_cess_fixed INTEGER NOT NULL,     -- paise
    other_charges    INTEGER NOT NULL,     -- paise
    total            INTEGER NOT NULL,     -- paise
    extra            TEXT    NOT NULL,     -- JSON of the parts without columns; empty: none
    PRIMARY KEY (invoice_id, position)
) STRICT, WITHOUT ROWID;

-- What happened to a document, for people to read.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY,
    company    TEXT    NOT NULL,
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    at         INTEGER NOT NULL,           -- UTC, unix milliseconds
    kind       TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    code       TEXT    NOT NULL,           -- the portal's or GSP's
    detail     TEXT    NOT NULL
) STRICT;
CREATE INDEX events_invoice ON events (invoice_id, id);

-- How many documents stand under each heading, kept right by every change.
CREATE TABLE counters (
    company   TEXT    NOT NULL,
    mode      TEXT    NOT NULL,
    chip      TEXT    NOT NULL,
    documents INTEGER NOT NULL,
    PRIMARY KEY (company, mode, chip)
) STRICT, WITHOUT ROWID;

-- What was billed: issued documents that are not void, by the month of their date.
CREATE TABLE month_totals (
    company    TEXT    NOT NULL,
    mode       TEXT    NOT NULL,
    month      INTEGER NOT NULL,           -- yyyymm
    type       TEXT    NOT NULL,
    documents  INTEGER NOT NULL,
    taxable    INTEGER NOT NULL,           -- paise
    cgst       INTEGER NOT NULL,           -- paise
    sgst       INTEGER NOT NULL,           -- paise
    igst       INTEGER NOT NULL,           -- paise
    cess       INTEGER NOT NULL,           -- paise
    state_cess INTEGER NOT NULL,           -- paise
    total      INTEGER NOT NULL,           -- paise
    PRIMARY KEY (company, mode, month, type)
) STRICT, WITHOUT ROWID;

-- Substrings of number, buyer, IRN and AckNo. Row 2^40 − id belongs to an invoice: newest
-- first is upwards, which this kind of index does quickest. scope is the company and its
-- mode in three characters, which is one term.
CREATE VIRTUAL TABLE invoice_search USING fts5 (
    scope,
    words,
    content = '',
    contentless_delete = 1,
    tokenize = 'trigram'
);
