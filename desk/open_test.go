package desk

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"mohar/gst"
)

func noForm(*gst.Invoice, []byte, gst.Faults) []byte { return nil }

func TestOpenDraftKeepsNumberFiguresAndForm(t *testing.T) {
	h := build(t)
	var given []byte
	form := func(inv *gst.Invoice, body []byte, unread gst.Faults) []byte {
		if inv.Number != "ERP/77" || len(unread) > 0 {
			t.Errorf("the form is made of %s, %v", inv.Number, unread)
		}
		given = body
		return []byte("a=form")
	}
	inv, unread, err := h.OpenDraft(t.Context(), h.company, inv01(`322.50`, `322.75`), form)
	h.must(err)
	stored, kept := h.stored(inv.ID)
	if len(unread) > 0 || string(kept) != "a=form" || !bytes.Contains(given, []byte("322.75")) {
		t.Errorf("unread %v, form %q, body %s", unread, kept, given)
	}
	if stored.State != gst.Draft || !stored.Brought || stored.Number != "ERP/77" || stored.Totals.CGST != 322_75 || stored.Seller.Address1 != "14 Dana Bazaar" {
		t.Errorf("stored as %q, %s, CGST %s, seller %+v", stored.State, stored.Number, stored.Totals.CGST, stored.Seller)
	}
}

func TestOpenDraftTakesWhatIsWrong(t *testing.T) {
	h := build(t)
	inv, unread, err := h.OpenDraft(t.Context(), h.company, inv01(`"Qty":15`, `"Qty":"many"`, string(sharda), mysore), noForm)
	h.must(err)
	if len(unread) != 1 || unread[0].Field != "lines[0].qty" || inv.ID == 0 || inv.Company != sharda || inv.Seller.GSTIN != mysore {
		t.Errorf("unread %v, document %d of %s, seller %s", unread, inv.ID, inv.Company, inv.Seller.GSTIN)
	}
	var said bool
	for _, f := range h.Check(h.company, inv) {
		said = said || f.Rule == "seller.company" && f.Code == "2143"
	}
	if !said {
		t.Error("nobody says that it is another company's")
	}
	var file *FileError
	if _, _, err := h.OpenDraft(t.Context(), h.company, []byte("{"), noForm); !errors.As(err, &file) {
		t.Errorf("half a file: %v, want a FileError", err)
	}
}

func TestWhatWasNotChangedIsTheFileItself(t *testing.T) {
	file := inv01(`"TotAmt":12900`, `"TotAmt":12900.0`)
	inv, body, err := Open(file)
	if err != nil || !bytes.Contains(body, []byte("12900.0,")) {
		t.Fatalf("%v: %s", err, body)
	}
	inv.State = gst.Draft
	tests := []struct {
		name   string
		change func()
		same   bool
	}{
		{"as it came", func() {}, true},
		{"on terms that the file does not state", func() { inv.Terms.Days = 30 }, true},
		{"with another remark", func() { inv.Refs.Remarks = "Mended" }, false},
	}
	for _, test := range tests {
		test.change()
		got, err := INV01(inv, nil, body)
		if err != nil || bytes.Equal(got, body) != test.same {
			t.Errorf("%s: %v, %s", test.name, err, got)
		}
	}
	inv.State = gst.Issued
	if got, err := INV01(inv, []byte("what was sent"), body); err != nil || string(got) != "what was sent" {
		t.Errorf("issued: %s, %v", got, err)
	}
	if got, err := INV01(&gst.Invoice{State: gst.Draft, Type: gst.Quotation}, nil, nil); err != nil || !bytes.Contains(got, []byte(`"Typ":"QTN"`)) {
		t.Errorf("a draft of hardly anything: %s, %v", got, err)
	}
}

func TestIssueOpenedSendsTheFile(t *testing.T) {
	h := build(t)
	inv, body, err := Open(inv01(`"TotAmt":12900`, `"TotAmt":12900.0`))
	h.must(err)
	h.must(h.IssueOpened(t.Context(), h.company, inv, body))
	stored, sent := h.stored(inv.ID)
	if !bytes.Equal(sent, body) || stored.Number != "ERP/77" || !stored.Brought {
		t.Errorf("%s was sent as %s", stored.Number, sent)
	}
	again, _, err := Open(inv01())
	h.must(err)
	if err := h.IssueOpened(t.Context(), h.company, again, nil); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("under a used number: %v, want ErrConflict", err)
	}
}

