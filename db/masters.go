package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// Taken says that another entry of the company's masters already has what makes the saved
// one unique. It is a gst.ErrConflict.
type Taken struct {
	By   int64  // id of the other entry
	What string // the GSTIN, name or description that it has
}

// Error names what is taken.
func (e *Taken) Error() string { return fmt.Sprintf("%q is taken by %d", e.What, e.By) }

// Unwrap makes it a gst.ErrConflict.
func (e *Taken) Unwrap() error { return gst.ErrConflict }

// untaken checks that no entry but id itself has an identity. query finds the id of the one
// that has it by company and identity.
func untaken(ctx context.Context, t *tx, query string, gstin gst.GSTIN, identity string, id int64) error {
	var other int64
	err := t.row(ctx, query, gstin, identity).Scan(&other)
	switch {
	case absent(err):
		return nil
	case err != nil:
		return err
	case other != id:
		return &Taken{By: other, What: identity}
	}
	return nil
}

// masterChange is an entry of the edit log about one of the masters.
func masterChange(gstin gst.GSTIN, action, subject string, id int64) change {
	return change{company: gstin, action: action, subject: subject, which: strconv.FormatInt(id, 10)}
}

// logDeleted notes what an entry of the masters said before it was deleted.
func (s *Store) logDeleted(ctx context.Context, t *tx, c change, before any) error {
	var err error
	if c.before, err = compactJSON(before); err != nil {
		return fmt.Errorf("edit log: %w", err)
	}
	return s.logChange(ctx, t, c)
}

// searchParts cuts what was typed into three parts, all of which must stand somewhere in
// what is found; the last holds all further words as they were typed.
func searchParts(query string) [3]string {
	var parts [3]string
	words := strings.Fields(strings.ToLower(searchable(query)))
	copy(parts[:], words)
	if len(words) > len(parts) {
		parts[2] = strings.Join(words[2:], " ")
	}
	return parts
}

// masterPage cuts a list that was read with one more row than limit, and says where the
// next page begins. key is an entry's place in the list.
func masterPage[T any](all []T, limit int, key func(T) (search string, id int64)) ([]T, Cursor) {
	if len(all) <= limit {
		return all, Cursor{}
	}
	all = all[:limit]
	search, id := key(all[limit-1])
	return all, Cursor{Number: search, ID: id}
}

// remember notes what an issued document says about the company's masters: its buyer, its
// items and what was charged for them, and who carries the goods. The edit log does not
// repeat what the document's own entry says.
func remember(ctx context.Context, t *tx, inv *gst.Invoice) error {
	customer, err := rememberCustomer(ctx, t, inv)
	if err != nil {
		return err
	}
	sold, err := rememberItems(ctx, t, inv)
	if err != nil {
		return err
	}
	if err := rememberSales(ctx, t, inv, customer, sold); err != nil {
		return err
	}
	return rememberTransporter(ctx, t, inv)
}

// orOld is the new value, or the old one when there is no new one.
func orOld[T comparable](fresh, old T) T {
	var none T
	if fresh == none {
		return old
	}
	return fresh
}

// checked passes on what was read, and what checks have against changing it.
func checked[T any](checks []func(T) error) func(T, error) (T, error) {
	return func(stored T, err error) (T, error) {
		for _, check := range checks {
			if err == nil {
				err = check(stored)
			}
		}
		return stored, err
	}
}
