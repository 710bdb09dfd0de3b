-- Who may sign in, and the edit log of everything they do.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE, -- lower case
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,        -- argon2id, PHC string
    role          TEXT    NOT NULL,
    created_at    INTEGER NOT NULL         -- UTC, unix milliseconds
) STRICT;

CREATE TABLE web_sessions (
    hash       BLOB    PRIMARY KEY,        -- SHA-256 of the id in the cookie
    user_id    INTEGER REFERENCES users (id), -- NULL before sign-in
    data       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    expires_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    agent      TEXT    NOT NULL,           -- the browser, as it calls itself
    address    TEXT    NOT NULL            -- where from
) STRICT, WITHOUT ROWID;
CREATE INDEX web_sessions_user ON web_sessions (user_id);
CREATE INDEX web_sessions_expiry ON web_sessions (expires_at);

-- One chain for the whole file: nothing here is ever changed or removed.
-- Source: CGST Rules 2017, rule 56(8); Companies (Accounts) Rules 2014, rule 3(1).
CREATE TABLE edit_log (
    id         INTEGER PRIMARY KEY,        -- 1, 2, 3 … without a gap
    at         INTEGER NOT NULL,           -- UTC, unix milliseconds
    actor_kind TEXT    NOT NULL,           -- user, system, command
    actor      TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    company    TEXT    NOT NULL,           -- GSTIN; empty: concerns the firm
    action     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,           -- what kind of thing
    subject_id TEXT    NOT NULL,           -- which one
    before     TEXT    NOT NULL,           -- JSON of what changed; empty: nothing was there
    after      TEXT    NOT NULL,           -- JSON likewise; empty: nothing is left
    hash       BLOB    NOT NULL            -- SHA-256(hash of the entry before ‖ this entry as JSON)
) STRICT;
CREATE INDEX edit_log_subject ON edit_log (company, subject, subject_id, id);
CREATE INDEX edit_log_company ON edit_log (company, id);

CREATE TRIGGER edit_log_no_update BEFORE UPDATE ON edit_log
BEGIN
    SELECT RAISE(ABORT, 'the edit log is append-only');
END;
CREATE TRIGGER edit_log_no_delete BEFORE DELETE ON edit_log
BEGIN
    SELECT RAISE(ABORT, 'the edit log is append-only');
END;
-- INSERT OR REPLACE would remove an entry without asking the trigger above.
CREATE TRIGGER edit_log_no_replace BEFORE INSERT ON edit_log
WHEN EXISTS (SELECT 1 FROM edit_log WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the edit log is append-only');
END;
