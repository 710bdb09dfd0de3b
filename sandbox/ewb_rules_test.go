package sandbox_test

import (
	"fmt"
	"maps"
	"testing"

	"mohar/sandbox"
)

// item is load's only row of goods with other members.
func item(given map[string]any) map[string]any {
	row := maps.Clone(load(nil)["itemList"].([]any)[0].(map[string]any))
	for k, v := range given {
		if row[k] = v; v == nil {
			delete(row, k)
		}
	}
	return map[string]any{"itemList": []any{row}}
}

// and lays changes over each other.
func and(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range all {
		maps.Copy(out, m)
	}
	return out
}

// inState makes the load one inside Karnataka.
var inState = map[string]any{
	"toGstin": "29AWGPV7107B1Z1", "toPincode": 560037, "toStateCode": 29, "actToStateCode": 29, "transDistance": 20,
	"igstValue": 0, "cgstValue": 9000, "sgstValue": 9000,
}

// local are rates inside a State.
var local = map[string]any{"igstRate": 0, "cgstRate": 9, "sgstRate": 9}

// partAOnly leaves Part B out and names a transporter.
var partAOnly = map[string]any{"transMode": nil, "vehicleNo": nil, "vehicleType": nil, "transporterId": transporter}

// Each row breaks one rule, or keeps to one that is easily taken for broken.
//
// Source: e-way bill API 1.03, Generate E-way Bill, and its list of error codes.
func TestRulesOnWhatAnEWayBillIsOf(t *testing.T) {
	const blocked, cancelled, deductor, zone = "29AAACB1234F1Z9", "27AAACB1234F1X5", "29AAACB1234F1D5", "27AAACB1234F1S5"
	u := start(t).ewbUser("taxpro", seller).signIn()
	for _, tt := range []struct {
		name  string
		given map[string]any
		want  string
	}{
		{"goods by road between two States pass", nil, "ok"},
		{"goods within a State pass with CGST and SGST", and(inState, item(local)), "ok"},
		{"numbers may be texts and texts numbers", map[string]any{"subSupplyType": 1, "transMode": 1, "fromPincode": "560001", "totInvValue": "118000.00"}, "ok"},
		{"names of members count in any case", map[string]any{"docno": "EW/X", "docNo": nil}, "ok"},

		{"supply type is O or I", map[string]any{"supplyType": "X"}, "201"},
		{"sub-supply type is 1 to 12", map[string]any{"subSupplyType": 13}, "202"},
		{"the supplier is a GSTIN or URP", map[string]any{"fromGstin": "29AAF"}, "208"},
		{"the recipient is a GSTIN or URP", map[string]any{"toGstin": "NOBODY"}, "212"},
		{"both parties' mistakes come together", map[string]any{"fromGstin": "29AAF", "toGstin": "X"}, "208,212"},
		{"userGstin is the caller", map[string]any{"userGstin": nobody}, "358"},
		{"outward goods go out from the caller", map[string]any{"fromGstin": nobody}, "359"},
		{"inward goods come in to the caller", map[string]any{"supplyType": "I"}, "360"},
		{"one party has a GSTIN", map[string]any{"fromGstin": "URP", "toGstin": "URP"}, "822,359"},
		{"a recipient without GSTIN is URP", map[string]any{"toGstin": "URP"}, "ok"},
		{"deductors of tax are no suppliers", map[string]any{"supplyType": "I", "fromGstin": deductor, "toGstin": seller, "toPincode": 560037, "toStateCode": 29, "actToStateCode": 29,
			"transDistance": 10, "igstValue": 0}, "855"},
		{"a cancelled recipient gets nothing", map[string]any{"toGstin": cancelled}, "722"},
		{"the supplier has a name", map[string]any{"fromTrdName": ""}, "229"},
		{"the supplier has an address", map[string]any{"fromAddr1": " "}, "209"},
		{"the supplier has a place", map[string]any{"fromPlace": nil}, "230"},

		{"the paper is one of five", map[string]any{"docType": "CNT"}, "204"},
		{"the paper's number has sixteen characters at most", map[string]any{"docNo": "12345678901234567"}, "206"},
		{"the paper's date is a day", map[string]any{"docDate": "31/11/2026"}, "207"},
		{"the paper is not of tomorrow", map[string]any{"docDate": "23/11/2026"}, "207"},
		{"the paper is of GST's time", map[string]any{"docDate": "30/06/2017"}, "819"},
		{"a paper of 181 days ago is too old", map[string]any{"docDate": "25/05/2026"}, "820"},
		{"a paper of 180 days ago is not", map[string]any{"docDate": "26/05/2026"}, "ok"},

		{"returns of job work come in", map[string]any{"subSupplyType": 6, "docType": "CHL"}, "203"},
		{"a sale goes with an invoice", map[string]any{"docType": "CHL"}, "205"},
		{"a bill of entry never goes out", map[string]any{"docType": "BOE"}, "611"},
		{"others wants a word", map[string]any{"subSupplyType": 8, "docType": "OTH"}, "377"},
		{"others with a word passes", map[string]any{"subSupplyType": 8, "docType": "OTH", "subSupplyDesc": "Purchase Return"}, "ok"},
		{"an export goes to nobody with a GSTIN", map[string]any{"subSupplyType": 3}, "450"},
		{"an export goes to PIN 999999 abroad", map[string]any{"subSupplyType": 3, "toGstin": "URP"}, "373,374"},
		{"an export passes with code 99", map[string]any{"subSupplyType": 3, "toGstin": "URP", "toPincode": 999999, "toStateCode": 99, "actToStateCode": 99}, "ok"},
		{"an export passes with code 96", map[string]any{"subSupplyType": 3, "toGstin": "URP", "toPincode": 999999, "toStateCode": 96, "actToStateCode": 96}, "ok"},

		{"states are known", map[string]any{"fromStateCode": 0, "toStateCode": 77, "actFromStateCode": 40, "actToStateCode": ""}, "211,215,371,372"},
		{"PIN codes have six digits", map[string]any{"fromPincode": 56001, "toPincode": ""}, "210,214"},
		{"PIN codes lie in their States", map[string]any{"fromPincode": 400001, "toPincode": 560001}, "437,436"},
		{"the type of transaction is needed", map[string]any{"transactionType": nil}, "614"},
		{"the type of transaction is 1 to 4", map[string]any{"transactionType": 5}, "612"},
		{"a regular transaction stays in the billing States", map[string]any{"fromStateCode": 33, "toStateCode": 33}, "643,644"},
		{"ship-to in another State is type 2", map[string]any{"transactionType": 2, "toStateCode": 33, "toGstin": nobody, "shipToGSTIN": recipient, "shipToTradeName": "Kaveri"}, "ok"},
		{"a regular transaction has no ship-to party", map[string]any{"shipToGSTIN": nobody, "dispatchFromGSTIN": nobody}, "615,616"},
		{"type 3 has no ship-to party", map[string]any{"transactionType": 3, "shipToGSTIN": nobody}, "864"},
		{"bill-to and ship-to differ", map[string]any{"transactionType": 2, "shipToGSTIN": recipient}, "618"},
		{"bill-from and dispatch-from differ", map[string]any{"transactionType": 3, "dispatchFromGSTIN": seller}, "617"},
		{"other parties are GSTINs", map[string]any{"transactionType": 4, "dispatchFromGSTIN": "X", "shipToGSTIN": "Y"}, "610,609"},

		{"the total is needed", map[string]any{"totInvValue": nil}, "640"},
		{"no value is negative", map[string]any{"totalValue": -1, "cessValue": "-0.01"}, "627,632"},
		{"IGST is not for goods within a State", and(inState, item(local), map[string]any{"igstValue": 1}), "623"},
		{"CGST is not for goods between States", map[string]any{"cgstValue": 1}, "624"},
		{"the total is not below its parts", map[string]any{"totInvValue": 117998.99}, "620"},
		{"a rupee of rounding passes", map[string]any{"totInvValue": 117999}, "ok"},
		{"a discount in other value passes", map[string]any{"otherValue": -500, "totInvValue": 117500}, "ok"},
		{"a negative figure is refused once, not as its sum too", map[string]any{"totInvValue": -1}, "628,620"},

		{"a bill has goods", map[string]any{"itemList": []any{}}, "233"},
		{"one row at least is goods", item(map[string]any{"hsnCode": 998311}), "724"},
		{"HSN codes are known", item(map[string]any{"hsnCode": 521211}), "216"},
		{"HSN codes have four digits", item(map[string]any{"hsnCode": 820}), "216"},
		{"units are known", item(map[string]any{"qtyUnit": "XYZ"}), "217"},
		{"between States a row has IGST", item(local), "219"},
		{"within a State a row has CGST and SGST", and(inState, item(nil)), "218"},
		{"rates between States are needed", item(map[string]any{"igstRate": nil, "cgstRate": nil, "sgstRate": nil}), "236"},
		{"rates within a State are needed", and(inState, item(map[string]any{"igstRate": nil, "cgstRate": nil})), "235"},
		{"CGST and SGST are equal", and(inState, item(map[string]any{"igstRate": 0, "cgstRate": 9, "sgstRate": 6})), "251"},
		{"rates are the law's", item(map[string]any{"igstRate": 17}), "254"},
		{"halves are of the law's rates", and(inState, item(map[string]any{"igstRate": 0, "cgstRate": 7, "sgstRate": 7})), "252,253"},
		{"cess is not negative", item(map[string]any{"cessRate": -1, "cessNonAdvol": -1}), "255,256"},
		{"goods for a zone bear IGST", and(item(local), map[string]any{"toGstin": zone, "igstValue": 0}), "378"},

		{"Part A alone needs a transporter", and(partAOnly, map[string]any{"transporterId": ""}), "619"},
		{"Part A alone passes with a transporter", partAOnly, "ok"},
		{"enrolment numbers are transporters", and(partAOnly, map[string]any{"transporterId": "88AABCT1332L1ZT"}), "ok"},
		{"a transporter has fifteen characters", and(partAOnly, map[string]any{"transporterId": "29AAB"}), "222"},
		{"a vehicle needs a mode", map[string]any{"transMode": nil}, "621"},
		{"a transport document needs a mode", and(partAOnly, map[string]any{"transDocNo": "LR1"}), "622"},
		{"modes are 1 to 4", map[string]any{"transMode": 5}, "220"},
		{"road needs a vehicle", map[string]any{"vehicleNo": ""}, "226"},
		{"vehicles have a form", map[string]any{"vehicleNo": "KA1"}, "225"},
		{"vehicles may be spaced", map[string]any{"vehicleNo": "KA 01-AB 1234"}, "ok"},
		{"temporary numbers pass", map[string]any{"vehicleNo": "TRKA012345"}, "ok"},
		{"a vehicle has a type", map[string]any{"vehicleType": nil}, "361"},
		{"vehicle types are R and O", map[string]any{"vehicleType": "X"}, "361"},
		{"rail needs a document and its date", map[string]any{"transMode": 2, "vehicleNo": nil, "vehicleType": nil}, "394,385"},
		{"air is not for over-dimensional cargo", map[string]any{"transMode": 3, "transDocNo": "AWB1", "transDocDate": morning.Format("02/01/2006"), "vehicleType": "O"}, "634"},
		{"a ship needs a vehicle or a document", map[string]any{"transMode": 4, "vehicleNo": nil}, "727"},
		{"a ship's vehicle is not regular", map[string]any{"transMode": 4}, "726"},
		{"a ship's document is dated", map[string]any{"transMode": 4, "vehicleNo": nil, "vehicleType": nil, "transDocNo": "BL1"}, "729"},
		{"a transport document is not before the paper", map[string]any{"transDocNo": "LR1", "transDocDate": "21/11/2026"}, "362"},

		{"a distance is a number", map[string]any{"transDistance": "far"}, "221"},
		{"4001 km are too far", map[string]any{"fromPincode": 560002, "transDistance": 4001}, "702"},
		{"a known road may be a tenth longer", map[string]any{"transDistance": 1082}, "ok"},
		{"but no more", map[string]any{"transDistance": 1083}, "702"},
		{"an unknown road has no such limit", map[string]any{"fromPincode": 560002, "transDistance": 4000}, "ok"},
		{"one PIN code needs a distance", and(inState, item(local), map[string]any{"toPincode": 560001, "transDistance": 0}), "709"},
		{"one PIN code is 100 km wide", and(inState, item(local), map[string]any{"toPincode": 560001, "transDistance": 101}), "702"},
		{"no distance is known to 999998", map[string]any{"toPincode": 999998, "transDistance": 0}, "721"},
		{"a distance to 999998 can be typed", map[string]any{"toPincode": 999998, "transDistance": 700}, "ok"},

		{"goods may go to a blocked customer", map[string]any{"toGstin": "27AAACB1234F1Z9"}, "ok"},
		{"goods may not come from a blocked supplier", map[string]any{"supplyType": "I", "docType": "INV", "fromGstin": blocked, "toGstin": seller,
			"toPincode": 560037, "toStateCode": 29, "actToStateCode": 29, "transDistance": 10, "igstValue": 0, "itemList": item(local)["itemList"]}, "715"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			given := tt.given
			if _, ok := given["docNo"]; !ok {
				given = and(given, map[string]any{"docNo": "EW/X"})
			}
			a := u.do("GENEWAYBILL", load(given)) // one that passes is cancelled: all are of one paper
			if a.codes != tt.want {
				t.Errorf("%s, want %s", a.codes, tt.want)
			}
			if a.codes == "ok" {
				if gone := u.do("CANEWB", map[string]any{"ewbNo": a.number(t), "cancelRsnCode": 1}); gone.codes != "ok" {
					t.Errorf("cancel: %s", gone.codes)
				}
			}
		})
	}
}

