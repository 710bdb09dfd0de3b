-- Firms that NIC itself gave access to.
ALTER TABLE credentials ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN client_secret BLOB NOT NULL DEFAULT x''; -- sealed
