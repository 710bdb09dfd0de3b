package db

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// DocumentFilter chooses a page of documents by more than the list of the pages does. What
// is empty does not narrow it.
type DocumentFilter struct {
	Company  gst.GSTIN
	Mode     gst.Mode
	Chip     Chip
	State    gst.DocumentState
	IRNState gst.IRNState
	Type     gst.DocumentType
	From, To gst.Date // of the document's date, both included
	Buyer    string   // GSTIN
	Number   string   // the whole of it, without regard to case
	Query    string   // as InvoiceFilter's
	After    Cursor   // where the page before ended
	Limit    int      // rows; 0: 50
}

// Documents returns a page of a company's documents and where the next one begins: by date
// and entry, newest first; with a query of three characters and more as they were entered,
// newest first, and with a shorter one by number, highest first.
func (s *Store) Documents(ctx context.Context, f DocumentFilter) ([]InvoiceRow, Cursor, error) {
	f.Limit = orDefault(f.Limit)
	find := s.documents
	if searchable(f.Query) != "" {
		find = s.documentsFound
	}
	rows, err := find(ctx, f, f.Limit+1) // one more tells whether there is a next page
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list documents of %s: %w", f.Company, err)
	}
	var next Cursor
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = placeOf(rows[f.Limit-1])
	}
	if err := s.addEWayMarks(ctx, rows); err != nil {
		return nil, Cursor{}, fmt.Errorf("list documents of %s: %w", f.Company, err)
	}
	return rows, next, nil
}

// placeOf is the place after a row, in any of the lists.
func placeOf(r InvoiceRow) Cursor {
	return Cursor{Date: r.Date, ID: r.ID, Number: gst.NormalNumber(r.Number), Changed: millis(r.Changed)}
}

// documents returns documents by date.
func (s *Store) documents(ctx context.Context, f DocumentFilter, limit int) ([]InvoiceRow, error) {
	after := f.After
	if after.IsZero() {
		after = Cursor{Date: 1<<31 - 1, ID: 1<<63 - 1}
	}
	where := []string{"company = $1", "mode = $2", "(date, id) < ($3, $4)"}
	args := []any{f.Company, f.Mode, after.Date, after.ID}
	narrow := func(condition string, value any, given bool) {
		if given {
			args = append(args, value)
			where = append(where, fmt.Sprintf("%s $%d", condition, len(args)))
		}
	}
	narrow("chip =", f.Chip, f.Chip != ChipAll)
	narrow("state =", f.State, f.State != "")
	narrow("irn_state =", f.IRNState, f.IRNState != "")
	narrow("type =", f.Type, f.Type != "")
	narrow("date >=", f.From, f.From != 0)
	narrow("date <=", f.To, f.To != 0)
	narrow("buyer_gstin =", f.Buyer, f.Buyer != "")
	narrow("number_key =", gst.NormalNumber(f.Number), f.Number != "")
	args = append(args, limit)
	return list(ctx, s.reader, scanInvoiceRow, selectInvoiceRow+`
WHERE `+strings.Join(where, "\n  AND ")+fmt.Sprintf(`
ORDER BY date DESC, id DESC
LIMIT $%d`, len(args)), args...)
}

// documentsFound returns the documents that a query finds and the rest of f leaves.
func (s *Store) documentsFound(ctx context.Context, f DocumentFilter, limit int) ([]InvoiceRow, error) {
	query := searchable(f.Query)
	found := InvoiceFilter{Company: f.Company, Mode: f.Mode, State: f.Chip, Type: f.Type, After: f.After, Limit: searchChunk}
	find := func(ctx context.Context) ([]InvoiceRow, error) { return s.searched(ctx, found, query) }
	if utf8.RuneCountInString(query) < minSearch {
		find = func(ctx context.Context) ([]InvoiceRow, error) { return s.prefixed(ctx, found, query) }
	}
	var rows []InvoiceRow
	for {
		hits, err := find(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range hits {
			if f.has(r) {
				rows = append(rows, r)
			}
			if len(rows) == limit {
				return rows, nil
			}
		}
		if len(hits) < searchChunk {
			return rows, nil
		}
		found.After = placeOf(hits[len(hits)-1])
	}
}

// has reports whether what a search does not look at holds for a document.
func (f DocumentFilter) has(r InvoiceRow) bool {
	return (f.State == "" || r.State == f.State) && (f.IRNState == "" || r.IRNState == f.IRNState) &&
		(f.From == 0 || r.Date >= f.From) && (f.To == 0 || r.Date <= f.To) &&
		(f.Buyer == "" || r.BuyerGSTIN == f.Buyer) &&
		(f.Number == "" || gst.NormalNumber(r.Number) == gst.NormalNumber(f.Number))
}
