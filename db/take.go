package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mohar/gst"
)

// Take says what is to be taken up: the oldest requests of a lane that are due and that nobody
// works on.
type Take struct {
	Lane  Lane
	Lease time.Duration // how long they are nobody else's
	Most  int           // so many of them; 0: one

	// Through is the provider that a ready request is sent through at once. It is marked so in
	// the same transaction, as MarkSent does. Empty: it is marked later, or looked up.
	Through gst.Provider
}

// claim takes up requests. A worker that died after sending left its request "sent": nobody
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
WHERE id IN (
    SELECT q.id FROM irn_requests q
    JOIN companies c ON c.gstin = q.company
    WHERE q.lane = $4 AND q.due_at <= $3 AND q.leased_until <= $3 AND (c.paused = 0 OR q.state <> 'ready')
    ORDER BY q.id
    LIMIT $6)` + claimColumns

// claimColumns are what scanClaimed reads of a request.
const claimColumns = `
RETURNING id, lease, invoice_id, state, attempts, sent_through, last_code, last_error, duplicate, disbelieved`

// TakeNext takes up one request. It returns gst.ErrNotFound when none is due.
func (s *Store) TakeNext(ctx context.Context, wanted Take) (*IRNRequest, error) {
	wanted.Most = 1
	taken, err := s.TakeDue(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return taken[0], nil
}

// TakeDue takes up requests, the oldest first. It returns gst.ErrNotFound when none is due.
func (s *Store) TakeDue(ctx context.Context, wanted Take) (taken []*IRNRequest, err error) {
	err = s.write(ctx, func(ctx context.Context, t *tx) (err error) {
		taken, err = s.take(ctx, t, wanted)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take up IRN requests: %w", err)
	}
	return taken, nil
}

// SaveRegistrationAndTake is SaveRegistration, and takes up one that is wanted in the same
// transaction: who registers one document after the other commits once for each. The request
// is nil when none is due.
func (s *Store) SaveRegistrationAndTake(ctx context.Context, r *IRNRequest, reg gst.Registration, wanted Take) (*IRNRequest, error) {
	var next *IRNRequest
	err := s.saveRegistration(ctx, r, reg, func(ctx context.Context, t *tx) (err error) {
		wanted.Most = 1
		taken, err := s.take(ctx, t, wanted)
		if errors.Is(err, gst.ErrNotFound) {
			return nil
		}
		if err == nil {
			next = taken[0]
		}
		return err
	})
	return next, err
}

// take takes up requests in t. It returns gst.ErrNotFound, having changed nothing, when none
// is due.
func (s *Store) take(ctx context.Context, t *tx, wanted Take) ([]*IRNRequest, error) {
	lease, err := newLease()
	if err != nil {
		return nil, err
	}
	now := s.now()
	taken, err := list(ctx, t.statements, scanClaimed, claim,
		lease, millis(now.Add(wanted.Lease)), millis(now), wanted.Lane.Name, wanted.Through, max(wanted.Most, 1))
	switch {
	case err != nil:
		return nil, known(err)
	case len(taken) == 0:
		return nil, gst.ErrNotFound
	}
	slices.SortFunc(taken, func(a, b *IRNRequest) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range taken {
		if err := s.takenUp(ctx, t, r); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// scanClaimed reads a row of claimColumns.
func scanClaimed(row scanner) (*IRNRequest, error) {
	r := new(IRNRequest)
	var duplicate string
	err := row.Scan(&r.ID, &r.Lease, &r.InvoiceID, &r.State, &r.Attempts, &r.SentThrough, &r.LastCode, &r.LastError,
		&duplicate, &r.Disbelieved)
	if err != nil || duplicate == "" {
		return r, err
	}
	r.Duplicate = new(gst.Registration)
	if err := readJSON(duplicate, r.Duplicate); err != nil {
		return nil, fmt.Errorf("stored duplicate: %w", err)
	}
	return r, nil
}

// takenUp reads the document of a request that was taken up, and notes what became of it.
func (s *Store) takenUp(ctx context.Context, t *tx, r *IRNRequest) error {
	err := t.row(ctx, `
SELECT i.company, i.mode, i.type, i.number, i.date, d.body
FROM invoices i
JOIN invoice_details d ON d.invoice_id = i.id
WHERE i.id = $1`, r.InvoiceID).Scan(&r.Company, &r.Mode, &r.Type, &r.Number, &r.Date, &r.Body)
	if err != nil {
		return fmt.Errorf("document of the request: %w", err)
	}
	switch r.State {
	case RequestUnknown:
		return setIRNState(ctx, t, r.InvoiceID, gst.IRNUnknown)
	case RequestSent:
		s.rings(t, r.InvoiceID)
		return s.addEvent(ctx, t, r.document(), Event{Kind: EventSent, Provider: r.SentThrough})
	}
	return nil
}
