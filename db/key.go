package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// KeyMissing reports whether the store has no key: secrets are stored, and mohar.key is
// not there. Everything else can be read and written. Putting the file back is enough;
// entering a secret anew makes another key, and then the rest must be entered too.
func (s *Store) KeyMissing() bool { return s.vault.missing() }

// readyKey makes the key of a new installation, and never one beside sealed secrets: that
// would hide that the right one is missing.
func (s *Store) readyKey(ctx context.Context) error {
	sealed, foreign, err := s.sealedSecrets(ctx)
	switch {
	case err != nil:
		return err
	case sealed == 0:
		_, err := s.vault.ensure()
		return err
	case s.vault.missing():
		s.log.WarnContext(ctx, "the key is missing: stored secrets cannot be opened", "file", keyFile, "secrets", sealed)
	case foreign > 0:
		s.log.WarnContext(ctx, "stored secrets were sealed with another key", "secrets", foreign)
	}
	return nil
}

// sealedSecrets counts the stored secrets, and those that the key at hand did not seal.
func (s *Store) sealedSecrets(ctx context.Context) (sealed, foreign int, err error) {
	var id []byte
	seal, err := s.vault.sealer()
	if err == nil {
		id = seal.id
	} else if !errors.Is(err, ErrSealed) {
		return 0, 0, err
	}
	blobs, err := list(ctx, s.reader, func(row scanner) (blob []byte, err error) {
		err = row.Scan(&blob)
		return blob, err
	}, `
SELECT password FROM credentials
UNION ALL SELECT subscription_key FROM credentials
UNION ALL SELECT asp_password FROM credentials
UNION ALL SELECT client_secret FROM credentials
UNION ALL SELECT eway_password FROM credentials
UNION ALL SELECT token FROM portal_sessions
UNION ALL SELECT key FROM portal_sessions
UNION ALL SELECT token FROM eway_sessions
UNION ALL SELECT key FROM eway_sessions
UNION ALL SELECT secret FROM webhooks
UNION ALL SELECT old_secret FROM webhooks`)
	if err != nil {
		return 0, 0, fmt.Errorf("look for sealed secrets: %w", err)
	}
	for _, blob := range blobs {
		if len(blob) == 0 {
			continue
		}
		sealed++
		if id == nil || !bytes.HasPrefix(blob, id) {
			foreign++
		}
	}
	return sealed, foreign, nil
}
