package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
)

// Key is a key that signatures are checked against, as people see it.
type Key struct {
	ID       string // key id: SHA-1 thumbprint of the certificate, 40 hex digits
	Name     string
	Subject  string // empty where only the key is known
	Issuer   string
	From, To time.Time // validity
	// Seen says that From and To bound the years of texts found under the key, since its
	// certificate is not at hand.
	Seen     bool
	Bits     int
	Practice bool
	Bundled  bool
	Added    time.Time // zero for bundled ones
	PEM      string
}

func keyOf(k nic.SigningKey) Key {
	key := Key{
		ID: k.KeyID, Name: k.Name, Subject: k.Subject, Issuer: k.Issuer, From: k.NotBefore, To: k.NotAfter, Seen: k.Seen,
		Practice: k.Practice, PEM: string(k.PEM),
	}
	if k.Public != nil {
		key.Bits = k.Public.N.BitLen()
	}
	return key
}

// Certificates returns all keys that signatures are checked against: NIC's bundled ones,
// then those that were added.
func (d *Desk) Certificates(ctx context.Context) ([]Key, error) {
	var keys []Key
	for _, k := range nic.BundledKeys() {
		key := keyOf(k)
		key.Bundled = true
		keys = append(keys, key)
	}
	kept, err := d.store.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range kept {
		k, err := nic.ParseSigningKey(c.PEM, c.Practice)
		if err != nil {
			return nil, fmt.Errorf("kept certificate %s: %w", c.KeyID, err)
		}
		key := keyOf(k)
		key.Added = c.AddedAt
		keys = append(keys, key)
	}
	return keys, nil
}

// ReadCertificate reads a signer's certificate (PEM, DER or base64) before it is added. It
// returns gst.Invalid on the field "certificate" for anything that cannot be one, and for
// one that is there already.
func (d *Desk) ReadCertificate(ctx context.Context, text []byte) (Key, error) {
	k, err := nic.ParseSigningKey(text, false)
	if err != nil {
		return Key{}, certificateFault(err).Err()
	}
	known, err := d.Certificates(ctx)
	if err != nil {
		return Key{}, err
	}
	for _, other := range known {
		if other.ID == k.KeyID {
			return Key{}, gst.Faults{{Rule: "certificate.known", Field: "certificate"}}.Err()
		}
	}
	key := keyOf(k)
	key.Practice = strings.Contains(strings.ToLower(key.Subject), "practice") // as practice portals name themselves
	return key, nil
}

// certificateFault says what is wrong with a certificate.
func certificateFault(err error) gst.Faults {
	for _, known := range []struct {
		err  error
		rule string
	}{
		{nic.ErrPrivateKey, "certificate.private"},
		{nic.ErrSeveralCertificates, "certificate.several"},
		{nic.ErrNotRSA, "certificate.rsa"},
		{nic.ErrShortKey, "certificate.short"},
	} {
		if errors.Is(err, known.err) {
			return gst.Faults{{Rule: known.rule, Field: "certificate"}}
		}
	}
	return gst.Faults{{Rule: "certificate.unreadable", Field: "certificate"}}
}

// AddCertificate keeps a certificate of the portal and verifies the registrations again
// that came while it was not known. It returns what ReadCertificate does.
//
// practice says that the certificate is that of a practice or test portal, so that nothing
// under it ever passes for genuine; one whose name says so is taken for it anyway.
func (d *Desk) AddCertificate(ctx context.Context, text []byte, practice bool) (registrar.Again, error) {
	key, err := d.ReadCertificate(ctx, text)
	if err != nil {
		return registrar.Again{}, err
	}
	err = d.store.AddCertificate(ctx, db.Certificate{KeyID: key.ID, PEM: []byte(key.PEM), Practice: practice || key.Practice})
	if errors.Is(err, gst.ErrConflict) { // somebody else was quicker
		return registrar.Again{}, gst.Faults{{Rule: "certificate.known", Field: "certificate"}}.Err()
	}
	if err != nil {
		return registrar.Again{}, err
	}
	return d.registrar.VerifyAgain(ctx)
}

// VerifyAgain verifies the registrations whose key was not known when they came.
func (d *Desk) VerifyAgain(ctx context.Context) (registrar.Again, error) {
	return d.registrar.VerifyAgain(ctx)
}
