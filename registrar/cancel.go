package registrar

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// codeCancelled is what the portal answers for an IRN that is cancelled already.
const codeCancelled = "9999"

// Cancel cancels the IRN of a registered document at the portal, through the first
// provider that answers, and then in the store.
//
// It returns gst.ErrState for a document without a standing IRN, a *gst.Refusal when
// the portal refuses (2270: 24 hours are over; 2230: its e-way bill is active), and
// gsp.ErrNotSent or gsp.ErrNoAnswer when no provider answered; with db.ErrSealed when
// the key of the credentials is missing. Asking again does no harm then, and AskPortal
// tells what became of the IRN.
func (r *Registrar) Cancel(ctx context.Context, company gst.GSTIN, id int64, reason gst.CancelReason, remark string) error {
	inv, _, err := r.store.Invoice(ctx, company, id)
	if err != nil {
		return fmt.Errorf("cancel document %d: %w", id, err)
	}
	reg := inv.IRN.Registration
	if inv.IRN.State != gst.IRNRegistered || reg == nil || inv.Elsewhere {
		return fmt.Errorf("cancel %s: its IRN is %q: %w", inv.Number, inv.IRN.State, gst.ErrState)
	}
	calls, end := r.withGrace(ctx)
	defer end()
	calls, kept := r.keeping(calls, company, id)
	defer kept()
	r.gsp.TryAgain(inv.Mode) // a person waits for it
	portals, err := r.portals(calls, company, inv.Mode)
	if err != nil {
		return fmt.Errorf("cancel %s: %w: %w", inv.Number, gsp.ErrNotSent, err)
	}
	at, err := r.cancelAt(calls, portals, reg.IRN, reason, remark)
	if errors.Is(err, gsp.ErrNoAnswer) {
		e := db.Event{Kind: db.EventCancelUnanswered, Code: string(reason), Detail: remark}
		err = errors.Join(err, r.store.AddEvent(keep(ctx), company, id, e))
	}
	if err != nil {
		return fmt.Errorf("cancel %s: %w", inv.Number, err)
	}
	return wrap("cancel "+inv.Number, r.store.SaveCancellation(keep(ctx), company, id, at, reason, remark))
}

// cancelAt asks one provider after the other, and returns when the IRN was
// cancelled. To ask again is safe: the portal says of a cancelled IRN that it is.
func (r *Registrar) cancelAt(
	ctx context.Context, portals []*gsp.Portal, irn string, reason gst.CancelReason, remark string,
) (time.Time, error) {
	failed := gsp.ErrNotSent
	for _, p := range ready(portals, gst.OpCancel) {
		at, err := p.Cancel(ctx, irn, reason, remark)
		switch judge(err) {
		case agreed:
			return at, nil
		case unanswered:
			failed = err
			if isCancelled(ctx, last(ready(portals, gst.OpByIRN), p.Provider()), irn) {
				return r.now(), nil
			}
		case unsent:
			if !errors.Is(failed, gsp.ErrNoAnswer) { // that it may have acted is the graver news
				failed = err
			}
		default:
			if no := refusalOf(err); no.Has(codeCancelled) {
				return r.now(), nil // when, it does not say
			}
			return time.Time{}, err
		}
	}
	return time.Time{}, failed
}

// isCancelled reports whether the first portal that answers says so of the IRN.
func isCancelled(ctx context.Context, portals []*gsp.Portal, irn string) bool {
	for _, p := range portals {
		if reg, err := p.ByIRN(ctx, irn); err == nil {
			return reg.Status == gst.RegistrationCancelled
		}
	}
	return false
}
