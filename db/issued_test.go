package db

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// indexOf is where a text stands in another, which must hold it.
func indexOf(t *testing.T, s, text string) int {
	t.Helper()
	at := strings.Index(s, text)
	if at < 0 {
		t.Fatalf("%q is not there", text)
	}
	return at
}

func TestDocumentsIssued(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	brought := func(typ gst.DocumentType, d gst.Date, numbers ...string) {
		for _, number := range numbers {
			inv := numbered(ours, number, d)
			inv.Type = typ
			check(t, s.IssueInvoice(ctx, inv, body, false))
		}
	}
	check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "P", Prefix: "P{MM}/", Suffix: "/26-27", Width: 2}))
	for _, d := range []gst.Date{20261030, 20261102, 20261120, 20261201} { // P10/01 … P12/04
		check(t, s.IssueInvoice(ctx, inSeries("P", d), body, false))
	}
	moved, _, err := s.InvoiceByNumber(ctx, ours, gst.Practice, gst.TaxInvoice, "2026-27", "P12/04/26-27")
	check(t, err)
	moved.Date = 20261130 // by now another month than its number's
	check(t, s.AmendInvoice(ctx, moved, body, false))
	brought(gst.TaxInvoice, 20261110, "INV/26-27/0003", "INV/26-27/0004", "INV/26-27/0007", "inv/26-27/0012")
	brought(gst.TaxInvoice, 20261010, "INV/26-27/0001", "INV/26-27/0005", "INV/26-27/0020") // October's
	brought(gst.TaxInvoice, 20261110, "7/26-27", "9/26-27", "10/26-27", "CASH")
	brought(gst.CreditNote, 20261110, "CN2627001", "CN2627002")
	brought(gst.Quotation, 20261110, "Q/1", "Q/9")
	brought(gst.DeliveryChallan, 20261110, "DC-1")
	recorded := numbered(ours, "0008", 20261111)
	check(t, s.RecordElsewhere(ctx, recorded, nil))
	void, _, err := s.InvoiceByNumber(ctx, ours, gst.Practice, gst.TaxInvoice, "2026-27", "INV/26-27/0007")
	check(t, err)
	check(t, s.VoidInvoice(ctx, ours, void.ID, void.Version, ""))
	check(t, s.SaveDraft(ctx, newInvoice(ours, 1), nil))
	issue(t, s, numbered(theirs, "INV/26-27/0006", 20261110))

	got, err := s.DocumentsIssued(ctx, ours, gst.Practice, 20261101, 20261130)
	check(t, err)
	want := []NumberRange{
		{Type: "CHL", FY: "2026-27", Prefix: "DC-", From: "DC-1", To: "DC-1", Total: 1},
		{Type: "CRN", FY: "2026-27", Prefix: "CN", From: "CN2627001", To: "CN2627002", Total: 2},
		{Type: "INV", FY: "2026-27", From: "0008", To: "0008", Total: 1},
		{Type: "INV", FY: "2026-27", Suffix: "/26-27", From: "7/26-27", To: "10/26-27", Total: 3, Gaps: []NumberGap{{"8/26-27", "8/26-27", 1}}},
		{Type: "INV", FY: "2026-27", Prefix: "CASH", From: "CASH", To: "CASH", Total: 1},
		{Type: "INV", FY: "2026-27", Prefix: "INV/26-27/", From: "INV/26-27/0003", To: "inv/26-27/0012", Total: 4, Void: 1, Gaps: []NumberGap{
			{"INV/26-27/0006", "INV/26-27/0006", 1}, {"INV/26-27/0008", "INV/26-27/0011", 4},
		}},
		{Type: "INV", FY: "2026-27", Prefix: "P11/", Suffix: "/26-27", From: "P11/02/26-27", To: "P12/04/26-27", Total: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if net := got[5].Net(); net != 3 {
		t.Errorf("net %d", net)
	}
	if got, err := s.DocumentsIssued(ctx, ours, gst.Practice, 20270401, 20270430); err != nil || len(got) != 0 {
		t.Errorf("a month without documents: %v, %v", got, err)
	}
}

func TestRunningPartOfANumber(t *testing.T) {
	tests := []struct{ number, prefix, running, suffix string }{
		{"INV/26-27/0001", "INV/26-27/", "0001", ""},
		{"0001/2026-27", "", "0001", "/2026-27"},
		{"12/26-27/A", "", "12", "/26-27/A"},
		{"7/2627", "", "7", "/2627"},
		{"A/26/27/5", "A/26/27/", "5", ""},
		{"INV2627", "INV", "2627", ""}, // no other figures: they count
		{"CN2627001", "CN", "2627001", ""},
		{"26-27", "26-", "27", ""},
		{"126-27", "126-", "27", ""}, // no year
		{"CASH", "CASH", "", ""},
		{"9A", "", "9", "A"},
		{"9999999999999999", "", "9999999999999999", ""},
	}
	for _, tt := range tests {
		start, end := runningPart(tt.number, "2026-27")
		if got := [3]string{tt.number[:start], tt.number[start:end], tt.number[end:]}; got != [3]string{tt.prefix, tt.running, tt.suffix} {
			t.Errorf("%s splits into %q", tt.number, got)
		}
	}
}
