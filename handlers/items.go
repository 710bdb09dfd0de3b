package handlers

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/sheet"
	"mohar/views"
)

// listItems handles GET /c/{gstin}/items.
func (s *Server) listItems(c echo.Context) error {
	company, address := companyOf(c), companyURL(companyOf(c).GSTIN, "items")
	after, err := db.ParseCursor(c.QueryParam("after"))
	if err != nil {
		return redirect(c, address) // an old or mistyped link: from the top
	}
	filter := db.ItemFilter{Query: strings.TrimSpace(c.QueryParam("q")), After: after}
	found, next, err := s.store.ItemList(c.Request().Context(), company.GSTIN, filter)
	if err != nil {
		return err
	}
	view := views.ItemsView{
		ListURL: address, NewURL: address + "/new", BringURL: address + "/import", HSNURL: companyURL(company.GSTIN, "hsn"),
		WorkbookURL: address + "/export.xlsx", CSVURL: address + "/export.csv", Query: filter.Query,
		List: itemRows(company, filter, found, next),
	}
	return s.show(c, http.StatusOK, views.ItemsPage(s.roomFrame(c, "Items", "items"), view), views.ItemRows(view.List))
}

// itemRows is a page of the list.
func itemRows(company gst.Company, f db.ItemFilter, found []gst.Item, next db.Cursor) views.ItemList {
	address := companyURL(company.GSTIN, "items")
	list := views.ItemList{Filtered: f.Query != "", ClearURL: address, NewURL: address + "/new", BringURL: address + "/import"}
	for _, item := range found {
		list.Rows = append(list.Rows, views.ItemRow{
			URL: itemURL(company, item.ID), Name: item.Description, HSN: item.HSN, Unit: item.Unit,
			Price: priceText(item.UnitPrice), Rate: item.GSTRate.String(), Used: usedOn(item.LastUsed),
		})
	}
	list.First, list.Next, list.Count = turning(address, f.Query, "", f.After, next, len(found), "item", "items")
	return list
}

// priceText is a price as people read it: with paise, and with a third decimal where there
// is one.
func priceText(price gst.Milli) string {
	if price%10 == 0 {
		return gst.Paise(price / 10).Indian()
	}
	return price.String()
}

// itemURL is the address of an item.
func itemURL(company gst.Company, id int64) string {
	return companyURL(company.GSTIN, "items/"+strconv.FormatInt(id, 10))
}

// newItem handles GET /c/{gstin}/items/new, also inside the editor's dialog.
func (s *Server) newItem(c echo.Context) error {
	item := gst.Item{Description: strings.TrimSpace(c.QueryParam("description")), HSN: strings.TrimSpace(c.QueryParam("hsn"))}
	values := itemValues(item)
	values["price"], values["rate"] = "", ""
	return s.showItem(c, http.StatusOK, itemTyped{Item: item, values: values})
}

// openItem handles GET /c/{gstin}/items/{id}.
func (s *Server) openItem(c echo.Context) error {
	item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	t := itemTyped{Item: item, title: item.Description, values: itemValues(item)}
	for _, f := range gst.ValidateItem(item, s.today()) { // opened as it is: nothing was refused yet
		if f.Warning {
			t.faults = append(t.faults, f)
		}
	}
	return s.showItem(c, http.StatusOK, t)
}

// itemOf is the item that the address names.
func (s *Server) itemOf(c echo.Context) (gst.Item, error) {
	id, err := masterID(c)
	if err != nil {
		return gst.Item{}, err
	}
	return s.store.Item(c.Request().Context(), companyOf(c).GSTIN, id)
}

// saveItem handles POST /c/{gstin}/items and /c/{gstin}/items/{id}.
func (s *Server) saveItem(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	company := companyOf(c)
	var stored gst.Item
	if c.Param("id") != "" {
		if stored, err = s.itemOf(c); err != nil {
			return err
		}
	}
	t := readItem(values, stored)
	t.faults = t.faults.Before(gst.ValidateItem(t.Item, s.today()))
	if t.faults.Err() != nil {
		return s.showItem(c, http.StatusUnprocessableEntity, t)
	}
	item := t.Item
	err = s.store.SaveItem(c.Request().Context(), company.GSTIN, &item)
	if id, taken := takenBy(err); taken {
		other, err := s.store.Item(c.Request().Context(), company.GSTIN, id)
		if err != nil {
			return err
		}
		t.taken = views.TakenBy{URL: itemURL(company, id), Name: other.Description}
		return s.showItem(c, http.StatusUnprocessableEntity, t)
	}
	if err != nil {
		return err
	}
	if inDialog(c) {
		return savedInDialog(c, "item-saved", lineValues(item))
	}
	return redirect(c, companyURL(company.GSTIN, "items?done=saved"))
}

// deleteItem handles POST /c/{gstin}/items/{id}/delete.
func (s *Server) deleteItem(c echo.Context) error {
	id, err := masterID(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteItem(c.Request().Context(), companyOf(c).GSTIN, id); err != nil {
		return err
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "items?done=deleted"))
}

// exportItems handles GET /c/{gstin}/items/export.xlsx and export.csv.
func (s *Server) exportItems(format sheet.Format) echo.HandlerFunc {
	return func(c echo.Context) error {
		all, err := everyPage(c.Request().Context(), func(ctx context.Context, after db.Cursor) ([]gst.Item, db.Cursor, error) {
			return s.store.ItemList(ctx, companyOf(c).GSTIN, db.ItemFilter{After: after, Limit: exportPage})
		})
		if err != nil {
			return err
		}
		var file bytes.Buffer
		if err := sheet.WriteItems(&file, format, all); err != nil {
			return err
		}
		return sendTable(c, "Items", format, file.Bytes())
	}
}

// suggestItems handles GET /c/{gstin}/invoices/items: the remembered items that fit what
// was typed into a line.
func (s *Server) suggestItems(c echo.Context) error {
	found, err := s.store.Items(c.Request().Context(), companyOf(c).GSTIN, strings.TrimSpace(c.QueryParam("q")), remembered)
	if err != nil {
		return err
	}
	var options []views.ItemOption
	for _, item := range found {
		options = append(options, itemOption(item))
	}
	return s.show(c, http.StatusOK, views.ItemOptions(options), nil)
}
