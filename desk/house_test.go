package desk

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
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

const (
	sharda = gst.GSTIN("27AAPFU0939F1ZV") // our company, in Maharashtra
	konkan = "27AABFK4417C1ZS"            // a buyer in the same State
	mysore = "29AABCT1332L1ZD"            // a buyer in Karnataka
)

// today is the day on which the tests begin.
const today gst.Date = 20261122

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

// house is a desk with a real store, a real registrar and the sandbox behind it.
type house struct {
	testing.TB
	*Desk
	clock   *clock
	company gst.Company
	caller  *gsp.Caller
	root    string // the sandbox's address
}

// build opens an installation with one company in practice, changed as told.
func build(t testing.TB, change ...func(*gst.Company)) *house {
	t.Helper()
	h := &house{TB: t, clock: &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)}}
	h.company = company(change...)
	store, err := db.Open(t.Context(), db.Options{Dir: t.TempDir(), Now: h.clock.now})
	h.must(err)
	t.Cleanup(func() { h.must(store.Close()) })
	portal, err := sandbox.Open(t.Context(), sandbox.Options{Now: h.clock.now, Path: freshPortal(t)})
	h.must(err)
	server := httptest.NewServer(portal.Handler())
	t.Cleanup(func() {
		server.Close()
		h.must(portal.Close())
	})
	caller := gsp.New(gsp.Options{Now: h.clock.now, Tokens: store, Sandbox: server.URL})
	h.caller, h.root = caller, server.URL
	h.Desk = New(store, registrar.New(registrar.Options{
		Store: store, GSP: caller, Now: h.clock.now,
		Keys: func(ctx context.Context) (*nic.Keyring, error) {
			_, keys, err := caller.SandboxKeys(ctx)
			return nic.NewKeyring(keys...), err
		},
	}), h.clock.now)
	h.must(store.AddCompany(t.Context(), h.company))
	for _, cred := range gsp.PracticeCredentials() {
		h.must(store.SaveCredentials(t.Context(), sharda, cred))
	}
	h.company, err = store.Company(t.Context(), sharda)
	h.must(err)
	return h
}

// company is a trader in Pune with a turnover between 5 and 10 crore.
func company(change ...func(*gst.Company)) gst.Company {
	c := gst.Company{
		GSTIN: sharda, LegalName: "Sharda Traders", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002,
		State: "27", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10, RoundOff: true,
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// portalFile is a sandbox's state with its keys and nothing else: making them takes
// too long to be done for every test.
var portalFile string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mohar-desk")
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

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// typed is a document as the form gives it: one line of goods to a buyer in the same
// State.
func typed(change ...func(*gst.Invoice)) *gst.Invoice {
	inv := &gst.Invoice{
		Type: gst.TaxInvoice, Date: today, Supply: gst.B2B,
		Buyer: gst.Party{GSTIN: konkan, LegalName: "Konkan Agro Foods LLP", Address1: "Plot 12, Sector 19", Place: "Navi Mumbai", PIN: 400703},
		Lines: []gst.Line{{Description: "Cashew kernels W320", HSN: "08013220", Quantity: 15_000, Unit: "KGS", UnitPrice: 860_000, GSTRate: 5_000}},
	}
	for _, f := range change {
		f(inv)
	}
	return inv
}

// issue issues a document, changed as told.
func (h *house) issue(change ...func(*gst.Invoice)) *gst.Invoice {
	h.Helper()
	inv := typed(change...)
	h.must(h.Issue(h.Context(), h.company, inv))
	return inv
}

// step has the registrar do what is due.
func (h *house) step() {
	h.Helper()
	done, err := h.registrar.RegisterOne(h.Context())
	h.must(err)
	if !done {
		h.Fatal("nothing is due")
	}
}

// stored returns the document and its body as the store has them.
func (h *house) stored(id int64) (*gst.Invoice, []byte) {
	h.Helper()
	inv, body, err := h.store.Invoice(h.Context(), sharda, id)
	h.must(err)
	return inv, body
}

// inv01 is a document as an ERP would bring it, with texts replaced in turn.
func inv01(change ...string) []byte {
	return []byte(strings.NewReplacer(change...).Replace(plainINV01))
}

const plainINV01 = `{"Version":"1.1","TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},
"DocDtls":{"Typ":"INV","No":"ERP/77","Dt":"20/11/2026"},
"SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Sharda Traders","Addr1":"14 Dana Bazaar","Loc":"Pune","Pin":411002,"Stcd":"27"},
"BuyerDtls":{"Gstin":"27AABFK4417C1ZS","LglNm":"Konkan Agro Foods LLP","Pos":"27","Addr1":"Plot 12, Sector 19","Loc":"Navi Mumbai","Pin":400703,"Stcd":"27"},
"ItemList":[{"SlNo":"1","PrdDesc":"Cashew kernels W320","IsServc":"N","HsnCd":"08013220","Qty":15,"Unit":"KGS","UnitPrice":860,
"TotAmt":12900,"Discount":0,"AssAmt":12900,"GstRt":5,"IgstAmt":0,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"IgstVal":0,"TotInvVal":13545}}`
