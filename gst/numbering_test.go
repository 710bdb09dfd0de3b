package gst

import "testing"

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
