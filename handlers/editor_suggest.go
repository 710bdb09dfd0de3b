package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// suggest fills in what the editor offers to choose from and remembers.
func (s *Server) suggest(c echo.Context, view *views.EditorView, typed typedInvoice) error {
	company := companyOf(c)
	view.PortsURL = companyURL(company.GSTIN, "invoices/ports")
	view.HSNURL = companyURL(company.GSTIN, "invoices/hsn")
	view.NewCustomerURL = companyURL(company.GSTIN, "customers/new?dialog=1")
	view.NewItemURL = companyURL(company.GSTIN, "items/new?dialog=1")
	view.Rates = s.rateTexts(company, typed.Invoice)
	var err error
	if view.Series, err = s.seriesOptions(c, typed.Type); err != nil {
		return err
	}
	if view.Customers, err = s.customers(c, ""); err != nil {
		return err
	}
	if view.Items, err = s.items(c); err != nil {
		return err
	}
	view.Transporters, err = s.transporters(c)
	return err
}

// rateTexts are the tax rates to offer: those in force first, then for notes those of
// older supplies.
func (s *Server) rateTexts(company gst.Company, inv *gst.Invoice) []string {
	current, older := gst.SelectableRates(inv, s.desk.Rules(company))
	var texts []string
	for _, rate := range append(current, older...) {
		texts = append(texts, rate.String())
	}
	return texts
}

// seriesOptions are the number series of a type of document, the usual one first.
func (s *Server) seriesOptions(c echo.Context, kind gst.DocumentType) ([]views.Option, error) {
	company := companyOf(c)
	stored, err := s.store.SeriesOf(c.Request().Context(), company.GSTIN, company.Mode, s.today().FinancialYear())
	if err != nil {
		return nil, err
	}
	options := []views.Option{{Value: "", Label: "Usual"}}
	for _, one := range stored {
		if one.Type == kind && one.Name != "" {
			options = append(options, views.Option{Value: one.Name, Label: one.Name})
		}
	}
	return options, nil
}

// transporters are the remembered transporters, the last used first.
func (s *Server) transporters(c echo.Context) ([]views.TransporterOption, error) {
	found, err := s.store.Transporters(c.Request().Context(), companyOf(c).GSTIN, "", remembered)
	if err != nil {
		return nil, err
	}
	var options []views.TransporterOption
	for _, t := range found {
		option := views.TransporterOption{Name: t.Name, ID: t.GSTIN}
		if len(t.Vehicles) > 0 {
			option.Vehicle = t.Vehicles[0]
		}
		options = append(options, option)
	}
	return options, nil
}

// portOptions handles GET /c/{gstin}/invoices/ports: all customs ports. They are many, and
// few documents need one, so the editor asks for them when somebody is about to.
func (s *Server) portOptions(c echo.Context) error {
	ports := master.Ports()
	options := make([]views.Option, 0, len(ports))
	for _, port := range ports {
		options = append(options, views.Option{Value: port.Code, Label: port.Name})
	}
	return s.show(c, http.StatusOK, views.CodeOptions(options), nil)
}

// mostCodes is how many tariff codes are suggested.
const mostCodes = 50

// hsnOptions handles GET /c/{gstin}/invoices/hsn?q=: tariff codes by their beginning or by
// words.
func (s *Server) hsnOptions(c echo.Context) error {
	found, err := s.store.SearchHSN(c.Request().Context(), c.QueryParam("q"), mostCodes)
	if err != nil {
		return err
	}
	options := make([]views.Option, 0, len(found))
	for _, code := range found {
		options = append(options, views.Option{Value: code.Code, Label: code.Description})
	}
	return s.show(c, http.StatusOK, views.CodeOptions(options), nil)
}

// lastRates say of each line what the buyer paid for it last, by the rows of the form. What
// somebody else paid is said as such.
func (s *Server) lastRates(c echo.Context, typed typedInvoice) ([]string, error) {
	if len(typed.rows) == 0 || typed.Type == gst.CreditNote || typed.Type == gst.DebitNote {
		return nil, nil
	}
	names := make([]string, 0, len(typed.rows))
	for i := range typed.rows {
		if i < len(typed.Lines) && typed.Lines[i].Charge == gst.ChargeNone {
			names = append(names, typed.Lines[i].Description)
		}
	}
	rates, err := s.store.LastRates(c.Request().Context(), companyOf(c).GSTIN, typed.Buyer, names)
	if err != nil || len(rates) == 0 {
		return nil, err
	}
	hints := make([]string, typed.rows[len(typed.rows)-1]+1)
	for i, row := range typed.rows {
		if i >= len(typed.Lines) {
			break
		}
		last, known := rates[typed.Lines[i].Description]
		if !known || last.InvoiceID == typed.ID {
			continue
		}
		line := typed.Lines[i]
		if typed.Prices == gst.PricesInclusive { // said as it would be typed
			last.Price = last.Price.WithTax(line.GSTRate + line.CessRate + line.StateCessRate)
		}
		price := "₹" + last.Price.String()
		if last.Discount != "" {
			price += " less " + last.Discount
		}
		if last.Other {
			hints[row] = "others paid " + price + " on " + last.Date.String()
		} else {
			hints[row] = "last " + price + " on " + last.Date.String()
		}
	}
	return hints, nil
}

// usualTerms are a customer's terms as the form has them.
func usualTerms(t gst.Terms) (cash, days string) {
	if t.Cash {
		cash = "on"
	}
	if t.Days > 0 {
		days = strconv.Itoa(t.Days)
	}
	return cash, days
}

// itemMore are the columns of an item that the grid has no room for.
func itemMore(item gst.Item) map[string]string {
	more := map[string]string{}
	if item.CessRate != 0 {
		more["cess_rate"] = item.CessRate.String()
	}
	if item.StateCessRate != 0 {
		more["state_cess_rate"] = item.StateCessRate.String()
	}
	if item.RetailPrice != 0 {
		more["retail_price"] = item.RetailPrice.String()
	}
	if item.Barcode != "" {
		more["barcode"] = item.Barcode
	}
	return more
}
