package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	ewayNumber  = regexp.MustCompile(`^\d{12}$`)
	cancelEWay  = query("/api/einvoice/cancelewb", "gstin", ours)
	makeEWay    = query("/api/einvoice/generateewaybill", "gstin", ours)
	makeEWayIRN = query("/api/einvoice/generateewbbyirn", "gstin", ours)
)

// way is the body of generateewbbyirn.
func way(irn string, change ...string) map[string]any {
	body := map[string]any{"Irn": irn, "TransMode": "1", "Distance": 145, "VehNo": "MH12AB1234", "VehType": "R"}
	for i := 0; i+1 < len(change); i += 2 {
		body[change[i]] = change[i+1]
	}
	return body
}

// madeEWay checks that an answer has an e-way bill that stands, and returns its members.
func (s *site) madeEWay(r reply, table string) map[string]json.RawMessage {
	s.Helper()
	s.want(r, http.StatusOK, `"Success":true`)
	got := shaped(s, r.body, table)
	if !ewayNumber.MatchString(said(got["EwbNo"])) || said(got["EwbStatus"]) != "ACT" || !octaMoment.MatchString(said(got["EwbTime"])) || !octaMoment.MatchString(said(got["EwbValidTill"])) {
		s.Fatalf("no e-way bill: %.500s", r.body)
	}
	return got
}

func TestEWayBillIsMadeByIRNOnceReadAndCancelled(t *testing.T) {
	s := newAPI(t)
	irn := said(s.register()["Irn"])
	first := s.post(makeEWayIRN+"&pdf=yes", way(irn))
	got := s.madeEWay(first, "ewaybillprint")
	if !strings.HasPrefix(said(got["EwbPdf"]), "JVBERi") {
		t.Errorf("no PDF: %.200s", first.body)
	}
	if again := s.madeEWay(s.post(makeEWayIRN, way(irn)), "ewaybillprint"); said(again["EwbNo"]) != said(got["EwbNo"]) || string(again["EwbPdf"]) != "null" {
		t.Errorf("again %v", again)
	}
	read := s.madeEWay(s.get(query("/api/einvoice/getewbbyirn", "gstin", ours, "irn", irn, "pdf", "yes")), "ewaybillprint")
	if said(read["EwbNo"]) != said(got["EwbNo"]) || !strings.HasPrefix(said(read["EwbPdf"]), "JVBERi") {
		t.Errorf("read %.200s", read["EwbPdf"])
	}
	if whole := shaped(t, s.get(query("/api/einvoice/getirn", "gstin", ours, "irn", irn)).body, "einvoice"); said(whole["EwbNo"]) != said(got["EwbNo"]) {
		t.Errorf("getirn has %s", whole["EwbNo"])
	}
	s.refusedWith(s.post(query("/api/einvoice/cancelirn", "gstin", ours), map[string]string{"Irn": irn, "CnlRsn": "1", "CnlRem": "Twice"}), "2230", said(got["EwbNo"])+" first, with cancelewb")

	if e := s.failed(s.post(cancelEWay, `{}`)); len(e) != 3 {
		t.Errorf("not all that is missing is said: %v", e)
	}
	body := map[string]any{"ewbNo": json.RawMessage(said(got["EwbNo"])), "cancelRsnCode": 2, "cancelRmrk": "Order cancelled"}
	gone := s.post(cancelEWay, body)
	s.want(gone, http.StatusOK)
	if c := shaped(t, gone.body, "cancelewb"); !octaMoment.MatchString(said(c["CancelTime"])) {
		t.Errorf("%s", gone.body)
	}
	if again := s.post(cancelEWay, body); !bytes.Equal(again.body, gone.body) {
		t.Errorf("again %s", again.body)
	}
	if status := said(shaped(t, s.get(query("/api/einvoice/getewbbyirn", "gstin", ours, "irn", irn)).body, "ewaybillprint")["EwbStatus"]); status != "CNL" {
		t.Errorf("EwbStatus is %s", status)
	}
}

func TestEWayBillByIRNSaysAllThatIsWrong(t *testing.T) {
	s := newAPI(t)
	irn := said(s.register()["Irn"])
	e := s.failed(s.post(makeEWayIRN, `{"Irn":"x","Distance":"far","TransDocDt":"soon","ExpShipDtls":7}`))
	if len(e) != 4 {
		t.Errorf("%v", e)
	}
	s.refusedWith(s.post(makeEWayIRN, way(irn, "VehNo", "MH12")), "4014", "VehNo: ")
	s.failed(s.get(query("/api/einvoice/getewbbyirn", "gstin", ours, "irn", irn)))
}

