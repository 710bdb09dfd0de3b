package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"mohar/gst"
)

func TestWaitingWritersShareOneCommit(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		commits := 0
		release := make(chan struct{})
		s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, BeforeCommit: func() error {
			commits++
			if commits == 2 { // 1 is the company's
				<-release // a slow disk
			}
			return nil
		}})
		check(t, err)
		check(t, s.AddCompany(t.Context(), testCompany(ours)))
		done := make(chan error)
		issueOne := func() { done <- s.IssueInvoice(context.Background(), newInvoice(ours, 1), body, true) }
		go issueOne()
		synctest.Wait() // it stands in its commit
		const waiting = 10
		for range waiting {
			go issueOne()
		}
		synctest.Wait() // all stand in the queue
		close(release)
		for range waiting + 1 {
			check(t, <-done)
		}
		if commits != 3 {
			t.Errorf("%d commits, want 3: company, the first, all others", commits)
		}
		check(t, s.Close())
	})
}

func TestFailingUnitLeavesTheRestOfItsBatch(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	boom := errors.New("boom")
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, `UPDATE companies SET place = 'elsewhere'`); err != nil {
			return err
		}
		t.committed(func() { panic("called although nothing was committed") })
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("error %v, want the unit's own", err)
	}
	err = s.write(ctx, func(context.Context, *tx) error { panic("bug") })
	if err == nil {
		t.Error("a panic became no error")
	}
	c, err := s.Company(ctx, ours)
	check(t, err)
	if c.Place != "Bengaluru" {
		t.Errorf("the failed unit's change was stored: %q", c.Place)
	}
}

func TestFailedCommitStoresNothingAndTheNextOneWorks(t *testing.T) {
	full := errors.New("disk full")
	var fault error
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, BeforeCommit: func() error { return fault }})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	check(t, s.AddCompany(t.Context(), testCompany(ours)))

	fault = full
	inv := newInvoice(ours, 1)
	if err := s.IssueInvoice(t.Context(), inv, body, true); !errors.Is(err, full) {
		t.Fatalf("error %v, want the commit's", err)
	}
	if inv.ID != 0 || inv.Number != "" || inv.State != "" {
		t.Errorf("the document says it was stored: %+v", inv)
	}
	fault = nil
	if issue(t, s, inv); inv.Number != "INV/26-27/0001" {
		t.Errorf("number %q after a failed commit, want no gap", inv.Number)
	}
}

func TestFullDisk(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	limit := func(pages string) {
		t.Helper()
		check(t, s.write(ctx, func(ctx context.Context, t *tx) error {
			var now int64
			return t.row(ctx, "PRAGMA max_page_count = "+pages).Scan(&now)
		}))
	}
	first := issue(t, s, newInvoice(ours, 1))
	limit("1") // as big as it is now
	var err error
	issued := 1
	for ; err == nil && issued < 1000; issued++ {
		err = s.IssueInvoice(ctx, newInvoice(ours, 100), body, true)
	}
	if err == nil {
		t.Fatal("the disk never got full")
	}
	if _, _, err := s.Invoice(ctx, ours, first.ID); err != nil {
		t.Errorf("reading while the disk is full: %v", err)
	}
	limit("1000000")
	want := fmt.Sprintf("INV/26-27/%04d", issued)
	if next := issue(t, s, newInvoice(ours, 1)); next.Number != want {
		t.Errorf("number %q, want %q", next.Number, want)
	}
	findings, err := s.Check(ctx)
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("findings: %v", findings)
	}
}

func TestUnitThatLosesTheTransaction(t *testing.T) {
	s, _ := newStore(t)
	for _, outcome := range []error{nil, errors.New("noticed")} {
		err := s.write(t.Context(), func(ctx context.Context, t *tx) error {
			// What SQLite does by itself on some I/O errors.
			if _, err := t.exec(ctx, "ROLLBACK"); err != nil {
				return err
			}
			return outcome
		})
		if err == nil {
			t.Error("stored although the transaction was gone")
		}
		check(t, s.Ready(t.Context()))
	}
	issue(t, s, newInvoice(ours, 1))
}

