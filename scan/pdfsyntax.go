package scan

import (
	"bytes"
	"strconv"
)

// The objects of a PDF: nil, bool, float64, name, text, array, dict, ref and *stream; in
// the contents of a page also operator.
//
// Source: ISO 32000-1:2008, section 7.3.
type (
	name     string
	text     string
	array    []any
	dict     map[name]any
	ref      struct{ number int }
	operator string
	stream   struct {
		dict   dict
		raw    []byte
		number int // of its object; 0: within a page's contents
	}
)

// deepest is how far arrays and dictionaries may be nested.
const deepest = 60

// lexer reads objects one after another.
type lexer struct {
	data []byte
	at   int
	deep int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (l *lexer) skipSpace() {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// end is what next returns behind the last object, and at a closing bracket.
type end struct{}

// next reads an object; two numbers and an R become a reference.
func (l *lexer) next() any {
	l.skipSpace()
	if l.at >= len(l.data) {
		return end{}
	}
	switch c := l.data[l.at]; c {
	case '/':
		l.at++
		return l.name()
	case '(':
		return l.literal()
	case '[':
		l.at++
		return l.array()
	case '<':
		if bytes.HasPrefix(l.data[l.at:], []byte("<<")) {
			l.at += 2
			return l.dict()
		}
		return l.hex()
	case ']', '}', '{', ')':
		l.at++
		return end{}
	case '>':
		l.at++
		if l.at < len(l.data) && l.data[l.at] == '>' {
			l.at++
		}
		return end{}
	}
	return l.word()
}

func (l *lexer) regular() []byte {
	start := l.at
	for l.at < len(l.data) && !isSpace(l.data[l.at]) && !isDelimiter(l.data[l.at]) {
		l.at++
	}
	return l.data[start:l.at]
}

func (l *lexer) name() name {
	raw := l.regular()
	if bytes.IndexByte(raw, '#') < 0 {
		return name(raw)
	}
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, raw[i])
	}
	return name(b)
}

// word reads a number, a reference, true, false, null or an operator.
func (l *lexer) word() any {
	raw := l.regular()
	if len(raw) == 0 { // cannot be: next has taken the delimiters
		l.at++
		return nil
	}
	if n, ok := number(raw); ok {
		if r, ok := l.reference(n); ok {
			return r
		}
		return n
	}
	switch string(raw) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return operator(raw)
}

// number reads a number as lenient readers do.
func number(raw []byte) (float64, bool) {
	if c := raw[0]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	return n, err == nil
}

// reference reads the rest of "12 0 R".
func (l *lexer) reference(n float64) (ref, bool) {
	if n < 0 || n != float64(int(n)) || n > 1<<31 {
		return ref{}, false
	}
	saved := l.at
	l.skipSpace()
	generation := l.regular()
	l.skipSpace()
	if _, err := strconv.Atoi(string(generation)); err == nil && string(l.regular()) == "R" {
		return ref{int(n)}, true
	}
	l.at = saved
	return ref{}, false
}

func (l *lexer) array() any {
	var a array
	if l.deep++; l.deep > deepest {
		return nil
	}
	defer func() { l.deep-- }()
	for {
		v := l.next()
		if _, over := v.(end); over {
			return a
		}
		a = append(a, v)
	}
}

func (l *lexer) dict() any {
	d := dict{}
	if l.deep++; l.deep > deepest {
		return nil
	}
	defer func() { l.deep-- }()
	for {
		key := l.next()
		if _, over := key.(end); over {
			return d
		}
		k, ok := key.(name)
		if !ok {
			continue
		}
		v := l.next()
		if _, over := v.(end); over {
			return d
		}
		d[k] = v
	}
}

// literal reads a text in round brackets.
func (l *lexer) literal() text {
	var b []byte
	open := 0
	for ; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		switch c {
		case '(':
			if open++; open == 1 {
				continue
			}
		case ')':
			if open--; open == 0 {
				l.at++
				return text(b)
			}
		case '\\':
			if l.at++; l.at < len(l.data) {
				b = l.escaped(b)
			}
			continue
		}
		b = append(b, c)
	}
	return text(b)
}

// escaped appends the letter behind a backslash.
func (l *lexer) escaped(b []byte) []byte {
	c := l.data[l.at]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(b, "\n\r\t\b\f"[i])
	}
	if c == '\n' || c == '\r' { // a broken line
		if c == '\r' && l.at+1 < len(l.data) && l.data[l.at+1] == '\n' {
			l.at++
		}
		return b
	}
	if c < '0' || c > '7' {
		return append(b, c)
	}
	v := 0
	for i := 0; i < 3 && l.at < len(l.data) && l.data[l.at] >= '0' && l.data[l.at] <= '7'; i++ {
		v = v*8 + int(l.data[l.at]-'0')
		l.at++
	}
	l.at--
	return append(b, byte(v))
}

// hex reads a text in angle brackets.
func (l *lexer) hex() text {
	l.at++
	var b []byte
	half := -1
	for ; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		if c == '>' {
			l.at++
			break
		}
		v := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		if v < 0 || c < '0' {
			continue
		}
		if half < 0 {
			half = v
			continue
		}
		b, half = append(b, byte(half<<4|v)), -1
	}
	if half >= 0 {
		b = append(b, byte(half<<4))
	}
	return text(b)
}
