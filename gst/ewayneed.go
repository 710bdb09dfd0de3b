package gst

import (
	"slices"
	"strings"

	"mohar/gst/master"
)

// Need says whether something is needed.
type Need string

// The answers.
const (
	NeedYes   Need = "yes"
	NeedNo    Need = "no"
	NeedMaybe Need = "maybe" // it turns on what the document does not say
)

// EWayAnswer says whether a document's goods need an e-way bill, and why: a key of the
// lang room ("ewayneed."+Reason) with Args put in.
type EWayAnswer struct {
	Need   Need
	Reason string
	Args   []string
}

// EWayReasons returns every reason that NeedsEWayBill gives.
func EWayReasons() []string {
	return []string{
		"type", "services", "note", "note.return", "goods", "goods.maybe", "exempt", "inter", "intra", "intra.near",
		"below.inter", "below.intra", "state.none", "listed", "listed.maybe", "local", "gold", "jobwork", "jobwork.any", "jobwork.inside",
		"jobwork.free", "medicine", "value.services",
	}
}

// NeedsEWayBill says whether the goods of a document need an e-way bill, as far as the
// document tells: by its kind, its goods, the States they move between and its value,
// which is that of the invoice with all taxes and without exempt goods. The limit is one
// to exceed: exactly 50,000 rupees need none.
//
// Source: CGST Rules 2017, rule 138(1), (3) and (14), and the States' notifications in the
// dated law.
func NeedsEWayBill(inv *Invoice, r Rules) EWayAnswer {
	switch {
	case inv.free():
		return EWayAnswer{Need: NeedNo, Reason: "type"}
	case !inv.hasGoods():
		return EWayAnswer{Need: NeedNo, Reason: "services"}
	}
	from, to := inv.route()
	j := journey{inv: inv, law: r.Law, on: inv.Date, state: from, intra: from == to, composition: r.Company.Taxpayer == Composition}
	if j.on == 0 {
		j.on = r.Today
	}
	if inv.note() {
		j.state = to // where goods that come back start
		return j.noteMoves()
	}
	if answer, ok := j.byGoods(); ok {
		return answer
	}
	if j.intra {
		return j.inside()
	}
	return j.between()
}

// noteMoves: notes move no goods, but those of a credit note with quantities may come
// back, on a bill of their own where they are worth more than the limit.
func (j journey) noteMoves() EWayAnswer {
	for i := range j.inv.Lines {
		if l := &j.inv.Lines[i]; j.inv.Type == CreditNote && l.goods() && l.Quantity > 0 && j.inv.Totals.Total > j.lowest() {
			return EWayAnswer{Need: NeedMaybe, Reason: "note.return"}
		}
	}
	return EWayAnswer{Need: NeedNo, Reason: "note"}
}

// goods reports whether the line is of goods and no charge.
func (l *Line) goods() bool {
	return !l.Service && !strings.HasPrefix(l.HSN, "99") && l.Charge == ChargeNone
}

func (inv *Invoice) hasGoods() bool {
	for i := range inv.Lines {
		if inv.Lines[i].goods() {
			return true
		}
	}
	return false
}

// route returns the States in which the goods start and end, as far as they are known: an
// end that is not is taken to be where the supply is made.
func (inv *Invoice) route() (from, to string) {
	from = inv.sellerState()
	if inv.Dispatch != nil && inv.Dispatch.State != "" {
		from = twoDigits(inv.Dispatch.State)
	}
	to = twoDigits(inv.Buyer.State)
	if inv.ShipTo != nil && inv.ShipTo.State != "" {
		to = twoDigits(inv.ShipTo.State)
	}
	if to == "" {
		to = twoDigits(inv.PlaceOfSupply)
	}
	if to == "" {
		to = from
	}
	return from, to
}

// journey is what decides about one consignment.
type journey struct {
	inv         *Invoice
	law         *master.Law
	on          Date
	state       string // where the goods start
	intra       bool
	composition bool
}

