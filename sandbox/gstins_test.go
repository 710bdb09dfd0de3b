package sandbox_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"mohar/nic"
	"mohar/sandbox"
)

const buyer = "29AWGPV7107B1Z1" // of the invoice

func TestWhatIsSetOfAGSTINBindsItsDocuments(t *testing.T) {
	p := start(t)
	for _, tt := range []struct {
		name, gstin, set string
		changes          changes
		want             string
	}{
		{"an active recipient is taken", buyer, `"status":"ACT"`, nil, "ok"},
		{"a suspended recipient is refused", buyer, `"status":"SUS"`, nil, "3029"},
		{"a cancelled recipient is refused", buyer, `"status":"CNL"`, nil, "3029"},
		{"an old copy does not know the recipient", buyer, `"stale":true`, nil, "3028"},
		{"an old copy has the recipient as not in force", buyer, `"stale":true,"code":"3029"`, nil, "3029"},
		{"a SEZ unit is no B2B recipient", buyer, `"type":"SEZ"`, nil, "2246"},
		{"a regular recipient is no SEZ", buyer, `"type":"REG"`, toSEZ, "2247"},
		{"a developer counts as SEZ", buyer, `"type":"SED"`, toSEZ, "ok"},
		{"a supplier not enabled is refused", seller, `"enabled":false`, nil, "3026"},
		{"a composition dealer does not invoice", seller, `"type":"COM"`, nil, "2300"},
		{"a SEZ unit does not invoice", seller, `"type":"SEZ"`, nil, "2231"},
		{"a developer invoices", seller, `"type":"SED"`, nil, "ok"},
		{"a cancelled supplier is refused", seller, `"status":"CNL"`, nil, "3029"},
		{"everything wrong is said at once", seller, `"type":"TDS","enabled":false,"status":"SUS"`, nil, "2300 3026 3029"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.admin("POST", "/reset", "")
			c := p.caller("taxpro", seller).signIn()
			if v := p.admin("POST", "/gstin", `{"gstin":"`+tt.gstin+`",`+tt.set+`}`); v["gstin"] != tt.gstin {
				t.Fatalf("%v", v)
			}
			if got := c.generate(altered(t, tt.changes)).codes(); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestBlockedForEWayBillsBySetting(t *testing.T) {
	p := start(t)
	p.admin("POST", "/gstin", `{"gstin":"`+buyer+`","blocked":true}`)
	c := p.caller("alankit", seller).signIn()
	r := c.generate(altered(t, changes{"EwbDtls": `{"TransId":"29AWGPV7107B1Z1","Distance":100}`}))
	info, ok := r.Info(nic.InfoEWayRefusal)
	if r.codes() != "ok" || !ok || info.Codes()[0].Code != "4015" {
		t.Errorf("%s", r.body)
	}
}

// A client that meets 3028 syncs the GSTIN and sends again.
func TestSyncingBringsTheCopyUpToDate(t *testing.T) {
	p := start(t)
	p.admin("POST", "/gstin", `{"gstin":"`+buyer+`","stale":true,"name":"Kaveri Papers Limited","status":"SUS"}`)
	c := p.caller("taxpro", seller).signIn()
	look := func(op string) reply { return c.call(http.MethodGet, "/eivital/v1.04/Master/"+op+"/"+buyer, nil) }
	if got := look("gstin").codes(); got != "3028" {
		t.Errorf("looked up in an old copy: %s", got)
	}
	var got nic.TaxpayerReply
	if err := json.Unmarshal(look("syncgstin").data, &got); err != nil || got.LegalName != "Kaveri Papers Limited" || got.Status != "SUS" {
		t.Errorf("synced: %+v, %v", got, err)
	}
	if got := look("gstin").codes(); got != "ok" {
		t.Errorf("looked up after syncing: %s", got)
	}
	p.admin("POST", "/gstin", `{"gstin":"`+buyer+`","status":"ACT"}`)
	if got := c.generate(invoice()).codes(); got != "ok" {
		t.Errorf("sent after syncing: %s", got)
	}
}

func TestNonsenseIsNotSetOfAGSTIN(t *testing.T) {
	p := start(t)
	for _, body := range []string{`{"status":"ACT"}`, `{"gstin":"29AWG"}`, `{"gstin":"` + buyer + `","status":"DEAD"}`,
		`{"gstin":"` + buyer + `","type":"regular"}`, `{"gstin":"` + buyer + `","code":"9999"}`, `{"gstin":"` + buyer + `","stale":"yes"}`} {
		if v := p.admin("POST", "/gstin", body); v["error"] == nil {
			t.Errorf("took %s", body)
		}
	}
	if v := p.admin("GET", "/gstin", "")["gstins"].([]any); len(v) != 0 {
		t.Errorf("set: %v", v)
	}
}

func TestWhatIsSetOfAGSTINSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.db")
	startWith(t, sandbox.Options{Path: file}).admin("POST", "/gstin", `{"gstin":"`+buyer+`","status":"CNL"}`)
	p := startWith(t, sandbox.Options{Path: file})
	if got := p.caller("taxpro", seller).signIn().generate(invoice()).codes(); got != "3029" {
		t.Errorf("%s", got)
	}
}
