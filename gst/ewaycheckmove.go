package gst

import (
	"slices"
	"strconv"
)

// MaxEWayDistance is the longest way of an e-way bill in km. Source: error 702.
const MaxEWayDistance = 4000

// transport checks Part B of a consignment, or what Part A alone needs.
//
// Source: errors 220 to 226, 361, 362, 619, 621, 622, 634, 638, 726, 727 and 729; by IRN
// 4011, 4012, 4014, 4016, 4018 to 4024, 4027, 4028, 4039 and 4040.
func (k *consignmentChecker) transport() {
	t := k.c.Transport
	if t.TransporterID != "" && !gstinPattern(t.TransporterID) { // 222
		k.add("waybill.transporter", "transporter_id")
	}
	k.text("transporter_name", t.TransporterName, longestEWayName)
	if k.c.gold() {
		return
	}
	if t.Mode != "" {
		k.carriage(PartB{Mode: t.Mode, Vehicle: t.Vehicle, VehicleType: t.VehicleType, DocumentNumber: t.DocumentNumber, DocumentDate: t.DocumentDate}, k.c.Date)
		return
	}
	switch {
	case t.Vehicle != "" || t.DocumentNumber != "": // 621, 622, 638
		k.add("waybill.mode.need", "mode")
	case t.TransporterID == "": // 619
		k.add("waybill.part_a", "transporter_id")
	}
}

// carriage checks what carries the goods: road needs a vehicle, rail and air a transport
// document, a ship one of both. paper is the day of the invoice or challan, 0 when it is
// not known.
func (k *ewayChecker) carriage(p PartB, paper Date) {
	switch p.Mode {
	case "1":
		k.road(p)
	case "2", "3":
		if p.DocumentNumber == "" { // 394
			k.add("waybill.document.need", "document_number")
		}
		if p.DocumentDate == 0 { // 385
			k.add("waybill.day.need", "document_date")
		}
		if p.VehicleType == "O" { // 634
			k.add("waybill.vehicle.none", "vehicle_type")
		}
		if p.Mode == "2" {
			k.rail(p.DocumentNumber)
		}
	case "4":
		k.ship(p)
	default:
		k.add("waybill.mode", "mode")
	}
	if p.DocumentNumber != "" && !transportDocument.MatchString(p.DocumentNumber) { // 223
		k.add("waybill.document", "document_number")
	}
	switch day := p.DocumentDate; {
	case day == 0:
	case k.rules.Today != 0 && day > k.rules.Today: // 224
		k.add("waybill.day.future", "document_date")
	case paper != 0 && day < paper: // 362
		k.add("waybill.day.early", "document_date")
	}
}

// road checks a vehicle on the road. Source: errors 226, 303, 304, 361.
func (k *ewayChecker) road(p PartB) {
	if p.Vehicle == "" {
		k.add("waybill.vehicle.need", "vehicle")
	} else {
		k.vehicle("vehicle", p.Vehicle)
	}
	if p.VehicleType != "R" && p.VehicleType != "O" { // 361
		k.add("waybill.vehicle.type", "vehicle_type")
	}
}

// vehicle checks the form of a vehicle number. Source: errors 225 and 304.
func (k *ewayChecker) vehicle(field, n string) {
	switch {
	case !ValidVehicle(n):
		k.add("waybill.vehicle", field)
	case !vehicleStateKnown(n):
		k.warn("waybill.vehicle.state", field, n[:2])
	}
}

// ship checks what goes by ship. Source: errors 726, 727 and 729.
func (k *ewayChecker) ship(p PartB) {
	switch {
	case p.Vehicle == "" && p.DocumentNumber == "": // 727
		k.add("waybill.ship.need", "document_number")
	case p.Vehicle != "":
		k.vehicle("vehicle", p.Vehicle)
		if p.VehicleType != "O" { // 726
			k.add("waybill.vehicle.ship", "vehicle_type")
		}
	}
	if p.DocumentNumber != "" && p.DocumentDate == 0 { // 729
		k.add("waybill.day.ship", "document_date")
	}
}

// rail checks the number of a railway receipt: ten digits of a parcel, nine of freight.
// The portal only warns so far.
//
// Source: advisory of 18-12-2024; error 823.
func (k *ewayChecker) rail(number string) {
	if number != "" && (!allDigits(number) || len(number) != 9 && len(number) != 10) {
		k.warn("waybill.document.rail", "document_number")
	}
}

// distance checks the way. 0 asks the portal to work it out, which it cannot inside one
// PIN code and abroad; a typed one may be a tenth longer than the portal's own.
//
// Source: errors 702, 709 and 721; by IRN 4013, 4029, 4030, 4034 and 4038.
func (k *consignmentChecker) distance() {
	km, from, to := k.c.Transport.Distance, k.c.From.PIN, k.c.To.PIN
	ceiling := k.rules.KnownDistance * 11 / 10
	switch {
	case km < 0 || km > MaxEWayDistance:
		k.add("waybill.distance", "distance", strconv.Itoa(MaxEWayDistance))
	case km == 0 && slices.Contains([]int{from, to}, ForeignPIN):
		k.add("waybill.distance.abroad", "distance")
	case from == to && from != 0 && km == 0:
		k.add("waybill.distance.same", "distance")
	case from == to && from != 0 && from != ForeignPIN && km > 100:
		k.add("waybill.distance.near", "distance")
	case k.rules.KnownDistance > 0 && from != to && km > ceiling:
		k.add("waybill.distance.ceiling", "distance", strconv.Itoa(k.rules.KnownDistance), strconv.Itoa(ceiling))
	}
}
