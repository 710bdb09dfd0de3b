package gst

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// consignor is a company in Karnataka, whose rules the tests of e-way bills go by.
func consignor() Rules {
	return Rules{Today: 20261122, Company: Company{GSTIN: "29AABCD1234P1ZH", Mode: Practice, Turnover: Slab5To10, Taxpayer: Regular}}
}

// lorryload is an invoice of 1,18,000 rupees from Bengaluru to Mumbai, which a lorry carries.
func lorryload() *Invoice {
	inv := &Invoice{
		Company: "29AABCD1234P1ZH", Mode: Practice, Type: TaxInvoice, Number: "INV/26-27/1", Date: 20261122, Supply: B2B, PlaceOfSupply: "27",
		Seller: Party{GSTIN: "29AABCD1234P1ZH", LegalName: "Deccan Traders Pvt Ltd", TradeName: "Deccan", Address1: "4 Mill Lane", Place: "Bengaluru", PIN: 560037, State: "29"},
		Buyer:  Party{GSTIN: "27AABCE1234P1ZK", LegalName: "Konkan Stores", Address1: "1 Marine Drive", Place: "Mumbai", PIN: 400001, State: "27"},
		Lines:  []Line{{Description: "Shirts, men's", HSN: "620520", Quantity: 100_000, Unit: "NOS", UnitPrice: 1_000_000, GSTRate: 18_000}},
		EWay:   &EWayDetails{Mode: "1", Vehicle: "ka 01 ab 1234", VehicleType: "R", Distance: 980},
	}
	Compute(inv, false, nil)
	return inv
}

// challan makes an invoice a challan that moves goods for a purpose.
func challan(purpose string) func(*Invoice) {
	return func(i *Invoice) { i.Type, i.Purpose = DeliveryChallan, purpose }
}

func TestWhyGoodsMove(t *testing.T) {
	unnamed := func(purpose string) func(*Invoice) {
		return func(i *Invoice) { challan(purpose)(i); i.Buyer = Party{} }
	}
	tests := []struct {
		name   string
		change func(*Invoice)
		side   Direction
		sub    SubSupply
		text   string
		paper  PaperKind
	}{
		{"an invoice is a supply", nil, Outward, SubSupplySale, "", PaperInvoice},
		{"an export", func(i *Invoice) { i.Supply = EXPWOP }, Outward, SubSupplyExport, "", PaperInvoice},
		{"a supply to a special economic zone is one inside India", func(i *Invoice) { i.Supply = SEZWP }, Outward, SubSupplySale, "", PaperInvoice},
		{"a consumer's invoice", func(i *Invoice) { i.Supply, i.Buyer.GSTIN = B2C, "" }, Outward, SubSupplySale, "", PaperInvoice},
		{"a bill of supply", func(i *Invoice) { i.Type = BillOfSupply }, Outward, SubSupplySale, "", PaperSupply},
		{"goods that come back", func(i *Invoice) { i.Type = CreditNote }, Inward, SubSupplySalesReturn, "", PaperChallan},
		{"job work", challan("Job work"), Outward, SubSupplyJobWork, "", PaperChallan},
		{"return of job work is none", challan("Return of job work"), Outward, SubSupplyOthers, "Return of job work", PaperChallan},
		{"own use", challan("Own use"), Outward, SubSupplyOwnUse, "", PaperChallan},
		{"between own places under one GSTIN", func(i *Invoice) { challan("")(i); i.Buyer.GSTIN = i.Seller.GSTIN }, Outward, SubSupplyOwnUse, "", PaperChallan},
		{"an exhibition", challan("Exhibition or fair"), Outward, SubSupplyExhibition, "", PaperChallan},
		{"a fair", unnamed("Delhi trade fair, hall 4"), Outward, SubSupplyExhibition, "", PaperChallan},
		{"fairness is no fair", challan("Fairness cream"), Outward, SubSupplyOthers, "Fairness cream", PaperChallan},
		{"line sales", unnamed("Line sales"), Outward, SubSupplyLineSales, "", PaperChallan},
		{"knocked down", challan("CKD, second lot"), Outward, SubSupplyLots, "", PaperChallan},
		{"sent in parts", challan("Sent in parts"), Outward, SubSupplyLots, "", PaperChallan},
		{"recipient not known", unnamed("Recipient not known"), Outward, SubSupplyUnknownBuyer, "", PaperChallan},
		{"on approval", challan("Supply on approval"), Outward, SubSupplyOthers, "Supply on approval", PaperChallan},
		{"another purpose says itself, cut to twenty characters", challan("Liquid gas, quantity not known"), Outward, SubSupplyOthers, "Liquid gas, quantity", PaperChallan},
		{"no purpose is asked for", challan(""), Outward, SubSupplyOthers, "", PaperChallan},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := lorryload()
			if tt.change != nil {
				tt.change(inv)
			}
			c := ConsignmentOf(inv, consignor())
			if c.Direction != tt.side || c.SubSupply != tt.sub || c.SubSupplyText != tt.text || c.Paper != tt.paper {
				t.Errorf("got %s %d %q %s", c.Direction, c.SubSupply, c.SubSupplyText, c.Paper)
			}
			for _, f := range CheckConsignment(c, consignor()) {
				if strings.HasPrefix(f.Rule, "waybill.sub_supply") != (tt.name == "no purpose is asked for") && strings.HasPrefix(f.Rule, "waybill.sub_supply") || strings.HasPrefix(f.Rule, "waybill.paper") {
					t.Errorf("the portal would refuse it: %+v", f)
				}
			}
		})
	}
}

