package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mohar/gst"
)

// Original is a document that credit and debit notes go back to, with what they left.
type Original struct {
	*gst.Invoice
	Notes []*gst.Invoice // the issued ones, as far as they count against it
	Left  []gst.LineLeft // line by line, what may still be credited
}

// Original reads a document of c with the notes to it. It returns gst.ErrNotFound, and
// gst.ErrState for a document that no note can go back to; see NotesAllowed.
func (d *Desk) Original(ctx context.Context, c gst.Company, id int64) (Original, error) {
	inv, _, err := d.store.Invoice(ctx, c.GSTIN, id)
	if err != nil {
		return Original{}, fmt.Errorf("read the original: %w", err)
	}
	if !NotesAllowed(c, inv) {
		return Original{}, fmt.Errorf("notes to %q: %w", inv.Number, gst.ErrState)
	}
	if inv.Elsewhere {
		if err := d.complete(ctx, inv); err != nil {
			return Original{}, err
		}
	}
	return d.withNotes(ctx, inv)
}

// complete fills in what a list of another program's documents does not tell and a note to
// one needs: the buyer's address, where the buyer is known here, and words and the unit
// "others" for the lines, which a note need not describe.
//
// Source: CGST Rules 2017, rule 53(1A).
func (d *Desk) complete(ctx context.Context, inv *gst.Invoice) error {
	for i := range inv.Lines {
		line := &inv.Lines[i]
		if line.Description == "" {
			line.Description = "As billed in " + inv.Number
		}
		if line.Unit == "" && !line.Service {
			line.Unit = "OTH"
		}
	}
	if inv.Buyer.Address1 != "" || len(inv.Buyer.GSTIN) != len(inv.Company) {
		return nil
	}
	known, err := d.store.Customers(ctx, inv.Company, inv.Buyer.GSTIN, 1)
	if err != nil {
		return fmt.Errorf("look for the buyer: %w", err)
	}
	if len(known) == 1 && known[0].GSTIN == inv.Buyer.GSTIN {
		inv.Buyer = known[0].Party
	}
	return nil
}

func (d *Desk) withNotes(ctx context.Context, inv *gst.Invoice) (Original, error) {
	stored, err := d.store.NotesOf(ctx, inv.Company, inv.ID)
	if err != nil {
		return Original{}, fmt.Errorf("read the notes to %q: %w", inv.Number, err)
	}
	notes := counted(stored, inv)
	return Original{Invoice: inv, Notes: notes, Left: gst.Left(inv, notes)}, nil
}

// NotesAllowed reports whether credit and debit notes may go back to a document of c: an
// invoice or a bill of supply that stands as it is. One that waits for its IRN is no
// invoice yet and is mended or given up instead.
//
// Source: CGST Act 2017, section 34; CGST Rules 2017, rule 48(5).
func NotesAllowed(c gst.Company, inv *gst.Invoice) bool {
	return (inv.Type == gst.TaxInvoice || inv.Type == gst.BillOfSupply) && inv.State == gst.Issued && inv.Mode == c.Mode &&
		(inv.IRN.State == gst.IRNRegistered || inv.IRN.State == gst.IRNNotRequired)
}

// Remaining is how much of the document's total is not credited, without the rounding of
// the total once a part is.
func (o Original) Remaining() gst.Paise {
	credited := slices.ContainsFunc(o.Notes, func(n *gst.Invoice) bool { return n.Type == gst.CreditNote })
	if !credited {
		return o.Totals.Total
	}
	var left gst.Paise
	for _, l := range o.Left {
		left += l.Taxable + l.OtherCharges
		if !o.ReverseCharge {
			left += l.IGST + l.CGST + l.SGST + l.Cess + l.CessFixed + l.StateCess + l.StateCessFixed
		}
	}
	return min(left, o.Totals.Total)
}

// All are the picks of all that is left.
func (o Original) All() []gst.Pick {
	var picks []gst.Pick
	for _, l := range o.Left {
		if !l.None() {
			picks = append(picks, gst.Pick{Line: l.Line, Quantity: max(l.Quantity, 0), Taxable: max(l.Taxable, 0)})
		}
	}
	return picks
}

