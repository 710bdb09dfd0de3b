package gst

import (
	"slices"
	"strings"
	"time"

	"mohar/gst/master"
)

// EWayActions are the actions in the order in which people look for them.
func EWayActions() []EWayAction {
	return []EWayAction{
		EWayMake, EWayPartB, EWayExtend, EWayReassign, EWayCancel, EWayReject, EWayTrip, EWayTripAgain,
		EWayGroupStart, EWayGroupAdd, EWayGroupChange, EWayClose,
	}
}

// EWayWhys returns every reason why an action is not offered: the keys below "ewayno." of
// the lang room.
func EWayWhys() []string {
	return []string{
		"asked", "pending", "unknown", "failed", "made", "part_b", "discarded", "cancelled", "closed", "expired",
		"generator", "transporter", "moved", "other", "own", "stranger", "late.cancel", "late.reject",
		"early.extend", "late.extend", "cap", "late.close", "rejected", "gold", "groups", "group.none", "group.empty", "trip.none", "hold",
	}
}

// ewayTurn is one row of the lifecycle: what may be done in a state, by whom, and until
// when.
type ewayTurn struct {
	state  EWayState
	action EWayAction
	who    func(ewayCase) ewayNo
	window func(ewayCase) ewayWindow // nil: as long as the state lasts
	unless []func(ewayCase) ewayNo   // what else stands against it
}

// ewayTurns is the lifecycle of an e-way bill. What is not here is not possible.
//
// Source: CGST Rules 2017, rule 138(5), (5A), (6), (9), (10) and (12); e-way bill API 1.03,
// errors beside each action in ewayNos.
var ewayTurns = []ewayTurn{
	{EWayFailed, EWayMake, generator, nil, nil},

	{EWayPartA, EWayPartB, mover, untilPartBLapses, rules(notGold)},
	{EWayPartA, EWayReassign, assigner, untilPartBLapses, rules(notGold)},
	{EWayPartA, EWayCancel, generator, dayFromMaking, nil},

	{EWayActive, EWayPartB, mover, untilExpiry, rules(notGold, noGroups)},
	{EWayActive, EWayReassign, assigner, untilExpiry, rules(notGold)},
	{EWayActive, EWayExtend, carrier, aroundExpiry, rules(hasEnd, belowCap)},
	{EWayActive, EWayCancel, generator, dayFromMaking, nil},
	{EWayActive, EWayReject, otherParty, threeDaysFromMaking, rules(notRejected)},
	{EWayActive, EWayTrip, mover, untilExpiry, rules(notGold, noGroups)},
	{EWayActive, EWayTripAgain, mover, untilExpiry, rules(notGold, noGroups, onTrip)},
	{EWayActive, EWayGroupStart, mover, untilExpiry, rules(notGold)},
	{EWayActive, EWayGroupAdd, mover, untilExpiry, rules(anyGroup)},
	{EWayActive, EWayGroupChange, mover, untilExpiry, rules(anyGroup, groupMoves)},
	{EWayActive, EWayClose, anyParty, dayAfterExpiry, rules(closingHolds, notRejected)},

	{EWayExpired, EWayExtend, carrier, aroundExpiry, rules(hasEnd, belowCap)},
	{EWayExpired, EWayClose, anyParty, dayAfterExpiry, rules(closingHolds, notRejected)},
}

func rules(list ...func(ewayCase) ewayNo) []func(ewayCase) ewayNo { return list }

// ewayNo is why something is not possible; the zero value: it is.
type ewayNo struct {
	why  string
	args []string
}

