package handlers

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mohar/gst"
)

// invoiceForm is the editor's form filled in with one line, to a buyer in the company's
// State; further fields are given as names and values in turn.
func invoiceForm(change ...string) url.Values {
	form := url.Values{
		"do": {"issue"}, "type": {"INV"}, "date": {"22/11/2026"}, "supply": {"B2B"}, "pos": {""},
		"buyer.name": {"Konkan Agro Foods LLP"}, "buyer.gstin": {"27AABFK4417C1ZS"},
		"buyer.address1": {"Plot 12, Sector 19"}, "buyer.place": {"Navi Mumbai"}, "buyer.pin": {"400703"},
	}
	setRow(form, 0, "Cashew kernels W320", "08013220", "15", "KGS", "860", "", "5")
	return with(form, change...)
}

// setRow fills in a row of the grid, its cells in the order of lineColumns.
func setRow(form url.Values, row int, cells ...string) {
	for i, cell := range cells {
		form.Set(lineName(row, lineColumns[i]), cell)
	}
}

func TestParseInvoice(t *testing.T) {
	form := invoiceForm(
		"id", "7", "version", "3", "date", "2-1-2026", "pos", "29", "reverse", "on", "igst_on_intra", "on",
		"ship.name", " Konkan Cold Store ", "ship.pin", "400 705", "order.number", "PO-9", "order.date", "01/11/2026",
		"refs.preceding[0].number", "INV/26-27/0001", "refs.preceding[0].date", "20/11/2026", "remarks", "Handle cold",
		"buyer.gstin", "27aabfk4417c1zs", "lines[0].discount", "2.5 %", "lines[0].qty", "1,15,000.5", "lines[0].price", "₹ 8,60,000.125",
	)
	got := parseInvoice(form)
	if len(got.unread) > 0 {
		t.Fatalf("faults: %+v", got.unread)
	}
	want := &gst.Invoice{
		ID: 7, Version: 3, Type: gst.TaxInvoice, Date: 20260102, Supply: gst.B2B, PlaceOfSupply: "29",
		ReverseCharge: true, IGSTOnIntra: true,
		Buyer:  gst.Party{GSTIN: "27AABFK4417C1ZS", LegalName: "Konkan Agro Foods LLP", Address1: "Plot 12, Sector 19", Place: "Navi Mumbai", PIN: 400703},
		ShipTo: &gst.Party{LegalName: "Konkan Cold Store", PIN: 400705},
		Refs: gst.References{
			Remarks: "Handle cold", Contracts: []gst.ContractReference{{OrderNumber: "PO-9", OrderDate: 20261101}},
			Preceding: []gst.PrecedingDocument{{Number: "INV/26-27/0001", Date: 20261120}},
		},
		Lines: []gst.Line{{
			Description: "Cashew kernels W320", HSN: "08013220", Quantity: 115_000_500, Unit: "KGS",
			UnitPrice: 860_000_125, DiscountRate: 2_500, GSTRate: 5_000,
		}},
	}
	if !reflect.DeepEqual(got.Invoice, want) {
		t.Errorf("got %+v\nwant %+v", got.Invoice, want)
	}
}

func TestParseInvoiceSaysWhatItCannotRead(t *testing.T) {
	tests := []struct{ name, field, value, rule string }{
		{"a quantity in words", "lines[0].qty", "a dozen", "parse.number"},
		{"four decimals of a quantity", "lines[0].qty", "1.2345", "parse.decimals"},
		{"a decimal comma", "lines[0].price", "860,50", "parse.number"},
		{"three decimals of an amount", "lines[0].discount", "1.234", "parse.decimals"},
		{"a price that no document can carry", "lines[0].price", "9999999999999", "parse.large"},
		{"a discount of more than all", "lines[0].discount", "101%", "discount.large"},
		{"a percentage of nothing", "lines[0].discount", "%", "parse.number"},
		{"a rate below zero", "lines[0].rate", "-5", "parse.number"},
		{"two percent signs", "lines[0].rate", "5%%", "parse.number"},
		{"a day that does not exist", "date", "31/02/2026", "parse.date"},
		{"a day of the order", "order.date", "soon", "parse.date"},
		{"a PIN of five digits", "buyer.pin", "40070", "pin.range"},
		{"a PIN with a letter", "ship.pin", "4O0703", "pin.range"},
		{"more rows than a document has", "lines[1200].description", "one too many", "lines.many"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			unread := parseInvoice(invoiceForm(test.field, test.value)).unread
			field := test.field
			if test.rule == "lines.many" {
				field = "lines"
			}
			if len(unread) != 1 || formName(unread[0].Field) != field || unread[0].Rule != test.rule {
				t.Errorf("got %+v, want %s on %s", unread, test.rule, field)
			}
		})
	}
}

