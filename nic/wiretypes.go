package nic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

// Flag is a yes or no that callers write as true, "true", "True", 1, "1" or "Y".
type Flag bool

// UnmarshalJSON reads any of the spellings; null is no.
func (f *Flag) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(scalar(b)) {
	case "true", "1", "y", "yes":
		*f = true
	case "false", "0", "n", "no", "":
		*f = false
	default:
		return fmt.Errorf("%s is neither true nor false", b)
	}
	return nil
}

// Digits is a long number that is kept as text, such as an acknowledgement or
// e-way bill number. The wire has it as a JSON number, and null when empty; read
// is text too.
type Digits string

// MarshalJSON writes the number, or null when there is none.
func (d Digits) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	if strings.Trim(string(d), "0123456789") != "" || (len(d) > 1 && d[0] == '0') {
		return nil, fmt.Errorf("%q is not a whole number", string(d))
	}
	return []byte(d), nil
}

// UnmarshalJSON reads a number, a text of digits or null.
func (d *Digits) UnmarshalJSON(b []byte) error {
	s := scalar(b)
	if strings.Trim(s, "0123456789") != "" {
		return fmt.Errorf("%s is not a whole number", b)
	}
	*d = Digits(s)
	return nil
}

// Text is a text that the wire has as null when it is empty.
type Text string

// MarshalJSON writes the text, or null when it is empty.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return marshal(string(t))
}

// UnmarshalJSON reads a text or null, and a number as its digits.
func (t *Text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		return fmt.Errorf("%s is not a text", b)
	}
	*t = Text(scalar(b))
	return nil
}

// Moment is a point in time as the portal writes it: IST without saying so, and
// null for none.
type Moment struct{ time.Time }

// momentLayouts are the forms seen, the portal's own first. Those with slashes are the
// e-way bill system's, which writes AM and PM behind the hours of either clock
// ("23:59:00 PM"), leaves them out, and is printed without the space.
var momentLayouts = [...]string{
	time.DateTime,
	"2006-01-02T15:04:05",
	"2/1/2006 15:04:05",
	"2/1/2006 15:04:05 PM",
	"2/1/200615:04:05 PM",
	"2/1/2006 15:04 PM",
	"2/1/2006 15:04",
}

// ParseMoment reads a time of the portal as a time in IST; the zero time for "".
func ParseMoment(s string) (time.Time, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range momentLayouts {
		if t, err := time.ParseInLocation(layout, s, gst.IST); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time of the portal", s)
}

// MarshalJSON writes "yyyy-MM-dd HH:mm:ss" in IST, or null for the zero time.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + m.In(gst.IST).Format(time.DateTime) + `"`), nil
}

// UnmarshalJSON reads any form the portal and the GSPs use.
func (m *Moment) UnmarshalJSON(b []byte) error {
	t, err := ParseMoment(scalar(b))
	m.Time = t
	return err
}

// scalar returns the text of a JSON string, the digits of a number, "true" or
// "false", and "" for null.
func scalar(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || bytes.Equal(b, []byte("null")) {
		return ""
	}
	if b[0] != '"' {
		return string(b)
	}
	if end := len(b) - 1; end > 0 && b[end] == '"' && plainASCII(b[1:end]) {
		return strings.TrimSpace(string(b[1:end])) // as long ones are: base64, tokens
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

// plainASCII reports whether the inside of a JSON text stands for itself: no escape, no
// quote, and nothing that would have to be checked or replaced.
func plainASCII(inner []byte) bool {
	for _, c := range inner {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
