package gst

import (
	"fmt"
	"regexp"
	"strings"

	"mohar/gst/master"
)

// payment checks how the document is to be paid. The days of the terms become CrDay; see
// PaymentToSend.
//
// Source: INV-01 schema v1.1, PayDtls.
func (c *checker) payment() {
	c.number("terms.days", int64(c.inv.Terms.Days), 9999, whole)
	p := c.inv.Payment
	if p == nil {
		return
	}
	c.text("payment.payee", p.Payee, 1, 100, optional)
	c.text("payment.account", p.Account, 1, 18, optional)
	c.text("payment.mode", p.Mode, 1, 18, optional)
	c.text("payment.ifsc", p.IFSC, 1, 11, optional)
	c.text("payment.terms", p.Terms, 1, 100, optional)
	c.text("payment.instruction", p.Instruction, 1, 100, optional)
	c.text("payment.credit_transfer", p.CreditTransfer, 1, 100, optional)
	c.text("payment.direct_debit", p.DirectDebit, 1, 100, optional)
	c.number("payment.credit_days", int64(p.CreditDays), 9999, whole)
	c.money("payment.paid", p.Paid, maxPaise)
	c.money("payment.due", p.Due, maxPaise)
}

// precedingPattern is the schema's, which wants two characters at least. What stays here
// may name any document that there can be.
var precedingPattern = regexp.MustCompile(`^[1-9a-zA-Z][0-9a-zA-Z/-]{1,15}$`)

// references checks the links to other documents. Source: INV-01 schema v1.1, RefDtls;
// error 2219.
func (c *checker) references() {
	r := &c.inv.Refs
	c.text("refs.remarks", r.Remarks, 3, 100, optional)
	c.period(r)
	for i, p := range r.Preceding {
		block := fmt.Sprintf("refs.preceding[%d].", i)
		if !precedingPattern.MatchString(p.Number) && (c.portal || !LawfulNumber(p.Number)) {
			c.add("preceding.number", block+"number")
		}
		if p.Date == 0 {
			c.add("required", block+"date")
		} else if c.date(block+"date", p.Date) && c.inv.Date != 0 && p.Date > c.inv.Date {
			c.warn("preceding.late", block+"date")
		}
		c.text(block+"other", p.Other, 1, 20, optional)
	}
	c.noteOriginal()
	for i := range r.Contracts {
		c.contract(fmt.Sprintf("refs.contracts[%d].", i), r.Contracts[i])
	}
}

// period checks the time a document is for; both ends or none. Source: error 2219.
func (c *checker) period(r *References) {
	if r.PeriodFrom == 0 && r.PeriodTo == 0 {
		return
	}
	if r.PeriodFrom == 0 {
		c.add("required", "refs.period_from")
	}
	if r.PeriodTo == 0 {
		c.add("required", "refs.period_to")
	}
	from, to := c.date("refs.period_from", r.PeriodFrom), c.date("refs.period_to", r.PeriodTo)
	if from && to && r.PeriodFrom > r.PeriodTo { // 2219
		c.add("period.order", "refs.period_to")
	}
}

// noteOriginal: a note names the document it changes. The portal no longer insists,
// since one note may stand for many invoices.
//
// Source: CGST Rules 2017, rule 53(1A); error 2191.
func (c *checker) noteOriginal() {
	if c.inv.note() && len(c.inv.Refs.Preceding) == 0 {
		c.warn("note.original", "refs.preceding[0].number")
	}
}

func (c *checker) contract(block string, r ContractReference) {
	c.text(block+"advice_number", r.AdviceNumber, 1, 20, optional)
	c.date(block+"advice_date", r.AdviceDate)
	c.text(block+"tender", r.Tender, 1, 20, optional)
	c.text(block+"contract", r.Contract, 1, 20, optional)
	c.text(block+"external", r.External, 1, 20, optional)
	c.text(block+"project", r.Project, 1, 20, optional)
	c.text(block+"order_number", r.OrderNumber, 1, 16, optional)
	c.date(block+"order_date", r.OrderDate)
}

// supporting checks what is sent along. Source: INV-01 schema v1.1, AddlDocDtls.
func (c *checker) supporting() {
	for i, d := range c.inv.Docs {
		block := fmt.Sprintf("docs[%d].", i)
		c.text(block+"url", d.URL, 3, 100, optional)
		c.text(block+"content", d.Content, 3, 1000, optional)
		c.text(block+"info", d.Info, 3, 1000, optional)
	}
}

var (
	portPattern     = regexp.MustCompile(`^[0-9A-Za-z]{2,10}$`)
	countryPattern  = regexp.MustCompile(`^[A-Z]{2}$`)
	currencyPattern = regexp.MustCompile(`^[A-Za-z]{3,16}$`)
)

