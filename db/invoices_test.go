package db

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// fullInvoice says everything a document can say.
func fullInvoice() *gst.Invoice {
	inv := newInvoice(ours, 2)
	party := func(name string) *gst.Party {
		return &gst.Party{
			GSTIN: "27AAPFU0939F1ZV", LegalName: name, TradeName: "T", Address1: "A1", Address2: "A2",
			Place: "P", PIN: 400001, State: "27", Phone: "9000000000", Email: "a@b.in",
		}
	}
	inv.ReverseCharge, inv.IGSTOnIntra, inv.EcommerceGSTIN, inv.Brought = true, true, "29AAACF1234H1C0", true
	inv.Dispatch, inv.ShipTo = party("Godown"), party("Site \"two\" \\ ₹ 😀")
	inv.Buyer = *party("Käufer & Söhne")
	inv.Lines[0] = gst.Line{
		Number: "1", Description: "Everything <b>&", Service: true, HSN: "998314", Barcode: "123456",
		Quantity: 1, FreeQty: 2, Unit: "OTH", UnitPrice: 3, Amount: 4, Discount: 5, PreTaxValue: 6,
		Taxable: 7, GSTRate: 250, IGST: 8, CGST: 9, SGST: 10, CessRate: 11, Cess: 12, CessFixed: 13,
		StateCessRate: 14, StateCess: 15, StateCessFixed: 16, OtherCharges: 17, Total: 99_999_999_999_999_99,
		OrderLine: "OL", Origin: "IN", SerialNumber: "SN", DiscountRate: 1500,
		DiscountRate2: 18, TypedPrice: 19, TypedDiscount: 20, RetailPrice: 21, Charge: gst.ChargePacking, Against: 22,
		Batch:      &gst.Batch{Name: "B1", Expiry: 20271231, Warranty: 20281231},
		Attributes: []gst.Attribute{{Name: "Colour", Value: "red"}, {}},
	}
	inv.Totals = gst.Totals{
		Taxable: 1, CGST: 2, SGST: 3, IGST: 4, Cess: 5, StateCess: 6, Discount: 7, OtherCharges: 8,
		RoundOff: -9, Total: 99_999_999_999_999_99, TotalForeign: 11,
	}
	inv.Payment = &gst.Payment{
		Payee: "P", Account: "1", Mode: "Cash", IFSC: "SBIN0000001", Terms: "30", Instruction: "I",
		CreditTransfer: "C", DirectDebit: "D", CreditDays: 30, Paid: 5, Due: 6,
	}
	inv.Refs = gst.References{
		Remarks: "R", PeriodFrom: 20261101, PeriodTo: 20261130,
		Preceding: []gst.PrecedingDocument{{Number: "A/1", Date: 20260401, Other: "O"}},
		Contracts: []gst.ContractReference{{AdviceNumber: "1", AdviceDate: 20260401, Tender: "T", Contract: "C", External: "E", Project: "P", OrderNumber: "PO", OrderDate: 20260402}},
	}
	inv.Docs = []gst.SupportingDocument{{URL: "https://a.in", Content: "c", Info: "i"}}
	inv.Export = &gst.Export{ShippingBill: "1", ShippingBillDate: 20261101, Port: "INMAA1", RefundClaim: "Y", Currency: "USD", Country: "US", Duty: 7}
	inv.EWay = &gst.EWayDetails{TransporterID: "29AAGCB1286Q000", TransporterName: "T", Mode: "1", Distance: 12, DocumentNumber: "LR1", DocumentDate: 20261122, Vehicle: "KA01AB1234", VehicleType: "R"}
	return inv
}

