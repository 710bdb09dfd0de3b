package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// submitted are n documents as a program sends them.
func submitted(n int) []SubmittedDocument {
	docs := make([]SubmittedDocument, n)
	for i := range docs {
		number := fmt.Sprintf("S/%d", i+1)
		docs[i] = SubmittedDocument{Number: number, Body: []byte(`{"DocDtls":{"No":"` + number + `"}}`)}
	}
	return docs
}

func submit(t testing.TB, s *Store, n int) int64 {
	t.Helper()
	id, err := s.AddSubmission(WithActor(t.Context(), Actor{Kind: "key", Name: "Tally (M1)"}), ours, gst.Practice, true, submitted(n))
	check(t, err)
	return id
}

// storeRow stores the document of a row and notes that.
func storeRow(t testing.TB, s *Store, id int64, row int) *gst.Invoice {
	t.Helper()
	inv := newInvoice(ours, 1)
	inv.Number = fmt.Sprintf("S/%d", row)
	issue(t, s, inv)
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: row, InvoiceID: inv.ID}}))
	return inv
}

// wantSubmission checks the figures of a submission: taken, stored, refused, pending,
// registered and failed.
func wantSubmission(t testing.TB, s *Store, id int64, want ...int64) Submission {
	t.Helper()
	sub, err := s.Submission(t.Context(), ours, id)
	check(t, err)
	got := []int64{sub.Taken, sub.Stored, sub.Refused, sub.Pending, sub.Registered, sub.Failed}
	if !slices.Equal(got, want) {
		t.Errorf("taken, stored, refused, pending, registered, failed: %v, want %v", got, want)
	}
	return sub
}

func rowsOf(t testing.TB, s *Store, id int64, state string) []SubmissionRow {
	t.Helper()
	rows, err := s.SubmissionRows(t.Context(), ours, id, state, 0, 100)
	check(t, err)
	return rows
}

func TestSubmissionIsThereOnceAllOfItsDocumentsAre(t *testing.T) {
	s, clock := newStore(t)
	id := submit(t, s, submitChunk+2)
	sub := wantSubmission(t, s, id, 0, 0, 0, 0, 0, 0)
	if sub.Documents != submitChunk+2 || sub.By.Name != "Tally (M1)" || !sub.Register || !sub.Created.Equal(clock.now()) || !sub.Open() || sub.Done() {
		t.Errorf("submission %+v", sub)
	}
	select {
	case <-s.WakeSubmissions():
	default:
		t.Error("nobody was woken")
	}
	docs, err := s.NextSubmitted(t.Context(), id, submitChunk-1, 10)
	check(t, err)
	if len(docs) != 3 || docs[0].Row != submitChunk || docs[1].Number != fmt.Sprintf("S/%d", submitChunk+1) ||
		string(docs[2].Body) != fmt.Sprintf(`{"DocDtls":{"No":"S/%d"}}`, submitChunk+2) {
		t.Errorf("documents %+v", docs)
	}
	log, err := s.EditLog(t.Context(), LogFilter{Company: ours, Subject: "submission"})
	check(t, err)
	if len(log) != 1 || log[0].Action != "submitted" || log[0].Which != fmt.Sprint(id) || log[0].Actor.Name != "Tally (M1)" {
		t.Errorf("edit log %+v", log)
	}
	wantInOrder(t, s)
}

func TestSubmissionHasFromOneToTenThousandDocuments(t *testing.T) {
	s, _ := newStore(t)
	for _, n := range []int{0, MostSubmitted + 1} {
		if _, err := s.AddSubmission(t.Context(), ours, gst.Practice, true, make([]SubmittedDocument, n)); !errors.Is(err, gst.ErrState) {
			t.Errorf("%d documents: %v", n, err)
		}
	}
	if _, err := s.AddSubmission(t.Context(), ours, gst.Live, true, submitted(1)); !errors.Is(err, gst.ErrState) {
		t.Errorf("live documents of a company in practice: %v", err)
	}
	if _, err := s.AddSubmission(t.Context(), "29AAACX0000X1Z5", gst.Practice, true, submitted(1)); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("documents of nobody: %v", err)
	}
}

