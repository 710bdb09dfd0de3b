package gst

import (
	"slices"
	"strings"
	"testing"
)

// orderCase is something asked of a standing bill, and the faults that it has.
type orderCase struct {
	name  string
	order EWayOrder
	bill  func(*EWay)
	want  []string // as written
}

// lorry is a Part B that is good; change makes it something else.
func lorry(change func(*PartB)) *PartB {
	p := &PartB{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R", Place: "Hubballi", State: "29", Reason: "2"}
	if change != nil {
		change(p)
	}
	return p
}

// longer is a wish for more time that is good; change makes it something else.
func longer(change func(*EWayExtension)) *EWayExtension {
	e := &EWayExtension{PartB: *lorry(func(p *PartB) { p.Reason, p.Remark = "99", "Road closed" }), PIN: 580020, Distance: 300}
	if change != nil {
		change(e)
	}
	return e
}

var changeOrders = []orderCase{
	{"another vehicle", EWayOrder{Action: EWayPartB, PartB: lorry(nil)}, nil, nil},
	{"road without vehicle", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Vehicle = "" })}, nil, []string{"vehicle waybill.vehicle.need 303"}},
	{"an odd vehicle", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Vehicle = "KA1" })}, nil, []string{"vehicle waybill.vehicle 304"}},
	{"from nowhere for no reason", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Place, p.State, p.Reason = "", "96", "" })}, nil, []string{
		"place waybill.place 305", "state waybill.state 306", "reason waybill.reason 307",
	}},
	{"first time, but not the first", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Reason = "4" })}, nil, []string{"reason waybill.reason.first 307"}},
	{"first time", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Reason = "4" })}, partA, nil},
	{"other reasons without a word", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Reason = "3" })}, nil, []string{"remark waybill.remark.need 386"}},
	{"a remark of 51 characters", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.Remark = strings.Repeat("x", 51) })}, nil, []string{"remark waybill.remark 308"}},
	{"a transport document before the invoice", EWayOrder{Action: EWayPartB, PartB: lorry(func(p *PartB) { p.DocumentNumber, p.DocumentDate = "LR1", 20261121 })}, nil, []string{"document_date waybill.day.early 362"}},
	{"no Part B at all", EWayOrder{Action: EWayPartB}, nil, []string{" waybill.order 239"}},
	{"something unknown", EWayOrder{Action: "fly"}, nil, []string{" waybill.order 239"}},
	{"a transporter", EWayOrder{Action: EWayReassign, Transporter: &EWayTransporterChoice{ID: string(offerTransporter), Name: "Fast Roads"}}, nil, nil},
	{"an enrolled transporter", EWayOrder{Action: EWayReassign, Transporter: &EWayTransporterChoice{ID: "88AABCF1234P1ZQ"}}, nil, nil},
	{"an odd transporter", EWayOrder{Action: EWayReassign, Transporter: &EWayTransporterChoice{ID: "X"}}, nil, []string{"transporter_id waybill.transporter 222"}},
	{"the same transporter", EWayOrder{Action: EWayReassign, Transporter: &EWayTransporterChoice{ID: string(offerTransporter)}}, hires(offerTransporter), []string{"transporter_id waybill.transporter.same "}},
	{"a cancellation", EWayOrder{Action: EWayCancel, Cancel: &EWayCancellation{Reason: EWayCancelOrder}}, nil, nil},
	{"for no reason", EWayOrder{Action: EWayCancel, Cancel: &EWayCancellation{}}, nil, []string{"reason waybill.cancel.reason 307"}},
	{"for others without a word", EWayOrder{Action: EWayCancel, Cancel: &EWayCancellation{Reason: EWayCancelOthers}}, nil, []string{"remark waybill.remark.need 386"}},
	{"a rejection needs nothing", EWayOrder{Action: EWayReject}, nil, nil},
	{"delivered today", EWayOrder{Action: EWayClose, ClosedOn: 20261123, Remark: "Delivered"}, nil, nil},
	{"delivered on no day", EWayOrder{Action: EWayClose}, nil, []string{"closed_on waybill.close.day 861", "remark waybill.close.remark 862"}},
	{"delivered before the bill", EWayOrder{Action: EWayClose, ClosedOn: 20261121, Remark: "x"}, nil, []string{"closed_on waybill.close.early 828"}},
	{"delivered tomorrow", EWayOrder{Action: EWayClose, ClosedOn: 20261124, Remark: "x"}, nil, []string{"closed_on waybill.close.late 842"}},
}

