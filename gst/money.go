package gst

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Paise is an amount of money in integer paise; 100 paise make one rupee.
type Paise int64

// Milli is a quantity or a unit price in thousandths (INV-01 allows three decimals).
// A unit price of 620.00 rupees is 620000.
type Milli int64

// Rate is a tax rate in thousandths of one percent, so 18% is 18000. INV-01 allows
// three decimals, and 0.25% (250) must split into CGST and SGST of 0.125% each.
type Rate int64

// Why a number cannot be read; ParsePaise, ParseMilli and ParseRate wrap one of them.
var (
	ErrNotNumber = errors.New("not a number")
	ErrDecimals  = errors.New("too many decimals")
	ErrTooLarge  = errors.New("number too large")
)

// The largest values that INV-01 can carry anywhere, so that whatever parses can be
// summed over a whole document without overflow.
const (
	maxPaise = 99_99_99_99_99_99_99_99     // 99,999,999,999,999.99 rupees, ValDtls
	maxMilli = 999_999_999_999_999         // 999,999,999,999.999, UnitPrice
	maxRate  = 999_999                     // 999.999 %
	minus    = "\u2212"                    // the minus sign on paper and screen
	blanks   = " \t\r\n\u00a0\u2009\u202f" // what spreadsheets put around a number
)

// ParsePaise reads an amount in rupees as people type it: "1,84,620.5", "₹ 12",
// "-3.20". Commas must stand where Indian or Western grouping puts them, so that a
// decimal comma is never taken for a thousand. It wraps ErrNotNumber, ErrDecimals
// (more than two) or ErrTooLarge.
func ParsePaise(s string) (Paise, error) {
	n, err := parseDecimal(trimCurrency(s), 2, maxPaise)
	if err != nil {
		return 0, fmt.Errorf("amount %q: %w", s, err)
	}
	return Paise(n), nil
}

// ParseMilli reads a quantity or unit price with up to three decimals, written like
// an amount. It wraps ErrNotNumber, ErrDecimals or ErrTooLarge.
func ParseMilli(s string) (Milli, error) {
	n, err := parseDecimal(trimCurrency(s), 3, maxMilli)
	if err != nil {
		return 0, fmt.Errorf("number %q: %w", s, err)
	}
	return Milli(n), nil
}

// ParseRate reads a percentage with up to three decimals, with or without "%". A rate
// is never negative. It wraps ErrNotNumber, ErrDecimals or ErrTooLarge.
func ParseRate(s string) (Rate, error) {
	n, err := parseDecimal(strings.TrimSuffix(strings.Trim(s, blanks), "%"), 3, maxRate)
	if err == nil && n < 0 {
		err = ErrNotNumber
	}
	if err != nil {
		return 0, fmt.Errorf("rate %q: %w", s, err)
	}
	return Rate(n), nil
}

// trimCurrency takes away blanks and a leading rupee sign, keeping a minus before it.
func trimCurrency(s string) string {
	s = strings.Trim(s, blanks)
	sign := ""
	for _, m := range []string{"-", minus} {
		if strings.HasPrefix(s, m) {
			sign, s = "-", strings.TrimLeft(s[len(m):], blanks)
			break
		}
	}
	for _, mark := range []string{"₹", "Rs.", "Rs", "INR"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			s = strings.TrimLeft(rest, blanks)
			break
		}
	}
	return sign + s
}

