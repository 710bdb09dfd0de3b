package pdf

import (
	"strings"
	"testing"

	"mohar/gst"
)

// lawful returns the text of one paper of each type of document, made out by a firm with
// everything on its letterhead to another State, none of them registered with the portal
// unless the type is.
func lawful(t *testing.T) map[string]string {
	t.Helper()
	away := &gst.Party{LegalName: "Konkan Provision Stores, warehouse 3", Address1: "Survey 118, Hoskote", Place: "Bengaluru Rural", PIN: 562114, State: "29"}
	made := func(d gst.DocumentType, number string) *gst.Invoice {
		inv := as(interState(invoice(1)))
		inv.Type, inv.Number, inv.ShipTo = d, number, away
		inv.Lines[0].DiscountRate = 10_000
		gst.Compute(inv, true, nil)
		return inv
	}
	note := func(d gst.DocumentType, number string) *gst.Invoice {
		inv := register(made(d, number))
		inv.Refs.Preceding = []gst.PrecedingDocument{
			{Number: "INV/26-27/0398", Date: 20261102}, {Number: "INV/26-27/0401", Date: 20261105}, {Number: "INV/26-27/0405", Date: 20261109},
		}
		return inv
	}
	walkIn := cumBill()
	walkIn.ShipTo = away
	reverse := made(gst.TaxInvoice, "INV/26-27/0420")
	reverse.ReverseCharge = true
	challan := made(gst.DeliveryChallan, "DC/26-27/0033")
	challan.Purpose = "Supply on approval"
	exempt := letterhead()
	exempt.Exempt = true
	papers := map[string]string{}
	for name, inv := range map[string]*gst.Invoice{
		"invoice": register(made(gst.TaxInvoice, "INV/26-27/0418")), "bill": made(gst.BillOfSupply, "BOS/26-27/0002"),
		"credit": note(gst.CreditNote, "CRN/26-27/0007"), "debit": note(gst.DebitNote, "DBN/26-27/0003"),
		"challan": challan, "walk-in": walkIn, "reverse": reverse,
	} {
		papers[name] = said(t, render(t, inv, letterhead(), Options{}))
	}
	papers["exempt"] = said(t, render(t, made(gst.TaxInvoice, "INV/26-27/0419"), exempt, Options{}))
	return papers
}

// everyType are the papers of lawful that each stand for their type.
var everyType = []string{"invoice", "bill", "credit", "debit", "challan"}

// particular is what some papers must say and must not.
type particular struct {
	name  string
	on    []string // papers of lawful
	has   []string
	lacks []string
}

// check reads the papers for the particulars, one after the other.
func check(t *testing.T, list []particular) {
	t.Helper()
	papers := lawful(t)
	for _, test := range list {
		t.Run(test.name, func(t *testing.T) {
			for _, paper := range test.on {
				expect(t, paper, papers[paper], test.has, test.lacks)
			}
		})
	}
}

