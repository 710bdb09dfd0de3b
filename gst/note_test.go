package gst

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// sold is an issued invoice whose figures do not divide evenly.
func sold(t *testing.T) *Invoice {
	t.Helper()
	inv, _ := good()
	inv.ID, inv.State, inv.Version, inv.Issued = 7, Issued, 3, time.Date(2026, 11, 22, 10, 0, 0, 0, IST)
	inv.IRN = IRNStatus{State: IRNRegistered, Registration: &Registration{IRN: "x"}}
	l := &inv.Lines[0]
	l.Quantity, l.UnitPrice, l.Discount, l.GSTRate, l.OtherCharges, l.CessFixed = 3_000, 33_370, 11, 18_000, 1_00, 50
	inv.Totals.OtherCharges = 25_50
	Compute(inv, true, nil)
	return inv
}

// issued stamps a note as issued under an id.
func issued(note *Invoice, id int64) *Invoice {
	note.ID, note.State, note.Number, note.Date = id, Issued, "CN/1", 20261122
	return note
}

func must(t *testing.T, note *Invoice, err error) *Invoice {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return note
}

func TestANoteToTheWholeIsTheOriginal(t *testing.T) {
	orig := sold(t)
	note, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 3_000}, {Line: 2, Taxable: orig.Lines[1].Taxable}}, nil)
	must(t, note, err)
	if note.Totals != orig.Totals {
		t.Errorf("totals %+v\nwant %+v", note.Totals, orig.Totals)
	}
	if note.Number != "" || note.Date != 0 || note.ID != 0 || note.State != Draft || note.Version != 0 || note.IRN.State != IRNNone || !note.Issued.IsZero() {
		t.Error("the note took over what happened to the original")
	}
	if note.Source != 7 || !reflect.DeepEqual(note.Refs.Preceding, []PrecedingDocument{{Number: orig.Number, Date: orig.Date}}) {
		t.Errorf("source %d, preceding %v", note.Source, note.Refs.Preceding)
	}
	if note.Lines[0].Against != 1 || note.Lines[1].Against != 2 || note.Lines[0].GSTRate != 18_000 {
		t.Errorf("lines %+v", note.Lines)
	}
	before := *note
	before.Lines = append([]Line(nil), note.Lines...)
	Compute(note, true, nil)
	SettleNote(note, orig, nil, true)
	if !reflect.DeepEqual(before.Lines, note.Lines) || before.Totals != note.Totals {
		t.Error("computing the note anew changes it")
	}
	issued(note, 8)
	for _, left := range Left(orig, []*Invoice{note}) {
		if left != (LineLeft{Line: left.Line}) {
			t.Errorf("left: %+v", left)
		}
	}
}

// However a document is credited in parts, the last part makes the sum exact.
func TestNotesTogetherAreTheOriginal(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 300 {
		orig := sold(t)
		l := &orig.Lines[0]
		l.Quantity, l.UnitPrice = Milli(2_000+random.IntN(9_000)), Milli(1+random.IntN(90_000))
		l.Discount = Paise(random.IntN(5))
		if round%3 == 0 {
			orig.Prices, l.TypedPrice, l.Discount, l.Amount = PricesInclusive, l.UnitPrice, 0, 0
			orig.Lines[1].TypedPrice, orig.Lines[1].Amount = orig.Lines[1].UnitPrice, 0
		}
		Compute(orig, false, nil)
		var notes []*Invoice
		var sum Line
		for left := Left(orig, notes)[0]; left.Quantity > 0; left = Left(orig, notes)[0] {
			take := min(Milli(1+random.IntN(3_000)), left.Quantity)
			note, err := MakeNote(orig, CreditNote, Left(orig, notes), []Pick{{Line: 1, Quantity: take}}, nil)
			must(t, note, err)
			Compute(note, false, nil) // as when it is issued
			SettleNote(note, orig, notes, false)
			n := note.Lines[0]
			if faults := CheckNote(note, orig, notes); len(faults) != 0 {
				t.Fatalf("%v", faults)
			}
			if product, _ := Amount(n.Quantity, n.UnitPrice); !near(product, n.Amount) || n.Discount < 0 || n.Amount-n.Discount != n.Taxable {
				t.Fatalf("%s × %s is %s, amount %s, discount %s, taxable %s", n.Quantity, n.UnitPrice, product, n.Amount, n.Discount, n.Taxable)
			}
			sum.Taxable += n.Taxable
			sum.IGST += n.IGST
			sum.CessFixed += n.CessFixed
			sum.OtherCharges += n.OtherCharges
			sum.Total += n.Total
			notes = append(notes, issued(note, int64(100+len(notes))))
		}
		want := Line{Taxable: l.Taxable, IGST: l.IGST, CessFixed: l.CessFixed, OtherCharges: l.OtherCharges, Total: l.Total}
		if !reflect.DeepEqual(sum, want) {
			t.Fatalf("%s × %s in %d notes: %+v, want %+v", l.Quantity, l.UnitPrice, len(notes), sum, want)
		}
	}
}

