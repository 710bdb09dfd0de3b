package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/views"
)

// editing is a document in the editor.
type editing struct {
	values   url.Values   // the form as typed
	faults   gst.Faults   // to show beside the fields
	stored   *gst.Invoice // the document that is edited, nil for a new one
	amending bool         // stored has its number already
	saved    string       // "Draft saved 10:42"
	newer    string       // address of the version that somebody else saved; empty: none
	spare    int          // empty lines at the end
	group    string       // the group that an empty row is added to: "docs", "lines[3].attributes"
	open     int          // the line whose details are unfolded, from 1; 0: none
}

// editorOf is a stored document ready for editing. A draft comes back as it was typed,
// also what could not be read.
func editorOf(inv *gst.Invoice, body []byte) editing {
	e := editing{stored: inv, values: valuesOf(inv), amending: inv.State == gst.Issued}
	if typed, err := url.ParseQuery(string(body)); err == nil && inv.State == gst.Draft && len(body) > 0 {
		typed.Del(fileField)
		if len(typed) > 0 { // a program sends no form
			e.values = typed
		}
	}
	e.values.Set("id", strconv.FormatInt(inv.ID, 10))
	e.values.Set("version", strconv.FormatInt(inv.Version, 10))
	if inv.State == gst.Draft {
		e.saved = "Draft saved " + inv.Changed.In(gst.IST).Format("15:04")
	}
	return e
}

// saveInvoice handles POST /c/{gstin}/invoices: the editor's buttons.
func (s *Server) saveInvoice(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	switch values.Get("do") {
	case "issue":
		return s.issueInvoice(c, values)
	case "draft":
		return s.saveDraft(c, values)
	}
	return s.reworkForm(c, editing{values: values})
}

// reworkForm does what the buttons do that only change the form, for browsers without
// script, and shows it again with room for more lines.
func (s *Server) reworkForm(c echo.Context, e editing) error {
	var err error
	switch e.values.Get("do") {
	case "customer":
		err = s.fillCustomer(c, e.values)
	case "ship":
		err = s.fillShipTo(c, e.values)
	}
	if err != nil {
		return err
	}
	changeRows(&e)
	return s.showEditor(c, http.StatusOK, e)
}

// issueInvoice issues what the form says, or shows it again with everything that is
// wrong.
func (s *Server) issueInvoice(c echo.Context, values url.Values) error {
	typed := s.typed(c, values)
	company := typed.as(companyOf(c))
	if len(typed.unread) > 0 {
		faults := typed.unread.Before(s.desk.Check(company, typed.Invoice))
		return s.showEditor(c, http.StatusUnprocessableEntity, editing{values: values, faults: faults})
	}
	err := s.issue(c, company, typed)
	if errors.Is(err, gst.ErrState) && s.isIssued(c, typed.ID) {
		return redirect(c, invoiceURL(typed.Invoice, "")) // pressed twice
	}
	if err != nil {
		return s.showRefusedForm(c, editing{values: values}, typed, err)
	}
	return redirect(c, invoiceURL(typed.Invoice, ""))
}

// issue issues what a form says. A document that was opened from a file is compared with it.
func (s *Server) issue(c echo.Context, company gst.Company, typed typedInvoice) error {
	if !typed.Brought {
		return s.desk.Issue(c.Request().Context(), company, typed.Invoice)
	}
	return s.desk.IssueOpened(c.Request().Context(), company, typed.Invoice, s.fileBehind(c, typed))
}

// typed reads the editor's form. Without word of its seller a brought document is the
// company's.
func (s *Server) typed(c echo.Context, values url.Values) typedInvoice {
	typed := parseInvoice(values)
	if typed.Brought && typed.Seller == (gst.Party{}) {
		typed.Seller = companyOf(c).Party()
	}
	return typed
}

// isIssued reports whether a document is issued already.
func (s *Server) isIssued(c echo.Context, id int64) bool {
	inv, _, err := s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, id)
	return err == nil && inv.State != gst.Draft
}

