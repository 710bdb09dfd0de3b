package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/registrar"
)

// school is an installation with a training company, whose documents are registered.
type school struct {
	*site
	company gst.Company
	home    string // of the company, without slash at the end
}

func newSchool(t *testing.T) *school {
	t.Helper()
	s := newSite(t)
	s.setUp()
	return s.train()
}

// train makes a training company.
func (s *site) train() *school {
	s.Helper()
	r := s.post("/companies/training", nil)
	s.want(r, http.StatusSeeOther)
	home := strings.TrimSuffix(r.Header.Get("Location"), "/training?done=training")
	company, err := s.store.Company(s.Context(), gst.GSTIN(strings.TrimPrefix(home, "/c/")))
	if err != nil {
		s.Fatal(err)
	}
	school := &school{s, company, home}
	school.work()
	return school
}

// work has the registrar do all that is due.
func (s *site) work() {
	s.Helper()
	for {
		done, err := s.registrar.RegisterOne(s.Context())
		if err != nil {
			s.Fatal(err)
		}
		if !done {
			return
		}
	}
}

// invoiceTo is a filled form to the company's customer of a name.
func (s *school) invoiceTo(name string, change ...string) url.Values {
	s.Helper()
	found, _, err := s.store.CustomerList(s.Context(), s.company.GSTIN, db.CustomerFilter{Query: name})
	if err != nil || len(found) != 1 {
		s.Fatalf("%d customers are called %q, %v", len(found), name, err)
	}
	b := found[0]
	return invoiceForm(append([]string{
		"supply", string(b.Supply), "buyer.gstin", b.GSTIN, "buyer.name", b.LegalName, "buyer.address1", b.Address1, "buyer.place", b.Place,
		"buyer.pin", fmt.Sprint(b.PIN), "buyer.state", b.State, "pos", b.State,
	}, change...)...)
}

// bill issues an invoice and returns its address.
func (s *school) bill() string {
	s.Helper()
	r := s.post(s.home+"/invoices", s.invoiceTo("Deccan"))
	s.want(r, http.StatusSeeOther)
	return r.Header.Get("Location")
}

func (s *school) document(address string) *gst.Invoice {
	s.Helper()
	id, err := strconv.ParseInt(address[strings.LastIndexByte(address, '/')+1:], 10, 64)
	if err != nil {
		s.Fatal(err)
	}
	inv, _, err := s.store.Invoice(s.Context(), s.company.GSTIN, id)
	if err != nil {
		s.Fatal(err)
	}
	return inv
}

func (s *school) begin(drill string) db.Drill {
	s.Helper()
	s.wantRedirect(s.post(s.home+"/training/"+drill+"/start", nil), s.home+"/training?done=started#drill-"+drill)
	d, err := s.store.RunningDrill(s.Context(), s.company.GSTIN)
	if err != nil || d.Name != drill {
		s.Fatalf("%q runs, %v", d.Name, err)
	}
	s.want(s.get(s.home+"/invoices"), http.StatusOK, drillText(drill+".running"), "What to do")
	return d
}

// shows checks that the drill is done, that its page says by which document, and that
// nothing is left of it.
func (s *school) shows(drill, address string) {
	s.Helper()
	s.want(s.get(s.home+"/training"), http.StatusOK, "Shown by", s.document(address).Number, "1 of 9 done.")
	drills, err := s.store.Drills(s.Context(), s.company.GSTIN)
	if err != nil || len(drills) != 1 {
		s.Fatalf("%d drills, %v", len(drills), err)
	}
	if d := drills[0]; d.Name != drill || d.InvoiceID != s.document(address).ID || d.Ended.IsZero() {
		s.Errorf("drill %+v", d)
	}
	s.wantNot(s.get(s.home+"/invoices"), "Drill running")
	s.wantNot(s.portalSays("faults"), `"label": "drill`, `"label":"drill`)
	after := s.bill()
	s.step()
	if inv := s.document(after); inv.IRN.State != gst.IRNRegistered || inv.IRN.Registration.Provider != gst.Alankit {
		s.Errorf("after the drill an invoice is %q", inv.IRN.State)
	}
}

