package db

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// recorded puts down four documents of another program: one without and one with an IRN,
// and the same void.
func recorded(t *testing.T, s *Store, now time.Time) (plain, registered, void, cancelled *gst.Invoice) {
	t.Helper()
	plain = numbered(ours, "0007", 20261105) // the law allows what INV-01 does not
	plain.IRN = gst.IRNStatus{State: gst.IRNPending}
	registered = numbered(ours, "T/2", 20261106)
	registered.IRN.Registration = &gst.Registration{
		IRN: strings.Repeat("a", 64), AckNo: "162600000000001", AckDate: now, Provider: gst.TaxPro, SignedQR: "x",
	}
	void = numbered(ours, "T/3", 20261107)
	void.State, void.IRN.CancelRemark = gst.Void, "order withdrawn"
	cancelled = numbered(ours, "T/4", 20261107)
	cancelled.State = gst.Void
	cancelled.IRN.Registration = &gst.Registration{IRN: strings.Repeat("b", 64)}
	for _, inv := range []*gst.Invoice{plain, registered, void, cancelled} {
		check(t, s.RecordElsewhere(t.Context(), inv, []byte("{}")))
	}
	return plain, registered, void, cancelled
}

func TestRecordedDocumentsComeBackAsTheyWereRecorded(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	plain, registered, void, cancelled := recorded(t, s, c.now())
	states := map[string][3]string{}
	for _, inv := range []*gst.Invoice{plain, registered, void, cancelled} {
		got, _, err := s.Invoice(ctx, ours, inv.ID)
		check(t, err)
		if diff := cmp.Diff(inv, got); diff != "" {
			t.Errorf("%s comes back otherwise: %s", inv.Number, diff)
		}
		if !got.Elsewhere || got.Issued.IsZero() {
			t.Errorf("%s: elsewhere %v, issued %v", inv.Number, got.Elsewhere, got.Issued)
		}
		states[got.Number] = [3]string{string(got.State), string(got.IRN.State), string(got.IRN.Reason)}
	}
	want := map[string][3]string{
		"0007": {"issued", "not_required", "elsewhere"}, "T/2": {"issued", "registered", ""},
		"T/3": {"void", "not_required", "elsewhere"}, "T/4": {"void", "cancelled", ""},
	}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
	if registered.IRN.Registration.Provider != "" || registered.IRN.Registration.SignedQR != "" {
		t.Errorf("registration %+v", registered.IRN.Registration)
	}
}

func TestRecordedDocumentsCountLikeAnyOther(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	_, registered, _, _ := recorded(t, s, c.now())
	if _, err := nextRequest(ctx, s); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("something is to be sent: %v", err)
	}
	months, err := s.Months(ctx, ours, gst.Practice, 20261101, 20261130)
	check(t, err)
	if len(months) != 1 || months[0].Documents != 2 || months[0].Total != 2100_00 {
		t.Errorf("months %+v, want two documents", months)
	}
	if byIRN, _, err := s.InvoiceByIRN(ctx, ours, strings.Repeat("a", 64)); err != nil || byIRN.ID != registered.ID {
		t.Errorf("by IRN: %v", err)
	}
	note := issue(t, s, noteOn(registered, 1))
	notes, err := s.NotesOf(ctx, ours, registered.ID)
	check(t, err)
	if len(notes) != 1 || notes[0].ID != note.ID {
		t.Errorf("notes %v", notes)
	}
	elsewhere := 0
	check(t, s.EachRegistration(ctx, func(r StoredRegistration) error {
		if r.Elsewhere && r.Registration.SignedInvoice == "" {
			elsewhere++
		}
		return nil
	}))
	if elsewhere != 2 {
		t.Errorf("%d registrations without signed data, want 2", elsewhere)
	}
	wantFindings(t, s, "")
	execRaw(t, raw(t, s.dir), `UPDATE invoices SET ack_no = '2' WHERE number = 'T/2'`)
	wantFindings(t, s, "its state, IRN or registration")
}

