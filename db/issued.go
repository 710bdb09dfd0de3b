package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// NumberRange is one line of the documents issued in a period: those of one type and
// financial year whose numbers differ only in the running part.
//
// Source: form GSTR-1, table 13.
type NumberRange struct {
	Type   gst.DocumentType
	FY     string
	Prefix string // before the running number, as on the first document
	Suffix string // behind it
	From   string // the lowest number of the period
	To     string // the highest
	Total  int64  // documents of the period, void ones too
	Void   int64
	Gaps   []NumberGap // between From and To
}

// Net is how many documents of the period stand.
func (r NumberRange) Net() int64 { return r.Total - r.Void }

// NumberGap is one or more numbers in a row that no document of the year has.
type NumberGap struct {
	From  string
	To    string
	Count int64
}

// DocumentsIssued returns what a company issued from one day to another, by type and
// number: its own documents, those that brought their number and those of other programs.
// Quotations and proformas are none. A number that a document of another day of the year
// has is no gap.
func (s *Store) DocumentsIssued(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, from, to gst.Date) (ranges []NumberRange, err error) {
	patterns, err := s.knownPatterns(ctx, gstin, mode)
	if err != nil {
		return nil, fmt.Errorf("documents issued by %s: %w", gstin, err)
	}
	rows, err := s.reader.query(ctx, `
SELECT type, fy, number_key, number, date, state
FROM invoices
WHERE company = $1 AND mode = $2 AND type IN ('INV', 'CRN', 'DBN', 'BOS', 'CHL')
  AND fy >= $3 AND fy <= $4 AND number_key IS NOT NULL
ORDER BY type, fy, number_key`, gstin, mode, from.FinancialYear(), to.FinancialYear())
	if err != nil {
		return nil, fmt.Errorf("documents issued by %s: %w", gstin, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	groups := numberGroups{patterns: patterns, byShape: make(map[numberShape]*numberGroup)}
	for rows.Next() {
		var n issuedNumber
		if err := rows.Scan(&n.typ, &n.fy, &n.key, &n.number, &n.date, &n.state); err != nil {
			return nil, fmt.Errorf("documents issued by %s: %w", gstin, err)
		}
		n.within = from <= n.date && n.date <= to
		groups.add(n)
	}
	for _, g := range groups.order {
		if r := g.between(); r.Total > 0 {
			ranges = append(ranges, r)
		}
	}
	return ranges, rows.Err()
}

// knownPattern is how a series of the company numbers on some day, and what its numbers
// have in common in all months.
type knownPattern struct {
	gst.NumberPattern
	shape numberShape
}

// knownPatterns returns those of all stored series of a company, by type and year. Its
// numbers are looked for in every month: amending may have moved a document to another one
// than its number's.
func (s *Store) knownPatterns(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) (map[numberShape][]knownPattern, error) {
	series, err := list(ctx, s.reader, scanSeries, `
SELECT `+seriesColumns+`
FROM series
WHERE company = $1 AND mode = $2
ORDER BY type, fy, name`, gstin, mode)
	if err != nil {
		return nil, err
	}
	patterns := make(map[numberShape][]knownPattern)
	for _, one := range series {
		months, err := one.months()
		if err != nil {
			return nil, err
		}
		of := numberShape{typ: one.Type, fy: one.FY}
		for _, on := range months {
			p := knownPattern{one.Pattern().On(on), of}
			p.shape.prefix, p.shape.suffix = gst.NormalNumber(p.Prefix), gst.NormalNumber(p.Suffix)
			if one.Pattern().Monthly() {
				p.shape.prefix, p.shape.suffix = one.Prefix, one.Suffix
			}
			patterns[of] = append(patterns[of], p)
		}
	}
	return patterns, nil
}

// issuedNumber is a document's number with what the report asks of the document.
type issuedNumber struct {
	typ    gst.DocumentType
	fy     string
	key    string // the number in capitals
	number string
	date   gst.Date
	state  gst.DocumentState
	within bool // dated in the period

	prefix, suffix string
	n              int64
}

// numberShape is what the numbers of a range have in common, in capitals.
type numberShape struct {
	typ            gst.DocumentType
	fy             string
	prefix, suffix string // of a series with the month in its numbers: with the token
}

// numberGroups sorts numbers into ranges.
type numberGroups struct {
	patterns map[numberShape][]knownPattern
	byShape  map[numberShape]*numberGroup
	order    []*numberGroup
}

// numberGroup is the numbers of one shape.
type numberGroup struct{ numbers []issuedNumber }

func (g *numberGroups) add(n issuedNumber) {
	start, end, shape := g.split(n)
	n.prefix, n.suffix = n.number[:start], n.number[end:]
	n.n, _ = strconv.ParseInt(n.key[start:end], 10, 64) // 16 digits at most; none: 0
	group := g.byShape[shape]
	if group == nil {
		group = new(numberGroup)
		g.byShape[shape] = group
		g.order = append(g.order, group)
	}
	group.numbers = append(group.numbers, n)
}

// split finds the running part of a number, and what its range is known by. A series of
// the company that gives such numbers tells; elsewhere it is the last figures that are
// not the financial year.
func (g *numberGroups) split(n issuedNumber) (start, end int, shape numberShape) {
	shape = numberShape{typ: n.typ, fy: n.fy}
	for _, p := range g.patterns[shape] {
		if _, ok := p.Read(n.key, n.date); ok {
			return len(p.Prefix), len(n.key) - len(p.Suffix), p.shape
		}
	}
	start, end = runningPart(n.key, n.fy)
	shape.prefix, shape.suffix = n.key[:start], n.key[end:]
	return start, end, shape
}

// runningPart finds the last figures of a number that are not its financial year, "26-27"
// or "2026-27" with or without the dash; the year's when there are no others; the end of
// a number without figures.
func runningPart(key, fy string) (start, end int) {
	masked := key
	for _, year := range []string{fy, shortYear(fy)} {
		for _, text := range []string{year, strings.ReplaceAll(year, "-", ""), strings.ReplaceAll(year, "-", "/")} {
			masked = maskFigures(masked, text)
		}
	}
	if start, end = lastFigures(masked); start == end {
		start, end = lastFigures(key)
	}
	return start, end
}

// maskFigures blanks out a text wherever it stands for itself, not as part of a longer
// run of figures.
func maskFigures(s, text string) string {
	for from := 0; ; {
		at := strings.Index(s[from:], text)
		if at < 0 {
			return s
		}
		start := from + at
		end := start + len(text)
		if (start == 0 || !figure(s[start-1])) && (end == len(s) || !figure(s[end])) {
			s = s[:start] + strings.Repeat(" ", len(text)) + s[end:]
		}
		from = end
	}
}

// lastFigures finds the last run of figures; an empty one at the end when there is none.
func lastFigures(s string) (start, end int) {
	end = len(s)
	for end > 0 && !figure(s[end-1]) {
		end--
	}
	if end == 0 {
		return len(s), len(s)
	}
	start = end
	for start > 0 && figure(s[start-1]) {
		start--
	}
	return start, end
}

func figure(c byte) bool { return '0' <= c && c <= '9' }

// between is the range of a group's numbers in the period. Numbers of other days only
// close gaps.
func (g *numberGroup) between() NumberRange {
	slices.SortStableFunc(g.numbers, func(a, b issuedNumber) int { return cmp.Compare(a.n, b.n) })
	var r NumberRange
	var last *issuedNumber // the one before, since the period's first
	var gaps []NumberGap   // since then; they count once another of the period follows
	for i := range g.numbers {
		n := &g.numbers[i]
		if last != nil && n.n > last.n+1 {
			gaps = append(gaps, gapBetween(last, n))
		}
		if n.within {
			if r.Total == 0 {
				r = NumberRange{Type: n.typ, FY: n.fy, Prefix: n.prefix, Suffix: n.suffix, From: n.number}
			}
			r.Total++
			if n.state == gst.Void {
				r.Void++
			}
			r.To = n.number
			r.Gaps, gaps = append(r.Gaps, gaps...), nil
		}
		if r.Total > 0 {
			last = n
		}
	}
	return r
}

// gapBetween names the missing numbers as the one before them is written.
func gapBetween(a, b *issuedNumber) NumberGap {
	width := len(a.number) - len(a.prefix) - len(a.suffix)
	write := func(n int64) string { return fmt.Sprintf("%s%0*d%s", a.prefix, width, n, a.suffix) }
	return NumberGap{From: write(a.n + 1), To: write(b.n - 1), Count: b.n - a.n - 1}
}
