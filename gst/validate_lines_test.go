package gst

import (
	"slices"
	"strings"
	"testing"

	"mohar/gst/master"
)

var lineBreaches = []breach{
	{"lines.none", "lines", func(i *Invoice, _ *Rules) { i.Lines = nil }},
	{"lines.many", "lines", func(i *Invoice, _ *Rules) { i.Lines = slices.Repeat(i.Lines, 501) }},
	{"line.number", "lines[0].number", func(i *Invoice, _ *Rules) { i.Lines[0].Number = "1a" }},
	{"line.number", "lines[0].number", func(i *Invoice, _ *Rules) { i.Brought, i.Lines[0].Number = true, "" }},
	{"line.duplicate", "lines[1].number", func(i *Invoice, _ *Rules) { i.Lines[1].Number = "1" }},
	{"description.missing", "lines[0].description", func(i *Invoice, _ *Rules) { i.Lines[0].Description = "" }},
	{"length", "lines[0].description", func(i *Invoice, _ *Rules) { i.Lines[0].Description = "ab" }},
	{"characters", "lines[0].description", func(i *Invoice, _ *Rules) { i.Lines[0].Description = "Cotton\tshirts" }},
	{"characters", "lines[0].batch.name", func(i *Invoice, _ *Rules) { i.Lines[0].Batch.Name = "B\x7f17" }},
	{"length.max", "lines[0].barcode", func(i *Invoice, _ *Rules) { i.Lines[0].Barcode = strings.Repeat("1", 31) }},
	{"required", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "" }},
	{"hsn.pattern", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "62052" }},
	{"hsn.pattern", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "000000" }},
	{"hsn.pattern", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "62A520" }},
	{"hsn.unknown", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "779900" }},
	{"hsn.service", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].Service = true }},
	{"hsn.goods", "lines[1].hsn", func(i *Invoice, _ *Rules) { i.Lines[1].Service = false }},
	{"hsn.six", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "6205" }},
	{"hsn.six.maybe", "lines[0].hsn", func(i *Invoice, r *Rules) { i.Lines[0].HSN, r.Company.Turnover = "6205", SlabUnknown }},
	{"quantity.missing", "lines[0].qty", func(i *Invoice, _ *Rules) { i.Lines[0].Quantity = 0 }},
	{"negative", "lines[0].qty", func(i *Invoice, _ *Rules) { i.Lines[0].Quantity = -1 }},
	{"large", "lines[0].free_qty", func(i *Invoice, _ *Rules) { i.Lines[0].FreeQty = maxQuantity + 1 }},
	{"unit.missing", "lines[0].unit", func(i *Invoice, _ *Rules) { i.Lines[0].Unit = "" }},
	{"unit.pattern", "lines[0].unit", func(i *Invoice, _ *Rules) { i.Lines[0].Unit = "KG" }},
	{"unit.unknown", "lines[0].unit", func(i *Invoice, _ *Rules) { i.Lines[0].Unit = "XYZ" }},
	{"negative", "lines[0].price", func(i *Invoice, _ *Rules) { i.Lines[0].UnitPrice = -1 }},
	{"amount.product", "lines[0].amount", func(i *Invoice, _ *Rules) { i.Lines[0].Amount += 1_01 }},
	{"discount.large", "lines[0].discount", func(i *Invoice, _ *Rules) { i.Lines[0].Discount = i.Lines[0].Amount + 1 }},
	{"negative", "lines[0].taxable", func(i *Invoice, _ *Rules) { i.Brought, i.Lines[0].Taxable = true, -1 }},
	{"taxable.difference", "lines[0].taxable", func(i *Invoice, _ *Rules) { i.Lines[0].Taxable -= 1_01 }},
	{"rate.unknown", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Lines[0].GSTRate = 10_000 }},
	{"rate.unknown", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Date, i.Lines[0].GSTRate = 20250921, 40_000 }},
	{"large", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Lines[0].GSTRate = maxRate + 1 }},
	{"rate.old", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Lines[0].GSTRate = 28_000 }},
	{"origin.unknown", "lines[0].origin", func(i *Invoice, _ *Rules) { i.Lines[0].Origin = "XX" }},
	{"required", "lines[0].batch.name", func(i *Invoice, _ *Rules) { i.Lines[0].Batch = &Batch{} }},
	{"date.pattern", "lines[0].batch.expiry", func(i *Invoice, _ *Rules) { i.Lines[0].Batch.Expiry = 20300101 }},
	{"length.max", "lines[0].attributes[0].value", func(i *Invoice, _ *Rules) { i.Lines[0].Attributes[0].Value = strings.Repeat("x", 101) }},
}

