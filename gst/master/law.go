package master

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Rule is one row of the law that changes by date: a figure that holds from one day to
// another. What the figure counts is the rule's Unit.
type Rule struct {
	Name     string
	Value    int
	From, To int32 // yyyymmdd, both included; To 0: still in force
	Note     string
}

// still is the last day of a rule that has not ended.
const still = 99991231

// holds reports whether the rule is in force on the day.
func (r Rule) holds(on int32) bool { return r.From <= on && on <= r.last() }

func (r Rule) last() int32 {
	if r.To == 0 {
		return still
	}
	return r.To
}

// replaces reports whether a change takes the place of a row. Many rates begin on one
// day, so that a rate is told by its value, too.
func (r Rule) replaces(old Rule) bool {
	return r.Name == old.Name && r.From == old.From && (r.Name != RuleRate || r.Value == old.Value)
}

// Unit returns what the figure of the rule counts, in words; "" for an unknown rule.
func (r Rule) Unit() string { return kindOf(r.Name).unit }

// Rules whose value depends on the day; see Value. The names of the limits inside a
// State end in its code: RuleEWayIntra + "27".
const (
	RuleRate          = "rate"            // a GST rate, in thousandths of one percent
	RuleIRNThreshold  = "irn.threshold"   // turnover above which e-invoicing binds
	RuleWindowCrore   = "window.crore"    // turnover from which the reporting window binds
	RuleWindowDays    = "window.days"     // how long it is
	RuleHSNSix        = "hsn.six"         // turnover above which the e-invoice portal wants six digits
	RuleHSNEWay       = "hsn.eway"        // likewise the e-way bill portal
	RuleHSNPaperCrore = "hsn.paper.crore" // turnover above which paper needs more digits
	RuleHSNPaperBelow = "hsn.paper.below" // how many it needs up to that turnover
	RuleHSNPaperAbove = "hsn.paper.above" // and above it
	RuleNumberNoCase  = "number.nocase"   // document numbers count without regard to case
	RuleRSPTobacco    = "rsp.tobacco"     // tax on tobacco goods by retail sale price
	RuleCessMost      = "cess.most"       // no compensation cess but on tobacco and pan masala
	RuleCessEnded     = "cess.ended"      // no compensation cess on anything
	RuleNoteLast      = "note.last"       // last day for credit notes, after the year of supply
	RuleNoteReversal  = "note.reversal"   // credit notes need the buyer to reverse credit
	RuleBuyerNamed    = "buyer.named"     // value from which an unregistered buyer is named
	RulePaymentQR     = "b2c.qr"          // turnover above which B2C invoices carry a payment QR
	RuleEWayInter     = "eway.inter"      // value above which goods need an e-way bill
	RuleEWayIntra     = "eway.intra."     // the same inside a State, with its code behind
	RuleEWayListed    = "eway.listed."    // the same for goods that the State lists
	RuleEWayGold      = "eway.gold."      // the same for chapter 71, which is free elsewhere
	RuleEWayAge       = "eway.age"        // oldest document that an e-way bill is made for
	RuleEWayExtension = "eway.extension"  // how long one can be extended in all
	RuleEWayDay       = "eway.day"        // distance that a day of validity is for
	RuleEWayDayODC    = "eway.day.odc"    // the same for over-dimensional cargo
	RuleEWayShipTo    = "eway.shipto"     // the consignee's GSTIN is compulsory
	RuleEWayClosing   = "eway.closing"    // e-way bills are closed on delivery
)

// kind is what the rows of one name have in common.
type kind struct {
	unit        string
	least, most int
}

// The kinds of figures.
var (
	turnover = kind{"crore rupees", 0, 100_000}
	rupees   = kind{"rupees", 0, 100_00_00_000}
	anyDays  = kind{"days", 1, 3650}
	digits   = kind{"digits", 4, 8}
	yes      = kind{"1: yes, 0: no", 0, 1}
	km       = kind{"km", 1, 4000}
)

