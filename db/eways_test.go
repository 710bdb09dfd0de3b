package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// consignment is what an e-way bill of a paper is of.
func consignment(number string) gst.Consignment {
	return gst.Consignment{
		Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: number, Date: 20261122,
		Transaction: 1,
		From:        gst.ConsignmentEnd{GSTIN: string(ours), Name: "Bharat Traders", State: "29", Place: "Bengaluru", PIN: 560001, PlaceState: "29"},
		To:          gst.ConsignmentEnd{GSTIN: "27AWGPV7107B1Z1", Name: "XYZ Company", State: "27", Place: "Pune", PIN: 411001, PlaceState: "27"},
		Lines:       []gst.ConsignmentLine{{Name: "Rice", HSN: "100630", Quantity: 2000, Unit: "BAG", Taxable: 1000_00, IGST: 5000}},
		Totals:      gst.ConsignmentTotals{Taxable: 1000_00, IGST: 50_00, Total: 1050_00},
		Transport:   gst.EWayDetails{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R"},
	}
}

// askEWay asks for a bill of no document that is stored.
func askEWay(t testing.TB, s *Store, number string) *gst.EWay {
	t.Helper()
	b := &gst.EWay{Company: ours, Route: gst.EWayDirect, Of: consignment(number)}
	_, err := s.AddEWay(t.Context(), b)
	check(t, err)
	return b
}

// takeEWay takes up the next task, which must be about a bill.
func takeEWay(t testing.TB, s *Store, id int64, action gst.EWayAction) *EWayTask {
	t.Helper()
	k, err := s.TakeEWay(t.Context(), time.Minute)
	check(t, err)
	if k.Bill == nil || k.Bill.ID != id || k.Order.Action != action {
		t.Fatalf("took up %s, want %s of %d", k.name(), action, id)
	}
	return k
}

// made is a bill as the portal makes it at a moment.
func made(b *gst.EWay, number string, at time.Time) gst.EWay {
	after := *b
	after.Number, after.Made, after.MadeBy, after.State = number, at, ours, gst.EWayActive
	after.ValidUntil = at.Add(48 * time.Hour)
	after.Of.Transport.Distance = 840
	after.Vehicles = []gst.EWayVehicle{{PartB: gst.PartB{Mode: "1", Vehicle: "KA01AB1234", Place: "Bengaluru", State: "29"}, Entered: at, EnteredBy: string(ours)}}
	return after
}

// makeEWay has a bill of no document made.
func makeEWay(t testing.TB, s *Store, paper, number string) *gst.EWay {
	t.Helper()
	b := askEWay(t, s, paper)
	k := takeEWay(t, s, b.ID, gst.EWayMake)
	check(t, s.MarkEWaySent(t.Context(), k, gst.Alankit))
	check(t, s.SaveEWay(t.Context(), k, made(k.Bill, number, s.now()), Event{Kind: EventEWayMade, Provider: gst.Alankit, Detail: number}))
	return storedEWay(t, s, b.ID)
}

func storedEWay(t testing.TB, s *Store, id int64) *gst.EWay {
	t.Helper()
	b, err := s.EWay(t.Context(), ours, id)
	check(t, err)
	return b
}

// everyMember sets all members of a struct to something.
func everyMember(v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(*n)
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*gst.Registration]() {
			return // of a refusal, and said of IRNs alone
		}
		v.Set(reflect.New(v.Type().Elem()))
		everyMember(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			everyMember(v.Index(i), n)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.UnixMilli(1_790_000_000_000 + *n).UTC()))
			return
		}
		for i := range v.NumField() {
			everyMember(v.Field(i), n)
		}
	}
}

