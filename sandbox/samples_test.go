package sandbox_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

const samples = "../../shared/samples"

// The members that documents of the portal's first schema (1.01) lack or write
// otherwise.
const oldSchema = "5002 5002 5002 5002 5002 5002 5002"

func TestPublishedRequests(t *testing.T) {
	tests := []struct {
		file string // up to the double underscore
		want string // codes, or "ok" and what stands beside it
	}{
		{"cr-nic-developer-portal-sample", "ok"},
		{"ct-json-api-l1434", oldSchema},
		{"ct-json-api-l1707", oldSchema},
		{"ct-json-api-l438", "5002"}, // version only
		{"ct-json-api-l58", "5002"},
		{"ct-json-api-l626", oldSchema},
		{"ct-registered-b672", oldSchema},
		{"ct-registered-daoc-007", "5002"},
		{"ct-registered-doc-p17", "5002"},
		{"ct-registered-inv-970", oldSchema},
		{"ct-registered-o92", oldSchema},
		{"fg-registered-sinv-21-b2b-0021", "ok"},
		{"ic-debit-invoice", "ok"},
		{"ic-duplicate-irn", "ok"},
		{"ic-foreign-transaction", "5002"}, // ShipBDt is yyyy-MM-dd
		{"ic-goods-item-with-ewaybill", "ok EWBPPD"},
		{"ic-nil-exempted-item", "ok"},
		{"ic-registered-9sq5e2", "ok"},
		{"ic-registered-g2qxhy__b2b-crn", "ok EWBERR"},
		{"ic-registered-g2qxhy__b2b-dbn", "ok EWBERR"},
		{"ic-registered-g2qxhy__b2b-inv", "ok EWBERR"},
		{"ic-registered-sinv-cfy-00067", "ok EWBPPD"},
		{"ic-return-invoice", "ok"},
		{"ic-service-item", "ok"},
		{"od19-odoo19-credit-note", "ok"},
		{"od19-odoo19-export-lut-tax-invoice", "5002"}, // its number is false
		{"od19-odoo19-overseas-export-invoice", "ok"},
		{"od19-odoo19-sez-intra-igst-invoice", "2265 3039"}, // Telangana's GSTIN and PIN code in Gujarat
		{"od19-odoo19-taxable-invoice", "ok"},
		{"od19-odoo19-zero-quantity-invoice", "ok"},
	}
	if _, err := os.Stat(samples); err != nil {
		t.Skip("the published samples are not here")
	}
	p := start(t)
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			body := sample(t, "einvoice/requests/"+tt.file+"*.json")
			seller, on := identity(t, body)
			p.SetClock(func() time.Time { return on })
			r := p.caller("taxpro", seller).signIn().generate(body)
			got := r.codes()
			for _, i := range r.Infos {
				got += " " + i.Code
			}
			if got != tt.want {
				t.Errorf("answered %s, want %s: %v", got, tt.want, r.Errors)
			}
		})
	}
}

// sample reads a request and puts real codes where the sample has a placeholder: its
// own test does so with the number, and the tariff has no 111111 and 333333.
func sample(t *testing.T, pattern string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(samples, pattern))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: found %d files, %v", pattern, len(files), err)
	}
	body, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	number := strings.ToUpper(filepath.Base(files[0])[:8])
	for old, now := range map[string]string{"test_invoice_no": number, `"111111"`: `"110313"`, `"333333"`: `"330300"`} {
		body = bytes.ReplaceAll(body, []byte(old), []byte(now))
	}
	return body
}

// identity reads a document's seller and noon of its date.
func identity(t *testing.T, body []byte) (string, time.Time) {
	t.Helper()
	var doc struct {
		SellerDtls struct{ Gstin string }
		DocDtls    struct{ Dt string }
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	on, err := time.ParseInLocation("02/01/2006 15", doc.DocDtls.Dt+" 12", gst.IST)
	if err != nil {
		t.Fatal(err)
	}
	return doc.SellerDtls.Gstin, on
}
