package db

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// fullCustomer is a customer with every field set.
func fullCustomer(c *clock) gst.Customer {
	return gst.Customer{
		Party: gst.Party{
			GSTIN: "29AWGPV7107B1Z1", LegalName: "XYZ Company Private Limited", TradeName: "XYZ", Address1: "7th block",
			Address2: "Kuvempu Layout", Place: "Mysuru", PIN: 570001, State: "29", Phone: "9000000000", Email: "a@xyz.in",
		},
		Supplier: true, Supply: gst.B2B, PlaceOfSupply: "29",
		Addresses: []gst.Address{
			{Label: "Bhiwandi godown", Party: gst.Party{LegalName: "XYZ", Address1: "Gala 4", Place: "Bhiwandi", PIN: 421302, State: "27"}},
			{Label: "Works", Party: gst.Party{LegalName: "XYZ", Place: "Hosur", State: "33"}},
		},
		Prices: gst.PricesInclusive, Terms: gst.Terms{Days: 30, Interest: "18% a year after 30 days"},
		LedgerName: "XYZ Co. (Mysore)", Taxpayer: "REG", Status: "ACT", StatusAt: c.now().UTC(),
	}
}

func TestACustomerIsKeptWithAllItsFields(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	want := fullCustomer(c)
	want.LastUsed = c.now() // not for a person to say
	check(t, s.SaveCustomer(ctx, ours, &want))
	if want.ID == 0 || !want.LastUsed.IsZero() {
		t.Errorf("saved: %+v", want)
	}
	got, err := s.Customer(ctx, ours, want.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got.TradeName, got.Addresses, got.Terms = "XYZ & Sons", got.Addresses[:1], gst.Terms{Cash: true}
	check(t, s.SaveCustomer(ctx, ours, &got))
	again, err := s.Customer(ctx, ours, want.ID)
	check(t, err)
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Customer(ctx, theirs, want.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's customer: %v", err)
	}
	if err := s.SaveCustomer(ctx, theirs, &got); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("saving another company's customer: %v", err)
	}
}

func TestTheStatusBelongsToTheGSTIN(t *testing.T) {
	s, c := newStore(t)
	customer := fullCustomer(c)
	check(t, s.SaveCustomer(t.Context(), ours, &customer))
	customer.GSTIN = "29AAGCB1286Q000"
	check(t, s.SaveCustomer(t.Context(), ours, &customer))
	got, err := s.Customer(t.Context(), ours, customer.ID)
	check(t, err)
	if got.Status != "" || got.Taxpayer != "" || !got.StatusAt.IsZero() {
		t.Errorf("the status of the GSTIN before stays: %+v", got)
	}
}

func TestTwoCustomersDoNotShareAGSTINOrName(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	first := gst.Customer{Party: gst.Party{GSTIN: "29AWGPV7107B1Z1", LegalName: "XYZ"}}
	named := gst.Customer{Party: gst.Party{GSTIN: gst.URP, LegalName: "Ramesh"}}
	check(t, s.SaveCustomer(ctx, ours, &first))
	check(t, s.SaveCustomer(ctx, ours, &named))
	tests := []struct {
		name  string
		saved gst.Customer
		by    int64
	}{
		{"a new one with the GSTIN", gst.Customer{Party: gst.Party{GSTIN: "29AWGPV7107B1Z1", LegalName: "Other"}}, first.ID},
		{"a new one without GSTIN with the name", gst.Customer{Party: gst.Party{LegalName: " RAMESH "}}, named.ID},
		{"another one that takes the GSTIN", gst.Customer{ID: named.ID, Party: gst.Party{GSTIN: "29AWGPV7107B1Z1"}}, first.ID},
		{"a new one with the name and a GSTIN of its own", gst.Customer{Party: gst.Party{GSTIN: "27AAPFU0939F1ZV", LegalName: "Ramesh"}}, 0},
		{"itself", first, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := tt.saved.ID
			err := s.SaveCustomer(ctx, ours, &tt.saved)
			var taken *Taken
			if tt.by == 0 {
				check(t, err)
			} else if !errors.As(err, &taken) || !errors.Is(err, gst.ErrConflict) || taken.By != tt.by || tt.saved.ID != id {
				t.Errorf("error %v, want taken by %d", err, tt.by)
			}
		})
	}
	theirOwn := gst.Customer{Party: first.Party}
	check(t, s.SaveCustomer(ctx, theirs, &theirOwn))
}

