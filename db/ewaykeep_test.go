package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

// keep has a bill kept that was read from the portal.
func keep(t testing.TB, s *Store, found gst.EWay, want string) *gst.EWay {
	t.Helper()
	id, done, err := s.KeepEWay(t.Context(), ours, gst.Practice, found)
	check(t, err)
	if done != want {
		t.Errorf("bill %s was %q, want %q", found.Number, done, want)
	}
	return storedEWay(t, s, id)
}

func TestABillReadTwiceIsKeptOnce(t *testing.T) {
	s, c := newStore(t)
	found := made(&gst.EWay{Of: consignment("A/1"), ReadAt: c.now()}, "331000000001", c.now())
	b := keep(t, s, found, EWayAdded)
	if b.Role != gst.EWayOurs || b.Route != gst.EWayFound || b.State != gst.EWayActive {
		t.Errorf("adopted: %+v", b)
	}
	c.advance(time.Hour)
	found.ReadAt = c.now()
	if again := keep(t, s, found, EWaySame); again.ID != b.ID || again.Version != b.Version || !again.ReadAt.Equal(c.now()) {
		t.Errorf("read again: %+v", again)
	}
	found.ValidUntil, found.Extensions = found.ValidUntil.Add(24*time.Hour), 1
	if again := keep(t, s, found, EWayChanged); again.ID != b.ID || !again.ValidUntil.Equal(found.ValidUntil) || again.Extensions != 1 {
		t.Errorf("extended there: %+v", again)
	}
	found.State = gst.EWayCancelled
	if again := keep(t, s, found, EWayChanged); again.State != gst.EWayCancelled || again.Cancelled.Remark != CancelledThere || again.Cancelled.At.IsZero() {
		t.Errorf("cancelled there: %+v", again)
	}
	if _, _, err := s.KeepEWay(t.Context(), ours, gst.Practice, gst.EWay{}); !errors.Is(err, gst.ErrState) {
		t.Errorf("without number: %v", err)
	}
	wantFindings(t, s, "")
}

func TestTimeIsNeverStored(t *testing.T) {
	s, c := newStore(t)
	found := made(&gst.EWay{Of: consignment("A/1")}, "331000000001", c.now().Add(-100*time.Hour))
	found.State = gst.EWayExpired
	if b := keep(t, s, found, EWayAdded); b.State != gst.EWayActive || b.StateAt(c.now()) != gst.EWayExpired {
		t.Errorf("kept as %s", b.State)
	}
}

func TestAListTellsLittleAndTakesNothingAway(t *testing.T) {
	s, c := newStore(t)
	b := makeEWay(t, s, "A/1", "331000000001")
	row := gst.EWay{Number: b.Number, Made: b.Made, State: gst.EWayActive, ValidUntil: b.ValidUntil}
	row.Of.Number, row.Of.Date, row.Of.To.PIN = "A/1", 20261122, 411001
	if same := keep(t, s, row, EWaySame); len(same.Vehicles) != 1 || len(same.Of.Lines) != 1 || same.Of.To.Name != "XYZ Company" {
		t.Errorf("after a list: %+v", same)
	}
	row.RejectedAt = c.now()
	if b = keep(t, s, row, EWayChanged); b.RejectedAt.IsZero() || b.State != gst.EWayActive {
		t.Errorf("rejected: %+v", b)
	}
}

func TestABillFoundByItsPaperIsTheOneAskedFor(t *testing.T) {
	for _, name := range []string{"failed", "unknown", "waiting"} {
		t.Run(name, func(t *testing.T) {
			s, c := newStore(t)
			ctx := t.Context()
			inv := newInvoice(ours, 1)
			inv.IRN.State = gst.IRNNotRequired
			issue(t, s, inv)
			id, err := s.AddEWay(ctx, &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayDirect, Of: consignment(inv.Number)})
			check(t, err)
			if name != "waiting" {
				k := takeEWay(t, s, id, gst.EWayMake)
				check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
				if name == "failed" {
					check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "604"}}}))
				} else {
					check(t, s.MarkEWayUnknown(ctx, k, gst.Alankit, "", "no answer", c.now()))
				}
			}
			other := made(&gst.EWay{Of: consignment(inv.Number)}, "331000000001", c.now())
			other.Of.Date = 20261121
			if b := keep(t, s, other, EWayAdded); b.ID == id || b.InvoiceID != 0 {
				t.Errorf("of another day: %+v", b)
			}
			found := made(&gst.EWay{Of: consignment(inv.Number)}, "331000000002", c.now())
			b := keep(t, s, found, EWayChanged)
			if b.ID != id || b.InvoiceID != inv.ID || b.State != gst.EWayActive || b.Refusal != nil || b.Asked != "" || b.Route != gst.EWayDirect {
				t.Errorf("attached: %+v", b)
			}
			if _, err := s.TakeEWay(ctx, time.Minute); !errors.Is(err, gst.ErrNotFound) {
				t.Errorf("it is still asked for: %v", err)
			}
			wantFindings(t, s, "")
		})
	}
}

