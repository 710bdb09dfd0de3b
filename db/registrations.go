package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// SaveRegistration stores what the portal gave for a request's document and ends the
// request. One that the portal says was cancelled (status CNL) makes the document void.
func (s *Store) SaveRegistration(ctx context.Context, r *IRNRequest, reg gst.Registration) error {
	return s.saveRegistration(ctx, r, reg, nil)
}

// SaveFound is SaveRegistration for what a look-up found; the timeline says so.
func (s *Store) SaveFound(ctx context.Context, r *IRNRequest, reg gst.Registration) error {
	led := Event{Kind: EventLookedUp, Provider: reg.Provider, Detail: LookedUpFound}
	if reg.Unsigned() {
		led.Detail = LookedUpLate
	}
	return s.saveRegistration(ctx, r, reg, nil, led)
}

// Details of a look-up that found the document.
const (
	LookedUpFound = "found"
	LookedUpLate  = "found late" // the portal shows it no more: IRN, AckNo and AckDt alone are known
)

// saveRegistration stores a registration, and what led to it in the timeline. behind, unless
// nil, runs in the same transaction.
func (s *Store) saveRegistration(
	ctx context.Context, r *IRNRequest, reg gst.Registration, behind func(context.Context, *tx) error, led ...Event,
) error {
	err := s.finish(ctx, r, func(ctx context.Context, t *tx, h *gst.Invoice) error {
		if err := insertExchanges(ctx, t, r.InvoiceID, withBodyOnce(r)); err != nil {
			return err
		}
		if err := storeRegistration(ctx, t, h, r, &reg); err != nil {
			return err
		}
		for _, e := range led {
			if err := s.addEvent(ctx, t, h, e); err != nil {
				return err
			}
		}
		after, err := s.registered(ctx, t, h, &reg)
		if err != nil {
			return err
		}
		e := Event{Kind: EventRegistered, Provider: reg.Provider, Detail: reg.AckNo}
		err = s.move(ctx, t, h, "registered", e, after)
		if err != nil || behind == nil {
			return err
		}
		return behind(ctx, t)
	})
	if err != nil {
		return fmt.Errorf("save registration of %q: %w", r.Number, err)
	}
	return nil
}

// SaveRefusal stores that the portal refused a request's document and ends the request.
// state is gst.IRNFailed or gst.IRNConflict.
func (s *Store) SaveRefusal(ctx context.Context, r *IRNRequest, refusal gst.Refusal, state gst.IRNState) error {
	err := s.finish(ctx, r, func(ctx context.Context, t *tx, h *gst.Invoice) error {
		if err := insertExchanges(ctx, t, r.InvoiceID, r.Exchanges); err != nil {
			return err
		}
		return s.storeRefusal(ctx, t, h, refusal, state, r.Attempts)
	})
	if err != nil {
		return fmt.Errorf("save refusal of %q: %w", r.Number, err)
	}
	return nil
}

// storeRefusal writes down that the portal refused a document, which was tried so often.
func (s *Store) storeRefusal(ctx context.Context, t *tx, h *gst.Invoice, refusal gst.Refusal, state gst.IRNState, tries int) error {
	if state != gst.IRNFailed && state != gst.IRNConflict {
		return gst.ErrState
	}
	text, err := compactJSON(refusal)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE invoice_details SET refusal = $2 WHERE invoice_id = $1`, h.ID, text)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE invoices SET irn_code = $2, irn_tries = $3 WHERE id = $1`,
		h.ID, firstCode(&refusal), tries)
	if err != nil {
		return err
	}
	e := Event{Kind: EventRefused, Provider: refusal.Provider, Code: firstCode(&refusal), Detail: refusal.Error()}
	return s.move(ctx, t, h, "refused", e, stateLog{State: h.State, IRN: state, Codes: refusal.Codes})
}

// finish removes a request, provided that it is still this worker's, and runs store in
// the same transaction.
func (s *Store) finish(ctx context.Context, r *IRNRequest, store func(context.Context, *tx, *gst.Invoice) error) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
DELETE FROM irn_requests
WHERE id = $1 AND lease = $2 AND attempts = $3`, r.ID, r.Lease, r.Attempts)
		if err := one(n, err); err != nil {
			return err
		}
		h, err := readHead(ctx, t, r.Company, r.InvoiceID)
		if err != nil {
			return err
		}
		return store(ctx, t, h)
	})
}

// registrationExtra holds the parts of a registration without columns.
type registrationExtra struct {
	EWayBill    *gst.EWayBill
	EWayRefusal *gst.Refusal
	Notes       []string
}

// storeRegistration writes the registration's row and has the document found by IRN and
// AckNo. What of it stands in the document's own row is left to h and to move.
func storeRegistration(ctx context.Context, t *tx, h *gst.Invoice, r *IRNRequest, reg *gst.Registration) error {
	if err := insertRegistration(ctx, t, h.ID, reg); err != nil {
		return err
	}
	var company int64
	if err := t.row(ctx, `SELECT id FROM companies WHERE gstin = $1`, h.Company).Scan(&company); err != nil {
		return known(err)
	}
	found := *h
	found.IRN.Registration = reg
	putSearch(t, searchScope(company, h.Mode), h, &found)
	h.IRN.Registration, h.IRN.Tries = reg, r.Attempts
	return nil
}

// insertRegistration stores what of a registration is not in the document's own row.
func insertRegistration(ctx context.Context, t *tx, id int64, reg *gst.Registration) error {
	text, err := compactJSON(registrationExtra{reg.EWayBill, reg.EWayRefusal, reg.Notes})
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
INSERT INTO registrations (invoice_id, signed_ack_at, status, provider, portal, key_id, practice,
                           extra, signed_qr, signed_invoice)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		id, millis(reg.SignedAckDate), reg.Status, reg.Provider, reg.Portal, reg.KeyID,
		flag(reg.Practice), text, reg.SignedQR, reg.SignedInvoice)
	if err != nil {
		return fmt.Errorf("insert registration: %w", known(err))
	}
	return nil
}

// SaveCancellation stores that the portal cancelled a document's IRN at the given
// moment; the document is void. It returns gst.ErrState unless the document is
// registered, and from here.
func (s *Store) SaveCancellation(ctx context.Context, gstin gst.GSTIN, id int64, at time.Time, reason gst.CancelReason, remark string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		elsewhere, err := issuedElsewhere(ctx, t, id)
		if err != nil {
			return err
		}
		if h.IRN.State != gst.IRNRegistered || elsewhere {
			return gst.ErrState
		}
		_, err = t.exec(ctx, `
UPDATE invoices
SET cancelled_at = $2, cancel_reason = $3, cancel_remark = $4
WHERE id = $1`, id, millis(at), reason, remark)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `UPDATE registrations SET status = 'CNL' WHERE invoice_id = $1`, id)
		if err != nil {
			return err
		}
		e := Event{Kind: EventCancelled, Code: string(reason), Detail: remark}
		after := stateLog{State: gst.Void, IRN: gst.IRNCancelled, Reason: reason, Remark: remark}
		return s.move(ctx, t, h, "cancelled", e, after)
	})
	if err != nil {
		return fmt.Errorf("save cancellation of document %d: %w", id, err)
	}
	return nil
}
