package gsp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// The portal's two houses. A document registered at the other one is found when
// the call names it. Source: NIC note on interoperability of 18-07-2024.
var houses = [...]string{"NIC1", "NIC2"}

// Generate asks for the IRN of the document whose canonical INV-01 JSON is body.
//
// It returns ErrNotSent or a refusal marked ErrSignIn when the portal did not get
// to see the document, ErrNoAnswer when it may have registered it, and any other
// *gst.Refusal when it refused the document.
func (p *Portal) Generate(ctx context.Context, body []byte) (*gst.Registration, error) {
	e, data, err := p.ask(ctx, call{method: http.MethodPost, path: p.api.paths.generate}, body)
	if err != nil {
		return nil, fmt.Errorf("generate IRN: %w", err)
	}
	reg, err := p.registration(e, data)
	if err != nil {
		return nil, fmt.Errorf("generate IRN: %w", err)
	}
	return reg, nil
}

// ByIRN looks a document up by its IRN, in both of the portal's houses. The error
// satisfies NotThere when the portal holds none.
func (p *Portal) ByIRN(ctx context.Context, irn string) (*gst.Registration, error) {
	reg, err := p.find(ctx, fill(p.api.paths.byIRN, "irn", irn))
	if err != nil {
		return nil, fmt.Errorf("look up IRN: %w", err)
	}
	return reg, nil
}

// ByDocument looks a document up by type, number and date, in both of the portal's
// houses. The error satisfies NotThere when the portal holds none.
func (p *Portal) ByDocument(ctx context.Context, t gst.DocumentType, number string, d gst.Date) (*gst.Registration, error) {
	day := fmt.Sprintf("%02d/%02d/%04d", d%100, d/100%100, d/10000)
	reg, err := p.find(ctx, fill(p.api.paths.byDocument, "type", string(t), "number", number, "date", day))
	if err != nil {
		return nil, fmt.Errorf("look up %s %s: %w", t, number, err)
	}
	return reg, nil
}

// Cancel cancels an IRN and returns when the portal did so. The remark is
// required. Errors are those of Generate; code 9999 means that it was cancelled
// already.
func (p *Portal) Cancel(ctx context.Context, irn string, r gst.CancelReason, remark string) (time.Time, error) {
	body, err := json.Marshal(nic.CancelRequest{Irn: irn, CnlRsn: nic.Text(r), CnlRem: remark})
	if err != nil {
		return time.Time{}, fmt.Errorf("cancel IRN: %w: %w", ErrNotSent, err)
	}
	_, data, err := p.ask(ctx, call{method: http.MethodPost, path: p.api.paths.cancel}, body)
	if err != nil {
		return time.Time{}, fmt.Errorf("cancel IRN: %w", err)
	}
	var answer nic.CancelReply
	if err := json.Unmarshal(data, &answer); err != nil {
		return time.Time{}, fmt.Errorf("cancel IRN: %w: %w", ErrNoAnswer, err)
	}
	if answer.CancelDate.IsZero() {
		return time.Time{}, fmt.Errorf("cancel IRN: %w: reply without a date", ErrNoAnswer)
	}
	return answer.CancelDate.Time, nil
}

// Taxpayer returns what the portal's register says of g.
func (p *Portal) Taxpayer(ctx context.Context, g gst.GSTIN) (*gst.Taxpayer, error) {
	return p.register(ctx, p.api.paths.taxpayer, g)
}

// SyncTaxpayer makes the portal renew its copy of g's register entry, as code 3028
// or 3029 about a good GSTIN calls for, and returns the entry.
func (p *Portal) SyncTaxpayer(ctx context.Context, g gst.GSTIN) (*gst.Taxpayer, error) {
	return p.register(ctx, p.api.paths.sync, g)
}

// register asks one of the two calls that answer with a register entry.
func (p *Portal) register(ctx context.Context, path string, g gst.GSTIN) (*gst.Taxpayer, error) {
	_, data, err := p.ask(ctx, call{method: http.MethodGet, path: fill(path, "gstin", string(g))}, nil)
	if err != nil {
		return nil, fmt.Errorf("look up taxpayer %s: %w", g, err)
	}
	var answer nic.TaxpayerReply
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, fmt.Errorf("look up taxpayer %s: %w: %w", g, ErrNoAnswer, err)
	}
	t := answer.Taxpayer()
	return &t, nil
}

// find asks for a registered document, then for one of the portal's other house.
func (p *Portal) find(ctx context.Context, path string) (*gst.Registration, error) {
	reg, absent := p.findAt(ctx, path, "")
	for _, house := range houses {
		if !NotThere(absent) {
			return reg, absent
		}
		elsewhere, err := p.findAt(ctx, path, house)
		if err == nil {
			elsewhere.Portal = house
			return elsewhere, nil
		}
		if !isRefusal(err) {
			return nil, err // it may be there, after all
		}
	}
	return reg, absent
}

// findAt asks for a registered document of one house; "" is the one that is asked.
func (p *Portal) findAt(ctx context.Context, path, house string) (*gst.Registration, error) {
	e, data, err := p.ask(ctx, call{method: http.MethodGet, path: path, irp: house}, nil)
	if err != nil {
		return nil, err
	}
	return p.registration(e, data)
}

// registration reads the payload that generate and the look-ups share. What cannot
// be read leaves open what the portal holds.
func (p *Portal) registration(e *nic.Envelope, data json.RawMessage) (*gst.Registration, error) {
	var ack nic.Acknowledgement
	if err := json.Unmarshal(data, &ack); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	reg, err := ack.Registration(e.Infos...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	reg.Provider = p.cred.Provider
	if reg.EWayRefusal != nil {
		reg.EWayRefusal.Provider = p.cred.Provider
	}
	return &reg, nil
}

// ask makes a call in a session, and once more in a new one when the token is
// refused: a refused token means that nothing was done.
func (p *Portal) ask(ctx context.Context, op call, payload []byte) (*nic.Envelope, json.RawMessage, error) {
	if p.api.shape == nil {
		return nil, nil, fmt.Errorf("%w: unknown provider %q", ErrNotSent, p.cred.Provider)
	}
	if err := p.c.gate.resting(p.account(), p.c.now()); err != nil {
		return nil, nil, err
	}
	s, err := p.session(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	e, data, err := p.askOnce(ctx, s, op, payload)
	if !tokenRefused(err) {
		return e, data, err
	}
	if s, err = p.session(ctx, s.Token); err != nil {
		return nil, nil, err
	}
	return p.askOnce(ctx, s, op, payload)
}

// askOnce seals the payload, sends it and opens the reply.
func (p *Portal) askOnce(ctx context.Context, s gst.Session, op call, payload []byte) (*nic.Envelope, json.RawMessage, error) {
	op.when = signedIn
	if payload != nil {
		body, err := p.api.shape.seal(s, payload)
		if err != nil {
			p.forget(ctx) // it has no key that anything could be sealed with
			return nil, nil, fmt.Errorf("%w: %w", ErrNotSent, err)
		}
		op.body = body
	}
	e, _, err := p.transact(ctx, s, op)
	if err != nil {
		return nil, nil, err
	}
	data, err := p.api.shape.open(s, e)
	if err != nil {
		p.forget(ctx) // its key is not the portal's
		return nil, nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return e, data, nil
}
