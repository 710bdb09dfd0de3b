package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/views"
)

// links puts on a document's page what it goes back to, what goes back to it, and what is
// left of it to credit.
func (s *Server) links(c echo.Context, inv *gst.Invoice, state *views.InvoiceState) error {
	ctx := c.Request().Context()
	linked, err := s.store.Linked(ctx, inv.Company, inv.ID)
	if err != nil {
		return err
	}
	drafts, err := s.store.DraftsFrom(ctx, inv.Company, inv.ID)
	if err != nil {
		return err
	}
	for _, d := range append(linked, drafts...) {
		state.Linked = append(state.Linked, linkedView(inv, d))
	}
	if desk.MakesInvoice(companyOf(c), inv) {
		state.Changes.Invoice = makeInvoice(inv, linked, drafts)
		state.Changes.Invoice.Open = c.Request().Method == http.MethodPost // just pressed
	}
	if isNote(inv.Type) {
		offerOriginal(inv, linked, &state.Changes)
	}
	if !desk.NotesAllowed(companyOf(c), inv) {
		return nil
	}
	original, err := s.desk.Original(ctx, companyOf(c), inv.ID)
	if errors.Is(err, gst.ErrState) {
		return nil // it has changed this moment
	}
	if err != nil {
		return err
	}
	state.LeftText = leftText(original)
	return nil
}

// linkedView is a linked document as the page of inv shows it.
func linkedView(inv *gst.Invoice, d db.LinkedDocument) views.LinkedView {
	to := gst.Invoice{ID: d.ID, Company: inv.Company}
	v := views.LinkedView{
		Relation: relation(d), URL: invoiceURL(&to, ""), Number: d.Number,
		Note: joinParts(d.Date.Long(), rupees(signed(d.Type, d.Total))), Kind: "muted",
	}
	switch d.State {
	case gst.Draft:
		v.Number, v.Kind, v.State = "Draft", "wait", "Not issued"
	case gst.Void:
		v.State = "Void"
	default:
		v.Kind, v.State = "good", "Issued"
	}
	return v
}

// relation says what a linked document is to the one whose page it is on.
func relation(d db.LinkedDocument) string {
	kind := documentKinds[d.Type]
	switch {
	case d.Kind == db.LinkMadeFrom && d.Original:
		return "Made from " + strings.ToLower(kind)
	case d.Kind == db.LinkMadeFrom:
		return "Made into " + strings.ToLower(kind)
	case d.Original:
		return "To " + strings.ToLower(kind)
	}
	return kind
}

// makeInvoice offers the invoice; with one made already, a void one aside, it is asked
// first.
func makeInvoice(inv *gst.Invoice, linked, drafts []db.LinkedDocument) *views.MakeInvoice {
	m := &views.MakeInvoice{URL: invoiceURL(inv, "invoice")}
	for _, d := range append(linked, drafts...) {
		if d.Kind != db.LinkMadeFrom || d.Original || d.State == gst.Void {
			continue
		}
		m.Made = "a draft"
		if d.Number != "" {
			m.Made = d.Number
		}
		m.Again = fmt.Sprintf("%s was made of it already, for %s. Make another one?", m.Made, rupees(d.Total))
	}
	return m
}

// offerOriginal offers on a note's page further notes to its original, which is one
// document that stands.
func offerOriginal(note *gst.Invoice, linked []db.LinkedDocument, changes *views.Changes) {
	if note.State != gst.Issued {
		return
	}
	var originals []db.LinkedDocument
	for _, d := range linked {
		if d.Kind == db.LinkNote && d.Original && d.State == gst.Issued && !isNote(d.Type) {
			originals = append(originals, d)
		}
	}
	if len(originals) == 1 {
		to := gst.Invoice{ID: originals[0].ID, Company: note.Company}
		offerNotes(&to, changes)
	}
}

// offerNotes offers credit and debit notes to a document.
func offerNotes(inv *gst.Invoice, changes *views.Changes) {
	changes.NoteURL = invoiceURL(inv, "note") + "?type=" + string(gst.CreditNote)
	changes.DebitURL = invoiceURL(inv, "note") + "?type=" + string(gst.DebitNote)
}

// isNote reports whether documents of the type go back to an original.
func isNote(t gst.DocumentType) bool { return t == gst.CreditNote || t == gst.DebitNote }

// invoiceFrom handles POST /c/{gstin}/invoices/{id}/invoice: a quotation, a proforma
// invoice or a challan becomes a draft invoice in the editor. With one made already, the
// page is shown that asks, unless the form says that it was asked.
func (s *Server) invoiceFrom(c echo.Context) error {
	source, err := s.changeable(c)
	if err != nil {
		return err
	}
	if c.FormValue("again") == "" {
		ctx := c.Request().Context()
		linked, err := s.store.Linked(ctx, source.Company, source.ID)
		if err != nil {
			return err
		}
		drafts, err := s.store.DraftsFrom(ctx, source.Company, source.ID)
		if err != nil {
			return err
		}
		if m := makeInvoice(source, linked, drafts); m.Made != "" {
			return s.showDocument(c, http.StatusConflict, source, cancelTyped{})
		}
	}
	inv, err := s.desk.InvoiceFrom(c.Request().Context(), companyOf(c), source.ID)
	if err != nil {
		return fmt.Errorf("make an invoice of document %d: %w", source.ID, err)
	}
	return redirect(c, invoiceURL(inv, ""))
}
