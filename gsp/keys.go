package gsp

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"mohar/nic"
)

// SandboxKeys returns the public keys of the sandbox: the one that sign-ins are
// encrypted under and those it signs with, marked as practice. They are remembered for
// some seconds only: a sandbox that was started anew may have made new ones.
func (c *Caller) SandboxKeys(ctx context.Context) (encryption *rsa.PublicKey, signing []nic.SigningKey, err error) {
	c.keysMu.Lock()
	defer c.keysMu.Unlock()
	if c.keys == nil || c.now().Sub(c.keys.read).Abs() > keysLife {
		if c.keys, err = c.fetchKeys(ctx); err != nil {
			return nil, nil, fmt.Errorf("%w: read the sandbox's keys: %w", ErrNotSent, err)
		}
	}
	return c.keys.encryption, c.keys.signing, nil
}

// SandboxEWayKey returns the public key that sign-ins at the sandbox's e-way bill system
// are encrypted under, remembered as those of SandboxKeys. It returns ErrNotSent for a
// sandbox without that system.
func (c *Caller) SandboxEWayKey(ctx context.Context) (*rsa.PublicKey, error) {
	if _, _, err := c.SandboxKeys(ctx); err != nil {
		return nil, err
	}
	c.keysMu.Lock()
	defer c.keysMu.Unlock()
	if c.keys == nil || c.keys.eway == nil {
		return nil, fmt.Errorf("%w: the sandbox has no key for e-way bills", ErrNotSent)
	}
	return c.keys.eway, nil
}

// keysLife is how long the sandbox's keys are used without asking again.
const keysLife = 10 * time.Second

// forgetKeys makes the next use of the sandbox's keys ask for them again.
func (c *Caller) forgetKeys() {
	c.keysMu.Lock()
	defer c.keysMu.Unlock()
	c.keys = nil
}

// sandboxKeys are the public keys of the sandbox.
type sandboxKeys struct {
	encryption *rsa.PublicKey
	eway       *rsa.PublicKey // nil: it has none
	signing    []nic.SigningKey
	read       time.Time
}

// fetchKeys reads the keys from the sandbox's own listener.
func (c *Caller) fetchKeys(ctx context.Context) (*sandboxKeys, error) {
	if c.sandbox == "" {
		return nil, errors.New("no sandbox is running")
	}
	r, err := exchange(ctx, c.local, c.sandbox+"/_sandbox/keys", call{method: http.MethodGet}, http.Header{})
	if err != nil {
		return nil, err
	}
	var wire struct {
		Encryption struct{ EInvoice, EWayBill string }
		Signing    []struct{ KID, Certificate string }
	}
	if err := json.Unmarshal(r.body, &wire); err != nil {
		return nil, fmt.Errorf("status %d: %w", r.status, err)
	}
	keys := &sandboxKeys{read: c.now()}
	if keys.encryption, err = nic.ParsePublicKey([]byte(wire.Encryption.EInvoice)); err != nil {
		return nil, fmt.Errorf("encryption key: %w", err)
	}
	if wire.Encryption.EWayBill != "" {
		if keys.eway, err = nic.ParsePublicKey([]byte(wire.Encryption.EWayBill)); err != nil {
			return nil, fmt.Errorf("encryption key for e-way bills: %w", err)
		}
	}
	for _, one := range wire.Signing {
		key, err := nic.ParseSigningKey([]byte(one.Certificate), true)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", one.KID, err)
		}
		keys.signing = append(keys.signing, key)
	}
	return keys, nil
}
