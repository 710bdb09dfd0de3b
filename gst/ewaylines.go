package gst

import (
	"strconv"

	"mohar/gst/master"
)

// maxEWayLines is how many lines an e-way bill has at most.
// Source: e-way bill API 1.03, itemList.
const maxEWayLines = 250

// withoutRates reports whether the e-way bill of a document shows no tax: of supplies
// under reverse charge the recipient pays it, and those without payment of tax, of a
// composition taxpayer, on a bill of supply and on a challan that charges none bear none.
//
// Source: e-way bill API 1.03, error 704; CGST Act 2017, section 9(3) and (4).
func withoutRates(inv *Invoice, r Rules) bool {
	if inv.ReverseCharge || !inv.taxed() || r.Company.Taxpayer == Composition {
		return true
	}
	t := inv.Totals
	return inv.Type == DeliveryChallan && t.IGST+t.CGST+t.SGST+t.Cess+t.StateCess == 0
}

// consigned is a line of a document as the e-way bill has it. Services stay beside the
// goods that they are billed with.
func consigned(l *Line, inter, bare bool) ConsignmentLine {
	name := cut(EWayText(l.Description), longestEWayName)
	c := ConsignmentLine{
		Name: name, Description: name, HSN: l.HSN, Quantity: l.Quantity, Unit: l.Unit, Taxable: l.Taxable,
	}
	switch {
	case bare:
		return c
	case inter:
		c.IGST = l.GSTRate
	default:
		c.CGST = l.GSTRate / 2
		c.SGST = c.CGST
	}
	c.Cess, c.CessFixed = l.CessRate, perUnit(l.CessFixed, l.Quantity)
	return c
}

// perUnit is what of a fixed cess falls on one unit.
func perUnit(cess Paise, q Milli) Paise {
	if q <= 0 || cess <= 0 {
		return max(0, cess)
	}
	n, ok := ratio(uint64(cess), 1000, uint64(q))
	if !ok {
		return cess
	}
	return Paise(n)
}

// consignedTotals are the sums of a document as the e-way bill has them. Other takes
// what the portal has no place for: discount, other charges, a State's cess, round-off.
//
// Source: e-way bill API 1.03, otherValue; error 620.
func consignedTotals(inv *Invoice, bare bool) ConsignmentTotals {
	t := ConsignmentTotals{Taxable: inv.Totals.Taxable, Total: inv.Totals.Total}
	if !bare {
		t.CGST, t.SGST, t.IGST = inv.Totals.CGST, inv.Totals.SGST, inv.Totals.IGST
		for i := range inv.Lines {
			t.Cess += inv.Lines[i].Cess
			t.CessFixed += inv.Lines[i].CessFixed
		}
	}
	if inv.ReverseCharge && inv.taxCounted() {
		t.Total -= inv.Totals.allTax()
	}
	t.Other = t.Total - t.sum()
	return t
}

// taxCounted reports whether the total of a document under reverse charge has the tax in
// it, as that of a brought one may: the portal takes both. A rupee may be missing.
func (inv *Invoice) taxCounted() bool {
	t := inv.Totals
	whole := t.Taxable + t.allTax() + t.OtherCharges - t.Discount + t.RoundOff
	for i := range inv.Lines {
		whole += inv.Lines[i].OtherCharges
	}
	return t.allTax() > 100 && t.Total >= whole-100
}

func (t Totals) allTax() Paise { return t.IGST + t.CGST + t.SGST + t.Cess + t.StateCess }

// sum is the value of the goods with all taxes.
func (t ConsignmentTotals) sum() Paise {
	return t.Taxable + t.CGST + t.SGST + t.IGST + t.Cess + t.CessFixed
}

// likeness is what lines have in common that may become one.
type likeness struct {
	hsn, unit              string
	cgst, sgst, igst, cess Rate
	cessFixed              Paise
}

// Grouped returns the consignment with no more lines than an e-way bill takes: where it
// has more, those of one HSN code, unit and set of rates become one, named after the
// first. It returns Invalid when there are still too many.
//
// Source: e-way bill API 1.03, itemList.
func (c Consignment) Grouped() (Consignment, error) {
	if len(c.Lines) <= maxEWayLines {
		return c, nil
	}
	at := map[likeness]int{}
	var lines []ConsignmentLine
	for _, l := range c.Lines {
		like := likeness{l.HSN, l.Unit, l.CGST, l.SGST, l.IGST, l.Cess, l.CessFixed}
		i, seen := at[like]
		if !seen {
			at[like] = len(lines)
			lines = append(lines, l)
			continue
		}
		lines[i].Quantity += l.Quantity
		lines[i].Taxable += l.Taxable
	}
	if len(lines) > maxEWayLines {
		return c, Faults{{Rule: "waybill.lines.many", Code: "", Field: "lines", Args: []string{strconv.Itoa(len(lines)), strconv.Itoa(maxEWayLines)}}}.Err()
	}
	c.Lines = lines
	return c, nil
}

// goods reports whether the line is of goods and no service.
func (l *ConsignmentLine) goods() bool { return !master.ServiceCode(l.HSN) }
