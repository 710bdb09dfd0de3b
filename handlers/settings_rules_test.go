package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
)

const changeURL = rulesURL + "/change"

func TestRulesAreListedInWords(t *testing.T) {
	s := newCompanySite(t)
	r := s.get(rulesURL)
	s.want(r, http.StatusOK, "E-invoicing is compulsory above this turnover", "₹5 crore", "1 Aug 2023", "30 days", "30 Nov", "18%",
		"E-way bill inside a State", "Maharashtra", "₹1,00,000", "None needed", "Notification 10/2023")
	if strings.Contains(r.body, "changed here") {
		t.Error("a bundled rule counts as changed")
	}
}

func TestEveryRuleOfTheLawHasWords(t *testing.T) {
	for _, r := range master.Bundled().Rules() {
		if words := ruleName(r.Name); words == "" || strings.HasPrefix(words, "rule.") {
			t.Errorf("no words for rule %s", r.Name)
		}
		if n, err := parseValue(r.Name, typedValue(r)); err != nil || n != r.Value {
			t.Errorf("%s: typed as %q and read as %d, %v", r.Name, typedValue(r), n, err)
		}
	}
	if lang.English.Has("rule.nothing") {
		t.Error("words for a rule that is none")
	}
}

// ruleForm is a new value of a rule.
func ruleForm(change ...string) url.Values {
	return with(url.Values{
		"rule": {"irn.threshold"}, "new": {"1"}, "value": {"2"}, "from": {"01/11/2026"}, "to": {""}, "source": {"Notification 30/2026"},
	}, change...)
}

func TestANewValueOfARuleBindsDocuments(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"einvoice", configurationForm("turnover", "upto5", "starts_on", "")), http.StatusSeeOther)
	s.want(s.get(settingsURL+"einvoice"), http.StatusOK, "not compulsory")
	s.want(s.get(changeURL+"?rule=irn.threshold"), http.StatusOK, `value="5"`, "In crore rupees.")
	s.wantRedirect(s.post(changeURL, ruleForm()), rulesURL+"?done=saved")
	s.want(s.get(rulesURL), http.StatusOK, "One rule is changed here", "₹2 crore", "Notification 30/2026", "changed here")
	s.want(s.get(settingsURL+"einvoice"), http.StatusOK, "by turnover, from 1 Nov 2026")
	s.want(s.post(invoicesURL, invoiceForm("do", "issue")), http.StatusSeeOther)
	rules := s.desk.Rules(gst.Company{GSTIN: companyGSTIN, Taxpayer: gst.Regular, Turnover: gst.SlabUpTo5})
	if reason := gst.NeedsIRN(&gst.Invoice{Type: gst.TaxInvoice, Supply: gst.B2B, Date: 20261122, Brought: true}, rules); reason != "" {
		t.Errorf("still no IRN: %s", reason)
	}

	r := s.get(changeURL + "?rule=irn.threshold&from=01/11/2026")
	s.want(r, http.StatusOK, "This row was added here.", "Remove the row")
	s.wantRedirect(s.post(rulesURL+"/remove", url.Values{"rule": {"irn.threshold"}, "from": {"01/11/2026"}}), rulesURL+"?done=saved")
	s.want(s.get(settingsURL+"einvoice"), http.StatusOK, "not compulsory")
	s.want(s.post(rulesURL+"/remove", url.Values{"rule": {"irn.threshold"}, "from": {"01/11/2026"}}), http.StatusNotFound)
}

func TestABundledRowIsEndedAndComesBack(t *testing.T) {
	s := newCompanySite(t)
	const row = changeURL + "?rule=rate&from=01/07/2017&value=12"
	s.want(s.get(row), http.StatusOK, "readonly", `name="was" value="12000 0 main slab`)
	was := "12000 0 " + rateNote(t, 12000)
	form := url.Values{"rule": {"rate"}, "value": {"12"}, "from": {"01/07/2017"}, "to": {"31/10/2026"}, "source": {"Notification 31/2026"}, "was": {was}}
	s.wantRedirect(s.post(changeURL, form), rulesURL+"?done=saved")
	if law := s.desk.Law(); law.RateHolds(12000, 20261122) || !law.RateHolds(12000, 20261031) {
		t.Error("the rate did not end")
	}
	s.want(s.post(changeURL, form), http.StatusConflict, "Somebody else changed this row", "31/10/2026")
	s.want(s.get(row), http.StatusOK, "The program brought 12%.", "Back to the bundled row")
	s.wantRedirect(s.post(rulesURL+"/remove", url.Values{"rule": {"rate"}, "from": {"01/07/2017"}, "value": {"12"}}), rulesURL+"?done=saved")
	if !s.desk.Law().RateHolds(12000, 20261122) {
		t.Error("the bundled row is not back")
	}
}

func rateNote(t *testing.T, rate int) string {
	t.Helper()
	for _, r := range master.Bundled().Rules() {
		if r.Name == master.RuleRate && r.Value == rate {
			return r.Note
		}
	}
	t.Fatalf("no rate %d", rate)
	return ""
}

func TestTwoRatesMayBeginOnOneDay(t *testing.T) {
	s := newCompanySite(t)
	for _, rate := range []string{"9", "35.5"} {
		s.wantRedirect(s.post(changeURL, ruleForm("rule", "rate", "value", rate)), rulesURL+"?done=saved")
	}
	if law := s.desk.Law(); !law.RateHolds(9000, 20261122) || !law.RateHolds(35500, 20261122) || law.RateHolds(9000, 20261031) {
		t.Error("one of the rates is lost")
	}
	s.want(s.get(invoicesURL+"/new"), http.StatusOK, `"35.5"`)
}

func TestRulesSayWhatIsWrong(t *testing.T) {
	tests := []struct{ name, rule, field, value, want string }{
		{"no number", "irn.threshold", "value", "five", "Type the value"},
		{"a value that cannot be", "window.days", "value", "0", "The rule cannot have this value."},
		{"no such day of the year", "note.last", "value", "31/11", "The rule cannot have this value."},
		{"no date", "irn.threshold", "from", "tomorrow", "Type the date as dd/mm/yyyy"},
		{"a day before GST", "irn.threshold", "from", "01/01/2016", "since GST began"},
		{"an end before the beginning", "irn.threshold", "to", "31/10/2026", "The last day is before the first day."},
		{"nobody who says so", "irn.threshold", "source", "", "Name the notification"},
		{"a row that is there", "irn.threshold", "from", "01/08/2023", "There is a row from this day already."},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(changeURL, ruleForm("rule", test.rule, test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="`+test.value+`"`)
		})
	}
	s.TB = t
	s.want(s.post(changeURL, ruleForm("rule", "nothing")), http.StatusNotFound)
	s.want(s.get(changeURL+"?rule=nothing"), http.StatusNotFound)
	if changes, err := s.store.LawChanges(t.Context()); err != nil || len(changes) != 0 {
		t.Errorf("stored all the same: %v, %v", changes, err)
	}
}
