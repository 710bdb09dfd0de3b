-- Registrations whose signatures could not be verified when they came: few, among all.
CREATE INDEX registrations_unverified ON registrations (invoice_id) WHERE key_id = '' AND signed_qr <> '';