// Source: e-way bill API 1.03, transaction types; errors 617, 618, 643 and 644.
func TestTheKindOfTransactionIsByPersonNotByAddress(t *testing.T) {
	agent := Party{GSTIN: "33AABCF1234P1ZQ", LegalName: "Coromandel Agents", Address1: "2 Beach Road", Place: "Chennai", PIN: 600001, State: "33"}
	godown := Party{LegalName: "Konkan Stores", Address1: "Plot 9", Place: "Thane", PIN: 400601, State: "27"}
	site := Party{Address1: "Survey 12", Place: "Mysuru", PIN: 570001, State: "29"}
	tests := []struct {
		name     string
		change   func(*Invoice)
		want     int
		from, to string // other GSTINs
	}{
		{"two parties at their own places", nil, 1, "", ""},
		{"another GSTIN receives", func(i *Invoice) { i.ShipTo = &agent }, 2, "", agent.GSTIN},
		{"the buyer's second address", func(i *Invoice) { i.ShipTo = &godown }, 1, "", ""},
		{"the buyer's own GSTIN as consignee", func(i *Invoice) { p := godown; p.GSTIN, p.LegalName = i.Buyer.GSTIN, "Gate 2"; i.ShipTo = &p }, 1, "", ""},
		{"a person without GSTIN receives", func(i *Invoice) { p := godown; p.LegalName = "R. Rao"; i.ShipTo = &p }, 2, "", "URP"},
		{"the buyer in another State has another GSTIN there", func(i *Invoice) { p := agent; p.GSTIN, p.LegalName = "", "Konkan Stores"; i.ShipTo = &p }, 2, "", "URP"},
		{"somebody else dispatches", func(i *Invoice) { i.Dispatch = &agent }, 3, agent.GSTIN, ""},
		{"one's own second place dispatches", func(i *Invoice) { i.Dispatch = &site }, 1, "", ""},
		{"both", func(i *Invoice) { i.Dispatch = &agent; p := godown; p.LegalName = "R. Rao"; i.ShipTo = &p }, 4, agent.GSTIN, "URP"},
		{"a consumer at another of his places", func(i *Invoice) { i.Buyer.GSTIN, i.Supply = "", B2C; i.ShipTo = &godown }, 1, "", ""},
		{"a consumer's place in another State", func(i *Invoice) { i.Buyer.GSTIN, i.Supply = "", B2C; i.ShipTo = &site }, 2, "", "URP"},
		{"the Indian port of an export is no other party", func(i *Invoice) { i.Supply, i.Buyer.GSTIN = EXPWP, "URP"; i.ShipTo = &agent }, 1, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := lorryload()
			if tt.change != nil {
				tt.change(inv)
			}
			c := ConsignmentOf(inv, consignor())
			if c.Transaction != tt.want || c.From.OtherGSTIN != tt.from || c.To.OtherGSTIN != tt.to {
				t.Errorf("got %d with %q and %q", c.Transaction, c.From.OtherGSTIN, c.To.OtherGSTIN)
			}
			for _, f := range CheckConsignment(c, consignor()) {
				if !f.Warning && f.Rule != "waybill.distance.abroad" {
					t.Errorf("the portal would refuse it: %+v", f)
				}
			}
		})
	}
}

