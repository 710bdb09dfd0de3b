package handlers

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
	"mohar/nic"
)

// full is a document with something in every field that a form can say, made by chance.
func full(r *rand.Rand, brought bool) *gst.Invoice {
	inv := &gst.Invoice{}
	fillValue(r, reflect.ValueOf(inv).Elem())
	inv.Company, inv.Mode, inv.State, inv.IRN = "", "", "", gst.IRNStatus{}
	inv.Created, inv.Changed, inv.Issued, inv.Elsewhere = time.Time{}, time.Time{}, time.Time{}, false
	inv.ID, inv.Version, inv.Brought = 0, 0, brought
	inv.Prices = gst.PriceBasis([]string{"", "inclusive", "foreign"}[r.IntN(3)])
	// A place of dispatch is no taxpayer.
	d := inv.Dispatch
	d.GSTIN, d.TradeName, d.Phone, d.Email = "", "", "", ""
	for i := range inv.Lines {
		chosen(r, &inv.Lines[i], brought)
	}
	if brought {
		inv.RoundOffTyped = false
	}
	return inv
}

// chosen leaves one of the ways in which a line can say a thing.
func chosen(r *rand.Rand, l *gst.Line, brought bool) {
	l.Charge = []gst.Charge{"", gst.ChargeFreight, gst.ChargePacking, gst.ChargeInsurance, gst.ChargeOther}[r.IntN(5)]
	l.DiscountRate %= 100_001
	l.DiscountRate2 %= 100_001
	switch {
	case brought, r.IntN(3) == 0:
		l.DiscountRate, l.DiscountRate2 = 0, 0
	case r.IntN(2) == 0:
		l.DiscountRate2 = 0
	}
	if l.DiscountRate != 0 || l.DiscountRate2 != 0 {
		l.Discount = 0
	}
	l.TypedDiscount = 0 // worked out from Discount
	if brought {
		l.TypedPrice = 0
	} else {
		l.Amount = 0 // not computed yet, so that the discount beside it is a typed one
	}
}

// fillValue gives every part of a value something.
func fillValue(r *rand.Rand, v reflect.Value) {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		return
	case *gst.Date:
		*at = gst.NewDate(2020+r.IntN(9), time.Month(1+r.IntN(12)), 1+r.IntN(28))
		return
	case *gst.Rate:
		*at = gst.Rate(1 + r.IntN(999_999))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word(r))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(100_000 + int64(r.IntN(900_000)))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(r, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 3))
		for i := range v.Len() {
			fillValue(r, v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[gst.IRNStatus]() {
			return
		}
		for i := range v.NumField() {
			fillValue(r, v.Field(i))
		}
	default:
		panic("nothing to fill " + v.Type().String() + " with")
	}
}

// word is a text in capitals, as some fields make it.
func word(r *rand.Rand) string {
	letters := []rune("ABCXYZ019/-&+%=;, ₹अÜ")
	text := make([]rune, 1+r.IntN(12))
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return "A" + string(text) + "Z"
}

// typedPart is what a typed document says: the rest is worked out.
func typedPart(inv *gst.Invoice) *gst.Invoice {
	if inv.Brought {
		return inv
	}
	part := *inv
	part.Number, part.Seller = "", gst.Party{}
	part.Totals = gst.Totals{Discount: inv.Totals.Discount, OtherCharges: inv.Totals.OtherCharges, TotalForeign: inv.Totals.TotalForeign}
	if inv.RoundOffTyped {
		part.Totals.RoundOff = inv.Totals.RoundOff
	}
	part.Lines = nil
	for _, l := range inv.Lines {
		l.Number, l.Service, l.Amount, l.Taxable, l.Total = "", false, 0, 0, 0
		l.IGST, l.CGST, l.SGST, l.Cess, l.StateCess = 0, 0, 0, 0, 0
		if inv.Prices == gst.PricesPlain {
			l.TypedPrice = 0
		} else {
			l.UnitPrice = 0
		}
		if l.DiscountRate != 0 || l.DiscountRate2 != 0 {
			l.Discount = 0
		}
		part.Lines = append(part.Lines, l)
	}
	return &part
}

