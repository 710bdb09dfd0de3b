package sheet

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"mohar/gst"
)

func TestCustomersOfManyHeadings(t *testing.T) {
	tests := []struct {
		name, heading, row string
		want               gst.Customer
	}{
		{"names in any case, with dots and signs", "party name;G.S.T.I.N.;ADDRESS LINE 1;Address Line 2;City/Place;Pin Code;State Code;Mobile No.;E-mail ID;Credit Period",
			"Anand Traders;" + strings.ToLower(pune) + ";12, Station Road;Camp;Pune;411 001;27-Maharashtra;+91 98000-00000;a@example.in, b@example.in;30 Days",
			gst.Customer{Party: gst.Party{GSTIN: pune, LegalName: "Anand Traders", Address1: "12, Station Road", Address2: "Camp", Place: "Pune",
				PIN: 411001, State: "27", Phone: "9800000000", Email: "a@example.in"}, Supply: gst.B2B, Terms: gst.Terms{Days: 30}}},
		{"the State comes from the GSTIN", "Customer;GST No", "B;" + ahmedabad,
			gst.Customer{Party: gst.Party{GSTIN: ahmedabad, LegalName: "B", State: "24"}, Supply: gst.B2B}},
		{"the State comes from the PIN code where there is no GSTIN", "Name;PIN", "C;411001",
			gst.Customer{Party: gst.Party{LegalName: "C", PIN: 411001, State: "27"}, Supply: gst.B2C}},
		{"the PIN code comes from the end of the address", "Name;State;Address", "C;MH;Camp, Pune - 411001",
			gst.Customer{Party: gst.Party{LegalName: "C", Address1: "Camp, Pune - 411001", PIN: 411001, State: "27"}, Supply: gst.B2C}},
		{"legal and trade name", "Name;Legal Name;GSTIN", "Chitra;Chitra Private Limited;" + bengaluru,
			gst.Customer{Party: gst.Party{GSTIN: bengaluru, LegalName: "Chitra Private Limited", TradeName: "Chitra", State: "29"}, Supply: gst.B2B}},
		{"a ledger alone is the name too", "Ledger;Group", "Bharat Steel (Ahd);Sundry Creditors",
			gst.Customer{Party: gst.Party{LegalName: "Bharat Steel (Ahd)"}, LedgerName: "Bharat Steel (Ahd)", Supplier: true, Supply: gst.B2C}},
		{"SEZ is taken with payment of tax", "Name;GSTIN;GST Treatment", "S;" + ahmedabad + ";Special Economic Zone",
			gst.Customer{Party: gst.Party{GSTIN: ahmedabad, LegalName: "S", State: "24"}, Supply: gst.SEZWP}},
		{"SEZ under LUT", "Name;GSTIN;Supply type", "S;" + ahmedabad + ";SEZWOP",
			gst.Customer{Party: gst.Party{GSTIN: ahmedabad, LegalName: "S", State: "24"}, Supply: gst.SEZWOP}},
		{"a buyer abroad", "Name;Country", "Acme Inc;United States",
			gst.Customer{Party: gst.Party{GSTIN: "URP", LegalName: "Acme Inc", State: "96", PIN: 999999}, Supply: gst.EXPWP}},
		{"who has a GSTIN is not abroad", "Name;GSTIN;Registration Type", "A;" + pune + ";Overseas",
			gst.Customer{Party: gst.Party{GSTIN: pune, LegalName: "A", State: "27"}, Supply: gst.B2B}},
		{"a place of supply in another State", "Name;State;Place of Supply", "D;Delhi;Haryana",
			gst.Customer{Party: gst.Party{LegalName: "D", State: "07"}, PlaceOfSupply: "06", Supply: gst.B2C}},
		{"what says that there is nothing", "Name;GSTIN;PIN;Phone;E-mail;Credit days", "N;N/A;-;0;NA;nil",
			gst.Customer{Party: gst.Party{LegalName: "N"}, Supply: gst.B2C}},
	}
	for _, test := range tests {
		rows, at, err := Customers(csvTable(t, test.heading, test.row))
		if err != nil || len(rows) != 1 || len(at.LeftOut) != 0 {
			t.Errorf("%s: %d rows, %v, left out %q", test.name, len(rows), err, at.LeftOut)
			continue
		}
		if !reflect.DeepEqual(rows[0].Customer, test.want) || len(rows[0].Faults) != 0 {
			t.Errorf("%s:\n got %+v\nwant %+v\nfaults %s", test.name, rows[0].Customer, test.want, rules(rows[0].Faults))
		}
	}
}

