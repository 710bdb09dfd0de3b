package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
	"mohar/registrar"
)

// NotOffered says that something cannot be done about an e-way bill now, and why; it is a
// gst.ErrState.
type NotOffered struct{ Offer gst.EWayOffer }

// Error names the reason, for logs; people see the lang room's words below "ewayno.".
func (n *NotOffered) Error() string {
	return fmt.Sprintf("%s is not possible: %s", n.Offer.Action, n.Offer.Why)
}

// Is makes it a gst.ErrState.
func (n *NotOffered) Is(target error) bool { return target == gst.ErrState }

// ProposeEWay is what an e-way bill of a document would say: what the document says, its
// transporter's id as it is remembered by the name, and the distance that the last bill between
// the two PIN codes had.
//
// It returns gst.ErrState for a document that moves no goods with this company: a draft, a void
// one, or one of another mode.
func (d *Desk) ProposeEWay(ctx context.Context, company gst.GSTIN, invoiceID int64) (gst.Consignment, error) {
	c, err := d.store.Company(ctx, company)
	if err != nil {
		return gst.Consignment{}, fmt.Errorf("propose e-way bill: %w", err)
	}
	_, proposed, err := d.proposeEWay(ctx, c, invoiceID)
	return proposed, err
}

func (d *Desk) proposeEWay(ctx context.Context, c gst.Company, invoiceID int64) (*gst.Invoice, gst.Consignment, error) {
	inv, _, err := d.store.Invoice(ctx, c.GSTIN, invoiceID)
	if err != nil {
		return nil, gst.Consignment{}, fmt.Errorf("propose e-way bill: %w", err)
	}
	if inv.State != gst.Issued || inv.Mode != c.Mode {
		return inv, gst.Consignment{}, fmt.Errorf("propose e-way bill of %s: %w", inv.Number, gst.ErrState)
	}
	proposed := gst.ConsignmentOf(inv, d.Rules(c))
	if proposed.Transport.Distance == 0 {
		km, _, err := d.distance(ctx, c.GSTIN, &proposed)
		if err != nil {
			return inv, proposed, err
		}
		proposed.Transport.Distance = km
	}
	return inv, proposed, d.fillTransporter(ctx, c.GSTIN, &proposed.Transport)
}

// distance is what is remembered of the way of a consignment, and whether the portal worked it
// out: then the portal takes no more than a tenth above it. 0: nothing is.
func (d *Desk) distance(ctx context.Context, company gst.GSTIN, c *gst.Consignment) (km int, byPortal bool, err error) {
	if c.From.PIN == 0 || c.To.PIN == 0 {
		return 0, false, nil
	}
	km, byPortal, err = d.store.Distance(ctx, company, c.From.PIN, c.To.PIN)
	if errors.Is(err, gst.ErrNotFound) {
		return 0, false, nil
	}
	return km, byPortal, err
}

// fillTransporter gives a transporter who is known by name alone the id that goes with it.
func (d *Desk) fillTransporter(ctx context.Context, company gst.GSTIN, t *gst.EWayDetails) error {
	if t.TransporterID != "" || t.TransporterName == "" {
		return nil
	}
	found, err := d.store.Transporters(ctx, company, t.TransporterName, 0)
	if err != nil {
		return fmt.Errorf("look for transporter: %w", err)
	}
	for _, f := range found {
		if f.GSTIN != "" && strings.EqualFold(strings.TrimSpace(f.Name), strings.TrimSpace(t.TransporterName)) {
			t.TransporterID = f.GSTIN
			return nil
		}
	}
	return nil
}

// MakeEWay asks for an e-way bill of a consignment, and returns the bill's id. Of a document of
// ours the paper, the goods and their values are the document's, whatever c says of them; with
// invoiceID 0 it is a consignment without one. It goes by the IRN where the law wants it so:
// then it waits for the IRN if that is under way.
//
// It returns gst.Invalid with every fault found, gst.ErrConflict when the document has an e-way
// bill that stands or is asked for, and gst.ErrState as ProposeEWay does.
func (d *Desk) MakeEWay(ctx context.Context, company gst.GSTIN, invoiceID int64, c gst.Consignment) (id int64, err error) {
	bill, err := d.asked(ctx, company, invoiceID, c)
	if err != nil {
		return 0, err
	}
	if invoiceID != 0 { // one that was refused is asked for again
		old, err := d.store.EWayOfInvoice(ctx, company, invoiceID)
		if err == nil && old.State == gst.EWayFailed {
			old.Of, old.Route = bill.Of, bill.Route
			return old.ID, d.store.RetryEWay(ctx, old)
		}
		if err != nil && !errors.Is(err, gst.ErrNotFound) {
			return 0, fmt.Errorf("make e-way bill: %w", err)
		}
	}
	if id, err = d.store.AddEWay(ctx, bill); err != nil {
		return 0, fmt.Errorf("make e-way bill: %w", err)
	}
	return id, nil
}

