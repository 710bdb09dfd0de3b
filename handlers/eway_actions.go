package handlers

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
	"mohar/views"
)

// ewayPrefixes are what the names of the fields of each form begin with.
var ewayPrefixes = map[gst.EWayAction]string{
	gst.EWayPartB: "part_b.", gst.EWayExtend: extendPrefix, gst.EWayReassign: "transporter.", gst.EWayCancel: "cancel.",
	gst.EWayReject: "reject.", gst.EWayGroupStart: "group.", gst.EWayGroupAdd: "group_add.", gst.EWayGroupChange: "group_change.", gst.EWayClose: "close.",
}

const extendPrefix = "extend."

// quietNos are reasons that need no line of their own: the state of the bill says them,
// nobody asked, or the law has no such action yet.
var quietNos = []string{"asked", "pending", "unknown", "failed", "made", "cancelled", "closed", "discarded", "group.none", "group.empty", "trip.none", "hold"}

// pointless reports whether an action is about what the bill has not: a group of vehicles or
// a trip sheet.
func pointless(b *gst.EWay, a gst.EWayAction) bool {
	switch a {
	case gst.EWayGroupAdd, gst.EWayGroupChange:
		return len(b.Groups) == 0
	case gst.EWayTripAgain:
		return b.TripSheet == ""
	}
	return false
}

// offerEWay offers what can be done about a bill, and says why the rest cannot.
func (s *Server) offerEWay(ctx context.Context, b *gst.EWay, typed ewayTyped, side *views.EWaySide) error {
	now := s.now()
	for _, o := range b.Offers(now, s.desk.Law()) {
		early := o.Action == gst.EWayExtend && !o.Open && !o.From.IsZero() && b.Scheduled == nil
		switch {
		case o.Action == gst.EWayMake:
		case o.Open && o.Action == gst.EWayTrip:
			side.Actions = append(side.Actions, tripAction(b))
		case o.Open && o.Action == gst.EWayTripAgain: // on the page of the trip sheet
		case o.Open || early:
			form, err := s.ewayForm(ctx, b, o, typed)
			if err != nil {
				return err
			}
			side.Actions = append(side.Actions, form)
		case !slices.Contains(quietNos, o.Why) && !pointless(b, o.Action):
			addClosed(side, ewayWords("action", o.Action), ewayNo(o))
		}
	}
	return nil
}

// addClosed says why something cannot be done; what cannot be done for one reason stands
// together.
func addClosed(side *views.EWaySide, label, why string) {
	for i := range side.Closed {
		if c := &side.Closed[i]; c.Why == why {
			c.Label += " · " + label
			return
		}
	}
	side.Closed = append(side.Closed, views.EWayClosedAction{Label: label, Why: why})
}

// tripAction leads to a trip sheet with this bill on it.
func tripAction(b *gst.EWay) views.EWayActionForm {
	deed := ewayDeeds[gst.EWayTrip]
	return views.EWayActionForm{
		ID: "trip", Label: ewayWords("action", gst.EWayTrip), Icon: deed.icon, Link: companyURL(b.Company, "trips/new") + "?id=" + strconv.FormatInt(b.ID, 10),
	}
}

// ewayForm is the form of an action that can be done, or planned.
func (s *Server) ewayForm(ctx context.Context, b *gst.EWay, o gst.EWayOffer, typed ewayTyped) (views.EWayActionForm, error) {
	deed := ewayDeeds[o.Action]
	form := views.EWayActionForm{
		ID: strings.ReplaceAll(string(o.Action), "_", "-"), Label: ewayWords("action", o.Action), Icon: deed.icon, Submit: deed.submit,
		URL: ewayURL(b.Company, b.ID, "do/"+string(o.Action)), Open: typed.action == o.Action,
		Danger: o.Action == gst.EWayCancel || o.Action == gst.EWayReject,
		Main:   o.Action == gst.EWayPartB && b.State == gst.EWayPartA || o.Action == gst.EWayExtend && o.Open,
	}
	if o.Action == gst.EWayPartB && b.State != gst.EWayPartA {
		form.Label = "Change the vehicle (Part B)"
	}
	if o.Open && !o.Until.IsZero() {
		left := countdown(o.Until, s.now())
		if d := o.Until.Sub(s.now()); d > 72*time.Hour { // no clock needs to run for it
			left.Left, left.Seconds = inGeneral(d)+" left", 0
		}
		form.Until = &left
	}
	values := typed.values
	if typed.action != o.Action || values == nil {
		var err error
		if values, err = s.ewayValues(ctx, b, o.Action); err != nil {
			return form, err
		}
	}
	f := newFormParts(ewayPrefixes[o.Action], values)
	if typed.action == o.Action {
		f.put(typed.faults)
	}
	s.ewayControls(ctx, b, o.Action, f)
	form.Controls, form.Faults, form.Text = f.controls, f.rest(), ewayAdvice(b, o)
	switch {
	case o.Action == gst.EWayReassign:
		form.Second = "Look the name up"
	case o.Action == gst.EWayExtend && !o.Open:
		form.Label, form.Submit = "Plan an extension", "Extend when the window opens"
		form.Text = "The window opens " + minute(o.From) + ". It is then asked for by itself, with what you type now."
	}
	return form, nil
}

