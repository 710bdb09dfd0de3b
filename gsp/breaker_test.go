package gsp

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mohar/gst"
)

// silence and yes are a call's end for a breaker.
const (
	yes     = works
	silence = fails
)

func TestLineIsFoundBroken(t *testing.T) {
	for name, tt := range map[string]struct {
		ends []result
		open bool
	}{
		"not by one failure":             {[]result{silence}, false},
		"by two in a row":                {[]result{yes, silence, silence}, true},
		"not by two of four":             {[]result{silence, yes, silence, yes}, false},
		"by three of the last five":      {[]result{silence, yes, silence, yes, silence}, true},
		"not by three of the last six":   {[]result{silence, yes, yes, silence, yes, silence}, false},
		"not by calls that were stopped": {[]result{silence, unsaid, unsaid, unsaid}, false},
		"nor made well by them":          {[]result{silence, unsaid, silence}, true},
	} {
		b := newBreaker()
		for _, end := range tt.ends {
			p, err := b.enter(noon)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			p.leave(end, noon)
		}
		if _, err := b.enter(noon); (err != nil) != tt.open {
			t.Errorf("%s: %v, want open %v", name, err, tt.open)
		}
	}
}

func TestBrokenLineIsTriedAfterLongerAndLongerBreaks(t *testing.T) {
	b, now := newBreaker(), noon
	for range 2 {
		p, err := b.enter(now)
		if err != nil {
			t.Fatal(err)
		}
		p.leave(silence, now)
	}
	for _, rest := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		var wait *Wait
		if _, err := b.enter(now.Add(rest - time.Second)); !errors.As(err, &wait) || !wait.Until.Equal(now.Add(rest)) || !errors.Is(err, ErrNotSent) {
			t.Fatalf("a second before %v are over: %v", rest, err)
		}
		now = now.Add(rest)
		p, err := b.enter(now)
		if err != nil {
			t.Fatalf("after %v: %v", rest, err)
		}
		if _, err := b.enter(now); !errors.As(err, &wait) {
			t.Errorf("a second call went along with the trial: %v", err)
		}
		p.leave(silence, now)
	}
	now = now.Add(5 * time.Minute)
	p, err := b.enter(now)
	if err != nil {
		t.Fatal(err)
	}
	p.leave(yes, now)
	for range 2 { // well again, so the breaks start anew
		p, err := b.enter(now)
		if err != nil {
			t.Fatal(err)
		}
		p.leave(silence, now)
	}
	if got := b.rests(now); !got.Equal(now.Add(30 * time.Second)) {
		t.Errorf("rests until %v, want 30 s", got)
	}
}

func TestTrialThatIsGivenUpLeavesItsPlaceToAnother(t *testing.T) {
	b := newBreaker()
	for range 2 {
		p, _ := b.enter(noon)
		p.leave(silence, noon)
	}
	later := noon.Add(time.Minute)
	for range 3 {
		p, err := b.enter(later)
		if err != nil {
			t.Fatal(err)
		}
		p.leave(unsaid, later)
	}
	p, err := b.enter(later)
	if err != nil {
		t.Fatal(err)
	}
	p.leave(yes, later)
	if b.open() {
		t.Error("the line stays broken")
	}
}

func TestCallsOfBeforeSayNothingAboutTheTrial(t *testing.T) {
	b := newBreaker()
	var old [4]*permit
	for i := range old {
		old[i], _ = b.enter(noon)
	}
	old[0].leave(silence, noon)
	old[1].leave(silence, noon)
	later := noon.Add(time.Minute)
	trial, err := b.enter(later)
	if err != nil {
		t.Fatal(err)
	}
	old[2].leave(silence, later)
	old[3].leave(yes, later)
	if !b.open() {
		t.Error("an old answer closed it")
	}
	trial.leave(yes, later)
	if b.open() {
		t.Error("the trial's answer did not count")
	}
}

func TestClockThatWentBackDoesNotKeepALineBroken(t *testing.T) {
	b := newBreaker()
	for range 2 {
		p, _ := b.enter(noon)
		p.leave(silence, noon)
	}
	if _, err := b.enter(noon.AddDate(-1, 0, 0)); err != nil {
		t.Errorf("a year before: %v", err)
	}
}

// Whatever calls do at once, a broken line sees one trial at a time.
func TestBreakerAtRandom(t *testing.T) {
	b := newBreaker()
	var trials atomic.Int32
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(worker)))
			now := noon
			for range 2000 {
				now = now.Add(time.Duration(r.IntN(20)) * time.Second)
				p, err := b.enter(now)
				if err != nil {
					continue
				}
				if p.trial && trials.Add(1) > 1 {
					t.Error("two trials at once")
				}
				if p.trial {
					trials.Add(-1)
				}
				p.leave(result(r.IntN(3)), now)
			}
		})
	}
	all.Wait()
}

