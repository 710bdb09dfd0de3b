package sandbox_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/nic"
	"mohar/sandbox"
)

// The parties of the e-way bill tests.
const (
	recipient   = "27AWGPV7107B1Z1"
	transporter = "29AABCT1332L1ZT"
	nobody      = "33AAACS1234F1Z5"
)

// ewbUser is an API user of the e-way bill system at one face.
type ewbUser struct {
	*portal
	face   string // nic, alankit, taxpro
	gstin  string
	client map[string]string
	token  string
	sek    []byte
}

// ewbAnswer is what came back: codes of a refusal, "ok" or "HTTP n" without one.
type ewbAnswer struct {
	codes string
	data  map[string]any
	list  []any
	body  []byte
	alert string
}

func (p *portal) ewbUser(face, gstin string) *ewbUser {
	u := &ewbUser{portal: p, face: face, gstin: gstin, client: map[string]string{"Gstin": gstin}}
	switch face {
	case "nic":
		u.client["client-id"], u.client["client-secret"] = sandbox.NICClient, sandbox.NICSecret
	case "alankit":
		u.client["Ocp-Apim-Subscription-Key"] = sandbox.AlankitKey
	default:
		u.client["aspid"], u.client["password"] = sandbox.TaxProID, sandbox.TaxProPassword
		u.client["username"], u.client["ewbpwd"] = sandbox.User, sandbox.Password
	}
	return u
}

func (u *ewbUser) root() string {
	return map[string]string{
		"nic": "/nic/ewaybillapi/v1.03", "alankit": "/alankit/ewaybillgateway/v1.03", "taxpro": "/taxpro/v1.03/dec",
	}[u.face]
}

// ewbKey is the portal's key for sign-ins to the e-way bill system.
func (p *portal) ewbKey() *rsa.PublicKey {
	p.t.Helper()
	text := p.admin("GET", "/keys", "")["encryption"].(map[string]any)["ewaybill"].(string)
	block, _ := pem.Decode([]byte(text))
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		p.t.Fatal(err)
	}
	return key.(*rsa.PublicKey)
}

// sealLogin encrypts a sign-in as the API wants it.
func (u *ewbUser) sealLogin(text string) []byte {
	u.t.Helper()
	//nolint:staticcheck // the portal's padding
	sealed, err := rsa.EncryptPKCS1v15(rand.Reader, u.ewbKey(), []byte(b64([]byte(text))))
	if err != nil {
		u.t.Fatal(err)
	}
	return []byte(`{"Data":"` + b64(sealed) + `"}`)
}

// auth signs in with a password.
func (u *ewbUser) auth(password string) ewbAnswer {
	u.t.Helper()
	var a ewbAnswer
	key := bytes.Repeat([]byte{7}, 32)
	if u.face == "taxpro" {
		h := withHeader(u.client, "ewbpwd", password)
		a = u.read(u.send(http.MethodGet, u.root()+"/auth?action=ACCESSTOKEN", h, nil))
	} else {
		login := `{"action":"ACCESSTOKEN","username":"` + sandbox.User + `","password":"` + password + `","app_key":"` + b64(key) + `"}`
		a = u.read(u.send(http.MethodPost, u.root()+"/auth", u.client, u.sealLogin(login)))
	}
	if a.codes != "ok" {
		return a
	}
	u.token = a.data["authtoken"].(string)
	if sek, _ := a.data["sek"].(string); sek != "" {
		var err error
		if u.sek, err = nic.DecryptText(key, sek); err != nil {
			u.t.Fatal(err)
		}
	}
	return a
}

func withHeader(h map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for k, v := range h {
		if k != name {
			out[k] = v
		}
	}
	return out
}

func (u *ewbUser) signIn() *ewbUser {
	u.t.Helper()
	if a := u.auth(sandbox.Password); a.codes != "ok" {
		u.t.Fatalf("sign-in at %s: %s", u.face, a.body)
	}
	return u
}

// read takes an envelope apart, without opening it.
func (u *ewbUser) read(status int, body []byte) ewbAnswer {
	u.t.Helper()
	a := ewbAnswer{body: body, codes: "HTTP " + http.StatusText(status)}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return a
	}
	a.codes = "ok"
	switch v := v.(type) {
	case []any:
		a.list = v
	case map[string]any:
		a.data = v
		if v["status"] == "0" {
			text, err := base64.StdEncoding.DecodeString(v["error"].(string))
			if err != nil {
				u.t.Fatal(err)
			}
			var inner struct{ ErrorCodes string }
			if err := json.Unmarshal(text, &inner); err != nil {
				u.t.Fatal(err)
			}
			a.codes = inner.ErrorCodes
		}
	}
	return a
}

