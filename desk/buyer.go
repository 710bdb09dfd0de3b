package desk

import (
	"context"
	"errors"
	"fmt"

	"mohar/gst"
)

// CheckBuyer says what the portal's register, as it was asked last, has against the buyer
// of a document of c: that the GSTIN is cancelled or suspended, or that a buyer in a
// special economic zone is supplied as anybody. A cancelled GSTIN is a warning once somebody
// has checked it and bills it all the same, and in documents that were brought, whose maker
// cannot be asked. It reads the store only; a buyer nobody asked for has nothing against it.
//
// Source: CGST Rules 2017, rules 21A and 22; errors 2246 and 2247.
func (d *Desk) CheckBuyer(ctx context.Context, c gst.Company, inv *gst.Invoice) (gst.Faults, error) {
	buyer := inv.Buyer
	if buyer.GSTIN == "" || buyer.GSTIN == gst.URP {
		return nil, nil
	}
	known, err := d.store.CustomerOf(ctx, c.GSTIN, gst.Party{GSTIN: buyer.GSTIN})
	if errors.Is(err, gst.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check buyer: %w", err)
	}
	return buyerWarnings(known, inv), nil
}

// buyerWarnings compares a document with what the register says of its buyer.
func buyerWarnings(known gst.Customer, inv *gst.Invoice) gst.Faults {
	var faults gst.Faults
	asked := gst.DateOf(known.StatusAt).String()
	switch known.Status {
	case gst.StatusCancelled, gst.StatusInactive:
		// What was supplied before the cancellation may still be put right by a note.
		note := inv.Type == gst.CreditNote || inv.Type == gst.DebitNote
		faults = append(faults, gst.Fault{Rule: "buyer.cancelled", Code: "3074", Field: "buyer.gstin",
			Args: []string{asked}, Warning: inv.BuyerChecked || inv.Brought || note})
	case gst.StatusSuspended:
		faults = append(faults, gst.Fault{Rule: "buyer.suspended", Field: "buyer.gstin", Args: []string{asked}, Warning: true})
	case gst.StatusUnknown:
		faults = append(faults, gst.Fault{Rule: "buyer.unknown", Code: "3028", Field: "buyer.gstin", Args: []string{asked}, Warning: true})
	}
	switch {
	case !charges(inv.Type) || known.Taxpayer == "":
	case known.SEZ() && (inv.Supply == gst.B2B || inv.Supply == gst.DEXP): // 2246
		faults = append(faults, gst.Fault{Rule: "buyer.sez", Code: "2246", Field: "supply", Args: []string{string(inv.Supply)}})
	case !known.SEZ() && inv.Supply.ForSEZ(): // 2247
		faults = append(faults, gst.Fault{Rule: "buyer.not_sez", Code: "2247", Field: "supply", Args: []string{asked}})
	}
	return faults
}

// charges reports whether documents of the type go to the portal.
func charges(t gst.DocumentType) bool {
	return t == gst.TaxInvoice || t == gst.CreditNote || t == gst.DebitNote
}
