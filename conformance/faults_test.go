package conformance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// codes are the codes of errors, for messages.
func codes(faults []fault) []string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Code)
	}
	return all
}

// wantCodes checks that these codes are among the errors.
func wantCodes(t *testing.T, endpoint, row string, faults []fault, want ...string) {
	t.Helper()
	for _, code := range want {
		if !slices.Contains(codes(faults), code) {
			t.Errorf("%s: Errors: got %+v, want code %s among them (%s)", endpoint, faults, code, row)
		}
	}
}

// wrong is one member with a value that cannot be, and the code of section 10.1.
type wrong struct {
	block, member string
	value         any
	code          string
}

var tooLong = strings.Repeat("x", 101)

// wrongs go through the codes of section 10.1 in their order, by the subjects there.
// 001 is left out: a document of a seller whom the key does not have is another case.
var wrongs = []wrong{
	{"SellerDtls", "LglNm", tooLong, "OCTA-002"}, {"SellerDtls", "TrdNm", tooLong, "OCTA-003"},
	{"SellerDtls", "Addr1", tooLong, "OCTA-004"}, {"SellerDtls", "Addr2", tooLong, "OCTA-005"},
	{"SellerDtls", "Loc", tooLong, "OCTA-006"}, {"SellerDtls", "Pin", 99999, "OCTA-007"},
	{"SellerDtls", "Stcd", "ZZ", "OCTA-008"}, {"SellerDtls", "Ph", "not a telephone", "OCTA-009"},
	{"SellerDtls", "Em", "no address", "OCTA-010"},
	{"TranDtls", "TaxSch", "VAT", "OCTA-011"}, {"TranDtls", "SupTyp", "XYZ", "OCTA-012"},
	{"DocDtls", "Typ", "ABC", "OCTA-013"}, {"DocDtls", "No", "A*B", "OCTA-014"},
	{"DocDtls", "Dt", "2026-11-23", "OCTA-015"}, {"TranDtls", "RegRev", "Q", "OCTA-016"},
	{"BuyerDtls", "Pos", "ZZ", "OCTA-017"}, {"TranDtls", "IgstOnIntra", "Q", "OCTA-018"},
	{"TranDtls", "EcmGstin", "27AAPFU0939", "OCTA-019"}, {"RefDtls", "InvRm", tooLong, "OCTA-020"},
	{"BuyerDtls", "Gstin", "29AWGPV7107", "OCTA-021"}, {"BuyerDtls", "LglNm", tooLong, "OCTA-022"},
	{"BuyerDtls", "TrdNm", tooLong, "OCTA-023"}, {"BuyerDtls", "Addr1", tooLong, "OCTA-024"},
	{"BuyerDtls", "Addr2", tooLong, "OCTA-025"}, {"BuyerDtls", "Loc", tooLong, "OCTA-026"},
	{"BuyerDtls", "Pin", 99999, "OCTA-027"}, {"BuyerDtls", "Stcd", "ZZ", "OCTA-028"},
	{"BuyerDtls", "Ph", "not a telephone", "OCTA-029"}, {"BuyerDtls", "Em", "no address", "OCTA-030"},
	{"DispDtls", "Nm", tooLong, "OCTA-031"}, {"DispDtls", "Addr1", tooLong, "OCTA-032"},
	{"DispDtls", "Addr2", tooLong, "OCTA-033"}, {"DispDtls", "Loc", tooLong, "OCTA-034"},
	{"DispDtls", "Pin", 99999, "OCTA-035"}, {"DispDtls", "Stcd", "ZZ", "OCTA-036"},
	{"ShipDtls", "Gstin", "29AWGPV7107", "OCTA-037"}, {"ShipDtls", "LglNm", tooLong, "OCTA-038"},
	{"ShipDtls", "TrdNm", tooLong, "OCTA-039"}, {"ShipDtls", "Addr1", tooLong, "OCTA-040"},
	{"ShipDtls", "Addr2", tooLong, "OCTA-041"}, {"ShipDtls", "Loc", tooLong, "OCTA-042"},
	{"ShipDtls", "Pin", 99999, "OCTA-043"}, {"ShipDtls", "Stcd", "ZZ", "OCTA-044"},
	{"ExpDtls", "ShipBNo", tooLong, "OCTA-045"}, {"ExpDtls", "ShipBDt", "2026-11-23", "OCTA-046"},
	{"ExpDtls", "Port", "not a port code", "OCTA-047"}, {"ExpDtls", "CntCode", "ZZZ", "OCTA-048"},
	{"ExpDtls", "ForCur", "not a currency code", "OCTA-049"}, {"ValDtls", "TotInvValFc", -1, "OCTA-050"},
	{"ExpDtls", "RefClm", "Q", "OCTA-051"}, {"ValDtls", "Discount", -1, "OCTA-052"},
}