func TestRecordedDocumentsStayAsTheyAre(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	plain := numbered(ours, "T/1", 20261105)
	check(t, s.RecordElsewhere(ctx, plain, nil))
	registered := numbered(ours, "T/2", 20261106)
	registered.IRN.Registration = &gst.Registration{IRN: strings.Repeat("a", 64)}
	check(t, s.RecordElsewhere(ctx, registered, nil))
	tests := []struct {
		name string
		do   func() error
		want error
	}{
		{"amending it", func() error { c := *plain; return s.AmendInvoice(ctx, &c, body, true) }, gst.ErrState},
		{"issuing it", func() error { c := *plain; return s.IssueInvoice(ctx, &c, body, true) }, gst.ErrState},
		{"recording it twice", func() error { c := *plain; return s.RecordElsewhere(ctx, &c, nil) }, gst.ErrState},
		{"queueing it", func() error { return s.QueueIRN(ctx, ours, plain.ID) }, gst.ErrState},
		{"cancelling its IRN", func() error {
			return s.SaveCancellation(ctx, ours, registered.ID, c.now(), gst.CancelOrder, "")
		}, gst.ErrState},
		{"its number again", func() error { return s.RecordElsewhere(ctx, numbered(ours, "t/1", 20261201), nil) }, gst.ErrConflict},
		{"another one under its number", func() error { return s.IssueInvoice(ctx, numbered(ours, "T/2", 20261201), body, true) }, gst.ErrConflict},
	}
	for _, tt := range tests {
		if err := tt.do(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	fault(t, s.RecordElsewhere(ctx, newInvoice(ours, 1), nil), "required", "number")
	fault(t, s.RecordElsewhere(ctx, numbered(ours, "T/9", 0), nil), "required", "date")
	fault(t, s.RecordElsewhere(ctx, numbered(ours, "T 9", 20261105), nil), "number.pattern", "number")

	for _, inv := range []*gst.Invoice{plain, registered} { // cancelled there, or recorded by mistake
		check(t, s.VoidInvoice(ctx, ours, inv.ID, inv.Version, "cancelled there"))
	}
	got, _, err := s.Invoice(ctx, ours, registered.ID)
	check(t, err)
	if got.State != gst.Void || got.IRN.State != gst.IRNCancelled || got.IRN.Registration.Status != "CNL" {
		t.Errorf("state %s, IRN %s, registration %+v", got.State, got.IRN.State, got.IRN.Registration)
	}
	wantFindings(t, s, "")

	fresh := newInvoice(ours, 1)
	fresh.Elsewhere = true // as in a copy of one
	if issue(t, s, fresh); fresh.Elsewhere {
		t.Error("a document issued here says that it was issued elsewhere")
	}
}

// wantLocked tries everything that the lock up to 31-Oct-2026 forbids, on documents that
// lie before, on and behind its last day.
func wantLocked(t *testing.T, s *Store, old, last, open *gst.Invoice) {
	t.Helper()
	ctx := t.Context()
	draft := newInvoice(ours, 1)
	draft.Date = 20261031
	check(t, s.SaveDraft(ctx, draft, nil)) // a draft is no document yet
	locked := []struct {
		name string
		do   func() error
	}{
		{"issuing on the last day", func() error { return s.IssueInvoice(ctx, numbered(ours, "L/1", 20261031), body, false) }},
		{"issuing a draft", func() error { c := *draft; return s.IssueInvoice(ctx, &c, body, false) }},
		{"recording", func() error { return s.RecordElsewhere(ctx, numbered(ours, "L/2", 20260401), nil) }},
		{"amending", func() error { c := *last; return s.AmendInvoice(ctx, &c, body, false) }},
		{"moving out", func() error { c := *last; c.Date = 20261122; return s.AmendInvoice(ctx, &c, body, false) }},
		{"moving in", func() error { c := *open; c.Date = 20261031; return s.AmendInvoice(ctx, &c, body, false) }},
		{"voiding", func() error { return s.VoidInvoice(ctx, ours, old.ID, old.Version, "") }},
	}
	for _, tt := range locked {
		if f := fault(t, tt.do(), "date.locked", "date"); f.Args[0] != "31/10/2026" {
			t.Errorf("%s: arguments %q", tt.name, f.Args)
		}
	}
}

func TestLockedDays(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	held := func(d gst.Date) *gst.Invoice {
		inv := newInvoice(ours, 1)
		inv.Date = d
		check(t, s.IssueInvoice(ctx, inv, body, false))
		return inv
	}
	old, last, open := held(20260930), held(20261031), held(20261101)
	registered := issue(t, s, numbered(ours, "R/1", 20261031))
	register(t, s, registered)
	refused := numbered(ours, "R/2", 20261031)
	issue(t, s, refused)

	check(t, s.SetLock(ctx, ours, 20261031, 1))
	if err := s.SetLock(ctx, ours, 20261130, 1); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("over another's change: %v", err)
	}
	if err := s.SetLock(ctx, "33AAAAA0000A1Z5", 20261130, 1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of a company that is not there: %v", err)
	}
	wantLocked(t, s, old, last, open)
	other := numbered(theirs, "L/3", 20261031)
	issue(t, s, other) // another company's books are open
	check(t, s.AmendInvoice(ctx, open, body, false))
	check(t, s.SaveCancellation(ctx, ours, registered.ID, c.now(), gst.CancelOrder, ""))
	r := next(t, s)
	check(t, s.SaveRegistration(ctx, r, testRegistration(refused, 9))) // the portal's answer is a fact

	check(t, s.SetLock(ctx, ours, 20260930, 2)) // moved back
	check(t, s.VoidInvoice(ctx, ours, last.ID, last.Version, ""))
	fault(t, s.VoidInvoice(ctx, ours, old.ID, old.Version, ""), "date.locked", "date")
	check(t, s.SetLock(ctx, ours, 0, 3))
	check(t, s.VoidInvoice(ctx, ours, old.ID, old.Version, ""))
	entries, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "company", Which: string(ours), Limit: 3})
	check(t, err)
	if e := entries[1]; e.Action != "locked" || e.Before != `{"LockedTo":20261031,"Version":2}` || e.After != `{"LockedTo":20260930,"Version":3}` {
		t.Errorf("log: %+v", e)
	}
	wantFindings(t, s, "")
}

