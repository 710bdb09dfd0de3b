package sandbox_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

func TestADocumentIsRegisteredOnce(t *testing.T) {
	p := startWith(t, sandbox.Options{Path: filepath.Join(t.TempDir(), "sandbox.db")})
	first := p.caller("taxpro", seller).signIn()
	codes := make([]string, 12)
	var wg sync.WaitGroup
	for i := range codes {
		c := *first
		wg.Go(func() { codes[i] = c.generate(invoice()).codes() })
	}
	wg.Wait()
	count := map[string]int{}
	for _, c := range codes {
		count[c]++
	}
	if count["ok"] != 1 || count["2150"] != len(codes)-1 {
		t.Errorf("answers %v", count)
	}
	book, err := p.Ledger(t.Context())
	if err != nil || len(book.Documents) != 1 || book.Documents[0].GenerateCalls != int64(len(codes)) {
		t.Errorf("ledger %+v, %v", book, err)
	}
}

func TestLedger(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	if got := c.generate(altered(t, changes{"ValDtls.TotInvVal": "5"})).codes(); got != "2189" {
		t.Fatal(got)
	}
	ack := c.generate(invoice()).ack(t)
	c.generate(invoice())
	book := p.admin("GET", "/ledger", "")
	if book["calls"] != 4.0 {
		t.Errorf("calls %v", book["calls"])
	}
	want := map[string]any{
		"gstin": seller, "fy": "2026-27", "type": "INV", "no": "A/1", "irn": ack.Irn, "ack_no": string(ack.AckNo),
		"status": "ACT", "generate_calls": 3.0, "ewb_no": "", "house": "NIC1", "source": "api",
		"cancelled": "", "reason": "", "remark": "",
	}
	got := book["documents"].([]any)[0].(map[string]any)
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s is %v, want %v", k, got[k], v)
		}
	}
	if len(got) != len(want) {
		t.Errorf("members %v", got)
	}
}

func TestCancelling(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	ack := c.generate(invoice()).ack(t)
	other := p.caller("alankit", "27AWGPV7107B1Z5").signIn()

	for _, tt := range []struct {
		name string
		got  reply
		want string
	}{
		{"no IRN", c.cancel("abc", "1", "x"), "5002 5002"},
		{"no text", c.call(http.MethodPost, "/eicore/v1.03/Invoice/Cancel", []byte("{\"Irn\":\"\xe0\"}")), "5002"},
		{"no such reason", c.cancel(ack.Irn, "5", "x"), "5002"},
		{"no remark", c.cancel(ack.Irn, "1", ""), "5002"},
		{"unknown IRN", c.cancel(nic.IRN(seller, 20261122, "INV", "NONE"), "1", "x"), "2148"},
		{"another's IRN", other.cancel(ack.Irn, "1", "x"), "2143"},
	} {
		if tt.got.codes() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got.codes(), tt.want)
		}
	}
	// 24 hours from AckDt, which is 10:16:00.
	p.admin("POST", "/clock", `{"now":"2026-11-23T10:16:01+05:30"}`)
	c.signIn()
	if got := c.cancel(ack.Irn, "1", "x").codes(); got != "2270" {
		t.Errorf("after 24 hours: %s", got)
	}
	p.admin("POST", "/clock", `{"advance":"-1s"}`)
	r := c.call(http.MethodPost, "/eicore/v1.03/Invoice/Cancel", []byte(`{"irn":"`+ack.Irn+`","Cnlrsn":"1","Cnlrem":"sent twice"}`))
	if want := `{"Irn":"` + ack.Irn + `","CancelDate":"2026-11-23 10:16:00"}`; string(r.data) != want {
		t.Errorf("cancelled: %s, want %s", r.data, want)
	}
	if got := c.cancel(ack.Irn, "1", "x").codes(); got != "9999" {
		t.Errorf("a second time: %s", got)
	}
	if got := c.generate(invoice()).codes(); got != "2278" {
		t.Errorf("the number again: %s", got)
	}
}

