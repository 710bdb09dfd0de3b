package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/sheet"
	"mohar/views"
)

// showElsewhere handles GET /c/{gstin}/invoices/elsewhere.
func (s *Server) showElsewhere(c echo.Context) error {
	view := views.ElsewhereView{Form: elsewhereForm(elsewhereTyped{})}
	recorded, err := strconv.Atoi(c.QueryParam("recorded"))
	if err == nil {
		view.Done, view.DoneText = documents(int64(recorded))+" recorded.", "Registers count them, and credit notes can go back to them."
	}
	return s.showElsewherePage(c, http.StatusOK, view)
}

func (s *Server) showElsewherePage(c echo.Context, status int, view views.ElsewhereView) error {
	view.URL = companyURL(companyOf(c).GSTIN, "invoices/elsewhere")
	view.TemplateURL = view.URL + "/form"
	offers, err := s.seriesOffers(c)
	if err != nil {
		return err
	}
	for _, o := range offers {
		view.Offers = append(view.Offers, views.SeriesOffer{
			URL: view.URL, Type: string(o.series.Type), Kind: documentKinds[o.series.Type], Last: o.last, Next: o.next,
		})
	}
	page := s.frame(c, "Issued elsewhere")
	page.Nav, page.Back = "invoices", companyURL(companyOf(c).GSTIN, "invoices")
	return s.show(c, status, views.ElsewherePage(page, view), nil)
}

// elsewhereTemplate handles GET /c/{gstin}/invoices/elsewhere/form: an empty workbook to
// fill in.
func (s *Server) elsewhereTemplate(c echo.Context) error {
	var file bytes.Buffer
	if err := sheet.WriteDocumentForm(&file); err != nil {
		return err
	}
	return sendTable(c, "Documents issued elsewhere", sheet.XLSX, file.Bytes())
}

// recordElsewhere handles POST /c/{gstin}/invoices/elsewhere: one typed document, a look
// at a file, its recording, or a series that goes on behind the recorded numbers.
func (s *Server) recordElsewhere(c echo.Context) error {
	switch c.FormValue("do") {
	case "check", "record":
		return s.elsewhereFile(c, c.FormValue("do") == "record")
	case "series":
		return s.continueSeries(c)
	}
	return s.recordOne(c)
}

// elsewhereFile looks at a file, and records its documents when record is true: all that
// can be, when the form says that those with faults may be left out, else none unless all
// are good. Those that are here already are passed over.
func (s *Server) elsewhereFile(c echo.Context, record bool) error {
	name, data, problem := chosenFile(c)
	refuse := func(problem string) error {
		view := views.ElsewhereView{File: name, Problem: problem, Form: elsewhereForm(elsewhereTyped{})}
		return s.showElsewherePage(c, http.StatusUnprocessableEntity, view)
	}
	if problem != "" {
		return refuse(problem)
	}
	company := companyOf(c)
	table, err := sheet.ReadTable(name, data)
	var rows []sheet.DocumentRow
	var heading sheet.Heading
	if err == nil {
		rows, heading, err = sheet.Documents(table, company.Party(), s.desk.Law())
	}
	var bad gst.Invalid
	if errors.As(err, &bad) {
		return refuse(faultWords(bad.Faults))
	}
	if err != nil {
		return err
	}
	read, err := s.elsewhereRows(c, rows)
	if err != nil {
		return err
	}
	if record && len(read.good) > 0 && (read.bad == 0 || c.FormValue("partly") != "") {
		recorded, err := s.desk.RecordAll(c.Request().Context(), company, read.good)
		if err != nil {
			return fmt.Errorf("after %d recorded: %w", recorded, err)
		}
		return redirect(c, companyURL(company.GSTIN, "invoices/elsewhere")+"?recorded="+strconv.Itoa(recorded))
	}
	view := views.ElsewhereView{Upload: read.view(name, heading), Form: elsewhereForm(elsewhereTyped{})}
	view.Upload.Kept = keepFile(data)
	status := http.StatusOK
	if record {
		status = http.StatusUnprocessableEntity // not recorded: something stands in the way
	}
	return s.showElsewherePage(c, status, view)
}

// elsewhereRead is what a file holds.
type elsewhereRead struct {
	good   []*gst.Invoice
	shown  []views.ElsewhereRow // of good, the first ones
	bad    int
	known  int
	faults []views.ElsewhereFault
	more   int // faults beyond those
}

