package registrar

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"mohar/db"
	"mohar/gst"
)

// Times of the loop.
const (
	lease      = 3 * time.Minute // longer than any step can take, so that nobody else takes the document up
	stepTime   = lease - 30*time.Second
	longestNap = 30 * time.Second // the clock may have jumped meanwhile
	errorNap   = time.Second      // after the store failed
)

// Run registers what is due until ctx is done, and returns once its calls have
// ended: those under way then get Options.Grace more.
//
// What the last run left unfinished is looked up first. Beside it the register is asked
// about customers, now and then or when a check was started.
func (r *Registrar) Run(ctx context.Context) error {
	if err := r.store.RecoverIRN(db.WithActor(ctx, actor)); err != nil {
		return fmt.Errorf("recover requests: %w", err)
	}
	var jobs sync.WaitGroup
	defer jobs.Wait()
	jobs.Go(func() { r.watchCustomers(ctx) })
	slots := make(chan struct{}, r.workers)
	ended := make(chan struct{}, 1)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		req, err := r.take(ctx)
		if err != nil {
			<-slots
			if !r.nap(ctx, err, ended) {
				return nil
			}
			continue
		}
		jobs.Go(func() {
			if err := r.step(ctx, req); err != nil {
				r.log.ErrorContext(ctx, "registration step failed", "invoice", req.InvoiceID, "error", err)
			}
			<-slots
			select {
			case ended <- struct{}{}:
			default: // one tick is enough
			}
		})
	}
}

// nap waits until something may be due, and reports false when ctx is done. why is
// what take returned.
func (r *Registrar) nap(ctx context.Context, why error, ended <-chan struct{}) bool {
	if ctx.Err() != nil {
		return false
	}
	timer := time.NewTimer(r.napTime(ctx, why))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-r.store.Wake():
	case <-ended: // it may be due again, sooner than what we knew of
	case <-timer.C:
	}
	return true
}

// napTime returns how long nothing will be due unless something happens.
func (r *Registrar) napTime(ctx context.Context, why error) time.Duration {
	if !errors.Is(why, gst.ErrNotFound) {
		r.log.ErrorContext(ctx, "requests cannot be read", "error", why)
		return errorNap
	}
	due, err := r.store.NextDue(ctx)
	switch {
	case err != nil:
		r.log.ErrorContext(ctx, "requests cannot be read", "error", err)
		return errorNap
	case due.IsZero():
		return longestNap
	}
	const shortest = 10 * time.Millisecond // due times are kept in milliseconds
	return min(max(due.Sub(r.now()), shortest), longestNap)
}

// take takes up the oldest request of the lane that has the oldest; gst.ErrNotFound when
// nothing is due.
func (r *Registrar) take(ctx context.Context) (*db.IRNRequest, error) {
	lanes, err := r.store.DueLanes(ctx)
	if err != nil {
		return nil, err
	}
	for _, lane := range lanes {
		req, err := r.store.NextIRNRequest(ctx, lane, lease)
		if !errors.Is(err, gst.ErrNotFound) { // another worker was quicker
			return req, err
		}
	}
	return nil, gst.ErrNotFound
}

// RegisterOne does one step for one document that is due, and reports whether there
// was one. The document need not be decided after it.
func (r *Registrar) RegisterOne(ctx context.Context) (done bool, err error) {
	req, err := r.take(ctx)
	if errors.Is(err, gst.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take up a request: %w", err)
	}
	return true, r.step(ctx, req)
}

// withGrace returns a context that ends a while after ctx does, and at the latest
// with the longest time a step may take.
func (r *Registrar) withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	calls, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(r.grace):
			cancel()
		case <-calls.Done():
		}
	})
	return calls, func() {
		stop()
		cancel()
	}
}
