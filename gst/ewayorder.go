package gst

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"mohar/gst/master"
)

// EWayPartBReasons returns the codes of why Part B changes.
//
// Source: e-way bill API 1.03, code list of Update Vehicle Number.
func EWayPartBReasons() []string { return []string{"1", "2", "3", "4"} }

// EWayExtensionReasons returns the codes of why a validity is extended; 3 is not used.
//
// Source: e-way bill API 1.03, code list of Extend Validity.
func EWayExtensionReasons() []string { return []string{"1", "2", "4", "5", "99"} }

// EWayTransits returns the codes of where goods wait that are in transit.
//
// Source: e-way bill API 1.03, code list of Extend Validity.
func EWayTransits() []string { return []string{"R", "W", "O"} }

// Codes of Part B that rules turn on.
const (
	partBOther     = "3" // why it changes: others
	partBFirst     = "4" // first time
	extensionOther = "99"
	inTransit      = "5" // mode of an extension while the goods wait
)

// CheckOrder checks what is asked about an e-way bill. Whether it may be asked now says
// Offer, so that an order for later can be checked, too. Field names are those of the
// order's own members: vehicle, place, state, reason, remark, pin, distance, transit,
// address1 …, transporter_id, closed_on, group, quantity, unit, old_vehicle ….
//
// Source: e-way bill API 1.03, the actions and the list of error codes.
func CheckOrder(b *EWay, o EWayOrder, now time.Time, law *master.Law) Faults {
	k := &orderChecker{ewayChecker{code: codeOfChange, rules: Rules{Today: DateOf(now), Law: law, Company: Company{Mode: b.Mode}}}, b, o}
	missing := false
	switch o.Action {
	case EWayPartB:
		if missing = o.PartB == nil; !missing {
			k.partB(*o.PartB)
		}
	case EWayReassign:
		if missing = o.Transporter == nil; !missing {
			k.transporter(*o.Transporter)
		}
	case EWayExtend:
		if missing = o.Extension == nil; !missing {
			k.extension(*o.Extension)
		}
	case EWayCancel:
		if missing = o.Cancel == nil; !missing {
			k.cancel(*o.Cancel)
		}
	case EWayReject:
	case EWayClose:
		k.closing()
	default:
		missing = !k.several()
	}
	if missing {
		k.add("waybill.order", "")
	}
	return k.faults
}

// orderChecker collects the faults of one order.
type orderChecker struct {
	ewayChecker
	b *EWay
	o EWayOrder
}

// partB checks a new vehicle or transport document. Source: errors 302 to 308.
func (k *orderChecker) partB(p PartB) {
	k.carriage(p, k.b.Of.Date)
	k.where(p)
	switch {
	case !slices.Contains(EWayPartBReasons(), p.Reason): // 307
		k.add("waybill.reason", "reason")
	case p.Reason == partBFirst && len(k.b.Vehicles) > 0:
		k.add("waybill.reason.first", "reason")
	}
	k.remark(p.Remark, p.Reason == partBOther)
	if k.b.Of.gold() && p.Mode != "1" {
		k.add("waybill.gold.road", "mode")
	}
}

// where checks the place where goods are loaded. Source: errors 305 and 306.
func (k *ewayChecker) where(p PartB) {
	k.filled("waybill.place", "place", p.Place, longestEWayPlace)
	if !homeState(p.State) {
		k.add("waybill.state", "state")
	}
}

// homeState reports whether the code is of a State in India, or of its waters.
func homeState(code string) bool {
	return endState(code) && code != master.Abroad && code != "99"
}

// remark checks what people add. Source: errors 308 and 386.
func (k *ewayChecker) remark(s string, wanted bool) {
	switch {
	case s == "" && wanted:
		k.add("waybill.remark.need", "remark")
	case utf8.RuneCountInString(s) > longestEWayRemark: // 308
		k.add("waybill.remark", "remark", strconv.Itoa(longestEWayRemark))
	default:
		k.text("remark", s, longestEWayRemark)
	}
}

// transporter checks who shall carry the goods from now on. Source: error 222.
func (k *orderChecker) transporter(t EWayTransporterChoice) {
	switch {
	case !gstinPattern(t.ID):
		k.add("waybill.transporter", "transporter_id")
	case t.ID == k.b.Of.Transport.TransporterID:
		k.add("waybill.transporter.same", "transporter_id")
	}
	k.text("transporter_name", t.Name, longestEWayName)
}

