package gst

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/gst/master"
)

const (
	offerMaker       = GSTIN("29AABCD1234P1ZH")
	offerBuyer       = GSTIN("27AABCE1234P1ZK")
	offerTransporter = GSTIN("33AABCF1234P1ZQ")
)

// closing is the law with the closing of e-way bills in force.
func closing() *master.Law {
	return master.Bundled().With([]master.Rule{{Name: master.RuleEWayClosing, Value: 1, From: 20261101}})
}

// standing is a bill of ours in a state: made at ten on 22 November 2026, for goods that
// a vehicle of ours carries until the end of the 24th.
func standing(t *testing.T, state EWayState) *EWay {
	b := &EWay{
		Company: offerMaker, Role: EWayOurs, State: state, Number: "301002999920",
		Made: at(t, "2026-11-22 10:00"), MadeBy: offerMaker,
		Of: Consignment{Direction: Outward, Lines: []ConsignmentLine{{HSN: "620520", Quantity: 10_000, Unit: "NOS"}}, Date: 20261122},
	}
	if state != EWayPartA {
		b.ValidUntil = at(t, "2026-11-24 23:59")
		b.Vehicles = []EWayVehicle{{PartB: PartB{Mode: "1", Vehicle: "KA01AB1234"}, EnteredBy: string(offerMaker)}}
	}
	return b
}

// as shows a bill as another party sees it.
func as(company GSTIN, role EWayRole) func(*EWay) {
	return func(b *EWay) { b.Company, b.Role = company, role }
}

func hires(id GSTIN) func(*EWay) {
	return func(b *EWay) { b.Of.Transport.TransporterID = string(id) }
}

func enters(id GSTIN) func(*EWay) {
	return func(b *EWay) {
		b.Vehicles = slices.Insert(b.Vehicles, 0, EWayVehicle{PartB: PartB{Mode: "1", Vehicle: "TN01AB1234"}, EnteredBy: string(id)})
	}
}

func ofGold(b *EWay)    { b.Of.Lines[0].HSN = "71081200" }
func inGroups(b *EWay)  { b.Groups = []EWayGroup{{Group: 1, Quantity: 10_000, Unit: "NOS"}} }
func grouped(b *EWay)   { inGroups(b); b.Vehicles[0].Group = 1 }
func onSheet(b *EWay)   { b.TripSheet = "1234567890" }
func rejected(b *EWay)  { b.RejectedAt = b.Made.Add(time.Hour) }
func extended(b *EWay)  { b.Made = b.Made.AddDate(0, 0, -360) }
func cancelled(b *EWay) { b.State = EWayCancelled }
func closed(b *EWay)    { b.State = EWayClosed }
func partA(b *EWay)     { b.State, b.ValidUntil, b.Vehicles = EWayPartA, time.Time{}, nil }

func both(changes ...func(*EWay)) func(*EWay) {
	return func(b *EWay) {
		for _, change := range changes {
			change(b)
		}
	}
}

// offerCase is one bill at one moment, and what is said of an action.
type offerCase struct {
	name   string
	state  EWayState
	action EWayAction
	change func(*EWay)
	now    string
	why    string // empty: open
	code   string
}

