-- E-way bills from the moment they are asked for, trip sheets, what is asked of the portal
-- about both, and what came back.

CREATE TABLE eways (
    id             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    company        TEXT    NOT NULL REFERENCES companies (gstin),
    mode           TEXT    NOT NULL,
    invoice_id     INTEGER REFERENCES invoices (id),  -- NULL: of no document of ours
    role           TEXT    NOT NULL CHECK (role IN ('generator', 'other', 'transporter')),
    route          TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN
        ('pending', 'unknown', 'failed', 'part_a_only', 'active', 'discarded', 'cancelled', 'closed')),
    heading        TEXT    NOT NULL,       -- the tab it stands under, from role, state and asked
    version        INTEGER NOT NULL,       -- entries of the edit log on it; 0: older than these tables
    created_at     INTEGER NOT NULL,       -- UTC, unix milliseconds
    listed_at      INTEGER NOT NULL,       -- likewise: when it was made, before that created
    ends_at        INTEGER NOT NULL,       -- likewise: when it is over by time alone; 0: not known
    number         TEXT    NOT NULL,       -- 12 digits; empty until made
    made_at        INTEGER NOT NULL,       -- UTC, unix milliseconds; 0: not made
    made_by        TEXT    NOT NULL,
    valid_until    INTEGER NOT NULL,       -- UTC, unix milliseconds; 0: no Part B
    extensions     INTEGER NOT NULL,
    rejected_at    INTEGER NOT NULL,       -- UTC, unix milliseconds; 0: not rejected
    cancelled_at   INTEGER NOT NULL,       -- likewise
    read_at        INTEGER NOT NULL,       -- likewise: last read from the portal; in no digest
    trip_sheet     TEXT    NOT NULL,       -- number of the newest it is in
    asked          TEXT    NOT NULL,       -- the open order's action; empty: none is open
    refused        TEXT    NOT NULL,       -- the action of the order that was refused last
    scheduled_at   INTEGER NOT NULL,       -- UTC, unix milliseconds: when an extension is to be asked for; 0: none
    direction      TEXT    NOT NULL,
    paper          TEXT    NOT NULL,       -- INV, BIL, BOE, CHL, OTH
    paper_number   TEXT    NOT NULL,
    paper_key      TEXT    NOT NULL,       -- the paper's number in capitals
    paper_date     INTEGER NOT NULL,       -- yyyymmdd
    from_gstin     TEXT    NOT NULL,
    from_name      TEXT    NOT NULL,
    from_place     TEXT    NOT NULL,
    to_gstin       TEXT    NOT NULL,
    to_name        TEXT    NOT NULL,
    to_place       TEXT    NOT NULL,
    transporter_id TEXT    NOT NULL,
    transporter    TEXT    NOT NULL,
    vehicle        TEXT    NOT NULL,       -- the one entered last
    vehicles       INTEGER NOT NULL,       -- rows in eway_vehicles
    total          INTEGER NOT NULL,       -- paise
    distance       INTEGER NOT NULL,       -- km
    CHECK (number <> '' OR state IN ('pending', 'unknown', 'failed'))
) STRICT;
CREATE UNIQUE INDEX eways_number ON eways (company, mode, number) WHERE number <> '';
-- One bill a document. Source: e-way bill API 1.03, code 604.
CREATE UNIQUE INDEX eways_live ON eways (invoice_id)
    WHERE invoice_id IS NOT NULL AND state IN ('pending', 'unknown', 'part_a_only', 'active');
CREATE INDEX eways_invoice ON eways (invoice_id, id) WHERE invoice_id IS NOT NULL;
CREATE INDEX eways_paper ON eways (company, mode, paper_key, id);
CREATE INDEX eways_list ON eways (company, mode, listed_at, id);
CREATE INDEX eways_heading ON eways (company, mode, heading, listed_at, id);
CREATE INDEX eways_ends ON eways (company, mode, heading, ends_at, id);
CREATE INDEX eways_expiry ON eways (company, mode, ends_at, id) WHERE state = 'active' AND role <> 'other';
CREATE INDEX eways_scheduled ON eways (scheduled_at, id) WHERE scheduled_at > 0;

-- What no list asks for.
CREATE TABLE eway_details (
    eway_id INTEGER PRIMARY KEY REFERENCES eways (id),
    body    TEXT NOT NULL                  -- JSON of the parts without columns
) STRICT;

