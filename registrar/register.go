package registrar

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// move is what comes next for a document within one step.
type move int

const (
	rest move = iota // its state is written down: decided, or due again later
	send
	lookUp
)

// turn is how a move ended: what comes next, and why.
type turn struct {
	next move
	why  error
}

// mostMoves ends a step that goes in circles, as when a portal registers nothing
// and says so each time.
const mostMoves = 4

// step takes one request as far as it gets now: sends it, or looks it up when it may
// have been sent, and goes on from one to the other as the answers demand.
func (r *Registrar) step(ctx context.Context, req *db.IRNRequest) error {
	ctx, end := r.withGrace(db.WithActor(ctx, actor))
	defer end()
	now := turn{next: send}
	if req.State != db.RequestReady {
		now.next = lookUp
	}
	portals, err := r.portals(ctx, req.Company, req.Mode)
	if err != nil { // a person must mend that; nothing is lost meanwhile
		return wrap("postpone", r.store.PostponeIRN(keep(ctx), req, r.later(req.Attempts), codeOf(err), err.Error()))
	}
	for range mostMoves {
		switch now.next {
		case send:
			now, err = r.send(ctx, req, portals)
		case lookUp:
			now, err = r.lookUp(ctx, req, portals)
		}
		if err != nil || now.next == rest {
			return err
		}
	}
	return r.pause(ctx, req, now.next, now.why)
}

// send asks one provider after the other for the IRN, until one has given an answer
// or may have acted.
func (r *Registrar) send(ctx context.Context, req *db.IRNRequest, portals []*gsp.Portal) (turn, error) {
	var passed *gsp.Portal // the provider before, that could not be signed in at
	var why error
	for _, p := range ready(portals, gst.OpGenerate) {
		// A sign-in is no sending: while none works there is nothing to write down.
		if _, err := p.SignIn(ctx); err != nil {
			passed, why = p, err
			continue
		}
		if err := r.marked(ctx, req, passed, why, p); err != nil {
			return turn{}, err
		}
		reg, err := r.generate(ctx, p, req.Body)
		switch judge(err) {
		case agreed:
			return r.accept(ctx, req, reg)
		case unsent:
			passed, why = nil, err
			if err := r.store.MarkNotSent(keep(ctx), req, p.Provider(), codeOf(err), err.Error()); err != nil {
				return turn{}, fmt.Errorf("mark not sent: %w", err)
			}
		default:
			return r.answered(ctx, req, first(portals, p.Provider()), err)
		}
	}
	return turn{}, r.pause(ctx, req, send, why)
}

// marked writes down that the request is about to be sent through p, and before
// that, why the provider that passed was not used.
func (r *Registrar) marked(ctx context.Context, req *db.IRNRequest, passed *gsp.Portal, why error, p *gsp.Portal) error {
	if passed != nil {
		if err := r.store.MarkNotSent(keep(ctx), req, passed.Provider(), codeOf(why), why.Error()); err != nil {
			return fmt.Errorf("mark not sent: %w", err)
		}
	}
	return wrap("mark sent", r.store.MarkSent(keep(ctx), req, p.Provider()))
}

// answered acts on an answer that is no registration, or on the lack of one, from
// the first of portals.
func (r *Registrar) answered(ctx context.Context, req *db.IRNRequest, portals []*gsp.Portal, why error) (turn, error) {
	switch judge(why) {
	case unanswered:
		return r.undecided(ctx, req, why)
	case busy:
		return turn{}, r.notNow(ctx, req, why)
	case duplicate:
		return r.fetchDuplicate(ctx, req, portals, why)
	case elsewhere:
		return turn{}, r.refuse(ctx, req, why, gst.IRNConflict)
	}
	return turn{}, r.refuse(ctx, req, why, gst.IRNFailed)
}

// undecided writes down that the document may have been registered, keeps it, and
// has it looked up at once.
func (r *Registrar) undecided(ctx context.Context, req *db.IRNRequest, why error) (turn, error) {
	err := r.store.MarkUnknown(keep(ctx), req, req.SentThrough, codeOf(why), why.Error(), time.Time{})
	if err != nil {
		return turn{}, fmt.Errorf("mark unknown: %w", err)
	}
	return turn{lookUp, why}, nil
}

