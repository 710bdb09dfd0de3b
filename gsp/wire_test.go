package gsp

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/gst"
)

const company = gst.GSTIN("27AAPFU0939F1ZV")

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)

// tokens is a TokenStore in memory.
type tokens struct {
	mu   sync.Mutex
	kept map[account]gst.Session
}

func (t *tokens) Session(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider) (gst.Session, error) {
	return t.of(account{g, m, p, invoices})
}

func (t *tokens) EWaySession(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider) (gst.Session, error) {
	return t.of(account{g, m, p, eways})
}

func (t *tokens) of(a account) (gst.Session, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.kept[a]
	if !ok {
		return s, gst.ErrNotFound
	}
	return s, nil
}

func (t *tokens) SaveSession(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider, s gst.Session) error {
	return t.keep(account{g, m, p, invoices}, s)
}

func (t *tokens) SaveEWaySession(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider, s gst.Session) error {
	return t.keep(account{g, m, p, eways}, s)
}

func (t *tokens) keep(a account, s gst.Session) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = make(map[account]gst.Session)
	}
	t.kept[a] = s
	return nil
}

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// answer is what the scripted provider writes for one request.
type answer struct {
	status int
	body   string
	header [2]string
	cut    bool // close the connection instead
}

// script answers requests from a table: sign-ins with a token, everything else with
// the next answer.
type script struct {
	mu      sync.Mutex
	answers []answer // the last one is repeated
	signIn  []answer // likewise; empty: a good sign-in
	calls   []*http.Request
	bodies  []string
	signIns int
}

const goodSignIn = `{"Status":1,"Data":{"ClientId":"c","UserName":"u","AuthToken":"token-1","Sek":"","TokenExpiry":"2026-11-22 18:00:00"},"ErrorDetails":null,"InfoDtls":null}`

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body) // a broken request shows in the call's own error
	if strings.HasSuffix(r.URL.Path, "/auth") {
		s.signIns++
		if len(s.signIn) == 0 {
			write(w, answer{status: 200, body: goodSignIn})
			return
		}
		write(w, next(&s.signIn))
		return
	}
	s.calls = append(s.calls, r)
	s.bodies = append(s.bodies, string(body))
	write(w, next(&s.answers))
}

// seen returns the calls that came, sign-ins left out.
func (s *script) seen() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// signedIn returns how many sign-ins came.
func (s *script) signedIn() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signIns
}

// sent returns the body of the n-th call.
func (s *script) sent(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies[n]
}

// next takes the first answer, and keeps the last one.
func next(list *[]answer) answer {
	a := (*list)[0]
	if len(*list) > 1 {
		*list = (*list)[1:]
	}
	return a
}

func write(w http.ResponseWriter, a answer) {
	if a.cut {
		panic(http.ErrAbortHandler)
	}
	if a.header[0] != "" {
		w.Header().Set(a.header[0], a.header[1])
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // the client may have gone
}

// taxpro returns a practice portal whose provider follows the script.
func taxpro(t *testing.T, s *script) (*Portal, *clock) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c := &clock{at: noon}
	caller := New(Options{Now: c.now, Tokens: &tokens{}, Sandbox: server.URL})
	return caller.Portal(company, PracticeCredentials()[1]), c
}

const irn = "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe"

const goodGenerate = `{"Status":"1","Data":"{\"AckNo\":112610000000001,\"AckDt\":\"2026-11-22 12:00:00\",\"Irn\":\"` + irn +
	`\",\"SignedInvoice\":\"a.b.c\",\"SignedQRCode\":\"d.e.f\",\"Status\":\"ACT\",\"EwbNo\":null,\"EwbDt\":null,\"EwbValidTill\":null,\"Remarks\":null}","ErrorDetails":null,"InfoDtls":[{"InfCd":"EWBERR","Desc":[{"ErrorCode":"4019","ErrorMessage":"Transporter Id is mandatory"}]}]}`

