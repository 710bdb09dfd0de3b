package db

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

// CancelledThere is the remark of a cancellation that was seen at the portal and not made
// here. When it was made the portal does not say; the moment kept is that of seeing it.
const CancelledThere = "cancelled at the portal"

// TakeIRNRequest takes up the request of one document for as long as lease, due or not, as
// when a person asks. It returns gst.ErrNotFound when the document does not wait, and
// gst.ErrConflict while a worker has it in hand.
func (s *Store) TakeIRNRequest(ctx context.Context, gstin gst.GSTIN, id int64, lease time.Duration) (*IRNRequest, error) {
	var r *IRNRequest
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := readHead(ctx, t, gstin, id); err != nil {
			return err
		}
		var leased int64
		err := t.row(ctx, `SELECT leased_until FROM irn_requests WHERE invoice_id = $1`, id).Scan(&leased)
		if err != nil {
			return known(err)
		}
		now := s.now()
		if leased > millis(now) {
			return gst.ErrConflict
		}
		mine, err := newLease()
		if err != nil {
			return err
		}
		r, err = scanClaimed(t.row(ctx, `
UPDATE irn_requests
SET lease = $2, leased_until = $3, attempts = attempts + 1,
    state = CASE state WHEN 'sent' THEN 'unknown' ELSE state END
WHERE invoice_id = $1`+claimColumns, id, mine, millis(now.Add(lease))))
		if err != nil {
			return known(err)
		}
		return s.takenUp(ctx, t, r)
	})
	if err != nil {
		return nil, fmt.Errorf("take up request of document %d: %w", id, err)
	}
	return r, nil
}