func TestCompanyKeepsWhatItsPaperSays(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	c, err := s.Company(ctx, ours)
	check(t, err)
	c.Prices, c.LockedTo = gst.PricesInclusive, 20261031
	c.Paper = gst.Paper{
		CIN: "U51909KA2019PTC123456", Lines: []string{"A", "B"}, LUTs: []gst.LUT{{Year: "2026-27", Number: "AD1"}},
		Bank: gst.Bank{Payee: "P", Account: "1", IFSC: "SBIN0000001"}, Days: 30, Copies: map[gst.DocumentType]int{gst.TaxInvoice: 2},
	}
	c.Branches = []gst.Branch{{Code: "PUN", Name: "Pune", PIN: 411001, Series: "Pune"}}
	check(t, s.UpdateCompany(ctx, c))
	got, err := s.Company(ctx, ours)
	check(t, err)
	c.Version, c.LockedTo = 2, 0 // the lock has its own door
	if diff := cmp.Diff(c, got); diff != "" {
		t.Error(diff)
	}
	all, err := s.Companies(ctx)
	check(t, err)
	if diff := cmp.Diff(c, all[1]); diff != "" {
		t.Error(diff)
	}
	c.Branches = nil
	check(t, s.UpdateCompany(ctx, c))
	entries, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "company", Which: string(ours), Limit: 2})
	check(t, err)
	if e := entries[0]; e.Before != `{"Branches":[{"Code":"PUN","Name":"Pune","PIN":411001,"Series":"Pune"}],"Version":2}` || e.After != `{"Branches":[],"Version":3}` {
		t.Errorf("log: %s > %s", e.Before, e.After)
	}
	if !strings.Contains(entries[1].After, `"Copies":{"INV":2}`) || !strings.Contains(entries[1].After, `"Prices":"inclusive"`) {
		t.Errorf("log: %s", entries[1].After)
	}
	full := testCompany("33AAAAA0000A1Z5")
	full.Paper, full.Branches, full.Prices = c.Paper, []gst.Branch{{Code: "X"}}, gst.PricesForeign
	check(t, s.AddCompany(ctx, full))
	if got, err := s.Company(ctx, full.GSTIN); err != nil || !cmp.Equal(got.Paper, full.Paper) || got.Prices != gst.PricesForeign || len(got.Branches) != 1 {
		t.Errorf("added with %+v, %v", got, err)
	}
}

func TestWhatBillsNothingIsNotCountedAsBilled(t *testing.T) {
	s, _ := newStore(t)
	for _, typ := range []gst.DocumentType{gst.TaxInvoice, gst.DeliveryChallan, gst.Quotation, gst.Proforma, gst.BillOfSupply} {
		inv := newInvoice(ours, 1)
		inv.Type, inv.IRN = typ, gst.IRNStatus{State: gst.IRNNotRequired, Reason: gst.NoIRNType}
		issue(t, s, inv)
		check(t, s.AmendInvoice(t.Context(), inv, body, false))
	}
	months, err := s.Months(t.Context(), ours, gst.Practice, 20261101, 20261130)
	check(t, err)
	if len(months) != 1 || months[0].Documents != 2 || months[0].Total != 2100_00 {
		t.Errorf("months %+v, want the invoice and the bill of supply", months)
	}
	counts, err := s.Counts(t.Context(), ours, gst.Practice)
	check(t, err)
	if counts.All != 5 || counts.NotRequired != 5 {
		t.Errorf("counts %+v", counts)
	}
	wantFindings(t, s, "")
}
