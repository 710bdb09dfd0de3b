package registrar_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"mohar/gst"
	"mohar/registrar"
)

// second is another company of the store, at the same providers.
const second = gst.GSTIN("29AABCT1332L1ZD")

// addSecond adds it in practice.
func (h *house) addSecond() {
	h.t.Helper()
	h.must(h.store.AddCompany(h.t.Context(), gst.Company{
		GSTIN: second, LegalName: "Mysore Traders", Address1: "1 Palace Road", Place: "Mysuru", PIN: 570001,
		State: "29", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10, Created: h.clock.now(),
	}))
	h.must(registrar.StorePracticeUsers(h.t.Context(), h.store, second))
}

// fromMysuru has a consignment leave the second company.
func fromMysuru(c *gst.Consignment) {
	c.From = gst.ConsignmentEnd{
		GSTIN: string(second), Name: "Mysore Traders", State: "29", Address1: "1 Palace Road", Place: "Mysuru", PIN: 570001, PlaceState: "29",
	}
	c.Lines[0].CGST, c.Lines[0].SGST, c.Lines[0].IGST = 0, 0, 5_000
	c.Totals.CGST, c.Totals.SGST, c.Totals.IGST = 0, 0, 6_450_00
	c.Transport.Distance = 900
}

// askSecond stores a bill of the second company.
func (h *house) askSecond(number string) int64 {
	h.t.Helper()
	id, err := h.store.AddEWay(h.t.Context(), &gst.EWay{Company: second, Mode: gst.Practice, Route: gst.EWayDirect, Of: consignment(number, fromMysuru)})
	h.must(err)
	return id
}

// TestASlowProviderOfOneCompanyHoldsUpNoOther: its calls hang; those of another go on, and it
// never has more in hand than it may.
func TestASlowProviderOfOneCompanyHoldsUpNoOther(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.Alankit)
	h.addSecond()
	arrived := make(chan struct{}, 100)
	release, letGo := context.WithCancel(t.Context())
	defer letGo()
	h.between(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("gstin") == string(sharda) {
			arrived <- struct{}{}
			<-release.Done()
		}
		return false
	}, nil)
	var slow []int64
	for i := range 12 {
		slow = append(slow, h.ask(fmt.Sprintf("S/%d", i)))
	}
	stop := h.start()
	<-arrived // the others of the company wait for its sign-in
	var quick []int64
	for i := range 6 {
		quick = append(quick, h.askSecond(fmt.Sprintf("Q/%d", i)))
	}
	ticks, end := h.store.Watch(0)
	defer end()
	limit := time.After(patience)
	for _, id := range quick {
		watch, over := h.store.WatchEWay(id)
		for {
			b, err := h.store.EWay(t.Context(), second, id)
			h.must(err)
			if b.State == gst.EWayActive {
				break
			}
			select {
			case <-ticks:
			case <-watch:
			case <-limit:
				t.Fatalf("the other company's bill is %q (asked %q, %s)", b.State, b.Asked, b.LastCode)
			}
		}
		over()
	}
	tried := 0
	for _, id := range slow {
		if b := h.eway(id); b.Tries > 0 {
			tried++
		}
	}
	if tried == 0 || tried > 4 {
		t.Errorf("%d of the slow one's are in hand, want up to 4", tried)
	}
	letGo()
	h.awaitEWays(slow...)
	stop()
}

// TestEWaysAreNotHeldUpByAClockThatWentBack: what was put off on a computer whose clock was a day
// ahead goes on once the clock is right.
func TestEWaysAreNotHeldUpByAClockThatWentBack(t *testing.T) {
	const ahead = 24 * time.Hour
	h := build(t)
	h.clock.advance(ahead)
	h.fault("*", "*", "down", 0)
	id := h.ask("INV/1")
	h.ewayStep()
	h.mend()
	h.clock.advance(-ahead)
	h.must(h.store.Close())
	h.open()
	stop := h.start()
	h.awaitEWays(id)
	stop()
	if book := h.ewayBook("INV/1"); len(book) != 1 || book[0].MakeCalls != 1 {
		t.Errorf("ledger %+v", book)
	}
}

// TestStandingCountsWhatIsAskedAboutEWays: the queue says how many wait, since when, and that the
// e-way bill system cannot be reached; what waits for an IRN waits for that.
func TestStandingCountsWhatIsAskedAboutEWays(t *testing.T) {
	h := build(t)
	began := h.clock.now()
	h.fault("*", "*", "down", 0)
	inv := h.issue(number(1))
	h.ask("INV/1")
	h.clock.advance(time.Minute)
	h.ask("INV/2")
	h.askByIRN(inv)
	h.ewayStep()
	standing, err := h.desk.Standing(t.Context(), sharda, gst.Practice)
	h.must(err)
	if standing.EWays != 2 || !standing.EWaysOldest.Equal(began) || standing.EWaysReachable || standing.EWaysNext.IsZero() ||
		!standing.EWaysSince.Equal(h.clock.now()) || standing.Open() != 1 || !standing.Reachable {
		t.Errorf("standing %+v", standing)
	}
	h.mend()
	h.must(h.desk.TryNow(t.Context(), sharda, gst.Practice))
	for range 2 {
		h.ewayStep()
	}
	h.ewayIdle()
	standing, err = h.desk.Standing(t.Context(), sharda, gst.Practice)
	h.must(err)
	if standing.EWays != 0 || !standing.EWaysOldest.IsZero() || !standing.EWaysReachable || !standing.EWaysNext.IsZero() {
		t.Errorf("standing afterwards %+v", standing)
	}
}

// TestOnePausedCompanyAsksNothingNewAboutEWays: what was sent is looked up, nothing else leaves.
func TestOnePausedCompanyAsksNothingNewAboutEWays(t *testing.T) {
	h := build(t)
	b := h.made("INV/1")
	h.must(h.store.SetPaused(t.Context(), sharda, true))
	h.ask("INV/2")
	h.order(b.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay("MH14CD5678")})
	h.ewayIdle()
	standing, err := h.desk.Standing(t.Context(), sharda, gst.Practice)
	h.must(err)
	if !standing.Paused || standing.EWays != 2 {
		t.Errorf("standing %+v", standing)
	}
	h.must(h.store.SetPaused(t.Context(), sharda, false))
	h.ewayStep()
	h.ewayStep()
	if b = h.eway(b.ID); b.Vehicles[0].Vehicle != "MH14CD5678" {
		t.Errorf("vehicles %+v", b.Vehicles)
	}
}
