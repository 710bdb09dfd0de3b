package gst

import (
	"slices"
	"testing"
)

// The odd cases that Compute's comment decides, one test each.

// odd computes an invoice of one line, 10 × 100.00 at 18%, inside the State.
func odd(t *testing.T, change func(*Invoice)) *Invoice {
	t.Helper()
	inv, _ := good()
	inv.PlaceOfSupply, inv.Lines = inv.Seller.State, []Line{line(t, "10", "100", "18")}
	inv.Totals, inv.ShipTo, inv.Dispatch = Totals{}, nil, nil
	change(inv)
	Compute(inv, false, nil)
	return inv
}

// found are the faults of a field, by rule.
func found(inv *Invoice, field string) []string {
	_, rules := good()
	var names []string
	for _, f := range Validate(inv, *rules) {
		if f.Field == field && !f.Warning {
			names = append(names, f.Rule)
		}
	}
	return names
}

func TestNegativeLinesAreRefusedAndNeverLowerTheTotal(t *testing.T) {
	for field, change := range map[string]func(*Line){
		"lines[1].qty":      func(l *Line) { l.Quantity = -1_000 },
		"lines[1].price":    func(l *Line) { l.UnitPrice = -100_000 },
		"lines[1].discount": func(l *Line) { l.Discount = -1 },
	} {
		inv := odd(t, func(i *Invoice) {
			i.Lines = append(i.Lines, line(t, "1", "100", "18"))
			change(&i.Lines[1])
		})
		if !slices.Contains(found(inv, field), "negative") {
			t.Errorf("%s is taken: %v", field, found(inv, field))
		}
		if inv.Totals.Total < 1180_00 {
			t.Errorf("%s lowers the total to %s", field, inv.Totals.Total)
		}
	}
}

func TestADiscountOfAHundredPercentLeavesNothingToTax(t *testing.T) {
	inv := odd(t, func(i *Invoice) {
		l := &i.Lines[0]
		l.DiscountRate, l.CessRate, l.CessFixed = 100_000, 12_000, 5_00
	})
	l := inv.Lines[0]
	if l.Amount != 1000_00 || l.Discount != 1000_00 || l.Taxable != 0 || l.Tax() != 0 || l.Cess != 0 || l.CessFixed != 5_00 || inv.Totals.Total != 5_00 {
		t.Errorf("given away: %+v", l)
	}
	for _, field := range []string{"lines[0].discount", "lines[0].taxable", "lines[0].cgst", "lines[0].total", "totals.total"} {
		if rules := found(inv, field); len(rules) > 0 {
			t.Errorf("%s: %v", field, rules)
		}
	}
	more := odd(t, func(i *Invoice) { i.Lines[0].Discount = 1000_01 })
	if !slices.Contains(found(more, "lines[0].discount"), "discount.large") {
		t.Error("a paisa more than the price is given back")
	}
}

func TestAQuantityOfZeroIsAPriceAloneOrNothing(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(*Invoice)
		taxable Paise
		refused bool
	}{
		{"goods", func(*Invoice) {}, 0, true},
		{"a service", func(i *Invoice) { i.Lines[0].HSN, i.Lines[0].Service = "998313", true }, 100_00, false},
		{"a difference in value on a credit note", func(i *Invoice) { i.Type = CreditNote }, 100_00, false},
		{"a difference in value on a debit note", func(i *Invoice) { i.Type = DebitNote }, 100_00, false},
	} {
		inv := odd(t, func(i *Invoice) { i.Lines[0].Quantity = 0; tt.change(i) })
		if refused := slices.Contains(found(inv, "lines[0].qty"), "quantity.missing"); refused != tt.refused || inv.Lines[0].Taxable != tt.taxable {
			t.Errorf("%s: taxable %s, refused %v", tt.name, inv.Lines[0].Taxable, refused)
		}
	}
}

