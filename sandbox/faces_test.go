package sandbox_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"mohar/nic"
	"mohar/sandbox"
)

var allFaces = []string{"nic", "alankit", "taxpro", "taxpro-encrypted"}

// publicKey is the key that sign-ins are encrypted for, as clients learn it.
func (p *portal) publicKey() *rsa.PublicKey {
	p.t.Helper()
	keys := p.admin("GET", "/keys", "")
	key, err := nic.ParsePublicKey([]byte(keys["encryption"].(map[string]any)["einvoice"].(string)))
	if err != nil {
		p.t.Fatal(err)
	}
	return key
}

func TestEveryFaceRegistersFindsAndCancels(t *testing.T) {
	p := start(t)
	for i, face := range allFaces {
		t.Run(face, func(t *testing.T) {
			c := p.caller(face, seller).signIn()
			number := "A/" + string(rune('1'+i))
			ack := c.generate(altered(t, changes{"DocDtls.No": `"` + number + `"`})).ack(t)
			if want := nic.IRN(seller, 20261122, "INV", number); ack.Irn != want {
				t.Errorf("IRN %s, want %s", ack.Irn, want)
			}
			for _, r := range []reply{c.byDocument("INV", number, "22/11/2026"), c.byIRN(ack.Irn)} {
				if got := r.ack(t); got.SignedInvoice != ack.SignedInvoice || got.AckNo != ack.AckNo || got.Status != "ACT" {
					t.Errorf("fetched another document: %s", r.data)
				}
			}
			if r := c.cancel(ack.Irn, "2", "wrong buyer"); r.codes() != "ok" {
				t.Errorf("cancel: %s", r.body)
			}
			if got := c.byIRN(ack.Irn).ack(t); got.Status != "CNL" {
				t.Errorf("status %s after cancelling", got.Status)
			}
		})
	}
}

func TestTheWireOfEachFace(t *testing.T) {
	p := start(t)
	t.Run("encrypted Data, Status a number", func(t *testing.T) {
		r := p.caller("alankit", seller).signIn().generate(invoice())
		if !bytes.HasPrefix(r.body, []byte(`{"Status":1,"Data":"`)) || !bytes.HasSuffix(r.body, []byte(`","ErrorDetails":null,"InfoDtls":null}`)) {
			t.Errorf("wire: %.40s … %s", r.body, r.body[len(r.body)-60:])
		}
	})
	t.Run("decrypted Data a JSON text, Status a text", func(t *testing.T) {
		r := p.caller("taxpro", seller).signIn().byDocument("INV", "A/1", "22/11/2026")
		if !bytes.HasPrefix(r.body, []byte(`{"Status":"1","Data":"{\"AckNo\":11`)) {
			t.Errorf("wire: %.60s", r.body)
		}
		var x struct {
			ExtractedSignedInvoiceData struct{ Irn string }
			ExtractedSignedQrCode      struct{ MainHsnCode string }
			QrCodeImage                string
		}
		if err := json.Unmarshal(r.data, &x); err != nil {
			t.Fatal(err)
		}
		if x.ExtractedSignedQrCode.MainHsnCode != "820411" || x.ExtractedSignedInvoiceData.Irn == "" {
			t.Errorf("extracted: %+v", x)
		}
		raw, err := base64.StdEncoding.DecodeString(x.QrCodeImage)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.DecodeConfig(bytes.NewReader(raw))
		if err != nil || img.Width != 250 || img.Height != 250 {
			t.Errorf("QR code: %d × %d, %v", img.Width, img.Height, err)
		}
	})
	t.Run("a refusal", func(t *testing.T) {
		r := p.caller("nic", seller).signIn().byDocument("INV", "NONE", "22/11/2026")
		const want = `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2154","ErrorMessage":"IRN details are not found"}],"InfoDtls":null}`
		if string(r.body) != want {
			t.Errorf("wire: %s", r.body)
		}
	})
	t.Run("a duplicate", func(t *testing.T) {
		c := p.caller("nic", seller).signIn()
		ack := c.byDocument("INV", "A/1", "22/11/2026").ack(t)
		want := `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}],"InfoDtls":[{"InfCd":"DUPIRN","Desc":{"AckNo":` +
			string(ack.AckNo) + `,"AckDt":"2026-11-22 10:16:00","Irn":"` + ack.Irn + `"}}]}`
		if r := c.generate(invoice()); string(r.body) != want {
			t.Errorf("wire: %s\nwant  %s", r.body, want)
		}
	})
}

