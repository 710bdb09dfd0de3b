package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

// schema is the state's tables. Times are unix milliseconds, UTC.
const schema = `
CREATE TABLE IF NOT EXISTS keys (
	name        TEXT PRIMARY KEY, -- einvoice, ewaybill, signing
	private     BLOB NOT NULL,    -- PKCS #8 PEM
	certificate BLOB              -- PEM; of the signing key only
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
	client  TEXT NOT NULL,
	gstin   TEXT NOT NULL,
	user    TEXT NOT NULL,
	token   TEXT NOT NULL UNIQUE,
	sek     BLOB NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (client, gstin, user)
) STRICT;
CREATE TABLE IF NOT EXISTS documents (
	irn            TEXT PRIMARY KEY,
	gstin          TEXT NOT NULL,
	fy             TEXT NOT NULL,    -- 2026-27
	type           TEXT NOT NULL,    -- INV, CRN, DBN
	no             TEXT NOT NULL,    -- in capitals from 01-06-2025
	date           INTEGER NOT NULL, -- yyyymmdd
	ack_no         INTEGER NOT NULL UNIQUE,
	registered     INTEGER NOT NULL, -- to the second, as signed
	status         TEXT NOT NULL,    -- ACT, CNL, REJ
	cancelled      INTEGER NOT NULL DEFAULT 0,
	signed_invoice TEXT NOT NULL,
	signed_qr      TEXT NOT NULL,
	ewb_no         INTEGER NOT NULL DEFAULT 0,
	ewb_made       INTEGER NOT NULL DEFAULT 0,
	ewb_until      INTEGER NOT NULL DEFAULT 0,
	ewb_remarks    TEXT NOT NULL DEFAULT '',
	house          TEXT NOT NULL DEFAULT 'NIC1',
	source         TEXT NOT NULL DEFAULT 'api', -- portal: typed in there
	reason         TEXT NOT NULL DEFAULT '',    -- of the cancellation, 1 to 4
	remark         TEXT NOT NULL DEFAULT ''     -- of the cancellation
) STRICT;
CREATE INDEX IF NOT EXISTS documents_by_ewb ON documents (ewb_no) WHERE ewb_no > 0;
CREATE TABLE IF NOT EXISTS generate_calls (
	irn   TEXT PRIMARY KEY,
	calls INTEGER NOT NULL -- that reached the portal, refused ones included
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (
	document TEXT NOT NULL,    -- IRN; the payload's hash where it names no document
	codes    TEXT NOT NULL,    -- 2189 2193
	payload  TEXT NOT NULL,    -- its SHA-256
	gstin    TEXT NOT NULL,    -- who called
	type     TEXT NOT NULL,    -- as sent, as is no
	no       TEXT NOT NULL,
	calls    INTEGER NOT NULL,
	PRIMARY KEY (document, codes, payload)
) STRICT;
CREATE TABLE IF NOT EXISTS taxpayers (
	gstin TEXT PRIMARY KEY,
	facts TEXT NOT NULL        -- JSON of what was set
) STRICT;
CREATE TABLE IF NOT EXISTS settings (
	name  TEXT PRIMARY KEY, -- calls: on all faces so far
	value INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS eways (
	no          INTEGER PRIMARY KEY,
	owner       TEXT NOT NULL,    -- GSTIN whose paper it is of
	type        TEXT NOT NULL,    -- INV, BIL, BOE, CHL, OTH
	doc         TEXT NOT NULL,    -- the paper's number, in capitals
	fy          TEXT NOT NULL,    -- of the paper's date
	maker       TEXT NOT NULL,    -- GSTIN
	supplier    TEXT NOT NULL,    -- GSTIN or URP, as is recipient
	recipient   TEXT NOT NULL,
	transporter TEXT NOT NULL,    -- GSTIN or TRANSIN; '' for none
	irn         TEXT NOT NULL,    -- '' for none
	day         INTEGER NOT NULL, -- yyyymmdd, when it was made
	assigned    INTEGER NOT NULL, -- yyyymmdd, when the transporter was named
	status      TEXT NOT NULL,    -- ACT, CNL, CLS; DIS only comes with time
	facts       TEXT NOT NULL     -- JSON of the whole
) STRICT;
CREATE INDEX IF NOT EXISTS eways_by_paper ON eways (owner, type, doc, fy);
CREATE INDEX IF NOT EXISTS eways_by_day ON eways (day);
CREATE TABLE IF NOT EXISTS eway_calls (
	maker TEXT NOT NULL,
	type  TEXT NOT NULL,
	doc   TEXT NOT NULL,
	calls INTEGER NOT NULL, -- that asked for a bill of it, refused ones included
	PRIMARY KEY (maker, type, doc)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trips (
	no    INTEGER PRIMARY KEY,
	facts TEXT NOT NULL     -- JSON of a trip sheet
) STRICT;`

