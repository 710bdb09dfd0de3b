package handlers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/sheet"
	"mohar/views"
)

// partyKinds are the headings of the list of customers.
var partyKinds = []struct {
	kind  db.PartyKind
	label string
}{{db.OnlyCustomers, "Customers"}, {db.OnlySuppliers, "Suppliers"}, {db.AllParties, "All"}}

// partyKind reads the kind of a link; without one the list shows customers.
func partyKind(name string) db.PartyKind {
	switch name {
	case string(db.OnlySuppliers):
		return db.OnlySuppliers
	case "all":
		return db.AllParties
	}
	return db.OnlyCustomers
}

// kindName is the kind in a link; nothing for customers.
func kindName(kind db.PartyKind) string {
	switch kind {
	case db.OnlySuppliers:
		return string(kind)
	case db.AllParties:
		return "all"
	}
	return ""
}

// listCustomers handles GET /c/{gstin}/customers.
func (s *Server) listCustomers(c echo.Context) error {
	company, address := companyOf(c), companyURL(companyOf(c).GSTIN, "customers")
	after, err := db.ParseCursor(c.QueryParam("after"))
	if err != nil {
		return redirect(c, address) // an old or mistyped link: from the top
	}
	filter := db.CustomerFilter{
		Query: strings.TrimSpace(c.QueryParam("q")), Kind: partyKind(c.QueryParam("kind")), After: after,
	}
	found, next, err := s.store.CustomerList(c.Request().Context(), company.GSTIN, filter)
	if err != nil {
		return err
	}
	view := views.CustomersView{
		ListURL: address, NewURL: address + "/new", BringURL: address + "/import", CheckURL: address + "/statuses",
		TransportersURL: companyURL(company.GSTIN, "transporters"),
		WorkbookURL:     address + "/export.xlsx", CSVURL: address + "/export.csv",
		Query: filter.Query, Kind: kindName(filter.Kind), List: customerRows(company, filter, found, next),
	}
	for _, k := range partyKinds {
		view.Chips = append(view.Chips, views.Chip{
			Label: k.label, URL: pageURL(address, filter.Query, kindName(k.kind), db.Cursor{}), Current: k.kind == filter.Kind,
		})
	}
	return s.show(c, http.StatusOK, views.CustomersPage(s.roomFrame(c, "Customers", "customers"), view), views.CustomerRows(view.List))
}

// roomFrame is the frame of a page of one of the company's rooms.
func (s *Server) roomFrame(c echo.Context, title, nav string) views.Page {
	page := s.frame(c, title)
	page.Nav = nav
	return page
}

// customerRows is a page of the list.
func customerRows(company gst.Company, f db.CustomerFilter, found []gst.Customer, next db.Cursor) views.CustomerList {
	address := companyURL(company.GSTIN, "customers")
	list := views.CustomerList{
		Filtered: f.Query != "" || f.Kind == db.OnlySuppliers, ClearURL: pageURL(address, "", "all", db.Cursor{}),
		NewURL: address + "/new", BringURL: address + "/import",
	}
	for _, customer := range found {
		row := views.CustomerRow{
			URL: customerURL(company, customer.ID), Name: customer.LegalName, Note: partyNote(customer.Party),
			Place: customer.Place, Used: usedOn(customer.LastUsed),
		}
		row.Name = cmp.Or(row.Name, customer.GSTIN)
		if customer.Supplier {
			row.Kind = "Supplier"
		}
		row.StatusKind, row.Status = statusWord(customer)
		list.Rows = append(list.Rows, row)
	}
	list.First, list.Next, list.Count = turning(address, f.Query, kindName(f.Kind), f.After, next, len(found), "name", "names")
	return list
}

// turning is the way to the other pages of a list, and how many rows it has where one page
// can say.
func turning(address, query, kind string, after, next db.Cursor, n int, one, many string) (first, further, count string) {
	if !after.IsZero() {
		first = pageURL(address, query, kind, db.Cursor{})
	}
	if !next.IsZero() {
		further = pageURL(address, query, kind, next)
	}
	if first == "" && further == "" {
		count = entries(n, one, many)
	}
	return first, further, count
}

// partyNote is a party's GSTIN with its State, or the State alone.
func partyNote(p gst.Party) string {
	if p.GSTIN == "" || p.GSTIN == gst.URP {
		return strings.Trim("no GSTIN · "+master.StateName(p.State), " ·")
	}
	return p.GSTIN + " · " + master.StateName(gst.GSTIN(p.GSTIN).State())
}

