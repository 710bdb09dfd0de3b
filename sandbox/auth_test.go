package sandbox_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

func TestSignInRefusals(t *testing.T) {
	p := start(t)
	for _, face := range allFaces {
		c := p.caller(face, seller)
		for _, tt := range []struct{ user, password, want string }{
			{"", sandbox.Password, "1006"},
			{"NOBODY", sandbox.Password, "1017"},
			{sandbox.User, "wrong", "1019"},
			{sandbox.User, sandbox.Password, "ok"},
		} {
			if r := c.auth(tt.user, tt.password, false); r.codes() != tt.want {
				t.Errorf("%s as %q: %s, want %s", face, tt.user, r.body, tt.want)
			}
		}
	}
}

func TestSealedSignIns(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller)
	pub := p.publicKey()
	encrypt := func(text string) string {
		data, err := rsa.EncryptPKCS1v15(rand.Reader, pub, []byte(text)) //nolint:staticcheck // the portal's padding
		if err != nil {
			t.Fatal(err)
		}
		return `{"Data":"` + b64(data) + `"}`
	}
	seal := func(login string) string { return encrypt(b64([]byte(login))) }
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key, err := nic.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := nic.SealAuth(&other.PublicKey, nic.Login{UserName: sandbox.User, Password: sandbox.Password, AppKey: key})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, body, want string }{
		{"no Data", `{}`, "5003"},
		{"not JSON", `Data`, "5003"},
		{"not base64", `{"Data":"%"}`, "1020"},
		{"encrypted for another key", `{"Data":"` + foreign + `"}`, "1020"},
		{"not encrypted", `{"Data":"` + b64([]byte(`{"UserName":"x"}`)) + `"}`, "1020"},
		{"without the inner base64", encrypt(`{"UserName":"x"}`), "1013"},
		{"not JSON inside", seal(`hello`), "1013"},
		{"nothing inside", seal(`{}`), "1013"},
		{"without password", seal(`{"UserName":"MOHAR_PRACTICE","AppKey":"c2hvcnQ="}`), "1013"},
		{"password a number", seal(`{"UserName":"MOHAR_PRACTICE","Password":1}`), "1013"},
		{"AppKey of another length", seal(`{"UserName":"MOHAR_PRACTICE","Password":"Practice@123","AppKey":"c2hvcnQ="}`), "1016"},
		{"AppKey not base64", seal(`{"UserName":"MOHAR_PRACTICE","Password":"Practice@123","AppKey":"?"}`), "1016"},
	} {
		if r := c.exchange(http.MethodPost, "/nic/eivital/v1.04/auth", c.client, []byte(tt.body)); r.codes() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, r.body, tt.want)
		}
	}
}

func TestTokensLiveTheirWholeLife(t *testing.T) {
	p := start(t)
	for i, face := range allFaces {
		t.Run(face, func(t *testing.T) {
			p.admin("POST", "/clock", `{"now":"2026-11-22T10:15:31+05:30"}`)
			// TaxPro's two kinds of path are one client: a GSTIN for each test.
			c := p.caller(face, "29AAFCD5862R00"+string(rune('0'+i))).signIn()
			first := c.token
			if c.signIn().token != first {
				t.Error("a second sign-in gave another token")
			}
			if c.auth(sandbox.User, sandbox.Password, true); c.token != first {
				t.Error("a new token was forced at the beginning of the first one's life")
			}
			p.admin("POST", "/clock", `{"advance":"351m"}`)
			if c.signIn().token != first {
				t.Error("a sign-in in the last ten minutes gave another token without force")
			}
			if c.byDocument("INV", "NONE", "22/11/2026").codes() != "2154" {
				t.Error("the token died early")
			}
			if c.auth(sandbox.User, sandbox.Password, true); c.token == first {
				t.Error("no new token in the last ten minutes")
			}
			p.admin("POST", "/clock", `{"advance":"360m"}`)
			if got := c.byDocument("INV", "NONE", "22/11/2026").codes(); got != "1005" {
				t.Errorf("an expired token was answered with %s", got)
			}
		})
	}
}

