package db

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// bell tells whoever listens in this process that something was committed. Nobody is
// ever waited for: a listener that is busy finds one tick when it comes back.
type bell struct {
	mu      sync.Mutex
	watches map[int64]map[chan struct{}]struct{}
	queued  chan struct{}
	eways   chan struct{}
	rung    atomic.Int64      // how often queued was rung
	hurried map[Lane]struct{} // companies and modes whose documents were made due; lanes without a name
	bulks   chan struct{}

	submissions chan struct{}
	webhooks    chan struct{}
}

func newBell() *bell {
	return &bell{
		watches: make(map[int64]map[chan struct{}]struct{}),
		queued:  make(chan struct{}, 1),
		eways:   make(chan struct{}, 1),
		hurried: make(map[Lane]struct{}),
		bulks:   make(chan struct{}, 1),

		submissions: make(chan struct{}, 1),
		webhooks:    make(chan struct{}, 1),
	}
}

// tick leaves one tick in a channel of size one.
func tick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// changed ticks for one document and for those who watch all of them.
func (b *bell) changed(invoiceID int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range []int64{invoiceID, 0} {
		for c := range b.watches[id] {
			tick(c)
		}
	}
}

// ring wakes whoever takes up requests of documents.
func (b *bell) ring() {
	b.rung.Add(1)
	tick(b.queued)
}

// ringAll wakes those too who take up what is asked about e-way bills.
func (b *bell) ringAll() {
	b.ring()
	tick(b.eways)
}

// hasten notes that somebody wants a company's documents of one mode tried at once.
func (b *bell) hasten(l Lane) {
	b.mu.Lock()
	b.hurried[l] = struct{}{}
	b.mu.Unlock()
	b.ringAll()
}

// Hastened returns the companies, each with a mode and no lane's name, of which all waiting
// documents are to be tried at once since the last call: a person wants it, or credentials
// were saved. Like Wake it has one listener.
func (s *Store) Hastened() []Lane {
	b := s.bell
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.hurried) == 0 {
		return nil
	}
	lanes := slices.Collect(maps.Keys(b.hurried))
	clear(b.hurried)
	return lanes
}

// Watch returns a channel that ticks after each committed change of a document, or of
// any document for 0, and the function that ends the watch. Ticks that nobody fetched
// yet count as one. Changes made by other processes are not heard.
func (s *Store) Watch(invoiceID int64) (<-chan struct{}, func()) {
	b, c := s.bell, make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.watches[invoiceID] == nil {
		b.watches[invoiceID] = make(map[chan struct{}]struct{})
	}
	b.watches[invoiceID][c] = struct{}{}
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watches[invoiceID], c)
		if len(b.watches[invoiceID]) == 0 {
			delete(b.watches, invoiceID)
		}
	}
}

// Rung counts how often Wake had reason to tick. While it stays the same nothing new was
// queued by this process.
func (s *Store) Rung() int64 { return s.bell.rung.Load() }

// Wake returns a channel that ticks when an IRN request was queued, or a company's were
// hastened. It has one listener, the registrar.
func (s *Store) Wake() <-chan struct{} { return s.bell.queued }

// WakeEWays is Wake for what is asked about e-way bills, for the listener who sends that.
func (s *Store) WakeEWays() <-chan struct{} { return s.bell.eways }

// WakeBulks returns a channel that ticks when work on many documents was started or
// stopped. It has one listener, who does that work.
func (s *Store) WakeBulks() <-chan struct{} { return s.bell.bulks }

// WakeSubmissions returns a channel that ticks when documents were submitted, or a submission
// was resumed. It has one listener, who takes them.
func (s *Store) WakeSubmissions() <-chan struct{} { return s.bell.submissions }

// WakeWebhooks returns a channel that ticks when there is something to tell a webhook, or
// webhooks were changed. It has one listener, the courier.
func (s *Store) WakeWebhooks() <-chan struct{} { return s.bell.webhooks }

// rings has the watchers of a document told once t is committed.
func (s *Store) rings(t *tx, invoiceID int64) {
	t.committed(func() { s.bell.changed(invoiceID) })
}
