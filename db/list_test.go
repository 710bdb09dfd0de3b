package db

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// pages reads all pages of a filter and returns the numbers, drafts as "draft".
func pages(t *testing.T, s *Store, f InvoiceFilter) []string {
	t.Helper()
	f.Company, f.Mode = ours, gst.Practice
	var numbers []string
	for range 100 {
		rows, next, err := s.Invoices(t.Context(), f)
		check(t, err)
		for _, r := range rows {
			if r.State == gst.Draft {
				r.Number = "draft"
			}
			numbers = append(numbers, r.Number)
		}
		if next.IsZero() {
			return numbers
		}
		if f.After, err = ParseCursor(next.String()); err != nil || f.After != next {
			t.Fatalf("cursor %+v came back as %+v: %v", next, f.After, err)
		}
	}
	t.Fatal("the pages do not end")
	return nil
}

func numbered(company gst.GSTIN, number string, d gst.Date) *gst.Invoice {
	inv := newInvoice(company, 1)
	inv.Number, inv.Date = number, d
	return inv
}

func TestPagesByDate(t *testing.T) {
	s, _ := newStore(t)
	issue(t, s, numbered(ours, "A1", 20261101))
	issue(t, s, numbered(ours, "A2", 20261103))
	issue(t, s, numbered(ours, "A3", 20261102))
	issue(t, s, numbered(ours, "A4", 20261103))
	issue(t, s, numbered(theirs, "B1", 20261103))
	undated := newInvoice(ours, 1)
	undated.Date = 0
	check(t, s.SaveDraft(t.Context(), undated, nil))
	want := []string{"A4", "A2", "A3", "A1", "draft"}
	for limit := 1; limit <= 6; limit++ {
		if got := pages(t, s, InvoiceFilter{Limit: limit}); !slices.Equal(got, want) {
			t.Errorf("by %d: %v, want %v", limit, got, want)
		}
	}
}

func TestHeadings(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	check(t, s.SaveDraft(ctx, newInvoice(ours, 1), nil))
	registered := issue(t, s, numbered(ours, "REG", 20261122))
	register(t, s, registered)
	refused := issue(t, s, numbered(ours, "REF", 20261122))
	check(t, s.SaveRefusal(ctx, next(t, s), gst.Refusal{}, gst.IRNFailed))
	issue(t, s, numbered(ours, "PEND", 20261122))
	unneeded := numbered(ours, "B2C", 20261122)
	unneeded.IRN = gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNB2C}
	issue(t, s, unneeded)
	void := numbered(ours, "VOID", 20261122)
	check(t, s.IssueInvoice(ctx, void, body, false))
	check(t, s.VoidInvoice(ctx, ours, void.ID, void.Version, ""))
	for chip, want := range map[Chip][]string{
		ChipAll:         {"VOID", "B2C", "PEND", "REF", "REG", "draft"},
		ChipDraft:       {"draft"},
		ChipRegistered:  {"REG"},
		ChipToFix:       {refused.Number},
		ChipPending:     {"PEND"},
		ChipNotRequired: {"B2C"},
		ChipCancelled:   {"VOID"},
	} {
		if got := pages(t, s, InvoiceFilter{State: chip}); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", chip, got, want)
		}
	}
	counts, err := s.Counts(ctx, ours, gst.Practice)
	check(t, err)
	want := Counts{All: 6, Draft: 1, ToFix: 1, Pending: 1, Registered: 1, NotRequired: 1, Cancelled: 1}
	want.Month = MonthFigures{Month: 202611, Documents: 4, Taxable: 4000_00, CGST: 100_00, SGST: 100_00, Total: 4200_00}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
}