var partBCases = []offerCase{
	{"the first vehicle, by who made the bill", EWayPartA, EWayPartB, nil, "2026-12-07 10:00", "", ""},
	{"not after fifteen days", EWayPartA, EWayPartB, nil, "2026-12-07 10:01", "discarded", "301"},
	{"by the transporter", EWayPartA, EWayPartB, both(hires(offerTransporter), as(offerTransporter, EWayTransporter)), "2026-11-22 11:00", "", ""},
	{"by who made it, until the transporter has entered", EWayPartA, EWayPartB, hires(offerTransporter), "2026-11-22 11:00", "", ""},
	{"not by the other party", EWayPartA, EWayPartB, as(offerBuyer, EWayOther), "2026-11-22 11:00", "stranger", "636"},
	{"not by the other party, with a transporter", EWayPartA, EWayPartB, both(hires(offerTransporter), as(offerBuyer, EWayOther)), "2026-11-22 11:00", "transporter", "636"},
	{"another vehicle while the bill is valid", EWayActive, EWayPartB, nil, "2026-11-24 23:59", "", ""},
	{"not once it has expired", EWayActive, EWayPartB, nil, "2026-11-25 00:00", "expired", "311"},
	{"not once the transporter has entered", EWayActive, EWayPartB, both(hires(offerTransporter), enters(offerTransporter)), "2026-11-22 11:00", "moved", "635"},
	{"by the transporter that has entered", EWayActive, EWayPartB, both(hires(offerTransporter), enters(offerTransporter), as(offerTransporter, EWayTransporter)), "2026-11-22 11:00", "", ""},
	{"not by a transporter that passed the bill on", EWayActive, EWayPartB, both(hires("33AABCG1234P1ZP"), as(offerTransporter, EWayTransporter)), "2026-11-22 11:00", "transporter", "636"},
	{"one's own id is no transporter", EWayActive, EWayPartB, both(hires(offerMaker), enters(offerMaker)), "2026-11-22 11:00", "", ""},
	{"not while several vehicles carry the goods", EWayActive, EWayPartB, inGroups, "2026-11-22 11:00", "groups", "412"},
	{"not for gold", EWayPartA, EWayPartB, ofGold, "2026-11-22 11:00", "gold", "811"},
	{"not after it was cancelled", EWayActive, EWayPartB, cancelled, "2026-11-22 11:00", "cancelled", "312"},
	{"not after it was closed", EWayActive, EWayPartB, closed, "2026-11-22 11:00", "closed", "851"},
	{"not while something else is asked", EWayActive, EWayPartB, func(b *EWay) { b.Asked = EWayExtend }, "2026-11-22 11:00", "asked", ""},
}

var transporterCases = []offerCase{
	{"who made the bill names the transporter", EWayPartA, EWayReassign, nil, "2026-11-22 11:00", "", ""},
	{"and another before it has entered", EWayActive, EWayReassign, hires(offerTransporter), "2026-11-22 11:00", "", ""},
	{"not after", EWayActive, EWayReassign, both(hires(offerTransporter), enters(offerTransporter)), "2026-11-22 11:00", "moved", "338"},
	{"the transporter passes it on", EWayActive, EWayReassign, both(hires(offerTransporter), enters(offerTransporter), as(offerTransporter, EWayTransporter)), "2026-11-22 11:00", "", ""},
	{"nobody else does", EWayActive, EWayReassign, both(hires(offerTransporter), as(offerBuyer, EWayOther)), "2026-11-22 11:00", "transporter", "339"},
	{"not once it has expired", EWayActive, EWayReassign, nil, "2026-11-25 00:00", "expired", "281"},
	{"not for gold", EWayPartA, EWayReassign, ofGold, "2026-11-22 11:00", "gold", "810"},
	{"not after it was cancelled", EWayActive, EWayReassign, cancelled, "2026-11-22 11:00", "cancelled", "280"},
	{"not after it was closed", EWayActive, EWayReassign, closed, "2026-11-22 11:00", "closed", "850"},
}

var extendCases = []offerCase{
	{"from eight hours before the end", EWayActive, EWayExtend, nil, "2026-11-24 15:59", "", ""},
	{"not earlier", EWayActive, EWayExtend, nil, "2026-11-24 15:58", "early.extend", "382"},
	{"to eight hours behind it", EWayActive, EWayExtend, nil, "2026-11-25 07:59", "", ""},
	{"not later", EWayActive, EWayExtend, nil, "2026-11-25 08:00", "late.extend", "382"},
	{"not without Part B", EWayPartA, EWayExtend, nil, "2026-11-24 16:00", "part_b", "381"},
	{"by the transporter alone", EWayActive, EWayExtend, hires(offerTransporter), "2026-11-24 16:00", "transporter", "700"},
	{"by the transporter", EWayActive, EWayExtend, both(hires(offerTransporter), as(offerTransporter, EWayTransporter)), "2026-11-24 16:00", "", ""},
	{"not by the other party", EWayActive, EWayExtend, as(offerBuyer, EWayOther), "2026-11-24 16:00", "stranger", "384"},
	{"not beyond 360 days in all", EWayActive, EWayExtend, extended, "2026-11-24 16:00", "cap", "821"},
	{"not after it was cancelled", EWayActive, EWayExtend, cancelled, "2026-11-24 16:00", "cancelled", "379"},
	{"not after it was closed", EWayActive, EWayExtend, closed, "2026-11-24 16:00", "closed", "844"},
	{"not after Part A was discarded", EWayPartA, EWayExtend, nil, "2026-12-25 16:00", "discarded", "380"},
}

