package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"mohar/gst"
)

// EWayTask is something asked of the portal about an e-way bill or a trip sheet, taken up
// by one worker. Its request exists while the outcome is open; storing that removes it.
type EWayTask struct {
	ID          int64 // of the request
	Company     gst.GSTIN
	Mode        gst.Mode
	Bill        *gst.EWay      // nil: of a trip sheet
	Trip        *gst.TripSheet // nil: of a bill
	Order       gst.EWayOrder
	State       string // RequestReady …; never RequestSent when just taken up
	Attempts    int    // how often it was taken up, this time included
	SentThrough gst.Provider
	LastCode    string // why it waits, as given to the last step
	LastError   string
	Queued      time.Time
	Lease       int64 // whose it is; with Attempts it guards every further step

	// Exchanges are the calls made for it since the last step; the next one keeps them.
	Exchanges []gst.Exchange
}

// subject is what the task is about.
func (k *EWayTask) subject() ewaySubject {
	if k.Bill != nil {
		return ewaySubject{eway: k.Bill.ID}
	}
	return ewaySubject{trip: k.Trip.ID}
}

// name is how errors call it.
func (k *EWayTask) name() string {
	if k.Bill != nil {
		return fmt.Sprintf("%s of e-way bill %d", k.Order.Action, k.Bill.ID)
	}
	return fmt.Sprintf("%s of trip sheet %d", k.Order.Action, k.Trip.ID)
}

// claimEWay takes up a request. A worker that died after sending left its request "sent":
// nobody knows what came of it.
//
// This statement is the engine's own: elsewhere it needs FOR UPDATE SKIP LOCKED.
const claimEWay = `
UPDATE eway_requests
SET lease = $1, leased_until = $2, attempts = attempts + 1,
    state = CASE state WHEN 'sent' THEN 'unknown' ELSE state END
WHERE id = (
    SELECT q.id FROM eway_requests q
    JOIN companies c ON c.gstin = q.company
    WHERE q.waits_for = 0 AND q.due_at <= $3 AND q.leased_until <= $3 AND (c.paused = 0 OR q.state <> 'ready')
      AND NOT EXISTS (SELECT 1 FROM json_each($4) AS busy WHERE busy.value = q.company || ' ' || q.mode)
    ORDER BY q.due_at, q.id
    LIMIT 1)
RETURNING id, COALESCE(eway_id, 0), COALESCE(trip_id, 0), company, mode, asked_for, state, attempts, sent_through,
          last_code, last_error, queued_at`

// TakeEWay takes up the request that is due longest, of any company that is not paused, for
// as long as lease; after that it is another worker's. Of a paused company only what was
// sent before is taken up, to be looked up; of the companies and modes in but, whose lanes
// have no name, nothing is. It returns gst.ErrNotFound when none is due.
func (s *Store) TakeEWay(ctx context.Context, lease time.Duration, but ...Lane) (*EWayTask, error) {
	busy := make([]string, len(but))
	for i, l := range but {
		busy[i] = string(l.Company) + " " + string(l.Mode)
	}
	none, err := compactJSON(busy)
	if err != nil {
		return nil, fmt.Errorf("take up e-way bill request: %w", err)
	}
	k := new(EWayTask)
	err = s.write(ctx, func(ctx context.Context, t *tx) (err error) {
		if k.Lease, err = newLease(); err != nil {
			return err
		}
		now := s.now()
		var eway, trip, queued int64
		var order string
		err = t.row(ctx, claimEWay, k.Lease, millis(now.Add(lease)), millis(now), none).
			Scan(&k.ID, &eway, &trip, &k.Company, &k.Mode, &order, &k.State, &k.Attempts, &k.SentThrough,
				&k.LastCode, &k.LastError, &queued)
		if err != nil {
			return known(err)
		}
		k.Queued = moment(queued)
		if k.Order, err = readOrder(order); err != nil {
			return err
		}
		if trip != 0 {
			k.Trip, err = readTrip(ctx, t.statements, k.Company, trip)
		} else {
			k.Bill, err = taskBill(ctx, t, k.Company, eway)
		}
		if err != nil || k.State != RequestUnknown {
			return err
		}
		return setEWayUnknown(ctx, t, k, true)
	})
	if err != nil {
		return nil, fmt.Errorf("take up e-way bill request: %w", err)
	}
	return k, nil
}

// taskBill reads a bill that is worked on. One by IRN gets the IRN that came since it was
// asked for.
func taskBill(ctx context.Context, t *tx, gstin gst.GSTIN, id int64) (*gst.EWay, error) {
	b, err := readEWay(ctx, t.statements, gstin, id)
	if err != nil || b.InvoiceID == 0 || b.Of.IRN != "" {
		return b, err
	}
	err = t.row(ctx, `SELECT irn FROM invoices WHERE id = $1`, b.InvoiceID).Scan(&b.Of.IRN)
	return b, known(err)
}

