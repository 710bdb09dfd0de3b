package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/views"
)

// mostListed is how many documents of each kind the page of a piece of work lists.
const mostListed = 100

// bulkBar is what can be done with ticked documents of the list; more says that it goes on
// behind this page.
func bulkBar(company gst.Company, f db.InvoiceFilter, rows []db.InvoiceRow, more bool) *views.BulkBar {
	bar := &views.BulkBar{
		URL: companyURL(company.GSTIN, "bulk"), State: string(f.State), Type: string(f.Type), Query: f.Query,
	}
	useful := false
	for _, r := range rows {
		if r.State != gst.Issued {
			continue
		}
		switch r.IRNState {
		case gst.IRNHeld:
			bar.Register, useful = true, true
		case gst.IRNPending, gst.IRNUnknown, gst.IRNFailed:
			bar.Again, useful = true, true
		}
	}
	if !useful {
		return nil // boxes that lead nowhere would only be in the way
	}
	if more || !f.After.IsZero() {
		bar.All = "All that wait or are to be fixed, on every page"
		if f.State != db.ChipAll || f.Query != "" || f.Type != "" {
			bar.All = "All of this list, on every page"
		}
	}
	return bar
}

// startBulk handles POST /c/{gstin}/bulk: something is done with many documents.
func (s *Server) startBulk(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	ids, err := chosenIDs(c)
	if err != nil {
		return err
	}
	kind, choice := db.BulkRegister, desk.Choice{IDs: ids, Held: c.FormValue("held") == "1"}
	if c.FormValue("do") == string(db.BulkAgain) {
		kind = db.BulkAgain
	}
	if c.FormValue("all") == "1" {
		choice.All = &db.InvoiceFilter{
			State: chipNamed(c.FormValue("state")), Type: typeNamed(c.FormValue("type")), Query: strings.TrimSpace(c.FormValue("q")),
		}
	}
	id, err := s.desk.StartBulk(ctx, company, kind, choice)
	if errors.Is(err, gst.ErrState) {
		return sentence{http.StatusUnprocessableEntity, "No document is chosen. Tick some in the list first, 10,000 at most."}
	}
	if err != nil {
		return fmt.Errorf("start work on documents: %w", err)
	}
	if kind == db.BulkAgain { // the provider that rests is tried too
		if err := s.registrar.TryNow(ctx, company.GSTIN, company.Mode); err != nil {
			return fmt.Errorf("try now: %w", err)
		}
	}
	return redirect(c, bulkURL(company, id))
}

// bulkURL is the address of a piece of work.
func bulkURL(company gst.Company, id int64) string {
	return companyURL(company.GSTIN, "bulk/"+strconv.FormatInt(id, 10))
}

// bulkID is the piece of work that the address names.
func bulkID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, gst.ErrNotFound
	}
	return id, nil
}

// stopBulk handles POST /c/{gstin}/bulk/{id}/stop.
func (s *Server) stopBulk(c echo.Context) error {
	id, err := bulkID(c)
	if err != nil {
		return err
	}
	if err := s.desk.StopBulk(c.Request().Context(), companyOf(c), id); err != nil {
		return err
	}
	return redirect(c, bulkURL(companyOf(c), id))
}

// showBulk handles GET /c/{gstin}/bulk/{id}: how far the work has come.
func (s *Server) showBulk(c echo.Context) error {
	id, err := bulkID(c)
	if err != nil {
		return err
	}
	company, ctx := companyOf(c), c.Request().Context()
	b, err := s.store.Bulk(ctx, company.GSTIN, id)
	if err != nil {
		return err
	}
	view, err := s.bulkView(ctx, company, b)
	if err != nil {
		return err
	}
	page := s.roomFrame(c, view.Title, "queue")
	page.Back = companyURL(company.GSTIN, "queue")
	return s.show(c, http.StatusOK, views.BulkPage(page, view), views.BulkProgress(view))
}

// bulkView is the page of a piece of work.
func (s *Server) bulkView(ctx context.Context, company gst.Company, b db.Bulk) (views.BulkView, error) {
	v := views.BulkView{
		URL: bulkURL(company, b.ID), QueueURL: companyURL(company.GSTIN, "queue"), Title: bulkTitle(b),
		Started: fmt.Sprintf("Started by %s, %s", b.By.Name, moment(b.Created)),
		Total:   b.Documents, Registered: b.Registered, Refused: b.Refused, Skipped: b.Skipped, TakenBack: b.TakenBack,
		Ended: b.Ended(), Stopped: !b.Stopped.IsZero(), Stopping: !b.Stopped.IsZero() && !b.Ended(),
	}
	v.Waiting = b.Open()
	if b.Stopped.IsZero() {
		v.Waiting += b.Untaken()
	} else {
		v.TakenBack += b.Untaken() // they never went anywhere
	}
	if !v.Ended && !v.Stopped {
		v.StopURL = v.URL + "/stop"
	}
	v.StatusKind, v.Status = bulkStatus(b)
	if err := s.bulkPace(ctx, company, b, &v); err != nil {
		return v, err
	}
	var err error
	if v.Refusals, err = s.bulkRows(ctx, company, b, db.BulkRefused, b.Refused); err != nil {
		return v, err
	}
	v.LeftOut, err = s.bulkRows(ctx, company, b, db.BulkSkipped, b.Skipped)
	return v, err
}

// bulkTitle says what is being done.
func bulkTitle(b db.Bulk) string {
	if b.Kind == db.BulkAgain {
		return "Trying " + documents(b.Documents) + " again"
	}
	return "Registering " + documents(b.Documents)
}