// statusWord is what the portal said of a customer, with its colour.
func statusWord(c gst.Customer) (kind, word string) {
	switch {
	case !c.Registered():
		return "muted", "No GSTIN"
	case c.StatusAt.IsZero():
		return "muted", "Not asked"
	case c.Status == gst.StatusActive && c.SEZ():
		return "good", "Active · SEZ"
	}
	return statusOf(c.Status)
}

// statusOf is a status of the register with its colour.
func statusOf(status string) (kind, word string) {
	switch status {
	case gst.StatusActive:
		return "good", "Active"
	case gst.StatusSuspended:
		return "wait", "Suspended"
	case gst.StatusCancelled:
		return "bad", "Cancelled"
	case gst.StatusInactive:
		return "bad", "Inactive"
	case gst.StatusUnknown:
		return "bad", "Not known"
	}
	return "wait", "Status " + status
}

// customerURL is the address of a customer.
func customerURL(company gst.Company, id int64) string {
	return companyURL(company.GSTIN, "customers/"+strconv.FormatInt(id, 10))
}

// newCustomer handles GET /c/{gstin}/customers/new, also inside the editor's dialog.
func (s *Server) newCustomer(c echo.Context) error {
	name := cmp.Or(c.QueryParam("name"), c.QueryParam("buyer.name"))
	customer := gst.Customer{Party: gst.Party{LegalName: strings.TrimSpace(name)}}
	if g, err := gst.ParseGSTIN(name); err == nil { // a GSTIN was typed where the name stands
		customer.GSTIN, customer.LegalName = string(g), ""
	}
	return s.showCustomer(c, http.StatusOK, customerTyped{Customer: customer, values: customerValues(customer)})
}

// openCustomer handles GET /c/{gstin}/customers/{id}.
func (s *Server) openCustomer(c echo.Context) error {
	customer, err := s.customerOf(c)
	if err != nil {
		return err
	}
	t := customerTyped{Customer: customer, values: customerValues(customer)}
	for _, f := range gst.ValidateCustomer(customer, companyOf(c).Mode) { // opened as it is: nothing was refused yet
		if f.Warning {
			t.faults = append(t.faults, f)
		}
	}
	return s.showCustomer(c, http.StatusOK, t)
}

// customerOf is the customer that the address names.
func (s *Server) customerOf(c echo.Context) (gst.Customer, error) {
	id, err := masterID(c)
	if err != nil {
		return gst.Customer{}, err
	}
	return s.store.Customer(c.Request().Context(), companyOf(c).GSTIN, id)
}

// saveCustomer handles POST /c/{gstin}/customers and /c/{gstin}/customers/{id}: the pressed
// button says what is to be done with what was typed.
func (s *Server) saveCustomer(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	var stored gst.Customer
	if c.Param("id") != "" {
		if stored, err = s.customerOf(c); err != nil {
			return err
		}
	}
	t := readCustomer(values, stored)
	do, row, _ := strings.Cut(values.Get("do"), ":")
	switch do {
	case "add":
		t.addresses = append(t.addresses, map[string]string{})
	case "drop":
		t.drop(row)
	case "fill":
		s.fillCustomerForm(c, &t)
	case "ask":
		s.askCustomer(c, &t)
	default:
		return s.storeCustomer(c, t)
	}
	t.faults = nil // it is not to be saved yet
	return s.showCustomer(c, http.StatusOK, t)
}

// storeCustomer saves what was typed, or shows what is wrong with it.
func (s *Server) storeCustomer(c echo.Context, t customerTyped) error {
	company := companyOf(c)
	t.faults = t.faults.Before(gst.ValidateCustomer(t.Customer, company.Mode))
	if t.faults.Err() != nil {
		return s.showCustomer(c, http.StatusUnprocessableEntity, t)
	}
	customer := t.Customer
	err := s.store.SaveCustomer(c.Request().Context(), company.GSTIN, &customer)
	if id, taken := takenBy(err); taken {
		other, err := s.store.Customer(c.Request().Context(), company.GSTIN, id)
		if err != nil {
			return err
		}
		t.taken = views.TakenBy{URL: customerURL(company, id), Name: cmp.Or(other.LegalName, other.GSTIN)}
		return s.showCustomer(c, http.StatusUnprocessableEntity, t)
	}
	if err != nil {
		return err
	}
	if inDialog(c) {
		return savedInDialog(c, "customer-saved", buyerValues(company, customer))
	}
	return redirect(c, companyURL(company.GSTIN, "customers?done=saved"))
}

