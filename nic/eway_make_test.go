package nic

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// Invented consignments. Names, numbers and GSTINs belong to nobody.

func shippedElsewhere() *gst.Consignment {
	return &gst.Consignment{
		Direction: gst.Outward, SubSupply: gst.SubSupplyOthers, SubSupplyText: "Samples on trial", Paper: gst.PaperChallan,
		Number: "DC/26-27/0009", Date: 20261120, Transaction: 4,
		From: gst.ConsignmentEnd{
			GSTIN: "29AAKFM4821Q1ZX", Name: "Malnad Tool Works", State: "29", Address1: "14, 2nd Cross, Peenya", Address2: "Phase \"II\"",
			Place: "Bengaluru", PIN: 560058, PlaceState: "29", OtherGSTIN: "29AABCT9077L1Z3", OtherName: "Tungabhadra Godown",
		},
		To: gst.ConsignmentEnd{
			GSTIN: "07AAFCS7788J1ZT", Name: "Yamuna Fasteners & Sons", State: "07", Address1: "Plot 3", Place: "Jalandhar", PIN: 144001,
			PlaceState: "03", OtherGSTIN: gst.UnregisteredParty, OtherName: "Sutlej Traders",
		},
		Lines: []gst.ConsignmentLine{
			{Name: "Hex bolt", Description: "Hex bolt M12 × 50; \"zinc\"", HSN: "73181500", Quantity: 240_500, Unit: "NOS", Taxable: 4300_10, IGST: 18_000},
			{Name: "Cashew kernels", HSN: "08013220", Quantity: 15_000, Unit: "KGS", Taxable: 12900_00, IGST: 250, Cess: 1_500, CessFixed: 12_50},
		},
		Totals:    gst.ConsignmentTotals{Taxable: 17200_10, IGST: 806_27, Cess: 193_50, CessFixed: 12_50, Other: -37, Total: 18212_00},
		Transport: gst.EWayDetails{TransporterID: "88AABCT9077L1Z1", TransporterName: "Konkan Roadways", Mode: "2", DocumentNumber: "1234567890123456", DocumentDate: 20261121},
	}
}

func partAOnly() *gst.Consignment {
	c := shippedElsewhere()
	c.SubSupply, c.Paper, c.Transaction, c.SubSupplyText = gst.SubSupplySale, gst.PaperInvoice, 1, "left from before"
	c.From.OtherGSTIN, c.From.OtherName, c.To.OtherGSTIN, c.To.OtherName = "", "", "", ""
	c.Transport = gst.EWayDetails{TransporterID: "29AABCT9077L1Z3", Distance: 412, Vehicle: "KA01AB1234", DocumentNumber: "LR 1"}
	return c
}

func TestConsignmentGolden(t *testing.T) {
	for name, c := range map[string]*gst.Consignment{"eway_shipped_elsewhere": shippedElsewhere(), "eway_part_a_only": partAOnly()} {
		t.Run(name, func(t *testing.T) {
			got, err := EncodeConsignment(c)
			if err != nil {
				t.Fatal(err)
			}
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, got, "", "  "); err != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			pretty.WriteByte('\n')
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, pretty.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, file)), pretty.String()); diff != "" {
				t.Errorf("-golden +written:\n%s", diff)
			}
		})
	}
}

func TestABillReadsBackAsTheConsignmentItWasMadeOf(t *testing.T) {
	c := shippedElsewhere()
	c.From.Address2, c.Lines[0].Description = "Phase II", "Hex bolt M12"
	body, err := EncodeConsignment(c)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	mustJSON(t, body, &all)
	all["ewbNo"], all["ewayBillDate"], all["actualDist"] = 301002999920, "21/11/2026 09:00:00 AM", 412
	full, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var f EWayFull
	mustJSON(t, full, &f)
	bill, err := f.Bill(gst.GSTIN(c.From.GSTIN), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	want := *c
	want.Transport = gst.EWayDetails{TransporterID: c.Transport.TransporterID, TransporterName: c.Transport.TransporterName, Distance: 412}
	if diff := cmp.Diff(want, bill.Of); diff != "" {
		t.Errorf("-asked +read:\n%s", diff)
	}
}

func TestTextsAreCutToWhatTheSystemTakes(t *testing.T) {
	long := string(bytes.Repeat([]byte("abcdefghi "), 30))
	c := partAOnly()
	c.From.Name, c.From.Address1, c.From.Place = long, "two\nlines\tand\x00more", long
	c.Lines[0].Name = "Größe <12> | 5% “x” _a_ (b)*"
	body, err := EncodeConsignment(c)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		FromTrdName, FromAddr1, FromPlace string
		ItemList                          []struct{ ProductName string }
	}
	mustJSON(t, body, &got)
	if n := len(got.FromTrdName); n == 0 || n > 100 {
		t.Errorf("name of %d characters", n)
	}
	if n := len(got.FromPlace); n == 0 || n > 50 {
		t.Errorf("place of %d characters", n)
	}
	if got.FromAddr1 != "two lines and more" {
		t.Errorf("address %q", got.FromAddr1)
	}
	if got.ItemList[0].ProductName != "Gr e 12 5 x a (b)*" {
		t.Errorf("goods %q", got.ItemList[0].ProductName)
	}
}

func TestAConsignmentWithAStateThatIsNoneIsNotWritten(t *testing.T) {
	c := partAOnly()
	c.To.State = "KA"
	if body, err := EncodeConsignment(c); err == nil {
		t.Errorf("became %s", body)
	}
}

