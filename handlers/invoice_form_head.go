package handlers

import "mohar/gst"

// The tables of the form's blocks. The names of the fields are those that the rules and
// INV-01's member table use for what is wrong with them.

var headInputs = append(append(inputs[gst.Invoice]{
	textInput("type", "Type of document", func(i *gst.Invoice) *gst.DocumentType { return &i.Type }),
	dateInput("date", "Date", func(i *gst.Invoice) *gst.Date { return &i.Date }),
	textInput("supply", "Supply type", func(i *gst.Invoice) *gst.SupplyType { return &i.Supply }),
	textInput("pos", "Place of supply", func(i *gst.Invoice) *string { return &i.PlaceOfSupply }),
	tickInput("reverse", "Reverse charge", func(i *gst.Invoice) *bool { return &i.ReverseCharge }),
	tickInput("buyer_checked", "Buyer checked", func(i *gst.Invoice) *bool { return &i.BuyerChecked }),
	tickInput("igst_on_intra", "IGST within the State", func(i *gst.Invoice) *bool { return &i.IGSTOnIntra }),
	capitalInput("ecom", "E-commerce operator’s GSTIN", func(i *gst.Invoice) *string { return &i.EcommerceGSTIN }),
	textInput("branch", "Branch", func(i *gst.Invoice) *string { return &i.Branch }),
	textInput("series", "Number series", func(i *gst.Invoice) *string { return &i.Series }),
	textInput("purpose", "Purpose", func(i *gst.Invoice) *string { return &i.Purpose }),
	wholeInput("source", "Document it was made from", func(i *gst.Invoice) *int64 { return &i.Source }),
	textInput("refs.remarks", "Remarks", func(i *gst.Invoice) *string { return &i.Refs.Remarks }),
	dateInput("refs.period_from", "Period from", func(i *gst.Invoice) *gst.Date { return &i.Refs.PeriodFrom }),
	dateInput("refs.period_to", "Period to", func(i *gst.Invoice) *gst.Date { return &i.Refs.PeriodTo }),
	moneyInput("totals.discount", "Discount on the total", func(i *gst.Invoice) *gst.Paise { return &i.Totals.Discount }),
	moneyInput("totals.other", "Other charges on the total", func(i *gst.Invoice) *gst.Paise { return &i.Totals.OtherCharges }),
	moneyInput("totals.total_foreign", "Total in foreign currency", func(i *gst.Invoice) *gst.Paise { return &i.Totals.TotalForeign }),
}, lifted(termsInputs, "terms.", func(i *gst.Invoice) *gst.Terms { return &i.Terms })...),
	lifted(transportInputs, "transport.", func(i *gst.Invoice) *gst.Transport { return &i.Transport })...)

// numberField is the document's own number, which only a brought document states.
var numberField = inputs[gst.Invoice]{
	textInput("number", "Number", func(i *gst.Invoice) *string { return &i.Number }),
}

// roundField is the round-off where it is not worked out.
var roundField = inputs[gst.Invoice]{
	moneyInput("totals.round_off", "Round-off", func(i *gst.Invoice) *gst.Paise { return &i.Totals.RoundOff }),
}

// totalFigures are the sums that are worked out, unless they were brought.
var totalFigures = inputs[gst.Totals]{
	figureInput("taxable", "Taxable value", func(t *gst.Totals) *gst.Paise { return &t.Taxable }),
	moneyInput("cgst", "CGST", func(t *gst.Totals) *gst.Paise { return &t.CGST }),
	moneyInput("sgst", "SGST", func(t *gst.Totals) *gst.Paise { return &t.SGST }),
	moneyInput("igst", "IGST", func(t *gst.Totals) *gst.Paise { return &t.IGST }),
	moneyInput("cess", "Cess", func(t *gst.Totals) *gst.Paise { return &t.Cess }),
	moneyInput("state_cess", "State cess", func(t *gst.Totals) *gst.Paise { return &t.StateCess }),
	moneyInput("round_off", "Round-off", func(t *gst.Totals) *gst.Paise { return &t.RoundOff }),
	figureInput("total", "Total", func(t *gst.Totals) *gst.Paise { return &t.Total }),
}