func TestOperationsFailInTheirOwnGroups(t *testing.T) {
	late := answer{status: 504, body: "late"}
	s := &script{answers: []answer{late, late, {status: 200, body: goodGenerate}}}
	p, c := taxpro(t, s)
	generate := func() error {
		_, err := p.Generate(t.Context(), []byte(`{}`))
		return err
	}
	for range 2 {
		if err := generate(); !errors.Is(err, ErrNoAnswer) {
			t.Fatal(err)
		}
	}
	c.advance(29 * time.Second)
	var wait *Wait
	if err := generate(); !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(30*time.Second)) || len(s.seen()) != 2 {
		t.Errorf("third: %v after %d calls, want to wait 30 s", err, len(s.seen()))
	}
	if got := p.Rests(gst.OpGenerate); !got.Equal(noon.Add(30 * time.Second)) {
		t.Errorf("rests until %v", got)
	}
	if _, err := p.ByIRN(t.Context(), irn); err != nil {
		t.Errorf("a look-up: %v, want it to be made", err)
	}
	for _, op := range []gst.Operation{gst.OpByIRN, gst.OpCancel, gst.OpSignIn, gst.OpEWayByIRN} {
		if p.Resting(op) {
			t.Errorf("%s rests too", op)
		}
	}
	other := p.c.Portal("27AABFK4417C1ZS", p.cred)
	if _, err := other.Generate(t.Context(), []byte(`{}`)); !errors.As(err, &wait) {
		t.Errorf("another company: %v, want it to wait as well", err)
	}
	own := p.cred
	own.BaseURLs = []string{"https://gsp.firm.in"}
	if p.c.Portal(company, own).Resting(gst.OpGenerate) {
		t.Error("addresses of a company's own rest as well")
	}
	c.advance(time.Second)
	if err := generate(); err != nil {
		t.Errorf("after 30 s: %v", err)
	}
}

func TestWhatALineIsJudgedBy(t *testing.T) {
	many := answer{status: 429, body: `{"statusCode":429,"message":"Rate limit is exceeded."}`, header: [2]string{"Retry-After", "1"}}
	for name, tt := range map[string]struct {
		answer answer
		broken bool
	}{
		"refusals":                  {refusedWith("2176"), false},
		"refusals with status 500":  {answer{status: 500, body: refusedWith("2176").body}, false},
		"server errors":             {answer{status: 503, body: "x"}, true},
		"a GSP that reaches nobody": {answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP032","message":"x"}}`}, true},
		"a GSP's own refusals":      {answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP019","message":"x"}}`}, false},
		"connections cut":           {answer{cut: true}, true},
		"data that is none":         {answer{status: 200, body: `{"Status":1,"Data":null}`}, true},
		"a wish for fewer calls":    {many, true},
	} {
		p, c := taxpro(t, &script{answers: []answer{tt.answer}})
		for range 2 {
			if _, err := p.Generate(t.Context(), []byte(`{}`)); err == nil {
				t.Fatalf("%s: no error", name)
			}
			c.advance(5 * time.Second)
		}
		if _, until := p.c.lines.broken(p.way(), c.now()); until.IsZero() == tt.broken {
			t.Errorf("%s: broken until %v, want broken %v", name, until, tt.broken)
		}
	}
}

func TestCallThatWeGiveUpSaysNothingAboutTheLine(t *testing.T) {
	arrived := make(chan struct{}, 4)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, goodSignIn)
			return
		}
		arrived <- struct{}{}
		_, _ = io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
		<-r.Context().Done()
	}))
	defer server.Close()
	p := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL}).Portal(company, PracticeCredentials()[1])
	for range 3 {
		ctx, stop := context.WithCancel(t.Context())
		go func() { <-arrived; stop() }()
		if _, err := p.Generate(ctx, []byte(`{}`)); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("got %v, want ErrNoAnswer", err)
		}
	}
	if p.Resting(gst.OpGenerate) {
		t.Error("the line rests")
	}
}

func TestBreakerOfSignInsCountsNoSignIn(t *testing.T) {
	s := &script{signIn: []answer{{status: 503, body: "x"}}}
	p, c := taxpro(t, s)
	for range 8 {
		if _, err := p.SignIn(t.Context()); !errors.Is(err, ErrNotSent) {
			t.Fatal(err)
		}
	}
	if s.signedIn() != 2 {
		t.Errorf("%d sign-ins arrived, want 2", s.signedIn())
	}
	s.mu.Lock()
	s.signIn = nil
	s.mu.Unlock()
	c.advance(30 * time.Second)
	if _, err := p.SignIn(t.Context()); err != nil {
		t.Errorf("once it answers again: %v", err)
	}
}

func TestWatcherThatPanicsDoesNotHoldTheTrial(t *testing.T) {
	late := answer{status: 504, body: "late"}
	p, c := taxpro(t, &script{answers: []answer{late, late, {status: 200, body: goodGenerate}}})
	for range 2 {
		_, _ = p.Generate(t.Context(), []byte(`{}`))
	}
	c.advance(time.Minute)
	func() {
		defer func() { _ = recover() }()
		_, _ = p.Generate(Watching(t.Context(), func(gst.Exchange) { panic("watcher") }), []byte(`{}`))
	}()
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("the next call: %v", err)
	}
}