// ewayNos gives for each action the portal's code by reason. A reason that is missing has
// no code of its own.
var ewayNos = map[EWayAction]map[string]string{
	EWayPartB: {
		"moved": "635", "transporter": "636", "stranger": "636", "expired": "311", "groups": "412", "gold": "811",
		"cancelled": "312", "closed": "851", "discarded": "301",
	},
	EWayReassign: {
		"moved": "338", "transporter": "339", "stranger": "339", "expired": "281", "gold": "810",
		"cancelled": "280", "closed": "850", "discarded": "280",
	},
	EWayExtend: {
		"transporter": "700", "stranger": "384", "part_b": "381", "early.extend": "382", "late.extend": "382", "cap": "821",
		"cancelled": "379", "closed": "844", "discarded": "380",
	},
	EWayCancel: {"generator": "312", "late.cancel": "315", "expired": "315", "cancelled": "312", "closed": "843", "discarded": "312"},
	EWayReject: {
		"own": "341", "other": "342", "part_b": "348", "late.reject": "346", "expired": "345", "cancelled": "343", "closed": "849", "discarded": "343",
	},
	EWayTrip: {
		"moved": "649", "transporter": "650", "stranger": "650", "groups": "648", "gold": "812", "expired": "818",
		"part_b": "391", "cancelled": "391", "closed": "845", "discarded": "391",
	},
	EWayTripAgain: {
		"moved": "649", "transporter": "650", "stranger": "650", "groups": "648", "gold": "812", "expired": "818",
		"trip.none": "387", "part_b": "391", "cancelled": "391", "closed": "845", "discarded": "391",
	},
	EWayGroupStart: {
		"moved": "645", "transporter": "646", "stranger": "646", "gold": "814", "expired": "817", "part_b": "817", "cancelled": "817", "closed": "847", "discarded": "817",
	},
	EWayGroupAdd: {
		"moved": "645", "transporter": "646", "stranger": "646", "group.none": "411", "expired": "411", "part_b": "411", "cancelled": "411", "closed": "846", "discarded": "411",
	},
	EWayGroupChange: {
		"moved": "645", "transporter": "646", "stranger": "646", "group.none": "405", "group.empty": "405", "expired": "405", "part_b": "405",
		"cancelled": "405", "closed": "848", "discarded": "405",
	},
	EWayClose: {"stranger": "827", "part_b": "830", "rejected": "853", "closed": "829", "cancelled": "852", "discarded": "852", "late.close": "852"},
}

// ewayCase is one bill at one moment.
type ewayCase struct {
	*EWay
	now time.Time
	law *master.Law // nil: as the program brings it
}

// ewayWindow is when something may be done; a zero end is none.
type ewayWindow struct {
	from, until time.Time
	early, late string // why not before and behind
}

// Offers says of every action whether it may be done now, or why not. nil law is the one
// that the program brings.
func (b *EWay) Offers(now time.Time, law *master.Law) []EWayOffer {
	actions := EWayActions()
	offers := make([]EWayOffer, len(actions))
	for i, action := range actions {
		offers[i] = b.Offer(action, now, law)
	}
	return offers
}

// Offer says whether an action may be done now, until when, and else why not. The reasons
// that lie with the state and the parties go before those that pass with time, so that
// From is given only to those who may act then.
func (b *EWay) Offer(a EWayAction, now time.Time, law *master.Law) EWayOffer {
	c := ewayCase{b, now, law}
	offer := EWayOffer{Action: a}
	turn, no := c.turn(a)
	if no.why == "" {
		no = turn.against(c)
	}
	if no.why == "" && turn.window != nil {
		w := turn.window(c)
		offer.Until = w.until
		switch {
		case now.Before(w.from):
			offer.From, no.why = w.from, w.early
		case !w.until.IsZero() && now.After(w.until):
			offer.Until, no.why = time.Time{}, w.late
		}
	}
	offer.Open, offer.Why, offer.Args, offer.Code = no.why == "", no.why, no.args, ewayNos[a][no.why]
	return offer
}

