package db

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mohar/gst"
)

// lane is that of a document.
func lane(inv *gst.Invoice) Lane { return Lane{inv.Company, inv.Mode, laneOf(inv)} }

func TestTakenUpAndMarkedAsSentAtOnce(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r, err := s.TakeNext(t.Context(), Take{Lane: lane(inv), Lease: time.Minute, Through: gst.TaxPro})
	check(t, err)
	if r.State != RequestSent || r.SentThrough != gst.TaxPro || r.Attempts != 1 || string(r.Body) != `{"No":"INV/26-27/0001"}` {
		t.Errorf("request %+v", r)
	}
	if err := s.MarkSent(t.Context(), r, gst.Alankit); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("marked as sent again: %v", err)
	}
	check(t, s.MarkNotSent(t.Context(), r, gst.TaxPro, "", "nobody there"))
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	check(t, s.SaveRegistration(t.Context(), r, testRegistration(inv, 7)))
	want := []EventKind{EventIssued, EventSent, EventSwitched, EventSent, EventRegistered}
	if got := kinds(t, s, inv.ID); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

func TestSeveralAreTakenUpAtOnceTheOldestFirst(t *testing.T) {
	s, _ := newStore(t)
	var issued []*gst.Invoice
	for range 3 {
		issued = append(issued, issue(t, s, newInvoice(ours, 1)))
	}
	wanted := Take{Lane: lane(issued[0]), Lease: time.Minute, Most: 2, Through: gst.Alankit}
	for _, want := range [][]*gst.Invoice{issued[:2], issued[2:]} {
		taken, err := s.TakeDue(t.Context(), wanted)
		check(t, err)
		if len(taken) != len(want) {
			t.Fatalf("%d taken up, want %d", len(taken), len(want))
		}
		for i, r := range taken {
			if r.InvoiceID != want[i].ID || r.State != RequestSent || r.SentThrough != gst.Alankit || r.Number != want[i].Number {
				t.Errorf("request %+v, want that of %s", r, want[i].Number)
			}
			check(t, s.SaveRegistration(t.Context(), r, testRegistration(want[i], int(r.InvoiceID))))
		}
	}
	if _, err := s.TakeDue(t.Context(), wanted); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("taken up where nothing is due: %v", err)
	}
}

func TestWhatWasMarkedAsSentIsLookedUpWhenItsWorkerDied(t *testing.T) {
	s, clock := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	wanted := Take{Lane: lane(inv), Lease: time.Minute, Through: gst.TaxPro}
	_, err := s.TakeNext(t.Context(), wanted)
	check(t, err)
	clock.advance(time.Hour)
	wanted.Through = gst.Alankit
	r, err := s.TakeNext(t.Context(), wanted)
	check(t, err)
	if r.State != RequestUnknown || r.SentThrough != gst.TaxPro {
		t.Errorf("request %+v; it must not be sent again", r)
	}
	if got := irn(t, s, inv.ID).State; got != gst.IRNUnknown {
		t.Errorf("the document is %q", got)
	}
}

func TestARegistrationIsStoredWithTheNextTakenUp(t *testing.T) {
	s, _ := newStore(t)
	first, second := issue(t, s, newInvoice(ours, 1)), issue(t, s, newInvoice(ours, 2))
	wanted := Take{Lane: lane(first), Lease: time.Minute, Through: gst.Alankit}
	r, err := s.TakeNext(t.Context(), wanted)
	check(t, err)
	next, err := s.SaveRegistrationAndTake(t.Context(), r, testRegistration(first, 1), wanted)
	check(t, err)
	if next == nil || next.InvoiceID != second.ID || next.State != RequestSent {
		t.Fatalf("next %+v", next)
	}
	if _, err := s.SaveRegistrationAndTake(t.Context(), r, testRegistration(first, 1), wanted); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("stored twice: %v", err)
	}
	none, err := s.SaveRegistrationAndTake(t.Context(), next, testRegistration(second, 2), wanted)
	check(t, err)
	if none != nil {
		t.Errorf("took up %+v; none is due", none)
	}
	for _, inv := range []*gst.Invoice{first, second} {
		if got := irn(t, s, inv.ID).State; got != gst.IRNRegistered {
			t.Errorf("%s is %q", inv.Number, got)
		}
	}
	check(t, s.CheckLog(t.Context()))
}