// RetryEWay asks once more for an e-way bill that the portal refused to make, mended. Errors are
// those of MakeEWay; gst.ErrState for one that was not refused.
func (d *Desk) RetryEWay(ctx context.Context, company gst.GSTIN, id int64, c gst.Consignment) error {
	old, err := d.store.EWay(ctx, company, id)
	if err != nil {
		return fmt.Errorf("make e-way bill again: %w", err)
	}
	if old.State != gst.EWayFailed || old.Role != gst.EWayOurs {
		return fmt.Errorf("make e-way bill again: %q: %w", old.State, gst.ErrState)
	}
	bill, err := d.asked(ctx, company, old.InvoiceID, c)
	if err != nil {
		return err
	}
	old.Of, old.Route = bill.Of, bill.Route
	if err := d.store.RetryEWay(ctx, old); err != nil {
		return fmt.Errorf("make e-way bill again: %w", err)
	}
	return nil
}

// DropEWay gives up an e-way bill that the portal refused to make: it leaves what is to be done,
// and its history stays. MakeEWay and RetryEWay take it up again.
//
// It returns gst.ErrState for a bill that was not refused or is given up already.
func (d *Desk) DropEWay(ctx context.Context, company gst.Company, id int64) error {
	return d.store.DropEWay(ctx, company.GSTIN, id)
}

// asked is the bill that is asked for, checked.
func (d *Desk) asked(ctx context.Context, company gst.GSTIN, invoiceID int64, c gst.Consignment) (*gst.EWay, error) {
	bill := &gst.EWay{Company: company, InvoiceID: invoiceID, Role: gst.EWayOurs, Route: gst.EWayDirect, State: gst.EWayPending}
	owner, err := d.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("make e-way bill: %w", err)
	}
	if invoiceID != 0 {
		inv, proposed, err := d.proposeEWay(ctx, owner, invoiceID)
		if err != nil {
			return nil, err
		}
		c.Paper, c.Number, c.Date = proposed.Paper, proposed.Number, proposed.Date
		c.Lines, c.Totals, c.IRN = proposed.Lines, proposed.Totals, proposed.IRN
		c.From, c.To = ofDocument(c.From, proposed.From), ofDocument(c.To, proposed.To)
		if gst.EWayNeedsIRNRoute(inv, d.Rules(owner)) {
			bill.Route = gst.EWayByIRN
		}
	}
	bill.Mode = owner.Mode
	settle(&c.Transport)
	if c, err = c.Grouped(); err != nil {
		return nil, err
	}
	faults, err := d.CheckEWay(ctx, owner, c)
	if err != nil {
		return nil, err
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	bill.Of = c
	return bill, nil
}

// ofDocument is an end of a consignment as it was asked for. A registered party is the document's,
// which may have come to name another one since a bill was refused.
func ofDocument(asked, document gst.ConsignmentEnd) gst.ConsignmentEnd {
	if document.GSTIN != gst.UnregisteredParty && !strings.EqualFold(asked.GSTIN, document.GSTIN) {
		return document
	}
	return asked
}

// settle writes what people type of a transport as the portal takes it.
func settle(t *gst.EWayDetails) {
	t.TransporterID = strings.ToUpper(strings.TrimSpace(t.TransporterID))
	t.Vehicle = gst.NormalVehicle(t.Vehicle)
	if t.Vehicle != "" && t.VehicleType == "" && (t.Mode == "" || t.Mode == "1") {
		t.VehicleType = "R"
	}
}

// CheckEWay returns all that is wrong with a consignment for an e-way bill, the ceiling of its
// distance included. It stores nothing.
func (d *Desk) CheckEWay(ctx context.Context, owner gst.Company, c gst.Consignment) (gst.Faults, error) {
	km, byPortal, err := d.distance(ctx, owner.GSTIN, &c)
	if err != nil {
		return nil, err
	}
	rules := d.Rules(owner)
	if byPortal { // a person's word bounds nothing
		rules.KnownDistance = km
	}
	return gst.CheckConsignment(c, rules), nil
}

// OrderEWay asks the portal to change an e-way bill.
//
// It returns gst.Invalid with every fault of what was typed, *NotOffered when it is not possible
// now, and gst.ErrState when something else is asked of the bill.
func (d *Desk) OrderEWay(ctx context.Context, company gst.GSTIN, id int64, o gst.EWayOrder) error {
	bill, err := d.bill(ctx, company, id)
	if err != nil {
		return err
	}
	if err := d.mayOrder(bill, &o, d.now()); err != nil {
		return err
	}
	return d.store.OrderEWay(ctx, company, id, o)
}