func TestDocumentsLeaveKeptCustomersAlone(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	kept := fullCustomer(c)
	kept.Address1, kept.Supply = "As kept", gst.DEXP
	check(t, s.SaveCustomer(ctx, ours, &kept))
	issue(t, s, newInvoice(ours, 1)) // to the same GSTIN, at another address
	got, err := s.Customer(ctx, ours, kept.ID)
	check(t, err)
	kept.LastUsed = c.now().UTC()
	if diff := cmp.Diff(kept, got); diff != "" {
		t.Error(diff)
	}

	fresh := newInvoice(ours, 1)
	fresh.Buyer.GSTIN, fresh.Buyer.Address1 = "29AAGCB1286Q000", "first"
	issue(t, s, fresh)
	moved := newInvoice(ours, 1)
	moved.Buyer.GSTIN, moved.Buyer.Address1 = "29AAGCB1286Q000", "second"
	issue(t, s, moved)
	remembered, err := s.Customers(ctx, ours, "29aagcb", 1)
	check(t, err)
	if remembered[0].Address1 != "second" {
		t.Errorf("an address that nobody kept: %q", remembered[0].Address1)
	}
	check(t, s.SetCustomerStatus(ctx, ours, remembered[0].ID, "REG", "SUS", c.now()))
	again := newInvoice(ours, 1)
	again.Buyer = moved.Buyer
	issue(t, s, again)
	if got, err := s.Customer(ctx, ours, remembered[0].ID); err != nil || got.Status != "SUS" {
		t.Errorf("status %q after a document, %v", got.Status, err)
	}
	wantFindings(t, s, "")
}

func TestTheListOfCustomersHasEachOnceByName(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	var all []gst.Customer
	for i := range 25 {
		all = append(all, gst.Customer{Party: gst.Party{LegalName: fmt.Sprintf("Buyer %02d", i/2), GSTIN: fmt.Sprintf("29AAAAA%04dA1Z5", i)}, Supplier: i%5 == 0})
	}
	_, _, err := s.ImportCustomers(ctx, ours, all)
	check(t, err)
	sold := newInvoice(ours, 1)
	sold.Buyer = all[0].Party // a supplier who bought
	issue(t, s, sold)
	for _, tt := range []struct {
		filter CustomerFilter
		want   int
	}{
		{CustomerFilter{}, 25},
		{CustomerFilter{Kind: OnlySuppliers}, 5},
		{CustomerFilter{Kind: OnlyCustomers}, 21},
		{CustomerFilter{Query: "buyer 11"}, 3},
		{CustomerFilter{Query: "0003 BUYER"}, 1},
		{CustomerFilter{Query: "a b c d e"}, 0},
		{CustomerFilter{Query: "%"}, 0},
	} {
		tt.filter.Limit = 4
		var names []string
		seen := map[int64]bool{}
		for page := 0; page == 0 || !tt.filter.After.IsZero(); page++ {
			got, next, err := s.CustomerList(ctx, ours, tt.filter)
			check(t, err)
			for _, customer := range got {
				if seen[customer.ID] || len(names) > 0 && customer.LegalName < names[len(names)-1] {
					t.Errorf("%+v: %q comes again or too late", tt.filter, customer.LegalName)
				}
				seen[customer.ID], names = true, append(names, customer.LegalName)
			}
			if tt.filter.After, err = ParseCursor(next.String()); err != nil {
				t.Fatal(err)
			}
		}
		if len(names) != tt.want {
			t.Errorf("%+v: %d customers, want %d", tt.filter, len(names), tt.want)
		}
	}
	if got, _, err := s.CustomerList(ctx, theirs, CustomerFilter{}); err != nil || len(got) != 0 {
		t.Errorf("another company's: %v, %v", got, err)
	}
}

