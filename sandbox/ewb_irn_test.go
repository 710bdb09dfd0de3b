package sandbox_test

import (
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/sandbox"
)

// eways are the e-way bills of the ledger.
func (p *portal) eways() []sandbox.LedgerEWay {
	p.t.Helper()
	book, err := p.Ledger(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return book.EWays
}

// A bill that was made with an IRN, or by it, is one like any other: it is read, moved
// and cancelled in the e-way bill system.
//
// Source: e-way bill API 1.03; e-invoice API, e-way bill by IRN.
func TestBillsOfAnIRNTakeEveryLaterAction(t *testing.T) {
	p := start(t)
	c, u := p.caller("nic", seller).signIn(), p.ewbUser("nic", seller).signIn()
	withIRN := c.generate(altered(t, byRoad)).ack(t)
	if a := c.cancel(withIRN.Irn, "2", "x"); a.codes() != "2230" {
		t.Errorf("the IRN while its bill stands: %s", a.codes())
	}
	no := string(withIRN.EwbNo)
	read := u.get("GetEwayBill", "ewbNo", no)
	rows, _ := read.data["VehiclListDetails"].([]any)
	if read.codes != "ok" || read.data["docNo"] != "A/1" || read.data["actualDist"] != 100.0 || len(rows) != 1 ||
		rows[0].(map[string]any)["vehicleNo"] != "KA01AB1234" || read.data["totInvValue"] == 0.0 || read.data["fromStateCode"] != 29.0 {
		t.Errorf("read: %s %s", read.codes, read.body)
	}
	if a := u.do("VEHEWB", and(ends("VEHEWB", nil), map[string]any{"ewbNo": no})); a.codes != "ok" {
		t.Errorf("moved: %s", a.codes)
	}
	again := []byte(`{"Irn":"` + withIRN.Irn + `","Distance":100,"TransId":"` + transporter + `"}`)
	if a := c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", again); a.codes() != "4002" {
		t.Errorf("a second bill: %s", a.codes())
	}
	if a := u.do("CANEWB", and(ends("CANEWB", nil), map[string]any{"ewbNo": no})); a.codes != "ok" {
		t.Errorf("cancelled: %s", a.codes)
	}
	if a := c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", again); a.codes() != "ok" {
		t.Errorf("a bill after the cancelled one: %s", a.codes())
	}
	list := p.eways()
	if len(list) != 2 || list[0].Status != "CNL" || list[1].Status != "ACT" || list[1].IRN != withIRN.Irn || list[1].MakeCalls != 3 {
		t.Fatalf("%+v", list)
	}
	moved := and(ends("VEHEWB", map[string]any{"reasonCode": 4}), map[string]any{"ewbNo": list[1].No})
	if a := p.ewbUser("nic", transporter).signIn().do("VEHEWB", moved); a.codes != "ok" {
		t.Errorf("the transporter of Part A: %s", a.codes)
	}
	got := c.call(http.MethodGet, "/eiewb/v1.03/ewaybill/irn/"+withIRN.Irn, nil)
	if !strings.Contains(string(got.data), `"EwbValidTill":"2026-11-23 23:59:00"`) {
		t.Errorf("by IRN after Part B: %s", got.data)
	}
	if a := u.do("CANEWB", and(ends("CANEWB", nil), map[string]any{"ewbNo": list[1].No})); a.codes != "ok" {
		t.Errorf("cancelled: %s", a.codes)
	}
	if a := c.cancel(withIRN.Irn, "2", "x"); a.codes() != "ok" {
		t.Errorf("the IRN when its bills are cancelled: %s", a.codes())
	}
}

// A document whose bill was made without its IRN gets no second one with it; the number
// of the first stands in the answer.
//
// Source: e-invoice API, code 4026.
func TestABillMadeWithoutTheIRNIsNamedToWhoAsksWithIt(t *testing.T) {
	p := start(t)
	c, u := p.caller("taxpro", seller).signIn(), p.ewbUser("taxpro", seller).signIn()
	no := u.do("GENEWAYBILL", load(map[string]any{"docNo": "A/1"})).number(t)
	registered := c.generate(altered(t, byRoad))
	ack := registered.ack(t)
	if ack.EwbNo != "" || infos(registered) != "4026" || !strings.Contains(string(registered.body), no) {
		t.Errorf("with the IRN: %s, %s", infos(registered), registered.body)
	}
	a := c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", []byte(`{"Irn":"`+ack.Irn+`","Distance":100,"TransId":"`+transporter+`"}`))
	if a.codes() != "4026" || !strings.Contains(string(a.body), no) {
		t.Errorf("by IRN: %s", a.body)
	}
	other := c.generate(altered(t, byRoad, changes{"DocDtls.No": `"A/2"`})).ack(t)
	if a := u.do("GENEWAYBILL", load(map[string]any{"docNo": "a/2"})); other.EwbNo == "" || a.codes != "604" {
		t.Errorf("without the IRN of a document that has one: %s", a.codes)
	}
}