func TestGenerateTellsWhatIsKnown(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		is     error  // sentinel the error must match
		not    error  // sentinel it must not match
		code   string // first code of the refusal
	}{
		{"refused by the portal", answer{status: 200, body: `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2176","ErrorMessage":"HSN"}],"InfoDtls":null}`}, nil, ErrSignIn, "2176"},
		{"refused with status 400", answer{status: 400, body: `{"Status":"0","Data":null,"ErrorDetails":[{"ErrorCode":"5002","ErrorMessage":"x"}]}`}, nil, ErrSignIn, "5002"},
		{"wrong ASP password", answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP020A","message":"Error: Invalid ASP Password."}}`}, ErrSignIn, ErrNoAnswer, "GSP020A"},
		{"GSP refusal with status 401", answer{status: 401, body: `{"status_cd":0,"error":{"error_cd":"GSP019","message":"Insufficient ASP Credit"}}`}, ErrSignIn, ErrNoAnswer, "GSP019"},
		{"GSP timed out behind itself", answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP032","message":"time-out"}}`}, ErrNoAnswer, ErrSignIn, "GSP032"},
		{"subscription key refused", answer{status: 401, body: `{"statusCode":401,"message":"Access denied due to invalid subscription key."}`}, ErrSignIn, ErrNoAnswer, "401"},
		{"page of a firewall", answer{status: 403, body: `<html>Forbidden</html>`}, ErrSignIn, ErrNoAnswer, "403"},
		{"client id refused", answer{status: 200, body: `{"Status":0,"ErrorDetails":[{"ErrorCode":"1010","ErrorMessage":"Invalid Client-ID"}]}`}, ErrSignIn, ErrNoAnswer, "1010"},
		{"server error page", answer{status: 502, body: `<html>Bad Gateway</html>`}, ErrNoAnswer, ErrNotSent, ""},
		{"server error as JSON", answer{status: 500, body: `{"statusCode":500,"message":"Internal server error"}`}, ErrNoAnswer, ErrNotSent, ""},
		{"good status with HTML", answer{status: 200, body: `<html>hello</html>`}, ErrNoAnswer, ErrNotSent, ""},
		{"good status with nothing", answer{status: 200}, ErrNoAnswer, ErrNotSent, ""},
		{"JSON cut off", answer{status: 200, body: goodGenerate[:200]}, ErrNoAnswer, ErrNotSent, ""},
		{"good envelope without data", answer{status: 200, body: `{"Status":1,"Data":null}`}, ErrNoAnswer, ErrNotSent, ""},
		{"status 0 without a code", answer{status: 200, body: `{"Status":0,"Data":null,"ErrorDetails":null}`}, ErrNoAnswer, ErrNotSent, ""},
		{"request timed out at the server", answer{status: 408, body: `late`}, ErrNoAnswer, ErrNotSent, ""},
		{"redirect", answer{status: 302, header: [2]string{"Location", "/login"}}, ErrNoAnswer, ErrNotSent, ""},
		{"connection cut", answer{cut: true}, ErrNoAnswer, ErrNotSent, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := taxpro(t, &script{answers: []answer{tt.answer}})
			_, err := p.Generate(t.Context(), []byte(`{}`))
			if err == nil {
				t.Fatal("no error")
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
			if errors.Is(err, tt.not) {
				t.Errorf("%v is %v", err, tt.not)
			}
			var refused *gst.Refusal
			if got := errors.As(err, &refused); got != (tt.code != "") {
				t.Fatalf("refusal: %v, want %v: %v", got, tt.code != "", err)
			}
			if tt.code != "" && (refused.Codes[0].Code != tt.code || refused.Provider != gst.TaxPro) {
				t.Errorf("refusal %+v, want code %s of taxpro", refused, tt.code)
			}
		})
	}
}

func TestGenerateReadsRegistration(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, _ := taxpro(t, s)
	reg, err := p.Generate(t.Context(), []byte(`{"Version":"1.1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if reg.IRN != irn || reg.AckNo != "112610000000001" || !reg.AckDate.Equal(noon) || reg.Provider != gst.TaxPro {
		t.Errorf("registration %+v", reg)
	}
	if reg.EWayRefusal == nil || !reg.EWayRefusal.Has("4019") {
		t.Errorf("e-way refusal %v, want 4019", reg.EWayRefusal)
	}
	if s.sent(0) != `{"Version":"1.1"}` {
		t.Errorf("sent %s", s.sent(0))
	}
}

func TestDuplicateNamesTheIRN(t *testing.T) {
	p, _ := taxpro(t, &script{answers: []answer{{status: 200, body: `{"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}],` +
		`"InfoDtls":[{"Desc":{"AckDt":"2026-11-22 11:42:00","AckNo":112610000000001,"Irn":"` + irn + `"},"InfCd":"DUPIRN"}],"Status":0}`}}})
	_, err := p.Generate(t.Context(), []byte(`{}`))
	var refused *gst.Refusal
	if !errors.As(err, &refused) || refused.Duplicate == nil || refused.Duplicate.IRN != irn {
		t.Errorf("got %v, want a refusal with the duplicate", err)
	}
}

