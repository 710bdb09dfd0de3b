package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// ewbAbroad is the master's code of other countries; the e-invoice system's code is
// taken too.
const ewbAbroad = 99

// twoDigits writes a state code as the tables have it, with one code for abroad.
func twoDigits(state int) string {
	if state == ewbAbroad {
		return master.Abroad
	}
	return fmt.Sprintf("%02d", state)
}

// stateKnown reports whether goods can come from or go to a state.
func stateKnown(state int) bool {
	s := twoDigits(state)
	return state > 0 && s != centre && master.StateExists(s)
}

// pinFits reports whether a PIN code lies in a state; 999998 lies everywhere.
func pinFits(pin, state int) bool {
	return pin == pinUnknown || master.PINInState(pin, twoDigits(state))
}

// checkPlaces checks states, PIN codes and the type of transaction. 211, 215, 371, 372,
// 210, 214, 437, 436, 614, 612, 643, 644, 373–376, 641, 642, and of the other parties
// what checkOthers says.
func (m *making) checkPlaces() {
	e := m.e
	m.when(!stateKnown(e.FromStateCode), "211")
	m.when(!stateKnown(e.ToStateCode), "215")
	m.when(!stateKnown(e.ActFromStateCode), "371")
	m.when(!stateKnown(e.ActToStateCode), "372")
	m.when(e.FromPincode < 100_000 || e.FromPincode > 999_999, "210")
	m.when(e.ToPincode < 100_000 || e.ToPincode > 999_999, "214")
	m.when(!m.given("transactionType"), "614")
	m.when(m.given("transactionType") && (e.TransactionType < 1 || e.TransactionType > 4), "612")
	if len(m.codes) > 0 {
		return
	}
	m.when(e.SubSupplyType == "3" && twoDigits(e.ToStateCode) != master.Abroad, "373")
	m.when(e.SubSupplyType == "3" && e.ToPincode != master.PINAbroad, "374")
	m.when(e.SubSupplyType == "2" && twoDigits(e.FromStateCode) != master.Abroad, "375")
	m.when(e.SubSupplyType == "2" && e.FromPincode != master.PINAbroad, "376")
	m.when(!pinFits(e.FromPincode, e.ActFromStateCode), "437")
	m.when(!pinFits(e.ToPincode, e.ActToStateCode), "436")
	lots := e.SubSupplyType == "9"
	m.when(lots && e.SupplyType == "O" && m.zone(e.ToGstin) && twoDigits(e.ToStateCode) != master.Abroad, "641")
	m.when(lots && e.SupplyType == "I" && m.zone(e.FromGstin) && twoDigits(e.FromStateCode) != master.Abroad, "642")
	m.when(e.TransactionType == 1 && twoDigits(e.FromStateCode) != twoDigits(e.ActFromStateCode), "643")
	m.when(e.TransactionType == 1 && twoDigits(e.ToStateCode) != twoDigits(e.ActToStateCode), "644")
	m.checkOthers()
}

// checkOthers checks the parties that goods are dispatched from and shipped to. 615, 616,
// 864, 610, 609, 617, 618, and by the announced rules 608, 863, 865.
func (m *making) checkOthers() {
	e := m.e
	from, to := m.capitals("dispatchFromGSTIN"), m.capitals("shipToGSTIN")
	elsewhere, further := e.TransactionType >= 3, e.TransactionType == 2 || e.TransactionType == 4
	m.when(from != "" && !elsewhere, "615")
	switch {
	case to != "" && e.TransactionType == 1:
		m.add("616")
	case to != "" && e.TransactionType == 3:
		m.add("864")
	}
	m.when(from != "" && !partyNamed(from), "610")
	m.when(to != "" && !partyNamed(to), "609")
	m.when(elsewhere && from != "" && from != gst.URP && from == e.FromGstin, "617")
	m.when(further && to != "" && to != gst.URP && to == e.ToGstin, "618")
	if m.closing && further {
		m.when(to == "", "608")
		m.when(!m.given("shipToTradeName"), "863")
		m.when(partyIsGSTIN(e.ToGstin) && twoDigits(e.ToStateCode) != master.Abroad && e.ToGstin[:2] != twoDigits(e.ToStateCode), "865")
	}
}

