package gst

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mohar/gst/master"
)

// The schema's upper limits of a line's numbers.
const (
	maxLineMoney Paise = 999_999_999_999_99 // 999,999,999,999.99
	maxQuantity  Milli = 9_999_999_999_999  // 9,999,999,999.999
)

// lineChecker checks one line; its fields are named within the line.
type lineChecker struct {
	*checker
	line *Line
}

// lines checks the items. Source: errors 2228, 2173, 2233.
func (c *checker) lines() {
	if len(c.inv.Lines) == 0 { // 2228
		c.add("lines.none", "lines")
		return
	}
	if c.portal && len(c.inv.Lines) > maxLines { // 2173
		c.add("lines.many", "lines", strconv.Itoa(maxLines))
	}
	seen := map[string]bool{}
	for i := range c.inv.Lines {
		line := &c.inv.Lines[i]
		c.block = "lines[" + strconv.Itoa(i) + "]."
		l := lineChecker{c, line}
		l.serial(seen)
		l.texts()
		l.hsn()
		l.quantity()
		l.amounts()
		l.rate()
		l.charge()
		l.noTax()
		l.tax()
		l.cess()
		l.cessEnded()
		l.retailPrice()
		l.total()
		l.extras()
	}
	c.block = ""
}

// serial checks the line's number, which the portal wants numeric and unique; typed
// documents are numbered by Compute. Source: error 2233.
func (l lineChecker) serial(seen map[string]bool) {
	n := l.line.Number
	switch {
	case n == "" && !l.inv.Brought:
	case n == "" || len(n) > 6 || !allDigits(n):
		l.add("line.number", "number")
	case seen[n]: // 2233
		l.add("line.duplicate", "number", n)
	}
	seen[n] = true
}

// texts checks the description and the bar code. The schema lets the description be
// left out, the law does not.
//
// Source: CGST Rules 2017, rule 46(h).
func (l lineChecker) texts() {
	if l.line.Description == "" && !l.inv.Brought {
		l.add("description.missing", "description")
	}
	l.text("description", l.line.Description, 3, 300, optional)
	l.text("barcode", l.line.Barcode, 3, 30, optional)
}

// hsn checks the HSN or service code: 4, 6 or 8 digits, not all zero (the schema's
// look-ahead, which Go's regexp does not have), a chapter and heading that exist, and
// chapter 99 for services alone.
//
// Source: INV-01 schema v1.1, ItemList.HsnCd; error 2176; CGST Rules 2017, rules 46(g) and
// 49(e), but not 53(1A) and 55(1) where no code is known.
func (l lineChecker) hsn() {
	code, field := l.line.HSN, "hsn"
	switch {
	case code == "":
		if l.portal || !l.hsnSpared() {
			l.add("required", field)
		} else {
			l.hsnOnPaper()
		}
	case (len(code) != 4 && len(code) != 6 && len(code) != 8) || !allDigits(code) || strings.Trim(code, "0") == "":
		l.add("hsn.pattern", field)
	case !master.HSNKnown(code): // 2176
		l.add("hsn.unknown", field, code)
	case l.line.Service && !master.ServiceCode(code): // 2176
		l.add("hsn.service", field, code)
	case !l.line.Service && master.ServiceCode(code): // 2176
		l.add("hsn.goods", field, code)
	default:
		l.hsnDigits()
	}
}

// hsnSpared reports whether a line on paper may go without HSN code: for a consumer, on
// challans, offers and notes, and where another program gave none.
func (l lineChecker) hsnSpared() bool {
	inv := l.inv
	return inv.Supply == B2C || inv.Type == DeliveryChallan || inv.note() || inv.Elsewhere || inv.free()
}

