package sandbox

import (
	"regexp"
	"strings"
)

// The patterns of INV-01.
var (
	anyText  = &form{`^([^\\"])*$`, func(s string) bool { return !strings.ContainsAny(s, `"\`) }}
	dateForm = expression(`^[0-3][0-9]\/[0-1][0-9]\/[2][0][1-2][0-9]$`)
	gstinOf  = expression(`^([0-9]{2}[0-9A-Z]{13})$`)
	gstinIn  = expression(`([0-9]{2}[0-9A-Z]{13})`) // without anchors, as the seller's is published
	gstinURP = expression(`^(([0-9]{2}[0-9A-Z]{13})|URP)$`)
	yesNo    = expression(`^([Y|N]{1})$`)
	stateOf  = &form{`^(?!0+$)([0-9]{1,2})$`, func(s string) bool { return digits(s) && strings.Trim(s, "0") != "" }}
	hsnOf    = &form{`^(?!0+$)([0-9]{4}|[0-9]{6}|[0-9]{8})$`, hsnForm}
	phoneOf  = expression(`^([0-9]{6,12})$`)
	emailOf  = expression(`^[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+$`)
)

// expression returns a pattern that Go's own regular expressions can check. They
// never change after they were compiled.
func expression(pattern string) *form {
	return &form{pattern, regexp.MustCompile(pattern).MatchString}
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func hsnForm(s string) bool {
	return digits(s) && strings.Trim(s, "0") != "" && (len(s) == 4 || len(s) == 6 || len(s) == 8)
}

// text is a field of shortest to longest characters.
func text(name string, shortest, longest int, f *form) field {
	return field{name: name, kind: textKind, shortest: shortest, longest: longest, form: f}
}

// date is a field of the form dd/mm/yyyy.
func date(name string) field { return text(name, 10, 10, dateForm) }

// number is a field from low to high, in thousandths.
func number(name string, low, high int64, decimals int) field {
	return field{name: name, kind: numberKind, low: low, high: high, decimals: decimals}
}

// lineAmount is an amount of a line, docAmount one of the whole document.
func lineAmount(name string) field { return number(name, 0, 999_999_999_999_990, 2) }
func docAmount(name string) field  { return number(name, 0, 99_999_999_999_999_990, 2) }

// count is a quantity, percentage a rate.
func count(name string) field      { return number(name, 0, 9_999_999_999_999, 3) }
func percentage(name string) field { return number(name, 0, 999_999, 3) }

// pinCode is the PIN code of a place.
func pinCode() field { return number("Pin", 100_000*one, 999_999*one, 0) }

// block is an object of fields, list an array of such objects.
func block(name string, fields ...field) field {
	return field{name: name, kind: objectKind, fields: fields}
}
func list(name string, fields ...field) field {
	return field{name: name, kind: listKind, fields: fields}
}

// must makes a field mandatory in its block.
func must(f field) field {
	f.must = true
	return f
}

// titled gives a field the name that the portal uses in its sentences.
func titled(title string, f field) field {
	f.title = title
	return f
}

// inv01 returns the schema of a document, version 1.1, in the order in which the
// portal signs it.
//
// Source: the published INV-01 schema; the order from signed invoices of NIC's
// sandbox, where it differs.
func inv01() []field {
	return []field{
		must(text("Version", 1, 6, expression(`^(1\.1)$`))),
		text("Irn", 64, 64, nil), // worked out by the portal, whatever was sent
		must(block("TranDtls",
			must(text("TaxSch", 3, 10, expression(`^(GST)$`))),
			must(text("SupTyp", 3, 10, expression(`(?i)^((B2B)|(SEZWP)|(SEZWOP)|(EXPWP)|(EXPWOP)|(DEXP))$`))),
			text("RegRev", 1, 1, yesNo),
			titled("e-Commerce GSTIN", text("EcmGstin", 15, 15, gstinOf)),
			text("IgstOnIntra", 1, 1, yesNo),
		)),
		must(block("DocDtls",
			must(text("Typ", 3, 3, expression(`(?i)^((INV)|(CRN)|(DBN))$`))),
			must(text("No", 1, 16, expression(`^([a-zA-Z1-9]{1}[a-zA-Z0-9\/-]{0,15})$`))),
			must(date("Dt")),
		)),
		must(block("SellerDtls", sellerFields()...)),
		must(block("BuyerDtls", buyerFields()...)),
		block("DispDtls", dispatchFields()...),
		block("ShipDtls", consigneeFields()...),
		must(list("ItemList", itemFields()...)),
		must(block("ValDtls", totalsFields()...)),
		block("PayDtls", paymentFields()...),
		block("RefDtls", referencesFields()...),
		list("AddlDocDtls", text("Url", 3, 100, anyText), text("Docs", 3, 1000, anyText), text("Info", 3, 1000, anyText)),
		block("ExpDtls", exportFields()...),
		block("EwbDtls", ewayFields()...),
	}
}

func sellerFields() []field {
	return []field{
		must(text("Gstin", 15, 15, gstinIn)), must(text("LglNm", 3, 100, anyText)), text("TrdNm", 3, 100, anyText),
		must(text("Addr1", 1, 100, anyText)), text("Addr2", 3, 100, anyText), must(text("Loc", 3, 50, anyText)),
		must(pinCode()), must(text("Stcd", 1, 2, stateOf)), text("Ph", 6, 12, phoneOf), text("Em", 6, 100, emailOf),
	}
}

// buyerFields has telephone and e-mail before the state: so the portal signs it.
func buyerFields() []field {
	return []field{
		must(text("Gstin", 3, 15, gstinURP)), must(text("LglNm", 3, 100, anyText)), text("TrdNm", 3, 100, anyText),
		must(text("Pos", 1, 2, stateOf)),
		must(text("Addr1", 1, 100, anyText)), text("Addr2", 3, 100, anyText), must(text("Loc", 3, 100, anyText)),
		pinCode(), text("Ph", 6, 12, phoneOf), text("Em", 6, 100, emailOf), must(text("Stcd", 1, 2, stateOf)),
	}
}

func dispatchFields() []field {
	return []field{
		must(text("Nm", 3, 100, anyText)),
		must(text("Addr1", 1, 100, anyText)), text("Addr2", 3, 100, anyText), must(text("Loc", 3, 100, anyText)),
		must(pinCode()), must(text("Stcd", 1, 2, stateOf)),
	}
}

func consigneeFields() []field {
	return []field{
		text("Gstin", 3, 15, gstinURP), must(text("LglNm", 3, 100, anyText)), text("TrdNm", 3, 100, anyText),
		must(text("Addr1", 1, 100, anyText)), text("Addr2", 3, 100, anyText), must(text("Loc", 3, 100, anyText)),
		must(pinCode()), must(text("Stcd", 1, 2, stateOf)),
	}
}

func itemFields() []field {
	return []field{
		must(text("SlNo", 1, 6, expression(`^([0-9]{1,6})$`))), must(text("IsServc", 1, 1, yesNo)),
		text("PrdDesc", 3, 300, anyText), must(text("HsnCd", 4, 8, hsnOf)), text("Barcde", 3, 30, anyText),
		count("Qty"), count("FreeQty"), text("Unit", 3, 8, expression(`^([A-Z|a-z]{3,8})$`)),
		must(number("UnitPrice", 0, 999_999_999_999_999, 3)),
		must(lineAmount("TotAmt")), lineAmount("Discount"), lineAmount("PreTaxVal"), must(lineAmount("AssAmt")),
		must(percentage("GstRt")), lineAmount("IgstAmt"), lineAmount("CgstAmt"), lineAmount("SgstAmt"),
		percentage("CesRt"), lineAmount("CesAmt"), lineAmount("CesNonAdvlAmt"),
		percentage("StateCesRt"), lineAmount("StateCesAmt"), lineAmount("StateCesNonAdvlAmt"),
		lineAmount("OthChrg"), must(lineAmount("TotItemVal")),
		text("OrdLineRef", 1, 50, anyText), text("OrgCntry", 2, 2, expression(`^([A-Z|a-z]{2})$`)), text("PrdSlNo", 1, 20, anyText),
		block("BchDtls", must(text("Nm", 3, 20, anyText)), date("ExpDt"), date("WrDt")),
		list("AttribDtls", text("Nm", 1, 100, anyText), text("Val", 1, 100, anyText)),
	}
}

func totalsFields() []field {
	return []field{
		must(docAmount("AssVal")), docAmount("CgstVal"), docAmount("SgstVal"), docAmount("IgstVal"), docAmount("CesVal"), docAmount("StCesVal"),
		docAmount("Discount"), docAmount("OthChrg"), number("RndOffAmt", -99_990, 99_990, 2), must(docAmount("TotInvVal")), docAmount("TotInvValFc"),
	}
}

func paymentFields() []field {
	return []field{
		text("Nm", 1, 100, anyText), text("AccDet", 1, 18, anyText), text("Mode", 1, 18, anyText), text("FinInsBr", 1, 11, anyText),
		text("PayTerm", 1, 100, anyText), text("PayInstr", 1, 100, anyText), text("CrTrn", 1, 100, anyText), text("DirDr", 1, 100, anyText),
		number("CrDay", 0, 9999*one, 0), docAmount("PaidAmt"), docAmount("PaymtDue"),
	}
}

func referencesFields() []field {
	return []field{
		text("InvRm", 3, 100, anyText),
		block("DocPerdDtls", must(date("InvStDt")), must(date("InvEndDt"))),
		list("PrecDocDtls",
			must(text("InvNo", 1, 16, expression(`^[1-9a-zA-Z]{1}[0-9a-zA-Z\/-]{1,15}$`))), must(date("InvDt")), text("OthRefNo", 1, 20, anyText)),
		list("ContrDtls",
			text("RecAdvRefr", 1, 20, anyText), date("RecAdvDt"), text("TendRefr", 1, 20, anyText), text("ContrRefr", 1, 20, anyText),
			text("ExtRefr", 1, 20, anyText), text("ProjRefr", 1, 20, anyText), text("PORefr", 1, 16, anyText), date("PORefDt")),
	}
}

func exportFields() []field {
	return []field{
		text("ShipBNo", 1, 20, anyText), date("ShipBDt"), text("Port", 2, 10, expression(`^[0-9|A-Z|a-z]{2,10}$`)), text("RefClm", 1, 1, yesNo),
		text("ForCur", 3, 16, expression(`^[A-Z|a-z]{3,16}$`)), text("CntCode", 2, 2, expression(`^([A-Z]{2})$`)), lineAmount("ExpDuty"),
	}
}

// ewayFields is the block that asks for an e-way bill. The published schema has the
// pattern of a document number at TransDocDt by mistake; a date is meant.
func ewayFields() []field {
	return []field{
		text("TransId", 15, 15, gstinOf), text("TransName", 3, 100, anyText), text("TransMode", 1, 1, expression(`^([1-4]{1})?$`)),
		must(number("Distance", 0, 4000*one, 0)), text("TransDocNo", 1, 15, expression(`^([a-zA-Z0-9\/-]{1,15})$`)), date("TransDocDt"),
		text("VehNo", 4, 20, expression(`^([A-Z|a-z|0-9]{4,20})$`)), text("VehType", 1, 1, expression(`^([O|R]{1})$`)),
	}
}
