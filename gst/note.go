package gst

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst/master"
)

// LineLeft is what of one line of a document may still be credited.
type LineLeft struct {
	Line           int // its place in the original, from 1
	Quantity       Milli
	Taxable        Paise
	IGST           Paise
	CGST           Paise
	SGST           Paise
	Cess           Paise
	CessFixed      Paise
	StateCess      Paise
	StateCessFixed Paise
	OtherCharges   Paise
}

// None reports whether nothing is left.
func (l LineLeft) None() bool { return l.Quantity <= 0 && l.Taxable <= 0 }

// Pick is what a note takes of one line of its original: a quantity at the original's
// price, a value alone (quantity 0), or a quantity at a value of its own.
type Pick struct {
	Line     int // from 1
	Quantity Milli
	Taxable  Paise
}

// Left returns, line by line, what of a document may still be credited: the document and
// the issued debit notes to it, less the issued credit notes. Drafts and void notes count
// for nothing. A line of a note says in Against which line it is to. One that does not, as
// on notes that were brought, counts against the lines of the same code, rate and unit,
// those of the same description first, and where there are none, by its value alone against
// all lines: whatever it calls the goods, it gives back what was charged for them.
//
// Source: CGST Act 2017, section 34(1) and (3).
func Left(orig *Invoice, notes []*Invoice) []LineLeft {
	left := make([]LineLeft, len(orig.Lines))
	for i := range orig.Lines {
		l := &orig.Lines[i]
		left[i] = LineLeft{
			Line: i + 1, Quantity: l.Quantity, Taxable: l.Taxable, IGST: l.IGST, CGST: l.CGST, SGST: l.SGST, Cess: l.Cess,
			CessFixed: l.CessFixed, StateCess: l.StateCess, StateCessFixed: l.StateCessFixed, OtherCharges: l.OtherCharges,
		}
	}
	for _, kind := range []DocumentType{DebitNote, CreditNote} { // what was added first, since less than nothing is never left
		for _, note := range notes {
			if note.Type != kind || note.State != Issued {
				continue
			}
			for i := range note.Lines {
				at, line := notedLines(orig, &note.Lines[i])
				if kind == CreditNote {
					credit(left, at, &line)
				} else if len(at) > 0 {
					left[at[0]].add(&line, &orig.Lines[at[0]])
				}
			}
		}
	}
	return left
}

// notedLines returns the lines that a note's line is to, from 0, and the line as it counts
// against them: the one it names, else those of its goods, else all by its value alone.
func notedLines(orig *Invoice, line *Line) ([]int, Line) {
	if line.Against > 0 && line.Against <= len(orig.Lines) {
		return []int{line.Against - 1}, *line
	}
	var described, others, all []int
	for i := range orig.Lines {
		l := &orig.Lines[i]
		all = append(all, i)
		switch {
		case l.HSN != line.HSN || l.GSTRate != line.GSTRate:
		case line.Quantity != 0 && line.Unit != "" && l.Unit != "" && !strings.EqualFold(line.Unit, l.Unit):
		case l.Description == line.Description:
			described = append(described, i)
		default:
			others = append(others, i)
		}
	}
	if at := append(described, others...); len(at) > 0 {
		return at, *line
	}
	byValue := *line
	byValue.Quantity = 0
	return all, byValue
}

// credit lowers what is left of the lines by a note's line, one after the other.
func credit(left []LineLeft, at []int, line *Line) {
	rest := *line
	for _, i := range at {
		left[i].take(&rest)
	}
}

// parts pairs what is left of each amount of a line with a note's.
func (l *LineLeft) parts(n *Line) []struct{ left, of *Paise } {
	return []struct{ left, of *Paise }{
		{&l.Taxable, &n.Taxable}, {&l.IGST, &n.IGST}, {&l.CGST, &n.CGST}, {&l.SGST, &n.SGST}, {&l.Cess, &n.Cess},
		{&l.CessFixed, &n.CessFixed}, {&l.StateCess, &n.StateCess}, {&l.StateCessFixed, &n.StateCessFixed},
		{&l.OtherCharges, &n.OtherCharges},
	}
}

