package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/pdf"
	"mohar/views"
)

// ewayTyped is what was typed into a form of the page of a bill, and what came of it.
type ewayTyped struct {
	action gst.EWayAction // whose form it was; empty: none
	values url.Values
	faults gst.Faults
	note   *views.Problem
	link   string // the driver's link that was just made
}

// eway reads the bill that the address names.
func (s *Server) eway(c echo.Context) (*gst.EWay, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return nil, gst.ErrNotFound
	}
	return s.store.EWay(c.Request().Context(), companyOf(c).GSTIN, id)
}

// changeableEWay is eway for what changes it: a bill of another mode stays as it is.
func (s *Server) changeableEWay(c echo.Context) (*gst.EWay, error) {
	b, err := s.eway(c)
	if err == nil && b.Mode != companyOf(c).Mode {
		return nil, gst.ErrState
	}
	return b, err
}

// showEWay handles GET /c/{gstin}/ewaybills/{id}.
func (s *Server) showEWay(c echo.Context) error {
	b, err := s.eway(c)
	if err != nil {
		return err
	}
	typed := ewayTyped{action: gst.EWayAction(c.QueryParam("open"))}
	return s.showEWayPage(c, http.StatusOK, b, typed)
}

func (s *Server) showEWayPage(c echo.Context, status int, b *gst.EWay, typed ewayTyped) error {
	v, err := s.ewayView(c, b, typed)
	if err != nil {
		return err
	}
	title := "E-way bill " + v.Number
	if v.Number == "" {
		title = "E-way bill of " + b.Of.Number
	}
	page := s.roomFrame(c, title, "eways")
	page.Back = companyURL(b.Company, "ewaybills")
	page.Scripts = []string{"countdown.js", "calls.js"}
	if v.Side.WatchURL != "" {
		page.Scripts, page.Refresh = append(page.Scripts, "watch.js"), refreshSeconds
	}
	return s.show(c, status, views.EWayPage(page, v), nil)
}

// ewayView is the page of a bill.
func (s *Server) ewayView(c echo.Context, b *gst.EWay, typed ewayTyped) (views.EWayView, error) {
	v := views.EWayView{Number: grouped(b.Number), Practice: b.Mode == gst.Practice, Main: ewayMain(b, s.now()), Note: typed.note, Links: ewayPrints(b)}
	if b.Number != "" {
		qr, err := qrView(pdf.EWayQR(b.Number, b.MadeBy, b.Made))
		if err != nil {
			return v, err
		}
		v.Main.QR = qr
	}
	var err error
	if b.TripSheet != "" {
		if v.Main.Trip, err = s.tripLink(c.Request().Context(), b); err != nil {
			return v, err
		}
	}
	v.Side, err = s.ewaySide(c, b, typed)
	return v, err
}

// ewayPrints are the prints of a bill that has a number.
func ewayPrints(b *gst.EWay) []views.EWayLink {
	if b.Number == "" {
		return nil
	}
	return []views.EWayLink{
		{Label: "Slip", Icon: "printer", URL: ewayURL(b.Company, b.ID, "pdf") + "?slip=1"},
		{Label: "A5", Icon: "printer", URL: ewayURL(b.Company, b.ID, "pdf") + "?a5=1"},
		{Label: "Print", Icon: "printer", URL: ewayURL(b.Company, b.ID, "pdf")},
	}
}

// ewaySide is what stands beside the bill.
func (s *Server) ewaySide(c echo.Context, b *gst.EWay, typed ewayTyped) (views.EWaySide, error) {
	ctx, now := c.Request().Context(), s.now()
	side := views.EWaySide{Problem: ewayProblemOf(b)}
	side.Kind, side.Word = ewayLook(b.StateAt(now))
	events, err := s.store.EWayEvents(ctx, b.Company, b.ID)
	if err != nil {
		return side, err
	}
	side.Events = ewayTimeline(events)
	for _, e := range events {
		if e.Provider != "" {
			side.CallsURL = ewayURL(b.Company, b.ID, "calls")
		}
	}
	if b.Asked != "" || b.State == gst.EWayPending || b.State == gst.EWayUnknown {
		side.WatchURL = ewayURL(b.Company, b.ID, "events")
	}
	if b.Mode != companyOf(c).Mode {
		return side, nil // of the practice before the company went live
	}
	if b.Asked != "" && b.State != gst.EWayUnknown { // what may have been made is not taken back
		side.Withdraw = ewayURL(b.Company, b.ID, "withdraw")
	}
	if b.State == gst.EWayFailed && b.Role == gst.EWayOurs {
		side.Retry = &views.EWayRetry{URL: ewayURL(b.Company, b.ID, "mend"), Label: "Mend and try again"}
	}
	if b.Droppable() {
		side.DropURL = ewayURL(b.Company, b.ID, "drop")
	}
	if b.Number != "" {
		side.ReadURL = ewayURL(b.Company, b.ID, "read")
		if side.Share, err = s.ewayShare(ctx, b, typed.link); err != nil {
			return side, err
		}
		if !b.ReadAt.IsZero() {
			side.ReadAt = "Read " + minute(b.ReadAt)
		}
	}
	if x := b.Scheduled; x != nil {
		side.Scheduled = &views.EWayScheduled{
			Text:    fmt.Sprintf("It is asked for on %s, when the window opens: %d km left, from %s.", minute(extensionOpens(b)), x.Distance, joinParts(x.Place, x.Vehicle)),
			DropURL: ewayURL(b.Company, b.ID, "unschedule"),
		}
	}
	return side, s.offerEWay(ctx, b, typed, &side)
}

