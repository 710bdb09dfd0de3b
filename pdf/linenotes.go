package pdf

import (
	"mohar/gst"
)

// quantity writes how much a line is for, with what is given free: "15 + 2 free". It is
// empty for a service, a charge or a correction given as one price.
func (p *paper) quantity(l *gst.Line, d density) string {
	if l.Quantity == 0 && l.FreeQty == 0 && (l.Service || l.Charge != gst.ChargeNone || p.note()) {
		return ""
	}
	if p.freeInColumn(l, d) {
		return withFree(l.Quantity, l.FreeQty)
	}
	return decimal(l.Quantity, 0)
}

// note reports whether the document corrects another.
func (p *paper) note() bool { return p.inv.Type == gst.CreditNote || p.inv.Type == gst.DebitNote }

// withFree writes a quantity with the free one, where there is any.
func withFree(quantity, free gst.Milli) string {
	if free == 0 {
		return decimal(quantity, 0)
	}
	return decimal(quantity, 0) + " + " + decimal(free, 0) + " free"
}

// freeInColumn reports whether the free quantity stands beside the other in its column:
// where that stays narrow.
func (p *paper) freeInColumn(l *gst.Line, d density) bool {
	return l.FreeQty != 0 && !d.notes && p.width(withFree(l.Quantity, l.FreeQty), style{size: d.size}) <= widestCode
}

// sumQuantity adds up the quantities when all lines have the same unit; a sum of boxes
// and kilograms would say nothing. Charges without a quantity do not count.
func (p *paper) sumQuantity(d density) string {
	var total, free gst.Milli
	unit := ""
	for i := range p.inv.Lines {
		l := &p.inv.Lines[i]
		if p.quantity(l, d) == "" {
			continue
		}
		if unit == "" {
			unit = l.Unit
		}
		if l.Unit == "" || l.Unit != unit {
			return ""
		}
		total += l.Quantity
		free += l.FreeQty
	}
	switch {
	case total == 0:
		return ""
	case d.notes:
		return decimal(total, 0)
	}
	return withFree(total, free)
}

// lineNotes says what of a line has no column.
func (p *paper) lineNotes(l *gst.Line, d density) []string {
	var notes []string
	note := func(label, value string) {
		if value = oneLine(value); value != "" {
			notes = append(notes, label+" "+value)
		}
	}
	if l.FreeQty != 0 && !p.freeInColumn(l, d) {
		note("Free", joined(" ", decimal(l.FreeQty, 0), l.Unit))
	}
	if l.RetailPrice != 0 {
		note("MRP", "₹ "+decimal(l.RetailPrice, 2))
	}
	if l.Batch != nil {
		note("Batch", l.Batch.Name)
		note("Expiry", l.Batch.Expiry.String())
		note("Warranty until", l.Batch.Warranty.String())
	}
	note("Serial no.", l.SerialNumber)
	note("Barcode", l.Barcode)
	note("Origin", countryText(l.Origin))
	note("Order line", l.OrderLine)
	for _, a := range l.Attributes {
		notes = append(notes, joined(": ", a.Name, a.Value))
	}
	return notes
}

// amountNotes says what the amounts of a line are made of.
func (p *paper) amountNotes(l *gst.Line, d density) []string {
	var notes []string
	rate := ""
	if l.DiscountRate != 0 || l.DiscountRate2 != 0 {
		rate = l.DiscountText()
	}
	amount := ""
	if d.notes && l.Discount != 0 {
		amount = money(l.Discount)
	}
	if s := joined(" ", rate, amount); s != "" {
		notes = append(notes, "Discount "+s)
	}
	if l.PreTaxValue != 0 {
		notes = append(notes, "Pre-tax value "+money(l.PreTaxValue))
	}
	if !p.showsTax() {
		return notes
	}
	for _, c := range []struct {
		label  string
		rate   gst.Rate
		amount gst.Paise
	}{
		{"Cess", l.CessRate, l.Cess}, {"Fixed cess", 0, l.CessFixed},
		{"State cess", l.StateCessRate, l.StateCess}, {"Fixed State cess", 0, l.StateCessFixed},
	} {
		switch {
		case c.rate != 0:
			notes = append(notes, c.label+" "+percent(c.rate)+" "+money(c.amount))
		case c.amount != 0:
			notes = append(notes, c.label+" "+money(c.amount))
		}
	}
	if l.OtherCharges != 0 {
		notes = append(notes, "Other charges "+money(l.OtherCharges))
	}
	return notes
}
