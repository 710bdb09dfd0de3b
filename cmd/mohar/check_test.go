package main

import (
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

func TestCheckTakesRecordedDocumentsWithoutSignedData(t *testing.T) {
	dir := t.TempDir()
	store, err := db.Open(t.Context(), db.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	company := gst.Company{GSTIN: "29AAGCB1286Q000", LegalName: "Bharat Traders", Mode: gst.Practice}
	if err := store.AddCompany(t.Context(), company); err != nil {
		t.Fatal(err)
	}
	inv := &gst.Invoice{
		Company: company.GSTIN, Type: gst.TaxInvoice, Number: "T/1", Date: 20261105, Supply: gst.B2B, Seller: company.Party(),
		IRN: gst.IRNStatus{Registration: &gst.Registration{IRN: strings.Repeat("a", 64), AckNo: "162600000000001"}},
	}
	if err := store.RecordElsewhere(t.Context(), inv, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, "", "check", "--data", dir); !strings.Contains(out, "All in order") || !strings.Contains(out, " 0 registrations") {
		t.Errorf("check says %q", out)
	}
}
