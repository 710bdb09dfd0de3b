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
	mostAhead  = time.Hour        // longer than any pause, ours or one that a provider asks for
)

// Run registers what is due until ctx is done, and returns once its calls have
// ended: those under way then get Options.Grace more.
//
// What the last run left unfinished is looked up first. Beside it goes what is asked about
// e-way bills, and the register is asked about customers, now and then or when a check was
// started.
func (r *Registrar) Run(ctx context.Context) error {
	if err := r.store.RecoverIRN(db.WithActor(ctx, actor)); err != nil {
		return fmt.Errorf("recover requests: %w", err)
	}
	if err := r.store.RecoverEWays(db.WithActor(ctx, actor)); err != nil {
		return fmt.Errorf("recover e-way bill orders: %w", err)
	}
	var jobs sync.WaitGroup
	defer jobs.Wait()
	jobs.Go(func() { r.watchCustomers(ctx) })
	jobs.Go(func() { r.runEWays(ctx) })
	slots := make(chan struct{}, clientsAtOnce*r.turns.most)
	ended := make(chan struct{}, 1)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		taken, err := r.take(ctx, 1+cap(slots)-len(slots))
		if err != nil {
			<-slots
			if !r.nap(ctx, err, ended) {
				return nil
			}
			continue
		}
		for i, e := range taken {
			if i > 0 {
				slots <- struct{}{} // there is room: nobody else fills them
			}
			jobs.Go(func() {
				r.work(ctx, e)
				<-slots
				select {
				case ended <- struct{}{}:
				default: // one tick is enough
				}
			})
		}
	}
}

// work does a step for a document and for those that are taken up behind it.
func (r *Registrar) work(ctx context.Context, first *errand) {
	for e := first; e != nil; e = e.next {
		e.more = func() bool { return ctx.Err() == nil }
		// A conflict is no failure: somebody else ended the request meanwhile, as when its
		// IRN was brought by hand.
		if err := r.step(ctx, e); err != nil && !errors.Is(err, gst.ErrConflict) {
			r.log.ErrorContext(ctx, "registration step failed", "invoice", e.InvoiceID, "error", err)
		}
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

// idle says that there was nothing to take up at a moment.
type idle struct {
	at    time.Time
	gates time.Time // when the first gate lets one through that is due; zero: nobody waits for that
}

func (e idle) Error() string { return "nothing is due" }

// napTime returns how long nothing will be due unless something happens.
func (r *Registrar) napTime(ctx context.Context, why error) time.Duration {
	var nothing idle
	if !errors.As(why, &nothing) {
		r.log.ErrorContext(ctx, "requests cannot be read", "error", why)
		return errorNap
	}
	due, err := r.store.NextDue(ctx, nothing.at)
	if err == nil && due.Sub(r.now()) > mostAhead {
		err = r.store.CatchUp(ctx, r.now().Add(mostAhead))
		due = r.now()
	}
	if err != nil {
		r.log.ErrorContext(ctx, "requests cannot be read", "error", err)
		return errorNap
	}
	if due = sooner(due, nothing.gates); due.IsZero() {
		return longestNap
	}
	const shortest = 10 * time.Millisecond // due times are kept in milliseconds
	return min(max(due.Sub(r.now()), shortest), longestNap)
}

// sooner returns the earlier of two times, of which zero means none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// take takes up the oldest requests of the lane whose turn it is, of those that the gates
// let through, at most so many; idle when there is none. The gates of those for whom a person
// wants it are opened first.
func (r *Registrar) take(ctx context.Context, most int) ([]*errand, error) {
	for _, l := range r.store.Hastened() {
		r.gate.open(clientOf(l))
		r.ewayGates.open(clientOf(l))
		r.gsp.TryAgain(l.Mode)
	}
	rung := r.store.Rung()
	if lanes, ok := r.turns.lanes(rung); ok {
		taken, err := r.takeFrom(ctx, lanes, most)
		if !errors.As(err, new(idle)) {
			return taken, err
		}
	}
	lanes, err := r.store.DueLanes(ctx)
	if err != nil {
		return nil, err
	}
	r.turns.look(lanes, rung)
	return r.takeFrom(ctx, lanes, most)
}

// takeFrom is take for the lanes in which something was due a moment ago. It orders them.
func (r *Registrar) takeFrom(ctx context.Context, lanes []db.Lane, most int) ([]*errand, error) {
	nothing := idle{at: r.now()}
	r.turns.order(lanes)
	for _, lane := range lanes {
		c := clientOf(lane)
		room := r.turns.room(c)
		if room <= 0 {
			continue // one that ends wakes the loop
		}
		ok, probe, again := r.gate.enter(c, nothing.at)
		if !ok {
			nothing.gates = sooner(nothing.gates, again)
			continue
		}
		wanted := db.Take{Lane: lane, Lease: lease}
		if !probe {
			wanted.Through = r.outlet(ctx, c)
			wanted.Most = min(most, room) / len(lanes) // the others have their turn too
		}
		requests, err := r.store.TakeDue(db.WithActor(ctx, actor), wanted)
		if err == nil {
			return r.errands(lane, requests, probe), nil
		}
		r.gate.leave(c, probe)
		if !errors.Is(err, gst.ErrNotFound) { // another worker was quicker
			return nil, err
		}
		r.turns.drop(lane)
	}
	return nil, nothing
}

// errands are requests of a lane that were taken up.
func (r *Registrar) errands(lane db.Lane, requests []*db.IRNRequest, probe bool) []*errand {
	all := make([]*errand, len(requests))
	for i, req := range requests {
		r.turns.begin(lane)
		all[i] = &errand{IRNRequest: req, contact: contact{client: clientOf(lane), gate: &r.gate, probe: probe}}
	}
	return all
}

// RegisterOne does one step for one document that is due, and reports whether there
// was one. The document need not be decided after it.
func (r *Registrar) RegisterOne(ctx context.Context) (done bool, err error) {
	taken, err := r.take(ctx, 1)
	var nothing idle
	if errors.As(err, &nothing) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take up a request: %w", err)
	}
	return true, r.step(ctx, taken[0])
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
