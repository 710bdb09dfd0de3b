package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// kind is what a JSON value is.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	textKind
	listKind
	objectKind
)

// value is a JSON value with its members in the order they came, and numbers as they
// were written: 100.0 stays 100.0 in what is signed.
type value struct {
	kind    kind
	raw     string // text unescaped; number, true or false as written
	milli   int64  // thousandths, of numbers that went through the schema
	list    []*value
	members []member
}

type member struct {
	name string
	*value
}

// What a payload can be instead of JSON text.
var (
	errNotJSON = errors.New("not JSON")
	errNotUTF8 = errors.New("not UTF-8")
)

// parseValue reads one JSON value. It returns errNotUTF8 rather than put other letters
// in the place of bytes that are none: what is signed must be what was sent.
func parseValue(data []byte) (*value, error) {
	if !utf8.Valid(data) {
		return nil, errNotUTF8
	}
	if !json.Valid(data) {
		return nil, errNotJSON
	}
	r := reader{text: data} // what follows may rely on well-formed text
	return r.value(), nil
}

// reader walks over JSON text that is known to be well-formed.
type reader struct {
	text []byte
	at   int
}

func (r *reader) blanks() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

func (r *reader) value() *value {
	r.blanks()
	switch c := r.text[r.at]; c {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		return &value{kind: textKind, raw: r.string()}
	case 't', 'f':
		return &value{kind: boolKind, raw: r.word()}
	case 'n':
		r.word()
		return &value{kind: nullKind}
	default:
		return &value{kind: numberKind, raw: r.word()}
	}
}

// word reads a number, true, false or null.
func (r *reader) word() string {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(",]} \t\r\n", r.text[r.at]) < 0 {
		r.at++
	}
	return string(r.text[start:r.at])
}

// string reads a text and what is escaped in it.
func (r *reader) string() string {
	start := r.at
	plain := true
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			plain = false
			r.at++
		}
	}
	r.at++
	if plain {
		return string(r.text[start+1 : r.at-1])
	}
	var s string
	if json.Unmarshal(r.text[start:r.at], &s) != nil {
		return "" // it was valid
	}
	return s
}

func (r *reader) array() *value {
	v := &value{kind: listKind}
	for r.at++; ; r.at++ { // over [ and ,
		r.blanks()
		if r.text[r.at] == ']' {
			break
		}
		v.list = append(v.list, r.value())
		r.blanks()
		if r.text[r.at] == ']' {
			break
		}
	}
	r.at++
	return v
}

func (r *reader) object() *value {
	v := &value{kind: objectKind}
	for r.at++; ; r.at++ { // over { and ,
		r.blanks()
		if r.text[r.at] == '}' {
			break
		}
		name := r.string()
		r.blanks()
		r.at++ // over :
		v.members = append(v.members, member{name, r.value()})
		r.blanks()
		if r.text[r.at] == '}' {
			break
		}
	}
	r.at++
	return v
}

// find returns a member by its name in any case, the last one when it was sent
// twice, and nil when there is none or it is null.
func (v *value) find(name string) *value {
	if v == nil {
		return nil
	}
	for i := len(v.members) - 1; i >= 0; i-- {
		if m := v.members[i]; m.name == name || strings.EqualFold(m.name, name) {
			if m.kind == nullKind {
				return nil
			}
			return m.value
		}
	}
	return nil
}

// get returns a member by its exact name, nil when there is none: for values that
// went through the schema, where names are spelt as it spells them.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// has reports whether a member is there.
func (v *value) has(name string) bool { return v.get(name) != nil }

// text returns a member's text, "" when there is none.
func (v *value) text(name string) string {
	if m := v.get(name); m != nil {
		return m.raw
	}
	return ""
}

// upper returns a member's text in capitals.
func (v *value) upper(name string) string { return strings.ToUpper(v.text(name)) }

// figure returns a member's number in thousandths, 0 when there is none.
func (v *value) figure(name string) int64 {
	if m := v.get(name); m != nil {
		return m.milli
	}
	return 0
}

// append writes the value as JSON, compact, as the portal signs it.
func (v *value) append(b []byte) []byte {
	switch v.kind {
	case nullKind:
		return append(b, "null"...)
	case textKind:
		return appendText(b, v.raw)
	case listKind:
		b = append(b, '[')
		for i, e := range v.list {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.append(b)
		}
		return append(b, ']')
	case objectKind:
		b = append(b, '{')
		for i, m := range v.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, m.name), ':')
			b = m.append(b)
		}
		return append(b, '}')
	default:
		return append(b, v.raw...)
	}
}

// appendText writes a JSON text that escapes only what must be.
func appendText(b []byte, s string) []byte {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) < 0 {
		return append(append(append(b, '"'), s...), '"')
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return append(b, `""`...) // a text always encodes
	}
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}
