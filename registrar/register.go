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
func (r *Registrar) step(ctx context.Context, e *errand) error {
	ctx, end := r.withGrace(db.WithActor(ctx, actor))
	defer end()
	defer r.turns.end(e.client)
	defer e.gate.leave(e.client, e.probe)
	ctx = e.watch(ctx)
	now := turn{next: send}
	if e.State == db.RequestUnknown {
		now.next = lookUp
		if verdicts[e.LastCode] != busy {
			e.silent = e.SentThrough
		}
	}
	var err error
	if e.portals, err = r.portals(ctx, e.Company, e.Mode); err != nil { // a person must mend that; nothing is lost meanwhile
		if err := r.unmark(ctx, e, err); err != nil {
			return err
		}
		return r.pause(ctx, e, now.next, err)
	}
	for range mostMoves {
		switch now.next {
		case send:
			now, err = r.send(ctx, e)
		case lookUp:
			now, err = r.lookUp(ctx, e)
		}
		if err != nil || now.next == rest {
			return err
		}
	}
	return r.pause(ctx, e, now.next, now.why)
}

// send asks one provider after the other for the IRN, until one has given an answer
// or may have acted.
func (r *Registrar) send(ctx context.Context, e *errand) (turn, error) {
	var passed *gsp.Portal // the provider before, that could not be signed in at
	var why error
	portals := last(ready(e.portals, gst.OpGenerate), e.silent)
	if e.State == db.RequestSent {
		portals = first(portals, e.SentThrough)
	}
	for _, p := range portals {
		// A sign-in is no sending: while none works there is nothing to write down.
		if _, err := p.SignIn(ctx); err != nil {
			r.heard(e, p, gst.OpSignIn, err)
			passed, why = p, err
			if e.State == db.RequestSent { // written down when it was taken up
				if err := r.unmark(ctx, e, why); err != nil {
					return turn{}, err
				}
				passed = nil
			}
			continue
		}
		if err := r.marked(ctx, e, passed, why, p); err != nil {
			return turn{}, err
		}
		reg, err := r.generate(ctx, p, e.Body)
		switch r.heard(e, p, gst.OpGenerate, err) {
		case agreed:
			return r.accept(ctx, e, reg)
		case unsent:
			if !r.paced(p, gst.OpGenerate, err).IsZero() {
				return turn{}, r.pause(ctx, e, send, err)
			}
			passed, why = nil, err
			if err := r.store.MarkNotSent(keep(ctx), e.request(), p.Provider(), codeOf(err), err.Error()); err != nil {
				return turn{}, fmt.Errorf("mark not sent: %w", err)
			}
		default:
			return r.answered(ctx, e, p, err)
		}
	}
	return turn{}, r.pause(ctx, e, send, why)
}

// marked writes down that the request is about to be sent through p, and before
// that, why the provider that passed was not used.
func (r *Registrar) marked(ctx context.Context, e *errand, passed *gsp.Portal, why error, p *gsp.Portal) error {
	if e.State == db.RequestSent && e.SentThrough == p.Provider() {
		return nil // it was when it was taken up
	}
	if err := r.unmark(ctx, e, errNoProvider); err != nil { // that provider is there no more
		return err
	}
	if passed != nil {
		if err := r.store.MarkNotSent(keep(ctx), e.request(), passed.Provider(), codeOf(why), why.Error()); err != nil {
			return fmt.Errorf("mark not sent: %w", err)
		}
	}
	return wrap("mark sent", r.store.MarkSent(keep(ctx), e.request(), p.Provider()))
}

// answered acts on an answer of p that is no registration, or on the lack of one.
func (r *Registrar) answered(ctx context.Context, e *errand, p *gsp.Portal, why error) (turn, error) {
	switch judge(why) {
	case unanswered:
		return r.undecided(ctx, e, why)
	case busy:
		return r.notNow(ctx, e, why)
	case duplicate:
		return r.fetchDuplicate(ctx, e, p.Provider(), why)
	case elsewhere:
		return turn{}, r.refuse(ctx, e, why, gst.IRNConflict)
	}
	return turn{}, r.refuse(ctx, e, why, gst.IRNFailed)
}

// undecided writes down that the document may have been registered, keeps it, and
// has it looked up at once.
func (r *Registrar) undecided(ctx context.Context, e *errand, why error) (turn, error) {
	e.silent = e.SentThrough
	err := r.store.MarkUnknown(keep(ctx), e.request(), e.SentThrough, codeOf(why), why.Error(), time.Time{})
	if err != nil {
		return turn{}, fmt.Errorf("mark unknown: %w", err)
	}
	return turn{lookUp, why}, nil
}

// generate asks for the IRN, and once more after having the portal renew its copy of
// the buyer's entry when it finds fault with that and the renewed entry is a good one.
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
	buyer, syncErr := p.SyncTaxpayer(ctx, gst.GSTIN(inv.Buyer.GSTIN))
	if syncErr != nil || buyer.Status != "" && buyer.Status != gst.StatusActive {
		return nil, err // the register says the same: sent again it would only be refused again
	}
	return p.Generate(ctx, body)
}

