package gst

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mohar/gst/master"
)

// consigned118 is what the e-way bill of lorryload would be of.
func consigned118() Consignment { return ConsignmentOf(lorryload(), consignor()) }

// checkCase is a consignment with something changed, and the faults that it then has.
type checkCase struct {
	name   string
	change func(*Consignment, *Rules)
	want   []string // "field rule code", "?" in front of a warning
}

var paperChecks = []checkCase{
	{"a lorry load to another State is good", func(*Consignment, *Rules) {}, nil},
	{"no direction and no kind of paper", func(c *Consignment, _ *Rules) { c.Direction, c.Paper = "X", "ZZZ" }, []string{"direction waybill.direction 201", "paper waybill.paper 204"}},
	{"no direction", func(c *Consignment, _ *Rules) { c.Direction = "X" }, []string{"direction waybill.direction 201"}},
	{"no such reason", func(c *Consignment, _ *Rules) { c.SubSupply = 13 }, []string{"sub_supply waybill.sub_supply 202"}},
	{"a reason of the other direction", func(c *Consignment, _ *Rules) { c.SubSupply = SubSupplyImport }, []string{"sub_supply waybill.sub_supply.side 203"}},
	{"no such paper", func(c *Consignment, _ *Rules) { c.Paper = "CNT" }, []string{"paper waybill.paper 204"}},
	{"a paper of another reason", func(c *Consignment, _ *Rules) { c.Paper = PaperChallan }, []string{"paper waybill.paper.supply 205"}},
	{"others without a word", func(c *Consignment, _ *Rules) { c.SubSupply, c.Paper = SubSupplyOthers, PaperOther }, []string{"sub_supply_text waybill.sub_supply.text 377"}},
	{"a number of seventeen characters", func(c *Consignment, _ *Rules) { c.Number = "12345678901234567" }, []string{"number waybill.number 206"}},
	{"no day", func(c *Consignment, _ *Rules) { c.Date = 0 }, []string{"date waybill.date 207"}},
	{"a day to come", func(c *Consignment, _ *Rules) { c.Date, c.Transport.DocumentDate = 20261123, 0 }, []string{"date waybill.date.future 207"}},
	{"a day before GST", func(c *Consignment, _ *Rules) { c.Date = 20170630 }, []string{"date waybill.date.floor 819"}},
	{"180 days ago", func(c *Consignment, _ *Rules) { c.Date = 20260526 }, nil},
	{"181 days ago", func(c *Consignment, _ *Rules) { c.Date = 20260525 }, []string{"date waybill.date.age 820"}},
	{"a composition taxpayer's invoice to another State, with tax", func(_ *Consignment, r *Rules) { r.Company.Taxpayer = Composition }, []string{
		"paper waybill.composition 714", "lines[0].igst waybill.composition.tax 704", "to.state waybill.composition.away 703",
	}},
}

