package gst

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"mohar/gst/master"
)

// supplyPapers are the reasons for which goods may move in each direction, with the papers
// that may go with them.
//
// Source: e-way bill API 1.03, sub-supply types with their documents; errors 203 and 205.
var supplyPapers = map[Direction]map[SubSupply][]PaperKind{
	Outward: {
		SubSupplySale:         {PaperInvoice, PaperSupply},
		SubSupplyExport:       {PaperInvoice, PaperSupply},
		SubSupplyJobWork:      {PaperChallan},
		SubSupplyOwnUse:       {PaperChallan},
		SubSupplyOthers:       {PaperChallan, PaperOther},
		SubSupplyLots:         {PaperInvoice, PaperSupply, PaperChallan},
		SubSupplyLineSales:    {PaperChallan},
		SubSupplyUnknownBuyer: {PaperChallan, PaperOther},
		SubSupplyExhibition:   {PaperChallan},
	},
	Inward: {
		SubSupplySale:        {PaperInvoice, PaperSupply},
		SubSupplyImport:      {PaperEntry},
		SubSupplyOwnUse:      {PaperChallan},
		SubSupplyJobReturn:   {PaperChallan},
		SubSupplySalesReturn: {PaperChallan},
		SubSupplyOthers:      {PaperChallan, PaperOther},
		SubSupplyLots:        {PaperEntry, PaperInvoice, PaperSupply, PaperChallan},
		SubSupplyExhibition:  {PaperChallan},
	},
}

