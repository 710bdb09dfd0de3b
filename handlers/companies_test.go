package handlers

import (
	"net/http"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

func TestAddCompany(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.get("/companies/new"), http.StatusOK, "GSTIN", "Fill in practice API users")
	s.wantRedirect(s.post("/companies", companyForm()), "/c/"+companyGSTIN+"/overview?done=added")
	s.wantRedirect(s.get("/c/"+companyGSTIN+"/overview?done=added"), "/c/"+companyGSTIN+"/invoices?done=added")
	s.wantRedirect(s.get("/c/"+companyGSTIN), "/c/"+companyGSTIN+"/invoices")
	s.want(s.get("/"), http.StatusOK, "Sharda Traders", "PAN AAPFU0939F", "Pune, Maharashtra", "Practice")

	c, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil {
		t.Fatal(err)
	}
	if c.Mode != gst.Practice || c.State != "27" || c.PIN != 411030 || !c.RoundOff || c.UPI != registrar.PracticeUPI {
		t.Errorf("stored company %+v", c)
	}
	creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice)
	if err != nil || len(creds) != 3 {
		t.Fatalf("practice credentials: %d, %v; want 3", len(creds), err)
	}
	log, err := s.store.EditLog(t.Context(), db.LogFilter{Company: companyGSTIN})
	if err != nil || len(log) == 0 {
		t.Fatalf("edit log: %d entries, %v", len(log), err)
	}
	if who := log[len(log)-1].Actor; who.Name != ownerEmail || who.From != "127.0.0.1" {
		t.Errorf("the edit log names %+v", who)
	}
}

func TestAddCompanyWithoutPracticeUsers(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("fill_practice", "")), http.StatusSeeOther)
	if creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice); err != nil || len(creds) != 0 {
		t.Errorf("credentials: %d, %v; want none", len(creds), err)
	}
}

func TestAddCompanyTwiceOpensTheFirst(t *testing.T) {
	s := newCompanySite(t)
	again := companyForm("name", "Another Name", "pin", "")
	s.wantRedirect(s.post("/companies", again), "/c/"+companyGSTIN+"/overview")
	s.wantRedirect(s.post("/companies", companyForm("gstin", " 27aapfu0939f1zv ")), "/c/"+companyGSTIN+"/overview")
	c, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil || c.LegalName != "Sharda Traders Private Limited" {
		t.Errorf("the company became %q, %v", c.LegalName, err)
	}
}

func TestAddCompanySaysWhatIsWrongBesideTheField(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"no GSTIN", "gstin", "", "Type the GSTIN."},
		{"a short GSTIN", "gstin", "27AAPFU0939F1Z", "A GSTIN has 15 characters; this has 14."},
		{"an unknown State", "gstin", "49AAPFU0939F1ZV", "No State has the code 49"},
		{"no pattern", "gstin", "27AAPFU-939F1ZV", "two digits and thirteen letters or digits"},
		{"no name", "name", "", "This is needed."},
		{"a quote in the name", "name", `Sharda "Best" Traders`, "The portal does not take"},
		{"a PIN of another State", "pin", "560001", "is not in"},
		{"a PIN of letters", "pin", "41103O", "A PIN code has 6 digits."},
		{"a short second line", "address2", "ab", "Type 3 to 100 characters"},
		{"a phone with letters", "phone", "0201234x", "Type the phone number as"},
		{"no such taxpayer", "taxpayer", "king", "Choose one of the list."},
		{"no such turnover", "turnover", "lots", "Choose one of the list."},
	}
	s := newSite(t)
	s.setUp()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post("/companies", companyForm("address1", "Kept Lane 9", test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.want, `aria-invalid="true"`, `value="Kept Lane 9"`)
			if test.field != "taxpayer" && test.field != "turnover" {
				s.want(r, http.StatusUnprocessableEntity, `value="`+test.value+`"`)
			}
		})
	}
}

func TestLiveCompanyNeedsTheRightCheckDigit(t *testing.T) {
	s := newSite(t)
	s.setUp()
	wrong := "27AAPFU0939F1ZX"
	s.want(s.post("/companies", companyForm("gstin", wrong, "mode", "live")), http.StatusUnprocessableEntity, "the last character should be V")
	s.wantRedirect(s.post("/companies", companyForm("gstin", wrong)), "/c/"+wrong+"/overview?done=added")
	s.wantRedirect(s.post("/companies", companyForm("mode", "live")), "/c/"+companyGSTIN+"/overview?done=added")
	if creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Live); err != nil || len(creds) != 0 {
		t.Errorf("a live company got %d practice users, %v", len(creds), err)
	}
}

func TestGSTINHintWhileTyping(t *testing.T) {
	tests := []struct{ name, gstin, want string }{
		{"a right one", "27aapfu0939f1zv", "Maharashtra · PAN AAPFU0939F"},
		{"a wrong check digit", "27AAPFU0939F1ZX", "The check digit is wrong"},
		{"half typed", "27AAPFU", "this has 7"},
		{"other letters", "महाराष्ट्र२७", "A GSTIN has 15 characters"},
		{"nothing", "", `id="gstin-note"`},
	}
	s := newSite(t)
	s.setUp()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.get("/gstin?gstin="+test.gstin, "HX-Request", "true")
			s.want(r, http.StatusOK, test.want)
			if strings.Contains(r.body, "<html") {
				t.Error("got a whole page")
			}
		})
	}
}

func TestFillFromThePortal(t *testing.T) {
	s := newSite(t)
	s.setUp()
	form := companyForm("name", "", "trade", "", "address1", "", "place", "", "pin", "", "email", "kept@sharda.example")
	r := s.post("/companies/lookup", form)
	s.want(r, http.StatusOK, "Filled in from the portal", `value="kept@sharda.example"`, "<html")
	for _, empty := range []string{`name="name" type="text" value=""`, `name="pin" type="text" value=""`} {
		if strings.Contains(r.body, empty) {
			t.Errorf("the portal left %s", empty)
		}
	}
	fragment := s.post("/companies/lookup", form, "HX-Request", "true")
	s.want(fragment, http.StatusOK, "Filled in from the portal")
	if strings.Contains(fragment.body, "<html") {
		t.Error("htmx got the whole page")
	}
	s.want(s.post("/companies/lookup", companyForm("gstin", "27")), http.StatusUnprocessableEntity, "A GSTIN has 15 characters")
	s.want(s.post("/companies/lookup", companyForm("mode", "live")), http.StatusUnprocessableEntity, "only companies that have credentials")
}

func TestUnknownCompanyIsNotFound(t *testing.T) {
	s := newCompanySite(t)
	for _, page := range []string{"", "/overview", "/settings", "/settings/einvoice", "/settings/credentials", "/settings/series"} {
		s.want(s.get("/c/29AAPFU0939F1ZR"+page), http.StatusNotFound, "belongs to another company")
		s.want(s.get("/c/nonsense"+page), http.StatusNotFound)
	}
	s.want(s.post("/c/29AAPFU0939F1ZR/settings/einvoice", companyForm()), http.StatusNotFound)
}

func TestCompaniesOfOnePANStandTogether(t *testing.T) {
	groups := groupByPAN([]gst.Company{
		{GSTIN: "27AAPFU0939F1ZV", LegalName: "A"}, {GSTIN: "29AABCT1332L1ZD", LegalName: "B"}, {GSTIN: "29AAPFU0939F1ZR", LegalName: "C"},
	})
	if len(groups) != 2 || len(groups[0].Companies) != 2 || groups[0].Companies[1].GSTIN != "29AAPFU0939F1ZR" {
		t.Errorf("groups: %+v", groups)
	}
}
