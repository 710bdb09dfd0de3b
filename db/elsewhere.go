package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// RecordElsewhere stores a document that another program issued, with its own number and
// figures, and sets inv's ID, Version, Mode, State, IRN and times. Nothing is sent for
// it. With an IRN in inv.IRN.Registration it stands as registered, by signatures that are
// not kept here; otherwise it needs none (gst.NoIRNElsewhere). One that was cancelled
// there comes with the state gst.Void. body is its INV-01, nil when there is none.
//
// It counts like any other in registers, months and number gaps, and notes may go back to
// it. It cannot be amended, and its IRN cannot be cancelled from here (gst.ErrState);
// VoidInvoice puts down that it was cancelled there, or should not have been recorded.
//
// It returns gst.ErrConflict if the company has the number already, gst.ErrState for a
// document that is stored, and gst.Invalid on "number" and "date" for what no document
// may bear and for a day that is locked.
func (s *Store) RecordElsewhere(ctx context.Context, inv *gst.Invoice, body []byte) error {
	saved := *inv
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if saved.ID != 0 {
			return gst.ErrState
		}
		_, scope, err := s.openDraft(ctx, t, &saved)
		if err != nil {
			return err
		}
		if err := mayRecord(ctx, t, &saved); err != nil {
			return err
		}
		asRecorded(&saved)
		rows, err := s.put(ctx, t, nil, &saved, body, scope)
		if err != nil {
			return err
		}
		if saved.IRN.Registration != nil {
			if err := insertRegistration(ctx, t, saved.ID, saved.IRN.Registration); err != nil {
				return err
			}
			if err := s.keepRegisteredEWay(ctx, t, &saved, saved.IRN.Registration); err != nil {
				return err
			}
		}
		if err := putLinks(ctx, t, &saved); err != nil {
			return err
		}
		if err := s.addEvent(ctx, t, &saved, Event{Kind: EventRecorded}); err != nil {
			return err
		}
		digest, err := rows.digest()
		if err != nil {
			return err
		}
		standing, err := standingDigest(ctx, t, saved.ID) // the registration is there already
		if err != nil {
			return err
		}
		return s.logInvoice(ctx, t, "recorded", nil, &saved, append(digest[:digestSize:digestSize], standing...))
	})
	if err != nil {
		return fmt.Errorf("record %q: %w", saved.Number, err)
	}
	*inv = saved
	return nil
}

// issuedElsewhere reports whether a document, which is there, was recorded only.
func issuedElsewhere(ctx context.Context, t *tx, id int64) (elsewhere bool, err error) {
	err = t.row(ctx, `
SELECT COALESCE(extra ->> '$.Elsewhere', 0)
FROM invoice_details
WHERE invoice_id = $1`, id).Scan(&elsewhere)
	if err != nil {
		return false, fmt.Errorf("read details: %w", known(err))
	}
	return elsewhere, nil
}

// mayRecord returns gst.Invalid unless a document has what makes it one. A number that
// the portal would refuse is let in where the portal never saw it.
func mayRecord(ctx context.Context, t *tx, inv *gst.Invoice) error {
	switch {
	case inv.Date == 0:
		return invalid("required", "date")
	case inv.Number == "":
		return invalid("required", "number")
	case !gst.LawfulNumber(inv.Number):
		return checkNumber(inv.Number)
	}
	return unlocked(ctx, t, inv)
}

// asRecorded gives a document the states that it is recorded in.
func asRecorded(inv *gst.Invoice) {
	inv.Elsewhere, inv.Issued = true, inv.Changed
	if inv.State != gst.Void {
		inv.State = gst.Issued
	}
	was := inv.IRN
	inv.IRN = gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNElsewhere}
	if inv.State == gst.Void {
		inv.IRN.CancelledAt, inv.IRN.CancelReason, inv.IRN.CancelRemark = was.CancelledAt, was.CancelReason, was.CancelRemark
	}
	if was.Registration == nil || was.Registration.IRN == "" {
		return
	}
	reg := gst.Registration{
		IRN: was.Registration.IRN, AckNo: was.Registration.AckNo, AckDate: moment(millis(was.Registration.AckDate)),
		Status: gst.RegistrationActive, EWayBill: was.Registration.EWayBill,
	}
	inv.IRN.State, inv.IRN.Reason, inv.IRN.Registration = gst.IRNRegistered, "", &reg
	if inv.State == gst.Void {
		inv.IRN.State, reg.Status = gst.IRNCancelled, gst.RegistrationCancelled
	}
}
