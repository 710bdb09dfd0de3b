package gst_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/nic"
)

// requests reads every published e-invoice request, by file name; it skips the test
// where the samples are not beside the project.
func requests(t *testing.T) map[string]*gst.Invoice {
	t.Helper()
	files, err := filepath.Glob("../../shared/samples/einvoice/requests/*.json")
	if err != nil || len(files) == 0 {
		t.Skipf("the published samples are not beside the project (%v)", err)
	}
	all := map[string]*gst.Invoice{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		inv, _, err := nic.Decode(data)
		var unread gst.Invalid // members of a wrong type are nic's to report
		if err != nil && !errors.As(err, &unread) {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = inv
	}
	return all
}

// stopping returns "field rule" of the faults that are not warnings.
func stopping(fs gst.Faults) []string {
	var out []string
	for _, f := range fs {
		if !f.Warning {
			out = append(out, f.Field+" "+f.Rule)
		}
	}
	return out
}

// Documents that the portal registered pass in practice on their own day; the rest fail
// on what is wrong with them and on nothing else.
func TestPublishedRequests(t *testing.T) {
	number := []string{"number number.pattern"} // test_invoice_no
	heading := []string{"lines[0].hsn hsn.unknown"}
	headings := append(slices.Clone(heading), "lines[1].hsn hsn.unknown")
	want := map[string][]string{ // by the beginning of the file name
		"cr-nic-developer-portal": nil,
		"ct-registered-daoc-007":  nil,
		"ct-registered-doc-p17":   nil,
		"ct-json-api-l438":        nil,
		"ct-json-api-l58":         nil,
		"ic-registered":           nil,
		"fg-registered":           nil,

		"ic-debit-invoice":       number,
		"ic-duplicate-irn":       number,
		"ic-foreign-transaction": number,
		"ic-goods-item":          number,
		"ic-nil-exempted":        number,
		"ic-return-invoice":      number,
		"ic-service-item":        number,

		"od19-odoo19-credit-note":     headings,
		"od19-odoo19-taxable-invoice": headings,
		"od19-odoo19-overseas":        heading,
		"od19-odoo19-zero-quantity":   append(slices.Clone(heading), "lines[0].qty quantity.missing"),
		"od19-odoo19-export-lut":      append([]string{"number required"}, heading...), // its number is false
		"od19-odoo19-sez-intra-igst":  append([]string{"buyer.state buyer.state", "buyer.pin pin.state"}, heading...),
	}
	for name, inv := range requests(t) {
		t.Run(name, func(t *testing.T) {
			got := stopping(gst.Validate(inv, gst.Rules{
				Today: inv.Date, Company: gst.Company{GSTIN: inv.Company, Mode: gst.Practice},
			}))
			for beginning, faults := range want {
				if !strings.HasPrefix(name, beginning) {
					continue
				}
				if !slices.Equal(got, faults) {
					t.Errorf("got %v, want %v", got, faults)
				}
				return
			}
			if len(got) == 0 { // documentation with made-up figures
				t.Error("no fault found")
			}
		})
	}
}

// Every field that a rule names is a field of the form, so that its message finds its
// place and the API can name INV-01's member.
func TestFaultFieldsAreFormFields(t *testing.T) {
	for name, inv := range requests(t) {
		inv.Dispatch, inv.ShipTo, inv.Payment = &gst.Party{PIN: 1}, &gst.Party{GSTIN: "X", PIN: 1}, &gst.Payment{CreditDays: -1, Paid: -1, Due: -1}
		inv.Export = &gst.Export{Port: "?", Country: "?", Currency: "?", RefundClaim: "?", Duty: -1}
		inv.EWay = &gst.EWayDetails{TransporterID: "?", Mode: "7", Distance: -1, DocumentNumber: "?", Vehicle: "?", VehicleType: "?"}
		inv.Totals = gst.Totals{Taxable: -1, Discount: -1, OtherCharges: -1, TotalForeign: -1, RoundOff: 1e6}
		for _, f := range gst.Validate(inv, gst.Rules{}) {
			if f.Field != "" && f.Field != "lines" && nic.PathOf(f.Field) == "" {
				t.Errorf("%s: INV-01 has no member for %q (%s)", name, f.Field, f.Rule)
			}
		}
	}
}
