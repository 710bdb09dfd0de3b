package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// How many documents of each part of the queue are shown beside the others, and of one part
// alone.
const (
	queueFew  = 10
	queuePage = 50
)

// Parts of the queue's page that are none of the store's queue.
const (
	partToFix db.QueuePart = "to_fix"
	partHeld  db.QueuePart = "held"
)

// queueParts are the parts of the page in their order.
var queueParts = []struct {
	part              db.QueuePart
	kind, title, text string
	count             func(db.QueueSummary) int64
}{
	{db.QueueSending, "wait", "Being sent", "", func(q db.QueueSummary) int64 { return q.Sending }},
	{db.QueueUnknown, "wait", "Checking with the portal", "Sent, but no answer came. The portal is asked whether it has them before anything is sent again.", func(q db.QueueSummary) int64 { return q.Unknown }},
	{db.QueueWaiting, "wait", "Waiting", "They are sent by themselves, in the order of their numbers.", func(q db.QueueSummary) int64 { return q.Waiting }},
	{partToFix, "bad", "To fix", "The portal refused them. Open each, correct it, and send it again.", func(q db.QueueSummary) int64 { return q.Failed }},
	{partHeld, "muted", "Not sent yet", "They are sent when somebody presses Register. Until they have their IRN they are no valid invoices.", func(q db.QueueSummary) int64 { return q.Held }},
}

// queueRequest is what of the queue is asked for.
type queueRequest struct {
	company gst.Company
	part    db.QueuePart // empty: the beginning of each
	after   string
	now     time.Time
}

// url is the address of a part of the page, from a place on.
func (r queueRequest) url(part db.QueuePart, after string) string {
	address := companyURL(r.company.GSTIN, "queue")
	if part != "" {
		address += "?show=" + string(part)
		if after != "" {
			address += "&after=" + after
		}
	}
	return address
}

// limit is how many rows of a part are shown.
func (r queueRequest) limit() int {
	if r.part == "" {
		return queueFew
	}
	return queuePage
}

// showQueue handles GET /c/{gstin}/queue: all that is on its way to the portal or waits.
func (s *Server) showQueue(c echo.Context) error {
	r := queueRequest{company: companyOf(c), after: c.QueryParam("after"), now: s.now()}
	for _, p := range queueParts {
		if c.QueryParam("show") == string(p.part) && p.part != partToFix {
			r.part = p.part
		}
	}
	view, err := s.queueView(c.Request().Context(), r)
	if err != nil {
		return err
	}
	page := s.roomFrame(c, "Portal queue", "queue")
	return s.show(c, http.StatusOK, views.QueuePage(page, view), views.Queue(view))
}

// queueView is the page, or the part that was asked for.
func (s *Server) queueView(ctx context.Context, r queueRequest) (views.QueueView, error) {
	company := r.company
	st, given, err := s.queueStanding(ctx, company)
	if err != nil {
		return views.QueueView{}, err
	}
	v := views.QueueView{
		URL: r.url(r.part, r.after), Every: "10s", Promise: promise(company, st, given, r.now), Paused: st.Paused,
		PauseURL: companyURL(company.GSTIN, "queue/pause"), BulkURL: companyURL(company.GSTIN, "bulk"),
		Held: st.Held, Busy: st.Open()+st.EWays > 0,
	}
	if st.Waiting+st.Unknown+st.EWays > 0 {
		v.NowURL = companyURL(company.GSTIN, "queue/now")
	}
	if v.Busy {
		v.Every = "2s"
	}
	if r.part != "" {
		v.AllURL = r.url("", "")
	}
	if v.Health, err = s.healthStrip(ctx, company); err != nil {
		return v, err
	}
	if v.Promise.Details, err = s.promiseDetails(ctx, company, st); err != nil {
		return v, err
	}
	for _, p := range queueParts {
		n := p.count(st.QueueSummary)
		v.Figures = append(v.Figures, queueFigure(p.part, p.title, p.kind, n))
		if r.part != "" && r.part != p.part || n == 0 && r.part == "" {
			continue
		}
		section := views.QueueSection{ID: string(p.part), Kind: p.kind, Title: p.title, Text: p.text, Count: strconv.FormatInt(n, 10)}
		if p.part == db.QueueWaiting && st.Paused {
			section.Text = "They go in the order of their numbers once you press Resume."
		}
		if err := s.fillQueue(ctx, r, p.part, st, n, &section); err != nil {
			return v, err
		}
		v.Sections = append(v.Sections, section)
	}
	if r.part == "" {
		if err := s.fillEWays(ctx, company, &v); err != nil {
			return v, err
		}
		v.Bulks, err = s.bulkLines(ctx, company)
	}
	return v, err
}

