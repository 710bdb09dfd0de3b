package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// Series is how one type of document is numbered in one financial year. A type has a
// usual series, and more of other names where branches or counters count by themselves.
type Series struct {
	Type   gst.DocumentType
	FY     string // 2026-27
	Name   string // as gst.Invoice.Series names it; empty: the usual one
	Prefix string // "INV/26-27/", or with tokens "INV/{YY-YY}/"; see gst.NumberPattern
	Suffix string // likewise
	Next   int64  // the number that comes next
	Width  int    // digits, filled with zeros
}

// Pattern is how the numbers of the series look.
func (s Series) Pattern() gst.NumberPattern {
	return gst.NumberPattern{Prefix: s.Prefix, Suffix: s.Suffix, Width: s.Width}
}

// Number is the document number that the series gives for n on a day of its year.
func (s Series) Number(n int64, on gst.Date) string { return s.Pattern().Format(n, on) }

// months are the first days of the year's months, from April; only the first of them
// when the month is no part of the numbers. They are all the days on which the series
// gives different ones.
func (s Series) months() ([]gst.Date, error) {
	year, err := strconv.Atoi(s.FY[:min(4, len(s.FY))])
	if err != nil || gst.NewDate(year, time.April, 1).FinancialYear() != s.FY {
		return nil, fmt.Errorf("%q is no financial year", s.FY)
	}
	if !s.Pattern().Monthly() {
		return []gst.Date{gst.NewDate(year, time.April, 1)}, nil
	}
	days := make([]gst.Date, 0, 12)
	for i := range time.Month(12) {
		day := gst.NewDate(year, time.April+i, 1)
		if i > time.December-time.April {
			day = gst.NewDate(year+1, time.April+i-12, 1)
		}
		days = append(days, day)
	}
	return days, nil
}

// defaultWidth leaves room for 999,999 documents within the 16 characters.
const defaultWidth = 4

// seriesKey says which series is meant, as the primary key of its row does.
type seriesKey struct {
	company gst.GSTIN
	mode    gst.Mode
	typ     gst.DocumentType
	fy      string
	name    string
}

// args are $1 to $5 of queries for one series.
func (k seriesKey) args() []any { return []any{k.company, k.mode, k.typ, k.fy, k.name} }

// String is how the edit log names a series.
func (k seriesKey) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%s %s %s %s", k.mode, k.typ, k.fy, k.name), " ")
}

// keyOf is the key of the series that numbers a document.
func keyOf(inv *gst.Invoice) seriesKey {
	return seriesKey{inv.Company, inv.Mode, inv.Type, inv.Date.FinancialYear(), inv.Series}
}

// SeriesOf returns a company's series of a financial year: those that exist, and those
// of years before that go on in it once a document takes a number.
func (s *Store) SeriesOf(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, fy string) ([]Series, error) {
	keys, err := list(ctx, s.reader, func(row scanner) (seriesKey, error) {
		k := seriesKey{company: gstin, mode: mode, fy: fy}
		err := row.Scan(&k.typ, &k.name)
		return k, err
	}, `
SELECT DISTINCT type, name
FROM series
WHERE company = $1 AND mode = $2 AND fy <= $3
ORDER BY type, name`, gstin, mode, fy)
	if err != nil {
		return nil, fmt.Errorf("read series of %s: %w", gstin, err)
	}
	series := make([]Series, len(keys))
	for i, k := range keys {
		if series[i], err = seriesOf(ctx, s.reader, k); err != nil {
			return nil, err
		}
	}
	return series, nil
}

// SeriesFor returns the series that numbers a type of document in a financial year: the
// stored one, or the one that its first document begins. It returns gst.Invalid on the
// field "series" when the company has none of that name.
func (s *Store) SeriesFor(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, name, fy string) (Series, error) {
	return seriesOf(ctx, s.reader, seriesKey{gstin, mode, typ, fy, name})
}

// SetSeries makes or changes a series. Next may be moved on at any time, as for a firm
// that comes from another program in the middle of the year: numbers that are skipped
// this way count as no gap. It may be moved back as far as no document has a number of
// the pattern behind it.
//
// It returns gst.Invalid on the fields "prefix", "suffix" and "width" for a pattern that
// does not always give valid numbers or is that of another series of the type in that
// year, and on "next" for a number that was used or has too many characters.
func (s *Store) SetSeries(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, series Series) error {
	series.Next, series.Width = max(series.Next, 1), max(series.Width, 1)
	months, err := series.months()
	if err != nil {
		return fmt.Errorf("set series of %s: %w", gstin, err)
	}
	if err := series.Pattern().Check().Err(); err != nil {
		return err
	}
	if number := series.Number(series.Next, months[0]); !gst.ValidNumber(number) {
		return invalid("number.pattern", "next", number)
	}
	k := seriesKey{gstin, mode, series.Type, series.FY, series.Name}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := seriesOf(ctx, t.statements, k)
		var unknown gst.Invalid
		made := errors.As(err, &unknown) // the first of its name
		if err != nil && !made {
			return err
		}
		if err := mayChange(ctx, t.statements, k, before, series); err != nil {
			return err
		}
		if err := putSeries(ctx, t, k, series); err != nil {
			return err
		}
		entry := change{company: gstin, action: "changed", subject: "series", which: k.String()}
		if entry.digest, err = seriesDigest(ctx, t, k); err != nil {
			return err
		}
		if made {
			return s.logDifference(ctx, t, entry, nil, series)
		}
		return s.logDifference(ctx, t, entry, before, series)
	})
}

