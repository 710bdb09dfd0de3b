package pdf

import (
	"mohar/gst"
)

// The narrowest the column of descriptions may become before the table is set in a
// denser way, and the widest a code may be, in millimetres.
const (
	leastDescription = 46.0
	widestCode       = 24.0
)

// manyLines is the number of lines from which on the type is smaller, to save paper.
const manyLines = 60

// figure is one column of the lines: what stands in it, and its sum when it is money.
type figure struct {
	head  string
	left  bool
	text  func(l *gst.Line) string
	money func(l *gst.Line) gst.Paise
	sum   func() string // of what is no money
	rare  bool          // most lines have none: zeros are drawn as a dash
}

// density is one way to set the lines, from roomy to dense.
type density struct {
	size   float64
	oneTax bool // CGST and SGST in one column; the summary shows them apart
	notes  bool // discount and cess below the description instead of in columns
}

// densities are tried in this order until descriptions have room. The last one holds
// the largest amounts that INV-01 allows.
var densities = []density{
	{8, false, false}, {7.4, false, false}, {7.4, true, false}, {6.9, true, false}, {6.9, true, true}, {6.2, true, true}, {5.4, true, true},
}

// items draws the lines of the document.
func (p *paper) items() {
	t, d, rows, sums := p.itemTable()
	for i := range p.inv.Lines {
		description := p.description(&p.inv.Lines[i], t, d)
		if i == 0 {
			t.begin(t.rowHeight(description))
		}
		t.row(rows[i], description)
	}
	if len(p.inv.Lines) == 0 {
		t.begin(0)
	}
	t.sum(sums)
	t.end()
	p.y += 3.2
}

// itemTable chooses the density and sets the texts of all cells.
func (p *paper) itemTable() (t *table, d density, rows [][]string, sums []string) {
	ways := densities
	if len(p.inv.Lines) > manyLines {
		ways = densities[1:]
	}
	for _, d = range ways {
		figures := p.figures(d)
		t = &table{paper: p, wide: 1, size: d.size}
		for _, f := range figures {
			t.columns = append(t.columns, column{head: f.head, left: f.left})
		}
		rows, sums = p.itemCells(figures, t.cellStyle())
		if t.fit(rows, sums) >= leastDescription {
			break
		}
	}
	return t, d, rows, sums
}

// amount writes the money of one line.
func (f figure) amount(l *gst.Line) string {
	if p := f.money(l); p != 0 || !f.rare {
		return money(p)
	}
	return "–"
}

// itemCells returns the text of every cell and of the row of sums.
func (p *paper) itemCells(figures []figure, st style) (rows [][]string, sums []string) {
	totals := make([]gst.Paise, len(figures))
	for i := range p.inv.Lines {
		l := &p.inv.Lines[i]
		row := make([]string, len(figures))
		for k, f := range figures {
			switch {
			case f.money != nil:
				row[k] = f.amount(l)
				totals[k] += f.money(l)
			case f.text != nil:
				row[k] = p.shorten(f.text(l), widestCode, st)
			}
		}
		rows = append(rows, row)
	}
	sums = make([]string, len(figures))
	sums[1] = "Total"
	for k, f := range figures {
		switch {
		case f.money != nil:
			sums[k] = money(totals[k])
		case f.sum != nil:
			sums[k] = f.sum()
		}
	}
	return rows, sums
}

// figures are the columns of the document, in the order in which they are read.
func (p *paper) figures(d density) []figure {
	list := []figure{
		{head: "#", left: true, text: func(l *gst.Line) string { return l.Number }},
		{head: p.describes(), left: true},
		{head: "HSN/SAC", left: true, text: func(l *gst.Line) string { return l.HSN }},
		{
			head: "Qty", text: func(l *gst.Line) string { return p.quantity(l, d) },
			sum: func() string { return p.sumQuantity(d) },
		},
		{head: "Unit", left: true, text: func(l *gst.Line) string { return l.Unit }},
		p.priceFigure(),
	}
	if p.uses(discount) && !d.notes {
		list = append(list, figure{head: "Discount", money: discount, rare: true})
	}
	if p.showsTax() {
		list = append(list, p.taxFigures(d)...)
	} else if p.uses(func(l *gst.Line) gst.Paise { return l.Total - l.Taxable }) {
		list = append(list, figure{head: "Value", money: taxable})
	}
	return append(list, figure{head: "Amount ₹", money: func(l *gst.Line) gst.Paise { return l.Total }})
}

