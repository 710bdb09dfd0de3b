package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

const itemColumns = `id, description, hsn, service, unit, unit_price, gst_rate, used_at`

// Items returns a company's items whose description or HSN holds query, the last used
// first; all of them for an empty query. A limit of 0 means 50.
func (s *Store) Items(ctx context.Context, gstin gst.GSTIN, query string, limit int) ([]gst.Item, error) {
	items, err := list(ctx, s.reader, scanItem, `
SELECT `+itemColumns+`
FROM items
WHERE company = $1 AND (identity LIKE $2 ESCAPE '\' OR hsn LIKE $2 ESCAPE '\')
ORDER BY used_at DESC, id DESC
LIMIT $3`, gstin, containing(query), orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read items of %s: %w", gstin, err)
	}
	return items, nil
}

// SaveItem stores an item of a company and sets its id. One with the same description
// is replaced. LastUsed is left alone.
func (s *Store) SaveItem(ctx context.Context, gstin gst.GSTIN, item *gst.Item) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := scanItem(t.row(ctx, `
SELECT `+itemColumns+`
FROM items
WHERE company = $1 AND (id = $2 OR identity = $3)
ORDER BY id = $2 DESC
LIMIT 1`, gstin, item.ID, itemIdentity(item.Description)))
		var then any
		if err == nil {
			then = before
			item.ID, item.LastUsed = before.ID, before.LastUsed
			err = updateItem(ctx, t, gstin, *item)
		} else if !absent(err) {
			return fmt.Errorf("read item: %w", err)
		} else {
			item.ID, err = insertItem(ctx, t, gstin, *item)
		}
		if err != nil {
			return fmt.Errorf("save item %q: %w", item.Description, known(err))
		}
		entry := change{company: gstin, action: "changed", subject: "item", which: strconv.FormatInt(item.ID, 10)}
		return s.logDifference(ctx, t, entry, then, *item)
	})
}

// rememberItems notes the lines of an issued document, each description once.
func rememberItems(ctx context.Context, t *tx, inv *gst.Invoice) error {
	seen := make(map[string]bool, len(inv.Lines))
	for _, line := range inv.Lines {
		key := itemIdentity(line.Description)
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		item := gst.Item{
			Description: line.Description, HSN: line.HSN, Service: line.Service, Unit: line.Unit,
			UnitPrice: line.UnitPrice, GSTRate: line.GSTRate, LastUsed: inv.Issued,
		}
		_, err := t.exec(ctx, `
INSERT INTO items (company, identity, description, hsn, service, unit, unit_price, gst_rate, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (company, identity) DO UPDATE
SET description = $3, hsn = $4, service = $5, unit = $6, unit_price = $7, gst_rate = $8, used_at = $9`,
			itemArgs(inv.Company, item)...)
		if err != nil {
			return fmt.Errorf("remember item %q: %w", line.Description, err)
		}
	}
	return nil
}

func insertItem(ctx context.Context, t *tx, gstin gst.GSTIN, item gst.Item) (id int64, err error) {
	err = t.row(ctx, `
INSERT INTO items (company, identity, description, hsn, service, unit, unit_price, gst_rate, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id`, itemArgs(gstin, item)...).Scan(&id)
	return id, err
}

func updateItem(ctx context.Context, t *tx, gstin gst.GSTIN, item gst.Item) error {
	n, err := t.exec(ctx, `
UPDATE items
SET identity = $2, description = $3, hsn = $4, service = $5, unit = $6, unit_price = $7,
    gst_rate = $8, used_at = $9
WHERE company = $1 AND id = $10`, append(itemArgs(gstin, item), item.ID)...)
	return one(n, err)
}

// itemArgs are the values of an item's row, $1 to $9.
func itemArgs(gstin gst.GSTIN, item gst.Item) []any {
	return []any{
		gstin, itemIdentity(item.Description), item.Description, item.HSN, flag(item.Service),
		item.Unit, item.UnitPrice, item.GSTRate, millis(item.LastUsed),
	}
}

func scanItem(row scanner) (item gst.Item, err error) {
	var used int64
	err = row.Scan(&item.ID, &item.Description, &item.HSN, &item.Service, &item.Unit,
		&item.UnitPrice, &item.GSTRate, &used)
	item.LastUsed = moment(used)
	return item, err
}

// itemIdentity is what makes two items of a company the same one.
func itemIdentity(description string) string {
	return strings.ToLower(strings.TrimSpace(description))
}
