package pdf

import (
	"bytes"
	"strings"
	"testing"

	"mohar/gst"
)

// What a firm prints beside the particulars of the law.
func TestPaperSaysWhatTheFirmAndTheOrderAsk(t *testing.T) {
	text := said(t, render(t, withEWayBill(register(full())), letterhead(), Options{}))
	tests := []struct {
		name string
		has  []string
	}{
		{"the firm's numbers", []string{"PAN AAPFU0939F", "CIN U51909PN2011PTC138765", "UDYAM-MH-26-0012345 (small enterprise)", "IEC AAPFU0939F", "FSSAI 11521034000123", "Drug licence MH-PZ1-204417"}},
		{"the branch", []string{"Branch: Bhosari godown"}},
		{"the order's number in full", []string{"Buyer's order KPS/PUR/2026-27/NOV/002291-A of 18/11/2026"}},
		{"the way of the goods", []string{"Challan DC/26-27/0031 of 21/11/2026", "Transporter Deccan Roadways", "LR/RR no. LR-4471 of 22/11/2026", "Vehicle MH12AB1234", "Destination Hoskote", "Packages 252 cartons, 1 bag", "Freight To pay"}},
		{"the e-way bill", []string{"E-way bill no. 181644200912"}},
		{"free goods, both discounts and the retail price", []string{"240 + 10 free", "15.5 + 2 free", "Discount 10+5%", "MRP ₹ 1,150.00"}},
		{"the lines of small print", []string{"Batch B-2026/114", "Expiry 31/03/2028", "Serial no. SN-88123", "Barcode 8901234567890", "Origin India (IN)", "Crop: 2026"}},
		{"a charge as a line", []string{"5 Freight and forwarding 20079910"}},
		{"each cess in the totals", []string{"Cess 15,386.88", "State cess 1,272.24"}},
		{"discount, charges and round-off of the document", []string{"Other charges 400.50", "Discount –99.00", "Round off 0.18"}},
		{"advance and balance", []string{"Advance received 50,000.00", "Balance due 1,50,000.00"}},
		{"terms of payment", []string{"Payment terms 30 days net", "Due date 22/12/2026 (30 days)", "Interest of 18% a year is charged on late payment."}},
		{"the account", []string{"HDFC Bank, Market Yard, Pune", "A/c 50200012345678", "IFSC HDFC0000123", "sharda@upi"}},
		{"conditions, jurisdiction and signatory", []string{"1. Goods once sold", "3. Shortages are to be noted", "Subject to Pune jurisdiction only.", "Meera Joshi, Director"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expect(t, "full", text, test.has, nil) })
	}
}

func TestPriceStandsAsItWasTyped(t *testing.T) {
	bill := inclusive()
	bill.Type = gst.BillOfSupply
	tests := []struct {
		name       string
		inv        *gst.Invoice
		has, lacks []string
	}{
		{"with the tax in it", inclusive(), []string{"Rate incl. GST", "651.00", "5,752.50"}, []string{"620.00"}},
		{"in foreign money at its rate", foreignPrices(), []string{"Price USD", "77.888", "Exchange rate ₹ 83.4525", "In foreign currency at ₹ 83.4525 USD 2,018.45"}, []string{"6,500.000"}},
		{"before tax", as(invoice(1)), []string{"Price", "620.00"}, []string{"incl."}},
		{"a bill of supply knows no tax", bill, []string{"Price"}, []string{"GST rate", "incl."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expect(t, test.name, said(t, render(t, test.inv, letterhead(), Options{})), test.has, test.lacks)
		})
	}
}

func TestTermsOfPayment(t *testing.T) {
	paid := as(invoice(1))
	paid.Terms.Cash, paid.Payment = true, &gst.Payment{Mode: "Card", Paid: paid.Totals.Total}
	typed := as(invoice(1))
	typed.Payment, typed.Terms = nil, gst.Terms{Days: 10, Due: 20261210}
	own := as(invoice(1))
	own.Payment = &gst.Payment{Payee: "Meera Joshi", Account: "777", IFSC: "SBIN0000001"}
	advance := as(invoice(1))
	advance.Payment.Paid = 1000_00
	tests := []struct {
		name       string
		inv        *gst.Invoice
		has, lacks []string
	}{
		{"paid on the spot: how, and no account", paid, []string{"Payment terms Cash", "Paid by Card", "Paid 1,56,240.00", "Balance due 0.00"}, []string{"A/c", "Due date", "sharda@upi"}},
		{"a due date that was typed stands as typed", typed, []string{"Credit, 10 days", "10/12/2026"}, []string{"10/12/2026 (", "02/12/2026"}},
		{"an account of its own takes nothing from the company's", own, []string{"Meera Joshi · A/c 777 · IFSC SBIN0000001"}, []string{"HDFC"}},
		{"a balance that nobody gave is not made up", advance, []string{"Advance received 1,000.00"}, []string{"Balance"}},
		{"a quotation asks for no money", offer(gst.Quotation, "Q1"), []string{"Credit, 15 days", "1. Goods once sold"}, []string{"A/c", "Due date"}},
		{"a proforma does", offer(gst.Proforma, "P1"), []string{"A/c 50200012345678", "Credit, 15 days"}, []string{"Due date"}},
		{"a credit note does not", as(creditNote()), nil, []string{"A/c", "Due date", "Goods once sold"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := said(t, render(t, test.inv, letterhead(), Options{}))
			expect(t, test.name, text, test.has, test.lacks)
		})
	}
}

// uncoded is an invoice with an IRN whose signed texts could not be fetched any more.
func uncoded(state gst.IRNState) *gst.Invoice {
	inv := register(as(invoice(1)))
	inv.IRN.State = state
	inv.IRN.Registration.SignedQR, inv.IRN.Registration.SignedInvoice, inv.IRN.Registration.KeyID = "", "", ""
	return inv
}

