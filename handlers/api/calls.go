package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"mohar/db"
)

// How calls wait for the edit log. A call's own change is in the log with the change
// itself; this is about the fact that somebody called, which also reading is, and which
// must not cost every call a commit of its own.
const (
	ledgerEvery = 200 * time.Millisecond
	ledgerMost  = 256 // calls in one commit, and before callers have to wait
)

// ledger puts calls into the edit log, many at a time.
type ledger struct {
	store   *db.Store
	log     *slog.Logger
	calls   chan db.APICall
	quit    chan struct{}
	stopped chan struct{}
	closing sync.Once
}

func newLedger(store *db.Store, log *slog.Logger) *ledger {
	l := &ledger{
		store: store, log: log,
		calls: make(chan db.APICall, ledgerMost), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	go l.loop()
	return l
}

// add hands a call over. When the disk is slower than the callers, they wait here.
func (l *ledger) add(call db.APICall) {
	select {
	case l.calls <- call:
	case <-l.stopped:
	}
}

// loop writes what has come in, until close.
func (l *ledger) loop() {
	defer close(l.stopped)
	for {
		select {
		case first := <-l.calls:
			l.write(l.gather(first))
		case <-l.quit:
			for {
				select {
				case first := <-l.calls:
					l.write(l.gather(first))
				default:
					return
				}
			}
		}
	}
}

// gather waits a little for company and returns everything that came.
func (l *ledger) gather(first db.APICall) []db.APICall {
	calls := []db.APICall{first}
	timer := time.NewTimer(ledgerEvery)
	defer timer.Stop()
	for len(calls) < ledgerMost {
		select {
		case call := <-l.calls:
			calls = append(calls, call)
		case <-timer.C:
			return calls
		case <-l.quit:
			return calls
		}
	}
	return calls
}

func (l *ledger) write(calls []db.APICall) {
	ctx := context.Background() // no request's: they are answered
	if err := l.store.LogCalls(ctx, calls); err != nil {
		l.log.ErrorContext(ctx, "calls are missing in the edit log", "calls", len(calls), "first", calls[0].Request, "error", err)
	}
}

// close writes what is left and ends the loop; ctx bounds how long that is waited for.
func (l *ledger) close(ctx context.Context) error {
	l.closing.Do(func() { close(l.quit) })
	select {
	case <-l.stopped:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
