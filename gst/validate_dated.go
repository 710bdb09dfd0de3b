package gst

import (
	"strconv"
	"strings"

	"mohar/gst/master"
)

// rate checks the GST rate. Any rate that had begun by the document's day is accepted,
// since a note bears the rate of its supply. A rate that had ended on the day of the supply is pointed out: on an
// invoice that is its own day, on a note the days of the originals it names.
//
// Source: CGST Act 2017, sections 12 to 14; error 2240.
func (l lineChecker) rate() {
	rate, field := l.line.GSTRate, "rate"
	l.number(field, int64(rate), maxRate, thousandths)
	if rate < 0 || rate > maxRate {
		return
	}
	law, on := l.rules.Law, int32(l.inv.Date)
	if !law.RateKnown(int32(rate)) || on != 0 && !law.RateBegan(int32(rate), on) { // 2240
		l.add("rate.unknown", field, rate.String())
		return
	}
	if days := l.inv.supplyDays(); len(days) > 0 && !rateHolds(law, rate, days) {
		l.warn("rate.old", field, rate.String(), days[0].String())
	}
}

// supplyDays are the days one of which the rates of the document must fit; none where
// that is not known or does not matter.
func (inv *Invoice) supplyDays() []Date {
	var days []Date
	switch {
	case inv.Type == TaxInvoice && inv.Date != 0:
		days = append(days, inv.Date)
	case inv.note():
		for _, p := range inv.Refs.Preceding {
			if p.Date != 0 {
				days = append(days, p.Date)
			}
		}
	}
	return days
}

func rateHolds(law *master.Law, rate Rate, days []Date) bool {
	for _, day := range days {
		if law.RateHolds(int32(rate), int32(day)) {
			return true
		}
	}
	return false
}

// SelectableRates returns the rates to offer for the lines of a document: those in force
// on the day of the supply first, then for notes those that had ended before.
//
// Source: CGST Act 2017, sections 12 to 14: a note bears the rate of its supply.
func SelectableRates(inv *Invoice, r Rules) (current, older []Rate) {
	day := inv.supplied()
	if day == 0 {
		day = r.Today
	}
	for _, rate := range r.Law.Rates(int32(day)) {
		current = append(current, Rate(rate))
	}
	if inv.note() {
		for _, rate := range r.Law.OlderRates(int32(day)) {
			older = append(older, Rate(rate))
		}
	}
	return current, older
}

// cessEnded points out compensation cess on a supply that bears none any more: tobacco and
// pan masala kept it longest. The portal takes it, and a note to an older supply needs it.
//
// Source: Notifications 2/2025 and 3/2025-Compensation Cess (Rate).
func (l lineChecker) cessEnded() {
	line, field := l.line, "cess_rate"
	switch {
	case line.CessRate != 0:
	case line.CessFixed != 0:
		field = "cess_fixed"
	case line.Cess != 0:
		field = "cess"
	default:
		return
	}
	day, law := l.inv.supplied(), l.rules.Law
	if law.On(master.RuleCessEnded, int32(day)) || law.On(master.RuleCessMost, int32(day)) && !tobaccoGroup(line.HSN) {
		l.warn("cess.ended", field, day.String())
	}
}

// tobaccoGroup reports whether the code may be of tobacco or pan masala.
func tobaccoGroup(hsn string) bool {
	return strings.HasPrefix(hsn, "24") || panMasala(hsn)
}

// panMasala reports whether the code may be of pan masala.
func panMasala(hsn string) bool {
	return strings.HasPrefix(hsn, "21069020") || len(hsn) >= 4 && strings.HasPrefix("21069020", hsn)
}

// retailPrice: goods that are taxed by their retail sale price need one, and on others it
// changes nothing. Only the packing tells whether a price must be declared at all, so
// both are warnings.
//
// Source: CGST Rules 2017, rule 31D.
func (l lineChecker) retailPrice() {
	line := l.line
	l.number("retail_price", int64(line.RetailPrice), maxMilli, thousandths)
	binds := l.rules.Law.On(master.RuleRSPTobacco, int32(l.inv.supplied())) && retailPriced(line.HSN)
	switch {
	case line.RetailPrice > 0 && !binds:
		l.warn("retail.goods", "retail_price")
	case binds && line.RetailPrice == 0 && line.Charge == ChargeNone && len(line.HSN) == 8 && line.GSTRate > 0 && !l.inv.Brought && l.inv.taxed():
		l.warn("retail.missing", "retail_price")
	}
}

// hsnOnPaper: what a document that the portal does not check needs of the code: more
// digits above a turnover, for consumers, too.
//
// Source: Notification 78/2020-Central Tax, under rules 46 and 49.
func (l lineChecker) hsnOnPaper() {
	if l.inv.Type != TaxInvoice && l.inv.Type != BillOfSupply || l.inv.Elsewhere {
		return
	}
	law, on := l.rules.Law, int32(l.inv.Date)
	crore, holds := law.Value(master.RuleHSNPaperCrore, on)
	from, known := l.rules.Company.Turnover.crore()
	if !holds || !known {
		return
	}
	want, _ := law.Value(master.RuleHSNPaperBelow, on)
	if from >= crore {
		want, _ = law.Value(master.RuleHSNPaperAbove, on)
	} else if l.inv.Supply == B2C {
		want = 0
	}
	if len(l.line.HSN) < want {
		l.warn("hsn.paper", "hsn", strconv.Itoa(want))
	}
}

// charge: a charge that bears no tax beside goods that do was most likely forgotten: it is
// part of their value.
//
// Source: CGST Act 2017, section 15(2)(c).
func (l lineChecker) charge() {
	l.choice("charge", string(l.line.Charge),
		string(ChargeFreight), string(ChargePacking), string(ChargeInsurance), string(ChargeOther))
	principal := l.inv.principal()
	if l.line.Charge != ChargeNone && l.line.GSTRate == 0 && l.line.Amount != 0 &&
		principal != nil && principal.GSTRate != 0 && l.inv.Type != BillOfSupply {
		l.warn("charge.untaxed", "rate", principal.GSTRate.String())
	}
}

// noTax: what bears no tax by its kind has no amount of it: a bill of supply, and any
// document of a taxpayer under the composition scheme. Of others than those a bill of
// supply is for exempt and nil-rated supplies alone, so has no rate either.
//
// Source: CGST Act 2017, sections 10(4) and 31(3)(c); CGST Rules 2017, rule 49.
func (l lineChecker) noTax() {
	line := l.line
	charged := line.Tax() != 0 || line.AllCess() != 0
	composition := l.rules.Company.Taxpayer == Composition
	switch {
	case l.inv.Type == BillOfSupply && charged:
		l.add("bill.tax", "igst")
	case l.inv.Type == BillOfSupply && line.GSTRate != 0 && !composition:
		l.add("bill.rate", "rate", line.GSTRate.String())
	case composition && l.inv.Type != TaxInvoice && charged:
		l.add("composition.tax", "rate")
	}
}
