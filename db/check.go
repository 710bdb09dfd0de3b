package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// Finding is one thing that is wrong with the stored data.
type Finding struct {
	Where string // "file", "series", "edit log", "counters" …
	What  string
}

// Check looks for damage in everything the store answers for: the file itself, the
// number series, the edit log and the counters. Findings are no error; an error says
// that the check could not be carried through.
func (s *Store) Check(ctx context.Context) ([]Finding, error) {
	var findings []Finding
	for _, check := range []func(context.Context) ([]Finding, error){
		s.checkFile, s.checkReferences, s.checkSeries, s.checkLog, s.checkLogged, s.checkCounters, s.checkRequests,
	} {
		found, err := check(ctx)
		if err != nil {
			return findings, fmt.Errorf("check: %w", err)
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// checkFile has SQLite go through its pages and indexes.
func (s *Store) checkFile(ctx context.Context) ([]Finding, error) {
	messages, err := list(ctx, s.reader, scanText, `PRAGMA integrity_check`)
	var findings []Finding
	for _, m := range messages {
		if m != "ok" {
			findings = append(findings, Finding{"file", m})
		}
	}
	return findings, err
}

// checkReferences finds rows whose parent is missing.
func (s *Store) checkReferences(ctx context.Context) ([]Finding, error) {
	return list(ctx, s.reader, func(row scanner) (f Finding, err error) {
		var table, parent string
		var id, key any
		err = row.Scan(&table, &id, &parent, &key)
		return Finding{"file", fmt.Sprintf("row %v of %s belongs to a row of %s that is missing", id, table, parent)}, err
	}, `PRAGMA foreign_key_check`)
}

// storedSeries is a series with its company and where it began.
type storedSeries struct {
	Series
	company gst.GSTIN
	mode    gst.Mode
	first   int64
}

// checkSeries finds numbers that a series has given out and no document bears.
// Duplicates cannot be: the unique index, which checkFile has gone through, holds them
// off.
func (s *Store) checkSeries(ctx context.Context) ([]Finding, error) {
	series, err := list(ctx, s.reader, func(row scanner) (x storedSeries, err error) {
		err = row.Scan(&x.company, &x.mode, &x.Type, &x.FY, &x.Prefix, &x.first, &x.Next, &x.Width)
		return x, err
	}, `SELECT company, mode, type, fy, prefix, first, next, width FROM series ORDER BY company, mode, type, fy`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, x := range series {
		gaps, err := s.gaps(ctx, x)
		if err != nil {
			return nil, err
		}
		findings = append(findings, gaps...)
	}
	return findings, nil
}

// gaps goes through one series. All numbers with its prefix are read at once: asking for
// each by itself would take long.
func (s *Store) gaps(ctx context.Context, x storedSeries) ([]Finding, error) {
	prefix := gst.NormalNumber(x.Prefix)
	keys, err := list(ctx, s.reader, scanText, `
SELECT number_key
FROM invoices
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND number_key >= $5 AND number_key < $6`,
		x.company, x.mode, x.Type, x.FY, prefix, prefix+"\U0010FFFF")
	if err != nil {
		return nil, err
	}
	taken := make(map[int64]bool, len(keys))
	for _, key := range keys {
		n, err := strconv.ParseInt(strings.TrimPrefix(key, prefix), 10, 64)
		if err == nil && gst.NormalNumber(x.Number(n)) == key {
			taken[n] = true
		}
	}
	var findings []Finding
	for n := x.first; n < x.Next; n++ {
		if !taken[n] {
			findings = append(findings, Finding{"series", fmt.Sprintf("%s %s: number %s is missing", x.company, x.mode, x.Number(n))})
		}
	}
	return findings, nil
}

// checkLog goes through the chain of the edit log.
func (s *Store) checkLog(ctx context.Context) ([]Finding, error) {
	if err := s.CheckLog(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return []Finding{{"edit log", err.Error()}}, nil
	}
	return nil, nil
}

// checkLogged finds documents that the edit log does not know, as when its end was cut
// off.
func (s *Store) checkLogged(ctx context.Context) ([]Finding, error) {
	return list(ctx, s.reader, func(row scanner) (f Finding, err error) {
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

// checkCounters compares the counters with what they count.
func (s *Store) checkCounters(ctx context.Context) ([]Finding, error) {
	return list(ctx, s.reader, func(row scanner) (f Finding, err error) {
		var company, mode, what string
		var counted, are int64
		err = row.Scan(&company, &mode, &what, &counted, &are)
		return Finding{"counters", fmt.Sprintf("%s %s %s: counted %d, are %d", company, mode, what, counted, are)}, err
	}, `
SELECT company, mode, what, SUM(counted), SUM(existing)
FROM (
    SELECT company, mode, chip AS what, documents AS counted, 0 AS existing FROM counters
    UNION ALL
    SELECT company, mode, chip, 0, COUNT(*) FROM invoices GROUP BY company, mode, chip
    UNION ALL
    SELECT company, mode, type || ' ' || month, documents + total + taxable + cgst + sgst + igst + cess + state_cess, 0
    FROM month_totals
    UNION ALL
    SELECT company, mode, type || ' ' || (date / 100), 0,
           COUNT(*) + SUM(total + taxable + cgst + sgst + igst + cess + state_cess)
    FROM invoices
    WHERE state = 'issued'
    GROUP BY company, mode, type, date / 100
) AS sums
GROUP BY company, mode, what
HAVING SUM(counted) <> SUM(existing)`)
}

// checkRequests finds documents that wait for an IRN without a request, which nobody
// would ever send, and the other way round.
func (s *Store) checkRequests(ctx context.Context) ([]Finding, error) {
	return list(ctx, s.reader, func(row scanner) (f Finding, err error) {
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

func scanText(row scanner) (text string, err error) {
	err = row.Scan(&text)
	return text, err
}
