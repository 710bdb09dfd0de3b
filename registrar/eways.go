package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// What is asked about e-way bills goes the way of the documents: it is written down before it
// is sent, and what may have been acted upon is looked up before it is sent again. It has
// workers and gates of its own, for the two systems of the portal fail apart from each other.

// How many things about e-way bills are in hand at a time: of all companies, of one while
// another has something due, and of one alone. So a company whose provider is slow keeps
// nobody waiting.
const (
	ewaysAtOnce = 8
	ewaysShared = 2
	ewaysAlone  = 4
)

// ewayGates keep back what is asked about e-way bills while nobody can be reached.
type ewayGates struct{ direct, byIRN gate }

func (g *ewayGates) of(d deed) *gate {
	if d.byIRN() {
		return &g.byIRN
	}
	return &g.direct
}

// standing returns how the gates of c are closed: that of the e-way bill system first.
func (g *ewayGates) standing(c client) (closure, bool) {
	if closed, shut := g.direct.standing(c); shut {
		return closed, true
	}
	return g.byIRN.standing(c)
}

// open lets everything of c through again.
func (g *ewayGates) open(c client) {
	g.direct.open(c)
	g.byIRN.open(c)
}

// runEWays does what is asked about e-way bills until ctx is done, and returns once its calls
// have ended.
func (r *Registrar) runEWays(ctx context.Context) {
	var jobs sync.WaitGroup
	defer jobs.Wait()
	slots := make(chan struct{}, ewaysAtOnce)
	ended := make(chan struct{}, 1)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		h, err := r.takeEWay(ctx)
		if err != nil {
			<-slots
			if !r.napEWays(ctx, err, ended) {
				return
			}
			continue
		}
		jobs.Go(func() {
			if err := r.stepEWay(ctx, h); err != nil && !errors.Is(err, gst.ErrConflict) {
				r.log.ErrorContext(ctx, "e-way bill step failed", "company", h.Company, "action", h.Order.Action, "error", err)
			}
			<-slots
			select {
			case ended <- struct{}{}:
			default: // one tick is enough
			}
		})
	}
}

// napEWays waits until something may be due, and reports false when ctx is done. why is what
// takeEWay returned.
func (r *Registrar) napEWays(ctx context.Context, why error, ended <-chan struct{}) bool {
	if ctx.Err() != nil {
		return false
	}
	timer := time.NewTimer(r.ewayNap(ctx, why))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-r.store.WakeEWays():
	case <-ended:
	case <-timer.C:
	}
	return true
}

// ewayNap returns how long nothing will be due unless something happens.
func (r *Registrar) ewayNap(ctx context.Context, why error) time.Duration {
	var nothing idle
	if !errors.As(why, &nothing) {
		r.log.ErrorContext(ctx, "e-way bill orders cannot be read", "error", why)
		return errorNap
	}
	due, err := r.store.NextEWayDue(ctx, nothing.at)
	if err == nil && due.Sub(r.now()) > mostAhead {
		err = r.store.CatchUp(ctx, r.now().Add(mostAhead))
		due = r.now()
	}
	planned, err2 := r.store.NextExtension(ctx)
	if err := errors.Join(err, err2); err != nil {
		r.log.ErrorContext(ctx, "e-way bill orders cannot be read", "error", err)
		return errorNap
	}
	if due = sooner(due, planned); due.IsZero() {
		return longestNap
	}
	const shortest = 10 * time.Millisecond // due times are kept in milliseconds
	return min(max(due.Sub(r.now()), shortest), longestNap)
}

// takeEWay takes up what is due the longest of those that the gates let through; idle when
// there is none.
func (r *Registrar) takeEWay(ctx context.Context) (*haul, error) {
	ctx = db.WithActor(ctx, actor)
	if err := r.orderExtensions(ctx); err != nil {
		return nil, err
	}
	for {
		nothing := idle{at: r.now()}
		busy := r.ewayHands.full(ewaysShared)
		task, err := r.store.TakeEWay(ctx, lease, busy...)
		if errors.Is(err, gst.ErrNotFound) && len(busy) > 0 {
			task, err = r.store.TakeEWay(ctx, lease, r.ewayHands.full(ewaysAlone)...)
		}
		if errors.Is(err, gst.ErrNotFound) {
			return nil, nothing
		}
		if err != nil {
			return nil, err
		}
		h := &haul{EWayTask: task, contact: contact{client: client{task.Company, task.Mode}}}
		d, known := deedOf(task)
		if !known {
			return nil, fmt.Errorf("nobody can do %q of %s", task.Order.Action, task.Company)
		}
		h.deed, h.gate = d, r.ewayGates.of(d)
		ok, probe, again := h.gate.enter(h.client, r.now())
		if ok {
			h.probe = probe
			r.ewayHands.hold(h.client)
			return h, nil
		}
		if again.IsZero() { // it turns on one that is on its way
			again = r.now().Add(errorNap)
		}
		if err := r.store.PutBackEWay(ctx, task, again); err != nil && !errors.Is(err, gst.ErrConflict) {
			return nil, err
		}
	}
}

