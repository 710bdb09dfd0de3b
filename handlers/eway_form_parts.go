package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// goodsColumns are the columns of a line of goods in the form.
var goodsColumns = []string{"name", "hsn", "quantity", "unit", "taxable", "rate", "cess"}

// endFields are the fields of an end of a movement.
var endFields = []string{"gstin", "name", "state", "address1", "address2", "place", "pin", "place_state", "other_gstin", "other_name"}

// freeEWay is the form of a movement without document, as it begins: goods that come in.
func freeEWay(company gst.Company, today gst.Date) url.Values {
	c := gst.Consignment{Direction: gst.Inward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Date: today, Transaction: 1}
	p := company.Party()
	c.To = gst.ConsignmentEnd{
		GSTIN: p.GSTIN, Name: p.LegalName, State: p.State, Address1: p.Address1, Address2: p.Address2, Place: p.Place, PIN: p.PIN, PlaceState: p.State,
	}
	return consignmentValues(&c)
}

// consignmentValues is a consignment as its form shows it.
func consignmentValues(c *gst.Consignment) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"direction": string(c.Direction), "sub_supply": strconv.Itoa(int(c.SubSupply)), "sub_supply_text": c.SubSupplyText, "paper": string(c.Paper),
		"number": c.Number, "date": dated(c.Date), "transaction": strconv.Itoa(max(c.Transaction, 1)), "totals.other": written(c.Totals.Other),
		"transporter_id": c.Transport.TransporterID, "transporter_name": c.Transport.TransporterName, "mode": c.Transport.Mode,
		"distance": filled(c.Transport.Distance), "vehicle": c.Transport.Vehicle, "vehicle_type": c.Transport.VehicleType,
		"document_number": c.Transport.DocumentNumber, "document_date": dated(c.Transport.DocumentDate),
	} {
		v.Set(name, value)
	}
	for block, e := range map[string]gst.ConsignmentEnd{"from.": c.From, "to.": c.To} {
		for i, value := range []string{e.GSTIN, e.Name, e.State, e.Address1, e.Address2, e.Place, filled(e.PIN), e.PlaceState, e.OtherGSTIN, e.OtherName} {
			v.Set(block+endFields[i], value)
		}
	}
	for row, l := range c.Lines {
		for i, value := range []string{cmp.Or(l.Name, l.Description), l.HSN, written(l.Quantity), l.Unit, written(l.Taxable), (l.CGST + l.SGST + l.IGST).String(), written(l.Cess)} {
			v.Set(lineName(row, goodsColumns[i]), value)
		}
	}
	return v
}

// readConsignment reads the form over what is known. Of a document the paper and the goods
// stay the document's own.
func readConsignment(values url.Values, c gst.Consignment, document bool) (gst.Consignment, gst.Faults) {
	r := &masterReader{values: plain(values), prefix: "f"}
	c.Transport = readTransport(r)
	if c.IRN == "" || c.SubSupply == gst.SubSupplyExport {
		c.From, c.To = readEnd(r, "from."), readEnd(r, "to.")
		c.Transaction = r.whole("transaction", "waybill.transaction")
	}
	if document {
		return c, r.faults
	}
	c.Direction, c.Paper = gst.Direction(r.text("direction")), gst.PaperKind(r.text("paper"))
	c.SubSupply, c.SubSupplyText = gst.SubSupply(r.whole("sub_supply", "waybill.sub_supply")), r.text("sub_supply_text")
	if c.SubSupply != gst.SubSupplyOthers {
		c.SubSupplyText = ""
	}
	c.Number, c.Date = strings.ToUpper(r.text("number")), read(r, "date", gst.ParseDate)
	c.Lines = nil
	c.Totals = gst.ConsignmentTotals{Other: read(r, "totals.other", gst.ParsePaise)}
	for row := range rowsOf(values) {
		readGoods(r, row, &c)
	}
	t := &c.Totals
	t.Total = t.Taxable + t.CGST + t.SGST + t.IGST + t.Cess + t.Other
	return c, r.faults
}

// plain gives the fields the prefix that masterReader asks for.
func plain(values url.Values) url.Values {
	v := make(url.Values, len(values))
	for name, texts := range values {
		v["f."+name] = texts
	}
	return v
}

