package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// fault returns the only fault of an error on a field, or fails the test.
func fault(t *testing.T, err error, rule, field string) gst.Fault {
	t.Helper()
	var bad gst.Invalid
	if !errors.As(err, &bad) || len(bad.Faults) != 1 || bad.Faults[0].Rule != rule || bad.Faults[0].Field != field {
		t.Fatalf("error %v, want the fault %s on %q", err, rule, field)
	}
	return bad.Faults[0]
}

// inSeries is an invoice of a named series.
func inSeries(name string, d gst.Date) *gst.Invoice {
	inv := newInvoice(ours, 1)
	inv.Series, inv.Date = name, d
	return inv
}

func TestNamedSeriesCountByThemselves(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	pune := Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "Pune 2", Prefix: "PN{MM}/", Suffix: "/{YY-YY}", Next: 120, Width: 3}
	check(t, s.SetSeries(ctx, ours, gst.Practice, pune))
	steps := []struct {
		name string
		inv  *gst.Invoice
		want string
	}{
		{"the branch begins where it was set", inSeries("Pune 2", 20261122), "PN11/120/26-27"},
		{"the usual series begins with 1", inSeries("", 20261122), "INV/26-27/0001"},
		{"the month is the document's, the count goes on", inSeries("Pune 2", 20261201), "PN12/121/26-27"},
		{"an earlier day goes on too", inSeries("Pune 2", 20260430), "PN04/122/26-27"},
		{"the next year begins with 1 again", inSeries("Pune 2", 20270401), "PN04/001/27-28"},
		{"March belongs to the old year", inSeries("Pune 2", 20270331), "PN03/123/26-27"},
	}
	for _, step := range steps {
		preview, err := s.PreviewNumber(ctx, ours, gst.Practice, gst.TaxInvoice, step.inv.Series, step.inv.Date)
		if issue(t, s, step.inv); step.inv.Number != step.want || preview != step.want {
			t.Errorf("%s: number %q, announced %q (%v), want %q", step.name, step.inv.Number, preview, err, step.want)
		}
	}
	fault(t, s.IssueInvoice(ctx, inSeries("Pune 3", 20261122), body, true), "series.unknown", "series")
	note := inSeries("Pune 2", 20261122)
	note.Type = gst.CreditNote
	fault(t, s.IssueInvoice(ctx, note, body, true), "series.unknown", "series")
	wantFindings(t, s, "")
}

func TestSeriesOfTheYearBeforeGoesOnUnderItsName(t *testing.T) {
	s, _ := newStore(t)
	check(t, s.SetSeries(t.Context(), ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "P", Prefix: "P/", Suffix: "/26-27", Next: 7, Width: 2}))
	check(t, s.SetSeries(t.Context(), ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Prefix: "M{YY}/", Next: 9, Width: 3}))
	got, err := s.SeriesOf(t.Context(), ours, gst.Practice, "2027-28")
	check(t, err)
	want := []Series{
		{Type: gst.TaxInvoice, FY: "2027-28", Prefix: "M{YY}/", Next: 1, Width: 3},
		{Type: gst.TaxInvoice, FY: "2027-28", Name: "P", Prefix: "P/", Suffix: "/27-28", Next: 1, Width: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := s.SeriesOf(t.Context(), ours, gst.Practice, "2025-26"); err != nil || len(got) != 0 {
		t.Errorf("the year before knows %v, %v", got, err)
	}
}

func TestUsualSeriesOfEveryType(t *testing.T) {
	s, _ := newStore(t)
	for _, typ := range []gst.DocumentType{gst.TaxInvoice, gst.CreditNote, gst.DebitNote, gst.BillOfSupply, gst.DeliveryChallan, gst.Quotation, gst.Proforma} {
		got, err := s.PreviewNumber(t.Context(), ours, gst.Practice, typ, "", 20270101)
		if want := string(typ) + "/26-27/0001"; err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", typ, got, err, want)
		}
	}
}