func TestClaimOfASubmissionIsMadeWhenAllOfItIsThere(t *testing.T) {
	full := errors.New("disk full")
	commits := 0
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Key: testKey, Now: newClock().now, BeforeCommit: func() error {
		if commits++; commits == 4 { // 1 is the company's, 2 and 3 are the first chunks
			return full
		}
		return nil
	}})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	c := testClaim("one")
	ctx := WithClaim(t.Context(), c)
	if _, err := s.AddSubmission(ctx, ours, gst.Practice, true, submitted(3*submitChunk)); !errors.Is(err, full) || c.Made() {
		t.Fatalf("with a full disk: %v, claim made %t", err, c.Made())
	}
	var rows, subs int
	check(t, s.reader.row(t.Context(), `SELECT (SELECT COUNT(*) FROM submission_rows), (SELECT COUNT(*) FROM submissions)`).Scan(&rows, &subs))
	if rows+subs != 0 {
		t.Errorf("%d submissions with %d documents are left of what failed", subs, rows)
	}
	id, err := s.AddSubmission(ctx, ours, gst.Practice, true, submitted(3*submitChunk))
	check(t, err)
	if c.Subject != "submission" || c.Which != fmt.Sprint(id) {
		t.Errorf("the claim is about %q %q, want submission %d", c.Subject, c.Which, id)
	}
}

func TestHalfASubmissionIsNeverSeenAndRemovedAfterTheDeathOfItsProcess(t *testing.T) {
	death := errors.New("power cut")
	d := &dying{left: -1, death: death}
	dir, clock := t.TempDir(), newClock()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: clock.now, Crash: d.crash})
	check(t, err)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	whole := submit(t, s, 1)
	d.left = 2*submitChunk + 20
	if _, err := s.AddSubmission(t.Context(), ours, gst.Practice, true, submitted(3*submitChunk)); !errors.Is(err, death) {
		t.Fatalf("dead before %q: %v", d.last, err)
	}
	check(t, s.Close())
	s = open(t, dir, clock.now)
	count := func() (n int) {
		check(t, s.reader.row(t.Context(), `SELECT COUNT(*) FROM submission_rows`).Scan(&n))
		return n
	}
	if n := count(); n != 2*submitChunk+1 {
		t.Fatalf("%d documents are there after the crash, want %d", n, 2*submitChunk+1)
	}
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 2*submitChunk + 1}, {submitComing + time.Second, 1}} { // it might still be coming
		clock.advance(step.wait)
		check(t, s.DropHalfSubmissions(t.Context()))
		if n := count(); n != step.want {
			t.Errorf("%d documents after %v, want %d", n, step.wait, step.want)
		}
	}
	open, err := s.OpenSubmissions(t.Context())
	check(t, err)
	listed, err := s.Submissions(t.Context(), ours, gst.Practice, 0, 10)
	check(t, err)
	if len(open) != 1 || open[0].ID != whole || len(listed) != 1 {
		t.Errorf("open %+v, listed %+v; want the whole one", open, listed)
	}
	wantInOrder(t, s)
}

func TestSubmissionThatIsBeingRemovedDoesNotComeBackWithGaps(t *testing.T) {
	s, _ := newStore(t)
	docs, sub := submitted(submitChunk+1), Submission{Company: ours, Mode: gst.Practice, Documents: submitChunk + 1}
	check(t, s.addToSubmission(t.Context(), &sub, docs, 0))
	check(t, s.write(t.Context(), func(ctx context.Context, w *tx) error { // as dropSubmission does, a chunk at a time
		_, err := w.exec(ctx, `DELETE FROM submission_rows WHERE submission_id = $1 AND position <= 10`, sub.ID)
		return err
	}))
	if err := s.addToSubmission(t.Context(), &sub, docs, submitChunk); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("its last document: %v, want a conflict", err)
	}
	if open, err := s.OpenSubmissions(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("open %+v, %v", open, err)
	}
}

