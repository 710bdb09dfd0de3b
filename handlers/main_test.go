package handlers

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/db"
	"mohar/desk"
	"mohar/gsp"
	"mohar/nic"
	"mohar/registrar"
	"mohar/sandbox"
)

// The owner of every test's installation, and its first company.
const (
	ownerEmail    = "owner@sharda.example"
	ownerPassword = "three blue lorries"
	companyGSTIN  = "27AAPFU0939F1ZV" // a right check digit
)

// clockAt is when the tests begin: 22 Nov 2026, 10:00 in India.
var clockAt = time.Date(2026, 11, 22, 4, 30, 0, 0, time.UTC)

// testClock is a clock that tests turn.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// site is a running server with its house behind it, and one browser.
type site struct {
	testing.TB
	clock     *testClock
	store     *db.Store
	registrar *registrar.Registrar
	desk      *desk.Desk
	portal    string                                      // the sandbox's address
	keys      func(context.Context) (*nic.Keyring, error) // that signatures are checked by; nil: the sandbox's
	faces     *httptest.Server
	server    *httptest.Server
	browser   *http.Client
}

// newSite starts a fresh installation without any user.
func newSite(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	ctx := t.Context()
	s := &site{TB: t, clock: &testClock{now: clockAt}}
	quiet := slog.New(slog.DiscardHandler)
	var err error
	s.store, err = db.Open(ctx, db.Options{Dir: filepath.Join(t.TempDir(), "data"), Now: s.clock.Now, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	portal, err := sandbox.Open(ctx, sandbox.Options{
		Now: s.clock.Now, Path: freshPortal(t), Log: quiet,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, // a slow portal must not make slow tests
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = portal.Close() })
	faces := httptest.NewServer(portal.Handler())
	t.Cleanup(faces.Close)
	s.portal, s.faces = faces.URL, faces
	caller := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: faces.URL, Log: quiet})
	s.registrar = registrar.New(registrar.Options{
		Store: s.store, GSP: caller, Now: s.clock.Now, Log: quiet,
		Keys: func(ctx context.Context) (*nic.Keyring, error) {
			if s.keys != nil {
				return s.keys(ctx)
			}
			_, keys, err := caller.SandboxKeys(ctx)
			return nic.NewKeyring(keys...), err
		},
	})
	s.desk = desk.New(s.store, s.registrar, s.clock.Now)
	options := Options{
		Store: s.store, Registrar: s.registrar, Desk: s.desk,
		Now: s.clock.Now, Log: quiet,
	}
	for _, f := range change {
		f(&options)
	}
	handler, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(handler)
	t.Cleanup(s.server.Close)
	s.browser = s.newBrowser()
	return s
}

// portalFile is a sandbox's state with its keys and nothing else: making them takes too
// long to be done for every test.
var portalFile string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mohar-handlers")
	if err != nil {
		panic(err)
	}
	portalFile = filepath.Join(dir, "sandbox.db")
	portal, err := sandbox.Open(context.Background(), sandbox.Options{Now: time.Now, Path: portalFile})
	if err == nil {
		err = portal.Close()
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // it lies in the temporary folder anyway
	os.Exit(code)
}

// freshPortal returns a copy of portalFile.
func freshPortal(t testing.TB) string {
	t.Helper()
	state, err := os.ReadFile(portalFile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sandbox.db")
	if err := os.WriteFile(path, state, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newBrowser is another browser, with its own cookies, that follows no redirect.
func (s *site) newBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	return &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newCompanySite is an installation with its owner signed in and one company.
func newCompanySite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm()), http.StatusSeeOther, "")
	return s
}

// setUp makes the owner's account and stays signed in.
func (s *site) setUp() {
	s.Helper()
	s.want(s.post("/setup", url.Values{
		"email": {ownerEmail}, "name": {"Asha"}, "password": {ownerPassword}, "again": {ownerPassword},
	}), http.StatusSeeOther, "")
}

// companyForm is a filled form that adds a company.
func companyForm(change ...string) url.Values {
	form := url.Values{
		"gstin": {companyGSTIN}, "name": {"Sharda Traders Private Limited"}, "trade": {"Sharda Traders"},
		"address1": {"14 Laxmi Road"}, "place": {"Pune"}, "pin": {"411030"},
		"taxpayer": {"regular"}, "turnover": {"5to10"}, "mode": {"practice"}, "fill_practice": {"on"},
	}
	return with(form, change...)
}

// with sets further fields, given as names and values in turn.
func with(form url.Values, change ...string) url.Values {
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// reply is a response with its body read.
type reply struct {
	*http.Response
	body string
}

func (s *site) do(method, path string, body io.Reader, headers ...string) reply {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.server.URL+path, body)
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil {
		s.Fatal(err)
	}
	if err != nil {
		s.Fatal(err)
	}
	return reply{resp, html.UnescapeString(string(data))}
}

func (s *site) get(path string, headers ...string) reply {
	s.Helper()
	return s.do(http.MethodGet, path, nil, headers...)
}

func (s *site) post(path string, form url.Values, headers ...string) reply {
	s.Helper()
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	return s.do(http.MethodPost, path, strings.NewReader(form.Encode()), headers...)
}

// rawPost is the body of an answer as it came, for files.
func (s *site) rawPost(path string, form url.Values) string {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if closing := resp.Body.Close(); err != nil || closing != nil {
		s.Fatal(err, closing)
	}
	return string(data)
}

// want checks the status of a reply and that each of the texts stands in it.
func (s *site) want(r reply, status int, texts ...string) {
	s.Helper()
	if r.StatusCode != status {
		s.Fatalf("%s %s: got %s, want %d\n%s", r.Request.Method, r.Request.URL.Path, r.Status, status, r.body)
	}
	for _, text := range texts {
		if !strings.Contains(r.body, text) {
			s.Errorf("%s %s: %q is not in the answer:\n%s", r.Request.Method, r.Request.URL.Path, text, r.body)
		}
	}
}

// wantRedirect checks that a reply leads on to a path.
func (s *site) wantRedirect(r reply, path string) {
	s.Helper()
	s.want(r, http.StatusSeeOther)
	if got := r.Header.Get("Location"); got != path {
		s.Errorf("%s %s leads to %q, want %q", r.Request.Method, r.Request.URL.Path, got, path)
	}
}