// export checks what an export says beside the rest: the country is a must, port and
// currency are not, but must exist when given.
//
// Source: INV-01 schema v1.1, ExpDtls; errors 2201, 2202, 2203, 2208.
func (c *checker) export() {
	e, needed := c.inv.Export, c.inv.Supply.export() && !c.inv.free()
	if e == nil {
		if needed { // 2208
			c.add("export.missing", "export.country")
		}
		return
	}
	c.text("export.shipping_bill", e.ShippingBill, 1, 20, optional)
	c.date("export.shipping_bill_date", e.ShippingBillDate)
	if e.Port != "" && (!portPattern.MatchString(e.Port) || !master.PortExists(e.Port)) { // 2201
		c.add("port.unknown", "export.port", e.Port)
		c.malformed(!portPattern.MatchString(e.Port))
	}
	c.choice("export.refund_claim", e.RefundClaim, "Y", "N")
	if e.Currency != "" && (!currencyPattern.MatchString(e.Currency) || !master.CurrencyExists(e.Currency)) { // 2203
		c.add("currency.unknown", "export.currency", e.Currency)
		c.malformed(!currencyPattern.MatchString(e.Currency))
	}
	switch {
	case e.Country == "":
		if needed { // 2208
			c.add("country.missing", "export.country")
		}
	case !master.CountryExists(e.Country): // 2202
		c.add("country.unknown", "export.country", e.Country)
		c.malformed(!countryPattern.MatchString(e.Country))
	}
	c.money("export.duty", e.Duty, maxLineMoney)
}

var (
	transportDocument = regexp.MustCompile(`^[a-zA-Z0-9/-]{1,15}$`)
	vehiclePattern    = regexp.MustCompile(`^[A-Za-z0-9]{4,20}$`)
)

// eway checks the wish for an e-way bill together with the IRN. Only what breaks the
// schema is a fault; the rest would leave the document registered without e-way bill.
//
// Source: INV-01 schema v1.1, EwbDtls; errors 4009 to 4028, given as EWBERR.
func (c *checker) eway() {
	e := c.inv.EWay
	if e == nil {
		return
	}
	if e.TransporterID != "" && !gstinPattern(e.TransporterID) {
		c.add("eway.transporter", "eway.transporter_id")
	}
	c.text("eway.transporter_name", e.TransporterName, 3, 100, optional)
	c.choice("eway.mode", e.Mode, "1", "2", "3", "4")
	c.number("eway.distance", int64(e.Distance), 4000, whole)
	if e.DocumentNumber != "" && !transportDocument.MatchString(e.DocumentNumber) {
		c.add("eway.document", "eway.document_number")
	}
	c.date("eway.document_date", e.DocumentDate)
	if e.Vehicle != "" && !vehiclePattern.MatchString(e.Vehicle) {
		c.add("eway.vehicle", "eway.vehicle")
	}
	c.choice("eway.vehicle_type", e.VehicleType, "R", "O")
	c.ewayGoods()
	c.ewayPartB(e)
	c.ewayDates(e)
}

// ewayGoods: e-way bills go with invoices for goods only. Source: errors 4009, 4010.
func (c *checker) ewayGoods() {
	if c.inv.Type != TaxInvoice { // 4010
		c.warn("eway.type", "eway.mode")
		return
	}
	for i := range c.inv.Lines {
		if !c.inv.Lines[i].Service && !strings.HasPrefix(c.inv.Lines[i].HSN, "99") {
			return
		}
	}
	c.warn("eway.services", "eway.mode") // 4009
}

// ewayPartB: a transporter alone gives Part A; with a mode, road needs a vehicle, rail and
// air a transport document, and ships one of both. Source: errors 4011, 4012, 4019, 4022
// to 4024, 4028.
func (c *checker) ewayPartB(e *EWayDetails) {
	switch e.Mode {
	case "":
		if e.Vehicle != "" || e.DocumentNumber != "" { // 4028
			c.warn("eway.mode", "eway.mode")
		} else if e.TransporterID == "" { // 4019
			c.warn("eway.part_a", "eway.transporter_id")
		}
		return
	case "1":
		if e.Vehicle == "" { // 4011
			c.warn("eway.vehicle.need", "eway.vehicle")
		}
		if e.VehicleType == "" { // 4022
			c.warn("eway.vtype.need", "eway.vehicle_type")
		}
		return
	case "4":
		c.ewayByShip(e)
		return
	}
	if e.DocumentNumber == "" { // 4012
		c.warn("eway.document.need", "eway.document_number")
	}
	if e.DocumentDate == 0 { // 4023
		c.warn("eway.date.need", "eway.document_date")
	}
	if e.VehicleType == "O" { // 4024
		c.warn("eway.odc", "eway.vehicle_type")
	}
}

// ewayByShip: a ship needs a transport document or, where a vehicle goes aboard, one of
// over-dimensional cargo. Source: errors 4023, 4039, 4040.
func (c *checker) ewayByShip(e *EWayDetails) {
	if e.Vehicle == "" && e.DocumentNumber == "" { // 4040
		c.warn("eway.ship.need", "eway.document_number")
	}
	if e.Vehicle != "" && e.VehicleType != "O" { // 4039
		c.warn("eway.ship.regular", "eway.vehicle_type")
	}
	if e.DocumentNumber != "" && e.DocumentDate == 0 { // 4023
		c.warn("eway.date.need", "eway.document_date")
	}
}

// ewayDates: the transport document is not older than the invoice and not of tomorrow.
// Source: errors 4016 and 4021.
func (c *checker) ewayDates(e *EWayDetails) {
	if e.DocumentDate == 0 {
		return
	}
	if c.rules.Today != 0 && e.DocumentDate > c.rules.Today { // 4016
		c.warn("eway.date.future", "eway.document_date")
	}
	if c.inv.Date != 0 && e.DocumentDate < c.inv.Date { // 4021
		c.warn("eway.date.early", "eway.document_date")
	}
}
