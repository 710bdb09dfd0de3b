package db

import (
	"context"
	"fmt"
)

// checkSubmissions compares what submissions say of their documents with these, and finds
// documents of them that are neither stored nor kept.
func checkSubmissions(ctx context.Context, from *statements) ([]Finding, error) {
	findings, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var id int64
		err = row.Scan(&id)
		return Finding{"submission", fmt.Sprintf("submission %d: counted documents differ from those it has", id)}, err
	}, `
SELECT s.id
FROM submissions s
LEFT JOIN submission_rows r ON r.submission_id = s.id
LEFT JOIN invoices i ON i.id = r.invoice_id
WHERE s.ready = 1
GROUP BY s.id
HAVING COUNT(r.id) <> s.documents OR COALESCE(MAX(r.position), 0) <> s.documents
    OR SUM(COALESCE(r.state, '') = 'stored') <> s.stored OR SUM(COALESCE(r.state, '') = 'refused') <> s.refused
    OR SUM(COALESCE(i.irn_state, '') IN ('pending', 'unknown')) <> s.pending
    OR SUM(COALESCE(i.irn_state, '') IN ('registered', 'cancelled')) <> s.registered
    OR SUM(COALESCE(i.irn_state, '') IN ('failed', 'conflict')) <> s.failed
    OR (s.stored + s.refused = s.documents) <> (s.ended_at > 0)`)
	if err != nil {
		return nil, err
	}
	lost, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var id, position int64
		var state string
		err = row.Scan(&id, &position, &state)
		return Finding{"submission", fmt.Sprintf("submission %d: document %d is %s and missing", id, position, state)}, err
	}, `
SELECT r.submission_id, r.position, r.state
FROM submission_rows r
JOIN submissions s ON s.id = r.submission_id
LEFT JOIN invoices i ON i.id = r.invoice_id AND i.company = s.company AND i.mode = s.mode
WHERE r.state = 'stored' AND i.id IS NULL OR r.state <> 'stored' AND length(r.body) = 0`)
	return append(findings, lost...), err
}
