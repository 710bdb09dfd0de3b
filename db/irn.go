package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"

	"mohar/gst"
)

// The states of an IRN request.
const (
	RequestReady   = "ready"   // certainly not acted upon by the portal
	RequestSent    = "sent"    // on its way
	RequestUnknown = "unknown" // sent, and what came of it must be looked up
)

// IRNRequest is a document that waits for its IRN, taken up by one worker. A request
// exists while its outcome is open; storing the outcome removes it.
type IRNRequest struct {
	ID          int64
	InvoiceID   int64
	Company     gst.GSTIN
	Mode        gst.Mode
	Type        gst.DocumentType
	Number      string
	Date        gst.Date
	Body        []byte // INV-01
	State       string // RequestReady …; when just taken up, RequestSent only as Take.Through has it
	Attempts    int    // how often it was taken up, this time included
	SentThrough gst.Provider
	LastCode    string // why it waits, as given to the last step; see Waiting
	LastError   string
	Lease       int64 // whose it is; with Attempts it guards every further step

	// Duplicate is the IRN that the portal says it holds under the number (DUPIRN), while it
	// could not be fetched yet; nil: none is known. The next step keeps it.
	Duplicate *gst.Registration
	// Disbelieved is how often an answer was no proof of a registration. The next step keeps it.
	Disbelieved int

	// Exchanges are the calls made for it since the last step; the next one keeps them.
	Exchanges []gst.Exchange
}

// newLease is a random number above 0. Ids of finished requests are used again, so
// counting alone would not tell an old worker from a new one.
func newLease() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}

// insertIRNRequest queues a document whose state is pending already.
func (s *Store) insertIRNRequest(ctx context.Context, t *tx, inv *gst.Invoice) error {
	_, err := t.exec(ctx, `
INSERT INTO irn_requests (invoice_id, state, due_at, attempts, lease, leased_until, sent_through, last_error,
                          lane, company, mode, queued_at)
VALUES ($1, 'ready', $2, 0, 0, 0, '', '', $3, $4, $5, $2)`, inv.ID, millis(s.now()), laneOf(inv), inv.Company, inv.Mode)
	if err != nil {
		return fmt.Errorf("queue IRN request: %w", known(err))
	}
	t.committed(func() { s.bell.ring() })
	return nil
}

// ResendIRN queues a refused document once more as it is: for refusals whose cause lies
// outside of it and was mended. With lookUp it is asked for before anything is sent, as
// where the portal may hold it. It returns gst.ErrState for a document that was not refused.
func (s *Store) ResendIRN(ctx context.Context, gstin gst.GSTIN, id int64, lookUp bool) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		if h.State != gst.Issued || h.IRN.State != gst.IRNFailed && h.IRN.State != gst.IRNConflict {
			return gst.ErrState
		}
		if err := forgetRefusal(ctx, t, id); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE invoices SET irn_code = '' WHERE id = $1`, id); err != nil {
			return err
		}
		return s.queueAnew(ctx, t, h, lookUp)
	})
	if err != nil {
		return fmt.Errorf("queue document %d again: %w", id, err)
	}
	return nil
}

// QueueIRN has a document registered that is held. It returns gst.ErrState for any
// other: what the portal refused is never sent again unchanged, see AmendInvoice.
func (s *Store) QueueIRN(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		if h.State != gst.Issued || h.IRN.State != gst.IRNHeld {
			return gst.ErrState
		}
		return s.queueAnew(ctx, t, h, false)
	})
	if err != nil {
		return fmt.Errorf("queue document %d: %w", id, err)
	}
	return nil
}

// nextDue reads one row of those that nobody has in hand, and those few that somebody has.
const nextDue = `
SELECT MIN(at) FROM (
    SELECT (SELECT due_at FROM irn_requests WHERE due_at > $1 AND leased_until <= due_at ORDER BY due_at LIMIT 1) AS at
    UNION ALL
    SELECT (SELECT MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END)
            FROM irn_requests
            WHERE leased_until > 0 AND leased_until > $1))`

// NextDue returns when the next request can be taken up of those that could not at after,
// the moment of the last look; the zero time when there is none.
func (s *Store) NextDue(ctx context.Context, after time.Time) (time.Time, error) {
	var due sql.NullInt64
	err := s.reader.row(ctx, nextDue, millis(after)).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for next request: %w", err)
	}
	return moment(due.Int64), nil
}

// MarkSent notes, durably, that a request is about to be sent through p. Only a ready
// one can be sent: one whose outcome is unknown must be looked up first.
//
// Tries before the first sending count no more from then on: they say how long nobody was
// reached, and the look-ups that may follow begin with short pauses.
//
// Like all steps on a request it returns gst.ErrConflict when the request is no longer
// this worker's.
func (s *Store) MarkSent(ctx context.Context, r *IRNRequest, p gst.Provider) error {
	attempts := r.Attempts
	if r.SentThrough == "" {
		attempts = 1
	}
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE irn_requests
SET state = 'sent', sent_through = $4, attempts = $5, last_code = '', last_error = ''
WHERE id = $1 AND lease = $2 AND attempts = $3 AND state = 'ready'`, r.ID, r.Lease, r.Attempts, p, attempts)
		if err := one(n, err); err != nil {
			return err
		}
		s.rings(t, r.InvoiceID)
		if err := insertExchanges(ctx, t, r.InvoiceID, r.Exchanges); err != nil {
			return err
		}
		return s.addEvent(ctx, t, r.document(), Event{Kind: EventSent, Provider: p})
	})
	if err != nil {
		return fmt.Errorf("mark %q sent: %w", r.Number, err)
	}
	r.Exchanges, r.Attempts = nil, attempts
	r.State, r.SentThrough, r.LastCode, r.LastError = RequestSent, p, "", ""
	return nil
}

