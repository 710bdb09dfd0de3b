package registrar

import (
	"fmt"
	"strconv"

	"mohar/gst"
	"mohar/nic"
)

// Side is one thing in which two documents under one number can differ, as the portal signed
// it and as it is here.
type Side struct {
	Field   string // for people: "Buyer", "Total"
	There   string
	Here    string
	Differs bool
}

// Sides sets what the portal holds under a number beside the document here, whose INV-01
// JSON is body: what people know it by, then the lines that differ. It is empty when the
// portal gave no signed invoice, or one that cannot be read.
func Sides(body []byte, reg *gst.Registration) []Side {
	here, _, err := nic.Decode(body)
	if here == nil || err != nil || reg == nil {
		return nil
	}
	there, err := signedDocument(reg.SignedInvoice)
	if err != nil {
		return nil
	}
	sides := []Side{
		side("Buyer", there.Buyer.LegalName, here.Buyer.LegalName),
		side("Buyer's GSTIN", there.Buyer.GSTIN, here.Buyer.GSTIN),
		side("Date", there.Date.Long(), here.Date.Long()),
		side("Total", "₹\u2009"+there.Totals.Total.Indian(), "₹\u2009"+here.Totals.Total.Indian()),
		side("Lines", strconv.Itoa(len(there.Lines)), strconv.Itoa(len(here.Lines))),
	}
	return append(sides, lineSides(there.Lines, here.Lines)...)
}

// mostLineSides bounds the lines that are shown: two wholly different documents say enough.
const mostLineSides = 5

// lineSides are the lines that differ.
func lineSides(there, here []gst.Line) (sides []Side) {
	for i := range max(len(there), len(here)) {
		s := side(fmt.Sprintf("Line %d", i+1), lineText(there, i), lineText(here, i))
		if s.Differs && len(sides) < mostLineSides {
			sides = append(sides, s)
		}
	}
	return sides
}

// lineText is what a line is compared by, "–" where there is none.
func lineText(lines []gst.Line, i int) string {
	if i >= len(lines) {
		return "–"
	}
	return fmt.Sprintf("HSN %s, taxable ₹\u2009%s", lines[i].HSN, lines[i].Taxable.Indian())
}

func side(field, there, here string) Side {
	return Side{Field: field, There: there, Here: here, Differs: there != here}
}