var partyChecks = []checkCase{
	{"no GSTIN", func(c *Consignment, _ *Rules) { c.To.GSTIN = "27" }, []string{"to.gstin waybill.to.gstin 212"}},
	{"a wrong check digit in practice", func(c *Consignment, _ *Rules) { c.To.GSTIN = "27AABCE1234P1ZZ" }, []string{"?to.gstin waybill.gstin.check "}},
	{"a wrong check digit", func(c *Consignment, r *Rules) { c.To.GSTIN, r.Company.Mode = "27AABCE1234P1ZZ", Live }, []string{"to.gstin waybill.gstin.check "}},
	{"an enrolled person's id has no State", func(c *Consignment, _ *Rules) { c.To.GSTIN = "88AABCE1234P1ZC" }, nil},
	{"a sender that is not the company", func(c *Consignment, _ *Rules) { c.From.GSTIN = "29AABCG1234P1ZE" }, []string{"from.gstin waybill.from.own 359"}},
	{"a recipient that is not the company", func(c *Consignment, _ *Rules) { c.Direction = Inward }, []string{"to.gstin waybill.to.own 360"}},
	{"two parties without GSTIN", func(c *Consignment, r *Rules) { c.From.GSTIN, c.To.GSTIN, r.Company.GSTIN = "URP", "URP", "" }, []string{"to.gstin waybill.both.urp 822"}},
	{"a sale to oneself", func(c *Consignment, _ *Rules) {
		c.To = c.From
		c.Lines[0].IGST, c.Totals.IGST, c.Transport.Distance = 0, 0, 10
	}, []string{"?to.gstin waybill.both.same "}},
	{"an empty end", func(c *Consignment, _ *Rules) { c.To = ConsignmentEnd{} }, []string{
		"to.gstin waybill.to.gstin 212", "to.name waybill.to.name 231", "to.address1 waybill.to.address 213", "to.place waybill.to.place 232",
		"to.state waybill.to.state 215", "to.place_state waybill.to.end 372", "to.pin waybill.to.pin 214",
	}},
	{"a State that the GSTIN is not of", func(c *Consignment, _ *Rules) { c.To.State, c.Transaction, c.To.OtherGSTIN = "24", 2, "URP" }, []string{"to.state waybill.gstin.state 865"}},
	{"a PIN code of another State", func(c *Consignment, _ *Rules) { c.From.PIN = 600001 }, []string{"from.pin waybill.from.pin.state 437"}},
	{"no such transaction", func(c *Consignment, _ *Rules) { c.Transaction = 5 }, []string{"transaction waybill.transaction 612"}},
	{"a consignee in a regular transaction", func(c *Consignment, _ *Rules) { c.To.OtherGSTIN = "URP" }, []string{"to.other_gstin waybill.to.other.none 616"}},
	{"a dispatcher in a regular transaction", func(c *Consignment, _ *Rules) { c.From.OtherGSTIN = "URP" }, []string{"from.other_gstin waybill.from.other.none 615"}},
	{"two States at the start of a regular transaction", func(c *Consignment, _ *Rules) { c.From.PlaceState, c.From.PIN = "33", 600001 }, []string{"from.place_state waybill.from.same.state 643"}},
	{"two States at its end", func(c *Consignment, _ *Rules) { c.To.PlaceState, c.To.PIN = "33", 600001 }, []string{"to.place_state waybill.to.same.state 644"}},
	{"a dispatcher without GSTIN", func(c *Consignment, _ *Rules) { c.Transaction = 3 }, []string{"from.other_gstin waybill.from.other 607"}},
	{"a consignee without GSTIN while that is on hold", func(c *Consignment, _ *Rules) { c.Transaction = 2 }, nil},
	{"and once it is compulsory", func(c *Consignment, r *Rules) { c.Transaction, r.Law = 2, shipTo() }, []string{
		"to.other_gstin waybill.to.other 608", "to.other_name waybill.to.other.name 863",
	}},
	{"a consignee that is the buyer", func(c *Consignment, _ *Rules) { c.Transaction, c.To.OtherGSTIN = 2, c.To.GSTIN }, []string{"to.other_gstin waybill.to.other.twice 618"}},
	{"a dispatcher that is the seller", func(c *Consignment, _ *Rules) { c.Transaction, c.From.OtherGSTIN = 3, c.From.GSTIN }, []string{"from.other_gstin waybill.from.other.twice 617"}},
	{"an odd GSTIN of both", func(c *Consignment, _ *Rules) { c.Transaction, c.From.OtherGSTIN, c.To.OtherGSTIN = 4, "X", "Y" }, []string{
		"from.other_gstin waybill.from.other.gstin 610", "to.other_gstin waybill.to.other.gstin 609",
	}},
	{"an export inside India", func(c *Consignment, _ *Rules) { c.SubSupply = SubSupplyExport }, []string{
		"to.place_state waybill.export.state 373", "to.pin waybill.export.pin 374", "to.gstin waybill.export.gstin 450",
	}},
	{"an import from inside India", func(c *Consignment, r *Rules) {
		c.Direction, c.SubSupply, c.Paper = Inward, SubSupplyImport, PaperEntry
		r.Company.GSTIN = GSTIN(c.To.GSTIN)
	}, []string{"from.place_state waybill.import.state 375", "from.pin waybill.import.pin 376", "from.gstin waybill.import.gstin 451"}},
	{"a name in another script", func(c *Consignment, _ *Rules) { c.To.Name = "कोंकण" }, []string{"to.name waybill.characters "}},
	{"a place of 51 characters", func(c *Consignment, _ *Rules) { c.To.Place = strings.Repeat("x", 51) }, []string{"to.place waybill.length "}},
}

// shipTo is the law with the consignee's GSTIN compulsory.
func shipTo() *master.Law {
	return master.Bundled().With([]master.Rule{{Name: master.RuleEWayShipTo, Value: 1, From: 20261101}})
}

