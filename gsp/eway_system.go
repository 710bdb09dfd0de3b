package gsp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// system is one of the portal's two systems. Each has its own paths, its own sessions and
// its own troubles; a provider leads to both.
type system string

const (
	invoices system = ""
	eways    system = "e-way"
)

// ewayLife is how long a token of the e-way bill system lives.
//
// Source: e-way bill API 1.03, authentication: 360 minutes.
const ewayLife = 6 * time.Hour

// ewayPaths are the e-way bill system's own paths, which an encrypted pass-through keeps.
var ewayPaths = paths{
	signIn: "/v1.03/auth",
	change: "/v1.03/ewayapi",
	ask:    "/v1.03/ewayapi/{method}?",
	master: "/v1.03/Master/{method}?",
}

// ewayPlainPaths are those of a GSP that encrypts on our behalf, below its version: in its
// own sandbox that stands elsewhere.
var ewayPlainPaths = paths{
	signIn: "/auth?action=ACCESSTOKEN",
	change: "/ewayapi?action={action}",
	ask:    "/ewayapi?action={method}&",
	master: "/Master?action={method}&",
}

// ewayProviders is the second half of the table: the ways to the e-way bill system.
var ewayProviders = map[gst.Provider]provider{
	gst.Alankit: {
		face:  "/alankit/ewaybillgateway",
		hosts: []string{"https://newewaybill.alankitgst.com/ewaybillgateway"},
		shape: ewayPassThrough{},
		paths: ewayPaths,
		codes: &ewayCodes,
		life:  ewayLife,
		headers: []header{
			{"Ocp-Apim-Subscription-Key", always, subscriptionKey},
			{"gstin", always, companyGSTIN},
			{"authtoken", signedIn, sessionToken},
		},
	},
	gst.TaxPro: {
		face: "/taxpro/v1.03/dec",
		hosts: []string{
			"https://einvapi.charteredinfo.com/v1.03/dec",
			"https://einvapimum1.charteredinfo.com/v1.03/dec",
			"https://einvapidel2.charteredinfo.com/v1.03/dec",
		},
		shape: ewayPlain{},
		paths: ewayPlainPaths,
		codes: &ewayCodes,
		life:  ewayLife,
		headers: []header{
			{"aspid", always, aspID},
			{"password", always, aspPassword},
			{"gstin", always, companyGSTIN},
			{"username", always, userName},
			{"ewbpwd", always, userPassword},
			{"authtoken", signedIn, sessionToken},
		},
	},
	gst.NIC: {
		face:  "/nic/ewaybillapi",
		hosts: []string{"https://api.ewaybillgst.gov.in/ewaybillapi"},
		shape: ewayPassThrough{},
		paths: ewayPaths,
		codes: &ewayCodes,
		life:  ewayLife,
		headers: []header{
			{"client-id", always, clientID},
			{"client-secret", always, clientSecret},
			{"gstin", always, companyGSTIN},
			{"authtoken", signedIn, sessionToken},
		},
	},
}

// eway is p as it reaches the e-way bill system: through the same provider, by the API
// user for it where there is one.
//
// Source: GSTN, API users of the e-invoice portal serve the e-way bill system of the same
// GSP too, 09-2020.
func (p *Portal) eway() *Portal {
	side := *p
	side.system, side.api = eways, ewayProviders[p.cred.Provider]
	if p.cred.EWayUsername != "" {
		side.cred.Username = p.cred.EWayUsername
	}
	if p.cred.EWayPassword != "" {
		side.cred.Password = p.cred.EWayPassword
	}
	side.cred.PortalKeyPEM = p.cred.EWayPortalKeyPEM
	side.cred.BaseURLs = p.cred.EWayBaseURLs
	return &side
}

// ofEWaySystem reports whether an operation is one of the e-way bill system.
func ofEWaySystem(op gst.Operation) bool {
	switch groupOf(op) {
	case groupEWaySignIn, groupEWayMake, groupEWayChange, groupEWayRead:
		return true
	}
	return false
}

// signInOp is the operation of p's sign-ins.
func (p *Portal) signInOp() gst.Operation {
	if p.system == eways {
		return gst.OpEWaySignIn
	}
	return gst.OpSignIn
}

// SignInEWay returns a session at the e-way bill system, as SignIn does at the e-invoice
// system.
func (p *Portal) SignInEWay(ctx context.Context) (gst.Session, error) { return p.eway().SignIn(ctx) }

// TestSignInEWay is TestSignIn for the e-way bill system.
func (p *Portal) TestSignInEWay(ctx context.Context) (gst.Session, error) {
	return p.eway().TestSignIn(ctx)
}

