package registrar_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

// ewayDeed is something that is asked about e-way bills while something goes wrong.
type ewayDeed struct {
	name string
	op   string // of asking
	// begin asks for it, and returns the bill that it is about.
	begin func(x *ewayTrouble) int64
	// done reports how often the portal did it, and whether it is kept as done here.
	done func(x *ewayTrouble, id int64) (times int, kept bool)
}

// ewayDeeds are one of each kind.
var ewayDeeds = []ewayDeed{
	{"making", opEWayMake, func(x *ewayTrouble) int64 { return x.ask("INV/9") }, madeOnce},
	{"making by IRN", opEWayMake, func(x *ewayTrouble) int64 {
		inv := x.issue(number(9))
		x.step()
		return x.askByIRN(inv)
	}, madeOnce},
	{"Part B", opEWayChange, func(x *ewayTrouble) int64 {
		b := x.made("INV/9")
		x.clock.advance(10 * time.Minute)
		x.order(b.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay("MH14CD5678")})
		return b.ID
	}, func(x *ewayTrouble, id int64) (times int, kept bool) {
		for _, v := range x.there(id).Vehicles {
			if v.Vehicle == "MH14CD5678" {
				times++
			}
		}
		b := x.eway(id)
		return times, b.Vehicles[0].Vehicle == "MH14CD5678"
	}},
	{"extension", opEWayChange, func(x *ewayTrouble) int64 {
		b := x.made("INV/9")
		x.clock.nearItsEnd(b)
		x.order(b.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: moreTime()})
		return b.ID
	}, func(x *ewayTrouble, id int64) (times int, kept bool) {
		there, b := x.there(id), x.eway(id)
		return there.Extensions, b.Extensions == there.Extensions && b.ValidUntil.Equal(there.ValidUntil)
	}},
	{"another transporter", opEWayChange, func(x *ewayTrouble) int64 {
		b := x.made("INV/9", partAOnly)
		x.order(b.ID, gst.EWayOrder{Action: gst.EWayReassign, Transporter: &gst.EWayTransporterChoice{ID: carrier, Name: "Tata Roadlines"}})
		return b.ID
	}, func(x *ewayTrouble, id int64) (times int, kept bool) {
		if x.there(id).Of.Transport.TransporterID == carrier {
			times = 1
		}
		return times, x.eway(id).Of.Transport.TransporterID == carrier
	}},
	{"cancellation", opEWayChange, func(x *ewayTrouble) int64 {
		b := x.made("INV/9")
		x.order(b.ID, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder, Remark: "not wanted"}})
		return b.ID
	}, func(x *ewayTrouble, id int64) (times int, kept bool) {
		if x.there(id).State == gst.EWayCancelled {
			times = 1
		}
		b := x.eway(id)
		return times, b.State == gst.EWayCancelled && b.Cancelled.Reason == gst.EWayCancelOrder && !b.Cancelled.At.IsZero()
	}},
	{"trip sheet", opEWayChange, func(x *ewayTrouble) int64 {
		b, other := x.made("INV/9"), x.made("INV/10")
		x.clock.advance(10 * time.Minute)
		_, err := x.store.AddTrip(x.t.Context(), trip("MH12AB1234", b, other))
		x.must(err)
		return b.ID
	}, func(x *ewayTrouble, id int64) (times int, kept bool) {
		sheets := map[string]bool{}
		for _, v := range x.there(id).Vehicles {
			if v.TripSheet != "" {
				sheets[v.TripSheet] = true
			}
		}
		b := x.eway(id)
		return len(sheets), sheets[b.TripSheet]
	}},
}

// madeOnce counts the bills of the paper.
func madeOnce(x *ewayTrouble, id int64) (times int, kept bool) {
	b := x.eway(id)
	book := x.ewayBook(b.Of.Number)
	for _, e := range book {
		if e.MakeCalls != 1 {
			x.t.Errorf("the portal was asked %d times to make %s", e.MakeCalls, e.No)
		}
	}
	return len(book), len(book) == 1 && b.State == gst.EWayActive && b.Number == book[0].No && !b.ValidUntil.IsZero()
}

