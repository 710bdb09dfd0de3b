package db

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// HSNCode is a tariff code with its description.
type HSNCode struct {
	Code        string
	Description string
	Source      string // the list it is from; empty: the program's own
}

// The program's own table is searched in memory and never stored: there is nothing to
// bring up to date when a new program starts, and a start costs nothing. The firm's list
// of tens of thousands stands in the file with an index.

// HSNCount returns how many codes the list has that was read in last, and what it is
// called; 0 when none was.
func (s *Store) HSNCount(ctx context.Context) (n int, source string, err error) {
	err = s.reader.row(ctx, `SELECT COUNT(*), COALESCE(MAX(source), '') FROM hsn_codes`).Scan(&n, &source)
	if err != nil {
		return 0, "", fmt.Errorf("count tariff codes: %w", err)
	}
	return n, source, nil
}

// HSNDescription returns what a code is called, or else the longest beginning of it that
// has a name: "Rice" for 10063020 without a list. It returns "" for an unknown code.
func (s *Store) HSNDescription(ctx context.Context, code string) (string, error) {
	for end := len(code); end >= 2; end-- {
		if own, ok := ownCodes().byCode[code[:end]]; ok {
			return own.Description, nil
		}
		place, ok := hsnPlace(code[:end])
		if !ok {
			continue
		}
		var text string
		err := s.reader.row(ctx, `SELECT description FROM hsn_codes WHERE place = $1`, place).Scan(&text)
		if err == nil {
			return text, nil
		}
		if !absent(err) {
			return "", fmt.Errorf("read tariff code %s: %w", code, err)
		}
	}
	return "", nil
}

// HSNListed returns those of the codes that are not in the list that was read in last, each
// once, in their order; none when there is no list. The portals go by the exact code: one
// that has listed codes below it need not be listed itself.
func (s *Store) HSNListed(ctx context.Context, codes ...string) (missing []string, err error) {
	var some bool
	if err := s.reader.row(ctx, `SELECT EXISTS (SELECT 1 FROM hsn_codes)`).Scan(&some); err != nil {
		return nil, fmt.Errorf("look up tariff codes: %w", err)
	}
	if !some {
		return nil, nil
	}
	for i, code := range codes {
		if slices.Contains(codes[:i], code) {
			continue
		}
		place, listed := hsnPlace(code)
		if listed {
			err := s.reader.row(ctx, `SELECT EXISTS (SELECT 1 FROM hsn_codes WHERE place = $1)`, place).Scan(&listed)
			if err != nil {
				return nil, fmt.Errorf("look up tariff code %s: %w", code, err)
			}
		}
		if !listed {
			missing = append(missing, code)
		}
	}
	return missing, nil
}

// ImportHSN puts a list of codes in the place of the one read in before and returns how
// many it has; source is what it is called. What is no code of 2 to 8 digits is left out,
// of a code that comes twice the second. A list without a single code changes nothing.
func (s *Store) ImportHSN(ctx context.Context, list []HSNCode, source string) (n int, err error) {
	rows := placed(list)
	if len(rows) == 0 {
		return 0, nil
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		var before int
		if err := t.row(ctx, `SELECT COUNT(*) FROM hsn_codes`).Scan(&before); err != nil {
			return err
		}
		for _, query := range []string{
			`DELETE FROM hsn_codes`,
			`INSERT INTO hsn_search (hsn_search) VALUES ('delete-all')`,
		} {
			if _, err := t.exec(ctx, query); err != nil {
				return err
			}
		}
		for _, row := range rows {
			if err := insertHSN(ctx, t, row, source); err != nil {
				return fmt.Errorf("code %s: %w", row.Code, err)
			}
		}
		return s.logChange(ctx, t, change{
			action: "imported", subject: "hsn_codes", which: source,
			before: strconv.Itoa(before), after: strconv.Itoa(len(rows)),
		})
	})
	if err != nil {
		return 0, fmt.Errorf("import tariff codes: %w", err)
	}
	return len(rows), nil
}

// placedCode is a code with its place in the list.
type placedCode struct {
	HSNCode
	place int64
}

// placed returns the codes of a list in their order, each once: the index is built several
// times quicker by rising row.
func placed(list []HSNCode) []placedCode {
	rows := make([]placedCode, 0, len(list))
	for _, c := range list {
		c.Code, c.Description = digits(c.Code), strings.Join(strings.Fields(c.Description), " ")
		if place, ok := hsnPlace(c.Code); ok {
			rows = append(rows, placedCode{c, place})
		}
	}
	slices.SortStableFunc(rows, func(a, b placedCode) int { return cmp.Compare(a.place, b.place) })
	return slices.CompactFunc(rows, func(a, b placedCode) bool { return a.place == b.place })
}

