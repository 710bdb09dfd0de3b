package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/pdf"
	"mohar/views"
)

// listInvoices handles GET /c/{gstin}/invoices.
func (s *Server) listInvoices(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	after, err := db.ParseCursor(c.QueryParam("after"))
	if err != nil {
		return redirect(c, companyURL(company.GSTIN, "invoices")) // an old or mistyped link: from the top
	}
	filter := db.InvoiceFilter{
		Company: company.GSTIN, Mode: company.Mode, State: chipNamed(c.QueryParam("state")),
		Type:  typeNamed(c.QueryParam("type")),
		Query: strings.TrimSpace(c.QueryParam("q")), After: after,
	}
	rows, next, err := s.store.Invoices(ctx, filter)
	if err != nil {
		return err
	}
	list := invoiceList(company, filter, rows, next)
	if wantsFragment(c) {
		return s.show(c, http.StatusOK, views.InvoiceRows(list), nil)
	}
	counts, err := s.store.Counts(ctx, company.GSTIN, company.Mode)
	if err != nil {
		return err
	}
	page := s.frame(c, "Invoices")
	page.Nav, page.Scripts = "invoices", []string{"list.js"}
	view := invoicesView(company, filter, counts, list)
	if view.Trouble, err = s.trouble(c); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.InvoicesPage(page, view), nil)
}

// showInvoice handles GET /c/{gstin}/invoices/{id}: a draft opens in the editor.
func (s *Server) showInvoice(c echo.Context) error {
	inv, body, err := s.invoice(c)
	if err != nil {
		return err
	}
	if inv.State == gst.Draft {
		e := editorOf(inv, body)
		if inv.Brought { // nobody typed it: what is wrong with it is not known yet
			e.faults = s.faultsOf(c, e.values)
		}
		return s.showEditor(c, http.StatusOK, e)
	}
	return s.showDocument(c, http.StatusOK, inv, cancelTyped{asked: c.QueryParam("done") == doneAsked})
}

// showDocument shows an issued document; cancel is what was typed into its form.
func (s *Server) showDocument(c echo.Context, status int, inv *gst.Invoice, cancel cancelTyped) error {
	state, err := s.invoiceState(c, inv, cancel)
	if err != nil {
		return err
	}
	page := s.frame(c, inv.Number)
	page.Nav, page.Back = "invoices", companyURL(inv.Company, "invoices")
	page.Scripts = []string{"countdown.js"}
	if state.WatchURL != "" {
		page.Scripts, page.Refresh = append(page.Scripts, "watch.js"), refreshSeconds
	}
	view := invoiceView(inv, state)
	if view.Note = cancel.note; cancel.asked {
		if view.Note, err = s.askedNote(c, inv); err != nil {
			return err
		}
	}
	return s.show(c, status, views.InvoicePage(page, view), nil)
}

// refreshSeconds is how often a browser without script loads a page that waits for
// the portal.
const refreshSeconds = 5

// invoice reads the document that the address names.
func (s *Server) invoice(c echo.Context) (*gst.Invoice, []byte, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return nil, nil, gst.ErrNotFound
	}
	return s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, id)
}

// changeable reads the document that the address names, to change it. It returns
// gst.ErrState for what a company made in practice before it went live: that is kept, and
// stays as it is.
func (s *Server) changeable(c echo.Context) (*gst.Invoice, error) {
	inv, _, err := s.invoice(c)
	if err != nil {
		return nil, err
	}
	if inv.Mode != companyOf(c).Mode {
		return nil, gst.ErrState
	}
	return inv, nil
}

