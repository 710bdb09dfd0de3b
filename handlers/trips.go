package handlers

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/pdf"
	"mohar/views"
)

// tripPrefix is what the names of the fields of a trip sheet begin with.
const tripPrefix = "trip."

// tripURL is the address of a trip sheet, or of something about it.
func tripURL(company gst.GSTIN, id int64, part string) string {
	path := "trips/" + strconv.FormatInt(id, 10)
	if part != "" {
		path += "/" + part
	}
	return companyURL(company, path)
}

// listTrips handles GET /c/{gstin}/trips.
func (s *Server) listTrips(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	address := companyURL(company.GSTIN, "trips")
	after, err := db.ParseCursor(c.QueryParam("after"))
	if err != nil {
		return redirect(c, address)
	}
	trips, next, err := s.store.Trips(ctx, db.TripQuery{Company: company.GSTIN, Mode: company.Mode, After: after})
	if err != nil {
		return err
	}
	counts, err := s.store.EWayCounts(ctx, company.GSTIN, company.Mode, s.now())
	if err != nil {
		return err
	}
	v := views.TripsView{Chips: ewayChips(company, tripsTab, counts), BillsURL: ewaysURL(company.GSTIN, db.EWaysActive, "", db.Cursor{})}
	if !after.IsZero() {
		v.Newest = address
	}
	if !next.IsZero() {
		v.Older = address + "?after=" + url.QueryEscape(next.String())
	}
	for i := range trips {
		v.Rows = append(v.Rows, tripRow(&trips[i]))
	}
	return s.show(c, http.StatusOK, views.TripsPage(s.roomFrame(c, "Trip sheets", "eways"), v), nil)
}

// tripRow is one line of the list.
func tripRow(t *gst.TripSheet) views.TripRow {
	kind, word := tripState(t)
	row := views.TripRow{
		URL: tripURL(t.Company, t.ID, ""), Number: t.Number, Vehicle: t.PartB.Vehicle, From: t.PartB.Place,
		Bills: entries(len(t.Bills), "bill", "bills"), Kind: kind, State: word,
	}
	if t.Number == "" {
		row.Number = "Not made yet"
	}
	if !t.Made.IsZero() {
		row.Made = gst.DateOf(t.Made).Long()
	}
	if details := ewayDetails(t.Refusal); len(details) > 0 && t.State == gst.EWayFailed {
		row.Why, row.Bad = details[0].Text, true
	}
	return row
}

// tripState is how a trip sheet stands.
func tripState(t *gst.TripSheet) (kind, word string) {
	switch {
	case t.State != gst.EWayActive:
		return ewayLook(t.State)
	case t.Next != "":
		return "muted", "Replaced"
	}
	return "good", "Made"
}

// trip reads the trip sheet that the address names.
func (s *Server) trip(c echo.Context) (*gst.TripSheet, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return nil, gst.ErrNotFound
	}
	return s.store.Trip(c.Request().Context(), companyOf(c).GSTIN, id)
}

// showTrip handles GET /c/{gstin}/trips/{id}.
func (s *Server) showTrip(c echo.Context) error {
	t, err := s.trip(c)
	if err != nil {
		return err
	}
	return s.showTripPage(c, http.StatusOK, t, nil, nil)
}

// showTripPage shows a trip sheet; values are what was typed to make it again.
func (s *Server) showTripPage(c echo.Context, status int, t *gst.TripSheet, values url.Values, faults gst.Faults) error {
	v := s.tripView(c.Request().Context(), t, values, faults)
	page := s.roomFrame(c, "Trip sheet "+t.Number, "eways")
	page.Back = companyURL(t.Company, "trips")
	if v.WatchURL != "" {
		page.Refresh = refreshSeconds
	}
	return s.show(c, status, views.TripPage(page, v), views.TripParts(v))
}