// parseDecimal reads s as an integer count of 10^-places.
func parseDecimal(s string, places int, limit int64) (int64, error) {
	s = strings.Trim(s, blanks)
	negative := false
	for _, m := range []string{"-", minus} {
		if rest, ok := strings.CutPrefix(s, m); ok {
			negative, s = true, rest
			break
		}
	}
	whole, fraction, dotted := strings.Cut(s, ".")
	if dotted && fraction == "" && whole == "" {
		return 0, ErrNotNumber
	}
	whole, ok := ungroup(whole)
	if !ok || !allDigits(fraction) || (whole == "" && fraction == "") {
		return 0, ErrNotNumber
	}
	if len(fraction) > places {
		if strings.Trim(fraction[places:], "0") != "" {
			return 0, ErrDecimals
		}
		fraction = fraction[:places]
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", places-len(fraction)), "0")
	if digits == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > limit {
		return 0, ErrTooLarge
	}
	if negative {
		n = -n
	}
	return n, nil
}

// ungroup removes the commas of 1,84,620 or 184,620; false when they stand elsewhere.
func ungroup(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if !allDigits(g) {
			return "", false
		}
		switch {
		case len(groups) == 1:
		case i == 0 && (len(g) < 1 || len(g) > 3),
			i == len(groups)-1 && len(g) != 3,
			i > 0 && i < len(groups)-1 && len(g) != 2 && len(g) != 3:
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// allDigits reports whether s holds nothing but digits; true for the empty string.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// magnitude splits n into its sign and size, for the smallest int64 too.
func magnitude(n int64) (negative bool, size uint64) {
	if n < 0 {
		return true, -uint64(n)
	}
	return false, uint64(n)
}

// String returns the amount in rupees as JSON writes it: "184620.50".
func (p Paise) String() string {
	negative, n := magnitude(int64(p))
	b := make([]byte, 0, 24)
	if negative {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, n/100, 10)
	b = append(b, '.', byte('0'+n/10%10), byte('0'+n%10))
	return string(b)
}

// Indian returns the amount in rupees with lakh and crore grouping: "1,84,620.50".
// A negative amount begins with the minus sign U+2212.
func (p Paise) Indian() string {
	negative, n := magnitude(int64(p))
	rupees := strconv.FormatUint(n/100, 10)
	var b strings.Builder
	if negative {
		b.WriteString(minus)
	}
	for i := range len(rupees) {
		// From the right: three digits, then pairs.
		if left := len(rupees) - i; i > 0 && left >= 3 && left%2 == 1 {
			b.WriteByte(',')
		}
		b.WriteByte(rupees[i])
	}
	fmt.Fprintf(&b, ".%02d", n%100)
	return b.String()
}

// String returns the number as short as it can be: "240", "99.545".
func (m Milli) String() string { return thousandths(int64(m)) }

// String returns the percentage as short as it can be, without a sign: "18", "0.25".
func (r Rate) String() string { return thousandths(int64(r)) }

// thousandths writes n/1000 without trailing zeros.
func thousandths(n int64) string {
	negative, size := magnitude(n)
	s := strconv.FormatUint(size/1000, 10)
	if size%1000 != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%03d", size%1000), "0")
	}
	if negative {
		s = "-" + s
	}
	return s
}

// Of returns r of p, rounded half up to a whole paisa; a negative p mirrors it. A
// result that no amount can hold is the largest amount.
func (r Rate) Of(p Paise) Paise { return portion(p, r, 100_000) }

// halfOf is r/2 of p, rounded half up: CGST and SGST each. The half is taken of the
// product, so that 0.25% gives exactly 0.125% twice.
func (r Rate) halfOf(p Paise) Paise { return portion(p, r, 200_000) }

// within returns the tax at the rate r that a price holds: p × r ÷ (100% + r), rounded half
// up. halfWithin is half of it, CGST and SGST each.
func (r Rate) within(p Paise) Paise     { return portion(p, r, uint64(wholeRate+max(r, 0))) }
func (r Rate) halfWithin(p Paise) Paise { return portion(p, r, 2*uint64(wholeRate+max(r, 0))) }

// portion returns p × r ÷ parts, rounded half up.
func portion(p Paise, r Rate, parts uint64) Paise {
	negative, size := magnitude(int64(p))
	if r < 0 {
		negative, r = !negative, -r
	}
	q, ok := ratio(size, uint64(r), parts)
	if !ok || q > math.MaxInt64 {
		q = math.MaxInt64
	}
	if negative {
		return -Paise(q)
	}
	return Paise(q)
}

// Amount returns quantity × unit price, rounded half up to a whole paisa; false when
// the result exceeds what INV-01 can carry or one of the two is negative.
func Amount(q, price Milli) (Paise, bool) {
	if q < 0 || price < 0 {
		return 0, false
	}
	n, ok := ratio(uint64(q), uint64(price), 10_000) // millionths of a rupee, in paise
	if !ok || n > maxPaise {
		return 0, false
	}
	return Paise(n), true
}

// ratio returns n × by ÷ over, rounded half up; false when that needs more than 64 bits.
// INV-01's largest amounts overflow int64 on the way.
func ratio(n, by, over uint64) (uint64, bool) {
	hi, lo := bits.Mul64(n, by)
	lo, carry := bits.Add64(lo, over/2, 0)
	if hi += carry; hi >= over {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, over)
	return q, true
}

// Rupee returns p rounded to whole rupees, 50 paise up.
//
// Source: CGST Act 2017, section 170.
func (p Paise) Rupee() Paise {
	if p < 0 {
		return -(-p).Rupee()
	}
	return (p + 50) / 100 * 100
}
