package sandbox

import (
	"slices"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// maxItems is how many items a document may have.
const maxItems = 1000

// gaps are six-digit codes that exist, but that the portal's own master does not
// have; it takes their eight-digit children.
// Source: refusals of the live portal, reported in public.
var gaps = []string{"521211", "630411"}

// checkItems checks every item on its own. 2228, 2173, 2233 and the codes of
// checkItem.
func (d *document) checkItems(strict bool, f *found) {
	f.when(len(d.items) == 0, "2228")
	f.when(len(d.items) > maxItems, "2173")
	seen := map[string]bool{}
	twice := false
	for _, it := range d.items {
		twice = twice || seen[it.text("SlNo")]
		seen[it.text("SlNo")] = true
		d.checkCodes(it, strict, f)
		d.checkValue(it, f)
		d.checkTax(it, f)
		d.checkCess(it, f)
		f.when(!d.itemTotalOK(it), "2194", itemName(it))
	}
	f.when(twice, "2233")
}

// itemName names an item in a refusal. The portal says the HSN code; with many lines of
// one code the serial number is needed to find the line.
func itemName(it *value) string { return it.text("HsnCd") + ", Sl. No " + it.text("SlNo") }

// sixDigitsFrom is the day from which sellers above 5 crore need HSN codes of six
// digits. A strict sandbox takes everybody for one of them.
// Source: GSTN advisory of 04-12-2023.
const sixDigitsFrom gst.Date = 20231215

// rateFrom are the first days of the rates, in thousandths of one percent, that are
// younger than e-invoicing.
// Source: Notifications 2/2022 and 9/2025-Central Tax (Rate).
var rateFrom = map[int64]gst.Date{6000: 20220401, 40_000: 20250922}

// checkCodes checks HSN code, unit and rate. A rate that ended is taken, on invoices
// too: a supply from before the change keeps it, and the portal cannot tell. One that
// had not begun on the day of the document is not. 2176, 2311, 2238, 2239, 2177, 2240.
func (d *document) checkCodes(it *value, strict bool, f *found) {
	hsn, service := it.text("HsnCd"), it.text("IsServc") == "Y"
	switch {
	case !master.HSNKnown(hsn) || slices.Contains(gaps, hsn):
		f.add("2176", hsn)
	case strings.HasPrefix(hsn, "99") != service:
		f.codes = append(f.codes, gst.RefusalCode{Code: "2176", Message: fill(mismatchText, []string{itemName(it)})})
	}
	f.when(strict && d.date >= sixDigitsFrom && len(hsn) < 6, "2311")
	if !service {
		f.when(!it.has("Qty"), "2238", itemName(it))
		f.when(!it.has("Unit"), "2239", itemName(it))
	}
	if unit := it.text("Unit"); unit != "" {
		f.when(!master.UnitExists(unit), "2177", unit)
	}
	rate := it.figure("GstRt")
	f.when(!master.RateKnown(int32(rate)) || d.date < rateFrom[rate], "2240", itemName(it))
}

// checkValue checks value before tax. 2192, 2193. Value-only notes, which carry no
// quantity, are taken as they are.
func (d *document) checkValue(it *value, f *found) {
	quantity, amount := it.figure("Qty"), it.figure("TotAmt")
	counted := it.has("Qty") && (quantity > 0 || !d.note())
	f.when(counted && !near(amount, product(quantity, it.figure("UnitPrice"))), "2192", itemName(it))
	f.when(!near(it.figure("AssAmt"), amount-it.figure("Discount")), "2193", itemName(it))
}

// checkTax checks which taxes are charged, and against the rate how much. 2172, 2174,
// 2180, 2237, 2227, 2234, 2235, 2241. The amounts of notes are not compared with the
// rate, nor those of goods taxed by their retail sale price.
func (d *document) checkTax(it *value, f *found) {
	igst, cgst, sgst := it.figure("IgstAmt"), it.figure("CgstAmt"), it.figure("SgstAmt")
	compared := !d.note() && !d.byRetailPrice(it.text("HsnCd"))
	due := percent(it.figure("AssAmt"), it.figure("GstRt"))
	if d.untaxed() {
		due, compared = 0, true
	}
	if d.integrated() {
		if cgst > 0 || sgst > 0 {
			f.add(d.wrongHalves(), itemName(it))
		}
		f.when(compared && !near(igst, due) || d.untaxed() && igst > 0, "2235", itemName(it))
		return
	}
	f.when(igst > 0, "2172", itemName(it))
	f.when(!near(cgst, sgst), "2227", itemName(it))
	if !compared {
		return
	}
	if half := due / 2; cgst == 0 && sgst == 0 && half > rupee {
		f.add("2241", itemName(it))
	} else {
		f.when(!near(cgst, half) || !near(sgst, half), "2234", itemName(it))
	}
}

// wrongHalves is the code for CGST and SGST where IGST is due.
func (d *document) wrongHalves() string {
	switch {
	case d.abroad():
		return "2180"
	case d.toSEZ():
		return "2237"
	}
	return "2174"
}

// checkCess compares cesses with their rates, of which nothing is due without payment of
// tax. 2266, 2267.
func (d *document) checkCess(it *value, f *found) {
	taxable := it.figure("AssAmt")
	switch {
	case d.untaxed():
		taxable = 0
	case d.note():
		return
	}
	f.when(!near(it.figure("CesAmt"), percent(taxable, it.figure("CesRt"))), "2266", itemName(it))
	f.when(!near(it.figure("StateCesAmt"), percent(taxable, it.figure("StateCesRt"))), "2267", itemName(it))
}

// The members of an item that make its total.
var (
	gstFigures  = []string{"IgstAmt", "CgstAmt", "SgstAmt"}
	cessFigures = []string{"CesAmt", "CesNonAdvlAmt", "StateCesAmt", "StateCesNonAdvlAmt"}
)

// itemTotalOK reports whether TotItemVal is value, taxes and other charges. Under
// reverse charge and for exports with payment the tax may be left out: it is not the
// buyer who pays it to the seller.
func (d *document) itemTotalOK(it *value) bool {
	base := it.figure("AssAmt") + it.figure("OthChrg")
	gstPart, cessPart := figures(it, gstFigures), figures(it, cessFigures)
	total := it.figure("TotItemVal")
	if near(total, base+gstPart+cessPart) {
		return true
	}
	return d.taxOutside() && (near(total, base) || near(total, base+cessPart))
}

// taxOutside reports whether the totals may leave the tax out.
func (d *document) taxOutside() bool { return d.reverse || d.supply == gst.EXPWP }

func figures(it *value, names []string) int64 {
	var sum int64
	for _, n := range names {
		sum += it.figure(n)
	}
	return sum
}

// retailFrom is the day from which tobacco goods are taxed by retail sale price.
// Source: CGST Rules 2017, rule 31D; Notification 20/2025-CT.
const retailFrom gst.Date = 20260201

// byRetailPrice reports whether the tax of goods is worked out from their retail sale
// price, so that it cannot be compared with the value.
func (d *document) byRetailPrice(hsn string) bool {
	if d.date < retailFrom {
		return false
	}
	for _, p := range []string{"21069020", "2401", "2402", "2403", "24041100", "24041900"} {
		if strings.HasPrefix(p, hsn) { // a code too short to tell counts
			return true
		}
		if strings.HasPrefix(hsn, p) {
			return !strings.HasPrefix(hsn, "24031921") && !strings.HasPrefix(hsn, "24031929") // biris
		}
	}
	return false
}

// checkTotals compares the totals with the items. 2182–2187, 2189.
func (d *document) checkTotals(f *found) {
	v := d.totals
	f.when(!near(v.figure("AssVal"), d.sum("AssAmt")), "2182")
	f.when(!near(v.figure("SgstVal"), d.sum("SgstAmt")), "2183")
	f.when(!near(v.figure("CgstVal"), d.sum("CgstAmt")), "2184")
	f.when(!near(v.figure("IgstVal"), d.sum("IgstAmt")), "2185")
	f.when(!near(v.figure("CesVal"), d.sum("CesAmt", "CesNonAdvlAmt")), "2186")
	f.when(!near(v.figure("StCesVal"), d.sum("StateCesAmt", "StateCesNonAdvlAmt")), "2187")
	f.when(!d.totalOK(), "2189")
}

// totalOK reports whether TotInvVal is the items' totals, less the discount of the
// document, plus its other charges and rounding. Where items may leave the tax out,
// the total may do so too.
func (d *document) totalOK() bool {
	v := d.totals
	rest := v.figure("OthChrg") + v.figure("RndOffAmt") - v.figure("Discount")
	want := []int64{d.sum("TotItemVal")}
	if d.taxOutside() {
		base, cess := d.sum("AssAmt", "OthChrg"), d.sum(cessFigures...)
		want = append(want, base, base+cess, base+cess+d.sum(gstFigures...))
	}
	total := v.figure("TotInvVal")
	return slices.ContainsFunc(want, func(w int64) bool { return near(total, w+rest) })
}