// portalSays is what the practice portal's admin API answers.
func (s *school) portalSays(path string) reply {
	s.Helper()
	away := s.server.URL
	s.server.URL = s.portal
	defer func() { s.server.URL = away }()
	return s.get("/_sandbox/" + path)
}

func TestOnePressMakesATrainingCompany(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.get("/"), http.StatusOK, "Make a training company")
	first := s.train()
	c := first.company
	if c.Mode != gst.Practice || !c.GSTIN.CheckDigitOK() || c.UPI != registrar.PracticeUPI || c.TradeName != "Training Company" {
		t.Errorf("company %+v", c)
	}
	s.want(s.get(first.home+"/training?done=training"), http.StatusOK, "Your training company is ready", "0 of 9 done.")
	s.want(s.get(first.home+"/invoices"), http.StatusOK, "INV/26-27/0001", "INV/26-27/0003", "Deccan Furniture Mart", "Registered")
	second := s.train()
	if second.company.TradeName != "Training Company 2" || second.company.GSTIN == c.GSTIN || !second.company.GSTIN.CheckDigitOK() {
		t.Errorf("the second company is %+v", second.company)
	}
	customers, _, err := s.store.CustomerList(t.Context(), c.GSTIN, db.CustomerFilter{})
	if err != nil || len(customers) != 6 {
		t.Errorf("%d customers, %v", len(customers), err)
	}
	items, _, err := s.store.ItemList(t.Context(), c.GSTIN, db.ItemFilter{})
	if err != nil || len(items) != 8 {
		t.Errorf("%d items, %v", len(items), err)
	}
	for _, customer := range customers {
		if g := gst.GSTIN(customer.GSTIN); customer.GSTIN != gst.URP && !g.CheckDigitOK() {
			t.Errorf("%s of %s has a wrong check digit", g, customer.LegalName)
		}
	}
	s.want(s.get("/"), http.StatusOK, "Make a training company", "Training Company 2")
}

// The one suspended at the portal may be billed, and is refused there; every item can be.
func TestTheTrainingCompanysCustomersAndItemsAreGood(t *testing.T) {
	s := newSchool(t)
	items, _, err := s.store.ItemList(t.Context(), s.company.GSTIN, db.ItemFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, buyer := range []struct {
		name string
		want gst.IRNState
	}{{"Deccan", gst.IRNRegistered}, {"Kaveri", gst.IRNRegistered}, {"Kandla", gst.IRNRegistered}, {"Meera", gst.IRNNotRequired}, {"Suspended", gst.IRNFailed}} {
		t.Run(buyer.name, func(t *testing.T) {
			form := s.invoiceTo(buyer.name)
			for i, item := range items {
				setRow(form, i, item.Description, item.HSN, "2", item.Unit, item.UnitPrice.String(), "", item.GSTRate.String())
			}
			r := s.post(s.home+"/invoices", form)
			s.want(r, http.StatusSeeOther)
			s.work()
			if inv := s.document(r.Header.Get("Location")); inv.IRN.State != buyer.want {
				t.Errorf("%q: %+v", inv.IRN.State, inv.IRN.Refusal)
			}
		})
	}
}

func TestDrillOneProviderDown(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillOneDown)
	address := s.bill()
	s.work()
	if reg := s.document(address).IRN.Registration; reg == nil || reg.Provider != gst.TaxPro {
		t.Fatalf("registration %+v", reg)
	}
	s.shows(registrar.DrillOneDown, address)
}

func TestDrillBothProvidersDown(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillBothDown)
	first, second := s.bill(), s.bill()
	s.work()
	for _, address := range []string{first, second} {
		if state := s.document(address).IRN.State; state != gst.IRNPending && state != gst.IRNUnknown {
			t.Errorf("while both are down it is %q", state)
		}
	}
	s.want(s.get(s.home+"/training"), http.StatusOK, "Bring the providers back", "0 of 9 done.")
	s.clock.add(time.Minute)
	s.want(s.post(s.home+"/training/end", nil), http.StatusSeeOther)
	s.want(s.get(s.home+"/training"), http.StatusOK, "Waiting for the invoices to go out")
	s.work()
	if a, b := s.document(first).IRN, s.document(second).IRN; a.State != gst.IRNRegistered || b.State != gst.IRNRegistered ||
		a.Registration.AckNo >= b.Registration.AckNo {
		t.Errorf("they are %+v and %+v", a, b)
	}
	s.shows(registrar.DrillBothDown, first)
}