// SubSupplies returns the reasons that goods may move for in a direction, by number.
func SubSupplies(d Direction) []SubSupply {
	var list []SubSupply
	for s := range supplyPapers[d] {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

// PapersFor returns the papers that may go with goods that move for the reason; none when
// goods do not move so.
func PapersFor(d Direction, s SubSupply) []PaperKind { return slices.Clone(supplyPapers[d][s]) }

// CheckConsignment checks what an e-way bill would be made of as the portal would, as far
// as that is possible without its registers, and returns every fault in the order of the
// form. With an IRN only the transport is checked, and where an export ends: for the rest
// the portal takes what it registered.
//
// Source: e-way bill API 1.03, Generate E-way Bill and list of error codes; e-invoice API
// 1.03, Generate E-way Bill by IRN.
func CheckConsignment(c Consignment, r Rules) Faults {
	k := &consignmentChecker{c: &c, ewayChecker: ewayChecker{rules: r, code: codeOfMaking}}
	if c.IRN != "" {
		k.code = codeByIRN
		k.registered()
	} else {
		k.paper()
		k.parties()
		k.goods()
		k.totals()
		k.special()
	}
	k.gold()
	k.transport()
	k.distance()
	return k.faults
}

// consignmentChecker collects the faults of one consignment.
type consignmentChecker struct {
	ewayChecker
	c *Consignment
}

// registered checks what the portal wants of an export beyond its IRN.
// Source: errors 4031 to 4033.
func (k *consignmentChecker) registered() {
	to := &k.c.To
	if k.c.SubSupply != SubSupplyExport {
		return
	}
	switch {
	case to.PIN == ForeignPIN && to.PlaceState == master.Abroad, to.Address1 == "":
		k.add("waybill.port", "to.address1")
	case to.PIN == ForeignPIN:
		k.add("waybill.port.pin", "to.pin")
	case to.PlaceState == master.Abroad:
		k.add("waybill.port.state", "to.place_state")
	}
}

// paper checks direction, reason and document.
func (k *consignmentChecker) paper() {
	c := k.c
	papers, known := supplyPapers[c.Direction][c.SubSupply]
	switch {
	case supplyPapers[c.Direction] == nil: // 201
		k.add("waybill.direction", "direction")
	case c.SubSupply < SubSupplySale || c.SubSupply > SubSupplyExhibition: // 202
		k.add("waybill.sub_supply", "sub_supply")
	case !known: // 203
		k.add("waybill.sub_supply.side", "sub_supply")
	}
	switch {
	case !slices.Contains([]PaperKind{PaperInvoice, PaperSupply, PaperEntry, PaperChallan, PaperOther}, c.Paper): // 204
		k.add("waybill.paper", "paper")
	case known && !slices.Contains(papers, c.Paper): // 205
		k.add("waybill.paper.supply", "paper")
	}
	switch {
	case c.SubSupply == SubSupplyOthers && c.SubSupplyText == "": // 377
		k.add("waybill.sub_supply.text", "sub_supply_text")
	default:
		k.text("sub_supply_text", c.SubSupplyText, longestSubSupply)
	}
	if !LawfulNumber(c.Number) { // 206
		k.add("waybill.number", "number")
	}
	k.date()
	if k.composition() && c.Paper == PaperInvoice { // 714
		k.add("waybill.composition", "paper")
	}
}

// composition reports whether the goods are a composition taxpayer's own supply.
func (k *consignmentChecker) composition() bool {
	return k.rules.Company.Taxpayer == Composition && k.c.Direction == Outward
}

// date checks the day of the paper. Source: errors 207, 819 and 820; advisory of
// 17-12-2024.
func (k *consignmentChecker) date() {
	d, today := k.c.Date, k.rules.Today
	switch days, holds := k.rules.Law.Value(master.RuleEWayAge, int32(today)); {
	case d == 0:
		k.add("waybill.date", "date")
	case d < 20170701: // 819
		k.add("waybill.date.floor", "date")
	case today != 0 && d > today:
		k.add("waybill.date.future", "date")
	case today != 0 && holds && d < today.AddDays(-days): // 820
		k.add("waybill.date.age", "date", strconv.Itoa(days))
	}
}

// goods checks the lines.
func (k *consignmentChecker) goods() {
	if len(k.c.Lines) == 0 { // 233
		k.add("waybill.lines.none", "lines")
		return
	}
	var many Invalid
	if _, err := k.c.Grouped(); errors.As(err, &many) {
		k.faults = append(k.faults, many.Faults...)
	}
	found := false
	for i := range k.c.Lines {
		line := &k.c.Lines[i]
		k.block = fmt.Sprintf("lines[%d].", i)
		k.line(line)
		found = found || line.goods()
	}
	k.block = ""
	if !found { // 724
		k.add("waybill.goods", "lines[0].hsn")
	}
}

// line checks one kind of goods.
func (k *consignmentChecker) line(l *ConsignmentLine) {
	if l.Name == "" && l.Description == "" {
		k.warn("waybill.name", "name")
	}
	k.text("name", l.Name, longestEWayName)
	k.text("description", l.Description, longestEWayName)
	k.hsn(l)
	switch {
	case l.Unit == "" && l.Quantity != 0 && l.goods():
		k.add("waybill.unit.need", "unit")
	case l.Unit != "" && !master.UnitExists(l.Unit): // 217
		k.add("waybill.unit", "unit", l.Unit)
	}
	if l.Quantity < 0 {
		k.add("waybill.negative", "quantity")
	}
	if l.Taxable < 0 { // 234
		k.add("waybill.negative", "taxable")
	}
	k.rates(l)
}

// hsn checks the code: 4, 6 or 8 digits, above 5 crore of turnover six at least.
//
// Source: errors 216, 282 and 283; advisory of 04-12-2023.
func (k *consignmentChecker) hsn(l *ConsignmentLine) {
	crore, holds := k.rules.Law.Value(master.RuleHSNEWay, int32(k.c.Date))
	from, known := k.rules.Company.Turnover.crore()
	switch n := len(l.HSN); {
	case n > 0 && n < 4 && allDigits(l.HSN) && holds: // 282
		k.add("waybill.hsn.four", "hsn")
	case n < 4 || n > 8 || n%2 == 1 || !allDigits(l.HSN) || !master.HSNKnown(l.HSN): // 216
		k.add("waybill.hsn", "hsn")
	case n < 6 && holds && known && from >= crore && k.c.Direction == Outward: // 283
		k.add("waybill.hsn.six", "hsn", strconv.Itoa(crore))
	}
}

// rates checks the rates of a line: halves inside a State, the whole between States.
//
// Source: errors 218, 219, 251 to 255, 378 and 704.
func (k *consignmentChecker) rates(l *ConsignmentLine) {
	inside := k.inside()
	whole := l.IGST + l.CGST + l.SGST
	switch {
	case l.CGST < 0 || l.SGST < 0 || l.IGST < 0:
		k.add("waybill.negative", "igst")
	case k.composition() && whole+l.Cess != 0: // 704
		k.add("waybill.composition.tax", "igst")
	case l.CGST != l.SGST: // 251
		k.add("waybill.halves", "sgst")
	case inside && l.IGST != 0 && !k.c.IGSTInside: // 218
		k.add("waybill.rate.inside", "igst")
	case !inside && l.CGST != 0 && k.domestic(): // 219
		k.add("waybill.rate.across", "cgst")
	case whole != 0 && !k.rules.Law.RateKnown(int32(whole)):
		rule, field := "waybill.rate", "igst"
		if l.CGST != 0 { // 252
			rule, field = "waybill.rate.half", "cgst"
		}
		k.add(rule, field, whole.String())
	}
	if l.Cess < 0 || l.CessFixed < 0 { // 255, 256
		k.add("waybill.cess", "cess")
	}
}

// inside reports whether both billing parties are in one State.
func (k *consignmentChecker) inside() bool { return k.c.From.State == k.c.To.State }

// domestic reports whether both ends have a State that is known.
func (k *consignmentChecker) domestic() bool { return k.c.From.State != "" && k.c.To.State != "" }

// totals checks the sums. Source: errors 620, 623, 624, 627 to 633 and 640.
func (k *consignmentChecker) totals() {
	t := k.c.Totals
	for _, tax := range []struct {
		field  string
		amount Paise
	}{
		{"totals.cgst", t.CGST}, {"totals.sgst", t.SGST}, {"totals.igst", t.IGST}, {"totals.cess", t.Cess}, {"totals.cess_fixed", t.CessFixed},
	} {
		if tax.amount < 0 { // 629 to 633
			k.add("waybill.tax.negative", tax.field)
		}
	}
	switch {
	case t.Taxable < 0: // 627
		k.add("waybill.negative", "totals.taxable")
	case t.Total < 0: // 628
		k.add("waybill.negative", "totals.total")
	case t.Total == 0: // 640
		k.warn("waybill.value", "totals.total")
	case max(t.Taxable, t.Total, t.CGST, t.SGST, t.IGST, t.Cess, t.CessFixed) > maxPaise:
		k.add("waybill.large", "totals.total", rupees(maxPaise))
	case t.Total+100 < t.sum()+t.Other: // 620
		k.add("waybill.value.sum", "totals.total")
	}
	switch inside := k.inside(); {
	case inside && t.IGST > 0 && !k.c.IGSTInside: // 623
		k.add("waybill.tax.inside", "totals.igst")
	case !inside && t.CGST+t.SGST > 0 && k.domestic(): // 624
		k.add("waybill.tax.across", "totals.cgst")
	}
	if k.composition() && !k.inside() && k.domestic() { // 703
		k.add("waybill.composition.away", "to.state")
	}
}

// gold checks the bill of chapter 71, which has Part A alone. Elsewhere than inside Kerala
// such goods need none.
//
// Source: errors 801 to 809 and 815; CGST Rules 2017, rule 138F.
func (k *consignmentChecker) gold() {
	c, t := k.c, k.c.Transport
	mixed := slices.ContainsFunc(c.Lines, func(l ConsignmentLine) bool { return goldHSN(l.HSN) })
	if !c.gold() {
		if mixed && c.From.PlaceState == c.To.PlaceState && k.goldState() { // 809
			k.add("waybill.gold.mixed", "lines[0].hsn")
		}
		return
	}
	if c.From.PlaceState != c.To.PlaceState { // 808
		k.add("waybill.gold.inter", "to.place_state")
	}
	if t.TransporterID+t.TransporterName+t.DocumentNumber+t.Vehicle+t.VehicleType != "" || t.DocumentDate != 0 { // 801 to 806
		k.add("waybill.gold.bare", "transporter_id")
	}
	if t.Mode != "1" { // 807, 815
		k.add("waybill.gold.road", "mode")
	}
}

// goldState reports whether the State where the goods start asks for bills of gold.
func (k *consignmentChecker) goldState() bool {
	_, holds := k.rules.Law.Value(master.RuleEWayGold+k.c.From.PlaceState, int32(k.rules.Today))
	return holds
}