// ewayMishap is what goes wrong at the provider that is asked first.
type ewayMishap struct {
	name  string
	ask   treatment // of asking; nil: nothing
	get   treatment // of looking up
	auth  treatment
	both  bool // at the other provider too
	times int  // how often; 0: as long as it lasts
	ends  string
}

// How an order stands while the mishap lasts.
const (
	endsDone    = "done"
	endsUnknown = "unknown"
	endsWaiting = "ready"
)

var ewayMishaps = []ewayMishap{
	{name: "nothing", ends: endsDone},
	{name: "connection lost before the portal acted", ask: lostBefore, ends: endsDone},
	{name: "connection lost after the portal acted", ask: lostAfter, ends: endsDone},
	{name: "no reply in time", ask: delayed, ends: endsDone},
	{name: "connection reset in the middle of the reply", ask: cut, ends: endsDone},
	{name: "504 before the portal acted", ask: said(http.StatusGatewayTimeout, html, htmlPage), ends: endsDone},
	{name: "504 after the portal acted", ask: saidAfter(http.StatusGatewayTimeout, html, htmlPage), ends: endsDone},
	{name: "page instead of an answer, acted upon", ask: saidAfter(http.StatusOK, html, htmlPage), ends: endsDone},
	{name: "empty answer, acted upon", ask: saidAfter(http.StatusOK, jsons, ""), ends: endsDone},
	{name: "connection refused", ask: unreached, ends: endsDone},
	{name: "down", ask: unreached, get: unreached, auth: unreached, ends: endsDone},
	{name: "token revoked, once", ask: ewaySays("238"), times: 1, ends: endsDone},
	{name: "too many calls, once", ask: ewaySays("658"), times: 1, ends: endsDone},
	{name: "the same request at the same time, acted upon", ask: saidAfter(http.StatusOK, jsons, ewayRefusal("813")), times: 1, ends: endsDone},
	{name: "error in the portal, acted upon", ask: saidAfter(http.StatusOK, jsons, ewayRefusal("240")), times: 1, ends: endsDone},
	{name: "looked up under a wrong HMAC", ask: lostAfter, get: changed(wrongHMAC), both: true, times: 2, ends: endsDone},
	{name: "all are lost, acted upon", ask: lostAfter, get: lostBefore, both: true, ends: endsUnknown},
	{name: "all are lost, not acted upon", ask: lostBefore, get: lostBefore, both: true, ends: endsUnknown},
	{name: "none can be reached", ask: unreached, get: unreached, auth: unreached, both: true, ends: endsWaiting},
}

// wrongHMAC has a reply prove nothing; one without a proof says nothing at all.
func wrongHMAC(_ *passage, reply []byte) []byte {
	var e map[string]any
	if json.Unmarshal(reply, &e) != nil || e["hmac"] == nil {
		return []byte(htmlPage)
	}
	e["hmac"] = "AAAA" + fmt.Sprint(e["hmac"])[4:]
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // it was JSON
	}
	return b
}

// TestEWayFaultMatrix: whatever goes wrong with whichever provider, and wherever the program
// dies meanwhile, what was asked about e-way bills is done once, and the bill says so.
func TestEWayFaultMatrix(t *testing.T) {
	moments := []string{"lives on", "dies before it leaves", "dies after it arrived", "dies before it is stored"}
	n := 0
	for _, d := range ewayDeeds {
		for _, m := range ewayMishaps {
			for f, first := range faces {
				for i, moment := range moments {
					if d.op != opEWayMake && i%len(faces) != f { // with either provider, though not with each moment
						continue
					}
					if n++; testing.Short() && n%7 != 0 { // for the race detector, which is slow
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%s/%s", d.name, m.name, first, moment), func(t *testing.T) {
						t.Parallel()
						testEWayMishap(t, d, m, first, i)
					})
				}
			}
		}
	}
}

// ewayTrouble is a mishap while it happens.
type ewayTrouble struct {
	*lab
	deed     ewayDeed
	mishap   ewayMishap
	first    gst.Provider
	moment   int // when the program dies; 0: never
	happened int
}

