package registrar_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
)

// put registers a document at the portal as another program would, and returns it.
func (h *house) put(number string, changes ...change) *gst.Registration {
	h.t.Helper()
	reg, err := h.portal(gst.TaxPro).Generate(h.t.Context(), document(number, changes...))
	h.must(err)
	return reg
}

// cancelThere cancels an IRN at the portal, as on its own page.
func (h *house) cancelThere(irn string) {
	h.t.Helper()
	_, err := h.portal(gst.TaxPro).Cancel(h.t.Context(), irn, gst.CancelOrder, "at the portal")
	h.must(err)
}

// park puts a waiting document into a state that the portal's answers lead to.
func (h *house) park(id int64, state gst.IRNState) {
	h.t.Helper()
	req, err := h.take(time.Minute)
	h.must(err)
	if req.InvoiceID != id {
		h.t.Fatalf("took up document %d, want %d", req.InvoiceID, id)
	}
	no := gst.Refusal{Provider: gst.Alankit, Codes: []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}}
	h.must(h.store.SaveRefusal(h.t.Context(), req, no, state))
}

// sound wants the file to be in order: states, registrations, counters, edit log, digests.
func (h *house) sound() {
	h.t.Helper()
	findings, err := h.store.Check(h.t.Context())
	h.must(err)
	for _, f := range findings {
		h.t.Errorf("%s: %s", f.Where, f.What)
	}
}

var otherTotal = []change{{"12900", "12000"}, {"322.50", "300"}, {"13545", "12600"}, {`"UnitPrice":860`, `"UnitPrice":800`}}

func TestAskPortalBringsTheDocumentInLineWithWhatIsProved(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*house) int64 // returns the document
		want    registrar.Found
		is      gst.IRNState
		doc     gst.DocumentState
	}{
		{"registered here and there", func(h *house) int64 {
			id := h.issue(number(1))
			h.step()
			return id
		}, registrar.FoundSame, gst.IRNRegistered, gst.Issued},
		{"cancelled at the portal", func(h *house) int64 {
			id := h.issue(number(1))
			h.step()
			h.cancelThere(h.standing(id).Registration.IRN)
			return id
		}, registrar.FoundCancelled, gst.IRNCancelled, gst.Void},
		{"refused as duplicate, and it is ours", func(h *house) int64 {
			id := h.issue(number(1))
			h.park(id, gst.IRNFailed)
			h.put(number(1))
			return id
		}, registrar.FoundRegistered, gst.IRNRegistered, gst.Issued},
		{"in conflict, and it is ours after all", func(h *house) int64 {
			id := h.issue(number(1))
			h.park(id, gst.IRNConflict)
			h.put(number(1))
			return id
		}, registrar.FoundRegistered, gst.IRNRegistered, gst.Issued},
		{"in conflict, ours, and cancelled there", func(h *house) int64 {
			id := h.issue(number(1))
			h.park(id, gst.IRNConflict)
			h.cancelThere(h.put(number(1)).IRN)
			return id
		}, registrar.FoundCancelled, gst.IRNCancelled, gst.Void},
		{"refused, and the portal holds another document", func(h *house) int64 {
			id := h.issue(number(1))
			h.park(id, gst.IRNFailed)
			h.put(number(1), otherTotal...)
			return id
		}, registrar.FoundOther, gst.IRNConflict, gst.Issued},
		{"refused, and nothing is there", func(h *house) int64 {
			id := h.issue(number(1))
			h.park(id, gst.IRNFailed)
			return id
		}, registrar.FoundNone, gst.IRNFailed, gst.Issued},
		{"waiting, and it was registered by hand", func(h *house) int64 {
			id := h.issue(number(1))
			h.put(number(1))
			return id
		}, registrar.FoundRegistered, gst.IRNRegistered, gst.Issued},
		{"waiting, and another document stands there", func(h *house) int64 {
			id := h.issue(number(1))
			h.put(number(1), otherTotal...)
			return id
		}, registrar.FoundOther, gst.IRNConflict, gst.Issued},
		{"waiting, and nothing is there", func(h *house) int64 { return h.issue(number(1)) },
			registrar.FoundNone, gst.IRNPending, gst.Issued},
		{"unknown, and nothing is there", func(h *house) int64 {
			id := h.issue(number(1))
			h.fault("*", "generate", "down", 1)
			h.fault("*", "get", "down", 0)
			h.step()
			h.mend()
			return id
		}, registrar.FoundNone, gst.IRNPending, gst.Issued},
		{"unknown, and it was registered", func(h *house) int64 {
			id := h.issue(number(1))
			h.fault("*", "generate", "drop-reply", 1)
			h.fault("*", "get", "down", 0)
			h.step()
			h.mend()
			return id
		}, registrar.FoundRegistered, gst.IRNRegistered, gst.Issued},
		{"registered, and shown no more after two days", func(h *house) int64 {
			id := h.issue(number(1))
			h.step()
			h.clock.advance(5 * 24 * time.Hour)
			return id
		}, registrar.FoundTooOld, gst.IRNRegistered, gst.Issued},
		{"the first provider is down", func(h *house) int64 {
			id := h.issue(number(1))
			h.step()
			h.cancelThere(h.standing(id).Registration.IRN)
			h.fault("alankit", "*", "down", 0)
			return id
		}, registrar.FoundCancelled, gst.IRNCancelled, gst.Void},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t)
			id := tt.prepare(h)
			answer, err := h.desk.AskPortal(t.Context(), sharda, id)
			h.must(err)
			if answer.Found != tt.want || answer.Provider == "" || answer.At.IsZero() {
				t.Errorf("answer %+v, want %q", answer, tt.want)
			}
			inv, _, err := h.store.Invoice(t.Context(), sharda, id)
			h.must(err)
			if inv.IRN.State != tt.is || inv.State != tt.doc {
				t.Errorf("the document is %s with IRN %s, want %s with %s", inv.State, inv.IRN.State, tt.doc, tt.is)
			}
			if reg := inv.IRN.Registration; tt.is == gst.IRNRegistered && (reg == nil || reg.KeyID == "" || reg.SignedQR == "") {
				t.Errorf("registration %+v is not verified", reg)
			}
			if tt.is == gst.IRNCancelled && (inv.IRN.CancelledAt.IsZero() || inv.IRN.CancelReason != "" || inv.IRN.CancelRemark != db.CancelledThere) {
				t.Errorf("cancelled %v for %q, %q", inv.IRN.CancelledAt, inv.IRN.CancelReason, inv.IRN.CancelRemark)
			}
			if !strings.HasSuffix(h.kinds(id), " asked") {
				t.Errorf("events: %s", h.kinds(id))
			}
			h.sound()
		})
	}
}

