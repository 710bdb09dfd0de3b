package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/pdf"
)

const invoicesURL = "/c/" + companyGSTIN + "/invoices"

// issue issues the form and returns the document's address.
func (s *site) issue(form url.Values) string {
	s.Helper()
	r := s.post(invoicesURL, form)
	s.want(r, http.StatusSeeOther)
	return r.Header.Get("Location")
}

// step has the registrar do what is due.
func (s *site) step() {
	s.Helper()
	done, err := s.registrar.RegisterOne(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	if !done {
		s.Fatal("nothing is due")
	}
}

// stored is the document at an address, as the store has it.
func (s *site) stored(address string) (*gst.Invoice, []byte) {
	s.Helper()
	id, err := strconv.ParseInt(address[strings.LastIndexByte(address, '/')+1:], 10, 64)
	if err != nil {
		s.Fatal(err)
	}
	inv, body, err := s.store.Invoice(s.Context(), companyGSTIN, id)
	if err != nil {
		s.Fatal(err)
	}
	return inv, body
}

// wantNot checks that none of the texts stands in a reply.
func (s *site) wantNot(r reply, texts ...string) {
	s.Helper()
	for _, text := range texts {
		if strings.Contains(r.body, text) {
			s.Errorf("%s %s: %q is in the answer", r.Request.Method, r.Request.URL.Path, text)
		}
	}
}

// plantFault has the sandbox fail until the test ends.
func (s *site) plantFault(face, op, fault string) {
	s.Helper()
	body, err := json.Marshal(map[string]any{"face": face, "op": op, "fault": fault, "times": 0})
	if err != nil {
		s.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.portal+"/_sandbox/faults", bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode >= 300 {
		s.Fatalf("plant %s: %s, %v", fault, resp.Status, err)
	}
}

// byHand has the company register by hand.
func (s *site) byHand() {
	s.Helper()
	s.want(s.post(settingsURL+"einvoice", configurationForm("register", "by_hand")), http.StatusSeeOther)
}

func TestIssuedDocumentIsRegistered(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	r := s.get(address)
	s.want(r, http.StatusOK, "INV/26-27/0001", "Konkan Agro Foods LLP", "13,545.00", "Waiting for the portal", "PRACTICE",
		`data-watch="`+address+`/events"`, `<noscript><meta http-equiv="refresh" content="5"`)
	s.step()
	inv, _ := s.stored(address)
	r = s.get(address)
	s.want(r, http.StatusOK, "Registered", inv.IRN.Registration.IRN, inv.IRN.Registration.AckNo, "Signature verified", "Cancel IRN", "<svg")
	s.wantNot(r, "data-watch", "http-equiv", "Fix and retry")
	file := s.get(address + "/pdf")
	s.want(file, http.StatusOK, "%PDF-")
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "INV-26-27-0001%20Konkan%20Agro%20Foods%20LLP.pdf") {
		t.Errorf("the PDF is called %q", got)
	}
	s.want(s.get(address+"/inv01"), http.StatusOK, `"No":"INV/26-27/0001"`)
	s.want(s.get(address+"/json"), http.StatusOK, inv.IRN.Registration.IRN)
	s.want(s.get(address), http.StatusOK, "PDF made")
}

func TestIssueShowsEveryFaultBesideItsFieldAndKeepsWhatWasTyped(t *testing.T) {
	tests := []struct{ name, field, value, words string }{
		{"a number that is none", "lines[0].qty", "fifteen kilos", "Qty: Type only a number"},
		{"a day that is none", "date", "31/02/2026", "Type the date as dd/mm/yyyy"},
		{"a PIN of another State", "buyer.pin", "560001", "PIN code 560001 is not in Maharashtra"},
		{"an HSN code that is none", "lines[0].hsn", "0000", "HSN/SAC: An HSN code has 4, 6 or 8 digits"},
		{"a rate that is none", "lines[0].rate", "7", "GST %: 7% is not a GST rate."},
		{"a short remark", "remarks", "ab", "Type 3 to 100 characters"},
		{"a long order number", "order.number", "PURCHASE-ORDER-2026-0001", "Too long. Shorten it to 16 characters or less."},
		{"a wrong e-mail", "buyer.email", "konkan", "Check the e-mail address"},
		{"no buyer", "buyer.name", "", "This is needed. Fill it in."},
		{"no lines", "lines", "", "Lines: Add at least one item."},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			form := invoiceForm("buyer.trade", "Kept & “Sons”", "order.date", "soon", test.field, test.value)
			if test.field == "lines" {
				form.Set("order.date", "")
				for _, column := range lineColumns {
					form.Del(lineName(0, column))
				}
			}
			r := s.post(invoicesURL, form)
			s.want(r, http.StatusUnprocessableEntity, test.words)
			for name := range form {
				if value := form.Get(name); name != "do" && name != "supply" && value != "" {
					s.want(r, http.StatusUnprocessableEntity, `value="`+value+`"`)
				}
			}
			s.want(r, http.StatusUnprocessableEntity, `<option value="B2B" selected>`)
		})
	}
	if counts, err := s.store.Counts(t.Context(), companyGSTIN, gst.Practice); err != nil || counts.All != 0 {
		t.Errorf("%d documents are stored, %v", counts.All, err)
	}
}

