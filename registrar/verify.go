package registrar

import (
	"context"
	"errors"
	"fmt"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// Keyring returns the keys that portals sign with, for practice and live alike.
func (r *Registrar) Keyring(ctx context.Context) (*nic.Keyring, error) { return r.keys(ctx) }

// Again is what verifying stored registrations anew came to.
type Again struct {
	Verified int // hold under a key that is known now
	Broken   int // name a key that is known now and do not hold under it
}

// verifyBatch is how many registrations are read at a time.
const verifyBatch = 100

// VerifyAgain verifies the registrations whose key was not known when they came, and marks
// those that hold. It may be stopped at any time and begun again.
func (r *Registrar) VerifyAgain(ctx context.Context) (again Again, err error) {
	ring, err := r.keys(ctx)
	if err != nil {
		return again, fmt.Errorf("read signing keys: %w", err)
	}
	for after := int64(0); ; {
		batch, err := r.store.Unverified(ctx, after, verifyBatch)
		if err != nil || len(batch) == 0 {
			return again, err
		}
		for _, u := range batch {
			after = u.ID
			keyID, err := verifyStored(ring, u)
			switch {
			case errors.Is(err, nic.ErrUnknownKey):
				continue
			case err != nil:
				again.Broken++
				r.log.ErrorContext(ctx, "stored signature does not hold", "company", u.Company, "document", u.ID, "error", err)
				continue
			}
			if err := r.store.SaveVerified(ctx, u.Company, u.ID, keyID); err != nil {
				return again, err
			}
			again.Verified++
		}
	}
}

// verifyStored returns the key that a stored registration holds under.
func verifyStored(ring *nic.Keyring, u db.Unverified) (keyID string, err error) {
	keyID, _, practice, err := nic.CheckStored(ring, u.Registration, u.Body)
	if err == nil && practice != (u.Mode == gst.Practice) {
		err = fmt.Errorf("%w: key %s is not for %s documents", nic.ErrBadSignature, keyID, u.Mode)
	}
	return keyID, err
}
