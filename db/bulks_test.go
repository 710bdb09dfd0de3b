package db

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"mohar/gst"
)

// issueHeld issues documents that wait for a person to have them registered.
func issueHeld(t testing.TB, s *Store, n int) (ids []int64) {
	t.Helper()
	for range n {
		inv := newInvoice(ours, 1)
		inv.IRN.State = gst.IRNHeld
		ids = append(ids, issue(t, s, inv).ID)
	}
	return ids
}

// never says of no refused document that it may be sent again.
func never(gst.Refusal) (may, lookUp bool) { return false, false }

// work does all work on many documents as far as it goes now.
func work(t testing.TB, s *Store, mayResend ...ResendRule) {
	t.Helper()
	may := ResendRule(never)
	if len(mayResend) > 0 {
		may = mayResend[0]
	}
	ids, err := s.OpenBulks(t.Context())
	check(t, err)
	for _, id := range ids {
		for more := true; more; {
			more, err = s.WorkBulk(t.Context(), id, may)
			check(t, err)
		}
	}
}

// registerNext takes the oldest request through to its IRN; one that must be looked up is not
// there.
func registerNext(t testing.TB, s *Store) int64 {
	t.Helper()
	r, err := nextRequest(t.Context(), s)
	check(t, err)
	if r.State == RequestUnknown {
		check(t, s.MarkNotSent(t.Context(), r, gst.Alankit, "2154", "not there"))
	}
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	check(t, s.SaveRegistration(t.Context(), r, testRegistration(&gst.Invoice{ID: r.InvoiceID}, int(r.InvoiceID))))
	return r.InvoiceID
}

// refuseNext has the portal refuse the oldest request's document.
func refuseNext(t testing.TB, s *Store, code string) {
	t.Helper()
	r, err := nextRequest(t.Context(), s)
	check(t, err)
	refusal := gst.Refusal{Provider: gst.Alankit, Codes: []gst.RefusalCode{{Code: code, Message: "said the portal"}}}
	check(t, s.SaveRefusal(t.Context(), r, refusal, gst.IRNFailed))
}

func startBulk(t testing.TB, s *Store, kind BulkKind, ids ...int64) int64 {
	t.Helper()
	id, err := s.StartBulk(WithActor(t.Context(), Actor{Kind: "user", Name: "asha@sharda.example"}), ours, gst.Practice, kind, ids)
	check(t, err)
	return id
}

// wantBulk checks the figures of a piece of work: taken, open, registered, refused,
// skipped, taken back, and whether it has ended.
func wantBulk(t testing.TB, s *Store, id int64, taken, open, registered, refused, skipped, back int64, ended bool) {
	t.Helper()
	b, err := s.Bulk(t.Context(), ours, id)
	check(t, err)
	got := []any{b.Taken, b.Open(), b.Registered, b.Refused, b.Skipped, b.TakenBack, b.Ended()}
	want := []any{taken, open, registered, refused, skipped, back, ended}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("taken, open, registered, refused, skipped, taken back, ended: %v, want %v", got, want)
	}
}

func wantInOrder(t testing.TB, s *Store) {
	t.Helper()
	findings, err := s.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("the store finds %+v", findings)
	}
}

