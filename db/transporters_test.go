package db

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestATransporterIsKeptWithAllItsFields(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	want := gst.Transporter{GSTIN: "29AWGPV7107B1Z1", Name: "VRL Logistics", Phone: "9000000000", Vehicles: []string{"KA 01 AB 1234", "KA01CD5678", "ka-01-ab-1234", " "}}
	check(t, s.SaveTransporter(ctx, ours, &want))
	if diff := cmp.Diff([]string{"KA 01 AB 1234", "KA01CD5678"}, want.Vehicles); diff != "" {
		t.Errorf("each vehicle once: %s", diff)
	}
	got, err := s.Transporter(ctx, ours, want.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	same := gst.Transporter{GSTIN: "29awgpv7107b1z1", Name: "Other"}
	var taken *Taken
	if err := s.SaveTransporter(ctx, ours, &same); !errors.As(err, &taken) || taken.By != want.ID {
		t.Errorf("with the same id: %v", err)
	}
	got.Phone = ""
	check(t, s.SaveTransporter(ctx, ours, &got))
	for query, n := range map[string]int{"": 1, "vrl": 1, "5678": 1, "29awg logistics": 1, "zzz": 0} {
		if found, err := s.Transporters(ctx, ours, query, 0); err != nil || len(found) != n {
			t.Errorf("%q: %d transporters, %v", query, len(found), err)
		}
	}
	for _, err := range []error{
		s.DeleteTransporter(ctx, theirs, want.ID),
		s.SaveTransporter(ctx, theirs, &gst.Transporter{ID: want.ID, Name: "x"}),
	} {
		if !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
	}
	check(t, s.DeleteTransporter(ctx, ours, want.ID))
	if _, err := s.Transporter(ctx, ours, want.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
}

func TestTransportersOfDocumentsAreRemembered(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	carry := func(way *gst.EWayDetails, paper gst.Transport) {
		t.Helper()
		inv := newInvoice(ours, 1)
		inv.EWay, inv.Transport = way, paper
		c.advance(time.Minute)
		issue(t, s, inv)
	}
	carry(nil, gst.Transport{Vehicle: "KA01AB0000"}) // of nobody
	carry(&gst.EWayDetails{TransporterID: "29AWGPV7107B1Z1", TransporterName: "VRL Logistics", Vehicle: "KA01AB1111"}, gst.Transport{})
	carry(nil, gst.Transport{Transporter: "Vrl Logistics ", Vehicle: "KA01AB2222"}) // the same, by its name
	carry(&gst.EWayDetails{TransporterID: "29AWGPV7107B1Z1"}, gst.Transport{Vehicle: "KA 01 AB 1111"})
	carry(nil, gst.Transport{Transporter: "Own lorry", Vehicle: "KA05XY0001"})
	got, err := s.Transporters(ctx, ours, "", 0)
	check(t, err)
	want := []gst.Transporter{
		{ID: 2, Name: "Own lorry", Vehicles: []string{"KA05XY0001"}, LastUsed: c.now().UTC()},
		{ID: 1, GSTIN: "29AWGPV7107B1Z1", Name: "Vrl Logistics", Vehicles: []string{"KA 01 AB 1111", "KA01AB2222"}, LastUsed: c.now().Add(-time.Minute).UTC()},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	kept := got[1]
	kept.Name = "VRL (kept)"
	check(t, s.SaveTransporter(ctx, ours, &kept))
	for i := range maxVehicles {
		carry(&gst.EWayDetails{TransporterID: kept.GSTIN, TransporterName: "Typed otherwise", Vehicle: fmt.Sprint("KA09Z900", i)}, gst.Transport{})
	}
	again, err := s.Transporter(ctx, ours, kept.ID)
	check(t, err)
	if again.Name != "VRL (kept)" || len(again.Vehicles) != maxVehicles || again.Vehicles[0] != "KA09Z9009" || again.Vehicles[9] != "KA09Z9000" {
		t.Errorf("after ten more vehicles: %+v", again)
	}
	wantFindings(t, s, "")
}
