package db

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// noteOn is a credit note on an original, by its number and date.
func noteOn(original *gst.Invoice, lines int) *gst.Invoice {
	note := newInvoice(original.Company, lines)
	note.Type = gst.CreditNote
	note.Refs.Preceding = []gst.PrecedingDocument{{Number: original.Number, Date: original.Date}}
	return note
}

// notAbove is a check as the rules would make it: notes together stay within the original.
func notAbove(note, original *gst.Invoice, others []*gst.Invoice) gst.Faults {
	sum := note.Totals.Total
	for _, other := range others {
		sum += other.Totals.Total
	}
	if sum <= original.Totals.Total {
		return nil
	}
	return gst.Faults{{Rule: "note.above", Field: "lines", Args: []string{sum.String()}}}
}

func TestNotesFindTheirOriginal(t *testing.T) {
	s, _ := newStore(t)
	original := issue(t, s, newInvoice(ours, 4))
	other := newInvoice(theirs, 1)
	other.Number = original.Number
	issue(t, s, other)
	lastYear := numbered(ours, original.Number, 20260331)
	issue(t, s, lastYear)

	tests := []struct {
		name   string
		note   func() *gst.Invoice
		linked bool
	}{
		{"by number and date", func() *gst.Invoice { return noteOn(original, 1) }, true},
		{"without regard to case", func() *gst.Invoice {
			n := noteOn(original, 1)
			n.Refs.Preceding[0].Number = " inv/26-27/0001"
			return n
		}, true},
		{"by another day of the year", func() *gst.Invoice { n := noteOn(original, 1); n.Refs.Preceding[0].Date = 20260401; return n }, true},
		{"by where it was made", func() *gst.Invoice { n := newInvoice(ours, 1); n.Type, n.Source = gst.DebitNote, original.ID; return n }, true},
		{"by both, once", func() *gst.Invoice { n := noteOn(original, 1); n.Source = original.ID; return n }, true},
		{"the number in another year", func() *gst.Invoice { n := noteOn(original, 1); n.Refs.Preceding[0].Date = 20260331; return n }, false},
		{"the number without a day", func() *gst.Invoice { n := noteOn(original, 1); n.Refs.Preceding[0].Date = 0; return n }, false},
		{"another company's document", func() *gst.Invoice { n := noteOn(original, 1); n.Refs.Preceding = nil; n.Source = other.ID; return n }, false},
		{"an invoice is no note", func() *gst.Invoice { n := noteOn(original, 1); n.Type = gst.TaxInvoice; return n }, false},
	}
	var want []int64
	for _, tt := range tests {
		note := issue(t, s, tt.note())
		if tt.linked {
			want = append(want, note.ID)
		}
		notes, err := s.NotesOf(t.Context(), ours, original.ID)
		check(t, err)
		var got []int64
		for _, n := range notes {
			got = append(got, n.ID)
			if len(n.Lines) != 1 {
				t.Errorf("%s: note %d has %d lines", tt.name, n.ID, len(n.Lines))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: notes %v, want %v", tt.name, got, want)
		}
	}
	if notes, err := s.NotesOf(t.Context(), theirs, original.ID); err != nil || len(notes) != 0 {
		t.Errorf("another company reads %d notes, %v", len(notes), err)
	}
	wantFindings(t, s, "")
}

func TestLinkedBothWays(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	quotation := newInvoice(ours, 1)
	quotation.Type, quotation.IRN = gst.Quotation, gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNType}
	issue(t, s, quotation)
	invoice := newInvoice(ours, 2)
	invoice.Source = quotation.ID
	check(t, s.IssueInvoice(ctx, invoice, body, false))
	void := noteOn(invoice, 1)
	check(t, s.IssueInvoice(ctx, void, body, false))
	check(t, s.VoidInvoice(ctx, ours, void.ID, void.Version, "typed twice"))
	note := issue(t, s, noteOn(invoice, 1))

	got, err := s.Linked(ctx, ours, invoice.ID)
	check(t, err)
	document := func(inv *gst.Invoice, state gst.DocumentState, kind LinkKind, original bool) LinkedDocument {
		return LinkedDocument{inv.ID, inv.Type, inv.Number, inv.Date, inv.Totals.Total, state, kind, original}
	}
	want := []LinkedDocument{
		document(quotation, gst.Issued, LinkMadeFrom, true),
		document(void, gst.Void, LinkNote, false),
		document(note, gst.Issued, LinkNote, false),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := s.Linked(ctx, theirs, invoice.ID); err != nil || len(got) != 0 {
		t.Errorf("another company reads %v, %v", got, err)
	}
	notes, err := s.NotesOf(ctx, ours, invoice.ID)
	check(t, err)
	if len(notes) != 1 || notes[0].ID != note.ID {
		t.Errorf("notes %v: void ones count no more", notes)
	}

	invoice.Source = 0 // amended: made from nothing after all
	check(t, s.AmendInvoice(ctx, invoice, body, false))
	if got, err := s.Linked(ctx, ours, quotation.ID); err != nil || len(got) != 0 {
		t.Errorf("after amending the quotation is linked with %v, %v", got, err)
	}
}

func TestDraftThatSomethingWasMadeFromCanBeDeleted(t *testing.T) {
	s, _ := newStore(t)
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(t.Context(), draft, nil))
	invoice := newInvoice(ours, 1)
	invoice.Source = draft.ID
	issue(t, s, invoice)
	check(t, s.DeleteDraft(t.Context(), ours, draft.ID, draft.Version))
	late := newInvoice(ours, 1)
	late.Source = draft.ID
	issue(t, s, late) // what is gone has no link and stops nothing
	wantFindings(t, s, "")
}

