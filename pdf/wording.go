package pdf

import (
	"mohar/gst"
	"mohar/gst/master"
)

// wording is what a type of document calls itself and its parts.
type wording struct {
	title    string
	subtitle string // below the title
	number   string
	buyer    string // heading of the recipient's address
	total    string
	due      bool // asks for money, so payment details make sense
	taxed    bool // states tax and reverse charge
	offer    bool // bills nothing: the law of invoices does not speak of it
}

// wordingOf returns the words of a document type.
//
// Source: CGST Rules 2017, rules 46, 49, 53(1A) and 55.
func wordingOf(t gst.DocumentType) wording {
	switch t {
	case gst.CreditNote:
		return wording{title: "CREDIT NOTE", number: "Credit note no.", buyer: "Credit to", total: "Total credit", taxed: true}
	case gst.DebitNote:
		return wording{title: "DEBIT NOTE", number: "Debit note no.", buyer: "Debit to", total: "Total debit", due: true, taxed: true}
	case gst.BillOfSupply:
		return wording{title: "BILL OF SUPPLY", number: "Bill no.", buyer: "Bill to", total: "Total", due: true}
	case gst.DeliveryChallan:
		return wording{title: "DELIVERY CHALLAN", number: "Challan no.", buyer: "Consignee", total: "Total value", taxed: true}
	case gst.Quotation:
		return wording{title: "QUOTATION", subtitle: notTaxInvoice, number: "Quotation no.", buyer: "Quotation for", total: "Total", taxed: true, offer: true}
	case gst.Proforma:
		return wording{
			title: "PROFORMA INVOICE", subtitle: notTaxInvoice, number: "Proforma no.", buyer: "Proforma for", total: "Total",
			due: true, taxed: true, offer: true,
		}
	}
	return wording{title: "TAX INVOICE", number: "Invoice no.", buyer: "Bill to", total: "Total", due: true, taxed: true}
}

// notTaxInvoice stands below the title of what bills nothing.
const notTaxInvoice = "NOT A TAX INVOICE"

// wordsOf returns the words of one document. An invoice over taxable and exempt goods
// together, to a buyer without registration, is called after both.
//
// Source: CGST Rules 2017, rule 46A.
func wordsOf(inv *gst.Invoice) wording {
	w := wordingOf(inv.Type)
	if inv.Type != gst.TaxInvoice || inv.Supply != gst.B2C {
		return w
	}
	taxable, exempt := false, false
	for i := range inv.Lines {
		l := &inv.Lines[i]
		taxable = taxable || l.GSTRate != 0
		exempt = exempt || (l.GSTRate == 0 && l.Taxable != 0)
	}
	if taxable && exempt {
		w.title = "INVOICE-CUM-BILL OF SUPPLY"
	}
	return w
}

// legend is the sentence that a zero-rated supply must bear, in the rule's own words;
// "" for others.
//
// Source: CGST Rules 2017, rule 46, third proviso.
func legend(t gst.SupplyType) string {
	const meant = "SUPPLY MEANT FOR EXPORT/SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS "
	switch t {
	case gst.EXPWP, gst.SEZWP:
		return meant + "ON PAYMENT OF INTEGRATED TAX"
	case gst.EXPWOP, gst.SEZWOP:
		return meant + "UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX"
	}
	return ""
}

// supplyName names the supply types that are out of the ordinary; "" for the others.
func supplyName(t gst.SupplyType) string {
	switch t {
	case gst.EXPWP:
		return "Export with payment of tax"
	case gst.EXPWOP:
		return "Export without payment of tax"
	case gst.SEZWP:
		return "SEZ with payment of tax"
	case gst.SEZWOP:
		return "SEZ without payment of tax"
	case gst.DEXP:
		return "Deemed export"
	}
	return ""
}

// compositionNote stands on top of the bills of a composition supplier.
//
// Source: CGST Rules 2017, rule 5(1)(f).
const compositionNote = "Composition taxable person, not eligible to collect tax on supplies"

// exemptNote is the declaration of a supplier above the turnover whom rule 48(4) does
// not bind.
//
// Source: CGST Rules 2017, rule 46(s), from 05-07-2022.
const exemptNote = "I/We hereby declare that though our aggregate turnover in any preceding financial year " +
	"from 2017-18 onwards is more than the aggregate turnover notified under sub-rule (4) of rule 48, we are " +
	"not required to prepare an invoice in terms of the provisions of the said sub-rule."

// stateText names a state with its code, "Maharashtra (27)"; "" for no code.
//
// Source: CGST Rules 2017, rule 46(e) and (n): the name of the State and its code.
func stateText(code string) string {
	if len(code) == 1 {
		code = "0" + code
	}
	switch name := master.StateName(code); {
	case code == master.Abroad:
		return "Other country (96)"
	case name != "":
		return name + " (" + code + ")"
	}
	return code
}

// countryText names a country with its code.
func countryText(code string) string {
	if name := master.CountryName(code); name != "" {
		return name + " (" + code + ")"
	}
	return code
}

// stateTaxName is the name of the half of the tax that is not central: UTGST in the
// union territories without a legislature.
//
// Source: UTGST Act 2017, section 1(2) and CGST Act 2017, section 2(114).
func stateTaxName(placeOfSupply string) string {
	switch placeOfSupply {
	case "04", "4", "25", "26", "31", "35", "38", master.OtherTerritory:
		return "UTGST"
	}
	return "SGST"
}
