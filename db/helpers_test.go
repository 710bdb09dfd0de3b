package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mohar/gst"
)

const (
	ours   gst.GSTIN = "29AAGCB1286Q000"
	theirs gst.GSTIN = "27AAPFU0939F1ZV"
)

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 10, 30, 0, 0, gst.IST)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// testKey seals secrets in tests that do not ask for a key file.
var testKey = []byte("0123456789abcdef0123456789abcdef")

// open opens a store in dir that closes with the test.
func open(t testing.TB, dir string, now func() time.Time) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newStore is a store on a real file with two companies in practice.
func newStore(t testing.TB) (*Store, *clock) {
	t.Helper()
	c := newClock()
	s := open(t, t.TempDir(), c.now)
	for _, gstin := range []gst.GSTIN{ours, theirs} {
		check(t, s.AddCompany(t.Context(), testCompany(gstin)))
	}
	return s, c
}

func testCompany(gstin gst.GSTIN) gst.Company {
	return gst.Company{
		GSTIN: gstin, LegalName: "Bharat Traders", Address1: "12 MG Road", Place: "Bengaluru",
		PIN: 560001, State: string(gstin[:2]), Taxpayer: gst.Regular, Mode: gst.Practice,
		Turnover: gst.Slab5To10, RoundOff: true, UPI: "practice@upi",
	}
}

// newInvoice is a typed invoice of some lines for 22-Nov-2026, with its IRN pending.
func newInvoice(company gst.GSTIN, lines int) *gst.Invoice {
	inv := &gst.Invoice{
		Company: company, Type: gst.TaxInvoice, Date: 20261122, Supply: gst.B2B, PlaceOfSupply: "29",
		Seller: testCompany(company).Party(),
		Buyer: gst.Party{
			GSTIN: "29AWGPV7107B1Z1", LegalName: "XYZ Company Private Limited", TradeName: "XYZ",
			Address1: "7th block", Place: "Mysuru", PIN: 570001, State: "29",
		},
		IRN: gst.IRNStatus{State: gst.IRNPending},
	}
	for i := range lines {
		line := gst.Line{
			Number: fmt.Sprint(i + 1), Description: fmt.Sprintf("Rice, bag %d", i%7), HSN: "100630",
			Quantity: 2000, Unit: "BAG", UnitPrice: 500_000, Amount: 1000_00, Taxable: 1000_00,
			GSTRate: 5000, CGST: 25_00, SGST: 25_00, Total: 1050_00,
		}
		inv.Lines = append(inv.Lines, line)
		inv.Totals.Taxable += line.Taxable
		inv.Totals.CGST += line.CGST
		inv.Totals.SGST += line.SGST
		inv.Totals.Total += line.Total
	}
	return inv
}

// body stands in for the INV-01 document.
func body(inv *gst.Invoice) ([]byte, error) { return []byte(`{"No":"` + inv.Number + `"}`), nil }

// mended stands in for the INV-01 document after what the portal refused was corrected.
func mended(inv *gst.Invoice) ([]byte, error) {
	return []byte(`{"No":"` + inv.Number + `","Pin":570002}`), nil
}

// issue issues a document and fails the test when that fails.
func issue(t testing.TB, s *Store, inv *gst.Invoice) *gst.Invoice {
	t.Helper()
	check(t, s.IssueInvoice(t.Context(), inv, body, true))
	return inv
}

// registration makes what a portal would give for a document.
func testRegistration(inv *gst.Invoice, ack int) gst.Registration {
	return gst.Registration{
		IRN: fmt.Sprintf("%064x", inv.ID*7919), AckNo: fmt.Sprintf("1626%011d", ack),
		AckDate:       time.Date(2026, 11, 22, 5, 1, 0, 0, time.UTC),
		SignedAckDate: time.Date(2026, 11, 22, 5, 1, 23, 0, time.UTC),
		SignedInvoice: "eyJ.invoice.sig", SignedQR: "eyJ.qr.sig", Status: "ACT", Provider: gst.Alankit,
		Portal: "NIC1", KeyID: "KEY", Practice: true, Notes: []string{"a note"},
		EWayBill: &gst.EWayBill{Number: fmt.Sprintf("12%010d", inv.ID), Date: time.Date(2026, 11, 22, 5, 1, 0, 0, time.UTC)},
	}
}

// register takes up the next request and stores a registration for it.
func register(t testing.TB, s *Store, inv *gst.Invoice) {
	t.Helper()
	ctx := t.Context()
	r, err := nextRequest(ctx, s)
	check(t, err)
	if r.InvoiceID != inv.ID {
		t.Fatalf("took up document %d, want %d", r.InvoiceID, inv.ID)
	}
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	check(t, s.SaveRegistration(ctx, r, testRegistration(inv, int(inv.ID))))
}

// raw opens the file beside the store, as somebody with a SQLite shell would.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(filepath.Join(dir, databaseFile)))
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func execRaw(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// nextRequest takes up the oldest due request of any lane for a minute.
func nextRequest(ctx context.Context, s *Store) (*IRNRequest, error) {
	lanes, err := s.DueLanes(ctx)
	if err != nil {
		return nil, err
	}
	for _, lane := range lanes {
		r, err := s.TakeNext(ctx, Take{Lane: lane, Lease: time.Minute})
		if !errors.Is(err, gst.ErrNotFound) {
			return r, err
		}
	}
	return nil, gst.ErrNotFound
}
