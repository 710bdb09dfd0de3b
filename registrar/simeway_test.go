package registrar_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

var (
	simEWaySeed  = flag.Uint64("sim.eway", 0, "run the simulation of e-way bills with this seed only, and say what it does")
	simEWaySeeds = flag.Uint64("sim.eways", 40, "how many seeds the simulation of e-way bills runs with")
)

// TestEWaySimulation: whatever the portal, the GSPs and the power do, and in whatever order, a
// paper gets one e-way bill, nothing is asked of the portal twice, and in the end what is kept of
// a bill is what the portal says.
func TestEWaySimulation(t *testing.T) {
	if *simEWaySeed != 0 {
		s := simulateEWays(t, *simEWaySeed)
		t.Logf("%d bills, %d starts:\n%s", len(s.all()), s.restarts, strings.Join(s.trace, "\n"))
		return
	}
	seeds := *simEWaySeeds
	if testing.Short() {
		seeds = min(seeds, 8)
	}
	for seed := uint64(1); seed <= seeds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel() // each is one goroutine in a house of its own
			simulateEWays(t, seed)
		})
	}
}

// simEWays is a simulation in which e-way bills are made of the documents and of papers without
// one, and everything that can be asked about them is.
type simEWays struct {
	*sim
	asked   int             // numbers the papers and vehicles
	open    map[string]bool // by subject: sent, and nothing seen since says what came of it
	good    map[string]string
	signIns map[gst.Provider][]time.Time
	touched map[string]bool // by number: somebody else did something about it at the portal
}

// simulateEWays runs one seed to its end and checks everything.
func simulateEWays(t *testing.T, seed uint64) *simEWays {
	t.Helper()
	s := &sim{
		lab: buildLab(t, true), seed: seed, chance: rand.New(rand.NewPCG(seed, 0xe3a7)), //nolint:gosec // repeatable on purpose
		fates: make(map[string]*fate), replies: make(map[string]string), ends: make(map[gst.IRNState]int),
		signIns: make(map[gst.Provider][]time.Time),
	}
	e := &simEWays{
		sim: s, open: make(map[string]bool), good: make(map[string]string), touched: make(map[string]bool),
		signIns: make(map[gst.Provider][]time.Time),
	}
	s.wire.treat, s.wire.after = e.carry, s.look
	s.others = &otherProgram{sim: s}
	for range 30 + s.chance.IntN(50) {
		if s.chance.IntN(3) == 0 {
			s.act()
		} else {
			e.act()
		}
		if s.dead {
			s.rise()
			clear(e.signIns)
		}
	}
	s.calm()
	s.drain()
	e.drain()
	s.judge()
	e.judge()
	return e
}

