package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// customer is a customer or supplier as our own API shows it.
type customer struct {
	ID int64 `json:"id"`
	customerBody
	Register *customerRegister `json:"register" doc:"what the portal's register said when it was asked last; null: it was not asked yet"`
}

// customerBody is what people and programs keep of a customer.
type customerBody struct {
	GSTIN         string            `json:"gstin" doc:"empty, or URP, for somebody without one"`
	LegalName     string            `json:"legal_name" must:"yes"`
	TradeName     string            `json:"trade_name"`
	Address1      string            `json:"address1"`
	Address2      string            `json:"address2"`
	Place         string            `json:"place"`
	PIN           whole             `json:"pin" doc:"six digits; 0: none"`
	State         string            `json:"state" doc:"two digits; left out, it is taken from the GSTIN"`
	Phone         string            `json:"phone"`
	Email         string            `json:"email"`
	Supplier      bool              `json:"supplier" doc:"goods come from it; a customer otherwise"`
	Supply        string            `json:"supply_type" enum:",B2B,B2C,SEZWP,SEZWOP,EXPWP,EXPWOP,DEXP" doc:"the usual one; empty: by the GSTIN"`
	PlaceOfSupply string            `json:"place_of_supply" doc:"two digits; empty: the customer's State"`
	Prices        string            `json:"prices" enum:",before,inclusive,foreign" doc:"how prices are typed on the pages; empty: as the company usually does"`
	Terms         customerTerms     `json:"terms"`
	Addresses     []customerAddress `json:"addresses" doc:"further places that goods go to, at most 50"`
	LedgerName    string            `json:"ledger_name" doc:"its exact name in the books"`
}

// customerTerms are how a customer usually pays.
type customerTerms struct {
	Cash     bool   `json:"cash"`
	Days     whole  `json:"days" doc:"of credit"`
	Interest string `json:"interest" doc:"the line about late payment"`
}

// customerAddress is a further place of a customer.
type customerAddress struct {
	Label     string `json:"label"`
	LegalName string `json:"legal_name"`
	GSTIN     string `json:"gstin"`
	Address1  string `json:"address1"`
	Address2  string `json:"address2"`
	Place     string `json:"place"`
	PIN       whole  `json:"pin"`
	State     string `json:"state"`
}

// customerRegister is what the portal's register says of a customer.
type customerRegister struct {
	Taxpayer string `json:"taxpayer_type" doc:"REG, SEZ, SED, COM …"`
	Status   string `json:"status" doc:"ACT, SUS, CNL, INA; UNK: the portal does not know it"`
	Asked    moment `json:"asked_at"`
}

// mostAddresses is how many further addresses a customer may have, as on its page.
const mostAddresses = 50

// Examples of bodies.
const (
	exampleCustomer = `{"legal_name": "Deccan Provision Stores", "address1": "4 Main Bazaar", "place": "Hubballi", "pin": 580020, "state": "29", "terms": {"days": 30}}`
	exampleChanged  = `{"legal_name": "Deccan Provision Stores LLP", "address1": "4 Main Bazaar", "place": "Hubballi", "pin": 580020, "state": "29", "supply_type": "B2C"}`
)

// masterListParams are the parameters of the lists of masters.
func masterListParams(what string, more ...param) []param {
	return slices.Concat([]param{{name: "q", in: "query", kind: "string", about: what}}, more, pageParams)
}

