package handlers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/pdf"
	"mohar/views"
)

// remembered is how many customers and items the editor suggests.
const remembered = 20

// showEditor shows a document in the editor.
func (s *Server) showEditor(c echo.Context, status int, e editing) error {
	view, err := s.editorView(c, e)
	if err != nil {
		return err
	}
	kind := gst.DocumentType(e.values.Get("type"))
	title := "New " + strings.ToLower(documentKinds[kind])
	if e.amending {
		title = documentKinds[kind] + " " + e.stored.Number
	}
	page := s.frame(c, title)
	page.Nav, page.Back = "invoices", companyURL(companyOf(c).GSTIN, "invoices")
	return s.show(c, status, views.InvoiceFormPage(page, view), nil)
}

// editorView is the editor's form with everything it suggests.
func (s *Server) editorView(c echo.Context, e editing) (views.EditorView, error) {
	company := companyOf(c)
	typed := s.typed(c, e.values)
	view := views.EditorView{
		Action:     companyURL(company.GSTIN, "invoices"),
		PreviewURL: companyURL(company.GSTIN, "invoices/preview"), AutosaveURL: companyURL(company.GSTIN, "invoices/draft"),
		CustomersURL: companyURL(company.GSTIN, "invoices/customers"),
		Type:         e.values.Get("type"), ID: e.values.Get("id"), Version: e.values.Get("version"),
		Saved: e.saved, IssueLabel: issueLabel(company, typed.Invoice, e.amending), Amending: e.amending,
		Values: headValues(e.values, typed), Faults: messages(e), Lines: editorLines(e, typed),
		Groups: groupRows(e, typed), Open: e.group, Brought: typed.Brought,
		Supply: supplyOptions, States: stateOptions(""), Places: stateOptions("Buyer’s State"),
		Countries: countryOptions(), Currencies: currencyOptions(), Branches: branchOptions(company), Units: unitOptions(),
		BuyerOpen: typed.Buyer.GSTIN == "" || typed.Buyer.Address1 == "",
		Purposes:  purposeOptions(typed.Type),
		Note:      typed.Type == gst.CreditNote || typed.Type == gst.DebitNote,
	}
	if err := s.suggest(c, &view, typed); err != nil {
		return view, err
	}
	view.Hidden = hiddenValues(view, e.values, typed)
	if view.Values["round"] == "" {
		view.Values["round"] = roundUsual(company)
	}
	if e.stored != nil && !e.amending {
		view.ProofURL = invoiceURL(e.stored, "pdf")
	}
	if e.amending {
		view.Action, view.AutosaveURL, view.PreviewURL = invoiceURL(e.stored, "edit"), "", view.PreviewURL+"?number=kept"
		view.Values["number"] = e.stored.Number
	}
	typed.rows, typed.groups = compact(len(typed.rows)), nil // the page shows the rows without gaps
	var err error
	if view.Preview, err = s.preview(c, typed); err != nil {
		return view, err
	}
	if e.amending {
		view.Preview.NumberHint, view.Preview.Number = keptNumber, ""
	}
	for i := range min(len(view.Lines), len(view.Preview.Taxables)) {
		view.Lines[i].Taxable = view.Preview.Taxables[i]
	}
	for i := range min(len(view.Lines), len(view.Preview.Hints)) {
		view.Lines[i].LastRate = view.Preview.Hints[i]
	}
	return view, nil
}

