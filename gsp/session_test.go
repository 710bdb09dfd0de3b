package gsp

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"mohar/gst"
)

func TestTokenIsUsedForItsWholeLife(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, c := taxpro(t, s)
	generate := func() {
		t.Helper()
		if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	generate()
	c.advance(5*time.Hour + 49*time.Minute) // the token lasts six hours
	generate()
	if s.signedIn() != 1 {
		t.Fatalf("%d sign-ins before the last ten minutes, want 1", s.signedIn())
	}
	c.advance(2 * time.Minute)
	generate()
	generate()
	if s.signedIn() != 2 {
		t.Errorf("%d sign-ins in the last ten minutes, want one more", s.signedIn())
	}
}

func TestOneSignInAtATime(t *testing.T) {
	s := &script{}
	p, _ := taxpro(t, s)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := p.SignIn(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.signedIn() != 1 {
		t.Errorf("%d sign-ins, want 1", s.signedIn())
	}
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, refusal := range []string{
		`{"Status":0,"ErrorDetails":[{"ErrorCode":"1005","ErrorMessage":"Invalid Token"}]}`,
		`{"status_cd":"0","error":{"error_cd":"GSP022","message":"token"}}`,
	} {
		s := &script{answers: []answer{{status: 200, body: refusal}, {status: 200, body: goodGenerate}}}
		p, _ := taxpro(t, s)
		if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
			t.Errorf("after %s: %v", refusal, err)
		}
		if s.signedIn() != 2 || len(s.seen()) != 2 {
			t.Errorf("%d sign-ins and %d calls, want 2 and 2", s.signedIn(), len(s.seen()))
		}

		s = &script{answers: []answer{{status: 200, body: refusal}}}
		p, _ = taxpro(t, s)
		if _, err := p.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrSignIn) {
			t.Errorf("refused twice: %v, want ErrSignIn", err)
		}
		if len(s.seen()) != 2 {
			t.Errorf("%d calls, want 2", len(s.seen()))
		}
	}
}

func TestRefusedCredentialsAreNotOfferedAgainAtOnce(t *testing.T) {
	wrong := answer{status: 200, body: `{"Status":0,"ErrorDetails":[{"ErrorCode":"1019","ErrorMessage":"Incorrect Password"}]}`}
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}, signIn: []answer{wrong}}
	p, c := taxpro(t, s)
	for range 3 {
		_, err := p.Generate(t.Context(), []byte(`{}`))
		var refused *gst.Refusal
		if !errors.Is(err, ErrSignIn) || !errors.As(err, &refused) || !refused.Has("1019") {
			t.Fatalf("got %v, want a sign-in refused with 1019", err)
		}
	}
	if s.signedIn() != 1 {
		t.Errorf("%d sign-ins with the same credentials, want 1", s.signedIn())
	}
	if _, err := p.TestSignIn(t.Context()); !errors.Is(err, ErrSignIn) || s.signedIn() != 2 {
		t.Errorf("test: %v after %d sign-ins, want the portal to be asked", err, s.signedIn())
	}
	s.signIn = nil
	p.cred.Password = "right"
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("other credentials: %v", err)
	}
	p.cred.Password = "wrong again"
	c.advance(time.Hour)
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("the session goes on: %v", err)
	}
}

func TestAtMostFiveSignInsInFifteenMinutes(t *testing.T) {
	s := &script{}
	p, c := taxpro(t, s)
	for range mostLogins {
		if _, err := p.TestSignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.advance(time.Minute)
	}
	_, err := p.TestSignIn(t.Context())
	var wait *Wait
	if !errors.As(err, &wait) || !errors.Is(err, ErrNotSent) || !wait.Until.Equal(noon.Add(15*time.Minute)) {
		t.Errorf("sixth: %v, want to wait until 12:15", err)
	}
	if s.signedIn() != mostLogins {
		t.Errorf("%d sign-ins, want %d", s.signedIn(), mostLogins)
	}
	c.advance(10 * time.Minute)
	if _, err := p.TestSignIn(t.Context()); err != nil {
		t.Errorf("15 minutes after the first: %v", err)
	}
}

func TestSignInWithoutAnswerMeansNotSent(t *testing.T) {
	for _, a := range []answer{{cut: true}, {status: 504, body: "late"}, {status: 200, body: "<html>"}} {
		p, _ := taxpro(t, &script{signIn: []answer{a}, answers: []answer{{status: 200, body: goodGenerate}}})
		_, err := p.Generate(t.Context(), []byte(`{}`))
		if !errors.Is(err, ErrNotSent) || errors.Is(err, ErrNoAnswer) {
			t.Errorf("%+v: %v, want ErrNotSent only", a, err)
		}
	}
}

