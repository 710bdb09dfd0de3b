package desk

import (
	"context"
	"errors"
	"fmt"

	"mohar/gst"
	"mohar/nic"
)

// CheckElsewhere returns what is wrong with a document of c that another program issued.
// Its figures are not judged: it stands as it is, and only what the registers need is
// asked for.
func (d *Desk) CheckElsewhere(c gst.Company, inv *gst.Invoice) gst.Faults {
	var faults gst.Faults
	add := func(warning bool, rule, field string, args ...string) {
		faults = append(faults, gst.Fault{Rule: rule, Field: field, Args: args, Warning: warning})
	}
	switch {
	case inv.Date == 0:
		add(false, "required", "date")
	case inv.Date > d.Today():
		add(false, "date.future", "date")
	case inv.Date <= c.LockedTo:
		add(false, "date.locked", "date", c.LockedTo.String())
	}
	if inv.Number == "" {
		add(false, "required", "number")
	}
	if reg := inv.IRN.Registration; reg != nil && reg.IRN != "" && inv.Date != 0 &&
		reg.IRN != nic.IRN(c.GSTIN, inv.Date, inv.Type, inv.Number) {
		// The IRN is worked out of GSTIN, year, type and number: one of them is mistyped.
		add(true, "elsewhere.irn", "irn", inv.Number)
	}
	return faults
}

// Recorded reports whether c has a document of this type, year and number already.
func (d *Desk) Recorded(ctx context.Context, c gst.Company, inv *gst.Invoice) (bool, error) {
	_, _, err := d.store.InvoiceByNumber(ctx, c.GSTIN, c.Mode, inv.Type, inv.Date.FinancialYear(), inv.Number)
	if errors.Is(err, gst.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// RecordElsewhere records a document of c that another program issued, so that registers
// are whole and notes can go back to it. Nothing is sent for it.
//
// It returns gst.Invalid, and gst.ErrConflict when the number is here already.
func (d *Desk) RecordElsewhere(ctx context.Context, c gst.Company, inv *gst.Invoice) error {
	inv.Company, inv.Mode, inv.Seller = c.GSTIN, c.Mode, c.Party()
	inv.Brought, inv.Elsewhere = true, true
	if err := d.CheckElsewhere(c, inv).Err(); err != nil {
		return err
	}
	if err := d.store.RecordElsewhere(ctx, inv, nil); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// together is how many documents are recorded at once: those that wait share a commit.
const together = 32

// RecordAll records documents of c, those that notes may go back to first, and returns how
// many it recorded. What is here already is passed over, so that a list may come again. At
// an error, which it returns, the rest is not recorded.
func (d *Desk) RecordAll(ctx context.Context, c gst.Company, documents []*gst.Invoice) (int, error) {
	var originals, notes []*gst.Invoice
	for _, inv := range documents {
		if inv.Type == gst.CreditNote || inv.Type == gst.DebitNote {
			notes = append(notes, inv)
		} else {
			originals = append(originals, inv)
		}
	}
	recorded, err := d.recordTogether(ctx, c, originals)
	if err != nil {
		return recorded, err
	}
	more, err := d.recordTogether(ctx, c, notes)
	return recorded + more, err
}

func (d *Desk) recordTogether(ctx context.Context, c gst.Company, documents []*gst.Invoice) (recorded int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, results := make(chan *gst.Invoice), make(chan error)
	for range together {
		go func() {
			for inv := range work {
				results <- d.RecordElsewhere(ctx, c, inv)
			}
		}()
	}
	go func() {
		defer close(work)
		for _, inv := range documents {
			work <- inv
		}
	}()
	for range documents {
		switch one := <-results; {
		case one == nil:
			recorded++
		case errors.Is(one, gst.ErrConflict):
		case err == nil:
			err = one
			stop() // the rest fails at once
		}
	}
	return recorded, err
}
