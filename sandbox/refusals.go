package sandbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// LedgerRefusal is a document that the portal refused to register, with the codes it was
// refused with. A document that was mended and refused for something else stands twice.
type LedgerRefusal struct {
	GSTIN     string `json:"gstin"` // of the caller
	Type      string `json:"type"`  // as sent; "" where it could not be read, as in No
	No        string `json:"no"`
	IRN       string `json:"irn"`  // that it would have; "" where it cannot be told
	Code      string `json:"code"` // "2189", or several: "2189 2193"
	Calls     int64  `json:"calls"`
	Unchanged int64  `json:"unchanged"` // calls that sent a payload already refused once more
}

// The limits of a strict portal on callers who send the same mistake again and again. That
// the portal blocks them is known, how soon and for how long is not.
//
// Source: NIC's note on the top errors.
const (
	maxUnchanged = 10
	blockedFor   = time.Hour
)

// refusedCall is a generate call that is to be noted as refused.
type refusedCall struct {
	key       string // of the document: its IRN, or the payload's hash
	irn       bool   // key is an IRN
	kind, no  string
	countCall bool // among the generate calls of the IRN, where that is not done already
}

// noteRefusal writes down that a document was refused, and returns the refusal. Other
// errors are only passed on.
func (s *Sandbox) noteRefusal(ctx context.Context, c *call, r refusedCall, err error) error {
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	sum := sha256.Sum256(c.payload)
	payload := hex.EncodeToString(sum[:])
	if !r.irn {
		r.key = payload
	}
	var calls int64
	werr := s.state.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			INSERT INTO refusals (document, codes, payload, gstin, type, no, calls) VALUES ($1, $2, $3, $4, $5, $6, 1)
			ON CONFLICT (document, codes, payload) DO UPDATE SET calls = calls + 1
			RETURNING calls`,
			r.key, no.outcome(), payload, c.session.gstin, r.kind, r.no).Scan(&calls)
		if err != nil {
			return fmt.Errorf("note refusal: %w", err)
		}
		if !r.countCall {
			return nil
		}
		return s.state.countGenerate(ctx, tx, r.key)
	})
	if s.opts.Strict && calls >= maxUnchanged {
		s.sessions.block(c.session.gstin, c.now.Add(blockedFor))
	}
	return errors.Join(err, werr)
}

// noteUnread notes a document that breaks the schema, with as much of its name as can be
// read.
func (s *Sandbox) noteUnread(ctx context.Context, c *call, err error) error {
	var r refusedCall
	if v, perr := parseValue(c.payload); perr == nil {
		doc := v.find("DocDtls")
		r.kind, r.no = looseText(doc, "Typ"), looseText(doc, "No")
		kind, date := gst.DocumentType(strings.ToUpper(r.kind)), day(looseText(doc, "Dt"))
		seller := looseText(v.find("SellerDtls"), "Gstin")
		if kind != "" && r.no != "" && date != 0 && seller != "" {
			no := r.no
			if date >= upperFrom {
				no = strings.ToUpper(no)
			}
			r.key, r.irn = nic.IRN(gst.GSTIN(seller), date, kind, no), true
		}
	}
	c.about = strings.TrimSpace(r.kind + " " + r.no)
	return s.noteRefusal(ctx, c, r, err)
}

// looseText returns a member's text whatever the case of its name; "" for none.
func looseText(v *value, name string) string {
	if m := v.find(name); m != nil && m.kind == textKind {
		return m.raw
	}
	return ""
}

// refused returns the documents that were refused, in the order of their first refusal.
func (st *state) refused(ctx context.Context) ([]LedgerRefusal, error) {
	rows, err := st.reader.QueryContext(ctx, `
		SELECT gstin, type, no, CASE WHEN document = payload THEN '' ELSE document END, codes,
			sum(calls), sum(calls) - count(*)
		FROM refusals
		GROUP BY document, codes
		ORDER BY min(rowid)`)
	if err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	list := []LedgerRefusal{}
	for rows.Next() {
		var r LedgerRefusal
		if err := rows.Scan(&r.GSTIN, &r.Type, &r.No, &r.IRN, &r.Code, &r.Calls, &r.Unchanged); err != nil {
			return nil, fmt.Errorf("read refusal: %w", err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	return list, nil
}
