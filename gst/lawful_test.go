package gst

import (
	"strings"
	"testing"
)

// consumers makes the good document one for a consumer, which no portal sees.
func consumers(i *Invoice) {
	i.Supply, i.Buyer.GSTIN, i.EWay, i.Refs = B2C, "", nil, References{}
	Compute(i, true, nil)
}

// What law and portal let pass is not stopped; it may be warned about.
func TestWhatIsLawfulIsNotStopped(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice, *Rules)
	}{
		{"rule 46: a consumer's medicine that lasts until 2031", func(i *Invoice, _ *Rules) {
			consumers(i)
			i.Lines[0].Batch.Expiry, i.Lines[0].Batch.Warranty = 20310131, 20350101
		}},
		{"a consumer's bill of the year 2030", func(i *Invoice, r *Rules) {
			consumers(i)
			i.Date, r.Today = 20300105, 20300105
		}},
		{"rule 53(1A): a consumer's note to an original that begins with 0", func(i *Invoice, _ *Rules) {
			consumers(i)
			i.Type, i.Refs.Preceding = CreditNote, []PrecedingDocument{{Number: "0012", Date: 20260401}}
		}},
		{"rule 46(b): another program's number that begins with 0", func(i *Invoice, _ *Rules) {
			i.Elsewhere, i.EWay, i.Number = true, nil, "0012"
		}},
		{"another program's document without HSN codes", func(i *Invoice, _ *Rules) {
			i.Elsewhere, i.EWay, i.Lines[0].HSN, i.Lines[1].HSN = true, nil, "", ""
		}},
		{"rule 53(1A) asks for no HSN code on a note that no portal sees", func(i *Invoice, r *Rules) {
			i.Type, i.EWay, r.Company.Turnover = CreditNote, nil, SlabUpTo5
			i.Lines[0].HSN, i.Lines[1].HSN = "", ""
		}},
		{"rule 53(1A) asks for no unit where a price is lowered", func(i *Invoice, r *Rules) {
			consumers(i)
			i.Type, i.Lines[0].Quantity, i.Lines[0].Unit = CreditNote, 0, ""
			Compute(i, true, nil)
		}},
		{"rule 49(d): a bill of supply names registered recipients only", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.ShipTo, i.Buyer = BillOfSupply, nil, nil, Party{GSTIN: URP}
			i.Lines[0].GSTRate, i.Lines[1].GSTRate = 0, 0
			Compute(i, true, nil)
		}},
		{"a telephone number as people write it where no portal reads it", func(i *Invoice, _ *Rules) {
			consumers(i)
			i.Buyer.Phone, i.Buyer.Email = "+91 98450 12345", "shop@"
		}},
		{"a PIN code of the neighbour State where no portal looks", func(i *Invoice, _ *Rules) {
			consumers(i)
			i.Buyer.PIN = 560025
		}},
		{"rule 55(1)(vii): a challan that shows rates and no tax", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Purpose, i.Brought = DeliveryChallan, nil, "Job work", true
			for n := range i.Lines {
				l := &i.Lines[n]
				l.CessRate, l.IGST, l.Total = 12_000, 0, l.Taxable
			}
			i.Totals.IGST, i.Totals.RoundOff, i.Totals.Total = 0, 0, i.Totals.Taxable
		}},
		{"rule 55(1): job work without HSN code, price and tax", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Purpose, i.PlaceOfSupply = DeliveryChallan, nil, "Job work", ""
			i.Lines = []Line{{Description: "Cloth to be dyed", Quantity: 1, Unit: "MTR"}}
			i.Totals = Totals{}
			Compute(i, true, nil)
		}},
		{"an invoice recorded from before the firm joined the composition scheme", func(i *Invoice, r *Rules) {
			i.Elsewhere, i.EWay, r.Company.Taxpayer, i.PlaceOfSupply = true, nil, Composition, "29"
			Compute(i, true, nil)
		}},
		{"section 9(3): reverse charge billed without a rate", func(i *Invoice, _ *Rules) {
			i.ReverseCharge, i.Lines[0].GSTRate, i.Lines[1].GSTRate = true, 0, 0
			Compute(i, true, nil)
		}},
		{"a SEZ developer sells", func(_ *Invoice, r *Rules) { r.Company.Taxpayer = SEZDeveloper }},
		{"a casual taxable person sells", func(_ *Invoice, r *Rules) { r.Company.Taxpayer = Casual }},
		{"an export of services alone has no port", func(i *Invoice, _ *Rules) {
			base, _ := goodExport()
			*i = *base
			i.Lines, i.EWay, i.ShipTo, i.Dispatch, i.Export = i.Lines[1:], nil, nil, nil, &Export{Country: "AE"}
			Compute(i, true, nil)
		}},
		{"a service to a tourist bears IGST in the State, section 7(5)(c)", func(i *Invoice, _ *Rules) {
			consumers(i)
			i.PlaceOfSupply, i.IGSTOnIntra, i.ShipTo = "29", true, nil
			Compute(i, true, nil)
		}},
		{"a consumer in another State above 50,000 rupees", func(i *Invoice, _ *Rules) { consumers(i) }},
		{"0% lines beside taxed ones", func(i *Invoice, _ *Rules) { i.Lines[0].GSTRate = 0; Compute(i, true, nil) }},
		{"goods given away", func(i *Invoice, _ *Rules) { i.Lines[0].DiscountRate = wholeRate; Compute(i, true, nil) }},
		{"a thousandth of a unit", func(i *Invoice, _ *Rules) { i.Lines[0].Quantity = 1; Compute(i, true, nil) }},
		{"a UN body buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("2717UNO00157UN") }},
		{"a department registered to deduct tax buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("27MUMU00234A1D") }},
		{"an operator registered to collect tax buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("27AAACB5678B1C") }},
		{"a non-resident taxable person buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("2717USA00157NR") }},
		{"a government office with a department number buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("27MUMG00234A1Z") }},
		{"a supplier from abroad registered with the Centre buys", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = checked("9917USA29016OS") }},
		{"1,001 lines where no portal counts them", func(i *Invoice, _ *Rules) {
			consumers(i)
			many := i.Lines[1]
			i.Lines = nil
			for range 1001 {
				i.Lines = append(i.Lines, many)
			}
			Compute(i, true, nil)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv, rules := good()
			tt.change(inv, rules)
			if err := Validate(inv, *rules).Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What the portal or the law refuses is found before it is sent.
func TestWhatIsRefusedIsFound(t *testing.T) {
	tests := []struct {
		name        string
		change      func(*Invoice, *Rules)
		field, rule string
	}{
		{"a batch that lasts until 2031, by the portal", func(i *Invoice, _ *Rules) { i.Lines[0].Batch.Expiry = 20310131 }, "lines[0].batch.expiry", "date.pattern"},
		{"more days of credit than CrDay has digits for", func(i *Invoice, _ *Rules) { i.Terms.Days = 10_000 }, "terms.days", "large"},
		{"days of credit below nothing", func(i *Invoice, _ *Rules) { i.Terms.Days = -1 }, "terms.days", "negative"},
		{"2192: a product beyond all amounts", func(i *Invoice, _ *Rules) {
			i.Brought, i.Lines[0].Quantity, i.Lines[0].UnitPrice = true, maxQuantity, maxMilli
		}, "lines[0].amount", "amount.product"},
		{"a document's discount above its total", func(i *Invoice, _ *Rules) { i.Totals.Discount = 10 * i.Totals.Total; Compute(i, true, nil) }, "totals.total", "negative"},
		{"2191: a note without original", func(i *Invoice, _ *Rules) { i.Type, i.Refs.Preceding = CreditNote, nil }, "refs.preceding[0].number", "note.original"},
		{"a composition taxpayer's own tax invoice", func(_ *Invoice, r *Rules) { r.Company.Taxpayer = Composition }, "type", "seller.composition"},
		{"1,001 lines, by the portal", func(i *Invoice, _ *Rules) {
			for len(i.Lines) <= maxLines {
				i.Lines = append(i.Lines, i.Lines[1])
			}
		}, "lines", "lines.many"},
		{"a PIN code of the neighbour State, by the portal", func(i *Invoice, _ *Rules) { i.Buyer.PIN = 560025 }, "buyer.pin", "pin.state"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv, rules := good()
			tt.change(inv, rules)
			if fs := Validate(inv, *rules); !has(fs, tt.field, tt.rule) {
				t.Errorf("found only %v", fs)
			}
		})
	}
}

// A supply under reverse charge is taxable though the supplier names no rate: it needs a
// tax invoice and its IRN, and its goods are not exempt on the road.
func TestReverseChargeIsNoExemption(t *testing.T) {
	inv, rules := good()
	inv.ReverseCharge, inv.EWay, inv.Lines[0].GSTRate, inv.Lines[1].GSTRate = true, nil, 0, 0
	Compute(inv, true, nil)
	if why := NeedsIRN(inv, *rules); why != "" {
		t.Errorf("no IRN because of %q", why)
	}
	if fs := Validate(inv, *rules); has(fs, "type", "invoice.exempt") {
		t.Error("it should be a bill of supply")
	}
	if got := NeedsEWayBill(inv, *rules); got.Need != NeedYes {
		t.Errorf("e-way bill: %+v", got)
	}
}

// Supplies without payment of tax bear no cess either, by value or fixed.
func TestNothingFixedOnSuppliesWithoutTax(t *testing.T) {
	for _, supply := range []SupplyType{EXPWOP, SEZWOP, B2B} {
		inv, _ := goodExport()
		inv.Supply = supply
		if supply == B2B {
			inv.Type = BillOfSupply
		}
		inv.Lines[0].CessFixed, inv.Lines[0].StateCessFixed = 5_00, 3_00
		Compute(inv, false, nil)
		if got := inv.Totals; got.Cess != 0 || got.StateCess != 0 || got.Total != got.Taxable {
			t.Errorf("%s %s: %+v", inv.Type, supply, got)
		}
	}
}

func TestASecondDiscountStandsAlone(t *testing.T) {
	first, second, _, err := ParseDiscount("0+5%")
	if err != nil {
		t.Fatal(err)
	}
	for _, basis := range []PriceBasis{PricesPlain, PricesInclusive, PricesForeign} {
		l := line(t, "10", "100", "0")
		l.TypedPrice, l.DiscountRate, l.DiscountRate2 = l.UnitPrice, first, second
		inv := &Invoice{Type: TaxInvoice, Supply: B2B, Prices: basis, Lines: []Line{l}, Export: &Export{Rate: 1_000_000}}
		Compute(inv, false, nil)
		if got := inv.Lines[0]; got.Discount != 50_00 || got.Taxable != 950_00 || got.DiscountText() != "0+5%" {
			t.Errorf("%q: discount %s, taxable %s, %q", basis, got.Discount, got.Taxable, got.DiscountText())
		}
	}
}

// Freight has the code of the goods, but is no piece of them.
func TestHSNSummaryCountsGoodsWithoutTheirCharges(t *testing.T) {
	for name, lines := range map[string][]Line{
		"behind": {line(t, "10", "100", "18"), {Charge: ChargeFreight, UnitPrice: 50_000}},
		"before": {{Charge: ChargePacking, UnitPrice: 50_000}, line(t, "10", "100", "18")},
	} {
		inv := &Invoice{Type: TaxInvoice, Supply: B2B, Seller: Party{State: "29"}, Lines: lines}
		Compute(inv, false, nil)
		rows := inv.HSNSummary()
		if len(rows) != 1 || rows[0].Quantity != 10_000 || rows[0].Unit != "NOS" || rows[0].Taxable != 1050_00 {
			t.Errorf("charge %s: %+v", name, rows)
		}
	}
	alone := &Invoice{Lines: []Line{{HSN: "996511", Charge: ChargeFreight, Service: true, UnitPrice: 1_000}}}
	Compute(alone, false, nil)
	if rows := alone.HSNSummary(); len(rows) != 1 || rows[0].Quantity != 0 || strings.TrimSpace(rows[0].Unit) != "" {
		t.Errorf("a charge alone: %+v", rows)
	}
}