var taxBreaches = []breach{
	{"tax.inter", "lines[0].cgst", func(i *Invoice, _ *Rules) { i.Lines[0].CGST = 1 }},
	{"tax.sez", "lines[0].cgst", func(i *Invoice, _ *Rules) { i.Supply, i.Lines[0].SGST = SEZWP, 1 }},
	{"tax.igst", "lines[0].igst", func(i *Invoice, _ *Rules) { i.Lines[0].IGST += 1_01 }},
	{"tax.intra", "lines[0].igst", func(i *Invoice, _ *Rules) { i.PlaceOfSupply = "29" }},
	{"tax.missing", "lines[0].cgst", func(i *Invoice, _ *Rules) { i.PlaceOfSupply, i.Lines[0].IGST = "29", 0 }},
	{"tax.halves", "lines[0].sgst", func(i *Invoice, _ *Rules) { intra(i); i.Lines[0].SGST += 1_01 }},
	{"tax.half", "lines[0].cgst", func(i *Invoice, _ *Rules) { intra(i); i.Lines[0].CGST += 1_01; i.Lines[0].SGST += 1_01 }},
	{"cess.amount", "lines[0].cess", func(i *Invoice, _ *Rules) { i.Lines[0].Cess = 1_01 }},
	{"cess.state", "lines[0].state_cess", func(i *Invoice, _ *Rules) { i.Lines[0].StateCess = 1_01 }},
	{"line.total", "lines[0].total", func(i *Invoice, _ *Rules) { i.Lines[0].Total += 1_01 }},
	{"line.total", "lines[0].total", func(i *Invoice, _ *Rules) { i.Lines[0].Total = i.Lines[0].Taxable }},
	{"totals.taxable", "totals.taxable", func(i *Invoice, _ *Rules) { i.Totals.Taxable += 1_01 }},
	{"totals.cgst", "totals.cgst", func(i *Invoice, _ *Rules) { i.Totals.CGST = 1_01 }},
	{"totals.sgst", "totals.sgst", func(i *Invoice, _ *Rules) { i.Totals.SGST = 1_01 }},
	{"totals.igst", "totals.igst", func(i *Invoice, _ *Rules) { i.Totals.IGST -= 1_01 }},
	{"totals.cess", "totals.cess", func(i *Invoice, _ *Rules) { i.Totals.Cess = 1_01 }},
	{"totals.state", "totals.state_cess", func(i *Invoice, _ *Rules) { i.Totals.StateCess = 1_01 }},
	{"totals.roundoff", "totals.round_off", func(i *Invoice, _ *Rules) { i.Totals.RoundOff = 100_00 }},
	{"totals.total", "totals.total", func(i *Invoice, _ *Rules) { i.Totals.Total += 1_51 }},
	{"negative", "totals.total", func(i *Invoice, _ *Rules) { i.Totals.Total = -1 }},
	{"large", "totals.discount", func(i *Invoice, _ *Rules) { i.Totals.Discount = maxPaise + 1 }},
}

var datedBreaches = []breach{
	{"hsn.paper", "lines[0].hsn", func(i *Invoice, _ *Rules) { i.Supply, i.Buyer.GSTIN, i.Lines[0].HSN = B2C, "", "" }},
	{"hsn.paper", "lines[0].hsn", func(i *Invoice, r *Rules) { i.Date, r.Today, i.Lines[0].HSN = 20230101, 20230101, "6205" }},
	{"cess.ended", "lines[0].cess_rate", func(i *Invoice, _ *Rules) { i.Lines[0].CessRate = 12_000; Compute(i, true, nil) }},
	{"cess.ended", "lines[0].cess_fixed", func(i *Invoice, _ *Rules) { i.Lines[0].CessFixed = 5_00; Compute(i, true, nil) }},
	{"cess.ended", "lines[0].cess", func(i *Invoice, _ *Rules) { i.Date, i.Lines[0].Cess = 20251001, 5_00 }},
	{"retail.goods", "lines[0].retail_price", func(i *Invoice, _ *Rules) { i.Lines[0].RetailPrice = 10_000 }},
	{"retail.missing", "lines[0].retail_price", func(i *Invoice, _ *Rules) { i.Lines[0].HSN = "24022090" }},
	{"negative", "lines[0].retail_price", func(i *Invoice, _ *Rules) { i.Lines[0].RetailPrice = -1 }},
	{"rate.old", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Type, i.Lines[0].GSTRate = CreditNote, 28_000 }},
	{"note.late", "date", func(i *Invoice, _ *Rules) { i.Type, i.Refs.Preceding[0].Date = CreditNote, 20250331 }},
	{"ship.gstin", "ship.gstin", func(i *Invoice, r *Rules) { r.Law, i.ShipTo.GSTIN = consigneeNamed, "" }},
	{"ship.same", "ship.gstin", func(i *Invoice, r *Rules) { r.Law, i.ShipTo.GSTIN = consigneeNamed, buyerGSTIN }},
	{"ship.state", "ship.state", func(i *Invoice, r *Rules) { r.Law, i.ShipTo.GSTIN = consigneeNamed, sellerGSTIN }},
}

