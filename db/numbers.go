package db

import (
	"context"
	"fmt"
	"strings"

	"mohar/gst"
)

// PreviewNumber returns the number that the next document of this type, series and date
// would get; another one may take it before. name is that of the series, empty for the
// usual one. It returns gst.Invalid when the series is full or is not there.
func (s *Store) PreviewNumber(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, name string, d gst.Date) (string, error) {
	if d == 0 {
		return "", invalid("required", "date")
	}
	k := seriesKey{gstin, mode, typ, d.FinancialYear(), name}
	series, err := seriesOf(ctx, s.reader, k)
	if err != nil {
		return "", err
	}
	return freeNumber(ctx, s.reader, k, &series, d)
}

// takeNumber gives the next free number of inv's series to it and moves the series on.
func takeNumber(ctx context.Context, t *tx, inv *gst.Invoice) error {
	k := keyOf(inv)
	series, err := seriesOf(ctx, t.statements, k)
	if err != nil {
		return err
	}
	first := series.Next // for a new series; an old one keeps its own
	if inv.Number, err = freeNumber(ctx, t.statements, k, &series, inv.Date); err != nil {
		return err
	}
	_, err = t.exec(ctx, `
INSERT INTO series (company, mode, type, fy, name, prefix, suffix, first, next, width, used)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
ON CONFLICT (company, mode, type, fy, name) DO UPDATE
SET next = $9, used = 1`,
		append(k.args(), series.Prefix, series.Suffix, first, series.Next+1, series.Width)...)
	if err != nil {
		return fmt.Errorf("move series on: %w", known(err))
	}
	return nil
}

// freeNumber returns the first number from series.Next on that no document has, and
// leaves series.Next standing on it. Documents that brought their own numbers may sit
// anywhere in a series.
func freeNumber(ctx context.Context, from *statements, k seriesKey, series *Series, on gst.Date) (string, error) {
	for ; ; series.Next++ {
		number := series.Number(series.Next, on)
		if err := checkNumber(number); err != nil {
			return "", err
		}
		taken, err := numberTaken(ctx, from, k, number)
		if err != nil || !taken {
			return number, err
		}
	}
}

// numberTaken reports whether a document has the number, also a void one: a number is
// never used again.
func numberTaken(ctx context.Context, from *statements, k seriesKey, number string) (taken bool, err error) {
	err = from.row(ctx, `
SELECT EXISTS (
    SELECT 1 FROM invoices
    WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND number_key = $5)`,
		k.company, k.mode, k.typ, k.fy, gst.NormalNumber(number)).Scan(&taken)
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

// invalid is the error of one fault that the store itself finds.
func invalid(rule, field string, args ...string) error {
	return gst.Invalid{Faults: gst.Faults{{Rule: rule, Field: field, Args: args}}}
}

const seriesColumns = `type, fy, name, prefix, suffix, next, width`

// seriesOf returns the stored series, or the one that begins with its first document.
func seriesOf(ctx context.Context, from *statements, k seriesKey) (Series, error) {
	series, err := scanSeries(from.row(ctx, `
SELECT `+seriesColumns+`
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND name = $5`, k.args()...))
	if absent(err) {
		return newSeries(ctx, from, k)
	}
	if err != nil {
		return Series{}, fmt.Errorf("read series of %s: %w", k.company, err)
	}
	return series, nil
}

// newSeries goes on from 1 with the pattern of the year before: tokens fill in the year
// by themselves, a year that stands there in figures is moved on. Without one before, the
// usual series is "INV/26-27/0001", and one of a name is not there (gst.Invalid on the
// field "series"): a name typed wrong must not begin another count.
//
// Source: CGST Rules 2017, rule 46(b): unique for a financial year.
func newSeries(ctx context.Context, from *statements, k seriesKey) (Series, error) {
	last, err := scanSeries(from.row(ctx, `
SELECT `+seriesColumns+`
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy < $4 AND name = $5
ORDER BY fy DESC
LIMIT 1`, k.args()...))
	series := Series{Type: k.typ, FY: k.fy, Name: k.name, Next: 1}
	switch {
	case absent(err) && k.name != "":
		return Series{}, invalid("series.unknown", "series", k.name)
	case absent(err):
		series.Prefix, series.Width = string(k.typ)+"/"+shortYear(k.fy)+"/", defaultWidth
		return series, nil
	case err != nil:
		return Series{}, fmt.Errorf("read series of %s: %w", k.company, err)
	}
	return last.Following(k.fy), nil
}

// Following is the series that goes on from this one in a later financial year, unless
// that year gets one of its own.
func (s Series) Following(fy string) Series {
	s.Prefix = strings.Replace(s.Prefix, shortYear(s.FY), shortYear(fy), 1)
	s.Suffix = strings.Replace(s.Suffix, shortYear(s.FY), shortYear(fy), 1)
	s.FY, s.Next = fy, 1
	return s
}

// shortYear is "26-27" for "2026-27".
func shortYear(fy string) string { return strings.TrimPrefix(fy, "20") }

func scanSeries(row scanner) (s Series, err error) {
	err = row.Scan(&s.Type, &s.FY, &s.Name, &s.Prefix, &s.Suffix, &s.Next, &s.Width)
	return s, err
}

// seriesUse is a series and whether a document was ever numbered from it.
type seriesUse struct {
	Series
	used bool
}

func scanSeriesUse(row scanner) (s seriesUse, err error) {
	err = row.Scan(&s.Type, &s.FY, &s.Name, &s.Prefix, &s.Suffix, &s.Next, &s.Width, &s.used)
	return s, err
}