func TestWhereGoodsStartAndEnd(t *testing.T) {
	inv := lorryload()
	inv.Dispatch = &Party{Address1: "Godown 3", Place: "Hosur", PIN: 635109, State: "33", LegalName: "Deccan"}
	c := ConsignmentOf(inv, consignor())
	if c.From.State != "29" || c.From.PlaceState != "33" || c.From.Place != "Hosur" || c.From.Name != "Deccan" || c.From.GSTIN != "29AABCD1234P1ZH" {
		t.Errorf("from %+v", c.From)
	}
	inv.Dispatch, inv.Type = nil, CreditNote
	c = ConsignmentOf(inv, consignor())
	if c.From.GSTIN != inv.Buyer.GSTIN || c.From.State != "27" || c.To.GSTIN != inv.Seller.GSTIN || c.To.PlaceState != "29" {
		t.Errorf("goods that come back go from %+v to %+v", c.From, c.To)
	}
	inv = lorryload()
	inv.Supply, inv.Buyer.GSTIN, inv.Buyer.State, inv.Buyer.PIN, inv.PlaceOfSupply = EXPWP, "", "", 0, "96"
	c = ConsignmentOf(inv, consignor())
	if c.To.GSTIN != "URP" || c.To.PIN != ForeignPIN || c.To.State != "96" || c.To.PlaceState != "96" {
		t.Errorf("an export goes to %+v", c.To)
	}
	inv.ShipTo = &Party{Address1: "JNPT", Place: "Nhava Sheva", PIN: 400707, State: "27"}
	inv.IRN = IRNStatus{State: IRNRegistered, Registration: &Registration{IRN: strings.Repeat("a", 64)}}
	if c = ConsignmentOf(inv, consignor()); c.To.PIN != 400707 || c.To.PlaceState != "27" || c.IRN == "" {
		t.Errorf("of its IRN an export ends at the port, got %+v", c.To)
	}
	inv = lorryload()
	challan("Line sales")(inv)
	inv.Buyer = Party{}
	if c = ConsignmentOf(inv, consignor()); c.To.GSTIN != inv.Seller.GSTIN || c.To.State != "29" {
		t.Errorf("goods for no buyer stay one's own, got %+v", c.To)
	}
}

func TestTheSumsOfAConsignmentAgree(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice)
		want   ConsignmentTotals
		igst   Rate
	}{
		{"tax is as on the invoice", func(*Invoice) {}, ConsignmentTotals{Taxable: 1_00_000_00, IGST: 18_000_00, Total: 1_18_000_00}, 18_000},
		{"Other takes discount, charges and round-off", func(i *Invoice) { i.Totals.Discount, i.Totals.OtherCharges = 500_50, 20_00 }, ConsignmentTotals{Taxable: 1_00_000_00, IGST: 18_000_00, Other: -480_00, Total: 1_17_520_00}, 18_000},
		{"a State's cess has no place of its own", func(i *Invoice) { i.Lines[0].StateCessRate = 1_000 }, ConsignmentTotals{Taxable: 1_00_000_00, IGST: 18_000_00, Other: 1_000_00, Total: 1_19_000_00}, 18_000},
		{"cess by value and fixed stand apart", func(i *Invoice) { i.Lines[0].CessRate, i.Lines[0].CessFixed = 12_000, 4_00_00 }, ConsignmentTotals{Taxable: 1_00_000_00, IGST: 18_000_00, Cess: 12_000_00, CessFixed: 400_00, Total: 1_30_400_00}, 18_000},
		{"reverse charge shows no tax", func(i *Invoice) { i.ReverseCharge = true }, ConsignmentTotals{Taxable: 1_00_000_00, Total: 1_00_000_00}, 0},
		{"without payment of tax there is none", func(i *Invoice) { i.Supply = SEZWOP }, ConsignmentTotals{Taxable: 1_00_000_00, Total: 1_00_000_00}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := lorryload()
			tt.change(inv)
			Compute(inv, true, nil)
			c := ConsignmentOf(inv, consignor())
			if c.Totals != tt.want || c.Lines[0].IGST != tt.igst {
				t.Errorf("got %+v and a rate of %s", c.Totals, c.Lines[0].IGST)
			}
		})
	}
	brought := lorryload()
	brought.Brought, brought.ReverseCharge = true, true // its total has the tax in it
	if got := ConsignmentOf(brought, consignor()).Totals; got.Total != 1_00_000_00 || got.Other != 0 {
		t.Errorf("reverse charge of a brought document: %+v", got)
	}
}

func TestTextsAreWrittenAsThePortalTakesThem(t *testing.T) {
	for typed, want := range map[string]string{
		"Shirts, men's \"L\"":  "Shirts, men s L",
		"  A  &  B\n(Pvt.) #1": "A & B (Pvt.) #1",
		"कपड़ा 5* @home":       "5* @home",
		"":                     "",
	} {
		if got := EWayText(typed); got != want {
			t.Errorf("%q became %q", typed, got)
		}
	}
	for typed, want := range map[string]string{
		"LR 12/34-5":               "LR12/34-5",
		"ABCDEFGHIJKLMNOPQRST1234": "JKLMNOPQRST1234",
	} {
		if got := TransportDocument(typed); got != want {
			t.Errorf("%q became %q", typed, got)
		}
	}
	inv := lorryload()
	inv.Buyer.LegalName, inv.Lines[0].Description = strings.Repeat("x", 120), strings.Repeat("y", 300)
	if c := ConsignmentOf(inv, consignor()); len(c.To.Name) != 100 || len(c.Lines[0].Name) != 100 {
		t.Errorf("%d and %d characters", len(c.To.Name), len(c.Lines[0].Name))
	}
}

