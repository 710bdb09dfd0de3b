package pdf

import (
	"mohar/gst"
)

// mostCopies bounds what a slip of the keyboard in the settings can print.
const mostCopies = 12

// extraCopy marks what is printed beyond the copies that the rules name.
const extraCopy = "EXTRA COPY"

// CopyLabels returns the markings of the copies that a company prints of a document, the
// recipient's first: as many as its Paper.Copies says for the type, else as many as the
// rules name. It is empty, which prints one set without a marking, for the record of a
// document issued elsewhere, whose original is not ours to make, and for a single
// quotation or proforma, of which the rules do not speak.
//
// Source: CGST Rules 2017, rules 48(1), 48(2) and 55(2).
func CopyLabels(inv *gst.Invoice, company gst.Company) []string {
	if inv.Elsewhere {
		return nil
	}
	labels := lawfulCopies(inv)
	n := company.Paper.Copies[inv.Type]
	if n <= 0 {
		n = len(labels)
	}
	n = min(n, mostCopies)
	if labels == nil {
		if n <= 1 {
			return nil
		}
		labels = []string{""}
	}
	for len(labels) < n {
		labels = append(labels, extraCopy)
	}
	return labels[:n]
}

// lawfulCopies are the copies that the rules name; nil where they name none. Notes go to
// the recipient and never travel with goods, so no carrier has one.
func lawfulCopies(inv *gst.Invoice) []string {
	services := []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR SUPPLIER"}
	switch inv.Type {
	case gst.Quotation, gst.Proforma:
		return nil
	case gst.DeliveryChallan:
		return []string{"ORIGINAL FOR CONSIGNEE", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR CONSIGNER"}
	case gst.CreditNote, gst.DebitNote:
		return services
	}
	for i := range inv.Lines {
		if l := &inv.Lines[i]; !l.Service && l.Charge == gst.ChargeNone {
			return []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR SUPPLIER"}
		}
	}
	return services
}
