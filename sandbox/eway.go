package sandbox

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/nic"
)

// Codes of InfoDtls that stand beside e-way bills only.
const (
	infoVehicle = "EWBVEH"
)

// Data that make something happen, so that clients can be tried out on it.
const (
	pinUnknown     = 999998 // no distance is known to or from it
	vehicleUnknown = "0000" // vehicles that end so are not in the register
	transinPrefix  = "88"   // enrolment numbers of transporters without GSTIN
)

// bill validity. Source: CGST Rules 2017, rule 138(10).
const (
	kmPerDay    = 200
	kmPerDayODC = 20 // over-dimensional cargo
)

// vehicles are the masks of registration numbers: numbered ones of the States, and
// those of the army, of Bhutan, of Nepal and temporary ones.
//
// Source: the e-way bill system's general master.
var vehicles = regexp.MustCompile(`^([A-Z]{2}[0-9]{1,2}[A-Z]{0,3}[0-9]{4}|[A-Z]{2}[0-9]{1,3}[A-Z][0-9]{4}|[A-Z]{3}[0-9]{4}|(DF|TR|TM|BP|NP)[A-Z0-9]{5,13})$`)

// journey is what an e-way bill is to be made of: the transport as asked for, and
// the places and parties of the document.
type journey struct {
	*value   // EwbDtls, or the request by IRN
	document *document
	from, to int // PIN codes
	known    *taxpayers
	today    gst.Date
}

func (s *Sandbox) newJourney(d *document, asked *value, now time.Time) journey {
	j := journey{value: asked, document: d, known: s.taxpayers, today: gst.DateOf(now)}
	j.from, j.to = pinOf(d.seller), pinOf(d.buyer)
	if dispatch := firstValue(d.dispatch, asked.get("DispDtls")); dispatch != nil {
		j.from = pinOf(dispatch)
	}
	if ship := firstValue(d.ship, asked.get("ExpShipDtls")); ship != nil {
		j.to = pinOf(ship)
	}
	return j
}

func pinOf(v *value) int { return int(v.figure("Pin") / one) }

func firstValue(vs ...*value) *value {
	for _, v := range vs {
		if v != nil {
			return v
		}
	}
	return nil
}

// billWithIRN makes the e-way bill that is asked for with an IRN. A refusal never
// stands in the way of the IRN: it comes back as EWBERR and the bill is empty.
func (s *Sandbox) billWithIRN(ctx context.Context, d *document, irn string, now time.Time) (bill, *ewb, []nic.Info, error) {
	held, err := s.paperOf(ctx, d, now)
	if err != nil {
		return bill{}, nil, nil, err
	}
	j := s.newJourney(d, d.eway, now)
	b, km, infos, codes := s.makeBill(j, held, now)
	if len(codes) == 0 {
		return b, j.bill(b, km, d.sgstin, irn), infos, nil
	}
	info, err := nic.EWayRefusalInfo(codes)
	return bill{}, nil, []nic.Info{info}, err
}

// makeBill checks the journey and makes its bill, with its distance and what the portal
// remarks. A document that has one already, made without its IRN, is refused with 4026.
func (s *Sandbox) makeBill(j journey, held *ewb, now time.Time) (bill, int, []nic.Info, []gst.RefusalCode) {
	codes := j.check()
	if len(codes) == 0 && held != nil {
		codes = refuse("4026", held.number()).codes
	}
	if len(codes) > 0 {
		return bill{}, 0, nil, codes
	}
	km := int(j.figure("Distance") / one)
	var infos []nic.Info
	b := bill{no: s.numbers.nextBill(), made: now, status: statusActive}
	if km == 0 {
		km = roadKM(j.from, j.to)
		text := "Pin-Pin calc distance: " + strconv.Itoa(km) + "KM"
		infos = append(infos, nic.TextInfo(nic.InfoEWayDistance, text))
		b.remarks = text
	}
	if strings.HasSuffix(j.text("VehNo"), vehicleUnknown) {
		infos = append(infos, nic.TextInfo(infoVehicle, "Vehicle "+j.upper("VehNo")+" is not found in the vehicle register"))
	}
	if j.text("TransMode") != "" {
		b.until = validUntil(now, km, j.text("VehType") == "O" || j.text("TransMode") == modeShip)
	}
	return b, km, infos, nil
}

