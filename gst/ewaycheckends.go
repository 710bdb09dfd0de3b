package gst

import (
	"slices"
	"strconv"

	"mohar/gst/master"
)

// parties checks both ends of a consignment, and the kind of transaction.
func (k *consignmentChecker) parties() {
	c := k.c
	k.end("from", &c.From)
	k.end("to", &c.To)
	own := string(k.rules.Company.GSTIN)
	switch from, to := c.From.GSTIN, c.To.GSTIN; {
	case c.Direction == Outward && own != "" && from != own: // 359
		k.add("waybill.from.own", "from.gstin")
	case c.Direction == Inward && own != "" && to != own: // 360
		k.add("waybill.to.own", "to.gstin")
	case from == UnregisteredParty && to == UnregisteredParty: // 822
		k.add("waybill.both.urp", "to.gstin")
	case from == to && from != "" && !c.SubSupply.mayBeOwn():
		k.warn("waybill.both.same", "to.gstin")
	}
	if c.Transaction < 1 || c.Transaction > 4 { // 612
		k.add("waybill.transaction", "transaction")
		return
	}
	k.others()
}

// endRules are the names of the rules for one end.
type endRules struct{ gstin, name, address, place, pin, state, placeState, pinState, sameState, other, otherGSTIN, otherTwice, otherNone string }

var (
	fromRules = endRules{
		"waybill.from.gstin", "waybill.from.name", "waybill.from.address", "waybill.from.place", "waybill.from.pin", "waybill.from.state",
		"waybill.from.start", "waybill.from.pin.state", "waybill.from.same.state",
		"waybill.from.other", "waybill.from.other.gstin", "waybill.from.other.twice", "waybill.from.other.none",
	}
	toRules = endRules{
		"waybill.to.gstin", "waybill.to.name", "waybill.to.address", "waybill.to.place", "waybill.to.pin", "waybill.to.state",
		"waybill.to.end", "waybill.to.pin.state", "waybill.to.same.state",
		"waybill.to.other", "waybill.to.other.gstin", "waybill.to.other.twice", "waybill.to.other.none",
	}
)

func rulesOf(end string) endRules {
	if end == "from" {
		return fromRules
	}
	return toRules
}

// end checks who is at one end and where. Source: errors 208 to 215, 229 to 232, 371, 372,
// 436, 437 and 865.
func (k *consignmentChecker) end(name string, e *ConsignmentEnd) {
	rule := rulesOf(name)
	k.block = name + "."
	defer func() { k.block = "" }()
	k.gstin(rule.gstin, "gstin", e.GSTIN)
	k.filled(rule.name, "name", e.Name, longestEWayName)
	k.filled(rule.address, "address1", e.Address1, longestEWayAddress)
	k.text("address2", e.Address2, longestEWayAddress)
	k.filled(rule.place, "place", e.Place, longestEWayPlace)
	switch {
	case !endState(e.State):
		k.add(rule.state, "state")
	case e.GSTIN != UnregisteredParty && gstinPattern(e.GSTIN) && master.StateExists(e.GSTIN[:2]) &&
		e.GSTIN[:2] != e.State && !foreignRegistration(e.GSTIN): // 865
		k.add("waybill.gstin.state", "state", e.GSTIN[:2], master.StateName(e.GSTIN[:2]))
	}
	if !endState(e.PlaceState) { // 371, 372
		k.add(rule.placeState, "place_state")
	}
	switch {
	case e.PIN < 100000 || e.PIN > 999999: // 210, 214
		k.add(rule.pin, "pin")
	case endState(e.PlaceState) && !pinFits(e.PIN, e.PlaceState): // 436, 437
		k.add(rule.pinState, "pin", strconv.Itoa(e.PIN), master.StateName(e.PlaceState))
	}
}

// endState reports whether goods may start or end in the State; 99 stands, in the e-way
// bill system, for what the e-invoice system calls 96.
func endState(code string) bool { return len(code) == 2 && master.StateExists(code) }

