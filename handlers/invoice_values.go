package handlers

import (
	"net/url"
	"strconv"

	"mohar/gst"
)

// valuesOf is a document as the editor's form would have been typed.
func valuesOf(inv *gst.Invoice) url.Values {
	v := url.Values{
		"type": {string(inv.Type)}, "date": {inv.Date.String()}, "supply": {string(inv.Supply)}, "pos": {inv.PlaceOfSupply},
		"remarks": {inv.Refs.Remarks},
	}
	if inv.ReverseCharge {
		v.Set("reverse", "on")
	}
	if inv.IGSTOnIntra {
		v.Set("igst_on_intra", "on")
	}
	setParty(v, "buyer", inv.Buyer)
	if inv.ShipTo != nil {
		setParty(v, "ship", *inv.ShipTo)
	}
	for _, r := range inv.Refs.Contracts {
		v.Set("order.number", r.OrderNumber)
		v.Set("order.date", r.OrderDate.String())
	}
	for _, p := range inv.Refs.Preceding {
		v.Set("refs.preceding[0].number", p.Number)
		v.Set("refs.preceding[0].date", p.Date.String())
		break // the form has room for one
	}
	if e := inv.Export; e != nil {
		v.Set("export.country", e.Country)
		v.Set("export.port", e.Port)
		v.Set("export.currency", e.Currency)
	}
	for i, l := range inv.Lines {
		setLine(v, i, l)
	}
	return v
}

func setParty(v url.Values, prefix string, p gst.Party) {
	pin := ""
	if p.PIN != 0 {
		pin = strconv.Itoa(p.PIN)
	}
	for name, value := range map[string]string{
		"gstin": p.GSTIN, "name": p.LegalName, "trade": p.TradeName, "address1": p.Address1, "address2": p.Address2,
		"place": p.Place, "pin": pin, "state": p.State, "phone": p.Phone, "email": p.Email,
	} {
		v.Set(prefix+"."+name, value)
	}
}

func setLine(v url.Values, row int, l gst.Line) {
	discount := ""
	switch {
	case l.DiscountRate != 0:
		discount = l.DiscountRate.String() + "%"
	case l.Discount != 0:
		discount = l.Discount.String()
	}
	for column, value := range map[string]string{
		"description": l.Description, "hsn": l.HSN, "qty": zeroless(l.Quantity), "unit": l.Unit,
		"price": zeroless(l.UnitPrice), "discount": discount, "rate": l.GSTRate.String(),
	} {
		v.Set(lineName(row, column), value)
	}
}

// zeroless is a number as typed; nothing for zero.
func zeroless(m gst.Milli) string {
	if m == 0 {
		return ""
	}
	return m.String()
}
