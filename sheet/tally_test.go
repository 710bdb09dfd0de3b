package sheet

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"mohar/gst"
)

func TestTallyMastersOfERP9(t *testing.T) {
	utf8 := testdata(t, "tally-erp9.xml")
	for name, data := range map[string][]byte{
		"UTF-8": utf8, "UTF-8 with byte order mark": append([]byte("\xEF\xBB\xBF"), utf8...), "UTF-16, Tally's own": utf16le(string(utf8)),
		"UTF-16 that names itself": utf16le(`<?xml version="1.0" encoding="UTF-16"?>` + string(utf8)),
		"bare control characters":  bytes.ReplaceAll(utf8, []byte("&#4;"), []byte("\x04")),
	} {
		customers, items, err := ReadTally(data, nil)
		if err != nil || len(customers) != 3 || len(items) != 2 {
			t.Fatalf("%s: %d customers, %d items, %v", name, len(customers), len(items), err)
		}
		want := gst.Customer{Party: gst.Party{GSTIN: pune, LegalName: "Anand Traders & Sons", Address1: "12, Station Road, Near Clock Tower, Pune - 411001",
			PIN: 411001, State: "27", Phone: "9800000000", Email: "accounts@anand.example"}, Supply: gst.B2B, Terms: gst.Terms{Days: 30},
			LedgerName: "Anand  Traders & Sons (Pune)"}
		if got := customers[0]; !reflect.DeepEqual(got.Customer, want) || len(got.Faults) != 0 {
			t.Errorf("%s:\n got %+v %s\nwant %+v", name, got.Customer, rules(got.Faults), want)
		}
		if c := customers[1].Customer; !c.Supplier || c.GSTIN != ahmedabad || c.PIN != 380001 {
			t.Errorf("%s: %+v", name, c)
		}
		if c := customers[2].Customer; c.Supplier || c.Supply != gst.B2C || c.State != "" || len(customers[2].Faults) != 0 {
			t.Errorf("%s: %+v %s", name, c, rules(customers[2].Faults))
		}
		bolt := gst.Item{Description: "Hex Bolt M8", LedgerName: "Hex Bolt M8", HSN: "73181500", Unit: "KGS", UnitPrice: 125_500, GSTRate: 18000}
		rice := gst.Item{Description: "Loose Rice", LedgerName: "Loose Rice", HSN: "1006", Unit: "BOX"}
		if items[0].Item != bolt || items[1].Item != rice || !items[0].OK() || !items[1].OK() {
			t.Errorf("%s: %+v", name, items)
		}
	}
}

func TestTallyMastersOfTallyPrime(t *testing.T) {
	customers, items, err := ReadTally(utf16le(string(testdata(t, "tally-prime.xml"))), nil)
	if err != nil || len(customers) != 1 || len(items) != 1 {
		t.Fatalf("%d customers, %d items, %v", len(customers), len(items), err)
	}
	want := gst.Customer{Party: gst.Party{GSTIN: bengaluru, LegalName: "Chitra Textiles Private Limited", Address1: "4th Cross, Peenya", Address2: "Bengaluru",
		PIN: 560058, State: "29", Phone: "8022334455"}, PlaceOfSupply: "33", Supply: gst.B2B, Terms: gst.Terms{Days: 45}, LedgerName: "Chitra Textiles",
		Addresses: []gst.Address{{Label: "Hosur godown", Party: gst.Party{Address1: "Godown 7", PIN: 635109, State: "33"}}}}
	if !reflect.DeepEqual(customers[0].Customer, want) || len(customers[0].Faults) != 0 {
		t.Errorf("got %+v %s\nwant %+v", customers[0].Customer, rules(customers[0].Faults), want)
	}
	if got := items[0].Item; got != (gst.Item{Description: "Cotton Sari", LedgerName: "Cotton Sari", HSN: "520852", Unit: "PCS", GSTRate: 5000}) {
		t.Errorf("got %+v", got)
	}
}

func TestTallyFilesThatHoldNoMastersAreRefused(t *testing.T) {
	for rule, text := range map[string]string{
		"sheet.tally": "<ENVELOPE><BODY><LEDGER NAME=\"Rent\"><PARENT>Indirect Expenses</PARENT></LEDGER></BODY></ENVELOPE>",
		"sheet.xml":   "<ENVELOPE><BODY>\n<LEDGER NAME=\"A\"><PARENT>Sundry Debtors</PARENT>",
	} {
		_, _, err := ReadTally([]byte(text), nil)
		refused(t, err, rule)
	}
	for _, name := range []string{"voucher-sales.xml", "vouchers-sales-complete.xml"} {
		_, _, err := ReadTally(sample(t, "import/tally/"+name), nil)
		refused(t, err, "sheet.tally")
	}
}

func TestWhatXMLForbidsIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		"a&#4;b":         "ab",
		"a&#x1F;b":       "ab",
		"a&#38;b":        "a&#38;b",
		"a\x04\x00b\t":   "ab\t",
		"\xFFa\uFFFFb":   "ab",
		"a&#99999999;b":  "ab",
		"a&#;b&#4b&# ;":  "a&#;b&#4b&# ;",
		"₹ &#8377; &amp": "₹ &#8377; &amp",
	} {
		if got := string(cleanXML([]byte(text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzReadTally(f *testing.F) {
	f.Add(testdata(f, "tally-erp9.xml"))
	f.Add(utf16le(string(testdata(f, "tally-prime.xml"))))
	f.Add([]byte("<LEDGER NAME='&#4;A'><PARENT>Sundry Debtors</PARENT><LEDGER>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		customers, items, err := ReadTally(bytes.Clone(data), nil)
		if err != nil {
			return
		}
		for _, c := range customers {
			if strings.TrimSpace(c.Customer.LedgerName) == "" {
				t.Fatal("a ledger without name")
			}
		}
		for _, i := range items {
			if i.Item.LedgerName == "" {
				t.Fatal("an item without name")
			}
		}
	})
}
