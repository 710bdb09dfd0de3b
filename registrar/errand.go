package registrar

import (
	"context"
	"errors"
	"sync"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// errand is a request in a worker's hand, with what was learnt on the way.
type errand struct {
	*db.IRNRequest
	contact
	portals []*gsp.Portal
	calls   diary

	more func() bool // whether its worker may take up another one behind it; nil: no
	next *errand     // that one

	silent gst.Provider // the one that took it and did not answer; empty: none
	tired  error        // the "try later" that was one too many; nil: there was none
}

// contact is what was learnt on an errand of whether anybody can be reached.
type contact struct {
	client client
	gate   *gate // that keeps the likes of it back
	probe  bool  // it sees for others whether anybody can be reached

	reached bool      // a portal has answered
	asked   bool      // at least one provider was asked
	again   time.Time // when the first of those who want a pause may be asked; zero: one wants none
	paced   time.Time // until when there are too many calls at once; zero: there are not
}

// diary collects the calls made for a document. A sign-in may be made for several at once,
// so that its end is told from elsewhere.
type diary struct {
	mu    sync.Mutex
	calls []gst.Exchange
}

func (d *diary) add(x gst.Exchange) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, x)
}

func (d *diary) take() []gst.Exchange {
	d.mu.Lock()
	defer d.mu.Unlock()
	calls := d.calls
	d.calls = nil
	return calls
}

// watch has the calls made under the context it returns kept with the errand's document.
func (e *errand) watch(ctx context.Context) context.Context {
	return gsp.Watching(ctx, func(x gst.Exchange) {
		x.Attempt = max(e.Attempts, 1)
		e.calls.add(x)
	})
}

// request is the request with the calls that its next step in the store is to keep.
func (e *errand) request() *db.IRNRequest {
	e.Exchanges = append(e.Exchanges, e.calls.take()...)
	return e.IRNRequest
}

// heard judges how a call through p ended and notes whether the portal was reached by it.
// An answer opens the gate for all others of the company.
func (r *Registrar) heard(e *errand, p *gsp.Portal, op gst.Operation, err error) verdict {
	v := judge(err)
	r.noteContact(&e.contact, p, op, v, err)
	switch {
	case v == unsent || v == unanswered || v == busy:
		r.turns.ill(e.client)
	case op == gst.OpGenerate:
		r.turns.well(e.client, p.Crowded())
	}
	return v
}

// noteContact notes whether a call through p, judged as v, reached the portal.
func (r *Registrar) noteContact(e *contact, p *gsp.Portal, op gst.Operation, v verdict, err error) {
	if v != unsent && v != unanswered {
		e.reached = true
		e.gate.open(e.client)
		return
	}
	var wait *gsp.Wait
	var until time.Time
	if errors.As(err, &wait) {
		until = wait.Until
	}
	if paced := r.paced(p, op, err); !paced.IsZero() {
		e.paced = paced
	}
	if !e.asked || until.Before(e.again) {
		e.again = until
	}
	e.asked = true
}

// longestPace is how long a provider that answers makes a call wait for its turn. Longer
// waits have other reasons, such as too many sign-ins.
const longestPace = time.Minute

// paced returns when the turn of a call comes that p, which is well, did not make because
// too many wait for theirs; zero when err says something else.
func (r *Registrar) paced(p *gsp.Portal, op gst.Operation, err error) time.Time {
	var wait *gsp.Wait
	signIn := op == gst.OpSignIn || op == gst.OpEWaySignIn
	if signIn || !errors.As(err, &wait) || p.Resting(op) || wait.Until.Sub(r.now()) > longestPace {
		return time.Time{}
	}
	return wait.Until
}

// shut closes the gate behind an errand that reached nobody.
func (r *Registrar) shut(e *contact, why error) {
	e.gate.shut(e.client, e.probe, r.now(), e.again, codeOf(why), r.later)
}
