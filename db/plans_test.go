package db

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// Whatever a page asks for or a change looks up is found by an index: none of it may read
// all documents, lines or masters of the file.
func TestNothingThatPagesAskForReadsAWholeTable(t *testing.T) {
	s, _ := newStore(t)
	usePrograms(t, s)
	useAll(t, s)
	check(t, s.write(t.Context(), func(ctx context.Context, w *tx) error {
		for name, by := range map[string]*statements{"reader": s.reader, "writer": w.statements} {
			queries := slices.Sorted(maps.Keys(by.prepared))
			if len(queries) < 10 {
				t.Errorf("the %s has run %d queries only", name, len(queries))
			}
			for _, query := range queries {
				scans, err := scansOf(ctx, by, query)
				if err != nil {
					return err
				}
				for _, step := range scans {
					switch step { // a handful, found by the index
					case "SCAN lanes", "SCAN webhooks", "SCAN w", "SCAN bulks USING COVERING INDEX bulks_open",
						"SCAN registrations USING INDEX registrations_unverified", "SCAN submissions USING INDEX submissions_open", "SCAN came":
						continue
					}
					t.Errorf("%s: %s", step, query)
				}
			}
		}
		return nil
	}))
}

// useAll has the store run the queries that lists, links, notes, prices, reports and
// suggestions make, and the changes that come with a document and the masters.
func useAll(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 3))
	register(t, s, inv)
	note := numbered(ours, "CN1", 20261122)
	note.Type, note.Source = gst.CreditNote, inv.ID
	check(t, s.IssueInvoice(ctx, note, body, false))
	_, _, err := s.Invoice(ctx, ours, inv.ID)
	check(t, err)
	for _, f := range []InvoiceFilter{{}, {Query: "rice"}, {Query: "INV/26"}, {State: ChipDraft}, {State: ChipRegistered}, {Query: "xyz", State: ChipPending}} {
		f.Company, f.Mode, f.Limit = ours, gst.Practice, 10
		_, _, err := s.Invoices(ctx, f)
		check(t, err)
	}
	for _, f := range []DocumentFilter{{}, {Query: "rice", From: 20261101}, {Buyer: "27AABFK4417C1ZS", Chip: ChipPending}, {Number: "INV/1"}, {State: gst.Issued, Type: gst.TaxInvoice, To: 20261130}} {
		f.Company, f.Mode, f.Limit = ours, gst.Practice, 10
		_, _, err := s.Documents(ctx, f)
		check(t, err)
	}
	_, err = s.Counts(ctx, ours, gst.Practice)
	check(t, err)
	_, err = s.Months(ctx, ours, gst.Practice, 20261001, 20261130)
	check(t, err)
	_, err = s.DocumentsIssued(ctx, ours, gst.Practice, 20261101, 20261130)
	check(t, err)
	_, err = s.NotesOf(ctx, ours, inv.ID)
	check(t, err)
	_, err = s.Linked(ctx, ours, inv.ID)
	check(t, err)
	_, err = s.DraftsFrom(ctx, ours, inv.ID)
	check(t, err)
	_, err = s.HandDocuments(ctx, ours, gst.Practice, 10)
	check(t, err)
	_, err = s.GivenOut(ctx, ours, gst.Practice)
	check(t, err)
	_, err = s.CountGivenOut(ctx, ours, gst.Practice)
	check(t, err)
	_, err = s.HandDocument(ctx, ours, gst.Practice, inv.ID)
	if !errors.Is(err, gst.ErrNotFound) {
		t.Fatal(err)
	}
	_, err = s.LastRates(ctx, ours, inv.Buyer, []string{"Rice, bag 0"})
	check(t, err)
	_, err = s.Customers(ctx, ours, "xyz", 10)
	check(t, err)
	_, _, err = s.CustomerList(ctx, ours, CustomerFilter{Query: "xyz"})
	check(t, err)
	_, err = s.Items(ctx, ours, "rice", 10)
	check(t, err)
	_, _, err = s.ItemList(ctx, ours, ItemFilter{Query: "rice"})
	check(t, err)
	_, err = s.Transporters(ctx, ours, "", 10)
	check(t, err)
	_, _, err = s.ImportCustomers(ctx, ours, []gst.Customer{{Party: inv.Buyer}, {Party: gst.Party{LegalName: "Asha Stores"}}})
	check(t, err)
	_, _, err = s.ImportItems(ctx, ours, []gst.Item{{Description: "Salt", HSN: "2501", Unit: "BAG"}})
	check(t, err)
	_, err = s.SeriesOf(ctx, ours, gst.Practice, "2026-27")
	check(t, err)
	_, err = s.SearchHSN(ctx, "rice", 10)
	check(t, err)
	useQueue(t, s)
}

