package db

import (
	"archive/zip"
	"compress/flate"
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
	"time"
)

// manifestFile is the archive's list of contents.
const manifestFile = "manifest.json"

// archiveFormat is the version of the archive's own form.
const archiveFormat = 1

// manifest says what an archive holds. It is written last, when all hashes are known.
type manifest struct {
	Format  int       `json:"format"`
	Schema  int       `json:"schema"` // of mohar.db
	SQLite  string    `json:"sqlite"`
	Created time.Time `json:"created"`
	Files   []member  `json:"files"`
}

// member is one file of an archive.
type member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Backup writes a zip archive of the running installation: a consistent copy of the
// database, of the other databases named (those that are there), and the logos. With
// withKey it also holds mohar.key, and whoever has the archive can open the secrets.
// The file appears under its name only when it is complete and on the disk; an existing
// one is not overwritten (fs.ErrExist).
func (s *Store) Backup(ctx context.Context, file string, withKey bool, others []string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("backup: %s: %w", file, fs.ErrExist)
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".mohar-backup-*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	err = s.backUp(ctx, file, work, withKey, others)
	if err := errors.Join(err, os.RemoveAll(work)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// backUp copies the databases into the folder work and archives the copies there.
func (s *Store) backUp(ctx context.Context, file, work string, withKey bool, others []string) error {
	sources, err := s.copies(ctx, work, others)
	if err != nil {
		return err
	}
	logos, err := filepath.Glob(filepath.Join(s.dir, logosFolder, "*"))
	if err != nil {
		return err
	}
	for _, logo := range logos {
		sources = append(sources, source{logo, path.Join(logosFolder, filepath.Base(logo))})
	}
	if withKey {
		sources = append(sources, source{filepath.Join(s.dir, keyFile), keyFile})
	}
	m := manifest{Format: archiveFormat, Created: s.now().UTC()}
	if err := s.reader.row(ctx, `SELECT sqlite_version()`).Scan(&m.SQLite); err != nil {
		return err
	}
	if err := s.reader.row(ctx, `PRAGMA user_version`).Scan(&m.Schema); err != nil {
		return err
	}
	archive := filepath.Join(work, "archive")
	if err := writeArchive(ctx, archive, sources, m); err != nil {
		return err
	}
	return rename(archive, file)
}

// source is a file and its name in the archive.
type source struct{ file, name string }

// copies puts consistent copies of all databases into work.
func (s *Store) copies(ctx context.Context, work string, others []string) ([]source, error) {
	own := source{filepath.Join(work, databaseFile), databaseFile}
	if err := copyFrom(ctx, s.pool, own.file); err != nil {
		return nil, err
	}
	sources := []source{own}
	for _, other := range others {
		if _, err := os.Stat(other); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		name := filepath.Base(other)
		copied := source{filepath.Join(work, name), name}
		if err := copyOther(ctx, other, copied.file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		sources = append(sources, copied)
	}
	return sources, nil
}

// copyOther copies a database that is not the store's.
func copyOther(ctx context.Context, from, to string) (err error) {
	pool, err := sql.Open("sqlite", readerDSN(from))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	return copyFrom(ctx, pool, to)
}

// copyFrom copies the database behind a pool to a new file.
func copyFrom(ctx context.Context, pool *sql.DB, to string) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return copyDatabase(ctx, conn, to)
}

// writeArchive writes a zip file of sources and their manifest, down to the disk.
func writeArchive(ctx context.Context, file string, sources []source, m manifest) (err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed) // a large file is to be done in seconds
	})
	for _, s := range sources {
		packed, err := pack(ctx, z, s, m.Created)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		m.Files = append(m.Files, packed)
	}
	w, err := z.CreateHeader(header(manifestFile, m.Created))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(m); err != nil {
		return err
	}
	return errors.Join(z.Close(), f.Sync())
}

// pack adds one file to the archive and says what it was.
func pack(ctx context.Context, z *zip.Writer, s source, at time.Time) (m member, err error) {
	f, err := os.Open(s.file)
	if err != nil {
		return member{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := z.CreateHeader(header(s.name, at))
	if err != nil {
		return member{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), patient{ctx, f})
	return member{Name: s.name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

func header(name string, at time.Time) *zip.FileHeader {
	return &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at}
}

// patient is a reader that stops when its context ends.
type patient struct {
	ctx  context.Context
	from io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.from.Read(b)
}
