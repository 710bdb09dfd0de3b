package gst

import (
	"fmt"
	"strconv"
	"strings"
)

// maxExchange is more rupees than any unit of money is worth: a hundred thousand.
const maxExchange = 100_000_000_000

// ParseExchangeRate reads how many rupees a unit of a foreign currency is worth, with up
// to six decimals. It wraps ErrNotNumber, ErrDecimals or ErrTooLarge.
func ParseExchangeRate(s string) (ExchangeRate, error) {
	n, err := parseDecimal(trimCurrency(s), 6, maxExchange)
	if err == nil && n < 0 {
		err = ErrNotNumber
	}
	if err != nil {
		return 0, fmt.Errorf("exchange rate %q: %w", s, err)
	}
	return ExchangeRate(n), nil
}

// String writes the rate without needless zeros: "83.4525".
func (r ExchangeRate) String() string {
	whole, part := int64(r)/1_000_000, int64(r)%1_000_000
	if part == 0 {
		return strconv.FormatInt(whole, 10)
	}
	return strconv.FormatInt(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%06d", part), "0")
}

// Rupees returns what an amount of foreign money is worth, in thousandths of a rupee,
// rounded half up; false when INV-01 could not carry it. Neither may be negative.
func (r ExchangeRate) Rupees(price Milli) (Milli, bool) {
	return scaled(price, int64(r), 1_000_000)
}

// Foreign returns what an amount of rupees is in the foreign currency, in hundredths of
// its unit, rounded half up; 0 without a rate. The amount may not be negative.
func (r ExchangeRate) Foreign(p Paise) Paise {
	if r <= 0 {
		return 0
	}
	n, _ := scaled(p, 1_000_000, int64(r))
	return n
}

// scaled returns n × by ÷ over, rounded half up; false beyond what a number here may be.
func scaled[T ~int64](n T, by, over int64) (T, bool) {
	if n < 0 || by < 0 || over <= 0 {
		return 0, false
	}
	q, ok := ratio(uint64(n), uint64(by), uint64(over))
	if !ok || q > 1<<62 {
		return 0, false
	}
	return T(q), true
}

// ParseDiscount reads a discount as people write it: an amount ("250", "₹250"), a
// percentage ("10%"), or two one after the other ("10+5%", the second of what the first
// left). Percentages lie between 0 and 100. It wraps ErrNotNumber, ErrDecimals or
// ErrTooLarge.
//
// Source: CGST Act 2017, section 15(3)(a): discounts shown on the invoice lower the value.
func ParseDiscount(s string) (first, second Rate, amount Paise, err error) {
	text := strings.Trim(s, blanks)
	one, two, double := strings.Cut(text, "+")
	if !double && !strings.HasSuffix(text, "%") {
		amount, err = ParsePaise(text)
		return 0, 0, amount, err
	}
	if first, err = ParseRate(one); err != nil {
		return 0, 0, 0, err
	}
	if double {
		if second, err = ParseRate(two); err != nil {
			return 0, 0, 0, err
		}
	}
	if first > wholeRate || second > wholeRate {
		return 0, 0, 0, fmt.Errorf("discount %q: %w", s, ErrTooLarge)
	}
	return first, second, 0, nil
}

// wholeRate is 100 %.
const wholeRate Rate = 100_000

// DiscountText writes a line's discount as it was typed, so that ParseDiscount reads it; ""
// for none.
func (l *Line) DiscountText() string {
	switch {
	case l.DiscountRate2 != 0:
		return l.DiscountRate.String() + "+" + l.DiscountRate2.String() + "%"
	case l.DiscountRate != 0:
		return l.DiscountRate.String() + "%"
	case l.TypedDiscount != 0:
		return l.TypedDiscount.String()
	case l.TypedPrice != 0 && l.Amount != 0:
		return "" // what Compute itself put there
	case l.Discount != 0:
		return l.Discount.String()
	}
	return ""
}
