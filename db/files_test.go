package db

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mohar/gst"
)

// olderFile makes the file that a program with fewer migrations left behind, with one
// company in it.
func olderFile(t *testing.T, dir string, steps int) {
	t.Helper()
	older := fstest.MapFS{}
	all, err := migrations(migrationFiles)
	check(t, err)
	for _, m := range all[:steps] {
		older[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	db, err := sql.Open("sqlite", writerDSN(filepath.Join(dir, databaseFile)))
	check(t, err)
	defer func() { check(t, db.Close()) }()
	conn, err := db.Conn(t.Context())
	check(t, err)
	defer func() { check(t, conn.Close()) }()
	s := &Store{dir: dir, now: time.Now, log: slog.New(slog.DiscardHandler)}
	check(t, s.migrate(t.Context(), conn, older))
	_, err = conn.ExecContext(t.Context(), `
INSERT INTO companies (gstin, legal_name, trade_name, address1, address2, place, pin, state, phone,
    email, taxpayer, mode, turnover, starts_on, exempt, by_hand, round_off, upi, version, created_at)
VALUES ($1, 'Old', '', '', '', '', 0, '29', '', '', '', 'practice', '', 0, 0, 0, 0, '', 1, 0)`, ours)
	check(t, err)
}

func TestMigratingAnOlderFileMakesABackup(t *testing.T) {
	dir := t.TempDir()
	olderFile(t, dir, 2)
	now := time.Date(2026, 11, 22, 10, 30, 0, 0, gst.IST)
	s := open(t, dir, func() time.Time { return now })
	issue(t, s, newInvoice(ours, 1)) // the new tables are there, and the old company

	copied := filepath.Join(dir, backupFolder, "mohar-v002-20261122T050000Z.db")
	old, err := sql.Open("sqlite", fileURI(copied))
	check(t, err)
	defer func() { check(t, old.Close()) }()
	version, err := schemaVersion(t.Context(), old)
	check(t, err)
	var name string
	check(t, old.QueryRowContext(t.Context(), `SELECT legal_name FROM companies`).Scan(&name))
	if version != 2 || name != "Old" {
		t.Errorf("the backup has version %d and company %q", version, name)
	}
}

func TestNewFileAndUpToDateFileMakeNoBackup(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		s, err := Open(t.Context(), Options{Dir: dir})
		check(t, err)
		check(t, s.Close())
	}
	if _, err := os.Stat(filepath.Join(dir, backupFolder)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup was made: %v", err)
	}
	for _, name := range []string{databaseFile, keyFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		check(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestFailingMigrationChangesNothing(t *testing.T) {
	dir := t.TempDir()
	olderFile(t, dir, 2)
	db, err := sql.Open("sqlite", writerDSN(filepath.Join(dir, databaseFile)))
	check(t, err)
	conn, err := db.Conn(t.Context())
	check(t, err)
	all, err := migrations(migrationFiles)
	check(t, err)
	broken := fstest.MapFS{fmt.Sprintf("migrations/%03d_broken.sql", len(all)+1): {Data: []byte("CREATE TABLE fine (a INTEGER) STRICT; CREATE NONSENSE;")}}
	for _, m := range all {
		broken[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	s := &Store{dir: dir, now: time.Now, log: slog.New(slog.DiscardHandler)}
	if err := s.migrate(t.Context(), conn, broken); err == nil {
		t.Fatal("nonsense was applied")
	}
	version, err := schemaVersion(t.Context(), conn)
	check(t, err)
	if version != 2 {
		t.Errorf("version %d after a failed migration", version)
	}
	check(t, conn.Close())
	check(t, db.Close())
	open(t, dir, time.Now) // and the right steps still fit
}

func TestNewerFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	check(t, err)
	check(t, s.Close())
	execRaw(t, raw(t, dir), "PRAGMA user_version = 99")
	if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrNewer) {
		t.Errorf("error %v, want ErrNewer", err)
	}
}

func TestFolderWithOddName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b%20?#&ü")
	s := open(t, dir, time.Now)
	check(t, s.Ready(t.Context()))
	if _, err := os.Stat(filepath.Join(dir, databaseFile)); err != nil {
		t.Error(err)
	}
}

// installation is a store with a document, a logo, a sealed secret and a second
// database beside it.
func installation(t *testing.T) (s *Store, sandbox string) {
	t.Helper()
	s, _ = newStore(t)
	issue(t, s, newInvoice(ours, 3))
	check(t, s.SaveCredentials(t.Context(), ours, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Practice, Password: "s3cret"}))
	check(t, os.Mkdir(filepath.Join(s.dir, logosFolder), 0o700))
	check(t, os.WriteFile(filepath.Join(s.dir, logosFolder, "29.png"), []byte("a picture"), 0o600))
	check(t, os.WriteFile(filepath.Join(s.dir, keyFile), []byte("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"), 0o600))
	sandbox = filepath.Join(s.dir, "sandbox.db")
	db, err := sql.Open("sqlite", fileURI(sandbox))
	check(t, err)
	execRaw(t, db, "CREATE TABLE register (irn TEXT)")
	execRaw(t, db, "INSERT INTO register VALUES ('abc')")
	check(t, db.Close())
	return s, sandbox
}

func TestBackupAndRestore(t *testing.T) {
	for _, withKey := range []bool{false, true} {
		s, sandbox := installation(t)
		file := filepath.Join(t.TempDir(), "backup.zip")
		check(t, s.Backup(t.Context(), file, withKey, []string{sandbox, filepath.Join(s.dir, "absent.db")}))
		if err := s.Backup(t.Context(), file, withKey, nil); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over an existing archive: %v", err)
		}
		left, err := os.ReadDir(filepath.Dir(file))
		check(t, err)
		if len(left) != 1 {
			t.Errorf("left behind beside the archive: %v", left)
		}

		dir := filepath.Join(t.TempDir(), "new")
		restored, err := Restore(t.Context(), file, dir)
		check(t, err)
		want := []string{"sandbox.db", "logos/29.png", "mohar.db"}
		if withKey {
			want = []string{"sandbox.db", "logos/29.png", "mohar.key", "mohar.db"}
		}
		if restored.KeyMissing == withKey || !slices.Equal(restored.Files, want) {
			t.Errorf("with key %t: %+v", withKey, restored)
		}
		if _, err := Restore(t.Context(), file, dir); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over an installation: %v", err)
		}
		again, err := Open(t.Context(), Options{Dir: dir})
		check(t, err)
		if again.KeyMissing() == withKey {
			t.Errorf("with key %t: said to be missing: %t", withKey, !withKey)
		}
		rows, _, err := again.Invoices(t.Context(), InvoiceFilter{Company: ours, Mode: gst.Practice})
		check(t, err)
		if len(rows) != 1 {
			t.Errorf("%d documents came back", len(rows))
		}
		_, err = again.Credentials(t.Context(), ours, gst.Practice)
		if withKey != (err == nil) || err != nil && !errors.Is(err, ErrSealed) {
			t.Errorf("with key %t: reading credentials: %v", withKey, err)
		}
		findings, err := again.Check(t.Context())
		check(t, err)
		if len(findings) > 0 {
			t.Errorf("findings: %v", findings)
		}
		check(t, again.Close())
	}
}

