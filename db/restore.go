package db

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Restored says what an archive brought back.
type Restored struct {
	Created time.Time // when the archive was made
	Files   []string
	// KeyMissing is true when neither the archive nor the folder has mohar.key: stored
	// credentials cannot be opened and must be entered anew.
	KeyMissing bool
}

// Restore unpacks an archive that Backup wrote into the data folder dir. Before anything
// gets its name there, every file is compared with its hash and every database checked.
// It refuses to overwrite any file (fs.ErrExist), and an archive of a newer program
// (ErrNewer).
func Restore(ctx context.Context, file, dir string) (Restored, error) {
	r, err := restore(ctx, file, dir)
	if err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	return r, nil
}

func restore(ctx context.Context, file, dir string) (r Restored, err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	m, err := readManifest(&z.Reader)
	if err != nil {
		return r, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, err
	}
	if err := free(dir, m); err != nil {
		return r, err
	}
	work, err := os.MkdirTemp(dir, ".mohar-restore-*")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	for _, f := range m.Files {
		if err := unpack(ctx, &z.Reader, f, work); err != nil {
			return r, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if r.Files, err = install(m, work, dir); err != nil {
		return r, err
	}
	_, err = os.Stat(filepath.Join(dir, keyFile))
	r.Created, r.KeyMissing = m.Created, errors.Is(err, fs.ErrNotExist)
	return r, nil
}

// readManifest reads the archive's contents and refuses what Backup does not write.
func readManifest(z *zip.Reader) (m manifest, err error) {
	f, err := z.Open(manifestFile)
	if err != nil {
		return m, fmt.Errorf("not a backup of Mohar: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := json.NewDecoder(io.LimitReader(f, 16<<20)).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestFile, err)
	}
	steps, err := migrations(migrationFiles)
	if err != nil {
		return m, err
	}
	if m.Format > archiveFormat || m.Schema > len(steps) {
		return m, ErrNewer
	}
	hasDatabase := false
	for _, f := range m.Files {
		if !expected(f.Name) {
			return m, fmt.Errorf("unexpected file %q", f.Name)
		}
		hasDatabase = hasDatabase || f.Name == databaseFile
	}
	if !hasDatabase {
		return m, fmt.Errorf("%s is missing in it", databaseFile)
	}
	return m, nil
}

// expected reports whether a name is one that Backup gives: nothing that could land
// outside the data folder.
func expected(name string) bool {
	folder, base := path.Split(name)
	if base == "" || base[0] == '.' || strings.ContainsAny(base, `\:`) {
		return false
	}
	switch folder {
	case "":
		return base == keyFile || path.Ext(base) == ".db"
	case logosFolder + "/":
		return true
	}
	return false
}

// free checks that nothing would be overwritten.
func free(dir string, m manifest) error {
	for _, f := range m.Files {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Name))); err == nil {
			return fmt.Errorf("%s: %w", f.Name, fs.ErrExist)
		}
	}
	return nil
}

// unpack writes one file into work, compares it with the manifest, and goes through it
// when it is a database.
func unpack(ctx context.Context, z *zip.Reader, m member, work string) (err error) {
	from, err := z.Open(m.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	file := filepath.Join(work, filepath.FromSlash(m.Name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	to, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	limited := io.LimitReader(patient{ctx, from}, m.Size+1) // no more than it says
	n, err := io.Copy(io.MultiWriter(to, sum), limited)
	if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
		return err
	}
	if n != m.Size || hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		return errors.New("damaged: it does not match its hash")
	}
	if path.Ext(m.Name) == ".db" {
		return checkDatabase(ctx, file)
	}
	return nil
}

// checkDatabase has SQLite go through a file that nobody else has open.
func checkDatabase(ctx context.Context, file string) (err error) {
	pool, err := sql.Open("sqlite", fileURI(file)+"?mode=ro&immutable=1&"+commonDSN)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var first string
	if err := pool.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return fmt.Errorf("damaged: %s", first)
	}
	return nil
}

// install gives the checked files their names in dir, the database last: without it the
// folder is still an empty one.
func install(m manifest, work, dir string) (names []string, err error) {
	for _, f := range m.Files {
		if f.Name != databaseFile {
			names = append(names, f.Name)
		}
	}
	names = append(names, databaseFile)
	for _, name := range names {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return nil, err
		}
		if err := rename(filepath.Join(work, filepath.FromSlash(name)), to); err != nil {
			return nil, err
		}
	}
	return names, nil
}
