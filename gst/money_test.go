package gst

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
)

func TestParsePaise(t *testing.T) {
	tests := []struct {
		name string
		text string
		want Paise
		err  error
	}{
		{"plain", "12", 12_00, nil},
		{"lakh grouping and one decimal", "1,84,620.5", 1_84_620_50, nil},
		{"western grouping", "184,620.50", 1_84_620_50, nil},
		{"rupee sign", "₹ 12", 12_00, nil},
		{"minus before the rupee sign", "-₹12.01", -12_01, nil},
		{"typographic minus", "−3.20", -3_20, nil},
		{"only a fraction", ".5", 50, nil},
		{"a dot at the end", "12.", 12_00, nil},
		{"zeros beyond two decimals change nothing", "12.5000", 12_50, nil},
		{"spaces of a spreadsheet", "\u00a01,000.00 ", 1_000_00, nil},
		{"largest INV-01 amount", "99999999999999.99", maxPaise, nil},
		{"zero with a minus is zero", "-0", 0, nil},
		{"three decimals", "1.005", 0, ErrDecimals},
		{"more than INV-01 can carry", "100000000000000", 0, ErrTooLarge},
		{"far too many digits", "99999999999999999999999", 0, ErrTooLarge},
		{"empty", "", 0, ErrNotNumber},
		{"a dot alone", ".", 0, ErrNotNumber},
		{"a decimal comma", "12,5", 0, ErrNotNumber},
		{"commas in no grouping", "1,2,3,456", 0, ErrNotNumber},
		{"exponent", "1e3", 0, ErrNotNumber},
		{"words", "twelve", 0, ErrNotNumber},
		{"two dots", "1.2.3", 0, ErrNotNumber},
		{"sign in the middle", "1-2", 0, ErrNotNumber},
		{"two signs", "--2", 0, ErrNotNumber},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePaise(tt.text)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("ParsePaise(%q) = %d, %v; want %d, %v", tt.text, got, err, tt.want, tt.err)
			}
		})
	}
}

func TestParseMilliAndRate(t *testing.T) {
	if m, err := ParseMilli("99.545"); err != nil || m != 99_545 {
		t.Errorf("ParseMilli = %d, %v", m, err)
	}
	if _, err := ParseMilli("0.0001"); !errors.Is(err, ErrDecimals) {
		t.Errorf("four decimals: %v", err)
	}
	if r, err := ParseRate("0.25%"); err != nil || r != 250 {
		t.Errorf("ParseRate = %d, %v", r, err)
	}
	if _, err := ParseRate("-5"); !errors.Is(err, ErrNotNumber) {
		t.Errorf("negative rate: %v", err)
	}
	if _, err := ParseRate("1000"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("1000%%: %v", err)
	}
}

func TestNumbersPrint(t *testing.T) {
	tests := []struct{ got, want string }{
		{Paise(1_84_620_50).String(), "184620.50"},
		{Paise(-5).String(), "-0.05"},
		{Paise(0).String(), "0.00"},
		{Paise(math.MinInt64).String(), "-92233720368547758.08"},
		{Paise(1_84_620_50).Indian(), "1,84,620.50"},
		{Paise(-12_34_567_89).Indian(), "\u221212,34,567.89"},
		{Paise(999_00).Indian(), "999.00"},
		{Milli(240_000).String(), "240"},
		{Milli(99_545).String(), "99.545"},
		{Milli(-1_500).String(), "-1.5"},
		{Milli(1).String(), "0.001"},
		{Rate(18_000).String(), "18"},
		{Rate(250).String(), "0.25"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestDigitGroupingSamples(t *testing.T) {
	var cases []struct {
		Value json.Number
		Text  string
	}
	loadSample(t, "digit_grouping.json", &cases)
	for _, c := range cases {
		if got := paise(t, c.Value.String()).Indian(); got != c.Text {
			t.Errorf("%s: got %s, want %s", c.Value, got, c.Text)
		}
	}
}

func TestRateOf(t *testing.T) {
	tests := []struct {
		name string
		rate Rate
		of   Paise
		want Paise
	}{
		{"18% of one rupee", 18_000, 1_00, 18},
		{"half a paisa rounds up", 50_000, 1, 1},
		{"below half a paisa rounds down", 49_999, 1, 0},
		{"a negative amount mirrors the positive one", 50_000, -1, -1},
		{"largest INV-01 amount does not overflow", 40_000, 99_999_999_999_999_99, 40_000_000_000_000_00},
		{"beyond all amounts it stops at the largest", 999_999, math.MaxInt64, math.MaxInt64},
		{"nothing of nothing", 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.rate.Of(tt.of); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestHalfOfSplitsWithoutLosingTheHalf(t *testing.T) {
	// 0.25% of 1,000.00 is 2.50: 1.25 each, not 0.12% or 0.13% of it.
	if got := Rate(250).halfOf(1_000_00); got != 1_25 {
		t.Errorf("got %s, want 1.25", got)
	}
}

func TestAmount(t *testing.T) {
	tests := []struct {
		name     string
		quantity Milli
		price    Milli
		want     Paise
		ok       bool
	}{
		{"whole numbers", 240_000, 620_000, 1_48_800_00, true},
		{"NIC's sample, 9988.843025", 100_345, 99_545, 9988_84, true},
		{"half a paisa rounds up", 1, 5_000, 1, true},
		{"below half a paisa rounds down", 1, 4_999, 0, true},
		{"more than INV-01 can carry", maxMilli, maxMilli, 0, false},
		{"negative", -1, 5_000, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Amount(tt.quantity, tt.price)
			if got != tt.want || ok != tt.ok {
				t.Errorf("got %d %v, want %d %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestRupeeRoundsFiftyPaiseUp(t *testing.T) {
	for from, want := range map[Paise]Paise{1_49: 1_00, 1_50: 2_00, 0: 0, -1_50: -2_00, 2_00: 2_00} {
		if got := from.Rupee(); got != want {
			t.Errorf("%s: got %s, want %s", from, got, want)
		}
	}
}

func FuzzParsePaise(f *testing.F) {
	for _, s := range []string{"1,84,620.5", "₹ 12", "-3.20", "−0.01", "99999999999999.99", "1,2", "Rs. 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePaise(s)
		if err != nil {
			return
		}
		for _, printed := range []string{p.String(), p.Indian()} {
			if again, err := ParsePaise(printed); err != nil || again != p {
				t.Errorf("%q is %d, prints %q, which is %d, %v", s, p, printed, again, err)
			}
		}
	})
}
