package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// migrationFiles are the steps of the schema, 001_….sql first. A step that was
// released is never edited; changes are new steps.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version int
	name    string
	sql     string
}

// migrations reads the steps and checks that they are numbered 1, 2, 3 … .
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	steps := make([]migration, 0, len(names))
	for i, name := range names {
		prefix, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(prefix)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %q stands at place %d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{version, name, string(text)})
	}
	return steps, nil
}

// migrate applies the steps that the file has not seen, all in one transaction, after
// copying a file that holds data into backups/.
func (s *Store) migrate(ctx context.Context, conn *sql.Conn, files fs.FS) error {
	steps, err := migrations(files)
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	switch {
	case version > len(steps):
		return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, version, len(steps))
	case version == len(steps):
		return nil
	case version > 0:
		if err := s.backupBefore(ctx, conn, version); err != nil {
			return fmt.Errorf("back up before migrating: %w", err)
		}
	}
	return applyMigrations(ctx, conn, steps)
}

// upToDate checks, without changing anything, that the file has seen exactly the steps
// that this program knows.
func (s *Store) upToDate(ctx context.Context) error {
	steps, err := migrations(migrationFiles)
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, s.pool)
	switch {
	case err != nil:
		return err
	case version > len(steps):
		return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, version, len(steps))
	case version < len(steps):
		return fmt.Errorf("%w: schema %d, this program needs %d", ErrOlder, version, len(steps))
	}
	return nil
}

// backupBefore copies the file to backups/mohar-v003-20261122T103000Z.db.
func (s *Store) backupBefore(ctx context.Context, conn *sql.Conn, version int) error {
	folder := filepath.Join(s.dir, backupFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	name := fmt.Sprintf("mohar-v%03d-%s.db", version, s.now().UTC().Format("20060102T150405Z"))
	s.log.InfoContext(ctx, "backing up before migrating", "file", name)
	return copyDatabase(ctx, conn, filepath.Join(folder, name))
}

// applyMigrations runs what is missing. The version is read again under the write lock,
// because another process may have been quicker.
func applyMigrations(ctx context.Context, conn *sql.Conn, steps []migration) (err error) {
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Rollback())
		}
	}()
	version, err := schemaVersion(ctx, t)
	if err != nil {
		return err
	}
	for _, step := range steps[min(version, len(steps)):] {
		if _, err := t.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
	}
	// A pragma takes no parameter; the number is ours.
	if _, err := t.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(steps))); err != nil {
		return err
	}
	return t.Commit()
}

// schemaVersion reads how many steps the file has seen.
func schemaVersion(ctx context.Context, from interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (version int, err error) {
	err = from.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}
