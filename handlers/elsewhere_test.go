package handlers

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/nic"
	"mohar/sheet"
)

const elsewhereURL = invoicesURL + "/elsewhere"

func elsewhereOne(change ...string) url.Values {
	return with(url.Values{
		"do": {"one"}, "type": {"Invoice"}, "number": {"AA/0417"}, "date": {"15/05/2026"}, "buyer.name": {"Konkan Agro Foods LLP"},
		"buyer.gstin": {"27AABFK4417C1ZS"}, "hsn": {"08013220"}, "rate": {"5"}, "taxable": {"1000"}, "cgst": {"25"}, "sgst": {"25"}, "total": {"1050"},
	}, change...)
}

func TestOneDocumentOfAnotherProgram(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(elsewhereURL), http.StatusOK, "Issued elsewhere", "Download the form", "One document")
	irn := nic.IRN(companyGSTIN, 20260515, gst.TaxInvoice, "AA/0417")
	r := s.post(elsewhereURL, elsewhereOne("irn", irn, "ack", "112610036563310", "ack_date", "15/05/2026"))
	s.want(r, http.StatusSeeOther)
	address := r.Header.Get("Location")
	inv, _ := s.stored(address)
	if !inv.Elsewhere || inv.State != gst.Issued || inv.IRN.State != gst.IRNRegistered || inv.Totals.Total != 1050_00 || inv.Lines[0].CGST != 25_00 || inv.Supply != gst.B2B {
		t.Errorf("recorded %+v", inv)
	}
	r = s.get(address)
	s.want(r, http.StatusOK, "issued elsewhere", "Registered through another program", irn, "Recorded as issued by another program", "Cancelled there",
		`href="`+address+`/note?type=CRN"`)
	s.wantNot(r, "Cancel IRN", "INV-01", "Signature verified")
	s.want(s.get(address+"/pdf"), http.StatusOK, "%PDF-")

	undone := noteFormOf("CRN", "do", "issue", "reason", "undone", "seen", "0")
	r = s.post(address+"/note", undone)
	s.want(r, http.StatusUnprocessableEntity, "Buyer’s address line 1: This is needed") // the list did not tell it
	r = s.post(address+"/note", with(noteFormOf("CRN", "do", "draft", "reason", "undone")))
	s.want(r, http.StatusSeeOther)
	s.want(s.get(r.Header.Get("Location")), http.StatusOK, `value="AA/0417"`, `value="As billed in AA/0417"`)
	s.issue(invoiceForm()) // from now on the buyer is known
	r = s.post(address+"/note", undone)
	s.want(r, http.StatusSeeOther)
	if note, _ := s.stored(r.Header.Get("Location")); note.Totals.Total != 1050_00 || note.Buyer.PIN != 400703 {
		t.Errorf("note %+v", note)
	}

	s.want(s.post(address+"/void", url.Values{"why": {"cancelled there"}}), http.StatusSeeOther)
	if inv, _ = s.stored(address); inv.State != gst.Void || inv.IRN.State != gst.IRNCancelled {
		t.Errorf("void %+v", inv.IRN)
	}
}

func TestDocumentOfAnotherProgramIsCheckedBesideItsFields(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(elsewhereURL, elsewhereOne()), http.StatusSeeOther)
	tests := []struct{ name, field, value, words string }{
		{"no number", "number", "", "This is needed"},
		{"no day", "date", "", "This is needed"},
		{"a day that is none", "date", "31/02/2026", "dd/mm/yyyy"},
		{"tomorrow", "date", "23/11/2026", "The date is after today"},
		{"a number that is here", "number", "AA/0417", "This number is here already."},
		{"a wrong GSTIN", "buyer.gstin", "27AABFK4417C1Z", "GSTIN"},
		{"an IRN that is none", "irn", "4711", "An IRN has 64 characters"},
		{"the IRN of another document", "irn", strings.Repeat("ab", 32), "This IRN belongs to another document"},
		{"a total that is another", "total", "5000", "1,050.00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(elsewhereURL, elsewhereOne("number", "AA/0500", test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.words)
			if test.value != "" {
				s.want(r, http.StatusUnprocessableEntity, `value="`+test.value+`"`)
			}
		})
	}
	s.TB = t
	r := s.post(elsewhereURL, elsewhereOne("number", "AA/0418", "cancelled", "on"))
	s.want(r, http.StatusSeeOther)
	if inv, _ := s.stored(r.Header.Get("Location")); inv.State != gst.Void {
		t.Errorf("state %s", inv.State)
	}
}

var keptPattern = regexp.MustCompile(`name="kept" value="([^"]*)"`)

const elsewhereCSV = `Document Type,Invoice No,Invoice Date,Party Name,GSTIN,Taxable Value,CGST,SGST,Rate,HSN,Original Number,Original Date,Remarks
Tax Invoice,INV/0416,15/05/2026,Konkan,27AABFK4417C1ZS,1000,25,25,5,0801,,,x
Tax Invoice,INV/0417,16/05/2026,Konkan,27AABFK4417C1ZS,2000,50,50,5,0801,,,
Tax Invoice,,17/05/2026,Konkan,27AABFK4417C1ZS,10,0,0,0,0801,,,
Tax Invoice,INV/0419,17/05/2027,Konkan,27AABFK4417C1ZS,10,0,0,0,0801,,,
Credit Note,CN/7,18/05/2026,Konkan,27AABFK4417C1ZS,500,12.5,12.5,5,0801,INV/0417,16/05/2026,
`