func TestFaultsStandBesideTheirRows(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm()
	setRow(form, 3, "", "", "", "NOS", "", "", "18") // filled in beforehand, nothing typed
	setRow(form, 5, "Freight", "996511", "1", "OTH", "6,5OO", "", "18")
	setRow(form, 9, "Handling", "996719", "2", "OTH", "75", "", "18")
	r := s.post(invoicesURL, form)
	s.want(r, http.StatusUnprocessableEntity, `id="lines-1-description-error"`, `id="lines-2-price-error"`, `value="6,5OO"`,
		`href="#lines-2-price"`, `<output id="lines-3-taxable">150.00<`) // shown without gaps
	s.wantNot(r, `id="lines-0-price-error"`, `href="#lines-5-price"`)
}

func TestDoubleIssueLeadsToTheDocument(t *testing.T) {
	s := newCompanySite(t)
	draft := strings.TrimSuffix(s.issue(invoiceForm("do", "draft")), "?done=saved")
	inv, _ := s.stored(draft)
	form := invoiceForm("id", fmt.Sprint(inv.ID), "version", fmt.Sprint(inv.Version))
	for range 2 {
		s.wantRedirect(s.post(invoicesURL, form), draft)
	}
	if counts, err := s.store.Counts(t.Context(), companyGSTIN, gst.Practice); err != nil || counts.All != 1 {
		t.Errorf("%d documents, %v; want 1", counts.All, err)
	}
	s.want(s.post(invoicesURL, with(form, "do", "draft")), http.StatusConflict, "not possible in the state")
}

func TestOtherCompanysDocumentIsNotFound(t *testing.T) {
	s := newCompanySite(t)
	const other = "29AAPFU0939F1ZR"
	s.want(s.post("/companies", companyForm("gstin", other, "pin", "560001", "place", "Bengaluru")), http.StatusSeeOther)
	address := s.issue(invoiceForm())
	foreign := strings.Replace(address, companyGSTIN, other, 1)
	for _, part := range []string{"", "/events", "/pdf", "/json", "/inv01", "/edit"} {
		s.want(s.get(foreign+part), http.StatusNotFound, "belongs to another company")
	}
	for _, part := range []string{"/edit", "/register", "/cancel", "/void", "/delete"} {
		s.want(s.post(foreign+part, invoiceForm()), http.StatusNotFound)
	}
	id := strings.TrimPrefix(address, invoicesURL+"/")
	s.want(s.post("/c/"+other+"/invoices", invoiceForm("id", id, "version", "1")), http.StatusNotFound)
	s.want(s.get("/c/"+other+"/invoices/new?copy="+id), http.StatusNotFound)
	s.wantNot(s.get("/c/"+other+"/invoices?q=Konkan"), "Konkan Agro")
	s.wantNot(s.get("/c/"+other+"/invoices/customers?buyer.name=Konkan"), "Konkan Agro")
}

func TestCancel(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.step()
	s.want(s.get(address), http.StatusOK, "until 23 Nov, 10:00")
	r := s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {`the "wrong" order`}})
	s.want(r, http.StatusUnprocessableEntity, `value="the "wrong" order"`, `<option value="3" selected>`, "without \" and \\", `<details class="ask" open>`)
	r = s.post(address+"/cancel", url.Values{"remark": {"withdrawn by the buyer"}})
	s.want(r, http.StatusUnprocessableEntity, `value="withdrawn by the buyer"`, "Choose why you cancel the IRN.")
	s.wantRedirect(s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {"withdrawn by the buyer"}}), address)
	r = s.get(address)
	s.want(r, http.StatusOK, "Void: the number is not used again.", "Cancelled 22 Nov 2026", "Order cancelled", "IRN cancelled")
	s.wantNot(r, "Cancel IRN", "Give up", "/edit")
	s.want(s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {"again"}}), http.StatusConflict)
	if next, _ := s.stored(s.issue(invoiceForm())); next.Number != "INV/26-27/0002" {
		t.Errorf("the next document is %s", next.Number)
	}
}

