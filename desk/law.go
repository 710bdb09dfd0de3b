package desk

import (
	"strconv"
	"strings"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
)

// Law is the rates and rules by date as they stand now: those that the program brings,
// with what the firm entered on top.
func (d *Desk) Law() *master.Law {
	changes := d.store.Law()
	if len(changes) == 0 {
		return master.Bundled()
	}
	rules := make([]master.Rule, len(changes))
	for i, c := range changes {
		rules[i] = RuleOf(c)
	}
	return master.Bundled().With(rules)
}

// Rules is what documents of c are checked by today.
func (d *Desk) Rules(c gst.Company) gst.Rules {
	return gst.Rules{Today: d.Today(), Company: c, Law: d.Law()}
}

// rateKey begins the stored name of a change to a tax rate. Several rates may begin on
// one day, while a change is known by its name and its first day: the rate is part of
// the name there.
const rateKey = master.RuleRate + "."

// RuleOf is a stored change as a row of the law.
func RuleOf(c db.LawChange) master.Rule {
	r := master.Rule{Name: c.Rule, Value: c.Value, From: int32(c.From), To: int32(c.To), Note: c.Note}
	if strings.HasPrefix(c.Rule, rateKey) {
		r.Name = master.RuleRate
	}
	return r
}

// ChangeOf is a row of the law as the change that is stored for it.
func ChangeOf(r master.Rule) db.LawChange {
	c := db.LawChange{Rule: r.Name, Value: r.Value, From: gst.Date(r.From), To: gst.Date(r.To), Note: r.Note}
	if r.Name == master.RuleRate {
		c.Rule = rateKey + strconv.Itoa(r.Value)
	}
	return c
}
