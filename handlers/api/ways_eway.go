package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
)

// eway is an e-way bill as our own API shows it.
type eway struct {
	ID      int64     `json:"id"`
	Company gst.GSTIN `json:"company"`
	Mode    string    `json:"mode" enum:"practice,live"`
	Version int64     `json:"version" doc:"rises with each change; the number in front of the ETag's dot"`
	State   string    `json:"state" enum:"pending,unknown,failed,part_a_only,active,expired,discarded,cancelled,closed" doc:"pending: asked of the portal. unknown: sent without answer, it is looked up. failed: refused. part_a_only: made without vehicle. discarded: Part A lapsed after 15 days"`
	Role    string    `json:"role" enum:"generator,other,transporter" doc:"the company's part: it made the bill, is named as supplier or recipient, or carries the goods"`
	Route   string    `json:"route" enum:"with_irn,by_irn,direct,found"`

	Number     string    `json:"number" doc:"12 digits; empty until made"`
	Made       moment    `json:"made_at"`
	MadeBy     gst.GSTIN `json:"made_by"`
	ValidUntil moment    `json:"valid_until" doc:"null without Part B"`
	Ends       moment    `json:"ends_at" doc:"valid_until, or when Part A lapses"`
	Extensions int       `json:"extensions"`
	Created    moment    `json:"created_at"`
	Read       moment    `json:"read_at" doc:"when it was last read from the portal"`

	Document int64      `json:"document_id" doc:"the company's document that it is of; 0: none"`
	IRN      string     `json:"irn"`
	Paper    ewayPaper  `json:"paper"`
	From     ewayEnd    `json:"from"`
	To       ewayEnd    `json:"to"`
	Total    money      `json:"total"`
	Carrier  ewayHauler `json:"transporter"`
	Distance int        `json:"distance" doc:"km"`

	Vehicles  []ewayPartB     `json:"vehicles" doc:"entries of Part B, the newest first"`
	Groups    []ewayGroup     `json:"groups" doc:"movements by several vehicles"`
	TripSheet string          `json:"trip_sheet" doc:"number of the newest trip sheet that it is on"`
	Cancelled *ewayCancelled  `json:"cancelled"`
	Rejected  moment          `json:"rejected_at" doc:"when the other party rejected it"`
	ClosedOn  day             `json:"closed_on"`
	Planned   *ewayPlanned    `json:"planned_extension" doc:"asked for when its window opens"`
	Notes     []string        `json:"notes" doc:"what the portal remarked"`
	Asked     string          `json:"asked" doc:"what is asked of the portal now; empty: nothing"`
	NextTry   moment          `json:"next_try_at"`
	Refused   string          `json:"refused" doc:"what the portal refused last; empty: nothing"`
	Errors    []problemError  `json:"errors" doc:"why"`
	GivenUp   moment          `json:"given_up_at"`
	Offers    []ewayOffer     `json:"offers,omitempty" doc:"what can be done, until when, or why not; not in lists"`
	Request   json.RawMessage `json:"ewaybill,omitempty" schema:"EWayBillRequest" doc:"Part A and B as NIC's e-way bill JSON; not in lists"`
}

// ewayPaper is the paper that goes with goods.
type ewayPaper struct {
	Type   string `json:"type" doc:"INV, BIL, BOE, CHL or OTH"`
	Number string `json:"number"`
	Date   day    `json:"date"`
}

// ewayEnd is where goods leave or arrive.
type ewayEnd struct {
	GSTIN string `json:"gstin" doc:"URP for somebody without one"`
	Name  string `json:"name"`
	Place string `json:"place"`
	PIN   int    `json:"pin"`
	State string `json:"state" doc:"of the place, two digits"`
}

// ewayHauler is who carries goods.
type ewayHauler struct {
	ID   string `json:"transporter_id"`
	Name string `json:"transporter_name"`
}

