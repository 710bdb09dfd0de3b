package gst

import (
	"fmt"
	"strconv"
	"strings"
)

// NormalNumber returns a document number as it counts for uniqueness and for the IRN:
// without blanks around it, in capitals.
//
// Source: GSTN advisory of 04-04-2025, document numbers without regard to case from
// 01-06-2025.
func NormalNumber(s string) string { return strings.ToUpper(strings.Trim(s, blanks)) }

// ValidNumber reports whether a document number may be used: 1 to 16 letters, digits,
// "/" and "-", not beginning with 0, "/" or "-".
//
// Source: CGST Rules 2017, rule 46(b); INV-01 v1.1, DocDtls.No.
func ValidNumber(s string) bool {
	if len(s) < 1 || len(s) > longestNumber || strings.IndexByte("0/-", s[0]) >= 0 {
		return false
	}
	return onlyNumberCharacters(s)
}

// onlyNumberCharacters reports whether s holds only letters, digits, "/" and "-".
func onlyNumberCharacters(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if base36(c) < 0 && c != '/' && c != '-' {
			return false
		}
	}
	return true
}

// LawfulNumber reports whether the law alone lets a document bear the number. It is
// ValidNumber without INV-01's ban on 0, "/" and "-" in front, and holds for documents
// that the portal never saw.
//
// Source: CGST Rules 2017, rule 46(b).
func LawfulNumber(s string) bool {
	return len(s) >= 1 && len(s) <= longestNumber && onlyNumberCharacters(s)
}

// longestNumber is how many characters a document number may have.
//
// Source: CGST Rules 2017, rule 46(b); INV-01 v1.1, DocDtls.No.
const longestNumber = 16

// MaxNumberWidth is how many digits a running number may be filled up to.
const MaxNumberWidth = 10

// NumberPattern is how the numbers of a series look: text, running number, text. Prefix
// and Suffix may hold tokens, which the day of the document fills in:
//
//	{YY-YY}    the financial year, 26-27
//	{YYYY-YY}  likewise, 2026-27
//	{YYYY}     the year that the financial year began in, 2026
//	{YY}       likewise, 26
//	{MM}       the month of the document, 04 for April
//
// Years are those of the financial year also from January to March: numbers are unique
// within it, and with the calendar's they would look alike again the year after.
type NumberPattern struct {
	Prefix string
	Suffix string
	Width  int // digits of the running number, filled with zeros
}

// numberTokens gives the text of each token on a day, which must be a date.
var numberTokens = []struct {
	token string
	text  func(Date) string
}{
	{"{YY-YY}", func(d Date) string { return d.FinancialYear()[2:] }},
	{"{YYYY-YY}", Date.FinancialYear},
	{"{YYYY}", func(d Date) string { return d.FinancialYear()[:4] }},
	{"{YY}", func(d Date) string { return d.FinancialYear()[2:4] }},
	{"{MM}", func(d Date) string { return fmt.Sprintf("%02d", int(d)/100%100) }},
}

// fillTokens puts the day's texts in the place of the tokens; without a day, and where
// no token is known, the text stays.
func fillTokens(s string, on Date) string {
	if on == 0 || !strings.Contains(s, "{") {
		return s
	}
	for _, t := range numberTokens {
		if strings.Contains(s, t.token) {
			s = strings.ReplaceAll(s, t.token, t.text(on))
		}
	}
	return s
}

// On returns the pattern as it is on a day: without tokens.
func (p NumberPattern) On(on Date) NumberPattern {
	return NumberPattern{Prefix: fillTokens(p.Prefix, on), Suffix: fillTokens(p.Suffix, on), Width: p.Width}
}

// Format returns the document number for the running number n on a day. It is a valid
// one when Check finds no fault and n has no more digits than Width.
func (p NumberPattern) Format(n int64, on Date) string {
	p = p.On(on)
	return fmt.Sprintf("%s%0*d%s", p.Prefix, p.Width, n, p.Suffix)
}

// Read returns the running number that Format made the document number of on such a
// day, without regard to case; false when it is not of this pattern.
func (p NumberPattern) Read(number string, on Date) (int64, bool) {
	p = p.On(on)
	digits, ok := strings.CutPrefix(NormalNumber(number), NormalNumber(p.Prefix))
	if !ok {
		return 0, false
	}
	digits, ok = strings.CutSuffix(digits, NormalNumber(p.Suffix))
	if !ok || !onlyDigits(digits) || len(digits) < p.Width || len(digits) > max(p.Width, 1) && digits[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// Monthly reports whether the month is part of the number.
func (p NumberPattern) Monthly() bool { return strings.Contains(p.Prefix+p.Suffix, "{MM}") }

// Largest is the largest running number that Width holds.
func (p NumberPattern) Largest() int64 {
	n := int64(1)
	for range min(p.Width, MaxNumberWidth) {
		n *= 10
	}
	return n - 1
}

// Examples returns what the pattern makes of the running numbers 1 and 2 and of the
// largest that it holds, on a day.
func (p NumberPattern) Examples(on Date) []string {
	return []string{p.Format(1, on), p.Format(2, on), p.Format(p.Largest(), on)}
}

// Check returns what is wrong with the pattern, on the fields "prefix", "suffix" and
// "width"; nothing when every number from 1 to Largest is a valid one on every day.
//
// Source: CGST Rules 2017, rule 46(b); INV-01 v1.1, DocDtls.No.
func (p NumberPattern) Check() Faults {
	var faults Faults
	add := func(rule, field string, args ...string) {
		faults = append(faults, Fault{Rule: rule, Field: field, Args: args})
	}
	for _, part := range [...]struct{ field, text string }{{"prefix", p.Prefix}, {"suffix", p.Suffix}} {
		// All texts of a token are of one length, of letters and digits: one day stands for all.
		filled := fillTokens(part.text, anyDay)
		if token := firstToken(filled); token != "" {
			add("series.token", part.field, token)
		} else if !onlyNumberCharacters(filled) {
			add("series.characters", part.field)
		}
	}
	if p.Width < 1 || p.Width > MaxNumberWidth {
		add("series.width", "width", strconv.Itoa(MaxNumberWidth))
	}
	if len(faults) > 0 {
		return faults
	}
	first := p.Format(1, anyDay)
	if length := len(first); length > longestNumber {
		add("series.length", "prefix", strconv.Itoa(length), strconv.Itoa(longestNumber))
	} else if !ValidNumber(first) {
		add("series.first", "prefix")
	}
	return faults
}

// anyDay is a day to try patterns on: in a month that begins with 0, which no number may.
const anyDay Date = 20260405

// firstToken returns what stands in the first pair of braces, with them; empty without.
func firstToken(s string) string {
	_, rest, open := strings.Cut(s, "{")
	inside, _, closed := strings.Cut(rest, "}")
	if !open || !closed {
		return ""
	}
	return "{" + inside + "}"
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