// opened decrypts a success; of a read it checks the reply's HMAC.
func (u *ewbUser) opened(a ewbAnswer, read bool) ewbAnswer {
	u.t.Helper()
	if a.codes != "ok" || u.face == "taxpro" || a.data["data"] == nil {
		return a
	}
	a.alert, _ = a.data["alert"].(string)
	key := u.sek
	var err error
	if read {
		if key, err = nic.DecryptText(u.sek, a.data["rek"].(string)); err != nil {
			u.t.Fatal(err)
		}
	}
	text, err := nic.DecryptText(key, a.data["data"].(string))
	if err != nil {
		u.t.Fatal(err)
	}
	if read {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(b64(text)))
		if want := b64(m.Sum(nil)); a.data["hmac"] != want {
			a.codes = "hmac"
			return a
		}
	}
	alert := a.alert
	a = u.read(http.StatusOK, text)
	a.body, a.alert = text, alert
	return a
}

func (u *ewbUser) headers() map[string]string { return withHeader(u.client, "AuthToken", u.token) }

// do asks for an action.
func (u *ewbUser) do(action string, request any) ewbAnswer {
	u.t.Helper()
	payload, err := json.Marshal(request)
	if err != nil {
		u.t.Fatal(err)
	}
	path, body := u.root()+"/ewayapi", payload
	if u.face == "taxpro" {
		path += "?action=" + action
	} else {
		data, err := nic.EncryptText(u.sek, payload)
		if err != nil {
			u.t.Fatal(err)
		}
		body = []byte(`{"action":"` + action + `","data":"` + data + `"}`)
	}
	return u.opened(u.read(u.send(http.MethodPost, path, u.headers(), body)), false)
}

// get reads; names and values alternate.
func (u *ewbUser) get(method string, query ...string) ewbAnswer {
	u.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	path := u.root() + "/ewayapi/" + method
	if strings.HasPrefix(method, "Master/") {
		path = u.root() + "/" + method
	}
	if u.face == "taxpro" {
		path = u.root() + "/ewayapi"
		q.Set("action", strings.TrimPrefix(method, "Master/"))
	}
	return u.opened(u.read(u.send(http.MethodGet, path+"?"+q.Encode(), u.headers(), nil)), true)
}

// load is a request for an e-way bill by road that passes every check; members given
// replace or, when nil, remove its own.
func load(given map[string]any) map[string]any {
	r := map[string]any{
		"supplyType": "O", "subSupplyType": "1", "docType": "INV", "docNo": "EW/1", "docDate": morning.Format("02/01/2006"),
		"fromGstin": seller, "fromTrdName": "Deccan Tools", "fromAddr1": "4 Mill Lane", "fromPlace": "Bengaluru", "fromPincode": 560001,
		"fromStateCode": 29, "actFromStateCode": 29,
		"toGstin": recipient, "toTrdName": "Kaveri Papers", "toAddr1": "9 Ring Road", "toPlace": "Mumbai", "toPincode": 400001,
		"toStateCode": 27, "actToStateCode": 27, "transactionType": 1,
		"totalValue": 100000, "cgstValue": 0, "sgstValue": 0, "igstValue": 18000, "cessValue": 0, "cessNonAdvolValue": 0,
		"otherValue": 0, "totInvValue": 118000,
		"transMode": "1", "transDistance": "900", "vehicleNo": "KA01AB1234", "vehicleType": "R",
		"itemList": []any{map[string]any{
			"productName": "Spanners", "hsnCode": 820411, "quantity": 100, "qtyUnit": "NOS", "taxableAmount": 100000,
			"cgstRate": 0, "sgstRate": 0, "igstRate": 18, "cessRate": 0, "cessNonAdvol": 0,
		}},
	}
	for k, v := range given {
		if r[k] = v; v == nil {
			delete(r, k)
		}
	}
	return r
}

// number is the bill's number of an answer, whatever the member is called.
func (a ewbAnswer) number(t testing.TB) string {
	t.Helper()
	if a.codes != "ok" {
		t.Fatalf("refused with %s", a.codes)
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ewayBillNo", "ewbNo", "cEwbNo"} {
		switch n := v[name].(type) {
		case json.Number:
			return n.String()
		case string:
			return n
		}
	}
	t.Fatalf("no number in %s", a.body)
	return ""
}

// clockAt turns the portal's clock.
func (p *portal) clockAt(now time.Time) {
	p.t.Helper()
	p.admin("POST", "/clock", `{"now":"`+now.Format(time.RFC3339)+`"}`)
}
