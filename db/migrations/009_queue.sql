-- The queue in front of the portal, and every call that was made for a document.

-- Within a lane, the numbers of one series, the oldest goes first; lanes take turns.
ALTER TABLE irn_requests ADD COLUMN lane TEXT NOT NULL DEFAULT '';      -- company, mode, type and series
ALTER TABLE irn_requests ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE irn_requests ADD COLUMN mode TEXT NOT NULL DEFAULT '';
ALTER TABLE irn_requests ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0; -- UTC, unix milliseconds
UPDATE irn_requests
SET company = i.company, mode = i.mode, lane = i.company || ' ' || i.mode || ' ' || i.type, queued_at = i.issued_at
FROM invoices i
WHERE i.id = irn_requests.invoice_id;
ALTER TABLE irn_requests ADD COLUMN duplicate TEXT NOT NULL DEFAULT '';     -- JSON: the IRN that the portal named as held under the number; empty: none
ALTER TABLE irn_requests ADD COLUMN disbelieved INTEGER NOT NULL DEFAULT 0; -- how often an answer was no proof of a registration
CREATE INDEX irn_requests_lane ON irn_requests (lane, id);
CREATE INDEX irn_requests_company ON irn_requests (company, mode, id);

ALTER TABLE companies ADD COLUMN paused INTEGER NOT NULL DEFAULT 0; -- 0 or 1: nothing new is sent to the portal

-- Source of what is kept: NIC's best practices ask for request and reply of every call.
CREATE TABLE exchanges (
    id         INTEGER PRIMARY KEY,
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    at         INTEGER NOT NULL,           -- UTC, unix milliseconds
    took       INTEGER NOT NULL,           -- microseconds
    attempt    INTEGER NOT NULL,           -- of the request; 0: a call of a person
    provider   TEXT    NOT NULL,
    operation  TEXT    NOT NULL,
    method     TEXT    NOT NULL,
    url        TEXT    NOT NULL,           -- without secrets
    status     INTEGER NOT NULL,           -- of HTTP; 0: no answer
    outcome    TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    why        TEXT    NOT NULL,
    sent       BLOB    NOT NULL,           -- deflated text, secrets masked
    got        BLOB    NOT NULL            -- likewise
) STRICT;
CREATE INDEX exchanges_invoice ON exchanges (invoice_id, id);