var partyInputs = inputs[gst.Party]{
	capitalInput("gstin", "GSTIN", func(p *gst.Party) *string { return &p.GSTIN }),
	textInput("name", "legal name", func(p *gst.Party) *string { return &p.LegalName }),
	textInput("trade", "trade name", func(p *gst.Party) *string { return &p.TradeName }),
	textInput("address1", "address line 1", func(p *gst.Party) *string { return &p.Address1 }),
	textInput("address2", "address line 2", func(p *gst.Party) *string { return &p.Address2 }),
	textInput("place", "place", func(p *gst.Party) *string { return &p.Place }),
	pinInput("pin", "PIN code"),
	textInput("state", "State", func(p *gst.Party) *string { return &p.State }),
	textInput("phone", "phone", func(p *gst.Party) *string { return &p.Phone }),
	textInput("email", "e-mail", func(p *gst.Party) *string { return &p.Email }),
}

// dispatchInputs are those of a place of dispatch, which is no taxpayer.
var dispatchInputs = partyInputs.pick("name", "address1", "address2", "place", "pin", "state")

var paymentInputs = inputs[gst.Payment]{
	textInput("payee", "payee", func(p *gst.Payment) *string { return &p.Payee }),
	textInput("account", "account", func(p *gst.Payment) *string { return &p.Account }),
	textInput("mode", "mode", func(p *gst.Payment) *string { return &p.Mode }),
	textInput("ifsc", "IFSC or branch", func(p *gst.Payment) *string { return &p.IFSC }),
	textInput("terms", "terms", func(p *gst.Payment) *string { return &p.Terms }),
	textInput("instruction", "instruction", func(p *gst.Payment) *string { return &p.Instruction }),
	textInput("credit_transfer", "credit transfer", func(p *gst.Payment) *string { return &p.CreditTransfer }),
	textInput("direct_debit", "direct debit", func(p *gst.Payment) *string { return &p.DirectDebit }),
	wholeInput("credit_days", "days of credit", func(p *gst.Payment) *int { return &p.CreditDays }),
	moneyInput("paid", "amount paid", func(p *gst.Payment) *gst.Paise { return &p.Paid }),
	moneyInput("due", "amount due", func(p *gst.Payment) *gst.Paise { return &p.Due }),
}

var exportInputs = inputs[gst.Export]{
	textInput("shipping_bill", "shipping bill no.", func(e *gst.Export) *string { return &e.ShippingBill }),
	dateInput("shipping_bill_date", "shipping bill date", func(e *gst.Export) *gst.Date { return &e.ShippingBillDate }),
	capitalInput("port", "port code", func(e *gst.Export) *string { return &e.Port }),
	capitalInput("refund_claim", "refund claimed", func(e *gst.Export) *string { return &e.RefundClaim }),
	capitalInput("currency", "currency", func(e *gst.Export) *string { return &e.Currency }),
	capitalInput("country", "country", func(e *gst.Export) *string { return &e.Country }),
	moneyInput("duty", "export duty", func(e *gst.Export) *gst.Paise { return &e.Duty }),
	numberInput("rate", "exchange rate", gst.ParseExchangeRate, func(e *gst.Export) *gst.ExchangeRate { return &e.Rate }),
}

var ewayInputs = inputs[gst.EWayDetails]{
	capitalInput("transporter_id", "transporter’s GSTIN or TRANSIN", func(w *gst.EWayDetails) *string { return &w.TransporterID }),
	textInput("transporter_name", "transporter", func(w *gst.EWayDetails) *string { return &w.TransporterName }),
	textInput("mode", "mode of transport", func(w *gst.EWayDetails) *string { return &w.Mode }),
	distanceInput,
	textInput("document_number", "transport document no.", func(w *gst.EWayDetails) *string { return &w.DocumentNumber }),
	dateInput("document_date", "transport document date", func(w *gst.EWayDetails) *gst.Date { return &w.DocumentDate }),
	capitalInput("vehicle", "vehicle no.", func(w *gst.EWayDetails) *string { return &w.Vehicle }),
	capitalInput("vehicle_type", "vehicle type", func(w *gst.EWayDetails) *string { return &w.VehicleType }),
}