// queueStanding is how a company stands with the portal. What is in a file for the portal is
// told beside it: that waits for its result, not for somebody to press Register.
func (s *Server) queueStanding(ctx context.Context, company gst.Company) (st registrar.Standing, given int64, err error) {
	st, err = s.registrar.Standing(ctx, company.GSTIN, company.Mode)
	if err != nil || st.Held == 0 {
		return st, 0, err
	}
	given, err = s.store.CountGivenOut(ctx, company.GSTIN, company.Mode)
	st.Held -= min(given, st.Held) // they were read one after the other
	return st, given, err
}

// promiseDetails name each provider that cannot be used and what mends it, while documents
// wait for that.
func (s *Server) promiseDetails(ctx context.Context, company gst.Company, st registrar.Standing) ([]views.ProblemDetail, error) {
	if st.Reachable || st.Open() == 0 {
		return nil, nil
	}
	troubles, _, err := s.registrar.Troubles(ctx, company.GSTIN, company.Mode)
	return troubleDetails(troubles), err
}

// queueFigure is how many documents a part has. It leads to the part, which stands on the
// page while it has any.
func queueFigure(part db.QueuePart, title, kind string, n int64) views.Figure {
	f := views.Figure{Label: title, Value: strconv.FormatInt(n, 10), Kind: kind}
	if n > 0 {
		f.URL = "#" + string(part)
	}
	return f
}

// promise is what people most want to know: whether all goes its way, and what becomes of
// their documents when it does not.
func promise(company gst.Company, st registrar.Standing, given int64, now time.Time) views.Problem {
	var oldest string
	if !st.Oldest.IsZero() {
		oldest = ", the oldest for " + span(now.Sub(st.Oldest))
	}
	wait := waitFor(st.Open())
	switch {
	case st.Open() == 0 && st.EWays > 0:
		return ewayPromise(st, now)
	case st.Paused && st.Open() == 0:
		return views.Problem{Kind: "wait", Title: "Paused: nothing new is sent", Text: "New documents wait until you press Resume. You can go on billing."}
	case st.Paused:
		return views.Problem{Kind: "wait", Title: "Paused: nothing new is sent", Text: wait + oldest + ". What was sent already is still checked. You can go on billing; press Resume to send the rest, in order."}
	case st.Open() == 0 && st.Held > 0:
		return views.Problem{Kind: "info", Title: "Nothing is on its way to the portal", Text: upperFirst(notSent(st.Held)) + " yet, and " + goes(st.Held) + " only when you say so: press Register below."}
	case st.Open() == 0 && given > 0:
		return views.Problem{Kind: "info", Title: "Nothing is on its way to the portal", Text: inFile(given) + " for the portal. Once registered there, bring the result back:",
			URL: byHandURL(company.GSTIN, 0), Link: "Register by hand at the portal"}
	case st.Open() == 0:
		return views.Problem{Kind: "good", Title: "Nothing waits for the portal", Text: "Documents come here from the moment you issue them until they have their IRN."}
	case !st.Reachable && st.Why != "":
		return views.Problem{Kind: "bad", Title: "Nothing can be sent now", Text: waitWords(st.Why, "No provider takes documents.") + " " + wait + oldest + ". You can go on billing; once this is mended they are sent by themselves, in order.",
			URL: companyURL(company.GSTIN, "settings/credentials"), Link: "Open E-Invoice Credentials"}
	case !st.Reachable:
		title := "No provider answers"
		if !st.Since.IsZero() {
			title += " since " + clock(st.Since)
		}
		text := wait + oldest + ". You can go on billing; they are sent by themselves, in order."
		if st.Next.After(now) {
			text += " The next try is in " + span(st.Next.Sub(now)) + "."
		}
		return views.Problem{Kind: "wait", Title: title, Text: text + " If goods must leave before that:",
			URL: byHandURL(company.GSTIN, 0), Link: "Register by hand at the portal"}
	}
	return views.Problem{Kind: "info", Title: upperFirst(onWay(st.Open())), Text: wait + oldest + ". You can go on billing; they are sent by themselves, in order."}
}

