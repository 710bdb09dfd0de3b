package conformance

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var ewbNo = regexp.MustCompile(`^[0-9]{12}$`)

// isActive checks the reply of section 7.
func (r eway) isActive(t *testing.T, endpoint string) {
	t.Helper()
	if r.EwbStatus != "ACT" {
		t.Errorf("%s: EwbStatus: got %q, want ACT (section 2, status codes)", endpoint, r.EwbStatus)
	}
	if !ewbNo.MatchString(r.EwbNo) {
		t.Errorf("%s: EwbNo: got %q, want a string of 12 digits (section 2, numbers)", endpoint, r.EwbNo)
	}
	if age := time.Since(r.EwbTime.Time); age < -2*time.Minute || age > 2*time.Minute {
		t.Errorf("%s: EwbTime: got %v, want now in IST (section 2, date-times out)", endpoint, r.EwbTime)
	}
	if r.EwbValidTill == nil || !r.EwbValidTill.After(r.EwbTime.Time) {
		t.Errorf("%s: EwbValidTill: got %v, want a time after EwbTime %v (section 7)", endpoint, r.EwbValidTill, r.EwbTime)
	}
}

// same checks that another endpoint tells of the same bill.
func (r eway) same(t *testing.T, endpoint string, want eway) {
	t.Helper()
	r.isActive(t, endpoint)
	if r.EwbNo != want.EwbNo || !r.EwbTime.Equal(want.EwbTime.Time) || r.EwbValidTill == nil || !r.EwbValidTill.Equal(want.EwbValidTill.Time) {
		t.Errorf("%s: got %s of %v till %v, want %s of %v till %v (sections 7, 8)", endpoint,
			r.EwbNo, r.EwbTime, r.EwbValidTill, want.EwbNo, want.EwbTime, want.EwbValidTill)
	}
}

func TestAnEWayBillOfAnIRNIsMadeReadAndCancelled(t *testing.T) {
	first := registered(t, invoice("EWB/IRN"))
	made := got[eway](t, erp.generateEWBByIRN(t, seller, ewayOf(first.Irn), "pdf", "yes"))
	made.isActive(t, "7 generateewbbyirn")
	isPDF(t, "7 generateewbbyirn: EwbPdf", made.EwbPdf)

	plain := got[eway](t, erp.getEWBByIRN(t, seller, first.Irn))
	plain.same(t, "8 getewbbyirn", made)
	if plain.EwbPdf != nil {
		t.Errorf("8 getewbbyirn: EwbPdf: got a file, want none without pdf=yes (section 7)")
	}
	read := got[eway](t, erp.getEWBByIRN(t, seller, first.Irn, "pdf", "yes"))
	isPDF(t, "8 getewbbyirn: EwbPdf", read.EwbPdf)
	got[einvoice](t, erp.getIRN(t, seller, first.Irn)).hasEWay(t, "3 getirn")

	wantCodes(t, "2 cancelirn", "e-invoice API 2230: an active e-way bill blocks", refused(t, erp.cancelIRN(t, seller, first.Irn, "1", "Twice")), "2230")
	gone := got[cancelledEWay](t, erp.cancelEWB(t, seller, made.EwbNo, "2", "Order cancelled"))
	if gone.CancelTime.Before(made.EwbTime.Add(-time.Minute)) {
		t.Errorf("13 cancelewb: CancelTime: got %v, want after %v (8.3)", gone.CancelTime, made.EwbTime)
	}
	if r := got[eway](t, erp.getEWBByIRN(t, seller, first.Irn)); r.EwbStatus != "CNL" {
		t.Errorf("8 getewbbyirn of a cancelled bill: EwbStatus: got %q, want CNL (section 2, status codes)", r.EwbStatus)
	}
	got[cancelledIRN](t, erp.cancelIRN(t, seller, first.Irn, "3", "Order cancelled"))
}

func TestTheBodyOfAnEWayBillOfAnIRNTakesNumbersAsStrings(t *testing.T) {
	first := registered(t, invoice("EWB/TYPES"))
	body := ewayOf(first.Irn)
	body["Distance"], body["TransMode"] = "840", 1
	got[eway](t, erp.generateEWBByIRN(t, seller, body)).isActive(t, "7 generateewbbyirn with Distance as a string (rule 13.3)")
}

func TestDistanceZeroIsWorkedOut(t *testing.T) {
	first := registered(t, invoice("EWB/ZERO"))
	body := ewayOf(first.Irn)
	body["Distance"] = 0
	got[eway](t, erp.generateEWBByIRN(t, seller, body)).isActive(t, "7 generateewbbyirn with Distance 0 (section 7)")
}

