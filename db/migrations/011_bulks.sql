-- Work on many documents at once, and what its page and the queue's read.

CREATE TABLE bulks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: it stands in addresses
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    mode       TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('register', 'again')),
    by_kind    TEXT    NOT NULL,           -- who started it, as the edit log names people
    by_name    TEXT    NOT NULL,
    by_from    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    stopped_at INTEGER NOT NULL,           -- UTC, unix milliseconds; 0: nobody stopped it
    open       INTEGER NOT NULL,           -- 0 or 1: documents are still to be taken up, or taken back
    chosen     TEXT    NOT NULL,           -- ids of its documents in their order, JSON
    documents  INTEGER NOT NULL,           -- how many those are
    taken      INTEGER NOT NULL,           -- how many of them, from the first on, stand in bulk_rows
    registered INTEGER NOT NULL,           -- rows in that state; so are the next three
    refused    INTEGER NOT NULL,
    skipped    INTEGER NOT NULL,
    taken_back INTEGER NOT NULL
) STRICT;
CREATE INDEX bulks_company ON bulks (company, mode, id);
CREATE INDEX bulks_open ON bulks (id) WHERE open = 1;

-- A document may be a draft, which can be deleted, so nothing holds it.
CREATE TABLE bulk_rows (
    bulk_id    INTEGER NOT NULL REFERENCES bulks (id),
    invoice_id INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'registered', 'refused', 'skipped', 'taken_back')),
    was        TEXT    NOT NULL,           -- its irn_state before
    why        TEXT    NOT NULL,           -- of skipped ones
    ended_at   INTEGER NOT NULL,           -- UTC, unix milliseconds; 0: open
    PRIMARY KEY (bulk_id, invoice_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_rows_state ON bulk_rows (bulk_id, state, ended_at);
CREATE INDEX bulk_rows_open ON bulk_rows (invoice_id) WHERE state = 'open';

-- The queue of a company, by what is done with it, is read every two seconds.
DROP INDEX irn_requests_company;
CREATE INDEX irn_requests_company ON irn_requests (company, mode, (state = 'ready'), id);
CREATE INDEX irn_requests_next ON irn_requests (company, mode, due_at);
CREATE INDEX irn_requests_in_hand ON irn_requests (leased_until) WHERE leased_until > 0;
CREATE INDEX irn_requests_leased ON irn_requests (company, mode, leased_until) WHERE leased_until > 0;
CREATE INDEX invoices_held ON invoices (company, mode, date, id) WHERE irn_state = 'held';