var endCases = []offerCase{
	{"cancelled within 24 hours", EWayActive, EWayCancel, nil, "2026-11-23 10:00", "", ""},
	{"not later", EWayActive, EWayCancel, nil, "2026-11-23 10:01", "late.cancel", "315"},
	{"Part A is cancelled within 24 hours", EWayPartA, EWayCancel, nil, "2026-11-23 10:00", "", ""},
	{"and not later", EWayPartA, EWayCancel, nil, "2026-11-23 10:01", "late.cancel", "315"},
	{"by who made it alone", EWayActive, EWayCancel, as(offerTransporter, EWayTransporter), "2026-11-22 11:00", "generator", "312"},
	{"not twice", EWayActive, EWayCancel, cancelled, "2026-11-22 11:00", "cancelled", "312"},
	{"not after it was closed", EWayActive, EWayCancel, closed, "2026-11-22 11:00", "closed", "843"},
	{"rejected by the other party within 72 hours", EWayActive, EWayReject, as(offerBuyer, EWayOther), "2026-11-24 23:59", "", ""},
	{"not by who made it", EWayActive, EWayReject, nil, "2026-11-22 11:00", "own", "341"},
	{"not by the transporter", EWayActive, EWayReject, as(offerTransporter, EWayTransporter), "2026-11-22 11:00", "other", "342"},
	{"not after its end", EWayActive, EWayReject, as(offerBuyer, EWayOther), "2026-11-25 00:00", "expired", "345"},
	{"not after 72 hours", EWayActive, EWayReject, both(as(offerBuyer, EWayOther), func(b *EWay) { b.ValidUntil = b.Made.AddDate(0, 0, 9) }), "2026-11-25 10:01", "late.reject", "346"},
	{"not without Part B", EWayPartA, EWayReject, as(offerBuyer, EWayOther), "2026-11-22 11:00", "part_b", "348"},
	{"not twice", EWayActive, EWayReject, both(as(offerBuyer, EWayOther), rejected), "2026-11-22 11:00", "rejected", ""},
	{"not what was cancelled", EWayActive, EWayReject, both(as(offerBuyer, EWayOther), cancelled), "2026-11-22 11:00", "cancelled", "343"},
	{"not what was closed", EWayActive, EWayReject, both(as(offerBuyer, EWayOther), closed), "2026-11-22 11:00", "closed", "849"},
	{"closed by a party of the bill", EWayActive, EWayClose, as(offerBuyer, EWayOther), "2026-11-23 11:00", "", ""},
	{"closed up to a day behind the end", EWayActive, EWayClose, nil, "2026-11-25 23:59", "", ""},
	{"not later", EWayActive, EWayClose, nil, "2026-11-26 00:00", "late.close", "852"},
	{"not without Part B", EWayPartA, EWayClose, nil, "2026-11-23 11:00", "part_b", "830"},
	{"not what was rejected", EWayActive, EWayClose, rejected, "2026-11-23 11:00", "rejected", "853"},
	{"not by a transporter that is not its own", EWayActive, EWayClose, as(offerTransporter, EWayTransporter), "2026-11-23 11:00", "stranger", "827"},
	{"not twice", EWayActive, EWayClose, closed, "2026-11-23 11:00", "closed", "829"},
	{"not what was cancelled", EWayActive, EWayClose, cancelled, "2026-11-23 11:00", "cancelled", "852"},
}