// useQueue has the store run the queries of the queue's page and of work on many documents.
func useQueue(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	held := issueHeld(t, s, 3)
	id, err := s.StartBulk(ctx, ours, gst.Practice, BulkRegister, held)
	check(t, err)
	work(t, s)
	registerNext(t, s)
	check(t, s.StopBulk(ctx, ours, id))
	work(t, s)
	_, err = s.QueueSummary(ctx, ours, gst.Practice)
	check(t, err)
	for _, part := range []QueuePart{QueueSending, QueueWaiting, QueueUnknown} {
		_, err = s.QueueOf(ctx, ours, gst.Practice, part, 0, 10)
		check(t, err)
	}
	_, _, err = s.HeldInvoices(ctx, ours, gst.Practice, Cursor{}, 10)
	check(t, err)
	_, err = s.Bulks(ctx, ours, gst.Practice, 5)
	check(t, err)
	_, err = s.BulkRows(ctx, id, BulkRegistered, 10)
	check(t, err)
	_, err = s.BulkPace(ctx, id, s.now())
	check(t, err)
	_, err = s.ForBulk(ctx, ours, gst.Practice, held)
	check(t, err)
	useRequests(t, s)
	useByHand(t, s)
	useEWays(t, s)
}

// useRequests has the store run the queries of the loop that sends, and those of a person who
// asks beside it.
func useRequests(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	check(t, s.TryNow(ctx, ours, gst.Practice))
	_, err := s.NextDue(ctx, s.now())
	check(t, err)
	_, err = s.OpenBulks(ctx)
	check(t, err)
	r, err := s.TakeIRNRequest(ctx, ours, inv.ID, time.Minute)
	check(t, err)
	check(t, s.ReturnIRNRequest(ctx, r, s.now()))
	r, err = s.TakeIRNRequest(ctx, ours, inv.ID, time.Minute)
	check(t, err)
	r.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpByDocument, Attempt: 10 * mostLookUps}}
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "", "no answer", time.Time{}))
	check(t, s.MarkNotSent(ctx, r, gst.Alankit, "2154", "not there"))
	check(t, s.PostponeIRN(ctx, r, s.now(), "", "away"))
	_, err = s.Waiting(ctx, ours, inv.ID)
	check(t, err)
	_, err = s.TimesAnswered(ctx, inv.ID, "2154")
	check(t, err)
	_, err = s.Exchanges(ctx, ours, inv.ID)
	check(t, err)
	r, err = nextRequest(ctx, s)
	check(t, err)
	check(t, s.PutBackIRN(ctx, r, s.now()))
	registerNext(t, s)
	other := refusedInvoice(t, s)
	check(t, s.SaveConflictFor(ctx, other, gst.Refusal{Codes: []gst.RefusalCode{{Code: "2150"}}}))
	other = stored(t, s, other.ID)
	check(t, s.SaveFoundFor(ctx, other, testRegistration(other, 8)))
	check(t, s.CompleteRegistration(ctx, ours, other.ID, testRegistration(other, 8)))
	check(t, s.SaveCancellation(ctx, ours, other.ID, s.now(), gst.CancelOrder, "withdrawn"))
	check(t, s.ResendIRN(ctx, ours, refusedInvoice(t, s).ID, true))
}

// useByHand has the store run the queries of registering by hand, of verifying anew, and of
// sessions.
func useByHand(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	check(t, s.GiveOut(ctx, ours, inv.ID, stored(t, s, inv.ID).Version, s.now()))
	no := gst.Refusal{Codes: []gst.RefusalCode{{Code: "2176"}}}
	check(t, s.BringRefusal(ctx, ours, inv.ID, stored(t, s, inv.ID).Version, no, gst.IRNFailed))
	reg := testRegistration(inv, 1)
	reg.KeyID, reg.SignedInvoice = "", ""
	check(t, s.BringRegistration(ctx, ours, inv.ID, stored(t, s, inv.ID).Version, reg))
	check(t, s.CompleteRegistration(ctx, ours, inv.ID, testRegistration(inv, 1)))
	_, err := s.Unverified(ctx, 0, 10)
	check(t, err)
	_, err = s.CountUnverified(ctx)
	check(t, err)
	check(t, s.SaveVerified(ctx, ours, inv.ID, "key"))
	check(t, s.SaveLogins(ctx, ours, gst.Practice, gst.Alankit, []time.Time{s.now()}))
	_, err = s.Logins(ctx, ours, gst.Practice, gst.Alankit)
	check(t, err)
	check(t, s.SetPaused(ctx, ours, true))
}

