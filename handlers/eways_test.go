package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

const ewaysAt = "/c/" + companyGSTIN + "/ewaybills"

// farForm is an invoice whose goods need an e-way bill: above the limit, to another State.
func farForm(change ...string) url.Values {
	form := invoiceForm("buyer.name", "Deccan Tools", "buyer.gstin", "29AADCD8832K1Z7", "buyer.address1", "4 Mill Road", "buyer.place", "Bengaluru", "buyer.pin", "560001",
		"lines[0].qty", "150")
	return with(form, change...)
}

// carry has the registrar do all that is due for e-way bills.
func (s *site) carry() {
	s.Helper()
	for range 10 {
		done, err := s.registrar.EWayOne(s.Context())
		if err != nil {
			s.Fatal(err)
		}
		if !done {
			return
		}
	}
}

// far is a registered document whose goods need an e-way bill.
func (s *site) far(change ...string) string {
	s.Helper()
	address := s.issue(farForm(change...))
	s.step()
	return address
}

// billForm is the form for the e-way bill of a document.
func billForm(address string, change ...string) url.Values {
	form := url.Values{"do": {"make"}, "invoice": {address[strings.LastIndexByte(address, '/')+1:]}, "distance": {"842"}}
	return with(form, change...)
}

// bill is the e-way bill at an address.
func (s *site) bill(address string) *gst.EWay {
	s.Helper()
	id, err := strconv.ParseInt(address[strings.LastIndexByte(address, '/')+1:], 10, 64)
	if err != nil {
		s.Fatal(err)
	}
	b, err := s.store.EWay(s.Context(), companyGSTIN, id)
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// makeBill asks for an e-way bill and has it made.
func (s *site) makeBill(form url.Values) string {
	s.Helper()
	r := s.post(ewaysAt, form)
	s.want(r, http.StatusSeeOther)
	s.carry()
	return r.Header.Get("Location")
}

// moving is a bill that was made with its vehicle.
func (s *site) moving() string {
	s.Helper()
	return s.makeBill(billForm(s.far(), "mode", "1", "vehicle", "mh-12 ab 1234"))
}

// partA is a bill without vehicle.
func (s *site) partA() string {
	s.Helper()
	return s.makeBill(billForm(s.far(), "transporter_id", "27AAKFG1111M1Z2", "transporter_name", "Ghat Roadways"))
}

func TestDocumentSaysThatItNeedsAnEWayBillAndLeadsToItsForm(t *testing.T) {
	s := newCompanySite(t)
	address := s.far()
	page := s.get(address)
	s.want(page, http.StatusOK, "E-way bill", "Needed", "Make the e-way bill", ewaysAt+"/new?invoice=1")
	s.want(s.get(ewaysAt+"/new?invoice=1"), http.StatusOK, "E-way bill needed", "by its IRN", "Deccan Tools", "Bengaluru", `name="vehicle"`)

	small := s.issue(invoiceForm())
	s.step()
	s.wantNot(s.get(small), "Make the e-way bill")
}

func TestEWayBillIsMadeOfADocumentByItsIRN(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	b := s.bill(address)
	if b.State != gst.EWayActive || len(b.Number) != 12 || b.Route != gst.EWayByIRN {
		t.Fatalf("bill: %s %q by %s, refused: %+v", b.State, b.Number, b.Route, b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, grouped(b.Number), "Valid until", "MH12AB1234", "Cancel this e-way bill", "Driver’s link", "INV/26-27/0001", "Cannot be done")
	s.want(s.get(invoicesURL+"/1"), http.StatusOK, grouped(b.Number), "Active")
	s.want(s.get(ewaysAt), http.StatusOK, grouped(b.Number), "Deccan Tools", "MH12AB1234", "left")
	s.want(s.get(ewaysAt+"?q="+b.Number), http.StatusOK, grouped(b.Number))
	s.want(s.get(ewaysAt+"?tab=to_do"), http.StatusOK, "Nothing to do")
	s.want(s.get(ewaysAt+"/new?invoice=1"), http.StatusSeeOther)
	s.want(s.get(address+"/calls"), http.StatusOK, "Make the e-way bill")
	s.want(s.get(address+"/events"), http.StatusOK, `id="state"`)
}

func TestFaultsOfTheFormStandBesideTheirFieldsAndWhatWasTypedStays(t *testing.T) {
	s := newCompanySite(t)
	form := billForm(s.far(), "mode", "1", "vehicle", "MH1", "transporter_name", "Ghat Roadways")
	r := s.post(ewaysAt, form)
	s.want(r, http.StatusUnprocessableEntity, `id="vehicle-error"`, "such as KA01AB1234. (", `value="MH1"`, `value="Ghat Roadways"`, `value="842"`)
	s.want(s.post(ewaysAt, with(form, "distance", "-1")), http.StatusUnprocessableEntity, `id="distance-error"`, "from 0 to 4000 km")
}

func TestPartAAloneWaitsForItsVehicleWhichTheGateEnters(t *testing.T) {
	s := newCompanySite(t)
	address := s.makeBill(billForm(s.far(), "transporter_id", companyGSTIN))
	b := s.bill(address)
	if b.State != gst.EWayPartA {
		t.Fatalf("bill: %s, refused: %+v", b.State, b.Refusal)
	}
	s.want(s.get(ewaysAt+"?tab=part_a"), http.StatusOK, grouped(b.Number), "15 days for the vehicle", "No vehicle yet")
	gate := "/c/" + companyGSTIN + "/gate"
	s.want(s.get(gate), http.StatusOK, "Deccan Tools", "Bengaluru", gate+"?bill=1")
	s.want(s.get(gate+"?bill=1"), http.StatusOK, "May leave", "Deccan Tools")
	s.want(s.get(gate+"/vehicle?vehicle=mh%2012%20ab%201234"), http.StatusOK, "✓ MH12AB1234")
	s.want(s.post(gate, url.Values{"bill": {"1"}, "vehicle": {"12"}}), http.StatusUnprocessableEntity, "May leave", `value="12"`)

	r := s.post(gate, url.Values{"bill": {"1"}, "vehicle": {"mh 12-ab 1234"}})
	s.wantRedirect(r, gate+"?done=1")
	s.want(s.get(gate+"?done=1"), http.StatusOK, "Wait: asking the portal")
	s.carry()
	s.want(s.get(gate+"?done=1"), http.StatusOK, "Done: may leave", "until 2", "MH12AB1234", "/2026 23:59")
}

func TestGateMakesTheBillOfADocumentThatHasNone(t *testing.T) {
	s := newCompanySite(t)
	s.far()
	gate := "/c/" + companyGSTIN + "/gate"
	s.want(s.get(gate), http.StatusOK, "No e-way bill yet", gate+"?invoice=1")
	s.wantRedirect(s.post(gate, url.Values{"invoice": {"1"}, "chosen": {"MH12AB1234"}}), gate+"?done=1")
	s.carry()
	s.want(s.get(gate+"?done=1"), http.StatusOK, "Done: may leave")
	s.want(s.get(gate), http.StatusOK, "Nothing waits")
}

func TestVehicleIsChangedAndEveryFaultOfTheFormIsSaid(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.want(s.post(address+"/do/part_b", url.Values{"part_b.mode": {"1"}, "part_b.vehicle": {"??"}}), http.StatusUnprocessableEntity, `id="part-b-vehicle-error"`, `id="part-b-place-error"`)
	r := s.post(address+"/do/part_b", url.Values{
		"part_b.mode": {"1"}, "part_b.vehicle": {"KA 01 AA 9999"}, "part_b.place": {"Hubballi"}, "part_b.state": {"29"}, "part_b.reason": {"1"}, "part_b.remark": {"axle broke"},
	})
	s.wantRedirect(r, address)
	s.want(s.get(address), http.StatusOK, "Vehicle sent", "Take it back")
	s.carry()
	s.want(s.get(address), http.StatusOK, "KA01AA9999", "Hubballi", "Vehicle entered")
	if b := s.bill(address); len(b.Vehicles) != 2 {
		t.Errorf("vehicles: %+v", b.Vehicles)
	}
}

func TestEachEventOfAnEWayBillIsToldInWords(t *testing.T) {
	for _, kind := range []db.EventKind{
		db.EventEWayAsked, db.EventEWaySent, db.EventEWayNoAnswer, db.EventEWaySwitched, db.EventEWayPostponed, db.EventEWayLookedUp, db.EventEWayMade,
		db.EventEWayDone, db.EventEWayRefused, db.EventEWayTakenBack, db.EventEWayFound, db.EventEWayRead, db.EventEWayAdopted, db.EventEWayScheduled,
		db.EventEWayDropped, db.EventEWayShared, db.EventEWayUnshared,
	} {
		if told := ewayEvent(db.Event{Kind: kind}); told.Title == "" || strings.Contains(told.Title, "_") {
			t.Errorf("%s is told as %q", kind, told.Title)
		}
	}
}

func TestRejectionIsOursOrTheirs(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)
	for role, want := range map[gst.EWayRole]string{gst.EWayOther: "Rejected by you", gst.EWayOurs: "Rejected by the other party"} {
		b := &gst.EWay{Role: role, State: gst.EWayActive, RejectedAt: at}
		line, bad := (&Server{now: func() time.Time { return at }}).ewayRowWhy(b)
		if p := ewayProblemOf(b); p == nil || p.Title != want || !bad || !strings.HasPrefix(line, want) {
			t.Errorf("%s: %+v, %q", role, p, line)
		}
	}
}

func TestWhatIsAskedAboutAMadeBillAndWhatOfItWasRefusedIsWorkToDo(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	queue := "/c/" + companyGSTIN + "/queue"
	s.wantNot(s.get(queue), `id="eways"`)
	s.wantRedirect(s.post(address+"/do/cancel", url.Values{"cancel.reason": {"3"}}), address)
	for _, path := range []string{queue, ewaysAt + "?tab=to_do"} {
		s.want(s.get(path), http.StatusOK, "INV/26-27/0001", "Cancelling asked for; the answer is awaited.")
	}
	s.want(s.get(queue), http.StatusOK, "Try all now", `hx-trigger="every 2s"`)
	s.onPortal("eways/verify", map[string]string{"no": s.bill(address).Number}) // an officer checks the vehicle
	s.carry()
	b := s.bill(address)
	if b.State != gst.EWayActive || b.Refused != gst.EWayCancel || b.Refusal == nil {
		t.Fatalf("bill: %s, refused %q %+v", b.State, b.Refused, b.Refusal)
	}
	code := b.Refusal.Codes[0].Code
	for _, path := range []string{queue, ewaysAt + "?tab=to_do", ewaysAt} {
		s.want(s.get(path), http.StatusOK, "INV/26-27/0001", "Cancelling refused: "+code+" "+ewayWhy(code))
	}
	s.want(s.get(address), http.StatusOK, "Cancelling refused", "<code>"+code+"</code>")
}

func TestWhatIsAskedForIsTakenBackBeforeItIsSent(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.wantRedirect(s.post(address+"/do/cancel", url.Values{"cancel.reason": {"3"}}), address)
	s.wantRedirect(s.post(address+"/withdraw", nil), address)
	s.carry()
	if b := s.bill(address); b.State != gst.EWayActive || b.Asked != "" {
		t.Errorf("bill: %s, asked %q", b.State, b.Asked)
	}
}

func TestEWayBillIsCancelledForAReasonInItsOwnOrder(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.want(s.get(address), http.StatusOK, `<option value="2">Order cancelled</option>`, `<option value="3">Data entry mistake</option>`)
	s.want(s.post(address+"/do/cancel", url.Values{}), http.StatusUnprocessableEntity, `id="cancel-reason-error"`)
	s.wantRedirect(s.post(address+"/do/cancel", url.Values{"cancel.reason": {"3"}, "cancel.remark": {"wrong goods"}}), address)
	s.carry()
	s.want(s.get(address), http.StatusOK, "Cancelled", "Data entry mistake")
	s.want(s.get(invoicesURL+"/1"), http.StatusOK, "Make a new one")
}

func TestExpiringBillIsExtendedFromTheBoardInOnePress(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	b := s.bill(address)
	s.clock.add(b.ValidUntil.Add(-6 * time.Hour).Sub(s.clock.Now()))
	s.setUpAgain()
	s.want(s.get(ewaysAt+"?tab=expiring"), http.StatusOK, "6 h left", "Ends within 24 hours", `name="extend.reason"`, "MH12AB1234")
	form := url.Values{
		"extend.mode": {"1"}, "extend.vehicle": {"MH12AB1234"}, "extend.vehicle_type": {"R"}, "extend.place": {"Pune"}, "extend.state": {"27"}, "extend.pin": {"411030"},
		"extend.distance": {"240"}, "extend.reason": {"99"}, "extend.remark": {"rain"},
	}
	s.want(s.post(address+"/do/extend", with(url.Values{}, "extend.reason", "")), http.StatusUnprocessableEntity, `id="extend-reason-error"`)
	s.wantRedirect(s.post(address+"/do/extend", form), address)
	s.carry()
	after := s.bill(address)
	if !after.ValidUntil.After(b.ValidUntil) || after.Extensions != 1 {
		t.Errorf("valid until %s, was %s; refused: %+v", after.ValidUntil, b.ValidUntil, after.Refusal)
	}
}

func TestReasonOfAnExtensionIsItsRemarkWhereNothingElseIsSaid(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	b := s.bill(address)
	s.clock.add(b.ValidUntil.Add(-6 * time.Hour).Sub(s.clock.Now()))
	s.setUpAgain()
	form := url.Values{
		"extend.mode": {"1"}, "extend.vehicle": {"MH12AB1234"}, "extend.place": {"Pune"}, "extend.state": {"27"}, "extend.pin": {"411030"},
		"extend.distance": {"240"}, "extend.reason": {"99"},
	}
	s.want(s.post(address+"/do/extend", form), http.StatusUnprocessableEntity, `id="extend-remark-error"`)
	s.wantRedirect(s.post(address+"/do/extend", with(form, "extend.reason", "1")), address)
	s.carry()
	if after := s.bill(address); !after.ValidUntil.After(b.ValidUntil) {
		t.Errorf("valid until %s, was %s; refused: %+v", after.ValidUntil, b.ValidUntil, after.Refusal)
	}
}

func TestPartAWithoutVehicleIsSaidToHaveLapsed(t *testing.T) {
	s := newCompanySite(t)
	address := s.partA()
	s.want(s.get(address), http.StatusOK, "It lapses ")
	s.clock.add(16 * 24 * time.Hour)
	s.setUpAgain()
	s.want(s.get(address), http.StatusOK, "It lapsed ", "Lapsed without vehicle")
}

func TestExtensionIsPlannedForWhenTheWindowOpens(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	form := url.Values{
		"extend.mode": {"1"}, "extend.vehicle": {"MH12AB1234"}, "extend.vehicle_type": {"R"}, "extend.place": {"Pune"}, "extend.state": {"27"}, "extend.pin": {"411030"},
		"extend.distance": {"240"}, "extend.reason": {"99"}, "extend.remark": {"rain"},
	}
	s.want(s.get(address), http.StatusOK, "Plan an extension", "Extend when the window opens")
	s.wantRedirect(s.post(address+"/do/extend", form), address)
	s.want(s.get(address), http.StatusOK, "An extension is planned", "240 km left")
	s.wantRedirect(s.post(address+"/unschedule", nil), address)
	s.wantNot(s.get(address), "An extension is planned")
}

func TestTripSheetIsMadeOfTheTickedBills(t *testing.T) {
	s := newCompanySite(t)
	first, second := s.moving(), s.moving()
	form := "/c/" + companyGSTIN + "/trips/new?id=1&id=2"
	s.want(s.get(form), http.StatusOK, grouped(s.bill(first).Number), grouped(s.bill(second).Number), "MH12AB1234")
	sheet := url.Values{"id": {"1", "2"}, "trip.mode": {"1"}, "trip.vehicle": {"MH12AB1234"}, "trip.place": {"Pune"}, "trip.state": {"27"}}
	s.want(s.post("/c/"+companyGSTIN+"/trips", with(url.Values{"id": {"1"}}, "trip.mode", "1")), http.StatusUnprocessableEntity, `id="trip-vehicle-error"`)
	r := s.post("/c/"+companyGSTIN+"/trips", sheet)
	s.wantRedirect(r, "/c/"+companyGSTIN+"/trips/1")
	s.want(s.get("/c/"+companyGSTIN+"/trips/1"), http.StatusOK, "Asked for", "Not made yet")
	s.carry()
	trip, err := s.store.Trip(t.Context(), companyGSTIN, 1)
	if err != nil || len(trip.Number) != 10 {
		t.Fatalf("trip sheet: %+v, %v", trip, err)
	}
	s.want(s.get("/c/"+companyGSTIN+"/trips/1"), http.StatusOK, trip.Number, "MH12AB1234", "Make it again")
	s.want(s.get("/c/"+companyGSTIN+"/trips"), http.StatusOK, trip.Number, "2 bills", "Made")
	s.want(s.get(first), http.StatusOK, "Trip sheet "+trip.Number)
	again := with(sheet, "trip.vehicle", "KA01AA9999", "trip.reason", "1", "trip.remark", "axle broke")
	s.wantRedirect(s.post("/c/"+companyGSTIN+"/trips/1/again", again), "/c/"+companyGSTIN+"/trips/2")
	s.carry()
	s.want(s.get("/c/"+companyGSTIN+"/trips/2"), http.StatusOK, "In the place of "+trip.Number, "KA01AA9999", "Made")
	newer, err := s.store.Trip(t.Context(), companyGSTIN, 2)
	if err != nil {
		t.Fatal(err)
	}
	replaced := s.get("/c/" + companyGSTIN + "/trips/1")
	s.want(replaced, http.StatusOK, "Replaced by trip sheet "+newer.Number)
	s.want(s.get("/c/"+companyGSTIN+"/trips"), http.StatusOK, "Replaced")
	s.wantNot(replaced, "Make it again")
}

func TestEWayBillsArePrinted(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.moving()
	for _, path := range []string{address + "/pdf", address + "/pdf?slip=1&a5=1", ewaysAt + "/print?id=1&id=2"} {
		if r := s.get(path); r.StatusCode != http.StatusOK || !strings.HasPrefix(r.body, "%PDF-") {
			t.Errorf("%s: %s %.40q", path, r.Status, r.body)
		}
	}
	s.want(s.get(ewaysAt+"/print"), http.StatusUnprocessableEntity, "No e-way bill is chosen")
}

func TestDriverSeesTheBillByALinkThatEnds(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	page := s.post(address+"/share", nil)
	s.want(page, http.StatusOK, "wa.me/?text=", "The driver’s link is made")
	_, after, _ := strings.Cut(page.body, s.server.URL+driverPath)
	token, _, _ := strings.Cut(after, `"`)
	s.browser = s.newBrowser() // nobody is signed in
	link := driverPath + token
	r := s.get(link)
	s.want(r, http.StatusOK, "<svg", "Valid until", "MH12AB1234", link+"/invoice.pdf", "noindex")
	if got := r.Header.Get("X-Robots-Tag") + r.Header.Get("Cache-Control") + r.Header.Get("Referrer-Policy"); got != "noindex, nofollowno-storeno-referrer" {
		t.Errorf("headers: %q", got)
	}
	s.wantNot(r, companyGSTIN+"/", "<script")
	for _, path := range []string{"/ewaybill.pdf", "/invoice.pdf"} {
		if r := s.get(link + path); r.StatusCode != http.StatusOK || !strings.HasPrefix(r.body, "%PDF-") {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	unknown := s.get(driverPath + "abc")
	s.want(unknown, http.StatusNotFound)
	s.clock.add(40 * 24 * time.Hour)
	if over := s.get(link); over.StatusCode != http.StatusNotFound || over.body != unknown.body {
		t.Errorf("a link that is over looks otherwise than an unknown one: %s", over.Status)
	}
}

func TestDriversLinksEndWhenTheyAreRevokedAndGuessingIsSlowedDown(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.wantNot(s.get(address), "End all links")
	page := s.post(address+"/share", nil)
	_, after, _ := strings.Cut(page.body, s.server.URL+driverPath)
	token, _, _ := strings.Cut(after, `"`)
	s.want(s.get(address), http.StatusOK, "End all links", address+"/share/end")
	s.wantRedirect(s.post(address+"/share/end", nil), address)
	s.wantNot(s.get(address), "End all links")
	s.want(s.get(driverPath+token), http.StatusNotFound)
	for range perAddress.burst {
		s.get(driverPath + "guess")
	}
	r := s.get(driverPath + "guess")
	s.want(r, http.StatusTooManyRequests)
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// freeForm is goods that come in on a supplier's invoice.
func freeForm(change ...string) url.Values {
	form := url.Values{
		"do": {"make"}, "direction": {"I"}, "sub_supply": {"1"}, "paper": {"INV"}, "number": {"SUP-77"}, "date": {"21/11/2026"}, "transaction": {"1"},
		"from.gstin": {"29AADCD8832K1Z7"}, "from.name": {"Deccan Tools"}, "from.address1": {"4 Mill Road"}, "from.place": {"Bengaluru"}, "from.pin": {"560001"},
		"to.gstin": {companyGSTIN}, "to.name": {"Sharda Traders"}, "to.address1": {"14 Laxmi Road"}, "to.place": {"Pune"}, "to.pin": {"411030"},
		"distance": {"842"}, "mode": {"1"}, "vehicle": {"KA01AA9999"},
		"lines[0].name": {"Drill bits"}, "lines[0].hsn": {"8207 50"}, "lines[0].quantity": {"100"}, "lines[0].unit": {"NOS"}, "lines[0].taxable": {"60,000"}, "lines[0].rate": {"18"},
	}
	return with(form, change...)
}

func TestGoodsThatComeInGetAnEWayBillWithoutADocumentOfOurs(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(ewaysAt+"/new"), http.StatusOK, "Of one of your documents", "Inward: goods come to you", `name="lines[0].hsn"`, companyGSTIN)
	s.want(s.post(ewaysAt, freeForm("do", "row")), http.StatusOK, `name="lines[1].hsn"`, `value="Drill bits"`)
	s.want(s.post(ewaysAt, freeForm("do", "drop:0", "lines[1].name", "Saws")), http.StatusOK, `value="Saws"`)
	s.want(s.post(ewaysAt, freeForm("lines[0].hsn", "12", "from.pin", "411030")), http.StatusUnprocessableEntity, `id="lines-0-hsn-error"`, `id="from-pin-error"`)
	address := s.makeBill(freeForm())
	b := s.bill(address)
	if b.State != gst.EWayActive || b.Route != gst.EWayDirect || b.Of.Totals.IGST != 10_800_00 || b.Of.Totals.Total != 70_800_00 {
		t.Fatalf("bill: %s by %s, %+v; refused: %+v", b.State, b.Route, b.Of.Totals, b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, "Inward", "SUP-77", "Drill bits")
}

func TestRefusedBillIsMendedAndTriedAgain(t *testing.T) {
	s := newCompanySite(t)
	form := freeForm("direction", "O", "sub_supply", "4", "paper", "CHL", "number", "DC-1", "from.gstin", companyGSTIN, "from.name", "Sharda Traders", "from.place", "Pune", "from.pin", "411030",
		"to.gstin", "29AAACB1234F1X5", "to.name", "Mill", "to.place", "Bengaluru", "to.pin", "560001") // cancelled in the practice portal's register
	address := s.makeBill(form)
	b := s.bill(address)
	if b.State != gst.EWayFailed || b.Refusal == nil {
		t.Fatalf("bill: %s, %+v", b.State, b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, "The portal did not make it", "Mend and try again", "<code>"+b.Refusal.Codes[0].Code+"</code>", ewayWhy(b.Refusal.Codes[0].Code))
	s.want(s.get(ewaysAt+"?tab=to_do"), http.StatusOK, "DC-1", "Refused")
	queue := s.get("/c/" + companyGSTIN + "/queue")
	s.want(queue, http.StatusOK, "E-way bills", "DC-1", "No document waits for its IRN")
	s.wantNot(queue, "Nothing waits for the portal")
	s.wantRedirect(s.post(address+"/drop", nil), address)
	s.wantNot(s.get(ewaysAt+"?tab=to_do"), "DC-1")
	s.want(s.get(address), http.StatusOK, "Given up", "Mend and try again")
	s.want(s.get(address+"/mend"), http.StatusOK, `value="DC-1"`, `value="KA01AA9999"`, "Try again", `value="18"`)
	s.wantRedirect(s.post(address+"/mend", with(form, "to.gstin", "29AADCD8832K1Z7")), address)
	s.carry()
	if b := s.bill(address); b.State != gst.EWayActive {
		t.Errorf("bill: %s, refused: %+v", b.State, b.Refusal)
	}
}

func TestOnePaperHasOneEWayBill(t *testing.T) {
	s := newCompanySite(t)
	s.makeBill(freeForm())
	s.want(s.post(ewaysAt, freeForm("vehicle", "KA01AA9998")), http.StatusUnprocessableEntity, "has an e-way bill already", `value="KA01AA9998"`)
}

func TestTransporterIsLookedUpInThePortalsRegister(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(ewaysAt, freeForm("do", "lookup", "transporter_id", "27aakfg1111m1z2")), http.StatusOK, `value="27AAKFG1111M1Z2"`, `value="Drill bits"`)
	address := s.moving()
	s.want(s.post(address+"/do/transporter", url.Values{"do": {"second"}, "transporter.transporter_id": {"27AAKFG1111M1Z2"}}), http.StatusOK, `id="transporter-transporter-id"`, `value="27AAKFG1111M1Z2"`)
}

func TestBillIsFoundByTheNumberOfADocument(t *testing.T) {
	s := newCompanySite(t)
	s.far()
	s.wantRedirect(s.get(ewaysAt+"/new?number=inv/26-27/0001"), ewaysAt+"/new?invoice=1")
	s.want(s.get(ewaysAt+"/new?number=INV/9"), http.StatusUnprocessableEntity, "No issued document of yours has this number.")
}

func TestBillMadeElsewhereIsFetchedByItsNumber(t *testing.T) {
	s := newCompanySite(t)
	number := s.bill(s.moving()).Number
	s.want(s.get(ewaysAt+"/fetch"), http.StatusOK, "One bill, by its number", "Made by others in our name")
	s.want(s.post(ewaysAt+"/fetch", url.Values{"do": {"one"}, "number": {"12"}}), http.StatusUnprocessableEntity, `id="number-error"`)
	s.wantRedirect(s.post(ewaysAt+"/fetch", url.Values{"do": {"one"}, "number": {grouped(number)}}), ewaysAt+"/1")
	s.want(s.post(ewaysAt+"/fetch", url.Values{"do": {"one"}, "number": {"399999999999"}}), http.StatusBadGateway, "It was not fetched")
	s.want(s.post(ewaysAt+"/fetch", url.Values{"do": {"list"}, "list": {"made"}, "from": {"22/11/2026"}, "to": {"22/11/2026"}}), http.StatusOK, "othing that is not here already")
	s.want(s.post(ewaysAt+"/fetch", url.Values{"do": {"list"}, "list": {"made"}, "from": {"x"}}), http.StatusUnprocessableEntity, `id="from-error"`)
	s.wantRedirect(s.post(ewaysAt+"/1/read", nil), ewaysAt+"/1")
	s.want(s.get(ewaysAt+"/1"), http.StatusOK, "Read 22 Nov 2026")
}

func TestEWayBillsOfAnotherCompanyAreNotThere(t *testing.T) {
	s := newCompanySite(t)
	s.moving()
	s.want(s.post("/companies", companyForm("gstin", "29AAPFU0939F1ZR", "place", "Bengaluru", "pin", "560001")), http.StatusSeeOther)
	for _, path := range []string{"/ewaybills/1", "/ewaybills/1/pdf", "/ewaybills/1/calls", "/ewaybills/1/mend", "/gate?bill=1", "/gate?done=1", "/trips/1"} {
		s.want(s.get("/c/29AAPFU0939F1ZR"+path), http.StatusNotFound)
	}
	s.want(s.post("/c/29AAPFU0939F1ZR/ewaybills/1/do/cancel", url.Values{"cancel.reason": {"1"}}), http.StatusNotFound)
}

func TestIRNIsCancelledAfterItsEWayBill(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.want(s.get(invoicesURL+"/1"), http.StatusOK, "Cancel the e-way bill first")
	r := s.post(invoicesURL+"/1/cancel", url.Values{"do": {"eway"}, "reason": {"2"}, "remark": {"wrong goods"}})
	s.wantRedirect(r, address)
	s.carry()
	if b := s.bill(address); b.State != gst.EWayCancelled || b.Cancelled.Reason != gst.EWayCancelDataEntry {
		t.Errorf("bill: %s for %q", b.State, b.Cancelled.Reason)
	}
	s.want(s.post(invoicesURL+"/1/cancel", url.Values{"reason": {"2"}, "remark": {"wrong goods"}}), http.StatusSeeOther)
}
