package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
)

// Sent is a document that a program sent, as it stands.
type Sent struct {
	Invoice *gst.Invoice
	Body    []byte // INV-01 as it is or will be sent to the portal
	Before  bool   // it was here already
}

// What the portal says of a number that is used up: it is said here before the portal has to.
// Source: NIC's list of e-invoice error codes.
var (
	usedByOther   = gst.RefusalCode{Code: "2150", Message: "Duplicate IRN"}
	usedCancelled = gst.RefusalCode{Code: "2278", Message: "IRN is already generated and is cancelled for this document number"}
)

// mostSends is how often Send begins anew when the document is changed under its hands.
const mostSends = 4

// Send stores, issues and queues a document that a program sent as INV-01, under its own number
// and with its own figures, once. Its IRN is asked for also where the company registers by hand:
// the program wants it.
//
// The same document again, by type, number, financial year and company, comes back as it is
// stored. One that the portal refused, or that is held, is amended under its number when other
// content comes, and queued; unchanged it is sent again where registrar.MayResend allows that,
// and else comes back with its refusal. In all other states equal buyer and total count as
// the same document, as they do for the e-invoice system.
//
// It returns *FileError for what is no INV-01 at all; gst.Invalid with all faults of reading and
// of the rules; *gst.Refusal with code 2278 for a number whose IRN was cancelled and 2150 for a
// registered document with another buyer or total; gst.ErrState where the number is used
// otherwise.
func (d *Desk) Send(ctx context.Context, c gst.Company, data []byte) (Sent, error) {
	inv, body, err := Open(data)
	return d.SendOpened(ctx, c, inv, body, err)
}

// SendOpened is Send for what Open made of a document; unread is the error of Open.
func (d *Desk) SendOpened(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte, unread error) (Sent, error) {
	c.ByHand = false
	return d.send(ctx, c, inv, body, unread)
}

// SendHeld is Send for a document that is not to be registered yet: it is held, and so is one
// that other content came for.
func (d *Desk) SendHeld(ctx context.Context, c gst.Company, data []byte) (Sent, error) {
	c.ByHand = true
	inv, body, err := Open(data)
	return d.send(ctx, c, inv, body, err)
}

func (d *Desk) send(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte, err error) (Sent, error) {
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return Sent{}, fmt.Errorf("read INV-01: %w", err)
	}
	if inv.Company != c.GSTIN {
		unread.Faults = append(unread.Faults, gst.Fault{Rule: "seller.company", Code: "2143", Field: "seller.gstin", Args: []string{string(c.GSTIN)}})
	}
	if len(unread.Faults) > 0 {
		more, err := d.checkAll(ctx, c, inv)
		if err != nil {
			return Sent{}, err
		}
		return Sent{}, gst.Invalid{Faults: beside(unread.Faults, more)}
	}
	for range mostSends {
		var sent Sent
		sent, err = d.sendOnce(ctx, c, inv, body)
		if !errors.Is(err, gst.ErrConflict) { // changed meanwhile, by somebody who sends the same
			return sent, err
		}
	}
	return Sent{}, err
}

// sendOnce takes the usual case first: a document that is new costs one write and no reading. What is
// stored is looked for when it cannot be issued. It returns gst.ErrConflict when that changed
// meanwhile.
func (d *Desk) sendOnce(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte) (Sent, error) {
	fresh := *inv
	why := d.issue(ctx, c, &fresh, func(*gst.Invoice) ([]byte, error) { return body, nil })
	var bad gst.Invalid
	switch {
	case why == nil:
		return Sent{Invoice: &fresh, Body: body}, nil
	case !errors.Is(why, gst.ErrConflict) && !errors.As(why, &bad):
		return Sent{}, why
	}
	stored, was, err := d.store.InvoiceByNumber(ctx, c.GSTIN, c.Mode, inv.Type, inv.Date.FinancialYear(), inv.Number)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return Sent{}, why
	case err != nil:
		return Sent{}, fmt.Errorf("look for %q: %w", inv.Number, err)
	}
	sent, err := d.sentBefore(ctx, c, inv, body, Sent{Invoice: stored, Body: was, Before: true})
	var used *gst.Refusal
	if bad.Faults != nil && (errors.As(err, &used) || errors.Is(err, gst.ErrState)) {
		return sent, why // the portal, too, sees to its rules before it looks for the number
	}
	return sent, err
}

