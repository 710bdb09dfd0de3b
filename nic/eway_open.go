package nic

import (
	"bytes"
	"strings"
	"sync"

	"mohar/gst"
)

// What the e-way bill system allows of its numbers.
// Source: e-way bill API 1.03, Generate E-way Bill.
var (
	ewayAmounts = &limits{decimals: 2, max: 9_999_999_999_999_999}
	ewayOthers  = &limits{decimals: 2, min: -9_999_999_999_999_999, max: 9_999_999_999_999_999}
	ewayKinds   = &limits{max: 99}
)

// ewayConsignment is a request for an e-way bill as other programs write it, with the fields of
// the consignment's form. It is only read by this table: what is sent, EncodeConsignment writes.
//
// Source: e-way bill API 1.03, Generate E-way Bill.
var ewayConsignment = newObject(ewayConsignmentMembers()...).alias("subSypplyDesc", "subSupplyDesc")

func ewayConsignmentMembers() []member[gst.Consignment] {
	all := []member[gst.Consignment]{
		capitalsAt("supplyType", "direction", func(c *gst.Consignment) *string { return (*string)(&c.Direction) }),
		numberAt("subSupplyType", "sub_supply", ewayKinds, func(c *gst.Consignment) *gst.SubSupply { return &c.SubSupply }),
		textAt("subSupplyDesc", "sub_supply_text", func(c *gst.Consignment) *string { return &c.SubSupplyText }),
		capitalsAt("docType", "paper", func(c *gst.Consignment) *string { return (*string)(&c.Paper) }),
		capitalsAt("docNo", "number", func(c *gst.Consignment) *string { return &c.Number }),
		dayAt("docDate", "date", func(c *gst.Consignment) *gst.Date { return &c.Date }),
	}
	all = append(all, ewayEnd("from", "dispatchFromGSTIN", "dispatchFromTradeName", "actFromStateCode",
		func(c *gst.Consignment) *gst.ConsignmentEnd { return &c.From })...)
	all = append(all, ewayEnd("to", "shipToGSTIN", "shipToTradeName", "actToStateCode",
		func(c *gst.Consignment) *gst.ConsignmentEnd { return &c.To })...)
	all = append(all, numberAt("transactionType", "transaction", ewayKinds, func(c *gst.Consignment) *int { return &c.Transaction }))
	all = append(all, ewaySums()...)
	for _, m := range ewayCarriage {
		all = append(all, lift(m, func(c *gst.Consignment) *gst.EWayDetails { return &c.Transport }))
	}
	return append(all, member[gst.Consignment]{"itemList", "lines", list[gst.Consignment, gst.ConsignmentLine]{
		object: ewayGoods, at: func(c *gst.Consignment) *[]gst.ConsignmentLine { return &c.Lines }, lines: true,
	}})
}

// ewayEnd are the members of one end: who, by the names that begin with side, and where the
// goods are, by names of their own.
func ewayEnd(side, otherGSTIN, otherName, placeState string, at func(*gst.Consignment) *gst.ConsignmentEnd) []member[gst.Consignment] {
	var all []member[gst.Consignment]
	for _, m := range []member[gst.ConsignmentEnd]{
		capitalsAt(side+"Gstin", "gstin", func(e *gst.ConsignmentEnd) *string { return &e.GSTIN }),
		textAt(side+"TrdName", "name", func(e *gst.ConsignmentEnd) *string { return &e.Name }),
		textAt(side+"Addr1", "address1", func(e *gst.ConsignmentEnd) *string { return &e.Address1 }),
		textAt(side+"Addr2", "address2", func(e *gst.ConsignmentEnd) *string { return &e.Address2 }),
		textAt(side+"Place", "place", func(e *gst.ConsignmentEnd) *string { return &e.Place }),
		numberAt(side+"Pincode", "pin", pins, func(e *gst.ConsignmentEnd) *int { return &e.PIN }),
		stateNumberAt(placeState, "place_state", func(e *gst.ConsignmentEnd) *string { return &e.PlaceState }),
		stateNumberAt(side+"StateCode", "state", func(e *gst.ConsignmentEnd) *string { return &e.State }),
		capitalsAt(otherGSTIN, "other_gstin", func(e *gst.ConsignmentEnd) *string { return &e.OtherGSTIN }),
		textAt(otherName, "other_name", func(e *gst.ConsignmentEnd) *string { return &e.OtherName }),
	} {
		m.field = side + "." + m.field
		all = append(all, lift(m, at))
	}
	return all
}

// stateNumberAt is a State's code, in two digits here; 0 is none.
func stateNumberAt[T any](name, field string, at func(*T) *string) member[T] {
	return member[T]{name, field, text[T]{at: at, shape: func(s string) string {
		if s = strings.TrimSpace(s); strings.Trim(s, "0") == "" {
			return ""
		}
		return padState(s)
	}}}
}

func ewaySums() []member[gst.Consignment] {
	sum := func(name, field string, at func(*gst.ConsignmentTotals) *gst.Paise) member[gst.Consignment] {
		m := numberAt(name, "totals."+field, ewayAmounts, at)
		if field == "other" {
			m = numberAt(name, "totals."+field, ewayOthers, at)
		}
		return lift(m, func(c *gst.Consignment) *gst.ConsignmentTotals { return &c.Totals })
	}
	return []member[gst.Consignment]{
		sum("otherValue", "other", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.Other }),
		sum("totalValue", "taxable", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.Taxable }),
		sum("cgstValue", "cgst", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.CGST }),
		sum("sgstValue", "sgst", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.SGST }),
		sum("igstValue", "igst", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.IGST }),
		sum("cessValue", "cess", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.Cess }),
		sum("cessNonAdvolValue", "cess_fixed", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.CessFixed }),
		sum("totInvValue", "total", func(t *gst.ConsignmentTotals) *gst.Paise { return &t.Total }),
	}
}

