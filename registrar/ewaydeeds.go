package registrar

import (
	"context"
	"slices"
	"strings"

	"mohar/gsp"
	"mohar/gst"
)

// How each action on an e-way bill that stands is asked for, and how the bill as the portal
// shows it tells whether it was done.

func askPartB(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	up, err := p.UpdatePartB(ctx, h.Bill.Number, *h.Order.PartB)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	h.after.State = gst.EWayActive
	h.moved(gst.EWayVehicle{PartB: *h.Order.PartB, Entered: up.At})
	if !up.ValidUntil.IsZero() {
		h.after.ValidUntil = up.ValidUntil
	}
	return nil
}

// moved puts an entry of Part B that the company made in front of the others.
func (h *haul) moved(v gst.EWayVehicle) {
	v.EnteredBy, v.By = string(h.Company), "API"
	h.after.Vehicles = append([]gst.EWayVehicle{v}, h.Bill.Vehicles...)
}

// tookPartB looks for an entry of the same vehicle or document that came after the order.
func tookPartB(h *haul, there *gst.EWay) bool {
	return h.entered(there, *h.Order.PartB, 0)
}

// entered reports whether the bill shows an entry of a vehicle or transport document that it
// had not before the order was given.
func (h *haul) entered(there *gst.EWay, b gst.PartB, group int) bool {
	same := func(v gst.EWayVehicle) bool {
		return v.SameCarrier(b) && v.Group == group
	}
	for _, v := range there.Vehicles {
		if same(v) && !v.Entered.Before(h.Queued.Add(-gst.EWayClockSkew)) {
			return true
		}
	}
	return count(there.Vehicles, same) > count(h.Bill.Vehicles, same)
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, t := range all {
		if is(t) {
			n++
		}
	}
	return n
}

func askReassign(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	if _, err := p.ReassignEWay(ctx, h.Bill.Number, h.Order.Transporter.ID); err != nil {
		return err
	}
	h.after = *h.Bill
	h.reassigned()
	return nil
}

func (h *haul) reassigned() {
	h.after.Of.Transport.TransporterID, h.after.Of.Transport.TransporterName = h.Order.Transporter.ID, h.Order.Transporter.Name
}

func tookReassign(h *haul, there *gst.EWay) bool {
	return strings.EqualFold(there.Of.Transport.TransporterID, h.Order.Transporter.ID)
}

func askExtend(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	up, err := p.ExtendEWay(ctx, h.Bill.Number, *h.Order.Extension)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	if x := h.Order.Extension; x.Vehicle != "" || x.DocumentNumber != "" {
		h.moved(gst.EWayVehicle{PartB: x.PartB, Entered: up.At})
	}
	h.after.State, h.after.ValidUntil = gst.EWayActive, up.ValidUntil
	h.after.Extensions++
	return nil
}

func tookExtend(h *haul, there *gst.EWay) bool {
	return there.Extensions > h.Bill.Extensions || there.ValidUntil.After(h.Bill.ValidUntil)
}

func askCancel(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	at, err := p.CancelEWay(ctx, h.Bill.Number, h.Order.Cancel.Reason, h.Order.Cancel.Remark)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	h.after.State = gst.EWayCancelled
	h.after.Cancelled = *h.Order.Cancel
	h.after.Cancelled.At = at
	return nil
}

func tookCancel(_ *haul, there *gst.EWay) bool { return there.State == gst.EWayCancelled }

func askReject(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	at, err := p.RejectEWay(ctx, h.Bill.Number)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	h.after.RejectedAt = at
	return nil
}

func tookReject(_ *haul, there *gst.EWay) bool { return !there.RejectedAt.IsZero() }

func askClose(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	if err := p.CloseEWay(ctx, h.Bill.Number, h.Order.ClosedOn, h.Order.Remark); err != nil {
		return err
	}
	h.after = *h.Bill
	h.after.State, h.after.ClosedOn = gst.EWayClosed, h.Order.ClosedOn
	return nil
}

func tookClose(_ *haul, there *gst.EWay) bool {
	return there.State == gst.EWayClosed || there.ClosedOn != 0
}

func askGroupStart(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	number, at, err := p.StartGroup(ctx, h.Bill.Number, *h.Order.Group)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	g := *h.Order.Group
	g.Group, g.Started = number, at
	h.after.Groups = append(slices.Clone(h.Bill.Groups), g)
	return nil
}

// tookGroupStart looks for the group. The portal shows none before a vehicle is in it; but the
// same start, asked for again, makes no second one.
//
// Source: e-way bill API 1.03, Initiate Multi-Vehicle Movement.
func tookGroupStart(h *haul, there *gst.EWay) bool {
	want := h.Order.Group
	return slices.ContainsFunc(there.Groups, func(g gst.EWayGroup) bool {
		known := slices.ContainsFunc(h.Bill.Groups, func(old gst.EWayGroup) bool { return old.Group == g.Group })
		return !known && g.Quantity == want.Quantity && strings.EqualFold(g.FromPlace, want.FromPlace) && strings.EqualFold(g.ToPlace, want.ToPlace)
	})
}

