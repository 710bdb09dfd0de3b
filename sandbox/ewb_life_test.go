package sandbox_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"mohar/gst"
)

// ewbTime reads a moment of the e-way bill system.
func ewbTime(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("02/01/2006 03:04:05 PM", s, gst.IST)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Every row of the table of validities comes out of a bill that is made at that moment.
//
// Source: CGST Rules 2017, rule 138(10), and recorded replies of the portal.
func TestValidityIsADayForEvery200Kilometres(t *testing.T) {
	f, err := os.Open("../../shared/spec/data/ewb-validity-vectors.csv")
	if err != nil {
		t.Skip("the table of validities is not here: ", err)
	}
	defer func() { _ = f.Close() }() // it is only read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 16 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	p := start(t)
	for i, row := range rows[1:] {
		at := ewbTime(t, row[0])
		p.clockAt(at)
		u := p.ewbUser("taxpro", seller).signIn()
		a := u.do("GENEWAYBILL", load(map[string]any{
			"docNo": fmt.Sprint("V/", i), "docDate": at.Format("02/01/2006"), "fromPincode": 560002, "transDistance": row[1], "vehicleType": row[2],
			"vehicleNo": "KA01AB1234",
		}))
		if a.codes != "ok" || a.data["validUpto"] != row[4] {
			t.Errorf("%v: %s %s", row, a.codes, a.body)
			continue
		}
		full := u.get("GetEwayBill", "ewbNo", a.number(t))
		if days := fmt.Sprint(full.data["noValidDays"]); days != row[3] {
			t.Errorf("%v: %s days", row, days)
		}
	}
}

// deed is one step of a bill's life: who does what, when, and what comes of it.
type deed struct {
	name  string
	at    time.Duration // since the bill was made; the clock stays for 0
	by    string
	do    string
	given map[string]any
	want  string
}

// ends says what an action needs beside the number.
func ends(action string, given map[string]any) map[string]any {
	base := map[string]map[string]any{
		"VEHEWB":            {"vehicleNo": "KA02CD5678", "fromPlace": "Tumkur", "fromState": 29, "reasonCode": "2", "reasonRem": "other lorry", "transMode": "1", "vehicleType": "R"},
		"CANEWB":            {"cancelRsnCode": 2, "cancelRmrk": "order fell through"},
		"UPDATETRANSPORTER": {"transporterId": transporter},
		"EXTENDVALIDITY": {"vehicleNo": "KA02CD5678", "fromPlace": "Hubli", "fromState": 29, "fromPincode": 580020, "remainingDistance": 400,
			"transMode": "1", "extnRsnCode": 99, "extnRemarks": "flood", "consignmentStatus": "M", "transitType": ""},
		"MULTIVEHMOVINT": {"reasonCode": "2", "reasonRem": "small roads", "fromPlace": "Hubli", "fromState": 29, "toPlace": "Belgaum", "toState": 29,
			"transMode": "1", "totalQuantity": 60, "unitCode": "NOS"},
		"MULTIVEHADD": {"groupNo": "1", "vehicleNo": "KA03EF1111", "quantity": 40},
		"MULTIVEHUPD": {"groupNo": "1", "oldvehicleNo": "KA03EF1111", "newVehicleNo": "KA03EF2222", "fromPlace": "Dharwad", "fromState": 29,
			"reasonCode": "1", "reasonRem": "broke down"},
		"CLSEWB": {"closureDate": "22/11/2026", "remarks": "received in full"},
	}
	return and(base[action], given)
}

// live makes a bill and does one deed after the other.
func live(t *testing.T, given map[string]any, deeds []deed) *portal {
	t.Helper()
	p := start(t)
	users := map[string]*ewbUser{}
	user := func(gstin string) *ewbUser {
		if users[gstin] == nil {
			users[gstin] = p.ewbUser("taxpro", gstin)
		}
		return users[gstin].signIn()
	}
	no := user(seller).do("GENEWAYBILL", load(given)).number(t)
	for _, d := range deeds {
		if d.at != 0 {
			p.clockAt(morning.Truncate(time.Second).Add(d.at))
		}
		a := user(d.by).do(d.do, and(ends(d.do, d.given), map[string]any{"ewbNo": no}))
		if a.codes != d.want {
			t.Errorf("%s: %s, want %s", d.name, a.codes, d.want)
		}
	}
	return p
}

// In the tests the bill is made on 22-11-2026 at 10:15:31 and goes 900 km: it is valid
// until 27-11-2026 23:59.
const (
	hour    = time.Hour
	day24   = 24 * time.Hour
	expires = 5*day24 + 13*time.Hour + 43*time.Minute + 29*time.Second
)

func TestWindowsOfAnEWayBill(t *testing.T) {
	for name, deeds := range map[string][]deed{
		"a bill is cancelled within 24 hours": {
			{"by another", hour, recipient, "CANEWB", nil, "312"},
			{"without reason", 0, seller, "CANEWB", map[string]any{"cancelRsnCode": 5}, "307"},
			{"for other reasons without remark", 0, seller, "CANEWB", map[string]any{"cancelRsnCode": 4, "cancelRmrk": ""}, "659"},
			{"after 24 hours and a second", day24 + time.Second, seller, "CANEWB", nil, "728"},
			{"at 24 hours", day24, seller, "CANEWB", nil, "ok"},
			{"twice", 0, seller, "CANEWB", nil, "312"},
			{"moved after", 0, seller, "VEHEWB", nil, "312"},
			{"rejected after", 0, recipient, "REJEWB", nil, "343"},
			{"extended after", 0, seller, "EXTENDVALIDITY", nil, "379"},
			{"given to a transporter after", 0, seller, "UPDATETRANSPORTER", nil, "280"},
		},
		"a bill is rejected within 72 hours": {
			{"by its maker", hour, seller, "REJEWB", nil, "341"},
			{"by a stranger", 0, nobody, "REJEWB", nil, "342"},
			{"after 72 hours and a second", 72*hour + time.Second, recipient, "REJEWB", nil, "346"},
			{"at 72 hours", 72 * hour, recipient, "REJEWB", nil, "ok"},
			{"twice", 0, recipient, "REJEWB", nil, "347"},
		},
		"a bill is moved while it is valid": {
			{"without reason", hour, seller, "VEHEWB", map[string]any{"reasonCode": ""}, "307"},
			{"without place", 0, seller, "VEHEWB", map[string]any{"fromPlace": "", "fromState": 88}, "305,306"},
			{"without vehicle", 0, seller, "VEHEWB", map[string]any{"vehicleNo": ""}, "303"},
			{"with half a vehicle", 0, seller, "VEHEWB", map[string]any{"vehicleNo": "KA0"}, "304"},
			{"in no known mode", 0, seller, "VEHEWB", map[string]any{"transMode": "7"}, "302"},
			{"by train without paper", 0, seller, "VEHEWB", map[string]any{"transMode": "2", "vehicleNo": "", "vehicleType": ""}, "394,385"},
			{"by a stranger", 0, nobody, "VEHEWB", nil, "636"},
			{"in the last minute", expires, seller, "VEHEWB", nil, "ok"},
			{"a second later", expires + time.Second, seller, "VEHEWB", nil, "311"},
			{"given to a transporter then", 0, seller, "UPDATETRANSPORTER", nil, "281"},
		},
		"a bill is extended from 8 hours before to 8 hours after its end": {
			{"8 hours and a second before", expires - 8*hour - time.Second, seller, "EXTENDVALIDITY", nil, "382"},
			{"8 hours and a second after", expires + 8*hour + time.Second, seller, "EXTENDVALIDITY", nil, "382"},
			{"by a stranger", expires, nobody, "EXTENDVALIDITY", nil, "384"},
			{"without reason", 0, seller, "EXTENDVALIDITY", map[string]any{"extnRsnCode": nil, "extnRemarks": nil}, "386"},
			{"for a reason that is none", 0, seller, "EXTENDVALIDITY", map[string]any{"extnRsnCode": 3}, "307"},
			{"without distance", 0, seller, "EXTENDVALIDITY", map[string]any{"remainingDistance": 0}, "389"},
			{"for more than the whole way", 0, seller, "EXTENDVALIDITY", map[string]any{"remainingDistance": 901}, "390"},
			{"from a PIN code elsewhere", 0, seller, "EXTENDVALIDITY", map[string]any{"fromPincode": 400001}, "421"},
			{"moving and standing at once", 0, seller, "EXTENDVALIDITY", map[string]any{"consignmentStatus": "T"}, "711"},
			{"moving in a warehouse", 0, seller, "EXTENDVALIDITY", map[string]any{"transitType": "W", "addressLine1": "Shed 4"}, "712,713"},
			{"standing nowhere", 0, seller, "EXTENDVALIDITY", map[string]any{"transMode": 5, "consignmentStatus": "T"}, "705,706,707,708"},
			{"standing in a warehouse", 0, seller, "EXTENDVALIDITY", map[string]any{"transMode": 5, "consignmentStatus": "T", "transitType": "W",
				"vehicleNo": "", "addressLine1": "Shed 4", "addressLine2": "Ring Road", "addressLine3": "Hubli"}, "ok"},
			{"again at once", 0, seller, "EXTENDVALIDITY", nil, "382"},
			{"8 hours after the new end", expires + 2*day24 + 8*hour, seller, "EXTENDVALIDITY", nil, "ok"},
		},
	} {
		t.Run(name, func(t *testing.T) { live(t, nil, deeds) })
	}
}

// Part A alone waits 15 days for Part B, which begins the validity.
//
// Source: CGST Rules 2017, rule 138; the portal's manual.
func TestPartAWaitsFifteenDays(t *testing.T) {
	given := and(partAOnly, map[string]any{"transporterId": seller})
	for name, deeds := range map[string][]deed{
		"it lapses": {
			{"moved after 15 days and a second", 15*day24 + time.Second, seller, "VEHEWB", map[string]any{"reasonCode": 4}, "301"},
			{"cancelled then", 0, seller, "CANEWB", nil, "312"},
		},
		"until then it can be moved": {
			{"extended without Part B", hour, seller, "EXTENDVALIDITY", nil, "381"},
			{"rejected without Part B", 0, recipient, "REJEWB", nil, "348"},
			{"split without Part B", 0, seller, "MULTIVEHMOVINT", nil, "381"},
			{"moved after 15 days", 15 * day24, seller, "VEHEWB", map[string]any{"reasonCode": 4}, "ok"},
			{"cancelled 24 hours after Part B", 16 * day24, seller, "CANEWB", nil, "ok"},
		},
		"alone it is cancelled within 24 hours": {{"late", day24 + time.Second, seller, "CANEWB", nil, "315"}},
	} {
		t.Run(name, func(t *testing.T) { live(t, given, deeds) })
	}
}

// Once a transporter entered Part B only he moves and extends; to name another is his too.
//
// Source: e-way bill API 1.03, codes 635, 637, 700, 338, 339.
func TestTheTransportersRights(t *testing.T) {
	const other = "33AABCT9999L1ZT"
	live(t, map[string]any{"transporterId": transporter}, []deed{
		{"the maker extends in his place", expires, seller, "EXTENDVALIDITY", nil, "700"},
		{"a stranger names one", hour, nobody, "UPDATETRANSPORTER", map[string]any{"transporterId": other}, "339"},
		{"somebody without number", 0, seller, "UPDATETRANSPORTER", map[string]any{"transporterId": "29AB"}, "222"},
		{"the maker moves before him", 0, seller, "VEHEWB", nil, "ok"},
		{"he moves", 0, transporter, "VEHEWB", nil, "ok"},
		{"the maker moves after him", 0, seller, "VEHEWB", nil, "635"},
		{"the maker names another", 0, seller, "UPDATETRANSPORTER", map[string]any{"transporterId": other}, "338"},
		{"the maker splits", 0, seller, "MULTIVEHMOVINT", nil, "645"},
		{"a stranger splits", 0, nobody, "MULTIVEHMOVINT", nil, "646"},
		{"the maker extends", expires, seller, "EXTENDVALIDITY", nil, "637"},
		{"he passes it on", hour, transporter, "UPDATETRANSPORTER", map[string]any{"transporterId": other}, "ok"},
		{"he moves no more", 0, transporter, "VEHEWB", nil, "636"},
		{"the next one extends", expires, other, "EXTENDVALIDITY", nil, "ok"},
	})
}

// Several vehicles carry no more than the group, and the group no more than the bill.
//
// Source: e-way bill API 1.03, multi-vehicle movement.
func TestSeveralVehiclesShareTheQuantity(t *testing.T) {
	live(t, nil, []deed{
		{"more than the bill", hour, seller, "MULTIVEHMOVINT", map[string]any{"totalQuantity": 101}, "400"},
		{"nothing", 0, seller, "MULTIVEHMOVINT", map[string]any{"totalQuantity": 0}, "402"},
		{"in another unit", 0, seller, "MULTIVEHMOVINT", map[string]any{"unitCode": "KGS"}, "399"},
		{"to nowhere", 0, seller, "MULTIVEHMOVINT", map[string]any{"toPlace": "", "toState": 0}, "321,320"},
		{"before it begins", 0, seller, "MULTIVEHADD", nil, "411"},
		{"begun", 0, seller, "MULTIVEHMOVINT", nil, "ok"},
		{"begun again is the same", 0, seller, "MULTIVEHMOVINT", nil, "ok"},
		{"no second group came of it", 0, seller, "MULTIVEHADD", map[string]any{"groupNo": "2"}, "411"},
		{"without group", 0, seller, "MULTIVEHADD", map[string]any{"groupNo": 0}, "406"},
		{"40 of 60", 0, seller, "MULTIVEHADD", nil, "ok"},
		{"another 21", 0, seller, "MULTIVEHADD", map[string]any{"vehicleNo": "KA03EF3333", "quantity": 21}, "400"},
		{"another 20", 0, seller, "MULTIVEHADD", map[string]any{"vehicleNo": "KA03EF3333", "quantity": 20}, "ok"},
		{"another vehicle for one that is not there", 0, seller, "MULTIVEHUPD", map[string]any{"oldvehicleNo": "KA09ZZ0001"}, "405"},
		{"badly written ones", 0, seller, "MULTIVEHUPD", map[string]any{"oldvehicleNo": "K", "newVehicleNo": "K"}, "407,408,405"},
		{"another vehicle", 0, seller, "MULTIVEHUPD", nil, "ok"},
		{"the old one again", 0, seller, "MULTIVEHUPD", nil, "405"},
		{"Part B in the usual way", 0, seller, "VEHEWB", nil, "412"},
		{"a second group of more", 0, seller, "MULTIVEHMOVINT", map[string]any{"fromPlace": "Belgaum", "totalQuantity": 61}, "400"},
		{"a second group", 0, seller, "MULTIVEHMOVINT", map[string]any{"fromPlace": "Belgaum", "totalQuantity": 60}, "ok"},
		{"after the end", expires + hour, seller, "MULTIVEHADD", nil, "817"},
	})
}

// A bill can be closed only while the announced rules hold.
//
// Source: GSTN advisory 668 of 30-07-2026.
func TestClosingIsOnHoldUntilSwitchedOn(t *testing.T) {
	p := live(t, nil, []deed{{"on hold", hour, seller, "CLSEWB", nil, "239"}})
	p.admin("POST", "/switches", `{"closing":true}`)
	no := p.admin("GET", "/ledger", "")["eways"].([]any)[0].(map[string]any)["no"]
	closing := func(by string, given map[string]any) string {
		return p.ewbUser("taxpro", by).signIn().do("CLSEWB", and(ends("CLSEWB", given), map[string]any{"ewbNo": no})).codes
	}
	for _, tt := range []struct {
		name, by string
		given    map[string]any
		want     string
	}{
		{"without date", seller, map[string]any{"closureDate": ""}, "861"},
		{"with a date that is none", seller, map[string]any{"closureDate": "2026-11-22"}, "854"},
		{"without remark", seller, map[string]any{"remarks": ""}, "862"},
		{"by a stranger", nobody, nil, "827"},
		{"before it was made", seller, map[string]any{"closureDate": "21/11/2026"}, "828"},
		{"tomorrow", seller, map[string]any{"closureDate": "23/11/2026"}, "842"},
		{"by the recipient", recipient, nil, "ok"},
		{"twice", recipient, nil, "829"},
	} {
		if got := closing(tt.by, tt.given); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for action, want := range map[string]string{
		"CANEWB": "843", "EXTENDVALIDITY": "844", "MULTIVEHADD": "846", "MULTIVEHMOVINT": "847", "MULTIVEHUPD": "848", "UPDATETRANSPORTER": "850", "VEHEWB": "851",
	} {
		u := p.ewbUser("taxpro", seller).signIn()
		if a := u.do(action, and(ends(action, nil), map[string]any{"ewbNo": no})); a.codes != want {
			t.Errorf("%s of a closed bill: %s, want %s", action, a.codes, want)
		}
	}
}

// Extensions end 360 days after the bill was made.
//
// Source: e-way bill portal's advisory of December 2024, with this example.
func TestExtensionsEnd360DaysAfterMaking(t *testing.T) {
	p := start(t)
	made := time.Date(2023, time.December, 28, 10, 0, 0, 0, gst.IST)
	p.clockAt(made)
	u := p.ewbUser("taxpro", seller).signIn()
	a := u.do("GENEWAYBILL", load(map[string]any{"docDate": "28/12/2023", "fromPincode": 560002, "transDistance": 4000}))
	no, until := a.number(t), ewbTime(t, a.data["validUpto"].(string))
	limit := time.Date(2024, time.December, 22, 23, 59, 0, 0, gst.IST)
	for n := 0; until.Before(limit); n++ {
		if n > 20 {
			t.Fatal("it never ends")
		}
		p.clockAt(until.Add(-time.Hour))
		u.signIn()
		a = u.do("EXTENDVALIDITY", and(ends("EXTENDVALIDITY", nil), map[string]any{"ewbNo": no, "remainingDistance": 4000}))
		if a.codes != "ok" {
			t.Fatalf("extension %d: %s", n, a.codes)
		}
		next := ewbTime(t, a.data["validUpto"].(string))
		if want := until.AddDate(0, 0, 20); !next.Equal(want) && !next.Equal(limit) {
			t.Fatalf("extension %d: %s, want %s", n, next, want)
		}
		until = next
	}
	p.clockAt(until)
	u.signIn()
	if a = u.do("EXTENDVALIDITY", and(ends("EXTENDVALIDITY", nil), map[string]any{"ewbNo": no})); !until.Equal(limit) || a.codes != "821" {
		t.Errorf("valid until %s, and one more: %s", until, a.codes)
	}
}

// A trip sheet holds what one vehicle carries, and is made again for another.
//
// Source: CGST Rules 2017, rule 138(6).
func TestATripSheetIsMadeReadAndMadeAgain(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	var bills []any
	for i := range 3 {
		no := u.do("GENEWAYBILL", load(map[string]any{"docNo": "T/" + strconv.Itoa(i)})).number(t)
		bills = append(bills, map[string]any{"ewbNo": no})
	}
	ride := map[string]any{"fromPlace": "Bengaluru", "fromState": 29, "vehicleNo": "KA05GH7777", "transMode": "1", "tripSheetEwbBills": bills}
	part := u.do("GENEWAYBILL", load(and(partAOnly, map[string]any{"docNo": "T/A", "transporterId": nil, "transMode": "1", "vehicleNo": "KA01AB1234", "vehicleType": "R"}))).number(t)
	if a := u.do("CANEWB", map[string]any{"ewbNo": part, "cancelRsnCode": 1}); a.codes != "ok" {
		t.Fatal(a.codes)
	}
	for _, tt := range []struct {
		name  string
		by    *ewbUser
		given map[string]any
		want  string
	}{
		{"of nothing", u, map[string]any{"tripSheetEwbBills": []any{}}, "391"},
		{"of a number that is none", u, map[string]any{"tripSheetEwbBills": []any{map[string]any{"ewbNo": 123456789012}}}, "301"},
		{"of a cancelled bill", u, map[string]any{"tripSheetEwbBills": []any{map[string]any{"ewbNo": part}}}, "391"},
		{"of others' bills", p.ewbUser("nic", nobody).signIn(), nil, "650"},
		{"without vehicle", u, map[string]any{"vehicleNo": ""}, "303"},
	} {
		if a := tt.by.do("GENCEWB", and(ride, tt.given)); a.codes != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, a.codes, tt.want)
		}
	}
	first := u.do("GENCEWB", ride).number(t)
	read := u.get("GetTripSheet", "tripSheetNo", first)
	if rows, _ := read.data["tripSheetEwbBills"].([]any); len(first) != 10 || len(rows) != 3 || read.data["vehicleNo"] != "KA05GH7777" {
		t.Errorf("%s: %s", first, read.body)
	}
	again := map[string]any{"tripSheetNo": first, "fromPlace": "Tumkur", "fromState": 29, "vehicleNo": "KA05GH8888", "transMode": "1", "reasonCode": 1, "reasonRem": "tyre"}
	second := u.do("REGENTRIPSHEET", again).number(t)
	if a := u.do("REGENTRIPSHEET", again); second == first || a.codes != "392" {
		t.Errorf("made again %s: once more %s", second, a.codes)
	}
	if a := u.do("REGENTRIPSHEET", and(again, map[string]any{"tripSheetNo": 1234567890})); a.codes != "387" {
		t.Errorf("one that is not there: %s", a.codes)
	}
	one := u.get("GetEwayBill", "ewbNo", bills[0].(map[string]any)["ewbNo"].(string))
	newest := one.data["VehiclListDetails"].([]any)[0].(map[string]any)
	if newest["vehicleNo"] != "KA05GH8888" || strconv.FormatFloat(newest["tripshtNo"].(float64), 'f', 0, 64) != second {
		t.Errorf("newest vehicle %v", newest)
	}
}