func TestDrillLostReply(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillLostReply)
	address := s.bill()
	s.work()
	s.shows(registrar.DrillLostReply, address)
	irn := s.document(address).IRN.Registration.IRN
	if n := strings.Count(s.portalSays("ledger").body, `"`+irn+`"`); n != 1 {
		t.Errorf("the portal has it %d times", n)
	}
}

func TestDrillExpiredSignIn(t *testing.T) {
	s := newSchool(t)
	s.want(s.get(s.home+"/training"), http.StatusOK, "Not done yet")
	s.begin(registrar.DrillToken)
	address := s.bill()
	s.work()
	s.shows(registrar.DrillToken, address)
}

func TestDrillNumberTakenByAnotherDocument(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillTakenOther)
	s.begin(registrar.DrillTakenOther) // twice: the number is taken already
	r := s.post(s.home+"/training/"+registrar.DrillTakenSame+"/start", nil)
	s.want(r, http.StatusConflict, "still holds your next number")
	s.begin(registrar.DrillTakenOther)
	address := s.bill()
	s.work()
	if inv := s.document(address); inv.IRN.State != gst.IRNConflict {
		t.Fatalf("it is %q", inv.IRN.State)
	}
	s.shows(registrar.DrillTakenOther, address)
}

func TestDrillSameDocumentRegisteredAlready(t *testing.T) {
	s := newSchool(t)
	d := s.begin(registrar.DrillTakenSame)
	draft := fmt.Sprint(s.home, "/invoices/", d.DraftID)
	s.want(s.get(s.home+"/training"), http.StatusOK, "Open the invoice that is ready", draft)
	form := formOf(s.get(draft).body)
	form.Set("do", "issue")
	r := s.post(s.home+"/invoices", form)
	s.want(r, http.StatusSeeOther)
	s.work()
	inv := s.document(draft)
	if inv.IRN.State != gst.IRNRegistered || inv.Number != d.Number {
		t.Fatalf("%s is %q, %+v", inv.Number, inv.IRN.State, inv.IRN.Refusal)
	}
	s.shows(registrar.DrillTakenSame, draft)
}

func TestDrillRefusedAndCorrected(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillRefused)
	s.bill()
	s.work() // one that is not refused shows nothing
	r := s.post(s.home+"/invoices", s.invoiceTo("Suspended"))
	s.want(r, http.StatusSeeOther)
	address := r.Header.Get("Location")
	s.work()
	s.want(s.get(address), http.StatusOK, "The portal refused it", "3029")
	number := s.document(address).Number
	s.want(s.get(s.home+"/training"), http.StatusOK, "0 of 9 done.")
	version := fmt.Sprint(s.document(address).Version)
	s.want(s.post(address+"/edit", s.invoiceTo("Deccan", "version", version)), http.StatusSeeOther)
	s.work()
	if inv := s.document(address); inv.IRN.State != gst.IRNRegistered || inv.Number != number {
		t.Fatalf("%s is %q", inv.Number, inv.IRN.State)
	}
	s.shows(registrar.DrillRefused, address)
}

func TestDrillCancel(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillCancel)
	address := s.bill()
	s.work()
	s.want(s.get(s.home+"/training"), http.StatusOK, "0 of 9 done.")
	s.want(s.post(address+"/cancel", url.Values{"reason": {"2"}, "remark": {"training"}}), http.StatusSeeOther)
	s.shows(registrar.DrillCancel, address)
}

func TestDrillSlowPortal(t *testing.T) {
	s := newSchool(t)
	d := s.begin(registrar.DrillSlow)
	address := s.bill()
	strip := fmt.Sprint(s.home, "/training/strip?drill=", d.ID)
	s.want(s.get(strip), http.StatusNoContent)
	s.work()
	s.want(s.get(strip), http.StatusOK, "Drill done", s.document(address).Number)
	s.shows(registrar.DrillSlow, address)
}

