package registrar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
	"mohar/sandbox"
)

const sharda = gst.GSTIN("27AAPFU0939F1ZV")

// clock is the one clock of a test.
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

// house is a whole installation around a registrar: store, sandbox, callers.
type house struct {
	t     *testing.T
	clock *clock
	dir   string
	root  string // the sandbox's address
	store *db.Store
	gsp   *gsp.Caller
	desk  *registrar.Registrar
}

// build opens an installation with one company in practice and its credentials.
func build(t *testing.T) *house {
	t.Helper()
	h := buildBare(t)
	h.equip(gst.Alankit, gst.TaxPro)
	return h
}

// equip stores the company's credentials at these providers.
func (h *house) equip(at ...gst.Provider) {
	h.t.Helper()
	for _, cred := range gsp.PracticeCredentials() {
		if slices.Contains(at, cred.Provider) {
			h.must(h.store.SaveCredentials(h.t.Context(), sharda, cred))
		}
	}
}

// buildBare opens an installation with one company in practice.
func buildBare(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)}, dir: t.TempDir()}
	box, err := sandbox.Open(t.Context(), sandbox.Options{Now: h.clock.now, Path: freshPortal(t)})
	h.must(err)
	server := httptest.NewServer(box.Handler())
	h.root = server.URL
	t.Cleanup(func() {
		server.Close()
		h.must(box.Close())
	})
	h.open()
	t.Cleanup(func() { h.must(h.store.Close()) })
	h.must(h.store.AddCompany(t.Context(), gst.Company{
		GSTIN: sharda, LegalName: "Sharda Traders", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002,
		State: "27", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10, Created: h.clock.now(),
	}))
	return h
}

// portalFile is a sandbox's state with its keys and nothing else: making them takes
// too long to be done for every test.
var portalFile string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mohar-registrar")
	if err != nil {
		panic(err)
	}
	portalFile = filepath.Join(dir, "sandbox.db")
	box, err := sandbox.Open(context.Background(), sandbox.Options{Now: time.Now, Path: portalFile})
	if err == nil {
		err = box.Close()
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // it lies in the temporary folder anyway
	os.Exit(code)
}

// freshPortal returns a copy of portalFile.
func freshPortal(t *testing.T) string {
	t.Helper()
	return copyPortal(t, t.TempDir())
}

