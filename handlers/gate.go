package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// The gate shows this many bills. Documents without e-way bill stand there by themselves as
// long as Part A would wait for its vehicle; older ones are found by a search.
//
// Source: CGST Rules 2017, rule 138(9), second proviso: fifteen days.
const (
	gateBills = 100
	gateDays  = 15
)

// gateThing is what waits at the gate: a bill without vehicle, or a document that needs one.
type gateThing struct {
	bill *gst.EWay
	inv  *gst.Invoice
}

// showGate handles GET /c/{gstin}/gate: what waits for its vehicle; with bill=ID or
// invoice=ID one of them, with done=ID what came of it.
func (s *Server) showGate(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	if id, _ := strconv.ParseInt(c.QueryParam("done"), 10, 64); id != 0 {
		b, err := s.store.EWay(ctx, company.GSTIN, id)
		if err != nil {
			return err
		}
		done := s.gateDone(b)
		return s.showGatePage(c, http.StatusOK, views.GateView{Done: &done})
	}
	thing, err := s.gateThing(ctx, company, c.QueryParam("bill"), c.QueryParam("invoice"))
	if err != nil {
		return err
	}
	if thing != nil && thing.bill != nil && thing.bill.State != gst.EWayPartA { // it has its vehicle by now
		return redirect(c, companyURL(company.GSTIN, "gate")+"?done="+strconv.FormatInt(thing.bill.ID, 10))
	}
	if thing != nil {
		form := s.gateForm(ctx, company, *thing, "", nil)
		return s.showGatePage(c, http.StatusOK, views.GateView{Form: &form})
	}
	v := views.GateView{Query: strings.TrimSpace(c.QueryParam("q"))}
	if v.Cards, v.More, err = s.gateCards(ctx, company, v.Query); err != nil {
		return err
	}
	return s.showGatePage(c, http.StatusOK, v)
}

func (s *Server) showGatePage(c echo.Context, status int, v views.GateView) error {
	company := companyOf(c)
	v.URL = companyURL(company.GSTIN, "gate")
	page := s.roomFrame(c, "Gate", "eways")
	page.Back = companyURL(company.GSTIN, "ewaybills")
	if v.Done == nil {
		return s.show(c, status, views.GatePage(page, v), nil)
	}
	if v.Done.URL != "" {
		page.Refresh = refreshSeconds
	}
	return s.show(c, status, views.GatePage(page, v), views.GateResult(*v.Done))
}

// gateThing is the one that is asked for; nil for none.
func (s *Server) gateThing(ctx context.Context, company gst.Company, bill, invoice string) (*gateThing, error) {
	if id, _ := strconv.ParseInt(bill, 10, 64); id != 0 {
		b, err := s.store.EWay(ctx, company.GSTIN, id)
		if err == nil && b.Mode != company.Mode {
			err = gst.ErrState
		}
		return &gateThing{bill: b}, err
	}
	if id, _ := strconv.ParseInt(invoice, 10, 64); id != 0 {
		inv, _, err := s.store.Invoice(ctx, company.GSTIN, id)
		if err == nil && (inv.Mode != company.Mode || inv.State != gst.Issued) {
			err = gst.ErrState
		}
		return &gateThing{inv: inv}, err
	}
	return nil, nil
}

// gateCards are the bills without vehicle, those that the company only carries among them,
// and the documents that need a bill and have none. More says what else there may be.
func (s *Server) gateCards(ctx context.Context, company gst.Company, query string) (cards []views.GateCard, more string, err error) {
	bills, next, err := s.store.EWays(ctx, db.EWayQuery{Company: company.GSTIN, Mode: company.Mode, Tab: db.EWaysGate, Query: query, Limit: gateBills})
	if err != nil {
		return nil, "", err
	}
	law, now := s.desk.Law(), s.now()
	for i := range bills {
		if bills[i].Offer(gst.EWayPartB, now, law).Open {
			cards = append(cards, s.gateCard(gateThing{bill: &bills[i]}))
		}
	}
	wanted, others, err := s.wantedAtGate(ctx, company, query)
	for _, inv := range wanted {
		cards = append(cards, s.gateCard(gateThing{inv: inv}))
	}
	if others || !next.IsZero() {
		more = "There are more. Search for the number or the customer."
	}
	return cards, more, err
}

