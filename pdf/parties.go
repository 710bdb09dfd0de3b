package pdf

import (
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// codeSize is the width of the signed QR on paper, in millimetres: below 40 scanners
// begin to fail, and the portal's own advice is about 50 with its margin.
const codeSize = 46.0

// irnLine is how many of the IRN's 64 characters stand on one line.
const irnLine = 32

// parties draws what the portal gave, the parties, and the signed QR beside them.
func (p *paper) parties() {
	start, page, width := p.y, p.pdf.PageNo(), right-left
	if p.qr != nil {
		full := p.qr.full(codeSize)
		p.symbol(right-full, start, codeSize, p.qr)
		width -= full + 5
	}
	if p.reg != nil {
		p.registration(width)
	}
	p.addresses(width)
	if p.qr != nil && p.pdf.PageNo() == page {
		p.y = max(p.y, start+p.qr.full(codeSize))
	}
	p.y += 2.6
}

// registration writes IRN, acknowledgement and e-way bill. A document without IRN, such
// as a challan, may have an e-way bill alone.
func (p *paper) registration(width float64) {
	irn := style{false, 9, ink}
	if p.reg.IRN != "" {
		p.text(left, p.y+labelStyle.ascent(), "IRN", labelStyle)
		p.y += labelStyle.height()
	}
	for rest := oneLine(p.reg.IRN); rest != ""; {
		n := min(irnLine, len(rest))
		p.text(left, p.y+irn.ascent(), rest[:n], irn)
		p.y += irn.height()
		rest = rest[n:]
	}
	p.y += 1
	const minute = "02/01/2006 15:04"
	p.fields(width, 3, []field{
		{"Ack no.", p.reg.AckNo, false},
		{"Ack date", stamp(p.reg.AckDate, minute), false},
	})
	if e := p.reg.EWayBill; e != nil {
		p.fields(width, 3, []field{
			{"E-way bill no.", e.Number, false},
			{"E-way bill date", stamp(e.Date, minute), false},
			{"Valid until", stamp(e.ValidUntil, minute), false},
		})
	}
	p.y += 0.6
	p.rule(left, left+width, p.y, hair, hairline)
	p.y += 2
}

// addressee is one party with the heading over its address.
type addressee struct {
	label string
	party gst.Party
	buyer bool
}

// addressees are the parties to print. A consignee or a place of dispatch that only
// repeats another party is left out.
func (p *paper) addressees() []addressee {
	var list []addressee
	if p.inv.Buyer != (gst.Party{}) || p.inv.Supply == gst.B2C { // drafts may lack one
		list = append(list, addressee{p.words.buyer, p.inv.Buyer, true})
	}
	if s := p.inv.ShipTo; s != nil && !samePlace(*s, p.inv.Buyer) {
		list = append(list, addressee{"Ship to", *s, false})
	}
	if d := p.inv.Dispatch; d != nil && !samePlace(*d, p.inv.Seller) {
		list = append(list, addressee{"Dispatched from", *d, false})
	}
	return list
}

// samePlace reports whether two parties are printed alike.
func samePlace(a, b gst.Party) bool {
	return strings.EqualFold(a.LegalName, b.LegalName) && strings.EqualFold(a.Address1, b.Address1) &&
		strings.EqualFold(a.Address2, b.Address2) && strings.EqualFold(a.Place, b.Place) && a.PIN == b.PIN && a.State == b.State
}

// addresses draws the parties beside each other: two to a row beside the QR, else all in
// one row.
func (p *paper) addresses(width float64) {
	const gap = 6.0
	list := p.addressees()
	columns := len(list)
	if p.qr != nil {
		columns = min(2, columns)
	}
	each := (width - gap*float64(columns-1)) / float64(columns)
	for len(list) > 0 {
		n := min(columns, len(list))
		blocks, tallest := make([][]textLine, n), 0.0
		for i, a := range list[:n] {
			blocks[i] = p.address(a, each)
			tallest = max(tallest, height(blocks[i]))
		}
		p.room(tallest)
		for i, b := range blocks {
			p.block(left+float64(i)*(each+gap), p.y, b)
		}
		p.y += tallest
		if list = list[n:]; len(list) > 0 {
			p.y += 2
		}
	}
}

// address sets one party in lines.
func (p *paper) address(a addressee, width float64) []textLine {
	v := a.party
	lines := []textLine{{a.label, labelStyle}}
	lines = append(lines, limit(p.wrap(v.LegalName, width, style{true, 9.2, ink}), 5)...)
	if v.TradeName != "" && !strings.EqualFold(v.TradeName, v.LegalName) {
		lines = append(lines, limit(p.wrap(v.TradeName, width, bodyStyle), 4)...)
	}
	state := stateText(v.State)
	if v.State == master.Abroad {
		state = "" // the place of supply and the country of destination say it
	}
	for _, s := range []string{joined(", ", v.Address1, v.Address2), placeAndPIN(v), state} {
		lines = append(lines, limit(p.wrap(s, width, bodyStyle), 8)...)
	}
	switch {
	case v.GSTIN == gst.URP:
		lines = append(lines, textLine{"GSTIN: unregistered (URP)", bodyStyle})
	case v.GSTIN == "" && a.buyer && p.inv.Supply == gst.B2C:
		lines = append(lines, textLine{"Unregistered", bodyStyle})
	case v.GSTIN != "":
		lines = append(lines, limit(p.wrap("GSTIN "+v.GSTIN, width, strongStyle), 2)...)
	}
	contact := joined(" · ", v.Phone, v.Email)
	return append(lines, limit(p.wrap(contact, width, style{false, 7.6, soft}), 3)...)
}

// prefixed puts a word before a text that is not empty.
func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func itoa(n int) string { return strconv.Itoa(n) }
