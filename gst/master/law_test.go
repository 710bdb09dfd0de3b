package master

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	tests := []struct {
		on   int32
		want []int32
	}{
		{20180101, []int32{0, 100, 250, 3000, 5000, 12000, 18000, 28000}},
		{20250921, []int32{0, 100, 250, 1000, 1500, 3000, 5000, 6000, 7500, 12000, 18000, 28000}},
		{20250922, []int32{0, 100, 250, 1000, 1500, 3000, 5000, 6000, 7500, 12000, 18000, 28000, 40000}},
		{20260201, []int32{0, 100, 250, 1000, 1500, 3000, 5000, 6000, 7500, 12000, 18000, 40000}},
	}
	var law *Law
	for _, tt := range tests {
		if got := law.Rates(tt.on); !slices.Equal(got, tt.want) {
			t.Errorf("%d: got %v, want %v", tt.on, got, tt.want)
		}
	}
	if got := law.OlderRates(20261122); !slices.Equal(got, []int32{28000}) {
		t.Errorf("older rates: %v", got)
	}
	if !law.RateHolds(28000, 20260131) || law.RateHolds(28000, 20260201) || law.RateHolds(10000, 20260201) {
		t.Error("rates by day")
	}
	if !law.RateBegan(28000, 20260201) || law.RateBegan(40000, 20250921) || !law.RateBegan(40000, 20250922) || law.RateBegan(10000, 20260201) {
		t.Error("rates that had begun by a day")
	}
	if !RateKnown(28000) || !RateKnown(0) || RateKnown(10000) {
		t.Error("known rates")
	}
}

func TestThreshold(t *testing.T) {
	for on, want := range map[int32]int{
		20200930: 0, 20201001: 500, 20210101: 100, 20210401: 50, 20220401: 20, 20221001: 10, 20230731: 10, 20230801: 5, 20261122: 5,
	} {
		if got := Bundled().Threshold(on); got != want {
			t.Errorf("%d: got %d, want %d", on, got, want)
		}
	}
}

func TestValue(t *testing.T) {
	tests := []struct {
		rule string
		on   int32
		want int
		ok   bool
	}{
		{RuleWindowCrore, 20231031, 0, false},
		{RuleWindowCrore, 20231101, 100, true},
		{RuleWindowCrore, 20250401, 10, true},
		{RuleWindowDays, 20261122, 30, true},
		{RuleHSNSix, 20231214, 0, false},
		{RuleHSNSix, 20231215, 5, true},
		{RuleHSNPaperAbove, 20210401, 6, true},
		{RuleHSNPaperBelow, 20210331, 0, false},
		{RuleNumberNoCase, 20250531, 0, false},
		{RuleNumberNoCase, 20250601, 1, true},
		{RuleRSPTobacco, 20260201, 1, true},
		{RuleCessEnded, 20260131, 0, false},
		{RuleCessEnded, 20260201, 1, true},
		{RuleNoteLast, 20261122, 1130, true},
		{RuleEWayInter, 20261122, 50_000, true},
		{RuleEWayIntra + "19", 20260531, 100_000, true},
		{RuleEWayIntra + "19", 20260601, 50_000, true},
		{RuleEWayIntra + "01", 20261122, 0, true},
		{RuleEWayShipTo, 20261122, 0, true},
		{"nothing", 20260201, 0, false},
	}
	for _, tt := range tests {
		if got, ok := Bundled().Value(tt.rule, tt.on); got != tt.want || ok != tt.ok {
			t.Errorf("%s on %d: %d %v", tt.rule, tt.on, got, ok)
		}
	}
	if Bundled().On(RuleEWayShipTo, 20261122) || !Bundled().On(RuleCessEnded, 20261122) {
		t.Error("a rule of value 0 is off, one of value 1 on")
	}
}

func TestEveryBundledRuleHasUnitAndSource(t *testing.T) {
	for _, r := range Bundled().Rules() {
		if err := Check(r); err != nil {
			t.Error(err)
		}
		if r.Unit() == "" || r.Note == "" && r.Name != RuleRate {
			t.Errorf("%+v has no unit or no note", r)
		}
	}
	for name := range kinds {
		if len(Bundled().byName[name]) == 0 {
			t.Errorf("no row of %s", name)
		}
	}
	for _, st := range States() {
		_, known := Bundled().Value(RuleEWayIntra+st.Code, 20261122)
		if place := st.Code != Abroad && st.Code != OtherTerritory; known != place {
			t.Errorf("limit inside %s (%s): %v", st.Name, st.Code, known)
		}
	}
}

