package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"mohar/db"
	"mohar/gsp"
	"mohar/nic"
)

// signers knows the keys that portals sign with: NIC's bundled ones, those kept in the
// store, and the practice portal's, whose certificates are kept when they are first
// seen, marked as practice.
type signers struct {
	store  *db.Store
	caller *gsp.Caller
	log    *slog.Logger

	mu       sync.Mutex
	known    *nic.Keyring
	practice string // the key ids of the practice portal that known was made with
	changed  int64  // how often the kept ones had been written when known was made
}

// keyring returns all keys. A practice portal that does not answer is asked again the
// next time; documents signed meanwhile show as not verified.
func (s *signers) keyring(ctx context.Context) (*nic.Keyring, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, practice, practiceErr := s.caller.SandboxKeys(ctx)
	ids := keyIDs(practice)
	changed := s.store.CertificatesChanged()
	if s.known != nil && changed == s.changed && (practiceErr != nil || ids == s.practice) {
		return s.known, nil
	}
	kept, err := keptKeys(ctx, s.store)
	if err != nil {
		return nil, err
	}
	keys := append(nic.BundledKeys(), kept...)
	if practiceErr != nil {
		s.log.Warn("the practice portal does not give its keys", "error", practiceErr)
		return nic.NewKeyring(keys...), nil
	}
	if err := s.keep(ctx, practice); err != nil {
		return nil, err
	}
	s.known, s.practice, s.changed = nic.NewKeyring(append(keys, practice...)...), ids, changed
	return s.known, nil
}

// keyIDs names a set of keys.
func keyIDs(keys []nic.SigningKey) string {
	ids := ""
	for _, key := range keys {
		ids += key.KeyID + " "
	}
	return ids
}

func (s *signers) keep(ctx context.Context, practice []nic.SigningKey) error {
	certificates := make([]db.Certificate, 0, len(practice))
	for _, key := range practice {
		certificates = append(certificates, db.Certificate{KeyID: key.KeyID, PEM: key.PEM, Practice: true})
	}
	if err := s.store.SaveCertificates(ctx, certificates); err != nil {
		return fmt.Errorf("keep the practice portal's certificate: %w", err)
	}
	return nil
}
