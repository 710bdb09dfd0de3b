package sandbox_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

// Each sign-in is wrong in everything from its place on, and is refused for the first.
//
// Source: NIC authentication page, version 1.04.
func TestSignInsAreCheckedInThePortalsOrder(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller)
	seal := func(user, password string, appKey []byte) string {
		login := `{"UserName":"` + user + `","Password":"` + password + `","AppKey":"` + b64(appKey) + `"}`
		data, err := rsa.EncryptPKCS1v15(rand.Reader, c.publicKey(), []byte(b64([]byte(login)))) //nolint:staticcheck // the portal's padding
		if err != nil {
			t.Fatal(err)
		}
		return b64(data)
	}
	good := make([]byte, nic.KeySize)
	const none = "-"
	for _, tt := range []struct{ id, secret, gstin, data, want string }{
		{none, none, none, none, "1011"},
		{"other", none, none, none, "1012"},
		{"other", "other", none, none, "1004"},
		{"other", "other", "short", none, "1010"},
		{sandbox.NICClient, sandbox.NICSecret, "short", none, "5003"},
		{sandbox.NICClient, sandbox.NICSecret, "short", "bm9uZQ==", "1020"},
		{sandbox.NICClient, sandbox.NICSecret, "short", seal("", "wrong", good[:8]), "1006"},
		{sandbox.NICClient, sandbox.NICSecret, "short", seal("NOBODY", "wrong", good[:8]), "1017"},
		{sandbox.NICClient, sandbox.NICSecret, "short", seal(sandbox.User, "wrong", good[:8]), "1019"},
		{sandbox.NICClient, sandbox.NICSecret, "short", seal(sandbox.User, sandbox.Password, good[:8]), "1015"},
		{sandbox.NICClient, sandbox.NICSecret, seller, seal(sandbox.User, sandbox.Password, good[:8]), "1016"},
		{sandbox.NICClient, sandbox.NICSecret, seller, seal(sandbox.User, sandbox.Password, good), "ok"},
	} {
		h := map[string]string{"client-id": tt.id, "CLIENT_SECRET": tt.secret, "Gstin": tt.gstin}
		for k, v := range h {
			if v == none {
				delete(h, k)
			}
		}
		body := `{}`
		if tt.data != none {
			body = `{"Data":"` + tt.data + `"}`
		}
		if got := c.exchange(http.MethodPost, "/nic/eivital/v1.04/auth", h, []byte(body)).codes(); got != tt.want {
			t.Errorf("id %q, GSTIN %q: %s, want %s", tt.id, tt.gstin, got, tt.want)
		}
	}
}

func TestKeysForEncryptionAndSigningAreApart(t *testing.T) {
	p := start(t)
	cert := p.certificate()
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() != 2048 || p.publicKey().N.BitLen() != 2048 || key.Equal(p.publicKey()) {
		t.Error("the keys are not two of 2048 bits")
	}
	listed := p.admin("GET", "/keys", "")["signing"].([]any)[0].(map[string]any)
	if listed["kid"] != nic.KeyID(cert) || listed["x5t"] != nic.X5T(cert) {
		t.Errorf("listed %v", listed)
	}
	for file, head := range map[string]string{"einvoice.pem": "PUBLIC KEY", "ewaybill.pem": "PUBLIC KEY", "signing.pem": "CERTIFICATE"} {
		if status, b := p.send("GET", "/_sandbox/keys/"+file, nil, nil); status != 200 || !strings.HasPrefix(string(b), "-----BEGIN "+head) {
			t.Errorf("%s: %d %s", file, status, b)
		}
	}
	if status, _ := p.send("GET", "/_sandbox/keys/private.pem", nil, nil); status != 404 {
		t.Errorf("private.pem: %d", status)
	}
}

// A call is asked for its client before its GSTIN, for its GSTIN before its user, and
// for its user before its token.
func TestSignedInCallsAreCheckedInOrder(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller).signIn()
	h := map[string]string{}
	for _, step := range []struct{ want, name, value string }{
		{"1011", "client_id", "other"}, {"1012", "client_secret", "other"}, {"1004", "gstin", seller},
		{"1010", "client_id", sandbox.NICClient}, {"1010", "client_secret", sandbox.NICSecret},
		{"1006", "user_name", sandbox.User}, {"1005", "authtoken", c.token},
	} {
		if got := c.exchange(http.MethodGet, "/nic/eivital/v1.04/Master/gstin/"+seller, h, nil).codes(); got != step.want {
			t.Errorf("with %v: %s, want %s", h, got, step.want)
		}
		h[step.name] = step.value
	}
	if r := c.exchange(http.MethodGet, "/nic/eivital/v1.04/Master/gstin/"+seller, h, nil); r.codes() != "ok" {
		t.Errorf("with everything: %s", r.body)
	}
}