func TestRowsWithGaps(t *testing.T) {
	form := invoiceForm()
	for _, column := range lineColumns {
		form.Del(lineName(0, column))
	}
	setRow(form, 2, "Cashew kernels", "08013220", "15", "KGS", "860", "", "5")
	setRow(form, 3, "", " ", "", "", "", "", "")
	setRow(form, 11, "Freight", "996511", "one", "OTH", "6,500", "", "18")
	form.Set("lines[+2].qty", "7") // no name that the form has
	form.Set("lines[4].taxable", "1.00")
	got := parseInvoice(form)
	if !slices.Equal(got.rows, []int{2, 11}) || len(got.Lines) != 2 {
		t.Fatalf("rows %v, %d lines", got.rows, len(got.Lines))
	}
	if len(got.unread) != 1 || got.unread[0].Field != "lines[1].qty" {
		t.Errorf("faults %+v, want one on the second line", got.unread)
	}
	if name := rowField(got, "lines[1].qty"); name != "lines[11].qty" {
		t.Errorf("in the form as it stands the field is %s", name)
	}
}

// seeds are forms that the properties below must hold for.
func seeds() []url.Values {
	seed := []url.Values{
		{}, invoiceForm(),
		invoiceForm("supply", "EXPWP", "export.country", "ae", "export.port", "innsa1", "export.currency", "usd", "buyer.gstin", "URP", "buyer.pin", ""),
		invoiceForm("ship.name", "Store", "ship.state", "27", "ship.pin", "400705", "order.date", "1/1/2026", "remarks", "x\"y\\z"),
		invoiceForm("type", "CRN", "refs.preceding[0].number", "INV/1", "refs.preceding[0].date", "2026-11-01", "reverse", "1"),
		invoiceForm("lines[0].discount", "12.50", "lines[7].description", "only words", "lines[7].discount", "100%"),
		invoiceForm("lines[0].qty", "x", "date", "y", "buyer.pin", "z", "lines[0].rate", "%", "lines[99999].qty", "1"),
		invoiceForm("lines[0].qty", "0", "lines[1].unit", "NOS", "lines[2].rate", "0", "lines[3].discount", "0%"),
		invoiceForm("buyer.pin", "-12345", "ship.pin", "000000", "id", "9223372036854775808", "version", "-1"),
	}
	return seed
}

// checkParsed holds the properties of parseInvoice for any form: what was read is
// written as a form that reads the same, and each fault names a field of the form.
func checkParsed(t *testing.T, form url.Values) {
	t.Helper()
	first := parseInvoice(form)
	for _, f := range first.unread {
		if f.Field != "lines" && !hasPlace(f.Field, true) {
			t.Errorf("the form has no field %q (%s)", f.Field, f.Rule)
		}
		if at, _, ok := splitLine(f.Field); ok && at >= len(first.Lines) {
			t.Errorf("%s: the document has %d lines", f.Field, len(first.Lines))
		}
	}
	if len(first.unread) > 0 {
		return
	}
	values := valuesOf(first.Invoice)
	values.Set("id", strconv.FormatInt(first.ID, 10))
	values.Set("version", strconv.FormatInt(first.Version, 10))
	second := parseInvoice(values)
	if len(second.unread) > 0 || !reflect.DeepEqual(first.Invoice, second.Invoice) {
		t.Errorf("%v\nreads as %+v,\nwritten as a form %v\nas %+v, %+v", form, first.Invoice, values, second.Invoice, second.unread)
	}
}

func TestParsedInvoiceIsTheSameForm(t *testing.T) {
	for _, form := range seeds() {
		checkParsed(t, form)
	}
}

func FuzzParseInvoice(f *testing.F) {
	for _, form := range seeds() {
		f.Add(form.Encode())
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		checkParsed(t, form)
	})
}

func TestEveryFaultHasAPlaceOrStandsAboveTheForm(t *testing.T) {
	faults := gst.Faults{
		{Rule: "length", Field: "refs.remarks", Args: []string{"3", "100"}},
		{Rule: "length.max", Field: "refs.contracts[0].order_number", Args: []string{"16"}},
		{Rule: "lines.none", Field: "lines"},
		{Rule: "seller.composition", Field: "type"},
		{Rule: "number.pattern", Field: "number"},
		{Rule: "length", Field: "seller.address2", Args: []string{"3", "100"}},
		{Rule: "form.conflict"},
		{Rule: "email", Field: "ship.email"},
		{Rule: "form.rows", Field: "docs", Args: []string{"100"}},
	}
	m := messages(editing{values: url.Values{"type": {"INV"}}, faults: faults})
	var above []string
	for _, message := range m[""] {
		above = append(above, message.Text)
	}
	text := strings.Join(above, "\n")
	for _, want := range []string{
		"Lines: Add at least one item.", "Type of document: A composition taxpayer", "Number: Use 1 to 16", "Seller’s address line 2: Too short. Type 3",
		"Somebody else changed", "Supporting documents: There is room",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said above the form:\n%s", want, text)
		}
	}
	if len(m["remarks"]) != 1 || len(m["order.number"]) != 1 || len(m["ship.email"]) != 1 || len(m) != 4 {
		t.Errorf("messages by field: %+v", m)
	}
}
