package gsp

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"mohar/gst"
)

// When a line is taken for broken, and for how long it is left alone then.
const (
	failuresInRow  = 2
	failuresOfFew  = 3 // of the last fewCalls
	fewCalls       = 5
	beyondReach    = 1 << 62         // the breaker library's own clock is not ours, so it never decides
	probeTime      = 5 * time.Second // until somebody else's trial call may have ended
	longestBreak   = 5 * time.Minute
	wordsOpen      = "the provider does not answer"
	wordsHalfOpen  = "one call is finding out whether the provider answers again"
	wordsManyCalls = "the provider wants fewer calls"
)

// breaks are how long a line rests after it was found broken once, twice … in a row.
var breaks = [...]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, longestBreak}

// group is the operations that fail together.
type group string

const (
	groupSignIn   group = "sign-in"
	groupGenerate group = "generate"
	groupCancel   group = "cancel"
	groupRead     group = "read"
	groupEWay     group = "e-way"

	// Of the e-way bill system, which fails by itself.
	groupEWaySignIn group = "e-way sign-in"
	groupEWayMake   group = "e-way make"
	groupEWayChange group = "e-way change"
	groupEWayRead   group = "e-way read"
)

// groupOf returns the group of an operation.
func groupOf(op gst.Operation) group {
	switch op {
	case gst.OpSignIn:
		return groupSignIn
	case gst.OpGenerate:
		return groupGenerate
	case gst.OpCancel:
		return groupCancel
	case gst.OpEWayByIRN, gst.OpEWayOfIRN:
		return groupEWay
	case gst.OpEWaySignIn:
		return groupEWaySignIn
	case gst.OpEWayMake:
		return groupEWayMake
	case gst.OpEWayChange, gst.OpEWayCancel, gst.OpEWayReject, gst.OpEWayTrip:
		return groupEWayChange
	case gst.OpEWayRead, gst.OpEWayList, gst.OpEWayRegister:
		return groupEWayRead
	}
	return groupRead
}

// way is a provider in one mode: what caps and figures are kept of.
type way struct {
	mode     gst.Mode
	provider gst.Provider
}

// line is what a breaker is kept of. Addresses of a company's own make a line of their
// own: a wrong one must not stop the other companies. So does a company that is set apart.
type line struct {
	way
	company   gst.GSTIN // of one that is set apart; else empty
	addresses string
	group     group
}

func (p *Portal) way() way { return way{p.cred.Mode, p.cred.Provider} }

func (p *Portal) line(op gst.Operation) line {
	l := line{way: p.way(), addresses: strings.Join(p.cred.BaseURLs, " "), group: groupOf(op)}
	if p.apart() != nil {
		l.company = p.company
	}
	return l
}

// breakers are the lines' breakers.
type breakers struct {
	mu   sync.Mutex
	each map[line]*breaker
}

func (b *breakers) of(l line) *breaker {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.each == nil {
		b.each = make(map[line]*breaker)
	}
	one := b.each[l]
	if one == nil {
		one = newBreaker()
		b.each[l] = one
	}
	return one
}

// enter lets a call through on a line, or returns a *Wait.
func (b *breakers) enter(l line, now time.Time) (*permit, error) { return b.of(l).enter(now) }

// rests returns until when a line is left alone; zero when it is not.
func (b *breakers) rests(l line, now time.Time) time.Time { return b.of(l).rests(now) }

// broken returns whether any line of w is broken, and until when the last of them is
// left alone.
func (b *breakers) broken(w way, now time.Time) (open bool, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l, one := range b.each {
		if l.way != w || !one.open() {
			continue
		}
		open = true
		if rests := one.rests(now); rests.After(until) {
			until = rests
		}
	}
	return open, until
}

// hasten lets the next call on each broken line of a mode find out at once.
func (b *breakers) hasten(mode gst.Mode) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l, one := range b.each {
		if l.mode == mode {
			one.hasten()
		}
	}
}

// breaker leaves a line alone that does not answer. The library counts and judges; the
// moments are ours, because our clock is injected.
type breaker struct {
	mu     sync.Mutex
	state  circuitbreaker.CircuitBreaker[any]
	inRow  int       // failures, one after the other
	opened int       // how often it opened since the line last worked
	until  time.Time // when it may be tried, while open
}