// opens reports the password that the store gives.
func opens(t *testing.T, s *Store) string {
	t.Helper()
	creds, err := s.Credentials(t.Context(), ours, gst.Practice)
	check(t, err)
	if len(creds) != 1 {
		t.Fatalf("%d credentials", len(creds))
	}
	return creds[0].Password
}

func TestOpenedSecretsAreGivenUpWhenTheyMayHaveChanged(t *testing.T) {
	s, clock := newStore(t)
	ctx := t.Context()
	cred := gst.Credentials{Mode: gst.Practice, Provider: gst.TaxPro, Enabled: true, Username: "u", Password: "first"}
	check(t, s.SaveCredentials(ctx, ours, cred))
	if got := opens(t, s); got != "first" {
		t.Fatalf("password %q", got)
	}
	cred.Password = "second"
	check(t, s.SaveCredentials(ctx, ours, cred))
	if got := opens(t, s); got != "second" {
		t.Errorf("password %q after it was changed here", got)
	}
	other, err := Open(ctx, Options{Dir: s.dir, Key: testKey, Now: s.now})
	check(t, err)
	defer func() { check(t, other.Close()) }()
	cred.Password = "third"
	check(t, other.SaveCredentials(ctx, ours, cred))
	check(t, s.Ready(ctx)) // any write of ours
	if got := opens(t, s); got != "third" {
		t.Errorf("password %q after another process changed it and this one wrote", got)
	}
	cred.Password = "fourth"
	check(t, other.SaveCredentials(ctx, ours, cred))
	clock.advance(freshTime)
	if got := opens(t, s); got != "fourth" {
		t.Errorf("password %q after another process changed it a while ago", got)
	}
}

func TestASessionThatWasDroppedElsewhereIsGone(t *testing.T) {
	s, clock := newStore(t)
	ctx := t.Context()
	session := gst.Session{Token: "token", Key: make([]byte, 32), Expires: s.now().Add(time.Hour)}
	check(t, s.SaveSession(ctx, ours, gst.Practice, gst.TaxPro, session))
	for range 2 {
		got, err := s.Session(ctx, ours, gst.Practice, gst.TaxPro)
		check(t, err)
		if got.Token != session.Token {
			t.Errorf("token %q", got.Token)
		}
	}
	other, err := Open(ctx, Options{Dir: s.dir, Key: testKey, Now: s.now})
	check(t, err)
	defer func() { check(t, other.Close()) }()
	check(t, other.DropSession(ctx, ours, gst.Practice, gst.TaxPro))
	check(t, s.Ready(ctx))
	if _, err := s.Session(ctx, ours, gst.Practice, gst.TaxPro); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("dropped elsewhere: %v", err)
	}
	check(t, s.SaveSession(ctx, ours, gst.Practice, gst.TaxPro, session))
	clock.advance(time.Hour)
	check(t, s.Ready(ctx))
	if _, err := s.Session(ctx, ours, gst.Practice, gst.TaxPro); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
}

func TestWhoTakesUpEWayBillsIsWokenForThoseAlone(t *testing.T) {
	s, _ := newStore(t)
	heard := func(bell <-chan struct{}) bool {
		select {
		case <-bell:
			return true
		default:
			return false
		}
	}
	issue(t, s, newInvoice(ours, 1))
	if !heard(s.Wake()) || heard(s.WakeEWays()) {
		t.Error("a document was queued: its own taker is to be woken, and no other")
	}
	check(t, s.SetPaused(t.Context(), ours, true))
	check(t, s.SetPaused(t.Context(), ours, false))
	if !heard(s.Wake()) || !heard(s.WakeEWays()) {
		t.Error("the company goes on: both are to be woken")
	}
}
