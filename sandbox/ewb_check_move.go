package sandbox

import (
	"regexp"
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// transportNo is how a transport document is numbered.
var transportNo = regexp.MustCompile(`^[A-Za-z0-9/-]{1,15}$`)

// checkTransport checks who carries the goods, and how. 807, 222, 619, 621, 622, 220, and of
// each mode what checkMove says.
func (m *making) checkTransport() {
	if m.e.gold() {
		m.when(!m.given("transMode"), "807")
		return
	}
	id := m.e.TransporterId
	m.when(id != "" && (id == gst.URP || !carrierNamed(id)), "222")
	m.when(tooLong(m.e.TransporterName, 100), "222")
	if m.given("transMode") {
		m.checkMove(m.asked, day(m.e.DocDate), moveCodes{vehicle: "226", form: "225", mode: "220", typed: true})
		return
	}
	m.when(m.given("vehicleNo"), "621")
	m.when(m.given("transDocNo"), "622")
	m.when(id == "" && len(m.codes) == 0, "619")
}

// carrierNamed reports whether a text is a transporter's GSTIN or enrolment number.
func carrierNamed(id string) bool { return partyIsGSTIN(id) || enrolled.MatchString(id) }

// moveCodes are the codes that differ between making a bill and what comes later.
type moveCodes struct {
	vehicle, form, mode string
	typed               bool // a vehicle is said to be regular or not
}

// laterMove are the codes of everything but making a bill.
var laterMove = moveCodes{vehicle: "303", form: "304", mode: "302"}

// checkMove checks what each mode of transport needs. 361, 634, 394, 385, 727, 726, 729,
// 223, 224, 362.
func (n *ewbNotes) checkMove(a asked, paper gst.Date, codes moveCodes) {
	vehicle, kind := plateOf(a.word("vehicleNo")), a.capitals("vehicleType")
	document, dated := a.given("transDocNo"), a.given("transDocDate")
	n.when(vehicle != "" && (len(vehicle) < 7 || !vehicles.MatchString(vehicle)), codes.form)
	n.when(kind != "R" && kind != "O" && (kind != "" || codes.typed && vehicle != ""), "361")
	switch a.word("transMode") {
	case "1":
		n.when(vehicle == "", codes.vehicle)
	case "2", "3":
		n.when(!document, "394")
		n.when(!dated, "385")
		n.when(kind == "O", "634")
	case modeShip:
		n.when(vehicle == "" && !document, "727")
		n.when(vehicle != "" && kind == "R", "726")
		n.when(document && !dated, "729")
	default:
		n.add(codes.mode)
	}
	n.when(document && !transportNo.MatchString(a.word("transDocNo")), "223")
	if on := a.dayOf("transDocDate"); dated {
		n.when(on == 0, "224")
		n.when(on != 0 && on < paper, "362")
	}
}

// knownRoads are real distances between PIN codes, in km: a distance that is typed may
// exceed them by a tenth.
var knownRoads = map[[2]int]int{
	{110001, 400001}: 1418, {400001, 560001}: 984, {560001, 600001}: 346, {380001, 400001}: 524, {110001, 226001}: 556,
	{500001, 560001}: 569, {600001, 682001}: 692, {110001, 302001}: 281, {700001, 800001}: 583, {400001, 411001}: 148,
}

// maxKM is the longest distance.
const maxKM = 4000

// samePINKM is the longest distance within one PIN code.
const samePINKM = 100

// checkDistance checks the distance, or works it out. 221, 702, 709, 721.
func (m *making) checkDistance() {
	from, to := m.e.FromPincode, m.e.ToPincode
	if m.km = m.whole("transDistance"); m.km < 0 {
		m.add("221")
		return
	}
	switch {
	case m.km == 0 && (from == pinUnknown || to == pinUnknown || from == master.PINAbroad || to == master.PINAbroad):
		m.add("721")
	case m.km == 0 && from == to:
		m.add("709")
	case m.km == 0:
		m.km = roadKM(from, to)
		m.alert = ", Distance between these two pincodes is " + strconv.Itoa(m.km) + ", "
	case tooFar(from, to, m.km):
		m.add("702")
	}
	if strings.HasSuffix(plateOf(m.word("vehicleNo")), vehicleUnknown) {
		m.alert += "Vehicle " + plateOf(m.word("vehicleNo")) + " is not found in the vehicle register"
	}
}
