package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// Waiting is why a document still waits for its IRN.
type Waiting struct {
	Code  string    // the portal's or GSP's code, or one of Wait…; empty: none is known
	Why   string    // for logs and support; empty: it was not tried yet, or is being sent
	Next  time.Time // when it is tried next
	Tries int       // how often it was taken up
}

// IsWait reports whether code is one of Wait…, about what is set up here and not about an
// answer.
func IsWait(code string) bool {
	switch code {
	case WaitNoProvider, WaitNoKey, WaitNoPortalKey, WaitBadPortalKey, WaitBadAddress:
		return true
	}
	return false
}

// Waiting returns why a company's document waits; gst.ErrNotFound when it does not.
func (s *Store) Waiting(ctx context.Context, gstin gst.GSTIN, id int64) (Waiting, error) {
	var w Waiting
	var next int64
	err := s.reader.row(ctx, `
SELECT q.last_code, q.last_error, q.due_at, q.attempts
FROM irn_requests q
JOIN invoices i ON i.id = q.invoice_id
WHERE i.company = $1 AND i.id = $2`, gstin, id).Scan(&w.Code, &w.Why, &next, &w.Tries)
	if err != nil {
		return Waiting{}, fmt.Errorf("read request of document %d: %w", id, known(err))
	}
	w.Next = moment(next)
	return w, nil
}

// TryNow has all waiting documents of a company in one mode tried at once.
func (s *Store) TryNow(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error { return s.hasten(ctx, t, gstin, mode) })
}

// CatchUp has requests due now that are due later than latest, which no pause reaches: the
// clock was set back since they were put off, and they would wait until it is there again.
func (s *Store) CatchUp(ctx context.Context, latest time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE irn_requests SET due_at = $1 WHERE due_at > $2`, millis(s.now()), millis(latest))
		if err == nil {
			_, err = t.exec(ctx, `
UPDATE eway_requests SET due_at = $1 WHERE due_at > $2 AND waits_for = 0`, millis(s.now()), millis(latest))
		}
		t.committed(func() { s.bell.ringAll() })
		return err
	})
	if err != nil {
		return fmt.Errorf("have requests due that a clock put off: %w", err)
	}
	return nil
}

// hasten has all requests of a company in one mode due now, but those that a worker has
// in hand. They begin anew: what they were tried without says nothing of what comes.
func (s *Store) hasten(ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode) error {
	_, err := t.exec(ctx, `
UPDATE irn_requests
SET due_at = $3, attempts = 0
WHERE company = $1 AND mode = $2 AND due_at > $3 AND leased_until <= $3`, gstin, mode, millis(s.now()))
	if err != nil {
		return fmt.Errorf("have waiting documents of %s due: %w", gstin, err)
	}
	t.committed(func() { s.bell.hasten(Lane{Company: gstin, Mode: mode}) })
	return s.hastenEWays(ctx, t, gstin, mode)
}

// TryEWaysNow has everything that is asked about a company's e-way bills in one mode tried
// at once.
func (s *Store) TryEWaysNow(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error { return s.hastenEWays(ctx, t, gstin, mode) })
}

// hastenEWays is hasten for what is asked about e-way bills.
func (s *Store) hastenEWays(ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode) error {
	_, err := t.exec(ctx, `
UPDATE eway_requests
SET due_at = $3, attempts = 0
WHERE company = $1 AND mode = $2 AND due_at > $3 AND leased_until <= $3`, gstin, mode, millis(s.now()))
	if err != nil {
		return fmt.Errorf("have e-way bill requests of %s due: %w", gstin, err)
	}
	t.committed(func() { tick(s.bell.eways) })
	return nil
}
