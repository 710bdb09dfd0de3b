package pdf

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"mohar/gst"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain text stays", "Alphonso mango pulp, 850 g", "Alphonso mango pulp, 850 g"},
		{"rupee sign and umlauts stay", "₹ Müller", "₹ Müller"},
		{"broken UTF-8 shows a mark", "a\xff\xfeb", "a?b"},
		{"emoji show a mark", "a😀b", "a?b"},
		{"a family of emoji shows one mark for each", "👨\u200d👩", "??"},
		{"Devanagari shows marks", "क", "?"},
		{"controls vanish", "a\x00\x07b", "ab"},
		{"tabs and hard spaces become blanks", "a\tb\u00a0c", "a b c"},
		{"line breaks of all kinds become one", "a\r\nb\u2028c", "a\nb\nc"},
		{"the minus sign becomes a dash that the font has", "−5.00", "–5.00"},
		{"diameter and comparisons get substitutes", "⌀12 ≤ 13", "Ø12 <= 13"},
		{"joiners and byte order marks vanish", "a\u200d\ufeffb", "ab"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := clean(test.text); got != test.want {
				t.Errorf("clean(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestUnprintable(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Sharda Traders ₹ Øé µ −", ""},
		{"शारदा", "शारद"},
		{"a😀b😀", "😀"},
		{"a\u200db\n", ""},
		{"\xff", "\ufffd"},
	}
	for _, test := range tests {
		if got := string(Unprintable(test.text)); got != test.want {
			t.Errorf("Unprintable(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\xff", "😀", "शारदा ₹", "a\r\nb", "\ufeff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if clean(got) != got {
			t.Errorf("clean(%q) = %q is not clean", s, got)
		}
		for _, r := range got {
			if r != '\n' && !unicode.Is(printable, r) {
				t.Errorf("clean(%q) holds %U, which the fonts lack", s, r)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	measure := func(s string) float64 { return float64(utf8.RuneCountInString(s)) }
	tests := []struct {
		name, text string
		want       string
	}{
		{"empty text has no line", "", ""},
		{"short text is one line", "one two", "one two"},
		{"breaks at a blank", "one two three four", "one two|three four"},
		{"breaks at line breaks", "one\ntwo", "one|two"},
		{"cuts a word that is too long", "abcdefghijklmnopqrstuvwxyz", "abcdefghij|klmnopqrst|uvwxyz"},
		{"goes on after a long word", "ab abcdefghijkl yz", "ab|abcdefghij|kl yz"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(wrap(test.text, 10, measure), "|"); got != test.want {
				t.Errorf("wrap(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
	if got := wrap("abc", -1, measure); len(got) != 3 {
		t.Errorf("no room at all: %q, want a character a line", got)
	}
}

// The table of characters and the fonts are cut together; a character without a width
// would be drawn over its neighbour.
func TestFontsHaveEveryPrintableCharacter(t *testing.T) {
	m, err := readMetrics()
	if err != nil {
		t.Fatal(err)
	}
	c := &canvas{advance: m}
	for _, span := range printable.R16 {
		for r := rune(span.Lo); r <= rune(span.Hi); r++ {
			st := style{size: 10}
			if c.width(string(r), st) <= 0 && !unicode.In(r, unicode.Mn, unicode.Cf) {
				t.Errorf("%U %q has no width", r, r)
			}
		}
	}
	for _, r := range "₹–…·×°½" {
		if !unicode.Is(printable, r) {
			t.Errorf("%q is not printable", r)
		}
	}
}

func TestFigures(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"a whole quantity has no decimals", decimal(240_000, 0), "240"},
		{"a quantity keeps its decimals", decimal(15_505, 0), "15.505"},
		{"a price has two decimals", decimal(620_000, 2), "620.00"},
		{"a price may have three", decimal(99_545, 2), "99.545"},
		{"large prices are grouped in lakh", decimal(12_345_678_900, 2), "1,23,45,678.90"},
		{"a negative price keeps its sign", decimal(-5, 2), "–0.005"},
		{"half of 5% is 2.5%", half(5000), "2.5%"},
		{"half of 0.25% is 0.125%", half(250), "0.125%"},
		{"half of an odd thousandth needs four decimals", half(3), "0.0015%"},
		{"foreign money is grouped by thousands", foreign("USD", 1_234_567_89), "USD 1,234,567.89"},
		{"small foreign money", foreign("EUR", 5), "EUR 0.05"},
		{"negative foreign money", foreign("USD", -1_234_00), "USD –1,234.00"},
		{"a state has its code", stateText("27"), "Maharashtra (27)"},
		{"an unknown state is its code", stateText("ZZ"), "ZZ"},
		{"a one-digit state gets its zero", stateText("7"), stateText("07")},
		{"Chandigarh levies UTGST", stateTaxName("04"), "UTGST"},
		{"Delhi has a legislature", stateTaxName("07"), "SGST"},
		{"money is grouped", money(gst.Paise(1_77_455_00)), "1,77,455.00"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}