// sampleConsignment is what most of the published requests have in common.
func sampleConsignment() *gst.Consignment {
	return &gst.Consignment{
		Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: "test_invoice_no", Transaction: 1,
		From: gst.ConsignmentEnd{
			GSTIN: "05AAACG2115R1ZN", Name: "_Test Indian Registered Company", State: "24", Address1: "Test Address - 1", Place: "Test City",
			PIN: 380015, PlaceState: "24",
		},
		To: gst.ConsignmentEnd{
			GSTIN: "05AAACG2140A1ZL", Name: "_Test Registered Customer", State: "24", Address1: "Test Address - 3", Place: "Test City",
			PIN: 380015, PlaceState: "24",
		},
		Lines: []gst.ConsignmentLine{{
			Description: "Test Trading Goods 1", HSN: "61149090", Quantity: 1_000, Unit: "NOS", Taxable: 100_00, CGST: 9_000, SGST: 9_000,
		}},
		Totals:    gst.ConsignmentTotals{Taxable: 100_00, CGST: 9_00, SGST: 9_00, Total: 118_00},
		Transport: gst.EWayDetails{Mode: "1", Distance: 10, Vehicle: "GJ07DL9009", VehicleType: "R"},
	}
}

// untaxed makes it a movement of a thousand pieces that is not taxed.
func untaxed(c *gst.Consignment) {
	c.Lines[0].CGST, c.Lines[0].SGST, c.Lines[0].Quantity, c.Lines[0].Taxable = 0, 0, 1000_000, 100000_00
	c.Totals = gst.ConsignmentTotals{Taxable: 100000_00, Total: 100000_00}
	c.Date, c.Paper, c.Transport.Distance = 20230807, gst.PaperChallan, 100
}

// publishedConsignments are the published requests, by what is special about each.
func publishedConsignments() map[string]func(c *gst.Consignment) {
	return map[string]func(c *gst.Consignment){
		"ic-goods-item-with-ewaybill": func(c *gst.Consignment) { c.Date, c.Transport.TransporterName = 20221005, "Test Common Supplier" },
		"ic-goods-with-taxes": func(c *gst.Consignment) {
			c.Date, c.Transport.Distance, c.Transport.Vehicle = 20240111, 1, "GJ05DL9009"
			line := c.Lines[0]
			line.CGST, line.SGST, line.Taxable = 6_000, 6_000, 7_60
			c.Lines = []gst.ConsignmentLine{line, line}
			c.Totals = gst.ConsignmentTotals{Taxable: 15_20, CGST: 91, SGST: 91, Other: -2, Total: 17_00}
		},
		"ic-non-taxable-goods-item": func(c *gst.Consignment) {
			c.Date, c.Paper, c.Transport.Vehicle, c.Transport.TransporterName = 20240225, gst.PaperSupply, "GJ06AA1123", "Test Common Supplier"
			c.Lines[0].Description, c.Lines[0].CGST, c.Lines[0].SGST = "Test Nil Rated Item", 0, 0
			c.Totals = gst.ConsignmentTotals{Taxable: 100_00, Total: 100_00}
		},
		"ic-dn-with-same-gstin": func(c *gst.Consignment) {
			untaxed(c)
			c.SubSupply, c.From.Address1, c.To.GSTIN = gst.SubSupplyOwnUse, "Test Address - 3", c.From.GSTIN
		},
		"ic-is-return-dn-with-different-gstin": func(c *gst.Consignment) {
			untaxed(c)
			c.Direction, c.SubSupply = gst.Inward, gst.SubSupplyJobReturn
			c.From, c.To = c.To, c.From
		},
		"ic-pi-data-for-registered-supplier": func(c *gst.Consignment) {
			c.Direction, c.Date, c.Transport.Vehicle = gst.Inward, 20230808, "GJ05DL9009"
			c.From, c.To = c.To, c.From
			c.From.Name, c.From.Address1 = "_Test Registered Supplier", "Test Address - 7"
			c.Lines[0].Quantity, c.Lines[0].Taxable = 1000_000, 100000_00
			c.Totals = gst.ConsignmentTotals{Taxable: 100000_00, CGST: 9000_00, SGST: 9000_00, Total: 118000_00}
		},
	}
}

func TestPublishedRequestsAreReproduced(t *testing.T) {
	for name, change := range publishedConsignments() {
		t.Run(name, func(t *testing.T) {
			file := sampleFiles(t, "ewaybill/requests/"+name+".json")[0]
			c := sampleConsignment()
			change(c)
			body, err := EncodeConsignment(c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(meaning(t, readFile(t, file)), meaning(t, body)); diff != "" {
				t.Errorf("-published +ours:\n%s", diff)
			}
		})
	}
}

// meaning is a request with numbers and the texts of numbers alike, without what is empty,
// and without what only says once more what stands elsewhere: the caller, the first HSN
// and the places of the lines.
func meaning(t *testing.T, body []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return meaningOf(v)
}

func meaningOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any)
		for key, inner := range v {
			switch key {
			case "userGstin", "mainHsnCode", "itemNo":
				continue
			}
			if inner := meaningOf(inner); inner != nil && inner != "" {
				m[key] = inner
			}
		}
		return m
	case []any:
		for i := range v {
			v[i] = meaningOf(v[i])
		}
		return v
	case json.Number:
		return meaningOf(string(v))
	case string:
		if n, ok := new(big.Rat).SetString(v); ok {
			return n.RatString()
		}
		return v
	}
	return v
}
