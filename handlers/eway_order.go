package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
	"mohar/views"
)

// orderEWay handles POST /c/{gstin}/ewaybills/{id}/do/{action}.
func (s *Server) orderEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	typed := ewayTyped{action: gst.EWayAction(c.Param("action")), values: values}
	if ewayPrefixes[typed.action] == "" {
		return gst.ErrNotFound
	}
	second := values.Get("do") == "second"
	if second && typed.action == gst.EWayReassign {
		return s.lookUpTransporter(c, b, typed)
	}
	order, faults := ewayOrder(typed)
	if typed.faults = faults; len(faults) > 0 {
		return s.showEWayPage(c, http.StatusUnprocessableEntity, b, typed)
	}
	if second && typed.action == gst.EWayExtend || s.tooEarly(b, typed.action) {
		err = s.desk.ScheduleEWay(c.Request().Context(), b.Company, b.ID, *order.Extension)
	} else {
		err = s.desk.OrderEWay(c.Request().Context(), b.Company, b.ID, order)
	}
	return s.orderedEWay(c, b, typed, err)
}

// tooEarly reports whether an extension can only be planned now.
func (s *Server) tooEarly(b *gst.EWay, a gst.EWayAction) bool {
	if a != gst.EWayExtend {
		return false
	}
	o := b.Offer(a, s.now(), s.desk.Law())
	return !o.Open && !o.From.IsZero()
}

// orderedEWay answers to an order by what came of it.
func (s *Server) orderedEWay(c echo.Context, b *gst.EWay, typed ewayTyped, err error) error {
	var bad gst.Invalid
	var not *desk.NotOffered
	switch {
	case err == nil:
		return redirect(c, ewayURL(b.Company, b.ID, ""))
	case errors.As(err, &bad):
		typed.faults = bad.Faults
		return s.showEWayPage(c, http.StatusUnprocessableEntity, b, typed)
	case errors.As(err, &not):
		typed.note = &views.Problem{Kind: "wait", Title: "Not possible now", Text: ewayNo(not.Offer)}
		return s.showEWayPage(c, http.StatusConflict, b, typed)
	}
	return err
}

// ewayOrder reads the form of an action.
func ewayOrder(typed ewayTyped) (gst.EWayOrder, gst.Faults) {
	r := &masterReader{values: typed.values, prefix: strings.TrimSuffix(ewayPrefixes[typed.action], ".")}
	o := gst.EWayOrder{Action: typed.action}
	switch typed.action {
	case gst.EWayPartB:
		part := readPartB(r)
		o.PartB = &part
	case gst.EWayExtend:
		x := gst.EWayExtension{PartB: readPartB(r), PIN: r.whole("pin", "pin.range"), Distance: r.whole("distance", "waybill.extend.distance"), Transit: r.text("transit")}
		if x.Transit != "" {
			x.Mode, x.Vehicle, x.VehicleType = "5", "", ""
			x.Address = [3]string{r.text("address1"), r.text("address2"), r.text("address3")}
		}
		if x.Remark == "" && x.Reason != "99" { // the portal wants one, and a reason that says all is one
			x.Remark = ewayWords("extend", x.Reason)
		}
		o.Extension = &x
	case gst.EWayReassign:
		o.Transporter = &gst.EWayTransporterChoice{ID: strings.ToUpper(r.text("transporter_id")), Name: r.text("transporter_name")}
	case gst.EWayCancel:
		o.Cancel = &gst.EWayCancellation{Reason: gst.EWayCancelReason(r.text("reason")), Remark: r.text("remark")}
	case gst.EWayReject:
		o.Remark = r.text("remark")
	case gst.EWayGroupStart:
		o.Group = &gst.EWayGroup{
			FromPlace: r.text("from_place"), FromState: r.text("from_state"), ToPlace: r.text("to_place"), ToState: r.text("to_state"),
			Mode: r.text("mode"), Quantity: read(r, "quantity", gst.ParseMilli), Unit: r.text("unit"), Reason: r.text("reason"), Remark: r.text("remark"),
		}
	case gst.EWayGroupAdd:
		o.Vehicle = &gst.EWayGroupVehicle{
			Group: r.whole("group", "waybill.group"), Vehicle: r.text("vehicle"), DocumentNumber: r.text("document_number"),
			DocumentDate: read(r, "document_date", gst.ParseDate), Quantity: read(r, "quantity", gst.ParseMilli),
		}
	case gst.EWayGroupChange:
		o.Swap = &gst.EWayGroupSwap{
			Group: r.whole("group", "waybill.group"), OldVehicle: r.text("old_vehicle"), NewVehicle: r.text("new_vehicle"), OldDocument: r.text("old_document"),
			NewDocument: r.text("new_document"), Place: r.text("place"), State: r.text("state"), Reason: r.text("reason"), Remark: r.text("remark"),
		}
	case gst.EWayClose:
		o.ClosedOn, o.Remark = read(r, "closed_on", gst.ParseDate), r.text("remark")
	}
	return o, r.faults
}

