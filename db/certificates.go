package db

import (
	"context"
	"fmt"
)

// Certificate is a signing certificate of a portal that is kept because signatures were
// made with it.
type Certificate struct {
	KeyID    string // kid in the signatures
	PEM      []byte
	Practice bool // signs for the built-in portal only
}

// SaveCertificates keeps those whose key id is new. One that is there stays as it is: a
// key id that suddenly meant another key would make old signatures fail.
func (s *Store) SaveCertificates(ctx context.Context, certificates []Certificate) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		for _, c := range certificates {
			n, err := t.exec(ctx, `
INSERT INTO certificates (key_id, pem, practice, added_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key_id) DO NOTHING`, c.KeyID, c.PEM, flag(c.Practice), millis(s.now()))
			if err != nil {
				return fmt.Errorf("save certificate %s: %w", c.KeyID, err)
			}
			if n == 0 {
				continue
			}
			logged := struct {
				PEM      string
				Practice bool
			}{string(c.PEM), c.Practice}
			entry := change{action: "created", subject: "certificate", which: c.KeyID}
			if err := s.logDifference(ctx, t, entry, nil, logged); err != nil {
				return err
			}
		}
		return nil
	})
}

// Certificates returns all that are kept.
func (s *Store) Certificates(ctx context.Context) ([]Certificate, error) {
	certificates, err := list(ctx, s.reader, func(row scanner) (c Certificate, err error) {
		err = row.Scan(&c.KeyID, &c.PEM, &c.Practice)
		return c, err
	}, `SELECT key_id, pem, practice FROM certificates ORDER BY key_id`)
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	return certificates, nil
}
