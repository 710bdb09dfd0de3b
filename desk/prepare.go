package desk

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"mohar/gst"
)

// prepare fills in what the company and the law decide, so that people need not
// type it, and computes typed documents.
func prepare(inv *gst.Invoice, r gst.Rules) {
	c := r.Company
	inv.Company, inv.Mode = c.GSTIN, c.Mode
	if inv.Brought {
		return
	}
	inv.Seller = c.Party()
	if inv.Type == "" {
		inv.Type = usualType(c)
	}
	if inv.Date == 0 {
		inv.Date = r.Today
	}
	prepareBuyer(c, inv)
	prepareBranch(c, inv)
	inv.Lines = filledLines(inv.Lines)
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.HSN = digits(l.HSN)
		l.Unit = unitCode(l.Unit)
		// SAC codes are the 99 chapter; the portal refuses any other pairing (2176).
		l.Service = strings.HasPrefix(l.HSN, "99")
	}
	if inv.EWay != nil {
		prepareEWay(inv.EWay)
	}
	gst.Compute(inv, c.RoundOff, r.Law)
}

// prepareEWay writes the transport as the portal takes it. A vehicle number that cannot be
// one stays as it was typed; a vehicle goes by road and is regular unless somebody says
// otherwise.
//
// Source: e-invoice API 1.03, errors 4022 and 5002.
func prepareEWay(w *gst.EWayDetails) {
	w.TransporterID = strings.ToUpper(strings.TrimSpace(w.TransporterID))
	if number := gst.NormalVehicle(w.Vehicle); gst.ValidVehicle(number) {
		w.Vehicle = number
	}
	if w.Vehicle == "" {
		return
	}
	w.Mode = cmp.Or(w.Mode, "1")
	if w.Mode == "1" {
		w.VehicleType = cmp.Or(w.VehicleType, "R")
	}
}

// prepareBuyer derives what follows from the buyer: supply type, State, place of
// supply. What was typed stays.
func prepareBuyer(c gst.Company, inv *gst.Invoice) {
	b := &inv.Buyer
	b.GSTIN = strings.ToUpper(strings.TrimSpace(b.GSTIN))
	registered := b.GSTIN != "" && b.GSTIN != gst.URP
	if inv.Supply == "" {
		inv.Supply = gst.B2C
		if registered {
			inv.Supply = gst.B2B
		}
	}
	if b.GSTIN == "" {
		b.GSTIN = gst.URP
	}
	if export := inv.Supply == gst.EXPWP || inv.Supply == gst.EXPWOP; export {
		// What the portal wants of every buyer abroad (2232, 2261), whoever was typed before.
		b.State, b.PIN, inv.PlaceOfSupply = "96", 999999, "96"
		return
	}
	if b.State == "" && registered {
		if g, err := gst.ParseGSTIN(b.GSTIN); err == nil {
			b.State = g.State()
		}
	}
	if inv.PlaceOfSupply == "" {
		inv.PlaceOfSupply = b.State
	}
	if inv.PlaceOfSupply == "" && inv.Supply == gst.B2C && b.Address1 == "" {
		// Goods for a consumer whose address is not recorded are supplied where the supplier
		// is. Source: IGST Act 2017, section 10(1)(ca).
		inv.PlaceOfSupply = c.State
	}
}

// prepareBranch has the goods leave from the branch that makes the document, under its
// series. What was typed stays; what follows from another branch does not.
func prepareBranch(c gst.Company, inv *gst.Invoice) {
	at := slices.IndexFunc(c.Branches, func(b gst.Branch) bool { return b.Code == inv.Branch })
	if inv.Branch == "" || at < 0 {
		return
	}
	own := c.Branches[at]
	follows := inv.Dispatch == nil || slices.ContainsFunc(c.Branches, func(b gst.Branch) bool { return dispatchFrom(c, b) == *inv.Dispatch })
	if follows {
		from := dispatchFrom(c, own)
		inv.Dispatch = &from
	}
	if inv.Series == "" || slices.ContainsFunc(c.Branches, func(b gst.Branch) bool { return b.Series == inv.Series }) {
		inv.Series = own.Series
	}
}

// dispatchFrom is a branch as the place that goods leave from.
func dispatchFrom(c gst.Company, b gst.Branch) gst.Party {
	return gst.Party{LegalName: c.LegalName, Address1: b.Address1, Address2: b.Address2, Place: b.Place, PIN: b.PIN, State: c.State}
}

// withPayment is the document as the portal gets it: the terms of payment stand in PayDtls
// too, where nothing else was typed. What is stored stays as it was typed.
func withPayment(inv *gst.Invoice) *gst.Invoice {
	sent := *inv
	sent.Payment = inv.PaymentToSend()
	return &sent
}

// filledLines drops the empty lines that a form always has at its end. Those in between
// stay: faults name a line by its place, which must remain what the caller knows.
func filledLines(lines []gst.Line) []gst.Line {
	for len(lines) > 0 && emptyLine(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// emptyLine reports whether a line says nothing. A unit, a rate and what kind of line it
// is may have been filled in beforehand, and figures alone were worked out.
func emptyLine(l gst.Line) bool {
	l.Unit, l.GSTRate, l.Charge, l.Against = "", 0, "", 0
	l.Number, l.Service, l.Amount, l.Taxable, l.Total = "", false, 0, 0, 0
	l.IGST, l.CGST, l.SGST, l.Cess, l.StateCess = 0, 0, 0, 0, 0
	return reflect.DeepEqual(l, gst.Line{})
}

// shortUnits are units as people abbreviate them, with the portal's codes.
var shortUnits = map[string]string{"KG": "KGS", "NO": "NOS", "PC": "PCS"}

// unitCode is the portal's code for a typed unit: capitals, without the full stop of an
// abbreviation.
func unitCode(typed string) string {
	unit := strings.ToUpper(strings.TrimRight(strings.TrimSpace(typed), "."))
	if code := shortUnits[unit]; code != "" {
		return code
	}
	return unit
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '.' {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
}