func TestEveryFieldOfADocumentIsInTheForm(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11)) //nolint:gosec // the same documents every time
	for n := range 200 {
		inv := full(r, n%2 == 0)
		back := parseInvoice(valuesOf(inv))
		if len(back.unread) > 0 {
			t.Fatalf("document %d: %+v", n, back.unread)
		}
		if diff := cmp.Diff(typedPart(inv), back.Invoice); diff != "" {
			t.Fatalf("document %d, brought %v (-was +became):\n%s", n, inv.Brought, diff)
		}
	}
}

func TestZeroStaysZeroAndAbsentStaysAbsent(t *testing.T) {
	inv := &gst.Invoice{
		Brought: true, Lines: []gst.Line{{}, {Batch: &gst.Batch{Name: "B"}}}, EWay: &gst.EWayDetails{},
		Seller: gst.Party{GSTIN: companyGSTIN},
	}
	back := parseInvoice(valuesOf(inv))
	if diff := cmp.Diff(inv, back.Invoice); diff != "" || len(back.unread) > 0 {
		t.Errorf("%v, -was +became:\n%s", back.unread, diff)
	}
	if empty := parseInvoice(url.Values{"payment.terms": {" "}, "eway.mode": {""}, "docs[0].url": {""}}); empty.Payment != nil || empty.EWay != nil || empty.Docs != nil {
		t.Errorf("of nothing became %+v", empty.Invoice)
	}
}

