package nic

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// constant is a member with one allowed value, written whether it was sent or not.
type constant[T any] struct {
	value string
	older []string // values that are read as it
	must  bool     // it must be sent
}

func (c constant[T]) read(d *decoder, raw []byte, _ *T) {
	switch s := scalar(raw); {
	case isEmpty(raw):
		if c.must {
			d.fault("required", raw)
		}
	case !strings.EqualFold(s, c.value) && !slices.Contains(c.older, s):
		d.fault("inv01.fixed", raw, c.value)
	}
	d.body = appendQuoted(d.body, c.value)
}

func (c constant[T]) write(b []byte, _ *T) []byte          { return appendQuoted(b, c.value) }
func (c constant[T]) visit(p, field string, f func(entry)) { f(entry{path: p, field: field}) }

// text is a text. A number sent for one is taken as its digits.
type text[T any] struct {
	at    func(*T) *string
	shape func(string) string // optional: brings it into its canonical form
}

func (t text[T]) read(d *decoder, raw []byte, into *T) {
	s, ok := textOf(raw)
	switch {
	case !ok:
		d.fault("inv01.text", raw)
		return
	case loneSurrogate(raw):
		d.fault("inv01.surrogate", raw)
		return
	}
	if t.shape != nil {
		s = t.shape(s)
	}
	*t.at(into) = s
	d.body = appendQuoted(d.body, s)
}

func (t text[T]) write(b []byte, from *T) []byte {
	if s := *t.at(from); s != "" {
		return appendQuoted(b, s)
	}
	return b
}

func (t text[T]) visit(p, field string, f func(entry)) { f(entry{path: p, field: field}) }

// textOf returns the text of a JSON string or number.
func textOf(raw []byte) (string, bool) {
	switch c := raw[0]; {
	case c == '"':
		return unquote(raw), true
	case c == '-' || (c >= '0' && c <= '9'):
		return string(raw), true
	}
	return "", false
}

// yesNo is "Y" or "N".
type yesNo[T any] struct {
	at     func(*T) *bool
	always bool // written when "N" too
}

func (y yesNo[T]) read(d *decoder, raw []byte, into *T) {
	s, _ := textOf(raw)
	switch s = strings.ToUpper(s); s {
	case "Y", "N":
		*y.at(into) = s == "Y"
		d.body = appendQuoted(d.body, s)
	default:
		d.fault("inv01.yesno", raw)
	}
}

func (y yesNo[T]) write(b []byte, from *T) []byte {
	switch {
	case *y.at(from):
		return append(b, `"Y"`...)
	case y.always:
		return append(b, `"N"`...)
	}
	return b
}

func (y yesNo[T]) visit(p, field string, f func(entry)) { f(entry{path: p, field: field}) }

// limits are what the schema allows of a number, in units of its last decimal.
type limits struct {
	decimals int
	fewest   int // decimals that are always written
	min, max int64
}

// text returns one end of the range for a message.
func (l *limits) text(n int64) string { return string(appendDecimal(nil, n, l.decimals, 0)) }

// number is a number, counted in units of its last decimal. A text sent for one is
// read as the number in it.
type number[T any, N ~int | ~int64] struct {
	*limits
	at func(*T) *N
}

func (n number[T, N]) read(d *decoder, raw []byte, into *T) {
	s, ok := textOf(raw)
	if s = strings.TrimSpace(s); ok && s == "" {
		return
	}
	v, err := parseDecimal(s, n.decimals)
	switch {
	case !ok || errors.Is(err, errNotNumber):
		d.fault("inv01.number", raw)
		return
	case errors.Is(err, errDecimals):
		d.fault("inv01.decimals", raw, strconv.Itoa(n.decimals))
		return
	case err == nil:
		*n.at(into) = N(v)
	}
	if err != nil || v < n.min || v > n.max {
		d.fault("inv01.range", raw, n.text(n.min), n.text(n.max))
		return
	}
	if plainNumber(s) {
		d.body = append(d.body, s...) // as sent: 100.0 stays 100.0
		return
	}
	d.body = appendDecimal(d.body, v, n.decimals, n.fewest)
}

func (n number[T, N]) write(b []byte, from *T) []byte {
	if v := *n.at(from); v != 0 {
		return appendDecimal(b, int64(v), n.decimals, n.fewest)
	}
	return b
}

func (n number[T, N]) visit(p, field string, f func(entry)) {
	f(entry{path: p, field: field, limits: n.limits})
}

// zeroToo is a number that is written when it is zero, too, where when says so.
type zeroToo[T any] struct {
	codec[T]
	when func(*T) bool
}

func (z zeroToo[T]) write(b []byte, from *T) []byte {
	before := len(b)
	if b = z.codec.write(b, from); len(b) == before && z.when(from) {
		b = append(b, '0')
	}
	return b
}

// day is a date as dd/MM/yyyy.
type day[T any] struct{ at func(*T) *gst.Date }

func (y day[T]) read(d *decoder, raw []byte, into *T) {
	s, _ := textOf(raw)
	date, err := parseDay(s)
	if err != nil {
		d.fault("inv01.date", raw)
		return
	}
	*y.at(into) = date
	d.body = appendDay(d.body, date)
}

func (y day[T]) write(b []byte, from *T) []byte {
	if date := *y.at(from); date != 0 {
		return appendDay(b, date)
	}
	return b
}

func (y day[T]) visit(p, field string, f func(entry)) { f(entry{path: p, field: field}) }
