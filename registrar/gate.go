package registrar

import (
	"sync"
	"time"

	"mohar/db"
	"mohar/gst"
)

// client is a company in one mode: whose documents wait for the same providers.
type client struct {
	company gst.GSTIN
	mode    gst.Mode
}

// clientOf is whose documents a lane holds.
func clientOf(l db.Lane) client { return client{l.Company, l.Mode} }

// gate keeps the documents of a company back while none of its providers can be reached.
// When its time has come one of them goes through to see; an answer of a portal opens the
// gate and the rest follows in order. So an outage costs one try at a time however many
// wait, and its end brings no crowd.
//
// It lies in memory alone: after a start it stands open, and the first few find out anew.
type gate struct {
	mu     sync.Mutex
	closed map[client]*closure
}

// closure is why and until when a gate is closed.
type closure struct {
	since time.Time
	until time.Time // then one may see
	tries int       // in a row that reached nobody; 0: only a rest between calls
	why   string    // code of the last try; see codeOf
	probe bool      // the one that sees is on its way
}

// enter lets a document of c through, or says from when one may ask again; the zero time
// when that depends on one that is on its way. probe is to be given back to leave.
func (g *gate) enter(c client, now time.Time) (ok, probe bool, again time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	closed := g.closed[c]
	switch {
	case closed == nil:
		return true, false, time.Time{}
	case now.Before(closed.until):
		return false, false, closed.until
	case closed.tries == 0:
		delete(g.closed, c)
		return true, false, time.Time{}
	case closed.probe:
		return false, false, time.Time{}
	}
	closed.probe = true
	return true, true, time.Time{}
}

// leave notes that the one that was to see has come back, or never went.
func (g *gate) leave(c client, probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if closed := g.closed[c]; closed != nil && probe {
		closed.probe = false
	}
}

// open lets everything of c through again.
func (g *gate) open(c client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.closed, c)
}

// shut notes that nobody was reached for a document of c. Only the first of several that
// fail at the same time, and the one that was let through to see, count. pause says when
// the next may see, by tries; not before until.
func (g *gate) shut(c client, probe bool, now, until time.Time, why string, pause func(int) time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	closed := g.closed[c]
	switch {
	case closed == nil || closed.tries == 0:
		closed = &closure{since: now}
		if g.closed == nil {
			g.closed = make(map[client]*closure)
		}
		g.closed[c] = closed
	case !probe:
		return
	}
	closed.tries++
	closed.probe, closed.why, closed.until = false, why, pause(closed.tries)
	if until.After(closed.until) {
		closed.until = until
	}
}

// rest keeps documents of c back until the moment at which a provider takes the next call.
// Nothing is wrong meanwhile.
func (g *gate) rest(c client, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed == nil {
		g.closed = make(map[client]*closure)
	}
	if closed := g.closed[c]; closed == nil || closed.tries == 0 {
		g.closed[c] = &closure{until: until}
	}
}

// standing returns how the gate of c is closed; false while somebody was reached.
func (g *gate) standing(c client) (closure, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if closed := g.closed[c]; closed != nil && closed.tries > 0 {
		return *closed, true
	}
	return closure{}, false
}
