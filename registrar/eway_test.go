package registrar_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mohar/gsp"
	"mohar/gst"
	"mohar/registrar"
)

func practiceUsers() []gst.Credentials { return gsp.PracticeCredentials() }

// TestEveryActionThroughEachProvider: each thing that can be asked about an e-way bill is done
// through either provider, and what is kept is what the portal says.
func TestEveryActionThroughEachProvider(t *testing.T) {
	for _, p := range faces {
		t.Run(string(p), func(t *testing.T) {
			h := build(t)
			h.only(p)
			b := h.made("INV/1")
			if b.State != gst.EWayActive || len(b.Number) != 12 || b.ValidUntil.IsZero() || b.MadeBy != sharda || len(b.Vehicles) != 1 {
				t.Fatalf("made: %+v", b)
			}
			h.act(b.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay("MH14CD5678")})
			if b = h.eway(b.ID); len(b.Vehicles) != 2 || b.Vehicles[0].Vehicle != "MH14CD5678" || b.Vehicles[0].Reason != "2" || b.ReadAt.IsZero() {
				t.Errorf("Part B: %+v, read %v", b.Vehicles, b.ReadAt)
			}
			before := b.ValidUntil
			h.clock.nearItsEnd(b)
			h.act(b.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: moreTime()})
			if b = h.eway(b.ID); b.Extensions != 1 || !b.ValidUntil.After(before) {
				t.Errorf("extended %d times until %v, was %v", b.Extensions, b.ValidUntil, before)
			}

			slip := h.made("INV/2", partAOnly)
			if slip.State != gst.EWayPartA || !slip.ValidUntil.IsZero() {
				t.Fatalf("Part A: %q until %v", slip.State, slip.ValidUntil)
			}
			h.act(slip.ID, gst.EWayOrder{Action: gst.EWayReassign, Transporter: &gst.EWayTransporterChoice{ID: carrier, Name: "Tata Roadlines"}})
			if slip = h.eway(slip.ID); slip.Of.Transport.TransporterID != carrier || slip.Of.Transport.TransporterName != "Tata Roadlines" {
				t.Errorf("transporter: %+v", slip.Of.Transport)
			}
			h.act(slip.ID, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder, Remark: "not wanted"}})
			if slip = h.eway(slip.ID); slip.State != gst.EWayCancelled || slip.Cancelled.At.IsZero() || slip.Cancelled.Reason != gst.EWayCancelOrder {
				t.Errorf("cancelled: %q %+v", slip.State, slip.Cancelled)
			}
			h.groups()
			h.trips()
		})
	}
}

// act has an order done in one step and wants the bill to be free of it.
func (h *house) act(id int64, o gst.EWayOrder) {
	h.t.Helper()
	h.order(id, o)
	h.ewayStep()
	h.ewayIdle()
	if b := h.eway(id); b.Asked != "" || b.Refusal != nil {
		h.t.Fatalf("%s is open: %q, refusal %v, events %s", o.Action, b.Asked, b.Refusal, h.ewayKinds(id))
	}
}

// groups sends goods on with several vehicles.
func (h *house) groups() {
	h.t.Helper()
	b := h.made("INV/3")
	h.act(b.ID, gst.EWayOrder{Action: gst.EWayGroupStart, Group: &gst.EWayGroup{
		FromPlace: "Lonavala", FromState: "27", ToPlace: "Navi Mumbai", ToState: "27", Mode: "1", Quantity: 100_000, Unit: "KGS", Reason: "2", Remark: "smaller vans",
	}})
	b = h.eway(b.ID)
	if len(b.Groups) != 1 || b.Groups[0].Group == 0 || b.Groups[0].Started.IsZero() {
		h.t.Fatalf("group: %+v", b.Groups)
	}
	group := b.Groups[0].Group
	h.act(b.ID, gst.EWayOrder{Action: gst.EWayGroupAdd, Vehicle: &gst.EWayGroupVehicle{Group: group, Vehicle: "MH46EF1111", Quantity: 60_000}})
	if b = h.eway(b.ID); b.Vehicles[0].Vehicle != "MH46EF1111" || b.Vehicles[0].Group != group || b.Vehicles[0].Quantity != 60_000 {
		h.t.Errorf("vehicle of the group: %+v", b.Vehicles[0])
	}
	h.act(b.ID, gst.EWayOrder{Action: gst.EWayGroupChange, Swap: &gst.EWayGroupSwap{
		Group: group, OldVehicle: "MH46EF1111", NewVehicle: "MH46EF2222", Place: "Khopoli", State: "27", Reason: "1", Remark: "broke down",
	}})
	if b = h.eway(b.ID); b.Vehicles[0].Vehicle != "MH46EF2222" {
		h.t.Errorf("changed in the group: %+v", b.Vehicles[0])
	}
}

