package db

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// inOrder wants the file to be sound: states, registrations, counters, edit log, digests.
func inOrder(t *testing.T, s *Store) {
	t.Helper()
	findings, err := s.Check(t.Context())
	check(t, err)
	for _, f := range findings {
		t.Errorf("%s: %s", f.Where, f.What)
	}
}

// refusedInvoice issues a document and has it refused as a duplicate.
func refusedInvoice(t *testing.T, s *Store) *gst.Invoice {
	t.Helper()
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	no := gst.Refusal{Provider: gst.Alankit, Codes: []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}}
	check(t, s.SaveRefusal(t.Context(), r, no, gst.IRNFailed))
	return stored(t, s, inv.ID)
}

func stored(t *testing.T, s *Store, id int64) *gst.Invoice {
	t.Helper()
	inv, _, err := s.Invoice(t.Context(), ours, id)
	check(t, err)
	return inv
}

func TestWhatIsFoundForARefusedDocumentIsAttached(t *testing.T) {
	s, c := newStore(t)
	inv := refusedInvoice(t, s)
	reg := testRegistration(inv, 9)
	if err := s.SaveFoundFor(t.Context(), &gst.Invoice{ID: inv.ID, Company: theirs, Version: inv.Version}, reg); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("for another company: %v", err)
	}
	check(t, s.SaveFoundFor(t.Context(), inv, reg))
	got := stored(t, s, inv.ID)
	if diff := cmp.Diff(&reg, got.IRN.Registration); diff != "" || got.IRN.State != gst.IRNRegistered || got.IRN.Refusal != nil {
		t.Errorf("%s with refusal %v: %s", got.IRN.State, got.IRN.Refusal, diff)
	}
	if err := s.SaveFoundFor(t.Context(), inv, reg); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("over a change: %v", err)
	}
	if err := s.SaveFoundFor(t.Context(), got, reg); !errors.Is(err, gst.ErrState) {
		t.Errorf("a registered one: %v", err)
	}
	entry, err := s.LastChange(t.Context(), ours, inv.ID)
	check(t, err)
	if entry.Action != "registered" {
		t.Errorf("the edit log says %q", entry.Action)
	}

	c.advance(time.Hour)
	void := refusedInvoice(t, s)
	reg = testRegistration(void, 10)
	reg.Status = "CNL"
	check(t, s.SaveFoundFor(t.Context(), void, reg))
	if got := stored(t, s, void.ID); got.State != gst.Void || got.IRN.State != gst.IRNCancelled || !got.IRN.CancelledAt.Equal(c.now()) || got.IRN.CancelRemark != CancelledThere {
		t.Errorf("one that is cancelled there is %s, %+v", got.State, got.IRN)
	}
	inOrder(t, s)
}

func TestConflictOfARefusedDocumentKeepsWhatThePortalHolds(t *testing.T) {
	s, _ := newStore(t)
	inv := refusedInvoice(t, s)
	other := testRegistration(inv, 3)
	no := gst.Refusal{Provider: gst.TaxPro, Duplicate: &other, Codes: []gst.RefusalCode{{Code: "2150", Message: "There: total 1."}}}
	check(t, s.SaveConflictFor(t.Context(), inv, no))
	got := stored(t, s, inv.ID)
	if got.IRN.State != gst.IRNConflict || got.IRN.Refusal == nil || got.IRN.Refusal.Duplicate == nil || got.IRN.Refusal.Duplicate.SignedInvoice != other.SignedInvoice {
		t.Errorf("%s, refusal %+v", got.IRN.State, got.IRN.Refusal)
	}
	check(t, s.SaveConflictFor(t.Context(), got, no)) // asked again
	if err := s.SaveConflictFor(t.Context(), got, no); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("over a change: %v", err)
	}
	inOrder(t, s)
}

