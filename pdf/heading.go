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
	p.textRight(right, y+titleStyle.ascent(), p.words.title, titleStyle)
	y += titleStyle.height()
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
	contact := joined(" · ", s.Phone, s.Email)
	lines = append(lines, limit(p.wrap(contact, width, style{false, 8, soft}), 3)...)
	return p.block(left, y, lines)
}

// placeAndPIN joins both as addresses write them; the number that stands for places
// abroad is no PIN code.
func placeAndPIN(party gst.Party) string {
	if party.PIN <= 0 || party.PIN == master.PINAbroad {
		return oneLine(party.Place)
	}
	return joined(" ", party.Place, itoa(party.PIN))
}

// notValid is said of a document that needs an IRN and has none.
const notValid = "NOT VALID WITHOUT IRN"

// warning draws the band over a document that lacks its IRN.
//
// Source: CGST Rules 2017, rule 48(5).
func (p *paper) warning() {
	if p.valid {
		return
	}
	const h = 11.5
	large := style{true, 12, seal}
	p.frame(left, p.y, right-left, h, 0.5, seal)
	p.textMiddle(pageWidth/2, p.y+5.3, notValid, large)
	p.textMiddle(pageWidth/2, p.y+9.3, "Not yet registered with the Invoice Registration Portal; until then this is not an invoice (CGST Rules, rule 48(5)).",
		style{false, 7.4, seal})
	p.y += h + 3
}

// legends draws what a composition supplier and a zero-rated supply must say.
func (p *paper) legends() {
	var texts []string
	if p.company.Taxpayer == gst.Composition && p.inv.Type == gst.BillOfSupply {
		texts = append(texts, compositionNote)
	}
	if s := legend(p.inv.Supply); s != "" && p.words.taxed {
		texts = append(texts, s)
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
