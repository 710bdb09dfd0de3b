package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

// printedKey is what apikey new prints, and nothing else.
var printedKey = regexp.MustCompile(`^Key Id: (M[0-9]{18})\nKey Secret: ([A-Za-z0-9]{24})\n$`)

// newKeyFor makes a key and returns it as it opens.
func newKeyFor(t *testing.T, dir string, args ...string) db.APIKey {
	t.Helper()
	out := mustRun(t, "", append([]string{"apikey", "new", "--data", dir}, args...)...)
	printed := printedKey.FindStringSubmatch(out)
	if printed == nil {
		t.Fatalf("printed %q", out)
	}
	store, err := db.Open(t.Context(), db.Options{Dir: dir, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }() // only read
	key, err := store.CheckAPIKey(t.Context(), printed[1], printed[2])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func addTestCompany(t *testing.T, dir, gstin, pin string) {
	t.Helper()
	mustRun(t, "", "company", "add", "--data", dir, "--gstin", gstin, "--name", "Sharda Traders",
		"--address1", "14 Dana Bazaar", "--place", "Pune", "--pin", pin, "--practice")
}

func TestAPIKeyNewPrintsIdAndSecretOnly(t *testing.T) {
	dir := t.TempDir()
	other := "29AAPFU0939F1ZR"
	addTestCompany(t, dir, testGSTIN, "411002")
	addTestCompany(t, dir, other, "560001")

	whole := newKeyFor(t, dir, "--name", "Tally")
	if !whole.May(db.ScopeRead) || !whole.May(db.ScopeWrite) || !whole.May(db.ScopeCancel) || !whole.For("33AAPFU0939F1Z2") || !whole.Expires.IsZero() {
		t.Errorf("without further flags: %+v", whole)
	}
	one := newKeyFor(t, dir, "--name", "Shop", "--gstin", strings.ToLower(testGSTIN), "--scope", "read", "--days", "30")
	if one.For(gst.GSTIN(other)) || !one.For(testGSTIN) || one.May(db.ScopeWrite) || !one.May(db.ScopeRead) ||
		time.Until(one.Expires).Round(time.Hour) != 30*24*time.Hour || one.By != "apikey new" {
		t.Errorf("for one company: %+v", one)
	}
	both := newKeyFor(t, dir, "--name", "Both", "--gstin", testGSTIN, "--gstin", other)
	if len(both.Companies) != 2 || !both.For(testGSTIN) || !both.For(gst.GSTIN(other)) {
		t.Errorf("for two companies: %+v", both)
	}
}

func TestAPIKeyNewRefusesWhatCannotBeMeant(t *testing.T) {
	dir := t.TempDir()
	addTestCompany(t, dir, testGSTIN, "411002")
	tests := []struct {
		name  string
		args  []string
		usage bool
		says  string
	}{
		{"no name", nil, true, "--name is missing"},
		{"a company that is not there", []string{"--name", "Tally", "--gstin", testGSTIN, "--gstin", "29AAPFU0939F1ZR"}, false, "there is no company 29AAPFU0939F1ZR"},
		{"no GSTIN", []string{"--name", "Tally", "--gstin", "27AAPFU0939F1Z"}, false, "27AAPFU0939F1Z: A GSTIN has 15 characters"},
		{"an empty GSTIN, as of a script's empty variable", []string{"--name", "Tally", "--gstin", ""}, false, "leave --gstin out"},
		{"an unknown scope", []string{"--name", "Tally", "--scope", "read,admin"}, true, `not "admin"`},
		{"no scope", []string{"--name", "Tally", "--scope", ","}, true, "read, write and cancel"},
		{"days that are no number", []string{"--name", "Tally", "--days", "soon"}, true, "whole number"},
		{"days before today", []string{"--name", "Tally", "--days", "-1"}, true, "whole number"},
		{"a long name", []string{"--name", strings.Repeat("x", 61)}, false, "at most 60 characters"},
		{"an argument left over", []string{"--name", "Tally", "27AAPFU0939F1ZV"}, true, "too many arguments"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := runIn(t, "", append([]string{"apikey", "new", "--data", dir}, tt.args...)...)
			var wrong usageError
			if err == nil || !strings.Contains(err.Error(), tt.says) || errors.As(err, &wrong) != tt.usage || out != "" {
				t.Errorf("got %v, printed %q", err, out)
			}
		})
	}
	if out := mustRun(t, "", "apikey", "list", "--data", dir); !strings.Contains(out, "No keys yet") {
		t.Errorf("a refused key was made: %s", out)
	}
}

func TestAPIKeyRevokeEndsAKeyBesideAnOpenStore(t *testing.T) {
	dir := t.TempDir()
	addTestCompany(t, dir, testGSTIN, "411002")
	key := newKeyFor(t, dir, "--name", "Tally", "--scope", "read,write")
	serving, err := db.Open(context.Background(), db.Options{Dir: dir, Now: time.Now}) // as serve has it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = serving.Close() }() // only read
	if out := mustRun(t, "", "apikey", "list", "--data", dir); !strings.Contains(out, key.ID) || !strings.Contains(out, "in force") || !strings.Contains(out, "read,write") {
		t.Errorf("the list says %s", out)
	}
	for range 2 { // pressed twice is no error
		if out := mustRun(t, "", "apikey", "revoke", "--data", dir, key.ID); !strings.Contains(out, key.ID+" is revoked.") {
			t.Errorf("printed %q", out)
		}
	}
	if now, err := serving.APIKey(t.Context(), key.ID); err != nil || now.Revoked.IsZero() {
		t.Errorf("the open store says %+v, %v", now, err)
	}
	if out := mustRun(t, "", "apikey", "list", "--data", dir); !strings.Contains(out, "revoked") {
		t.Errorf("the list says %s", out)
	}
	if _, err := runIn(t, "", "apikey", "revoke", "--data", dir, "M000000000000000000"); err == nil || !strings.Contains(err.Error(), "there is no key M000000000000000000") {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestAPIKeyMakesNoInstallationOnTheWay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mistyped")
	for _, args := range [][]string{{"apikey", "new", "--data", dir, "--name", "Tally"}, {"apikey", "list", "--data", dir}, {"apikey", "revoke", "--data", dir, "M000000000000000000"}} {
		if _, err := runIn(t, "", args...); err == nil || !strings.Contains(err.Error(), "no installation in") {
			t.Errorf("%s: %v", args[1], err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	var wrong usageError
	for _, args := range [][]string{{"apikey"}, {"apikey", "make"}, {"apikey", "revoke", "--data", dir}} {
		if _, err := runIn(t, "", args...); !errors.As(err, &wrong) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