// inter reports whether IGST is due.
func (m *making) inter() bool {
	e := m.e
	return twoDigits(e.FromStateCode) != twoDigits(e.ToStateCode) || m.zone(e.FromGstin) || m.zone(e.ToGstin)
}

// checkValues checks the money. 640, 627–633, 623, 624, 620, 703.
func (m *making) checkValues() {
	e := m.e
	for _, v := range []struct{ name, code string }{
		{"totalValue", "627"}, {"totInvValue", "628"}, {"igstValue", "629"}, {"cgstValue", "630"}, {"sgstValue", "631"},
		{"cessValue", "632"}, {"cessNonAdvolValue", "633"},
	} {
		n, ok := m.amount(v.name)
		m.when(!ok || n < 0, v.code)
	}
	m.when(!m.given("totInvValue"), "640")
	m.when(!m.inter() && e.IgstValue > 0, "623")
	m.when(m.inter() && (e.CgstValue > 0 || e.SgstValue > 0), "624")
	m.when(m.kindOf(e.FromGstin) == typeComposition && m.inter(), "703")
	due := e.TotalValue + e.CgstValue + e.SgstValue + e.IgstValue + e.CessValue + e.CessNonAdvolValue + e.OtherValue
	m.when(m.given("totInvValue") && int64(due-e.TotInvValue) > rupee, "620")
}

// maxEWBItems is how many rows a bill may have.
const maxEWBItems = 250

// checkItems checks the goods. 233, 724, and of each row what checkItem says.
func (m *making) checkItems() {
	rows := m.rows("itemList")
	m.when(len(rows) == 0 || len(rows) > maxEWBItems, "233")
	goods := false
	for _, row := range rows {
		goods = goods || !master.ServiceCode(row.word("hsnCode"))
		m.checkItem(row)
	}
	m.when(len(rows) > 0 && !goods, "724")
	slices.SortFunc(m.codes, func(a, b gst.RefusalCode) int { return strings.Compare(a.Code, b.Code) })
	m.codes = slices.Compact(m.codes)
}

// checkItem checks a row: 216, 283, 217, 218, 219, 235, 236, 251–256, 378, 704.
func (m *making) checkItem(row asked) {
	hsn := row.word("hsnCode")
	digits := strings.Trim(hsn, "0123456789") == "" && len(hsn) >= 4 && len(hsn) <= 8
	m.when(!digits || !master.HSNKnown(hsn) || slices.Contains(gaps, hsn), "216")
	m.when(m.strict && len(hsn) < 6, "283")
	if unit := row.word("qtyUnit"); unit != "" {
		m.when(!master.UnitExists(unit), "217")
	}
	cgst, sgst, igst := m.rate(row, "cgstRate", "252"), m.rate(row, "sgstRate", "253"), m.rate(row, "igstRate", "254")
	cess, ok := row.amount("cessRate")
	m.when(!ok || cess < 0, "255")
	fixed, ok := row.amount("cessNonAdvol")
	m.when(!ok || fixed < 0, "256")
	zone := m.zone(m.e.FromGstin) || m.zone(m.e.ToGstin)
	switch {
	case zone && (cgst > 0 || sgst > 0):
		m.add("378")
	case m.inter():
		m.when(cgst > 0 || sgst > 0, "219")
		m.when(!row.given("igstRate") && !row.given("cgstRate"), "236")
	default:
		m.when(igst > 0, "218")
		m.when(!row.given("igstRate") && (!row.given("cgstRate") || !row.given("sgstRate")), "235")
	}
	m.when(cgst != sgst, "251")
	m.when(m.kindOf(m.e.FromGstin) == typeComposition && cgst+sgst+igst > 0, "704")
}

// rate reads a rate of a row and wants it to be one of the law's: of CGST and SGST the
// half of one.
func (m *making) rate(row asked, name, code string) figure {
	n, ok := row.amount(name)
	whole := n
	if name != "igstRate" {
		whole *= 2
	}
	m.when(!ok || n < 0 || n > 0 && !master.RateKnown(int32(whole)), code)
	return n
}