// ReturnIRNRequest gives a request back that was taken up out of its turn, in the state it is
// in, and has it due at next. It says nothing on the timeline.
func (s *Store) ReturnIRNRequest(ctx context.Context, r *IRNRequest, next time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE irn_requests
SET due_at = $4, leased_until = 0
WHERE id = $1 AND lease = $2 AND attempts = $3`, r.ID, r.Lease, r.Attempts, millis(next))
		if err := one(n, err); err != nil {
			return err
		}
		if err := insertExchanges(ctx, t, r.InvoiceID, r.Exchanges); err != nil {
			return err
		}
		t.committed(func() { tick(s.bell.queued) })
		return nil
	})
	if err != nil {
		return fmt.Errorf("give back %q: %w", r.Number, err)
	}
	r.Exchanges = nil
	return nil
}

// SaveFoundFor stores what the portal holds for a document that does not wait here: one that
// is held, refused or in conflict. inv is the document as it was read. One that was cancelled
// there becomes void.
//
// It returns gst.ErrState for a document in another state and gst.ErrConflict when it was
// changed meanwhile.
func (s *Store) SaveFoundFor(ctx context.Context, inv *gst.Invoice, reg gst.Registration) error {
	err := s.settle(ctx, inv, func(ctx context.Context, t *tx, h *gst.Invoice) error {
		e := Event{Kind: EventLookedUp, Provider: reg.Provider, Detail: LookedUpFound}
		if err := s.addEvent(ctx, t, h, e); err != nil {
			return err
		}
		e = Event{Kind: EventRegistered, Provider: reg.Provider, Detail: reg.AckNo}
		return s.holdThere(ctx, t, h, inv.IRN.Tries, &reg, "registered", e)
	})
	if err != nil {
		return fmt.Errorf("save what was found of %q: %w", inv.Number, err)
	}
	return nil
}

// holdThere stores what the portal holds for a document that has no IRN here, after so many
// tries of ours. action and e say how it was learnt.
func (s *Store) holdThere(ctx context.Context, t *tx, h *gst.Invoice, tries int, reg *gst.Registration, action string, e Event) error {
	if err := forgetRefusal(ctx, t, h.ID); err != nil {
		return err
	}
	if err := storeRegistration(ctx, t, h, &IRNRequest{Attempts: tries}, reg); err != nil {
		return err
	}
	after, err := s.registered(ctx, t, h, reg)
	if err != nil {
		return err
	}
	return s.move(ctx, t, h, action, e, after)
}

// forgetRefusal drops the portal's last refusal of a document that it holds after all.
func forgetRefusal(ctx context.Context, t *tx, id int64) error {
	_, err := t.exec(ctx, `UPDATE invoice_details SET refusal = '' WHERE invoice_id = $1`, id)
	return err
}

// registered is how a document stands that the portal holds, whose e-way bill is kept; one
// that was cancelled there gets its moment.
func (s *Store) registered(ctx context.Context, t *tx, h *gst.Invoice, reg *gst.Registration) (stateLog, error) {
	after := stateLog{State: gst.Issued, IRN: gst.IRNRegistered, Hash: reg.IRN, AckNo: reg.AckNo}
	if err := s.keepRegisteredEWay(ctx, t, h, reg); err != nil {
		return after, err
	}
	if reg.Status != gst.RegistrationCancelled {
		return after, nil
	}
	after.State, after.IRN, after.Remark = gst.Void, gst.IRNCancelled, CancelledThere
	_, err := t.exec(ctx, `
UPDATE invoices
SET cancelled_at = $2, cancel_remark = $3
WHERE id = $1`, h.ID, millis(s.now()), CancelledThere)
	return after, err
}

// SaveConflictFor stores that the portal holds another document under the number of one
// that does not wait here. Errors are those of SaveFoundFor.
func (s *Store) SaveConflictFor(ctx context.Context, inv *gst.Invoice, refusal gst.Refusal) error {
	err := s.settle(ctx, inv, func(ctx context.Context, t *tx, h *gst.Invoice) error {
		return s.storeRefusal(ctx, t, h, refusal, gst.IRNConflict, inv.IRN.Tries)
	})
	if err != nil {
		return fmt.Errorf("save conflict of %q: %w", inv.Number, err)
	}
	return nil
}

// settle runs store for a document that has no IRN and does not wait for one, if it is as
// it was read.
func (s *Store) settle(ctx context.Context, inv *gst.Invoice, store func(context.Context, *tx, *gst.Invoice) error) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, inv.Company, inv.ID)
		if err != nil {
			return err
		}
		if h.Version != inv.Version {
			return gst.ErrConflict
		}
		switch h.IRN.State {
		case gst.IRNHeld, gst.IRNFailed, gst.IRNConflict:
		default:
			return gst.ErrState
		}
		if h.State != gst.Issued {
			return gst.ErrState
		}
		return store(ctx, t, h)
	})
}

// CompleteRegistration adds to a stored registration what a look-up shows, or a person
// brought, and it lacks: the signed texts, and an e-way bill that was made or prolonged
// since. Nothing that is there is changed.
//
// It returns gst.ErrConflict when found is of another IRN, and gst.ErrState unless the
// document has its IRN, and from here.
func (s *Store) CompleteRegistration(ctx context.Context, gstin gst.GSTIN, id int64, found gst.Registration) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		elsewhere, err := issuedElsewhere(ctx, t, id)
		if err != nil {
			return err
		}
		if h.IRN.State != gst.IRNRegistered && h.IRN.State != gst.IRNCancelled || elsewhere {
			return gst.ErrState
		}
		reg, err := readRegistration(ctx, t.statements, id)
		if err != nil {
			return known(err)
		}
		if !strings.EqualFold(reg.IRN, found.IRN) {
			return gst.ErrConflict
		}
		return s.complete(ctx, t, h, reg, &found)
	})
	if err != nil {
		return fmt.Errorf("complete registration of document %d: %w", id, err)
	}
	return nil
}

// complete puts into a stored registration what found has and it lacks.
func (s *Store) complete(ctx context.Context, t *tx, h *gst.Invoice, reg, found *gst.Registration) error {
	e := Event{Kind: EventCompleted, Provider: found.Provider}
	if reg.Lacks(found) {
		e.Code = CompletedSigned
		_, err := t.exec(ctx, `
UPDATE registrations
SET signed_invoice = $2, signed_qr = $3, key_id = $4, practice = $5, signed_ack_at = $6
WHERE invoice_id = $1`, h.ID, cmp.Or(found.SignedInvoice, reg.SignedInvoice), found.SignedQR, found.KeyID, flag(found.Practice),
			max(millis(found.SignedAckDate), millis(reg.SignedAckDate)))
		if err != nil {
			return err
		}
	}
	if bill := found.EWayBill; bill != nil && !sameBill(reg.EWayBill, bill) {
		e.Code, e.Detail = CompletedEWay, bill.Number
		text, err := compactJSON(registrationExtra{bill, nil, reg.Notes})
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE registrations SET extra = $2 WHERE invoice_id = $1`, h.ID, text); err != nil {
			return err
		}
		if err := s.keepRegisteredEWay(ctx, t, h, found); err != nil {
			return err
		}
	}
	if e.Code == "" {
		return nil
	}
	return s.move(ctx, t, h, "completed", e, stateLog{State: h.State, IRN: h.IRN.State, Bill: e.Detail})
}

// sameBill reports whether a stored e-way bill, or nil, is the one that was found.
func sameBill(stored, found *gst.EWayBill) bool {
	return stored != nil && stored.Number == found.Number && stored.ValidUntil.Equal(found.ValidUntil)
}

// What EventCompleted brought, as its code.
const (
	CompletedSigned = "signed" // the signed invoice and QR code
	CompletedEWay   = "eway"   // an e-way bill, whose number is the detail
)