func TestDocumentComesBackAsItWasStored(t *testing.T) {
	tests := []struct {
		name string
		inv  *gst.Invoice
	}{
		{"typed", newInvoice(ours, 5)},
		{"with every part", fullInvoice()},
		{"empty draft", &gst.Invoice{Company: ours}},
		{"parts that are there but empty", &gst.Invoice{Company: ours, Dispatch: &gst.Party{}, Payment: &gst.Payment{}, Lines: []gst.Line{{}}}},
		{"1,000 lines", newInvoice(ours, 1000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := newStore(t)
			want := test.inv
			check(t, s.SaveDraft(t.Context(), want, []byte("body")))
			if want.State != gst.Draft || want.Version != 1 || want.Mode != gst.Practice || want.ID == 0 {
				t.Fatalf("draft has state %q, version %d, mode %q, id %d", want.State, want.Version, want.Mode, want.ID)
			}
			got, body, err := s.Invoice(t.Context(), ours, want.ID)
			check(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if string(body) != "body" {
				t.Errorf("body is %q", body)
			}
		})
	}
}

func TestDraftBecomesIssued(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 2)
	check(t, s.SaveDraft(ctx, inv, nil))
	c.advance(time.Minute)
	inv.Lines = inv.Lines[:1]
	check(t, s.SaveDraft(ctx, inv, nil))
	c.advance(time.Minute)
	inv.IRN.State = gst.IRNPending
	issue(t, s, inv)
	if inv.Number != "INV/26-27/0001" || inv.State != gst.Issued || inv.Version != 3 {
		t.Errorf("number %q, state %q, version %d", inv.Number, inv.State, inv.Version)
	}
	got, stored, err := s.Invoice(ctx, ours, inv.ID)
	check(t, err)
	got.IRN.NextTry = time.Time{} // of the request
	if diff := cmp.Diff(inv, got); diff != "" {
		t.Error(diff)
	}
	if string(stored) != `{"No":"INV/26-27/0001"}` {
		t.Errorf("body %s was made before the number was known", stored)
	}
	events, err := s.Events(ctx, ours, inv.ID)
	check(t, err)
	if len(events) != 2 || events[0].Kind != EventCreated || events[1].Kind != EventIssued {
		t.Errorf("events: %v", events)
	}
}

