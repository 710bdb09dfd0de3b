package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// EventKind says what happened to a document.
type EventKind string

// The kinds of event.
const (
	EventCreated    EventKind = "created"
	EventIssued     EventKind = "issued"
	EventAmended    EventKind = "amended"
	EventQueued     EventKind = "queued"     // to be registered, after it was held or refused
	EventSent       EventKind = "sent"       // on its way to the portal
	EventNoAnswer   EventKind = "no_answer"  // whether the portal acted is unknown
	EventSwitched   EventKind = "switched"   // one provider did not take it, the other is tried
	EventPostponed  EventKind = "postponed"  // nobody took it, tried again later
	EventLookedUp   EventKind = "looked_up"  // asked for by document
	EventRegistered EventKind = "registered" // IRN stored
	EventRefused    EventKind = "refused"    // the portal said no
	EventCancelled  EventKind = "cancelled"  // IRN cancelled
	EventVoided     EventKind = "voided"     // given up or withdrawn without IRN
	EventRecorded   EventKind = "recorded"   // issued by another program and put down here
	EventPrinted    EventKind = "printed"
	EventVerified   EventKind = "verified"   // signatures, with a certificate that came later
	EventGivenOut   EventKind = "given_out"  // in a file, to be registered by hand at the portal
	EventBroughtIn  EventKind = "brought_in" // the IRN, by hand from the portal
	EventTakenBack  EventKind = "taken_back" // out of the queue, before it was sent
)

// The kinds of event around a person's questions to the portal.
const (
	EventAsked            EventKind = "asked"             // somebody had the portal asked; the code is what came of it
	EventCompleted        EventKind = "completed"         // a registration got what it lacked; see CompletedSigned
	EventCancelUnanswered EventKind = "cancel_unanswered" // whether the portal cancelled the IRN is unknown
)

// Event is one entry of a document's timeline.
type Event struct {
	At       time.Time
	Kind     EventKind
	Actor    string       // who did it
	Provider gst.Provider // through whom
	Code     string       // what the portal or the GSP answered
	Detail   string
}

// AddEvent puts an event on a document's timeline; At and Actor are filled in when
// empty. It returns gst.ErrNotFound when the company has no such document.
func (s *Store) AddEvent(ctx context.Context, gstin gst.GSTIN, id int64, e Event) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return fmt.Errorf("document %d of %s: %w", id, gstin, err)
		}
		s.rings(t, id)
		return s.addEvent(ctx, t, h, e)
	})
}

// addEvent stores an event of inv, of which ID and Company count.
func (s *Store) addEvent(ctx context.Context, t *tx, inv *gst.Invoice, e Event) error {
	if e.At.IsZero() {
		e.At = s.now()
	}
	if e.Actor == "" {
		e.Actor = actorOf(ctx).Name
	}
	_, err := t.exec(ctx, `
INSERT INTO events (company, invoice_id, at, kind, actor, provider, code, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		inv.Company, inv.ID, millis(e.At), e.Kind, e.Actor, e.Provider, e.Code, e.Detail)
	if err != nil {
		return fmt.Errorf("add event %s: %w", e.Kind, known(err))
	}
	return nil
}

// TimesAnswered returns how often a code stands on a document's timeline.
func (s *Store) TimesAnswered(ctx context.Context, id int64, code string) (n int, err error) {
	err = s.reader.row(ctx, `
SELECT count(*)
FROM events
WHERE invoice_id = $1 AND code = $2`, id, code).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count answers on document %d: %w", id, known(err))
	}
	return n, nil
}

// Events returns the timeline of a company's document and its e-way bills, oldest first;
// empty when the company has no such document.
func (s *Store) Events(ctx context.Context, gstin gst.GSTIN, id int64) ([]Event, error) {
	events, err := list(ctx, s.reader, scanEvent, `
SELECT at, kind, actor, provider, code, detail
FROM events
WHERE company = $1 AND invoice_id = $2
ORDER BY id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read events of document %d: %w", id, err)
	}
	if events, err = s.withEWayEvents(ctx, gstin, id, events); err != nil {
		return nil, fmt.Errorf("read events of document %d: %w", id, err)
	}
	return events, nil
}

func scanEvent(row scanner) (e Event, err error) {
	var at int64
	err = row.Scan(&at, &e.Kind, &e.Actor, &e.Provider, &e.Code, &e.Detail)
	e.At = moment(at)
	return e, err
}
