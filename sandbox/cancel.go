package sandbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"mohar/nic"
)

// cancelWindow is how long after its acknowledgement an IRN can be cancelled.
const cancelWindow = 24 * time.Hour

// cancelRequest is the schema of a cancellation.
func cancelRequest() []field {
	return []field{
		must(text("Irn", 64, 64, expression(`^[0-9a-fA-F]{64}$`))),
		must(text("CnlRsn", 1, 1, expression(`^[1-4]$`))),
		must(text("CnlRem", 1, 100, anyText)),
	}
}

// ownEntry finds the caller's document by its IRN. It refuses one that the portal does not
// know, one of the other house, and one of another GSTIN, with the codes of the call.
func (s *Sandbox) ownEntry(ctx context.Context, c *call, irn, unknown, foreign string) (*entry, error) {
	c.about = strings.ToLower(irn)
	e, err := s.state.find(ctx, c.about)
	if err == nil {
		err = s.elsewhere(c, e)
	}
	switch {
	case err != nil:
		return nil, err
	case e == nil:
		return nil, refuse(unknown)
	case e.gstin != c.session.gstin:
		return nil, refuse(foreign)
	}
	return e, nil
}

// cancel cancels an IRN of the caller.
func (s *Sandbox) cancel(ctx context.Context, c *call) (answer, error) {
	req, err := s.request(c, s.cancelling)
	if err != nil {
		return answer{}, err
	}
	e, err := s.ownEntry(ctx, c, req.text("Irn"), "2148", "2143")
	switch {
	case err != nil:
		return answer{}, err
	case e.status != statusActive:
		return answer{}, refuse("9999")
	case c.now.Sub(e.ackDate()) > cancelWindow:
		return answer{}, refuse("2270")
	case e.bill.stands(c.now):
		return answer{}, refuse("2230")
	}
	now := c.now.Truncate(time.Second)
	active, err := s.state.cancelEntry(ctx, e.irn, req.text("CnlRsn"), req.text("CnlRem"), now)
	if err != nil {
		return answer{}, err
	}
	if !active { // another call was quicker
		return answer{}, refuse("9999")
	}
	return answer{data: nic.CancelReply{Irn: e.irn, CancelDate: nic.Moment{Time: now}}}, nil
}

// request reads a payload that is not a document and checks it against its fields.
func (s *Sandbox) request(c *call, fields []field) (*value, error) {
	v, err := parseValue(c.payload)
	if errors.Is(err, errNotUTF8) {
		return nil, refuse("5002", notUTF8Text)
	}
	if err != nil || v.kind != objectKind {
		return nil, refuse("5002", "The request is not a JSON object.")
	}
	var b breaches
	bound := bind(fields, v, "", &b)
	if len(b.codes) > 0 {
		return nil, &refusal{codes: b.codes}
	}
	return bound, nil
}
