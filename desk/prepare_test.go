package desk

import (
	"testing"

	"mohar/gst"
	"mohar/gst/master"
)

func TestPrepareFillsInWhatNeedNotBeTyped(t *testing.T) {
	tests := []struct {
		name   string
		change func(*gst.Invoice)
		check  func(*gst.Invoice) bool
	}{
		{"the company is the seller", nil, func(i *gst.Invoice) bool {
			return i.Company == sharda && i.Mode == gst.Practice && i.Seller.GSTIN == string(sharda) && i.Seller.PIN == 411002
		}},
		{"a tax invoice of today unless said otherwise", func(i *gst.Invoice) { i.Type, i.Date = "", 0 }, func(i *gst.Invoice) bool {
			return i.Type == gst.TaxInvoice && i.Date == today
		}},
		{"type and date that were typed stay", func(i *gst.Invoice) { i.Type, i.Date = gst.CreditNote, 20261101 }, func(i *gst.Invoice) bool {
			return i.Type == gst.CreditNote && i.Date == 20261101
		}},
		{"the buyer's State comes from the GSTIN, the place of supply from the State", nil, func(i *gst.Invoice) bool {
			return i.Buyer.State == "27" && i.PlaceOfSupply == "27" && i.Totals.CGST == 322_50 && i.Totals.IGST == 0
		}},
		{"another State bears IGST", func(i *gst.Invoice) { i.Buyer.GSTIN = mysore }, func(i *gst.Invoice) bool {
			return i.Buyer.State == "29" && i.PlaceOfSupply == "29" && i.Totals.IGST == 645_00 && i.Totals.CGST == 0
		}},
		{"a State that was typed stays, wrong or not", func(i *gst.Invoice) { i.Buyer.State = "29" }, func(i *gst.Invoice) bool {
			return i.Buyer.State == "29" && i.PlaceOfSupply == "29"
		}},
		{"a place of supply that was typed stays", func(i *gst.Invoice) { i.PlaceOfSupply = "07" }, func(i *gst.Invoice) bool {
			return i.Buyer.State == "27" && i.PlaceOfSupply == "07" && i.Totals.IGST == 645_00
		}},
		{"a GSTIN is read without regard to case and blanks", func(i *gst.Invoice) { i.Buyer.GSTIN = " 27aabfk4417c1zs " }, func(i *gst.Invoice) bool {
			return i.Buyer.GSTIN == konkan && i.Buyer.State == "27"
		}},
		{"a unit is known by its usual abbreviation", func(i *gst.Invoice) { i.Lines[0].Unit = " Kg." }, func(i *gst.Invoice) bool {
			return i.Lines[0].Unit == "KGS"
		}},
		{"half a GSTIN gives no State", func(i *gst.Invoice) { i.Buyer.GSTIN = "27AAB" }, func(i *gst.Invoice) bool {
			return i.Buyer.State == "" && i.Buyer.GSTIN == "27AAB"
		}},
		{"without a supply type a buyer with GSTIN is B2B", func(i *gst.Invoice) { i.Supply = "" }, func(i *gst.Invoice) bool {
			return i.Supply == gst.B2B
		}},
		{"without a supply type a buyer without GSTIN is B2C", func(i *gst.Invoice) { i.Supply, i.Buyer.GSTIN = "", "" }, func(i *gst.Invoice) bool {
			return i.Supply == gst.B2C && i.Buyer.GSTIN == gst.URP
		}},
		{"a consumer's State is the place of supply", func(i *gst.Invoice) {
			i.Supply, i.Buyer.GSTIN, i.Buyer.State = gst.B2C, "", "24"
		}, func(i *gst.Invoice) bool { return i.PlaceOfSupply == "24" && i.Totals.IGST == 645_00 }},
		{"an export goes to 96, PIN 999999", func(i *gst.Invoice) {
			i.Supply, i.Buyer.GSTIN, i.Buyer.PIN, i.PlaceOfSupply = gst.EXPWP, "", 0, "27"
		}, func(i *gst.Invoice) bool {
			return i.Buyer.GSTIN == gst.URP && i.Buyer.State == "96" && i.PlaceOfSupply == "96" && i.Buyer.PIN == 999999 && i.Totals.IGST == 645_00
		}},
		{"an export under LUT bears no tax", func(i *gst.Invoice) { i.Supply, i.Buyer.GSTIN = gst.EXPWOP, "" }, func(i *gst.Invoice) bool {
			return i.Totals.IGST == 0 && i.Lines[0].GSTRate == 5_000 && i.Totals.Total == 12_900_00
		}},
		{"an HSN of chapter 99 is a service", func(i *gst.Invoice) { i.Lines[0].HSN = "9965 11" }, func(i *gst.Invoice) bool {
			return i.Lines[0].HSN == "996511" && i.Lines[0].Service
		}},
		{"any other is goods", func(i *gst.Invoice) { i.Lines[0].HSN, i.Lines[0].Service = "0801.32\u00a020 ", true }, func(i *gst.Invoice) bool {
			return i.Lines[0].HSN == "08013220" && !i.Lines[0].Service
		}},
		{"units are capitals", func(i *gst.Invoice) { i.Lines[0].Unit = " kgs" }, func(i *gst.Invoice) bool { return i.Lines[0].Unit == "KGS" }},
		{"the empty lines at the end are dropped", func(i *gst.Invoice) {
			i.Lines = append(i.Lines, gst.Line{Unit: "NOS", GSTRate: 18_000}, gst.Line{})
		}, func(i *gst.Invoice) bool { return len(i.Lines) == 1 }},
		{"a line with nothing but a discount is not empty", func(i *gst.Invoice) {
			i.Lines = append(i.Lines, gst.Line{Discount: 5_00})
		}, func(i *gst.Invoice) bool { return len(i.Lines) == 2 }},
		{"an empty line in between keeps the place of the next", func(i *gst.Invoice) {
			i.Lines = append([]gst.Line{{}}, i.Lines...)
		}, func(i *gst.Invoice) bool {
			return len(i.Lines) == 2 && i.Lines[1].Number == "2" && i.Lines[1].HSN == "08013220"
		}},
		{"a vehicle is written as the portal takes it, and is a regular one", func(i *gst.Invoice) {
			i.EWay = &gst.EWayDetails{Mode: "1", Vehicle: "mh 12-ab 34", TransporterID: " 27aakfg1111m1z2"}
		}, func(i *gst.Invoice) bool {
			return i.EWay.Vehicle == "MH12AB0034" && i.EWay.VehicleType == "R" && i.EWay.TransporterID == "27AAKFG1111M1Z2"
		}},
		{"a vehicle alone goes by road", func(i *gst.Invoice) { i.EWay = &gst.EWayDetails{Vehicle: "MH12AB1234"} }, func(i *gst.Invoice) bool {
			return i.EWay.Mode == "1" && i.EWay.VehicleType == "R"
		}},
		{"what can be no vehicle stays as typed", func(i *gst.Invoice) { i.EWay = &gst.EWayDetails{Mode: "1", Vehicle: "MH-12"} }, func(i *gst.Invoice) bool {
			return i.EWay.Vehicle == "MH-12"
		}},
		{"a type of vehicle that was chosen stays, and by rail there is none", func(i *gst.Invoice) {
			i.EWay = &gst.EWayDetails{Mode: "1", Vehicle: "MH12AB1234", VehicleType: "O"}
		}, func(i *gst.Invoice) bool {
			rail := typed(func(i *gst.Invoice) { i.EWay = &gst.EWayDetails{Mode: "2", DocumentNumber: "RR/5512"} })
			prepare(rail, gst.Rules{Company: company(), Today: today})
			return i.EWay.VehicleType == "O" && rail.EWay.VehicleType == ""
		}},
		{"nothing typed at all is no panic", func(i *gst.Invoice) { *i = gst.Invoice{} }, func(i *gst.Invoice) bool {
			return len(i.Lines) == 0 && i.Supply == gst.B2C && i.Totals == (gst.Totals{})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := typed()
			if test.change != nil {
				test.change(inv)
			}
			prepare(inv, gst.Rules{Company: company(), Today: today})
			if !test.check(inv) {
				t.Errorf("got %+v", inv)
			}
		})
	}
}

