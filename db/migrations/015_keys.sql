-- Keys of programs that call the JSON API. The secret is random enough (142 bits) that a
-- plain hash keeps it.

CREATE TABLE api_keys (
    id         TEXT    NOT NULL PRIMARY KEY, -- Key Id: M and 18 digits
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL,             -- SHA-256 of the secret
    scopes     TEXT    NOT NULL,             -- read, write, cancel, with spaces between
    companies  TEXT    NOT NULL,             -- GSTINs with spaces between; empty: all, future ones too
    made_by    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,             -- UTC, unix milliseconds
    expires_at INTEGER NOT NULL,             -- likewise; 0: never
    revoked_at INTEGER NOT NULL,             -- likewise; 0: in force
    used_at    INTEGER NOT NULL,             -- likewise: its last call; 0: none
    used_from  TEXT    NOT NULL              -- address of that call
) STRICT;
-- Calls of a key are entries of the edit log under its Key Id, whatever the company.
CREATE INDEX edit_log_calls ON edit_log (subject_id, id) WHERE subject = 'api_call';
