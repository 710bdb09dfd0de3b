package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// What the portal's register says of a company's customers: who is to be asked for, and
// what of a file or a document is known already.

// CustomerOf returns the customer that a document's party is: by GSTIN, or without one by
// name. It returns gst.ErrNotFound when the company keeps no such one.
func (s *Store) CustomerOf(ctx context.Context, gstin gst.GSTIN, party gst.Party) (gst.Customer, error) {
	c, err := knownCustomer(ctx, s.reader, gstin, gst.Customer{Party: party})
	if err != nil {
		return gst.Customer{}, fmt.Errorf("find customer %q of %s: %w", party.LegalName, gstin, known(err))
	}
	return c, nil
}

// CustomersKnown says of each of the customers of a file whether ImportCustomers would
// find it among those of the company.
func (s *Store) CustomersKnown(ctx context.Context, gstin gst.GSTIN, customers []gst.Customer) ([]bool, error) {
	return knownAlready(ctx, s.reader, gstin, customers, knownCustomer)
}

// ItemsKnown says of each of the items of a file whether ImportItems would find it among
// those of the company.
func (s *Store) ItemsKnown(ctx context.Context, gstin gst.GSTIN, items []gst.Item) ([]bool, error) {
	return knownAlready(ctx, s.reader, gstin, items, knownItem)
}

func knownAlready[T any](ctx context.Context, from *statements, gstin gst.GSTIN, all []T,
	find func(context.Context, *statements, gst.GSTIN, T) (T, error),
) ([]bool, error) {
	found := make([]bool, len(all))
	for i, entry := range all {
		_, err := find(ctx, from, gstin, entry)
		if err != nil && !absent(err) {
			return nil, fmt.Errorf("look for what %s has: %w", gstin, err)
		}
		found[i] = err == nil
	}
	return found, nil
}

// dueForAsking chooses those of a company whose GSTIN the register was not asked for since
// $2. With $3 those that it never was asked for are among them.
const dueForAsking = `company = $1 AND gstin NOT IN ('', 'URP') AND status_at < $2 AND ($3 OR status_at > 0)`

// CustomersDue returns customers and suppliers of one company whose GSTIN the register was
// not asked for since before, those longest without an answer first; those never asked for
// only when never says so.
func (s *Store) CustomersDue(ctx context.Context, gstin gst.GSTIN, before time.Time, never bool, limit int) ([]gst.Customer, error) {
	due, err := list(ctx, s.reader, scanCustomer, `
SELECT `+customerColumns+`
FROM customers
WHERE `+dueForAsking+`
ORDER BY status_at, id
LIMIT $4`, gstin, millis(before), flag(never), orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read customers of %s to ask for: %w", gstin, err)
	}
	return due, nil
}

// CountCustomersDue counts those that CustomersDue would return without a limit.
func (s *Store) CountCustomersDue(ctx context.Context, gstin gst.GSTIN, before time.Time, never bool) (n int, err error) {
	err = s.reader.row(ctx, `SELECT COUNT(*) FROM customers WHERE `+dueForAsking,
		gstin, millis(before), flag(never)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count customers of %s to ask for: %w", gstin, err)
	}
	return n, nil
}

// forgetStatuses drops what was said of a company's customers. The register of practice is
// made up: nobody may be refused for it in earnest.
func forgetStatuses(ctx context.Context, t *tx, gstin gst.GSTIN) error {
	_, err := t.exec(ctx, `UPDATE customers SET taxpayer = '', status = '', status_at = 0 WHERE company = $1`, gstin)
	return err
}
