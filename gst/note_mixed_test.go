package gst

import (
	"math/rand/v2"
	"testing"
)

// tenAt100 is an issued invoice for ten pieces at 100 rupees and 18% IGST.
func tenAt100(t *testing.T) *Invoice {
	t.Helper()
	inv, _ := good()
	inv.ID, inv.State, inv.EWay = 7, Issued, nil
	l := line(t, "10", "100", "18")
	inv.Lines = []Line{l}
	Compute(inv, false, nil)
	return inv
}

// step is one note of a history: what was picked, and the value that it must have.
type step struct {
	kind DocumentType
	pick Pick
	want Paise
}

// Notes by quantity are at the original's price whatever notes came before, as far as
// value is left.
//
// Source: CGST Act 2017, section 34(1) and (3).
func TestNotesByValueAndByQuantityMixed(t *testing.T) {
	const all, half = 10_000, 5_000
	for name, steps := range map[string][]step{
		"damaged goods come back at a lower value, then good ones": {
			{CreditNote, Pick{1, half, 100_00}, 100_00}, {CreditNote, Pick{1, half, 0}, 500_00}},
		"a lower price, then all goods": {
			{CreditNote, Pick{1, 0, 200_00}, 200_00}, {CreditNote, Pick{1, all, 0}, 800_00}},
		"a lower price, then the goods in halves": {
			{CreditNote, Pick{1, 0, 200_00}, 200_00}, {CreditNote, Pick{1, half, 0}, 500_00}, {CreditNote, Pick{1, half, 0}, 300_00}},
		"a higher price that was wrong is credited": {
			{DebitNote, Pick{1, 0, 300_00}, 300_00}, {CreditNote, Pick{1, all, 0}, 1000_00}, {CreditNote, Pick{1, 0, 300_00}, 300_00}},
		"a higher price of the ten pieces adds no pieces": {
			{DebitNote, Pick{1, all, 300_00}, 300_00}, {CreditNote, Pick{1, all, 1300_00}, 1300_00}},
		"pieces billed by a debit note come back": {
			{DebitNote, Pick{1, half, 0}, 500_00}, {CreditNote, Pick{1, all, 0}, 1000_00}, {CreditNote, Pick{1, half, 0}, 500_00}},
	} {
		t.Run(name, func(t *testing.T) {
			orig := tenAt100(t)
			var notes []*Invoice
			for i, s := range steps {
				note, err := MakeNote(orig, s.kind, Left(orig, notes), []Pick{s.pick}, nil)
				must(t, note, err)
				if got := note.Lines[0]; got.Taxable != s.want || got.IGST != rate(t, "18").Of(s.want) {
					t.Fatalf("note %d: %s with tax of %s, want %s", i+1, got.Taxable, got.IGST, s.want)
				}
				notes = append([]*Invoice{issued(note, int64(8+i))}, notes...) // their order does not matter
				if fs := CheckNote(note, orig, notes); len(fs) != 0 {
					t.Fatalf("note %d: %v", i+1, fs)
				}
			}
		})
	}
}

// More than invoice and debit notes together is still too much.
func TestDebitNotesRaiseWhatMayBeCredited(t *testing.T) {
	orig := tenAt100(t)
	debit, err := MakeNote(orig, DebitNote, nil, []Pick{{Line: 1, Taxable: 300_00}}, nil)
	notes := []*Invoice{issued(must(t, debit, err), 8)}
	if left := Left(orig, notes)[0]; left.Taxable != 1300_00 || left.IGST != 234_00 || left.Quantity != 10_000 {
		t.Errorf("left: %+v", left)
	}
	if _, err := MakeNote(orig, CreditNote, Left(orig, notes), []Pick{{Line: 1, Taxable: 1300_01}}, nil); err == nil {
		t.Error("one paisa more than both was credited")
	}
	debit.State = Void
	if left := Left(orig, notes)[0]; left.Taxable != 1000_00 {
		t.Errorf("a void debit note counts: %+v", left)
	}
}

