package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace is how many tries somebody has at once, and how quickly they come back.
type pace struct {
	burst int
	every time.Duration
}

// The paces of the sign-in form. An account is slowed only for the address that
// guesses, so that nobody can lock the owner out from elsewhere; the second pace
// slows one address that walks through many accounts.
var (
	perAccount = pace{burst: 10, every: 10 * time.Second}
	perAddress = pace{burst: 50, every: time.Second}
)

// maxBuckets is when full buckets, which say nothing, are thrown away.
const maxBuckets = 4096

// throttle counts tries by key. The zero value is not usable; see newThrottle.
type throttle struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, buckets: make(map[string]*rate.Limiter)}
}

// try takes one try from the key's bucket. It returns 0 when there was one, else
// how long until the next.
func (t *throttle) try(key string, p pace) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, ok := t.buckets[key]
	if !ok {
		t.tidy()
		b = rate.NewLimiter(rate.Every(p.every), p.burst)
		t.buckets[key] = b
	}
	now := t.now()
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget gives the key all its tries back.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.buckets, key)
}

// tidy drops the buckets that have filled up again. The caller holds the lock.
func (t *throttle) tidy() {
	if len(t.buckets) < maxBuckets {
		return
	}
	now := t.now()
	for key, b := range t.buckets {
		if b.TokensAt(now) >= float64(b.Burst()) {
			delete(t.buckets, key)
		}
	}
}