// MarkNotSent notes that the portal certainly did not act: p did not take the request,
// or a look-up through p says that the document is not there. The worker keeps it. code is
// the first code behind why, empty without one; so it is for the steps below.
func (s *Store) MarkNotSent(ctx context.Context, r *IRNRequest, p gst.Provider, code, why string) error {
	kind := EventSwitched
	if r.State == RequestUnknown {
		kind = EventLookedUp
	}
	return s.step(ctx, r, RequestReady, time.Time{}, gst.IRNPending, Event{Kind: kind, Provider: p, Code: code, Detail: why})
}

// MarkUnknown notes that p gave no usable answer, so that only a look-up can tell what
// the portal did. The request is due again at next; until somebody takes it up this
// worker may go on with it.
func (s *Store) MarkUnknown(ctx context.Context, r *IRNRequest, p gst.Provider, code, why string, next time.Time) error {
	kind := EventNoAnswer
	if r.State == RequestUnknown {
		kind = EventLookedUp
	}
	return s.step(ctx, r, RequestUnknown, next, gst.IRNUnknown, Event{Kind: kind, Provider: p, Code: code, Detail: why})
}

// Codes of our own, beside the portal's and the GSPs', that say why a request waits.
const (
	WaitNoProvider = "no_provider"  // no provider is set up, or none is switched on
	WaitNoKey      = "no_key"       // the stored secrets cannot be opened; see ErrSealed
	NotBelieved    = "not_believed" // what came back is no proof of a registration

	// What the stored credentials lack, so that nothing is asked with them.
	WaitNoPortalKey  = "no_portal_key"  // the portal's public key was not uploaded
	WaitBadPortalKey = "bad_portal_key" // what was uploaded as it cannot be read
	WaitBadAddress   = "bad_address"    // nothing is sent to an address of the company's own
)

// PostponeIRN has the request taken up again at next, in the state it is in.
func (s *Store) PostponeIRN(ctx context.Context, r *IRNRequest, next time.Time, code, why string) error {
	irn := gst.IRNPending
	if r.State != RequestReady {
		irn = gst.IRNUnknown
	}
	return s.step(ctx, r, r.State, next, irn, Event{Kind: EventPostponed, Code: code, Detail: why})
}

