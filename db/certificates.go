package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// Certificate is a signing certificate of a portal that is kept because signatures were
// made with it.
type Certificate struct {
	KeyID    string // kid in the signatures
	PEM      []byte
	Practice bool      // signs for the built-in portal only
	AddedAt  time.Time // set by the store
}

// SaveCertificates keeps those whose key id is new. One that is there stays as it is: a
// key id that suddenly meant another key would make old signatures fail.
func (s *Store) SaveCertificates(ctx context.Context, certificates []Certificate) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		for _, c := range certificates {
			if _, err := s.insertCertificate(ctx, t, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddCertificate keeps one; gst.ErrConflict when there is one of its key id.
func (s *Store) AddCertificate(ctx context.Context, c Certificate) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		added, err := s.insertCertificate(ctx, t, c)
		if err == nil && !added {
			err = fmt.Errorf("add certificate %s: %w", c.KeyID, gst.ErrConflict)
		}
		return err
	})
}

func (s *Store) insertCertificate(ctx context.Context, t *tx, c Certificate) (added bool, err error) {
	n, err := t.exec(ctx, `
INSERT INTO certificates (key_id, pem, practice, added_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key_id) DO NOTHING`, c.KeyID, c.PEM, flag(c.Practice), millis(s.now()))
	if err != nil {
		return false, fmt.Errorf("save certificate %s: %w", c.KeyID, err)
	}
	if n == 0 {
		return false, nil
	}
	t.committed(func() { s.certificates.Add(1) })
	entry := change{action: "created", subject: "certificate", which: c.KeyID}
	return true, s.logDifference(ctx, t, entry, nil, loggedCertificate{string(c.PEM), c.Practice})
}

// loggedCertificate is a certificate in the edit log.
type loggedCertificate struct {
	PEM      string
	Practice bool
}

// DeleteCertificate forgets one. It returns gst.ErrNotFound when there is none, and
// gst.ErrState while registrations were verified under it, which could then be proved no
// longer.
func (s *Store) DeleteCertificate(ctx context.Context, keyID string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c := Certificate{KeyID: keyID}
		var used bool
		err := t.row(ctx, `
SELECT pem, practice, EXISTS (SELECT 1 FROM registrations WHERE key_id = $1)
FROM certificates
WHERE key_id = $1`, keyID).Scan(&c.PEM, &c.Practice, &used)
		switch {
		case err != nil:
			return known(err)
		case used:
			return gst.ErrState
		}
		if _, err := t.exec(ctx, `DELETE FROM certificates WHERE key_id = $1`, keyID); err != nil {
			return err
		}
		t.committed(func() { s.certificates.Add(1) })
		entry := change{action: "deleted", subject: "certificate", which: keyID}
		if entry.before, err = compactJSON(loggedCertificate{string(c.PEM), c.Practice}); err != nil {
			return err
		}
		return s.logChange(ctx, t, entry)
	})
	if err != nil {
		return fmt.Errorf("delete certificate %s: %w", keyID, err)
	}
	return nil
}

// CertificatesChanged counts how often this process has written certificates: while it
// stays the same, so do they.
func (s *Store) CertificatesChanged() int64 { return s.certificates.Load() }

// Certificates returns all that are kept.
func (s *Store) Certificates(ctx context.Context) ([]Certificate, error) {
	certificates, err := list(ctx, s.reader, func(row scanner) (c Certificate, err error) {
		var added int64
		err = row.Scan(&c.KeyID, &c.PEM, &c.Practice, &added)
		c.AddedAt = moment(added)
		return c, err
	}, `SELECT key_id, pem, practice, added_at FROM certificates ORDER BY key_id`)
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	return certificates, nil
}
