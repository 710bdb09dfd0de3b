package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// openSettings handles GET /c/{gstin}/settings: the first of them.
func (s *Server) openSettings(c echo.Context) error {
	return redirect(c, companyURL(companyOf(c).GSTIN, "settings/einvoice"))
}

// showConfiguration handles GET /c/{gstin}/settings/einvoice.
func (s *Server) showConfiguration(c echo.Context) error {
	form := configurationOf(companyOf(c))
	return s.showConfigurationForm(c, http.StatusOK, form)
}

// saveConfiguration handles POST /c/{gstin}/settings/einvoice.
func (s *Server) saveConfiguration(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	company := companyOf(c)
	form := typedConfiguration(company, values)
	wrong := applyConfiguration(&company, form)
	if len(wrong) > 0 {
		form.Fields.Problems = wrong
		return s.showConfigurationForm(c, http.StatusUnprocessableEntity, form)
	}
	err = s.store.UpdateCompany(c.Request().Context(), company)
	if errors.Is(err, gst.ErrConflict) {
		form.Fields.Problems = settingsConflict
		return s.showConfigurationForm(c, http.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/einvoice?done=saved"))
}

// goLive handles POST /c/{gstin}/settings/live. The GSTIN is typed once more,
// because there is no way back.
func (s *Server) goLive(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	company := companyOf(c)
	typed := strings.ToUpper(strings.TrimSpace(values.Get("confirm")))
	problem := ""
	switch {
	case company.Mode == gst.Live:
		return redirect(c, companyURL(company.GSTIN, "settings/einvoice"))
	case !company.GSTIN.CheckDigitOK():
		problem = "The check digit of this GSTIN is wrong, so the government's portal does not know it. It can be used for practice only."
	case typed != string(company.GSTIN):
		problem = "Type " + string(company.GSTIN) + " exactly, to go live with this company."
	}
	if problem != "" {
		form := configurationOf(company)
		form.LiveTyped, form.LiveProblem = typed, problem
		return s.showConfigurationForm(c, http.StatusUnprocessableEntity, form)
	}
	if err := s.store.GoLive(c.Request().Context(), company.GSTIN); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/credentials?done=live"))
}

func (s *Server) showConfigurationForm(c echo.Context, status int, form views.ConfigurationView) error {
	company := companyOf(c)
	form.URL = companyURL(company.GSTIN, "settings/einvoice")
	form.LiveURL = companyURL(company.GSTIN, "settings/live")
	form.State = company.State + " · " + master.StateName(company.State)
	form.Live = company.Mode == gst.Live
	form.CheckDigitOK = company.GSTIN.CheckDigitOK()
	form.TaxpayerTypes, form.Slabs = taxpayerTypes, turnoverSlabs
	form.StartsBySlab = startsBySlab(s.desk.Rules(company))
	return s.show(c, status, views.ConfigurationPage(s.settingsFrame(c), form), nil)
}

// configurationOf is the stored company as its form.
func configurationOf(c gst.Company) views.ConfigurationView {
	return views.ConfigurationView{
		Fields: fieldsOf(c), StartsOn: c.StartsOn.String(),
		Exempt: c.Exempt, ByHand: c.ByHand,
		Version: strconv.FormatInt(c.Version, 10),
	}
}

// typedConfiguration is the form as it was sent.
func typedConfiguration(c gst.Company, values url.Values) views.ConfigurationView {
	form := views.ConfigurationView{
		Fields: companyFields(values), StartsOn: strings.TrimSpace(values.Get("starts_on")),
		Exempt: values.Get("exempt") != "", ByHand: values.Get("register") == "by_hand",
		Version: values.Get("version"),
	}
	form.Fields.GSTIN = string(c.GSTIN) // fixed, whatever was sent
	return form
}

// applyConfiguration puts the form into the company and says what is wrong with it.
func applyConfiguration(c *gst.Company, form views.ConfigurationView) Problems {
	wrong := applyFields(c, form.Fields)
	c.Exempt, c.ByHand = form.Exempt, form.ByHand
	c.StartsOn = 0
	if form.StartsOn != "" {
		date, err := gst.ParseDate(form.StartsOn)
		if err != nil {
			wrong.put("starts_on", "Type the date as dd/mm/yyyy, or leave it empty to go by the turnover.")
		}
		c.StartsOn = date
	}
	version, err := strconv.ParseInt(form.Version, 10, 64)
	if err != nil {
		wrong.put("form", "The page was incomplete. Load it again.")
	}
	c.Version = version
	return wrong
}

// startsBySlab says from which day e-invoicing binds a company by its turnover alone;
// "" when that is not known. It asks gst about each first of a month, on which alone
// the threshold has ever changed.
func startsBySlab(r gst.Rules) string {
	c := r.Company
	if c.Turnover == gst.SlabUnknown {
		return ""
	}
	r.Company = gst.Company{GSTIN: c.GSTIN, Taxpayer: gst.Regular, Turnover: c.Turnover}
	for year, month := 2020, time.October; ; month++ {
		if month > time.December {
			year, month = year+1, time.January
		}
		day := gst.NewDate(year, month, 1)
		if day > r.Today {
			return "not compulsory"
		}
		invoice := gst.Invoice{Type: gst.TaxInvoice, Supply: gst.B2B, Date: day, Brought: true}
		if gst.NeedsIRN(&invoice, r) == "" {
			return "from " + day.Long()
		}
	}
}