// invoiceState is what the page shows beside the paper.
func (s *Server) invoiceState(c echo.Context, inv *gst.Invoice, cancel cancelTyped) (views.InvoiceState, error) {
	events, err := s.store.Events(c.Request().Context(), inv.Company, inv.ID)
	if err != nil {
		return views.InvoiceState{}, err
	}
	why, err := s.store.Waiting(c.Request().Context(), inv.Company, inv.ID)
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return views.InvoiceState{}, err
	}
	if inv.IRN.State == gst.IRNRegistered {
		if cancel.bill, err = s.desk.StandingEWay(c.Request().Context(), inv.Company, inv.ID); err != nil {
			return views.InvoiceState{}, err
		}
	}
	state := views.InvoiceState{
		Kind: stateKind(inv.State, inv.IRN.State), Word: stateWord(inv.State, inv.IRN.State),
		Events: timeline(inv, events), Problem: problemOf(inv, why), Changes: s.changesOf(companyOf(c), inv, cancel),
		CallsURL: callsLink(inv, events), HandURL: handURL(inv),
	}
	if err := s.standsInTheWay(c, inv, events, &state); err != nil {
		return views.InvoiceState{}, err
	}
	if state.EWay, err = s.ewayPanel(c.Request().Context(), companyOf(c), inv); err != nil {
		return views.InvoiceState{}, err
	}
	state.Why = whyLines(inv, s.desk.Rules(companyOf(c)), state.EWay != nil && state.EWay.Kind == ewayKinds[gst.EWayActive])
	offerByHand(inv, why, events, &state)
	if err := s.links(c, inv, &state); err != nil {
		return views.InvoiceState{}, err
	}
	if reg := inv.IRN.Registration; reg != nil && reg.SignedInvoice != "" {
		state.JSONURL = invoiceURL(inv, "json")
	}
	if waiting(inv.IRN.State) || state.EWay != nil && state.EWay.Waits {
		state.WatchURL = invoiceURL(inv, "events")
	}
	if state.EInvoice, err = eInvoiceView(inv); err != nil {
		return views.InvoiceState{}, err
	}
	return state, nil
}

// standsInTheWay puts what keeps a document from being registered, beyond what it says
// itself, into its state.
func (s *Server) standsInTheWay(c echo.Context, inv *gst.Invoice, events []db.Event, state *views.InvoiceState) (err error) {
	if inv.IRN.State == gst.IRNConflict && inv.State != gst.Void {
		if state.Problem, err = s.conflictProblem(c, inv); err != nil {
			return err
		}
	}
	if doubt := cancelDoubt(inv, events); doubt != nil {
		state.Problem = doubt
	}
	if state.Problem == nil {
		if state.Problem, err = s.keptBack(c.Request().Context(), companyOf(c), inv); err != nil {
			return err
		}
	}
	return s.nameTroubles(c.Request().Context(), inv, state.Problem)
}

// waiting reports whether news from the portal is to be expected.
func waiting(state gst.IRNState) bool {
	return state == gst.IRNPending || state == gst.IRNUnknown
}

// invoicePDF handles GET /c/{gstin}/invoices/{id}/pdf. With copies=all it prints all the
// copies that the company makes, each with its marking; else one without a marking. A
// draft is printed for proof reading.
func (s *Server) invoicePDF(c echo.Context) error {
	inv, _, err := s.invoice(c)
	if err != nil {
		return err
	}
	options := printOptions(inv)
	if c.QueryParam("copies") == "all" {
		options.Copies = pdf.CopyLabels(inv, companyOf(c))
	}
	var file bytes.Buffer
	if err := s.printer.WriteInvoice(&file, inv, companyOf(c), options); err != nil {
		return err
	}
	if inv.State == gst.Draft {
		return sendFile(c, toShow, paperName("Draft", inv), "application/pdf", file.Bytes())
	}
	printed := db.Event{Kind: db.EventPrinted}
	if err := s.store.AddEvent(c.Request().Context(), inv.Company, inv.ID, printed); err != nil {
		// A full disk must not keep the driver waiting for the paper.
		s.log.WarnContext(c.Request().Context(), "print not noted", "number", inv.Number, "error", err)
	}
	return sendFile(c, toShow, paperName(fileNumber(inv), inv), "application/pdf", file.Bytes())
}

// paperName is the name of a printed document's file, "INV-0123 Party.pdf".
func paperName(number string, inv *gst.Invoice) string {
	return strings.TrimSpace(number+" "+inv.Buyer.LegalName) + ".pdf"
}

// printOptions marks what the paper must not pass for.
func printOptions(inv *gst.Invoice) pdf.Options {
	o := pdf.Options{Practice: inv.Mode == gst.Practice}
	if inv.State == gst.Draft {
		o.Draft = true
		return o
	}
	switch inv.IRN.State {
	case gst.IRNRegistered, gst.IRNNotRequired, gst.IRNCancelled:
	default:
		o.NotValid = true
	}
	if inv.State == gst.Void {
		o.NotValid = false // it is marked VOID or CANCELLED instead
		// Of what was cancelled at the portal only the day is known on which it was seen.
		if !inv.IRN.CancelledAt.IsZero() && inv.IRN.CancelReason != "" {
			o.Cancelled = gst.DateOf(inv.IRN.CancelledAt).String()
		}
	}
	return o
}

