package db

import (
	"context"
	"errors"
	"fmt"

	"mohar/gst"
)

// Unverified is a registration whose signatures could not be verified when it came,
// because their key was not known.
type Unverified struct {
	ID int64 // of the document
	StoredRegistration
}

// Unverified returns registrations that are not verified, of documents behind an id, in
// the order of ids. Those of documents issued by another program are left out: they came
// without signatures.
func (s *Store) Unverified(ctx context.Context, after int64, limit int) ([]Unverified, error) {
	ids, err := list(ctx, s.reader, func(row scanner) (id int64, err error) { return id, row.Scan(&id) }, `
SELECT invoice_id
FROM registrations
WHERE key_id = '' AND signed_qr <> '' AND invoice_id > $1
ORDER BY invoice_id
LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read unverified registrations: %w", err)
	}
	found := make([]Unverified, 0, len(ids))
	for _, id := range ids {
		r, err := scanStoredRegistration(s.reader.row(ctx, selectStoredRegistration+" WHERE r.invoice_id = $1", id))
		if err != nil {
			return nil, fmt.Errorf("read registration of document %d: %w", id, known(err))
		}
		found = append(found, Unverified{id, r})
	}
	return found, nil
}

// CountUnverified is how many registrations Unverified would return.
func (s *Store) CountUnverified(ctx context.Context) (n int, err error) {
	err = s.reader.row(ctx, `SELECT COUNT(*) FROM registrations WHERE key_id = '' AND signed_qr <> ''`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count unverified registrations: %w", err)
	}
	return n, nil
}

// SaveVerified stores under which key a document's signatures hold after all. It changes
// nothing where that is known already, and returns gst.ErrNotFound for a document without
// a registration.
func (s *Store) SaveVerified(ctx context.Context, gstin gst.GSTIN, id int64, keyID string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		var before string
		if err := t.row(ctx, `SELECT key_id FROM registrations WHERE invoice_id = $1`, id).Scan(&before); err != nil {
			return known(err)
		}
		if before != "" {
			return nil
		}
		if keyID == "" {
			return errors.New("no key")
		}
		if _, err := t.exec(ctx, `UPDATE registrations SET key_id = $2 WHERE invoice_id = $1`, id, keyID); err != nil {
			return err
		}
		e := Event{Kind: EventVerified, Detail: keyID}
		return s.move(ctx, t, h, "verified", e, stateLog{State: h.State, IRN: h.IRN.State})
	})
	if err != nil {
		return fmt.Errorf("save verified signatures of document %d: %w", id, err)
	}
	return nil
}