func TestFiguresOfASubmissionFollowItsDocumentsAtThePortal(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 4)
	first := storeRow(t, s, id, 1)
	wantSubmission(t, s, id, 1, 1, 0, 1, 0, 0)
	register(t, s, first)
	wantSubmission(t, s, id, 1, 1, 0, 0, 1, 0)
	early := newInvoice(ours, 1) // registered before it is noted
	early.Number = "S/2"
	register(t, s, issue(t, s, early))
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 2, InvoiceID: early.ID}}))
	wantSubmission(t, s, id, 2, 2, 0, 0, 2, 0)
	third := storeRow(t, s, id, 3)
	refuseNext(t, s, "2172")
	wantSubmission(t, s, id, 3, 3, 0, 0, 2, 1)
	faults := gst.Faults{{Rule: "pin.state", Code: "3039", Field: "buyer.pin", Args: []string{"27"}}}
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 4, Faults: faults}}))
	sub := wantSubmission(t, s, id, 4, 3, 1, 0, 2, 1)
	if sub.Ended.IsZero() || !sub.Done() {
		t.Errorf("all is taken, and it says %+v", sub)
	}

	third, _, err := s.Invoice(t.Context(), ours, third.ID)
	check(t, err)
	check(t, s.AmendInvoice(t.Context(), third, mended, true))
	if sub := wantSubmission(t, s, id, 4, 3, 1, 1, 2, 0); sub.Done() {
		t.Error("done while one goes to the portal again")
	}
	register(t, s, third)
	check(t, s.SaveCancellation(t.Context(), ours, first.ID, s.now(), gst.CancelOrder, "withdrawn"))
	wantSubmission(t, s, id, 4, 3, 1, 0, 3, 0) // the cancelled one had got its IRN
	wantInOrder(t, s)

	rows := rowsOf(t, s, id, "")
	if len(rows) != 4 || rows[0].IRNState != gst.IRNCancelled || rows[1].IRN == "" || rows[1].InvoiceID != early.ID || rows[2].State != RowStored {
		t.Errorf("documents %+v", rows)
	}
	if r := rows[3]; r.State != RowRefused || r.Number != "S/4" || len(r.Faults) != 1 || r.Faults[0].Code != "3039" || r.Faults[0].Args[0] != "27" || r.InvoiceID != 0 {
		t.Errorf("the refused one %+v", r)
	}
}

func TestBodiesAreKeptOfRefusedDocumentsOnly(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 3)
	storeRow(t, s, id, 1)
	refusal := &gst.Refusal{Codes: []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}}
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 2, Refusal: refusal}}))
	if _, err := s.SubmittedBody(t.Context(), ours, id, 1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of a stored one: %v", err)
	}
	for row, want := range map[int]string{2: `{"DocDtls":{"No":"S/2"}}`, 3: `{"DocDtls":{"No":"S/3"}}`} {
		if body, err := s.SubmittedBody(t.Context(), ours, id, row); err != nil || string(body) != want {
			t.Errorf("document %d: %q, %v", row, body, err)
		}
	}
	if _, err := s.SubmittedBody(t.Context(), theirs, id, 2); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of another company: %v", err)
	}
	if rows := rowsOf(t, s, id, RowRefused); len(rows) != 1 || rows[0].Refusal == nil || rows[0].Refusal.Codes[0].Code != "2150" {
		t.Errorf("refused %+v", rows)
	}
	var stored int
	check(t, s.reader.row(t.Context(), `SELECT length(body) FROM submission_rows WHERE position = 1`).Scan(&stored))
	if stored != 0 {
		t.Errorf("%d bytes are kept beside the document", stored)
	}
}

func TestWhatCameOfADocumentIsNotedOnce(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 2)
	inv := storeRow(t, s, id, 1)
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 1, InvoiceID: inv.ID}, {Row: 1}}))
	wantSubmission(t, s, id, 1, 1, 0, 1, 0, 0)
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 2, InvoiceID: inv.ID}})) // the same document twice
	wantSubmission(t, s, id, 2, 2, 0, 2, 0, 0)
	register(t, s, inv)
	wantSubmission(t, s, id, 2, 2, 0, 0, 2, 0)
	wantInOrder(t, s)
}