func TestIRNThatGotNoEWayBillSaysWhyInTheHeaders(t *testing.T) {
	s := newAPI(t)
	r := s.post(generate, changed(t, "SellerDtls.Pin", "400001", "BuyerDtls.Pin", "411001", "EwbDtls", `{"TransMode":"1","Distance":400,"VehNo":"MH12AB1234","VehType":"R"}`))
	s.want(r, http.StatusOK, `"Success":true`)
	got := shaped(t, r.body, "einvoice")
	if string(got["EwbNo"]) != "null" || string(got["EwbStatus"]) != "null" || !strings.HasPrefix(r.Header.Get("Octa-ErrorMessage"), "No e-way bill was made: 4") {
		t.Errorf("%.200s\nthe headers are %v", r.body, r.Header)
	}
}

// direct is the body of generateewaybill, with texts replaced in turn.
func direct(change ...string) string {
	return strings.NewReplacer(change...).Replace(`{"supplyType":"O","subSupplyType":"1","docType":"INV","docNo":"DC/1","docDate":"20/11/2026",
"fromGstin":"27AAPFU0939F1ZV","fromTrdName":"Sharda Traders","fromAddr1":"14 Dana Bazaar","fromPlace":"Pune","fromPincode":411002,"fromStateCode":27,"actFromStateCode":"27",
"toGstin":"27AABFK4417C1ZS","toTrdName":"Konkan Agro Foods LLP","toAddr1":"Plot 12, Sector 19","toPlace":"Navi Mumbai","toPincode":"400703","toStateCode":27,"actToStateCode":27,
"transactionType":1,"totalValue":12900,"cgstValue":322.5,"sgstValue":322.5,"igstValue":0,"cessValue":0,"totInvValue":13545,
"transMode":"1","transDistance":"145","vehicleNo":"MH12AB1234","vehicleType":"R",
"itemList":[{"productName":"Cashew kernels","hsnCode":8013220,"quantity":15,"qtyUnit":"KGS","cgstRate":2.5,"sgstRate":2.5,"igstRate":0,"cessRate":0,"taxableAmount":12900}]}`)
}

func TestEWayBillWithoutIRNIsMadeOnceAndReadInThePortalsOwnWords(t *testing.T) {
	s := newAPI(t)
	got := s.madeEWay(s.post(makeEWay, direct()), "ewaybill")
	number := said(got["EwbNo"])
	if again := s.madeEWay(s.post(makeEWay, direct()), "ewaybill"); said(again["EwbNo"]) != number {
		t.Errorf("again %v", again)
	}
	s.madeEWay(s.post(makeEWay+"&pdf=yes", direct()), "ewaybillprint")
	s.refusedWith(s.post(makeEWay, direct(`"totalValue":12900`, `"totalValue":12901`, `"totInvValue":13545`, `"totInvValue":13546`, `"taxableAmount":12900`, `"taxableAmount":12901`)), "604", number)

	r := s.get(query("/api/einvoice/getewaybill", "gstin", ours, "ewbNo", number))
	s.want(r, http.StatusOK)
	var raw map[string]json.RawMessage
	s.must(json.Unmarshal(shaped(t, r.body, "rawewaybill")["Response"], &raw))
	for name, kind := range map[string]string{"ewbNo": "number", "ewayBillDate": "string", "fromGstin": "string", "docNo": "string", "itemList": "array", "status": "string", "fromPincode": "number"} {
		if len(raw[name]) == 0 || kindOf(raw[name]) != kind {
			t.Errorf("%s is %s", name, raw[name])
		}
	}
	if string(raw["ewbNo"]) != number {
		t.Errorf("ewbNo is %s", raw["ewbNo"])
	}
	own := s.madeEWay(s.get(query("/api/einvoice/getewaybillgeneratedbyconsigner", "gstin", ours, "doctype", "inv", "docno", "DC/1")), "ewaybill")
	if said(own["EwbNo"]) != number {
		t.Errorf("by paper %v", own)
	}
}

