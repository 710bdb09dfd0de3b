package pdf

import (
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// heading draws who issues the document at the left and what it is at the right.
func (p *paper) heading() {
	const titleColumn = 70.0
	start := p.y
	end := p.issuer(start, right-left-titleColumn-6)
	y := start
	if p.label != "" {
		st := style{true, 7, soft}
		p.textRight(right, y+st.ascent(), p.label, st)
		y += st.height() + 0.4
	}
	title := titleStyle
	if wide := p.width(p.words.title, title); wide > titleColumn {
		title.size *= titleColumn / wide
	}
	p.textRight(right, y+title.ascent(), p.words.title, title)
	y += title.height()
	if p.words.subtitle != "" {
		st := style{true, 8, ink}
		p.textRight(right, y+st.ascent(), p.words.subtitle, st)
		y += st.height()
	}
	for _, s := range p.status {
		p.textRight(right, y+sealStyle.ascent(), s, sealStyle)
		y += sealStyle.height()
	}
	y += 0.8
	y = p.titled(y, p.words.number, p.number())
	y = p.titled(y, "Date", p.inv.Date.String())
	p.y = max(end, y) + 2
	p.rule(left, right, p.y, 0.35, ink)
	p.y += 2.8
}

// titled writes a label and its value against the right edge.
func (p *paper) titled(y float64, label, value string) float64 {
	value = p.shorten(value, 52, numberStyle)
	p.textRight(right, y+numberStyle.ascent(), value, numberStyle)
	p.textRight(right-p.width(value, numberStyle)-2.2, y+numberStyle.ascent(), label, smallStyle)
	return y + numberStyle.height()
}

// issuer writes the seller's name, address and registration and returns where it ends.
func (p *paper) issuer(y, width float64) float64 {
	s := p.seller()
	lines := limit(p.wrap(s.LegalName, width, nameStyle), 4)
	if s.TradeName != "" && !strings.EqualFold(s.TradeName, s.LegalName) {
		lines = append(lines, limit(p.wrap(s.TradeName, width, strongStyle), 3)...)
	}
	address := joined(", ", s.Address1, s.Address2, placeAndPIN(s), stateText(s.State))
	lines = append(lines, limit(p.wrap(address, width, bodyStyle), 6)...)
	registered := joined(" · ", prefixed("GSTIN ", s.GSTIN), prefixed("PAN ", gst.GSTIN(s.GSTIN).PAN()))
	lines = append(lines, p.wrap(registered, width, strongStyle)...)
	lines = append(lines, limit(p.wrap(p.branch(), width, bodyStyle), 3)...)
	contact := joined(" · ", s.Phone, s.Email)
	lines = append(lines, limit(p.wrap(contact, width, style{false, 8, soft}), 3)...)
	lines = append(lines, limit(p.wrapNotes(p.facts(), width, smallStyle), 5)...)
	return p.block(left, y, lines)
}

// branch names the branch that made the document, with its address unless the place of
// dispatch shows it.
func (p *paper) branch() string {
	for _, b := range p.company.Branches {
		if b.Code != p.inv.Branch || b.Code == "" {
			continue
		}
		at := gst.Party{Address1: b.Address1, Address2: b.Address2, Place: b.Place, PIN: b.PIN}
		if d := p.inv.Dispatch; d != nil && strings.EqualFold(d.Address1, b.Address1) && d.PIN == b.PIN {
			at = gst.Party{}
		}
		return "Branch: " + joined(", ", b.Name, at.Address1, at.Address2, placeAndPIN(at))
	}
	return prefixed("Branch: ", p.inv.Branch)
}

// facts are what the firm says of itself beside the particulars of the law of tax.
//
// Source: Companies Act 2013, section 12(3)(c), for the CIN.
func (p *paper) facts() []string {
	f := p.company.Paper
	udyam := prefixed("Udyam ", f.Udyam)
	if udyam != "" && f.UdyamSize != "" {
		udyam += " (" + f.UdyamSize + " enterprise)"
	}
	var list []string
	for _, s := range append([]string{prefixed("CIN ", f.CIN), udyam, prefixed("IEC ", f.IEC)}, f.Lines...) {
		if s = oneLine(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// placeAndPIN joins both as addresses write them; the number that stands for places
// abroad is no PIN code.
func placeAndPIN(party gst.Party) string {
	if party.PIN <= 0 || party.PIN == master.PINAbroad {
		return oneLine(party.Place)
	}
	return joined(" ", party.Place, itoa(party.PIN))
}

// want is what a document needs to be an invoice and has not.
type want struct{ mark, words string }

// Source: CGST Rules 2017, rules 48(5) and 46(r).
var (
	wantsIRN = want{
		"NOT VALID WITHOUT IRN",
		"Not yet registered with the Invoice Registration Portal; until then this is not an invoice (CGST Rules, rule 48(5)).",
	}
	wantsCode = want{
		"NOT VALID WITHOUT QR CODE",
		"Registered, but its signed QR code is still to be brought from the portal; an e-invoice bears it (CGST Rules, rule 46(r)).",
	}
)

// wanting is what a document lacks; empty when it is an invoice as it stands.
func wanting(inv *gst.Invoice, o Options) want {
	switch {
	case o.NotValid:
		return wantsIRN
	case inv.IRN.State == gst.IRNRegistered && inv.IRN.Registration.Unsigned() && !inv.Elsewhere:
		return wantsCode
	}
	return want{}
}

// warning draws the band over a document that lacks its IRN or its QR code.
func (p *paper) warning() {
	if p.want == (want{}) {
		return
	}
	const h = 11.5
	large := style{true, 12, seal}
	p.frame(left, p.y, right-left, h, 0.5, seal)
	p.textMiddle(pageWidth/2, p.y+5.3, p.want.mark, large)
	p.textMiddle(pageWidth/2, p.y+9.3, p.want.words, style{false, 7.4, seal})
	p.y += h + 3
}

// legends draws on top what a composition supplier and a zero-rated supply must say.
func (p *paper) legends() {
	var texts []string
	if p.company.Taxpayer == gst.Composition && p.inv.Type == gst.BillOfSupply {
		texts = append(texts, compositionNote)
	}
	if s := legend(p.inv.Supply); s != "" && p.words.taxed && !p.words.offer && p.inv.Type != gst.DeliveryChallan {
		texts = append(texts, s+p.undertaking())
	}
	for _, s := range texts {
		st := style{true, 7.8, ink}
		lines := p.wrap(s, right-left-6, st)
		h := height(lines) + 2.4
		p.fill(left, p.y, right-left, h, panel)
		p.block(left+3, p.y+1.1, lines)
		p.y += h + 2.4
	}
}

// undertaking names the letter of undertaking of the document's year, for a supply that
// rests on it.
//
// Source: CGST Rules 2017, rule 96A.
func (p *paper) undertaking() string {
	if s := p.inv.Supply; s != gst.EXPWOP && s != gst.SEZWOP {
		return ""
	}
	year := p.inv.Date.FinancialYear()
	for _, l := range p.company.Paper.LUTs {
		if l.Year == year && oneLine(l.Number) != "" {
			return "\nLUT " + oneLine(l.Number) + " of " + year
		}
	}
	return ""
}
