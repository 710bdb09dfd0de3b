package sandbox_test

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"mohar/nic"
	"mohar/sandbox"
)

// A test of a client sees here that it sent no refused document twice.
func TestTheLedgerListsRefusals(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	wrong := altered(t, changes{"ValDtls.TotInvVal": "5"})
	mended := altered(t, changes{"ItemList.0.HsnCd": `"521211"`})
	unread := altered(t, changes{"SellerDtls.Loc": "-", "DocDtls.No": `"B/1"`})
	for _, doc := range [][]byte{wrong, wrong, mended, invoice(), invoice(), unread, []byte(`[]`)} {
		c.generate(doc)
	}
	a, b := nic.IRN(seller, 20261122, "INV", "A/1"), nic.IRN(seller, 20261122, "INV", "B/1")
	want := []sandbox.LedgerRefusal{
		{GSTIN: seller, Type: "INV", No: "A/1", IRN: a, Code: "2189", Calls: 2, Unchanged: 1},
		{GSTIN: seller, Type: "INV", No: "A/1", IRN: a, Code: "2176", Calls: 1},
		{GSTIN: seller, Type: "INV", No: "A/1", IRN: a, Code: "2150", Calls: 1},
		{GSTIN: seller, Type: "INV", No: "B/1", IRN: b, Code: "5002", Calls: 1},
		{GSTIN: seller, Code: "2140", Calls: 1},
	}
	book, err := p.Ledger(t.Context())
	if err != nil || len(book.Refused) != len(want) {
		t.Fatalf("%+v, %v", book.Refused, err)
	}
	for i, w := range want {
		if book.Refused[i] != w {
			t.Errorf("refusal %d: %+v, want %+v", i, book.Refused[i], w)
		}
	}
	if n := book.Documents[0].GenerateCalls; n != 5 {
		t.Errorf("%d generate calls of A/1, want 5", n)
	}
}

func TestTheLedgerListsTheLastCalls(t *testing.T) {
	p := startWith(t, sandbox.Options{Sleep: func(context.Context, time.Duration) error { return errors.New("gone") }})
	c := p.caller("taxpro", seller).signIn()
	p.admin("POST", "/faults", `{"op":"generate","fault":"drop-reply","times":1}`)
	p.admin("POST", "/faults", `{"op":"get","fault":"down","times":1}`)
	p.admin("POST", "/faults", `{"op":"get","fault":"http-502","times":1}`)
	c.generate(invoice())
	c.byDocument("INV", "A/1", "22/11/2026")
	c.byDocument("INV", "A/1", "22/11/2026")
	c.byDocument("INV", "A/9", "22/11/2026")
	c.client["aspid"] = "0000000000"
	c.byIRN("ab")
	type line struct{ face, operation, gstin, document, code, fault string }
	want := []line{
		{"taxpro", "auth", seller, "", "ok", ""},
		{"taxpro", "generate", seller, "INV A/1", "ok", "drop-reply"},
		{"taxpro", "get", seller, "", "closed", "down"},
		{"taxpro", "get", seller, "", "HTTP 502", "http-502"},
		{"taxpro", "get", seller, "INV A/9", "2154", ""},
		{"taxpro", "get", seller, "", "GSP020", ""},
	}
	got := p.admin("GET", "/ledger?calls=1", "")["last_calls"].([]any)
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i, w := range want {
		m := got[i].(map[string]any)
		if g := (line{m["face"].(string), m["operation"].(string), m["gstin"].(string), m["document"].(string), m["code"].(string), m["fault"].(string)}); g != w {
			t.Errorf("call %d: %+v, want %+v", i, g, w)
		}
		if m["at"] != "2026-11-22T10:15:31+05:30" || m["ms"] != 0.0 {
			t.Errorf("call %d: %v", i, m)
		}
	}
	if v := p.admin("GET", "/ledger", ""); v["last_calls"] != nil {
		t.Error("the calls are listed unasked")
	}
}

// The list of calls is bounded: the oldest go first.
func TestTheLastCallsAreTenThousand(t *testing.T) {
	p := start(t)
	h := p.Handler()
	ping := func() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/nic/eivital/v1.04/heartbeat/ping", nil))
	}
	p.caller("nic", seller).signIn()
	for range 9_999 {
		ping()
	}
	if got := p.admin("GET", "/ledger?calls=1", "")["last_calls"].([]any); len(got) != 10_000 || got[0].(map[string]any)["operation"] != "auth" {
		t.Errorf("%d calls, the first %v", len(got), got[0])
	}
	ping()
	got := p.admin("GET", "/ledger?calls=1", "")["last_calls"].([]any)
	if len(got) != 10_000 || got[0].(map[string]any)["operation"] != "ping" {
		t.Errorf("%d calls, the first %v", len(got), got[0])
	}
}

// A state file of an earlier version, without houses, is brought up to date.
func TestAnEarlierStateFileOpens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.db")
	old, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), `
		CREATE TABLE documents (irn TEXT PRIMARY KEY, gstin TEXT NOT NULL, fy TEXT NOT NULL, type TEXT NOT NULL, no TEXT NOT NULL,
			date INTEGER NOT NULL, ack_no INTEGER NOT NULL UNIQUE, registered INTEGER NOT NULL, status TEXT NOT NULL,
			cancelled INTEGER NOT NULL DEFAULT 0, signed_invoice TEXT NOT NULL, signed_qr TEXT NOT NULL,
			ewb_no INTEGER NOT NULL DEFAULT 0, ewb_made INTEGER NOT NULL DEFAULT 0, ewb_until INTEGER NOT NULL DEFAULT 0,
			ewb_remarks TEXT NOT NULL DEFAULT '') STRICT;
		INSERT INTO documents (irn, gstin, fy, type, no, date, ack_no, registered, status, signed_invoice, signed_qr)
		VALUES ('aa', '`+seller+`', '2026-27', 'INV', 'OLD/1', 20261101, 112610000000007, 1793500000000, 'ACT', 'x.y.z', 'x.y.z')`)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	p := startWith(t, sandbox.Options{Path: file})
	if ack := p.caller("taxpro", seller).signIn().generate(invoice()).ack(t); ack.AckNo != "112610000000008" {
		t.Errorf("AckNo %s", ack.AckNo)
	}
	book, err := p.Ledger(t.Context())
	if err != nil || len(book.Documents) != 2 || book.Documents[0].No != "OLD/1" || book.Documents[0].House != "NIC1" {
		t.Errorf("%+v, %v", book, err)
	}
}
