package db

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mohar/gst"
)

func ewayKinds(t testing.TB, s *Store, id int64) (kinds []EventKind) {
	t.Helper()
	events, err := s.EWayEvents(t.Context(), ours, id)
	check(t, err)
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func TestStepsOfAnEWayTask(t *testing.T) {
	ready := func(*testing.T, *Store, *EWayTask) error { return nil }
	sent := func(t *testing.T, s *Store, k *EWayTask) error { return s.MarkEWaySent(t.Context(), k, gst.Alankit) }
	unknown := func(t *testing.T, s *Store, k *EWayTask) error {
		return errors.Join(sent(t, s, k), s.MarkEWayUnknown(t.Context(), k, gst.Alankit, "", "no answer", time.Time{}))
	}
	tests := []struct {
		name  string
		from  func(*testing.T, *Store, *EWayTask) error
		step  func(*testing.T, *Store, *EWayTask) error
		err   error
		state string // of the request afterwards; empty: it is gone
		bill  gst.EWayState
	}{
		{"what is ready is sent", ready, sent, nil, RequestSent, gst.EWayPending},
		{"what was sent is not sent again", sent, sent, gst.ErrConflict, RequestSent, gst.EWayPending},
		{"what is unknown is not sent again", unknown, sent, gst.ErrConflict, RequestUnknown, gst.EWayUnknown},
		{"no answer makes it unknown", ready, unknown, nil, RequestUnknown, gst.EWayUnknown},
		{"a clear word that there is none has it ready again", unknown, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.MarkEWayNotSent(t.Context(), k, gst.Alankit, "325", "none")
		}, nil, RequestReady, gst.EWayPending},
		{"what is postponed stays ready", ready, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.PostponeEWay(t.Context(), k, s.now().Add(time.Minute), WaitNoProvider, "none")
		}, nil, RequestReady, gst.EWayPending},
		{"what is postponed stays unknown", unknown, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.PostponeEWay(t.Context(), k, s.now().Add(time.Minute), "", "away")
		}, nil, RequestUnknown, gst.EWayUnknown},
		{"what was sent and is postponed is unknown", sent, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.PostponeEWay(t.Context(), k, s.now().Add(time.Minute), "", "away")
		}, nil, RequestUnknown, gst.EWayUnknown},
		{"what is put back never left", sent, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.PutBackEWay(t.Context(), k, s.now())
		}, nil, RequestReady, gst.EWayPending},
		{"what is refused ends", sent, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.RefuseEWay(t.Context(), k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "604"}}})
		}, nil, "", gst.EWayFailed},
		{"what is made ends", sent, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.SaveEWay(t.Context(), k, made(k.Bill, "331000000001", s.now()), Event{Kind: EventEWayMade})
		}, nil, "", gst.EWayActive},
		{"what a look-up found ends", unknown, func(t *testing.T, s *Store, k *EWayTask) error {
			return s.SaveEWay(t.Context(), k, made(k.Bill, "331000000001", s.now()), Event{Kind: EventEWayFound})
		}, nil, "", gst.EWayActive},
		{"a person who finds it by number ends it", unknown, func(t *testing.T, s *Store, k *EWayTask) error {
			_, _, err := s.KeepEWay(t.Context(), ours, gst.Practice, made(&gst.EWay{Of: consignment("A/1")}, "331000000001", s.now()))
			return err
		}, nil, "", gst.EWayActive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := newStore(t)
			b := askEWay(t, s, "A/1")
			k := takeEWay(t, s, b.ID, gst.EWayMake)
			check(t, test.from(t, s, k))
			k.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpEWayMake, Sent: "POST", Got: "HTTP 200"}}
			if err := test.step(t, s, k); !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			var state string
			if err := s.reader.row(t.Context(), `SELECT state FROM eway_requests WHERE eway_id = $1`, b.ID).Scan(&state); err != nil && !absent(err) {
				t.Fatal(err)
			}
			if got := storedEWay(t, s, b.ID); state != test.state || got.State != test.bill || (got.Asked == "") != (test.state == "") {
				t.Errorf("request %q, bill %s, asked %q", state, got.State, got.Asked)
			}
			wantFindings(t, s, "")
		})
	}
}

