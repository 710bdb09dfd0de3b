package api

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
)

// partBSent is a new vehicle or transport document.
type partBSent struct {
	Mode           string `json:"mode" enum:"1,2,3,4" doc:"1 road, 2 rail, 3 air, 4 ship; 1 without it"`
	Vehicle        string `json:"vehicle" example:"MH12AB1234"`
	VehicleType    string `json:"vehicle_type" enum:"R,O"`
	DocumentNumber string `json:"document_number" doc:"needed by rail and air"`
	DocumentDate   day    `json:"document_date"`
	Place          string `json:"place" doc:"where the goods are loaded; at the first entry the place of the sender without it"`
	State          string `json:"state" doc:"of the place, two digits"`
	Reason         string `json:"reason" enum:"1,2,3,4" doc:"1 break-down, 2 trans-shipment, 3 others, 4 first time; at the first entry 4 without it"`
	Remark         string `json:"remark" doc:"needed with reason 3"`
}

// part is Part B as the portal takes it: what the mode has no use for is left out.
func (p partBSent) part() gst.PartB {
	b := gst.PartB{
		Mode: cmp.Or(p.Mode, "1"), Vehicle: gst.NormalVehicle(p.Vehicle), VehicleType: p.VehicleType, DocumentNumber: p.DocumentNumber,
		DocumentDate: gst.Date(p.DocumentDate), Place: p.Place, State: p.State, Reason: p.Reason, Remark: p.Remark,
	}
	switch {
	case b.Mode == "2" || b.Mode == "3":
		b.Vehicle, b.VehicleType = "", ""
	case b.VehicleType == "" && b.Mode == "1":
		b.VehicleType = "R"
	case b.Mode == "4" && b.Vehicle != "":
		b.VehicleType = "O"
	}
	if b.Reason == "4" && b.Remark == "" {
		b.Remark = "First time"
	}
	return b
}

// extensionSent asks for more time. Without vehicle, document and place they are those of
// the last entry of Part B.
type extensionSent struct {
	When           string `json:"when" enum:"now,open" doc:"open: as soon as the law allows it, 8 hours before the end; now without it"`
	Mode           string `json:"mode" enum:"1,2,3,4"`
	Vehicle        string `json:"vehicle"`
	VehicleType    string `json:"vehicle_type" enum:"R,O"`
	DocumentNumber string `json:"document_number"`
	DocumentDate   day    `json:"document_date"`
	Place          string `json:"place" doc:"where the goods are now"`
	State          string `json:"state"`
	PIN            whole  `json:"pin" doc:"of the place"`
	Distance       whole  `json:"distance" must:"yes" doc:"km that are left"`
	Reason         string `json:"reason" must:"yes" enum:"1,2,4,5,99" doc:"1 natural calamity, 2 law and order, 4 trans-shipment, 5 accident, 99 others"`
	Remark         string `json:"remark" doc:"needed with reason 99"`
	Transit        string `json:"transit" enum:"R,W,O" doc:"of goods that wait: R on the road, W in a warehouse, O elsewhere; then address1 to address3 say where"`
	Address1       string `json:"address1"`
	Address2       string `json:"address2"`
	Address3       string `json:"address3"`
}

// extension is the wish as the portal takes it.
func (x extensionSent) extension() gst.EWayExtension {
	part := partBSent{x.Mode, x.Vehicle, x.VehicleType, x.DocumentNumber, x.DocumentDate, x.Place, x.State, x.Reason, x.Remark}.part()
	e := gst.EWayExtension{PartB: part, PIN: int(x.PIN), Distance: int(x.Distance), Transit: x.Transit}
	e.Remark = x.Remark
	if x.Transit != "" {
		e.Mode, e.Vehicle, e.VehicleType = "5", "", ""
		e.Address = [3]string{x.Address1, x.Address2, x.Address3}
	}
	if e.Remark == "" && e.Reason != "99" && lang.English.Has("eway.extend."+e.Reason) { // the portal wants one, and a reason that says all is one
		e.Remark = lang.English.Text("eway.extend." + e.Reason)
	}
	return e
}

// transporterSent is who shall carry the goods.
type transporterSent struct {
	ID   string `json:"transporter_id" must:"yes" doc:"GSTIN or TRANSIN, 15 characters"`
	Name string `json:"transporter_name"`
}

