package sandbox

import (
	"context"
	"slices"
	"time"

	"mohar/gst"
)

// The windows of what is done to a bill.
//
// Source: CGST Rules 2017, rule 138(9), (10) and (12).
const (
	ewbCancelWindow = 24 * time.Hour
	ewbRejectWindow = 72 * time.Hour
	ewbExtendWindow = 8 * time.Hour
	ewbMostDays     = 360 // from making
)

// change does something to one bill of the register.
func (s *Sandbox) change(ctx context.Context, d ewbDeed, f func(*ewb, *ewbNotes) error) error {
	no, err := d.number("ewbNo")
	if err != nil {
		return err
	}
	return s.state.changeEWB(ctx, no, d.now, func(e *ewb) error {
		n := &ewbNotes{}
		if err := f(e, n); err != nil {
			return err
		}
		return n.err()
	})
}

// mover refuses who may not move the goods: once a transporter is named it is he, and the
// maker only until he entered Part B.
func (e *ewb) mover(by, taken, stranger string) error {
	switch {
	case by == e.TransporterId, by == e.Maker && !e.assigned():
		return nil
	case by == e.Maker && e.moved(e.TransporterId):
		return refuse(taken)
	case by == e.Maker:
		return nil
	}
	return refuse(stranger)
}

// entry is the entry of Part B that a request asks for.
func (d ewbDeed) entry() ewbVehicle {
	return ewbVehicle{
		Mode: d.mode, Vehicle: plateOf(d.word("vehicleNo")), Place: d.word("fromPlace"), State: max(0, d.whole("fromState")),
		By: d.by, Entered: d.now.Truncate(time.Second), TransMode: d.word("transMode"),
		DocNo: d.word("transDocNo"), DocDate: d.word("transDocDate"),
	}
}

// checkFrom checks where a vehicle starts. 305, 306.
func (n *ewbNotes) checkFrom(d ewbDeed) {
	n.when(!d.given("fromPlace") || tooLong(d.word("fromPlace"), 50), "305")
	n.when(!stateKnown(d.whole("fromState")), "306")
}

// ewbPartB enters or changes Part B. 301, 312, 851, 811, 412, 311, 635, 636, 305–308.
func (s *Sandbox) ewbPartB(ctx context.Context, d ewbDeed) (answer, error) {
	var out struct {
		At    string `json:"vehUpdDate"`
		Until string `json:"validUpto"`
	}
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		switch {
		case e.Status == statusCancelled:
			return refuse("312")
		case e.Status == statusClosed:
			return refuse("851")
		case e.Status == statusDiscarded:
			return refuse("301")
		case e.gold():
			return refuse("811")
		case len(e.Groups) > 0:
			return refuse("412")
		case e.expired(d.now):
			return refuse("311")
		}
		if err := e.mover(d.by, "635", "636"); err != nil {
			return err
		}
		n.checkFrom(d)
		n.when(!slices.Contains([]string{"1", "2", "3", "4"}, d.word("reasonCode")), "307")
		n.when(tooLong(d.word("reasonRem"), 50), "308")
		n.checkMove(d.asked, day(e.DocDate), laterMove)
		if n.err() == nil {
			e.move(d.entry(), d.capitals("vehicleType"))
			out.At, out.Until = ewbStamp(d.now), ewbStamp(e.Until)
		}
		return nil
	})
	return answer{data: out}, err
}

// ewbCancel cancels a bill. 312, 843, 316, 315, 728, 307, 308, 659.
func (s *Sandbox) ewbCancel(ctx context.Context, d ewbDeed) (answer, error) {
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		latest := e.Made
		if e.FirstMove.After(latest) {
			latest = e.FirstMove
		}
		late := d.now.Sub(latest) > ewbCancelWindow
		switch {
		case e.Maker != d.by, e.Status == statusCancelled, e.Status == statusDiscarded:
			return refuse("312")
		case e.Status == statusClosed:
			return refuse("843")
		case e.Verified:
			return refuse("316")
		case late && e.partAOnly():
			return refuse("315")
		case late:
			return refuse("728")
		}
		n.when(!slices.Contains([]string{"1", "2", "3", "4"}, d.word("cancelRsnCode")), "307")
		n.when(tooLong(d.word("cancelRmrk"), 50), "308")
		n.when(d.word("cancelRsnCode") == "4" && !d.given("cancelRmrk"), "659")
		e.cancel(d.word("cancelRsnCode"), d.word("cancelRmrk"), d.now)
		return nil
	})
	return answer{data: struct {
		No string `json:"ewayBillNo"`
		At string `json:"cancelDate"`
	}{d.word("ewbNo"), ewbStamp(d.now)}}, err
}

// cancel takes a bill out of force.
func (e *ewb) cancel(reason, remark string, now time.Time) {
	e.Status, e.Cancelled, e.Reason, e.Remark = statusCancelled, now.Truncate(time.Second), reason, remark
}

// ewbReject says that the goods are not for the other party. 341, 343, 849, 342, 348,
// 345, 346; a second time 347.
func (s *Sandbox) ewbReject(ctx context.Context, d ewbDeed) (answer, error) {
	err := s.change(ctx, d, func(e *ewb, _ *ewbNotes) error {
		switch {
		case e.Maker == d.by:
			return refuse("341")
		case !e.otherParty(d.by):
			return refuse("342")
		case e.Status == statusCancelled:
			return refuse("343")
		case e.Status == statusClosed:
			return refuse("849")
		case !e.Rejected.IsZero():
			return refuse("347")
		case e.partAOnly():
			return refuse("348")
		case e.expired(d.now):
			return refuse("345")
		case d.now.Sub(e.Made) > ewbRejectWindow:
			return refuse("346")
		}
		e.Rejected = d.now.Truncate(time.Second)
		return nil
	})
	return answer{data: struct {
		No string `json:"ewayBillNo"`
		At string `json:"ewbRejectedDate"`
	}{d.word("ewbNo"), ewbStamp(d.now)}}, err
}

// ewbTransporter names another transporter. 280, 850, 281, 810, 338, 339, 222.
func (s *Sandbox) ewbTransporter(ctx context.Context, d ewbDeed) (answer, error) {
	id := d.capitals("transporterId")
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		switch {
		case e.Status == statusClosed:
			return refuse("850")
		case e.Status != statusActive:
			return refuse("280")
		case e.expired(d.now):
			return refuse("281")
		case e.gold():
			return refuse("810")
		}
		if err := e.mover(d.by, "338", "339"); err != nil {
			return err
		}
		n.when(!carrierNamed(id), "222")
		e.TransporterId, e.TransporterName, e.Assigned = id, "", d.now.Truncate(time.Second)
		if partyIsGSTIN(id) {
			e.TransporterName = string(details(gst.GSTIN(id), s.taxpayers.of(id)).TradeName)
		}
		return nil
	})
	return answer{data: struct {
		No string `json:"ewayBillNo"`
		ID string `json:"transporterId"`
		At string `json:"transUpdateDate"`
	}{d.word("ewbNo"), id, ewbStamp(d.now)}}, err
}
