-- What companies in practice rehearse: each start of a drill is a row.
CREATE TABLE drills (
    id         INTEGER PRIMARY KEY,
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    name       TEXT    NOT NULL,
    provider   TEXT    NOT NULL,           -- which one is down, where one is
    number     TEXT    NOT NULL,           -- that another program used up, where one did
    draft_id   INTEGER NOT NULL,           -- the document made ready for it; 0: none
    after_event INTEGER NOT NULL,          -- the last event before the start: later ones count
    started_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    ended_at   INTEGER NOT NULL,           -- likewise; 0: it runs
    invoice_id INTEGER NOT NULL            -- the document that showed it; 0: none yet
) STRICT;
CREATE UNIQUE INDEX drills_running ON drills (company) WHERE ended_at = 0;
CREATE INDEX drills_company ON drills (company, id);