// putSeries stores a series. Where pattern or next number change it begins anew: what
// lies before is no gap.
func putSeries(ctx context.Context, t *tx, k seriesKey, series Series) error {
	_, err := t.exec(ctx, `
INSERT INTO series (company, mode, type, fy, name, prefix, suffix, first, next, width, used)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 0)
ON CONFLICT (company, mode, type, fy, name) DO UPDATE
SET first = CASE WHEN prefix = $6 AND suffix = $7 AND next = $8 THEN first ELSE $8 END,
    prefix = $6, suffix = $7, next = $8, width = $9`,
		append(k.args(), series.Prefix, series.Suffix, series.Next, series.Width)...)
	if err != nil {
		return fmt.Errorf("set series of %s: %w", k.company, known(err))
	}
	return nil
}

// mayChange returns gst.Invalid when a series may not become what it is to be: never the
// same numbers from two series, and never back behind a number that was used.
func mayChange(ctx context.Context, from *statements, k seriesKey, before, series Series) error {
	names, err := list(ctx, from, scanText, `
SELECT name
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy <= $4
UNION
SELECT ''`, k.company, k.mode, k.typ, k.fy)
	if err != nil {
		return fmt.Errorf("read series of %s: %w", k.company, err)
	}
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == k.name }) {
		other, err := seriesOf(ctx, from, seriesKey{k.company, k.mode, k.typ, k.fy, name})
		if err != nil {
			return err
		}
		switch same, err := series.clashes(other); {
		case err != nil:
			return err
		case same:
			return invalid("series.same", "prefix", name)
		}
	}
	if before.Prefix != series.Prefix || before.Suffix != series.Suffix || series.Next >= before.Next {
		return nil
	}
	for _, pattern := range []Series{before, series} { // their widths may differ
		taken, err := takenNumbers(ctx, from, k, pattern)
		if err != nil {
			return err
		}
		var last int64
		for n := range taken {
			last = max(last, n)
		}
		if last >= series.Next {
			return invalid("series.used", "next", taken[last], strconv.FormatInt(last+1, 10))
		}
	}
	return nil
}

// clashes reports whether two series give the same numbers in some month of their year.
// Two running numbers tell: only with the same text on both sides do both agree.
func (s Series) clashes(other Series) (bool, error) {
	s.Width, other.Width = 1, 1
	months, err := Series{FY: s.FY, Prefix: s.Prefix + other.Prefix, Suffix: s.Suffix + other.Suffix}.months()
	if err != nil {
		return false, err
	}
	for _, on := range months {
		same := func(n int64) bool {
			return gst.NormalNumber(s.Number(n, on)) == gst.NormalNumber(other.Number(n, on))
		}
		if same(1) && same(2) {
			return true, nil
		}
	}
	return false, nil
}

// takenNumbers returns the running numbers of a series that documents have, also void
// ones and those that brought their number, with the document's number. All that can be
// of the series are read at once: asking for each by itself would take long.
func takenNumbers(ctx context.Context, from *statements, k seriesKey, series Series) (map[int64]string, error) {
	months, err := series.months()
	if err != nil {
		return nil, err
	}
	taken := make(map[int64]string)
	for _, on := range months {
		pattern := series.Pattern().On(on)
		prefix := gst.NormalNumber(pattern.Prefix)
		keys, err := list(ctx, from, scanText, `
SELECT number_key
FROM invoices
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND number_key >= $5 AND number_key < $6`,
			k.company, k.mode, k.typ, k.fy, prefix, prefix+"\U0010FFFF")
		if err != nil {
			return nil, fmt.Errorf("read numbers of %s: %w", k.company, err)
		}
		for _, key := range keys {
			if n, ok := pattern.Read(key, on); ok {
				taken[n] = key
			}
		}
	}
	return taken, nil
}

// DeleteSeries removes a series that has a name and that no document was ever numbered
// from, in all years. It returns gst.ErrState for the usual series of a type and for one
// that was used, and gst.ErrNotFound when there is none of that name.
func (s *Store) DeleteSeries(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, name string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if name == "" {
			return gst.ErrState
		}
		years, err := list(ctx, t.statements, scanSeriesUse, `
SELECT `+seriesColumns+`, used
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND name = $4
ORDER BY fy`, gstin, mode, typ, name)
		if err != nil {
			return err
		}
		if len(years) == 0 {
			return gst.ErrNotFound
		}
		for _, year := range years {
			if year.used {
				return gst.ErrState
			}
			k := seriesKey{gstin, mode, typ, year.FY, name}
			_, err := t.exec(ctx, `
DELETE FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND name = $5`, k.args()...)
			if err != nil {
				return err
			}
			c := change{company: gstin, action: "deleted", subject: "series", which: k.String()}
			if c.before, err = compactJSON(year.Series); err != nil {
				return err
			}
			if err := s.logChange(ctx, t, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete series %q of %s: %w", name, gstin, err)
	}
	return nil
}

// seriesDigest is that of a series as it stands in t, without its next number, which
// each document moves on.
func seriesDigest(ctx context.Context, t *tx, k seriesKey) ([]byte, error) {
	x := storedSeries{key: k}
	err := t.row(ctx, `
SELECT prefix, suffix, first, width
FROM series
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND name = $5`, k.args()...).
		Scan(&x.Prefix, &x.Suffix, &x.first, &x.Width)
	if err != nil {
		return nil, fmt.Errorf("digest of series: %w", known(err))
	}
	return x.digest()
}
