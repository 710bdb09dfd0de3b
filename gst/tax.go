package gst

import (
	"strconv"

	"mohar/gst/master"
)

// InterState reports whether the supply bears IGST: the place of supply is not the
// seller's State, it is an export or goes to a SEZ, or the law makes it inter-State
// although it looks intra-State. Without a place of supply it is taken for intra-State.
//
// Source: IGST Act 2017, sections 7, 8 and 16.
func (inv *Invoice) InterState() bool {
	switch inv.Supply {
	case SEZWP, SEZWOP, EXPWP, EXPWOP:
		return true
	}
	pos, seller := twoDigits(inv.PlaceOfSupply), inv.sellerState()
	return inv.IGSTOnIntra || (pos != "" && pos != seller)
}

// sellerState is the seller's state code: of the address, else of the GSTIN.
func (inv *Invoice) sellerState() string {
	if inv.Seller.State != "" {
		return twoDigits(inv.Seller.State)
	}
	return GSTIN(inv.Seller.GSTIN).State()
}

// twoDigits writes a state code with its leading zero, which the schema lets senders
// leave out.
func twoDigits(code string) string {
	if len(code) == 1 {
		return "0" + code
	}
	return code
}

// export reports whether the supply leaves India.
func (t SupplyType) export() bool { return t == EXPWP || t == EXPWOP }

// sez reports whether the supply goes to a SEZ.
func (t SupplyType) sez() bool { return t == SEZWP || t == SEZWOP }

// withoutTax reports whether the supply is zero-rated without payment of tax.
func (t SupplyType) withoutTax() bool { return t == EXPWOP || t == SEZWOP }

// taxed reports whether tax is charged or shown at all on the document.
func (inv *Invoice) taxed() bool {
	return inv.Type != BillOfSupply && !inv.Supply.withoutTax()
}

// Compute fills in what follows from what was typed: serial numbers, each line's price
// (see PriceBasis), amount, discount, taxable value, tax, cess and total, what charges
// share with the goods, the document's totals, rounded to the rupee when roundOff is true
// and no rounding was typed, and from the terms when and how much is to be paid. It is for
// typed documents only: figures that were brought are kept as they are. Computing twice
// changes nothing.
//
// The odd cases are decided so:
//
//   - Halves: CGST and SGST are half the rate each, of the line's taxable value, rounded
//     half up to the paisa by itself, so that they are equal; the total of a line may be a
//     paisa more than the whole rate gives. Source: CGST Act 2017, section 9(1), with each
//     State's; error 2227.
//   - Reverse charge: the tax is worked out and shown but not added to the totals of line
//     and document, since the buyer pays it to the government. The portal takes both.
//     Source: CGST Act 2017, section 9(3) and (4); CGST Rules 2017, rule 46(p); errors 2194
//     and 2189.
//   - Supplies without payment of tax keep their rate and bear neither tax nor cess, fixed
//     cess included. Source: IGST Act 2017, section 16(3)(a).
//   - Cess by value is, like the tax, of the taxable value: neither GST nor the other cess
//     is in its base; see chargeTax.
//   - A line given away (100% discount) is worth nothing and bears no tax by value; fixed
//     cess typed on it stays. Source: CGST Act 2017, section 15(3)(a).
//   - A line without quantity is worth nothing, which Validate refuses for goods, unless it
//     is a price alone: a service, or a difference in value on a note. Source: CGST Rules
//     2017, rules 46(i) and 53(1A); error 2238.
//   - A negative price or quantity, and an amount beyond what INV-01 can carry, become one
//     paisa more than that, which Validate refuses: what is given back goes on a credit
//     note, and a discount has its own field. Source: CGST Act 2017, sections 15(3) and 34;
//     INV-01 schema v1.1, whose smallest amount is 0.
//   - More than 1,000 lines are computed like any; see maxLines.
//
// law is the dated law that says from when goods are taxed by their retail price; nil is
// the one that the program brings.
//
// Source: CGST Act 2017, sections 15, 34 and 170; spec of INV-01 v1.1, ItemList and
// ValDtls.
func Compute(inv *Invoice, roundOff bool, law *master.Law) {
	totals := Totals{
		Discount:     inv.Totals.Discount,
		OtherCharges: inv.Totals.OtherCharges,
		TotalForeign: inv.Totals.TotalForeign,
	}
	rest := computation{inv, law}.lines()
	for i := range inv.Lines {
		totals.add(&inv.Lines[i])
	}
	totals.Total += totals.OtherCharges - totals.Discount
	agreed := totals.Total + rest
	switch {
	case inv.RoundOffTyped:
		totals.RoundOff = inv.Totals.RoundOff
	case roundOff:
		totals.RoundOff = agreed.Rupee() - totals.Total
	default:
		totals.RoundOff = rest
	}
	totals.Total += totals.RoundOff
	if inv.Prices == PricesForeign {
		totals.TotalForeign = inv.foreignTotal(totals)
	}
	inv.Totals = totals
}

// computation is a document being computed by the law.
type computation struct {
	*Invoice
	law *master.Law // nil: as the program brings it
}

