package sheet

import (
	"strings"
	"testing"

	"mohar/gst"
)

func TestDocumentsOfOneRow(t *testing.T) {
	rows, _, err := Documents(csvTable(t,
		"Document Type;Invoice No;Invoice Date;Party Name;GSTIN;Place of Supply;Taxable Value;CGST;SGST;IGST;Cess;Invoice Value;Rate;HSN;IRN;Ack No;Ack Date",
		"Tax Invoice;AA/1;15-Apr-26;Anand;"+pune+";27-Maharashtra;₹ 1,00,000.40;9,000.04;9,000.04;;;1,18,000.00;18;7318;"+strings.Repeat("aF", 32)+";112010036563310;2026-04-15 10:11:12"),
		seller, nil)
	if err != nil || len(rows) != 1 || len(rows[0].Faults) != 0 || !rows[0].OK() {
		t.Fatalf("%+v, %v", rows, err)
	}
	inv := rows[0].Invoice
	if inv.Type != gst.TaxInvoice || inv.Number != "AA/1" || inv.Date != 20260415 || inv.Supply != gst.B2B || inv.PlaceOfSupply != "27" ||
		!inv.Elsewhere || !inv.Brought || inv.State != gst.Issued || inv.Company != pune || inv.Buyer.State != "27" {
		t.Errorf("head %+v", inv)
	}
	if l := inv.Lines[0]; l.Taxable != 1_00_000_40 || l.CGST != 9_000_04 || l.GSTRate != 18000 || l.HSN != "7318" || l.Total != 1_18_000_48 || l.Amount != l.Taxable {
		t.Errorf("line %+v", l)
	}
	if inv.Totals.Total != 1_18_000_00 || inv.Totals.RoundOff != -48 || inv.Totals.SGST != 9_000_04 {
		t.Errorf("totals %+v", inv.Totals)
	}
	r := inv.IRN.Registration
	if r == nil || r.IRN != strings.Repeat("af", 32) || r.AckNo != "112010036563310" || gst.DateOf(r.AckDate) != 20260415 ||
		inv.IRN.State != gst.IRNNotRequired || inv.IRN.Reason != gst.NoIRNElsewhere {
		t.Errorf("IRN %+v, %+v", inv.IRN, r)
	}
}

func TestWhatADocumentsRowLeavesOutIsWorkedOut(t *testing.T) {
	const heading = "Type;Number;Date;GSTIN;State;Taxable;CGST;SGST;IGST;Total;GST %;Supply Type"
	tests := []struct {
		name, row string
		supply    gst.SupplyType
		pos       string
		rate      gst.Rate
		igst      gst.Paise
		cgst      gst.Paise
		roundOff  gst.Paise
	}{
		{"rate from tax", "INV;1;01/04/2026;" + ahmedabad + ";;1000;;;180;1180;;", gst.B2B, "24", 18000, 180_00, 0, 0},
		{"tax from rate, another State", "INV;1;01/04/2026;" + ahmedabad + ";;1000;;;;;18;", gst.B2B, "24", 18000, 180_00, 0, 0},
		{"tax from rate, own State", "INV;1;01/04/2026;;MH;1000;;;;;5;", gst.B2C, "27", 5000, 0, 25_00, 0},
		{"own State from the halves", "INV;1;01/04/2026;;;1000;25;25;;1050;;", gst.B2C, "27", 5000, 0, 25_00, 0},
		{"export under LUT bears no tax", "INV;1;01/04/2026;;Other Countries;1000;;;0;1000;;", gst.EXPWOP, "96", 0, 0, 0, 0},
		{"export with tax", "INV;1;01/04/2026;;96;1000;;;180;1180;;", gst.EXPWP, "96", 18000, 180_00, 0, 0},
		{"SEZ without tax", "INV;1;01/04/2026;" + ahmedabad + ";;1000;;;;1000;18;SEZ supplies without payment", gst.SEZWOP, "24", 18000, 0, 0, 0},
		{"a bill of supply has one amount", "Bill of Supply;1;01/04/2026;;MH;;;;;500;;", gst.B2C, "27", 0, 0, 0, 0},
		{"a note below zero is above it", "Credit Note;1;01/04/2026;" + ahmedabad + ";;-1000;;;-180;-1180;;", gst.B2B, "24", 18000, 180_00, 0, 0},
	}
	for _, test := range tests {
		rows, _, err := Documents(csvTable(t, heading, test.row), seller, nil)
		if err != nil || len(rows) != 1 || len(rows[0].Faults) != 0 {
			t.Errorf("%s: %v, %v", test.name, rows, err)
			continue
		}
		inv := rows[0].Invoice
		l := inv.Lines[0]
		if inv.Supply != test.supply || inv.PlaceOfSupply != test.pos || l.GSTRate != test.rate || l.IGST != test.igst ||
			l.CGST != test.cgst || l.SGST != test.cgst || inv.Totals.RoundOff != test.roundOff || inv.Totals.Total <= 0 {
			t.Errorf("%s: %s %s %+v %+v", test.name, inv.Supply, inv.PlaceOfSupply, l, inv.Totals)
		}
	}
}

