package gst

import (
	"slices"
	"strings"
	"testing"
)

func TestValidNumber(t *testing.T) {
	tests := []struct {
		number string
		want   bool
	}{
		{"INV/26-27/0001", true},
		{"inv-1", true},
		{"A", true},
		{"9", true},
		{"ABCDEFGHIJKLMNOP", true},
		{"ABCDEFGHIJKLMNOPQ", false}, // 17
		{"", false},
		{"0001", false},
		{"/1", false},
		{"-1", false},
		{"INV 1", false},
		{"INV_1", false},
		{"इनवॉइस1", false},
		{"test_invoice_no", false},
	}
	for _, tt := range tests {
		if got := ValidNumber(tt.number); got != tt.want {
			t.Errorf("ValidNumber(%q) = %v", tt.number, got)
		}
	}
	if got := NormalNumber(" inv/26-27/0001 "); got != "INV/26-27/0001" {
		t.Errorf("NormalNumber = %q", got)
	}
}

func TestNumberPatternFillsInTheDay(t *testing.T) {
	tests := []struct {
		name    string
		pattern NumberPattern
		n       int64
		on      Date
		want    string
	}{
		{"a literal prefix stays", NumberPattern{"INV/26-27/", "", 4}, 7, 20280101, "INV/26-27/0007"},
		{"the short financial year", NumberPattern{"INV/{YY-YY}/", "", 4}, 7, 20261122, "INV/26-27/0007"},
		{"the long financial year", NumberPattern{"A/{YYYY-YY}/", "", 4}, 7, 20261122, "A/2026-27/0007"},
		{"March belongs to the year before", NumberPattern{"{YY-YY}/", "", 3}, 12, 20270331, "26-27/012"},
		{"1 April begins the year", NumberPattern{"{YY-YY}/", "", 3}, 12, 20270401, "27-28/012"},
		{"the year is the financial year's also in January", NumberPattern{"{YYYY}-{YY}-", "", 1}, 5, 20270115, "2026-26-5"},
		{"the month", NumberPattern{"PN{MM}/", "", 3}, 5, 20260405, "PN04/005"},
		{"a suffix", NumberPattern{"INV/", "/{YY-YY}", 3}, 5, 20260405, "INV/005/26-27"},
		{"the century turns", NumberPattern{"{YY-YY}/", "", 1}, 1, 20990401, "99-00/1"},
		{"more digits than the width", NumberPattern{"A", "", 2}, 1000, 20260405, "A1000"},
		{"without a day the token stays", NumberPattern{"{MM}/", "", 1}, 1, 0, "{MM}/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.pattern.Format(tt.n, tt.on); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if n, ok := tt.pattern.Read(strings.ToLower(tt.want), tt.on); !ok || n != tt.n {
				t.Errorf("read back as %d, %v", n, ok)
			}
		})
	}
}

func TestNumberPatternReadsOnlyItsOwnNumbers(t *testing.T) {
	p := NumberPattern{"INV/{MM}/", "/A", 3}
	for _, number := range []string{"INV/05/001/A", "INV/04/01/A", "INV/04/0001/A", "INV/04/001", "INV/04/0x1/A", "INV/04//A", "04/001/A", "INV/04/-01/A"} {
		if n, ok := p.Read(number, 20260405); ok {
			t.Errorf("%q read as %d", number, n)
		}
	}
}