func TestSeriesThatCannotBeSet(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	set := func(name, prefix, suffix string, next int64, width int) error {
		return s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: name, Prefix: prefix, Suffix: suffix, Next: next, Width: width})
	}
	check(t, set("P", "P{MM}/", "", 1, 3))
	tests := []struct {
		name, rule, field string
		err               error
	}{
		{"an unknown token", "series.token", "prefix", set("Q", "{Q}", "", 1, 3)},
		{"too many characters", "series.length", "prefix", set("Q", "ABCDEFGHIJ", "/26-27", 1, 3)},
		{"a next number too long for the width", "number.pattern", "next", set("Q", "ABCDEFGHIJKLM", "", 1000, 3)},
		{"the pattern of the usual series, which never began", "series.same", "prefix", set("Q", "INV/{YY-YY}/", "", 1, 4)},
		{"that with other digits", "series.same", "prefix", set("Q", "inv/26-27/", "", 1, 3)},
		{"the same numbers in April only", "series.same", "prefix", set("Q", "P04/", "", 1, 3)},
		{"the usual one as another", "series.same", "prefix", set("", "P{MM}/", "", 1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { fault(t, tt.err, tt.rule, tt.field) })
	}
	check(t, set("P2", "P{MM}/", "A", 1, 3))
	if err := s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-28", Prefix: "A"}); err == nil {
		t.Error("a year of two years was taken")
	}
	check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.DebitNote, FY: "2026-27", Prefix: "P{MM}/", Width: 3})) // another type
}

func TestSeriesDoesNotGoBackBehindAUsedNumber(t *testing.T) {
	s, _ := newStore(t)
	series := Series{Type: gst.TaxInvoice, FY: "2026-27", Prefix: "A{MM}/", Next: 50, Width: 3}
	set := func(next int64, width int) error {
		series.Next, series.Width = next, width
		return s.SetSeries(t.Context(), ours, gst.Practice, series)
	}
	check(t, set(50, 3))
	check(t, set(40, 3)) // nothing was used yet
	void := issue(t, s, inSeries("", 20261122))
	issue(t, s, inSeries("", 20260401))
	check(t, set(500, 3))
	check(t, set(42, 3)) // 500 was a slip
	for _, width := range []int{3, 4} {
		f := fault(t, set(41, width), "series.used", "next")
		if f.Args[0] != "A04/041" || f.Args[1] != "42" {
			t.Errorf("with %d digits: arguments %q", width, f.Args)
		}
	}
	if void.Number != "A11/040" {
		t.Errorf("number %q", void.Number)
	}
	wantFindings(t, s, "")
}

func TestDeleteSeries(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	for _, name := range []string{"used", "unused"} {
		check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: name, Prefix: name + "/", Width: 2}))
	}
	issue(t, s, inSeries("used", 20261122))
	check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "used", Prefix: "U/", Next: 70, Width: 2}))
	remove := func(gstin gst.GSTIN, name string) error {
		return s.DeleteSeries(ctx, gstin, gst.Practice, gst.TaxInvoice, name)
	}
	for name, want := range map[string]error{"": gst.ErrState, "used": gst.ErrState, "nobody's": gst.ErrNotFound} {
		if err := remove(ours, name); !errors.Is(err, want) {
			t.Errorf("deleting %q: %v, want %v", name, err, want)
		}
	}
	if err := remove(theirs, "unused"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
	check(t, remove(ours, "unused"))
	fault(t, s.IssueInvoice(ctx, inSeries("unused", 20261122), body, true), "series.unknown", "series")
	entries, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "series", Which: "practice INV 2026-27 unused"})
	check(t, err)
	if len(entries) != 2 || entries[0].Action != "deleted" || !strings.Contains(entries[0].Before, `"Prefix":"unused/"`) {
		t.Errorf("log: %+v", entries)
	}
	check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "unused", Prefix: "N/", Width: 2}))
	wantFindings(t, s, "")
}

func TestCheckLooksAtEverySeries(t *testing.T) {
	tests := []struct{ name, query, want string }{
		{"a suffix changed", `UPDATE series SET suffix = '/B' WHERE name = 'P'`, "its beginning P04/01/B is not the one"},
		{"a number of the named one gone", `UPDATE invoices SET number_key = 'X' WHERE number LIKE 'P%'`, "number P04/01/A is missing"},
		{"a year that is none", `UPDATE series SET fy = 'x' WHERE name = 'P'`, "is no financial year"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := newStore(t)
			check(t, s.SetSeries(t.Context(), ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "P", Prefix: "P{MM}/", Suffix: "/A", Width: 2}))
			issue(t, s, inSeries("P", 20261122))
			issue(t, s, inSeries("", 20261122))
			wantFindings(t, s, "")
			execRaw(t, raw(t, s.dir), tt.query)
			wantFindings(t, s, tt.want)
		})
	}
}