// lines fills in the lines, the goods before the charges that go with them, and
// returns what inclusive prices left over.
func (inv computation) lines() (rest Paise) {
	for i := range inv.Lines {
		line := &inv.Lines[i]
		line.Number = strconv.Itoa(i + 1)
		if line.Charge == ChargeNone {
			rest += inv.computeLine(line)
		}
	}
	principal := inv.principal()
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.Charge != ChargeNone {
			if line.Against == 0 { // else it is as on the original
				line.share(principal)
			}
			rest += inv.computeLine(line)
		}
	}
	return rest
}

// principal returns the line that charges go with: of those that are no charge the one of
// the largest taxable value, the first of equals; nil when there is none.
//
// Source: CGST Act 2017, sections 2(90) and 8(a): a composite supply is taxed as its
// principal supply.
func (inv *Invoice) principal() *Line {
	var largest *Line
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.Charge == ChargeNone && (largest == nil || line.Taxable > largest.Taxable) {
			largest = line
		}
	}
	return largest
}

// chargeWords describe a charge that was not described.
var chargeWords = map[Charge]string{
	ChargeFreight: "Freight", ChargePacking: "Packing", ChargeInsurance: "Insurance", ChargeOther: "Other charges",
}

// share gives a charge what it has in common with the goods: without a code of its own it
// takes theirs, and their rates unless a rate was typed. One of it, in units that are
// none, is charged; a service is a price alone.
//
// Source: CGST Act 2017, section 15(2)(c).
func (l *Line) share(principal *Line) {
	if l.Description == "" {
		l.Description = chargeWords[l.Charge]
	}
	if l.HSN == "" && principal != nil {
		l.HSN, l.Service = principal.HSN, principal.Service
		if l.GSTRate == 0 {
			l.GSTRate, l.CessRate, l.StateCessRate = principal.GSTRate, principal.CessRate, principal.StateCessRate
		}
	}
	if l.Service {
		return
	}
	if l.Quantity == 0 {
		l.Quantity = 1000
	}
	if l.Unit == "" {
		l.Unit = "OTH"
	}
}

// computeLine fills in one line and returns what an inclusive price left over.
func (inv computation) computeLine(line *Line) (rest Paise) {
	rest = inv.priceLine(line)
	inv.taxLine(line)
	return rest
}

// taxLine works out the taxes of a line's taxable value, and its total.
func (inv computation) taxLine(line *Line) {
	line.IGST, line.CGST, line.SGST, line.Cess, line.StateCess = 0, 0, 0, 0, 0
	if inv.taxed() {
		inv.chargeTax(line)
	} else {
		line.CessFixed, line.StateCessFixed = 0, 0
	}
	inv.totalLine(line)
}

// totalLine sums what the buyer pays for a line.
func (inv *Invoice) totalLine(line *Line) {
	line.Total = line.Taxable + line.OtherCharges
	if !inv.ReverseCharge {
		line.Total += line.Tax() + line.AllCess()
	}
}

// priceAlone reports whether a line is given as one price without a quantity: a service,
// or on a note a difference in value, where no goods move.
func (inv *Invoice) priceAlone(line *Line) bool {
	return line.Quantity == 0 && (line.Service || inv.note())
}

// note reports whether the document is a credit or debit note.
func (inv *Invoice) note() bool { return inv.Type == CreditNote || inv.Type == DebitNote }

// chargeTax works out a line's tax and its ad valorem cess, each of the taxable value: that
// holds no GST and no other cess. The cess of goods taxed by their retail price is, too.
// Fixed cess is an amount that was typed.
//
// Source: CGST Act 2017, section 15(2)(a); GST (Compensation to States) Act 2017, section
// 8(2) and its second proviso; errors 2266 and 2267.
func (inv computation) chargeTax(line *Line) {
	switch retail, by := inv.retailValue(line); {
	case by && inv.InterState():
		line.IGST = line.GSTRate.within(retail)
	case by:
		line.CGST = line.GSTRate.halfWithin(retail)
		line.SGST = line.CGST
	case inv.InterState():
		line.IGST = line.GSTRate.Of(line.Taxable)
	default:
		line.CGST = line.GSTRate.halfOf(line.Taxable)
		line.SGST = line.CGST
	}
	line.Cess = line.CessRate.Of(line.Taxable)
	line.StateCess = line.StateCessRate.Of(line.Taxable)
}

// Tax returns IGST, CGST and SGST together.
func (l *Line) Tax() Paise { return l.IGST + l.CGST + l.SGST }

// AllCess returns every cess of the line, by value and fixed, central and of the State.
func (l *Line) AllCess() Paise {
	return l.Cess + l.CessFixed + l.StateCess + l.StateCessFixed
}

// add sums one line into the totals.
func (t *Totals) add(line *Line) {
	t.Taxable += line.Taxable
	t.IGST += line.IGST
	t.CGST += line.CGST
	t.SGST += line.SGST
	t.Cess += line.Cess + line.CessFixed
	t.StateCess += line.StateCess + line.StateCessFixed
	t.Total += line.Total
}
