package db

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"mohar/gst"
)

// DeliveryState is how a message to one webhook stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting DeliveryState = "waiting" // it is tried when it is due and the webhook is on
	DeliveryDone    DeliveryState = "delivered"
	DeliveryFailed  DeliveryState = "failed" // given up; a person may have it sent again
)

// Delivery is a message to one webhook.
type Delivery struct {
	ID      int64
	Webhook int64
	Key     string // of the message: the same at every try
	At      time.Time
	Event   WebhookEvent
	Company gst.GSTIN // empty: a test
	Subject string    // number of the document, e-way bill or trip sheet
	Body    []byte    // as it is sent; not in lists
	State   DeliveryState
	Due     time.Time // while it waits
	Tries   int       // since it was made or a person had it sent again
	Tried   time.Time // the last try; zero: none
	Took    time.Duration
	Status  int    // of HTTP at the last try; 0: no answer
	Answer  string // how the body of the answer began
	Problem string // why there was no answer
}

const selectDeliveries = `
SELECT v.id, v.webhook_id, m.key, m.at, m.event, m.company, m.subject, m.body, v.state, v.due_at, v.tries, v.tried_at,
       v.took, v.status, v.answer, v.problem
FROM webhook_deliveries v
JOIN webhook_messages m ON m.id = v.message_id`

func scanDelivery(row scanner) (d Delivery, err error) {
	var at, due, tried, took int64
	var body string
	err = row.Scan(&d.ID, &d.Webhook, &d.Key, &at, &d.Event, &d.Company, &d.Subject, &body, &d.State, &due, &d.Tries, &tried,
		&took, &d.Status, &d.Answer, &d.Problem)
	d.At, d.Due, d.Tried, d.Took, d.Body = moment(at), moment(due), moment(tried), time.Duration(took)*time.Microsecond, []byte(body)
	return d, err
}

// DueDeliveries returns up to limit messages that wait for a webhook and are due, the
// longest due first.
func (s *Store) DueDeliveries(ctx context.Context, webhook int64, limit int) ([]Delivery, error) {
	due, err := list(ctx, s.reader, scanDelivery, selectDeliveries+`
WHERE v.webhook_id = $1 AND v.state = 'waiting' AND v.due_at <= $2
ORDER BY v.due_at, v.id
LIMIT $3`, webhook, millis(s.now()), limit)
	if err != nil {
		return nil, fmt.Errorf("read due deliveries of webhook %d: %w", webhook, err)
	}
	return due, nil
}

// NextDelivery returns when the first message is due that waits for a webhook after a
// moment; zero without one.
func (s *Store) NextDelivery(ctx context.Context, webhook int64, after time.Time) (time.Time, error) {
	var due int64
	err := s.reader.row(ctx, `
SELECT COALESCE(MIN(due_at), 0)
FROM webhook_deliveries
WHERE webhook_id = $1 AND state = 'waiting' AND due_at > $2`, webhook, millis(after)).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for next delivery of webhook %d: %w", webhook, known(err))
	}
	return moment(due), nil
}

// streakEnds is how long after a failure another one no longer counts as the next of a row:
// longer than any pause between two tries.
const streakEnds = 48 * time.Hour

// DeliveryTry is how one try ended.
type DeliveryTry struct {
	Delivery int64
	Webhook  int64
	At       time.Time
	Took     time.Duration
	Status   int
	Answer   string
	Problem  string
	Done     bool      // delivered
	Next     time.Time // when it is tried again; zero: never
	// GivesUp tells of a failure, with the moment since when all tries have failed, whether
	// the webhook is to be switched off for that; empty: not.
	GivesUp func(since time.Time) WebhookOff
}

// state is how the delivery stands after the try.
func (y *DeliveryTry) state() DeliveryState {
	switch {
	case y.Done:
		return DeliveryDone
	case y.Next.IsZero():
		return DeliveryFailed
	}
	return DeliveryWaiting
}

