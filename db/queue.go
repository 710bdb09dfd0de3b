package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// Lane is a row of documents that go to the portal one behind the other: those of one
// company, mode, type and series.
type Lane struct {
	Company gst.GSTIN
	Mode    gst.Mode
	Name    string
}

// laneOf names the lane of a document: its series is told by its number without the running
// figures.
func laneOf(inv *gst.Invoice) string {
	key := gst.NormalNumber(inv.Number)
	start, end := runningPart(key, inv.Date.FinancialYear())
	return fmt.Sprintf("%s %s %s %s…%s", inv.Company, inv.Mode, inv.Type, key[:start], key[end:])
}

// dueLanes walks from one lane to the next by the index instead of reading all requests.
const dueLanes = `
WITH RECURSIVE lanes (lane) AS (
    SELECT MIN(lane) FROM irn_requests
    UNION ALL
    SELECT (SELECT MIN(q.lane) FROM irn_requests q WHERE q.lane > lanes.lane)
    FROM lanes
    WHERE lanes.lane IS NOT NULL)
SELECT q.company, q.mode, q.lane
FROM lanes
JOIN irn_requests q ON q.id = (
    SELECT due.id FROM irn_requests due
    JOIN companies c ON c.gstin = due.company
    WHERE due.lane = lanes.lane AND due.due_at <= $1 AND due.leased_until <= $1
      AND (c.paused = 0 OR due.state <> 'ready')
    ORDER BY due.id
    LIMIT 1)
ORDER BY q.id`

// DueLanes returns the lanes in which a request is due that nobody works on, that with the
// oldest such request first. Of a company that was paused only what was sent before counts: it
// is looked up, and nothing new is sent.
func (s *Store) DueLanes(ctx context.Context) ([]Lane, error) {
	lanes, err := list(ctx, s.reader, func(row scanner) (l Lane, err error) {
		err = row.Scan(&l.Company, &l.Mode, &l.Name)
		return l, err
	}, dueLanes, millis(s.now()))
	if err != nil {
		return nil, fmt.Errorf("look for due requests: %w", err)
	}
	return lanes, nil
}

// SetPaused stops sending a company's documents to the portal, or goes on with it. What
// was sent already is looked up all the same.
func (s *Store) SetPaused(ctx context.Context, gstin gst.GSTIN, paused bool) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := company(ctx, t.statements, gstin)
		if err != nil || before.Paused == paused {
			return err
		}
		after := before
		after.Paused = paused
		n, err := t.exec(ctx, `UPDATE companies SET paused = $2 WHERE gstin = $1`, gstin, flag(paused))
		if err := one(n, err); err != nil {
			return err
		}
		action := "paused"
		if !paused {
			action = "resumed"
			t.committed(func() { s.bell.ringAll() })
		}
		return s.logDifference(ctx, t, companyChange(gstin, action), before, after)
	})
	if err != nil {
		return fmt.Errorf("pause company %s: %w", gstin, err)
	}
	return nil
}

// QueueSummary is how a company's queue to the portal stands.
type QueueSummary struct {
	Waiting int64     // not sent yet, or certainly not acted upon
	Sending int64     // a worker has them in hand
	Unknown int64     // sent, and looked up before anything is sent again
	Failed  int64     // refused, or the number is used: wait for a person
	Held    int64     // not sent until a person says so; those given out (CountGivenOut) too
	Oldest  time.Time // since when the oldest of the open ones waits; zero: none does
	Next    time.Time // when the next is due; zero: none waits
	Paused  bool

	// What is asked about e-way bills and trip sheets goes beside the documents, and in none of
	// the figures above. What waits for the IRN of its document does not count.
	EWays       int64     // that wait for the portal
	EWaysOldest time.Time // since when the oldest of these waits; zero: none does
	EWaysNext   time.Time // when the next is due; zero: none waits
}

// Open is how many documents wait for the portal's answer.
func (q QueueSummary) Open() int64 { return q.Waiting + q.Sending + q.Unknown }