// lookUp asks all providers for the document, those first through which it was not sent.
// Only the portal's clear word that there is none, which no other provider contradicts,
// lets it be sent again.
func (r *Registrar) lookUp(ctx context.Context, e *errand) (turn, error) {
	if e.Duplicate != nil { // its IRN is known, and it is there
		return r.fetchDuplicate(ctx, e, e.Duplicate.Provider, duplicateOf(e.Duplicate))
	}
	var why, none error
	var by gst.Provider // who said that there is none
	for _, p := range last(ready(e.portals, gst.OpByDocument), e.SentThrough) {
		reg, err := p.ByDocument(ctx, e.Type, e.Number, e.Date)
		switch r.heard(e, p, gst.OpByDocument, err) {
		case agreed:
			if err = r.believe(ctx, e.IRNRequest, reg); !errors.Is(err, errNotBelieved) {
				r.withEWay(ctx, p, e.Body, reg)
				return turn{}, r.attach(ctx, e, reg, err)
			}
			why = err
		case absent:
			none, by = err, p.Provider()
		case expired:
			return turn{}, r.refuse(ctx, e, err, gst.IRNConflict)
		default:
			if !errors.Is(why, errNotBelieved) {
				why = err
			}
		}
	}
	switch {
	case errors.Is(why, errNotBelieved):
		return turn{}, r.disbelieve(ctx, e, why)
	case none == nil:
		return turn{}, r.pause(ctx, e, lookUp, why)
	case e.tired != nil:
		return turn{}, r.refuse(ctx, e, e.tired, gst.IRNFailed)
	}
	if err := r.store.MarkNotSent(keep(ctx), e.request(), by, codeOf(none), none.Error()); err != nil {
		return turn{}, fmt.Errorf("mark not there: %w", err)
	}
	return turn{send, none}, nil
}

// pause gives the document back until later: as it is when it was not sent, else to
// be looked up. When nobody was reached the gate closes: what was not sent stays due
// behind it, so that it keeps its place.
func (r *Registrar) pause(ctx context.Context, e *errand, next move, why error) error {
	switch {
	case e.reached:
	case !e.paced.IsZero():
		e.gate.rest(e.client, e.paced)
		return wrap("put back", r.store.PutBackIRN(keep(ctx), e.request(), e.paced))
	default:
		r.shut(&e.contact, why)
	}
	due := r.later(e.Attempts)
	switch {
	case next == send && !e.reached:
		due = r.now()
	case e.again.After(due):
		due = e.again
	}
	if next == send || !e.asked {
		return wrap("postpone", r.store.PostponeIRN(keep(ctx), e.request(), due, codeOf(why), why.Error()))
	}
	return wrap("mark unknown", r.store.MarkUnknown(keep(ctx), e.request(), e.SentThrough, codeOf(why), why.Error(), due))
}

// mostBusy is how often a portal may say "try later" of one document before that
// counts as refusing it: it blocks callers who repeat a failing document.
// Source: NIC note on top errors.
const mostBusy = 12

// notNow gives back a document of which the portal says "try later". What it waited for
// before, as through a long outage, does not count against it.
//
// What it says too often counts as a refusal, unless the portal holds the document after
// all: that is looked up first.
func (r *Registrar) notNow(ctx context.Context, e *errand, why error) (turn, error) {
	said, err := r.store.TimesAnswered(ctx, e.InvoiceID, codeOf(why))
	if err != nil {
		return turn{}, fmt.Errorf("count answers: %w", err)
	}
	if said+1 >= mostBusy { // this answer counts too
		e.tired = why
		return r.undecided(ctx, e, why)
	}
	return turn{}, r.pause(ctx, e, lookUp, why)
}

// refuse writes a refusal down.
func (r *Registrar) refuse(ctx context.Context, e *errand, why error, state gst.IRNState) error {
	return wrap("save refusal", r.store.SaveRefusal(keep(ctx), e.request(), refusalOf(why), state))
}

// SendAgain has a refused document sent once more as it is, where MayResend allows it. It
// is looked up first when the portal may hold it.
//
// It returns gst.ErrState for any other document: what the portal refused is never sent
// again unchanged.
func (r *Registrar) SendAgain(ctx context.Context, company gst.GSTIN, id int64) error {
	inv, _, err := r.store.Invoice(ctx, company, id)
	if err != nil {
		return fmt.Errorf("send document %d again: %w", id, err)
	}
	var may, lookUp bool
	if no := inv.IRN.Refusal; no != nil {
		may, lookUp = MayResend(*no)
	}
	if inv.State != gst.Issued || !may {
		return fmt.Errorf("send %s again: %w", inv.Number, gst.ErrState)
	}
	return wrap("send again", r.store.ResendIRN(ctx, company, id, lookUp))
}

// wrap adds what was being done to an error.
func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
