package gsp

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"time"
)

// The portal blocks a GSTIN for 15 minutes after five sign-ins within 15 minutes.
const (
	mostLogins  = 5
	loginWindow = 15 * time.Minute
	refusalLife = 5 * time.Minute // how long refused credentials are not offered again
)

// gate keeps each account from troubling the portal: not too many sign-ins, no
// refused credentials again and again, no call while a provider wants a pause.
type gate struct {
	mu       sync.Mutex
	accounts map[account]*conduct
}

// conduct is what an account did lately.
type conduct struct {
	logins    []time.Time // within loginWindow
	recalled  bool        // logins has what was done before the program started
	sessions  int         // how many sign-ins gave one
	restUntil time.Time   // the provider answered 429
	refreshed string      // token whose early renewal was tried

	refused     error // what the last sign-in was refused with; nil when it was not
	refusedWith [sha256.Size]byte
	refusedAt   time.Time

	last     error // how the last sign-in ended; nil: with a session
	lastWith [sha256.Size]byte
	lastAt   time.Time // zero: none was made
}

// of returns the account's conduct. The caller holds g.mu.
func (g *gate) of(a account) *conduct {
	if g.accounts == nil {
		g.accounts = make(map[account]*conduct)
	}
	c := g.accounts[a]
	if c == nil {
		c = &conduct{}
		g.accounts[a] = c
	}
	return c
}

// countSignIn counts a sign-in that is about to be made, or returns a *Wait when it would
// be one too many. It is written down before, so that no restart forgets it; a store that
// cannot is no reason to stop, because the portal counts too.
func (p *Portal) countSignIn(ctx context.Context) error {
	a, book := p.account(), p.loginBook()
	if book.load != nil && !p.c.gate.hasRecalled(a) {
		made, err := book.load(ctx, a.company, a.mode, a.provider)
		if err != nil {
			p.c.log.WarnContext(ctx, "sign-ins not read", "company", a.company, "provider", a.provider, "error", err)
		} else {
			p.c.gate.recall(a, made)
		}
	}
	made, err := p.c.gate.enter(a, p.c.now())
	if err != nil || book.save == nil {
		return err
	}
	if err := book.save(ctx, a.company, a.mode, a.provider, made); err != nil {
		p.c.log.WarnContext(ctx, "sign-in not written down", "company", a.company, "provider", a.provider, "error", err)
	}
	return nil
}

// uncountSignIn takes back the sign-in that was counted last: it never left, so that the
// portal knows nothing of it. An hour without a connection must not cost another quarter.
func (p *Portal) uncountSignIn(ctx context.Context) {
	a, book := p.account(), p.loginBook()
	made := p.c.gate.takeBack(a)
	if book.save == nil {
		return
	}
	if err := book.save(context.WithoutCancel(ctx), a.company, a.mode, a.provider, made); err != nil {
		p.c.log.WarnContext(ctx, "sign-in not taken back", "company", a.company, "provider", a.provider, "error", err)
	}
}

// takeBack forgets the latest sign-in of a, of which one runs at a time, and returns those
// that are left.
func (g *gate) takeBack(a account) []time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	c.logins = c.logins[:max(0, len(c.logins)-1)]
	return slices.Clone(c.logins)
}

func (g *gate) hasRecalled(a account) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of(a).recalled
}

// recall adds the sign-ins of before the program started.
func (g *gate) recall(a account, made []time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.of(a); !c.recalled {
		c.recalled = true
		c.logins = append(slices.Clone(made), c.logins...)
		slices.SortFunc(c.logins, time.Time.Compare)
	}
}

// enter counts a sign-in and returns those of the last 15 minutes, or a *Wait when it
// would be one too many.
func (g *gate) enter(a account, now time.Time) ([]time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	recent := c.logins[:0]
	for _, at := range c.logins {
		if now.Sub(at) < loginWindow && !at.After(now) {
			recent = append(recent, at)
		}
	}
	c.logins = recent
	if len(recent) >= mostLogins {
		return nil, &Wait{Until: recent[len(recent)-mostLogins].Add(loginWindow), Reason: "too many sign-ins within 15 minutes"}
	}
	c.logins = append(c.logins, now)
	return slices.Clone(c.logins), nil
}

// signedIn returns how many sign-ins of a gave a session since the program started.
func (g *gate) signedIn(a account) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of(a).sessions
}

// gave counts a sign-in that gave a session.
func (g *gate) gave(a account) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of(a).sessions++
}

// learn keeps how a sign-in ended.
func (g *gate) learn(a account, with [sha256.Size]byte, err error, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	c.last, c.lastWith, c.lastAt = err, with, now
	c.refused = nil
	if errors.Is(err, ErrSignIn) {
		c.refused, c.refusedWith, c.refusedAt = err, with, now
	}
}

// known returns the refusal that these very credentials met a moment ago; nil when
// they may be offered. A wish for fewer calls says nothing about them: see resting.
func (g *gate) known(a account, with [sha256.Size]byte, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	if c.refusedWith == with && now.Sub(c.refusedAt) < refusalLife && !wantsFewer(c.refused) {
		return c.refused
	}
	return nil
}

// lastSignIn returns when these very credentials were offered last, and how that ended.
func (g *gate) lastSignIn(a account, with [sha256.Size]byte) (time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	if c.lastWith != with {
		return time.Time{}, nil
	}
	return c.lastAt, c.last
}

// mayRefresh reports, once for each token, that its early renewal may be tried.
func (g *gate) mayRefresh(a account, token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	if c.refreshed == token {
		return false
	}
	c.refreshed = token
	return true
}

// rest notes that the provider wants no call before until.
func (g *gate) rest(a account, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of(a).restUntil = until
}

// resting returns a *Wait while the provider wants no call.
func (g *gate) resting(a account, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.of(a); c.restUntil.After(now) {
		return &Wait{Until: c.restUntil, Reason: wordsManyCalls}
	}
	return nil
}

// fingerprint tells one set of credentials from another.
func (p *Portal) fingerprint() [sha256.Size]byte {
	h := sha256.New()
	for _, s := range []string{
		p.cred.Username, p.cred.Password, p.cred.SubscriptionKey, p.cred.ASPID, p.cred.ASPPassword,
		p.cred.ClientID, p.cred.ClientSecret, p.cred.PortalKeyPEM,
	} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// locks is a mutex for each account, which a context can leave the queue of.
type locks struct {
	mu   sync.Mutex
	held map[account]chan struct{}
}

// lock waits for the account's turn and returns the function that ends it.
func (l *locks) lock(ctx context.Context, a account) (unlock func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = make(map[account]chan struct{})
	}
	turn := l.held[a]
	if turn == nil {
		turn = make(chan struct{}, 1)
		l.held[a] = turn
	}
	l.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
