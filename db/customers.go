package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

const customerColumns = `id, gstin, legal_name, trade_name, address1, address2, place, pin,
       state, phone, email, supply, pos, used_at`

// defaultLimit is how many rows a list gives when it was not told.
const defaultLimit = 50

// Customers returns a company's customers whose names or GSTIN hold query, the last used
// first; all of them for an empty query. A limit of 0 means 50.
func (s *Store) Customers(ctx context.Context, gstin gst.GSTIN, query string, limit int) ([]gst.Customer, error) {
	customers, err := list(ctx, s.reader, scanCustomer, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND search LIKE $2 ESCAPE '\'
ORDER BY used_at DESC, id DESC
LIMIT $3`, gstin, containing(query), orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read customers of %s: %w", gstin, err)
	}
	return customers, nil
}

// Customer returns one customer of a company; gst.ErrNotFound when it has no such one.
func (s *Store) Customer(ctx context.Context, gstin gst.GSTIN, id int64) (gst.Customer, error) {
	c, err := scanCustomer(s.reader.row(ctx, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND id = $2`, gstin, id))
	if err != nil {
		return gst.Customer{}, fmt.Errorf("read customer %d of %s: %w", id, gstin, known(err))
	}
	return c, nil
}

// SaveCustomer stores a customer of a company and sets its id. One with the same GSTIN,
// or without GSTIN the same name, is replaced. LastUsed is left alone.
func (s *Store) SaveCustomer(ctx context.Context, gstin gst.GSTIN, c *gst.Customer) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := scanCustomer(t.row(ctx, `
SELECT `+customerColumns+`
FROM customers
WHERE company = $1 AND (id = $2 OR identity = $3)
ORDER BY id = $2 DESC
LIMIT 1`, gstin, c.ID, identity(c.Party)))
		var then any
		if err == nil {
			then = before
			c.ID, c.LastUsed = before.ID, before.LastUsed
			err = updateCustomer(ctx, t, gstin, *c)
		} else if !absent(err) {
			return fmt.Errorf("read customer: %w", err)
		} else {
			c.ID, err = insertCustomer(ctx, t, gstin, *c)
		}
		if err != nil {
			return fmt.Errorf("save customer %q: %w", c.LegalName, known(err))
		}
		entry := change{company: gstin, action: "changed", subject: "customer", which: strconv.FormatInt(c.ID, 10)}
		return s.logDifference(ctx, t, entry, then, *c)
	})
}

// rememberCustomer notes the buyer of an issued document. The edit log does not repeat
// what the document's own entry says.
func rememberCustomer(ctx context.Context, t *tx, inv *gst.Invoice) error {
	if identity(inv.Buyer) == "" {
		return nil
	}
	c := gst.Customer{
		Party: inv.Buyer, Supply: inv.Supply, PlaceOfSupply: inv.PlaceOfSupply, LastUsed: inv.Issued,
	}
	_, err := t.exec(ctx, `
INSERT INTO customers (company, identity, search, gstin, legal_name, trade_name, address1,
                       address2, place, pin, state, phone, email, supply, pos, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (company, identity) DO UPDATE
SET search = $3, gstin = $4, legal_name = $5, trade_name = $6, address1 = $7, address2 = $8,
    place = $9, pin = $10, state = $11, phone = $12, email = $13, supply = $14, pos = $15,
    used_at = $16`, customerArgs(inv.Company, c)...)
	if err != nil {
		return fmt.Errorf("remember customer %q: %w", c.LegalName, err)
	}
	return nil
}

func insertCustomer(ctx context.Context, t *tx, gstin gst.GSTIN, c gst.Customer) (id int64, err error) {
	err = t.row(ctx, `
INSERT INTO customers (company, identity, search, gstin, legal_name, trade_name, address1,
                       address2, place, pin, state, phone, email, supply, pos, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
RETURNING id`, customerArgs(gstin, c)...).Scan(&id)
	return id, err
}

func updateCustomer(ctx context.Context, t *tx, gstin gst.GSTIN, c gst.Customer) error {
	n, err := t.exec(ctx, `
UPDATE customers
SET identity = $2, search = $3, gstin = $4, legal_name = $5, trade_name = $6, address1 = $7,
    address2 = $8, place = $9, pin = $10, state = $11, phone = $12, email = $13, supply = $14,
    pos = $15, used_at = $16
WHERE company = $1 AND id = $17`, append(customerArgs(gstin, c), c.ID)...)
	return one(n, err)
}

// customerArgs are the values of a customer's row, $1 to $16.
func customerArgs(gstin gst.GSTIN, c gst.Customer) []any {
	return []any{
		gstin, identity(c.Party), strings.ToLower(c.LegalName + "\n" + c.TradeName + "\n" + c.GSTIN),
		c.GSTIN, c.LegalName, c.TradeName, c.Address1, c.Address2, c.Place, c.PIN, c.State,
		c.Phone, c.Email, c.Supply, c.PlaceOfSupply, millis(c.LastUsed),
	}
}

func scanCustomer(row scanner) (c gst.Customer, err error) {
	var used int64
	err = row.Scan(&c.ID, &c.GSTIN, &c.LegalName, &c.TradeName, &c.Address1, &c.Address2, &c.Place,
		&c.PIN, &c.State, &c.Phone, &c.Email, &c.Supply, &c.PlaceOfSupply, &used)
	c.LastUsed = moment(used)
	return c, err
}

// identity is what makes two customers of a company the same one: the GSTIN, or the
// name of a person without one.
func identity(p gst.Party) string {
	if p.GSTIN != "" && p.GSTIN != gst.URP {
		return p.GSTIN
	}
	return strings.ToLower(strings.TrimSpace(p.LegalName))
}

// containing is the LIKE pattern for a text that stands anywhere.
func containing(text string) string {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	return "%" + escape.Replace(strings.ToLower(strings.TrimSpace(text))) + "%"
}

func orDefault(limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return limit
}
