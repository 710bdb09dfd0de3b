package registrar_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
)

var (
	simSeed  = flag.Uint64("sim.seed", 0, "run the simulation with this seed only, and say what it does")
	simSeeds = flag.Uint64("sim.seeds", 300, "how many seeds the simulation runs with")
	simFirst = flag.Uint64("sim.first", 1, "the first of the seeds")
)

// TestSimulation: whatever the portal, the GSPs and the power do, and in whatever order,
// a document gets one IRN, and in the end nobody is told anything wrong about it.
func TestSimulation(t *testing.T) {
	if *simSeed != 0 {
		s := simulate(t, *simSeed)
		t.Logf("%d steps, %d starts:\n%s", s.steps, s.restarts, strings.Join(s.trace, "\n"))
		return
	}
	seeds := *simSeeds
	if testing.Short() {
		seeds = min(seeds, 20)
	}
	began := time.Now()
	var all sums
	all.next.Store(*simFirst)
	t.Run("seeds", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				all.work(t, *simFirst+seeds)
			})
		}
	})
	all.report(t, time.Since(began))
}

// sums are what all runs did together.
type sums struct {
	next atomic.Uint64 // the seed that nobody has taken up yet

	mu                                                     sync.Mutex
	seeds, steps, documents, calls, moments, deaths, ended int
	ends                                                   map[gst.IRNState]int
	broken                                                 bool
}

// work runs one seed after the other until those before end are done or one has failed. Only
// few tests run side by side: one that waits for its turn would keep its house in memory until
// all have ended.
func (a *sums) work(t *testing.T, end uint64) {
	for !a.failed() {
		seed := a.next.Add(1) - 1
		if seed >= end {
			return
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			defer a.see(t)
			a.add(simulate(t, seed))
		})
	}
}

// failed reports whether a run failed: then others need not be started any more.
func (a *sums) failed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.broken
}

// see notes when a run failed.
func (a *sums) see(t *testing.T) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = a.broken || t.Failed()
}

// add adds a run. One that failed never comes here.
func (a *sums) add(s *sim) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seeds, a.steps, a.documents = a.seeds+1, a.steps+s.steps, a.documents+len(s.papers)
	a.calls, a.moments, a.deaths = a.calls+s.calls, a.moments+s.moments, a.deaths+s.restarts
	if a.ends == nil {
		a.ends = make(map[gst.IRNState]int)
	}
	for state, n := range s.ends {
		a.ends[state] += n
		a.ended += n
	}
}

// report says what was done, and wants every document to have come to an end.
func (a *sums) report(t *testing.T, took time.Duration) {
	t.Helper()
	t.Logf("%d seeds, %d steps (%.0f/s), %d documents, %d calls, %d deaths at one of %d moments in %v; ended %v", a.seeds,
		a.steps, float64(a.steps)/took.Seconds(), a.documents, a.calls, a.deaths, a.moments, took.Round(time.Millisecond), a.ends)
	if a.ended != a.documents || a.documents == 0 {
		t.Errorf("%d of %d documents came to an end", a.ended, a.documents)
	}
}

// TestSimulationRepeats: a seed does the very same again, or a failure could not be
// looked into.
func TestSimulationRepeats(t *testing.T) {
	for _, seed := range []uint64{3, 11} {
		first := strings.Join(simulate(t, seed).trace, "\n")
		if again := strings.Join(simulate(t, seed).trace, "\n"); again != first {
			t.Errorf("seed %d did\n%s\nand then\n%s", seed, first, again)
		}
	}
}

// sim is one run of the simulation: a lab, and somebody who does what chance says.
type sim struct {
	*lab
	seed   uint64
	chance *rand.Rand
	trace  []string

	papers  []*paper
	fates   map[string]*fate // by number
	others  *otherProgram
	rough   int                          // of a hundred calls, how many meet something
	deadly  treatment                    // what the next call dies of; nil: it does not
	replies map[string]string            // the last good reply of each face and operation
	signIns map[gst.Provider][]time.Time // that the program must know of
	steps   int                          // see count
	calls   int
	ends    map[gst.IRNState]int
}

// paper is a document as its biller knows it.
type paper struct {
	id       int64
	number   string
	date     string // DD/MM/YYYY
	content  int    // which of contents
	meant    bool   // somebody asked for its cancellation
	promised bool   // the biller was told that it is issued
}

// contents are the ways in which documents under one number differ. The last is refused
// by the portal.
var contents = [][]change{
	{},
	{{`08013220`, `08013210`}},
	{{"27AABFK4417C1ZS", "27AAACT2727Q1ZW"}},
	{{`"TotInvVal":13545`, `"RndOffAmt":0.5,"TotInvVal":13545.5`}},
	{{`"AssAmt":12900`, `"AssAmt":12000`}},
}

const refusedContent = 4

