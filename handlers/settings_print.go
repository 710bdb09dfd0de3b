package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/pdf"
	"mohar/views"
)

// showPrint handles GET /c/{gstin}/settings/print.
func (s *Server) showPrint(c echo.Context) error {
	return s.showPrintForm(c, http.StatusOK, printView(companyOf(c)))
}

// savePrint handles POST /c/{gstin}/settings/print.
func (s *Server) savePrint(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	form := typedPrint(values)
	if values.Get("do") == "row" {
		form.LUTs = append(form.LUTs, views.LUTRow{})
		return s.showPrintForm(c, http.StatusOK, form)
	}
	company := companyOf(c)
	wrong := applyPrint(&company, form)
	if len(wrong) > 0 {
		form.Problems = wrong
		return s.showPrintForm(c, http.StatusUnprocessableEntity, form)
	}
	err = s.store.UpdateCompany(c.Request().Context(), company)
	if errors.Is(err, gst.ErrConflict) {
		form.Problems = settingsConflict
		return s.showPrintForm(c, http.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/print?done=saved"))
}

// settingsConflict says that the company was changed since its form was opened.
var settingsConflict = Problems{"form": "Somebody else changed these settings meanwhile. " +
	"Open the page in a second window, compare, and save there."}

// samplePaper handles GET and POST /c/{gstin}/settings/print/sample.pdf: a made-up
// document with the stored facts, or with those that are just typed.
func (s *Server) samplePaper(c echo.Context) error {
	company := companyOf(c)
	if c.Request().Method == http.MethodPost {
		values, err := c.FormParams()
		if err != nil {
			return unreadable(err)
		}
		form := typedPrint(values)
		if form.Problems = applyPrint(&company, form); len(form.Problems) > 0 {
			return s.showPrintForm(c, http.StatusUnprocessableEntity, form)
		}
	}
	var file bytes.Buffer
	inv := sampleInvoice(company, s.today())
	if err := s.printer.WriteInvoice(&file, inv, company, pdf.Options{Practice: true}); err != nil {
		return err
	}
	return sendFile(c, toShow, "Sample.pdf", "application/pdf", file.Bytes())
}

// sampleInvoice is a document that shows all that a company's paper can say. It is of
// practice, to a buyer whom nobody can mistake, and stored nowhere.
func sampleInvoice(c gst.Company, today gst.Date) *gst.Invoice {
	inv := &gst.Invoice{
		Company: c.GSTIN, Mode: gst.Practice, State: gst.Issued, Type: gst.TaxInvoice, Number: "SAMPLE", Date: today,
		Supply: gst.B2B, PlaceOfSupply: c.State, Seller: c.Party(),
		Buyer: gst.Party{
			GSTIN: gst.URP, LegalName: "SAMPLE CUSTOMER", Address1: "This paper only shows how yours will look",
			Place: c.Place, PIN: c.PIN, State: c.State,
		},
		Lines: []gst.Line{
			{Description: "SAMPLE GOODS", HSN: "94036000", Quantity: 12_000, Unit: "NOS", UnitPrice: 1_250_500, GSTRate: 18_000},
			{Description: "Sample service", HSN: "998719", Service: true, Quantity: 1_000, Unit: "OTH", UnitPrice: 2_500_000, GSTRate: 18_000},
		},
		Terms: gst.Terms{Days: c.Paper.Days, Interest: c.Paper.Interest},
		IRN:   gst.IRNStatus{State: gst.IRNNotRequired},
	}
	if c.Taxpayer == gst.Composition { // which may not charge tax
		inv.Type = gst.BillOfSupply
		for i := range inv.Lines {
			inv.Lines[i].GSTRate = 0
		}
	}
	gst.Compute(inv, c.RoundOff, nil)
	return inv
}

func (s *Server) showPrintForm(c echo.Context, status int, form views.PrintView) error {
	company := companyOf(c)
	form.URL = companyURL(company.GSTIN, "settings/print")
	form.SampleURL = companyURL(company.GSTIN, "settings/print/sample.pdf")
	form.ConfigurationURL = companyURL(company.GSTIN, "settings/einvoice")
	form.UPI = company.UPI
	form.Sizes = udyamSizes
	form.Years = s.undertakingYears(form.LUTs)
	form.MostLines, form.MostTerms = gst.MostPaperLines, gst.MostPaperTerms
	if len(form.LUTs) == 0 {
		form.LUTs = []views.LUTRow{{}}
	}
	lost := pdf.Unprintable(strings.Join([]string{form.Lines, form.Terms, form.Interest, form.Jurisdiction, form.Signatory, form.Payee, form.Bank, form.Branch}, " "))
	form.Unprintable = string(lost[:min(len(lost), 20)])
	return s.show(c, status, views.PrintPage(s.settingsFrame(c), form), nil)
}

// undertakingYears are the financial years to choose from: the next one, the running one
// and those before, and any other that stands in a row already.
func (s *Server) undertakingYears(rows []views.LUTRow) []views.Option {
	options := []views.Option{{Value: "", Label: "Choose"}}
	listed := map[string]bool{"": true}
	add := func(year string) {
		if !listed[year] {
			listed[year] = true
			options = append(options, views.Option{Value: year, Label: year})
		}
	}
	for year := yearOf(s.today()) + 1; year >= 2017; year-- {
		add(financialYear(year))
	}
	for _, row := range rows {
		add(row.Year)
	}
	return options
}

// yearOf is the year that the financial year of a day began in.
func yearOf(d gst.Date) int {
	year, err := strconv.Atoi(d.FinancialYear()[:4])
	if err != nil {
		return 0 // a day before the year 1000
	}
	return year
}

// financialYear is the one that begins in a year: "2026-27".
func financialYear(begins int) string { return fmt.Sprintf("%d-%02d", begins, (begins+1)%100) }

// printView is the stored company as its form.
func printView(c gst.Company) views.PrintView {
	p := c.Paper
	form := views.PrintView{
		Version: strconv.FormatInt(c.Version, 10),
		CIN:     p.CIN, Udyam: p.Udyam, UdyamSize: p.UdyamSize, IEC: p.IEC, Lines: strings.Join(p.Lines, "\n"),
		Payee: p.Bank.Payee, Bank: p.Bank.Name, Branch: p.Bank.Branch, Account: p.Bank.Account, IFSC: p.Bank.IFSC,
		Terms: strings.Join(p.Terms, "\n"), Interest: p.Interest, Jurisdiction: p.Jurisdiction, Signatory: p.Signatory,
		Inclusive: c.Prices == gst.PricesInclusive, RoundOff: c.RoundOff,
		Copies: copiesRows(func(t string) string { return strconv.Itoa(p.Copies[gst.DocumentType(t)]) }),
	}
	if p.Days != 0 {
		form.Days = strconv.Itoa(p.Days)
	}
	for _, l := range p.LUTs {
		form.LUTs = append(form.LUTs, views.LUTRow{Year: l.Year, Number: l.Number})
	}
	return form
}

// typedPrint is the form as it was sent; numbers are written as their issuers do.
func typedPrint(values url.Values) views.PrintView {
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	code := func(name string) string { return strings.ToUpper(strings.ReplaceAll(get(name), " ", "")) }
	form := views.PrintView{
		Version: get("version"),
		CIN:     code("cin"), Udyam: code("udyam"), UdyamSize: get("udyam_size"), IEC: code("iec"), Lines: values.Get("lines"),
		Payee: get("bank.payee"), Bank: get("bank.name"), Branch: get("bank.branch"),
		Account: code("bank.account"), IFSC: code("bank.ifsc"),
		Terms: values.Get("terms"), Interest: get("interest"), Days: get("days"),
		Jurisdiction: get("jurisdiction"), Signatory: get("signatory"),
		Inclusive: get("prices") == string(gst.PricesInclusive), RoundOff: get("round_off") != "",
		Copies: copiesRows(func(t string) string { return get("copies." + t) }),
	}
	for i := range len(values) { // the rows count from 0 without gaps
		block := fmt.Sprintf("luts[%d].", i)
		if !values.Has(block + "year") {
			break
		}
		if row := (views.LUTRow{Year: get(block + "year"), Number: get(block + "number")}); row != (views.LUTRow{}) {
			form.LUTs = append(form.LUTs, row)
		}
	}
	return form
}

// applyPrint puts the form into the company and says what is wrong with it.
func applyPrint(c *gst.Company, form views.PrintView) Problems {
	wrong := Problems{}
	p := gst.Paper{
		CIN: form.CIN, Udyam: form.Udyam, UdyamSize: form.UdyamSize, IEC: form.IEC, Lines: textLines(form.Lines),
		Bank:  gst.Bank{Payee: form.Payee, Name: form.Bank, Branch: form.Branch, Account: form.Account, IFSC: form.IFSC},
		Terms: textLines(form.Terms), Interest: form.Interest, Jurisdiction: form.Jurisdiction, Signatory: form.Signatory,
	}
	if form.Days != "" {
		days, err := strconv.Atoi(form.Days)
		if err != nil {
			wrong.put("days", "Type a whole number of days, or leave it empty.")
		}
		p.Days = days
	}
	for _, row := range form.LUTs {
		p.LUTs = append(p.LUTs, gst.LUT(row))
	}
	wrong.applyCopies(&p, form.Copies)
	c.Prices, c.RoundOff, c.Paper = gst.PricesPlain, form.RoundOff, p
	if form.Inclusive {
		c.Prices = gst.PricesInclusive
	}
	wrong.addLines(gst.ValidatePaper(*c))
	version, err := strconv.ParseInt(form.Version, 10, 64)
	if err != nil {
		wrong.put("form", "The page was incomplete. Load it again.")
	}
	c.Version = version
	return wrong
}

// addLines puts the words of faults beside their fields; those of a line of a text, as
// "terms[2]", beside the text with the line's number.
func (p Problems) addLines(faults gst.Faults) {
	for i, f := range faults {
		field, line, inText := strings.Cut(strings.TrimSuffix(f.Field, "]"), "[")
		n, err := strconv.Atoi(line)
		if !inText || err != nil || f.Warning {
			p.add(faults[i : i+1])
			continue
		}
		p.put(field, fmt.Sprintf("Line %d: %s", n+1, lang.English.Text("fault."+f.Rule, f.Args...)))
	}
}

// textLines are the lines of a text area that say something, each with its blanks in
// order.
func textLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// printedTypes are the documents that are printed in copies, in the order of the page.
var printedTypes = []views.Option{
	{Value: string(gst.TaxInvoice), Label: "Tax invoices"},
	{Value: string(gst.BillOfSupply), Label: "Bills of supply"},
	{Value: string(gst.CreditNote), Label: "Credit notes"},
	{Value: string(gst.DebitNote), Label: "Debit notes"},
	{Value: string(gst.DeliveryChallan), Label: "Delivery challans"},
	{Value: string(gst.Quotation), Label: "Quotations"},
	{Value: string(gst.Proforma), Label: "Proforma invoices"},
}

// copiesRows offer how many copies of each document are printed; chosen is what is
// chosen for a type.
func copiesRows(chosen func(documentType string) string) []views.CopiesRow {
	var rows []views.CopiesRow
	for _, t := range printedTypes {
		options := []views.Option{{Value: "0", Label: "As the rules have it"}}
		switch gst.DocumentType(t.Value) {
		case gst.Quotation, gst.Proforma: // of which the rules do not speak
			options[0].Label = "One"
		}
		for n := 1; n <= gst.MostCopies; n++ {
			options = append(options, views.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
		}
		value := chosen(t.Value)
		rows = append(rows, views.CopiesRow{Type: t.Value, Label: t.Label, Value: value, Options: views.Options(value, options...)})
	}
	return rows
}

// applyCopies puts the chosen numbers of copies into the paper; a forged form may hold
// anything.
func (p Problems) applyCopies(paper *gst.Paper, rows []views.CopiesRow) {
	for _, row := range rows {
		n, err := strconv.Atoi(row.Value)
		if err != nil {
			p.put("copies."+row.Type, "Choose one of the list.")
		}
		if n != 0 {
			if paper.Copies == nil {
				paper.Copies = map[gst.DocumentType]int{}
			}
			paper.Copies[gst.DocumentType(row.Type)] = n
		}
	}
}

// udyamSizes are the sizes of an enterprise to choose from.
var udyamSizes = []views.Option{
	{Value: "", Label: "Not said"},
	{Value: "micro", Label: "Micro"},
	{Value: "small", Label: "Small"},
	{Value: "medium", Label: "Medium"},
}
