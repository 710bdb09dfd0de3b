package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/registrar"
	"mohar/views"
)

// listCompanies handles GET /, the Home page: the companies, those of one PAN
// together.
func (s *Server) listCompanies(c echo.Context) error {
	companies, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.CompaniesPage(s.frame(c, "Companies"), groupByPAN(companies)), nil)
}

// groupByPAN puts the companies of one PAN together, in the order they come.
func groupByPAN(companies []gst.Company) []views.CompanyGroup {
	var groups []views.CompanyGroup
	at := map[string]int{}
	for _, c := range companies {
		pan := c.GSTIN.PAN()
		i, ok := at[pan]
		if !ok {
			i = len(groups)
			at[pan] = i
			groups = append(groups, views.CompanyGroup{PAN: pan, Name: c.LegalName})
		}
		groups[i].Companies = append(groups[i].Companies, views.CompanyCard{
			URL:  companyURL(c.GSTIN, "overview"),
			Name: nameOf(c), GSTIN: string(c.GSTIN), State: master.StateName(c.State), Place: c.Place,
			Practice: c.Mode == gst.Practice,
		})
	}
	return groups
}

// newCompany handles GET /companies/new.
func (s *Server) newCompany(c echo.Context) error {
	form := views.NewCompanyView{FillPractice: true}
	form.Fields.Taxpayer = string(gst.Regular)
	return s.showNewCompany(c, http.StatusOK, form)
}

func (s *Server) showNewCompany(c echo.Context, status int, form views.NewCompanyView) error {
	form.TaxpayerTypes, form.Slabs = taxpayerTypes, turnoverSlabs
	form.Hint = gstinHint(form.Fields.GSTIN)
	frame := s.frame(c, "Add company")
	frame.Back = "/"
	return s.show(c, status, views.NewCompanyPage(frame, form), views.NewCompanyForm(form))
}

// addCompany handles POST /companies. A GSTIN that is there already is opened
// instead of added.
func (s *Server) addCompany(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := newCompanyForm(c)
	if err != nil {
		return err
	}
	company := gst.Company{Mode: modeOf(form), RoundOff: true, Created: s.now()}
	g, words := parseCompanyGSTIN(form.Fields.GSTIN, company.Mode)
	if words == "" {
		switch _, err := s.store.Company(ctx, g); {
		case err == nil:
			return redirect(c, companyURL(g, "overview"))
		case !errors.Is(err, gst.ErrNotFound):
			return err
		}
	}
	company.GSTIN = g
	wrong := applyFields(&company, form.Fields)
	if words != "" {
		wrong["gstin"] = words
	}
	if len(wrong) > 0 {
		form.Fields.Problems = wrong
		return s.showNewCompany(c, http.StatusUnprocessableEntity, form)
	}
	if err := s.store.AddCompany(ctx, company); err != nil && !errors.Is(err, gst.ErrConflict) {
		return err
	}
	if form.FillPractice && company.Mode == gst.Practice {
		if err := registrar.StorePracticeUsers(ctx, s.store, g); err != nil {
			return err
		}
	}
	return redirect(c, companyURL(g, "overview?done=added"))
}

