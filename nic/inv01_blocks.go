package nic

import "mohar/gst"

func goods(l *gst.Line) bool { return !l.Service }

// itemList is one line of the document.
var itemList = newObject(
	textAt("SlNo", "number", func(l *gst.Line) *string { return &l.Number }),
	textAt("PrdDesc", "description", func(l *gst.Line) *string { return &l.Description }),
	asked(member[gst.Line]{"IsServc", "service", yesNo[gst.Line]{
		at: func(l *gst.Line) *bool { return &l.Service }, always: true,
	}}),
	textAt("HsnCd", "hsn", func(l *gst.Line) *string { return &l.HSN }),
	textAt("Barcde", "barcode", func(l *gst.Line) *string { return &l.Barcode }),
	neededIf(numberAt("Qty", "qty", quantities, func(l *gst.Line) *gst.Milli { return &l.Quantity }), goods),
	numberAt("FreeQty", "free_qty", quantities, func(l *gst.Line) *gst.Milli { return &l.FreeQty }),
	textAt("Unit", "unit", func(l *gst.Line) *string { return &l.Unit }),
	asked(needed(numberAt("UnitPrice", "price", prices, func(l *gst.Line) *gst.Milli { return &l.UnitPrice }))),
	asked(needed(numberAt("TotAmt", "amount", amounts, func(l *gst.Line) *gst.Paise { return &l.Amount }))),
	numberAt("Discount", "discount", amounts, func(l *gst.Line) *gst.Paise { return &l.Discount }),
	numberAt("PreTaxVal", "pretax", amounts, func(l *gst.Line) *gst.Paise { return &l.PreTaxValue }),
	asked(needed(numberAt("AssAmt", "taxable", amounts, func(l *gst.Line) *gst.Paise { return &l.Taxable }))),
	asked(needed(numberAt("GstRt", "rate", rates, func(l *gst.Line) *gst.Rate { return &l.GSTRate }))),
	needed(numberAt("IgstAmt", "igst", amounts, func(l *gst.Line) *gst.Paise { return &l.IGST })),
	needed(numberAt("CgstAmt", "cgst", amounts, func(l *gst.Line) *gst.Paise { return &l.CGST })),
	needed(numberAt("SgstAmt", "sgst", amounts, func(l *gst.Line) *gst.Paise { return &l.SGST })),
	numberAt("CesRt", "cess_rate", rates, func(l *gst.Line) *gst.Rate { return &l.CessRate }),
	numberAt("CesAmt", "cess", amounts, func(l *gst.Line) *gst.Paise { return &l.Cess }),
	numberAt("CesNonAdvlAmt", "cess_fixed", amounts, func(l *gst.Line) *gst.Paise { return &l.CessFixed }),
	numberAt("StateCesRt", "state_cess_rate", rates, func(l *gst.Line) *gst.Rate { return &l.StateCessRate }),
	numberAt("StateCesAmt", "state_cess", amounts, func(l *gst.Line) *gst.Paise { return &l.StateCess }),
	numberAt("StateCesNonAdvlAmt", "state_cess_fixed", amounts, func(l *gst.Line) *gst.Paise { return &l.StateCessFixed }),
	numberAt("OthChrg", "other", amounts, func(l *gst.Line) *gst.Paise { return &l.OtherCharges }),
	asked(needed(numberAt("TotItemVal", "total", amounts, func(l *gst.Line) *gst.Paise { return &l.Total }))),
	textAt("OrdLineRef", "order_line", func(l *gst.Line) *string { return &l.OrderLine }),
	textAt("OrgCntry", "origin", func(l *gst.Line) *string { return &l.Origin }),
	textAt("PrdSlNo", "serial", func(l *gst.Line) *string { return &l.SerialNumber }),
	member[gst.Line]{"BchDtls", "batch", maybe[gst.Line, gst.Batch]{
		object: bchDtls, at: func(l *gst.Line) **gst.Batch { return &l.Batch },
	}},
	member[gst.Line]{"AttribDtls", "attributes", list[gst.Line, gst.Attribute]{
		object: attribDtls, at: func(l *gst.Line) *[]gst.Attribute { return &l.Attributes },
	}},
)