// setEWayUnknown moves what is to be made between pending and unknown, which is no change
// of it: the edit log says nothing. Other orders leave the bill as it is.
func setEWayUnknown(ctx context.Context, t *tx, k *EWayTask, unknown bool) error {
	state, was := gst.EWayPending, gst.EWayUnknown
	if unknown {
		state, was = was, state
	}
	query, id := `UPDATE eways SET state = $2 WHERE id = $1 AND state = $3`, k.subject().eway
	if k.Trip != nil {
		query, id = `UPDATE trip_sheets SET state = $2 WHERE id = $1 AND state = $3`, k.Trip.ID
	}
	if _, err := t.exec(ctx, query, id, state, was); err != nil {
		return fmt.Errorf("set state of e-way bill: %w", err)
	}
	if k.Bill != nil && k.Bill.State == was {
		k.Bill.State = state
	}
	if k.Trip != nil && k.Trip.State == was {
		k.Trip.State = state
	}
	return nil
}

// nextEWay reads the first row of those that nobody has in hand, past those of paused
// companies, and those few that somebody has.
const nextEWay = `
SELECT MIN(at) FROM (
    SELECT (SELECT q.due_at
            FROM eway_requests q
            JOIN companies c ON c.gstin = q.company
            WHERE q.waits_for = 0 AND q.due_at > $1 AND q.leased_until <= q.due_at AND (c.paused = 0 OR q.state <> 'ready')
            ORDER BY q.due_at
            LIMIT 1) AS at
    UNION ALL
    SELECT (SELECT MIN(CASE WHEN q.leased_until > q.due_at THEN q.leased_until ELSE q.due_at END)
            FROM eway_requests q
            JOIN companies c ON c.gstin = q.company
            WHERE q.leased_until > 0 AND q.leased_until > $1 AND q.waits_for = 0
              AND (c.paused = 0 OR q.state <> 'ready')))`

// NextEWayDue returns when the next request can be taken up of those that could not at after,
// the moment of the last look; the zero time when none can by waiting alone: none is there, or
// all are of companies that are paused or of documents that have no IRN yet.
func (s *Store) NextEWayDue(ctx context.Context, after time.Time) (time.Time, error) {
	var due sql.NullInt64
	if err := s.reader.row(ctx, nextEWay, millis(after)).Scan(&due); err != nil {
		return time.Time{}, fmt.Errorf("look for next e-way bill request: %w", err)
	}
	return moment(due.Int64), nil
}

// MarkEWaySent notes, durably, that a task is about to be sent through p. Only a ready one
// can be sent: one whose outcome is unknown must be looked up first. Tries before the first
// sending count no more from then on.
//
// Like all steps on a task it returns gst.ErrConflict when the task is no longer this
// worker's.
func (s *Store) MarkEWaySent(ctx context.Context, k *EWayTask, p gst.Provider) error {
	attempts := k.Attempts
	if k.SentThrough == "" {
		attempts = 1
	}
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE eway_requests
SET state = 'sent', sent_through = $4, attempts = $5, last_code = '', last_error = ''
WHERE id = $1 AND lease = $2 AND attempts = $3 AND state = 'ready'`, k.ID, k.Lease, k.Attempts, p, attempts)
		if err := one(n, err); err != nil {
			return err
		}
		s.ringsTask(t, k)
		if err := insertEWayExchanges(ctx, t, k.subject(), k.Exchanges); err != nil {
			return err
		}
		return s.addEWayEvent(ctx, t, k.subject(), Event{Kind: EventEWaySent, Provider: p, Detail: string(k.Order.Action)})
	})
	if err != nil {
		return fmt.Errorf("mark %s sent: %w", k.name(), err)
	}
	k.Exchanges, k.Attempts = nil, attempts
	k.State, k.SentThrough, k.LastCode, k.LastError = RequestSent, p, "", ""
	return nil
}

// MarkEWayNotSent notes that the portal certainly did not act: p did not take the request,
// or a look-up through p says that nothing was done. The worker keeps it. code is the first
// code behind why, empty without one; so it is for the steps below.
func (s *Store) MarkEWayNotSent(ctx context.Context, k *EWayTask, p gst.Provider, code, why string) error {
	kind := EventEWaySwitched
	if k.State == RequestUnknown {
		kind = EventEWayLookedUp
	}
	return s.stepEWay(ctx, k, RequestReady, time.Time{}, Event{Kind: kind, Provider: p, Code: code, Detail: why})
}

// MarkEWayUnknown notes that p gave no usable answer, so that only a look-up can tell what
// the portal did. The task is due again at next; with the zero time this worker keeps it.
func (s *Store) MarkEWayUnknown(ctx context.Context, k *EWayTask, p gst.Provider, code, why string, next time.Time) error {
	kind := EventEWayNoAnswer
	if k.State == RequestUnknown {
		kind = EventEWayLookedUp
	}
	return s.stepEWay(ctx, k, RequestUnknown, next, Event{Kind: kind, Provider: p, Code: code, Detail: why})
}

// PostponeEWay has the task taken up again at next, in the state it is in.
func (s *Store) PostponeEWay(ctx context.Context, k *EWayTask, next time.Time, code, why string) error {
	state := k.State
	if state == RequestSent {
		state = RequestUnknown
	}
	return s.stepEWay(ctx, k, state, next, Event{Kind: EventEWayPostponed, Code: code, Detail: why})
}

// PutBackEWay ends the lease of a task that nothing was done for, and has it due at next, as
// if it had not been taken up. One that was marked as sent never left.
func (s *Store) PutBackEWay(ctx context.Context, k *EWayTask, next time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE eway_requests
SET state = CASE state WHEN 'sent' THEN 'ready' ELSE state END,
    due_at = $4, leased_until = 0, attempts = attempts - 1
WHERE id = $1 AND lease = $2 AND attempts = $3`, k.ID, k.Lease, k.Attempts, millis(next))
		if err := one(n, err); err != nil {
			return err
		}
		s.ringsTask(t, k)
		return insertEWayExchanges(ctx, t, k.subject(), k.Exchanges)
	})
	if err != nil {
		return fmt.Errorf("put back %s: %w", k.name(), err)
	}
	k.Exchanges = nil
	return nil
}

