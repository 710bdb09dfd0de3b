package db

import (
	"cmp"
	"context"
	"slices"
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

// searchChange is what a unit wants changed in the index: what it holds on a document is
// taken out, and the words, if any, put in.
type searchChange struct {
	row   int64 // in the index
	known bool  // the index may hold something on it
	scope string
	words string // empty: nothing is put in
	eway  bool   // of the index of e-way bills
}

// searchRow is a document's row in the index, and the document of a row: newer documents
// have lower rows. The index is several times quicker upwards than downwards, and the
// newest come first.
func searchRow(id int64) int64 { return 1<<40 - id }

// putSearch brings the index up to date with a document, at the end of the batch.
func putSearch(t *tx, scope string, before, inv *gst.Invoice) {
	words := searchWords(inv)
	if before == nil || searchWords(before) != words {
		t.index = append(t.index, searchChange{row: searchRow(inv.ID), known: before != nil, scope: scope, words: words})
	}
}

// dropSearch takes a document out of the index, at the end of the batch.
func dropSearch(t *tx, id int64) {
	t.index = append(t.index, searchChange{row: searchRow(id), known: true})
}

// changeSearch makes the changes of a whole batch together, outside the savepoints of its
// units and by rising row: at the end of a savepoint and wherever rows fall the index
// writes out a piece of itself, and merging many small pieces costs more than all other
// rows of a document.
func changeSearch(ctx context.Context, on *statements, changes []searchChange) error {
	slices.SortStableFunc(changes, func(a, b searchChange) int { return cmp.Compare(a.row, b.row) })
	for _, c := range changes {
		remove, add := `DELETE FROM invoice_search WHERE rowid = $1`,
			`INSERT INTO invoice_search (rowid, scope, words) VALUES ($1, $2, $3)`
		if c.eway {
			remove, add = `DELETE FROM eway_search WHERE rowid = $1`,
				`INSERT INTO eway_search (rowid, scope, words) VALUES ($1, $2, $3)`
		}
		if c.known {
			if _, err := on.exec(ctx, remove, c.row); err != nil {
				return err
			}
		}
		if c.words == "" {
			continue
		}
		if _, err := on.exec(ctx, add, c.row, c.scope, c.words); err != nil {
			return err
		}
	}
	return nil
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

// searchChunk is how many hits are looked at together under a heading, which may filter
// most of them out.
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
	chunk := f.Limit
	if f.State != ChipAll || f.Type != "" {
		chunk = max(chunk, searchChunk)
	}
	above := int64(0)
	if f.After.ID != 0 {
		above = searchRow(f.After.ID)
	}
	var found []InvoiceRow
	for len(found) < f.Limit {
		hits, err := list(ctx, s.reader, scanID, `
SELECT rowid
FROM invoice_search
WHERE invoice_search MATCH $1 AND rowid > $2
ORDER BY rowid
LIMIT $3`, expression, above, chunk)
		if err != nil {
			return nil, err
		}
		if found, err = s.pick(ctx, f, hits, found); err != nil {
			return nil, err
		}
		if len(hits) < chunk {
			break
		}
		above = hits[len(hits)-1]
	}
	return found, nil
}

// pick reads the documents of hits that stand under f's heading, until the page is full.
func (s *Store) pick(ctx context.Context, f InvoiceFilter, hits []int64, found []InvoiceRow) ([]InvoiceRow, error) {
	for _, hit := range hits {
		if len(found) == f.Limit {
			break
		}
		row, err := scanInvoiceRow(s.reader.row(ctx, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND id = $3 AND ($4 = '' OR chip = $4) AND ($5 = '' OR type = $5)`,
			f.Company, f.Mode, searchRow(hit), f.State, f.Type))
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
