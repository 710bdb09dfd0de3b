package handlers

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// supplyNames are the supply types in people's words.
var supplyNames = map[gst.SupplyType]string{
	gst.B2B: "B2B — Regular", gst.SEZWP: "SEZ with payment", gst.SEZWOP: "SEZ under LUT",
	gst.EXPWP: "Export with payment", gst.EXPWOP: "Export under LUT", gst.DEXP: "Deemed export",
	gst.B2C: "B2C — consumer",
}

// supplyOptions are the supply types to choose from.
var supplyOptions = func() []views.Option {
	var options []views.Option
	for _, t := range []gst.SupplyType{gst.B2B, gst.B2C, gst.SEZWP, gst.SEZWOP, gst.EXPWP, gst.EXPWOP, gst.DEXP} {
		options = append(options, views.Option{Value: string(t), Label: supplyNames[t]})
	}
	return options
}()

// stateOptions are the States to choose from, after an empty choice.
func stateOptions(none string) []views.Option {
	options := []views.Option{{Value: "", Label: none}}
	for _, st := range master.States() {
		options = append(options, views.Option{Value: st.Code, Label: st.Code + " — " + st.Name})
	}
	return options
}

func countryOptions() []views.Option {
	options := []views.Option{{Value: "", Label: ""}}
	for _, country := range master.Countries() {
		options = append(options, views.Option{Value: country.Code, Label: country.Name})
	}
	return options
}

func currencyOptions() []views.Option {
	var options []views.Option
	for _, currency := range master.Currencies() {
		options = append(options, views.Option{Value: currency.Code, Label: currency.Name})
	}
	return options
}

// branchOptions are the places of business, the main one first; none where it is the only
// one.
func branchOptions(company gst.Company) []views.Option {
	if len(company.Branches) == 0 {
		return nil
	}
	options := []views.Option{{Value: "", Label: company.Place}}
	for _, branch := range company.Branches {
		options = append(options, views.Option{Value: branch.Code, Label: branch.Name})
	}
	return options
}

// purposeOptions are why goods move without a sale, for delivery challans.
//
// Source: CGST Rules 2017, rules 45 and 55(1).
func purposeOptions(kind gst.DocumentType) []views.Option {
	if kind != gst.DeliveryChallan {
		return nil
	}
	var options []views.Option
	for _, purpose := range []string{
		"Job work", "Supply on approval", "Own use", "Exhibition or fair", "Liquid gas, quantity not known", "Sent in parts", "Return of goods", "Not a supply",
	} {
		options = append(options, views.Option{Value: purpose})
	}
	return options
}

// roundUsual is how a company rounds unless told otherwise.
func roundUsual(company gst.Company) string {
	if company.RoundOff {
		return roundAuto
	}
	return roundNone
}

func unitOptions() []views.Option {
	var options []views.Option
	for _, unit := range master.Units() {
		options = append(options, views.Option{Value: unit.Code, Label: unit.Name})
	}
	return options
}

// customers are the remembered customers that fit.
func (s *Server) customers(c echo.Context, query string) ([]views.CustomerOption, error) {
	found, err := s.store.Customers(c.Request().Context(), companyOf(c).GSTIN, strings.TrimSpace(query), remembered)
	if err != nil {
		return nil, err
	}
	var options []views.CustomerOption
	for _, customer := range found {
		values := url.Values{}
		setParty(values, "buyer", customer.Party)
		cash, days := usualTerms(customer.Terms)
		options = append(options, views.CustomerOption{
			Name: customer.LegalName, GSTIN: customer.GSTIN, TradeName: customer.TradeName,
			Address1: customer.Address1, Address2: customer.Address2, Place: customer.Place, PIN: values.Get("buyer.pin"),
			State: customer.State, Phone: customer.Phone, Email: customer.Email,
			Supply: string(usualSupply(customer)), PlaceOfSupply: customer.PlaceOfSupply,
			Prices: string(customer.PricesAt(companyOf(c))), Cash: cash, Days: days, Interest: customer.Terms.Interest,
		})
	}
	return options, nil
}

// items are the remembered items, the last used first.
func (s *Server) items(c echo.Context) ([]views.ItemOption, error) {
	found, err := s.store.Items(c.Request().Context(), companyOf(c).GSTIN, "", 10*remembered)
	if err != nil {
		return nil, err
	}
	var options []views.ItemOption
	for _, item := range found {
		options = append(options, itemOption(item))
	}
	return options, nil
}

// itemOption is an item as the description field suggests it.
func itemOption(item gst.Item) views.ItemOption {
	return views.ItemOption{
		Description: item.Description, HSN: item.HSN, Unit: item.Unit, Price: item.UnitPrice.String(), Rate: item.GSTRate.String(),
		WithTax: item.UnitPrice.WithTax(item.GSTRate + item.CessRate + item.StateCessRate).String(),
		More:    itemMore(item),
	}
}