// take lowers what is left by a note's line, never below nothing, and the note's line to
// what it was more.
func (l *LineLeft) take(n *Line) {
	quantity := min(max(l.Quantity, 0), n.Quantity)
	l.Quantity, n.Quantity = l.Quantity-quantity, n.Quantity-quantity
	for _, p := range l.parts(n) {
		amount := min(max(*p.left, 0), *p.of)
		*p.left, *p.of = *p.left-amount, *p.of-amount
	}
}

// add raises what is left by a debit note's line. Its pieces are further ones where each
// is billed at the original's price at least, else the same ones at a higher price.
func (l *LineLeft) add(n, orig *Line) {
	if n.Taxable+tolerance >= share(orig.Taxable, n.Quantity, orig.Quantity) {
		l.Quantity += n.Quantity
	}
	for _, p := range l.parts(n) {
		*p.left += *p.of
	}
}

// MakeNote makes a credit or debit note to a document from what was picked of its lines:
// unnumbered and undated, at the rates of the original, with the original named. left is
// what Left gave. A quantity is at the original's price as far as value is left; what is
// taken last takes what roundings left, to the paisa, so that all credit notes together
// are the original; see SettleNote. The charges, discount and rounding of
// the document as a whole go along when the note credits a document in one go.
//
// It returns ErrState for a document that no note can be made to, ErrNotFound for a line
// that does not exist, and Invalid when nothing was picked or more than is left; its
// fields name the picks as lines. A debit note adds to the original, so that nothing
// limits it.
//
// Source: CGST Act 2017, section 34; CGST Rules 2017, rule 53(1A).
func MakeNote(orig *Invoice, kind DocumentType, left []LineLeft, picks []Pick, law *master.Law) (*Invoice, error) {
	if kind != CreditNote && kind != DebitNote || orig.Type != TaxInvoice && orig.Type != BillOfSupply || orig.State != Issued {
		return nil, fmt.Errorf("%s to a %s: %w", kind, orig.Type, ErrState)
	}
	if kind == DebitNote {
		left = slices.Repeat([]LineLeft{boundless}, len(orig.Lines))
	}
	before := left
	left = slices.Clone(left)
	note := emptyNote(orig, kind)
	var faults Faults
	for _, p := range picks {
		if p.Quantity == 0 && p.Taxable == 0 {
			continue
		}
		if p.Line < 1 || p.Line > len(orig.Lines) || p.Line > len(left) {
			return nil, fmt.Errorf("line %d of %q: %w", p.Line, orig.Number, ErrNotFound)
		}
		line := noteLine(&orig.Lines[p.Line-1], left[p.Line-1], p)
		if orig.Type == BillOfSupply { // it bore no tax, whatever the rate of its items
			line.GSTRate, line.CessRate, line.StateCessRate = 0, 0, 0
		}
		if kind == CreditNote {
			faults = append(faults, exceeds("lines["+strconv.Itoa(len(note.Lines))+"].", left[p.Line-1], &line, 0)...)
			credit(left, []int{p.Line - 1}, &line)
		}
		note.Lines = append(note.Lines, line)
	}
	if len(note.Lines) == 0 {
		faults = append(faults, Fault{Rule: "lines.none", Code: codeOf["lines.none"], Field: "lines"})
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	Compute(note, false, law)
	if kind == CreditNote {
		note.settle(before, false)
		note.wholeDocument(orig)
	}
	if orig.Prices == PricesForeign && note.Totals.TotalForeign == 0 {
		note.Totals.TotalForeign = note.foreignRate().Foreign(note.Totals.Total)
	}
	return note, nil
}

// boundless is what a debit note may take of a line.
var boundless = LineLeft{
	Quantity: maxMilli, Taxable: maxPaise, CessFixed: maxPaise, StateCessFixed: maxPaise, OtherCharges: maxPaise,
}

// emptyNote is a note to a document, without lines.
func emptyNote(orig *Invoice, kind DocumentType) *Invoice {
	note := fresh(orig)
	note.Type, note.Prices, note.RoundOffTyped, note.Totals = kind, PricesPlain, false, Totals{}
	note.Lines, note.EWay, note.Payment, note.Terms, note.Transport, note.Purpose = nil, nil, nil, Terms{}, Transport{}, ""
	note.Refs = References{Preceding: []PrecedingDocument{{Number: orig.Number, Date: orig.Date}}}
	return note
}

// wholeDocument gives a credit note to all that a document says its charges, discount,
// rounding and foreign total, too.
func (inv *Invoice) wholeDocument(orig *Invoice) {
	for i := range orig.Lines {
		var quantity Milli
		var taxable Paise
		for n := range inv.Lines {
			if inv.Lines[n].Against == i+1 {
				quantity += inv.Lines[n].Quantity
				taxable += inv.Lines[n].Taxable
			}
		}
		if quantity != orig.Lines[i].Quantity || taxable != orig.Lines[i].Taxable {
			return
		}
	}
	inv.Totals.Discount, inv.Totals.OtherCharges = orig.Totals.Discount, orig.Totals.OtherCharges
	inv.Totals.TotalForeign = orig.Totals.TotalForeign
	inv.Totals.RoundOff, inv.RoundOffTyped = orig.Totals.RoundOff, orig.Totals.RoundOff != 0
	inv.sum(false)
}

// noteLine makes the line of a note. Its price is the original's before tax; what the
// value is less than quantity × price stands as discount.
func noteLine(orig *Line, left LineLeft, p Pick) Line {
	line := *orig
	line.Against, line.Quantity, line.FreeQty = p.Line, p.Quantity, 0
	line.DiscountRate, line.DiscountRate2, line.TypedDiscount, line.TypedPrice, line.PreTaxValue = 0, 0, 0, 0, 0
	line.Batch, line.Attributes = cloned(orig.Batch), slices.Clone(orig.Attributes)
	taxable := p.Taxable
	if taxable == 0 {
		taxable = min(share(orig.Taxable, p.Quantity, orig.Quantity), left.Taxable)
		if p.Quantity == left.Quantity && near(taxable, left.Taxable) { // the roundings of the notes before
			taxable = left.Taxable
		}
	}
	line.shareFixed(orig, left, p)
	if p.Quantity == 0 {
		line.UnitPrice, line.Discount = Milli(taxable)*10, 0
		return line.worth(taxable)
	}
	amount, _ := Amount(p.Quantity, line.UnitPrice)
	if amount < taxable { // the original's price was rounded; the next thousandth is enough
		if price, ok := scaled(Milli(taxable), 10_000, int64(p.Quantity)); ok {
			line.UnitPrice = price
		}
		if amount, _ = Amount(p.Quantity, line.UnitPrice); amount < taxable {
			line.UnitPrice++
			amount, _ = Amount(p.Quantity, line.UnitPrice)
		}
	}
	line.Discount = amount - taxable
	return line.worth(taxable)
}

// worth sets the taxable value, which is all that is compared before the note is computed.
func (l Line) worth(taxable Paise) Line {
	l.Taxable = taxable
	l.IGST, l.CGST, l.SGST, l.Cess, l.StateCess = 0, 0, 0, 0, 0
	return l
}

// shareFixed gives a note's line its part of what does not follow from the taxable value:
// fixed cess and charges, all that is left with the last quantity, none with a value alone.
func (l *Line) shareFixed(orig *Line, left LineLeft, p Pick) {
	for _, part := range []struct{ to, of, left *Paise }{
		{&l.CessFixed, &orig.CessFixed, &left.CessFixed},
		{&l.StateCessFixed, &orig.StateCessFixed, &left.StateCessFixed},
		{&l.OtherCharges, &orig.OtherCharges, &left.OtherCharges},
	} {
		switch {
		case p.Quantity == left.Quantity && (p.Taxable == 0 || p.Taxable == left.Taxable):
			*part.to = *part.left
		case p.Quantity == 0:
			*part.to = 0
		default:
			*part.to = min(share(*part.of, p.Quantity, orig.Quantity), *part.left)
		}
	}
}

// share returns part ÷ whole of an amount, rounded half up.
func share(of Paise, part, whole Milli) Paise {
	if whole <= 0 {
		return 0
	}
	p, _ := scaled(of, int64(part), int64(whole))
	return p
}

// SettleNote gives the lines of a computed credit note that take the last of their
// original's lines what remains of each tax, and sums the note anew, to the rupee when
// roundOff is true and no rounding was typed. notes are all notes to the original; the
// note itself among them is passed over. The differences are roundings: a tax that is off
// by more than a rupee was typed otherwise and stays.
//
// Source: CGST Act 2017, section 34(1): the credit is of the tax charged.
func SettleNote(note, orig *Invoice, notes []*Invoice, roundOff bool) {
	if note.Type == CreditNote && !note.Brought {
		note.settle(Left(orig, others(note, notes)), roundOff)
	}
}

func (inv *Invoice) settle(left []LineLeft, roundOff bool) {
	left = slices.Clone(left)
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.Against < 1 || line.Against > len(left) {
			continue
		}
		l := &left[line.Against-1]
		if line.Taxable == l.Taxable && (line.Quantity == l.Quantity || line.Quantity == 0) {
			line.settle(*l)
			inv.totalLine(line)
		}
		credit(left, []int{line.Against - 1}, line)
	}
	inv.sum(roundOff)
}