var goodsChecks = []checkCase{
	{"nothing", func(c *Consignment, _ *Rules) { c.Lines = nil }, []string{"lines waybill.lines.none 233"}},
	{"services alone", func(c *Consignment, _ *Rules) { c.Lines[0].HSN = "998313" }, []string{"lines[0].hsn waybill.goods 724"}},
	{"services beside goods", func(c *Consignment, _ *Rules) {
		c.Lines = append(c.Lines, ConsignmentLine{Name: "Fitting", HSN: "998313", IGST: 18_000})
	}, nil},
	{"an odd code", func(c *Consignment, _ *Rules) { c.Lines[0].HSN = "62052" }, []string{"lines[0].hsn waybill.hsn 216"}},
	{"two digits", func(c *Consignment, _ *Rules) { c.Lines[0].HSN = "62" }, []string{"lines[0].hsn waybill.hsn.four 282"}},
	{"four digits above five crore", func(c *Consignment, _ *Rules) { c.Lines[0].HSN = "6205" }, []string{"lines[0].hsn waybill.hsn.six 283"}},
	{"four digits below", func(c *Consignment, r *Rules) { c.Lines[0].HSN, r.Company.Turnover = "6205", SlabUpTo5 }, nil},
	{"no such unit", func(c *Consignment, _ *Rules) { c.Lines[0].Unit = "XYZ" }, []string{"lines[0].unit waybill.unit 217"}},
	{"a quantity without unit", func(c *Consignment, _ *Rules) { c.Lines[0].Unit = "" }, []string{"lines[0].unit waybill.unit.need 217"}},
	{"no name", func(c *Consignment, _ *Rules) { c.Lines[0].Name, c.Lines[0].Description = "", "" }, []string{"?lines[0].name waybill.name "}},
	{"less than nothing", func(c *Consignment, _ *Rules) { c.Lines[0].Taxable, c.Lines[0].Quantity = -1, -1 }, []string{
		"lines[0].quantity waybill.negative 234", "lines[0].taxable waybill.negative 234",
	}},
	{"halves between States", func(c *Consignment, _ *Rules) {
		c.Lines[0].CGST, c.Lines[0].SGST, c.Lines[0].IGST = 9_000, 9_000, 0
		c.Totals.CGST, c.Totals.SGST, c.Totals.IGST = 9_000_00, 9_000_00, 0
	}, []string{"lines[0].cgst waybill.rate.across 219", "totals.cgst waybill.tax.across 624"}},
	{"IGST inside a State", inKarnataka, []string{"lines[0].igst waybill.rate.inside 218", "totals.igst waybill.tax.inside 623"}},
	{"IGST inside a State for a special economic zone", func(c *Consignment, r *Rules) { inKarnataka(c, r); c.IGSTInside = true }, nil},
	{"unequal halves", func(c *Consignment, r *Rules) {
		inKarnataka(c, r)
		c.Lines[0].CGST, c.Lines[0].SGST, c.Lines[0].IGST, c.Totals.IGST = 9_000, 6_000, 0, 0
	}, []string{"lines[0].sgst waybill.halves 251"}},
	{"a rate that never was", func(c *Consignment, _ *Rules) { c.Lines[0].IGST = 17_000 }, []string{"lines[0].igst waybill.rate 254"}},
	{"halves of a rate that never was", func(c *Consignment, r *Rules) {
		inKarnataka(c, r)
		c.Lines[0].CGST, c.Lines[0].SGST, c.Lines[0].IGST, c.Totals.IGST = 8_500, 8_500, 0, 0
	}, []string{"lines[0].cgst waybill.rate.half 252"}},
	{"negative cess", func(c *Consignment, _ *Rules) { c.Lines[0].Cess = -1 }, []string{"lines[0].cess waybill.cess 255"}},
	{"a total below its parts", func(c *Consignment, _ *Rules) { c.Totals.Total -= 101 }, []string{"totals.total waybill.value.sum 620"}},
	{"a rupee less is let pass", func(c *Consignment, _ *Rules) { c.Totals.Total -= 100 }, nil},
	{"no value", func(c *Consignment, _ *Rules) { c.Totals = ConsignmentTotals{} }, []string{"?totals.total waybill.value 640"}},
	{"negative tax", func(c *Consignment, _ *Rules) { c.Totals.IGST = -1 }, []string{"totals.igst waybill.tax.negative 629"}},
	{"gold to another State, with a lorry", func(c *Consignment, _ *Rules) { c.Lines[0].HSN = "71081200" }, []string{
		"to.place_state waybill.gold.inter 808", "transporter_id waybill.gold.bare 801",
	}},
	{"gold by nothing", func(c *Consignment, r *Rules) {
		inKarnataka(c, r)
		c.IGSTInside, c.Lines[0].HSN, c.Transport = true, "71081200", EWayDetails{Distance: 10}
	}, []string{"mode waybill.gold.road 815"}},
}

