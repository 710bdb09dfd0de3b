package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/registrar"
)

// Drafts is how the pages keep drafts: as the form that somebody typed, in which also stands
// what could not be read.
type Drafts struct {
	// Form makes the form of a document that a program sent; file is the INV-01 that it came
	// as, nil for none, and missing says what was not sent.
	Form func(inv *gst.Invoice, file []byte, missing gst.Faults) []byte
	// Unread returns what could not be read in a form.
	Unread func(form []byte) gst.Faults
}

// orPlain is d, or where nothing is said drafts without forms.
func (d Drafts) orPlain() Drafts {
	if d.Form == nil {
		d.Form = func(_ *gst.Invoice, file []byte, _ gst.Faults) []byte { return desk.WithFile(nil, file) }
	}
	if d.Unread == nil {
		d.Unread = unreadFile
	}
	return d
}

// unreadFile is what is missing in the INV-01 that a draft came as.
func unreadFile(form []byte) gst.Faults {
	file := desk.FileIn(form)
	if file == nil {
		return nil
	}
	_, _, err := desk.Open(file)
	var unread gst.Invalid
	errors.As(err, &unread)
	return unread.Faults
}

// composed reads the document in the body of a call.
func (s *Server) composed(c echo.Context, company gst.Company) (desk.Composition, error) {
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return desk.Composition{}, err
	}
	c.Set(placesContext, sentPlaces(data))
	how := desk.Making{Compute: c.QueryParam("compute") == "yes", Series: c.QueryParam("series"), Branch: c.QueryParam("branch")}
	if how.Branch != "" && !how.Compute {
		return desk.Composition{}, badQuery("branch", "it goes with compute=yes: of documents with figures of their own DispDtls says where the goods leave from.")
	}
	p, err := s.desk.Compose(company, data, how)
	if err == nil && how.Series != "" && p.Invoice.Number != "" {
		err = badQuery("series", "the document brings its own number in DocDtls.No. Leave one of the two out.")
	}
	return p, err
}

// createDocument handles POST /companies/{gstin}/documents.
func (s *Server) createDocument(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	p, err := s.composed(c, company)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if c.QueryParam("issue") == "yes" {
		err = s.desk.IssueComposed(ctx, company, p)
	} else {
		err = s.desk.KeepComposed(ctx, company, p, s.formOf(p))
	}
	if err != nil {
		return s.numberTaken(ctx, company, p.Invoice, err)
	}
	c.Response().Header().Set(echo.HeaderLocation, ownPath(company.GSTIN, "documents", p.Invoice.ID))
	return s.sendAnswered(c, http.StatusCreated, company, p.Invoice.ID, wait)
}

// formOf is the form to keep with a draft. A typed one has no figures that could be missing
// but what nobody can work out.
func (s *Server) formOf(p desk.Composition) []byte {
	return s.drafts.Form(p.Invoice, p.File, p.Unread)
}

// documentMade answers createDocument once more.
func (s *Server) documentMade(c echo.Context, id int64) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, ownPath(company.GSTIN, "documents", id))
	return s.sendDocument(c, http.StatusCreated, company.GSTIN, id)
}

// documentAgain answers a call that did something about a document once more: with the
// document that the path names, for other things may have been changed on the way.
func (s *Server) documentAgain(scope db.Scope) func(echo.Context, int64) error {
	return func(c echo.Context, _ int64) error {
		company, inv, _, err := s.documentAt(c, scope)
		if err != nil {
			return err
		}
		return s.sendDocument(c, http.StatusOK, company.GSTIN, inv.ID)
	}
}

// numberTaken names the document that has the number of a new one. Other errors come back
// as they are.
func (s *Server) numberTaken(ctx context.Context, company gst.Company, inv *gst.Invoice, err error) error {
	if !errors.Is(err, gst.ErrConflict) || inv.Number == "" {
		return err
	}
	other, _, found := s.store.InvoiceByNumber(ctx, company.GSTIN, company.Mode, inv.Type, inv.Date.FinancialYear(), inv.Number)
	if found != nil || other.ID == inv.ID {
		return err
	}
	detail := fmt.Sprintf("Number %s is used in the financial year %s already. Give the document another one, or go on with the one that is there.", inv.Number, inv.Date.FinancialYear())
	return alreadyThere{"2150", detail, existing{other.ID, ownPath(company.GSTIN, "documents", other.ID)}}
}