// showRefusedForm shows the form again after the desk refused it.
func (s *Server) showRefusedForm(c echo.Context, e editing, typed typedInvoice, err error) error {
	var bad gst.Invalid
	switch {
	case errors.As(err, &bad):
		e.faults = bad.Faults
		return s.showEditor(c, http.StatusUnprocessableEntity, e)
	case errors.Is(err, gst.ErrConflict) && typed.Brought && !s.isNewer(c, typed):
		e.faults = gst.Faults{{Rule: "number.used", Code: "2150", Field: "number", Args: []string{typed.Number}}}
		return s.showEditor(c, http.StatusConflict, e)
	case errors.Is(err, gst.ErrConflict):
		e.faults = gst.Faults{s.conflict(c, e.values.Get("id"))}
		if id := e.values.Get("id"); id != "" {
			e.newer = companyURL(companyOf(c).GSTIN, "invoices/"+url.PathEscape(id))
		}
		return s.showEditor(c, http.StatusConflict, e)
	}
	return err
}

// conflict says that a document was changed meanwhile, and by whom when that is known.
func (s *Server) conflict(c echo.Context, id string) gst.Fault {
	n, err := strconv.ParseInt(id, 10, 64)
	if err == nil {
		var last db.LogEntry
		if last, err = s.store.LastChange(c.Request().Context(), companyOf(c).GSTIN, n); err == nil {
			return gst.Fault{Rule: "form.conflict.by", Args: []string{last.Actor.Name, last.At.In(gst.IST).Format("15:04")}}
		}
	}
	return gst.Fault{Rule: "form.conflict"}
}

// isNewer reports whether somebody else saved the document since its form was made.
func (s *Server) isNewer(c echo.Context, typed typedInvoice) bool {
	if typed.ID == 0 {
		return false
	}
	inv, _, err := s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, typed.ID)
	return err != nil || inv.Version != typed.Version
}

// saveDraft stores what the form says as it is.
func (s *Server) saveDraft(c echo.Context, values url.Values) error {
	typed := s.typed(c, values)
	err := s.desk.SaveDraft(c.Request().Context(), typed.as(companyOf(c)), typed.Invoice, s.draftForm(c, typed, values))
	if err != nil {
		return s.showRefusedForm(c, editing{values: values}, typed, err)
	}
	return redirect(c, invoiceURL(typed.Invoice, "")+"?done=saved")
}

// autosave handles POST /c/{gstin}/invoices/draft: the script saves while people type.
func (s *Server) autosave(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	typed := s.typed(c, values)
	id, version := values.Get("id"), values.Get("version")
	if typed.ID == 0 && typed.Buyer.LegalName == "" && len(typed.Lines) == 0 {
		return s.show(c, http.StatusOK, views.DraftSaved("", id, version, false), nil) // nothing worth keeping yet
	}
	switch err := s.desk.SaveDraft(c.Request().Context(), typed.as(companyOf(c)), typed.Invoice, s.draftForm(c, typed, values)); {
	case errors.Is(err, gst.ErrConflict), errors.Is(err, gst.ErrState):
		return s.show(c, http.StatusOK, views.DraftSaved("Not saved: changed in another window", id, version, false), nil)
	case err != nil:
		return err
	}
	// The page's address becomes the draft's, so that loading it again brings it back.
	c.Response().Header().Set("HX-Replace-Url", invoiceURL(typed.Invoice, ""))
	saved := "Draft saved " + s.now().In(gst.IST).Format("15:04")
	id, version = strconv.FormatInt(typed.ID, 10), strconv.FormatInt(typed.Version, 10)
	return s.show(c, http.StatusOK, views.DraftSaved(saved, id, version, false), nil)
}

// rawForm is the form as typed, to keep with the draft: also what cannot be read as a
// number or a date must come back.
func rawForm(values url.Values) []byte {
	kept := url.Values{}
	for name, value := range values {
		if name != "do" && name != "id" && name != "version" && name != fileField {
			kept[name] = value
		}
	}
	return []byte(kept.Encode())
}

// fileField is the name under which a draft's form keeps the INV-01 that it was opened
// from; see desk.WithFile. Browsers never see it.
const fileField = "file"

// draftForm is the form to keep with a draft.
func (s *Server) draftForm(c echo.Context, typed typedInvoice, values url.Values) []byte {
	return desk.WithFile(rawForm(values), s.fileBehind(c, typed))
}