func askGroupAdd(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	at, err := p.AddToGroup(ctx, h.Bill.Number, *h.Order.Vehicle)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	v := h.Order.Vehicle
	h.moved(gst.EWayVehicle{PartB: h.groupPart(v.Group, v.Vehicle, v.DocumentNumber, v.DocumentDate), Entered: at, Group: v.Group, Quantity: v.Quantity})
	return nil
}

// groupPart is Part B of a vehicle of a group: where it starts is where the group does.
func (h *haul) groupPart(group int, vehicle, document string, on gst.Date) gst.PartB {
	b := gst.PartB{Vehicle: vehicle, DocumentNumber: document, DocumentDate: on}
	for _, g := range h.Bill.Groups {
		if g.Group == group {
			b.Mode, b.Place, b.State, b.Reason, b.Remark = g.Mode, g.FromPlace, g.FromState, g.Reason, g.Remark
		}
	}
	return b
}

func tookGroupAdd(h *haul, there *gst.EWay) bool {
	v := h.Order.Vehicle
	return h.entered(there, gst.PartB{Vehicle: v.Vehicle, DocumentNumber: v.DocumentNumber}, v.Group)
}

func askGroupChange(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	at, err := p.ChangeInGroup(ctx, h.Bill.Number, *h.Order.Swap)
	if err != nil {
		return err
	}
	h.after = *h.Bill
	s := h.Order.Swap
	b := h.groupPart(s.Group, s.NewVehicle, s.NewDocument, 0)
	b.Place, b.State, b.Reason, b.Remark = s.Place, s.State, s.Reason, s.Remark
	h.moved(gst.EWayVehicle{PartB: b, Entered: at, Group: s.Group})
	return nil
}

func tookGroupChange(h *haul, there *gst.EWay) bool {
	s := h.Order.Swap
	return h.entered(there, gst.PartB{Vehicle: s.NewVehicle, DocumentNumber: s.NewDocument}, s.Group)
}

// seenIn returns a seek that reads the bill and asks took about it.
func seenIn(took func(*haul, *gst.EWay) bool) func(*Registrar, context.Context, *gsp.Portal, *haul) (bool, error) {
	return func(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) (bool, error) {
		there, err := p.EWay(ctx, h.Bill.Number)
		if err != nil || !took(h, there) {
			return false, err
		}
		h.after = r.overlaid(*h.Bill, *there)
		h.complete(r)
		return true, nil
	}
}

// complete adds what the order says of its effect and the portal does not show.
func (h *haul) complete(r *Registrar) {
	switch h.Order.Action {
	case gst.EWayCancel:
		at := h.after.Cancelled.At
		h.after.Cancelled = *h.Order.Cancel
		if h.after.Cancelled.At = at; at.IsZero() {
			h.after.Cancelled.At = r.now()
		}
	case gst.EWayReassign:
		h.reassigned()
	case gst.EWayClose:
		h.after.State, h.after.ClosedOn = gst.EWayClosed, h.Order.ClosedOn
	}
}

// overlaid is our record of a bill with all that the portal shows of it. What it shows no part
// of, such as the goods in our words and the groups, stays.
func (r *Registrar) overlaid(ours, there gst.EWay) gst.EWay {
	b := ours
	b.Number, b.Made, b.MadeBy = there.Number, there.Made, there.MadeBy
	b.ValidUntil, b.Extensions = there.ValidUntil, there.Extensions
	if b.RejectedAt.IsZero() { // the portal says that it was, and not when
		b.RejectedAt = there.RejectedAt
	}
	if there.MadeMode != "" {
		b.MadeMode = there.MadeMode
	}
	b.State, b.ReadAt = there.State, r.now()
	if there.State == gst.EWayCancelled && b.Cancelled.At.IsZero() {
		if b.Cancelled = there.Cancelled; b.Cancelled.At.IsZero() {
			b.Cancelled.At = r.now() // when, the portal does not say
		}
	}
	if there.ClosedOn != 0 {
		b.ClosedOn = there.ClosedOn
	}
	if len(there.Vehicles) > 0 {
		b.Vehicles = gst.AnnotatedVehicles(there.Vehicles, ours.Vehicles)
	}
	if there.TripSheet != "" {
		b.TripSheet = there.TripSheet
	}
	to, shown := &b.Of.Transport, there.Of.Transport
	if shown.TransporterID != to.TransporterID {
		to.TransporterID, to.TransporterName = shown.TransporterID, shown.TransporterName
	}
	if shown.Distance > 0 {
		to.Distance = shown.Distance
	}
	for _, note := range there.Notes {
		if !slices.Contains(b.Notes, note) {
			b.Notes = append(b.Notes, note)
		}
	}
	return b
}
