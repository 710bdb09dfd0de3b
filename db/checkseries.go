package db

import (
	"bytes"
	"context"
	"fmt"

	"mohar/gst"
)

// storedSeries is a series with its key and where it began.
type storedSeries struct {
	Series
	key   seriesKey
	first int64
}

// digest is that of a series. Without a suffix it is what it was before there were any.
func (x storedSeries) digest() ([]byte, error) {
	values := []any{x.Prefix, x.Width, x.first}
	if x.Suffix != "" {
		values = append(values, x.Suffix)
	}
	return digestOf(values)
}

// checkSeries finds series that were changed without a word in the edit log, and numbers
// that a series has given out and no document bears. Duplicates cannot be: the unique
// index, which checkSchema and checkFile have gone through, holds them off.
func checkSeries(ctx context.Context, from *statements) ([]Finding, error) {
	series, err := list(ctx, from, scanStoredSeries, `
SELECT `+seriesColumns+`, company, mode, first
FROM series
ORDER BY company, mode, type, fy, name`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, x := range series {
		months, err := x.months()
		if err != nil {
			findings = append(findings, Finding{"series", fmt.Sprintf("%s %s: %v", x.key.company, x.key, err)})
			continue
		}
		as, err := asLogged(ctx, from, x)
		if err != nil {
			return nil, err
		}
		if !as {
			findings = append(findings, Finding{"series", fmt.Sprintf("%s %s: its beginning %s is not the one in the edit log",
				x.key.company, x.key.mode, x.Number(x.first, months[0]))})
		}
		gaps, err := gaps(ctx, from, x, months[0])
		if err != nil {
			return nil, err
		}
		findings = append(findings, gaps...)
	}
	return findings, nil
}

func scanStoredSeries(row scanner) (x storedSeries, err error) {
	err = row.Scan(&x.Type, &x.FY, &x.Name, &x.Prefix, &x.Suffix, &x.Next, &x.Width, &x.key.company, &x.key.mode, &x.first)
	x.key.typ, x.key.fy, x.key.name = x.Type, x.FY, x.Name
	return x, err
}

// asLogged reports whether a series is as the edit log says: as the last entry left it,
// or beginning with 1 when nobody ever set it. Entries of older programs cannot tell.
func asLogged(ctx context.Context, from *statements, x storedSeries) (bool, error) {
	logged, err := list(ctx, from, scanBlob, `
SELECT digest
FROM edit_log
WHERE company = $1 AND subject = 'series' AND subject_id = $2
ORDER BY id DESC
LIMIT 1`, x.key.company, x.key.String())
	if err != nil {
		return false, err
	}
	if len(logged) == 0 {
		return x.first == 1, nil
	}
	is, err := x.digest()
	return len(logged[0]) == 0 || bytes.Equal(is, logged[0]), err
}

// gaps goes through one series. A number that is missing is named as of the day on,
// since nobody knows when it was given.
func gaps(ctx context.Context, from *statements, x storedSeries, on gst.Date) ([]Finding, error) {
	taken, err := takenNumbers(ctx, from, x.key, x.Series)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for n := x.first; n < x.Next; n++ {
		if taken[n] == "" {
			findings = append(findings, Finding{"series", fmt.Sprintf("%s %s: number %s is missing",
				x.key.company, x.key.mode, x.Number(n, on))})
		}
	}
	return findings, nil
}

func scanBlob(row scanner) (blob []byte, err error) {
	err = row.Scan(&blob)
	return blob, err
}