func TestARegistrationIsCompletedOnlyWithWhatItLacks(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	whole := testRegistration(inv, 4)
	bare := whole
	bare.SignedInvoice, bare.SignedQR, bare.KeyID, bare.EWayBill = "", "", "", nil
	check(t, s.SaveRegistration(t.Context(), r, bare))
	version := stored(t, s, inv.ID).Version

	other := whole
	other.IRN = testRegistration(&gst.Invoice{ID: 77}, 1).IRN
	if err := s.CompleteRegistration(t.Context(), ours, inv.ID, other); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("with another IRN: %v", err)
	}
	check(t, s.CompleteRegistration(t.Context(), ours, inv.ID, whole))
	got := stored(t, s, inv.ID)
	if diff := cmp.Diff(&whole, got.IRN.Registration); diff != "" || got.Version != version+1 {
		t.Errorf("version %d after %d: %s", got.Version, version, diff)
	}
	tampered := whole
	tampered.SignedQR, tampered.KeyID = "another", ""
	check(t, s.CompleteRegistration(t.Context(), ours, inv.ID, tampered)) // what is there stays
	if again := stored(t, s, inv.ID); again.Version != got.Version || again.IRN.Registration.SignedQR != whole.SignedQR {
		t.Errorf("version %d, QR %q", again.Version, again.IRN.Registration.SignedQR)
	}
	longer := whole
	bill := *whole.EWayBill
	bill.ValidUntil = bill.Date.Add(24 * time.Hour)
	longer.EWayBill = &bill
	check(t, s.CompleteRegistration(t.Context(), ours, inv.ID, longer))
	if now := stored(t, s, inv.ID).IRN.Registration; !now.EWayBill.ValidUntil.Equal(bill.ValidUntil) || len(now.Notes) != 1 {
		t.Errorf("e-way bill %+v, notes %v", now.EWayBill, now.Notes)
	}
	if err := s.CompleteRegistration(t.Context(), ours, refusedInvoice(t, s).ID, whole); !errors.Is(err, gst.ErrState) {
		t.Errorf("of a refused one: %v", err)
	}
	inOrder(t, s)
}

func TestARequestIsTakenUpByItsDocumentUnlessSomebodyHasIt(t *testing.T) {
	s, c := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r, err := s.TakeIRNRequest(t.Context(), ours, inv.ID, time.Minute)
	check(t, err)
	if r.Number != inv.Number || r.Mode != gst.Practice || r.Type != inv.Type || r.Date != inv.Date || string(r.Body) != `{"No":"INV/26-27/0001"}` || r.State != RequestReady {
		t.Errorf("request %+v", r)
	}
	nothingDue(t, s)
	if _, err := s.TakeIRNRequest(t.Context(), ours, inv.ID, time.Minute); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	before := len(kinds(t, s, inv.ID))
	check(t, s.ReturnIRNRequest(t.Context(), r, c.now().Add(time.Hour)))
	select {
	case <-s.Wake():
	default:
		t.Error("the worker is not told")
	}
	nothingDue(t, s)
	if after := len(kinds(t, s, inv.ID)); after != before {
		t.Errorf("%d events came of giving it back", after-before)
	}
	c.advance(time.Hour)
	if again := next(t, s); again.InvoiceID != inv.ID {
		t.Errorf("taken up document %d", again.InvoiceID)
	}
	if err := s.ReturnIRNRequest(t.Context(), r, c.now()); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("given back while another has it: %v", err)
	}
	if _, err := s.TakeIRNRequest(t.Context(), theirs, inv.ID, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("by another company: %v", err)
	}
	if _, err := s.TakeIRNRequest(t.Context(), ours, refusedInvoice(t, s).ID, time.Minute); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of one that does not wait: %v", err)
	}
}

// A request that a worker left behind while sending is looked up first, also by a person.
func TestARequestLeftWhileSendingIsTakenUpAsUnknown(t *testing.T) {
	s, c := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	check(t, s.MarkSent(t.Context(), r, gst.Alankit))
	c.advance(2 * time.Minute)
	taken, err := s.TakeIRNRequest(t.Context(), ours, inv.ID, time.Minute)
	check(t, err)
	if taken.State != RequestUnknown || irn(t, s, inv.ID).State != gst.IRNUnknown {
		t.Errorf("taken up as %s, IRN %s", taken.State, irn(t, s, inv.ID).State)
	}
	if err := s.SaveRegistration(t.Context(), r, testRegistration(inv, 1)); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("the worker that died: %v", err)
	}
}
