package nic

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"mohar/gst"
)

// upperFrom is the first document date whose number the portal writes in capitals
// before hashing. Source: GSTN advisory of 04-04-2025.
const upperFrom gst.Date = 20250601

// IRN returns the Invoice Reference Number of a document: SHA-256, in lower-case
// hex, of the supplier's GSTIN, the financial year of the document date
// ("2022-23"), the document type and the number, one after another. Numbers of
// documents dated 01-06-2025 or later are upper-cased first; before that their case
// counted.
//
// Source: NIC, "IRN generation".
func IRN(seller gst.GSTIN, d gst.Date, t gst.DocumentType, number string) string {
	if d >= upperFrom {
		number = strings.ToUpper(number)
	}
	sum := sha256.Sum256([]byte(string(seller) + d.FinancialYear() + string(t) + number))
	return hex.EncodeToString(sum[:])
}

// ValidIRN reports whether s looks like an IRN: 64 lower-case hex digits.
func ValidIRN(s string) bool {
	return len(s) == sha256.Size*2 && strings.Trim(s, "0123456789abcdef") == ""
}
