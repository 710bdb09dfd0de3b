package sheet

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"mohar/gst"
)

// maxCommas is more cells than a line of any table has; each takes memory before it can
// be passed over.
const maxCommas = 20_000

// readText reads CSV and its kin.
func readText(data []byte) (Table, error) {
	text, err := decode(data)
	if err != nil {
		return Table{}, err
	}
	head := strings.ToLower(text[:min(len(text), 512)])
	switch trimmed := strings.TrimSpace(head); {
	case strings.HasPrefix(trimmed, "<?xml"), strings.HasPrefix(trimmed, "<envelope"):
		return Table{}, refuse(gst.Fault{Rule: "sheet.isxml"})
	case strings.HasPrefix(trimmed, "<"), strings.HasPrefix(trimmed, "%pdf"), strings.HasPrefix(trimmed, "{\\rtf"),
		strings.ContainsRune(text, 0):
		return Table{}, refuse(gst.Fault{Rule: "sheet.notable"})
	}
	comma, text, skipped := separator(text)
	for line := range strings.Lines(text) {
		if strings.Count(line, string(comma)) > maxCommas {
			return Table{}, refuse(gst.Fault{Rule: "sheet.notable"})
		}
	}
	rows, err := readCSV(text, comma, skipped)
	if err != nil {
		return Table{}, err
	}
	if len(rows) == 0 {
		return Table{}, refuse(gst.Fault{Rule: "sheet.empty"})
	}
	return Table{Sheets: []Sheet{{Rows: rows}}}, nil
}

// decode returns the text of a file as UTF-8 without byte order mark.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return decodeUTF16(data)
	case len(data) >= 4 && data[0] == '<' && data[1] == 0: // Tally without its mark
		return decodeUTF16(append([]byte("\xFF\xFE"), data...))
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", refuse(gst.Fault{Rule: "sheet.notable"})
	}
	return string(text), nil
}

// decodeUTF16 reads UTF-16 that begins with its byte order mark.
func decodeUTF16(data []byte) (string, error) {
	order := binary.ByteOrder(binary.LittleEndian)
	if data[0] == 0xFE {
		order = binary.BigEndian
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units)), nil
}

// separators are the characters that may part cells, the likeliest first.
const separators = ",\t;|"

// separator guesses what parts the cells: the character that parts the first lines into
// the most cells, alike from line to line. Excel's own "sep=;" in the first line is
// obeyed; skipped is how many lines that took.
func separator(text string) (comma rune, rest string, skipped int) {
	if first, after, ok := strings.Cut(text, "\n"); ok && len(first) <= 6 {
		if mark, is := strings.CutPrefix(strings.TrimRight(first, "\r"), "sep="); is && len(mark) == 1 &&
			strings.Contains(separators, mark) {
			return rune(mark[0]), after, 1
		}
	}
	best := 0
	comma = ','
	for _, c := range separators {
		if n := parted(text, c); n > best {
			comma, best = c, n
		}
	}
	return comma, text, 0
}

// parted rates a separator: the sum of the cells beyond the first in the first lines,
// quoted text left out, doubled for lines with as many cells as the line before.
func parted(text string, c rune) int {
	score, before, lines := 0, -1, 0
	for line := range strings.Lines(text) {
		n, quoted := 0, false
		for _, r := range line {
			switch {
			case r == '"':
				quoted = !quoted
			case r == c && !quoted:
				n++
			}
		}
		if score += n; n == before {
			score += n
		}
		before = n
		if lines++; lines == 20 {
			break
		}
	}
	return score
}

// readCSV reads the rows; skipped is how many lines stood before the text.
func readCSV(text string, comma rune, skipped int) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	var rows []Row
	var b budget
	number, next := skipped, 1 // the row read last, and the line that the next one begins at
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, refuse(gst.Fault{Rule: "sheet.notable"})
		}
		// A spreadsheet shows an empty line as a row, and a cell of two lines in one.
		line, _ := r.FieldPos(0)
		number += 1 + line - next
		next = line + 1
		cells := make([]string, 0, min(len(fields), maxColumns))
		for i, f := range fields {
			next += strings.Count(f, "\n")
			if i < maxColumns {
				cells = append(cells, tidy(unguarded(f)))
			}
		}
		if cells = trimEnd(cells); len(cells) == 0 {
			continue
		}
		if err := b.add(number, cells); err != nil {
			return nil, err
		}
		rows = append(rows, Row{Number: number, Cells: cells})
	}
}

// formulaStarts are the characters that make a spreadsheet take a text for a formula.
const formulaStarts = "=+-@\t\r"

// guarded puts ' before a text that a spreadsheet would run as a formula. A number
// alone, such as −12.50, is none.
//
// Source: OWASP, CSV Injection.
func guarded(s string) string {
	if s == "" || !strings.Contains(formulaStarts, s[:1]) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && s[0] == '-' {
		return s
	}
	return "'" + s
}

// unguarded takes back what guarded did.
func unguarded(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.Contains(formulaStarts, s[1:2]) {
		return s[1:]
	}
	return s
}

// tidy trims a text and leaves out what nobody sees: control characters and the marks
// that pages and messengers put into numbers. Lines within a cell stay.
func tidy(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7F {
			plain = false
			break
		}
	}
	if plain {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d', r == utf8.RuneError:
			return -1 // joiners stay: Indian scripts need them
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
