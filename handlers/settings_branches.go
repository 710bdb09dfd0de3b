package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/views"
)

// showBranches handles GET /c/{gstin}/settings/branches.
func (s *Server) showBranches(c echo.Context) error {
	return s.showBranchList(c, http.StatusOK, views.BranchForm{Version: strconv.FormatInt(companyOf(c).Version, 10)})
}

// addBranch handles POST /c/{gstin}/settings/branches.
func (s *Server) addBranch(c echo.Context) error {
	form, err := typedBranch(c)
	if err != nil {
		return err
	}
	company := companyOf(c)
	at := len(company.Branches)
	company.Branches = append(slices.Clone(company.Branches), gst.Branch{})
	form.Problems = applyBranch(&company, at, form)
	return s.saveBranches(c, company, form, s.showBranchList)
}

// showBranch handles GET /c/{gstin}/settings/branches/{code}.
func (s *Server) showBranch(c echo.Context) error {
	company := companyOf(c)
	at, err := branchAt(company, c.Param("code"))
	if err != nil {
		return err
	}
	b := company.Branches[at]
	form := views.BranchForm{
		Version: strconv.FormatInt(company.Version, 10), Code: b.Code, Name: b.Name,
		Address1: b.Address1, Address2: b.Address2, Place: b.Place, Series: b.Series,
	}
	if b.PIN != 0 {
		form.PIN = strconv.Itoa(b.PIN)
	}
	return s.showBranchForm(c, http.StatusOK, form)
}

// saveBranch handles POST /c/{gstin}/settings/branches/{code}.
func (s *Server) saveBranch(c echo.Context) error {
	company := companyOf(c)
	at, err := branchAt(company, c.Param("code"))
	if err != nil {
		return err
	}
	form, err := typedBranch(c)
	if err != nil {
		return err
	}
	company.Branches = slices.Clone(company.Branches)
	form.Code = company.Branches[at].Code // fixed, whatever was sent
	form.Problems = applyBranch(&company, at, form)
	return s.saveBranches(c, company, form, s.showBranchForm)
}

