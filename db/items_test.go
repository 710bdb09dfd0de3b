package db

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func fullItem() gst.Item {
	return gst.Item{
		Description: "Rice, bag 0", HSN: "100630", Service: true, Unit: "BAG", UnitPrice: 450_500, GSTRate: 5000,
		CessRate: 12_000, CessFixed: 4_00, StateCessRate: 1000, RetailPrice: 600_000, Barcode: "8901234567890", LedgerName: "RICE-0",
	}
}

func TestAnItemIsKeptWithAllItsFields(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	want := fullItem()
	want.LastUsed = c.now() // not for a person to say
	check(t, s.SaveItem(ctx, ours, &want))
	got, err := s.Item(ctx, ours, want.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" || !got.LastUsed.IsZero() {
		t.Error(diff)
	}
	got.UnitPrice, got.Barcode = 460_000, ""
	check(t, s.SaveItem(ctx, ours, &got))
	again, err := s.Item(ctx, ours, want.ID)
	check(t, err)
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Item(ctx, theirs, want.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's item: %v", err)
	}
	for _, query := range []string{"8901234", "bag rice", "1006"} {
		got.Barcode = "8901234567890"
		check(t, s.SaveItem(ctx, ours, &got))
		if found, err := s.Items(ctx, ours, query, 0); err != nil || len(found) != 1 {
			t.Errorf("%q: %d items, %v", query, len(found), err)
		}
	}
}

func TestTwoItemsDoNotShareADescription(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	sugar, salt := gst.Item{Description: "Sugar"}, gst.Item{Description: "Salt"}
	check(t, s.SaveItem(ctx, ours, &sugar))
	check(t, s.SaveItem(ctx, ours, &salt))
	for _, saved := range []gst.Item{{Description: " SUGAR "}, {ID: salt.ID, Description: "sugar"}} {
		var taken *Taken
		if err := s.SaveItem(ctx, ours, &saved); !errors.As(err, &taken) || !errors.Is(err, gst.ErrConflict) || taken.By != sugar.ID {
			t.Errorf("%+v: %v", saved, err)
		}
	}
	other := gst.Item{Description: "Sugar"}
	check(t, s.SaveItem(ctx, theirs, &other))
	if err := s.SaveItem(ctx, theirs, &gst.Item{ID: salt.ID, Description: "Pepper"}); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's item: %v", err)
	}
	check(t, s.DeleteItem(ctx, ours, sugar.ID))
	if err := s.DeleteItem(ctx, ours, sugar.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("deleting twice: %v", err)
	}
	if _, err := s.Item(ctx, ours, sugar.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
}

func TestDocumentsLeaveKeptItemsAlone(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	kept := fullItem()
	check(t, s.SaveItem(ctx, ours, &kept))
	inv := newInvoice(ours, 2) // "Rice, bag 0" for 500 and "Rice, bag 1"
	inv.Lines = append(inv.Lines, gst.Line{Number: "3", Description: "Freight", Charge: gst.ChargeFreight, HSN: "9965"})
	inv.Lines[1].RetailPrice, inv.Lines[1].Barcode, inv.Lines[1].CessRate = 700_000, "B1", 1000
	issue(t, s, inv)
	kept.LastUsed = c.now().UTC()
	got, err := s.Item(ctx, ours, kept.ID)
	check(t, err)
	if diff := cmp.Diff(kept, got); diff != "" {
		t.Error(diff)
	}
	all, err := s.Items(ctx, ours, "", 0)
	check(t, err)
	if len(all) != 2 {
		t.Fatalf("%d items: a charge is none", len(all))
	}
	fresh := all[0]
	if fresh.ID == kept.ID {
		fresh = all[1]
	}
	if fresh.Description != "Rice, bag 1" || fresh.UnitPrice != 500_000 || fresh.RetailPrice != 700_000 || fresh.Barcode != "B1" || fresh.CessRate != 1000 {
		t.Errorf("remembered: %+v", fresh)
	}
}