// The layers come one after the other: schema, rules, duplicates; each lists all it finds.
func TestLayersOfChecks(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	c.generate(invoice()).ack(t)
	schema := changes{"SellerDtls.Loc": "-", "BuyerDtls.LglNm": `"x"`}
	rules := changes{"ValDtls.TotInvVal": "5", "ItemList.0.HsnCd": `"521211"`}
	for _, tt := range []struct {
		doc  []byte
		want string
	}{
		{altered(t, schema, rules), "5002 5002"},
		{altered(t, rules), "2176 2189"},
		{invoice(), "2150"},
	} {
		if got := c.generate(tt.doc).codes(); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
	irn := nic.IRN(seller, 20261122, "INV", "A/1")
	c.cancel(irn, "1", "twice")
	if got := c.generate(invoice()).codes(); got != "2278" {
		t.Errorf("a cancelled number again: %s", got)
	}
}

func TestAckDateIsRoundedOutsideAndExactInside(t *testing.T) {
	p := start(t) // at 10:15:31
	ack := p.caller("nic", seller).signIn().generate(invoice()).ack(t)
	if got := ack.AckDt.In(gst.IST).Format(time.DateTime); got != "2026-11-22 10:16:00" {
		t.Errorf("outside %s", got)
	}
	if data := opened(t, ack.SignedInvoice); !strings.Contains(data, `"AckDt":"2026-11-22 10:15:31"`) || !strings.Contains(data, `"ItemList":[{"ItemNo":0,`) {
		t.Errorf("inside %s", data)
	}
	if data := opened(t, ack.SignedInvoice); strings.Contains(data, "null") || strings.Contains(data, "EcmGstin") {
		t.Errorf("nulls are kept: %s", data)
	}
	if len(ack.AckNo) != 15 {
		t.Errorf("AckNo %s", ack.AckNo)
	}
}

func TestAStrictPortalBlocksWhoRepeatsAMistake(t *testing.T) {
	now := morning
	p := startWith(t, sandbox.Options{Strict: true, Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller).signIn()
	wrong := altered(t, changes{"ValDtls.TotInvVal": "5"})
	for i := range 10 {
		if got := c.generate(wrong).codes(); got != "2189" {
			t.Fatalf("call %d: %s", i, got)
		}
	}
	if got := c.generate(invoice()).codes(); got != "1007" {
		t.Errorf("after ten of the same: %s", got)
	}
	if got := c.auth(sandbox.User, sandbox.Password, false).codes(); got != "1007" {
		t.Errorf("signing in: %s", got)
	}
	now = now.Add(time.Hour)
	if got := c.signIn().generate(invoice()).codes(); got != "ok" {
		t.Errorf("an hour later: %s", got)
	}
}

// The lenient portal, which companies practise on, lets them repeat it.
func TestALenientPortalBlocksNobody(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for range 20 {
		c.generate(altered(t, changes{"ValDtls.TotInvVal": "5"}))
	}
	if got := c.generate(invoice()).codes(); got != "ok" {
		t.Errorf("%s", got)
	}
}

// In the last ten minutes of a token's life a new one can be forced, whatever the life is
// set to; NIC's own sandbox has sixty minutes.
func TestTheLifeOfTokensIsASetting(t *testing.T) {
	now := morning
	p := startWith(t, sandbox.Options{TokenLife: time.Hour, Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller).signIn()
	first := c.token
	for _, tt := range []struct {
		at   time.Duration
		same bool
	}{{49 * time.Minute, true}, {51 * time.Minute, false}} {
		now = morning.Add(tt.at)
		c.auth(sandbox.User, sandbox.Password, true)
		if (c.token == first) != tt.same {
			t.Errorf("after %s: the same token is %v", tt.at, c.token == first)
		}
	}
}

func TestTheWindowOfLookUpsIsASetting(t *testing.T) {
	now := morning
	p := startWith(t, sandbox.Options{GetWindow: 72 * time.Hour, Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller).signIn()
	irn := c.generate(invoice()).ack(t).Irn
	for at, want := range map[time.Duration]string{71 * time.Hour: "ok", 73 * time.Hour: "2283"} {
		now = morning.Add(at)
		if got := c.signIn().byIRN(irn).codes(); got != want {
			t.Errorf("after %s: %s, want %s", at, got, want)
		}
	}
	p.admin("POST", "/faults", `{"op":"get","fault":"get-expired","times":1}`)
	now = morning
	if got := c.signIn().byIRN(irn).codes(); got != "2283" {
		t.Errorf("under the fault: %s", got)
	}
}

func TestEWayBillsBesideTheIRNAreToldAsThePortalDoes(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller).signIn()
	refused := c.generate(altered(t, changes{"EwbDtls": `{"Distance":0}`}))
	info, _ := refused.Info(nic.InfoEWayRefusal)
	var list []struct{ ErrorCode, ErrorMessage string }
	if err := json.Unmarshal(info.Desc, &list); err != nil || refused.codes() != "ok" || list[0].ErrorCode != "4019" {
		t.Errorf("%v: %s", err, refused.body)
	}
	made := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`, "EwbDtls": `{"TransId":"29AWGPV7107B1Z1","Distance":0}`}))
	info, _ = made.Info(nic.InfoEWayDistance)
	if text := info.Text(); !strings.HasPrefix(text, "Pin-Pin calc distance: ") || !strings.HasSuffix(text, "KM") {
		t.Errorf("%s", made.body)
	}
	if got := c.cancel(made.ack(t).Irn, "1", "twice").codes(); got != "2230" {
		t.Errorf("cancelled under an e-way bill: %s", got)
	}
}
