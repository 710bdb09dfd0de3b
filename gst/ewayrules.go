package gst

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ewayCode is the portal's code for the breach of a rule: when the e-way bill system makes
// a bill, when the e-invoice system makes one of an IRN, and when something of a bill is
// changed. Empty: none of its own.
type ewayCode struct{ making, byIRN, change string }

// ewayCodes lists every rule that CheckConsignment, CheckOrder, CheckTrip and Grouped may
// report, by the name of its words in the lang room ("fault."+rule).
//
// Source: e-way bill API 1.03, list of error codes; e-invoice API 1.03, error codes 4000
// to 4059.
var ewayCodes = map[string]ewayCode{
	// What moves, and on what paper.
	"waybill.direction":        {"201", "", ""},
	"waybill.sub_supply":       {"202", "", ""},
	"waybill.sub_supply.side":  {"203", "", ""},
	"waybill.sub_supply.text":  {"377", "", ""},
	"waybill.paper":            {"204", "", ""},
	"waybill.paper.supply":     {"205", "", ""},
	"waybill.number":           {"206", "", ""},
	"waybill.date":             {"207", "", ""},
	"waybill.date.future":      {"207", "", ""},
	"waybill.date.floor":       {"819", "", ""},
	"waybill.date.age":         {"820", "", ""},
	"waybill.transaction":      {"612", "", ""},
	"waybill.composition":      {"714", "", ""},
	"waybill.composition.away": {"703", "", ""},
	"waybill.composition.tax":  {"704", "", ""},

	// Who and where.
	"waybill.from.gstin":       {"208", "", ""},
	"waybill.to.gstin":         {"212", "", ""},
	"waybill.gstin.check":      {"", "", ""},
	"waybill.from.own":         {"359", "", ""},
	"waybill.to.own":           {"360", "", ""},
	"waybill.both.urp":         {"822", "", ""},
	"waybill.both.same":        {"", "", ""},
	"waybill.from.name":        {"229", "", ""},
	"waybill.to.name":          {"231", "", ""},
	"waybill.from.address":     {"209", "", ""},
	"waybill.to.address":       {"213", "", ""},
	"waybill.from.place":       {"230", "", ""},
	"waybill.to.place":         {"232", "", ""},
	"waybill.from.pin":         {"210", "", ""},
	"waybill.to.pin":           {"214", "", ""},
	"waybill.from.state":       {"211", "", ""},
	"waybill.to.state":         {"215", "", ""},
	"waybill.from.start":       {"371", "", ""},
	"waybill.to.end":           {"372", "", ""},
	"waybill.from.pin.state":   {"437", "", ""},
	"waybill.to.pin.state":     {"436", "", ""},
	"waybill.gstin.state":      {"865", "", ""},
	"waybill.from.same.state":  {"643", "", ""},
	"waybill.to.same.state":    {"644", "", ""},
	"waybill.from.other":       {"607", "", ""},
	"waybill.to.other":         {"608", "", ""},
	"waybill.from.other.gstin": {"610", "", ""},
	"waybill.to.other.gstin":   {"609", "", ""},
	"waybill.from.other.twice": {"617", "", ""},
	"waybill.to.other.twice":   {"618", "", ""},
	"waybill.from.other.none":  {"615", "", ""},
	"waybill.to.other.none":    {"616", "", ""},
	"waybill.to.other.name":    {"863", "", ""},
	"waybill.export.state":     {"373", "", ""},
	"waybill.export.pin":       {"374", "", ""},
	"waybill.export.gstin":     {"450", "", ""},
	"waybill.import.state":     {"375", "", ""},
	"waybill.import.pin":       {"376", "", ""},
	"waybill.import.gstin":     {"451", "", ""},
	"waybill.port":             {"", "4031", ""},
	"waybill.port.state":       {"", "4032", ""},
	"waybill.port.pin":         {"", "4033", ""},
	"waybill.characters":       {"", "", ""},
	"waybill.length":           {"", "", ""},

	// The goods and their value.
	"waybill.lines.none":   {"233", "", ""},
	"waybill.lines.many":   {"", "", ""},
	"waybill.goods":        {"724", "4009", ""},
	"waybill.hsn":          {"216", "", ""},
	"waybill.hsn.four":     {"282", "", ""},
	"waybill.hsn.six":      {"283", "", ""},
	"waybill.name":         {"", "", ""},
	"waybill.unit":         {"217", "", ""},
	"waybill.unit.need":    {"217", "", "399"},
	"waybill.negative":     {"234", "", ""},
	"waybill.large":        {"", "", ""},
	"waybill.halves":       {"251", "", ""},
	"waybill.rate":         {"254", "", ""},
	"waybill.rate.half":    {"252", "", ""},
	"waybill.rate.inside":  {"218", "", ""},
	"waybill.rate.across":  {"219", "", ""},
	"waybill.cess":         {"255", "", ""},
	"waybill.value":        {"640", "", ""},
	"waybill.value.sum":    {"620", "", ""},
	"waybill.tax.inside":   {"623", "", ""},
	"waybill.tax.across":   {"624", "", ""},
	"waybill.tax.negative": {"629", "", ""},
	"waybill.gold.mixed":   {"809", "", ""},
	"waybill.gold.inter":   {"808", "", ""},
	"waybill.gold.bare":    {"801", "", ""},
	"waybill.gold.road":    {"815", "", "816"},

	// How the goods go.
	"waybill.mode":             {"220", "4028", "302"},
	"waybill.mode.need":        {"638", "4028", "302"},
	"waybill.part_a":           {"619", "4019", ""},
	"waybill.vehicle.need":     {"226", "4011", "303"},
	"waybill.vehicle":          {"225", "4014", "304"},
	"waybill.vehicle.state":    {"", "", ""},
	"waybill.vehicle.type":     {"361", "4022", "361"},
	"waybill.vehicle.none":     {"634", "4024", "634"},
	"waybill.vehicle.ship":     {"726", "4039", "726"},
	"waybill.ship.need":        {"727", "4040", "727"},
	"waybill.document.need":    {"394", "4012", "385"},
	"waybill.document":         {"223", "", ""},
	"waybill.document.rail":    {"823", "", "823"},
	"waybill.day.need":         {"385", "4023", "385"},
	"waybill.day.ship":         {"729", "4023", "729"},
	"waybill.day.early":        {"362", "4021", "362"},
	"waybill.day.future":       {"224", "4016", "224"},
	"waybill.transporter":      {"222", "4018", "222"},
	"waybill.transporter.same": {"", "", ""},
	"waybill.distance":         {"702", "4038", ""},
	"waybill.distance.same":    {"721", "4029", ""},
	"waybill.distance.near":    {"702", "4013", ""},
	"waybill.distance.abroad":  {"721", "4034", ""},
	"waybill.distance.ceiling": {"702", "4013", ""},

	// Changes.
	"waybill.place":           {"", "", "305"},
	"waybill.state":           {"", "", "306"},
	"waybill.place.to":        {"", "", "321"},
	"waybill.state.to":        {"", "", "320"},
	"waybill.pin":             {"", "", "421"},
	"waybill.pin.state":       {"", "", "710"},
	"waybill.reason":          {"", "", "307"},
	"waybill.reason.first":    {"", "", "307"},
	"waybill.remark":          {"", "", "308"},
	"waybill.remark.need":     {"", "", "386"},
	"waybill.extend.reason":   {"", "", "386"},
	"waybill.extend.distance": {"", "", "389"},
	"waybill.extend.far":      {"", "", "390"},
	"waybill.transit":         {"", "", "705"},
	"waybill.transit.none":    {"", "", "712"},
	"waybill.address1":        {"", "", "706"},
	"waybill.address2":        {"", "", "707"},
	"waybill.address3":        {"", "", "708"},
	"waybill.address.none":    {"", "", "713"},
	"waybill.cancel.reason":   {"", "", "307"},
	"waybill.close.day":       {"", "", "861"},
	"waybill.close.early":     {"", "", "828"},
	"waybill.close.late":      {"", "", "842"},
	"waybill.close.remark":    {"", "", "862"},
	"waybill.order":           {"", "", "239"},
	"waybill.group":           {"", "", "411"},
	"waybill.group.quantity":  {"", "", "402"},
	"waybill.group.exceeds":   {"", "", "400"},
	"waybill.group.unit":      {"", "", "399"},
	"waybill.group.first":     {"", "", "413"},
	"waybill.swap.old":        {"", "", "405"},
	"waybill.swap.new":        {"", "", "408"},
	"waybill.swap.same":       {"", "", "408"},
	"waybill.trip.none":       {"", "", "391"},
	"waybill.trip.number":     {"", "", "301"},
	"waybill.trip.twice":      {"", "", "391"},
	"waybill.trip.bill":       {"", "", "391"},
	"waybill.trip.old":        {"", "", "387"},
}

