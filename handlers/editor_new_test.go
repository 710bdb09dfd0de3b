package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/gst"
)

func TestNewDocumentsOfEveryKind(t *testing.T) {
	s := newCompanySite(t)
	list := s.get(invoicesURL)
	for kind, words := range documentKinds {
		s.want(list, http.StatusOK, "/invoices/new?type="+string(kind), words)
		s.want(s.get(invoicesURL+"/new?type="+string(kind)), http.StatusOK, "New "+strings.ToLower(words), `name="type" value="`+string(kind)+`"`)
	}
	s.want(s.get(invoicesURL+"/new?type=XXX"), http.StatusOK, "New tax invoice")
}

func TestACompositionDealerBeginsWithABillOfSupply(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("taxpayer", "composition")), http.StatusSeeOther, "")
	for _, kind := range []string{"", "?type=INV"} {
		s.want(s.get(invoicesURL+"/new"+kind), http.StatusOK, "New bill of supply")
	}
	s.want(s.get(invoicesURL+"/new?type=CHL"), http.StatusOK, "New delivery challan")
	list := s.get(invoicesURL)
	s.want(list, http.StatusOK, "New bill of supply", "new?type=BOS", "new?type=CRN")
	s.wantNot(list, "new?type=INV")
	s.wantNot(list, "New invoice")
	s.want(s.post(invoicesURL, invoiceForm()), http.StatusUnprocessableEntity, "A composition taxpayer cannot make a tax invoice")
	s.want(s.post(invoicesURL, invoiceForm("type", "BOS")), http.StatusSeeOther)
	s.want(s.post(invoicesURL, invoiceForm("type", "BOS", "igst_on_intra", "on")), http.StatusUnprocessableEntity, `<a href="#igst-on-intra">`, "sells inside its own State only")
	s.want(s.post(invoicesURL, invoiceForm("type", "BOS", "supply", "SEZWP")), http.StatusUnprocessableEntity, `<a href="#supply">`, "sells inside its own State only")
}

// saved stores a form as a draft and returns its id.
func (s *site) saved(form url.Values) string {
	s.Helper()
	address := strings.TrimSuffix(s.issue(with(form, "do", "draft")), "?done=saved")
	return strings.TrimPrefix(address, invoicesURL+"/")
}

func TestACopyKeepsAllButWhatIsTheOldOnesAlone(t *testing.T) {
	s := newCompanySite(t)
	old := fullForm("terms.due", "20/12/2026", "lines[0].against", "4", "lines[0].discount", "10")
	form := formOf(s.get(invoicesURL + "/new?copy=" + s.saved(old)).body)
	own := []string{"do=", "brought", "number", "date", "refs.preceding[", "lines[0].against", "terms.due"}
	for name := range old {
		isOwn := false
		for _, beginning := range own {
			isOwn = isOwn || strings.HasPrefix(name+"=", beginning)
		}
		figure := strings.HasPrefix(name, "seller.") || strings.HasPrefix(name, "totals.")
		if _, column, ok := splitLine(name); ok {
			figure = fills(lineFigures, column)
		}
		switch {
		case old.Get(name) == "":
		case (isOwn || figure) && name != "date" && name != "terms.due" && name != "do":
			if form.Get(name) != "" {
				t.Errorf("%s of the old one is copied: %q", name, form.Get(name))
			}
		case !isOwn && form.Get(name) != strings.TrimSuffix(old.Get(name), ".00") && form.Get(name) != old.Get(name) && form.Get(name) != old.Get(name)+".00":
			t.Errorf("%s was %q and is %q", name, old.Get(name), form.Get(name))
		}
	}
	if form.Get("date") != "22/11/2026" || form.Get("terms.due") != "22/12/2026" || form.Get("source") != "" {
		t.Errorf("dated %s, due %s, made from %q", form.Get("date"), form.Get("terms.due"), form.Get("source"))
	}
}

func TestAnInvoiceIsMadeOfAQuotation(t *testing.T) {
	s := newCompanySite(t)
	id := s.saved(invoiceForm("type", "QTN", "remarks", "As discussed"))
	page := s.get(invoicesURL + "/new?type=INV&copy=" + id)
	s.want(page, http.StatusOK, "New tax invoice", `value="As discussed"`)
	inv, _ := s.stored(s.issue(with(formOf(page.body), "do", "issue")))
	if fmt.Sprint(inv.Source) != id || inv.Type != gst.TaxInvoice || inv.Number != "INV/26-27/0001" {
		t.Errorf("%s %s made from %d", inv.Type, inv.Number, inv.Source)
	}
}

func TestALinkToANewNoteLeadsToTheNotePage(t *testing.T) {
	s := newCompanySite(t)
	for query, page := range map[string]string{
		"?note=7": "/7/note", "?note=7&type=CRN": "/7/note", "?note=7&type=DBN": "/7/note?type=DBN", "?type=QTN&note=7": "/7/note",
	} {
		s.wantRedirect(s.get(invoicesURL+"/new"+query), invoicesURL+page)
	}
	s.want(s.get(invoicesURL+"/new?note=x"), http.StatusOK, "New tax invoice")
}

