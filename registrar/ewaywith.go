package registrar

import (
	"context"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// An e-way bill that was asked for in one call with the IRN comes with the answer to it. When that
// answer is lost, and the IRN is found without a word of the bill, the bill may stand all the same:
// the portal is asked for it, at the look-up and again before anybody makes one by the IRN.

// withEWay asks, through the provider that showed the IRN of the document body, for the e-way bill
// that was wanted with it and that the answer does not speak of. That nobody answers costs nothing:
// see mayHaveCome.
func (r *Registrar) withEWay(ctx context.Context, p *gsp.Portal, body []byte, reg *gst.Registration) {
	if reg.EWayBill != nil || reg.EWayRefusal != nil || reg.Status == gst.RegistrationRejected {
		return
	}
	inv, _, err := nic.Decode(body)
	if inv == nil || err != nil || inv.EWay == nil {
		return
	}
	bill, err := p.EWayOfIRN(ctx, reg.IRN)
	if err == nil && bill.Number != "" {
		reg.EWayBill = bill
	}
}

// mayHaveCome reports whether the bill that is to be made by the IRN may have been made with it: it
// was wanted then, nothing is known of what came of that, and nothing was sent since.
func (r *Registrar) mayHaveCome(ctx context.Context, h *haul) (bool, error) {
	if !h.deed.byIRN() || h.State != db.RequestReady || h.SentThrough != "" || h.Bill.InvoiceID == 0 {
		return false, nil
	}
	inv, _, err := r.store.Invoice(ctx, h.Company, h.Bill.InvoiceID)
	if err != nil {
		return false, wrap("read the document of an e-way bill", err)
	}
	reg := inv.IRN.Registration
	return inv.EWay != nil && reg != nil && reg.EWayBill == nil && reg.EWayRefusal == nil, nil
}