// inKarnataka brings the buyer to the seller's State.
func inKarnataka(c *Consignment, _ *Rules) {
	c.To.GSTIN, c.To.State, c.To.PlaceState, c.To.PIN = "29AABCE1234P1ZG", "29", "29", 570001
}

// by sets how the goods go.
func by(t EWayDetails) func(*Consignment, *Rules) {
	return func(c *Consignment, _ *Rules) { t.Distance = 980; c.Transport = t }
}

var transportChecks = []checkCase{
	{"a transporter alone makes Part A", by(EWayDetails{TransporterID: "88AABCF1234P1ZB"}), nil},
	{"nobody", by(EWayDetails{}), []string{"transporter_id waybill.part_a 619"}},
	{"a vehicle without mode", by(EWayDetails{Vehicle: "KA01AB1234"}), []string{"mode waybill.mode.need 638"}},
	{"no such mode", by(EWayDetails{Mode: "5"}), []string{"mode waybill.mode 220"}},
	{"road without vehicle", by(EWayDetails{Mode: "1"}), []string{"vehicle waybill.vehicle.need 226", "vehicle_type waybill.vehicle.type 361"}},
	{"an odd vehicle", by(EWayDetails{Mode: "1", Vehicle: "KA1", VehicleType: "R"}), []string{"vehicle waybill.vehicle 225"}},
	{"a vehicle of no State", by(EWayDetails{Mode: "1", Vehicle: "XX01AB1234", VehicleType: "R"}), []string{"?vehicle waybill.vehicle.state "}},
	{"rail without receipt", by(EWayDetails{Mode: "2"}), []string{"document_number waybill.document.need 394", "document_date waybill.day.need 385"}},
	{"rail by an odd receipt", by(EWayDetails{Mode: "2", DocumentNumber: "RR12", DocumentDate: 20261122}), []string{"?document_number waybill.document.rail 823"}},
	{"rail by a parcel's receipt", by(EWayDetails{Mode: "2", DocumentNumber: "1234567890", DocumentDate: 20261122}), nil},
	{"air with over-dimensional cargo", by(EWayDetails{Mode: "3", DocumentNumber: "AWB1", DocumentDate: 20261122, VehicleType: "O"}), []string{"vehicle_type waybill.vehicle.none 634"}},
	{"a ship with nothing", by(EWayDetails{Mode: "4"}), []string{"document_number waybill.ship.need 727"}},
	{"a ship with a regular vehicle", by(EWayDetails{Mode: "4", Vehicle: "KA01AB1234", VehicleType: "R"}), []string{"vehicle_type waybill.vehicle.ship 726"}},
	{"a ship with a document without day", by(EWayDetails{Mode: "4", DocumentNumber: "BL1"}), []string{"document_date waybill.day.ship 729"}},
	{"a document of sixteen characters", by(EWayDetails{Mode: "3", DocumentNumber: "1234567890123456", DocumentDate: 20261122}), []string{"document_number waybill.document 223"}},
	{"a document before the invoice", by(EWayDetails{Mode: "3", DocumentNumber: "AWB1", DocumentDate: 20261121}), []string{"document_date waybill.day.early 362"}},
	{"a document to come", by(EWayDetails{Mode: "3", DocumentNumber: "AWB1", DocumentDate: 20261123}), []string{"document_date waybill.day.future 224"}},
	{"an odd transporter", by(EWayDetails{TransporterID: "ABC"}), []string{"transporter_id waybill.transporter 222"}},
	{"farther than 4000 km", func(c *Consignment, _ *Rules) { c.Transport.Distance = 4001 }, []string{"distance waybill.distance 702"}},
	{"nothing typed between two PIN codes", func(c *Consignment, _ *Rules) { c.Transport.Distance = 0 }, nil},
	{"nothing typed inside one", func(c *Consignment, r *Rules) { inOnePIN(c, r); c.Transport.Distance = 0 }, []string{"distance waybill.distance.same 721"}},
	{"101 km inside one", func(c *Consignment, r *Rules) { inOnePIN(c, r); c.Transport.Distance = 101 }, []string{"distance waybill.distance.near 702"}},
	{"100 km inside one", func(c *Consignment, r *Rules) { inOnePIN(c, r); c.Transport.Distance = 100 }, nil},
	{"a tenth more than the portal's distance", func(c *Consignment, r *Rules) { r.KnownDistance, c.Transport.Distance = 895, 984 }, nil},
	{"more than that", func(c *Consignment, r *Rules) { r.KnownDistance, c.Transport.Distance = 895, 985 }, []string{"distance waybill.distance.ceiling 702"}},
	{"less than the portal's distance", func(c *Consignment, r *Rules) { r.KnownDistance, c.Transport.Distance = 895, 5 }, nil},
}

