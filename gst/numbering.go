package gst

import "strings"

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
	if len(s) < 1 || len(s) > 16 || strings.IndexByte("0/-", s[0]) >= 0 {
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
