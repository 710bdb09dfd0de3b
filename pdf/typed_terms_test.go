package pdf

import "testing"

func TestANumberThatWasTypedBeforeATermIsNotCountedTwice(t *testing.T) {
	for typed, want := range map[string]string{
		"1. Goods once sold": "Goods once sold", "12) Pay in time": "Pay in time", "18% a year": "18% a year",
		"2.5% for early payment": "2.5% for early payment", "30 days": "30 days",
	} {
		if got := typedNumber.ReplaceAllString(typed, ""); got != want {
			t.Errorf("%q became %q, want %q", typed, got, want)
		}
	}
}