// Note makes a credit or debit note of what was picked, computed for c and with all that
// is wrong with it. It stores nothing. remarks say why it is made.
//
// It returns gst.Invalid when nothing is picked or more than is left, with the picks as
// lines, and gst.ErrNotFound for a line that does not exist.
func (d *Desk) Note(c gst.Company, o Original, kind gst.DocumentType, picks []gst.Pick, remarks string) (*gst.Invoice, gst.Faults, error) {
	note, err := gst.MakeNote(o.Invoice, kind, o.Left, picks, d.Law())
	if err != nil {
		return nil, nil, fmt.Errorf("note to %q: %w", o.Number, err)
	}
	note.Refs.Remarks = remarks
	faults := d.Check(c, note)
	gst.SettleNote(note, o.Invoice, o.Notes, c.RoundOff)
	return note, faults, nil
}

// settle gives the last credit note to a document what remains of its taxes, to the paisa.
func (d *Desk) settle(ctx context.Context, c gst.Company, note *gst.Invoice) error {
	if note.Type != gst.CreditNote || note.Brought {
		return nil
	}
	original, err := d.originalOf(ctx, note)
	if errors.Is(err, gst.ErrNotFound) {
		return nil // of another program's time
	}
	if err != nil {
		return err
	}
	o, err := d.withNotes(ctx, original)
	if err != nil {
		return err
	}
	gst.SettleNote(note, o.Invoice, o.Notes, c.RoundOff)
	return nil
}

// originalOf reads the one document that a note goes back to: gst.ErrNotFound when that is
// not here, or there are several.
func (d *Desk) originalOf(ctx context.Context, note *gst.Invoice) (*gst.Invoice, error) {
	if len(note.Refs.Preceding) > 1 {
		return nil, gst.ErrNotFound
	}
	if note.Source != 0 {
		inv, _, err := d.store.Invoice(ctx, note.Company, note.Source)
		return inv, err
	}
	for _, p := range note.Refs.Preceding {
		for _, kind := range []gst.DocumentType{gst.TaxInvoice, gst.BillOfSupply} {
			inv, _, err := d.store.InvoiceByNumber(ctx, note.Company, note.Mode, kind, p.Date.FinancialYear(), p.Number)
			if !errors.Is(err, gst.ErrNotFound) {
				return inv, err
			}
		}
	}
	return nil, gst.ErrNotFound
}

// checkNote keeps all credit notes to a document together within it.
func checkNote(note, original *gst.Invoice, others []*gst.Invoice) gst.Faults {
	var faults gst.Faults
	for _, part := range counted([]*gst.Invoice{note}, original) {
		faults = append(faults, gst.CheckNote(part, original, counted(others, original))...)
	}
	return faults
}

// counted returns the notes as far as they count against one of the documents that they
// go back to. Which lines of a note to several are about which of them, only the lines
// made here say; the others are left out, so that a note is never refused for goods of
// another document.
func counted(notes []*gst.Invoice, original *gst.Invoice) []*gst.Invoice {
	var parts []*gst.Invoice
	for _, note := range notes {
		made, several := note.Source == original.ID, len(note.Refs.Preceding) > 1
		if several && !made {
			continue
		}
		part := *note
		part.Lines = slices.Clone(note.Lines)
		for i := range part.Lines {
			line := &part.Lines[i]
			switch {
			case several && line.Against == 0:
				*line = gst.Line{} // credits nothing here; the place of the others must stay
			case !made:
				line.Against = 0 // a line of another document
			}
		}
		parts = append(parts, &part)
	}
	return parts
}

// IssueNote issues a note like Issue. seen is how many notes to the original were known
// when it was made: with another one since, which a second press on the same button makes,
// it returns gst.Invalid (note.meanwhile).
func (d *Desk) IssueNote(ctx context.Context, c gst.Company, note *gst.Invoice, seen int) error {
	return d.issue(ctx, c, note, encode, func(_, original *gst.Invoice, others []*gst.Invoice) gst.Faults {
		others = counted(others, original)
		if len(others) <= seen || original.ID != note.Source {
			return nil
		}
		last := others[len(others)-1]
		return gst.Faults{{Rule: "note.meanwhile", Args: []string{last.Number, last.Totals.Total.Indian()}}}
	})
}