func TestCancelAfter24HoursIsNotOffered(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.step()
	s.clock.add(24*time.Hour + time.Minute)
	s.setUpAgain()
	r := s.get(address)
	s.want(r, http.StatusOK, "The 24 hours for cancelling ended 23 Nov 2026, 10:00:00", "Credit note")
	s.wantNot(r, "Cancel IRN")
	s.want(s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {"too late"}}), http.StatusBadGateway, "The 24 hours for cancelling are over")
}

// setUpAgain signs in again, after the clock went past the session's end.
func (s *site) setUpAgain() {
	s.Helper()
	s.want(s.post("/login", url.Values{"email": {ownerEmail}, "password": {ownerPassword}}), http.StatusSeeOther)
}

func TestCancelWithoutAnswerSaysThatNobodyKnows(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.step()
	s.plantFault("*", "*", "down")
	s.want(s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {"withdrawn"}}), http.StatusBadGateway, "not known here whether the IRN is cancelled")
	s.want(s.get(address), http.StatusOK, "Cancel IRN")
}

func TestHeldDocument(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	s.want(s.get(invoicesURL+"/new"), http.StatusOK, "Issue")
	s.wantNot(s.get(invoicesURL+"/new"), "Issue & register")
	address := s.issue(invoiceForm())
	r := s.get(address)
	s.want(r, http.StatusOK, "Not sent yet", "Register (get IRN)", "Correct", "Give up")
	s.wantNot(r, "data-watch", "http-equiv")
	s.wantRedirect(s.post(address+"/register", nil), address)
	s.want(s.post(address+"/register", nil), http.StatusConflict)
	s.step()
	s.want(s.get(address), http.StatusOK, "Registered")
}

func TestGivenUpDocument(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	address := s.issue(invoiceForm())
	s.wantRedirect(s.post(address+"/void", nil), address)
	r := s.get(address)
	s.want(r, http.StatusOK, "Void", "Given up")
	s.wantNot(r, "Register (get IRN)", "Not sent yet")
	s.want(s.post(address+"/void", nil), http.StatusConflict)
	s.want(s.get(address+"/edit"), http.StatusConflict)
}

func TestDocumentWithoutIRN(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("supply", "B2C", "buyer.gstin", "", "buyer.state", "27"))
	r := s.get(address)
	s.want(r, http.StatusOK, "No IRN needed", "The buyer has no GSTIN (B2C)", "Not required")
	s.wantNot(r, "data-watch", "http-equiv", "GSTIN URP")
}

func TestRefusedDocumentIsMendedUnderItsNumber(t *testing.T) {
	s := newCompanySite(t)
	// The portal does not know this code, though its heading exists.
	address := s.issue(invoiceForm("lines[0].hsn", "521211", "lines[0].discount", "10%"))
	s.step()
	s.want(s.get(address), http.StatusOK, "The portal refused it", "2176", "Correct the code", "Fix and retry", "Give up")
	s.want(s.get(invoicesURL+"?state=to_fix"), http.StatusOK, "INV/26-27/0001", "2176 · Fix and retry")

	r := s.get(address + "/edit")
	s.want(r, http.StatusOK, `value="521211"`, `value="10%"`, `value="INV/26-27/0001"`, "The number stays.", "Save & register", `action="`+address+`/edit"`, "The portal refused it: ", "(2176)")
	s.wantNot(r, "Number on issue", "Save draft")
	inv, _ := s.stored(address)
	form := invoiceForm("lines[0].hsn", "52121100", "id", fmt.Sprint(inv.ID), "version", fmt.Sprint(inv.Version), "number", inv.Number)

	s.want(s.post(address+"/edit", with(form, "buyer.pin", "56OOO1")), http.StatusUnprocessableEntity, `value="56OOO1"`, "A PIN code has six digits", "The number stays.")
	s.want(s.post(address+"/edit", with(form, "buyer.pin", "560001")), http.StatusUnprocessableEntity, "is not in Maharashtra")
	s.want(s.post(address+"/edit", with(form, "buyer.pin", "400703", "version", "1")), http.StatusConflict, "changed this document at", `value="52121100"`)
	s.want(s.post(address+"/edit", with(form, "do", "line")), http.StatusOK, `value="52121100"`, "Save & register")

	form = with(form, "do", "issue", "version", fmt.Sprint(inv.Version))
	s.wantRedirect(s.post(address+"/edit", form), address)
	s.step()
	s.want(s.get(address), http.StatusOK, "Registered", "INV/26-27/0001", "Corrected", "5212 11 00")
	s.want(s.get(address+"/edit"), http.StatusConflict)
	s.want(s.post(address+"/edit", form), http.StatusConflict)
}