func inOnePIN(c *Consignment, r *Rules) {
	inKarnataka(c, r)
	c.IGSTInside, c.To.PIN = true, c.From.PIN
}

// ofIRN makes it a consignment of a registered document.
func ofIRN(change func(*Consignment, *Rules)) func(*Consignment, *Rules) {
	return func(c *Consignment, r *Rules) { c.IRN = strings.Repeat("a", 64); change(c, r) }
}

var irnChecks = []checkCase{
	{"of an IRN the parties and goods are the portal's", ofIRN(func(c *Consignment, _ *Rules) { c.To, c.Lines, c.Totals = ConsignmentEnd{}, nil, ConsignmentTotals{} }), nil},
	{"road without vehicle", ofIRN(by(EWayDetails{Mode: "1", VehicleType: "R"})), []string{"vehicle waybill.vehicle.need 4011"}},
	{"nobody", ofIRN(by(EWayDetails{})), []string{"transporter_id waybill.part_a 4019"}},
	{"an export that ends abroad", ofIRN(func(c *Consignment, _ *Rules) {
		c.SubSupply, c.To.PIN, c.To.PlaceState = SubSupplyExport, ForeignPIN, "96"
	}), []string{"to.address1 waybill.port 4031"}},
	{"an export to a port with a foreign PIN code", ofIRN(func(c *Consignment, _ *Rules) { c.SubSupply, c.To.PIN = SubSupplyExport, ForeignPIN }), []string{"to.pin waybill.port.pin 4033"}},
	{"an export to a port in no State", ofIRN(func(c *Consignment, _ *Rules) { c.SubSupply, c.To.PlaceState = SubSupplyExport, "96" }), []string{"to.place_state waybill.port.state 4032"}},
	{"a foreign PIN code without distance", ofIRN(func(c *Consignment, _ *Rules) { c.To.PIN, c.Transport.Distance = ForeignPIN, 0 }), []string{"distance waybill.distance.abroad 4034"}},
	{"more than a tenth above the portal's distance", ofIRN(func(c *Consignment, r *Rules) { r.KnownDistance, c.Transport.Distance = 100, 111 }), []string{"distance waybill.distance.ceiling 4013"}},
}

// written writes faults as the cases state them.
func written(faults Faults) []string {
	var list []string
	for _, f := range faults {
		s := fmt.Sprintf("%s %s %s", f.Field, f.Rule, f.Code)
		if f.Warning {
			s = "?" + s
		}
		list = append(list, s)
	}
	return list
}

func TestConsignmentsAreCheckedAsThePortalDoes(t *testing.T) {
	for _, tt := range slices.Concat(paperChecks, partyChecks, goodsChecks, transportChecks, irnChecks) {
		t.Run(tt.name, func(t *testing.T) {
			c, r := consigned118(), consignor()
			tt.change(&c, &r)
			if got := written(CheckConsignment(c, r)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestReasonsAndPapersAreThoseOfThePortal(t *testing.T) {
	rows := specTable(t, "ewb-supply-doc-matrix.csv")[1:]
	for _, row := range rows {
		var sub SubSupply
		if _, err := fmt.Sscan(row[1], &sub); err != nil {
			t.Fatal(err)
		}
		var papers []string
		for _, p := range PapersFor(Direction(row[0]), sub) {
			papers = append(papers, string(p))
		}
		want := strings.Split(row[3], ",")
		slices.Sort(papers)
		slices.Sort(want)
		if !slices.Equal(papers, want) {
			t.Errorf("%s %s: %v, want %v", row[0], row[2], papers, want)
		}
	}
	if n := len(SubSupplies(Outward)) + len(SubSupplies(Inward)); n != len(rows) {
		t.Errorf("%d reasons for %d rows", n, len(rows))
	}
}
