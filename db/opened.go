package db

import (
	"context"
	"sync"
	"time"
)

// opened keeps secrets that were read and opened, since a document that goes out needs the
// same ones as that before it. What it keeps counts while neither this process has written any
// (changes) nor another one has written anything (foreign). The writer looks for the latter in
// each batch, and what was not looked for within freshTime counts no more: commands beside the
// server may change credentials at any moment.
type opened struct {
	mu      sync.Mutex
	changes int64
	foreign int64     // PRAGMA data_version of the writer's connection
	looked  time.Time // when that was read
	things  map[string]openedThing
}

// openedThing is something kept, and when it was right.
type openedThing struct {
	value any
	at    state
}

// state is how often secrets can have changed.
type state struct{ changes, foreign int64 }

// freshTime is how long the word of the last batch is believed.
const freshTime = time.Second

// changed notes that this process has committed other secrets.
func (o *opened) changed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changes++
	clear(o.things)
}

// look notes what the writer's connection says of other processes at a moment.
func (o *opened) look(version int64, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.foreign, o.looked = version, at
}

// now returns the present state. It is to be asked for before secrets are read.
func (o *opened) now() state {
	o.mu.Lock()
	defer o.mu.Unlock()
	return state{o.changes, o.foreign}
}

// find returns what is kept under a name, nil when that may be out of date.
func (o *opened) find(name string, now time.Time) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	thing, ok := o.things[name]
	age := now.Sub(o.looked)
	if !ok || thing.at != (state{o.changes, o.foreign}) || age < 0 || age >= freshTime {
		return nil
	}
	return thing.value
}

// mostOpened bounds how much is kept.
const mostOpened = 1024

// keep keeps what was read after the state was at.
func (o *opened) keep(name string, value any, at state) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.things == nil || len(o.things) >= mostOpened {
		o.things = make(map[string]openedThing)
	}
	o.things[name] = openedThing{value, at}
}

// lookAbroad notes, within a transaction, whether another process has changed the file. A
// failure only makes secrets be read anew.
func (w *writer) lookAbroad(ctx context.Context) {
	var version int64
	if err := w.statements.row(ctx, `PRAGMA data_version`).Scan(&version); err == nil {
		w.opened.look(version, w.now())
	}
}

// secretsChanged has what is kept of secrets given up once t is committed.
func (s *Store) secretsChanged(t *tx) { t.committed(s.opened.changed) }
