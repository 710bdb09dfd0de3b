package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

// numbered are documents of ERP numbers ERP/1 … ERP/n.
func numbered(n int) []json.RawMessage {
	docs := make([]json.RawMessage, n)
	for i := range docs {
		docs[i] = inv01("ERP/77", fmt.Sprintf("ERP/%d", i+1))
	}
	return docs
}

// submit submits documents, as a program does.
func (h *house) submit(docs ...json.RawMessage) int64 {
	h.Helper()
	id, err := h.Submit(db.WithActor(h.Context(), db.Actor{Kind: "key", Name: "Tally (M1)", From: "10.0.0.9"}), h.company, docs)
	h.must(err)
	return id
}

// sendSubmitted sends what is submitted, as far as it goes now.
func (h *house) sendSubmitted() {
	h.Helper()
	_, left, err := h.newSubmitter().work(h.Context())
	h.must(err)
	if left {
		h.Fatal("documents are left")
	}
}

// submission is how a submission stands: stored, refused, pending, registered, failed.
func (h *house) submission(id int64, want ...int64) db.Submission {
	h.Helper()
	sub, err := h.store.Submission(h.Context(), sharda, id)
	h.must(err)
	if got := []int64{sub.Stored, sub.Refused, sub.Pending, sub.Registered, sub.Failed}; fmt.Sprint(got) != fmt.Sprint(want) {
		h.Errorf("stored, refused, pending, registered, failed: %v, want %v", got, want)
	}
	return sub
}

func (h *house) rows(id int64) []db.SubmissionRow {
	h.Helper()
	rows, err := h.store.SubmissionRows(h.Context(), sharda, id, "", 0, db.MostSubmitted)
	h.must(err)
	return rows
}

// wantInOrder has the store checked.
func wantInOrder(t *testing.T, store *db.Store) {
	t.Helper()
	findings, err := store.Check(t.Context())
	if err != nil || len(findings) > 0 {
		t.Errorf("the store finds %+v, %v", findings, err)
	}
}

func TestSubmittedDocumentsAreSentAndTheWrongOnesHoldNoOtherUp(t *testing.T) {
	h := build(t)
	id := h.submit(
		inv01("ERP/77", "ERP/1"),
		inv01("ERP/77", "ERP/2", `"Pin":400703`, `"Pin":110001`), // Delhi, in Maharashtra
		inv01("ERP/77", "ERP/3")[:200],
		json.RawMessage(`null`),
		inv01("ERP/77", "ERP/5", "27AAPFU0939F1ZV", mysore), // another company's
		json.RawMessage(`[`+string(inv01("ERP/77", "ERP/6"))+`]`),
	)
	if sub := h.submission(id, 0, 0, 0, 0, 0); sub.Documents != 6 || !sub.Register {
		t.Errorf("submission %+v", sub)
	}
	h.sendSubmitted()
	if sub := h.submission(id, 2, 4, 2, 0, 0); sub.Ended.IsZero() || sub.Done() {
		t.Errorf("submission %+v: want it ended, and the portal's answers to come", sub)
	}
	rows := h.rows(id)
	for i, want := range []struct{ number, state, rule string }{
		{"ERP/1", db.RowStored, ""}, {"ERP/2", db.RowRefused, "pin.state"}, {"", db.RowRefused, "submitted.file"},
		{"", db.RowRefused, ""}, {"ERP/5", db.RowRefused, ""}, {"ERP/6", db.RowStored, ""},
	} {
		r := rows[i]
		if r.Number != want.number || r.State != want.state || (len(r.Faults) > 0) != (want.state == db.RowRefused) {
			t.Errorf("row %d: %+v", i+1, r)
		}
		if want.rule != "" && (len(r.Faults) == 0 || !hasRule(r.Faults, want.rule)) {
			t.Errorf("row %d: %+v, want %s", i+1, r.Faults, want.rule)
		}
	}
	h.step()
	h.step()
	if sub := h.submission(id, 2, 4, 0, 2, 0); !sub.Done() {
		t.Errorf("all is answered, and it says %+v", sub)
	}
	if r := h.rows(id)[5]; r.IRNState != gst.IRNRegistered || len(r.IRN) != 64 {
		t.Errorf("a registered one: %+v", r)
	}
	log, err := h.store.EditLog(t.Context(), db.LogFilter{Company: sharda, Subject: "invoice", Which: fmt.Sprint(rows[0].InvoiceID)})
	h.must(err)
	if first := log[len(log)-1]; first.Action != "issued" || first.Actor.Name != "Tally (M1)" || first.Actor.From != "10.0.0.9" {
		t.Errorf("the log says %q by %+v", first.Action, first.Actor)
	}
	wantInOrder(t, h.store)
}

