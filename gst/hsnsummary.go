package gst

import "strings"

// HSNRow is one row of the summary that stands under an invoice.
type HSNRow struct {
	HSN      string
	Rate     Rate
	Unit     string // empty when the lines differ
	Quantity Milli  // 0 when the units differ
	Taxable  Paise
	IGST     Paise
	CGST     Paise
	SGST     Paise
	Cess     Paise // all cess
	Total    Paise // as on the lines
}

// HSNSummary sums the lines by HSN code and rate, in the order in which they first
// appear. Charges count in their goods' row with their value only: they are no pieces.
func (inv *Invoice) HSNSummary() []HSNRow {
	type key struct {
		hsn  string
		rate Rate
	}
	var rows []HSNRow
	at, counted := map[key]int{}, map[key]bool{}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		k := key{line.HSN, line.GSTRate}
		n, seen := at[k]
		if !seen {
			n = len(rows)
			at[k] = n
			rows = append(rows, HSNRow{HSN: line.HSN, Rate: line.GSTRate})
		}
		if line.Charge == ChargeNone {
			rows[n].count(line, !counted[k])
			counted[k] = true
		}
		rows[n].add(line)
	}
	for i := range rows {
		if rows[i].Unit == "" {
			rows[i].Quantity = 0
		}
	}
	return rows
}

// count adds the pieces of a line, the first of its row or a further one.
func (r *HSNRow) count(line *Line, first bool) {
	if first {
		r.Unit = line.Unit
	} else if !strings.EqualFold(r.Unit, line.Unit) {
		r.Unit = ""
	}
	r.Quantity += line.Quantity
}

func (r *HSNRow) add(line *Line) {
	r.Taxable += line.Taxable
	r.IGST += line.IGST
	r.CGST += line.CGST
	r.SGST += line.SGST
	r.Cess += line.AllCess()
	r.Total += line.Total
}
