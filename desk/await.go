package desk

import (
	"context"
	"time"

	"mohar/gst"
)

// lookAnyway is how often Await looks although nothing was heard: changes that another process
// made ring no bell here.
const lookAnyway = 5 * time.Second

// Await waits until nothing is to be waited for any more: the portal has answered for a
// document (registered, failed, conflict), or will not be asked as it stands (not required,
// held, cancelled, void). It returns the document as it stands then, with its body, or as it
// stands when ctx ends: still pending or unknown, which is no error. The registrar goes on.
//
// It returns gst.ErrNotFound when the company has no such document.
func (d *Desk) Await(ctx context.Context, company gst.GSTIN, id int64) (*gst.Invoice, []byte, error) {
	if _, err := d.answered(ctx, company, id); err != nil {
		return nil, nil, err
	}
	return d.store.Invoice(context.WithoutCancel(ctx), company, id)
}

// AwaitIRN is Await for who has the document at hand, as it was issued, and wants to know what
// became of it: of one that gets its IRN only the registration is read, since its content
// cannot have changed for the portal.
func (d *Desk) AwaitIRN(ctx context.Context, inv *gst.Invoice) (*gst.Invoice, error) {
	irn, err := d.answered(ctx, inv.Company, inv.ID)
	if err != nil {
		return nil, err
	}
	look := context.WithoutCancel(ctx)
	if irn != gst.IRNRegistered {
		inv, _, err = d.store.Invoice(look, inv.Company, inv.ID)
		return inv, err
	}
	reg, err := d.store.Registration(look, inv.Company, inv.ID)
	if err != nil {
		return nil, err
	}
	now := *inv
	now.IRN = gst.IRNStatus{State: irn, Registration: reg}
	return &now, nil
}

// answered waits like Await and returns how the document's IRN stands then. It looks also when
// ctx has ended: what stands is to be told, whatever ended.
func (d *Desk) answered(ctx context.Context, company gst.GSTIN, id int64) (irn gst.IRNState, err error) {
	ticks, stop := d.store.Watch(id)
	defer stop()
	look := context.WithoutCancel(ctx)
	err = await(ctx, ticks, func() (_ bool, err error) {
		var state gst.DocumentState
		state, irn, err = d.store.Standing(look, company, id)
		return state != gst.Issued || irn != gst.IRNPending && irn != gst.IRNUnknown, err
	})
	return irn, err
}

// AwaitEWay waits until nothing is asked of the portal about an e-way bill, and returns the bill
// as it stands then, or as it stands when ctx ends, which is no error.
//
// It returns gst.ErrNotFound when the company has no such bill, or no more.
func (d *Desk) AwaitEWay(ctx context.Context, company gst.GSTIN, id int64) (*gst.EWay, error) {
	ticks, stop := d.store.WatchEWay(id)
	defer stop()
	look := context.WithoutCancel(ctx)
	var bill *gst.EWay
	err := await(ctx, ticks, func() (_ bool, err error) {
		if bill, err = d.store.EWay(look, company, id); err != nil {
			return false, err
		}
		return bill.Asked == "" && bill.State != gst.EWayPending && bill.State != gst.EWayUnknown, nil
	})
	if err != nil {
		return nil, err
	}
	return bill, nil
}

// await calls done after each tick, and every now and then without one, until it says yes or
// ctx ends. The first look comes after ticks were subscribed to, so that nothing is missed.
func await(ctx context.Context, ticks <-chan struct{}, done func() (bool, error)) error {
	anyway := time.NewTicker(lookAnyway)
	defer anyway.Stop()
	for {
		if ended, err := done(); ended || err != nil {
			return err
		}
		select {
		case <-ticks:
		case <-anyway.C:
		case <-ctx.Done():
			return nil
		}
	}
}