func TestABillOfAnotherConsignmentUnderOurNumberIsABillOfItsOwn(t *testing.T) {
	tests := []struct {
		name   string
		differ func(*gst.EWay)
	}{
		{"another date", func(b *gst.EWay) { b.Of.Date = 20261121 }},
		{"another recipient", func(b *gst.EWay) { b.Of.To.GSTIN = "27AWGPV7107B1Z1" }},
		{"another supplier", func(b *gst.EWay) { b.Of.From.GSTIN = string(theirs) }},
		{"another total", func(b *gst.EWay) { b.Of.Totals.Total++ }},
		{"no total", func(b *gst.EWay) { b.Of.Totals.Total = 0 }},
		{"cancelled before it was asked for", func(b *gst.EWay) {
			b.State, b.Made = gst.EWayCancelled, b.Made.Add(-time.Hour)
		}},
	}
	for _, test := range tests {
		for _, stands := range []gst.EWayState{gst.EWayFailed, gst.EWayUnknown, gst.EWayPending} {
			t.Run(test.name+" beside one "+string(stands), func(t *testing.T) {
				s, c := newStore(t)
				inv := newInvoice(ours, 1)
				inv.IRN.State = gst.IRNNotRequired
				issue(t, s, inv)
				of := consignment(inv.Number)
				of.To.GSTIN = inv.Buyer.GSTIN
				id, err := s.AddEWay(t.Context(), &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayDirect, Of: of})
				check(t, err)
				if stands != gst.EWayPending {
					k := takeEWay(t, s, id, gst.EWayMake)
					check(t, s.MarkEWaySent(t.Context(), k, gst.Alankit))
					if stands == gst.EWayFailed {
						check(t, s.RefuseEWay(t.Context(), k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "604"}}}))
					} else {
						check(t, s.MarkEWayUnknown(t.Context(), k, gst.Alankit, "", "no answer", c.now()))
					}
				}
				found := made(&gst.EWay{Of: of}, "331000000009", c.now())
				test.differ(&found)
				b := keep(t, s, found, EWayAdded)
				if b.ID == id || b.InvoiceID != 0 && b.State != gst.EWayCancelled {
					t.Errorf("it became ours: bill %d, document %d", b.ID, b.InvoiceID)
				}
				if kept := storedEWay(t, s, id); kept.State != stands || kept.Number != "" || (stands == gst.EWayFailed) != (kept.Refusal != nil) {
					t.Errorf("the one asked for became %+v", kept)
				}
				wantFindings(t, s, "")
			})
		}
	}
}

func TestABillFoundOfADocumentMendedSinceTheRefusalIsItsOwn(t *testing.T) {
	s, c := newStore(t)
	inv := newInvoice(ours, 1)
	inv.IRN.State = gst.IRNNotRequired
	issue(t, s, inv)
	of := consignment(inv.Number)
	of.To.GSTIN = inv.Buyer.GSTIN
	stale := of
	stale.Totals.Total = 1
	id, err := s.AddEWay(t.Context(), &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayDirect, Of: stale})
	check(t, err)
	k := takeEWay(t, s, id, gst.EWayMake)
	check(t, s.RefuseEWay(t.Context(), k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "619"}}}))
	if b := keep(t, s, made(&gst.EWay{Of: of}, "331000000001", c.now()), EWayChanged); b.ID != id || b.Of.Totals.Total != inv.Totals.Total {
		t.Errorf("attached: %+v", b)
	}
	wantFindings(t, s, "")
}

func TestWhatIsGivenUpWaitsForNobodyAndCanBeTakenUpAgain(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	b := askEWay(t, s, "A/1")
	if err := s.DropEWay(ctx, ours, b.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("one that is asked for: %v", err)
	}
	k := takeEWay(t, s, b.ID, gst.EWayMake)
	check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "619"}}}))
	if err := s.DropEWay(ctx, theirs, b.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("by another company: %v", err)
	}
	check(t, s.DropEWay(ctx, ours, b.ID))
	if err := s.DropEWay(ctx, ours, b.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("twice: %v", err)
	}
	b = storedEWay(t, s, b.ID)
	if b.State != gst.EWayFailed || !b.GivenUp.Equal(c.now()) || !b.Refusal.Has("619") || !b.Cancelled.At.IsZero() {
		t.Errorf("given up: %+v", b)
	}
	counts, err := s.EWayCounts(ctx, ours, gst.Practice, c.now())
	if err != nil || counts.ToDo != 0 || counts.Cancelled != 1 {
		t.Errorf("counted: %+v, %v", counts, err)
	}
	for tab, want := range map[EWayTab]int{EWaysToDo: 0, EWaysCancelled: 1} {
		for _, query := range []string{"", "A/", "A/1"} {
			if bills, _, err := s.EWays(ctx, EWayQuery{Company: ours, Mode: gst.Practice, Tab: tab, Query: query}); err != nil || len(bills) != want {
				t.Errorf("%s %q: %d bills, %v", tab, query, len(bills), err)
			}
		}
	}
	wantFindings(t, s, "")
	again := askEWay(t, s, "A/1") // the paper is free
	if err := s.RetryEWay(ctx, b); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("taken up beside another: %v", err)
	}
	check(t, s.WithdrawEWayOrder(ctx, ours, again.ID))
	check(t, s.RetryEWay(ctx, b))
	if b = storedEWay(t, s, b.ID); b.State != gst.EWayPending || !b.GivenUp.IsZero() {
		t.Errorf("taken up again: %+v", b)
	}
	wantFindings(t, s, "")
}

