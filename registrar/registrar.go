// Package registrar does the government side of the work: what the store says is
// due is registered through the company's providers, looked up when no answer came,
// and cancelled on demand.
//
// One promise stands above all: a document gets one IRN. Before anything is sent
// it is written down that it will be, and what may have been acted upon is looked
// up before it is sent again. What to do after each kind of answer stands in
// decide.go.
package registrar

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// Options are what a Registrar works with.
type Options struct {
	Store *db.Store
	GSP   *gsp.Caller
	// Keys returns the keys that the portal signs with, for practice and live alike.
	Keys    func(context.Context) (*nic.Keyring, error)
	Now     func() time.Time
	Log     *slog.Logger
	Workers int            // documents of one company at a time, at most; 0: 16
	Grace   time.Duration  // for calls under way when the program stops; 0: 8 s
	Random  func() float64 // 0 ≤ x < 1, to spread retries; nil: a random source
}

// Registrar registers, looks up and cancels documents. It is safe for concurrent
// use.
type Registrar struct {
	store  *db.Store
	gsp    *gsp.Caller
	keys   func(context.Context) (*nic.Keyring, error)
	now    func() time.Time
	log    *slog.Logger
	grace  time.Duration
	random func() float64

	gate      gate      // keeps back what nobody would take now
	turns     turns     // of those that wait
	ewayGates ewayGates // the like of gate, of what is asked about e-way bills
	ewayHands hands     // of these

	check    chan struct{} // somebody wants customers checked
	checking sync.Mutex
	checks   map[gst.GSTIN]Check // the latest of each company

	drilling sync.Mutex     // one drill is begun, followed or ended at a time
	planted  map[int64]bool // the drills whose faults this process planted
}

// How many documents of a company are in hand at a time: few until its portal answers, and
// more while it does and the cap on calls is not reached.
const (
	leastAtOnce = 4
	mostAtOnce  = 16
)

// clientsAtOnce is how many companies may have all of their documents in hand at once, so
// that one whose provider answers slowly does not keep the others waiting.
const clientsAtOnce = 2

// New returns a Registrar.
func New(o Options) *Registrar {
	r := &Registrar{
		store: o.Store, gsp: o.GSP, keys: o.Keys, now: o.Now, log: o.Log,
		grace: o.Grace, random: o.Random,
		check: make(chan struct{}, 1), planted: map[int64]bool{},
	}
	if r.now == nil {
		r.now = time.Now
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.turns.most = o.Workers
	if r.turns.most <= 0 {
		r.turns.most = mostAtOnce
	}
	r.turns.least = min(leastAtOnce, r.turns.most)
	if r.grace <= 0 {
		r.grace = 8 * time.Second
	}
	if r.random == nil {
		r.random = rand.Float64
	}
	return r
}

// actor is how the edit log and the timeline name the registrar.
var actor = db.Actor{Kind: "system", Name: "registrar"}

// keep returns ctx without its end, for writing down what has happened already: an
// outcome must not be lost because somebody stopped waiting for it.
func keep(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// errNoProvider says that the company cannot register anything yet.
var errNoProvider = errors.New("no provider is set up")

// portals returns the company's portals through its enabled providers, in the order
// that was set. One whose secrets stay closed is left out: without its password the
// portal would only block the API user.
//
// It returns errNoProvider when there is none, and db.ErrSealed when there is none but
// for want of the key.
func (r *Registrar) portals(ctx context.Context, company gst.GSTIN, mode gst.Mode) ([]*gsp.Portal, error) {
	creds, err := r.store.Credentials(ctx, company, mode)
	var sealed *db.Sealed
	if err != nil && !errors.As(err, &sealed) {
		return nil, fmt.Errorf("read credentials of %s: %w", company, err)
	}
	var open []gst.Credentials
	none := errNoProvider
	for _, cred := range creds {
		switch {
		case sealed == nil || !slices.Contains(sealed.Providers, cred.Provider):
			open = append(open, cred)
		case cred.Enabled:
			none = fmt.Errorf("credentials of %s: %w", company, err)
		}
	}
	portals := r.through(company, open)
	if len(portals) == 0 {
		return nil, none
	}
	return portals, nil
}

// through returns a portal for each enabled pair of credentials.
func (r *Registrar) through(company gst.GSTIN, creds []gst.Credentials) []*gsp.Portal {
	var portals []*gsp.Portal
	for _, cred := range creds {
		if cred.Enabled {
			portals = append(portals, r.gsp.Portal(company, cred))
		}
	}
	return portals
}

// ready returns portals with those at the end that lately did not answer such a call.
func ready(portals []*gsp.Portal, op gst.Operation) []*gsp.Portal {
	return ordered(portals, func(p *gsp.Portal) bool { return !p.Resting(op) })
}

// first returns portals with those of provider at the front.
func first(portals []*gsp.Portal, provider gst.Provider) []*gsp.Portal {
	return ordered(portals, func(p *gsp.Portal) bool { return p.Provider() == provider })
}

// last returns portals with those of provider at the end.
func last(portals []*gsp.Portal, provider gst.Provider) []*gsp.Portal {
	return ordered(portals, func(p *gsp.Portal) bool { return p.Provider() != provider })
}

// ordered returns portals with the preferred ones in front.
func ordered(portals []*gsp.Portal, preferred func(*gsp.Portal) bool) []*gsp.Portal {
	var front, back []*gsp.Portal
	for _, p := range portals {
		if preferred(p) {
			front = append(front, p)
		} else {
			back = append(back, p)
		}
	}
	return append(front, back...)
}

// pauses are how long an undecided document rests before the next try, by tries.
var pauses = [...]time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
}

// longPause is the rest after that.
const longPause = 5 * time.Minute

// later returns when a document that was tried so often is due again. Up to a fifth
// more or less keeps many documents from coming back in one moment.
func (r *Registrar) later(tries int) time.Time {
	pause := longPause
	if i := max(tries, 1) - 1; i < len(pauses) {
		pause = pauses[i]
	}
	spread := 0.8 + 0.4*r.random()
	return r.now().Add(time.Duration(float64(pause) * spread))
}