// Of calls for the same paper that come at once, one makes a bill.
func TestOfManyCallsForAPaperOneMakesABill(t *testing.T) {
	p := start(t)
	var wg sync.WaitGroup
	codes := make([]string, 8)
	for i := range codes {
		u := p.ewbUser("taxpro", seller).signIn()
		wg.Go(func() { codes[i] = u.do("GENEWAYBILL", load(nil)).codes })
	}
	wg.Wait()
	made := 0
	for _, c := range codes {
		if c == "ok" {
			made++
		} else if c != "604" {
			t.Errorf("refused with %s", c)
		}
	}
	if list := p.eways(); made != 1 || len(list) != 1 || list[0].MakeCalls != 8 {
		t.Errorf("%d made, %+v", made, list)
	}
}

// The register of e-way bills outlives a restart, and so do the switch and the numbers.
func TestEWayBillsOutliveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.db")
	open := func() *portal {
		s, err := sandbox.Open(t.Context(), sandbox.Options{Path: file, Now: func() time.Time { return morning }})
		if err != nil {
			t.Fatal(err)
		}
		return serve(t, s)
	}
	shut := func(p *portal) {
		p.stop()
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p := open()
	u := p.ewbUser("nic", seller).signIn()
	no := u.do("GENEWAYBILL", load(nil)).number(t)
	trip := u.do("GENCEWB", map[string]any{"fromPlace": "Bengaluru", "fromState": 29, "vehicleNo": "KA05GH7777", "transMode": "1",
		"tripSheetEwbBills": []any{map[string]any{"ewbNo": no}}}).number(t)
	p.admin("POST", "/switches", `{"closing":true}`)
	shut(p)
	p = open()
	defer shut(p)
	again := p.ewbUser("nic", seller)
	again.token, again.sek = u.token, u.sek // the session too
	if a := again.get("GetEwayBill", "ewbNo", no); a.codes != "ok" || len(a.data["VehiclListDetails"].([]any)) != 2 {
		t.Errorf("read: %s %s", a.codes, a.body)
	}
	if a := again.get("GetTripSheet", "tripSheetNo", trip); a.codes != "ok" {
		t.Errorf("trip sheet: %s", a.codes)
	}
	next := again.do("GENEWAYBILL", load(map[string]any{"docNo": "EW/2"})).number(t)
	if next <= no || p.admin("GET", "/switches", "")["closing"] != true {
		t.Errorf("after %s came %s", no, next)
	}
}