// blocksOf gives a document the blocks that it may have, all well.
func blocksOf(number string) object {
	doc := invoice(number)
	doc["DispDtls"] = object{"Nm": "Depot", "Addr1": "1 Mill Road", "Loc": "Pune", "Pin": 411002, "Stcd": "27"}
	doc["ShipDtls"] = object{"LglNm": "Kaveri Papers", "Addr1": "9 Ring Road", "Loc": "Bengaluru", "Pin": 562160, "Stcd": "29"}
	return doc
}

func TestTheDocumentThatTheWrongOnesAreMadeOfIsTaken(t *testing.T) {
	registered(t, blocksOf("BAD/BASE"))
}

func TestEachWrongMemberHasItsOctaCode(t *testing.T) {
	for i, w := range wrongs {
		t.Run(w.code+" "+w.block+"."+w.member, func(t *testing.T) {
			doc := blocksOf(fmt.Sprintf("BAD/%d", i))
			part(doc, w.block)[w.member] = w.value
			faults := refused(t, erp.generateIRN(t, doc))
			wantCodes(t, "1 generateirn", "10.1, "+w.block+"."+w.member, faults, w.code)
		})
	}
}

func TestTheMessageOfAnOctaCodeSaysInvalidAndItsSubject(t *testing.T) {
	doc := blocksOf("BAD/WORDS")
	part(doc, "SellerDtls")["Pin"] = 99999
	for _, f := range refused(t, erp.generateIRN(t, doc)) {
		if f.Code == "OCTA-007" && !strings.HasPrefix(f.Message, "Invalid ") {
			t.Errorf("1 generateirn: Errors.Message of OCTA-007: got %q, want it to start with Invalid (10.1, message pattern)", f.Message)
		}
	}
}

func TestAWrongDocumentIsAnsweredWithAllItsErrorsAtOnce(t *testing.T) {
	doc := blocksOf("BAD/ALL")
	want := []string{"5002"}
	for _, w := range wrongs {
		switch w.member {
		case "Gstin", "No", "Typ", "Dt", "SupTyp", "Stcd", "Pos": // other rules need them
			continue
		}
		part(doc, w.block)[w.member] = w.value
		want = append(want, w.code)
	}
	item(doc)["IsServc"] = "Q" // has no OCTA code: NIC's 5002, a breach of the schema
	wantCodes(t, "1 generateirn", "rule 13.5", refused(t, erp.generateIRN(t, doc)), want...)
}

func TestBreachesOfArithmeticCarryNICsCodes(t *testing.T) {
	doc := invoice("BAD/SUM")
	item(doc)["TotItemVal"] = 1180
	part(doc, "ValDtls")["AssVal"] = 1
	wantCodes(t, "1 generateirn", "section 2, failure: NIC's own number as text", refused(t, erp.generateIRN(t, doc)), "2194", "2182")
}

func TestAMemberThatIsMissingIsAnError(t *testing.T) {
	for _, w := range []wrong{{"SellerDtls", "Addr1", nil, "OCTA-004"}, {"BuyerDtls", "LglNm", nil, "OCTA-022"}, {"DocDtls", "No", nil, "OCTA-014"}} {
		doc := invoice("BAD/MISSING")
		delete(part(doc, w.block), w.member)
		wantCodes(t, "1 generateirn without "+w.member, "4.2, must", refused(t, erp.generateIRN(t, doc)), w.code)
	}
}

func TestNothingIsStoredOfARefusedDocument(t *testing.T) {
	doc := invoice("BAD/THEN-GOOD")
	item(doc)["TotItemVal"] = 1180
	refused(t, erp.generateIRN(t, doc))
	refused(t, erp.getDocIRNInfo(t, seller, "INV", "BAD/THEN-GOOD", today()))
	registered(t, invoice("BAD/THEN-GOOD"))
}

