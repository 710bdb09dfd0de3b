package sandbox

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// maxGroups is how many movements by several vehicles a bill can have: their numbers are
// of one digit.
const maxGroups = 9

// ewbGroupAnswer is the answer about a group, with its moment under one of three names.
type ewbGroupAnswer struct {
	No      string `json:"ewbNo"`
	Group   string `json:"groupNo"`
	Created string `json:"createdDate,omitempty"`
	Added   string `json:"vehAddedDate,omitempty"`
	Updated string `json:"vehUpdDate,omitempty"`
}

// several refuses a bill that cannot be moved by several vehicles. 814, 817, 381, 645,
// 646, and of a closed one the call's own code.
func (e *ewb) several(d ewbDeed, closed string) error {
	switch {
	case e.Status == statusClosed:
		return refuse(closed)
	case e.gold():
		return refuse("814")
	case e.Status != statusActive:
		return refuse("817")
	case e.partAOnly():
		return refuse("381")
	case e.expired(d.now):
		return refuse("817")
	}
	return e.mover(d.by, "645", "646")
}

// ewbGroupStart starts a movement by several vehicles. 307, 305, 306, 321, 320, 302, 402,
// 399, 413, 400. The same start sent again makes no new group.
func (s *Sandbox) ewbGroupStart(ctx context.Context, d ewbDeed) (answer, error) {
	var out ewbGroupAnswer
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		if err := e.several(d, "847"); err != nil {
			return err
		}
		n.checkGroup(d, e)
		if n.err() != nil {
			return nil
		}
		quantity, _ := d.amount("totalQuantity")
		g := ewbGroup{
			Group: len(e.Groups) + 1, Unit: d.capitals("unitCode"), Quantity: quantity, TransMode: d.word("transMode"),
			FromPlace: d.word("fromPlace"), FromState: d.whole("fromState"), Started: d.now.Truncate(time.Second),
			Asked: strings.Join([]string{d.word("fromPlace"), d.word("fromState"), d.word("toPlace"), d.word("toState"), d.word("unitCode"),
				strconv.FormatInt(int64(quantity), 10)}, "\n"),
		}
		for _, old := range e.Groups {
			if old.Asked == g.Asked {
				out = ewbGroupAnswer{No: e.number(), Group: strconv.Itoa(old.Group), Created: ewbStamp(old.Started)}
				return nil
			}
		}
		if g.Group > maxGroups {
			return refuse("397")
		}
		e.Groups = append(e.Groups, g)
		out = ewbGroupAnswer{No: e.number(), Group: strconv.Itoa(g.Group), Created: ewbStamp(d.now)}
		return nil
	})
	return answer{data: out}, err
}

// checkGroup checks what a group is to be: its quantity is at most the bill's, or the
// group's before it.
func (n *ewbNotes) checkGroup(d ewbDeed, e *ewb) {
	n.when(d.whole("reasonCode") < 1 || d.whole("reasonCode") > 3, "307")
	n.when(tooLong(d.word("reasonRem"), 50), "308")
	n.checkFrom(d)
	n.when(!d.given("toPlace") || tooLong(d.word("toPlace"), 50), "321")
	n.when(!stateKnown(d.whole("toState")), "320")
	mode := d.whole("transMode")
	n.when(mode < 1 || mode > 4, "302")
	most, unit := figure(0), false
	for _, it := range e.ItemList {
		if it.QtyUnit == d.capitals("unitCode") {
			most, unit = most+it.Quantity, true
		}
	}
	n.when(!unit, "399")
	if len(e.Groups) > 0 {
		last := e.Groups[len(e.Groups)-1]
		n.when(unit && e.Groups[0].Unit != d.capitals("unitCode"), "413")
		most = last.Quantity
	}
	quantity, ok := d.amount("totalQuantity")
	n.when(!ok || quantity <= 0, "402")
	n.when(unit && quantity > most, "400")
}