func TestSearch(t *testing.T) {
	s, _ := newStore(t)
	add := func(number, buyer string) *gst.Invoice {
		inv := numbered(ours, number, 20261122)
		inv.Buyer.LegalName, inv.Buyer.TradeName = buyer, ""
		return issue(t, s, inv)
	}
	registered := add("INV/1", `Käufer "Quoted" & Söhne`)
	register(t, s, registered)
	add("INV/2", "50% Off Traders_Ltd 😀😀😀")
	add("INV/3", "श्री गणेश ट्रेडर्स")
	add("ABC-10", "AND OR NOT NEAR(x) traders")
	foreign := numbered(theirs, "INV/2", 20261122)
	issue(t, s, foreign)
	tests := []struct {
		name, query string
		want        []string
	}{
		{"substring of the number", "NV/", []string{"INV/3", "INV/2", "INV/1"}},
		{"small letters", "abc-1", []string{"ABC-10"}},
		{"substring of the name", "aufer", nil},
		{"with its umlaut", "äufer", []string{"INV/1"}},
		{"quotation marks", `"Quoted"`, []string{"INV/1"}},
		{"one quotation mark", `ed" &`, []string{"INV/1"}},
		{"per cent sign is a sign", "50%", []string{"INV/2"}},
		{"underscore is a sign", "s_L", []string{"INV/2"}},
		{"emoji", "😀😀😀", []string{"INV/2"}},
		{"one emoji is a beginning of a number", "😀", nil},
		{"Devanagari", "गणेश", []string{"INV/3"}},
		{"two words anywhere", "traders off", []string{"INV/2"}},
		{"a short word makes it one text", "OR NOT", []string{"ABC-10"}},
		{"the index's own words", "AND NOT", []string{"ABC-10"}},
		{"the index's own signs", "NEAR(x)", []string{"ABC-10"}},
		{"column filter", "scope : 002", nil},
		{"star", "trad*", nil},
		{"only signs", `"""***^^^`, nil},
		{"NUL and broken UTF-8", "AB\x00C-\xff10", []string{"ABC-10"}},
		{"GSTIN", "29AWGPV7107B1Z1", []string{"ABC-10", "INV/3", "INV/2", "INV/1"}},
		{"IRN", testRegistration(registered, 1).IRN[40:], []string{"INV/1"}},
		{"acknowledgement number", testRegistration(registered, int(registered.ID)).AckNo, []string{"INV/1"}},
		{"beginning of the number", "ab", []string{"ABC-10"}},
		{"one letter", "i", []string{"INV/3", "INV/2", "INV/1"}},
		{"one sign", "%", nil},
		{"blanks only", "  \t ", []string{"ABC-10", "INV/3", "INV/2", "INV/1"}},
		{"longer than anything", strings.Repeat("xyzw ", 2000), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for limit := 1; limit <= 5; limit += 2 {
				if got := pages(t, s, InvoiceFilter{Query: test.query, Limit: limit}); !slices.Equal(got, test.want) {
					t.Errorf("by %d: %v, want %v", limit, got, test.want)
				}
			}
		})
	}
}

