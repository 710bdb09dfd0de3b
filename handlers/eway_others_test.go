package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

const gateAt = "/c/" + companyGSTIN + "/gate"

// onPortal does something at the portal itself, as other parties and officers do.
func (s *site) onPortal(path string, ask any) {
	s.Helper()
	body, err := json.Marshal(ask)
	if err != nil {
		s.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.portal+"/_sandbox/"+path, bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		s.Fatalf("%s: %s %s, %v", path, resp.Status, text, err)
	}
}

// othersBill is made at the portal by a supplier for a recipient, and fetched here.
func (s *site) othersBill(list string, change ...string) string {
	s.Helper()
	ask := map[string]string{"supplier": "29AADCD8832K1Z7", "recipient": companyGSTIN, "no": "OTH/1", "vehicle": "KA01AA9999"}
	for i := 0; i+1 < len(change); i += 2 {
		ask[change[i]] = change[i+1]
	}
	s.onPortal("eways/make", ask)
	s.clock.add(time.Minute) // lists hold what was made before they are asked for
	day := gst.DateOf(s.clock.Now()).String()
	s.want(s.post(ewaysAt+"/fetch", url.Values{"do": {"list"}, "list": {list}, "from": {day}, "to": {day}}), http.StatusOK, "Open the list")
	bills := s.get(ewaysAt)
	_, after, _ := strings.Cut(bills.body, `href="`+ewaysAt+"/1")
	if !strings.HasPrefix(after, `"`) {
		s.Fatal("the bill was not fetched")
	}
	return ewaysAt + "/1"
}

