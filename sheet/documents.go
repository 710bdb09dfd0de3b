package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// DocumentRow is one document of a file with what is wrong with it.
type DocumentRow struct {
	Rows    []int // numbers of its rows in the file, one a line
	Invoice gst.Invoice
	Faults  []Fault
}

// OK reports whether the document may be used as it is.
func (r DocumentRow) OK() bool { return sound(r.Faults) }

var documentLayout = layout{
	anchors: []string{"number"},
	columns: []column{
		{"type", "Type", "Invoice, Credit Note, Debit Note or Bill of Supply; an invoice where it is empty.", []string{"Document Type", "Doc Type", "Voucher Type",
			"Note Type", "Type of Document", "Nature of Document", "Vch Type", "Type of Note"}},
		{"number", "Number", "Number of the document. Needed. The same number and date in several rows make one document.",
			[]string{"Invoice Number", "Invoice No", "Inv No", "Bill No", "Bill Number", "Document Number", "Doc No", "Document No", "Voucher No", "Voucher Number",
				"Note Number", "Vch No", "Invoice#", "Reference No", "Credit Note Number", "Note/Refund Voucher Number", "No", "Invoice"}},
		{"date", "Date", "dd/mm/yyyy. Needed.", []string{"Invoice Date", "Inv Date", "Bill Date", "Document Date", "Doc Date", "Voucher Date", "Note Date",
			"Dated", "Credit Note Date", "Note/Refund Voucher Date"}},
		{"buyer.name", "Buyer", "", []string{"Buyer Name", "Party Name", "Party", "Customer", "Customer Name", "Receiver Name", "Recipient Name", "Name of Customer",
			"Name", "Particulars", "Name of Party", "Bill to", "Legal Name"}},
		{"buyer.gstin", "GSTIN", "The buyer's; empty for a person without one.", []string{"GSTIN/UIN of Recipient", "GSTIN of Recipient", "GSTIN/UIN", "Buyer GSTIN",
			"Customer GSTIN", "Party GSTIN", "GST No", "GSTIN No", "GSTIN of Buyer", "GST Number", "Recipient GSTIN"}},
		{"pos", "Place of Supply", "Name or number of the State.", []string{"POS", "State", "State Name", "State Code", "Buyer State", "Customer State"}},
		{"supply", "Supply Type", "B2B, B2C, SEZWP, SEZWOP, EXPWP, EXPWOP or DEXP; seen from GSTIN and State where it is empty.",
			[]string{"Invoice Type", "Type of Supply", "Supply", "Note Supply Type", "UR Type", "GST Treatment"}},
		{"reverse", "Reverse Charge", "Y or N.", []string{"RCM", "Reverse Charge Applicable"}},
		{"hsn", "HSN/SAC", "", []string{"HSN", "HSN Code", "SAC", "HSN SAC Code"}},
		{"rate", "GST %", "The full rate; worked out from the tax where it is empty.", []string{"Rate", "GST Rate", "Tax Rate", "Rate %", "Tax %", "Rate of Tax"}},
		{"taxable", "Taxable Value", "", []string{"Taxable", "Taxable Amount", "Assessable Value", "Net Amount", "Taxable Amt", "Basic Amount", "Value"}},
		{"igst", "IGST", "", []string{"IGST Amount", "Integrated Tax", "Integrated Tax Amount", "IGST Amt", "Integrated Tax Paid"}},
		{"cgst", "CGST", "", []string{"CGST Amount", "Central Tax", "Central Tax Amount", "CGST Amt", "Central Tax Paid"}},
		{"sgst", "SGST", "", []string{"SGST Amount", "State Tax", "State/UT Tax", "State/UT Tax Amount", "SGST/UTGST", "UTGST", "SGST Amt", "SGST/UTGST Amount", "State/UT Tax Paid"}},
		{"cess", "Cess", "", []string{"Cess Amount", "Cess Amt", "Cess Paid"}},
		{"total", "Total", "Value of the whole document, or of the row.", []string{"Invoice Value", "Total Amount", "Invoice Amount", "Bill Amount", "Document Value", "Gross Total",
			"Grand Total", "Total Value", "Amount", "Total Invoice Value", "Note Value", "Invoice Total", "Net Payable", "Gross Amount", "Note/Refund Voucher Value"}},
		{"irn", "IRN", "64 letters and digits, where the document has one.", []string{"Invoice Reference Number", "IRN No", "IRN Number"}},
		{"ack", "Ack No", "", []string{"Acknowledgement No", "Acknowledgement Number", "Ack Number", "Ack No."}},
		{"ack_date", "Ack Date", "", []string{"Acknowledgement Date", "IRN Date", "Ack Dt"}},
		{"against", "Original Number", "Of a note: the invoice that it changes.", []string{"Original Invoice Number", "Original Invoice No", "Against Invoice", "Invoice/Advance Receipt Number", "Ref Invoice No"}},
		{"against_date", "Original Date", "", []string{"Original Invoice Date", "Invoice/Advance Receipt Date", "Ref Invoice Date"}},
		{"cancelled", "Cancelled", "Y where it was cancelled there.", []string{"Status", "Document Status", "Invoice Status", "IRN Status", "E-Invoice Status", "Is Cancelled"}},
	},
	example: []string{"Invoice", "AA/101", "15/04/2026", "Anand Traders", "27AAACA1234A1ZK", "27-Maharashtra", "B2B", "N", "7318", "18", "1000.00", "",
		"90.00", "90.00", "", "1180.00", "", "", "", "", "", ""},
}