func TestAnEWayTaskIsOneWorkersAtATime(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	b := askEWay(t, s, "A/1")
	first := takeEWay(t, s, b.ID, gst.EWayMake)
	if _, err := s.TakeEWay(ctx, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("taken up twice: %v", err)
	}
	due, err := s.NextEWayDue(ctx, time.Time{})
	if err != nil || !due.Equal(c.now().Add(time.Minute)) {
		t.Errorf("next at %v, %v", due, err)
	}
	if err := s.WithdrawEWayOrder(ctx, ours, b.ID); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("taken back while a worker has it: %v", err)
	}
	check(t, s.MarkEWaySent(ctx, first, gst.Alankit))
	c.advance(time.Minute) // the worker died
	second := takeEWay(t, s, b.ID, gst.EWayMake)
	if second.State != RequestUnknown || second.SentThrough != gst.Alankit || second.Bill.State != gst.EWayUnknown {
		t.Errorf("the second has %+v", second)
	}
	if err := s.SaveEWay(ctx, first, made(first.Bill, "331000000001", c.now()), Event{}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("the first comes back: %v", err)
	}
	if err := s.MarkEWayUnknown(ctx, first, gst.Alankit, "", "", time.Time{}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a step of the first: %v", err)
	}
	check(t, s.SaveEWay(ctx, second, made(second.Bill, "331000000001", c.now()), Event{}))
}

func TestTheOldestDueTaskComesFirstAndPausedCompaniesOnlyLookUp(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	a, b := askEWay(t, s, "A/1"), askEWay(t, s, "A/2")
	k := takeEWay(t, s, a.ID, gst.EWayMake)
	check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
	check(t, s.MarkEWayUnknown(ctx, k, gst.Alankit, "", "no answer", c.now().Add(time.Minute)))
	check(t, s.SetPaused(ctx, ours, true))
	due, err := s.NextEWayDue(ctx, time.Time{})
	if err != nil || !due.Equal(c.now().Add(time.Minute)) {
		t.Errorf("next of a paused company at %v, %v", due, err)
	}
	c.advance(time.Minute)
	k = takeEWay(t, s, a.ID, gst.EWayMake)
	check(t, s.PostponeEWay(ctx, k, c.now().Add(time.Hour), "", "away"))
	if _, err := s.TakeEWay(ctx, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("sent for a paused company: %v", err)
	}
	check(t, s.SetPaused(ctx, ours, false))
	check(t, s.TryEWaysNow(ctx, ours, gst.Practice))
	if k, err = s.TakeEWay(ctx, time.Minute); err != nil || k.Bill.ID != b.ID {
		t.Errorf("first comes %+v, %v", k, err)
	}
	if k, err = s.TakeEWay(ctx, time.Minute); err != nil || k.Bill.ID != a.ID || k.Attempts != 1 {
		t.Errorf("then comes %+v, %v", k, err)
	}
}

func TestWhatWasBeingSentWhenTheProgramDiedIsLookedUp(t *testing.T) {
	// The deed: take up, mark as sent, store the result. A crash before each statement.
	for at := 0; ; at++ {
		dir, c := t.TempDir(), newClock()
		die := false
		n := 0
		crash := errors.New("died")
		s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: c.now, Crash: func(string) error {
			if !die {
				return nil
			}
			if n++; n > at {
				return crash
			}
			return nil
		}})
		check(t, err)
		check(t, s.AddCompany(t.Context(), testCompany(ours)))
		b := askEWay(t, s, "A/1")
		die = true
		left, saved := false, false // what the portal and the worker know
		k, err := s.TakeEWay(t.Context(), time.Minute)
		if err == nil {
			if err = s.MarkEWaySent(t.Context(), k, gst.Alankit); err == nil {
				left = true
				err = s.SaveEWay(t.Context(), k, made(k.Bill, "331000000001", c.now()), Event{Kind: EventEWayMade})
				saved = err == nil
			}
		}
		if err != nil && !errors.Is(err, crash) {
			t.Fatal(err)
		}
		_ = s.Close() // it is dead
		s = open(t, dir, c.now)
		check(t, s.RecoverEWays(t.Context()))
		got := storedEWay(t, s, b.ID)
		k, err = s.TakeEWay(t.Context(), time.Minute)
		switch {
		case saved && (got.State != gst.EWayActive || !errors.Is(err, gst.ErrNotFound)):
			t.Errorf("statement %d: stored and lost: %s, %v", at, got.State, err)
		case left && !saved && got.State != gst.EWayActive && (err != nil || k.State != RequestUnknown):
			t.Errorf("statement %d: it may have been made, and it is %+v, %v", at, k, err)
		case !left && (err != nil || k.State == RequestSent):
			t.Errorf("statement %d: never sent, and it is %+v, %v", at, k, err)
		}
		wantFindings(t, s, "")
		if saved {
			if at < 20 {
				t.Errorf("only %d statements", at)
			}
			return
		}
	}
}