func TestBillThatOthersMadeInOurNameIsRejectedWhileItIsValid(t *testing.T) {
	s := newCompanySite(t)
	address := s.othersBill("others")
	s.want(s.get(ewaysAt+"?tab=others"), http.StatusOK, "OTH/1", "KA01AA9999")
	page := s.get(address)
	s.want(page, http.StatusOK, "Reject: these goods are not ours", "the reason stays here", "29AADCD8832K1Z7", "Your GSTIN is not the one that can do this")
	s.wantNot(page, "Cancel this e-way bill", `name="part_b.vehicle"`)
	s.wantRedirect(s.post(address+"/do/reject", url.Values{"reject.remark": {"never ordered"}}), address)
	s.want(s.get(address), http.StatusOK, "Rejecting asked for", "Take it back")
	s.want(s.get(ewaysAt+"?tab=to_do"), http.StatusOK, "OTH/1", "Rejecting asked for; the answer is awaited.")
	s.carry()
	b := s.bill(address)
	if b.RejectedAt.IsZero() || b.Asked != "" {
		t.Fatalf("bill: rejected at %v, asked %q, refused %+v", b.RejectedAt, b.Asked, b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, "Rejected by you")
	s.want(s.post(address+"/do/reject", nil), http.StatusConflict, "Not possible now")

	late := newCompanySite(t)
	address = late.othersBill("others")
	late.clock.add(72 * time.Hour)
	late.setUpAgain()
	late.want(late.get(address), http.StatusOK, "Possible for 72 hours after it was made")
	late.want(late.post(address+"/do/reject", nil), http.StatusConflict, "Not possible now", "Possible for 72 hours after it was made")
}

func TestGateEntersTheVehicleOfABillThatTheCompanyOnlyCarries(t *testing.T) {
	s := newCompanySite(t)
	address := s.othersBill("transporter", "recipient", "29AAACG0001B1ZP", "transporter", companyGSTIN, "vehicle", "")
	s.want(s.get(ewaysAt+"?tab=transporter"), http.StatusOK, "OTH/1", "No vehicle yet")
	s.want(s.get(gateAt), http.StatusOK, "OTH/1", gateAt+"?bill=1")
	s.want(s.get(gateAt+"?q=oth/1"), http.StatusOK, gateAt+"?bill=1")
	s.wantRedirect(s.post(gateAt, url.Values{"bill": {"1"}, "vehicle": {"KA 01 AB 1234"}}), gateAt+"?done=1")
	s.carry()
	if b := s.bill(address); b.State != gst.EWayActive || len(b.Vehicles) == 0 || b.Vehicles[0].Vehicle != "KA01AB1234" {
		t.Errorf("bill: %s, vehicles %+v, refused %+v", b.State, b.Vehicles, b.Refusal)
	}
	s.want(s.get(gateAt+"?done=1"), http.StatusOK, "Done: may leave")
	s.wantRedirect(s.get(gateAt+"?bill=1"), gateAt+"?done=1")
	s.want(s.get(gateAt), http.StatusOK, "Nothing waits")
}

func TestGateOffersPartAOfAnyAgeAndDocumentsOfFifteenDays(t *testing.T) {
	s := newCompanySite(t)
	s.partA()
	s.far("buyer.name", "Hosur Mills")
	s.clock.add(14 * 24 * time.Hour)
	s.setUpAgain()
	s.want(s.get(gateAt), http.StatusOK, "Deccan Tools", "Hosur Mills")
	s.clock.add(2 * 24 * time.Hour) // Part A has lapsed, and the document is 16 days old
	s.setUpAgain()
	page := s.get(gateAt)
	s.wantNot(page, gateAt+"?bill=1", "Hosur Mills")
	s.want(s.get(gateAt+"?q=hosur"), http.StatusOK, "Hosur Mills", gateAt+"?invoice=2")
	s.clock.add(170 * 24 * time.Hour)
	s.setUpAgain()
	s.want(s.get(gateAt+"?q=hosur"), http.StatusOK, "Nothing found")
}

func TestSeveralVehiclesCarryTheGoodsOfABill(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	unit := s.bill(address).Of.Lines[0].Unit
	start := url.Values{
		"group.from_place": {"Satara"}, "group.from_state": {"27"}, "group.to_place": {"Bengaluru"}, "group.to_state": {"29"}, "group.mode": {"1"},
		"group.quantity": {"150"}, "group.unit": {unit}, "group.reason": {"2"}, "group.remark": {"smaller vans"},
	}
	s.want(s.post(address+"/do/group_start", with(url.Values{}, "group.quantity", "x", "group.from_place", "Satara")), http.StatusUnprocessableEntity, `id="group-quantity-error"`, `value="Satara"`)
	s.wantRedirect(s.post(address+"/do/group_start", start), address)
	s.carry()
	b := s.bill(address)
	if len(b.Groups) != 1 || b.Groups[0].Group == 0 {
		t.Fatalf("groups: %+v, refused %+v", b.Groups, b.Refusal)
	}
	page := s.get(address)
	s.want(page, http.StatusOK, "Group 1", "150 "+unit+" on no vehicle yet", "Add a vehicle of the group")
	add := url.Values{"group_add.group": {"1"}, "group_add.vehicle": {"MH 12 AB 0001"}, "group_add.quantity": {"100"}}
	s.want(s.post(address+"/do/group_add", with(url.Values{}, "group_add.group", "1", "group_add.vehicle", "??", "group_add.quantity", "100")), http.StatusUnprocessableEntity, `id="group-add-vehicle-error"`, `value="??"`)
	s.wantRedirect(s.post(address+"/do/group_add", add), address)
	s.carry()
	s.want(s.get(address), http.StatusOK, "MH12AB0001", "Group 1, 100", "50 "+unit+" on no vehicle yet", "Change a vehicle of the group")
	swap := url.Values{
		"group_change.group": {"1"}, "group_change.old_vehicle": {"MH12AB0001"}, "group_change.new_vehicle": {"MH12AB0002"}, "group_change.place": {"Kolhapur"},
		"group_change.state": {"27"}, "group_change.reason": {"1"}, "group_change.remark": {"axle broke"},
	}
	s.wantRedirect(s.post(address+"/do/group_change", swap), address)
	s.carry()
	s.want(s.get(address), http.StatusOK, "MH12AB0002", "Kolhapur")
	if b := s.bill(address); b.Refusal != nil {
		t.Errorf("refused: %+v", b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, "Several vehicles carry the goods; change the vehicles of the group instead")
}

func TestClosingIsOfferedOnlyWhereTheLawHasIt(t *testing.T) {
	s := newCompanySite(t)
	address := s.moving()
	s.wantNot(s.get(address), "Close: delivered")
	s.want(s.post(address+"/do/close", url.Values{"close.closed_on": {"22/11/2026"}, "close.remark": {"given to the store"}}), http.StatusConflict, "The government has put the closing of e-way bills on hold")
	s.wantRedirect(s.post(changeURL, url.Values{"rule": {"eway.closing"}, "new": {"1"}, "to": {""}, "value": {"1"}, "from": {"01/11/2026"}, "source": {"Advisory"}}), rulesURL+"?done=saved")
	s.onPortal("switches", map[string]bool{"closing": true})
	s.want(s.get(address), http.StatusOK, "Close: delivered", `value="22/11/2026"`)
	s.want(s.post(address+"/do/close", url.Values{"close.closed_on": {"32/11/2026"}, "close.remark": {"given to the store"}}), http.StatusUnprocessableEntity, `id="close-closed-on-error"`, `value="32/11/2026"`)
	s.wantRedirect(s.post(address+"/do/close", url.Values{"close.closed_on": {"22/11/2026"}, "close.remark": {"given to the store"}}), address)
	s.carry()
	if b := s.bill(address); b.State != gst.EWayClosed {
		t.Fatalf("bill: %s, refused %+v", b.State, b.Refusal)
	}
	s.want(s.get(address), http.StatusOK, "Closed")
	s.want(s.get(ewaysAt+"?tab=cancelled"), http.StatusOK, "Closed")
}

func TestListOfMoreThanFiftyBillsGoesOnWhereItEnded(t *testing.T) {
	s := newCompanySite(t)
	for i := range 53 {
		of := gst.Consignment{
			Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: fmt.Sprintf("P/%d", i), Date: 20261122, Transaction: 1,
			From: gst.ConsignmentEnd{GSTIN: companyGSTIN, Name: "Sharda Traders"}, To: gst.ConsignmentEnd{GSTIN: "29AADCD8832K1Z7", Name: "Deccan Tools"},
		}
		if _, err := s.store.AddEWay(t.Context(), &gst.EWay{Company: companyGSTIN, Route: gst.EWayDirect, Of: of}); err != nil {
			t.Fatal(err)
		}
		s.clock.add(time.Second)
	}
	older := regexp.MustCompile(`href="([^"]*after=[^"]*)"`)
	for _, start := range []string{ewaysAt, ewaysAt + "?tab=to_do", ewaysAt + "?q=deccan"} {
		seen := map[string]bool{}
		pages := 0
		for at := start; at != ""; pages++ {
			page := s.get(at)
			s.want(page, http.StatusOK)
			for _, m := range regexp.MustCompile(`>P/(\d+)<`).FindAllStringSubmatch(page.body, -1) {
				if seen[m[1]] {
					t.Errorf("%s: P/%s twice", start, m[1])
				}
				seen[m[1]] = true
			}
			at = ""
			if next := older.FindStringSubmatch(page.body); next != nil {
				at = html.UnescapeString(next[1])
			}
		}
		if len(seen) != 53 || pages != 2 {
			t.Errorf("%s: %d bills on %d pages", start, len(seen), pages)
		}
	}
}

func TestADocumentNear180DaysIsPointedOutWhileItCanBeMended(t *testing.T) {
	s := newCompanySite(t)
	address := s.far("buyer.name", "Hosur Mills")
	s.wantNot(s.get(ewaysAt+"?tab=to_do"), "Hosur Mills")
	for _, at := range []struct {
		days       int
		told, make bool
		words      string
	}{
		{165, false, true, ""},
		{1, true, true, "166 days old; the portal takes it for 14 days more."},
		{14, true, true, "180 days old; the portal takes it today for the last time."},
		{1, false, false, "181 days old: the portal makes e-way bills of none older than 180 days."},
	} {
		s.clock.add(time.Duration(at.days) * 24 * time.Hour)
		s.setUpAgain()
		page, todo := s.get(address), s.get(ewaysAt+"?tab=to_do")
		if got := strings.Contains(page.body, "Make the e-way bill"); got != at.make {
			t.Errorf("after %d days more: to be made: %v", at.days, got)
		}
		if got := strings.Contains(todo.body, "Hosur Mills"); got != at.told {
			t.Errorf("after %d days more: to do: %v", at.days, got)
		}
		s.want(page, http.StatusOK, at.words)
	}
}

func TestPartAThatCannotBeMadeAnewOnceItLapsesIsPointedOut(t *testing.T) {
	s := newCompanySite(t)
	s.far("buyer.name", "Hosur Mills")
	s.clock.add(170 * 24 * time.Hour)
	s.setUpAgain()
	s.makeBill(url.Values{"do": {"make"}, "invoice": {"1"}, "distance": {"842"}, "transporter_id": {companyGSTIN}})
	s.want(s.get(ewaysAt+"?tab=part_a"), http.StatusOK, "Hosur Mills", "Once it lapses no other can be made: the document is more than 180 days old then.")
}

func TestSignInOfTheEWayBillSystemIsTestedByItself(t *testing.T) {
	s := newCompanySite(t)
	for _, provider := range []string{"alankit", "taxpro", "nic"} {
		form := with(url.Values{}, provider+".enabled", "on", provider+".username", "MOHAR_PRACTICE", provider+".asp_id", "1000000001", provider+".client_id", "practice-client")
		s.want(s.post(settingsURL+"credentials/"+provider+"/test?system=eway", form), http.StatusOK, "E-way bill system: signed in.", "The session lasts till")
	}
	r := s.post(settingsURL+"credentials/alankit/test?system=eway", credentialsForm("alankit.password", "wrong password"))
	s.want(r, http.StatusOK, "E-way bill system: ", "The portal said: ")
	s.wantNot(r, "E-way bill system: signed in.")
}

func TestUserAndAddressesOfTheEWayBillSystemAreKeptAndCleared(t *testing.T) {
	s := newLiveSite(t)
	stored := func() gst.Credentials {
		t.Helper()
		creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Live)
		if err != nil || len(creds) != 1 {
			t.Fatalf("%d credentials, %v", len(creds), err)
		}
		return creds[0]
	}
	save := func(change ...string) {
		t.Helper()
		s.want(s.post(settingsURL+"credentials/alankit", liveForm(change...)), http.StatusSeeOther)
	}
	const relay = "https://relay.example/ewb"
	save("alankit.eway_username", "EWAY_USER", "alankit.eway_password", "eway secret", "alankit.eway_base_urls", relay)
	if c := stored(); c.EWayUsername != "EWAY_USER" || c.EWayPassword != "eway secret" || strings.Join(c.EWayBaseURLs, " ") != relay {
		t.Errorf("stored: %q, %d bytes, %q", c.EWayUsername, len(c.EWayPassword), c.EWayBaseURLs)
	}
	page := s.get(settingsURL + "credentials")
	s.want(page, http.StatusOK, `value="EWAY_USER"`, relay)
	s.wantNot(page, "eway secret")
	save("alankit.eway_username", "EWAY_USER", "alankit.eway_password", "", "alankit.eway_base_urls", relay)
	if c := stored(); c.EWayPassword != "eway secret" {
		t.Error("an empty password did not keep the stored one")
	}
	s.want(s.post(settingsURL+"credentials/alankit", liveForm("alankit.eway_base_urls", "http://relay.example")), http.StatusUnprocessableEntity, `id="alankit-eway-base-urls-error"`)
	save("alankit.eway_username", "", "alankit.eway_password", "", "alankit.eway_base_urls", "")
	if c := stored(); c.EWayUsername+c.EWayPassword != "" || len(c.EWayBaseURLs) != 0 || c.Password == "" {
		t.Errorf("not cleared: %q, %d bytes, %q", c.EWayUsername, len(c.EWayPassword), c.EWayBaseURLs)
	}
}
