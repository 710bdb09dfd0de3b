package db

import (
	"errors"
	"strings"
	"testing"

	"mohar/gst"
)

// dying is a store whose life a test ends.
type dying struct {
	left  int    // statements until it dies; below 0: it lives
	death error  // what it dies of
	last  string // the statement before which it died
}

func (d *dying) crash(next string) error {
	if d.left < 0 {
		return nil
	}
	if d.left > 0 {
		d.left--
		return nil
	}
	d.last = strings.Join(strings.Fields(next), " ")
	return d.death
}

// TestDeathAtEveryStatement: whatever statement of its issue a process dies at, a
// document is there as a whole or not at all, and its number is not lost.
func TestDeathAtEveryStatement(t *testing.T) {
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
		issue(t, s, newInvoice(ours, 2))
		d.left = n
		lost := newInvoice(ours, 2)
		if err := s.IssueInvoice(t.Context(), lost, body, true); !errors.Is(err, death) {
			t.Fatalf("dead before %q: %v", d.last, err)
		}
		if _, err := s.Companies(t.Context()); !errors.Is(err, death) {
			t.Errorf("the dead can be read: %v", err)
		}
		if err := s.Ready(t.Context()); !errors.Is(err, death) {
			t.Errorf("the dead can be written: %v", err)
		}
		check(t, s.Close())

		committed = d.last == Committed
		again := open(t, dir, newClock().now)
		_, _, err = again.InvoiceByNumber(t.Context(), ours, gst.Practice, gst.TaxInvoice, "2026-27", "INV/26-27/0002")
		if committed != (err == nil) {
			t.Errorf("dead before %q: the document is there: %v", d.last, err)
		}
		want := "INV/26-27/0002"
		if committed {
			want = "INV/26-27/0003"
		}
		if next := issue(t, again, newInvoice(ours, 1)); next.Number != want {
			t.Errorf("dead before %q: next number %s, want %s", d.last, next.Number, want)
		}
		findings, err := again.Check(t.Context())
		check(t, err)
		if len(findings) > 0 {
			t.Errorf("dead before %q: findings %v", d.last, findings)
		}
	}
}
