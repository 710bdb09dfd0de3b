package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
	"mohar/sandbox"
)

// The companies of every test: sharda has credentials and may be asked about, narmada is
// there too, and neither is known to the other's keys.
const (
	sharda  = gst.GSTIN("27AAPFU0939F1ZV") // in Maharashtra
	narmada = gst.GSTIN("24AAACN1234E1ZA") // in Gujarat
	konkan  = "27AABFK4417C1ZS"            // a buyer in Maharashtra
	mysore  = "29AABCT1332L1ZD"            // a buyer in Karnataka
)

// clockAt is when the tests begin: 22 Nov 2026, 12:00 in India.
var clockAt = time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)

// testClock runs as the real one does, from clockAt on, and tests turn it further.
type testClock struct {
	mu    sync.Mutex
	began time.Time
	ahead time.Duration
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return clockAt.Add(time.Since(c.began) + c.ahead)
}

func (c *testClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// site is a running API with its house behind it, and a key that may do everything.
type site struct {
	testing.TB
	clock     *testClock
	store     *db.Store
	registrar *registrar.Registrar
	desk      *desk.Desk
	api       *Server
	company   gst.Company // sharda
	portal    string      // the sandbox's address
	server    *httptest.Server
	keys      []string // Key Id and Key Secret of the calls
	calls     atomic.Int64
}

// newAPI is an installation with two companies in practice and the registrar at work.
func newAPI(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	s := newStillAPI(t, change...)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.registrar.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the registrar ended with %v", err)
		}
	})
	return s
}

// newStillAPI is newAPI with a registrar that does nothing unless it is told to; see drain.
func newStillAPI(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	s := &site{TB: t, clock: &testClock{began: time.Now()}}
	quiet := slog.New(slog.DiscardHandler)
	var err error
	s.store, err = db.Open(t.Context(), db.Options{Dir: filepath.Join(t.TempDir(), "data"), Now: s.clock.Now, Log: quiet})
	s.must(err)
	t.Cleanup(func() { _ = s.store.Close() })
	portal, err := sandbox.Open(t.Context(), sandbox.Options{Now: s.clock.Now, Path: freshPortal(t), Log: quiet})
	s.must(err)
	t.Cleanup(func() { _ = portal.Close() })
	faces := httptest.NewServer(portal.Handler())
	t.Cleanup(faces.Close)
	s.portal = faces.URL
	caller := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: faces.URL, Log: quiet})
	s.registrar = registrar.New(registrar.Options{
		Store: s.store, GSP: caller, Now: s.clock.Now, Log: quiet,
		Keys: func(ctx context.Context) (*nic.Keyring, error) {
			_, keys, err := caller.SandboxKeys(ctx)
			return nic.NewKeyring(keys...), err
		},
	})
	s.desk = desk.New(s.store, s.registrar, s.clock.Now)
	s.companies()
	s.serve(quiet, change...)
	s.keys = s.key(db.Scopes())
	return s
}

// companies adds the two companies.
func (s *site) companies() {
	s.Helper()
	for _, c := range []gst.Company{
		{GSTIN: sharda, LegalName: "Sharda Traders", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002, State: "27", UPI: "sharda@upi"},
		{GSTIN: narmada, LegalName: "Narmada Cotton", Address1: "7 Ashram Road", Place: "Ahmedabad", PIN: 380009, State: "24"},
	} {
		c.Taxpayer, c.Mode, c.Turnover = gst.Regular, gst.Practice, gst.Slab5To10
		s.must(s.store.AddCompany(s.Context(), c))
		for _, cred := range gsp.PracticeCredentials() {
			s.must(s.store.SaveCredentials(s.Context(), c.GSTIN, cred))
		}
	}
	var err error
	s.company, err = s.store.Company(s.Context(), sharda)
	s.must(err)
}

// serve starts the API itself, with the name that the pages' guards give each request.
func (s *site) serve(log *slog.Logger, change ...func(*Options)) {
	s.Helper()
	o := Options{
		Store: s.store, Registrar: s.registrar, Desk: s.desk, Now: s.clock.Now, Log: log, Version: "test",
		Rate: 100_000,
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	s.api, err = New(o)
	s.must(err)
	s.Cleanup(func() { _ = s.api.Close(context.Background()) })
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(echo.HeaderXRequestID, fmt.Sprintf("call-%d", s.calls.Add(1)))
		s.api.ServeHTTP(w, r)
	}))
	s.Cleanup(s.server.Close)
}

