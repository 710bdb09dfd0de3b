package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mohar/gst"
)

// SaveEWay stores that what was asked about a bill is done, and ends the request: after is
// the bill as it is now. Who it belongs to, its document, its part and route are kept as
// they are stored. The registration of its document shows it from then on, and the distance
// of one that was made is remembered.
func (s *Store) SaveEWay(ctx context.Context, k *EWayTask, after gst.EWay, e Event) error {
	err := s.finishEWay(ctx, k, func(ctx context.Context, t *tx) error {
		before, err := readEWay(ctx, t.statements, k.Company, k.Bill.ID)
		if err != nil {
			return err
		}
		b := ofStored(after, before)
		b.Asked, b.Refusal, b.Refused, b.NextTry, b.Tries, b.LastCode = "", nil, "", time.Time{}, 0, ""
		if b.Scheduled = before.Scheduled; b.State != gst.EWayActive { // planned since the task was taken up, perhaps
			b.Scheduled = nil
		}
		if e.Kind == "" {
			e.Kind = EventEWayDone
		}
		if k.Order.Action == gst.EWayMake {
			if err := s.keepDistance(ctx, t, before, &b); err != nil {
				return err
			}
		}
		action := "changed"
		if before.Number == "" && b.Number != "" {
			action = "made"
		}
		return s.putEWayAndRegistration(ctx, t, before, &b, action, e)
	})
	if err != nil {
		return fmt.Errorf("save %s: %w", k.name(), err)
	}
	return nil
}

// ofStored is after with what a change of the bill never changes.
func ofStored(after gst.EWay, stored *gst.EWay) gst.EWay {
	after.ID, after.Company, after.Mode, after.Created = stored.ID, stored.Company, stored.Mode, stored.Created
	after.InvoiceID, after.Role, after.Route = stored.InvoiceID, stored.Role, stored.Route
	return after
}

// putEWayAndRegistration stores a change of a bill that is the portal's word, and has the
// registration of its document say the same.
func (s *Store) putEWayAndRegistration(ctx context.Context, t *tx, before, b *gst.EWay, action string, e Event) error {
	if err := s.putEWay(ctx, t, before, b, action, nil, e); err != nil {
		return err
	}
	if b.InvoiceID == 0 || b.Number == "" {
		return nil
	}
	reg, err := readRegistration(ctx, t.statements, b.InvoiceID)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return known(err)
	}
	bill := billOf(reg.EWayBill, b)
	if sameBill(reg.EWayBill, &bill) && reg.EWayBill.Status == bill.Status {
		return nil
	}
	h, err := readHead(ctx, t, b.Company, b.InvoiceID)
	if err != nil {
		return err
	}
	return s.completeEWay(ctx, t, h, reg, &bill, Event{Kind: EventCompleted, Code: CompletedEWay, Detail: bill.Number, Provider: e.Provider})
}

// billOf is an e-way bill as a registration shows it; was is what that showed before.
func billOf(was *gst.EWayBill, b *gst.EWay) gst.EWayBill {
	bill := gst.EWayBill{Number: b.Number, Date: b.Made, ValidUntil: b.ValidUntil, MadeBy: b.MadeBy, Notes: b.Notes}
	if was != nil && was.Number == b.Number {
		bill = *was
		bill.ValidUntil = b.ValidUntil
	}
	switch {
	case b.State == gst.EWayCancelled:
		bill.Status = gst.RegistrationCancelled
	case bill.Status == gst.RegistrationCancelled:
		bill.Status = gst.RegistrationActive
	}
	return bill
}

// completeEWay puts an e-way bill into a stored registration.
func (s *Store) completeEWay(ctx context.Context, t *tx, h *gst.Invoice, reg *gst.Registration, bill *gst.EWayBill, e Event) error {
	text, err := compactJSON(registrationExtra{bill, nil, reg.Notes})
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `UPDATE registrations SET extra = $2 WHERE invoice_id = $1`, h.ID, text); err != nil {
		return err
	}
	return s.move(ctx, t, h, "completed", e, stateLog{State: h.State, IRN: h.IRN.State, Bill: bill.Number})
}