var manyCases = []offerCase{
	{"on a trip sheet by the mover", EWayActive, EWayTrip, nil, "2026-11-22 11:00", "", ""},
	{"not without Part B", EWayPartA, EWayTrip, nil, "2026-11-22 11:00", "part_b", "391"},
	{"not once the transporter has entered", EWayActive, EWayTrip, both(hires(offerTransporter), enters(offerTransporter)), "2026-11-22 11:00", "moved", "649"},
	{"not by others", EWayActive, EWayTrip, as(offerBuyer, EWayOther), "2026-11-22 11:00", "stranger", "650"},
	{"not while several vehicles carry the goods", EWayActive, EWayTrip, inGroups, "2026-11-22 11:00", "groups", "648"},
	{"not for gold", EWayActive, EWayTrip, ofGold, "2026-11-22 11:00", "gold", "812"},
	{"not once it has expired", EWayActive, EWayTrip, nil, "2026-11-25 00:00", "expired", "818"},
	{"not after it was closed", EWayActive, EWayTrip, closed, "2026-11-22 11:00", "closed", "845"},
	{"again, when it is on one", EWayActive, EWayTripAgain, onSheet, "2026-11-22 11:00", "", ""},
	{"not again, when it is on none", EWayActive, EWayTripAgain, nil, "2026-11-22 11:00", "trip.none", "387"},
	{"several vehicles", EWayActive, EWayGroupStart, nil, "2026-11-22 11:00", "", ""},
	{"several vehicles once more", EWayActive, EWayGroupStart, inGroups, "2026-11-22 11:00", "", ""},
	{"not without Part B", EWayPartA, EWayGroupStart, nil, "2026-11-22 11:00", "part_b", "817"},
	{"not once the transporter has entered", EWayActive, EWayGroupStart, both(hires(offerTransporter), enters(offerTransporter)), "2026-11-22 11:00", "moved", "645"},
	{"not by others", EWayActive, EWayGroupStart, as(offerBuyer, EWayOther), "2026-11-22 11:00", "stranger", "646"},
	{"not for gold", EWayActive, EWayGroupStart, ofGold, "2026-11-22 11:00", "gold", "814"},
	{"not after it was closed", EWayActive, EWayGroupStart, closed, "2026-11-22 11:00", "closed", "847"},
	{"a vehicle for a group", EWayActive, EWayGroupAdd, inGroups, "2026-11-22 11:00", "", ""},
	{"not without a group", EWayActive, EWayGroupAdd, nil, "2026-11-22 11:00", "group.none", "411"},
	{"not after it was closed", EWayActive, EWayGroupAdd, closed, "2026-11-22 11:00", "closed", "846"},
	{"another vehicle in a group", EWayActive, EWayGroupChange, grouped, "2026-11-22 11:00", "", ""},
	{"not in a group without vehicles", EWayActive, EWayGroupChange, inGroups, "2026-11-22 11:00", "group.empty", "405"},
	{"not without a group", EWayActive, EWayGroupChange, nil, "2026-11-22 11:00", "group.none", "405"},
	{"not after it was closed", EWayActive, EWayGroupChange, closed, "2026-11-22 11:00", "closed", "848"},
	{"made again after a refusal", EWayFailed, EWayMake, nil, "2026-11-22 11:00", "", ""},
	{"not made twice", EWayActive, EWayMake, nil, "2026-11-22 11:00", "made", ""},
	{"nothing while it is being made", EWayPending, EWayPartB, nil, "2026-11-22 11:00", "pending", ""},
	{"nothing while no answer came", EWayUnknown, EWayMake, nil, "2026-11-22 11:00", "unknown", ""},
	{"nothing else after a refusal", EWayFailed, EWayCancel, nil, "2026-11-22 11:00", "failed", ""},
}

func allOfferCases() []offerCase {
	return slices.Concat(partBCases, transporterCases, extendCases, endCases, manyCases)
}

func (tt offerCase) offer(t *testing.T) EWayOffer {
	b := standing(t, tt.state)
	if tt.change != nil {
		tt.change(b)
	}
	return b.Offer(tt.action, at(t, tt.now), closing())
}

func TestWhatMayBeDoneWithEWayBills(t *testing.T) {
	given := map[string]bool{"hold": true} // see below
	for _, tt := range allOfferCases() {
		t.Run(string(tt.action)+": "+tt.name, func(t *testing.T) {
			got := tt.offer(t)
			given[got.Why] = true
			if got.Open != (tt.why == "") || got.Why != tt.why || got.Code != tt.code {
				t.Errorf("open %t because of %q %v with code %q", got.Open, got.Why, got.Args, got.Code)
			}
		})
	}
	for _, why := range EWayWhys() {
		if !given[why] {
			t.Errorf("no bill has the reason %q", why)
		}
	}
	for why := range given {
		if why != "" && !slices.Contains(EWayWhys(), why) {
			t.Errorf("the reason %q is not listed", why)
		}
	}
}

