package db

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mohar/gst"
)

// BenchmarkFsync is what the disk itself does: the measure for the others.
func BenchmarkFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "f"))
	check(b, err)
	defer func() { check(b, f.Close()) }()
	block := make([]byte, 4096)
	for b.Loop() {
		_, err := f.WriteAt(block, 0)
		check(b, err)
		check(b, f.Sync())
	}
}

// BenchmarkIssue issues 5-line invoices durably, one by one and from 32 sides.
func BenchmarkIssue(b *testing.B) {
	b.Run("single", func(b *testing.B) {
		s, _ := newStore(b)
		for b.Loop() {
			issue(b, s, newInvoice(ours, 5))
		}
	})
	b.Run("parallel32", func(b *testing.B) {
		s, _ := newStore(b)
		b.SetParallelism(16) // times GOMAXPROCS, 2 on the reference machine
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				issue(b, s, newInvoice(ours, 5))
			}
		})
	})
	b.Run("250lines", func(b *testing.B) {
		s, _ := newStore(b)
		for b.Loop() {
			issue(b, s, newInvoice(ours, 250))
		}
	})
}

// BenchmarkRegister takes queued documents through the store's part of a registration:
// take up, note that it is sent, store the answer.
func BenchmarkRegister(b *testing.B) {
	s, _ := newStore(b)
	documents := make(map[int64]*gst.Invoice, b.N)
	for range b.N {
		inv := issue(b, s, newInvoice(ours, 10))
		documents[inv.ID] = inv
	}
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := nextRequest(b.Context(), s)
			check(b, err)
			check(b, s.MarkSent(b.Context(), r, gst.Alankit))
			reg := testRegistration(documents[r.InvoiceID], int(r.InvoiceID))
			reg.SignedInvoice = strings.Repeat("x", 4000)
			check(b, s.SaveRegistration(b.Context(), r, reg))
		}
	})
}

// filled is a store with many issued documents of 60 days.
func filled(b *testing.B, documents int64) *Store {
	s, _ := newStore(b)
	var n atomic.Int64
	b.SetParallelism(16)
	done := make(chan struct{})
	for range 32 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := n.Add(1); i <= documents; i = n.Add(1) {
				inv := newInvoice(ours, 1)
				inv.Date = gst.Date(20260901).AddDays(int(i % 60))
				if i%100 == 0 {
					inv.Buyer.LegalName = "Rare Buyer"
				}
				if err := s.IssueInvoice(b.Context(), inv, body, i%3 == 0); err != nil {
					b.Error(err)
				}
			}
		}()
	}
	for range 32 {
		<-done
	}
	return s
}

// BenchmarkList reads pages of 50 documents among 20,000.
func BenchmarkList(b *testing.B) {
	s := filled(b, 20_000)
	deep := Cursor{Date: 20260905, ID: 1 << 40}
	for _, bench := range []struct {
		name   string
		filter InvoiceFilter
	}{
		{"first page", InvoiceFilter{}},
		{"deep page", InvoiceFilter{After: deep}},
		{"one heading", InvoiceFilter{State: ChipPending}},
		{"search rare", InvoiceFilter{Query: "rare buy"}},
		{"search common", InvoiceFilter{Query: "xyz"}},
		{"search number", InvoiceFilter{Query: "26-27/12345"}},
		{"search prefix", InvoiceFilter{Query: "IN"}},
	} {
		bench.filter.Company, bench.filter.Mode = ours, gst.Practice
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				rows, _, err := s.Invoices(b.Context(), bench.filter)
				check(b, err)
				if len(rows) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Counts(b.Context(), ours, gst.Practice)
			check(b, err)
		}
	})
	b.Run("one document", func(b *testing.B) {
		for b.Loop() {
			_, _, err := s.Invoice(b.Context(), ours, 777)
			check(b, err)
		}
	})
}

// BenchmarkDocumentsIssued reports a month of a year with 100,000 documents.
func BenchmarkDocumentsIssued(b *testing.B) {
	s, _ := newStore(b)
	check(b, s.SetSeries(b.Context(), ours, gst.Practice, Series{Type: gst.TaxInvoice, FY: "2026-27", Name: "P", Prefix: "P{MM}/", Width: 6}))
	first := issue(b, s, newInvoice(ours, 1))
	db := raw(b, s.dir)
	columns := strings.ReplaceAll(invoiceColumns, "\n", " ")
	values := strings.NewReplacer(" number, number_key, date,", " 'INV/26-27/' || format('%06d', n), 'INV/26-27/' || format('%06d', n), 20260401 + n / 10000 * 100,").Replace(columns)
	execRaw(b, db, `
INSERT INTO invoices (`+columns+`)
WITH RECURSIVE numbers (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM numbers WHERE n < 90000)
SELECT `+values+` FROM invoices, numbers WHERE id = $1`, first.ID)
	for b.Loop() {
		ranges, err := s.DocumentsIssued(b.Context(), ours, gst.Practice, 20261101, 20261130)
		check(b, err)
		if len(ranges) != 1 || ranges[0].Total < 9_000 {
			b.Fatalf("ranges %+v", ranges)
		}
	}
}
