package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
)

// StandingEWay returns the e-way bill that keeps a document's IRN from being cancelled; nil when
// none does.
//
// Source: NIC e-invoice API, Cancel IRN, error 2230.
func (d *Desk) StandingEWay(ctx context.Context, company gst.GSTIN, invoiceID int64) (*gst.EWay, error) {
	bill, err := d.store.EWayOfInvoice(ctx, company, invoiceID)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("e-way bill of document %d: %w", invoiceID, err)
	}
	switch bill.StateAt(d.now()) {
	case gst.EWayActive, gst.EWayPartA, gst.EWayPending, gst.EWayUnknown:
		return bill, nil
	}
	return nil, nil
}

// stands returns gst.Invalid when an e-way bill keeps a document's IRN from being cancelled. It
// may have been cancelled elsewhere, so the portal is asked first; when nobody answers, the
// portal judges itself.
func (d *Desk) stands(ctx context.Context, company gst.GSTIN, invoiceID int64) error {
	bill, err := d.StandingEWay(ctx, company, invoiceID)
	if err != nil || bill == nil {
		return err
	}
	if bill.Number != "" {
		if d.registrar.ReadEWay(ctx, company, bill.ID) != nil {
			return nil
		}
		if bill, err = d.StandingEWay(ctx, company, invoiceID); err != nil || bill == nil {
			return err
		}
	}
	return gst.Faults{{Rule: "cancel.eway", Code: "2230", Field: "eway_gone", Args: []string{bill.Number}}}.Err()
}

// ewayReasons are the reasons of an IRN's cancellation in the numbers that the e-way bill system
// has for them.
//
// Source: e-way bill API 1.03, code list of cancel reasons; INV-01 CnlRsn.
var ewayReasons = map[gst.CancelReason]gst.EWayCancelReason{
	gst.CancelDuplicate:    gst.EWayCancelDuplicate,
	gst.CancelDataEntry:    gst.EWayCancelDataEntry,
	gst.CancelOrder:        gst.EWayCancelOrder,
	gst.CancelOtherReasons: gst.EWayCancelOthers,
}

// longestEWayRemark is how many characters of a remark the e-way bill system takes.
const longestEWayRemark = 50

// CancelWithEWay asks for the cancellation of the e-way bill that keeps a document's IRN from
// being cancelled, for the reason that the IRN is to be cancelled for, and returns the bill's
// id. The IRN follows with Cancel, once the bill is cancelled.
//
// Errors are those of Cancel for what was typed and of OrderEWay; gst.ErrNotFound when no e-way
// bill stands.
func (d *Desk) CancelWithEWay(ctx context.Context, c gst.Company, id int64, reason gst.CancelReason, remark string) (eway int64, err error) {
	remark = strings.TrimSpace(remark)
	if err := checkCancel(reason, remark).Err(); err != nil {
		return 0, err
	}
	bill, err := d.StandingEWay(ctx, c.GSTIN, id)
	if err != nil {
		return 0, err
	}
	if bill == nil {
		return 0, fmt.Errorf("cancel e-way bill of document %d: %w", id, gst.ErrNotFound)
	}
	if r := []rune(remark); len(r) > longestEWayRemark {
		remark = string(r[:longestEWayRemark])
	}
	order := gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: ewayReasons[reason], Remark: remark}}
	return bill.ID, d.OrderEWay(ctx, c.GSTIN, bill.ID, order)
}
