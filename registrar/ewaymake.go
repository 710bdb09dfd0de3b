package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// EWayOtherBill is the code of an e-way bill that could not be made because another one, of
// another consignment, holds the number of its paper.
const EWayOtherBill = "eway_other"

// otherConsignment says, for people, in what the bill that the portal holds for a paper differs
// from the one that was asked for.
type otherConsignment struct {
	number      string
	what        string
	there, here string
}

func (o otherConsignment) Error() string {
	return fmt.Sprintf("Another e-way bill holds this number: %s, %s %s there, %s here.", o.number, o.what, o.there, o.here)
}

// refusal is what the making ends with.
func (o otherConsignment) refusal(p gst.Provider) error {
	return &gst.Refusal{Provider: p, Codes: []gst.RefusalCode{{Code: EWayOtherBill, Message: o.Error()}}}
}

// askDirect has a bill made by the e-way bill system.
func askDirect(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	bill, err := p.MakeEWay(ctx, &h.Bill.Of)
	if err != nil {
		return err
	}
	return r.newlyMade(ctx, h, bill)
}

// newlyMade is made for the answer to a making: one that names another bill of ours is not the
// answer to it. Nothing in it but the number tells that.
func (r *Registrar) newlyMade(ctx context.Context, h *haul, bill *gst.EWayBill) error {
	if err := h.made(bill); err != nil {
		return err
	}
	kept, err := r.store.EWayByNumber(ctx, h.Company, h.Mode, bill.Number)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", gsp.ErrNoAnswer, err)
	case kept.ID != h.Bill.ID:
		return fmt.Errorf("%w: it names e-way bill %s of %s", gsp.ErrNoAnswer, bill.Number, kept.Of.Number)
	}
	return nil
}

// askByIRN has a bill made of a registered document.
func askByIRN(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	request, err := r.requestByIRN(ctx, h)
	if err != nil {
		return fmt.Errorf("%w: %w", gsp.ErrNotSent, err)
	}
	bill, err := p.EWayByIRN(ctx, request)
	if err != nil {
		return err
	}
	h.Bill.Of.IRN = request.IRN
	return r.newlyMade(ctx, h, bill)
}

// requestByIRN is the request for a bill of a document. Places that the document was
// registered with go along no more: they are final.
//
// Source: NIC release notes, Generate E-way Bill by IRN: ExpShipDtls, DispDtls.
func (r *Registrar) requestByIRN(ctx context.Context, h *haul) (gst.EWayRequest, error) {
	c := h.Bill.Of
	request := gst.EWayRequest{IRN: c.IRN, EWayDetails: c.Transport}
	if h.Bill.InvoiceID == 0 {
		return request, nil
	}
	inv, _, err := r.store.Invoice(ctx, h.Company, h.Bill.InvoiceID)
	if err != nil {
		return request, err
	}
	if reg := inv.IRN.Registration; reg != nil {
		request.IRN = reg.IRN
	}
	if c.SubSupply == gst.SubSupplyExport && inv.ShipTo == nil && c.To.PIN != gst.ForeignPIN && c.To.PIN != 0 {
		request.ExportShipTo = placeOf(c.To)
	}
	seller := inv.Seller
	if inv.Dispatch == nil && c.From.PIN != 0 && (c.From.PIN != seller.PIN || !strings.EqualFold(c.From.Address1, seller.Address1)) {
		request.Dispatch = placeOf(c.From)
		request.Dispatch.LegalName = c.From.Name
		if c.From.OtherName != "" {
			request.Dispatch.LegalName = c.From.OtherName
		}
	}
	return request, nil
}

// placeOf is where goods start or end.
func placeOf(e gst.ConsignmentEnd) *gst.Party {
	return &gst.Party{Address1: e.Address1, Address2: e.Address2, Place: e.Place, PIN: e.PIN, State: e.PlaceState}
}

// errNoNumber says that an answer names no e-way bill.
var errNoNumber = fmt.Errorf("%w: it names no e-way bill", gsp.ErrNoAnswer)

