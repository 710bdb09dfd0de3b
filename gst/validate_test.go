package gst

import (
	"errors"
	"strings"
	"testing"
)

// checked completes the first fourteen characters of a GSTIN.
func checked(first14 string) string {
	return first14 + string(GSTIN(first14).WantCheckDigit())
}

var (
	sellerGSTIN = checked("29AABCM1234A1Z")
	buyerGSTIN  = checked("27AAACB5678B1Z")
)

// good is a live document without fault, computed, with every optional part filled in,
// and the rules it is good under.
func good() (*Invoice, *Rules) {
	inv := &Invoice{
		Mode: Live, Type: TaxInvoice, Number: "INV/26-27/0042", Date: 20261122, Supply: B2B, PlaceOfSupply: "27",
		Seller: Party{GSTIN: sellerGSTIN, LegalName: "Mohar Traders", Address1: "12 Residency Road", Place: "Bengaluru",
			PIN: 560025, State: "29", Phone: "08012345678", Email: "accounts@mohar.example"},
		Buyer: Party{GSTIN: buyerGSTIN, LegalName: "Bharat Stores", Address1: "4 Linking Road", Address2: "Bandra",
			Place: "Mumbai", PIN: 400050, State: "27"},
		Dispatch: &Party{LegalName: "Godown", Address1: "Plot 7", Place: "Hosur", PIN: 635109, State: "33"},
		ShipTo:   &Party{GSTIN: URP, LegalName: "Site office", Address1: "Gate 2", Place: "Pune", PIN: 411001, State: "27"},
		Lines: []Line{
			{Description: "Cotton shirts", HSN: "620520", Quantity: 240_000, Unit: "NOS", UnitPrice: 620_000, GSTRate: 5_000, Origin: "IN",
				Batch: &Batch{Name: "B-17", Expiry: 20271231}, Attributes: []Attribute{{"Colour", "white"}}},
			{Description: "Stitching", HSN: "998821", Service: true, UnitPrice: 5_000_000, GSTRate: 5_000},
		},
		Payment: &Payment{Payee: "Mohar Traders", CreditDays: 30},
		Refs: References{Remarks: "Against order 7", PeriodFrom: 20261101, PeriodTo: 20261130,
			Preceding: []PrecedingDocument{{Number: "INV/26-27/0001", Date: 20260401}},
			Contracts: []ContractReference{{OrderNumber: "7", OrderDate: 20261101}}},
		Docs: []SupportingDocument{{URL: "https://mohar.example/42"}},
		EWay: &EWayDetails{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R", Distance: 980, TransporterID: buyerGSTIN},
	}
	Compute(inv, true, nil)
	return inv, &Rules{Today: 20261122, Company: Company{GSTIN: GSTIN(sellerGSTIN), Mode: Live, Taxpayer: Regular, Turnover: Slab10To20}}
}

// goodExport is the same as an export with payment of tax.
func goodExport() (*Invoice, *Rules) {
	inv, rules := good()
	inv.Supply, inv.PlaceOfSupply = EXPWP, "96"
	inv.Buyer = Party{GSTIN: URP, LegalName: "Gulf Traders", Address1: "Deira", Place: "Dubai", PIN: 999999, State: "96"}
	inv.Export = &Export{Country: "AE", Port: "INABG1", Currency: "AED", RefundClaim: "Y"}
	inv.ShipTo = &Party{LegalName: "Port", Address1: "Gate 1", Place: "Alibag", PIN: 402201, State: "27"}
	Compute(inv, true, nil)
	return inv, rules
}

func TestGoodDocumentsHaveNoFaults(t *testing.T) {
	inv, rules := good()
	if fs := Validate(inv, *rules); len(fs) != 0 {
		t.Errorf("B2B: %v", fs)
	}
	inv, rules = goodExport()
	if fs := Validate(inv, *rules); len(fs) != 0 {
		t.Errorf("export: %v", fs)
	}
}

// breach changes a good document so that it breaks one rule in one field.
type breach struct {
	rule, field string
	change      func(*Invoice, *Rules)
}

// warnings are the rules that never stop a document.
var warnings = map[string]bool{
	"date.window.last": true, "date.window.maybe": true, "hsn.six.maybe": true, "note.original": true,
	"preceding.late": true, "rate.old": true, "buyer.b2c": true, "seller.sez": true,
	"note.late": true, "cess.ended": true, "retail.goods": true, "retail.missing": true, "hsn.paper": true,
	"ship.gstin": true, "ship.same": true, "ship.state": true, "challan.purpose": true, "invoice.exempt": true,
	"lut.missing": true, "ecom.tcs": true, "charge.untaxed": true,
	"ship.export": true,
	"eway.type":   true, "eway.services": true, "eway.part_a": true, "eway.mode": true, "eway.vehicle.need": true,
	"eway.vtype.need": true, "eway.document.need": true, "eway.date.need": true, "eway.date.future": true,
	"eway.date.early": true, "eway.odc": true, "eway.ship.need": true, "eway.ship.regular": true,
}

// TestEveryRule breaks each rule by itself. Every rule in the list has its breach.
func TestEveryRule(t *testing.T) {
	broken := map[string]bool{}
	for _, b := range companyBreaches {
		broken[b.rule] = true
	}
	run := func(base func() (*Invoice, *Rules), breaches []breach) {
		for _, b := range breaches {
			broken[b.rule] = true
			t.Run(b.rule+" in "+b.field, func(t *testing.T) {
				inv, rules := base()
				b.change(inv, rules)
				b.mustShow(t, Validate(inv, *rules))
			})
		}
	}
	run(good, headerBreaches)
	run(good, partyBreaches)
	run(good, lineBreaches)
	run(good, taxBreaches)
	run(good, partBreaches)
	run(good, datedBreaches)
	run(good, houseBreaches)
	run(goodExport, exportBreaches)
	for _, rule := range RuleNames() {
		if !broken[rule] && !strings.HasPrefix(rule, "parse.") && rule != "note.exceeds" && rule != "note.tax" { // these have tests of their own
			t.Errorf("no breach of rule %q", rule)
		}
	}
}

func (b breach) mustShow(t *testing.T, fs Faults) {
	t.Helper()
	for _, f := range fs {
		if f.Rule != b.rule || f.Field != b.field {
			continue
		}
		if f.Warning != warnings[b.rule] {
			t.Errorf("warning is %v", f.Warning)
		}
		if f.Code != codeOf[b.rule] {
			t.Errorf("code is %q, want %q", f.Code, codeOf[b.rule])
		}
		return
	}
	t.Errorf("not found; found %d others, first %v", len(fs), fs[:min(3, len(fs))])
}

var headerBreaches = []breach{
	{"type.unknown", "type", func(i *Invoice, _ *Rules) { i.Type = "RCT" }},
	{"number.pattern", "number", func(i *Invoice, _ *Rules) { i.Number = "0042" }},
	{"required", "number", func(i *Invoice, _ *Rules) { i.Number, i.Brought = "", true }},
	{"required", "date", func(i *Invoice, _ *Rules) { i.Date = 0 }},
	{"date.pattern", "date", func(i *Invoice, r *Rules) { i.Date, r.Today = 20300101, 20300101 }},
	{"date.future", "date", func(i *Invoice, _ *Rules) { i.Date = 20261123 }},
	{"date.floor", "date", func(i *Invoice, r *Rules) { i.Date, r.Company.Turnover = 20200930, SlabUnknown }},
	{"date.window", "date", func(i *Invoice, _ *Rules) { i.Date = 20261022 }},
	{"date.window.last", "date", func(i *Invoice, _ *Rules) { i.Date = 20261023 }},
	{"date.window.maybe", "date", func(i *Invoice, r *Rules) { i.Date, r.Company.Turnover = 20261022, SlabUnknown }},
	{"supply.unknown", "supply", func(i *Invoice, _ *Rules) { i.Supply = "B2G" }},
	{"required", "pos", func(i *Invoice, _ *Rules) { i.PlaceOfSupply = "" }},
	{"pos.unknown", "pos", func(i *Invoice, _ *Rules) { i.PlaceOfSupply = "45" }},
	{"pos.abroad", "pos", func(i *Invoice, _ *Rules) { i.PlaceOfSupply = "96" }},
	{"reverse.supply", "reverse", func(i *Invoice, _ *Rules) { i.Supply, i.ReverseCharge = DEXP, true }},
	{"intra.pos", "igst_on_intra", func(i *Invoice, _ *Rules) { i.IGSTOnIntra = true }},
	{"gstin.pattern", "ecom", func(i *Invoice, _ *Rules) { i.EcommerceGSTIN = "FLIPKART" }},
}

var partyBreaches = []breach{
	{"required", "seller.gstin", func(i *Invoice, _ *Rules) { i.Seller.GSTIN = "" }},
	{"seller.urp", "seller.gstin", func(i *Invoice, _ *Rules) { i.Seller.GSTIN = URP }},
	{"gstin.pattern", "seller.gstin", func(i *Invoice, _ *Rules) { i.Seller.GSTIN = "29AABCM1234A1Z" }},
	{"gstin.state", "seller.gstin", func(i *Invoice, _ *Rules) { i.Seller.GSTIN = checked("45AABCM1234A1Z") }},
	{"gstin.check", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = "27AAACB5678B1ZA" }},
	{"seller.company", "seller.gstin", func(_ *Invoice, r *Rules) { r.Company.GSTIN = GSTIN(buyerGSTIN) }},
	{"seller.composition", "type", func(_ *Invoice, r *Rules) { r.Company.Taxpayer = Composition }},
	{"seller.sez", "type", func(_ *Invoice, r *Rules) { r.Company.Taxpayer = SEZUnit }},
	{"length", "seller.name", func(i *Invoice, _ *Rules) { i.Seller.LegalName = "AB" }},
	{"length", "seller.place", func(i *Invoice, _ *Rules) { i.Seller.Place = "AB" }},
	{"length.max", "seller.place", func(i *Invoice, _ *Rules) { i.Seller.Place = strings.Repeat("a", 51) }},
	{"length.max", "seller.name", func(i *Invoice, _ *Rules) { i.Seller.LegalName = strings.Repeat("अ", 101) }},
	{"characters", "seller.address1", func(i *Invoice, _ *Rules) { i.Seller.Address1 = `12 "B" Road` }},
	{"characters", "buyer.address2", func(i *Invoice, _ *Rules) { i.Buyer.Address2 = `A\B` }},
	{"characters", "buyer.name", func(i *Invoice, _ *Rules) { i.Buyer.LegalName = "Kaveri\x00Papers" }},
	{"characters", "seller.trade", func(i *Invoice, _ *Rules) { i.Seller.TradeName = "Mohar\x1b[31m" }},
	{"characters", "buyer.place", func(i *Invoice, _ *Rules) { i.Buyer.Place = "Pune\n" }},
	{"characters", "ship.address1", func(i *Invoice, _ *Rules) { i.ShipTo.Address1 = "Gate\t2" }},
	{"characters", "dispatch.name", func(i *Invoice, _ *Rules) { i.Dispatch.LegalName = "Godown\u0085" }},
	{"characters", "buyer.address1", func(i *Invoice, _ *Rules) { i.Buyer.Address1 = "Hafenstra\xdfe" }},
	{"length", "buyer.address2", func(i *Invoice, _ *Rules) { i.Buyer.Address2 = "B" }},
	{"required", "buyer.address1", func(i *Invoice, _ *Rules) { i.Buyer.Address1 = "" }},
	{"phone", "seller.phone", func(i *Invoice, _ *Rules) { i.Seller.Phone = "+91 80 1234" }},
	{"email", "buyer.email", func(i *Invoice, _ *Rules) { i.Buyer.Email = "nobody" }},
	{"state.seller", "seller.state", func(i *Invoice, _ *Rules) { i.Seller.State = "45" }},
	{"seller.state", "seller.state", func(i *Invoice, _ *Rules) { i.Seller.State = "33" }},
	{"seller.pin", "seller.pin", func(i *Invoice, _ *Rules) { i.Seller.PIN = 0 }},
	{"pin.range", "seller.pin", func(i *Invoice, _ *Rules) { i.Seller.PIN = 56002 }},
	{"pin.state", "seller.pin", func(i *Invoice, _ *Rules) { i.Seller.PIN = 400050 }},
	{"buyer.same", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = sellerGSTIN }},
	{"required", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = "" }},
	{"buyer.urp", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = URP }},
	{"buyer.urp.deemed", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Supply, i.Buyer.GSTIN = DEXP, URP }},
	{"buyer.b2c", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Supply = B2C }},
	{"buyer.details", "buyer.name", func(i *Invoice, _ *Rules) { i.Supply, i.Buyer = B2C, Party{} }},
	{"buyer.details", "buyer.address1", func(i *Invoice, _ *Rules) { i.Supply, i.Buyer = B2C, Party{LegalName: "Anil"} }},
	{"buyer.details", "buyer.state", func(i *Invoice, _ *Rules) { i.Supply, i.Buyer = B2C, Party{LegalName: "Anil", Address1: "1"} }},
	{"required", "buyer.state", func(i *Invoice, _ *Rules) { i.Buyer.State = "" }},
	{"state.buyer", "buyer.state", func(i *Invoice, _ *Rules) { i.Buyer.State = "45" }},
	{"buyer.state", "buyer.state", func(i *Invoice, _ *Rules) { i.Buyer.State, i.Buyer.PIN = "24", 380001 }},
	{"buyer.pin", "buyer.pin", func(i *Invoice, _ *Rules) { i.Buyer.PIN = 0 }},
	{"pin.state", "buyer.pin", func(i *Invoice, _ *Rules) { i.Buyer.PIN = 560025 }},
	{"required", "dispatch.pin", func(i *Invoice, _ *Rules) { i.Dispatch.PIN = 0 }},
	{"required", "dispatch.name", func(i *Invoice, _ *Rules) { i.Dispatch.LegalName = "" }},
	{"state.place", "dispatch.state", func(i *Invoice, _ *Rules) { i.Dispatch.State = "45" }},
	{"pin.state", "ship.pin", func(i *Invoice, _ *Rules) { i.ShipTo.PIN = 110001 }},
	{"gstin.pattern", "ship.gstin", func(i *Invoice, _ *Rules) { i.ShipTo.GSTIN = "none" }},
}

