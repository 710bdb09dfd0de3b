package handlers

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// mostGoods is how many lines of goods the page of a bill shows.
const mostGoods = 25

// ewayMain is what a bill says.
func ewayMain(b *gst.EWay, now time.Time) views.EWayMain {
	c := &b.Of
	m := views.EWayMain{
		Number: grouped(b.Number), Facts: ewayFacts(b), From: endView("From", c.From), To: endView("To", c.To),
		Document: views.EWayDocument{Number: cmp.Or(c.Number, "—")}, Sums: consignmentSums(c), Notes: b.Notes,
	}
	if b.InvoiceID != 0 {
		m.Document.URL = invoiceURL(&gst.Invoice{ID: b.InvoiceID, Company: b.Company}, "")
	}
	m.Goods, m.MoreGoods = goodsOf(c, mostGoods)
	m.Left, m.LeftKind, _ = leftOf(b, now)
	switch {
	case b.State == gst.EWayActive && !b.ValidUntil.IsZero():
		m.Until = "Valid until " + minute(b.ValidUntil)
	case b.StateAt(now) == gst.EWayDiscarded:
		m.Until = "Not valid for movement: no vehicle was entered. It lapsed " + minute(b.PartBUntil()) + "."
	case b.State == gst.EWayPartA:
		m.Until = "Not valid for movement: a vehicle is missing. It lapses " + minute(b.PartBUntil()) + "."
	case b.State == gst.EWayCancelled && !b.Cancelled.At.IsZero():
		m.Until = joinParts("Cancelled "+minute(b.Cancelled.At), ewayWords("cancel", b.Cancelled.Reason), b.Cancelled.Remark)
	case b.State == gst.EWayClosed:
		m.Until = "Closed, delivered on " + b.ClosedOn.Long()
	}
	for _, v := range b.Vehicles {
		m.Vehicles = append(m.Vehicles, vehicleRow(b, v))
	}
	m.NoVehicle = "None was entered yet."
	if t := c.Transport; b.Number == "" && t.Vehicle+t.DocumentNumber != "" {
		m.NoVehicle = strings.TrimSpace(cmp.Or(t.Vehicle, t.DocumentNumber) + " is asked for.")
	}
	for _, g := range b.Groups {
		m.Groups = append(m.Groups, groupRow(b, g))
	}
	return m
}