// trips makes a trip sheet of two bills and makes it again for another vehicle.
func (h *house) trips() {
	h.t.Helper()
	one, two := h.made("INV/4"), h.made("INV/5")
	t := trip("MH12AB1234", one, two)
	id, err := h.store.AddTrip(h.t.Context(), t)
	h.must(err)
	h.ewayStep()
	sheet, err := h.store.Trip(h.t.Context(), sharda, id)
	h.must(err)
	if len(sheet.Number) != 10 || sheet.State != gst.EWayActive || sheet.Made.IsZero() {
		h.t.Fatalf("trip sheet: %+v", sheet)
	}
	if b := h.eway(one.ID); b.TripSheet != sheet.Number {
		h.t.Errorf("the bill says it is in %q, not %q", b.TripSheet, sheet.Number)
	}
	again := trip("MH12GH4321", one, two)
	again.Old, again.PartB.Reason, again.PartB.Remark = sheet.Number, "1", "broke down"
	id, err = h.store.AddTrip(h.t.Context(), again)
	h.must(err)
	h.ewayStep()
	next, err := h.store.Trip(h.t.Context(), sharda, id)
	h.must(err)
	if next.State != gst.EWayActive || next.Number == sheet.Number || next.Number == "" {
		h.t.Errorf("made again: %+v", next)
	}
}

func TestEWayByIRNWaitsForTheIRN(t *testing.T) {
	h := build(t)
	inv := h.issue(number(1))
	id := h.askByIRN(inv)
	h.ewayIdle()
	h.step()
	h.ewayStep()
	b := h.eway(id)
	is := h.standing(inv)
	if b.State != gst.EWayActive || b.Of.IRN != is.Registration.IRN {
		t.Fatalf("%q of %q: %s", b.State, b.Of.IRN, h.ewayKinds(id))
	}
	if is.Registration.EWayBill == nil || is.Registration.EWayBill.Number != b.Number {
		t.Errorf("the registration shows %+v", is.Registration.EWayBill)
	}
	if book := h.ewayBook(number(1)); len(book) != 1 || book[0].No != b.Number || book[0].MakeCalls != 1 {
		t.Errorf("ledger %+v", book)
	}
}

// TestRefusedEWayIsNotSentAgain: what the portal refuses stands until somebody changes it.
func TestRefusedEWayIsNotSentAgain(t *testing.T) {
	h := build(t)
	id := h.ask("INV/1", func(c *gst.Consignment) { c.Transport.Vehicle = "NONSENSE1" })
	h.ewayStep()
	h.clock.advance(time.Hour)
	h.ewayIdle()
	b := h.eway(id)
	if b.State != gst.EWayFailed || b.Refusal == nil || b.Refused != gst.EWayMake || h.sentEvents(id) != 1 {
		t.Fatalf("%q, refusal %v, events %s", b.State, b.Refusal, h.ewayKinds(id))
	}
	b.Of.Transport.Vehicle = "MH12AB1234"
	h.must(h.store.RetryEWay(t.Context(), b))
	h.ewayStep()
	if b = h.eway(id); b.State != gst.EWayActive || b.Refusal != nil {
		t.Errorf("mended: %q, refusal %v", b.State, b.Refusal)
	}
}

