package registrar

import (
	"fmt"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

var (
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)
	sharda = client{"27AAPFU0939F1ZV", gst.Practice}
	other  = client{"29AAGCB1286Q000", gst.Practice}
)

// lets wants the gate of c to let a document through at a time, as the one that sees or not.
func (g *gate) lets(t *testing.T, what string, c client, at time.Time, wantOK, wantProbe bool) {
	t.Helper()
	ok, probe, _ := g.enter(c, at)
	if ok != wantOK || probe != wantProbe {
		t.Errorf("%s: let through %v, to see %v; want %v, %v", what, ok, probe, wantOK, wantProbe)
	}
}

// inSeconds is a pause of as many seconds after noon as there were tries.
func inSeconds(tries int) time.Time { return noon.Add(time.Duration(tries) * time.Second) }

func TestGateLetsOneThroughToSee(t *testing.T) {
	var g gate
	g.lets(t, "at the start", sharda, noon, true, false)
	g.shut(sharda, false, noon, time.Time{}, "1007", inSeconds)
	g.shut(sharda, false, noon, time.Time{}, "x", inSeconds) // failed at the same time: it counts once
	g.lets(t, "before its time", sharda, noon.Add(999*time.Millisecond), false, false)
	g.lets(t, "another company", other, noon, true, false)
	g.lets(t, "the same company live", client{sharda.company, gst.Live}, noon, true, false)
	at := noon.Add(time.Second)
	g.lets(t, "when its time has come", sharda, at, true, true)
	g.lets(t, "while one is seeing", sharda, at, false, false)
	g.leave(sharda, false)
	g.lets(t, "after one that was not to see came back", sharda, at, false, false)
	g.leave(sharda, true)
	g.lets(t, "after the one that was to see found nothing to do", sharda, at, true, true)
	g.shut(sharda, true, at, time.Time{}, "1019", inSeconds)
	g.lets(t, "longer after every try", sharda, at, false, false)
	if closed, shut := g.standing(sharda); !shut || closed.tries != 2 || !closed.since.Equal(noon) || closed.why != "1019" {
		t.Errorf("standing %+v, %v", closed, shut)
	}
	g.open(sharda)
	g.lets(t, "after an answer", sharda, at, true, false)
	g.lets(t, "and all others too", sharda, at, true, false)
}

func TestGateWaitsForAProviderThatWantsAPause(t *testing.T) {
	var g gate
	until := noon.Add(time.Minute)
	g.shut(sharda, false, noon, until, "", inSeconds)
	g.lets(t, "before the pause is over", sharda, until.Add(-1), false, false)
	g.lets(t, "after it", sharda, until, true, true)
}

func TestGateRestsBetweenCallsWithoutMakingAnOutageOfIt(t *testing.T) {
	var g gate
	until := noon.Add(2 * time.Second)
	g.rest(sharda, until)
	if _, shut := g.standing(sharda); shut {
		t.Error("a rest between calls stands as an outage")
	}
	if _, _, again := g.enter(sharda, noon); !again.Equal(until) {
		t.Errorf("to be asked again at %v, want %v", again, until)
	}
	g.lets(t, "when the turn has come", sharda, until, true, false)
	g.lets(t, "for all others too", sharda, until, true, false)
	g.shut(sharda, false, noon, time.Time{}, "", inSeconds)
	g.rest(sharda, noon.Add(-1))
	g.lets(t, "a rest does not open a closed gate", sharda, noon, false, false)
}