// RefuseEWay stores that the portal refused what was asked, and ends the request. What was
// to be made stands as failed; everything else stays as it is.
func (s *Store) RefuseEWay(ctx context.Context, k *EWayTask, refusal gst.Refusal) error {
	err := s.finishEWay(ctx, k, func(ctx context.Context, t *tx) error {
		e := Event{Kind: EventEWayRefused, Provider: refusal.Provider, Code: firstCode(&refusal), Detail: refusal.Error()}
		if k.Trip != nil {
			return s.refuseTrip(ctx, t, k, refusal, e)
		}
		before, err := readEWay(ctx, t.statements, k.Company, k.Bill.ID)
		if err != nil {
			return err
		}
		b := *before
		b.Asked, b.Refusal, b.Refused = "", &refusal, k.Order.Action
		b.NextTry, b.Tries, b.LastCode = time.Time{}, 0, ""
		if k.Order.Action == gst.EWayMake {
			b.State = gst.EWayFailed
		}
		return s.putEWay(ctx, t, before, &b, "refused", nil, e)
	})
	if err != nil {
		return fmt.Errorf("save refusal of %s: %w", k.name(), err)
	}
	return nil
}

// finishEWay removes a task's request, provided that it is still this worker's, and runs
// store in the same transaction.
func (s *Store) finishEWay(ctx context.Context, k *EWayTask, store func(context.Context, *tx) error) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
DELETE FROM eway_requests
WHERE id = $1 AND lease = $2 AND attempts = $3`, k.ID, k.Lease, k.Attempts)
		if err := one(n, err); err != nil {
			return err
		}
		if err := insertEWayExchanges(ctx, t, k.subject(), k.Exchanges); err != nil {
			return err
		}
		return store(ctx, t)
	})
	if err == nil {
		k.Exchanges = nil
	}
	return err
}

// keepDistance remembers the distance of a bill that was made.
func (s *Store) keepDistance(ctx context.Context, t *tx, before, b *gst.EWay) error {
	from, to, km := b.Of.From.PIN, b.Of.To.PIN, b.Of.Transport.Distance
	if km <= 0 || !ownPIN(from) || !ownPIN(to) {
		return nil
	}
	_, err := t.exec(ctx, `
INSERT INTO pin_distances (company, from_pin, to_pin, km, by_portal, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (company, from_pin, to_pin) DO UPDATE
SET km = $4, by_portal = $5, at = $6`,
		b.Company, from, to, km, flag(before.Of.Transport.Distance == 0), millis(s.now()))
	if err != nil {
		return fmt.Errorf("remember distance: %w", known(err))
	}
	return nil
}

// ownPIN reports whether a PIN code is that of a place in India.
func ownPIN(pin int) bool { return pin > 0 && pin != gst.ForeignPIN }

// Distance returns how many kilometres lie between two PIN codes by the company's bill that
// was made last, and whether the portal worked that out; gst.ErrNotFound when none was made.
// The way back counts as well.
func (s *Store) Distance(ctx context.Context, gstin gst.GSTIN, fromPIN, toPIN int) (km int, byPortal bool, err error) {
	err = s.reader.row(ctx, `
SELECT km, by_portal
FROM pin_distances
WHERE company = $1 AND (from_pin = $2 AND to_pin = $3 OR from_pin = $3 AND to_pin = $2)
ORDER BY from_pin <> $2, at DESC
LIMIT 1`, gstin, fromPIN, toPIN).Scan(&km, &byPortal)
	if err != nil {
		return 0, false, fmt.Errorf("look for distance from %d to %d: %w", fromPIN, toPIN, known(err))
	}
	return km, byPortal, nil
}

// vehicleFirst puts an entry of Part B in front of others, unless it is there already.
func vehicleFirst(v gst.EWayVehicle, others []gst.EWayVehicle) []gst.EWayVehicle {
	if slices.Contains(others, v) {
		return others
	}
	return append([]gst.EWayVehicle{v}, others...)
}