// generate asks for the IRN, and once more after having the portal renew its copy of
// the buyer's entry when it finds fault with that.
// Source: NIC's codes 3028 and 3029; its sync call is made for them.
func (r *Registrar) generate(ctx context.Context, p *gsp.Portal, body []byte) (*gst.Registration, error) {
	reg, err := p.Generate(ctx, body)
	if judge(err) != stale {
		return reg, err
	}
	inv, _, readErr := nic.Decode(body)
	if readErr != nil || inv.Buyer.GSTIN == gst.URP {
		return nil, err
	}
	if _, syncErr := p.SyncTaxpayer(ctx, gst.GSTIN(inv.Buyer.GSTIN)); syncErr != nil {
		return nil, err
	}
	return p.Generate(ctx, body)
}

// lookUp asks the providers for the document, those first through which it was not
// sent. Only the portal's clear word that there is none lets it be sent again.
func (r *Registrar) lookUp(ctx context.Context, req *db.IRNRequest, portals []*gsp.Portal) (turn, error) {
	var why error
	for _, p := range last(ready(portals, gst.OpByDocument), req.SentThrough) {
		var reg *gst.Registration
		if reg, why = p.ByDocument(ctx, req.Type, req.Number, req.Date); why == nil {
			return r.attach(ctx, req, reg)
		}
		switch judge(why) {
		case absent:
			if err := r.store.MarkNotSent(keep(ctx), req, p.Provider(), codeOf(why), why.Error()); err != nil {
				return turn{}, fmt.Errorf("mark not there: %w", err)
			}
			return turn{send, why}, nil
		case expired:
			return turn{}, r.refuse(ctx, req, why, gst.IRNConflict)
		}
	}
	return turn{}, r.pause(ctx, req, lookUp, why)
}

// fetchDuplicate gets the document that the portal holds under the number, and
// attaches it when it is ours: most likely an answer of it was lost.
func (r *Registrar) fetchDuplicate(ctx context.Context, req *db.IRNRequest, portals []*gsp.Portal, why error) (turn, error) {
	open := false
	for _, p := range portals {
		reg, err := fetch(ctx, p, req, refusalOf(why).Duplicate)
		switch judge(err) {
		case agreed:
			return r.attach(ctx, req, reg)
		case unsent, unanswered, busy:
			open = true
		}
	}
	if open {
		return turn{}, r.pause(ctx, req, lookUp, why)
	}
	return turn{}, r.refuse(ctx, req, why, gst.IRNConflict)
}

// fetch gets a duplicate by its IRN when that is known, else by document.
func fetch(ctx context.Context, p *gsp.Portal, req *db.IRNRequest, d *gst.Registration) (*gst.Registration, error) {
	if d != nil {
		return p.ByIRN(ctx, d.IRN)
	}
	return p.ByDocument(ctx, req.Type, req.Number, req.Date)
}

// pause gives the document back until later: as it is when it was not sent, else to
// be looked up.
func (r *Registrar) pause(ctx context.Context, req *db.IRNRequest, next move, why error) error {
	due := r.later(req.Attempts)
	var wait *gsp.Wait
	if errors.As(why, &wait) && wait.Until.After(due) {
		due = wait.Until
	}
	if next == send {
		return wrap("postpone", r.store.PostponeIRN(keep(ctx), req, due, codeOf(why), why.Error()))
	}
	return wrap("mark unknown", r.store.MarkUnknown(keep(ctx), req, req.SentThrough, codeOf(why), why.Error(), due))
}

// mostBusy is how often a portal may say "try later" of one document before that
// counts as refusing it: it blocks callers who repeat a failing document.
// Source: NIC note on top errors.
const mostBusy = 12

// notNow gives back a document of which the portal says "try later". What it waited for
// before, as through a long outage, does not count against it.
func (r *Registrar) notNow(ctx context.Context, req *db.IRNRequest, why error) error {
	said, err := r.store.TimesAnswered(ctx, req.InvoiceID, codeOf(why))
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	if said+1 >= mostBusy { // this answer counts too
		return r.refuse(ctx, req, why, gst.IRNFailed)
	}
	return r.pause(ctx, req, lookUp, why)
}

// refuse writes a refusal down.
func (r *Registrar) refuse(ctx context.Context, req *db.IRNRequest, why error, state gst.IRNState) error {
	return wrap("save refusal", r.store.SaveRefusal(keep(ctx), req, refusalOf(why), state))
}

// wrap adds what was being done to an error.
func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