func TestHeldDocumentsGoToThePortalTogetherInTheOrderOfTheirNumbers(t *testing.T) {
	s, _ := newStore(t)
	ids := issueHeld(t, s, 3)
	rows, err := s.ForBulk(t.Context(), ours, gst.Practice, []int64{ids[2], ids[0], 4711, ids[1]})
	check(t, err)
	var ordered []int64
	for _, r := range rows {
		ordered = append(ordered, r.ID)
	}
	if fmt.Sprint(ordered) != fmt.Sprint(ids) {
		t.Fatalf("order %v, want %v", ordered, ids)
	}
	id := startBulk(t, s, BulkRegister, append(ordered, ids[0])...) // one twice
	wantBulk(t, s, id, 0, 0, 0, 0, 0, 0, false)
	work(t, s)
	wantBulk(t, s, id, 3, 3, 0, 0, 0, 0, false)
	if got := registerNext(t, s); got != ids[0] {
		t.Errorf("document %d was sent first, want %d", got, ids[0])
	}
	refuseNext(t, s, "2172")
	wantBulk(t, s, id, 3, 1, 1, 1, 0, 0, false)
	registerNext(t, s)
	wantBulk(t, s, id, 3, 0, 2, 1, 0, 0, true)
	refused, err := s.BulkRows(t.Context(), id, BulkRefused, 10)
	check(t, err)
	if len(refused) != 1 || refused[0].InvoiceID != ids[1] || refused[0].Refusal == nil || refused[0].Refusal.Codes[0].Code != "2172" {
		t.Errorf("refused: %+v", refused)
	}
	if n, err := s.BulkPace(t.Context(), id, s.now().Add(-time.Minute)); err != nil || n != 3 {
		t.Errorf("%d answered within a minute, %v", n, err)
	}
	if log, err := s.LastChange(t.Context(), ours, ids[0]); err != nil || log.Action != "registered" {
		t.Errorf("last change %+v, %v", log, err)
	}
	wantInOrder(t, s)
}

func TestPeopleAreNamedInTheEditLogForWhatTheirWorkDid(t *testing.T) {
	s, _ := newStore(t)
	ids := issueHeld(t, s, 1)
	startBulk(t, s, BulkRegister, ids...)
	work(t, s) // by the program, in nobody's request
	log, err := s.LastChange(t.Context(), ours, ids[0])
	check(t, err)
	if log.Action != "queued" || log.Actor.Name != "asha@sharda.example" {
		t.Errorf("the log says %q by %q", log.Action, log.Actor.Name)
	}
}

func TestWhatCannotBeRegisteredIsListedWithTheReason(t *testing.T) {
	s, _ := newStore(t)
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(t.Context(), draft, nil))
	registered := issue(t, s, newInvoice(ours, 1)).ID
	registerNext(t, s)
	refused := issue(t, s, newInvoice(ours, 1)).ID
	refuseNext(t, s, "2172")
	b2c := newInvoice(ours, 1)
	b2c.IRN = gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNB2C}
	issue(t, s, b2c)
	void := issueHeld(t, s, 1)[0]
	check(t, s.VoidInvoice(t.Context(), ours, void, 1, "given up"))
	foreign := issue(t, s, newInvoice(theirs, 1)).ID
	want := map[int64]string{
		draft.ID: SkipDraft, registered: SkipRegistered, refused: SkipRefused, b2c.ID: SkipNotRequired,
		void: SkipVoid, 4711: SkipGone, foreign: SkipGone,
	}
	var ids []int64
	for id := range want {
		ids = append(ids, id)
	}
	bulk := startBulk(t, s, BulkRegister, ids...)
	work(t, s)
	wantBulk(t, s, bulk, 7, 0, 0, 0, 7, 0, true)
	rows, err := s.BulkRows(t.Context(), bulk, BulkSkipped, 10)
	check(t, err)
	for _, r := range rows {
		if r.Why != want[r.InvoiceID] {
			t.Errorf("document %d is left out for %q, want %q", r.InvoiceID, r.Why, want[r.InvoiceID])
		}
	}
	check(t, s.DeleteDraft(t.Context(), ours, draft.ID, draft.Version)) // the list does not hold it
}

