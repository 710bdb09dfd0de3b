package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

// ItemFilter chooses a page of a company's items.
type ItemFilter struct {
	Query string // words that stand in the description, HSN or barcode
	After Cursor // where the page before ended
	Limit int    // rows; 0: 50
}

const itemColumns = `id, description, hsn, service, unit, unit_price, gst_rate, used_at, cess_rate,
       cess_fixed, state_cess_rate, retail_price, barcode, ledger_name`

// Items suggests items of a company for a line: those whose description, HSN or barcode
// holds the words of query, the last used first; all of them for an empty query. A limit
// of 0 means 50.
func (s *Store) Items(ctx context.Context, gstin gst.GSTIN, query string, limit int) ([]gst.Item, error) {
	words := searchParts(query)
	items, err := list(ctx, s.reader, scanItem, `
SELECT `+itemColumns+`
FROM items INDEXED BY items_used
WHERE company = $1 AND instr(search, $2) > 0 AND instr(search, $3) > 0 AND instr(search, $4) > 0
ORDER BY used_at DESC, id DESC
LIMIT $5`, gstin, words[0], words[1], words[2], orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read items of %s: %w", gstin, err)
	}
	return items, nil
}

// ItemList returns a page of a company's items by description, and where the next one
// begins.
func (s *Store) ItemList(ctx context.Context, gstin gst.GSTIN, f ItemFilter) ([]gst.Item, Cursor, error) {
	words, limit := searchParts(f.Query), orDefault(f.Limit)
	items, err := list(ctx, s.reader, scanItem, `
SELECT `+itemColumns+`
FROM items INDEXED BY items_list
WHERE company = $1 AND (search, id) > ($2, $3)
  AND instr(search, $4) > 0 AND instr(search, $5) > 0 AND instr(search, $6) > 0
ORDER BY search, id
LIMIT $7`, gstin, f.After.Number, f.After.ID, words[0], words[1], words[2], limit+1)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list items of %s: %w", gstin, err)
	}
	page, next := masterPage(items, limit, func(i gst.Item) (string, int64) { return itemSearch(i), i.ID })
	return page, next, nil
}

// Item returns one item of a company; gst.ErrNotFound when it has no such one.
func (s *Store) Item(ctx context.Context, gstin gst.GSTIN, id int64) (gst.Item, error) {
	item, err := itemByID(ctx, s.reader, gstin, id)
	if err != nil {
		return gst.Item{}, fmt.Errorf("read item %d of %s: %w", id, gstin, err)
	}
	return item, nil
}

func itemByID(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (gst.Item, error) {
	item, err := scanItem(from.row(ctx, `
SELECT `+itemColumns+`
FROM items
WHERE company = $1 AND id = $2`, gstin, id))
	return item, known(err)
}

// SaveItem stores an item of a company, new (ID 0, which it sets) or changed, as a person
// keeps it: documents no longer change it. LastUsed is left alone.
//
// It returns a *Taken, which is a gst.ErrConflict, when another item has the description,
// without regard to case; gst.ErrNotFound when the company has no item with this id; and
// what checks say of the item as it stands.
func (s *Store) SaveItem(ctx context.Context, gstin gst.GSTIN, item *gst.Item, checks ...func(gst.Item) error) error {
	saved := *item
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		const sameIdentity = `SELECT id FROM items WHERE company = $1 AND identity = $2`
		if err := untaken(ctx, t, sameIdentity, gstin, itemIdentity(saved.Description), saved.ID); err != nil {
			return err
		}
		if saved.ID == 0 {
			saved.LastUsed = time.Time{}
			return s.addItem(ctx, t, gstin, &saved)
		}
		before, err := checked(checks)(itemByID(ctx, t.statements, gstin, saved.ID))
		if err != nil {
			return err
		}
		saved.LastUsed = before.LastUsed
		return s.changeItem(ctx, t, gstin, before, saved)
	})
	if err != nil {
		return fmt.Errorf("save item %q: %w", item.Description, known(err))
	}
	*item = saved
	return nil
}

// addItem stores an item that a person keeps and sets its id.
func (s *Store) addItem(ctx context.Context, t *tx, gstin gst.GSTIN, item *gst.Item) error {
	err := t.row(ctx, `
INSERT INTO items (`+itemStored+`, kept)
VALUES (`+itemValues+`, 1)
RETURNING id`, itemArgs(gstin, *item)...).Scan(&item.ID)
	if err != nil {
		return err
	}
	return s.logDifference(ctx, t, masterChange(gstin, "created", "item", item.ID), nil, *item)
}

