package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// showImport handles GET /c/{gstin}/invoices/import.
func (s *Server) showImport(c echo.Context) error {
	return s.showImportPage(c, http.StatusOK, views.ImportView{})
}

func (s *Server) showImportPage(c echo.Context, status int, view views.ImportView) error {
	view.Action = companyURL(companyOf(c).GSTIN, "invoices/import")
	view.ElsewhereURL = companyURL(companyOf(c).GSTIN, "invoices/elsewhere")
	page := s.frame(c, "Import")
	page.Nav, page.Back = "invoices", companyURL(companyOf(c).GSTIN, "invoices")
	return s.show(c, status, views.ImportPage(page, view), nil)
}

// importINV01 handles POST /c/{gstin}/invoices/import: one INV-01 file is checked, issued
// under its own number and registered, or refused with everything that is wrong in it; or
// it is opened in the editor, to be mended or changed there.
func (s *Server) importINV01(c echo.Context) error {
	name, data, problem := uploadedFile(c, desk.MaxFile)
	if problem != "" {
		return s.showImportPage(c, http.StatusUnprocessableEntity, views.ImportView{File: name, Problem: problem})
	}
	if c.FormValue("do") == "draft" {
		return s.openINV01(c, name, data)
	}
	inv, err := s.desk.IssueBrought(c.Request().Context(), companyOf(c), data)
	var file *desk.FileError
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, invoiceURL(inv, ""))
	case errors.As(err, &file):
		return s.showImportPage(c, http.StatusUnprocessableEntity, views.ImportView{File: name, Problem: file.Error()})
	case errors.As(err, &bad):
		return s.showImportPage(c, http.StatusUnprocessableEntity, views.ImportView{File: name, Faults: importFaults(bad.Faults)})
	case errors.Is(err, gst.ErrConflict):
		problem := fmt.Sprintf("Number %s of this financial year is used already (the portal would say 2150). Give the document another number.", inv.Number)
		return s.showImportPage(c, http.StatusConflict, views.ImportView{File: name, Problem: problem})
	}
	return err
}

// openINV01 opens a file as a draft. What the form itself cannot say of the file, because
// it lies outside all fields, is said once, on the first page.
func (s *Server) openINV01(c echo.Context, name string, data []byte) error {
	inv, unread, err := s.desk.OpenDraft(c.Request().Context(), companyOf(c), data, broughtForm)
	var file *desk.FileError
	if errors.As(err, &file) {
		return s.showImportPage(c, http.StatusUnprocessableEntity, views.ImportView{File: name, Problem: file.Error()})
	}
	if err != nil {
		return err
	}
	e := editorOf(inv, broughtForm(inv, nil, unread))
	e.faults = s.faultsOf(c, e.values)
	outside := slices.DeleteFunc(unread, standsInField)
	if len(outside) == 0 {
		return redirect(c, invoiceURL(inv, ""))
	}
	e.faults = e.faults.Before(outside)
	return s.showEditor(c, http.StatusOK, e)
}

// standsInField reports whether the form shows by itself what could not be read in the
// file, in its field.
func standsInField(f gst.Fault) bool {
	switch f.Rule {
	case "required", "inv01.number", "inv01.decimals", "inv01.range", "inv01.date", "inv01.text":
		return hasPlace(f.Field, true)
	}
	return false
}

// broughtForm is the form of a document that a file brought. A value that could not be
// read stands in its field as it came. body is kept with it.
func broughtForm(inv *gst.Invoice, body []byte, unread gst.Faults) []byte {
	values := valuesOf(inv)
	for _, f := range unread {
		name := formName(f.Field)
		switch {
		case f.Rule == "required", f.Rule == "inv01.text" && len(f.Args) > 1 && isTruth(f.Args[1]):
			values.Del(name)
		case standsInField(f) && len(f.Args) > 1:
			values.Set(name, f.Args[1])
		}
	}
	return desk.WithFile(rawForm(values), body)
}

// isTruth reports whether a value is true or false. Some programs write false for a text
// that they do not have, and as text it would be one: a document numbered "false".
func isTruth(value string) bool { return value == "true" || value == "false" }

// importFaults are the faults with the names that stand in the file.
func importFaults(faults gst.Faults) []views.ImportFault {
	list := make([]views.ImportFault, 0, len(faults))
	for _, f := range faults {
		list = append(list, views.ImportFault{
			Member: desk.Member(f.Field), Code: f.Code, Text: lang.English.Text("fault."+f.Rule, f.Args...), Warning: f.Warning,
		})
	}
	return list
}