func TestTransportComesFromTheWishOrThePaper(t *testing.T) {
	inv := lorryload()
	if got := ConsignmentOf(inv, consignor()).Transport; got.Vehicle != "KA01AB1234" || got.Distance != 980 {
		t.Errorf("got %+v", got)
	}
	inv.EWay = nil
	inv.Transport = Transport{Vehicle: "dl-1-ab-123", LRNumber: "LR 7", LRDate: 20261122, Transporter: "Fast \"Roads\""}
	want := EWayDetails{Mode: "1", Vehicle: "DL01AB0123", VehicleType: "R", DocumentNumber: "LR7", DocumentDate: 20261122, TransporterName: "Fast Roads"}
	if got := ConsignmentOf(inv, consignor()).Transport; got != want {
		t.Errorf("got %+v", got)
	}
	inv.Transport.Vehicle = "by hand"
	if got := ConsignmentOf(inv, consignor()).Transport; got.Mode != "" || got.DocumentNumber != "" {
		t.Errorf("without a vehicle the portal takes no document: %+v", got)
	}
	inv.Buyer.PIN = inv.Seller.PIN
	if got := ConsignmentOf(inv, consignor()).Transport; got.Distance != 1 {
		t.Errorf("inside one PIN code the portal works nothing out: %+v", got)
	}
}

func TestLinesAreGroupedWhenThereAreTooMany(t *testing.T) {
	var c Consignment
	for i := range 500 {
		l := ConsignmentLine{Name: "Shirt", HSN: "620520", Unit: "NOS", Quantity: 1_000, Taxable: 100_00, IGST: 18_000}
		if i%2 == 1 {
			l.HSN, l.Name = "620530", "Blouse"
		}
		c.Lines = append(c.Lines, l)
	}
	g, err := c.Grouped()
	want := []ConsignmentLine{
		{Name: "Shirt", HSN: "620520", Unit: "NOS", Quantity: 250_000, Taxable: 25_000_00, IGST: 18_000},
		{Name: "Blouse", HSN: "620530", Unit: "NOS", Quantity: 250_000, Taxable: 25_000_00, IGST: 18_000},
	}
	if err != nil || !reflect.DeepEqual(g.Lines, want) {
		t.Errorf("got %d lines, %+v: %v", len(g.Lines), g.Lines[0], err)
	}
	if short, err := (Consignment{Lines: c.Lines[:250]}).Grouped(); err != nil || len(short.Lines) != 250 {
		t.Errorf("250 lines became %d: %v", len(short.Lines), err)
	}
	for i := range c.Lines {
		c.Lines[i].CessFixed = Paise(i)
	}
	var bad Invalid
	if _, err := c.Grouped(); !errors.As(err, &bad) || bad.Faults[0].Args[0] != "500" {
		t.Errorf("500 kinds of goods: %v", err)
	}
}

func TestWhichWayAnEWayBillIsMade(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice, *Company)
		want   bool
	}{
		{"an invoice of a bound firm goes by its IRN", func(*Invoice, *Company) {}, true},
		{"so does an export", func(i *Invoice, _ *Company) { i.Supply = EXPWP }, true},
		{"a registered invoice of a firm that is not bound, too", func(i *Invoice, c *Company) { c.Turnover, i.IRN.State = SlabUpTo5, IRNRegistered }, true},
		{"a firm that is not bound goes directly", func(_ *Invoice, c *Company) { c.Turnover = SlabUpTo5 }, false},
		{"a consumer's invoice goes directly", func(i *Invoice, _ *Company) { i.Supply = B2C }, false},
		{"a registered note goes directly", func(i *Invoice, _ *Company) { i.Type, i.IRN.State = CreditNote, IRNRegistered }, false},
		{"a challan goes directly", func(i *Invoice, _ *Company) { i.Type = DeliveryChallan }, false},
		{"a bill of supply goes directly", func(i *Invoice, _ *Company) { i.Type = BillOfSupply }, false},
		{"what was found to need no IRN goes directly", func(i *Invoice, _ *Company) { i.IRN.State = IRNNotRequired }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv, r := lorryload(), consignor()
			tt.change(inv, &r.Company)
			if got := EWayNeedsIRNRoute(inv, r); got != tt.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