var kinds = map[string]kind{
	RuleRate:         {"thousandths of one percent", 0, 100_000},
	RuleIRNThreshold: turnover, RuleWindowCrore: turnover, RuleHSNSix: turnover, RuleHSNEWay: turnover,
	RuleHSNPaperCrore: turnover, RulePaymentQR: turnover,
	RuleWindowDays: anyDays, RuleEWayAge: anyDays, RuleEWayExtension: anyDays,
	RuleHSNPaperBelow: digits, RuleHSNPaperAbove: digits,
	RuleNumberNoCase: yes, RuleRSPTobacco: yes, RuleCessMost: yes, RuleCessEnded: yes,
	RuleNoteReversal: yes, RuleEWayShipTo: yes, RuleEWayClosing: yes,
	RuleNoteLast:   {"month and day, 1130 for 30 November", 101, 1231},
	RuleBuyerNamed: rupees, RuleEWayInter: rupees,
	RuleEWayDay: km, RuleEWayDayODC: km,
}

// kindOf returns the kind of a rule; without unit when there is no such rule.
func kindOf(name string) kind {
	for _, prefix := range []string{RuleEWayIntra, RuleEWayListed, RuleEWayGold} {
		if state, of := strings.CutPrefix(name, prefix); of {
			if !StateExists(state) {
				return kind{}
			}
			k := rupees
			k.unit = "rupees, 0: no e-way bill inside the State"
			return k
		}
	}
	return kinds[name]
}

// Why a rule cannot be; Check wraps one of them.
var (
	ErrRuleUnknown = errors.New("no such rule")
	ErrRuleValue   = errors.New("value out of range")
	ErrRuleDates   = errors.New("no such days")
)

// Check reports whether a rule may be added to the law: its name is known, its value one
// that its unit can have, its days exist and follow each other. It wraps ErrRuleUnknown,
// ErrRuleValue or ErrRuleDates.
func Check(r Rule) error {
	k := kindOf(r.Name)
	switch {
	case k.unit == "":
		return fmt.Errorf("rule %q: %w", r.Name, ErrRuleUnknown)
	case r.Value < k.least || r.Value > k.most:
		return fmt.Errorf("rule %q: %d is not from %d to %d: %w", r.Name, r.Value, k.least, k.most, ErrRuleValue)
	case r.Name == RuleNoteLast && !dayExists(20240000+int32(r.Value)):
		return fmt.Errorf("rule %q: %04d is no month and day: %w", r.Name, r.Value, ErrRuleValue)
	case !dayExists(r.From), r.To != 0 && !dayExists(r.To), r.From > r.last():
		return fmt.Errorf("rule %q: from %d to %d: %w", r.Name, r.From, r.To, ErrRuleDates)
	}
	return nil
}

// dayExists reports whether the day (yyyymmdd) is one of the calendar since GST began.
func dayExists(d int32) bool {
	y, m, day := int(d/10000), time.Month(d/100%100), int(d%100)
	t := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	return d >= 20170701 && t.Year() == y && t.Month() == m && t.Day() == day
}

// Law is the rates and rules by date: those that the program brings, with what a firm
// entered on top. It does not change once made. A nil *Law is the bundled one.
type Law struct {
	rows   []Rule            // in the order of the tables, additions behind their name
	byName map[string][]Rule // latest first
}

// Bundled returns the law as the program brings it.
func Bundled() *Law { return bundled() }

var bundled = sync.OnceValue(func() *Law {
	var rows []Rule
	for _, row := range table("rules.csv") {
		rows = append(rows, readRule(row[0], row[1], row[2], row[3], row[4]))
	}
	for _, row := range table("rates.csv") {
		rows = append(rows, readRule(RuleRate, row[0], row[1], row[2], row[3]))
	}
	return newLaw(rows)
})

// readRule reads a row of an embedded table; an empty last day means still.
func readRule(name, value, from, to, note string) Rule {
	r := Rule{Name: name, Value: number(value), From: int32(number(from)), Note: note}
	if to != "" {
		r.To = int32(number(to))
	}
	return r
}