func insertHSN(ctx context.Context, t *tx, row placedCode, source string) error {
	_, err := t.exec(ctx, `INSERT INTO hsn_codes (place, code, description, source) VALUES ($1, $2, $3, $4)`,
		row.place, row.Code, row.Description, source)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO hsn_search (rowid, code, description, words) VALUES ($1, $2, $3, $4)`,
		row.place, row.Code, strings.Join(folded(row.Description), " "), ownWords(row.Code))
	return err
}

// maxDigits is the length of the longest code.
const maxDigits = 8

// hsnPlace is where a code stands in the list: by length and then by number. It is false
// for what is no code.
func hsnPlace(code string) (place int64, ok bool) {
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil || len(code) < 2 || len(code) > maxDigits {
		return 0, false
	}
	return int64(len(code))*1e9 + int64(n), true
}

// digits is a code without the blanks and dots that people put between its parts.
func digits(code string) string { return blanks.Replace(strings.TrimSpace(code)) }

var blanks = strings.NewReplacer(" ", "", ".", "", "\u00a0", "")

// SearchHSN returns codes for what was typed, the most fitting first: for digits the codes
// that begin so, short ones first; for words the codes whose description has them, or
// whose further words have them, then those with words that begin so. All words must fit.
// Codes of the program's own table stand before those of the list. A limit of 0 means 50.
func (s *Store) SearchHSN(ctx context.Context, query string, limit int) ([]HSNCode, error) {
	limit = orDefault(limit)
	var found []HSNCode
	var err error
	if code := digits(searchable(query)); code != "" && strings.Trim(code, "0123456789") == "" {
		found, err = s.beginningHSN(ctx, code, limit)
	} else if words := folded(searchable(query)); len(words) > 0 {
		found, err = s.worded(ctx, words[:min(len(words), maxWords)], limit)
	}
	if err != nil {
		return nil, fmt.Errorf("search tariff codes: %w", err)
	}
	return found[:min(len(found), limit)], nil
}

// maxWords bounds how many words are looked for: each costs time.
const maxWords = 8

// beginningHSN returns the codes that begin with some digits, the exact one first. Codes
// of one length stand together in the list.
func (s *Store) beginningHSN(ctx context.Context, start string, limit int) ([]HSNCode, error) {
	if len(start) > maxDigits {
		return nil, nil
	}
	number, err := strconv.ParseInt(start, 10, 64)
	if err != nil {
		return nil, err
	}
	var found []HSNCode
	for length := max(len(start), 2); length <= maxDigits && len(found) < limit; length++ {
		span := int64(math.Pow10(length - len(start)))
		first := int64(length)*1e9 + number*span
		listed, err := list(ctx, s.reader, scanHSN, `
SELECT code, description, source
FROM hsn_codes
WHERE place >= $1 AND place < $2
ORDER BY place
LIMIT $3`, first, first+span, limit)
		if err != nil {
			return nil, err
		}
		own := ownCodes().beginning(start, length)
		both := append(own, listed...)
		slices.SortStableFunc(both, func(a, b HSNCode) int { return strings.Compare(a.Code, b.Code) })
		found = append(found, slices.CompactFunc(both, func(a, b HSNCode) bool { return a.Code == b.Code })...)
	}
	return found, nil
}

// worded returns the codes that words fit, grade by grade.
func (s *Store) worded(ctx context.Context, words []string, limit int) ([]HSNCode, error) {
	var some bool
	if err := s.reader.row(ctx, `SELECT EXISTS (SELECT 1 FROM hsn_codes)`).Scan(&some); err != nil {
		return nil, err
	}
	own := ownCodes().fitting(words)
	seen := map[string]bool{}
	var found []HSNCode
	for g := grade(0); g < grades && len(found) < limit; g++ {
		fits := own[g]
		if some {
			listed, err := list(ctx, s.reader, scanHSN, `
SELECT c.code, c.description, c.source
FROM hsn_search
CROSS JOIN hsn_codes c ON c.place = hsn_search.rowid
WHERE hsn_search MATCH $1
ORDER BY hsn_search.rowid
LIMIT $2`, g.expression(words), limit+len(found))
			if err != nil {
				return nil, err
			}
			fits = append(fits, listed...)
		}
		for _, c := range fits {
			if !seen[c.Code] {
				seen[c.Code] = true
				found = append(found, c)
			}
		}
	}
	return found, nil
}

func scanHSN(row scanner) (c HSNCode, err error) {
	err = row.Scan(&c.Code, &c.Description, &c.Source)
	return c, err
}

// grade is how well words fit a code.
type grade int

// The grades, the best first.
const (
	inDescription grade = iota // whole words of the description
	inWords                    // whole words of it or the further words
	beginning                  // beginnings of words of the description
	anywhere                   // beginnings of any words, or of the code
	grades
)

// expression asks the index for what fits at least as well as a grade says.
func (g grade) expression(words []string) string {
	columns, suffix := "", ""
	switch g {
	case inDescription:
		columns = "{description} : "
	case inWords:
		columns = "{description words} : "
	case beginning:
		columns, suffix = "{description} : ", " *"
	case anywhere:
		suffix = " *"
	}
	terms := make([]string, 0, len(words))
	for _, w := range words {
		terms = append(terms, quoted(w)+suffix)
	}
	return columns + "(" + strings.Join(terms, " AND ") + ")"
}
