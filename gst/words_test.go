package gst

import (
	"errors"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	tests := []struct {
		amount Paise
		want   string
	}{
		{1_77_455_00, "Rupees One Lakh Seventy-Seven Thousand Four Hundred Fifty-Five Only"},
		{1_23_456_78, "Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Seventy-Eight Paise Only"},
		{0, "Rupees Zero Only"},
		{1, "Rupees Zero and One Paisa Only"},
		{1_00, "Rupees One Only"},
		{20_00, "Rupees Twenty Only"},
		{1_00_00_000_00, "Rupees One Crore Only"},
		{12_34_56_78_901_00, "Rupees One Thousand Two Hundred Thirty-Four Crore Fifty-Six Lakh Seventy-Eight Thousand Nine Hundred One Only"},
		{1_00_000_00_00_000_00, "Rupees One Lakh Crore Only"},
		{-50, "Minus Rupees Zero and Fifty Paise Only"},
	}
	for _, tt := range tests {
		if got := tt.amount.Words(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.amount, got, tt.want)
		}
	}
}

// The published vectors put the currency behind the number, write no hyphens and count
// in arab, kharab and neel above 100 crore, where invoices go on in crores; those last
// are left out, as are values with more decimals than paise have.
func TestWordsSamples(t *testing.T) {
	var cases []struct{ Amount, Words, Style string }
	loadSample(t, "amount_in_words.json", &cases)
	checked := 0
	for _, c := range cases {
		p, err := ParsePaise(c.Amount)
		if errors.Is(err, ErrDecimals) || strings.Contains(c.Words, "Arab") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if c.Style == "number" {
			c.Words += " Rupees Only"
		}
		checked++
		if got, want := bareWords(p.Words()), bareWords(c.Words); got != want {
			t.Errorf("%s: got %q, want %q", c.Amount, got, want)
		}
	}
	if checked < 35 {
		t.Errorf("only %d of %d vectors were compared", checked, len(cases))
	}
}

// bareWords leaves what two styles of writing share: the number words in order.
func bareWords(s string) string {
	s = strings.ToLower(strings.ReplaceAll(s, "-", " "))
	s = strings.ReplaceAll(s, " and zero paise", "")
	var kept []string
	for _, w := range strings.Fields(s) {
		switch w {
		case "rupees", "rupee", "and", "only":
		default:
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}
