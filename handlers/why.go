package handlers

import (
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/views"
)

// whyLines say why a document needs an IRN or none, by when it is to be reported and until
// when its IRN can be cancelled, and why its goods need an e-way bill or none; moving says
// that they have one and may move. A void document needs nothing, nor does one of another
// program.
func whyLines(inv *gst.Invoice, r gst.Rules, moving bool) []views.Check {
	if inv.State == gst.Void || inv.Elsewhere {
		return nil
	}
	lines := whyIRN(inv, r)
	answer := gst.NeedsEWayBill(inv, r)
	line := views.Check{Kind: "info"}
	switch {
	case answer.Need == gst.NeedNo:
	case moving:
		line.Kind = "good"
	default:
		line.Kind = "wait"
	}
	line.Text = lang.English.Text("why.eway."+string(answer.Need), lang.English.Text("ewayneed."+answer.Reason, answer.Args...))
	return append(lines, line)
}

// whyIRN says why a document needs an IRN or none, and until when what may be done.
func whyIRN(inv *gst.Invoice, r gst.Rules) []views.Check {
	if reason := gst.NeedsIRN(inv, r); reason != "" {
		return []views.Check{{Kind: "info", Text: lang.English.Text("why.irn.no", lang.English.Text("noirn."+string(reason)))}}
	}
	lines := []views.Check{{Kind: "info", Text: lang.English.Text("why.irn.yes", lang.English.Text("why.supply."+string(inv.Supply)), boundBy(inv, r))}}
	switch reg := inv.IRN.Registration; {
	case reg != nil && inv.IRN.State == gst.IRNRegistered:
		lines[0].Kind = "good"
		if deadline := gst.CancelDeadline(*reg); !deadline.IsZero() {
			lines = append(lines, views.Check{Kind: "info", Text: lang.English.Text("why.cancel", strings.TrimPrefix(until(deadline), "until "))})
		}
	default:
		if last := gst.ReportBy(inv.Date, r); last != 0 {
			line := views.Check{Kind: "info", Text: lang.English.Text("why.report", last.String())}
			if r.Today > last.AddDays(-7) {
				line.Kind = "wait"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// boundBy says why e-invoicing binds the company on the document's day.
func boundBy(inv *gst.Invoice, r gst.Rules) string {
	c := r.Company
	switch {
	case c.StartsOn != 0:
		return lang.English.Text("why.bound.day", c.StartsOn.String())
	case c.Turnover == gst.SlabUnknown:
		return lang.English.Text("why.bound.unknown")
	}
	on := inv.Date
	if on == 0 {
		on = r.Today
	}
	for _, rule := range r.Law.Rules() {
		holds := gst.Date(rule.From) <= on && (rule.To == 0 || on <= gst.Date(rule.To))
		if rule.Name == master.RuleIRNThreshold && holds && rule.Value == r.Law.Threshold(int32(on)) {
			return lang.English.Text("why.bound.slab", strconv.Itoa(rule.Value), gst.Date(rule.From).String())
		}
	}
	return lang.English.Text("why.bound.unknown")
}
