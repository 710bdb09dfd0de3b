package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// eways is where the e-way bills of sharda are.
const eways = "/api/v1/companies/" + string(sharda) + "/ewaybills"

// bill reads an e-way bill.
func (s *site) bill(id int64) eway {
	s.Helper()
	var v eway
	r := s.get(fmt.Sprintf("%s/%d", eways, id))
	s.want(r, http.StatusOK)
	s.read(r, &v)
	return v
}

// bills counts the e-way bills of sharda.
func (s *site) bills() int64 {
	s.Helper()
	counts, err := s.store.EWayCounts(s.Context(), sharda, gst.Practice, s.clock.Now())
	s.must(err)
	return counts.All
}

func TestHealthIsToldToAnybody(t *testing.T) {
	s := newStillAPI(t).as(nil)
	r := s.get("/api/v1/health")
	s.want(r, http.StatusOK, `"status":"ok"`, `"version":"test"`, `"database":"writable"`)
	if strings.Contains(string(r.body), string(sharda)) {
		t.Error("health names a company")
	}
	s.want(s.post("/api/v1/verify", `{}`), http.StatusUnauthorized)
}

func TestASignedQRIsCheckedAndTellsOnlyOfTheKeysCompanies(t *testing.T) {
	s := newAPI(t)
	id := s.newDocument()
	inv, _, err := s.store.Invoice(t.Context(), sharda, id)
	s.must(err)
	signed := inv.IRN.Registration.SignedQR
	var v signedWords
	for _, body := range []string{signed, `{"signed": "` + signed + `"}`, `"` + signed + `"`} {
		r := s.post("/api/v1/verify", body)
		s.want(r, http.StatusOK)
		s.read(r, &v)
		if v.Verdict != "practice" || !v.Valid || !v.Practice || v.Number != inv.Number || !v.IRNMatches || len(v.Companies) != 1 || v.Companies[0].Document != id {
			t.Errorf("got %+v", v)
		}
	}
	other := s.as(s.key([]db.Scope{db.ScopeRead}, narmada))
	other.read(other.post("/api/v1/verify", signed), &v)
	if len(v.Companies) != 0 {
		t.Errorf("a key of another company is told of %v", v.Companies)
	}
	tampered := signed[:len(signed)-6] + "AAAAAA"
	s.want(s.post("/api/v1/verify", tampered), http.StatusOK, `"signature_valid":false`, `"verdict":"not_genuine"`)
	for _, body := range []string{`{"signed": "hello"}`, "hello", `{}`, `[1]`} {
		if r := s.post("/api/v1/verify", body); r.StatusCode != http.StatusUnprocessableEntity && r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", body, r.Status)
		}
	}
}

func TestAnEWayBillOfADocumentLivesThroughTheAPI(t *testing.T) {
	s := newAPI(t)
	c := fmt.Sprintf("/api/v1/companies/%s/documents/%d/ewaybill", sharda, s.newDocument())
	s.want(s.get(c), http.StatusNotFound)
	s.want(s.get(c+"/proposal"), http.StatusOK, `"by_irn":true`, `"pointer":"/transporterId"`, `"docNo"`)
	r := s.post(c+"?wait=15", `{"transporter_id": "24AAACN1234E1ZA", "distance": "900"}`)
	s.want(r, http.StatusCreated, `"state":"part_a_only"`, `"route":"by_irn"`, `"asked":""`)
	var v eway
	s.read(r, &v)
	if got := r.Header.Get("Location"); got != fmt.Sprintf("%s/%d", eways, v.ID) {
		t.Errorf("Location %q", got)
	}
	s.want(s.get(c), http.StatusOK, fmt.Sprintf(`"id":%d,`, v.ID))
	s.want(s.post(c, nil), http.StatusUnprocessableEntity, `"code":"4019"`)
	s.want(s.post(c, `{"transporter_id": "24AAACN1234E1ZA"}`), http.StatusConflict, "already")
	path := fmt.Sprintf("%s/%d", eways, v.ID)

	s.want(s.post(path+"/vehicle?wait=15", `{"vehicle": "MH12", "place": "Pune", "state": "27", "reason": "9"}`), http.StatusUnprocessableEntity,
		`"pointer":"/vehicle"`, `"pointer":"/reason"`)
	s.want(s.post(path+"/vehicle?wait=15", `{"vehicle": "mh 12 ab 1234"}`, "If-Match", `"1.x"`), http.StatusPreconditionFailed)
	if got := s.bill(v.ID); got.Asked != "" || got.Version != v.Version {
		t.Errorf("something was asked by calls that were refused: %+v", got)
	}
	r = s.post(path+"/vehicle?wait=15", `{"vehicle": "mh 12 ab 1234"}`, "If-Match", s.get(path).Header.Get("ETag"))
	s.want(r, http.StatusOK, `"state":"active"`, `"vehicle":"MH12AB1234"`)

	reader := s.as(s.key([]db.Scope{db.ScopeRead, db.ScopeWrite}))
	reader.want(reader.post(path+"/cancel", `{"reason": "3"}`), http.StatusForbidden)
	s.want(s.post(path+"/cancel?wait=15", `{"reason": "4"}`), http.StatusUnprocessableEntity, `"pointer":"/remark"`)
	s.want(s.post(path+"/cancel?wait=15", `{"reason": 3, "remark": "Wrong quantity"}`), http.StatusOK, `"state":"cancelled"`, `"reason":"3"`)
	s.want(s.post(path+"/cancel?wait=15", `{"reason": "3", "remark": "Again"}`), http.StatusConflict, `"code":"312"`)
	s.want(s.get(path+"/events"), http.StatusOK, `"kind":"eway_made"`, `"code":"cancel"`, "ERP (M")
}