var exportBreaches = []breach{
	{"pos.export", "pos", func(i *Invoice, _ *Rules) { i.PlaceOfSupply = "27" }},
	{"buyer.export", "buyer.gstin", func(i *Invoice, _ *Rules) { i.Buyer.GSTIN = buyerGSTIN }},
	{"buyer.abroad", "buyer.state", func(i *Invoice, _ *Rules) { i.Buyer.State, i.Buyer.PIN = "27", 400050 }},
	{"pin.state", "buyer.pin", func(i *Invoice, _ *Rules) { i.Buyer.PIN = 400050 }},
	{"ship.export", "ship.state", func(i *Invoice, _ *Rules) { i.ShipTo.State, i.ShipTo.PIN = "96", 999999 }},
	{"tax.export", "lines[0].cgst", func(i *Invoice, _ *Rules) { i.Lines[0].CGST = 1 }},
	{"tax.zero", "lines[0].igst", func(i *Invoice, _ *Rules) { i.Supply = EXPWOP }},
	{"export.missing", "export.country", func(i *Invoice, _ *Rules) { i.Export = nil }},
	{"country.missing", "export.country", func(i *Invoice, _ *Rules) { i.Export.Country = "" }},
	{"country.unknown", "export.country", func(i *Invoice, _ *Rules) { i.Export.Country = "XX" }},
	{"port.unknown", "export.port", func(i *Invoice, _ *Rules) { i.Export.Port = "INXXX9" }},
	{"currency.unknown", "export.currency", func(i *Invoice, _ *Rules) { i.Export.Currency = "XXQ" }},
	{"choice", "export.refund_claim", func(i *Invoice, _ *Rules) { i.Export.RefundClaim = "J" }},
	{"large", "export.duty", func(i *Invoice, _ *Rules) { i.Export.Duty = maxPaise }},
}

