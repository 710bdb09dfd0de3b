package registrar

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// Found is what asking the portal about a document came to.
type Found string

// What can be found.
const (
	FoundSame       Found = "same"       // it stands there as it does here
	FoundRegistered Found = "registered" // it had been registered; now it is here too
	FoundCancelled  Found = "cancelled"  // its IRN is cancelled there; now it is here too
	FoundOther      Found = "other"      // the portal holds another document under the number
	FoundNone       Found = "none"       // it is not there
	FoundTooOld     Found = "too_old"    // it is there, but for too long to be shown
	FoundElsewhere  Found = "elsewhere"  // another registration portal holds it
	FoundUnproved   Found = "unproved"   // an answer came whose signature or IRN does not hold; nothing was changed
)

// Answer is what the portal said of a document, and through whom.
type Answer struct {
	Found    Found
	Provider gst.Provider
	At       time.Time
	Code     string // the portal's, when it showed no document
	EWayBill string // number of an e-way bill that was taken over
}

// ErrUnderWay says that the document is being sent or looked up at this moment, so that
// asking beside it would only cost a call.
var ErrUnderWay = errors.New("under way")

// AskPortal looks a document up at the portal, through one provider after the other and in
// both of its houses, and brings what is stored here in line with what it proves.
//
// It returns gst.ErrState for a document that the portal is never sent, ErrUnderWay,
// gst.ErrConflict when the document was changed meanwhile, and gsp.ErrNotSent or
// gsp.ErrNoAnswer when nobody answered, or a *gst.Refusal marked gsp.ErrSignIn.
func (r *Registrar) AskPortal(ctx context.Context, company gst.GSTIN, id int64) (Answer, error) {
	inv, body, err := r.store.Invoice(ctx, company, id)
	if err != nil {
		return Answer{}, fmt.Errorf("ask about document %d: %w", id, err)
	}
	ask := question{r: r, inv: inv, body: body}
	answer, err := ask.put(ctx)
	if err != nil {
		return Answer{}, fmt.Errorf("ask about %s: %w", inv.Number, err)
	}
	e := db.Event{Kind: db.EventAsked, At: answer.At, Provider: answer.Provider, Code: string(answer.Found), Detail: answer.Code}
	return answer, wrap("note the answer", r.store.AddEvent(keep(ctx), company, id, e))
}

// question is one document that the portal is asked about.
type question struct {
	r    *Registrar
	inv  *gst.Invoice
	body []byte
}

func (q *question) put(ctx context.Context) (Answer, error) {
	if q.inv.State != gst.Issued || q.inv.Elsewhere {
		return Answer{}, gst.ErrState
	}
	calls, end := q.r.withGrace(ctx)
	defer end()
	calls, kept := q.r.keeping(calls, q.inv.Company, q.inv.ID)
	defer kept()
	q.r.gsp.TryAgain(q.inv.Mode) // a person wants to know it now
	portals, err := q.r.portals(calls, q.inv.Company, q.inv.Mode)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", gsp.ErrNotSent, err)
	}
	switch q.inv.IRN.State {
	case gst.IRNPending, gst.IRNUnknown:
		return q.waiting(calls, portals)
	case gst.IRNRegistered:
		return q.registered(calls, portals)
	case gst.IRNHeld, gst.IRNFailed, gst.IRNConflict:
		return q.parked(calls, portals)
	}
	return Answer{}, gst.ErrState
}

// look asks one provider after the other until the portal says what it holds.
func (q *question) look(ctx context.Context, portals []*gsp.Portal) (*gst.Registration, Answer, error) {
	failed := gsp.ErrNotSent
	for _, p := range ready(portals, gst.OpByIRN) {
		reg, err := q.lookThrough(ctx, p)
		a := Answer{Provider: p.Provider(), At: q.r.now()}
		verdict := judge(err)
		if verdict != unsent && verdict != unanswered { // somebody can be reached: nobody need wait
			q.r.gate.open(client{q.inv.Company, q.inv.Mode})
		}
		switch verdict {
		case agreed:
			if reg.Status == gst.RegistrationRejected {
				a.Found = FoundElsewhere
				return nil, a, nil
			}
			q.r.withEWay(ctx, p, q.body, reg)
			return reg, a, nil
		case unsent:
			if !errors.Is(failed, gsp.ErrNoAnswer) {
				failed = err
			}
			continue
		case unanswered, busy, stale:
			failed = fmt.Errorf("%w: %w", gsp.ErrNoAnswer, err)
			continue
		case expired:
			a.Found = FoundTooOld
		case elsewhere:
			a.Found = FoundElsewhere
		case absent:
			a.Found = FoundNone
		default:
			return nil, Answer{}, err
		}
		a.Code = codeOf(err)
		return nil, a, nil
	}
	return nil, Answer{}, failed
}

// lookThrough asks by IRN where one is known, else by document.
func (q *question) lookThrough(ctx context.Context, p *gsp.Portal) (*gst.Registration, error) {
	switch is := q.inv.IRN; {
	case is.Registration != nil:
		return p.ByIRN(ctx, is.Registration.IRN)
	case is.Refusal != nil && is.Refusal.Duplicate != nil && is.Refusal.Duplicate.IRN != "":
		return p.ByIRN(ctx, is.Refusal.Duplicate.IRN)
	}
	return p.ByDocument(ctx, q.inv.Type, q.inv.Number, q.inv.Date)
}