-- Entries of Part B.
CREATE TABLE eway_vehicles (
    eway_id         INTEGER NOT NULL REFERENCES eways (id),
    position        INTEGER NOT NULL,      -- 1 is the oldest
    mode            TEXT    NOT NULL,
    vehicle         TEXT    NOT NULL,
    vehicle_type    TEXT    NOT NULL,
    document_number TEXT    NOT NULL,
    document_date   INTEGER NOT NULL,      -- yyyymmdd
    place           TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    remark          TEXT    NOT NULL,
    entered_at      INTEGER NOT NULL,      -- UTC, unix milliseconds
    entered_by      TEXT    NOT NULL,
    vehicle_group   INTEGER NOT NULL,      -- 0: none
    trip_sheet      TEXT    NOT NULL,
    quantity        INTEGER NOT NULL,      -- thousandths, with a group
    made_by         TEXT    NOT NULL,      -- API, WEB …
    PRIMARY KEY (eway_id, position)
) STRICT, WITHOUT ROWID;

-- Consolidated e-way bills. Source: CGST Rules 2017, rule 138(6).
CREATE TABLE trip_sheets (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    mode       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'unknown', 'failed', 'active')),
    version    INTEGER NOT NULL,           -- entries of the edit log on it
    created_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    number     TEXT    NOT NULL,           -- 10 digits; empty until made
    made_at    INTEGER NOT NULL,           -- UTC, unix milliseconds; 0: not made
    old        TEXT    NOT NULL,           -- number of the one that it takes the place of
    vehicle    TEXT    NOT NULL,
    part       TEXT    NOT NULL,           -- JSON: Part B
    refusal    TEXT    NOT NULL,           -- JSON of the last refusal; empty: none
    CHECK (number <> '' OR state <> 'active')
) STRICT;
CREATE UNIQUE INDEX trip_sheets_number ON trip_sheets (company, mode, number) WHERE number <> '';
CREATE INDEX trip_sheets_list ON trip_sheets (company, mode, id);
CREATE INDEX trip_sheets_old ON trip_sheets (company, mode, old) WHERE old <> '';