func TestEveryMemberOfAnEWayBillIsKept(t *testing.T) {
	s, _ := newStore(t)
	b := askEWay(t, s, "A/1")
	want := *b
	n := int64(0)
	everyMember(reflect.ValueOf(&want).Elem(), &n)
	want.ID, want.Company, want.Mode, want.InvoiceID, want.Version = b.ID, ours, gst.Practice, 0, 2
	want.Role, want.State = gst.EWayOurs, gst.EWayActive
	want.NextTry, want.Tries, want.LastCode = storedEWay(t, s, b.ID).NextTry, 0, ""
	want.GivenUp = time.Time{} // only of one that failed
	check(t, s.write(t.Context(), func(ctx context.Context, w *tx) error {
		before, err := readEWay(ctx, w.statements, ours, b.ID)
		if err != nil {
			return err
		}
		saved := want
		return s.putEWay(ctx, w, before, &saved, "changed", nil, Event{Kind: EventEWayDone})
	}))
	if diff := cmp.Diff(&want, storedEWay(t, s, b.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMemberOfAnOrderIsKept(t *testing.T) {
	var want gst.EWayOrder
	n := int64(0)
	everyMember(reflect.ValueOf(&want).Elem(), &n)
	text, err := orderText(want)
	check(t, err)
	got, err := readOrder(text)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEWayBillIsMadeChangedAndCancelled(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	b := makeEWay(t, s, "A/1", "331000000001")
	if b.State != gst.EWayActive || b.Asked != "" || b.Role != gst.EWayOurs || len(b.Vehicles) != 1 {
		t.Fatalf("made: %+v", b)
	}
	if got, err := s.EWayByNumber(ctx, ours, gst.Practice, "331000000001"); err != nil || got.ID != b.ID {
		t.Errorf("by number: %v, %v", got, err)
	}
	km, byPortal, err := s.Distance(ctx, ours, 560001, 411001)
	if err != nil || km != 840 || !byPortal {
		t.Errorf("distance: %d, %t, %v", km, byPortal, err)
	}
	back, _, err := s.Distance(ctx, ours, 411001, 560001)
	if err != nil || back != 840 {
		t.Errorf("the way back: %d, %v", back, err)
	}

	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: &gst.PartB{Mode: "1", Vehicle: "MH12CD5678", Reason: "2"}}))
	if err := s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel}); !errors.Is(err, gst.ErrState) {
		t.Errorf("a second order while one is open: %v", err)
	}
	c.advance(time.Minute)
	k := takeEWay(t, s, b.ID, gst.EWayPartB)
	if k.Order.PartB.Vehicle != "MH12CD5678" {
		t.Errorf("the order: %+v", k.Order.PartB)
	}
	check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
	after := *k.Bill
	after.Vehicles = vehicleFirst(gst.EWayVehicle{PartB: *k.Order.PartB, Entered: c.now()}, after.Vehicles)
	check(t, s.SaveEWay(ctx, k, after, Event{Kind: EventEWayDone, Code: string(gst.EWayPartB)}))
	b = storedEWay(t, s, b.ID)
	if len(b.Vehicles) != 2 || b.Vehicles[0].Vehicle != "MH12CD5678" || b.Asked != "" || !b.Made.Equal(after.Made) {
		t.Errorf("after Part B: %+v", b)
	}

	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder}}))
	k = takeEWay(t, s, b.ID, gst.EWayCancel)
	check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
	no := gst.Refusal{Provider: gst.Alankit, Codes: []gst.RefusalCode{{Code: "315", Message: "over"}}}
	check(t, s.RefuseEWay(ctx, k, no))
	b = storedEWay(t, s, b.ID)
	if b.State != gst.EWayActive || b.Refused != gst.EWayCancel || b.Refusal == nil || b.Asked != "" {
		t.Errorf("after a refused cancellation: %+v", b)
	}
	check(t, s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayCancel}))
	k = takeEWay(t, s, b.ID, gst.EWayCancel)
	after = *k.Bill
	after.State, after.Cancelled = gst.EWayCancelled, gst.EWayCancellation{At: c.now(), Reason: gst.EWayCancelOrder, Remark: "no"}
	check(t, s.SaveEWay(ctx, k, after, Event{Kind: EventEWayDone, Code: string(gst.EWayCancel)}))
	b = storedEWay(t, s, b.ID)
	if b.State != gst.EWayCancelled || b.Cancelled.Remark != "no" || b.Refusal != nil {
		t.Errorf("cancelled: %+v", b)
	}
	if err := s.OrderEWay(ctx, ours, b.ID, gst.EWayOrder{Action: gst.EWayPartB}); !errors.Is(err, gst.ErrState) {
		t.Errorf("an order for a cancelled bill: %v", err)
	}
	askEWay(t, s, "A/1") // the paper may have another now
	wantFindings(t, s, "")
}