// distanceInput is written though zero: an e-way bill is asked for, and the portal is to
// work the distance out.
var distanceInput = func() input[gst.EWayDetails] {
	in := wholeInput("distance", "distance", func(w *gst.EWayDetails) *int { return &w.Distance })
	write := in.write
	in.write = func(b basis, from *gst.EWayDetails) string {
		if text := write(b, from); text != "" {
			return text
		}
		return "0"
	}
	return in
}()

var termsInputs = inputs[gst.Terms]{
	tickInput("cash", "paid in cash", func(t *gst.Terms) *bool { return &t.Cash }),
	wholeInput("days", "days of credit", func(t *gst.Terms) *int { return &t.Days }),
	dateInput("due", "due date", func(t *gst.Terms) *gst.Date { return &t.Due }),
	textInput("interest", "late payment", func(t *gst.Terms) *string { return &t.Interest }),
}

var transportInputs = inputs[gst.Transport]{
	textInput("challan_number", "challan no.", func(t *gst.Transport) *string { return &t.ChallanNumber }),
	dateInput("challan_date", "challan date", func(t *gst.Transport) *gst.Date { return &t.ChallanDate }),
	textInput("lr_number", "LR no.", func(t *gst.Transport) *string { return &t.LRNumber }),
	dateInput("lr_date", "LR date", func(t *gst.Transport) *gst.Date { return &t.LRDate }),
	textInput("transporter", "transporter", func(t *gst.Transport) *string { return &t.Transporter }),
	textInput("vehicle", "vehicle no.", func(t *gst.Transport) *string { return &t.Vehicle }),
	textInput("destination", "destination", func(t *gst.Transport) *string { return &t.Destination }),
	textInput("packages", "packages", func(t *gst.Transport) *string { return &t.Packages }),
	textInput("freight", "freight", func(t *gst.Transport) *string { return &t.Freight }),
}

var precedingInputs = inputs[gst.PrecedingDocument]{
	textInput("number", "number", func(p *gst.PrecedingDocument) *string { return &p.Number }),
	dateInput("date", "date", func(p *gst.PrecedingDocument) *gst.Date { return &p.Date }),
	textInput("other", "other reference", func(p *gst.PrecedingDocument) *string { return &p.Other }),
}

var contractInputs = inputs[gst.ContractReference]{
	textInput("advice_number", "receipt advice no.", func(c *gst.ContractReference) *string { return &c.AdviceNumber }),
	dateInput("advice_date", "receipt advice date", func(c *gst.ContractReference) *gst.Date { return &c.AdviceDate }),
	textInput("tender", "tender", func(c *gst.ContractReference) *string { return &c.Tender }),
	textInput("contract", "contract", func(c *gst.ContractReference) *string { return &c.Contract }),
	textInput("external", "external reference", func(c *gst.ContractReference) *string { return &c.External }),
	textInput("project", "project", func(c *gst.ContractReference) *string { return &c.Project }),
	textInput("order_number", "order no.", func(c *gst.ContractReference) *string { return &c.OrderNumber }),
	dateInput("order_date", "order date", func(c *gst.ContractReference) *gst.Date { return &c.OrderDate }),
}

var docInputs = inputs[gst.SupportingDocument]{
	textInput("url", "link", func(d *gst.SupportingDocument) *string { return &d.URL }),
	textInput("content", "content", func(d *gst.SupportingDocument) *string { return &d.Content }),
	textInput("info", "description", func(d *gst.SupportingDocument) *string { return &d.Info }),
}