// deleteCustomer handles POST /c/{gstin}/customers/{id}/delete.
func (s *Server) deleteCustomer(c echo.Context) error {
	id, err := masterID(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteCustomer(c.Request().Context(), companyOf(c).GSTIN, id); err != nil {
		return err
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "customers?done=deleted"))
}

// fillCustomerForm puts what the portal's register says of the GSTIN into the form.
func (s *Server) fillCustomerForm(c echo.Context, t *customerTyped) {
	company := companyOf(c)
	g, words := parseCompanyGSTIN(t.GSTIN, company.Mode)
	if words != "" {
		t.filled, t.filledBad = words, true
		return
	}
	entry, err := s.registrar.Taxpayer(c.Request().Context(), &company, g)
	if err != nil {
		t.filled, t.filledBad = s.portalAnswer(c, err), true
		return
	}
	t.fill(entry, s.now())
}

// askCustomer asks the portal about a stored customer; what was typed stays.
func (s *Server) askCustomer(c echo.Context, t *customerTyped) {
	company, ctx := companyOf(c), c.Request().Context()
	err := s.registrar.AskStatus(ctx, &company, t.stored)
	if err != nil {
		t.filled, t.filledBad = s.portalAnswer(c, err), true
		return
	}
	fresh, err := s.store.Customer(ctx, company.GSTIN, t.ID)
	if err == nil {
		t.stored = fresh
		t.Taxpayer, t.Status, t.StatusAt = fresh.Taxpayer, fresh.Status, fresh.StatusAt
	}
}

// exportCustomers handles GET /c/{gstin}/customers/export.xlsx and export.csv.
func (s *Server) exportCustomers(format sheet.Format) echo.HandlerFunc {
	return func(c echo.Context) error {
		all, err := everyPage(c.Request().Context(), func(ctx context.Context, after db.Cursor) ([]gst.Customer, db.Cursor, error) {
			return s.store.CustomerList(ctx, companyOf(c).GSTIN, db.CustomerFilter{After: after, Limit: exportPage})
		})
		if err != nil {
			return err
		}
		var file bytes.Buffer
		if err := sheet.WriteCustomers(&file, format, all); err != nil {
			return err
		}
		return sendTable(c, "Customers", format, file.Bytes())
	}
}

// exportPage is how many rows are read at once for a file.
const exportPage = 1000

// everyPage reads a list to its end.
func everyPage[T any](ctx context.Context, read func(context.Context, db.Cursor) ([]T, db.Cursor, error)) ([]T, error) {
	var all []T
	for after := (db.Cursor{}); ; {
		page, next, err := read(ctx, after)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next.IsZero() {
			return all, nil
		}
		after = next
	}
}

// checkStatuses handles POST /c/{gstin}/customers/statuses: the portal is asked about all.
func (s *Server) checkStatuses(c echo.Context) error {
	if err := s.registrar.StartCheck(c.Request().Context(), companyOf(c).GSTIN); err != nil {
		return err
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "customers/statuses"))
}

// followStatuses handles GET /c/{gstin}/customers/statuses: how far that has come.
func (s *Server) followStatuses(c echo.Context) error {
	company := companyOf(c)
	check, started := s.registrar.Check(company.GSTIN)
	view := views.CheckView{
		URL: companyURL(company.GSTIN, "customers/statuses"), ListURL: companyURL(company.GSTIN, "customers"),
		Started: started, Done: check.Done, Asked: check.Asked, Total: check.Total, Live: company.Mode == gst.Live,
	}
	if check.Err != nil {
		view.Problem = s.portalAnswer(c, check.Err)
		if errors.Is(check.Err, gst.ErrNotFound) {
			view.Problem = "The company is not there any more."
		}
	}
	page := s.roomFrame(c, "Check GSTINs", "customers")
	page.Back = view.ListURL
	if started && !check.Done {
		page.Refresh = 2
	}
	return s.show(c, http.StatusOK, views.CheckPage(page, view), views.CheckProgress(view))
}
