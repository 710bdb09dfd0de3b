package sandbox_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mohar/sandbox"
)

func TestFaults(t *testing.T) {
	tests := []struct {
		name   string
		fault  string // JSON
		status int    // 0: no answer
		code   string // "" when the answer is no envelope
		acted  bool
	}{
		{"drop-reply", `{"face":"alankit","op":"generate","fault":"drop-reply","times":1}`, 0, "", true},
		{"delay", `{"face":"alankit","op":"generate","fault":"delay","times":1,"ms":5}`, 200, "ok", true},
		{"http-504", `{"face":"alankit","op":"generate","fault":"http-504","times":1}`, 504, "", false},
		{"http-504-after", `{"face":"alankit","op":"generate","fault":"http-504-after","times":1}`, 504, "", true},
		{"garbage", `{"face":"alankit","op":"generate","fault":"garbage","times":1}`, 200, "", true},
		{"5001", `{"face":"alankit","op":"generate","fault":"5001","times":1}`, 200, "5001", false},
		{"token-revoked", `{"face":"alankit","op":"generate","fault":"token-revoked","times":1}`, 200, "1005", false},
		{"down", `{"face":"alankit","op":"generate","fault":"down","times":1}`, 0, "", false},
		{"every operation", `{"face":"alankit","op":"*","fault":"5001","times":1}`, 200, "5001", false},
		{"every face", `{"face":"*","op":"generate","fault":"5001","times":1}`, 200, "5001", false},
		{"another face", `{"face":"taxpro","op":"generate","fault":"down","times":1}`, 200, "ok", true},
		{"another operation", `{"face":"alankit","op":"get","fault":"down","times":1}`, 200, "ok", true},
	}
	p := start(t)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.admin("DELETE", "/faults", "")
			c := p.caller("alankit", seller).signIn()
			p.admin("POST", "/faults", tt.fault)
			number := "F/" + string(rune('A'+i))
			doc := altered(t, changes{"DocDtls.No": `"` + number + `"`})
			r := c.generate(doc)
			if r.status != tt.status || (tt.code != "" && r.codes() != tt.code) || (tt.code == "" && r.Envelope != nil) {
				t.Errorf("answered %d %s", r.status, r.body)
			}
			p.admin("DELETE", "/faults", "")
			want := "2154"
			if tt.acted {
				want = "ok"
			}
			if got := c.signIn().byDocument("INV", number, "22/11/2026").codes(); got != want {
				t.Errorf("looked up: %s, want %s", got, want)
			}
			if tt.code != "" || tt.acted {
				return
			}
			if got := c.generate(doc).codes(); got != "ok" {
				t.Errorf("sent again: %s", got)
			}
		})
	}
}

// The caller is gone before the call is served at all. What it asked for is done all the
// same, and only the reply is lost.
func TestADelayedReplyIsOfACallActedUpon(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	p.admin("POST", "/faults", `{"face":"taxpro","op":"generate","fault":"delay","times":1,"ms":3600000}`)
	gone, leave := context.WithCancel(t.Context())
	leave()
	req := httptest.NewRequestWithContext(gone, http.MethodPost, c.path("/eicore/v1.03/Invoice"), bytes.NewReader(invoice()))
	for k, v := range c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": c.token}) {
		req.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, req)
	if w.Body.Len() > 0 {
		t.Errorf("answered %s", w.Body)
	}
	if got := c.byDocument("INV", "A/1", "22/11/2026").codes(); got != "ok" {
		t.Errorf("looked up: %s", got)
	}
}