// wantedAtGate are the documents that need a bill and have none: those of the last days, or
// those that a search finds.
func (s *Server) wantedAtGate(ctx context.Context, company gst.Company, query string) (wanted []*gst.Invoice, more bool, err error) {
	if query != "" {
		return s.foundEWays(ctx, company, query)
	}
	return s.wantedEWays(ctx, company, s.today().AddDays(-gateDays), s.today())
}

// gateCard is what the card of something says.
func (s *Server) gateCard(t gateThing) views.GateCard {
	if b := t.bill; b != nil {
		card := views.GateCard{
			URL: companyURL(b.Company, "gate") + "?bill=" + strconv.FormatInt(b.ID, 10), Party: otherSide(b), Place: b.Of.To.Place,
			Paper: joinParts(b.Of.Number, rupees(b.Of.Totals.Total)), Kind: "wait", Note: "Vehicle missing",
		}
		if words, kind, _ := leftOf(b, s.now()); words != "" {
			card.Note = words
			if kind == "bad" {
				card.Kind = "bad"
			}
		}
		if b.Refused == gst.EWayPartB {
			card.Kind, card.Note = "bad", ewayDeeds[b.Refused].refused+": "+whyRefused(b.Refusal)
		}
		return card
	}
	inv := t.inv
	to := inv.Buyer
	if inv.ShipTo != nil {
		to = *inv.ShipTo
	}
	card := views.GateCard{
		URL:   companyURL(inv.Company, "gate") + "?invoice=" + strconv.FormatInt(inv.ID, 10),
		Party: orWalkIn(inv.Buyer.LegalName), Place: strings.TrimSuffix(to.Place+", "+master.StateName(to.State), ", "),
		Paper: joinParts(inv.Number, rupees(inv.Totals.Total)), Kind: "bad", Note: "No e-way bill yet",
	}
	if aging := s.agingOf(inv.Date); aging != nil {
		card.Note = aging.Text
	}
	if len(inv.Lines) > 0 {
		card.Goods = inv.Lines[0].Description
		if n := len(inv.Lines) - 1; n > 0 {
			card.Goods += " and " + strconv.Itoa(n) + " more"
		}
	}
	return card
}

// gateForm takes the vehicle of one of them.
func (s *Server) gateForm(ctx context.Context, company gst.Company, t gateThing, vehicle string, faults gst.Faults) views.GateForm {
	address := companyURL(company.GSTIN, "gate")
	form := views.GateForm{
		URL: address, BackURL: address, CheckURL: address + "/vehicle", Card: s.gateCard(t), Vehicle: views.Field{Value: vehicle},
		Check: vehicleSaid(vehicle), Chips: s.recentVehicles(ctx, company),
	}
	if len(form.Chips) > 6 {
		form.Chips = form.Chips[:6]
	}
	name, id := "invoice", int64(0)
	if t.bill != nil {
		name, id = "bill", t.bill.ID
	} else {
		id = t.inv.ID
	}
	form.Hidden = []views.Control{{Field: views.Field{Name: name, Value: strconv.FormatInt(id, 10)}, Hidden: true}}
	for _, f := range faults {
		if f.Warning {
			continue
		}
		words := withCode(f)
		if f.Field == "vehicle" {
			form.Check = views.GateSaid{Kind: "bad", Text: words}
			continue
		}
		form.Faults = append(form.Faults, words)
	}
	return form
}

// vehicleSaid is what is said of a vehicle number while it is typed.
func vehicleSaid(typed string) views.GateSaid {
	number := gst.NormalVehicle(typed)
	switch {
	case number == "":
		return views.GateSaid{Text: "As on the plate; spaces do not matter."}
	case gst.ValidVehicle(number):
		return views.GateSaid{Kind: "good", Text: "✓ " + number}
	}
	return views.GateSaid{Text: number + " is not complete yet."}
}

// checkVehicle handles GET /c/{gstin}/gate/vehicle?vehicle=….
func (s *Server) checkVehicle(c echo.Context) error {
	return s.show(c, http.StatusOK, views.GateCheck(vehicleSaid(c.QueryParam("vehicle"))), nil)
}

