package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// How values of our own API are written: money, quantities and rates as JSON numbers with
// their exact decimals, days as 2026-11-22, moments as 2026-11-22T10:00:00+05:30. Numbers
// are taken as text, too, and days in every way that people write them. What is not there
// is null.

// money is an amount in rupees with two decimals.
type money gst.Paise

// quantity is a quantity or unit price with up to three decimals.
type quantity gst.Milli

// percent is a tax rate in percent with up to three decimals.
type percent gst.Rate

// day is a day in India; null: none.
type day gst.Date

// moment is a moment, written in Indian time; null: none.
type moment time.Time

// whole is a number without decimals.
type whole int

// MarshalJSON writes 1180.00.
func (m money) MarshalJSON() ([]byte, error) { return []byte(gst.Paise(m).String()), nil }

// MarshalJSON writes 12.5.
func (q quantity) MarshalJSON() ([]byte, error) { return []byte(gst.Milli(q).String()), nil }

// MarshalJSON writes 18 or 0.25.
func (p percent) MarshalJSON() ([]byte, error) { return []byte(gst.Rate(p).String()), nil }

// MarshalJSON writes "2026-11-22".
func (d day) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + gst.Date(d).Time().Format(time.DateOnly) + `"`), nil
}

// MarshalJSON writes "2026-11-22T10:00:00+05:30".
func (m moment) MarshalJSON() ([]byte, error) {
	t := time.Time(m)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.In(gst.IST).Format(time.RFC3339) + `"`), nil
}

// UnmarshalJSON reads a number, also as text.
func (m *money) UnmarshalJSON(b []byte) error { return unmarshalAs(b, (*gst.Paise)(m), gst.ParsePaise) }

// UnmarshalJSON reads a number, also as text.
func (q *quantity) UnmarshalJSON(b []byte) error {
	return unmarshalAs(b, (*gst.Milli)(q), gst.ParseMilli)
}

// UnmarshalJSON reads a number, also as text.
func (p *percent) UnmarshalJSON(b []byte) error { return unmarshalAs(b, (*gst.Rate)(p), gst.ParseRate) }

// UnmarshalJSON reads 2026-11-22 and 22/11/2026.
func (d *day) UnmarshalJSON(b []byte) error { return unmarshalAs(b, (*gst.Date)(d), gst.ParseDate) }

// UnmarshalJSON reads a number, also as text.
func (w *whole) UnmarshalJSON(b []byte) error { return unmarshalAs(b, (*int)(w), strconv.Atoi) }

// UnmarshalJSON reads a moment as RFC 3339 has it.
func (m *moment) UnmarshalJSON(b []byte) error {
	return unmarshalAs(b, (*time.Time)(m), func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) })
}

// codeText is a text; a number is taken for one, since programs write codes as numbers.
type codeText string

// UnmarshalJSON reads a text or a number.
func (t *codeText) UnmarshalJSON(b []byte) error {
	return unmarshalAs(b, (*string)(t), func(s string) (string, error) { return strings.TrimSpace(s), nil })
}

// errKind says that a value is of a kind that its member cannot hold.
var errKind = errors.New("wrong kind of value")

// unmarshalAs reads a number or text by its printed form; null and "" leave the value as
// it is.
func unmarshalAs[T any](b []byte, at *T, parse func(string) (T, error)) error {
	b = bytes.TrimSpace(b)
	printed := string(b)
	switch {
	case printed == "null":
		return nil
	case printed[0] == '"':
		if err := json.Unmarshal(b, &printed); err != nil {
			return err
		}
		if strings.TrimSpace(printed) == "" {
			return nil
		}
	case printed[0] == '{' || printed[0] == '[' || printed[0] == 't' || printed[0] == 'f':
		return errKind
	}
	v, err := parse(printed)
	if err != nil {
		return fmt.Errorf("%w: %w", errKind, err)
	}
	*at = v
	return nil
}
