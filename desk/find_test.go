package desk

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gsp"
	"mohar/gst"
	"mohar/registrar"
)

// typedThere has a document registered on the portal's own page, and returns its IRN.
func (h *house) typedThere(change ...string) string {
	h.Helper()
	var made struct {
		IRN string `json:"irn"`
	}
	h.tell(http.MethodPost, "register", map[string]any{"inv01": json.RawMessage(inv01(change...))}, &made)
	return made.IRN
}

// nothingStored fails when the store has a document.
func (h *house) nothingStored() {
	h.Helper()
	if counts, err := h.store.Counts(h.Context(), sharda, gst.Practice); err != nil || counts.All != 0 {
		h.Errorf("%d documents are stored, %v", counts.All, err)
	}
}

func TestFindIRNReadsTheStoreThenThePortal(t *testing.T) {
	h := build(t)
	irn := h.typedThere()
	inv, body, err := h.FindIRN(t.Context(), h.company, " "+strings.ToUpper(irn))
	h.must(err)
	reg := inv.IRN.Registration
	if inv.ID != 0 || inv.Number != "ERP/77" || inv.IRN.State != gst.IRNRegistered || inv.Company != sharda || inv.Mode != gst.Practice {
		t.Errorf("there: %+v", inv)
	}
	if reg == nil || reg.IRN != irn || reg.AckNo == "" || reg.SignedQR == "" || reg.KeyID == "" || reg.Status != gst.RegistrationActive {
		t.Errorf("registration %+v", reg)
	}
	if back, _, err := Open(body); err != nil || back.Totals.Total != 13_545_00 || len(back.Lines) != 1 {
		t.Errorf("its INV-01: %v, %s", err, body)
	}
	h.nothingStored()
	h.tell(http.MethodPost, "cancel", map[string]string{"irn": irn}, nil)
	if inv, _, err = h.FindIRN(t.Context(), h.company, irn); err != nil || inv.IRN.State != gst.IRNCancelled || inv.State != gst.Void {
		t.Errorf("cancelled there: %+v, %v", inv, err)
	}
	mine := h.send("ERP/77", "ERP/78").Invoice
	h.step()
	mine, _ = h.stored(mine.ID)
	h.plant("get", "down") // it is not asked for what is here
	if inv, _, err = h.FindIRN(t.Context(), h.company, mine.IRN.Registration.IRN); err != nil || inv.ID != mine.ID {
		t.Errorf("here: %v", err)
	}
}

func TestFindIRNTellsNoneFromNoAnswer(t *testing.T) {
	h := build(t)
	none := strings.Repeat("0123", 16)
	if _, _, err := h.FindIRN(t.Context(), h.company, none); !errors.Is(err, gst.ErrNotFound) || registrar.Unanswered(err) {
		t.Errorf("the portal knows none: %v", err)
	}
	irn := h.typedThere()
	h.plant("get", "bad-signature")
	if _, _, err := h.FindIRN(t.Context(), h.company, irn); !errors.Is(err, registrar.ErrNobody) || !registrar.Unanswered(err) {
		t.Errorf("with a forged signature: %v", err)
	}
	h.tell(http.MethodDelete, "faults", nil, nil)
	h.plant("get", "get-expired")
	var no *gst.Refusal
	if _, _, err := h.FindIRN(t.Context(), h.company, irn); !errors.As(err, &no) || !no.Has("2283") || errors.Is(err, registrar.ErrNobody) {
		t.Errorf("too late: %v", err)
	}
	h.tell(http.MethodDelete, "faults", nil, nil)
	h.plant("get", "http-503")
	_, _, err := h.FindIRN(t.Context(), h.company, irn)
	if !errors.Is(err, registrar.ErrNobody) || !registrar.Unanswered(err) || errors.Is(err, gst.ErrNotFound) {
		t.Errorf("nobody answers: %v", err)
	}
	for _, cred := range gsp.PracticeCredentials() {
		h.must(h.store.UseCredentials(t.Context(), sharda, gst.Practice, cred.Provider, false))
	}
	_, _, err = h.FindIRN(t.Context(), h.company, irn)
	if !errors.Is(err, registrar.ErrNobody) || registrar.WhyNot(err) == "" {
		t.Errorf("nobody is set up: %v, code %q", err, registrar.WhyNot(err))
	}
}

