package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/gst"
)

// newInvoice handles GET /c/{gstin}/invoices/new?type=INV. With ?copy= it begins as a copy
// of a document, of another type where ?type= says so, and with ?note= as a credit or debit
// note against it.
func (s *Server) newInvoice(c echo.Context) error {
	kind := gst.DocumentType(c.QueryParam("type"))
	if documentKinds[kind] == "" {
		kind = ""
	}
	inv := s.desk.New(companyOf(c), kind)
	for _, from := range []string{"copy", "note"} {
		id, err := strconv.ParseInt(c.QueryParam(from), 10, 64)
		if err != nil {
			continue
		}
		old, _, err := s.store.Invoice(c.Request().Context(), companyOf(c).GSTIN, id)
		if err != nil {
			return err
		}
		if from == "note" {
			inv = noteOf(old, kind, s.today())
		} else {
			inv = copyOf(old, kind, s.today())
		}
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

// noteOf is a note about all of a document, line for line. Nothing moves with a note, and
// how the invoice was to be paid is not how a note is.
//
// Source: CGST Act 2017, section 34; CGST Rules 2017, rule 53(1A).
func noteOf(old *gst.Invoice, kind gst.DocumentType, today gst.Date) *gst.Invoice {
	inv := copyOf(old, "", today)
	inv.Type, inv.Source = gst.CreditNote, old.ID
	if kind == gst.DebitNote {
		inv.Type = kind
	}
	inv.EWay, inv.Payment, inv.Terms = nil, nil, gst.Terms{}
	inv.Refs.Preceding = []gst.PrecedingDocument{{Number: old.Number, Date: old.Date}}
	for i := range inv.Lines {
		inv.Lines[i].Against = i + 1
	}
	return inv
}