// useEWays has the store run the queries of e-way bills and trip sheets.
func useEWays(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	check(t, s.SetPaused(ctx, ours, false))
	b := makeEWay(t, s, "E/1", "331000000001")
	for _, tab := range []EWayTab{
		EWaysAll, EWaysToDo, EWaysActive, EWaysPartA, EWaysExpiring, EWaysExpired, EWaysCancelled, EWaysOthers, EWaysTransporter, EWaysGate,
	} {
		for _, query := range []string{"", "E/", "3310"} {
			_, _, err := s.EWays(ctx, EWayQuery{Company: ours, Mode: gst.Practice, Tab: tab, Query: query})
			check(t, err)
		}
	}
	_, err := s.EWayCounts(ctx, ours, gst.Practice, s.now())
	check(t, err)
	_, err = s.EWayByNumber(ctx, ours, gst.Practice, b.Number)
	check(t, err)
	_, err = s.WithoutEWay(ctx, ours, gst.Practice, 20260501, 20260531, 0, 10)
	check(t, err)
	_, err = s.RecentVehicles(ctx, ours, gst.Practice, 5)
	check(t, err)
	_, _, err = s.Distance(ctx, ours, 560001, 411001)
	check(t, err)
	check(t, s.ScheduleExtension(ctx, ours, b.ID, gst.EWayExtension{PIN: 1}))
	_, err = s.NextExtension(ctx)
	check(t, err)
	_, err = s.DueExtensions(ctx, s.now())
	check(t, err)
	check(t, s.Unschedule(ctx, ours, b.ID, "not needed"))
	token, err := s.AddShare(ctx, ours, b.ID, s.now().Add(time.Hour))
	check(t, err)
	_, err = s.Share(ctx, token)
	check(t, err)
	_, err = s.Shares(ctx, ours, b.ID)
	check(t, err)
	check(t, s.RevokeShares(ctx, ours, b.ID))
	_, _, err = s.KeepEWay(ctx, ours, gst.Practice, made(&gst.EWay{Of: consignment("E/2")}, "331000000002", s.now()))
	check(t, err)
	check(t, s.AddEWayEvent(ctx, ours, b.ID, Event{Kind: EventEWayRead}))
	_, err = s.EWayEvents(ctx, ours, b.ID)
	check(t, err)
	_, err = s.EWayExchanges(ctx, ours, b.ID)
	check(t, err)
	useEWayTasks(t, s, b)
}

// useEWayTasks has the store run the queries of the loop that sends what is asked about
// e-way bills.
func useEWayTasks(t *testing.T, s *Store, b *gst.EWay) {
	t.Helper()
	ctx := t.Context()
	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel}))
	check(t, s.TryEWaysNow(ctx, ours, gst.Practice))
	_, err := s.NextEWayDue(ctx, time.Time{})
	check(t, err)
	k := takeEWay(t, s, b.ID, gst.EWayCancel)
	k.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpEWayRead, Attempt: 10 * mostLookUps}}
	check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
	check(t, s.MarkEWayUnknown(ctx, k, gst.Alankit, "", "no answer", time.Time{}))
	check(t, s.MarkEWayNotSent(ctx, k, gst.Alankit, "325", "not there"))
	check(t, s.PutBackEWay(ctx, k, s.now()))
	k = takeEWay(t, s, b.ID, gst.EWayCancel)
	check(t, s.PostponeEWay(ctx, k, s.now(), "", "away"))
	k = takeEWay(t, s, b.ID, gst.EWayCancel)
	check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "315"}}}))
	trip := &gst.TripSheet{Company: ours, Old: "1300000000", Bills: []gst.TripBill{{Number: b.Number}}}
	id, err := s.AddTrip(ctx, trip)
	check(t, err)
	k, err = s.TakeEWay(ctx, time.Minute)
	check(t, err)
	k.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpEWayRead, Attempt: 10 * mostLookUps}}
	check(t, s.SaveTrip(ctx, k, gst.TripSheet{Number: "1300000001", Made: s.now()}, Event{}))
	_, err = s.TripByNumber(ctx, ours, gst.Practice, "1300000001")
	check(t, err)
	_, _, err = s.Trips(ctx, TripQuery{Company: ours, Mode: gst.Practice})
	check(t, err)
	_, err = s.TripEvents(ctx, ours, id)
	check(t, err)
	_, err = s.TripExchanges(ctx, ours, id)
	check(t, err)
	other := askEWay(t, s, "E/9")
	check(t, s.WithdrawEWayOrder(ctx, ours, other.ID))
}

// small are what a query may read whole: a few rows whatever the business has sold, lists
// that the query itself brings, whether there is any of the hsn_codes, and the last row of
// the edit_log.
var small = []string{"CONSTANT", "credentials", "portal_sessions", "law", "eway_sessions", "asked", "latest", "hsn_codes", "edit_log"}

// scansOf are the steps of a query's plan that read all of a table that grows with the
// business.
func scansOf(ctx context.Context, by *statements, query string) ([]string, error) {
	steps, err := list(ctx, newStatements(by.on), func(row scanner) (text string, err error) {
		var id, parent, unused int64
		err = row.Scan(&id, &parent, &unused, &text)
		return text, err
	}, "EXPLAIN QUERY PLAN "+query, make([]any, 200)...)
	return slices.DeleteFunc(steps, func(step string) bool {
		table, scans := strings.CutPrefix(step, "SCAN ")
		table, _, _ = strings.Cut(table, " ")
		return !scans || slices.Contains(small, table) || strings.Contains(step, " VIRTUAL TABLE ")
	}), err
}