// PutBackIRN ends the lease of a request that nothing was done for, and has it due at next,
// as if it had not been taken up. One that was marked as sent never left.
func (s *Store) PutBackIRN(ctx context.Context, r *IRNRequest, next time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE irn_requests
SET state = CASE state WHEN 'sent' THEN 'ready' ELSE state END,
    due_at = $4, leased_until = 0, attempts = attempts - 1
WHERE id = $1 AND lease = $2 AND attempts = $3`, r.ID, r.Lease, r.Attempts, millis(next))
		if err := one(n, err); err != nil {
			return err
		}
		s.rings(t, r.InvoiceID)
		return insertExchanges(ctx, t, r.InvoiceID, r.Exchanges)
	})
	if err != nil {
		return fmt.Errorf("put back %q: %w", r.Number, err)
	}
	r.Exchanges = nil
	return nil
}

// step moves an open request on. With a next time the lease ends. The timeline gets the
// event unless it only repeats the last one: a portal that is away for a day would fill
// it otherwise.
func (s *Store) step(ctx context.Context, r *IRNRequest, state string, next time.Time, irn gst.IRNState, e Event) error {
	duplicate, err := duplicateText(r)
	if err != nil {
		return fmt.Errorf("%s %q: %w", e.Kind, r.Number, err)
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		query, args := `
UPDATE irn_requests
SET state = $4, last_code = $5, last_error = $6, duplicate = $7, disbelieved = $8
WHERE id = $1 AND lease = $2 AND attempts = $3`,
			[]any{r.ID, r.Lease, r.Attempts, state, e.Code, e.Detail, duplicate, r.Disbelieved}
		if !next.IsZero() {
			query, args = `
UPDATE irn_requests
SET state = $4, last_code = $5, last_error = $6, duplicate = $7, disbelieved = $8, due_at = $9, leased_until = 0
WHERE id = $1 AND lease = $2 AND attempts = $3`, append(args, millis(next))
		}
		n, err := t.exec(ctx, query, args...)
		if err := one(n, err); err != nil {
			return err
		}
		if err := setIRNState(ctx, t, r.InvoiceID, irn); err != nil {
			return err
		}
		s.rings(t, r.InvoiceID)
		if err := insertExchanges(ctx, t, r.InvoiceID, r.Exchanges); err != nil {
			return err
		}
		if state == r.State && e.Code == r.LastCode && e.Detail == r.LastError {
			return nil
		}
		return s.addEvent(ctx, t, r.document(), e)
	})
	if err != nil {
		return fmt.Errorf("%s %q: %w", e.Kind, r.Number, err)
	}
	r.State, r.LastCode, r.LastError, r.Exchanges = state, e.Code, e.Detail, nil
	return nil
}

// duplicateText is r.Duplicate as it is stored.
func duplicateText(r *IRNRequest) (string, error) {
	if r.Duplicate == nil {
		return "", nil
	}
	return compactJSON(r.Duplicate)
}

// document is what events need of the request's document.
func (r *IRNRequest) document() *gst.Invoice {
	return &gst.Invoice{ID: r.InvoiceID, Company: r.Company}
}

// setIRNState moves a document between pending and unknown, which is no change of the
// document: it stands under the same heading and the edit log says nothing.
func setIRNState(ctx context.Context, t *tx, invoiceID int64, state gst.IRNState) error {
	_, err := t.exec(ctx, `
UPDATE invoices
SET irn_state = $2
WHERE id = $1 AND irn_state IN ('pending', 'unknown') AND irn_state <> $2`, invoiceID, state)
	if err != nil {
		return fmt.Errorf("set IRN state: %w", err)
	}
	return nil
}

// RecoverIRN is for the start, before any worker runs: requests that were being sent when
// the program ended, and those whose outcome was unknown before, are looked up at once and
// then begin with short pauses again. How long nobody was reached before the start says
// nothing of the time after it, least of all after a power cut. All leases end.
func (s *Store) RecoverIRN(ctx context.Context) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE irn_requests SET lease = 0, leased_until = 0 WHERE lease <> 0`)
		if err != nil {
			return err
		}
		type lost struct {
			gst.Invoice
			through gst.Provider
		}
		requests, err := list(ctx, t.statements, func(row scanner) (l lost, err error) {
			err = row.Scan(&l.ID, &l.Company, &l.through)
			return l, err
		}, `
SELECT i.id, i.company, q.sent_through
FROM irn_requests q
JOIN invoices i ON i.id = q.invoice_id
WHERE q.state = 'sent'`)
		if err != nil {
			return err
		}
		for _, l := range requests {
			_, err := t.exec(ctx, `
UPDATE irn_requests SET state = 'unknown' WHERE invoice_id = $1`, l.ID)
			if err != nil {
				return err
			}
			if err := setIRNState(ctx, t, l.ID, gst.IRNUnknown); err != nil {
				return err
			}
			e := Event{Kind: EventNoAnswer, Provider: l.through, Detail: "the program ended while it was being sent"}
			if err := s.addEvent(ctx, t, &l.Invoice, e); err != nil {
				return err
			}
			s.rings(t, l.ID)
		}
		_, err = t.exec(ctx, `UPDATE irn_requests SET due_at = $1, attempts = 0 WHERE state = 'unknown'`, millis(s.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("recover IRN requests: %w", err)
	}
	return nil
}