func newBreaker() *breaker {
	return &breaker{state: circuitbreaker.NewBuilder[any]().
		WithFailureThresholdRatio(failuresOfFew, fewCalls).
		WithSuccessThreshold(1).
		WithDelay(beyondReach).
		Build()}
}

// permit is one call on a line.
type permit struct {
	b     *breaker
	trial bool // the one call that finds out
}

func (b *breaker) enter(now time.Time) (*permit, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.IsOpen() {
		if until := b.restsUntil(now); !until.IsZero() {
			return nil, &Wait{Until: until, Reason: wordsOpen}
		}
		b.state.HalfOpen()
	}
	if !b.state.TryAcquirePermit() {
		return nil, &Wait{Until: now.Add(probeTime), Reason: wordsHalfOpen}
	}
	return &permit{b, b.state.IsHalfOpen()}, nil
}

// restsUntil returns until when an open breaker rests; zero when its time is over. A
// moment that lies further ahead than any break was set by a clock that went back since.
func (b *breaker) restsUntil(now time.Time) time.Time {
	if left := b.until.Sub(now); left <= 0 || left > longestBreak {
		return time.Time{}
	}
	return b.until
}

func (b *breaker) rests(now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.state.IsOpen() {
		return time.Time{}
	}
	return b.restsUntil(now)
}

// hasten ends the rest of an open breaker.
func (b *breaker) hasten() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = time.Time{}
}

// open reports whether the line is broken, be it that a call is finding out.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.state.IsClosed()
}

// result is what a call's end says about its line.
type result int

const (
	works  result = iota // an answer, or a clear no
	fails                // nothing that can be understood
	unsaid               // nothing: we kept it back or hung up
)

// leave tells how the call ended. What began before the line was found broken says no
// more about it.
func (p *permit) leave(how result, now time.Time) {
	b := p.b
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !p.trial && !b.state.IsClosed():
	case how == works:
		b.inRow = 0
		b.state.RecordSuccess()
		if p.trial {
			b.opened = 0
		}
	case how == fails:
		b.inRow++
		b.state.RecordFailure()
		if b.inRow >= failuresInRow {
			b.state.Open()
		}
		if b.state.IsOpen() {
			b.until = now.Add(breaks[min(b.opened, len(breaks)-1)])
			b.opened++
			b.inRow = 0
		}
	case p.trial: // its place is free for the next
		b.state.Open()
		b.until = now
	}
}

// resultOf judges a call's end. A clear no is a good answer of the line, whatever the
// status it came with; a wish for fewer calls is not.
func resultOf(ctx context.Context, err error) result {
	var wait *Wait
	var bad gst.Invalid
	switch {
	case err == nil:
		return works
	case ctx.Err() != nil, errors.As(err, &wait), errors.As(err, &bad):
		return unsaid
	case wantsFewer(err):
		return fails
	case errors.Is(err, ErrNoAnswer), errors.Is(err, ErrNotSent):
		return fails
	}
	return works
}

// Resting reports whether p lately failed to answer such a call, or asked for fewer of
// them, so that another provider should be asked first.
func (p *Portal) Resting(op gst.Operation) bool { return !p.Rests(op).IsZero() }

// Rests returns until when such a call had better go to another provider: while all of
// p's hosts failed a moment ago, while its breaker is open, and while it asked for fewer
// calls. It is zero when the call may be made now.
func (p *Portal) Rests(op gst.Operation) time.Time {
	if p.system != eways && ofEWaySystem(op) {
		return p.eway().Rests(op)
	}
	now := p.c.now()
	until := p.c.lines.rests(p.line(op), now)
	later := func(t time.Time) {
		if t.After(now) && t.After(until) {
			until = t
		}
	}
	var wait *Wait
	if errors.As(p.c.gate.resting(p.account(), now), &wait) {
		later(wait.Until)
	}
	bases, err := p.bases()
	if err != nil {
		later(now.Add(hostRest))
		return until
	}
	later(p.hosts().rests(bases))
	return until
}
