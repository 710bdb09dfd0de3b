package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"mohar/gst"
)

// PartyKind is which parties a list of customers shows.
type PartyKind string

// The kinds of parties. One that both buys and supplies is in both lists.
const (
	AllParties    PartyKind = ""
	OnlyCustomers PartyKind = "customers" // no suppliers, but for those that something was sold to
	OnlySuppliers PartyKind = "suppliers"
)

// CustomerFilter chooses a page of a company's customers and suppliers.
type CustomerFilter struct {
	Query string // words that stand in the names or the GSTIN
	Kind  PartyKind
	After Cursor // where the page before ended
	Limit int    // rows; 0: 50
}

const customerColumns = `id, gstin, legal_name, trade_name, address1, address2, place, pin, state,
       phone, email, supply, pos, used_at, supplier, ledger_name, taxpayer, status, status_at, extra`

// defaultLimit is how many rows a list gives when it was not told.
const defaultLimit = 50

// Customers suggests customers of a company for a document: those whose names or GSTIN
// hold the words of query, the last used first; all of them for an empty query. A limit
// of 0 means 50.
func (s *Store) Customers(ctx context.Context, gstin gst.GSTIN, query string, limit int) ([]gst.Customer, error) {
	words := searchParts(query)
	customers, err := list(ctx, s.reader, scanCustomer, `
SELECT `+customerColumns+`
FROM customers INDEXED BY customers_used
WHERE company = $1 AND instr(search, $2) > 0 AND instr(search, $3) > 0 AND instr(search, $4) > 0
ORDER BY used_at DESC, id DESC
LIMIT $5`, gstin, words[0], words[1], words[2], orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read customers of %s: %w", gstin, err)
	}
	return customers, nil
}

// CustomerList returns a page of a company's customers and suppliers by name, and where
// the next one begins.
func (s *Store) CustomerList(ctx context.Context, gstin gst.GSTIN, f CustomerFilter) ([]gst.Customer, Cursor, error) {
	words, limit := searchParts(f.Query), orDefault(f.Limit)
	customers, err := list(ctx, s.reader, scanCustomer, `
SELECT `+customerColumns+`
FROM customers INDEXED BY customers_list
WHERE company = $1 AND (search, id) > ($2, $3)
  AND instr(search, $4) > 0 AND instr(search, $5) > 0 AND instr(search, $6) > 0
  AND ($7 = '' OR ($7 = 'suppliers' AND supplier = 1) OR ($7 = 'customers' AND (supplier = 0 OR used_at > 0)))
ORDER BY search, id
LIMIT $8`, gstin, f.After.Number, f.After.ID, words[0], words[1], words[2], f.Kind, limit+1)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list customers of %s: %w", gstin, err)
	}
	page, next := masterPage(customers, limit, func(c gst.Customer) (string, int64) { return customerSearch(c), c.ID })
	return page, next, nil
}

// Customer returns one customer of a company; gst.ErrNotFound when it has no such one.
func (s *Store) Customer(ctx context.Context, gstin gst.GSTIN, id int64) (gst.Customer, error) {
	c, err := customerByID(ctx, s.reader, gstin, id)
	if err != nil {
		return gst.Customer{}, fmt.Errorf("read customer %d of %s: %w", id, gstin, err)
	}
	return c, nil
}

