package db

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mohar/gst"
)

// InvoiceFilter chooses a page of documents.
type InvoiceFilter struct {
	Company gst.GSTIN
	Mode    gst.Mode
	State   Chip             // the heading; empty: all
	Type    gst.DocumentType // empty: all
	Query   string           // part of number, buyer's name or GSTIN, IRN or AckNo
	After   Cursor           // where the page before ended
	Limit   int              // rows; 0: 50
}

// InvoiceRow is a document as lists show it.
type InvoiceRow struct {
	ID         int64
	Type       gst.DocumentType
	Number     string
	Date       gst.Date
	Supply     gst.SupplyType
	BuyerName  string
	BuyerGSTIN string
	Taxable    gst.Paise
	Total      gst.Paise
	State      gst.DocumentState
	IRNState   gst.IRNState
	Reason     gst.NoIRNReason // for not_required
	Code       string          // first code of the portal's last refusal
	IRN        string
	AckNo      string
	AckDate    time.Time
	Version    int64
	Changed    time.Time
	EWay       EWayMark // in Invoices only
}

// Cursor is a place in a list of documents, after one of them. The zero Cursor is the
// beginning, and as the next one it says that there is no further page.
type Cursor struct {
	Date   gst.Date
	ID     int64
	Number string // in the list by the beginning of the number; in those of the masters the text sorted by
	// Changed is when the document was last changed, in milliseconds since 1970: in the
	// list of drafts.
	Changed int64
}

// IsZero reports whether c is the beginning.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// String is c for use in a URL; empty for the beginning.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	text := fmt.Sprintf("%d.%d.%d.%s", c.Date, c.ID, c.Changed, c.Number)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// ParseCursor reads what String wrote.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.SplitN(string(plain), ".", 4)
	if err != nil || len(parts) != 4 {
		return Cursor{}, errors.New("not a place in a list")
	}
	date, errDate := strconv.ParseInt(parts[0], 10, 32)
	id, errID := strconv.ParseInt(parts[1], 10, 64)
	changed, errChanged := strconv.ParseInt(parts[2], 10, 64)
	if errDate != nil || errID != nil || errChanged != nil {
		return Cursor{}, errors.New("not a place in a list")
	}
	return Cursor{Date: gst.Date(date), ID: id, Changed: changed, Number: parts[3]}, nil
}

// Invoices returns a page of a company's documents and where the next one begins.
//
// Without a query they come by date and entry, newest first; drafts by when they were last
// changed, so that what was typed last comes first. A query of three characters
// and more finds them by any part of number, buyer, IRN and AckNo, newest entered first;
// a shorter one by the beginning of the number, highest number first.
func (s *Store) Invoices(ctx context.Context, f InvoiceFilter) ([]InvoiceRow, Cursor, error) {
	f.Limit = orDefault(f.Limit)
	more := f
	more.Limit++ // one more tells whether there is a next page
	query := searchable(f.Query)
	find := s.listed
	switch n := utf8.RuneCountInString(query); {
	case n >= minSearch:
		find = func(ctx context.Context, f InvoiceFilter) ([]InvoiceRow, error) { return s.searched(ctx, f, query) }
	case n > 0:
		find = func(ctx context.Context, f InvoiceFilter) ([]InvoiceRow, error) { return s.prefixed(ctx, f, query) }
	}
	rows, err := find(ctx, more)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list documents of %s: %w", f.Company, err)
	}
	ended := len(rows) <= f.Limit
	rows = rows[:min(len(rows), f.Limit)]
	if err := s.addEWayMarks(ctx, rows); err != nil {
		return nil, Cursor{}, fmt.Errorf("list documents of %s: %w", f.Company, err)
	}
	if ended {
		return rows, Cursor{}, nil
	}
	last := rows[f.Limit-1]
	return rows, Cursor{Date: last.Date, ID: last.ID, Number: gst.NormalNumber(last.Number), Changed: millis(last.Changed)}, nil
}

const selectInvoiceRow = `
SELECT id, type, number, date, supply, buyer_name, buyer_gstin, taxable, total, state, irn_state,
       irn_reason, irn_code, irn, ack_no, ack_at, version, changed_at
FROM invoices`

// listed returns documents by date. The queries differ in the index that serves them.
func (s *Store) listed(ctx context.Context, f InvoiceFilter) ([]InvoiceRow, error) {
	after := f.After
	if after.IsZero() {
		after = Cursor{Date: 1<<31 - 1, ID: 1<<63 - 1}
	}
	switch {
	case f.State == ChipDraft:
		return s.drafts(ctx, f)
	case f.Type != "":
		return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND type = $3 AND (date, id) < ($4, $5) AND ($6 = '' OR chip = $6)
ORDER BY date DESC, id DESC
LIMIT $7`, f.Company, f.Mode, f.Type, after.Date, after.ID, f.State, f.Limit)
	case f.State == ChipAll:
		return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND (date, id) < ($3, $4)
ORDER BY date DESC, id DESC
LIMIT $5`, f.Company, f.Mode, after.Date, after.ID, f.Limit)
	}
	return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND chip = $3 AND (date, id) < ($4, $5)
ORDER BY date DESC, id DESC
LIMIT $6`, f.Company, f.Mode, f.State, after.Date, after.ID, f.Limit)
}

// drafts returns drafts, the last changed first. There are never many.
func (s *Store) drafts(ctx context.Context, f InvoiceFilter) ([]InvoiceRow, error) {
	after := f.After
	if after.IsZero() {
		after = Cursor{Changed: 1<<63 - 1}
	}
	return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND chip = $3 AND ($4 = '' OR type = $4) AND (changed_at, id) < ($5, $6)
ORDER BY changed_at DESC, id DESC
LIMIT $7`, f.Company, f.Mode, f.State, f.Type, after.Changed, after.ID, f.Limit)
}

// prefixed returns documents whose number begins with the query.
func (s *Store) prefixed(ctx context.Context, f InvoiceFilter, query string) ([]InvoiceRow, error) {
	first := gst.NormalNumber(query)
	beyond := first + string(utf8.MaxRune) // no number holds it
	after := f.After
	if after.IsZero() {
		after = Cursor{Number: beyond}
	}
	return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND number_key >= $3 AND number_key < $4
  AND (number_key, id) < ($5, $6) AND ($7 = '' OR chip = $7) AND ($8 = '' OR type = $8)
ORDER BY number_key DESC, id DESC
LIMIT $9`, f.Company, f.Mode, first, beyond, after.Number, after.ID, f.State, f.Type, f.Limit)
}

func scanInvoiceRow(row scanner) (r InvoiceRow, err error) {
	var acknowledged, changed int64
	err = row.Scan(&r.ID, &r.Type, &r.Number, &r.Date, &r.Supply, &r.BuyerName, &r.BuyerGSTIN,
		&r.Taxable, &r.Total, &r.State, &r.IRNState, &r.Reason, &r.Code, &r.IRN, &r.AckNo,
		&acknowledged, &r.Version, &changed)
	r.AckDate, r.Changed = moment(acknowledged), moment(changed)
	return r, err
}
