package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mohar/gsp"
	"mohar/gst"
)

// ewayStep has the registrar do what is due about e-way bills.
func (h *house) ewayStep() {
	h.Helper()
	done, err := h.registrar.EWayOne(h.Context())
	h.must(err)
	if !done {
		h.Fatal("nothing is due about e-way bills")
	}
}

// eway returns an e-way bill as it is kept.
func (h *house) eway(id int64) *gst.EWay {
	h.Helper()
	b, err := h.store.EWay(h.Context(), sharda, id)
	h.must(err)
	return b
}

// consumer makes a document one for a consumer in the same State.
func consumer(inv *gst.Invoice) {
	inv.Supply = gst.B2C
	inv.Buyer = gst.Party{GSTIN: gst.URP, LegalName: "R. Kulkarni", Address1: "Plot 12, Sector 19", Place: "Navi Mumbai", PIN: 400703, State: "27"}
}

// byVan is our own van.
func byVan(c *gst.Consignment) {
	c.Transport = gst.EWayDetails{Mode: "1", Distance: 130, Vehicle: "mh 12 ab 1234"}
}

// proposed is what is proposed for a document, changed as told.
func (h *house) proposed(inv *gst.Invoice, change ...func(*gst.Consignment)) gst.Consignment {
	h.Helper()
	c, err := h.ProposeEWay(h.Context(), sharda, inv.ID)
	h.must(err)
	for _, f := range change {
		f(&c)
	}
	return c
}

// made makes an e-way bill of a consumer's invoice and returns it.
func (h *house) made() *gst.EWay {
	h.Helper()
	inv := h.issue(consumer)
	id, err := h.MakeEWay(h.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	h.ewayStep()
	b := h.eway(id)
	if b.State != gst.EWayActive {
		h.Fatalf("%q: %v", b.State, b.Refusal)
	}
	return b
}

// fields are those that err finds fault with, in order.
func fields(t *testing.T, err error) string {
	t.Helper()
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("not gst.Invalid but %v", err)
	}
	var names []string
	for _, f := range bad.Faults {
		if !f.Warning {
			names = append(names, f.Field)
		}
	}
	return strings.Join(names, " ")
}

// TestEWayOfADocument: a registered buyer's invoice goes by its IRN, a consumer's directly.
func TestEWayOfADocument(t *testing.T) {
	h := build(t)
	b2b, b2c := h.issue(), h.issue(consumer)
	byIRN, err := h.MakeEWay(t.Context(), sharda, b2b.ID, h.proposed(b2b, byVan))
	h.must(err)
	direct, err := h.MakeEWay(t.Context(), sharda, b2c.ID, h.proposed(b2c, byVan))
	h.must(err)
	h.ewayStep()
	if b := h.eway(direct); b.Route != gst.EWayDirect || b.State != gst.EWayActive || b.Of.Transport.Vehicle != "MH12AB1234" {
		t.Errorf("direct: %q %q %+v %v", b.Route, b.State, b.Of.Transport, b.Refusal)
	}
	if b := h.eway(byIRN); b.Route != gst.EWayByIRN || b.State != gst.EWayPending {
		t.Errorf("before the IRN: %q %q", b.Route, b.State)
	}
	h.step()
	h.ewayStep()
	b := h.eway(byIRN)
	if b.State != gst.EWayActive {
		t.Fatalf("by IRN: %q %v", b.State, b.Refusal)
	}
	_, err = h.MakeEWay(t.Context(), sharda, b2b.ID, h.proposed(b2b, byVan))
	if !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	if inv, _ := h.stored(b2b.ID); inv.IRN.Registration.EWayBill == nil || inv.IRN.Registration.EWayBill.Number != b.Number {
		t.Errorf("the document shows %+v", inv.IRN.Registration.EWayBill)
	}
}