// readPartB reads vehicle and transport document. What the chosen mode has no use for is
// left out: the form has a place for all.
func readPartB(r *masterReader) gst.PartB {
	p := gst.PartB{
		Mode: r.text("mode"), Vehicle: gst.NormalVehicle(r.text("vehicle")), VehicleType: r.text("vehicle_type"), DocumentNumber: r.text("document_number"),
		DocumentDate: read(r, "document_date", gst.ParseDate), Place: r.text("place"), State: r.text("state"), Reason: r.text("reason"), Remark: r.text("remark"),
	}
	switch {
	case p.Mode == "2" || p.Mode == "3":
		p.Vehicle, p.VehicleType = "", ""
	case p.VehicleType == "" && p.Mode == "1":
		p.VehicleType = "R"
	case p.Mode == "4" && p.Vehicle != "":
		p.VehicleType = "O"
	}
	if p.Reason == "4" && p.Remark == "" {
		p.Remark = "First time"
	}
	return p
}

// lookUpTransporter fills the name of a transporter in from the portal's register.
func (s *Server) lookUpTransporter(c echo.Context, b *gst.EWay, typed ewayTyped) error {
	id := strings.ToUpper(strings.TrimSpace(typed.values.Get("transporter.transporter_id")))
	found, err := s.desk.LookUpTransporter(c.Request().Context(), b.Company, id)
	switch {
	case err == nil:
		typed.values.Set("transporter.transporter_id", id)
		typed.values.Set("transporter.transporter_name", cmp.Or(found.TradeName, found.LegalName))
		return s.showEWayPage(c, http.StatusOK, b, typed)
	case c.Request().Context().Err() != nil:
		return err
	}
	typed.note = &views.Problem{Kind: "wait", Title: "Nothing was found", Text: s.ewayAnswer(c, err)}
	return s.showEWayPage(c, http.StatusUnprocessableEntity, b, typed)
}

// shareEWay handles POST /c/{gstin}/ewaybills/{id}/share: a link for the driver, which is
// shown this once.
func (s *Server) shareEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	token, expires, err := s.desk.ShareEWay(c.Request().Context(), b.Company, b.ID)
	if err != nil {
		return err
	}
	typed := ewayTyped{link: s.address(c) + driverPath + token}
	typed.note = &views.Problem{Kind: "good", Title: "The driver’s link is made", Text: "It ends " + minute(expires) + ". It is shown this once."}
	return s.showEWayPage(c, http.StatusOK, b, typed)
}

// unshareEWay handles POST /c/{gstin}/ewaybills/{id}/share/end.
func (s *Server) unshareEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	if err := s.store.RevokeShares(c.Request().Context(), b.Company, b.ID); err != nil {
		return err
	}
	return redirect(c, ewayURL(b.Company, b.ID, ""))
}

// address is the beginning of this server's addresses, as the browser knows it.
func (s *Server) address(c echo.Context) string {
	scheme := "http"
	if s.secure(c.Request()) {
		scheme = "https"
	}
	return scheme + "://" + c.Request().Host
}

// knownTransporters are the transporters with an id, the last used first.
func (s *Server) knownTransporters(ctx context.Context, company gst.GSTIN) []gst.Transporter {
	found, err := s.store.Transporters(ctx, company, "", manyTransporters)
	if err != nil { // suggestions only
		s.log.WarnContext(ctx, "transporters not read", "error", err)
		return nil
	}
	return slices.DeleteFunc(found, func(t gst.Transporter) bool { return t.GSTIN == "" })
}

// mostVehicles is how many vehicles are suggested.
const mostVehicles = 8

// recentVehicles are the vehicles used last: those of the latest bills, then those of the
// transporters. They are suggestions only: where they cannot be read there are fewer.
func (s *Server) recentVehicles(ctx context.Context, company gst.Company) []string {
	var numbers []string
	add := func(vehicle string) {
		if n := gst.NormalVehicle(vehicle); gst.ValidVehicle(n) && len(numbers) < mostVehicles && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	latest, err := s.store.RecentVehicles(ctx, company.GSTIN, company.Mode, mostVehicles)
	if err != nil {
		s.log.WarnContext(ctx, "vehicles not read", "error", err)
	}
	for _, vehicle := range latest {
		add(vehicle)
	}
	found, err := s.store.Transporters(ctx, company.GSTIN, "", manyTransporters)
	if err != nil {
		s.log.WarnContext(ctx, "vehicles not read", "error", err)
	}
	slices.SortStableFunc(found, func(a, b gst.Transporter) int { return b.LastUsed.Compare(a.LastUsed) })
	for _, t := range found {
		for _, v := range t.Vehicles {
			add(v)
		}
	}
	return numbers
}