// pinFits reports whether the PIN code may lie in the State; 999999 lies abroad.
func pinFits(pin int, state string) bool {
	if state == "99" {
		state = master.Abroad
	}
	return master.PINInState(pin, state)
}

// filled checks a text that has to be there.
func (k *ewayChecker) filled(rule, field, s string, longest int) {
	if s == "" {
		k.add(rule, field)
		return
	}
	k.text(field, s, longest)
}

// gstin checks a party's number: a GSTIN, the id of an enrolled transporter or person
// (88…), or URP. A wrong check digit is a fault in live bills and a warning in practice.
//
// Source: errors 208, 212, 609 and 610.
func (k *ewayChecker) gstin(rule, field, s string) {
	switch enrolled := len(s) == 15 && s[:2] == "88"; {
	case s == UnregisteredParty:
	case !gstinPattern(s) || !enrolled && !master.StateExists(s[:2]):
		k.add(rule, field)
	case !enrolled && !GSTIN(s).CheckDigitOK():
		k.warn("waybill.gstin.check", field)
		k.faults[len(k.faults)-1].Warning = k.rules.Company.Mode != Live
	}
}

// others checks the parties of dispatch and delivery against the kind of transaction.
//
// Source: errors 607 to 610, 615 to 618, 643, 644, 863 and 864.
func (k *consignmentChecker) others() {
	c := k.c
	k.other("from", &c.From, c.Transaction >= 3, true)
	shipTo := k.rules.Law.On(master.RuleEWayShipTo, int32(k.rules.Today))
	k.other("to", &c.To, c.Transaction%2 == 0, shipTo)
	if c.Transaction%2 == 0 && shipTo && c.To.OtherName == "" { // 863
		k.add("waybill.to.other.name", "to.other_name")
	}
}

// other checks the second party of one end: there where the kind of transaction has one,
// else absent, with both places of the end in one State.
func (k *consignmentChecker) other(name string, e *ConsignmentEnd, wanted, compulsory bool) {
	rule := rulesOf(name)
	k.block = name + "."
	defer func() { k.block = "" }()
	switch {
	case !wanted && e.OtherGSTIN+e.OtherName != "": // 615, 616, 864
		k.add(rule.otherNone, "other_gstin")
	case !wanted && e.State != e.PlaceState: // 643, 644
		k.add(rule.sameState, "place_state")
	case !wanted:
	case e.OtherGSTIN == "":
		if compulsory { // 607, 608
			k.add(rule.other, "other_gstin")
		}
	case e.OtherGSTIN == e.GSTIN && e.GSTIN != UnregisteredParty: // 617, 618
		k.add(rule.otherTwice, "other_gstin")
	default:
		k.gstin(rule.otherGSTIN, "other_gstin", e.OtherGSTIN)
	}
	k.text("other_name", e.OtherName, longestEWayName)
}

// special checks what crosses the border. Source: errors 373 to 376, 450 and 451.
func (k *consignmentChecker) special() {
	c := k.c
	switch {
	case c.Direction == Outward && c.SubSupply == SubSupplyExport:
		k.border(&c.To, "to.", "waybill.export.state", "waybill.export.pin", "waybill.export.gstin")
	case c.Direction == Inward && c.SubSupply == SubSupplyImport:
		k.border(&c.From, "from.", "waybill.import.state", "waybill.import.pin", "waybill.import.gstin")
	}
}

// border checks the end that is abroad. Its party has no GSTIN but in a special economic
// zone, which its number does not show.
func (k *consignmentChecker) border(e *ConsignmentEnd, block, state, pin, gstin string) {
	if !slices.Contains([]string{master.Abroad, "99"}, e.PlaceState) {
		k.add(state, block+"place_state")
	}
	if e.PIN != ForeignPIN {
		k.add(pin, block+"pin")
	}
	if e.GSTIN != UnregisteredParty && !k.c.IGSTInside {
		k.add(gstin, block+"gstin")
	}
}
