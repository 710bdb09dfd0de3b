package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/desk"
	"mohar/gst"
)

func TestNewInvoice(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(invoicesURL+"/new"), http.StatusOK, "New tax invoice", `value="22/11/2026"`, "Issue & register",
		`Number on issue: <span class="whole tab">INV/26-27/0001</span>`, "Type the buyer and the first line", `name="lines[0].description"`)
}

func TestACopyHasItsOwnDayAndNumber(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("date", "20/11/2026", "order.number", "PO-9"))
	id := strings.TrimPrefix(address, invoicesURL+"/")
	r := s.get(invoicesURL + "/new?copy=" + id)
	s.want(r, http.StatusOK, `value="22/11/2026"`, `value="Cashew kernels W320"`, `value="PO-9"`, `Number on issue: <span class="whole tab">INV/26-27/0002</span>`)
	s.wantNot(r, "Original document", `value="20/11/2026"`)
	s.want(s.get(invoicesURL+"/new?copy=999"), http.StatusNotFound)
}

func TestANoteThatIsTypedByHandNamesItsOriginal(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm("date", "20/11/2026"))
	note := invoiceForm("type", "CRN", "refs.preceding[0].number", "INV/26-27/0001", "refs.preceding[0].date", "20/11/2026")
	s.want(s.get(s.issue(note)), http.StatusOK, "Credit note", "CRN/26-27/0001", "INV/26-27/0001 of 20/11/2026")
	s.want(s.get(invoicesURL), http.StatusOK, "−13,545.00")
}

func TestDraftComesBackWordForWord(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm("do", "draft", "date", "next Monday", "buyer.pin", "40O7O3", "lines[0].qty", "a dozen or so", "lines[0].discount", "some%", "remarks", ` "mind" the gap `)
	setRow(form, 4, "Freight", "", "", "", "six thousand", "", "")
	r := s.post(invoicesURL, form)
	s.want(r, http.StatusSeeOther)
	draft, _ := strings.CutSuffix(r.Header.Get("Location"), "?done=saved")
	r = s.get(draft)
	s.want(r, http.StatusOK, "Draft saved 10:00", `name="version" value="1"`, `value="six thousand"`, `<option value="B2B" selected>`)
	for name := range form {
		if value := form.Get(name); name != "do" && name != "supply" && value != "" {
			s.want(r, http.StatusOK, `value="`+value+`"`)
		}
	}
	s.want(s.get(invoicesURL+"?state=draft"), http.StatusOK, "Konkan Agro Foods LLP")
}

func TestConflictOfTwoEditors(t *testing.T) {
	s := newCompanySite(t)
	draft := strings.TrimSuffix(s.issue(fullForm("do", "draft")), "?done=saved")
	id := strings.TrimPrefix(draft, invoicesURL+"/")
	s.want(s.post(invoicesURL, fullForm("do", "draft", "id", id, "version", "1")), http.StatusSeeOther)
	mine := fullForm("id", id, "version", "1", "remarks", "Kept text", "docs[1].info", "Second list", "transport.packages", "13 cartons")
	for _, do := range []string{"draft", "issue"} {
		r := s.post(invoicesURL, with(mine, "do", do))
		s.want(r, http.StatusConflict, ownerEmail+" changed this document at 10:00, while you had it open.", `value="Kept text"`)
		s.wantTyped(r, mine)
	}
	r := s.post(invoicesURL+"/draft", mine)
	s.want(r, http.StatusOK, "Not saved: changed in another window", `name="version" value="1"`)
	if theirs, _ := s.stored(draft); theirs.Refs.Remarks != "Handle cold" || len(theirs.Docs) != 1 {
		t.Errorf("the other one's draft says %q, %v", theirs.Refs.Remarks, theirs.Docs)
	}
}

func TestAutosave(t *testing.T) {
	s := newCompanySite(t)
	empty := url.Values{"type": {"INV"}, "date": {"22/11/2026"}, "supply": {"B2B"}, "id": {""}, "version": {""}, "lines[0].description": {""}}
	s.wantNot(s.post(invoicesURL+"/draft", empty), "Draft saved", "Not saved")
	drafts := func() int64 {
		counts, err := s.store.Counts(t.Context(), companyGSTIN, gst.Practice)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Draft
	}
	if n := drafts(); n != 0 {
		t.Fatalf("an empty form left %d drafts", n)
	}
	s.want(s.post(invoicesURL+"/draft", invoiceForm("buyer.name", "Kon")), http.StatusOK, "Draft saved 10:00", `name="id" value="1"`, `name="version" value="1"`)
	s.want(s.post(invoicesURL+"/draft", invoiceForm("id", "1", "version", "1", "buyer.name", "Konkan")), http.StatusOK, `name="id" value="1"`, `name="version" value="2"`)
	s.want(s.post(invoicesURL+"/draft", with(empty, "id", "1", "version", "2")), http.StatusOK, `name="version" value="3"`) // emptied again
	if n := drafts(); n != 1 {
		t.Errorf("%d drafts, want 1", n)
	}
}