// The announced rules bind only while their switch is on.
//
// Source: GSTN advisory 668 of 30-07-2026.
func TestTheShipToPartyIsNeededOnlyByTheAnnouncedRules(t *testing.T) {
	p := start(t)
	u := p.ewbUser("nic", seller).signIn()
	shipped := map[string]any{"transactionType": 2, "toStateCode": 33, "toGstin": nobody}
	for i, tt := range []struct {
		on    string
		given map[string]any
		want  string
	}{
		{"false", nil, "ok"},
		{"true", nil, "608,863"},
		{"true", map[string]any{"shipToGSTIN": "URP", "shipToTradeName": "Somebody"}, "ok"},
		{"true", map[string]any{"shipToGSTIN": "URP", "shipToTradeName": "Somebody", "toStateCode": 32}, "865"},
	} {
		if v := p.admin("POST", "/switches", `{"closing":`+tt.on+`}`); fmt.Sprint(v["closing"]) != tt.on {
			t.Fatalf("switch: %v", v)
		}
		if a := u.do("GENEWAYBILL", load(and(shipped, tt.given, map[string]any{"docNo": fmt.Sprint("S/", i)}))); a.codes != tt.want {
			t.Errorf("row %d: %s, want %s", i, a.codes, tt.want)
		}
	}
}

