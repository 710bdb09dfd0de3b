package registrar_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// byVan asks for an e-way bill with the IRN, with our own van in Part B.
var byVan = change{`"ItemList"`, `"EwbDtls":{"TransMode":"1","Distance":130,"VehNo":"MH12AB1234","VehType":"R"},"ItemList"`}

// TestTheBillOfALostIRNAnswerIsFoundWithTheIRN: the portal shows the IRN without a word of the bill
// that was made with it; it is asked for and taken over.
func TestTheBillOfALostIRNAnswerIsFoundWithTheIRN(t *testing.T) {
	h := build(t)
	h.only(gst.TaxPro)
	silent := 0
	h.between(nil, func(r *http.Response) error {
		if !isLookUp(r.Request) {
			return nil
		}
		return rewrite(r, func(s string) string {
			silent += strings.Count(s, "EwbNo")
			return strings.ReplaceAll(s, "EwbNo", "EwbNone")
		})
	})
	h.fault("taxpro", "generate", "drop-reply", 1)
	inv := h.issue(number(1), byVan)
	h.step()
	if silent == 0 {
		t.Fatalf("the look-up showed no bill to leave out: %s", h.kinds(inv))
	}
	b, err := h.store.EWayOfInvoice(t.Context(), sharda, inv)
	h.must(err)
	if book := h.ewayBook(number(1)); len(book) != 1 || book[0].No != b.Number || b.State != gst.EWayActive || b.Route != gst.EWayWithIRN {
		t.Errorf("%q %s by %s, at the portal %+v", b.State, b.Number, b.Route, book)
	}
	if reg := h.standing(inv).Registration; reg == nil || reg.EWayBill == nil || reg.EWayBill.Number != b.Number {
		t.Errorf("the registration shows %+v", reg)
	}
}

// TestABillThatMayHaveComeWithTheIRNIsLookedForBeforeOneIsMade: nothing is sent while nobody says
// whether it is there, and what is there is taken over.
func TestABillThatMayHaveComeWithTheIRNIsLookedForBeforeOneIsMade(t *testing.T) {
	h := build(t)
	inv := h.issue(number(1), byVan)
	req, err := h.take(time.Minute)
	h.must(err)
	h.must(h.store.MarkSent(t.Context(), req, gst.Alankit))
	reg, err := h.portal(gst.Alankit).Generate(t.Context(), req.Body)
	h.must(err)
	if reg.EWayBill == nil {
		t.Fatalf("no bill came with the IRN: %+v", reg)
	}
	number12 := reg.EWayBill.Number
	reg.EWayBill = nil // as if nothing had been said of it
	h.must(h.store.SaveFound(t.Context(), req, *reg))
	h.fault("*", "ewb", "down", 0)
	id := h.askByIRN(inv)
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayPending || h.sentEvents(id) != 0 {
		t.Fatalf("while nobody answers: %q %s", b.State, h.ewayKinds(id))
	}
	h.mend()
	h.must(h.desk.TryNow(t.Context(), sharda, gst.Practice))
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayActive || b.Number != number12 || h.sentEvents(id) != 0 {
		t.Errorf("%q %s, want %s: %s", b.State, b.Number, number12, h.ewayKinds(id))
	}
	if book := h.ewayBook(number(1)); len(book) != 1 {
		t.Errorf("ledger %+v", book)
	}
}

// TestABillThatDidNotComeWithTheIRNIsMade: once the portal says that there is none.
func TestABillThatDidNotComeWithTheIRNIsMade(t *testing.T) {
	h := build(t)
	inv := h.issue(number(1), byVan)
	req, err := h.take(time.Minute)
	h.must(err)
	h.must(h.store.MarkSent(t.Context(), req, gst.Alankit))
	reg, err := h.portal(gst.Alankit).Generate(t.Context(), document(number(1))) // what came there had lost its EwbDtls
	h.must(err)
	h.must(h.store.SaveFound(t.Context(), req, *reg))
	id := h.askByIRN(inv)
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayActive || h.sentEvents(id) != 1 {
		t.Errorf("%q: %s", b.State, h.ewayKinds(id))
	}
}

// TestABillWhoseIRNIsCancelledWhileItWaitsIsNotMade: nothing goes out for a void document.
func TestABillWhoseIRNIsCancelledWhileItWaitsIsNotMade(t *testing.T) {
	h := build(t)
	inv := h.issue(number(1))
	h.step()
	id := h.askByIRN(inv)
	irn := h.standing(inv).Registration.IRN
	_, err := h.portal(gst.TaxPro).Cancel(t.Context(), irn, gst.CancelOrder, "at the portal")
	h.must(err)
	if _, err := h.desk.AskPortal(t.Context(), sharda, inv); err != nil {
		t.Fatal(err)
	}
	if is := h.standing(inv); is.State != gst.IRNCancelled {
		t.Fatalf("the document is %q", is.State)
	}
	h.ewayIdle()
	if _, err := h.store.EWay(t.Context(), sharda, id); err == nil {
		t.Errorf("the order stands: %q", h.eway(id).State)
	}
	if book := h.ewayBook(number(1)); len(book) != 0 {
		t.Errorf("ledger %+v", book)
	}
}

// TestABillOfAnIRNCancelledUnseenIsRefusedPlainly: the portal says no, and nothing is sent again.
func TestABillOfAnIRNCancelledUnseenIsRefusedPlainly(t *testing.T) {
	h := build(t)
	inv := h.issue(number(1))
	h.step()
	_, err := h.portal(gst.TaxPro).Cancel(t.Context(), h.standing(inv).Registration.IRN, gst.CancelOrder, "at the portal")
	h.must(err)
	id := h.askByIRN(inv)
	h.ewayStep()
	h.ewayIdle()
	if b := h.eway(id); b.State != gst.EWayFailed || b.Refusal == nil {
		t.Errorf("%q %v: %s", b.State, b.Refusal, h.ewayKinds(id))
	}
}
