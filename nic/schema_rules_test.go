package nic

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mohar/gst"
)

// everyMember is a document without fault that has every member of INV-01, one of each
// list.
func everyMember(t *testing.T) (*gst.Invoice, gst.Rules) {
	t.Helper()
	party := func(gstin, state string, pin int) gst.Party {
		return gst.Party{GSTIN: gstin, LegalName: "Mohar Traders", TradeName: "Mohar", Address1: "12 Mill Road", Address2: "Old town",
			Place: "Town", PIN: pin, State: state, Phone: "08012345678", Email: "a@mohar.example"}
	}
	check := func(first14 string) string { return first14 + string(gst.GSTIN(first14).WantCheckDigit()) }
	seller, buyer := check("29AABCM1234A1Z"), check("27AAACB5678B1Z")
	dispatch, ship := party("", "33", 635109), party(gst.URP, "27", 411001)
	inv := &gst.Invoice{
		Mode: gst.Live, Type: gst.TaxInvoice, Number: "INV/1", Date: 20251115, Supply: gst.B2B, PlaceOfSupply: "27",
		EcommerceGSTIN: check("29AABCM1234A1C"), Seller: party(seller, "29", 560025), Buyer: party(buyer, "27", 400050),
		Dispatch: &dispatch, ShipTo: &ship,
		Lines: []gst.Line{{
			Description: "Cigarettes", HSN: "240220", Barcode: "890123", Quantity: 10_000, FreeQty: 1_000, Unit: "NOS", UnitPrice: 100_000,
			Discount: 10_00, PreTaxValue: 1_00, GSTRate: 28_000, CessRate: 5_000, CessFixed: 1_00, StateCessRate: 1_000, StateCessFixed: 1_00,
			OtherCharges: 1_00, OrderLine: "3", Origin: "IN", SerialNumber: "S1",
			Batch:      &gst.Batch{Name: "B17", Expiry: 20271231, Warranty: 20271231},
			Attributes: []gst.Attribute{{Name: "Colour", Value: "white"}},
		}},
		Payment: &gst.Payment{Payee: "Mohar", Account: "001", Mode: "NEFT", IFSC: "ABCD0000001", Terms: "30 days", Instruction: "By bank",
			CreditTransfer: "c", DirectDebit: "d", CreditDays: 30, Paid: 1_00, Due: 1_00},
		Refs: gst.References{Remarks: "Order 7", PeriodFrom: 20251101, PeriodTo: 20251130,
			Preceding: []gst.PrecedingDocument{{Number: "INV/0", Date: 20251101, Other: "x"}},
			Contracts: []gst.ContractReference{{AdviceNumber: "1", AdviceDate: 20251101, Tender: "2", Contract: "3", External: "4",
				Project: "5", OrderNumber: "6", OrderDate: 20251101}}},
		Docs: []gst.SupportingDocument{{URL: "https://mohar.example", Content: "abcd", Info: "note"}},
		Export: &gst.Export{ShippingBill: "1", ShippingBillDate: 20251101, Port: "INABG1", RefundClaim: "Y", Currency: "USD",
			Country: "AE", Duty: 1_00},
		EWay: &gst.EWayDetails{TransporterID: buyer, TransporterName: "Carrier", Mode: "1", Distance: 980, DocumentNumber: "LR/7",
			DocumentDate: 20251115, Vehicle: "KA01AB1234", VehicleType: "R"},
	}
	gst.Compute(inv, true, nil)
	inv.Totals.Discount, inv.Totals.OtherCharges, inv.Totals.TotalForeign = 1_00, 1_00, 10_00
	return inv, gst.Rules{Today: 20251120, Company: gst.Company{GSTIN: gst.GSTIN(seller), Mode: gst.Live, Taxpayer: gst.Regular, Turnover: gst.Slab5To10}}
}

// schemaRow is a member of the published schema.
type schemaRow struct {
	path, kind, pattern string
	shortest, longest   int
	least, most         string
	decimals            int
	must                bool
}