func TestFaultsOfCustomers(t *testing.T) {
	const heading = "Name;GSTIN;State;PIN;Phone;E-mail;Credit days"
	tests := []struct{ name, row, want string }{
		{"a name is needed", ";" + pune, "name:required"},
		{"a GSTIN has 15 characters", "A;27AAACA1234", "gstin:gstin.pattern"},
		{"a GSTIN begins with a State", "A;88AAACA1234A1ZK", "gstin:gstin.state"},
		{"a wrong check digit is told", "A;27AAACA1234A1Z9", "gstin:gstin.check?"},
		{"the State is that of the GSTIN", "A;" + pune + ";Gujarat", "state:buyer.state"},
		{"an unknown State", "A;;Maharastra Pradesh", "state:sheet.state"},
		{"number and name of the State differ", "A;;27-Gujarat", "state:sheet.state"},
		{"a PIN code has six digits", "A;;MH;41100", "pin:pin.range"},
		{"the PIN code lies in the State", "A;;MH;560001", "pin:pin.state"},
		{"a phone number that is none is left out", "A;;;;12;x@;soon", "phone:phone? email:email? days:sheet.days?"},
		{"a month is no number of days", "A;;;;;;1 Month", "days:sheet.days?"},
	}
	for _, test := range tests {
		rows, _, err := Customers(csvTable(t, heading, test.row))
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %d rows, %v", test.name, len(rows), err)
			continue
		}
		if got := rules(rows[0].Faults); got != test.want {
			t.Errorf("%s: got %s", test.name, got)
		}
		if hard := strings.Contains(test.want+" ", "? "); rows[0].OK() != hard {
			t.Errorf("%s: OK is %v", test.name, rows[0].OK())
		}
		for _, f := range rows[0].Faults {
			if f.Row != 2 || f.Column == "" && f.Rule != "required" {
				t.Errorf("%s: %+v says not where", test.name, f)
			}
		}
	}
}

func TestWhatStandsTwiceIsTold(t *testing.T) {
	rows, _, err := Customers(csvTable(t, "Name,GSTIN", "A,"+pune, "Other,"+pune, "Cash,", "CASH,"))
	if err != nil || rules(rows[1].Faults) != "gstin:sheet.twice?" || rules(rows[3].Faults) != "name:sheet.twice?" ||
		rows[3].Faults[0].Args[1] != "4" || len(rows[0].Faults)+len(rows[2].Faults) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	items, _, err := Items(csvTable(t, "Item,HSN", "Bolt,7318", "BOLT,7318"), nil)
	if err != nil || rules(items[1].Faults) != "description:sheet.twice?" {
		t.Errorf("%+v, %v", items, err)
	}
}

func TestLongAddressesFillTwoLines(t *testing.T) {
	lines := []string{"Plot 14, Sector 7", "Behind the Old Municipal Market Building", "Near Bus Stand", "Opposite the Head Post Office", "Camp"}
	first, second := twoLines(lines)
	if len(first) > 100 || len(second) > 100 || first+", "+second != strings.Join(lines, ", ") {
		t.Errorf("%q, %q", first, second)
	}
	rows, _, err := Customers(csvTable(t, "Name;Address", "A;"+strings.Repeat("very long ", 30)))
	if err != nil || rules(rows[0].Faults) != "address:length.max" {
		t.Errorf("%s, %v", rules(rows[0].Faults), err)
	}
}

