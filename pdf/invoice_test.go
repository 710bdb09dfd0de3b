package pdf

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/gst"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// sample is a document with what it is printed for.
type sample struct {
	name    string
	inv     *gst.Invoice
	company gst.Company
	options Options
}

// samples are one document of every kind.
func samples() []sample {
	c := company()
	composition, exempt := c, c
	composition.Taxpayer, exempt.Exempt = gst.Composition, true

	cancelled := withEWayBill(register(invoice(5)))
	cancelled.IRN.State, cancelled.IRN.CancelledAt = gst.IRNCancelled, acknowledged.AddDate(0, 0, 1)
	cancelled.IRN.CancelReason = gst.CancelOrder
	practice := invoice(5)
	practice.Mode = gst.Practice
	bill := invoice(3)
	bill.Type, bill.Number = gst.BillOfSupply, "BOS/26-27/0002"
	gst.Compute(bill, true, nil)
	challan := invoice(2)
	challan.Type, challan.Number, challan.Purpose = gst.DeliveryChallan, "DC/26-27/0033", "Job work: drying and packing, to come back"
	challan.Refs.Remarks = "Quantity provisional: weighed again at the consignee's gate."
	for i := range challan.Lines {
		challan.Lines[i].GSTRate = 0
	}
	gst.Compute(challan, true, nil)
	challan.Transport = gst.Transport{Vehicle: "MH12AB1234", Transporter: "Deccan Roadways", Packages: "255 cartons", Freight: "To pay"}
	reverse := invoice(1)
	reverse.ReverseCharge = true
	gst.Compute(reverse, true, nil)
	debit := register(invoice(1))
	debit.Type, debit.Number = gst.DebitNote, "DBN/26-27/0003"
	debit.Refs.Preceding = []gst.PrecedingDocument{{Number: "INV/26-27/0398", Date: 20261102}}
	zone := interState(invoice(2))
	zone.Supply = gst.SEZWOP
	gst.Compute(zone, true, nil)
	return append([]sample{
		{"registered", withEWayBill(register(invoice(5))), c, Options{Copies: []string{"ORIGINAL FOR RECIPIENT"}}},
		{"practice", practice, c, Options{NotValid: true, Practice: true}},
		{"cancelled", cancelled, c, Options{}},
		{"export", register(exportInvoice()), c, Options{}},
		{"credit-note", register(creditNote()), c, Options{}},
		{"debit-note", debit, c, Options{}},
		{"bill-of-supply", bill, composition, Options{}},
		{"challan", challan, c, Options{Copies: CopyLabels(challan, c)}},
		{"reverse-charge", reverse, exempt, Options{}},
		{"sez", register(zone), c, Options{}},
		{"rich", withEWayBill(register(rich())), c, Options{}},
		{"full", withEWayBill(register(full())), letterhead(), Options{}},
	}, letters()...)
}

// letters are the samples on a full letterhead, and one with nothing at all.
func letters() []sample {
	return []sample{
		{"quotation", offer(gst.Quotation, "QTN/26-27/0012"), letterhead(), Options{}},
		{"proforma", offer(gst.Proforma, "PRO/26-27/0005"), letterhead(), Options{}},
		{"cum-bill", cumBill(), letterhead(), Options{}},
		{"inclusive", inclusive(), letterhead(), Options{}},
		{"foreign", register(foreignPrices()), letterhead(), Options{}},
		{"draft", draft(), letterhead(), Options{NotValid: true}},
		{"elsewhere", elsewhere(), letterhead(), Options{}},
		{"nothing", &gst.Invoice{Type: gst.TaxInvoice, Date: 20261122, State: gst.Issued, Number: "1"}, gst.Company{}, Options{}},
	}
}

func TestWriteInvoiceGolden(t *testing.T) {
	for _, s := range samples() {
		switch s.name {
		case "registered", "practice", "export", "credit-note", "rich", "debit-note", "bill-of-supply", "challan",
			"quotation", "proforma", "cum-bill", "full":
		default:
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			got := render(t, s.inv, s.company, s.options)
			file := filepath.Join("testdata", s.name+".pdf")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s changed (%d bytes, was %d); look at it and run the tests with -update", file, len(got), len(want))
			}
		})
	}
}

func TestSameDocumentGivesSameBytes(t *testing.T) {
	first := render(t, register(rich()), company(), Options{})
	for range 5 {
		if !bytes.Equal(first, render(t, register(rich()), company(), Options{})) {
			t.Fatal("the bytes differ between two runs")
		}
	}
}

func TestFileOfOnePageIsSmall(t *testing.T) {
	const most = 60_000
	for _, s := range samples() {
		if got := len(render(t, s.inv, s.company, s.options)); got > most {
			t.Errorf("%s: %d bytes, more than %d", s.name, got, most)
		}
	}
}

