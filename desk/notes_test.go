package desk

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"mohar/gst"
)

// billed is a registered invoice of the typed lines, read back.
func (h *house) billed(change ...func(*gst.Invoice)) *gst.Invoice {
	h.Helper()
	inv := h.issue(change...)
	h.step()
	stored, _ := h.stored(inv.ID)
	return stored
}

// noteTo is a typed credit note that names documents as its originals.
func noteTo(originals ...*gst.Invoice) *gst.Invoice {
	return typed(func(i *gst.Invoice) {
		i.Type = gst.CreditNote
		for _, o := range originals {
			i.Refs.Preceding = append(i.Refs.Preceding, gst.PrecedingDocument{Number: o.Number, Date: o.Date})
		}
	})
}

func TestNotesAtOnceNeverExceedTheirOriginal(t *testing.T) {
	h := build(t)
	original := h.billed()
	results := make(chan error, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			results <- h.Issue(t.Context(), h.company, noteTo(original))
		}()
	}
	all.Wait()
	close(results)
	issued := 0
	for err := range results {
		var bad gst.Invalid
		switch {
		case err == nil:
			issued++
		case !errors.As(err, &bad) || bad.Faults[0].Rule != "note.exceeds" || bad.Faults[0].Field != "lines[0].qty":
			t.Errorf("refused with %v", err)
		}
	}
	if issued != 1 {
		t.Errorf("%d notes to all of one invoice", issued)
	}
	o, err := h.Original(t.Context(), h.company, original.ID)
	if err != nil || o.Remaining() != 0 || len(o.All()) != 0 || len(o.Notes) != 1 {
		t.Errorf("left %v, %v", o.Left, err)
	}
}

func TestAmendedNoteIsCheckedWithoutItself(t *testing.T) {
	h := build(t, func(c *gst.Company) { c.ByHand = true })
	original := h.issue()
	h.must(h.Register(t.Context(), h.company, original.ID))
	h.step()
	note := noteTo(original)
	h.must(h.Issue(t.Context(), h.company, note))
	stored, _ := h.stored(note.ID)
	h.must(h.Amend(t.Context(), h.company, stored))
	stored, _ = h.stored(note.ID)
	stored.Lines[0].Quantity += 1000
	if err := h.Amend(t.Context(), h.company, stored); !errors.As(err, new(gst.Invalid)) {
		t.Errorf("amended beyond the original: %v", err)
	}
}

func TestNoteToSeveralDocumentsIsNoneOfEachLimit(t *testing.T) {
	h := build(t)
	first, second := h.billed(), h.billed()
	both := noteTo(first, second)
	both.Lines[0].Quantity *= 2 // more than either, not more than both
	h.must(h.Issue(t.Context(), h.company, both))
	o, err := h.Original(t.Context(), h.company, first.ID)
	if err != nil || o.Remaining() != first.Totals.Total {
		t.Errorf("which lines are about the first nobody said: %v, %v", o.Remaining(), err)
	}
}

func TestLastNoteTakesWhatRemainsOfTheTax(t *testing.T) {
	h := build(t)
	original := h.billed(func(i *gst.Invoice) { i.Lines[0].Quantity, i.Lines[0].UnitPrice = 3000, 33_330 })
	var tax gst.Paise
	for range 3 {
		o, err := h.Original(t.Context(), h.company, original.ID)
		h.must(err)
		note, faults, err := h.Note(h.company, o, gst.CreditNote, []gst.Pick{{Line: 1, Quantity: 1000}}, "Goods returned")
		if err != nil || faults.Err() != nil {
			t.Fatal(err, faults)
		}
		h.must(h.IssueNote(t.Context(), h.company, note, len(o.Notes)))
		stored, _ := h.stored(note.ID)
		tax += stored.Totals.CGST
	}
	if tax != original.Totals.CGST {
		t.Errorf("the notes credit %s of CGST, the invoice bore %s", tax, original.Totals.CGST)
	}
}

func TestListOfAnotherProgramIsRecordedNotesLast(t *testing.T) {
	h := build(t)
	var list []*gst.Invoice
	for n := range 100 {
		number := strconv.Itoa(n + 1)
		inv := &gst.Invoice{Type: gst.TaxInvoice, Number: "AA/" + number, Date: 20260501, Supply: gst.B2B, PlaceOfSupply: "27",
			Buyer: gst.Party{GSTIN: konkan, LegalName: "Konkan", State: "27"},
			Lines: []gst.Line{{Number: "1", HSN: "0801", Taxable: 100_00, GSTRate: 5_000, CGST: 2_50, SGST: 2_50, Total: 105_00}}}
		inv.Totals = gst.Totals{Taxable: 100_00, CGST: 2_50, SGST: 2_50, Total: 105_00}
		note := *inv
		note.Type, note.Number = gst.CreditNote, "CN/"+number
		note.Refs.Preceding = []gst.PrecedingDocument{{Number: inv.Number, Date: inv.Date}}
		list = append(list, &note, inv)
	}
	recorded, err := h.RecordAll(t.Context(), h.company, list)
	if err != nil || recorded != 200 {
		t.Fatalf("%d recorded, %v", recorded, err)
	}
	for _, inv := range list {
		if inv.Type != gst.TaxInvoice {
			continue
		}
		if o, err := h.Original(t.Context(), h.company, inv.ID); err != nil || len(o.Notes) != 1 || o.Remaining() != 0 {
			t.Fatalf("%s has %d notes, %v", inv.Number, len(o.Notes), err)
		}
	}
	again := *list[1]
	again.ID = 0
	tomorrow := again
	tomorrow.Number, tomorrow.Date = "AA/900", today+1
	if recorded, err = h.RecordAll(t.Context(), h.company, []*gst.Invoice{&again, &tomorrow}); recorded != 0 || !errors.As(err, new(gst.Invalid)) {
		t.Errorf("%d recorded, %v", recorded, err)
	}
}