func TestADeletedCustomerStaysInTheEditLog(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	customer := fullCustomer(c)
	check(t, s.SaveCustomer(ctx, ours, &customer))
	if err := s.DeleteCustomer(ctx, theirs, customer.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("by another company: %v", err)
	}
	check(t, s.DeleteCustomer(ctx, ours, customer.ID))
	if err := s.DeleteCustomer(ctx, ours, customer.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	log, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "customer", Which: fmt.Sprint(customer.ID)})
	check(t, err)
	if len(log) != 2 || log[0].Action != "deleted" || log[0].After != "" || log[0].Before != log[1].After {
		t.Errorf("edit log: %+v", log)
	}
}

func TestCustomersOfAllCompaniesAreAskedForInTurn(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	var ids []int64
	for i, x := range []struct {
		company gst.GSTIN
		gstin   string
	}{{ours, "29AWGPV7107B1Z1"}, {theirs, "29AWGPV7107B1Z1"}, {ours, gst.URP}, {ours, ""}, {ours, "29AAGCB1286Q000"}} {
		customer := gst.Customer{Party: gst.Party{GSTIN: x.gstin, LegalName: fmt.Sprint("C", i)}}
		check(t, s.SaveCustomer(ctx, x.company, &customer))
		ids = append(ids, customer.ID)
	}
	due := func() (got []int64) {
		customers, err := s.CustomersToAsk(ctx, c.now().AddDate(0, -1, 0), 0)
		check(t, err)
		for _, customer := range customers {
			got = append(got, customer.ID)
			if customer.ID == ids[1] && customer.Company != theirs {
				t.Errorf("company %s", customer.Company)
			}
		}
		return got
	}
	if diff := cmp.Diff([]int64{ids[0], ids[1], ids[4]}, due()); diff != "" {
		t.Error(diff)
	}
	check(t, s.SetCustomerStatus(ctx, ours, ids[0], "REG", "ACT", c.now().AddDate(0, -2, 0)))
	check(t, s.SetCustomerStatus(ctx, ours, ids[4], "REG", "ACT", c.now()))
	if diff := cmp.Diff([]int64{ids[1], ids[0]}, due()); diff != "" {
		t.Error(diff)
	}
	check(t, s.SetCustomerStatus(ctx, ours, ids[4], "REG", "ACT", c.now().Add(time.Hour))) // nothing new
	log, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "customer", Which: fmt.Sprint(ids[4])})
	check(t, err)
	if len(log) != 2 {
		t.Errorf("%d entries, want one for the customer and one for its status", len(log))
	}
	if err := s.SetCustomerStatus(ctx, theirs, ids[0], "", "", c.now()); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
}

func TestAnImportKeepsWhatTheFileDoesNotSay(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	kept := fullCustomer(c)
	kept.Supplier = false
	check(t, s.SaveCustomer(ctx, ours, &kept))
	file := []gst.Customer{
		{Party: gst.Party{GSTIN: kept.GSTIN, LegalName: "XYZ Private Limited", Address1: "New street", Place: "Hubli", PIN: 580020}, Supplier: true},
		{Party: gst.Party{LegalName: "New one"}, LedgerName: "New one - Hubli"},
		{Party: gst.Party{Address1: "nobody"}},
	}
	added, changed, err := s.ImportCustomers(ctx, ours, file)
	if err != nil || added != 1 || changed != 1 {
		t.Errorf("added %d, changed %d, %v", added, changed, err)
	}
	want := kept
	want.LegalName, want.Address1, want.Address2, want.Place, want.PIN, want.Supplier = "XYZ Private Limited", "New street", "", "Hubli", 580020, true
	got, err := s.Customer(ctx, ours, kept.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	file[1].LegalName, file[1].GSTIN = "New One Traders", "29AAGCB1286Q000" // known by its name in the books
	if added, changed, err = s.ImportCustomers(ctx, ours, file); err != nil || added != 0 || changed != 1 {
		t.Errorf("again: added %d, changed %d, %v", added, changed, err)
	}
	if found, err := s.Customers(ctx, ours, "new one", 0); err != nil || len(found) != 1 || found[0].GSTIN != "29AAGCB1286Q000" {
		t.Errorf("after the import: %+v, %v", found, err)
	}
	if _, _, err := s.ImportCustomers(ctx, "33AAAAA0000A1Z5", file); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("into no company: %v", err)
	}
}

