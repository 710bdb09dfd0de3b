package sandbox

import (
	"context"
	"slices"
	"time"

	"mohar/gst"
)

// ewbExtend gives a bill more time. 379, 844, 380, 381, 382, 637, 700, 384, 821, and of
// the request what checkExtension says.
func (s *Sandbox) ewbExtend(ctx context.Context, d ewbDeed) (answer, error) {
	var out struct {
		No    string `json:"ewayBillNo"`
		At    string `json:"updatedDate"`
		Until string `json:"validUpto"`
	}
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		if err := e.extendable(d); err != nil {
			return err
		}
		limit := endOfDay(e.Made, ewbMostDays)
		if !e.Until.Before(limit) {
			return refuse("821")
		}
		n.checkExtension(d, e)
		if n.err() != nil {
			return nil
		}
		from := d.now
		if e.Until.After(from) {
			from = e.Until
		}
		e.Until = validUntil(from, d.whole("remainingDistance"), e.Oversized)
		if e.Until.After(limit) {
			e.Until = limit
		}
		e.Extended++
		e.Vehicles = append(e.Vehicles, d.entry())
		out.No, out.At, out.Until = e.number(), ewbStamp(d.now), ewbStamp(e.Until)
		return nil
	})
	return answer{data: out}, err
}

// endOfDay is the last minute of the day so many days later.
func endOfDay(t time.Time, days int) time.Time {
	y, m, day := t.In(gst.IST).Date()
	return time.Date(y, m, day+days, 23, 59, 0, 0, gst.IST)
}

// extendable refuses a bill that cannot be given more time now, or not by who asks.
func (e *ewb) extendable(d ewbDeed) error {
	switch {
	case e.Status == statusCancelled:
		return refuse("379")
	case e.Status == statusClosed:
		return refuse("844")
	case e.Status != statusActive:
		return refuse("380")
	case d.by != e.TransporterId && d.by != e.Maker:
		return refuse("384")
	case d.by == e.Maker && e.assigned() && e.moved(e.TransporterId):
		return refuse("637")
	case d.by == e.Maker && e.assigned():
		return refuse("700")
	case e.partAOnly():
		return refuse("381")
	case d.now.Before(e.Until.Add(-ewbExtendWindow)), d.now.After(e.Until.Add(ewbExtendWindow)):
		return refuse("382")
	}
	return nil
}

// modeTransit is for goods that stand still on their way.
const modeTransit = "5"

// checkExtension checks what is asked for. 386, 307, 389, 390, 305, 306, 421, 711–713,
// 705–708, 816.
func (n *ewbNotes) checkExtension(d ewbDeed, e *ewb) {
	n.when(!d.given("extnRsnCode") || !d.given("extnRemarks"), "386")
	n.when(d.given("extnRsnCode") && !slices.Contains([]string{"1", "2", "4", "5", "99"}, d.word("extnRsnCode")), "307")
	km := d.whole("remainingDistance")
	n.when(km < 1, "389")
	n.when(km > e.ActualDist, "390")
	n.checkFrom(d)
	pin := d.whole("fromPincode")
	n.when(pin < 100_000 || pin > 999_999 || stateKnown(d.whole("fromState")) && !pinFits(pin, d.whole("fromState")), "421")
	status := d.capitals("consignmentStatus")
	address := []string{d.word("addressLine1"), d.word("addressLine2"), d.word("addressLine3")}
	if d.word("transMode") == modeTransit {
		n.when(status != "T", "711")
		n.when(!slices.Contains([]string{"R", "W", "O"}, d.capitals("transitType")), "705")
		for i, code := range []string{"706", "707", "708"} {
			n.when(address[i] == "", code)
		}
		return
	}
	n.when(e.gold() && d.word("transMode") != "1", "816")
	n.when(status != "M", "711")
	n.when(d.given("transitType"), "712")
	n.when(address[0]+address[1]+address[2] != "", "713")
	n.checkMove(d.asked, day(e.DocDate), laterMove)
}

// ewbClose says that the goods have arrived: a facility that was announced and is on
// hold. 239 while it is off, 826, 861, 854, 862, 852, 829, 853, 827, 830, 828, 842.
func (s *Sandbox) ewbClose(ctx context.Context, d ewbDeed) (answer, error) {
	live, err := s.state.closing(ctx)
	switch {
	case err != nil:
		return answer{}, err
	case !live:
		return answer{}, refuse("239")
	case !d.given("ewbNo"):
		return answer{}, refuse("826")
	}
	on := d.dayOf("closureDate")
	err = s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		switch {
		case !d.given("closureDate"):
			return refuse("861")
		case on == 0:
			return refuse("854")
		case !d.given("remarks"):
			return refuse("862")
		case !e.names(d.by):
			return refuse("827")
		case e.Status == statusClosed:
			return refuse("829")
		case !e.Rejected.IsZero():
			return refuse("853")
		case e.Status != statusActive, d.now.After(e.Until.Add(24*time.Hour)) && !e.partAOnly():
			return refuse("852")
		case e.partAOnly():
			return refuse("830")
		}
		n.when(on < e.day(), "828")
		n.when(on > gst.DateOf(d.now), "842")
		e.Status, e.Closed = statusClosed, d.word("closureDate")
		return nil
	})
	return answer{data: struct {
		No string `json:"ewayBillNo"`
		On string `json:"closureDate"`
	}{d.word("ewbNo"), d.word("closureDate")}}, err
}
