package db

import (
	"fmt"
	"strings"
	"testing"

	"mohar/gst"
)

func TestDocumentsAreNarrowedByEveryCondition(t *testing.T) {
	s, _ := newStore(t)
	for i := range 6 {
		inv := numbered(ours, fmt.Sprintf("N/%d", i), gst.Date(20261110+i))
		if i%2 == 1 {
			inv.Buyer.GSTIN, inv.Buyer.LegalName = "27AABFK4417C1ZS", "Konkan Agro"
		}
		check(t, s.IssueInvoice(t.Context(), inv, body, true))
	}
	for _, test := range []struct {
		f    DocumentFilter
		want string
	}{
		{DocumentFilter{}, "N/5 N/4 N/3 N/2 N/1 N/0"},
		{DocumentFilter{Buyer: "27AABFK4417C1ZS"}, "N/5 N/3 N/1"},
		{DocumentFilter{Buyer: "27AABFK4417C1ZS", From: 20261112, To: 20261114}, "N/3"},
		{DocumentFilter{Number: " n/4 "}, "N/4"},
		{DocumentFilter{State: gst.Issued, IRNState: gst.IRNPending, Chip: ChipPending, Type: gst.TaxInvoice}, "N/5 N/4 N/3 N/2 N/1 N/0"},
		{DocumentFilter{State: gst.Draft}, ""},
		{DocumentFilter{IRNState: gst.IRNRegistered}, ""},
		{DocumentFilter{Query: "konkan", To: 20261113}, "N/3 N/1"},
		{DocumentFilter{Query: "N/", From: 20261114}, "N/5 N/4"},
		{DocumentFilter{Query: "nowhere"}, ""},
	} {
		for _, limit := range []int{1, 2, 50} { // turned page by page it is the same
			f := test.f
			f.Company, f.Mode, f.Limit = ours, gst.Practice, limit
			var got []string
			for {
				rows, next, err := s.Documents(t.Context(), f)
				check(t, err)
				for _, r := range rows {
					got = append(got, r.Number)
				}
				if next.IsZero() {
					break
				}
				f.After = next
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%+v by %d: %v, want %s", test.f, limit, got, test.want)
			}
		}
	}
}

func TestAMasterThatChecksRefuseStaysAsItIs(t *testing.T) {
	s, _ := newStore(t)
	c := gst.Customer{Party: gst.Party{LegalName: "Konkan Agro"}}
	check(t, s.SaveCustomer(t.Context(), ours, &c))
	item := gst.Item{Description: "Rice"}
	check(t, s.SaveItem(t.Context(), ours, &item))
	no := fmt.Errorf("changed meanwhile")
	c.LegalName, item.Description = "Another", "Wheat"
	for name, err := range map[string]error{
		"save customer":   s.SaveCustomer(t.Context(), ours, &c, func(gst.Customer) error { return no }),
		"delete customer": s.DeleteCustomer(t.Context(), ours, c.ID, func(gst.Customer) error { return no }),
		"save item":       s.SaveItem(t.Context(), ours, &item, func(gst.Item) error { return no }),
		"delete item":     s.DeleteItem(t.Context(), ours, item.ID, func(gst.Item) error { return no }),
	} {
		if err == nil || !strings.Contains(err.Error(), no.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if stored, err := s.Customer(t.Context(), ours, c.ID); err != nil || stored.LegalName != "Konkan Agro" {
		t.Errorf("%+v, %v", stored, err)
	}
	if stored, err := s.Item(t.Context(), ours, item.ID); err != nil || stored.Description != "Rice" {
		t.Errorf("%+v, %v", stored, err)
	}
}
