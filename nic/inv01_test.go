package nic

import (
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sampleFaults are the published requests that break the schema, and how.
var sampleFaults = map[string][]string{
	// Odoo writes false for a text it has not.
	"od19-odoo19-export-lut-tax-invoice": {"number inv01.text"},
	// yyyy-MM-dd, which the schema's pattern for the shipping bill's date refuses.
	"ic-foreign-transaction": {"export.shipping_bill_date inv01.date"},
}

func wantedFaults(file string) []string {
	for prefix, faults := range sampleFaults {
		if strings.HasPrefix(filepath.Base(file), prefix) {
			return faults
		}
	}
	return nil
}

// decodePart decodes part of a document: mandatory figures and blocks that stand elsewhere
// are not missed.
func decodePart(data []byte) (*gst.Invoice, []byte, error) {
	inv, body, err := Decode(data)
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		return inv, body, err
	}
	var kept gst.Faults
	for _, f := range bad.Faults {
		if f.Rule != "required" || f.Field == "version" {
			kept = append(kept, f)
		}
	}
	return inv, body, kept.Err()
}

func TestDecodeMissesMandatoryFigures(t *testing.T) {
	_, _, err := Decode([]byte(versioned(`{"ItemList":[{"SlNo":"1","Qty":1,"UnitPrice":5,"TotAmt":5}],"ValDtls":{"AssVal":5},"EwbDtls":{"TransId":"27AAPFU0939F1ZV"}}`)))
	want := []string{
		"lines[0].service required", "lines[0].taxable required", "lines[0].rate required", "lines[0].total required",
		"totals.total required", "eway.distance required",
	}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("a figure that was forgotten is not zero (-want +got):\n%s", diff)
	}
	for _, none := range []string{`null`, `[]`, `[null]`} {
		_, _, err = Decode([]byte(versioned(`{"ItemList":` + none + `}`)))
		if diff := cmp.Diff([]string{"lines required", "totals required"}, faultsOf(t, err)); diff != "" {
			t.Errorf("a document without lines (%s) and sums is not one of nothing (-want +got):\n%s", none, diff)
		}
	}
}

func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("error is %T: %v", err, err)
	}
	var out []string
	for _, f := range bad.Faults {
		if f.Code != "5002" {
			t.Errorf("fault of %s has code %q, want 5002", f.Field, f.Code)
		}
		out = append(out, f.Field+" "+f.Rule)
	}
	return out
}

func TestEveryPublishedRequestIsReadAndSurvivesWriting(t *testing.T) {
	for _, file := range sampleFiles(t, "einvoice/requests/*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			first, body, err := Decode(readFile(t, file))
			if diff := cmp.Diff(wantedFaults(file), faultsOf(t, err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if len(first.Lines) == 0 || first.Seller.LegalName == "" {
				t.Errorf("little was read: %+v", first)
			}
			again, body2, err := Decode(body)
			if err != nil {
				t.Fatalf("its own body: %v\n%s", err, body)
			}
			if string(body) != string(body2) {
				t.Errorf("body changes when read again:\n%s\n%s", body, body2)
			}
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("document changes by its body:\n%s", diff)
			}
			written, err := Encode(first)
			if err != nil {
				t.Fatal(err)
			}
			back, _, err := Decode(written)
			if err != nil {
				t.Fatalf("what was written: %v\n%s", err, written)
			}
			if diff := cmp.Diff(first, back); diff != "" {
				t.Errorf("document changes by writing:\n%s\n%s", diff, written)
			}
		})
	}
}

