package gst

import (
	"fmt"
	"slices"
	"time"
)

// CheckTrip checks a trip sheet: what carries the goods, and that each of its bills may go
// on one. bills are those of them that the company keeps; of the others only the number is
// checked. Field names are those of Part B and bills[n].
//
// Source: CGST Rules 2017, rule 138(6); errors 301, 387, 391, 648 to 650, 812 and 818.
func CheckTrip(t TripSheet, bills []EWay, now time.Time) Faults {
	k := &ewayChecker{code: codeOfChange, rules: Rules{Today: DateOf(now), Company: Company{Mode: t.Mode}}}
	k.carriage(t.vehicleTyped(), 0)
	k.where(t.PartB)
	if t.Old != "" {
		k.again(t)
	}
	if len(t.Bills) == 0 { // 391
		k.add("waybill.trip.none", "bills")
	}
	action := EWayTrip
	if t.Old != "" {
		action = EWayTripAgain
	}
	for i, on := range t.Bills {
		field := fmt.Sprintf("bills[%d]", i)
		at := slices.IndexFunc(bills, func(b EWay) bool { return b.Number == on.Number })
		switch {
		case !EWayNumber(on.Number): // 301
			k.add("waybill.trip.number", field, on.Number)
		case slices.ContainsFunc(t.Bills[:i], func(b TripBill) bool { return b.Number == on.Number }):
			k.add("waybill.trip.twice", field, on.Number)
		case at >= 0:
			if offer := bills[at].Offer(action, now, nil); !offer.Open {
				k.add("waybill.trip.bill", field, on.Number)
				if offer.Code != "" {
					k.faults[len(k.faults)-1].Code = offer.Code
				}
			}
		}
	}
	return k.faults
}

// vehicleTyped is the Part B of a trip sheet with the type of vehicle that it does not
// ask for.
func (t TripSheet) vehicleTyped() PartB {
	p := t.PartB
	if p.VehicleType == "" {
		p.VehicleType = typeOf(p.Mode, p.Vehicle)
	}
	return p
}

// again checks what a trip sheet needs that takes another's place. Source: errors 386 and
// 387.
func (k *ewayChecker) again(t TripSheet) {
	if !TripNumber(t.Old) {
		k.add("waybill.trip.old", "old")
	}
	if !slices.Contains(EWayPartBReasons(), t.PartB.Reason) {
		k.add("waybill.reason", "reason")
	}
	k.remark(t.PartB.Remark, t.PartB.Reason == partBOther)
}

// EWayNumber reports whether the text can be the number of an e-way bill: twelve digits,
// the first not 0. Source: e-way bill API 1.03, errors 301 and 395.
func EWayNumber(s string) bool {
	return len(s) == 12 && allDigits(s) && s[0] != '0'
}

// EWayNumberSpaced writes the number of an e-way bill in groups of four, as people read
// it: "3010 0299 9920".
func EWayNumberSpaced(s string) string {
	if !EWayNumber(s) {
		return s
	}
	return s[:4] + " " + s[4:8] + " " + s[8:]
}

// TripNumber reports whether the text can be the number of a trip sheet: ten digits.
func TripNumber(s string) bool { return len(s) == 10 && allDigits(s) }