func TestOnlyWhatMayBeSentAgainIsSentAgain(t *testing.T) {
	s, c := newStore(t)
	busy := issue(t, s, newInvoice(ours, 1)).ID
	refuseNext(t, s, "5001")
	wrong := issue(t, s, newInvoice(ours, 1)).ID
	refuseNext(t, s, "2172")
	waiting := issue(t, s, newInvoice(ours, 1)).ID
	r, err := nextRequest(t.Context(), s)
	check(t, err)
	check(t, s.PostponeIRN(t.Context(), r, c.now().Add(time.Hour), "", "away"))
	held := issueHeld(t, s, 1)[0]
	bulk := startBulk(t, s, BulkAgain, busy, wrong, waiting, held)
	work(t, s, func(r gst.Refusal) (may, lookUp bool) { return r.Codes[0].Code == "5001", r.Codes[0].Code == "5001" })
	wantBulk(t, s, bulk, 4, 2, 0, 0, 2, 0, false)
	if got := irn(t, s, busy).State; got != gst.IRNUnknown {
		t.Errorf("the portal may have it, and it stands %q: it must be looked up first", got)
	}
	if got := []int64{registerNext(t, s), registerNext(t, s)}; fmt.Sprint(got) != fmt.Sprint([]int64{waiting, busy}) {
		t.Errorf("sent %v, want %v", got, []int64{waiting, busy})
	}
	wantBulk(t, s, bulk, 4, 0, 2, 0, 2, 0, true)
	wantInOrder(t, s)
}

func TestStoppingTakesBackWhatWasNotSent(t *testing.T) {
	s, c := newStore(t)
	ids := issueHeld(t, s, 2*bulkChunk+5)
	check(t, s.SetPaused(t.Context(), ours, true))
	bulk := startBulk(t, s, BulkRegister, ids...)
	for range 2 { // five are not taken up when it is stopped
		_, err := s.WorkBulk(t.Context(), bulk, never)
		check(t, err)
	}
	check(t, s.SetPaused(t.Context(), ours, false))
	registerNext(t, s)
	sent, err := nextRequest(t.Context(), s)
	check(t, err)
	check(t, s.MarkSent(t.Context(), sent, gst.TaxPro))
	inHand, err := nextRequest(t.Context(), s)
	check(t, err)
	check(t, s.StopBulk(t.Context(), ours, bulk))
	work(t, s)
	n := int64(2 * bulkChunk)
	wantBulk(t, s, bulk, n, 2, 1, 0, 0, n-3, false) // one on its way, one in hand
	check(t, s.PostponeIRN(t.Context(), inHand, c.now().Add(time.Minute), "", "away"))
	work(t, s)
	wantBulk(t, s, bulk, n, 1, 1, 0, 0, n-2, false)
	check(t, s.SaveRegistration(t.Context(), sent, testRegistration(&gst.Invoice{ID: sent.InvoiceID}, 9)))
	wantBulk(t, s, bulk, n, 0, 2, 0, 0, n-2, true)
	q, err := s.QueueSummary(t.Context(), ours, gst.Practice)
	check(t, err)
	if q.Held != n+3 || q.Open() != 0 {
		t.Errorf("queue %+v, want %d held", q, n+3)
	}
	if open, err := s.OpenBulks(t.Context()); err != nil || len(open) > 0 {
		t.Errorf("work left: %v, %v", open, err)
	}
	events, err := s.Events(t.Context(), ours, ids[len(ids)-6])
	check(t, err)
	if last := events[len(events)-1]; last.Kind != EventTakenBack || last.Actor != "asha@sharda.example" {
		t.Errorf("last event %+v", last)
	}
	check(t, s.StopBulk(t.Context(), ours, bulk)) // again: nothing to do
	wantBulk(t, s, bulk, n, 0, 2, 0, 0, n-2, true)
	wantInOrder(t, s)
}

func TestWhatWaitedBeforeTheWorkGoesOnWaitingWhenItIsStopped(t *testing.T) {
	s, _ := newStore(t)
	waiting := issue(t, s, newInvoice(ours, 1)).ID
	held := issueHeld(t, s, 1)[0]
	bulk := startBulk(t, s, BulkRegister, waiting, held)
	work(t, s)
	check(t, s.StopBulk(t.Context(), ours, bulk))
	work(t, s)
	wantBulk(t, s, bulk, 2, 1, 0, 0, 0, 1, false)
	if got := registerNext(t, s); got != waiting {
		t.Errorf("document %d was sent, want %d", got, waiting)
	}
	wantBulk(t, s, bulk, 2, 0, 1, 0, 0, 1, true)
}