// byGoods answers where the goods themselves decide.
//
// Source: CGST Rules 2017, rule 138(14) and its annexure.
func (j journey) byGoods() (EWayAnswer, bool) {
	free, maybe, exempt := true, true, true
	for i := range j.inv.Lines {
		line := &j.inv.Lines[i]
		if !line.goods() {
			continue
		}
		free = free && freeGoods(line.HSN)
		maybe = maybe && (freeGoods(line.HSN) || perhapsFree(line.HSN))
		exempt = exempt && j.exempt(line)
	}
	switch limit, gold := j.limit(master.RuleEWayGold); {
	case free && gold && j.intra && jewellery(j.inv) && j.inv.Totals.Total >= limit:
		return EWayAnswer{NeedYes, "gold", []string{master.StateName(j.state), inRupees(limit)}}, true
	case free:
		return EWayAnswer{Need: NeedNo, Reason: "goods"}, true
	case exempt:
		return EWayAnswer{Need: NeedNo, Reason: "exempt"}, true
	case maybe:
		return EWayAnswer{Need: NeedMaybe, Reason: "goods.maybe"}, true
	}
	return EWayAnswer{}, false
}

// exempt reports whether a line is of exempt goods: an invoice or bill of supply inside
// India says so with a rate of nothing. A challan's rate says nothing, nor does that of a
// composition taxpayer or of a supply under reverse charge.
func (j journey) exempt(line *Line) bool {
	inv := j.inv
	return (inv.Type == TaxInvoice || inv.Type == BillOfSupply) && !j.composition && !inv.ReverseCharge &&
		!inv.Supply.export() && !inv.Supply.sez() && line.goods() && line.GSTRate == 0 && line.Tax() == 0 && line.AllCess() == 0
}

// freeGoods reports whether goods of the code need no e-way bill whatever they are worth:
// chapter 71 (jewels, precious metals) without imitation jewellery, and crude petroleum.
func freeGoods(hsn string) bool {
	return strings.HasPrefix(hsn, "71") && !strings.HasPrefix(hsn, "7117") || strings.HasPrefix(hsn, "2709")
}

// perhapsFree reports whether some goods of the code need none: fuels, gas, liquor for
// drinking, coral, currency, empty containers.
func perhapsFree(hsn string) bool {
	return slices.ContainsFunc([]string{"2710", "2711", "2203", "2204", "2205", "2206", "2207", "2208", "0508", "9601", "4907", "8609"},
		func(heading string) bool { return strings.HasPrefix(hsn, heading) })
}

func jewellery(inv *Invoice) bool {
	return slices.ContainsFunc(inv.Lines, func(l Line) bool { return strings.HasPrefix(l.HSN, "71") })
}

// limit returns a limit of the State where the goods start.
func (j journey) limit(rule string) (Paise, bool) {
	rupees, known := j.law.Value(rule+j.state, int32(j.on))
	return Paise(rupees) * 100, known
}

// central is the limit between States, and inside those that have none of their own.
func (j journey) central() Paise {
	rupees, _ := j.law.Value(master.RuleEWayInter, int32(j.on))
	return Paise(rupees) * 100
}

// lowest is the value up to which no goods need a bill, whatever they are.
func (j journey) lowest() Paise {
	limit := j.central()
	if !j.intra {
		return limit
	}
	if own, known := j.limit(master.RuleEWayIntra); known {
		if limit = own; own == 0 { // the State asks for none
			return maxPaise
		}
	}
	if listed, known := j.limit(master.RuleEWayListed); known {
		limit = min(limit, listed)
	}
	return limit
}

// values returns the value of the consignment: with all taxes, without exempt goods, and
// the same without services that are billed along.
func (j journey) values() (all, goods Paise) {
	all = j.inv.Totals.Total
	var services Paise
	for i := range j.inv.Lines {
		line := &j.inv.Lines[i]
		switch {
		case j.exempt(line):
			all -= line.Total
		case !line.goods() && line.Charge == ChargeNone:
			services += line.Total
		}
	}
	return all, all - services
}

// between answers for goods that go to another State, where job work and handicrafts
// need a bill at any value.
func (j journey) between() EWayAnswer {
	limit := j.central()
	all, goods := j.values()
	switch {
	case goods > limit:
		return EWayAnswer{NeedYes, "inter", []string{inRupees(limit)}}
	case all > limit:
		return EWayAnswer{NeedMaybe, "value.services", []string{inRupees(limit)}}
	}
	switch j.jobWork() {
	case NeedYes:
		return EWayAnswer{Need: NeedYes, Reason: "jobwork.any"}
	case NeedMaybe:
		return EWayAnswer{NeedMaybe, "jobwork", []string{inRupees(limit)}}
	}
	return EWayAnswer{NeedNo, "below.inter", []string{inRupees(limit)}}
}

// jobWork says whether goods go to a job worker: a challan's purpose may name it, name
// another reason, or leave it open.
//
// Source: CGST Rules 2017, rule 138(1), third proviso.
func (j journey) jobWork() Need {
	if j.inv.Type != DeliveryChallan {
		return NeedNo
	}
	switch reason, _ := challanReason(j.inv); reason {
	case SubSupplyJobWork:
		return NeedYes
	case SubSupplyOthers:
		return NeedMaybe
	}
	return NeedNo
}