// key makes a key for companies, none named meaning all, and returns its Id and Secret.
func (s *site) key(scopes []db.Scope, companies ...gst.GSTIN) []string {
	s.Helper()
	k := db.APIKey{Name: "ERP", Scopes: scopes, Companies: companies}
	secret, err := s.store.CreateAPIKey(s.Context(), &k)
	s.must(err)
	return []string{k.ID, secret}
}

// as is the same site called with another key.
func (s *site) as(key []string) *site {
	other := &site{
		TB: s.TB, clock: s.clock, store: s.store, registrar: s.registrar, desk: s.desk, api: s.api,
		company: s.company, portal: s.portal, server: s.server, keys: key,
	}
	return other
}

// reply is a response with its body read.
type reply struct {
	*http.Response
	body []byte
}

// call makes a call. body may be nil, a string or bytes as they are, or anything else as JSON.
// headers are names and values in turn.
func (s *site) call(method, path string, body any, headers ...string) reply {
	s.Helper()
	var from io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		from = strings.NewReader(b)
	case []byte:
		from = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		s.must(err)
		from = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(s.Context(), method, s.server.URL+path, from)
	s.must(err)
	if len(s.keys) == 2 {
		r.SetBasicAuth(s.keys[0], s.keys[1])
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.server.Client().Do(r)
	s.must(err)
	data, err := io.ReadAll(resp.Body)
	s.must(err)
	s.must(resp.Body.Close())
	return reply{resp, data}
}

func (s *site) get(path string, headers ...string) reply {
	s.Helper()
	return s.call(http.MethodGet, path, nil, headers...)
}

func (s *site) post(path string, body any, headers ...string) reply {
	s.Helper()
	return s.call(http.MethodPost, path, body, headers...)
}

// want checks the status of a reply and that each of the texts stands in it.
func (s *site) want(r reply, status int, texts ...string) {
	s.Helper()
	if r.StatusCode != status {
		s.Fatalf("%s %s: got %s, want %d\n%.2000s", r.Request.Method, r.Request.URL, r.Status, status, r.body)
	}
	for _, text := range texts {
		if !strings.Contains(string(r.body), text) {
			s.Errorf("%s %s: %q is not in the answer:\n%.2000s", r.Request.Method, r.Request.URL, text, r.body)
		}
	}
}

// read reads the JSON of a reply into v.
func (s *site) read(r reply, v any) {
	s.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		s.Fatalf("%s %s: %v\n%.2000s", r.Request.Method, r.Request.URL, err, r.body)
	}
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// drain has a still registrar do all that is due.
func (s *site) drain() {
	s.Helper()
	for done := true; done; {
		irn, err := s.registrar.RegisterOne(s.Context())
		s.must(err)
		eway, err := s.registrar.EWayOne(s.Context())
		s.must(err)
		done = irn || eway
	}
}

// documents counts what is stored of a company, drafts and all.
func (s *site) documents(company gst.GSTIN) int {
	s.Helper()
	list, _, err := s.store.Invoices(s.Context(), db.InvoiceFilter{Company: company, Mode: gst.Practice, Limit: 500})
	s.must(err)
	return len(list)
}

// inv01 is a document of sharda's as an ERP sends it, with texts replaced in turn.
func inv01(change ...string) string {
	return strings.NewReplacer(change...).Replace(plainINV01)
}

const plainINV01 = `{"Version":"1.1","TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},
"DocDtls":{"Typ":"INV","No":"ERP/77","Dt":"20/11/2026"},
"SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Sharda Traders","Addr1":"14 Dana Bazaar","Loc":"Pune","Pin":411002,"Stcd":"27"},
"BuyerDtls":{"Gstin":"27AABFK4417C1ZS","LglNm":"Konkan Agro Foods LLP","Pos":"27","Addr1":"Plot 12, Sector 19","Loc":"Navi Mumbai","Pin":400703,"Stcd":"27"},
"ItemList":[{"SlNo":"1","PrdDesc":"Cashew kernels W320","IsServc":"N","HsnCd":"08013220","Qty":15,"Unit":"KGS","UnitPrice":860,
"TotAmt":12900,"Discount":0,"AssAmt":12900,"GstRt":5,"IgstAmt":0,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"IgstVal":0,"TotInvVal":13545}}`

// portalFile is a sandbox's state with its keys and nothing else: making them takes too
// long to be done for every test.
var portalFile string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mohar-api")
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
