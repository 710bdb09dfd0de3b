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
	const signature, widest = 70.0, 80.0
	width := right - left - signature - totalsGap
	lines := p.declarations(width)
	conditions := p.conditions(width)
	if len(lines) > 0 && len(conditions) > 0 {
		lines = append(lines, textLine{"", style{false, 3, soft}})
	}
	if lines = append(lines, conditions...); height(lines) > widest { // more than stands beside a signature
		p.flow(append(p.declarations(right-left), p.conditions(right-left)...))
		p.y += 3
		lines = nil
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

// declarations sets what the document declares at its end.
func (p *paper) declarations(width float64) []textLine {
	var lines []textLine
	if p.inv.ReverseCharge && p.words.taxed && !p.words.offer {
		lines = append(lines, p.wrap("Tax on this supply is payable by the recipient under reverse charge.", width, bodyStyle)...)
	}
	if p.words.offer {
		lines = append(lines, p.wrap("This is not a tax invoice; no credit of tax can be taken on it.", width, bodyStyle)...)
	}
	if p.declaresExempt() {
		lines = append(lines, textLine{"Declaration (CGST Rules, rule 46(s))", labelStyle})
		lines = append(lines, p.wrap(exemptNote, width, style{false, 7.6, ink})...)
	}
	return lines
}

// declaresExempt reports whether an invoice must say why it bears no IRN: the turnover
// lies above the threshold, and yet rule 48(4) does not bind the supplier. Up to the
// threshold the declaration would be untrue.
//
// Source: CGST Rules 2017, rule 46(s).
func (p *paper) declaresExempt() bool {
	c := p.company
	unbound := c.Exempt || (c.Taxpayer == gst.SEZUnit && c.Turnover != gst.SlabUnknown)
	return p.inv.Type == gst.TaxInvoice && p.reg == nil && unbound && c.Turnover != gst.SlabUpTo5
}

// signature sets who signs. A registered document needs nobody's hand.
//
// Source: CGST Rules 2017, rule 46, proviso on electronic invoices under the Information
// Technology Act 2000.
func (p *paper) signature(width float64) []textLine {
	lines := limit(p.wrap(prefixed("For ", p.seller().LegalName), width, strongStyle), 3)
	note := style{false, 7.4, soft}
	switch {
	case p.inv.Elsewhere:
		return []textLine{{"Record of a document issued by another program;", note}, {"the signed original is not this paper.", note}}
	case p.reg != nil && p.reg.IRN != "":
		lines = append(lines,
			textLine{"", style{false, 3, soft}},
			textLine{"Electronic document; no signature needed", note},
			textLine{"(Information Technology Act 2000)", note})
	default:
		lines = append(lines, textLine{"", style{false, 34, soft}})
	}
	if name := p.company.Paper.Signatory; oneLine(name) != "" {
		lines = append(lines, limit(p.wrap(name, width, strongStyle), 2)...)
	}
	return append(lines, textLine{"Authorised signatory", style{false, 8, ink}})
}
