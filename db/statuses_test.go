package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

// kept stores a customer and returns its id.
func kept(t *testing.T, s *Store, company gst.GSTIN, name, gstin string) int64 {
	t.Helper()
	c := gst.Customer{Party: gst.Party{LegalName: name, GSTIN: gstin}}
	check(t, s.SaveCustomer(t.Context(), company, &c))
	return c.ID
}

func TestCustomersDueAreThoseOfOneCompanyWithoutAFreshAnswer(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	never, old := kept(t, s, ours, "Never", "29AWGPV7107B1Z1"), kept(t, s, ours, "Old", "29AWGPV7107B1Z2")
	fresh := kept(t, s, ours, "Fresh", "29AWGPV7107B1Z3")
	kept(t, s, ours, "Without", "")
	kept(t, s, ours, "Abroad", gst.URP)
	kept(t, s, theirs, "Theirs", "29AWGPV7107B1Z1")
	check(t, s.SetCustomerStatus(ctx, ours, old, "REG", "ACT", c.now().AddDate(0, -2, 0)))
	check(t, s.SetCustomerStatus(ctx, ours, fresh, "REG", "ACT", c.now()))
	month := c.now().AddDate(0, -1, 0)
	tests := []struct {
		name  string
		never bool
		want  []int64
	}{
		{"those never asked for come first", true, []int64{never, old}},
		{"or are left out", false, []int64{old}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			due, err := s.CustomersDue(ctx, ours, month, test.never, 0)
			check(t, err)
			n, err := s.CountCustomersDue(ctx, ours, month, test.never)
			check(t, err)
			if len(due) != len(test.want) || n != len(test.want) {
				t.Fatalf("%d due, %d counted, want %d", len(due), n, len(test.want))
			}
			for i, id := range test.want {
				if due[i].ID != id {
					t.Errorf("at %d stands %s", i, due[i].LegalName)
				}
			}
		})
	}
	if one, err := s.CustomersDue(ctx, ours, c.now().Add(time.Hour), true, 1); err != nil || len(one) != 1 {
		t.Errorf("of a limit of 1 there are %d, %v", len(one), err)
	}
}

func TestACustomerIsFoundByWhatADocumentSaysOfTheBuyer(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	byGSTIN, byName := kept(t, s, ours, "Konkan Agro", "27AABFK4417C1ZS"), kept(t, s, ours, "Asha Stores", "")
	for party, want := range map[gst.Party]int64{
		{GSTIN: "27AABFK4417C1ZS", LegalName: "written otherwise"}: byGSTIN,
		{GSTIN: gst.URP, LegalName: " ASHA stores"}:                byName,
		{LegalName: "Konkan Agro"}:                                 0,
	} {
		got, err := s.CustomerOf(ctx, ours, party)
		if want == 0 && errors.Is(err, gst.ErrNotFound) {
			continue
		}
		if err != nil || got.ID != want {
			t.Errorf("%+v is %d, %v, want %d", party, got.ID, err, want)
		}
	}
	found, err := s.CustomersKnown(ctx, ours, []gst.Customer{
		{Party: gst.Party{LegalName: "asha stores"}}, {Party: gst.Party{LegalName: "New"}}, {Party: gst.Party{GSTIN: "27AABFK4417C1ZS"}},
	})
	check(t, err)
	if len(found) != 3 || !found[0] || found[1] || !found[2] {
		t.Errorf("known: %v", found)
	}
	item := gst.Item{Description: "Urea"}
	check(t, s.SaveItem(ctx, ours, &item))
	items, err := s.ItemsKnown(ctx, ours, []gst.Item{{Description: "Potash"}, {Description: "UREA"}})
	check(t, err)
	if len(items) != 2 || items[0] || !items[1] {
		t.Errorf("known items: %v", items)
	}
}

func TestWhatPracticeSaidOfCustomersIsForgottenWhenTheCompanyGoesLive(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	id, other := kept(t, s, ours, "Konkan Agro", "27AABFK4417C1ZS"), kept(t, s, theirs, "Konkan Agro", "27AABFK4417C1ZS")
	check(t, s.SetCustomerStatus(ctx, ours, id, "SEZ", "CNL", c.now()))
	check(t, s.SetCustomerStatus(ctx, theirs, other, "SEZ", "CNL", c.now()))
	check(t, s.GoLive(ctx, ours))
	got, err := s.Customer(ctx, ours, id)
	check(t, err)
	if got.Taxpayer != "" || got.Status != "" || !got.StatusAt.IsZero() {
		t.Errorf("it stands as %q %q of %v", got.Taxpayer, got.Status, got.StatusAt)
	}
	if got, err := s.Customer(ctx, theirs, other); err != nil || got.Status != "CNL" {
		t.Errorf("another company's customer: %q, %v", got.Status, err)
	}
}