// validUntil returns the end of a bill's validity: a day for every 200 km or part of
// them (20 km for over-dimensional cargo), each day ending at the midnight after it.
func validUntil(now time.Time, km int, odc bool) time.Time {
	per := kmPerDay
	if odc {
		per = kmPerDayODC
	}
	days := max(1, (km+per-1)/per)
	y, m, day := now.In(gst.IST).Date()
	return time.Date(y, m, day+days, 23, 59, 0, 0, gst.IST)
}

// check returns every rule that the journey breaks. A block without any transport in
// it is refused for that alone, as the live portal does.
func (j journey) check() []gst.RefusalCode {
	var f found
	if j.bare() {
		f.add("4019")
		return f.codes
	}
	if j.document.note() || !j.document.goods() {
		if j.document.note() {
			f.add("4010")
		} else {
			f.add("4009")
		}
		return f.codes
	}
	for _, g := range []string{j.document.sgstin, j.document.buyer.text("Gstin")} {
		f.when(g != gst.URP && j.known.of(g).blocked, "4015", g)
	}
	j.checkTransporter(&f)
	j.checkMode(&f)
	j.checkTransportDocument(&f)
	j.checkPlaces(&f)
	j.checkDistance(&f)
	return f.codes
}

// bare reports whether neither a transporter nor any part of Part B was given.
func (j journey) bare() bool {
	for _, name := range []string{"TransId", "TransMode", "TransDocNo", "VehNo"} {
		if j.text(name) != "" {
			return false
		}
	}
	return true
}

// goods reports whether at least one item is goods.
func (d *document) goods() bool {
	for _, it := range d.items {
		if it.text("IsServc") != "Y" {
			return true
		}
	}
	return false
}

func (j journey) checkTransporter(f *found) {
	if id := j.text("TransId"); id != "" && !strings.HasPrefix(id, transinPrefix) {
		_, err := gst.ParseGSTIN(id)
		f.when(err != nil, "4018")
	}
}

// checkMode checks what each mode of transport needs. 4011, 4012, 4014, 4022–4024,
// 4028, 4039, 4040.
func (j journey) checkMode(f *found) {
	vehicle, kind := j.upper("VehNo"), j.text("VehType")
	document, dated := j.text("TransDocNo") != "", j.text("TransDocDt") != ""
	f.when(vehicle != "" && !vehicles.MatchString(vehicle), "4014")
	switch j.text("TransMode") {
	case "":
		f.when(vehicle != "" || document, "4028")
	case "1":
		f.when(vehicle == "", "4011")
		f.when(kind == "", "4022")
	case "2", "3":
		f.when(!document, "4012")
		f.when(!dated, "4023")
		f.when(kind == "O", "4024")
	case "4":
		f.when(vehicle == "" && !document, "4040")
		f.when(vehicle != "" && kind != "O", "4039")
		f.when(document && !dated, "4023")
	}
}

// checkTransportDocument checks its date. 4017, 4016, 4021.
func (j journey) checkTransportDocument(f *found) {
	text := j.text("TransDocDt")
	if text == "" {
		return
	}
	on := day(text)
	if on == 0 {
		f.add("4017")
		return
	}
	f.when(on > j.today, "4016")
	f.when(on < j.document.date, "4021")
}

// checkPlaces checks the places that goods of an export pass. 4031–4036.
func (j journey) checkPlaces(f *found) {
	d := j.document
	if dispatch := firstValue(d.dispatch, j.get("DispDtls")); dispatch != nil {
		f.when(stateCode(dispatch.text("Stcd")) == master.Abroad, "4035")
		f.when(pinOf(dispatch) == master.PINAbroad, "4036")
	}
	ship := firstValue(d.ship, j.get("ExpShipDtls"))
	if ship == nil {
		f.when(d.abroad(), "4031")
		return
	}
	f.when(stateCode(ship.text("Stcd")) == master.Abroad, "4032")
	f.when(pinOf(ship) == master.PINAbroad, "4033")
}

// checkDistance checks that a distance which the portal is to work out can be worked
// out, and that one that is given is not too long. 4034, 4029, 4030, 4038.
func (j journey) checkDistance(f *found) {
	if km := j.figure("Distance"); km != 0 {
		f.when(tooFar(j.from, j.to, int(km/one)), "4038")
		return
	}
	switch {
	case j.from == master.PINAbroad || j.to == master.PINAbroad:
		f.add("4034")
	case j.from == j.to:
		f.add("4029")
	case j.from == pinUnknown || j.to == pinUnknown:
		f.add("4030", strconv.Itoa(j.from), strconv.Itoa(j.to))
	}
}
