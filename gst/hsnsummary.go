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
// appear.
func (inv *Invoice) HSNSummary() []HSNRow {
	type key struct {
		hsn  string
		rate Rate
	}
	var rows []HSNRow
	at := map[key]int{}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		k := key{line.HSN, line.GSTRate}
		n, seen := at[k]
		if !seen {
			n = len(rows)
			at[k] = n
			rows = append(rows, HSNRow{HSN: line.HSN, Rate: line.GSTRate, Unit: line.Unit})
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

func (r *HSNRow) add(line *Line) {
	if !strings.EqualFold(r.Unit, line.Unit) {
		r.Unit = ""
	}
	r.Quantity += line.Quantity
	r.Taxable += line.Taxable
	r.IGST += line.IGST
	r.CGST += line.CGST
	r.SGST += line.SGST
	r.Cess += line.AllCess()
	r.Total += line.Total
}