var bchDtls = newObject(
	textAt("Nm", "name", func(b *gst.Batch) *string { return &b.Name }),
	dayAt("ExpDt", "expiry", func(b *gst.Batch) *gst.Date { return &b.Expiry }),
	dayAt("WrDt", "warranty", func(b *gst.Batch) *gst.Date { return &b.Warranty }),
)

var attribDtls = newObject(
	textAt("Nm", "name", func(a *gst.Attribute) *string { return &a.Name }),
	textAt("Val", "value", func(a *gst.Attribute) *string { return &a.Value }),
)

// valDtls are the sums. The three taxes are written though zero, as the portal's
// samples do.
var valDtls = newObject(
	asked(needed(numberAt("AssVal", "taxable", sums, func(t *gst.Totals) *gst.Paise { return &t.Taxable }))),
	needed(numberAt("CgstVal", "cgst", sums, func(t *gst.Totals) *gst.Paise { return &t.CGST })),
	needed(numberAt("SgstVal", "sgst", sums, func(t *gst.Totals) *gst.Paise { return &t.SGST })),
	needed(numberAt("IgstVal", "igst", sums, func(t *gst.Totals) *gst.Paise { return &t.IGST })),
	numberAt("CesVal", "cess", sums, func(t *gst.Totals) *gst.Paise { return &t.Cess }),
	numberAt("StCesVal", "state_cess", sums, func(t *gst.Totals) *gst.Paise { return &t.StateCess }),
	numberAt("Discount", "discount", sums, func(t *gst.Totals) *gst.Paise { return &t.Discount }),
	numberAt("OthChrg", "other", sums, func(t *gst.Totals) *gst.Paise { return &t.OtherCharges }),
	numberAt("RndOffAmt", "round_off", roundings, func(t *gst.Totals) *gst.Paise { return &t.RoundOff }),
	asked(needed(numberAt("TotInvVal", "total", sums, func(t *gst.Totals) *gst.Paise { return &t.Total }))),
	numberAt("TotInvValFc", "total_foreign", sums, func(t *gst.Totals) *gst.Paise { return &t.TotalForeign }),
)

// sumUp totals the lines of a document that came without totals. It reports false where there is
// nothing to total, or more than INV-01 has room for.
//
// Source: NIC's list of e-invoice error codes, 2182 to 2187 and 2189.
func sumUp(i *gst.Invoice) bool {
	var t gst.Totals
	for n := range i.Lines {
		l := &i.Lines[n]
		t.Taxable += l.Taxable
		t.CGST += l.CGST
		t.SGST += l.SGST
		t.IGST += l.IGST
		t.Cess += l.Cess + l.CessFixed
		t.StateCess += l.StateCess + l.StateCessFixed
		t.Total += l.Total
	}
	most := max(t.Taxable, t.CGST, t.SGST, t.IGST, t.Cess, t.StateCess, t.Total)
	if len(i.Lines) == 0 || int64(most) > sums.max {
		return false
	}
	i.Totals = t
	return true
}

var payDtls = newObject(
	textAt("Nm", "payee", func(p *gst.Payment) *string { return &p.Payee }),
	textAt("AccDet", "account", func(p *gst.Payment) *string { return &p.Account }),
	textAt("Mode", "mode", func(p *gst.Payment) *string { return &p.Mode }),
	textAt("FinInsBr", "ifsc", func(p *gst.Payment) *string { return &p.IFSC }),
	textAt("PayTerm", "terms", func(p *gst.Payment) *string { return &p.Terms }),
	textAt("PayInstr", "instruction", func(p *gst.Payment) *string { return &p.Instruction }),
	textAt("CrTrn", "credit_transfer", func(p *gst.Payment) *string { return &p.CreditTransfer }),
	textAt("DirDr", "direct_debit", func(p *gst.Payment) *string { return &p.DirectDebit }),
	numberAt("CrDay", "credit_days", days, func(p *gst.Payment) *int { return &p.CreditDays }),
	numberAt("PaidAmt", "paid", sums, func(p *gst.Payment) *gst.Paise { return &p.Paid }),
	numberAt("PaymtDue", "due", sums, func(p *gst.Payment) *gst.Paise { return &p.Due }),
)