func TestAWrongKeyIs401(t *testing.T) {
	keys := map[string]client{
		"wrong secret": {erp.base, erp.id, strings.Repeat("x", len(erp.secret))},
		"unknown id":   {erp.base, "M000000000000000000", erp.secret},
		"empty":        {erp.base, "", ""},
	}
	for name, c := range keys {
		for _, a := range []answer{c.getPublicGSTIN(t, buyer), c.generateIRN(t, invoice("BAD/KEY"))} {
			a.name += ", " + name
			if a.status != http.StatusUnauthorized {
				t.Errorf("%s: HTTP status: got %d, want 401 (section 2, bad credentials)", a.name, a.status)
				continue
			}
			a.mustBe(t, http.StatusUnauthorized)
			a.faults(t)
			if scheme := a.header.Get("WWW-Authenticate"); !strings.HasPrefix(scheme, "Basic") {
				t.Errorf("%s: WWW-Authenticate: got %q, want Basic (RFC 9110, 15.5.2)", a.name, scheme)
			}
		}
	}
}

func TestOtherSchemesThanBasicAre401(t *testing.T) {
	a := erp.send(t, "15 gst/getgstin, Bearer", "/gst/getgstin", args("gstin", buyer), nil, "Authorization", "Bearer "+erp.secret)
	if a.status != http.StatusUnauthorized {
		t.Errorf("%s: HTTP status: got %d, want 401 (rule 13.2, Basic only)", a.name, a.status)
	}
}

func TestUnparsableJSONIs400(t *testing.T) {
	for name, body := range map[string]string{
		"truncated": `{"Version":"1.1","TranDtls":{`, "no JSON": "Version=1.1", "two values": `{} {}`, "empty": "",
	} {
		for _, path := range []string{"/einvoice/generateirn", "/einvoice/generateewaybill?gstin=" + seller, "/einvoice/cancelirn?gstin=" + seller} {
			a := erp.send(t, path+", "+name, path, nil, []byte(body))
			if a.status != http.StatusBadRequest {
				t.Errorf("%s: HTTP status: got %d, want 400 (section 2, unparsable JSON): %s", a.name, a.status, cut(a.body))
				continue
			}
			a.faults(t)
		}
	}
}

// A GSTIN that the key does not have is not found. Octa's own answer is not published; here a
// company of others must not be told from one that is not there, and both are 404.
func TestAGSTINThatTheKeyDoesNotHaveLooksLikeOneThatIsNotHere(t *testing.T) {
	calls := map[string]func(gstin string) answer{
		"1 generateirn": func(gstin string) answer {
			doc := invoice("BAD/COMPANY")
			part(doc, "SellerDtls")["Gstin"] = gstin
			return erp.generateIRN(t, doc)
		},
		"3 getirn":       func(gstin string) answer { return erp.getIRN(t, gstin, irnOf(seller, "INV", "X")) },
		"10 getewaybill": func(gstin string) answer { return erp.getEWayBill(t, gstin, "391000000001") },
		"14 getgstin":    func(gstin string) answer { return erp.getPartyGSTIN(t, gstin, buyer) },
	}
	for name, call := range calls {
		of := map[string][]fault{}
		for _, gstin := range []string{stranger, absent} {
			a := call(gstin)
			if a.status != http.StatusNotFound {
				t.Errorf("%s of a GSTIN that the key does not have: HTTP status: got %d, want 404", name, a.status)
			}
			of[gstin] = a.faults(t)
		}
		if !slices.Equal(codes(of[stranger]), codes(of[absent])) {
			t.Errorf("%s: Errors: got %v for a company of others, want what an absent one gets, %v (rule 13.2)", name, of[stranger], of[absent])
		}
	}
}

func TestEndpoints16To18AreNotSupported(t *testing.T) {
	for _, a := range []answer{
		erp.post(t, "16 gstr2a/pull", "/gstr2a/pull", nil, object{"gstin": seller, "returnPeriod": "2025-05"}),
		erp.post(t, "17 gstr2a/export", "/gstr2a/export", nil, object{"gstins": array{seller}, "startReturnPeriod": "2025-05", "endReturnPeriod": "2025-06"}),
		erp.send(t, "18 robot/jobstatus", "/robot/jobstatus/6492341", nil, nil),
	} {
		if a.status < 400 {
			t.Errorf("%s: HTTP status: got %d, want 4xx or 5xx (section 2, async family)", a.name, a.status)
		}
		if code := a.header.Get("Octa-ErrorCode"); code != "51" {
			t.Errorf("%s: Octa-ErrorCode: got %q, want 51, not supported (10.2)", a.name, code)
		}
		if a.header.Get("Octa-ErrorMessage") == "" {
			t.Errorf("%s: Octa-ErrorMessage: got none, want words (section 2, async family)", a.name)
		}
		wantCodes(t, a.name, "section 2, body and headers both", a.faults(t), "51")
	}
}
