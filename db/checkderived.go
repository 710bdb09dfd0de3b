package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// checkCounters compares the counters with the documents they count.
func checkCounters(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, mode, what string
		var counted, are int64
		err = row.Scan(&company, &mode, &what, &counted, &are)
		return Finding{"counters", fmt.Sprintf("%s %s %s: counted %d, are %d", company, mode, what, counted, are)}, err
	}, `
SELECT company, mode, chip, SUM(counted), SUM(existing)
FROM (
    SELECT company, mode, chip, documents AS counted, 0 AS existing FROM counters
    UNION ALL
    SELECT company, mode, chip, 0, COUNT(*) FROM invoices GROUP BY company, mode, chip
) AS sums
GROUP BY company, mode, chip
HAVING SUM(counted) <> SUM(existing)`)
}

// checkMonths compares what was counted as billed with the documents, amount by amount.
func checkMonths(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, mode, typ, month string
		var documents int64
		var total gst.Paise
		err = row.Scan(&company, &mode, &typ, &month, &documents, &total)
		return Finding{"counters", fmt.Sprintf(
			"%s %s %s %s: counted amounts differ from the documents', by %d documents and a total of %s",
			company, mode, typ, month, documents, total)}, err
	}, `
SELECT company, mode, type, month, SUM(documents), SUM(total)
FROM (
    SELECT company, mode, type, month, documents, taxable, cgst, sgst, igst, cess, state_cess, total
    FROM month_totals
    UNION ALL
    SELECT company, mode, type, date / 100, -COUNT(*), -SUM(taxable), -SUM(cgst), -SUM(sgst), -SUM(igst),
           -SUM(cess), -SUM(state_cess), -SUM(total)
    FROM invoices
    WHERE state = 'issued' AND type NOT IN ('CHL', 'QTN', 'PRO')
    GROUP BY company, mode, type, date / 100
) AS sums
GROUP BY company, mode, type, month
HAVING SUM(documents) <> 0 OR SUM(taxable) <> 0 OR SUM(cgst) <> 0 OR SUM(sgst) <> 0 OR SUM(igst) <> 0
    OR SUM(cess) <> 0 OR SUM(state_cess) <> 0 OR SUM(total) <> 0`)
}

// checkRequests finds documents that wait for an IRN without a request, which nobody
// would ever send, and the other way round.
func checkRequests(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, state string
		var id int64
		var queued bool
		err = row.Scan(&company, &id, &state, &queued)
		return Finding{"requests", fmt.Sprintf("document %d of %s: IRN %s, in the queue: %t", id, company, state, queued)}, err
	}, `
SELECT i.company, i.id, i.irn_state, q.id IS NOT NULL
FROM invoices i
LEFT JOIN irn_requests q ON q.invoice_id = i.id
WHERE (i.irn_state IN ('pending', 'unknown')) <> (q.id IS NOT NULL)
ORDER BY i.id`)
}

// checkSearch finds documents that the search index does not hold, rows of it without a
// document, and, for a sample of up to searchSample, rows that do not find theirs.
func checkSearch(ctx context.Context, from *statements) ([]Finding, error) {
	findings, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var what string
		var id int64
		err = row.Scan(&what, &id)
		return Finding{"search index", fmt.Sprintf("document %d is %s", id, what)}, err
	}, `
SELECT 'not in it', i.id
FROM invoices i
WHERE NOT EXISTS (SELECT 1 FROM invoice_search_docsize d WHERE d.id = 1099511627776 - i.id)
UNION ALL
SELECT 'in it but not stored', 1099511627776 - d.id
FROM invoice_search_docsize d
WHERE NOT EXISTS (SELECT 1 FROM invoices i WHERE i.id = 1099511627776 - d.id)`)
	if err != nil || len(findings) > 0 {
		return findings, err
	}
	return checkSearched(ctx, from)
}

// searchSample is how many documents are looked for; all of them would take long.
const searchSample = 64

// checkSearched looks for documents, spread over all of them, by their numbers.
func checkSearched(ctx context.Context, from *statements) ([]Finding, error) {
	type document struct {
		id, company int64
		mode        gst.Mode
		number      string
	}
	sample, err := list(ctx, from, func(row scanner) (d document, err error) {
		err = row.Scan(&d.id, &d.company, &d.mode, &d.number)
		return d, err
	}, `
SELECT i.id, c.id, i.mode, i.number
FROM invoices i
JOIN companies c ON c.gstin = i.company
WHERE i.state <> 'draft'
  AND (i.id % (SELECT MAX(id) / $1 + 1 FROM invoices) = 0 OR i.id = (SELECT MAX(id) FROM invoices))
ORDER BY i.id`, searchSample)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, d := range sample {
		if len(d.number) < minSearch {
			continue
		}
		var found bool
		err := from.row(ctx, `
SELECT EXISTS (SELECT 1 FROM invoice_search WHERE invoice_search MATCH $1 AND rowid = $2)`,
			match(searchScope(d.company, d.mode), d.number), searchRow(d.id)).Scan(&found)
		if err != nil {
			return nil, err
		}
		if !found {
			findings = append(findings, Finding{"search index", fmt.Sprintf("document %d is not found by %q", d.id, d.number)})
		}
	}
	return findings, nil
}
