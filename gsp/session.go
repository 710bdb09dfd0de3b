package gsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Times of sessions. Source: NIC authentication page and best practices.
const (
	refreshTime  = 10 * time.Minute // a new token is to be had only this shortly before the end
	shortestLife = 50 * time.Minute // believed of a token whose own word makes no sense
	longestLife  = 24 * time.Hour
)

// SignIn returns a session at the portal: the stored one for its whole life, else a
// new one. One sign-in runs at a time for each company and provider.
//
// It returns a *gst.Refusal, marked ErrSignIn, when the portal or the provider
// says no, and ErrNotSent (a *Wait when we keep still on purpose) when no answer
// came.
func (p *Portal) SignIn(ctx context.Context) (gst.Session, error) {
	return p.session(ctx, "", 0)
}

// SignedIn reports whether a call can be made at once: the stored session lasts, and the
// provider has not asked for a pause.
func (p *Portal) SignedIn(ctx context.Context) bool {
	return p.c.gate.resting(p.account(), p.c.now()) == nil && p.longEnough(p.stored(ctx, "", 0))
}

// TestSignIn asks the portal whether the credentials are good and how long the
// session lasts, without regard to what is stored and without storing it. Errors
// are those of SignIn.
func (p *Portal) TestSignIn(ctx context.Context) (gst.Session, error) {
	unlock, err := p.c.signIns.lock(ctx, p.account())
	if err != nil {
		return gst.Session{}, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	defer unlock()
	return p.login(ctx, false)
}

// LastSignIn returns when these credentials were offered last since the program started, and
// how that ended: nil for a session, otherwise the errors of SignIn. The moment is zero when
// they were not, also when others were offered since.
func (p *Portal) LastSignIn() (time.Time, error) {
	return p.c.gate.lastSignIn(p.account(), p.fingerprint())
}

// session returns a session whose token is not the refused one, or one that was signed
// in after that many sign-ins: within a token's life the portal gives the same again, so
// that of many calls that meet one refusal the first signs in and the others go on with
// what it got. Source: NIC authentication page.
func (p *Portal) session(ctx context.Context, refused string, seen int) (gst.Session, error) {
	if s := p.stored(ctx, refused, seen); p.longEnough(s) {
		return s, nil
	}
	unlock, err := p.c.signIns.lock(ctx, p.account())
	if err != nil {
		return gst.Session{}, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	defer unlock()
	old := p.stored(ctx, refused, seen) // another call may have signed in meanwhile
	if p.longEnough(old) {
		return old, nil
	}
	usable := old.Token != "" && old.Expires.After(p.c.now())
	if usable && !p.c.gate.mayRefresh(p.account(), old.Token) {
		return old, nil
	}
	if err := p.mayOffer(); err != nil && !usable {
		p.keptBack(ctx, call{op: p.signInOp(), path: p.api.paths.signIn}, err)
		return gst.Session{}, err
	}
	s, err := p.login(ctx, old.Token != "" || refused != "")
	if err != nil && usable {
		return old, nil // a few minutes are left, and perhaps all that is needed
	}
	if err != nil {
		return gst.Session{}, err
	}
	p.c.gate.gave(p.account())
	err = p.saveSession(ctx, s)
	if err != nil && !errors.Is(err, gst.ErrNotFound) { // a company being added is not in the store yet
		p.c.log.WarnContext(ctx, "session not stored", "company", p.company, "provider", p.cred.Provider, "error", err)
	}
	return s, nil
}

// mayOffer returns why the credentials should not be offered now; nil when they may be.
func (p *Portal) mayOffer() error {
	now := p.c.now()
	if err := p.c.gate.known(p.account(), p.fingerprint(), now); err != nil {
		return err
	}
	return p.c.gate.resting(p.account(), now)
}

// stored returns the stored session, empty when there is none, or when its token is the
// refused one and nobody signed in since. A session that cannot be read is no reason to
// fail: it is replaced.
func (p *Portal) stored(ctx context.Context, refused string, seen int) gst.Session {
	s, err := p.loadSession(ctx)
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		p.c.log.WarnContext(ctx, "session not read", "company", p.company, "provider", p.cred.Provider, "error", err)
	}
	if err != nil || (s.Token == refused && p.c.gate.signedIn(p.account()) == seen) {
		return gst.Session{}
	}
	return s
}

// longEnough reports whether s need not be refreshed yet.
func (p *Portal) longEnough(s gst.Session) bool {
	return s.Token != "" && s.Expires.Sub(p.c.now()) > refreshTime
}

// login signs in at the portal, once more with the sandbox's newest key when it
// could not read us: a sandbox that was made anew has another one.
func (p *Portal) login(ctx context.Context, force bool) (gst.Session, error) {
	s, err := p.loginOnce(ctx, force)
	var refused *gst.Refusal
	if p.cred.Mode == gst.Practice && errors.As(err, &refused) && refused.Has(p.api.codes.staleKey...) {
		p.c.forgetKeys()
		s, err = p.loginOnce(ctx, force)
	}
	return s, err
}

// loginOnce makes one sign-in. Whatever way it ends without an answer, the call
// that needed it has not been sent.
func (p *Portal) loginOnce(ctx context.Context, force bool) (gst.Session, error) {
	if p.api.shape == nil {
		return gst.Session{}, fmt.Errorf("%w: unknown provider %q", ErrNotSent, p.cred.Provider)
	}
	op, open, err := p.api.shape.signIn(ctx, p, force)
	if err != nil {
		p.keptBack(ctx, call{op: p.signInOp(), path: p.api.paths.signIn}, err)
		return gst.Session{}, err
	}
	s, err := p.askSession(ctx, op, open)
	var refused *gst.Refusal
	var wait *Wait
	switch {
	case errors.As(err, &wait):
		return gst.Session{}, err // nothing was learnt
	case errors.Is(err, ErrNoAnswer):
		err = fmt.Errorf("%w: signing in: %s", ErrNotSent, err.Error()) // and no longer ErrNoAnswer
	case errors.As(err, &refused) && !errors.Is(err, ErrSignIn):
		err = fmt.Errorf("%w: %w", ErrSignIn, refused)
	}
	p.c.gate.learn(p.account(), p.fingerprint(), err, p.c.now())
	return s, err
}

// askSession sends a sign-in and opens its reply.
func (p *Portal) askSession(ctx context.Context, op call, open keyOpener) (s gst.Session, err error) {
	op.read = func(_ *nic.Envelope, data json.RawMessage, r *reply) error {
		if data == nil {
			data = r.body // one provider has been seen to put the token outside Data
		}
		var a nic.AuthReply
		if err := json.Unmarshal(data, &a); err != nil {
			return fmt.Errorf("sign-in: %w", err)
		}
		if a.AuthToken == "" {
			return errors.New("sign-in without a token")
		}
		key, err := open(a)
		if err != nil {
			return fmt.Errorf("sign-in: %w", err)
		}
		s = gst.Session{Token: a.AuthToken, Key: key, Expires: p.expiry(a.TokenExpiry.Time)}
		return nil
	}
	err = p.transact(ctx, gst.Session{}, op)
	return s, err
}

// expiry returns when a token ends. A time that no token has (ours or the portal's
// clock is wrong) would make every call sign in, so the system's usual life is believed
// then; a token that ends sooner is noticed when the portal refuses it.
func (p *Portal) expiry(said time.Time) time.Time {
	now := p.c.now()
	if said.After(now) && said.Before(now.Add(longestLife)) {
		return said
	}
	return now.Add(p.api.life)
}

// forget gives up a session that does not open the portal's replies.
func (p *Portal) forget(ctx context.Context) {
	err := p.saveSession(ctx, gst.Session{})
	if err != nil {
		p.c.log.WarnContext(ctx, "session not dropped", "company", p.company, "provider", p.cred.Provider, "error", err)
	}
}