// Gold inState Kerala travels on Part A alone.
//
// Source: GSTN advisory of January 2025 on e-way bills for gold in Kerala.
func TestGoldWithinKeralaHasPartAAlone(t *testing.T) {
	const kochi = "32AAACG1234F1Z5"
	gold := and(inState, item(and(local, map[string]any{"hsnCode": 711319, "igstRate": 0, "cgstRate": 1.5, "sgstRate": 1.5, "taxableAmount": 1000000})), map[string]any{
		"fromGstin": kochi, "fromPincode": 682001, "fromStateCode": 32, "actFromStateCode": 32,
		"toGstin": "32AWGPV7107B1Z1", "toPincode": 682002, "toStateCode": 32, "actToStateCode": 32,
		"totalValue": 1000000, "cgstValue": 15000, "sgstValue": 15000, "totInvValue": 1030000,
	})
	u := start(t).ewbUser("taxpro", kochi).signIn()
	if a := u.do("GENEWAYBILL", load(and(gold, map[string]any{"transporterId": transporter, "transporterName": "T"}))); a.codes != "801,802,805,806" {
		t.Errorf("with all of Part B: %s", a.codes)
	}
	made := u.do("GENEWAYBILL", load(and(gold, map[string]any{"transMode": "1", "vehicleNo": nil, "vehicleType": nil})))
	no := made.number(t)
	for action, want := range map[string]string{"VEHEWB": "811", "UPDATETRANSPORTER": "810"} {
		if a := u.do(action, map[string]any{"ewbNo": no, "transporterId": transporter}); a.codes != want {
			t.Errorf("%s: %s, want %s", action, a.codes, want)
		}
	}
}

