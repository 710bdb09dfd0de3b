package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// ewayTabs are the headings of the list, in their order.
var ewayTabs = []struct {
	tab   db.EWayTab
	label string
	count func(db.EWayCounts) int64
}{
	{db.EWaysAll, "All", func(c db.EWayCounts) int64 { return c.All }},
	{db.EWaysToDo, "To do", func(c db.EWayCounts) int64 { return c.ToDo }},
	{db.EWaysActive, "Active", func(c db.EWayCounts) int64 { return c.Active }},
	{db.EWaysPartA, "Part A only", func(c db.EWayCounts) int64 { return c.PartA }},
	{db.EWaysExpiring, "Expiring", func(c db.EWayCounts) int64 { return c.Expiring }},
	{db.EWaysExpired, "Expired", func(c db.EWayCounts) int64 { return c.Expired }},
	{db.EWaysCancelled, "Cancelled", func(c db.EWayCounts) int64 { return c.Cancelled }},
	{db.EWaysOthers, "Others’", func(c db.EWayCounts) int64 { return c.Others }},
	{db.EWaysTransporter, "As transporter", func(c db.EWayCounts) int64 { return c.Transporter }},
}

// ewayTabNamed is the tab of a link; anything unknown is all bills.
func ewayTabNamed(name string) db.EWayTab {
	for _, t := range ewayTabs {
		if string(t.tab) == name {
			return t.tab
		}
	}
	return db.EWaysAll
}

// ewayURL is the address of an e-way bill, or of something about it.
func ewayURL(company gst.GSTIN, id int64, part string) string {
	path := "ewaybills/" + strconv.FormatInt(id, 10)
	if part != "" {
		path += "/" + part
	}
	return companyURL(company, path)
}

// ewaysURL is the list under a tab, as searched, from a place on.
func ewaysURL(company gst.GSTIN, tab db.EWayTab, query string, after db.Cursor) string {
	q := url.Values{}
	for name, value := range map[string]string{"tab": string(tab), "q": query, "after": after.String()} {
		if value != "" {
			q.Set(name, value)
		}
	}
	address := companyURL(company, "ewaybills")
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// listEWays handles GET /c/{gstin}/ewaybills.
func (s *Server) listEWays(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	after, err := db.ParseCursor(c.QueryParam("after"))
	if err != nil {
		return redirect(c, companyURL(company.GSTIN, "ewaybills"))
	}
	q := db.EWayQuery{
		Company: company.GSTIN, Mode: company.Mode, Tab: ewayTabNamed(c.QueryParam("tab")),
		Query: strings.TrimSpace(c.QueryParam("q")), After: after,
	}
	list, err := s.ewayList(ctx, company, q)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return s.show(c, http.StatusOK, views.EWayRows(list), nil)
	}
	counts, err := s.store.EWayCounts(ctx, company.GSTIN, company.Mode, s.now())
	if err != nil {
		return err
	}
	v := views.EWaysView{
		ListURL: companyURL(company.GSTIN, "ewaybills"), NewURL: companyURL(company.GSTIN, "ewaybills/new"),
		FetchURL: companyURL(company.GSTIN, "ewaybills/fetch"), GateURL: companyURL(company.GSTIN, "gate"),
		Tab: string(q.Tab), Query: q.Query, List: list, Chips: ewayChips(company, q.Tab, counts),
	}
	if v.Trouble, err = s.trouble(c); err != nil {
		return err
	}
	page := s.roomFrame(c, "E-way bills", "eways")
	page.Scripts = []string{"list.js"}
	return s.show(c, http.StatusOK, views.EWaysPage(page, v), nil)
}

// tripsTab stands beside the tabs of the bills.
const tripsTab db.EWayTab = "trips"

// ewayChips are the tabs with their counts.
func ewayChips(company gst.Company, at db.EWayTab, counts db.EWayCounts) []views.Chip {
	chips := make([]views.Chip, 0, len(ewayTabs)+1)
	for _, t := range ewayTabs {
		chips = append(chips, views.Chip{
			Label: t.label, Count: strconv.FormatInt(t.count(counts), 10), Current: t.tab == at,
			URL: ewaysURL(company.GSTIN, t.tab, "", db.Cursor{}),
		})
	}
	return append(chips, views.Chip{
		Label: "Trip sheets", Count: strconv.FormatInt(counts.Trips, 10), URL: companyURL(company.GSTIN, "trips"), Current: at == tripsTab,
	})
}