func TestAnEWayBillIsNotSentAgainUnlessItChanged(t *testing.T) {
	s := newAPI(t)
	path := fmt.Sprintf("%s/%d", eways, s.newEWay("MH12AB1234"))
	tag := s.get(path).Header.Get("ETag")
	if r := s.get(path, "If-None-Match", tag); r.StatusCode != http.StatusNotModified || len(r.body) != 0 {
		t.Errorf("got %s with %d bytes", r.Status, len(r.body))
	}
	s.clock.add(25 * time.Hour) // cancelling is not offered any more
	s.want(s.get(path, "If-None-Match", tag), http.StatusOK, `"closed_why":"late.cancel"`)
}

func TestAnExtensionIsAskedForNowOrWhenItsTimeComes(t *testing.T) {
	s := newAPI(t)
	path := fmt.Sprintf("%s/%d", eways, s.newEWay("MH12AB1234"))
	body := `{"distance": 300, "reason": "4"%s}`
	s.want(s.post(path+"/extend", fmt.Sprintf(body, "")), http.StatusConflict, `"code":"382"`, "From 20")
	s.want(s.post(path+"/extend", fmt.Sprintf(body, `, "when": "later"`)), http.StatusUnprocessableEntity, `"pointer":"/when"`)
	s.want(s.post(path+"/extend", fmt.Sprintf(body, `, "when": "open"`)), http.StatusOK, `"planned_extension":{"opens_at"`)
	s.want(s.call(http.MethodDelete, path+"/extend", nil), http.StatusOK, `"planned_extension":null`)
	s.want(s.call(http.MethodDelete, path+"/extend", nil), http.StatusConflict)
}

func TestWhatIsWrongInAnEWayBillIsSaidByItsNICNames(t *testing.T) {
	s := newAPI(t)
	bad := strings.NewReplacer(`"fromPincode": 570001`, `"fromPincode": 411002`, `"hsnCode": "7214"`, `"hsnCode": "72"`, `"KA09AB1234"`, `"X"`).Replace(exampleEWayBill)
	s.want(s.post(eways, bad), http.StatusUnprocessableEntity, `"pointer":"/fromPincode"`, `"pointer":"/itemList/0/hsnCode"`, `"pointer":"/vehicleNo"`, `"code":"437"`)
	for _, body := range []string{`{`, `[]`, `{"docDate": "32/13/2026"}`, strings.Repeat(`{"a":`, 5000), `{"docNo":"1","docNo":"2"}`} {
		if r := s.post(eways, body); r.StatusCode/100 != 4 {
			t.Errorf("%.40s: %s", body, r.Status)
		}
	}
	s.want(s.post(eways+"?wait=99", exampleEWayBill), http.StatusBadRequest)
	if n := s.bills(); n != 0 {
		t.Fatalf("%d bills are stored", n)
	}
	s.want(s.post(eways+"?wait=15", exampleEWayBill), http.StatusCreated, `"state":"active"`, `"document_id":0`)
	s.want(s.post(eways, exampleEWayBill), http.StatusConflict)
	if n := s.bills(); n != 1 {
		t.Errorf("%d bills are stored", n)
	}
}

func TestARepeatedMakingWithItsKeyMakesOneEWayBill(t *testing.T) {
	s := newAPI(t)
	first := s.post(eways+"?wait=15", exampleEWayBill, "Idempotency-Key", "bill-1")
	second := s.post(eways+"?wait=15", exampleEWayBill, "Idempotency-Key", "bill-1")
	s.want(first, http.StatusCreated)
	s.want(second, http.StatusCreated)
	if string(first.body) != string(second.body) || second.Header.Get("Idempotent-Replayed") != "true" || s.bills() != 1 {
		t.Errorf("the second answer is another one, or there are %d bills", s.bills())
	}
}