func customerByID(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (gst.Customer, error) {
	c, err := scanCustomer(from.row(ctx, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND id = $2`, gstin, id))
	return c, known(err)
}

// SaveCustomer stores a customer of a company, new (ID 0, which it sets) or changed, as a
// person keeps it: documents no longer change it. LastUsed is left alone. What the
// register said of another GSTIN is dropped when c has a new one.
//
// It returns a *Taken, which is a gst.ErrConflict, when another customer has the GSTIN or,
// without GSTIN, the name; gst.ErrNotFound when the company has no customer c.ID; and what
// checks say of the customer as it stands.
func (s *Store) SaveCustomer(ctx context.Context, gstin gst.GSTIN, c *gst.Customer, checks ...func(gst.Customer) error) error {
	saved := *c // c changes only when it is on the disk
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		const sameIdentity = `SELECT id FROM customers WHERE company = $1 AND identity = $2`
		if err := untaken(ctx, t, sameIdentity, gstin, identity(saved.Party), saved.ID); err != nil {
			return err
		}
		if saved.ID == 0 {
			saved.LastUsed = time.Time{}
			return s.addCustomer(ctx, t, gstin, &saved)
		}
		before, err := checked(checks)(customerByID(ctx, t.statements, gstin, saved.ID))
		if err != nil {
			return err
		}
		if saved.GSTIN != before.GSTIN && saved.StatusAt.Equal(before.StatusAt) {
			saved.Taxpayer, saved.Status, saved.StatusAt = "", "", time.Time{}
		}
		saved.LastUsed = before.LastUsed
		return s.changeCustomer(ctx, t, gstin, before, saved)
	})
	if err != nil {
		return fmt.Errorf("save customer %q: %w", c.LegalName, known(err))
	}
	*c = saved
	return nil
}

// addCustomer stores a customer that a person keeps and sets its id.
func (s *Store) addCustomer(ctx context.Context, t *tx, gstin gst.GSTIN, c *gst.Customer) error {
	args, err := customerArgs(gstin, *c)
	if err != nil {
		return err
	}
	err = t.row(ctx, `
INSERT INTO customers (`+customerStored+`, kept)
VALUES (`+customerValues+`, 1)
RETURNING id`, args...).Scan(&c.ID)
	if err != nil {
		return err
	}
	return s.logDifference(ctx, t, masterChange(gstin, "created", "customer", c.ID), nil, *c)
}

// changeCustomer replaces a customer by what a person keeps.
func (s *Store) changeCustomer(ctx context.Context, t *tx, gstin gst.GSTIN, before, c gst.Customer) error {
	args, err := customerArgs(gstin, c)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `
UPDATE customers
SET (`+customerStored+`, kept) = (`+customerValues+`, 1)
WHERE company = $1 AND id = $23`, append(args, c.ID)...)
	if err := one(n, err); err != nil {
		return err
	}
	return s.logDifference(ctx, t, masterChange(gstin, "changed", "customer", c.ID), before, c)
}

// DeleteCustomer removes a customer from a company's master; its documents stay. It
// returns gst.ErrNotFound when the company has no such one, and what checks say of it.
func (s *Store) DeleteCustomer(ctx context.Context, gstin gst.GSTIN, id int64, checks ...func(gst.Customer) error) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := checked(checks)(customerByID(ctx, t.statements, gstin, id))
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM customers WHERE id = $1`, id); err != nil {
			return err
		}
		return s.logDeleted(ctx, t, masterChange(gstin, "deleted", "customer", id), before)
	})
	if err != nil {
		return fmt.Errorf("delete customer %d of %s: %w", id, gstin, err)
	}
	return nil
}

// SetCustomerStatus stores what the portal's register says of a customer, and when it was
// asked. The edit log hears of it only when the answer is another one. It returns
// gst.ErrNotFound when the company has no such customer.
func (s *Store) SetCustomerStatus(ctx context.Context, gstin gst.GSTIN, id int64, taxpayer, status string, at time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := customerByID(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `UPDATE customers SET taxpayer = $2, status = $3, status_at = $4 WHERE id = $1`,
			id, taxpayer, status, millis(at))
		if err := one(n, err); err != nil {
			return err
		}
		after := before
		after.Taxpayer, after.Status = taxpayer, status
		return s.logDifference(ctx, t, masterChange(gstin, "changed", "customer", id), before, after)
	})
	if err != nil {
		return fmt.Errorf("set status of customer %d of %s: %w", id, gstin, err)
	}
	return nil
}

// CompanyCustomer is a customer with the company that it belongs to.
type CompanyCustomer struct {
	Company gst.GSTIN
	gst.Customer
}

// CustomersToAsk returns customers of all companies that have a GSTIN and whose status
// was not asked since before, those longest without an answer first.
func (s *Store) CustomersToAsk(ctx context.Context, before time.Time, limit int) ([]CompanyCustomer, error) {
	due, err := list(ctx, s.reader, func(row scanner) (c CompanyCustomer, err error) {
		c.Customer, err = scanCustomer(wideRow{row, []any{&c.Company}})
		return c, err
	}, `
SELECT company, `+customerColumns+`
FROM customers
WHERE gstin NOT IN ('', 'URP') AND status_at < $1
ORDER BY status_at, id
LIMIT $2`, millis(before), orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read customers to ask for: %w", err)
	}
	return due, nil
}