// SaveDeliveryTry stores how a try ended. What was deleted meanwhile is let go.
func (s *Store) SaveDeliveryTry(ctx context.Context, y DeliveryTry) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE webhook_deliveries
SET state = $2, due_at = $3, tries = tries + 1, tried_at = $4, took = $5, status = $6, answer = $7, problem = $8
WHERE id = $1 AND state = 'waiting'`, y.Delivery, y.state(), millis(y.Next), millis(y.At), y.Took.Microseconds(), y.Status,
			y.Answer, y.Problem)
		if err != nil || n == 0 {
			return known(err)
		}
		w, err := readWebhook(ctx, t.statements, y.Webhook)
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.keepStreak(ctx, t, w, &y)
	})
	if err != nil {
		return fmt.Errorf("save delivery %d: %w", y.Delivery, err)
	}
	return nil
}

// keepStreak remembers since when a webhook fails, and switches it off where that is too
// long.
func (s *Store) keepStreak(ctx context.Context, t *tx, w Webhook, y *DeliveryTry) error {
	since, failed := w.FailingSince, y.At
	switch {
	case y.Done && since.IsZero():
		return nil
	case y.Done:
		since, failed = time.Time{}, time.Time{}
	case since.IsZero() || y.At.Sub(w.FailedAt) > streakEnds:
		since = y.At
	}
	_, err := t.exec(ctx, `UPDATE webhooks SET failing_since = $2, failed_at = $3 WHERE id = $1`, w.ID, millis(since), millis(failed))
	if err != nil || y.Done || y.GivesUp == nil || w.Off != WebhookOn {
		return known(err)
	}
	off := y.GivesUp(since)
	if off == WebhookOn {
		return nil
	}
	before := w
	s.switchOff(&w, off)
	_, err = t.exec(ctx, `
UPDATE webhooks
SET version = version + 1, off_why = $2, off_at = $3
WHERE id = $1`, w.ID, w.Off, millis(w.OffAt))
	if err != nil {
		return known(err)
	}
	s.webhooksChanged(t)
	return s.logDifference(ctx, t, webhookChange(w.ID, "switched off"), loggedWebhook(&before), loggedWebhook(&w))
}

// TestDelivery returns a message that a person wants sent to a webhook now. It is stored only
// by SaveTest. It returns gst.ErrNotFound when there is no such webhook.
func (s *Store) TestDelivery(ctx context.Context, webhook int64) (Delivery, error) {
	if _, err := s.Webhook(ctx, webhook); err != nil {
		return Delivery{}, err
	}
	d := Delivery{Webhook: webhook, At: moment(millis(s.now())), Event: WebhookTest, State: DeliveryWaiting}
	var err error
	d.Key, d.Body, err = composeNews(news{event: WebhookTest, at: d.At}, webhookTest{Webhook: webhook})
	return d, err
}

// webhookTest is the data of a test.
type webhookTest struct {
	Webhook int64 `json:"webhook"`
}

// SaveTest stores a test that was sent and how that ended; it is not tried again and says
// nothing of the webhook's failing. The edit log says who had it sent.
func (s *Store) SaveTest(ctx context.Context, d Delivery, y DeliveryTry) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := readWebhook(ctx, t.statements, d.Webhook); err != nil {
			return err
		}
		id, err := putWebhookMessage(ctx, t, news{event: d.Event, at: d.At}, d.Key, d.Body)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
INSERT INTO webhook_deliveries (webhook_id, message_id, state, due_at, tries, tried_at, took, status, answer, problem)
VALUES ($1, $2, $3, 0, 1, $4, $5, $6, $7, $8)`, d.Webhook, id, y.state(), millis(y.At), y.Took.Microseconds(), y.Status, y.Answer, y.Problem)
		if err != nil {
			return known(err)
		}
		return s.logWebhook(ctx, t, d.Webhook, "tested", webhookSent{Message: d.Key, Status: y.Status})
	})
	if err != nil {
		return fmt.Errorf("save test of webhook %d: %w", d.Webhook, err)
	}
	return nil
}

// webhookSent is what the edit log says of messages that a person had sent.
type webhookSent struct {
	Message  string
	Status   int
	Messages int
}