// copyPortal copies portalFile into a folder.
func copyPortal(t *testing.T, dir string) string {
	t.Helper()
	state, err := os.ReadFile(portalFile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "sandbox.db")
	if err := os.WriteFile(path, state, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// open opens the store and what works with it, as a start of the program does.
func (h *house) open() {
	h.t.Helper()
	var err error
	h.store, err = db.Open(h.t.Context(), db.Options{Dir: h.dir, Now: h.clock.now})
	h.must(err)
	h.gsp = gsp.New(gsp.Options{Now: h.clock.now, Tokens: h.store, Sandbox: h.root})
	h.employ(h.keys)
}

// employ makes the registrar anew, with these signing keys.
func (h *house) employ(keys func(context.Context) (*nic.Keyring, error)) {
	h.desk = registrar.New(registrar.Options{
		Store: h.store, GSP: h.gsp, Keys: keys, Now: h.clock.now,
		Random: func() float64 { return 0.5 }, Grace: 200 * time.Millisecond,
	})
}

func (h *house) keys(ctx context.Context) (*nic.Keyring, error) {
	_, signing, err := h.gsp.SandboxKeys(ctx)
	return nic.NewKeyring(signing...), err
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// change is something other than usual in a document.
type change struct{ old, new string }

// document is INV-01 as an ERP would bring it.
func document(number string, changes ...change) []byte {
	text := strings.ReplaceAll(plainInvoice, "{number}", number)
	for _, c := range changes {
		text = strings.ReplaceAll(text, c.old, c.new)
	}
	return []byte(text)
}

// issue stores a document and queues its request.
func (h *house) issue(number string, changes ...change) int64 {
	h.t.Helper()
	inv, body, err := nic.Decode(document(number, changes...))
	h.must(err)
	inv.Mode = gst.Practice
	inv.IRN.State = gst.IRNPending
	encode := func(*gst.Invoice) ([]byte, error) { return body, nil }
	h.must(h.store.IssueInvoice(h.t.Context(), inv, encode, true))
	return inv.ID
}

// step does one step and wants there to be one.
func (h *house) step() {
	h.t.Helper()
	done, err := h.desk.RegisterOne(h.t.Context())
	h.must(err)
	if !done {
		h.t.Fatal("nothing is due")
	}
}

// idle wants nothing to be due.
func (h *house) idle() {
	h.t.Helper()
	done, err := h.desk.RegisterOne(h.t.Context())
	h.must(err)
	if done {
		h.t.Fatal("something is due")
	}
}

// standing returns how the document stands with the portal.
func (h *house) standing(id int64) gst.IRNStatus {
	h.t.Helper()
	inv, _, err := h.store.Invoice(h.t.Context(), sharda, id)
	h.must(err)
	return inv.IRN
}

// kinds returns the kinds of the document's events, oldest first.
func (h *house) kinds(id int64) string {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), sharda, id)
	h.must(err)
	kinds := make([]string, 0, len(events))
	for _, e := range events {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, " ")
}

// portal returns the company's portal through one provider.
func (h *house) portal(p gst.Provider) *gsp.Portal {
	h.t.Helper()
	for _, cred := range gsp.PracticeCredentials() {
		if cred.Provider == p {
			return h.gsp.Portal(sharda, cred)
		}
	}
	h.t.Fatalf("no credentials of %s", p)
	return nil
}

// entry is one document of the sandbox's ledger.
type entry struct {
	Number string `json:"no"`
	IRN    string `json:"irn"`
	Status string `json:"status"`
	Calls  int    `json:"generate_calls"`
}

// ledger returns what the portal holds.
func (h *house) ledger() []entry {
	h.t.Helper()
	var l struct{ Documents []entry }
	h.admin(http.MethodGet, "/_sandbox/ledger", nil, &l)
	return l.Documents
}

// fault plants a fault in the sandbox; times 0 keeps it until mended.
func (h *house) fault(face, op, kind string, times int) {
	h.t.Helper()
	h.admin(http.MethodPost, "/_sandbox/faults", map[string]any{
		"face": face, "op": op, "fault": kind, "times": times, "ms": 3_600_000,
	}, nil)
}

// mend takes all faults away.
func (h *house) mend() {
	h.t.Helper()
	h.admin(http.MethodDelete, "/_sandbox/faults", nil, nil)
}

func (h *house) admin(method, path string, in, out any) {
	h.t.Helper()
	body, err := json.Marshal(in)
	h.must(err)
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.root+path, bytes.NewReader(body))
	h.must(err)
	res, err := http.DefaultClient.Do(req)
	h.must(err)
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 {
		h.t.Fatalf("%s %s: %s", method, path, res.Status)
	}
	if out != nil {
		h.must(json.NewDecoder(res.Body).Decode(out))
	}
}

// number returns the n-th number of a series.
func number(n int) string { return fmt.Sprintf("INV/26-27/%04d", n) }

const plainInvoice = `{"Version":"1.1","TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},
"DocDtls":{"Typ":"INV","No":"{number}","Dt":"20/11/2026"},
"SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Sharda Traders","Addr1":"14 Dana Bazaar","Loc":"Pune","Pin":411002,"Stcd":"27"},
"BuyerDtls":{"Gstin":"27AABFK4417C1ZS","LglNm":"Konkan Agro Foods LLP","Pos":"27","Addr1":"Plot 12, Sector 19","Loc":"Navi Mumbai","Pin":400703,"Stcd":"27"},
"ItemList":[{"SlNo":"1","PrdDesc":"Cashew kernels W320","IsServc":"N","HsnCd":"08013220","Qty":15,"Unit":"KGS","UnitPrice":860,
"TotAmt":12900,"Discount":0,"AssAmt":12900,"GstRt":5,"IgstAmt":0,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"IgstVal":0,"TotInvVal":13545}}`

// take takes up the only lane's oldest request, as another worker would.
func (h *house) take(lease time.Duration) (*db.IRNRequest, error) {
	h.t.Helper()
	lanes, err := h.store.DueLanes(h.t.Context())
	h.must(err)
	if len(lanes) == 0 {
		return nil, gst.ErrNotFound
	}
	return h.store.TakeNext(h.t.Context(), db.Take{Lane: lanes[0], Lease: lease})
}

// rewrite changes the text of a reply.
func rewrite(r *http.Response, f func(string) string) error {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	changed := f(string(text))
	r.Body = io.NopCloser(strings.NewReader(changed))
	r.ContentLength = int64(len(changed))
	r.Header.Set("Content-Length", strconv.Itoa(len(changed)))
	return r.Body.Close()
}
