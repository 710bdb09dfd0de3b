package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"mohar/gst"
)

// EWayOptions say how e-way bills are printed.
type EWayOptions struct {
	Slip bool      // the short slip instead of the detailed print
	A5   bool      // instead of A4
	Now  time.Time // an e-way bill whose time is over is marked as of then; zero: none is
}

// WriteEWays writes e-way bills as one PDF file, each on pages of its own: a business
// document for the driver; the law itself asks for the number only. Those without a number
// cannot be printed: it fails, and nothing is written then.
//
// Source: CGST Rules 2017, rule 138A(1).
func (p *Printer) WriteEWays(w io.Writer, bills []gst.EWay, o EWayOptions) error {
	if len(bills) == 0 {
		return errors.New("draw e-way bills: there are none")
	}
	return p.write(w, o.A5, bills[0].Made, func(c *canvas) error {
		for i := range bills {
			if err := drawEWay(c, &bills[i], o); err != nil {
				return fmt.Errorf("draw e-way bill %q: %w", bills[i].Number, err)
			}
		}
		c.pdf.SetTitle(joined(" ", "e-Way Bill", bills[0].Number), true)
		return nil
	})
}

// WriteTrip writes a trip sheet as a PDF file. It fails for one that has no number yet.
func (p *Printer) WriteTrip(w io.Writer, t *gst.TripSheet, o EWayOptions) error {
	return p.write(w, o.A5, t.Made, func(c *canvas) error {
		c.pdf.SetTitle(joined(" ", "Trip sheet", t.Number), true)
		return drawTrip(c, t, o)
	})
}

// write draws a file and writes it once it is finished.
func (p *Printer) write(w io.Writer, a5 bool, made time.Time, draw func(*canvas) error) error {
	p.slots <- struct{}{}
	file, err := p.file(a5, made, draw)
	<-p.slots
	if err != nil {
		return err
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// file returns what draw draws. gofpdf answers some mistakes with a panic.
func (p *Printer) file(a5 bool, made time.Time, draw func(*canvas) error) (file []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	m, err := p.metrics()
	if err != nil {
		return nil, err
	}
	size := "A4"
	if a5 {
		size = "A5"
	}
	c, err := newCanvasOf(size, made.In(gst.IST), m)
	if err != nil {
		return nil, err
	}
	c.pdf.SetCreator("Mohar", true)
	if err := draw(c); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := c.pdf.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// errUnmade says that something has no number and so nothing to print.
var errUnmade = errors.New("the portal has not made it")

// ewayForm is one e-way bill being drawn.
type ewayForm struct {
	*form
	bill  *gst.EWay
	state gst.EWayState
}

func drawEWay(c *canvas, b *gst.EWay, o EWayOptions) error {
	if b.Number == "" || b.Made.IsZero() {
		return errUnmade
	}
	f := ewayForm{form: newForm(c, o.A5), bill: b, state: b.State}
	if !o.Now.IsZero() {
		f.state = b.StateAt(o.Now)
	}
	f.first = c.pdf.PageCount() + 1
	f.running = "e-Way Bill " + grouped(b.Number)
	f.ghosts = f.marks()
	f.page()
	if err := f.head(o.Slip); err != nil {
		return err
	}
	if o.Slip {
		f.short()
	} else {
		f.detailed()
	}
	if err := f.foot(); err != nil {
		return err
	}
	f.numberPages()
	return nil
}

// marks are what must not be overlooked.
func (f *ewayForm) marks() []string {
	var list []string
	if f.bill.Mode == gst.Practice {
		list = append(list, "PRACTICE")
	}
	switch f.state {
	case gst.EWayCancelled:
		list = append(list, "CANCELLED")
	case gst.EWayPartA:
		list = append(list, "PART A")
	case gst.EWayExpired, gst.EWayDiscarded:
		list = append(list, "EXPIRED")
	case gst.EWayClosed:
		list = append(list, "CLOSED")
	}
	return list
}

// warning says in words what the large marks mean.
func (f *ewayForm) warning() string {
	b := f.bill
	switch f.state {
	case gst.EWayCancelled:
		return joined(" ", "CANCELLED", stamp(b.Cancelled.At, moment12))
	case gst.EWayPartA:
		return "PART-A SLIP – NOT VALID FOR MOVEMENT"
	case gst.EWayExpired:
		return joined(" ", "EXPIRED", stamp(b.ValidUntil, moment12))
	case gst.EWayDiscarded:
		return "LAPSED WITHOUT PART B – NOT VALID FOR MOVEMENT"
	case gst.EWayClosed:
		return joined(" ", "CLOSED", b.ClosedOn.String())
	}
	return ""
}

// head draws title, number and QR code.
func (f *ewayForm) head(slip bool) error {
	b := f.bill
	code, err := newSymbol(EWayQR(b.Number, b.MadeBy, b.Made))
	if err != nil {
		return err
	}
	const size = 24.0
	full := code.full(size)
	f.symbol(f.right()-full+(full-size)/2, f.y-(full-size)/2, size, code)
	title := "e-Way Bill"
	switch {
	case f.state == gst.EWayPartA:
		title = "e-Way Bill – Part-A Slip"
	case slip:
		title = "e-Way Bill – Slip"
	}
	y := f.y
	line := func(s string, st style) {
		if s = oneLine(s); s != "" {
			f.text(f.left(), y+st.ascent(), s, st)
			y += st.height()
		}
	}
	line(title, f.sized(titleStyle))
	line(grouped(b.Number), f.sized(style{true, 17, ink}))
	line("Generated "+stamp(b.Made, moment12), f.sized(bodyStyle))
	if f.state == gst.EWayActive {
		line(prefixed("Valid until ", stamp(b.ValidUntil, moment12)), f.sized(strongStyle))
	}
	if b.Mode == gst.Practice {
		line("PRACTICE – not an e-way bill", f.sized(sealStyle))
	}
	line(f.warning(), f.sized(sealStyle))
	if !b.RejectedAt.IsZero() {
		line("REJECTED BY THE OTHER PARTY "+stamp(b.RejectedAt, moment12), f.sized(sealStyle))
	}
	f.y = max(y, f.y+full-(full-size)/2) + 1.5
	f.rule(f.left(), f.right(), f.y, 0.35, ink)
	return nil
}

// foot draws the bar code of the number.
func (f *ewayForm) foot() error {
	const tall = 11.0
	st := f.sized(bodyStyle)
	f.room(tall + st.height() + 6)
	f.y += 4
	if err := f.barcode(f.wide/2, f.y, 62, tall, f.bill.Number); err != nil {
		return err
	}
	f.y += tall + 0.6
	f.textMiddle(f.wide/2, f.y+st.ascent(), f.bill.Number, st)
	f.y += st.height()
	return nil
}