// TestEWayFaults: what the portal would refuse is told beforehand, beside the field.
func TestEWayFaults(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	for _, c := range []struct {
		name   string
		change func(*gst.Consignment)
		want   string
	}{
		{"a vehicle that is none", func(c *gst.Consignment) { byVan(c); c.Transport.Vehicle = "NONSENSE12345" }, "vehicle"},
		{"neither vehicle nor transporter", func(c *gst.Consignment) { c.Transport = gst.EWayDetails{Distance: 130} }, "transporter_id"},
		{"too far", func(c *gst.Consignment) { byVan(c); c.Transport.Distance = 4500 }, "distance"},
	} {
		_, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, c.change))
		if got := fields(t, err); !strings.Contains(got, c.want) {
			t.Errorf("%s: faults at %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := h.store.EWayOfInvoice(t.Context(), sharda, inv.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("something was stored: %v", err)
	}
	// The document's own figures count, whatever a form says of them.
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan, func(c *gst.Consignment) {
		c.Number, c.Date, c.Totals.Total, c.Lines = "OTHER/1", today-1, 1, nil
	}))
	h.must(err)
	if of := h.eway(id).Of; of.Number != inv.Number || of.Totals.Total != inv.Totals.Total || len(of.Lines) != 1 {
		t.Errorf("asked for %q of %d, %d lines", of.Number, of.Totals.Total, len(of.Lines))
	}
}

// TestDistanceIsRemembered: what the portal worked out is proposed the next time, and bounds what
// may be typed: a tenth more. Source: NIC, validation of the distance by PIN codes.
func TestDistanceIsRemembered(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan, func(c *gst.Consignment) { c.Transport.Distance = 0 }))
	h.must(err)
	h.ewayStep()
	km := h.eway(id).Of.Transport.Distance
	if km <= 0 {
		t.Fatalf("the portal's distance is not kept: %v", h.eway(id).Notes)
	}
	next := h.issue(consumer)
	c := h.proposed(next)
	if c.Transport.Distance != km {
		t.Errorf("proposed %d km, the portal said %d", c.Transport.Distance, km)
	}
	_, err = h.MakeEWay(t.Context(), sharda, next.ID, h.proposed(next, byVan, func(c *gst.Consignment) { c.Transport.Distance = km + km/10 + 1 }))
	if got := fields(t, err); got != "distance" {
		t.Errorf("above the ceiling: faults at %q", got)
	}
	_, err = h.MakeEWay(t.Context(), sharda, next.ID, h.proposed(next, byVan, func(c *gst.Consignment) { c.Transport.Distance = km + km/10 }))
	h.must(err)
}

// TestTransporterIsKnownByName: a transporter who is kept with an id needs not be typed again.
func TestTransporterIsKnownByName(t *testing.T) {
	h := build(t)
	h.must(h.store.SaveTransporter(t.Context(), sharda, &gst.Transporter{Name: "Tata Roadlines", GSTIN: "27AAACT2727Q1ZW"}))
	inv := h.issue(consumer, func(inv *gst.Invoice) { inv.Transport.Transporter = "tata roadlines" })
	if c := h.proposed(inv); c.Transport.TransporterID != "27AAACT2727Q1ZW" {
		t.Errorf("proposed %+v", c.Transport)
	}
}

// TestRefusedEWayIsAskedForAgain: what the portal refused is asked for again by a person, once the
// cause is gone: here another program's bill under the number of the paper.
func TestRefusedEWayIsAskedForAgain(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	theirs := h.proposed(inv, byVan, func(c *gst.Consignment) {
		c.Transport.Vehicle, c.Transport.VehicleType = "MH12AB1234", "R"
		c.Totals.Other, c.Totals.Total = -1_00, c.Totals.Total-1_00
	})
	other, err := h.portal().MakeEWay(t.Context(), &theirs)
	h.must(err)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayFailed || b.Refusal == nil {
		t.Fatalf("%q %v", b.State, b.Refusal)
	}
	_, err = h.portal().CancelEWay(t.Context(), other.Number, gst.EWayCancelDataEntry, "wrong total")
	h.must(err)
	h.must(h.RetryEWay(t.Context(), sharda, id, h.proposed(inv, byVan)))
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayActive || b.Number == other.Number || b.Refusal != nil {
		t.Errorf("%q as %s: %v", b.State, b.Number, b.Refusal)
	}
	if err := h.RetryEWay(t.Context(), sharda, id, h.proposed(inv, byVan)); !errors.Is(err, gst.ErrState) {
		t.Errorf("one that stands: %v", err)
	}
}