// ewayPromise is promise where nothing waits but what is asked about e-way bills.
func ewayPromise(st registrar.Standing, now time.Time) views.Problem {
	text := "What is asked about e-way bills waits: " + strconv.FormatInt(st.EWays, 10)
	if !st.EWaysOldest.IsZero() {
		text += ", the oldest for " + span(now.Sub(st.EWaysOldest))
	}
	switch {
	case st.Paused:
		return views.Problem{Kind: "wait", Title: "Paused: nothing new is sent", Text: text + ". What was sent already is still checked; press Resume to send the rest."}
	case !st.EWaysReachable:
		title := "The e-way bill system does not answer"
		if !st.EWaysSince.IsZero() {
			title += " since " + clock(st.EWaysSince)
		}
		return views.Problem{Kind: "wait", Title: title, Text: text + ". It is sent by itself once somebody answers."}
	}
	return views.Problem{Kind: "info", Title: "E-way bills are on their way to the portal", Text: text + ". It is sent by itself."}
}

// waitFor is "37 documents wait".
func waitFor(n int64) string {
	if n == 1 {
		return "1 document waits"
	}
	return documents(n) + " wait"
}

// notSent is "3 documents are not sent".
func notSent(n int64) string {
	if n == 1 {
		return "1 document is not sent"
	}
	return documents(n) + " are not sent"
}

// inFile is "3 documents are in a file".
func inFile(n int64) string {
	if n == 1 {
		return "1 document is in a file"
	}
	return documents(n) + " are in a file"
}

func goes(n int64) string {
	if n == 1 {
		return "it goes"
	}
	return "they go"
}

func onWay(n int64) string {
	if n == 1 {
		return "1 document is on its way"
	}
	return documents(n) + " are on their way"
}

// fillQueue reads the rows of one part; n is how many it has in all.
func (s *Server) fillQueue(ctx context.Context, r queueRequest, part db.QueuePart, st registrar.Standing, n int64, section *views.QueueSection) error {
	switch part {
	case partToFix:
		return s.fillToFix(ctx, r, section)
	case partHeld:
		return s.fillHeld(ctx, r, n, section)
	}
	after, _ := strconv.ParseInt(r.after, 10, 64) // mistyped: from the top
	items, err := s.store.QueueOf(ctx, r.company.GSTIN, r.company.Mode, part, after, r.limit()+1)
	if err != nil {
		return err
	}
	if len(items) > r.limit() {
		items = items[:r.limit()]
		section.Older = r.url(part, strconv.FormatInt(items[len(items)-1].ID, 10))
		r.more(part, n, section)
	}
	if after > 0 {
		section.Newest = r.url(part, "")
	}
	for _, item := range items {
		section.Rows = append(section.Rows, queueRow(r, st, item))
	}
	return nil
}

// more leads from the beginning of a part to all of it.
func (r queueRequest) more(part db.QueuePart, n int64, section *views.QueueSection) {
	if r.part == "" {
		section.Older, section.AllURL, section.AllLabel = "", r.url(part, ""), "All "+documents(n)
	}
}

// queueRow is a document with a request.
func queueRow(r queueRequest, st registrar.Standing, q db.QueueItem) views.QueueRow {
	row := views.QueueRow{
		URL:    invoiceURL(&gst.Invoice{ID: q.InvoiceID, Company: r.company.GSTIN}, ""),
		Number: q.Number, Customer: orWalkIn(q.Buyer), Total: signed(q.Type, q.Total).Indian(),
		Age: span(r.now.Sub(q.Queued)), Tries: strconv.Itoa(q.Tries),
	}
	if q.Through != "" {
		row.Through = providerName(q.Through)
	}
	next := q.Next
	if !st.Reachable && st.Next.After(next) { // nobody answers: it is its turn after that
		next = st.Next
	}
	switch {
	case q.Sending:
		row.Next = "now"
	case st.Paused && q.State == db.RequestReady:
		row.Next = "paused"
	case next.After(r.now):
		row.Next = "in " + span(next.Sub(r.now))
	default:
		row.Next = "in its turn"
	}
	row.Why, row.Bad = queueWhy(q)
	return row
}