// extension checks a wish for more time: on the move with a vehicle or transport document,
// in transit with the place where the goods wait.
//
// Source: CGST Rules 2017, rule 138(10); errors 386, 389, 390, 705 to 708, 710, 712, 713.
func (k *orderChecker) extension(e EWayExtension) {
	if e.Mode == inTransit {
		k.waiting(e)
	} else {
		k.carriage(e.PartB, k.b.Of.Date)
		if e.Transit != "" { // 712
			k.add("waybill.transit.none", "transit")
		}
		if e.Address[0]+e.Address[1]+e.Address[2] != "" { // 713
			k.add("waybill.address.none", "address1")
		}
	}
	k.where(e.PartB)
	switch {
	case e.PIN < 100000 || e.PIN >= ForeignPIN:
		k.add("waybill.pin", "pin")
	case homeState(e.State) && !master.PINInState(e.PIN, e.State): // 710
		k.add("waybill.pin.state", "pin", strconv.Itoa(e.PIN), master.StateName(e.State))
	}
	if !slices.Contains(EWayExtensionReasons(), e.Reason) { // 386
		k.add("waybill.extend.reason", "reason")
	}
	k.remark(e.Remark, true)
	whole := k.b.Of.Transport.Distance
	switch {
	case e.Distance <= 0: // 389
		k.add("waybill.extend.distance", "distance")
	case whole > 0 && e.Distance > whole: // 390
		k.add("waybill.extend.far", "distance", strconv.Itoa(whole))
	case e.Distance > MaxEWayDistance:
		k.add("waybill.extend.far", "distance", strconv.Itoa(MaxEWayDistance))
	}
}

// waiting checks where goods in transit wait. Source: errors 705 to 708.
func (k *orderChecker) waiting(e EWayExtension) {
	if !slices.Contains(EWayTransits(), e.Transit) {
		k.add("waybill.transit", "transit")
	}
	k.filled("waybill.address1", "address1", e.Address[0], longestEWayAddress)
	k.filled("waybill.address2", "address2", e.Address[1], longestEWayAddress)
	k.filled("waybill.address3", "address3", e.Address[2], longestEWayAddress)
}

// cancel checks why a bill is cancelled; "others" wants a word.
func (k *orderChecker) cancel(c EWayCancellation) {
	if !slices.Contains([]EWayCancelReason{EWayCancelDuplicate, EWayCancelOrder, EWayCancelDataEntry, EWayCancelOthers}, c.Reason) {
		k.add("waybill.cancel.reason", "reason")
	}
	k.remark(c.Remark, c.Reason == EWayCancelOthers)
}

// closing checks the day of delivery: not before the bill, not to come. Source: errors
// 828, 842, 861 and 862.
func (k *orderChecker) closing() {
	switch day := k.o.ClosedOn; {
	case day == 0: // 861
		k.add("waybill.close.day", "closed_on")
	case day < DateOf(k.b.Made): // 828
		k.add("waybill.close.early", "closed_on")
	case day > k.rules.Today: // 842
		k.add("waybill.close.late", "closed_on")
	}
	if k.o.Remark == "" { // 862
		k.add("waybill.close.remark", "remark")
	}
	k.remark(k.o.Remark, false)
}

// several checks what is asked about a movement by several vehicles; false when the order
// is none of it.
func (k *orderChecker) several() bool {
	switch {
	case k.o.Action == EWayGroupStart && k.o.Group != nil:
		k.start(*k.o.Group)
	case k.o.Action == EWayGroupAdd && k.o.Vehicle != nil:
		k.join(*k.o.Vehicle)
	case k.o.Action == EWayGroupChange && k.o.Swap != nil:
		k.swap(*k.o.Swap)
	default:
		return false
	}
	return true
}