// How much of a file is shown.
const (
	shownDocuments = 100
	shownFaults    = 300
)

// elsewhereRows judges the documents of a file.
func (s *Server) elsewhereRows(c echo.Context, rows []sheet.DocumentRow) (elsewhereRead, error) {
	var read elsewhereRead
	company := companyOf(c)
	for i := range rows {
		row := &rows[i]
		faults := row.Faults
		for _, f := range s.desk.CheckElsewhere(company, &row.Invoice) {
			if !tells(row.Faults, f.Field) { // it could not be read: said already
				faults = append(faults, sheet.Fault{Fault: f, Row: row.Rows[0], Text: elsewhereText(&row.Invoice, f.Field)})
			}
		}
		row.Faults = faults
		known, err := s.desk.Recorded(c.Request().Context(), company, &row.Invoice)
		if err != nil {
			return read, err
		}
		switch {
		case known:
			read.known++
			continue
		case row.OK():
			read.good = append(read.good, &row.Invoice)
			if len(read.shown) < shownDocuments {
				read.shown = append(read.shown, elsewhereRow(row))
			}
		default:
			read.bad++
		}
		for _, f := range faults {
			if len(read.faults) < shownFaults {
				read.faults = append(read.faults, elsewhereFault(f))
			} else {
				read.more++
			}
		}
	}
	return read, nil
}

// tells reports whether something is said about a field already.
func tells(faults []sheet.Fault, field string) bool {
	for _, f := range faults {
		if f.Field == field && !f.Warning {
			return true
		}
	}
	return false
}

func elsewhereRow(row *sheet.DocumentRow) views.ElsewhereRow {
	inv := &row.Invoice
	t := inv.Totals
	v := views.ElsewhereRow{
		Row: strconv.Itoa(row.Rows[0]), Kind: documentKinds[inv.Type], Number: inv.Number, Date: inv.Date.Long(),
		Buyer: joinParts(inv.Buyer.LegalName, inv.Buyer.GSTIN), Taxable: t.Taxable.Indian(),
		Tax: (t.IGST + t.CGST + t.SGST + t.Cess).Indian(), Total: signed(inv.Type, t.Total).Indian(),
	}
	switch {
	case inv.State == gst.Void:
		v.Note = "Cancelled"
	case inv.IRN.Registration != nil:
		v.Note = "With IRN"
	}
	return v
}

// elsewhereText is what the file says where the desk found a fault.
func elsewhereText(inv *gst.Invoice, field string) string {
	switch field {
	case "date":
		return inv.Date.String()
	case "irn":
		return inv.IRN.Registration.IRN
	}
	return ""
}

// elsewhereFault is a fault as the page lists it. Where the file has no column for what is
// wrong, the name stands that the form gives it.
func elsewhereFault(f sheet.Fault) views.ElsewhereFault {
	for _, in := range elsewhereInputs {
		if f.Column == "" && in.name == f.Field {
			f.Column = in.heading
		}
	}
	return views.ElsewhereFault{
		Row: strconv.Itoa(f.Row), Column: f.Column, Cell: f.Text,
		Text: lang.English.Text("fault."+f.Rule, f.Args...), Warning: f.Warning,
	}
}

// view is the file as the page shows it.
func (r elsewhereRead) view(name string, heading sheet.Heading) *views.ElsewhereUpload {
	u := &views.ElsewhereUpload{
		File: name, Good: len(r.good), Bad: r.bad, Faults: r.faults, More: r.more,
		Rows: r.shown, Rest: len(r.good) - len(r.shown), Heading: headingText(heading),
	}
	u.Summary = documents(int64(len(r.good))) + " can be recorded"
	if r.bad > 0 {
		u.Summary += ", " + documents(int64(r.bad)) + " with faults"
	}
	if r.known > 0 {
		u.Summary += ", " + documents(int64(r.known)) + " here already"
	}
	u.Summary += "."
	return u
}

// headingText says where the table was found, and which columns nobody understood.
func headingText(h sheet.Heading) string {
	text := "Heading in row " + strconv.Itoa(h.Row)
	if h.Sheet != "" {
		text = "Sheet " + h.Sheet + ", heading in row " + strconv.Itoa(h.Row)
	}
	for i, column := range h.LeftOut {
		if i == 0 {
			text += "; not used: " + column
		} else {
			text += ", " + column
		}
	}
	return text
}