// simulate runs one seed to its end and checks everything.
func simulate(t *testing.T, seed uint64) *sim {
	t.Helper()
	s := &sim{
		lab: buildLab(t, true), seed: seed, chance: rand.New(rand.NewPCG(seed, 0x1d0c)), //nolint:gosec // repeatable on purpose
		fates: make(map[string]*fate), replies: make(map[string]string), ends: make(map[gst.IRNState]int),
		signIns: make(map[gst.Provider][]time.Time),
	}
	s.wire.treat, s.wire.after = s.carry, s.look
	s.others = &otherProgram{sim: s}
	for range 15 + s.chance.IntN(40) {
		s.act()
		if s.dead {
			s.rise()
		}
	}
	s.calm()
	s.drain()
	s.judge()
	return s
}

// note adds a line to what was done.
func (s *sim) note(format string, args ...any) {
	s.trace = append(s.trace, s.clock.now().In(gst.IST).Format("02 15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// fail ends the run and says how to have it again.
func (s *sim) fail(format string, args ...any) {
	s.t.Helper()
	const last = 60
	s.t.Fatalf("%s\n-sim.seed %d did last:\n%s", fmt.Sprintf(format, args...), s.seed,
		strings.Join(s.trace[max(0, len(s.trace)-last):], "\n"))
}

// want ends the run on an error, unless the program died of it or the disk was full.
func (s *sim) want(what string, err error) {
	s.t.Helper()
	switch {
	case err == nil:
	case s.dead && errors.Is(err, errDied), errors.Is(err, errFull):
		s.note("%s: %v", what, err)
	default:
		s.fail("%s: %v", what, err)
	}
}

// rise starts the program again after it died.
func (s *sim) rise() {
	s.note("died before %q, starts again", strings.Join(strings.Fields(s.diedAt), " "))
	s.count()
	s.deadly = nil
	if s.unkept { // sign-ins outlive a restart only where they could be written down
		clear(s.signIns)
	}
	s.restart()
}

// count counts a step: one event of the simulated world, before which everything can be looked
// at and whose outcome chance or the clock decides. Those are what somebody does (act), a turn
// of the registrar, a call on its way, the clock going on, and a start after a death. The
// statements and commits at which the program can die are far more, and counted as moments.
func (s *sim) count() { s.steps++ }

// act does one thing that chance picks.
func (s *sim) act() {
	s.count()
	actions := []struct {
		weight int
		do     func()
	}{
		{20, s.issueOne},
		{34, s.work},
		{12, s.wait},
		{4, s.waitLong},
		{4, s.beOutrun},
		{6, s.plant},
		{4, s.unplant},
		{4, s.turnWeather},
		{3, s.switchProvider},
		{3, s.changePassword},
		{5, s.cancelOne},
		{5, s.amendOne},
		{4, s.dieSomewhere},
		{4, s.dieOnTheWire},
		{2, s.fillDisk},
		{2, s.beCancelled},
		{2, s.pauseOrGoOn},
		{2, s.tryNow},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	pick := s.chance.IntN(total)
	for _, a := range actions {
		if pick -= a.weight; pick < 0 {
			a.do()
			return
		}
	}
}

// today is the date as documents bear it.
func (s *sim) today() string { return s.clock.now().In(gst.IST).Format("02/01/2006") }

// text is the document of a paper under a number.
func text(number, date string, content int) []byte {
	return document(number, append([]change{{`"Dt":"20/11/2026"`, `"Dt":"` + date + `"`}}, contents[content]...)...)
}

// issueOne issues a document; one of ten is such that the portal refuses it.
func (s *sim) issueOne() {
	content := s.chance.IntN(2)
	if s.chance.IntN(10) == 0 {
		content = refusedContent
	}
	s.issuePaper(content)
}

// issuePaper issues a document under the next number.
func (s *sim) issuePaper(content int) {
	p := &paper{date: s.today(), content: content}
	inv, _, err := nic.Decode(text("X", p.date, content))
	s.must(err)
	inv.Number, inv.Brought, inv.Mode, inv.IRN.State = "", false, gst.Practice, gst.IRNPending
	encode := func(inv *gst.Invoice) ([]byte, error) {
		p.number = inv.Number
		return text(inv.Number, p.date, content), nil
	}
	err = s.store.IssueInvoice(s.t.Context(), inv, encode, true)
	s.note("issue %s, content %d: %v", p.number, content, err)
	s.want("issue", err)
	p.id, p.promised = inv.ID, err == nil
	if p.promised || p.number != "" && s.dead && s.diedAt == committedMark {
		s.papers = append(s.papers, p)
	}
}

// work lets the registrar do some steps.
func (s *sim) work() {
	for range 1 + s.chance.IntN(6) {
		if s.dead || !s.step() {
			return
		}
	}
}

// step lets the registrar do one step, and reports whether there was one.
func (s *sim) step() bool {
	s.count()
	done, err := s.desk.RegisterOne(s.t.Context())
	s.want("step", err)
	return done
}

func (s *sim) wait() {
	s.advance(time.Duration(1+s.chance.IntN(20_000)) * time.Millisecond)
}

func (s *sim) waitLong() {
	s.advance(time.Duration(1+s.chance.IntN(30)) * []time.Duration{time.Minute, 10 * time.Minute, time.Hour}[s.chance.IntN(3)])
}

func (s *sim) advance(d time.Duration) {
	s.count()
	s.clock.advance(d)
	s.note("%v pass", d)
}
