package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

const (
	customersURL = "/c/" + companyGSTIN + "/customers"
	konkan       = "27AABFK4417C1ZS"
)

// customerTypedForm is a filled form of a customer.
func customerTypedForm(change ...string) url.Values {
	form := url.Values{}
	for name, value := range map[string]string{
		"gstin": konkan, "name": "Konkan Agro Industries", "address1": "Plot 5, MIDC", "place": "Navi Mumbai", "pin": "400 703",
		"supply": "B2B", "terms.days": "30", "phone": "98200-00000",
	} {
		form.Set("customer."+name, value)
	}
	return with(form, change...)
}

// customerNamed is the stored customer of a name.
func (s *site) customerNamed(name string) gst.Customer {
	s.Helper()
	found, _, err := s.store.CustomerList(s.Context(), companyGSTIN, db.CustomerFilter{Query: name})
	if err != nil || len(found) != 1 {
		s.Fatalf("%d customers are called %q, %v", len(found), name, err)
	}
	return found[0]
}

func TestACustomerIsTypedAndFoundAgain(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(customersURL), http.StatusOK, "Your customers", "Bring over")
	s.want(s.get(customersURL+"/new"), http.StatusOK, "New customer", "Fill from the portal")
	s.wantRedirect(s.post(customersURL, customerTypedForm()), customersURL+"?done=saved")
	c := s.customerNamed("konkan")
	if c.State != "27" || c.PIN != 400703 || c.Phone != "9820000000" || c.Terms.Days != 30 || c.Supply != gst.B2B || c.Supplier {
		t.Errorf("stored %+v", c)
	}
	s.want(s.get(customersURL+"?done=saved"), http.StatusOK, "Saved.", "Konkan Agro Industries", konkan+" · Maharashtra", "Not asked", "1 name")
	s.want(s.get(fmt.Sprint(customersURL, "/", c.ID)), http.StatusOK, "Konkan Agro Industries", "was not asked about this GSTIN yet", "Delete this customer")
	changed := customerTypedForm("customer.name", "Konkan Agro LLP", "customer.kind", "supplier", "customer.prices", "inclusive", "customer.terms.cash", "on")
	s.wantRedirect(s.post(fmt.Sprint(customersURL, "/", c.ID), changed), customersURL+"?done=saved")
	if c = s.customerNamed("konkan"); c.LegalName != "Konkan Agro LLP" || !c.Supplier || c.Prices != gst.PricesInclusive || !c.Terms.Cash {
		t.Errorf("changed to %+v", c)
	}
	s.want(s.get(customersURL), http.StatusOK, "Your customers")
	s.want(s.get(customersURL+"?kind=suppliers"), http.StatusOK, "Konkan Agro LLP", "Supplier")
	s.want(s.get(customersURL+"?kind=all&q=agro", "HX-Request", "true"), http.StatusOK, "Konkan Agro LLP")
	s.want(s.get(customersURL+"?kind=all&q=nobody", "HX-Request", "true"), http.StatusOK, "Nothing found")
	s.wantRedirect(s.post(fmt.Sprint(customersURL, "/", c.ID, "/delete"), url.Values{}), customersURL+"?done=deleted")
	s.want(s.get(fmt.Sprint(customersURL, "/", c.ID)), http.StatusNotFound)
	s.want(s.get(customersURL+"/x"), http.StatusNotFound)
}

func TestFaultsOfACustomerStandBesideTheirFields(t *testing.T) {
	tests := []struct {
		name   string
		change []string
		says   []string
	}{
		{"no name", []string{"customer.name", ""}, []string{"This is needed"}},
		{"a PIN code of letters", []string{"customer.pin", "abc"}, []string{"six digits", `value="abc"`}},
		{"a PIN code elsewhere", []string{"customer.pin", "560001"}, []string{"is not in Maharashtra"}},
		{"a GSTIN cut short", []string{"customer.gstin", "27AAB"}, []string{"15 characters"}},
		{"B2B without a GSTIN", []string{"customer.gstin", ""}, []string{"needs the buyer's GSTIN"}},
		{"days that are words", []string{"customer.terms.days", "soon"}, []string{"days of credit as a number", `value="soon"`}},
		{"a further address elsewhere", []string{
			"customer.addresses[0].label", "", "customer.addresses[1].label", "Godown", "customer.addresses[1].pin", "560001", "customer.addresses[1].state", "27",
		}, []string{"is not in Maharashtra", `id="customer-addresses-1-pin-error"`}},
	}
	s := newCompanySite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.want(s.post(customersURL, customerTypedForm(tt.change...)), http.StatusUnprocessableEntity, append(tt.says, "Plot 5, MIDC")...)
		})
	}
	if found, _, err := s.store.CustomerList(t.Context(), companyGSTIN, db.CustomerFilter{}); err != nil || len(found) != 0 {
		t.Errorf("%d stored, %v", len(found), err)
	}
}

