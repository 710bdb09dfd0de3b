package gsp

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mohar/gst"
)

// TokenStore keeps sessions across restarts, sealed, those of the e-way bill system apart.
// Session and EWaySession return gst.ErrNotFound when there is none.
type TokenStore interface {
	Session(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider) (gst.Session, error)
	SaveSession(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider, s gst.Session) error
	EWaySession(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider) (gst.Session, error)
	SaveEWaySession(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider, s gst.Session) error
}

// LoginStore is what a TokenStore may be besides: it keeps when sign-ins were made, so
// that the portal's limit is kept across restarts too. The e-way bill system counts its own.
type LoginStore interface {
	Logins(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider) ([]time.Time, error)
	SaveLogins(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider, made []time.Time) error
	EWayLogins(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider) ([]time.Time, error)
	SaveEWayLogins(ctx context.Context, company gst.GSTIN, mode gst.Mode, provider gst.Provider, made []time.Time) error
}

// Options are what a Caller works with.
type Options struct {
	Now          func() time.Time
	HTTP         *http.Client // nil: own ones; a given one dials whom it likes
	Tokens       TokenStore   // a LoginStore too, if it can
	Sandbox      string       // root address of the sandbox, for practice credentials
	PrivateHosts bool         // live addresses may be of private networks, by the operator's wish
	Rate         rate.Limit   // calls per second to each provider in each mode; 0: no cap
	Log          *slog.Logger
}

// Caller makes the calls of all companies. It is safe for concurrent use.
type Caller struct {
	now     func() time.Time
	http    *http.Client // to live providers
	local   *http.Client // to the sandbox
	private bool
	tokens  TokenStore
	sandbox string
	log     *slog.Logger

	signIns locks    // one sign-in at a time per company, mode and provider
	gate    gate     // keeps from signing in too often
	lines   breakers // leave alone what does not answer
	pace    pace     // not too many calls in a second
	hosts   hosts    // hosts that lately failed to answer
	apart   apart    // companies in practice that are judged by themselves
	vitals  vitals   // how the last hour went

	keysMu sync.Mutex
	keys   *sandboxKeys // nil until first read
}

// New returns a Caller.
func New(o Options) *Caller {
	c := &Caller{
		now:     o.Now,
		private: o.PrivateHosts,
		tokens:  o.Tokens,
		pace:    pace{limit: o.Rate},
		sandbox: strings.TrimRight(o.Sandbox, "/"),
		log:     o.Log,
	}
	if o.HTTP != nil {
		c.http, c.local = careful(o.HTTP), careful(o.HTTP)
	} else {
		c.http = careful(&http.Client{Transport: liveTransport(o.PrivateHosts)})
		c.local = careful(&http.Client{Transport: transport()})
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c
}

// TryAgain lets the next call on each line of a mode that rests find out at once whether it
// works again, because a person wants to know.
func (c *Caller) TryAgain(mode gst.Mode) { c.lines.hasten(mode) }

// Close gives up idle connections. Calls may still be made after it.
func (c *Caller) Close() {
	c.http.CloseIdleConnections()
	c.local.CloseIdleConnections()
}

// CheckBase checks a live base address as New's options have it; see the function.
func (c *Caller) CheckBase(base string) error { return CheckBase(base, c.private) }

// Portal is the portal as one company reaches it with one pair of credentials. It
// holds no connection and no session of its own, so it may be made for each use.
type Portal struct {
	c       *Caller
	company gst.GSTIN
	cred    gst.Credentials
	api     provider
	system  system
}

// Portal returns the portal for company through the provider of cred. Calls fail
// with ErrNotSent when the provider is not known.
func (c *Caller) Portal(company gst.GSTIN, cred gst.Credentials) *Portal {
	return &Portal{c: c, company: company, cred: cred, api: providers[cred.Provider]}
}

// Provider is the GSP that p calls.
func (p *Portal) Provider() gst.Provider { return p.cred.Provider }

// account names p's API user for locks and limits.
func (p *Portal) account() account {
	return account{p.company, p.cred.Mode, p.cred.Provider, p.system}
}

// account is a company's place at a provider: what a session belongs to.
type account struct {
	company  gst.GSTIN
	mode     gst.Mode
	provider gst.Provider
	system   system
}