var refDtls = newObject(
	textAt("InvRm", "remarks", func(r *gst.References) *string { return &r.Remarks }),
	block("DocPerdDtls", "period", newObject(
		dayAt("InvStDt", "/refs.period_from", func(r *gst.References) *gst.Date { return &r.PeriodFrom }),
		dayAt("InvEndDt", "/refs.period_to", func(r *gst.References) *gst.Date { return &r.PeriodTo }),
	)),
	member[gst.References]{"PrecDocDtls", "preceding", list[gst.References, gst.PrecedingDocument]{
		object: precDocDtls, at: func(r *gst.References) *[]gst.PrecedingDocument { return &r.Preceding },
	}},
	member[gst.References]{"ContrDtls", "contracts", list[gst.References, gst.ContractReference]{
		object: contrDtls, at: func(r *gst.References) *[]gst.ContractReference { return &r.Contracts },
	}},
)

var precDocDtls = newObject(
	textAt("InvNo", "number", func(p *gst.PrecedingDocument) *string { return &p.Number }),
	dayAt("InvDt", "date", func(p *gst.PrecedingDocument) *gst.Date { return &p.Date }),
	textAt("OthRefNo", "other", func(p *gst.PrecedingDocument) *string { return &p.Other }),
)

// contrDtls reads RecAdvRef too: NIC's own developer portal spells it so.
var contrDtls = newObject(
	textAt("RecAdvRefr", "advice_number", func(c *gst.ContractReference) *string { return &c.AdviceNumber }),
	dayAt("RecAdvDt", "advice_date", func(c *gst.ContractReference) *gst.Date { return &c.AdviceDate }),
	textAt("TendRefr", "tender", func(c *gst.ContractReference) *string { return &c.Tender }),
	textAt("ContrRefr", "contract", func(c *gst.ContractReference) *string { return &c.Contract }),
	textAt("ExtRefr", "external", func(c *gst.ContractReference) *string { return &c.External }),
	textAt("ProjRefr", "project", func(c *gst.ContractReference) *string { return &c.Project }),
	textAt("PORefr", "order_number", func(c *gst.ContractReference) *string { return &c.OrderNumber }),
	dayAt("PORefDt", "order_date", func(c *gst.ContractReference) *gst.Date { return &c.OrderDate }),
).alias("RecAdvRef", "RecAdvRefr")

var addlDocDtls = newObject(
	textAt("Url", "url", func(s *gst.SupportingDocument) *string { return &s.URL }),
	textAt("Docs", "content", func(s *gst.SupportingDocument) *string { return &s.Content }),
	textAt("Info", "info", func(s *gst.SupportingDocument) *string { return &s.Info }),
)

var expDtls = newObject(
	textAt("ShipBNo", "shipping_bill", func(e *gst.Export) *string { return &e.ShippingBill }),
	dayAt("ShipBDt", "shipping_bill_date", func(e *gst.Export) *gst.Date { return &e.ShippingBillDate }),
	textAt("Port", "port", func(e *gst.Export) *string { return &e.Port }),
	capitalsAt("RefClm", "refund_claim", func(e *gst.Export) *string { return &e.RefundClaim }),
	textAt("ForCur", "currency", func(e *gst.Export) *string { return &e.Currency }),
	textAt("CntCode", "country", func(e *gst.Export) *string { return &e.Country }),
	numberAt("ExpDuty", "duty", amounts, func(e *gst.Export) *gst.Paise { return &e.Duty }),
)

var ewbDtls = newObject(
	textAt("TransId", "transporter_id", func(w *gst.EWayDetails) *string { return &w.TransporterID }),
	textAt("TransName", "transporter_name", func(w *gst.EWayDetails) *string { return &w.TransporterName }),
	textAt("TransMode", "mode", func(w *gst.EWayDetails) *string { return &w.Mode }),
	asked(needed(numberAt("Distance", "distance", distances, func(w *gst.EWayDetails) *int { return &w.Distance }))),
	textAt("TransDocNo", "document_number", func(w *gst.EWayDetails) *string { return &w.DocumentNumber }),
	dayAt("TransDocDt", "document_date", func(w *gst.EWayDetails) *gst.Date { return &w.DocumentDate }),
	textAt("VehNo", "vehicle", func(w *gst.EWayDetails) *string { return &w.Vehicle }),
	capitalsAt("VehType", "vehicle_type", func(w *gst.EWayDetails) *string { return &w.VehicleType }),
)
