package gst

// EWayNeedsIRNRoute reports whether the e-way bill of a document has to be made of its
// IRN: it is an invoice that has one, or that a firm bound to e-invoicing makes for a
// registered buyer or an export. Notes, challans, bills of supply and invoices to
// consumers go to the e-way bill system directly.
//
// Source: e-way bill API 1.03, error 720; e-invoice API 1.03, error 4010.
func EWayNeedsIRNRoute(inv *Invoice, r Rules) bool {
	if inv.Type != TaxInvoice {
		return false
	}
	switch inv.IRN.State {
	case IRNRegistered:
		return true
	case IRNNotRequired:
		return false
	}
	return NeedsIRN(inv, r) == ""
}
