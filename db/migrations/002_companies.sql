-- A company is one GSTIN. Around it: how it reaches the portal and what it remembers.

CREATE TABLE companies (
    id         INTEGER PRIMARY KEY,
    gstin      TEXT    NOT NULL UNIQUE,
    legal_name TEXT    NOT NULL,
    trade_name TEXT    NOT NULL,
    address1   TEXT    NOT NULL,
    address2   TEXT    NOT NULL,
    place      TEXT    NOT NULL,
    pin        INTEGER NOT NULL,
    state      TEXT    NOT NULL,           -- two digits
    phone      TEXT    NOT NULL,
    email      TEXT    NOT NULL,
    taxpayer   TEXT    NOT NULL,
    mode       TEXT    NOT NULL CHECK (mode IN ('practice', 'live')),
    turnover   TEXT    NOT NULL,           -- slab of the aggregate annual turnover
    starts_on  INTEGER NOT NULL,           -- yyyymmdd; 0: by slab
    exempt     INTEGER NOT NULL,           -- 0 or 1
    by_hand    INTEGER NOT NULL,           -- 0 or 1
    round_off  INTEGER NOT NULL,           -- 0 or 1
    upi        TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL            -- UTC, unix milliseconds
) STRICT;

-- Sealed columns: key id ‖ nonce ‖ AES-256-GCM ciphertext; an empty blob is no secret.
CREATE TABLE credentials (
    company          TEXT    NOT NULL REFERENCES companies (gstin),
    mode             TEXT    NOT NULL,
    provider         TEXT    NOT NULL,
    position         INTEGER NOT NULL,     -- 1 is tried first
    enabled          INTEGER NOT NULL,     -- 0 or 1
    username         TEXT    NOT NULL,
    password         BLOB    NOT NULL,     -- sealed
    subscription_key BLOB    NOT NULL,     -- sealed
    asp_id           TEXT    NOT NULL,
    asp_password     BLOB    NOT NULL,     -- sealed
    base_urls        TEXT    NOT NULL,     -- one a line
    portal_key       TEXT    NOT NULL,     -- PEM
    changed_at       INTEGER NOT NULL,     -- UTC, unix milliseconds
    PRIMARY KEY (company, mode, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE portal_sessions (
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    mode       TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    token      BLOB    NOT NULL,           -- sealed
    key        BLOB    NOT NULL,           -- sealed
    expires_at INTEGER NOT NULL,           -- UTC, unix milliseconds
    PRIMARY KEY (company, mode, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE certificates (
    key_id   TEXT    PRIMARY KEY,
    pem      BLOB    NOT NULL,
    practice INTEGER NOT NULL,             -- 0 or 1: signs for the built-in portal only
    added_at INTEGER NOT NULL              -- UTC, unix milliseconds
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
    id         INTEGER PRIMARY KEY,
    company    TEXT    NOT NULL REFERENCES companies (gstin),
    identity   TEXT    NOT NULL,           -- the GSTIN, or the lower-cased name of one without
    search     TEXT    NOT NULL,           -- lower-cased names and GSTIN
    gstin      TEXT    NOT NULL,
    legal_name TEXT    NOT NULL,
    trade_name TEXT    NOT NULL,
    address1   TEXT    NOT NULL,
    address2   TEXT    NOT NULL,
    place      TEXT    NOT NULL,
    pin        INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    phone      TEXT    NOT NULL,
    email      TEXT    NOT NULL,
    supply     TEXT    NOT NULL,
    pos        TEXT    NOT NULL,           -- usual place of supply
    used_at    INTEGER NOT NULL            -- UTC, unix milliseconds; 0: never
) STRICT;
CREATE UNIQUE INDEX customers_identity ON customers (company, identity);
CREATE INDEX customers_used ON customers (company, used_at, id);

CREATE TABLE items (
    id          INTEGER PRIMARY KEY,
    company     TEXT    NOT NULL REFERENCES companies (gstin),
    identity    TEXT    NOT NULL,          -- the lower-cased description
    description TEXT    NOT NULL,
    hsn         TEXT    NOT NULL,
    service     INTEGER NOT NULL,          -- 0 or 1
    unit        TEXT    NOT NULL,
    unit_price  INTEGER NOT NULL,          -- thousandths of a rupee
    gst_rate    INTEGER NOT NULL,          -- thousandths of one percent
    used_at     INTEGER NOT NULL           -- UTC, unix milliseconds; 0: never
) STRICT;
CREATE UNIQUE INDEX items_identity ON items (company, identity);
CREATE INDEX items_used ON items (company, used_at, id);

CREATE TABLE series (
    company TEXT    NOT NULL REFERENCES companies (gstin),
    mode    TEXT    NOT NULL,
    type    TEXT    NOT NULL,
    fy      TEXT    NOT NULL,              -- 2026-27
    prefix  TEXT    NOT NULL,
    first   INTEGER NOT NULL,              -- the series has no gap from here to next
    next    INTEGER NOT NULL,              -- the number the next document takes
    width   INTEGER NOT NULL,              -- digits, filled with zeros
    PRIMARY KEY (company, mode, type, fy)
) STRICT, WITHOUT ROWID;