// cancelSent is why an e-way bill is cancelled.
type cancelSent struct {
	Reason string `json:"reason" must:"yes" enum:"1,2,3,4" doc:"1 duplicate, 2 order cancelled, 3 data entry mistake, 4 others; an IRN has another order of them"`
	Remark string `json:"remark" doc:"needed with reason 4; up to 50 characters"`
}

// rejectSent is why an e-way bill is rejected.
type rejectSent struct {
	Remark string `json:"remark" doc:"kept here; the portal does not take it"`
}

// closeSent says that goods were delivered.
type closeSent struct {
	Day    day    `json:"closed_on" must:"yes" doc:"day of delivery"`
	Remark string `json:"remark" must:"yes"`
}

// groupSent begins a movement by several vehicles.
type groupSent struct {
	FromPlace string   `json:"from_place" must:"yes"`
	FromState string   `json:"from_state" must:"yes"`
	ToPlace   string   `json:"to_place" must:"yes"`
	ToState   string   `json:"to_state" must:"yes"`
	Mode      string   `json:"mode" must:"yes" enum:"1,2,3,4"`
	Quantity  quantity `json:"quantity" must:"yes" doc:"of the goods in this movement"`
	Unit      string   `json:"unit" must:"yes" doc:"as on the e-way bill"`
	Reason    string   `json:"reason" must:"yes" enum:"1,2,3,4"`
	Remark    string   `json:"remark"`
}

// groupVehicleSent adds a vehicle to a movement by several.
type groupVehicleSent struct {
	Group          whole    `json:"group" must:"yes"`
	Vehicle        string   `json:"vehicle"`
	DocumentNumber string   `json:"document_number"`
	DocumentDate   day      `json:"document_date"`
	Quantity       quantity `json:"quantity" must:"yes"`
}

// groupSwapSent changes one vehicle of a movement for another.
type groupSwapSent struct {
	Group       whole  `json:"group" must:"yes"`
	OldVehicle  string `json:"old_vehicle"`
	NewVehicle  string `json:"new_vehicle"`
	OldDocument string `json:"old_document"`
	NewDocument string `json:"new_document"`
	Place       string `json:"place" must:"yes"`
	State       string `json:"state" must:"yes"`
	Reason      string `json:"reason" must:"yes" enum:"1,2,3,4"`
	Remark      string `json:"remark"`
}

// orderReader makes the order of a body about a bill.
type orderReader func(echo.Context, *gst.EWay) (gst.EWayOrder, error)

// ordering is the handler of an action.
func (s *Server) ordering(scope db.Scope, read orderReader) echo.HandlerFunc {
	return func(c echo.Context) error {
		company, b, err := s.eway(c, scope)
		if err != nil {
			return err
		}
		if _, err := waitOf(c); err != nil {
			return err
		}
		if err := ifMatch(c, b.Version); err != nil {
			return err
		}
		o, err := read(c, b)
		if err != nil {
			return err
		}
		if err := s.desk.OrderEWay(c.Request().Context(), company.GSTIN, b.ID, o); err != nil {
			return notIssued(err)
		}
		return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
	}
}

// orderPartB reads POST …/vehicle.
func (s *Server) orderPartB(c echo.Context, b *gst.EWay) (gst.EWayOrder, error) {
	var p partBSent
	if len(b.Vehicles) == 0 {
		p.Place, p.State, p.Reason = b.Of.From.Place, b.Of.From.PlaceState, "4"
	}
	err := readJSON(s, c, mostSmall, &p)
	part := p.part()
	return gst.EWayOrder{Action: gst.EWayPartB, PartB: &part}, err
}

// orderTransporter reads POST …/transporter.
func (s *Server) orderTransporter(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var t transporterSent
	err := readJSON(s, c, mostSmall, &t)
	return gst.EWayOrder{Action: gst.EWayReassign, Transporter: &gst.EWayTransporterChoice{ID: t.ID, Name: t.Name}}, err
}

// orderCancel reads POST …/cancel.
func (s *Server) orderCancel(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var sent cancelSent
	err := readJSON(s, c, mostSmall, &sent)
	return gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelReason(sent.Reason), Remark: sent.Remark}}, err
}

