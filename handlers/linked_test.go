package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"mohar/gst"
)

// offered issues a document that an invoice is made of.
func offered(s *site, kind gst.DocumentType) string {
	s.Helper()
	return s.issue(invoiceForm("type", string(kind), "order.number", "PO-9"))
}

func TestInvoiceOfAQuotationProformaOrChallan(t *testing.T) {
	for _, kind := range []gst.DocumentType{gst.Quotation, gst.Proforma, gst.DeliveryChallan} {
		t.Run(string(kind), func(t *testing.T) {
			s := newCompanySite(t)
			address := offered(s, kind)
			source, _ := s.stored(address)
			s.want(s.get(address), http.StatusOK, documentKinds[kind], "Make invoice")
			r := s.post(address+"/invoice", url.Values{})
			s.want(r, http.StatusSeeOther)
			draft := r.Header.Get("Location")
			inv, _ := s.stored(draft)
			if inv.Type != gst.TaxInvoice || inv.State != gst.Draft || inv.Source != source.ID || inv.Totals.Total != source.Totals.Total || inv.Date != 20261122 {
				t.Errorf("invoice %+v", inv)
			}
			if kind == gst.DeliveryChallan && inv.Transport.ChallanNumber != source.Number {
				t.Errorf("the challan is lost: %+v", inv.Transport)
			}
			r = s.get(address)
			s.want(r, http.StatusOK, "Made into tax invoice", `href="`+draft+`"`, "Make invoice again", "a draft was made of it already")
			s.want(s.post(address+"/invoice", url.Values{}), http.StatusConflict, "Make another one?", `<details class="ask" open>`)
			if err := s.issueStored(draft); err != nil {
				t.Fatal(err)
			}
			r = s.get(address)
			s.want(r, http.StatusOK, "Made into tax invoice", "INV/26-27/0001 was made of it already")
			s.want(s.get(draft), http.StatusOK, "Made from "+strings.ToLower(documentKinds[kind]), source.Number)
			r = s.post(address+"/invoice", url.Values{"again": {"on"}})
			s.want(r, http.StatusSeeOther)
			second, _ := s.stored(r.Header.Get("Location"))
			form := valuesOf(second) // as the editor sends it back
			with(form, "do", "issue", "id", strconv.FormatInt(second.ID, 10), "version", strconv.FormatInt(second.Version, 10))
			s.want(s.post(invoicesURL, form), http.StatusSeeOther)
			s.want(s.get(address), http.StatusOK, "INV/26-27/0001", "INV/26-27/0002")
		})
	}
}

// issueStored issues a draft as it is stored.
func (s *site) issueStored(address string) error {
	s.Helper()
	inv, _ := s.stored(address)
	company, err := s.store.Company(s.Context(), companyGSTIN)
	if err != nil {
		return err
	}
	return s.desk.Issue(s.Context(), company, inv)
}

func TestOnlyOffersMakeInvoices(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.want(s.post(address+"/invoice", url.Values{}), http.StatusConflict)
	s.wantNot(s.get(address), "Make invoice")
	s.want(s.get(address), http.StatusOK, "Duplicate")
}

func TestPageSaysWhyAnIRNIsNeededOrNot(t *testing.T) {
	s := newCompanySite(t)
	tests := []struct {
		name  string
		form  url.Values
		words []string
	}{
		{"a registered buyer", invoiceForm(), []string{"IRN needed: the buyer is registered, and your turnover is above 5 crore (the limit since 01/08/2023)", "No e-way bill needed"}},
		{"a consumer", invoiceForm("supply", "B2C", "buyer.gstin", "", "buyer.state", "27"), []string{"No IRN needed: The buyer has no GSTIN (B2C)"}},
		{"much goods to another State", invoiceForm("buyer.gstin", "29AABCT1332L1ZD", "buyer.pin", "560001", "buyer.place", "Bengaluru", "lines[0].qty", "150"),
			[]string{"E-way bill needed: Goods above ₹50,000 go to another State"}},
		{"an export", invoiceForm("supply", "EXPWP", "buyer.gstin", "", "export.country", "AE", "buyer.pin", ""), []string{"IRN needed: it is an export"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			s.want(s.get(s.issue(test.form)), http.StatusOK, test.words...)
		})
	}
	s.TB = t
	address := s.issue(invoiceForm())
	for range 3 {
		s.step()
	}
	inv, _ := s.stored(address)
	if inv.IRN.State == gst.IRNRegistered {
		s.want(s.get(address), http.StatusOK, "Its IRN can be cancelled until 23 Nov, 10:00")
	}
}