func TestAWrongEWayBillOfAnIRNIsRefused(t *testing.T) {
	first := registered(t, invoice("EWB/WRONG"))
	for name, change := range map[string]object{
		"no vehicle": {"VehNo": nil}, "vehicle of two letters": {"VehNo": "MH"},
		"distance too far": {"Distance": 5000}, "mode 9": {"TransMode": "9"}, "no IRN": {"Irn": nil},
	} {
		body := ewayOf(first.Irn)
		for member, value := range change {
			body[member] = value
		}
		a := erp.generateEWBByIRN(t, seller, body)
		a.name += ", " + name
		refused(t, a)
	}
	got[eway](t, erp.generateEWBByIRN(t, seller, ewayOf(first.Irn))).isActive(t, "7 generateewbbyirn after refusals")
}

func TestAnOutwardEWayBillWithoutIRNIsReadAsNICTellsIt(t *testing.T) {
	made := got[eway](t, erp.generateEWayBill(t, seller, consignment("EWB/O/1")))
	made.isActive(t, "9 generateewaybill")
	got[eway](t, erp.getEWayBillByConsigner(t, seller, "INV", "EWB/O/1")).same(t, "11 getewaybillgeneratedbyconsigner", made)

	bill := got[fullEWay](t, erp.getEWayBill(t, seller, made.EwbNo)).Response
	if strconv.FormatInt(bill.EwbNo, 10) != made.EwbNo || bill.Status != "ACT" || bill.DocNo != "EWB/O/1" || bill.DocDate != today() {
		t.Errorf("10 getewaybill: Response: got %d %s %s of %s, want %s ACT EWB/O/1 of %s (8.2)", bill.EwbNo, bill.Status, bill.DocNo, bill.DocDate, made.EwbNo, today())
	}
	if bill.SupplyType != "O" || strings.TrimSpace(bill.SubSupplyType) != "1" || bill.DocType != "INV" || bill.TransactionType != 1 {
		t.Errorf("10 getewaybill: Response: got %s %q %s %d, want O 1 INV 1 (8.2)", bill.SupplyType, bill.SubSupplyType, bill.DocType, bill.TransactionType)
	}
	if bill.FromGstin != seller || bill.ToGstin != buyer || bill.UserGstin != seller || bill.FromPincode != 411002 ||
		bill.ToPincode != 562160 || bill.ActFromStateCode != 27 || bill.ToStateCode != 29 {
		t.Errorf("10 getewaybill: Response: parties got %+v, want those sent (8.2)", bill)
	}
	if !number(bill.TotalValue, 100000) || !number(bill.IgstValue, 18000) || !number(bill.TotInvValue, 118000) || bill.ActualDist != 840 {
		t.Errorf("10 getewaybill: Response: got %s %s %s %d km, want 100000, 18000, 118000, 840 (8.2)", bill.TotalValue, bill.IgstValue, bill.TotInvValue, bill.ActualDist)
	}
	if !nicTime(bill.EwayBillDate) || bill.ValidUpto == nil || !nicTime(*bill.ValidUpto) {
		t.Errorf("10 getewaybill: ewayBillDate, validUpto: got %q, %v, want NIC's date-times (8.2)", bill.EwayBillDate, bill.ValidUpto)
	}
	if len(bill.ItemList) != 1 || bill.ItemList[0].HsnCode != 820540 || !number(bill.ItemList[0].TaxableAmount, 100000) {
		t.Errorf("10 getewaybill: itemList: got %+v, want the one item (8.2)", bill.ItemList)
	}
	if len(bill.VehiclListDetails) != 1 || bill.VehiclListDetails[0].VehicleNo != "MH12AB1234" {
		t.Errorf("10 getewaybill: VehiclListDetails: got %+v, want the one vehicle (8.2)", bill.VehiclListDetails)
	}

	got[cancelledEWay](t, erp.cancelEWB(t, seller, made.EwbNo, "4", "Others"))
	if again := got[fullEWay](t, erp.getEWayBill(t, seller, made.EwbNo)).Response; again.Status != "CNL" {
		t.Errorf("10 getewaybill of a cancelled bill: status: got %q, want CNL (section 2, status codes)", again.Status)
	}
}

// As with an IRN, Octa's description is silent: a refusal or the stored answer.
func TestCancellingAnEWayBillTwiceIsRefusedOrTheStoredAnswer(t *testing.T) {
	made := got[eway](t, erp.generateEWayBill(t, seller, consignment("EWB/TWICE")))
	gone := got[cancelledEWay](t, erp.cancelEWB(t, seller, made.EwbNo, "3", "Data entry mistake"))
	again := erp.cancelEWB(t, seller, made.EwbNo, "3", "Data entry mistake")
	var says struct{ Success bool }
	if err := json.Unmarshal(again.body, &says); err != nil || !says.Success {
		refused(t, again)
		return
	}
	if second := got[cancelledEWay](t, again); !second.CancelTime.Equal(gone.CancelTime.Time) {
		t.Errorf("13 cancelewb, the second time: CancelTime: got %v, want %v or a refusal (8.3)", second.CancelTime, gone.CancelTime)
	}
}