func hasRule(faults gst.Faults, rule string) bool {
	for _, f := range faults {
		if strings.HasSuffix(f.Rule, rule) || strings.HasPrefix(f.Rule, rule) {
			return true
		}
	}
	return false
}

func TestSubmissionNeedsFromOneToTenThousandDocuments(t *testing.T) {
	h := build(t)
	for n, rule := range map[int]string{0: "submitted.none", db.MostSubmitted + 1: "submitted.many"} {
		_, err := h.Submit(t.Context(), h.company, make([]json.RawMessage, n))
		var bad gst.Invalid
		if !errors.As(err, &bad) || bad.Faults[0].Rule != rule {
			t.Errorf("%d documents: %v, want %s", n, err, rule)
		}
	}
}

func TestDocumentsOfOneNumberAreSentOneAfterAnother(t *testing.T) {
	h := build(t)
	same := inv01("ERP/77", "ERP/1")
	other := inv01("ERP/77", "erp/1", "27AABFK4417C1ZS", "27AAACR4849R1ZL")
	docs := append(numbered(20), same, other, same)
	id := h.submit(docs...)
	h.sendSubmitted()
	h.submission(id, 22, 1, 22, 0, 0)
	rows := h.rows(id)
	if rows[20].InvoiceID != rows[0].InvoiceID || rows[22].InvoiceID != rows[0].InvoiceID || rows[0].InvoiceID == 0 {
		t.Errorf("the same document three times: %d, %d, %d", rows[0].InvoiceID, rows[20].InvoiceID, rows[22].InvoiceID)
	}
	if r := rows[21]; r.State != db.RowRefused || !hasRule(r.Faults, "submitted.state") || r.Faults[0].Args[0] != "erp/1" {
		t.Errorf("another document of that number: %+v", r)
	}
	for range 20 {
		h.step()
	}
	h.submission(id, 22, 1, 0, 22, 0)
	again := h.submit(other)
	h.sendSubmitted()
	if r := h.rows(again)[0]; r.State != db.RowRefused || r.Refusal == nil || !r.Refusal.Has("2150") {
		t.Errorf("another document of a registered number: %+v", r)
	}
	wantInOrder(t, h.store)
}

func TestDocumentsSubmittedToBeHeldAreNotSentToThePortal(t *testing.T) {
	h := build(t)
	id, err := h.SubmitHeld(t.Context(), h.company, numbered(2))
	h.must(err)
	h.sendSubmitted()
	if sub := h.submission(id, 2, 0, 0, 0, 0); sub.Register || !sub.Done() {
		t.Errorf("submission %+v", sub)
	}
	if rows := h.rows(id); rows[0].IRNState != gst.IRNHeld {
		t.Errorf("rows %+v", rows)
	}
}

func TestDocumentThatCannotBeSentForNowWaitsAndTheOthersGoOn(t *testing.T) {
	h := build(t)
	id := h.submit(numbered(2*submitWindow + 1)...)
	w := h.newSubmitter()
	send, full, sick := w.send, errors.New("disk full"), true
	w.send = func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error) {
		switch {
		case sick && strings.Contains(string(data), `"ERP/7"`):
			return Sent{}, full
		case sick && strings.Contains(string(data), `"ERP/300"`):
			panic("a bug")
		}
		return send(ctx, c, register, data)
	}
	took, left, err := w.work(t.Context())
	if took != 2*submitWindow-1 || !left || !errors.Is(err, full) || !strings.Contains(fmt.Sprint(err), "panic while sending document 300: a bug") {
		t.Errorf("took %d, left %t: %v", took, left, err)
	}
	if sub := h.submission(id, 2*submitWindow-1, 0, 2*submitWindow-1, 0, 0); !sub.Ended.IsZero() {
		t.Error("it has ended, and two wait")
	}
	sick = false
	took, left, err = w.work(t.Context())
	if took != 2 || left || err != nil {
		t.Errorf("later: took %d, left %t: %v", took, left, err)
	}
	if sub := h.submission(id, 2*submitWindow+1, 0, 2*submitWindow+1, 0, 0); sub.Ended.IsZero() {
		t.Error("all is taken, and it has not ended")
	}
	wantInOrder(t, h.store)
}