// A composition taxpayer's item may have a rate; its bill of supply bears no tax, so that
// the note to it bears none.
//
// Source: CGST Act 2017, section 10(4).
func TestANoteToABillOfSupplyBearsNoTax(t *testing.T) {
	orig := tenAt100(t)
	orig.Type, orig.PlaceOfSupply, orig.Lines[0].CessRate, orig.Lines[0].StateCessRate = BillOfSupply, "29", 1_000, 1_000
	Compute(orig, false, nil)
	note, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 10_000}}, nil)
	must(t, note, err)
	note.Number, note.Date = "CN/1", 20261122
	if note.Totals.Total != 1000_00 {
		t.Errorf("the note is of %s", note.Totals.Total)
	}
	rules := Rules{Today: 20261122, Company: Company{GSTIN: GSTIN(sellerGSTIN), Taxpayer: Composition}}
	if err := Validate(note, rules).Err(); err != nil {
		t.Error(err)
	}
	if fs := CheckNote(note, orig, nil); len(fs) != 0 {
		t.Error(fs)
	}
}

// A note from another program names no lines: it may be to any lines of its code and rate.
func TestANoteWithoutLinesCreditsAllOfItsCode(t *testing.T) {
	orig := tenAt100(t)
	orig.Lines = append(orig.Lines, orig.Lines[0], orig.Lines[0])
	orig.Lines[1].Description, orig.Lines[2].Unit = "Goods, blue", "KGS"
	Compute(orig, false, nil)
	note := tenAt100(t)
	note.ID, note.Type, note.Brought = 9, CreditNote, true
	note.Lines[0].Quantity = 20_000
	Compute(note, false, nil)
	if fs := CheckNote(note, orig, nil); len(fs) != 0 {
		t.Errorf("twenty of two lines of ten: %v", fs)
	}
	left := Left(orig, []*Invoice{note})
	if left[0].Quantity != 0 || left[1].Quantity != 0 || left[1].IGST != 0 || left[2].Quantity != 10_000 {
		t.Errorf("left: %+v", left)
	}
	note.Lines[0].Quantity = 20_001
	if fs := CheckNote(note, orig, nil); !has(fs, "lines[0].qty", "note.exceeds") {
		t.Errorf("more than all: %v", fs)
	}
}

// Whatever notes follow each other, each is without fault, and the credit notes never take
// more value, nor more tax than roundings make, than the invoice and its debit notes gave.
func TestNoHistoryOfNotesCreditsTooMuch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		orig := tenAt100(t)
		l := &orig.Lines[0]
		l.Quantity, l.UnitPrice = Milli(1+random.IntN(20_000)), Milli(1+random.IntN(300_000))
		l.GSTRate = []Rate{0, 250, 5_000, 18_000}[random.IntN(4)]
		if random.IntN(2) == 0 {
			orig.PlaceOfSupply, l.CessFixed, l.OtherCharges = "29", Paise(random.IntN(500)), Paise(random.IntN(500))
		}
		Compute(orig, false, nil)
		given := *l
		var taken Line
		var notes []*Invoice
		for n := range 6 {
			left := Left(orig, notes)[0]
			pick := Pick{Line: 1, Quantity: Milli(random.IntN(int(left.Quantity) + 1)), Taxable: Paise(random.IntN(int(left.Taxable) + 1))}
			if random.IntN(3) == 0 {
				pick.Taxable = 0
			}
			kind := []DocumentType{CreditNote, CreditNote, DebitNote}[random.IntN(3)]
			if pick.Quantity == 0 && pick.Taxable == 0 {
				continue
			}
			note := oneMore(t, orig, kind, notes, pick)
			sum := &taken
			if kind == DebitNote {
				sum = &given
			}
			sum.Taxable, sum.IGST, sum.CGST = sum.Taxable+note.Lines[0].Taxable, sum.IGST+note.Lines[0].IGST, sum.CGST+note.Lines[0].CGST
			notes = append(notes, issued(note, int64(10+n)))
		}
		if taken.Taxable > given.Taxable || taken.IGST > given.IGST+5 || taken.CGST > given.CGST+5 {
			t.Fatalf("%s × %s: credited %+v of %+v", l.Quantity, l.UnitPrice, taken, given)
		}
	}
}

// oneMore makes the next note of a history as it is issued, and finds no fault in it.
func oneMore(t *testing.T, orig *Invoice, kind DocumentType, notes []*Invoice, pick Pick) *Invoice {
	t.Helper()
	note, err := MakeNote(orig, kind, Left(orig, notes), []Pick{pick}, nil)
	must(t, note, err)
	Compute(note, false, nil)
	SettleNote(note, orig, notes, false)
	note.Number, note.Date = "CN/1", 20261122
	faults := append(CheckNote(note, orig, notes), Validate(note, Rules{Today: 20261122})...)
	if err := faults.Err(); err != nil {
		t.Fatalf("%+v of %+v: %v", pick, orig.Lines[0], err)
	}
	return note
}
