package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// EWayOfPaper returns the e-way bill that the company made of a paper, by the paper's kind and
// number: from the store, else what the portal tells of it. Then its ID is 0, nothing is
// stored, and it holds number, moment, validity and state alone.
//
// It returns gst.ErrNotFound when neither has one, *gst.Refusal with the portal's no, and an
// error for which registrar.Unanswered holds when no provider answered.
func (d *Desk) EWayOfPaper(ctx context.Context, company gst.GSTIN, kind gst.PaperKind, number string) (*gst.EWay, error) {
	c, err := d.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("e-way bill of %s: %w", number, err)
	}
	bill, err := d.store.EWayOfPaper(ctx, company, c.Mode, kind, number)
	if err == nil || !errors.Is(err, gst.ErrNotFound) {
		return bill, err
	}
	found, err := d.registrar.LookUpEWayOfPaper(ctx, c, kind, number)
	if err != nil {
		return nil, err
	}
	told := d.told(c, found)
	told.Of.Paper, told.Of.Number = kind, number
	return told, nil
}

// EWayOfIRN returns the e-way bill of a document of c by its IRN, as EWayOfPaper does.
func (d *Desk) EWayOfIRN(ctx context.Context, c gst.Company, irn string) (*gst.EWay, error) {
	irn = strings.ToLower(strings.TrimSpace(irn))
	inv, _, err := d.store.InvoiceByIRN(ctx, c.GSTIN, irn)
	if err == nil && inv.Mode == c.Mode {
		bill, err := d.store.EWayOfInvoice(ctx, c.GSTIN, inv.ID)
		if err == nil && bill.Number != "" {
			return bill, nil
		}
		if err != nil && !errors.Is(err, gst.ErrNotFound) {
			return nil, fmt.Errorf("e-way bill of IRN: %w", err)
		}
	}
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return nil, fmt.Errorf("e-way bill of IRN: %w", err)
	}
	found, err := d.registrar.LookUpEWayOfIRN(ctx, c, irn)
	if err != nil {
		return nil, err
	}
	told := d.told(c, found)
	told.Route, told.Of.IRN = gst.EWayByIRN, irn
	return told, nil
}

// told is a bill of which the portal tells little.
func (d *Desk) told(c gst.Company, found *gst.EWayBill) *gst.EWay {
	bill := &gst.EWay{
		Company: c.GSTIN, Mode: c.Mode, Role: gst.EWayOurs, Route: gst.EWayFound, State: gst.EWayActive, Number: found.Number,
		Made: found.Date, MadeBy: found.MadeBy, ValidUntil: found.ValidUntil, Notes: found.Notes, ReadAt: d.now(),
	}
	switch {
	case strings.EqualFold(found.Status, gst.RegistrationCancelled):
		bill.State = gst.EWayCancelled
	case found.ValidUntil.IsZero():
		bill.State = gst.EWayPartA
	}
	return bill
}

// OpenConsignment reads a request for an e-way bill as other programs write it: the members of
// the e-way bill API 1.03 in any case and order, numbers as text and text as numbers. The
// consignment comes back as far as it could be read; MakeEWay says what is wrong with it.
//
// It returns *FileError for what is no JSON object at all, and gst.Invalid with a fault for each
// member that cannot be read.
func OpenConsignment(data []byte) (gst.Consignment, error) {
	c, err := nic.DecodeConsignment(data)
	return c, asFileError(err)
}

// EWayMember is the e-way bill API's name of a field of the consignment's form, "fromPincode" for
// "from.pin" and "itemList[0].quantity" for "lines[0].quantity"; "" for a field that it has not.
func EWayMember(field string) string { return nic.EWayPathOf(field) }