// TestOldSeriesMigrate shows that the series of an older file go on as they were.
func TestOldSeriesMigrate(t *testing.T) {
	dir := t.TempDir()
	olderFile(t, dir, 5)
	execRaw(t, raw(t, dir), `INSERT INTO series VALUES ($1, 'practice', 'INV', '2026-27', 'A/26-27/', 1, 1, 3)`, ours)
	execRaw(t, raw(t, dir), `INSERT INTO month_totals VALUES ($1, 'practice', 202611, 'CHL', 0, 0, 0, 0, 0, 0, 0, 0)`, ours)
	s := open(t, dir, newClock().now)
	if inv := issue(t, s, newInvoice(ours, 1)); inv.Number != "A/26-27/001" {
		t.Errorf("number %q", inv.Number)
	}
	next := inSeries("", 20270401)
	if issue(t, s, next); next.Number != "A/27-28/001" {
		t.Errorf("number %q the year after", next.Number)
	}
	wantFindings(t, s, "")
	c, err := s.Company(t.Context(), ours)
	check(t, err)
	if c.LockedTo != 0 || c.Branches != nil || c.Prices != gst.PricesPlain {
		t.Errorf("the old company has %+v", c)
	}
}

func TestLawChanges(t *testing.T) {
	s, _ := newStore(t)
	ctx := WithActor(t.Context(), Actor{Kind: "user", Name: "ca@firm.in"})
	if got := s.Law(); len(got) != 0 {
		t.Errorf("a new store knows %v", got)
	}
	window := LawChange{Rule: "window.crore", Value: 5, From: 20270401, To: 20280331, Note: "Advisory"}
	hsn := LawChange{Rule: "hsn.six", Value: 0, From: 20270401}
	check(t, s.SetLawChange(ctx, window))
	check(t, s.SetLawChange(ctx, hsn))
	window.Value = 2
	check(t, s.SetLawChange(ctx, window))
	want := []LawChange{hsn, window}
	for name, read := range map[string]func() []LawChange{
		"memory": s.Law,
		"file":   func() []LawChange { got, err := s.LawChanges(ctx); check(t, err); return got },
		"another process": func() []LawChange {
			other, err := OpenExisting(ctx, Options{Dir: s.dir, Key: testKey})
			check(t, err)
			defer func() { check(t, other.Close()) }()
			return other.Law()
		},
	} {
		if diff := cmp.Diff(want, read()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	fault(t, s.SetLawChange(ctx, LawChange{Rule: "hsn.six", From: 20270401, To: 20270331}), "law.order", "to")
	fault(t, s.SetLawChange(ctx, LawChange{From: 20270401}), "required", "rule")
	fault(t, s.SetLawChange(ctx, LawChange{Rule: "hsn.six"}), "required", "from")
	fault(t, s.SetLawChange(ctx, LawChange{Rule: "hsn.six", From: 20270401, Value: -1}), "negative", "value")
	check(t, s.DeleteLawChange(ctx, "hsn.six", 20270401))
	if err := s.DeleteLawChange(ctx, "hsn.six", 20270401); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("deleting it twice: %v", err)
	}
	if diff := cmp.Diff([]LawChange{window}, s.Law()); diff != "" {
		t.Error(diff)
	}
	entries, err := s.EditLog(ctx, LogFilter{Limit: 4})
	check(t, err)
	var said []string
	for _, e := range entries {
		said = append(said, fmt.Sprintf("%s%s %s %s: %s > %s by %s", e.Company, e.Action, e.Subject, e.Which, e.Before, e.After, e.Actor.Name))
	}
	if want := []string{
		`deleted law hsn.six 20270401: {"Rule":"hsn.six","From":20270401} >  by ca@firm.in`,
		`changed law window.crore 20270401: {"Value":5} > {"Value":2} by ca@firm.in`,
		`changed law hsn.six 20270401:  > {"Rule":"hsn.six","From":20270401} by ca@firm.in`,
		`changed law window.crore 20270401:  > {"Rule":"window.crore","Value":5,"From":20270401,"To":20280331,"Note":"Advisory"} by ca@firm.in`,
	}; !slices.Equal(said, want) {
		t.Errorf("log:\n%s\nwant:\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	wantFindings(t, s, "")
}

func TestFailedLawChangeIsNotHeardOf(t *testing.T) {
	fail := false
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Key: testKey, Now: time.Now, BeforeCommit: func() error {
		if fail {
			return context.DeadlineExceeded
		}
		return nil
	}})
	check(t, err)
	defer func() { check(t, s.Close()) }()
	fail = true
	if err := s.SetLawChange(t.Context(), LawChange{Rule: "hsn.six", From: 20270401}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if got := s.Law(); len(got) != 0 {
		t.Errorf("what was not stored is known: %v", got)
	}
}