func TestAWindowFullOfFailuresDoesNotStandBeforeTheOthers(t *testing.T) {
	h := build(t)
	first, second := h.submit(numbered(submitWindow+1)...), h.submit(inv01("ERP/77", "OTHER/1"))
	w := h.newSubmitter()
	send := w.send
	w.send = func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error) {
		if n := numberIn(data); strings.HasPrefix(n, "ERP/") && n != fmt.Sprintf("ERP/%d", submitWindow+1) {
			return Sent{}, gst.ErrConflict
		}
		return send(ctx, c, register, data)
	}
	_, left, err := w.work(t.Context())
	if !left || !errors.Is(err, gst.ErrConflict) {
		t.Errorf("left %t: %v", left, err)
	}
	h.submission(first, 0, 0, 0, 0, 0)
	h.submission(second, 1, 0, 1, 0, 0)
	if took, _, err := w.work(t.Context()); took != 1 || err != nil {
		t.Errorf("the one behind: took %d, %v", took, err)
	}
	w.send = send
	if took, left, err := w.work(t.Context()); took != submitWindow || left || err != nil {
		t.Errorf("in the end: took %d, left %t, %v", took, left, err)
	}
}

func TestNothingOfAStoppedSubmissionIsSentUntilItIsResumed(t *testing.T) {
	h := build(t)
	id := h.submit(numbered(submitWindow + 10)...)
	w := h.newSubmitter()
	send, stopped := w.send, false
	stop := func(ctx context.Context) {
		stopped = true
		h.must(h.StopSubmission(ctx, h.company, id))
	}
	w.send = func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error) {
		if strings.Contains(string(data), `"ERP/1"`) { // in the first window
			stop(ctx)
		}
		return send(ctx, c, register, data)
	}
	took, left, err := w.work(t.Context())
	if took != submitWindow || left || err != nil || !stopped {
		t.Errorf("took %d, left %t, %v", took, left, err)
	}
	h.submission(id, submitWindow, 0, submitWindow, 0, 0)
	h.must(h.ResumeSubmission(t.Context(), h.company, id))
	h.sendSubmitted()
	h.submission(id, submitWindow+10, 0, submitWindow+10, 0, 0)
}

func TestSubmittedPracticeIsNotSentByACompanyThatWentLive(t *testing.T) {
	h := build(t)
	id, running := h.submit(numbered(2)...), h.submit(inv01("ERP/77", "LATE/1"))
	w := h.newSubmitter()
	send := w.send
	w.send = func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error) {
		if numberIn(data) == "LATE/1" { // between the look at the company and the sending
			h.must(h.store.GoLive(ctx, sharda))
		}
		return send(ctx, c, register, data)
	}
	if _, _, err := w.work(t.Context()); !errors.Is(err, gst.ErrState) {
		t.Errorf("while it went live: %v", err)
	}
	h.submission(id, 2, 0, 2, 0, 0)
	if sub := h.submission(running, 0, 0, 0, 0, 0); !sub.Stopped.IsZero() {
		t.Error("stopped before it was looked at again")
	}
	h.sendSubmitted()
	if sub := h.submission(running, 0, 0, 0, 0, 0); sub.Stopped.IsZero() {
		t.Error("the submission of practice goes on")
	}
	if err := h.ResumeSubmission(t.Context(), h.company, running); !errors.Is(err, gst.ErrState) {
		t.Errorf("resumed: %v", err)
	}
}