// hsnDigits: above 5 crore of turnover the portal wants six digits.
//
// Source: Notification 78/2020; advisory of 04-12-2023; error 2311.
func (l lineChecker) hsnDigits() {
	crore, holds := l.rules.Law.Value(master.RuleHSNSix, int32(l.inv.Date))
	if !l.portal || !holds {
		l.hsnOnPaper()
		return
	}
	if len(l.line.HSN) >= 6 {
		return
	}
	from, known := l.rules.Company.Turnover.crore()
	switch {
	case !known:
		l.warn("hsn.six.maybe", "hsn", strconv.Itoa(crore))
	case from >= crore:
		l.add("hsn.six", "hsn", strconv.Itoa(crore))
	}
}

var unitPattern = regexp.MustCompile(`^[A-Za-z]{3,8}$`)

// quantity checks quantity and unit, which goods must have; a note for a difference in
// value goes without quantity, and on paper without unit.
//
// Source: CGST Rules 2017, rules 46(i) and 53(1A); errors 2177, 2238, 2239.
func (l lineChecker) quantity() {
	line := l.line
	if line.Quantity == 0 && !l.inv.priceAlone(line) { // 2238
		l.add("quantity.missing", "qty")
	}
	l.number("qty", int64(line.Quantity), int64(maxQuantity), thousandths)
	l.number("free_qty", int64(line.FreeQty), int64(maxQuantity), thousandths)
	switch {
	case line.Unit == "":
		if !line.Service && (l.portal || !l.inv.priceAlone(line)) { // 2239
			l.add("unit.missing", "unit")
		}
	case !unitPattern.MatchString(line.Unit):
		l.add("unit.pattern", "unit")
	case !master.UnitExists(line.Unit): // 2177
		l.add("unit.unknown", "unit", line.Unit)
	}
}

// amounts checks price, amount, discount and taxable value.
//
// Source: errors 2192 (TotAmt = Qty × UnitPrice) and 2193 (AssAmt = TotAmt − Discount).
func (l lineChecker) amounts() {
	line := l.line
	l.number("price", int64(line.UnitPrice), maxMilli, thousandths)
	l.money("amount", line.Amount, maxLineMoney)
	if line.Quantity >= 0 && line.UnitPrice >= 0 && !l.inv.priceAlone(line) {
		if product := l.inv.product(line, line.UnitPrice); !near(product, line.Amount) {
			l.add("amount.product", "amount", product.Indian()) // 2192
		}
	}
	l.money("discount", line.Discount, maxLineMoney)
	l.money("pretax", line.PreTaxValue, maxLineMoney)
	if !l.inv.Brought && line.Discount > line.Amount {
		l.add("discount.large", "discount")
		return
	}
	l.inclusive()
	l.money("taxable", line.Taxable, maxLineMoney)
	if want := line.Amount - line.Discount; !near(want, line.Taxable) { // 2193
		l.add("taxable.difference", "taxable", want.Indian())
	}
}

// inclusive: a price with tax in it must hold at least the fixed cess.
func (l lineChecker) inclusive() {
	if l.inv.Brought || l.inv.Prices != PricesInclusive {
		return
	}
	gross := l.inv.product(l.line, l.line.TypedPrice)
	if agreed := gross - l.line.typedDiscount(gross); (computation{l.inv, l.rules.Law}).withTax(l.line, l.line.Taxable) > agreed {
		l.add("price.cess", "price")
	}
}

// extras checks the rest of a line: order line, origin, serial number, batch and
// attributes.
func (l lineChecker) extras() {
	line := l.line
	l.text("order_line", line.OrderLine, 1, 50, optional)
	if line.Origin != "" && !master.CountryExists(strings.ToUpper(line.Origin)) {
		l.add("origin.unknown", "origin", line.Origin)
	}
	l.text("serial", line.SerialNumber, 1, 20, optional)
	if b := line.Batch; b != nil {
		l.text("batch.name", b.Name, 3, 20, required)
		l.date("batch.expiry", b.Expiry)
		l.date("batch.warranty", b.Warranty)
	}
	for i, a := range line.Attributes {
		block := fmt.Sprintf("attributes[%d].", i)
		l.text(block+"name", a.Name, 1, 100, optional)
		l.text(block+"value", a.Value, 1, 100, optional)
	}
}
