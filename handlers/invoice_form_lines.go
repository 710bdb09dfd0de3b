package handlers

import (
	"errors"
	"strings"

	"mohar/gst"
)

// lineColumns are the columns of the grid, from left to right.
var lineColumns = []string{"description", "hsn", "qty", "unit", "price", "discount", "rate"}

// lineInputs are what people type about a line. What the line is stands first: how its
// rate is read depends on it.
var lineInputs = inputs[gst.Line]{
	textInput("charge", "charge", func(l *gst.Line) *gst.Charge { return &l.Charge }),
	wholeInput("against", "line of the original", func(l *gst.Line) *int { return &l.Against }),
	textInput("description", "item", func(l *gst.Line) *string { return &l.Description }),
	textInput("hsn", "HSN/SAC", func(l *gst.Line) *string { return &l.HSN }),
	milliInput("qty", "quantity", func(l *gst.Line) *gst.Milli { return &l.Quantity }),
	textInput("unit", "unit", func(l *gst.Line) *string { return &l.Unit }),
	{"price", "rate", readPrice, writePrice},
	{"discount", "discount", readDiscount, writeDiscount},
	{"rate", "GST rate", readRate, writeRate},
	milliInput("free_qty", "free quantity", func(l *gst.Line) *gst.Milli { return &l.FreeQty }),
	textInput("barcode", "bar code", func(l *gst.Line) *string { return &l.Barcode }),
	moneyInput("pretax", "pre-tax value", func(l *gst.Line) *gst.Paise { return &l.PreTaxValue }),
	rateInput("cess_rate", "cess rate", func(l *gst.Line) *gst.Rate { return &l.CessRate }),
	moneyInput("cess_fixed", "fixed cess", func(l *gst.Line) *gst.Paise { return &l.CessFixed }),
	rateInput("state_cess_rate", "State cess rate", func(l *gst.Line) *gst.Rate { return &l.StateCessRate }),
	moneyInput("state_cess_fixed", "fixed State cess", func(l *gst.Line) *gst.Paise { return &l.StateCessFixed }),
	moneyInput("other", "other charges", func(l *gst.Line) *gst.Paise { return &l.OtherCharges }),
	milliInput("retail_price", "retail price", func(l *gst.Line) *gst.Milli { return &l.RetailPrice }),
	textInput("order_line", "order line", func(l *gst.Line) *string { return &l.OrderLine }),
	capitalInput("origin", "country of origin", func(l *gst.Line) *string { return &l.Origin }),
	textInput("serial", "serial number", func(l *gst.Line) *string { return &l.SerialNumber }),
}

// lineFigures are what is worked out about a line, unless it was brought.
var lineFigures = inputs[gst.Line]{
	textInput("number", "number", func(l *gst.Line) *string { return &l.Number }),
	{"service", "service", readService, writeService},
	figureInput("amount", "amount", func(l *gst.Line) *gst.Paise { return &l.Amount }),
	figureInput("taxable", "taxable value", func(l *gst.Line) *gst.Paise { return &l.Taxable }),
	moneyInput("igst", "IGST", func(l *gst.Line) *gst.Paise { return &l.IGST }),
	moneyInput("cgst", "CGST", func(l *gst.Line) *gst.Paise { return &l.CGST }),
	moneyInput("sgst", "SGST", func(l *gst.Line) *gst.Paise { return &l.SGST }),
	moneyInput("cess", "cess", func(l *gst.Line) *gst.Paise { return &l.Cess }),
	moneyInput("state_cess", "State cess", func(l *gst.Line) *gst.Paise { return &l.StateCess }),
	figureInput("total", "total", func(l *gst.Line) *gst.Paise { return &l.Total }),
}

var batchInputs = inputs[gst.Batch]{
	textInput("name", "batch", func(b *gst.Batch) *string { return &b.Name }),
	dateInput("expiry", "expiry", func(b *gst.Batch) *gst.Date { return &b.Expiry }),
	dateInput("warranty", "warranty", func(b *gst.Batch) *gst.Date { return &b.Warranty }),
}

var attributeInputs = inputs[gst.Attribute]{
	textInput("name", "name", func(a *gst.Attribute) *string { return &a.Name }),
	textInput("value", "value", func(a *gst.Attribute) *string { return &a.Value }),
}

// The price as typed and the rate are written though zero, because an empty one is not
// zero: nil-rated and free goods say 0.

func readPrice(r *formReader, p place, into *gst.Line) {
	if r.text(p.form) == "" {
		r.fault("required.zero", p)
	}
	*priceOf(r.basis, into) = parsed(r, p, gst.ParseMilli)
}

func writePrice(b basis, from *gst.Line) string { return priceOf(b, from).String() }

// priceOf is where the price column lives: figures that were brought have plain prices.
func priceOf(b basis, l *gst.Line) *gst.Milli {
	if b.typed && !b.brought {
		return &l.TypedPrice
	}
	return &l.UnitPrice
}

// readRate reads the GST rate. A charge may leave it empty: it then has that of the goods.
// So may a bill of supply, which bears no tax.
//
// Source: CGST Rules 2017, rule 49.
func readRate(r *formReader, p place, into *gst.Line) {
	untaxed := gst.DocumentType(r.text("type")) == gst.BillOfSupply
	if r.text(p.form) == "" && into.Charge == gst.ChargeNone && !untaxed {
		r.fault("required.zero", p)
	}
	into.GSTRate = parsed(r, p, gst.ParseRate)
}

func writeRate(_ basis, from *gst.Line) string {
	if from.Charge != gst.ChargeNone && from.HSN == "" && from.GSTRate == 0 {
		return ""
	}
	return from.GSTRate.String()
}

// readDiscount reads "250", "5%" or "10+5%"; of a brought document the amount alone.
func readDiscount(r *formReader, p place, into *gst.Line) {
	text := r.text(p.form)
	if text == "" {
		return
	}
	if r.brought {
		into.Discount = parsed(r, p, gst.ParsePaise)
		return
	}
	first, second, amount, err := gst.ParseDiscount(text)
	switch {
	case errors.Is(err, gst.ErrTooLarge) && strings.ContainsAny(text, "%+"):
		r.fault("discount.large", p, "100%")
	case err != nil:
		r.unreadable(p, err)
	}
	into.DiscountRate, into.DiscountRate2, into.Discount = first, second, amount
}

func writeDiscount(b basis, from *gst.Line) string {
	if !b.brought {
		return from.DiscountText()
	}
	if from.Discount == 0 {
		return ""
	}
	return from.Discount.String()
}

// readService reads whether a brought line is a service; without word of it the code says
// it.
//
// Source: INV-01 schema v1.1, IsServc; services are chapter 99.
func readService(r *formReader, p place, into *gst.Line) {
	switch r.text(p.form) {
	case "Y":
		into.Service = true
	case "":
		into.Service = strings.HasPrefix(into.HSN, "99")
	}
}

func writeService(_ basis, from *gst.Line) string {
	if from.Service {
		return "Y"
	}
	return "N"
}
