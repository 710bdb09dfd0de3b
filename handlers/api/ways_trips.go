package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/pdf"
)

// trip is a trip sheet (consolidated e-way bill).
type trip struct {
	ID       int64          `json:"id"`
	Company  gst.GSTIN      `json:"company"`
	Mode     string         `json:"mode" enum:"practice,live"`
	State    string         `json:"state" enum:"pending,unknown,failed,active"`
	Number   string         `json:"number" doc:"10 digits; empty until made"`
	Created  moment         `json:"created_at"`
	Made     moment         `json:"made_at"`
	Replaces string         `json:"replaces" doc:"number of the sheet that it takes the place of"`
	Replaced string         `json:"replaced_by" doc:"number of the sheet that took its place"`
	PartB    ewayPartB      `json:"vehicle"`
	Bills    []tripBill     `json:"bills"`
	NextTry  moment         `json:"next_try_at"`
	Errors   []problemError `json:"errors" doc:"why the portal refused it"`
}

// tripBill is an e-way bill of a trip sheet.
type tripBill struct {
	ID         int64  `json:"ewaybill_id" doc:"0: none of those that are kept here"`
	Number     string `json:"number"`
	Made       moment `json:"made_at"`
	ValidUntil moment `json:"valid_until"`
	Paper      string `json:"paper_number"`
	PaperDate  day    `json:"paper_date"`
	From       string `json:"from_place"`
	To         string `json:"to_place"`
	Total      money  `json:"total"`
}

// showTrip is a trip sheet as it is shown.
func showTrip(t *gst.TripSheet) trip {
	v := trip{
		ID: t.ID, Company: t.Company, Mode: string(t.Mode), State: string(t.State), Number: t.Number, Created: moment(t.Created), Made: moment(t.Made),
		Replaces: t.Old, Replaced: t.Next, PartB: showPartB(gst.EWayVehicle{PartB: t.PartB, Entered: t.Made}), Bills: []tripBill{},
		NextTry: moment(t.NextTry), Errors: refusalErrors(t.Refusal),
	}
	for _, b := range t.Bills {
		v.Bills = append(v.Bills, tripBill{
			b.EWayID, b.Number, moment(b.Date), moment(b.ValidUntil), b.Paper, day(b.PaperDate), b.From, b.To, money(b.Total),
		})
	}
	return v
}

// tripSent asks for a trip sheet.
type tripSent struct {
	Bills []string `json:"bills" must:"yes" doc:"numbers of the e-way bills, 12 digits each"`
	tripVehicle
}

// tripAgainSent asks for a trip sheet with another vehicle.
type tripAgainSent struct {
	tripVehicle
	Reason string `json:"reason" must:"yes" enum:"1,2,3,4" doc:"1 break-down, 2 trans-shipment, 3 others, 4 first time"`
	Remark string `json:"remark" doc:"needed with reason 3"`
}

// tripVehicle is what carries the goods of a trip sheet.
type tripVehicle struct {
	Mode           string `json:"mode" enum:"1,2,3,4" doc:"1 road, 2 rail, 3 air, 4 ship; 1 without it"`
	Vehicle        string `json:"vehicle" example:"MH12AB1234"`
	DocumentNumber string `json:"document_number" doc:"needed by rail and air"`
	DocumentDate   day    `json:"document_date"`
	Place          string `json:"place" doc:"where the goods are loaded; the company's own place without it"`
	State          string `json:"state" doc:"of the place, two digits"`
}

// part is Part B of a trip sheet, which does not ask for the type of vehicle.
func (v tripVehicle) part(c gst.Company, reason, remark string) gst.PartB {
	if v.Place+v.State == "" {
		v.Place, v.State = c.Place, c.State
	}
	b := partBSent{v.Mode, v.Vehicle, "", v.DocumentNumber, v.DocumentDate, v.Place, v.State, reason, remark}.part()
	if b.Mode == "1" {
		b.VehicleType = ""
	}
	return b
}

// tripsPath is where the trip sheets of a company are, below ownRoot.
const tripsPath = "/companies/{gstin}/trips"

// listTrips handles GET /companies/{gstin}/trips.
func (s *Server) listTrips(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	q := db.TripQuery{Company: company.GSTIN, Mode: company.Mode}
	if q.After, q.Limit, err = pageOf(c); err != nil {
		return err
	}
	trips, next, err := s.store.Trips(c.Request().Context(), q)
	if err != nil {
		return err
	}
	rows := make([]trip, len(trips))
	for i := range trips {
		rows[i] = showTrip(&trips[i])
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(rows, next))
}

// trip reads the trip sheet that the address names.
func (s *Server) trip(c echo.Context, scope db.Scope) (gst.Company, *gst.TripSheet, error) {
	company, err := s.company(c, c.Param("gstin"), scope)
	if err != nil {
		return company, nil, err
	}
	id, err := idOf(c)
	if err != nil {
		return company, nil, err
	}
	t, err := s.store.Trip(c.Request().Context(), company.GSTIN, id)
	return company, t, err
}