// act does one thing about e-way bills that chance picks.
func (e *simEWays) act() {
	actions := []struct {
		weight int
		do     func()
	}{
		{14, e.askDirect},
		{12, e.askOfDocument},
		{34, e.work},
		{10, e.partB},
		{6, e.cancel},
		{6, e.reassign},
		{8, e.extend},
		{5, e.trip},
		{4, e.retry},
		{3, e.read},
		{4, e.meddle},
		{4, e.plantEWay},
		{6, e.wait},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	pick := e.chance.IntN(total)
	for _, a := range actions {
		if pick -= a.weight; pick < 0 {
			a.do()
			return
		}
	}
}

// tolerate notes how something ended that may well be refused here.
func (e *simEWays) tolerate(what string, err error) {
	e.note("%s: %v", what, err)
	if errors.Is(err, gst.ErrState) || errors.Is(err, gst.ErrConflict) {
		return
	}
	e.want(what, err)
}

// next is a number that nothing had before.
func (e *simEWays) next() int {
	e.asked++
	return e.asked
}

func (e *simEWays) vehicle() string { return fmt.Sprintf("MH14AB%04d", e.next()) }

func (e *simEWays) askDirect() {
	c := consignment(fmt.Sprintf("CH/%d", e.next()), func(c *gst.Consignment) {
		c.Date = gst.DateOf(e.clock.now())
		switch e.chance.IntN(4) {
		case 0:
			partAOnly(c)
		case 1:
			c.Transport.Vehicle = "NONSENSE1" // the portal refuses it
		}
	})
	_, err := e.store.AddEWay(e.t.Context(), &gst.EWay{Company: sharda, Mode: gst.Practice, Route: gst.EWayDirect, Of: c})
	e.tolerate("ask for a bill of "+c.Number, err)
}

func (e *simEWays) askOfDocument() {
	p := e.anyPaper()
	if p == nil {
		return
	}
	inv := e.stored(p)
	c := consignment(inv.Number, func(c *gst.Consignment) {
		c.Date, c.To.GSTIN, c.To.Name = inv.Date, inv.Buyer.GSTIN, inv.Buyer.LegalName
	})
	_, err := e.store.AddEWay(e.t.Context(), &gst.EWay{Company: sharda, Mode: gst.Practice, InvoiceID: inv.ID, Route: gst.EWayByIRN, Of: c})
	e.tolerate("ask for a bill of document "+inv.Number, err)
}

// work lets the registrar do some steps of either kind.
func (e *simEWays) work() {
	for range 1 + e.chance.IntN(6) {
		if e.dead {
			return
		}
		done, err := e.desk.EWayOne(e.t.Context())
		e.want("e-way step", err)
		if !done && !e.dead && !e.step() {
			return
		}
	}
}

// all are the bills that are kept.
func (e *simEWays) all() []gst.EWay {
	bills, _, err := e.store.EWays(e.t.Context(), db.EWayQuery{Company: sharda, Mode: gst.Practice, Tab: db.EWaysAll, Limit: 1000})
	e.must(err)
	slices.SortFunc(bills, func(a, b gst.EWay) int { return int(a.ID - b.ID) })
	return bills
}

// calmly runs f without anything that is planned to go wrong in the store.
func (e *simEWays) calmly(f func()) {
	left, full := e.left, e.full
	e.left, e.full = -1, 0
	f()
	e.left, e.full = left, full
}

// one picks a bill in a state; nil when there is none.
func (e *simEWays) one(states ...gst.EWayState) (picked *gst.EWay) {
	e.calmly(func() {
		bills := slices.DeleteFunc(e.all(), func(b gst.EWay) bool { return !slices.Contains(states, b.State) || b.Asked != "" })
		if len(bills) > 0 {
			picked = &bills[e.chance.IntN(len(bills))]
		}
	})
	return picked
}

func (e *simEWays) order(b *gst.EWay, o gst.EWayOrder) {
	e.tolerate(fmt.Sprintf("%s of %s", o.Action, b.Number), e.store.OrderEWay(e.t.Context(), sharda, b.ID, o))
}

func (e *simEWays) partB() {
	if b := e.one(gst.EWayActive, gst.EWayPartA); b != nil {
		e.order(b, gst.EWayOrder{Action: gst.EWayPartB, PartB: onWay(e.vehicle())})
	}
}

func (e *simEWays) cancel() {
	if b := e.one(gst.EWayActive, gst.EWayPartA); b != nil {
		e.order(b, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder, Remark: "not wanted"}})
	}
}

func (e *simEWays) reassign() {
	if b := e.one(gst.EWayPartA, gst.EWayActive); b != nil {
		e.order(b, gst.EWayOrder{Action: gst.EWayReassign, Transporter: &gst.EWayTransporterChoice{ID: carrier, Name: "Tata Roadlines"}})
	}
}

// extend asks for more time, mostly when it is time for that.
func (e *simEWays) extend() {
	b := e.one(gst.EWayActive)
	if b == nil {
		return
	}
	if window := b.ValidUntil.Add(-3 * time.Hour).Sub(e.clock.now()); window > 0 && e.chance.IntN(3) > 0 {
		e.advance(window)
	}
	x := *moreTime()
	x.Vehicle = e.vehicle()
	if e.chance.IntN(3) == 0 {
		e.tolerate("plan the extension of "+b.Number, e.store.ScheduleExtension(e.t.Context(), sharda, b.ID, x))
		return
	}
	e.order(b, gst.EWayOrder{Action: gst.EWayExtend, Extension: &x})
}

func (e *simEWays) trip() {
	one, two := e.one(gst.EWayActive), e.one(gst.EWayActive)
	if one == nil || two == nil || one.ID == two.ID {
		return
	}
	_, err := e.store.AddTrip(e.t.Context(), trip(e.vehicle(), one, two))
	e.tolerate(fmt.Sprintf("trip of %s and %s", one.Number, two.Number), err)
}

