package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/views"
)

// rulesURL is the page of the dated rules, which all companies share.
const rulesURL = "/settings/rules"

// ruleGroups are the headings of the page with how the names of their rules begin.
var ruleGroups = []struct {
	title    string
	prefixes []string
}{
	{"E-invoicing", []string{master.RuleIRNThreshold, "window.", master.RuleNumberNoCase, master.RulePaymentQR}},
	{"HSN codes", []string{"hsn."}},
	{"Documents", []string{master.RuleBuyerNamed, "note."}},
	{"GST rates", []string{master.RuleRate}},
	{"Cess and retail price", []string{"cess.", master.RuleRSPTobacco}},
	{"E-way bill", []string{master.RuleEWayInter, master.RuleEWayAge, master.RuleEWayExtension, master.RuleEWayDay, master.RuleEWayShipTo, master.RuleEWayClosing}},
	{"E-way bill inside a State: needed above", []string{master.RuleEWayIntra, master.RuleEWayListed, master.RuleEWayGold}},
}

// groupOf is the heading that a rule stands under; the last one for a rule that came
// without.
func groupOf(name string) int {
	at := slices.IndexFunc(ruleGroups, func(g struct {
		title    string
		prefixes []string
	},
	) bool {
		return slices.ContainsFunc(g.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	})
	if at < 0 {
		return len(ruleGroups) - 1
	}
	return at
}

// showRules handles GET /settings/rules.
func (s *Server) showRules(c echo.Context) error {
	changes := s.store.Law()
	view := views.RulesView{Changes: len(changes)}
	for _, g := range ruleGroups {
		view.Groups = append(view.Groups, views.RuleGroup{Title: g.title})
	}
	view.Groups[0].Open = true
	rows := s.desk.Law().Rules()
	for i, r := range rows {
		group := &view.Groups[groupOf(r.Name)]
		row := s.ruleRow(r, isChange(changes, r))
		group.Open = group.Open || row.Mine
		if i+1 == len(rows) || rows[i+1].Name != r.Name {
			row.AddURL = rulesURL + "/change?rule=" + url.QueryEscape(r.Name)
		}
		group.Rows = append(group.Rows, row)
	}
	return s.show(c, http.StatusOK, views.RulesPage(s.firmFrame(c), view), nil)
}

// firmFrame is the frame of the settings that all companies share.
func (s *Server) firmFrame(c echo.Context) views.Page {
	page := s.frame(c, "Settings")
	page.Back = "/"
	return page
}

// isChange reports whether a row is the firm's own.
func isChange(changes []db.LawChange, r master.Rule) bool {
	return slices.Contains(changes, desk.ChangeOf(r))
}

func (s *Server) ruleRow(r master.Rule, mine bool) views.RuleRow {
	row := views.RuleRow{
		Name: shortRuleName(r), Value: ruleValue(r), From: gst.Date(r.From).Long(), Note: r.Note, Mine: mine,
		ChangeURL: rulesURL + "/change?" + url.Values{
			"rule": {r.Name}, "from": {gst.Date(r.From).String()}, "value": {typedValue(r)},
		}.Encode(),
	}
	if r.To != 0 {
		row.To = gst.Date(r.To).Long()
	}
	switch today := int32(s.today()); {
	case r.From > today:
		row.State = "to come"
	case r.To != 0 && r.To < today:
		row.Past = true
	}
	return row
}

// ruleName is a rule in plain words.
func ruleName(name string) string {
	if prefix, state := stateRule(name); state != "" {
		return lang.English.Text("rule."+prefix, state)
	}
	return lang.English.Text("rule." + name)
}

// shortRuleName is a rule under its heading, which says what those of the States are
// about.
func shortRuleName(r master.Rule) string {
	if prefix, state := stateRule(r.Name); state != "" {
		return lang.English.Text("rule.short."+prefix, state)
	}
	return ruleName(r.Name)
}

// stateRule splits the name of a rule that a State has of its own; no State for others.
func stateRule(name string) (rule, state string) {
	for _, prefix := range []string{master.RuleEWayIntra, master.RuleEWayListed, master.RuleEWayGold} {
		if code, of := strings.CutPrefix(name, prefix); of {
			return strings.TrimSuffix(prefix, "."), master.StateName(code)
		}
	}
	return name, ""
}

// ruleValue is a rule's figure with its unit, for people.
func ruleValue(r master.Rule) string {
	switch unit := r.Unit(); {
	case r.Name == master.RuleRate:
		return gst.Rate(r.Value).String() + "%"
	case r.Name == master.RuleNoteLast:
		return strings.TrimSuffix(gst.Date(20240000+r.Value).Long(), " 2024")
	case isYesNo(r):
		return map[bool]string{true: "Yes", false: "No"}[r.Value != 0]
	case strings.HasPrefix(unit, "rupees"):
		if r.Value == 0 {
			return "None needed"
		}
		return "₹" + wholeRupees(r.Value)
	case unit == "crore rupees":
		return "₹" + wholeRupees(r.Value) + " crore"
	default:
		return strconv.Itoa(r.Value) + " " + unit
	}
}

// isYesNo reports whether a rule is in force or not, and nothing else.
func isYesNo(r master.Rule) bool { return strings.HasPrefix(r.Unit(), "1: yes") }

func wholeRupees(n int) string { return strings.TrimSuffix((gst.Paise(n) * 100).Indian(), ".00") }

// typedValue is a rule's figure as its form holds it; see parseValue.
func typedValue(r master.Rule) string {
	switch {
	case r.Name == master.RuleRate:
		return gst.Rate(r.Value).String()
	case r.Name == master.RuleNoteLast:
		return fmt.Sprintf("%02d/%02d", r.Value%100, r.Value/100)
	case strings.HasPrefix(r.Unit(), "rupees"):
		return wholeRupees(r.Value)
	}
	return strconv.Itoa(r.Value)
}

// parseValue reads the figure of a rule as people type it.
func parseValue(name, text string) (int, error) {
	text = strings.TrimSpace(strings.NewReplacer(",", "", "₹", "", "%", "").Replace(text))
	switch name {
	case master.RuleRate:
		rate, err := gst.ParseRate(text)
		return int(rate), err
	case master.RuleNoteLast:
		day, month, _ := strings.Cut(text, "/")
		d, err := strconv.Atoi(day)
		m, err2 := strconv.Atoi(month)
		return 100*m + d, errors.Join(err, err2)
	}
	return strconv.Atoi(text)
}

// changeRule handles GET /settings/rules/change: a row of the law, by rule and first day
// (of a rate: and value), or without a day a new one of that rule.
func (s *Server) changeRule(c echo.Context) error {
	name := c.QueryParam("rule")
	last, found := s.lawRow(name, func(master.Rule) bool { return true })
	if !found {
		return gst.ErrNotFound
	}
	if c.QueryParam("from") == "" {
		form := views.RuleForm{Rule: name, New: true, Value: typedValue(last)}
		if name == master.RuleRate {
			form.Value = ""
		}
		return s.showRuleForm(c, http.StatusOK, form)
	}
	row, found := s.ruleAsked(name, c.QueryParam("from"), c.QueryParam("value"))
	if !found {
		return gst.ErrNotFound
	}
	form := views.RuleForm{
		Rule: name, Value: typedValue(row), From: gst.Date(row.From).String(), Note: row.Note, Was: digestOfRule(row),
	}
	if row.To != 0 {
		form.To = gst.Date(row.To).String()
	}
	return s.showRuleForm(c, http.StatusOK, form)
}

// lawRow returns the last row of a rule that passes.
func (s *Server) lawRow(name string, pass func(master.Rule) bool) (master.Rule, bool) {
	rows := s.desk.Law().Rules()
	for _, r := range slices.Backward(rows) {
		if r.Name == name && pass(r) {
			return r, true
		}
	}
	return master.Rule{}, false
}

// ruleAsked returns the row of a rule from a day, of a rate with a value, both as typed.
func (s *Server) ruleAsked(name, from, value string) (master.Rule, bool) {
	day, err := gst.ParseDate(from)
	if err != nil {
		return master.Rule{}, false
	}
	wanted, err := parseValue(name, value)
	return s.lawRow(name, func(r master.Rule) bool {
		return r.From == int32(day) && (name != master.RuleRate || err == nil && r.Value == wanted)
	})
}

// digestOfRule tells whether a row is still what its form was made from.
func digestOfRule(r master.Rule) string { return fmt.Sprintf("%d %d %s", r.Value, r.To, r.Note) }

// saveRule handles POST /settings/rules/change.
func (s *Server) saveRule(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	form := views.RuleForm{
		Rule: get("rule"), New: get("new") != "", Value: get("value"), From: get("from"), To: get("to"), Note: get("source"), Was: values.Get("was"),
	}
	rule, wrong := typedRule(form)
	row, there := s.ruleAsked(form.Rule, form.From, form.Value)
	switch {
	case form.New && there:
		wrong.put("from", "There is a row from this day already. Go back and change that one.")
	case !form.New && !there:
		return gst.ErrNotFound
	case !form.New && digestOfRule(row) != form.Was:
		form.Problems = Problems{"form": "Somebody else changed this row meanwhile. Open it in a second window, compare, and save there."}
		return s.showRuleForm(c, http.StatusConflict, form)
	}
	if len(wrong) > 0 {
		form.Problems = wrong
		return s.showRuleForm(c, http.StatusUnprocessableEntity, form)
	}
	if there && row == rule {
		return redirect(c, rulesURL) // nothing was changed
	}
	if err := s.store.SetLawChange(c.Request().Context(), desk.ChangeOf(rule)); err != nil {
		return err
	}
	return redirect(c, rulesURL+"?done=saved")
}

// typedRule reads a form and says what is wrong with it.
func typedRule(form views.RuleForm) (master.Rule, Problems) {
	wrong, rule := Problems{}, master.Rule{Name: form.Rule, Note: form.Note}
	var err error
	if rule.Value, err = parseValue(form.Rule, form.Value); err != nil {
		wrong.put("value", "Type the value as the help below says.")
	}
	day := func(field, text string) int32 {
		d, err := gst.ParseDate(text)
		if err != nil {
			wrong.put(field, lang.English.Text("fault.parse.date"))
		}
		return int32(d)
	}
	rule.From = day("from", form.From)
	if form.To != "" {
		rule.To = day("to", form.To)
	}
	if form.Note == "" {
		wrong.put("source", "Name the notification or advisory that says so, so that others can look it up.")
	}
	if len([]rune(form.Note)) > 200 {
		wrong.put("source", lang.English.Text("fault.length.max", "200"))
	}
	if len(wrong) > 0 {
		return rule, wrong
	}
	switch err := master.Check(rule); {
	case errors.Is(err, master.ErrRuleValue):
		wrong.put("value", "The rule cannot have this value. Look at the help below.")
	case errors.Is(err, master.ErrRuleDates) && rule.To != 0 && rule.To < rule.From:
		wrong.put("to", lang.English.Text("fault.law.order"))
	case errors.Is(err, master.ErrRuleDates):
		wrong.put("from", "Type a day since GST began on 01/07/2017.")
	case err != nil:
		wrong.put("form", "There is no such rule.")
	}
	return rule, wrong
}

// removeRule handles POST /settings/rules/remove: the bundled row holds again, or the
// added one is gone.
func (s *Server) removeRule(c echo.Context) error {
	row, found := s.ruleAsked(c.FormValue("rule"), c.FormValue("from"), c.FormValue("value"))
	if !found {
		return gst.ErrNotFound
	}
	change := desk.ChangeOf(row)
	if err := s.store.DeleteLawChange(c.Request().Context(), change.Rule, change.From); err != nil {
		return err
	}
	return redirect(c, rulesURL+"?done=saved")
}

func (s *Server) showRuleForm(c echo.Context, status int, form views.RuleForm) error {
	last, found := s.lawRow(form.Rule, func(master.Rule) bool { return true })
	if !found {
		return gst.ErrNotFound
	}
	form.URL, form.ListURL, form.RemoveURL = rulesURL+"/change", rulesURL, rulesURL+"/remove"
	form.Name, form.YesNo, form.Rate = ruleName(form.Rule), isYesNo(last), form.Rule == master.RuleRate
	form.Unit = valueHelp(last)
	row, found := s.ruleAsked(form.Rule, form.From, form.Value)
	form.Mine = !form.New && found && isChange(s.store.Law(), row)
	if form.Mine {
		for _, r := range master.Bundled().Rules() {
			if r.Name == row.Name && r.From == row.From && (!form.Rate || r.Value == row.Value) {
				form.Bundled = ruleValue(r)
			}
		}
	}
	return s.show(c, status, views.RulePage(s.firmFrame(c), form), nil)
}

// valueHelp says how the value of a rule is typed.
func valueHelp(r master.Rule) string {
	switch unit := r.Unit(); {
	case r.Name == master.RuleRate:
		return "In percent, as 18 or 0.25."
	case r.Name == master.RuleNoteLast:
		return "Day and month, as 30/11."
	case strings.HasPrefix(unit, "rupees,"):
		return "In rupees; 0 where none is needed."
	case strings.HasPrefix(unit, "1: yes"):
		return ""
	default:
		return "In " + unit + "."
	}
}