func testEWayMishap(t *testing.T, d ewayDeed, m ewayMishap, first gst.Provider, moment int) {
	t.Helper()
	l := buildLab(t, true)
	l.inOrder(first)
	x := &ewayTrouble{lab: l, deed: d, mishap: m, first: first, moment: moment}
	id := d.begin(x)
	for _, p := range faces { // else nothing would leave while none can be reached
		_, err := l.house.portal(p).SignInEWay(t.Context())
		l.must(err)
	}
	l.wire.treat = x.treat
	x.workEWays(4)
	ends := m.ends
	if moment > 0 && ends == endsWaiting {
		ends = endsUnknown // it was written down as sent before the program died
	}
	if got := x.asks(); got != ends {
		t.Errorf("it ends %s, want %s: %s", got, ends, l.ewayKinds(id))
	}
	if moment > 0 && l.restarts != 1 {
		t.Errorf("the program died %d times", l.restarts)
	}
	l.wire.treat = nil
	x.workEWays(4)
	if got := x.asks(); got != endsDone {
		t.Fatalf("when nothing is wrong any more it is %s: %s", got, l.ewayKinds(id))
	}
	if times, kept := d.done(x, id); times != 1 || !kept {
		t.Errorf("done %d times, kept: %v; %s", times, kept, l.ewayKinds(id))
	}
	findings, err := l.store.Check(t.Context())
	l.must(err)
	if len(findings) > 0 {
		t.Errorf("the store is damaged: %v", findings)
	}
}

// workEWays lets the registrar work until nothing is asked any more, some minutes between its
// steps, and starts the program again when it died.
func (x *ewayTrouble) workEWays(steps int) {
	x.t.Helper()
	for range steps {
		for range 3 {
			done, err := x.desk.EWayOne(x.t.Context())
			if x.dead {
				x.restart()
				continue
			}
			x.must(err)
			if !done {
				break
			}
		}
		if x.asks() == endsDone {
			return
		}
		x.clock.advance(16 * time.Minute)
	}
}

// asks says how the one order stands: done when there is none.
func (x *ewayTrouble) asks() string {
	x.t.Helper()
	task, err := x.store.TakeEWay(x.t.Context(), time.Millisecond)
	if err != nil { // none is due now: what waits for later is due then
		x.clock.advance(6 * time.Minute)
		if task, err = x.store.TakeEWay(x.t.Context(), time.Millisecond); err != nil {
			return endsDone
		}
	}
	state := task.State
	x.must(x.store.PutBackEWay(x.t.Context(), task, x.clock.now()))
	if state == db.RequestUnknown {
		return endsUnknown
	}
	return endsWaiting
}

// there is the bill as the portal has it.
func (x *ewayTrouble) there(id int64) *gst.EWay {
	x.t.Helper()
	b, err := x.house.portal(gst.TaxPro).EWay(x.t.Context(), x.eway(id).Number)
	x.must(err)
	return b
}

// treat has the mishap happen, and the program die where it should.
func (x *ewayTrouble) treat(p *passage) (*http.Response, error) {
	if x.dead {
		return nil, errDied
	}
	what := x.next(p)
	if p.op == x.deed.op && x.moment > 0 && x.restarts == 0 {
		return x.die(p, what)
	}
	return what(p)
}

// next is what happens to a call: the mishap, as long as it lasts.
func (x *ewayTrouble) next(p *passage) treatment {
	var what treatment
	switch p.op {
	case x.deed.op:
		what = x.mishap.ask
	case opEWayGet:
		what = x.mishap.get
	case opEWayAuth, opAuth:
		what = x.mishap.auth
	}
	if what == nil || !x.mishap.both && p.provider() != x.first || x.mishap.times > 0 && x.happened >= x.mishap.times {
		return through
	}
	x.happened++
	return what
}

// die ends the program around a call.
func (x *ewayTrouble) die(p *passage, what treatment) (*http.Response, error) {
	switch x.moment {
	case 1:
		x.lab.die()
		return nil, errDied
	case 2:
		_, _ = what(p) // whatever it says, nobody hears it
		x.lab.die()
		return nil, errDied
	}
	x.left = 0
	return what(p)
}
