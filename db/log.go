package db

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"mohar/gst"
)

// LogEntry is one change in the edit log. Nothing can take it out again.
//
// Source: CGST Rules 2017, rule 56(8); Companies (Accounts) Rules 2014, rule 3(1).
type LogEntry struct {
	ID      int64
	At      time.Time
	Actor   Actor
	Company gst.GSTIN // empty: concerns the firm
	Action  string    // created, changed, deleted, issued …
	Subject string    // "invoice", "company", "credentials" …
	Which   string    // the subject's id, GSTIN or name
	Before  string    // JSON of what changed, as it was; empty: nothing was there
	After   string    // JSON of what changed, as it is; empty: nothing is left
}

// LogFilter chooses entries; zero fields choose everything.
type LogFilter struct {
	Company gst.GSTIN
	Subject string // with Company; needed for Which
	Which   string
	Before  int64 // entries older than this id, for the next page
	Limit   int   // 0: 100
}

// change is what a unit tells the edit log.
type change struct {
	company gst.GSTIN
	action  string
	subject string
	which   string
	before  string
	after   string
	digest  []byte // of the rows as the change left them; see digest.go
}

// sealedEntry is the form of an entry that goes into the chain. Its members, their
// names and their order must never change: hashes stand on them. New ones come last and
// are left out when empty.
type sealedEntry struct {
	ID      int64  `json:"id"`
	At      int64  `json:"at"`
	Kind    string `json:"kind"`
	Actor   string `json:"actor"`
	Address string `json:"address"`
	Company string `json:"company"`
	Action  string `json:"action"`
	Subject string `json:"subject"`
	Which   string `json:"which"`
	Before  string `json:"before"`
	After   string `json:"after"`
	Digest  []byte `json:"digest,omitempty"` // older entries have none
}

// chain returns the hash of the entry behind previous, the hash of the entry before.
func (e sealedEntry) chain(previous []byte) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(previous[:len(previous):len(previous)], text...))
	return sum[:], nil
}

const insertLogEntry = `
INSERT INTO edit_log (id, at, actor_kind, actor, address, company, action, subject,
                      subject_id, before, after, digest, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// logChange appends c to the edit log, in the transaction that makes the change.
func (s *Store) logChange(ctx context.Context, t *tx, c change) error {
	var last int64
	previous := []byte{}
	err := t.row(ctx, `SELECT id, hash FROM edit_log ORDER BY id DESC LIMIT 1`).Scan(&last, &previous)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("edit log: %w", err)
	}
	actor := actorOf(ctx)
	e := sealedEntry{
		ID: last + 1, At: millis(s.now()), Kind: actor.Kind, Actor: actor.Name, Address: actor.From,
		Company: string(c.company), Action: c.action, Subject: c.subject, Which: c.which,
		Before: c.before, After: c.after, Digest: append([]byte{}, c.digest...), // never nil, which is NULL
	}
	hash, err := e.chain(previous)
	if err != nil {
		return fmt.Errorf("edit log: %w", err)
	}
	_, err = t.exec(ctx, insertLogEntry, e.ID, e.At, e.Kind, e.Actor, e.Address, e.Company,
		e.Action, e.Subject, e.Which, e.Before, e.After, e.Digest, hash)
	if err != nil {
		return fmt.Errorf("edit log: %w", err)
	}
	t.concerns(c.subject, c.which)
	return nil
}

// logDifference appends what differs between two structs of one type; nothing, when
// nothing does. A nil before stands for a new thing.
func (s *Store) logDifference(ctx context.Context, t *tx, c change, before, after any) error {
	var err error
	if c.before, c.after, err = differences(before, after); err != nil {
		return fmt.Errorf("edit log: %w", err)
	}
	if c.before == c.after {
		return nil
	}
	return s.logChange(ctx, t, c)
}

// EditLog returns entries, newest first.
func (s *Store) EditLog(ctx context.Context, f LogFilter) ([]LogEntry, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if f.Before <= 0 {
		f.Before = 1<<63 - 1
	}
	where, args := "id < $1", []any{f.Before, f.Limit}
	if f.Company != "" {
		where, args = where+" AND company = $3", append(args, f.Company)
	}
	if f.Subject != "" {
		args = append(args, f.Subject)
		where += " AND subject = $" + strconv.Itoa(len(args))
	}
	if f.Which != "" {
		args = append(args, f.Which)
		where += " AND subject_id = $" + strconv.Itoa(len(args))
	}
	entries, err := list(ctx, s.reader, scanEntry, selectLog+" WHERE "+where+" ORDER BY id DESC LIMIT $2", args...)
	if err != nil {
		return nil, fmt.Errorf("read edit log: %w", err)
	}
	return entries, nil
}

func scanEntry(row scanner) (LogEntry, error) {
	e, _, err := scanLogEntry(row)
	return e.entry(), err
}

// LastChange returns the newest entry on a company's document, also on a draft that is
// deleted since: who was quicker, for the one whose change was refused with
// gst.ErrConflict. It returns gst.ErrNotFound when there is none.
func (s *Store) LastChange(ctx context.Context, gstin gst.GSTIN, id int64) (LogEntry, error) {
	f := LogFilter{Company: gstin, Subject: "invoice", Which: strconv.FormatInt(id, 10), Limit: 1}
	entries, err := s.EditLog(ctx, f)
	if err != nil {
		return LogEntry{}, err
	}
	if len(entries) == 0 {
		return LogEntry{}, fmt.Errorf("last change of document %d: %w", id, gst.ErrNotFound)
	}
	return entries[0], nil
}

const selectLog = `
SELECT id, at, actor_kind, actor, address, company, action, subject, subject_id, before, after, digest, hash
FROM edit_log`

func scanLogEntry(row scanner) (e sealedEntry, hash []byte, err error) {
	err = row.Scan(&e.ID, &e.At, &e.Kind, &e.Actor, &e.Address, &e.Company, &e.Action,
		&e.Subject, &e.Which, &e.Before, &e.After, &e.Digest, &hash)
	return e, hash, err
}

// entry is e as people read it.
func (e sealedEntry) entry() LogEntry {
	return LogEntry{
		ID: e.ID, At: moment(e.At), Actor: Actor{Kind: e.Kind, Name: e.Actor, From: e.Address},
		Company: gst.GSTIN(e.Company), Action: e.Action, Subject: e.Subject, Which: e.Which,
		Before: e.Before, After: e.After,
	}
}

// CheckLog goes through the whole chain. A changed, missing or inserted entry is an
// error that names the first entry which does not follow. Entries missing at the very
// end leave no trace here; Check compares documents with the log for that.
func (s *Store) CheckLog(ctx context.Context) error { return checkChain(ctx, s.reader) }

func checkChain(ctx context.Context, from *statements) (err error) {
	rows, err := from.query(ctx, selectLog+" ORDER BY id")
	if err != nil {
		return fmt.Errorf("read edit log: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	hash := []byte{}
	for want := int64(1); rows.Next(); want++ {
		if hash, err = followingHash(rows, want, hash); err != nil {
			return fmt.Errorf("edit log: %w", err)
		}
	}
	return rows.Err()
}

// followingHash checks that a row is the entry with this id behind the hash before, and
// returns its own hash.
func followingHash(row scanner, want int64, before []byte) ([]byte, error) {
	e, stored, err := scanLogEntry(row)
	if err != nil {
		return nil, err
	}
	if e.ID != want {
		return nil, fmt.Errorf("entry %d is missing", want)
	}
	hash, err := e.chain(before)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(hash, stored) {
		return nil, fmt.Errorf("entry %d was changed afterwards", e.ID)
	}
	return hash, nil
}
