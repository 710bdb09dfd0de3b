package db

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mohar/gst"
)

// The kinds of event about an e-way bill or a trip sheet. Its code is the action where one
// is asked for or done, else what the portal answered.
const (
	EventEWayAsked     EventKind = "eway_asked"     // something is to be asked of the portal; the code is the action
	EventEWaySent      EventKind = "eway_sent"      // on its way to the portal; the detail is the action
	EventEWayNoAnswer  EventKind = "eway_no_answer" // whether the portal acted is unknown
	EventEWaySwitched  EventKind = "eway_switched"  // one provider did not take it, the other is tried
	EventEWayPostponed EventKind = "eway_postponed" // nobody took it, tried again later
	EventEWayLookedUp  EventKind = "eway_looked_up"
	EventEWayMade      EventKind = "eway_made"    // the detail is its number
	EventEWayDone      EventKind = "eway_done"    // another action; the code says which
	EventEWayRefused   EventKind = "eway_refused" // the portal said no
	EventEWayTakenBack EventKind = "eway_taken_back"
	EventEWayFound     EventKind = "eway_found"   // a look-up brought it
	EventEWayRead      EventKind = "eway_read"    // the portal says something else than what was kept
	EventEWayAdopted   EventKind = "eway_adopted" // made elsewhere, and kept from now on
	EventEWayScheduled EventKind = "eway_scheduled"
	EventEWayDropped   EventKind = "eway_unscheduled"
	EventEWayGivenUp   EventKind = "eway_given_up"
	EventEWayShared    EventKind = "eway_shared"
	EventEWayUnshared  EventKind = "eway_unshared"
)

// ewaySubject is what an event or a call is about: one of the two.
type ewaySubject struct{ eway, trip int64 }

// columns are the ids as they are stored.
func (o ewaySubject) columns() (eway, trip any) {
	if o.eway != 0 {
		return o.eway, nil
	}
	return nil, o.trip
}

// AddEWayEvent puts an event on a bill's timeline; At and Actor are filled in when empty.
// It returns gst.ErrNotFound when the company has no such bill.
func (s *Store) AddEWayEvent(ctx context.Context, gstin gst.GSTIN, id int64, e Event) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		b, err := ewayHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		s.ringsEWay(t, b)
		return s.addEWayEvent(ctx, t, ewaySubject{eway: id}, e)
	})
	if err != nil {
		return fmt.Errorf("add event to e-way bill %d: %w", id, err)
	}
	return nil
}

// ewayHead reads the columns of a bill; gst.ErrNotFound when the company has no such one.
func ewayHead(ctx context.Context, t *tx, gstin gst.GSTIN, id int64) (*gst.EWay, error) {
	b, err := scanEWay(t.row(ctx, selectEWay+" WHERE e.company = $1 AND e.id = $2", gstin, id))
	return &b, known(err)
}

func (s *Store) addEWayEvent(ctx context.Context, t *tx, of ewaySubject, e Event) error {
	if e.At.IsZero() {
		e.At = s.now()
	}
	if e.Actor == "" {
		e.Actor = actorOf(ctx).Name
	}
	eway, trip := of.columns()
	_, err := t.exec(ctx, `
INSERT INTO eway_events (eway_id, trip_id, at, kind, actor, provider, code, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, eway, trip, millis(e.At), e.Kind, e.Actor, e.Provider, e.Code, e.Detail)
	if err != nil {
		return fmt.Errorf("add event %s: %w", e.Kind, known(err))
	}
	return nil
}

// EWayEvents returns the timeline of a company's bill, oldest first; empty when the company
// has no such bill.
func (s *Store) EWayEvents(ctx context.Context, gstin gst.GSTIN, id int64) ([]Event, error) {
	events, err := list(ctx, s.reader, scanEvent, `
SELECT v.at, v.kind, v.actor, v.provider, v.code, v.detail
FROM eway_events v
JOIN eways e ON e.id = v.eway_id
WHERE e.company = $1 AND v.eway_id = $2
ORDER BY v.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read events of e-way bill %d: %w", id, err)
	}
	return events, nil
}