// ewayList is a page of bills.
func (s *Server) ewayList(ctx context.Context, company gst.Company, q db.EWayQuery) (views.EWayList, error) {
	bills, next, err := s.store.EWays(ctx, q)
	if err != nil {
		return views.EWayList{}, err
	}
	list := views.EWayList{
		Filtered: q.Query != "" || q.Tab != db.EWaysAll, ClearURL: companyURL(company.GSTIN, "ewaybills"),
		NewURL: companyURL(company.GSTIN, "ewaybills/new"), Board: q.Tab == db.EWaysExpiring && q.Query == "",
	}
	list.EmptyTitle, list.EmptyText = emptyEWays(q)
	if !q.After.IsZero() {
		list.Newest = ewaysURL(company.GSTIN, q.Tab, q.Query, db.Cursor{})
	}
	if !next.IsZero() {
		list.Older = ewaysURL(company.GSTIN, q.Tab, q.Query, next)
	} else if n := len(bills); list.Newest == "" && n > 0 {
		list.Count = entries(n, "e-way bill", "e-way bills")
	}
	if list.Board {
		list.Sections, err = s.ewayBoard(ctx, company, bills)
		return list, err
	}
	section := views.EWaySection{ID: "eways-list"}
	for i := range bills {
		row := s.ewayRow(&bills[i])
		if row.Tick {
			list.TripURL, list.PrintURL = companyURL(company.GSTIN, "trips/new"), companyURL(company.GSTIN, "ewaybills/print")
		}
		section.Rows = append(section.Rows, row)
	}
	list.Sections = []views.EWaySection{section}
	if q.Tab == db.EWaysToDo && q.Query == "" && q.After.IsZero() {
		aging, err := s.agingSection(ctx, company)
		if err != nil {
			return list, err
		}
		list.Sections = append(list.Sections, aging)
	}
	return list, nil
}

// emptyEWays says what it means that no bill stands under a tab.
func emptyEWays(q db.EWayQuery) (title, text string) {
	if q.Query != "" {
		return "", ""
	}
	switch q.Tab {
	case db.EWaysAll:
		return "No e-way bill yet", "Make one from the page of an invoice or challan, together with its IRN, or here for goods that move without a document of yours."
	case db.EWaysToDo:
		return "Nothing to do", "Nothing is asked of the portal, and nothing was refused."
	case db.EWaysExpiring:
		return "Nothing expires", "No e-way bill ends within the next 24 hours."
	case db.EWaysOthers:
		return "None of others", "Bills that others made in your name come here when you fetch them from the portal. You have 72 hours to reject one."
	case db.EWaysTransporter:
		return "None to carry", "Bills that name you as transporter come here when you fetch them from the portal."
	}
	return "Nothing here", "No e-way bill stands under this heading now."
}

// ewayRow is one bill of the list.
func (s *Server) ewayRow(b *gst.EWay) views.EWayRow {
	now := s.now()
	row := views.EWayRow{
		ID: strconv.FormatInt(b.ID, 10), URL: ewayURL(b.Company, b.ID, ""), Number: grouped(b.Number),
		Paper: b.Of.Number, PaperNote: joinParts(ewayWords("paper", b.Of.Paper), b.Of.Date.Long()),
		Party: otherSide(b), Journey: journey(&b.Of), Vehicle: b.Of.Transport.Vehicle,
		Tick: b.Number != "",
	}
	row.Kind, row.State = ewayLook(b.StateAt(now))
	if len(b.Vehicles) > 0 {
		row.Vehicle = b.Vehicles[0].Vehicle
	}
	if b.Number == "" {
		row.Number = "Not made yet"
	}
	if !b.Made.IsZero() {
		row.Made = gst.DateOf(b.Made).Long()
	}
	row.Left, row.LeftKind, row.Until = leftOf(b, now)
	row.Why, row.Bad = s.ewayRowWhy(b)
	return row
}

