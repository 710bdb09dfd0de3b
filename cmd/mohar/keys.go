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
// store, and the practice portal's, which is asked once and whose certificates are
// then kept, marked as practice.
type signers struct {
	store  *db.Store
	caller *gsp.Caller
	log    *slog.Logger

	mu    sync.Mutex
	known *nic.Keyring
}

// keyring returns all keys. A practice portal that does not answer is asked again the
// next time; documents signed meanwhile show as not verified.
func (s *signers) keyring(ctx context.Context) (*nic.Keyring, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known != nil {
		return s.known, nil
	}
	kept, err := keptKeys(ctx, s.store)
	if err != nil {
		return nil, err
	}
	keys := append(nic.BundledKeys(), kept...)
	_, practice, err := s.caller.SandboxKeys(ctx)
	if err != nil {
		s.log.Warn("the practice portal does not give its keys", "error", err)
		return nic.NewKeyring(keys...), nil
	}
	if err := s.keep(ctx, practice); err != nil {
		return nil, err
	}
	s.known = nic.NewKeyring(append(keys, practice...)...)
	return s.known, nil
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
