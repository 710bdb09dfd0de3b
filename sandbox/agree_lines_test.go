package sandbox_test

import (
	"mohar/gst"
)

func (m *maker) line(inv *gst.Invoice) gst.Line {
	l := gst.Line{
		HSN: choose(m, goodsCodes), Unit: choose(m, goodsUnits), UnitPrice: gst.Milli(m.IntN(5_000_000)),
		Quantity: gst.Milli(1000 * (1 + m.IntN(200))), GSTRate: m.rate(inv.Date),
	}
	switch {
	case m.oneIn(3):
		l.Quantity = gst.Milli(1 + m.IntN(99_999))
	case m.oneIn(30): // amounts that are nearly as large, or as small, as may be
		l.Quantity, l.UnitPrice = 1000, gst.Milli(400_000_000_000_000+m.Int64N(99_999_999))
	case m.oneIn(30):
		l.Quantity, l.UnitPrice = choose(m, []gst.Milli{1, 9_999_999_999_999}), choose(m, []gst.Milli{0, 1, 9})
	}
	if m.oneIn(4) {
		l.HSN, l.Service = choose(m, serviceCodes), true
		if m.oneIn(2) {
			l.Quantity, l.Unit = 0, ""
		}
	} else if inv.Type != gst.TaxInvoice && m.oneIn(4) {
		l.Quantity = 0 // a note for a difference in price
	}
	m.charges(&l)
	m.lineExtras(&l)
	return l
}

// charges are what changes a line's value or adds to its tax.
func (m *maker) charges(l *gst.Line) {
	if m.some(4) {
		l.DiscountRate = gst.Rate(m.IntN(100_001))
	}
	if m.some(6) {
		l.CessRate, l.CessFixed = gst.Rate(m.IntN(60_000)), gst.Paise(m.IntN(10_000))
	}
	if m.some(6) {
		l.StateCessRate, l.StateCessFixed = gst.Rate(m.IntN(2_000)), gst.Paise(m.IntN(10_000))
	}
	if m.some(4) {
		l.OtherCharges = gst.Paise(m.IntN(10_000))
	}
}

// lineExtras are the members of a line that no sum depends on.
func (m *maker) lineExtras(l *gst.Line) {
	l.Description = m.maybe(3, 300)
	if m.some(4) {
		l.PreTaxValue = m.amount(lineLimit)
		l.FreeQty = choose(m, []gst.Milli{1, 500, 9_999_999_999_999})
	}
	if m.some(4) {
		l.Barcode, l.OrderLine, l.SerialNumber = m.text(3, 30), m.text(1, 50), m.text(1, 20)
		l.Origin = choose(m, []string{"IN", "in", "Us"})
	}
	if m.some(5) {
		l.Batch = &gst.Batch{Name: m.text(3, 20)}
		if m.some(2) {
			l.Batch.Expiry, l.Batch.Warranty = m.day(), m.day()
		}
	}
	for m.some(5) && len(l.Attributes) < 3 {
		l.Attributes = append(l.Attributes, gst.Attribute{Name: m.text(1, 100), Value: m.maybe(1, 100)})
	}
}

// twist does to a document what is allowed, though it is not how we work things out.
func (m *maker) twist(inv *gst.Invoice) {
	outside := inv.ReverseCharge || inv.Supply == gst.EXPWP
	flip := outside && m.oneIn(2)
	for i := range inv.Lines {
		m.twistLine(inv, &inv.Lines[i], flip)
	}
	resum(inv)
	if m.oneIn(8) {
		inv.Totals.Total += gst.Paise(m.IntN(100))
	}
	if m.oneIn(10) { // an amount rounded by hand
		by := gst.Paise(m.IntN(2*9999+1) - 9999)
		if inv.Totals.Total+by >= 0 {
			inv.Totals.Total, inv.Totals.RoundOff = inv.Totals.Total+by-inv.Totals.RoundOff, by
			inv.Totals.Total = max(0, inv.Totals.Total)
		}
	}
	if m.oneIn(10) {
		inv.PlaceOfSupply = oneDigit(inv.PlaceOfSupply)
		inv.Buyer.State = oneDigit(inv.Buyer.State)
	}
}

