package pdf

import (
	"cmp"
	"strings"
	"time"

	"mohar/gst"
)

// moment12 is how the portal writes moments on its own prints.
const moment12 = "02/01/2006 03:04 PM"

// grouped writes the number of an e-way bill as the portal prints it: 3010 0299 9920.
func grouped(number string) string {
	var b strings.Builder
	for i, r := range number {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// EWayQR is the text of the QR code on an e-way bill: its number, the GSTIN of who made
// it and the moment of its making.
func EWayQR(number string, by gst.GSTIN, made time.Time) string {
	return number + "/" + string(by) + "/" + stamp(made, "02-01-2006 15:04:05")
}

// supplyWords names direction and reason of a movement, "Outward – Supply".
//
// Source: e-way bill API 1.03, code lists, as are the names below.
func supplyWords(c *gst.Consignment) string {
	direction := map[gst.Direction]string{gst.Outward: "Outward", gst.Inward: "Inward"}[c.Direction]
	reason := map[gst.SubSupply]string{
		gst.SubSupplySale: "Supply", gst.SubSupplyImport: "Import", gst.SubSupplyExport: "Export", gst.SubSupplyJobWork: "Job Work",
		gst.SubSupplyOwnUse: "For Own Use", gst.SubSupplyJobReturn: "Job Work Returns", gst.SubSupplySalesReturn: "Sales Return",
		gst.SubSupplyOthers: "Others", gst.SubSupplyLots: "SKD/CKD/Lots", gst.SubSupplyLineSales: "Line Sales",
		gst.SubSupplyUnknownBuyer: "Recipient Not Known", gst.SubSupplyExhibition: "Exhibition or Fairs",
	}[c.SubSupply]
	if c.SubSupplyText != "" {
		reason = joined(": ", reason, c.SubSupplyText)
	}
	return joined(" – ", direction, reason)
}

func paperWords(k gst.PaperKind) string {
	return cmp.Or(map[gst.PaperKind]string{
		gst.PaperInvoice: "Tax Invoice", gst.PaperSupply: "Bill of Supply", gst.PaperEntry: "Bill of Entry",
		gst.PaperChallan: "Delivery Challan", gst.PaperOther: "Others",
	}[k], string(k))
}

func transactionWords(n int) string {
	return map[int]string{1: "Regular", 2: "Bill To – Ship To", 3: "Bill From – Dispatch From", 4: "Combination of 2 and 3"}[n]
}

func modeWords(mode string) string {
	return cmp.Or(map[string]string{"1": "Road", "2": "Rail", "3": "Air", "4": "Ship", "5": "In transit"}[mode], mode)
}

// rates writes the rates of a line as the portal's print does: C+S+I+Cess+Cess non-advol,
// "NE" where there is none.
func rates(l gst.ConsignmentLine) string {
	rate := func(r gst.Rate) string {
		if r == 0 {
			return "NE"
		}
		return r.String()
	}
	fixed := "NE"
	if l.CessFixed != 0 {
		fixed = money(l.CessFixed)
	}
	return strings.Join([]string{rate(l.CGST), rate(l.SGST), rate(l.IGST), rate(l.Cess), fixed}, "+")
}
