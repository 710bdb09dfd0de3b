package gst

import (
	"time"

	"mohar/gst/master"
)

// crore returns the lower end of the slab in crore rupees; false when the slab is not
// known. The slab up to 5 crore begins at 0.
func (s TurnoverSlab) crore() (int, bool) {
	switch s {
	case SlabUpTo5:
		return 0, true
	case Slab5To10:
		return 5, true
	case Slab10To20:
		return 10, true
	case Slab20To50:
		return 20, true
	case Slab50To100:
		return 50, true
	case Slab100To500:
		return 100, true
	case SlabAbove500:
		return 500, true
	}
	return 0, false
}

// NeedsIRN returns why the document needs no IRN, or "" when it needs one. A company
// whose turnover is not known is taken to be bound: registering too much can be
// cancelled, an invoice that lacks its IRN is none.
//
// Source: CGST Rules 2017, rule 48(4) and (5); Notification 13/2020 with 61/2020 and
// the later ones that lowered the threshold.
func NeedsIRN(inv *Invoice, r Rules) NoIRNReason {
	switch c := r.Company; {
	case inv.Elsewhere:
		return NoIRNElsewhere
	case !inv.Type.registered():
		return NoIRNType
	case inv.Supply == B2C:
		return NoIRNB2C
	case c.Taxpayer == Composition:
		return NoIRNComposition
	case c.Taxpayer == SEZUnit:
		return NoIRNSEZUnit
	case c.Exempt:
		return NoIRNExempt
	case inv.whollyExempt():
		return NoIRNWhollyExempt
	}
	return r.bound(inv.Date)
}

// registered reports whether documents of the type go to the portal at all.
func (t DocumentType) registered() bool {
	switch t {
	case BillOfSupply, DeliveryChallan, Quotation, Proforma:
		return false
	}
	return true
}

// bound returns why e-invoicing does not bind the company on the day, "" when it does.
// A day that the company itself named goes before its slab: a firm below the threshold
// may have enabled itself.
func (r Rules) bound(on Date) NoIRNReason {
	c := r.Company
	if c.StartsOn != 0 {
		if on != 0 && on < c.StartsOn {
			return NoIRNBeforeStart
		}
		return ""
	}
	from, known := c.Turnover.crore()
	crore := r.Law.Threshold(int32(on))
	switch {
	case !known:
		return ""
	case c.Turnover == SlabUpTo5:
		// A later law may cut the slab in two; then which half the company is in is not known.
		if crore == 0 || crore >= 5 {
			return NoIRNTurnover
		}
	case on != 0 && (crore == 0 || crore > from):
		return NoIRNBeforeStart
	}
	return ""
}

// whollyExempt reports whether a typed document for a buyer in India bears no tax on
// any line; it should be a bill of supply. A brought document says itself what it is, and
// a supply under reverse charge is taxable though its supplier may name no rate.
func (inv *Invoice) whollyExempt() bool {
	if inv.Brought || inv.ReverseCharge || len(inv.Lines) == 0 || inv.Supply.export() || inv.Supply.sez() {
		return false
	}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.GSTRate != 0 || line.Tax() != 0 || line.CessRate != 0 || line.AllCess() != 0 {
			return false
		}
	}
	return true
}

// CancelDeadline returns the moment until which the portal cancels the IRN: 24 hours
// after the acknowledgement; the zero time when there is none.
//
// Source: NIC e-invoice API, Cancel IRN, error 2270.
func CancelDeadline(reg Registration) time.Time {
	if reg.AckDate.IsZero() {
		return time.Time{}
	}
	return reg.AckDate.Add(24 * time.Hour)
}

// ReportBy returns the last day on which a document of the day d is sure to be taken:
// the 30th, counted from d itself; 0 when no limit binds the company today. On the day
// after, the portal's own wording would still let it pass: Validate warns then.
//
// Source: GSTN advisories of 13-09-2023 and 05-11-2024; error 2305.
func ReportBy(d Date, r Rules) Date {
	crore, days, holds := r.window()
	if from, _ := r.Company.Turnover.crore(); d == 0 || !holds || from < crore {
		return 0
	}
	return d.AddDays(days - 1)
}

// window returns from which turnover, in crore rupees, documents must be registered and
// within how many days; false when no limit holds today.
func (r Rules) window() (crore, days int, holds bool) {
	crore, holds = r.Law.Value(master.RuleWindowCrore, int32(r.Today))
	days, counted := r.Law.Value(master.RuleWindowDays, int32(r.Today))
	return crore, days, holds && counted
}