// QueueSummary returns how a company's queue stands. It reads indexes and maintained
// counters only, so ten thousand waiting documents cost little more than ten.
func (s *Store) QueueSummary(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) (QueueSummary, error) {
	var q QueueSummary
	var ready, other, readyInHand, pending, oldest, due, leased, asked, next int64
	err := s.reader.row(ctx, `
SELECT (SELECT COUNT(*) FROM irn_requests WHERE company = $1 AND mode = $2 AND (state = 'ready') = 1),
       (SELECT COUNT(*) FROM irn_requests WHERE company = $1 AND mode = $2 AND (state = 'ready') = 0),
       (SELECT COUNT(*) FROM irn_requests WHERE company = $1 AND mode = $2 AND leased_until > $3 AND leased_until > 0),
       (SELECT COUNT(*) FROM irn_requests WHERE company = $1 AND mode = $2 AND leased_until > $3 AND leased_until > 0
           AND state = 'ready'),
       COALESCE((SELECT documents FROM counters WHERE company = $1 AND mode = $2 AND chip = $4), 0),
       COALESCE((SELECT documents FROM counters WHERE company = $1 AND mode = $2 AND chip = $5), 0),
       COALESCE((SELECT MIN(queued_at) FROM irn_requests WHERE id IN (
           SELECT MIN(id) FROM irn_requests WHERE company = $1 AND mode = $2 AND (state = 'ready') = 1
           UNION ALL
           SELECT MIN(id) FROM irn_requests WHERE company = $1 AND mode = $2 AND (state = 'ready') = 0)), 0),
       COALESCE((SELECT due_at FROM irn_requests WHERE company = $1 AND mode = $2 AND leased_until <= $3
           ORDER BY due_at LIMIT 1), 0),
       COALESCE((SELECT MIN(leased_until) FROM irn_requests WHERE company = $1 AND mode = $2 AND leased_until > $3
           AND leased_until > 0), 0),
       COALESCE((SELECT paused FROM companies WHERE gstin = $1), 0),
       (SELECT COUNT(*) FROM eway_requests WHERE company = $1 AND mode = $2 AND waits_for = 0),
       COALESCE((SELECT MIN(queued_at) FROM eway_requests WHERE company = $1 AND mode = $2 AND waits_for = 0), 0),
       COALESCE((SELECT MIN(CASE WHEN leased_until > $3 THEN leased_until ELSE due_at END) FROM eway_requests
           WHERE company = $1 AND mode = $2 AND waits_for = 0), 0)`,
		gstin, mode, millis(s.now()), ChipToFix, ChipPending).
		Scan(&ready, &other, &q.Sending, &readyInHand, &q.Failed, &pending, &oldest, &due, &leased, &q.Paused,
			&q.EWays, &asked, &next)
	if err != nil {
		return QueueSummary{}, fmt.Errorf("read queue of %s: %w", gstin, known(err))
	}
	q.Waiting, q.Unknown = ready-readyInHand, other-(q.Sending-readyInHand)
	q.Held = pending - ready - other // each of the others under this heading has a request
	if due == 0 || leased > 0 && leased < due {
		due = leased
	}
	q.Oldest, q.Next = moment(oldest), moment(due)
	q.EWaysOldest, q.EWaysNext = moment(asked), moment(next)
	return q, nil
}

// QueueItem is one document in the queue: it has a request. Those that were refused or are
// held have none; see Invoices and HeldInvoices.
type QueueItem struct {
	ID        int64 // of the request; a page goes on behind it
	InvoiceID int64
	Type      gst.DocumentType
	Number    string
	Date      gst.Date
	Buyer     string
	Total     gst.Paise
	State     string // RequestReady …
	Sending   bool   // a worker has it in hand
	Queued    time.Time
	Next      time.Time // when it is taken up again
	Tries     int
	Through   gst.Provider // of the last sending; empty: it was never sent
	Code      string       // why it waits; see Waiting
	Why       string       // likewise, for support
}

const selectQueueItem = `
SELECT q.id, q.invoice_id, i.type, i.number, i.date, i.buyer_name, i.total, q.state, q.queued_at, q.due_at,
       q.leased_until, q.attempts, q.sent_through, q.last_code, q.last_error
FROM irn_requests q
JOIN invoices i ON i.id = q.invoice_id`

func (s *Store) queueItems(ctx context.Context, query string, args ...any) ([]QueueItem, error) {
	now := s.now()
	return list(ctx, s.reader, func(row scanner) (q QueueItem, err error) {
		var queued, due, leased int64
		err = row.Scan(&q.ID, &q.InvoiceID, &q.Type, &q.Number, &q.Date, &q.Buyer, &q.Total, &q.State, &queued, &due,
			&leased, &q.Tries, &q.Through, &q.Code, &q.Why)
		q.Queued, q.Next, q.Sending = moment(queued), moment(due), moment(leased).After(now)
		return q, err
	}, query, args...)
}

// QueuePart is one of the parts of a queue.
type QueuePart string

// The parts. A document stands in exactly one.
const (
	QueueSending QueuePart = "sending" // a worker has it in hand
	QueueWaiting QueuePart = "waiting" // not sent yet, or certainly not acted upon
	QueueUnknown QueuePart = "unknown" // sent, and looked up before anything is sent again
)

// QueueOf returns a company's documents in one part of the queue, the oldest first, at most
// limit of those behind the request after (0: from the start).
func (s *Store) QueueOf(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, part QueuePart, after int64, limit int) ([]QueueItem, error) {
	query := selectQueueItem + `
WHERE q.company = $1 AND q.mode = $2 AND (q.state = 'ready') = $6 AND q.id > $3 AND q.leased_until <= $5
ORDER BY q.id
LIMIT $4`
	args := []any{gstin, mode, after, limit, millis(s.now())}
	if part == QueueSending { // there are never many
		query = selectQueueItem + `
WHERE q.company = $1 AND q.mode = $2 AND q.id > $3 AND q.leased_until > $5 AND q.leased_until > 0
ORDER BY q.id
LIMIT $4`
	} else {
		args = append(args, flag(part == QueueWaiting))
	}
	items, err := s.queueItems(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read queue of %s: %w", gstin, err)
	}
	return items, nil
}

// HeldInvoices returns a company's documents that are not sent until a person says so, but
// those given out to be registered by hand, the oldest first, at most limit of those behind a
// place, and where the next begin.
func (s *Store) HeldInvoices(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, after Cursor, limit int) ([]InvoiceRow, Cursor, error) {
	rows, err := list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND irn_state = 'held' AND state = 'issued' AND (date, id) > ($3, $4) AND NOT `+liesInFile+`
ORDER BY date, id
LIMIT $5`, gstin, mode, after.Date, after.ID, limit+1)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list documents of %s not sent yet: %w", gstin, err)
	}
	if len(rows) <= limit {
		return rows, Cursor{}, nil
	}
	last := rows[limit-1]
	return rows[:limit], Cursor{Date: last.Date, ID: last.ID}, nil
}