func TestWithdrawnWithAReason(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("supply", "B2C", "buyer.gstin", "", "buyer.state", "27"))
	s.want(s.get(address), http.StatusOK, "Withdraw it before it is in a return", `name="why"`)
	for _, why := range []string{"", "no", strings.Repeat("x", 101)} {
		s.want(s.post(address+"/void", url.Values{"why": {why}}), http.StatusUnprocessableEntity, "Type the reason in 3 to 100 characters")
	}
	s.want(s.post(address+"/void", url.Values{"why": {"the buyer never came"}}), http.StatusSeeOther)
	s.want(s.get(address), http.StatusOK, "Void", "the buyer never came · by "+ownerEmail)

	s.byHand()
	held := s.issue(invoiceForm())
	s.want(s.post(held+"/void", url.Values{}), http.StatusSeeOther) // no invoice yet: no reason is needed
	s.want(s.get(held), http.StatusOK, "Given up")
}

func TestWalkInCustomersNeedNoName(t *testing.T) {
	s := newCompanySite(t)
	form := invoiceForm("supply", "B2C")
	for _, name := range []string{"buyer.name", "buyer.gstin", "buyer.address1", "buyer.place", "buyer.pin"} {
		form.Del(name)
	}
	address := s.issue(form)
	inv, _ := s.stored(address)
	if inv.PlaceOfSupply != "27" || inv.Totals.CGST == 0 || inv.IRN.Reason != gst.NoIRNB2C {
		t.Errorf("%+v", inv)
	}
	s.want(s.get(address), http.StatusOK, "No IRN needed")
	s.want(s.get(address+"/pdf"), http.StatusOK, "%PDF-")
	s.want(s.get(address+"/pdf?copies=all"), http.StatusOK, "%PDF-")
	s.want(s.get(invoicesURL), http.StatusOK, "Walk-in customer")
	form.Set("lines[0].qty", "150")
	s.want(s.post(invoicesURL, form), http.StatusUnprocessableEntity, "50,000")
}

func TestListByKindOfDocument(t *testing.T) {
	s := newCompanySite(t)
	invoice := billed(s)
	s.want(s.post(invoice+"/note", noteFormOf("CRN", "lines[0].qty", "1", "do", "issue", "seen", "0")), http.StatusSeeOther)
	quotation := offered(s, gst.Quotation)
	r := s.get(invoicesURL)
	s.want(r, http.StatusOK, "<small>Credit note</small>", "<small>Quotation</small>", `<option value="CRN">Credit notes</option>`)
	s.wantNot(r, "<small>Tax invoice</small>")
	r = s.get(invoicesURL + "?type=QTN")
	s.want(r, http.StatusOK, quotation, "1 document", "selected>Quotations", `name="type" value="QTN"`)
	s.wantNot(r, "CRN/26-27", "INV/26-27/0001")
	s.want(s.get(invoicesURL+"?type=CRN&state=pending"), http.StatusOK, "CRN/26-27/0001", "type=CRN")
	s.want(s.get(invoicesURL+"?type=DBN"), http.StatusOK, "Nothing here")
	s.want(s.get(invoicesURL+"?type=nonsense"), http.StatusOK, "3 documents")
}

func TestDraftsShowWhatWasTypedLastFirst(t *testing.T) {
	s := newCompanySite(t)
	var drafts []string
	for i, name := range []string{"First Buyer", "Second Buyer", "Third Buyer"} {
		day := gst.Date(20261122 - i*2).String() // the later it was typed, the older its day
		drafts = append(drafts, strings.TrimSuffix(s.issue(invoiceForm("do", "draft", "buyer.name", name, "date", day)), "?done=saved"))
		s.clock.add(1e9)
	}
	order := func() string {
		body := s.get(invoicesURL + "?state=draft").body
		var names []string
		for at := 0; ; {
			i := strings.Index(body[at:], " Buyer</span>")
			if i < 0 {
				return strings.Join(names, " ")
			}
			start := strings.LastIndexByte(body[:at+i], '>')
			names = append(names, body[start+1:at+i])
			at += i + 1
		}
	}
	if got := order(); got != "Third Second First" {
		t.Errorf("drafts %s", got)
	}
	id := strings.TrimPrefix(drafts[0], invoicesURL+"/")
	s.want(s.post(invoicesURL, invoiceForm("do", "draft", "buyer.name", "First Buyer", "id", id, "version", "1")), http.StatusSeeOther)
	if got := order(); got != "First Third Second" {
		t.Errorf("after a change: drafts %s", got)
	}
}