// ewayPartB is an entry of Part B.
type ewayPartB struct {
	Mode           string   `json:"mode" enum:"1,2,3,4,5" doc:"1 road, 2 rail, 3 air, 4 ship, 5 in transit"`
	Vehicle        string   `json:"vehicle"`
	VehicleType    string   `json:"vehicle_type" doc:"R regular, O over-dimensional"`
	DocumentNumber string   `json:"document_number"`
	DocumentDate   day      `json:"document_date"`
	Place          string   `json:"place"`
	State          string   `json:"state"`
	Reason         string   `json:"reason"`
	Remark         string   `json:"remark"`
	Entered        moment   `json:"entered_at"`
	EnteredBy      string   `json:"entered_by"`
	Group          int      `json:"group" doc:"0: none"`
	Quantity       quantity `json:"quantity" doc:"with group"`
	TripSheet      string   `json:"trip_sheet"`
}

// ewayGroup is a movement by several vehicles.
type ewayGroup struct {
	Group     int      `json:"group"`
	FromPlace string   `json:"from_place"`
	FromState string   `json:"from_state"`
	ToPlace   string   `json:"to_place"`
	ToState   string   `json:"to_state"`
	Mode      string   `json:"mode"`
	Quantity  quantity `json:"quantity"`
	Unit      string   `json:"unit"`
	Started   moment   `json:"started_at"`
}

// ewayCancelled is when and why a bill was cancelled.
type ewayCancelled struct {
	At     moment `json:"at"`
	Reason string `json:"reason" enum:"1,2,3,4"`
	Remark string `json:"remark"`
}

// ewayPlanned is an extension for later.
type ewayPlanned struct {
	Opens    moment `json:"opens_at"`
	Vehicle  string `json:"vehicle"`
	Place    string `json:"place"`
	Distance int    `json:"distance"`
}

// ewayOffer says whether something can be done about a bill.
type ewayOffer struct {
	Action string `json:"action" enum:"make,part_b,extend,transporter,cancel,reject,trip,trip_again,group_start,group_add,group_change,close"`
	Open   bool   `json:"open"`
	From   moment `json:"from" doc:"when it opens, where it is too early"`
	Until  moment `json:"until" doc:"last moment; null: no end"`
	Why    string `json:"closed_why,omitempty" doc:"a fixed word for why not"`
	Words  string `json:"closed_words,omitempty" doc:"why not, in words"`
	Code   string `json:"code,omitempty" doc:"the portal's code for the same"`
}

// showEWay is a bill as lists show it.
func (s *Server) showEWay(b *gst.EWay) eway {
	of, now := &b.Of, s.now()
	v := eway{
		ID: b.ID, Company: b.Company, Mode: string(b.Mode), Version: b.Version, State: string(b.StateAt(now)), Role: string(b.Role), Route: string(b.Route),
		Number: b.Number, Made: moment(b.Made), MadeBy: b.MadeBy, ValidUntil: moment(b.ValidUntil), Extensions: b.Extensions,
		Created: moment(b.Created), Read: moment(b.ReadAt), Document: b.InvoiceID, IRN: of.IRN,
		Paper: ewayPaper{string(of.Paper), of.Number, day(of.Date)}, From: showEnd(of.From), To: showEnd(of.To), Total: money(of.Totals.Total),
		Carrier: ewayHauler{of.Transport.TransporterID, of.Transport.TransporterName}, Distance: of.Transport.Distance,
		Vehicles: []ewayPartB{}, Groups: []ewayGroup{}, TripSheet: b.TripSheet, Rejected: moment(b.RejectedAt), ClosedOn: day(b.ClosedOn),
		Notes: append([]string{}, b.Notes...), Asked: string(b.Asked), NextTry: moment(b.NextTry), Refused: string(b.Refused),
		Errors: refusalErrors(b.Refusal), GivenUp: moment(b.GivenUp),
	}
	if b.Number != "" {
		v.Ends = moment(b.Ends())
	}
	if !b.Cancelled.At.IsZero() {
		v.Cancelled = &ewayCancelled{moment(b.Cancelled.At), string(b.Cancelled.Reason), b.Cancelled.Remark}
	}
	for _, p := range b.Vehicles {
		v.Vehicles = append(v.Vehicles, showPartB(p))
	}
	for _, g := range b.Groups {
		v.Groups = append(v.Groups, ewayGroup{g.Group, g.FromPlace, g.FromState, g.ToPlace, g.ToState, g.Mode, quantity(g.Quantity), g.Unit, moment(g.Started)})
	}
	if x := b.Scheduled; x != nil {
		v.Planned = &ewayPlanned{moment(b.ValidUntil.Add(-extensionOpens)), x.Vehicle, x.Place, x.Distance}
	}
	return v
}