func TestEWayBillsAreListedByWhatIsAsked(t *testing.T) {
	s := newAPI(t)
	ids := []int64{s.newEWay("MH12AB1234"), s.newEWay("MH14CD7777"), s.newEWay("")}
	number := s.bill(ids[0]).Number
	for query, want := range map[string]int{
		"": 3, "tab=active": 2, "tab=part_a": 1, "number=" + number: 1, "number=999999999999": 0, "vehicle=MH14CD7777": 1, "q=MH12AB": 1,
		"from=2026-11-22": 3, "from=22/11/2026&to=2026-11-22": 3, "to=2026-11-21": 0, "from=2026-11-23": 0, "tab=cancelled": 0,
	} {
		r := s.get(eways + "?" + query)
		var list page[eway]
		s.want(r, http.StatusOK)
		s.read(r, &list)
		if len(list.Data) != want || list.Next != nil {
			t.Errorf("%s: %d bills, want %d", query, len(list.Data), want)
		}
	}
	for _, query := range []string{"stat=active", "tab=aktiv", "cursor=x", "limit=0", "limit=201", "from=yesterday", "from=2026-11-22&q=MH", "to=2026-11-22&tab=active"} {
		s.want(s.get(eways+"?"+query), http.StatusBadRequest)
	}
	var seen []int64
	for query := "?limit=1"; query != ""; {
		var list page[eway]
		s.read(s.get(eways+query), &list)
		seen = append(seen, list.Data[0].ID)
		if query = ""; list.Next != nil {
			query = "?limit=1&cursor=" + *list.Next
		}
		if len(seen) == 1 {
			s.newEWay("MH12AB9999") // the pages that follow hold still
		}
	}
	if len(seen) != 3 || seen[0] != ids[2] || seen[2] != ids[0] {
		t.Errorf("the pages have %v, want %v from the end", seen, ids)
	}
}

func TestAnEWayBillOfAnotherCompanyIsNotFound(t *testing.T) {
	s := newAPI(t)
	id := s.newEWay("MH12AB1234")
	other := s.as(s.key(db.Scopes(), narmada))
	var told []string
	for _, path := range []string{eways, fmt.Sprintf("%s/%d", eways, id), fmt.Sprintf("%s/%d/pdf", eways, id), "/api/v1/companies/29AABCT1332L1ZD/ewaybills"} {
		r := other.get(path)
		other.want(r, http.StatusNotFound)
		var p problem
		other.read(r, &p)
		told = append(told, p.Title)
	}
	for _, title := range told {
		if title != told[0] {
			t.Errorf("a company that is not the key's looks different from one that is not there: %q", told)
		}
	}
	other.want(other.get(fmt.Sprintf("/api/v1/companies/%s/ewaybills/%d", narmada, id)), http.StatusNotFound)
}

func TestEWayBillsArePrintedAndShared(t *testing.T) {
	s := newAPI(t)
	id := s.newEWay("MH12AB1234")
	path := fmt.Sprintf("%s/%d", eways, id)
	sizes := map[int]bool{}
	for _, query := range []string{"", "?layout=slip", "?paper=a5", "?layout=slip&paper=a5"} {
		r := s.get(path + "/pdf" + query)
		s.want(r, http.StatusOK, "%PDF-")
		if r.Header.Get("Content-Type") != "application/pdf" || !strings.Contains(r.Header.Get("Content-Disposition"), s.bill(id).Number) {
			t.Errorf("%s: %v", query, r.Header)
		}
		sizes[len(r.body)] = true
	}
	if len(sizes) != 4 {
		t.Errorf("layouts are alike: %v", sizes)
	}
	var link ewayShared
	s.read(s.post(path+"/share", nil), &link)
	token, ok := strings.CutPrefix(link.URL, s.server.URL+driverPath)
	if !ok {
		t.Fatalf("the link is %q", link.URL)
	}
	if share, err := s.store.Share(t.Context(), token); err != nil || share.EWayID != id {
		t.Errorf("the link leads to %+v, %v", share, err)
	}
	s.want(s.call(http.MethodDelete, path+"/share", nil), http.StatusNoContent)
	if _, err := s.store.Share(t.Context(), token); err == nil {
		t.Error("the link still leads somewhere")
	}
}

