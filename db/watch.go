package db

import "sync"

// bell tells whoever listens in this process that something was committed. Nobody is
// ever waited for: a listener that is busy finds one tick when it comes back.
type bell struct {
	mu      sync.Mutex
	watches map[int64]map[chan struct{}]struct{}
	queued  chan struct{}
}

func newBell() *bell {
	return &bell{
		watches: make(map[int64]map[chan struct{}]struct{}),
		queued:  make(chan struct{}, 1),
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

// Wake returns a channel that ticks when an IRN request was queued. It has one
// listener, the registrar.
func (s *Store) Wake() <-chan struct{} { return s.bell.queued }

// rings has the watchers of a document told once t is committed.
func (s *Store) rings(t *tx, invoiceID int64) {
	t.committed(func() { s.bell.changed(invoiceID) })
}
