package gsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
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
	var reg *gst.Registration
	op := call{op: gst.OpGenerate, method: http.MethodPost, path: p.api.paths.generate, payload: body}
	op.read = p.registers(&reg, "")
	if err := p.ask(ctx, op); err != nil {
		return nil, fmt.Errorf("generate IRN: %w", err)
	}
	return reg, nil
}

// ByIRN looks a document up by its IRN, in both of the portal's houses. The error
// satisfies NotThere when the portal holds none.
func (p *Portal) ByIRN(ctx context.Context, irn string) (*gst.Registration, error) {
	reg, err := p.find(ctx, gst.OpByIRN, fill(p.api.paths.byIRN, "irn", irn))
	if err != nil {
		return nil, fmt.Errorf("look up IRN: %w", err)
	}
	return reg, nil
}

// ByDocument looks a document up by type, number and date, in both of the portal's
// houses. The error satisfies NotThere when the portal holds none.
func (p *Portal) ByDocument(ctx context.Context, t gst.DocumentType, number string, d gst.Date) (*gst.Registration, error) {
	path := fill(p.api.paths.byDocument, "type", string(t), "number", number, "date", slashes(d))
	reg, err := p.find(ctx, gst.OpByDocument, path)
	if err != nil {
		return nil, fmt.Errorf("look up %s %s: %w", t, number, err)
	}
	return reg, nil
}

// Cancel cancels an IRN, in whichever of the portal's houses it is, and returns when the
// portal did so. The remark is required. Errors are those of Generate; code 9999 means
// that it was cancelled already, and NotThere that neither house holds it.
func (p *Portal) Cancel(ctx context.Context, irn string, r gst.CancelReason, remark string) (time.Time, error) {
	body, err := json.Marshal(nic.CancelRequest{Irn: irn, CnlRsn: nic.Text(r), CnlRem: remark})
	if err != nil {
		return time.Time{}, fmt.Errorf("cancel IRN: %w: %w", ErrNotSent, err)
	}
	var answer nic.CancelReply
	op := call{op: gst.OpCancel, method: http.MethodPost, path: p.api.paths.cancel, payload: body}
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		if answer.CancelDate.IsZero() {
			return errors.New("reply without a date")
		}
		return nil
	}
	if err := p.inHouses(func(house string) error { return p.ask(ctx, op.at(house)) }); err != nil {
		return time.Time{}, fmt.Errorf("cancel IRN: %w", err)
	}
	return answer.CancelDate.Time, nil
}

// EWayByIRN asks for an e-way bill of a registered document, in whichever of the
// portal's houses it is. Errors are those of Generate; code 4002 means that it has one
// already, which EWayOfIRN returns.
func (p *Portal) EWayByIRN(ctx context.Context, r gst.EWayRequest) (*gst.EWayBill, error) {
	body, err := nic.EncodeEWayRequest(&r)
	if err != nil {
		return nil, fmt.Errorf("e-way bill by IRN: %w: %w", ErrNotSent, err)
	}
	bill, err := p.ewayOf(ctx, call{op: gst.OpEWayByIRN, method: http.MethodPost, path: p.api.paths.ewayByIRN, payload: body})
	if err != nil {
		return nil, fmt.Errorf("e-way bill by IRN: %w", err)
	}
	return bill, nil
}

// EWayOfIRN returns the e-way bill of a registered document, from whichever of the
// portal's houses has it. Code 4005 means that the document has none.
func (p *Portal) EWayOfIRN(ctx context.Context, irn string) (*gst.EWayBill, error) {
	bill, err := p.ewayOf(ctx, call{op: gst.OpEWayOfIRN, method: http.MethodGet, path: fill(p.api.paths.ewayOfIRN, "irn", irn)})
	if err != nil {
		return nil, fmt.Errorf("look up e-way bill of IRN: %w", err)
	}
	return bill, nil
}

// ewayOf makes a call that is answered with an e-way bill, in both houses.
func (p *Portal) ewayOf(ctx context.Context, op call) (*gst.EWayBill, error) {
	var bill gst.EWayBill
	op.read = func(e *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.EWayReply
		err := json.Unmarshal(data, &answer)
		if err == nil {
			bill, err = answer.Bill(e.Infos...)
		}
		return err
	}
	if err := p.inHouses(func(house string) error { return p.ask(ctx, op.at(house)) }); err != nil {
		return nil, err
	}
	return &bill, nil
}

// Ping asks whether the portal is alive, without signing in, and returns its words, such
// as "e-Invoice Vital:-22-08-2026 14:58:30". Errors are those of a look-up. It says
// nothing about the other calls, so it opens and closes nothing.
func (p *Portal) Ping(ctx context.Context) (string, error) {
	if p.api.shape == nil {
		return "", fmt.Errorf("ping: %w: unknown provider %q", ErrNotSent, p.cred.Provider)
	}
	var words string
	op := call{op: gst.OpPing, method: http.MethodGet, path: p.api.paths.ping}
	op.read = func(_ *nic.Envelope, _ json.RawMessage, r *reply) (err error) {
		words, err = p.readPing(r)
		return err
	}
	if err := p.transact(ctx, gst.Session{}, op); err != nil {
		return "", fmt.Errorf("ping: %w", err)
	}
	return words, nil
}