func TestHalvesAreEqualAndRoundedEachByItself(t *testing.T) {
	for _, tt := range []struct {
		taxable, half Paise
		rate          Rate
	}{
		{10_10, 25, 5_000},            // 0.2525
		{1_00, 3, 5_000},              // 0.025 goes up: 0.06 in all, though 5% is 0.05
		{20, 1, 5_000},                // 0.005
		{19, 0, 5_000},                // 0.00475
		{1000_00, 1_25, 250},          // 0.25% is 0.125% twice
		{33_33, 3_00, 18_000},         // 2.9997
		{99_999_99, 90_00_00, 18_000}, // 8999.9991
	} {
		inv := odd(t, func(i *Invoice) {
			i.Lines[0].Quantity, i.Lines[0].UnitPrice, i.Lines[0].GSTRate = 1_000, Milli(tt.taxable)*10, tt.rate
		})
		if l := inv.Lines[0]; l.CGST != tt.half || l.SGST != tt.half || l.IGST != 0 {
			t.Errorf("%s%% of %s: %s and %s, want %s twice", tt.rate, tt.taxable, l.CGST, l.SGST, tt.half)
		}
	}
}

func TestReverseChargeShowsTheTaxOutsideTheTotals(t *testing.T) {
	inv := odd(t, func(i *Invoice) { i.ReverseCharge, i.Lines[0].CessRate = true, 1_000 })
	if l := inv.Lines[0]; l.CGST != 90_00 || l.SGST != 90_00 || l.Cess != 10_00 || l.Total != 1000_00 {
		t.Errorf("line %+v", l)
	}
	if s := inv.Totals; s.CGST != 90_00 || s.SGST != 90_00 || s.Cess != 10_00 || s.Total != 1000_00 {
		t.Errorf("totals %+v", s)
	}
	inv.Brought, inv.Lines[0].Total, inv.Totals.Total = true, 1190_00, 1190_00 // as other programs have it
	if rules := append(found(inv, "lines[0].total"), found(inv, "totals.total")...); len(rules) > 0 {
		t.Errorf("with the tax in the totals: %v", rules)
	}
}

func TestCessIsOfTheTaxableValueAlone(t *testing.T) {
	inv := odd(t, func(i *Invoice) {
		l := &i.Lines[0]
		l.Discount, l.OtherCharges, l.CessRate, l.StateCessRate, l.CessFixed, l.StateCessFixed = 100_00, 50_00, 12_000, 1_000, 7_00, 3_00
	})
	l := inv.Lines[0] // 900.00: neither 162.00 of tax, nor a cess, nor charges are in the base
	if l.Cess != 108_00 || l.StateCess != 9_00 || l.Total != 900_00+162_00+108_00+9_00+7_00+3_00+50_00 {
		t.Errorf("%+v", l)
	}
	if s := inv.Totals; s.Cess != 115_00 || s.StateCess != 12_00 {
		t.Errorf("totals %+v", s)
	}
	retail := odd(t, func(i *Invoice) {
		l := &i.Lines[0]
		l.HSN, l.GSTRate, l.RetailPrice, l.CessRate = "24022090", 40_000, 200_000, 5_000
	})
	if l := retail.Lines[0]; l.CGST == 200_00 || l.Cess != 50_00 {
		t.Errorf("by retail price: %+v", l)
	}
}

func TestMoreThanAThousandItemsAreTwoDocumentsAtThePortalAlone(t *testing.T) {
	many := func(n int) *Invoice {
		return odd(t, func(i *Invoice) { i.Lines = slices.Repeat(i.Lines, n) })
	}
	if rules := found(many(1000), "lines"); len(rules) > 0 {
		t.Errorf("1,000 items: %v", rules)
	}
	inv := many(1001)
	if rules := found(inv, "lines"); !slices.Equal(rules, []string{"lines.many"}) {
		t.Errorf("1,001 items: %v", rules)
	}
	if inv.Totals.Total != 1001*1180_00 || inv.Lines[1000].Number != "1001" {
		t.Errorf("they are not computed: %s", inv.Totals.Total)
	}
	inv.Supply, inv.Buyer.GSTIN = B2C, ""
	if rules := found(inv, "lines"); len(rules) > 0 {
		t.Errorf("1,001 items for a consumer: %v", rules)
	}
}
