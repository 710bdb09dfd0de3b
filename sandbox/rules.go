package sandbox

import (
	"time"

	"mohar/gst"
	"mohar/gst/master"
)

// found collects the codes of the rules that a document breaks.
type found struct{ codes []gst.RefusalCode }

func (f *found) add(c string, args ...string) { f.codes = append(f.codes, code(c, args...)) }

// when adds a code when the rule is broken.
func (f *found) when(broken bool, c string, args ...string) {
	if broken {
		f.add(c, args...)
	}
}

// The reporting window: documents are taken for 30 days, counted from the day of the
// advisory on. The portal binds sellers of 10 crore and more to it; the sandbox knows
// no turnover and binds everybody.
//
// Source: GSTN advisory of 05-11-2024.
const (
	windowDays          = 30
	windowFrom gst.Date = 20250401
)

// check returns every business rule that the document breaks.
func (s *Sandbox) check(d *document, signedIn string, now time.Time) []gst.RefusalCode {
	var f found
	d.checkParties(s.taxpayers, signedIn, &f)
	d.checkDocument(gst.DateOf(now), s.opts.Strict, &f)
	d.checkPlaces(&f)
	d.checkSupply(&f)
	d.checkExport(&f)
	d.checkItems(s.opts.Strict, &f)
	d.checkTotals(&f)
	return f.codes
}

// checkParties checks who sells to whom. 2143, 2169, 2300, 2195, 2211, 2212, 2171,
// 2248, 2231, 2246, 2247, 3026, 3028, 3029. The made-up register has no composition
// dealers. Nor does it know every SEZ: it takes supplies to one (SEZWP, SEZWOP) from
// anybody's word, and says 2247 only of those whose type was set.
func (d *document) checkParties(all *taxpayers, signedIn string, f *found) {
	buyer, ecom := d.buyer.text("Gstin"), d.tran.text("EcmGstin")
	if d.sgstin != signedIn && ecom != signedIn {
		if ecom == "" {
			f.add("2143")
		} else {
			f.add("2169")
		}
	}
	d.checkSupplier(all.of(d.sgstin), f)
	f.when(ecom != "" && ordinary(ecom), "2195")
	for _, g := range []string{buyer, d.ship.text("Gstin"), ecom} {
		if g == "" || g == gst.URP {
			continue
		}
		if _, err := gst.ParseGSTIN(g); err != nil {
			f.add("3028")
		} else if no := all.of(g).refusal(); no != "" {
			f.add(no)
		}
	}
	f.when(buyer == d.sgstin, "2211")
	if d.abroad() {
		f.when(buyer != gst.URP, "2248")
		return
	}
	switch {
	case buyer != gst.URP:
		at := all.of(buyer)
		f.when(d.supply == gst.B2B && at.kind == typeSEZ, "2246", string(d.supply))
		f.when(d.toSEZ() && at.kindSet && at.kind != typeSEZ && at.kind != typeDeveloper, "2247", string(d.supply))
	case d.supply == gst.DEXP:
		f.add("2171")
	default:
		f.add("2212", string(d.supply))
	}
}

// checkSupplier checks who may invoice at all. 2231, 2300, 3026, 3028, 3029.
func (d *document) checkSupplier(at standing, f *found) {
	switch at.kind {
	case typeRegular, typeDeveloper:
	case typeSEZ:
		f.add("2231", d.sgstin)
	default:
		f.add("2300")
	}
	f.when(!at.enabled, "3026")
	if no := at.refusal(); no != "" {
		f.add(no)
	}
}

// ordinary reports whether a GSTIN has the form of a normal taxpayer's or of a SEZ
// unit, so that it cannot be an e-commerce operator's registration for collecting tax
// (TCS).
func ordinary(gstin string) bool {
	return len(gstin) == 15 && (gstin[13] == 'Z' || gstin[13] == 'S') && holdsPAN(gstin)
}