func newLaw(rows []Rule) *Law {
	l := &Law{rows: rows, byName: map[string][]Rule{}}
	for _, r := range rows {
		l.byName[r.Name] = append(l.byName[r.Name], r)
	}
	for _, named := range l.byName {
		slices.SortStableFunc(named, func(a, b Rule) int { return cmp.Compare(b.From, a.From) })
	}
	return l
}

func (l *Law) orBundled() *Law {
	if l == nil {
		return bundled()
	}
	return l
}

// With returns the law with the changes on top: a change replaces the row of the same
// name and first day (of a rate: and value), any other is added. The law itself stays as
// it is. Rows that Check refuses are left out.
func (l *Law) With(changes []Rule) *Law {
	rows := slices.Clone(l.orBundled().rows)
	for _, change := range changes {
		if Check(change) != nil {
			continue
		}
		if at := slices.IndexFunc(rows, change.replaces); at >= 0 {
			rows[at] = change
			continue
		}
		rows = slices.Insert(rows, behind(rows, change.Name), change)
	}
	return newLaw(rows)
}

// behind returns the place after the last row of the name, the end when there is none.
func behind(rows []Rule, name string) int {
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].Name == name {
			return i + 1
		}
	}
	return len(rows)
}

// Rules returns every row, past and to come, grouped by name.
func (l *Law) Rules() []Rule { return slices.Clone(l.orBundled().rows) }

// Value returns the value of a rule on the day (yyyymmdd); false when it did not hold
// then. Where rows overlap the later one counts, so that a new row need not wait for
// somebody to end the old one.
func (l *Law) Value(rule string, on int32) (int, bool) {
	for _, r := range l.orBundled().byName[rule] {
		if r.holds(on) {
			return r.Value, true
		}
	}
	return 0, false
}

// On reports whether a rule that is in force or not is in force on the day (yyyymmdd).
func (l *Law) On(rule string, on int32) bool {
	value, holds := l.Value(rule, on)
	return holds && value != 0
}

// Threshold returns the aggregate annual turnover in crore rupees above which
// e-invoicing is compulsory on the day (yyyymmdd); 0 before it began.
func (l *Law) Threshold(on int32) (crore int) {
	crore, _ = l.Value(RuleIRNThreshold, on)
	return crore
}

// rates returns the values of the rates that pass, rising.
func (l *Law) rates(pass func(Rule) bool) []int32 {
	var out []int32
	for _, r := range l.orBundled().byName[RuleRate] {
		if pass(r) {
			out = append(out, int32(r.Value))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Rates returns the GST rates in force for some supply on the day (yyyymmdd), in
// thousandths of one percent, rising.
func (l *Law) Rates(on int32) []int32 {
	return l.rates(func(r Rule) bool { return r.holds(on) })
}

// OlderRates returns the rates that ended before the day, for notes to older supplies:
// the rate of a note is that of the supply.
func (l *Law) OlderRates(on int32) []int32 {
	return l.rates(func(r Rule) bool { return r.last() < on && !l.RateHolds(int32(r.Value), on) })
}

// RateKnown reports whether the rate, in thousandths of one percent, is or was a GST
// rate.
func (l *Law) RateKnown(rate int32) bool {
	return slices.ContainsFunc(l.orBundled().byName[RuleRate], func(r Rule) bool { return r.Value == int(rate) })
}

// RateBegan reports whether the rate, in thousandths of one percent, is a GST rate that
// had begun by the day (yyyymmdd), whether it has ended since or not.
func (l *Law) RateBegan(rate, on int32) bool {
	return slices.ContainsFunc(l.orBundled().byName[RuleRate], func(r Rule) bool {
		return r.Value == int(rate) && r.From <= on
	})
}

// RateHolds reports whether the rate, in thousandths of one percent, is in force for some
// supply on the day (yyyymmdd).
func (l *Law) RateHolds(rate, on int32) bool {
	return slices.ContainsFunc(l.orBundled().byName[RuleRate], func(r Rule) bool {
		return r.Value == int(rate) && r.holds(on)
	})
}

// RateKnown reports whether the rate, in thousandths of one percent, is or was a GST rate
// of the bundled law.
func RateKnown(rate int32) bool { return Bundled().RateKnown(rate) }