func TestEWayBillsOfOtherPartyAreThePortalsOwnList(t *testing.T) {
	s := newAPI(t)
	path := query("/api/einvoice/getewaybillsofotherparty", "gstin", ours, "date", "22/11/2026")
	none := s.get(path)
	s.want(none, http.StatusOK)
	if got := shaped(t, none.body, "rawewaybills"); string(got["Response"]) != "[]" {
		t.Errorf("%s", none.body)
	}
	theirs := direct(`27AAPFU0939F1ZV`, string(narmada), `"fromPincode":411002`, `"fromPincode":380009`, `"fromStateCode":27,"actFromStateCode":"27"`, `"fromStateCode":24,"actFromStateCode":"24"`,
		`27AABFK4417C1ZS`, ours, `"cgstValue":322.5,"sgstValue":322.5,"igstValue":0`, `"cgstValue":0,"sgstValue":0,"igstValue":645`,
		`"cgstRate":2.5,"sgstRate":2.5,"igstRate":0`, `"cgstRate":0,"sgstRate":0,"igstRate":5`, `"145"`, `"650"`)
	number := said(s.madeEWay(s.post(query("/api/einvoice/generateewaybill", "gstin", string(narmada)), theirs), "ewaybill")["EwbNo"])
	r := s.get(path)
	s.want(r, http.StatusOK)
	var list []map[string]json.RawMessage
	s.must(json.Unmarshal(shaped(t, r.body, "rawewaybills")["Response"], &list))
	if len(list) != 1 || !strings.Contains(string(list[0]["ewbNo"]), number) {
		t.Errorf("%s", r.body)
	}
}

func TestInwardEWayBillIsMadeByTheRecipient(t *testing.T) {
	s := newAPI(t)
	s.madeEWay(s.post(makeEWay, direct(`"supplyType":"O"`, `"supplyType":"I"`, `27AAPFU0939F1ZV`, konkan, konkan, ours)), "ewaybill")
}

func TestEWayBillWithoutIRNSaysAllThatIsWrongInItsOwnNames(t *testing.T) {
	s := newAPI(t)
	said := map[string]bool{}
	for _, e := range s.failed(s.post(makeEWay, direct(`"docDate":"20/11/2026"`, `"docDate":"2026"`, `"toPincode":"400703"`, `"toPincode":560001`, `"vehicleNo":"MH12AB1234"`, `"vehicleNo":"?"`))) {
		if strings.HasPrefix(e[0], "OCTA") {
			t.Errorf("%v is of another document", e)
		}
		name, _, _ := strings.Cut(e[1], " ")
		said[strings.TrimSuffix(name, ":")] = true
	}
	for _, name := range []string{"docDate", "toPincode", "vehicleNo"} {
		if !said[name] {
			t.Errorf("nothing is said of %s: %v", name, said)
		}
	}
	s.want(s.post(makeEWay, `{"supplyType":`), http.StatusBadRequest)
	s.failed(s.get(query("/api/einvoice/getewaybill", "gstin", ours, "ewbNo", "12")))
	s.failed(s.get(query("/api/einvoice/getewaybill", "gstin", ours, "ewbNo", "181000000009")))
	s.failed(s.get(query("/api/einvoice/getewaybillgeneratedbyconsigner", "gstin", ours, "doctype", "INV", "docno", "NONE/1")))
	s.failed(s.get(query("/api/einvoice/getewaybillsofotherparty", "gstin", ours, "date", "soon")))
	s.failed(s.post(cancelEWay, map[string]string{"ewbNo": "181000000009", "cancelRsnCode": "1", "cancelRmrk": "x"}))
}

func TestSlowPortalForAnEWayBillIsACallToRepeat(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Wait = 20 * time.Millisecond })
	s.refusedWith(s.post(makeEWay, direct()), "151", "is kept")
	s.refusedWith(s.post(makeEWay, direct()), "151", "is kept")
	s.drain()
	number := said(s.madeEWay(s.post(makeEWay, direct()), "ewaybill")["EwbNo"])
	s.refusedWith(s.post(cancelEWay, map[string]string{"ewbNo": number, "cancelRsnCode": "1", "cancelRmrk": "Twice"}), "151")
	s.drain()
	s.want(s.post(cancelEWay, map[string]string{"ewbNo": number, "cancelRsnCode": "1", "cancelRmrk": "Twice"}), http.StatusOK, `"CancelTime":"22/11/2026`)
}