func TestTakingBackWhatIsAskedFor(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	b := askEWay(t, s, "A/1")
	check(t, s.WithdrawEWayOrder(ctx, ours, b.ID))
	if _, err := s.EWay(ctx, ours, b.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("a making that was never sent: %v", err)
	}
	b = askEWay(t, s, "A/1")
	k := takeEWay(t, s, b.ID, gst.EWayMake)
	check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "619"}}}))
	b = storedEWay(t, s, b.ID)
	check(t, s.RetryEWay(ctx, b))
	check(t, s.WithdrawEWayOrder(ctx, ours, b.ID))
	if b = storedEWay(t, s, b.ID); b.State != gst.EWayFailed || !b.Refusal.Has("619") {
		t.Errorf("one that was refused before: %+v", b)
	}
	b = makeEWay(t, s, "A/2", "331000000001")
	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel}))
	check(t, s.WithdrawEWayOrder(ctx, ours, b.ID))
	if b = storedEWay(t, s, b.ID); b.State != gst.EWayActive || b.Asked != "" {
		t.Errorf("a cancellation: %+v", b)
	}
	if err := s.WithdrawEWayOrder(ctx, ours, b.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("nothing is asked: %v", err)
	}
	wantFindings(t, s, "")
}

func TestAPlannedExtensionComesDueEightHoursBeforeTheEnd(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	b := makeEWay(t, s, "A/1", "331000000001") // for 48 hours
	x := gst.EWayExtension{PartB: gst.PartB{Mode: "1", Vehicle: "KA01AB1234", Reason: "1"}, PIN: 560001, Distance: 100}
	check(t, s.ScheduleExtension(ctx, ours, b.ID, x))
	next, err := s.NextExtension(ctx)
	if err != nil || !next.Equal(b.ValidUntil.Add(-8*time.Hour)) {
		t.Errorf("next at %v, %v", next, err)
	}
	due, err := s.DueExtensions(ctx, next.Add(-time.Second))
	if err != nil || len(due) != 0 {
		t.Errorf("due before: %v, %v", due, err)
	}
	c.advance(40 * time.Hour)
	due, err = s.DueExtensions(ctx, c.now())
	if err != nil || !slices.Equal(due, []DueExtension{{ours, gst.Practice, b.ID}}) {
		t.Errorf("due: %v, %v", due, err)
	}
	planned := storedEWay(t, s, b.ID).Scheduled
	if planned == nil || *planned != x {
		t.Fatalf("planned: %+v", planned)
	}
	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: planned}))
	if due, err = s.DueExtensions(ctx, c.now()); err != nil || len(due) != 0 {
		t.Errorf("due once more: %v, %v", due, err)
	}
	if k := takeEWay(t, s, b.ID, gst.EWayExtend); *k.Order.Extension != x {
		t.Errorf("the order: %+v", k.Order.Extension)
	}
	if got := ewayKinds(t, s, b.ID); !slices.Equal(got, []EventKind{EventEWayAsked, EventEWaySent, EventEWayMade, EventEWayScheduled, EventEWayAsked}) {
		t.Errorf("events %v", got)
	}
	wantFindings(t, s, "")
}