// Each half paisa rounds up, so that the value is used up before the quantity.
func TestPartsNeverMakeMoreThanTheWhole(t *testing.T) {
	orig := sold(t)
	l := &orig.Lines[0]
	l.Quantity, l.UnitPrice, l.Discount, l.OtherCharges, l.CessFixed = 4_000, 5, 0, 2, 2 // 0.005 each
	Compute(orig, false, nil)
	var notes []*Invoice
	var sum, charges, cess Paise
	for range 4 {
		note, err := MakeNote(orig, CreditNote, Left(orig, notes), []Pick{{Line: 1, Quantity: 1_000}}, nil)
		must(t, note, err)
		sum, charges, cess = sum+note.Lines[0].Taxable, charges+note.Lines[0].OtherCharges, cess+note.Lines[0].CessFixed
		notes = append(notes, issued(note, int64(8+len(notes))))
	}
	if sum != 2 || charges != 2 || cess != 2 {
		t.Errorf("four quarters of two paisas: %s, charges %s, cess %s", sum, charges, cess)
	}
}

func TestNotesOfValueAlone(t *testing.T) {
	orig := sold(t)
	note, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Taxable: 10_00}}, nil)
	must(t, note, err)
	l := note.Lines[0]
	if l.Quantity != 0 || l.Taxable != 10_00 || l.IGST != 1_80 || l.CessFixed != 0 || l.OtherCharges != 0 || l.Total != 11_80 {
		t.Errorf("a price lowered by 10 rupees: %+v", l)
	}
	left := Left(orig, []*Invoice{issued(note, 8)})[0]
	if left.Quantity != 3_000 || left.Taxable != orig.Lines[0].Taxable-10_00 || left.IGST != orig.Lines[0].IGST-1_80 {
		t.Errorf("left: %+v", left)
	}
	note, err = MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 1_000, Taxable: 5_00}}, nil)
	if must(t, note, err); note.Lines[0].Quantity != 1_000 || note.Lines[0].Taxable != 5_00 {
		t.Errorf("a quantity at a value of its own: %+v", note.Lines[0])
	}
}

func TestACreditedChargeStaysAValueAlone(t *testing.T) {
	orig := sold(t)
	orig.Lines[1] = Line{Charge: ChargeFreight, UnitPrice: 500_000}
	Compute(orig, true, nil)
	var notes []*Invoice
	for i := range 2 {
		note, err := MakeNote(orig, CreditNote, Left(orig, notes), []Pick{{Line: 2, Taxable: 250_00}}, nil)
		must(t, note, err)
		if faults := CheckNote(note, orig, notes); note.Lines[0].Quantity != 0 || len(faults) != 0 {
			t.Fatalf("%+v: %v", note.Lines[0], faults)
		}
		notes = append(notes, issued(note, int64(8+i)))
	}
	if left := Left(orig, notes)[1]; left.Taxable != 0 || left.IGST != 0 {
		t.Errorf("left: %+v", left)
	}
}

func TestDebitNotesHaveNoLimit(t *testing.T) {
	orig := sold(t)
	note, err := MakeNote(orig, DebitNote, nil, []Pick{{Line: 1, Quantity: 30_000}, {Line: 2, Taxable: 1_00_000_00}}, nil)
	must(t, note, err)
	if note.Type != DebitNote || note.Lines[0].Taxable != 10*orig.Lines[0].Taxable || note.Lines[0].CessFixed != 5_00 || note.Lines[1].Taxable != 1_00_000_00 {
		t.Errorf("%+v", note.Lines)
	}
	issued(note, 9)
	if left := Left(orig, []*Invoice{note}); left[0].Quantity != 33_000 || left[1].Taxable != orig.Lines[1].Taxable+1_00_000_00 {
		t.Errorf("left: %+v", left)
	}
}

