package pdf

import (
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// money writes an amount with Indian grouping and two decimals.
func money(p gst.Paise) string { return clean(p.Indian()) }

// decimal writes a quantity or a price in thousandths with Indian grouping and at least
// the given number of decimals; a third one only when it is not zero.
func decimal(m gst.Milli, places int) string {
	if m < 0 {
		return clean("\u2212") + decimal(-m, places)
	}
	whole := strings.TrimSuffix(gst.Paise(m/1000*100).Indian(), ".00")
	fraction := fmt.Sprintf("%03d", m%1000)
	for len(fraction) > places && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// percent writes a rate as "18%".
func percent(r gst.Rate) string { return r.String() + "%" }

// half writes the rate of one of the two halves of the tax. Half a thousandth needs a
// fourth decimal.
func half(r gst.Rate) string {
	n := r * 5 // ten-thousandths
	if n%10 == 0 {
		return percent(n / 10)
	}
	return fmt.Sprintf("%d.%04d%%", n/10_000, n%10_000)
}

// foreign writes hundredths of a foreign currency, grouped by thousands.
func foreign(currency string, p gst.Paise) string {
	plain := p.String()
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = "–", plain[1:]
	}
	whole, fraction, _ := strings.Cut(plain, ".")
	return joined(" ", currency, sign+thousands(whole)+"."+fraction)
}

// foreignPrice writes a price in a foreign currency, which is never negative, grouped by
// thousands.
func foreignPrice(m gst.Milli) string {
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(decimal(m, 2), ",", ""), ".")
	return thousands(whole) + "." + fraction
}

// thousands groups digits by threes.
func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// exchange is what a unit of the document's currency is worth, "₹ 83.4525"; "" when that
// is not known.
func exchange(e *gst.Export) string {
	if e.Rate <= 0 {
		return ""
	}
	return "₹ " + e.Rate.String()
}

// portText is a port's code, with its name where the customs list has the whole of it.
func portText(code string) string {
	const cut = 20 // characters at which the list breaks names off
	name := master.PortName(code)
	if len(name) >= cut {
		name = ""
	}
	return joined(" ", code, name)
}
