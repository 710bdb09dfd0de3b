package handlers

import (
	"net/url"

	"mohar/gst"
)

// valuesOf is a document as the editor's form would have been typed.
func valuesOf(inv *gst.Invoice) url.Values {
	v, b := url.Values{}, basis{brought: inv.Brought, typed: inv.Prices != gst.PricesPlain}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	headInputs.write(v, "", b, inv)
	set("prices", string(inv.Prices))
	partyInputs.write(v, "buyer.", b, &inv.Buyer)
	writeBlock(v, "ship.", b, partyInputs, inv.ShipTo)
	writeBlock(v, "dispatch.", b, dispatchInputs, inv.Dispatch)
	writeBlock(v, "payment.", b, paymentInputs, inv.Payment)
	writeBlock(v, "export.", b, exportInputs, inv.Export)
	writeBlock(v, "eway.", b, ewayInputs, inv.EWay)
	writeGroup(v, "refs.preceding", b, precedingInputs, inv.Refs.Preceding)
	writeGroup(v, "refs.contracts", b, contractInputs, inv.Refs.Contracts)
	writeGroup(v, "docs", b, docInputs, inv.Docs)
	for i := range inv.Lines {
		setLine(v, i, b, &inv.Lines[i])
	}
	if inv.Brought {
		set("brought", "on")
		numberField.write(v, "", b, inv)
		partyInputs.write(v, "seller.", b, &inv.Seller)
		totalFigures.write(v, "totals.", b, &inv.Totals)
		return v
	}
	set("round", roundOf(inv))
	if v.Get("round") == roundTyped {
		roundField.write(v, "", b, inv)
	}
	return v
}

// roundOf is how a document was rounded. One that came out even says nothing of it.
func roundOf(inv *gst.Invoice) string {
	switch {
	case inv.RoundOffTyped && inv.Totals.RoundOff == 0:
		return roundNone
	case inv.RoundOffTyped:
		return roundTyped
	case inv.Totals.RoundOff != 0:
		return roundAuto
	}
	return ""
}

func writeBlock[B any](v url.Values, prefix string, b basis, in inputs[B], from *B) {
	if from != nil {
		in.write(v, prefix, b, from)
	}
}

func writeGroup[E any](v url.Values, group string, b basis, in inputs[E], from []E) {
	for i := range from {
		in.write(v, rowName(group, i), b, &from[i])
	}
}

// setParty puts a party into the form, in the place of the one that stood there.
func setParty(v url.Values, prefix string, p gst.Party) {
	partyInputs.write(v, prefix+".", basis{}, &p)
}

func setLine(v url.Values, row int, b basis, l *gst.Line) {
	prefix := lineName(row, "")
	lineInputs.write(v, prefix, b, l)
	writeBlock(v, prefix+"batch.", b, batchInputs, l.Batch)
	writeGroup(v, prefix+"attributes", b, attributeInputs, l.Attributes)
	if b.brought {
		lineFigures.write(v, prefix, b, l)
	}
}