// made puts down that the portal made the bill.
func (h *haul) made(bill *gst.EWayBill) error {
	if bill == nil || bill.Number == "" {
		return errNoNumber
	}
	b := *h.Bill
	b.Number, b.Made, b.ValidUntil = bill.Number, bill.Date, bill.ValidUntil
	if b.MadeBy = bill.MadeBy; b.MadeBy == "" {
		b.MadeBy = h.Company
	}
	b.MadeMode = "API"
	b.State = gst.EWayActive
	if b.ValidUntil.IsZero() {
		b.State = gst.EWayPartA
	}
	if strings.EqualFold(bill.Status, "CNL") {
		b.State = gst.EWayCancelled
	}
	for _, note := range append(slices.Clone(bill.Notes), bill.Remarks) {
		if note != "" && !slices.Contains(b.Notes, note) {
			b.Notes = append(slices.Clone(b.Notes), note)
		}
	}
	if b.Of.Transport.Distance == 0 { // the portal worked it out, and says so beside the bill
		if km, said := nic.EWayDistance(b.Notes...); said {
			b.Of.Transport.Distance = km
		}
	}
	if t := b.Of.Transport; t.Mode != "" && len(b.Vehicles) == 0 {
		b.Vehicles = []gst.EWayVehicle{{
			PartB: gst.PartB{
				Mode: t.Mode, Vehicle: t.Vehicle, VehicleType: t.VehicleType, DocumentNumber: t.DocumentNumber,
				DocumentDate: t.DocumentDate, Place: b.Of.From.Place, State: b.Of.From.PlaceState,
			},
			Entered: b.Made, EnteredBy: string(h.Company), By: "API",
		}}
	}
	h.after = b
	return nil
}

// seekByPaper looks for the bill of a paper: by the number that the portal named, by the paper,
// and where that says nothing in the list of the days on which it can have been made.
func seekByPaper(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) (bool, error) {
	if number := numberIn(h.duplicate); number != "" {
		return r.takeOver(ctx, p, h, number)
	}
	bill, err := p.EWayOfPaper(ctx, h.Bill.Of.Paper, h.Bill.Of.Number)
	switch judgeEWay(err) {
	case agreed:
		if bill.Number == "" {
			return false, errNoNumber
		}
		mine, err := r.takeOver(ctx, p, h, bill.Number)
		if mine || err != nil {
			return mine, err
		}
	case absent:
		if h.duplicate == nil {
			return false, err
		}
	case busy, refused:
	default:
		return false, err
	}
	return r.seekInLists(ctx, p, h)
}

// seekInLists looks for the bill of a paper among those that the company made on the days that
// come into question.
func (r *Registrar) seekInLists(ctx context.Context, p *gsp.Portal, h *haul) (bool, error) {
	for _, day := range h.days(r) {
		bills, err := p.EWays(ctx, gsp.ListMade, day)
		switch judgeEWay(err) {
		case agreed:
		case absent:
			continue
		default:
			return false, err
		}
		for _, b := range bills {
			if gst.NormalNumber(b.Of.Number) == gst.NormalNumber(h.Bill.Of.Number) && b.State != gst.EWayCancelled {
				return r.takeOver(ctx, p, h, b.Number)
			}
		}
	}
	return false, nil
}