func TestClientsAreChecked(t *testing.T) {
	tests := []struct {
		face  string
		extra map[string]string
		want  string // a code, or part of the gateway's body
	}{
		{"nic", map[string]string{"client_id": "-"}, "1011"},
		{"nic", map[string]string{"client_secret": "-"}, "1012"},
		{"nic", map[string]string{"Gstin": "-", "client_id": "x"}, "1004"},
		{"nic", map[string]string{"client_id": "x"}, "1010"},
		{"nic", map[string]string{"client_secret": "x"}, "1010"},
		{"nic", map[string]string{"client_id": "-", "client_secret": "-", "Client-Id": sandbox.NICClient, "client-secret": sandbox.NICSecret}, "ok"},
		{"nic", map[string]string{"Gstin": "98AAFCD5862R000"}, "1015"},
		{"nic", map[string]string{"Gstin": "29AAFCD5862R000,29AAFCD5862R000"}, "1015"},
		{"alankit", map[string]string{"Ocp-Apim-Subscription-Key": "-"}, `{"message":"Access denied due to missing subscription key.","statusCode":401}`},
		{"alankit", map[string]string{"Ocp-Apim-Subscription-Key": "AL1"}, "invalid subscription key"},
		{"alankit", map[string]string{"Gstin": "-"}, "1004"},
		{"taxpro", map[string]string{"aspid": "-"}, `{"status_cd":"0","error":{"error_cd":"GSP001","message":"Missing Parameter 'aspid' in Request Header."}}`},
		{"taxpro", map[string]string{"aspid": "-", "password": "-"}, `"GSP016"`},
		{"taxpro", map[string]string{"password": "-"}, `"GSP016"`},
		{"taxpro", map[string]string{"aspid": "1"}, `"GSP001A"`},
		{"taxpro", map[string]string{"aspid": "2000000002"}, `"GSP020"`},
		{"taxpro", map[string]string{"password": "x"}, `"GSP020A"`},
		{"taxpro", map[string]string{"Gstin": "-"}, `"GSP001G"`},
		{"taxpro", map[string]string{"Gstin": "29AAF"}, `"GSP001GA"`},
		{"taxpro-encrypted", map[string]string{"password": "x"}, `"GSP020A"`},
	}
	p := start(t)
	for _, tt := range tests {
		c := p.caller(tt.face, seller)
		for k, v := range tt.extra {
			if v == "-" {
				delete(c.client, k)
			} else {
				c.client[k] = v
			}
		}
		r := c.auth(sandbox.User, sandbox.Password, false)
		if got := r.codes(); got != tt.want && !strings.Contains(string(r.body), tt.want) {
			t.Errorf("%s with %v: %s %s, want %s", tt.face, tt.extra, got, r.body, tt.want)
		}
	}
}

func TestTaxProTakesParametersInTheQuery(t *testing.T) {
	p := start(t)
	status, body := p.send(http.MethodGet, "/taxpro/eivital/dec/v1.04/auth?aspid=1000000001&password=practice&Gstin="+
		seller+"&user_name=MOHAR_PRACTICE&eInvPwd=Practice%40123", nil, nil)
	if status != http.StatusOK || !bytes.Contains(body, []byte(`"AuthToken":"`)) {
		t.Errorf("%d %s", status, body)
	}
}

func TestPathsThatAreNotThere(t *testing.T) {
	p := start(t)
	for _, path := range []string{
		"/", "/nic/eivital/v9.99/auth", "/alankit/ewaybillgateway/v1.02/auth", "/nic/eicore/dec/v1.03/Invoice", "/_sandbox/other",
	} {
		status, body := p.send(http.MethodPost, path, nil, nil)
		if (status != http.StatusNotFound && status != http.StatusOK) || !json.Valid(body) || bytes.Contains(body, []byte(`"Status":1`)) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := p.send(http.MethodPost, "/nic/eivital/v9.99/auth", nil, nil); status != http.StatusNotFound {
		t.Errorf("unknown version: %d", status)
	}
}

func TestHeartbeat(t *testing.T) {
	p := start(t)
	if _, body := p.send(http.MethodGet, "/nic/eivital/v1.04/heartbeat/ping", nil, nil); string(body) != "e-Invoice Vital:-22-11-2026 10:15:31" {
		t.Errorf("%s", body)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	p := start(t)
	for _, face := range allFaces {
		c := p.caller(face, seller).signIn()
		r := c.generate(altered(t, changes{"Custom": `"` + strings.Repeat("x", 2<<20) + `"`}))
		if r.status != http.StatusRequestEntityTooLarge || r.codes() != "5002" {
			t.Errorf("%s, 2 MB: %d %s", face, r.status, r.body)
		}
		if r := c.generate(bytes.Repeat([]byte(" "), 4<<20)); r.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s, 4 MB: %d %s", face, r.status, r.body)
		}
	}
}

func TestPayloadsThatAreNone(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for payload, want := range map[string]string{"{\"Version\":\"\xff\"}": "5002", "\xc3": "5002", "": "2255", "  ": "2255", "{": "2140", "[]": "2140", "7": "2140"} {
		if r := c.generate([]byte(payload)); r.codes() != want {
			t.Errorf("%q: %s, want %s", payload, r.codes(), want)
		}
	}
	a := p.caller("alankit", seller).signIn()
	h := a.headers(map[string]string{"user_name": sandbox.User, "AuthToken": a.token})
	for body, want := range map[string]string{"": "5003", `{"Data":""}`: "5003", `{"Data":"AAAA"}`: "1020"} {
		if r := a.exchange(http.MethodPost, a.path("/eicore/v1.03/Invoice"), h, []byte(body)); r.codes() != want {
			t.Errorf("%q: %s, want %s", body, r.codes(), want)
		}
	}
}
