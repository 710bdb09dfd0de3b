package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mohar/gst"
)

// program finds a program that reads what we print. Where it is missing the test is
// skipped with a word about it, except in continuous integration.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is missing (Debian: poppler-utils, zbar-tools)", name)
	}
	t.Skipf("SKIPPED, NOT CHECKED: %s is missing (Debian: poppler-utils, zbar-tools)", name)
	return ""
}

// read runs a program and returns what it prints; complaints about the file fail the test.
func read(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program(t, name), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaints.String())
	}
	if name != "zbarimg" && complaints.Len() > 0 {
		t.Errorf("%s complains: %s", name, complaints.String())
	}
	return out.String()
}

// saved writes a file for a program to read.
func saved(t *testing.T, file []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// words returns the text of a document with single blanks.
func words(t *testing.T, file []byte) string {
	t.Helper()
	text := read(t, "pdftotext", "-layout", saved(t, file), "-")
	return strings.Join(strings.Fields(text), " ")
}

// CGST Rules 2017, rule 46(r): the printed QR code carries exactly the signed text. Read
// as a scanner at 150 dots per inch sees it.
func TestQRCodeScansBackToTheSignedText(t *testing.T) {
	program(t, "zbarimg")
	inv := register(invoice(5))
	marked := register(invoice(5))
	marked.Mode, marked.IRN.State, marked.IRN.CancelledAt = gst.Practice, gst.IRNCancelled, acknowledged
	marked.IRN.CancelReason = gst.CancelOrder
	long := register(longWinded())
	for _, inv := range []*gst.Invoice{inv, marked, long} {
		name := saved(t, render(t, inv, company(), Options{}))
		page := strings.TrimSuffix(name, ".pdf")
		read(t, "pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-singlefile", "-png", name, page)
		got := strings.TrimSuffix(read(t, "zbarimg", "--raw", "-q", page+".png"), "\n")
		if got != inv.IRN.Registration.SignedQR {
			t.Errorf("%d lines: scanned %d characters %.40q…, want %d", len(inv.Lines), len(got), got, len(signedQR()))
		}
	}
}

// CGST Rules 2017, rule 46: every particular of a tax invoice can be read.
func TestTaxInvoiceBearsItsParticulars(t *testing.T) {
	inv := withEWayBill(register(rich()))
	text := words(t, render(t, inv, company(), Options{Copies: []string{"ORIGINAL FOR RECIPIENT"}}))
	want := map[string][]string{
		"nature of the document":          {"TAX INVOICE", "ORIGINAL FOR RECIPIENT"},
		"(a) supplier":                    {"Sharda Traders", "14 Dana Bazaar, Market Yard, Pune 411037, Maharashtra (27)", "GSTIN 27AAPFU0939F1ZV"},
		"(b) number":                      {"INV/26-27/0418"},
		"(c) date":                        {"22/11/2026"},
		"(d) recipient":                   {"Konkan Provision Stores Private", "Gala 7, APMC Phase II, Sector 19", "GSTIN 29AABCK1234M1Z1", "560001"},
		"(g) HSN":                         {"20079910", "996511"},
		"(h) description":                 {"Cashew kernels W320, vacuum packed", "Cold-chain freight to Vashi"},
		"(i) quantity and unit":           {"240 + 10 free CTN", "15.5 KGS"},
		"(j) (k) value, discount":         {"3,720.00", "1,45,080.00"},
		"(l) (m) rate and tax":            {"5%", "18%", "7,254.00", "IGST rate", "11,561.00", "Cess 12% 17,409.60", "State cess 1% 1,450.80"},
		"(n) place of supply":             {"Place of supply", "Karnataka (29)"},
		"(o) place of delivery":           {"Ship to", "Konkan Provision Stores, warehouse 3", "Survey 118, Hoskote", "Bengaluru Rural 562114"},
		"(p) reverse charge":              {"Tax payable on reverse charge", "No"},
		"(q) signature":                   {"Electronic document; no signature needed", "Authorised signatory"},
		"(r) registration":                {"a5c12dca80e743321740b001fd70953e", "8738d109865d28ba4013750f2046f229", "122610089137321", "22/11/2026 10:44"},
		"e-way bill":                      {"181644200912", "23/11/2026 23:59", "MH12AB1234"},
		"totals":                          {"Other charges 400.50", "Discount –99.00", "Round off", "₹ 2,09,478.00", "Balance due 1,50,000.00"},
		"words":                           {"Rupees Two Lakh Nine Thousand Four Hundred Seventy-Eight Only"},
		"further":                         {"Dispatched from", "Plot 9, MIDC Bhosari", "PO-2291 of 18/11/2026", "30 days net", "sharda@upi", "HDFC0000123", "Batch B-2026/114", "Brix: 16°", "240 + 10 free CTN"},
		"page":                            {"Page 1 of 2", "Page 2 of 2"},
		"remarks":                         {"Goods once sold are taken back only within seven days."},
		"e-commerce operator and service": {"29AABCE1234M1CX", "01/11/2026 – 30/11/2026"},
	}
	for clause, parts := range want {
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is not on the paper", clause, part)
			}
		}
	}
}

