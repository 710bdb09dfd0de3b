package pdf

import (
	"fmt"
	"time"

	"mohar/gst"
)

// The type sizes of the paper. Labels are small and grey, what they name is ink.
var (
	nameStyle   = style{true, 14, ink}
	titleStyle  = style{true, 15, ink}
	numberStyle = style{true, 10.5, ink}
	labelStyle  = style{false, 6.8, soft}
	bodyStyle   = style{false, 8.4, ink}
	strongStyle = style{true, 8.4, ink}
	smallStyle  = style{false, 7.2, soft}
	finePrint   = style{false, 7.2, ink}
	sealStyle   = style{true, 9, seal}
)

// hair is the thickness of the thin lines, in millimetres.
const hair = 0.18

// paper is one document being drawn, page by page, from top to bottom.
type paper struct {
	*canvas
	inv     *gst.Invoice
	company gst.Company
	words   wording
	reg     *gst.Registration // nil without IRN
	qr      *symbol           // nil without IRN
	want    want              // what is lacking for an invoice
	draft   bool              // for proof reading
	ghosts  []string          // large marks across each page
	status  []string          // the same in the head of the first page
	copies  []string

	label  string  // of the copy being drawn
	first  int     // its first page
	y      float64 // where the next thing starts
	repeat func()  // draws what a table shows again on a new page; nil outside tables
}

// newPaper prepares a document; it fails when the signed QR cannot be encoded.
func newPaper(c *canvas, inv *gst.Invoice, company gst.Company, o Options) (*paper, error) {
	p := &paper{
		canvas: c, inv: inv, company: company, words: wordsOf(inv),
		reg: inv.IRN.Registration, draft: o.Draft || inv.State == gst.Draft, copies: o.Copies,
	}
	if !p.draft && !p.words.offer {
		p.want = wanting(inv, o)
	}
	if p.words.offer {
		p.reg = nil
	}
	if len(p.copies) == 0 {
		p.copies = []string{""}
	}
	p.setMarks(o)
	if p.reg != nil && p.reg.SignedQR != "" {
		s, err := newSymbol(p.reg.SignedQR)
		if err != nil {
			return nil, err
		}
		p.qr = s
	}
	c.pdf.SetTitle(joined(" ", p.words.title, p.number()), true)
	c.pdf.SetAuthor(oneLine(p.seller().LegalName), true)
	c.pdf.SetSubject(joined(" · ", inv.Date.String(), inv.Buyer.LegalName), true)
	c.pdf.SetCreator("Mohar", true)
	return p, nil
}

// setMarks notes what must be written across the pages.
func (p *paper) setMarks(o Options) {
	practice := o.Practice || p.inv.Mode == gst.Practice || (p.reg != nil && p.reg.Practice)
	if practice {
		p.ghosts = append(p.ghosts, "PRACTICE")
		p.status = append(p.status, "PRACTICE")
	}
	if p.draft {
		p.ghosts = append(p.ghosts, "DRAFT")
		if p.inv.Number != "" { // else the number says it
			p.status = append(p.status, "DRAFT")
		}
	}
	if p.inv.Elsewhere {
		p.ghosts = append(p.ghosts, "COPY")
		p.status = append(p.status, "ISSUED ELSEWHERE – COPY")
	}
	cancelled := o.Cancelled
	if cancelled == "" && p.inv.IRN.State == gst.IRNCancelled && p.inv.IRN.CancelReason != "" { // else the day is not known
		cancelled = stamp(p.inv.IRN.CancelledAt, "02/01/2006")
	}
	switch {
	case cancelled != "" || p.inv.IRN.State == gst.IRNCancelled:
		p.ghosts = append(p.ghosts, "CANCELLED")
		p.status = append(p.status, joined(" ", "CANCELLED", cancelled))
	case p.inv.State == gst.Void:
		p.ghosts = append(p.ghosts, "VOID")
		p.status = append(p.status, "VOID")
	}
}

// number is the document's number as printed; drafts have none.
func (p *paper) number() string {
	if p.inv.Number == "" {
		return "DRAFT"
	}
	return oneLine(p.inv.Number)
}

// draw draws all copies.
func (p *paper) draw() {
	for _, label := range p.copies {
		p.label = oneLine(label)
		p.first = p.pdf.PageCount() + 1
		p.newPage()
		p.heading()
		p.warning()
		p.legends()
		p.parties()
		p.particulars()
		p.items()
		p.closing()
		p.summary()
		p.remarks()
		p.ending()
		p.numberPages()
	}
}

// newPage starts a page and writes the large marks first, so that everything else
// stands on top of them.
func (p *paper) newPage() {
	p.addPage()
	st, y := style{true, 92, ghost}, 212.0
	if len(p.ghosts) > 1 {
		st.size, y = 70, 236
	}
	for _, mark := range p.ghosts { // all of them below the usual place of the QR code
		p.slanted(pageWidth/2, y, mark, st)
		y -= 66
	}
	p.y = top
}

// room starts a new page when less than h is left on this one.
func (p *paper) room(h float64) {
	if p.y+h > bottom {
		p.nextPage()
	}
}

// nextPage goes on with the same document on a new page under a small head.
func (p *paper) nextPage() {
	p.newPage()
	st := style{false, 8, soft}
	y := p.y + st.ascent()
	what := joined(" · ", p.words.title, p.number(), p.inv.Date.String())
	p.textRight(right, y, what, style{true, 8, ink})
	space := right - left - p.width(what, style{true, 8, ink}) - 6
	p.text(left, y, p.shorten(joined(" · ", p.seller().LegalName, p.seller().GSTIN), space, st), st)
	p.y += st.height() + 1.6
	p.rule(left, right, p.y, hair, hairline)
	p.y += 3
	if p.repeat != nil {
		p.repeat()
	}
}

// numberPages writes the foot of all pages of the copy, now that their count is known.
func (p *paper) numberPages() {
	last := p.pdf.PageCount()
	parts := append([]string{p.words.title + " " + p.number(), p.label}, p.status...)
	if p.want != (want{}) {
		parts = append(parts, p.want.mark)
	}
	for n := p.first; n <= last; n++ {
		p.openPage(n)
		p.rule(left, right, foot-3.6, hair, hairline)
		p.textRight(right, foot, fmt.Sprintf("Page %d of %d", n-p.first+1, last-p.first+1), labelStyle)
		p.text(left, foot, joined(" · ", parts...), labelStyle)
	}
	p.openPage(last)
}

// flow writes lines one after another over as many pages as they need.
func (p *paper) flow(lines []textLine) {
	for _, l := range lines {
		p.room(l.st.height())
		p.y = p.block(left, p.y, []textLine{l})
	}
}

// seller is who issues the document.
func (p *paper) seller() gst.Party {
	if p.inv.Seller.LegalName == "" && p.inv.Seller.GSTIN == "" {
		return p.company.Party()
	}
	return p.inv.Seller
}

// stamp writes a moment in Indian time; "" for none.
func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(gst.IST).Format(layout)
}