// bulkStatus is how a piece of work stands, as a dot and a word.
func bulkStatus(b db.Bulk) (kind, word string) {
	switch {
	case b.Ended() && !b.Stopped.IsZero():
		return "muted", "Stopped"
	case b.Ended() && b.Refused > 0:
		return "bad", "Ended, some refused"
	case b.Ended() && b.Skipped == b.Documents:
		return "muted", "Ended, all left out"
	case b.Ended():
		return "good", "Ended"
	case !b.Stopped.IsZero():
		return "wait", "Stopping"
	}
	return "wait", "Under way"
}

// paceOver is the time over which the pace of a piece of work is taken.
const paceOver = time.Minute

// bulkPace says how fast it goes and what holds it up.
func (s *Server) bulkPace(ctx context.Context, company gst.Company, b db.Bulk, v *views.BulkView) error {
	if v.Ended {
		return nil
	}
	st, err := s.registrar.Standing(ctx, company.GSTIN, company.Mode)
	if err != nil {
		return err
	}
	if st.Paused || !st.Reachable {
		p := promise(company, st, 0, s.now())
		if st.Paused {
			p = views.Problem{Kind: "wait", Title: "Paused: nothing new is sent", Text: "It goes on once you press Resume in the queue to the portal.",
				URL: v.QueueURL, Link: "Open the portal queue"}
			if v.Stopping {
				p.Text = "What was sent already is still checked."
			}
		}
		v.Problem = &p
		return nil
	}
	now := s.now()
	answered, err := s.store.BulkPace(ctx, b.ID, now.Add(-paceOver))
	if err != nil || answered == 0 {
		return err
	}
	over := max(min(paceOver, now.Sub(b.Created)), time.Second)
	perMinute := max(answered*int64(time.Minute)/int64(over), 1)
	v.Pace = strconv.FormatInt(perMinute, 10) + " a minute"
	if v.Waiting > 0 {
		v.Pace += ", about " + span(time.Duration(v.Waiting)*over/time.Duration(answered)) + " left"
	}
	return nil
}

// bulkRows lists documents of a piece of work that are in a state; n is how many there are.
func (s *Server) bulkRows(ctx context.Context, company gst.Company, b db.Bulk, state string, n int64) (views.BulkList, error) {
	if n == 0 {
		return views.BulkList{}, nil
	}
	rows, err := s.store.BulkRows(ctx, b.ID, state, mostListed)
	if err != nil {
		return views.BulkList{}, err
	}
	var list views.BulkList
	for _, r := range rows {
		row := views.QueueRow{Number: r.Number, Customer: r.Buyer, Total: r.Total.Indian(), Why: skipWords[r.Why]}
		if r.Why != db.SkipGone {
			row.URL = invoiceURL(&gst.Invoice{ID: r.InvoiceID, Company: company.GSTIN}, "")
		}
		if row.Number == "" {
			row.Number, row.Total = "Draft", ""
		}
		if state == db.BulkRefused {
			row.Why, row.Bad = refusedWords(r)
		}
		list.Rows = append(list.Rows, row)
	}
	if left := n - int64(len(rows)); left > 0 {
		list.More = "and " + documents(left) + " more"
	}
	return list, nil
}

// skipWords say why there was nothing to do with a document, and what mends it.
var skipWords = map[string]string{
	db.SkipGone:        "It is not there any more.",
	db.SkipDraft:       "A draft: issue it first.",
	db.SkipVoid:        "It is void.",
	db.SkipNotRequired: "It needs no IRN.",
	db.SkipRegistered:  "It has its IRN already.",
	db.SkipHeld:        "It was not sent yet: press Register.",
	db.SkipRefused:     "The portal refused it: correct it first, then it is sent again.",
	db.SkipGiven:       "It is in a file, to be registered by hand: bring the portal's result back, or open it and press Send from here after all.",
	db.SkipConflict:    "The portal holds another document under its number: open it to see what can be done.",
}

// refusedWords say why the portal refused a document, and whether that was mended since.
func refusedWords(r db.BulkRow) (words string, bad bool) {
	switch r.IRNState {
	case gst.IRNFailed, gst.IRNConflict:
	case gst.IRNRegistered:
		return "Corrected since: it has its IRN.", false
	case gst.IRNPending, gst.IRNUnknown:
		return "Corrected since: it is on its way again.", false
	}
	if r.Refusal == nil || len(r.Refusal.Codes) == 0 {
		return "The portal refused it.", true
	}
	code := r.Refusal.Codes[0]
	return joinParts(code.Code, portalText(code)), true
}

// bulkLines are the latest pieces of work, as the queue's page lists them.
func (s *Server) bulkLines(ctx context.Context, company gst.Company) ([]views.BulkLine, error) {
	const latest = 5
	bulks, err := s.store.Bulks(ctx, company.GSTIN, company.Mode, latest)
	if err != nil {
		return nil, err
	}
	lines := make([]views.BulkLine, 0, len(bulks))
	for _, b := range bulks {
		line := views.BulkLine{
			URL: bulkURL(company, b.ID), Title: bulkTitle(b), Note: joinParts(moment(b.Created), b.By.Name),
			Text: fmt.Sprintf("%d of %d registered", b.Registered, b.Documents),
		}
		line.Kind, line.State = bulkStatus(b)
		if b.Refused > 0 {
			line.Text += fmt.Sprintf(", %d refused", b.Refused)
		}
		lines = append(lines, line)
	}
	return lines, nil
}
