package db

import (
	"errors"
	"strings"
	"testing"

	"mohar/gst"
)

func TestBillsOfAnOlderFileAreBroughtOver(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, newClock().now)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	texts := []string{
		`{"EWayBill":{"Number":"120000000001","Date":"2026-11-22T05:01:00Z","ValidUntil":"2026-11-24T18:29:00Z"}}`,
		`{"EWayBill":{"Number":"120000000002","Date":"2026-11-22T05:01:00Z"},"Notes":["a note"]}`,
		`{"EWayBill":{"Number":"120000000003","Date":"2026-11-22T05:01:00Z","Status":"CNL"}}`,
		`{"EWayRefusal":{"Codes":[{"Code":"4014","Message":"distance"}]}}`,
		``,
	}
	for range texts {
		inv := newInvoice(ours, 2)
		inv.EWay = &gst.EWayDetails{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R", Distance: 140}
		issue(t, s, inv)
		r, err := nextRequest(t.Context(), s)
		check(t, err)
		reg := testRegistration(inv, int(inv.ID))
		reg.EWayBill = nil
		check(t, s.SaveRegistration(t.Context(), r, reg))
	}
	older := raw(t, dir)
	for i, text := range texts {
		execRaw(t, older, `UPDATE registrations SET extra = ? WHERE invoice_id = ?`, text, i+1)
	}
	steps, err := migrations(migrationFiles)
	check(t, err)
	for _, step := range steps {
		if strings.HasSuffix(step.name, "_eways.sql") {
			_, over, found := strings.Cut(step.sql, "CREATE TEMP TABLE bills")
			if !found {
				t.Fatal("nothing is brought over")
			}
			older.SetMaxOpenConns(1) // the temporary table is a connection's own
			execRaw(t, older, "CREATE TEMP TABLE bills"+over)
		}
	}
	for i, want := range []gst.EWayState{gst.EWayActive, gst.EWayPartA, gst.EWayCancelled, gst.EWayFailed} {
		b, err := s.EWayOfInvoice(t.Context(), ours, int64(i+1))
		check(t, err)
		if b.State != want || b.Of.Transport.Vehicle != "KA01AB1234" || len(b.Of.Lines) != 2 || b.Of.Lines[0].CGST != 2500 ||
			b.Of.Totals.Total != 2100_00 || b.Of.To.PIN != 570001 {
			t.Errorf("document %d: %+v", i+1, b)
		}
		if want != gst.EWayFailed && (b.Number == "" || len(b.Vehicles) != 1 || b.Made.IsZero()) || want == gst.EWayFailed && !b.Refusal.Has("4014") {
			t.Errorf("document %d: %+v", i+1, b)
		}
	}
	if _, err := s.EWayOfInvoice(t.Context(), ours, 5); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of a document without: %v", err)
	}
	b, err := s.EWayOfInvoice(t.Context(), ours, 1)
	check(t, err)
	check(t, s.OrderEWay(t.Context(), ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel})) // they can be worked with
	findings, err := s.Check(t.Context())
	check(t, err)
	for _, f := range findings {
		if f.Where != "document" { // the registrations were changed around the program above
			t.Errorf("%s: %s", f.Where, f.What)
		}
	}
	bills, _, err := s.EWays(t.Context(), EWayQuery{Company: ours, Mode: gst.Practice, Query: "120000000002"})
	if err != nil || len(bills) != 1 {
		t.Errorf("found %d, %v", len(bills), err)
	}
}
