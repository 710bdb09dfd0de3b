package pdf

import (
	"io"
	"testing"

	"github.com/jung-kurt/gofpdf"

	"mohar/gst"
)

// BenchmarkInvoicePDF draws one page with the rupee sign, a signed QR and all that a firm
// prints on its letterhead. To reach: 10 ms,
// and 1.3 times BenchmarkBarePage of the same run.
func BenchmarkInvoicePDF(b *testing.B) {
	benchmark(b, withEWayBill(register(as(invoice(5)))))
}

// BenchmarkThousandLines draws the longest invoice the portal takes.
func BenchmarkThousandLines(b *testing.B) {
	benchmark(b, register(as(invoice(1000))))
}

func benchmark(b *testing.B, inv *gst.Invoice) {
	p, c := New(), letterhead()
	b.ReportAllocs()
	for b.Loop() {
		if err := p.WriteInvoice(io.Discard, inv, c, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBarePage is what gofpdf alone needs for a page of plain text in both weights
// of the same fonts.
func BenchmarkBarePage(b *testing.B) {
	const text = "The quick brown fox jumps over the lazy dog; pack my box with five dozen jugs. 0123456789"
	b.ReportAllocs()
	for b.Loop() {
		p := gofpdf.New("P", "mm", "A4", "")
		if err := addFonts(p); err != nil {
			b.Fatal(err)
		}
		p.AddPage()
		for i := range 50 {
			p.SetFont(family, weightStyle(i%2 == 1), 9)
			p.CellFormat(180, 5, text, "", 1, "L", false, 0, "")
		}
		if err := p.Output(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
