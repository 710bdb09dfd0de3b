package nic

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// Invented documents. Names, numbers and GSTINs belong to nobody.

func intraGoodsAndService() *gst.Invoice {
	return &gst.Invoice{
		Company: "29AAKFM4821Q1ZX", Type: gst.TaxInvoice, Number: "INV/26-27/0042", Date: 20261120,
		Supply: gst.B2B, PlaceOfSupply: "29",
		Seller: gst.Party{
			GSTIN: "29AAKFM4821Q1ZX", LegalName: "Malnad Tool Works", TradeName: "Malnad Tools", Address1: "14, 2nd Cross, Peenya",
			Place: "Bengaluru", PIN: 560058, State: "29", Phone: "9800000001", Email: "accounts@malnad.example",
		},
		Buyer: gst.Party{
			GSTIN: "29AABCT9077L1Z3", LegalName: "Tungabhadra Pumps & Valves", Address1: "Plot 7, KIADB Area", Address2: "Phase II",
			Place: "Hubballi", PIN: 580025, State: "29",
		},
		Lines: []gst.Line{
			{
				Number: "1", Description: "Hex bolt M12 × 50", HSN: "73181500", Quantity: 240_000, FreeQty: 10_000, Unit: "NOS", UnitPrice: 18_250,
				Amount: 4380_00, Discount: 80_00, Taxable: 4300_00, GSTRate: 18_000, CGST: 387_00, SGST: 387_00, Total: 5074_00,
				OrderLine: "10", Batch: &gst.Batch{Name: "LOT-7", Expiry: 20290331}, Attributes: []gst.Attribute{{Name: "Finish", Value: "Zinc"}},
			},
			{
				Number: "2", Description: "Fitting at site", Service: true, HSN: "998719", UnitPrice: 1500_000,
				Amount: 1500_00, Taxable: 1500_00, GSTRate: 18_000, CGST: 135_00, SGST: 135_00, Total: 1770_00, DiscountRate: 5_000,
			},
		},
		Totals: gst.Totals{Taxable: 5800_00, CGST: 522_00, SGST: 522_00, OtherCharges: 0, RoundOff: 0, Total: 6844_00},
		Payment: &gst.Payment{
			Payee: "Malnad Tool Works", Account: "000111222333", Mode: "NEFT", IFSC: "ABCD0000001", Terms: "30 days", CreditDays: 30, Due: 6844_00,
		},
		Refs: gst.References{
			PeriodFrom: 20261101, PeriodTo: 20261120,
			Contracts: []gst.ContractReference{{OrderNumber: "PO-881", OrderDate: 20261102}},
		},
		EWay: &gst.EWayDetails{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R"},
	}
}

func exportUnderBond() *gst.Invoice {
	return &gst.Invoice{
		Company: "33AADCK3310M1ZP", Type: gst.TaxInvoice, Number: "EXP/0007", Date: 20261119,
		Supply: gst.EXPWOP, PlaceOfSupply: "96",
		Seller: gst.Party{GSTIN: "33AADCK3310M1ZP", LegalName: "Kaveri Looms Private Limited", Address1: "3, Mill Road", Place: "Erode", PIN: 638001, State: "33"},
		Buyer: gst.Party{
			GSTIN: gst.URP, LegalName: "Nordlicht Textil GmbH", Address1: "Hafenstraße 12", Place: "Hamburg", PIN: 999999, State: "96",
		},
		Dispatch: &gst.Party{LegalName: "Kaveri Looms godown", Address1: "Harbour Road", Place: "Chennai", PIN: 600001, State: "33"},
		ShipTo:   &gst.Party{GSTIN: gst.URP, LegalName: "Nordlicht Lager", Address1: "Kai 4", Place: "Bremen", PIN: 999999, State: "96"},
		Lines: []gst.Line{{
			Number: "1", Description: "Cotton towel 70×140", HSN: "63026090", Quantity: 1_250_500, Unit: "KGS", UnitPrice: 612_345,
			Amount: 765737_42, Taxable: 765737_42, GSTRate: 5_000, Total: 765737_42, Origin: "IN",
		}},
		Totals: gst.Totals{Taxable: 765737_42, RoundOff: -42, Total: 765737_00, TotalForeign: 8312_50},
		Export: &gst.Export{ShippingBill: "4471029", ShippingBillDate: 20261119, Port: "INMAA1", RefundClaim: "N", Currency: "EUR", Country: "DE"},
		Docs:   []gst.SupportingDocument{{URL: "https://docs.example/lut", Info: "LUT 2026-27"}},
	}
}

func creditNoteToSEZ() *gst.Invoice {
	return &gst.Invoice{
		Company: "27AAECV5566H1ZK", Type: gst.CreditNote, Number: "CRN/26-27/0003", Date: 20261118,
		Supply: gst.SEZWP, PlaceOfSupply: "27", EcommerceGSTIN: "27AAACE1234F1C5",
		Seller: gst.Party{GSTIN: "27AAECV5566H1ZK", LegalName: "Vindhya Chemicals", Address1: "A-9, MIDC", Place: "Pune", PIN: 411019, State: "27"},
		Buyer:  gst.Party{GSTIN: "27AAFCS7788J1ZT", LegalName: "Sahyadri Systems SEZ Unit", Address1: "Block 4, IT Park", Place: "Pune", PIN: 411057, State: "27"},
		Lines: []gst.Line{{
			Number: "1", Description: "Cleaning solvent, returned", HSN: "38140010", Quantity: 0, Unit: "LTR", UnitPrice: 99_545,
			Taxable: 1000_00, GSTRate: 18_000, IGST: 180_00, CessRate: 1_500, Cess: 15_00, CessFixed: 2_50, StateCess: 1_00, OtherCharges: 5_00,
			Total: 1203_50,
		}},
		Totals: gst.Totals{Taxable: 1000_00, IGST: 180_00, Cess: 17_50, StateCess: 1_00, Discount: 3_50, Total: 1200_00},
		Refs: gst.References{
			Remarks: "Goods returned", Preceding: []gst.PrecedingDocument{{Number: "INV/26-27/0031", Date: 20261030}},
		},
	}
}

func TestEncodeGolden(t *testing.T) {
	tests := []struct {
		name string
		inv  *gst.Invoice
	}{
		{"intra_goods_and_service", intraGoodsAndService()},
		{"export_under_bond", exportUnderBond()},
		{"credit_note_to_sez", creditNoteToSEZ()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Encode(tt.inv)
			if err != nil {
				t.Fatal(err)
			}
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, got, "", "  "); err != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			pretty.WriteByte('\n')
			file := filepath.Join("testdata", tt.name+".json")
			if *update {
				if err := os.WriteFile(file, pretty.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, file)), pretty.String()); diff != "" {
				t.Errorf("-golden +written:\n%s", diff)
			}
			back, body, err := Decode(got)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(body, got) {
				t.Errorf("reading makes it\n%s\nof\n%s", body, got)
			}
			want := tt.inv
			want.Brought = true
			for i := range want.Lines {
				want.Lines[i].DiscountRate = 0 // INV-01 has no member for it
			}
			if diff := cmp.Diff(want, back); diff != "" {
				t.Errorf("-before +after:\n%s", diff)
			}
		})
	}
}

func BenchmarkDecode250Lines(b *testing.B) {
	body := largeBody(b)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode250Lines(b *testing.B) {
	inv, _, err := Decode(largeBody(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Encode(inv); err != nil {
			b.Fatal(err)
		}
	}
}

func largeBody(b *testing.B) []byte {
	b.Helper()
	inv := intraGoodsAndService()
	for len(inv.Lines) < 250 {
		inv.Lines = append(inv.Lines, inv.Lines[0])
	}
	body, err := Encode(inv)
	if err != nil {
		b.Fatal(err)
	}
	return body
}