// bill reads an e-way bill that something is to be asked about: one of the mode that the company
// is in.
func (d *Desk) bill(ctx context.Context, company gst.GSTIN, id int64) (*gst.EWay, error) {
	owner, err := d.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("e-way bill %d: %w", id, err)
	}
	bill, err := d.store.EWay(ctx, company, id)
	if err != nil {
		return nil, fmt.Errorf("e-way bill %d: %w", id, err)
	}
	if bill.Mode != owner.Mode {
		return nil, fmt.Errorf("e-way bill %d is of %s mode: %w", id, bill.Mode, gst.ErrState)
	}
	return bill, nil
}

// mayOrder writes an order as the portal takes it, and says why it may not be given at a moment.
func (d *Desk) mayOrder(bill *gst.EWay, o *gst.EWayOrder, at time.Time) error {
	switch o.Action {
	case gst.EWayMake, gst.EWayTrip, gst.EWayTripAgain:
		return fmt.Errorf("order %q: %w", o.Action, gst.ErrState) // these have ways of their own
	}
	if offer := bill.Offer(o.Action, at, d.Law()); !offer.Open {
		return &NotOffered{offer}
	}
	settleOrder(o)
	return gst.CheckOrder(bill, *o, at, d.Law()).Err()
}

// settleOrder writes what people type as the portal takes it.
func settleOrder(o *gst.EWayOrder) {
	if o.PartB != nil {
		part := *o.PartB
		settlePart(&part)
		o.PartB = &part
	}
	if o.Extension != nil {
		x := *o.Extension
		settlePart(&x.PartB)
		o.Extension = &x
	}
	if o.Transporter != nil {
		t := *o.Transporter
		t.ID, t.Name = strings.ToUpper(strings.TrimSpace(t.ID)), strings.TrimSpace(t.Name)
		o.Transporter = &t
	}
	if o.Cancel != nil {
		cancel := *o.Cancel
		cancel.Remark = strings.TrimSpace(cancel.Remark)
		o.Cancel = &cancel
	}
	if o.Vehicle != nil {
		v := *o.Vehicle
		v.Vehicle = gst.NormalVehicle(v.Vehicle)
		o.Vehicle = &v
	}
	if o.Swap != nil {
		s := *o.Swap
		s.OldVehicle, s.NewVehicle = gst.NormalVehicle(s.OldVehicle), gst.NormalVehicle(s.NewVehicle)
		o.Swap = &s
	}
}

func settlePart(b *gst.PartB) {
	b.Vehicle = gst.NormalVehicle(b.Vehicle)
	b.Place, b.Remark = strings.TrimSpace(b.Place), strings.TrimSpace(b.Remark)
	if b.Vehicle != "" && b.VehicleType == "" && b.Mode == "1" {
		b.VehicleType = "R"
	}
}

// ScheduleEWay has an extension asked for when its window opens, eight hours before the bill
// ends; at once when it is open.
//
// It returns gst.Invalid and *NotOffered as OrderEWay does, by how the bill will stand then.
func (d *Desk) ScheduleEWay(ctx context.Context, company gst.GSTIN, id int64, x gst.EWayExtension) error {
	bill, err := d.bill(ctx, company, id)
	if err != nil {
		return err
	}
	order := gst.EWayOrder{Action: gst.EWayExtend, Extension: &x}
	at := d.now()
	offer := bill.Offer(gst.EWayExtend, at, d.Law())
	if offer.Open {
		return d.OrderEWay(ctx, company, id, order)
	}
	if offer.From.IsZero() {
		return &NotOffered{offer}
	}
	if err := d.mayOrder(bill, &order, offer.From); err != nil {
		return err
	}
	return d.store.ScheduleExtension(ctx, company, id, *order.Extension)
}

// UnscheduleEWay gives up an extension that was planned.
func (d *Desk) UnscheduleEWay(ctx context.Context, company gst.GSTIN, id int64) error {
	return d.store.Unschedule(ctx, company, id, "")
}

// LastPartB is an extension filled from the last entry of Part B: the same vehicle, where it was
// entered.
func (d *Desk) LastPartB(ctx context.Context, company gst.GSTIN, id int64) (gst.EWayExtension, error) {
	bill, err := d.store.EWay(ctx, company, id)
	if err != nil {
		return gst.EWayExtension{}, fmt.Errorf("e-way bill %d: %w", id, err)
	}
	var x gst.EWayExtension
	if len(bill.Vehicles) > 0 {
		x.PartB = bill.Vehicles[0].PartB
		x.Reason, x.Remark = "", "" // those of the change, not of the delay
	} else {
		t := bill.Of.Transport
		x.PartB = gst.PartB{Mode: t.Mode, Vehicle: t.Vehicle, VehicleType: t.VehicleType, DocumentNumber: t.DocumentNumber, DocumentDate: t.DocumentDate}
	}
	if x.Place == "" || strings.EqualFold(x.Place, bill.Of.From.Place) {
		from := bill.Of.From
		x.Place, x.State, x.PIN = from.Place, cmp.Or(x.State, from.PlaceState), from.PIN
	}
	return x, nil
}