// settle takes the taxes that are left where they differ by a rounding only.
func (l *Line) settle(left LineLeft) {
	if near(l.IGST, left.IGST) && near(l.CGST, left.CGST) && near(l.SGST, left.SGST) {
		l.IGST, l.CGST, l.SGST = left.IGST, left.CGST, left.SGST
	}
	if near(l.Cess, left.Cess) && near(l.StateCess, left.StateCess) {
		l.Cess, l.StateCess = left.Cess, left.StateCess
	}
}

// others are the notes without the one itself.
func others(note *Invoice, notes []*Invoice) []*Invoice {
	return slices.DeleteFunc(slices.Clone(notes), func(n *Invoice) bool {
		return n == note || n.ID != 0 && n.ID == note.ID
	})
}

// sum adds the lines up anew, keeping what was typed for the document as a whole.
func (inv *Invoice) sum(roundOff bool) {
	old := inv.Totals
	t := Totals{Discount: old.Discount, OtherCharges: old.OtherCharges, TotalForeign: old.TotalForeign}
	for i := range inv.Lines {
		t.add(&inv.Lines[i])
	}
	t.Total += t.OtherCharges - t.Discount
	switch {
	case inv.RoundOffTyped:
		t.RoundOff = old.RoundOff
	case roundOff:
		t.RoundOff = t.Total.Rupee() - t.Total
	}
	t.Total += t.RoundOff
	inv.Totals = t
}

