package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/registrar"
)

// through leaves both companies the one provider.
func (h *house) through(p gst.Provider) {
	h.Helper()
	for _, company := range []gst.GSTIN{sharda, konkan} {
		if _, err := h.store.Company(h.Context(), company); err != nil {
			continue
		}
		for _, cred := range gsp.PracticeCredentials() {
			cred.Enabled = cred.Provider == p
			h.must(h.store.SaveCredentials(h.Context(), company, cred))
		}
	}
}

// addBuyer adds the buyer of the documents as a company of the same store.
func (h *house) addBuyer() {
	h.Helper()
	h.must(h.store.AddCompany(h.Context(), gst.Company{
		GSTIN: konkan, LegalName: "Konkan Agro Foods LLP", Address1: "Plot 12, Sector 19", Place: "Navi Mumbai", PIN: 400703,
		State: "27", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.SlabUpTo5,
	}))
	h.must(registrar.StorePracticeUsers(h.Context(), h.store, konkan))
}

// toBuyer makes a registered document's bill.
func (h *house) toBuyer() *gst.EWay {
	h.Helper()
	inv := h.issue()
	h.step()
	id, err := h.MakeEWay(h.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	h.ewayStep()
	b := h.eway(id)
	if b.State != gst.EWayActive {
		h.Fatalf("%q: %v", b.State, b.Refusal)
	}
	return b
}

// ewayOf is a bill as another company keeps it.
func (h *house) ewayOf(company gst.GSTIN, id int64) *gst.EWay {
	h.Helper()
	b, err := h.store.EWay(h.Context(), company, id)
	h.must(err)
	return b
}

// eachWay runs a test through each provider.
func eachWay(t *testing.T, test func(*testing.T, *house)) {
	for _, p := range []gst.Provider{gst.Alankit, gst.TaxPro} {
		t.Run(string(p), func(t *testing.T) {
			h := build(t)
			h.addBuyer()
			h.through(p)
			test(t, h)
		})
	}
}

// TestTheOtherPartyRejects: the buyer fetches what was made on it and rejects it; the seller learns
// of it, and neither may do it twice nor late.
//
// Source: CGST Rules 2017, rule 138(11) and (12).
func TestTheOtherPartyRejects(t *testing.T) {
	eachWay(t, func(t *testing.T, h *house) {
		b, late := h.toBuyer(), h.toBuyer()
		added, _, err := h.FetchEWays(t.Context(), konkan, registrar.ListOtherParty, today, today)
		h.must(err)
		if added != 2 {
			t.Fatalf("%d fetched", added)
		}
		theirs, err := h.store.EWayByNumber(t.Context(), konkan, gst.Practice, b.Number)
		h.must(err)
		if theirs.Role != gst.EWayOther || theirs.InvoiceID != 0 || len(theirs.Of.Lines) != 1 {
			t.Errorf("as the buyer keeps it: %+v", theirs)
		}
		var no *NotOffered
		reject := gst.EWayOrder{Action: gst.EWayReject, Remark: "never ordered"}
		if err := h.OrderEWay(t.Context(), sharda, b.ID, reject); !errors.As(err, &no) || no.Offer.Why != "own" {
			t.Errorf("by who made it: %v", err)
		}
		h.must(h.OrderEWay(t.Context(), konkan, theirs.ID, reject))
		h.ewayStep()
		theirs = h.ewayOf(konkan, theirs.ID)
		if theirs.RejectedAt.IsZero() || theirs.State != gst.EWayActive || theirs.Refusal != nil || theirs.Asked != "" {
			t.Fatalf("rejected: %+v", theirs)
		}
		at := theirs.RejectedAt
		h.clock.advance(time.Hour)
		h.must(h.ReadEWay(t.Context(), konkan, theirs.ID))
		if theirs = h.ewayOf(konkan, theirs.ID); !theirs.RejectedAt.Equal(at) {
			t.Errorf("after a reading it was rejected at %v, not %v", theirs.RejectedAt, at)
		}
		if err := h.OrderEWay(t.Context(), konkan, theirs.ID, reject); !errors.As(err, &no) || no.Offer.Why != "rejected" {
			t.Errorf("twice: %v", err)
		}
		_, changed, err := h.FetchEWays(t.Context(), sharda, registrar.ListRejected, today, today)
		h.must(err)
		if ours := h.eway(b.ID); changed != 1 || ours.RejectedAt.IsZero() || ours.InvoiceID != b.InvoiceID || ours.Role != gst.EWayOurs {
			t.Errorf("%d changed; as who made it keeps it: %+v", changed, ours)
		}
		h.clock.advance(72 * time.Hour)
		other, err := h.store.EWayByNumber(t.Context(), konkan, gst.Practice, late.Number)
		h.must(err)
		if err := h.OrderEWay(t.Context(), konkan, other.ID, reject); !errors.As(err, &no) {
			t.Errorf("after three days: %v", err)
		}
	})
}

// TestGoodsGoOnInSeveralVehicles: a group is started, filled and changed, and a reading keeps of it
// what the portal does not show.
//
// Source: e-way bill API 1.03, multi-vehicle movement.
func TestGoodsGoOnInSeveralVehicles(t *testing.T) {
	eachWay(t, func(t *testing.T, h *house) {
		b := h.toBuyer()
		act := func(o gst.EWayOrder) {
			t.Helper()
			h.must(h.OrderEWay(t.Context(), sharda, b.ID, o))
			h.ewayStep()
			if b = h.eway(b.ID); b.Asked != "" || b.Refusal != nil {
				t.Fatalf("%s: asked %q, refused %v", o.Action, b.Asked, b.Refusal)
			}
		}
		act(gst.EWayOrder{Action: gst.EWayGroupStart, Group: &gst.EWayGroup{
			FromPlace: "Lonavala", FromState: "27", ToPlace: "Navi Mumbai", ToState: "27", Mode: "1", Quantity: 15_000, Unit: "KGS", Reason: "2", Remark: "smaller vans",
		}})
		group := b.Groups[0].Group
		add := func(vehicle string, quantity gst.Milli) gst.EWayOrder {
			return gst.EWayOrder{Action: gst.EWayGroupAdd, Vehicle: &gst.EWayGroupVehicle{Group: group, Vehicle: vehicle, Quantity: quantity}}
		}
		act(add("mh 46 ef 1111", 9_000))
		act(add("MH46EF2222", 6_000))
		act(gst.EWayOrder{Action: gst.EWayGroupChange, Swap: &gst.EWayGroupSwap{
			Group: group, OldVehicle: "MH46EF2222", NewVehicle: "MH46EF3333", Place: "Khopoli", State: "27", Reason: "1", Remark: "broke down",
		}})
		var no *NotOffered
		part := gst.EWayOrder{Action: gst.EWayPartB, PartB: &gst.PartB{Mode: "1", Vehicle: "MH12GH4321", Place: "Khopoli", State: "27", Reason: "2", Remark: "one again"}}
		if err := h.OrderEWay(t.Context(), sharda, b.ID, part); !errors.As(err, &no) || no.Offer.Why != "groups" {
			t.Errorf("one vehicle again: %v", err)
		}
		h.must(h.ReadEWay(t.Context(), sharda, b.ID))
		b = h.eway(b.ID)
		kept := map[string]gst.EWayVehicle{}
		for _, v := range b.Vehicles {
			kept[v.Vehicle] = v
		}
		if v := kept["MH46EF1111"]; v.Group != group || v.Quantity != 9_000 || v.Reason != "2" {
			t.Errorf("a vehicle of the group: %+v", v)
		}
		if v := kept["MH46EF3333"]; v.Group != group || v.Reason != "1" || v.Remark != "broke down" {
			t.Errorf("the one it was changed for: %+v", v)
		}
		if g := b.Groups; len(g) != 1 || g[0].Remark != "smaller vans" || g[0].Quantity != 15_000 {
			t.Errorf("groups: %+v", g)
		}
	})
}

// TestClosingWaitsForTheLaw: closing is offered and done only where the law row and the portal have
// it in force. Source: GSTN advisory 668 of 30-07-2026.
func TestClosingWaitsForTheLaw(t *testing.T) {
	eachWay(t, func(t *testing.T, h *house) {
		b := h.toBuyer()
		order := gst.EWayOrder{Action: gst.EWayClose, ClosedOn: today, Remark: "delivered"}
		var no *NotOffered
		if err := h.OrderEWay(t.Context(), sharda, b.ID, order); !errors.As(err, &no) || no.Offer.Why != "hold" {
			t.Errorf("on hold: %v", err)
		}
		h.must(h.store.SetLawChange(t.Context(), db.LawChange{Rule: master.RuleEWayClosing, Value: 1, From: today}))
		h.must(h.OrderEWay(t.Context(), sharda, b.ID, order))
		h.ewayStep()
		if b = h.eway(b.ID); b.State != gst.EWayActive || b.Refusal == nil {
			t.Errorf("while the portal has it on hold: %q, %v", b.State, b.Refusal)
		}
		h.switchClosing()
		h.must(h.OrderEWay(t.Context(), sharda, b.ID, order))
		h.ewayStep()
		if b = h.eway(b.ID); b.State != gst.EWayClosed || b.ClosedOn != today || b.Refusal != nil {
			t.Fatalf("closed: %q on %v, %v", b.State, b.ClosedOn, b.Refusal)
		}
		h.must(h.ReadEWay(t.Context(), sharda, b.ID))
		if b = h.eway(b.ID); b.State != gst.EWayClosed || b.ClosedOn != today {
			t.Errorf("after a reading: %q on %v", b.State, b.ClosedOn)
		}
		if err := h.OrderEWay(t.Context(), sharda, b.ID, order); !errors.As(err, &no) {
			t.Errorf("twice: %v", err)
		}
	})
}

// switchClosing has the portal's rules that are on hold in force.
func (h *house) switchClosing() {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.root+"/_sandbox/switches", strings.NewReader(`{"closing":true}`))
	h.must(err)
	res, err := http.DefaultClient.Do(req)
	h.must(err)
	h.must(res.Body.Close())
	if res.StatusCode != http.StatusOK {
		h.Fatal(res.Status)
	}
}