// sentBefore says what comes of a document whose number another one has, or it itself has.
func (d *Desk) sentBefore(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte, here Sent) (Sent, error) {
	stored := here.Invoice
	switch state := stored.IRN.State; {
	case state == gst.IRNCancelled:
		return here, &gst.Refusal{Codes: []gst.RefusalCode{usedCancelled}, Duplicate: stored.IRN.Registration}
	case stored.State == gst.Void:
		return here, fmt.Errorf("send %q: it is void here: %w", inv.Number, gst.ErrState)
	case !stored.Elsewhere && (state == gst.IRNFailed || state == gst.IRNConflict || state == gst.IRNHeld):
		return d.sendParked(ctx, c, inv, body, here)
	case sameDeal(stored, inv):
		return here, nil
	case state == gst.IRNRegistered:
		return here, &gst.Refusal{Codes: []gst.RefusalCode{usedByOther}, Duplicate: stored.IRN.Registration}
	}
	return here, fmt.Errorf("send %q: another document of this number stands %q here: %w", inv.Number, stored.IRN.State, gst.ErrState)
}

// sendParked takes up a document that waits for somebody: with other content it is amended, as
// it is it is sent where that may help.
func (d *Desk) sendParked(ctx context.Context, c gst.Company, inv *gst.Invoice, body []byte, here Sent) (Sent, error) {
	stored := here.Invoice
	if !sameContent(here.Body, body) {
		if !stored.Brought {
			// Typed in the house's own form: a program that comes by its number does not mean it.
			return here, fmt.Errorf("send %q: a document of this number was typed here: %w", inv.Number, gst.ErrState)
		}
		mended := *inv
		mended.ID, mended.Version = stored.ID, stored.Version
		err := d.amend(ctx, c, &mended, func(*gst.Invoice, []byte) ([]byte, error) { return body, nil })
		if err != nil {
			return here, meanwhile(err)
		}
		return Sent{Invoice: &mended, Body: body, Before: true}, nil
	}
	var err error
	switch no := stored.IRN.Refusal; {
	case stored.IRN.State == gst.IRNHeld && !c.ByHand:
		err = d.Register(ctx, c, stored.ID)
	case no != nil && mayResend(*no):
		err = d.SendAgain(ctx, c, stored.ID)
	default:
		return here, nil
	}
	if err != nil {
		return here, meanwhile(err)
	}
	if here.Invoice, here.Body, err = d.store.Invoice(ctx, c.GSTIN, stored.ID); err != nil {
		return here, fmt.Errorf("read %q: %w", inv.Number, err)
	}
	return here, nil
}

func mayResend(no gst.Refusal) bool {
	may, _ := registrar.MayResend(no)
	return may
}

// meanwhile makes gst.ErrConflict of gst.ErrState: the document was parked when it was read, so
// that somebody else must have taken it up.
func meanwhile(err error) error {
	if errors.Is(err, gst.ErrState) {
		return fmt.Errorf("%w: %w", gst.ErrConflict, err)
	}
	return err
}

// sameDeal reports whether two documents of one number are the same for the e-invoice system: of
// one buyer and one total. Buyers without GSTIN are told apart by their names.
//
// Source: NIC's best practices, duplicate IRN.
func sameDeal(a, b *gst.Invoice) bool {
	who := func(inv *gst.Invoice) string {
		if inv.Buyer.GSTIN == "" || inv.Buyer.GSTIN == gst.URP {
			return gst.URP + " " + strings.Join(strings.Fields(inv.Buyer.LegalName), " ")
		}
		return inv.Buyer.GSTIN
	}
	return strings.EqualFold(who(a), who(b)) && a.Totals.Total == b.Totals.Total
}

// sameContent reports whether two INV-01 bodies say the same, however their figures are spelt.
func sameContent(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	plain := func(body []byte) []byte {
		inv, _, err := nic.Decode(body)
		if err != nil {
			return nil
		}
		text, err := nic.Encode(inv)
		if err != nil {
			return nil
		}
		return text
	}
	text := plain(a)
	return text != nil && bytes.Equal(text, plain(b))
}