// ewayFacts stand beside the parties.
func ewayFacts(b *gst.EWay) []views.Sum {
	c := &b.Of
	movement := joinParts(ewayWords("direction", c.Direction), ewayWords("sub", strconv.Itoa(int(c.SubSupply))), c.SubSupplyText)
	distance := ""
	if c.Transport.Distance > 0 {
		distance = counted(c.Transport.Distance) + " km"
	}
	made := ""
	if !b.Made.IsZero() {
		by := string(b.MadeBy)
		if b.MadeBy == b.Company || by == "" && b.Role == gst.EWayOurs {
			by = "by you"
		}
		made = joinParts(minute(b.Made), by, b.MadeMode)
	}
	extended := ""
	if b.Extensions > 0 {
		extended = entries(b.Extensions, "time", "times")
	}
	var facts []views.Sum
	for _, f := range []views.Sum{
		{Label: "Paper", Value: joinParts(ewayWords("paper", c.Paper), c.Date.Long())}, {Label: "Movement", Value: movement},
		{Label: "Kind", Value: ewayWords("transaction", strconv.Itoa(c.Transaction))}, {Label: "Distance", Value: distance},
		{Label: "Transporter", Value: joinParts(c.Transport.TransporterName, c.Transport.TransporterID)},
		{Label: "Made", Value: made}, {Label: "Extended", Value: extended},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// endView is an end of a movement.
func endView(heading string, e gst.ConsignmentEnd) views.PartyView {
	p := views.PartyView{Heading: heading, Name: endName(e), Lines: placeWords(e), GSTIN: e.GSTIN}
	if p.GSTIN == gst.UnregisteredParty {
		p.GSTIN = ""
	}
	return p
}

// goodsOf are the first lines of a consignment, and how many there are beside.
func goodsOf(c *gst.Consignment, most int) (goods []views.EWayGoods, more string) {
	for i, l := range c.Lines {
		if i == most {
			return goods, "and " + entries(len(c.Lines)-most, "line", "lines") + " more"
		}
		goods = append(goods, views.EWayGoods{
			Name: cmp.Or(l.Name, l.Description), HSN: spacedHSN(l.HSN), Qty: strings.TrimSpace(l.Quantity.String() + " " + l.Unit),
			Taxable: l.Taxable.Indian(), Rates: (l.CGST + l.SGST + l.IGST).String() + "%",
		})
	}
	return goods, ""
}

// consignmentSums are the money of a consignment; what is zero is left out.
func consignmentSums(c *gst.Consignment) []views.Sum {
	t := c.Totals
	sums := []views.Sum{{Label: "Taxable value", Value: t.Taxable.Indian()}}
	for _, s := range []struct {
		label string
		of    gst.Paise
	}{{"CGST", t.CGST}, {"SGST", t.SGST}, {"IGST", t.IGST}, {"Cess", t.Cess}, {"Cess per unit", t.CessFixed}, {"Other", t.Other}} {
		if s.of != 0 {
			sums = append(sums, views.Sum{Label: s.label, Value: s.of.Indian()})
		}
	}
	return append(sums, views.Sum{Label: "Total", Value: rupees(t.Total)})
}

// vehicleRow is one entry of Part B.
func vehicleRow(b *gst.EWay, v gst.EWayVehicle) views.EWayVehicleRow {
	row := views.EWayVehicleRow{
		Mode: ewayWords("mode", v.Mode), Vehicle: cmp.Or(v.Vehicle, v.DocumentNumber, "—"), From: v.Place, By: v.EnteredBy,
	}
	if name := master.StateName(v.State); name != "" {
		row.From = strings.TrimPrefix(row.From+", "+name, ", ")
	}
	if v.Vehicle != "" && v.DocumentNumber != "" {
		row.Document = numberOf(v.DocumentNumber, v.DocumentDate)
	}
	if v.VehicleType == "O" {
		row.Mode += ", over-dimensional"
	}
	if v.EnteredBy == string(b.Company) {
		row.By = "You"
	}
	if !v.Entered.IsZero() {
		row.Entered = minute(v.Entered)
	}
	if v.TripSheet != "" {
		row.Trip = "Trip sheet " + v.TripSheet
	}
	if v.Group > 0 {
		row.Group = "Group " + strconv.Itoa(v.Group)
		if v.Quantity > 0 {
			row.Group += ", " + v.Quantity.String()
		}
	}
	return row
}

// groupRow is a movement by several vehicles, with what no vehicle carries yet.
func groupRow(b *gst.EWay, g gst.EWayGroup) views.EWayGroupRow {
	row := views.EWayGroupRow{
		Number: "Group " + strconv.Itoa(g.Group), Journey: g.FromPlace + " → " + g.ToPlace,
		Quantity: strings.TrimSpace(g.Quantity.String() + " " + g.Unit), Note: g.Remark,
	}
	left := g.Quantity
	for _, v := range b.Vehicles {
		if v.Group == g.Group {
			left -= v.Quantity
		}
	}
	if left > 0 {
		row.Left = strings.TrimSpace(left.String()+" "+g.Unit) + " on no vehicle yet"
	}
	return row
}

// ewayEventLooks are the icon, the colour and the words of each kind of event; the words of
// those about an action are the action's own.
var ewayEventLooks = map[db.EventKind]struct{ icon, kind, title string }{
	db.EventEWayAsked:     {"clock", "muted", ""},
	db.EventEWaySent:      {"send", "wait", "Sent to the portal"},
	db.EventEWayNoAnswer:  {"triangle-alert", "wait", "No answer"},
	db.EventEWaySwitched:  {"repeat", "wait", "Not taken"},
	db.EventEWayPostponed: {"clock", "wait", "Will be tried again by itself"},
	db.EventEWayLookedUp:  {"search", "muted", "The portal was asked whether it has it"},
	db.EventEWayMade:      {"stamp", "good", "E-way bill made"},
	db.EventEWayDone:      {"circle-check", "good", ""},
	db.EventEWayRefused:   {"circle-alert", "bad", "E-way bill: refused by the portal"},
	db.EventEWayGivenUp:   {"x", "muted", "Given up"},
	db.EventEWayTakenBack: {"undo-2", "muted", "Taken back before it was sent"},
	db.EventEWayFound:     {"stamp", "good", "Found at the portal: it was made"},
	db.EventEWayRead:      {"refresh-cw", "muted", "Brought up to date from the portal"},
	db.EventEWayAdopted:   {"download", "good", "Fetched from the portal"},
	db.EventEWayScheduled: {"clock", "muted", "Extension planned"},
	db.EventEWayDropped:   {"x", "muted", "Planned extension given up"},
	db.EventEWayShared:    {"link-2", "muted", "Driver’s link made"},
	db.EventEWayUnshared:  {"ban", "muted", "Driver’s links ended"},
}

// ewayTimeline is what happened to a bill, the newest first. What only repeats itself, as
// while the portal is away, is told once.
func ewayTimeline(events []db.Event) []views.EventView {
	var shown []views.EventView
	told := map[db.EventKind]bool{}
	for i, e := range slices.Backward(events) {
		if e.Kind == db.EventEWaySent && i < len(events)-1 {
			continue // what came of it says that it was sent
		}
		switch e.Kind {
		case db.EventEWayPostponed, db.EventEWayNoAnswer, db.EventEWayLookedUp, db.EventEWaySwitched:
			if told[e.Kind] {
				continue
			}
			told[e.Kind] = true
		}
		shown = append(shown, ewayEvent(e))
	}
	return shown
}

// ewayEvent is one line of the timeline of a bill.
func ewayEvent(e db.Event) views.EventView {
	look, ok := ewayEventLooks[e.Kind]
	if !ok {
		look.icon, look.kind, look.title = "info", "muted", string(e.Kind)
	}
	v := views.EventView{Icon: look.icon, Kind: look.kind, Title: look.title, When: moment(e.At)}
	deed := ewayDeeds[gst.EWayAction(e.Code)]
	switch e.Kind {
	case db.EventEWayAsked:
		v.Icon, v.Title, v.Text = cmp.Or(deed.icon, v.Icon), cmp.Or(deed.asked, "Asked for"), joinParts(e.Detail, by(e.Actor))
	case db.EventEWayDone:
		v.Icon, v.Title, v.Text = cmp.Or(deed.icon, v.Icon), cmp.Or(deed.done, "Done"), joinParts(e.Detail, through(e.Provider))
	case db.EventEWayMade:
		v.Text = joinParts(grouped(e.Detail), through(e.Provider))
	case db.EventEWayRefused:
		v.Text = joinParts(e.Code, cmp.Or(ewayWhy(e.Code), e.Detail), through(e.Provider))
	case db.EventEWaySent, db.EventEWayLookedUp, db.EventEWaySwitched, db.EventEWayNoAnswer:
		v.Text = through(e.Provider)
	case db.EventEWayPostponed:
		v.Text = joinParts(ewayWhy(e.Code), "You can go on working.")
	default:
		v.Text = joinParts(e.Detail, by(e.Actor))
	}
	return v
}

// ewayShare is the driver's link of a bill; link is the one that was just made.
func (s *Server) ewayShare(ctx context.Context, b *gst.EWay, link string) (*views.EWayShare, error) {
	switch b.StateAt(s.now()) {
	case gst.EWayActive, gst.EWayPartA, gst.EWayExpired:
	default:
		return nil, nil
	}
	links, err := s.store.Shares(ctx, b.Company, b.ID)
	if err != nil {
		return nil, err
	}
	share := &views.EWayShare{
		MakeURL: ewayURL(b.Company, b.ID, "share"), Text: "A page without sign-in for the driver’s phone: number, QR code, validity, the papers. It ends a day behind the bill.",
	}
	if len(links) > 0 {
		share.RevokeURL = ewayURL(b.Company, b.ID, "share/end")
	}
	if link == "" {
		return share, nil
	}
	text := "E-way bill " + grouped(b.Number) + ", " + b.Of.Number
	if !b.ValidUntil.IsZero() {
		text += ", valid until " + minute(b.ValidUntil)
	}
	share.Link = link
	share.WhatsApp = "https://wa.me/?text=" + strings.ReplaceAll(url.QueryEscape(text+": "+link), "+", "%20")
	return share, nil
}
