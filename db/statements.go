package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// statements runs SQL on a connection or a pool and prepares each text once. The texts
// are constants of this package, so their number is bounded.
type statements struct {
	on interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	life     *life // nil: it cannot die
	writes   bool  // it is the writer's
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

func newStatements(on interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}) *statements {
	return &statements{on: on, prepared: make(map[string]*sql.Stmt)}
}

// statement returns the prepared statement of a text, about to be run.
func (s *statements) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := s.life.step(s.writes, query); err != nil {
		return nil, err
	}
	s.mu.RLock()
	stmt := s.prepared[query]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := s.on.PrepareContext(ctx, planned(query))
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.prepared[query]; first != nil {
		return first, stmt.Close() //nolint:sqlclosecheck // another goroutine was quicker, its statement is used
	}
	s.prepared[query] = stmt
	return stmt, nil
}

// planned is a query as SQLite is to plan it, once and for all. It looks at the value behind a
// bare LIMIT and therefore plans such a statement anew each time that it is run, which takes
// longer than most of them; a sum it leaves alone.
func planned(query string) string { return strings.ReplaceAll(query, "LIMIT $", "LIMIT 0 + $") }

// exec runs a change and returns how many rows it touched.
func (s *statements) exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept for the next time, closed by s.close
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query returns rows, which the caller closes.
func (s *statements) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept for the next time, closed by s.close
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// row returns the first row, to be scanned at once; sql.ErrNoRows without one.
func (s *statements) row(ctx context.Context, query string, args ...any) scanner {
	stmt, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept for the next time, closed by s.close
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// close closes every prepared statement.
func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	clear(s.prepared)
	return errors.Join(errs...)
}

// scanner is a row to be read: *sql.Row, *sql.Rows or failed.
type scanner interface {
	Scan(dest ...any) error
}

// failed is the row of a query that could not be prepared.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// list runs a query and reads all its rows with scan.
func list[T any](ctx context.Context, from *statements, scan func(scanner) (T, error), query string, args ...any) (things []T, err error) {
	rows, err := from.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		thing, err := scan(rows)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, rows.Err()
}
