package desk

import (
	"context"
	"fmt"

	"mohar/gst"
)

// MakesInvoice reports whether an invoice can be made of a document of c: of a quotation,
// a proforma invoice or a delivery challan that was issued.
func MakesInvoice(c gst.Company, inv *gst.Invoice) bool {
	switch inv.Type {
	case gst.Quotation, gst.Proforma, gst.DeliveryChallan:
		return inv.State == gst.Issued && inv.Mode == c.Mode
	}
	return false
}

// InvoiceFrom makes a draft invoice of a quotation, a proforma invoice or a delivery
// challan of c, which it names as its source. It returns gst.ErrNotFound, and gst.ErrState
// where MakesInvoice is false.
func (d *Desk) InvoiceFrom(ctx context.Context, c gst.Company, id int64) (*gst.Invoice, error) {
	source, _, err := d.store.Invoice(ctx, c.GSTIN, id)
	if err != nil {
		return nil, fmt.Errorf("read the document to bill: %w", err)
	}
	if !MakesInvoice(c, source) {
		return nil, fmt.Errorf("invoice of %q: %w", source.Number, gst.ErrState)
	}
	inv := gst.InvoiceFrom(source)
	if c.Taxpayer == gst.Composition { // CGST Act 2017, section 31(3)(c)
		inv.Type = gst.BillOfSupply
	}
	return inv, d.SaveDraft(ctx, c, inv, nil)
}