// leaveGate handles POST /c/{gstin}/gate: Part B of the vehicle, or a bill with it.
func (s *Server) leaveGate(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	thing, err := s.gateThing(ctx, company, values.Get("bill"), values.Get("invoice"))
	if err != nil {
		return err
	}
	if thing == nil {
		return gst.ErrNotFound
	}
	vehicle := gateVehicle(values)
	id, err := s.leave(ctx, company, *thing, vehicle)
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, companyURL(company.GSTIN, "gate")+"?done="+strconv.FormatInt(id, 10))
	case errors.As(err, &bad):
		form := s.gateForm(ctx, company, *thing, vehicle, bad.Faults)
		return s.showGatePage(c, http.StatusUnprocessableEntity, views.GateView{Form: &form})
	}
	return err
}

// gateVehicle is the vehicle of the pressed chip, or the typed one.
func gateVehicle(values url.Values) string {
	if chosen := values.Get("chosen"); chosen != "" {
		return gst.NormalVehicle(chosen)
	}
	return gst.NormalVehicle(values.Get("vehicle"))
}

// leave asks the portal for what lets the goods leave, and returns the bill's id.
func (s *Server) leave(ctx context.Context, company gst.Company, t gateThing, vehicle string) (int64, error) {
	if !gst.ValidVehicle(vehicle) {
		rule := "waybill.vehicle"
		if vehicle == "" {
			rule = "waybill.vehicle.need"
		}
		return 0, gst.Faults{{Rule: rule, Field: "vehicle"}}.Err()
	}
	if b := t.bill; b != nil {
		part := gst.PartB{Mode: "1", Vehicle: vehicle, VehicleType: "R", Place: b.Of.From.Place, State: b.Of.From.PlaceState, Reason: "4", Remark: "First time"}
		return b.ID, s.desk.OrderEWay(ctx, company.GSTIN, b.ID, gst.EWayOrder{Action: gst.EWayPartB, PartB: &part})
	}
	of, err := s.desk.ProposeEWay(ctx, company.GSTIN, t.inv.ID)
	if err != nil {
		return 0, err
	}
	of.Transport.Mode, of.Transport.Vehicle, of.Transport.VehicleType = "1", vehicle, "R"
	return s.desk.MakeEWay(ctx, company.GSTIN, t.inv.ID, of)
}

// gateDone is what came of it.
func (s *Server) gateDone(b *gst.EWay) views.GateDone {
	address := companyURL(b.Company, "gate")
	d := views.GateDone{NextURL: address, Number: grouped(b.Number)}
	if len(b.Vehicles) > 0 {
		d.Vehicle = b.Vehicles[0].Vehicle
	} else {
		d.Vehicle = b.Of.Transport.Vehicle
	}
	switch state := b.StateAt(s.now()); {
	case b.State == gst.EWayFailed:
		d.Kind, d.Title, d.Details, d.FixURL = "bad", "Stop: refused", ewayDetails(b.Refusal), ewayURL(b.Company, b.ID, "mend")
	case b.Asked == "" && b.Refused == gst.EWayPartB && b.Refusal != nil:
		d.Kind, d.Title, d.Details, d.FixURL = "bad", "Stop: refused", ewayDetails(b.Refusal), ewayURL(b.Company, b.ID, "")+"?open=part_b#part-b"
	case state == gst.EWayActive && b.Asked == "":
		d.Kind, d.Title = "good", "Done: may leave"
		if !b.ValidUntil.IsZero() {
			d.Text = "until " + b.ValidUntil.In(gst.IST).Format("02/01/2006 15:04")
		}
		d.PrintURL = ewayURL(b.Company, b.ID, "pdf") + "?slip=1"
	case b.Asked != "" || state == gst.EWayPending || state == gst.EWayUnknown:
		d.URL, d.Kind, d.Title = address+"?done="+strconv.FormatInt(b.ID, 10), "wait", "Wait: asking the portal …"
		if why := ewayWhy(b.LastCode); why != "" {
			d.Text = why
		}
		if state == gst.EWayUnknown {
			d.Title = "Wait: no answer yet"
		}
	default:
		d.Kind, d.Title, d.FixURL = "bad", "Stop: "+strings.ToLower(ewayWords("state", state)), ewayURL(b.Company, b.ID, "")
	}
	return d
}