// TestAnAmendedDocumentAmendsTheBillThatWaits: what goes out is what the document says when it goes;
// one that is on its way keeps the document as it is.
func TestAnAmendedDocumentAmendsTheBillThatWaits(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	inv, _ = h.stored(inv.ID)
	inv.Lines[0].Quantity *= 2
	h.must(h.Amend(t.Context(), h.company, inv))
	if b := h.eway(id); b.Of.Totals.Total != inv.Totals.Total || b.Of.Transport.Vehicle != "MH12AB1234" || b.Asked != gst.EWayMake {
		t.Errorf("the bill says %v by %q, the document %v", b.Of.Totals.Total, b.Of.Transport.Vehicle, inv.Totals.Total)
	}
	k, err := h.store.TakeEWay(t.Context(), time.Minute)
	h.must(err)
	inv, _ = h.stored(inv.ID)
	inv.Lines[0].Quantity *= 2
	if err := h.Amend(t.Context(), h.company, inv); !errors.Is(err, gst.ErrState) {
		t.Errorf("amended while its bill is on its way: %v", err)
	}
	h.must(h.store.PutBackEWay(t.Context(), k, h.clock.now()))
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayActive || b.Of.Lines[0].Quantity != 30_000 {
		t.Errorf("made: %q of %v", b.State, b.Of.Lines)
	}
}