// extensionOpens is how long before its end a bill can first be extended.
//
// Source: CGST Rules 2017, rule 138(10), third proviso.
const extensionOpens = 8 * time.Hour

// showEWayWhole is a bill with what can be done about it and what it is of.
func (s *Server) showEWayWhole(b *gst.EWay) eway {
	v := s.showEWay(b)
	v.Offers = []ewayOffer{}
	for _, o := range b.Offers(s.now(), s.desk.Law()) {
		offer := ewayOffer{Action: string(o.Action), Open: o.Open, From: moment(o.From), Until: moment(o.Until), Why: o.Why, Code: o.Code}
		if !o.Open {
			offer.Words = lang.English.Text("ewayno."+o.Why, o.Args...)
		}
		v.Offers = append(v.Offers, offer)
	}
	if request, err := desk.EWayJSON(&b.Of); err == nil { // one that was read elsewhere may lack what the request needs
		v.Request = request
	}
	return v
}

func showEnd(e gst.ConsignmentEnd) ewayEnd {
	return ewayEnd{e.GSTIN, e.Name, e.Place, e.PIN, e.PlaceState}
}

func showPartB(p gst.EWayVehicle) ewayPartB {
	return ewayPartB{
		Mode: p.Mode, Vehicle: p.Vehicle, VehicleType: p.VehicleType, DocumentNumber: p.DocumentNumber, DocumentDate: day(p.DocumentDate),
		Place: p.Place, State: p.State, Reason: p.Reason, Remark: p.Remark, Entered: moment(p.Entered), EnteredBy: p.EnteredBy,
		Group: p.Group, Quantity: quantity(p.Quantity), TripSheet: p.TripSheet,
	}
}

// refusalErrors are the codes of a refusal; none for nil.
func refusalErrors(r *gst.Refusal) []problemError {
	errs := []problemError{}
	if r == nil {
		return errs
	}
	for _, f := range refused(r).faults {
		errs = append(errs, problemError{Code: f.code, Message: f.message})
	}
	return errs
}

// eway reads the e-way bill that the address names, of a company that the key may see.
func (s *Server) eway(c echo.Context, scope db.Scope) (gst.Company, *gst.EWay, error) {
	company, err := s.company(c, c.Param("gstin"), scope)
	if err != nil {
		return company, nil, err
	}
	id, err := idOf(c)
	if err != nil {
		return company, nil, err
	}
	b, err := s.store.EWay(c.Request().Context(), company.GSTIN, id)
	if err != nil {
		return company, nil, err
	}
	callOf(c).document = b.InvoiceID
	return company, b, nil
}

// sendEWay answers with a bill as it stands, once nothing is asked about it or wait is over.
func (s *Server) sendEWay(c echo.Context, status int, company gst.GSTIN, id int64) error {
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	b, err := s.awaitEWay(c, company, id, wait)
	if err != nil {
		return err
	}
	return sendTagged(c, status, b.Version, s.showEWayWhole(b))
}

// ewayProblem words what the desk says no to about e-way bills.
func ewayProblem(err error) error {
	var not *desk.NotOffered
	switch {
	case errors.As(err, &not):
		detail := lang.English.Text("ewayno."+not.Offer.Why, not.Offer.Args...) + "."
		if !not.Offer.From.IsZero() {
			detail += " From " + not.Offer.From.In(gst.IST).Format(time.RFC3339) + "."
		}
		code := not.Offer.Code
		if code == "" {
			code = codeInvalid
		}
		return plainError{http.StatusConflict, code, "Not possible now", strings.ReplaceAll(detail, "..", ".")}
	case errors.Is(err, gst.ErrConflict):
		return plainError{http.StatusConflict, codeInvalid, "There already", lang.English.Text("fault.waybill.made")}
	}
	return err
}
