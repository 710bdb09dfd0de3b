package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// Full-text search is the one thing that every engine does its own way; all of it is
// here. The index cuts texts into pieces of three characters, so it finds any substring
// of at least three.

// minSearch is the shortest text the index finds.
const minSearch = 3

// searchScope names a company in one mode in exactly three characters, so that it is a
// single term of the index: the number of company and mode in base 36. That is room for
// 23,328 companies.
func searchScope(company int64, mode gst.Mode) string {
	n := company * 2
	if mode == gst.Live {
		n++
	}
	text := strconv.FormatInt(n, 36)
	return strings.Repeat("0", max(0, minSearch-len(text))) + text
}

// searchWords is the text that a document is found by.
func searchWords(inv *gst.Invoice) string {
	reg := registration(inv)
	return strings.Join([]string{
		inv.Number, inv.Buyer.LegalName, inv.Buyer.TradeName, inv.Buyer.GSTIN, reg.IRN, reg.AckNo,
	}, "\n")
}

// putSearch brings the index up to date with a document, at the end of the batch.
func putSearch(t *tx, scope string, before, inv *gst.Invoice) {
	id, words := inv.ID, searchWords(inv)
	if before != nil {
		if searchWords(before) == words {
			return
		}
		dropSearch(t, id)
	}
	t.finally(func(ctx context.Context) error {
		_, err := t.exec(ctx, `INSERT INTO invoice_search (rowid, scope, words) VALUES ($1, $2, $3)`,
			id, scope, words)
		if err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		return nil
	})
}

// dropSearch takes a document out of the index, at the end of the batch.
func dropSearch(t *tx, id int64) {
	t.finally(func(ctx context.Context) error {
		_, err := t.exec(ctx, `DELETE FROM invoice_search WHERE rowid = $1`, id)
		if err != nil {
			return fmt.Errorf("search index: %w", err)
		}
		return nil
	})
}

// maxSearch bounds what is looked for: no text in the index is longer in one piece, and
// each word costs time.
const maxSearch = 128

// searchable is what people type, without what no stored text holds.
func searchable(query string) string {
	query = strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", ""), "")
	runes := []rune(strings.Join(strings.Fields(query), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), maxSearch)]))
}

// match is the index expression for a text of at least three characters within a scope.
// Each word may stand anywhere; with a word too short for the index the text must stand
// as it was typed.
func match(scope, query string) string {
	words := strings.Fields(query)
	for _, w := range words {
		if utf8.RuneCountInString(w) < minSearch {
			words = []string{query}
			break
		}
	}
	expression := "scope : " + quoted(scope)
	for _, w := range words {
		expression += " AND words : " + quoted(w)
	}
	return expression
}

// quoted is a text as a string of the index's language, in which nothing but the
// quotation mark has a meaning.
func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// searchChunk is how many hits are looked at together. More are fetched only when a
// heading filters most of them out.
const searchChunk = 200

// searched returns the page of documents whose texts hold the query, newest entered
// first.
func (s *Store) searched(ctx context.Context, f InvoiceFilter, query string) ([]InvoiceRow, error) {
	var company int64
	err := s.reader.row(ctx, `SELECT id FROM companies WHERE gstin = $1`, f.Company).Scan(&company)
	if err != nil {
		return nil, known(err)
	}
	expression := match(searchScope(company, f.Mode), query)
	below := f.After.ID
	if below == 0 {
		below = 1<<63 - 1
	}
	var found []InvoiceRow
	for len(found) < f.Limit {
		ids, err := list(ctx, s.reader, scanID, `
SELECT rowid
FROM invoice_search
WHERE invoice_search MATCH $1 AND rowid < $2
ORDER BY rowid DESC
LIMIT $3`, expression, below, max(f.Limit, searchChunk))
		if err != nil {
			return nil, err
		}
		if found, err = s.pick(ctx, f, ids, found); err != nil {
			return nil, err
		}
		if len(ids) < max(f.Limit, searchChunk) {
			break
		}
		below = ids[len(ids)-1]
	}
	return found, nil
}

// pick reads the rows of ids that stand under f's heading, until the page is full.
func (s *Store) pick(ctx context.Context, f InvoiceFilter, ids []int64, found []InvoiceRow) ([]InvoiceRow, error) {
	for _, id := range ids {
		if len(found) == f.Limit {
			break
		}
		row, err := scanInvoiceRow(s.reader.row(ctx, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND id = $3 AND ($4 = '' OR chip = $4)`, f.Company, f.Mode, id, f.State))
		if absent(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, nil
}

func scanID(row scanner) (id int64, err error) {
	err = row.Scan(&id)
	return id, err
}
