package gsp

import (
	"context"
	"crypto/sha256"
	"errors"
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
	restUntil time.Time   // the provider answered 429
	refreshed string      // token whose early renewal was tried

	refused     error // what the last sign-in was refused with; nil when it was not
	refusedWith [sha256.Size]byte
	refusedAt   time.Time
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

// enter counts a sign-in, or returns a *Wait when it would be one too many.
func (g *gate) enter(a account, now time.Time) error {
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
		return &Wait{Until: recent[0].Add(loginWindow), Reason: "too many sign-ins within 15 minutes"}
	}
	c.logins = append(c.logins, now)
	return nil
}

// learn keeps how a sign-in ended.
func (g *gate) learn(a account, with [sha256.Size]byte, err error, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	c.refused = nil
	if errors.Is(err, ErrSignIn) {
		c.refused, c.refusedWith, c.refusedAt = err, with, now
	}
}

// known returns the refusal that these very credentials met a moment ago; nil when
// they may be offered.
func (g *gate) known(a account, with [sha256.Size]byte, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.of(a)
	if c.refusedWith == with && now.Sub(c.refusedAt) < refusalLife {
		return c.refused
	}
	return nil
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
		return &Wait{Until: c.restUntil, Reason: "the provider wants fewer calls"}
	}
	return nil
}

// fingerprint tells one set of credentials from another.
func (p *Portal) fingerprint() [sha256.Size]byte {
	h := sha256.New()
	for _, s := range []string{
		p.cred.Username, p.cred.Password, p.cred.SubscriptionKey, p.cred.ASPID, p.cred.ASPPassword, p.cred.PortalKeyPEM,
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
