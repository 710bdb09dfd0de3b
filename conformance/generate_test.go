package conformance

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

var ackNo = regexp.MustCompile(`^[0-9]{15}$`)

func TestGenerateIRNAnswersWithEveryMemberOf43(t *testing.T) {
	r := registered(t, invoice("GEN/1"))
	if !ackNo.MatchString(r.AckNo) {
		t.Errorf("1 generateirn: AckNo: got %q, want a string of 15 digits (4.3)", r.AckNo)
	}
	if age := time.Since(r.AckTime.Time); age < -2*time.Minute || age > 2*time.Minute {
		t.Errorf("1 generateirn: AckTime: got %v, want now in IST (section 2, date-times out)", r.AckTime)
	}
	if r.IrnStatus != "ACT" {
		t.Errorf("1 generateirn: IrnStatus: got %q, want ACT (4.3)", r.IrnStatus)
	}
	if want := irnOf(seller, "INV", "GEN/1"); r.Irn != want {
		t.Errorf("1 generateirn: Irn: got %q, want %q (4.3, lower-case hex)", r.Irn, want)
	}
	if signed := claims(t, "1 generateirn: SignedInvoice", r.SignedInvoice); signed["Irn"] != r.Irn {
		t.Errorf("1 generateirn: Irn inside SignedInvoice: got %v, want %q (4.3)", signed["Irn"], r.Irn)
	}
	if signed := claims(t, "1 generateirn: SignedQRCode", r.SignedQRCode); signed["DocNo"] != "GEN/1" || signed["TotInvVal"] != 118000.0 {
		t.Errorf("1 generateirn: SignedQRCode: got %v, want DocNo GEN/1, TotInvVal 118000 (4.3)", signed)
	}
	r.hasNoEWay(t, "1 generateirn")
	r.hasPictures(t, "1 generateirn", "", false)
}

// hasNoEWay checks the four members of an e-way bill where there is none.
func (r einvoice) hasNoEWay(t *testing.T, endpoint string) {
	t.Helper()
	if r.EwbStatus != nil || r.EwbNo != nil || r.EwbTime != nil || r.EwbValidTill != nil || r.EwbPdf != nil {
		t.Errorf("%s: EwbStatus, EwbNo, EwbTime, EwbValidTill, EwbPdf: got a value, want null without an e-way bill (4.3)", endpoint)
	}
}

// hasEWay checks them where there is one.
func (r einvoice) hasEWay(t *testing.T, endpoint string) {
	t.Helper()
	if r.EwbStatus == nil || r.EwbNo == nil || r.EwbTime == nil || r.EwbValidTill == nil {
		t.Fatalf("%s: EwbStatus, EwbNo, EwbTime, EwbValidTill: got null, want the e-way bill (4.3)", endpoint)
	}
	eway{EwbStatus: *r.EwbStatus, EwbNo: *r.EwbNo, EwbTime: *r.EwbTime, EwbValidTill: r.EwbValidTill}.isActive(t, endpoint)
}

func TestGenerateIRNMakesTheEWayBillInTheSameCall(t *testing.T) {
	doc := invoice("GEN/EWB")
	doc["EwbDtls"] = byRoad()
	r := registered(t, doc, "pdf", "yes")
	r.hasEWay(t, "1 generateirn")
	isPDF(t, "1 generateirn: EinvoicePdf", r.EinvoicePdf)
	isPDF(t, "1 generateirn: EwbPdf", r.EwbPdf)
}

func TestTheSameDocumentAgainGetsTheStoredAnswer(t *testing.T) {
	first := registered(t, invoice("GEN/TWICE"))
	again := registered(t, invoice("GEN/TWICE"))
	if first.Irn != again.Irn || first.AckNo != again.AckNo || !first.AckTime.Equal(again.AckTime.Time) || first.SignedQRCode != again.SignedQRCode {
		t.Errorf("1 generateirn: got Irn %s AckNo %s the second time, want %s, %s (rule 13.6)", again.Irn, again.AckNo, first.Irn, first.AckNo)
	}
}