// retry mends what was refused.
func (e *simEWays) retry() {
	b := e.one(gst.EWayFailed)
	if b == nil {
		return
	}
	b.Of.Transport = gst.EWayDetails{Mode: "1", Distance: 130, Vehicle: "MH12AB1234", VehicleType: "R"}
	e.tolerate("ask again for a bill of "+b.Of.Number, e.store.RetryEWay(e.t.Context(), b))
}

func (e *simEWays) read() {
	if b := e.one(gst.EWayActive, gst.EWayPartA, gst.EWayCancelled); b != nil {
		err := e.desk.ReadEWay(e.t.Context(), sharda, b.ID)
		e.note("read %s: %v", b.Number, err)
	}
}

// meddle has somebody else do something about a bill at the portal.
func (e *simEWays) meddle() {
	b := e.one(gst.EWayActive)
	if b == nil {
		return
	}
	e.calmly(func() {
		e.wire.treat = nil
		defer func() { e.wire.treat = e.carry }()
		p := e.portal(gst.TaxPro)
		var err error
		if e.chance.IntN(2) == 0 {
			_, err = p.CancelEWay(e.t.Context(), b.Number, gst.EWayCancelOthers, "at the portal")
		} else {
			_, err = p.UpdatePartB(e.t.Context(), b.Number, *onWay(e.vehicle()))
		}
		e.touched[b.Number] = true
		e.note("somebody else changes %s: %v", b.Number, err)
	})
}

// plantEWay gives one of the providers a fault of the sandbox.
func (e *simEWays) plantEWay() {
	ops := []string{"eway_auth", "eway_make", "eway_change", "eway_get", "ewb"}
	kinds := []string{"drop-reply", "http-504", "http-504-after", "garbage", "down"}
	op, kind := ops[e.chance.IntN(len(ops))], kinds[e.chance.IntN(len(kinds))]
	face, times := faces[e.chance.IntN(2)], 1+e.chance.IntN(3)
	e.note("plant %s at %s's %s, %d times", kind, face, op, times)
	e.tell(http.MethodPost, "/_sandbox/faults", map[string]any{"face": face, "op": op, "fault": kind, "times": times}, nil)
}

// carry brings calls about e-way bills through the weather, and looks at what is asked and what
// is seen; all others go the way of the documents.
func (e *simEWays) carry(p *passage) (*http.Response, error) {
	if !strings.HasPrefix(p.op, "eway_") {
		return e.sim.carry(p)
	}
	if e.dead {
		return nil, errDied // the dead call nobody
	}
	e.calls++
	subject := ""
	switch p.op {
	case opEWayAuth:
		e.countEWaySignIn(p)
	case opEWayMake, opEWayChange:
		e.calmly(func() { subject = e.leaves(p) })
	}
	name, treat := e.fortuneEWay(p)
	e.deadly = nil
	res, err := treat(p)
	if e.dead {
		e.open[subject] = true
		e.note("  %s %s: died", p.face, cmp.Or(subject, p.op))
		return nil, errDied
	}
	body := ""
	if err == nil {
		var b []byte
		b, err = io.ReadAll(res.Body)
		body = string(b)
		rest := io.Reader(strings.NewReader(body))
		if err != nil {
			rest = broken{rest}
		}
		res.Body = io.NopCloser(rest)
	}
	saw := seenOfEWays(p, res, body, err)
	e.note("  %s %s: %s, saw %d", p.face, cmp.Or(subject, p.op), name, saw)
	e.concludeEWay(p, subject, body, saw)
	if res != nil {
		return res, nil
	}
	return nil, err
}

// fortuneEWay picks what happens to a call.
func (e *simEWays) fortuneEWay(p *passage) (string, treatment) {
	if e.deadly != nil {
		return "deadly", e.deadly
	}
	if e.chance.IntN(100) >= e.rough {
		return "through", through
	}
	w := weather[e.chance.IntN(len(weather))]
	switch old := e.good[p.face+p.op]; {
	case w.treat != nil:
		return w.name, w.treat
	case old != "" && p.op == opEWayMake:
		return w.name, saidAfter(http.StatusOK, jsons, old)
	}
	return "through", through
}