func TestBackupWhileOthersWrite(t *testing.T) {
	s, _ := newStore(t)
	stop := make(chan struct{})
	stopped := make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
				if err := s.IssueInvoice(context.Background(), newInvoice(ours, 1), body, true); err != nil {
					stopped <- err
					return
				}
			}
		}
	}()
	file := filepath.Join(t.TempDir(), "backup.zip")
	check(t, s.Backup(t.Context(), file, false, nil))
	close(stop)
	check(t, <-stopped)
	dir := t.TempDir()
	_, err := Restore(t.Context(), file, dir)
	check(t, err)
	findings, err := open(t, dir, time.Now).Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("the copy is not of one moment: %v", findings)
	}
}

// rewrite copies an archive, with members changed by f; nil leaves one out.
func rewrite(t *testing.T, file string, f func(name string, data []byte) []byte) string {
	t.Helper()
	z, err := zip.OpenReader(file)
	check(t, err)
	defer func() { check(t, z.Close()) }()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range z.File {
		r, err := m.Open()
		check(t, err)
		data, err := io.ReadAll(r)
		check(t, err)
		check(t, r.Close())
		if data = f(m.Name, data); data == nil {
			continue
		}
		to, err := w.Create(m.Name)
		check(t, err)
		_, err = to.Write(data)
		check(t, err)
	}
	check(t, w.Close())
	changed := filepath.Join(t.TempDir(), "changed.zip")
	check(t, os.WriteFile(changed, out.Bytes(), 0o600))
	return changed
}

func TestDamagedArchivesAreRefused(t *testing.T) {
	s, sandbox := installation(t)
	file := filepath.Join(t.TempDir(), "backup.zip")
	check(t, s.Backup(t.Context(), file, true, []string{sandbox}))
	inManifest := func(old, new string) func(string, []byte) []byte {
		return func(name string, data []byte) []byte {
			if name == manifestFile {
				return []byte(strings.ReplaceAll(string(data), old, new))
			}
			return data
		}
	}
	steps, err := migrations(migrationFiles)
	check(t, err)
	tests := []struct {
		name   string
		change func(name string, data []byte) []byte
		want   error
	}{
		{"a flipped bit", func(name string, data []byte) []byte {
			if name == databaseFile {
				data[len(data)/2] ^= 1
			}
			return data
		}, nil},
		{"a member that is missing", func(name string, data []byte) []byte {
			if name == "sandbox.db" {
				return nil
			}
			return data
		}, nil},
		{"no manifest", func(name string, data []byte) []byte {
			if name == manifestFile {
				return nil
			}
			return data
		}, nil},
		{"no database", inManifest(`"mohar.db"`, `"other.db"`), nil},
		{"a path out of the folder", inManifest(`"logos/29.png"`, `"../29.png"`), nil},
		{"a folder of its own", inManifest(`"logos/29.png"`, `"x/29.png"`), nil},
		{"of a newer program", inManifest(`"schema":`+strconv.Itoa(len(steps)), `"schema":99`), ErrNewer},
		{"in a newer form", inManifest(`"format":1`, `"format":2`), ErrNewer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Restore(t.Context(), rewrite(t, file, test.change), dir)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			left, err := os.ReadDir(dir)
			check(t, err)
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	if _, err := Restore(t.Context(), sandbox, t.TempDir()); err == nil {
		t.Error("a file that is no archive was taken")
	}
}

func TestDatabaseInArchiveIsChecked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	check(t, os.WriteFile(file, []byte(strings.Repeat("not a database", 1000)), 0o600))
	if err := checkDatabase(t.Context(), file); err == nil {
		t.Error("taken for a database")
	}
}

func TestEngineVersion(t *testing.T) {
	version, err := EngineVersion(t.Context())
	if err != nil || !strings.HasPrefix(version, "3.") {
		t.Errorf("version %q, error %v", version, err)
	}
}