// turn returns the row of the lifecycle for an action, or why there is none.
func (c ewayCase) turn(a EWayAction) (ewayTurn, ewayNo) {
	state := c.StateAt(c.now)
	if c.Asked != "" {
		return ewayTurn{}, ewayNo{why: "asked"}
	}
	for _, turn := range ewayTurns {
		if turn.state == state && turn.action == a {
			return turn, ewayNo{}
		}
	}
	switch {
	case a == EWayMake && state != EWayPending && state != EWayUnknown:
		return ewayTurn{}, ewayNo{why: "made"}
	case state == EWayPartA:
		return ewayTurn{}, ewayNo{why: "part_b"}
	case state == EWayActive: // every action has a row there but making
		return ewayTurn{}, ewayNo{why: "made"}
	}
	return ewayTurn{}, ewayNo{why: string(state)}
}

// against returns what stands against a turn beside the time.
func (t ewayTurn) against(c ewayCase) ewayNo {
	if no := t.who(c); no.why != "" {
		return no
	}
	for _, rule := range t.unless {
		if no := rule(c); no.why != "" {
			return no
		}
	}
	return ewayNo{}
}

// hired returns the transporter that is somebody else than who made the bill; "" for none.
func (b *EWay) hired() string {
	id := b.Of.Transport.TransporterID
	maker := b.MadeBy
	if maker == "" && b.Role == EWayOurs {
		maker = b.Company
	}
	if id == string(maker) {
		return ""
	}
	return id
}

// entered reports whether the transporter entered Part B.
func (b *EWay) entered(transporter string) bool {
	return slices.ContainsFunc(b.Vehicles, func(v EWayVehicle) bool { return v.EnteredBy == transporter })
}

// generator: only who made the bill.
func generator(c ewayCase) ewayNo {
	if c.Role != EWayOurs {
		return ewayNo{why: "generator"}
	}
	return ewayNo{}
}

// mover: the transporter, and until it has entered Part B whoever made the bill.
//
// Source: CGST Rules 2017, rule 138(5) and (5A); errors 635 and 636.
func mover(c ewayCase) ewayNo {
	hired := c.hired()
	switch {
	case hired != "" && hired == string(c.Company):
		return ewayNo{}
	case c.Role != EWayOurs && hired != "":
		return ewayNo{"transporter", []string{hired}}
	case c.Role != EWayOurs:
		return ewayNo{why: "stranger"}
	case hired != "" && c.entered(hired):
		return ewayNo{"moved", []string{hired}}
	}
	return ewayNo{}
}

// assigner: who made the bill until the transporter has entered Part B; the transporter
// may pass it on at any time.
//
// Source: CGST Rules 2017, rule 138(5A) and its proviso; errors 338 and 339.
func assigner(c ewayCase) ewayNo { return mover(c) }

// carrier: the transporter, and who made the bill only where there is none.
//
// Source: CGST Rules 2017, rule 138(10); errors 384 and 700.
func carrier(c ewayCase) ewayNo {
	hired := c.hired()
	switch {
	case hired != "" && hired != string(c.Company):
		return ewayNo{"transporter", []string{hired}}
	case hired == "" && c.Role != EWayOurs:
		return ewayNo{why: "stranger"}
	}
	return ewayNo{}
}

// otherParty: the supplier or recipient who did not make the bill.
//
// Source: CGST Rules 2017, rule 138(11) and (12); errors 341 and 342.
func otherParty(c ewayCase) ewayNo {
	switch {
	case c.Role == EWayOurs:
		return ewayNo{why: "own"}
	case c.Role != EWayOther:
		return ewayNo{why: "other"}
	}
	return ewayNo{}
}

// anyParty: supplier, recipient or transporter. Source: error 827.
func anyParty(c ewayCase) ewayNo {
	company := string(c.Company)
	if c.Role == EWayOurs || c.Role == EWayOther || c.hired() == company {
		return ewayNo{}
	}
	return ewayNo{why: "stranger"}
}

// notGold: the bill of gold has Part A alone. Source: errors 810 to 814.
func notGold(c ewayCase) ewayNo {
	if c.Of.gold() {
		return ewayNo{why: "gold"}
	}
	return ewayNo{}
}