// consigneeNamed is the law as it was announced for e-way bills and then put on hold.
var consigneeNamed = master.Bundled().With([]master.Rule{{Name: master.RuleEWayShipTo, Value: 1, From: 20261101}})

var houseBreaches = []breach{
	{"date.locked", "date", func(_ *Invoice, r *Rules) { r.Company.LockedTo = 20261122 }},
	{"branch.unknown", "branch", func(i *Invoice, r *Rules) { i.Branch, r.Company.Branches = "PUN", []Branch{{Code: "BLR"}} }},
	{"choice", "prices", func(i *Invoice, _ *Rules) { i.Prices = "gross" }},
	{"exchange.missing", "export.rate", func(i *Invoice, _ *Rules) { i.Prices, i.Export = PricesForeign, &Export{Currency: "USD"} }},
	{"currency.missing", "export.currency", func(i *Invoice, _ *Rules) { i.Prices, i.Export = PricesForeign, &Export{Rate: 83_000_000} }},
	{"challan.purpose", "purpose", func(i *Invoice, _ *Rules) { i.Type = DeliveryChallan }},
	{"invoice.exempt", "type", func(i *Invoice, _ *Rules) {
		i.Lines[0].GSTRate, i.Lines[1].GSTRate = 0, 0
		Compute(i, true, nil)
	}},
	{"lut.missing", "supply", func(i *Invoice, r *Rules) {
		i.Supply, r.Company.Paper.LUTs = SEZWOP, []LUT{{"2025-26", "AD290325000001A"}}
	}},
	{"composition.inter", "pos", func(i *Invoice, r *Rules) { i.Type, r.Company.Taxpayer = BillOfSupply, Composition }},
	{"composition.tax", "lines[0].rate", func(i *Invoice, r *Rules) { i.Type, r.Company.Taxpayer = CreditNote, Composition }},
	{"bill.tax", "lines[0].igst", func(i *Invoice, _ *Rules) { i.Type = BillOfSupply }},
	{"bill.rate", "lines[0].rate", func(i *Invoice, _ *Rules) { i.Type = BillOfSupply; Compute(i, true, nil) }},
	{"ecom.tcs", "ecom", func(i *Invoice, _ *Rules) { i.EcommerceGSTIN = buyerGSTIN }},
	{"charge.untaxed", "lines[1].rate", func(i *Invoice, _ *Rules) { i.Lines[1].Charge, i.Lines[1].GSTRate = ChargeFreight, 0 }},
	{"choice", "lines[1].charge", func(i *Invoice, _ *Rules) { i.Lines[1].Charge = "toll" }},
	{"price.cess", "lines[0].price", func(i *Invoice, _ *Rules) {
		l := &i.Lines[0]
		i.Prices, l.TypedPrice, l.CessFixed, l.Quantity = PricesInclusive, 10_000, 11_00, 1_000
		Compute(i, true, nil)
	}},
	{"required", "number", func(i *Invoice, _ *Rules) { i.Number, i.Elsewhere = "", true }},
}