// tripView is the page of a trip sheet.
func (s *Server) tripView(ctx context.Context, t *gst.TripSheet, values url.Values, faults gst.Faults) views.TripView {
	v := views.TripView{Number: t.Number, Practice: t.Mode == gst.Practice}
	v.Kind, v.Word = tripState(t)
	p := t.PartB
	v.Facts = []views.Sum{{Label: "Vehicle", Value: p.Vehicle}, {Label: "From", Value: joinParts(p.Place, master.StateName(p.State))}, {Label: "By", Value: ewayWords("mode", p.Mode)}}
	if p.DocumentNumber != "" {
		v.Facts = append(v.Facts, views.Sum{Label: "LR/RR no.", Value: numberOf(p.DocumentNumber, p.DocumentDate)})
	}
	if !t.Made.IsZero() {
		v.Facts = append(v.Facts, views.Sum{Label: "Made", Value: minute(t.Made)})
	}
	if t.Old != "" {
		v.OlderNote = "In the place of " + t.Old
	}
	for _, b := range t.Bills {
		v.Bills = append(v.Bills, tripBill(t.Company, b))
	}
	switch t.State {
	case gst.EWayPending, gst.EWayUnknown:
		v.WatchURL = tripURL(t.Company, t.ID, "")
		v.Problem = &views.Problem{Kind: "wait", Title: "Asked for", Text: "The answer comes onto this page by itself."}
		if t.State == gst.EWayUnknown {
			v.Problem = &views.Problem{Kind: "wait", Title: "Checking with the portal", Text: "It was sent, but no answer came back. The portal is asked before anything is sent again."}
		}
		v.Number = "Not made yet"
	case gst.EWayFailed:
		v.Problem = &views.Problem{Kind: "bad", Title: "The portal did not make it", Text: "Choose the bills again, mend what is named, and send it anew.", Details: ewayDetails(t.Refusal), URL: tripAgainURL(t), Link: "Make it anew"}
		v.Number = "Not made yet"
	case gst.EWayActive:
		v.Links = []views.EWayLink{{Label: "Print", Icon: "printer", URL: tripURL(t.Company, t.ID, "pdf")}}
		if t.Next != "" {
			v.Problem = &views.Problem{Kind: "wait", Title: "Replaced by trip sheet " + t.Next, Text: "Its bills have another vehicle since. The driver carries the newer sheet."}
			return v
		}
		v.Again = s.tripAgainForm(ctx, t, values, faults)
	}
	return v
}

// tripAgainURL is the form of a new trip sheet with the same bills.
func tripAgainURL(t *gst.TripSheet) string {
	q := url.Values{}
	for _, b := range t.Bills {
		if b.EWayID != 0 {
			q.Add("id", strconv.FormatInt(b.EWayID, 10))
		}
	}
	return companyURL(t.Company, "trips/new") + "?" + q.Encode()
}

// tripBill is a bill of a trip sheet.
func tripBill(company gst.GSTIN, b gst.TripBill) views.TripBillRow {
	row := views.TripBillRow{Number: grouped(b.Number), Paper: numberOf(b.Paper, b.PaperDate), Journey: b.From + " → " + b.To, Total: b.Total.Indian()}
	if b.EWayID != 0 {
		row.URL = ewayURL(company, b.EWayID, "")
	}
	if !b.ValidUntil.IsZero() {
		row.Until = shortMinute(b.ValidUntil)
	}
	return row
}

// tripAgainForm makes a trip sheet again with another vehicle.
func (s *Server) tripAgainForm(ctx context.Context, t *gst.TripSheet, values url.Values, faults gst.Faults) *views.EWayActionForm {
	form := &views.EWayActionForm{
		ID: "again", Label: ewayWords("action", gst.EWayTripAgain), Icon: ewayDeeds[gst.EWayTripAgain].icon, Submit: "Make it again",
		URL: tripURL(t.Company, t.ID, "again"), Open: len(faults) > 0, Text: "The new sheet has a number of its own; all its bills get the new vehicle.",
	}
	if values == nil {
		values = url.Values{tripPrefix + "mode": {"1"}, tripPrefix + "state": {t.PartB.State}}
	}
	f := newFormParts(tripPrefix, values)
	f.put(faults)
	s.tripControls(ctx, gst.Company{GSTIN: t.Company, Mode: t.Mode}, f)
	f.choice("reason", "Reason", "", partBReasons())
	f.text("remark", "Remark", "Needed with Others.", 50)
	form.Controls, form.Faults = f.take(), f.rest()
	return form
}

// tripControls are vehicle and place of a trip sheet.
func (s *Server) tripControls(ctx context.Context, company gst.Company, f *formParts) {
	f.choice("mode", "By", "", ewayModes())
	f.text("vehicle", "Vehicle", "As on the plate, like MH12AB1234.", 20).Suggest = s.recentVehicles(ctx, company)
	f.text("place", "Where it is loaded", "", 50)
	f.choice("state", "State", "", stateOptions("Choose …"))
	f.text("document_number", "LR/RR, airway or lading no.", "Needed by rail and air.", 15)
	f.date("document_date", "Its date", "")
}

// newTrip handles GET /c/{gstin}/trips/new?id=…: a sheet of the chosen bills.
func (s *Server) newTrip(c echo.Context) error {
	bills, err := s.chosenEWays(c)
	if err != nil {
		return err
	}
	company := companyOf(c)
	values := url.Values{tripPrefix + "mode": {"1"}, tripPrefix + "place": {company.Place}, tripPrefix + "state": {company.State}}
	for i := range bills {
		if v := bills[i].Vehicles; len(v) > 0 && values.Get(tripPrefix+"vehicle") == "" {
			values.Set(tripPrefix+"vehicle", v[0].Vehicle)
		}
	}
	return s.showTripForm(c, http.StatusOK, bills, values, nil)
}

