package gsp

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"

	"mohar/gst"
	"mohar/nic"
)

// shape is how a provider wraps what travels. There are two: GSPs that pass NIC's
// encryption through, and GSPs that do it on our behalf.
type shape interface {
	// signIn returns the call that signs in, and the function that takes the
	// session key out of its reply.
	signIn(ctx context.Context, p *Portal, force bool) (call, keyOpener, error)
	// seal returns the body of a call around its payload.
	seal(s gst.Session, op call) ([]byte, error)
	// envelope reads what a reply says of itself.
	envelope(r *reply) (*nic.Envelope, error)
	// open returns the JSON inside a good reply.
	open(s gst.Session, e *nic.Envelope) (json.RawMessage, error)
}

// keyOpener takes the session key out of a good sign-in; nil where there is none.
type keyOpener func(nic.AuthReply) ([]byte, error)

// passThrough is NIC's own protocol: sign-in under NIC's RSA key, everything else
// under the session key.
type passThrough struct{}

func (passThrough) signIn(ctx context.Context, p *Portal, force bool) (call, keyOpener, error) {
	pub, err := p.portalKey(ctx)
	if err != nil {
		return call{}, nil, err
	}
	appKey, err := nic.NewKey()
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	data, err := nic.SealAuth(pub, nic.Login{
		UserName: p.cred.Username, Password: p.cred.Password, AppKey: appKey, Force: force,
	})
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	body, err := nic.Body(data)
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	open := func(a nic.AuthReply) ([]byte, error) { return a.Key(appKey) }
	return call{op: gst.OpSignIn, method: http.MethodPost, path: p.api.paths.signIn, body: body, when: onSignIn}, open, nil
}

func (passThrough) seal(s gst.Session, op call) ([]byte, error) {
	return nic.SealBody(s.Key, op.payload)
}

func (passThrough) envelope(r *reply) (*nic.Envelope, error) { return nic.ParseEnvelope(r.body) }

func (passThrough) open(s gst.Session, e *nic.Envelope) (json.RawMessage, error) {
	return e.Open(s.Key)
}

// plain is the decrypted protocol: credentials in headers, JSON both ways, inside
// TLS.
type plain struct{}

func (plain) signIn(_ context.Context, p *Portal, _ bool) (call, keyOpener, error) {
	none := func(nic.AuthReply) ([]byte, error) { return nil, nil }
	return call{op: gst.OpSignIn, method: http.MethodGet, path: p.api.paths.signIn, when: onSignIn}, none, nil
}

func (plain) seal(_ gst.Session, op call) ([]byte, error) { return op.payload, nil }

func (plain) envelope(r *reply) (*nic.Envelope, error) { return nic.ParseEnvelope(r.body) }

func (plain) open(_ gst.Session, e *nic.Envelope) (json.RawMessage, error) { return e.Plain() }

// portalKey returns the key that sign-ins are encrypted under: the sandbox's own in
// practice; live the one that was uploaded, since NIC gives its production key to
// API users only.
func (p *Portal) portalKey(ctx context.Context) (*rsa.PublicKey, error) {
	switch {
	case p.cred.Mode != gst.Practice:
		return p.uploadedKey()
	case p.system == eways:
		return p.c.SandboxEWayKey(ctx)
	}
	pub, _, err := p.c.SandboxKeys(ctx)
	return pub, err
}

// uploadedKey returns the portal's key for live sign-ins.
func (p *Portal) uploadedKey() (*rsa.PublicKey, error) {
	missing := gst.Fault{Rule: "credentials.portal_key_missing", Field: "portal_key"}
	unreadable := gst.Fault{Rule: "credentials.portal_key", Field: "portal_key"}
	if p.system == eways {
		missing = gst.Fault{Rule: "credentials.eway_portal_key_missing", Field: "eway_portal_key"}
		unreadable = gst.Fault{Rule: "credentials.eway_portal_key", Field: "eway_portal_key"}
	}
	if p.cred.PortalKeyPEM == "" {
		return nil, gst.Faults{missing}.Err()
	}
	pub, err := nic.ParsePublicKey([]byte(p.cred.PortalKeyPEM))
	if err != nil {
		return nil, gst.Faults{unreadable}.Err()
	}
	return pub, nil
}

// NeedsPortalKey reports whether sign-ins through the provider are encrypted under the
// portal's own key, which a company has to upload before it can use the provider live.
func NeedsPortalKey(provider gst.Provider) bool {
	_, sealed := providers[provider].shape.(passThrough)
	return sealed
}

// Check returns what keeps the credentials from being used at all, before anything is
// asked: gst.Invalid with the rules credentials.base_url, credentials.portal_key_missing
// or credentials.portal_key; nil when nothing does. CheckEWay is about the e-way bill system.
func (p *Portal) Check() error {
	if p.cred.Mode == gst.Practice {
		return nil
	}
	if _, err := p.bases(); err != nil {
		return err
	}
	if NeedsPortalKey(p.cred.Provider) {
		_, err := p.uploadedKey()
		return err
	}
	return nil
}
