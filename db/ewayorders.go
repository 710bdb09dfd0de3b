package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"mohar/gst"
)

// storedOrder is an order as JSON.
type storedOrder struct {
	Action      gst.EWayAction
	PartB       *gst.PartB
	Transporter *gst.EWayTransporterChoice
	Extension   *storedExtension
	Cancel      *gst.EWayCancellation
	Group       *gst.EWayGroup
	Vehicle     *gst.EWayGroupVehicle
	Swap        *gst.EWayGroupSwap
	ClosedOn    gst.Date
	Remark      string
}

func orderText(o gst.EWayOrder) (string, error) {
	return compactJSON(storedOrder{
		o.Action, o.PartB, o.Transporter, storeExtension(o.Extension), o.Cancel, o.Group, o.Vehicle, o.Swap, o.ClosedOn, o.Remark,
	})
}

func readOrder(text string) (gst.EWayOrder, error) {
	var o storedOrder
	if err := readJSON(text, &o); err != nil {
		return gst.EWayOrder{}, fmt.Errorf("stored order: %w", err)
	}
	return gst.EWayOrder{
		Action: o.Action, PartB: o.PartB, Transporter: o.Transporter, Extension: o.Extension.extension(),
		Cancel: o.Cancel, Group: o.Group, Vehicle: o.Vehicle, Swap: o.Swap, ClosedOn: o.ClosedOn, Remark: o.Remark,
	}, nil
}

// AddEWay stores an e-way bill that the portal is to make, with the request for it, and
// returns its id. Of b count Company, Mode (empty: the company's), InvoiceID, Route and Of.
// One by IRN (gst.EWayByIRN) waits until its document is registered.
//
// It returns gst.ErrConflict when the document has a bill that stands or is asked for, and
// one that was refused: see RetryEWay; gst.ErrState for a document that is a draft or void,
// and gst.ErrNotFound when the company has no such document.
func (s *Store) AddEWay(ctx context.Context, b *gst.EWay) (int64, error) {
	saved := *b
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := company(ctx, t.statements, saved.Company)
		if err != nil {
			return err
		}
		if saved.Mode == "" {
			saved.Mode = c.Mode
		}
		saved.ID, saved.Role, saved.State, saved.Asked = 0, gst.EWayOurs, gst.EWayPending, gst.EWayMake
		if saved.InvoiceID != 0 {
			if err := s.mayHaveEWay(ctx, t, &saved); err != nil {
				return err
			}
		} else if err := paperFree(ctx, t, &saved, s.now()); err != nil {
			return err
		}
		order := gst.EWayOrder{Action: gst.EWayMake}
		e := Event{Kind: EventEWayAsked, Code: string(gst.EWayMake), Detail: saved.Of.Number}
		if err := s.putEWay(ctx, t, nil, &saved, "created", nil, e); err != nil {
			return err
		}
		return s.requestEWay(ctx, t, &saved, order)
	})
	if err != nil {
		return 0, fmt.Errorf("add e-way bill of %q: %w", b.Of.Number, err)
	}
	*b = saved
	return saved.ID, nil
}

// mayHaveEWay checks that the document of a new bill is there, and has none.
func (s *Store) mayHaveEWay(ctx context.Context, t *tx, b *gst.EWay) error {
	h, err := readHead(ctx, t, b.Company, b.InvoiceID)
	if err != nil {
		return err
	}
	if h.State != gst.Issued {
		return gst.ErrState
	}
	b.Mode = h.Mode
	id, err := newestEWay(ctx, t.statements, b.Company, b.InvoiceID)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	last, err := readEWay(ctx, t.statements, b.Company, id)
	if err != nil {
		return err
	}
	return s.makesRoom(ctx, t, last)
}

// makesRoom returns gst.ErrConflict while a bill stands, or may be asked for again, so that
// its paper gets no other. Part A that time has discarded is put down as that.
func (s *Store) makesRoom(ctx context.Context, t *tx, b *gst.EWay) error {
	switch b.State {
	case gst.EWayCancelled, gst.EWayDiscarded:
		return nil
	case gst.EWayPartA:
		if !s.now().After(b.Ends()) || b.Asked != "" {
			return gst.ErrConflict
		}
		before := *b
		b.State = gst.EWayDiscarded
		return s.putEWay(ctx, t, &before, b, "discarded", nil, Event{Kind: EventEWayDone, Code: "discarded"})
	}
	return gst.ErrConflict
}

