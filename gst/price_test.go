package gst

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"mohar/gst/master"
)

// priced computes a document of one line on a basis of prices and computes it once more,
// which must change nothing.
func priced(t *testing.T, basis PriceBasis, change func(*Invoice)) *Invoice {
	t.Helper()
	inv := &Invoice{Type: TaxInvoice, Supply: B2B, Date: 20261122, PlaceOfSupply: "29", Seller: Party{State: "29"}, Prices: basis,
		Lines: []Line{line(t, "10", "0", "18")}}
	inv.Lines[0].TypedPrice = milli(t, "118")
	change(inv)
	Compute(inv, false, nil)
	once := *inv
	once.Lines = append([]Line(nil), inv.Lines...)
	Compute(inv, false, nil)
	if !reflect.DeepEqual(once, *inv) {
		t.Errorf("computing twice changes the document:\n%+v\n%+v", once, *inv)
	}
	return inv
}

func TestPricesWithTaxInThem(t *testing.T) {
	type want struct{ price, amount, discount, taxable, total, round string }
	tests := []struct {
		name   string
		change func(*Invoice)
		want   want
	}{
		{"the tax is taken out", func(*Invoice) {}, want{"100", "1000.00", "0.00", "1000.00", "1180.00", "0.00"}},
		{"IGST, too", func(i *Invoice) { i.PlaceOfSupply = "27" }, want{"100", "1000.00", "0.00", "1000.00", "1180.00", "0.00"}},
		{"and cess by value", func(i *Invoice) { i.Lines[0].CessRate, i.Lines[0].TypedPrice = 12_000, 130_000 },
			want{"100", "1000.00", "0.00", "1000.00", "1300.00", "0.00"}},
		{"and fixed cess", func(i *Invoice) { i.Lines[0].CessFixed, i.Lines[0].TypedPrice = 20_00, 120_000 },
			want{"100", "1000.00", "0.00", "1000.00", "1200.00", "0.00"}},
		{"a discount lowers the typed amount", func(i *Invoice) { i.Lines[0].Discount = 118_00 },
			want{"100", "1000.00", "100.00", "900.00", "1062.00", "0.00"}},
		{"so do percentages, one after the other", func(i *Invoice) { i.Lines[0].DiscountRate, i.Lines[0].DiscountRate2 = 10_000, 5_000 },
			want{"100", "1000.00", "145.00", "855.00", "1008.90", "0.00"}},
		{"a discount of everything leaves nothing", func(i *Invoice) { i.Lines[0].DiscountRate = 100_000 },
			want{"100", "1000.00", "1000.00", "0.00", "0.00", "0.00"}},
		{"equal halves do not reach 0.07: two paisas are rounding", func(i *Invoice) {
			i.Lines[0].Quantity, i.Lines[0].TypedPrice, i.Lines[0].GSTRate = 1000, 70, 18_000
		}, want{"0.05", "0.05", "0.00", "0.05", "0.07", "0.02"}},
		{"under reverse charge the price holds no tax", func(i *Invoice) { i.ReverseCharge = true },
			want{"118", "1180.00", "0.00", "1180.00", "1180.00", "0.00"}},
		{"nor without payment of tax", func(i *Invoice) { i.Supply = SEZWOP },
			want{"118", "1180.00", "0.00", "1180.00", "1180.00", "0.00"}},
		{"0.25% as two equal halves", func(i *Invoice) { i.Lines[0].GSTRate, i.Lines[0].TypedPrice = 250, 1_002_500 },
			want{"1000", "10000.00", "0.00", "10000.00", "10025.00", "0.00"}},
		{"at 10,000 pieces the product is the amount, its excess a discount", func(i *Invoice) {
			i.Lines[0].Quantity, i.Lines[0].TypedPrice = 10_000_000, 100_002
		}, want{"84.748", "847480.00", "5.42", "847474.58", "1000020.00", "0.00"}},
		{"within NIC's rupee the product may differ from the amount", func(i *Invoice) {
			i.Lines[0].Quantity, i.Lines[0].TypedPrice = 10_000_000, 99_999
		}, want{"84.745", "847449.16", "0.00", "847449.16", "999990.00", "0.00"}},
		{"a service that is a price alone", func(i *Invoice) {
			i.Lines[0].Quantity, i.Lines[0].Service, i.Lines[0].HSN = 0, true, "998313"
		}, want{"100", "100.00", "0.00", "100.00", "118.00", "0.00"}},
		{"goods without quantity are worth nothing", func(i *Invoice) { i.Lines[0].Quantity = 0 },
			want{"118", "0.00", "0.00", "0.00", "0.00", "0.00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := priced(t, PricesInclusive, tt.change)
			l := inv.Lines[0]
			got := want{l.UnitPrice.String(), l.Amount.String(), l.Discount.String(), l.Taxable.String(), inv.Totals.Total.String(), inv.Totals.RoundOff.String()}
			if got != tt.want {
				t.Errorf("got %v\nwant %v", got, tt.want)
			}
		})
	}
}

