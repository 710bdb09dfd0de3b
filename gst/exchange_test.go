package gst

import (
	"errors"
	"testing"
)

func TestExchangeRatesAreReadAndWritten(t *testing.T) {
	tests := []struct {
		text  string
		want  ExchangeRate
		wrong error
	}{
		{"83.4525", 83_452_500, nil},
		{"₹ 83", 83_000_000, nil},
		{"0.562512", 562_512, nil},
		{"0.5625125", 0, ErrDecimals},
		{"-1", 0, ErrNotNumber},
		{"dollar", 0, ErrNotNumber},
		{"100000001", 0, ErrTooLarge},
	}
	for _, test := range tests {
		got, err := ParseExchangeRate(test.text)
		if got != test.want || !errors.Is(err, test.wrong) {
			t.Errorf("%q: %d, %v; want %d, %v", test.text, got, err, test.want, test.wrong)
		}
		if err != nil {
			continue
		}
		if again, err := ParseExchangeRate(got.String()); again != got || err != nil {
			t.Errorf("%q was written %q and read as %d, %v", test.text, got, again, err)
		}
	}
}

func TestForeignMoneyIsWorthRupeesRoundedHalfUp(t *testing.T) {
	dollar := ExchangeRate(83_452_500)
	if got, ok := dollar.Rupees(12_345); got != 1_030_221 || !ok { // 12.345 × 83.4525 = 1030.2211125
		t.Errorf("12.345 dollars: %s, %t", got, ok)
	}
	if got := dollar.Foreign(1_030_22); got != 12_34 { // 12.3450…
		t.Errorf("₹1,030.22: %s dollars", got)
	}
	if got := ExchangeRate(0).Foreign(100_00); got != 0 {
		t.Errorf("without a rate: %s", got)
	}
	if _, ok := ExchangeRate(maxExchange).Rupees(1 << 60); ok {
		t.Error("an amount beyond all numbers was taken")
	}
}

func TestDiscountsAreReadAsPeopleWriteThem(t *testing.T) {
	tests := []struct {
		text          string
		first, second Rate
		amount        Paise
		wrong         error
	}{
		{"250", 0, 0, 250_00, nil},
		{"₹1,250.50", 0, 0, 1250_50, nil},
		{"10%", 10_000, 0, 0, nil},
		{"10+5%", 10_000, 5_000, 0, nil},
		{"10% + 5%", 10_000, 5_000, 0, nil},
		{"10+5", 10_000, 5_000, 0, nil},
		{"", 0, 0, 0, ErrNotNumber},
		{"110%", 0, 0, 0, ErrTooLarge},
		{"ten%", 0, 0, 0, ErrNotNumber},
	}
	for _, test := range tests {
		first, second, amount, err := ParseDiscount(test.text)
		if first != test.first || second != test.second || amount != test.amount || !errors.Is(err, test.wrong) {
			t.Errorf("%q: %s, %s, %s, %v", test.text, first, second, amount, err)
		}
		if err != nil {
			continue
		}
		line := Line{DiscountRate: first, DiscountRate2: second, Discount: amount}
		if again, _, _, err := ParseDiscount(line.DiscountText()); again != first || err != nil {
			t.Errorf("%q was written %q and read as %s, %v", test.text, line.DiscountText(), again, err)
		}
	}
}
