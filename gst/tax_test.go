package gst

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// line is a typed line: quantity × price in rupees at a rate in percent.
func line(t *testing.T, quantity, price, percent string) Line {
	t.Helper()
	return Line{
		Description: "Goods", HSN: "61149090", Unit: "NOS",
		Quantity: milli(t, quantity), UnitPrice: milli(t, price), GSTRate: rate(t, percent),
	}
}

func TestCompute(t *testing.T) {
	type want struct{ taxable, igst, cgst, sgst, cess, total string }
	tests := []struct {
		name     string
		change   func(*Invoice)
		roundOff bool
		want     want // the document's totals
		rounded  string
	}{
		{"intra-State: half the rate each", func(*Invoice) {}, false,
			want{"1000.00", "0.00", "90.00", "90.00", "0.00", "1180.00"}, "0.00"},
		{"another State: IGST", func(i *Invoice) { i.PlaceOfSupply = "27" }, false,
			want{"1000.00", "180.00", "0.00", "0.00", "0.00", "1180.00"}, "0.00"},
		{"0.25% gives 0.125% twice", func(i *Invoice) { i.Lines[0].GSTRate = 250 }, false,
			want{"1000.00", "0.00", "1.25", "1.25", "0.00", "1002.50"}, "0.00"},
		{"each half is rounded by itself", func(i *Invoice) { i.Lines[0].UnitPrice = 1_010; i.Lines[0].GSTRate = 5_000 }, false,
			want{"10.10", "0.00", "0.25", "0.25", "0.00", "10.60"}, "0.00"},
		{"discount in percent", func(i *Invoice) { i.Lines[0].DiscountRate = 10_000; i.Lines[0].Discount = 1 }, false,
			want{"900.00", "0.00", "81.00", "81.00", "0.00", "1062.00"}, "0.00"},
		{"discount as amount", func(i *Invoice) { i.Lines[0].Discount = 100_00 }, false,
			want{"900.00", "0.00", "81.00", "81.00", "0.00", "1062.00"}, "0.00"},
		{"cess by value and fixed", func(i *Invoice) { i.Lines[0].CessRate = 12_000; i.Lines[0].CessFixed = 20_00 }, false,
			want{"1000.00", "0.00", "90.00", "90.00", "140.00", "1320.00"}, "0.00"},
		{"SEZ: IGST inside the State too", func(i *Invoice) { i.Supply = SEZWP }, false,
			want{"1000.00", "180.00", "0.00", "0.00", "0.00", "1180.00"}, "0.00"},
		{"export with payment: IGST inside the total", func(i *Invoice) { i.Supply, i.PlaceOfSupply = EXPWP, "96" }, false,
			want{"1000.00", "180.00", "0.00", "0.00", "0.00", "1180.00"}, "0.00"},
		{"export under LUT: no tax, no cess", func(i *Invoice) {
			i.Supply, i.PlaceOfSupply = EXPWOP, "96"
			i.Lines[0].CessRate = 12_000
		}, false, want{"1000.00", "0.00", "0.00", "0.00", "0.00", "1000.00"}, "0.00"},
		{"reverse charge: tax shown, not charged", func(i *Invoice) { i.ReverseCharge = true }, false,
			want{"1000.00", "0.00", "90.00", "90.00", "0.00", "1000.00"}, "0.00"},
		{"IGST on an intra-State supply", func(i *Invoice) { i.IGSTOnIntra = true }, false,
			want{"1000.00", "180.00", "0.00", "0.00", "0.00", "1180.00"}, "0.00"},
		{"bill of supply: no tax", func(i *Invoice) { i.Type = BillOfSupply }, false,
			want{"1000.00", "0.00", "0.00", "0.00", "0.00", "1000.00"}, "0.00"},
		{"a service without quantity is its price", func(i *Invoice) {
			i.Lines[0].HSN, i.Lines[0].Service, i.Lines[0].Quantity = "998313", true, 0
		}, false, want{"100.00", "0.00", "9.00", "9.00", "0.00", "118.00"}, "0.00"},
		{"a note for a difference in value has no quantity", func(i *Invoice) { i.Type, i.Lines[0].Quantity = DebitNote, 0 }, false,
			want{"100.00", "0.00", "9.00", "9.00", "0.00", "118.00"}, "0.00"},
		{"charges and discount of the document bear no tax", func(i *Invoice) {
			i.Totals.OtherCharges, i.Totals.Discount = 50_00, 10_00
		}, false, want{"1000.00", "0.00", "90.00", "90.00", "0.00", "1220.00"}, "0.00"},
		{"rounded to the rupee, 50 paise up", func(i *Invoice) { i.Totals.OtherCharges = 50 }, true,
			want{"1000.00", "0.00", "90.00", "90.00", "0.00", "1181.00"}, "0.50"},
		{"rounded down", func(i *Invoice) { i.Totals.OtherCharges = 49 }, true,
			want{"1000.00", "0.00", "90.00", "90.00", "0.00", "1180.00"}, "-0.49"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := &Invoice{Type: TaxInvoice, Supply: B2B, PlaceOfSupply: "29", Seller: Party{State: "29"},
				Lines: []Line{line(t, "10", "100", "18")}}
			tt.change(inv)
			Compute(inv, tt.roundOff, nil)
			s := inv.Totals
			got := want{s.Taxable.String(), s.IGST.String(), s.CGST.String(), s.SGST.String(), s.Cess.String(), s.Total.String()}
			if got != tt.want || s.RoundOff.String() != tt.rounded {
				t.Errorf("got %v rounded by %s, want %v by %s", got, s.RoundOff, tt.want, tt.rounded)
			}
			once := *inv
			once.Lines = append([]Line(nil), inv.Lines...)
			Compute(inv, tt.roundOff, nil)
			if !reflect.DeepEqual(once, *inv) {
				t.Error("computing twice changes the document")
			}
		})
	}
}

