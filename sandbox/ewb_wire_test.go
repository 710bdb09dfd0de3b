package sandbox_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mohar/sandbox"
)

// Each sign-in is refused for the first thing that is wrong with it.
//
// Source: e-way bill API 1.03, authentication.
func TestSignInsToTheEWayBillSystem(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller)
	key := b64(make([]byte, 32))
	login := func(action, user, password, key string) []byte {
		return u.sealLogin(`{"action":"` + action + `","username":"` + user + `","password":"` + password + `","app_key":"` + key + `"}`)
	}
	good := login("ACCESSTOKEN", sandbox.User, sandbox.Password, key)
	for _, tt := range []struct {
		name    string
		headers map[string]string
		body    []byte
		want    string
	}{
		{"no client", map[string]string{"gstin": seller}, good, "116"},
		{"another client", map[string]string{"client-id": "x", "client-secret": "y", "gstin": seller}, good, "116"},
		{"no GSTIN", map[string]string{"client_id": sandbox.NICClient, "CLIENT-SECRET": sandbox.NICSecret}, good, "393"},
		{"not JSON", u.client, []byte(`Data`), "100"},
		{"nothing", u.client, []byte(`{"Data":""}`), "115"},
		{"not encrypted", u.client, []byte(`{"data":"` + b64([]byte("hello")) + `"}`), "109"},
		{"another action", u.client, login("LOGIN", sandbox.User, sandbox.Password, key), "239"},
		{"another user", u.client, login("ACCESSTOKEN", "NOBODY", sandbox.Password, key), "108"},
		{"another password", u.client, login("ACCESSTOKEN", sandbox.User, "x", key), "108"},
		{"a short key", u.client, login("ACCESSTOKEN", sandbox.User, sandbox.Password, b64([]byte("short"))), "109"},
		{"no GSTIN's form", withHeader(u.client, "Gstin", "29AAF"), good, "393"},
		{"everything right", u.client, good, "ok"},
		{"data in small letters", u.client, []byte(strings.Replace(string(good), "Data", "data", 1)), "ok"},
	} {
		if a := u.read(u.send(http.MethodPost, u.root()+"/auth", tt.headers, tt.body)); a.codes != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, a.codes, tt.want)
		}
	}
	if a := p.ewbUser("taxpro", seller).auth("wrong"); a.codes != "108" {
		t.Errorf("on the plain face: %s", a.codes)
	}
}

// A token lives six hours, and until then every sign-in gets the same. It is of one
// GSTIN, face and system.
//
// Source: e-way bill API 1.03, authentication.
func TestTokensOfTheEWayBillSystem(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	first := u.token
	p.admin("POST", "/clock", `{"advance":"359m"}`)
	if u.signIn(); u.token != first {
		t.Errorf("another token within its life")
	}
	other, plain := p.ewbUser("nic", nobody), p.ewbUser("taxpro", seller)
	other.token, plain.token = first, first
	for name, a := range map[string]ewbAnswer{
		"another GSTIN": other.get("GetEwayBillsByDate", "date", "22/11/2026"), "another face": plain.get("GetEwayBillsByDate", "date", "22/11/2026"),
	} {
		if a.codes != "238" {
			t.Errorf("%s: %s", name, a.codes)
		}
	}
	invoices := p.caller("nic", seller).signIn()
	plain = p.ewbUser("nic", seller)
	if plain.token = invoices.token; plain.get("GetEwayBillsByDate", "date", "22/11/2026").codes != "238" {
		t.Error("a token of the e-invoice system opens the e-way bill system")
	}
	p.admin("POST", "/clock", `{"advance":"2m"}`)
	if a := u.get("GetEwayBillsByDate", "date", "22/11/2026"); a.codes != "106" {
		t.Errorf("expired: %s", a.codes)
	}
	if u.signIn(); u.token == first {
		t.Error("the expired token again")
	}
}

