package registrar_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// odd is a provider that answers each operation from a list, the last answer again
// and again.
type odd struct {
	answers map[string][]string // by operation: generate, get, sync
	asked   []string
}

func (o *odd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := "get"
	switch {
	case strings.HasSuffix(r.URL.Path, "/auth"):
		_, _ = io.WriteString(w, `{"Status":1,"Data":{"AuthToken":"t","TokenExpiry":"2026-11-22 18:00:00"}}`)
		return
	case strings.Contains(r.URL.Path, "/syncgstin/"):
		op = "sync"
	case r.Method == http.MethodPost:
		op = "generate"
	}
	if r.Header.Get("irp") == "" { // the question to the other house is not counted
		o.asked = append(o.asked, op)
	}
	list := o.answers[op]
	if len(list) > 1 && r.Header.Get("irp") == "" {
		o.answers[op] = list[1:]
	}
	_, _ = io.WriteString(w, list[0])
}

// no is the portal's refusal with this code.
func no(code string) string {
	return `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"` + code + `","ErrorMessage":"said so"}],"InfoDtls":null}`
}

// held is the portal's 2150, naming an IRN that it holds since a moment of November 2026.
func held(irn, since string) string {
	return `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}],"InfoDtls":[{"InfCd":"DUPIRN","Desc":{"AckNo":162610000000123,"AckDt":"2026-11-` + since + `:00","Irn":"` + irn + `"}}]}`
}

// firstIRN is the IRN that number(1) gets.
var firstIRN = nic.IRN(sharda, 20261120, gst.TaxInvoice, number(1))

// What the odd provider says.
const (
	known   = `{"Status":1,"Data":{"Gstin":"27AABFK4417C1ZS","LegalName":"Konkan Agro Foods LLP","StateCode":27,"Status":"ACT"}}`
	garbage = `<html>`
)

// oddities are answers that the sandbox does not give, and what becomes of a document
// that meets them.
var oddities = []struct {
	name    string
	answers map[string][]string
	steps   int
	want    gst.IRNState
	code    string // of the refusal
	asked   string
}{
	{
		"old taxpayer data is synced, then the document is judged",
		map[string][]string{"generate": {no("3028"), no("2193")}, "sync": {known}},
		1, gst.IRNFailed, "2193", "generate sync generate",
	},
	{
		"synced once only",
		map[string][]string{"generate": {no("3029")}, "sync": {known}},
		1, gst.IRNFailed, "3029", "generate sync generate",
	},
	{
		"a buyer who is suspended in the register too is not sent again unchanged",
		map[string][]string{"generate": {no("3029")}, "sync": {strings.Replace(known, "ACT", "SUS", 1)}},
		1, gst.IRNFailed, "3029", "generate sync",
	},
	{
		"the register does not know the buyer",
		map[string][]string{"generate": {no("3028")}, "sync": {no("3001")}},
		1, gst.IRNFailed, "3028", "generate sync",
	},
	{"held by another portal", map[string][]string{"generate": {no("2295")}}, 1, gst.IRNConflict, "2295", "generate"},
	{
		"duplicate that nobody finds",
		map[string][]string{"generate": {no("2150")}, "get": {no("2148")}},
		1, gst.IRNConflict, "2150", "generate get",
	},
	{
		"duplicate that cannot be fetched now, then found too old",
		map[string][]string{"generate": {no("2150")}, "get": {garbage, no("2283")}},
		2, gst.IRNConflict, "2283", "generate get get",
	},
	{
		"no answer, and then too old to be shown",
		map[string][]string{"generate": {garbage}, "get": {no("2283")}},
		1, gst.IRNConflict, "2283", "generate get",
	},
	{
		"our own duplicate, too old to be shown",
		map[string][]string{"generate": {held(firstIRN, "22 12:00")}, "get": {no("2283")}},
		1, gst.IRNRegistered, "", "generate get",
	},
	{
		"our own duplicate, that cannot be fetched until it is too old",
		map[string][]string{"generate": {held(firstIRN, "22 12:00")}, "get": {garbage, no("2283")}},
		2, gst.IRNRegistered, "", "generate get get",
	},
	{
		"a duplicate too old to be shown, of before the document was made",
		map[string][]string{"generate": {held(firstIRN, "20 10:00")}, "get": {no("2283")}},
		1, gst.IRNConflict, "2150", "generate get",
	},
	{
		"a duplicate whose IRN does not come of the number",
		map[string][]string{"generate": {held(strings.Repeat("ab", 32), "22 12:00")}, "get": {no("2283")}},
		1, gst.IRNConflict, "2283", "generate get",
	},
	{
		"error while creating, again and again",
		map[string][]string{"generate": {no("2139")}, "get": {no("2154")}},
		12, gst.IRNFailed, "2139", "generate" + strings.Repeat(" get generate", 11) + " get",
	},
	{
		"application error again and again",
		map[string][]string{"generate": {no("5001")}, "get": {no("2154")}},
		12, gst.IRNFailed, "5001", "generate" + strings.Repeat(" get generate", 11) + " get",
	},
	{
		"never an answer, and never there: the line rests after two, and after one that was to find out",
		map[string][]string{"generate": {garbage}, "get": {no("2148")}},
		2, gst.IRNPending, "", "generate get generate get generate get",
	},
}