func TestADocumentThatIsNotThereIsSentAfterAsking(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.fault("*", "generate", "down", 1)
	h.fault("*", "get", "down", 0)
	h.step()
	h.mend()
	if _, err := h.desk.AskPortal(t.Context(), sharda, id); err != nil {
		t.Fatal(err)
	}
	h.step() // it is due at once
	if is := h.standing(id); is.State != gst.IRNRegistered {
		t.Errorf("IRN is %s", is.State)
	}
	if documents := h.ledger(); len(documents) != 1 {
		t.Errorf("the portal holds %d documents", len(documents))
	}
}

func TestAskPortalWithoutAnswerChangesNothing(t *testing.T) {
	h := build(t)
	refused, waiting := h.issue(number(1)), int64(0)
	h.park(refused, gst.IRNFailed)
	waiting = h.issue(number(2))
	h.fault("*", "*", "down", 0)
	for _, id := range []int64{refused, waiting} {
		before := h.standing(id).State
		_, err := h.desk.AskPortal(t.Context(), sharda, id)
		if !errors.Is(err, gsp.ErrNoAnswer) && !errors.Is(err, gsp.ErrNotSent) {
			t.Errorf("got %v, want no answer", err)
		}
		if is := h.standing(id).State; is != before {
			t.Errorf("the IRN was %s and is %s", before, is)
		}
	}
	h.mend()
	h.clock.advance(10 * time.Minute)
	h.step()
	if is := h.standing(waiting).State; is != gst.IRNRegistered {
		t.Errorf("after the portal is back the document that waited is %s", is)
	}
	h.sound()
}