func TestAnAdoptedBillFindsItsDocument(t *testing.T) {
	s, c := newStore(t)
	inv := newInvoice(ours, 1)
	inv.IRN.State = gst.IRNNotRequired
	issue(t, s, inv)
	of := consignment(inv.Number)
	of.To.GSTIN = inv.Buyer.GSTIN
	b := keep(t, s, made(&gst.EWay{Of: of}, "331000000001", c.now()), EWayAdded)
	if b.InvoiceID != inv.ID {
		t.Errorf("document %d", b.InvoiceID)
	}
	inward := made(&gst.EWay{Of: of}, "331000000002", c.now())
	inward.Of.Direction = gst.Inward
	if b = keep(t, s, inward, EWayAdded); b.InvoiceID != 0 {
		t.Errorf("a supplier's invoice of the same number: document %d", b.InvoiceID)
	}
	theirsToo := made(&gst.EWay{Of: consignment("B/9"), Role: gst.EWayTransporter}, "331000000003", c.now())
	if b = keep(t, s, theirsToo, EWayAdded); b.Role != gst.EWayTransporter || b.InvoiceID != 0 {
		t.Errorf("as transporter: %+v", b)
	}
	wantFindings(t, s, "")
}

func TestANumberThatIsKeptAlreadyNeverHoldsUpAnIRN(t *testing.T) {
	s, c := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	bill := testRegistration(inv, 1).EWayBill
	adopted := keep(t, s, made(&gst.EWay{Of: consignment("other")}, bill.Number, c.now()), EWayAdded)
	register(t, s, inv)
	b, err := s.EWayOfInvoice(t.Context(), ours, inv.ID)
	if err != nil || b.ID != adopted.ID {
		t.Errorf("the document's bill: %+v, %v", b, err)
	}
	second := issue(t, s, newInvoice(ours, 1))
	r, err := nextRequest(t.Context(), s)
	check(t, err)
	reg := testRegistration(second, 2)
	reg.EWayBill.Number = bill.Number
	check(t, s.SaveRegistration(t.Context(), r, reg))
	if _, err := s.EWayOfInvoice(t.Context(), ours, second.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("one number for two documents: %v", err)
	}
	wantFindings(t, s, "")
}

func TestCheckFindsEWayBillsThatWereTamperedWith(t *testing.T) {
	tests := []struct{ name, query, want string }{
		{"a validity", `UPDATE eways SET valid_until = valid_until + 86400000 WHERE id = 1`, "e-way bill 1 is not what the edit log recorded last"},
		{"what it is of", `UPDATE eway_details SET body = replace(body, 'Pune', 'Goa') WHERE eway_id = 1`, "e-way bill 1 is not what the edit log recorded last"},
		{"a vehicle", `UPDATE eway_vehicles SET vehicle = 'X' WHERE eway_id = 1`, "e-way bill 1 is not what the edit log recorded last"},
		{"a request that is lost", `DELETE FROM eway_requests`, "e-way bill 2 of 29AAGCB1286Q000: pending"},
		{"a counter", `UPDATE eway_counters SET bills = 9 WHERE heading = 'active'`, "e-way bills active: counted 9, are 1"},
		{"out of the search index", `DELETE FROM eway_search WHERE rowid = 1099511627776 - 1`, "e-way bill 1 is not in it"},
		{"a bill that is gone", `PRAGMA foreign_keys = 0; DELETE FROM eways WHERE id = 1`, "e-way bill 1 of 29AAGCB1286Q000 stands in the edit log and is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, newClock().now)
			check(t, s.AddCompany(t.Context(), testCompany(ours)))
			makeEWay(t, s, "A/1", "331000000001")
			askEWay(t, s, "A/2")
			wantFindings(t, s, "")
			execRaw(t, raw(t, dir), test.query)
			wantFindings(t, s, test.want)
		})
	}
}
