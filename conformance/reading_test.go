package conformance

import (
	"encoding/json"
	"testing"
	"time"
)

func TestADocumentIsReadByIRNAndByDocumentAsItWasRegistered(t *testing.T) {
	number := "2026/READ-1/A" // a number may hold strokes, and the query is URL-encoded
	first := registered(t, invoice(number))
	for _, a := range []answer{erp.getIRN(t, seller, first.Irn), erp.getIRNByDoc(t, seller, "INV", number, today())} {
		r := got[einvoice](t, a)
		if r.Irn != first.Irn || r.AckNo != first.AckNo || !r.AckTime.Equal(first.AckTime.Time) || r.IrnStatus != "ACT" {
			t.Errorf("%s: got Irn %s AckNo %s AckTime %v %s, want %s, %s, %v, ACT (section 6)", a.name,
				r.Irn, r.AckNo, r.AckTime, r.IrnStatus, first.Irn, first.AckNo, first.AckTime)
		}
		if r.SignedInvoice != first.SignedInvoice || r.SignedQRCode != first.SignedQRCode {
			t.Errorf("%s: SignedInvoice, SignedQRCode: got others, want those of generateirn (section 6)", a.name)
		}
		r.hasNoEWay(t, a.name)
	}
	info := got[docIRNInfo](t, erp.getDocIRNInfo(t, seller, "INV", number, today()))
	if info.Irn != first.Irn || info.SignedInvoice != first.SignedInvoice {
		t.Errorf("5 getdocirninfo: Irn: got %s, want %s (section 6)", info.Irn, first.Irn)
	}
}

func TestWhatIsNotThereIsRefusedWithACode(t *testing.T) {
	for _, a := range []answer{
		erp.getIRN(t, seller, irnOf(seller, "INV", "NEVER")),
		erp.getIRNByDoc(t, seller, "INV", "NEVER", today()),
		erp.getDocIRNInfo(t, seller, "INV", "NEVER", today()),
		erp.getDocIRNInfo(t, seller, "CRN", "NEVER", today()),
		erp.getEWBByIRN(t, seller, irnOf(seller, "INV", "NEVER")),
		erp.getEWayBill(t, seller, "999999999999"),
		erp.getEWayBillByConsigner(t, seller, "INV", "NEVER"),
		erp.cancelIRN(t, seller, irnOf(seller, "INV", "NEVER"), "1", "Twice"),
		erp.cancelEWB(t, seller, "999999999999", "1", "Twice"),
	} {
		refused(t, a)
	}
}

// The portal's own codes come through as text: 2148 and 2154 of the e-invoice system,
// 4003 of bills by IRN, 301 of the e-way bill system.
func TestThePortalsOwnCodeComesThroughAsText(t *testing.T) {
	never := irnOf(seller, "INV", "NEVER")
	for code, a := range map[string]answer{
		"2148": erp.getIRN(t, seller, never), "2154": erp.getIRNByDoc(t, seller, "INV", "NEVER", today()),
		"4003": erp.getEWBByIRN(t, seller, never), "301": erp.getEWayBill(t, seller, "999999999999"),
	} {
		wantCodes(t, a.name, "section 2, failure", refused(t, a), code)
	}
}

func TestAParameterThatIsMissingOrUnreadableIsRefused(t *testing.T) {
	for _, a := range []answer{
		erp.getIRN(t, seller, ""),
		erp.getIRN(t, seller, "not an IRN"),
		erp.getIRNByDoc(t, seller, "INV", "", today()),
		erp.getIRNByDoc(t, seller, "XXX", "A/1", today()),
		erp.getIRNByDoc(t, seller, "INV", "A/1", "yesterday"),
		erp.getEWayBillsOfOtherParty(t, seller, "yesterday"),
		erp.getEWayBill(t, seller, "x"),
		erp.getPublicGSTIN(t, ""),
	} {
		if a.status != 200 && a.status != 400 {
			t.Errorf("%s: HTTP status: got %d, want 200 with Success false, or 400 (section 2)", a.name, a.status)
		}
		if a.name == "15 gst/getgstin" { // its failure has Suggestions too
			var reply noTaxpayer
			a.read(t, &reply)
			continue
		}
		a.faults(t)
	}
}

func TestACancelledIRNIsReadAsCNL(t *testing.T) {
	for _, reason := range []string{"1", "2", "3", "4"} {
		number := "CNL/" + reason
		first := registered(t, invoice(number))
		gone := got[cancelledIRN](t, erp.cancelIRN(t, seller, first.Irn, reason, "Wrong HSN codes reported"))
		if gone.Irn != first.Irn || gone.CancelTime.Before(first.AckTime.Add(-time.Minute)) {
			t.Errorf("2 cancelirn: got %s at %v, want %s cancelled after %v (section 5)", gone.Irn, gone.CancelTime, first.Irn, first.AckTime)
		}
		for _, a := range []answer{erp.getIRN(t, seller, first.Irn), erp.getIRNByDoc(t, seller, "INV", number, today())} {
			if r := got[einvoice](t, a); r.IrnStatus != "CNL" || r.Irn != first.Irn {
				t.Errorf("%s of a cancelled IRN: IrnStatus: got %q, want CNL (section 2, status codes)", a.name, r.IrnStatus)
			}
		}
		if r := got[docIRNInfo](t, erp.getDocIRNInfo(t, seller, "INV", number, today())); r.IrnStatus != "CNL" {
			t.Errorf("5 getdocirninfo of a cancelled IRN: IrnStatus: got %q, want CNL (section 2, status codes)", r.IrnStatus)
		}
	}
}

func TestANumberWhoseIRNWasCancelledIs2278(t *testing.T) {
	first := registered(t, invoice("CNL/AGAIN"))
	got[cancelledIRN](t, erp.cancelIRN(t, seller, first.Irn, "2", "Data entry mistake"))
	wantCodes(t, "1 generateirn", "section 2, NIC's own number", refused(t, erp.generateIRN(t, invoice("CNL/AGAIN"))), "2278")
}

// Octa's description is silent about a second cancellation: NIC's 9999 is taken, and so is the
// stored answer, by the rule for generateirn (13.6). A later time would be neither.
func TestCancellingTwiceIs9999OrTheStoredAnswer(t *testing.T) {
	first := registered(t, invoice("CNL/TWICE"))
	gone := got[cancelledIRN](t, erp.cancelIRN(t, seller, first.Irn, "1", "Twice"))
	again := erp.cancelIRN(t, seller, first.Irn, "1", "Twice")
	var says struct{ Success bool }
	if err := json.Unmarshal(again.body, &says); err == nil && says.Success {
		if second := got[cancelledIRN](t, again); second != gone {
			t.Errorf("2 cancelirn, the second time: got %+v, want %+v or 9999 (section 5)", second, gone)
		}
		return
	}
	wantCodes(t, "2 cancelirn, the second time", "section 2, NIC's own number", refused(t, again), "9999")
}

func TestCancellingNeedsAReasonAndARemark(t *testing.T) {
	first := registered(t, invoice("CNL/HOW"))
	refused(t, erp.cancelIRN(t, seller, first.Irn, "5", "No such reason"))
	refused(t, erp.cancelIRN(t, seller, first.Irn, "", "No reason"))
	refused(t, erp.cancelIRN(t, seller, first.Irn, "1", ""))
	if r := got[einvoice](t, erp.getIRN(t, seller, first.Irn)); r.IrnStatus != "ACT" {
		t.Errorf("3 getirn after refused cancellations: IrnStatus: got %q, want ACT (section 5, must)", r.IrnStatus)
	}
}