func TestDocumentsOfASubmissionAreListedByStateAndPage(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 6)
	register(t, s, storeRow(t, s, id, 1))
	storeRow(t, s, id, 2)
	refuseNext(t, s, "2172")
	storeRow(t, s, id, 4)
	check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 3}}))
	for state, want := range map[string]string{
		"": "[1 2 3 4 5 6]", RowWaiting: "[5 6]", RowStored: "[1 2 4]", RowRefused: "[3]",
		RowPending: "[4]", RowRegistered: "[1]", RowFailed: "[2]",
	} {
		var got []int
		for _, r := range rowsOf(t, s, id, state) {
			got = append(got, r.Row)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", state, got, want)
		}
	}
	page, err := s.SubmissionRows(t.Context(), ours, id, RowStored, 1, 1)
	check(t, err)
	if len(page) != 1 || page[0].Row != 2 || page[0].Refusal == nil || page[0].Refusal.Codes[0].Code != "2172" {
		t.Errorf("after the first: %+v", page)
	}
	if _, err := s.SubmissionRows(t.Context(), ours, id, "lost", 0, 1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("an unknown state: %v", err)
	}
}

func TestStoppedSubmissionIsNotTakenUpUntilItIsResumed(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 2)
	isOpen := func() bool {
		open, err := s.OpenSubmissions(t.Context())
		check(t, err)
		return len(open) == 1
	}
	<-s.WakeSubmissions()
	check(t, s.StopSubmission(t.Context(), ours, id))
	check(t, s.StopSubmission(t.Context(), ours, id)) // again: nothing to do
	if sub, err := s.Submission(t.Context(), ours, id); err != nil || sub.Stopped.IsZero() || isOpen() {
		t.Errorf("stopped: %+v, %v", sub, err)
	}
	check(t, s.ResumeSubmission(t.Context(), ours, id))
	if sub, err := s.Submission(t.Context(), ours, id); err != nil || !sub.Stopped.IsZero() || !isOpen() {
		t.Errorf("resumed: %+v, %v", sub, err)
	}
	select {
	case <-s.WakeSubmissions():
	default:
		t.Error("nobody was woken")
	}
	storeRow(t, s, id, 1)
	storeRow(t, s, id, 2)
	check(t, s.StopSubmission(t.Context(), ours, id))
	if sub, err := s.Submission(t.Context(), ours, id); err != nil || !sub.Stopped.IsZero() || isOpen() {
		t.Errorf("stopped after its end: %+v, %v", sub, err)
	}
	practice := submit(t, s, 1)
	check(t, s.StopSubmission(t.Context(), ours, practice))
	check(t, s.GoLive(t.Context(), ours))
	if err := s.ResumeSubmission(t.Context(), ours, practice); !errors.Is(err, gst.ErrState) {
		t.Errorf("practice resumed by a live company: %v", err)
	}
	log, err := s.EditLog(t.Context(), LogFilter{Company: ours, Subject: "submission", Which: fmt.Sprint(id)})
	check(t, err)
	if len(log) != 3 || log[0].Action != "resumed" || log[1].Action != "stopped" {
		t.Errorf("edit log %+v", log)
	}
}

func TestSubmissionOfAnotherCompanyIsNotFound(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 1)
	_, read := s.Submission(t.Context(), theirs, id)
	_, rows := s.SubmissionRows(t.Context(), theirs, id, "", 0, 10)
	for what, err := range map[string]error{
		"read": read, "documents": rows,
		"stop": s.StopSubmission(t.Context(), theirs, id), "resume": s.ResumeSubmission(t.Context(), theirs, id),
	} {
		if !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if list, err := s.Submissions(t.Context(), theirs, gst.Practice, 0, 10); err != nil || len(list) > 0 {
		t.Errorf("listed: %v, %v", list, err)
	}
	second := submit(t, s, 1)
	if list, err := s.Submissions(t.Context(), ours, gst.Practice, second, 10); err != nil || len(list) != 1 || list[0].ID != id {
		t.Errorf("before the second: %v, %v", list, err)
	}
}