// What cannot be read is refused before the rules.
func TestPostsThatCannotBeRead(t *testing.T) {
	u := start(t).ewbUser("alankit", seller).signIn()
	for body, want := range map[string]string{
		`hello`:                                     "100",
		`{"action":"VEHEWB"}`:                       "115",
		`{"action":"VEHEWB","data":"AAAA"}`:         "109",
		`{"action":"VEHEWB","data":"not base64 !"}`: "109",
	} {
		if a := u.read(u.send(http.MethodPost, u.root()+"/ewayapi", u.headers(), []byte(body))); a.codes != want {
			t.Errorf("%s: %s, want %s", body, a.codes, want)
		}
	}
	for action, want := range map[string]string{"MAKEBILL": "239", "VEHEWB": "301"} {
		if a := u.do(action, map[string]any{}); a.codes != want {
			t.Errorf("%s: %s, want %s", action, a.codes, want)
		}
	}
	if a := u.do("CANEWB", map[string]any{"ewbNo": "12345678901X"}); a.codes != "395" {
		t.Errorf("a number with a letter: %s", a.codes)
	}
	if a := u.get("GetEverything"); a.codes != "239" {
		t.Errorf("an unknown method: %s", a.codes)
	}
}

// TaxPro's callers may say everything in the query, and its trial host has another path.
func TestTaxProsPathsAndParameters(t *testing.T) {
	p := start(t)
	who := "aspid=1000000001&password=practice&gstin=" + seller + "&username=" + sandbox.User + "&ewbpwd=Practice%40123"
	u := p.ewbUser("taxpro", seller)
	a := u.read(u.send(http.MethodGet, "/taxpro/ewaybillapi/dec/v1.03/auth?action=ACCESSTOKEN&"+who, nil, nil))
	token, _ := a.data["authtoken"].(string)
	if a.data["status"] != "1" || token == "" {
		t.Fatalf("%s", a.body)
	}
	body, err := json.Marshal(load(nil))
	if err != nil {
		t.Fatal(err)
	}
	no := u.read(u.send(http.MethodPost, "/taxpro/ewaybillapi/dec/v1.03/ewayapi?action=GENEWAYBILL&authtoken="+token+"&"+who, nil, body)).number(t)
	a = u.read(u.send(http.MethodGet, "/taxpro/v1.03/dec/ewayapi?action=GetEwayBill&ewbNo="+no+"&authtoken="+token+"&"+who, nil, nil))
	if a.number(t) != no {
		t.Errorf("%s", a.body)
	}
	a = u.read(u.send(http.MethodGet, "/taxpro/v1.03/dec/Master?action=GetGSTINDetails&GSTIN="+recipient+"&authtoken="+token+"&"+who, nil, nil))
	if a.data["gstin"] != recipient {
		t.Errorf("%s", a.body)
	}
}

