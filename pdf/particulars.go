package pdf

import (
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// field is a label over a value.
type field struct {
	label, value string
	strong       bool
}

// particulars draws what the document says beside parties and lines, in a grid.
func (p *paper) particulars() {
	list := p.supplyFields()
	list = append(list, p.referenceFields()...)
	list = append(list, p.exportFields()...)
	list = append(list, p.transportFields()...)
	p.rule(left, right, p.y, hair, hairline)
	p.y += 1.8
	p.fields(right-left, 4, list)
	p.y += 1.8
}

// supplyFields say where the supply takes place and who pays the tax.
func (p *paper) supplyFields() []field {
	inv := p.inv
	list := []field{{"Place of supply", stateText(inv.PlaceOfSupply), true}}
	if inv.Type == gst.DeliveryChallan {
		list = append(list, field{"Purpose", inv.Purpose, true})
	} else if p.words.taxed && !p.words.offer {
		list = append(list, field{"Tax payable on reverse charge", yesNo(inv.ReverseCharge), inv.ReverseCharge})
	}
	list = append(list, field{"Supply", supplyName(inv.Supply), false})
	if inv.IGSTOnIntra {
		list = append(list, field{"IGST on supply within the State", "Yes", false})
	}
	list = append(list, field{"E-commerce operator", inv.EcommerceGSTIN, false})
	return append(list, p.termFields()...)
}

// referenceFields name the documents behind this one: of a note those it corrects.
//
// Source: CGST Rules 2017, rule 53(1A)(g).
func (p *paper) referenceFields() []field {
	var originals []string
	for _, d := range p.inv.Refs.Preceding {
		originals = append(originals, joined(", ", dated(d.Number, d.Date), d.Other))
	}
	label := "Preceding document"
	if p.inv.Type == gst.CreditNote || p.inv.Type == gst.DebitNote {
		label = "Against invoice"
	}
	list := []field{{label, strings.Join(originals, "; "), true}}
	for _, c := range p.inv.Refs.Contracts {
		list = append(list,
			field{"Buyer's order", dated(c.OrderNumber, c.OrderDate), false},
			field{"Contract", c.Contract, false}, field{"Tender", c.Tender, false}, field{"Project", c.Project, false},
			field{"Reference", c.External, false}, field{"Receipt advice", dated(c.AdviceNumber, c.AdviceDate), false})
	}
	if from, to := p.inv.Refs.PeriodFrom, p.inv.Refs.PeriodTo; from != 0 || to != 0 {
		list = append(list, field{"Period", joined(" – ", from.String(), to.String()), false})
	}
	return list
}

// exportFields say what an export says.
//
// Source: CGST Rules 2017, rule 46, third proviso: country of destination.
func (p *paper) exportFields() []field {
	e := p.inv.Export
	if e == nil {
		return nil
	}
	list := []field{
		{"Country of destination", countryText(e.Country), true},
		{"Port", portText(e.Port), false},
		{"Shipping bill", dated(e.ShippingBill, e.ShippingBillDate), false},
		{"Currency", e.Currency, false},
		{"Exchange rate", exchange(e), false},
	}
	if e.RefundClaim != "" {
		list = append(list, field{"Refund claimed", yesNo(strings.EqualFold(e.RefundClaim, "Y")), false})
	}
	if e.Duty != 0 {
		list = append(list, field{"Export duty", money(e.Duty), false})
	}
	return list
}

// transportFields say how goods travel: as typed for the paper, else as the e-way bill
// was asked for.
func (p *paper) transportFields() []field {
	t := p.inv.Transport
	id := ""
	if e := p.inv.EWay; e != nil {
		id = e.TransporterID
		if t.Transporter == "" {
			t.Transporter = e.TransporterName
		}
		if t.Vehicle == "" {
			t.Vehicle = e.Vehicle
		}
		if t.LRNumber == "" {
			t.LRNumber, t.LRDate = e.DocumentNumber, e.DocumentDate
		}
	}
	return []field{
		{"Challan", dated(t.ChallanNumber, t.ChallanDate), false},
		{"Transporter", joined(", ", t.Transporter, id), false},
		{"Vehicle", t.Vehicle, false},
		{"LR/RR no.", dated(t.LRNumber, t.LRDate), false},
		{"Destination", t.Destination, false},
		{"Packages", t.Packages, false},
		{"Freight", t.Freight, false},
	}
}

// dated joins a number and its day, as "PO-17 of 02/11/2026".
func dated(number string, d gst.Date) string {
	if oneLine(number) == "" {
		return d.String()
	}
	return joined(" of ", number, d.String())
}

func yesNo(yes bool) string {
	if yes {
		return "Yes"
	}
	return "No"
}

// cell is a field set in lines over one or more columns of the grid.
type cell struct {
	lines []textLine
	span  int
}

// fields draws labels over values in a grid and moves on below it. Fields without a
// value are left out; a long value takes more columns.
func (p *paper) fields(width float64, columns int, list []field) {
	const gap = 4.0
	each := (width + gap) / float64(columns)
	var row []cell
	used := 0
	for _, f := range list {
		if oneLine(f.value) == "" {
			continue
		}
		c := p.cell(f, each, gap, columns)
		if used+c.span > columns {
			p.fieldRow(each, row)
			row, used = nil, 0
		}
		row = append(row, c)
		used += c.span
	}
	if len(row) > 0 {
		p.fieldRow(each, row)
	}
}

// cell sets one field in as few columns as two lines of its value need, and as keep a
// number in one piece.
func (p *paper) cell(f field, each, gap float64, columns int) cell {
	st := bodyStyle
	if f.strong {
		st = strongStyle
	}
	for span := 1; ; span++ {
		width := each*float64(span) - gap
		lines := p.wrap(f.value, width, st)
		if span == columns || (len(lines) <= 2 && p.width(longest(f.value), st) <= width) {
			return cell{append([]textLine{{f.label, labelStyle}}, lines...), span}
		}
	}
}

// longest returns the word of a text with the most characters.
func longest(s string) string {
	most := ""
	for _, word := range strings.Fields(clean(s)) {
		if utf8.RuneCountInString(word) > utf8.RuneCountInString(most) {
			most = word
		}
	}
	return most
}

// fieldRow draws one row of the grid. A value that is longer than the page flows on to
// the next ones.
func (p *paper) fieldRow(each float64, row []cell) {
	tallest := 0.0
	for _, c := range row {
		tallest = max(tallest, height(c.lines))
	}
	if len(row) == 1 && tallest > 60 {
		p.flow(row[0].lines)
		p.y += 1.2
		return
	}
	p.room(tallest)
	at := float64(left)
	for _, c := range row {
		p.block(at, p.y, c.lines)
		at += each * float64(c.span)
	}
	p.y += tallest + 1.2
}