// fileBehind is the INV-01 that a brought draft was opened from, nil where there is none.
func (s *Server) fileBehind(c echo.Context, typed typedInvoice) []byte {
	if !typed.Brought || typed.ID == 0 {
		return nil
	}
	inv, form, err := s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, typed.ID)
	if err != nil || inv.State != gst.Draft {
		return nil
	}
	return desk.FileIn(form)
}

// editInvoice handles GET /c/{gstin}/invoices/{id}/edit: an issued document that has
// no IRN yet is corrected under its number.
func (s *Server) editInvoice(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	if inv.State == gst.Draft {
		return redirect(c, invoiceURL(inv, "")) // a draft's own page is the editor
	}
	if !mayAmend(inv) {
		return gst.ErrState
	}
	e := editorOf(inv, nil)
	e.faults = s.faultsOf(c, e.values)
	return s.showEditor(c, http.StatusOK, e)
}

// faultsOf is all that is wrong with what a form says.
func (s *Server) faultsOf(c echo.Context, values url.Values) gst.Faults {
	typed := s.typed(c, values)
	return typed.unread.Before(s.desk.Check(typed.as(companyOf(c)), typed.Invoice))
}

// mayAmend reports whether a document may still be corrected in the editor: it waits for
// a person before it gets its IRN.
func mayAmend(inv *gst.Invoice) bool {
	return inv.State == gst.Issued && (inv.IRN.State == gst.IRNHeld || inv.IRN.State == gst.IRNFailed)
}

// amendInvoice handles POST /c/{gstin}/invoices/{id}/edit.
func (s *Server) amendInvoice(c echo.Context) error {
	stored, err := s.changeable(c)
	if err != nil {
		return err
	}
	if !mayAmend(stored) {
		return gst.ErrState
	}
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	e := editing{values: values, stored: stored, amending: true}
	if values.Get("do") != "issue" {
		return s.reworkForm(c, e)
	}
	typed := s.typed(c, values)
	company := typed.as(companyOf(c))
	typed.ID, typed.Number, typed.Type = stored.ID, stored.Number, stored.Type
	if len(typed.unread) > 0 {
		e.faults = typed.unread.Before(s.desk.Check(company, typed.Invoice))
		return s.showEditor(c, http.StatusUnprocessableEntity, e)
	}
	if err := s.desk.Amend(c.Request().Context(), company, typed.Invoice); err != nil {
		return s.showRefusedForm(c, e, typed, err)
	}
	return redirect(c, invoiceURL(stored, ""))
}

// previewInvoice handles POST /c/{gstin}/invoices/preview: totals and objections while
// people type.
func (s *Server) previewInvoice(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	preview, err := s.preview(c, s.typed(c, values))
	if err != nil {
		return err
	}
	if c.QueryParam("number") == "kept" { // the form of a document that has its number
		preview.NumberHint, preview.Number = keptNumber, ""
	}
	return s.show(c, http.StatusOK, views.EditorAnswer(preview), nil)
}

// customerOptions handles GET /c/{gstin}/invoices/customers.
func (s *Server) customerOptions(c echo.Context) error {
	customers, err := s.customers(c, c.QueryParam("buyer.name"))
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.CustomerOptions(customers), nil)
}

// fillCustomer puts the remembered details of the named customer into the form, for
// browsers without script.
func (s *Server) fillCustomer(c echo.Context, values url.Values) error {
	name := strings.TrimSpace(values.Get("buyer.name"))
	found, err := s.store.Customers(c.Request().Context(), companyOf(c).GSTIN, name, remembered)
	if err != nil {
		return fmt.Errorf("look for customer: %w", err)
	}
	if name == "" || len(found) == 0 {
		return nil
	}
	customer := found[0]
	if i := slices.IndexFunc(found, func(f gst.Customer) bool { return strings.EqualFold(f.LegalName, name) }); i >= 0 {
		customer = found[i] // named in full, not only in part
	}
	for field, value := range buyerValues(companyOf(c), customer) {
		values.Set(field, value)
	}
	return nil
}