func TestAnotherCompanysDocumentIsNotFound(t *testing.T) {
	h := build(t)
	h.addBuyer()
	irn := h.typedThere()
	buyer, err := h.store.Company(t.Context(), gst.GSTIN(konkan))
	h.must(err)
	if inv, _, err := h.FindIRN(t.Context(), buyer, irn); err == nil {
		t.Errorf("the buyer reads %+v", inv)
	}
}

func TestFindDocumentTakesThePortalsWord(t *testing.T) {
	h := build(t)
	const day = gst.Date(20261120)
	find := func(number string, on gst.Date, ask bool) (*gst.Invoice, error) {
		inv, _, err := h.FindDocument(t.Context(), h.company, gst.TaxInvoice, number, on, ask)
		return inv, err
	}
	for _, ask := range []bool{false, true} {
		if _, err := find("ERP/77", day, ask); !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("none, asked %v: %v", ask, err)
		}
	}
	irn := h.typedThere()
	if _, err := find("ERP/77", day, false); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("there alone, without asking: %v", err)
	}
	if inv, err := find("ERP/77", day, true); err != nil || inv.ID != 0 || inv.IRN.Registration.IRN != irn {
		t.Errorf("there alone: %v", err)
	}
	h.nothingStored()

	mine := h.send("ERP/77", "ERP/78").Invoice
	h.step()
	if inv, err := find("erp/78", day, false); err != nil || inv.ID != mine.ID || inv.IRN.State != gst.IRNRegistered {
		t.Errorf("here: %v", err)
	}
	if _, err := find("ERP/78", day-1, false); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of another day: %v", err)
	}
	before, _ := h.stored(mine.ID)
	if inv, err := find("ERP/78", day, true); err != nil || inv.Version != before.Version {
		t.Errorf("here as there: version %d, %v", inv.Version, err)
	}
	h.tell(http.MethodPost, "cancel", map[string]string{"irn": before.IRN.Registration.IRN}, nil)
	h.plant("get", "get-expired")
	if inv, err := find("ERP/78", day, true); err != nil || inv.IRN.State != gst.IRNRegistered {
		t.Errorf("too late for the portal to show it: %v", err)
	}
	h.tell(http.MethodDelete, "faults", nil, nil)
	if inv, err := find("ERP/78", day, true); err != nil || inv.IRN.State != gst.IRNCancelled || inv.ID != mine.ID {
		t.Errorf("cancelled there: %v", err)
	}
	if stored, _ := h.stored(mine.ID); stored.IRN.State != gst.IRNCancelled || stored.State != gst.Void {
		t.Errorf("it stands %q here", stored.IRN.State)
	}
	h.plant("get", "http-503")
	h.clock.advance(time.Minute)
	if inv, err := find("ERP/78", day, true); err != nil || inv.ID != mine.ID {
		t.Errorf("nobody answers: %v", err)
	}
}

// What was registered without our knowing is taken over once somebody asks.
func TestFindDocumentTakesOverWhatWasLost(t *testing.T) {
	h := build(t)
	held, err := h.SendHeld(t.Context(), h.company, inv01())
	h.must(err)
	irn := h.typedThere()
	inv, _, err := h.FindDocument(t.Context(), h.company, gst.TaxInvoice, "ERP/77", 20261120, true)
	h.must(err)
	if inv.ID != held.Invoice.ID || inv.IRN.State != gst.IRNRegistered || inv.IRN.Registration.IRN != irn {
		t.Errorf("it stands %+v", inv.IRN)
	}
}

// A list of another program's documents tells an IRN, and the portal the rest.
func TestFindShowsOfAnotherProgramsDocumentWhatThePortalSigned(t *testing.T) {
	h := build(t)
	irn := h.typedThere()
	listed := typed(func(i *gst.Invoice) {
		i.Number, i.Date = "ERP/77", 20261120
		i.IRN = gst.IRNStatus{State: gst.IRNRegistered, Registration: &gst.Registration{IRN: irn, Status: gst.RegistrationActive}}
	})
	h.must(h.RecordElsewhere(t.Context(), h.company, listed))
	byIRN, _, err := h.FindIRN(t.Context(), h.company, irn)
	h.must(err)
	byNumber, _, err := h.FindDocument(t.Context(), h.company, gst.TaxInvoice, "ERP/77", 20261120, true)
	h.must(err)
	for _, inv := range []*gst.Invoice{byIRN, byNumber} {
		if reg := inv.IRN.Registration; reg.SignedInvoice == "" || reg.AckNo == "" {
			t.Errorf("found with %+v", reg)
		}
	}
	h.plant("get", "http-503")
	if inv, _, err := h.FindIRN(t.Context(), h.company, irn); err != nil || inv.ID != listed.ID {
		t.Errorf("nobody answers: %v", err)
	}
}