func TestHeadersAndAddresses(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, _ := taxpro(t, s)
	if _, err := p.ByDocument(t.Context(), gst.TaxInvoice, "INV/26-27/0001", 20261122); err != nil {
		t.Fatal(err)
	}
	r := s.seen()[0]
	want := "/taxpro/eicore/dec/v1.03/Invoice/irnbydocdetails?doctype=INV&docnum=INV%2F26-27%2F0001&docdate=22%2F11%2F2026"
	if r.RequestURI != want {
		t.Errorf("address %s, want %s", r.RequestURI, want)
	}
	for name, value := range map[string]string{
		"aspid": "1000000001", "password": "practice", "Gstin": string(company),
		"user_name": "MOHAR_PRACTICE", "AuthToken": "token-1", "eInvPwd": "",
	} {
		if got := r.Header.Get(name); got != value {
			t.Errorf("header %s is %q, want %q", name, got, value)
		}
	}
}

func TestNothingIsSentWithoutConnection(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	untrusted := httptest.NewUnstartedServer(&script{answers: []answer{{status: 200, body: goodGenerate}}})
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes are meant to fail
	untrusted.StartTLS()
	defer untrusted.Close()
	for name, sandbox := range map[string]string{"refused": address, "untrusted TLS": untrusted.URL, "none": ""} {
		t.Run(name, func(t *testing.T) {
			store := &tokens{}
			caller := New(Options{Now: (&clock{at: noon}).now, Tokens: store, Sandbox: sandbox})
			for _, cred := range PracticeCredentials() {
				if _, err := caller.Portal(company, cred).Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrNotSent) {
					t.Errorf("%s, not signed in: %v, want ErrNotSent", cred.Provider, err)
				}
			}
			s := gst.Session{Token: "t", Expires: noon.Add(time.Hour)}
			if err := store.SaveSession(t.Context(), company, gst.Practice, gst.TaxPro, s); err != nil {
				t.Fatal(err)
			}
			_, err := caller.Portal(company, PracticeCredentials()[1]).Generate(t.Context(), []byte(`{}`))
			if !errors.Is(err, ErrNotSent) {
				t.Errorf("signed in: %v, want ErrNotSent", err)
			}
		})
	}
}

func TestNextHostOnlyWhenNothingWasSent(t *testing.T) {
	cut := httptest.NewServer(&script{answers: []answer{{cut: true}}})
	defer cut.Close()
	second := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	good := httptest.NewServer(second)
	defer good.Close()
	cred := PracticeCredentials()[1]
	cred.Mode = gst.Live
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, PrivateHosts: true})

	cred.BaseURLs = []string{"http://127.0.0.1:1", good.URL}
	if _, err := caller.Portal(company, cred).Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("first host unreachable: %v, want the second to be used", err)
	}
	cred.BaseURLs = []string{cut.URL, good.URL}
	if _, err := caller.Portal(company, cred).Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("first host cut the connection: %v, want ErrNoAnswer", err)
	}
	if len(second.seen()) != 1 {
		t.Errorf("second host got %d calls, want 1", len(second.seen()))
	}
	cred.BaseURLs = []string{"http://example.com"}
	var bad gst.Invalid
	if _, err := caller.Portal(company, cred).Generate(t.Context(), []byte(`{}`)); !errors.As(err, &bad) {
		t.Errorf("address without TLS: %v, want a fault", err)
	}
}

func TestLiveAlankitNeedsPortalKey(t *testing.T) {
	cred := PracticeCredentials()[0]
	cred.Mode = gst.Live
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}})
	_, err := caller.Portal(company, cred).TestSignIn(t.Context())
	var bad gst.Invalid
	if !errors.As(err, &bad) || len(bad.For("portal_key")) != 1 {
		t.Errorf("got %v, want a fault of portal_key", err)
	}
}

// livePair is a live portal with two hosts of its own.
func livePair(t *testing.T, first, second http.Handler) *Portal {
	t.Helper()
	cred := PracticeCredentials()[1]
	cred.Mode = gst.Live
	for _, h := range []http.Handler{first, second} {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		cred.BaseURLs = append(cred.BaseURLs, server.URL)
	}
	return New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, PrivateHosts: true}).Portal(company, cred)
}