func TestRowsWithoutScript(t *testing.T) {
	s := newCompanySite(t)
	form := fullForm("lines[4].description", "Freight", "lines[4].price", "650", "lines[4].rate", "18", "lines[4].amount", "1", "lines[4].taxable", "1", "lines[4].total", "1")
	rows := func(do string) url.Values {
		r := s.post(invoicesURL, with(form, "do", do))
		s.want(r, http.StatusOK)
		return formOf(r.body)
	}
	shown := rows("line")
	if shown.Get("lines[1].description") != "Freight" || shown["lines[3].description"] == nil || shown.Get("docs[0].info") != "Packing list" {
		t.Errorf("another line: %v", shown)
	}
	shown = rows("drop:0")
	if shown.Get("lines[0].description") != "Freight" || shown.Get("lines[0].batch.name") != "" || shown.Get("docs[0].info") == "" {
		t.Errorf("without the first line: %v", shown)
	}
	shown = rows("drop:docs[0]")
	if shown.Get("docs[0].url") != "" || shown.Get("lines[0].batch.name") != "LOT-7" {
		t.Errorf("without the supporting document: %v", shown)
	}
	shown = rows("drop:refs.contracts[0]")
	if shown.Get("order.number") != "" || shown.Get("refs.contracts[0].project") != "P-2" || shown.Get("refs.contracts[0].tender") != "" {
		t.Errorf("without the first order: %v", shown)
	}
	shown = rows("drop:lines[0].attributes[0]")
	if shown.Get("lines[0].attributes[0].name") != "" || shown.Get("lines[0].batch.name") != "LOT-7" {
		t.Errorf("without the property: %v", shown)
	}
	shown = rows("charge:freight")
	if shown.Get("lines[2].charge") != "freight" || shown.Get("lines[2].description") != "Freight" {
		t.Errorf("with freight: %v", shown)
	}
	if shown = rows("charge:gold"); shown.Get("lines[2].charge") != "" {
		t.Errorf("a charge that is none: %v", shown)
	}
	for _, do := range []string{"more:0", "more:7", "more:x", "add:docs", "add:lines[0].attributes", "drop:x", "drop:", "nothing"} {
		if shown = rows(do); shown.Get("lines[0].batch.name") != "LOT-7" || shown.Get("docs[0].info") != "Packing list" {
			t.Errorf("%s: %v", do, shown)
		}
	}
}

func TestRowsThatAreAskedFor(t *testing.T) {
	form := fullForm()
	for _, column := range lineColumns {
		form.Set(lineName(6, column), form.Get(lineName(0, column)))
	}
	of := func(do string) (editing, typedInvoice) {
		e := editing{values: with(form, "do", do)}
		changeRows(&e)
		return e, parseInvoice(e.values)
	}
	e, typed := of("add:docs")
	if rows := groupRows(e, typed); rows["docs"] != 2 || rows["refs.preceding"] != 1 || rows["refs.contracts"] != 2 {
		t.Errorf("rows %v", rows)
	}
	for do, open := range map[string]int{"more:0": 0, "more:6": 1, "more:9": 2, "add:lines[6].attributes": 1, "line": -1} {
		for i, line := range editorLines(of(do)) {
			if line.Open != (i == open) {
				t.Errorf("%s: line %d open is %v", do, i, line.Open)
			}
		}
	}
	line := editorLines(of("line"))[0]
	if line.More["batch.name"] != "LOT-7" || line.More["attributes[0].value"] != "W320" || line.Kept["total"] != "13545.00" || line.More["total"] != "" || line.Kept["service"] != "N" {
		t.Errorf("%+v", line)
	}
}

func TestINV01OfEveryDocument(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	held := s.issue(invoiceForm())
	void := s.issue(invoiceForm())
	s.wantRedirect(s.post(void+"/void", nil), void)
	bill := s.issue(invoiceForm("type", "BOS", "lines[0].rate", "0"))
	challan := s.issue(invoiceForm("type", "CHL"))
	draft := invoicesURL + "/" + s.saved(url.Values{"type": {"QTN"}, "remarks": {"Half a thought"}})
	for address, want := range map[string][]string{
		held: {"INV-26-27-0001%20INV-01.json", `"Typ":"INV"`}, void: {"INV-26-27-0002%20INV-01.json", `"No":"INV/26-27/0002"`},
		bill:    {"bill%20of%20supply%20as%20INV-01.json", `"Typ":"BOS"`},
		challan: {"delivery%20challan%20as%20INV-01.json", `"Typ":"CHL"`},
		draft:   {"Draft%20" + strings.TrimPrefix(draft, invoicesURL+"/") + "%20quotation%20as%20INV-01.json", "Half a thought"},
	} {
		r := s.get(address + "/inv01")
		s.want(r, http.StatusOK, want[1])
		if name := r.Header.Get("Content-Disposition"); !strings.Contains(name, want[0]) {
			t.Errorf("%s is called %q, want %q", address, name, want[0])
		}
	}
}

func TestTheTermsOfPaymentAreSentToThePortal(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("terms.days", "45"))
	inv, body := s.stored(address)
	if inv.Payment != nil || inv.Terms.Days != 45 || !strings.Contains(string(body), `"PayDtls":{"CrDay":45,"PaymtDue":13545.00}`) {
		t.Errorf("payment %v, terms %v: %s", inv.Payment, inv.Terms, body)
	}
	_, body = s.stored(s.issue(invoiceForm("terms.cash", "on", "payment.mode", "UPI")))
	if !strings.Contains(string(body), `"PayDtls":{"Mode":"UPI"}`) {
		t.Errorf("what was typed does not stay: %s", body)
	}
	s.step()
	s.want(s.get(address), http.StatusOK, "Registered")
}

func TestTheMainButtonSaysWhatItDoes(t *testing.T) {
	s := newCompanySite(t)
	for kind, want := range map[string]string{
		"INV": "Issue & register", "CRN": "Issue & register", "BOS": "Issue", "CHL": "Issue", "QTN": "Issue", "PRO": "Issue",
	} {
		page := s.get(invoicesURL + "/new?type=" + kind)
		s.want(page, http.StatusOK, want)
		if registers := strings.Contains(page.body, "Issue & register"); registers != strings.Contains(want, "register") {
			t.Errorf("%s: registers %t, want %q", kind, registers, want)
		}
	}
}
