package db

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// kinds are the kinds of a document's events.
func kinds(t *testing.T, s *Store, id int64) []EventKind {
	t.Helper()
	events, err := s.Events(t.Context(), ours, id)
	check(t, err)
	var list []EventKind
	for _, e := range events {
		list = append(list, e.Kind)
	}
	return list
}

// irn reads a document's IRN state.
func irn(t *testing.T, s *Store, id int64) gst.IRNStatus {
	t.Helper()
	inv, _, err := s.Invoice(t.Context(), ours, id)
	check(t, err)
	return inv.IRN
}

func next(t *testing.T, s *Store) *IRNRequest {
	t.Helper()
	r, err := nextRequest(t.Context(), s)
	check(t, err)
	return r
}

func nothingDue(t *testing.T, s *Store) {
	t.Helper()
	if r, err := nextRequest(t.Context(), s); !errors.Is(err, gst.ErrNotFound) {
		t.Fatalf("request %+v, error %v; want none due", r, err)
	}
}

func TestRegistrationComesBackAsItWasStored(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	if r.State != RequestReady || r.Number != inv.Number || r.Date != inv.Date || r.Company != ours ||
		r.Mode != gst.Practice || string(r.Body) != `{"No":"INV/26-27/0001"}` || r.Attempts != 1 {
		t.Errorf("request: %+v", r)
	}
	nothingDue(t, s) // it is leased
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	want := testRegistration(inv, 7)
	want.EWayRefusal = &gst.Refusal{Provider: gst.TaxPro, Codes: []gst.RefusalCode{{Code: "4002", Message: "EwayBill is already generated"}}}
	check(t, s.SaveRegistration(t.Context(), r, want))

	got := irn(t, s, inv.ID)
	if got.State != gst.IRNRegistered || got.Tries != 1 {
		t.Errorf("state %q, tries %d", got.State, got.Tries)
	}
	if diff := cmp.Diff(&want, got.Registration); diff != "" {
		t.Error(diff)
	}
	nothingDue(t, s)
	if err := s.SaveRegistration(t.Context(), r, want); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("storing it twice: %v", err)
	}
	if got := kinds(t, s, inv.ID); !slices.Equal(got, []EventKind{EventIssued, EventSent, EventRegistered}) {
		t.Errorf("events %v", got)
	}
	byIRN, _, err := s.InvoiceByIRN(t.Context(), ours, want.IRN)
	check(t, err)
	byNumber, _, err := s.InvoiceByNumber(t.Context(), ours, gst.Practice, gst.TaxInvoice, "2026-27", "inv/26-27/0001")
	check(t, err)
	if byIRN.ID != inv.ID || byNumber.ID != inv.ID {
		t.Errorf("found %d by IRN and %d by number", byIRN.ID, byNumber.ID)
	}
	if _, _, err := s.InvoiceByIRN(t.Context(), theirs, want.IRN); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company finds it by IRN: %v", err)
	}
	count := 0
	check(t, s.EachRegistration(t.Context(), func(r StoredRegistration) error {
		count++
		if diff := cmp.Diff(want, r.Registration); diff != "" || r.Number != inv.Number || len(r.Body) == 0 {
			t.Errorf("%+v %s", r, diff)
		}
		return nil
	}))
	if count != 1 {
		t.Errorf("%d registrations", count)
	}
}

func TestNoAnswerIsLookedUpBeforeItIsSentAgain(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "", "timeout", time.Time{})) // and looked up at once
	if got := irn(t, s, inv.ID).State; got != gst.IRNUnknown {
		t.Errorf("IRN %q, want unknown", got)
	}
	if err := s.MarkSent(ctx, r, gst.TaxPro); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("sending again without a look-up: %v", err)
	}
	for range 3 { // the same outcome over and over is told once
		check(t, s.MarkUnknown(ctx, r, gst.TaxPro, "GSP032", "still away", c.now().Add(time.Minute)))
		nothingDue(t, s)
		due, err := s.NextDue(ctx, c.now())
		check(t, err)
		if !due.Equal(c.now().Add(time.Minute)) {
			t.Errorf("next due %v", due)
		}
		c.advance(time.Minute)
		r = next(t, s)
	}
	if r.State != RequestUnknown || r.Attempts != 4 {
		t.Errorf("request: %+v", r)
	}
	check(t, s.MarkNotSent(ctx, r, gst.TaxPro, "2148", "2148 not there"))
	if got := irn(t, s, inv.ID); got.State != gst.IRNPending || got.Tries != 4 {
		t.Errorf("IRN %+v, want pending", got)
	}
	check(t, s.MarkSent(ctx, r, gst.TaxPro))
	check(t, s.MarkNotSent(ctx, r, gst.TaxPro, "", "connection refused"))
	check(t, s.PostponeIRN(ctx, r, c.now().Add(time.Second), WaitNoProvider, "nobody there"))
	nothingDue(t, s)
	want := []EventKind{
		EventIssued, EventSent, EventNoAnswer, EventLookedUp, EventLookedUp, EventSent, EventSwitched, EventPostponed,
	}
	if got := kinds(t, s, inv.ID); !slices.Equal(got, want) {
		t.Errorf("events %v", got)
	}
}

