package gsp

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

// practice is a portal of each provider on one sandbox.
type practice struct {
	caller  *Caller
	clock   *clock
	root    string
	portals []*Portal
}

func openPractice(t *testing.T) *practice {
	t.Helper()
	c := &clock{at: noon}
	box, err := sandbox.Open(t.Context(), sandbox.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &practice{clock: c, root: server.URL}
	p.caller = New(Options{Now: c.now, Tokens: &tokens{}, Sandbox: server.URL + "/"})
	for _, cred := range PracticeCredentials() {
		p.portals = append(p.portals, p.caller.Portal(company, cred))
	}
	return p
}

// plant plants a fault in the sandbox.
func (p *practice) plant(t *testing.T, face, op, kind string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"face": face, "op": op, "fault": kind, "times": 1})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.root+"/_sandbox/faults", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode >= 300 {
		t.Fatal(res.Status, err)
	}
}

// invoice is a document with this number.
func invoice(number string) []byte {
	return bytes.ReplaceAll([]byte(plainInvoice), []byte("{number}"), []byte(number))
}

const plainInvoice = `{"Version":"1.1","TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},
"DocDtls":{"Typ":"INV","No":"{number}","Dt":"20/11/2026"},
"SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Sharda Traders","Addr1":"14 Dana Bazaar","Loc":"Pune","Pin":411002,"Stcd":"27"},
"BuyerDtls":{"Gstin":"27AABFK4417C1ZS","LglNm":"Konkan Agro Foods LLP","Pos":"27","Addr1":"Plot 12, Sector 19","Loc":"Navi Mumbai","Pin":400703,"Stcd":"27"},
"ItemList":[{"SlNo":"1","PrdDesc":"Cashew kernels W320","IsServc":"N","HsnCd":"08013220","Qty":15,"Unit":"KGS","UnitPrice":860,
"TotAmt":12900,"Discount":0,"AssAmt":12900,"GstRt":5,"IgstAmt":0,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"IgstVal":0,"TotInvVal":13545}}`

func TestWholeLifeThroughEachProvider(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		t.Run(string(p.Provider()), func(t *testing.T) {
			number := "INV/" + string(p.Provider())
			_, err := p.ByDocument(t.Context(), gst.TaxInvoice, number, 20261120)
			if !NotThere(err) {
				t.Fatalf("before: %v, want not there", err)
			}
			reg, err := p.Generate(t.Context(), invoice(number))
			if err != nil {
				t.Fatal(err)
			}
			_, signing, err := box.caller.SandboxKeys(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, _, practice, err := nic.CheckRegistration(nic.NewKeyring(signing...), *reg, invoice(number)); err != nil || !practice {
				t.Errorf("signatures: %v, practice %v", err, practice)
			}
			if reg.Status != "ACT" || reg.Provider != p.Provider() {
				t.Errorf("registration %+v", reg)
			}
			byDocument, err := p.ByDocument(t.Context(), gst.TaxInvoice, number, 20261120)
			if err != nil || byDocument.IRN != reg.IRN || byDocument.SignedQR != reg.SignedQR {
				t.Errorf("by document: %+v, %v", byDocument, err)
			}
			byIRN, err := p.ByIRN(t.Context(), reg.IRN)
			if err != nil || byIRN.AckNo != reg.AckNo {
				t.Errorf("by IRN: %+v, %v", byIRN, err)
			}
			_, err = p.Generate(t.Context(), invoice(number))
			var refused *gst.Refusal
			if !errors.As(err, &refused) || !refused.Has("2150") || refused.Duplicate == nil || refused.Duplicate.IRN != reg.IRN {
				t.Errorf("again: %v, want 2150 with the IRN", err)
			}
			cancelTwice(t, p, reg.IRN)
			taxpayer, err := p.Taxpayer(t.Context(), "27AABFK4417C1ZS")
			if err != nil || taxpayer.GSTIN != "27AABFK4417C1ZS" || taxpayer.State != "27" {
				t.Errorf("taxpayer %+v, %v", taxpayer, err)
			}
			if taxpayer, err = p.SyncTaxpayer(t.Context(), "27AABFK4417C1ZS"); err != nil || taxpayer.LegalName == "" {
				t.Errorf("synced taxpayer %+v, %v", taxpayer, err)
			}
		})
	}
}

// cancelTwice cancels an IRN, which works once.
func cancelTwice(t *testing.T, p *Portal, irn string) {
	t.Helper()
	at, err := p.Cancel(t.Context(), irn, gst.CancelDataEntry, "wrong quantity")
	if err != nil || !at.Equal(noon) {
		t.Errorf("cancelled at %v, %v", at, err)
	}
	var refused *gst.Refusal
	_, err = p.Cancel(t.Context(), irn, gst.CancelDataEntry, "again")
	if !errors.As(err, &refused) || !refused.Has("9999") {
		t.Errorf("cancelled again: %v, want 9999", err)
	}
}

func TestFaultsOfTheSandbox(t *testing.T) {
	tests := []struct {
		fault string
		is    error
	}{
		{"drop-reply", ErrNoAnswer},
		{"http-504", ErrNoAnswer},
		{"http-504-after", ErrNoAnswer},
		{"garbage", ErrNoAnswer},
		{"down", ErrNoAnswer},
		{"token-revoked", nil},
	}
	box := openPractice(t)
	for _, p := range box.portals {
		for _, tt := range tests {
			t.Run(string(p.Provider())+" "+tt.fault, func(t *testing.T) {
				box.plant(t, string(p.Provider()), "generate", tt.fault)
				_, err := p.Generate(t.Context(), invoice(string(p.Provider())[:1]+"/"+tt.fault))
				if !errors.Is(err, tt.is) {
					t.Errorf("got %v, want %v", err, tt.is)
				}
				if p.Resting(gst.OpGenerate) != (tt.is != nil) {
					t.Errorf("resting: %v", p.Resting(gst.OpGenerate))
				}
				box.clock.advance(longestBreak + time.Second)
			})
		}
	}
}

func TestSandboxMadeAnewHasAnotherKey(t *testing.T) {
	box := openPractice(t)
	alankit := box.portals[0]
	if _, err := alankit.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := openPractice(t)
	box.caller.sandbox = other.root
	if _, err := alankit.Generate(t.Context(), invoice("INV/1")); err != nil {
		t.Errorf("after the sandbox was made anew: %v", err)
	}
}

func TestWrongCredentialsAreARefusalOfTheSignIn(t *testing.T) {
	box := openPractice(t)
	for _, cred := range PracticeCredentials() {
		for what, spoil := range map[string]func(*gst.Credentials){
			"password":         func(c *gst.Credentials) { c.Password = "wrong" },
			"user":             func(c *gst.Credentials) { c.Username = "NOBODY" },
			"subscription key": func(c *gst.Credentials) { c.SubscriptionKey, c.ASPPassword, c.ClientSecret = "wrong", "wrong", "wrong" },
		} {
			bad := cred
			spoil(&bad)
			_, err := box.caller.Portal(company, bad).TestSignIn(t.Context())
			var refused *gst.Refusal
			if !errors.As(err, &refused) || !errors.Is(err, ErrSignIn) {
				t.Errorf("%s, wrong %s: %v, want a refusal", cred.Provider, what, err)
			}
		}
	}
}
