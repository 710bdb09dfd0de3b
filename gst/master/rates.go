package master

import (
	"slices"
	"sync"
)

// span is a value that holds from one day to another (yyyymmdd), both included.
type span struct {
	value    int32
	from, to int32
}

func (s span) holds(on int32) bool { return s.from <= on && on <= s.to }

// readSpan reads value, from and to; an empty to means still.
func readSpan(value, from, to string) span {
	s := span{value: int32(number(value)), from: int32(number(from)), to: 99991231}
	if to != "" {
		s.to = int32(number(to))
	}
	return s
}

var rates = sync.OnceValue(func() []span {
	var all []span
	for _, row := range table("rates.csv") {
		all = append(all, readSpan(row[0], row[1], row[2]))
	}
	return all
})

// Rates returns the GST rates in force for some supply on the day (yyyymmdd), in
// thousandths of one percent, rising.
func Rates(on int32) []int32 {
	var out []int32
	for _, r := range rates() {
		if r.holds(on) {
			out = append(out, r.value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// OlderRates returns the rates that ended before the day, for notes to older supplies:
// the rate of a note is that of the supply.
func OlderRates(on int32) []int32 {
	var out []int32
	for _, r := range rates() {
		if r.to < on {
			out = append(out, r.value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// RateKnown reports whether the rate, in thousandths of one percent, is or was a GST
// rate.
func RateKnown(rate int32) bool {
	return slices.ContainsFunc(rates(), func(r span) bool { return r.value == rate })
}

// RateBegan reports whether the rate, in thousandths of one percent, is a GST rate that
// had begun by the day (yyyymmdd), whether it has ended since or not.
func RateBegan(rate, on int32) bool {
	return slices.ContainsFunc(rates(), func(r span) bool { return r.value == rate && r.from <= on })
}

// RateHolds reports whether the rate, in thousandths of one percent, is in force for some
// supply on the day (yyyymmdd).
func RateHolds(rate, on int32) bool {
	return slices.ContainsFunc(rates(), func(r span) bool { return r.value == rate && r.holds(on) })
}

// Rules whose value depends on the day; see Value.
const (
	RuleIRNThreshold = "irn.threshold" // crore of AATO above which e-invoicing binds
	RuleWindowCrore  = "window.crore"  // crore of AATO from which the 30-day window binds
	RuleHSNSix       = "hsn.six"       // crore of AATO above which HSN codes need six digits
	RuleNumberNoCase = "number.nocase" // document numbers count without regard to case
	RuleRSPTobacco   = "rsp.tobacco"   // tax on tobacco goods by retail sale price
)

var rules = sync.OnceValue(func() map[string][]span {
	all := map[string][]span{}
	for _, row := range table("rules.csv") {
		all[row[0]] = append(all[row[0]], readSpan(row[1], row[2], row[3]))
	}
	return all
})

// Value returns the value of a dated rule on the day (yyyymmdd); false when the rule
// did not hold then.
func Value(rule string, on int32) (int, bool) {
	for _, s := range rules()[rule] {
		if s.holds(on) {
			return int(s.value), true
		}
	}
	return 0, false
}

// Threshold returns the aggregate annual turnover in crore rupees above which
// e-invoicing was compulsory on the day (yyyymmdd); 0 before it began.
func Threshold(on int32) (crore int) {
	crore, _ = Value(RuleIRNThreshold, on)
	return crore
}