// priceFigure is the column of the prices: as they were typed, so that the buyer finds
// the price that was agreed.
func (p *paper) priceFigure() figure {
	typed := p.uses(func(l *gst.Line) gst.Paise { return gst.Paise(l.TypedPrice) })
	switch e := p.inv.Export; {
	case typed && p.inv.Prices == gst.PricesInclusive && p.showsTax():
		return figure{head: "Rate incl. GST", text: func(l *gst.Line) string { return decimal(l.TypedPrice, 2) }}
	case typed && p.inv.Prices == gst.PricesForeign && e != nil:
		return figure{head: joined(" ", "Price", e.Currency), text: func(l *gst.Line) string { return foreignPrice(l.TypedPrice) }}
	}
	return figure{head: "Price", text: func(l *gst.Line) string { return decimal(l.UnitPrice, 2) }}
}

// taxFigures are the columns of the taxable value and the taxes on it.
func (p *paper) taxFigures(d density) []figure {
	list := []figure{
		{head: "Taxable", money: taxable},
		{head: "GST", text: func(l *gst.Line) string { return percent(l.GSTRate) }},
	}
	integrated, halves := p.taxes()
	switch {
	case d.oneTax && halves:
		list = append(list, figure{head: "Tax", money: (*gst.Line).Tax})
	case halves:
		list = append(list,
			figure{head: "CGST", money: func(l *gst.Line) gst.Paise { return l.CGST }},
			figure{head: stateTaxName(p.inv.PlaceOfSupply), money: func(l *gst.Line) gst.Paise { return l.SGST }})
	}
	if integrated && (!halves || !d.oneTax) {
		list = append(list, figure{head: "IGST", money: func(l *gst.Line) gst.Paise { return l.IGST }})
	}
	if p.uses((*gst.Line).AllCess) && !d.notes {
		list = append(list, figure{head: "Cess", money: (*gst.Line).AllCess, rare: true})
	}
	return list
}

// taxes reports which taxes the figures bear. A document without any tax shows the one
// it would bear.
func (p *paper) taxes() (integrated, halves bool) {
	integrated = p.uses(func(l *gst.Line) gst.Paise { return l.IGST })
	halves = p.uses(func(l *gst.Line) gst.Paise { return l.CGST + l.SGST })
	if !integrated && !halves {
		integrated = p.inv.InterState()
		halves = !integrated
	}
	return integrated, halves
}

// showsTax reports whether taxes are printed: never on a bill of supply, and on a
// challan or an offer only when they were worked out.
//
// Source: CGST Rules 2017, rules 49 and 55(1)(vii).
func (p *paper) showsTax() bool {
	if p.inv.Type == gst.DeliveryChallan || p.words.offer {
		return p.uses((*gst.Line).Tax)
	}
	return p.words.taxed
}

// uses reports whether any line has an amount of the kind.
func (p *paper) uses(amount func(*gst.Line) gst.Paise) bool {
	for i := range p.inv.Lines {
		if amount(&p.inv.Lines[i]) != 0 {
			return true
		}
	}
	return false
}

// describes heads the descriptions by what the lines are, charges aside.
func (p *paper) describes() string {
	goods, services := false, false
	for i := range p.inv.Lines {
		if p.inv.Lines[i].Charge != gst.ChargeNone {
			continue
		}
		goods = goods || !p.inv.Lines[i].Service
		services = services || p.inv.Lines[i].Service
	}
	switch {
	case goods && services:
		return "Goods and services"
	case services:
		return "Description of services"
	}
	return "Description of goods"
}

func taxable(l *gst.Line) gst.Paise  { return l.Taxable }
func discount(l *gst.Line) gst.Paise { return l.Discount }

// description sets what a line is, and below it in small what else is known of it.
func (p *paper) description(l *gst.Line, t *table, d density) []textLine {
	width := t.columns[t.wide].width - 2*padding
	lines := p.wrap(l.Description, width, t.cellStyle())
	notes := append(p.lineNotes(l, d), p.amountNotes(l, d)...)
	return append(lines, p.wrapNotes(notes, width, style{false, t.size - 1.2, soft})...)
}
