package api

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
)

// ewayTransport is how the goods of a document go. What is left out stays as proposed.
type ewayTransport struct {
	TransporterID   string     `json:"transporter_id" doc:"GSTIN or TRANSIN, 15 characters; needed for Part A alone"`
	TransporterName string     `json:"transporter_name"`
	Mode            string     `json:"mode" enum:"1,2,3,4" doc:"1 road, 2 rail, 3 air, 4 ship; without vehicle and document none: Part A alone"`
	Distance        whole      `json:"distance" doc:"km; 0 or left out: the portal works it out from the PIN codes"`
	Vehicle         string     `json:"vehicle" example:"MH12AB1234"`
	VehicleType     string     `json:"vehicle_type" enum:"R,O" doc:"R regular, O over-dimensional cargo"`
	DocumentNumber  string     `json:"document_number" doc:"of the railway receipt, airway bill, bill of lading or lorry receipt"`
	DocumentDate    day        `json:"document_date"`
	From            *ewayPlace `json:"from" doc:"where the goods leave, when the document does not say so"`
	To              *ewayPlace `json:"to" doc:"where they arrive; of an export the place inside India"`
}

// ewayPlace is where goods leave or arrive.
type ewayPlace struct {
	Name       string `json:"name"`
	Address1   string `json:"address1"`
	Address2   string `json:"address2"`
	Place      string `json:"place"`
	PIN        whole  `json:"pin"`
	PlaceState string `json:"place_state" doc:"two digits"`
}

// transportOf is a transport as it is shown and sent.
func transportOf(t gst.EWayDetails) ewayTransport {
	return ewayTransport{
		TransporterID: t.TransporterID, TransporterName: t.TransporterName, Mode: t.Mode, Distance: whole(t.Distance), Vehicle: t.Vehicle,
		VehicleType: t.VehicleType, DocumentNumber: t.DocumentNumber, DocumentDate: day(t.DocumentDate),
	}
}

// over puts what was sent over a consignment. Without vehicle and transport document it is
// Part A alone, which has no mode.
func (t ewayTransport) over(c *gst.Consignment) {
	d := gst.EWayDetails{
		TransporterID: t.TransporterID, TransporterName: t.TransporterName, Mode: t.Mode, Distance: int(t.Distance), Vehicle: gst.NormalVehicle(t.Vehicle),
		VehicleType: t.VehicleType, DocumentNumber: t.DocumentNumber, DocumentDate: gst.Date(t.DocumentDate),
	}
	switch {
	case d.Vehicle+d.DocumentNumber == "" && (d.Mode == "" || d.Mode == "1"):
		d.Mode, d.VehicleType, d.DocumentDate = "", "", 0
	case d.Mode == "":
		d.Mode, d.VehicleType = "1", cmp.Or(d.VehicleType, "R")
	}
	c.Transport = d
	t.From.over(&c.From)
	t.To.over(&c.To)
}

// over puts an address that was sent over an end; nil changes nothing.
func (p *ewayPlace) over(e *gst.ConsignmentEnd) {
	if p == nil {
		return
	}
	e.Name = cmp.Or(p.Name, e.Name)
	e.Address1, e.Address2, e.Place = cmp.Or(p.Address1, e.Address1), cmp.Or(p.Address2, e.Address2), cmp.Or(p.Place, e.Place)
	e.PIN, e.PlaceState = cmp.Or(int(p.PIN), e.PIN), cmp.Or(p.PlaceState, e.PlaceState)
}

// makeEWay handles POST /companies/{gstin}/ewaybills: goods that move without a document of
// the company.
func (s *Server) makeEWay(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	if _, err := waitOf(c); err != nil { // before anything is stored
		return err
	}
	of, err := s.consignment(c)
	if err != nil {
		return err
	}
	id, err := s.desk.MakeEWay(c.Request().Context(), company.GSTIN, 0, of)
	if err != nil {
		return ewayProblem(err)
	}
	return s.sendMade(c, company.GSTIN, id)
}

