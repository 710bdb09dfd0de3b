package gsp

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"mohar/gst"
)

// Health is how the calls to one provider went in the last hour.
type Health struct {
	Provider gst.Provider
	Calls    int           // requests that were made, sign-ins among them
	Good     int           // those that were answered, a clear no included
	Median   time.Duration // of the latest answers; 0 without any
	Last     time.Time     // the latest answer; zero: none since the program started
	Open     bool          // it is left alone for some kind of call, or being tried again
	Until    time.Time     // when it is tried next; zero when it is not left alone
	Why      string        // the latest failure in plain words; empty: none since the program started
	WhyAt    time.Time
	Unsent   bool // at the latest failure no connection came about
	Switched bool // the first of its hosts fails, and calls go to another
}

// Health returns how the providers are doing in one mode, in the order in which people
// see them. It costs little, and nothing is asked of them.
func (c *Caller) Health(mode gst.Mode) []Health {
	now := c.now()
	all := make([]Health, 0, len(known))
	for _, provider := range known {
		w := way{mode, provider}
		h := c.vitals.of(w).health(now)
		h.Provider = provider
		h.Open, h.Until = c.lines.broken(w, now)
		if hosts := providers[provider].hosts; mode == gst.Live {
			h.Switched = c.hosts.order(hosts, now)[0] != hosts[0]
		}
		all = append(all, h)
	}
	return all
}

// Sizes of what is kept of each provider.
const (
	minutes = 60
	samples = 128
	maxWhy  = 300 // bytes
)

// vitals are the figures of each way to the portal.
type vitals struct {
	mu   sync.Mutex
	each map[way]*vital
}

func (v *vitals) of(w way) *vital {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.each == nil {
		v.each = make(map[way]*vital)
	}
	one := v.each[w]
	if one == nil {
		one = &vital{}
		v.each[w] = one
	}
	return one
}

// note counts a call that ended.
func (v *vitals) note(w way, at time.Time, took time.Duration, err error) {
	v.of(w).note(at, took, err)
}

// vital is the last hour of one way: a count for each minute, and the latest answers.
type vital struct {
	mu     sync.Mutex
	counts [minutes]struct {
		minute      int64 // of the epoch
		calls, good int
	}
	answers [samples]struct {
		at   time.Time
		took time.Duration
	}
	next  int // place of the next answer
	last  time.Time
	why   error
	whyAt time.Time
}

func (v *vital) note(at time.Time, took time.Duration, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	minute := at.Unix() / 60
	count := &v.counts[minute%minutes]
	if count.minute != minute {
		count.minute, count.calls, count.good = minute, 0, 0
	}
	count.calls++
	if errors.Is(err, ErrNotSent) || errors.Is(err, ErrNoAnswer) {
		v.why, v.whyAt = err, at
		return
	}
	count.good++
	v.last = at
	v.answers[v.next].at, v.answers[v.next].took = at, took
	v.next = (v.next + 1) % samples
}

func (v *vital) health(now time.Time) Health {
	v.mu.Lock()
	defer v.mu.Unlock()
	h := Health{Last: v.last, WhyAt: v.whyAt}
	minute := now.Unix() / 60
	for _, count := range v.counts {
		if age := minute - count.minute; age >= 0 && age < minutes {
			h.Calls += count.calls
			h.Good += count.good
		}
	}
	var took []time.Duration
	for _, a := range v.answers {
		if age := now.Sub(a.at); age >= 0 && age < minutes*time.Minute {
			took = append(took, a.took)
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		h.Median = took[len(took)/2]
	}
	if v.why != nil {
		h.Unsent = errors.Is(v.why, ErrNotSent)
		h.Why = plainly(v.why)
		h.Why = strings.ToValidUTF8(h.Why[:min(len(h.Why), maxWhy)], "")
	}
	return h
}

// hosts remembers which hosts failed to answer a moment ago.
type hosts struct {
	mu    sync.Mutex
	until map[string]time.Time // when a failing host is tried first again
}

// hostRest is how long a failing host stands behind the others.
const hostRest = 30 * time.Second

// note keeps whether base answered.
func (h *hosts) note(base string, answered bool, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = make(map[string]time.Time)
	}
	if answered {
		delete(h.until, base)
		return
	}
	h.until[base] = now.Add(hostRest)
}

// rests returns when the first of bases is well again; zero when one of them did not
// fail.
func (h *hosts) rests(bases []string) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	var first time.Time
	for i, base := range bases {
		if until := h.until[base]; i == 0 || until.Before(first) {
			first = until
		}
	}
	return first
}

// order returns bases with those that lately failed at the end.
func (h *hosts) order(bases []string, now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.until) == 0 {
		return bases
	}
	ordered := slices.Clone(bases)
	slices.SortStableFunc(ordered, func(a, b string) int {
		restsA, restsB := h.until[a].After(now), h.until[b].After(now)
		switch {
		case restsA == restsB:
			return 0
		case restsB:
			return -1
		}
		return 1
	})
	return ordered
}