// That the portal holds another document under a number is written down once.
func TestFindDocumentKnowsAConflictAgain(t *testing.T) {
	h := build(t)
	held, err := h.SendHeld(t.Context(), h.company, inv01())
	h.must(err)
	h.typedThere(`"Qty":15`, `"Qty":16`, `12900`, `13760`, `322.50`, `344`, `13545`, `14448`)
	var versions []int64
	for range 2 {
		inv, _, err := h.FindDocument(t.Context(), h.company, gst.TaxInvoice, "ERP/77", 20261120, true)
		h.must(err)
		if inv.ID != held.Invoice.ID || inv.IRN.State != gst.IRNConflict {
			t.Fatalf("it stands %q", inv.IRN.State)
		}
		versions = append(versions, inv.Version)
	}
	if versions[0] != versions[1] {
		t.Errorf("changed again: versions %v", versions)
	}
}

func TestTaxpayerIsWhatTheRegisterSays(t *testing.T) {
	h := build(t)
	got, err := h.Taxpayer(t.Context(), h.company, konkan)
	h.must(err)
	if got.GSTIN != konkan || got.LegalName == "" || got.Status != gst.StatusActive {
		t.Errorf("got %+v", got)
	}
}

func TestRawEWaysAreThePortalsOwnObjects(t *testing.T) {
	for _, provider := range []gst.Provider{gst.Alankit, gst.TaxPro} {
		h := build(t)
		h.through(provider)
		made := h.made()
		raw, err := h.RawEWay(t.Context(), sharda, made.Number)
		h.must(err)
		var bill map[string]json.RawMessage
		h.must(json.Unmarshal(raw, &bill))
		if got := string(bill["ewbNo"]); got != made.Number {
			t.Errorf("%s: ewbNo is %s, want the number %s", provider, got, made.Number)
		}
		for _, name := range []string{"ewayBillDate", "genMode", "userGstin", "docNo", "actFromStateCode", "itemList", "VehiclListDetails"} {
			if len(bill[name]) == 0 {
				t.Errorf("%s: %s is missing in %s", provider, name, raw)
			}
		}
		none, err := h.RawEWays(t.Context(), sharda, today)
		if err != nil || string(none) != "[]" {
			t.Errorf("%s: of others: %s, %v", provider, none, err)
		}
		h.tell(http.MethodPost, "eways/make", map[string]any{"supplier": mysore, "recipient": sharda, "vehicle": "KA01AB1234", "no": "MY/1"}, nil)
		some, err := h.RawEWays(t.Context(), sharda, today)
		h.must(err)
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal(some, &rows); err != nil || len(rows) != 1 || len(rows[0]["ewbNo"]) != 12 || len(rows[0]["genGstin"]) == 0 {
			t.Errorf("%s: of others: %s, %v", provider, some, err)
		}
	}
}

func TestRawEWayTellsNoneFromNoAnswer(t *testing.T) {
	h := build(t)
	var bad gst.Invalid
	if _, err := h.RawEWay(t.Context(), sharda, "12"); !errors.As(err, &bad) {
		t.Errorf("no number: %v", err)
	}
	if _, err := h.RawEWay(t.Context(), sharda, "331000000001"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	h.plant("eway_get", "http-503")
	for what, ask := range map[string]func() error{
		"a bill":  func() error { _, err := h.RawEWay(t.Context(), sharda, "331000000001"); return err },
		"a list":  func() error { _, err := h.RawEWays(t.Context(), sharda, today); return err },
		"a paper": func() error { _, err := h.EWayOfPaper(t.Context(), sharda, gst.PaperInvoice, "X/1"); return err },
	} {
		if err := ask(); !errors.Is(err, registrar.ErrNobody) || !registrar.Unanswered(err) {
			t.Errorf("%s, and nobody answers: %v", what, err)
		}
	}
	h.plant("ewb", "http-503")
	if _, err := h.EWayOfIRN(t.Context(), h.company, strings.Repeat("0123", 16)); !errors.Is(err, registrar.ErrNobody) {
		t.Errorf("of an IRN, and nobody answers: %v", err)
	}
}