// Whatever is typed, the buyer pays it: the lines make it up to a few paisas, the rounding
// those; and NIC's products and differences hold within its rupee.
func TestPricesWithTaxInThemAreWhatIsPaid(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rates := []Rate{0, 100, 250, 1_500, 3_000, 5_000, 12_000, 18_000, 28_000, 40_000}
	for range 20_000 {
		inv := &Invoice{Type: TaxInvoice, Supply: B2B, PlaceOfSupply: []string{"29", "27"}[random.IntN(2)], Seller: Party{State: "29"},
			Prices: PricesInclusive, Lines: []Line{{
				HSN: "61149090", Unit: "NOS", GSTRate: rates[random.IntN(len(rates))],
				Quantity:   []Milli{1_000, 7_000, 1_333, 10_000_000, 250_000_000}[random.IntN(5)],
				TypedPrice: Milli(10 + random.IntN(5_000_000)),
			}}}
		l := &inv.Lines[0]
		if random.IntN(3) == 0 {
			l.DiscountRate, l.DiscountRate2 = Rate(random.IntN(100_000)), Rate(random.IntN(50_000))
		}
		if random.IntN(4) == 0 {
			l.CessRate = 12_000
		}
		Compute(inv, false, nil)
		gross := inv.product(l, l.TypedPrice)
		if agreed := gross - l.typedDiscount(gross); inv.Totals.Total != agreed {
			t.Fatalf("%s × %s at %s%% less %s: %s is paid for %s", l.Quantity, l.TypedPrice, l.GSTRate, l.DiscountText(), inv.Totals.Total, agreed)
		}
		if product, _ := Amount(l.Quantity, l.UnitPrice); !near(product, l.Amount) || l.Amount-l.Discount != l.Taxable || l.Discount < 0 {
			t.Fatalf("%s × %s is %s, amount %s, discount %s, taxable %s", l.Quantity, l.UnitPrice, product, l.Amount, l.Discount, l.Taxable)
		}
		if r := inv.Totals.RoundOff; r < 0 || r > mostRest {
			t.Fatalf("rounding of %s", r)
		}
	}
}

func TestInclusivePricesAreRoundedToTheRupeeThatWasAgreed(t *testing.T) {
	inv := priced(t, PricesInclusive, func(i *Invoice) { i.Lines[0].Quantity, i.Lines[0].TypedPrice = 1_000, 100_000 })
	Compute(inv, true, nil)
	if inv.Totals.Total != 100_00 {
		t.Errorf("₹100 with tax is %s", inv.Totals.Total)
	}
}