func compact(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// issueLabel is the word on the main button: what pressing it does.
func issueLabel(company gst.Company, inv *gst.Invoice, amending bool) string {
	held := company.ByHand || inv.Supply == gst.B2C || !goesToPortal(inv.Type)
	switch {
	case amending && held:
		return "Save"
	case amending:
		return "Save & register"
	case held:
		return "Issue"
	}
	return "Issue & register"
}

// keptNumber stands where the editor says which number a new document would get.
const keptNumber = "The number stays."

// messages are the faults by form name, in words. What the form has no field for is said
// above it.
func messages(e editing) views.Messages {
	m := views.Messages{}
	for _, f := range e.faults {
		field, text := formName(f.Field), withCode(f)
		if !hasPlace(field, e.amending || e.values.Get("brought") != "") {
			field, text = "", strings.TrimPrefix(fieldLabel(field)+": "+text, ": ")
		}
		message := views.Message{Text: text, Warning: f.Warning}
		if strings.HasPrefix(f.Rule, "form.conflict") && e.newer != "" {
			message.URL, message.Link = e.newer, "Open the newer one"
		}
		m[field] = append(m[field], message)
	}
	if e.amending && e.stored.IRN.State == gst.IRNFailed {
		for _, d := range refusalProblem("", "", e.stored).Details {
			m[""] = append(m[""], views.Message{Text: "The portal refused it: " + d.Text + " (" + d.Code + ")"})
		}
	}
	return m
}

// liveMessages are the faults by the names that the form has as it stands, without those
// that it has no field for.
func liveMessages(typed typedInvoice, faults gst.Faults) views.Messages {
	m := views.Messages{}
	for _, f := range faults {
		if hasPlace(f.Field, typed.Brought) {
			name := rowField(typed, f.Field)
			m[name] = append(m[name], views.Message{Text: withCode(f), Warning: f.Warning})
		}
	}
	return m
}

// withCode says what is wrong, with the portal's code for it.
func withCode(f gst.Fault) string {
	text := lang.English.Text("fault."+f.Rule, f.Args...)
	if f.Code != "" {
		text += " (" + f.Code + ")"
	}
	return text
}

// preview is what the form amounts to, and what the portal would say.
func (s *Server) preview(c echo.Context, typed typedInvoice) (views.EditorPreview, error) {
	company := companyOf(c)
	empty := typed.Buyer.LegalName == "" && len(typed.Lines) == 0
	faults := typed.unread.Before(s.desk.Check(typed.as(company), typed.Invoice))
	buyer, err := s.desk.CheckBuyer(c.Request().Context(), company, typed.Invoice)
	if err != nil {
		return views.EditorPreview{}, err
	}
	faults = append(faults, buyer...)
	p := views.EditorPreview{
		Messages: liveMessages(typed, faults),
		Sums:     sums(typed.Invoice), Total: rupees(typed.Totals.Total), Words: typed.Totals.Total.Words(),
		Taxables: taxables(typed), Checks: checks(typed, faults),
		SupplyHint: supplyHint(typed.Invoice),
		BuyerHint:  strings.Trim(typed.Buyer.GSTIN+" · "+placeLine(typed.Buyer), " ·"),
		BuyerGood:  goodGSTIN(typed.Buyer.GSTIN),
	}
	if !goesToPortal(typed.Type) {
		p.ChecksTitle = "Checks"
	}
	doubts, err := s.doubts(c, typed.Invoice)
	if err != nil {
		return p, err
	}
	if p.Hints, err = s.lastRates(c, typed); err != nil {
		return p, err
	}
	if p.ShipTo, err = s.shipTo(c, typed.Invoice); err != nil {
		return p, err
	}
	p.Checks = append(p.Checks, doubts...)
	if len(typed.unread) == 0 { // else the answer would be about half a document
		p.Why = whyLines(typed.Invoice, s.desk.Rules(company), false)
	}
	if empty {
		p.BuyerHint = ""
		p.Checks = []views.Check{{Kind: "wait", Text: "Type the buyer and the first line. What the portal would refuse is shown here."}}
	}
	number, err := s.store.PreviewNumber(c.Request().Context(), company.GSTIN, company.Mode, typed.Type, typed.Series, typed.Date)
	switch {
	case typed.Brought && typed.Number != "":
		p.NumberHint = keptNumber
	case err == nil:
		p.NumberHint, p.Number = "Number on issue:", number
	}
	p.Last, err = s.lastInvoices(c, typed.Invoice)
	return p, err
}

// goesToPortal reports whether a kind of document is one that the portal knows.
func goesToPortal(kind gst.DocumentType) bool {
	return kind == gst.TaxInvoice || kind == gst.CreditNote || kind == gst.DebitNote
}

// doubts are what nobody refuses and what is still likely a slip.
func (s *Server) doubts(c echo.Context, inv *gst.Invoice) ([]views.Check, error) {
	list := unprintable(inv)
	if inv.Supply == gst.B2B && inv.Buyer.State != "" && inv.PlaceOfSupply != inv.Buyer.State {
		list = append(list, views.Check{Kind: "wait", Field: "pos", Text: fmt.Sprintf(
			"The buyer is in %s, the place of supply is %s. Right when the supply ends there; else choose “Buyer’s State”.",
			master.StateName(inv.Buyer.State), master.StateName(inv.PlaceOfSupply))})
	}
	if !goodGSTIN(inv.Buyer.GSTIN) || inv.Buyer.LegalName == "" {
		return list, nil
	}
	known, err := s.store.Customers(c.Request().Context(), companyOf(c).GSTIN, inv.Buyer.GSTIN, 1)
	if err != nil {
		return nil, err
	}
	if len(known) == 1 && known[0].GSTIN == inv.Buyer.GSTIN && !strings.EqualFold(known[0].LegalName, inv.Buyer.LegalName) {
		list = append(list, views.Check{Kind: "wait", Field: "buyer.gstin", Text: fmt.Sprintf(
			"This GSTIN was %s so far. Is it the GSTIN of %s?", known[0].LegalName, inv.Buyer.LegalName)})
	}
	return list, nil
}

// unprintable warns of letters that come out as "?" on paper.
func unprintable(inv *gst.Invoice) []views.Check {
	texts := []string{inv.Buyer.LegalName, inv.Buyer.TradeName, inv.Buyer.Address1, inv.Buyer.Address2, inv.Buyer.Place, inv.Refs.Remarks}
	for _, l := range inv.Lines {
		texts = append(texts, l.Description)
	}
	lost := pdf.Unprintable(strings.Join(texts, " "))
	if len(lost) == 0 {
		return nil
	}
	return []views.Check{{Kind: "wait", Text: "The PDF cannot show these characters and prints ? instead: " + string(lost[:min(len(lost), 10)])}}
}

// mostLast is how many earlier documents of a buyer are shown: enough to recall a price.
const mostLast = 3

// lastInvoices are the latest documents of the same buyer.
func (s *Server) lastInvoices(c echo.Context, inv *gst.Invoice) (views.LastInvoices, error) {
	if !goodGSTIN(inv.Buyer.GSTIN) {
		return views.LastInvoices{}, nil
	}
	company := companyOf(c)
	rows, _, err := s.store.Invoices(c.Request().Context(), db.InvoiceFilter{
		Company: company.GSTIN, Mode: company.Mode, Query: inv.Buyer.GSTIN, Limit: remembered,
	})
	if err != nil {
		return views.LastInvoices{}, err
	}
	last := views.LastInvoices{To: inv.Buyer.LegalName}
	for _, r := range rows {
		if r.State == gst.Issued && r.ID != inv.ID && len(last.Rows) < mostLast {
			one := gst.Invoice{ID: r.ID, Company: company.GSTIN}
			last.Rows = append(last.Rows, views.LastInvoice{URL: invoiceURL(&one, ""), Number: r.Number, Total: signed(r.Type, r.Total).Indian()})
		}
	}
	return last, nil
}

func goodGSTIN(text string) bool {
	g, err := gst.ParseGSTIN(text)
	return err == nil && g.CheckDigitOK()
}

// taxables are the lines' taxable values by the form's rows.
func taxables(typed typedInvoice) []string {
	if len(typed.rows) == 0 {
		return nil
	}
	values := make([]string, slices.Max(typed.rows)+1)
	for i, row := range typed.rows {
		if i < len(typed.Lines) {
			values[row] = typed.Lines[i].Taxable.Indian()
		}
	}
	return values
}

// supplyHint says which taxes the place of supply brings.
func supplyHint(inv *gst.Invoice) string {
	switch {
	case inv.Supply == gst.EXPWOP || inv.Supply == gst.SEZWOP:
		return "Without payment of tax (LUT)"
	case inv.PlaceOfSupply == "":
		return ""
	case inv.InterState():
		return master.StateName(inv.PlaceOfSupply) + ", inter-State: IGST"
	}
	return master.StateName(inv.PlaceOfSupply) + ", intra-State: CGST + SGST"
}

// checks are the lines of the panel that says whether the portal would take it.
func checks(typed typedInvoice, faults gst.Faults) []views.Check {
	var list []views.Check
	for _, group := range checkGroups {
		if !slices.ContainsFunc(faults, func(f gst.Fault) bool { return !f.Warning && group.of(f.Field) }) {
			list = append(list, views.Check{Kind: "good", Text: group.text})
		}
	}
	for _, f := range faults {
		check := views.Check{Kind: "bad", Text: fieldLabel(f.Field) + ": " + withCode(f)}
		if f.Warning {
			check.Kind = "wait"
		}
		if hasPlace(f.Field, typed.Brought) {
			check.Field = rowField(typed, f.Field)
		}
		check.Text = strings.TrimPrefix(check.Text, ": ")
		list = append(list, check)
	}
	return list
}

// checkGroups are what is said to be in order while nothing in it is at fault.
var checkGroups = []struct {
	text string
	of   func(field string) bool
}{
	{"Seller and buyer details complete", func(f string) bool {
		return (strings.HasPrefix(f, "seller.") || strings.HasPrefix(f, "buyer.")) && !strings.HasSuffix(f, ".pin")
	}},
	{"PIN codes match their States", func(f string) bool { return strings.HasSuffix(f, ".pin") }},
	{"Lines and totals in order", func(f string) bool { return strings.HasPrefix(f, "lines") || strings.HasPrefix(f, "totals") }},
}