// ewayAdvice is what to know before something is done.
func ewayAdvice(b *gst.EWay, o gst.EWayOffer) string {
	switch o.Action {
	case gst.EWayPartB:
		if b.State == gst.EWayPartA {
			return "With the vehicle the bill becomes valid, from that moment on."
		}
		return "The validity stays as it is."
	case gst.EWayReassign:
		return "Once the transporter has entered a vehicle, only they may change it. From now on only they may extend."
	case gst.EWayExtend:
		return "A day for each 200 km that are left, 20 for over-dimensional cargo."
	case gst.EWayCancel:
		return "Only if the goods do not move. It cannot be taken back."
	case gst.EWayReject:
		return "Say so only if you did not order these goods. The other side sees it; the reason stays here."
	case gst.EWayGroupStart:
		return "From that place on several vehicles carry the goods. No single vehicle can be entered afterwards."
	case gst.EWayClose:
		return "On the day of delivery or the day after."
	}
	return ""
}

// formParts builds the controls of a form with what was typed and what is wrong with it.
type formParts struct {
	prefix   string
	values   url.Values
	wrong    map[string]string // by field, without the prefix
	warn     map[string]string
	told     map[string]bool
	controls []views.Control
}

func newFormParts(prefix string, values url.Values) *formParts {
	return &formParts{prefix: prefix, values: values, wrong: map[string]string{}, warn: map[string]string{}, told: map[string]bool{}}
}

// put notes what is wrong.
func (f *formParts) put(faults gst.Faults) {
	for _, fault := range faults {
		into := f.wrong
		if fault.Warning {
			into = f.warn
		}
		if into[fault.Field] == "" {
			into[fault.Field] = withCode(fault)
		}
	}
}

// rest is what is wrong with none of the fields.
func (f *formParts) rest() (texts []string) {
	for field, text := range f.wrong {
		if !f.told[field] {
			texts = append(texts, text)
		}
	}
	slices.Sort(texts)
	return texts
}

// field is a field with what was typed.
func (f *formParts) field(name, label, help string) views.Field {
	f.told[name] = true
	field := views.Field{
		Name: f.prefix + name, Label: label, Value: f.values.Get(f.prefix + name), Help: help, Error: f.wrong[name], Autocomplete: "off",
	}
	if w := f.warn[name]; w != "" && field.Error == "" {
		field.Help, field.HelpKind = w, "wait"
	}
	return field
}

func (f *formParts) text(name, label, help string, most int) *views.Control {
	field := f.field(name, label, help)
	field.MaxLength = most
	return f.add(views.Control{Field: field})
}

func (f *formParts) number(name, label, help string) *views.Control {
	field := f.field(name, label, help)
	field.InputMode = "numeric"
	return f.add(views.Control{Field: field})
}

func (f *formParts) date(name, label, help string) {
	field := f.field(name, label, help)
	field.Placeholder = "dd/mm/yyyy"
	f.add(views.Control{Field: field})
}

func (f *formParts) choice(name, label, help string, options []views.Option) {
	field := f.field(name, label, help)
	f.add(views.Control{Field: field, Options: views.Options(field.Value, options...)})
}

func (f *formParts) tick(name, label, help, value string) *views.Control {
	field := f.field(name, label, help)
	ticked := field.Value == value
	field.Value = value
	return f.add(views.Control{Field: field, Tick: true, Ticked: ticked})
}