func TestSignedInvoicesReadAsDocuments(t *testing.T) {
	for _, file := range sampleFiles(t, "jwt/invoice-*.jwt") {
		signed, err := Read(string(readFile(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		inv, _, err := Decode(signed.Data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if inv.Number == "" || inv.Company == "" {
			t.Errorf("%s: %+v", file, inv)
		}
	}
}

// The table of the specification, row by row: same members, same order, same limits.
func TestTableIsTheSchema(t *testing.T) {
	f, err := os.Open(filepath.Join(spec, "data/inv01_schema.csv"))
	if err != nil {
		t.Skipf("no schema table at hand: %v", err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	entries := make(map[string]entry)
	var order, want []string
	inv01.visit("", "", func(e entry) {
		entries[e.path] = e
		if !strings.HasSuffix(e.path, "[]") {
			order = append(order, e.path)
		}
	})
	for _, row := range rows[1:] {
		path, kind := row[0], row[1]
		if path == "Irn" { // worked out by the portal, never sent
			continue
		}
		want = append(want, path)
		e := entries[path]
		if (kind == "number") != (e.limits != nil) {
			t.Errorf("%s: number in one place only", path)
		}
		if e.limits == nil {
			continue
		}
		if got := e.limits.text(e.limits.min); got != row[5] {
			t.Errorf("%s: smallest is %s, schema has %s", path, got, row[5])
		}
		if got := e.limits.text(e.limits.max); got != row[6] {
			t.Errorf("%s: largest is %s, schema has %s", path, got, row[6])
		}
		if got := strconv.Itoa(e.limits.decimals); got != row[7] {
			t.Errorf("%s: %s decimals, schema has %s", path, got, row[7])
		}
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("members (-schema +table):\n%s", diff)
	}
}

func TestFieldsAndPathsNameTheSameMembers(t *testing.T) {
	tests := []struct{ path, field string }{
		{"Version", "version"},
		{"TranDtls", "transaction"},
		{"TranDtls.SupTyp", "supply"},
		{"DocDtls", "document"},
		{"RefDtls", "refs"},
		{"RefDtls.DocPerdDtls", "refs.period"},
		{"BuyerDtls.Pin", "buyer.pin"},
		{"BuyerDtls.Pos", "pos"},
		{"DocDtls.Dt", "date"},
		{"ItemList", "lines"},
		{"ItemList[3]", "lines[3]"},
		{"ItemList[0].Qty", "lines[0].qty"},
		{"ItemList[12].AttribDtls[1].Val", "lines[12].attributes[1].value"},
		{"DispDtls.Nm", "dispatch.name"},
		{"RefDtls.PrecDocDtls[0].InvNo", "refs.preceding[0].number"},
		{"RefDtls.DocPerdDtls.InvEndDt", "refs.period_to"},
		{"ValDtls.TotInvVal", "totals.total"},
		{"EwbDtls.VehNo", "eway.vehicle"},
	}
	for _, tt := range tests {
		if got := FieldOf(tt.path); got != tt.field {
			t.Errorf("FieldOf(%s) = %q, want %q", tt.path, got, tt.field)
		}
		if got := PathOf(tt.field); got != tt.path {
			t.Errorf("PathOf(%s) = %q, want %q", tt.field, got, tt.path)
		}
	}
	for _, unknown := range []string{"", "Irn", "ItemList[0].Nonsense", "ItemList.Qty"} {
		if got := FieldOf(unknown); got != "" {
			t.Errorf("FieldOf(%q) = %q, want nothing", unknown, got)
		}
	}
	for field, path := range tableNames().paths {
		if got := FieldOf(path); got != field {
			t.Errorf("field %s is %s, which is %s", field, path, got)
		}
	}
}

func TestDecodeIsTolerant(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"version becomes today's", `{"Version":"1.01"}`, `{}`},
		{"a numeric version too", `{"version":1.1}`, `{}`},
		{"versions of 2020", `{"Version":"1.0"}`, `{}`},
		{"of whatever place", `{"Version":"1.03"}`, `{}`},
		{"keys in any case", `{"docdtls":{"TYP":"INV","no":"A1"}}`, `{"DocDtls":{"Typ":"INV","No":"A1"}}`},
		{"keys with escapes", `{"Doc\u0044tls":{"\u004eo":"A1"}}`, `{"DocDtls":{"No":"A1"}}`},
		{"order of the schema", `{"DocDtls":{"Dt":"22/11/2026","No":"A1","Typ":"CRN"}}`, `{"DocDtls":{"Typ":"CRN","No":"A1","Dt":"22/11/2026"}}`},
		{"unknown members go", `{"AckNo":1,"Irn":"x","Foo":{"a":[{}]},"DocDtls":{"No":"A1","Bar":null}}`, `{"DocDtls":{"No":"A1"}}`},
		{"nulls and blanks go", `{"DocDtls":{"No":"A1","Dt":null,"Typ":""},"PayDtls":null,"EwbDtls":{"TransId":null}}`, `{"DocDtls":{"No":"A1"}}`},
		{"what is not ours may differ in its letters alone", `{"Foo":1,"foo":2,"DocDtls":{"No":"A1"}}`, `{"DocDtls":{"No":"A1"}}`},
		{"whole pairs of surrogates are letters", `{"DocDtls":{"No":"\ud83d\ude00\\ud800\uFFFD"}}`, `{"DocDtls":{"No":"😀\\ud800�"}}`},
		{"numbers as text", `{"SellerDtls":{"Pin":"560002"},"ItemList":[{"Qty":" 10 ","Discount":""}]}`, `{"SellerDtls":{"Pin":560002},"ItemList":[{"Qty":10}],"ValDtls":{"AssVal":0,"CgstVal":0,"SgstVal":0,"IgstVal":0,"TotInvVal":0}}`},
		{"text as numbers", `{"SellerDtls":{"Stcd":29},"ItemList":[{"SlNo":1,"HsnCd":847130}]}`, `{"SellerDtls":{"Stcd":"29"},"ItemList":[{"SlNo":"1","HsnCd":"847130"}],"ValDtls":{"AssVal":0,"CgstVal":0,"SgstVal":0,"IgstVal":0,"TotInvVal":0}}`},
		{"states get two digits", `{"SellerDtls":{"Stcd":1},"BuyerDtls":{"Pos":"9","Stcd":"7"}}`, `{"SellerDtls":{"Stcd":"01"},"BuyerDtls":{"Pos":"09","Stcd":"07"}}`},
		{"figures as sent", `{"ValDtls":{"AssVal":100.0,"CgstVal":1.230,"TotInvVal":0}}`, `{"ValDtls":{"AssVal":100.0,"CgstVal":1.230,"TotInvVal":0}}`},
		{"odd figures are written plainly", `{"ValDtls":{"AssVal":1e3,"CgstVal":"01.5","SgstVal":"12.","RndOffAmt":-0.25}}`, `{"ValDtls":{"AssVal":1000.00,"CgstVal":1.50,"SgstVal":12.00,"RndOffAmt":-0.25}}`},
		{"types in capitals", `{"TranDtls":{"TaxSch":"gst","SupTyp":"b2b","RegRev":"n"},"DocDtls":{"Typ":"inv"}}`, `{"TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},"DocDtls":{"Typ":"INV"}}`},
		{"the tax scheme is supplied", `{"TranDtls":{"SupTyp":"B2B"}}`, `{"TranDtls":{"TaxSch":"GST","SupTyp":"B2B"}}`},
		{"letters stay as they are", `{"BuyerDtls":{"LglNm":"A & B <मोहर>","Loc":"a\/b \"c\" \u0939"}}`, `{"BuyerDtls":{"LglNm":"A & B <मोहर>","Loc":"a/b \"c\" ह"}}`},
		{"the portal's other spelling", `{"RefDtls":{"ContrDtls":[{"RecAdvRef":"R1","Porefr":"P1"}]}}`, `{"RefDtls":{"ContrDtls":[{"RecAdvRefr":"R1","PORefr":"P1"}]}}`},
		{"original documents at the top", `{"PrecDocDtls":[{"InvNo":"A1","InvDt":"01/04/2026"}]}`, `{"RefDtls":{"PrecDocDtls":[{"InvNo":"A1","InvDt":"01/04/2026"}]}}`},
		{"beside other references", `{"RefDtls":{"InvRm":"why","PrecDocDtls":null},"precdocdtls":[{"InvNo":"A1"}]}`, `{"RefDtls":{"InvRm":"why","PrecDocDtls":[{"InvNo":"A1"}]}}`},
		{"in the place of empty ones", `{"RefDtls":{"PrecDocDtls":null},"PrecDocDtls":[{"InvNo":"A1"}],"DocDtls":{"No":"B1"}}`, `{"DocDtls":{"No":"B1"},"RefDtls":{"PrecDocDtls":[{"InvNo":"A1"}]}}`},
		{"their own place counts more", `{"PrecDocDtls":[{"InvNo":"A1"}],"RefDtls":{"PrecDocDtls":[{"InvNo":"A2"}]}}`, `{"RefDtls":{"PrecDocDtls":[{"InvNo":"A2"}]}}`},
		{"empty elements go, lines stay", `{"ItemList":[{},{"SlNo":"2","AttribDtls":[{},null,{"Nm":"a"}]},null],"AddlDocDtls":[{}]}`, `{"ItemList":[{},{"SlNo":"2","AttribDtls":[{"Nm":"a"}]}],"ValDtls":{"AssVal":0,"CgstVal":0,"SgstVal":0,"IgstVal":0,"TotInvVal":0}}`},
		{"an e-way bill is asked for by the block alone", `{"EwbDtls":{"Distance":0}}`, `{"EwbDtls":{"Distance":0}}`},
		{"a mark of byte order in front", "\xef\xbb\xbf {} ", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := tt.in
			if !strings.Contains(strings.ToLower(in), `"version"`) {
				in = versioned(in)
			}
			_, body, err := decodePart([]byte(in))
			if err != nil {
				t.Fatal(err)
			}
			if want := versioned(tt.want); string(body) != want {
				t.Errorf("got  %s\nwant %s", body, want)
			}
		})
	}
}

// versioned puts today's Version in front of a document.
func versioned(document string) string {
	return strings.Replace(strings.Replace(document, "{", `{"Version":"1.1",`, 1), ",}", "}", 1)
}

func TestDecodeWantsAVersionItKnows(t *testing.T) {
	for in, want := range map[string]string{
		`{}`:                  "version required",
		`{"Version":null}`:    "version required",
		`{"Version":""}`:      "version required",
		`{"Version":"text"}`:  "version inv01.fixed",
		`{"Version":"1.2"}`:   "version inv01.fixed",
		`{"Version":2}`:       "version inv01.fixed",
		`{"Version":[1,2]}`:   "version inv01.fixed",
		`{"Version":["1.1"]}`: "version inv01.fixed",
		`{"Version":true}`:    "version inv01.fixed",
	} {
		_, _, err := decodePart([]byte(in))
		if diff := cmp.Diff([]string{want}, faultsOf(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

func TestDecodeRefusesWhatStandsTwice(t *testing.T) {
	tests := []struct{ name, in, path, field string }{
		{"a member", `{"DocDtls":{"No":"A1","No":"A2"}}`, "DocDtls.No", "number"},
		{"in other letters", `{"DocDtls":{"No":"A1","NO":"A2"}}`, "DocDtls.No", "number"},
		{"with an escape", `{"DocDtls":{"No":"A1","\u004eo":"A1"}}`, "DocDtls.No", "number"},
		{"thrice", `{"DocDtls":{"No":"A1","no":null,"NO":"A2"}}`, "DocDtls.No", "number"},
		{"with null", `{"SellerDtls":{"Pin":null,"Pin":560001}}`, "SellerDtls.Pin", "seller.pin"},
		{"a block", `{"DocDtls":{"No":"A1"},"docdtls":{"No":"A2"}}`, "DocDtls", "document"},
		{"in a line", `{"ItemList":[{"SlNo":"1"},{"SlNo":"2","Qty":1,"qty":2}]}`, "ItemList[1].Qty", "lines[1].qty"},
		{"under another spelling", `{"RefDtls":{"ContrDtls":[{"RecAdvRef":"R1","RecAdvRefr":"R2"}]}}`, "RefDtls.ContrDtls[0].RecAdvRefr", "refs.contracts[0].advice_number"},
		{"references", `{"RefDtls":{"InvRm":"one"},"PrecDocDtls":[{"InvNo":"A1"}],"RefDtls":{"InvRm":"two"}}`, "RefDtls", "refs"},
		{"original documents at the top", `{"PrecDocDtls":[{"InvNo":"A1"}],"precdocdtls":[{"InvNo":"A2"}]}`, "RefDtls.PrecDocDtls", "refs.preceding"},
		{"the version", `{"Version":"1.01","VERSION":"1.1"}`, "Version", "version"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := tt.in
			if tt.field != "version" {
				in = versioned(in)
			}
			_, _, err := decodePart([]byte(in))
			if diff := cmp.Diff([]string{tt.field + " inv01.twice"}, faultsOf(t, err)); diff != "" {
				t.Fatalf("faults (-want +got):\n%s", diff)
			}
			var bad gst.Invalid
			errors.As(err, &bad)
			if got := bad.Faults[0].Args[0]; got != tt.path || PathOf(tt.field) != tt.path {
				t.Errorf("told at %s, and %s is %s; want %s", got, tt.field, PathOf(tt.field), tt.path)
			}
		})
	}
}

func TestDecodeRefusesHalfALetter(t *testing.T) {
	for _, text := range []string{`\ud800`, `a\udc00b`, `\uD83D\uD83D\uDE00`, `\ud83d \ude00`, `\ud83d\n`, `\"\udfff`, `\ude00\ud83d`} {
		_, _, err := decodePart([]byte(versioned(`{"BuyerDtls":{"LglNm":"` + text + `"}}`)))
		if diff := cmp.Diff([]string{"buyer.name inv01.surrogate"}, faultsOf(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestAFaultOfAWholeBlockNamesIt(t *testing.T) {
	_, _, err := Decode([]byte(`{"Version":"1.1","TranDtls":1,"DocDtls":[],"ValDtls":"","RefDtls":{"DocPerdDtls":"May"}}`))
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	var got []string
	for _, f := range bad.Faults {
		got = append(got, PathOf(f.Field)+" "+f.Rule)
	}
	want := []string{
		"TranDtls inv01.block", "DocDtls inv01.block", "ItemList required", "ValDtls required", "RefDtls.DocPerdDtls inv01.block",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDecodeTellsEveryBreachOfTheSchema(t *testing.T) {
	in := `{
		"Version": "1.1",
		"TranDtls": {"TaxSch": "VAT", "RegRev": "maybe", "SupTyp": true},
		"DocDtls": {"No": false, "Dt": "31/02/2026"},
		"SellerDtls": "me",
		"BuyerDtls": {"Pin": 1234, "LglNm": ["x"]},
		"ItemList": [{"SlNo": "1", "Qty": 1.2345}, 7, {"Qty": "ten", "TotAmt": -1, "AssAmt": 1e30, "GstRt": true}],
		"ValDtls": {"TotInvVal": 99999999999999999999, "RndOffAmt": 100},
		"RefDtls": {"PrecDocDtls": {"InvNo": "A1"}, "DocPerdDtls": {"InvStDt": "1/4/2026"}},
		"EwbDtls": {"Distance": 4001}
	}`
	inv, _, err := decodePart([]byte(in))
	want := []string{
		"tax_scheme inv01.fixed", "supply inv01.text", "reverse inv01.yesno",
		"number inv01.text", "date inv01.date", "seller inv01.block",
		"buyer.name inv01.text", "buyer.pin inv01.range",
		"lines[0].qty inv01.decimals", "lines[1] inv01.block",
		"lines[2].qty inv01.number", "lines[2].amount inv01.range", "lines[2].taxable inv01.range", "lines[2].rate inv01.number",
		"totals.round_off inv01.range", "totals.total inv01.range",
		"refs.period_from inv01.date", "refs.preceding inv01.list",
		"eway.distance inv01.range",
	}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if inv.Lines[0].Number != "1" || len(inv.Lines) != 2 {
		t.Errorf("what could be read is missing: %+v", inv.Lines)
	}
	var bad gst.Invalid
	errors.As(err, &bad)
	f := bad.For("buyer.pin")
	if diff := cmp.Diff([]string{"BuyerDtls.Pin", "1234", "100000", "999999"}, f[0].Args); diff != "" {
		t.Errorf("words of the fault:\n%s", diff)
	}
}

func TestDecodeTellsWhereTheTextBreaks(t *testing.T) {
	tests := []struct {
		name, in     string
		line, column int
		text         string
	}{
		{"missing comma", "{\n \"a\": 1\n \"b\": 2}", 3, 2, "after object key:value pair"},
		{"ends too early", "{\n\"a\":", 2, 4, "unexpected end"},
		{"empty", " \n", 2, 1, "empty"},
		{"list", " [{}]", 1, 2, "list of documents"},
		{"text", "\"x\"", 1, 1, "must begin with {"},
		{"other alphabet", "{\n\"a\":\"\xe9\"}", 2, 6, "UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Decode([]byte(tt.in))
			var bad *SyntaxError
			if !errors.As(err, &bad) {
				t.Fatalf("error is %T: %v", err, err)
			}
			if bad.Line != tt.line || bad.Column != tt.column || !strings.Contains(bad.Text, tt.text) {
				t.Errorf("got %v, want line %d, column %d: …%s…", bad, tt.line, tt.column, tt.text)
			}
		})
	}
	if _, _, err := Decode(make([]byte, MaxDocument+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestDecodeBearsDeepAndLongFiles(t *testing.T) {
	nested := func(levels int) []byte {
		return []byte(`{"Version":"1.1","x":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `,"DocDtls":{"No":"A1[{\"["}}`)
	}
	if inv, _, err := decodePart(nested(deepest)); err != nil || inv.Number != `A1[{"[` {
		t.Errorf("%d levels in a member that is not ours: %v", deepest, err)
	}
	var bad *SyntaxError
	if _, _, err := Decode(nested(deepest + 1)); !errors.As(err, &bad) || bad.Line != 1 || bad.Column != 53 {
		t.Errorf("one level more: %v", err)
	}
	if _, _, err := Decode([]byte(strings.Repeat("[", 1<<20))); err == nil {
		t.Error("a million brackets are not refused")
	}
	long := `{"Version":"1.1","ItemList":[` + strings.Repeat(`{"SlNo":"1"},`, 1500) + `{"SlNo":"2"}]}`
	if inv, _, err := decodePart([]byte(long)); err != nil || len(inv.Lines) != 1501 {
		t.Errorf("1,501 lines: %v", err)
	}
}

func TestEncodeRefusesWhatIsNotText(t *testing.T) {
	if _, err := Encode(&gst.Invoice{Number: "A\xff"}); err == nil {
		t.Error("bytes that are no text were written")
	}
}