// ewayRowWhy is what is to be heeded about a bill, in a line.
func (s *Server) ewayRowWhy(b *gst.EWay) (why string, bad bool) {
	switch {
	case b.State == gst.EWayFailed:
		why = upperFirst(whyRefused(b.Refusal))
		if aging := s.agingOf(b.Of.Date); aging != nil {
			why += " " + aging.Text
		}
		return why, true
	case b.State == gst.EWayUnknown:
		return "No answer came; the portal is asked whether it has it.", false
	case b.State == gst.EWayPending:
		return ewayWhy(b.LastCode), false
	case !b.RejectedAt.IsZero() && b.Role == gst.EWayOther:
		return "Rejected by you on " + gst.DateOf(b.RejectedAt).Long() + ".", true
	case !b.RejectedAt.IsZero():
		return "Rejected by the other party on " + gst.DateOf(b.RejectedAt).Long() + ".", true
	case b.Asked != "":
		return ewayAskedWords(b), false
	case b.Refused != "" && b.Refused != gst.EWayMake:
		return ewayDeeds[b.Refused].refused + ": " + whyRefused(b.Refusal), true
	case s.lastPartA(b):
		return "Once it lapses no other can be made: the document is more than " + strconv.Itoa(s.documentDays()) + " days old then.", true
	}
	return "", false
}

// ewayAskedWords says that the answer to something asked about a bill is awaited, and why it
// takes its time.
func ewayAskedWords(b *gst.EWay) string {
	return strings.TrimSpace(ewayDeeds[b.Asked].asked + "; the answer is awaited. " + ewayWhy(b.LastCode))
}

// ewayBoard are the bills that end soon, each with its extension.
func (s *Server) ewayBoard(ctx context.Context, company gst.Company, bills []gst.EWay) ([]views.EWaySection, error) {
	now := s.now()
	over := views.EWaySection{ID: "over", Title: "Over, and still to be extended", Text: "For eight hours behind its end."}
	next := views.EWaySection{ID: "next", Title: "Ends within 24 hours"}
	for i := range bills {
		b, err := s.store.EWay(ctx, company.GSTIN, bills[i].ID)
		if errors.Is(err, gst.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		row := s.ewayRow(b)
		if row.Extend, err = s.quickExtension(ctx, b, now); err != nil {
			return nil, err
		}
		if b.ValidUntil.Before(now) {
			over.Rows = append(over.Rows, row)
		} else {
			next.Rows = append(next.Rows, row)
		}
	}
	return []views.EWaySection{over, next}, nil
}

// quickExtension offers more time for a bill on the board.
func (s *Server) quickExtension(ctx context.Context, b *gst.EWay, now time.Time) (*views.EWayQuick, error) {
	offer := b.Offer(gst.EWayExtend, now, s.desk.Law())
	q := &views.EWayQuick{
		URL: ewayURL(b.Company, b.ID, "do/"+string(gst.EWayExtend)), FormURL: ewayURL(b.Company, b.ID, "") + "?open=extend#extend",
		Reasons: views.Options("", extensionReasons()...),
	}
	switch {
	case b.Scheduled != nil:
		q.Text = "Extension planned for " + shortMinute(extensionOpens(b)) + "."
		return q, nil
	case b.Asked != "":
		q.Text = ewayAskedWords(b)
		return q, nil
	case !offer.Open && offer.From.IsZero():
		q.Text = ewayNo(offer)
		return q, nil
	}
	last, err := s.desk.LastPartB(ctx, b.Company, b.ID)
	if err != nil {
		return nil, err
	}
	q.Label, q.Text = "Extend", "From "+joinParts(last.Place, last.Vehicle)
	if !offer.Open {
		q.Label, q.Text = "Extend when the window opens", q.Text+", from "+shortMinute(offer.From)
	}
	values := extensionValues(last)
	for _, name := range extensionHidden {
		q.Hidden = append(q.Hidden, views.Sum{Label: extendPrefix + name, Value: values.Get(extendPrefix + name)})
	}
	if !offer.Open {
		q.Hidden = append(q.Hidden, views.Sum{Label: "do", Value: "second"})
	}
	q.Left = views.Field{Name: extendPrefix + "distance", Value: values.Get(extendPrefix + "distance")}
	q.Remark = views.Field{Name: extendPrefix + "remark"}
	return q, nil
}

// extensionOpens is when the time to extend a bill begins.
//
// Source: CGST Rules 2017, rule 138(10), third proviso.
func extensionOpens(b *gst.EWay) time.Time { return b.ValidUntil.Add(-8 * time.Hour) }