CREATE TABLE trip_bills (
    trip_id     INTEGER NOT NULL REFERENCES trip_sheets (id),
    position    INTEGER NOT NULL,          -- 1, 2, 3 …
    eway_id     INTEGER REFERENCES eways (id), -- NULL: none of ours
    number      TEXT    NOT NULL,
    made_at     INTEGER NOT NULL,          -- UTC, unix milliseconds; 0: not said
    valid_until INTEGER NOT NULL,          -- likewise
    paper       TEXT    NOT NULL,
    paper_date  INTEGER NOT NULL,          -- yyyymmdd
    from_place  TEXT    NOT NULL,
    to_place    TEXT    NOT NULL,
    total       INTEGER NOT NULL,          -- paise
    PRIMARY KEY (trip_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX trip_bills_eway ON trip_bills (eway_id) WHERE eway_id IS NOT NULL;

-- A row stands here while the outcome of what was asked is open, and is removed together
-- with storing it.
CREATE TABLE eway_requests (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    eway_id      INTEGER UNIQUE REFERENCES eways (id),       -- NULL: of a trip sheet
    trip_id      INTEGER UNIQUE REFERENCES trip_sheets (id), -- NULL: of an e-way bill
    company      TEXT    NOT NULL,
    mode         TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    asked_for    TEXT    NOT NULL,         -- JSON of the order
    waits_for    INTEGER NOT NULL,         -- document whose IRN comes first; 0: none
    state        TEXT    NOT NULL CHECK (state IN ('ready', 'sent', 'unknown')),
    queued_at    INTEGER NOT NULL,         -- UTC, unix milliseconds
    due_at       INTEGER NOT NULL,         -- likewise
    attempts     INTEGER NOT NULL,         -- how often it was taken up
    lease        INTEGER NOT NULL,         -- who works on it, a random number; 0: nobody
    leased_until INTEGER NOT NULL,         -- UTC, unix milliseconds; 0: nobody has it in hand
    sent_through TEXT    NOT NULL,         -- provider of the last sending
    last_code    TEXT    NOT NULL,
    last_error   TEXT    NOT NULL,
    CHECK ((eway_id IS NULL) <> (trip_id IS NULL))
) STRICT;
CREATE INDEX eway_requests_due ON eway_requests (due_at, id) WHERE waits_for = 0;
CREATE INDEX eway_requests_in_hand ON eway_requests (leased_until) WHERE leased_until > 0;
CREATE INDEX eway_requests_waiting ON eway_requests (waits_for) WHERE waits_for > 0;
CREATE INDEX eway_requests_company ON eway_requests (company, mode, id);

-- What happened to a bill or a trip sheet, for people to read.
CREATE TABLE eway_events (
    id       INTEGER PRIMARY KEY,
    eway_id  INTEGER REFERENCES eways (id),
    trip_id  INTEGER REFERENCES trip_sheets (id),
    at       INTEGER NOT NULL,             -- UTC, unix milliseconds
    kind     TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    detail   TEXT    NOT NULL,
    CHECK ((eway_id IS NULL) <> (trip_id IS NULL))
) STRICT;
CREATE INDEX eway_events_eway ON eway_events (eway_id, id) WHERE eway_id IS NOT NULL;
CREATE INDEX eway_events_trip ON eway_events (trip_id, id) WHERE trip_id IS NOT NULL;

-- Every call that was made for one of them, as in exchanges.
CREATE TABLE eway_exchanges (
    id        INTEGER PRIMARY KEY,
    eway_id   INTEGER REFERENCES eways (id),
    trip_id   INTEGER REFERENCES trip_sheets (id),
    at        INTEGER NOT NULL,            -- UTC, unix milliseconds
    took      INTEGER NOT NULL,            -- microseconds
    attempt   INTEGER NOT NULL,            -- of the request; 0: a call of a person
    provider  TEXT    NOT NULL,
    operation TEXT    NOT NULL,
    method    TEXT    NOT NULL,
    url       TEXT    NOT NULL,            -- without secrets
    status    INTEGER NOT NULL,            -- of HTTP; 0: no answer
    outcome   TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    why       TEXT    NOT NULL,
    sent      BLOB    NOT NULL,            -- deflated text, secrets masked
    got       BLOB    NOT NULL,            -- likewise
    CHECK ((eway_id IS NULL) <> (trip_id IS NULL))
) STRICT;
CREATE INDEX eway_exchanges_eway ON eway_exchanges (eway_id, id) WHERE eway_id IS NOT NULL;
CREATE INDEX eway_exchanges_trip ON eway_exchanges (trip_id, id) WHERE trip_id IS NOT NULL;

-- How many bills stand under each heading, kept right by every change.
CREATE TABLE eway_counters (
    company TEXT    NOT NULL,
    mode    TEXT    NOT NULL,
    heading TEXT    NOT NULL,
    bills   INTEGER NOT NULL,
    PRIMARY KEY (company, mode, heading)
) STRICT, WITHOUT ROWID;

-- Substrings of number, paper, parties, vehicle and transporter. Rows and scope are as in
-- invoice_search.
CREATE VIRTUAL TABLE eway_search USING fts5 (
    scope,
    words,
    content = '',
    contentless_delete = 1,
    tokenize = 'trigram'
);

-- Links that show a driver one bill without signing in. The link itself is not kept.
CREATE TABLE eway_shares (
    hash       BLOB    PRIMARY KEY,        -- SHA-256 of the token
    eway_id    INTEGER NOT NULL REFERENCES eways (id),
    company    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    expires_at INTEGER NOT NULL            -- likewise
) STRICT, WITHOUT ROWID;
CREATE INDEX eway_shares_eway ON eway_shares (eway_id);
CREATE INDEX eway_shares_expiry ON eway_shares (expires_at);

-- Distances between two PIN codes, as of the bill made last.
CREATE TABLE pin_distances (
    company   TEXT    NOT NULL,
    from_pin  INTEGER NOT NULL,
    to_pin    INTEGER NOT NULL,
    km        INTEGER NOT NULL,
    by_portal INTEGER NOT NULL,            -- 0 or 1: the portal worked it out
    at        INTEGER NOT NULL,            -- UTC, unix milliseconds
    PRIMARY KEY (company, from_pin, to_pin)
) STRICT, WITHOUT ROWID;

-- The e-way bill system signs API users in by itself, perhaps others.
ALTER TABLE credentials ADD COLUMN eway_username TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN eway_password BLOB NOT NULL DEFAULT x''; -- sealed
ALTER TABLE credentials ADD COLUMN eway_portal_key TEXT NOT NULL DEFAULT ''; -- PEM
ALTER TABLE credentials ADD COLUMN eway_base_urls TEXT NOT NULL DEFAULT ''; -- one a line
CREATE TABLE eway_sessions (
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    mode       TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    token      BLOB    NOT NULL,           -- sealed
    key        BLOB    NOT NULL,           -- sealed
    expires_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    PRIMARY KEY (company, mode, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE eway_logins (
    company  TEXT    NOT NULL,
    mode     TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    place    INTEGER NOT NULL,             -- 0, 1, 2 …: two may fall into one millisecond
    made_at  INTEGER NOT NULL,             -- UTC, unix milliseconds
    PRIMARY KEY (company, mode, provider, place)
) STRICT, WITHOUT ROWID;

-- Bills that came with an IRN, or were refused with one, before these tables. That file
-- holds one number twice is not to be expected, and must not keep it from opening.
CREATE TEMP TABLE bills AS
SELECT i.id, i.company, i.mode, i.type, i.supply, i.number, i.number_key, i.date, i.irn, i.ack_at,
       i.buyer_gstin, i.buyer_name, i.buyer_address1, i.buyer_address2, i.buyer_place, i.buyer_pin,
       i.buyer_state, i.taxable, i.cgst, i.sgst, i.igst, i.cess, i.total,
       COALESCE(d.extra -> '$.EWay', '{}') AS transport,
       COALESCE(d.extra ->> '$.EWay.Vehicle', '') AS vehicle,
       CASE i.type WHEN 'BOS' THEN 'BIL' WHEN 'CHL' THEN 'CHL' WHEN 'CRN' THEN 'CHL' ELSE 'INV' END AS paper,
       COALESCE(r.extra ->> '$.EWayBill.Number', '') AS bill,
       COALESCE(unixepoch(r.extra ->> '$.EWayBill.Date') * 1000, i.ack_at) AS made,
       COALESCE(unixepoch(r.extra ->> '$.EWayBill.ValidUntil') * 1000, 0) AS until,
       COALESCE(r.extra ->> '$.EWayBill.MadeBy', '') AS maker,
       COALESCE(r.extra -> '$.EWayBill.Notes', '[]') AS notes,
       COALESCE(r.extra -> '$.EWayRefusal', 'null') AS refusal,
       CASE WHEN COALESCE(r.extra ->> '$.EWayBill.Number', '') = '' THEN 'failed'
            WHEN r.extra ->> '$.EWayBill.Status' = 'CNL' THEN 'cancelled'
            WHEN r.extra ->> '$.EWayBill.ValidUntil' IS NULL THEN 'part_a_only'
            ELSE 'active' END AS state
FROM registrations r
JOIN invoices i ON i.id = r.invoice_id
JOIN invoice_details d ON d.invoice_id = r.invoice_id
WHERE r.extra <> '' AND (r.extra ->> '$.EWayBill.Number' <> '' OR r.extra -> '$.EWayRefusal' IS NOT NULL);

INSERT OR IGNORE INTO eways (
       company, mode, invoice_id, role, route, state, heading, version, created_at, listed_at,
       ends_at, number, made_at, made_by, valid_until, extensions, rejected_at, cancelled_at,
       read_at, trip_sheet, asked, refused, scheduled_at, direction, paper, paper_number,
       paper_key, paper_date, from_gstin, from_name, from_place, to_gstin, to_name, to_place,
       transporter_id, transporter, vehicle, vehicles, total, distance)
SELECT b.company, b.mode, b.id, 'generator', 'with_irn', b.state,
       CASE b.state WHEN 'failed' THEN 'to_do' WHEN 'part_a_only' THEN 'part_a' ELSE b.state END,
       0, b.ack_at, CASE b.state WHEN 'failed' THEN b.ack_at ELSE b.made END,
       CASE b.state WHEN 'part_a_only' THEN b.made + 1296000000 WHEN 'active' THEN b.until ELSE 0 END,
       b.bill, CASE b.state WHEN 'failed' THEN 0 ELSE b.made END,
       CASE WHEN b.state = 'failed' THEN '' WHEN b.maker = '' THEN b.company ELSE b.maker END,
       b.until, 0, 0, 0,
       0, '', '', CASE b.state WHEN 'failed' THEN 'make' ELSE '' END, 0, 'O', b.paper, b.number,
       b.number_key, b.date, b.company, c.legal_name, c.place, b.buyer_gstin, b.buyer_name, b.buyer_place,
       COALESCE(b.transport ->> '$.TransporterID', ''), COALESCE(b.transport ->> '$.TransporterName', ''),
       b.vehicle, b.vehicle <> '' AND b.state <> 'failed', b.total, COALESCE(b.transport ->> '$.Distance', 0)
FROM bills b
JOIN companies c ON c.gstin = b.company
ORDER BY b.id;

INSERT INTO eway_details (eway_id, body)
SELECT e.id, json_object(
    'Of', json_object(
        'Direction', 'O', 'SubSupply', CASE WHEN b.supply IN ('EXPWP', 'EXPWOP') THEN 3 ELSE 1 END,
        'Paper', b.paper, 'Number', b.number, 'Date', b.date, 'Transaction', 1,
        'From', json_object('GSTIN', c.gstin, 'Name', c.legal_name, 'State', c.state, 'Address1', c.address1,
            'Address2', c.address2, 'Place', c.place, 'PIN', c.pin, 'PlaceState', c.state),
        'To', json_object('GSTIN', b.buyer_gstin, 'Name', b.buyer_name, 'State', b.buyer_state,
            'Address1', b.buyer_address1, 'Address2', b.buyer_address2, 'Place', b.buyer_place,
            'PIN', b.buyer_pin, 'PlaceState', b.buyer_state),
        'Lines', (SELECT json_group_array(json_object('Name', l.description, 'Description', l.description,
                'HSN', l.hsn, 'Quantity', l.quantity, 'Unit', l.unit, 'Taxable', l.taxable,
                'CGST', CASE WHEN l.igst = 0 THEN l.gst_rate / 2 ELSE 0 END,
                'SGST', CASE WHEN l.igst = 0 THEN l.gst_rate / 2 ELSE 0 END,
                'IGST', CASE WHEN l.igst = 0 THEN 0 ELSE l.gst_rate END,
                'Cess', l.cess_rate, 'CessFixed', l.cess_fixed))
            FROM (SELECT * FROM invoice_lines WHERE invoice_id = b.id AND service = 0 ORDER BY position) l),
        'Totals', json_object('Taxable', b.taxable, 'CGST', b.cgst, 'SGST', b.sgst, 'IGST', b.igst,
            'Cess', b.cess, 'Total', b.total),
        'Transport', json(b.transport), 'IRN', b.irn),
    'Notes', json(b.notes), 'Refusal', CASE b.state WHEN 'failed' THEN json(b.refusal) END)
FROM eways e
JOIN bills b ON b.id = e.invoice_id
JOIN companies c ON c.gstin = b.company;

INSERT INTO eway_vehicles (
       eway_id, position, mode, vehicle, vehicle_type, document_number, document_date, place, state,
       reason, remark, entered_at, entered_by, vehicle_group, trip_sheet, quantity, made_by)
SELECT e.id, 1, COALESCE(b.transport ->> '$.Mode', ''), b.vehicle,
       COALESCE(b.transport ->> '$.VehicleType', ''), COALESCE(b.transport ->> '$.DocumentNumber', ''),
       COALESCE(b.transport ->> '$.DocumentDate', 0), c.place, c.state, '', '', b.made, b.company, 0, '', 0, ''
FROM eways e
JOIN bills b ON b.id = e.invoice_id
JOIN companies c ON c.gstin = b.company
WHERE e.vehicles = 1;

INSERT INTO eway_counters (company, mode, heading, bills)
SELECT company, mode, heading, COUNT(*)
FROM eways
GROUP BY company, mode, heading;

-- Words are those of ewaysearch.go.
INSERT INTO eway_search (rowid, scope, words)
SELECT 1099511627776 - e.id,
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n / 1296 % 36 + 1, 1) ||
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n / 36 % 36 + 1, 1) ||
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n % 36 + 1, 1),
       e.number || char(10) || e.paper_number || char(10) || e.from_gstin || char(10) || e.from_name || char(10) ||
       e.to_gstin || char(10) || e.to_name || char(10) || e.transporter_id || char(10) || e.transporter ||
       char(10) || e.vehicle || char(10) || e.trip_sheet
FROM eways e
JOIN (SELECT gstin, mode, id * 2 + (mode = 'live') AS n
      FROM (SELECT gstin, id, 'practice' AS mode FROM companies
            UNION ALL
            SELECT gstin, id, 'live' FROM companies)) c
ON c.gstin = e.company AND c.mode = e.mode
ORDER BY e.id DESC;

DROP TABLE bills;