func (f *formParts) hidden(name string) {
	f.add(views.Control{Field: views.Field{Name: f.prefix + name, Value: f.values.Get(f.prefix + name)}, Hidden: true})
}

func (f *formParts) add(c views.Control) *views.Control {
	f.controls = append(f.controls, c)
	return &f.controls[len(f.controls)-1]
}

// take returns the controls so far and begins anew.
func (f *formParts) take() []views.Control {
	controls := f.controls
	f.controls = nil
	return controls
}

// ewayValues are what a form begins with.
func (s *Server) ewayValues(ctx context.Context, b *gst.EWay, a gst.EWayAction) (url.Values, error) {
	v, prefix := url.Values{}, ewayPrefixes[a]
	set := func(name, value string) { v.Set(prefix+name, value) }
	switch a {
	case gst.EWayExtend:
		last, err := s.desk.LastPartB(ctx, b.Company, b.ID)
		if err != nil {
			return nil, err
		}
		return extensionValues(last), nil
	case gst.EWayPartB:
		set("mode", "1")
		set("place", b.Of.From.Place)
		set("state", b.Of.From.PlaceState)
		if b.State == gst.EWayPartA {
			set("reason", "4")
		} else if len(b.Vehicles) > 0 {
			set("mode", b.Vehicles[0].Mode)
			set("state", b.Vehicles[0].State)
			set("place", "")
		}
	case gst.EWayGroupStart:
		set("mode", "1")
		set("to_place", b.Of.To.Place)
		set("to_state", b.Of.To.PlaceState)
		if len(b.Of.Lines) > 0 {
			set("unit", b.Of.Lines[0].Unit)
		}
	case gst.EWayGroupAdd, gst.EWayGroupChange:
		set("group", strconv.Itoa(b.Groups[len(b.Groups)-1].Group))
	case gst.EWayClose:
		set("closed_on", s.today().String())
	}
	return v, nil
}

// extensionHidden are the fields of an extension that the board sends along unseen.
var extensionHidden = []string{"mode", "vehicle", "vehicle_type", "document_number", "document_date", "place", "state", "pin"}

// extensionValues is an extension as its form shows it.
func extensionValues(x gst.EWayExtension) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"mode": cmp.Or(x.Mode, "1"), "vehicle": x.Vehicle, "vehicle_type": x.VehicleType, "document_number": x.DocumentNumber,
		"document_date": dated(x.DocumentDate), "place": x.Place, "state": x.State, "pin": filled(x.PIN), "distance": filled(x.Distance),
		"transit": x.Transit, "reason": x.Reason, "remark": x.Remark,
		"address1": x.Address[0], "address2": x.Address[1], "address3": x.Address[2],
	} {
		v.Set(extendPrefix+name, value)
	}
	return v
}