var extensionOrders = []orderCase{
	{"on the move", EWayOrder{Action: EWayExtend, Extension: longer(nil)}, nil, nil},
	{"farther than the whole way", EWayOrder{Action: EWayExtend, Extension: longer(nil)}, func(b *EWay) { b.Of.Transport.Distance = 299 }, []string{"distance waybill.extend.far 390"}},
	{"no way left", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.Distance = 0 })}, nil, []string{"distance waybill.extend.distance 389"}},
	{"for no reason", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.Reason, e.Remark = "3", "" })}, nil, []string{
		"reason waybill.extend.reason 386", "remark waybill.remark.need 386",
	}},
	{"in a PIN code of another State", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.PIN = 600001 })}, nil, []string{"pin waybill.pin.state 710"}},
	{"in no PIN code", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.PIN = 0 })}, nil, []string{"pin waybill.pin 421"}},
	{"moving and waiting", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.Transit, e.Address[0] = "W", "Shed 1" })}, nil, []string{
		"transit waybill.transit.none 712", "address1 waybill.address.none 713",
	}},
	{"waiting nowhere", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) { e.Mode, e.Vehicle = "5", "" })}, nil, []string{
		"transit waybill.transit 705", "address1 waybill.address1 706", "address2 waybill.address2 707", "address3 waybill.address3 708",
	}},
	{"waiting in a warehouse", EWayOrder{Action: EWayExtend, Extension: longer(func(e *EWayExtension) {
		e.Mode, e.Vehicle, e.VehicleType, e.Transit, e.Address = "5", "", "", "W", [3]string{"Shed 1", "Gokul Road", "Hubballi"}
	})}, nil, nil},
}

// spread is a group of ten pieces, of which a lorry carries six.
func spread(b *EWay) {
	b.Groups = []EWayGroup{{Group: 1, Quantity: 10_000, Unit: "NOS", Mode: "1"}}
	b.Vehicles = []EWayVehicle{{PartB: PartB{Mode: "1", Vehicle: "KA01AB1234"}, Group: 1, Quantity: 6_000}}
}

func startOf(quantity Milli, unit string) *EWayGroup {
	return &EWayGroup{FromPlace: "Hubballi", FromState: "29", ToPlace: "Mumbai", ToState: "27", Mode: "1", Quantity: quantity, Unit: unit, Reason: "2"}
}

var groupOrders = []orderCase{
	{"all goods go over", EWayOrder{Action: EWayGroupStart, Group: startOf(10_000, "NOS")}, nil, nil},
	{"more than there are", EWayOrder{Action: EWayGroupStart, Group: startOf(10_001, "NOS")}, nil, []string{"quantity waybill.group.exceeds 400"}},
	{"none", EWayOrder{Action: EWayGroupStart, Group: startOf(0, "NOS")}, nil, []string{"quantity waybill.group.quantity 402"}},
	{"in another unit than the goods", EWayOrder{Action: EWayGroupStart, Group: startOf(1, "KGS")}, nil, []string{"unit waybill.group.unit 399"}},
	{"in no unit", EWayOrder{Action: EWayGroupStart, Group: startOf(1, "")}, nil, []string{"unit waybill.unit.need 399"}},
	{"in another unit than the first group", EWayOrder{Action: EWayGroupStart, Group: startOf(1, "KGS")}, func(b *EWay) {
		spread(b)
		b.Of.Lines = append(b.Of.Lines, ConsignmentLine{HSN: "5208", Unit: "KGS", Quantity: 5_000})
	}, []string{"unit waybill.group.first 413"}},
	{"from nowhere to nowhere", EWayOrder{Action: EWayGroupStart, Group: &EWayGroup{Quantity: 1, Unit: "NOS"}}, nil, []string{
		"from_place waybill.place 305", "from_state waybill.state 306", "to_place waybill.place.to 321", "to_state waybill.state.to 320",
		"mode waybill.mode 302", "reason waybill.reason 307",
	}},
	{"a second lorry for the rest", EWayOrder{Action: EWayGroupAdd, Vehicle: &EWayGroupVehicle{Group: 1, Vehicle: "KA01AB1235", Quantity: 4_000}}, spread, nil},
	{"for more than the rest", EWayOrder{Action: EWayGroupAdd, Vehicle: &EWayGroupVehicle{Group: 1, Vehicle: "KA01AB1235", Quantity: 4_001}}, spread, []string{"quantity waybill.group.exceeds 400"}},
	{"to no group", EWayOrder{Action: EWayGroupAdd, Vehicle: &EWayGroupVehicle{Group: 2, Vehicle: "KA01AB1235", Quantity: 1}}, spread, []string{"group waybill.group 411"}},
	{"a lorry for another", EWayOrder{Action: EWayGroupChange, Swap: &EWayGroupSwap{Group: 1, OldVehicle: "KA01AB1234", NewVehicle: "KA01AB1235", Place: "Belagavi", State: "29", Reason: "1"}}, spread, nil},
	{"a lorry for one that is not there", EWayOrder{Action: EWayGroupChange, Swap: &EWayGroupSwap{Group: 1, OldVehicle: "KA01AB9999", NewVehicle: "KA01AB1235", Place: "Belagavi", State: "29", Reason: "1"}}, spread, []string{"old_vehicle waybill.swap.old 405"}},
	{"a lorry for itself", EWayOrder{Action: EWayGroupChange, Swap: &EWayGroupSwap{Group: 1, OldVehicle: "KA01AB1234", NewVehicle: "KA01AB1234", Place: "Belagavi", State: "29", Reason: "1"}}, spread, []string{"new_vehicle waybill.swap.same 408"}},
	{"a lorry for nothing", EWayOrder{Action: EWayGroupChange, Swap: &EWayGroupSwap{Group: 1, OldVehicle: "KA01AB1234", Place: "Belagavi", State: "29", Reason: "1"}}, spread, []string{"new_vehicle waybill.swap.new 408"}},
	{"without a vehicle named", EWayOrder{Action: EWayGroupAdd}, spread, []string{" waybill.order 239"}},
}