func TestVersionsAndStatesGuard(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, draft, nil))
	stale := *draft
	check(t, s.SaveDraft(ctx, draft, nil))
	issued := issue(t, s, newInvoice(ours, 1))
	again := *issued

	tests := []struct {
		name string
		do   func() error
		want error
	}{
		{"saving over another's change", func() error { c := stale; return s.SaveDraft(ctx, &c, nil) }, gst.ErrConflict},
		{"issuing over another's change", func() error { c := stale; return s.IssueInvoice(ctx, &c, body, true) }, gst.ErrConflict},
		{"deleting over another's change", func() error { return s.DeleteDraft(ctx, ours, stale.ID, stale.Version) }, gst.ErrConflict},
		{"issuing twice", func() error { c := again; return s.IssueInvoice(ctx, &c, body, true) }, gst.ErrState},
		{"saving an issued one as draft", func() error { c := again; return s.SaveDraft(ctx, &c, nil) }, gst.ErrState},
		{"deleting an issued one", func() error { return s.DeleteDraft(ctx, ours, again.ID, again.Version) }, gst.ErrState},
		{"voiding one that is being registered", func() error { return s.VoidInvoice(ctx, ours, again.ID, again.Version, "") }, gst.ErrState},
		{"amending one that is being registered", func() error { c := again; return s.AmendInvoice(ctx, &c, body, true) }, gst.ErrState},
		{"a draft of a company that is not there", func() error { return s.SaveDraft(ctx, newInvoice("33AAAAA0000A1Z5", 1), nil) }, gst.ErrNotFound},
		{"another company's draft", func() error { c := *draft; c.Company = theirs; return s.SaveDraft(ctx, &c, nil) }, gst.ErrNotFound},
		{"deleting another company's draft", func() error { return s.DeleteDraft(ctx, theirs, draft.ID, draft.Version) }, gst.ErrNotFound},
		{"reading another company's document", func() error { _, _, err := s.Invoice(ctx, theirs, issued.ID); return err }, gst.ErrNotFound},
		{"queueing another company's document", func() error { return s.QueueIRN(ctx, theirs, issued.ID) }, gst.ErrNotFound},
		{"voiding another company's document", func() error { return s.VoidInvoice(ctx, theirs, issued.ID, 1, "") }, gst.ErrNotFound},
		{"cancelling another company's IRN", func() error {
			return s.SaveCancellation(ctx, theirs, issued.ID, time.Now(), gst.CancelOrder, "")
		}, gst.ErrNotFound},
		{"an event on another company's document", func() error { return s.AddEvent(ctx, theirs, issued.ID, Event{Kind: EventPrinted}) }, gst.ErrNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.do(); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	with := func(number string, typ gst.DocumentType, d gst.Date) *gst.Invoice {
		inv := newInvoice(ours, 1)
		inv.Number, inv.Type, inv.Date = number, typ, d
		return inv
	}
	s, _ := newStore(t)
	steps := []struct {
		name string
		inv  *gst.Invoice
		want string
		err  error
	}{
		{"the series begins", with("", gst.TaxInvoice, 20261122), "INV/26-27/0001", nil},
		{"a brought number", with("inv/26-27/0002", gst.TaxInvoice, 20261122), "inv/26-27/0002", nil},
		{"taken numbers are skipped without regard to case", with("", gst.TaxInvoice, 20261122), "INV/26-27/0003", nil},
		{"a number twice", with("INV/26-27/0002", gst.TaxInvoice, 20261122), "", gst.ErrConflict},
		{"the same number in another year", with("INV/26-27/0002", gst.TaxInvoice, 20260331), "INV/26-27/0002", nil},
		{"the same number on another type", with("INV/26-27/0002", gst.CreditNote, 20261122), "INV/26-27/0002", nil},
		{"credit notes have their own series", with("", gst.CreditNote, 20261122), "CRN/26-27/0001", nil},
		{"bills of supply too", with("", gst.BillOfSupply, 20261122), "BOS/26-27/0001", nil},
		{"the next year begins afresh", with("", gst.TaxInvoice, 20270401), "INV/27-28/0001", nil},
		{"going back to the year", with("", gst.TaxInvoice, 20270331), "INV/26-27/0004", nil},
	}
	for _, step := range steps {
		err := s.IssueInvoice(t.Context(), step.inv, body, true)
		if !errors.Is(err, step.err) {
			t.Fatalf("%s: error %v, want %v", step.name, err, step.err)
		}
		if err == nil && step.inv.Number != step.want {
			t.Errorf("%s: number %q, want %q", step.name, step.inv.Number, step.want)
		}
		if err != nil && step.inv.ID != 0 {
			t.Errorf("%s: the document has an id although it was not stored", step.name)
		}
	}
}

func TestNumbersThatNoDocumentMayBear(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	check(t, s.SetSeries(ctx, ours, gst.Practice, Series{Type: gst.DebitNote, FY: "2026-27", Prefix: "DBN/2026-27/", Next: 9999, Width: 4}))
	full := newInvoice(ours, 1)
	full.Type = gst.DebitNote
	issue(t, s, full)
	tests := []struct {
		name string
		inv  func() *gst.Invoice
	}{
		{"series beyond 16 characters", func() *gst.Invoice { i := newInvoice(ours, 1); i.Type = gst.DebitNote; return i }},
		{"brought 17 characters", func() *gst.Invoice { i := newInvoice(ours, 1); i.Number = "ABCDEFGHIJKLMNOPQ"; return i }},
		{"leading zero", func() *gst.Invoice { i := newInvoice(ours, 1); i.Number = "001"; return i }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var bad gst.Invalid
			err := s.IssueInvoice(ctx, test.inv(), body, true)
			if !errors.As(err, &bad) || len(bad.For("number")) != 1 {
				t.Errorf("error %v, want one fault on the field number", err)
			}
		})
	}
	var bad gst.Invalid
	undated := newInvoice(ours, 1)
	undated.Date = 0
	if err := s.IssueInvoice(ctx, undated, body, true); !errors.As(err, &bad) || len(bad.For("date")) != 1 {
		t.Errorf("without date: error %v, want one fault on the field date", err)
	}
}

func TestThirtyTwoWritersNumberWithoutGap(t *testing.T) {
	s, _ := newStore(t)
	const writers, each = 32, 8
	numbers := make(chan string, writers*each)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				inv := newInvoice(ours, 1)
				if w%2 == 0 { // half of them by way of a draft
					if err := s.SaveDraft(t.Context(), inv, nil); err != nil {
						t.Error(err)
					}
				}
				if i == 3 { // some fail in the middle of their unit
					err := s.IssueInvoice(t.Context(), newInvoice(ours, 1), func(*gst.Invoice) ([]byte, error) {
						return nil, errors.New("no")
					}, true)
					if err == nil {
						t.Error("issued without a body")
					}
				}
				if err := s.IssueInvoice(t.Context(), inv, body, true); err != nil {
					t.Error(err)
				}
				numbers <- inv.Number
			}
		})
	}
	wg.Wait()
	close(numbers)
	var got []string
	for n := range numbers {
		got = append(got, n)
	}
	slices.Sort(got)
	for i, n := range got {
		if want := fmt.Sprintf("INV/26-27/%04d", i+1); n != want {
			t.Fatalf("number %d is %q, want %q", i+1, n, want)
		}
	}
	findings, err := s.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("findings: %v", findings)
	}
}

