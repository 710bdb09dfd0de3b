package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// itemTyped is the form of an item as it was sent, with what came of it.
type itemTyped struct {
	gst.Item        // as far as it could be read
	title    string // of the stored one
	values   map[string]string
	faults   gst.Faults
	taken    views.TakenBy
}

// itemFields are the names of the form's fields.
var itemFields = []string{
	"description", "hsn", "unit", "price", "rate", "cess_rate", "cess_fixed", "state_cess_rate", "retail_price", "barcode",
}

// readItem reads the form. What it does not show is kept as stored.
func readItem(values url.Values, stored gst.Item) itemTyped {
	r := &masterReader{values: values, prefix: "item"}
	t := itemTyped{Item: stored, title: stored.Description, values: map[string]string{}}
	for _, name := range itemFields {
		t.values[name] = r.text(name)
	}
	t.Description, t.Barcode = r.text("description"), r.text("barcode")
	t.HSN = strings.NewReplacer(" ", "", ".", "").Replace(r.text("hsn"))
	t.Service = master.ServiceCode(t.HSN) // as the portal has it: services are chapter 99
	t.Unit = strings.ToUpper(r.text("unit"))
	t.UnitPrice = read(r, "price", gst.ParseMilli)
	t.GSTRate = read(r, "rate", gst.ParseRate)
	t.CessRate, t.CessFixed = read(r, "cess_rate", gst.ParseRate), read(r, "cess_fixed", gst.ParsePaise)
	t.StateCessRate = read(r, "state_cess_rate", gst.ParseRate)
	t.RetailPrice = read(r, "retail_price", gst.ParseMilli)
	if t.values["rate"] == "" { // an empty rate is not nil-rated
		r.faults = append(r.faults, gst.Fault{Rule: "required.zero", Field: "rate"})
	}
	t.faults = r.faults
	return t
}

// itemValues is an item as its form shows it.
func itemValues(i gst.Item) map[string]string {
	return map[string]string{
		"description": i.Description, "hsn": i.HSN, "unit": i.Unit, "price": written(i.UnitPrice), "rate": i.GSTRate.String(),
		"cess_rate": written(i.CessRate), "cess_fixed": written(i.CessFixed), "state_cess_rate": written(i.StateCessRate),
		"retail_price": written(i.RetailPrice), "barcode": i.Barcode,
	}
}

// lineValues is an item by the columns of a line in the editor. A cess by quantity is left
// out: a line has it for its whole quantity, which is not known yet.
func lineValues(i gst.Item) map[string]string {
	v := itemValues(i)
	delete(v, "cess_fixed")
	v["price"] = i.UnitPrice.String()
	v["with_tax"] = i.UnitPrice.WithTax(i.GSTRate + i.CessRate + i.StateCessRate).String()
	return v
}

// showItem shows the form: on its page, or in the editor's dialog.
func (s *Server) showItem(c echo.Context, status int, t itemTyped) error {
	company := companyOf(c)
	form, err := s.itemForm(c, company, t)
	if err != nil {
		return err
	}
	page := s.roomFrame(c, "New item", "items")
	if t.ID != 0 {
		page.Title = t.title
	}
	page.Back = companyURL(company.GSTIN, "items")
	return s.show(c, status, views.ItemPage(page, form), views.ItemFields(form))
}

// itemForm is what the form shows.
func (s *Server) itemForm(c echo.Context, company gst.Company, t itemTyped) (views.ItemForm, error) {
	v := views.ItemForm{
		Typed: typedAs("item", t.values, t.faults), Action: companyURL(company.GSTIN, "items"), Dialog: inDialog(c),
		HSNURL: companyURL(company.GSTIN, "hsn/options"), HSNNoteURL: companyURL(company.GSTIN, "hsn/note"), Taken: t.taken,
	}
	if t.ID != 0 {
		v.ID, v.Action = strconv.FormatInt(t.ID, 10), itemURL(company, t.ID)
		v.DeleteURL = v.Action + "/delete"
	}
	var err error
	if v.HSN, err = s.hsnHint(c, t.values["hsn"]); err != nil {
		return v, err
	}
	units := []views.Option{{Value: "", Label: "None"}}
	for _, u := range master.Units() {
		units = append(units, views.Option{Value: u.Code, Label: u.Code + " — " + u.Name})
	}
	v.Units = views.Options(strings.ToUpper(t.values["unit"]), units...)
	v.Rates = views.Options(t.values["rate"], rateOptions(t.values["rate"], s.ratesToday(company))...)
	return v, nil
}

// ratesToday are the tax rates in force.
func (s *Server) ratesToday(company gst.Company) []string {
	return s.rateTexts(company, &gst.Invoice{Type: gst.TaxInvoice, Date: s.today()})
}

// rateOptions are rates to choose from, and the one that stands there already.
func rateOptions(now string, rates []string) []views.Option {
	options := []views.Option{{Value: "", Label: "Choose"}}
	if now != "" && !slices.Contains(rates, now) {
		rates = append(slices.Clone(rates), now)
	}
	for _, rate := range rates {
		options = append(options, views.Option{Value: rate, Label: rate + " %"})
	}
	return options
}
