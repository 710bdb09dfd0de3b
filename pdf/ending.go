package pdf

import (
	"mohar/gst"
)

// remarks writes what the document says in free words, over several pages if it must.
func (p *paper) remarks() {
	var lines []textLine
	if s := p.inv.Refs.Remarks; oneLine(s) != "" {
		lines = append(lines, textLine{"Remarks", labelStyle})
		lines = append(lines, p.wrap(s, right-left, bodyStyle)...)
	}
	for _, d := range p.inv.Docs {
		if s := joined(" · ", d.Info, d.URL); s != "" {
			lines = append(lines, textLine{"Supporting document", labelStyle})
			lines = append(lines, p.wrap(s, right-left, bodyStyle)...)
		}
	}
	if len(lines) > 0 {
		p.flow(lines)
		p.y += 3
	}
}

// ending draws declarations at the left and the place of the signature at the right.
func (p *paper) ending() {
	const signature = 70.0
	width := right - left - signature - totalsGap
	var lines []textLine
	if p.inv.ReverseCharge && p.words.taxed {
		lines = append(lines, p.wrap("Tax on this supply is payable by the recipient under reverse charge.", width, bodyStyle)...)
	}
	if p.company.Exempt && (p.inv.Type == gst.TaxInvoice) && p.reg == nil {
		lines = append(lines, textLine{"Declaration (CGST Rules, rule 46(s))", labelStyle})
		lines = append(lines, p.wrap(exemptNote, width, style{false, 7.6, ink})...)
	}
	sign := p.signature(signature)
	p.room(max(height(lines), height(sign)))
	p.block(left, p.y, lines)
	y := p.y
	for _, l := range sign {
		p.textRight(right, y+l.st.ascent(), l.s, l.st)
		y += l.st.height()
	}
	p.y = max(y, p.y+height(lines))
}

// signature sets who signs. A registered document needs nobody's hand.
//
// Source: CGST Rules 2017, rule 46, proviso on electronic invoices under the Information
// Technology Act 2000.
func (p *paper) signature(width float64) []textLine {
	lines := limit(p.wrap("For "+p.seller().LegalName, width, strongStyle), 3)
	if p.reg != nil && p.reg.IRN != "" {
		note := style{false, 7.4, soft}
		return append(lines,
			textLine{"", style{false, 3, soft}},
			textLine{"Electronic document; no signature needed", note},
			textLine{"(Information Technology Act 2000)", note},
			textLine{"Authorised signatory", style{false, 8, ink}})
	}
	return append(lines, textLine{"", style{false, 34, soft}}, textLine{"Authorised signatory", style{false, 8, ink}})
}
