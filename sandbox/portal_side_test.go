package sandbox_test

import (
	"path/filepath"
	"strings"
	"testing"

	"mohar/nic"
	"mohar/sandbox"
)

// What somebody does on the portal itself shows in the company's calls.
func TestDocumentsTypedIntoThePortal(t *testing.T) {
	p := start(t)
	v := p.admin("POST", "/register", `{"inv01":`+invoiceText+`,"house":"NIC2"}`)
	if v["irn"] != nic.IRN(seller, 20261122, "INV", "A/1") || !strings.HasPrefix(v["ack_no"].(string), "2") ||
		v["ack_date"] != "2026-11-22T10:16:00+05:30" || v["house"] != "NIC2" {
		t.Fatalf("%v", v)
	}
	c := p.caller("alankit", seller).signIn()
	if got := c.at("NIC2").byDocument("INV", "A/1", "22/11/2026").ack(t); got.Irn != v["irn"] || got.Status != "ACT" {
		t.Errorf("%+v", got)
	}
	if got := c.generate(invoice()).codes(); got != "2150" {
		t.Errorf("sent too: %s", got)
	}
	book, err := p.Ledger(t.Context())
	if err != nil || book.Documents[0].Source != "portal" || book.Documents[0].GenerateCalls != 1 {
		t.Errorf("%+v, %v", book, err)
	}
	again := p.admin("POST", "/register", `{"inv01":`+invoiceText+`}`)
	wrong := p.admin("POST", "/register", `{"inv01":`+string(altered(t, changes{"ValDtls.TotInvVal": "5"}))+`}`)
	for want, v := range map[string]map[string]any{"2150": again, "2189": wrong} {
		codes, ok := v["codes"].([]any)
		if !ok || codes[0].(map[string]any)["code"] != want || codes[0].(map[string]any)["message"] == "" {
			t.Errorf("%v, want %s", v, want)
		}
	}
	for _, body := range []string{`{}`, `{"inv01":7}`, `{"inv01":` + invoiceText + `,"house":"x"}`} {
		if v := p.admin("POST", "/register", body); v["error"] == nil {
			t.Errorf("took %s", body)
		}
	}
}

func TestDocumentsCancelledAndRejectedOnThePortal(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	cancelled := c.generate(invoice()).ack(t).Irn
	rejected := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t).Irn
	p.admin("POST", "/clock", `{"advance":"30h"}`) // later than a company itself could
	v := p.admin("POST", "/cancel", `{"irn":"`+cancelled+`","reason":"3","remark":"Order withdrawn"}`)
	if v["status"] != "CNL" || v["reason"] != "3" || v["remark"] != "Order withdrawn" || v["cancelled"] != "2026-11-23T16:15:31+05:30" {
		t.Errorf("%v", v)
	}
	if v := p.admin("POST", "/reject", `{"irn":"`+strings.ToUpper(rejected)+`"}`); v["status"] != "REJ" {
		t.Errorf("%v", v)
	}
	c.signIn()
	for irn, want := range map[string]string{cancelled: "CNL", rejected: "REJ"} {
		if got := c.byIRN(irn).ack(t).Status; got != want {
			t.Errorf("status %s, want %s", got, want)
		}
		if got := c.cancel(irn, "1", "twice").codes(); got != "9999" {
			t.Errorf("cancelled what is %s: %s", want, got)
		}
		if v := p.admin("POST", "/cancel", `{"irn":"`+irn+`"}`); !strings.Contains(v["error"].(string), want) {
			t.Errorf("ended twice: %v", v)
		}
	}
	if got := c.generate(invoice()).codes(); got != "2278" {
		t.Errorf("the cancelled number again: %s", got)
	}
	for path, body := range map[string]string{
		"/cancel": `{"irn":"` + strings.Repeat("a", 64) + `"}`, "/reject": `{"irn":"x"}`,
	} {
		if v := p.admin("POST", path, body); v["error"] == nil {
			t.Errorf("%s took %s", path, body)
		}
	}
	if v := p.admin("POST", "/cancel", `{"irn":"`+cancelled+`","reason":"9"}`); v["error"] == nil {
		t.Errorf("took reason 9: %v", v)
	}
}

func TestOnlyAPortalInMemoryCanBeReset(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	c.generate(invoice()).ack(t)
	p.admin("POST", "/gstin", `{"gstin":"`+buyer+`","status":"CNL"}`)
	p.admin("POST", "/house", `{"house":"NIC2"}`)
	p.admin("POST", "/faults", `{"fault":"down"}`)
	p.admin("POST", "/clock", `{"advance":"30h"}`)
	kid := nic.KeyID(p.certificate())
	if v := p.admin("POST", "/reset", ""); v["calls"] != 0.0 || len(v["documents"].([]any)) != 0 || len(v["refused"].([]any)) != 0 {
		t.Errorf("%v", v)
	}
	if nic.KeyID(p.certificate()) != kid {
		t.Error("another key")
	}
	if got := c.generate(invoice()).codes(); got != "1005" {
		t.Errorf("the old session: %s", got)
	}
	if ack := c.signIn().generate(invoice()).ack(t); ack.AckNo[0] != '1' {
		t.Errorf("AckNo %s", ack.AckNo)
	}

	keeping := startWith(t, sandbox.Options{Path: filepath.Join(t.TempDir(), "sandbox.db")})
	keeping.caller("taxpro", seller).signIn().generate(invoice()).ack(t)
	if v := keeping.admin("POST", "/reset", ""); v["error"] == nil {
		t.Errorf("%v", v)
	}
	if book, err := keeping.Ledger(t.Context()); err != nil || len(book.Documents) != 1 {
		t.Errorf("%+v, %v", book, err)
	}
}