// days are those on which the bill can have been made, each once: when it was asked for, today,
// and for one that another program may have made that of its paper.
func (h *haul) days(r *Registrar) []gst.Date {
	days := []gst.Date{gst.DateOf(h.Queued), gst.DateOf(r.now())}
	if h.duplicate != nil {
		days = append(days, h.Bill.Of.Date)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// seekByIRN looks for the bill of a registered document.
func seekByIRN(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) (bool, error) {
	request, err := r.requestByIRN(ctx, h)
	if err != nil {
		return false, fmt.Errorf("%w: %w", gsp.ErrNotSent, err)
	}
	bill, err := p.EWayOfIRN(ctx, request.IRN)
	switch {
	case err == nil:
		if err := h.made(bill); err != nil {
			return false, err
		}
		h.after.Of.IRN = request.IRN
		mine, err := r.isMine(ctx, h, h.after)
		if mine && h.after.State == gst.EWayCancelled {
			h.after.Cancelled.At = r.now() // when, the portal does not say
		}
		return mine, err
	case judgeEWay(err) == absent && h.duplicate != nil: // made of the paper, not of its IRN
		return seekByPaper(r, ctx, p, h)
	}
	return false, err
}

// takeOver reads a bill that the portal holds for the paper and takes it over if it is of the
// same consignment. The error is otherConsignment when it is not.
func (r *Registrar) takeOver(ctx context.Context, p *gsp.Portal, h *haul, number string) (bool, error) {
	there, err := p.EWay(ctx, number)
	if err != nil {
		return false, err
	}
	if there.State == gst.EWayCancelled {
		if mine, err := r.isMine(ctx, h, *there); !mine {
			return false, err
		}
	}
	if err := sameConsignment(h.Bill.Of, there); err != nil {
		return false, err
	}
	if mine, err := r.isMine(ctx, h, *there); !mine {
		return false, err
	}
	h.after = r.overlaid(*h.Bill, *there)
	return true, nil
}

// isMine reports whether a bill that the portal shows can be the one that was asked for. One
// that was cancelled before that is not, nor one that is kept here beside it.
func (r *Registrar) isMine(ctx context.Context, h *haul, there gst.EWay) (bool, error) {
	kept, err := r.store.EWayByNumber(ctx, h.Company, h.Mode, there.Number)
	switch {
	case errors.Is(err, gst.ErrNotFound):
	case err != nil:
		return false, fmt.Errorf("%w: %w", gsp.ErrNoAnswer, err)
	case kept.ID != h.Bill.ID && there.State == gst.EWayCancelled:
		return false, nil
	case kept.ID != h.Bill.ID:
		return false, otherConsignment{there.Number, "kept as that of", kept.Of.Number, h.Bill.Of.Number}
	}
	if there.State == gst.EWayCancelled && there.Made.Before(h.Queued.Add(-gst.EWayClockSkew)) {
		return false, nil
	}
	return true, nil
}

// sameConsignment compares a bill that the portal shows with what was asked for. It returns an
// otherConsignment.
func sameConsignment(asked gst.Consignment, bill *gst.EWay) error {
	if what, there, here := asked.Unlike(&bill.Of); what != "" {
		return otherConsignment{bill.Number, what, there, here}
	}
	return nil
}

// saveEWay stores what was done: as the answer says it, or as a look-up shows it. Where it
// costs one call only, the bill is then read, so that what is kept is the portal's word.
func (r *Registrar) saveEWay(ctx context.Context, h *haul, p *gsp.Portal, found bool) error {
	e := db.Event{Kind: db.EventEWayDone, Provider: p.Provider(), Code: string(h.Order.Action)}
	if h.Order.Action == gst.EWayMake {
		e.Code, e.Detail = "", h.after.Number
		if e.Kind = db.EventEWayMade; found {
			e.Kind = db.EventEWayFound
		}
	}
	if h.Trip != nil {
		e.Detail = h.afterTrip.Number
		return wrap("save trip sheet", r.store.SaveTrip(keep(ctx), h.task(), h.afterTrip, e))
	}
	if err := r.store.SaveEWay(keep(ctx), h.task(), h.after, e); err != nil {
		return fmt.Errorf("save e-way bill: %w", err)
	}
	if h.deed.reread && !found {
		r.reread(ctx, h, p)
	}
	return nil
}

// refuseEWay writes a refusal down. One that says that the bill stands otherwise than was
// thought has it read.
func (r *Registrar) refuseEWay(ctx context.Context, h *haul, p *gsp.Portal, why error) error {
	no := refusalOf(why)
	if err := r.store.RefuseEWay(keep(ctx), h.task(), no); err != nil {
		return fmt.Errorf("save refusal: %w", err)
	}
	if p != nil && h.Bill != nil && h.Bill.Number != "" && no.Has(stateCodes...) {
		r.reread(ctx, h, p)
	}
	return nil
}

// reread reads a bill after something was done about it. It may fail: everybody can have it
// read again.
func (r *Registrar) reread(ctx context.Context, h *haul, p *gsp.Portal) {
	there, err := p.EWay(ctx, h.Bill.Number)
	if err == nil {
		_, err = r.keepEWay(ctx, h.Company, h.Mode, there)
	}
	if calls := h.calls.take(); len(calls) > 0 {
		err = errors.Join(err, r.store.AddEWayExchanges(keep(ctx), h.Company, h.Bill.ID, calls...))
	}
	if err != nil {
		r.log.WarnContext(ctx, "e-way bill was not read again", "number", h.Bill.Number, "error", err)
	}
}