func TestFiguresThatABroughtDocumentForgotAreMissed(t *testing.T) {
	form := valuesOf(&gst.Invoice{Brought: true, Lines: []gst.Line{{Description: "Cashew"}}})
	missing := []string{"lines[0].price", "lines[0].rate", "lines[0].amount", "lines[0].taxable", "lines[0].total", "totals.taxable", "totals.total"}
	for _, name := range missing {
		form.Set(name, "")
	}
	var fields []string
	for _, f := range parseInvoice(form).unread {
		if f.Code != "5002" {
			t.Errorf("%s has code %q", f.Field, f.Code)
		}
		fields = append(fields, f.Field)
	}
	if diff := cmp.Diff(missing, fields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFiguresAreReadOnlyWhereTheyWereBrought(t *testing.T) {
	form := invoiceForm("number", "MINE/1", "totals.total", "1.00", "totals.round_off", "0.50", "lines[0].igst", "7", "lines[0].number", "9", "seller.name", "Mine")
	got := parseInvoice(form)
	if got.Number != "" || got.Totals != (gst.Totals{}) || got.Lines[0].IGST != 0 || got.Lines[0].Number != "" || got.Seller.LegalName != "" || len(got.unread) > 0 {
		t.Errorf("typed: %+v, %v", got.Invoice, got.unread)
	}
	form = with(form, "lines[0].amount", "12900", "lines[0].taxable", "12900", "lines[0].total", "13545", "totals.taxable", "12900", "brought", "on")
	got = parseInvoice(form)
	if got.Number != "MINE/1" || got.Totals.Total != 1_00 || got.Totals.RoundOff != 50 || got.Lines[0].IGST != 7_00 || got.Seller.LegalName != "Mine" || len(got.unread) > 0 {
		t.Errorf("brought: %+v, %v", got.Invoice, got.unread)
	}
	if !parseInvoice(with(form, "lines[0].hsn", "996511")).Lines[0].Service || got.Lines[0].Service {
		t.Error("without word of it the code says whether a line is a service")
	}
}

func TestRoundingIsTypedOrLeftToTheCompany(t *testing.T) {
	tests := []struct {
		round string
		typed bool
		off   gst.Paise
		rupee bool // of a company that does not round
	}{
		{"", false, 0, false}, {"auto", false, 0, true}, {"none", true, 0, false}, {"typed", true, -30, false},
	}
	for _, test := range tests {
		got := parseInvoice(invoiceForm("round", test.round, "totals.round_off", "-0.30"))
		if got.RoundOffTyped != test.typed || got.Totals.RoundOff != test.off || got.as(gst.Company{}).RoundOff != test.rupee {
			t.Errorf("%q: typed %v, %s", test.round, got.RoundOffTyped, got.Totals.RoundOff)
		}
		if !got.as(gst.Company{RoundOff: true}).RoundOff {
			t.Errorf("%q: the company rounds all the same", test.round)
		}
	}
}

func TestTypedPricesHaveTheirOwnPlace(t *testing.T) {
	for _, prices := range []string{"", "inclusive", "foreign"} {
		l := parseInvoice(invoiceForm("prices", prices)).Lines[0]
		if plain := prices == ""; (l.UnitPrice == 860_000) != plain || (l.TypedPrice == 860_000) == plain {
			t.Errorf("%q: unit price %s, typed %s", prices, l.UnitPrice, l.TypedPrice)
		}
	}
}

func TestAChargeMayLeaveItsRateToTheGoods(t *testing.T) {
	form := invoiceForm()
	setRow(form, 1, "Freight", "", "1", "OTH", "650", "", "")
	form.Set("lines[1].charge", "freight")
	if got := parseInvoice(form); len(got.unread) > 0 || got.Lines[1].Charge != gst.ChargeFreight {
		t.Errorf("%+v, %v", got.Lines, got.unread)
	}
	form.Del("lines[1].charge")
	if got := parseInvoice(form); len(got.unread) != 1 || got.unread[0].Field != "lines[1].rate" {
		t.Errorf("a line that is no charge: %v", got.unread)
	}
}

func TestGroupsWithGaps(t *testing.T) {
	form := invoiceForm(
		"docs[2].url", "https://a.example/1", "docs[7].info", "second", "refs.contracts[3].tender", "T-1", "refs.contracts[3].order_number", "PO-3",
		"refs.preceding[1].number", "INV/1", "refs.preceding[1].date", "soon", "lines[0].attributes[4].name", "Colour", "lines[0].attributes[9].value", "Blue",
		"lines[5].description", "Freight", "lines[5].price", "1", "lines[5].rate", "x",
	)
	got := parseInvoice(form)
	if len(got.Docs) != 2 || got.Docs[1].Info != "second" || len(got.Refs.Contracts) != 1 || got.Refs.Contracts[0].OrderNumber != "PO-3" ||
		len(got.Lines[0].Attributes) != 2 || len(got.Lines) != 2 {
		t.Fatalf("%+v", got.Invoice)
	}
	for doc, want := range map[string]string{
		"docs[1].info": "docs[7].info", "refs.contracts[0].order_number": "refs.contracts[3].order_number",
		"refs.preceding[0].date": "refs.preceding[1].date", "lines[0].attributes[1].value": "lines[0].attributes[9].value",
		"lines[1].rate": "lines[5].rate", "buyer.pin": "buyer.pin", "refs.remarks": "remarks",
	} {
		if name := rowField(got, doc); name != want {
			t.Errorf("%s is %s in the form, want %s", doc, name, want)
		}
	}
	if len(got.unread) != 2 || got.unread[0].Field != "refs.preceding[0].date" || got.unread[1].Field != "lines[1].rate" {
		t.Errorf("unread %+v", got.unread)
	}
	head := headValues(form, got)
	if head["docs[1].info"] != "second" || head["order.number"] != "PO-3" || head["refs.contracts[0].tender"] != "T-1" || head["refs.preceding[0].date"] != "soon" {
		t.Errorf("without gaps: %v", head)
	}
}

func TestTooManyRowsAreRefused(t *testing.T) {
	for field, rule := range map[string]string{
		"lines[1200].qty": "lines.many", "docs[100].url": "form.rows", "refs.preceding[100].number": "form.rows",
		"refs.contracts[999].tender": "form.rows", "lines[0].attributes[100].name": "form.rows",
	} {
		unread := parseInvoice(invoiceForm(field, "1")).unread
		if len(unread) != 1 || unread[0].Rule != rule {
			t.Errorf("%s: %+v, want %s", field, unread, rule)
		}
	}
	if unread := parseInvoice(invoiceForm("docs[99].url", "1", "docs[100].elsewhere", "1", "docs[007].url", "1")).unread; len(unread) > 0 {
		t.Errorf("what the form has room for, or does not have: %+v", unread)
	}
}

// notInTheForm are the members of INV-01 that no form field stands for.
var notInTheForm = map[string]string{
	"Version":         "is always written as it must be",
	"Irn":             "is worked out by the portal and not sent",
	"TranDtls.TaxSch": "is always GST",
}

// schemaRow is a leaf of INV-01's schema.
type schemaRow struct {
	path, kind, shortest, longest, least, allowed string
	must                                          bool
}

// schemaRows reads the schema's table; it skips the test where the table is not beside the
// project.
func schemaRows(t *testing.T) []schemaRow {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "spec", "data", "inv01_schema.csv"))
	if err != nil {
		t.Skipf("no schema table at hand: %v", err)
	}
	defer func() { _ = f.Close() }()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []schemaRow
	for _, r := range table[1:] {
		if r[1] == "string" || r[1] == "number" {
			rows = append(rows, schemaRow{r[0], r[1], r[2], r[3], r[5], r[9], r[8] == "M"})
		}
	}
	if len(rows) < 120 {
		t.Fatalf("the table has %d leaves", len(rows))
	}
	return rows
}

