package gsp

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

// keeping is a TokenStore that keeps sign-ins too.
type keeping struct {
	tokens
	made map[account][]time.Time
	fail error
}

func (k *keeping) Logins(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider) ([]time.Time, error) {
	return k.logins(account{g, m, p, invoices})
}

func (k *keeping) EWayLogins(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider) ([]time.Time, error) {
	return k.logins(account{g, m, p, eways})
}

func (k *keeping) logins(a account) ([]time.Time, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.made[a], k.fail
}

func (k *keeping) SaveLogins(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider, made []time.Time) error {
	return k.saveLogins(account{g, m, p, invoices}, made)
}

func (k *keeping) SaveEWayLogins(_ context.Context, g gst.GSTIN, m gst.Mode, p gst.Provider, made []time.Time) error {
	return k.saveLogins(account{g, m, p, eways}, made)
}

func (k *keeping) saveLogins(a account, made []time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made == nil {
		k.made = map[account][]time.Time{}
	}
	k.made[a] = made
	return k.fail
}

func TestThirtyTwoCallsShareOneSignIn(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, _ := taxpro(t, s)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.signedIn() != 1 || len(s.seen()) != 32 {
		t.Errorf("%d sign-ins and %d calls, want 1 and 32", s.signedIn(), len(s.seen()))
	}
}

// Within a token's life the portal gives the same one again, so that calls which met one
// refusal cannot tell by the token that somebody signed in since.
func TestManyRefusalsOfOneTokenAreOneSignIn(t *testing.T) {
	var good atomic.Bool
	var signIns, refused atomic.Int32
	all := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if signIns.Add(1) > 1 {
				good.Store(true)
			}
			write(w, answer{status: 200, body: goodSignIn}) // the same token
			return
		}
		if good.Load() {
			write(w, answer{status: 200, body: goodGenerate})
			return
		}
		if refused.Add(1) == 32 {
			close(all)
		}
		<-all // all of them are under way before one is refused
		write(w, refusedWith("1005"))
	}))
	defer server.Close()
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL})
	p := caller.Portal(company, PracticeCredentials()[1])
	var calls sync.WaitGroup
	for range 32 {
		calls.Go(func() {
			if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if signIns.Load() != 2 {
		t.Errorf("%d sign-ins, want 2", signIns.Load())
	}
}

func TestStormOfRefusedTokensEndsInAWait(t *testing.T) {
	s := &script{answers: []answer{refusedWith("1005")}}
	p, _ := taxpro(t, s)
	var wait *Wait
	for range 20 {
		if _, err := p.Generate(t.Context(), []byte(`{}`)); errors.As(err, &wait) {
			break
		} else if !errors.Is(err, ErrSignIn) {
			t.Fatal(err)
		}
	}
	if wait == nil || !wait.Until.Equal(noon.Add(15*time.Minute)) || s.signedIn() != mostLogins {
		t.Errorf("%d sign-ins, then %v", s.signedIn(), wait)
	}
}

func TestSignInsAreCountedAcrossRestarts(t *testing.T) {
	for name, store := range map[string]TokenStore{"in memory": &keeping{}, "in the database": openStore(t)} {
		s := &script{}
		p, c := taxpro(t, s)
		restart := func() *Portal {
			return New(Options{Now: c.now, Tokens: store, Sandbox: p.c.sandbox}).Portal(company, p.cred)
		}
		for range mostLogins {
			if _, err := restart().TestSignIn(t.Context()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			c.advance(time.Minute)
		}
		var wait *Wait
		if _, err := restart().TestSignIn(t.Context()); !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(15*time.Minute)) {
			t.Errorf("%s: sixth: %v, want to wait until 12:15", name, err)
		}
		if s.signedIn() != mostLogins {
			t.Errorf("%s: %d sign-ins arrived", name, s.signedIn())
		}
		c.advance(10 * time.Minute)
		if _, err := restart().TestSignIn(t.Context()); err != nil {
			t.Errorf("%s: 15 minutes after the first: %v", name, err)
		}
	}
}

func openStore(t *testing.T) *db.Store {
	t.Helper()
	store, err := db.Open(t.Context(), db.Options{Dir: t.TempDir(), Key: []byte("0123456789abcdef0123456789abcdef"), Now: (&clock{at: noon}).now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestStoreThatForgetsSignInsDoesNotStopThem(t *testing.T) {
	s := &script{}
	p, c := taxpro(t, s)
	store := &keeping{fail: errors.New("disk full")}
	p = New(Options{Now: c.now, Tokens: store, Sandbox: p.c.sandbox}).Portal(company, p.cred)
	for range mostLogins {
		if _, err := p.TestSignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var wait *Wait
	if _, err := p.TestSignIn(t.Context()); !errors.As(err, &wait) {
		t.Errorf("sixth: %v, want it counted in memory", err)
	}
}

func TestSessionSurvivesARestart(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		if _, err := p.Generate(t.Context(), invoice("R/"+string(p.Provider()))); err != nil {
			t.Fatal(err)
		}
		box.plant(t, string(p.Provider()), "auth", "down")
		again := New(Options{Now: box.clock.now, Tokens: box.caller.tokens, Sandbox: box.root}).Portal(company, p.cred)
		if _, err := again.Generate(t.Context(), invoice("R2/"+string(p.Provider()))); err != nil {
			t.Errorf("%s: %v, want the session to be used", p.Provider(), err)
		}
	}
}

func TestSessionsBelongToCompanyProviderAndMode(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, c := taxpro(t, s)
	caller := New(Options{Now: c.now, Tokens: &tokens{}, Sandbox: p.c.sandbox, PrivateHosts: true})
	live := p.cred
	live.Mode, live.BaseURLs = gst.Live, []string{p.c.sandbox + "/taxpro"}
	var all sync.WaitGroup
	for _, portal := range []*Portal{caller.Portal(company, p.cred), caller.Portal("27AABFK4417C1ZS", p.cred), caller.Portal(company, live)} {
		for range 4 {
			all.Go(func() {
				if _, err := portal.Generate(t.Context(), []byte(`{}`)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if s.signedIn() != 3 {
		t.Errorf("%d sign-ins, want one each", s.signedIn())
	}
}

func TestTwoProvidersAtOnceSignInEachOnTheirOwn(t *testing.T) {
	box := openPractice(t)
	var all sync.WaitGroup
	for _, p := range box.portals {
		for i := range 4 {
			all.Go(func() {
				if _, err := p.Generate(t.Context(), invoice(string(p.Provider())+"/"+string(rune('0'+i)))); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for _, h := range box.caller.Health(gst.Practice) {
		if h.Calls != 5 || h.Good != 5 {
			t.Errorf("%s: %d calls, %d good, want a sign-in and 4 calls", h.Provider, h.Calls, h.Good)
		}
	}
}