func TestNotesAtOnceNeverExceedTheirOriginal(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	original := issue(t, s, newInvoice(ours, 5))
	var wg sync.WaitGroup
	outcomes := make(chan error, 12)
	for range cap(outcomes) {
		wg.Go(func() { outcomes <- s.IssueInvoice(ctx, noteOn(original, 2), body, false, notAbove) })
	}
	wg.Wait()
	close(outcomes)
	issued := 0
	for err := range outcomes {
		if err == nil {
			issued++
			continue
		}
		fault(t, err, "note.above", "lines")
	}
	if issued != 2 {
		t.Errorf("%d notes of 2 lines on an original of 5", issued)
	}
	notes, err := s.NotesOf(ctx, ours, original.ID)
	check(t, err)
	if len(notes) != 2 || notes[0].Number != "CRN/26-27/0001" || notes[1].Number != "CRN/26-27/0002" {
		t.Errorf("notes %v", notes)
	}

	// The note that is amended counts once, as it will be.
	amended := *notes[0]
	amended.Lines, amended.Totals = newInvoice(ours, 3).Lines, newInvoice(ours, 3).Totals
	check(t, s.AmendInvoice(ctx, &amended, body, false, notAbove))
	amended.Lines, amended.Totals = newInvoice(ours, 4).Lines, newInvoice(ours, 4).Totals
	fault(t, s.AmendInvoice(ctx, &amended, body, false, notAbove), "note.above", "lines")
	stored, _, err := s.Invoice(ctx, ours, amended.ID)
	check(t, err)
	if len(stored.Lines) != 3 || stored.Version != 2 {
		t.Errorf("stored with %d lines in version %d", len(stored.Lines), stored.Version)
	}
	wantFindings(t, s, "")
}