func TestOneBillAPaperWhileItStands(t *testing.T) {
	s, _ := newStore(t)
	b := askEWay(t, s, "A/1")
	again := &gst.EWay{Company: ours, Route: gst.EWayDirect, Of: consignment("a/1 ")}
	again.Of.Number = "a/1"
	if _, err := s.AddEWay(t.Context(), again); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("of the same paper, asked for: %v", err)
	}
	other := &gst.EWay{Company: theirs, Route: gst.EWayDirect, Of: consignment("A/1")}
	_, err := s.AddEWay(t.Context(), other)
	check(t, err)
	if _, err := s.EWay(t.Context(), theirs, b.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's bill: %v", err)
	}
}

func TestOneOfManyWhoAskAtOnceGetsTheBillOfADocument(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	var wait sync.WaitGroup
	results := make([]error, 32)
	for i := range results {
		wait.Go(func() {
			b := &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayByIRN, Of: consignment(inv.Number)}
			_, results[i] = s.AddEWay(t.Context(), b)
		})
	}
	wait.Wait()
	added := 0
	for _, err := range results {
		switch {
		case err == nil:
			added++
		case !errors.Is(err, gst.ErrConflict):
			t.Error(err)
		}
	}
	if added != 1 {
		t.Errorf("%d bills were added", added)
	}
	wantFindings(t, s, "")
}

func TestTheFileItselfHoldsOneLiveBillADocument(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	_, err := s.AddEWay(t.Context(), &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayByIRN, Of: consignment(inv.Number)})
	check(t, err)
	err = s.write(t.Context(), func(ctx context.Context, w *tx) error {
		b := gst.EWay{Company: ours, Mode: gst.Practice, InvoiceID: inv.ID, Role: gst.EWayOurs, State: gst.EWayPending, Of: consignment("other")}
		return s.putEWay(ctx, w, nil, &b, "created", nil, Event{})
	})
	if !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
}

func TestABillByIRNWaitsForTheIRN(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	b := &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayByIRN, Of: consignment(inv.Number)}
	id, err := s.AddEWay(ctx, b)
	check(t, err)
	if _, err := s.TakeEWay(ctx, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("taken up before the document is registered: %v", err)
	}
	if due, err := s.NextEWayDue(ctx, time.Time{}); err != nil || !due.IsZero() {
		t.Errorf("due at %v, %v", due, err)
	}
	r, err := nextRequest(ctx, s)
	check(t, err)
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	reg := testRegistration(inv, 1)
	reg.EWayBill = nil
	check(t, s.SaveRegistration(ctx, r, reg))
	select {
	case <-s.WakeEWays():
	default:
		t.Error("nobody was woken")
	}
	k := takeEWay(t, s, id, gst.EWayMake)
	if k.Bill.Of.IRN != reg.IRN {
		t.Errorf("IRN %q", k.Bill.Of.IRN)
	}
	check(t, s.MarkEWaySent(ctx, k, gst.Alankit))
	check(t, s.SaveEWay(ctx, k, made(k.Bill, "331000000009", s.now()), Event{Kind: EventEWayMade}))
	shown := stored(t, s, inv.ID).IRN.Registration.EWayBill
	if shown == nil || shown.Number != "331000000009" || shown.ValidUntil.IsZero() {
		t.Errorf("the registration shows %+v", shown)
	}
	wantFindings(t, s, "")
}