func TestConnectionsAreSetUp(t *testing.T) {
	s, _ := newStore(t)
	for _, test := range []struct{ pragma, writer, reader string }{
		{"journal_mode", "wal", "wal"},
		{"synchronous", "2", "2"}, // FULL
		{"foreign_keys", "1", "1"},
		{"busy_timeout", "5000", "5000"},
		{"trusted_schema", "0", "0"},
		{"query_only", "0", "1"},
	} {
		var reader, writer string
		check(t, s.reader.row(t.Context(), "PRAGMA "+test.pragma).Scan(&reader))
		check(t, s.write(t.Context(), func(ctx context.Context, t *tx) error {
			return t.row(ctx, "PRAGMA "+test.pragma).Scan(&writer)
		}))
		if writer != test.writer || reader != test.reader {
			t.Errorf("%s: writer %s, reader %s", test.pragma, writer, reader)
		}
	}
}

func TestEndedContext(t *testing.T) {
	s, _ := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveDraft(ctx, newInvoice(ours, 1), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("before it was taken up: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	inv := newInvoice(ours, 1)
	err := s.IssueInvoice(ctx, inv, func(inv *gst.Invoice) ([]byte, error) {
		cancel() // the browser goes away in the middle
		return body(inv)
	}, true)
	if err != nil || inv.ID == 0 {
		t.Errorf("once taken up it must be carried through: %v", err)
	}
}

func TestClosedStore(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir()})
	check(t, err)
	check(t, s.Ready(t.Context()))
	check(t, s.Close())
	check(t, s.Close())
	if err := s.Ready(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("writing after Close: %v", err)
	}
}

func TestNothingAcknowledgedIsLostWhenTheProcessDies(t *testing.T) {
	s, _ := newStore(t)
	var want []*gst.Invoice
	for range 20 {
		want = append(want, issue(t, s, newInvoice(ours, 2)))
	}
	// What a killed process leaves behind: the files as they are, without a goodbye.
	after := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(filepath.Join(s.dir, databaseFile+suffix))
		check(t, err)
		check(t, os.WriteFile(filepath.Join(after, databaseFile+suffix), data, 0o600))
	}
	reopened := open(t, after, time.Now)
	for _, inv := range want {
		got, _, err := reopened.Invoice(t.Context(), ours, inv.ID)
		check(t, err)
		if got.Number != inv.Number || len(got.Lines) != 2 {
			t.Errorf("document %q came back as %q with %d lines", inv.Number, got.Number, len(got.Lines))
		}
	}
	findings, err := reopened.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("findings: %v", findings)
	}
	if next := issue(t, reopened, newInvoice(ours, 1)); next.Number != "INV/26-27/0021" {
		t.Errorf("next number %q", next.Number)
	}
}

func TestWatchAndWake(t *testing.T) {
	s, _ := newStore(t)
	inv := newInvoice(ours, 1)
	check(t, s.SaveDraft(t.Context(), inv, nil))
	one, endOne := s.Watch(inv.ID)
	all, endAll := s.Watch(0)
	other, endOther := s.Watch(inv.ID + 1)
	defer endOther()
	rang := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	if rang(s.Wake()) {
		t.Error("woken by a draft")
	}
	issue(t, s, inv)
	issue(t, s, newInvoice(ours, 1)) // nobody fetched the tick of the first one: nobody waits either
	if !rang(one) || !rang(all) || rang(all) || !rang(s.Wake()) || !rang(other) {
		t.Error("ticks are missing or double")
	}
	endOne()
	endAll()
	check(t, s.AddEvent(t.Context(), ours, inv.ID, Event{Kind: EventPrinted}))
	if rang(one) || rang(all) {
		t.Error("ticks after the watch ended")
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s, _ := newStore(t)
	if _, err := s.reader.exec(t.Context(), `DELETE FROM companies`); err == nil {
		t.Error("a reader deleted companies")
	}
}

func TestReadyWritesSomething(t *testing.T) {
	s, _ := newStore(t)
	check(t, s.Ready(t.Context()))
	check(t, s.Ready(t.Context()))
	check(t, s.writer.control(t.Context(), "PRAGMA query_only = 1")) // as a disk that became read-only
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready, though nothing can be written")
	}
	check(t, s.writer.control(t.Context(), "PRAGMA query_only = 0"))
	check(t, s.Ready(t.Context()))
}

func TestStatisticsAreRefreshedOnceADay(t *testing.T) {
	s, c := newStore(t)
	opened := gst.DateOf(c.now())
	c.advance(24 * time.Hour)
	check(t, s.Ready(t.Context()))
	check(t, s.Ready(t.Context())) // the first has been tended after by now
	if s.writer.tended != opened.AddDays(1) {
		t.Errorf("last tended on %v, want %v", s.writer.tended, opened.AddDays(1))
	}
}