func TestTheNumberInOtherCaseIsTheSameDocument(t *testing.T) {
	first := registered(t, invoice("GEN/CASE-A"))
	again := registered(t, invoice("gen/case-a"))
	if first.Irn != again.Irn || first.AckNo != again.AckNo {
		t.Errorf("1 generateirn: got Irn %s, want %s (rule 13.6; numbers are upper-cased)", again.Irn, first.Irn)
	}
}

func TestAChangedDocumentUnderARegisteredNumberIs2150(t *testing.T) {
	registered(t, invoice("GEN/CHANGED"))
	doc := invoice("GEN/CHANGED")
	row := item(doc)
	row["Qty"], row["TotAmt"], row["AssAmt"], row["IgstAmt"], row["TotItemVal"] = 50, 50000, 50000, 9000, 59000
	doc["ValDtls"] = object{"AssVal": 50000, "IgstVal": 9000, "TotInvVal": 59000}
	wantCodes(t, "1 generateirn", "4.3, duplicate", refused(t, erp.generateIRN(t, doc)), "2150")

	doc = invoice("GEN/CHANGED")
	part(doc, "BuyerDtls")["Gstin"] = "29AABCK1234F1Z" + checkOf("29AABCK1234F1Z")
	wantCodes(t, "1 generateirn", "4.3, duplicate", refused(t, erp.generateIRN(t, doc)), "2150")
}

// checkOf is the check character of the first 14 of a GSTIN.
func checkOf(gstin string) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := 0
	for i, c := range gstin {
		v := strings.IndexRune(letters, c) * (1 + i%2)
		sum += v/36 + v%36
	}
	return letters[(36-sum%36)%36:][:1]
}

func TestCreditAndDebitNotesAreRegistered(t *testing.T) {
	registered(t, invoice("GEN/NOTED"))
	for _, kind := range []string{"CRN", "DBN"} {
		doc := invoice("GEN/" + kind)
		part(doc, "DocDtls")["Typ"] = kind
		doc["RefDtls"] = object{"PrecDocDtls": array{object{"InvNo": "GEN/NOTED", "InvDt": today()}}}
		if r := registered(t, doc); r.Irn != irnOf(seller, kind, "GEN/"+kind) {
			t.Errorf("1 generateirn: Irn of a %s: got %s, want %s (4.2, DocDtls.Typ)", kind, r.Irn, irnOf(seller, kind, "GEN/"+kind))
		}
	}
}

// spelt is the document with every block that Octa spells twice.
func spelt(number string, plural bool) object {
	doc := invoice(number)
	total, pay, ref, add, export := "ValDtl", "PayDtl", "RefDtl", "AddlDtls", "ExpDtl"
	if plural {
		total, pay, ref, add, export = "ValDtls", "PayDtls", "RefDtls", "AddlDocDtls", "ExpDtls"
	}
	values := doc["ValDtls"]
	delete(doc, "ValDtls")
	doc[total] = values
	doc[pay] = object{"Nm": "Sharda Traders", "Mode": "Credit", "CrDay": 30}
	doc[ref] = object{"InvRm": "Handle with care"}
	doc[add] = array{object{"Url": "https://example.in/a", "Info": "Test report"}}
	doc[export] = object{"RefClm": "N"}
	inside := doc
	if plural {
		inside = doc[ref].(object)
	}
	inside["PrecDocDtls"] = array{object{"InvNo": "OLD/1", "InvDt": today()}}
	inside["ContrDtls"] = array{object{"PORefr": "PO-7", "PORefDt": today()}}
	part(doc, "DocDtls")["Typ"] = "CRN"
	return doc
}

