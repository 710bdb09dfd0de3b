// Package desk is the house side of a document: drafting, checking, issuing,
// opening INV-01 files, amending, cancelling. It is the one door for every change
// of a document, for pages, commands and imports alike. It decides what is stored
// and whether an IRN is asked for; sending it is the registrar's work, and what
// the law says is gst's.
package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

// Desk changes documents. It holds no state of its own.
type Desk struct {
	store     *db.Store
	registrar *registrar.Registrar
	now       func() time.Time
}

// New returns a desk over the store; now is the clock that decides "today".
func New(store *db.Store, r *registrar.Registrar, now func() time.Time) *Desk {
	return &Desk{store: store, registrar: r, now: now}
}

// Today is the day in India.
func (d *Desk) Today() gst.Date { return gst.DateOf(d.now()) }

// Check makes a document of c ready and returns all that is wrong with it: typed
// documents are computed, brought ones are only checked. It stores nothing.
func (d *Desk) Check(c gst.Company, inv *gst.Invoice) gst.Faults {
	prepare(inv, d.Rules(c))
	faults := gst.Validate(inv, d.Rules(c))
	if inv.Brought {
		return faults
	}
	return withoutEchoes(faults)
}

// SaveDraft stores an unfinished document of c as it is, faults and all, and sets
// inv.ID and inv.Version. typed is the form behind it, kept word for word, so that also
// what could not be read as a number or a date comes back.
//
// It returns gst.ErrConflict when the draft was changed by someone else meanwhile,
// and gst.ErrState when it was issued.
func (d *Desk) SaveDraft(ctx context.Context, c gst.Company, inv *gst.Invoice, typed []byte) error {
	prepare(inv, d.Rules(c))
	inv.State, inv.IRN = gst.Draft, gst.IRNStatus{}
	if !inv.Brought {
		inv.Number = ""
	}
	if err := d.store.SaveDraft(ctx, inv, typed); err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	return nil
}

// Issue checks a document of c, gives it its number, stores it and queues its IRN
// request where it needs one: all or nothing. inv.ID is set.
//
// It returns gst.Invalid with every fault found, gst.ErrConflict when the number
// is used or the draft was changed meanwhile, gst.ErrState when it was issued
// before.
func (d *Desk) Issue(ctx context.Context, c gst.Company, inv *gst.Invoice) error {
	return d.issue(ctx, c, inv, encode)
}

// IssueOpened issues a brought document, as Issue does, under the number that it brought.
// file is what it came as: while nothing was changed in the form, that is what is sent.
func (d *Desk) IssueOpened(ctx context.Context, c gst.Company, inv *gst.Invoice, file []byte) error {
	body, err := asBrought(inv, file)
	if err != nil {
		return err
	}
	return d.issue(ctx, c, inv, func(*gst.Invoice) ([]byte, error) { return body, nil })
}

// checkAll is what Check and CheckBuyer find.
func (d *Desk) checkAll(ctx context.Context, c gst.Company, inv *gst.Invoice) (gst.Faults, error) {
	faults := d.Check(c, inv)
	buyer, err := d.CheckBuyer(ctx, c, inv)
	return append(faults, buyer...), err
}

func (d *Desk) issue(ctx context.Context, c gst.Company, inv *gst.Invoice, encode func(*gst.Invoice) ([]byte, error), checks ...db.NoteCheck) error {
	faults, err := d.checkAll(ctx, c, inv)
	if err != nil {
		return err
	}
	return d.issueChecked(ctx, c, inv, faults, encode, checks...)
}

// issueChecked is issue with what was found wrong already.
func (d *Desk) issueChecked(ctx context.Context, c gst.Company, inv *gst.Invoice, faults gst.Faults, encode func(*gst.Invoice) ([]byte, error), checks ...db.NoteCheck) error {
	if err := faults.Err(); err != nil {
		return err
	}
	if err := d.settle(ctx, c, inv); err != nil {
		return err
	}
	inv.IRN = d.irnFor(c, inv)
	if err := d.store.IssueInvoice(ctx, inv, encode, true, append(checks, checkNote)...); err != nil {
		return fmt.Errorf("issue: %w", err)
	}
	return nil
}

// Amend replaces the content of an issued document that has no IRN yet, under its
// number, and asks for the IRN again. The version before stays in the edit log.
//
// It returns gst.Invalid, also for a date in another financial year, to which the number
// does not belong, and where the portal refused exactly what would be sent again;
// gst.ErrConflict; and gst.ErrState once the document is registered,
// being looked up, or void. Source: CGST Rules 2017, rule 48(5): without its IRN it is no
// invoice yet; rule 46(b): numbers are unique in a financial year.
func (d *Desk) Amend(ctx context.Context, c gst.Company, inv *gst.Invoice) error {
	return d.amend(ctx, c, inv, asBrought)
}

