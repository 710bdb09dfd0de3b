package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/sheet"
	"mohar/views"
)

// elsewhereTyped is the form of one document, as typed, with what is wrong with it.
type elsewhereTyped struct {
	values  url.Values
	wrong   Problems
	problem string
}

// elsewhereInputs are the fields of the form with the headings that sheet reads them
// under: a typed document is a file of one row.
var elsewhereInputs = []struct{ name, heading, label string }{
	{"type", "Type", "Document"},
	{"number", "Number", "Number"},
	{"date", "Date", "Date"},
	{"buyer.name", "Buyer", "Buyer"},
	{"buyer.gstin", "GSTIN", "Buyer’s GSTIN"},
	{"pos", "Place of Supply", "Place of supply"},
	{"supply", "Supply Type", "Supply"},
	{"hsn", "HSN/SAC", "HSN/SAC"},
	{"rate", "GST %", "GST %"},
	{"taxable", "Taxable Value", "Taxable value ₹"},
	{"igst", "IGST", "IGST ₹"},
	{"cgst", "CGST", "CGST ₹"},
	{"sgst", "SGST", "SGST ₹"},
	{"cess", "Cess", "Cess ₹"},
	{"total", "Total", "Total ₹"},
	{"irn", "IRN", "IRN"},
	{"ack", "Ack No", "Ack no."},
	{"ack_date", "Ack Date", "Ack date"},
	{"against", "Original Number", "Original’s number"},
	{"against_date", "Original Date", "Original’s date"},
	{"reverse", "Reverse Charge", "Tax on reverse charge"},
	{"cancelled", "Cancelled", "It was cancelled there"},
}

// recordOne records the typed document, or shows the form again with all that is wrong.
func (s *Server) recordOne(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	typed := elsewhereTyped{values: values, wrong: Problems{}}
	inv, err := s.typedElsewhere(c, &typed)
	if err != nil {
		return err
	}
	if len(typed.wrong) == 0 && typed.problem == "" {
		err := s.desk.RecordElsewhere(c.Request().Context(), companyOf(c), inv)
		var bad gst.Invalid
		switch {
		case err == nil:
			return redirect(c, invoiceURL(inv, ""))
		case errors.As(err, &bad):
			typed.wrong.add(bad.Faults)
		case errors.Is(err, gst.ErrConflict):
			typed.wrong.put("number", "This number is here already.")
		default:
			return err
		}
	}
	return s.showElsewherePage(c, http.StatusUnprocessableEntity, views.ElsewhereView{Form: elsewhereForm(typed)})
}

// typedElsewhere reads the form as a file of one row.
func (s *Server) typedElsewhere(c echo.Context, typed *elsewhereTyped) (*gst.Invoice, error) {
	heading, row := sheet.Row{Number: 1}, sheet.Row{Number: 2}
	for _, in := range elsewhereInputs {
		text := strings.TrimSpace(typed.values.Get(in.name))
		if text == "on" {
			text = "Y"
		}
		heading.Cells, row.Cells = append(heading.Cells, in.heading), append(row.Cells, text)
	}
	typed.wrong.required(typed.values, "number", "date")
	rows, _, err := sheet.Documents(sheet.Table{Sheets: []sheet.Sheet{{Rows: []sheet.Row{heading, row}}}}, companyOf(c).Party(), s.desk.Law())
	if err != nil || len(rows) != 1 {
		return nil, err
	}
	for _, f := range rows[0].Faults {
		if !f.Warning {
			typed.wrong.put(f.Field, lang.English.Text("fault."+f.Rule, f.Args...))
		} else if f.Rule == "totals.total" && typed.values.Get("total") != "" {
			// In a file it may be what the other program had; whoever types it can look again.
			typed.wrong.put(f.Field, lang.English.Text("fault."+f.Rule, f.Args...))
		}
	}
	inv := &rows[0].Invoice
	for _, f := range s.desk.CheckElsewhere(companyOf(c), inv) {
		typed.wrong.put(f.Field, lang.English.Text("fault."+f.Rule, f.Args...))
	}
	return inv, nil
}

// required notes the fields that nothing was typed into.
func (p Problems) required(values url.Values, names ...string) {
	for _, name := range names {
		if strings.TrimSpace(values.Get(name)) == "" {
			p.put(name, lang.English.Text("fault.required"))
		}
	}
}

// elsewhereForm is the form with what was typed.
func elsewhereForm(typed elsewhereTyped) views.ElsewhereForm {
	field := func(name string) views.Field {
		f := views.Field{Name: name, Value: typed.values.Get(name), Error: typed.wrong[name]}
		for _, in := range elsewhereInputs {
			if in.name == name {
				f.Label = in.label
			}
		}
		return f
	}
	fields := func(names ...string) []views.Field {
		list := make([]views.Field, len(names))
		for i, name := range names {
			list[i] = field(name)
		}
		return list
	}
	form := views.ElsewhereForm{
		Problem: typed.problem, Type: field("type"), Supply: field("supply"), Place: field("pos"), Reverse: field("reverse"), Void: field("cancelled"),
		Head: fields("number", "date", "buyer.name", "buyer.gstin"), Figures: fields("hsn", "rate", "taxable", "igst", "cgst", "sgst", "cess", "total"),
		Portal: fields("irn", "ack", "ack_date"), Note: fields("against", "against_date"),
		ReverseOn: typed.values.Get("reverse") != "", VoidOn: typed.values.Get("cancelled") != "",
	}
	form.Head[0].Required, form.Head[1].Required = true, true
	form.Head[1].Placeholder = "dd/mm/yyyy"
	form.Types = views.Options(typed.values.Get("type"),
		views.Option{Value: "Invoice", Label: "Tax invoice"}, views.Option{Value: "Credit Note", Label: "Credit note"},
		views.Option{Value: "Debit Note", Label: "Debit note"}, views.Option{Value: "Bill of Supply", Label: "Bill of supply"})
	form.Kinds = views.Options(typed.values.Get("supply"), append([]views.Option{{Value: "", Label: "By the GSTIN"}}, supplyOptions...)...)
	form.Places = stateOptions("Buyer’s State")
	for i := range form.Places {
		form.Places[i].Selected = form.Places[i].Value == form.Place.Value
	}
	for _, name := range []string{"irn", "ack", "ack_date", "against", "against_date", "reverse", "cancelled"} {
		form.Open = form.Open || typed.values.Get(name) != ""
	}
	return form
}