func TestOnlyIssuedNotesCount(t *testing.T) {
	orig := sold(t)
	for _, state := range []DocumentState{Draft, Void} {
		note, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 1_000}}, nil)
		must(t, note, err)
		note.State = state
		if left := Left(orig, []*Invoice{note})[0]; left.Quantity != 3_000 {
			t.Errorf("%s: %s left", state, left.Quantity)
		}
	}
	// A note that another program wrote names no lines.
	brought := &Invoice{Type: CreditNote, State: Issued, Brought: true, Lines: []Line{
		{HSN: orig.Lines[1].HSN, GSTRate: orig.Lines[1].GSTRate, Description: "Stitching", Taxable: 1_000_00},
		{HSN: orig.Lines[0].HSN, GSTRate: orig.Lines[0].GSTRate, Description: "shirts", Quantity: 1_000},
		{HSN: "9999", Quantity: 5_000, Taxable: 150_00},
	}}
	left := Left(orig, []*Invoice{brought})
	// What names goods of no line counts by its value against all of them.
	if left[0].Quantity != 2_000 || left[0].Taxable+left[1].Taxable != orig.Totals.Taxable-1_150_00 || left[1].Quantity != orig.Lines[1].Quantity {
		t.Errorf("left: %+v", left)
	}
}

func TestNotesThatCannotBeMade(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Invoice)
		kind   DocumentType
		picks  []Pick
		want   error
	}{
		"to a draft":        {func(i *Invoice) { i.State = Draft }, CreditNote, []Pick{{1, 1_000, 0}}, ErrState},
		"to a void invoice": {func(i *Invoice) { i.State = Void }, CreditNote, []Pick{{1, 1_000, 0}}, ErrState},
		"to a note":         {func(i *Invoice) { i.Type = DebitNote }, CreditNote, []Pick{{1, 1_000, 0}}, ErrState},
		"an invoice":        {func(*Invoice) {}, TaxInvoice, []Pick{{1, 1_000, 0}}, ErrState},
		"to no such line":   {func(*Invoice) {}, CreditNote, []Pick{{3, 1_000, 0}}, ErrNotFound},
	} {
		orig := sold(t)
		tt.change(orig)
		if _, err := MakeNote(orig, tt.kind, Left(orig, nil), tt.picks, nil); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	orig := sold(t)
	for name, tt := range map[string]struct {
		picks       []Pick
		rule, field string
	}{
		"nothing picked":       {[]Pick{{Line: 1}}, "lines.none", "lines"},
		"too many":             {[]Pick{{1, 3_001, 0}}, "note.exceeds", "lines[0].qty"},
		"too much":             {[]Pick{{2, 0, orig.Lines[1].Taxable + 1}}, "note.exceeds", "lines[0].taxable"},
		"one line too often":   {[]Pick{{1, 2_000, 0}, {1, 2_000, 0}}, "note.exceeds", "lines[1].qty"},
		"more than was priced": {[]Pick{{1, 1_000, 200_00}}, "note.exceeds", "lines[0].taxable"},
	} {
		_, err := MakeNote(orig, CreditNote, Left(orig, nil), tt.picks, nil)
		var bad Invalid
		if !errors.As(err, &bad) || !has(bad.Faults, tt.field, tt.rule) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANoteMayNotCreditMoreThanIsLeft(t *testing.T) {
	orig := sold(t)
	first, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 2_000}}, nil)
	issued(must(t, first, err), 8)
	second, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 2_000}}, nil)
	issued(must(t, second, err), 9)
	if faults := CheckNote(second, orig, []*Invoice{first, second}); !has(faults, "lines[0].qty", "note.exceeds") || faults.Err() == nil || faults[0].Args[0] != "1" {
		t.Errorf("two and two of three: %v", faults)
	}
	if faults := CheckNote(first, orig, []*Invoice{first}); len(faults) != 0 {
		t.Errorf("a note counts against itself: %v", faults)
	}
	second.Lines[0].Quantity, second.Lines[0].Taxable = 1_000, 100_00
	if faults := CheckNote(second, orig, []*Invoice{first}); !has(faults, "lines[0].taxable", "note.exceeds") {
		t.Errorf("too much value: %v", faults)
	}
	second.Type = DebitNote
	if faults := CheckNote(second, orig, []*Invoice{first}); len(faults) != 0 {
		t.Errorf("a debit note: %v", faults)
	}
}