var partBreaches = []breach{
	{"length.max", "payment.account", func(i *Invoice, _ *Rules) { i.Payment.Account = strings.Repeat("1", 19) }},
	{"large", "payment.credit_days", func(i *Invoice, _ *Rules) { i.Payment.CreditDays = 10_000 }},
	{"length", "refs.remarks", func(i *Invoice, _ *Rules) { i.Refs.Remarks = "ok" }},
	{"required", "refs.period_to", func(i *Invoice, _ *Rules) { i.Refs.PeriodTo = 0 }},
	{"period.order", "refs.period_to", func(i *Invoice, _ *Rules) { i.Refs.PeriodTo = 20261001 }},
	{"preceding.number", "refs.preceding[0].number", func(i *Invoice, _ *Rules) { i.Refs.Preceding[0].Number = "7" }},
	{"required", "refs.preceding[0].date", func(i *Invoice, _ *Rules) { i.Refs.Preceding[0].Date = 0 }},
	{"preceding.late", "refs.preceding[0].date", func(i *Invoice, _ *Rules) { i.Refs.Preceding[0].Date = 20261201 }},
	{"note.original", "refs.preceding[0].number", func(i *Invoice, _ *Rules) { i.Type, i.Refs.Preceding = CreditNote, nil }},
	{"length.max", "refs.contracts[0].order_number", func(i *Invoice, _ *Rules) { i.Refs.Contracts[0].OrderNumber = strings.Repeat("1", 17) }},
	{"length", "docs[0].url", func(i *Invoice, _ *Rules) { i.Docs[0].URL = "ab" }},

	{"eway.transporter", "eway.transporter_id", func(i *Invoice, _ *Rules) { i.EWay.TransporterID = "12" }},
	{"length", "eway.transporter_name", func(i *Invoice, _ *Rules) { i.EWay.TransporterName = "ab" }},
	{"choice", "eway.mode", func(i *Invoice, _ *Rules) { i.EWay.Mode = "5" }},
	{"large", "eway.distance", func(i *Invoice, _ *Rules) { i.EWay.Distance = 4001 }},
	{"eway.document", "eway.document_number", func(i *Invoice, _ *Rules) { i.EWay.DocumentNumber = "LR 7" }},
	{"eway.vehicle", "eway.vehicle", func(i *Invoice, _ *Rules) { i.EWay.Vehicle = "KA 01 AB 1234" }},
	{"choice", "eway.vehicle_type", func(i *Invoice, _ *Rules) { i.EWay.VehicleType = "X" }},
	{"eway.type", "eway.mode", func(i *Invoice, _ *Rules) { i.Type = CreditNote }},
	{"eway.services", "eway.mode", func(i *Invoice, _ *Rules) { i.Lines = i.Lines[1:] }},
	{"eway.part_a", "eway.transporter_id", func(i *Invoice, _ *Rules) { *i.EWay = EWayDetails{Distance: 10} }},
	{"eway.mode", "eway.mode", func(i *Invoice, _ *Rules) { i.EWay.Mode = "" }},
	{"eway.vehicle.need", "eway.vehicle", func(i *Invoice, _ *Rules) { i.EWay.Vehicle = "" }},
	{"eway.vtype.need", "eway.vehicle_type", func(i *Invoice, _ *Rules) { i.EWay.VehicleType = "" }},
	{"eway.document.need", "eway.document_number", func(i *Invoice, _ *Rules) { i.EWay.Mode = "2" }},
	{"eway.date.need", "eway.document_date", func(i *Invoice, _ *Rules) { i.EWay.Mode = "3" }},
	{"eway.odc", "eway.vehicle_type", func(i *Invoice, _ *Rules) { i.EWay.Mode, i.EWay.VehicleType = "2", "O" }},
	{"eway.ship.need", "eway.document_number", func(i *Invoice, _ *Rules) { i.EWay.Mode, i.EWay.Vehicle, i.EWay.DocumentNumber = "4", "", "" }},
	{"eway.ship.regular", "eway.vehicle_type", func(i *Invoice, _ *Rules) {
		i.EWay.Mode, i.EWay.Vehicle, i.EWay.VehicleType = "4", "KA01AB1234", "R"
	}},
	{"eway.date.future", "eway.document_date", func(i *Invoice, _ *Rules) { i.EWay.DocumentDate = 20261123 }},
	{"eway.date.early", "eway.document_date", func(i *Invoice, _ *Rules) { i.EWay.DocumentDate = 20261121 }},
}

// intra makes the good document an intra-State one.
func intra(i *Invoice) {
	i.PlaceOfSupply = "29"
	Compute(i, true, nil)
}