func schemaRows(t *testing.T) []schemaRow {
	t.Helper()
	f, err := os.Open(filepath.Join(spec, "data", "inv01_schema.csv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the published schema is not beside the project: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // empty is none
	var all []schemaRow
	for _, r := range rows[1:] {
		all = append(all, schemaRow{r[0], r[1], r[4], number(r[2]), number(r[3]), r[5], r[6], number(r[7]), r[8] == "M"})
	}
	return all
}

// wrongValues are JSON values that break a member's schema, by what is wrong with them.
func (r schemaRow) wrongValues() map[string]string {
	wrong := map[string]string{}
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	switch r.kind {
	case "string":
		wrong["too long"] = quote(strings.Repeat("1", r.longest+1))
		if r.shortest > 1 {
			wrong["too short"] = quote(strings.Repeat("1", r.shortest-1))
		}
		if strings.Contains(r.pattern, `\\"`) {
			wrong["a quotation mark"] = quote(`a"` + strings.Repeat("b", r.shortest))
			wrong["a backslash"] = quote(`a\` + strings.Repeat("b", r.shortest))
		} else if r.pattern != "" {
			wrong["another pattern"] = quote(strings.Repeat("?", max(r.shortest, 1)))
		}
	case "number":
		// a whole step beyond either end, and one decimal too many
		wrong["too large"] = r.most + "0"
		if strings.Contains(r.most, ".") {
			wrong["too large"] = "9" + r.most
		}
		if strings.HasPrefix(r.least, "-") {
			wrong["too small"] = "-9" + strings.TrimPrefix(r.least, "-")
		} else {
			wrong["too small"] = "-1"
		}
		wrong["too many decimals"] = "1." + strings.Repeat("0", r.decimals) + "1"
	}
	return wrong
}

// Every member of the schema is guarded: what breaks it is found in its field, with the
// portal's code for the schema.
func TestEveryMemberOfTheSchemaIsChecked(t *testing.T) {
	inv, rules := everyMember(t)
	text, err := Encode(inv)
	if err != nil {
		t.Fatal(err)
	}
	if faults := judged(t, text, rules); faults.Err() != nil {
		t.Fatalf("the document is not good: %v", faults)
	}
	checked := 0
	for _, row := range schemaRows(t) {
		if row.path == "Irn" {
			continue // the portal works it out; it is not read
		}
		field := FieldOf(strings.ReplaceAll(row.path, "[]", "[0]"))
		for what, value := range row.wrongValues() {
			checked++
			t.Run(row.path+" "+what, func(t *testing.T) {
				mustFind(t, judged(t, planted(t, text, row.path, value), rules), field, value)
			})
		}
		// There is one tax scheme, and it is put in where it is left out.
		if row.must && (row.kind == "string" || row.kind == "number") && row.path != "TranDtls.TaxSch" {
			checked++
			t.Run(row.path+" left out", func(t *testing.T) {
				mustFind(t, judged(t, planted(t, text, row.path, ""), rules), field, "nothing")
			})
		}
	}
	if checked < 300 {
		t.Errorf("only %d breaches were tried", checked)
	}
}

func mustFind(t *testing.T, faults gst.Faults, field, value string) {
	t.Helper()
	for _, f := range faults {
		if f.Field == field && f.Code == "5002" && !f.Warning {
			return
		}
	}
	t.Errorf("%.40s in %q is not refused with 5002: %v", value, field, faults)
}

// judged reads and checks a document as one that was brought.
func judged(t *testing.T, text []byte, rules gst.Rules) gst.Faults {
	t.Helper()
	inv, _, err := Decode(text)
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		t.Fatal(err)
	}
	inv.Mode = gst.Live
	return append(unread.Faults, gst.Validate(inv, rules)...)
}

// planted puts a value in the place of a member, or takes the member out.
func planted(t *testing.T, text []byte, path, value string) []byte {
	t.Helper()
	var document map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	at := document
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		name, isList := strings.CutSuffix(name, "[]")
		next := at[name]
		if isList {
			next = next.([]any)[0]
		}
		at = next.(map[string]any)
	}
	last := names[len(names)-1]
	if value == "" {
		if _, there := at[last]; !there {
			t.Fatalf("the document has no %s", path)
		}
		delete(at, last)
	} else {
		at[last] = json.RawMessage(value)
	}
	out, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