// sendAnswered answers with a document once the portal has answered for it, or the caller
// wanted to wait no longer.
func (s *Server) sendAnswered(c echo.Context, status int, company gst.Company, id int64, wait time.Duration) error {
	callOf(c).document = id
	if wait > 0 {
		ctx, stop := context.WithTimeout(c.Request().Context(), wait)
		defer stop()
		if _, _, err := s.desk.Await(ctx, company.GSTIN, id); err != nil {
			return err
		}
	}
	return s.sendDocument(c, status, company.GSTIN, id)
}

// changeable reads the document that the path names, to change it. What a company made in
// practice before it went live stays as it is.
func (s *Server) changeable(c echo.Context, scope db.Scope) (gst.Company, *gst.Invoice, []byte, error) {
	company, inv, body, err := s.documentAt(c, scope)
	if err != nil {
		return company, inv, body, err
	}
	if inv.Mode != company.Mode {
		return company, inv, body, notNow("This document was made in practice, before the company went live. It is kept and stays as it is.")
	}
	return company, inv, body, ifMatch(c, inv.Version)
}

// replaceDocument handles PUT /companies/{gstin}/documents/{id}.
func (s *Server) replaceDocument(c echo.Context) error {
	company, stored, _, err := s.changeable(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	if stored.State == gst.Void {
		return notNow("This document is void: it stands no more, and cannot be changed.")
	}
	p, err := s.composed(c, company)
	if err != nil {
		return err
	}
	ctx, inv := c.Request().Context(), p.Invoice
	inv.ID, inv.Version = stored.ID, stored.Version
	// What INV-01 has no member for was not sent, and stays.
	inv.Branch, inv.Series, inv.Source, inv.Purpose = stored.Branch, stored.Series, stored.Source, stored.Purpose
	inv.Terms, inv.Transport, inv.BuyerChecked = stored.Terms, stored.Transport, stored.BuyerChecked
	if stored.State == gst.Draft {
		err = s.desk.KeepComposed(ctx, company, p, s.formOf(p))
	} else {
		err = s.desk.AmendComposed(ctx, company, p, stored)
	}
	switch {
	case errors.Is(err, gst.ErrState):
		return notNow("Only a draft, or an issued document without IRN that is not under way to the portal, can be replaced. Its kind and financial year stay.")
	case err != nil:
		return staleIf(c, err)
	}
	return s.sendAnswered(c, http.StatusOK, company, stored.ID, wait)
}

// deleteDraft handles DELETE /companies/{gstin}/documents/{id}.
func (s *Server) deleteDraft(c echo.Context) error {
	company, inv, _, err := s.changeable(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	err = s.store.DeleteDraft(c.Request().Context(), company.GSTIN, inv.ID, inv.Version)
	switch {
	case errors.Is(err, gst.ErrState):
		return notNow("Only a draft can be deleted. An issued document has a number, which is never used again: give it up (void), or cancel its IRN.")
	case err != nil:
		return staleIf(c, err)
	}
	return c.NoContent(http.StatusNoContent)
}

// issueDraft handles POST /companies/{gstin}/documents/{id}/issue.
func (s *Server) issueDraft(c echo.Context) error {
	company, inv, form, err := s.changeable(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	if inv.State != gst.Draft {
		return notNow("This document is issued already.")
	}
	c.Set(placesContext, places(storedPlaces))
	ctx := c.Request().Context()
	err = s.desk.IssueStored(ctx, company, inv, form, s.drafts.Unread(form))
	if err != nil {
		return staleIf(c, s.numberTaken(ctx, company, inv, err))
	}
	return s.sendAnswered(c, http.StatusOK, company, inv.ID, wait)
}

// storedPlaces are those of a document that was not sent with the call: fields have their
// names, and stand nowhere in the body.
func storedPlaces(field string) (pointer, name string) {
	_, name = inv01Places(field)
	return "", name
}

// registerDocument handles POST /companies/{gstin}/documents/{id}/register.
func (s *Server) registerDocument(c echo.Context) error {
	company, inv, _, err := s.changeable(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	wait, err := waitOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	switch state := inv.IRN.State; {
	case inv.State == gst.Draft:
		return notNow("This is a draft. Issue it first.")
	case inv.State == gst.Void:
		return notNow("This document is void: it is not registered any more.")
	case state == gst.IRNNotRequired:
		return notNow("This document needs no IRN.")
	case state == gst.IRNHeld:
		err = s.desk.Register(ctx, company, inv.ID)
	case state == gst.IRNFailed, state == gst.IRNConflict:
		if err = s.desk.SendAgain(ctx, company, inv.ID); errors.Is(err, gst.ErrState) {
			return notNow("The portal refused this document for what is in it, so sending it unchanged is of no use. Mend it (PUT) first.")
		}
	}
	if err != nil {
		return err
	}
	return s.sendAnswered(c, http.StatusOK, company, inv.ID, wait)
}

// cancelDocument handles POST /companies/{gstin}/documents/{id}/cancel.
func (s *Server) cancelDocument(c echo.Context) error {
	company, inv, _, err := s.changeable(c, db.ScopeCancel)
	if err != nil {
		return err
	}
	var body cancelBody
	if err := readJSON(s, c, mostSmall, &body); err != nil {
		return err
	}
	switch {
	case inv.IRN.State == gst.IRNCancelled:
		return s.sendDocument(c, http.StatusOK, company.GSTIN, inv.ID)
	case inv.IRN.State != gst.IRNRegistered || inv.Elsewhere:
		return notNow("This document has no IRN from here that could be cancelled. One without IRN is given up instead (void).")
	}
	err = s.desk.Cancel(c.Request().Context(), company, inv.ID, gst.CancelReason(body.Reason), body.Remark)
	var bad gst.Invalid
	var refusal *gst.Refusal
	switch {
	case err == nil:
		return s.sendDocument(c, http.StatusOK, company.GSTIN, inv.ID)
	case errors.As(err, &bad) && len(bad.For("eway_gone")) > 0:
		return plainError{http.StatusConflict, "2230", "E-way bill active",
			fmt.Sprintf("E-way bill %s of this document is active, and while it is the portal cancels no IRN. Cancel it first, within 24 hours of its making.", bad.For("eway_gone")[0].Args[0])}
	case errors.As(err, &refusal) && refusal.Has("2270"):
		return plainError{http.StatusConflict, "2270", "Too late", "The 24 hours for cancelling are over. What is wrong is put right with a credit note."}
	case errors.As(err, &refusal) && refusal.Has("2230"):
		return plainError{http.StatusConflict, "2230", "E-way bill active", "An e-way bill of this document is active, and while it is the portal cancels no IRN. Cancel it first."}
	case registrar.MayHaveActed(err):
		return slow{30 * time.Second, "No answer came from the portal, so it is not known whether the IRN is cancelled. Make the call again: to cancel twice does no harm."}
	}
	return err
}

// voidDocument handles POST /companies/{gstin}/documents/{id}/void.
func (s *Server) voidDocument(c echo.Context) error {
	company, inv, _, err := s.changeable(c, db.ScopeCancel)
	if err != nil {
		return err
	}
	var body voidBody
	if err := readJSON(s, c, mostSmall, &body); err != nil {
		return err
	}
	reason := tidy(body.Reason)
	length, needed := len([]rune(reason)), inv.Elsewhere || inv.IRN.State == gst.IRNNotRequired
	switch {
	case inv.State == gst.Draft:
		return notNow("This is a draft. Delete it instead.")
	case inv.State == gst.Void:
		return s.sendDocument(c, http.StatusOK, company.GSTIN, inv.ID)
	case length > 100, length < 3 && (length > 0 || needed):
		return gst.Faults{{Rule: "void.reason", Field: "reason"}}.Err()
	case length == 0:
		reason = "given up"
	}
	err = s.store.VoidInvoice(c.Request().Context(), company.GSTIN, inv.ID, inv.Version, reason)
	switch {
	case errors.Is(err, gst.ErrState):
		return notNow("This document has its IRN, or is under way to it. Cancel the IRN instead, or wait for the portal's answer.")
	case err != nil:
		return staleIf(c, err)
	}
	return s.sendDocument(c, http.StatusOK, company.GSTIN, inv.ID)
}