func (s *Server) showTripForm(c echo.Context, status int, bills []gst.EWay, values url.Values, faults gst.Faults) error {
	company := companyOf(c)
	v := views.TripFormView{URL: companyURL(company.GSTIN, "trips"), BillsURL: ewaysURL(company.GSTIN, db.EWaysActive, "", db.Cursor{})}
	f := newFormParts(tripPrefix, values)
	f.put(faults)
	for i := range bills {
		b := &bills[i]
		row := views.TripBillRow{
			URL: ewayURL(b.Company, b.ID, ""), Number: grouped(b.Number), Paper: numberOf(b.Of.Number, b.Of.Date), Journey: b.Of.From.Place + " → " + b.Of.To.Place,
			Total: b.Of.Totals.Total.Indian(),
		}
		if !b.ValidUntil.IsZero() {
			row.Until = shortMinute(b.ValidUntil)
		}
		if o := b.Offer(gst.EWayTrip, s.now(), s.desk.Law()); !o.Open {
			row.Why = ewayNo(o)
		}
		f.told["bills["+strconv.Itoa(i)+"]"] = row.Why != ""
		v.Bills, v.IDs = append(v.Bills, row), append(v.IDs, strconv.FormatInt(b.ID, 10))
	}
	s.tripControls(c.Request().Context(), company, f)
	v.Group = views.Group{Title: "Vehicle", Columns: "grid-3", Controls: f.take()}
	v.Faults = f.rest()
	page := s.roomFrame(c, "New trip sheet", "eways")
	page.Back = companyURL(company.GSTIN, "trips")
	return s.show(c, status, views.TripFormPage(page, v), nil)
}

// makeTrip handles POST /c/{gstin}/trips.
func (s *Server) makeTrip(c echo.Context) error {
	bills, err := s.chosenEWays(c)
	if err != nil {
		return err
	}
	t, values, faults := readTrip(c)
	for i := range bills {
		t.Bills = append(t.Bills, gst.TripBill{Number: bills[i].Number})
	}
	if len(faults) > 0 {
		return s.showTripForm(c, http.StatusUnprocessableEntity, bills, values, faults)
	}
	id, err := s.desk.MakeTrip(c.Request().Context(), companyOf(c).GSTIN, t)
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, tripURL(companyOf(c).GSTIN, id, ""))
	case errors.As(err, &bad):
		return s.showTripForm(c, http.StatusUnprocessableEntity, bills, values, bad.Faults)
	case errors.Is(err, gst.ErrState):
		return sentence{http.StatusConflict, "Something else is asked of one of these bills. Wait for its answer."}
	}
	return err
}

// readTrip reads vehicle and place of a trip sheet.
func readTrip(c echo.Context) (gst.TripSheet, url.Values, gst.Faults) {
	values, err := c.FormParams()
	if err != nil {
		values = url.Values{}
	}
	r := &masterReader{values: values, prefix: "trip"}
	p := readPartB(r)
	if p.Mode == "1" {
		p.VehicleType = "" // a trip sheet does not ask for it
	}
	return gst.TripSheet{PartB: p}, values, r.faults
}

// tripAgain handles POST /c/{gstin}/trips/{id}/again: the sheet with another vehicle.
func (s *Server) tripAgain(c echo.Context) error {
	old, err := s.trip(c)
	if err != nil {
		return err
	}
	if old.Mode != companyOf(c).Mode || old.State != gst.EWayActive {
		return gst.ErrState
	}
	t, values, faults := readTrip(c)
	t.Old, t.Bills = old.Number, old.Bills
	if len(faults) > 0 {
		return s.showTripPage(c, http.StatusUnprocessableEntity, old, values, faults)
	}
	id, err := s.desk.MakeTrip(c.Request().Context(), old.Company, t)
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, tripURL(old.Company, id, ""))
	case errors.As(err, &bad):
		return s.showTripPage(c, http.StatusUnprocessableEntity, old, values, bad.Faults)
	}
	return err
}

// tripPDF handles GET /c/{gstin}/trips/{id}/pdf.
func (s *Server) tripPDF(c echo.Context) error {
	t, err := s.trip(c)
	if err != nil {
		return err
	}
	if t.Number == "" {
		return gst.ErrNotFound
	}
	var file bytes.Buffer
	if err := s.printer.WriteTrip(&file, t, pdf.EWayOptions{A5: c.QueryParam("a5") != "", Now: s.now()}); err != nil {
		return err
	}
	return sendFile(c, toShow, "Trip sheet "+t.Number+".pdf", "application/pdf", file.Bytes())
}