func TestPricesInForeignMoney(t *testing.T) {
	abroad := func(i *Invoice) {
		i.Supply, i.PlaceOfSupply = EXPWOP, "96"
		i.Export = &Export{Currency: "USD", Country: "US", Rate: 83_452_500}
		i.Lines[0].TypedPrice = 12_345
	}
	tests := []struct {
		name                                     string
		change                                   func(*Invoice)
		price, amount, discount, rupees, dollars string
	}{
		{"at the exchange rate, three decimals", func(*Invoice) {}, "1030.221", "10302.21", "0.00", "10302.21", "123.45"},
		{"a discount in the currency", func(i *Invoice) { i.Lines[0].Discount = 10_00 }, "1030.221", "10302.21", "834.53", "9467.68", "113.45"},
		{"a discount in percent", func(i *Invoice) { i.Lines[0].DiscountRate = 10_000 }, "1030.221", "10302.21", "1030.22", "9271.99", "111.10"},
		{"tax and charges at the rate", func(i *Invoice) { i.Supply, i.Totals.OtherCharges = EXPWP, 83_45 },
			"1030.221", "10302.21", "0.00", "12240.06", "146.67"},
		{"without rate it is worth nothing", func(i *Invoice) { i.Export.Rate = 0 }, "0", "0.00", "0.00", "0.00", "0.00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := priced(t, PricesForeign, func(i *Invoice) { abroad(i); tt.change(i) })
			l := inv.Lines[0]
			got := []string{l.UnitPrice.String(), l.Amount.String(), l.Discount.String(), inv.Totals.Total.String(), inv.Totals.TotalForeign.String()}
			if want := []string{tt.price, tt.amount, tt.discount, tt.rupees, tt.dollars}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestWhatWasTypedComesBackAsTyped(t *testing.T) {
	inv := priced(t, PricesInclusive, func(i *Invoice) { i.Lines[0].Discount = 118_00 })
	if got := inv.Lines[0].DiscountText(); got != "118.00" {
		t.Errorf("a discount of 118 is written %q", got)
	}
	inv = priced(t, PricesInclusive, func(i *Invoice) { i.Lines[0].Quantity, i.Lines[0].TypedPrice = 10_000_000, 100_002 })
	if got := inv.Lines[0].DiscountText(); got != "" {
		t.Errorf("no discount is written %q", got)
	}
}

func TestTwoDiscountsOneAfterTheOther(t *testing.T) {
	inv := priced(t, PricesPlain, func(i *Invoice) {
		i.Lines[0].UnitPrice, i.Lines[0].DiscountRate, i.Lines[0].DiscountRate2 = 100_000, 10_000, 5_000
	})
	if l := inv.Lines[0]; l.Discount != 145_00 || l.Taxable != 855_00 {
		t.Errorf("10+5%% of 1,000 is %s", l.Discount)
	}
}

func TestRoundingTyped(t *testing.T) {
	inv := priced(t, PricesPlain, func(i *Invoice) {
		i.Lines[0].UnitPrice, i.RoundOffTyped, i.Totals.RoundOff = 100_000, true, -7_50
	})
	if Compute(inv, true, nil); inv.Totals.RoundOff != -7_50 || inv.Totals.Total != 1172_50 {
		t.Errorf("total %s, rounded by %s", inv.Totals.Total, inv.Totals.RoundOff)
	}
}

// Rule 31D: the tax is what the retail sale price holds; the taxable value is the net
// sale value.
func TestTaxByRetailSalePrice(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice)
		want   [3]Paise // taxable, IGST, CGST
	}{
		{"half each inside the State", func(*Invoice) {}, [3]Paise{600_00, 0, 142_86}}, // 1,000 × 40 ÷ 140 ÷ 2
		{"whole between States", func(i *Invoice) { i.PlaceOfSupply = "27" }, [3]Paise{600_00, 285_71, 0}},
		{"before 01-02-2026 by the value", func(i *Invoice) { i.Date = 20260131 }, [3]Paise{600_00, 0, 120_00}},
		{"of a note by the day of the original", func(i *Invoice) {
			i.Type, i.Refs.Preceding = CreditNote, []PrecedingDocument{{Date: 20260131}}
		}, [3]Paise{600_00, 0, 120_00}},
		{"biris by the value", func(i *Invoice) { i.Lines[0].HSN = "24031921" }, [3]Paise{600_00, 0, 120_00}},
		{"without a retail price by the value", func(i *Invoice) { i.Lines[0].RetailPrice = 0 }, [3]Paise{600_00, 0, 120_00}},
		{"a note for a difference in value changes no tax", func(i *Invoice) { i.Type, i.Lines[0].Quantity = CreditNote, 0 }, [3]Paise{60_00, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := priced(t, PricesPlain, func(i *Invoice) {
				l := &i.Lines[0]
				l.HSN, l.UnitPrice, l.RetailPrice, l.GSTRate = "24022090", 60_000, 100_000, 40_000
				tt.change(i)
			})
			l := inv.Lines[0]
			if got := [3]Paise{l.Taxable, l.IGST, l.CGST}; got != tt.want || l.CGST != l.SGST {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTheLawOfTheDayDecidesAboutTheRetailSalePrice(t *testing.T) {
	ended := master.Bundled().With([]master.Rule{{Name: master.RuleRSPTobacco, Value: 0, From: 20261101, Note: "test"}})
	for _, tt := range []struct {
		on    Date
		law   *master.Law
		basis PriceBasis
		want  Paise // IGST
	}{
		{20261122, nil, PricesPlain, 285_71},
		{20261122, ended, PricesPlain, 240_00},
		{20261031, ended, PricesPlain, 285_71},
		{20261122, ended, PricesInclusive, 171_43}, // 600 × 40 ÷ 140
	} {
		inv := &Invoice{Type: TaxInvoice, Supply: B2B, Date: tt.on, PlaceOfSupply: "27", Seller: Party{State: "29"}, Prices: tt.basis,
			Lines: []Line{line(t, "10", "60", "40")}}
		l := &inv.Lines[0]
		l.HSN, l.RetailPrice, l.TypedPrice = "24022090", 100_000, l.UnitPrice
		Compute(inv, false, tt.law)
		if l.IGST != tt.want {
			t.Errorf("on %s, prices %q: IGST %s, want %s", tt.on, tt.basis, l.IGST, tt.want)
		}
		if faults := Validate(inv, Rules{Today: 20261122, Law: tt.law}); has(faults, "lines[0].igst", "tax.igst") {
			t.Errorf("on %s, prices %q: refused by the same law: %v", tt.on, tt.basis, faults)
		}
	}
}

func TestChargesShareWithTheGoods(t *testing.T) {
	goods := func() *Invoice {
		small, big := line(t, "1", "100", "5"), line(t, "1", "900", "18")
		big.HSN, big.CessRate = "87032291", 1_000
		return &Invoice{Type: TaxInvoice, Supply: B2B, Date: 20261122, PlaceOfSupply: "29", Seller: Party{State: "29"}, Lines: []Line{small, big}}
	}
	inv := goods()
	inv.Lines = append(inv.Lines, Line{Charge: ChargeFreight, UnitPrice: 50_000})
	Compute(inv, false, nil)
	got := inv.Lines[2]
	if got.HSN != "87032291" || got.GSTRate != 18_000 || got.CessRate != 1_000 || got.Unit != "OTH" || got.Quantity != 1_000 ||
		got.Description != "Freight" || got.CGST != 4_50 || got.Cess != 50 {
		t.Errorf("freight beside goods: %+v", got)
	}
	inv = goods()
	inv.Lines = append([]Line{{Charge: ChargeInsurance, HSN: "997135", Service: true, GSTRate: 5_000, UnitPrice: 50_000, Description: "Transit cover"}}, inv.Lines...)
	Compute(inv, false, nil)
	got = inv.Lines[0]
	if got.HSN != "997135" || got.GSTRate != 5_000 || got.Unit != "" || got.Quantity != 0 || got.Taxable != 50_00 || got.Description != "Transit cover" {
		t.Errorf("insurance with a code of its own: %+v", got)
	}
	if inv.Lines[1].Number != "2" {
		t.Errorf("lines are numbered %q", inv.Lines[1].Number)
	}
	alone := &Invoice{Lines: []Line{{Charge: ChargePacking, UnitPrice: 50_000}}}
	Compute(alone, false, nil)
	if alone.Lines[0].HSN != "" || alone.Lines[0].Taxable != 50_00 {
		t.Errorf("packing without goods: %+v", alone.Lines[0])
	}
}

func TestAPriceWithTaxComesBackAsItWasAgreed(t *testing.T) {
	tests := []struct {
		price Milli
		rate  Rate
		want  Milli
	}{{10_593, 18_000, 12_500}, {12_500, 18_000, 14_750}, {95_238, 5_000, 100_000}, {84_746, 18_000, 100_000}, {100_000, 0, 100_000}, {78_125, 28_000, 100_000}, {-1, 18_000, -1}}
	for _, test := range tests {
		if got := test.price.WithTax(test.rate); got != test.want {
			t.Errorf("%s with %s%% is %s, want %s", test.price, test.rate, got, test.want)
		}
	}
}
