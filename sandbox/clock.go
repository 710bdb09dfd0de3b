package sandbox

import (
	"sync"
	"time"
)

// clock is the portal's time: a base that is handed in and an offset that the admin
// API sets. It is safe for concurrent use. The offset is not kept over a restart.
type clock struct {
	mu     sync.Mutex
	base   func() time.Time
	offset time.Duration
}

func newClock(base func() time.Time) *clock { return &clock{base: base} }

// now returns the portal's time.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.offset)
}

// rebase takes another base and forgets the offset.
func (c *clock) rebase(base func() time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.offset = base, 0
}

// set makes it t now; the clock goes on running from there.
func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = t.Sub(c.base())
}

// advance moves the clock by d, which may be negative.
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// ahead returns how far the clock was moved.
func (c *clock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}
