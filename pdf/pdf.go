// Package pdf puts documents on paper: invoices, notes, bills, challans and quotations as A4 files
// with the particulars the law asks for, and QR codes. It draws what a document says and
// decides nothing: figures, states and validity come with the document.
//
// Text is set in Noto Sans, embedded, which covers Latin, Greek and Cyrillic with the
// rupee sign. Other scripts come out as "?"; see Unprintable.
package pdf

//go:generate go run -C fonts cut.go /usr/share/fonts/truetype/noto

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"

	"mohar/gst"
)

// renders is how many documents are drawn at once: each takes some ten megabytes, and
// more than two at a time only wait for each other.
const renders = 2

// Printer draws documents. It may be used by many goroutines; all but two wait.
type Printer struct {
	slots   chan struct{}
	metrics func() (*metrics, error) // read at first use
}

// New returns a Printer.
func New() *Printer {
	return &Printer{slots: make(chan struct{}, renders), metrics: sync.OnceValues(readMetrics)}
}

// Options say how a document is printed.
type Options struct {
	// Practice marks the paper as practice. Documents in practice mode, and those
	// signed by the built-in portal, are marked in any case.
	Practice bool
	// NotValid says across the top that the document needs an IRN and has none.
	NotValid bool
	// Cancelled is the day of cancellation as printed, e.g. "23/11/2026"; empty when
	// the document stands. A cancelled IRN is marked in any case.
	Cancelled string
	// Draft marks the paper as a draft for proof reading, which is never said to lack
	// an IRN. Documents in the state of a draft are marked in any case.
	Draft bool
	// Copies are the markings of the copies; one set of pages each, in this order.
	// Empty: one set without a marking. CopyLabels gives those of a company.
	Copies []string
}

// WriteInvoice writes a document of any type as a PDF file. The same document, company
// and options give the same bytes. Nothing is written when it fails; it fails when the
// signed QR is longer than a QR code can hold, or when w does.
func (p *Printer) WriteInvoice(w io.Writer, inv *gst.Invoice, company gst.Company, o Options) error {
	p.slots <- struct{}{}
	file, err := p.drawInvoice(inv, company, o)
	<-p.slots // before writing: a slow reader must not hold up others
	if err != nil {
		return fmt.Errorf("draw %s %q: %w", inv.Type, inv.Number, err)
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// drawInvoice returns the finished file. gofpdf answers some mistakes with a panic; one
// document that cannot be drawn must not take the program down.
func (p *Printer) drawInvoice(inv *gst.Invoice, company gst.Company, o Options) (file []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	m, err := p.metrics()
	if err != nil {
		return nil, err
	}
	c, err := newCanvas(moment(inv), m)
	if err != nil {
		return nil, err
	}
	d, err := newPaper(c, inv, company, o)
	if err != nil {
		return nil, err
	}
	d.draw()
	var b bytes.Buffer
	if err := c.pdf.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// moment is the time the file claims to be from: of registration, else of issue. It is
// never zero, because gofpdf would then ask the clock.
func moment(inv *gst.Invoice) time.Time {
	for _, t := range []time.Time{registeredAt(inv), inv.Issued, inv.Created} {
		if !t.IsZero() {
			return t.In(gst.IST)
		}
	}
	return inv.Date.Time().Add(time.Second)
}

func registeredAt(inv *gst.Invoice) time.Time {
	if inv.IRN.Registration == nil {
		return time.Time{}
	}
	return inv.IRN.Registration.AckDate
}
