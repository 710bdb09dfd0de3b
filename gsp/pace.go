package gsp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// longestTurn is how long a call waits for its turn; beyond that somebody else has a
// better use for the time.
const longestTurn = 5 * time.Second

// Crowded reports whether calls wait for their turn: more of them at a time get no more
// answers.
func (p *Portal) Crowded() bool { return p.c.pace.waiting(p.way(), p.c.now()) }

// pace spreads the calls to each provider, so that there are never more of them in a
// second than the cap.
type pace struct {
	limit rate.Limit // calls per second; 0: no cap
	mu    sync.Mutex
	each  map[way]*rate.Limiter
}

func (p *pace) of(w way) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.each == nil {
		p.each = make(map[way]*rate.Limiter)
	}
	l := p.each[w]
	if l == nil {
		l = rate.NewLimiter(p.limit, 1)
		p.each[w] = l
	}
	return l
}

// waiting reports whether calls wait for their turn on w.
func (p *pace) waiting(w way, now time.Time) bool {
	return p.limit > 0 && p.of(w).TokensAt(now) < 0
}

// turn waits for the call's turn on w. It returns a *Wait when that is too far off, and
// ErrNotSent when ctx ends before.
func (p *pace) turn(ctx context.Context, w way, now func() time.Time) error {
	if p.limit <= 0 {
		return nil
	}
	at := now()
	place := p.of(w).ReserveN(at, 1)
	pause := place.DelayFrom(at)
	switch {
	case pause <= 0:
		return nil
	case pause > longestTurn:
		place.CancelAt(at)
		return &Wait{Until: at.Add(pause), Reason: "as many calls are waiting as may be made"}
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		place.CancelAt(now())
		return fmt.Errorf("%w: %w", ErrNotSent, ctx.Err())
	}
}