// CGST Rules 2017, rules 46, 49, 53(1A) and 55, particular by particular: what the paper
// is and for whom.
func TestEachTypeNamesItselfAndItsParties(t *testing.T) {
	all := everyType
	check(t, []particular{
		{"1 the title of a tax invoice", []string{"invoice"}, []string{"TAX INVOICE", "Invoice no."}, []string{"CREDIT NOTE", "NOT A TAX INVOICE"}},
		{"1 the title of a bill of supply", []string{"bill"}, []string{"BILL OF SUPPLY"}, []string{"TAX INVOICE"}},
		{"1 rule 53(1A)(b): the nature of a credit note", []string{"credit"}, []string{"CREDIT NOTE"}, []string{"TAX INVOICE"}},
		{"1 rule 53(1A)(b): the nature of a debit note", []string{"debit"}, []string{"DEBIT NOTE"}, []string{"TAX INVOICE"}},
		{"1 the title of a challan", []string{"challan"}, []string{"DELIVERY CHALLAN", "Purpose Supply on approval"}, []string{"TAX INVOICE"}},
		{"2 rules 46(a), 49(a), 53(1A)(a), 55(1)(ii): the supplier", all, []string{
			"Sharda Traders Private Limited", "14 Dana Bazaar, Market Yard, Pune 411037, Maharashtra (27)", "GSTIN 27AAPFU0939F1ZV"}, nil},
		{"3 rule 46(b): the number of an invoice", []string{"invoice"}, []string{"Invoice no. INV/26-27/0418"}, nil},
		{"3 rule 49(b): the number of a bill", []string{"bill"}, []string{"Bill no. BOS/26-27/0002"}, nil},
		{"3 rule 53(1A)(c): the number of a note", []string{"credit"}, []string{"Credit note no. CRN/26-27/0007"}, nil},
		{"3 rule 55(1)(i): the number of a challan", []string{"challan"}, []string{"Challan no. DC/26-27/0033"}, nil},
		{"4 rules 46(c), 49(c), 53(1A)(d), 55(1)(i): the date", all, []string{"Date 22/11/2026"}, nil},
		{"5 rules 46(d), 49(d), 53(1A)(e), 55(1)(iii): the recipient", all, []string{
			"Konkan Provision Stores Private", "Gala 7, APMC Phase II, Sector 19", "Bengaluru 560001", "Karnataka (29)", "GSTIN 29AABCK1234M1Z1"}, nil},
		{"6 rule 46(e): an unregistered recipient with delivery and State", []string{"walk-in"}, []string{
			"Asha Kulkarni", "11 Prabhat Road", "Pune 411004", "Maharashtra (27)", "Unregistered", "Ship to", "Survey 118, Hoskote", "Karnataka (29)"}, nil},
	})
}

// CGST Rules 2017, rules 46, 49, 53(1A) and 55, particular by particular: what is
// supplied, and the rest.
func TestEachTypeBearsTheParticularsOfTheSupply(t *testing.T) {
	all := everyType
	check(t, []particular{
		{"7 rules 46(g), 49(e), 55(1)(iv): the HSN code", all, []string{"HSN/SAC", "20079910"}, nil},
		{"8 rules 46(h), 49(f), 55(1)(iv): the description", all, []string{"Alphonso mango pulp, 850 g tin"}, nil},
		{"9 rules 46(i), 55(1)(v): quantity and unit", []string{"invoice", "challan"}, []string{"240 CTN"}, nil},
		{"10 rules 46(j) and (k), 53(1A)(h), 55(1)(vi): value after discount", []string{"invoice", "credit", "debit", "challan"}, []string{
			"14,880.00 1,33,920.00", "Taxable value 1,33,920.00"}, nil},
		{"10 rule 49(g): the value after discount", []string{"bill"}, []string{"14,880.00", "1,33,920.00"}, nil},
		{"11 rules 46(l) and (m), 53(1A)(h), 55(1)(vii): rate and amount of the tax", []string{"invoice", "credit", "debit", "challan"}, []string{
			"IGST rate", "5% 6,696.00"}, nil},
		{"11 rule 49: a bill of supply bears no tax and no rate of tax", []string{"bill"}, nil, []string{
			"CGST", "SGST", "IGST", "GST rate", "5%", "6,696.00", "Taxable", "Total tax", "everse charge"}},
		{"12 rules 46(n), 55(1)(viii): place of supply with the State's name and code", []string{"invoice", "challan"}, []string{"Place of supply Karnataka (29)"}, nil},
		{"13 rules 46(o), 53(1A)(f): where it is delivered", []string{"invoice", "credit", "debit"}, []string{
			"Ship to", "Survey 118, Hoskote", "Bengaluru Rural 562114"}, nil},
		{"14 rule 46(p): no reverse charge", []string{"invoice"}, []string{"Tax payable on reverse charge No"}, []string{"payable by the recipient"}},
		{"14 rule 46(p): reverse charge", []string{"reverse"}, []string{"Tax payable on reverse charge Yes", "Tax on this supply is payable by the recipient under reverse charge."}, nil},
		{"15 rules 46(q), 53(1A)(i): no hand on an electronic document", []string{"invoice", "credit", "debit"}, []string{
			"For Sharda Traders Private Limited", "no signature needed", "Meera Joshi, Director", "Authorised signatory"}, nil},
		{"15 rules 49(h), 55(1)(ix): the signature on paper", []string{"bill", "challan"}, []string{
			"For Sharda Traders Private Limited", "Meera Joshi, Director", "Authorised signatory"}, []string{"no signature needed"}},
		{"16 rules 46(r), 53 proviso: the IRN", []string{"invoice", "credit", "debit"}, []string{"a5c12dca80e743321740b001fd70953e", "8738d109865d28ba4013750f2046f229"}, nil},
		{"17 rule 46(s): the declaration of whom rule 48(4) does not bind", []string{"exempt"}, []string{"I/We hereby declare", "rule 46(s)"}, nil},
		{"17 rule 46(s): nobody else declares it", all, nil, []string{"hereby declare"}},
		{"18 rule 53(1A)(g): number and date of each original", []string{"credit", "debit"}, []string{
			"INV/26-27/0398 of 02/11/2026", "INV/26-27/0401 of 05/11/2026", "INV/26-27/0405 of 09/11/2026"}, nil},
	})
}