func TestATripSheetIsMadeAndMadeAgain(t *testing.T) {
	s := newAPI(t)
	trips := "/api/v1/companies/" + string(sharda) + "/trips"
	s.want(s.post(trips, `{"bills": ["12"], "vehicle": "?", "mode": "9"}`), http.StatusUnprocessableEntity, `"pointer":"/bills/0"`, `"pointer":"/mode"`)
	s.want(s.post(trips, `{"bills": "12"}`), http.StatusUnprocessableEntity, `"pointer":"/bills"`)
	path := fmt.Sprintf("%s/%d", trips, s.newTrip())
	var first, second trip
	s.read(s.get(path), &first)
	if first.State != "active" || len(first.Number) != 10 || len(first.Bills) != 1 || first.Bills[0].ID == 0 {
		t.Fatalf("got %+v", first)
	}
	r := s.post(path+"/again?wait=15", `{"vehicle": "MH12CD7777", "reason": "1", "remark": "Axle broke"}`)
	s.want(r, http.StatusCreated)
	s.read(r, &second)
	if second.Replaces != first.Number || second.State != "active" {
		t.Errorf("got %+v", second)
	}
	s.want(s.get(path), http.StatusOK, `"replaced_by":"`+second.Number+`"`)
	s.want(s.get(path+"/pdf?paper=a5"), http.StatusOK, "%PDF-")
	s.want(s.get(trips+"?limit=1"), http.StatusOK, `"next":"`)
	s.want(s.post(path+"/again", `{"vehicle": "MH12CD7778", "reason": "1"}`), http.StatusConflict)
}

func TestEWayBillsAreFetchedFromThePortal(t *testing.T) {
	s := newAPI(t)
	b := s.bill(s.newEWay("MH12AB1234"))
	s.want(s.post(eways+"/adopt", map[string]string{"number": b.Number}), http.StatusOK, fmt.Sprintf(`"id":%d,`, b.ID))
	s.want(s.post(eways+"/adopt", exampleNumber), http.StatusNotFound, "portal does not know")
	s.want(s.post(eways+"/adopt", `{"number": "12"}`), http.StatusUnprocessableEntity, `"pointer":"/number"`)
	s.want(s.post(eways+"/fetch", `{"list": "made", "from": "2026-11-22"}`), http.StatusOK, `"added":0`)
	s.want(s.post(eways+"/fetch", `{"list": "mine", "to": "2026-11-22"}`), http.StatusUnprocessableEntity, `"pointer":"/list"`, `"pointer":"/from"`)
	s.want(s.post(eways+"/fetch", `{"list": "made", "from": "2026-01-01", "to": "2026-11-22"}`), http.StatusUnprocessableEntity, `"pointer":"/to"`)
	s.want(s.post(fmt.Sprintf("%s/%d/refresh", eways, b.ID), nil), http.StatusOK, `"read_at":"2026-11-22T`)
}

func TestARefusedEWayBillIsMendedOrGivenUp(t *testing.T) {
	s := newAPI(t)
	out := strings.NewReplacer(`"supplyType": "I", "subSupplyType": "1", "docType": "INV"`, `"supplyType": "O", "subSupplyType": "4", "docType": "CHL"`,
		`"from`, `"to`, `"totInv`, `"totInv`, `"total`, `"total`, `"to`, `"from`, `"actFrom`, `"actTo`, `"actTo`, `"actFrom`, "KA09AB1234", "MH12AB1234", `"7214"`, `"721410"`).Replace(exampleEWayBill)
	bad := strings.ReplaceAll(out, "29AABCT1332L1ZD", "29AAACB1234F1X5") // cancelled in the practice portal's register
	r := s.post(eways+"?wait=15", bad)
	s.want(r, http.StatusCreated, `"state":"failed"`, `"refused":"make"`)
	var v eway
	s.read(r, &v)
	if len(v.Errors) == 0 || v.Errors[0].Code == "" || v.Errors[0].Message == "" {
		t.Errorf("errors: %+v", v.Errors)
	}
	path := fmt.Sprintf("%s/%d", eways, v.ID)
	s.want(s.post(path+"/drop", nil), http.StatusOK, `"given_up_at":"2026-`)
	s.want(s.post(path+"/drop", nil), http.StatusConflict)
	s.want(s.post(path+"/retry?wait=15", nil), http.StatusOK, `"state":"failed"`)
	s.want(s.post(path+"/retry?wait=15", `{"docNo": "SUP/118"}`), http.StatusUnprocessableEntity, `"pointer":"/itemList"`)
	s.want(s.post(path+"/retry?wait=15", out), http.StatusOK, `"state":"active"`, `"errors":[]`)
	s.want(s.post(path+"/retry", nil), http.StatusConflict)
	s.want(s.post(path+"/drop", nil), http.StatusConflict)
	s.want(s.post(path+"/withdraw", nil), http.StatusConflict)
	if n := s.bills(); n != 1 {
		t.Errorf("%d bills are stored", n)
	}
}