func TestFaultsOfTheOtherOperations(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	irn := c.generate(invoice()).ack(t).Irn
	calls := map[string]func() reply{
		"auth":   func() reply { return c.auth(sandbox.User, sandbox.Password, false) },
		"get":    func() reply { return c.byIRN(irn) },
		"cancel": func() reply { return c.cancel(irn, "1", "twice") },
		"ewb":    func() reply { return c.call(http.MethodGet, "/eiewb/v1.03/ewaybill/irn/"+irn, nil) },
	}
	for op, call := range calls {
		p.admin("POST", "/faults", `{"face":"taxpro","op":"`+op+`","fault":"5001","times":2}`)
		for try, fails := range []bool{true, true, false} {
			if got := call().codes(); (got == "5001") != fails {
				t.Errorf("%s, try %d: %s", op, try, got)
			}
		}
	}
	p.admin("POST", "/faults", `{"face":"taxpro","op":"auth","fault":"auth-blocked","times":0}`)
	for range 3 {
		if got := calls["auth"]().codes(); got != "1007" {
			t.Errorf("blocked sign-in: %s", got)
		}
	}
	if got := calls["get"]().codes(); got != "ok" {
		t.Errorf("signed-in call under auth-blocked: %s", got)
	}
	p.admin("DELETE", "/faults", "")
	if got := calls["auth"]().codes(); got != "ok" {
		t.Errorf("after removing the faults: %s", got)
	}
}

func TestRevokedTokenIsGoneForGood(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller).signIn()
	old := c.token
	p.admin("POST", "/faults", `{"face":"nic","op":"*","fault":"token-revoked","times":1}`)
	c.signIn() // has no token to revoke
	if got := c.generate(invoice()).codes(); got != "1005" {
		t.Fatalf("%s", got)
	}
	if got := c.generate(invoice()).codes(); got != "1005" {
		t.Errorf("the old token lives on: %s", got)
	}
	if c.signIn().token == old {
		t.Error("signed in with the old token")
	}
	c.generate(invoice()).ack(t)
}

func TestAdminRefusesNonsense(t *testing.T) {
	p := start(t)
	for path, bodies := range map[string][]string{
		"/faults": {`{`, `{"face":"moon","fault":"down"}`, `{"op":"fly","fault":"down"}`, `{"fault":"fire"}`,
			`{"fault":"down","times":-1}`, `{"fault":"down","after":-1}`, `{"fault":"down","time":1}`, `{"fault":"down"} {}`,
			`{"op":"cancel","fault":"no-qr"}`, `{"op":"generate","fault":"auth-blocked"}`, `{"op":"auth","fault":"token-revoked"}`},
		"/clock": {`{}`, `{"now":"yesterday"}`, `{"advance":"a day"}`, `{"now":"2026-11-22T10:15:31Z","advance":"1h"}`},
	} {
		for _, body := range bodies {
			if v := p.admin("POST", path, body); v["error"] == nil {
				t.Errorf("%s took %s", path, body)
			}
		}
	}
	if v := p.admin("POST", "/faults", `{"fault":"down","tiems":1}`); !strings.Contains(v["error"].(string), "face, op, fault, times, ms, gstin, after") {
		t.Errorf("a member that is not known: %v", v["error"])
	}
	if v := p.admin("GET", "/faults", ""); len(v["faults"].([]any)) != 0 {
		t.Errorf("planted: %v", v)
	}
}

func TestFaultsOfOneLabelAreRemovedAlone(t *testing.T) {
	p := start(t)
	p.admin("POST", "/faults", `{"face":"alankit","op":"generate","fault":"down","times":0,"label":"drill & one"}`)
	p.admin("POST", "/faults", `{"face":"taxpro","op":"generate","fault":"down","times":0,"label":"drill two"}`)
	p.admin("POST", "/faults", `{"face":"nic","op":"generate","fault":"down","times":0}`)
	p.admin("DELETE", "/faults?label=drill+%26+one", "")
	list, _ := p.admin("GET", "/faults", "")["faults"].([]any)
	var faces []string
	for _, f := range list {
		face, _ := f.(map[string]any)["face"].(string)
		faces = append(faces, face)
	}
	if got := strings.Join(faces, " "); got != "taxpro nic" {
		t.Errorf("left are those of %q, want taxpro nic", got)
	}
}
