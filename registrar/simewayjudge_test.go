package registrar_test

import (
	"net/http"
	"time"

	"mohar/gst"
)

// drain lets the registrar work until nothing is asked about e-way bills any more, but what waits
// for an IRN that does not come.
func (e *simEWays) drain() {
	for range 3000 {
		done, err := e.desk.EWayOne(e.t.Context())
		e.want("e-way step", err)
		if done {
			continue
		}
		due, err := e.store.NextEWayDue(e.t.Context(), time.Time{})
		e.must(err)
		if due.IsZero() {
			return
		}
		e.advance(max(due.Sub(e.clock.now()), time.Second))
	}
	e.fail("it does not come to an end")
}

// judge compares what is kept of every bill with what the portal says.
func (e *simEWays) judge() {
	var ledger struct{ EWays []bookedEWay }
	e.tell(http.MethodGet, "/_sandbox/ledger", nil, &ledger)
	standing := map[string]int{}
	there := map[string]bookedEWay{}
	for _, b := range ledger.EWays {
		there[b.No] = b
		if b.Status == "ACT" {
			standing[b.DocNo]++
		}
	}
	for paper, n := range standing {
		if n > 1 {
			e.fail("%s has %d e-way bills", paper, n)
		}
	}
	kept := map[string]bool{}
	for _, b := range e.all() {
		kept[b.Number] = true
		e.judgeEWay(b, there, standing)
	}
	for number, b := range there {
		if !kept[number] {
			e.fail("the portal holds %s of %s, and nobody keeps it", number, b.DocNo)
		}
	}
	findings, err := e.store.Check(e.t.Context())
	e.must(err)
	if len(findings) > 0 {
		e.fail("the store is damaged: %v", findings)
	}
}

func (e *simEWays) judgeEWay(b gst.EWay, there map[string]bookedEWay, standing map[string]int) {
	wrong := ""
	t, known := there[b.Number]
	switch b.State {
	case gst.EWayPending:
		if b.Route != gst.EWayByIRN || e.irnOf(b.InvoiceID) != "" && e.stands(b.InvoiceID) {
			wrong = "is not decided"
		}
	case gst.EWayFailed:
		if b.Refusal == nil || standing[b.Of.Number] > 0 {
			wrong = "is held by the portal"
		}
	case gst.EWayActive, gst.EWayPartA, gst.EWayCancelled:
		switch {
		case !known || t.DocNo != b.Of.Number:
			wrong = "is not there"
		case e.touched[b.Number]:
		case (t.Status == "CNL") != (b.State == gst.EWayCancelled), t.Extensions != b.Extensions,
			t.ValidUntil != "" && b.State == gst.EWayActive && t.ValidUntil != b.ValidUntil.In(gst.IST).Format(time.RFC3339):
			wrong = "stands otherwise there"
		}
		if known {
			e.oncePerVehicle(b)
		}
	default:
		wrong = "is not decided"
	}
	if wrong == "" && b.Asked != "" && b.State != gst.EWayPending {
		wrong = "is still asked for " + string(b.Asked)
	}
	if wrong != "" {
		e.fail("e-way bill %d (%s of %s) ends %s until %v (%v), and %s: portal %+v",
			b.ID, b.Number, b.Of.Number, b.State, b.ValidUntil.In(gst.IST), b.Refusal, wrong, t)
	}
}

// stands reports whether a document's IRN does.
func (e *simEWays) stands(invoice int64) bool {
	inv, _, err := e.store.Invoice(e.t.Context(), sharda, invoice)
	e.must(err)
	return inv.IRN.State == gst.IRNRegistered
}

// oncePerVehicle wants nothing to have been entered twice: each order had a vehicle of its own.
func (e *simEWays) oncePerVehicle(b gst.EWay) {
	e.wire.treat = nil
	there, err := e.house.portal(gst.TaxPro).EWay(e.t.Context(), b.Number)
	if err != nil { // what the provider said before keeps it back for a while: a refused sign-in, too many calls
		e.advance(16 * time.Minute)
		there, err = e.house.portal(gst.TaxPro).EWay(e.t.Context(), b.Number)
	}
	e.must(err)
	seen := map[string]bool{}
	for _, v := range there.Vehicles {
		if v.Vehicle == "MH12AB1234" {
			continue
		}
		if seen[v.Vehicle] {
			e.fail("%s was entered twice for %s", v.Vehicle, b.Number)
		}
		seen[v.Vehicle] = true
	}
}

// irnOf is the IRN of a document; empty without one.
func (e *simEWays) irnOf(invoice int64) string {
	inv, _, err := e.store.Invoice(e.t.Context(), sharda, invoice)
	e.must(err)
	if inv.IRN.Registration == nil {
		return ""
	}
	return inv.IRN.Registration.IRN
}