func TestACustomerThatIsThereAlreadyIsNamedAndNothingTypedIsLost(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(customersURL, customerTypedForm()), http.StatusSeeOther)
	s.want(s.post(customersURL, customerTypedForm("customer.name", "Another Name", "customer.place", "Thane")), http.StatusUnprocessableEntity,
		"Konkan Agro Industries is there already.", fmt.Sprint(customersURL, "/", s.customerNamed("konkan").ID), "Open it", "Another Name", "Thane")
	without := []string{"customer.gstin", "", "customer.supply", "", "customer.name", "Asha Stores"}
	s.want(s.post(customersURL, customerTypedForm(without...)), http.StatusSeeOther)
	s.want(s.post(customersURL, customerTypedForm(append(without, "customer.name", "ASHA stores")...)), http.StatusUnprocessableEntity, "Asha Stores is there already.")
}

func TestThePortalFillsACustomer(t *testing.T) {
	s := newCompanySite(t)
	form := url.Values{"customer.gstin": {"29AWGPV7107B1S1"}, "customer.email": {"kept@example.in"}, "do": {"fill"}}
	r := s.post(customersURL, form, "HX-Request", "true")
	s.want(r, http.StatusOK, "which lists it as SEZ", "kept@example.in", `value="SEZWP" selected`, "29AWGPV7107B1S1|SEZ|ACT|")
	if strings.Contains(r.body, "<html") {
		t.Error("htmx got a whole page")
	}
	register := between(r.body, `name="customer.register" value="`, `"`)
	saved := customerTypedForm("customer.gstin", "29AWGPV7107B1S1", "customer.pin", "", "customer.supply", "B2B", "customer.register", register)
	s.want(s.post(customersURL, saved), http.StatusUnprocessableEntity, "Choose SEZ with payment")
	saved.Set("customer.supply", "SEZWOP")
	s.want(s.post(customersURL, saved), http.StatusSeeOther)
	if c := s.customerNamed("29awg"); c.Taxpayer != "SEZ" || c.Status != "ACT" || !c.StatusAt.Equal(clockAt) {
		t.Errorf("stored as %q %q of %v", c.Taxpayer, c.Status, c.StatusAt)
	}
	s.want(s.post(customersURL, url.Values{"customer.gstin": {"29AWGPV7107B1X1"}, "do": {"fill"}}), http.StatusOK, "says of this GSTIN: cancelled")
	s.want(s.post(customersURL, url.Values{"customer.gstin": {"29A"}, "do": {"fill"}}), http.StatusOK, "this has 3")
	other := customerTypedForm("customer.register", register) // of another GSTIN: not believed
	s.want(s.post(customersURL, other), http.StatusSeeOther)
	if c := s.customerNamed("27aabfk"); c.Taxpayer != "" || !c.StatusAt.IsZero() {
		t.Errorf("what was said of another GSTIN is stored: %q", c.Taxpayer)
	}
}

func TestTheStatusOfACustomerIsAskedForWithWhatWasTypedKept(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(customersURL, customerTypedForm("customer.gstin", "29AWGPV7107B1U1", "customer.pin", "")), http.StatusSeeOther)
	id := s.customerNamed("konkan").ID
	form := customerTypedForm("customer.gstin", "29AWGPV7107B1U1", "customer.place", "half typed", "do", "ask")
	s.want(s.post(fmt.Sprint(customersURL, "/", id), form), http.StatusOK, "Suspended", "Regular taxpayer · asked 22 Nov 2026", "half typed")
	c := s.customerNamed("konkan")
	if c.Status != "SUS" || c.Place == "half typed" {
		t.Errorf("stored %q, place %q", c.Status, c.Place)
	}
	s.want(s.get(customersURL), http.StatusOK, "Suspended", `data-kind="wait"`)
}

func TestFurtherAddressesComeAndGoWithoutScript(t *testing.T) {
	s := newCompanySite(t)
	form := customerTypedForm("do", "add")
	s.want(s.post(customersURL, form), http.StatusOK, `name="customer.addresses[0].label"`)
	form.Set("customer.addresses[0].label", "Nashik godown")
	form.Set("customer.addresses[0].place", "Bhiwandi")
	s.want(s.post(customersURL, form), http.StatusOK, "Nashik godown", `name="customer.addresses[1].label"`)
	form.Set("customer.addresses[1].label", "Second shop")
	form.Set("customer.addresses[1].gstin", "29awgpv7107b1z1")
	form.Set("do", "drop:0")
	r := s.post(customersURL, form)
	s.want(r, http.StatusOK, `name="customer.addresses[0].label" type="text" value="Second shop"`)
	if strings.Contains(r.body, "Nashik godown") {
		t.Error("the address is still there")
	}
	form.Set("do", "save")
	s.want(s.post(customersURL, form), http.StatusSeeOther)
	c := s.customerNamed("konkan")
	if len(c.Addresses) != 2 || c.Addresses[0].Label != "Nashik godown" || c.Addresses[1].State != "29" {
		t.Errorf("stored %+v", c.Addresses)
	}
	s.want(s.get(fmt.Sprint(customersURL, "/", c.ID)), http.StatusOK, "Nashik godown", "Second shop", `value="29" selected`)
}

// between is the text between two others.
func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}