// readTransport reads how the goods go. Without vehicle and transport document it is Part A
// alone, which has no mode.
func readTransport(r *masterReader) gst.EWayDetails {
	p := readPartB(r)
	t := gst.EWayDetails{
		TransporterID: strings.ToUpper(r.text("transporter_id")), TransporterName: r.text("transporter_name"),
		Distance: r.whole("distance", "waybill.distance", strconv.Itoa(gst.MaxEWayDistance)), Mode: p.Mode, Vehicle: p.Vehicle, VehicleType: p.VehicleType,
		DocumentNumber: p.DocumentNumber, DocumentDate: p.DocumentDate,
	}
	if t.Vehicle+t.DocumentNumber == "" && (t.Mode == "" || t.Mode == "1") {
		t.Mode, t.VehicleType, t.DocumentDate = "", "", 0
	} else if t.Mode == "" {
		t.Mode, t.VehicleType = "1", cmp.Or(t.VehicleType, "R")
	}
	return t
}

// readEnd reads an end of the movement; without a State of their own the goods are in that
// of the party.
func readEnd(r *masterReader, block string) gst.ConsignmentEnd {
	e := gst.ConsignmentEnd{
		GSTIN: strings.ToUpper(r.text(block + "gstin")), Name: r.text(block + "name"), State: r.text(block + "state"),
		Address1: r.text(block + "address1"), Address2: r.text(block + "address2"), Place: r.text(block + "place"),
		PIN: r.whole(block+"pin", "pin.range"), PlaceState: r.text(block + "place_state"),
		OtherGSTIN: strings.ToUpper(r.text(block + "other_gstin")), OtherName: r.text(block + "other_name"),
	}
	e.GSTIN = cmp.Or(e.GSTIN, gst.UnregisteredParty)
	if e.State == "" && len(e.GSTIN) > 2 && e.GSTIN != gst.UnregisteredParty {
		e.State = e.GSTIN[:2]
	}
	e.PlaceState = cmp.Or(e.PlaceState, e.State)
	return e
}

// readGoods reads a line of goods and adds its tax to the totals: IGST between States, both
// halves inside one. An empty row is passed over.
func readGoods(r *masterReader, row int, c *gst.Consignment) {
	text := func(column string) string { return r.text(lineName(row, column)) }
	if text("name")+text("hsn")+text("quantity")+text("taxable") == "" {
		return
	}
	l := gst.ConsignmentLine{
		Name: text("name"), HSN: strings.ReplaceAll(text("hsn"), " ", ""), Unit: text("unit"),
		Quantity: read(r, lineName(row, "quantity"), gst.ParseMilli), Taxable: read(r, lineName(row, "taxable"), gst.ParsePaise),
		Cess: read(r, lineName(row, "cess"), gst.ParseRate),
	}
	rate := read(r, lineName(row, "rate"), gst.ParseRate)
	t := &c.Totals
	if c.From.State == c.To.State && rate%2 == 0 {
		l.CGST, l.SGST = rate/2, rate/2
	} else {
		l.IGST = rate
	}
	if l.Taxable >= 0 { // less than nothing is a fault, and has no tax
		t.CGST, t.SGST, t.IGST = t.CGST+l.CGST.Of(l.Taxable), t.SGST+l.SGST.Of(l.Taxable), t.IGST+l.IGST.Of(l.Taxable)
		t.Cess += l.Cess.Of(l.Taxable)
	}
	t.Taxable += l.Taxable
	c.Lines = append(c.Lines, l)
}

// rateFaults puts the faults of a line's taxes beside its one rate.
func rateFaults(faults gst.Faults) gst.Faults {
	moved := make(gst.Faults, len(faults))
	for i, f := range faults {
		if group, row, column, ok := splitRow(f.Field); ok && group == "lines" {
			switch column {
			case "cgst", "sgst", "igst":
				f.Field = lineName(row, "rate")
			case "description":
				f.Field = lineName(row, "name")
			}
		}
		moved[i] = f
	}
	return moved
}

// transportGroup is who carries the goods, and how far.
func (s *Server) transportGroup(ctx context.Context, company gst.GSTIN, f *formParts, distance, said string) views.Group {
	f.number("distance", "Distance in km", distance)
	id := f.text("transporter_id", "Transporter's ID", "GSTIN or TRANSIN. Needed for Part A alone; then only they may extend.", 15)
	for _, t := range s.knownTransporters(ctx, company) {
		id.Suggest = append(id.Suggest, t.GSTIN)
	}
	if said != "" && id.Error == "" {
		id.Error = said
	}
	f.text("transporter_name", "Transporter's name", "", 100)
	return views.Group{Title: "How the goods go", Columns: "grid-3", Controls: f.take()}
}

// vehicleGroup is Part B.
func (s *Server) vehicleGroup(ctx context.Context, company gst.Company, f *formParts) views.Group {
	s.carriageControls(ctx, company, f)
	return views.Group{
		Title: "Part B: the vehicle", Columns: "grid-3", Controls: f.take(),
		Text: "Leave vehicle and document empty for Part A alone: the vehicle is then entered at the gate, within 15 days. Until then the goods must not move.",
	}
}

