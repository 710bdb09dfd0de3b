package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
)

// item is a line of a company's catalogue as our own API shows it.
type item struct {
	ID      int64 `json:"id"`
	Service bool  `json:"service" doc:"its code is an SAC, of chapter 99"`
	itemBody
}

// itemBody is what people and programs keep of an item.
type itemBody struct {
	Description   string   `json:"description" must:"yes"`
	HSN           string   `json:"hsn" doc:"HSN or SAC, 4 to 8 digits"`
	Unit          string   `json:"unit" doc:"UQC, as NOS"`
	UnitPrice     quantity `json:"unit_price" doc:"in rupees before tax, up to three decimals"`
	GSTRate       *percent `json:"gst_rate" must:"yes" doc:"in percent; 0 must be said"`
	CessRate      percent  `json:"cess_rate"`
	CessFixed     money    `json:"cess_fixed" doc:"in rupees a unit"`
	StateCessRate percent  `json:"state_cess_rate"`
	RetailPrice   quantity `json:"retail_price" doc:"for goods that are taxed by it; 0: none"`
	Barcode       string   `json:"barcode"`
	LedgerName    string   `json:"ledger_name" doc:"its exact name in the books"`
}

// Examples of bodies.
const (
	exampleItem        = `{"description": "Almonds, Californian", "hsn": "08021200", "unit": "KGS", "unit_price": 720, "gst_rate": 5}`
	exampleChangedItem = `{"description": "Almonds, Californian, shelled", "hsn": "08021200", "unit": "KGS", "unit_price": 745.50, "gst_rate": 5}`
)

// itemOperations are the calls about items.
func (s *Server) itemOperations() []operation {
	const all, one, tag = "/companies/{gstin}/items", "/companies/{gstin}/items/{id}", "Items"
	calls := s.items()
	return []operation{
		{
			method: http.MethodGet, path: all, id: "listItems", tag: tag, summary: "List or search items", scope: db.ScopeRead,
			about: "By description. What was sold is remembered by itself.", params: masterListParams("words that stand in the description, HSN or barcode"),
			gives: page[item]{}, handle: s.listItems,
		},
		{
			method: http.MethodPost, path: all, id: "createItem", tag: tag, summary: "Add an item", scope: db.ScopeWrite,
			about: "Checked as on the pages. A second one of the same description is refused with 409; `existing` says which is there.",
			takes: itemBody{}, gives: item{}, status: http.StatusCreated, example: exampleItem, handle: calls.create, again: calls.made,
		},
		{
			method: http.MethodGet, path: one, id: "getItem", tag: tag, summary: "Read an item", scope: db.ScopeRead, gives: item{}, handle: calls.show,
		},
		{
			method: http.MethodPut, path: one, id: "replaceItem", tag: tag, summary: "Change an item", scope: db.ScopeWrite,
			about:  "The body replaces all of it: what is left out becomes empty. Documents that are made already do not change.",
			params: []param{ifMatchParam}, takes: itemBody{}, gives: item{}, example: exampleChangedItem, handle: calls.replace,
		},
		{
			method: http.MethodDelete, path: one, id: "deleteItem", tag: tag, summary: "Remove an item", scope: db.ScopeWrite,
			about: "Documents stay.", params: []param{ifMatchParam}, status: http.StatusNoContent, handle: calls.delete,
		},
	}
}

// showsItem is an item as it is shown.
func showsItem(i gst.Item) item {
	rate := percent(i.GSTRate)
	return item{ID: i.ID, Service: i.Service, itemBody: itemBody{
		Description: i.Description, HSN: i.HSN, Unit: i.Unit, UnitPrice: quantity(i.UnitPrice), GSTRate: &rate, CessRate: percent(i.CessRate),
		CessFixed: money(i.CessFixed), StateCessRate: percent(i.StateCessRate), RetailPrice: quantity(i.RetailPrice), Barcode: i.Barcode,
		LedgerName: i.LedgerName,
	}}
}

// into puts what was sent over an item as it stands.
func (b itemBody) into(stored gst.Item) gst.Item {
	i := stored
	i.Description, i.Barcode, i.LedgerName = tidy(b.Description), tidy(b.Barcode), tidy(b.LedgerName)
	i.HSN = strings.NewReplacer(" ", "", ".", "").Replace(tidy(b.HSN))
	i.Service = master.ServiceCode(i.HSN) // as the portal has it: services are chapter 99
	i.Unit, i.UnitPrice = strings.ToUpper(tidy(b.Unit)), gst.Milli(b.UnitPrice)
	i.GSTRate = 0
	if b.GSTRate != nil {
		i.GSTRate = gst.Rate(*b.GSTRate)
	}
	i.CessRate, i.CessFixed, i.StateCessRate = gst.Rate(b.CessRate), gst.Paise(b.CessFixed), gst.Rate(b.StateCessRate)
	i.RetailPrice = gst.Milli(b.RetailPrice)
	return i
}

// itemMembers are the members of an item whose form fields are called otherwise.
var itemMembers = map[string]string{"price": "unit_price", "rate": "gst_rate"}

// readItem reads the body of a call about an item, over what is stored.
func (s *Server) readItem(c echo.Context, _ gst.Company, stored gst.Item) (gst.Item, error) {
	var body itemBody
	var read gst.Item
	err := readMaster(s, c, &body, func() gst.Faults {
		read = body.into(stored)
		faults := asMembers(gst.ValidateItem(read, s.desk.Today()), itemMembers)
		if body.GSTRate == nil { // a rate that was forgotten is not 0 %
			faults = gst.Faults{{Rule: "required.zero", Field: "gst_rate"}}.Before(faults)
		}
		return faults
	})
	return read, err
}

// items are the calls about one item.
func (s *Server) items() masters[gst.Item] {
	return masters[gst.Item]{
		s: s, room: "items", what: "an item",
		id:     func(one gst.Item) int64 { return one.ID },
		shown:  func(one gst.Item) any { return showsItem(one) },
		read:   s.readItem,
		stored: s.store.Item, save: s.store.SaveItem, drop: s.store.DeleteItem,
	}
}

// listItems handles GET /companies/{gstin}/items.
func (s *Server) listItems(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	after, limit, err := pageOf(c)
	if err != nil {
		return err
	}
	found, next, err := s.store.ItemList(c.Request().Context(), company.GSTIN, db.ItemFilter{
		Query: strings.TrimSpace(c.QueryParam("q")), After: after, Limit: limit,
	})
	if err != nil {
		return err
	}
	shown := make([]item, len(found))
	for i, one := range found {
		shown[i] = showsItem(one)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, next))
}
