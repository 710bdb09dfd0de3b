package db

import (
	"context"
	"fmt"
	"strings"

	"mohar/gst"
)

// Series is how one type of document is numbered in one financial year.
type Series struct {
	Type   gst.DocumentType
	FY     string // 2026-27
	Prefix string // "INV/26-27/"
	Next   int64  // the number that comes next
	Width  int    // digits, filled with zeros
}

// Number is the document number that the series gives for n.
func (s Series) Number(n int64) string { return fmt.Sprintf("%s%0*d", s.Prefix, s.Width, n) }

// defaultWidth leaves room for 999,999 documents within the 16 characters.
const defaultWidth = 4

// SeriesOf returns a company's series of a financial year, those that exist.
func (s *Store) SeriesOf(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, fy string) ([]Series, error) {
	series, err := list(ctx, s.reader, scanSeries, `
SELECT type, fy, prefix, next, width
FROM series
WHERE company = $1 AND mode = $2 AND fy = $3
ORDER BY type`, gstin, mode, fy)
	if err != nil {
		return nil, fmt.Errorf("read series of %s: %w", gstin, err)
	}
	return series, nil
}

// SetSeries makes or changes a series. It returns gst.Invalid when its next number would
// not be a valid document number. Numbers that are skipped this way count as no gap.
func (s *Store) SetSeries(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, series Series) error {
	if series.Next < 1 {
		series.Next = 1
	}
	if err := checkNumber(series.Number(series.Next)); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := seriesOf(ctx, t.statements, gstin, mode, series.Type, series.FY)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
INSERT INTO series (company, mode, type, fy, prefix, first, next, width)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
ON CONFLICT (company, mode, type, fy) DO UPDATE
SET first = CASE WHEN series.prefix = $5 AND series.next = $6 THEN series.first ELSE $6 END,
    prefix = $5, next = $6, width = $7`,
			gstin, mode, series.Type, series.FY, series.Prefix, series.Next, series.Width)
		if err != nil {
			return fmt.Errorf("set series of %s: %w", gstin, known(err))
		}
		entry := change{
			company: gstin, action: "changed", subject: "series",
			which: seriesKey(mode, series.Type, series.FY),
		}
		if entry.digest, err = seriesDigest(ctx, t, gstin, mode, series); err != nil {
			return err
		}
		return s.logDifference(ctx, t, entry, before, series)
	})
}

// seriesKey is how the edit log names a series.
func seriesKey(mode gst.Mode, typ gst.DocumentType, fy string) string {
	return fmt.Sprintf("%s %s %s", mode, typ, fy)
}

// seriesDigest is that of a series as it stands in t, without its next number, which
// each document moves on.
func seriesDigest(ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode, series Series) ([]byte, error) {
	var first int64
	err := t.row(ctx, `
SELECT first
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4`, gstin, mode, series.Type, series.FY).Scan(&first)
	if err != nil {
		return nil, fmt.Errorf("digest of series: %w", known(err))
	}
	return digestOf([]any{series.Prefix, series.Width, first})
}

// PreviewNumber returns the number that the next document of this type and date would
// get; another one may take it before. It returns gst.Invalid when the series is full.
func (s *Store) PreviewNumber(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, d gst.Date) (string, error) {
	series, err := seriesOf(ctx, s.reader, gstin, mode, typ, d.FinancialYear())
	if err != nil {
		return "", err
	}
	return freeNumber(ctx, s.reader, gstin, mode, &series)
}

// takeNumber gives the next free number of inv's series to it and moves the series on.
func takeNumber(ctx context.Context, t *tx, inv *gst.Invoice) error {
	series, err := seriesOf(ctx, t.statements, inv.Company, inv.Mode, inv.Type, inv.Date.FinancialYear())
	if err != nil {
		return err
	}
	first := series.Next // for a new series; an old one keeps its own
	if inv.Number, err = freeNumber(ctx, t.statements, inv.Company, inv.Mode, &series); err != nil {
		return err
	}
	_, err = t.exec(ctx, `
INSERT INTO series (company, mode, type, fy, prefix, first, next, width)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (company, mode, type, fy) DO UPDATE
SET next = $7`,
		inv.Company, inv.Mode, inv.Type, series.FY, series.Prefix, first, series.Next+1, series.Width)
	if err != nil {
		return fmt.Errorf("move series on: %w", known(err))
	}
	return nil
}

// freeNumber returns the first number from series.Next on that no document has, and
// leaves series.Next standing on it. Documents that brought their own numbers may sit
// anywhere in a series.
func freeNumber(ctx context.Context, from *statements, gstin gst.GSTIN, mode gst.Mode, series *Series) (string, error) {
	for ; ; series.Next++ {
		number := series.Number(series.Next)
		if err := checkNumber(number); err != nil {
			return "", err
		}
		taken, err := numberTaken(ctx, from, gstin, mode, series.Type, series.FY, number)
		if err != nil || !taken {
			return number, err
		}
	}
}

// numberTaken reports whether a document has the number, also a void one: a number is
// never used again.
func numberTaken(ctx context.Context, from *statements, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, fy, number string) (taken bool, err error) {
	err = from.row(ctx, `
SELECT EXISTS (
    SELECT 1 FROM invoices
    WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND number_key = $5)`,
		gstin, mode, typ, fy, gst.NormalNumber(number)).Scan(&taken)
	return taken, err
}

// checkNumber returns gst.Invalid on the field "number" unless the number is one that a
// document may bear.
//
// Source: CGST Rules 2017, rule 46(b): at most 16 characters.
func checkNumber(number string) error {
	if gst.ValidNumber(number) {
		return nil
	}
	return gst.Invalid{Faults: gst.Faults{{
		Rule: "number.pattern", Code: "5002", Field: "number", Args: []string{number},
	}}}
}

// seriesOf returns the stored series, or the one that begins with its first document.
func seriesOf(ctx context.Context, from *statements, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, fy string) (Series, error) {
	series, err := scanSeries(from.row(ctx, `
SELECT type, fy, prefix, next, width
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4`, gstin, mode, typ, fy))
	if absent(err) {
		return newSeries(ctx, from, gstin, mode, typ, fy)
	}
	if err != nil {
		return Series{}, fmt.Errorf("read series of %s: %w", gstin, err)
	}
	return series, nil
}

// newSeries goes on with the pattern of the year before, with the year in it moved on;
// without one it is "INV/26-27/0001".
func newSeries(ctx context.Context, from *statements, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, fy string) (Series, error) {
	series := Series{Type: typ, FY: fy, Prefix: string(typ) + "/" + shortYear(fy) + "/", Next: 1, Width: defaultWidth}
	last, err := scanSeries(from.row(ctx, `
SELECT type, fy, prefix, next, width
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy < $4
ORDER BY fy DESC
LIMIT 1`, gstin, mode, typ, fy))
	if absent(err) {
		return series, nil
	}
	if err != nil {
		return Series{}, fmt.Errorf("read series of %s: %w", gstin, err)
	}
	series.Prefix = strings.Replace(last.Prefix, shortYear(last.FY), shortYear(fy), 1)
	series.Width = last.Width
	return series, nil
}

// shortYear is "26-27" for "2026-27".
func shortYear(fy string) string { return strings.TrimPrefix(fy, "20") }

func scanSeries(row scanner) (s Series, err error) {
	err = row.Scan(&s.Type, &s.FY, &s.Prefix, &s.Next, &s.Width)
	return s, err
}
