package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// What programs ask of the portal that is not kept here. Unlike a person's question it does not
// open a line that rests: programs ask again by themselves. Of all these gst.ErrNotFound is the
// portal's clear word that it holds none, ErrNobody says that no provider gave an answer, and a
// *gst.Refusal is the portal's no.

// ErrNobody says that all providers of a company failed, or none is set up: nothing is known of
// what the portal would say. WhyNot has the code of the last one.
var ErrNobody = errors.New("no provider gave an answer")

// LookUpIRN returns what the portal holds under an IRN, and the document as the portal signed it
// with its INV-01 JSON. Nothing is stored.
func (r *Registrar) LookUpIRN(ctx context.Context, c gst.Company, irn string) (*gst.Invoice, []byte, error) {
	inv, body, err := r.lookUpSigned(ctx, c, gst.OpByIRN, func(calls context.Context, p *gsp.Portal) (*gst.Registration, error) {
		reg, err := p.ByIRN(calls, irn)
		if err == nil && !strings.EqualFold(reg.IRN, irn) {
			return nil, fmt.Errorf("%w: %w: it is about IRN %s", gsp.ErrNoAnswer, errNotBelieved, reg.IRN)
		}
		return reg, err
	})
	return inv, body, wrap("look up IRN "+irn, err)
}

// LookUpDocument is LookUpIRN by type, number and date.
func (r *Registrar) LookUpDocument(ctx context.Context, c gst.Company, t gst.DocumentType, number string, day gst.Date) (*gst.Invoice, []byte, error) {
	inv, body, err := r.lookUpSigned(ctx, c, gst.OpByDocument, func(calls context.Context, p *gsp.Portal) (*gst.Registration, error) {
		reg, err := p.ByDocument(calls, t, number, day)
		if err == nil && otherNumber(&db.IRNRequest{Type: t, Number: number}, reg) != "" {
			return nil, fmt.Errorf("%w: %w: it is about another number", gsp.ErrNoAnswer, errNotBelieved)
		}
		return reg, err
	})
	return inv, body, wrap(fmt.Sprintf("look up %s %s", t, number), err)
}

func (r *Registrar) lookUpSigned(
	ctx context.Context, c gst.Company, op gst.Operation, ask func(context.Context, *gsp.Portal) (*gst.Registration, error),
) (inv *gst.Invoice, body []byte, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	err = r.inquire(calls, c, op, judge, &r.gate, func(p *gsp.Portal) error {
		reg, err := ask(calls, p)
		if err == nil {
			inv, body, err = r.signedAs(calls, c, reg)
		}
		if err == nil {
			r.withEWay(calls, p, body, reg)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return inv, body, nil
}

// signedAs is a registered document of c as the portal signed it. What holds under no signature, or
// is another company's, is no answer.
func (r *Registrar) signedAs(ctx context.Context, c gst.Company, reg *gst.Registration) (*gst.Invoice, []byte, error) {
	unproved := func(why error) (*gst.Invoice, []byte, error) {
		return nil, nil, fmt.Errorf("%w: %w: %w", gsp.ErrNoAnswer, errNotBelieved, why)
	}
	signed, err := nic.Read(reg.SignedInvoice)
	if err != nil {
		return unproved(err)
	}
	inv, body, err := nic.Decode(signed.Data)
	if inv == nil {
		return unproved(err)
	}
	if inv.Company != c.GSTIN || reg.IRN != nic.IRN(inv.Company, inv.Date, inv.Type, inv.Number) {
		return unproved(nic.ErrOtherDocument)
	}
	if err := r.verify(ctx, &db.IRNRequest{Company: c.GSTIN, Mode: c.Mode, Body: body}, reg); err != nil {
		return unproved(err)
	}
	inv.Mode, inv.State = c.Mode, gst.Issued
	inv.IRN = gst.IRNStatus{State: gst.IRNRegistered, Registration: reg}
	if reg.Status == gst.RegistrationCancelled {
		inv.State, inv.IRN.State = gst.Void, gst.IRNCancelled
	}
	return inv, body, nil
}

// LookUpEWayOfIRN returns the e-way bill that the portal holds of an IRN.
func (r *Registrar) LookUpEWayOfIRN(ctx context.Context, c gst.Company, irn string) (bill *gst.EWayBill, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	err = r.inquire(calls, c, gst.OpEWayOfIRN, judgeEWay, &r.ewayGates.byIRN, func(p *gsp.Portal) (err error) {
		bill, err = p.EWayOfIRN(calls, irn)
		return err
	})
	return bill, wrap("look up e-way bill of IRN "+irn, err)
}

// LookUpEWayOfPaper returns the e-way bill that the company made of a paper.
func (r *Registrar) LookUpEWayOfPaper(ctx context.Context, c gst.Company, kind gst.PaperKind, number string) (bill *gst.EWayBill, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	err = r.inquire(calls, c, gst.OpEWayRead, judgeEWay, &r.ewayGates.direct, func(p *gsp.Portal) (err error) {
		bill, err = p.EWayOfPaper(calls, kind, number)
		return err
	})
	return bill, wrap(fmt.Sprintf("look up e-way bill of %s %s", kind, number), err)
}

// RawEWay returns an e-way bill as the portal itself writes it, decrypted and else untouched.
func (r *Registrar) RawEWay(ctx context.Context, c gst.Company, number string) (raw json.RawMessage, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	err = r.inquire(calls, c, gst.OpEWayRead, judgeEWay, &r.ewayGates.direct, func(p *gsp.Portal) (err error) {
		_, raw, err = p.RawEWay(calls, number)
		return err
	})
	return raw, wrap("read e-way bill "+number, err)
}

// RawEWays returns one of the portal's lists of a day as the portal itself writes it; an empty
// list when it has nothing.
func (r *Registrar) RawEWays(ctx context.Context, c gst.Company, list EWayList, day gst.Date) (raw json.RawMessage, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	err = r.inquire(calls, c, gst.OpEWayList, judgeEWay, &r.ewayGates.direct, func(p *gsp.Portal) (err error) {
		_, raw, err = p.RawEWays(calls, list, day)
		return err
	})
	return raw, wrap(fmt.Sprintf("list e-way bills of %s", day), err)
}

// inquire puts a program's question to the company's providers.
func (r *Registrar) inquire(ctx context.Context, c gst.Company, op gst.Operation, judge func(error) verdict, g *gate, ask func(*gsp.Portal) error) error {
	portals, err := r.portals(ctx, c.GSTIN, c.Mode)
	if err != nil {
		return fmt.Errorf("%w: %w: %w", ErrNobody, gsp.ErrNotSent, err)
	}
	err = r.askPortals(client{c.GSTIN, c.Mode}, g, ready(portals, op), judge, ask)
	switch judge(err) {
	case unsent, unanswered, busy:
		return fmt.Errorf("%w: %w", ErrNobody, err)
	}
	return err
}