func TestOnlyAShortWaitOfAWellProviderIsPacing(t *testing.T) {
	r := New(Options{GSP: gsp.New(gsp.Options{Sandbox: "http://localhost:1"}), Now: func() time.Time { return noon }})
	p := r.gsp.Portal(sharda.company, gsp.PracticeCredentials()[0])
	soon, late := &gsp.Wait{Until: noon.Add(6 * time.Second)}, &gsp.Wait{Until: noon.Add(14 * time.Minute)}
	for _, tt := range []struct {
		name string
		op   gst.Operation
		err  error
		want bool
	}{
		{"too many calls at once", gst.OpGenerate, fmt.Errorf("generate: %w", soon), true},
		{"too many sign-ins", gst.OpGenerate, late, false},
		{"a sign-in that waits", gst.OpSignIn, soon, false},
		{"no connection", gst.OpGenerate, gsp.ErrNotSent, false},
	} {
		if got := !r.paced(p, tt.op, tt.err).IsZero(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLanesTakeTurns(t *testing.T) {
	turns := turns{most: 2}
	a, b, c := db.Lane{Name: "a"}, db.Lane{Name: "b"}, db.Lane{Name: "c"}
	var served string
	for _, due := range [][]db.Lane{{a, b}, {a, b}, {a, b, c}, {a, b, c}, {a, b, c}, {a}, {a, c}} {
		turns.order(due)
		turns.begin(due[0])
		turns.end(clientOf(due[0]))
		served += due[0].Name
	}
	if served != "abcabac" {
		t.Errorf("served %s, want abcabac", served)
	}
}

func TestNobodyHasAllWorkers(t *testing.T) {
	turns := turns{least: 2, most: 2}
	lane := db.Lane{Company: sharda.company, Mode: sharda.mode, Name: "a"}
	for range 2 {
		if turns.room(sharda) < 1 {
			t.Fatal("not free below its number")
		}
		turns.begin(lane)
	}
	if turns.room(sharda) > 0 || turns.room(other) < 1 {
		t.Error("one more than its number, or another company held up by it")
	}
	turns.end(sharda)
	if turns.room(sharda) < 1 {
		t.Error("not free after one came back")
	}
}

func TestMoreAreInHandWhileThePortalAnswersAndNoCallWaits(t *testing.T) {
	turns := turns{least: 2, most: 5}
	crowd := func(n int, crowded bool) {
		for range n {
			turns.well(sharda, crowded)
		}
	}
	for _, tt := range []struct {
		name string
		then func()
		want int
	}{
		{"before the first answer", func() {}, 2},
		{"one more for each answer", func() { crowd(2, false) }, 4},
		{"never more than the most", func() { crowd(9, false) }, 5},
		{"one less where calls wait for their turn", func() { crowd(1, true) }, 4},
		{"never fewer than the least", func() { crowd(9, true) }, 2},
		{"grown again", func() { crowd(3, false) }, 5},
		{"no answer", func() { turns.ill(sharda) }, 2},
	} {
		if tt.then(); turns.room(sharda) != tt.want {
			t.Errorf("%s: %d at a time, want %d", tt.name, turns.room(sharda), tt.want)
		}
	}
	if turns.room(other) != 2 {
		t.Error("another company has another number for it")
	}
}

func TestLanesOfLongAgoAreForgotten(t *testing.T) {
	turns := turns{most: 1}
	for n := range 3 * manyLanes {
		lane := db.Lane{Name: fmt.Sprint(n)}
		turns.begin(lane)
		turns.end(clientOf(lane))
	}
	if len(turns.served) > manyLanes {
		t.Errorf("%d lanes kept", len(turns.served))
	}
}

func TestALookServesWhileNothingNewIsQueued(t *testing.T) {
	turns := turns{most: 1}
	if _, ok := turns.lanes(0); ok {
		t.Error("served before the first look")
	}
	a, b := db.Lane{Name: "a"}, db.Lane{Name: "b"}
	turns.look([]db.Lane{a, b}, 7)
	turns.drop(a)
	for range oneLook {
		if lanes, ok := turns.lanes(7); !ok || len(lanes) != 1 || lanes[0] != b {
			t.Fatalf("lanes %v, %v; want b", lanes, ok)
		}
	}
	if _, ok := turns.lanes(7); ok {
		t.Error("served longer than it may")
	}
	turns.look([]db.Lane{a, b}, 7)
	if _, ok := turns.lanes(8); ok {
		t.Error("served although something new was queued")
	}
	turns.look([]db.Lane{b}, 9)
	for range oneLook {
		if lanes, ok := turns.rest(); !ok || len(lanes) != 1 || lanes[0] != b {
			t.Fatalf("a worker goes on with %v, %v; want b", lanes, ok)
		}
	}
	if _, ok := turns.rest(); ok {
		t.Error("a worker goes on for longer than a look serves")
	}
}
