package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/sheet"
	"mohar/views"
)

// How much of a list the page shows.
const (
	shownByHand  = 200
	shownBrought = 500
)

// byHandURL is the page for registering by hand; with a document that one is chosen.
func byHandURL(gstin gst.GSTIN, id int64) string {
	url := companyURL(gstin, "byhand")
	if id != 0 {
		url += "?document=" + strconv.FormatInt(id, 10)
	}
	return url
}

// showByHandPage shows the page; v says what was done or went wrong.
func (s *Server) showByHandPage(c echo.Context, status int, v views.ByHandView) error {
	ctx, company := c.Request().Context(), companyOf(c)
	v.URL, v.Practice, v.Most = byHandURL(company.GSTIN, 0), company.Mode == gst.Practice, desk.MostByHand
	v.Columns = strings.Join(sheet.ReplyHeadings(), ", ")
	waiting, err := s.desk.ByHand(ctx, company, desk.MostByHand)
	if err != nil {
		return err
	}
	if id, err := strconv.ParseInt(c.QueryParam("document"), 10, 64); err == nil {
		// It need not be among the oldest.
		h, err := s.store.HandDocument(ctx, company.GSTIN, company.Mode, id)
		if err == nil && h.GivenOut.IsZero() {
			v.Chosen = true
			waiting = []desk.HandDocument{{HandDocument: h, Bar: desk.BarOf(h)}}
		}
	}
	for _, h := range waiting {
		if h.Bar == "" {
			v.Free++
		}
		if len(v.Rows) == shownByHand {
			v.More = true
			continue
		}
		row := handRow(company, h.HandDocument)
		row.Checked = v.Chosen
		if h.Bar != "" {
			row.Bar = barWords(h.Bar)
		}
		v.Rows = append(v.Rows, row)
	}
	out, err := s.store.GivenOut(ctx, company.GSTIN, company.Mode)
	if err != nil {
		return err
	}
	v.Batches = batches(company, out)
	page := s.frame(c, "By hand at the portal")
	page.Nav, page.Back = "queue", companyURL(company.GSTIN, "queue")
	return s.show(c, status, views.ByHandPage(page, v), nil)
}

// barWords say why a document cannot be given out or taken back.
func barWords(bar desk.HandBar) string { return lang.English.Text("byhand.bar." + string(bar)) }

func leftViews(left []desk.HandLeft) []views.ByHandLeft {
	list := make([]views.ByHandLeft, 0, len(left))
	for _, l := range left {
		list = append(list, views.ByHandLeft{Number: l.Number, Text: barWords(l.Bar)})
	}
	return list
}

func handRow(company gst.Company, h db.HandDocument) views.ByHandRow {
	return views.ByHandRow{
		ID: strconv.FormatInt(h.ID, 10), URL: invoiceURL(&gst.Invoice{ID: h.ID, Company: company.GSTIN}, ""),
		Number: h.Number, Kind: documentKinds[h.Type], Date: h.Date.Long(), Buyer: h.Buyer, Total: signed(h.Type, h.Total).Indian(),
		StateKind: stateKind(gst.Issued, h.IRN), State: stateWord(gst.Issued, h.IRN),
	}
}

// batches are documents that are given out, by when, the latest first.
func batches(company gst.Company, out []db.HandDocument) []views.ByHandBatch {
	sizes := map[string]int{}
	var list []views.ByHandBatch
	for _, h := range out {
		at := strconv.FormatInt(h.GivenOut.UnixMilli(), 10)
		i := slices.IndexFunc(list, func(b views.ByHandBatch) bool { return b.At == at })
		if i < 0 {
			i = len(list)
			list = append(list, views.ByHandBatch{At: at, When: moment(h.GivenOut), FileURL: handFileURL(company.GSTIN, h.GivenOut)})
		}
		if sizes[at]++; sizes[at] <= shownByHand {
			list[i].Rows = append(list[i].Rows, handRow(company, h))
		}
	}
	for i := range list {
		b := &list[i]
		b.Size = documents(int64(sizes[b.At]))
		if rest := sizes[b.At] - len(b.Rows); rest > 0 {
			b.More = fmt.Sprintf("And %d more.", rest)
		}
	}
	slices.SortFunc(list, func(a, b views.ByHandBatch) int { return strings.Compare(b.At, a.At) })
	return list
}

