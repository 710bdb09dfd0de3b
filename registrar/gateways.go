package registrar

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// Gateway is one way to the portal, and how it answered lately.
type Gateway struct {
	gsp.Health
	Hosts     []string // its own base addresses for live use, in the order they are tried
	EWayHosts []string // those of the e-way bill system
	PortalKey bool     // signing in live takes the portal's public key, which is to be uploaded
}

// Gateways returns the ways to the portal and how they do in one mode, in the order in which
// people see them. Nothing is asked of them.
func (r *Registrar) Gateways(mode gst.Mode) []Gateway {
	var all []Gateway
	for _, h := range r.gsp.Health(mode) {
		all = append(all, Gateway{Health: h, Hosts: gsp.Hosts(h.Provider), EWayHosts: gsp.EWayHosts(h.Provider), PortalKey: gsp.NeedsPortalKey(h.Provider)})
	}
	return all
}

// Ping asks through cred whether the portal is alive, without signing in, and returns its
// words and how long it took. Errors are those of gsp.Portal.Ping.
func (r *Registrar) Ping(ctx context.Context, company gst.GSTIN, cred gst.Credentials) (string, time.Duration, error) {
	began := r.now()
	words, err := r.gsp.Portal(company, cred).Ping(ctx)
	return words, r.now().Sub(began), err
}

// LastSignIn returns when cred was offered last since the program started, and how that
// ended; see gsp.Portal.LastSignIn.
func (r *Registrar) LastSignIn(company gst.GSTIN, cred gst.Credentials) (time.Time, error) {
	return r.gsp.Portal(company, cred).LastSignIn()
}

// RestOf returns until when the call behind err was kept back, and why, in words for logs;
// false when err is about something else.
func RestOf(err error) (until time.Time, why string, ok bool) {
	var wait *gsp.Wait
	if !errors.As(err, &wait) {
		return time.Time{}, "", false
	}
	return wait.Until, wait.Reason, true
}

// Trouble is why a company cannot use one of its providers now.
type Trouble struct {
	Provider gst.Provider
	Code     string    // as in db.Waiting; empty: it does not answer, or wants fewer calls
	Why      error     // behind Code; a *gst.Refusal when it was refused
	At       time.Time // when that was found; zero: it is so at this moment
	Until    time.Time // without a code: when it is tried next
}

// Troubles returns why a company's providers that are in use cannot be used now, in the order
// in which they are tried, and how many are in use. What is told is what was seen since the
// program started; nothing is asked.
func (r *Registrar) Troubles(ctx context.Context, company gst.GSTIN, mode gst.Mode) (troubles []Trouble, inUse int, err error) {
	creds, err := r.store.Credentials(ctx, company, mode)
	var sealed *db.Sealed
	if err != nil && !errors.As(err, &sealed) {
		return nil, 0, fmt.Errorf("troubles of %s: %w", company, err)
	}
	for _, cred := range creds {
		if !cred.Enabled {
			continue
		}
		inUse++
		t := Trouble{Provider: cred.Provider}
		if sealed != nil && slices.Contains(sealed.Providers, cred.Provider) {
			t.Code, t.Why = db.WaitNoKey, sealed
			troubles = append(troubles, t)
			continue
		}
		if r.trouble(&t, r.gsp.Portal(company, cred)) {
			troubles = append(troubles, t)
		}
	}
	return troubles, inUse, nil
}

// trouble fills in what is wrong with p, and reports whether anything is.
func (r *Registrar) trouble(t *Trouble, p *gsp.Portal) bool {
	if err := p.Check(); err != nil {
		t.Code, t.Why = codeOf(err), err
		return true
	}
	at, err := p.LastSignIn()
	if no := refusalOf(err); errors.Is(err, gsp.ErrSignIn) && no.HTTP != http.StatusTooManyRequests {
		t.Code, t.Why, t.At = codeOf(err), err, at
		return true
	}
	for _, op := range []gst.Operation{gst.OpSignIn, gst.OpGenerate} {
		if until := p.Rests(op); until.After(t.Until) {
			t.Until = until
		}
	}
	return !t.Until.IsZero()
}

// PortalKey is what people recognise a public key by.
type PortalKey struct {
	Bits        int
	Fingerprint string    // SHA-256 of the key (SubjectPublicKeyInfo), as openssl prints it, in hex
	Expires     time.Time // of the certificate around it; zero: it came without one
}

// fewestBits is the size of NIC's keys. Source: NIC's API documentation, authentication.
const fewestBits = 2048

// ReadPortalKey reads a public key that was uploaded for signing in, as PEM, base64 or in a
// certificate.
//
// The error is gst.Invalid with a rule credentials.key_… that says what it is instead.
func ReadPortalKey(text string) (PortalKey, error) {
	if strings.Contains(text, "PRIVATE KEY-----") {
		return PortalKey{}, gst.Faults{{Rule: "credentials.key_private", Field: "portal_key"}}.Err()
	}
	key, err := nic.ParsePublicKey([]byte(text))
	if err != nil {
		return PortalKey{}, gst.Faults{{Rule: "credentials.key_none", Field: "portal_key"}}.Err()
	}
	if bits := key.N.BitLen(); bits < fewestBits {
		return PortalKey{}, gst.Faults{{Rule: "credentials.key_short", Field: "portal_key", Args: []string{strconv.Itoa(bits)}}}.Err()
	}
	return describeKey(key, text)
}

func describeKey(key *rsa.PublicKey, text string) (PortalKey, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return PortalKey{}, fmt.Errorf("describe key: %w", err)
	}
	sum := sha256.Sum256(der)
	k := PortalKey{Bits: key.N.BitLen(), Fingerprint: hex.EncodeToString(sum[:])}
	if block, _ := pem.Decode([]byte(text)); block != nil {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			k.Expires = cert.NotAfter
		}
	}
	return k, nil
}