func TestMarksSayWhatThePaperIsNot(t *testing.T) {
	proof := as(invoice(1)) // numbered, and yet for proof reading
	tests := []struct {
		name       string
		inv        *gst.Invoice
		options    Options
		has, lacks []string
	}{
		{"a draft by its state lacks no IRN", draft(), Options{NotValid: true}, []string{"DRAFT", "TAX INVOICE DRAFT"}, []string{"NOT VALID", "DRAFT · DRAFT"}},
		{"a draft by the options", proof, Options{Draft: true, NotValid: true}, []string{"DRAFT", "INV/26-27/0418 · DRAFT"}, []string{"NOT VALID"}},
		{"a record of what was issued elsewhere", elsewhere(), Options{}, []string{"ISSUED ELSEWHERE – COPY", "issued by another program"}, []string{"For Sharda", "Authorised signatory", "NOT VALID"}},
		{"an invoice without its IRN", proof, Options{NotValid: true}, []string{"NOT VALID WITHOUT IRN"}, []string{"DRAFT", "COPY"}},
		{"an IRN without its QR code", uncoded(gst.IRNRegistered), Options{}, []string{"NOT VALID WITHOUT QR CODE", "Ack no."}, []string{"NOT VALID WITHOUT IRN"}},
		{"an IRN without its QR code, cancelled", uncoded(gst.IRNCancelled), Options{}, []string{"CANCELLED"}, []string{"NOT VALID"}},
		{"nothing to be marked", proof, Options{}, nil, []string{"DRAFT", "COPY", "NOT VALID", "PRACTICE", "CANCELLED"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expect(t, test.name, said(t, render(t, test.inv, letterhead(), test.options)), test.has, test.lacks)
		})
	}
}

func TestBranchStandsWithItsAddressOnce(t *testing.T) {
	const address = "Plot 9, MIDC Bhosari"
	inv := as(invoice(1))
	inv.Branch = "BHO"
	expect(t, "branch alone", said(t, render(t, inv, letterhead(), Options{})), []string{"Branch: Bhosari godown, " + address + ", Pune 411026"}, nil)
	inv.Dispatch = &gst.Party{LegalName: "Bhosari godown", Address1: address, Place: "Pune", PIN: 411026, State: "27"}
	if got := strings.Count(words(t, render(t, inv, letterhead(), Options{})), address); got != 1 {
		t.Errorf("the goods leave from the branch: its address stands %d times, want 1", got)
	}
	inv.Branch = "GONE"
	expect(t, "a branch that was deleted", said(t, render(t, inv, letterhead(), Options{})), []string{"Branch: GONE"}, nil)
}

// A challan has no IRN but may have an e-way bill.
func TestEWayBillStandsWithoutAnIRN(t *testing.T) {
	inv := withEWayBill(register(as(invoice(1))))
	inv.Type, inv.IRN.Registration.IRN, inv.IRN.Registration.SignedQR, inv.IRN.Registration.AckNo = gst.DeliveryChallan, "", "", ""
	expect(t, "challan", said(t, render(t, inv, letterhead(), Options{})), []string{"E-way bill no. 181644200912"}, []string{"IRN", "no signature needed"})
}

func TestSumOfQuantitiesLeavesChargesOut(t *testing.T) {
	inv := invoice(1)
	inv.Lines[0].FreeQty = 10_000
	inv.Lines = append(inv.Lines, gst.Line{Charge: gst.ChargePacking})
	p := &paper{inv: inv}
	if got := p.sumQuantity(density{notes: true}); got != "240" {
		t.Errorf("sum %q, want 240", got)
	}
	if got := p.quantity(&inv.Lines[1], density{}); got != "" {
		t.Errorf("quantity of a charge %q, want none", got)
	}
	inv.Lines = append(inv.Lines, gst.Line{Quantity: 1000, Unit: "KGS"})
	if got := p.sumQuantity(density{notes: true}); got != "" {
		t.Errorf("cartons and kilograms add up to %q", got)
	}
}

func TestOrdinaryDocumentsFitOnOnePage(t *testing.T) {
	many := map[string]int{"full": 2, "rich": 2, "challan": 3} // everything at once, and three copies
	for _, s := range samples() {
		want := max(1, many[s.name])
		if got := bytes.Count(render(t, s.inv, s.company, s.options), []byte("/Type /Page\n")); got != want {
			t.Errorf("%s: %d pages, want %d", s.name, got, want)
		}
	}
	inv := withEWayBill(register(as(invoice(5))))
	if got := bytes.Count(render(t, inv, letterhead(), Options{}), []byte("/Type /Page\n")); got != 1 {
		t.Errorf("five lines on a full letterhead: %d pages, want 1", got)
	}
}

func TestLongConditionsRunOverPagesAndLoseNothing(t *testing.T) {
	c := letterhead()
	c.Paper.Terms = nil
	for range 60 {
		c.Paper.Terms = append(c.Paper.Terms, strings.Repeat("condition ", 40)+"end")
	}
	c.Paper.Jurisdiction = "LASTLINE"
	text := words(t, render(t, as(invoice(1)), c, Options{}))
	if got := strings.Count(text, "condition "); got != 2400 || !strings.Contains(text, "LASTLINE") {
		t.Errorf("%d of 2400 words are on the paper", got)
	}
}

func TestInterestSaysWhatItIsAbout(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"18% a year":                 "Interest on late payment: 18% a year",
		"Interest at 18% is charged": "Interest at 18% is charged",
	} {
		if got := interest(text); got != want {
			t.Errorf("%q is printed %q, want %q", text, got, want)
		}
	}
}
