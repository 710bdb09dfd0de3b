package db

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"mohar/gst"
)

const testAPIKey = "M123456789012345678"

func testClaim(idem string) *Claim {
	return &Claim{Key: testAPIKey, Idem: idem, Print: sha256.Sum256([]byte("POST /documents " + idem))}
}

func wantUnclaimed(t *testing.T, s *Store, idem string) {
	t.Helper()
	if c, err := s.Claimed(t.Context(), testAPIKey, idem); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("claim %q: %+v, %v; want none", idem, c, err)
	}
}

func TestClaimIsMadeWithTheFirstChangeAndNamesIt(t *testing.T) {
	s, clock := newStore(t)
	c := testClaim("one")
	ctx := WithClaim(t.Context(), c)
	if c.Made() {
		t.Error("made before anything was changed")
	}
	check(t, s.Ready(ctx)) // changes nothing that anybody asked for
	wantUnclaimed(t, s, "one")
	inv := newInvoice(ours, 1)
	check(t, s.IssueInvoice(ctx, inv, body, true))
	other := newInvoice(ours, 1)
	check(t, s.IssueInvoice(ctx, other, body, true)) // a second change is not claimed again
	got, err := s.Claimed(t.Context(), testAPIKey, "one")
	check(t, err)
	want := fmt.Sprint(inv.ID)
	if got.Subject != "invoice" || got.Which != want || got.Print != c.Print || got.Status != 0 || !got.At.Equal(clock.now()) || !got.Made() {
		t.Errorf("claimed %+v, want invoice %s", got, want)
	}
	if c.Subject != "invoice" || c.Which != want || !c.At.Equal(got.At) {
		t.Errorf("the caller's own says %+v", c)
	}
	wantInOrder(t, s)
}

func TestSecondRequestWithTheSameKeyChangesNothing(t *testing.T) {
	s, _ := newStore(t)
	check(t, s.IssueInvoice(WithClaim(t.Context(), testClaim("one")), newInvoice(ours, 1), body, true))
	second := testClaim("one")
	inv := newInvoice(ours, 1)
	err := s.IssueInvoice(WithClaim(t.Context(), second), inv, body, true)
	if !errors.Is(err, ErrClaimed) || inv.ID != 0 || second.Made() {
		t.Errorf("the second: %v, document %d, made %t", err, inv.ID, second.Made())
	}
	if next := issue(t, s, newInvoice(ours, 1)); next.Number != "INV/26-27/0002" {
		t.Errorf("number %s, want that of the undone document", next.Number)
	}
	foreign := testClaim("one")
	foreign.Key = "M000000000000000000"
	check(t, s.IssueInvoice(WithClaim(t.Context(), foreign), newInvoice(ours, 1), body, true))
	if !foreign.Made() {
		t.Error("another program's key of the same text was taken for this one")
	}
	wantInOrder(t, s)
}

func TestUndoneChangeLeavesItsClaimUnmade(t *testing.T) {
	full := errors.New("disk full")
	var fault error
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Key: testKey, Now: newClock().now, BeforeCommit: func() error { return fault }})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	c := testClaim("one")
	ctx := WithClaim(t.Context(), c)

	bad := newInvoice(ours, 1)
	bad.Number = "far too long for a number"
	if err := s.IssueInvoice(ctx, bad, body, true); err == nil || c.Made() {
		t.Errorf("a document that is refused: %v, made %t", err, c.Made())
	}
	fault = full
	if err := s.IssueInvoice(ctx, newInvoice(ours, 1), body, true); !errors.Is(err, full) || c.Made() {
		t.Errorf("a commit that fails: %v, made %t", err, c.Made())
	}
	fault = nil
	wantUnclaimed(t, s, "one")
	check(t, s.IssueInvoice(ctx, newInvoice(ours, 1), body, true))
	if !c.Made() || c.Which != "1" {
		t.Errorf("after all that went wrong: %+v", c)
	}
}

