package db

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"mohar/gst"
)

// checkEWays compares e-way bills with what the edit log holds on them, one by one, with
// their requests, counters, registrations and words to be found by.
func checkEWays(ctx context.Context, from *statements) (findings []Finding, err error) {
	for _, check := range []func(context.Context, *statements) ([]Finding, error){
		checkEWayLog, checkEWayDigests, checkTripDigests, checkEWaysUnlogged, checkEWayRequests, checkEWayCounters,
		checkEWayHeadings, checkEWayRegistrations, checkEWaySearch,
	} {
		found, err := check(ctx, from)
		if err != nil {
			return findings, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// checkEWayLog finds bills and trip sheets that the edit log knows less, or more, of than
// they have versions.
func checkEWayLog(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var what, company string
		var id, version, entries int64
		err = row.Scan(&what, &company, &id, &version, &entries)
		return Finding{"edit log", fmt.Sprintf("%s %d of %s is in version %d, but the log has %d entries on it",
			what, id, company, version, entries)}, err
	}, `
SELECT 'e-way bill', e.company, e.id, e.version, COUNT(l.id)
FROM eways e
LEFT JOIN edit_log l ON l.company = e.company AND l.subject = 'eway' AND l.subject_id = CAST(e.id AS TEXT)
GROUP BY e.company, e.id, e.version
HAVING COUNT(l.id) <> e.version
UNION ALL
SELECT 'trip sheet', p.company, p.id, p.version, COUNT(l.id)
FROM trip_sheets p
LEFT JOIN edit_log l ON l.company = p.company AND l.subject = 'trip' AND l.subject_id = CAST(p.id AS TEXT)
GROUP BY p.company, p.id, p.version
HAVING COUNT(l.id) <> p.version`)
}

// lastDigests are the digests of the newest entry on each subject of one kind, by id.
func lastDigests(ctx context.Context, from *statements, subject string) (map[int64][]byte, error) {
	digests := make(map[int64][]byte)
	_, err := list(ctx, from, func(row scanner) (struct{}, error) {
		var id int64
		var digest []byte
		err := row.Scan(&id, &digest)
		digests[id] = digest
		return struct{}{}, err
	}, `
SELECT CAST(subject_id AS INTEGER), digest
FROM edit_log
WHERE subject = $1
ORDER BY id`, subject)
	return digests, err
}

// checkEWayDigests finds bills that are not as the edit log recorded them last. Those older
// than the tables have no entry.
func checkEWayDigests(ctx context.Context, from *statements) ([]Finding, error) {
	return checkDigests(ctx, from, "eway", "e-way bill", `SELECT id FROM eways ORDER BY id`, ewayDigest)
}

// checkTripDigests is checkEWayDigests for trip sheets.
func checkTripDigests(ctx context.Context, from *statements) ([]Finding, error) {
	return checkDigests(ctx, from, "trip", "trip sheet", `SELECT id FROM trip_sheets ORDER BY id`, tripDigest)
}

func checkDigests(
	ctx context.Context, from *statements, subject, what, query string, digest func(context.Context, *statements, int64) ([]byte, error),
) (findings []Finding, err error) {
	logged, err := lastDigests(ctx, from, subject)
	if err != nil {
		return nil, err
	}
	ids, err := list(ctx, from, scanID, query)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		last, known := logged[id]
		if !known {
			continue
		}
		is, err := digest(ctx, from, id)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(is, last) {
			findings = append(findings, Finding{what, fmt.Sprintf("%s %d is not what the edit log recorded last", what, id)})
		}
	}
	return findings, nil
}

// checkEWaysUnlogged finds bills and trip sheets that the edit log knows and that are gone.
func checkEWaysUnlogged(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var what, company, id string
		err = row.Scan(&what, &company, &id)
		return Finding{what, fmt.Sprintf("%s %s of %s stands in the edit log and is missing", what, id, company)}, err
	}, `
SELECT 'e-way bill', l.company, l.subject_id
FROM edit_log l
LEFT JOIN eways e ON e.id = CAST(l.subject_id AS INTEGER) AND e.company = l.company
WHERE l.subject = 'eway' AND e.id IS NULL
GROUP BY l.company, l.subject_id
HAVING SUM(l.action = 'deleted') = 0
UNION ALL
SELECT 'trip sheet', l.company, l.subject_id
FROM edit_log l
LEFT JOIN trip_sheets p ON p.id = CAST(l.subject_id AS INTEGER) AND p.company = l.company
WHERE l.subject = 'trip' AND p.id IS NULL
GROUP BY l.company, l.subject_id`)
}