func TestNoNumberOfNotesGivesBackMoreThanWasCharged(t *testing.T) {
	orig := sold(t)
	all, err := MakeNote(orig, CreditNote, Left(orig, nil), []Pick{{Line: 1, Quantity: 3_000}, {Line: 2, Taxable: orig.Lines[1].Taxable}}, nil)
	notes := []*Invoice{issued(must(t, all, err), 8)}
	again := func(change func(*Invoice)) *Invoice {
		note := *all
		note.ID, note.Totals.OtherCharges, note.Lines = 0, 0, []Line{{Against: 1, Taxable: 1}}
		change(&note)
		return &note
	}
	tests := []struct {
		name, rule, field string
		notes             []*Invoice
		change            func(*Invoice)
	}{
		{"a paisa when all is given back", "note.exceeds", "lines[0].taxable", notes, func(*Invoice) {}},
		{"a paisa for goods of another name", "note.exceeds", "lines[0].taxable", notes, func(n *Invoice) { n.Lines[0] = Line{HSN: "0401", Taxable: 1} }},
		{"goods of another name above the whole", "note.exceeds", "lines[0].taxable", nil, func(n *Invoice) {
			n.Lines[0] = Line{HSN: "0401", Taxable: orig.Totals.Taxable + 1_01}
		}},
		{"a higher rate than was charged", "note.tax", "lines[0].rate", nil, func(n *Invoice) {
			n.Lines[0].Taxable, n.Lines[0].IGST = orig.Lines[0].Taxable, orig.Lines[0].Tax()+orig.Lines[0].AllCess()+1_01
		}},
		{"a higher rate for no line of the original", "note.tax", "lines[0].rate", nil, func(n *Invoice) {
			n.Lines[0] = Line{HSN: "0401", Taxable: 10_00, CGST: 2_000_00, SGST: 2_000_00}
		}},
		{"charges that the line did not bear", "note.exceeds", "lines[0].other", nil, func(n *Invoice) { n.Lines[0].OtherCharges = 1_01 }},
		{"charges that the document did not bear", "note.exceeds", "totals.other", nil, func(n *Invoice) { n.Totals.OtherCharges = 25_51 }},
		{"the document's charges twice", "note.exceeds", "totals.other", notes, func(n *Invoice) { n.Lines[0].Taxable, n.Totals.OtherCharges = 0, 1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if faults := CheckNote(again(tt.change), orig, tt.notes); !has(faults, tt.field, tt.rule) || faults.Err() == nil {
				t.Errorf("got %v", faults)
			}
		})
	}
	roundings := again(func(n *Invoice) { n.Lines[0].Taxable, n.Totals.OtherCharges = orig.Lines[0].Taxable+1_00, 25_50 })
	if faults := CheckNote(roundings, orig, nil); len(faults) != 0 {
		t.Errorf("what roundings make: %v", faults)
	}
}

func TestAnInvoiceFromWhatComesBeforeIt(t *testing.T) {
	for _, kind := range []DocumentType{Quotation, Proforma, DeliveryChallan} {
		q := sold(t)
		q.Type, q.Number, q.Purpose, q.Terms, q.Brought = kind, "Q/7", "Approval", Terms{Days: 30, Due: 20261222}, kind == DeliveryChallan
		inv := InvoiceFrom(q)
		if inv.Type != TaxInvoice || inv.Number != "" || inv.Date != 0 || inv.ID != 0 || inv.Source != 7 || inv.State != Draft ||
			inv.IRN.State != IRNNone || inv.EWay != nil || inv.Purpose != "" || inv.Terms != (Terms{Days: 30}) || inv.Brought {
			t.Errorf("from %s: %+v", kind, inv)
		}
		if challan := inv.Transport.ChallanNumber == "Q/7" && inv.Transport.ChallanDate == q.Date; challan != (kind == DeliveryChallan) {
			t.Errorf("from %s: challan %q", kind, inv.Transport.ChallanNumber)
		}
		inv.Lines[0].Batch.Name, inv.Lines[0].Description, inv.ShipTo.Place, inv.Payment.Payee = "other", "other", "other", "other"
		if q.Lines[0].Batch.Name == "other" || q.Lines[0].Description == "other" || q.ShipTo.Place == "other" || q.Payment.Payee == "other" {
			t.Errorf("a change of the invoice changes the %s", kind)
		}
	}
}

func TestTheLastDayOfCreditNotes(t *testing.T) {
	for supply, want := range map[Date]Date{20260331: 20261130, 20260401: 20271130, 20250401: 20261130, 0: 0} {
		if got := LastCreditDay(supply, Rules{Today: 20261122}); got != want {
			t.Errorf("supplied on %d: %d, want %d", supply, got, want)
		}
	}
}