// firstDay is the day on which e-invoicing began. Documents from before it were taken
// while it was tried out, but not since.
//
// Source: Notification 61/2020.
const firstDay gst.Date = 20201001

// checkDocument checks date and references. 2163, 2218, 2305, 2162, 2219.
func (d *document) checkDocument(today gst.Date, strict bool, f *found) {
	f.when(d.date > today, "2163")
	f.when(d.date < firstDay && today >= firstDay, "2218")
	limit := windowDays
	if strict { // the other reading: the day of the document counts
		limit--
	}
	f.when(today >= windowFrom && d.date < today.AddDays(-limit), "2305")
	f.when(d.reverse && d.supply != gst.B2B && !d.toSEZ(), "2162")
	if period := d.root.get("RefDtls").get("DocPerdDtls"); period != nil {
		f.when(day(period.text("InvStDt")) > day(period.text("InvEndDt")), "2219")
	}
}

// centre is the code of registrations under the Centre's jurisdiction, which is no place
// that anything is supplied to.
const centre = "99"

// checkPlaces checks states and PIN codes. 2258–2260, 2265, 2200, 3039, 2243, 2244.
func (d *document) checkPlaces(f *found) {
	gstinState := d.sgstin[:2]
	f.when(!master.StateExists(d.state), "2259")
	f.when(gstinState != d.state, "2258")
	checkPIN(d.seller, "supplier", f)

	if !d.abroad() {
		state := stateCode(d.buyer.text("Stcd"))
		f.when(!master.StateExists(state) || state == master.Abroad, "2260")
		if g := d.buyer.text("Gstin"); g != gst.URP {
			f.when(g[:2] != state, "2265")
		}
		f.when(d.pos == master.Abroad, "2242", string(d.supply))
		f.when(d.pos != master.Abroad && (!master.StateExists(d.pos) || d.pos == centre), "2243", string(d.supply))
		f.when(!d.buyer.has("Pin"), "2244", string(d.supply))
		checkPIN(d.buyer, "recipient", f)
	}
	for _, place := range []struct {
		at   *value
		name string
	}{{d.dispatch, "dispatch"}, {d.ship, "ship"}} {
		if place.at == nil {
			continue
		}
		state := stateCode(place.at.text("Stcd"))
		f.when(!master.StateExists(state), "2200", state)
		checkPIN(place.at, place.name, f)
	}
}

// checkPIN wants the PIN code to lie in the state. 999999 stands for places abroad and
// other territory; 999998 is let pass everywhere, to try out unknown distances.
func checkPIN(at *value, who string, f *found) {
	state := stateCode(at.text("Stcd"))
	if !at.has("Pin") || pinOf(at) == pinUnknown || !master.StateExists(state) {
		return
	}
	f.when(!master.PINInState(pinOf(at), state), "3039", who)
}

// checkSupply checks IgstOnIntra. 2262.
func (d *document) checkSupply(f *found) {
	f.when(d.tran.text("IgstOnIntra") == "Y" && d.pos != d.state, "2262")
}

// checkExport checks what exports need. 2232, 2261, 2208, 2201–2203.
func (d *document) checkExport(f *found) {
	if d.abroad() {
		f.when(d.pos != master.Abroad, "2232", string(d.supply))
		f.when(stateCode(d.buyer.text("Stcd")) != master.Abroad, "2261", string(d.supply))
		if d.buyer.has("Pin") && d.buyer.figure("Pin") != master.PINAbroad*one {
			f.add("3039", "recipient")
		}
		f.when(!d.export.has("CntCode"), "2208")
	}
	if port := d.export.text("Port"); port != "" {
		f.when(!master.PortExists(port), "2201")
	}
	if country := d.export.text("CntCode"); country != "" {
		f.when(!master.CountryExists(country), "2202")
	}
	if currency := d.export.text("ForCur"); currency != "" {
		f.when(!master.CurrencyExists(currency), "2203")
	}
}