// EWaySignedIn is SignedIn for the e-way bill system.
func (p *Portal) EWaySignedIn(ctx context.Context) bool { return p.eway().SignedIn(ctx) }

// LastSignInEWay is LastSignIn for the e-way bill system.
func (p *Portal) LastSignInEWay() (time.Time, error) { return p.eway().LastSignIn() }

// CheckEWay is Check for the e-way bill system: gst.Invalid with the rules
// credentials.eway_portal_key_missing or credentials.eway_portal_key.
func (p *Portal) CheckEWay() error { return p.eway().Check() }

// EWayHosts are a provider's own base addresses of the e-way bill system for live use, in
// the order in which they are tried; none for an unknown provider.
func EWayHosts(provider gst.Provider) []string {
	return append([]string(nil), ewayProviders[provider].hosts...)
}

// ewayPassThrough is the e-way bill system's own protocol: sign-in under its RSA key,
// changes under the session key, answers under a key of their own.
type ewayPassThrough struct{}

func (ewayPassThrough) signIn(ctx context.Context, p *Portal, _ bool) (call, keyOpener, error) {
	pub, err := p.portalKey(ctx)
	if err != nil {
		return call{}, nil, err
	}
	appKey, err := nic.NewKey()
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	data, err := nic.SealEWayAuth(pub, nic.Login{UserName: p.cred.Username, Password: p.cred.Password, AppKey: appKey})
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	body, err := nic.Body(data)
	if err != nil {
		return call{}, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	open := func(a nic.AuthReply) ([]byte, error) { return a.Key(appKey) }
	return call{op: gst.OpEWaySignIn, method: http.MethodPost, path: p.api.paths.signIn, body: body, when: onSignIn}, open, nil
}

func (ewayPassThrough) seal(s gst.Session, op call) ([]byte, error) {
	return nic.SealEWayBody(s.Key, op.action, op.payload)
}

func (ewayPassThrough) envelope(r *reply) (*nic.Envelope, error) {
	return nic.ParseEWayEnvelope(r.body, false)
}

func (ewayPassThrough) open(s gst.Session, e *nic.Envelope) (json.RawMessage, error) {
	return e.Open(s.Key)
}

// ewayPlain is the decrypted protocol: what is asked and answered stands by itself, and
// only a refusal has the portal's envelope.
type ewayPlain struct{}

func (ewayPlain) signIn(_ context.Context, p *Portal, _ bool) (call, keyOpener, error) {
	none := func(nic.AuthReply) ([]byte, error) { return nil, nil }
	return call{op: gst.OpEWaySignIn, method: http.MethodGet, path: p.api.paths.signIn, when: onSignIn}, none, nil
}

func (ewayPlain) seal(_ gst.Session, op call) ([]byte, error) { return op.payload, nil }

// envelope reads a reply. One without envelope is an answer only with a good status.
func (ewayPlain) envelope(r *reply) (*nic.Envelope, error) {
	return nic.ParseEWayEnvelope(r.body, r.status/100 == 2)
}

func (ewayPlain) open(_ gst.Session, e *nic.Envelope) (json.RawMessage, error) { return e.Plain() }

// loginBook is where sign-ins are written down; empty where nobody does.
type loginBook struct {
	load func(context.Context, gst.GSTIN, gst.Mode, gst.Provider) ([]time.Time, error)
	save func(context.Context, gst.GSTIN, gst.Mode, gst.Provider, []time.Time) error
}

// loginBook returns where p's sign-ins are written down.
func (p *Portal) loginBook() loginBook {
	store, kept := p.c.tokens.(LoginStore)
	switch {
	case !kept:
		return loginBook{}
	case p.system == eways:
		return loginBook{store.EWayLogins, store.SaveEWayLogins}
	}
	return loginBook{store.Logins, store.SaveLogins}
}

// loadSession returns p's stored session; gst.ErrNotFound when there is none.
func (p *Portal) loadSession(ctx context.Context) (gst.Session, error) {
	if p.system == eways {
		return p.c.tokens.EWaySession(ctx, p.company, p.cred.Mode, p.cred.Provider)
	}
	return p.c.tokens.Session(ctx, p.company, p.cred.Mode, p.cred.Provider)
}

// saveSession stores a session of p.
func (p *Portal) saveSession(ctx context.Context, s gst.Session) error {
	if p.system == eways {
		return p.c.tokens.SaveEWaySession(ctx, p.company, p.cred.Mode, p.cred.Provider, s)
	}
	return p.c.tokens.SaveSession(ctx, p.company, p.cred.Mode, p.cred.Provider, s)
}
