package nic

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// The e-way bill system's own kinds of values. It writes many of them as a number here and
// as a text there; each is read as either.

// rupees is an amount, counted in paise.
type rupees gst.Paise

// MarshalJSON writes a number without needless decimals.
func (r rupees) MarshalJSON() ([]byte, error) { return appendDecimal(nil, int64(r), 2, 0), nil }

// UnmarshalJSON reads a number, rounded half away from zero to whole paise.
func (r *rupees) UnmarshalJSON(b []byte) error { return readRounded(b, 2, (*int64)(r)) }

// amount3 is a quantity or a rate, counted in thousandths.
type amount3 int64

// MarshalJSON writes a number without needless decimals.
func (a amount3) MarshalJSON() ([]byte, error) { return appendDecimal(nil, int64(a), 3, 0), nil }

// UnmarshalJSON reads a number, rounded half away from zero to whole thousandths.
func (a *amount3) UnmarshalJSON(b []byte) error { return readRounded(b, 3, (*int64)(a)) }

// whole is a whole number that is not long.
type whole int64

// UnmarshalJSON reads a number, "10.0" too.
func (w *whole) UnmarshalJSON(b []byte) error { return readRounded(b, 0, (*int64)(w)) }

// readRounded reads a number or the text of one; null and "" are 0.
func readRounded(b []byte, decimals int, into *int64) error {
	s := scalar(b)
	if *into = 0; s == "" {
		return nil
	}
	n, err := parseDecimal(s, decimals)
	for more := 1; errors.Is(err, errDecimals) && more <= 6; more++ {
		if n, err = parseDecimal(s, decimals+more); err == nil {
			n = roundedBy(n, more)
		}
	}
	if err != nil {
		return fmt.Errorf("%.40s: %w", s, err)
	}
	*into = n
	return nil
}

// roundedBy drops decimals, half away from zero.
func roundedBy(n int64, decimals int) int64 {
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	half := unit / 2
	if n < 0 {
		half = -half
	}
	return (n + half) / unit
}

// stateNumber is a State's code: two digits here, a number on the wire.
type stateNumber string

// MarshalJSON writes the number, 0 for none.
func (s stateNumber) MarshalJSON() ([]byte, error) {
	n, err := strconv.ParseUint("0"+string(s), 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%q is not the code of a State", string(s))
	}
	return strconv.AppendUint(nil, n, 10), nil
}

// UnmarshalJSON reads a number or the text of one; 0 is none.
func (s *stateNumber) UnmarshalJSON(b []byte) error {
	var n whole
	if err := n.UnmarshalJSON(b); err != nil {
		return err
	}
	if *s = ""; n != 0 {
		*s = stateNumber(padState(strconv.FormatInt(int64(n), 10)))
	}
	return nil
}

// ewayDay is a day: written dd/MM/yyyy, "" for none, and read in any form.
type ewayDay gst.Date

// MarshalJSON writes the day.
func (d ewayDay) MarshalJSON() ([]byte, error) { return marshal(dayText(gst.Date(d))) }

// UnmarshalJSON reads a day; a time after it is left out.
func (d *ewayDay) UnmarshalJSON(b []byte) error { return (*Day)(d).UnmarshalJSON(b) }

// dayText writes dd/MM/yyyy, and nothing for no day.
func dayText(d gst.Date) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d%100, d/100%100, d/10000)
}

// pinNumber is a PIN code.
type pinNumber int

// UnmarshalJSON reads a number or the text of one.
func (p *pinNumber) UnmarshalJSON(b []byte) error {
	var n whole
	err := n.UnmarshalJSON(b)
	*p = pinNumber(n)
	return err
}

// Lengths of texts. Source: e-way bill API 1.03, Generate E-way Bill; where the pages of NIC
// and the GSPs differ, the smaller.
const (
	longName     = 100
	longAddress  = 120
	longPlace    = 50
	longDocument = 15
	longRemark   = 50
	longReason   = 20
)

// cut returns a text in one line, without control characters, of at most so many
// characters.
func cut(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, " "), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if r := []rune(s); len(r) > most {
		s = strings.TrimSpace(string(r[:most]))
	}
	return s
}

// goodsName returns the name of goods with the characters that the e-way bill system
// takes.
//
// Source: e-way bill API 1.03, Generate E-way Bill, productName.
func goodsName(s string) string {
	const marks = "@#-/,&.()* "
	return cut(strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune(marks, r)) {
			return r
		}
		return ' '
	}, s), longName)
}

// documentTail returns the number of a transport document, of a long one its end, by
// which documents are told apart.
func documentTail(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > longDocument {
		return string(r[len(r)-longDocument:])
	}
	return s
}