// Everybody finds a bill in the lists of his part in it, and strangers do not find it.
//
// Source: e-way bill API 1.03, its reads.
func TestEveryPartyFindsItsBills(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	no := u.do("GENEWAYBILL", load(map[string]any{"transporterId": transporter})).number(t)
	today := "22/11/2026"
	lists := []struct {
		method string
		query  []string
		whose  string
	}{
		{"GetEwayBillsByDate", nil, seller},
		{"GetEwayBillsForTransporter", nil, transporter},
		{"GetEwayBillsForTransporterByGstin", []string{"Gen_gstin", seller}, transporter},
		{"GetEwayBillsForTransporterByState", []string{"stateCode", "29"}, transporter},
		{"GetEwayBillReportByTransporterAssignedDate", []string{"stateCode", "29"}, transporter},
		{"GetEwayBillsofOtherParty", nil, recipient},
	}
	for _, gstin := range []string{seller, transporter, recipient, nobody} {
		who := p.ewbUser("nic", gstin).signIn()
		for _, l := range lists {
			want := "418"
			if l.whose == gstin {
				want = "ok"
			}
			a := who.get(l.method, append([]string{"date", today}, l.query...)...)
			if a.codes != want || want == "ok" && (len(a.list) != 1 || fmt.Sprintf("%.0f", a.list[0].(map[string]any)["ewbNo"]) != no) {
				t.Errorf("%s by %s: %s %s, want %s", l.method, gstin, a.codes, a.body, want)
			}
			if a := who.get(l.method, append([]string{"date", "21/11/2026"}, l.query...)...); a.codes != "418" {
				t.Errorf("%s of another day: %s", l.method, a.codes)
			}
		}
		want := "ok"
		if gstin == nobody {
			want = "325"
		}
		if a := who.get("GetEwayBill", "ewbNo", no); a.codes != want {
			t.Errorf("read by %s: %s", gstin, a.codes)
		}
	}
	if a := u.get("GetEwayBillsByDate", "date", "2026-11-22"); a.codes != "601" {
		t.Errorf("a date of another form: %s", a.codes)
	}
	if a := p.ewbUser("nic", recipient).signIn().do("REJEWB", map[string]any{"ewbNo": no}); a.codes != "ok" {
		t.Fatal(a.codes)
	}
	if a := u.get("GetEwayBillsRejectedByOthers", "date", today); len(a.list) != 1 || a.list[0].(map[string]any)["rejectStatus"] != "Y" {
		t.Errorf("rejected: %s", a.body)
	}
	if a := u.get("GetEwayBillGeneratedByConsigner", "docType", "INV", "docNo", "ew/1"); a.number(t) != no {
		t.Errorf("of the paper: %s", a.body)
	}
	if a := u.get("GetEwayBillGeneratedByConsigner", "docType", "CHL", "docNo", "EW/1"); a.codes != "418" {
		t.Errorf("of another paper: %s", a.codes)
	}
}

// The whole bill comes back in the portal's own names, kinds and oddities.
//
// Source: replies recorded from the portal.
func TestTheShapeOfABillThatIsRead(t *testing.T) {
	u := start(t).ewbUser("alankit", seller).signIn()
	made := u.do("GENEWAYBILL", load(and(partAOnly, map[string]any{"transDistance": 0})))
	if !strings.Contains(string(made.body), `"ewayBillNo":39`) || made.data["validUpto"] != nil || made.data["alert"] != made.alert ||
		made.alert != ", Distance between these two pincodes is 984, " {
		t.Errorf("made: %s, alert %q", made.body, made.alert)
	}
	read := u.get("GetEwayBill", "ewbNo", made.number(t))
	for name, want := range map[string]string{
		"genMode": "API", "subSupplyType": "1  ", "userGstin": seller, "status": "ACT", "actualDist": "984", "noValidDays": "0", "validUpto": "",
		"extendedTimes": "0", "rejectStatus": "N", "totInvValue": "118000", "transporterId": transporter, "fromAddr2": "", "toStateCode": "27",
		"VehiclListDetails": "[]",
	} {
		if got := fmt.Sprint(read.data[name]); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	row := read.data["itemList"].([]any)[0].(map[string]any)
	if row["hsnCode"] != 820411.0 || row["productId"] != 0.0 || row["igstRate"] != 18.0 || row["qtyUnit"] != "NOS" || row["cessNonAdvol"] != 0.0 {
		t.Errorf("row %v", row)
	}
	if !strings.Contains(string(read.body), `"totalValue":100000.0`) {
		t.Errorf("figures have decimals: %s", read.body)
	}
}

func TestMasters(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	for _, tt := range []struct{ method, name, value, member, want string }{
		{"GetGSTINDetails", "GSTIN", "29AAACB1234F1Z9", "blkStatus", "B"},
		{"GetGSTINDetails", "GSTIN", recipient, "blkStatus", "U"},
		{"GetTransporterDetails", "trn_no", transporter, "transin", transporter},
		{"GetTransporterDetails", "trn_no", "88AABCT1332L1ZT", "transin", "88AABCT1332L1ZT"},
		{"GetHsnDetailsByHsnCode", "hsncode", "8204", "hsnCode", "8204"},
	} {
		if a := u.get("Master/"+tt.method, tt.name, tt.value); a.codes != "ok" || a.data[tt.member] != tt.want {
			t.Errorf("%s %s: %s %s", tt.method, tt.value, a.codes, a.body)
		}
	}
	for _, tt := range []struct{ method, name, value, want string }{
		{"GetGSTINDetails", "GSTIN", "29X", "326"}, {"GetTransporterDetails", "trn_no", "X", "328"},
		{"GetHsnDetailsByHsnCode", "hsncode", "AB", "327"}, {"GetHsnDetailsByHsnCode", "hsncode", "521211", "337"},
	} {
		if a := u.get("Master/"+tt.method, tt.name, tt.value); a.codes != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.method, tt.value, a.codes, tt.want)
		}
	}
	list := u.get("Master/GetErrorList").list
	words := map[any]any{}
	for _, row := range list {
		words[row.(map[string]any)["errorCode"]] = row.(map[string]any)["errorDesc"]
	}
	if len(list) < 300 || words["312"] != "This eway bill is either not generated by you or cancelled" {
		t.Errorf("%d codes, 312 is %v", len(list), words["312"])
	}
}

