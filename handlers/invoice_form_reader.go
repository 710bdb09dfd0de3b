package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mohar/gst"
)

// The most rows of a form. Of lines INV-01 allows a thousand; there is room for some that
// were taken out or left empty.
const (
	maxFormLines = 1200
	maxFormRows  = 100
)

// formReader turns the text of a form into typed values and notes each field that
// cannot be read.
type formReader struct {
	basis
	values url.Values
	faults gst.Faults
	filled map[string][]int // rows that something was typed into, in order, by the group's name in the form
	groups map[string][]int // the same of those that were read, by its name in the document
}

func newFormReader(values url.Values) *formReader {
	r := &formReader{values: values, filled: map[string][]int{}, groups: map[string][]int{}}
	r.brought = r.text("brought") != ""
	r.typed = r.text("prices") != ""
	r.findRows()
	return r
}

// findRows looks which rows of the form were filled. Some may be missing in between: a row
// can be taken out without renumbering the others. A form with more rows than a document
// can have is refused, not cut short.
func (r *formReader) findRows() {
	for name := range r.values {
		group, row, column, ok := splitRow(canonical(name))
		if !ok || r.text(name) == "" || !r.fills(group, column) {
			continue
		}
		r.fill(group, row)
		if inner, at, part, ok := splitRow(column); ok && group == "lines" && fills(attributeInputs, part) {
			r.fill(rowName(group, row)+inner, at)
		}
	}
	for group := range r.filled {
		slices.Sort(r.filled[group])
		r.filled[group] = slices.Compact(r.filled[group])
	}
}

func (r *formReader) fill(group string, row int) {
	fault, limit := gst.Fault{Rule: "form.rows", Field: group, Args: []string{strconv.Itoa(maxFormRows)}}, maxFormRows
	if group == "lines" {
		fault, limit = gst.Fault{Rule: "lines.many", Code: "2173", Field: group, Args: []string{"1000"}}, maxFormLines
	}
	if row < limit {
		r.filled[group] = append(r.filled[group], row)
	} else if !slices.ContainsFunc(r.faults, func(f gst.Fault) bool { return f.Field == group }) {
		r.faults = append(r.faults, fault)
	}
}

// fills reports whether a column that holds something makes a row one of the document.
// What the form carries along unseen does not.
func (r *formReader) fills(group, column string) bool {
	switch group {
	case "refs.preceding":
		return fills(precedingInputs, column)
	case "refs.contracts":
		return fills(contractInputs, column)
	case "docs":
		return fills(docInputs, column)
	case "lines":
		if inner, _, part, ok := splitRow(column); ok {
			return inner == "attributes" && fills(attributeInputs, part)
		}
		batch, isBatch := strings.CutPrefix(column, "batch.")
		return isBatch && fills(batchInputs, batch) || fills(lineInputs[hiddenColumns:], column) ||
			r.brought && fills(lineFigures, column)
	}
	return false
}

// hiddenColumns is how many of lineInputs stand first that nobody types.
const hiddenColumns = 2

func fills[T any](in inputs[T], name string) bool {
	return slices.ContainsFunc(in, func(i input[T]) bool { return i.name == name })
}

// readGroup reads a block that repeats, within p.
func readGroup[E any](r *formReader, group string, p place, in inputs[E]) []E {
	return readRows(r, group, p, func(at place, into *E) { in.read(r, at, into) })
}

// readRows reads the filled rows of a group, within p. A document counts its rows without
// gaps, and so do the faults.
func readRows[E any](r *formReader, group string, p place, read func(place, *E)) []E {
	rows := r.filled[p.form+group]
	if len(rows) == 0 {
		return nil
	}
	r.groups[p.doc+group] = rows
	list := make([]E, len(rows))
	for i, row := range rows {
		read(place{rowName(p.form+group, row), rowName(p.doc+group, i)}, &list[i])
	}
	return list
}

// rowName is what the names of a row's fields begin with.
func rowName(group string, row int) string { return fmt.Sprintf("%s[%d].", group, row) }

// lineName is the form name of a column in a row of the grid.
func lineName(row int, column string) string { return rowName("lines", row) + column }

// text is a field's text without the spaces around it. Line breaks and tabs, which come
// along when text is pasted and which the portal does not take, become spaces. Of a
// brought document every letter stays.
func (r *formReader) text(name string) string {
	text := r.values.Get(formName(name))
	if text == "" {
		if text = r.values.Get(name); text == "" {
			return ""
		}
	}
	if r.brought {
		return text
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, text))
}

// hidden reads a hidden number of ours; anything else is 0.
func (r *formReader) hidden(name string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(r.values.Get(name)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// fault notes that a field breaks a rule of the form itself. NIC has one code for them
// all.
//
// Source: NIC's list of e-invoice API error codes, 5002.
func (r *formReader) fault(rule string, p place, args ...string) {
	r.faults = append(r.faults, gst.Fault{Rule: rule, Code: "5002", Field: p.doc, Args: args})
}

// unreadable notes that a field cannot be read.
func (r *formReader) unreadable(p place, err error) {
	r.faults = append(r.faults, gst.ParseFault(p.doc, err))
}

// parsed reads one field; an empty one is the zero value.
func parsed[N any](r *formReader, p place, parse func(string) (N, error)) N {
	var value N
	text := strings.TrimSpace(r.text(p.form))
	if text == "" {
		return value
	}
	value, err := parse(text)
	if err != nil {
		r.unreadable(p, err)
	}
	return value
}
