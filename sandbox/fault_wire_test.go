package sandbox_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mohar/nic"
	"mohar/sandbox"
)

// wire is what came over the line, as it came.
type wire struct {
	status  int
	header  http.Header
	body    []byte
	err     error // of the exchange, before a head came
	readErr error // in the middle of the body
}

// raw makes a signed-in call without any reading of the reply.
func (c *caller) raw(method, path string, payload []byte) wire {
	c.t.Helper()
	if payload != nil && !c.plain() {
		var err error
		if payload, err = nic.SealBody(c.sek, payload); err != nil {
			c.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(c.t.Context()), method, c.portal.root+c.path(path), bytes.NewReader(payload))
	if err != nil {
		c.t.Fatal(err)
	}
	for k, v := range c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": c.token}) {
		req.Header.Set(k, v)
	}
	tr := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	defer tr.CloseIdleConnections()
	resp, err := tr.RoundTrip(req) // follows no redirect
	if err != nil {
		return wire{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return wire{resp.StatusCode, resp.Header, b, nil, err}
}

// envelope reads the reply; nil for none.
func (w wire) envelope() *nic.Envelope {
	env, err := nic.ParseEnvelope(w.body)
	if err != nil {
		return nil
	}
	return env
}

// ack opens Data under the caller's key.
func (w wire) ack(c *caller) (nic.Acknowledgement, error) {
	var a nic.Acknowledgement
	env := w.envelope()
	if env == nil {
		return a, errors.New("no envelope")
	}
	data, err := env.Open(c.sek)
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	return a, err
}

func isStatus(status int) func(*testing.T, *caller, wire) {
	return func(t *testing.T, _ *caller, w wire) {
		if w.status != status || w.envelope() != nil {
			t.Errorf("%d %s", w.status, w.body)
		}
	}
}

func isCode(code string) func(*testing.T, *caller, wire) {
	return func(t *testing.T, _ *caller, w wire) {
		if env := w.envelope(); w.status != 200 || env == nil || env.OK || len(env.Errors) != 1 || env.Errors[0].Code != code {
			t.Errorf("%d %s", w.status, w.body)
		}
	}
}

func isGone(t *testing.T, _ *caller, w wire) {
	if w.err == nil {
		t.Errorf("answered %d %s", w.status, w.body)
	}
}

// wireOfFaults is what each fault of a registration looks like from outside.
var wireOfFaults = map[string]func(*testing.T, *caller, wire){
	"down":       isGone,
	"drop-reply": isGone,
	"reset": func(t *testing.T, _ *caller, w wire) {
		if !errors.Is(errors.Join(w.err, w.readErr), syscall.ECONNRESET) {
			t.Errorf("%v, %v: %s", w.err, w.readErr, w.body)
		}
	},
	"truncated": func(t *testing.T, _ *caller, w wire) {
		if w.status != 200 || !errors.Is(w.readErr, io.ErrUnexpectedEOF) || len(w.body) < 500 || json.Valid(w.body) {
			t.Errorf("%d %v, %d bytes", w.status, w.readErr, len(w.body))
		}
	},
	"empty": func(t *testing.T, _ *caller, w wire) {
		if w.status != 200 || len(w.body) != 0 || w.readErr != nil {
			t.Errorf("%d %q %v", w.status, w.body, w.readErr)
		}
	},
	"delay": isRegistered,
	"slow":  isRegistered,
	"huge": func(t *testing.T, _ *caller, w wire) {
		if w.status != 200 || len(w.body) < 10<<20 || !json.Valid(w.body) {
			t.Errorf("%d, %d bytes", w.status, len(w.body))
		}
	},
	"gzip-bomb": func(t *testing.T, _ *caller, w wire) {
		z, err := gzip.NewReader(bytes.NewReader(w.body))
		if err != nil || w.header.Get("Content-Encoding") != "gzip" || len(w.body) > 1<<20 {
			t.Fatalf("%v, %d bytes", err, len(w.body))
		}
		if n, err := io.Copy(io.Discard, z); err != nil || n < 100<<20 {
			t.Errorf("unpacks to %d bytes, %v", n, err)
		}
	},
	"garbage": func(t *testing.T, c *caller, w wire) {
		isStatus(200)(t, c, w)
		if !strings.Contains(string(w.body), "<html>") {
			t.Errorf("%s", w.body)
		}
	},
	"redirect": func(t *testing.T, c *caller, w wire) {
		isStatus(302)(t, c, w)
		if !strings.HasPrefix(w.header.Get("Location"), "https://elsewhere.invalid/") {
			t.Errorf("to %q", w.header.Get("Location"))
		}
	},
	"http-401": isStatus(401),
	"http-429": func(t *testing.T, c *caller, w wire) {
		isStatus(429)(t, c, w)
		if w.header.Get("Retry-After") != "1" { // 3 ms, in whole seconds
			t.Errorf("retry after %q", w.header.Get("Retry-After"))
		}
	},
	"http-500":       isStatus(500),
	"http-502":       isStatus(502),
	"http-503":       isStatus(503),
	"http-504":       isStatus(504),
	"http-504-after": isStatus(504),
	"5001":           isCode("5001"),
	"token-revoked":  isCode("1005"),
	"stale-gstin":    isCode("3028"),
	"duplicate-once": func(t *testing.T, c *caller, w wire) {
		isCode("2150")(t, c, w)
		info, ok := w.envelope().Info(nic.InfoDuplicate)
		if d, err := info.Duplicate(); !ok || err != nil || len(d.Irn) != 64 || d.AckNo == "" || d.AckDt.IsZero() {
			t.Errorf("DUPIRN %s", info.Desc)
		}
	},
	"wrong-types": func(t *testing.T, _ *caller, w wire) {
		var reply struct {
			Status       bool
			Data         map[string]json.RawMessage
			ErrorDetails int
		}
		if err := json.Unmarshal(w.body, &reply); err != nil || !reply.Status {
			t.Fatalf("%v: %s", err, w.body)
		}
		if string(reply.Data["AckNo"]) != "true" || reply.Data["Irn"][0] != '[' || string(reply.Data["EwbNo"]) != "0" {
			t.Errorf("%s", w.body)
		}
	},
	"other-document": func(t *testing.T, c *caller, w wire) {
		a, err := w.ack(c)
		if err != nil || len(a.Irn) != 64 || !strings.Contains(opened(t, a.SignedInvoice), a.Irn) {
			t.Fatalf("%v: %s", err, w.body)
		}
		if strings.Contains(opened(t, a.SignedQRCode), numberOf("other-document")) {
			t.Error("it is the document that was sent")
		}
	},
	"other-key": func(t *testing.T, c *caller, w wire) {
		if _, err := w.ack(c); !errors.Is(err, nic.ErrDecrypt) {
			t.Errorf("%v: %s", err, w.body)
		}
	},
	"bad-signature": func(t *testing.T, c *caller, w wire) { wantSignatures(t, c, w, nic.ErrBadSignature) },
	"unknown-key":   func(t *testing.T, c *caller, w wire) { wantSignatures(t, c, w, nic.ErrUnknownKey) },
	"no-qr": func(t *testing.T, c *caller, w wire) {
		data, err := w.envelope().Open(c.sek)
		if err != nil || bytes.Contains(data, []byte("SignedQRCode")) || !bytes.Contains(data, []byte("SignedInvoice")) {
			t.Errorf("%v: %s", err, data)
		}
	},
	"status-text": func(t *testing.T, c *caller, w wire) {
		isRegistered(t, c, w)
		if !bytes.HasPrefix(w.body, []byte(`{"Status":"1",`)) {
			t.Errorf("%.40s", w.body)
		}
	},
	"base64-errors": isRegistered, // has nothing to wrap: see TestErrorDetailsAsBase64
	"data-object": func(t *testing.T, c *caller, w wire) {
		if !bytes.HasPrefix(w.body, []byte(`{"Status":1,"Data":{"AckNo":1`)) {
			t.Errorf("%.60s", w.body)
		}
	},
}

func isRegistered(t *testing.T, c *caller, w wire) {
	if a, err := w.ack(c); err != nil || a.Status != "ACT" {
		t.Errorf("%v: %s", err, w.body)
	}
}

func wantSignatures(t *testing.T, c *caller, w wire, want error) {
	t.Helper()
	a, err := w.ack(c)
	if err != nil {
		t.Fatal(err)
	}
	cert := c.certificate()
	ring := nic.NewKeyring(nic.SigningKey{KeyID: nic.KeyID(cert), Public: cert.PublicKey.(*rsa.PublicKey)})
	for _, token := range []string{a.SignedInvoice, a.SignedQRCode} {
		if _, err := ring.Verify(token); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// numberOf is the number of the document that a fault is tried on.
func numberOf(fault string) string {
	return strings.ToUpper(fault[:min(len(fault), 14)])
}

// atOnce waits for nothing.
func atOnce(context.Context, time.Duration) error { return nil }

// Every kind of fault in turn: what its wire looks like, and whether the document is there
// afterwards as the list of kinds says.
func TestEveryFaultOnTheWire(t *testing.T) {
	p := startWith(t, sandbox.Options{Sleep: atOnce})
	kinds := p.admin("GET", "/faults", "")["kinds"].([]any)
	if len(kinds) < 33 {
		t.Errorf("%d kinds", len(kinds))
	}
	for _, k := range kinds {
		kind := k.(map[string]any)
		name, acts := kind["name"].(string), kind["acts"].(bool)
		if kind["what"] == "" || kind["ops"] == nil {
			t.Errorf("%s is not explained: %v", name, kind)
		}
		if !slices.Contains(kind["ops"].([]any), any("generate")) { // of other operations
			continue
		}
		t.Run(name, func(t *testing.T) {
			look := wireOfFaults[name]
			if look == nil {
				t.Fatal("nobody looks at its wire")
			}
			c := p.caller("alankit", seller).signIn()
			c.t = t
			number := strings.TrimLeft(numberOf(name), "0")
			doc := altered(t, changes{"DocDtls.No": `"` + number + `"`})
			p.admin("POST", "/faults", `{"face":"alankit","op":"generate","fault":"`+name+`","times":1,"ms":3}`)
			if v := p.admin("GET", "/faults", ""); len(v["faults"].([]any)) != 1 {
				t.Fatalf("not planted: %v", v["faults"])
			}
			look(t, c, c.raw(http.MethodPost, "/eicore/v1.03/Invoice", doc))
			if v := p.admin("GET", "/faults", ""); len(v["faults"].([]any)) != 0 {
				t.Errorf("strikes again: %v", v["faults"])
			}
			want := "2154"
			if acts {
				want = "ok"
			}
			if got := c.signIn().byDocument("INV", number, "22/11/2026").codes(); got != want {
				t.Errorf("looked up: %s, want %s", got, want)
			}
			if name == "stale-gstin" {
				c.call(http.MethodGet, "/eivital/v1.04/Master/syncgstin/29AWGPV7107B1Z1", nil)
			}
		})
	}
}

func TestErrorDetailsAsBase64(t *testing.T) {
	p := start(t)
	for _, face := range []string{"alankit", "taxpro"} {
		c := p.caller(face, seller).signIn()
		p.admin("POST", "/faults", `{"op":"get","fault":"base64-errors","times":1}`)
		w := c.raw(http.MethodGet, "/eicore/v1.03/Invoice/irn/"+strings.Repeat("a", 64), nil)
		isCode("2148")(t, c, w)
		var reply struct{ ErrorDetails string }
		if err := json.Unmarshal(w.body, &reply); err != nil {
			t.Fatalf("%v: %s", err, w.body)
		}
		if text, err := base64.StdEncoding.DecodeString(reply.ErrorDetails); err != nil || !bytes.HasPrefix(text, []byte(`[{"ErrorCode":"2148",`)) {
			t.Errorf("%s, %v", text, err)
		}
	}
}

// On decrypted paths Status is a text and Data JSON text, so the oddities go the other
// way; another key means nothing there and waits for a call that has one.
func TestOdditiesOfDecryptedPaths(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	irn := c.generate(invoice()).ack(t).Irn
	for _, tt := range []struct{ fault, prefix string }{
		{"status-text", `{"Status":1,"Data":"{\"AckNo\"`},
		{"data-object", `{"Status":"1","Data":{"AckNo"`},
		{"other-key", `{"Status":"1","Data":"{\"AckNo\"`},
		{"wrong-types", `{"Status":true,"Data":{"AckNo":true,`},
	} {
		p.admin("POST", "/faults", `{"face":"taxpro","op":"get","fault":"`+tt.fault+`","times":1}`)
		if w := c.raw(http.MethodGet, "/eicore/v1.03/Invoice/irn/"+irn, nil); !bytes.HasPrefix(w.body, []byte(tt.prefix)) {
			t.Errorf("%s: %.80s", tt.fault, w.body)
		}
	}
	if v := p.admin("GET", "/faults", "")["faults"].([]any); len(v) != 1 {
		t.Errorf("planted still: %v", v)
	}
}

func TestASignInUnderAnotherKeyDoesNotOpen(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller)
	p.admin("POST", "/faults", `{"op":"auth","fault":"other-key","times":1}`)
	var got struct{ Data nic.AuthReply }
	key := bytes.Repeat([]byte{7}, nic.KeySize)
	sealed, err := nic.SealAuth(c.publicKey(), nic.Login{UserName: sandbox.User, Password: sandbox.Password, AppKey: key})
	if err != nil {
		t.Fatal(err)
	}
	body, err := nic.Body(sealed)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(c.unsealed(http.MethodPost, "/eivital/v1.04/auth", body).body, &got); err != nil {
		t.Fatal(err)
	}
	if _, err := got.Data.Key(key); !errors.Is(err, nic.ErrDecrypt) || len(got.Data.Sek) != 64 {
		t.Errorf("%v: %+v", err, got.Data)
	}
}

// unsealed makes a call whose body is sealed already.
func (c *caller) unsealed(method, path string, body []byte) reply {
	c.t.Helper()
	return c.exchange(method, c.path(path), c.client, body)
}

// A lookup and a cancellation are answered with another document's IRN too; alone in the
// register, with that of a twin.
func TestOtherDocuments(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	irn := c.generate(invoice()).ack(t).Irn
	p.admin("POST", "/faults", `{"op":"get","fault":"other-document","times":1}`)
	twin := c.byIRN(irn).ack(t)
	if twin.Irn == irn || !strings.Contains(opened(t, twin.SignedInvoice), `"No":"A/1T"`) || twin.Irn != nic.IRN(seller, 20261122, "INV", "A/1T") {
		t.Errorf("%+v", twin)
	}
	other := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t).Irn
	p.admin("POST", "/faults", `{"op":"get","fault":"other-document","times":1}`)
	if got := c.byIRN(irn).ack(t).Irn; got != other {
		t.Errorf("looked up %s, got %s, want %s", irn, got, other)
	}
	p.admin("POST", "/faults", `{"op":"cancel","fault":"other-document","times":1}`)
	var reply nic.CancelReply
	if err := json.Unmarshal(c.cancel(irn, "1", "twice").data, &reply); err != nil || reply.Irn != other {
		t.Errorf("%v: %+v", err, reply)
	}
	if got := c.byIRN(irn).ack(t).Status; got != "CNL" {
		t.Errorf("the one that was asked for is %s", got)
	}
}

func TestFaultsOfOneCompanyAndAfterSomeCalls(t *testing.T) {
	p := start(t)
	mine := p.caller("taxpro", seller).signIn()
	theirs := p.caller("taxpro", "27AWGPV7107B1Z5").signIn()
	const irn = "/eicore/v1.03/Invoice/irn/aa"
	p.admin("POST", "/faults", `{"op":"get","fault":"5001","gstin":"27awgpv7107b1z5","after":2,"times":1}`)
	for i, want := range []string{"2145", "2145", "5001", "2145"} {
		if got := mine.call(http.MethodGet, irn, nil).codes(); got != "2145" {
			t.Errorf("call %d of another company: %s", i, got)
		}
		if got := theirs.call(http.MethodGet, irn, nil).codes(); got != want {
			t.Errorf("call %d: %s, want %s", i, got, want)
		}
	}
}

func TestAnOldCopyRefusesUntilItIsSynced(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	p.admin("POST", "/faults", `{"fault":"stale-gstin"}`) // until removed
	sync := func() { c.call(http.MethodGet, "/eivital/v1.04/Master/syncgstin/29AWGPV7107B1Z1", nil) }
	for i, want := range []string{"3028", "3028", "ok"} {
		if i == 2 {
			sync()
		}
		if got := c.generate(invoice()).codes(); got != want {
			t.Errorf("try %d: %s, want %s", i, got, want)
		}
	}
}

// Faults that take time ask for it, and nothing in the portal sleeps by itself.
func TestFaultsThatTakeTimeUseTheGivenSleep(t *testing.T) {
	var slept []time.Duration
	p := startWith(t, sandbox.Options{Sleep: func(_ context.Context, d time.Duration) error {
		slept = append(slept, d)
		return nil
	}})
	c := p.caller("taxpro", seller).signIn()
	p.admin("POST", "/faults", `{"fault":"delay","ms":3600000,"times":1}`)
	c.generate(invoice()).ack(t)
	if len(slept) != 1 || slept[0] != time.Hour {
		t.Errorf("slept %v", slept)
	}
	slept = nil
	p.admin("POST", "/faults", `{"fault":"slow","ms":20,"times":1}`)
	if w := c.raw(http.MethodGet, "/eicore/v1.03/Invoice/irn/aa", nil); len(w.body) == 0 || len(slept) != len(w.body)-1 || slept[0] != 20*time.Millisecond {
		t.Errorf("slept %d times for %d bytes", len(slept), len(w.body))
	}
}
