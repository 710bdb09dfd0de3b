package main

import (
	"sync/atomic"
	"time"
)

// clock is a clock that can be put forward, for the demo: each document is treated
// as of its own date. Between two settings it runs on with the machine's.
type clock struct{ offset atomic.Int64 }

// Now is the clock's time.
func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// Set puts the clock to t.
func (c *clock) Set(t time.Time) { c.offset.Store(int64(time.Until(t))) }