// getTrip handles GET /companies/{gstin}/trips/{id}.
func (s *Server) getTrip(c echo.Context) error {
	company, t, err := s.trip(c, db.ScopeRead)
	if err != nil {
		return err
	}
	return s.sendTrip(c, http.StatusOK, company.GSTIN, t.ID)
}

// sendTrip answers with a trip sheet, once the portal has answered or wait is over.
func (s *Server) sendTrip(c echo.Context, status int, company gst.GSTIN, id int64) error {
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	t, err := s.awaitTrip(c.Request().Context(), company, id, wait)
	if err != nil {
		return err
	}
	return sendTagged(c, status, 0, showTrip(t))
}

// awaitTrip reads a trip sheet that nothing is asked about, or as it stands when wait is over.
func (s *Server) awaitTrip(ctx context.Context, company gst.GSTIN, id int64, wait time.Duration) (*gst.TripSheet, error) {
	ticks, stop := s.store.Watch(0)
	defer stop()
	over := time.NewTimer(wait)
	defer over.Stop()
	anyway := time.NewTicker(time.Second) // the bell may ring for others only
	defer anyway.Stop()
	for {
		t, err := s.store.Trip(ctx, company, id)
		if err != nil || wait == 0 || t.State != gst.EWayPending && t.State != gst.EWayUnknown {
			return t, err
		}
		select {
		case <-ticks:
		case <-anyway.C:
		case <-over.C:
			return t, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// makeTrip handles POST /companies/{gstin}/trips.
func (s *Server) makeTrip(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	if _, err := waitOf(c); err != nil {
		return err
	}
	var sent tripSent
	if err := readJSON(s, c, mostSmall, &sent); err != nil {
		return err
	}
	t := gst.TripSheet{PartB: sent.part(company, "", "")}
	for _, number := range sent.Bills {
		t.Bills = append(t.Bills, gst.TripBill{Number: number})
	}
	return s.askTrip(c, company.GSTIN, t)
}

// askTrip asks for a trip sheet and answers with it.
func (s *Server) askTrip(c echo.Context, company gst.GSTIN, t gst.TripSheet) error {
	id, err := s.desk.MakeTrip(c.Request().Context(), company, t)
	switch {
	case errors.Is(err, gst.ErrState):
		return plainError{http.StatusConflict, codeInvalid, "Not possible now", "Something else is asked of one of these e-way bills. Wait for its answer."}
	case errors.Is(err, gst.ErrConflict):
		return plainError{http.StatusConflict, codeInvalid, "There already", "Another trip sheet takes the place of this one already, or is asked for."}
	case err != nil:
		return err
	}
	return s.sendMadeTrip(c, company, id)
}

// sendMadeTrip answers that a trip sheet was asked for.
func (s *Server) sendMadeTrip(c echo.Context, company gst.GSTIN, id int64) error {
	c.Response().Header().Set(echo.HeaderLocation, ownRoot+"/companies/"+string(company)+"/trips/"+strconv.FormatInt(id, 10))
	return s.sendTrip(c, http.StatusCreated, company, id)
}

// tripMade answers a making anew whose answer was lost.
func (s *Server) tripMade(c echo.Context, id int64) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	return s.sendMadeTrip(c, company.GSTIN, id)
}

// tripAgain handles POST /companies/{gstin}/trips/{id}/again.
func (s *Server) tripAgain(c echo.Context) error {
	company, old, err := s.trip(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if _, err := waitOf(c); err != nil {
		return err
	}
	if old.Mode != company.Mode || old.State != gst.EWayActive {
		return plainError{http.StatusConflict, codeInvalid, "Not made", "Only a trip sheet that the portal made can be made again with another vehicle."}
	}
	sent := tripAgainSent{tripVehicle: tripVehicle{Place: old.PartB.Place, State: old.PartB.State}}
	if err := readJSON(s, c, mostSmall, &sent); err != nil {
		return err
	}
	return s.askTrip(c, company.GSTIN, gst.TripSheet{PartB: sent.part(company, sent.Reason, sent.Remark), Old: old.Number, Bills: old.Bills})
}

// withdrawTrip handles POST /companies/{gstin}/trips/{id}/withdraw.
func (s *Server) withdrawTrip(c echo.Context) error {
	company, t, err := s.trip(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := s.store.WithdrawTrip(c.Request().Context(), company.GSTIN, t.ID); err != nil {
		return tooLate(err)
	}
	return s.sendTrip(c, http.StatusOK, company.GSTIN, t.ID)
}

// tripPDF handles GET /companies/{gstin}/trips/{id}/pdf.
func (s *Server) tripPDF(c echo.Context) error {
	_, t, err := s.trip(c, db.ScopeRead)
	if err != nil {
		return err
	}
	if t.Number == "" {
		return plainError{http.StatusConflict, codeInvalid, "Not made yet", "The portal has not made this trip sheet, so there is nothing to print."}
	}
	var file bytes.Buffer
	if err := s.printer.WriteTrip(&file, t, pdf.EWayOptions{A5: cmp.Or(c.QueryParam("paper"), "a4") == "a5", Now: s.now()}); err != nil {
		return err
	}
	return sendPDF(c, "Trip sheet "+t.Number+".pdf", file.Bytes())
}
