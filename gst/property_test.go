package gst_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"mohar/gst"
)

// vary turns a document of the maker into one of the rarer kinds that it does not make.
func (m maker) vary(inv *gst.Invoice, rules *gst.Rules) {
	switch m.IntN(8) {
	case 0: // exempt goods, on a bill of supply
		inv.Type, inv.ReverseCharge = gst.BillOfSupply, false
		for i := range inv.Lines {
			inv.Lines[i].GSTRate = 0
		}
	case 1: // hundreds of crores
		for i := range inv.Lines {
			l := &inv.Lines[i]
			l.UnitPrice, l.TypedPrice, l.RetailPrice = l.UnitPrice*40, l.TypedPrice*40, l.RetailPrice*40
			l.Amount, l.Discount, l.TypedDiscount, l.Taxable = 0, 0, 0, 0
		}
	case 2: // IGST inside the State
		if inv.Supply == gst.B2B || inv.Supply == gst.B2C {
			inv.PlaceOfSupply, inv.IGSTOnIntra = inv.Seller.State, true
		}
	case 3: // fixed cess and a discount in money, both below the price
		for i := range inv.Lines {
			l := &inv.Lines[i]
			if l.Charge != gst.ChargeNone || l.DiscountRate != 0 || l.DiscountRate2 != 0 || l.Amount < 100_00 {
				continue
			}
			l.CessFixed, l.StateCessFixed = gst.Paise(m.IntN(10_00)), gst.Paise(m.IntN(10_00))
			l.Amount, l.Discount = 0, gst.Paise(m.IntN(50))
		}
	case 4: // goods given away, and the least of everything
		inv.Lines[0].DiscountRate, inv.Lines[0].DiscountRate2, inv.Lines[0].RetailPrice = 100_000, 0, 0
		last := &inv.Lines[len(inv.Lines)-1]
		if !last.Service {
			last.Quantity = 1
		}
	case 5: // a discount of the document, never above its total
		if inv.Totals.Total > 200_00 {
			inv.Totals.Discount = gst.Paise(m.IntN(100_00))
		}
	case 6: // differences in value alone
		if inv.Type == gst.CreditNote || inv.Type == gst.DebitNote {
			for i := range inv.Lines {
				inv.Lines[i].Quantity = 0
			}
		}
	}
	gst.Compute(inv, rules.Company.RoundOff, nil)
}

// text is all that a document says, to compare.
func text(t *testing.T, inv *gst.Invoice) string {
	t.Helper()
	b, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever is typed, of every type and price basis: the figures add up to the paisa,
// computing twice is computing once, and no rule finds fault.
func TestTypedDocumentsAddUpToThePaisa(t *testing.T) {
	kinds := map[gst.DocumentType]int{}
	bases := map[gst.PriceBasis]int{}
	for seed := range uint64(6_000) {
		m := maker{rand.New(rand.NewPCG(seed, 11))}
		inv, rules := m.document()
		m.vary(inv, &rules)
		kinds[inv.Type]++
		bases[inv.Prices]++
		addsUp(t, inv)
		if err := gst.Validate(inv, rules).Err(); err != nil {
			t.Errorf("%v", err)
		}
		once := text(t, inv)
		gst.Compute(inv, rules.Company.RoundOff, nil)
		if twice := text(t, inv); twice != once {
			t.Errorf("computing twice:\n%s\n%s", once, twice)
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, once)
		}
	}
	if len(kinds) != 7 || len(bases) != 3 {
		t.Errorf("not every kind was made: %v %v", kinds, bases)
	}
}

// addsUp checks the sums of a computed document, without any tolerance.
func addsUp(t *testing.T, inv *gst.Invoice) {
	t.Helper()
	var sum gst.Totals
	for i := range inv.Lines {
		l := &inv.Lines[i]
		if l.Taxable != l.Amount-l.Discount {
			t.Errorf("line %d: %s less %s is not %s", i+1, l.Amount, l.Discount, l.Taxable)
		}
		total := l.Taxable + l.OtherCharges
		if !inv.ReverseCharge {
			total += l.Tax() + l.AllCess()
		}
		if l.Total != total {
			t.Errorf("line %d: total %s, want %s", i+1, l.Total, total)
		}
		if l.CGST != l.SGST || l.IGST != 0 && l.CGST != 0 {
			t.Errorf("line %d: IGST %s, CGST %s, SGST %s", i+1, l.IGST, l.CGST, l.SGST)
		}
		sum.Taxable, sum.IGST, sum.CGST, sum.SGST = sum.Taxable+l.Taxable, sum.IGST+l.IGST, sum.CGST+l.CGST, sum.SGST+l.SGST
		sum.Cess, sum.StateCess = sum.Cess+l.Cess+l.CessFixed, sum.StateCess+l.StateCess+l.StateCessFixed
		sum.Total += l.Total
	}
	have := inv.Totals
	sum.Discount, sum.OtherCharges, sum.RoundOff, sum.TotalForeign = have.Discount, have.OtherCharges, have.RoundOff, have.TotalForeign
	sum.Total += sum.OtherCharges - sum.Discount + sum.RoundOff
	if sum != have {
		t.Errorf("totals %+v\nwant %+v", have, sum)
	}
}