func TestStates(t *testing.T) {
	for text, want := range map[string]string{
		"27": "27", "7": "07", "27-Maharashtra": "27", "Maharashtra (27)": "27", "maharashtra": "27", "MH": "27", "Orissa": "21",
		"Jammu & Kashmir": "01", "Pondicherry": "34", "Dadra & Nagar Haveli and Daman & Diu": "26", "Daman & Diu": "26", "Tamilnadu": "33",
		"Delhi": "07", "Andaman & Nicobar Islands": "35", "Telangana": "36", "Uttaranchal": "05", "Other Territory": "97",
		"State of Goa": "30", "Other Countries": "96", "37 - Andhra Pradesh": "37",
		"": "", "Pune": "", "270": "", "77": "", "07-Goa": "",
	} {
		if got := stateCode(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]string{
		"Nos": "NOS", "Nos.": "NOS", "no": "NOS", "Pcs": "PCS", "pc.": "PCS", "Kg": "KGS", "KGS": "KGS", "Kgs.": "KGS", "Ltr": "LTR",
		"Ltrs": "LTR", "Mtr": "MTR", "Sq. Ft.": "SQF", "Sq.Mtr": "SQM", "Box": "BOX", "Doz": "DOZ", "Dozens": "DOZ", "MT": "MTS",
		"Ton": "TON", "Pkt": "PAC", "Set": "SET", "Pair": "PRS", "Roll": "ROL", "KGS-KILOGRAMS": "KGS", "BTL (Bottles)": "BTL",
		"gm": "GMS", "Sq. Meter": "SQM", "Hundred": "", "": "",
	} {
		if got := Unit(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, code := range unitNames() {
		if Unit(code) != code {
			t.Errorf("%s is no unit code", code)
		}
	}
}

func TestItemsOfManyHeadings(t *testing.T) {
	tests := []struct {
		name, heading, row string
		want               gst.Item
		faults             string
	}{
		{"usual names", "Stock Item;HSN/SAC;UOM;Rate (Rs.);GST Rate (%);Cess %;M.R.P.;Bar Code", "Bolt;73181500;Nos.;₹ 1,234.50;18%;;1,500;890123",
			gst.Item{Description: "Bolt", HSN: "73181500", Unit: "NOS", UnitPrice: 1_234_500, GSTRate: 18000, RetailPrice: 1_500_000, Barcode: "890123"}, ""},
		{"the zero that a spreadsheet ate comes back", "Item;HSN", "Horse;101", gst.Item{Description: "Horse", HSN: "0101"}, ""},
		{"codes of seven digits get theirs too", "Item;HSN", "Milk;4012000", gst.Item{Description: "Milk", HSN: "04012000"}, ""},
		{"a service is known by its code", "Service;SAC;Tax", "Repair;9987;GST 18", gst.Item{Description: "Repair", HSN: "9987", Service: true, GSTRate: 18000}, ""},
		{"halves make the whole rate", "Item;CGST %;SGST %", "X;9;9%", gst.Item{Description: "X", GSTRate: 18000}, ""},
		{"a sum of halves", "Item;GST", "X;2.5%+2.5%", gst.Item{Description: "X", GSTRate: 5000}, ""},
		{"nil rated", "Item;GST;Unit", "X;Nil rated;kgs", gst.Item{Description: "X", Unit: "KGS"}, ""},
		{"a price with its unit, and what a formula left", "Item;Price;MRP", "X;120.00/Nos;33.3333333333", gst.Item{Description: "X", UnitPrice: 120_000, RetailPrice: 33_333}, ""},
		{"an unknown unit becomes OTH", "Item;Unit", "X;Jhola", gst.Item{Description: "X", Unit: "OTH"}, "unit:sheet.unit?"},
		{"what is no code", "Item;HSN", "X;73-18", gst.Item{Description: "X"}, "hsn:hsn.pattern"},
		{"a code of two digits", "Item;HSN", "X;73", gst.Item{Description: "X"}, "hsn:hsn.pattern"},
		{"a heading that does not exist is told", "Item;HSN", "X;7399", gst.Item{Description: "X", HSN: "7399"}, "hsn:hsn.unknown?"},
		{"no rate of GST", "Item;GST %", "X;17", gst.Item{Description: "X"}, "rate:rate.unknown"},
		{"no number", "Item;Price", "X;cheap", gst.Item{Description: "X"}, "price:parse.number"},
		{"a description is needed", "Item;HSN", ";7318", gst.Item{HSN: "7318"}, "description:description.missing"},
	}
	for _, test := range tests {
		rows, _, err := Items(csvTable(t, test.heading, test.row), nil)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %d rows, %v", test.name, len(rows), err)
			continue
		}
		if got := rows[0].Item; got != test.want || rules(rows[0].Faults) != test.faults {
			t.Errorf("%s:\n got %+v %s\nwant %+v", test.name, got, rules(rows[0].Faults), test.want)
		}
	}
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	customers := []gst.Customer{
		{Party: gst.Party{GSTIN: pune, LegalName: "=cmd()", TradeName: "@trade", Address1: "+1 Road", Address2: "-", Place: "Pune", PIN: 411001,
			State: "27", Phone: "0205550000"[1:], Email: "a@example.in"}, Supply: gst.SEZWOP, Terms: gst.Terms{Days: 45}, LedgerName: "=Exact"},
		{Party: gst.Party{GSTIN: "URP", LegalName: "Acme", State: "96", PIN: 999999}, Supply: gst.EXPWOP, Supplier: true},
	}
	customers[0].Address2 = "- Camp"
	items := []gst.Item{
		{Description: "-Bolt", HSN: "01012100", Unit: "NOS", UnitPrice: 12_345, GSTRate: 250, CessRate: 12000, CessFixed: 4_17, RetailPrice: 1, Barcode: "00890"},
		{Description: "Repair", HSN: "998719", Service: true, GSTRate: 18000, LedgerName: "Repairs  A"},
	}
	for _, f := range []Format{XLSX, CSV} {
		var b bytes.Buffer
		if err := WriteCustomers(&b, f, customers); err != nil {
			t.Fatal(err)
		}
		rows, _, err := Customers(mustRead(t, b.Bytes()))
		if err != nil || len(rows) != len(customers) {
			t.Fatalf("%s: %d rows, %v", f, len(rows), err)
		}
		for i, r := range rows {
			if !reflect.DeepEqual(r.Customer, customers[i]) || !r.OK() {
				t.Errorf("%s:\n got %+v %s\nwant %+v", f, r.Customer, rules(r.Faults), customers[i])
			}
		}
		b.Reset()
		if err := WriteItems(&b, f, items); err != nil {
			t.Fatal(err)
		}
		got, _, err := Items(mustRead(t, b.Bytes()), nil)
		if err != nil || len(got) != 2 || got[0].Item != items[0] || got[1].Item != items[1] {
			t.Errorf("%s: %+v, %v", f, got, err)
		}
	}
}

func TestNoCellOfACSVIsAFormula(t *testing.T) {
	var b bytes.Buffer
	evil := gst.Item{Description: "=1+1", Barcode: "@SUM(A1)", LedgerName: "\tx"}
	if err := WriteItems(&b, CSV, []gst.Item{evil}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !strings.HasPrefix(text, "\uFEFF") || !strings.Contains(text, "\n'=1+1,") || !strings.Contains(text, ",'@SUM(A1),") || strings.Contains(text, ",\t") {
		t.Errorf("%q", text)
	}
}

func TestFormsExplainThemselvesAndTheirExamplesAreRight(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCustomerForm(&b); err != nil {
		t.Fatal(err)
	}
	table := mustRead(t, b.Bytes())
	rows, at, err := Customers(table)
	if err != nil || len(rows) != 1 || len(rows[0].Faults) != 0 || at.Sheet != "Data" || len(at.LeftOut) != 0 || len(table.Sheets) != 2 {
		t.Errorf("%+v, %+v, %v", rows, at, err)
	}
	b.Reset()
	if err := WriteItemForm(&b); err != nil {
		t.Fatal(err)
	}
	items, at, err := Items(mustRead(t, b.Bytes()), nil)
	if err != nil || len(items) != 1 || len(items[0].Faults) != 0 || len(at.LeftOut) != 0 {
		t.Errorf("%+v, %v", items, err)
	}
	b.Reset()
	if err := WriteDocumentForm(&b); err != nil {
		t.Fatal(err)
	}
	docs, at, err := Documents(mustRead(t, b.Bytes()), seller, nil)
	if err != nil || len(docs) != 1 || len(docs[0].Faults) != 0 || len(at.LeftOut) != 0 {
		t.Errorf("%+v, %v", docs, err)
	}
}

func TestDecimalsThatAFormulaLeftAreRounded(t *testing.T) {
	for text, want := range map[string]string{
		"33.33333333": "33.33", "33.336666": "33.34", "1,234.995000": "1,235.00", "0.199999": "0.20", ".335000": "0.34",
		"12.3456": "12.3456", "9.999999": "9.999999", "12": "12", "abc.12345": "abc.12345",
	} {
		if got := rounded(text, 2); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