func (s *Store) logWebhook(ctx context.Context, t *tx, webhook int64, action string, what webhookSent) (err error) {
	entry := webhookChange(webhook, action)
	if entry.after, err = compactJSON(what); err != nil {
		return err
	}
	return s.logChange(ctx, t, entry)
}

// deliveryFilters are what Deliveries may be asked for. They are written out, so that the
// indexes of those that wait and of those given up serve.
var deliveryFilters = map[DeliveryState]string{
	"": "",
	DeliveryWaiting: ` AND v.id IN (
    SELECT id
    FROM webhook_deliveries
    WHERE webhook_id = $1 AND state = 'waiting' AND +id < $2
    ORDER BY +id DESC
    LIMIT $3)`,
	DeliveryDone:   " AND v.state = 'delivered'",
	DeliveryFailed: " AND v.state = 'failed' AND m.event <> 'test'",
}

// Deliveries returns messages to a webhook, the newest first, without their bodies; state
// empty: all. Tests are never among those given up. before is the id where the page before
// ended, 0 for the first; next is 0 after the last page. It returns gst.ErrNotFound for other
// states.
func (s *Store) Deliveries(ctx context.Context, webhook int64, state DeliveryState, before int64, limit int) (page []Delivery, next int64, err error) {
	filter, ok := deliveryFilters[state]
	if !ok {
		return nil, 0, fmt.Errorf("deliveries %q of webhook %d: %w", state, webhook, gst.ErrNotFound)
	}
	if before <= 0 {
		before = 1<<63 - 1
	}
	limit = orDefault(limit)
	page, err = list(ctx, s.reader, scanDelivery, selectDeliveries+`
WHERE v.webhook_id = $1 AND v.id < $2`+filter+`
ORDER BY v.id DESC
LIMIT $3`, webhook, before, limit+1)
	if err != nil {
		return nil, 0, fmt.Errorf("read deliveries of webhook %d: %w", webhook, err)
	}
	for i := range page {
		page[i].Body = nil
	}
	if len(page) > limit {
		return page[:limit], page[limit-1].ID, nil
	}
	return page, 0, nil
}

// Delivery returns one message to a webhook; gst.ErrNotFound when there is none.
func (s *Store) Delivery(ctx context.Context, webhook, id int64) (Delivery, error) {
	d, err := scanDelivery(s.reader.row(ctx, selectDeliveries+" WHERE v.webhook_id = $1 AND v.id = $2", webhook, id))
	if err != nil {
		return d, fmt.Errorf("read delivery %d of webhook %d: %w", id, webhook, known(err))
	}
	return d, nil
}

// DeliveryCounts says how many messages to a webhook wait and how many were given up, tests
// apart.
func (s *Store) DeliveryCounts(ctx context.Context, webhook int64) (waiting, failed int, err error) {
	err = s.reader.row(ctx, `
SELECT (SELECT COUNT(*) FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'waiting'),
       (SELECT COUNT(*)
        FROM webhook_deliveries v
        JOIN webhook_messages m ON m.id = v.message_id
        WHERE v.webhook_id = $1 AND v.state = 'failed' AND m.event <> 'test')`, webhook).Scan(&waiting, &failed)
	if err != nil {
		return 0, 0, fmt.Errorf("count deliveries of webhook %d: %w", webhook, known(err))
	}
	return waiting, failed, nil
}

// ResendDelivery has a message sent again now under the same key, whatever came of it, with
// all tries before it. It returns gst.ErrNotFound when there is none.
func (s *Store) ResendDelivery(ctx context.Context, webhook, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		d, err := scanDelivery(t.row(ctx, selectDeliveries+" WHERE v.webhook_id = $1 AND v.id = $2", webhook, id))
		if err != nil {
			return known(err)
		}
		_, err = t.exec(ctx, `
UPDATE webhook_deliveries
SET state = 'waiting', due_at = $2, tries = 0
WHERE id = $1`, id, millis(s.now()))
		if err != nil {
			return known(err)
		}
		t.committed(func() { tick(s.bell.webhooks) })
		return s.logWebhook(ctx, t, webhook, "resent", webhookSent{Message: d.Key})
	})
	if err != nil {
		return fmt.Errorf("send delivery %d of webhook %d again: %w", id, webhook, err)
	}
	return nil
}