func TestNewDocumentsBeginAsTheCompanyUsuallyMakesThem(t *testing.T) {
	usual := func(c *gst.Company) {
		c.Paper.Days, c.Paper.Interest, c.Prices = 30, "18% a year", gst.PricesInclusive
	}
	dealer := func(c *gst.Company) { c.Taxpayer = gst.Composition }
	tests := []struct {
		name    string
		company gst.Company
		kind    gst.DocumentType
		want    gst.Invoice
	}{
		{"an invoice of today", company(), "", gst.Invoice{Type: gst.TaxInvoice}},
		{"on the usual terms", company(usual), gst.TaxInvoice, gst.Invoice{Type: gst.TaxInvoice, Prices: gst.PricesInclusive, Terms: gst.Terms{Days: 30, Interest: "18% a year"}}},
		{"a quotation names them too", company(usual), gst.Quotation, gst.Invoice{Type: gst.Quotation, Prices: gst.PricesInclusive, Terms: gst.Terms{Days: 30, Interest: "18% a year"}}},
		{"a credit note asks for no money", company(usual), gst.CreditNote, gst.Invoice{Type: gst.CreditNote, Prices: gst.PricesInclusive}},
		{"nor does a challan", company(usual), gst.DeliveryChallan, gst.Invoice{Type: gst.DeliveryChallan, Prices: gst.PricesInclusive}},
		{"a composition dealer gives bills of supply", company(dealer), gst.TaxInvoice, gst.Invoice{Type: gst.BillOfSupply}},
		{"unless another document is asked for", company(dealer), gst.DeliveryChallan, gst.Invoice{Type: gst.DeliveryChallan}},
	}
	h := build(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Company, test.want.Date, test.want.Supply = sharda, today, gst.B2B
			if got := h.New(test.company, test.kind); !reflect.DeepEqual(*got, test.want) {
				t.Errorf("got %+v, want %+v", *got, test.want)
			}
		})
	}
	inv := &gst.Invoice{}
	if prepare(inv, gst.Rules{Company: company(dealer), Today: today}); inv.Type != gst.BillOfSupply {
		t.Errorf("typed without a type it is a %s", inv.Type)
	}
}

func TestGoodsLeaveFromTheBranch(t *testing.T) {
	pune := gst.Branch{Code: "PUN", Name: "Pune godown", Address1: "Survey 4", Place: "Pune", PIN: 411014, Series: "Pune"}
	nashik := gst.Branch{Code: "NAS", Name: "Nashik", Address1: "Plot 9", Place: "Nashik", PIN: 422001}
	c := company(func(c *gst.Company) { c.Branches = []gst.Branch{pune, nashik} })
	typed2 := &gst.Party{LegalName: "Buyer’s own store", Place: "Thane"}
	tests := []struct {
		name, branch string
		dispatch     *gst.Party
		series       string
		from         string
		want         string
	}{
		{"no branch, no place", "", nil, "", "", ""},
		{"the branch's address and series", "PUN", nil, "", "Survey 4", "Pune"},
		{"what was typed stays", "PUN", typed2, "Export", "", "Export"},
		{"chosen anew, the other's do not stay", "NAS", new(dispatchFrom(c, pune)), "Pune", "Plot 9", ""},
		{"a branch that is none", "XXX", nil, "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := typed(func(i *gst.Invoice) { i.Branch, i.Dispatch, i.Series = test.branch, test.dispatch, test.series })
			prepare(inv, gst.Rules{Company: c, Today: today})
			from := ""
			if inv.Dispatch != nil {
				from = inv.Dispatch.Address1
			}
			if from != test.from || inv.Series != test.want {
				t.Errorf("from %q under %q", from, inv.Series)
			}
			if test.dispatch == typed2 && *inv.Dispatch != *typed2 {
				t.Errorf("became %+v", inv.Dispatch)
			}
		})
	}
}

func TestWhatFollowsFromSomethingWrongIsNotSaidTwice(t *testing.T) {
	faults := gst.Faults{
		{Rule: "negative", Field: "lines[0].cess_fixed"}, {Rule: "line.total", Field: "lines[0].total"}, {Rule: "length", Field: "lines[0].attributes[0].name"},
		{Rule: "line.total", Field: "lines[1].total"}, {Rule: "negative", Field: "totals.discount"}, {Rule: "totals.total", Field: "totals.total"},
		{Rule: "totals.roundoff", Field: "totals.round_off"}, {Rule: "negative", Field: "lines[0].batch.expiry"},
	}
	var kept []string
	for _, f := range withoutEchoes(faults) {
		kept = append(kept, f.Field)
	}
	want := []string{"lines[0].cess_fixed", "lines[0].attributes[0].name", "lines[1].total", "totals.discount", "totals.round_off", "lines[0].batch.expiry"}
	if !reflect.DeepEqual(kept, want) {
		t.Errorf("got %v, want %v", kept, want)
	}
}

func TestALineWithAnythingTypedIsNotEmpty(t *testing.T) {
	for name, l := range map[string]gst.Line{
		"a batch": {Batch: &gst.Batch{Name: "L"}}, "a property": {Attributes: []gst.Attribute{{Name: "Grade"}}}, "a typed price": {TypedPrice: 1}, "a bar code": {Barcode: "1"},
	} {
		if emptyLine(l) {
			t.Errorf("%s counts as nothing", name)
		}
	}
	if !emptyLine(gst.Line{Unit: "NOS", GSTRate: 18_000, Charge: gst.ChargeFreight, Against: 2, Number: "3", Service: true}) {
		t.Error("what was filled in beforehand counts as typed")
	}
}
