package sandbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

const seller = "29AAFCD5862R000"

// morning is when the tests' portal lives.
var morning = time.Date(2026, time.November, 22, 10, 15, 31, 0, gst.IST)

// portal is a sandbox behind a real listener.
type portal struct {
	*sandbox.Sandbox
	t    testing.TB
	root string
	stop func()
}

// start opens a sandbox in memory whose clock stands at morning.
func start(t *testing.T) *portal {
	t.Helper()
	return startWith(t, sandbox.Options{})
}

func startWith(t testing.TB, o sandbox.Options) *portal {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return morning }
	}
	s, err := sandbox.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t, s)
	t.Cleanup(func() {
		p.stop()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// serve puts a sandbox behind a listener.
func serve(t testing.TB, s *sandbox.Sandbox) *portal {
	t.Helper()
	srv := httptest.NewServer(s.Handler())
	return &portal{s, t, srv.URL, srv.Close}
}

// admin calls the admin API and returns the JSON it answers with.
func (p *portal) admin(method, path, body string) map[string]any {
	p.t.Helper()
	_, b := p.send(method, "/_sandbox"+path, nil, []byte(body))
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		p.t.Fatalf("%s %s answered %q", method, path, b)
	}
	return v
}

// send makes one request and returns status and body; status 0 for no answer.
func (p *portal) send(method, path string, headers map[string]string, body []byte) (int, []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(p.t.Context()), method, p.root+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	tr := &http.Transport{DisableKeepAlives: true} // so that nothing is sent twice
	defer tr.CloseIdleConnections()
	resp, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, b
}

// caller is an API user at one face.
type caller struct {
	*portal
	face   string // nic, alankit, taxpro, taxpro-encrypted
	gstin  string
	client map[string]string
	root   string
	token  string
	sek    []byte
}

func (p *portal) caller(face, gstin string) *caller {
	c := &caller{portal: p, face: face, gstin: gstin, client: map[string]string{"Gstin": gstin}}
	switch face {
	case "nic":
		c.root = "/nic"
		c.client["client_id"], c.client["client_secret"] = sandbox.NICClient, sandbox.NICSecret
	case "alankit":
		c.root = "/alankit/eInvoiceGateway"
		c.client["Ocp-Apim-Subscription-Key"] = sandbox.AlankitKey
	default:
		c.root = "/taxpro"
		c.client["aspid"], c.client["password"] = sandbox.TaxProID, sandbox.TaxProPassword
	}
	return c
}

func (c *caller) plain() bool { return c.face == "taxpro" }

// path puts the face's root and, for decrypted paths, /dec/ into a path.
func (c *caller) path(p string) string {
	if c.plain() {
		area, rest, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
		p = "/" + area + "/dec/" + rest
	}
	return c.root + p
}

// reply is what came back, Data opened.
type reply struct {
	status int
	body   []byte
	*nic.Envelope
	data json.RawMessage
}

// codes joins the codes of a refusal; "ok" for none, "HTTP n" for no envelope.
func (r reply) codes() string {
	if r.Envelope == nil {
		return "HTTP " + http.StatusText(r.status)
	}
	if r.OK {
		return "ok"
	}
	var list []string
	for _, e := range r.Errors {
		list = append(list, e.Code)
	}
	return strings.Join(list, " ")
}

func (c *caller) headers(extra map[string]string) map[string]string {
	h := map[string]string{}
	maps.Copy(h, c.client)
	maps.Copy(h, extra)
	return h
}

func (c *caller) exchange(method, path string, headers map[string]string, body []byte) reply {
	c.t.Helper()
	r := reply{}
	r.status, r.body = c.send(method, path, headers, body)
	if env, err := nic.ParseEnvelope(r.body); err == nil {
		r.Envelope = env
	}
	return r
}

// auth signs in and keeps what it is given.
func (c *caller) auth(user, password string, force bool) reply {
	c.t.Helper()
	const path = "/eivital/v1.04/auth"
	if c.plain() {
		h := c.headers(map[string]string{"user_name": user, "eInvPwd": password})
		if force {
			h["ForceRefreshAccessToken"] = "true"
		}
		return c.keep(c.exchange(http.MethodGet, c.path(path), h, nil), nil)
	}
	key, err := nic.NewKey()
	if err != nil {
		c.t.Fatal(err)
	}
	sealed, err := nic.SealAuth(c.publicKey(), nic.Login{UserName: user, Password: password, AppKey: key, Force: force})
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := nic.Body(sealed)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.keep(c.exchange(http.MethodPost, c.path(path), c.client, body), key)
}

// keep takes token and session key out of a good sign-in.
func (c *caller) keep(r reply, appKey []byte) reply {
	c.t.Helper()
	if r.Envelope == nil || !r.OK {
		return r
	}
	var a nic.AuthReply
	plain, err := r.Plain()
	if err == nil {
		err = json.Unmarshal(plain, &a)
	}
	if err != nil {
		c.t.Fatalf("sign-in reply: %v: %s", err, r.body)
	}
	c.token = a.AuthToken
	if appKey != nil {
		if c.sek, err = a.Key(appKey); err != nil {
			c.t.Fatal(err)
		}
	}
	r.data = plain
	return r
}

// signIn signs the ready user in.
func (c *caller) signIn() *caller {
	c.t.Helper()
	if r := c.auth(sandbox.User, sandbox.Password, false); r.codes() != "ok" {
		c.t.Fatalf("sign-in at %s: %s", c.face, r.body)
	}
	return c
}

// call makes a signed-in call; payload nil for GET.
func (c *caller) call(method, path string, payload []byte) reply {
	c.t.Helper()
	body := payload
	if payload != nil && !c.plain() {
		var err error
		if body, err = nic.SealBody(c.sek, payload); err != nil {
			c.t.Fatal(err)
		}
	}
	h := c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": c.token})
	r := c.exchange(method, c.path(path), h, body)
	if r.Envelope == nil || !r.OK {
		return r
	}
	var err error
	if r.data, err = r.Open(c.sek); err != nil {
		c.t.Fatalf("%s %s: %v: %s", method, path, err, r.body)
	}
	return r
}

func (c *caller) generate(doc []byte) reply {
	c.t.Helper()
	return c.call(http.MethodPost, "/eicore/v1.03/Invoice", doc)
}

func (c *caller) byDocument(kind, number, date string) reply {
	c.t.Helper()
	q := url.Values{"doctype": {kind}, "docnum": {number}, "docdate": {date}}
	return c.call(http.MethodGet, "/eicore/v1.03/Invoice/irnbydocdetails?"+q.Encode(), nil)
}

func (c *caller) byIRN(irn string) reply {
	c.t.Helper()
	return c.call(http.MethodGet, "/eicore/v1.03/Invoice/irn/"+irn, nil)
}

func (c *caller) cancel(irn, reason, remark string) reply {
	c.t.Helper()
	b, err := json.Marshal(map[string]string{"Irn": irn, "CnlRsn": reason, "CnlRem": remark})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.call(http.MethodPost, "/eicore/v1.03/Invoice/Cancel", b)
}

// ack reads the payload of a generated or fetched document.
func (r reply) ack(t testing.TB) nic.Acknowledgement {
	t.Helper()
	if r.codes() != "ok" {
		t.Fatalf("not registered: %s", r.body)
	}
	var a nic.Acknowledgement
	if err := json.Unmarshal(r.data, &a); err != nil {
		t.Fatalf("payload %s: %v", r.data, err)
	}
	return a
}

// opened returns the data inside a signed text.
func opened(t *testing.T, token string) string {
	t.Helper()
	signed, err := nic.Read(token)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed.Data)
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
