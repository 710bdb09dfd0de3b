package gst

import "strconv"

// CheckNote checks a credit note against its original: no line may credit more than the
// other issued notes left, within the rupee that roundings make. notes are all
// notes to the original; the note itself among them is passed over. A document that
// is no credit note has no such limit.
//
// Source: CGST Act 2017, section 34(1): the note is for what was charged in excess.
func CheckNote(note, orig *Invoice, notes []*Invoice) Faults {
	if note.Type != CreditNote {
		return nil
	}
	left := Left(orig, others(note, notes))
	var faults Faults
	for i := range note.Lines {
		line := &note.Lines[i]
		at := notedLines(orig, line)
		if len(at) == 0 {
			continue
		}
		var all LineLeft
		for _, n := range at {
			all.Quantity += left[n].Quantity
			all.Taxable += left[n].Taxable
		}
		faults = append(faults, exceeds("lines["+strconv.Itoa(i)+"].", all, line, tolerance)...)
		credit(left, at, line)
	}
	return faults
}

// exceeds reports what a line takes more than is left; its value may be off by a rounding.
func exceeds(block string, left LineLeft, line *Line, rounding Paise) Faults {
	switch {
	case line.Quantity > left.Quantity:
		return Faults{{Rule: "note.exceeds", Field: block + "qty", Args: []string{left.Quantity.String()}}}
	case line.Taxable > left.Taxable+rounding:
		return Faults{{Rule: "note.exceeds", Field: block + "taxable", Args: []string{left.Taxable.Indian()}}}
	}
	return nil
}