func TestPreview(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm()
	setRow(form, 2, "Freight", "996511", "1", "OTH", "6,500", "10%", "18")
	r := s.post(invoicesURL+"/preview", form, "HX-Request", "true")
	s.want(r, http.StatusOK, "18,750.00", "849.00", "₹\u200920,448.00", "Rupees Twenty Thousand Four Hundred Forty-Eight Only",
		"Maharashtra, intra-State: CGST + SGST", `Number on issue: <span class="whole tab">INV/26-27/0001</span>`, "GSTIN in order", "Seller and buyer details complete")
	s.want(r, http.StatusOK, `<data id="taxables"`, `"12,900.00","","5,850.00"]`)
	s.wantNot(r, "<html")

	r = s.post(invoicesURL+"/preview", with(form, "buyer.pin", "560001", "lines[2].qty", "one", "pos", "29"))
	s.want(r, http.StatusOK, `href="#lines-2-qty"`, "Line 2, quantity: Type only a number", `href="#buyer-pin"`, "Karnataka, inter-State: IGST")
	s.want(s.post(invoicesURL+"/preview?number=kept", invoiceForm("number", "INV/26-27/0009")), http.StatusOK, "The number stays.")
	s.want(s.post(invoicesURL+"/preview", url.Values{}), http.StatusOK, "Type the buyer and the first line")
	s.want(s.post(invoicesURL+"/preview", invoiceForm("lines[999999999].qty", "1")), http.StatusOK, "Lines: The portal takes 1000 items at most")
}

func TestPreviewShowsTheLastInvoicesOfTheBuyer(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm())
	s.issue(invoiceForm("do", "draft"))
	r := s.post(invoicesURL+"/preview", invoiceForm())
	s.want(r, http.StatusOK, "Last invoices to Konkan Agro Foods LLP", ">INV/26-27/0001</a>", "13,545.00")
	s.wantNot(s.post(invoicesURL+"/preview", invoiceForm("buyer.gstin", "29AAPFU0939F1ZR")), ">INV/26-27/0001</a>")
}

func TestFormWithoutScript(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm("do", "line", "remarks", "Kept text", "id", "", "version", "")
	setRow(form, 1, "Freight", "996511", "1", "OTH", "6,500", "", "18")
	s.want(s.post(invoicesURL, form), http.StatusOK, `value="Kept text"`, `name="lines[3].description"`)
	r := s.post(invoicesURL, with(form, "do", "drop:0"))
	s.want(r, http.StatusOK, `value="Freight"`, `value="Kept text"`)
	s.wantNot(r, "Cashew")

	s.issue(invoiceForm("buyer.trade", "Konkan Agro"))
	known := url.Values{"do": {"customer"}, "type": {"INV"}, "supply": {"B2B"}, "buyer.name": {"konkan"}, "remarks": {"Kept text"}}
	s.want(s.post(invoicesURL, known), http.StatusOK, `value="27AABFK4417C1ZS"`, `value="400703"`, `value="Konkan Agro"`, `value="Kept text"`)
	s.want(s.get(invoicesURL+"/customers?buyer.name=agro"), http.StatusOK, `value="Konkan Agro Foods LLP"`, `data-buyer-pin="400703"`)
	s.want(s.post(invoicesURL, with(known, "buyer.name", "nobody")), http.StatusOK, `value="nobody"`)
}

func TestABroughtDocumentIsCorrectedUnderItsNumberWithItsFigures(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	company, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil {
		t.Fatal(err)
	}
	off := strings.NewReplacer("322.50", "322.75", `"TotInvVal":13545`, `"TotInvVal":13545.40`).Replace(broughtINV01)
	inv, err := desk.New(s.store, s.registrar, s.clock.Now).IssueBrought(t.Context(), company, []byte(off))
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("%s/%d", invoicesURL, inv.ID)
	s.want(s.get(address), http.StatusOK, "ERP/77", "Register (get IRN)", "/edit")
	page := s.get(address + "/edit")
	s.want(page, http.StatusOK, `value="ERP/77"`, "The number stays.")
	form := formOf(page.body)
	s.wantRedirect(s.post(address+"/edit", with(form, "do", "issue")), address)
	same, body := s.stored(address)
	if !same.Brought || same.Totals.CGST != 322_75 || !strings.Contains(string(body), `"TotInvVal":13545.40`) {
		t.Errorf("brought %v, CGST %s: %s", same.Brought, same.Totals.CGST, body)
	}
	form = with(form, "version", fmt.Sprint(same.Version), "remarks", "Mended by hand", "number", "MINE/1")
	s.wantRedirect(s.post(address+"/edit", form), address)
	mended, body := s.stored(address)
	if mended.Number != "ERP/77" || mended.Totals.CGST != 322_75 || !strings.Contains(string(body), "Mended by hand") {
		t.Errorf("%s, CGST %s: %s", mended.Number, mended.Totals.CGST, body)
	}
	form.Set("version", fmt.Sprint(mended.Version))
	form.Del("brought")
	s.wantRedirect(s.post(address+"/edit", form), address)
	if typed, _ := s.stored(address); typed.Number != "ERP/77" || typed.Brought || typed.Totals.CGST != 322_50 {
		t.Errorf("worked out: %s, brought %v, CGST %s", typed.Number, typed.Brought, typed.Totals.CGST)
	}
}

