package nic

import (
	"errors"
	"testing"

	"mohar/gst"
)

func TestParseDecimalIsExact(t *testing.T) {
	tests := []struct {
		in       string
		decimals int
		want     int64
		err      error
	}{
		{"0", 2, 0, nil},
		{"-0.00", 2, 0, nil},
		{"100", 2, 100_00, nil},
		{"100.0", 2, 100_00, nil},
		{"100.000", 2, 100_00, nil},
		{"0.01", 2, 1, nil},
		{"-99.99", 2, -99_99, nil},
		{"99999999999999.99", 2, 9_999_999_999_999_999, nil},
		{"1e3", 2, 1000_00, nil},
		{"1.5E-1", 2, 15, nil},
		{"1500e-2", 2, 15_00, nil},
		{"007", 0, 7, nil},
		{".5", 2, 50, nil},
		{"5.", 2, 5_00, nil},
		{"1.005", 2, 0, errDecimals},
		{"1e-3", 2, 0, errDecimals},
		{"1.5", 0, 0, errDecimals},
		{"12345678901234567.89", 2, 0, errRange},
		{"1e30", 2, 0, errRange},
		{"1e99", 2, 0, errRange},
		{"0e30", 2, 0, nil},
		{"", 2, 0, errNotNumber},
		{".", 2, 0, errNotNumber},
		{"--1", 2, 0, errNotNumber},
		{"1.2.3", 2, 0, errNotNumber},
		{"1,000", 2, 0, errNotNumber},
		{"1e", 2, 0, errNotNumber},
		{"e1", 2, 0, errNotNumber},
		{"NaN", 2, 0, errNotNumber},
	}
	for _, tt := range tests {
		got, err := parseDecimal(tt.in, tt.decimals)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q with %d: %d, %v; want %d, %v", tt.in, tt.decimals, got, err, tt.want, tt.err)
		}
	}
}

func TestAppendDecimal(t *testing.T) {
	tests := []struct {
		n                int64
		decimals, fewest int
		want             string
	}{
		{184620_50, 2, 2, "184620.50"},
		{5, 2, 2, "0.05"},
		{-42, 2, 2, "-0.42"},
		{0, 2, 2, "0.00"},
		{240_000, 3, 0, "240"},
		{99_545, 3, 0, "99.545"},
		{250, 3, 0, "0.25"},
		{560058, 0, 0, "560058"},
		{-1 << 63, 2, 2, "-92233720368547758.08"},
	}
	for _, tt := range tests {
		if got := string(appendDecimal(nil, tt.n, tt.decimals, tt.fewest)); got != tt.want {
			t.Errorf("%d: %s, want %s", tt.n, got, tt.want)
		}
	}
}

func TestDaysAreOneForm(t *testing.T) {
	if got, err := parseDay("29/02/2028"); err != nil || got != gst.Date(20280229) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "1/4/2026", "29/02/2027", "2026-04-01", "01/04/2009", "01/04/2030", "01/04/26", "01/04/2026 "} {
		if got, err := parseDay(bad); err == nil {
			t.Errorf("%q is %v", bad, got)
		}
	}
	if got := string(appendDay(nil, 20260401)); got != `"01/04/2026"` {
		t.Error(got)
	}
}
