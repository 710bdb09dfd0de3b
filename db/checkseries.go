package db

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// storedSeries is a series with its company and where it began.
type storedSeries struct {
	Series
	company gst.GSTIN
	mode    gst.Mode
	first   int64
}

// checkSeries finds series that were changed without a word in the edit log, and numbers
// that a series has given out and no document bears. Duplicates cannot be: the unique
// index, which checkSchema and checkFile have gone through, holds them off.
func checkSeries(ctx context.Context, from *statements) ([]Finding, error) {
	series, err := list(ctx, from, func(row scanner) (x storedSeries, err error) {
		err = row.Scan(&x.company, &x.mode, &x.Type, &x.FY, &x.Prefix, &x.first, &x.Next, &x.Width)
		return x, err
	}, `SELECT company, mode, type, fy, prefix, first, next, width FROM series ORDER BY company, mode, type, fy`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, x := range series {
		as, err := asLogged(ctx, from, x)
		if err != nil {
			return nil, err
		}
		if !as {
			findings = append(findings, Finding{"series", fmt.Sprintf(
				"%s %s: its beginning %s is not the one in the edit log", x.company, x.mode, x.Number(x.first))})
		}
		gaps, err := gaps(ctx, from, x)
		if err != nil {
			return nil, err
		}
		findings = append(findings, gaps...)
	}
	return findings, nil
}

// asLogged reports whether a series is as the edit log says: as the last entry left it,
// or beginning with 1 when nobody ever set it. Entries of older programs cannot tell.
func asLogged(ctx context.Context, from *statements, x storedSeries) (bool, error) {
	logged, err := list(ctx, from, scanBlob, `
SELECT digest
FROM edit_log
WHERE company = $1 AND subject = 'series' AND subject_id = $2
ORDER BY id DESC
LIMIT 1`, x.company, seriesKey(x.mode, x.Type, x.FY))
	if err != nil {
		return false, err
	}
	if len(logged) == 0 {
		return x.first == 1, nil
	}
	is, err := digestOf([]any{x.Prefix, x.Width, x.first})
	return len(logged[0]) == 0 || bytes.Equal(is, logged[0]), err
}

// gaps goes through one series. All numbers with its prefix are read at once: asking for
// each by itself would take long.
func gaps(ctx context.Context, from *statements, x storedSeries) ([]Finding, error) {
	prefix := gst.NormalNumber(x.Prefix)
	keys, err := list(ctx, from, scanText, `
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

func scanBlob(row scanner) (blob []byte, err error) {
	err = row.Scan(&blob)
	return blob, err
}
