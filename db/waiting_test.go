package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

func TestWaitingSaysWhy(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	want := func(step, code, why string, next time.Time) {
		t.Helper()
		w, err := s.Waiting(ctx, ours, inv.ID)
		check(t, err)
		if w.Code != code || w.Why != why || !w.Next.Equal(next) {
			t.Errorf("%s: %+v, want %q, %q, %v", step, w, code, why, next)
		}
	}
	want("just issued", "", "", c.now())
	r := next(t, s)
	later := c.now().Add(time.Hour)
	check(t, s.PostponeIRN(ctx, r, later, WaitNoProvider, "no provider is set up"))
	want("postponed", WaitNoProvider, "no provider is set up", later)
	c.advance(time.Hour)
	r = next(t, s)
	check(t, s.PostponeIRN(ctx, r, later, WaitNoProvider, "no provider is set up")) // told once
	r = next(t, s)
	if r.LastCode != WaitNoProvider || r.LastError != "no provider is set up" {
		t.Errorf("request: %+v", r)
	}
	check(t, s.MarkNotSent(ctx, r, gst.Alankit, "1019", "locked"))
	want("not taken", "1019", "locked", later)
	check(t, s.MarkSent(ctx, r, gst.TaxPro))
	want("being sent", "", "", later)
	check(t, s.MarkUnknown(ctx, r, gst.TaxPro, "GSP032", "timeout", later.Add(time.Hour)))
	want("no answer", "GSP032", "timeout", later.Add(time.Hour))

	events, err := s.Events(ctx, ours, inv.ID)
	check(t, err)
	var codes []string
	for _, e := range events {
		codes = append(codes, string(e.Kind)+" "+e.Code)
	}
	wantCodes := []string{"issued ", "postponed no_provider", "switched 1019", "sent ", "no_answer GSP032"}
	if len(codes) != len(wantCodes) {
		t.Fatalf("events %q, want %q", codes, wantCodes)
	}
	for i := range codes {
		if codes[i] != wantCodes[i] {
			t.Errorf("event %d: %q, want %q", i, codes[i], wantCodes[i])
		}
	}
	if _, err := s.Waiting(ctx, theirs, inv.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's document: %v", err)
	}
	c.advance(2 * time.Hour)
	check(t, s.SaveRefusal(ctx, next(t, s), gst.Refusal{}, gst.IRNFailed))
	if _, err := s.Waiting(ctx, ours, inv.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("refused: %v", err)
	}
}

func TestSavedCredentialsHaveWaitingDocumentsDue(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	mine, others, held := issue(t, s, newInvoice(ours, 1)), issue(t, s, newInvoice(theirs, 1)), issue(t, s, newInvoice(ours, 1))
	for range 2 {
		check(t, s.PostponeIRN(ctx, next(t, s), c.now().Add(time.Hour), WaitNoProvider, "none"))
	}
	inHand := next(t, s)
	<-s.Wake()
	check(t, s.SaveCredentials(ctx, ours, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, Password: "p"}))
	nothingDue(t, s) // that was the other mode
	check(t, s.SaveCredentials(ctx, ours, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Practice, Password: "p"}))
	select {
	case <-s.Wake():
	default:
		t.Error("the registrar was not woken")
	}
	r := next(t, s)
	if r.InvoiceID != mine.ID || r.Attempts != 1 {
		t.Errorf("due is %+v, want document %d afresh", r, mine.ID)
	}
	nothingDue(t, s)
	check(t, s.PostponeIRN(ctx, inHand, c.now().Add(time.Hour), "", "still its worker's"))
	for _, inv := range []*gst.Invoice{others, held} {
		w, err := s.Waiting(ctx, inv.Company, inv.ID)
		check(t, err)
		if !w.Next.Equal(c.now().Add(time.Hour)) {
			t.Errorf("document %d is due %v", inv.ID, w.Next)
		}
	}
}

func TestHastenedCompaniesAreToldOnce(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	issue(t, s, newInvoice(ours, 1)) // due already: nothing changes in its row
	<-s.Wake()
	if got := s.Hastened(); len(got) != 0 {
		t.Errorf("hastened %v before anything was", got)
	}
	check(t, s.TryNow(ctx, ours, gst.Practice))
	check(t, s.TryNow(ctx, ours, gst.Practice))
	check(t, s.SaveCredentials(ctx, theirs, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, Password: "p"}))
	select {
	case <-s.Wake():
	default:
		t.Error("the registrar was not woken")
	}
	got := map[Lane]bool{}
	for _, l := range s.Hastened() {
		got[l] = true
	}
	if len(got) != 2 || !got[Lane{Company: ours, Mode: gst.Practice}] || !got[Lane{Company: theirs, Mode: gst.Live}] {
		t.Errorf("hastened %v", got)
	}
	if again := s.Hastened(); len(again) != 0 {
		t.Errorf("told twice: %v", again)
	}
}