func TestSignInReplyTellsTheExpiryInIST(t *testing.T) {
	p := startWith(t, sandbox.Options{TokenLife: time.Hour})
	r := p.caller("nic", seller).auth(sandbox.User, sandbox.Password, false)
	var got map[string]any
	if err := json.Unmarshal(r.data, &got); err != nil {
		t.Fatal(err)
	}
	if got["TokenExpiry"] != "2026-11-22 11:15:31" || got["UserName"] != sandbox.User || got["ClientId"] != sandbox.NICClient {
		t.Errorf("%s", r.data)
	}
	if len(got["AuthToken"].(string)) != 25 || len(got["Sek"].(string)) != 64 {
		t.Errorf("lengths: %s", r.data)
	}
}

func TestTokensBelongToClientUserAndGSTIN(t *testing.T) {
	p := start(t)
	alankit, taxpro := p.caller("alankit", seller).signIn(), p.caller("taxpro", seller).signIn()
	if alankit.token == taxpro.token {
		t.Fatal("two clients share a token")
	}
	try := func(c *caller, token string, extra map[string]string) string {
		h := c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": token})
		for k, v := range extra {
			if v == "-" {
				delete(h, k)
			} else {
				h[k] = v
			}
		}
		return c.exchange(http.MethodGet, c.path("/eivital/v1.04/Master/gstin/"+seller), h, nil).codes()
	}
	for _, tt := range []struct {
		name  string
		token string
		extra map[string]string
		want  string
	}{
		{"own", alankit.token, nil, "ok"},
		{"of the other client", taxpro.token, nil, "1005"},
		{"unknown", "abc", nil, "1005"},
		{"missing", "", nil, "1005"},
		{"of another GSTIN", alankit.token, map[string]string{"Gstin": "27AWGPV7107B1Z5"}, "1005"},
		{"of another user", alankit.token, map[string]string{"user_name": "OTHER"}, "1005"},
		{"without user", alankit.token, map[string]string{"user_name": "-"}, "1006"},
		{"without GSTIN", alankit.token, map[string]string{"Gstin": "-"}, "1004"},
	} {
		if got := try(alankit, tt.token, tt.extra); got != tt.want {
			t.Errorf("token %s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestStrictPortalBlocksTheSixthSignIn(t *testing.T) {
	now := morning
	p := startWith(t, sandbox.Options{Strict: true, Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller)
	for range 5 {
		c.signIn()
	}
	if got := c.auth(sandbox.User, sandbox.Password, false).codes(); got != "1007" {
		t.Errorf("sixth sign-in: %s", got)
	}
	now = now.Add(15 * time.Minute)
	c.signIn()
}

func TestStrictPortalReadsNarrowly(t *testing.T) {
	p := startWith(t, sandbox.Options{Strict: true})
	c := p.caller("taxpro", seller).signIn()
	if got := c.generate(altered(t, changes{"DocDtls.Dt": `"23/10/2026"`})).codes(); got != "2305" {
		t.Errorf("thirty days old: %s", got)
	}
	if got := c.generate(altered(t, changes{"ItemList.0.HsnCd": `"8204"`})).codes(); got != "2311" {
		t.Errorf("four digits: %s", got)
	}
}

func TestTaxpayers(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	look := func(op, g string) (gst.Taxpayer, reply) {
		t.Helper()
		r := c.call(http.MethodGet, "/eivital/v1.04/Master/"+op+"/"+g, nil)
		var reply nic.TaxpayerReply
		if r.codes() == "ok" {
			if err := json.Unmarshal(r.data, &reply); err != nil {
				t.Fatal(err)
			}
		}
		return reply.Taxpayer(), r
	}
	one, _ := look("gstin", "27AWGPV7107B1Z5")
	if again, _ := look("syncgstin", "27AWGPV7107B1Z5"); again != one {
		t.Errorf("%+v, then %+v", one, again)
	}
	if one.Status != "ACT" || one.Type != "REG" || one.State != "27" || one.Blocked || len(one.LegalName) < 3 || one.Place == "" || one.Address1 == "" {
		t.Errorf("%+v", one)
	}
	if got, _ := look("gstin", "27AWGPV7107B1Z9"); !got.Blocked {
		t.Errorf("%+v is not blocked", got)
	}
	for gstin, want := range map[string]string{"29AWGPV7107B1U1": "SUS", "29AWGPV7107B1X1": "CNL", "99AAACO1234F1X1": "CNL", "2917UNO00001UXX": "ACT"} {
		if got, _ := look("gstin", gstin); got.Status != want {
			t.Errorf("%s stands as %q, want %q", gstin, got.Status, want)
		}
	}
	if _, r := look("gstin", "27AWG"); r.codes() != "3028" {
		t.Errorf("%s", r.body)
	}
}