// stepEWay moves an open task on. With a next time the lease ends. The timeline gets the
// event unless it only repeats the last one.
func (s *Store) stepEWay(ctx context.Context, k *EWayTask, state string, next time.Time, e Event) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		query, args := `
UPDATE eway_requests
SET state = $4, last_code = $5, last_error = $6
WHERE id = $1 AND lease = $2 AND attempts = $3`,
			[]any{k.ID, k.Lease, k.Attempts, state, e.Code, e.Detail}
		if !next.IsZero() {
			query, args = `
UPDATE eway_requests
SET state = $4, last_code = $5, last_error = $6, due_at = $7, leased_until = 0
WHERE id = $1 AND lease = $2 AND attempts = $3`, append(args, millis(next))
		}
		n, err := t.exec(ctx, query, args...)
		if err := one(n, err); err != nil {
			return err
		}
		if err := setEWayUnknown(ctx, t, k, state == RequestUnknown); err != nil {
			return err
		}
		s.ringsTask(t, k)
		if err := insertEWayExchanges(ctx, t, k.subject(), k.Exchanges); err != nil {
			return err
		}
		if state == k.State && e.Code == k.LastCode && e.Detail == k.LastError {
			return nil
		}
		return s.addEWayEvent(ctx, t, k.subject(), e)
	})
	if err != nil {
		return fmt.Errorf("%s: %s: %w", k.name(), e.Kind, err)
	}
	k.State, k.LastCode, k.LastError, k.Exchanges = state, e.Code, e.Detail, nil
	return nil
}

// ringsTask has the watchers of a task's bill or trip sheet told.
func (s *Store) ringsTask(t *tx, k *EWayTask) {
	if k.Bill != nil {
		s.ringsEWay(t, k.Bill)
		return
	}
	s.rings(t, 0)
}

// RecoverEWays is for the start, before any worker runs: what was being sent when the
// program ended is looked up at once, and all leases end.
func (s *Store) RecoverEWays(ctx context.Context) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE eway_requests SET lease = 0, leased_until = 0 WHERE leased_until > 0`)
		if err != nil {
			return err
		}
		type lost struct {
			ewaySubject
			id      int64
			through gst.Provider
		}
		requests, err := list(ctx, t.statements, func(row scanner) (l lost, err error) {
			err = row.Scan(&l.id, &l.eway, &l.trip, &l.through)
			return l, err
		}, `
SELECT id, COALESCE(eway_id, 0), COALESCE(trip_id, 0), sent_through
FROM eway_requests
WHERE state = 'sent'`)
		if err != nil {
			return err
		}
		for _, l := range requests {
			_, err := t.exec(ctx, `UPDATE eway_requests SET state = 'unknown', due_at = $2 WHERE id = $1`, l.id, millis(s.now()))
			if err != nil {
				return err
			}
			k := &EWayTask{Bill: &gst.EWay{ID: l.eway}}
			if l.trip != 0 {
				k = &EWayTask{Trip: &gst.TripSheet{ID: l.trip}}
			}
			if err := setEWayUnknown(ctx, t, k, true); err != nil {
				return err
			}
			e := Event{Kind: EventEWayNoAnswer, Provider: l.through, Detail: "the program ended while it was being sent"}
			if err := s.addEWayEvent(ctx, t, l.ewaySubject, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recover e-way bill requests: %w", err)
	}
	return nil
}