// seenOfEWays is what a caller can make of a reply about e-way bills.
func seenOfEWays(p *passage, res *http.Response, body string, err error) seen {
	if !p.left {
		return sawUntaken
	}
	if err != nil {
		return sawNothing
	}
	var reply struct {
		Status json.RawMessage
		Error  string
	}
	parsed := json.Unmarshal([]byte(body), &reply) == nil
	good := res.StatusCode == http.StatusOK
	switch status := strings.Trim(string(reply.Status), `"`); {
	case good && parsed && status == "0":
		return sawRefused // some codes leave it open, which the store's events tell
	case good && parsed && (status == "1" || strings.Contains(body, `"ew`) || strings.Contains(body, `"cEwbNo"`)):
		return sawActed
	case res.StatusCode >= 400 && res.StatusCode < 500:
		return sawUntaken
	}
	return sawNothing
}

// concludeEWay draws what follows for a subject from what the caller saw.
func (e *simEWays) concludeEWay(p *passage, subject, body string, saw seen) {
	switch {
	case p.op == opEWayGet && (saw == sawActed || saw == sawRefused):
		clear(e.open) // it looked: what for, the registrar's own tests say
	case subject == "":
	case saw == sawActed:
		e.open[subject] = e.full > 0 || e.left >= 0 // else it may not have been written down
		if p.op == opEWayMake {
			e.good[p.face+p.op] = body
		}
	case saw == sawUntaken, saw == sawRefused:
		e.open[subject] = false
	default:
		e.open[subject] = true
	}
}

// countEWaySignIn holds the registrar to the portal's limit, which is the e-way bill system's own.
// Source: five sign-ins within 15 minutes, or the portal blocks the GSTIN.
func (e *simEWays) countEWaySignIn(p *passage) {
	now := e.clock.now()
	recent := []time.Time{now}
	for _, at := range e.signIns[p.provider()] {
		if now.Sub(at) < 15*time.Minute {
			recent = append(recent, at)
		}
	}
	e.signIns[p.provider()] = recent
	if len(recent) > 5 {
		e.fail("%d sign-ins at %s's e-way bill system within 15 minutes", len(recent), p.face)
	}
}

// leaves looks at a request that is about to leave: that it may, and that it was written down
// before. It returns what it is about.
func (e *simEWays) leaves(p *passage) string {
	data := e.dataOf(p)
	subject := p.op
	for _, member := range []string{"docNo", "ewbNo", "Irn", "vehicleNo"} {
		if data[member] != nil {
			subject += fmt.Sprintf(" %v", data[member])
		}
	}
	if e.open[subject] {
		e.fail("%s is sent again through %s without a look-up", subject, p.face)
	}
	var events []db.Event
	var err error
	if _, isTrip := data["tripSheetEwbBills"]; isTrip {
		trips, _, listErr := e.store.Trips(e.t.Context(), db.TripQuery{Company: sharda, Mode: gst.Practice, Limit: 1000})
		e.must(listErr)
		for _, sheet := range trips {
			if sheet.PartB.Vehicle == data["vehicleNo"] {
				events, err = e.store.TripEvents(e.t.Context(), sharda, sheet.ID)
			}
		}
	} else {
		for _, b := range e.all() {
			byIRN := data["Irn"] != nil && b.InvoiceID != 0 && e.irnOf(b.InvoiceID) == data["Irn"]
			if byIRN && b.Asked == gst.EWayMake || b.Number != "" && b.Number == fmt.Sprint(data["ewbNo"]) ||
				data["docNo"] != nil && b.Of.Number == data["docNo"] && b.Asked == gst.EWayMake {
				events, err = e.store.EWayEvents(e.t.Context(), sharda, b.ID)
			}
		}
	}
	e.must(err)
	if n := len(events); n == 0 || events[n-1].Kind != db.EventEWaySent || events[n-1].Provider != p.provider() {
		e.fail("%s is sent through %s without that being written down: %+v", subject, p.face, events)
	}
	return subject
}

// dataOf is what a request carries, opened with the keys of the session it goes under.
func (e *simEWays) dataOf(p *passage) map[string]any {
	text := p.body
	byIRN := strings.Contains(p.req.URL.Path, "/eiewb/")
	if p.provider() == gst.Alankit {
		var err error
		if byIRN {
			text, err = nic.OpenBody(e.sessionKey(p), p.body)
		} else {
			var sealed struct{ Data string }
			e.must(json.Unmarshal(p.body, &sealed))
			session, sessionErr := e.store.EWaySession(e.t.Context(), sharda, gst.Practice, p.provider())
			e.must(sessionErr)
			text, err = nic.DecryptText(session.Key, sealed.Data)
		}
		e.must(err)
	}
	var data map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	e.must(decoder.Decode(&data))
	return data
}
