package nic

import (
	"path/filepath"
	"testing"

	"mohar/gst"
)

// Section 5 of the e-invoice specification: published IRNs and what they hash.
func TestPublishedIRNs(t *testing.T) {
	tests := []struct {
		seller gst.GSTIN
		date   gst.Date
		typ    gst.DocumentType
		number string
		want   string
	}{
		{"09AAAPG7885R002", 20201001, "INV", "MSI/084", "d27bf67bcab04c7f5af7de6560e3573b0a4caeafaf86e194db0c817f8a264600"},
		{"01AMBPG7773M002", 20220916, "INV", "SINV-CFY-00067", "706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7"},
		{"01AMBPG7773M002", 20220917, "CRN", "g2qxhY", "1c96258af085e45da556494ea5e5a7b401a598ab80af4136309c2dac7b54d795"},
		{"02AMBPG7773M002", 20231002, "INV", "9sQ5E2", "2ecc42a8e81dcbbb56923e4bd046c861ce7374060bd31875ce35447e922c9399"},
		{"01AAAAB1234C1Z0", 20200103, "INV", "AB1234", "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe"},
		{"01AAAAA9999A19N", 20200331, "INV", "ABC01234", "353c2677715ae97aa876a37262a38381a75c1d1184f6a803f703bb395971925f"},
	}
	for _, tt := range tests {
		if got := IRN(tt.seller, tt.date, tt.typ, tt.number); got != tt.want {
			t.Errorf("%s %s %s: %s, want %s", tt.seller, tt.typ, tt.number, got, tt.want)
		}
	}
}

func TestIRNsOfSignedTokens(t *testing.T) {
	var vectors []struct {
		Seller gst.GSTIN        `json:"seller_gstin"`
		Type   gst.DocumentType `json:"doc_type"`
		Number string           `json:"doc_no"`
		Date   string           `json:"doc_date"`
		IRN    string           `json:"irn"`
	}
	readJSON(t, sampleFiles(t, "irn_vectors.json")[0], &vectors)
	for _, v := range vectors {
		date, err := parseDay(v.Date)
		if err != nil {
			t.Fatal(err)
		}
		if got := IRN(v.Seller, date, v.Type, v.Number); got != v.IRN {
			t.Errorf("%s %s: %s, want %s", v.Seller, v.Number, got, v.IRN)
		}
		if !ValidIRN(v.IRN) {
			t.Errorf("%s is not valid", v.IRN)
		}
	}
	if len(vectors) == 0 {
		t.Errorf("no vectors in %s", filepath.Join(samples, "irn_vectors.json"))
	}
}

func TestCaseOfNumbersCountsUntilJune2025(t *testing.T) {
	irnOf := func(d gst.Date, number string) string { return IRN("29AAKFM4821Q1ZX", d, gst.TaxInvoice, number) }
	if irnOf(20250531, "ab/1") == irnOf(20250531, "AB/1") {
		t.Error("31-05-2025: the case should count")
	}
	if irnOf(20250601, "ab/1") != irnOf(20250601, "AB/1") {
		t.Error("01-06-2025: the case should not count")
	}
}