// MakeTrip asks for a trip sheet of several e-way bills, or with t.Old for one that takes the
// place of another, and returns its id.
//
// It returns gst.Invalid with every fault found, and gst.ErrState when something else is asked
// of one of the bills.
func (d *Desk) MakeTrip(ctx context.Context, company gst.GSTIN, t gst.TripSheet) (id int64, err error) {
	owner, err := d.store.Company(ctx, company)
	if err != nil {
		return 0, fmt.Errorf("make trip sheet: %w", err)
	}
	t.Company, t.Mode, t.State = company, owner.Mode, gst.EWayPending
	settlePart(&t.PartB)
	var bills []gst.EWay
	for i := range t.Bills {
		b, err := d.store.EWayByNumber(ctx, company, owner.Mode, t.Bills[i].Number)
		switch {
		case errors.Is(err, gst.ErrNotFound): // somebody else's: what is known of it was typed
			continue
		case err != nil:
			return 0, fmt.Errorf("make trip sheet: %w", err)
		}
		t.Bills[i] = gst.TripBill{
			EWayID: b.ID, Number: b.Number, Date: b.Made, ValidUntil: b.ValidUntil, Paper: b.Of.Number, PaperDate: b.Of.Date,
			From: b.Of.From.Place, To: b.Of.To.Place, Total: b.Of.Totals.Total,
		}
		bills = append(bills, *b)
	}
	if err := gst.CheckTrip(t, bills, d.now()).Err(); err != nil {
		return 0, err
	}
	if id, err = d.store.AddTrip(ctx, &t); err != nil {
		return 0, fmt.Errorf("make trip sheet: %w", err)
	}
	return id, nil
}

// How long a driver's link lives: a day beyond the bill, or as long as Part A waits.
const (
	shareBeyond  = 24 * time.Hour
	sharePartA   = 15 * 24 * time.Hour
	shareAtLeast = time.Hour
)

// ShareEWay makes a link for the driver, and returns the token in it and when it ends.
//
// It returns gst.ErrState for a bill that is not valid.
func (d *Desk) ShareEWay(ctx context.Context, company gst.GSTIN, id int64) (token string, expires time.Time, err error) {
	bill, err := d.store.EWay(ctx, company, id)
	if err != nil {
		return "", expires, fmt.Errorf("share e-way bill %d: %w", id, err)
	}
	now := d.now()
	switch bill.StateAt(now) {
	case gst.EWayActive, gst.EWayExpired:
		expires = bill.ValidUntil.Add(shareBeyond)
	case gst.EWayPartA:
		expires = bill.Made.Add(sharePartA)
	default:
		return "", expires, fmt.Errorf("share e-way bill %d: %w", id, gst.ErrState)
	}
	if expires.Before(now.Add(shareAtLeast)) {
		return "", expires, fmt.Errorf("share e-way bill %d: %w", id, gst.ErrState)
	}
	token, err = d.store.AddShare(ctx, company, id, expires)
	return token, expires, err
}

// ReadEWay has an e-way bill read from the portal; see registrar.ReadEWay.
func (d *Desk) ReadEWay(ctx context.Context, company gst.GSTIN, id int64) error {
	return d.registrar.ReadEWay(ctx, company, id)
}

// AdoptEWay fetches an e-way bill by its number; see registrar.AdoptEWay.
func (d *Desk) AdoptEWay(ctx context.Context, company gst.GSTIN, number string) (id int64, err error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, number)
	return d.registrar.AdoptEWay(ctx, company, digits)
}

// FetchEWays fetches a list of e-way bills day by day; see registrar.FetchEWays.
func (d *Desk) FetchEWays(ctx context.Context, company gst.GSTIN, list registrar.EWayList, from, to gst.Date) (added, changed int, err error) {
	return d.registrar.FetchEWays(ctx, company, list, from, to)
}

// LookUpTransporter asks the register about a transporter; see registrar.LookUpTransporter.
func (d *Desk) LookUpTransporter(ctx context.Context, company gst.GSTIN, id string) (*gst.Taxpayer, error) {
	return d.registrar.LookUpTransporter(ctx, company, strings.ToUpper(strings.TrimSpace(id)))
}