func TestSingularAndPluralBlockNamesAreTheSame(t *testing.T) {
	for _, plural := range []bool{false, true} {
		number := "SHAPE/S"
		if plural {
			number = "SHAPE/P"
		}
		r := registered(t, spelt(number, plural))
		signed := claims(t, "1 generateirn: SignedInvoice", r.SignedInvoice)
		for _, name := range []string{"ValDtls", "PayDtls", "RefDtls", "AddlDocDtls", "ExpDtls"} {
			if signed[name] == nil {
				t.Errorf("1 generateirn: %s of the signed invoice, plural %v: missing, want it under NIC's name (4.1)", name, plural)
			}
		}
		reference, _ := signed["RefDtls"].(object)
		for _, name := range []string{"PrecDocDtls", "ContrDtls"} {
			if rows, _ := reference[name].(array); len(rows) != 1 {
				t.Errorf("1 generateirn: RefDtls.%s of the signed invoice, plural %v: got %v, want the one row sent (4.1)", name, plural, reference[name])
			}
		}
	}
}

func TestWithoutValDtlsTheItemsAreTotalled(t *testing.T) {
	doc := invoice("SHAPE/NOVAL")
	delete(doc, "ValDtls")
	r := registered(t, doc)
	values, _ := claims(t, "1 generateirn: SignedInvoice", r.SignedInvoice)["ValDtls"].(object)
	if values["TotInvVal"] != 118000.0 || values["AssVal"] != 100000.0 || values["IgstVal"] != 18000.0 {
		t.Errorf("1 generateirn: ValDtls: got %v, want the totals of the items (4.1)", values)
	}
}

func TestNumbersMayBeStringsAndStringsNumbers(t *testing.T) {
	doc := invoice("SHAPE/TYPES")
	from, to, row := part(doc, "SellerDtls"), part(doc, "BuyerDtls"), item(doc)
	from["Pin"], from["Stcd"] = "411002", 27
	to["Pin"], to["Stcd"], to["Pos"] = "562160", 29, 29
	row["SlNo"], row["HsnCd"], row["Qty"], row["UnitPrice"] = 1, 820540, "100", "1000.00"
	doc["ValDtls"] = object{"AssVal": "100000", "IgstVal": "18000.00", "TotInvVal": "118000"}
	doc["EwbDtls"] = byRoad()
	part(doc, "EwbDtls")["Distance"], part(doc, "EwbDtls")["TransMode"] = "840", 1
	registered(t, doc).hasEWay(t, "1 generateirn with numbers as strings (rule 13.3)")
}

func TestUnknownMembersAndNullsAreIgnored(t *testing.T) {
	doc := invoice("SHAPE/MORE")
	doc["Erp"], doc["DispDtls"], doc["EwbDtls"] = object{"Voucher": 17}, nil, nil
	part(doc, "TranDtls")["EcmGstin"] = nil
	part(doc, "BuyerDtls")["CustomerId"] = "C-9"
	item(doc)["Warehouse"] = array{"A", 1, nil}
	registered(t, doc)
}

func TestABodyMayBeGzipped(t *testing.T) {
	body, err := json.Marshal(invoice("SHAPE/GZIP"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got[einvoice](t, erp.send(t, "1 generateirn, gzip", "/einvoice/generateirn", nil, packed.Bytes(), "Content-Encoding", "gzip"))
}

func TestPathsAreTakenInAnyCaseWithAndWithoutTrailingSlash(t *testing.T) {
	doc, err := json.Marshal(invoice("SHAPE/PATH"))
	if err != nil {
		t.Fatal(err)
	}
	first := got[einvoice](t, erp.send(t, "1 generateirn", "/einvoice/generateirn", nil, doc))
	for _, path := range []string{"/einvoice/generateirn/", "/EInvoice/GenerateIRN", "/EINVOICE/GENERATEIRN/"} {
		if again := got[einvoice](t, erp.send(t, "1 POST "+path, path, nil, doc)); again.Irn != first.Irn {
			t.Errorf("1 POST %s: Irn: got %s, want %s (rule 13.1)", path, again.Irn, first.Irn)
		}
	}
	query := args("gstin", seller, "irn", first.Irn)
	for _, path := range []string{"/einvoice/getirn/", "/Einvoice/GetIrn", "/Einvoice/GetIrn/"} {
		if again := got[einvoice](t, erp.send(t, "3 GET "+path, path, query, nil)); again.Irn != first.Irn {
			t.Errorf("3 GET %s: Irn: got %s, want %s (rule 13.1)", path, again.Irn, first.Irn)
		}
	}
}