func TestParseFault(t *testing.T) {
	_, decimals := ParsePaise("1.234")
	_, words := ParseMilli("many")
	_, large := ParseRate("1000")
	_, day := ParseDate("31/02/2026")
	_, pattern := ParseGSTIN("x")
	_, state := ParseGSTIN("45AABCM1234A1Z5")
	for want, err := range map[string]error{
		"parse.decimals": decimals, "parse.number": words, "parse.large": large, "parse.date": day,
		"gstin.pattern": pattern, "gstin.state": state,
	} {
		if got := ParseFault("f", err); got.Rule != want || got.Field != "f" || got.Code != codeOf[want] {
			t.Errorf("%v: got %+v, want %s", err, got, want)
		}
	}
}

func TestFaultsErr(t *testing.T) {
	if err := (Faults{{Rule: "rate.old", Warning: true}}).Err(); err != nil {
		t.Errorf("warnings alone: %v", err)
	}
	var bad Invalid
	if err := (Faults{{Rule: "required", Field: "number"}}).Err(); !errors.As(err, &bad) || len(bad.For("number")) != 1 {
		t.Errorf("a fault: %v", err)
	}
}

// What does not go to the portal may have its quotation marks and line breaks, but must
// be text.
func TestCharactersOfDocumentsThatStayHere(t *testing.T) {
	inv, rules := good()
	inv.Supply, inv.Buyer.GSTIN = B2C, ""
	for name, wrong := range map[string]bool{"Anil \"Tools\"": false, "Anil\nTools": false, "Anil\xffTools": true} {
		inv.Buyer.LegalName = name
		if got := has(Validate(inv, *rules), "buyer.name", "characters"); got != wrong {
			t.Errorf("%q: refused is %v", name, got)
		}
	}
}