// Taxpayer returns what the portal's register says of g.
func (p *Portal) Taxpayer(ctx context.Context, g gst.GSTIN) (*gst.Taxpayer, error) {
	return p.register(ctx, gst.OpTaxpayer, p.api.paths.taxpayer, g)
}

// SyncTaxpayer makes the portal renew its copy of g's register entry, as code 3028
// or 3029 about a good GSTIN calls for, and returns the entry.
func (p *Portal) SyncTaxpayer(ctx context.Context, g gst.GSTIN) (*gst.Taxpayer, error) {
	return p.register(ctx, gst.OpSync, p.api.paths.sync, g)
}

// register asks one of the two calls that answer with a register entry.
func (p *Portal) register(ctx context.Context, op gst.Operation, path string, g gst.GSTIN) (*gst.Taxpayer, error) {
	var answer nic.TaxpayerReply
	err := p.ask(ctx, call{op: op, method: http.MethodGet, path: fill(path, "gstin", string(g)), read: reads(&answer)})
	if err != nil {
		return nil, fmt.Errorf("look up taxpayer %s: %w", g, err)
	}
	t := answer.Taxpayer()
	return &t, nil
}

// find asks for a registered document, then for one of the portal's other house.
func (p *Portal) find(ctx context.Context, op gst.Operation, path string) (reg *gst.Registration, err error) {
	err = p.inHouses(func(house string) error {
		return p.ask(ctx, call{op: op, method: http.MethodGet, path: path, irp: house, read: p.registers(&reg, house)})
	})
	if err != nil {
		return nil, err
	}
	return reg, nil
}

// inHouses makes a call about a registered document where it is asked first, and when
// there is none, in each of the portal's houses by name. A house that may not be asked
// holds none; any other answer of it is about the document, and no answer leaves open
// whether it is there.
func (p *Portal) inHouses(do func(house string) error) error {
	absent := do("")
	if !notHere(absent) {
		return absent
	}
	for _, house := range houses {
		if err := do(house); !notHere(err) && !errors.Is(err, ErrSignIn) {
			return err
		}
	}
	return absent
}

// registers returns what reads the payload that generate and the look-ups share into
// reg. What cannot be read leaves open what the portal holds.
func (p *Portal) registers(reg **gst.Registration, house string) func(*nic.Envelope, json.RawMessage, *reply) error {
	return func(e *nic.Envelope, data json.RawMessage, r *reply) error {
		var ack nic.Acknowledgement
		if err := json.Unmarshal(data, &ack); err != nil {
			return err
		}
		read, err := ack.Registration(e.Infos...)
		if err != nil {
			return err
		}
		read.Provider, read.Portal = p.cred.Provider, house
		if house == "" {
			read.Portal = p.house(r.base)
		}
		if read.EWayRefusal != nil {
			read.EWayRefusal.Provider = p.cred.Provider
		}
		*reg = &read
		return nil
	}
}

// at is op about a document of one house; "" is the one that is asked.
func (op call) at(house string) call {
	op.irp = house
	return op
}

// ask makes a call in a session, and once more in a new one when the token is
// refused: a refused token means that nothing was done.
func (p *Portal) ask(ctx context.Context, op call) error {
	op.when = signedIn
	if p.api.shape == nil {
		return fmt.Errorf("%w: unknown provider %q", ErrNotSent, p.cred.Provider)
	}
	if err := p.c.gate.resting(p.account(), p.c.now()); err != nil {
		p.keptBack(ctx, op, err)
		return err
	}
	s, err := p.session(ctx, "", 0)
	if err != nil {
		return err
	}
	seen := p.c.gate.signedIn(p.account())
	if err := p.askOnce(ctx, s, op); !p.tokenRefused(err) {
		return err
	}
	if s, err = p.session(ctx, s.Token, seen); err != nil {
		return err
	}
	return p.askOnce(ctx, s, op)
}

// askOnce seals the payload and sends it. A session that does not fit the portal's any
// more is given up.
func (p *Portal) askOnce(ctx context.Context, s gst.Session, op call) error {
	if op.payload != nil {
		body, err := p.api.shape.seal(s, op)
		if err != nil {
			p.forget(ctx) // it has no key that anything could be sealed with
			return fmt.Errorf("%w: %w", ErrNotSent, err)
		}
		op.body = body
	}
	err := p.transact(ctx, s, op)
	if errors.Is(err, errSealed) {
		p.forget(ctx)
	}
	return err
}

// readPing reads the one reply that is text.
func (p *Portal) readPing(r *reply) (string, error) {
	if refused := gatewayRefusal(r); refused != nil {
		refused.Provider = p.cred.Provider
		return "", p.sorted(refused)
	}
	words := strings.Trim(strings.TrimSpace(string(r.body)), `"`)
	if r.status != http.StatusOK || words == "" || len(words) > 200 || strings.ContainsAny(words, "<{") {
		return "", fmt.Errorf("%w: status %d with %q", ErrNoAnswer, r.status, snippet(r.body))
	}
	return words, nil
}
