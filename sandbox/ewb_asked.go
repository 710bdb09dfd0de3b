package sandbox

import (
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// asked is a request of the e-way bill system. Its members are texts or numbers as the
// caller likes, and their names count without regard to case.
type asked struct{ *value }

// ask reads a payload. 100.
func ask(payload []byte) (asked, error) {
	v, err := parseValue(payload)
	if err != nil || v.kind != objectKind {
		return asked{}, refuse("100")
	}
	return asked{v}, nil
}

// word returns a member as text, without blanks around it; "" for none.
func (a asked) word(name string) string {
	m := a.find(name)
	if m == nil || (m.kind != textKind && m.kind != numberKind) {
		return ""
	}
	return strings.TrimSpace(m.raw)
}

// capitals returns a member in capitals.
func (a asked) capitals(name string) string { return strings.ToUpper(a.word(name)) }

// given reports whether a member is there and not blank.
func (a asked) given(name string) bool { return a.word(name) != "" }

// amount returns a member in thousandths, 0 for none; false for what is no number or has
// more than three decimals.
func (a asked) amount(name string) (figure, bool) {
	text := a.word(name)
	if text == "" {
		return 0, true
	}
	n, decimals, ok := readFigure(text)
	return figure(n), ok && decimals <= 3
}

// whole returns a member as a whole number; -1 for what is none.
func (a asked) whole(name string) int {
	n, ok := a.amount(name)
	if !ok || int64(n)%one != 0 || !a.given(name) {
		return -1
	}
	return int(int64(n) / one)
}

// number returns the number of a bill. 301, 395.
func (a asked) number(name string) (int64, error) {
	text := a.word(name)
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case text == "":
		return 0, refuse("301")
	case err != nil:
		return 0, refuse("395")
	case len(text) != 12:
		return 0, refuse("301")
	}
	return n, nil
}

// ewbStamp writes a moment as the e-way bill system does; "" for the zero time.
func ewbStamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Round(time.Minute).In(gst.IST).Format("02/01/2006 03:04:05 PM")
}

// plateOf writes a vehicle number as it is kept.
func plateOf(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-':
			return -1
		}
		return r
	}, typed)
}

// ewbNotes collects the codes that a layer of checks finds.
type ewbNotes struct{ found }

// err is the refusal of what was found, nil for nothing.
func (n *ewbNotes) err() error {
	if len(n.codes) == 0 {
		return nil
	}
	return &refusal{codes: n.codes}
}