// removeBranch handles POST /c/{gstin}/settings/branches/{code}/remove.
func (s *Server) removeBranch(c echo.Context) error {
	company := companyOf(c)
	at, err := branchAt(company, c.Param("code"))
	if err != nil {
		return err
	}
	if company.Version, err = strconv.ParseInt(c.FormValue("version"), 10, 64); err != nil {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	company.Branches = slices.Delete(slices.Clone(company.Branches), at, at+1)
	if err := s.store.UpdateCompany(c.Request().Context(), company); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/branches?done=saved"))
}

// saveBranches stores the company with its branches, or shows the form again with what
// is wrong with it.
func (s *Server) saveBranches(c echo.Context, company gst.Company, form views.BranchForm,
	again func(echo.Context, int, views.BranchForm) error,
) error {
	names, err := s.seriesNames(c.Request().Context(), company, s.today())
	if err != nil {
		return err
	}
	if form.Series != "" && !slices.Contains(names, form.Series) {
		Problems(form.Problems).put("series", "Choose one of the list.")
	}
	if len(form.Problems) > 0 {
		return again(c, http.StatusUnprocessableEntity, form)
	}
	err = s.store.UpdateCompany(c.Request().Context(), company)
	if errors.Is(err, gst.ErrConflict) {
		form.Problems = settingsConflict
		return again(c, http.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/branches?done=saved"))
}

// seriesNames are the names of a company's series of the running year, of any type.
func (s *Server) seriesNames(ctx context.Context, c gst.Company, on gst.Date) ([]string, error) {
	series, err := s.store.SeriesOf(ctx, c.GSTIN, c.Mode, on.FinancialYear())
	if err != nil {
		return nil, err
	}
	var names []string
	for _, one := range series {
		if one.Name != "" {
			names = append(names, one.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// branchAt finds a branch by its code; gst.ErrNotFound when there is none.
func branchAt(c gst.Company, code string) (int, error) {
	at := slices.IndexFunc(c.Branches, func(b gst.Branch) bool { return b.Code == code })
	if at < 0 {
		return 0, gst.ErrNotFound
	}
	return at, nil
}

// typedBranch is the form as it was sent.
func typedBranch(c echo.Context) (views.BranchForm, error) {
	values, err := c.FormParams()
	if err != nil {
		return views.BranchForm{}, unreadable(err)
	}
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	return views.BranchForm{
		Version: get("version"), Code: strings.ToUpper(get("code")), Name: get("name"),
		Address1: get("address1"), Address2: get("address2"), Place: get("place"),
		PIN: strings.ReplaceAll(get("pin"), " ", ""), Series: get("series"),
	}, nil
}

// applyBranch puts the form into one of the company's branches and says what is wrong
// with it.
func applyBranch(c *gst.Company, at int, form views.BranchForm) Problems {
	wrong := Problems{}
	pin := 0
	if form.PIN != "" {
		var err error
		if pin, err = strconv.Atoi(form.PIN); err != nil || len(form.PIN) != 6 {
			wrong.put("pin", "A PIN code has 6 digits.")
		}
	}
	c.Branches[at] = gst.Branch{
		Code: form.Code, Name: form.Name, Address1: form.Address1, Address2: form.Address2,
		Place: form.Place, PIN: pin, Series: form.Series,
	}
	own := "branches[" + strconv.Itoa(at) + "]."
	for _, f := range gst.ValidateBranches(*c) {
		if field, mine := strings.CutPrefix(f.Field, own); mine && !f.Warning {
			wrong.put(field, lang.English.Text("fault."+f.Rule, f.Args...))
		}
	}
	version, err := strconv.ParseInt(form.Version, 10, 64)
	if err != nil {
		wrong.put("form", "The page was incomplete. Load it again.")
	}
	c.Version = version
	return wrong
}

// showBranchList shows all branches with the form for a new one.
func (s *Server) showBranchList(c echo.Context, status int, form views.BranchForm) error {
	company := companyOf(c)
	form.URL = companyURL(company.GSTIN, "settings/branches")
	if err := s.fillBranchForm(c, &form); err != nil {
		return err
	}
	view := views.BranchesView{Form: form}
	for _, b := range company.Branches {
		series := b.Series
		if series == "" {
			series = "The usual one"
		}
		view.Rows = append(view.Rows, views.BranchRow{
			URL: branchURL(company.GSTIN, b.Code), Code: b.Code, Name: b.Name, Series: series,
			Address: strings.Join(slices.DeleteFunc([]string{b.Address1, b.Address2, b.Place + " " + strconv.Itoa(b.PIN)},
				func(s string) bool { return s == "" }), ", "),
		})
	}
	return s.show(c, status, views.BranchesPage(s.settingsFrame(c), view), nil)
}

// showBranchForm shows one branch.
func (s *Server) showBranchForm(c echo.Context, status int, form views.BranchForm) error {
	company := companyOf(c)
	form.URL = branchURL(company.GSTIN, form.Code)
	form.RemoveURL = form.URL + "/remove"
	form.ListURL = companyURL(company.GSTIN, "settings/branches")
	if err := s.fillBranchForm(c, &form); err != nil {
		return err
	}
	return s.show(c, status, views.BranchPage(s.settingsFrame(c), form), nil)
}

// fillBranchForm adds what every form of a branch offers.
func (s *Server) fillBranchForm(c echo.Context, form *views.BranchForm) error {
	company := companyOf(c)
	names, err := s.seriesNames(c.Request().Context(), company, s.today())
	if err != nil {
		return err
	}
	form.State = master.StateName(company.State)
	form.SeriesNames = []views.Option{{Value: "", Label: "The usual one"}}
	if form.Series != "" && !slices.Contains(names, form.Series) {
		names = append(names, form.Series)
	}
	for _, name := range names {
		form.SeriesNames = append(form.SeriesNames, views.Option{Value: name, Label: name})
	}
	return nil
}

func branchURL(g gst.GSTIN, code string) string {
	return companyURL(g, "settings/branches/"+url.PathEscape(code))
}