// TestRefusedOrderLeavesTheBill: a bill stands as before when something about it is refused.
func TestRefusedOrderLeavesTheBill(t *testing.T) {
	h := build(t)
	b := h.made("INV/1")
	h.order(b.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: moreTime()}) // too early: 382
	h.ewayStep()
	after := h.eway(b.ID)
	if after.State != gst.EWayActive || after.Asked != "" || after.Refused != gst.EWayExtend || after.Refusal == nil || !after.Refusal.Has("382") {
		t.Errorf("%q asked %q refused %q %v", after.State, after.Asked, after.Refused, after.Refusal)
	}
	if !after.ValidUntil.Equal(b.ValidUntil) {
		t.Errorf("valid until %v, was %v", after.ValidUntil, b.ValidUntil)
	}
}

// TestPaperThatHasAnEWayBill: a bill that another program made of the same consignment is taken
// over (604), one of another consignment is not.
func TestPaperThatHasAnEWayBill(t *testing.T) {
	for _, c := range []struct {
		name   string
		theirs func(*gst.Consignment)
		state  gst.EWayState
	}{
		{"of the same consignment is taken over", func(*gst.Consignment) {}, gst.EWayActive},
		{"of another total is another one", func(c *gst.Consignment) { c.Totals.Other, c.Totals.Total = -1_00, c.Totals.Total-1_00 }, gst.EWayFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t)
			theirs := consignment("INV/1", c.theirs)
			there, err := h.portal(gst.TaxPro).MakeEWay(t.Context(), &theirs)
			h.must(err)
			b := h.made("INV/1")
			if b.State != c.state {
				t.Fatalf("%q, want %q: %v, %s", b.State, c.state, b.Refusal, h.ewayKinds(b.ID))
			}
			if c.state == gst.EWayActive && b.Number != there.Number {
				t.Errorf("took over %s, not %s", b.Number, there.Number)
			}
			if c.state == gst.EWayFailed {
				if !b.Refusal.Has(registrar.EWayOtherBill) || !strings.Contains(b.Refusal.Error(), there.Number) {
					t.Errorf("refusal %v", b.Refusal)
				}
			}
			if book := h.ewayBook("INV/1"); len(book) != 1 {
				t.Errorf("ledger %+v", book)
			}
		})
	}
}

// TestCancelledAtThePortal: a bill that was cancelled there (312) is kept as cancelled.
func TestCancelledAtThePortal(t *testing.T) {
	h := build(t)
	b := h.made("INV/1")
	_, err := h.portal(gst.TaxPro).CancelEWay(t.Context(), b.Number, gst.EWayCancelDuplicate, "twice")
	h.must(err)
	h.order(b.ID, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder, Remark: "not wanted"}})
	h.ewayStep()
	if after := h.eway(b.ID); after.State != gst.EWayCancelled || after.Refusal != nil || after.Cancelled.At.IsZero() {
		t.Errorf("%q refusal %v %+v", after.State, after.Refusal, after.Cancelled)
	}
	other := h.made("INV/2")
	_, err = h.portal(gst.TaxPro).CancelEWay(t.Context(), other.Number, gst.EWayCancelDuplicate, "twice")
	h.must(err)
	h.order(other.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay("MH14CD5678")})
	h.ewayStep()
	if after := h.eway(other.ID); after.State != gst.EWayCancelled || after.Asked != "" {
		t.Errorf("Part B of a cancelled bill leaves it %q, asked %q, refusal %v", after.State, after.Asked, after.Refusal)
	}
}

// TestPlannedExtension: an extension is asked for when its window opens, not before.
func TestPlannedExtension(t *testing.T) {
	h := build(t)
	b := h.made("INV/1")
	h.must(h.store.ScheduleExtension(t.Context(), sharda, b.ID, *moreTime()))
	h.ewayIdle()
	h.clock.advance(b.ValidUntil.Add(-8*time.Hour - time.Minute).Sub(h.clock.now()))
	h.ewayIdle()
	h.clock.advance(2 * time.Minute)
	h.ewayStep()
	after := h.eway(b.ID)
	if after.Extensions != 1 || after.Scheduled != nil || !after.ValidUntil.After(b.ValidUntil) {
		t.Errorf("extended %d times until %v, planned %v: %s", after.Extensions, after.ValidUntil, after.Scheduled, h.ewayKinds(b.ID))
	}
}

