package gst

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// vehicleMasks are the forms of a vehicle number that the e-way bill system takes; the
// last is of vehicles of the defence forces, with a temporary registration (TR, in the
// e-invoice system TM), of Bhutan and of Nepal.
//
// Source: e-way bill API 1.03, formats of vehicle numbers; general master of the
// e-invoice portal.
var vehicleMasks = []*regexp.Regexp{
	regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z]{0,3}[0-9]{4}$`),
	regexp.MustCompile(`^[A-Z]{2}[0-9]{3}[A-Z][0-9]{4}$`),
	regexp.MustCompile(`^[A-Z]{3}[0-9]{4}$`),
	regexp.MustCompile(`^(?:DF|TR|TM|BP|NP)[A-Z0-9]{5,13}$`),
}

// vehiclePlate is a number plate that may lack leading zeros: "DL1AB123".
var vehiclePlate = regexp.MustCompile(`^([A-Z]{2})([0-9]{1,2})([A-Z]{1,3})([0-9]{1,4})$`)

// NormalVehicle writes a vehicle number as the e-way bill system wants it: in capitals,
// with nothing but letters and digits, and with the zeros that plates leave out: dl-1-ab 123
// becomes DL01AB0123. Whether it can be a number at all says ValidVehicle. Normal numbers
// stay as they are.
func NormalVehicle(typed string) string {
	n := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
	if ValidVehicle(n) {
		return n
	}
	part := vehiclePlate.FindStringSubmatch(n)
	if part == nil {
		return n
	}
	return part[1] + zeros(part[2], 2) + part[3] + zeros(part[4], 4)
}

// zeros fills a number up to a width.
func zeros(digits string, width int) string {
	return strings.Repeat("0", max(0, width-len(digits))) + digits
}

// ValidVehicle reports whether the e-way bill system takes the vehicle number, which
// NormalVehicle wrote. Source: error 304.
func ValidVehicle(n string) bool {
	return slices.ContainsFunc(vehicleMasks, func(m *regexp.Regexp) bool { return m.MatchString(n) })
}

// plateStates are the letters that number plates begin with, those of former States and
// former spellings included.
//
// Source: Central Motor Vehicles Rules 1989, rule 50, and the notifications under section
// 41(6) of the Motor Vehicles Act 1988.
const plateStates = " AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TG TN TR TS UA UK UP WB DF TM BP NP "

// vehicleStateKnown reports whether a vehicle number begins with the letters of a State,
// which those with three letters in front need not.
func vehicleStateKnown(n string) bool {
	return len(n) < 3 || n[2] >= 'A' || strings.Contains(plateStates, " "+n[:2]+" ")
}

// EWayClockSkew is how far the portal's clock and ours may be apart; its stamps also lose their
// seconds in places.
const EWayClockSkew = 2 * time.Minute

// SameCarrier reports whether two entries name the same vehicle and transport document.
func (b PartB) SameCarrier(other PartB) bool {
	return NormalVehicle(b.Vehicle) == NormalVehicle(other.Vehicle) &&
		strings.EqualFold(strings.TrimSpace(b.DocumentNumber), strings.TrimSpace(other.DocumentNumber))
}

// AnnotatedVehicles returns the entries of Part B that the portal shows, each with what is known
// of it here and the portal does not show: why it was made, and the quantity of a group's vehicle.
func AnnotatedVehicles(shown, known []EWayVehicle) []EWayVehicle {
	all, left := slices.Clone(shown), slices.Clone(known)
	for i := range all {
		v := &all[i]
		at := slices.IndexFunc(left, func(k EWayVehicle) bool {
			return k.SameCarrier(v.PartB) && k.Group == v.Group && k.Entered.Sub(v.Entered).Abs() <= EWayClockSkew
		})
		if at < 0 {
			continue
		}
		k := left[at]
		left = slices.Delete(left, at, at+1)
		v.Reason, v.Remark, v.By = cmp.Or(v.Reason, k.Reason), cmp.Or(v.Remark, k.Remark), cmp.Or(v.By, k.By)
		v.Quantity, v.DocumentDate = cmp.Or(v.Quantity, k.Quantity), cmp.Or(v.DocumentDate, k.DocumentDate)
		v.VehicleType, v.TripSheet = cmp.Or(v.VehicleType, k.VehicleType), cmp.Or(v.TripSheet, k.TripSheet)
	}
	return all
}
