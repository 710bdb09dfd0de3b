package pdf

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"mohar/gst"
)

func TestCopiesAreMarkedAsTheRulesName(t *testing.T) {
	typed := func(d gst.DocumentType) *gst.Invoice {
		inv := invoice(1)
		inv.Type = d
		return inv
	}
	service := invoice(1)
	service.Lines[0].Service = true
	service.Lines = append(service.Lines, gst.Line{Charge: gst.ChargePacking})
	record := invoice(1)
	record.Elsewhere = true
	goods := []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR SUPPLIER"}
	tests := []struct {
		name   string
		inv    *gst.Invoice
		copies int // in the company's settings; 0: none set
		want   []string
	}{
		{"rule 48(1): goods in triplicate", invoice(1), 0, goods},
		{"rule 48(2): services in duplicate, a charge beside them or not", service, 0, []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR SUPPLIER"}},
		{"rule 55(2): a challan in triplicate", typed(gst.DeliveryChallan), 0, []string{"ORIGINAL FOR CONSIGNEE", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR CONSIGNER"}},
		{"a bill of supply over goods as an invoice", typed(gst.BillOfSupply), 0, goods},
		{"a note travels with no goods", typed(gst.CreditNote), 0, []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR SUPPLIER"}},
		{"fewer when the company prints fewer", invoice(1), 2, goods[:2]},
		{"beyond the rule's an extra copy each", invoice(1), 5, append(slices.Clone(goods), "EXTRA COPY", "EXTRA COPY")},
		{"a quotation has no marking", typed(gst.Quotation), 0, nil},
		{"a second proforma is an extra copy", typed(gst.Proforma), 2, []string{"", "EXTRA COPY"}},
		{"what another program issued has no original here", record, 3, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := company()
			if test.copies != 0 {
				c.Paper.Copies = map[gst.DocumentType]int{test.inv.Type: test.copies}
			}
			if got := CopyLabels(test.inv, c); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	c := company()
	c.Paper.Copies = map[gst.DocumentType]int{gst.TaxInvoice: 1 << 40}
	if got := len(CopyLabels(invoice(1), c)); got != mostCopies {
		t.Errorf("%d copies, want the most there may be, %d", got, mostCopies)
	}
}

func TestCopiesFollowEachOtherWithPagesOfTheirOwn(t *testing.T) {
	inv, c := invoice(2), company()
	c.Paper.Copies = map[gst.DocumentType]int{gst.TaxInvoice: 4}
	file := render(t, inv, c, Options{Copies: CopyLabels(inv, c)})
	if got := bytes.Count(file, []byte("/Type /Page\n")); got != 4 {
		t.Errorf("%d pages, want 4", got)
	}
	text, at := words(t, file), 0
	for _, label := range []string{"ORIGINAL FOR RECIPIENT", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR SUPPLIER", "EXTRA COPY"} {
		found := strings.Index(text[at:], label)
		if found < 0 {
			t.Fatalf("%q does not follow the copy before it", label)
		}
		at += found
	}
	if got := strings.Count(text, "Page 1 of 1"); got != 4 {
		t.Errorf("%d copies count their own pages, want 4", got)
	}
}