// start checks a new group: its quantity is part of the bill's, or of the group before.
//
// Source: errors 305 to 308, 320, 321, 399, 400, 402 and 413.
func (k *orderChecker) start(g EWayGroup) {
	k.filled("waybill.place", "from_place", g.FromPlace, longestEWayPlace)
	if !homeState(g.FromState) {
		k.add("waybill.state", "from_state")
	}
	k.filled("waybill.place.to", "to_place", g.ToPlace, longestEWayPlace)
	if !homeState(g.ToState) {
		k.add("waybill.state.to", "to_state")
	}
	if !slices.Contains([]string{"1", "2", "3", "4"}, g.Mode) {
		k.add("waybill.mode", "mode")
	}
	if !slices.Contains(EWayPartBReasons(), g.Reason) {
		k.add("waybill.reason", "reason")
	}
	k.remark(g.Remark, g.Reason == partBOther)
	most, found := k.b.Of.quantityIn(g.Unit)
	switch {
	case g.Unit == "":
		k.add("waybill.unit.need", "unit")
		return
	case !found: // 399
		k.add("waybill.group.unit", "unit", g.Unit)
		return
	case len(k.b.Groups) > 0 && k.b.Groups[0].Unit != g.Unit: // 413
		k.add("waybill.group.first", "unit", k.b.Groups[0].Unit)
		return
	case len(k.b.Groups) > 0:
		most = k.b.Groups[len(k.b.Groups)-1].Quantity
	}
	k.share(g.Quantity, most)
}

// share checks a quantity against what there is. Source: errors 400 and 402.
func (k *orderChecker) share(q, most Milli) {
	switch {
	case q <= 0:
		k.add("waybill.group.quantity", "quantity")
	case q > most:
		k.add("waybill.group.exceeds", "quantity", most.String())
	}
}

// quantityIn sums the goods that are counted in the unit; false when none are.
func (c *Consignment) quantityIn(unit string) (sum Milli, found bool) {
	for i := range c.Lines {
		if l := &c.Lines[i]; l.Unit == unit && l.goods() {
			sum, found = sum+l.Quantity, true
		}
	}
	return sum, found && unit != ""
}

// group returns the group of that number.
func (k *orderChecker) group(number int) (EWayGroup, bool) {
	for _, g := range k.b.Groups {
		if g.Group == number && number != 0 {
			return g, true
		}
	}
	k.add("waybill.group", "group")
	return EWayGroup{}, false
}

// join checks a vehicle that is added to a group: all of them carry no more than it has.
//
// Source: errors 303, 304, 400, 402, 406 and 411.
func (k *orderChecker) join(v EWayGroupVehicle) {
	g, found := k.group(v.Group)
	mode := g.Mode
	if !found {
		mode = "1"
	}
	k.carriage(PartB{Mode: mode, Vehicle: v.Vehicle, VehicleType: typeOf(mode, v.Vehicle), DocumentNumber: v.DocumentNumber, DocumentDate: v.DocumentDate}, k.b.Of.Date)
	if !found {
		return
	}
	left := g.Quantity
	for _, other := range k.b.Vehicles {
		if other.Group == v.Group {
			left -= other.Quantity
		}
	}
	k.share(v.Quantity, max(0, left))
}

// typeOf is the type of a vehicle that is not asked for it: on a ship over-dimensional.
func typeOf(mode, vehicle string) string {
	switch {
	case mode == "1":
		return "R"
	case mode == "4" && vehicle != "":
		return "O"
	}
	return ""
}

// swap checks the change of one vehicle or transport document of a group for another.
//
// Source: errors 405 and 407 to 410.
func (k *orderChecker) swap(s EWayGroupSwap) {
	if _, found := k.group(s.Group); found {
		old := func(v EWayVehicle) bool {
			return v.Group == s.Group && v.Vehicle == s.OldVehicle && (s.OldDocument == "" || v.DocumentNumber == s.OldDocument)
		}
		if s.OldVehicle+s.OldDocument == "" || !slices.ContainsFunc(k.b.Vehicles, old) { // 405
			k.add("waybill.swap.old", "old_vehicle")
		}
	}
	switch {
	case s.NewVehicle == "" && s.NewDocument == "":
		k.add("waybill.swap.new", "new_vehicle")
	case s.NewVehicle != "" && !ValidVehicle(s.NewVehicle):
		k.add("waybill.vehicle", "new_vehicle")
	case s.NewVehicle == s.OldVehicle && s.NewDocument == s.OldDocument:
		k.add("waybill.swap.same", "new_vehicle")
	}
	if s.NewDocument != "" && !transportDocument.MatchString(s.NewDocument) { // 410
		k.add("waybill.document", "new_document")
	}
	k.where(PartB{Place: s.Place, State: s.State})
	if !slices.Contains(EWayPartBReasons(), s.Reason) {
		k.add("waybill.reason", "reason")
	}
	k.remark(s.Remark, s.Reason == partBOther)
}
