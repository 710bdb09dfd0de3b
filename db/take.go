package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/gst"
)

// Take says what is to be taken up: the oldest request of a lane that is due and that nobody
// works on.
type Take struct {
	Lane  Lane
	Lease time.Duration // how long it is nobody else's

	// Through is the provider that a ready request is sent through at once. It is marked so in
	// the same transaction, as MarkSent does. Empty: it is marked later, or looked up.
	Through gst.Provider
}

// claim takes up a request. A worker that died after sending left its request "sent": nobody
// knows what came of it.
//
// This statement is the engine's own: elsewhere it needs FOR UPDATE SKIP LOCKED.
const claim = `
UPDATE irn_requests
SET lease = $1, leased_until = $2,
    attempts = CASE WHEN state = 'ready' AND $5 <> '' AND sent_through = '' THEN 1 ELSE attempts + 1 END,
    state = CASE WHEN state = 'sent' THEN 'unknown' WHEN state = 'ready' AND $5 <> '' THEN 'sent' ELSE state END,
    sent_through = CASE WHEN state = 'ready' AND $5 <> '' THEN $5 ELSE sent_through END,
    last_code = CASE WHEN state = 'ready' AND $5 <> '' THEN '' ELSE last_code END,
    last_error = CASE WHEN state = 'ready' AND $5 <> '' THEN '' ELSE last_error END
WHERE id = (
    SELECT q.id FROM irn_requests q
    JOIN companies c ON c.gstin = q.company
    WHERE q.lane = $4 AND q.due_at <= $3 AND q.leased_until <= $3 AND (c.paused = 0 OR q.state <> 'ready')
    ORDER BY q.id
    LIMIT 1)` + claimColumns

// claimColumns are what taken reads of a request.
const claimColumns = `
RETURNING id, invoice_id, state, attempts, sent_through, last_code, last_error, duplicate, disbelieved`

// TakeNext takes up a request. It returns gst.ErrNotFound when none is due.
func (s *Store) TakeNext(ctx context.Context, wanted Take) (*IRNRequest, error) {
	var r *IRNRequest
	err := s.write(ctx, func(ctx context.Context, t *tx) (err error) {
		r, err = s.take(ctx, t, wanted)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take up IRN request: %w", err)
	}
	return r, nil
}

// SaveRegistrationAndTake is SaveRegistration, and takes up what is wanted in the same
// transaction: who registers one document after the other commits once for each. The request
// is nil when none is due.
func (s *Store) SaveRegistrationAndTake(ctx context.Context, r *IRNRequest, reg gst.Registration, wanted Take) (*IRNRequest, error) {
	var next *IRNRequest
	err := s.saveRegistration(ctx, r, reg, func(ctx context.Context, t *tx) (err error) {
		next, err = s.take(ctx, t, wanted)
		if errors.Is(err, gst.ErrNotFound) {
			return nil
		}
		return err
	})
	return next, err
}

// take takes up a request in t. It returns gst.ErrNotFound, having changed nothing, when none
// is due.
func (s *Store) take(ctx context.Context, t *tx, wanted Take) (*IRNRequest, error) {
	lease, err := newLease()
	if err != nil {
		return nil, err
	}
	now := s.now()
	r, err := taken(ctx, t, lease,
		t.row(ctx, claim, lease, millis(now.Add(wanted.Lease)), millis(now), wanted.Lane.Name, wanted.Through))
	if err != nil {
		return nil, err
	}
	if r.State == RequestSent {
		s.rings(t, r.InvoiceID)
		return r, s.addEvent(ctx, t, r.document(), Event{Kind: EventSent, Provider: wanted.Through})
	}
	return r, nil
}

// taken reads a request that was taken up, from the row of claimColumns, and its document.
func taken(ctx context.Context, t *tx, lease int64, row scanner) (*IRNRequest, error) {
	r := &IRNRequest{Lease: lease}
	var duplicate string
	err := row.
		Scan(&r.ID, &r.InvoiceID, &r.State, &r.Attempts, &r.SentThrough, &r.LastCode, &r.LastError,
			&duplicate, &r.Disbelieved)
	if err != nil {
		return nil, known(err)
	}
	if duplicate != "" {
		r.Duplicate = new(gst.Registration)
		if err := readJSON(duplicate, r.Duplicate); err != nil {
			return nil, fmt.Errorf("stored duplicate: %w", err)
		}
	}
	err = t.row(ctx, `
SELECT i.company, i.mode, i.type, i.number, i.date, d.body
FROM invoices i
JOIN invoice_details d ON d.invoice_id = i.id
WHERE i.id = $1`, r.InvoiceID).Scan(&r.Company, &r.Mode, &r.Type, &r.Number, &r.Date, &r.Body)
	if err != nil {
		return nil, fmt.Errorf("document of the request: %w", err)
	}
	if r.State == RequestUnknown {
		return r, setIRNState(ctx, t, r.InvoiceID, gst.IRNUnknown)
	}
	return r, nil
}