// customerOperations are the calls about customers and suppliers.
func (s *Server) customerOperations() []operation {
	const all, one, tag = "/companies/{gstin}/customers", "/companies/{gstin}/customers/{id}", "Customers"
	calls := s.customers()
	return []operation{
		{
			method: http.MethodGet, path: all, id: "listCustomers", tag: tag, summary: "List or search customers and suppliers", scope: db.ScopeRead,
			about: "By name. What documents were made for is remembered by itself, so the list is not empty even when nothing was entered.",
			params: masterListParams("words that stand in the names or the GSTIN",
				param{name: "kind", in: "query", kind: "string", values: []string{"customers", "suppliers"}, about: "only these; without it both"}),
			gives: page[customer]{}, handle: s.listCustomers,
		},
		{
			method: http.MethodPost, path: all, id: "createCustomer", tag: tag, summary: "Add a customer or supplier", scope: db.ScopeWrite,
			about: "Checked as on the pages. A second one of the same GSTIN or, without GSTIN, of the same name is refused with 409; `existing` says which is there.",
			takes: customerBody{}, gives: customer{}, status: http.StatusCreated, example: exampleCustomer,
			handle: calls.create, again: calls.made,
		},
		{
			method: http.MethodGet, path: one, id: "getCustomer", tag: tag, summary: "Read a customer", scope: db.ScopeRead,
			gives: customer{}, handle: calls.show,
		},
		{
			method: http.MethodPut, path: one, id: "replaceCustomer", tag: tag, summary: "Change a customer", scope: db.ScopeWrite,
			about:  "The body replaces all of it: what is left out becomes empty. Documents that are made already do not change.",
			params: []param{ifMatchParam}, takes: customerBody{}, gives: customer{}, example: exampleChanged, handle: calls.replace,
		},
		{
			method: http.MethodDelete, path: one, id: "deleteCustomer", tag: tag, summary: "Remove a customer", scope: db.ScopeWrite,
			about:  "Its documents stay.",
			params: []param{ifMatchParam}, status: http.StatusNoContent, handle: calls.delete,
		},
	}
}

// showsCustomer is a customer as it is shown.
func showsCustomer(c gst.Customer) customer {
	v := customer{ID: c.ID, customerBody: customerBody{
		GSTIN: c.GSTIN, LegalName: c.LegalName, TradeName: c.TradeName, Address1: c.Address1, Address2: c.Address2, Place: c.Place,
		PIN: whole(c.PIN), State: c.State, Phone: c.Phone, Email: c.Email, Supplier: c.Supplier, Supply: string(c.Supply),
		PlaceOfSupply: c.PlaceOfSupply, Prices: string(c.Prices), LedgerName: c.LedgerName,
		Terms: customerTerms{c.Terms.Cash, whole(c.Terms.Days), c.Terms.Interest}, Addresses: []customerAddress{},
	}}
	for _, a := range c.Addresses {
		v.Addresses = append(v.Addresses, customerAddress{a.Label, a.LegalName, a.GSTIN, a.Address1, a.Address2, a.Place, whole(a.PIN), a.State})
	}
	if !c.StatusAt.IsZero() {
		v.Register = &customerRegister{c.Taxpayer, c.Status, moment(c.StatusAt)}
	}
	return v
}

