package nic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Line   int    // from 1
	Column int    // in bytes, from 1
	Text   string // what is wrong there
}

// Error gives place and cause.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// syntaxErrorAt makes the error of a byte offset.
func syntaxErrorAt(data []byte, offset int, text string) *SyntaxError {
	before := data[:max(0, min(offset, len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return &SyntaxError{Line: line, Column: column, Text: text}
}

// checkSyntax returns a *SyntaxError unless data is one JSON object in UTF-8. What
// passes can be walked by members and elements, which check nothing, and is at most
// deepest levels deep.
func checkSyntax(data []byte) error {
	if !utf8.Valid(data) {
		return syntaxErrorAt(data, invalidUTF8(data), "not UTF-8 text")
	}
	start := skipSpace(data, 0)
	if start == len(data) {
		return syntaxErrorAt(data, start, "the file is empty")
	}
	if at := tooDeep(data); at >= 0 {
		return syntaxErrorAt(data, at, fmt.Sprintf("brackets stand more than %d levels deep", deepest))
	}
	if !json.Valid(data) {
		var v json.RawMessage
		var bad *json.SyntaxError
		err := json.Unmarshal(data, &v)
		if errors.As(err, &bad) {
			return syntaxErrorAt(data, int(bad.Offset)-1, bad.Error())
		}
		return syntaxErrorAt(data, start, "not JSON")
	}
	switch data[start] {
	case '{':
		return nil
	case '[':
		return syntaxErrorAt(data, start, "a list of documents; one document alone is wanted here")
	default:
		return syntaxErrorAt(data, start, "not a document: it must begin with {")
	}
}

// deepest is how many levels of brackets a text may have: INV-01 has five.
const deepest = 32

// tooDeep returns where brackets go deeper than they may, -1 where they do not. The text need not
// be JSON.
func tooDeep(data []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// stranger looks into the value of a member that is not ours, and is not read, for names that
// stand twice in one object.
func (d *decoder) stranger(key, value []byte) {
	if value[0] == '{' || value[0] == '[' {
		d.enter(clip(key), "")
		d.inside(value)
		d.leave()
	}
}

// inside is stranger for all that an object or a list holds.
func (d *decoder) inside(value []byte) {
	if value[0] == '[' {
		for element := range elements(value) {
			if element[0] == '{' || element[0] == '[' {
				d.inside(element)
			}
		}
		return
	}
	var names []string
	for key, value := range members(value) {
		names = append(names, unquote(key))
		d.stranger(key, value)
	}
	d.strangersTwice(names)
}

// strangersTwice notes the names that stand there more than once.
func (d *decoder) strangersTwice(names []string) {
	if len(names) < 2 {
		return
	}
	seen := make(map[string]int, len(names))
	for _, name := range names {
		if seen[name]++; seen[name] == 2 {
			d.enter(clip([]byte(name)), "")
			d.fault("inv01.twice", nil)
			d.leave()
		}
	}
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// members gives each key, still in quotes, and each value of a valid JSON object.
func members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		i := skipSpace(object, skipSpace(object, 0)+1)
		for object[i] != '}' {
			end := valueEnd(object, i)
			key := object[i:end]
			i = skipSpace(object, skipSpace(object, end)+1) // behind the colon
			end = valueEnd(object, i)
			if !yield(key, object[i:end]) {
				return
			}
			i = nextItem(object, end)
		}
	}
}

// elements gives each value of a valid JSON array.
func elements(array []byte) iter.Seq[[]byte] {
	return func(yield func(value []byte) bool) {
		i := skipSpace(array, skipSpace(array, 0)+1)
		for array[i] != ']' {
			end := valueEnd(array, i)
			if !yield(array[i:end]) {
				return
			}
			i = nextItem(array, end)
		}
	}
}

// nextItem returns where the next item, or the closing bracket, begins.
func nextItem(b []byte, end int) int {
	i := skipSpace(b, end)
	if b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// valueEnd returns where the value that begins at i ends.
func valueEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		return nestEnd(b, i)
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case ',', ']', '}', ' ', '\n', '\r', '\t':
			return i
		}
	}
	return i
}

func stringEnd(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func nestEnd(b []byte, i int) int {
	for depth := 0; ; i++ {
		switch b[i] {
		case '"':
			i = stringEnd(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// unquote returns the text of a JSON string.
func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return "" // cannot be: the text was checked
	}
	return s
}

// loneSurrogate reports whether a JSON string has one half of a surrogate pair without
// the other (\ud800): JSON lets it stand, but it is no letter, and what reads it puts
// U+FFFD in its place. Other values have none.
func loneSurrogate(quoted []byte) bool {
	escaped := func(i int) (rune, bool) { // the letter of \uXXXX at i
		if i+6 > len(quoted) || quoted[i] != '\\' || quoted[i+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(quoted[i+2:i+6]), 16, 16)
		return rune(n), err == nil
	}
	for i := bytes.IndexByte(quoted, '\\'); i >= 0 && i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		first, ok := escaped(i)
		if !ok {
			i++ // over the escaped character
			continue
		}
		i += 5
		if !utf16.IsSurrogate(first) {
			continue
		}
		if second, _ := escaped(i + 1); utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

// appendQuoted writes s as a JSON string, letters as they are.
func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
			text, err := marshal(s)
			if err != nil {
				return append(b, `""`...) // cannot be: strings always marshal
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
