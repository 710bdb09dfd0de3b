package gsp

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"mohar/gst"
)

func paced(t *testing.T, limit rate.Limit) (*Portal, *script) {
	t.Helper()
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p, c := taxpro(t, s)
	caller := New(Options{Now: c.now, Tokens: &tokens{}, Sandbox: p.c.sandbox, Rate: limit})
	return caller.Portal(company, p.cred), s
}

func TestNoMoreCallsThanTheCap(t *testing.T) {
	p, s := paced(t, 200)
	began := time.Now()
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took < 190*time.Millisecond { // the sign-in and 40 calls, 5 ms apart
		t.Errorf("41 calls took %v, 200 in a second are allowed", took)
	}
	if len(s.seen()) != 40 {
		t.Errorf("%d calls arrived", len(s.seen()))
	}
}

func TestTurnTooFarOffIsGivenBack(t *testing.T) {
	p, s := paced(t, 0.1) // a call in ten seconds
	if _, err := p.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 { // given back, it does not move the next one's turn
		_, err := p.Generate(t.Context(), []byte(`{}`))
		var wait *Wait
		if !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(10*time.Second)) || !errors.Is(err, ErrNotSent) {
			t.Errorf("got %v, want to wait ten seconds", err)
		}
	}
	if len(s.seen()) != 0 || p.Resting(gst.OpGenerate) {
		t.Errorf("%d calls arrived, resting %v", len(s.seen()), p.Resting(gst.OpGenerate))
	}
	if err := p.c.pace.turn(t.Context(), way{gst.Practice, gst.Alankit}, p.c.now); err != nil {
		t.Errorf("another provider, which has turns of its own: %v", err)
	}
}

func TestTurnEndsWithItsContext(t *testing.T) {
	p, _ := paced(t, 0.25)
	if _, err := p.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := p.c.pace.turn(ctx, p.way(), p.c.now); !errors.Is(err, ErrNotSent) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