func TestNumberPatternCheck(t *testing.T) {
	tests := []struct {
		name        string
		pattern     NumberPattern
		rule, field string // empty: in order
		arg         string
	}{
		{"the usual one", NumberPattern{"INV/{YY-YY}/", "", 4}, "", "", ""},
		{"16 characters", NumberPattern{"DBN/{YYYY-YY}/", "", 4}, "", "", ""},
		{"17 characters", NumberPattern{"DBN/{YYYY-YY}/", "", 5}, "series.length", "prefix", "17"},
		{"17 characters with the suffix", NumberPattern{"DBN/{YYYY-YY}/", "A", 4}, "series.length", "prefix", "17"},
		{"no prefix and no zeros in front", NumberPattern{"", "/{YY-YY}", 1}, "", "", ""},
		{"no prefix and zeros in front", NumberPattern{"", "/{YY-YY}", 4}, "series.first", "prefix", ""},
		{"a dash in front", NumberPattern{"-A", "", 4}, "series.first", "prefix", ""},
		{"a slash in front", NumberPattern{"/A", "", 4}, "series.first", "prefix", ""},
		{"a month in front, which may begin with a zero", NumberPattern{"{MM}/", "", 4}, "series.first", "prefix", ""},
		{"a zero in front", NumberPattern{"0A", "", 4}, "series.first", "prefix", ""},
		{"a blank", NumberPattern{"INV 1/", "", 4}, "series.characters", "prefix", ""},
		{"a character in the suffix", NumberPattern{"INV/", "#", 4}, "series.characters", "suffix", ""},
		{"half a token", NumberPattern{"INV/{YY", "", 4}, "series.characters", "prefix", ""},
		{"an unknown token", NumberPattern{"INV/{DD}/", "", 4}, "series.token", "prefix", "{DD}"},
		{"a token in small letters", NumberPattern{"INV/", "{yy}", 4}, "series.token", "suffix", "{yy}"},
		{"no digits", NumberPattern{"INV/", "", 0}, "series.width", "width", "10"},
		{"eleven digits", NumberPattern{"INV/", "", 11}, "series.width", "width", "10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults := tt.pattern.Check()
			if tt.rule == "" {
				if len(faults) > 0 {
					t.Errorf("faults: %v", faults)
				}
				return
			}
			if len(faults) != 1 || faults[0].Rule != tt.rule || faults[0].Field != tt.field {
				t.Fatalf("faults: %v, want %s on %s", faults, tt.rule, tt.field)
			}
			if tt.arg != "" && faults[0].Args[0] != tt.arg {
				t.Errorf("argument %q, want %q", faults[0].Args[0], tt.arg)
			}
		})
	}
}

func TestNumberPatternExamples(t *testing.T) {
	got := NumberPattern{"INV/{YY-YY}/", "", 4}.Examples(20261122)
	if want := []string{"INV/26-27/0001", "INV/26-27/0002", "INV/26-27/9999"}; !slices.Equal(got, want) {
		t.Errorf("examples %q, want %q", got, want)
	}
}

func TestLawAllowsWhatThePortalRefuses(t *testing.T) {
	for number, want := range map[string]bool{
		"0001": true, "/1": true, "-1": true, "INV/1": true,
		"": false, "INV 1": false, "ABCDEFGHIJKLMNOPQ": false,
	} {
		if got := LawfulNumber(number); got != want {
			t.Errorf("LawfulNumber(%q) = %v", number, got)
		}
	}
}

// A pattern in order gives valid numbers on every day, and reads them back.
func FuzzNumberPattern(f *testing.F) {
	f.Add("INV/{YY-YY}/", "", 4, int64(1), 20261122)
	f.Add("", "/{YYYY-YY}", 1, int64(9), 20270331)
	f.Add("{YY}{MM}", "{YYYY}", 3, int64(500), 20560405)
	f.Add("a{", "}0", 10, int64(1)<<40, 20260401)
	f.Fuzz(func(t *testing.T, prefix, suffix string, width int, n int64, day int) {
		p := NumberPattern{prefix, suffix, width}
		if len(p.Check()) > 0 {
			return
		}
		on := DateOf(anyDay.Time().AddDate(0, 0, day%20000))
		if n = n % (p.Largest() + 1); n < 1 {
			n = p.Largest()
		}
		number := p.Format(n, on)
		if !ValidNumber(number) {
			t.Errorf("%+v gives %q for %d on %s", p, number, n, on)
		}
		if back, ok := p.Read(number, on); !ok || back != n {
			t.Errorf("%+v reads %q as %d, %v; want %d", p, number, back, ok, n)
		}
	})
}
