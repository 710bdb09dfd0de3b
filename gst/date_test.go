package gst

import (
	"errors"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	tests := []struct {
		text string
		want Date
	}{
		{"22/11/2026", 20261122},
		{"1/4/2026", 20260401},
		{" 22-11-2026 ", 20261122},
		{"22.11.2026", 20261122},
		{"2026-11-22", 20261122},
		{"22-Nov-2026", 20261122},
		{"22 nov 2026", 20261122},
		{"29/02/2024", 20240229},
		{"29/02/2026", 0}, // no leap year
		{"31/04/2026", 0},
		{"11/22/2026", 0}, // month first
		{"22/11/26", 0},
		{"", 0},
		{"today", 0},
	}
	for _, tt := range tests {
		got, err := ParseDate(tt.text)
		if got != tt.want || (tt.want == 0) != errors.Is(err, ErrNotDate) {
			t.Errorf("ParseDate(%q) = %d, %v; want %d", tt.text, got, err, tt.want)
		}
	}
}

func TestDatePrintsAndCounts(t *testing.T) {
	d := NewDate(2026, time.November, 22)
	if d.String() != "22/11/2026" || d.Long() != "22 Nov 2026" {
		t.Errorf("prints %q and %q", d.String(), d.Long())
	}
	if got := d.AddDays(40); got != 20270101 {
		t.Errorf("40 days later is %d", got)
	}
	if got := Date(20270101).DaysSince(d); got != 40 {
		t.Errorf("%d days between", got)
	}
	if got := d.Time(); got.UTC().Format(time.RFC3339) != "2026-11-21T18:30:00Z" {
		t.Errorf("midnight in India is %v", got)
	}
	if got := DateOf(time.Date(2026, 11, 21, 18, 30, 0, 0, time.UTC)); got != d {
		t.Errorf("half past six in the evening UTC is %d in India", got)
	}
	if none := Date(0); none.String() != "" || none.Long() != "" || none.FinancialYear() != "" || none.AddDays(1) != 0 || !none.Time().IsZero() {
		t.Error("no date is something")
	}
}

func TestFinancialYear(t *testing.T) {
	for d, want := range map[Date]string{
		20260331: "2025-26", 20260401: "2026-27", 20200103: "2019-20", 19991231: "1999-00",
	} {
		if got := d.FinancialYear(); got != want {
			t.Errorf("%d: got %s, want %s", d, got, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"22/11/2026", "2026-11-22", "22-Nov-2026", "29/02/2024", "0/0/0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		for _, printed := range []string{d.String(), d.Long()} {
			if again, err := ParseDate(printed); err != nil || again != d {
				t.Errorf("%q is %d, prints %q, which is %d, %v", s, d, printed, again, err)
			}
		}
	})
}
