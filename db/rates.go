package db

import (
	"context"
	"encoding/json"
	"fmt"

	"mohar/gst"
)

// LastRate is what was charged for an item in the latest tax invoice that has it.
type LastRate struct {
	Price     gst.Milli // of a unit, before tax
	Discount  string    // as gst.ParseDiscount reads it; empty: none
	Date      gst.Date
	InvoiceID int64
	Number    string
	Other     bool // the party never bought it: this is what another one paid
}

// linesOfInvoice is how many ids of sales a document takes up: far more than the lines of
// any INV-01.
const linesOfInvoice = 1 << 16

// rememberSales notes which items a tax invoice sold, by the place of their line, and to
// which customer.
func rememberSales(ctx context.Context, t *tx, inv *gst.Invoice, customer int64, sold map[int]int64) error {
	if inv.Type != gst.TaxInvoice {
		return nil
	}
	first := inv.ID * linesOfInvoice
	// An amended document is here already.
	_, err := t.exec(ctx, `DELETE FROM sales WHERE id >= $1 AND id < $2`, first, first+linesOfInvoice)
	if err != nil {
		return fmt.Errorf("remember sales: %w", err)
	}
	text, err := json.Marshal(sold)
	if err != nil {
		return fmt.Errorf("remember sales: %w", err)
	}
	_, err = t.exec(ctx, `
INSERT INTO sales (id, item, customer, date)
SELECT $1 + CAST(line.key AS INTEGER), line.value, $2, $3
FROM json_each($4) line
WHERE CAST(line.key AS INTEGER) < $5`, first, customer, inv.Date, string(text), linesOfInvoice)
	if err != nil {
		return fmt.Errorf("remember sales: %w", err)
	}
	return nil
}

// LastRates returns what a party was charged last for each of the items, from tax invoices
// of the company's present mode that were issued and not withdrawn; for an item that it
// never bought, what anybody was charged. The map is keyed by the descriptions as given;
// items never sold are not in it. It returns gst.ErrNotFound when the company is not there.
//
// An item that a person has renamed in the master is found by its new description.
func (s *Store) LastRates(ctx context.Context, gstin gst.GSTIN, party gst.Party, descriptions []string) (map[string]LastRate, error) {
	asked := make(map[string][]string, len(descriptions)) // by identity
	for _, d := range descriptions {
		key := itemIdentity(d)
		asked[key] = append(asked[key], d)
	}
	keys := make([]string, 0, len(asked))
	for key := range asked {
		keys = append(keys, key)
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("last rates: %w", err)
	}
	var mode gst.Mode
	var customer int64
	err = s.reader.row(ctx, `
SELECT m.mode, COALESCE(c.id, -1)
FROM companies m
LEFT JOIN customers c ON c.company = m.gstin AND c.identity = $2
WHERE m.gstin = $1`, gstin, identity(party)).Scan(&mode, &customer)
	if err != nil {
		return nil, fmt.Errorf("last rates of %s: %w", gstin, known(err))
	}
	found, err := list(ctx, s.reader, scanLastRate, selectLastRates, string(text), gstin, mode, customer)
	if err != nil {
		return nil, fmt.Errorf("last rates of %s: %w", gstin, err)
	}
	rates := make(map[string]LastRate, len(descriptions))
	for _, f := range found {
		for _, d := range asked[f.key] {
			rates[d] = f.LastRate
		}
	}
	return rates, nil
}

// selectLastRates looks up all items at once: $1 their identities as a JSON list, $2 the
// company, $3 its mode, $4 the customer. The latest sale is found downwards from the end of
// an index, so that old ones cost nothing.
const selectLastRates = `
WITH asked AS MATERIALIZED (
    SELECT i.identity AS key, i.id AS item,
           (SELECT s.id FROM sales s
            CROSS JOIN invoices v ON v.id = s.id / 65536 AND v.state = 'issued' AND v.mode = $3
            WHERE s.item = i.id AND s.customer = $4
            ORDER BY s.date DESC, s.id DESC LIMIT 1) AS own
    FROM json_each($1) e
    CROSS JOIN items i ON i.company = $2 AND i.identity = e.value
),
latest AS MATERIALIZED (
    SELECT key, own IS NULL AS other, COALESCE(own,
           (SELECT s.id FROM sales s
            CROSS JOIN invoices v ON v.id = s.id / 65536 AND v.state = 'issued' AND v.mode = $3
            WHERE s.item = asked.item
            ORDER BY s.date DESC, s.id DESC LIMIT 1)) AS sale
    FROM asked
)
SELECT latest.key, latest.other, v.id, v.number, v.date, l.unit_price, l.discount, l.extra
FROM latest
CROSS JOIN invoices v ON v.id = latest.sale / 65536
CROSS JOIN invoice_lines l ON l.invoice_id = v.id AND l.position = latest.sale % 65536`

// foundRate is a last rate with the identity of its item.
type foundRate struct {
	LastRate
	key string
}

func scanLastRate(row scanner) (f foundRate, err error) {
	var line gst.Line
	var text string
	err = row.Scan(&f.key, &f.Other, &f.InvoiceID, &f.Number, &f.Date, &f.Price, &line.Discount, &text)
	if err != nil {
		return f, err
	}
	var e lineExtra
	if err := readJSON(text, &e); err != nil {
		return f, fmt.Errorf("stored line: %w", err)
	}
	line.DiscountRate, line.DiscountRate2 = e.DiscountRate, e.DiscountRate2
	f.Discount = line.DiscountText()
	return f, nil
}