func TestADocumentInHandIsNotAskedForBeside(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	_, err := h.take(time.Minute)
	h.must(err)
	if _, err := h.desk.AskPortal(t.Context(), sharda, id); !errors.Is(err, registrar.ErrUnderWay) {
		t.Errorf("got %v, want ErrUnderWay", err)
	}
	if calls := len(h.ledger()); calls != 0 {
		t.Errorf("the portal was called %d times", calls)
	}
}

func TestAskPortalIsOnlyForDocumentsThatStand(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.step()
	h.must(h.desk.Cancel(t.Context(), sharda, id, gst.CancelOrder, "withdrawn"))
	if _, err := h.desk.AskPortal(t.Context(), sharda, id); !errors.Is(err, gst.ErrState) {
		t.Errorf("a void one: %v, want ErrState", err)
	}
	if _, err := h.desk.AskPortal(t.Context(), sharda, id+1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("none at all: %v, want ErrNotFound", err)
	}
}

// An answer that another key signed proves nothing, whatever it says.
func TestAskPortalBelievesNoOtherSignature(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.park(id, gst.IRNFailed)
	h.put(number(1))
	h.employ(func(ctx context.Context) (*nic.Keyring, error) {
		_, keys, err := h.gsp.SandboxKeys(ctx)
		for i := range keys { // of the same names
			keys[i].Public = nic.BundledKeys()[0].Public
		}
		return nic.NewKeyring(keys...), err
	})
	answer, err := h.desk.AskPortal(t.Context(), sharda, id)
	h.must(err)
	if answer.Found != registrar.FoundUnproved {
		t.Errorf("answer %+v", answer)
	}
	if is := h.standing(id).State; is != gst.IRNFailed {
		t.Errorf("the IRN is %s", is)
	}
}

// withEWay asks for an e-way bill with the IRN.
var withEWay = change{`"ItemList"`, `"EwbDtls":{"TransId":"27AAFCD5862R1Z7","Distance":40},"ItemList"`}

func TestAskPortalTakesTheEWayBillOver(t *testing.T) {
	h := build(t)
	id := h.issue(number(1), withEWay)
	req, err := h.take(time.Minute)
	h.must(err)
	h.must(h.store.MarkSent(t.Context(), req, gst.TaxPro))
	given := *h.put(number(1), withEWay)
	bill := given.EWayBill
	if bill == nil {
		t.Fatal("the portal made no e-way bill")
	}
	given.EWayBill = nil // as if it had been made afterwards
	h.must(h.store.SaveRegistration(t.Context(), req, given))
	answer, err := h.desk.AskPortal(t.Context(), sharda, id)
	h.must(err)
	got := h.standing(id).Registration
	if answer.Found != registrar.FoundSame || answer.EWayBill != bill.Number ||
		got.EWayBill == nil || got.EWayBill.Number != bill.Number || !got.EWayBill.ValidUntil.Equal(bill.ValidUntil) {
		t.Errorf("answer %+v, e-way bill %+v, want %+v", answer, got.EWayBill, bill)
	}
	h.sound()
	if again, err := h.desk.AskPortal(t.Context(), sharda, id); err != nil || again.EWayBill != "" {
		t.Errorf("asked again: %+v, %v", again, err)
	}
}

func TestCancellingWithoutAnswerIsNotedAndAskedFor(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.step()
	h.fault("*", "cancel", "drop-reply", 0)
	h.fault("*", "get", "down", 0)
	err := h.desk.Cancel(t.Context(), sharda, id, gst.CancelOrder, "withdrawn")
	if !errors.Is(err, gsp.ErrNoAnswer) {
		t.Fatalf("got %v, want no answer", err)
	}
	if !strings.HasSuffix(h.kinds(id), string(db.EventCancelUnanswered)) {
		t.Errorf("events: %s", h.kinds(id))
	}
	h.mend()
	answer, err := h.desk.AskPortal(t.Context(), sharda, id)
	h.must(err)
	if is := h.standing(id); answer.Found != registrar.FoundCancelled || is.State != gst.IRNCancelled {
		t.Errorf("answer %+v, IRN %s", answer, is.State)
	}
}

