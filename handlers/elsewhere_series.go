package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// seriesOffer is a series as it would go on behind another program's numbers.
type seriesOffer struct {
	series     db.Series
	last, next string
}

// seriesOffers looks for kinds of documents whose highest numbers of this financial year
// were recorded, while no number was ever taken from the series here.
func (s *Server) seriesOffers(c echo.Context) ([]seriesOffer, error) {
	company, today := companyOf(c), s.today()
	year := today.FinancialYear()
	first := gst.Date(0)
	if n, err := strconv.Atoi(year[:4]); err == nil {
		first = gst.Date(n*10000 + 401)
	}
	ranges, err := s.store.DocumentsIssued(c.Request().Context(), company.GSTIN, company.Mode, first, today)
	if err != nil {
		return nil, err
	}
	var offers []seriesOffer
	for _, t := range []gst.DocumentType{gst.TaxInvoice, gst.CreditNote, gst.DebitNote, gst.BillOfSupply} {
		now, err := s.store.SeriesFor(c.Request().Context(), company.GSTIN, company.Mode, t, "", year)
		if err != nil {
			return nil, err
		}
		if offer, ok := offerAfter(now, ranges, today); ok {
			offers = append(offers, offer)
		}
	}
	return offers, nil
}

// offerAfter is the series that goes on behind the longest range of a kind of document;
// false when there is none, or the company's own series gave numbers already.
func offerAfter(now db.Series, ranges []db.NumberRange, today gst.Date) (seriesOffer, bool) {
	var longest db.NumberRange
	own := now.Pattern().On(today)
	for _, r := range ranges {
		if r.Type != now.Type || r.FY != now.FY {
			continue
		}
		if n, ok := now.Pattern().Read(r.To, today); ok && (n < now.Next || now.Next > 1) {
			return seriesOffer{}, false // it is in use
		}
		if r.Total > longest.Total {
			longest = r
		}
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(longest.To, longest.Prefix), longest.Suffix)
	n, err := strconv.ParseInt(digits, 10, 64)
	if longest.Total == 0 || err != nil {
		return seriesOffer{}, false
	}
	series := db.Series{
		Type: now.Type, FY: now.FY, Prefix: yearToken(longest.Prefix, now.FY), Suffix: yearToken(longest.Suffix, now.FY),
		Next: n + 1, Width: len(digits),
	}
	offer := seriesOffer{series: series, last: longest.To, next: series.Number(series.Next, today)}
	if len(series.Pattern().Check()) > 0 || own.Format(now.Next, today) == offer.next {
		return seriesOffer{}, false
	}
	return offer, true
}

// yearToken puts the token in the place of the financial year, so that next year's numbers
// bear next year.
func yearToken(text, fy string) string {
	if strings.Contains(text, fy) {
		return strings.ReplaceAll(text, fy, "{YYYY-YY}")
	}
	return strings.ReplaceAll(text, fy[2:], "{YY-YY}")
}

// continueSeries sets the offered series of one kind of document.
func (s *Server) continueSeries(c echo.Context) error {
	offers, err := s.seriesOffers(c)
	if err != nil {
		return err
	}
	kind := gst.DocumentType(c.FormValue("type"))
	at := slices.IndexFunc(offers, func(o seriesOffer) bool { return o.series.Type == kind })
	company := companyOf(c)
	if at < 0 { // pressed twice, or a number was taken since
		return redirect(c, companyURL(company.GSTIN, "invoices/elsewhere"))
	}
	if err := s.store.SetSeries(c.Request().Context(), company.GSTIN, company.Mode, offers[at].series); err != nil {
		return err
	}
	view := views.ElsewhereView{
		Done: documentKinds[kind] + ": the next number is " + offers[at].next + ".", Form: elsewhereForm(elsewhereTyped{}),
	}
	return s.showElsewherePage(c, http.StatusOK, view)
}
