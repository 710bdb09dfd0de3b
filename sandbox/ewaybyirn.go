package sandbox

import (
	"context"
	"time"

	"mohar/nic"
)

// ewayRequest is the schema of the request for an e-way bill by IRN: the transport as
// in a document, the IRN in front, and places that the document did not have.
func ewayRequest() []field {
	fields := []field{must(text("Irn", 64, 64, expression(`^[0-9a-fA-F]{64}$`)))}
	fields = append(fields, ewayFields()...)
	place := []field{
		must(text("Addr1", 1, 100, anyText)), text("Addr2", 3, 100, anyText), must(text("Loc", 3, 100, anyText)),
		must(pinCode()), must(text("Stcd", 1, 2, stateOf)),
	}
	return append(fields, block("ExpShipDtls", place...), block("DispDtls", dispatchFields()...))
}

// ewayReply is an e-way bill as these two calls have it.
type ewayReply struct {
	EwbNo        nic.Digits
	Status       nic.Text `json:",omitempty"`
	GenGstin     nic.Text `json:",omitempty"`
	EwbDt        nic.Moment
	EwbValidTill nic.Moment
	Remarks      nic.Text
}

func replyOf(b bill) ewayReply {
	e := b.common()
	return ewayReply{
		EwbNo: nic.Digits(e.Number), EwbDt: nic.Moment{Time: e.Date},
		EwbValidTill: nic.Moment{Time: e.ValidUntil}, Remarks: nic.Text(e.Remarks),
	}
}

// ewayByIRN makes an e-way bill for a document that is registered already.
func (s *Sandbox) ewayByIRN(ctx context.Context, c *call) (answer, error) {
	req, err := s.request(c, s.ewaying)
	if err != nil {
		return answer{}, err
	}
	e, err := s.ownEntry(ctx, c, req.text("Irn"), "4003", "4037")
	if err == nil {
		err = s.state.countMake(ctx, e.gstin, e.kind, e.no)
	}
	switch {
	case err != nil:
		return answer{}, err
	case e.status != statusActive:
		return answer{}, refuse("4000")
	case e.bill.stands(c.now):
		return answer{}, refuse("4002")
	}
	d, err := s.reopen(e)
	if err != nil {
		return answer{}, err
	}
	now := c.now.Truncate(time.Second)
	held, err := s.paperOf(ctx, d, now)
	if err != nil {
		return answer{}, err
	}
	j := s.newJourney(d, req, now)
	b, km, infos, codes := s.makeBill(j, held, now)
	if len(codes) > 0 {
		return answer{}, &refusal{codes: codes}
	}
	added, err := s.state.addBill(ctx, e.irn, b, j.bill(b, km, e.gstin, e.irn))
	if err != nil {
		return answer{}, err
	}
	if !added { // another call was quicker
		return answer{}, refuse("4002")
	}
	return answer{data: replyOf(b), infos: infos}, nil
}

// reopen reads a registered document out of its signed invoice.
func (s *Sandbox) reopen(e *entry) (*document, error) {
	data, err := signedJSON(e.signedInvoice)
	if err != nil {
		return nil, err
	}
	return s.readDocument(data)
}

// ewayOfIRN returns the e-way bill of a document.
func (s *Sandbox) ewayOfIRN(ctx context.Context, c *call) (answer, error) {
	e, err := s.ownEntry(ctx, c, c.r.PathValue("irn"), "4003", "4037")
	switch {
	case err != nil:
		return answer{}, err
	case e.bill.no == 0:
		return answer{}, refuse("4005")
	}
	reply := replyOf(e.bill)
	reply.Status, reply.GenGstin = nic.Text(e.bill.status), nic.Text(e.gstin)
	return answer{data: reply}, nil
}