func TestOffersSayWhen(t *testing.T) {
	b := standing(t, EWayActive)
	offer := b.Offer(EWayExtend, at(t, "2026-11-23 12:00"), nil)
	if !offer.From.Equal(at(t, "2026-11-24 15:59")) || !offer.Until.Equal(at(t, "2026-11-25 07:59")) {
		t.Errorf("extended from %s to %s", offer.From, offer.Until)
	}
	if offer := b.Offer(EWayCancel, at(t, "2026-11-22 12:00"), nil); !offer.Until.Equal(at(t, "2026-11-23 10:00")) || !offer.From.IsZero() {
		t.Errorf("cancelled from %s to %s", offer.From, offer.Until)
	}
	as(offerBuyer, EWayOther)(b)
	if offer := b.Offer(EWayExtend, at(t, "2026-11-23 12:00"), nil); !offer.From.IsZero() {
		t.Errorf("who may never extend is told a time: %s", offer.From)
	}
	if got := len(b.Offers(at(t, "2026-11-23 12:00"), nil)); got != len(EWayActions()) {
		t.Errorf("%d offers", got)
	}
}

// Source: advisory 668, which put the closing of e-way bills on hold.
func TestClosingIsOnHold(t *testing.T) {
	offer := standing(t, EWayActive).Offer(EWayClose, at(t, "2026-11-23 12:00"), nil)
	if offer.Open || offer.Why != "hold" {
		t.Errorf("got %+v", offer)
	}
}

// eventActions are the events of the lifecycle table, and the action that each is.
var eventActions = map[string]EWayAction{
	"VEHEWB first time": EWayPartB, "VEHEWB again": EWayPartB, "CANEWB": EWayCancel, "UPDATETRANSPORTER": EWayReassign,
	"EXTENDVALIDITY": EWayExtend, "REJEWB": EWayReject, "GENCEWB": EWayTrip, "MULTIVEHMOVINT": EWayGroupStart,
	"MULTIVEHADD": EWayGroupAdd, "MULTIVEHUPD": EWayGroupChange, "CLSEWB (on hold)": EWayClose,
}

// Every row of the lifecycle table has its turn in the code, and the codes that refuse it
// are those of the row.
func TestTheLifecycleTableIsFollowed(t *testing.T) {
	rows := specTable(t, "ewb-transitions.csv")[1:]
	codes := map[EWayAction]string{}
	for _, row := range rows {
		from, event := EWayState(row[0]), row[1]
		action, known := eventActions[event]
		switch {
		case known:
			codes[action] += " " + row[len(row)-2]
			if !slices.ContainsFunc(ewayTurns, func(turn ewayTurn) bool { return turn.state == from && turn.action == action }) {
				t.Errorf("%s %s has no turn", from, event)
			}
			lawful := slices.ContainsFunc(allOfferCases(), func(tt offerCase) bool {
				return tt.action == action && tt.why == "" && tt.state == from || from == EWayExpired && tt.action == EWayExtend && tt.now > "2026-11-24 23:59"
			})
			if !lawful {
				t.Errorf("no test does %s in %s", event, from)
			}
		case event == "any change": // of what was cancelled
			for _, turn := range ewayTurns {
				if turn.state == EWayCancelled || turn.state == EWayClosed {
					t.Errorf("%s is possible although %s", turn.action, turn.state)
				}
			}
		case event == "15 days pass":
			if got := standing(t, EWayPartA).StateAt(at(t, "2026-12-08 00:00")); got != EWayDiscarded {
				t.Errorf("after 15 days: %s", got)
			}
		case event == "validUpto passes":
			if got := standing(t, EWayActive).StateAt(at(t, "2026-11-25 00:00")); got != EWayExpired {
				t.Errorf("after the end: %s", got)
			}
		case event == "72 h pass":
			if offer := (offerCase{state: EWayActive, action: EWayReject, change: as(offerBuyer, EWayOther), now: "2026-11-25 11:00"}).offer(t); offer.Open {
				t.Error("a bill is rejected after 72 hours")
			}
		default:
			t.Errorf("what is %q?", event)
		}
	}
	// Those of cancelled bills, of numbers that are none any more, and of gold.
	common := " 312 343 379 280 653 301 810 811 "
	for _, tt := range allOfferCases() {
		if row := codes[tt.action]; row != "" && tt.code != "" && !strings.Contains(row+common, " "+tt.code) {
			t.Errorf("%s: %s: code %s is not one of%s", tt.action, tt.name, tt.code, row)
		}
	}
}