// consignment reads a body that is NIC's e-way bill JSON.
func (s *Server) consignment(c echo.Context) (gst.Consignment, error) {
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return gst.Consignment{}, err
	}
	c.Set(placesContext, places(ewayPlaces))
	return desk.OpenConsignment(data)
}

// sendMade answers that a bill was asked for.
func (s *Server) sendMade(c echo.Context, company gst.GSTIN, id int64) error {
	c.Response().Header().Set(echo.HeaderLocation, ewayAddress(company, id))
	return s.sendEWay(c, http.StatusCreated, company, id)
}

// makeDocumentEWay handles POST /companies/{gstin}/documents/{id}/ewaybill.
func (s *Server) makeDocumentEWay(c echo.Context) error {
	company, id, err := s.ewayDocument(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if _, err := waitOf(c); err != nil {
		return err
	}
	of, err := s.desk.ProposeEWay(c.Request().Context(), company.GSTIN, id)
	if err != nil {
		return notIssued(err)
	}
	if err := s.overTransport(c, &of); err != nil {
		return err
	}
	bill, err := s.desk.MakeEWay(c.Request().Context(), company.GSTIN, id, of)
	if err != nil {
		return notIssued(err)
	}
	return s.sendMade(c, company.GSTIN, bill)
}

// overTransport puts the transport that was sent, if any was, over a consignment.
func (s *Server) overTransport(c echo.Context, of *gst.Consignment) error {
	t := transportOf(of.Transport)
	if !noBody(c) {
		if err := readJSON(s, c, mostSmall, &t); err != nil {
			return err
		}
	}
	t.over(of)
	return nil
}

// retryEWay handles POST /companies/{gstin}/ewaybills/{id}/retry.
func (s *Server) retryEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if _, err := waitOf(c); err != nil {
		return err
	}
	if err := ifMatch(c, b.Version); err != nil {
		return err
	}
	if b.State != gst.EWayFailed || b.Role != gst.EWayOurs {
		return plainError{http.StatusConflict, codeInvalid, "Not refused", "Only an e-way bill that the portal refused to make can be asked for again; this one is " + string(b.StateAt(s.now())) + "."}
	}
	of := b.Of
	if b.InvoiceID != 0 {
		err = s.overTransport(c, &of)
	} else if !noBody(c) {
		of, err = s.consignment(c)
	}
	if err == nil {
		err = s.desk.RetryEWay(c.Request().Context(), company.GSTIN, b.ID, of)
	}
	if err != nil {
		return ewayProblem(err)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// dropEWay handles POST /companies/{gstin}/ewaybills/{id}/drop.
func (s *Server) dropEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := ifMatch(c, b.Version); err != nil {
		return err
	}
	if !b.Droppable() {
		return plainError{http.StatusConflict, codeInvalid, "Not refused", "Only an e-way bill that the portal refused to make can be given up, once."}
	}
	if err := s.desk.DropEWay(c.Request().Context(), company, b.ID); err != nil {
		return ewayProblem(err)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// withdrawEWay handles POST /companies/{gstin}/ewaybills/{id}/withdraw.
func (s *Server) withdrawEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := s.store.WithdrawEWayOrder(c.Request().Context(), company.GSTIN, b.ID); err != nil {
		return tooLate(err)
	}
	if _, err := s.store.EWay(c.Request().Context(), company.GSTIN, b.ID); err != nil { // a making that was never sent leaves nothing
		return c.NoContent(http.StatusNoContent)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// ewayMade answers a making anew whose answer was lost, from the bill that it made.
func (s *Server) ewayMade(c echo.Context, id int64) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	return s.sendMade(c, company.GSTIN, id)
}

// ewayAgain answers a call about a bill anew whose answer was lost.
func (s *Server) ewayAgain(scope db.Scope) func(echo.Context, int64) error {
	return func(c echo.Context, id int64) error {
		company, err := s.company(c, c.Param("gstin"), scope)
		if err != nil {
			return err
		}
		return s.sendEWay(c, http.StatusOK, company.GSTIN, id)
	}
}
