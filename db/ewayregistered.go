package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/gst"
)

// keepRegisteredEWay keeps the e-way bill that came with a registration, or that it was
// refused; and what waited for the IRN is due now.
func (s *Store) keepRegisteredEWay(ctx context.Context, t *tx, h *gst.Invoice, reg *gst.Registration) error {
	n, err := t.exec(ctx, `
UPDATE eway_requests SET waits_for = 0, due_at = $2 WHERE waits_for IN ($1) AND waits_for > 0`, h.ID, millis(s.now()))
	if err != nil {
		return fmt.Errorf("have e-way bill request due: %w", err)
	}
	if n > 0 {
		t.committed(func() { tick(s.bell.eways) })
	}
	if reg.EWayBill == nil && reg.EWayRefusal == nil {
		return nil
	}
	before, err := openEWay(ctx, t, h)
	if err != nil {
		return err
	}
	switch {
	case before != nil && reg.EWayBill == nil:
		return nil // what is asked for goes on
	case before != nil && before.Number != "" && before.Number != reg.EWayBill.Number:
		return nil // another bill stands
	case before == nil && reg.EWayBill != nil:
		if before, err = adoptedEWay(ctx, t, h, reg.EWayBill.Number); err != nil {
			return err
		}
		if before != nil && before.InvoiceID != 0 {
			return nil // of another document: whatever that means, the IRN is stored
		}
	case before != nil && before.Asked == gst.EWayMake:
		if _, err := t.exec(ctx, `DELETE FROM eway_requests WHERE eway_id = $1`, before.ID); err != nil {
			return err
		}
	}
	b, err := s.registeredEWay(ctx, t, h, reg, before)
	if err != nil {
		return err
	}
	e := Event{Kind: EventEWayMade, Provider: reg.Provider, Detail: b.Number}
	if b.Refusal != nil {
		e = Event{Kind: EventEWayRefused, Provider: b.Refusal.Provider, Code: firstCode(b.Refusal), Detail: b.Refusal.Error()}
	}
	action := "made"
	if before == nil {
		action = "created"
	}
	return s.putEWay(ctx, t, before, &b, action, nil, e)
}

