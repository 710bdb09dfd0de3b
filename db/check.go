package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Finding is one thing that is wrong with the stored data.
type Finding struct {
	Where string // "file", "schema", "series", "edit log", "document", "registration" …
	What  string
}

// Check looks for damage, and for changes made around the program, in everything the
// store answers for: the file itself and its schema, the number series, the edit log,
// the documents that it speaks of, and what is derived from them. All of it is seen as it
// was at one moment, however others write meanwhile. Findings are no error; an error says
// that the check could not be carried through.
//
// Whoever changes rows and also writes the whole chain of the edit log anew is not found:
// that takes a copy of the chain's last hash kept elsewhere, such as an older backup.
func (s *Store) Check(ctx context.Context) (findings []Finding, err error) {
	t, err := s.pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	from := newStatements(t)
	defer func() { err = errors.Join(err, from.close(), t.Rollback()) }()
	for _, check := range []func(context.Context, *statements) ([]Finding, error){
		checkFile, checkSchema, checkReferences, checkSeries, checkLog, checkLogged, checkUnlogged,
		checkDocuments, checkRegistrations, checkCounters, checkMonths, checkRequests, checkSearch,
		checkEWays, checkSubmissions,
	} {
		found, err := check(ctx, from)
		if err != nil {
			return findings, fmt.Errorf("check: %w", err)
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// checkFile has SQLite go through its pages and indexes, those of the search too.
func checkFile(ctx context.Context, from *statements) ([]Finding, error) {
	messages, err := list(ctx, from, scanText, `PRAGMA integrity_check`)
	var findings []Finding
	for _, m := range messages {
		if m != "ok" {
			findings = append(findings, Finding{"file", m})
		}
	}
	return findings, err
}

// checkReferences finds rows whose parent is missing.
func checkReferences(ctx context.Context, from *statements) ([]Finding, error) {
	return list(ctx, from, func(row scanner) (f Finding, err error) {
		var table, parent string
		var id, key any
		err = row.Scan(&table, &id, &parent, &key)
		return Finding{"file", fmt.Sprintf("row %v of %s belongs to a row of %s that is missing", id, table, parent)}, err
	}, `PRAGMA foreign_key_check`)
}

// checkSchema compares tables, indexes and triggers with those that the migrations make:
// without its triggers the edit log can be changed, without its index a number can be
// given twice.
func checkSchema(ctx context.Context, from *statements) (findings []Finding, err error) {
	is, err := readSchema(ctx, from)
	if err != nil {
		return nil, err
	}
	ought, err := migratedSchema()
	if err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(ought)) {
		text := ought[name]
		switch stored, there := is[name]; {
		case !there:
			findings = append(findings, Finding{"schema", name + " is missing"})
		case stored != text:
			findings = append(findings, Finding{"schema", name + " was changed"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if _, known := ought[name]; !known {
			findings = append(findings, Finding{"schema", name + " is not ours"})
		}
	}
	return findings, nil
}

// readSchema returns what is in a file, by kind and name, but SQLite's own things.
func readSchema(ctx context.Context, from *statements) (map[string]string, error) {
	things, err := list(ctx, from, func(row scanner) (thing [2]string, err error) {
		err = row.Scan(&thing[0], &thing[1])
		return thing, err
	}, `
SELECT type || ' ' || name, tbl_name || ': ' || COALESCE(sql, '')
FROM sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	schema := make(map[string]string, len(things))
	for _, thing := range things {
		schema[thing[0]] = thing[1]
	}
	return schema, err
}

// migratedSchema is that of a new file. Nobody may change it.
var migratedSchema = sync.OnceValues(func() (map[string]string, error) { return makeSchema(context.Background()) })

// makeSchema has the migrations make a new file, in memory.
func makeSchema(ctx context.Context) (schema map[string]string, err error) {
	steps, err := migrations(migrationFiles)
	if err != nil {
		return nil, err
	}
	memory, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, memory.Close()) }()
	memory.SetMaxOpenConns(1) // each connection would be a file of its own
	for _, step := range steps {
		if _, err := memory.ExecContext(ctx, step.sql); err != nil {
			return nil, fmt.Errorf("migration %s: %w", step.name, err)
		}
	}
	from := newStatements(memory)
	defer func() { err = errors.Join(err, from.close()) }()
	return readSchema(ctx, from)
}

func scanText(row scanner) (text string, err error) {
	err = row.Scan(&text)
	return text, err
}