// TestReadEWay: reading shows what was done at the portal by others.
func TestReadEWay(t *testing.T) {
	h := build(t)
	b := h.made("INV/1")
	h.clock.advance(10 * time.Minute)
	_, err := h.portal(gst.TaxPro).UpdatePartB(t.Context(), b.Number, *onWay("MH14CD5678"))
	h.must(err)
	h.must(h.desk.ReadEWay(t.Context(), sharda, b.ID))
	after := h.eway(b.ID)
	if len(after.Vehicles) != 2 || after.Vehicles[0].Vehicle != "MH14CD5678" || !after.ReadAt.Equal(h.clock.now()) {
		t.Errorf("vehicles %+v, read %v", after.Vehicles, after.ReadAt)
	}
	calls, err := h.store.EWayExchanges(t.Context(), sharda, b.ID)
	h.must(err)
	if len(calls) == 0 {
		t.Error("the calls are not kept")
	}
	waiting := h.ask("INV/2")
	if err := h.desk.ReadEWay(t.Context(), sharda, waiting); !errors.Is(err, gst.ErrState) {
		t.Errorf("one without number: %v", err)
	}
}

// TestAdoptAndFetch: bills that were made elsewhere are brought in by number and by day.
func TestAdoptAndFetch(t *testing.T) {
	h := build(t)
	var numbers []string
	for i := range 3 {
		c := consignment(fmt.Sprintf("WEB/%d", i))
		b, err := h.portal(gst.Alankit).MakeEWay(t.Context(), &c)
		h.must(err)
		numbers = append(numbers, b.Number)
	}
	id, err := h.desk.AdoptEWay(t.Context(), sharda, numbers[0])
	h.must(err)
	if b := h.eway(id); b.Number != numbers[0] || b.Role != gst.EWayOurs || b.Route != gst.EWayFound || b.Of.Number != "WEB/0" || len(b.Of.Lines) != 1 {
		t.Errorf("adopted %+v", b)
	}
	today := gst.DateOf(h.clock.now())
	added, changed, err := h.desk.FetchEWays(t.Context(), sharda, registrar.ListMade, today, today)
	h.must(err)
	if added != 2 || changed != 0 {
		t.Errorf("%d added, %d changed", added, changed)
	}
	_, err = h.portal(gst.Alankit).CancelEWay(t.Context(), numbers[1], gst.EWayCancelOrder, "no")
	h.must(err)
	added, changed, err = h.desk.FetchEWays(t.Context(), sharda, registrar.ListMade, today.AddDays(-2), today)
	h.must(err)
	if added != 0 || changed != 1 {
		t.Errorf("again: %d added, %d changed", added, changed)
	}
	if _, err := h.desk.AdoptEWay(t.Context(), sharda, "331000000001"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	var bad gst.Invalid
	if _, err := h.desk.AdoptEWay(t.Context(), sharda, "12"); !errors.As(err, &bad) {
		t.Errorf("no number: %v", err)
	}
	if _, _, err := h.desk.FetchEWays(t.Context(), sharda, registrar.ListMade, today.AddDays(-40), today); !errors.As(err, &bad) {
		t.Errorf("too many days: %v", err)
	}
}

// TestEWaysWhileNobodyAnswers: nothing is lost, nothing is made twice, and little is asked.
func TestEWaysWhileNobodyAnswers(t *testing.T) {
	h := build(t)
	h.fault("alankit", "*", "down", 0)
	h.fault("taxpro", "*", "down", 0)
	var ids []int64
	for i := range 5 {
		ids = append(ids, h.ask(fmt.Sprintf("INV/%d", i)))
	}
	h.ewayStep()
	for range 30 {
		if done, err := h.desk.EWayOne(t.Context()); err != nil || done {
			t.Fatalf("behind a closed gate: %v, %v", done, err)
		}
	}
	h.mend()
	h.must(h.desk.TryNow(t.Context(), sharda, gst.Practice))
	for range ids {
		h.ewayStep()
	}
	for i, id := range ids {
		if b := h.eway(id); b.State != gst.EWayActive {
			t.Errorf("%d: %q %s", i, b.State, h.ewayKinds(id))
		}
		if book := h.ewayBook(fmt.Sprintf("INV/%d", i)); len(book) != 1 || book[0].MakeCalls != 1 {
			t.Errorf("ledger %+v", book)
		}
	}
}

func TestLookUpTransporter(t *testing.T) {
	h := build(t)
	found, err := h.desk.LookUpTransporter(t.Context(), sharda, carrier)
	h.must(err)
	if found.LegalName == "" && found.TradeName == "" {
		t.Errorf("found %+v", found)
	}
}

// TestReplyAboutAnotherBillIsNone: a good answer that names another bill of ours, as a gateway may
// repeat one, says nothing of what was asked.
func TestReplyAboutAnotherBillIsNone(t *testing.T) {
	for _, p := range faces {
		for _, acts := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, acted upon: %v", p, acts), func(t *testing.T) {
				l := buildLab(t, true)
				l.inOrder(p)
				var old string
				l.wire.treat = func(call *passage) (*http.Response, error) {
					return changed(func(_ *passage, reply []byte) []byte {
						if call.op == opEWayMake {
							old = string(reply)
						}
						return reply
					})(call)
				}
				first := l.made("INV/1")
				l.wire.treat = func(call *passage) (*http.Response, error) {
					switch {
					case call.op != opEWayMake || call.provider() != p:
						return through(call)
					case acts:
						return saidAfter(http.StatusOK, jsons, old)(call)
					}
					return said(http.StatusOK, jsons, old)(call)
				}
				b := l.made("INV/2")
				if b.State != gst.EWayActive || b.Number == first.Number {
					t.Errorf("%q as %s: %s", b.State, b.Number, l.ewayKinds(b.ID))
				}
				if book := l.ewayBook("INV/2"); len(book) != 1 || book[0].No != b.Number {
					t.Errorf("ledger %+v", book)
				}
			})
		}
	}
}