// registered asks about a document that has its IRN here.
func (q *question) registered(ctx context.Context, portals []*gsp.Portal) (Answer, error) {
	reg, a, err := q.look(ctx, portals)
	if err != nil || reg == nil {
		return a, err
	}
	mine := q.inv.IRN.Registration
	unlike, err := q.compare(ctx, reg)
	switch {
	case unlike != nil:
		a.Found = FoundOther
		return a, nil
	case err != nil, !strings.EqualFold(reg.IRN, mine.IRN):
		a.Found = FoundUnproved
		return a, nil
	case reg.Status == gst.RegistrationCancelled:
		a.Found = FoundCancelled
		return a, q.r.store.SaveCancellation(keep(ctx), q.inv.Company, q.inv.ID, a.At, "", db.CancelledThere)
	}
	a.Found = FoundSame
	if bill := reg.EWayBill; bill != nil && (mine.EWayBill == nil || mine.EWayBill.Number != bill.Number) {
		a.EWayBill = bill.Number
	}
	return a, q.r.store.CompleteRegistration(keep(ctx), q.inv.Company, q.inv.ID, *reg)
}

// parked asks about a document that waits for a person: held, refused or in conflict.
func (q *question) parked(ctx context.Context, portals []*gsp.Portal) (Answer, error) {
	reg, a, err := q.look(ctx, portals)
	if err != nil || reg == nil {
		return a, err
	}
	unlike, err := q.compare(ctx, reg)
	switch {
	case unlike != nil:
		a.Found = FoundOther
		return a, q.r.store.SaveConflictFor(keep(ctx), q.inv, conflictWith(reg, unlike))
	case err != nil:
		a.Found = FoundUnproved
		return a, nil
	}
	a.take(reg)
	return a, q.r.store.SaveFoundFor(keep(ctx), q.inv, *reg)
}

// waiting asks about a document whose request is open. The request is taken up meanwhile,
// so that no worker sends it beside the question.
func (q *question) waiting(ctx context.Context, portals []*gsp.Portal) (Answer, error) {
	req, err := q.r.store.TakeIRNRequest(ctx, q.inv.Company, q.inv.ID, lease)
	switch {
	case errors.Is(err, gst.ErrConflict), errors.Is(err, gst.ErrNotFound): // decided this moment
		return Answer{}, ErrUnderWay
	case err != nil:
		return Answer{}, err
	}
	reg, a, err := q.look(ctx, portals)
	switch {
	case err != nil:
		return a, errors.Join(err, q.back(ctx, req, q.r.later(req.Attempts)))
	case reg != nil:
		return q.decide(ctx, req, reg, a)
	case a.Found != FoundNone:
		return a, q.back(ctx, req, q.r.later(req.Attempts))
	}
	// The one answer after which it may be sent: the registrar does so at once.
	if err := q.r.store.MarkNotSent(keep(ctx), req, a.Provider, req.LastCode, req.LastError); err != nil {
		return a, err
	}
	return a, q.back(ctx, req, a.At)
}

// decide ends a request with what the portal holds under its number.
func (q *question) decide(ctx context.Context, req *db.IRNRequest, reg *gst.Registration, a Answer) (Answer, error) {
	unlike, err := q.compare(ctx, reg)
	switch {
	case unlike != nil:
		a.Found = FoundOther
		return a, q.r.store.SaveRefusal(keep(ctx), req, conflictWith(reg, unlike), gst.IRNConflict)
	case err != nil:
		a.Found = FoundUnproved
		return a, q.back(ctx, req, q.r.later(req.Attempts))
	}
	a.take(reg)
	return a, q.r.store.SaveFound(keep(ctx), req, *reg)
}

// take notes what is taken over of a document that is ours.
func (a *Answer) take(reg *gst.Registration) {
	a.Found = FoundRegistered
	if reg.Status == gst.RegistrationCancelled {
		a.Found = FoundCancelled
	}
	if reg.EWayBill != nil {
		a.EWayBill = reg.EWayBill.Number
	}
}

// back gives a request back as it was, due at a moment.
func (q *question) back(ctx context.Context, req *db.IRNRequest, due time.Time) error {
	return q.r.store.ReturnIRNRequest(keep(ctx), req, due)
}

// compare checks the signatures of what the portal shows and compares it with the document
// as it is here. unlike says in what it is another document; err, why it proves nothing.
func (q *question) compare(ctx context.Context, reg *gst.Registration) (unlike, err error) {
	req := &db.IRNRequest{
		InvoiceID: q.inv.ID, Company: q.inv.Company, Mode: q.inv.Mode, Type: q.inv.Type, Number: q.inv.Number,
		Date: q.inv.Date, Body: q.body,
	}
	err = q.r.believe(ctx, req, reg)
	var other otherDocument
	if errors.As(err, &other) {
		return other, nil
	}
	return nil, err
}

// keeping returns a context whose calls are kept with a document, once kept is called.
func (r *Registrar) keeping(ctx context.Context, company gst.GSTIN, id int64) (calls context.Context, kept func()) {
	var heard diary
	return gsp.Watching(ctx, heard.add), func() {
		if err := r.store.AddExchanges(keep(ctx), company, id, heard.take()...); err != nil {
			r.log.WarnContext(ctx, "calls are not kept", "invoice", id, "error", err)
		}
	}
}

// WhyNot returns the code that says why asking came to nothing: one of db's own such as
// db.WaitNoProvider, or the first that the portal or a provider gave; "" when nobody
// answered.
func WhyNot(err error) string { return codeOf(err) }

// Unanswered reports whether nobody answered, or nobody could be asked.
func Unanswered(err error) bool {
	return errors.Is(err, ErrNobody) || errors.Is(err, gsp.ErrNotSent) || MayHaveActed(err)
}

// MayHaveActed reports whether the portal may have done what it was asked for, though no
// answer says so.
func MayHaveActed(err error) bool { return errors.Is(err, gsp.ErrNoAnswer) }