// ewayProblemOf says why something is not as it should be; nil when nothing is.
func ewayProblemOf(b *gst.EWay) *views.Problem {
	switch {
	case !b.GivenUp.IsZero():
		return &views.Problem{Kind: "info", Title: "Given up", Text: "On " + minute(b.GivenUp) + ". It was never made, and nothing waits for it."}
	case b.State == gst.EWayFailed:
		p := &views.Problem{Kind: "bad", Title: "The portal did not make it", Text: "Mend what is named and send it again.", Details: ewayDetails(b.Refusal)}
		if b.Of.IRN != "" {
			p.Text = "The document has its IRN; only the e-way bill is missing. " + p.Text
		}
		return p
	case b.State == gst.EWayUnknown:
		return &views.Problem{Kind: "wait", Title: "Checking with the portal", Text: "It was sent, but no answer came back. The portal is asked whether it has it before anything is sent again, so there will be one e-way bill and no more."}
	case b.Asked != "":
		return ewayAsked(b)
	case b.Refusal != nil && b.Refused != "":
		return &views.Problem{Kind: "bad", Title: ewayDeeds[b.Refused].refused, Text: "The e-way bill stands as before.", Details: ewayDetails(b.Refusal)}
	case !b.RejectedAt.IsZero() && b.Role == gst.EWayOther:
		return &views.Problem{Kind: "wait", Title: "Rejected by you", Text: "On " + minute(b.RejectedAt) + ". Its maker sees it on the portal."}
	case !b.RejectedAt.IsZero():
		return &views.Problem{Kind: "bad", Title: "Rejected by the other party", Text: "On " + minute(b.RejectedAt) + ". Talk to them before the goods move."}
	}
	return nil
}

// ewayAsked says what is asked of the portal and waits for its answer.
func ewayAsked(b *gst.EWay) *views.Problem {
	p := &views.Problem{Kind: "wait", Title: ewayDeeds[b.Asked].asked, Text: "The answer comes onto this page by itself. You can go on working."}
	if why := ewayWhy(b.LastCode); why != "" {
		p.Text = why
	}
	if b.Tries > 0 && !b.NextTry.IsZero() {
		p.Text += " The next try is at " + clock(b.NextTry) + ", by itself."
	}
	return p
}

// watchEWay handles GET /c/{gstin}/ewaybills/{id}/events: each change as a server-sent
// event, or to a plain GET the parts once.
func (s *Server) watchEWay(c echo.Context) error {
	b, err := s.eway(c)
	if err != nil {
		return err
	}
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/event-stream") {
		v, err := s.ewayView(c, b, ewayTyped{})
		if err != nil {
			return err
		}
		return s.show(c, http.StatusOK, views.EWayParts(v), nil)
	}
	changed, stop := s.store.WatchEWay(b.ID)
	defer stop()
	return s.stream(c, changed, s.sendEWay)
}

// sendEWay sends how the bill stands now.
func (s *Server) sendEWay(c echo.Context) (more bool, err error) {
	b, err := s.eway(c)
	if err != nil {
		return false, err
	}
	v, err := s.ewayView(c, b, ewayTyped{})
	if err != nil {
		return false, err
	}
	var html bytes.Buffer
	if err := views.EWayParts(v).Render(c.Request().Context(), &html); err != nil {
		return false, fmt.Errorf("draw the e-way bill: %w", err)
	}
	return sendEvent(c, html.Bytes()) && v.Side.WatchURL != "", nil
}

// readEWay handles POST /c/{gstin}/ewaybills/{id}/read: it is read again from the portal.
func (s *Server) readEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	err = s.registrar.ReadEWay(c.Request().Context(), b.Company, b.ID)
	if err == nil {
		return redirect(c, ewayURL(b.Company, b.ID, ""))
	}
	if errors.Is(err, gst.ErrState) || c.Request().Context().Err() != nil {
		return err
	}
	note := &views.Problem{Kind: "wait", Title: "It was not read", Text: s.ewayAnswer(c, err)}
	return s.showEWayPage(c, http.StatusBadGateway, b, ewayTyped{note: note})
}