// TripEvents is EWayEvents for a trip sheet.
func (s *Store) TripEvents(ctx context.Context, gstin gst.GSTIN, id int64) ([]Event, error) {
	events, err := list(ctx, s.reader, scanEvent, `
SELECT v.at, v.kind, v.actor, v.provider, v.code, v.detail
FROM eway_events v
JOIN trip_sheets p ON p.id = v.trip_id
WHERE p.company = $1 AND v.trip_id = $2
ORDER BY v.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read events of trip sheet %d: %w", id, err)
	}
	return events, nil
}

// withEWayEvents adds to a document's timeline what happened to its e-way bills. Of one that
// came with the IRN the making is told by that.
func (s *Store) withEWayEvents(ctx context.Context, gstin gst.GSTIN, invoiceID int64, events []Event) ([]Event, error) {
	others, err := list(ctx, s.reader, scanEvent, `
SELECT v.at, v.kind, v.actor, v.provider, v.code, v.detail
FROM eways e
JOIN eway_events v ON v.eway_id = e.id
WHERE e.invoice_id = $1 AND e.company = $2 AND NOT (e.route = 'with_irn' AND v.kind = 'eway_made')
ORDER BY v.id`, invoiceID, gstin)
	if err != nil || len(others) == 0 {
		return events, err
	}
	events = append(events, others...)
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(millis(a.At), millis(b.At)) })
	return events, nil
}

// AddEWayExchanges keeps calls that were made for a company's bill outside of its request,
// such as a reading. It returns gst.ErrNotFound when there is no such bill.
func (s *Store) AddEWayExchanges(ctx context.Context, gstin gst.GSTIN, id int64, calls ...gst.Exchange) error {
	if len(calls) == 0 {
		return nil
	}
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := ewayHead(ctx, t, gstin, id); err != nil {
			return err
		}
		return insertEWayExchanges(ctx, t, ewaySubject{eway: id}, calls)
	})
	if err != nil {
		return fmt.Errorf("keep calls of e-way bill %d: %w", id, err)
	}
	return nil
}

// exchangeColumns end with the body that scanExchange puts in where bodyHere stands: calls of
// the e-way bill system are kept whole.
const exchangeColumns = `v.at, v.took, v.attempt, v.provider, v.operation, v.method, v.url, v.status, v.outcome, v.code,
       v.why, v.sent, v.got, ''`

// EWayExchanges returns the calls that were made for a company's bill, the oldest first.
func (s *Store) EWayExchanges(ctx context.Context, gstin gst.GSTIN, id int64) ([]gst.Exchange, error) {
	calls, err := list(ctx, s.reader, scanExchange, `
SELECT `+exchangeColumns+`
FROM eway_exchanges v
JOIN eways e ON e.id = v.eway_id
WHERE e.company = $1 AND v.eway_id = $2
ORDER BY v.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read calls of e-way bill %d: %w", id, err)
	}
	return calls, nil
}

// TripExchanges is EWayExchanges for a trip sheet.
func (s *Store) TripExchanges(ctx context.Context, gstin gst.GSTIN, id int64) ([]gst.Exchange, error) {
	calls, err := list(ctx, s.reader, scanExchange, `
SELECT `+exchangeColumns+`
FROM eway_exchanges v
JOIN trip_sheets p ON p.id = v.trip_id
WHERE p.company = $1 AND v.trip_id = $2
ORDER BY v.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read calls of trip sheet %d: %w", id, err)
	}
	return calls, nil
}

// insertEWayExchanges keeps calls of a bill or a trip sheet.
func insertEWayExchanges(ctx context.Context, t *tx, of ewaySubject, calls []gst.Exchange) error {
	eway, trip := of.columns()
	for _, e := range calls {
		sent, err := deflated(e.Sent)
		if err != nil {
			return fmt.Errorf("keep request: %w", err)
		}
		got, err := deflated(e.Got)
		if err != nil {
			return fmt.Errorf("keep reply: %w", err)
		}
		_, err = t.exec(ctx, `
INSERT INTO eway_exchanges (eway_id, trip_id, at, took, attempt, provider, operation, method, url, status,
                            outcome, code, why, sent, got)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			eway, trip, millis(e.At), e.Took.Microseconds(), e.Attempt, e.Provider, e.Operation, e.Method, e.URL,
			e.Status, e.Outcome, e.Code, e.Why, sent, got)
		if err != nil {
			return fmt.Errorf("keep call: %w", known(err))
		}
		if e.Attempt > mostLookUps && e.Attempt%10 == 0 {
			if err := thinOutEWay(ctx, t, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// thinOutEWay gives up all but the latest look-ups of a bill or a trip sheet.
func thinOutEWay(ctx context.Context, t *tx, of ewaySubject) error {
	query := `
DELETE FROM eway_exchanges
WHERE eway_id = $1 AND operation IN ('eway_auth', 'eway_read', 'eway_list', 'ewb_get') AND id < (
    SELECT e.id FROM eway_exchanges e
    WHERE e.eway_id = $1 AND e.operation IN ('eway_auth', 'eway_read', 'eway_list', 'ewb_get')
    ORDER BY e.id DESC
    LIMIT 1 OFFSET $2)`
	id := of.eway
	if of.eway == 0 {
		query, id = `
DELETE FROM eway_exchanges
WHERE trip_id = $1 AND operation IN ('eway_auth', 'eway_read', 'eway_list') AND id < (
    SELECT e.id FROM eway_exchanges e
    WHERE e.trip_id = $1 AND e.operation IN ('eway_auth', 'eway_read', 'eway_list')
    ORDER BY e.id DESC
    LIMIT 1 OFFSET $2)`, of.trip
	}
	if _, err := t.exec(ctx, query, id, mostLookUps-1); err != nil {
		return fmt.Errorf("give up old calls: %w", known(err))
	}
	return nil
}