// state is the SQLite file: one connection that writes, a few that read.
type state struct {
	writer *sql.DB
	reader *sql.DB
	often  often
}

// often are the statements of every registration. They are parsed once, because parsing them
// takes longer than running them.
type often struct {
	countCall, addDocument, countGenerate *sql.Stmt // of the writer
	findDocument                          *sql.Stmt // of the reader
}

// common is what every connection is opened with.
const common = "_busy_timeout=5000&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)" +
	"&_pragma=trusted_schema(0)&_defensive=1&_dqs=0&_error_rc=1"

// openState opens the file, or a database in memory for "". The register of a
// practice portal may lose its last moments at a power cut, so it does not wait for
// the disk on every commit.
func openState(ctx context.Context, path string) (*state, error) {
	name := "file:" + (&url.URL{Path: path}).EscapedPath()
	if path == "" {
		name = "file::memory:"
	} else if err := private(path); err != nil {
		return nil, err
	}
	w, err := sql.Open("sqlite", name+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&"+common)
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	w.SetMaxOpenConns(1)
	st := &state{writer: w, reader: w}
	if err := st.makeTables(ctx); err != nil {
		return nil, fmt.Errorf("make state's tables: %w", errors.Join(err, w.Close()))
	}
	if path != "" { // a database in memory belongs to its one connection
		r, err := sql.Open("sqlite", name+"?_query_only=1&"+common)
		if err != nil {
			return nil, fmt.Errorf("open state for reading: %w", errors.Join(err, w.Close()))
		}
		r.SetMaxOpenConns(4)
		r.SetMaxIdleConns(4)
		st.reader = r
	}
	if err := st.prepare(ctx); err != nil {
		return nil, fmt.Errorf("prepare state: %w", errors.Join(err, st.close()))
	}
	return st, nil
}

// prepare parses what runs often. The databases close the statements with themselves.
func (st *state) prepare(ctx context.Context) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		on   *sql.DB
		text string
	}{
		{&st.often.countCall, st.writer, countCall},
		{&st.often.addDocument, st.writer, addDocument},
		{&st.often.countGenerate, st.writer, countGenerate},
		{&st.often.findDocument, st.reader, entrySelect + `WHERE irn = $1`},
	} {
		var err error
		*p.stmt, err = p.on.PrepareContext(ctx, p.text) //nolint:sqlclosecheck // kept until the database closes
		if err != nil {
			return err
		}
	}
	return nil
}

// addedColumns are those that the documents of earlier states lack.
var addedColumns = []string{
	"house TEXT NOT NULL DEFAULT 'NIC1'", "source TEXT NOT NULL DEFAULT 'api'",
	"reason TEXT NOT NULL DEFAULT ''", "remark TEXT NOT NULL DEFAULT ''",
}

// makeTables makes the tables that are not there, and brings those of an earlier state
// up to date.
func (st *state) makeTables(ctx context.Context) error {
	if _, err := st.writer.ExecContext(ctx, schema); err != nil {
		return err
	}
	for _, column := range addedColumns {
		name, _, _ := strings.Cut(column, " ")
		var n int
		err := st.writer.QueryRowContext(ctx, `SELECT count(*) FROM pragma_table_info('documents') WHERE name = $1`, name).Scan(&n)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if _, err := st.writer.ExecContext(ctx, `ALTER TABLE documents ADD COLUMN `+column); err != nil {
			return err
		}
	}
	return nil
}

// forget empties the register and everything that was learnt about calls and taxpayers.
// The keys stay.
func (st *state) forget(ctx context.Context) error {
	return st.write(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"documents", "generate_calls", "refusals", "taxpayers", "sessions", "settings", "eways", "eway_calls", "trips"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		return nil
	})
}

// private makes the file before SQLite would, readable by its owner only: it holds
// private keys.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make state file: %w", err)
	}
	return f.Close()
}

func (st *state) close() error {
	var err error
	if st.reader != st.writer {
		err = st.reader.Close()
	}
	return errors.Join(err, st.writer.Close())
}

// write runs f in one transaction. Inside f only the transaction may be used: in
// memory there is no second connection.
func (st *state) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := st.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it only says so
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// calls returns how many calls came so far.
func (st *state) calls(ctx context.Context) (int64, error) {
	var n int64
	err := st.reader.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = 'calls'`).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read count of calls: %w", err)
	}
	return n, nil
}

const countCall = `
INSERT INTO settings (name, value) VALUES ('calls', 1)
ON CONFLICT (name) DO UPDATE SET value = value + 1`

// countCall counts a call, whatever becomes of it.
func (st *state) countCall(ctx context.Context) error {
	if _, err := st.often.countCall.ExecContext(ctx); err != nil {
		return fmt.Errorf("count call: %w", err)
	}
	return nil
}