// group returns the group that a request names. 406, 411.
func (e *ewb) group(d ewbDeed, missing string) (*ewbGroup, error) {
	no := d.whole("groupNo")
	if no < 1 {
		return nil, refuse("406")
	}
	if no > len(e.Groups) {
		return nil, refuse(missing)
	}
	return &e.Groups[no-1], nil
}

// ewbGroupAdd adds a vehicle to a group. 406, 411, 302–304, 402, 400.
func (s *Sandbox) ewbGroupAdd(ctx context.Context, d ewbDeed) (answer, error) {
	var out ewbGroupAnswer
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		if err := e.several(d, "846"); err != nil {
			return err
		}
		g, err := e.group(d, "411")
		if err != nil {
			return err
		}
		quantity, ok := d.amount("quantity")
		n.when(!ok || quantity <= 0, "402")
		sum := quantity
		for _, v := range e.Vehicles {
			if v.Group == g.Group {
				sum += v.Quantity
			}
		}
		n.when(sum > g.Quantity, "400")
		vehicle := plateOf(d.word("vehicleNo"))
		n.when(vehicle == "" && g.TransMode == "1", "303")
		n.when(vehicle != "" && !vehicles.MatchString(vehicle), "304")
		n.when(g.TransMode != "1" && !d.given("transDocNo"), "394")
		if n.err() != nil {
			return nil
		}
		v := d.entry()
		v.Group, v.Quantity, v.TransMode, v.Place, v.State = g.Group, quantity, g.TransMode, g.FromPlace, g.FromState
		e.Vehicles = append(e.Vehicles, v)
		out = ewbGroupAnswer{No: e.number(), Group: strconv.Itoa(g.Group), Added: ewbStamp(d.now)}
		return nil
	})
	return answer{data: out}, err
}

// ewbGroupChange changes a vehicle or transport document of a group. 406, 405, 407–410,
// 305–308.
func (s *Sandbox) ewbGroupChange(ctx context.Context, d ewbDeed) (answer, error) {
	var out ewbGroupAnswer
	old, next := plateOf(d.word("oldvehicleNo")), plateOf(d.word("newVehicleNo"))
	err := s.change(ctx, d, func(e *ewb, n *ewbNotes) error {
		if err := e.several(d, "848"); err != nil {
			return err
		}
		g, err := e.group(d, "405")
		if err != nil {
			return err
		}
		n.when(old != "" && !vehicles.MatchString(old), "407")
		n.when(next != "" && !vehicles.MatchString(next) || next == "" && !d.given("newTranNo"), "408")
		n.when(d.given("oldTranNo") && !transportNo.MatchString(d.word("oldTranNo")), "409")
		n.when(d.given("newTranNo") && !transportNo.MatchString(d.word("newTranNo")), "410")
		n.when(d.whole("reasonCode") < 1 || d.whole("reasonCode") > 3, "307")
		n.when(tooLong(d.word("reasonRem"), 50), "308")
		n.checkFrom(d)
		at := e.ridden(g.Group, old, d.word("oldTranNo"))
		n.when(at < 0, "405")
		if n.err() != nil {
			return nil
		}
		v := d.entry()
		v.Vehicle, v.DocNo, v.Group, v.TransMode = next, d.word("newTranNo"), g.Group, g.TransMode
		v.Quantity, e.Vehicles[at].Quantity = e.Vehicles[at].Quantity, 0 // the goods are on the new one
		e.Vehicles = append(e.Vehicles, v)
		out = ewbGroupAnswer{No: e.number(), Group: strconv.Itoa(g.Group), Updated: ewbStamp(d.now)}
		return nil
	})
	return answer{data: out}, err
}

// ridden finds the entry of a group whose vehicle still carries goods; -1 for none.
func (e *ewb) ridden(group int, vehicle, document string) int {
	for i, v := range e.Vehicles {
		if v.Group == group && v.Quantity > 0 && v.Vehicle == vehicle && (document == "" || v.DocNo == document) {
			return i
		}
	}
	return -1
}
