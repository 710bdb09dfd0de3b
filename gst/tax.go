package gst

import (
	"strconv"
	"strings"
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

// Compute fills in what follows from what was typed: serial numbers, each line's
// amount, discount, taxable value, tax, cess and total, and the document's totals,
// rounded to the rupee when roundOff is true. It is for typed documents only: figures
// that were brought are kept as they are.
//
// CGST and SGST are half the rate each, rounded half up to the paisa. Under reverse
// charge the tax is worked out but not added to the totals, since the buyer pays it to
// the government. Supplies without payment of tax keep their rate and bear no tax. An
// amount beyond what INV-01 can carry becomes one paisa more than that, which Validate
// refuses.
//
// Source: CGST Act 2017, sections 15 and 170; spec of INV-01 v1.1, ItemList and ValDtls.
func Compute(inv *Invoice, roundOff bool) {
	totals := Totals{
		Discount:     inv.Totals.Discount,
		OtherCharges: inv.Totals.OtherCharges,
		TotalForeign: inv.Totals.TotalForeign,
	}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		line.Number = strconv.Itoa(i + 1)
		inv.computeLine(line)
		totals.add(line)
	}
	totals.Total += totals.OtherCharges - totals.Discount
	if roundOff {
		exact := totals.Total
		totals.Total = exact.Rupee()
		totals.RoundOff = totals.Total - exact
	}
	inv.Totals = totals
}

// computeLine fills in one line.
func (inv *Invoice) computeLine(line *Line) {
	quantity := line.Quantity
	if inv.priceAlone(line) {
		quantity = 1000
	}
	amount, ok := Amount(quantity, line.UnitPrice)
	if !ok {
		amount = maxPaise + 1
	}
	line.Amount = amount
	if line.DiscountRate > 0 {
		line.Discount = line.DiscountRate.Of(amount)
	}
	line.Taxable = line.Amount - line.Discount
	line.IGST, line.CGST, line.SGST, line.Cess, line.StateCess = 0, 0, 0, 0, 0
	if inv.taxed() {
		inv.chargeTax(line)
	}
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

// chargeTax works out a line's tax and its ad valorem cess.
func (inv *Invoice) chargeTax(line *Line) {
	if inv.InterState() {
		line.IGST = line.GSTRate.Of(line.Taxable)
	} else {
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

// HSNRow is one row of the summary that stands under an invoice.
type HSNRow struct {
	HSN      string
	Rate     Rate
	Unit     string // empty when the lines differ
	Quantity Milli  // 0 when the units differ
	Taxable  Paise
	IGST     Paise
	CGST     Paise
	SGST     Paise
	Cess     Paise // all cess
	Total    Paise // as on the lines
}

// HSNSummary sums the lines by HSN code and rate, in the order in which they first
// appear.
func (inv *Invoice) HSNSummary() []HSNRow {
	type key struct {
		hsn  string
		rate Rate
	}
	var rows []HSNRow
	at := map[key]int{}
	for i := range inv.Lines {
		line := &inv.Lines[i]
		k := key{line.HSN, line.GSTRate}
		n, seen := at[k]
		if !seen {
			n = len(rows)
			at[k] = n
			rows = append(rows, HSNRow{HSN: line.HSN, Rate: line.GSTRate, Unit: line.Unit})
		}
		rows[n].add(line)
	}
	for i := range rows {
		if rows[i].Unit == "" {
			rows[i].Quantity = 0
		}
	}
	return rows
}

func (r *HSNRow) add(line *Line) {
	if !strings.EqualFold(r.Unit, line.Unit) {
		r.Unit = ""
	}
	r.Quantity += line.Quantity
	r.Taxable += line.Taxable
	r.IGST += line.IGST
	r.CGST += line.CGST
	r.SGST += line.SGST
	r.Cess += line.AllCess()
	r.Total += line.Total
}