func TestATripSheetIsMadeOfBills(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	a, b := makeEWay(t, s, "A/1", "331000000001"), makeEWay(t, s, "A/2", "331000000002")
	trip := &gst.TripSheet{
		Company: ours, PartB: gst.PartB{Mode: "1", Vehicle: "KA05XY0001", Place: "Bengaluru", State: "29"},
		Bills: []gst.TripBill{{Number: a.Number}, {Number: b.Number}, {Number: "991000000003", Paper: "of others"}},
	}
	id, err := s.AddTrip(ctx, trip)
	check(t, err)
	k, err := s.TakeEWay(ctx, time.Minute)
	check(t, err)
	if k.Bill != nil || k.Trip.ID != id || k.Order.Action != gst.EWayTrip || k.Trip.PartB.State != "29" {
		t.Fatalf("took up %+v", k)
	}
	check(t, s.MarkEWaySent(ctx, k, gst.TaxPro))
	check(t, s.MarkEWayUnknown(ctx, k, gst.TaxPro, "", "no answer", time.Time{}))
	if p, err := s.Trip(ctx, ours, id); err != nil || p.State != gst.EWayUnknown {
		t.Errorf("after no answer: %+v, %v", p, err)
	}
	after := *k.Trip
	after.Number, after.Made = "1300000001", c.now()
	check(t, s.SaveTrip(ctx, k, after, Event{Provider: gst.TaxPro}))
	p, err := s.TripByNumber(ctx, ours, gst.Practice, "1300000001")
	check(t, err)
	if p.State != gst.EWayActive || len(p.Bills) != 3 || p.Bills[0].EWayID != a.ID || p.Bills[0].To != "Pune" || p.Bills[2].EWayID != 0 || p.Bills[2].Paper != "of others" {
		t.Errorf("made: %+v", p)
	}
	if a = storedEWay(t, s, a.ID); a.TripSheet != "1300000001" || a.Vehicles[0].Vehicle != "KA05XY0001" || a.Vehicles[0].TripSheet != "1300000001" {
		t.Errorf("a bill in it: %+v", a)
	}
	again := &gst.TripSheet{Company: ours, PartB: p.PartB, Old: p.Number, Bills: p.Bills}
	_, err = s.AddTrip(ctx, again)
	check(t, err)
	if _, err := s.AddTrip(ctx, &gst.TripSheet{Company: ours, Old: p.Number}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a second successor: %v", err)
	}
	k, err = s.TakeEWay(ctx, time.Minute)
	if err != nil || k.Order.Action != gst.EWayTripAgain {
		t.Fatalf("took up %+v, %v", k, err)
	}
	check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "648"}}}))
	trips, next, err := s.Trips(ctx, TripQuery{Company: ours, Mode: gst.Practice, Limit: 1})
	check(t, err)
	if len(trips) != 1 || trips[0].State != gst.EWayFailed || !trips[0].Refusal.Has("648") || next.IsZero() {
		t.Errorf("listed: %+v, %v", trips, next)
	}
	trips, next, err = s.Trips(ctx, TripQuery{Company: ours, Mode: gst.Practice, Limit: 1, After: next})
	if err != nil || len(trips) != 1 || trips[0].ID != id || !next.IsZero() {
		t.Errorf("then: %+v, %v, %v", trips, next, err)
	}
	wantFindings(t, s, "")
}

func TestCallsOfAnEWayBillAreKept(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	b := makeEWay(t, s, "A/1", "331000000001")
	check(t, s.AddEWayExchanges(ctx, ours, b.ID, gst.Exchange{At: s.now().UTC(), Operation: gst.OpEWayRead, Sent: "GET", Got: "{}"}))
	calls, err := s.EWayExchanges(ctx, ours, b.ID)
	if err != nil || len(calls) != 1 || calls[0].Got != "{}" || calls[0].Operation != gst.OpEWayRead {
		t.Errorf("%+v, %v", calls, err)
	}
	if calls, err = s.EWayExchanges(ctx, theirs, b.ID); err != nil || len(calls) != 0 {
		t.Errorf("for another company: %+v, %v", calls, err)
	}
}