// orderReject reads POST …/reject.
func (s *Server) orderReject(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var sent rejectSent
	if noBody(c) {
		return gst.EWayOrder{Action: gst.EWayReject}, nil
	}
	err := readJSON(s, c, mostSmall, &sent)
	return gst.EWayOrder{Action: gst.EWayReject, Remark: sent.Remark}, err
}

// orderClose reads POST …/close.
func (s *Server) orderClose(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var sent closeSent
	err := readJSON(s, c, mostSmall, &sent)
	return gst.EWayOrder{Action: gst.EWayClose, ClosedOn: gst.Date(sent.Day), Remark: sent.Remark}, err
}

// orderGroup reads POST …/vehicles/start.
func (s *Server) orderGroup(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var g groupSent
	err := readJSON(s, c, mostSmall, &g)
	return gst.EWayOrder{Action: gst.EWayGroupStart, Group: &gst.EWayGroup{
		FromPlace: g.FromPlace, FromState: g.FromState, ToPlace: g.ToPlace, ToState: g.ToState, Mode: g.Mode,
		Quantity: gst.Milli(g.Quantity), Unit: g.Unit, Reason: g.Reason, Remark: g.Remark,
	}}, err
}

// orderGroupVehicle reads POST …/vehicles/add.
func (s *Server) orderGroupVehicle(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var v groupVehicleSent
	err := readJSON(s, c, mostSmall, &v)
	return gst.EWayOrder{Action: gst.EWayGroupAdd, Vehicle: &gst.EWayGroupVehicle{
		Group: int(v.Group), Vehicle: v.Vehicle, DocumentNumber: v.DocumentNumber, DocumentDate: gst.Date(v.DocumentDate), Quantity: gst.Milli(v.Quantity),
	}}, err
}

// orderGroupSwap reads POST …/vehicles/change.
func (s *Server) orderGroupSwap(c echo.Context, _ *gst.EWay) (gst.EWayOrder, error) {
	var w groupSwapSent
	err := readJSON(s, c, mostSmall, &w)
	return gst.EWayOrder{Action: gst.EWayGroupChange, Swap: &gst.EWayGroupSwap{
		Group: int(w.Group), OldVehicle: w.OldVehicle, NewVehicle: w.NewVehicle, OldDocument: w.OldDocument, NewDocument: w.NewDocument,
		Place: w.Place, State: w.State, Reason: w.Reason, Remark: w.Remark,
	}}, err
}

// extendEWay handles POST /companies/{gstin}/ewaybills/{id}/extend.
func (s *Server) extendEWay(c echo.Context) error {
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
	ctx := c.Request().Context()
	last, err := s.desk.LastPartB(ctx, company.GSTIN, b.ID)
	if err != nil {
		return err
	}
	sent := extensionSent{
		Mode: last.Mode, Vehicle: last.Vehicle, VehicleType: last.VehicleType, DocumentNumber: last.DocumentNumber,
		DocumentDate: day(last.DocumentDate), Place: last.Place, State: last.State, PIN: whole(last.PIN),
	}
	if err := readJSON(s, c, mostSmall, &sent); err != nil {
		return err
	}
	switch x := sent.extension(); sent.When {
	case "", "now":
		err = s.desk.OrderEWay(ctx, company.GSTIN, b.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: &x})
	case "open":
		err = s.desk.ScheduleEWay(ctx, company.GSTIN, b.ID, x)
	default:
		err = gst.Faults{{Rule: "member.value", Field: "when", Args: []string{"when", sent.When, "now, open"}}}.Err()
	}
	if err != nil {
		return notIssued(err)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// unplanEWay handles DELETE /companies/{gstin}/ewaybills/{id}/extend.
func (s *Server) unplanEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if b.Scheduled == nil {
		return plainError{http.StatusConflict, codeInvalid, "Nothing planned", "No extension of this e-way bill is planned."}
	}
	if err := s.desk.UnscheduleEWay(c.Request().Context(), company.GSTIN, b.ID); err != nil {
		return ewayProblem(err)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// tooLate words that something cannot be taken back any more.
func tooLate(err error) error {
	if errors.Is(err, gst.ErrState) || errors.Is(err, gst.ErrConflict) {
		return plainError{http.StatusConflict, codeInvalid, "Too late to take it back", "Nothing is asked of the portal about it, or it was sent already: see what the portal answers."}
	}
	return err
}