// EWayRuleNames returns the names of all rules of e-way bills, sorted; each has its words
// in the lang room.
func EWayRuleNames() []string { return slices.Sorted(maps.Keys(ewayCodes)) }

// ewayChecker collects the faults of one consignment, order or trip sheet.
type ewayChecker struct {
	rules  Rules
	code   func(ewayCode) string
	block  string // what the field names of the moment begin with
	faults Faults
}

func codeOfMaking(c ewayCode) string { return c.making }

func codeByIRN(c ewayCode) string { return c.byIRN }

func codeOfChange(c ewayCode) string { return c.change }

// add reports a fault.
func (k *ewayChecker) add(rule, field string, args ...string) {
	k.faults = append(k.faults, Fault{Rule: rule, Code: k.code(ewayCodes[rule]), Field: k.block + field, Args: args})
}

// warn reports something that stops nothing.
func (k *ewayChecker) warn(rule, field string, args ...string) {
	k.add(rule, field, args...)
	k.faults[len(k.faults)-1].Warning = true
}

// text checks the length and the characters of a text that the portal would else refuse
// without saying where.
func (k *ewayChecker) text(field, s string, longest int) {
	switch {
	case utf8.RuneCountInString(s) > longest:
		k.add("waybill.length", field, strconv.Itoa(longest))
	case strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || unwanted(r) }):
		k.add("waybill.characters", field)
	}
}