func TestFileOfAnotherProgramIsShownBeforeItIsRecorded(t *testing.T) {
	s := newCompanySite(t)
	r := s.upload(elsewhereURL, "register.csv", elsewhereCSV, "do", "check")
	s.want(r, http.StatusOK, "3 documents can be recorded, 2 documents with faults.", "not used: Remarks", "Leave out the 2 documents with faults", "Record 3 documents",
		"Use 1 to 16 letters", "The date is after today", "<td>Date</td>", "<td>17/05/2027</td>", `<td class="tab">4</td>`, "INV/0417")
	kept := keptPattern.FindStringSubmatch(r.body)
	if kept == nil {
		t.Fatal("the file does not come along")
	}
	if counts, err := s.store.Counts(t.Context(), companyGSTIN, gst.Practice); err != nil || counts.All != 0 {
		t.Fatalf("%d documents were recorded by looking, %v", counts.All, err)
	}
	s.want(s.upload(elsewhereURL, "", "", "do", "record", "kept", kept[1], "name", "register.csv"), http.StatusUnprocessableEntity, "Leave out")
	r = s.upload(elsewhereURL, "", "", "do", "record", "kept", kept[1], "name", "register.csv", "partly", "on")
	s.wantRedirect(r, elsewhereURL+"?recorded=3")
	s.want(s.get(elsewhereURL+"?recorded=3"), http.StatusOK, "3 documents recorded.", "Set your series to continue with INV/0418?")

	again := s.upload(elsewhereURL, "register.csv", elsewhereCSV, "do", "check")
	s.want(again, http.StatusOK, "0 documents can be recorded, 2 documents with faults, 3 documents here already.")

	inv, _, err := s.store.InvoiceByNumber(t.Context(), companyGSTIN, gst.Practice, gst.TaxInvoice, "2026-27", "INV/0417")
	if err != nil {
		t.Fatal(err)
	}
	page := s.get(invoiceURL(inv, ""))
	s.want(page, http.StatusOK, "CN/7", "₹\u20091,575.00 of ₹\u20092,100.00 is not credited") // the note found its original
	s.want(s.get(invoicesURL), http.StatusOK, "Issued elsewhere")
}

func TestSeriesGoesOnBehindTheOtherProgram(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.upload(elsewhereURL, "r.csv", elsewhereCSV, "do", "record", "partly", "on"), http.StatusSeeOther)
	s.want(s.post(elsewhereURL, url.Values{"do": {"series"}, "type": {"INV"}}), http.StatusOK, "the next number is INV/0418", "Set your series to continue with CN/8?")
	s.wantNot(s.get(elsewhereURL), "continue with INV")
	address := s.issue(invoiceForm())
	if inv, _ := s.stored(address); inv.Number != "INV/0418" {
		t.Errorf("the next invoice is %s", inv.Number)
	}
	s.want(s.post(elsewhereURL, url.Values{"do": {"series"}, "type": {"INV"}}), http.StatusSeeOther)
}

func TestSeriesOfOneYearGoesOnInTheNext(t *testing.T) {
	for text, want := range map[string]string{"INV/26-27/": "INV/{YY-YY}/", "A2026-27/": "A{YYYY-YY}/", "INV/": "INV/"} {
		if got := yearToken(text, "2026-27"); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

func TestOddFilesAreRefusedInWords(t *testing.T) {
	s := newCompanySite(t)
	tests := []struct {
		name, file, words, content string
	}{
		{"no file", "", "Choose a file first.", ""},
		{"an empty one", "a.csv", "The file is empty", ""},
		{"no table", "a.csv", "no column names in the first", "hello\nworld\n"},
		{"an old workbook", "a.xls", "old Excel file", "\xD0\xCF\x11\xE0aaaa"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			s.want(s.upload(elsewhereURL, test.file, test.content, "do", "check"), http.StatusUnprocessableEntity, "was not taken", test.words)
		})
	}
	s.TB = t
	s.want(s.upload(elsewhereURL, "", "", "do", "record", "kept", "%%%", "name", "x.csv"), http.StatusUnprocessableEntity, "The page was incomplete")
}

func TestFormOfDocumentsReadsBack(t *testing.T) {
	s := newCompanySite(t)
	r := s.get(elsewhereURL + "/form")
	s.want(r, http.StatusOK)
	var file bytes.Buffer
	if err := sheet.WriteDocumentForm(&file); err != nil {
		t.Fatal(err)
	}
	s.want(s.upload(elsewhereURL, "form.xlsx", file.String(), "do", "check"), http.StatusOK, "1 document can be recorded.")
}

func TestLargeFileIsChosenOnceMore(t *testing.T) {
	s := newCompanySite(t)
	var file strings.Builder
	file.WriteString("Invoice No,Invoice Date,Party Name,GSTIN,Taxable Value,CGST,SGST,Rate,HSN\n")
	documents := 3000
	if testing.Short() { // for the race detector, which is slow
		documents = 300
	}
	for i := range documents {
		fmt.Fprintf(&file, "L/%d,15/05/2026,%s,27AABFK4417C1ZS,1000,25,25,5,0801\n", i+1, strings.Repeat("Konkan ", 4))
	}
	noise := rand.New(rand.NewPCG(1, 2)) // cannot be packed
	for file.Len() < 2*maxKept {
		file.WriteString(",,")
		for range 60 {
			fmt.Fprintf(&file, "%016x", noise.Uint64())
		}
		file.WriteString("\n")
	}
	content := file.String()
	r := s.upload(elsewhereURL, "large.csv", content, "do", "check")
	s.want(r, http.StatusOK, fmt.Sprintf("%d documents can be recorded", documents), "The file once more", fmt.Sprintf("And %d documents more.", documents-100))
	s.wantNot(r, `name="kept"`)
	s.wantRedirect(s.upload(elsewhereURL, "large.csv", content, "do", "record"), fmt.Sprint(elsewhereURL, "?recorded=", documents))
}