// dated is a day as typed; nothing for none.
func dated(d gst.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// ewayControls are the controls of an action.
func (s *Server) ewayControls(ctx context.Context, b *gst.EWay, a gst.EWayAction, f *formParts) {
	switch a {
	case gst.EWayPartB:
		s.carriageControls(ctx, gst.Company{GSTIN: b.Company, Mode: b.Mode}, f)
		f.text("place", "Where it is loaded", "", 50)
		f.choice("state", "State", "", stateOptions("Choose …"))
		if b.State == gst.EWayPartA {
			f.hidden("reason")
		} else {
			f.choice("reason", "Reason", "", partBReasons())
			f.text("remark", "Remark", "What happened; needed with Others.", 50)
		}
	case gst.EWayExtend:
		s.extensionControls(ctx, b, f)
	case gst.EWayReassign:
		field := f.text("transporter_id", "Transporter's ID", "GSTIN or TRANSIN, 15 characters.", 15)
		for _, t := range s.knownTransporters(ctx, b.Company) {
			field.Suggest = append(field.Suggest, t.GSTIN)
		}
		f.text("transporter_name", "Name", "", 100)
	case gst.EWayCancel:
		f.choice("reason", "Reason", "", ewayCancelReasons())
		f.text("remark", "Remark", "Needed with Others.", 50)
	case gst.EWayReject:
		f.text("remark", "Reason, for your own records", "The portal has no place for it.", 100)
	case gst.EWayGroupStart:
		f.text("from_place", "From the place", "", 50)
		f.choice("from_state", "State", "", stateOptions("Choose …"))
		f.text("to_place", "To the place", "", 50)
		f.choice("to_state", "State", "", stateOptions("Choose …"))
		f.choice("mode", "By", "", ewayModes())
		f.number("quantity", "Quantity", "").InputMode = "decimal"
		f.choice("unit", "Unit", "", unitsOf(b))
		f.choice("reason", "Reason", "", partBReasons())
		f.text("remark", "Remark", "", 50)
	case gst.EWayGroupAdd:
		f.choice("group", "Group", "", groupsOf(b))
		f.text("vehicle", "Vehicle", "", 20).Suggest = s.recentVehicles(ctx, gst.Company{GSTIN: b.Company, Mode: b.Mode})
		f.text("document_number", "LR/RR no.", "If there is one.", 15)
		f.date("document_date", "Its date", "")
		f.number("quantity", "Quantity on it", "").InputMode = "decimal"
	case gst.EWayGroupChange:
		s.swapControls(ctx, b, f)
	case gst.EWayClose:
		f.date("closed_on", "Delivered on", "")
		f.text("remark", "Remark", "", 50)
	}
}

// carriageControls are mode, vehicle and transport document.
func (s *Server) carriageControls(ctx context.Context, company gst.Company, f *formParts) {
	f.choice("mode", "By", "", ewayModes())
	f.text("vehicle", "Vehicle", "By road: as on the plate, like MH12AB1234.", 20).Suggest = s.recentVehicles(ctx, company)
	f.tick("vehicle_type", "Over-dimensional cargo", "", "O")
	f.text("document_number", "LR/RR, airway or lading no.", "Needed by rail and air.", 15)
	f.date("document_date", "Its date", "")
}

// extensionControls are the whole form of an extension.
func (s *Server) extensionControls(ctx context.Context, b *gst.EWay, f *formParts) {
	f.choice("reason", "Reason", "", extensionReasons())
	f.text("remark", "What happened", "", 50)
	f.number("distance", "Kilometres left", "At most "+counted(b.Of.Transport.Distance)+".")
	f.text("place", "Where the goods are now", "", 50)
	f.number("pin", "PIN code there", "").MaxLength = 6
	f.choice("state", "State", "", stateOptions("Choose …"))
	f.choice("transit", "They are", "", transits())
	s.carriageControls(ctx, gst.Company{GSTIN: b.Company, Mode: b.Mode}, f)
	for i, label := range []string{"Address where they wait", "Second line", "Third line"} {
		f.text("address"+strconv.Itoa(i+1), label, map[int]string{0: "Only for goods that wait."}[i], 120)
	}
}

func (s *Server) swapControls(ctx context.Context, b *gst.EWay, f *formParts) {
	f.choice("group", "Group", "", groupsOf(b))
	var old []views.Option
	for _, v := range b.Vehicles {
		if v.Group > 0 {
			old = append(old, views.Option{Value: v.Vehicle, Label: joinParts(v.Vehicle, v.DocumentNumber)})
		}
	}
	f.choice("old_vehicle", "In the place of", "", old)
	f.text("old_document", "Its LR/RR no.", "If it had one.", 15)
	f.text("new_vehicle", "New vehicle", "", 20).Suggest = s.recentVehicles(ctx, gst.Company{GSTIN: b.Company, Mode: b.Mode})
	f.text("new_document", "Its LR/RR no.", "", 15)
	f.text("place", "Changed at", "", 50)
	f.choice("state", "State", "", stateOptions("Choose …"))
	f.choice("reason", "Reason", "", partBReasons())
	f.text("remark", "Remark", "", 50)
}

func groupsOf(b *gst.EWay) []views.Option {
	var options []views.Option
	for _, g := range b.Groups {
		number := strconv.Itoa(g.Group)
		options = append(options, views.Option{Value: number, Label: number + ": " + g.FromPlace + " → " + g.ToPlace})
	}
	return options
}

// unitsOf are the units that goods of a bill are counted in.
func unitsOf(b *gst.EWay) []views.Option {
	var options []views.Option
	for _, l := range b.Of.Lines {
		if !slices.ContainsFunc(options, func(o views.Option) bool { return o.Value == l.Unit }) && l.Unit != "" {
			options = append(options, views.Option{Value: l.Unit, Label: l.Unit})
		}
	}
	return options
}
