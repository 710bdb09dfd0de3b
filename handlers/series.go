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

// The widest number part: ten digits count to ten thousand million.
const maxWidth = 10

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
	number, err := s.store.PreviewNumber(c.Request().Context(), company.GSTIN, company.Mode, t, s.today())
	var full gst.Invalid
	if errors.As(err, &full) {
		return "none left: change the series", nil
	}
	return number, err
}

// saveSeries handles POST /c/{gstin}/settings/series: all series of the page, or
// none when something is wrong with one of them.
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
		row.Preview = typed[i].Number(typed[i].Next)
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
		if err := s.store.SetSeries(c.Request().Context(), company.GSTIN, company.Mode, one); err != nil {
			return err
		}
	}
	return redirect(c, companyURL(company.GSTIN, "settings/series?done=saved"))
}

// seriesOf reads the company's series of the running financial year, in the order
// of seriesTypes; those that do not exist yet as they will begin.
func (s *Server) seriesOf(c echo.Context) ([]db.Series, error) {
	company, year := companyOf(c), s.today().FinancialYear()
	stored, err := s.store.SeriesOf(c.Request().Context(), company.GSTIN, company.Mode, year)
	if err != nil {
		return nil, err
	}
	series := make([]db.Series, 0, len(seriesTypes))
	for _, t := range seriesTypes {
		is := func(one db.Series) bool { return string(one.Type) == t.Value }
		if at := slices.IndexFunc(stored, is); at >= 0 {
			series = append(series, stored[at])
			continue
		}
		first, err := s.nextNumber(c, gst.DocumentType(t.Value))
		if err != nil {
			return nil, err
		}
		series = append(series, splitNumber(gst.DocumentType(t.Value), year, first))
	}
	return series, nil
}

// splitNumber is the series that a number begins.
func splitNumber(t gst.DocumentType, year, number string) db.Series {
	prefix := strings.TrimRight(number, "0123456789")
	digits := number[len(prefix):]
	next, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		next = 1
	}
	return db.Series{Type: t, FY: year, Prefix: prefix, Next: next, Width: max(len(digits), 1)}
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
// Source: CGST Rules 2017, rule 46(b): at most 16 characters, unique in the year.
func applySeries(one *db.Series, row views.SeriesRow) Problems {
	wrong := Problems{}
	next, err := strconv.ParseInt(row.Next, 10, 64)
	if err != nil || next < 1 || next >= 1e10 {
		wrong.put("next", "Type a whole number from 1.")
		next = 1
	}
	width, err := strconv.Atoi(row.Width)
	if err != nil || width < 1 || width > maxWidth {
		wrong.put("width", "Type a number of digits from 1 to "+strconv.Itoa(maxWidth)+".")
		width = 1
	}
	one.Prefix, one.Next, one.Width = row.Prefix, next, width
	number := one.Number(next)
	switch {
	case len(number) > 16:
		wrong.put("prefix", "The number would have "+strconv.Itoa(len(number))+" characters; the law allows 16.")
	case !gst.ValidNumber(number):
		wrong.put("prefix", "Only letters, digits, / and -, and not beginning with 0, / or -.")
	}
	return wrong
}
