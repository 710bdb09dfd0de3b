package gst

import (
	"strings"
	"testing"
)

// untaxedExport is an export without payment of tax.
func untaxedExport() (*Invoice, *Rules) {
	inv, rules := goodExport()
	inv.Supply = EXPWOP
	Compute(inv, true, nil)
	return inv, rules
}

// The code of a fault is the one that the portal refuses the document with.
func TestCodesAreThePortals(t *testing.T) {
	tests := []struct {
		name   string
		base   func() (*Invoice, *Rules)
		change func(*Invoice)
		want   string // codes
	}{
		{"2143 the seller is another company", good, func(i *Invoice) { i.Seller.GSTIN = checked("29AABCM1234A2Z") }, "2143"},
		{"2169 neither seller nor operator is the company", good, func(i *Invoice) {
			i.Seller.GSTIN, i.EcommerceGSTIN = checked("29AABCM1234A2Z"), checked("29AABCM1234A1C")
		}, "2169"},
		{"2208 an export lacks the country", goodExport, func(i *Invoice) { i.Export.Country = "" }, "2208"},
		{"2202 a country does not exist", goodExport, func(i *Invoice) { i.Export.Country = "QQ" }, "2202"},
		{"5002 a country in small letters", goodExport, func(i *Invoice) { i.Export.Country = "ae" }, "5002"},
		{"5002 a port with a dash", goodExport, func(i *Invoice) { i.Export.Port = "IN-1" }, "5002"},
		{"5002 a currency of two letters", goodExport, func(i *Invoice) { i.Export.Currency = "US" }, "5002"},
		{"5002 an export's buyer with half a GSTIN", goodExport, func(i *Invoice) { i.Buyer.GSTIN = "29AA" }, "5002"},
		{"5002 an export's buyer without URP", goodExport, func(i *Invoice) { i.Buyer.GSTIN = "" }, "5002"},
		{"2244 a buyer without PIN code", good, func(i *Invoice) { i.Buyer.PIN = 0 }, "2244"},
		{"5002 a seller without PIN code", good, func(i *Invoice) { i.Seller.PIN = 0 }, "5002"},
		{"2200 a state that does not exist", good, func(i *Invoice) { i.Dispatch.State = "45" }, "2200"},
		{"5002 a state code of letters", good, func(i *Invoice) { i.Dispatch.State = "XX" }, "5002"},
		{"2243 a place of supply that does not exist", good, func(i *Invoice) { i.PlaceOfSupply = "45" }, "2243"},
		{"5002 a place of supply of zeros", good, func(i *Invoice) { i.PlaceOfSupply = "00" }, "5002"},
		{"2180 CGST and SGST on an export without payment", untaxedExport, func(i *Invoice) {
			i.Lines[0].CGST, i.Lines[0].Total = 90, i.Lines[0].Total+90
		}, "2180"},
		{"a cess rate on an export without payment", untaxedExport, func(i *Invoice) { i.Lines[0].CessRate = 12_000 }, ""},
		{"2266 cess on an export without payment", untaxedExport, func(i *Invoice) {
			l := &i.Lines[0]
			l.CessRate, l.Cess, l.Total = 12_000, 120_00, l.Total+120_00
			i.Totals.Cess, i.Totals.Total = 120_00, i.Totals.Total+120_00
		}, "2266"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv, rules := tt.base()
			tt.change(inv)
			var codes []string
			for _, f := range Validate(inv, *rules) {
				if !f.Warning {
					codes = append(codes, f.Code)
				}
			}
			if got := strings.Join(codes, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