// amend is Amend with the body that encode makes of the document and of what was sent before.
func (d *Desk) amend(ctx context.Context, c gst.Company, inv *gst.Invoice, encode func(inv *gst.Invoice, sent []byte) ([]byte, error)) error {
	faults, err := d.checkAll(ctx, c, inv)
	if err != nil {
		return err
	}
	stored, sent, err := d.store.Invoice(ctx, c.GSTIN, inv.ID)
	if err != nil {
		return fmt.Errorf("read the document to amend: %w", err)
	}
	if year := stored.Date.FinancialYear(); inv.Date.FinancialYear() != year {
		faults = append(faults, gst.Fault{Rule: "date.year", Field: "date", Args: []string{stored.Number, year}})
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := d.settle(ctx, c, inv); err != nil {
		return err
	}
	inv.IRN = d.irnFor(c, inv)
	if err := d.store.AmendInvoice(ctx, inv, func(inv *gst.Invoice) ([]byte, error) { return encode(inv, sent) }, true, checkNote); err != nil {
		return fmt.Errorf("amend %q: %w", inv.Number, resendable(stored, err))
	}
	return nil
}

// resendable tells who amended nothing in a refused document that it may be sent as it is,
// where it may.
func resendable(stored *gst.Invoice, err error) error {
	var bad gst.Invalid
	if !errors.As(err, &bad) || len(bad.Faults) != 1 || bad.Faults[0].Rule != "amend.unchanged" {
		return err
	}
	if no := stored.IRN.Refusal; no != nil {
		if may, _ := registrar.MayResend(*no); may {
			return gst.Faults{{Rule: "amend.resend"}}.Err()
		}
	}
	return err
}

// SendAgain has a refused document sent once more as it is, where the cause of the refusal
// lies outside of it; see registrar.MayResend. It returns gst.ErrState for any other.
func (d *Desk) SendAgain(ctx context.Context, c gst.Company, id int64) error {
	return d.registrar.SendAgain(ctx, c.GSTIN, id)
}

// Register queues the IRN request of a document that is held.
func (d *Desk) Register(ctx context.Context, c gst.Company, id int64) error {
	return d.store.QueueIRN(ctx, c.GSTIN, id)
}

// Cancel cancels a document's IRN at the portal, within 24 hours of its
// acknowledgement, and voids the document.
//
// It returns gst.Invalid for a missing reason or remark and while an e-way bill of the document
// stands, gst.ErrState when there is no IRN to cancel, and *gst.Refusal with the portal's answer.
// Source: INV-01 CnlRsn, CnlRem; e-invoice FAQ: cancelled within 24 hours.
func (d *Desk) Cancel(ctx context.Context, c gst.Company, id int64, reason gst.CancelReason, remark string) error {
	remark = strings.TrimSpace(remark)
	if err := checkCancel(reason, remark).Err(); err != nil {
		return err
	}
	if err := d.stands(ctx, c.GSTIN, id); err != nil {
		return err
	}
	return d.registrar.Cancel(ctx, c.GSTIN, id, reason, remark)
}

func checkCancel(reason gst.CancelReason, remark string) gst.Faults {
	var fs gst.Faults
	switch reason {
	case gst.CancelDuplicate, gst.CancelDataEntry, gst.CancelOrder, gst.CancelOtherReasons:
	default:
		fs = append(fs, gst.Fault{Rule: "cancel.reason", Field: "reason"})
	}
	if n := len([]rune(remark)); n == 0 || n > 100 || strings.ContainsAny(remark, "\"\\") {
		fs = append(fs, gst.Fault{Rule: "cancel.remark", Field: "remark"})
	}
	return fs
}

// irnFor says how a document that is being issued stands with the portal.
func (d *Desk) irnFor(c gst.Company, inv *gst.Invoice) gst.IRNStatus {
	switch reason := gst.NeedsIRN(inv, d.Rules(c)); {
	case reason != "":
		return gst.IRNStatus{State: gst.IRNNotRequired, Reason: reason}
	case c.ByHand:
		return gst.IRNStatus{State: gst.IRNHeld}
	}
	return gst.IRNStatus{State: gst.IRNPending}
}

// AskPortal has the portal asked what it holds for a document, and brings the document in
// line with what that proves. Errors are those of registrar.AskPortal.
func (d *Desk) AskPortal(ctx context.Context, c gst.Company, id int64) (registrar.Answer, error) {
	return d.registrar.AskPortal(ctx, c.GSTIN, id)
}