// invoiceJSON handles GET /c/{gstin}/invoices/{id}/json: what the portal signed.
func (s *Server) invoiceJSON(c echo.Context) error {
	inv, _, err := s.invoice(c)
	if err != nil {
		return err
	}
	signed, err := desk.SignedJSON(inv)
	if err != nil {
		return err
	}
	return sendFile(c, toSave, fileNumber(inv)+" signed.json", echo.MIMEApplicationJSON, signed)
}

// invoiceINV01 handles GET /c/{gstin}/invoices/{id}/inv01: the INV-01 that is or was sent,
// and of drafts and documents that are never sent what it would be.
func (s *Server) invoiceINV01(c echo.Context) error {
	inv, body, err := s.invoice(c)
	if err != nil {
		return err
	}
	file, err := desk.INV01(inv, body, desk.FileIn(body))
	if err != nil {
		return err
	}
	return sendFile(c, toSave, inv01Name(inv), echo.MIMEApplicationJSON, file)
}

// inv01Name is what an INV-01 file is called. One of a type that INV-01 does not have says
// so.
func inv01Name(inv *gst.Invoice) string {
	name := fileNumber(inv)
	if inv.State == gst.Draft {
		name = strings.TrimSpace("Draft " + strconv.FormatInt(inv.ID, 10) + " " + name)
	}
	switch inv.Type {
	case gst.TaxInvoice, gst.CreditNote, gst.DebitNote:
		return name + " INV-01.json"
	}
	return name + " " + strings.ToLower(documentKinds[inv.Type]) + " as INV-01.json"
}

// fileNumber is a document's number as part of a file's name.
func fileNumber(inv *gst.Invoice) string { return strings.ReplaceAll(inv.Number, "/", "-") }

// registerInvoice handles POST /c/{gstin}/invoices/{id}/register: what was held goes
// to the portal.
func (s *Server) registerInvoice(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	if err := s.desk.Register(c.Request().Context(), companyOf(c), inv.ID); err != nil {
		return err
	}
	return redirect(c, invoiceURL(inv, ""))
}

// retryInvoice handles POST /c/{gstin}/invoices/{id}/retry: what waits is tried now. All of
// the company's waiting documents are, because they wait for the same thing.
func (s *Server) retryInvoice(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	if err := s.registrar.TryNow(c.Request().Context(), inv.Company, inv.Mode); err != nil {
		return err
	}
	return redirect(c, invoiceURL(inv, ""))
}

// voidInvoice handles POST /c/{gstin}/invoices/{id}/void: a document without IRN is
// given up, one that needed none withdrawn, with the reason.
func (s *Server) voidInvoice(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	typed := cancelTyped{why: strings.Join(strings.Fields(c.FormValue("why")), " ")}
	length := len([]rune(typed.why))
	switch {
	case length > 100, length < 3 && (length > 0 || needsReason(inv)):
		typed.faults.Faults = gst.Faults{{Rule: "void.reason", Field: "why"}}
		return s.showDocument(c, http.StatusUnprocessableEntity, inv, typed)
	case length == 0:
		typed.why = "given up"
	}
	err = s.store.VoidInvoice(c.Request().Context(), inv.Company, inv.ID, inv.Version, typed.why)
	if errors.As(err, &typed.faults) { // such as a month that is closed
		for i := range typed.faults.Faults {
			typed.faults.Faults[i].Field = "why"
		}
		return s.showDocument(c, http.StatusUnprocessableEntity, inv, typed)
	}
	if err != nil {
		return err
	}
	if c.FormValue("then") == "copy" {
		return redirect(c, copyURL(inv))
	}
	return redirect(c, invoiceURL(inv, ""))
}

// deleteDraft handles POST /c/{gstin}/invoices/{id}/delete.
func (s *Server) deleteDraft(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteDraft(c.Request().Context(), inv.Company, inv.ID, inv.Version); err != nil {
		return err
	}
	return redirect(c, companyURL(inv.Company, "invoices"))
}

// copyURL is the editor with a copy of a document.
func copyURL(inv *gst.Invoice) string {
	return companyURL(inv.Company, "invoices/new") + "?copy=" + strconv.FormatInt(inv.ID, 10)
}

// invoiceURL is the address of a document, or of something about it.
func invoiceURL(inv *gst.Invoice, part string) string {
	path := "invoices/" + strconv.FormatInt(inv.ID, 10)
	if part != "" {
		path += "/" + part
	}
	return companyURL(inv.Company, path)
}

// qrView draws the signed QR code.
func qrView(text string) (templ.Component, error) {
	svg, err := pdf.QRSVG(text)
	if err != nil {
		return nil, fmt.Errorf("draw the signed QR: %w", err)
	}
	return templ.Raw(svg), nil
}