func TestTooManyCallsPause(t *testing.T) {
	many := answer{status: 429, body: `{"statusCode":429,"message":"Rate limit is exceeded."}`, header: [2]string{"Retry-After", "120"}}
	s := &script{answers: []answer{many, {status: 200, body: goodGenerate}}}
	p, c := taxpro(t, s)
	if _, err := p.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrSignIn) {
		t.Fatalf("got %v, want a refusal by the provider", err)
	}
	_, err := p.Generate(t.Context(), []byte(`{}`))
	var wait *Wait
	if !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(2*time.Minute)) || len(s.seen()) != 1 {
		t.Errorf("at once: %v after %d calls, want to wait two minutes", err, len(s.seen()))
	}
	c.advance(2 * time.Minute)
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("after two minutes: %v", err)
	}
}

func TestSignInAnsweredWithTooManyCallsIsMadeAgainWhenAllowed(t *testing.T) {
	many := answer{status: 429, body: `{"statusCode":429,"message":"Rate limit is exceeded."}`, header: [2]string{"Retry-After", "20"}}
	s := &script{signIn: []answer{many, {status: 200, body: goodSignIn}}}
	p, c := taxpro(t, s)
	if _, err := p.SignIn(t.Context()); !errors.Is(err, ErrSignIn) {
		t.Fatalf("got %v, want a refusal by the provider", err)
	}
	_, err := p.SignIn(t.Context())
	var wait *Wait
	if !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(20*time.Second)) || s.signedIn() != 1 {
		t.Errorf("at once: %v after %d sign-ins, want to wait 20 seconds", err, s.signedIn())
	}
	c.advance(20 * time.Second)
	if _, err := p.SignIn(t.Context()); err != nil {
		t.Errorf("after 20 seconds: %v", err)
	}
}

// TestSignInThatNeverLeftIsNotCounted holds the portal's limit to what the portal can have
// seen: without a connection one may try as often as one likes.
func TestSignInThatNeverLeftIsNotCounted(t *testing.T) {
	s := &script{}
	p, c := taxpro(t, s)
	way := p.c.local.Transport
	p.c.local.Transport = unreachable{}
	for range mostLogins {
		if _, err := p.SignIn(t.Context()); !errors.Is(err, ErrNotSent) {
			t.Fatalf("without a connection: %v", err)
		}
		if until := p.Rests(gst.OpSignIn); !until.IsZero() {
			c.advance(until.Sub(c.now()))
		}
	}
	if c.now().Sub(noon) >= loginWindow {
		t.Fatalf("the tries took until %v, want them within a quarter of an hour", c.now())
	}
	p.c.local.Transport = way
	for range mostLogins {
		if _, err := p.TestSignIn(t.Context()); err != nil {
			t.Fatalf("with a connection: %v", err)
		}
	}
	var wait *Wait
	if _, err := p.TestSignIn(t.Context()); !errors.As(err, &wait) || s.signedIn() != mostLogins {
		t.Errorf("%v after %d sign-ins that arrived, want to wait after %d", err, s.signedIn(), mostLogins)
	}
}

// unreachable is a network without a way to the provider.
type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no route to host")
}

func TestSenselessExpiryIsNotBelieved(t *testing.T) {
	for _, said := range []string{"2026-11-22 09:00:00", "2031-01-01 00:00:00", ""} {
		body := `{"Status":1,"Data":{"AuthToken":"t","TokenExpiry":"` + said + `"}}`
		p, _ := taxpro(t, &script{signIn: []answer{{status: 200, body: body}}})
		s, err := p.SignIn(t.Context())
		if err != nil || !s.Expires.Equal(noon.Add(shortestLife)) {
			t.Errorf("expiry %q: %v, %v, want 50 minutes from now", said, s.Expires, err)
		}
	}
}

func TestTokenOutsideData(t *testing.T) {
	body := `{"Status":"1","Data":null,"AuthToken":"t","TokenExpiry":"2026-11-22 18:00:00"}`
	p, _ := taxpro(t, &script{signIn: []answer{{status: 200, body: body}}})
	if s, err := p.SignIn(t.Context()); err != nil || s.Token != "t" {
		t.Errorf("got %+v, %v", s, err)
	}
}
