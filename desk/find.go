package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/registrar"
)

// FindIRN returns the document of an IRN with its INV-01: from the store, else as the portal
// shows it. Then its ID is 0, it is read out of the invoice that the portal signed, and
// nothing is stored.
//
// It returns gst.ErrNotFound when neither has it, *gst.Refusal with the portal's no, and an
// error for which registrar.Unanswered holds when no provider answered.
func (d *Desk) FindIRN(ctx context.Context, c gst.Company, irn string) (*gst.Invoice, []byte, error) {
	irn = strings.ToLower(strings.TrimSpace(irn))
	inv, body, err := d.store.InvoiceByIRN(ctx, c.GSTIN, irn)
	here := err == nil && inv.Mode == c.Mode
	switch {
	case err != nil && !errors.Is(err, gst.ErrNotFound):
		return nil, nil, fmt.Errorf("find IRN: %w", err)
	case here && !bare(inv):
		return inv, body, nil
	}
	there, signed, err := d.registrar.LookUpIRN(ctx, c, irn)
	if err != nil && here {
		return inv, body, nil //nolint:nilerr // better what is known of it than nothing
	}
	return there, signed, err
}

// bare reports whether a document is here as another program's list had it: without lines'
// words and what the portal signed.
func bare(inv *gst.Invoice) bool {
	return inv.Elsewhere && (inv.IRN.Registration == nil || inv.IRN.Registration.SignedInvoice == "")
}

// FindDocument returns the document of a type, number and date with its INV-01 from the store;
// with ask, the portal is asked first. Its word counts: what it cancelled is cancelled here, and what it
// registered without our knowing is taken over. The store answers where nobody can be reached,
// where the portal refuses to show the document, as it does after two days, and where it knows
// none. What the portal alone has comes as with FindIRN, and so do errors.
//
// Source: NIC's list of e-invoice error codes, 2283.
func (d *Desk) FindDocument(ctx context.Context, c gst.Company, t gst.DocumentType, number string, day gst.Date, ask bool) (*gst.Invoice, []byte, error) {
	inv, body, err := d.store.InvoiceByNumber(ctx, c.GSTIN, c.Mode, t, day.FinancialYear(), number)
	here := err == nil && inv.Date == day
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return nil, nil, fmt.Errorf("find document: %w", err)
	}
	if !ask {
		if !here {
			return nil, nil, fmt.Errorf("find %s %s of %s: %w", t, number, day, gst.ErrNotFound)
		}
		return inv, body, nil
	}
	there, signed, err := d.registrar.LookUpDocument(ctx, c, t, number, day)
	switch {
	case !here || err == nil && bare(inv):
		return there, signed, err
	case err != nil:
		return inv, body, nil //nolint:nilerr // the store answers
	}
	return d.agreed(ctx, c, inv, body, there)
}

// agreed brings a document in line with what the portal holds under its number. That takes a
// look of its own, by the registrar's rules, only where the two differ.
func (d *Desk) agreed(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte, there *gst.Invoice) (*gst.Invoice, []byte, error) {
	mine, its := inv.IRN.Registration, there.IRN.Registration
	known := mine != nil && strings.EqualFold(mine.IRN, its.IRN) && inv.IRN.State == there.IRN.State && !mine.Lacks(its)
	if no := inv.IRN.Refusal; inv.IRN.State == gst.IRNConflict && no != nil && no.Duplicate != nil {
		known = strings.EqualFold(no.Duplicate.IRN, its.IRN) // that it is another one is known, too
	}
	if known {
		return inv, body, nil
	}
	if _, err := d.registrar.AskPortal(ctx, c.GSTIN, inv.ID); err != nil {
		return inv, body, nil //nolint:nilerr // it is under way, or such as is never asked about: it stands as it stands
	}
	return d.store.Invoice(ctx, c.GSTIN, inv.ID)
}

// Taxpayer returns what the portal's register says of a GSTIN. Errors are those of
// registrar.Taxpayer.
func (d *Desk) Taxpayer(ctx context.Context, c gst.Company, g gst.GSTIN) (*gst.Taxpayer, error) {
	return d.registrar.Taxpayer(ctx, &c, g)
}

// RawEWay returns an e-way bill as the portal itself writes it: NIC's own object, untouched. The
// company has to have part in it.
//
// It returns gst.Invalid for what cannot be a number, gst.ErrNotFound, *gst.Refusal, and an
// error for which registrar.Unanswered holds when no provider answered.
func (d *Desk) RawEWay(ctx context.Context, company gst.GSTIN, number string) (json.RawMessage, error) {
	if !gst.EWayNumber(number) {
		return nil, gst.Faults{{Rule: "eway.number", Field: "number", Args: []string{number}}}.Err()
	}
	c, err := d.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("read e-way bill %s: %w", number, err)
	}
	return d.registrar.RawEWay(ctx, c, number)
}

// RawEWays returns the e-way bills that others made on a day and that name the company as
// supplier or recipient: a list of NIC's own objects, untouched, which may be empty. Errors are
// those of RawEWay.
func (d *Desk) RawEWays(ctx context.Context, company gst.GSTIN, day gst.Date) (json.RawMessage, error) {
	c, err := d.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("list e-way bills of others: %w", err)
	}
	return d.registrar.RawEWays(ctx, c, registrar.ListOtherParty, day)
}