// What may be otherwise without being wrong.
func TestAllowances(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice, *Rules)
	}{
		{"one rupee off everywhere", func(i *Invoice, _ *Rules) {
			l := &i.Lines[0]
			l.Amount += 1_00
			l.IGST += 1_00
			i.Totals.Total -= 1_00
		}},
		{"reverse charge with the tax in the totals", func(i *Invoice, _ *Rules) { i.ReverseCharge = true }},
		{"reverse charge without", func(i *Invoice, _ *Rules) { i.ReverseCharge = true; Compute(i, true, nil) }},
		{"a credit note with a tax of its own", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay = CreditNote, nil
			l := &i.Lines[0]
			l.IGST -= 500_00
			l.Total -= 500_00
			i.Totals.IGST -= 500_00
			i.Totals.Total -= 500_00
		}},
		{"a credit note at an ended rate", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Lines[0].GSTRate, i.Refs.Preceding[0].Date = CreditNote, nil, 28_000, 20260115
			Compute(i, true, nil)
		}},
		{"a debit note for a difference in value, without quantity", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Lines[0].Quantity = DebitNote, nil, 0
			Compute(i, true, nil)
		}},
		{"cigarettes taxed by retail sale price", func(i *Invoice, _ *Rules) {
			l := &i.Lines[0]
			l.HSN, l.GSTRate, l.RetailPrice = "24022090", 40_000, 800_000
			Compute(i, false, nil)
			l.IGST += 9_999_00
			l.Total += 9_999_00
			i.Totals.IGST += 9_999_00
			i.Totals.Total += 9_999_00
		}},
		{"lower-case number", func(i *Invoice, _ *Rules) { i.Number = "inv/42" }},
		{"state codes without their leading zero", func(i *Invoice, _ *Rules) {
			i.Buyer.GSTIN, i.Buyer.State, i.Buyer.PIN, i.PlaceOfSupply = checked("07AAACB5678B1Z"), "7", 110001, "7"
		}},
		{"four HSN digits up to 5 crore, enabled by choice", func(i *Invoice, r *Rules) {
			i.Lines[0].HSN, r.Company.Turnover, r.Company.StartsOn = "6205", SlabUpTo5, 20260401
		}},
		{"old, below 10 crore", func(i *Invoice, r *Rules) {
			i.Date, r.Company.Turnover = 20260701, Slab5To10
			i.EWay, i.Refs.Preceding = nil, nil
		}},
		{"the twenty-ninth day after", func(i *Invoice, _ *Rules) { i.Date = 20261024 }},
		{"a B2C bill with nothing known of the buyer", func(i *Invoice, _ *Rules) {
			i.Supply, i.Buyer, i.Lines[0].Quantity, i.ShipTo = B2C, Party{GSTIN: URP}, 10_000, nil
			Compute(i, true, nil)
		}},
		{"quotes where no portal reads them", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Buyer.Address1 = BillOfSupply, nil, `The "Corner" \ shop`
			i.Lines[0].GSTRate, i.Lines[1].GSTRate = 0, 0
			Compute(i, true, nil)
		}},
		{"a challan inside the firm", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Buyer.GSTIN, i.Buyer.State, i.Buyer.PIN = DeliveryChallan, nil, sellerGSTIN, "29", 560025
			i.Purpose = "Stock to the branch"
		}},
		{"a quotation of which little is known", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Number, i.PlaceOfSupply = Quotation, nil, "", ""
			i.Buyer, i.ShipTo, i.Dispatch = Party{GSTIN: URP}, nil, nil
			i.Lines[0].HSN, i.Lines[1].HSN = "", ""
			Compute(i, true, nil)
		}},
		{"a proforma to a country abroad without export particulars", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Supply, i.PlaceOfSupply, i.ShipTo = Proforma, nil, EXPWOP, "96", nil
			i.Buyer = Party{GSTIN: URP, LegalName: "Gulf Traders", State: "96"}
			Compute(i, true, nil)
		}},
		{"a quotation of a closed month", func(i *Invoice, r *Rules) {
			i.Type, i.EWay, r.Company.LockedTo = Quotation, nil, 20261122
		}},
		{"an invoice of the day after the lock", func(_ *Invoice, r *Rules) { r.Company.LockedTo = 20261121 }},
		{"a branch of the company", func(i *Invoice, r *Rules) { i.Branch, r.Company.Branches = "PUN", []Branch{{Code: "PUN"}} }},
		{"a SEZ supply under the year's letter of undertaking", func(i *Invoice, r *Rules) {
			i.Supply, r.Company.Paper.LUTs = SEZWOP, []LUT{{"2026-27", "AD290326000001A"}}
			Compute(i, true, nil)
		}},
		{"a composition taxpayer's bill inside the State", func(i *Invoice, r *Rules) {
			i.Type, i.EWay, r.Company.Taxpayer, i.PlaceOfSupply = BillOfSupply, nil, Composition, "29"
			Compute(i, true, nil)
		}},
		{"a credit note on the last day for its supply", func(i *Invoice, r *Rules) {
			i.Type, i.EWay, i.Refs.Preceding[0].Date = CreditNote, nil, 20250401
			i.Date, r.Today = 20261130, 20261130
			i.EWay = nil
		}},
		{"a consumer's note to an original of one digit", func(i *Invoice, _ *Rules) {
			i.Type, i.EWay, i.Supply, i.Buyer.GSTIN, i.Refs.Preceding[0].Number = CreditNote, nil, B2C, "", "7"
		}},
		{"a debit note has no last day", func(i *Invoice, _ *Rules) { i.Type, i.EWay, i.Refs.Preceding[0].Date = DebitNote, nil, 20200401 }},
		{"cess on tobacco before February 2026", func(i *Invoice, r *Rules) {
			i.Date, r.Today, r.Company.Turnover = 20260131, 20260131, Slab5To10
			i.Refs.Preceding, i.Lines[0].HSN, i.Lines[0].GSTRate, i.Lines[0].CessRate = nil, "24022090", 28_000, 5_000
			Compute(i, true, nil)
		}},
		{"an e-commerce operator", func(i *Invoice, _ *Rules) { i.EcommerceGSTIN = checked("29AABCM1234A1C") }},
		{"walk-in customers below 50,000 rupees need no name", func(i *Invoice, _ *Rules) {
			i.Supply, i.Buyer, i.EWay, i.Lines[0].Quantity = B2C, Party{}, nil, 10_000
			Compute(i, true, nil)
		}},
		{"a draft has no number", func(i *Invoice, _ *Rules) { i.Number = "" }},
		{"other territory with its PIN code", func(i *Invoice, _ *Rules) {
			i.Buyer.GSTIN, i.Buyer.State, i.Buyer.PIN, i.PlaceOfSupply = checked("97AAACB5678B1Z"), "97", 999999, "97"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv, rules := good()
			tt.change(inv, rules)
			if fs := Validate(inv, *rules); len(fs) != 0 {
				t.Errorf("found %v", fs)
			}
		})
	}
}