func TestChangesOfTheLaw(t *testing.T) {
	law := Bundled().With([]Rule{
		{Name: RuleIRNThreshold, Value: 2, From: 20270401, Note: "Notification 1/2027"},
		{Name: RuleWindowCrore, Value: 8, From: 20250401},
		{Name: RuleRate, Value: 12_000, From: 20170701, To: 20270331},
		{Name: RuleRate, Value: 9_000, From: 20270401},
		{Name: RuleEWayIntra + "27", Value: 200_000, From: 20270101},
		{Name: "no.such.rule", Value: 1, From: 20270101},
	})
	for _, tt := range []struct {
		rule string
		on   int32
		want int
	}{
		{RuleIRNThreshold, 20270331, 5}, {RuleIRNThreshold, 20270401, 2}, // the later row counts, though the older has no end
		{RuleWindowCrore, 20250401, 8}, {RuleWindowCrore, 20250331, 100},
		{RuleEWayIntra + "27", 20261231, 100_000}, {RuleEWayIntra + "27", 20270101, 200_000},
	} {
		if got, _ := law.Value(tt.rule, tt.on); got != tt.want {
			t.Errorf("%s on %d: %d, want %d", tt.rule, tt.on, got, tt.want)
		}
	}
	if law.RateHolds(12_000, 20270401) || !law.RateHolds(12_000, 20270331) || !law.RateHolds(9_000, 20270401) || !law.RateHolds(18_000, 20270401) {
		t.Error("a rate ends and another begins")
	}
	if !slices.Contains(law.OlderRates(20270401), 12_000) || !law.RateKnown(9_000) {
		t.Error("the ended rate is older, the new one known")
	}
	if Bundled().Threshold(20270401) != 5 || Bundled().RateKnown(9_000) {
		t.Error("the bundled law changed")
	}
	rows := law.Rules()
	at := slices.IndexFunc(rows, func(r Rule) bool { return r.Name == RuleIRNThreshold && r.Value == 2 })
	if at < 1 || rows[at-1].Name != RuleIRNThreshold || rows[at+1].Name != RuleWindowCrore {
		t.Error("an added row does not stand behind those of its name")
	}
	if slices.ContainsFunc(rows, func(r Rule) bool { return r.Name == "no.such.rule" }) {
		t.Error("a rule that nobody asks for was added")
	}
}

func TestCheckOfARule(t *testing.T) {
	for _, tt := range []struct {
		rule Rule
		want error
	}{
		{Rule{RuleIRNThreshold, 2, 20270401, 0, ""}, nil},
		{Rule{RuleIRNThreshold, 2, 20270401, 20270401, ""}, nil},
		{Rule{RuleEWayIntra + "07", 1, 20270401, 0, ""}, nil},
		{Rule{RuleEWayIntra + "45", 1, 20270401, 0, ""}, ErrRuleUnknown},
		{Rule{"", 1, 20270401, 0, ""}, ErrRuleUnknown},
		{Rule{RuleIRNThreshold, -1, 20270401, 0, ""}, ErrRuleValue},
		{Rule{RuleRate, 100_001, 20270401, 0, ""}, ErrRuleValue},
		{Rule{RuleCessEnded, 2, 20270401, 0, ""}, ErrRuleValue},
		{Rule{RuleHSNPaperAbove, 9, 20270401, 0, ""}, ErrRuleValue},
		{Rule{RuleNoteLast, 1131, 20270401, 0, ""}, ErrRuleValue},
		{Rule{RuleIRNThreshold, 2, 20270402, 20270401, ""}, ErrRuleDates},
		{Rule{RuleIRNThreshold, 2, 0, 0, ""}, ErrRuleDates},
		{Rule{RuleIRNThreshold, 2, 20270229, 0, ""}, ErrRuleDates},
		{Rule{RuleIRNThreshold, 2, 20270401, 20271301, ""}, ErrRuleDates},
	} {
		err := Check(tt.rule)
		if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.rule.Name) {
			t.Errorf("%+v: %v, want %v", tt.rule, err, tt.want)
		}
	}
}

// A rule that changed has one value on every day: the day after a row ends the next begins.
// Rates hold beside each other, so are not meant.
func TestRowsOfARuleFollowEachOther(t *testing.T) {
	law := Bundled()
	for name, rows := range law.byName {
		if name == RuleRate {
			continue
		}
		for i, r := range rows { // latest first
			if i == 0 && r.To != 0 || i > 0 && dayAfter(r.To) != rows[i-1].From {
				t.Errorf("%s: %d to %d has no day after it in the next row", name, r.From, r.To)
			}
			for _, day := range []int32{r.From, r.last()} {
				if got, ok := law.Value(name, day); !ok || got != r.Value {
					t.Errorf("%s on %d, the first or last day of its row: %d, want %d", name, day, got, r.Value)
				}
			}
		}
		if _, ok := law.Value(name, rows[len(rows)-1].From-1); ok {
			t.Errorf("%s holds before its first day", name)
		}
	}
}

// dayAfter returns the day after a day, yyyymmdd.
func dayAfter(d int32) int32 {
	t := time.Date(int(d/10000), time.Month(d/100%100), int(d%100)+1, 0, 0, 0, 0, time.UTC)
	return int32(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

func TestChangesThatOverlap(t *testing.T) {
	const rule = RuleEWayIntra + "27"
	law := Bundled().With([]Rule{
		{Name: rule, Value: 200_000, From: 20270101, To: 20270331}, // for a time only
		{Name: rule, Value: 150_000, From: 20270201, To: 20270228}, // inside that time
		{Name: rule, Value: 90_000, From: 20180701, To: 20181231},  // the bundled row, ended
		{Name: rule, Value: 300_000, From: 20280101},
		{Name: rule, Value: 400_000, From: 20280101}, // entered twice: the later entry
	})
	for _, tt := range []struct {
		on   int32
		want int
		ok   bool
	}{
		{20181231, 90_000, true}, {20190101, 0, false}, {20270101, 200_000, true}, {20270131, 200_000, true}, {20270201, 150_000, true},
		{20270228, 150_000, true}, {20270301, 200_000, true}, {20270331, 200_000, true}, {20270401, 0, false}, {20280101, 400_000, true},
	} {
		if got, ok := law.Value(rule, tt.on); got != tt.want || ok != tt.ok {
			t.Errorf("on %d: %d %v, want %d %v", tt.on, got, ok, tt.want, tt.ok)
		}
	}
}
