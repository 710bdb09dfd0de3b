package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// documentListParams are the conditions of the list of documents.
func documentListParams() []param {
	list := []param{
		{name: "q", in: "query", kind: "string", about: "part of number, buyer's name or GSTIN, IRN or acknowledgement number"},
		{name: "chip", in: "query", kind: "string", values: []string{"draft", "to_fix", "pending", "registered", "not_required", "cancelled"},
			about: "the heading that it stands under on the pages"},
		{name: "state", in: "query", kind: "string", values: []string{"draft", "issued", "void"}, about: "how it stands in the house"},
		{name: "irn_state", in: "query", kind: "string", about: "how it stands with the portal",
			values: []string{"not_required", "held", "pending", "unknown", "registered", "failed", "conflict", "cancelled"}},
		{name: "type", in: "query", kind: "string", values: []string{"INV", "CRN", "DBN", "BOS", "CHL", "QTN", "PRO"}, about: "its kind"},
		{name: "from", in: "query", kind: "string", about: "first date, as 2026-11-22"},
		{name: "to", in: "query", kind: "string", about: "last date, as 2026-11-22"},
		{name: "customer", in: "query", kind: "string", about: "the buyer's GSTIN"},
		{name: "number", in: "query", kind: "string", about: "its whole number, without regard to case"},
	}
	return slices.Concat(list, pageParams)
}

// listDocuments handles GET /companies/{gstin}/documents.
func (s *Server) listDocuments(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	f := db.DocumentFilter{
		Company: company.GSTIN, Mode: company.Mode, Chip: db.Chip(c.QueryParam("chip")), State: gst.DocumentState(c.QueryParam("state")),
		IRNState: gst.IRNState(c.QueryParam("irn_state")), Type: gst.DocumentType(c.QueryParam("type")),
		Buyer: strings.ToUpper(strings.TrimSpace(c.QueryParam("customer"))), Number: strings.TrimSpace(c.QueryParam("number")),
		Query: strings.TrimSpace(c.QueryParam("q")),
	}
	if f.From, err = dayQuery(c, "from"); err != nil {
		return err
	}
	if f.To, err = dayQuery(c, "to"); err != nil {
		return err
	}
	if f.After, f.Limit, err = pageOf(c); err != nil {
		return err
	}
	found, next, err := s.store.Documents(c.Request().Context(), f)
	if err != nil {
		return err
	}
	shown := make([]documentRow, len(found))
	for i, r := range found {
		shown[i] = showsRow(r)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, next))
}

// documentAt reads the document that the path names, for a key with a scope.
func (s *Server) documentAt(c echo.Context, scope db.Scope) (gst.Company, *gst.Invoice, []byte, error) {
	company, err := s.company(c, c.Param("gstin"), scope)
	if err != nil {
		return company, nil, nil, err
	}
	id, err := idOf(c)
	if err != nil {
		return company, nil, nil, err
	}
	inv, body, err := s.store.Invoice(c.Request().Context(), company.GSTIN, id)
	if err == nil {
		callOf(c).document = id
	}
	return company, inv, body, err
}

// showDocument handles GET /companies/{gstin}/documents/{id}.
func (s *Server) showDocument(c echo.Context) error {
	_, inv, body, err := s.documentAt(c, db.ScopeRead)
	if err != nil {
		return err
	}
	shown, err := s.showsDocument(c.Request().Context(), inv, body)
	if err != nil {
		return err
	}
	return sendTagged(c, http.StatusOK, inv.Version, shown)
}

// listEvents handles GET /companies/{gstin}/documents/{id}/events.
func (s *Server) listEvents(c echo.Context) error {
	company, inv, _, err := s.documentAt(c, db.ScopeRead)
	if err != nil {
		return err
	}
	events, err := s.store.Events(c.Request().Context(), company.GSTIN, inv.ID)
	if err != nil {
		return err
	}
	shown := make([]documentEvent, len(events))
	for i, e := range events {
		shown[i] = documentEvent{moment(e.At), string(e.Kind), e.Actor, string(e.Provider), e.Code, e.Detail}
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, db.Cursor{}))
}