func TestDeleteDraft(t *testing.T) {
	s := newCompanySite(t)
	draft := strings.TrimSuffix(s.issue(invoiceForm("do", "draft")), "?done=saved")
	s.want(s.get(draft+"/pdf"), http.StatusOK) // for proof reading
	s.wantRedirect(s.post(draft+"/delete", nil), invoicesURL)
	s.want(s.get(draft), http.StatusNotFound)
	issued := s.issue(invoiceForm())
	s.want(s.post(issued+"/delete", nil), http.StatusConflict)
}

func TestAllCopiesArePrintedWhenAsked(t *testing.T) {
	s := newCompanySite(t)
	issued := s.issue(invoiceForm())
	for path, want := range map[string]int{issued + "/pdf": 1, issued + "/pdf?copies=all": 3} { // goods: in triplicate
		r := s.get(path)
		s.want(r, http.StatusOK)
		if got := strings.Count(r.body, "/Type /Page\n"); got != want {
			t.Errorf("%s: %d pages, want %d", path, got, want)
		}
	}
}

func TestPrintOptions(t *testing.T) {
	changed := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC) // the 25th in India
	cancelled := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		state gst.DocumentState
		irn   gst.IRNStatus
		want  pdf.Options
	}{
		{"registered", gst.Issued, gst.IRNStatus{State: gst.IRNRegistered}, pdf.Options{}},
		{"needs none", gst.Issued, gst.IRNStatus{State: gst.IRNNotRequired}, pdf.Options{}},
		{"held", gst.Issued, gst.IRNStatus{State: gst.IRNHeld}, pdf.Options{NotValid: true}},
		{"waiting", gst.Issued, gst.IRNStatus{State: gst.IRNPending}, pdf.Options{NotValid: true}},
		{"unknown", gst.Issued, gst.IRNStatus{State: gst.IRNUnknown}, pdf.Options{NotValid: true}},
		{"refused", gst.Issued, gst.IRNStatus{State: gst.IRNFailed}, pdf.Options{NotValid: true}},
		{"in conflict", gst.Issued, gst.IRNStatus{State: gst.IRNConflict}, pdf.Options{NotValid: true}},
		{"cancelled", gst.Void, gst.IRNStatus{State: gst.IRNCancelled, CancelledAt: cancelled, CancelReason: gst.CancelOrder}, pdf.Options{Cancelled: "22/11/2026"}},
		{"cancelled at the portal, nobody knows when", gst.Void, gst.IRNStatus{State: gst.IRNCancelled, CancelledAt: cancelled}, pdf.Options{}},
		{"a draft is for proof reading", gst.Draft, gst.IRNStatus{}, pdf.Options{Draft: true}},
		{"given up", gst.Void, gst.IRNStatus{State: gst.IRNHeld}, pdf.Options{}}, // the paper says VOID by itself
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range []gst.Mode{gst.Live, gst.Practice} {
				inv := &gst.Invoice{State: test.state, IRN: test.irn, Mode: mode, Changed: changed}
				want := test.want
				want.Practice = mode == gst.Practice
				if got := printOptions(inv); got.NotValid != want.NotValid || got.Cancelled != want.Cancelled || got.Practice != want.Practice || got.Draft != want.Draft {
					t.Errorf("%s: got %+v, want %+v", mode, got, want)
				}
			}
		})
	}
}

func TestEmptyPriceOrRateIsNotZero(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm()
	setRow(form, 0, "Steel screws", "731815", "1", "KGS", "", "", "")
	r := s.post(invoicesURL, form)
	s.want(r, http.StatusUnprocessableEntity, `id="lines-0-price-error"`, `id="lines-0-rate-error"`, "Type 0 if it is nothing")
	setRow(form, 0, "Steel screws", "731815", "1", "KGS", "0", "", "0")
	if r := s.post(invoicesURL, form); r.StatusCode != http.StatusSeeOther {
		t.Errorf("zero as typed: %d", r.StatusCode)
	}
}