func TestCheckFindsWhatIsWrongWithSubmissions(t *testing.T) {
	for _, test := range []struct{ name, query, want string }{
		{"a figure changed", `UPDATE submissions SET stored = 1, refused = 2`, "submission 1: counted documents differ"},
		{"the portal's answer miscounted", `UPDATE submissions SET registered = 1, pending = 0`, "submission 1: counted documents differ"},
		{"a row removed", `DELETE FROM submission_rows WHERE position = 2`, "submission 1: counted documents differ"},
		{"ended too early", `UPDATE submissions SET ended_at = 1`, "submission 1: counted documents differ"},
		{"another company's document", `UPDATE submissions SET company = '27AAPFU0939F1ZV'`, "submission 1: document 1 is stored and missing"},
		{"a body emptied", `UPDATE submission_rows SET body = X'' WHERE position = 3`, "submission 1: document 3 is waiting and missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := newStore(t)
			id := submit(t, s, 4)
			storeRow(t, s, id, 1)
			storeRow(t, s, id, 4)
			check(t, s.KeepOutcomes(t.Context(), id, []SubmissionOutcome{{Row: 2}}))
			wantInOrder(t, s)
			execRaw(t, raw(t, s.dir), test.query)
			wantFindings(t, s, test.want)
		})
	}
}

func TestNothingThatSubmissionsAskForReadsAWholeTable(t *testing.T) {
	s, _ := newStore(t)
	id := submit(t, s, 3)
	inv := storeRow(t, s, id, 1)
	for state := range rowFilters {
		rowsOf(t, s, id, state)
	}
	_, err := s.NextSubmitted(t.Context(), id, 0, 10)
	check(t, err)
	_, err = s.Submissions(t.Context(), ours, gst.Practice, 0, 10)
	check(t, err)
	_, err = s.OpenSubmissions(t.Context())
	check(t, err)
	check(t, s.DropHalfSubmissions(t.Context()))
	check(t, s.dropSubmission(t.Context(), id+1))
	_, err = s.SubmittedBody(t.Context(), ours, id, 2)
	check(t, err)
	c := testClaim("one")
	check(t, s.IssueInvoice(WithClaim(t.Context(), c), newInvoice(ours, 1), body, true))
	check(t, s.KeepAnswer(t.Context(), c))
	_, err = s.Claimed(t.Context(), c.Key, c.Idem)
	check(t, err)
	register(t, s, inv)
	check(t, s.write(t.Context(), func(ctx context.Context, w *tx) error {
		for _, by := range []*statements{s.reader, w.statements} {
			for query := range by.prepared {
				if !strings.Contains(query, "submission") && !strings.Contains(query, "claims") {
					continue
				}
				scans, err := scansOf(ctx, by, query)
				if err != nil {
					return err
				}
				for _, step := range scans {
					if step != "SCAN submissions USING INDEX submissions_open" && step != "SCAN came" { // a handful
						t.Errorf("%s: %s", step, query)
					}
				}
			}
		}
		return nil
	}))
}

func TestSecondSubmissionWithTheSameKeyLeavesNothing(t *testing.T) {
	s, _ := newStore(t)
	docs := submitted(submitChunk + 1)
	id, err := s.AddSubmission(WithClaim(t.Context(), testClaim("one")), ours, gst.Practice, true, docs)
	check(t, err)
	if _, err := s.AddSubmission(WithClaim(t.Context(), testClaim("one")), ours, gst.Practice, true, docs); !errors.Is(err, ErrClaimed) {
		t.Errorf("the second: %v", err)
	}
	var rows int
	check(t, s.reader.row(t.Context(), `SELECT COUNT(*) FROM submission_rows`).Scan(&rows))
	if listed, err := s.Submissions(t.Context(), ours, gst.Practice, 0, 10); err != nil || len(listed) != 1 || listed[0].ID != id || rows != len(docs) {
		t.Errorf("listed %+v with %d documents, %v", listed, rows, err)
	}
}