// ewayAnswer says what came of asking the e-way bill system, where the page goes on.
func (s *Server) ewayAnswer(c echo.Context, err error) string {
	var refusal *gst.Refusal
	if errors.Is(err, gst.ErrNotFound) {
		return "The portal does not know it, or your company is not named on it."
	}
	if errors.As(err, &refusal) && len(refusal.Codes) > 0 {
		if words := ewayWhy(refusal.Codes[0].Code); words != "" {
			return words + " (" + refusal.Codes[0].Code + ")"
		}
	}
	return s.portalAnswer(c, err)
}

// withdrawEWay handles POST /c/{gstin}/ewaybills/{id}/withdraw.
func (s *Server) withdrawEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	err = s.store.WithdrawEWayOrder(c.Request().Context(), b.Company, b.ID)
	if errors.Is(err, gst.ErrState) {
		note := &views.Problem{Kind: "wait", Title: "Too late to take it back", Text: "It was sent already. See what the portal answers."}
		return s.showEWayPage(c, http.StatusConflict, b, ewayTyped{note: note})
	}
	if err != nil {
		return err
	}
	if _, err := s.eway(c); errors.Is(err, gst.ErrNotFound) { // a making that was never sent leaves nothing
		if b.InvoiceID != 0 {
			return redirect(c, invoiceURL(&gst.Invoice{ID: b.InvoiceID, Company: b.Company}, ""))
		}
		return redirect(c, companyURL(b.Company, "ewaybills"))
	}
	return redirect(c, ewayURL(b.Company, b.ID, ""))
}

// dropEWay handles POST /c/{gstin}/ewaybills/{id}/drop: what the portal refused to make is
// given up.
func (s *Server) dropEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	if err := s.desk.DropEWay(c.Request().Context(), companyOf(c), b.ID); err != nil {
		return err
	}
	return redirect(c, ewayURL(b.Company, b.ID, ""))
}

// unscheduleEWay handles POST /c/{gstin}/ewaybills/{id}/unschedule.
func (s *Server) unscheduleEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	if err := s.desk.UnscheduleEWay(c.Request().Context(), b.Company, b.ID); err != nil {
		return err
	}
	return redirect(c, ewayURL(b.Company, b.ID, ""))
}

// printEWay handles GET /c/{gstin}/ewaybills/{id}/pdf, the detailed print or with slip=1
// the short one, on A5 with a5=1.
func (s *Server) printEWay(c echo.Context) error {
	b, err := s.eway(c)
	if err != nil {
		return err
	}
	return s.sendEWays(c, []gst.EWay{*b})
}

// printEWays handles GET /c/{gstin}/ewaybills/print?id=…: the ticked bills as one file.
func (s *Server) printEWays(c echo.Context) error {
	bills, err := s.chosenEWays(c)
	if err != nil {
		return err
	}
	return s.sendEWays(c, bills)
}

// mostChosen is how many bills a person can tick.
const mostChosen = 200

// chosenEWays are the ticked bills that have a number.
func (s *Server) chosenEWays(c echo.Context) ([]gst.EWay, error) {
	values, err := c.FormParams()
	if err != nil {
		return nil, unreadable(err)
	}
	var bills []gst.EWay
	for _, text := range values["id"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || len(bills) == mostChosen {
			continue
		}
		b, err := s.store.EWay(c.Request().Context(), companyOf(c).GSTIN, id)
		if err != nil {
			return nil, err
		}
		if b.Number != "" {
			bills = append(bills, *b)
		}
	}
	return bills, nil
}

func (s *Server) sendEWays(c echo.Context, bills []gst.EWay) error {
	if len(bills) == 0 || bills[0].Number == "" {
		return sentence{http.StatusUnprocessableEntity, "No e-way bill is chosen that has a number. Tick some in the list first."}
	}
	o := pdf.EWayOptions{Slip: c.QueryParam("slip") != "", A5: c.QueryParam("a5") != "", Now: s.now()}
	var file bytes.Buffer
	if err := s.printer.WriteEWays(&file, bills, o); err != nil {
		return err
	}
	name := "E-way bill " + bills[0].Number
	if len(bills) > 1 {
		name = entries(len(bills), "e-way bill", "e-way bills")
	}
	return sendFile(c, toShow, name+".pdf", "application/pdf", file.Bytes())
}

// ewayNo says why something cannot be done.
func ewayNo(o gst.EWayOffer) string { return lang.English.Text("ewayno."+o.Why, o.Args...) }

// tripLink leads to the trip sheet of a bill, where it is kept here.
func (s *Server) tripLink(ctx context.Context, b *gst.EWay) (*views.EWayLink, error) {
	trip, err := s.store.TripByNumber(ctx, b.Company, b.Mode, b.TripSheet)
	if errors.Is(err, gst.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &views.EWayLink{Label: "Trip sheet " + b.TripSheet, URL: tripURL(b.Company, trip.ID, "")}, nil
}
