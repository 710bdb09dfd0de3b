package api

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// octaEWayCancelled is the answer of cancelewb.
type octaEWayCancelled struct {
	Success    bool
	CancelTime *string
}

// octaCancelEWay handles POST /api/einvoice/cancelewb. A bill that is not here is read from the
// portal first; one that is cancelled already is answered with the moment of that.
//
// Source: Octa API, Cancel E-Way Bill.
func (s *Server) octaCancelEWay(c echo.Context) error {
	company, _, err := s.octaCompany(c, db.ScopeCancel)
	if err != nil {
		return err
	}
	b, err := s.octaBody(c)
	if err != nil {
		return err
	}
	number := b.needed("ewbNo")
	why := gst.EWayCancellation{Reason: gst.EWayCancelReason(b.oneOf("cancelRsnCode", "waybill.cancel.reason", "1", "2", "3", "4")), Remark: b.needed("cancelRmrk")}
	if err := b.err(); err != nil {
		return err
	}
	names := named(map[string]string{"number": "ewbNo", "reason": "cancelRsnCode", "remark": "cancelRmrk"})
	ctx := c.Request().Context()
	bill, err := s.ewayNumbered(ctx, company, number)
	if err != nil {
		return renamed(noEWay(err), names)
	}
	callOf(c).document = bill.InvoiceID
	if bill.State != gst.EWayCancelled {
		if bill, err = s.cancelEWayNow(ctx, company, bill, why); err != nil {
			return renamed(err, names)
		}
	}
	return sendOcta(c, octaEWayCancelled{Success: true, CancelTime: octaTime(bill.Cancelled.At)})
}

// ewayNumbered is the company's bill of a number, read from the portal when it is not here.
func (s *Server) ewayNumbered(ctx context.Context, company gst.Company, number string) (*gst.EWay, error) {
	bill, err := s.store.EWayByNumber(ctx, company.GSTIN, company.Mode, number)
	if !errors.Is(err, gst.ErrNotFound) {
		return bill, err
	}
	id, err := s.desk.AdoptEWay(ctx, company.GSTIN, number)
	if err != nil {
		return nil, err
	}
	return s.store.EWay(ctx, company.GSTIN, id)
}

// cancelEWayNow asks for the cancellation of a bill and waits for it. One that was asked for
// before is waited for.
func (s *Server) cancelEWayNow(ctx context.Context, company gst.Company, bill *gst.EWay, why gst.EWayCancellation) (*gst.EWay, error) {
	const kept = "The cancellation is kept."
	if bill.Asked != gst.EWayCancel {
		order := gst.EWayOrder{Action: gst.EWayCancel, Cancel: &why}
		if err := s.desk.OrderEWay(ctx, company.GSTIN, bill.ID, order); err != nil {
			return nil, inPortalsCode(ewayProblem(err))
		}
	}
	if err := s.reachable(ctx, company, kept); err != nil {
		return nil, err
	}
	wait, done := context.WithTimeout(ctx, s.wait)
	defer done()
	after, err := s.desk.AwaitEWay(wait, company.GSTIN, bill.ID)
	switch {
	case err != nil:
		return nil, err
	case after.State == gst.EWayCancelled:
		return after, nil
	case after.Asked == "" && after.Refusal != nil && after.Refused == gst.EWayCancel:
		return nil, after.Refusal
	}
	return nil, slow{after: askAgainIn, detail: kept + " The portal has not answered yet, and Mohar goes on asking. Repeat this call: nothing is cancelled twice."}
}

// inPortalsCode has a no of ours that the portal has a code for said in that code: the headers
// carry the platform's alone.
func inPortalsCode(err error) error {
	var no plainError
	if errors.As(err, &no) && no.code != codeInvalid {
		return &gst.Refusal{Codes: []gst.RefusalCode{{Code: no.code, Message: no.detail}}}
	}
	return err
}
