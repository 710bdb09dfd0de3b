package main

import (
	"strings"
	"testing"
)

// TestCompanyAddSaysWhatIsWrong wants a sentence, never the name of a rule, and nothing
// stored.
func TestCompanyAddSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, gstin, pin, says string }{
		{"short GSTIN", "27AAPFU0939F1Z", "411002", "A GSTIN has 15 characters"},
		{"no such State", "77AAPFU0939F1ZV", "411002", "No State has the code"},
		{"text for a PIN code", testGSTIN, "Pune", "A PIN code has six digits"},
		{"PIN code of another State", testGSTIN, "560001", "is not in Maharashtra"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := runIn(t, "", "company", "add", "--data", dir, "--gstin", tt.gstin, "--name", "Sharda Traders",
				"--address1", "14 Dana Bazaar", "--place", "Pune", "--pin", tt.pin, "--practice")
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "fault.") {
				t.Errorf("got %v", err)
			}
		})
	}
}