func (m *maker) twistLine(inv *gst.Invoice, l *gst.Line, flip bool) {
	retail := inv.Date >= 20260201 && (l.HSN == "24022090" || l.HSN == "21069020" || l.HSN == "240411" || l.HSN == "2106")
	if inv.Type != gst.TaxInvoice && l.Tax() > 0 && m.oneIn(3) || retail {
		taxBefore := l.Tax()
		l.IGST, l.CGST, l.SGST = l.IGST/3, l.CGST/3, l.SGST/3
		if !inv.ReverseCharge {
			l.Total += l.Tax() - taxBefore
		}
	}
	if l.Tax() == 0 && l.GSTRate > 0 && (inv.Supply == gst.EXPWOP || inv.Supply == gst.SEZWOP) && m.oneIn(3) {
		l.GSTRate = 0
	}
	if flip {
		l.Total = l.Taxable + l.OtherCharges
		if inv.ReverseCharge {
			l.Total += l.Tax() + l.AllCess()
		}
	}
	if m.oneIn(8) {
		l.Total += gst.Paise(m.IntN(99))
	}
}

// resum makes the totals fit the lines.
func resum(inv *gst.Invoice) {
	t := &inv.Totals
	t.Taxable, t.CGST, t.SGST, t.IGST, t.Cess, t.StateCess, t.Total = 0, 0, 0, 0, 0, 0, 0
	for i := range inv.Lines {
		l := &inv.Lines[i]
		t.Taxable += l.Taxable
		t.CGST, t.SGST, t.IGST = t.CGST+l.CGST, t.SGST+l.SGST, t.IGST+l.IGST
		t.Cess += l.Cess + l.CessFixed
		t.StateCess += l.StateCess + l.StateCessFixed
		t.Total += l.Total
	}
	t.Total = max(0, t.Total+t.OtherCharges+t.RoundOff-t.Discount)
}

// extras are the blocks that no sum depends on.
func (m *maker) extras(inv *gst.Invoice) {
	if m.some(4) {
		inv.Payment = &gst.Payment{
			Payee: m.maybe(1, 100), Account: m.maybe(1, 18), Mode: m.maybe(1, 18), IFSC: m.maybe(1, 11), Terms: m.maybe(1, 100),
			Instruction: m.maybe(1, 100), CreditTransfer: m.maybe(1, 100), DirectDebit: m.maybe(1, 100),
			CreditDays: m.IntN(10_000), Paid: m.amount(docLimit), Due: m.amount(docLimit),
		}
	}
	for m.some(6) && len(inv.Docs) < 3 {
		inv.Docs = append(inv.Docs, gst.SupportingDocument{URL: m.text(3, 100), Content: m.maybe(3, 1000), Info: m.maybe(3, 1000)})
	}
	if m.some(6) {
		inv.Totals.TotalForeign = m.amount(docLimit)
	}
	m.references(inv)
	if m.some(5) {
		m.journey(inv)
	}
}

func (m *maker) references(inv *gst.Invoice) {
	r := &inv.Refs
	for m.some(3) && len(r.Preceding) < 3 {
		r.Preceding = append(r.Preceding, gst.PrecedingDocument{
			Number: choose(m, []string{"AB/9", "1-", "a234567890123456"}), Date: m.day(), Other: m.maybe(1, 20),
		})
	}
	if m.some(6) {
		r.Remarks = m.text(3, 100)
	}
	if m.some(6) {
		r.PeriodTo = m.day()
		r.PeriodFrom = max(20100101, r.PeriodTo.AddDays(-m.IntN(40)))
	}
	for m.some(6) && len(r.Contracts) < 3 {
		r.Contracts = append(r.Contracts, gst.ContractReference{
			AdviceNumber: m.text(1, 20), AdviceDate: m.day(), Tender: m.maybe(1, 20), Contract: m.maybe(1, 20),
			External: m.maybe(1, 20), Project: m.maybe(1, 20), OrderNumber: m.maybe(1, 16), OrderDate: m.day(),
		})
	}
}

// journey asks for an e-way bill, and not always well: that never stops the IRN.
func (m *maker) journey(inv *gst.Invoice) {
	e := &gst.EWayDetails{Distance: m.IntN(4001)}
	if m.some(2) {
		e.TransporterID, e.TransporterName = gstinOf("29", 3, 'Z'), m.text(3, 100)
	}
	if m.some(2) {
		e.Mode = choose(m, []string{"1", "2", "3", "4"})
	}
	if m.some(2) {
		e.Vehicle = choose(m, []string{"KA01AB1234", "ka1f"})
	}
	if m.some(2) {
		e.VehicleType = choose(m, []string{"R", "O"})
	}
	if m.some(2) {
		e.DocumentNumber = choose(m, []string{"LR/1", "0-/", "123456789012345"})
	}
	if m.some(2) {
		e.DocumentDate = m.day()
	}
	inv.EWay = e
}
