package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"mohar/gst"
)

// maxBatch bounds how many units share one commit, so that the first of them does not
// wait for all of a long queue.
const maxBatch = 128

// writer runs all changes, one after another, on the only connection that may write.
// Units that wait while a commit is under way share the next one.
type writer struct {
	conn         *sql.Conn
	now          func() time.Time
	tended       gst.Date // the last day that tend ran
	statements   *statements
	beforeCommit func() error
	life         *life
	opened       *opened
	units        chan unit
	quit         chan struct{}
	stopped      chan struct{}
	closing      sync.Once
}

// unit is one exported method's work: all of it is stored, or none.
type unit struct {
	ctx  context.Context
	run  func(context.Context, *tx) error
	done chan error
}

// tx is the transaction that a unit works in. It remembers what to do at the end of the
// batch and once the work is durable.
type tx struct {
	*statements
	index          []searchChange
	after          []func()
	subject, which string // what it is about, for a Claim; empty: nothing that anybody asked for
}

// committed has f called after the commit, and not at all when there is none.
func (t *tx) committed(f func()) { t.after = append(t.after, f) }

func startWriter(conn *sql.Conn, now func() time.Time, beforeCommit func() error, l *life, o *opened) *writer {
	w := &writer{
		conn:         conn,
		now:          now,
		tended:       gst.DateOf(now()),
		statements:   newStatements(conn),
		beforeCommit: beforeCommit,
		life:         l,
		opened:       o,
		units:        make(chan unit),
		quit:         make(chan struct{}),
		stopped:      make(chan struct{}),
	}
	w.statements.life, w.statements.writes = l, true
	go w.loop()
	return w
}

// write runs f so that all of it is stored durably, or none. Waiting writers share one
// commit: the writer goroutine runs each behind its own savepoint and answers them
// together after the commit. Once f is taken up it is carried through even when ctx
// ends, because its outcome must be known; f therefore gets a context that does not
// end (SQLite would roll back the work of the whole batch with an interrupted unit).
//
// A Claim of ctx that was not made yet is made with the first change: ErrClaimed.
func (s *Store) write(ctx context.Context, f func(context.Context, *tx) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	u := unit{ctx: context.WithoutCancel(ctx), run: s.claiming(ctx, f), done: make(chan error, 1)}
	select {
	case <-s.writer.quit: // select chooses at random among what is ready
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case s.writer.units <- u:
		return <-u.done
	case <-s.writer.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// loop takes units until close, everything that waits at a time.
func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case u := <-w.units:
			w.batch(u)
			w.tend()
		case <-w.quit:
			return
		}
	}
}

// tend lets SQLite refresh its statistics, once a day and after the answers: it takes
// milliseconds, and a program that runs for months is never closed.
func (w *writer) tend() {
	today := gst.DateOf(w.now())
	if today == w.tended || w.life.over() != nil {
		return
	}
	w.tended = today
	ctx := context.Background() // no request's
	// Old statistics make queries slower, not wrong, and tomorrow it is tried again.
	_, _ = w.conn.ExecContext(ctx, "PRAGMA optimize")
}

// next returns a unit that is waiting now, if there is one.
func (w *writer) next() (unit, bool) {
	select {
	case u := <-w.units:
		return u, true
	default:
		return unit{}, false
	}
}

// result is a unit with its own outcome, to be answered once the commit's is known.
type result struct {
	unit
	tx  *tx
	err error
}

// batch runs first and all units that come in meanwhile in one transaction.
func (w *writer) batch(first unit) {
	ctx := context.Background() // no request's: the batch belongs to several
	results := make([]result, 0, 8)
	err := w.control(ctx, "BEGIN IMMEDIATE")
	if err != nil {
		first.done <- fmt.Errorf("begin: %w", err)
		return
	}
	w.lookAbroad(ctx)
	for u, ok := first, true; ok; u, ok = w.next() {
		r := result{unit: u, tx: &tx{statements: w.statements}}
		r.err, err = w.savepoint(ctx, r)
		results = append(results, r)
		if err != nil || len(results) == maxBatch {
			break
		}
	}
	if err == nil {
		err = w.commit(ctx, results)
	}
	if err != nil {
		// There may be nothing left to roll back: SQLite gives up the transaction by
		// itself on some errors, such as a full disk.
		_ = w.control(ctx, "ROLLBACK")
	}
	for _, r := range results {
		r.answer(err)
	}
}

// commit brings the search index up to date and makes the batch durable.
func (w *writer) commit(ctx context.Context, results []result) error {
	var index []searchChange
	for _, r := range results {
		if r.err == nil {
			index = append(index, r.tx.index...)
		}
	}
	if err := changeSearch(ctx, w.statements, index); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	if w.beforeCommit != nil {
		if err := w.beforeCommit(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	if err := w.control(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return w.life.step(true, Committed)
}

// answer tells the waiting caller how its unit ended. The error of the batch counts for
// units that went well themselves.
func (r *result) answer(batch error) {
	if r.err == nil {
		r.err = batch
	}
	if r.err == nil {
		for _, f := range r.tx.after {
			f()
		}
	}
	r.done <- r.err
}

// savepoint runs one unit. Its failure undoes its own changes only; the second error
// says that this was not possible and the whole batch is lost.
func (w *writer) savepoint(ctx context.Context, r result) (failure, broken error) {
	if err := w.control(ctx, "SAVEPOINT unit"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	failure = guarded(r.ctx, r.run, r.tx)
	if failure != nil {
		if err := w.control(ctx, "ROLLBACK TO unit"); err != nil {
			return failure, fmt.Errorf("batch undone by another write: %w", errors.Join(failure, err))
		}
	}
	if err := w.control(ctx, "RELEASE unit"); err != nil {
		return failure, fmt.Errorf("release: %w", err)
	}
	return failure, nil
}

// guarded runs f and turns a panic into an error: the writer goroutine has no caller
// that could recover, and one bad unit must not stop all writing.
func guarded(ctx context.Context, f func(context.Context, *tx) error, t *tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v\n%s", p, debug.Stack())
		}
	}()
	return f(ctx, t)
}

// control runs a statement about transactions.
func (w *writer) control(ctx context.Context, query string) error {
	_, err := w.statements.exec(ctx, query)
	return err
}

// close waits for the batch under way, lets SQLite refresh its statistics and gives the
// connection back.
func (w *writer) close() error {
	w.closing.Do(func() { close(w.quit) })
	<-w.stopped
	if w.life.over() != nil { // the dead tidy nothing up; what was not committed is undone
		return errors.Join(w.statements.close(), w.conn.Close())
	}
	ctx := context.Background() // at shutdown there is no request left
	_, err := w.conn.ExecContext(ctx, "PRAGMA optimize")
	if errors.Is(err, sql.ErrConnDone) {
		return nil // closed before
	}
	return errors.Join(err, w.statements.close(), w.conn.Close())
}
