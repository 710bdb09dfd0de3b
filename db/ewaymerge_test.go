package db

import (
	"testing"
	"time"

	"mohar/gst"
)

// shown is a bill as a whole reading shows it: without what only we know.
func shown(b *gst.EWay, at time.Time) gst.EWay {
	there := *b
	there.Route, there.ReadAt, there.Groups, there.Notes = gst.EWayFound, at, nil, nil
	there.Cancelled, there.ClosedOn, there.TripSheet = gst.EWayCancellation{}, 0, ""
	there.Vehicles = nil
	for _, v := range b.Vehicles {
		v.Reason, v.Remark, v.Quantity, v.By = "", "", 0, ""
		v.Entered = v.Entered.Truncate(time.Minute)
		there.Vehicles = append(there.Vehicles, v)
	}
	there.Of.To.Name, there.Of.Transport.TransporterName, there.Of.IRN = "", "", ""
	there.Of.Lines = []gst.ConsignmentLine{b.Of.Lines[0]}
	there.Of.Lines[0].Name = ""
	return there
}

// standAs has a stored bill changed as told.
func (s *Store) standAs(t *testing.T, id int64, change func(*gst.EWay)) *gst.EWay {
	t.Helper()
	b := storedEWay(t, s, id)
	check(t, s.OrderEWay(t.Context(), ours, id, gst.EWayOrder{Action: gst.EWayPartB}))
	k := takeEWay(t, s, id, gst.EWayPartB)
	change(b)
	check(t, s.MarkEWaySent(t.Context(), k, gst.Alankit))
	check(t, s.SaveEWay(t.Context(), k, *b, Event{}))
	return storedEWay(t, s, id)
}

func TestAReadingTakesNothingAwayThatThePortalDoesNotShow(t *testing.T) {
	s, c := newStore(t)
	b := makeEWay(t, s, "A/1", "331000000001")
	b = s.standAs(t, b.ID, func(b *gst.EWay) {
		b.Vehicles = append([]gst.EWayVehicle{{
			PartB:   gst.PartB{Mode: "1", Vehicle: "KA05XY0001", Place: "Tumakuru", State: "29", Reason: "2", Remark: "smaller van"},
			Entered: c.now().Add(time.Second), EnteredBy: string(ours), Group: 1, Quantity: 60_000, By: "API",
		}}, b.Vehicles...)
		b.Groups = []gst.EWayGroup{{Group: 1, FromPlace: "Tumakuru", ToPlace: "Pune", Quantity: 100_000, Unit: "KGS", Reason: "2", Remark: "vans"}}
		b.Of.Transport.TransporterID, b.Of.Transport.TransporterName = "29AAACT2727Q1ZS", "Tata Roadlines"
	})
	c.advance(time.Hour)
	after := keep(t, s, shown(b, c.now()), EWayChanged) // the minute of an entry
	if v := after.Vehicles[0]; v.Reason != "2" || v.Remark != "smaller van" || v.Quantity != 60_000 || v.By != "API" {
		t.Errorf("entry of Part B: %+v", v)
	}
	if len(after.Groups) != 1 || after.Groups[0].Remark != "vans" || after.Groups[0].Quantity != 100_000 {
		t.Errorf("groups: %+v", after.Groups)
	}
	if of := after.Of; of.To.Name != "XYZ Company" || of.Transport.TransporterName != "Tata Roadlines" || of.Lines[0].Name != "Rice" {
		t.Errorf("names: %+v %+v %+v", of.To, of.Transport, of.Lines)
	}
	there := shown(after, c.now())
	there.Of.Transport.TransporterID = "27AAACT2727Q1ZW"
	if after = keep(t, s, there, EWayChanged); after.Of.Transport.TransporterName != "" {
		t.Errorf("another transporter under the old one's name: %+v", after.Of.Transport)
	}
	wantFindings(t, s, "")
}

func TestTheMomentOfAReadingStandsForNoneThatIsKnown(t *testing.T) {
	s, c := newStore(t)
	b := makeEWay(t, s, "A/1", "331000000001")
	at := c.now().Add(time.Minute)
	rejected := s.standAs(t, b.ID, func(b *gst.EWay) { b.RejectedAt = at })
	c.advance(time.Hour)
	there := shown(rejected, c.now())
	there.RejectedAt = c.now()
	if b, _, err := s.KeepEWay(t.Context(), ours, gst.Practice, there); err != nil || !storedEWay(t, s, b).RejectedAt.Equal(at) {
		t.Errorf("rejected at %v, %v", storedEWay(t, s, b).RejectedAt, err)
	}
	cancelled := s.standAs(t, b.ID, func(b *gst.EWay) {
		b.State, b.Cancelled = gst.EWayCancelled, gst.EWayCancellation{At: at, Reason: gst.EWayCancelOrder, Remark: "not wanted"}
	})
	for _, state := range []gst.EWayState{gst.EWayCancelled, gst.EWayActive} { // a house of the portal lags behind
		there = shown(cancelled, c.now())
		there.State, there.Cancelled.At = state, c.now()
		_, _, err := s.KeepEWay(t.Context(), ours, gst.Practice, there)
		check(t, err)
		if got := storedEWay(t, s, b.ID); got.State != gst.EWayCancelled || !got.Cancelled.At.Equal(at) || got.Cancelled.Remark != "not wanted" {
			t.Errorf("shown as %s: %s %+v", state, got.State, got.Cancelled)
		}
	}
	other := makeEWay(t, s, "A/2", "331000000002")
	there = shown(other, c.now())
	there.State, there.Cancelled.At = gst.EWayCancelled, c.now()
	if got := keep(t, s, there, EWayChanged); got.Cancelled.Remark != CancelledThere || !got.Cancelled.At.Equal(c.now()) {
		t.Errorf("cancelled there: %+v", got.Cancelled)
	}
	closed := makeEWay(t, s, "A/3", "331000000003")
	closed = s.standAs(t, closed.ID, func(b *gst.EWay) { b.State, b.ClosedOn = gst.EWayClosed, 20261123 })
	there = shown(closed, c.now())
	there.State = gst.EWayActive
	_, _, err := s.KeepEWay(t.Context(), ours, gst.Practice, there)
	check(t, err)
	if got := storedEWay(t, s, closed.ID); got.State != gst.EWayClosed || got.ClosedOn != 20261123 {
		t.Errorf("closed by the company, shown as active: %s", got.State)
	}
	wantFindings(t, s, "")
}