func TestADrillTouchesItsCompanyAlone(t *testing.T) {
	s := newSchool(t)
	other := s.train()
	s.begin(registrar.DrillBothDown)
	address := s.bill()
	s.bill()
	s.work()
	untouched := other.bill()
	s.step()
	if inv := other.document(untouched); inv.IRN.State != gst.IRNRegistered || inv.IRN.Registration.Provider != gst.Alankit {
		t.Errorf("the other company's is %q", inv.IRN.State)
	}
	if state := s.document(address).IRN.State; state == gst.IRNRegistered {
		t.Error("the drill does nothing")
	}
	s.wantNot(s.get(other.home+"/invoices"), "Drill running")
	other.begin(registrar.DrillOneDown)
	s.want(s.post(s.home+"/training/end", nil), http.StatusSeeOther)
	s.want(other.portalSays("faults"), http.StatusOK, string(other.company.GSTIN))
	s.wantNot(other.portalSays("faults"), `"`+string(s.company.GSTIN)+`"`)
}

func TestDrillsAreForPracticeOnly(t *testing.T) {
	s := newSchool(t)
	s.want(s.post(s.home+"/training/nothing/start", nil), http.StatusNotFound)
	s.want(s.get(s.home+"/training/strip?drill=99"), http.StatusNotFound)
	d := s.begin(registrar.DrillToken)
	s.want(s.get(s.home+"/training", "HX-Request", "true"), http.StatusOK, `id="drills"`)
	r := s.get(s.home + "/training")
	at := strings.Index(r.body, "?seen=")
	seen, _, _ := strings.Cut(r.body[at:], `"`)
	s.want(s.get(s.home+"/training"+seen, "HX-Request", "true"), http.StatusNoContent)
	s.begin(registrar.DrillCancel) // ends the one before
	if before, err := s.store.Drill(t.Context(), s.company.GSTIN, d.ID); err != nil || before.Ended.IsZero() {
		t.Errorf("%+v, %v", before, err)
	}
	if err := s.store.GoLive(t.Context(), s.company.GSTIN); err != nil {
		t.Fatal(err)
	}
	s.want(s.get(s.home+"/training"), http.StatusNotFound)
	s.want(s.post(s.home+"/training/token/start", nil), http.StatusConflict)
	s.wantNot(s.get(s.home+"/invoices"), "Drill running", "/training")
}

func TestADrillIsPlantedAgainAfterARestart(t *testing.T) {
	s := newSchool(t)
	d := s.begin(registrar.DrillLostReply)
	address := s.server.URL
	s.server.URL = s.portal
	s.want(s.do(http.MethodDelete, "/_sandbox/faults", nil), http.StatusOK) // as a new process begins
	s.server.URL = address
	caller := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: s.portal})
	again := registrar.New(registrar.Options{Store: s.store, GSP: caller, Now: s.clock.Now})
	if d, err := again.FollowDrill(t.Context(), d); err != nil || !d.Ended.IsZero() {
		t.Fatalf("%+v, %v", d, err)
	}
	s.want(s.portalSays("faults"), http.StatusOK, "drill "+string(s.company.GSTIN))
}

func TestADrillNeedsTwoProviders(t *testing.T) {
	s := newSchool(t)
	creds, err := s.store.Credentials(t.Context(), s.company.GSTIN, gst.Practice)
	if err != nil {
		t.Fatal(err)
	}
	creds[0].Enabled = false
	if err := s.store.SaveCredentials(t.Context(), s.company.GSTIN, creds[0]); err != nil {
		t.Fatal(err)
	}
	s.want(s.post(s.home+"/training/one_down/start", nil), http.StatusConflict, "has not two providers")
}

func TestWithoutPracticePortalNothingIsBegun(t *testing.T) {
	s := newSchool(t)
	s.begin(registrar.DrillSlow)
	s.faces.Close()
	s.want(s.get(s.home+"/training"), http.StatusOK, "Running") // the page does not fail
	s.want(s.post(s.home+"/training/end", nil), http.StatusSeeOther)
	s.want(s.post(s.home+"/training/token/start", nil), http.StatusServiceUnavailable, "practice portal does not answer")
	s.want(s.post("/companies/training", nil), http.StatusServiceUnavailable, "practice portal does not answer")
	companies, err := s.store.Companies(t.Context())
	if err != nil || len(companies) != 1 {
		t.Errorf("%d companies, %v", len(companies), err)
	}
	if _, err := s.store.RunningDrill(t.Context(), s.company.GSTIN); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("a drill runs: %v", err)
	}
}