// TestARefusedBillOfAnAmendedDocumentIsAskedForAsThatStands: whatever the form still holds of it.
func TestARefusedBillOfAnAmendedDocumentIsAskedForAsThatStands(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	stale := h.proposed(inv, byVan)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, stale)
	h.must(err)
	k, err := h.store.TakeEWay(t.Context(), time.Minute)
	h.must(err)
	h.must(h.store.RefuseEWay(t.Context(), k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "619"}}}))
	inv, _ = h.stored(inv.ID)
	inv.Lines[0].Quantity *= 2
	h.must(h.Amend(t.Context(), h.company, inv))
	h.must(h.RetryEWay(t.Context(), sharda, id, stale))
	h.ewayStep()
	inv, _ = h.stored(inv.ID)
	if b := h.eway(id); b.State != gst.EWayActive || b.Of.Totals.Total != inv.Totals.Total || b.Of.Lines[0].Quantity != 30_000 {
		t.Errorf("%q over %v, the document is over %v: %v", b.State, b.Of.Totals.Total, inv.Totals.Total, b.Refusal)
	}
}

// TestAGivenUpBillIsMadeWhenItIsAskedForAgain: it leaves what is to be done until then.
func TestAGivenUpBillIsMadeWhenItIsAskedForAgain(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	if err := h.DropEWay(t.Context(), h.company, id); !errors.Is(err, gst.ErrState) {
		t.Errorf("one that is under way: %v", err)
	}
	k, err := h.store.TakeEWay(t.Context(), time.Minute)
	h.must(err)
	h.must(h.store.RefuseEWay(t.Context(), k, gst.Refusal{Codes: []gst.RefusalCode{{Code: "619"}}}))
	h.must(h.DropEWay(t.Context(), h.company, id))
	log, err := h.store.EWayEvents(t.Context(), sharda, id)
	h.must(err)
	if last := log[len(log)-1]; last.Kind != db.EventEWayGivenUp {
		t.Errorf("last on the timeline: %+v", last)
	}
	again, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	h.ewayStep()
	if b := h.eway(again); again != id || b.State != gst.EWayActive || !b.GivenUp.IsZero() {
		t.Errorf("bill %d, was %d: %q given up %v", again, id, b.State, b.GivenUp)
	}
}

// TestPracticeOrdersStayInPracticeWhenTheCompanyGoesLive: what was asked for before ends there, and
// a person can ask nothing more about it.
func TestPracticeOrdersStayInPracticeWhenTheCompanyGoesLive(t *testing.T) {
	h := build(t)
	b := h.made()
	part := gst.EWayOrder{Action: gst.EWayPartB, PartB: &gst.PartB{Mode: "1", Vehicle: "MH14CD5678", Place: "Lonavala", State: "27", Reason: "2", Remark: "trans-shipped"}}
	h.must(h.OrderEWay(t.Context(), sharda, b.ID, part))
	h.must(h.store.GoLive(t.Context(), sharda))
	h.ewayStep()
	if b = h.eway(b.ID); b.Mode != gst.Practice || b.Vehicles[0].Vehicle != "MH14CD5678" {
		t.Errorf("%s, %+v", b.Mode, b.Vehicles)
	}
	if err := h.OrderEWay(t.Context(), sharda, b.ID, part); !errors.Is(err, gst.ErrState) {
		t.Errorf("asked about in live mode: %v", err)
	}
	live, err := h.store.EWayCounts(t.Context(), sharda, gst.Live, h.clock.now())
	h.must(err)
	if fmt.Sprint(live) != fmt.Sprint(db.EWayCounts{}) {
		t.Errorf("live: %+v", live)
	}
}