func TestAWrongQuantityIsSaidOnce(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm()
	setRow(form, 0, "Steel screws", "731815", "-5", "KGS", "100", "", "18")
	r := s.post(invoicesURL, form)
	s.want(r, http.StatusUnprocessableEntity, `id="lines-0-qty-error"`)
	s.wantNot(r, `id="lines-0-taxable-error"`, `id="lines-0-total-error"`)
}

func TestWaitingDocumentIsTriedNow(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	r := s.post(address+"/retry", nil)
	if r.StatusCode != http.StatusSeeOther {
		t.Errorf("try now: %s", r.Status)
	}
}

func TestTheEWayBillOfAnIRNIsShown(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm("eway.distance", "120", "eway.mode", "1", "eway.vehicle", "MH12AB1234", "eway.vehicle_type", "R",
		"eway.document_number", "LR-1", "eway.document_date", "22/11/2026")
	made := s.issue(form)
	s.step()
	s.want(s.get(made), http.StatusOK, "Registered", "E-way bill no.", "E-way bill first")
	refused := s.issue(with(form, "eway.document_date", "21/11/2026"))
	s.step()
	r := s.get(refused)
	s.want(r, http.StatusOK, "Registered", "No e-way bill was made", "4021", "The transport document's date ")
	s.wantNot(r, "E-way bill no.")
}

func TestPageSaysWhyAndHowTheGoodsGoAndWhenTheyArePaid(t *testing.T) {
	s := newCompanySite(t)
	page := s.get(s.issue(invoiceForm("type", "CHL", "purpose", "Job work", "terms.due", "22/12/2026", "transport.transporter", "Sharda Roadlines",
		"transport.vehicle", "MH12AB1234", "transport.lr_number", "LR-5512", "transport.lr_date", "22/11/2026", "transport.destination", "Vashi",
		"transport.packages", "240 cartons", "transport.freight", "To pay")))
	s.want(page, http.StatusOK, "Job work", "Due 22/12/2026", "Sharda Roadlines", "MH12AB1234", "LR-5512 of 22/11/2026", "<dd>Vashi</dd>", "240 cartons", "To pay")
	for _, label := range []string{"Challan", "Vehicle"} { // what is not said has no label either
		if strings.Contains(s.get(s.issue(invoiceForm())).body, "<dt>"+label+"</dt>") {
			t.Errorf("a plain invoice has a %s", label)
		}
	}
}

func TestIRNWithoutItsQRCodeIsSaidToBeIncomplete(t *testing.T) {
	inv := &gst.Invoice{State: gst.Issued, IRN: gst.IRNStatus{State: gst.IRNRegistered, Registration: &gst.Registration{
		IRN: strings.Repeat("ab", 32), AckNo: "162610000000123", AckDate: time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST), Status: "ACT",
	}}}
	if p := problemOf(inv, db.Waiting{}); p == nil || p.Kind != "bad" || p.Title != "QR code missing" {
		t.Errorf("problem %+v", p)
	}
	v, err := eInvoiceView(inv)
	if err != nil || v.SignatureKind != "bad" || !strings.Contains(v.Signature, "QR code missing") {
		t.Errorf("view %+v, %v", v, err)
	}
	inv.IRN.Registration.SignedQR = "eyJ.qr.sig"
	if p := problemOf(inv, db.Waiting{}); p != nil {
		t.Errorf("with its QR code: %+v", p)
	}
}

func TestConflictsSayWhatTheirCodeMeans(t *testing.T) {
	inv := &gst.Invoice{State: gst.Issued, IRN: gst.IRNStatus{State: gst.IRNConflict, Refusal: &gst.Refusal{Codes: []gst.RefusalCode{
		{Code: "2150", Message: "There: buyer A. Here: B."}, {Code: "2283", Message: "cannot be shown"}, {Code: db.NotBelieved, Message: "bad signature"}, {Code: "REJ"},
	}}}}
	details := conflictDetails(*inv.IRN.Refusal, gst.Registration{})
	want := []string{"There: buyer A. Here: B.", "two days only", "prove no registration", "was rejected"}
	if len(details) != len(want) {
		t.Fatalf("details %+v", details)
	}
	for i, d := range details {
		if !strings.Contains(d.Text, want[i]) {
			t.Errorf("%s: %q, want %q in it", d.Code, d.Text, want[i])
		}
	}
	if details[0].Text != want[0] {
		t.Errorf("our own comparison got other words: %q", details[0].Text)
	}
}
