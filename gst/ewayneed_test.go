package gst

import (
	"slices"
	"strings"
	"testing"

	"mohar/gst/master"
)

// moved is an invoice for goods of a value, tax included, from one State to another.
func moved(from, to string, total Paise) *Invoice {
	return &Invoice{
		Type: TaxInvoice, Supply: B2B, Date: 20261122, PlaceOfSupply: to,
		Seller: Party{State: from}, Buyer: Party{State: to},
		Lines:  []Line{{HSN: "620520", Quantity: 1_000, GSTRate: 5_000, Total: total}},
		Totals: Totals{Total: total},
	}
}

func TestNeedsEWayBill(t *testing.T) {
	add := func(l Line) func(*Invoice) {
		return func(i *Invoice) { i.Lines = append(i.Lines, l); i.Totals.Total += l.Total }
	}
	hsn := func(code string) func(*Invoice) { return func(i *Invoice) { i.Lines[0].HSN = code } }
	exempt := func(i *Invoice) { i.Lines[0].GSTRate = 0 }
	purpose := func(words string) func(*Invoice) {
		return func(i *Invoice) { i.Type, i.Purpose = DeliveryChallan, words }
	}
	tests := []struct {
		name     string
		from, to string
		total    Paise
		change   func(*Invoice)
		need     Need
		reason   string
	}{
		{"more than 50,000 rupees to another State", "29", "27", 50_000_01, nil, NeedYes, "inter"},
		{"exactly 50,000 rupees", "29", "27", 50_000_00, nil, NeedNo, "below.inter"},
		{"a challan between States may be job work", "29", "27", 100_00, func(i *Invoice) { i.Type = DeliveryChallan }, NeedMaybe, "jobwork"},
		{"job work between States needs one at any value", "29", "27", 100_00, purpose("Job work"), NeedYes, "jobwork.any"},
		{"goods for an exhibition in another State go by value", "29", "27", 100_00, purpose("Exhibition or fair"), NeedNo, "below.inter"},
		{"a challan inside Punjab may be job work", "03", "03", 2_00_000_00, func(i *Invoice) { i.Type = DeliveryChallan }, NeedMaybe, "jobwork.inside"},
		{"job work inside Punjab is free", "03", "03", 2_00_000_00, purpose("Job work"), NeedNo, "jobwork.free"},
		{"own use inside Punjab is not", "03", "03", 2_00_000_00, purpose("Own use"), NeedYes, "intra"},
		{"job work inside West Bengal is free since June 2026", "19", "19", 2_00_000_00, purpose("Job work"), NeedNo, "jobwork.free"},
		{"job work inside West Bengal before", "19", "19", 2_00_000_00, func(i *Invoice) { purpose("Job work")(i); i.Date = 20260531 }, NeedYes, "intra"},
		{"some job work inside Maharashtra is free", "27", "27", 2_00_000_00, purpose("Job work"), NeedMaybe, "jobwork.inside"},
		{"medicines inside Madhya Pradesh", "23", "23", 2_00_000_00, hsn("30049099"), NeedNo, "medicine"},
		{"medicines from Madhya Pradesh", "23", "27", 2_00_000_00, hsn("30049099"), NeedYes, "inter"},
		{"empty containers may be free", "29", "27", 2_00_000_00, hsn("86090000"), NeedMaybe, "goods.maybe"},
		{"an invoice inside Punjab", "03", "03", 2_00_000_00, nil, NeedYes, "intra"},
		{"inside Karnataka above 50,000", "29", "29", 50_000_01, nil, NeedYes, "intra"},
		{"inside Maharashtra up to 1,00,000", "27", "27", 1_00_000_00, nil, NeedNo, "below.intra"},
		{"inside Maharashtra above 1,00,000", "27", "27", 1_00_000_01, nil, NeedYes, "intra"},
		{"inside West Bengal since June 2026", "19", "19", 60_000_00, nil, NeedYes, "intra"},
		{"inside West Bengal before", "19", "19", 60_000_00, func(i *Invoice) { i.Date = 20260531 }, NeedNo, "below.intra"},
		{"inside Jammu and Kashmir", "01", "01", 9_00_000_00, nil, NeedNo, "state.none"},
		{"at sea the central limit counts", "97", "97", 60_000_00, nil, NeedYes, "intra"},
		{"up to 50 km inside the State", "29", "29", 60_000_00, func(i *Invoice) { i.EWay = &EWayDetails{Distance: 50} }, NeedYes, "intra.near"},
		{"up to 50 km across a border", "29", "33", 60_000_00, func(i *Invoice) { i.EWay = &EWayDetails{Distance: 50} }, NeedYes, "inter"},
		{"Gujarat frees what stays in a city", "24", "24", 60_000_00, nil, NeedMaybe, "local"},
		{"Goa binds listed goods only", "30", "30", 60_000_00, nil, NeedMaybe, "listed.maybe"},
		{"tobacco inside Rajasthan", "08", "08", 60_000_00, hsn("24022090"), NeedYes, "listed"},
		{"heading 2106 may be pan masala", "23", "23", 60_000_00, hsn("2106"), NeedMaybe, "listed.maybe"},
		{"steel inside Chhattisgarh", "22", "22", 60_000_00, hsn("72142090"), NeedYes, "listed"},
		{"shirts inside Chhattisgarh", "22", "22", 60_000_00, nil, NeedNo, "below.intra"},
		{"Jharkhand has a list", "20", "20", 60_000_00, nil, NeedMaybe, "listed.maybe"},
		{"services alone", "29", "27", 9_00_000_00, hsn("998313"), NeedNo, "services"},
		{"goods below, with services above", "29", "27", 40_000_00, add(Line{HSN: "998313", Service: true, GSTRate: 18_000, Total: 20_000_00}), NeedMaybe, "value.services"},
		{"freight is part of the goods' value", "29", "27", 40_000_00, add(Line{HSN: "996511", Service: true, Charge: ChargeFreight, GSTRate: 5_000, Total: 20_000_00}), NeedYes, "inter"},
		{"exempt goods do not count", "29", "27", 40_000_00, add(Line{HSN: "0713", Quantity: 1, Total: 20_000_00}), NeedNo, "below.inter"},
		{"exempt goods alone", "29", "27", 9_00_000_00, exempt, NeedNo, "exempt"},
		{"an export's rate of nothing is no exemption", "29", "96", 9_00_000_00, func(i *Invoice) { exempt(i); i.Supply = EXPWOP }, NeedYes, "inter"},
		{"nor is a challan's", "29", "27", 9_00_000_00, func(i *Invoice) { exempt(i); i.Type = DeliveryChallan }, NeedYes, "inter"},
		{"jewellery", "29", "27", 90_00_000_00, hsn("71131910"), NeedNo, "goods"},
		{"imitation jewellery", "29", "27", 90_00_000_00, hsn("71171100"), NeedYes, "inter"},
		{"gold inside Kerala from ten lakh", "32", "32", 10_00_000_00, hsn("71081200"), NeedYes, "gold"},
		{"gold inside Kerala below", "32", "32", 9_99_999_00, hsn("71081200"), NeedNo, "goods"},
		{"diesel, or lubricants", "29", "27", 90_000_00, hsn("27101944"), NeedMaybe, "goods.maybe"},
		{"a quotation", "29", "27", 90_000_00, func(i *Invoice) { i.Type = Quotation }, NeedNo, "type"},
		{"goods that come back", "29", "27", 90_000_00, func(i *Invoice) { i.Type = CreditNote }, NeedMaybe, "note.return"},
		{"goods below the limit that come back", "29", "27", 13_545_00, func(i *Invoice) { i.Type = CreditNote }, NeedNo, "note"},
		{"goods that come back inside Maharashtra", "27", "27", 90_000_00, func(i *Invoice) { i.Type = CreditNote }, NeedNo, "note"},
		{"tobacco that comes back inside Rajasthan", "08", "08", 60_000_00, func(i *Invoice) { i.Type, i.Lines[0].HSN = CreditNote, "24022090" }, NeedMaybe, "note.return"},
		{"goods that come back inside Jammu and Kashmir", "01", "01", 90_000_00, func(i *Invoice) { i.Type = CreditNote }, NeedNo, "note"},
		{"a price that was lowered", "29", "27", 90_000_00, func(i *Invoice) { i.Type, i.Lines[0].Quantity = CreditNote, 0 }, NeedNo, "note"},
		{"a debit note", "29", "27", 90_000_00, func(i *Invoice) { i.Type = DebitNote }, NeedNo, "note"},
		{"goods from a godown in the buyer's State", "29", "27", 90_000_00, func(i *Invoice) { i.Dispatch = &Party{State: "27"} }, NeedNo, "below.intra"},
		{"goods to a consignee elsewhere", "29", "29", 50_001_00, func(i *Invoice) { i.ShipTo = &Party{State: "7"} }, NeedYes, "inter"},
		{"a customer at the counter", "29", "29", 40_000_00, func(i *Invoice) { i.Buyer.State = "" }, NeedNo, "below.intra"},
		{"a draft without date", "29", "27", 60_000_00, func(i *Invoice) { i.Date = 0 }, NeedYes, "inter"},
	}
	given := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := moved(tt.from, tt.to, tt.total)
			if tt.change != nil {
				tt.change(inv)
			}
			got := NeedsEWayBill(inv, Rules{Today: 20261122})
			given[got.Reason] = true
			if got.Need != tt.need || got.Reason != tt.reason {
				t.Errorf("got %s because of %q %v", got.Need, got.Reason, got.Args)
			}
		})
	}
	for _, reason := range EWayReasons() {
		if !given[reason] {
			t.Errorf("no document has the reason %q", reason)
		}
	}
}