// ResendFailed has all messages to a webhook sent again that were given up, of those made
// since a moment, and returns how many. Tests are left out. It returns gst.ErrNotFound when
// there is no such webhook.
func (s *Store) ResendFailed(ctx context.Context, webhook int64, since time.Time) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := readWebhook(ctx, t.statements, webhook); err != nil {
			return err
		}
		again, err := t.exec(ctx, `
UPDATE webhook_deliveries
SET state = 'waiting', due_at = $2, tries = 0
WHERE webhook_id = $1 AND state = 'failed'
  AND message_id IN (SELECT id FROM webhook_messages WHERE at >= $3 AND event <> 'test')`, webhook, millis(s.now()), millis(since))
		if err != nil || again == 0 {
			return known(err)
		}
		n = int(again)
		t.committed(func() { tick(s.bell.webhooks) })
		return s.logWebhook(ctx, t, webhook, "resent", webhookSent{Messages: n})
	})
	if err != nil {
		return 0, fmt.Errorf("send failed deliveries of webhook %d again: %w", webhook, err)
	}
	return n, nil
}

// ForgetDeliveries removes messages made before a moment, however they ended, and what is
// left of deleted webhooks: a few at a time. It reports whether there may be more.
func (s *Store) ForgetDeliveries(ctx context.Context, before time.Time) (more bool, err error) {
	if before.IsZero() {
		return false, errors.New("forget deliveries: before when?")
	}
	if some, err := s.forgettable(ctx, before); err != nil || !some {
		return false, err
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		// Whole messages of deliveries are taken, so that none is left without one.
		gone, err := t.exec(ctx, `
DELETE FROM webhook_deliveries
WHERE message_id IN (SELECT id FROM webhook_messages WHERE at < $1 ORDER BY at, id LIMIT $2)`, millis(before), mostForgotten)
		if err != nil {
			return known(err)
		}
		old, err := t.exec(ctx, `
DELETE FROM webhook_messages
WHERE id IN (SELECT id FROM webhook_messages WHERE at < $1 ORDER BY at, id LIMIT $2)`, millis(before), mostForgotten)
		if err != nil {
			return known(err)
		}
		left, err := t.exec(ctx, `
DELETE FROM webhook_deliveries
WHERE id IN (SELECT v.id FROM webhooks w JOIN webhook_deliveries v ON v.webhook_id = w.id WHERE w.deleted = 1 LIMIT $1)`, mostForgotten)
		if err != nil {
			return known(err)
		}
		more = gone+old+left > 0
		_, err = t.exec(ctx, `
DELETE FROM webhooks
WHERE deleted = 1 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries v WHERE v.webhook_id = webhooks.id)`)
		return known(err)
	})
	if err != nil {
		return false, fmt.Errorf("forget deliveries: %w", err)
	}
	return more, nil
}

// forgettable reports whether there is anything to forget, so that an idle house writes
// nothing.
func (s *Store) forgettable(ctx context.Context, before time.Time) (some bool, err error) {
	err = s.reader.row(ctx, `
SELECT EXISTS (SELECT 1 FROM webhook_messages WHERE at < $1) OR EXISTS (SELECT 1 FROM webhooks WHERE deleted = 1)`,
		millis(before)).Scan(&some)
	if err != nil {
		return false, fmt.Errorf("look for old deliveries: %w", known(err))
	}
	return some, nil
}

// LastWebhookChanges returns the newest entries of the edit log on a webhook. They are of no
// company: the log of a busy house is not read through for them.
func (s *Store) LastWebhookChanges(ctx context.Context, webhook int64, limit int) ([]LogEntry, error) {
	entries, err := list(ctx, s.reader, scanEntry, selectLog+`
WHERE company = '' AND subject = 'webhook' AND subject_id = $1
ORDER BY id DESC
LIMIT $2`, strconv.FormatInt(webhook, 10), limit)
	if err != nil {
		return nil, fmt.Errorf("read edit log of webhook %d: %w", webhook, err)
	}
	return entries, nil
}