func TestWhatIsAskedAboutEWayBillsIsChecked(t *testing.T) {
	for _, tt := range slices.Concat(changeOrders, extensionOrders, groupOrders) {
		t.Run(string(tt.order.Action)+": "+tt.name, func(t *testing.T) {
			b := standing(t, EWayActive)
			if tt.bill != nil {
				tt.bill(b)
			}
			if got := written(CheckOrder(b, tt.order, at(t, "2026-11-23 12:00"), nil)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestTripSheetsAreChecked(t *testing.T) {
	other := "301002999938"
	tests := []struct {
		name   string
		change func(*TripSheet, *EWay)
		want   []string
	}{
		{"a lorry with two bills", func(*TripSheet, *EWay) {}, nil},
		{"no bills", func(s *TripSheet, _ *EWay) { s.Bills = nil }, []string{"bills waybill.trip.none 391"}},
		{"a bill twice", func(s *TripSheet, _ *EWay) { s.Bills[1].Number = s.Bills[0].Number }, []string{"bills[1] waybill.trip.twice 391"}},
		{"an odd number", func(s *TripSheet, _ *EWay) { s.Bills[1].Number = "012345678901" }, []string{"bills[1] waybill.trip.number 301"}},
		{"a bill that several vehicles carry", func(_ *TripSheet, b *EWay) { inGroups(b) }, []string{"bills[0] waybill.trip.bill 648"}},
		{"a bill that has expired", func(_ *TripSheet, b *EWay) { b.ValidUntil = b.Made }, []string{"bills[0] waybill.trip.bill 818"}},
		{"a bill that the transporter moves", func(_ *TripSheet, b *EWay) { both(hires(offerTransporter), enters(offerTransporter))(b) }, []string{"bills[0] waybill.trip.bill 649"}},
		{"no vehicle", func(s *TripSheet, _ *EWay) { s.PartB.Vehicle = "" }, []string{"vehicle waybill.vehicle.need 303"}},
		{"again with an odd number for no reason", func(s *TripSheet, b *EWay) { onSheet(b); s.Old = "12" }, []string{"old waybill.trip.old 387", "reason waybill.reason 307"}},
		{"again with another lorry", func(s *TripSheet, b *EWay) { onSheet(b); s.Old, s.PartB.Reason = "1234567890", "1" }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := standing(t, EWayActive)
			sheet := TripSheet{
				Company: b.Company, PartB: PartB{Mode: "1", Vehicle: "KA01AB1234", Place: "Bengaluru", State: "29"},
				Bills: []TripBill{{Number: b.Number}, {Number: other}},
			}
			tt.change(&sheet, b)
			if got := written(CheckTrip(sheet, []EWay{*b}, at(t, "2026-11-23 12:00"))); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	if EWayNumberSpaced("301002999920") != "3010 0299 9920" || EWayNumberSpaced("12") != "12" {
		t.Error("numbers are not read in groups of four")
	}
}