func TestEWayBillLimitsFollowTheLaw(t *testing.T) {
	law := master.Bundled().With([]master.Rule{{Name: master.RuleEWayIntra + "27", Value: 2_00_000, From: 20261101}})
	got := NeedsEWayBill(moved("27", "27", 1_50_000_00), Rules{Today: 20261122, Law: law})
	if got.Need != NeedNo || !slices.Equal(got.Args, []string{"₹2,00,000", "Maharashtra"}) {
		t.Errorf("got %+v", got)
	}
	bill := moved("29", "29", 60_000_00)
	bill.Type, bill.Lines[0].GSTRate = BillOfSupply, 0
	if got := NeedsEWayBill(bill, Rules{Today: 20261122, Company: Company{Taxpayer: Composition}}); got.Reason != "intra" || strings.Join(got.Args, " ") != "₹50,000 Karnataka" {
		t.Errorf("a composition taxpayer's goods are not exempt: %+v", got)
	}
}

// Each State's limit for goods that stay inside it, in rupees; 0: none is asked for.
//
// Source: the States' notifications under CGST Rules 2017, rule 138(14)(d).
func TestEveryStateHasItsLimitInside(t *testing.T) {
	limits := map[string]int{
		"01": 0, "03": 1_00_000, "07": 1_00_000, "08": 1_00_000, "10": 1_00_000, "20": 1_00_000,
		"22": 1_00_000, "23": 1_00_000, "27": 1_00_000, "33": 1_00_000,
	}
	for _, state := range master.States() {
		if state.Code == master.Abroad || state.Code == master.OtherTerritory {
			continue
		}
		want, own := limits[state.Code]
		if !own {
			want = 50_000
		}
		got, known := master.Bundled().Value(master.RuleEWayIntra+state.Code, 20261122)
		if !known || got != want {
			t.Errorf("%s %s: %d (known: %t), want %d", state.Code, state.Name, got, known, want)
		}
		for _, above := range []Paise{0, 1} {
			answer := NeedsEWayBill(moved(state.Code, state.Code, Paise(want)*100+above), Rules{Today: 20261122})
			if none := answer.Need == NeedNo; state.Code != "20" && none != (want == 0 || above == 0) {
				t.Errorf("%s with %d paise above its limit: %s because of %q", state.Name, above, answer.Need, answer.Reason)
			}
		}
	}
}