// Documents reads documents that the company issued with another program. Each is marked
// Elsewhere and Brought, with the figures of the file: a line for each row, and totals.
// Tax that the file does not tell is worked out from the rate and the place of supply. A
// total that the rows do not make is rounding up to 99.99 rupees, and told beyond that.
//
// The seller is put on each document; Mode is left to the caller. A table without a
// heading that names a document number is refused with a gst.Invalid. law says which rates
// there are; nil is the law that the program brings.
func Documents(t Table, seller gst.Party, law *master.Law) ([]DocumentRow, Heading, error) {
	at, err := documentLayout.locate(t)
	if err != nil {
		return nil, Heading{}, err
	}
	var rows []DocumentRow
	var totals [][]gst.Paise
	known := map[string]int{}
	at.each(func(c *cells) {
		if c.text["number"] == "" && c.text["date"] == "" {
			return // sums below the table
		}
		c.law = law
		row, total := c.document(seller)
		inv := row.Invoice
		key := string(inv.Type) + "|" + gst.NormalNumber(inv.Number) + "|" + inv.Date.String()
		if i, ok := known[key]; ok && inv.Number != "" {
			rows[i].join(row)
			totals[i] = append(totals[i], total)
			return
		}
		known[key] = len(rows)
		rows = append(rows, row)
		totals = append(totals, []gst.Paise{total})
	})
	for i := range rows {
		rows[i].sum(totals[i])
	}
	tellTwinDocuments(rows)
	return rows, at.Heading, nil
}

// document makes a document of one row, and tells the row's total.
func (c *cells) document(seller gst.Party) (DocumentRow, gst.Paise) {
	inv := gst.Invoice{
		Company: gst.GSTIN(seller.GSTIN), Seller: seller, State: gst.Issued, Brought: true, Elsewhere: true,
		IRN: gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNElsewhere},
	}
	inv.Type = c.documentType()
	c.numberAndDate(&inv)
	inv.Buyer.GSTIN = c.gstin("buyer.gstin")
	inv.Buyer.LegalName = c.oneLine("buyer.name", c.text["buyer.name"], 100)
	inv.Buyer.State = gst.GSTIN(inv.Buyer.GSTIN).State()
	inv.ReverseCharge = strings.HasPrefix(strings.ToLower(c.text["reverse"]), "y")
	c.supplyAndPlace(&inv)
	total := c.line(&inv)
	c.registration(&inv)
	if number := c.text["against"]; number != "" {
		inv.Refs.Preceding = []gst.PrecedingDocument{{Number: number, Date: c.date("against_date")}}
	}
	if cancelled(c.text["cancelled"]) {
		inv.State = gst.Void
	}
	return DocumentRow{Rows: []int{c.row}, Invoice: inv, Faults: c.faults}, total
}

// cancelled reports whether a cell says that the document was given up.
func cancelled(text string) bool {
	switch plain(text) {
	case "y", "yes", "cnl", "void", "cancelled", "canceled", "cancel", "irn cancelled":
		return true
	}
	return false
}

// documentType reads what kind the document is.
func (c *cells) documentType() gst.DocumentType {
	s := plain(c.text["type"])
	switch {
	case s == "", s == "inv", s == "i", s == "r", strings.Contains(s, "invoice"), strings.Contains(s, "sale"):
		return gst.TaxInvoice
	case s == "crn", s == "cn", s == "c", s == "cr", strings.Contains(s, "credit"):
		return gst.CreditNote
	case s == "dbn", s == "dn", s == "d", s == "dr", strings.Contains(s, "debit"):
		return gst.DebitNote
	case s == "bos", strings.Contains(s, "bill supply"), s == "bill":
		return gst.BillOfSupply
	}
	if _, ok := supplyOf(s); ok {
		return gst.TaxInvoice
	}
	c.add("type", gst.Fault{Rule: "type.unknown", Code: "5002"})
	return gst.TaxInvoice
}