// tidy is a text without blanks around it and without line breaks in it.
func tidy(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// tidyPhone is a telephone number as it is kept.
func tidyPhone(text string) string { return strings.NewReplacer(" ", "", "-", "").Replace(tidy(text)) }

// stateOf is the State that was sent, or else that of the GSTIN.
func stateOf(sent, gstin string) string {
	if g, err := gst.ParseGSTIN(gstin); err == nil && sent == "" {
		return g.State()
	}
	return sent
}

// into puts what was sent over a customer as it stands.
func (b customerBody) into(stored gst.Customer) gst.Customer {
	c := stored
	c.Party = gst.Party{
		GSTIN: strings.ToUpper(tidy(b.GSTIN)), LegalName: tidy(b.LegalName), TradeName: tidy(b.TradeName), Address1: tidy(b.Address1),
		Address2: tidy(b.Address2), Place: tidy(b.Place), PIN: int(b.PIN), State: tidy(b.State), Phone: tidyPhone(b.Phone), Email: tidy(b.Email),
	}
	c.State = stateOf(c.State, c.GSTIN)
	c.Supplier, c.Supply, c.PlaceOfSupply = b.Supplier, gst.SupplyType(strings.ToUpper(tidy(b.Supply))), tidy(b.PlaceOfSupply)
	c.Prices, c.LedgerName = gst.PriceBasis(tidy(b.Prices)), tidy(b.LedgerName)
	c.Terms = gst.Terms{Cash: b.Terms.Cash, Days: int(b.Terms.Days), Interest: tidy(b.Terms.Interest)}
	c.Addresses = nil
	for _, a := range b.Addresses {
		p := gst.Party{
			GSTIN: strings.ToUpper(tidy(a.GSTIN)), LegalName: tidy(a.LegalName), Address1: tidy(a.Address1), Address2: tidy(a.Address2),
			Place: tidy(a.Place), PIN: int(a.PIN), State: tidy(a.State),
		}
		p.State = stateOf(p.State, p.GSTIN)
		c.Addresses = append(c.Addresses, gst.Address{Label: tidy(a.Label), Party: p})
	}
	return c
}

// customerMembers are the members of a customer whose form fields are called otherwise.
var customerMembers = map[string]string{"name": "legal_name", "trade": "trade_name", "supply": "supply_type", "pos": "place_of_supply"}

// asMembers gives faults the names of the body's members.
func asMembers(faults gst.Faults, names map[string]string) gst.Faults {
	renamed := make(gst.Faults, len(faults))
	for i, f := range faults {
		at := strings.LastIndexByte(f.Field, '.') + 1
		if name, ok := names[f.Field[at:]]; ok {
			f.Field = f.Field[:at] + name
		}
		renamed[i] = f
	}
	return renamed
}

// readMaster reads the body of a call about one of the masters and says all that is wrong
// with it: members of a wrong kind, and what check finds in the rest.
func readMaster[T any](s *Server, c echo.Context, into *T, check func() gst.Faults) error {
	err := readJSON(s, c, mostSmall, into)
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return err
	}
	return unread.Faults.Before(check()).Err()
}

// readCustomer reads the body of a call about a customer, over what is stored.
func (s *Server) readCustomer(c echo.Context, company gst.Company, stored gst.Customer) (gst.Customer, error) {
	var body customerBody
	var read gst.Customer
	err := readMaster(s, c, &body, func() gst.Faults {
		read = body.into(stored)
		faults := asMembers(gst.ValidateCustomer(read, company.Mode), customerMembers)
		for _, n := range []struct {
			field string
			value int
		}{{"pin", read.PIN}, {"terms.days", read.Terms.Days}} {
			if n.value < 0 {
				faults = gst.Faults{{Rule: "negative", Field: n.field}}.Before(faults)
			}
		}
		if len(read.Addresses) > mostAddresses {
			faults = append(faults, gst.Fault{Rule: "inv01.many", Field: "addresses", Args: []string{"addresses", "", fmt.Sprint(mostAddresses)}})
		}
		return faults
	})
	return read, err
}

// customers are the calls about one customer.
func (s *Server) customers() masters[gst.Customer] {
	return masters[gst.Customer]{
		s: s, room: "customers", what: "a customer",
		id:     func(one gst.Customer) int64 { return one.ID },
		shown:  func(one gst.Customer) any { return showsCustomer(one) },
		read:   s.readCustomer,
		stored: s.store.Customer, save: s.store.SaveCustomer, drop: s.store.DeleteCustomer,
	}
}

// listCustomers handles GET /companies/{gstin}/customers.
func (s *Server) listCustomers(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	after, limit, err := pageOf(c)
	if err != nil {
		return err
	}
	found, next, err := s.store.CustomerList(c.Request().Context(), company.GSTIN, db.CustomerFilter{
		Query: strings.TrimSpace(c.QueryParam("q")), Kind: db.PartyKind(c.QueryParam("kind")), After: after, Limit: limit,
	})
	if err != nil {
		return err
	}
	shown := make([]customer, len(found))
	for i, one := range found {
		shown[i] = showsCustomer(one)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, next))
}
