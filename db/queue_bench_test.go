package db

import (
	"testing"

	"mohar/gst"
)

// BenchmarkQueue is a queue of 10,000 documents: taking them up as one piece of work, and
// what its page reads.
func BenchmarkQueue(b *testing.B) {
	s, _ := newStore(b)
	ids := issueHeld(b, s, MostBulk)
	id := startBulk(b, s, BulkRegister, ids...)
	b.Run("take up 50", func(b *testing.B) {
		for b.Loop() {
			_, err := s.WorkBulk(b.Context(), id, never)
			check(b, err)
		}
	})
	work(b, s)
	b.Run("summary", func(b *testing.B) {
		for b.Loop() {
			q, err := s.QueueSummary(b.Context(), ours, gst.Practice)
			check(b, err)
			if q.Waiting != MostBulk {
				b.Fatalf("%+v", q)
			}
		}
	})
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			items, err := s.QueueOf(b.Context(), ours, gst.Practice, QueueWaiting, 0, 20)
			check(b, err)
			_, err = s.QueueOf(b.Context(), ours, gst.Practice, QueueUnknown, 0, 20)
			check(b, err)
			_, err = s.QueueOf(b.Context(), ours, gst.Practice, QueueSending, 0, 20)
			check(b, err)
			if len(items) != 20 {
				b.Fatal(len(items))
			}
		}
	})
	b.Run("held", func(b *testing.B) {
		for b.Loop() {
			_, _, err := s.HeldInvoices(b.Context(), ours, gst.Practice, Cursor{}, 10)
			check(b, err)
		}
	})
}