// numberAndDate reads what every document must have.
func (c *cells) numberAndDate(inv *gst.Invoice) {
	inv.Number = c.text["number"]
	if !gst.ValidNumber(inv.Number) {
		c.add("number", gst.Fault{Rule: "number.pattern", Code: "5002"})
	}
	before := len(c.faults)
	if inv.Date = c.date("date"); inv.Date == 0 && len(c.faults) == before {
		c.add("date", gst.Fault{Rule: "required", Code: "5002"})
	}
}

// supplyAndPlace reads the kind of supply and its place. What the file does not say
// follows from the GSTIN, the State and the kind of tax.
func (c *cells) supplyAndPlace(inv *gst.Invoice) {
	inv.PlaceOfSupply = c.stateOf("pos")
	if inv.Buyer.State == "" {
		inv.Buyer.State = inv.PlaceOfSupply
	}
	registered := inv.Buyer.GSTIN != ""
	supply, ok := supplyOf(c.first("supply", "type"))
	abroad := inv.PlaceOfSupply == master.Abroad || supply == gst.EXPWP || supply == gst.EXPWOP
	switch {
	case abroad && !registered:
		inv.Buyer.GSTIN, inv.Buyer.State, inv.PlaceOfSupply = gst.URP, master.Abroad, master.Abroad
		if inv.Supply = supply; supply != gst.EXPWP && supply != gst.EXPWOP {
			inv.Supply = gst.EXPWP
			if c.text["taxable"] != "" && c.text["igst"] != "" && strings.Trim(c.text["igst"], "0. ₹") == "" {
				inv.Supply = gst.EXPWOP
			}
		}
	case !registered:
		inv.Supply = gst.B2C
	case ok && supply != gst.B2C:
		inv.Supply = supply
	default:
		inv.Supply = gst.B2B
	}
	if inv.PlaceOfSupply != "" || c.text["pos"] != "" {
		return
	}
	if inv.PlaceOfSupply = inv.Buyer.State; inv.PlaceOfSupply == "" && strings.Trim(c.text["cgst"], "0. ₹-") != "" {
		inv.PlaceOfSupply = inv.Seller.State
	}
	if inv.PlaceOfSupply == "" {
		c.add("pos", gst.Fault{Rule: "pos.unknown", Code: "2243"})
	}
}

// line puts the row's figures on the document as one line, and tells the row's total, 0
// where it has none.
func (c *cells) line(inv *gst.Invoice) gst.Paise {
	l := gst.Line{Number: "1", HSN: c.hsn("hsn"), GSTRate: c.rate("rate", true), Taxable: c.money("taxable"),
		IGST: c.money("igst"), CGST: c.money("cgst"), SGST: c.money("sgst"), Cess: c.money("cess")}
	total := c.money("total")
	for _, p := range []*gst.Paise{&l.Taxable, &l.IGST, &l.CGST, &l.SGST, &l.Cess, &total} {
		if *p < 0 { // books show notes below zero; the document's kind says it here
			if inv.Type != gst.CreditNote {
				c.add("taxable", gst.Fault{Rule: "negative", Code: "5002"})
				break
			}
			*p = -*p
		}
	}
	l.Service = master.ServiceCode(l.HSN)
	told := c.first("igst", "cgst", "sgst") != ""
	if c.text["taxable"] == "" {
		if total == 0 || told {
			c.add("taxable", gst.Fault{Rule: "required.zero"})
		} else if l.GSTRate == 0 {
			l.Taxable = total - l.Cess // a bill of supply has one amount
		}
	}
	switch {
	case !told:
		charge(inv, &l)
	case c.text["rate"] == "":
		l.GSTRate = rateOf(l.Taxable, l.Tax(), inv.Date)
	}
	l.Amount = l.Taxable
	l.Total = l.Taxable + l.Tax() + l.AllCess()
	inv.Lines = []gst.Line{l}
	return total
}

// charge works out the tax of a row that tells none.
//
// Source: IGST Act 2017, sections 5, 7 and 8; CGST Act 2017, section 9.
func charge(inv *gst.Invoice, l *gst.Line) {
	switch {
	case inv.Type == gst.BillOfSupply || inv.Supply == gst.EXPWOP || inv.Supply == gst.SEZWOP:
	case inv.InterState():
		l.IGST = l.GSTRate.Of(l.Taxable)
	default:
		l.CGST = (l.GSTRate / 2).Of(l.Taxable) // every rate halves evenly in thousandths
		l.SGST = l.CGST
	}
}