func TestSidesNameWhatDiffers(t *testing.T) {
	h := build(t)
	h.put(number(1), otherTotal...)
	there, err := h.portal(gst.Alankit).ByDocument(t.Context(), gst.TaxInvoice, number(1), 20261120)
	h.must(err)
	differ := map[string]string{}
	for _, s := range registrar.Sides(document(number(1)), there) {
		if s.Differs {
			differ[s.Field] = s.There + " / " + s.Here
		} else if s.There != s.Here {
			t.Errorf("%s: %q and %q are said to be alike", s.Field, s.There, s.Here)
		}
	}
	want := map[string]string{
		"Total": "₹\u200912,600.00 / ₹\u200913,545.00", "Line 1": "HSN 08013220, taxable ₹\u200912,000.00 / HSN 08013220, taxable ₹\u200912,900.00",
	}
	if len(differ) != len(want) || differ["Total"] != want["Total"] || differ["Line 1"] != want["Line 1"] {
		t.Errorf("got %q, want %q", differ, want)
	}
	if sides := registrar.Sides(document(number(1)), &gst.Registration{IRN: there.IRN}); len(sides) != 0 {
		t.Errorf("without a signed invoice there are %d", len(sides))
	}
}

func TestCallsOfAskingAreKeptWithTheDocument(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.step()
	before, err := h.store.Exchanges(t.Context(), sharda, id)
	h.must(err)
	if _, err := h.desk.AskPortal(t.Context(), sharda, id); err != nil {
		t.Fatal(err)
	}
	calls, err := h.store.Exchanges(t.Context(), sharda, id)
	h.must(err)
	if len(calls) != len(before)+1 || calls[len(calls)-1].Operation != gst.OpByIRN || calls[len(calls)-1].Attempt != 0 {
		t.Errorf("calls: %+v", calls)
	}
}

// A provider that says the document is at another portal, or that it is too old to be shown,
// changes nothing of a document that was refused.
func TestAskPortalTellsWhatThePortalDoesNotShow(t *testing.T) {
	for code, want := range map[string]registrar.Found{"2295": registrar.FoundElsewhere, "2283": registrar.FoundTooOld, "2154": registrar.FoundNone} {
		h := buildBare(t)
		server := httptest.NewServer(&odd{answers: map[string][]string{"get": {no(code)}}})
		t.Cleanup(server.Close)
		h.must(h.store.Close())
		h.root = server.URL
		h.open()
		h.equip(gst.TaxPro)
		id := h.issue(number(1))
		h.park(id, gst.IRNFailed)
		answer, err := h.desk.AskPortal(t.Context(), sharda, id)
		h.must(err)
		if answer.Found != want || answer.Code != code {
			t.Errorf("%s: %+v, want %q", code, answer, want)
		}
		if is := h.standing(id).State; is != gst.IRNFailed {
			t.Errorf("%s: the IRN is %s", code, is)
		}
	}
}

// Source: NIC's release notes: status REJ.
func TestAskingAboutARejectedIRNChangesNothing(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	id := h.issue(number(1))
	h.park(id, gst.IRNFailed)
	h.put(number(1))
	h.rejecting()
	answer, err := h.desk.AskPortal(t.Context(), sharda, id)
	if err != nil || answer.Found != registrar.FoundElsewhere {
		t.Errorf("found %q, %v", answer.Found, err)
	}
	if is := h.standing(id); is.State != gst.IRNFailed || is.Registration != nil {
		t.Errorf("state %q with %+v", is.State, is.Registration)
	}
	h.sound()
}

// The answer was lost, and the portal shows a document for two days only: the IRN is kept
// without its QR code. Where the portal shows it after all, that is all it takes.
func TestAskingCompletesAnIRNWithoutItsQRCode(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	id := h.issue(number(1))
	h.put(number(1))
	h.fault("taxpro", "get", "get-expired", 2) // in both houses
	h.step()
	if is := h.standing(id); is.State != gst.IRNRegistered || !is.Registration.Unsigned() {
		t.Fatalf("state %q with %+v: %s", is.State, is.Registration, h.kinds(id))
	}
	h.mend()
	answer, err := h.desk.AskPortal(t.Context(), sharda, id)
	if err != nil || answer.Found != registrar.FoundSame {
		t.Errorf("found %q, %v", answer.Found, err)
	}
	if got := h.standing(id).Registration; got.SignedQR == "" || got.SignedInvoice == "" || got.KeyID == "" || got.SignedAckDate.IsZero() {
		t.Errorf("registration %+v", got)
	}
	h.sound()
}