var ewayCarriage = []member[gst.EWayDetails]{
	capitalsAt("transporterId", "transporter_id", func(w *gst.EWayDetails) *string { return &w.TransporterID }),
	textAt("transporterName", "transporter_name", func(w *gst.EWayDetails) *string { return &w.TransporterName }),
	textAt("transDocNo", "document_number", func(w *gst.EWayDetails) *string { return &w.DocumentNumber }),
	dayAt("transDocDate", "document_date", func(w *gst.EWayDetails) *gst.Date { return &w.DocumentDate }),
	textAt("transMode", "mode", func(w *gst.EWayDetails) *string { return &w.Mode }),
	numberAt("transDistance", "distance", distances, func(w *gst.EWayDetails) *int { return &w.Distance }),
	textAt("vehicleNo", "vehicle", func(w *gst.EWayDetails) *string { return &w.Vehicle }),
	capitalsAt("vehicleType", "vehicle_type", func(w *gst.EWayDetails) *string { return &w.VehicleType }),
}

var ewayGoods = newObject(
	textAt("productName", "name", func(l *gst.ConsignmentLine) *string { return &l.Name }),
	textAt("productDesc", "description", func(l *gst.ConsignmentLine) *string { return &l.Description }),
	member[gst.ConsignmentLine]{"hsnCode", "hsn", hsnNumber{text[gst.ConsignmentLine]{
		at: func(l *gst.ConsignmentLine) *string { return &l.HSN },
	}}},
	numberAt("quantity", "quantity", quantities, func(l *gst.ConsignmentLine) *gst.Milli { return &l.Quantity }),
	capitalsAt("qtyUnit", "unit", func(l *gst.ConsignmentLine) *string { return &l.Unit }),
	numberAt("cgstRate", "cgst", rates, func(l *gst.ConsignmentLine) *gst.Rate { return &l.CGST }),
	numberAt("sgstRate", "sgst", rates, func(l *gst.ConsignmentLine) *gst.Rate { return &l.SGST }),
	numberAt("igstRate", "igst", rates, func(l *gst.ConsignmentLine) *gst.Rate { return &l.IGST }),
	numberAt("cessRate", "cess", rates, func(l *gst.ConsignmentLine) *gst.Rate { return &l.Cess }),
	numberAt("cessNonAdvol", "cess_fixed", amounts, func(l *gst.ConsignmentLine) *gst.Paise { return &l.CessFixed }),
	numberAt("taxableAmount", "taxable", ewayAmounts, func(l *gst.ConsignmentLine) *gst.Paise { return &l.Taxable }),
)

// hsnNumber is an HSN code. One that was sent as a number lacks its zero in front: codes have an
// even number of digits.
type hsnNumber struct{ text[gst.ConsignmentLine] }

func (h hsnNumber) read(d *decoder, raw []byte, into *gst.ConsignmentLine) {
	if raw[0] != '"' && len(raw)%2 == 1 && strings.Trim(string(raw), "0123456789") == "" {
		raw = append([]byte{'0'}, raw...)
	}
	h.text.read(d, raw, into)
}

// DecodeConsignment reads a request for an e-way bill as other programs write it, as tolerantly as
// Decode: members in any case and order, unknown ones ignored, numbers as text and text as numbers,
// subSypplyDesc for subSupplyDesc. Without transactionType that follows from the parties.
//
// The error is ErrTooLarge, a *SyntaxError, or gst.Invalid with every member that has the wrong
// type, too many decimals, a number out of range or a date that does not exist, or that stands
// there twice; then the consignment is returned as far as it was read. Other rules are for
// gst.CheckConsignment.
func DecodeConsignment(data []byte) (gst.Consignment, error) {
	var c gst.Consignment
	if len(data) > MaxDocument {
		return c, ErrTooLarge
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := checkSyntax(data); err != nil {
		return c, err
	}
	d := &decoder{}
	ewayConsignment.read(d, bytes.TrimSpace(data), &c)
	if c.Transaction == 0 {
		c.Transaction = 1
		if c.To.OtherGSTIN != "" {
			c.Transaction++
		}
		if c.From.OtherGSTIN != "" {
			c.Transaction += 2
		}
	}
	for i := range d.faults {
		d.faults[i].Code = ewayUnreadable[EWayPathOf(d.faults[i].Field)]
	}
	return c, d.faults.Err()
}

// ewayUnreadable are the portal's codes for members whose value is none at all.
//
// Source: e-way bill API 1.03, list of error codes.
var ewayUnreadable = map[string]string{
	"docDate": "207", "fromPincode": "210", "fromStateCode": "211", "actFromStateCode": "211",
	"toPincode": "214", "toStateCode": "215", "actToStateCode": "215", "transDistance": "221", "transDocDate": "224",
}

var ewayNames = sync.OnceValue(func() map[string]string {
	paths := make(map[string]string)
	ewayConsignment.visit("", "", func(e entry) { paths[e.field] = e.path })
	return paths
})

// EWayPathOf returns the e-way bill API's name of a field of the consignment's form:
// "fromPincode" for "from.pin", "itemList[0].quantity" for "lines[0].quantity"; "" for one that it
// has not.
func EWayPathOf(field string) string { return translate(ewayNames(), field) }