func TestFetching(t *testing.T) {
	p := start(t)
	c := p.caller("nic", seller).signIn()
	ack := c.generate(invoice()).ack(t)
	other := p.caller("nic", "27AWGPV7107B1Z5").signIn()
	for _, tt := range []struct {
		name string
		got  reply
		want string
	}{
		{"by an IRN that is none", c.byIRN("abc"), "2145"},
		{"by an unknown IRN", c.byIRN(nic.IRN(seller, 20261122, "INV", "NONE")), "2148"},
		{"by another's IRN", other.byIRN(ack.Irn), "2226"},
		{"by another type", c.byDocument("CRN", "A/1", "22/11/2026"), "2154"},
		{"by another date of the year", c.byDocument("INV", "A/1", "21/11/2026"), "2154"},
		{"by the number in small letters", c.byDocument("inv", "a/1", "22/11/2026"), "ok"},
		{"by no type", c.byDocument("XXX", "A/1", "22/11/2026"), "2161"},
		{"by no number", c.byDocument("INV", "", "22/11/2026"), "2142"},
		{"by no date", c.byDocument("INV", "A/1", "2026-11-22"), "2144"},
	} {
		if tt.got.codes() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got.codes(), tt.want)
		}
	}
	p.admin("POST", "/clock", `{"now":"2026-11-24T10:16:01+05:30"}`)
	c.signIn()
	if got := c.byIRN(ack.Irn).codes(); got != "2283" {
		t.Errorf("after two days by IRN: %s", got)
	}
	if got := c.byDocument("INV", "A/1", "22/11/2026").codes(); got != "2283" {
		t.Errorf("after two days by document: %s", got)
	}
}

func TestEverythingSurvivesARestart(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	file := filepath.Join(t.TempDir(), "a practice?portal.db")
	open := func() *sandbox.Sandbox {
		s, err := sandbox.Open(ctx, sandbox.Options{Path: file, Now: func() time.Time { return morning }})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	var token, sek, kid, irn string
	var ackNo nic.Digits
	for round := range 2 {
		s := open()
		p := serve(t, s)
		c := p.caller("alankit", seller).signIn()
		if round == 0 {
			ack := c.generate(invoice()).ack(t)
			token, sek, kid, irn, ackNo = c.token, string(c.sek), nic.KeyID(p.certificate()), ack.Irn, ack.AckNo
		} else {
			if c.token != token || string(c.sek) != sek {
				t.Error("another token")
			}
			if nic.KeyID(p.certificate()) != kid {
				t.Error("another certificate")
			}
			if got := c.byIRN(irn).ack(t); got.AckNo != ackNo {
				t.Errorf("fetched %v", got)
			}
			next := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t)
			if next.AckNo <= ackNo {
				t.Errorf("AckNo %s after %s", next.AckNo, ackNo)
			}
			if book, err := s.Ledger(ctx); err != nil || book.Calls != 5 || len(book.Documents) != 2 {
				t.Errorf("ledger %+v, %v", book, err)
			}
		}
		p.stop()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A portal that is killed cannot write anything down any more: what it has answered must
// be in its files by then.
func TestEverythingAnsweredSurvivesAKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.db")
	p := startWith(t, sandbox.Options{Path: file})
	c := p.caller("alankit", seller).signIn()
	ack := c.generate(invoice()).ack(t)
	c.generate(invoice())
	c.byIRN(ack.Irn)
	c.byIRN("abc")

	killed := filepath.Join(t.TempDir(), "sandbox.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(file + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	book, err := startWith(t, sandbox.Options{Path: killed}).Ledger(t.Context())
	if err != nil || book.Calls != 5 || len(book.Documents) != 1 || book.Documents[0].GenerateCalls != 2 {
		t.Errorf("ledger %+v, %v; want 5 calls, one document of 2", book, err)
	}
}

func TestAcknowledgementNumbersRiseWhenTheClockGoesBack(t *testing.T) {
	now := morning
	p := startWith(t, sandbox.Options{Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller).signIn()
	first := c.generate(invoice()).ack(t).AckNo
	now = time.Date(2023, time.April, 2, 9, 0, 0, 0, gst.IST)
	second := c.generate(altered(t, changes{"DocDtls.Dt": `"01/04/2023"`})).ack(t).AckNo
	if second <= first {
		t.Errorf("%s after %s", second, first)
	}
}

func TestOpenNeedsAClock(t *testing.T) {
	if _, err := sandbox.Open(t.Context(), sandbox.Options{}); err == nil {
		t.Error("opened without one")
	}
}

func BenchmarkGenerate(b *testing.B) {
	p := startWith(b, sandbox.Options{Path: filepath.Join(b.TempDir(), "sandbox.db")})
	c := p.caller("alankit", seller).signIn()
	i := 0
	for b.Loop() {
		i++
		doc := strings.Replace(invoiceText, "A/1", "B/"+strconv.Itoa(i), 1)
		if r := c.generate([]byte(doc)); r.codes() != "ok" {
			b.Fatal(r.codes())
		}
	}
}