// InvoiceFrom makes a tax invoice of a quotation, a proforma invoice or a delivery
// challan: unnumbered and undated, with what it was made from as its source. A challan's
// number and date stay on it.
func InvoiceFrom(q *Invoice) *Invoice {
	inv := fresh(q)
	inv.Type = TaxInvoice
	inv.Purpose, inv.EWay = "", nil
	if q.Type == DeliveryChallan {
		inv.Transport.ChallanNumber, inv.Transport.ChallanDate = q.Number, q.Date
	}
	return inv
}

// fresh copies what a document says into a new one of the same company that was made from
// it, without number, date and anything that happened to the old one.
func fresh(q *Invoice) *Invoice {
	inv := *q
	inv.ID, inv.Version, inv.State, inv.IRN = 0, 0, Draft, IRNStatus{}
	inv.Created, inv.Changed, inv.Issued = time.Time{}, time.Time{}, time.Time{}
	inv.Number, inv.Series, inv.Date = "", "", 0
	inv.Brought, inv.Elsewhere = false, false
	inv.Source = q.ID
	inv.Terms.Due = 0
	inv.Dispatch, inv.ShipTo, inv.Export = cloned(q.Dispatch), cloned(q.ShipTo), cloned(q.Export)
	inv.EWay, inv.Payment = cloned(q.EWay), cloned(q.Payment)
	if inv.Payment != nil {
		inv.Payment.Due, inv.Payment.Paid = 0, 0
	}
	inv.Docs = slices.Clone(q.Docs)
	inv.Refs.Contracts, inv.Refs.Preceding = slices.Clone(q.Refs.Contracts), nil
	inv.Lines = slices.Clone(q.Lines)
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.Against = 0
		l.Batch, l.Attributes = cloned(l.Batch), slices.Clone(l.Attributes)
	}
	return &inv
}

// cloned copies what p points at; nil for nil.
func cloned[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
