package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// field is a member of INV-01 and what its schema asks of it.
type field struct {
	name   string
	title  string // in the portal's sentences; "": the path
	kind   kind   // textKind, numberKind, objectKind or listKind
	must   bool   // mandatory in its block
	fields []field

	shortest, longest int // characters, of texts
	form              *form

	low, high int64 // thousandths, of numbers
	decimals  int
}

// form is a pattern that texts keep to. Most are checked by code, because Go's
// regular expressions lack the schema's look-ahead.
type form struct {
	pattern string
	fits    func(string) bool
}

// breaches collects what a document breaks in the schema: one sentence each, all
// with code 5002.
type breaches struct{ codes []gst.RefusalCode }

func (b *breaches) add(format string, args ...any) {
	b.codes = append(b.codes, code("5002", fmt.Sprintf(format, args...)))
}

// bind checks an object against its fields and returns it as the portal keeps it:
// known members only, in the portal's order and spelling, without nulls.
func bind(fields []field, v *value, path string, b *breaches) *value {
	out := &value{kind: objectKind}
	for i := range fields {
		f := &fields[i]
		m := v.find(f.name)
		if m == nil {
			if f.must {
				b.add("The %s field is required.", f.named(path))
			}
			continue
		}
		if kept := f.bind(m, path, b); kept != nil {
			out.members = append(out.members, member{f.name, kept})
		}
	}
	return out
}

// bind checks one member and returns it as the portal keeps it; nil when it is of
// the wrong kind, so that nothing after the schema needs to look again.
func (f *field) bind(v *value, path string, b *breaches) *value {
	if v.kind != f.kind {
		b.add("The field %s must be %s.", f.named(path), f.kindName())
		return nil
	}
	switch f.kind {
	case textKind:
		f.checkText(v.raw, path, b)
		return v
	case numberKind:
		return f.bindNumber(v, path, b)
	case objectKind:
		return bind(f.fields, v, f.path(path), b)
	default:
		return f.bindList(v, path, b)
	}
}

func (f *field) checkText(s, path string, b *breaches) {
	if n := utf8.RuneCountInString(s); n < f.shortest || n > f.longest {
		b.add("The field %s must be a string with a minimum length of %d and a maximum length of %d.",
			f.named(path), f.shortest, f.longest)
	}
	if f.form != nil && !f.form.fits(s) {
		b.add("The field %s must match the regular expression '%s'.", f.named(path), f.form.pattern)
	}
}

func (f *field) bindNumber(v *value, path string, b *breaches) *value {
	milli, decimals, ok := readFigure(v.raw)
	if !ok || milli < f.low || milli > f.high {
		b.add("The field %s must be between %s and %s.", f.named(path), bound(f.low), bound(f.high))
		return nil
	}
	if decimals > f.decimals {
		b.add("The field %s must be a number with at most %d decimals.", f.named(path), f.decimals)
		return nil
	}
	return &value{kind: numberKind, raw: v.raw, milli: milli}
}

func (f *field) bindList(v *value, path string, b *breaches) *value {
	out := &value{kind: listKind}
	for i, e := range v.list {
		at := f.path(path) + "[" + strconv.Itoa(i) + "]"
		switch e.kind {
		case objectKind:
			out.list = append(out.list, bind(f.fields, e, at, b))
		case nullKind:
		default:
			b.add("The field %s must be an object.", at)
		}
	}
	return out
}

func (f *field) path(parent string) string {
	if parent == "" {
		return f.name
	}
	return parent + "." + f.name
}

func (f *field) named(parent string) string {
	if f.title != "" {
		return f.title
	}
	return f.path(parent)
}

func (f *field) kindName() string {
	switch f.kind {
	case textKind:
		return "a string"
	case numberKind:
		return "a number"
	case objectKind:
		return "an object"
	default:
		return "an array"
	}
}

// bound writes a limit in thousandths as the portal writes numbers.
func bound(milli int64) string {
	s := strconv.FormatInt(milli/one, 10)
	rest := milli % one
	if rest == 0 {
		return s
	}
	if rest < 0 {
		rest = -rest
	}
	return s + "." + strings.TrimRight(fmt.Sprintf("%03d", rest), "0")
}
