package gst

// PaymentToSend returns PayDtls as the portal gets it: what was typed, and from the terms
// what was not. Documents that ask for no money, and brought ones, say what they say.
//
// Source: INV-01 schema v1.1, PayDtls.Mode, CrDay and PaymtDue.
func (inv *Invoice) PaymentToSend() *Payment {
	t := inv.Terms
	if inv.Brought || !inv.asksForMoney() || !t.Cash && t.Days <= 0 {
		return inv.Payment
	}
	var p Payment
	if inv.Payment != nil {
		p = *inv.Payment
	}
	switch {
	case t.Cash:
		if p.Mode == "" {
			p.Mode = "Cash"
		}
		return &p
	case p.CreditDays == 0:
		p.CreditDays = t.Days
	}
	if p.Due == 0 {
		p.Due = max(inv.Totals.Total-p.Paid, 0)
	}
	return &p
}

// asksForMoney reports whether the buyer owes what the document says.
func (inv *Invoice) asksForMoney() bool {
	switch inv.Type {
	case TaxInvoice, DebitNote, BillOfSupply, Proforma:
		return true
	}
	return false
}