func TestRefusedDocumentIsMendedAndSentAgain(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	no := gst.Refusal{
		Provider: gst.TaxPro, HTTP: 200, Gateway: true,
		Codes:     []gst.RefusalCode{{Code: "3039", Message: `PIN "x"`}, {Code: "2211"}},
		Duplicate: &gst.Registration{IRN: "abc", AckDate: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	}
	check(t, s.SaveRefusal(ctx, next(t, s), no, gst.IRNFailed))
	got, _, err := s.Invoice(ctx, ours, inv.ID)
	check(t, err)
	if diff := cmp.Diff(&no, got.IRN.Refusal); diff != "" || got.IRN.State != gst.IRNFailed {
		t.Errorf("IRN %q %s", got.IRN.State, diff)
	}
	rows, _, err := s.Invoices(ctx, InvoiceFilter{Company: ours, Mode: gst.Practice, State: ChipToFix})
	check(t, err)
	if len(rows) != 1 || rows[0].Code != "3039" {
		t.Errorf("to fix: %+v", rows)
	}
	if err := s.QueueIRN(ctx, ours, inv.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("queueing a refused document unchanged: %v", err)
	}
	var bad gst.Invalid
	if err := s.AmendInvoice(ctx, got, body, true); !errors.As(err, &bad) || bad.Faults[0].Rule != "amend.unchanged" {
		t.Errorf("amending what was refused without a change: %v", err)
	}
	got.Buyer.PIN = 570002
	check(t, s.AmendInvoice(ctx, got, mended, true))
	if got.Number != inv.Number || got.IRN.State != gst.IRNPending || got.IRN.Refusal != nil {
		t.Errorf("after mending: %q, %+v", got.Number, got.IRN)
	}
	if state := irn(t, s, inv.ID); state.State != gst.IRNPending || state.Refusal != nil {
		t.Errorf("stored: %+v", state)
	}
	register(t, s, got)
	if err := s.QueueIRN(ctx, ours, inv.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("queueing a registered document: %v", err)
	}
}

func TestHeldDocumentIsQueuedByHand(t *testing.T) {
	s, _ := newStore(t)
	inv := newInvoice(ours, 1)
	check(t, s.IssueInvoice(t.Context(), inv, body, false))
	nothingDue(t, s)
	check(t, s.QueueIRN(t.Context(), ours, inv.ID))
	select {
	case <-s.Wake():
	default:
		t.Error("the registrar was not woken")
	}
	register(t, s, inv)
}

func TestConflictIsNotSentAgain(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	if err := s.SaveRefusal(t.Context(), r, gst.Refusal{}, gst.IRNRegistered); !errors.Is(err, gst.ErrState) {
		t.Errorf("a refusal that registers: %v", err)
	}
	check(t, s.SaveRefusal(t.Context(), r, gst.Refusal{}, gst.IRNConflict))
	if err := s.QueueIRN(t.Context(), ours, inv.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("queueing: %v", err)
	}
}

func TestCancelledDocumentIsVoid(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	if err := s.SaveCancellation(ctx, ours, inv.ID, c.now(), gst.CancelOrder, "x"); !errors.Is(err, gst.ErrState) {
		t.Errorf("cancelling what has no IRN: %v", err)
	}
	register(t, s, inv)
	check(t, s.SaveCancellation(ctx, ours, inv.ID, c.now(), gst.CancelOrder, "order withdrawn"))
	got, _, err := s.Invoice(ctx, ours, inv.ID)
	check(t, err)
	if got.State != gst.Void || got.IRN.State != gst.IRNCancelled || !got.IRN.CancelledAt.Equal(c.now()) ||
		got.IRN.CancelReason != gst.CancelOrder || got.IRN.CancelRemark != "order withdrawn" ||
		got.IRN.Registration == nil || got.IRN.Registration.Status != "CNL" {
		t.Errorf("%q %+v", got.State, got.IRN)
	}
}

func TestRegistrationThatWasCancelledElsewhereMakesTheDocumentVoid(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	reg := testRegistration(inv, 1)
	reg.Status = "CNL"
	check(t, s.SaveRegistration(t.Context(), next(t, s), reg))
	got, _, err := s.Invoice(t.Context(), ours, inv.ID)
	check(t, err)
	if got.State != gst.Void || got.IRN.State != gst.IRNCancelled {
		t.Errorf("state %q, IRN %q", got.State, got.IRN.State)
	}
}

func TestPracticeRequestIsFinishedAfterGoingLive(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	check(t, s.GoLive(t.Context(), ours))
	register(t, s, inv)
}

func TestLeases(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	slow := next(t, s)
	c.advance(2 * time.Minute) // it never came back
	quick := next(t, s)
	if quick.ID != slow.ID || quick.State != RequestReady {
		t.Fatalf("request: %+v", quick)
	}
	steps := map[string]func() error{
		"sending":     func() error { return s.MarkSent(ctx, slow, gst.Alankit) },
		"no answer":   func() error { return s.MarkUnknown(ctx, slow, gst.Alankit, "", "", c.now()) },
		"not sent":    func() error { return s.MarkNotSent(ctx, slow, gst.Alankit, "", "") },
		"postponing":  func() error { return s.PostponeIRN(ctx, slow, c.now(), "", "") },
		"registering": func() error { return s.SaveRegistration(ctx, slow, testRegistration(inv, 1)) },
		"refusing":    func() error { return s.SaveRefusal(ctx, slow, gst.Refusal{}, gst.IRNFailed) },
	}
	for name, step := range steps {
		if err := step(); !errors.Is(err, gst.ErrConflict) {
			t.Errorf("%s after the lease was lost: %v", name, err)
		}
	}
	check(t, s.MarkSent(ctx, quick, gst.Alankit))
	c.advance(2 * time.Minute) // dies after sending
	third := next(t, s)
	if third.State != RequestUnknown || third.SentThrough != gst.Alankit {
		t.Errorf("a request that was being sent came back as %+v", third)
	}
	if got := irn(t, s, inv.ID).State; got != gst.IRNUnknown {
		t.Errorf("IRN %q, want unknown", got)
	}
}

func TestRecoverAfterTheProgramEnded(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	first, second := issue(t, s, newInvoice(ours, 1)), issue(t, s, newInvoice(ours, 1))
	sent, taken := next(t, s), next(t, s)
	check(t, s.MarkSent(ctx, sent, gst.TaxPro))
	check(t, s.RecoverIRN(ctx))
	if err := s.SaveRegistration(ctx, taken, testRegistration(second, 2)); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a worker of before still stores: %v", err)
	}
	if got := irn(t, s, first.ID); got.State != gst.IRNUnknown || !got.NextTry.Equal(c.now()) {
		t.Errorf("IRN %+v, want unknown and due now", got)
	}
	states := map[int64]string{}
	for range 2 {
		r := next(t, s)
		states[r.InvoiceID] = r.State
	}
	if states[first.ID] != RequestUnknown || states[second.ID] != RequestReady {
		t.Errorf("states %v", states)
	}
}

