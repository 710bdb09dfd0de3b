package pdf

import (
	"mohar/gst"
	"mohar/gst/master"
)

// wording is what a type of document calls itself and its parts.
type wording struct {
	title  string
	number string
	buyer  string // heading of the recipient's address
	total  string
	due    bool // asks for money, so payment details make sense
	taxed  bool // states tax and reverse charge
}

// wordingOf returns the words of a document type.
//
// Source: CGST Rules 2017, rules 46, 49, 53(1A) and 55.
func wordingOf(t gst.DocumentType) wording {
	switch t {
	case gst.CreditNote:
		return wording{"CREDIT NOTE", "Credit note no.", "Credit to", "Total credit", false, true}
	case gst.DebitNote:
		return wording{"DEBIT NOTE", "Debit note no.", "Debit to", "Total debit", true, true}
	case gst.BillOfSupply:
		return wording{"BILL OF SUPPLY", "Bill no.", "Bill to", "Total", true, false}
	case gst.DeliveryChallan:
		return wording{"DELIVERY CHALLAN", "Challan no.", "Consignee", "Total value", false, true}
	}
	return wording{"TAX INVOICE", "Invoice no.", "Bill to", "Total", true, true}
}

// legend is the sentence that a zero-rated supply must bear; "" for others.
//
// Source: CGST Rules 2017, rule 46, third proviso.
func legend(t gst.SupplyType) string {
	switch t {
	case gst.EXPWP:
		return "SUPPLY MEANT FOR EXPORT ON PAYMENT OF INTEGRATED TAX"
	case gst.EXPWOP:
		return "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX"
	case gst.SEZWP:
		return "SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS ON PAYMENT OF INTEGRATED TAX"
	case gst.SEZWOP:
		return "SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX"
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