// TestRunDoesWhatIsAskedAboutEWays: the loop makes and changes bills beside the documents, and
// ends when it is told to.
func TestRunDoesWhatIsAskedAboutEWays(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	h := build(t)
	t.Cleanup(h.gsp.Close)
	inv := h.issue(number(1))
	ids := []int64{h.askByIRN(inv), h.ask("INV/1"), h.ask("INV/2")}
	stop := h.start()
	h.awaitEWays(ids...)
	ids = append(ids, h.ask("INV/3"))
	h.order(ids[1], gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay("MH14CD5678")})
	h.awaitEWays(ids...)
	stop()
	for _, id := range ids {
		if b := h.eway(id); b.State != gst.EWayActive || b.Refusal != nil {
			t.Errorf("%s is %q: %v", b.Of.Number, b.State, b.Refusal)
		}
	}
	if b := h.eway(ids[1]); b.Vehicles[0].Vehicle != "MH14CD5678" {
		t.Errorf("vehicles %+v", b.Vehicles)
	}
}

// awaitEWays waits until nothing is asked about the bills any more.
func (h *house) awaitEWays(ids ...int64) {
	h.t.Helper()
	limit := time.After(patience)
	for _, id := range ids {
		ticks, end := h.store.WatchEWay(id)
		for h.eway(id).Asked != "" {
			select {
			case <-ticks:
			case <-limit:
				end()
				h.t.Fatalf("e-way bill %d is asked for %q: %s", id, h.eway(id).Asked, h.ewayKinds(id))
			}
		}
		end()
	}
}
