package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/sheet"
	"mohar/views"
)

// period is the time that a report is of.
type period struct {
	key, label string // "2026-11", "Nov 2026"
	from, to   gst.Date
}

// natures are what table 13 of GSTR-1 calls the documents, with its numbers.
//
// Source: form GSTR-1, table 13 and the offline tool's list of natures.
var natures = map[gst.DocumentType]struct{ number, name string }{
	gst.TaxInvoice:      {"1", "Invoices for outward supply"},
	gst.BillOfSupply:    {"1", "Invoices for outward supply (bills of supply)"},
	gst.DebitNote:       {"4", "Debit notes"},
	gst.CreditNote:      {"5", "Credit notes"},
	gst.DeliveryChallan: {"9–12", "Delivery challans"},
}

// reportedTypes are the documents of table 13 in its order.
var reportedTypes = []gst.DocumentType{gst.TaxInvoice, gst.BillOfSupply, gst.DebitNote, gst.CreditNote, gst.DeliveryChallan}

// showDocumentsIssued handles GET /c/{gstin}/reports/documents.
func (s *Server) showDocumentsIssued(c echo.Context) error {
	chosen, groups := s.periods(c.QueryParam("period"))
	ranges, err := s.documentsIssued(c, chosen)
	if err != nil {
		return err
	}
	company := companyOf(c)
	page := companyURL(company.GSTIN, "reports/documents")
	view := views.DocumentsIssuedView{
		URL: page, CSVURL: page + ".csv?period=" + url.QueryEscape(chosen.key), Periods: groups, Period: chosen.label,
		Company: nameOf(company), GSTIN: string(company.GSTIN), From: chosen.from.Long(), To: chosen.to.Long(),
		Unfinished: chosen.to >= s.today(),
	}
	for _, r := range ranges {
		view.Rows = append(view.Rows, rangeRow(r))
		view.Total += r.Total
		view.Cancelled += r.Void
	}
	frame := s.frame(c, "Documents issued")
	frame.Nav = "reports"
	return s.show(c, http.StatusOK, views.DocumentsIssuedPage(frame, view), nil)
}

// documentsIssued reads the ranges of a period in the order of table 13.
func (s *Server) documentsIssued(c echo.Context, p period) ([]db.NumberRange, error) {
	company := companyOf(c)
	found, err := s.store.DocumentsIssued(c.Request().Context(), company.GSTIN, company.Mode, p.from, p.to)
	if err != nil {
		return nil, err
	}
	var ranges []db.NumberRange
	for _, t := range reportedTypes {
		for _, r := range found {
			if r.Type == t {
				ranges = append(ranges, r)
			}
		}
	}
	return ranges, nil
}

func rangeRow(r db.NumberRange) views.RangeRow {
	nature := natures[r.Type]
	row := views.RangeRow{
		Nature: nature.number, Name: nature.name, From: r.From, To: r.To,
		Total: strconv.FormatInt(r.Total, 10), Cancelled: strconv.FormatInt(r.Void, 10), Net: strconv.FormatInt(r.Net(), 10),
	}
	for _, g := range r.Gaps {
		row.Gaps = append(row.Gaps, gapText(g))
	}
	return row
}

// gapText is one or more missing numbers.
func gapText(g db.NumberGap) string {
	if g.Count == 1 {
		return g.From
	}
	return fmt.Sprintf("%s to %s (%d)", g.From, g.To, g.Count)
}

// documentsIssuedCSV handles GET /c/{gstin}/reports/documents.csv.
func (s *Server) documentsIssuedCSV(c echo.Context) error {
	chosen, _ := s.periods(c.QueryParam("period"))
	ranges, err := s.documentsIssued(c, chosen)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	rows := [][]string{{"Nature of document", "Sr. No. From", "Sr. No. To", "Total Number", "Cancelled", "Net issued", "Missing numbers"}}
	for _, r := range ranges {
		row := rangeRow(r)
		rows = append(rows, []string{row.Name, row.From, row.To, row.Total, row.Cancelled, row.Net, strings.Join(row.Gaps, "; ")})
	}
	if err := sheet.WriteCSV(&file, rows); err != nil {
		return err
	}
	return sendTable(c, fmt.Sprintf("Documents issued %s %s", companyOf(c).GSTIN, chosen.key), sheet.CSV, file.Bytes())
}

// periods returns the period asked for and all to choose from: months, quarters and
// financial years. Without one that is known it is the month before, which the returns
// of this month are about.
func (s *Server) periods(asked string) (period, []views.OptionGroup) {
	today := s.today()
	kinds := []struct {
		title string
		list  []period
	}{{"Month", months(today, 24)}, {"Quarter", quarters(today, 8)}, {"Financial year", years(today, 5)}}
	chosen := kinds[0].list[1]
	for _, kind := range kinds {
		for _, p := range kind.list {
			if p.key == asked {
				chosen = p
			}
		}
	}
	var groups []views.OptionGroup
	for _, kind := range kinds {
		group := views.OptionGroup{Label: kind.title}
		for _, p := range kind.list {
			group.Options = append(group.Options, views.Option{Value: p.key, Label: p.label, Selected: p.key == chosen.key})
		}
		groups = append(groups, group)
	}
	return chosen, groups
}

// months are the running month and those before, the newest first.
func months(today gst.Date, count int) []period {
	var list []period
	for first := today/100*100 + 1; len(list) < count; first = (first.AddDays(-1))/100*100 + 1 {
		next := (first.AddDays(31))/100*100 + 1
		list = append(list, period{
			key: first.Time().Format("2006-01"), label: first.Time().Format("January 2006"), from: first, to: next.AddDays(-1),
		})
	}
	return list
}

// quarters are the running quarter of the financial year and those before.
func quarters(today gst.Date, count int) []period {
	var list []period
	begins := yearOf(today)
	for quarter := (int(today/100%100) + 8) % 12 / 3; len(list) < count; quarter-- { // April begins quarter 0
		if quarter < 0 {
			quarter, begins = 3, begins-1
		}
		from := firstDay(financialYear(begins)).Time().AddDate(0, 3*quarter, 0)
		to := gst.DateOf(from.AddDate(0, 3, 0)).AddDays(-1)
		list = append(list, period{
			key:   fmt.Sprintf("%s-Q%d", financialYear(begins), quarter+1),
			label: fmt.Sprintf("%s to %s", from.Format("January"), to.Time().Format("January 2006")),
			from:  gst.DateOf(from), to: to,
		})
	}
	return list
}

// years are the running financial year and those before.
func years(today gst.Date, count int) []period {
	var list []period
	for begins := yearOf(today); len(list) < count; begins-- {
		year := financialYear(begins)
		list = append(list, period{key: year, label: year, from: firstDay(year), to: gst.NewDate(begins+1, time.March, 31)})
	}
	return list
}
