// Package db is the store: one SQLite file with the firm's companies, documents,
// requests to the portal and the edit log, and the archives made of it. Each kind of
// thing has its own Go file.
//
// An exported method owns its transaction, and every query about a company's things
// names the company, so that another company's record is simply not found. The store
// decides nothing about tax, the portal's formats or what a person may do; it keeps a
// document's INV-01 body without looking inside.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"mohar/gst"
)

// File names inside the data folder.
const (
	databaseFile = "mohar.db"
	keyFile      = "mohar.key"
	logosFolder  = "logos"
	backupFolder = "backups"
)

// Options say where the store lives and what it may lean on.
type Options struct {
	Dir string           // the data folder, made when missing
	Key []byte           // 32 bytes that seal secrets; nil: those in mohar.key
	Now func() time.Time // the clock; nil: time.Now
	Log *slog.Logger     // nil: nothing is logged

	// BeforeCommit, when set, is called before each COMMIT and may fail it: how tests
	// imitate a slow or failing disk.
	BeforeCommit func() error

	// Crash, when set, is called before each statement of the writer with its text, and
	// with Committed after each COMMIT: how tests imitate a process that dies at any
	// moment. Once it returns an error nothing more is run and every call of the store
	// fails with that error; a transaction that was open is not committed, one that was
	// committed is. To open the folder again, after Close, is the restart.
	Crash func(next string) error
}

// Committed is what Options.Crash is told between a COMMIT and the answers to those whose
// work it made durable.
const Committed = "committed"

// Store is the open database. Its methods may be called from many goroutines.
type Store struct {
	dir    string
	now    func() time.Time
	log    *slog.Logger
	vault  *vault
	reader *statements // a pool that can only read
	writer *writer     // nil: opened for reading only
	bell   *bell
	law    atomic.Pointer[[]LawChange]
	life   *life
	opened opened

	certificates atomic.Int64 // how often they were written

	pool   *sql.DB // behind reader
	single *sql.DB // behind writer: one connection
}

// Open opens the store in o.Dir, creating folder and file when they are missing, and
// brings an older file up to date after copying it into backups/. It fails on a file
// that a newer program has written (ErrNewer).
//
// A key is made only where nothing is sealed yet. Where secrets are stored and mohar.key
// is missing, the store opens without: see KeyMissing.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	s, err := unconnected(o)
	if err != nil {
		return nil, err
	}
	if err := s.connect(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", databaseFile, err), s.Close())
	}
	err = s.readyKey(ctx)
	if err == nil {
		err = s.readLaw(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenExisting opens a store that is there, for commands that only look: it creates
// nothing, migrates nothing, and every write fails with ErrReadOnly. Another process may
// be writing meanwhile.
//
// It returns fs.ErrNotExist when there is no store in o.Dir, ErrOlder and ErrNewer for
// one of another program.
func OpenExisting(ctx context.Context, o Options) (*Store, error) {
	path := filepath.Join(o.Dir, databaseFile)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", databaseFile, err)
	}
	s, err := unconnected(o)
	if err != nil {
		return nil, err
	}
	err = s.openReaders(path)
	if err == nil {
		err = s.upToDate(ctx)
	}
	if err == nil {
		err = s.readLaw(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", databaseFile, err), s.Close())
	}
	return s, nil
}

// unconnected returns a store that has not opened its file yet.
func unconnected(o Options) (*Store, error) {
	sqlite.StrictPragmas(true) // a pragma in a DSN may hold one statement only
	s := &Store{dir: o.Dir, now: o.Now, log: o.Log, bell: newBell(), life: newLife(o.Crash)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	s.vault, err = openVault(o.Key, filepath.Join(o.Dir, keyFile))
	return s, err
}

// connect opens the writer, migrates, and then opens the readers, which need the file
// to be there in WAL mode.
func (s *Store) connect(ctx context.Context, o Options) error {
	path := filepath.Join(o.Dir, databaseFile)
	if err := touch(path); err != nil {
		return err
	}
	var err error
	if s.single, err = sql.Open("sqlite", writerDSN(path)); err != nil {
		return err
	}
	s.single.SetMaxOpenConns(1)
	conn, err := s.single.Conn(ctx)
	if err != nil {
		return err
	}
	if err := s.migrate(ctx, conn, migrationFiles); err != nil {
		return errors.Join(err, conn.Close())
	}
	s.writer = startWriter(conn, s.now, o.BeforeCommit, s.life, &s.opened)
	return s.openReaders(path)
}

// openReaders opens the pool that can only read.
func (s *Store) openReaders(path string) (err error) {
	if s.pool, err = sql.Open("sqlite", readerDSN(path)); err != nil {
		return err
	}
	s.pool.SetMaxOpenConns(readers)
	s.pool.SetMaxIdleConns(readers)
	s.reader = newStatements(s.pool)
	s.reader.life = s.life
	return nil
}

// readers is how many connections read at the same time.
const readers = 8

// Close waits for the writes under way, lets SQLite refresh its statistics and closes
// the file. Writes that come later fail with ErrClosed.
func (s *Store) Close() error {
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.reader != nil {
		errs = append(errs, s.reader.close())
	}
	if s.pool != nil {
		errs = append(errs, s.pool.Close())
	}
	if s.single != nil {
		errs = append(errs, s.single.Close())
	}
	return errors.Join(errs...)
}

// Ready reports whether the database can be written, by writing one row: a full disk, or
// one that has become read-only, lets an empty transaction pass.
func (s *Store) Ready(ctx context.Context) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `
INSERT INTO heartbeat (id, at)
VALUES (1, $1)
ON CONFLICT (id) DO UPDATE
SET at = $1`, millis(s.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("write heartbeat: %w", err)
	}
	return nil
}

// EngineVersion returns the version of SQLite that is built in.
func EngineVersion(ctx context.Context) (version string, err error) {
	memory, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, memory.Close()) }()
	err = memory.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
	return version, err
}

// commonDSN holds what both handles want: wait up to 5 s for another process's lock,
// hold foreign keys, trust nothing in the schema, and name errors exactly.
const commonDSN = "_busy_timeout=5000&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)" +
	"&_pragma=trusted_schema(0)&_defensive=1&_dqs=0&_error_rc=1"

// writerDSN asks for WAL and for a durable commit: what was answered survives a power
// cut.
func writerDSN(path string) string {
	return fileURI(path) + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=cache_size(-16000)&_pragma=journal_size_limit(67108864)&" + commonDSN
}

// readerDSN opens connections that refuse every write, to a file that is there. They are
// not mode=ro: reading beside a writer, and after its death, needs the files of the WAL.
func readerDSN(path string) string {
	return fileURI(path) + "?mode=rw&_pragma=cache_size(-4000)&_query_only=1&" + commonDSN
}

// fileURI escapes the path, which may hold blanks, "?" or "%".
func fileURI(path string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
}

// touch creates the file for its owner alone: SQLite itself would let others read it.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// millis is how moments stand in the database: UTC, unix milliseconds, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment reads what millis wrote.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag is a boolean as 0 or 1.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// one returns gst.ErrConflict, with what was attempted, unless exactly one row was
// touched.
func one(n int64, err error) error {
	if err != nil {
		return known(err)
	}
	if n != 1 {
		return gst.ErrConflict
	}
	return nil
}
