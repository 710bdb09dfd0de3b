-- Programs of the firm that are told what happens to documents, by HTTP.
CREATE TABLE webhooks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    version       INTEGER NOT NULL,        -- rises with each change by a person
    url           TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    events        TEXT    NOT NULL,        -- one a line; empty: all, those of later versions too
    companies     TEXT    NOT NULL,        -- GSTINs, one a line; empty: all, later ones too
    off_why       TEXT    NOT NULL,        -- while off: person, gone or failing; empty while on
    off_at        INTEGER NOT NULL,        -- UTC, unix milliseconds; 0 while on
    secret        BLOB    NOT NULL,        -- sealed
    old_secret    BLOB    NOT NULL,        -- sealed; the one before, which signs too until old_until
    old_until     INTEGER NOT NULL,        -- UTC, unix milliseconds; 0: there is none
    created_at    INTEGER NOT NULL,        -- UTC, unix milliseconds
    created_by    TEXT    NOT NULL,
    failing_since INTEGER NOT NULL,        -- UTC, unix milliseconds of the first failure since the last success; 0: none
    failed_at     INTEGER NOT NULL,        -- likewise, of the last one
    deleted       INTEGER NOT NULL         -- 1: its deliveries are being forgotten, and then this row
) STRICT;

-- What is told, once for all who want it. Written together with the change it tells of.
CREATE TABLE webhook_messages (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    key     TEXT    NOT NULL UNIQUE,       -- msg_ and 26 letters and digits, as receivers see it
    at      INTEGER NOT NULL,              -- UTC, unix milliseconds
    event   TEXT    NOT NULL,
    company TEXT    NOT NULL,              -- empty: a test
    subject TEXT    NOT NULL,              -- number of the document or the e-way bill, for people
    body    TEXT    NOT NULL               -- JSON, as it is sent
) STRICT;
CREATE INDEX webhook_messages_at ON webhook_messages (at);

-- A message to one of them.
CREATE TABLE webhook_deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id),
    message_id INTEGER NOT NULL REFERENCES webhook_messages (id),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    due_at     INTEGER NOT NULL,           -- UTC, unix milliseconds; while it waits
    tries      INTEGER NOT NULL,           -- since it was made, or a person had it sent again
    tried_at   INTEGER NOT NULL,           -- UTC, unix milliseconds of the last try; 0: none
    took       INTEGER NOT NULL,           -- microseconds of it
    status     INTEGER NOT NULL,           -- of HTTP; 0: no answer
    answer     TEXT    NOT NULL,           -- how the body of the answer began
    problem    TEXT    NOT NULL            -- why there was no answer; empty: there was one
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, id) WHERE state = 'failed';
CREATE UNIQUE INDEX webhook_deliveries_message ON webhook_deliveries (message_id, webhook_id);