func TestComputeNumbersTheLines(t *testing.T) {
	inv := &Invoice{Lines: []Line{{Number: "7"}, {}, {}}}
	Compute(inv, false, nil)
	for i, want := range []string{"1", "2", "3"} {
		if inv.Lines[i].Number != want {
			t.Errorf("line %d is %q", i, inv.Lines[i].Number)
		}
	}
}

func TestComputeOverflowIsRefusedLater(t *testing.T) {
	inv := &Invoice{Lines: []Line{{Quantity: maxMilli, UnitPrice: maxMilli, GSTRate: 18_000}}}
	Compute(inv, true, nil)
	if inv.Lines[0].Amount <= maxPaise {
		t.Errorf("amount is %s", inv.Lines[0].Amount)
	}
	if !has(Validate(inv, Rules{}), "lines[0].amount", "large") {
		t.Error("Validate takes it")
	}
}

func TestHSNSummary(t *testing.T) {
	inv := &Invoice{Supply: B2B, PlaceOfSupply: "29", Seller: Party{State: "29"}, Lines: []Line{
		line(t, "2", "100", "18"), line(t, "1", "50", "5"), line(t, "3", "100", "18"), line(t, "4", "10", "5"),
	}}
	inv.Lines[3].Unit = "KGS"
	inv.Lines[3].CessFixed = 1_00
	Compute(inv, false, nil)
	want := []HSNRow{
		{HSN: "61149090", Rate: 18_000, Unit: "NOS", Quantity: 5_000, Taxable: 500_00, CGST: 45_00, SGST: 45_00, Total: 590_00},
		{HSN: "61149090", Rate: 5_000, Taxable: 90_00, CGST: 2_25, SGST: 2_25, Cess: 1_00, Total: 95_50},
	}
	if got := inv.HSNSummary(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// vector is one entry of the published tax vectors.
type vector struct {
	Kind          string
	ID            string `json:"id"`
	Consistent    bool
	SupplyType    string `json:"supply_type"`
	SellerState   string `json:"seller_state"`
	PlaceOfSupply string `json:"place_of_supply"`
	ReverseCharge string `json:"reverse_charge"`
	Lines         []struct {
		Input struct {
			Quantity       json.Number `json:"qty"`
			UnitPrice      json.Number `json:"unit_price"`
			Discount       json.Number `json:"discount"`
			GSTRate        json.Number `json:"gst_rate"`
			CessRate       json.Number `json:"cess_rate"`
			CessFixed      json.Number `json:"cess_non_advol"`
			StateCessRate  json.Number `json:"state_cess_rate"`
			StateCessFixed json.Number `json:"state_cess_non_advol"`
			OtherCharges   json.Number `json:"other_charges"`
		}
		Expected map[string]json.Number
	}
	Totals map[string]json.Number `json:"expected_totals"`
}

// number reads a figure of a vector; an absent one is zero.
func number(n json.Number) string {
	if n == "" {
		return "0"
	}
	return n.String()
}

// invoice makes the typed document that a vector describes.
func (v vector) invoice(t *testing.T) *Invoice {
	inv := &Invoice{
		Type: TaxInvoice, Supply: SupplyType(v.SupplyType), PlaceOfSupply: v.PlaceOfSupply,
		ReverseCharge: v.ReverseCharge == "Y", Seller: Party{State: v.SellerState},
	}
	for _, l := range v.Lines {
		in := l.Input
		inv.Lines = append(inv.Lines, Line{
			Quantity: milli(t, number(in.Quantity)), UnitPrice: milli(t, number(in.UnitPrice)),
			Discount: paise(t, number(in.Discount)), GSTRate: rate(t, number(in.GSTRate)),
			CessRate: rate(t, number(in.CessRate)), CessFixed: paise(t, number(in.CessFixed)),
			StateCessRate: rate(t, number(in.StateCessRate)), StateCessFixed: paise(t, number(in.StateCessFixed)),
			OtherCharges: paise(t, number(in.OtherCharges)),
		})
	}
	inv.Totals.Discount = paise(t, number(v.Totals["Discount"]))
	inv.Totals.OtherCharges = paise(t, number(v.Totals["OthChrg"]))
	return inv
}

// Every consistent vector is reproduced to the paisa, with two exceptions that are
// compared by validation instead (TestPublishedRequests): the totals of reverse-charge
// documents, which contain the tax there and do not here, since the buyer owes it; and
// the return whose second line bears 0.45 where 6% of 7.60 is 0.456, because its ERP
// spread one rounding over two lines.
func TestTaxVectors(t *testing.T) {
	var vectors []vector
	loadSample(t, "tax_vectors.json", &vectors)
	checked := 0
	for _, v := range vectors {
		if v.Kind != "invoice" || !v.Consistent || strings.Contains(v.ID, "ic-return-invoice") {
			continue
		}
		checked++
		t.Run(v.ID, func(t *testing.T) {
			inv := v.invoice(t)
			Compute(inv, number(v.Totals["RndOffAmt"]) != "0" && number(v.Totals["RndOffAmt"]) != "0.0", nil)
			v.compareLines(t, inv)
			v.compareTotals(t, inv)
		})
	}
	if checked < 18 {
		t.Errorf("only %d vectors were compared", checked)
	}
}

func (v vector) compareLines(t *testing.T, inv *Invoice) {
	t.Helper()
	for i, want := range v.Lines {
		l := inv.Lines[i]
		got := map[string]Paise{
			"total": l.Amount, "taxable": l.Taxable, "igst": l.IGST, "cgst": l.CGST, "sgst": l.SGST,
			"cess": l.Cess, "state_cess": l.StateCess, "item_total": l.Total,
		}
		for name, p := range got {
			if name == "item_total" && inv.ReverseCharge {
				continue
			}
			if w := paise(t, number(want.Expected[name])); p != w {
				t.Errorf("line %d, %s: got %s, want %s", i+1, name, p, w)
			}
		}
	}
}

func (v vector) compareTotals(t *testing.T, inv *Invoice) {
	t.Helper()
	s := inv.Totals
	got := map[string]Paise{
		"AssVal": s.Taxable, "IgstVal": s.IGST, "CgstVal": s.CGST, "SgstVal": s.SGST, "CesVal": s.Cess,
		"RndOffAmt": s.RoundOff, "TotInvVal": s.Total,
	}
	for name, p := range got {
		if inv.ReverseCharge && (name == "RndOffAmt" || name == "TotInvVal") {
			continue
		}
		if w := paise(t, number(v.Totals[name])); p != w {
			t.Errorf("%s: got %s, want %s", name, p, w)
		}
	}
}

// has reports whether the rule was found broken in the field, as a fault or warning.
func has(fs Faults, field, rule string) bool {
	for _, f := range fs {
		if f.Field == field && f.Rule == rule {
			return true
		}
	}
	return false
}

// unitVector is one of the published vectors of a single line, or of a few.
type unitVector struct {
	Kind     string
	ID       string `json:"id"`
	Input    json.RawMessage
	Expected json.RawMessage
}

// unitInput is what one of them starts from, unitExpected what it must come to.
type unitInput struct {
	Quantity     json.Number `json:"qty"`
	Price        json.Number `json:"rate"`
	Rate         json.Number `json:"gst_rate"`
	CessFixed    json.Number `json:"cess_non_advol_rate"`
	ChargeBefore json.Number `json:"charge_before_tax"`
	ChargeAfter  json.Number `json:"charge_after_tax"`
}

type unitExpected struct {
	Taxable   json.Number `json:"taxable_value"`
	CGST      json.Number `json:"cgst_amount"`
	SGST      json.Number `json:"sgst_amount"`
	CessFixed json.Number `json:"cess_non_advol_amount"`
}

// The published vectors of single lines hold: halves to the paisa, fixed cess, a charge
// before tax as a line beside the goods, one after tax as a charge of the document.
func TestUnitVectors(t *testing.T) {
	var vectors []unitVector
	loadSample(t, "tax_vectors.json", &vectors)
	checked := 0
	for _, v := range vectors {
		if v.Kind != "unit" {
			continue
		}
		checked++
		t.Run(v.ID, func(t *testing.T) {
			inputs, wants := oneOrMany[unitInput](t, v.Input), oneOrMany[unitExpected](t, v.Expected)
			inv := &Invoice{Type: TaxInvoice, Supply: B2B, PlaceOfSupply: "29", Seller: Party{State: "29"}}
			for _, in := range inputs {
				l := line(t, number(in.Quantity), number(in.Price), number(in.Rate))
				l.CessFixed = paise(t, number(in.CessFixed)) * Paise(l.Quantity) / 1000
				inv.Lines = append(inv.Lines, l)
			}
			if charge := milli(t, number(inputs[0].ChargeBefore)); charge != 0 {
				inv.Lines = append(inv.Lines, Line{Charge: ChargeFreight, UnitPrice: charge})
			}
			inv.Totals.OtherCharges = paise(t, number(inputs[0].ChargeAfter))
			Compute(inv, false, nil)
			for i, want := range wants {
				l := inv.Lines[i]
				if want.Taxable != "" && inv.Totals.Taxable != paise(t, number(want.Taxable)) {
					t.Errorf("taxable value %s, want %s", inv.Totals.Taxable, want.Taxable)
				}
				if l.CGST != paise(t, number(want.CGST)) || l.SGST != paise(t, number(want.SGST)) || l.CessFixed != paise(t, number(want.CessFixed)) {
					t.Errorf("line %d: %s, %s, %s, want %+v", i+1, l.CGST, l.SGST, l.CessFixed, want)
				}
			}
		})
	}
	if checked != 4 {
		t.Errorf("%d vectors were compared", checked)
	}
}

// oneOrMany reads a value, or a list of them.
func oneOrMany[T any](t *testing.T, data json.RawMessage) []T {
	t.Helper()
	var many []T
	if json.Unmarshal(data, &many) == nil {
		return many
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		t.Fatal(err)
	}
	return []T{one}
}

func TestSelectableRates(t *testing.T) {
	inv := &Invoice{Type: TaxInvoice, Date: 20261122}
	current, older := SelectableRates(inv, Rules{Today: 20261122})
	if slices.Contains(current, 28_000) || len(older) != 0 || !slices.Contains(current, 18_000) {
		t.Errorf("an invoice: %v, %v", current, older)
	}
	inv.Type = CreditNote
	if _, older = SelectableRates(inv, Rules{Today: 20261122}); !slices.Equal(older, []Rate{28_000}) {
		t.Errorf("a note: older %v", older)
	}
	inv.Refs.Preceding = []PrecedingDocument{{Date: 20260115}}
	current, older = SelectableRates(inv, Rules{Today: 20261122})
	if !slices.Contains(current, 28_000) || len(older) != 0 {
		t.Errorf("a note to January's supply: %v, %v", current, older)
	}
}
