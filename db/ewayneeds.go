package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// mostWanted is how many of the newest documents are looked at for those without e-way bill.
const mostWanted = 1000

// WithoutEWay returns a company's issued documents of goods papers, dated from one day to
// another, that have no e-way bill which stands, is asked for, or was refused and is not given up, the
// newest first, at most limit of the newest thousand. Whether one of them needs a bill is for
// gst.NeedsEWayBill to say; least is the total below which none but a challan is of
// interest, which for job work may need one at any value.
func (s *Store) WithoutEWay(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, from, to gst.Date, least gst.Paise, limit int) ([]InvoiceRow, error) {
	rows, err := list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE id IN (
    SELECT n.id
    FROM invoices n
    WHERE n.company = $1 AND n.mode = $2 AND n.date BETWEEN $3 AND $4
    ORDER BY n.date DESC, n.id DESC
    LIMIT $5)
  AND state = 'issued' AND type IN ('INV', 'BOS', 'CHL') AND (total >= $6 OR type = 'CHL')
  AND NOT EXISTS (
    SELECT 1
    FROM eways e
    WHERE e.invoice_id = invoices.id AND e.state NOT IN ('cancelled', 'discarded')
      AND NOT (e.state = 'failed' AND e.cancelled_at > 0))
ORDER BY date DESC, id DESC
LIMIT $7`, gstin, mode, from, to, mostWanted, least, orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("look for documents of %s without e-way bill: %w", gstin, err)
	}
	return rows, nil
}

// RecentVehicles returns the vehicles of a company's latest two hundred e-way bills, the
// newest first, each once, at most limit.
func (s *Store) RecentVehicles(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, limit int) ([]string, error) {
	latest, err := list(ctx, s.reader, scanText, `
SELECT vehicle
FROM eways
WHERE company = $1 AND mode = $2
ORDER BY listed_at DESC, id DESC
LIMIT 200`, gstin, mode)
	if err != nil {
		return nil, fmt.Errorf("look for vehicles of %s: %w", gstin, err)
	}
	var vehicles []string
	seen := map[string]bool{"": true}
	for _, v := range latest {
		if !seen[v] && len(vehicles) < limit {
			vehicles = append(vehicles, v)
		}
		seen[v] = true
	}
	return vehicles, nil
}

// EWayMark is what a list of documents shows of a document's newest e-way bill.
type EWayMark struct {
	ID     int64         // 0: it has none
	Number string        // empty until made
	State  gst.EWayState // at the moment of reading
}

// marksChunk is how many documents are asked about in one query.
const marksChunk = 50

// addEWayMarks fills in the e-way bills of a page of documents.
func (s *Store) addEWayMarks(ctx context.Context, rows []InvoiceRow) error {
	at := make(map[int64]*InvoiceRow, len(rows))
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	for start := 0; start < len(rows); start += marksChunk {
		ids := make([]any, marksChunk)
		for i := range ids {
			ids[i] = rows[min(start+i, len(rows)-1)].ID
		}
		_, err := list(ctx, s.reader, func(row scanner) (struct{}, error) {
			var invoice, made, until int64
			var b gst.EWay
			err := row.Scan(&invoice, &b.ID, &b.Number, &b.State, &made, &until)
			b.Made, b.ValidUntil = moment(made), moment(until)
			at[invoice].EWay = EWayMark{b.ID, b.Number, b.StateAt(s.now())}
			return struct{}{}, err
		}, selectMarks, ids...)
		if err != nil {
			return err
		}
	}
	return nil
}

// selectMarks reads the bills of marksChunk documents, the newest of each last.
const selectMarks = `
SELECT invoice_id, id, number, state, made_at, valid_until
FROM eways
WHERE invoice_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
    $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)
ORDER BY invoice_id, id`