// manyCustomers is a list of n customers with names of two common words.
func manyCustomers(n int) []gst.Customer {
	first := []string{"Shree", "Bharat", "Laxmi", "Ganesh", "New", "Royal", "Jai", "Sai", "Om", "National"}
	second := []string{"Traders", "Enterprises", "Agencies", "Industries Private Limited", "& Sons", "Textiles", "Steel", "Stores"}
	customers := make([]gst.Customer, n)
	for i := range customers {
		customers[i].Party = gst.Party{
			GSTIN: fmt.Sprintf("29A%03dP%04dB1Z%d", i/7%1000, i%10_000, i%10), LegalName: first[i%10] + fmt.Sprintf(" %d ", i) + second[i%8],
			TradeName: first[i%10], Address1: "12 MG Road", Place: "Bengaluru", PIN: 560001, State: "29",
		}
	}
	customers[n/2].LegalName = "Rare Buyer"
	return customers
}

func BenchmarkImportCustomers(b *testing.B) {
	for b.Loop() {
		s, _ := newStore(b)
		_, _, err := s.ImportCustomers(b.Context(), ours, manyCustomers(5000))
		check(b, err)
	}
}

// BenchmarkCustomers searches 50,000 customers of one company.
func BenchmarkCustomers(b *testing.B) {
	s, _ := newStore(b)
	_, _, err := s.ImportCustomers(b.Context(), ours, manyCustomers(50_000))
	check(b, err)
	for _, query := range []string{"", "traders", "rare buyer", "29A123P", "zzz"} {
		b.Run("suggest "+query, func(b *testing.B) {
			for b.Loop() {
				_, err := s.Customers(b.Context(), ours, query, 20)
				check(b, err)
			}
		})
		b.Run("list "+query, func(b *testing.B) {
			for b.Loop() {
				_, _, err := s.CustomerList(b.Context(), ours, CustomerFilter{Query: query})
				check(b, err)
			}
		})
	}
}

func TestCustomersAndItemsOfAnOlderFileAreListedAndStillFollowDocuments(t *testing.T) {
	dir := t.TempDir()
	olderFile(t, dir, 5)
	old := raw(t, dir)
	execRaw(t, old, `
INSERT INTO customers (company, identity, search, gstin, legal_name, trade_name, address1, address2, place, pin, state,
                       phone, email, supply, pos, used_at)
VALUES ($1, '29AWGPV7107B1Z1', 'old name' || char(10) || char(10) || '29awgpv7107b1z1', '29AWGPV7107B1Z1', 'Old name', '', '', '', '', 0, '29',
        '', '', 'B2B', '29', 1)`, ours)
	execRaw(t, old, `
INSERT INTO items (company, identity, description, hsn, service, unit, unit_price, gst_rate, used_at)
VALUES ($1, 'rice, bag 0', 'Rice, Bag 0', '1006', 0, 'BAG', 1, 5000, 1), ($1, 'sugar', 'Sugar', '1701', 0, 'KGS', 2, 5000, 1)`, ours)
	s := open(t, dir, time.Now)
	customers, _, err := s.CustomerList(t.Context(), ours, CustomerFilter{Query: "old 7107"})
	check(t, err)
	first, next, err := s.ItemList(t.Context(), ours, ItemFilter{Limit: 1})
	check(t, err)
	second, _, err := s.ItemList(t.Context(), ours, ItemFilter{Query: "170", After: next})
	check(t, err)
	if len(customers) != 1 || len(first) != 1 || len(second) != 1 || second[0].Description != "Sugar" {
		t.Errorf("customers %+v, items %+v and %+v", customers, first, second)
	}
	issue(t, s, newInvoice(ours, 1))
	customer, err := s.Customer(t.Context(), ours, customers[0].ID)
	check(t, err)
	item, err := s.Item(t.Context(), ours, first[0].ID)
	check(t, err)
	if customer.LegalName != "XYZ Company Private Limited" || item.UnitPrice != 500_000 {
		t.Errorf("after a document: %+v, %+v", customer, item)
	}
	wantFindings(t, s, "")
}