func TestRowsWithOneNumberAndDateMakeOneDocument(t *testing.T) {
	for name, totals := range map[string][3]string{
		"the document's total in each row": {"1680", "1680", "500"},
		"each row's own total":             {"1180", "500", "500"},
	} {
		rows, _, err := Documents(csvTable(t, "Invoice Number,Invoice date,GSTIN/UIN of Recipient,Place Of Supply,Invoice Value,Rate,Taxable Value",
			"A1,45383,"+ahmedabad+",24-Gujarat,"+totals[0]+",18,1000", "A1,01-04-24,"+ahmedabad+",24-Gujarat,"+totals[1]+",0,500",
			"A2,2024-04-01,"+ahmedabad+",24-Gujarat,"+totals[2]+",0,500"), seller, nil)
		if err != nil || len(rows) != 2 || len(rows[0].Faults)+len(rows[1].Faults) != 0 {
			t.Fatalf("%s: %+v, %v", name, rows, err)
		}
		inv := rows[0].Invoice
		if len(inv.Lines) != 2 || inv.Lines[1].Number != "2" || inv.Totals.Total != 1680_00 || inv.Totals.RoundOff != 0 || inv.Totals.IGST != 180_00 ||
			len(rows[0].Rows) != 2 || rows[0].Rows[1] != 3 || rows[1].Rows[0] != 4 {
			t.Errorf("%s: %+v", name, inv)
		}
	}
}

func TestFaultsOfDocuments(t *testing.T) {
	const heading = "Type;Number;Date;GSTIN;State;Taxable;IGST;Total;IRN"
	good := "INV;A1;01/04/2026;" + ahmedabad + ";;1000;180;1180;"
	tests := []struct{ name, rows, want string }{
		{"none", good, ""},
		{"a number of 17 characters", strings.Replace(good, "A1", "A1234567890123456", 1), "number:number.pattern"},
		{"no date", strings.Replace(good, "01/04/2026", "", 1), "date:required"},
		{"what is no day", strings.Replace(good, "01/04/2026", "31/04/2026", 1), "date:parse.date"},
		{"an unknown kind", strings.Replace(good, "INV", "Journal", 1), "type:type.unknown"},
		{"no place of supply", strings.Replace(good, ahmedabad, "", 1), "pos:pos.unknown"},
		{"a total that the row does not make is told", strings.Replace(good, "1180", "2180", 1), "total:totals.total?"},
		{"no amounts", "INV;A1;01/04/2026;" + ahmedabad, "taxable:required.zero"},
		{"below zero", strings.Replace(good, "1000", "-1000", 1), "taxable:negative total:totals.total?"},
		{"a short IRN", good + "abc", "irn:sheet.irn"},
		{"one number twice in a year", good + "\n" + strings.Replace(good, "01/04/2026", "02/04/2026", 1), " number:sheet.twice"},
		{"two buyers under one number", good + "\n" + strings.Replace(good, ahmedabad, bengaluru, 1), "buyer.gstin:sheet.differs"},
	}
	for _, test := range tests {
		rows, _, err := Documents(csvTable(t, append([]string{heading}, strings.Split(test.rows, "\n")...)...), seller, nil)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		var got []string
		for _, r := range rows {
			got = append(got, rules(r.Faults))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %q", test.name, got)
		}
	}
}

func TestPublishedSalesRegister(t *testing.T) {
	rows, at, err := Documents(mustRead(t, sample(t, "import/sales-register-tab-separated.tsv")), seller, nil)
	if err != nil || len(rows) != 5 || len(at.LeftOut) != 0 {
		t.Fatalf("%d documents, left out %q, %v", len(rows), at.LeftOut, err)
	}
	if inv := rows[2].Invoice; inv.Date != 20240403 || inv.Lines[0].IGST != 360_00 || inv.PlaceOfSupply != "27" || inv.Totals.Total != 2360_00 {
		t.Errorf("%+v", inv)
	}
	_, at, err = Documents(mustRead(t, sample(t, "import/gstr1-offline-b2b-header.csv")), seller, nil)
	if err != nil || at.Row != 4 || len(at.LeftOut) != 2 {
		t.Errorf("%+v, %v", at, err)
	}
}

func TestCancelledThereIsVoidHere(t *testing.T) {
	for text, want := range map[string]gst.DocumentState{"Y": gst.Void, "Cancelled": gst.Void, "CNL": gst.Void, "": gst.Issued, "N": gst.Issued, "Active": gst.Issued, "1": gst.Issued} {
		rows, _, err := Documents(csvTable(t, "Invoice No;Invoice Date;GSTIN;Taxable;Rate;Status", "AA/1;15/04/2026;"+pune+";1000;18;"+text), seller, nil)
		if err != nil || len(rows) != 1 || rows[0].Invoice.State != want {
			t.Errorf("%q: %+v, %v, want %s", text, rows, err, want)
		}
	}
}