func TestEveryKindOfDocumentSaysWhatItMust(t *testing.T) {
	tests := map[string]struct{ has, lacks []string }{
		"registered":  {[]string{"TAX INVOICE", "CGST", "SGST rate", "2.5%", "11,138.50", "Maharashtra (27)"}, []string{"IGST", "PRACTICE", "NOT VALID", "Cess", "Ship to"}},
		"practice":    {[]string{"NOT VALID WITHOUT IRN", "PRACTICE", "rule 48(5)", "Authorised signatory"}, []string{"Ack no.", "no signature needed"}},
		"cancelled":   {[]string{"CANCELLED 23/11/2026", "Ack no."}, []string{"PRACTICE"}},
		"export":      {[]string{"SUPPLY MEANT FOR EXPORT/SUPPLY TO SEZ UNIT", "Germany (DE)", "Other country (96)", "Müller & Søn Feinkost GmbH", "Große Elbstraße 27", "GSTIN: unregistered (URP)", "USD 2,018.45", "4471820 of 21/11/2026", "INNSA1", "Rotterdam Cold Store B.V."}, []string{"CGST", "999999"}},
		"credit-note": {[]string{"CREDIT NOTE", "Credit note no.", "INV/26-27/0398 of 02/11/2026; INV/26-27/0401 of 05/11/2026", "Total credit", "Two cartons arrived dented"}, []string{"TAX INVOICE", "UPI", "Pay to"}},
		"debit-note":  {[]string{"DEBIT NOTE", "Against invoice", "INV/26-27/0398 of 02/11/2026", "Total debit"}, []string{"TAX INVOICE"}},
		// Rule 49: neither rate nor tax.
		"bill-of-supply": {[]string{"BILL OF SUPPLY", "Composition taxable person, not eligible to collect tax on supplies", "1,68,630.00"}, []string{"CGST", "IGST", "%", "Taxable", "reverse charge"}},
		"challan":        {[]string{"DELIVERY CHALLAN", "ORIGINAL FOR CONSIGNEE", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR CONSIGNER", "Consignee", "Place of supply"}, []string{"TAX INVOICE", "reverse charge"}},
		"reverse-charge": {[]string{"Tax payable on reverse charge", "Yes", "Payable by the recipient under reverse charge:", "₹ 1,48,800.00", "I/We hereby declare"}, []string{"1,56,240.00"}},
		"sez":            {[]string{"AUTHORISED OPERATIONS UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX", "SEZ without payment of tax"}, []string{"CGST"}},
	}
	for _, s := range samples() {
		test, ok := tests[s.name]
		if !ok {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			text := words(t, render(t, s.inv, s.company, s.options))
			for _, part := range test.has {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not on the paper", part)
				}
			}
			for _, part := range test.lacks {
				if strings.Contains(text, part) {
					t.Errorf("%q is on the paper", part)
				}
			}
		})
	}
}

// Nothing of a long text is lost where it can flow, and what is cut shows an ellipsis.
func TestLongTextsAreWrappedNotLost(t *testing.T) {
	inv := invoice(1)
	inv.Lines[0].Description = strings.Repeat("word ", 3000) + "LASTWORD"
	inv.Refs.Remarks = strings.Repeat("remark ", 3000) + "LASTREMARK"
	inv.Buyer.LegalName = strings.Repeat("Name of a very long firm ", 60)
	text := words(t, render(t, inv, company(), Options{}))
	for _, part := range []string{"LASTWORD", "LASTREMARK", " …"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not on the paper", part)
		}
	}
	if got := strings.Count(text, "remark "); got != 3000 {
		t.Errorf("%d of 3000 words of the remarks are on the paper", got)
	}
}

func TestFileNamesItself(t *testing.T) {
	info := read(t, "pdfinfo", saved(t, render(t, register(invoice(1)), company(), Options{})))
	for _, part := range []string{"TAX INVOICE INV/26-27/0418", "Sharda Traders", "A4"} {
		if !strings.Contains(info, part) {
			t.Errorf("%q is not in the file's properties:\n%s", part, info)
		}
	}
}