// rateOf returns the rate whose tax on the value comes nearest to the tax told, within
// a rupee; 0 when none does.
func rateOf(taxable, tax gst.Paise, on gst.Date) gst.Rate {
	best, least := gst.Rate(0), gst.Paise(1_01)
	law := master.Bundled()
	for _, r := range append(law.Rates(int32(on)), law.OlderRates(int32(on))...) {
		off := gst.Rate(r).Of(taxable) - tax
		if off = max(off, -off); off < least {
			best, least = gst.Rate(r), off
		}
	}
	return best
}

var irnPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// registration keeps what the portal gave through the other program.
func (c *cells) registration(inv *gst.Invoice) {
	irn := strings.ToLower(strings.Join(strings.Fields(c.text["irn"]), ""))
	if absent(irn) {
		return
	}
	if !irnPattern.MatchString(irn) {
		c.add("irn", gst.Fault{Rule: "sheet.irn"})
		return
	}
	r := gst.Registration{IRN: irn, Status: gst.RegistrationActive}
	if ack := c.text["ack"]; digits(ack) {
		r.AckNo = ack
	} else if ack != "" {
		c.warn("ack", gst.Fault{Rule: "parse.number", Code: "5002"})
	}
	r.AckDate = c.date("ack_date").Time()
	inv.IRN.Registration = &r
}

// join adds the line of a further row of the same document.
func (r *DocumentRow) join(more DocumentRow) {
	l := more.Invoice.Lines[0]
	l.Number = strconv.Itoa(len(r.Invoice.Lines) + 1)
	r.Invoice.Lines = append(r.Invoice.Lines, l)
	r.Rows = append(r.Rows, more.Rows...)
	r.Faults = append(r.Faults, more.Faults...)
	if r.Invoice.IRN.Registration == nil {
		r.Invoice.IRN.Registration = more.Invoice.IRN.Registration
	}
	if !strings.EqualFold(r.Invoice.Buyer.GSTIN, more.Invoice.Buyer.GSTIN) {
		r.Faults = append(r.Faults, Fault{Row: more.Rows[0], Text: more.Invoice.Buyer.GSTIN, Fault: gst.Fault{
			Rule: "sheet.differs", Field: "buyer.gstin", Args: []string{r.Invoice.Number, strconv.Itoa(r.Rows[0])}}})
	}
}

// sum works out the totals. told has the total of each row, which is the document's in
// each where all are alike (as in GSTR-1), else the row's own.
func (r *DocumentRow) sum(told []gst.Paise) {
	t := &r.Invoice.Totals
	for _, l := range r.Invoice.Lines {
		t.Taxable += l.Taxable
		t.IGST += l.IGST
		t.CGST += l.CGST
		t.SGST += l.SGST
		t.Cess += l.Cess
		t.Total += l.Total
	}
	var rowsMake gst.Paise
	for _, p := range told {
		rowsMake += p
	}
	alike := !slices.ContainsFunc(told, func(p gst.Paise) bool { return p != told[0] })
	typed := rowsMake
	if off, offRows := told[0]-t.Total, rowsMake-t.Total; alike && max(off, -off) < max(offRows, -offRows) {
		typed = told[0]
	}
	if typed == 0 || r.Invoice.ReverseCharge { // tax on reverse charge is shown, not charged
		return
	}
	diff := typed - t.Total
	if diff > 99_99 || diff < -99_99 {
		r.Faults = append(r.Faults, Fault{Row: r.Rows[0], Text: typed.String(), Fault: gst.Fault{
			Rule: "totals.total", Code: "2189", Field: "total", Args: []string{t.Total.Indian()}, Warning: true}})
		t.Total = typed
		return
	}
	t.RoundOff, t.Total = diff, typed
}

// tellTwinDocuments reports numbers that stand twice in one financial year.
//
// Source: CGST Rules 2017, rule 46(b).
func tellTwinDocuments(rows []DocumentRow) {
	before := map[string]int{}
	for i := range rows {
		r := &rows[i]
		number := gst.NormalNumber(r.Invoice.Number)
		if number == "" || r.Invoice.Date == 0 {
			continue
		}
		key := string(r.Invoice.Type) + "|" + number + "|" + r.Invoice.Date.FinancialYear()
		if at, ok := before[key]; ok {
			f := twin(r.Rows[0], at, "number", r.Invoice.Number)
			f.Warning = false
			r.Faults = append(r.Faults, f)
			continue
		}
		before[key] = r.Rows[0]
	}
}