func TestWhatIsNotSentYetIsTakenBack(t *testing.T) {
	s := newStillAPI(t)
	r := s.post(eways, exampleEWayBill)
	s.want(r, http.StatusCreated, `"state":"pending"`, `"asked":"make"`)
	var v eway
	s.read(r, &v)
	path := fmt.Sprintf("%s/%d", eways, v.ID)
	s.want(s.get(path+"/pdf"), http.StatusConflict)
	s.want(s.post(path+"/refresh", nil), http.StatusConflict)
	s.want(s.post(path+"/share", nil), http.StatusConflict)
	s.want(s.post(path+"/withdraw", nil), http.StatusNoContent)
	s.want(s.get(path), http.StatusNotFound)
}

func TestBodiesAreReadInAnyShapeAndFaultsPointIntoThem(t *testing.T) {
	type inner struct {
		PIN whole `json:"pin"`
	}
	type body struct {
		Text   string   `json:"text"`
		Amount money    `json:"amount"`
		Day    day      `json:"day"`
		On     bool     `json:"on"`
		List   []inner  `json:"list"`
		At     *inner   `json:"at"`
		Names  []string `json:"names"`
	}
	for sent, pointer := range map[string]string{
		`{"text": 12, "amount": "1,250.50", "day": "22/11/2026", "on": true, "list": [{"pin": "411002"}], "at": null, "strange": {}}`: "",
		`{"text": {}}`: "/text", `{"amount": "much"}`: "/amount", `{"day": "31/02/2026"}`: "/day", `{"on": "yes"}`: "/on", `{"list": {}}`: "/list",
		`{"list": [{"pin": 1}, {"pin": "x"}]}`: "/list/1/pin", `{"at": []}`: "/at", `{"names": ["a", []]}`: "/names/1", `{"text": "a", "text": "b"}`: "/text",
		`{"amount": 1e400}`: "/amount",
	} {
		s := &site{TB: t}
		var into body
		recorder := httptest.NewRecorder()
		c := echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/x", nil), recorder)
		err := readMembers(c, []byte(sent), &into)
		if pointer == "" {
			if err != nil || into.Text != "12" || into.Amount != 125050 || into.Day != 20261122 || !into.On || into.List[0].PIN != 411002 {
				t.Errorf("%s: %+v, %v", sent, into, err)
			}
			continue
		}
		s.must((&Server{}).sendProblem(c, explain(err, clockAt)))
		var p problem
		s.must(json.Unmarshal(recorder.Body.Bytes(), &p))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer || strings.HasPrefix(p.Errors[0].Message, "fault.") {
			t.Errorf("%s: %+v", sent, p.Errors)
		}
	}
}

func TestThePageForProgrammersIsForAnybodyAndHasNothingInline(t *testing.T) {
	s := newStillAPI(t).as(nil)
	r := s.get("/api/docs")
	s.want(r, http.StatusOK, s.server.URL+"/api/v1/companies/27AAPFU0939F1ZV/documents?issue=yes", "swagger-ui-bundle", "/settings/keys", "22/11/2026")
	if found := regexp.MustCompile(`(?i)<script(?:>|[^>]*>[^<])|style=|<style|\son\w+=|https://`).FindString(string(r.body)); found != "" {
		t.Errorf("the page has %q, which its policy forbids", found)
	}
	s.want(s.get("/api/docs?gstin=29aabct1332l1zd"), http.StatusOK, "/companies/29AABCT1332L1ZD/", `&#34;IgstAmt&#34;: 645`, `&#34;Stcd&#34;: &#34;29&#34;`)
	s.want(s.get("/api/docs?gstin=<script>"), http.StatusOK, "This is no GSTIN", "&lt;script&gt;")
	r = s.get(openapiPath)
	s.want(r, http.StatusOK, `"openapi": "3.1.0"`)
	if again := s.get(openapiPath, "If-None-Match", r.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("sent again: %s", again.Status)
	}
}

// The samples work when they are pasted, for companies of every State.
func TestTheSamplesOfThePageAreTakenForEveryState(t *testing.T) {
	s := newAPI(t)
	for i, company := range []gst.GSTIN{sharda, narmada} {
		body := octaSample(company, "22/11/2026", fmt.Sprintf("TRY/%d", i))
		s.want(s.post("/api/einvoice/generateirn", body), http.StatusOK, `"Success":true`)
	}
}