func TestACustomerIsMadeWithoutLeavingTheDocument(t *testing.T) {
	s := newCompanySite(t)
	htmx := []string{"HX-Request", "true", "HX-Target", "create-body"}
	r := s.get(customersURL+"/new?dialog=1&buyer.name=Nila", htmx...)
	s.want(r, http.StatusOK, `value="Nila"`, `hx-target="#create-body"`, `name="dialog"`)
	if strings.Contains(r.body, "<html") || strings.Contains(r.body, "Further addresses") {
		t.Error("the dialog got the whole page")
	}
	s.want(s.get(customersURL+"/new?dialog=1&buyer.name=Nila"), http.StatusOK, "<html", `value="Nila"`) // without script
	s.want(s.post(customersURL, url.Values{"dialog": {"1"}, "customer.name": {"N"}}, htmx...), http.StatusUnprocessableEntity, "3 to 100", `name="dialog"`)
	form := customerTypedForm("dialog", "1", "customer.name", "निला Textiles 𝄞", "customer.supply", "", "customer.terms.cash", "on", "customer.prices", "before")
	r = s.post(customersURL, form, htmx...)
	s.want(r, http.StatusNoContent)
	trigger := r.Header.Get("HX-Trigger")
	if strings.ContainsFunc(trigger, func(r rune) bool { return r > 126 }) {
		t.Errorf("the header is not ASCII: %q", trigger)
	}
	var event map[string]map[string]string
	if err := json.Unmarshal([]byte(trigger), &event); err != nil {
		t.Fatal(err)
	}
	saved := event["customer-saved"]
	for name, want := range map[string]string{
		"buyer.name": "निला Textiles 𝄞", "buyer.gstin": konkan, "buyer.state": "27", "buyer.pin": "400703", "supply": "B2B",
		"terms.cash": "on", "terms.days": "30", "prices": "", "pos": "",
	} {
		if got, ok := saved[name]; !ok || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.want(s.post(customersURL, form, htmx...), http.StatusUnprocessableEntity, "is there already", `target="_blank"`)
}

func TestLongListsTurnPages(t *testing.T) {
	s := newCompanySite(t)
	for i := range 60 {
		c := gst.Customer{Party: gst.Party{LegalName: fmt.Sprintf("Customer %02d", i)}}
		if err := s.store.SaveCustomer(t.Context(), companyGSTIN, &c); err != nil {
			t.Fatal(err)
		}
	}
	r := s.get(customersURL)
	s.want(r, http.StatusOK, "Customer 00", "Customer 49")
	next := between(r.body, `href="`+customersURL+`?after=`, `"`)
	s.want(s.get(customersURL+"?after="+next), http.StatusOK, "Customer 50", "Customer 59", ">First<")
	s.wantRedirect(s.get(customersURL+"?after=!"), customersURL)
}

func TestCustomersAreExportedToReadBack(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(customersURL, customerTypedForm()), http.StatusSeeOther)
	csv := s.get(customersURL + "/export.csv")
	s.want(csv, http.StatusOK, "Konkan Agro Industries", konkan)
	if got := csv.Header.Get("Content-Disposition"); got != "attachment; filename*=UTF-8''Customers.csv" {
		t.Error(got)
	}
	s.want(s.get(customersURL+"/export.xlsx"), http.StatusOK, "PK")
	s.want(s.get(customersURL+"/form.xlsx"), http.StatusOK, "PK")
	s.want(s.upload(customersURL+"/import", "back.csv", csv.body), http.StatusOK, "There already", "Konkan Agro Industries")
}

func TestAllCustomersAreCheckedAtThePortal(t *testing.T) {
	s := newCompanySite(t)
	address := customersURL + "/statuses"
	for i := range 3 {
		c := gst.Customer{Party: gst.Party{LegalName: fmt.Sprintf("Customer %d", i), GSTIN: fmt.Sprintf("29AWGPV710%dB1X1", i)}}
		if err := s.store.SaveCustomer(t.Context(), companyGSTIN, &c); err != nil {
			t.Fatal(err)
		}
	}
	s.want(s.get(address), http.StatusOK, "Ask about all")
	s.wantRedirect(s.post(address, url.Values{}), address)
	s.want(s.get(address), http.StatusOK, "0 of 3 asked", "every 1s", "http-equiv=\"refresh\"")
	if err := s.registrar.RunChecks(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := s.get(address, "HX-Request", "true")
	s.want(r, http.StatusOK, "3 of 3 asked", "Ask again")
	if strings.Contains(r.body, "every 1s") {
		t.Error("the page asks on though all is done")
	}
	s.want(s.get(customersURL), http.StatusOK, "Cancelled")
	late := gst.Customer{Party: gst.Party{LegalName: "Late", GSTIN: "29AWGPV7109B1X1"}}
	if err := s.store.SaveCustomer(t.Context(), companyGSTIN, &late); err != nil {
		t.Fatal(err)
	}
	s.plantFault("*", "*", "down")
	s.want(s.post(address, url.Values{}), http.StatusSeeOther)
	if err := s.registrar.RunChecks(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.want(s.get(address), http.StatusOK, "Stopped: 0 of 1 asked", "Go on")
}