func TestAStartLooksUpAtOnceWhatWasUnknownBefore(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	lost := next(t, s)
	check(t, s.MarkSent(ctx, lost, gst.Alankit))
	for range 6 {
		check(t, s.MarkUnknown(ctx, lost, gst.Alankit, "", "no answer", c.now()))
		lost = next(t, s)
	}
	check(t, s.MarkUnknown(ctx, lost, gst.Alankit, "", "no answer", c.now().Add(5*time.Minute)))
	if r, err := nextRequest(ctx, s); !errors.Is(err, gst.ErrNotFound) {
		t.Fatalf("taken up before its pause is over: %+v, %v", r, err)
	}
	check(t, s.RecoverIRN(ctx))
	r := next(t, s)
	if r.InvoiceID != inv.ID || r.State != RequestUnknown || r.SentThrough != gst.Alankit || r.Attempts != 1 {
		t.Errorf("after the start: %+v, want it looked up for the first time", r)
	}
}

func TestManyWorkersTakeEachRequestOnce(t *testing.T) {
	s, _ := newStore(t)
	const documents = 40
	for range documents {
		issue(t, s, newInvoice(ours, 1))
	}
	var mu sync.Mutex
	taken := map[int64]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				r, err := nextRequest(t.Context(), s)
				if errors.Is(err, gst.ErrNotFound) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				taken[r.InvoiceID]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for id, n := range taken {
		if n != 1 {
			t.Errorf("document %d was taken up %d times", id, n)
		}
	}
	if len(taken) != documents {
		t.Errorf("%d requests taken up, want %d", len(taken), documents)
	}
}