// paperFree returns gst.ErrConflict when a bill of ours is of the same paper already and
// stands or waits for somebody, for bills of no document that is stored here.
func paperFree(ctx context.Context, t *tx, b *gst.EWay, now time.Time) error {
	var taken bool
	err := t.row(ctx, `
SELECT EXISTS (
    SELECT 1 FROM eways
    WHERE company = $1 AND mode = $2 AND paper_key = $3 AND paper = $4 AND paper_date = $5 AND from_gstin = $6
      AND role = 'generator' AND id <> $8
      AND (state IN ('pending', 'unknown', 'active') OR state = 'failed' AND cancelled_at = 0
        OR state = 'part_a_only' AND ends_at > $7))`,
		b.Company, b.Mode, gst.NormalNumber(b.Of.Number), b.Of.Paper, b.Of.Date, b.Of.From.GSTIN, millis(now), b.ID).Scan(&taken)
	if err != nil {
		return known(err)
	}
	if taken {
		return gst.ErrConflict
	}
	return nil
}

// RetryEWay asks anew for a bill that the portal refused to make: b is the bill as it was
// read, with Of mended and the Route it goes by. The refusal stays until it is made.
//
// It returns gst.ErrState unless the bill was refused, and gst.ErrConflict when it was
// changed since b was read, or its document has got another bill.
func (s *Store) RetryEWay(ctx context.Context, b *gst.EWay) error {
	var saved gst.EWay
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, b.Company, b.ID)
		if err != nil {
			return err
		}
		if before.State != gst.EWayFailed {
			return gst.ErrState
		}
		if before.Version != b.Version {
			return gst.ErrConflict
		}
		saved = *before
		saved.Of, saved.Route = b.Of, b.Route
		saved.State, saved.Asked, saved.GivenUp = gst.EWayPending, gst.EWayMake, time.Time{}
		if err := s.mayRetryEWay(ctx, t, &saved); err != nil {
			return err
		}
		e := Event{Kind: EventEWayAsked, Code: string(gst.EWayMake), Detail: saved.Of.Number}
		if err := s.putEWay(ctx, t, before, &saved, "asked", nil, e); err != nil {
			return err
		}
		return s.requestEWay(ctx, t, &saved, gst.EWayOrder{Action: gst.EWayMake})
	})
	if err != nil {
		return fmt.Errorf("ask again for e-way bill %d: %w", b.ID, err)
	}
	*b = saved
	return nil
}

// mayRetryEWay checks that what a bill is of still wants one.
func (s *Store) mayRetryEWay(ctx context.Context, t *tx, b *gst.EWay) error {
	if b.InvoiceID == 0 {
		return paperFree(ctx, t, b, s.now())
	}
	h, err := readHead(ctx, t, b.Company, b.InvoiceID)
	if err != nil {
		return err
	}
	if h.State != gst.Issued {
		return gst.ErrState
	}
	return nil
}

// DropEWay gives up a bill that the portal refused to make: it stays with its history, and
// waits for nobody any more. RetryEWay takes it up again. It returns gst.ErrState for any
// other bill, and gst.ErrNotFound when the company has no such one.
func (s *Store) DropEWay(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if !before.Droppable() {
			return gst.ErrState
		}
		b := *before
		b.GivenUp = s.now()
		return s.putEWay(ctx, t, before, &b, "given_up", nil, Event{Kind: EventEWayGivenUp, Code: string(gst.EWayMake)})
	})
	if err != nil {
		return fmt.Errorf("give up e-way bill %d: %w", id, err)
	}
	return nil
}

// OrderEWay has something asked of the portal about a bill that is made. Whether the law
// allows it is the caller's to know. It returns gst.ErrState while another order is open,
// and for a bill that is not made, or over for good; gst.ErrNotFound when the company has
// no such bill.
func (s *Store) OrderEWay(ctx context.Context, gstin gst.GSTIN, id int64, o gst.EWayOrder) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if before.Asked != "" || before.State != gst.EWayActive && before.State != gst.EWayPartA || !isBillOrder(o.Action) {
			return gst.ErrState
		}
		b := *before
		b.Asked = o.Action
		if o.Action == gst.EWayExtend {
			b.Scheduled = nil
		}
		e := Event{Kind: EventEWayAsked, Code: string(o.Action)}
		if err := s.putEWay(ctx, t, before, &b, "asked", &o, e); err != nil {
			return err
		}
		return s.requestEWay(ctx, t, &b, o)
	})
	if err != nil {
		return fmt.Errorf("order %q for e-way bill %d: %w", o.Action, id, err)
	}
	return nil
}