// gold reports whether the consignment is of chapter 71 alone, imitation jewellery left
// out: the portal makes a bill of its own kind for it.
func (c *Consignment) gold() bool {
	goods := 0
	for i := range c.Lines {
		switch hsn := c.Lines[i].HSN; {
		case master.ServiceCode(hsn):
		case !goldHSN(hsn):
			return false
		default:
			goods++
		}
	}
	return goods > 0
}

func goldHSN(hsn string) bool {
	return strings.HasPrefix(hsn, "71") && !strings.HasPrefix(hsn, "7117")
}

// noGroups: once several vehicles carry the goods, none does alone. Source: errors 412
// and 648.
func noGroups(c ewayCase) ewayNo {
	if len(c.Groups) > 0 {
		return ewayNo{why: "groups"}
	}
	return ewayNo{}
}

func anyGroup(c ewayCase) ewayNo {
	if len(c.Groups) == 0 {
		return ewayNo{why: "group.none"}
	}
	return ewayNo{}
}

func groupMoves(c ewayCase) ewayNo {
	if slices.ContainsFunc(c.Vehicles, func(v EWayVehicle) bool { return v.Group > 0 }) {
		return ewayNo{}
	}
	return ewayNo{why: "group.empty"}
}

func onTrip(c ewayCase) ewayNo {
	if c.TripSheet == "" {
		return ewayNo{why: "trip.none"}
	}
	return ewayNo{}
}

func notRejected(c ewayCase) ewayNo {
	if !c.RejectedAt.IsZero() {
		return ewayNo{why: "rejected"}
	}
	return ewayNo{}
}

// closingHolds: closing is put on hold by the government. Source: advisory 668.
func closingHolds(c ewayCase) ewayNo {
	if !c.law.On(master.RuleEWayClosing, int32(DateOf(c.now))) {
		return ewayNo{why: "hold"}
	}
	return ewayNo{}
}

// belowCap: the bill is not yet valid as long as it ever can be. Source: error 821.
func belowCap(c ewayCase) ewayNo {
	if most := c.extendedAtMost(c.now, c.law); !most.IsZero() && !c.ValidUntil.IsZero() && !c.ValidUntil.Before(most) {
		return ewayNo{why: "cap"}
	}
	return ewayNo{}
}

func untilPartBLapses(c ewayCase) ewayWindow {
	return ewayWindow{until: c.PartBUntil(), late: "discarded"}
}

func untilExpiry(c ewayCase) ewayWindow {
	return ewayWindow{until: c.ValidUntil, late: "expired"}
}

func dayFromMaking(c ewayCase) ewayWindow {
	return ewayWindow{until: c.Made.Add(ewayCancelWithin), late: "late.cancel"}
}

// threeDaysFromMaking: 72 hours, or the end of the validity where that comes first.
// Source: errors 345 and 346.
func threeDaysFromMaking(c ewayCase) ewayWindow {
	until := c.Made.Add(ewayRejectWithin)
	if !c.ValidUntil.IsZero() && c.ValidUntil.Before(until) {
		until = c.ValidUntil
	}
	return ewayWindow{until: until, late: "late.reject"}
}

// hasEnd: only what has an end can be given a later one; without Part B there is none.
// Source: error 381.
func hasEnd(c ewayCase) ewayNo {
	if c.ValidUntil.IsZero() {
		return ewayNo{why: "part_b"}
	}
	return ewayNo{}
}

// aroundExpiry: from 8 hours before the end to 8 hours behind it. Source: error 382.
func aroundExpiry(c ewayCase) ewayWindow {
	return ewayWindow{
		from: c.ValidUntil.Add(-ewayExtendAround), until: c.ValidUntil.Add(ewayExtendAround),
		early: "early.extend", late: "late.extend",
	}
}

// dayAfterExpiry: a bill is closed at the latest on the day after its validity.
func dayAfterExpiry(c ewayCase) ewayWindow {
	if c.ValidUntil.IsZero() {
		return ewayWindow{}
	}
	return ewayWindow{until: c.ValidUntil.Add(24 * time.Hour), late: "late.close"}
}