// changeItem replaces an item by what a person keeps.
func (s *Store) changeItem(ctx context.Context, t *tx, gstin gst.GSTIN, before, item gst.Item) error {
	n, err := t.exec(ctx, `
UPDATE items
SET (`+itemStored+`, kept) = (`+itemValues+`, 1)
WHERE company = $1 AND id = $17`, append(itemArgs(gstin, item), item.ID)...)
	if err := one(n, err); err != nil {
		return err
	}
	return s.logDifference(ctx, t, masterChange(gstin, "changed", "item", item.ID), before, item)
}

// DeleteItem removes an item from a company's master; its documents stay. It returns
// gst.ErrNotFound when the company has no such one, and what checks say of it.
func (s *Store) DeleteItem(ctx context.Context, gstin gst.GSTIN, id int64, checks ...func(gst.Item) error) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := checked(checks)(itemByID(ctx, t.statements, gstin, id))
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM items WHERE id = $1`, id); err != nil {
			return err
		}
		return s.logDeleted(ctx, t, masterChange(gstin, "deleted", "item", id), before)
	})
	if err != nil {
		return fmt.Errorf("delete item %d of %s: %w", id, gstin, err)
	}
	return nil
}

// ImportItems stores items of a file, all or none, and says how many are new and how many
// it changed. One that is there already, by description or else by its name in the books,
// takes over what the file says of it and keeps the rest. Those without a description are
// left out.
func (s *Store) ImportItems(ctx context.Context, gstin gst.GSTIN, items []gst.Item) (added, changed int, err error) {
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		for _, item := range items {
			if itemIdentity(item.Description) == "" {
				continue
			}
			before, err := knownItem(ctx, t.statements, gstin, item)
			switch {
			case absent(err):
				item.ID, item.LastUsed = 0, time.Time{}
				err = s.addItem(ctx, t, gstin, &item)
				added++
			case err == nil:
				after := mergeItem(before, item)
				if before != after {
					changed++
				}
				err = s.changeItem(ctx, t, gstin, before, after)
			}
			if err != nil {
				return fmt.Errorf("item %q: %w", item.Description, known(err))
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("import items of %s: %w", gstin, err)
	}
	return added, changed, nil
}

// knownItem finds the item that a file speaks of.
func knownItem(ctx context.Context, from *statements, gstin gst.GSTIN, item gst.Item) (gst.Item, error) {
	found, err := scanItem(from.row(ctx, `
SELECT `+itemColumns+`
FROM items
WHERE company = $1 AND identity = $2`, gstin, itemIdentity(item.Description)))
	if !absent(err) || item.LedgerName == "" {
		return found, err
	}
	return scanItem(from.row(ctx, `
SELECT `+itemColumns+`
FROM items
WHERE company = $1 AND ledger_name = $2 AND ledger_name <> ''
ORDER BY id
LIMIT 1`, gstin, item.LedgerName))
}

// mergeItem is a stored item with what a file says of it. A tax rate of nothing counts
// only together with an HSN: a file without tariff columns says neither.
func mergeItem(old, item gst.Item) gst.Item {
	m := old
	m.Description = item.Description
	if item.HSN != "" {
		m.HSN, m.Service, m.GSTRate = item.HSN, item.Service, item.GSTRate
	}
	m.GSTRate = orOld(item.GSTRate, m.GSTRate)
	m.Unit, m.UnitPrice = orOld(item.Unit, old.Unit), orOld(item.UnitPrice, old.UnitPrice)
	m.CessRate, m.CessFixed = orOld(item.CessRate, old.CessRate), orOld(item.CessFixed, old.CessFixed)
	m.StateCessRate = orOld(item.StateCessRate, old.StateCessRate)
	m.RetailPrice = orOld(item.RetailPrice, old.RetailPrice)
	m.Barcode, m.LedgerName = orOld(item.Barcode, old.Barcode), orOld(item.LedgerName, old.LedgerName)
	return m
}

// rememberItems notes the lines of an issued document, each description once, and returns
// the items' ids by the place of their line, from 1. Charges below the goods are no items.
// Of an item that a person keeps only the last use is noted.
func rememberItems(ctx context.Context, t *tx, inv *gst.Invoice) (map[int]int64, error) {
	sold := make(map[int]int64, len(inv.Lines))
	seen := make(map[string]bool, len(inv.Lines))
	for i := range inv.Lines {
		line := &inv.Lines[i]
		key := itemIdentity(line.Description)
		if key == "" || seen[key] || line.Charge != gst.ChargeNone {
			continue
		}
		seen[key] = true
		id, err := rememberItem(ctx, t, inv, line)
		if err != nil {
			return nil, fmt.Errorf("remember item %q: %w", line.Description, err)
		}
		sold[i+1] = id
	}
	return sold, nil
}

func rememberItem(ctx context.Context, t *tx, inv *gst.Invoice, line *gst.Line) (id int64, err error) {
	item := gst.Item{
		Description: line.Description, HSN: line.HSN, Service: line.Service, Unit: line.Unit,
		UnitPrice: line.UnitPrice, GSTRate: line.GSTRate, CessRate: line.CessRate,
		StateCessRate: line.StateCessRate, RetailPrice: line.RetailPrice, Barcode: line.Barcode,
		LastUsed: inv.Issued,
	}
	args := itemArgs(inv.Company, item)
	if id, err = itemInUse(ctx, t, args); !absent(err) {
		return id, err
	}
	err = t.row(ctx, `