// isBillOrder reports whether an action is about one bill that is made.
func isBillOrder(a gst.EWayAction) bool {
	switch a {
	case gst.EWayPartB, gst.EWayReassign, gst.EWayExtend, gst.EWayCancel, gst.EWayReject, gst.EWayGroupStart,
		gst.EWayGroupAdd, gst.EWayGroupChange, gst.EWayClose:
		return true
	}
	return false
}

// requestEWay queues an order of a bill.
func (s *Store) requestEWay(ctx context.Context, t *tx, b *gst.EWay, o gst.EWayOrder) error {
	waits := int64(0)
	if o.Action == gst.EWayMake && b.Route == gst.EWayByIRN && b.InvoiceID != 0 {
		h, err := readHead(ctx, t, b.Company, b.InvoiceID)
		if err != nil {
			return err
		}
		if h.IRN.State != gst.IRNRegistered {
			waits = b.InvoiceID
		}
	}
	return s.insertEWayRequest(ctx, t, ewaySubject{eway: b.ID}, b.Company, b.Mode, o, waits)
}

func (s *Store) insertEWayRequest(ctx context.Context, t *tx, of ewaySubject, gstin gst.GSTIN, mode gst.Mode, o gst.EWayOrder, waits int64) error {
	text, err := orderText(o)
	if err != nil {
		return err
	}
	eway, trip := of.columns()
	_, err = t.exec(ctx, `
INSERT INTO eway_requests (eway_id, trip_id, company, mode, action, asked_for, waits_for, state, queued_at, due_at,
                           attempts, lease, leased_until, sent_through, last_code, last_error)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'ready', $8, $8, 0, 0, 0, '', '', '')`,
		eway, trip, gstin, mode, o.Action, text, waits, millis(s.now()))
	if err != nil {
		return fmt.Errorf("queue e-way bill request: %w", known(err))
	}
	t.committed(func() { tick(s.bell.eways) })
	return nil
}

// WithdrawEWayOrder takes back what was asked of the portal and certainly not acted upon.
// A bill that was to be made is gone then; one that was sent or refused before stands as
// failed.
//
// It returns gst.ErrState when nothing is asked or it was sent already, and gst.ErrConflict
// while a worker has it in hand.
func (s *Store) WithdrawEWayOrder(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		sent, err := s.takeBackEWay(ctx, t, `SELECT id, state, leased_until, sent_through FROM eway_requests WHERE eway_id = $1`, id)
		if err != nil {
			return err
		}
		return s.withoutOrder(ctx, t, before, sent)
	})
	if err != nil {
		return fmt.Errorf("take back the order of e-way bill %d: %w", id, err)
	}
	return nil
}

// takeBackEWay removes a request that is ready and that nobody has in hand, and reports
// whether it was sent before all the same.
func (s *Store) takeBackEWay(ctx context.Context, t *tx, query string, id int64) (sent bool, err error) {
	var request, leased int64
	var state, through string
	err = t.row(ctx, query, id).Scan(&request, &state, &leased, &through)
	switch {
	case absent(err):
		return false, gst.ErrState
	case err != nil:
		return false, known(err)
	case leased > millis(s.now()):
		return false, gst.ErrConflict
	case state != RequestReady:
		return false, gst.ErrState
	}
	_, err = t.exec(ctx, `DELETE FROM eway_requests WHERE id = $1`, request)
	return through != "", err
}

// withoutOrder stores a bill whose request was removed without outcome; sent says that it
// had been on its way once.
func (s *Store) withoutOrder(ctx context.Context, t *tx, before *gst.EWay, sent bool) error {
	b := *before
	b.Asked, b.NextTry, b.Tries, b.LastCode = "", time.Time{}, 0, ""
	if before.Asked == gst.EWayMake {
		if before.Refusal == nil && !sent {
			return s.deleteEWay(ctx, t, before)
		}
		b.State = gst.EWayFailed
	}
	e := Event{Kind: EventEWayTakenBack, Code: string(before.Asked)}
	return s.putEWay(ctx, t, before, &b, "taken_back", nil, e)
}