// The bills of a state file from before the register of e-way bills are in it.
func TestBillsOfAnEarlierStateAreInTheRegister(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.db")
	p := startWith(t, sandbox.Options{Path: file})
	c := p.caller("taxpro", seller).signIn()
	with := c.generate(altered(t, byRoad)).ack(t)
	by := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t)
	c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", []byte(`{"Irn":"`+by.Irn+`","Distance":100,"TransMode":"1","VehNo":"KA01AB1234","VehType":"R"}`))
	db, err := sql.Open("sqlite", file)
	if err == nil {
		_, err = db.ExecContext(t.Context(), `DROP TABLE eways`)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Open(t.Context(), sandbox.Options{Path: file, Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	p = serve(t, s)
	defer func() {
		p.stop()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	list := p.eways()
	if len(list) != 2 || list[0].No != string(with.EwbNo) || list[0].State != "active" || list[1].State != "active" || list[1].IRN != by.Irn {
		t.Fatalf("%+v", list)
	}
	u := p.ewbUser("taxpro", seller).signIn()
	for _, e := range list {
		if a := u.do("CANEWB", and(ends("CANEWB", nil), map[string]any{"ewbNo": e.No})); a.codes != "ok" {
			t.Errorf("cancel %s: %s", e.No, a.codes)
		}
	}
}

// People on the portal make bills that name the caller, enter Part B, reject and cancel.
func TestOthersActOnThePortal(t *testing.T) {
	p := start(t)
	u := p.ewbUser("taxpro", seller).signIn()
	made := p.admin("POST", "/eways/make", `{"supplier":"`+recipient+`","recipient":"`+seller+`","transporter":"`+transporter+`","no":"K/7","vehicle":"MH12AB1234"}`)
	if made["validUpto"] == nil {
		t.Fatalf("%v", made)
	}
	if a := u.get("GetEwayBillsofOtherParty", "date", "22/11/2026"); len(a.list) != 1 {
		t.Errorf("of the other party: %s %s", a.codes, a.body)
	}
	no := p.eways()[0].No
	for _, tt := range []struct{ path, body, want string }{
		{"/eways/part_b", `{"no":"` + no + `","vehicle":"MH12CD1234"}`, "vehUpdDate"},
		{"/eways/part_b", `{"no":"` + no + `","vehicle":"X"}`, "codes"},
		{"/eways/reject", `{"no":"` + no + `"}`, "ewbRejectedDate"},
		{"/eways/verify", `{"no":"` + no + `"}`, "no"},
		{"/eways", `{"gstin":"` + recipient + `","action":"CANEWB","request":{"ewbNo":"` + no + `","cancelRsnCode":"1"}}`, "error"},
		{"/eways/cancel", `{"no":"` + no + `"}`, "no"},
		{"/eways/cancel", `{"no":"` + no + `"}`, "error"},
		{"/eways/cancel", `{"no":"123456789012"}`, "error"},
		{"/eways/make", `{"supplier":"` + recipient + `","recipient":"X","no":"K/8","vehicle":"MH12AB1234"}`, "error"},
	} {
		if v := p.admin("POST", tt.path, tt.body); v[tt.want] == nil {
			t.Errorf("%s %s: %v", tt.path, tt.body, v)
		}
	}
	e := p.eways()[0]
	if e.Status != "CNL" || !e.Rejected || e.Vehicles != 2 || e.Transporter != transporter || e.MakeCalls != 1 {
		t.Errorf("%+v", e)
	}
	ours := p.admin("POST", "/eways/make", `{"maker":"`+transporter+`","supplier":"`+seller+`","recipient":"`+recipient+`","transporter":"`+transporter+`","no":"EW/1"}`)
	if a := u.do("GENEWAYBILL", load(nil)); ours["ewayBillNo"] == nil || a.codes != "604" {
		t.Errorf("a paper that our transporter made a bill of: %v, %s", ours, a.codes)
	}
	full := p.admin("GET", "/eways/"+p.eways()[1].No, "")
	if full["maker"] != transporter || full["genMode"] != "WEB" {
		t.Errorf("%v", full)
	}
}

// The page shows the bills and does the same by plain forms.
func TestThePageShowsEWayBills(t *testing.T) {
	p := start(t)
	status, _ := p.form("/eways/make", url.Values{"supplier": {recipient}, "recipient": {seller}, "no": {"K/7"}, "vehicle": {"MH12AB1234"}})
	no := p.eways()[0].No
	page := p.page("")
	if status != http.StatusOK || !strings.Contains(page, "<td>"+no+"</td><td>INV K/7</td>") || !strings.Contains(page, `<option value="`+no+`">`) {
		t.Errorf("%d: the page does not show %s", status, no)
	}
	for _, tt := range []struct {
		path   string
		fields url.Values
		shows  string
	}{
		{"/eways/reject", url.Values{"no": {no}}, "<td>active, rejected</td>"},
		{"/switches", url.Values{"closing": {"true"}}, "are in force here"},
		{"/eways/cancel", url.Values{"no": {no}}, "<td>cancelled, rejected</td>"},
	} {
		if p.form(tt.path, tt.fields); !strings.Contains(p.page(""), tt.shows) {
			t.Errorf("%s: the page does not show %s", tt.path, tt.shows)
		}
	}
	if _, body := p.form("/eways/reject", url.Values{"no": {no}}); !strings.Contains(body, "Refused: 343 This e-way bill is cancelled") {
		t.Errorf("a refusal on the page: %s", body[:min(len(body), 900)])
	}
	if page = p.page("?q=K/8"); strings.Contains(page, no) || !strings.Contains(page, "No e-way bill fits") {
		t.Error("the search finds what it should not")
	}
}
