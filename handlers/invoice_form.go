package handlers

import (
	"net/url"

	"mohar/gst"
)

// typedInvoice is the editor's form, read.
type typedInvoice struct {
	*gst.Invoice            // as far as it could be read
	unread       gst.Faults // the fields that could not
	rows         []int      // for each line of the document its row in the form
	// groups are the same of what else repeats, by its name in the document: "docs",
	// "lines[0].attributes".
	groups map[string][]int
	round  string // how the total is rounded: auto, none, typed; empty: as the company does
}

// parseInvoice reads the editor's form. Rows that nothing was typed into are no lines.
func parseInvoice(values url.Values) typedInvoice {
	r := newFormReader(values)
	inv := &gst.Invoice{
		ID: r.hidden("id"), Version: r.hidden("version"), Brought: r.brought,
		Prices: gst.PriceBasis(r.text("prices")),
	}
	typed := typedInvoice{Invoice: inv, round: r.text("round")}
	headInputs.read(r, place{}, inv)
	partyInputs.read(r, place{"buyer.", "buyer."}, &inv.Buyer)
	inv.ShipTo = block(r, place{"ship.", "ship."}, partyInputs, false)
	inv.Dispatch = block(r, place{"dispatch.", "dispatch."}, dispatchInputs, false)
	inv.Payment = block(r, place{"payment.", "payment."}, paymentInputs, false)
	inv.Export = block(r, place{"export.", "export."}, exportInputs, false)
	inv.EWay = block(r, place{"eway.", "eway."}, ewayInputs, true)
	inv.Refs.Preceding = readGroup(r, "refs.preceding", place{}, precedingInputs)
	inv.Refs.Contracts = readGroup(r, "refs.contracts", place{}, contractInputs)
	inv.Docs = readGroup(r, "docs", place{}, docInputs)
	inv.Lines = r.lines()
	switch {
	case r.brought:
		numberField.read(r, place{}, inv)
		partyInputs.read(r, place{"seller.", "seller."}, &inv.Seller)
		totalFigures.read(r, place{"totals.", "totals."}, &inv.Totals)
	case typed.round == roundTyped:
		inv.RoundOffTyped = true
		roundField.read(r, place{}, inv)
	default:
		inv.RoundOffTyped = typed.round == roundNone
	}
	typed.unread, typed.rows, typed.groups = r.faults, r.groups["lines"], r.groups
	return typed
}

// The ways to round a total that people choose from.
const (
	roundAuto  = "auto"
	roundNone  = "none"
	roundTyped = "typed"
)

// as is the company as it makes this document: the form may round otherwise.
func (t typedInvoice) as(company gst.Company) gst.Company {
	if t.round == roundAuto {
		company.RoundOff = true
	}
	return company
}

// lines reads the rows of the grid.
func (r *formReader) lines() []gst.Line {
	return readRows(r, "lines", place{}, func(p place, into *gst.Line) {
		lineInputs.read(r, p, into)
		into.Batch = block(r, p.at("batch."), batchInputs, false)
		into.Attributes = readGroup(r, "attributes", p, attributeInputs)
		if r.brought {
			lineFigures.read(r, p, into)
		}
	})
}
