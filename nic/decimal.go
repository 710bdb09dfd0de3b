package nic

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// What can be wrong with a number.
var (
	errNotNumber = errors.New("not a number")
	errDecimals  = errors.New("too many decimals")
	errRange     = errors.New("out of range")
)

// maxExponent bounds the exponent of a number; the largest of INV-01 has 16 digits.
const maxExponent = 40

// parseDecimal reads a JSON number exactly, as a count of 10^-decimals. Trailing
// zeros do not count as decimals: 100.000 is good with two. It returns errNotNumber,
// errDecimals or errRange.
func parseDecimal(s string, decimals int) (int64, error) {
	negative := strings.HasPrefix(s, "-")
	mantissa, exponent, err := splitExponent(strings.TrimPrefix(s, "-"))
	if err != nil {
		return 0, err
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, errNotNumber
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	zeros := decimals + exponent - len(fraction) // zeros to append, or digits to drop
	if digits == "" {
		return 0, nil
	}
	for ; zeros < 0 && strings.HasSuffix(digits, "0"); zeros++ {
		digits = digits[:len(digits)-1]
	}
	if zeros < 0 {
		return 0, errDecimals
	}
	if len(digits)+zeros > 18 {
		return 0, errRange
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", zeros), 10, 64)
	if err != nil || n == math.MinInt64 {
		return 0, errRange
	}
	if negative {
		n = -n
	}
	return n, nil
}

// splitExponent parts "1.5e3" into "1.5" and 3.
func splitExponent(s string) (string, int, error) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, nil
	}
	e, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return "", 0, errNotNumber
	}
	if e < -maxExponent || e > maxExponent {
		return "", 0, errRange
	}
	return s[:i], e, nil
}

// appendDecimal writes n, a count of 10^-decimals, as a JSON number with at least
// the fewest decimals and no trailing zeros beyond them.
func appendDecimal(b []byte, n int64, decimals, fewest int) []byte {
	if n < 0 {
		b = append(b, '-')
	}
	digits := strconv.FormatUint(magnitude(n), 10)
	if short := decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	for len(fraction) > fewest && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	b = append(b, whole...)
	if fraction != "" {
		b = append(b, '.')
		b = append(b, fraction...)
	}
	return b
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// plainNumber reports whether s is a JSON number without exponent or leading minus
// zero, so that it may stand in a document as it was sent.
func plainNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, dotted := strings.Cut(s, ".")
	if whole == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return false
	}
	return (whole[0] != '0' || len(whole) == 1) && dotted == (fraction != "")
}

// parseDay reads "dd/MM/yyyy", the only form INV-01 knows, as a day that exists
// between 2010 and 2029, the years its pattern allows.
func parseDay(s string) (gst.Date, error) {
	const layout = "02/01/2006"
	t, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) || t.Year() < 2010 || t.Year() > 2029 {
		return 0, fmt.Errorf("%q is not a day as dd/MM/yyyy", s)
	}
	return gst.NewDate(t.Date()), nil
}

// appendDay writes "dd/MM/yyyy" in quotes.
func appendDay(b []byte, d gst.Date) []byte {
	b = append(b, '"')
	b = appendPadded(b, int(d%100), 2)
	b = append(b, '/')
	b = appendPadded(b, int(d/100%100), 2)
	b = append(b, '/')
	b = appendPadded(b, int(d/10000), 4)
	return append(b, '"')
}

// appendPadded writes n with zeros in front up to the width.
func appendPadded(b []byte, n, width int) []byte {
	for limit := 10; width > 1; width-- {
		if n < limit {
			b = append(b, '0')
		}
		limit *= 10
	}
	return strconv.AppendInt(b, int64(n), 10)
}