func TestValidateCompany(t *testing.T) {
	ok := Company{GSTIN: GSTIN(sellerGSTIN), Mode: Live, LegalName: "Mohar Traders", Address1: "12 Residency Road",
		Place: "Bengaluru", PIN: 560025, State: "29"}
	if fs := ValidateCompany(ok); len(fs) != 0 {
		t.Errorf("a good one: %v", fs)
	}
	wrongDigit := ok
	wrongDigit.GSTIN = "29AABCM1234A1ZA"
	if fs := ValidateCompany(wrongDigit); fs.Err() == nil {
		t.Error("live with a wrong check digit passes")
	}
	wrongDigit.Mode = Practice
	if fs := ValidateCompany(wrongDigit); fs.Err() != nil || len(fs) != 1 {
		t.Errorf("practice with a wrong check digit: %v", fs)
	}
	for _, text := range []string{"Mohar\x00Traders", "Mohar\nTraders", "Mohar\xffTraders"} {
		garbled := ok
		garbled.LegalName, garbled.TradeName, garbled.Address1, garbled.Address2, garbled.Place = text, text, text, text, text
		for _, field := range []string{"name", "trade", "address1", "address2", "place"} {
			if !has(ValidateCompany(garbled), field, "characters") {
				t.Errorf("%q passes as %s", text, field)
			}
		}
	}
	bad := Company{GSTIN: "29AABCM1234A1Z", PIN: 400050, State: "29", Phone: "x"}
	for field, rule := range map[string]string{
		"gstin": "gstin.pattern", "name": "required", "address1": "required", "place": "required", "pin": "pin.state", "phone": "phone",
	} {
		if !has(ValidateCompany(bad), field, rule) {
			t.Errorf("%s: no %s in %v", field, rule, ValidateCompany(bad))
		}
	}
}