// partyGroups are the movement and the parties. By IRN the portal has registered them; of an
// export the place inside India is asked.
func partyGroups(a *ewayAsking, f *formParts) []views.Group {
	if a.of.IRN != "" && a.of.SubSupply != gst.SubSupplyExport {
		return nil
	}
	var groups []views.Group
	if a.inv == nil {
		f.choice("direction", "Direction", "", []views.Option{{Value: "I", Label: "Inward: goods come to you"}, {Value: "O", Label: "Outward: goods leave you"}})
		f.choice("sub_supply", "Why they move", "", subSupplyOptions())
		f.text("sub_supply_text", "If others: what", "", 20)
		f.choice("paper", "Paper with the goods", "", paperOptions())
		f.text("number", "Its number", "Of the supplier's invoice, bill of entry or challan.", 16)
		f.date("date", "Its date", "")
		groups = append(groups, views.Group{Title: "What moves, and on what paper", Columns: "grid-3", Controls: f.take()})
	}
	for _, end := range []struct{ block, title string }{{"from.", "From"}, {"to.", "To"}} {
		f.text(end.block+"gstin", "GSTIN", "URP for somebody without one.", 15)
		f.text(end.block+"name", "Name", "", 100)
		f.choice(end.block+"state", "State", "", stateOptions("By the GSTIN"))
		f.text(end.block+"address1", "Address", "", 120)
		f.text(end.block+"address2", "Second line", "", 120)
		f.text(end.block+"place", "Place", "", 50)
		f.number(end.block+"pin", "PIN code", "999999 abroad.").MaxLength = 6
		f.choice(end.block+"place_state", "State of the place", "", stateOptions("The same"))
		f.text(end.block+"other_gstin", "GSTIN of who is there", "Only if it is another firm.", 15)
		f.text(end.block+"other_name", "Name of who is there", "", 100)
		groups = append(groups, views.Group{Title: end.title, Columns: "grid-3", Controls: f.take()})
	}
	var kinds []views.Option
	for n := 1; n <= 4; n++ {
		kinds = append(kinds, views.Option{Value: strconv.Itoa(n), Label: ewayWords("transaction", strconv.Itoa(n))})
	}
	f.choice("transaction", "Who bills and who delivers", "Regular: both are the same firm, even at another address.", kinds)
	if a.inv == nil {
		f.text("totals.other", "Other charges or round-off ₹", "May be less than 0. The taxes and the total are worked out from the lines.", 18)
	}
	return append(groups, views.Group{Title: "Kind", Columns: "grid-3", Controls: f.take()})
}

func subSupplyOptions() []views.Option {
	var options []views.Option
	for n := gst.SubSupplySale; n <= gst.SubSupplyExhibition; n++ {
		options = append(options, views.Option{Value: strconv.Itoa(int(n)), Label: ewayWords("sub", strconv.Itoa(int(n)))})
	}
	return options
}

func paperOptions() []views.Option {
	var options []views.Option
	for _, k := range []gst.PaperKind{gst.PaperInvoice, gst.PaperSupply, gst.PaperEntry, gst.PaperChallan, gst.PaperOther} {
		options = append(options, views.Option{Value: string(k), Label: ewayWords("paper", k)})
	}
	return options
}

// goodsRows are the lines of goods as typed.
func goodsRows(a *ewayAsking, f *formParts) []views.EWayFormRow {
	rows := make([]views.EWayFormRow, 0, a.rows)
	for row := range max(a.rows, 1) {
		name := func(column string) string { return lineName(row, column) }
		f.text(name("name"), "Goods", "", 100)
		f.text(name("hsn"), "HSN", "4, 6 or 8 digits.", 10)
		f.number(name("quantity"), "Quantity", "").InputMode = "decimal"
		f.choice(name("unit"), "Unit", "", append([]views.Option{{Label: "Choose …"}}, unitOptions()...))
		f.number(name("taxable"), "Taxable value ₹", "").InputMode = "decimal"
		f.number(name("rate"), "GST %", "").InputMode = "decimal"
		f.number(name("cess"), "Cess %", "").InputMode = "decimal"
		r := views.EWayFormRow{Number: fmt.Sprintf("Line %d", row+1), Controls: f.take()}
		if a.rows > 1 {
			r.Drop = "drop:" + strconv.Itoa(row)
		}
		rows = append(rows, r)
	}
	return rows
}

// findNumber looks for documents by their number.
func (s *Server) findNumber(ctx context.Context, company gst.Company, number string) ([]db.InvoiceRow, error) {
	rows, _, err := s.store.Invoices(ctx, db.InvoiceFilter{Company: company.GSTIN, Mode: company.Mode, Query: number, Limit: 50})
	return rows, err
}
