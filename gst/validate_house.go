package gst

import (
	"slices"
	"strconv"
	"strings"

	"mohar/gst/master"
)

// free reports whether the document bills nothing: what the law and the portal ask of
// invoices does not bind it.
func (inv *Invoice) free() bool { return inv.Type == Quotation || inv.Type == Proforma }

// house checks what the company itself decided: months that are closed, branches, how
// prices are given.
func (c *checker) house() {
	inv := c.inv
	if locked := c.rules.Company.LockedTo; inv.Date != 0 && inv.Date <= locked && !inv.free() {
		c.add("date.locked", "date", locked.String())
	}
	if inv.Branch != "" && !slices.ContainsFunc(c.rules.Company.Branches, func(b Branch) bool { return b.Code == inv.Branch }) {
		c.add("branch.unknown", "branch", inv.Branch)
	}
	c.choice("prices", string(inv.Prices), string(PricesInclusive), string(PricesForeign))
	if inv.Prices == PricesForeign && !inv.Brought {
		if inv.Export == nil || inv.Export.Currency == "" {
			c.add("currency.missing", "export.currency")
		}
		if inv.foreignRate() <= 0 {
			c.add("exchange.missing", "export.rate")
		}
	}
}

// kindOfDocument checks that the company may make this kind of document for this supply.
func (c *checker) kindOfDocument() {
	inv := c.inv
	switch {
	case inv.Type == DeliveryChallan && inv.Purpose == "":
		// A challan stands for an invoice only where the goods move for certain reasons.
		// Source: CGST Rules 2017, rule 55(1).
		c.warn("challan.purpose", "purpose")
	case inv.Type == TaxInvoice && c.rules.Company.Taxpayer != Composition && inv.whollyExempt():
		// Source: CGST Act 2017, section 31(3)(c).
		c.warn("invoice.exempt", "type")
	}
	if c.rules.Company.Taxpayer == Composition && !inv.free() && inv.Type != DeliveryChallan &&
		inv.PlaceOfSupply != "" && inv.InterState() {
		// Source: CGST Act 2017, section 10(2)(c).
		c.add("composition.inter", inv.interStateBy())
	}
	c.undertaking()
	c.noteInTime()
}

// interStateBy is the field that makes the supply an inter-State one.
func (inv *Invoice) interStateBy() string {
	switch {
	case inv.Supply.export() || inv.Supply.sez():
		return "supply"
	case twoDigits(inv.PlaceOfSupply) == inv.sellerState():
		return "igst_on_intra"
	}
	return "pos"
}

// undertaking: exports and supplies to a SEZ without payment of tax need a letter of
// undertaking of the financial year, or a bond, which is not recorded here: a warning.
//
// Source: CGST Rules 2017, rule 96A; Circular 8/8/2017.
func (c *checker) undertaking() {
	inv := c.inv
	if !inv.Supply.withoutTax() || inv.Type != TaxInvoice || inv.Elsewhere || inv.Date == 0 {
		return
	}
	year := inv.Date.FinancialYear()
	if !slices.ContainsFunc(c.rules.Company.Paper.LUTs, func(l LUT) bool { return l.Year == year && l.Number != "" }) {
		c.warn("lut.missing", "supply", year)
	}
}

// noteInTime: a credit note lowers the tax only when it is declared by 30 November after
// the financial year of the supply. Later the money may be given back, the tax not, and
// nothing stops the note at the portal: a warning.
//
// Source: CGST Act 2017, section 34(2).
func (c *checker) noteInTime() {
	inv := c.inv
	if inv.Type != CreditNote || inv.Date == 0 {
		return
	}
	if last := LastCreditDay(inv.originalDate(), c.rules); last != 0 && inv.Date > last {
		c.warn("note.late", "date", last.String())
	}
}

// LastCreditDay returns the last day on which a credit note to a supply of the day lowers
// the tax; 0 where no such day is in the law.
//
// Source: CGST Act 2017, section 34(2).
func LastCreditDay(supply Date, r Rules) Date {
	if supply == 0 {
		return 0
	}
	day, holds := r.Law.Value(master.RuleNoteLast, int32(max(supply, r.Today)))
	if !holds {
		return 0
	}
	year, err := strconv.Atoi(supply.FinancialYear()[:4])
	if err != nil {
		return 0 // a day before the year 1000
	}
	return Date((year+1)*10000 + day)
}

// operator checks the GSTIN of the e-commerce operator: one that collects tax at source
// has C as its fourteenth character.
//
// Source: CGST Act 2017, section 52; error 2195.
func (c *checker) operator() {
	g := c.inv.EcommerceGSTIN
	if g != "" && c.gstin("ecom", g) && g[13] != 'C' {
		c.warn("ecom.tcs", "ecom")
	}
}

// consignee checks what was announced for the GSTIN of the consignee on e-way bills: that
// it is there, another one than the buyer's, and of the address's State. The portal put
// it on hold; it binds from the day that the dated rule is on.
//
// Source: GSTN advisory 668; errors 2323 and 2325.
func (c *checker) consignee(p *Party) {
	if c.inv.EWay == nil || !c.rules.Law.On(master.RuleEWayShipTo, int32(c.inv.Date)) {
		return
	}
	switch {
	case p.GSTIN == "":
		c.warn("ship.gstin", "ship.gstin")
	case strings.EqualFold(p.GSTIN, URP):
	case strings.EqualFold(p.GSTIN, c.inv.Buyer.GSTIN): // 2323
		c.warn("ship.same", "ship.gstin")
	case gstinPattern(p.GSTIN) && p.GSTIN[:2] != twoDigits(p.State): // 2325
		c.warn("ship.state", "ship.state", p.GSTIN[:2], master.StateName(p.GSTIN[:2]))
	}
}
