package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

func TestOneDrillOfACompanyRunsAtATime(t *testing.T) {
	s, clock := newStore(t)
	ctx := t.Context()
	if _, err := s.RunningDrill(ctx, ours); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("none runs: %v", err)
	}
	first := Drill{Company: ours, Name: "slow", Provider: gst.Alankit, Number: "INV/1", DraftID: 7}
	check(t, s.StartDrill(ctx, &first))
	if err := s.StartDrill(ctx, &Drill{Company: ours, Name: "token"}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	check(t, s.StartDrill(ctx, &Drill{Company: theirs, Name: "token"}))
	if got, err := s.RunningDrill(ctx, ours); err != nil || got != first || got.Started.IsZero() {
		t.Errorf("%+v runs, %v; want %+v", got, err, first)
	}
	if _, err := s.Drill(ctx, theirs, first.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of another company: %v", err)
	}
	if err := s.EndDrill(ctx, theirs, first.ID); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("ended by another company: %v", err)
	}
	clock.advance(time.Minute)
	check(t, s.EndDrill(ctx, ours, first.ID))
	clock.advance(time.Minute)
	check(t, s.ShowDrill(ctx, ours, first.ID, 12))
	got, err := s.Drill(ctx, ours, first.ID)
	if err != nil || got.InvoiceID != 12 || got.Ended.Sub(got.Started) != time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	check(t, s.GoLive(ctx, ours))
	if err := s.StartDrill(ctx, &Drill{Company: ours, Name: "slow"}); !errors.Is(err, gst.ErrState) {
		t.Errorf("at a live company: %v", err)
	}
}

func TestADrillThatWasShownOnceStaysShown(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	for _, invoice := range []int64{0, 5, 0, 0} {
		d := Drill{Company: ours, Name: "slow"}
		check(t, s.StartDrill(ctx, &d))
		check(t, s.ShowDrill(ctx, ours, d.ID, invoice))
	}
	drills, err := s.Drills(ctx, ours)
	if err != nil || len(drills) != 2 || drills[0].InvoiceID != 0 || drills[1].InvoiceID != 5 || drills[0].ID < drills[1].ID {
		t.Errorf("%+v, %v", drills, err)
	}
}

func TestOnlyWhatHappensAfterItsStartCountsForADrill(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, inv, nil))
	d := Drill{Company: ours, Name: "slow"}
	check(t, s.StartDrill(ctx, &d))
	if events, err := s.EventsAfter(ctx, ours, d.After); err != nil || len(events) != 0 {
		t.Errorf("%v, %v", events, err)
	}
	check(t, s.AddEvent(ctx, ours, inv.ID, Event{Kind: EventPrinted}))
	events, err := s.EventsAfter(ctx, ours, d.After)
	if err != nil || len(events) != 1 || len(events[inv.ID]) != 1 || events[inv.ID][0].Kind != EventPrinted {
		t.Errorf("%v, %v", events, err)
	}
	if events, err := s.EventsAfter(ctx, theirs, 0); err != nil || len(events) != 0 {
		t.Errorf("another company has %v, %v", events, err)
	}
}