INSERT INTO items (`+itemStored+`)
VALUES (`+itemValues+`)
ON CONFLICT (company, identity) DO UPDATE
SET description = $3, search = $4, hsn = $5, service = $6, unit = $7, unit_price = $8, gst_rate = $9,
    used_at = MAX(used_at, $10), cess_rate = $11, state_cess_rate = $13, retail_price = $14, barcode = $15
WHERE kept = 0
RETURNING id`, args...).Scan(&id)
	if absent(err) {
		err = t.row(ctx, `
UPDATE items
SET used_at = MAX(used_at, $3)
WHERE company = $1 AND identity = $2
RETURNING id`, inv.Company, itemIdentity(line.Description), millis(inv.Issued)).Scan(&id)
	}
	return id, err
}

// itemInUse returns the id of the item with the values of itemArgs when it stands as they have
// it, or as a person keeps it, and was used within the minute before: where documents come one
// after the other it need not be written for each. It returns sql.ErrNoRows otherwise.
func itemInUse(ctx context.Context, t *tx, args []any) (id int64, err error) {
	err = t.row(ctx, `
SELECT id
FROM items
WHERE company = $1 AND identity = $2 AND used_at BETWEEN $10 - 60000 AND $10
  AND (kept = 1 OR description = $3 AND search = $4 AND hsn = $5 AND service = $6 AND unit = $7
       AND unit_price = $8 AND gst_rate = $9 AND cess_rate = $11 AND state_cess_rate = $13
       AND retail_price = $14 AND barcode = $15)`, args...).Scan(&id)
	return id, err
}

// itemStored are the columns of an item but id and kept, in the order of itemArgs.
const itemStored = `company, identity, description, search, hsn, service, unit, unit_price, gst_rate, used_at,
    cess_rate, cess_fixed, state_cess_rate, retail_price, barcode, ledger_name`

const itemValues = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16`

// itemArgs are the values of an item's row, $1 to $16.
func itemArgs(gstin gst.GSTIN, item gst.Item) []any {
	return []any{
		gstin, itemIdentity(item.Description), item.Description, itemSearch(item), item.HSN,
		flag(item.Service), item.Unit, item.UnitPrice, item.GSTRate, millis(item.LastUsed),
		item.CessRate, item.CessFixed, item.StateCessRate, item.RetailPrice, item.Barcode, item.LedgerName,
	}
}

func scanItem(row scanner) (item gst.Item, err error) {
	var used int64
	err = row.Scan(&item.ID, &item.Description, &item.HSN, &item.Service, &item.Unit,
		&item.UnitPrice, &item.GSTRate, &used, &item.CessRate, &item.CessFixed, &item.StateCessRate,
		&item.RetailPrice, &item.Barcode, &item.LedgerName)
	item.LastUsed = moment(used)
	return item, err
}

// itemSearch is the text that an item is found and sorted by.
func itemSearch(item gst.Item) string {
	return itemIdentity(item.Description) + "\n" + strings.ToLower(item.HSN+"\n"+item.Barcode)
}

// itemIdentity is what makes two items of a company the same one.
func itemIdentity(description string) string {
	return strings.ToLower(strings.TrimSpace(description))
}