// Composition dealers sell on bills of supply, without tax, inState their State.
//
// Source: CGST Act 2017, s. 10.
func TestCompositionDealersSellWithoutTaxWithinTheirState(t *testing.T) {
	p := start(t)
	p.admin("POST", "/gstin", `{"gstin":"`+seller+`","type":"COM"}`)
	u := p.ewbUser("taxpro", seller).signIn()
	bare := and(inState, item(map[string]any{"igstRate": 0, "cgstRate": 0, "sgstRate": 0}), map[string]any{"cgstValue": 0, "sgstValue": 0, "docType": "BIL"})
	for _, tt := range []struct {
		given map[string]any
		want  string
	}{
		{nil, "714"},
		{map[string]any{"docType": "BIL"}, "703"},
		{and(inState, item(local), map[string]any{"docType": "BIL"}), "704"},
		{bare, "ok"},
	} {
		if a := u.do("GENEWAYBILL", load(tt.given)); a.codes != tt.want {
			t.Errorf("%v: %s, want %s", tt.given, a.codes, tt.want)
		}
	}
}

// Who is known to make e-invoices makes e-way bills of them by IRN. Known is only who was
// set so.
//
// Source: e-way bill API 1.03, code 720.
func TestSuppliersSetToEInvoicingUseTheIRN(t *testing.T) {
	p := start(t)
	p.admin("POST", "/gstin", `{"gstin":"`+seller+`","enabled":true}`)
	u := p.ewbUser("taxpro", seller).signIn()
	if a := u.do("GENEWAYBILL", load(nil)); a.codes != "720" {
		t.Errorf("to a business: %s", a.codes)
	}
	if a := u.do("GENEWAYBILL", load(map[string]any{"toGstin": "URP"})); a.codes != "ok" {
		t.Errorf("to a consumer: %s", a.codes)
	}
}

// Strict portals want six digits of HSN from everybody.
func TestStrictPortalsWantSixDigitsOnEWayBills(t *testing.T) {
	u := startWith(t, sandbox.Options{Strict: true}).ewbUser("taxpro", seller).signIn()
	if a := u.do("GENEWAYBILL", load(item(map[string]any{"hsnCode": 8204}))); a.codes != "283" {
		t.Errorf("%s, want 283", a.codes)
	}
}