// adoptedEWay returns the bill of a number, nil when it is not kept.
func adoptedEWay(ctx context.Context, t *tx, h *gst.Invoice, number string) (*gst.EWay, error) {
	id, err := ewayNumbered(ctx, t.statements, h.Company, h.Mode, number)
	if errors.Is(err, gst.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readEWay(ctx, t.statements, h.Company, id)
}

// openEWay returns the newest bill of a document, nil when it has none or the newest is
// over: then another may follow.
func openEWay(ctx context.Context, t *tx, h *gst.Invoice) (*gst.EWay, error) {
	id, err := newestEWay(ctx, t.statements, h.Company, h.ID)
	if errors.Is(err, gst.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := readEWay(ctx, t.statements, h.Company, id)
	if err != nil || b.State == gst.EWayCancelled || b.State == gst.EWayDiscarded || b.State == gst.EWayClosed {
		return nil, err
	}
	return b, nil
}

// registeredEWay is the bill of a registration as it is kept; before is what is kept of it.
func (s *Store) registeredEWay(ctx context.Context, t *tx, h *gst.Invoice, reg *gst.Registration, before *gst.EWay) (gst.EWay, error) {
	b := gst.EWay{
		Company: h.Company, Mode: h.Mode, InvoiceID: h.ID, Role: gst.EWayOurs, Route: gst.EWayWithIRN,
		State: gst.EWayFailed, Refusal: reg.EWayRefusal, Refused: gst.EWayMake,
	}
	if before != nil {
		b = *before
		b.InvoiceID = h.ID
	} else {
		var err error
		if b.Of, err = s.consignmentOf(ctx, t, h); err != nil {
			return b, err
		}
	}
	b.Of.IRN = reg.IRN
	bill := reg.EWayBill
	if bill == nil {
		return b, nil
	}
	b.Number, b.Made, b.ValidUntil, b.Notes = bill.Number, bill.Date, bill.ValidUntil, bill.Notes
	b.MadeBy = cmp.Or(bill.MadeBy, h.Company)
	if before == nil && b.MadeBy != h.Company {
		b.Role = gst.EWayOther
	}
	b.Asked, b.Refusal, b.Refused, b.GivenUp = "", nil, "", time.Time{}
	switch {
	case bill.Status == gst.RegistrationCancelled:
		b.State = gst.EWayCancelled
	case bill.ValidUntil.IsZero():
		b.State = gst.EWayPartA
	default:
		b.State = gst.EWayActive
		if len(b.Vehicles) == 0 {
			b.Vehicles = firstVehicle(&b)
		}
	}
	return b, nil
}

// firstVehicle is the entry of Part B that a bill was made with.
func firstVehicle(b *gst.EWay) []gst.EWayVehicle {
	by := b.Of.Transport
	if by.Vehicle == "" && by.DocumentNumber == "" {
		return nil
	}
	return []gst.EWayVehicle{{
		PartB: gst.PartB{
			Mode: by.Mode, Vehicle: by.Vehicle, VehicleType: by.VehicleType, DocumentNumber: by.DocumentNumber,
			DocumentDate: by.DocumentDate, Place: b.Of.From.Place, State: b.Of.From.PlaceState,
		},
		Entered: b.Made, EnteredBy: string(b.MadeBy),
	}}
}

// consignmentOf is what an e-way bill of a stored document is of.
func (s *Store) consignmentOf(ctx context.Context, t *tx, h *gst.Invoice) (gst.Consignment, error) {
	inv, _, err := readInvoice(ctx, t.statements, h.Company, h.ID)
	if err != nil {
		return gst.Consignment{}, err
	}
	c, err := company(ctx, t.statements, h.Company)
	if err != nil {
		return gst.Consignment{}, err
	}
	return gst.ConsignmentOf(inv, gst.Rules{Today: gst.DateOf(s.now()), Company: c}), nil
}

// giveUpEWay takes back what is asked for a document that became void: a bill that is to be
// made and was not sent, or certainly not acted upon.
func (s *Store) giveUpEWay(ctx context.Context, t *tx, h *gst.Invoice) error {
	before, err := openEWay(ctx, t, h)
	if err != nil || before == nil || before.Asked != gst.EWayMake {
		return err
	}
	sent, err := s.takeBackEWay(ctx, t, `SELECT id, state, leased_until, sent_through FROM eway_requests WHERE eway_id = $1`, before.ID)
	if errors.Is(err, gst.ErrState) || errors.Is(err, gst.ErrConflict) {
		return nil // it is under way, and the portal will say
	}
	if err != nil {
		return err
	}
	return s.withoutOrder(ctx, t, before, sent)
}

// amendEWay has a bill that is to be made of a document say what the amended document does:
// all but the transport, and an end that was typed for the bill and not taken from the
// document. It returns gst.ErrState when the bill is on its way, so that nobody knows what it
// says.
func (s *Store) amendEWay(ctx context.Context, t *tx, was, inv *gst.Invoice) error {
	before, err := openEWay(ctx, t, inv)
	if err != nil || before == nil || before.Asked != gst.EWayMake {
		return err
	}
	var request int64
	var onItsWay bool
	err = t.row(ctx, `
SELECT id, state <> 'ready' OR leased_until > $2 FROM eway_requests WHERE eway_id = $1`,
		before.ID, millis(s.now())).Scan(&request, &onItsWay)
	if err != nil {
		return known(err)
	}
	if onItsWay {
		return gst.ErrState
	}
	c, err := company(ctx, t.statements, inv.Company)
	if err != nil {
		return err
	}
	rules := gst.Rules{Today: gst.DateOf(s.now()), Company: c}
	said, says := gst.ConsignmentOf(was, rules), gst.ConsignmentOf(inv, rules)
	says.Transport = before.Of.Transport
	says.From = amendedEnd(before.Of.From, said.From, says.From)
	says.To = amendedEnd(before.Of.To, said.To, says.To)
	if grouped, err := says.Grouped(); err == nil { // else the portal says so
		says = grouped
	}
	b := *before
	b.Of, b.Route = says, gst.EWayDirect
	if gst.EWayNeedsIRNRoute(inv, rules) {
		b.Route = gst.EWayByIRN
	}
	if _, err := t.exec(ctx, `DELETE FROM eway_requests WHERE id = $1`, request); err != nil {
		return err
	}
	e := Event{Kind: EventEWayAsked, Code: string(gst.EWayMake), Detail: says.Number}
	if err := s.putEWay(ctx, t, before, &b, "amended", nil, e); err != nil {
		return err
	}
	return s.requestEWay(ctx, t, &b, gst.EWayOrder{Action: gst.EWayMake})
}

// amendedEnd is an end of a consignment whose document said one thing and says another now.
func amendedEnd(asked, said, says gst.ConsignmentEnd) gst.ConsignmentEnd {
	if asked != said && said.GSTIN == says.GSTIN {
		return asked
	}
	return says
}
