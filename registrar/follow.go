package registrar

import (
	"context"

	"mohar/db"
	"mohar/gst"
)

// A document that is taken up is marked as sent in the same transaction when it is known whom
// it goes to, and taken up in the transaction that stores the registration of the one before.
// So a worker waits for the disk once for each document, not three times. Nothing is sent that
// was not written down before, all the same.

// outlet returns the provider that a document of c can be sent through at once: the first in
// order, which does not rest and has a session. It is empty when there is none.
func (r *Registrar) outlet(ctx context.Context, c client) gst.Provider {
	portals, err := r.portals(ctx, c.company, c.mode)
	if err != nil {
		return "" // the step says so
	}
	p := ready(portals, gst.OpGenerate)[0]
	if p.Resting(gst.OpGenerate) || !p.SignedIn(ctx) {
		return ""
	}
	return p.Provider()
}

// register stores a registration, and takes up the next document that is due unless the
// worker is to stop.
func (r *Registrar) register(ctx context.Context, e *errand, reg *gst.Registration) error {
	wanted, ok := r.following(ctx, e)
	if !ok {
		return r.store.SaveRegistration(keep(ctx), e.request(), *reg)
	}
	next, err := r.store.SaveRegistrationAndTake(keep(ctx), e.request(), *reg, wanted)
	switch {
	case err != nil:
		return err
	case next == nil:
		r.turns.drop(wanted.Lane)
	default:
		r.turns.begin(wanted.Lane)
		e.next = &errand{IRNRequest: next, contact: contact{client: clientOf(wanted.Lane), gate: &r.gate}}
	}
	return nil
}

// following chooses what e's worker takes up behind it, of the lanes that were found due; false
// when the loop is to choose.
func (r *Registrar) following(ctx context.Context, e *errand) (db.Take, bool) {
	if e.more == nil || !e.more() {
		return db.Take{}, false
	}
	lanes, ok := r.turns.rest()
	if !ok {
		return db.Take{}, false
	}
	r.turns.order(lanes)
	for _, lane := range lanes {
		c := clientOf(lane)
		room := r.turns.room(c)
		if c == e.client {
			room++ // its worker has one of them, which is as good as done
		}
		if room <= 0 {
			continue
		}
		ok, probe, _ := r.gate.enter(c, r.now())
		if probe {
			r.gate.leave(c, probe)
			return db.Take{}, false
		}
		if ok {
			return db.Take{Lane: lane, Lease: lease, Through: r.outlet(ctx, c)}, true
		}
	}
	return db.Take{}, false
}

// unmark writes down that a document which was taken up as sent was not, and why.
func (r *Registrar) unmark(ctx context.Context, e *errand, why error) error {
	if e.State != db.RequestSent {
		return nil
	}
	return wrap("mark not sent", r.store.MarkNotSent(keep(ctx), e.request(), e.SentThrough, codeOf(why), why.Error()))
}