// checkEWayRequests finds what is asked for without a request, which nobody would ever
// send, and the other way round.
func checkEWayRequests(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var what, company, asked, state, queued string
		var id int64
		err = row.Scan(&what, &company, &id, &state, &asked, &queued)
		return Finding{"requests", fmt.Sprintf("%s %d of %s: %s, asked for: %q, in the queue: %q", what, id, company, state, asked, queued)}, err
	}, `
SELECT 'e-way bill', e.company, e.id, e.state, e.asked, COALESCE(q.action, '')
FROM eways e
LEFT JOIN eway_requests q ON q.eway_id = e.id
WHERE e.asked <> COALESCE(q.action, '') OR (e.state IN ('pending', 'unknown')) <> (e.asked = 'make')
UNION ALL
SELECT 'trip sheet', p.company, p.id, p.state, '', COALESCE(q.action, '')
FROM trip_sheets p
LEFT JOIN eway_requests q ON q.trip_id = p.id
WHERE (p.state IN ('pending', 'unknown')) <> (q.id IS NOT NULL)`)
}

// checkEWayCounters compares the counters with the bills they count.
func checkEWayCounters(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, mode, heading string
		var counted, are int64
		err = row.Scan(&company, &mode, &heading, &counted, &are)
		return Finding{"counters", fmt.Sprintf("%s %s e-way bills %s: counted %d, are %d", company, mode, heading, counted, are)}, err
	}, `
SELECT company, mode, heading, SUM(counted), SUM(existing)
FROM (
    SELECT company, mode, heading, bills AS counted, 0 AS existing FROM eway_counters
    UNION ALL
    SELECT company, mode, heading, 0, COUNT(*) FROM eways GROUP BY company, mode, heading
) AS sums
GROUP BY company, mode, heading
HAVING SUM(counted) <> SUM(existing)`)
}

// checkEWayHeadings finds bills under a wrong heading.
func checkEWayHeadings(ctx context.Context, from *statements) ([]Finding, error) {
	headings, err := list(ctx, from, func(row scanner) (f Finding, err error) {
		var b gst.EWay
		var heading string
		var bills, ended int64
		err = row.Scan(&b.Role, &b.State, &ended, &heading, &bills)
		if b.State == gst.EWayFailed {
			b.GivenUp = moment(ended)
		}
		if heading != ewayHeading(&b) {
			f = Finding{"e-way bill", fmt.Sprintf("%d bills as %s that are %s stand under %q", bills, b.Role, b.State, heading)}
		}
		return f, err
	}, `
SELECT role, state, cancelled_at > 0, heading, COUNT(*)
FROM eways
GROUP BY role, state, cancelled_at > 0, heading`)
	return slices.DeleteFunc(headings, func(f Finding) bool { return f == Finding{} }), err
}

// checkEWayRegistrations finds registrations that show another e-way bill than the one that
// is kept of their document.
func checkEWayRegistrations(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var company, shown string
		var id int64
		err = row.Scan(&company, &id, &shown)
		return Finding{"registration", fmt.Sprintf("document %d of %s shows e-way bill %s, which is not kept", id, company, shown)}, err
	}, `
SELECT i.company, i.id, r.extra ->> '$.EWayBill.Number'
FROM registrations r
JOIN invoices i ON i.id = r.invoice_id
WHERE r.extra <> '' AND r.extra ->> '$.EWayBill.Number' <> ''
  AND NOT EXISTS (
    SELECT 1 FROM eways e
    WHERE e.company = i.company AND e.mode = i.mode AND e.number = r.extra ->> '$.EWayBill.Number' AND e.number <> '')`)
}

// checkEWaySearch finds bills that the search index does not hold, and rows of it without a
// bill.
func checkEWaySearch(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var what string
		var id int64
		err = row.Scan(&what, &id)
		return Finding{"search index", fmt.Sprintf("e-way bill %d is %s", id, what)}, err
	}, `
SELECT 'not in it', e.id
FROM eways e
WHERE NOT EXISTS (SELECT 1 FROM eway_search_docsize d WHERE d.id = 1099511627776 - e.id)
UNION ALL
SELECT 'in it but not stored', 1099511627776 - d.id
FROM eway_search_docsize d
WHERE NOT EXISTS (SELECT 1 FROM eways e WHERE e.id = 1099511627776 - d.id)`)
}
