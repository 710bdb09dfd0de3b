package nic

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestMomentsOfTheEWayBillSystem(t *testing.T) {
	tests := []struct {
		in   string
		want time.Time
	}{
		{"05/10/2022 12:39:00 PM", ist(2022, 10, 5, 12, 39, 0)},
		{"25/02/2024 11:10:00 AM", ist(2024, 2, 25, 11, 10, 0)},
		{"25/02/2024 12:00:30 AM", ist(2024, 2, 25, 0, 0, 30)},
		{"06/10/2022 11:59:00 PM", ist(2022, 10, 6, 23, 59, 0)},
		{"06/10/2022 23:59:00 PM", ist(2022, 10, 6, 23, 59, 0)},
		{"06/10/2022 23:59:00", ist(2022, 10, 6, 23, 59, 0)},
		{"04/10/2022 04:14:00 ", ist(2022, 10, 4, 4, 14, 0)},
		{"4/1/2022 4:14:00 pm", ist(2022, 1, 4, 16, 14, 0)},
		{"04/10/202204:14:00 PM", ist(2022, 10, 4, 16, 14, 0)},
		{"04/10/2022 04:14 PM", ist(2022, 10, 4, 16, 14, 0)},
		{"04/10/2022 16:14", ist(2022, 10, 4, 16, 14, 0)},
		{"2022-10-04 16:14:00", ist(2022, 10, 4, 16, 14, 0)},
	}
	for _, tt := range tests {
		if got, err := ParseMoment(tt.in); err != nil || !got.Equal(tt.want) {
			t.Errorf("%q is %v, %v", tt.in, got, err)
		}
	}
	for _, in := range []string{"04/10/2022", "24:00:00", "31/02/2022 01:00:00 AM", "04/10/2022 25:00:00 PM", "soon"} {
		if got, err := ParseMoment(in); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

// opened returns the answer inside a published reply.
func opened(t *testing.T, name string) json.RawMessage {
	t.Helper()
	e, err := ParseEWayEnvelope(readFile(t, sampleFiles(t, "ewaybill/responses/"+name+".json")[0]), false)
	if err != nil || !e.OK {
		t.Fatalf("%+v, %v", e, err)
	}
	return e.Data
}

func TestPublishedBillsAreRead(t *testing.T) {
	tests := []struct {
		name, number string
		made, until  time.Time
	}{
		{"ic-goods-item-with-ewaybill", "301002999920", ist(2022, 10, 5, 12, 39, 0), ist(2022, 10, 6, 23, 59, 0)},
		{"ic-goods-with-taxes", "301002999920", ist(2022, 10, 5, 12, 39, 0), ist(2022, 10, 6, 23, 59, 0)},
		{"ic-non-taxable-goods-item", "381009290312", ist(2024, 2, 25, 11, 10, 0), ist(2024, 2, 26, 23, 59, 0)},
		{"ic-dn-with-same-gstin", "301003382512", ist(2023, 8, 7, 12, 24, 0), ist(2023, 8, 8, 23, 59, 0)},
		{"ic-is-return-dn-with-different-gstin", "361003382507", ist(2023, 8, 7, 12, 18, 0), ist(2023, 8, 8, 23, 59, 0)},
		{"ic-pi-data-for-registered-supplier", "301003383151", ist(2023, 8, 8, 12, 18, 0), ist(2023, 8, 9, 23, 59, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			made, there, err := ReadEWayMade(opened(t, tt.name))
			if err != nil || !there {
				t.Fatal(there, err)
			}
			bill, err := made.Bill()
			if diff := cmp.Diff(gst.EWayBill{Number: tt.number, Date: tt.made, ValidUntil: tt.until}, bill); err != nil || diff != "" {
				t.Errorf("%v -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestPublishedChangesAreRead(t *testing.T) {
	tests := []struct {
		name      string
		at, until time.Time
	}{
		{"ic-cancel-e-waybill", ist(2022, 10, 4, 16, 14, 0), time.Time{}},
		{"ic-update-transporter", ist(2022, 10, 5, 12, 45, 0), time.Time{}},
		{"ic-update-vehicle-info", ist(2022, 10, 5, 12, 44, 0), ist(2022, 10, 6, 23, 59, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c EWayChanged
			mustJSON(t, opened(t, tt.name), &c)
			if !c.At().Equal(tt.at) || !c.ValidUpto.Equal(tt.until) || !c.Of("301002999920") {
				t.Errorf("%+v", c)
			}
			if c.EwayBillNo != "" && c.Of("301002999921") {
				t.Error("it is about any bill")
			}
		})
	}
}

func TestThePublishedBillIsReadWhole(t *testing.T) {
	const us = gst.GSTIN("05AAACG2115R1ZN")
	read := ist(2022, 10, 7, 9, 0, 0)
	var f EWayFull
	mustJSON(t, opened(t, "ic-get-e-waybill"), &f)
	got, err := f.Bill(us, read)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(vehicle string, minute int) gst.EWayVehicle {
		return gst.EWayVehicle{
			PartB:   gst.PartB{Mode: "1", Vehicle: vehicle, VehicleType: "R", Place: "Test City", State: "24"},
			Entered: ist(2022, 10, 5, 12, minute, 0), EnteredBy: string(us), By: "API",
		}
	}
	of := *sampleConsignment()
	of.Date = 20221005
	of.Lines[0].CGST, of.Lines[0].SGST = 0, 0
	of.Totals = gst.ConsignmentTotals{Taxable: 100_00, Total: 100_00}
	of.Transport.TransporterID, of.Transport.TransporterName = "05AAACG2140A1ZL", "GAMZEN PLAST PVT LATD"
	want := gst.EWay{
		Company: us, Role: gst.EWayOurs, Route: gst.EWayFound, Of: of, State: gst.EWayCancelled, Number: "301002999920",
		Made: ist(2022, 10, 5, 12, 39, 0), MadeBy: us, ValidUntil: ist(2022, 10, 6, 23, 59, 0), MadeMode: "API",
		Cancelled: gst.EWayCancellation{At: read}, Vehicles: []gst.EWayVehicle{entry("GJ07DL9001", 44), entry("GJ07DL9009", 39)}, ReadAt: read,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for company, role := range map[gst.GSTIN]gst.EWayRole{"05AAACG2140A1ZL": gst.EWayTransporter, "27AAPFU0939F1ZV": gst.EWayOther} {
		if got, err := f.Bill(company, read); err != nil || got.Role != role {
			t.Errorf("%s has the role %q, %v", company, got.Role, err)
		}
	}
}

func TestABillIsReadInEverySpelling(t *testing.T) {
	const head = `{"ewbNo":"301002999920","ewayBillDate":"22/11/2026 10:00:00 AM","status":"`
	read := ist(2026, 11, 22, 12, 0, 0)
	tests := []struct {
		name, in string
		check    func(b gst.EWay) bool
	}{
		{"Part A only", head + `ACT","VehiclListDetails":[],"validUpto":""}`, func(b gst.EWay) bool { return b.State == gst.EWayPartA && b.ValidUntil.IsZero() }},
		{"a lapsed slip", head + `DIS","validUpto":null}`, func(b gst.EWay) bool { return b.State == gst.EWayPartA }},
		{"active", head + `act","validUpto":"23/11/2026 23:59:00 PM"}`, func(b gst.EWay) bool { return b.State == gst.EWayActive && b.RejectedAt.IsZero() }},
		{"closed", head + `CLS","validUpto":"23/11/2026 23:59:00"}`, func(b gst.EWay) bool { return b.State == gst.EWayClosed }},
		{"rejected and extended", head + `ACT","rejectStatus":"Y","extendedTimes":"2","validUpto":"23/11/2026 11:59:00 PM"}`, func(b gst.EWay) bool {
			return b.RejectedAt.Equal(read) && b.Extensions == 2 && b.State == gst.EWayActive
		}},
		{"the right spelling of the vehicles", head + `ACT","VehicleListDetails":[{"vehicleNo":"KA01AB1234","groupNo":1,"tripshtNo":3010000001,"enteredDate":"22/11/2026 10:00:00 AM"}]}`,
			func(b gst.EWay) bool {
				return len(b.Vehicles) == 1 && b.Vehicles[0].Group == 1 && b.TripSheet == "3010000001" && b.Of.Transport.Vehicle == "KA01AB1234"
			}},
		{"texts for numbers", head + `ACT","subSupplyType":"10  ","fromPincode":"560058","fromStateCode":"7","actualDist":"118.0","totInvValue":"1.2E3"}`, func(b gst.EWay) bool {
			return b.Of.SubSupply == gst.SubSupplyLineSales && b.Of.From.PIN == 560058 && b.Of.From.State == "07" && b.Of.Transport.Distance == 118 && b.Of.Totals.Total == 1200_00
		}},
		{"an HSN that lost its zero, and too many decimals", head + `ACT","itemList":[{"hsnCode":8013220,"taxableAmount":9536.366,"quantity":"1.0005","cgstRate":0.125}]}`, func(b gst.EWay) bool {
			l := b.Of.Lines[0]
			return l.HSN == "08013220" && l.Taxable == 9536_37 && l.Quantity == 1_001 && l.CGST == 125
		}},
	}
	for _, tt := range tests {
		var f EWayFull
		mustJSON(t, []byte(tt.in), &f)
		if got, err := f.Bill("29AAKFM4821Q1ZX", read); err != nil || !tt.check(got) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
	for _, in := range []string{`{}`, `{"ewbNo":301002999920}`, `{"ewbNo":12,"ewayBillDate":"22/11/2026 10:00:00 AM"}`} {
		var f EWayFull
		mustJSON(t, []byte(in), &f)
		if got, err := f.Bill("29AAKFM4821Q1ZX", read); err == nil {
			t.Errorf("%s became %+v", in, got)
		}
	}
}

func TestListsAreRead(t *testing.T) {
	const row = `{"ewbNo":301002999920,"ewbDate":"22/11/2026 10:00:00 AM","status":"ACT","genGstin":"05AAACG2115R1ZN","docNo":"A/1","docDate":"21/11/2026",
		"delPinCode":560058,"delStateCode":29,"delPlace":"Peenya","validUpto":"23/11/2026 11:59:00 PM","extendedTimes":1,"rejectStatus":"N"}`
	read := ist(2026, 11, 22, 12, 0, 0)
	for _, in := range []string{`[` + row + `]`, row} {
		rows, err := ReadEWayRows([]byte(in))
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		got, err := rows[0].Bill("29AAKFM4821Q1ZX", gst.EWayOther, read)
		want := gst.EWay{
			Company: "29AAKFM4821Q1ZX", Role: gst.EWayOther, Route: gst.EWayFound, State: gst.EWayActive, Number: "301002999920",
			Made: ist(2026, 11, 22, 10, 0, 0), MadeBy: "05AAACG2115R1ZN", ValidUntil: ist(2026, 11, 23, 23, 59, 0), Extensions: 1, ReadAt: read,
			Of: gst.Consignment{Number: "A/1", Date: 20261121, To: gst.ConsignmentEnd{Place: "Peenya", PIN: 560058, PlaceState: "29"}},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v -want +got:\n%s", err, diff)
		}
	}
	for _, in := range []string{``, `null`, `""`, `{}`, `[]`} {
		if rows, err := ReadEWayRows([]byte(in)); err != nil || len(rows) != 0 {
			t.Errorf("%q: %v, %v", in, rows, err)
		}
	}
	if rows, err := ReadEWayRows([]byte(`[1]`)); err == nil {
		t.Errorf("a list of numbers is %v", rows)
	}
}

func TestOfThePapersBillsTheOneThatStandsIsTaken(t *testing.T) {
	in := `[{"ewayBillNo":301002999920,"ewayBillDate":"21/11/2026 10:00:00 AM","status":"CNL"},{"ewbNo":301002999921,"ewbDate":"22/11/2026 10:00:00 AM","status":"ACT"}]`
	made, there, err := ReadEWayMade([]byte(in))
	if err != nil || !there {
		t.Fatal(err)
	}
	if bill, err := made.Bill(); err != nil || bill.Number != "301002999921" || bill.Status != "ACT" {
		t.Errorf("%+v, %v", bill, err)
	}
	if _, there, err := ReadEWayMade([]byte(`[]`)); there || err != nil {
		t.Error("an empty list has a bill", err)
	}
}

func TestTripSheetsAndTransportersAreRead(t *testing.T) {
	var trip EWayTrip
	mustJSON(t, []byte(`{"tripSheetNo":3010000001,"fromPlace":"Peenya","fromState":29,"vehicleNo":"KA01AB1234","transMode":"1","userGstin":"29AAKFM4821Q1ZX",
		"enteredDate":"22/11/2026 10:00:00 AM","transDocNo":"","transDocDate":null,"tripSheetEwbBills":[{"ewbNo":301002999920,"ewbDate":"21/11/2026 10:00:00 AM",
		"docNo":"A/1","docDate":"21/11/2026","assessValue":4300.5}]}`), &trip)
	got, err := trip.Sheet("29AAKFM4821Q1ZX")
	want := gst.TripSheet{
		Company: "29AAKFM4821Q1ZX", Number: "3010000001", Made: ist(2026, 11, 22, 10, 0, 0), State: gst.EWayActive,
		PartB: gst.PartB{Mode: "1", Vehicle: "KA01AB1234", Place: "Peenya", State: "29"},
		Bills: []gst.TripBill{{Number: "301002999920", Date: ist(2026, 11, 21, 10, 0, 0), Paper: "A/1", PaperDate: 20261121, Total: 4300_50}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
	var who TransporterReply
	mustJSON(t, []byte(`{"transin":"29aabct9077l1z3","tradeName":"Tunga Lines","legalName":"T L","address1":"Dock 1, ","stateCode":"3","pinCode":144001}`), &who)
	taxpayer, err := who.Taxpayer()
	wantWho := gst.Taxpayer{GSTIN: "29AABCT9077L1Z3", TradeName: "Tunga Lines", LegalName: "T L", Address1: "Dock 1", State: "03", PIN: 144001}
	if diff := cmp.Diff(wantWho, taxpayer); err != nil || diff != "" {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
	if _, err := (&TransporterReply{}).Taxpayer(); err == nil {
		t.Error("nobody is a transporter")
	}
	if _, err := (&EWayTrip{}).Sheet("29AAKFM4821Q1ZX"); err == nil {
		t.Error("a sheet without number was read")
	}
}

func TestTheDistanceIsFoundByItsWords(t *testing.T) {
	tests := []struct {
		notes []string
		km    int
		said  bool
	}{
		{[]string{", Distance between these two pincodes is 118, "}, 118, true},
		{[]string{"Pin-Pin calc distance: 2467KM"}, 2467, true},
		{[]string{"2 of the 5 returns are not filed", "The distance between these two pincodes is 7."}, 7, true},
		{[]string{"GSTR-3B of 2 months is due; Distance between these two pincodes is 118"}, 118, true},
		{[]string{"The distance between the pincodes 560001 and 600001 is not known"}, 0, false},
		{[]string{"Distance between these two pincodes is 11800000"}, 0, false},
		{nil, 0, false},
	}
	for _, tt := range tests {
		if km, said := EWayDistance(tt.notes...); km != tt.km || said != tt.said {
			t.Errorf("%q: %d, %t", tt.notes, km, said)
		}
	}
}

func TestTheAlertOfABillIsKeptOnce(t *testing.T) {
	made := EWayMade{EwayBillNo: "301002999920", EwayBillDate: Moment{ist(2026, 11, 22, 10, 0, 0)}, Alert: ", Distance between these two pincodes is 118, "}
	bill, err := made.Bill(TextInfo(InfoEWayAlert, "Distance between these two pincodes is 118"))
	if diff := cmp.Diff([]string{"Distance between these two pincodes is 118"}, bill.Notes); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// Whatever stands in a good reply, it becomes a bill with a number and a date, or none.
func FuzzEWayReplies(f *testing.F) {
	seed(f, "ewaybill/responses/*.json")
	f.Add([]byte(`{"ewbNo":301002999920,"ewayBillDate":"22/11/2026 10:00:00 AM","itemList":[{"hsnCode":8013220,"taxableAmount":1e5}],"VehiclListDetails":[{"tripshtNo":0}]}`))
	f.Add([]byte(`[{"ewbNo":"301002999920","ewbDate":"22/11/2026 23:00:00 PM"}]`))
	f.Add([]byte(`{"cEwbNo":"3010000001","cEWBDate":"22/11/2026 10:00:00 AM","groupNo":"1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := func(number string, made time.Time, err error) {
			if err == nil && (len(number) != 12 || made.IsZero()) {
				t.Fatalf("a bill %q of %v", number, made)
			}
		}
		var full EWayFull
		if json.Unmarshal(data, &full) == nil {
			b, err := full.Bill("29AAKFM4821Q1ZX", time.Time{})
			whole(b.Number, b.Made, err)
			_, _ = EncodeConsignment(&b.Of) // must not panic
		}
		if rows, err := ReadEWayRows(data); err == nil {
			for i := range rows {
				b, err := rows[i].Bill("29AAKFM4821Q1ZX", gst.EWayOther, time.Time{})
				whole(b.Number, b.Made, err)
			}
		}
		if made, there, err := ReadEWayMade(data); err == nil && there {
			b, err := made.Bill()
			whole(b.Number, b.Date, err)
		}
		var changed EWayChanged
		if json.Unmarshal(data, &changed) == nil {
			_, _, _ = changed.Trip()
			_ = changed.At()
		}
		var trip EWayTrip
		if json.Unmarshal(data, &trip) == nil {
			_, _ = trip.Sheet("29AAKFM4821Q1ZX")
		}
		var who TransporterReply
		if json.Unmarshal(data, &who) == nil {
			_, _ = who.Taxpayer()
		}
	})
}