// EWayOne does one step of one thing asked about e-way bills that is due, and reports whether
// there was one. It need not be decided after it.
func (r *Registrar) EWayOne(ctx context.Context) (done bool, err error) {
	h, err := r.takeEWay(ctx)
	if errors.As(err, new(idle)) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take up an e-way bill order: %w", err)
	}
	return true, r.stepEWay(ctx, h)
}

// stepEWay takes one task as far as it gets now: sends it, or looks when it may have been sent
// what came of it, and goes on from one to the other as the answers demand.
func (r *Registrar) stepEWay(ctx context.Context, h *haul) error {
	ctx, end := r.withGrace(db.WithActor(ctx, actor))
	defer end()
	defer r.ewayHands.end(h.client)
	defer h.gate.leave(h.client, h.probe)
	ctx = h.watch(ctx)
	now := turn{next: send}
	if h.State != db.RequestReady {
		now.next = lookUp
		switch v := ewayVerdicts[h.LastCode]; {
		case v == duplicate || slices.Contains(h.deed.done, h.LastCode):
			h.duplicate = &gst.Refusal{Provider: h.SentThrough, Codes: []gst.RefusalCode{{Code: h.LastCode, Message: h.LastError}}}
		case v != busy:
			h.silent = h.SentThrough
		}
	}
	may, err := r.mayHaveCome(ctx, h)
	if err != nil {
		return err
	}
	if may {
		now.next = lookUp
	}
	if h.portals, err = r.portals(ctx, h.Company, h.Mode); err != nil { // a person must mend that; nothing is lost meanwhile
		return r.pauseEWay(ctx, h, now.next, err)
	}
	for range mostMoves {
		switch now.next {
		case send:
			now, err = r.sendEWay(ctx, h)
		case lookUp:
			now, err = r.seekEWay(ctx, h)
		}
		if err != nil || now.next == rest {
			return err
		}
	}
	return r.pauseEWay(ctx, h, now.next, now.why)
}

// sendEWay asks one provider after the other, until one has given an answer or may have acted.
func (r *Registrar) sendEWay(ctx context.Context, h *haul) (turn, error) {
	var why error
	for _, p := range last(ready(h.portals, h.deed.op), h.silent) {
		// A sign-in is no sending: while none works there is nothing to write down.
		if op, err := h.signIn(ctx, p); err != nil {
			r.heardEWay(h, p, op, err)
			if why == nil || !errors.Is(err, gsp.ErrNotSent) {
				why = err
			}
			continue
		}
		if err := r.store.MarkEWaySent(keep(ctx), h.task(), p.Provider()); err != nil {
			return turn{}, fmt.Errorf("mark e-way bill order sent: %w", err)
		}
		err := h.deed.ask(r, ctx, p, h)
		switch r.heardEWay(h, p, h.deed.op, err) {
		case agreed:
			return turn{}, r.saveEWay(ctx, h, p, false)
		case unsent:
			why = err
			if err := r.unsentEWay(ctx, h, p, why); err != nil {
				return turn{}, err
			}
			if !h.paced.IsZero() {
				return turn{}, r.pauseEWay(ctx, h, send, why)
			}
		default:
			return r.answeredEWay(ctx, h, p, err)
		}
	}
	return turn{}, r.pauseEWay(ctx, h, send, why)
}

// timesAnswered is how often a code was the answer to this asking.
func (r *Registrar) timesAnswered(ctx context.Context, h *haul, code string) (int, error) {
	var events []db.Event
	var err error
	if h.Trip != nil {
		events, err = r.store.TripEvents(ctx, h.Company, h.Trip.ID)
	} else {
		events, err = r.store.EWayEvents(ctx, h.Company, h.Bill.ID)
	}
	if err != nil {
		return 0, fmt.Errorf("count answers: %w", err)
	}
	return count(events, func(e db.Event) bool { return e.Code == code && !e.At.Before(h.Queued) }), nil
}