// wideRow is a row with columns before those that a scan function knows.
type wideRow struct {
	scanner
	front []any
}

// Scan reads the front columns too.
func (w wideRow) Scan(dest ...any) error {
	return w.scanner.Scan(append(w.front[:len(w.front):len(w.front)], dest...)...)
}

// ImportCustomers stores customers and suppliers of a file, all or none, and says how many
// are new and how many it changed. One that is there already, by GSTIN or name or else by
// its name in the books, takes over what the file says of it and keeps the rest; none
// stops being a supplier. Those without a name and GSTIN are left out.
func (s *Store) ImportCustomers(ctx context.Context, gstin gst.GSTIN, customers []gst.Customer) (added, changed int, err error) {
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		for _, c := range customers {
			if identity(c.Party) == "" {
				continue
			}
			before, err := knownCustomer(ctx, t.statements, gstin, c)
			switch {
			case absent(err):
				c.ID, c.LastUsed = 0, time.Time{}
				err = s.addCustomer(ctx, t, gstin, &c)
				added++
			case err == nil:
				after := mergeCustomer(before, c)
				if !reflect.DeepEqual(before, after) {
					changed++
				}
				err = s.changeCustomer(ctx, t, gstin, before, after)
			}
			if err != nil {
				return fmt.Errorf("customer %q: %w", c.LegalName, known(err))
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("import customers of %s: %w", gstin, err)
	}
	return added, changed, nil
}

// knownCustomer finds the customer that a file speaks of.
func knownCustomer(ctx context.Context, from *statements, gstin gst.GSTIN, c gst.Customer) (gst.Customer, error) {
	found, err := scanCustomer(from.row(ctx, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND identity = $2`, gstin, identity(c.Party)))
	if !absent(err) || c.LedgerName == "" {
		return found, err
	}
	return scanCustomer(from.row(ctx, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND ledger_name = $2 AND ledger_name <> ''
ORDER BY id
LIMIT 1`, gstin, c.LedgerName))
}

// mergeCustomer is a stored customer with what a file says of it. An address is taken as a
// whole: lines of two places make none.
func mergeCustomer(old, c gst.Customer) gst.Customer {
	m := old
	m.GSTIN, m.LegalName = orOld(c.GSTIN, old.GSTIN), orOld(c.LegalName, old.LegalName)
	m.TradeName = orOld(c.TradeName, old.TradeName)
	m.Phone, m.Email = orOld(c.Phone, old.Phone), orOld(c.Email, old.Email)
	if c.Address1 != "" {
		m.Address1, m.Address2, m.Place, m.PIN = c.Address1, c.Address2, c.Place, c.PIN
	}
	m.Place, m.PIN, m.State = orOld(m.Place, c.Place), orOld(m.PIN, c.PIN), orOld(c.State, old.State)
	m.Supplier = old.Supplier || c.Supplier
	m.Supply, m.PlaceOfSupply = orOld(c.Supply, old.Supply), orOld(c.PlaceOfSupply, old.PlaceOfSupply)
	if len(c.Addresses) > 0 {
		m.Addresses = c.Addresses
	}
	m.Prices, m.Terms = orOld(c.Prices, old.Prices), orOld(c.Terms, old.Terms)
	m.LedgerName = orOld(c.LedgerName, old.LedgerName)
	if m.GSTIN != old.GSTIN {
		m.Taxpayer, m.Status, m.StatusAt = c.Taxpayer, c.Status, c.StatusAt
	}
	return m
}

// rememberCustomer notes the buyer of an issued document and returns its id, 0 for a buyer
// without name. Of a customer that a person keeps only the last use is noted.
func rememberCustomer(ctx context.Context, t *tx, inv *gst.Invoice) (id int64, err error) {
	if identity(inv.Buyer) == "" {
		return 0, nil
	}
	c := gst.Customer{
		Party: inv.Buyer, Supply: inv.Supply, PlaceOfSupply: inv.PlaceOfSupply, LastUsed: inv.Issued,
	}
	args, err := customerArgs(inv.Company, c)
	if err != nil {
		return 0, err
	}
	err = t.row(ctx, `
INSERT INTO customers (`+customerStored+`)
VALUES (`+customerValues+`)
ON CONFLICT (company, identity) DO UPDATE
SET search = $3, gstin = $4, legal_name = $5, trade_name = $6, address1 = $7, address2 = $8,
    place = $9, pin = $10, state = $11, phone = $12, email = $13, supply = $14, pos = $15,
    used_at = MAX(used_at, $16)
WHERE kept = 0
RETURNING id`, args...).Scan(&id)
	if absent(err) {
		err = t.row(ctx, `
UPDATE customers
SET used_at = MAX(used_at, $3)
WHERE company = $1 AND identity = $2
RETURNING id`, inv.Company, identity(inv.Buyer), millis(inv.Issued)).Scan(&id)
	}
	if err != nil {
		return 0, fmt.Errorf("remember customer %q: %w", c.LegalName, err)
	}
	return id, nil
}

// customerStored are the columns of a customer but id and kept, in the order of
// customerArgs.
const customerStored = `company, identity, search, gstin, legal_name, trade_name, address1, address2, place, pin,
    state, phone, email, supply, pos, used_at, supplier, ledger_name, taxpayer, status, status_at, extra`

const customerValues = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22`

// customerExtra holds the parts of a customer that no list or search asks for.
type customerExtra struct {
	Addresses []storedAddress
	Prices    gst.PriceBasis
	Terms     gst.Terms
}

// storedAddress is gst.Address without an embedded struct, which compactJSON and
// encoding/json name differently.
type storedAddress struct {
	Label string
	Party gst.Party
}

// customerArgs are the values of a customer's row, $1 to $22.
func customerArgs(gstin gst.GSTIN, c gst.Customer) ([]any, error) {
	e := customerExtra{Prices: c.Prices, Terms: c.Terms}
	e.Terms.Due = 0
	for _, a := range c.Addresses {
		e.Addresses = append(e.Addresses, storedAddress{a.Label, a.Party})
	}
	text, err := compactJSON(e)
	if text == "{}" {
		text = ""
	}
	return []any{
		gstin, identity(c.Party), customerSearch(c), c.GSTIN, c.LegalName, c.TradeName,
		c.Address1, c.Address2, c.Place, c.PIN, c.State, c.Phone, c.Email, c.Supply, c.PlaceOfSupply,
		millis(c.LastUsed), flag(c.Supplier), c.LedgerName, c.Taxpayer, c.Status, millis(c.StatusAt), text,
	}, err
}

// customerSearch is the text that a customer is found and sorted by.
func customerSearch(c gst.Customer) string {
	return strings.ToLower(c.LegalName + "\n" + c.TradeName + "\n" + c.GSTIN)
}

func scanCustomer(row scanner) (c gst.Customer, err error) {
	var used, asked int64
	var text string
	err = row.Scan(&c.ID, &c.GSTIN, &c.LegalName, &c.TradeName, &c.Address1, &c.Address2, &c.Place,
		&c.PIN, &c.State, &c.Phone, &c.Email, &c.Supply, &c.PlaceOfSupply, &used, &c.Supplier,
		&c.LedgerName, &c.Taxpayer, &c.Status, &asked, &text)
	c.LastUsed, c.StatusAt = moment(used), moment(asked)
	if err != nil || text == "" {
		return c, err
	}
	var e customerExtra
	if err := readJSON(text, &e); err != nil {
		return c, fmt.Errorf("stored customer: %w", err)
	}
	c.Prices, c.Terms = e.Prices, e.Terms
	for _, a := range e.Addresses {
		c.Addresses = append(c.Addresses, gst.Address{Label: a.Label, Party: a.Party})
	}
	return c, nil
}

// identity is what makes two customers of a company the same one: the GSTIN, or the
// name of a person without one.
func identity(p gst.Party) string {
	if p.GSTIN != "" && p.GSTIN != gst.URP {
		return p.GSTIN
	}
	return strings.ToLower(strings.TrimSpace(p.LegalName))
}

func orDefault(limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return limit
}
