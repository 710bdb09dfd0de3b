package db

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mohar/gst"
)

// keyless is a data folder with sealed credentials of two providers whose mohar.key is
// kept as text.
func keyless(t *testing.T) (dir string, key []byte) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	check(t, err)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	for _, p := range []gst.Provider{gst.Alankit, gst.TaxPro} {
		check(t, s.SaveCredentials(t.Context(), ours, gst.Credentials{
			Provider: p, Mode: gst.Practice, Enabled: true, Username: "u", Password: "old",
		}))
	}
	check(t, s.SaveSession(t.Context(), ours, gst.Practice, gst.Alankit, gst.Session{Token: "t", Expires: time.Now().Add(time.Hour)}))
	issue(t, s, newInvoice(ours, 1))
	check(t, s.Close())
	file := filepath.Join(dir, keyFile)
	key, err = os.ReadFile(file)
	check(t, err)
	check(t, os.Remove(file))
	return dir, key
}

// hasKey reports whether mohar.key is in the folder.
func hasKey(t *testing.T, dir string) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// wantSealed wants the secrets at these providers closed, and only those.
func wantSealed(t *testing.T, s *Store, at ...gst.Provider) {
	t.Helper()
	creds, err := s.Credentials(t.Context(), ours, gst.Practice)
	var sealed *Sealed
	if errors.As(err, &sealed) != (len(at) > 0) || errors.Is(err, ErrSealed) != (len(at) > 0) {
		t.Fatalf("reading credentials: %v, want sealed at %v", err, at)
	}
	if len(creds) != 2 || creds[0].Username != "u" {
		t.Errorf("credentials: %+v, want both", creds)
	}
	closed := 0
	for _, c := range creds {
		if c.Password == "" {
			closed++
		}
	}
	if closed != len(at) || sealed != nil && len(sealed.Providers) != len(at) {
		t.Errorf("credentials %+v, %v; want those at %v closed", creds, sealed, at)
	}
}

func TestMissingKeyIsNotReplacedSilently(t *testing.T) {
	dir, key := keyless(t)
	s := openFolder(t, dir)
	ctx := t.Context()
	if hasKey(t, dir) || !s.KeyMissing() {
		t.Fatal("opening made a key, or does not say that it is missing")
	}
	wantSealed(t, s, gst.Alankit, gst.TaxPro)
	if rows, _, err := s.Invoices(ctx, InvoiceFilter{Company: ours, Mode: gst.Practice}); err != nil || len(rows) != 1 {
		t.Errorf("documents: %d, %v", len(rows), err)
	}
	issue(t, s, newInvoice(ours, 1))
	if err := s.SaveSession(ctx, ours, gst.Practice, gst.TaxPro, gst.Session{Token: "t"}); !errors.Is(err, ErrSealed) {
		t.Errorf("keeping a session: %v, want ErrSealed", err)
	}
	if _, err := s.Session(ctx, ours, gst.Practice, gst.Alankit); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("a session: %v, want none", err)
	}
	check(t, s.SaveCredentials(ctx, ours, gst.Credentials{Provider: gst.Alankit, Mode: gst.Practice, Order: 2, Username: "u"}))
	if hasKey(t, dir) {
		t.Fatal("saving without a secret made a key")
	}
	wantSealed(t, s, gst.Alankit, gst.TaxPro)

	check(t, os.WriteFile(filepath.Join(dir, keyFile), key, 0o600)) // put back while the program runs
	wantSealed(t, s)
	if s.KeyMissing() {
		t.Error("the key is there and is said to be missing")
	}
}

func TestEnteringASecretAnewMakesAKey(t *testing.T) {
	dir, _ := keyless(t)
	s := openFolder(t, dir)
	check(t, s.SaveCredentials(t.Context(), ours, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Practice, Username: "u", Password: "new"}))
	if !hasKey(t, dir) || s.KeyMissing() {
		t.Fatal("no key was made")
	}
	wantSealed(t, s, gst.Alankit)
	check(t, s.Close())
	wantSealed(t, openFolder(t, dir), gst.Alankit)
}

func TestWrongKeyOpensNothing(t *testing.T) {
	dir, _ := keyless(t)
	s := open(t, dir, time.Now) // with another key
	if s.KeyMissing() || hasKey(t, dir) {
		t.Error("a key that was given is said to be missing, or was written down")
	}
	wantSealed(t, s, gst.Alankit, gst.TaxPro)
}

// openFolder opens the store in dir with the key that is there.
func openFolder(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

func TestOpenExistingOnlyLooks(t *testing.T) {
	ctx := t.Context()
	absent := filepath.Join(t.TempDir(), "absent")
	for _, dir := range []string{absent, t.TempDir()} {
		if _, err := OpenExisting(ctx, Options{Dir: dir}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("where nothing is: %v", err)
		}
	}
	if _, err := os.Stat(absent); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the folder was made")
	}
	dir, _ := keyless(t)
	s, err := OpenExisting(ctx, Options{Dir: dir})
	check(t, err)
	wantFindings(t, s, "")
	wantSealed(t, s, gst.Alankit, gst.TaxPro)
	check(t, s.Backup(ctx, filepath.Join(t.TempDir(), "b.zip"), false, nil))
	for name, err := range map[string]error{
		"issuing":            s.IssueInvoice(ctx, newInvoice(ours, 1), body, true),
		"writing":            s.Ready(ctx),
		"saving credentials": s.SaveCredentials(ctx, ours, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Practice, Password: "p"}),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v, want ErrReadOnly", name, err)
		}
	}
	check(t, s.Close())
	if hasKey(t, dir) {
		t.Error("a key was made")
	}
}

func TestOpenExistingRefusesOtherVersions(t *testing.T) {
	older := t.TempDir()
	olderFile(t, older, 2)
	newer := t.TempDir()
	s := openFolder(t, newer)
	check(t, s.Close())
	execRaw(t, raw(t, newer), "PRAGMA user_version = 99")
	for dir, want := range map[string]error{older: ErrOlder, newer: ErrNewer} {
		if _, err := OpenExisting(t.Context(), Options{Dir: dir}); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(older, backupFolder)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an older file was touched")
	}
}