// TestOrdersAreChecked: what is not possible now is not asked for, and says why.
func TestOrdersAreChecked(t *testing.T) {
	h := build(t)
	b := h.made()
	early := gst.EWayOrder{Action: gst.EWayExtend, Extension: &gst.EWayExtension{
		PartB: gst.PartB{Mode: "1", Vehicle: "MH12AB1234", VehicleType: "R", Place: "Lonavala", State: "27", Reason: "1", Remark: "landslide"},
		PIN:   410401, Distance: 60,
	}}
	var no *NotOffered
	err := h.OrderEWay(t.Context(), sharda, b.ID, early)
	if !errors.As(err, &no) || no.Offer.Why != "early.extend" || !errors.Is(err, gst.ErrState) || no.Offer.From.IsZero() {
		t.Errorf("too early: %v", err)
	}
	part := gst.EWayOrder{Action: gst.EWayPartB, PartB: &gst.PartB{Mode: "1", Vehicle: "??", Place: "", State: "27", Reason: "2"}}
	if got := fields(t, h.OrderEWay(t.Context(), sharda, b.ID, part)); !strings.Contains(got, "vehicle") || !strings.Contains(got, "place") {
		t.Errorf("faults at %q", got)
	}
	part.PartB = &gst.PartB{Mode: "1", Vehicle: "mh-14 cd 5678", Place: "Lonavala", State: "27", Reason: "2", Remark: "trans-shipped"}
	h.must(h.OrderEWay(t.Context(), sharda, b.ID, part))
	if err := h.OrderEWay(t.Context(), sharda, b.ID, part); !errors.Is(err, gst.ErrState) {
		t.Errorf("while one is asked: %v", err)
	}
	h.ewayStep()
	if b = h.eway(b.ID); b.Vehicles[0].Vehicle != "MH14CD5678" || b.Refusal != nil {
		t.Errorf("%+v refused %v", b.Vehicles[0], b.Refusal)
	}
	if err := h.OrderEWay(t.Context(), sharda, b.ID, gst.EWayOrder{Action: gst.EWayMake}); !errors.Is(err, gst.ErrState) {
		t.Errorf("making is no order: %v", err)
	}
}

// TestExtensionIsPlanned: it is checked when it is planned and asked for when its window opens.
func TestExtensionIsPlanned(t *testing.T) {
	h := build(t)
	b := h.made()
	x, err := h.LastPartB(t.Context(), sharda, b.ID)
	h.must(err)
	if x.Vehicle != "MH12AB1234" || x.Mode != "1" || x.PIN != 411002 || x.Place != "Pune" || x.Reason != "" {
		t.Errorf("from the last entry: %+v", x)
	}
	if got := fields(t, h.ScheduleEWay(t.Context(), sharda, b.ID, x)); got == "" {
		t.Error("a plan without reason and distance is taken")
	}
	x.Reason, x.Remark, x.Distance = "1", "landslide", 60
	h.must(h.ScheduleEWay(t.Context(), sharda, b.ID, x))
	if h.eway(b.ID).Scheduled == nil {
		t.Fatal("nothing is planned")
	}
	h.clock.advance(b.ValidUntil.Add(-7 * time.Hour).Sub(h.clock.now()))
	h.ewayStep()
	after := h.eway(b.ID)
	if after.Extensions != 1 || after.Scheduled != nil {
		t.Errorf("extended %d times, planned %v, refused %v", after.Extensions, after.Scheduled, after.Refusal)
	}
	h.must(h.ScheduleEWay(t.Context(), sharda, b.ID, x))
	h.must(h.UnscheduleEWay(t.Context(), sharda, b.ID))
	if h.eway(b.ID).Scheduled != nil {
		t.Error("it is still planned")
	}
}

