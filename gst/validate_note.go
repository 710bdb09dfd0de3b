package gst

import "strconv"

// CheckNote checks a credit note against its original: no line may credit more than the
// other issued notes left, neither quantity, value, tax nor charges, and the note no more
// of the charges of the document as a whole. notes are all notes to the original; the note
// itself among them is passed over. A document that is no credit note has no such limit.
//
// A value may be off by the rupee that roundings make while something is left; after
// that not by a paisa, so that no number of notes gives back more than that rupee a line.
// Of what another program issued the tax and the charges may not be known here: only
// quantity and value are compared.
//
// Source: CGST Act 2017, section 34(1): the note is for what was charged in excess.
func CheckNote(note, orig *Invoice, notes []*Invoice) Faults {
	if note.Type != CreditNote {
		return nil
	}
	notes = others(note, notes)
	left := Left(orig, notes)
	var faults Faults
	for i := range note.Lines {
		at, line := notedLines(orig, &note.Lines[i])
		if len(at) == 0 {
			continue
		}
		var all LineLeft
		for _, n := range at {
			all.Quantity += left[n].Quantity
			all.Taxable += left[n].Taxable
			all.IGST += left[n].tax() // of whatever kind
			all.OtherCharges += left[n].OtherCharges
		}
		block := "lines[" + strconv.Itoa(i) + "]."
		over := exceeds(block, all, &line, tolerance)
		if len(over) == 0 && !orig.Elsewhere {
			over = exceedsTax(block, all, &line)
		}
		faults = append(faults, over...)
		credit(left, at, &line)
	}
	return append(faults, exceedsCharges(note, orig, notes)...)
}

// tax is every tax and cess that is left.
func (l LineLeft) tax() Paise {
	return l.IGST + l.CGST + l.SGST + l.Cess + l.CessFixed + l.StateCess + l.StateCessFixed
}

// exceeds reports what a line takes more than is left; its value may be off by a rounding
// while there is a value left.
func exceeds(block string, left LineLeft, line *Line, rounding Paise) Faults {
	if left.Taxable <= 0 {
		rounding = 0
	}
	switch {
	case line.Quantity > left.Quantity:
		return Faults{{Rule: "note.exceeds", Field: block + "qty", Args: []string{left.Quantity.String()}}}
	case line.Taxable > left.Taxable+rounding:
		return Faults{{Rule: "note.exceeds", Field: block + "taxable", Args: []string{left.Taxable.Indian()}}}
	}
	return nil
}

// exceedsTax reports what a line gives back of tax and charges more than is left: a note
// bears the rate of its original.
//
// Source: CGST Act 2017, section 34(1): the tax charged in the invoice.
func exceedsTax(block string, left LineLeft, line *Line) Faults {
	switch tax := left.tax(); {
	case line.Tax()+line.AllCess() > tax+tolerance:
		return Faults{{Rule: "note.tax", Field: block + "rate", Args: []string{tax.Indian()}}}
	case line.OtherCharges > left.OtherCharges:
		return Faults{{Rule: "note.exceeds", Field: block + "other", Args: []string{left.OtherCharges.Indian()}}}
	}
	return nil
}

// exceedsCharges reports charges of the document as a whole above those of the original and
// its debit notes. Of a note to several documents nobody knows whose charges they are.
func exceedsCharges(note, orig *Invoice, notes []*Invoice) Faults {
	if orig.Elsewhere || len(note.Refs.Preceding) > 1 || note.Totals.OtherCharges == 0 {
		return nil
	}
	left := orig.Totals.OtherCharges
	for _, n := range notes {
		switch {
		case n.State != Issued || len(n.Refs.Preceding) > 1:
		case n.Type == CreditNote:
			left -= n.Totals.OtherCharges
		case n.Type == DebitNote:
			left += n.Totals.OtherCharges
		}
	}
	if left = max(left, 0); note.Totals.OtherCharges > left {
		return Faults{{Rule: "note.exceeds", Field: "totals.other", Args: []string{left.Indian()}}}
	}
	return nil
}