// unsentEWay writes down that p certainly did nothing.
func (r *Registrar) unsentEWay(ctx context.Context, h *haul, p *gsp.Portal, why error) error {
	return wrap("mark e-way bill order not sent",
		r.store.MarkEWayNotSent(keep(ctx), h.task(), p.Provider(), codeOf(why), why.Error()))
}

// answeredEWay acts on an answer of p that does not do what was asked, or on the lack of one.
func (r *Registrar) answeredEWay(ctx context.Context, h *haul, p *gsp.Portal, why error) (turn, error) {
	switch h.judge(why) {
	case unanswered:
		h.silent = p.Provider()
		return r.undecidedEWay(ctx, h, why)
	case busy:
		said, err := r.timesAnswered(ctx, h, codeOf(why))
		if err != nil {
			return turn{}, err
		}
		if said+1 >= mostBusy { // unless it was done after all: that is looked up first
			h.tired = why
			return r.undecidedEWay(ctx, h, why)
		}
		return turn{}, r.pauseEWay(ctx, h, lookUp, why)
	case duplicate:
		h.duplicate = why
		return r.undecidedEWay(ctx, h, why)
	}
	return turn{}, r.refuseEWay(ctx, h, p, why)
}

// undecidedEWay writes down that the portal may have acted, keeps the task, and has it looked
// up at once.
func (r *Registrar) undecidedEWay(ctx context.Context, h *haul, why error) (turn, error) {
	err := r.store.MarkEWayUnknown(keep(ctx), h.task(), h.SentThrough, codeOf(why), wordsOf(why), time.Time{})
	return turn{lookUp, why}, wrap("mark e-way bill order unknown", err)
}

// wordsOf is why as it is written down: of a refusal the portal's own words, which may name
// the bill that is in the way.
func wordsOf(why error) string {
	if why == nil {
		return ""
	}
	return why.Error()
}

// errNotDone says that the portal does not show what was asked of it.
var errNotDone = errors.New("the portal shows nothing of it")

// seekEWay asks all providers what came of a task, those first through which it was not sent.
// Only the portal's clear word, which no other provider contradicts, lets it be sent again.
func (r *Registrar) seekEWay(ctx context.Context, h *haul) (turn, error) {
	var why, none error
	var by gst.Provider // who said that it was not done
	for _, p := range last(ready(h.portals, h.deed.readOp), h.SentThrough) {
		done, err := h.deed.seek(r, ctx, p, h)
		var other otherConsignment
		if errors.As(err, &other) {
			return turn{}, r.refuseEWay(ctx, h, p, other.refusal(p.Provider()))
		}
		switch r.heardEWay(h, p, h.deed.readOp, err) {
		case agreed:
			if done {
				return turn{}, r.saveEWay(ctx, h, p, true)
			}
			none, by = errNotDone, p.Provider()
		case absent:
			none, by = err, p.Provider()
		default:
			why = err
		}
	}
	switch {
	case none == nil:
		return turn{}, r.pauseEWay(ctx, h, lookUp, why)
	case h.duplicate != nil:
		return turn{}, r.refuseEWay(ctx, h, nil, h.duplicate)
	case h.tired != nil:
		return turn{}, r.refuseEWay(ctx, h, nil, h.tired)
	case h.State == db.RequestReady: // nothing was sent; see mayHaveCome
		return turn{send, none}, nil
	}
	if err := r.store.MarkEWayNotSent(keep(ctx), h.task(), by, codeOf(none), none.Error()); err != nil {
		return turn{}, fmt.Errorf("mark e-way bill order not done: %w", err)
	}
	return turn{send, none}, nil
}

// pauseEWay gives a task back until later, as pause does for a document.
func (r *Registrar) pauseEWay(ctx context.Context, h *haul, next move, why error) error {
	switch {
	case h.reached:
	case !h.paced.IsZero():
		h.gate.rest(h.client, h.paced)
		return wrap("put back", r.store.PutBackEWay(keep(ctx), h.task(), h.paced))
	default:
		r.shut(&h.contact, why)
	}
	due := r.later(h.Attempts)
	if h.again.After(due) {
		due = h.again
	}
	if next == send || h.State == db.RequestReady || !h.asked && !h.reached {
		return wrap("postpone", r.store.PostponeEWay(keep(ctx), h.task(), due, codeOf(why), wordsOf(why)))
	}
	return wrap("mark unknown", r.store.MarkEWayUnknown(keep(ctx), h.task(), h.SentThrough, codeOf(why), wordsOf(why), due))
}
