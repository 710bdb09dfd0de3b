package sandbox_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"mohar/sandbox"
)

// form posts a form as the page in a browser does.
func (p *portal) form(path string, fields url.Values) (int, string) {
	p.t.Helper()
	status, b := p.send(http.MethodPost, "/_sandbox"+path, map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Origin": p.root, "Sec-Fetch-Site": "same-origin",
	}, []byte(fields.Encode()))
	return status, string(b)
}

func (p *portal) page(query string) string {
	p.t.Helper()
	status, b := p.send(http.MethodGet, "/_sandbox/"+query, nil, nil)
	if status != http.StatusOK {
		p.t.Fatalf("%d %s", status, b)
	}
	return string(b)
}

// Everything on the page works by plain forms.
func TestThePageDoesWhatTheAPIDoes(t *testing.T) {
	p := start(t)
	if empty := p.page(""); !strings.Contains(empty, "Nothing is registered yet") || !strings.Contains(empty, "No fault is planted") || !strings.Contains(empty, "No call has come yet") {
		t.Errorf("%s", empty)
	}
	for _, tt := range []struct {
		path   string
		fields url.Values
		shows  string
	}{
		{"/clock", url.Values{"now": {"2026-11-22T09:00:00+05:30"}}, "2026-11-22T09:00:00&#43;05:30"},
		{"/clock", url.Values{"advance": {"90m"}}, "2026-11-22T10:30:00&#43;05:30"},
		{"/faults", url.Values{"fault": {"delay"}, "face": {"nic"}, "op": {"get"}, "times": {"0"}, "after": {"4"}, "ms": {"7"}, "gstin": {buyer}},
			"<td>delay</td><td>nic</td><td>get</td><td>" + buyer + "</td><td>until removed</td><td>4</td><td>7</td>"},
		{"/faults/remove", nil, "No fault is planted"},
		{"/house", url.Values{"face": {"nic"}, "house": {"NIC2"}}, "<td>NIC2</td>"},
		{"/gstin", url.Values{"gstin": {buyer}, "status": {""}, "name": {"Kaveri & Sons"}, "enabled": {"false"}, "stale": {"false"}},
			"<td>" + buyer + "</td><td>Kaveri &amp; Sons</td><td></td><td></td><td>not enabled</td><td></td><td>good</td>"},
		{"/register", url.Values{"inv01": {invoiceText}, "house": {"NIC1"}}, "<td>INV A/1</td><td>" + seller + "</td><td>ACT</td>"},
	} {
		status, body := p.form(tt.path, tt.fields)
		if status != http.StatusOK { // the browser followed to the page
			t.Errorf("%s %v: %d %s", tt.path, tt.fields, status, body)
		}
		if !strings.Contains(p.page(""), tt.shows) {
			t.Errorf("%s %v: the page does not show %s", tt.path, tt.fields, tt.shows)
		}
	}
	irn := p.page("?q=a/1")
	irn = irn[strings.Index(irn, `name="irn" value="`)+len(`name="irn" value="`):][:64]
	p.form("/cancel", url.Values{"irn": {irn}})
	if page := p.page("?q=" + irn[:20]); !strings.Contains(page, "<td>CNL</td>") {
		t.Error("the cancelled document does not show")
	}
	if page := p.page("?q=zzz"); !strings.Contains(page, "No document fits") {
		t.Error("a search that finds nothing does not say so")
	}
	p.form("/reset", nil)
	if page := p.page(""); !strings.Contains(page, "Nothing is registered yet") {
		t.Error("there are documents after starting afresh")
	}
}

// The page comes again with what was wrong on it, and with the status to match.
func TestThePageSaysWhatIsWrong(t *testing.T) {
	p := start(t)
	for _, tt := range []struct {
		path   string
		fields url.Values
		status int
		says   string
	}{
		{"/clock", url.Values{"now": {"tomorrow"}}, 400, "RFC 3339"},
		{"/faults", url.Values{"fault": {"delay"}, "times": {"many"}}, 400, "times is &#34;many&#34;"},
		{"/faults", url.Values{"fault": {"<b>"}}, 400, "&lt;b&gt;"},
		{"/gstin", url.Values{"gstin": {"29"}}, 400, "gstin &#34;29&#34;"},
		{"/register", url.Values{"inv01": {strings.Replace(invoiceText, `"TotInvVal":1180.0`, `"TotInvVal":5`, 1)}}, 422, "2189 Invalid total Invoice Value"},
		{"/cancel", url.Values{"irn": {strings.Repeat("a", 64)}}, 404, "no document"},
	} {
		status, body := p.form(tt.path, tt.fields)
		if status != tt.status || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, tt.says) {
			t.Errorf("%s %v: %d, want %d and %q", tt.path, tt.fields, status, tt.status, tt.says)
		}
	}
}

// A page of another site cannot drive the sandbox of whoever has it open; programs, which
// send no Origin, and the sandbox's own page can.
func TestOtherSitesCannotDriveTheSandbox(t *testing.T) {
	p := start(t)
	for _, h := range []map[string]string{
		{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"},
	} {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			if status, _ := p.send(method, "/_sandbox/faults", h, []byte(`{"fault":"down"}`)); status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", method, h, status)
			}
		}
	}
	for _, h := range []map[string]string{nil, {"Origin": p.root}, {"Sec-Fetch-Site": "same-origin"}} {
		if status, b := p.send(http.MethodPost, "/_sandbox/faults", h, []byte(`{"op":"get","fault":"down"}`)); status != http.StatusOK {
			t.Errorf("with %v: %d %s", h, status, b)
		}
	}
}

// The page runs no script and asks no other site for anything.
func TestThePageNeedsNothingFromOutside(t *testing.T) {
	p := startWith(t, sandbox.Options{Path: filepath.Join(t.TempDir(), "sandbox.db")})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.root+"/_sandbox/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'; form-action 'self'") {
		t.Errorf("%q", csp)
	}
	page := p.page("")
	for _, no := range []string{"<script", "style=", "http://www", "https://", "Start afresh"} {
		if strings.Contains(page, no) {
			t.Errorf("the page of a kept portal has %s", no)
		}
	}
	if status, b := p.send(http.MethodGet, "/_sandbox/style.css", nil, nil); status != 200 || !strings.Contains(string(b), "body {") {
		t.Errorf("%d %s", status, b)
	}
	for _, want := range []string{p.root + "/alankit/eInvoiceGateway", sandbox.AlankitKey, sandbox.TaxProID, sandbox.NICSecret, sandbox.Password} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// curl says of every body that it is a form, and is answered with JSON all the same.
func TestJSONThatIsCalledAFormIsJSON(t *testing.T) {
	p := start(t)
	curl := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for body, want := range map[string]int{`{"fault":"down","op":"get"}`: 200, ` {"fault":"fire"}`: 400} {
		status, b := p.send(http.MethodPost, "/_sandbox/faults", curl, []byte(body))
		if status != want || !strings.HasPrefix(string(b), "{") {
			t.Errorf("%s: %d %s", body, status, b)
		}
	}
}
