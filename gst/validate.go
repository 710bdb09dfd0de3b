package gst

import (
	"errors"
	"strconv"
	"strings"

	"mohar/gst/master"
)

// Rules is what the checks depend on beside the document.
type Rules struct {
	Today   Date
	Company Company
	Law     *master.Law // nil: as the program brings it

	// KnownDistance is how many km lie between the two PIN codes of a consignment, as the
	// portal once said; 0: not known. It binds e-way bills alone.
	KnownDistance int
}

// maxLines is how many items one document may have at the portal; more make two documents.
// On paper the law knows no limit. An e-way bill with the IRN takes the first 250.
//
// Source: INV-01 schema v1.1, ItemList; error 2173.
const maxLines = 1000

// Validate checks a document as the portal would, as far as that is possible without
// its registers, and as the law wants it on paper, and returns every fault and warning
// in the order of the form. Sums and products may differ by one rupee, which is NIC's
// own tolerance, so that figures an ERP rounded elsewhere pass. Rules that came or went
// are applied by the document's day.
//
// Documents that do not go to the portal are spared its own limits. A wrong check digit
// of a GSTIN is a fault in live documents and a warning in practice.
func Validate(inv *Invoice, r Rules) Faults {
	mode := inv.Mode
	if mode == "" {
		mode = r.Company.Mode
	}
	c := &checker{
		inv: inv, rules: r,
		live:   mode == Live,
		portal: NeedsIRN(inv, r) == "",
	}
	c.header()
	c.seller()
	c.buyer()
	c.dispatch()
	c.shipTo()
	c.lines()
	c.totals()
	c.payment()
	c.references()
	c.supporting()
	c.export()
	c.eway()
	return c.faults
}

// ParseFault turns the error of ParsePaise, ParseMilli, ParseRate, ParseDate or
// ParseGSTIN into the fault to show beside the field.
func ParseFault(field string, err error) Fault {
	rule := "parse.number"
	switch {
	case errors.Is(err, ErrDecimals):
		rule = "parse.decimals"
	case errors.Is(err, ErrTooLarge):
		rule = "parse.large"
	case errors.Is(err, ErrNotDate):
		rule = "parse.date"
	case errors.Is(err, ErrGSTINPattern):
		rule = "gstin.pattern"
	case errors.Is(err, ErrGSTINState):
		rule = "gstin.state"
	}
	return Fault{Rule: rule, Code: codeOf[rule], Field: field}
}

// header checks what stands at the top of the form.
func (c *checker) header() {
	c.documentType()
	c.documentNumber()
	c.documentDate()
	c.supplyType()
	c.placeOfSupply()
	c.reverseCharge()
	c.igstOnIntra()
	c.operator()
	c.house()
	c.kindOfDocument()
}

func (c *checker) documentType() {
	switch c.inv.Type {
	case TaxInvoice, CreditNote, DebitNote, BillOfSupply, DeliveryChallan, Quotation, Proforma:
	default:
		c.add("type.unknown", "type")
	}
}

// documentNumber checks the number. A draft has none: it gets it when it is issued. One
// that another program gave need only be lawful.
//
// Source: CGST Rules 2017, rule 46(b); INV-01 schema v1.1, DocDtls.No.
func (c *checker) documentNumber() {
	n := c.inv.Number
	switch {
	case n == "" && (c.inv.Brought || c.inv.Elsewhere):
		c.add("required", "number")
	case c.inv.Elsewhere && LawfulNumber(n):
	case n != "" && !ValidNumber(n):
		c.add("number.pattern", "number")
	}
}

func (c *checker) documentDate() {
	d, today := c.inv.Date, c.rules.Today
	if d == 0 {
		c.add("required", "date")
		return
	}
	if !c.date("date", d) {
		return
	}
	if today != 0 && d > today { // 2163
		c.add("date.future", "date")
		return
	}
	if c.portal {
		c.dateFloor()
		c.reportingWindow()
	}
}

// dateFloor refuses days before e-invoicing began, in live mode: NIC's test system took
// them, and so does practice.
//
// Source: Notification 61/2020; errors 2163 and 2218.
func (c *checker) dateFloor() {
	if c.inv.Date >= 20201001 {
		return
	}
	if c.live {
		c.add("date.floor", "date")
	} else {
		c.warn("date.floor", "date")
	}
}

// reportingWindow checks the 30 days within which larger taxpayers must register. The
// advisory's example ends on day 30, the portal's wording lets day 31 pass: that one is
// only warned about.
//
// Source: GSTN advisories of 13-09-2023 and 05-11-2024; error 2305.
func (c *checker) reportingWindow() {
	today, company := c.rules.Today, c.rules.Company
	if today == 0 {
		return
	}
	age := today.DaysSince(c.inv.Date)
	crore, days, holds := c.rules.window()
	if !holds || age < days {
		return
	}
	last := c.inv.Date.AddDays(days - 1).String()
	from, known := company.Turnover.crore()
	switch {
	case !known:
		c.warn("date.window.maybe", "date", last, strconv.Itoa(crore), strconv.Itoa(days))
	case from < crore:
	case age == days:
		c.warn("date.window.last", "date", last, strconv.Itoa(days))
	default:
		c.add("date.window", "date", last, strconv.Itoa(days))
	}
}

func (c *checker) supplyType() {
	switch c.inv.Supply {
	case B2B, SEZWP, SEZWOP, EXPWP, EXPWOP, DEXP, B2C:
	default:
		c.add("supply.unknown", "supply")
	}
}

// placeOfSupply checks the state code that decides between CGST with SGST and IGST.
// Source: errors 2232, 2242, 2243.
func (c *checker) placeOfSupply() {
	pos := twoDigits(c.inv.PlaceOfSupply)
	export := c.inv.Supply.export()
	switch {
	case pos == "":
		if c.inv.Type != BillOfSupply && c.inv.Type != DeliveryChallan && !c.inv.free() {
			c.add("required", "pos")
		}
	case export && pos != master.Abroad: // 2232
		c.add("pos.export", "pos")
		c.malformed(!stateForm(pos))
	case !export && pos == master.Abroad && c.inv.Supply != B2C: // 2242
		c.add("pos.abroad", "pos")
	case !master.StateExists(pos) || pos == "99": // 2243
		c.add("pos.unknown", "pos")
		c.malformed(!stateForm(pos))
	}
}

// stateForm reports whether a text has the form of a state code.
//
// Source: INV-01 schema v1.1, Pos and Stcd, ^(?!0+$)([0-9]{1,2})$.
func stateForm(s string) bool {
	return len(s) <= 2 && allDigits(s) && strings.Trim(s, "0") != ""
}

// reverseCharge: only supplies to registered buyers in India or to SEZ can be under
// reverse charge. Source: error 2162.
func (c *checker) reverseCharge() {
	if c.inv.ReverseCharge && c.inv.Supply != B2B && !c.inv.Supply.sez() {
		c.add("reverse.supply", "reverse")
	}
}

// igstOnIntra: IGST on an intra-State supply makes sense only where the place of supply
// is the seller's State. Source: error 2262.
func (c *checker) igstOnIntra() {
	if c.inv.IGSTOnIntra && c.inv.PlaceOfSupply != "" && twoDigits(c.inv.PlaceOfSupply) != c.inv.sellerState() {
		c.add("intra.pos", "igst_on_intra")
	}
}
