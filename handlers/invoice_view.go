package handlers

import (
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// documentKinds are the documents' names on screen.
var documentKinds = map[gst.DocumentType]string{
	gst.TaxInvoice: "Tax invoice", gst.CreditNote: "Credit note", gst.DebitNote: "Debit note",
	gst.BillOfSupply: "Bill of supply", gst.DeliveryChallan: "Delivery challan",
	gst.Quotation: "Quotation", gst.Proforma: "Proforma invoice",
}

// invoiceView is a document as its page shows it.
func invoiceView(inv *gst.Invoice, state views.InvoiceState) views.InvoiceView {
	v := views.InvoiceView{
		Kind: documentKinds[inv.Type], Number: inv.Number, Date: inv.Date.Long(), Practice: inv.Mode == gst.Practice,
		Seller: partyView("", inv.Seller), Buyer: partyView("Buyer (Bill to)", inv.Buyer),
		Facts: facts(inv), Sums: sums(inv), Total: rupees(inv.Totals.Total), Words: inv.Totals.Total.Words(),
		Remarks: inv.Refs.Remarks, State: state, PDFURL: invoiceURL(inv, "pdf"), INV01URL: invoiceURL(inv, "inv01"), JSONURL: state.JSONURL,
		CopiesURL: invoiceURL(inv, "pdf") + "?copies=all",
	}
	if inv.Elsewhere { // nothing was made here that could be sent
		v.Kind, v.INV01URL = v.Kind+" · issued elsewhere", ""
	}
	if inv.ShipTo != nil {
		ship := partyView("Consignee (Ship to)", *inv.ShipTo)
		v.ShipTo = &ship
	}
	for _, l := range inv.Lines {
		v.Lines = append(v.Lines, lineView(l))
	}
	return v
}

func lineView(l gst.Line) views.LineView {
	v := views.LineView{
		Number: l.Number, Description: l.Description, HSN: spacedHSN(l.HSN),
		Qty: strings.TrimSpace(l.Quantity.String() + " " + l.Unit), Price: price(l.UnitPrice),
		Taxable: l.Taxable.Indian(), GST: l.GSTRate.String() + "%",
	}
	if l.Quantity == 0 { // a price alone, or of another program's list
		v.Qty = ""
	}
	if l.Quantity == 0 && l.UnitPrice == 0 {
		v.Price = ""
	}
	if l.Discount != 0 {
		v.Discount = l.Discount.Indian()
	}
	if l.Batch != nil {
		v.Note = "Batch " + l.Batch.Name
	}
	return v
}

// spacedHSN sets a code in groups, as the tariff prints it: 2008 99 11.
func spacedHSN(code string) string {
	switch len(code) {
	case 6:
		return code[:4] + " " + code[4:]
	case 8:
		return code[:4] + " " + code[4:6] + " " + code[6:]
	}
	return code
}

// price is a unit price with at least two decimals and lakh grouping.
func price(m gst.Milli) string {
	if m%10 == 0 {
		return gst.Paise(m / 10).Indian()
	}
	whole := gst.Paise(m / 1000 * 100).Indian()
	return strings.TrimSuffix(whole, ".00") + fmt.Sprintf(".%03d", m%1000)
}

func partyView(heading string, p gst.Party) views.PartyView {
	v := views.PartyView{Heading: heading, Name: p.LegalName, GSTIN: p.GSTIN}
	if p.TradeName != "" && p.TradeName != p.LegalName {
		v.Lines = append(v.Lines, p.TradeName)
	}
	for _, line := range []string{p.Address1, p.Address2, placeLine(p)} {
		if line != "" {
			v.Lines = append(v.Lines, line)
		}
	}
	if v.GSTIN == gst.URP {
		v.GSTIN = ""
	}
	return v
}

// placeLine is place, PIN and State.
func placeLine(p gst.Party) string {
	place := p.Place
	if p.PIN != 0 && p.State != "96" {
		place = strings.TrimSpace(fmt.Sprintf("%s %d", place, p.PIN))
	}
	if name := master.StateName(p.State); name != "" {
		place = strings.TrimPrefix(place+", "+name, ", ")
	}
	return place
}

// facts are what stands beside the parties.
func facts(inv *gst.Invoice) []views.Sum {
	facts := []views.Sum{{Label: "Place of supply", Value: strings.TrimSpace(inv.PlaceOfSupply + " " + master.StateName(inv.PlaceOfSupply))}}
	if name := supplyNames[inv.Supply]; name != "" {
		facts = append(facts, views.Sum{Label: "Supply", Value: name})
	}
	reverse := "No"
	if inv.ReverseCharge {
		reverse = "Yes"
	}
	facts = append(facts, views.Sum{Label: "Reverse charge", Value: reverse})
	if inv.Export != nil && inv.Export.Country != "" {
		facts = append(facts, views.Sum{Label: "Destination", Value: master.CountryName(inv.Export.Country)})
	}
	if inv.Export != nil && inv.Export.Port+inv.Export.Currency != "" {
		facts = append(facts, views.Sum{Label: "Port, currency", Value: joinParts(inv.Export.Port, inv.Export.Currency)})
	}
	for _, p := range inv.Refs.Preceding {
		facts = append(facts, views.Sum{Label: "Original document", Value: p.Number + " of " + p.Date.String()})
	}
	for _, r := range inv.Refs.Contracts {
		if r.OrderNumber != "" {
			facts = append(facts, views.Sum{Label: "Order no.", Value: numberOf(r.OrderNumber, r.OrderDate)})
		}
	}
	return append(facts, wayFacts(inv)...)
}

// wayFacts are why and how the goods go, and when the document is paid, as far as it says.
func wayFacts(inv *gst.Invoice) []views.Sum {
	t, payment, due := inv.Transport, "", inv.Terms.Due
	if due == 0 && inv.Terms.Days > 0 {
		due = inv.Date.AddDays(inv.Terms.Days)
	}
	switch {
	case inv.Terms.Cash:
		payment = "Cash"
	case due != 0:
		payment = "Due " + due.String()
	}
	var facts []views.Sum
	for _, f := range []views.Sum{
		{Label: "Purpose", Value: inv.Purpose}, {Label: "Payment", Value: payment},
		{Label: "Challan", Value: numberOf(t.ChallanNumber, t.ChallanDate)}, {Label: "Transporter", Value: t.Transporter},
		{Label: "Vehicle", Value: t.Vehicle}, {Label: "LR/RR no.", Value: numberOf(t.LRNumber, t.LRDate)},
		{Label: "Goods go to", Value: t.Destination}, {Label: "Packages", Value: t.Packages}, {Label: "Freight", Value: t.Freight},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// numberOf is a number with its date, as far as there are any.
func numberOf(number string, date gst.Date) string {
	return strings.TrimSuffix(number+" of "+date.String(), " of ")
}

// sums are the totals above the grand total. What is zero is left out, except the tax
// that the supply bears.
func sums(inv *gst.Invoice) []views.Sum {
	t := inv.Totals
	rows := []views.Sum{{Label: "Taxable value", Value: t.Taxable.Indian()}}
	add := func(label string, p gst.Paise, always bool) {
		if p != 0 || always {
			rows = append(rows, views.Sum{Label: label, Value: p.Indian()})
		}
	}
	inter, owed := inv.InterState(), ""
	if inv.ReverseCharge { // charged, but not part of the total
		owed = ", payable by the buyer"
	}
	add("CGST"+owed, t.CGST, !inter)
	add("SGST"+owed, t.SGST, !inter)
	add("IGST"+owed, t.IGST, inter)
	add("Cess", t.Cess, false)
	add("State cess", t.StateCess, false)
	add("Discount", -t.Discount, false)
	add("Other charges", t.OtherCharges, false)
	add("Round off", t.RoundOff, true)
	return rows
}

// eInvoiceView is the portal's part of the paper, nil before there is one.
func eInvoiceView(inv *gst.Invoice) (*views.EInvoiceView, error) {
	reg := inv.IRN.Registration
	if reg == nil || reg.IRN == "" {
		return nil, nil
	}
	v := &views.EInvoiceView{IRN: reg.IRN, AckNo: reg.AckNo, AckDate: reg.AckDate.In(gst.IST).Format("02/01/2006 15:04")}
	switch {
	case inv.Elsewhere:
		v.Signature, v.SignatureKind = "Registered through another program: its signed QR code is printed there", "wait"
	case reg.Unsigned():
		v.Signature, v.SignatureKind = "Signed QR code missing: the portal shows it no more", "bad"
	case reg.KeyID == "":
		v.Signature, v.SignatureKind = "Signature not verified: the portal's key is not known here", "wait"
	case reg.Practice:
		v.Signature, v.SignatureKind = "Signature verified against the practice portal’s certificate", "good"
	default:
		v.Signature, v.SignatureKind = "Signature verified against the NIC certificate", "good"
	}
	if reg.SignedInvoice == "" && !inv.Elsewhere { // a table of the portal's has none
		v.Signature += "; the signed invoice is still missing"
	}
	if bill := reg.EWayBill; bill != nil {
		v.EWayBill = bill.Number
		if !bill.ValidUntil.IsZero() {
			v.EWayBill += " until " + moment(bill.ValidUntil)
		}
	}
	if !inv.IRN.CancelledAt.IsZero() {
		v.Cancelled = cancelledText(inv)
	}
	if reg.SignedQR == "" {
		return v, nil
	}
	var err error
	v.QR, err = qrView(reg.SignedQR)
	return v, err
}