func TestPrepareRoundsAsTheCompanyWants(t *testing.T) {
	odd := func(i *gst.Invoice) { i.Lines[0].UnitPrice = 860_330 }
	rounded, exact := typed(odd), typed(odd)
	prepare(rounded, gst.Rules{Company: company(), Today: today})
	prepare(exact, gst.Rules{Company: company(func(c *gst.Company) { c.RoundOff = false }), Today: today})
	if exact.Totals.Total != 13_550_19 || exact.Totals.RoundOff != 0 {
		t.Errorf("exact totals %+v", exact.Totals)
	}
	if rounded.Totals.Total != 13_550_00 || rounded.Totals.RoundOff != -19 {
		t.Errorf("rounded totals %+v", rounded.Totals)
	}
}

func TestPrepareComputesByTheLawThatTheFirmEntered(t *testing.T) {
	cigarettes := func() *gst.Invoice {
		return typed(func(i *gst.Invoice) {
			i.Lines[0].HSN, i.Lines[0].GSTRate, i.Lines[0].RetailPrice = "24022090", 40_000, 2_000_000
		})
	}
	bundled, changed := cigarettes(), cigarettes()
	prepare(bundled, gst.Rules{Company: company(), Today: today})
	law := master.Bundled().With([]master.Rule{{Name: master.RuleRSPTobacco, Value: 0, From: 20261101, Note: "Notification 40/2026"}})
	prepare(changed, gst.Rules{Company: company(), Today: today, Law: law})
	if by := bundled.Totals; by.CGST+by.SGST+by.IGST == changed.Totals.CGST+changed.Totals.SGST+changed.Totals.IGST {
		t.Errorf("the tax is %+v with and without the rule", by)
	}
}

func TestPrepareLeavesBroughtDocumentsAsTheyCame(t *testing.T) {
	inv := typed(func(i *gst.Invoice) { i.Brought, i.Supply, i.Totals.Total = true, "", 1 })
	want := *inv
	want.Company, want.Mode = sharda, gst.Practice
	prepare(inv, gst.Rules{Company: company(), Today: today})
	if inv.Totals != want.Totals || inv.Seller != want.Seller || inv.Supply != "" || inv.Buyer != want.Buyer || inv.Company != sharda {
		t.Errorf("got %+v, want %+v", inv, want)
	}
}
