package gst

import "mohar/gst/master"

// tolerance is how far a sum or product may be off: one rupee, NIC's own.
const tolerance Paise = 1_00

// near reports whether two amounts agree within NIC's tolerance.
func near(a, b Paise) bool { return a-b <= tolerance && b-a <= tolerance }

// tax checks that the right taxes stand on the line and fit the rate.
func (l lineChecker) tax() {
	line := l.line
	l.money("igst", line.IGST, maxLineMoney)
	l.money("cgst", line.CGST, maxLineMoney)
	l.money("sgst", line.SGST, maxLineMoney)
	switch {
	case l.inv.Type == BillOfSupply: // noTax says it
	case !l.inv.taxed():
		if l.inv.Supply.withoutTax() && (line.CGST != 0 || line.SGST != 0) {
			l.halvesAbroad()
		} else if line.Tax() != 0 { // 2235
			l.add("tax.zero", "igst")
		}
	case l.inv.Type == DeliveryChallan && line.Tax() == 0: // goods that are not supplied yet bear none: rule 55(1)(vii)
	case l.inv.PlaceOfSupply == "" && l.inv.Brought: // said already; which taxes are right is open
	case l.inv.InterState():
		l.interState()
	default:
		l.intraState()
	}
}

// interState: IGST alone, and as much as the rate says.
// Source: errors 2174, 2180, 2235, 2237.
func (l lineChecker) interState() {
	line := l.line
	if line.CGST != 0 || line.SGST != 0 {
		l.halvesAbroad()
		return
	}
	if want := line.GSTRate.Of(line.Taxable); l.rateBinds() && !near(want, line.IGST) { // 2235
		l.add("tax.igst", "igst", line.GSTRate.String(), want.Indian())
	}
}

// halvesAbroad reports CGST and SGST on a supply that is not within the State.
func (l lineChecker) halvesAbroad() {
	field := "cgst"
	switch {
	case l.inv.Supply.export(): // 2180
		l.add("tax.export", field)
	case l.inv.Supply.sez(): // 2237
		l.add("tax.sez", field)
	default: // 2174
		l.add("tax.inter", field)
	}
}

// intraState: CGST and SGST alone, equal, half the rate each.
// Source: errors 2172, 2227, 2234, 2241.
func (l lineChecker) intraState() {
	line := l.line
	want := line.GSTRate.halfOf(line.Taxable)
	switch {
	case line.IGST != 0: // 2172
		l.add("tax.intra", "igst")
	case !near(line.CGST, line.SGST): // 2227
		l.add("tax.halves", "sgst")
	case !l.rateBinds():
	case line.CGST == 0 && line.SGST == 0 && !near(want, 0): // 2241
		l.add("tax.missing", "cgst", want.Indian())
	case !near(want, line.CGST) || !near(want, line.SGST): // 2234
		l.add("tax.half", "cgst", line.GSTRate.String(), want.Indian())
	}
}

// rateBinds reports whether the tax must be the rate of the taxable value. On notes it
// may differ, and so it may where the tax is worked out from the retail sale price.
//
// Source: practice of the portal for notes; CGST Rules 2017, rule 31D.
func (l lineChecker) rateBinds() bool {
	if l.inv.note() {
		return false
	}
	return !l.rules.Law.On(master.RuleRSPTobacco, int32(l.inv.Date)) || !retailPriced(l.line.HSN)
}

// cess checks the ad valorem cesses against their rates; on notes they may differ, and
// challans may show none.
// Source: errors 2266 and 2267.
func (l lineChecker) cess() {
	line := l.line
	l.number("cess_rate", int64(line.CessRate), maxRate, thousandths)
	l.money("cess", line.Cess, maxLineMoney)
	if want := l.cessDue(line.CessRate); l.cessBinds(line.Cess) && !near(want, line.Cess) { // 2266
		l.add("cess.amount", "cess", line.CessRate.String(), want.Indian())
	}
	l.money("cess_fixed", line.CessFixed, maxLineMoney)
	l.number("state_cess_rate", int64(line.StateCessRate), maxRate, thousandths)
	l.money("state_cess", line.StateCess, maxLineMoney)
	if want := l.cessDue(line.StateCessRate); l.cessBinds(line.StateCess) && !near(want, line.StateCess) { // 2267
		l.add("cess.state", "state_cess", line.StateCessRate.String(), want.Indian())
	}
	l.money("state_cess_fixed", line.StateCessFixed, maxLineMoney)
	l.money("other", line.OtherCharges, maxLineMoney)
}

// cessDue returns the cess at a rate; none on supplies without payment of tax, which may
// name the rate all the same.
//
// Source: IGST Act 2017, section 16(3); Compensation to States Act 2017, section 11.
func (l lineChecker) cessDue(rate Rate) Paise {
	if l.inv.Supply.withoutTax() {
		return 0
	}
	return rate.Of(l.line.Taxable)
}

// cessBinds reports whether a cess must be what is due.
func (l lineChecker) cessBinds(cess Paise) bool {
	if l.inv.Type == DeliveryChallan && cess == 0 {
		return false
	}
	return l.inv.Supply.withoutTax() || l.inv.taxed() && !l.inv.note()
}

// total checks the line's total: taxable value, tax, cess and other charges.
// Source: error 2194.
func (l lineChecker) total() {
	line := l.line
	l.money("total", line.Total, maxLineMoney)
	base := line.Taxable + line.OtherCharges
	for _, want := range l.withAndWithoutTax(base, line.Tax(), line.AllCess()) {
		if near(want, line.Total) {
			return
		}
	}
	l.add("line.total", "total", (base + line.Tax() + line.AllCess()).Indian()) // 2194
}

// withAndWithoutTax returns the totals that are right: with all taxes, and where the
// buyer owes the tax or it is refunded (reverse charge, export with payment), also
// without tax, and without tax and cess.
func (c *checker) withAndWithoutTax(base, tax, cess Paise) []Paise {
	if c.inv.ReverseCharge || c.inv.Supply == EXPWP {
		return []Paise{base + tax + cess, base + cess, base}
	}
	return []Paise{base + tax + cess}
}
