package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/sheet"
	"mohar/views"
)

// How many codes a search gives: beside a field, and on the page of codes.
const (
	suggestedCodes = 20
	shownCodes     = 100
)

// searchHSN handles GET /c/{gstin}/hsn: codes by what was typed.
func (s *Server) searchHSN(c echo.Context) error {
	return s.showHSN(c, http.StatusOK, views.HSNView{Query: strings.TrimSpace(c.QueryParam("q"))})
}

func (s *Server) showHSN(c echo.Context, status int, v views.HSNView) error {
	ctx, company := c.Request().Context(), companyOf(c)
	v.URL, v.ImportURL = companyURL(company.GSTIN, "hsn"), companyURL(company.GSTIN, "hsn/import")
	v.Back = companyURL(company.GSTIN, "items")
	if v.Query != "" {
		found, err := s.store.SearchHSN(ctx, v.Query, shownCodes)
		if err != nil {
			return err
		}
		for _, code := range found {
			v.Rows = append(v.Rows, views.HSNRow{
				Code: code.Code, Description: code.Description, Source: code.Source,
				UseURL: v.Back + "/new?" + url.Values{"hsn": {code.Code}}.Encode(),
			})
		}
	}
	n, source, err := s.store.HSNCount(ctx)
	if err != nil {
		return err
	}
	v.List = fmt.Sprintf("Searched: the built-in table of %s common codes.", counted(len(master.HSNEntries())))
	if n > 0 {
		v.List = fmt.Sprintf("Searched: %s codes of %s, and the built-in table.", counted(n), source)
	}
	page := s.roomFrame(c, "HSN and service codes", "items")
	page.Back = v.Back
	return s.show(c, status, views.HSNPage(page, v), views.HSNRows(v))
}

// suggestHSN handles GET /c/{gstin}/hsn/options?q=…: the codes that a field suggests.
func (s *Server) suggestHSN(c echo.Context) error {
	query := strings.TrimSpace(cmp.Or(c.QueryParam("q"), c.QueryParam("item.hsn")))
	var codes []views.HSNCode
	if query != "" {
		found, err := s.store.SearchHSN(c.Request().Context(), query, suggestedCodes)
		if err != nil {
			return err
		}
		for _, code := range found {
			codes = append(codes, views.HSNCode{Code: code.Code, Description: code.Description})
		}
	}
	return s.show(c, http.StatusOK, views.HSNOptions(codes), nil)
}

// noteHSN handles GET /c/{gstin}/hsn/note: what a code is called that is being typed.
func (s *Server) noteHSN(c echo.Context) error {
	hint, err := s.hsnHint(c, c.QueryParam("item.hsn"))
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.HSNNote(hint), nil)
}

// hsnHint says what a code is called, and that it is not in the list that was read in.
func (s *Server) hsnHint(c echo.Context, typed string) (views.HSNHint, error) {
	var h views.HSNHint
	code := strings.NewReplacer(" ", "", ".", "").Replace(strings.TrimSpace(typed))
	if len(code) < 2 || len(code) > 8 || strings.Trim(code, "0123456789") != "" {
		return h, nil
	}
	ctx := c.Request().Context()
	text, err := s.store.HSNDescription(ctx, code)
	if err != nil {
		return h, err
	}
	h.Text = text
	if len(code) < 4 {
		return h, nil
	}
	missing, err := s.store.HSNListed(ctx, code)
	if err != nil {
		return h, err
	}
	if len(missing) > 0 {
		h.Warning = "Not in the list of codes that was read in. The portal may refuse it."
	}
	return h, nil
}

// importHSN handles POST /c/{gstin}/hsn/import: a list of codes takes the place of the one
// before.
func (s *Server) importHSN(c echo.Context) error {
	name, data, problem := uploadedFile(c, sheet.MaxFile)
	if problem != "" {
		return s.showHSN(c, http.StatusUnprocessableEntity, views.HSNView{Problem: name + ": " + problem})
	}
	list, err := sheet.ReadHSN(name, data)
	var bad gst.Invalid
	if errors.As(err, &bad) {
		return s.showHSN(c, http.StatusUnprocessableEntity, views.HSNView{Problem: name + ": " + strings.TrimSpace(faultWords(bad.Faults))})
	}
	if err != nil {
		return err
	}
	codes := make([]db.HSNCode, len(list))
	for i, code := range list {
		codes[i] = db.HSNCode{Code: code.Code, Description: code.Description}
	}
	n, err := s.store.ImportHSN(c.Request().Context(), codes, name)
	if err != nil {
		return err
	}
	return s.showHSN(c, http.StatusOK, views.HSNView{Done: fmt.Sprintf("Read in: %s codes of %s.", counted(n), name)})
}
