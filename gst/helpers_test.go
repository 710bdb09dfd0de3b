package gst

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// samples is the folder of published test material beside the project.
const samples = "../../shared/samples"

// loadSample reads a JSON sample into v; it skips the test where the samples are not
// at hand.
func loadSample(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the published samples are not beside the project: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// paise reads an amount that a test states, or fails it.
func paise(t *testing.T, s string) Paise {
	t.Helper()
	p, err := ParsePaise(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// milli reads a quantity or price that a test states, or fails it.
func milli(t *testing.T, s string) Milli {
	t.Helper()
	m, err := ParseMilli(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rate reads a rate that a test states, or fails it.
func rate(t *testing.T, s string) Rate {
	t.Helper()
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
