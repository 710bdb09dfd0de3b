package pdf

import (
	"strings"

	"mohar/gst"
)

// The block under the lines: words and payment at the left, totals at the right.
const (
	totalsColumn = 74.0
	totalsGap    = 8.0
)

// totalLine is one line of the totals.
type totalLine struct {
	label, amount string
	grand         bool // the amount the document is about
	quiet         bool // information beside the sum
	strong        bool
}

// closing draws the amount in words, payment details and totals as one block.
func (p *paper) closing() {
	width := right - left - totalsColumn - totalsGap
	words := p.inWords(width)
	totals := p.totals()
	h := 0.0
	for _, t := range totals {
		h += t.height()
	}
	p.room(max(h, height(words)))
	y := p.y
	end := p.block(left, y, words)
	for _, t := range totals {
		y = p.total(y, t)
	}
	p.y = max(y, end) + 3
}

// inWords sets the amount in words and how to pay it.
func (p *paper) inWords(width float64) []textLine {
	lines := []textLine{{"Amount in words", labelStyle}}
	lines = append(lines, p.wrap(p.inv.Totals.Total.Words(), width, style{true, 8.8, ink})...)
	for _, f := range p.payment() {
		if value := oneLine(f.value); value != "" {
			lines = append(lines, textLine{"", style{false, 2.4, soft}}, textLine{f.label, labelStyle})
			lines = append(lines, limit(p.wrapNotes(strings.Split(value, " · "), width, bodyStyle), 6)...)
		}
	}
	return lines
}

// totals lists the document's sums from the value to the amount due. Under reverse
// charge the tax that the recipient pays to the government stands below the total, unless
// the total already holds it.
func (p *paper) totals() []totalLine {
	t := p.inv.Totals
	var list []totalLine
	add := func(label string, amount gst.Paise) {
		if amount != 0 {
			list = append(list, totalLine{label: label, amount: money(amount)})
		}
	}
	if p.showsTax() {
		list = append(list, totalLine{label: "Taxable value", amount: money(t.Taxable)})
	} else if t.Taxable != t.Total {
		add("Value", t.Taxable)
	}
	apart := p.taxApart()
	if p.showsTax() && !apart {
		list = append(list, p.taxTotals()...)
	}
	add("Other charges", t.OtherCharges+p.lineCharges())
	add("Discount", -t.Discount)
	add("Round off", t.RoundOff)
	list = append(list, totalLine{label: p.words.total, amount: "₹ " + money(t.Total), grand: true})
	if e := p.inv.Export; t.TotalForeign != 0 && e != nil {
		label := joined(" at ", "In foreign currency", exchange(e))
		list = append(list, totalLine{label: label, amount: foreign(e.Currency, t.TotalForeign), quiet: true})
	}
	if apart {
		list = append(list, totalLine{label: "Payable by the recipient under reverse charge:", quiet: true})
		for _, tax := range p.taxTotals() {
			tax.quiet = true
			list = append(list, tax)
		}
	}
	return append(list, p.paid()...)
}

// taxTotals lists the taxes. The ones that the document bears are shown even when they
// come to nothing.
func (p *paper) taxTotals() []totalLine {
	t := p.inv.Totals
	integrated, halves := p.taxes()
	var list []totalLine
	if halves {
		list = append(list, totalLine{label: "CGST", amount: money(t.CGST)},
			totalLine{label: stateTaxName(p.inv.PlaceOfSupply), amount: money(t.SGST)})
	}
	if integrated {
		list = append(list, totalLine{label: "IGST", amount: money(t.IGST)})
	}
	if t.Cess != 0 {
		list = append(list, totalLine{label: "Cess", amount: money(t.Cess)})
	}
	if t.StateCess != 0 {
		list = append(list, totalLine{label: "State cess", amount: money(t.StateCess)})
	}
	return list
}

// taxApart reports whether the total leaves out the tax, as it does under reverse
// charge. Figures that were brought may differ from the exact sum by a rupee.
func (p *paper) taxApart() bool {
	t := p.inv.Totals
	tax := t.CGST + t.SGST + t.IGST + t.Cess + t.StateCess
	rest := t.Total - t.RoundOff - (t.Taxable + t.OtherCharges + p.lineCharges() - t.Discount)
	return p.inv.ReverseCharge && tax > 100 && rest <= 100 && rest >= -100
}

// lineCharges are the other charges of single lines, which the total holds as well.
func (p *paper) lineCharges() gst.Paise {
	var sum gst.Paise
	for i := range p.inv.Lines {
		sum += p.inv.Lines[i].OtherCharges
	}
	return sum
}

func (t totalLine) style() style {
	switch {
	case t.grand:
		return style{true, 11, ink}
	case t.quiet:
		return style{false, 8, soft}
	case t.strong:
		return strongStyle
	}
	return bodyStyle
}

func (t totalLine) height() float64 {
	if t.grand {
		return t.style().height() + 4
	}
	return t.style().height() + 0.8
}

// total draws one line of the totals and returns where the next one starts.
func (p *paper) total(y float64, t totalLine) float64 {
	x, st, h := right-totalsColumn, t.style(), t.height()
	base := y + st.ascent() + 0.4
	if t.grand {
		p.fill(x, y+0.8, totalsColumn, h-1.4, panel)
		p.rule(x, right, y+0.8, 0.3, ink)
		p.rule(x, right, y+h-0.6, 0.3, ink)
		base = y + st.ascent() + 1.9
	}
	p.text(x+padding, base, t.label, st)
	p.textRight(right-padding, base, t.amount, st)
	return y + h
}