// broughtKinds are the colours of what came of an answer; those that need somebody are bad
// or wait.
func broughtKind(b desk.Brought) string {
	switch b.Result {
	case registrar.AdoptRegistered, registrar.AdoptQROnly, registrar.AdoptCompleted:
		if b.Unverified {
			return "wait"
		}
		return "good"
	case registrar.AdoptAlready:
		return "muted"
	case registrar.AdoptWaits, registrar.AdoptLookedUp, registrar.AdoptBusy, registrar.AdoptDuplicate, registrar.AdoptMeanwhile,
		registrar.AdoptCancelled, registrar.AdoptGone, registrar.AdoptNothing:
		return "wait"
	}
	return "bad"
}

// broughtReport is what came of a file. What needs somebody stands first.
func broughtReport(company gst.Company, brought []desk.Brought) *views.ByHandReport {
	r := &views.ByHandReport{}
	counts := map[string]int{}
	rank := map[string]int{"bad": 0, "wait": 1, "good": 2, "muted": 3}
	for _, b := range brought {
		o := views.ByHandOutcome{
			Place: strconv.Itoa(b.Reply.Place), Number: b.Reply.Number, Kind: broughtKind(b),
			Word: lang.English.Text("byhand." + string(b.Result)), Text: broughtText(b),
		}
		if b.ID != 0 {
			o.URL = invoiceURL(&gst.Invoice{ID: b.ID, Company: company.GSTIN}, "")
		}
		counts[o.Kind]++
		r.Rows = append(r.Rows, o)
	}
	slices.SortStableFunc(r.Rows, func(a, b views.ByHandOutcome) int { return rank[a.Kind] - rank[b.Kind] })
	for _, f := range []views.Figure{
		{Kind: "good", Label: "taken over"}, {Kind: "muted", Label: "here already"},
		{Kind: "wait", Label: "to look at"}, {Kind: "bad", Label: "not taken over or refused"},
	} {
		if n := counts[f.Kind]; n > 0 {
			f.Value = strconv.Itoa(n)
			r.Counts = append(r.Counts, f)
		}
	}
	if rest := len(r.Rows) - shownBrought; rest > 0 {
		r.Rows, r.More = r.Rows[:shownBrought], fmt.Sprintf("And %d more.", rest)
	}
	return r
}

// broughtText is what else there is to say of an answer: what differs, the portal's words,
// what to do.
func broughtText(b desk.Brought) string {
	var faults []string
	for _, f := range b.Reply.Faults {
		faults = append(faults, lang.English.Text("fault."+f.Rule, f.Args...))
	}
	what := ""
	if lang.English.Has("byhand.do." + string(b.Result)) {
		what = lang.English.Text("byhand.do." + string(b.Result))
	}
	unverified := ""
	if b.Unverified && b.Result.Changed() {
		unverified = lang.English.Text("byhand.unverified")
	}
	detail := b.Detail
	switch b.Result {
	case registrar.AdoptRegistered, registrar.AdoptQROnly, registrar.AdoptCompleted, registrar.AdoptCancelled:
		detail = "Ack " + b.Detail
	}
	return strings.Join(slices.DeleteFunc([]string{detail, strings.Join(faults, " "), unverified, what}, func(s string) bool { return s == "" }), " · ")
}

// offerByHand puts on a document's page that it was given out to be registered by hand, or
// that it can be while no provider answers.
func offerByHand(inv *gst.Invoice, w db.Waiting, events []db.Event, state *views.InvoiceState) {
	if inv.State != gst.Issued || state.Problem == nil {
		return
	}
	switch {
	case inv.IRN.State == gst.IRNHeld && givenOut(events):
		state.Changes.GivenOut = true
		state.Problem = &views.Problem{
			Kind: "wait", Title: "In a file, to be registered by hand",
			Text: "Upload the file at the portal and bring the result back, before you change anything here.",
			URL:  byHandURL(inv.Company, 0), Link: "Bring the result back",
		}
	case inv.IRN.State == gst.IRNPending && w.Tries == 0: // it is about to be sent
	case state.Problem.URL == "" && desk.MayGoByHand(inv):
		state.Problem.URL, state.Problem.Link = handURL(inv), "Register it by hand at the portal"
	}
}

// givenOut reports whether the last word about sending a document is that it was given out.
func givenOut(events []db.Event) bool {
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case db.EventGivenOut:
			return true
		case db.EventQueued:
			return false
		}
	}
	return false
}

// handURL is where a document is registered by hand; empty for one that needs no IRN or
// has it.
func handURL(inv *gst.Invoice) string {
	if !desk.MayGoByHand(inv) {
		return ""
	}
	return byHandURL(inv.Company, inv.ID)
}