func TestAmendAndVoidWithoutIRN(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 1)
	check(t, s.IssueInvoice(ctx, inv, body, false))
	if inv.IRN.State != gst.IRNHeld {
		t.Fatalf("IRN %q, want held", inv.IRN.State)
	}
	inv.Buyer.LegalName, inv.Number = "Renamed Buyer", "CHANGED"
	check(t, s.AmendInvoice(ctx, inv, body, false))
	if inv.Number != "INV/26-27/0001" || inv.Version != 2 {
		t.Errorf("number %q, version %d", inv.Number, inv.Version)
	}
	rows, _, err := s.Invoices(ctx, InvoiceFilter{Company: ours, Mode: gst.Practice, Query: "renamed"})
	check(t, err)
	if len(rows) != 1 {
		t.Errorf("found %d documents by the new name", len(rows))
	}
	moved := *inv
	moved.Date = 20270401
	if err := s.AmendInvoice(ctx, &moved, body, false); !errors.Is(err, gst.ErrState) {
		t.Errorf("moving to another year: %v", err)
	}
	check(t, s.VoidInvoice(ctx, ours, inv.ID, inv.Version, "order withdrawn"))
	got, _, err := s.Invoice(ctx, ours, inv.ID)
	check(t, err)
	if got.State != gst.Void || got.IRN.CancelRemark != "order withdrawn" {
		t.Errorf("state %q, remark %q", got.State, got.IRN.CancelRemark)
	}
	again := newInvoice(ours, 1)
	again.Number = inv.Number
	if err := s.IssueInvoice(ctx, again, body, true); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("using the number of a void document: %v", err)
	}
}

func TestDeletedDraftIsGoneButLogged(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := newInvoice(ours, 2)
	check(t, s.SaveDraft(ctx, inv, nil))
	check(t, s.DeleteDraft(ctx, ours, inv.ID, inv.Version))
	if _, _, err := s.Invoice(ctx, ours, inv.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("reading it: %v", err)
	}
	rows, _, err := s.Invoices(ctx, InvoiceFilter{Company: ours, Mode: gst.Practice, Query: "XYZ"})
	check(t, err)
	if len(rows) != 0 {
		t.Errorf("still found: %v", rows)
	}
	entries, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "invoice", Which: fmt.Sprint(inv.ID)})
	check(t, err)
	if len(entries) != 2 || entries[0].Action != "deleted" || !strings.Contains(entries[0].Before, "Rice, bag 1") {
		t.Errorf("log: %v", entries)
	}
	next := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, next, nil))
	if next.ID == inv.ID {
		t.Error("the id of a deleted draft was used again")
	}
}

func TestPracticeDocumentsOfALiveCompanyAreReadOnly(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, draft, nil))
	check(t, s.GoLive(ctx, ours))
	if err := s.SaveDraft(ctx, draft, nil); !errors.Is(err, gst.ErrState) {
		t.Errorf("saving: %v", err)
	}
	if err := s.IssueInvoice(ctx, draft, body, true); !errors.Is(err, gst.ErrState) {
		t.Errorf("issuing: %v", err)
	}
	live := issue(t, s, newInvoice(ours, 1))
	if live.Mode != gst.Live || live.Number != "INV/26-27/0001" {
		t.Errorf("mode %q, number %q", live.Mode, live.Number)
	}
}

func TestPracticeDraftDoesNotGoLive(t *testing.T) {
	s, _ := newStore(t)
	draft := newInvoice(ours, 1)
	check(t, s.SaveDraft(t.Context(), draft, nil))
	check(t, s.GoLive(t.Context(), ours))
	draft.Mode = gst.Live
	if err := s.IssueInvoice(t.Context(), draft, body, true); !errors.Is(err, gst.ErrState) {
		t.Errorf("issued live: %v", err)
	}
}