// TestNotesOfAnOlderFileAreLinked makes a file of today look like one from before links
// were kept.
func TestNotesOfAnOlderFileAreLinked(t *testing.T) {
	s, _ := newStore(t)
	original := issue(t, s, numbered(ours, "A/1", 20260331))
	later := issue(t, s, numbered(ours, "A/1", 20270101))
	note := noteOn(original, 1)
	note.Refs.Preceding = append(note.Refs.Preceding, gst.PrecedingDocument{Number: "a/1", Date: 20261231}, gst.PrecedingDocument{Number: "B"})
	issue(t, s, note)
	execRaw(t, raw(t, s.dir), `DELETE FROM links`)
	all, err := migrations(migrationFiles)
	check(t, err)
	script := all[6].sql
	from, to := "INSERT OR IGNORE INTO links", "-- What bills nothing"
	execRaw(t, raw(t, s.dir), script[indexOf(t, script, from):indexOf(t, script, to)])
	for _, inv := range []*gst.Invoice{original, later} {
		notes, err := s.NotesOf(t.Context(), ours, inv.ID)
		check(t, err)
		if len(notes) != 1 || notes[0].ID != note.ID {
			t.Errorf("document of %s has %d notes", inv.Date, len(notes))
		}
	}
}

func TestWhoChangedADraftLast(t *testing.T) {
	s, c := newStore(t)
	asha, ravi := WithActor(t.Context(), Actor{Kind: "user", Name: "asha@firm.in"}), WithActor(t.Context(), Actor{Kind: "user", Name: "ravi@firm.in"})
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(asha, draft, nil))
	mine := *draft
	c.advance(90)
	check(t, s.SaveDraft(ravi, draft, nil))
	if err := s.SaveDraft(asha, &mine, nil); !errors.Is(err, gst.ErrConflict) {
		t.Fatalf("saving over it: %v", err)
	}
	last, err := s.LastChange(asha, ours, draft.ID)
	check(t, err)
	if last.Actor.Name != "ravi@firm.in" || !last.At.Equal(draft.Changed) || last.Action != "changed" {
		t.Errorf("last change: %+v", last)
	}
	check(t, s.DeleteDraft(ravi, ours, draft.ID, draft.Version))
	if last, err = s.LastChange(asha, ours, draft.ID); err != nil || last.Action != "deleted" || last.Actor.Name != "ravi@firm.in" {
		t.Errorf("after deleting: %+v, %v", last, err)
	}
	for _, other := range []struct {
		gstin gst.GSTIN
		id    int64
	}{{theirs, draft.ID}, {ours, 999}} {
		if _, err := s.LastChange(asha, other.gstin, other.id); !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("document %d of %s: %v", other.id, other.gstin, err)
		}
	}
}

func TestPagesOfOneType(t *testing.T) {
	s, _ := newStore(t)
	for i := range 4 {
		typ := []gst.DocumentType{gst.TaxInvoice, gst.CreditNote}[i%2]
		inv := numbered(ours, fmt.Sprintf("N%d", i), gst.Date(20261101+i))
		inv.Type = typ
		issue(t, s, inv)
		draft := newInvoice(ours, 1)
		draft.Type, draft.Date = typ, gst.Date(20261111+i)
		check(t, s.SaveDraft(t.Context(), draft, nil))
	}
	tests := []struct {
		name string
		f    InvoiceFilter
		want []string
	}{
		{"by date", InvoiceFilter{Type: gst.CreditNote}, []string{"draft", "draft", "N3", "N1"}},
		{"drafts of a type", InvoiceFilter{Type: gst.CreditNote, State: ChipDraft}, []string{"draft", "draft"}},
		{"by the beginning of the number", InvoiceFilter{Type: gst.TaxInvoice, Query: "n"}, []string{"N2", "N0"}},
		{"searched", InvoiceFilter{Type: gst.TaxInvoice, Query: "XYZ", State: ChipPending}, []string{"N2", "N0"}},
		{"a type without documents", InvoiceFilter{Type: gst.Quotation}, nil},
	}
	for _, tt := range tests {
		for limit := 1; limit < 4; limit++ {
			tt.f.Limit = limit
			if got := pages(t, s, tt.f); !slices.Equal(got, tt.want) {
				t.Errorf("%s, by %d: %v, want %v", tt.name, limit, got, tt.want)
			}
		}
	}
}
