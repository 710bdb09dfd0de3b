-- Sign-ins of the last minutes, so that a restart does not forget the portal's limit.
-- Without reference to companies: one that is only being added signs in, too.
CREATE TABLE portal_logins (
    company  TEXT    NOT NULL,
    mode     TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    place    INTEGER NOT NULL,           -- 0, 1, 2 …: two may fall into one millisecond
    made_at  INTEGER NOT NULL,           -- UTC, unix milliseconds
    PRIMARY KEY (company, mode, provider, place)
) STRICT, WITHOUT ROWID;
