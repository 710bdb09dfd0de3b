package registrar

import (
	"maps"
	"slices"
	"sync"

	"mohar/db"
)

// turns decides whose document is taken up next: that of the lane which had its turn the
// longest ago, so that a lane of thousands does not keep others waiting, and nobody has
// more than a fixed number in hand, so that neither does one whose provider is slow. How many
// one may have grows while the portal answers and no call waits for its turn.
type turns struct {
	hands

	mu     sync.Mutex
	least  int            // in hand of one client, whatever its providers do
	most   int            // likewise, while they do well
	more   map[client]int // how many beyond least
	count  uint64
	served map[string]uint64 // by lane: when it had its turn, counted in turns

	due  []db.Lane // in which something was due at the last look
	rung int64     // db.Store.Rung at that time
	left int       // how often it may still serve
}

// oneLook is for how many documents a look for what is due serves; the loop looks anew as soon
// as something is queued. What becomes due by the clock waits so long behind a backlog.
const oneLook = 16

// look keeps what was found due.
func (t *turns) look(lanes []db.Lane, rung int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due, t.rung, t.left = slices.Clone(lanes), rung, oneLook
}

// rest returns what the last look found, whatever was queued since: a worker that goes on
// with it keeps nobody waiting for longer than the look serves. False: it serves no more.
func (t *turns) rest() ([]db.Lane, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.serve()
}

// lanes returns what the last look found, false when it is time to look anew.
func (t *turns) lanes(rung int64) ([]db.Lane, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rung != rung {
		return nil, false
	}
	return t.serve()
}

// serve is rest for who holds mu.
func (t *turns) serve() ([]db.Lane, bool) {
	if t.left--; t.left < 0 || len(t.due) == 0 {
		return nil, false
	}
	return slices.Clone(t.due), true
}

// order sorts lanes by whose turn it is; among those that had none, the order stays.
func (t *turns) order(lanes []db.Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortStableFunc(lanes, func(a, b db.Lane) int {
		switch x, y := t.served[a.Name], t.served[b.Name]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

// drop notes that nothing is due any more in a lane of the last look.
func (t *turns) drop(l db.Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due = slices.DeleteFunc(t.due, func(due db.Lane) bool { return due.Name == l.Name })
}

// room returns how many more of c may be taken up.
func (t *turns) room(c client) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return min(t.least+t.more[c], t.most) - t.holds(c)
}

// well notes that the portal answered c. One more at a time gets more answers, unless crowded
// says that calls wait for their turn.
func (t *turns) well(c client, crowded bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.more == nil {
		t.more = make(map[client]int)
	}
	switch {
	case !crowded:
		t.more[c] = min(t.more[c]+1, t.most-t.least)
	case t.more[c] > 0:
		t.more[c]--
	}
}

// ill notes that the portal did not answer c, or wants to be left alone.
func (t *turns) ill(c client) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.more, c)
}

// manyLanes is when lanes that nothing was taken from for long are forgotten.
const manyLanes = 4096

// begin notes that a document of a lane was taken up.
func (t *turns) begin(l db.Lane) {
	t.hold(clientOf(l))
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.served == nil {
		t.served = make(map[string]uint64)
	}
	if len(t.served) >= manyLanes {
		maps.DeleteFunc(t.served, func(_ string, at uint64) bool { return at+manyLanes/2 < t.count })
	}
	t.count++
	t.served[l.Name] = t.count
}

// hands counts what of each client is in hand.
type hands struct {
	mu sync.Mutex
	of map[client]int
}

// hold notes that something of c was taken up.
func (h *hands) hold(c client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil {
		h.of = make(map[client]int)
	}
	h.of[c]++
}

// end notes that something of c is in hand no more.
func (h *hands) end(c client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of[c]--; h.of[c] <= 0 {
		delete(h.of, c)
	}
}

// holds returns how much of c is in hand.
func (h *hands) holds(c client) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of[c]
}

// full returns those who have most or more in hand, as lanes without a name.
func (h *hands) full(most int) []db.Lane {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []db.Lane
	for c, n := range h.of {
		if n >= most {
			all = append(all, db.Lane{Company: c.company, Mode: c.mode})
		}
	}
	return all
}