func TestWhatNothingWasDoneForIsPutBackAsItWas(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	check(t, s.MarkSent(ctx, r, gst.Alankit)) // and it never left
	later := c.now().Add(5 * time.Second)
	check(t, s.PutBackIRN(ctx, r, later))
	nothingDue(t, s)
	w, err := s.Waiting(ctx, ours, inv.ID)
	check(t, err)
	if w.Tries != 0 || !w.Next.Equal(later) || w.Why != "" || irn(t, s, inv.ID).State != gst.IRNPending {
		t.Errorf("waiting %+v, IRN %q", w, irn(t, s, inv.ID).State)
	}
	if err := s.PutBackIRN(ctx, r, later); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("putting back what is no longer in hand: %v", err)
	}
	c.advance(5 * time.Second)
	r = next(t, s)
	if r.State != RequestReady || r.Attempts != 1 {
		t.Errorf("request %+v", r)
	}
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "", "timeout", c.now()))
	r = next(t, s)
	check(t, s.PutBackIRN(ctx, r, later))
	if r = next(t, s); r.State != RequestUnknown || r.Attempts != 2 {
		t.Errorf("request %+v, want it looked up as before", r)
	}
}

func TestTriesBeforeTheFirstSendingDoNotCount(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	issue(t, s, newInvoice(ours, 1))
	for range 5 {
		check(t, s.PostponeIRN(ctx, next(t, s), c.now(), "", "nobody there"))
	}
	r := next(t, s)
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	if r.Attempts != 1 {
		t.Errorf("%d tries at the first sending", r.Attempts)
	}
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "", "timeout", c.now()))
	r = next(t, s)
	check(t, s.MarkNotSent(ctx, r, gst.TaxPro, "2148", "not there"))
	check(t, s.MarkSent(ctx, r, gst.TaxPro))
	if r.Attempts != 2 {
		t.Errorf("%d tries at the second sending, want 2", r.Attempts)
	}
}

func TestNamedDuplicateAndDisbeliefAreKept(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	if r.Duplicate != nil || r.Disbelieved != 0 {
		t.Errorf("a new request: %+v", r)
	}
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	want := &gst.Registration{IRN: "ab", AckNo: "1", AckDate: c.now().UTC(), Provider: gst.Alankit}
	r.Duplicate, r.Disbelieved = want, 3
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "2150", "duplicate", c.now()))
	r = next(t, s)
	if diff := cmp.Diff(want, r.Duplicate); diff != "" || r.Disbelieved != 3 {
		t.Errorf("taken up again with %d times disbelieved, %s", r.Disbelieved, diff)
	}
}

func TestRefusedDocumentIsSentAgainAsItIs(t *testing.T) {
	for _, lookUp := range []bool{false, true} {
		s, _ := newStore(t)
		ctx := t.Context()
		inv := issue(t, s, newInvoice(ours, 1))
		if err := s.ResendIRN(ctx, ours, inv.ID, lookUp); !errors.Is(err, gst.ErrState) {
			t.Errorf("one that waits: %v", err)
		}
		no := gst.Refusal{Codes: []gst.RefusalCode{{Code: "3029"}}}
		check(t, s.SaveRefusal(ctx, next(t, s), no, gst.IRNFailed))
		check(t, s.ResendIRN(ctx, ours, inv.ID, lookUp))
		want, state := gst.IRNPending, RequestReady
		if lookUp {
			want, state = gst.IRNUnknown, RequestUnknown
		}
		if got := irn(t, s, inv.ID); got.State != want || got.Refusal != nil {
			t.Errorf("IRN %+v, want %q", got, want)
		}
		if err := s.ResendIRN(ctx, theirs, inv.ID, lookUp); !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		findings, err := s.Check(ctx)
		check(t, err)
		if len(findings) > 0 {
			t.Errorf("the check finds %v", findings)
		}
		r := next(t, s)
		if r.State != state || string(r.Body) != `{"No":"INV/26-27/0001"}` {
			t.Errorf("request %+v", r)
		}
		check(t, s.SaveRegistration(ctx, r, testRegistration(inv, 1)))
	}
}

func TestNextDueIsThatWhichWasNotDueAtTheLastLook(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	issue(t, s, newInvoice(ours, 1))
	issue(t, s, newInvoice(ours, 1))
	look := c.now()
	if due, err := s.NextDue(ctx, look); err != nil || !due.IsZero() {
		t.Errorf("next due %v, %v; what was due at the look does not count", due, err)
	}
	check(t, s.PostponeIRN(ctx, next(t, s), c.now().Add(time.Hour), "", ""))
	next(t, s) // leased for a minute
	for _, tt := range []struct{ after, want time.Duration }{{0, time.Minute}, {2 * time.Minute, time.Hour}} {
		due, err := s.NextDue(ctx, look.Add(tt.after))
		check(t, err)
		if !due.Equal(look.Add(tt.want)) {
			t.Errorf("after %v: next due in %v, want %v", tt.after, due.Sub(look), tt.want)
		}
	}
}