// number reports whether a JSON number is this whole number, with decimals or without.
func number(n json.Number, want float64) bool {
	v, err := n.Float64()
	return err == nil && v == want
}

// nicTime reports whether text is a moment as NIC writes it: in 24 hours, as in the
// description's sample of getewaybill, or with AM and PM, as recorded from NIC.
func nicTime(text string) bool {
	_, err := time.Parse(clock, text)
	_, half := time.Parse("02/01/2006 03:04:05 PM", text)
	return err == nil || half == nil
}

func TestAnInwardEWayBillIsMadeByTheRecipient(t *testing.T) {
	made := got[eway](t, erp.generateEWayBill(t, buyer, inward("EWB/I/1")))
	made.isActive(t, "9 generateewaybill, inward")
	bill := got[fullEWay](t, erp.getEWayBill(t, buyer, made.EwbNo)).Response
	if bill.SupplyType != "I" || bill.UserGstin != buyer || bill.FromGstin != stranger {
		t.Errorf("10 getewaybill, inward: got %s by %s from %s, want I by %s from %s (8.1)", bill.SupplyType, bill.UserGstin, bill.FromGstin, buyer, stranger)
	}
}

func TestSubSupplyOthersIsDescribedInEitherSpelling(t *testing.T) {
	for _, name := range []string{"subSypplyDesc", "subSupplyDesc"} {
		body := consignment("EWB/" + name[:5])
		body["subSupplyType"], body["docType"], body[name] = "8", "CHL", "For repair"
		got[eway](t, erp.generateEWayBill(t, seller, body)).isActive(t, "9 generateewaybill with "+name)
	}
}

func TestAnEWayBillWithoutIRNTakesStringsAndNumbers(t *testing.T) {
	body := consignment("EWB/TYPES-2")
	for _, name := range []string{"fromPincode", "fromStateCode", "actFromStateCode", "toPincode", "toStateCode", "actToStateCode", "transactionType"} {
		body[name] = strconv.Itoa(body[name].(int))
	}
	body["transDistance"], body["subSupplyType"], body["erpVoucher"] = 840, 1, object{"Id": 9}
	got[eway](t, erp.generateEWayBill(t, seller, body)).isActive(t, "9 generateewaybill with strings for numbers (rule 13.3)")
}

func TestAWrongEWayBillWithoutIRNIsRefusedWithAllItsErrors(t *testing.T) {
	body := consignment("EWB/BAD")
	body["supplyType"], body["fromPincode"], body["docDate"], body["docType"] = "X", 1, "2026-11-23", "ZZZ"
	faults := refused(t, erp.generateEWayBill(t, seller, body))
	for _, member := range []string{"supplyType", "docType", "docDate", "fromPincode"} {
		if !slices.ContainsFunc(faults, func(f fault) bool { return strings.Contains(f.Message, member) }) {
			t.Errorf("9 generateewaybill: Errors: got %+v, want one about %s too (rule 13.5)", faults, member)
		}
	}
	wantCodes(t, "9 generateewaybill", "section 2: NIC's own number as text", faults, "201", "204", "207", "210")
}

func TestBillsOfOthersAreListedForTheDay(t *testing.T) {
	made := got[eway](t, erp.generateEWayBill(t, seller, consignment("EWB/OTHER")))
	list := got[otherParty](t, erp.getEWayBillsOfOtherParty(t, buyer, today())).Response
	documented := []string{"ewbno", "ewaybilldate", "genmode", "gengstin", "docno", "docdate", "fromgstin", "fromtradename",
		"togstin", "totradename", "totinvvalue", "hsncode", "hsndesc", "status", "rejectstatus"}
	slices.Sort(documented)
	found := false
	for _, raw := range list {
		members, err := membersOf(raw)
		if err != nil {
			t.Fatalf("12 getewaybillsofotherparty: Response[]: %v (8.2)", err)
		}
		var names []string
		row := map[string]string{}
		for _, m := range members {
			names = append(names, strings.ToLower(m.name))
			row[strings.ToLower(m.name)] = string(m.value)
		}
		slices.Sort(names)
		if !slices.Equal(names, documented) {
			t.Errorf("12 getewaybillsofotherparty: members of Response[]: got %v, want %v in any case (8.2)", names, documented)
		}
		if row["ewbno"] == made.EwbNo {
			found = true
			if row["gengstin"] != strconv.Quote(seller) || row["togstin"] != strconv.Quote(buyer) || row["status"] != `"ACT"` {
				t.Errorf("12 getewaybillsofotherparty: got %s, want genGstin %s, toGstin %s, status ACT (8.2)", raw, seller, buyer)
			}
		}
	}
	if !found {
		t.Errorf("12 getewaybillsofotherparty: Response: got %d rows, want one with the number (not a string) %s (8.2)", len(list), made.EwbNo)
	}
}
