-- What programs send: answers kept under their Idempotency-Keys, and many documents at once.

CREATE TABLE claims (
    id      INTEGER PRIMARY KEY,
    api_key TEXT    NOT NULL,                          -- Key Id; each key has idempotency keys of its own
    idem    TEXT    NOT NULL,                          -- Idempotency-Key, as it came
    print   BLOB    NOT NULL CHECK (length(print) = 32), -- SHA-256 of method, path and body
    subject TEXT    NOT NULL,                          -- what was changed, as in edit_log
    which   TEXT    NOT NULL,                          -- its id there
    at      INTEGER NOT NULL,                          -- UTC, unix milliseconds
    status  INTEGER NOT NULL,                          -- of the answer; 0: not kept yet
    header  TEXT    NOT NULL,                          -- of the answer, JSON; empty: not kept yet
    body    BLOB    NOT NULL,                          -- likewise, as it was sent
    UNIQUE (api_key, idem)
) STRICT;
CREATE INDEX claims_at ON claims (at);

CREATE TABLE submissions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: it stands in addresses
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    mode       TEXT    NOT NULL,
    by_kind    TEXT    NOT NULL,           -- who sent it, as the edit log names people
    by_name    TEXT    NOT NULL,
    by_from    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    stopped_at INTEGER NOT NULL,           -- likewise; 0: nobody stopped it
    ended_at   INTEGER NOT NULL,           -- likewise: its last document was taken; 0: not yet
    register   INTEGER NOT NULL,           -- 0 or 1: its documents go to the portal by themselves
    ready      INTEGER NOT NULL,           -- 0 or 1: all of it has arrived
    documents  INTEGER NOT NULL,           -- how many it has
    stored     INTEGER NOT NULL,           -- rows in that state; so is the next one
    refused    INTEGER NOT NULL,
    pending    INTEGER NOT NULL,           -- stored ones that wait for the portal
    registered INTEGER NOT NULL,           -- stored ones with an IRN, cancelled since or not
    failed     INTEGER NOT NULL            -- stored ones that the portal refused, or holds otherwise
) STRICT;
CREATE INDEX submissions_company ON submissions (company, mode, id);
CREATE INDEX submissions_open ON submissions (id) WHERE ready = 1 AND stopped_at = 0 AND ended_at = 0;
CREATE INDEX submissions_coming ON submissions (created_at) WHERE ready = 0;

CREATE TABLE submission_rows (
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    position      INTEGER NOT NULL,        -- in the submission, from 1
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'stored', 'refused')),
    number        TEXT    NOT NULL,        -- as the document says; empty: it says none that can be read
    invoice_id    INTEGER NOT NULL,        -- of stored ones; 0: none
    faults        TEXT    NOT NULL,        -- of refused ones, JSON; empty: none
    refusal       TEXT    NOT NULL,        -- likewise, of a portal that holds another one
    body          BLOB    NOT NULL,        -- INV-01 as it came, deflated; empty: stored
    UNIQUE (submission_id, position)
) STRICT;
CREATE INDEX submission_rows_state ON submission_rows (submission_id, state, position);
CREATE INDEX submission_rows_invoice ON submission_rows (invoice_id) WHERE invoice_id > 0;