func TestOddAnswers(t *testing.T) {
	for _, tt := range oddities {
		t.Run(tt.name, func(t *testing.T) {
			provider := &odd{answers: maps.Clone(tt.answers)}
			server := httptest.NewServer(provider)
			t.Cleanup(server.Close)
			h := buildBare(t)
			h.must(h.store.Close())
			h.root = server.URL
			h.open()
			h.equip(gst.TaxPro)
			id := h.issue(number(1))
			for range tt.steps {
				h.step()
				h.clock.advance(10 * time.Minute)
			}
			is := h.standing(id)
			if is.State != tt.want {
				t.Fatalf("state %q, want %q: %s", is.State, tt.want, h.kinds(id))
			}
			if tt.code != "" && (is.Refusal == nil || !is.Refusal.Has(tt.code)) {
				t.Errorf("refusal %v, want %s", is.Refusal, tt.code)
			}
			if got := strings.Join(provider.asked, " "); got != tt.asked {
				t.Errorf("asked %s, want %s", got, tt.asked)
			}
		})
	}
}

// TestIRNWithoutItsQRCodeIsKept: what DUPIRN says is kept when the portal shows no more, and
// nothing is claimed beyond it.
func TestIRNWithoutItsQRCodeIsKept(t *testing.T) {
	provider := &odd{answers: map[string][]string{"generate": {held(firstIRN, "22 12:00")}, "get": {no("2283")}}}
	server := httptest.NewServer(provider)
	t.Cleanup(server.Close)
	h := buildBare(t)
	h.must(h.store.Close())
	h.root = server.URL
	h.open()
	h.equip(gst.TaxPro)
	id := h.issue(number(1))
	h.step()
	reg := h.standing(id).Registration
	if reg == nil || reg.IRN != firstIRN || reg.AckNo != "162610000000123" || !reg.AckDate.Equal(h.clock.now()) {
		t.Fatalf("registration %+v", reg)
	}
	if !reg.Unsigned() || reg.KeyID != "" || !reg.SignedAckDate.IsZero() || reg.Status != "ACT" || !reg.Practice {
		t.Errorf("registration %+v, want one without signed texts", reg)
	}
	events, err := h.store.Events(t.Context(), sharda, id)
	h.must(err)
	if got := h.kinds(id); got != "issued sent looked_up registered" || events[2].Detail != db.LookedUpLate {
		t.Errorf("events %s, looked up %q", got, events[2].Detail)
	}
	findings, err := h.store.Check(t.Context())
	h.must(err)
	if len(findings) > 0 {
		t.Errorf("the check finds %v", findings)
	}
}