// TestTripSheetOfBills: only bills that may move go on one.
func TestTripSheetOfBills(t *testing.T) {
	h := build(t)
	one, two := h.made(), h.made()
	sheet := gst.TripSheet{
		PartB: gst.PartB{Mode: "1", Vehicle: "mh 12 ab 1234", Place: "Pune", State: "27"},
		Bills: []gst.TripBill{{Number: one.Number}, {Number: two.Number}},
	}
	id, err := h.MakeTrip(t.Context(), sharda, sheet)
	h.must(err)
	h.ewayStep()
	kept, err := h.store.Trip(t.Context(), sharda, id)
	h.must(err)
	if kept.State != gst.EWayActive || kept.Bills[0].EWayID != one.ID || kept.Bills[1].Paper != two.Of.Number {
		t.Errorf("kept %+v, refused %v", kept, kept.Refusal)
	}
	h.clock.advance(100 * time.Hour)
	if got := fields(t, mistaken(h.MakeTrip(t.Context(), sharda, sheet))); !strings.Contains(got, "bills[0]") {
		t.Errorf("expired: faults at %q", got)
	}
}

func mistaken(_ int64, err error) error { return err }

// TestShareEndsWithTheBill: the driver's link ends a day behind the bill.
func TestShareEndsWithTheBill(t *testing.T) {
	h := build(t)
	b := h.made()
	token, expires, err := h.ShareEWay(t.Context(), sharda, b.ID)
	h.must(err)
	if token == "" || !expires.Equal(b.ValidUntil.Add(24*time.Hour)) {
		t.Errorf("%q until %v", token, expires)
	}
	share, err := h.store.Share(t.Context(), token)
	h.must(err)
	if share.EWayID != b.ID {
		t.Errorf("it leads to %+v", share)
	}
	h.clock.advance(expires.Sub(h.clock.now()))
	if _, _, err := h.ShareEWay(t.Context(), sharda, b.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("a bill that is over: %v", err)
	}
}

// TestIRNFollowsItsEWayBill: an IRN is cancelled once its e-way bill is, also where that happened
// at the portal. Source: NIC e-invoice API, Cancel IRN, error 2230.
func TestIRNFollowsItsEWayBill(t *testing.T) {
	h := build(t)
	registered := func() (*gst.Invoice, *gst.EWay) {
		inv := h.issue()
		h.step()
		id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
		h.must(err)
		h.ewayStep()
		return inv, h.eway(id)
	}
	inv, bill := registered()
	err := h.Cancel(t.Context(), h.company, inv.ID, gst.CancelDataEntry, "wrong buyer")
	if got := fields(t, err); got != "eway_gone" {
		t.Fatalf("while the bill stands: %v", err)
	}
	id, err := h.CancelWithEWay(t.Context(), h.company, inv.ID, gst.CancelDataEntry, strings.Repeat("wrong buyer ", 8))
	h.must(err)
	h.ewayStep()
	if b := h.eway(id); id != bill.ID || b.State != gst.EWayCancelled || b.Cancelled.Reason != gst.EWayCancelDataEntry {
		t.Errorf("%q %+v refused %v", b.State, b.Cancelled, b.Refusal)
	}
	h.must(h.Cancel(t.Context(), h.company, inv.ID, gst.CancelDataEntry, "wrong buyer"))
	if _, err := h.CancelWithEWay(t.Context(), h.company, inv.ID, gst.CancelDataEntry, "wrong buyer"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("with no bill: %v", err)
	}

	inv, bill = registered()
	_, err = h.portal().CancelEWay(t.Context(), bill.Number, gst.EWayCancelOrder, "at the portal")
	h.must(err)
	h.must(h.Cancel(t.Context(), h.company, inv.ID, gst.CancelOrder, "not wanted"))
	if b := h.eway(bill.ID); b.State != gst.EWayCancelled {
		t.Errorf("cancelled there, it is kept as %q", b.State)
	}
}

// portal is the company's portal, as another program would use it.
func (h *house) portal() *gsp.Portal {
	return h.caller.Portal(sharda, gsp.PracticeCredentials()[0])
}
