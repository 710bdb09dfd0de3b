package db

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestLastRatesAreThePartysOwnFirst(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	sell := func(buyer string, date gst.Date, price gst.Milli, change func(*gst.Invoice)) *gst.Invoice {
		inv := newInvoice(ours, 2)
		inv.Date = date
		inv.Buyer.GSTIN, inv.Buyer.LegalName = gst.URP, buyer
		inv.Lines[0].UnitPrice = price
		if change != nil {
			change(inv)
		}
		c.advance(time.Minute)
		return issue(t, s, inv)
	}
	sell("Asha", 20261101, 100_000, nil)
	latest := sell("Asha", 20261110, 110_000, func(inv *gst.Invoice) {
		inv.Lines[0].DiscountRate, inv.Lines[0].DiscountRate2 = 10_000, 5_000
	})
	sell("Asha", 20261105, 90_000, nil) // entered later, but dated earlier
	others := sell("Binu", 20261120, 120_000, func(inv *gst.Invoice) { inv.Lines[1].Description = "Sugar" })
	sell("Asha", 20261121, 1, func(inv *gst.Invoice) { inv.Type = gst.CreditNote })
	withdrawn := newInvoice(ours, 1)
	withdrawn.Buyer.GSTIN, withdrawn.Buyer.LegalName, withdrawn.Lines[0].UnitPrice = gst.URP, "Asha", 7
	check(t, s.IssueInvoice(ctx, withdrawn, body, false))
	asha := gst.Party{GSTIN: gst.URP, LegalName: " ASHA "}
	before, err := s.LastRates(ctx, ours, asha, []string{"Rice, bag 0"})
	check(t, err)
	if before["Rice, bag 0"].Price != 7 {
		t.Errorf("before the document is withdrawn: %+v", before)
	}
	check(t, s.VoidInvoice(ctx, ours, withdrawn.ID, withdrawn.Version, "typed twice"))

	got, err := s.LastRates(ctx, ours, asha, []string{"RICE, bag 0", "rice, bag 0 ", "Sugar", "Salt", ""})
	check(t, err)
	own := LastRate{Price: 110_000, Discount: "10+5%", Date: 20261110, InvoiceID: latest.ID, Number: latest.Number}
	want := map[string]LastRate{
		"RICE, bag 0": own, "rice, bag 0 ": own,
		"Sugar": {Price: 500_000, Date: 20261120, InvoiceID: others.ID, Number: others.Number, Other: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, err = s.LastRates(ctx, ours, gst.Party{LegalName: "Nobody yet"}, []string{"Rice, bag 0"})
	check(t, err)
	if r := got["Rice, bag 0"]; r.Price != 120_000 || !r.Other {
		t.Errorf("a new party: %+v", r)
	}
	if got, err = s.LastRates(ctx, theirs, asha, []string{"Rice, bag 0"}); err != nil || len(got) != 0 {
		t.Errorf("another company's: %v, %v", got, err)
	}
	check(t, s.GoLive(ctx, ours))
	if got, err = s.LastRates(ctx, ours, asha, []string{"Rice, bag 0"}); err != nil || len(got) != 0 {
		t.Errorf("practice prices in a live company: %v, %v", got, err)
	}
}

func TestLastRatesFollowAnAmendment(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 2)
	check(t, s.IssueInvoice(ctx, inv, body, false))
	inv.Lines = inv.Lines[:1]
	inv.Lines[0].UnitPrice = 123_000
	check(t, s.AmendInvoice(ctx, inv, body, false))
	got, err := s.LastRates(ctx, ours, inv.Buyer, []string{"Rice, bag 0", "Rice, bag 1"})
	check(t, err)
	want := map[string]LastRate{"Rice, bag 0": {Price: 123_000, Date: inv.Date, InvoiceID: inv.ID, Number: inv.Number}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLastRatesOfOlderDocumentsAreThere(t *testing.T) {
	s, _ := newStore(t)
	inv := newInvoice(ours, 3)
	inv.Lines[2].Description = inv.Lines[0].Description
	issue(t, s, inv)
	check(t, s.Close())
	steps, err := migrations(migrationFiles)
	check(t, err)
	db := raw(t, s.dir)
	fill := steps[5].sql
	fill = fill[strings.Index(fill, "INSERT INTO sales"):strings.Index(fill, "CREATE INDEX sales_customer")]
	execRaw(t, db, `DELETE FROM sales`)
	execRaw(t, db, fill)
	s = open(t, s.dir, time.Now)
	got, err := s.LastRates(t.Context(), ours, inv.Buyer, []string{"Rice, bag 0", "Rice, bag 1"})
	check(t, err)
	want := LastRate{Price: 500_000, Date: inv.Date, InvoiceID: inv.ID, Number: inv.Number}
	if diff := cmp.Diff(map[string]LastRate{"Rice, bag 0": want, "Rice, bag 1": want}, got); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkLastRates asks for 250 items at once among 2,000 documents.
func BenchmarkLastRates(b *testing.B) {
	s, _ := newStore(b)
	var descriptions []string
	for i := range 250 {
		descriptions = append(descriptions, fmt.Sprintf("Item %d of the catalogue", i))
	}
	for d := range 2000 {
		inv := newInvoice(ours, 25)
		inv.Buyer.GSTIN, inv.Buyer.LegalName = gst.URP, fmt.Sprint("Buyer ", d%50)
		for i := range inv.Lines {
			inv.Lines[i].Description = descriptions[(d*25+i*7)%250]
		}
		issue(b, s, inv)
	}
	for name, party := range map[string]gst.Party{"own": {LegalName: "Buyer 7"}, "others": {LegalName: "Nobody"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				got, err := s.LastRates(b.Context(), ours, party, descriptions)
				check(b, err)
				if len(got) != 250 {
					b.Fatalf("%d rates", len(got))
				}
			}
		})
	}
}