func TestPagesByNumberOfLines(t *testing.T) {
	tests := []struct{ lines, pages int }{{0, 1}, {1, 1}, {5, 1}, {40, 2}, {1000, 23}}
	for _, test := range tests {
		file := render(t, register(interState(invoice(test.lines))), company(), Options{})
		if got := bytes.Count(file, []byte("/Type /Page\n")); got != test.pages {
			t.Errorf("%d lines: %d pages, want %d", test.lines, got, test.pages)
		}
	}
}

func TestEachCopyIsASetOfPages(t *testing.T) {
	inv := invoice(40)
	labels := CopyLabels(inv, company())
	if len(labels) != 3 {
		t.Fatalf("goods have %d copies, want 3", len(labels))
	}
	file := render(t, inv, company(), Options{Copies: labels})
	if got := bytes.Count(file, []byte("/Type /Page\n")); got != 6 {
		t.Errorf("%d pages, want 6", got)
	}
}

func TestAnyTextCanBePrinted(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	pieces := []string{"\xff\xfe", "😀", "शारदा", "\x00", "\x07", "\u200d", "\ufeff", "\r\n", "\n", " ", "₹", "é", "𝛀", "\u2028",
		"A", strings.Repeat("W", 300), "ﷺ", "漢字", "\t", "\u0301", "−", "(", ")", "\\", string(rune(0xFFFF)), "\ued00"}
	text := func() string {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 40 {
		inv := register(rich())
		inv.Number, inv.PlaceOfSupply, inv.EcommerceGSTIN = text(), text(), text()
		for _, v := range []*gst.Party{&inv.Seller, &inv.Buyer, inv.ShipTo, inv.Dispatch} {
			*v = gst.Party{GSTIN: text(), LegalName: text(), TradeName: text(), Address1: text(), Address2: text(), Place: text(), State: text(), Phone: text(), Email: text()}
		}
		for i := range inv.Lines {
			l := &inv.Lines[i]
			l.Number, l.Description, l.HSN, l.Unit, l.Barcode, l.Origin = text(), text(), text(), text(), text(), text()
			l.Attributes = []gst.Attribute{{Name: text(), Value: text()}}
		}
		inv.Refs = gst.References{Remarks: text(), Preceding: []gst.PrecedingDocument{{Number: text(), Other: text()}}, Contracts: []gst.ContractReference{{Contract: text(), Tender: text()}}}
		inv.Payment = &gst.Payment{Payee: text(), Account: text(), Terms: text(), Instruction: text()}
		inv.Export = &gst.Export{Port: text(), Country: text(), Currency: text(), ShippingBill: text()}
		inv.IRN.Registration.IRN, inv.IRN.Registration.AckNo = text(), text()
		render(t, inv, company(), Options{Cancelled: text(), Copies: []string{text()}})
	}
}

func TestExtremesCanBePrinted(t *testing.T) {
	negative := huge()
	negative.Lines[0].Total, negative.Lines[0].UnitPrice, negative.Totals.RoundOff = -1<<63, -5, -50
	for _, inv := range []*gst.Invoice{longWinded(), register(longWinded()), huge(), negative, {Type: "XXX"}} {
		t.Run(describe(inv), func(t *testing.T) {
			render(t, inv, company(), Options{})
			render(t, inv, gst.Company{}, Options{NotValid: true, Practice: true})
		})
	}
}

func TestSignedQRTooLongIsAnError(t *testing.T) {
	inv := register(invoice(1))
	inv.IRN.Registration.SignedQR = strings.Repeat("x", 2954)
	var b bytes.Buffer
	if err := New().WriteInvoice(&b, inv, company(), Options{}); err == nil || b.Len() != 0 {
		t.Errorf("error %v, %d bytes written; want an error and nothing written", err, b.Len())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestErrorOfTheWriterIsReturned(t *testing.T) {
	err := New().WriteInvoice(brokenWriter{}, invoice(1), company(), Options{})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v, want %v", err, io.ErrClosedPipe)
	}
}

func TestManyPrintAtOnce(t *testing.T) {
	p := New()
	want := render(t, register(invoice(5)), company(), Options{})
	var wait sync.WaitGroup
	failed := make(chan string, 16)
	for range 16 {
		wait.Go(func() {
			var b bytes.Buffer
			err := p.WriteInvoice(&b, register(invoice(5)), company(), Options{})
			if err != nil || !bytes.Equal(b.Bytes(), want) {
				failed <- fmt.Sprintf("error %v, %d bytes", err, b.Len())
			}
		})
	}
	wait.Wait()
	close(failed)
	for f := range failed {
		t.Error(f)
	}
}

func TestMomentOfTheFileNeverAsksTheClock(t *testing.T) {
	inv := invoice(1)
	inv.Issued = time.Time{}
	if got, want := moment(inv), inv.Date.Time(); got.Sub(want) != time.Second {
		t.Errorf("moment %v, want about %v", got, want)
	}
	if moment(&gst.Invoice{}).IsZero() {
		t.Error("zero moment: gofpdf would ask the clock")
	}
	if got := moment(register(invoice(1))); !got.Equal(acknowledged) {
		t.Errorf("registered: %v, want %v", got, acknowledged)
	}
}
