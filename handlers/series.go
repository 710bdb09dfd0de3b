package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
	{Value: string(gst.BillOfSupply), Label: "Bills of supply"},
	{Value: string(gst.DeliveryChallan), Label: "Delivery challans"},
	{Value: string(gst.Quotation), Label: "Quotations"},
	{Value: string(gst.Proforma), Label: "Proforma invoices"},
}

// seriesName is what a series may be called: it stands in field names, too.
var seriesName = regexp.MustCompile(`^[A-Z0-9]{1,10}$`)

// showSeries handles GET /c/{gstin}/settings/series.
func (s *Server) showSeries(c echo.Context) error {
	year := s.seriesYear(c.QueryParam("year"))
	stored, err := s.seriesOf(c, year)
	if err != nil {
		return err
	}
	view := views.SeriesView{Year: year}
	for _, one := range stored {
		row := views.SeriesRow{
			Key: keyOfSeries(one), Name: one.Name, Prefix: one.Prefix, Suffix: one.Suffix,
			Next: strconv.FormatInt(one.Next, 10), Width: strconv.Itoa(one.Width),
		}
		if row.Preview, err = s.storedPreview(c, one); err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	return s.showSeriesPage(c, http.StatusOK, view)
}

// storedPreview is what a series as it stands will give; numbers that documents brought
// themselves are passed over.
func (s *Server) storedPreview(c echo.Context, one db.Series) (views.SeriesPreview, error) {
	company := companyOf(c)
	preview := s.seriesPreview(one)
	number, err := s.store.PreviewNumber(c.Request().Context(), company.GSTIN, company.Mode, one.Type, one.Name, s.dayIn(one.FY))
	var full gst.Invalid
	if errors.As(err, &full) {
		preview.Number, err = "none left: more digits are needed", nil
	} else if err == nil {
		preview.Number = number
	}
	return preview, err
}

// previewSeries handles POST /c/{gstin}/settings/series/preview: what the row that is
// being typed in would give.
func (s *Server) previewSeries(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	key := c.QueryParam("row")
	t, name, _ := strings.Cut(key, ".")
	one := db.Series{Type: gst.DocumentType(t), FY: s.seriesYear(values.Get("year")), Name: name}
	row := typedSeries(key, name, values)
	if key == newSeries {
		row = typedNewSeries(values)
	}
	row.Problems = applySeries(&one, row)
	return s.show(c, http.StatusOK, views.SeriesNumbers(s.typedPreview(one, row)), nil)
}

// typedPreview is what a row as typed would give, or what is wrong with it.
func (s *Server) typedPreview(one db.Series, row views.SeriesRow) views.SeriesPreview {
	for _, field := range []string{"prefix", "suffix", "width", "next"} {
		if words := row.Problems[field]; words != "" {
			return views.SeriesPreview{Problem: words}
		}
	}
	return s.seriesPreview(one)
}

// seriesPreview is the next number of a series and the first one of the year after.
func (s *Server) seriesPreview(one db.Series) views.SeriesPreview {
	next := nextYear(one.FY)
	return views.SeriesPreview{
		Number:   one.Number(one.Next, s.dayIn(one.FY)),
		NextYear: one.Following(next).Number(1, firstDay(next)), FirstDay: firstDay(next).Long(),
	}
}

// saveSeries handles POST /c/{gstin}/settings/series: all series of the page and the new
// one, if one was typed. When something typed is wrong, nothing is saved; what only the
// store can see, such as a number that was used, stops that series alone.
func (s *Server) saveSeries(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	year := s.seriesYear(values.Get("year"))
	if key := values.Get("remove"); key != "" {
		return s.removeSeries(c, year, key, values)
	}
	stored, err := s.seriesOf(c, year)
	if err != nil {
		return err
	}
	view, typed := s.typedSeriesPage(stored, year, values)
	wrong := len(view.New.Problems) > 0 ||
		slices.ContainsFunc(view.Rows, func(r views.SeriesRow) bool { return len(r.Problems) > 0 })
	if wrong {
		return s.showSeriesPage(c, http.StatusUnprocessableEntity, view)
	}
	wrong, err = s.setSeries(c, stored, typed, &view)
	if err != nil {
		return err
	}
	if wrong {
		return s.showSeriesPage(c, http.StatusUnprocessableEntity, view)
	}
	return redirect(c, seriesURL(companyOf(c).GSTIN, year, s.today())+"done=saved")
}

// setSeries stores the series that changed and reports whether the store refused one.
func (s *Server) setSeries(c echo.Context, stored, typed []db.Series, view *views.SeriesView) (refused bool, err error) {
	company := companyOf(c)
	for i, one := range typed {
		if i < len(stored) && one == stored[i] {
			continue // storing it anew would begin the search for gaps here
		}
		err := s.store.SetSeries(c.Request().Context(), company.GSTIN, company.Mode, one)
		var bad gst.Invalid
		switch {
		case errors.As(err, &bad):
			wrong := Problems{}
			wrong.add(bad.Faults)
			refused = true
			if i < len(view.Rows) {
				view.Rows[i].Problems = wrong
			} else {
				view.New.Problems = wrong
			}
		case err != nil:
			return refused, err
		}
	}
	return refused, nil
}

// typedSeriesPage is the page as it was sent, with the series that it means: the stored
// ones changed, and the new one last when one was typed.
func (s *Server) typedSeriesPage(stored []db.Series, year string, values url.Values) (views.SeriesView, []db.Series) {
	view, typed := views.SeriesView{Year: year}, slices.Clone(stored)
	for i := range typed {
		row := typedSeries(keyOfSeries(typed[i]), typed[i].Name, values)
		row.Problems = applySeries(&typed[i], row)
		row.Preview = s.typedPreview(typed[i], row)
		view.Rows = append(view.Rows, row)
	}
	view.New = typedNewSeries(values)
	if view.New.Name == "" {
		return view, typed
	}
	t, name, _ := strings.Cut(view.New.Key, ".")
	one := db.Series{Type: gst.DocumentType(t), FY: year, Name: name}
	wrong := applySeries(&one, view.New)
	wrong.put("type", oneOf(t, seriesTypes))
	switch {
	case !seriesName.MatchString(name):
		wrong.put("name", "A name has 1 to 10 letters and digits, such as PUN.")
	case slices.ContainsFunc(stored, func(x db.Series) bool { return x.Type == one.Type && x.Name == name }):
		wrong.put("name", "There is a series of that name already.")
	}
	view.New.Problems, view.New.Preview = wrong, s.typedPreview(one, view.New)
	return view, append(typed, one)
}

// removeSeries deletes a named series and shows the page as it was typed.
func (s *Server) removeSeries(c echo.Context, year, key string, values url.Values) error {
	company := companyOf(c)
	t, name, _ := strings.Cut(key, ".")
	err := s.store.DeleteSeries(c.Request().Context(), company.GSTIN, company.Mode, gst.DocumentType(t), name)
	used := errors.Is(err, gst.ErrState)
	if err != nil && !used && !errors.Is(err, gst.ErrNotFound) { // pressed twice, it is gone as well
		return err
	}
	stored, err := s.seriesOf(c, year)
	if err != nil {
		return err
	}
	view, _ := s.typedSeriesPage(stored, year, values)
	if !used {
		view.Removed = name
		return s.showSeriesPage(c, http.StatusOK, view)
	}
	for i := range view.Rows {
		if view.Rows[i].Key == key {
			Problems(view.Rows[i].Problems).put("prefix", "Documents have numbers of this series, so it stays.")
		}
	}
	return s.showSeriesPage(c, http.StatusUnprocessableEntity, view)
}

// seriesOf reads the company's series of a financial year, in the order of seriesTypes,
// the usual one of each first, also where it does not exist yet.
func (s *Server) seriesOf(c echo.Context, year string) ([]db.Series, error) {
	ctx, company := c.Request().Context(), companyOf(c)
	stored, err := s.store.SeriesOf(ctx, company.GSTIN, company.Mode, year)
	if err != nil {
		return nil, err
	}
	var series []db.Series
	for _, t := range seriesTypes {
		usual, err := s.store.SeriesFor(ctx, company.GSTIN, company.Mode, gst.DocumentType(t.Value), "", year)
		if err != nil {
			return nil, err
		}
		series = append(series, usual)
		for _, one := range stored {
			if one.Type == usual.Type && one.Name != "" {
				series = append(series, one)
			}
		}
	}
	return series, nil
}

func (s *Server) showSeriesPage(c echo.Context, status int, view views.SeriesView) error {
	company := companyOf(c)
	view.URL = companyURL(company.GSTIN, "settings/series")
	view.Practice = company.Mode == gst.Practice
	view.Types = seriesTypes
	if view.New.Next == "" {
		view.New.Next = "1"
	}
	if view.New.Width == "" {
		view.New.Width = "4"
	}
	running := yearOf(s.today())
	for begins := running - 1; begins <= running+1; begins++ {
		year := financialYear(begins)
		view.Years = append(view.Years, views.Chip{Label: year, URL: view.URL + "?year=" + year, Current: year == view.Year})
	}
	return s.show(c, status, views.SeriesPage(s.settingsFrame(c), view), nil)
}

// seriesYear is the financial year asked for: the one before, the running or the next
// one; the running one where it is none of them.
func (s *Server) seriesYear(asked string) string {
	running := yearOf(s.today())
	for begins := running - 1; begins <= running+1; begins++ {
		if asked == financialYear(begins) {
			return asked
		}
	}
	return financialYear(running)
}

// dayIn is the day of a financial year that a number is shown for: today in the running
// one, else its first day to come or its last one gone.
func (s *Server) dayIn(year string) gst.Date {
	switch today := s.today(); {
	case year == today.FinancialYear():
		return today
	case year > today.FinancialYear():
		return firstDay(year)
	}
	return firstDay(nextYear(year)).AddDays(-1)
}

// firstDay is 1 April of a financial year.
func firstDay(year string) gst.Date {
	begins, _ := strconv.Atoi(year[:4]) // seriesYear lets no other pass
	return gst.NewDate(begins, time.April, 1)
}

func nextYear(year string) string { return financialYear(yearOf(firstDay(year)) + 1) }

// seriesURL is the page of a year's series, ready for a further parameter.
func seriesURL(g gst.GSTIN, year string, today gst.Date) string {
	page := companyURL(g, "settings/series?")
	if year != today.FinancialYear() {
		page += "year=" + year + "&"
	}
	return page
}

// keyOfSeries begins the field names of a series: "INV", with a name "INV.PUN".
func keyOfSeries(one db.Series) string {
	return strings.TrimSuffix(fmt.Sprintf("%s.%s", one.Type, one.Name), ".")
}

// newSeries begins the field names of the series to be added.
const newSeries = "new"

// typedSeries is a row of the form as it was sent.
func typedSeries(key, name string, values url.Values) views.SeriesRow {
	get := func(field string) string { return strings.TrimSpace(values.Get(key + "." + field)) }
	return views.SeriesRow{
		Key: key, Name: name, Prefix: strings.ToUpper(get("prefix")), Suffix: strings.ToUpper(get("suffix")),
		Next: get("next"), Width: get("width"),
	}
}

// typedNewSeries is the series to be added as it was sent; without a prefix it is told
// apart by its name.
func typedNewSeries(values url.Values) views.SeriesRow {
	name := strings.ToUpper(strings.TrimSpace(values.Get(newSeries + ".name")))
	row := typedSeries(newSeries, name, values)
	row.Key = values.Get(newSeries+".type") + "." + name
	if row.Prefix == "" && name != "" {
		row.Prefix = name + "/{YY-YY}/"
	}
	return row
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
	one.Prefix, one.Suffix, one.Next, one.Width = row.Prefix, row.Suffix, next, width
	wrong.add(one.Pattern().Check())
	return wrong
}