// lookupCompany handles POST /companies/lookup: what the portal's register says of
// the GSTIN goes into the form; all else stays as typed.
func (s *Server) lookupCompany(c echo.Context) error {
	form, err := newCompanyForm(c)
	if err != nil {
		return err
	}
	g, words := parseCompanyGSTIN(form.Fields.GSTIN, modeOf(form))
	if words != "" {
		form.Fields.Problems = Problems{"gstin": words}
		return s.showNewCompany(c, http.StatusUnprocessableEntity, form)
	}
	asker, err := s.asker(c.Request().Context(), g, modeOf(form))
	if errors.Is(err, gst.ErrNotFound) {
		form.Fields.Problems = Problems{"lookup": "The portal answers only companies that have credentials. Fill in the form by hand this once."}
		return s.showNewCompany(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	taxpayer, err := s.registrar.Taxpayer(c.Request().Context(), &asker, g)
	if err != nil {
		form.Fields.Problems = Problems{"lookup": s.portalAnswer(c, err)}
		return s.showNewCompany(c, http.StatusUnprocessableEntity, form)
	}
	fillFromPortal(&form, taxpayer)
	return s.showNewCompany(c, http.StatusOK, form)
}

// asker is the company in whose name the register is asked: in practice the new one
// itself, with the ready users; in live mode one that has credentials. It returns
// gst.ErrNotFound when there is none.
func (s *Server) asker(ctx context.Context, g gst.GSTIN, mode gst.Mode) (gst.Company, error) {
	if mode == gst.Practice {
		return gst.Company{GSTIN: g, State: g.State(), Mode: gst.Practice}, nil
	}
	companies, err := s.store.Companies(ctx)
	if err != nil {
		return gst.Company{}, err
	}
	for _, company := range companies {
		if company.Mode != gst.Live {
			continue
		}
		creds, err := s.storedCredentials(ctx, company)
		if err != nil {
			return gst.Company{}, err
		}
		if len(creds) > 0 {
			return company, nil
		}
	}
	return gst.Company{}, gst.ErrNotFound
}

// fillFromPortal puts the register's entry into the form.
func fillFromPortal(form *views.NewCompanyView, t *gst.Taxpayer) {
	f := &form.Fields
	f.LegalName, f.TradeName = t.LegalName, t.TradeName
	f.Address1, f.Address2, f.Place = t.Address1, t.Address2, t.Place
	if t.PIN != 0 {
		f.PIN = fmt.Sprintf("%06d", t.PIN)
	}
	switch t.Type {
	case "REG":
		f.Taxpayer = string(gst.Regular)
	case "COM":
		f.Taxpayer = string(gst.Composition)
	case "SEZ":
		f.Taxpayer = string(gst.SEZUnit)
	case "SED":
		f.Taxpayer = string(gst.SEZDeveloper)
	case "CTP":
		f.Taxpayer = string(gst.Casual)
	}
	form.Filled = "Filled in from the portal. Compare it with the certificate before you add the company."
	if t.Status != "" && t.Status != "ACT" {
		form.Filled = "Filled in from the portal, which says that this GSTIN is not active (status " + t.Status + ")."
	}
}

// checkGSTIN handles GET /gstin: what can be said of a GSTIN that is being typed.
func (s *Server) checkGSTIN(c echo.Context) error {
	return s.show(c, http.StatusOK, views.GSTINNote(gstinHint(cmp.Or(c.QueryParam("gstin"), c.QueryParam("customer.gstin")))), nil)
}

// openCompany handles GET /c/{gstin}: the list of its invoices.
func (s *Server) openCompany(c echo.Context) error {
	page := "invoices"
	if done := c.QueryParam("done"); flashes[done] != "" {
		page += "?done=" + done
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, page))
}

func newCompanyForm(c echo.Context) (views.NewCompanyView, error) {
	form, err := c.FormParams()
	if err != nil {
		return views.NewCompanyView{}, unreadable(err)
	}
	return views.NewCompanyView{
		Fields:       companyFields(form),
		Live:         form.Get("mode") == string(gst.Live),
		FillPractice: form.Get("fill_practice") != "",
	}, nil
}

func modeOf(form views.NewCompanyView) gst.Mode {
	if form.Live {
		return gst.Live
	}
	return gst.Practice
}

// nameOf is the name a company goes by on screens.
func nameOf(c gst.Company) string {
	if c.TradeName != "" {
		return c.TradeName
	}
	return c.LegalName
}

// companyURL is the address of a company's page.
func companyURL(g gst.GSTIN, page string) string {
	return "/c/" + url.PathEscape(string(g)) + "/" + page
}