func TestNumberOfASubmittedDocumentIsReadAsFarAsItCanBe(t *testing.T) {
	for doc, want := range map[string]string{
		`{"DocDtls":{"No":"A/1"}}`:                             "A/1",
		`{"DocDtls":{"No":  " A/1 "},"Version":1}`:             "A/1",
		`[{"DocDtls":{"No":"A/1"}}]`:                           "A/1",
		`{"DocDtls":{"No":17}}`:                                "17",
		`{"DocDtls":{}}`:                                       "",
		`{"DocDtls":[]}`:                                       "",
		`{"DocDtls":{"No":"` + strings.Repeat("₹", 50) + `"}}`: strings.Repeat("₹", mostNumber),
		`{"DocDtls":{"No":"A/1"}`:                              "",
		``:                                                     "",
		`[1,2]`:                                                "",
		`{"DocDtls":{"No":"A/1"},"x":"` + strings.Repeat("x", MaxFile) + `"}`: "",
	} {
		if got := numberIn([]byte(doc)); got != want {
			t.Errorf("%.60s: %q, want %q", doc, got, want)
		}
	}
}

// lonely is a desk without a portal, over a store in dir that may die.
func lonely(t *testing.T, dir string, crash func(string) error) *Desk {
	t.Helper()
	now := (&clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)}).now
	store, err := db.Open(t.Context(), db.Options{Dir: dir, Key: make([]byte, 32), Now: now, Crash: crash})
	if err != nil {
		t.Fatal(err)
	}
	return New(store, registrar.New(registrar.Options{Store: store, Now: now}), now)
}

func TestSubmittedDocumentsAreSentByThemselvesAlsoThoseOfAnEarlierRun(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := lonely(t, dir, nil)
		c := company()
		if err := d.store.AddCompany(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		first, err := d.Submit(t.Context(), c, numbered(20))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.store.Close(); err != nil {
			t.Fatal(err)
		}
		d = lonely(t, dir, nil)
		ctx, end := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			d.RunSubmissions(ctx, slog.New(slog.DiscardHandler))
		}()
		synctest.Wait()
		second, err := d.Submit(t.Context(), c, []json.RawMessage{inv01("ERP/77", "LATER/1")})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for id, want := range map[int64]int64{first: 20, second: 1} {
			if sub, err := d.store.Submission(t.Context(), sharda, id); err != nil || sub.Stored != want || sub.Ended.IsZero() {
				t.Errorf("submission %+v, %v", sub, err)
			}
		}
		end()
		<-stopped
		if err := d.store.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestDeathWhileSubmittedDocumentsAreSent: whatever statement the process dies at, after
// the restart each document is there once, and nothing is missing.
func TestDeathWhileSubmittedDocumentsAreSent(t *testing.T) {
	const documents = 6
	death := errors.New("power cut")
	died := true
	for n := 0; died; n += 11 {
		if n > 3000 {
			t.Fatal("it never comes to its end")
		}
		left := -1
		dir := t.TempDir()
		d := lonely(t, dir, func(string) error {
			switch {
			case left == 0:
				return death
			case left > 0:
				left--
			}
			return nil
		})
		c := company()
		if err := d.store.AddCompany(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		id, err := d.Submit(t.Context(), c, numbered(documents))
		if err != nil {
			t.Fatal(err)
		}
		left = n
		_, _, err = d.newSubmitter().work(t.Context())
		died = errors.Is(err, death)
		if !died && err != nil {
			t.Fatal(err)
		}
		if err := d.store.Close(); err != nil {
			t.Fatal(err)
		}

		again := lonely(t, dir, nil)
		if _, _, err := again.newSubmitter().work(t.Context()); err != nil {
			t.Errorf("dead after %d statements: %v", n, err)
		}
		sub, err := again.store.Submission(t.Context(), sharda, id)
		if err != nil || sub.Stored != documents || sub.Pending != documents || sub.Ended.IsZero() {
			t.Errorf("dead after %d statements: %+v, %v", n, sub, err)
		}
		invoices, _, err := again.store.Invoices(t.Context(), db.InvoiceFilter{Company: sharda, Mode: gst.Practice, Limit: 100})
		if err != nil || len(invoices) != documents {
			t.Errorf("dead after %d statements: %d documents, %v", n, len(invoices), err)
		}
		wantInOrder(t, again.store)
		if err := again.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
