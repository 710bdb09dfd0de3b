package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// seriesTypes are the documents that are numbered, in the order of the page.
var seriesTypes = []views.Option{
	{Value: string(gst.TaxInvoice), Label: "Tax invoices"},
	{Value: string(gst.CreditNote), Label: "Credit notes"},
	{Value: string(gst.DebitNote), Label: "Debit notes"},
}

// showSeries handles GET /c/{gstin}/settings/series.
func (s *Server) showSeries(c echo.Context) error {
	series, err := s.seriesOf(c)
	if err != nil {
		return err
	}
	var view views.SeriesView
	for i, t := range seriesTypes {
		row := seriesRow(t, series[i])
		if row.Preview, err = s.nextNumber(c, gst.DocumentType(t.Value)); err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	return s.showSeriesPage(c, http.StatusOK, view)
}

// nextNumber is the number that the next document of the type gets today.
func (s *Server) nextNumber(c echo.Context, t gst.DocumentType) (string, error) {
	company := companyOf(c)
	number, err := s.store.PreviewNumber(c.Request().Context(), company.GSTIN, company.Mode, t, "", s.today())
	var full gst.Invalid
	if errors.As(err, &full) {
		return "none left: change the series", nil
	}
	return number, err
}

// saveSeries handles POST /c/{gstin}/settings/series: all series of the page, or none
// when something typed is wrong. What only the store can see, such as a number that was
// used, stops at that series.
func (s *Server) saveSeries(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	stored, err := s.seriesOf(c)
	if err != nil {
		return err
	}
	typed, view, wrong := slices.Clone(stored), views.SeriesView{}, false
	for i, t := range seriesTypes {
		row := typedSeries(t, values)
		row.Problems = applySeries(&typed[i], row)
		row.Preview = typed[i].Number(typed[i].Next, s.today())
		wrong = wrong || len(row.Problems) > 0
		view.Rows = append(view.Rows, row)
	}
	if wrong {
		return s.showSeriesPage(c, http.StatusUnprocessableEntity, view)
	}
	company := companyOf(c)
	for i, one := range typed {
		if one == stored[i] {
			continue // storing it anew would begin the search for gaps here
		}
		err := s.store.SetSeries(c.Request().Context(), company.GSTIN, company.Mode, one)
		var bad gst.Invalid
		if errors.As(err, &bad) {
			wrong := Problems{}
			wrong.add(bad.Faults)
			view.Rows[i].Problems = wrong
			return s.showSeriesPage(c, http.StatusUnprocessableEntity, view)
		}
		if err != nil {
			return err
		}
	}
	return redirect(c, companyURL(company.GSTIN, "settings/series?done=saved"))
}

// seriesOf reads the company's series of the running financial year, in the order
// of seriesTypes; those that do not exist yet as they will begin.
func (s *Server) seriesOf(c echo.Context) ([]db.Series, error) {
	company, year := companyOf(c), s.today().FinancialYear()
	series := make([]db.Series, len(seriesTypes))
	for i, t := range seriesTypes {
		var err error
		series[i], err = s.store.SeriesFor(c.Request().Context(), company.GSTIN, company.Mode, gst.DocumentType(t.Value), "", year)
		if err != nil {
			return nil, err
		}
	}
	return series, nil
}

func (s *Server) showSeriesPage(c echo.Context, status int, view views.SeriesView) error {
	company := companyOf(c)
	view.URL = companyURL(company.GSTIN, "settings/series")
	view.FinancialYear = s.today().FinancialYear()
	view.Practice = company.Mode == gst.Practice
	return s.show(c, status, views.SeriesPage(s.settingsFrame(c), view), nil)
}

func seriesRow(t views.Option, one db.Series) views.SeriesRow {
	return views.SeriesRow{
		Type: t.Value, Label: t.Label, Prefix: one.Prefix,
		Next: strconv.FormatInt(one.Next, 10), Width: strconv.Itoa(one.Width),
	}
}

func typedSeries(t views.Option, values url.Values) views.SeriesRow {
	get := func(name string) string { return strings.TrimSpace(values.Get(t.Value + "." + name)) }
	return views.SeriesRow{
		Type: t.Value, Label: t.Label,
		Prefix: strings.ToUpper(get("prefix")), Next: get("next"), Width: get("width"),
	}
}

// applySeries puts what was typed into the series and says what is wrong with it.
func applySeries(one *db.Series, row views.SeriesRow) Problems {
	wrong := Problems{}
	next, err := strconv.ParseInt(row.Next, 10, 64)
	if err != nil || next < 1 || next >= 1e10 {
		wrong.put("next", "Type a whole number from 1.")
		next = 1
	}
	width, err := strconv.Atoi(row.Width)
	if err != nil {
		width = 0 // no number at all: as wrong as none
	}
	one.Prefix, one.Next, one.Width = row.Prefix, next, width
	wrong.add(one.Pattern().Check())
	return wrong
}
