package db

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"mohar/gst"
)

// Errors of the store itself; everything else is one of gst's.
var (
	// ErrClosed is returned by writes after Close.
	ErrClosed = errors.New("the store is closed")
	// ErrSealed is returned when a secret was sealed with a key that is not here, as
	// after a restore without mohar.key. The secret must be entered anew.
	ErrSealed = errors.New("sealed with another key")
	// ErrReadOnly is returned by writes to a store that OpenExisting opened.
	ErrReadOnly = errors.New("the store was opened for reading only")
	// ErrOlder is returned by OpenExisting for a file of an older program.
	ErrOlder = errors.New("written by an older version of Mohar: start mohar serve once first")
	// ErrNewer is returned by Open, OpenExisting and Restore for a file of a newer program.
	ErrNewer = errors.New("written by a newer version of Mohar")
)

// known turns what the driver says into the errors that anyone may act on: no rows is
// gst.ErrNotFound, a broken uniqueness is gst.ErrConflict, a missing parent is
// gst.ErrNotFound. Other errors stay as they are.
func known(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return gst.ErrNotFound
	}
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", gst.ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gst.ErrNotFound, err)
	}
	return err
}

// absent reports whether err says that the row is not there.
func absent(err error) bool { return errors.Is(err, sql.ErrNoRows) }