func TestABillThatCameWithTheIRNIsKept(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 2)
	inv.EWay = &gst.EWayDetails{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R", Distance: 140}
	issue(t, s, inv)
	register(t, s, inv)
	b, err := s.EWayOfInvoice(ctx, ours, inv.ID)
	check(t, err)
	reg := stored(t, s, inv.ID).IRN.Registration
	if b.Number != reg.EWayBill.Number || b.Route != gst.EWayWithIRN || b.State != gst.EWayPartA || b.Of.IRN != reg.IRN ||
		b.Of.Number != inv.Number || len(b.Of.Lines) == 0 {
		t.Errorf("kept: %+v", b)
	}
	rows, _, err := s.Invoices(ctx, InvoiceFilter{Company: ours, Mode: gst.Practice})
	check(t, err)
	if rows[0].EWay != (EWayMark{b.ID, b.Number, gst.EWayPartA}) {
		t.Errorf("the list shows %+v", rows[0].EWay)
	}
	again := &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayByIRN, Of: consignment(inv.Number)}
	if _, err := s.AddEWay(ctx, again); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("another one: %v", err)
	}
	wantFindings(t, s, "")
}

func TestABillRefusedWithTheIRNIsAskedForByIRN(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	r, err := nextRequest(ctx, s)
	check(t, err)
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	reg := testRegistration(inv, 1)
	reg.EWayBill, reg.EWayRefusal = nil, &gst.Refusal{Codes: []gst.RefusalCode{{Code: "4014", Message: "distance"}}}
	check(t, s.SaveFound(ctx, r, reg))
	b, err := s.EWayOfInvoice(ctx, ours, inv.ID)
	check(t, err)
	if b.State != gst.EWayFailed || !b.Refusal.Has("4014") || b.Refused != gst.EWayMake {
		t.Fatalf("kept: %+v", b)
	}
	b.Of.Transport.Distance, b.Route = 140, gst.EWayByIRN
	check(t, s.RetryEWay(ctx, b))
	if err := s.RetryEWay(ctx, b); !errors.Is(err, gst.ErrState) {
		t.Errorf("asked for twice: %v", err)
	}
	k := takeEWay(t, s, b.ID, gst.EWayMake)
	if k.Bill.Of.Transport.Distance != 140 || k.Bill.Route != gst.EWayByIRN {
		t.Errorf("the task: %+v", k.Bill)
	}
	check(t, s.RefuseEWay(ctx, k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "4009"}}}))
	if b = storedEWay(t, s, b.ID); b.State != gst.EWayFailed || !b.Refusal.Has("4009") {
		t.Errorf("refused again: %+v", b)
	}
	wantFindings(t, s, "")
}

func TestVoidingTakesBackABillThatIsToBeMade(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 1)
	inv.IRN.State = gst.IRNNotRequired
	issue(t, s, inv)
	id, err := s.AddEWay(ctx, &gst.EWay{Company: ours, InvoiceID: inv.ID, Route: gst.EWayDirect, Of: consignment(inv.Number)})
	check(t, err)
	check(t, s.VoidInvoice(ctx, ours, inv.ID, stored(t, s, inv.ID).Version, "not sold"))
	if _, err := s.EWay(ctx, ours, id); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("the bill: %v", err)
	}
	if _, err := s.TakeEWay(ctx, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("taken up: %v", err)
	}
	if _, err := s.AddEWay(ctx, &gst.EWay{Company: ours, InvoiceID: inv.ID, Of: consignment(inv.Number)}); !errors.Is(err, gst.ErrState) {
		t.Errorf("for a void document: %v", err)
	}
	wantFindings(t, s, "")
}
