package pdf

import (
	"mohar/gst"
)

// summaryFigure is one column of the summary by HSN.
type summaryFigure struct {
	head  string
	text  func(r *gst.HSNRow) string
	money func(r *gst.HSNRow) gst.Paise
}

// summary draws taxable value and tax by HSN and rate: the rate and amount of each tax
// that rule 46(l) and (m) ask for.
func (p *paper) summary() {
	rows := p.inv.HSNSummary()
	if !p.showsTax() || len(rows) == 0 {
		return
	}
	figures := p.summaryFigures()
	t := &table{paper: p, size: 7.6}
	sums := make([]string, len(figures))
	cells := make([][]string, len(rows))
	for k, f := range figures {
		t.columns = append(t.columns, column{head: f.head, left: k == 0})
		var sum gst.Paise
		for i := range rows {
			text := ""
			if f.money != nil {
				sum += f.money(&rows[i])
				text = money(f.money(&rows[i]))
			} else {
				text = p.shorten(f.text(&rows[i]), widestCode, t.cellStyle())
			}
			cells[i] = append(cells[i], text)
		}
		if f.money != nil {
			sums[k] = money(sum)
		}
	}
	sums[0] = "Total"
	p.drawSummary(t, cells, sums)
}

// drawSummary spreads the columns over the width: equal space is added to each, so that
// figures do not crowd at the right.
func (p *paper) drawSummary(t *table, cells [][]string, sums []string) {
	for t.fit(cells, sums) < 20 && t.size > 5 {
		t.size -= 0.4
	}
	if spare := t.columns[0].width - 30; spare > 0 {
		each := spare / float64(len(t.columns)-1)
		t.columns[0].width -= spare
		for i := 1; i < len(t.columns); i++ {
			t.columns[i].width += each
		}
	}
	rows := float64(len(cells)) * (t.cellStyle().height() + tightSpace)
	t.begin(min(rows+8, 60)) // a short summary stays in one piece
	for _, row := range cells {
		t.tight(row)
	}
	t.y += 0.8
	t.sum(sums)
	t.end()
	p.y += 3
}

// tightSpace is the space between the rows of the summary.
const tightSpace = 0.9

// tight draws a row of single lines without a rule under it.
func (t *table) tight(cells []string) {
	st := t.cellStyle()
	h := st.height() + tightSpace
	t.room(h)
	t.cells(t.y+0.6, cells, st)
	t.y += h
}

// summaryFigures are the columns of the summary.
func (p *paper) summaryFigures() []summaryFigure {
	list := []summaryFigure{
		{head: "HSN/SAC", text: func(r *gst.HSNRow) string { return r.HSN }},
		{head: "Taxable value", money: func(r *gst.HSNRow) gst.Paise { return r.Taxable }},
	}
	integrated, halves := p.taxes()
	if halves {
		rate := func(r *gst.HSNRow) string { return half(r.Rate) }
		list = append(list,
			summaryFigure{head: "CGST rate", text: rate},
			summaryFigure{head: "CGST", money: func(r *gst.HSNRow) gst.Paise { return r.CGST }},
			summaryFigure{head: stateTaxName(p.inv.PlaceOfSupply) + " rate", text: rate},
			summaryFigure{head: stateTaxName(p.inv.PlaceOfSupply), money: func(r *gst.HSNRow) gst.Paise { return r.SGST }})
	}
	if integrated {
		list = append(list,
			summaryFigure{head: "IGST rate", text: func(r *gst.HSNRow) string { return percent(r.Rate) }},
			summaryFigure{head: "IGST", money: func(r *gst.HSNRow) gst.Paise { return r.IGST }})
	}
	if p.uses((*gst.Line).AllCess) {
		list = append(list, summaryFigure{head: "Cess", money: func(r *gst.HSNRow) gst.Paise { return r.Cess }})
	}
	return append(list, summaryFigure{head: "Total tax", money: func(r *gst.HSNRow) gst.Paise {
		return r.CGST + r.SGST + r.IGST + r.Cess
	}})
}