// said is the text of a document as it lies on the page, and once more as it was drawn,
// where each label stands before its value.
func said(t *testing.T, file []byte) string {
	t.Helper()
	drawn := read(t, "pdftotext", "-raw", saved(t, file), "-")
	return words(t, file) + "\n" + strings.Join(strings.Fields(drawn), " ")
}

// expect fails the test for each part that a text lacks, or has and should not.
func expect(t *testing.T, what, text string, has, lacks []string) {
	t.Helper()
	for _, part := range has {
		if !strings.Contains(text, part) {
			t.Errorf("%s: %q is not on the paper", what, part)
		}
	}
	for _, part := range lacks {
		if strings.Contains(text, part) {
			t.Errorf("%s: %q is on the paper", what, part)
		}
	}
}

// Rule 46, third proviso, and rule 96A: the endorsement in full, with the letter of
// undertaking of the document's own year where the supply rests on one.
func TestZeroRatedSuppliesBearTheEndorsementOfTheProviso(t *testing.T) {
	const meant = "SUPPLY MEANT FOR EXPORT/SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS "
	const paying, bond = meant + "ON PAYMENT OF INTEGRATED TAX", meant + "UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX"
	const lut, last = "LUT AD270326001234W of 2026-27", "LUT AD270325009911X of 2025-26"
	tests := []struct {
		supply gst.SupplyType
		kind   gst.DocumentType
		date   gst.Date
		has    []string
		lacks  []string
	}{
		{gst.EXPWP, gst.TaxInvoice, 20261122, []string{paying, "Country of destination Germany (DE)", "Rotterdam Cold Store"}, []string{"LUT"}},
		{gst.SEZWP, gst.TaxInvoice, 20261122, []string{paying}, []string{"LUT"}},
		{gst.EXPWOP, gst.TaxInvoice, 20261122, []string{bond, lut}, []string{last}},
		{gst.SEZWOP, gst.TaxInvoice, 20261122, []string{bond, lut}, []string{last}},
		{gst.EXPWOP, gst.TaxInvoice, 20260331, []string{bond, last}, []string{lut}},
		{gst.EXPWOP, gst.TaxInvoice, 20270401, []string{bond}, []string{"LUT"}},
		{gst.DEXP, gst.TaxInvoice, 20261122, nil, []string{"SUPPLY MEANT", "LUT"}},
		{gst.EXPWOP, gst.Proforma, 20261122, nil, []string{"SUPPLY MEANT", "LUT"}},
		{gst.EXPWOP, gst.DeliveryChallan, 20261122, nil, []string{"SUPPLY MEANT", "LUT"}},
	}
	for _, test := range tests {
		inv := as(exportInvoice())
		inv.Supply, inv.Type, inv.Date = test.supply, test.kind, test.date
		gst.Compute(inv, true, nil)
		name := joined(" ", string(test.kind), string(test.supply), test.date.String())
		t.Run(name, func(t *testing.T) {
			expect(t, name, said(t, render(t, inv, letterhead(), Options{})), test.has, test.lacks)
		})
	}
}

