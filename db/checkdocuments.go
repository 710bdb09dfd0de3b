package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"mohar/gst"
)

// checkLog goes through the chain of the edit log.
func checkLog(ctx context.Context, from *statements) ([]Finding, error) {
	if err := checkChain(ctx, from); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return []Finding{{"edit log", err.Error()}}, nil
	}
	return nil, nil
}

// checkLogged finds documents that the edit log does not know, as when its end was cut
// off.
func checkLogged(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company string
		var id, version, entries int64
		err = row.Scan(&company, &id, &version, &entries)
		return Finding{"edit log", fmt.Sprintf("document %d of %s is in version %d, but the log has %d entries on it",
			id, company, version, entries)}, err
	}, `
SELECT i.company, i.id, i.version, COUNT(l.id)
FROM invoices i
LEFT JOIN edit_log l ON l.company = i.company AND l.subject = 'invoice' AND l.subject_id = CAST(i.id AS TEXT)
GROUP BY i.company, i.id, i.version
HAVING COUNT(l.id) <> i.version
ORDER BY i.id`)
}

// checkUnlogged finds documents that the edit log knows and that are gone: only a draft
// can be deleted, and that is an entry too.
func checkUnlogged(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, id string
		err = row.Scan(&company, &id)
		return Finding{"document", fmt.Sprintf("document %s of %s stands in the edit log and is missing", id, company)}, err
	}, `
SELECT l.company, l.subject_id
FROM edit_log l
LEFT JOIN invoices i ON i.id = CAST(l.subject_id AS INTEGER) AND i.company = l.company
WHERE l.subject = 'invoice' AND i.id IS NULL
GROUP BY l.company, l.subject_id
HAVING SUM(l.action IN ('issued', 'recorded')) > 0 OR SUM(l.action = 'deleted') = 0
ORDER BY CAST(l.subject_id AS INTEGER)`)
}

// checkDocuments compares each issued document, row by row, with the digests that the
// edit log holds. Documents that an older program issued have none.
func checkDocuments(ctx context.Context, from *statements) (findings []Finding, err error) {
	const own, details = 2, 2 // id and company in front, extra and body behind
	rows, err := from.query(ctx, `
SELECT i.id, i.company,`+standingColumns+`,`+frozenColumns+`, d.extra, d.body
FROM invoices i
JOIN invoice_details d ON d.invoice_id = i.id
LEFT JOIN registrations r ON r.invoice_id = i.id
WHERE i.state <> 'draft'
ORDER BY i.id`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		values, err := scanValues(rows, own+standingWidth+frozenWidth+details)
		if err != nil {
			return nil, err
		}
		standing := values[own:][:standingWidth]
		found, err := checkDocument(ctx, from, values[:own], standing, values[own+standingWidth:])
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, rows.Err()
}

// checkDocument compares one document; own is its id and company.
func checkDocument(ctx context.Context, from *statements, own, standing, content []any) ([]Finding, error) {
	id, _ := own[0].(int64)
	digests, err := list(ctx, from, scanBlob, `
SELECT digest
FROM edit_log
WHERE company = $1 AND subject = 'invoice' AND subject_id = $2
ORDER BY id`, own[1], strconv.FormatInt(id, 10))
	if err != nil {
		return nil, err
	}
	var findings []Finding
	if last := digests[max(len(digests)-1, 0):]; len(last) == 1 && len(last[0]) >= digestSize {
		is, err := digestOf(standing)
		if err != nil {
			return nil, err
		}
		if !bytes.HasSuffix(last[0], is) {
			findings = append(findings, Finding{"document", fmt.Sprintf(
				"document %d of %v: its state, IRN or registration is not what the edit log recorded last", id, own[1])})
		}
	}
	for _, issued := range slices.Backward(digests) {
		if len(issued) != 2*digestSize {
			continue
		}
		is, err := contentDigest(ctx, from, id, content)
		if err != nil {
			return nil, err
		}
		if !bytes.HasPrefix(issued, is) {
			findings = append(findings, Finding{"document", fmt.Sprintf(
				"document %d of %v: its content or lines are not what the edit log recorded when it was issued", id, own[1])})
		}
		break
	}
	return findings, nil
}

// contentDigest is that of a document's frozen values and its lines as they stand.
func contentDigest(ctx context.Context, from *statements, id int64, content []any) ([]byte, error) {
	lines, err := list(ctx, from, func(row scanner) ([]any, error) { return scanValues(row, lineWidth) }, `
SELECT `+lineColumns+`
FROM invoice_lines
WHERE invoice_id = $1
ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	return digestOf(append([][]any{content}, lines...)...)
}

// checkRegistrations finds documents whose state speaks of a registration that is not
// there, and the other way round; and documents under a wrong heading.
func checkRegistrations(ctx context.Context, from *statements) ([]Finding, error) {
	missing, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, state string
		var id int64
		var there bool
		err = row.Scan(&company, &id, &state, &there)
		return Finding{"registration", fmt.Sprintf("document %d of %s: IRN %q, registration kept: %t", id, company, state, there)}, err
	}, `
SELECT i.company, i.id, i.irn_state, r.invoice_id IS NOT NULL
FROM invoices i
LEFT JOIN registrations r ON r.invoice_id = i.id
WHERE (i.irn_state IN ('registered', 'cancelled')) <> (r.invoice_id IS NOT NULL)
   OR (i.irn <> '') <> (r.invoice_id IS NOT NULL)
ORDER BY i.id`)
	if err != nil {
		return nil, err
	}
	headings, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var state gst.DocumentState
		var irn gst.IRNState
		var chip Chip
		var documents int64
		err = row.Scan(&state, &irn, &chip, &documents)
		if chip != chipOf(state, irn) {
			f = Finding{"document", fmt.Sprintf("%d documents that are %s with IRN %q stand under %q", documents, state, irn, chip)}
		}
		return f, err
	}, `SELECT state, irn_state, chip, COUNT(*) FROM invoices GROUP BY state, irn_state, chip`)
	headings = slices.DeleteFunc(headings, func(f Finding) bool { return f == Finding{} })
	return append(missing, headings...), err
}