func TestSearchUnderAHeadingGoesOnUntilThePageIsFull(t *testing.T) {
	s, _ := newStore(t)
	for i := range searchChunk + 30 {
		inv := newInvoice(ours, 0)
		if i%40 == 0 {
			issue(t, s, inv)
		} else {
			check(t, s.SaveDraft(t.Context(), inv, nil))
		}
	}
	var want []string
	for i := 6; i >= 1; i-- {
		want = append(want, fmt.Sprintf("INV/26-27/%04d", i))
	}
	if got := pages(t, s, InvoiceFilter{Query: "xyz company", State: ChipPending, Limit: 4}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSearchScopeIsOneTerm(t *testing.T) {
	seen := map[string]bool{}
	for company := int64(1); company < 23328; company++ {
		for _, mode := range []gst.Mode{gst.Practice, gst.Live} {
			scope := searchScope(company, mode)
			if len(scope) != 3 || seen[scope] {
				t.Fatalf("company %d %s: scope %q", company, mode, scope)
			}
			seen[scope] = true
		}
	}
}

func TestParseCursorRefusesOddText(t *testing.T) {
	for _, text := range []string{"x", "!!", "MTIz", "YS5iLmM"} {
		if c, err := ParseCursor(text); err == nil {
			t.Errorf("%q is %+v", text, c)
		}
	}
}

func TestMonthsTakeCreditNotesOff(t *testing.T) {
	s, _ := newStore(t)
	of := func(typ gst.DocumentType, d gst.Date) {
		inv := newInvoice(ours, 1)
		inv.Type, inv.Date = typ, d
		issue(t, s, inv)
	}
	of(gst.TaxInvoice, 20261001)
	of(gst.TaxInvoice, 20261031)
	of(gst.CreditNote, 20261015)
	of(gst.DebitNote, 20261015)
	of(gst.DeliveryChallan, 20261015)
	of(gst.TaxInvoice, 20261101)
	of(gst.TaxInvoice, 20260930)
	months, err := s.Months(t.Context(), ours, gst.Practice, 20261001, 20261130)
	check(t, err)
	want := []MonthFigures{
		{Month: 202610, Documents: 4, Taxable: 2000_00, CGST: 50_00, SGST: 50_00, Total: 2100_00},
		{Month: 202611, Documents: 1, Taxable: 1000_00, CGST: 25_00, SGST: 25_00, Total: 1050_00},
	}
	if diff := cmp.Diff(want, months); diff != "" {
		t.Error(diff)
	}
	none, err := s.Counts(t.Context(), theirs, gst.Practice)
	check(t, err)
	if none != (Counts{Month: MonthFigures{Month: 202611}}) {
		t.Errorf("another company: %+v", none)
	}
}

func TestListsUseTheirIndexes(t *testing.T) {
	s, _ := newStore(t)
	for name, query := range map[string]string{
		"invoices_list": selectInvoiceRow + ` WHERE company = $1 AND mode = $2 AND (date, id) < ($3, $4) ORDER BY date DESC, id DESC LIMIT $5`,
		"invoices_chip": selectInvoiceRow + ` WHERE company = $1 AND mode = $2 AND chip = $3 AND (date, id) < ($4, $5) ORDER BY date DESC, id DESC LIMIT $6`,
		"invoices_prefix": selectInvoiceRow + ` WHERE company = $1 AND mode = $2 AND number_key >= $3 AND number_key < $4
			AND (number_key, id) < ($5, $6) AND ($7 = '' OR chip = $7) ORDER BY number_key DESC, id DESC LIMIT $8`,
	} {
		plan, err := list(t.Context(), s.reader, func(row scanner) (text string, err error) {
			var id, parent, unused int64
			err = row.Scan(&id, &parent, &unused, &text)
			return text, err
		}, "EXPLAIN QUERY PLAN "+query, 1, 2, 3, 4, 5, 6, 7, 8)
		check(t, err)
		if len(plan) != 1 || !strings.Contains(plan[0], "USING INDEX "+name+" ") {
			t.Errorf("%s: %v", name, plan)
		}
	}
}

// What was typed last is what somebody wants to go on with, whatever day it bears.
func TestDraftsByWhenTheyWereChanged(t *testing.T) {
	s, clock := newStore(t)
	var ids []int64
	for _, d := range []gst.Date{20261103, 20261101, 20261102} {
		inv := newInvoice(ours, 1)
		inv.Date = d
		check(t, s.SaveDraft(t.Context(), inv, nil))
		ids = append(ids, inv.ID)
		clock.advance(time.Second)
	}
	first, _, err := s.Invoice(t.Context(), ours, ids[0])
	check(t, err)
	check(t, s.SaveDraft(t.Context(), first, nil))
	want := []int64{ids[0], ids[2], ids[1]}
	for limit := 1; limit <= 4; limit++ {
		f := InvoiceFilter{Company: ours, Mode: gst.Practice, State: ChipDraft, Limit: limit}
		var got []int64
		for range want {
			rows, next, err := s.Invoices(t.Context(), f)
			check(t, err)
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if f.After = next; next.IsZero() {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %v, want %v", limit, got, want)
		}
	}
}

func TestDraftsFromADocument(t *testing.T) {
	s, _ := newStore(t)
	source := issue(t, s, numbered(ours, "A1", 20261101))
	note := newInvoice(ours, 1)
	note.Type, note.Source = gst.CreditNote, source.ID
	check(t, s.SaveDraft(t.Context(), note, nil))
	check(t, s.SaveDraft(t.Context(), newInvoice(ours, 1), nil))
	drafts, err := s.DraftsFrom(t.Context(), ours, source.ID)
	check(t, err)
	if len(drafts) != 1 || drafts[0].ID != note.ID || drafts[0].Kind != LinkNote || drafts[0].State != gst.Draft {
		t.Errorf("drafts %+v", drafts)
	}
	if drafts, err = s.DraftsFrom(t.Context(), theirs, source.ID); err != nil || len(drafts) != 0 {
		t.Errorf("another company sees %+v, %v", drafts, err)
	}
}
