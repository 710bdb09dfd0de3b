package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/gst"
)

// newInvoice handles GET /c/{gstin}/invoices/new?type=INV. With ?copy= it begins as a copy
// of a document, of another type where ?type= says so. With ?note= it leads on to the page
// that makes a note to a document, as old links do.
func (s *Server) newInvoice(c echo.Context) error {
	kind := gst.DocumentType(c.QueryParam("type"))
	if documentKinds[kind] == "" {
		kind = ""
	}
	if id, err := strconv.ParseInt(c.QueryParam("note"), 10, 64); err == nil {
		address := companyURL(companyOf(c).GSTIN, "invoices/"+strconv.FormatInt(id, 10)+"/note")
		if kind == gst.DebitNote {
			address += "?type=" + string(kind)
		}
		return redirect(c, address)
	}
	inv := s.desk.New(companyOf(c), kind)
	if id, err := strconv.ParseInt(c.QueryParam("copy"), 10, 64); err == nil {
		old, _, err := s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, id)
		if err != nil {
			return err
		}
		inv = copyOf(old, kind, s.today())
	}
	return s.showEditor(c, http.StatusOK, editing{values: valuesOf(inv)})
}

// copyOf is a new document that says what another one says, but for what is that one's
// alone: its number and day, and the documents that it refers to. Made as another type,
// an invoice of a quotation, it remembers what it was made from.
func copyOf(old *gst.Invoice, kind gst.DocumentType, today gst.Date) *gst.Invoice {
	inv := *old
	inv.Date, inv.Brought, inv.Source, inv.Refs.Preceding = today, false, 0, nil
	if old.Terms.Due != 0 && old.Date != 0 {
		inv.Terms.Due = today.AddDays(old.Terms.Due.DaysSince(old.Date))
	}
	if kind != "" && kind != old.Type {
		inv.Type, inv.Source = kind, old.ID
	}
	inv.Lines = slices.Clone(old.Lines)
	for i := range inv.Lines {
		inv.Lines[i].Against = 0
	}
	return &inv
}
