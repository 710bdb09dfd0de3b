package sheet

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mohar/gst"
)

// headingRows is how many filled rows of a sheet may stand above the heading and with it.
const headingRows = 20

// column is one thing that a table may say: the name of it, which is also the form name
// of its field, the heading that files of ours give it, what the help sheet says of it,
// and the further headings that others give it, as plain writes them.
type column struct {
	name    string
	heading string
	help    string
	also    []string
}

// layout is what tables of one kind may say; one of the anchors must be among the
// headings, or the row is no heading.
type layout struct {
	columns []column
	anchors []string
	example []string // what an empty form shows in its first row, in the order of columns
}

// Heading tells how a table was understood.
type Heading struct {
	Sheet   string   // name of the sheet; empty for a text file
	Row     int      // number of the heading row
	Used    []string // headings that were understood, as they stand in the file
	LeftOut []string // headings that were not
}

// find returns the names by heading.
func (l layout) find() map[string]string {
	names := map[string]string{}
	for _, c := range l.columns {
		names[plain(c.heading)] = c.name
		for _, h := range c.also {
			names[plain(h)] = c.name
		}
	}
	return names
}

// noise are words that headings carry beside what they say.
var noise = map[string]bool{"rs": true, "inr": true, "in": true, "of": true, "the": true, "a": true, "rupees": true}

// plain writes a heading in the one way that headings are compared: small letters and
// digits, single blanks, "%" as a word, without noise.
func plain(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == '%':
			b.WriteString(" percent ")
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b.WriteRune(r)
		case r == '.' || r == '\'' || r == '’': // "G.S.T.", "Buyer's"
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	kept := slices.DeleteFunc(words, func(w string) bool { return noise[w] })
	return strings.Join(kept, " ")
}

// located is a heading row that was found.
type located struct {
	Heading
	rows    []Row    // below the heading
	names   []string // by column of the sheet; "" for one left out
	columns []string // by column of the sheet, as they stand in the file
}

// locate finds the heading row: of all sheets, the row that has the most known headings
// and an anchor. The first wins where two are equal. It refuses a table without one.
func (l layout) locate(t Table) (located, error) {
	known := l.find()
	var best located
	most := 0
	for _, s := range t.Sheets {
		for i := range min(len(s.Rows), headingRows) {
			names, n := l.match(known, s.Rows[i].Cells)
			if n > most {
				most = n
				best = located{Heading: Heading{Sheet: s.Name, Row: s.Rows[i].Number}, rows: s.Rows[i+1:],
					names: names, columns: s.Rows[i].Cells}
			}
		}
	}
	if most == 0 {
		var anchors []string
		for _, c := range l.columns {
			if slices.Contains(l.anchors, c.name) {
				anchors = append(anchors, c.heading)
			}
		}
		return located{}, refuse(gst.Fault{Rule: "sheet.heading",
			Args: []string{strconv.Itoa(headingRows), strings.Join(anchors, ", ")}})
	}
	for i, c := range best.columns {
		switch {
		case best.names[i] != "":
			best.Used = append(best.Used, c)
		case c != "":
			best.LeftOut = append(best.LeftOut, c)
		}
	}
	return best, nil
}

// match names the cells of a row that are headings and counts them; 0 without an anchor
// or when most of the row is something else.
func (l layout) match(known map[string]string, cells []string) (names []string, n int) {
	names = make([]string, len(cells))
	filled, anchored := 0, false
	for i, c := range cells {
		if c == "" {
			continue
		}
		filled++
		name := known[plain(c)]
		if name == "" || slices.Contains(names[:i], name) { // the first of two alike counts
			continue
		}
		names[i] = name
		anchored = anchored || slices.Contains(l.anchors, name)
		n++
	}
	if !anchored || n == 1 && filled > 1 {
		return names, 0
	}
	return names, n
}

// each calls f for every row below the heading.
func (h *located) each(f func(*cells)) {
	for _, r := range h.rows {
		c := cells{row: r.Number, text: map[string]string{}, column: map[string]string{}}
		for i, text := range r.Cells {
			if i < len(h.names) && h.names[i] != "" && text != "" {
				c.text[h.names[i]], c.column[h.names[i]] = text, h.columns[i]
			}
		}
		if len(c.text) > 0 {
			f(&c)
		}
	}
}