// freesJobWork reports whether the State asks for no bill when goods go for job work
// inside it.
//
// Source: Punjab's State notification; West Bengal's Notification 02/2026-C.T./GST.
func (j journey) freesJobWork() bool {
	return j.state == "03" || j.state == "19" && j.on >= 20260601
}

// inside answers for goods that stay in their State, whose own limit counts.
func (j journey) inside() EWayAnswer {
	limit, known := j.limit(master.RuleEWayIntra)
	if !known {
		limit = j.central()
	}
	name := master.StateName(j.state)
	args := []string{inRupees(limit), name}
	switch {
	case limit == 0:
		return EWayAnswer{NeedNo, "state.none", []string{name}}
	case j.state == "23" && j.on >= 20220415 && j.medicine():
		return EWayAnswer{NeedNo, "medicine", []string{name}}
	}
	all, goods := j.values()
	if goods > limit {
		return j.above(args)
	}
	if listed, ok := j.limit(master.RuleEWayListed); ok && goods > listed {
		if sure, may := j.listed(); sure || may {
			answer := EWayAnswer{NeedYes, "listed", []string{inRupees(listed), name}}
			if !sure {
				answer.Need, answer.Reason = NeedMaybe, "listed.maybe"
			}
			return answer
		}
	}
	if all > limit {
		return EWayAnswer{NeedMaybe, "value.services", args[:1]}
	}
	return EWayAnswer{NeedNo, "below.intra", args}
}

// medicine reports whether all goods are medicines and surgical goods, which Madhya
// Pradesh frees inside the State.
//
// Source: Madhya Pradesh FA3-08/2018/1/V(18) of 23-03-2022.
func (j journey) medicine() bool {
	for i := range j.inv.Lines {
		if l := &j.inv.Lines[i]; l.goods() && !slices.ContainsFunc([]string{"3003", "3004", "3006"}, func(h string) bool { return strings.HasPrefix(l.HSN, h) }) {
			return false
		}
	}
	return true
}

// above answers for a consignment above its State's limit. Some States free what stays in
// a city or a district, or bind certain goods only, which the document does not tell.
func (j journey) above(args []string) EWayAnswer {
	d := j.inv.EWay
	switch {
	case j.freesJobWork() && j.jobWork() == NeedYes:
		return EWayAnswer{NeedNo, "jobwork.free", args[1:]}
	case j.freesJobWork() && j.jobWork() == NeedMaybe, j.state == "27" && j.jobWork() == NeedYes:
		// Maharashtra frees hank, yarn, fabric and garments within 50 km.
		return EWayAnswer{NeedMaybe, "jobwork.inside", args}
	case j.state == "30":
		return EWayAnswer{NeedMaybe, "listed.maybe", args}
	case slices.Contains([]string{"08", "23", "24"}, j.state):
		return EWayAnswer{NeedMaybe, "local", args}
	case d != nil && d.Distance > 0 && d.Distance <= 50:
		return EWayAnswer{NeedYes, "intra.near", args} // rule 138(3): Part A is enough
	}
	return EWayAnswer{NeedYes, "intra", args}
}

// listed reports whether the document has goods for which the State has a lower limit,
// and whether it may have: Jharkhand's list is not known here, and of heading 2106 pan
// masala alone is meant.
func (j journey) listed() (sure, may bool) {
	if j.state == "20" {
		return false, true
	}
	prefixes := []string{"24"}
	if j.state == "22" {
		prefixes = []string{
			"2402", "2403", "4408", "4410", "4411", "4412", "7320", "7324", "2701", "2702", "2703", "2704",
			"7202", "7203", "7204", "7205", "7206", "7207", "7208", "7209", "7210", "7211", "7212", "7213", "7214", "7215",
			"7216", "7217", "7303", "7304", "7305", "7306", "7307", "7308", "7312", "7313", "7314", "7315", "7316", "7317", "7318",
		}
	}
	for i := range j.inv.Lines {
		hsn := j.inv.Lines[i].HSN
		sure = sure || strings.HasPrefix(hsn, "21069020") || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(hsn, p) })
		may = may || panMasala(hsn)
	}
	return sure, may
}

// inRupees writes an amount as people say a limit: "₹50,000".
func inRupees(p Paise) string { return "₹" + strings.TrimSuffix(p.Indian(), ".00") }