// Rule 46A: one document over both is called after both, to a buyer without registration.
func TestTaxableAndExemptTogetherMakeAnInvoiceCumBill(t *testing.T) {
	registered, taxable := cumBill(), cumBill()
	registered.Supply = gst.B2B
	taxable.Lines = taxable.Lines[:2]
	gift := cumBill() // what is given away is no exempt supply
	gift.Lines[2].Taxable = 0
	for _, test := range []struct {
		name string
		inv  *gst.Invoice
		want string
	}{
		{"both, unregistered", cumBill(), "INVOICE-CUM-BILL OF SUPPLY"}, {"registered buyer", registered, "TAX INVOICE"},
		{"taxable alone", taxable, "TAX INVOICE"}, {"a line without value", gift, "TAX INVOICE"},
	} {
		if got := wordsOf(test.inv).title; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	expect(t, "invoice-cum-bill", said(t, render(t, cumBill(), letterhead(), Options{})), []string{"INVOICE-CUM-BILL OF SUPPLY", "CGST rate"}, nil)
}

// Rules 5(1)(f) and 49: the line stands on top of the bill, above the recipient.
func TestCompositionLineStandsOnTopOfTheBill(t *testing.T) {
	bill, c := as(invoice(2)), letterhead()
	bill.Type, c.Taxpayer = gst.BillOfSupply, gst.Composition
	gst.Compute(bill, true, nil)
	text := said(t, render(t, bill, c, Options{}))
	line, buyer := strings.Index(text, compositionNote), strings.Index(text, "Bill to")
	if line < 0 || line > buyer {
		t.Errorf("the line stands at %d, the recipient at %d", line, buyer)
	}
	expect(t, "regular", said(t, render(t, bill, letterhead(), Options{})), nil, []string{"Composition"})
}

// Rule 46(s) is for those above the threshold alone.
func TestDeclarationIsForTurnoverAboveTheThreshold(t *testing.T) {
	for _, test := range []struct {
		name string
		c    gst.Company
		want bool
	}{
		{"exempt, turnover not said", gst.Company{Exempt: true}, true},
		{"exempt above the threshold", gst.Company{Exempt: true, Turnover: gst.Slab20To50}, true},
		{"exempt below it", gst.Company{Exempt: true, Turnover: gst.SlabUpTo5}, false},
		{"SEZ unit above the threshold", gst.Company{Taxpayer: gst.SEZUnit, Turnover: gst.Slab5To10}, true},
		{"SEZ unit below it", gst.Company{Taxpayer: gst.SEZUnit, Turnover: gst.SlabUpTo5}, false},
		{"bound by rule 48(4)", gst.Company{Turnover: gst.Slab20To50}, false},
	} {
		p := &paper{inv: invoice(1), company: test.c}
		if got := p.declaresExempt(); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// A quotation and a proforma bill nothing: no IRN, no QR code, no words of the law.
func TestOffersPlainlyAreNoTaxInvoice(t *testing.T) {
	for _, inv := range []*gst.Invoice{offer(gst.Quotation, "QTN/26-27/0012"), offer(gst.Proforma, "PRO/26-27/0005")} {
		register(inv) // as a mistake elsewhere might
		inv.ReverseCharge = true
		text := said(t, render(t, inv, letterhead(), Options{NotValid: true}))
		expect(t, describe(inv), text, []string{inv.Number, "NOT A TAX INVOICE", "no credit of tax can be taken on it", "Taxable value"},
			[]string{"IRN", "Ack", "everse charge", "rule", "ORIGINAL"})
	}
}