func TestWorkGoesOnAfterACrashWhereItWas(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: c.now})
	check(t, err)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	ids := issueHeld(t, s, bulkChunk+1)
	bulk := startBulk(t, s, BulkRegister, ids...)
	_, err = s.WorkBulk(t.Context(), bulk, never)
	check(t, err)
	check(t, s.Close())
	s = open(t, dir, c.now)
	work(t, s)
	wantBulk(t, s, bulk, bulkChunk+1, bulkChunk+1, 0, 0, 0, 0, false)
}

func TestWorkOfAnotherCompanyIsNotFound(t *testing.T) {
	s, _ := newStore(t)
	bulk := startBulk(t, s, BulkRegister, issueHeld(t, s, 1)...)
	if _, err := s.Bulk(t.Context(), theirs, bulk); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("read: %v", err)
	}
	if err := s.StopBulk(t.Context(), theirs, bulk); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("stop: %v", err)
	}
	if list, err := s.Bulks(t.Context(), theirs, gst.Practice, 5); err != nil || len(list) > 0 {
		t.Errorf("listed: %v, %v", list, err)
	}
	if _, err := s.StartBulk(context.Background(), ours, gst.Practice, BulkRegister, nil); !errors.Is(err, gst.ErrState) {
		t.Errorf("without documents: %v", err)
	}
}

func TestEachDocumentStandsInOnePartOfTheQueue(t *testing.T) {
	s, c := newStore(t)
	ids := issueHeld(t, s, 2)
	for range 7 {
		issue(t, s, newInvoice(ours, 1))
		c.advance(time.Second)
	}
	issue(t, s, newInvoice(theirs, 1))
	registerNext(t, s)
	refuseNext(t, s, "2172")
	take := func() *IRNRequest {
		r, err := nextRequest(t.Context(), s)
		check(t, err)
		return r
	}
	sent := take()
	check(t, s.MarkSent(t.Context(), sent, gst.Alankit))
	unknown := take()
	check(t, s.MarkSent(t.Context(), unknown, gst.Alankit))
	check(t, s.MarkUnknown(t.Context(), unknown, gst.Alankit, "", "lost", c.now().Add(5*time.Second)))
	inHand := take()
	postponed := take()
	check(t, s.PostponeIRN(t.Context(), postponed, c.now().Add(time.Hour), "", "away"))
	q, err := s.QueueSummary(t.Context(), ours, gst.Practice)
	check(t, err)
	want := QueueSummary{Waiting: 2, Sending: 2, Unknown: 1, Failed: 1, Held: 2, Oldest: c.now().Add(-5 * time.Second), Next: c.now().Add(-time.Second)}
	if !q.Oldest.Equal(want.Oldest) || !q.Next.Equal(want.Next) {
		t.Errorf("oldest %v, next %v; want %v, %v", q.Oldest, q.Next, want.Oldest, want.Next)
	}
	q.Oldest, q.Next = want.Oldest, want.Next
	if q != want {
		t.Errorf("summary %+v, want %+v", q, want)
	}
	for part, want := range map[QueuePart][]int64{
		QueueSending: {sent.InvoiceID, inHand.InvoiceID}, QueueUnknown: {unknown.InvoiceID}, QueueWaiting: {postponed.InvoiceID, ids[1] + 7},
	} {
		items, err := s.QueueOf(t.Context(), ours, gst.Practice, part, 0, 10)
		check(t, err)
		var got []int64
		for _, i := range items {
			got = append(got, i.InvoiceID)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: documents %v, want %v", part, got, want)
		}
	}
	page, next, err := s.HeldInvoices(t.Context(), ours, gst.Practice, Cursor{}, 1)
	check(t, err)
	rest, end, err := s.HeldInvoices(t.Context(), ours, gst.Practice, next, 1)
	check(t, err)
	if len(page) != 1 || page[0].ID != ids[0] || len(rest) != 1 || rest[0].ID != ids[1] || !end.IsZero() {
		t.Errorf("held: %+v, then %+v, end %+v", page, rest, end)
	}
}