// queueWhy says why a document still waits; empty when it only waits for its turn.
func queueWhy(q db.QueueItem) (words string, bad bool) {
	switch {
	case q.Code != "" && q.State == db.RequestReady:
		return waitWords(q.Code, q.Why), true
	case q.State != db.RequestReady && q.Sending:
		return "Asking the portal.", false
	case q.State != db.RequestReady:
		return "No answer came through " + providerName(q.Through) + "; the portal is asked whether it has it.", false
	case q.Sending:
		return "", false
	case q.Tries > 0 && q.Why != "":
		return "No provider answered so far.", false
	}
	return "", false
}

// fillToFix shows the documents that were refused last.
func (s *Server) fillToFix(ctx context.Context, r queueRequest, section *views.QueueSection) error {
	rows, next, err := s.store.Invoices(ctx, db.InvoiceFilter{
		Company: r.company.GSTIN, Mode: r.company.Mode, State: db.ChipToFix, Limit: queueFew,
	})
	if err != nil {
		return err
	}
	for _, invoice := range rows {
		row := plainRow(r, invoice)
		row.Bad = true
		if invoice.IRNState == gst.IRNConflict {
			row.Why = "The portal holds another document under this number."
		} else if row.Why = waitWords(invoice.Code, ""); row.Why == "" {
			row.Why = "Refused with code " + invoice.Code + "."
		}
		section.Rows = append(section.Rows, row)
	}
	if !next.IsZero() {
		section.AllURL, section.AllLabel = companyURL(r.company.GSTIN, "invoices?state="+string(db.ChipToFix)), "All to fix"
	}
	return nil
}

// fillHeld shows what is not sent yet, the oldest first.
func (s *Server) fillHeld(ctx context.Context, r queueRequest, n int64, section *views.QueueSection) error {
	after, err := db.ParseCursor(r.after)
	if err != nil || r.part == "" {
		after = db.Cursor{}
	}
	rows, next, err := s.store.HeldInvoices(ctx, r.company.GSTIN, r.company.Mode, after, r.limit())
	if err != nil {
		return err
	}
	for _, invoice := range rows {
		section.Rows = append(section.Rows, plainRow(r, invoice))
	}
	if !next.IsZero() {
		section.Older = r.url(partHeld, next.String())
		r.more(partHeld, n, section)
	}
	if !after.IsZero() {
		section.Newest = r.url(partHeld, "")
	}
	section.Held = true
	return nil
}

// plainRow is a document without a request.
func plainRow(r queueRequest, invoice db.InvoiceRow) views.QueueRow {
	return views.QueueRow{
		URL:    invoiceURL(&gst.Invoice{ID: invoice.ID, Company: r.company.GSTIN}, ""),
		Number: invoice.Number, Customer: orWalkIn(invoice.BuyerName), Total: signed(invoice.Type, invoice.Total).Indian(),
		Date: invoice.Date.Long(),
	}
}

// orWalkIn is a buyer's name, or who has none.
func orWalkIn(name string) string {
	if name == "" {
		return "Walk-in customer"
	}
	return name
}

// tryQueueNow handles POST /c/{gstin}/queue/now.
func (s *Server) tryQueueNow(c echo.Context) error {
	company := companyOf(c)
	if err := s.registrar.TryNow(c.Request().Context(), company.GSTIN, company.Mode); err != nil {
		return fmt.Errorf("try the queue now: %w", err)
	}
	return redirect(c, companyURL(company.GSTIN, "queue"))
}

// pauseQueue handles POST /c/{gstin}/queue/pause.
func (s *Server) pauseQueue(c echo.Context) error {
	company := companyOf(c)
	if err := s.store.SetPaused(c.Request().Context(), company.GSTIN, c.FormValue("paused") == "1"); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "queue"))
}