func TestPracticeDocumentsOfALiveCompanyStayAsTheyAre(t *testing.T) {
	s := newCompanySite(t)
	registered := s.issue(invoiceForm())
	s.step()
	s.byHand()
	held := s.issue(invoiceForm())
	draft := strings.TrimSuffix(s.issue(invoiceForm("do", "draft")), "?done=saved")
	s.want(s.post(settingsURL+"live", url.Values{"confirm": {companyGSTIN}}), http.StatusSeeOther)

	r := s.get(held)
	s.want(r, http.StatusOK, "Made in practice, before the company went live", "PRACTICE")
	s.wantNot(r, "Register (get IRN)", "/edit", "Give up")
	s.wantNot(s.get(registered), "Cancel IRN")
	for _, path := range []string{held + "/register", held + "/void", held + "/edit", registered + "/cancel", draft + "/delete"} {
		s.want(s.post(path, url.Values{"do": {"issue"}, "reason": {"3"}, "remark": {"withdrawn"}}), http.StatusConflict, "not possible in the state")
	}
	s.wantNot(s.get(invoicesURL), "Konkan")
	if live, _ := s.stored(s.issue(invoiceForm())); live.Number != "INV/26-27/0001" || live.Mode != gst.Live {
		t.Errorf("the first live document is %s, %s", live.Number, live.Mode)
	}
}

const broughtINV01 = `{"Version":"1.1","TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},
"DocDtls":{"Typ":"INV","No":"ERP/77","Dt":"20/11/2026"},
"SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Sharda Traders","Addr1":"14 Dana Bazaar","Loc":"Pune","Pin":411002,"Stcd":"27"},
"BuyerDtls":{"Gstin":"27AABFK4417C1ZS","LglNm":"Konkan Agro Foods LLP","Pos":"27","Addr1":"Plot 12, Sector 19","Loc":"Navi Mumbai","Pin":400703,"Stcd":"27"},
"ItemList":[{"SlNo":"1","PrdDesc":"Cashew kernels W320","IsServc":"N","HsnCd":"08013220","Qty":15,"Unit":"KGS","UnitPrice":860,
"TotAmt":12900,"AssAmt":12900,"GstRt":5,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"TotInvVal":13545}}`

func TestPreviewWarnsOfLettersThatDoNotPrint(t *testing.T) {
	s := newCompanySite(t)
	r := s.post(invoicesURL+"/preview", with(invoiceForm(), "buyer.name", "शारदा ट्रेडर्स"))
	s.want(r, http.StatusOK, "The PDF cannot show these characters")
	s.wantNot(s.post(invoicesURL+"/preview", invoiceForm()), "The PDF cannot show")
}

// Source: CGST Rules 2017, rule 49.
func TestABillOfSupplyNeedsNoRateOfTax(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm("type", "BOS", "lines[0].rate", "")
	if bill, _ := s.stored(s.issue(form)); bill.Number != "BOS/26-27/0001" || bill.Totals.Total != 12900_00 {
		t.Errorf("%s over %s", bill.Number, bill.Totals.Total)
	}
	s.want(s.post(invoicesURL, with(form, "type", "INV")), http.StatusUnprocessableEntity, "Type 0 if it is nothing")
}

func TestADeemedExportIsNoHabit(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm("supply", "DEXP"))
	s.want(s.get(invoicesURL+"/customers?buyer.name=Konkan"), http.StatusOK, `data-supply="B2B"`)
	s.want(s.post(invoicesURL, url.Values{"do": {"customer"}, "type": {"INV"}, "buyer.name": {"Konkan Agro Foods LLP"}}), http.StatusOK, `value="B2B" selected`)
	s.issue(invoiceForm("supply", "SEZWP"))
	s.want(s.get(invoicesURL+"/customers?buyer.name=Konkan"), http.StatusOK, `data-supply="SEZWP"`)
}
