package gst

import "strings"

var (
	small = [...]string{"Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
		"Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"}
	tens = [...]string{"", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"}
)

// Words returns the amount in words with lakh and crore, as invoices print it:
// "Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Seventy-Eight
// Paise Only".
func (p Paise) Words() string {
	negative, n := magnitude(int64(p))
	rupees, paise := n/100, n%100
	var words []string
	if negative {
		words = append(words, "Minus")
	}
	words = append(words, "Rupees", numberWords(rupees))
	if paise > 0 {
		words = append(words, "and", below100(paise), paiseWord(paise))
	}
	return strings.Join(append(words, "Only"), " ")
}

func paiseWord(n uint64) string {
	if n == 1 {
		return "Paisa"
	}
	return "Paise"
}

// numberWords writes n in the Indian system. Above the crore the number of crores is
// itself written out, so 10^12 is "One Lakh Crore".
func numberWords(n uint64) string {
	if n == 0 {
		return small[0]
	}
	var words []string
	for _, unit := range []struct {
		size uint64
		name string
	}{{10_000_000, "Crore"}, {100_000, "Lakh"}, {1000, "Thousand"}, {100, "Hundred"}} {
		if n >= unit.size {
			words = append(words, numberWords(n/unit.size), unit.name)
			n %= unit.size
		}
	}
	if n > 0 {
		words = append(words, below100(n))
	}
	return strings.Join(words, " ")
}

// below100 writes 0 to 99.
func below100(n uint64) string {
	if n < 20 {
		return small[n]
	}
	if n%10 == 0 {
		return tens[n/10]
	}
	return tens[n/10] + "-" + small[n%10]
}
