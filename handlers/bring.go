package handlers

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/sheet"
	"mohar/views"
)

// bringKind is what a table is taken for; a Tally file brings both.
type bringKind string

const (
	bringCustomers bringKind = "customers"
	bringItems     bringKind = "items"
)

// showBring handles GET /c/{gstin}/customers/import and /c/{gstin}/items/import.
func (s *Server) showBring(kind bringKind) echo.HandlerFunc {
	return func(c echo.Context) error { return s.showBringPage(c, http.StatusOK, kind, views.BringView{}) }
}

func (s *Server) showBringPage(c echo.Context, status int, kind bringKind, v views.BringView) error {
	company := companyOf(c)
	v.What, v.Action = string(kind), companyURL(company.GSTIN, string(kind)+"/import")
	v.CustomersURL, v.ItemsURL = companyURL(company.GSTIN, "customers/import"), companyURL(company.GSTIN, "items/import")
	v.FormURL = companyURL(company.GSTIN, string(kind)+"/form.xlsx")
	page := s.roomFrame(c, "Bring over", string(kind))
	page.Back = companyURL(company.GSTIN, string(kind))
	return s.show(c, status, views.BringPage(page, v), nil)
}

// emptyForm handles GET /c/{gstin}/customers/form.xlsx and /c/{gstin}/items/form.xlsx: a
// workbook to fill in.
func (s *Server) emptyForm(kind bringKind) echo.HandlerFunc {
	return func(c echo.Context) error {
		var file bytes.Buffer
		write, name := sheet.WriteCustomerForm, "Customers"
		if kind == bringItems {
			write, name = sheet.WriteItemForm, "Items"
		}
		if err := write(&file); err != nil {
			return err
		}
		return sendTable(c, name+" to fill in", sheet.XLSX, file.Bytes())
	}
}

// bring handles POST /c/{gstin}/customers/import and /c/{gstin}/items/import: the first
// press shows what is in the file, the second stores it.
func (s *Server) bring(kind bringKind) echo.HandlerFunc {
	return func(c echo.Context) error {
		name, data, problem := chosenFile(c)
		if problem != "" {
			return s.showBringPage(c, http.StatusUnprocessableEntity, kind, views.BringView{File: name, Problem: problem})
		}
		b, err := readMasters(kind, name, data, s.desk.Law())
		var bad gst.Invalid
		if errors.As(err, &bad) {
			problem := strings.TrimSpace(faultWords(bad.Faults))
			return s.showBringPage(c, http.StatusUnprocessableEntity, kind, views.BringView{File: name, Problem: problem})
		}
		if err != nil {
			return err
		}
		if c.FormValue("do") == "bring" {
			return s.bringOver(c, kind, b)
		}
		v, err := s.bringPreview(c, b)
		if err != nil {
			return err
		}
		v.File, v.Kept = name, keepFile(data)
		return s.showBringPage(c, http.StatusOK, kind, v)
	}
}

// broughtMasters is what a file holds.
type broughtMasters struct {
	customers              []sheet.CustomerRow
	items                  []sheet.ItemRow
	customerHead, itemHead sheet.Heading // empty for a Tally file
}

// readMasters reads a file: a table of one kind, or Tally's masters. What it is, is seen
// from its content. law says which rates there are.
func readMasters(kind bringKind, name string, data []byte, law *master.Law) (broughtMasters, error) {
	var b broughtMasters
	t, err := sheet.ReadTable(name, data)
	var bad gst.Invalid
	if errors.As(err, &bad) && (slices.ContainsFunc(bad.Faults, isXML) || bytes.HasPrefix(bytes.TrimSpace(data), []byte("<"))) {
		b.customers, b.items, err = sheet.ReadTally(data, law)
		return b, err
	}
	if err != nil {
		return b, err
	}
	if kind == bringItems {
		b.items, b.itemHead, err = sheet.Items(t, law)
	} else {
		b.customers, b.customerHead, err = sheet.Customers(t)
	}
	return b, err
}

// isXML is the fault that says that a file is no table but XML.
func isXML(f gst.Fault) bool { return f.Rule == "sheet.isxml" }

// sound are the customers and items whose rows are in order.
func (b broughtMasters) sound() (customers []gst.Customer, items []gst.Item) {
	for _, r := range b.customers {
		if r.OK() {
			customers = append(customers, r.Customer)
		}
	}
	for _, r := range b.items {
		if r.OK() {
			items = append(items, r.Item)
		}
	}
	return customers, items
}

// bringOver stores what is in order and says what came of it.
func (s *Server) bringOver(c echo.Context, kind bringKind, b broughtMasters) error {
	ctx, company := c.Request().Context(), companyOf(c)
	customers, items := b.sound()
	result := views.BringResult{ListURL: companyURL(company.GSTIN, string(kind))}
	if len(customers) > 0 {
		added, changed, err := s.store.ImportCustomers(ctx, company.GSTIN, customers)
		if err != nil {
			return err
		}
		result.Lines = append(result.Lines, outcome(added, changed, len(customers), "customer or supplier", "customers and suppliers"))
		if slices.ContainsFunc(customers, gst.Customer.Registered) {
			result.CheckURL = companyURL(company.GSTIN, "customers/statuses")
		}
	}
	if len(items) > 0 {
		added, changed, err := s.store.ImportItems(ctx, company.GSTIN, items)
		if err != nil {
			return err
		}
		result.Lines = append(result.Lines, outcome(added, changed, len(items), "item", "items"))
	}
	if len(result.Lines) == 0 {
		return s.showBringPage(c, http.StatusUnprocessableEntity, kind, views.BringView{File: "The file", Problem: "No row of it is in order."})
	}
	return s.showBringPage(c, http.StatusOK, kind, views.BringView{Result: &result})
}

// outcome says how many entries are new and how many were there.
func outcome(added, changed, all int, one, many string) string {
	text := entries(added, one, many) + " are new"
	if added == 1 {
		text = "1 " + one + " is new"
	}
	if changed > 0 {
		text += ", " + counted(changed) + " took over what the file says"
	}
	if same := all - added - changed; same > 0 {
		text += ", " + counted(same) + " stood there already"
	}
	return text + "."
}