// deleteEWay removes a bill that was never made nor sent; the edit log keeps what it said.
func (s *Store) deleteEWay(ctx context.Context, t *tx, b *gst.EWay) error {
	for _, query := range []string{
		`DELETE FROM eway_shares WHERE eway_id = $1`,
		`DELETE FROM eway_exchanges WHERE eway_id = $1`,
		`DELETE FROM eway_events WHERE eway_id = $1`,
		`DELETE FROM eway_vehicles WHERE eway_id = $1`,
		`DELETE FROM eway_details WHERE eway_id = $1`,
		`DELETE FROM eways WHERE id = $1`,
	} {
		if _, err := t.exec(ctx, query, b.ID); err != nil {
			return known(err)
		}
	}
	if err := recountEWays(ctx, t, b, ewayHeading(b), ""); err != nil {
		return err
	}
	dropEWaySearch(t, b.ID)
	s.ringsEWay(t, b)
	return s.logDeleted(ctx, t, ewayChange(b, "deleted"), loggedEWay(b))
}

// ScheduleExtension keeps an extension that is to be asked for once the portal allows it,
// eight hours before the bill ends, in place of the one kept before. It returns gst.ErrState
// unless the bill is active with an end to come.
func (s *Store) ScheduleExtension(ctx context.Context, gstin gst.GSTIN, id int64, x gst.EWayExtension) error {
	return s.setSchedule(ctx, gstin, id, &x, Event{Kind: EventEWayScheduled, Code: string(gst.EWayExtend)})
}

// Unschedule gives up a planned extension, with the reason for it on the timeline; nothing
// happens without one.
func (s *Store) Unschedule(ctx context.Context, gstin gst.GSTIN, id int64, why string) error {
	return s.setSchedule(ctx, gstin, id, nil, Event{Kind: EventEWayDropped, Code: string(gst.EWayExtend), Detail: why})
}

func (s *Store) setSchedule(ctx context.Context, gstin gst.GSTIN, id int64, x *gst.EWayExtension, e Event) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if x == nil && before.Scheduled == nil {
			return nil
		}
		if x != nil && (before.State != gst.EWayActive || before.ValidUntil.IsZero()) {
			return gst.ErrState
		}
		b := *before
		b.Scheduled = x
		t.committed(func() { tick(s.bell.eways) })
		return s.putEWay(ctx, t, before, &b, "scheduled", nil, e)
	})
	if err != nil {
		return fmt.Errorf("plan extension of e-way bill %d: %w", id, err)
	}
	return nil
}

// DueExtension names a bill whose planned extension can be asked for now.
type DueExtension struct {
	Company gst.GSTIN
	Mode    gst.Mode
	ID      int64 // of the bill
}

// DueExtensions returns, at most a hundred at a time, the bills whose planned extension can
// be asked for at a moment and about which nothing else is asked, the earliest first.
// OrderEWay with gst.EWayExtend, or Unschedule, takes one off the list.
func (s *Store) DueExtensions(ctx context.Context, now time.Time) ([]DueExtension, error) {
	due, err := list(ctx, s.reader, func(row scanner) (d DueExtension, err error) {
		err = row.Scan(&d.Company, &d.Mode, &d.ID)
		return d, err
	}, `
SELECT company, mode, id
FROM eways
WHERE scheduled_at > 0 AND scheduled_at <= $1 AND asked = ''
ORDER BY scheduled_at, id
LIMIT 100`, millis(now))
	if err != nil {
		return nil, fmt.Errorf("look for planned extensions: %w", err)
	}
	return due, nil
}

// NextExtension returns when the next planned extension can be asked for; the zero time
// when none is planned.
func (s *Store) NextExtension(ctx context.Context) (time.Time, error) {
	var at sql.NullInt64
	err := s.reader.row(ctx, `
SELECT MIN(scheduled_at) FROM eways WHERE scheduled_at > 0 AND asked = ''`).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for planned extensions: %w", err)
	}
	return moment(at.Int64), nil
}
