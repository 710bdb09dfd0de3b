package desk

import "mohar/gst"

// New is an empty document of c as it begins: of today, on the terms that the company
// usually gives. Without a type, or for an invoice that the company may not give, it is
// the one that c gives instead.
func (d *Desk) New(c gst.Company, kind gst.DocumentType) *gst.Invoice {
	inv := &gst.Invoice{Company: c.GSTIN, Type: kind, Date: d.Today(), Supply: gst.B2B, Prices: c.Prices}
	if kind == "" || kind == gst.TaxInvoice {
		inv.Type = usualType(c)
	}
	if inv.Type != gst.CreditNote && inv.Type != gst.DeliveryChallan { // these ask for no money
		inv.Terms.Days, inv.Terms.Interest = c.Paper.Days, c.Paper.Interest
	}
	return inv
}

// usualType is the document that a company sells with: a composition taxpayer gives bills
// of supply.
//
// Source: CGST Act 2017, section 31(3)(c).
func usualType(c gst.Company) gst.DocumentType {
	if c.Taxpayer == gst.Composition {
		return gst.BillOfSupply
	}
	return gst.TaxInvoice
}