func TestAnswerIsKeptWithItsClaim(t *testing.T) {
	s, _ := newStore(t)
	c := testClaim("one")
	c.Status = 201
	check(t, s.KeepAnswer(t.Context(), c)) // nothing was changed: nothing is kept
	wantUnclaimed(t, s, "one")
	check(t, s.IssueInvoice(WithClaim(t.Context(), c), newInvoice(ours, 1), body, true))
	c.Header, c.Body = map[string]string{"ETag": `"1"`, "Location": "/api/v1/documents/1"}, []byte(`{"id":1}`)
	check(t, s.KeepAnswer(WithClaim(t.Context(), c), c))
	got, err := s.Claimed(t.Context(), testAPIKey, "one")
	check(t, err)
	if got.Status != 201 || string(got.Body) != `{"id":1}` || got.Header["ETag"] != `"1"` || len(got.Header) != 2 {
		t.Errorf("kept %+v", got)
	}
	large := testClaim("large")
	check(t, s.IssueInvoice(WithClaim(t.Context(), large), newInvoice(ours, 1), body, true))
	large.Status, large.Body = 200, make([]byte, MostAnswer+1)
	check(t, s.KeepAnswer(t.Context(), large))
	if got, err := s.Claimed(t.Context(), testAPIKey, "large"); err != nil || got.Status != 0 || got.Which != "2" {
		t.Errorf("of an answer that is too large: %+v, %v; want what was changed", got, err)
	}
}

func TestClaimIsForgottenAfterADay(t *testing.T) {
	s, clock := newStore(t)
	var first *Claim
	for i := range claimsGone + 2 {
		c := testClaim(fmt.Sprint(i))
		check(t, s.IssueInvoice(WithClaim(t.Context(), c), newInvoice(ours, 1), body, true))
		if first == nil {
			first = c
		}
		clock.advance(time.Second)
	}
	clock.advance(ClaimKept - 10*time.Second)
	if _, err := s.Claimed(t.Context(), testAPIKey, fmt.Sprint(claimsGone+1)); err != nil {
		t.Errorf("within the day: %v", err)
	}
	clock.advance(10 * time.Second)
	wantUnclaimed(t, s, fmt.Sprint(claimsGone+1))
	first.Status = 200
	again := testClaim(fmt.Sprint(claimsGone + 1)) // its row is still there
	check(t, s.IssueInvoice(WithClaim(t.Context(), again), newInvoice(ours, 1), body, true))
	if got, err := s.Claimed(t.Context(), testAPIKey, again.Idem); err != nil || got.Which != again.Which {
		t.Errorf("claimed anew: %+v, %v", got, err)
	}
	if err := s.KeepAnswer(t.Context(), first); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("answer under a forgotten claim: %v", err)
	}
	var left int
	check(t, s.reader.row(t.Context(), `SELECT COUNT(*) FROM claims`).Scan(&left))
	if left != 2 {
		t.Errorf("%d claims are left, want the new one and one that was not due to go with it", left)
	}
}

func TestCertificateMetOnTheWayIsNotWhatAClaimIsAbout(t *testing.T) {
	s, _ := newStore(t)
	c := testClaim("one")
	ctx := WithClaim(t.Context(), c)
	check(t, s.write(ctx, func(ctx context.Context, t *tx) error {
		return s.logChange(ctx, t, change{company: ours, action: "created", subject: "certificate", which: "KEY"})
	}))
	wantUnclaimed(t, s, "one")
	check(t, s.IssueInvoice(ctx, newInvoice(ours, 1), body, true))
	if c.Subject != "invoice" {
		t.Errorf("the claim is about %q", c.Subject)
	}
}

// TestChangeAndClaimAreAllOrNothing: whatever statement a process dies at, the document
// and the claim of its key are both there, or neither is.
func TestChangeAndClaimAreAllOrNothing(t *testing.T) {
	death := errors.New("power cut")
	committed := false
	for n := 0; !committed; n++ {
		if n > 200 {
			t.Fatal("it never comes to its commit")
		}
		d := &dying{left: -1, death: death}
		dir := t.TempDir()
		s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: newClock().now, Crash: d.crash})
		check(t, err)
		check(t, s.AddCompany(t.Context(), testCompany(ours)))
		d.left = n
		c := testClaim("one")
		if err := s.IssueInvoice(WithClaim(t.Context(), c), newInvoice(ours, 2), body, true); !errors.Is(err, death) {
			t.Fatalf("dead before %q: %v", d.last, err)
		}
		check(t, s.Close())

		committed = d.last == Committed
		again := open(t, dir, newClock().now)
		inv, _, err := again.InvoiceByNumber(t.Context(), ours, gst.Practice, gst.TaxInvoice, "2026-27", "INV/26-27/0001")
		claim, claimErr := again.Claimed(t.Context(), testAPIKey, "one")
		switch {
		case committed != (err == nil) || committed != (claimErr == nil):
			t.Errorf("dead before %q: document %v, claim %v", d.last, err, claimErr)
		case committed && (claim.Which != fmt.Sprint(inv.ID) || claim.Status != 0):
			t.Errorf("dead before %q: the claim says %+v", d.last, claim)
		case !committed: // the program asks again
			check(t, again.IssueInvoice(WithClaim(t.Context(), testClaim("one")), newInvoice(ours, 2), body, true))
		}
	}
}