func TestAnItemIsWrittenAgainWhenItChangedOrAMinuteHasPassed(t *testing.T) {
	s, c := newStore(t)
	for _, sold := range []struct {
		name  string
		after time.Duration
		price gst.Milli
		noted bool // its use is
	}{
		{"the first time", 0, 500_000, true},
		{"as it stands, soon after", 59 * time.Second, 500_000, false},
		{"at another price, soon after", time.Second, 600_000, true},
		{"as it stands, a minute and more later", 61 * time.Second, 600_000, true},
	} {
		c.advance(sold.after)
		inv := newInvoice(ours, 1)
		inv.Lines[0].UnitPrice = sold.price
		issue(t, s, inv)
		all, err := s.Items(t.Context(), ours, "", 0)
		check(t, err)
		if len(all) != 1 || all[0].UnitPrice != sold.price || all[0].LastUsed.Equal(c.now()) != sold.noted {
			t.Errorf("%s: %+v at %v", sold.name, all, c.now())
		}
		rates, err := s.LastRates(t.Context(), ours, inv.Buyer, []string{inv.Lines[0].Description})
		check(t, err)
		if got := rates[inv.Lines[0].Description]; got.InvoiceID != inv.ID || got.Price != sold.price {
			t.Errorf("%s: what was charged last is %+v", sold.name, got)
		}
	}
}

func TestTheListOfItemsHasEachOnceByDescription(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	var all []gst.Item
	for i := range 23 {
		all = append(all, gst.Item{Description: fmt.Sprintf("Item %02d", 22-i), HSN: fmt.Sprint(8400 + i)})
	}
	added, _, err := s.ImportItems(ctx, ours, append(all, gst.Item{HSN: "1"}))
	check(t, err)
	if added != 23 {
		t.Errorf("%d added", added)
	}
	f := ItemFilter{Limit: 5}
	for i := 0; ; {
		items, next, err := s.ItemList(ctx, ours, f)
		check(t, err)
		for _, item := range items {
			if want := fmt.Sprintf("Item %02d", i); item.Description != want {
				t.Errorf("%q, want %q", item.Description, want)
			}
			i++
		}
		if f.After = next; next.IsZero() {
			if i != 23 {
				t.Errorf("%d items", i)
			}
			break
		}
	}
	if found, _, err := s.ItemList(ctx, ours, ItemFilter{Query: "item 8412"}); err != nil || len(found) != 1 {
		t.Errorf("by HSN: %v, %v", found, err)
	}
}

func TestAnImportOfItemsKeepsWhatTheFileDoesNotSay(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	kept := fullItem()
	check(t, s.SaveItem(ctx, ours, &kept))
	want := kept
	want.Description, want.UnitPrice = "RICE BAG ZERO", 480_000
	added, changed, err := s.ImportItems(ctx, ours, []gst.Item{{Description: want.Description, UnitPrice: 480_000, LedgerName: "RICE-0"}})
	if err != nil || added != 0 || changed != 1 {
		t.Errorf("added %d, changed %d, %v", added, changed, err)
	}
	got, err := s.Item(ctx, ours, kept.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, changed, err = s.ImportItems(ctx, ours, []gst.Item{want}); err != nil || changed != 0 {
		t.Errorf("the same again: %d changed, %v", changed, err)
	}
	exempt := gst.Item{Description: want.Description, HSN: "1006"}
	if _, changed, err = s.ImportItems(ctx, ours, []gst.Item{exempt}); err != nil || changed != 1 {
		t.Errorf("%d changed, %v", changed, err)
	}
	if got, err = s.Item(ctx, ours, kept.ID); err != nil || got.GSTRate != 0 || got.HSN != "1006" || got.Unit != "BAG" {
		t.Errorf("another heading with its rate of nothing: %+v, %v", got, err)
	}
}