// Faults strike the e-way bill system as they do the other, in its own codes; whether
// the bill is there afterwards is as the list of kinds says.
func TestFaultsOfTheEWayBillSystem(t *testing.T) {
	p := startWith(t, sandbox.Options{Sleep: atOnce})
	for i, tt := range []struct {
		fault, codes string
		made         bool
	}{
		{"drop-reply", "HTTP ", true}, {"http-504", "HTTP Gateway Timeout", false}, {"http-504-after", "HTTP Gateway Timeout", true},
		{"garbage", "HTTP OK", true}, {"delay", "ok", true}, {"down", "HTTP ", false}, {"token-revoked", "238", false},
		{"658", "658", false}, {"800", "800", false}, {"813", "813", false}, {"5001", "114", false}, {"http-500", "HTTP Internal Server Error", false},
	} {
		u := p.ewbUser("alankit", seller).signIn()
		p.admin("POST", "/faults", `{"face":"alankit","op":"eway_make","fault":"`+tt.fault+`","times":1,"ms":5}`)
		doc := fmt.Sprint("F/", i)
		if a := u.do("GENEWAYBILL", load(map[string]any{"docNo": doc})); a.codes != tt.codes {
			t.Errorf("%s: %s, want %s", tt.fault, a.codes, tt.codes)
		}
		want := "418"
		if tt.made {
			want = "ok"
		}
		if a := u.signIn().get("GetEwayBillGeneratedByConsigner", "docType", "INV", "docNo", doc); a.codes != want {
			t.Errorf("%s: looked up: %s, want %s", tt.fault, a.codes, want)
		}
	}
}

func TestOtherFaultsOfTheEWayBillSystem(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	no := u.do("GENEWAYBILL", load(nil)).number(t)
	plant := func(op, fault string) {
		if v := p.admin("POST", "/faults", `{"face":"nic","op":"`+op+`","fault":"`+fault+`","times":1}`); v["error"] != nil {
			t.Fatalf("%s: %v", fault, v)
		}
	}
	plant("eway_get", "wrong-hmac")
	if a := u.get("GetEwayBill", "ewbNo", no); a.codes != "hmac" {
		t.Errorf("wrong-hmac: %s", a.codes)
	}
	plant("eway_change", "trailing-comma")
	if a := u.do("REJEWB", map[string]any{"ewbNo": no}); a.codes != "341," {
		t.Errorf("trailing-comma: %s", a.codes)
	}
	plant("eway_auth", "auth-blocked")
	if a := u.auth(sandbox.Password); a.codes != "107" {
		t.Errorf("auth-blocked: %s", a.codes)
	}
	plant("eway_get", "eway-other-key")
	raw := u.read(u.send(http.MethodGet, u.root()+"/ewayapi/GetEwayBill?ewbNo="+no, u.headers(), nil))
	data, err := base64.StdEncoding.DecodeString(raw.data["data"].(string))
	if err != nil || len(data) == 0 || raw.data["rek"] == "" {
		t.Errorf("eway-other-key: %s", raw.body)
	}
	if v := p.admin("POST", "/faults", `{"op":"eway_make","fault":"bad-signature"}`); v["error"] == nil {
		t.Error("an e-way bill has no signature to spoil")
	}
}