func TestCheckDigitIsAWarningInPractice(t *testing.T) {
	inv, rules := good()
	inv.Mode, inv.Buyer.GSTIN = Practice, "27AAACB5678B1ZA"
	fs := Validate(inv, *rules)
	if fs.Err() != nil || !has(fs, "buyer.gstin", "gstin.check") {
		t.Errorf("found %v", fs)
	}
}

func TestFaultsComeAllAndInFormOrder(t *testing.T) {
	inv, rules := good()
	inv.Totals.Total, inv.Lines[1].HSN, inv.Lines[0].Unit, inv.Buyer.PIN, inv.Number = 1, "1", "?", 1, "?"
	var fields []string
	for _, f := range Validate(inv, *rules) {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "number buyer.pin lines[0].unit lines[1].hsn totals.total" {
		t.Errorf("got %s", got)
	}
}

func TestRetailPricedGoods(t *testing.T) {
	for hsn, want := range map[string]bool{
		"24022090": true, "2402": true, "240319": true, "21069020": true, "2106": true, "24041100": true,
		"24031921": false, "21069099": false, "620520": false, "": false, "24049100": false,
	} {
		if got := retailPriced(hsn); got != want {
			t.Errorf("%q: %v", hsn, got)
		}
	}
}

func BenchmarkValidate250Lines(b *testing.B) {
	inv, rules := good()
	for len(inv.Lines) < 250 {
		inv.Lines = append(inv.Lines, inv.Lines[0])
	}
	Compute(inv, true, nil)
	for b.Loop() {
		if fs := Validate(inv, *rules); len(fs) != 0 {
			b.Fatal(fs)
		}
	}
}