// at is the form's name of the first of its kind: "lines[0].qty".
func (r schemaRow) at() string {
	return strings.ReplaceAll(nic.FieldOf(r.path), "[]", "[0]")
}

// good is a value that the member may have.
func (r schemaRow) good() string {
	field := r.at()
	switch {
	case strings.HasSuffix(r.path, "Dt") && r.kind == "string":
		return "20/11/2026"
	case strings.HasSuffix(field, ".pin"):
		return "411002"
	case field == "reverse" || field == "igst_on_intra":
		return "on"
	case field == "lines[0].service" || field == "export.refund_claim":
		return "Y"
	case field == "payment.credit_days" || field == "eway.distance":
		return "30"
	case r.kind == "number" && (strings.HasSuffix(field, "rate") || strings.HasSuffix(field, "qty") || field == "lines[0].price"):
		return "5.125"
	case r.kind == "number":
		return "3.25"
	case strings.HasSuffix(field, ".state") || field == "pos":
		return "27"
	}
	return "AB12"
}

func TestEveryMemberOfINV01IsInTheForm(t *testing.T) {
	seen := 0
	for _, row := range schemaRows(t) {
		field := row.at()
		if reason := notInTheForm[row.path]; reason != "" {
			continue
		}
		seen++
		if field == "" {
			t.Errorf("%s has no field", row.path)
			continue
		}
		form := url.Values{"brought": {"on"}, formName(field): {row.good()}}
		typed := parseInvoice(form)
		body, err := nic.Encode(typed.Invoice)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%q:%q", member(row.path), row.good())
		switch {
		case row.kind == "number":
			want = fmt.Sprintf("%q:%s", member(row.path), row.good())
		case row.good() == "on":
			want = fmt.Sprintf("%q:%q", member(row.path), "Y")
		}
		if !strings.Contains(string(body), want) {
			t.Errorf("%s (%s): %s is not in %s", row.path, field, want, body)
		}
		if back := valuesOf(typed.Invoice).Get(formName(field)); back != row.good() {
			t.Errorf("%s (%s) is written back as %q, want %q", row.path, field, back, row.good())
		}
		if fieldLabel(field) == "" {
			t.Errorf("%s has no words", field)
		}
	}
	t.Logf("%d members", seen)
}

func member(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func TestEveryFieldThatARuleNamesHasWords(t *testing.T) {
	for _, field := range []string{
		"buyer.pin", "seller.pin", "lines[2].attributes[0].name", "refs.preceding[1].date", "totals.total", "eway.vehicle", "docs", "number", "lines",
	} {
		if label := fieldLabel(field); label == "" || strings.Contains(label, "%") {
			t.Errorf("%s is called %q", field, label)
		}
	}
	if got := fieldLabel("lines[2].attributes[0].name"); got != "Line 3, property 1, name" {
		t.Errorf("got %q", got)
	}
}
