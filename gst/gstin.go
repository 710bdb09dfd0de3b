package gst

import (
	"errors"
	"fmt"
	"strings"

	"mohar/gst/master"
)

// GSTIN is a 15-character GST identification number in capitals. See ParseGSTIN.
type GSTIN string

// URP stands in place of a GSTIN for a person who has none.
const URP = "URP"

// Why a text is not a GSTIN; ParseGSTIN wraps one of them.
var (
	ErrGSTINPattern = errors.New("not two digits and thirteen letters or digits")
	ErrGSTINState   = errors.New("unknown state code")
)

// ParseGSTIN reads a GSTIN, without regard to case and surrounding blanks. It checks
// what INV-01's schema checks and that the first two digits are a known code, not the
// check digit: the GSTINs of NIC's own test system have wrong ones. See CheckDigitOK.
func ParseGSTIN(s string) (GSTIN, error) {
	g := strings.ToUpper(strings.Trim(s, blanks))
	if !gstinPattern(g) {
		return "", fmt.Errorf("GSTIN %q: %w", s, ErrGSTINPattern)
	}
	if !master.StateExists(g[:2]) {
		return "", fmt.Errorf("GSTIN %q: %w", s, ErrGSTINState)
	}
	return GSTIN(g), nil
}

// gstinPattern is the schema's ^[0-9]{2}[0-9A-Z]{13}$.
func gstinPattern(s string) bool {
	if len(s) != 15 || !allDigits(s[:2]) {
		return false
	}
	for i := 2; i < len(s); i++ {
		if base36(s[i]) < 0 {
			return false
		}
	}
	return true
}

// State returns the two-digit code the GSTIN begins with; "" for the empty GSTIN.
func (g GSTIN) State() string {
	if len(g) < 2 {
		return ""
	}
	return string(g[:2])
}

// PAN returns the ten characters after the state code; for the portal's special
// numbers (UN bodies, deductors) they are no PAN. "" when the GSTIN is too short.
func (g GSTIN) PAN() string {
	if len(g) < 12 {
		return ""
	}
	return string(g[2:12])
}

const base36Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// base36 is the value of a digit or capital letter, -1 for anything else.
func base36(c byte) int { return strings.IndexByte(base36Digits, c) }

// WantCheckDigit returns the last character that the first fourteen call for, 0 when
// they are not digits and capitals. Each value is multiplied by 1 and 2 in turn, the
// base-36 digits of the products are summed, and the check digit fills the sum up to a
// multiple of 36.
func (g GSTIN) WantCheckDigit() byte {
	if len(g) < 14 {
		return 0
	}
	sum := 0
	for i := range 14 {
		v := base36(g[i])
		if v < 0 {
			return 0
		}
		v *= 1 + i%2
		sum += v/36 + v%36
	}
	return base36Digits[(36-sum%36)%36]
}

// CheckDigitOK reports whether the last character is the right one.
func (g GSTIN) CheckDigitOK() bool {
	return len(g) == 15 && g[14] == g.WantCheckDigit()
}
