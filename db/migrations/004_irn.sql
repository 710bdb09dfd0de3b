-- The portal's side of documents: what is to be sent, and what came back.

-- A row stands here while the outcome is open and is removed together with storing it.
-- One document has one row at most, and documents are unique by what makes their IRN.
CREATE TABLE irn_requests (
    id           INTEGER PRIMARY KEY,
    invoice_id   INTEGER NOT NULL UNIQUE REFERENCES invoices (id),
    state        TEXT    NOT NULL CHECK (state IN ('ready', 'sent', 'unknown')),
    due_at       INTEGER NOT NULL,         -- UTC, unix milliseconds
    attempts     INTEGER NOT NULL,         -- how often it was taken up
    lease        INTEGER NOT NULL,         -- who works on it, a random number; 0: nobody
    leased_until INTEGER NOT NULL,         -- UTC, unix milliseconds
    sent_through TEXT    NOT NULL,         -- provider of the last sending
    last_error   TEXT    NOT NULL
) STRICT;
CREATE INDEX irn_requests_due ON irn_requests (due_at, id);

CREATE TABLE registrations (
    invoice_id     INTEGER PRIMARY KEY REFERENCES invoices (id),
    signed_ack_at  INTEGER NOT NULL,       -- UTC, unix milliseconds; 0: not read
    status         TEXT    NOT NULL,       -- ACT, CNL or REJ
    provider       TEXT    NOT NULL,
    portal         TEXT    NOT NULL,
    key_id         TEXT    NOT NULL,       -- certificate that both signatures hold under
    practice       INTEGER NOT NULL,       -- 0 or 1
    extra          TEXT    NOT NULL,       -- JSON: e-way bill, its refusal, notes; empty: none
    signed_qr      TEXT    NOT NULL,       -- JWS
    signed_invoice TEXT    NOT NULL        -- JWS
) STRICT;
