package db

import (
	"context"
	"fmt"
	"strings"

	"mohar/gst"
)

// ewayWords is the text that an e-way bill is found by.
func ewayWords(b *gst.EWay) string {
	of := &b.Of
	return strings.Join([]string{
		b.Number, of.Number, of.From.GSTIN, of.From.Name, of.To.GSTIN, of.To.Name,
		of.Transport.TransporterID, of.Transport.TransporterName, ewayVehicle(b), b.TripSheet,
	}, "\n")
}

// putEWaySearch brings the index up to date with a bill, at the end of the batch.
func putEWaySearch(ctx context.Context, t *tx, before, b *gst.EWay) error {
	words := ewayWords(b)
	if before != nil && ewayWords(before) == words {
		return nil
	}
	var company int64
	if err := t.row(ctx, `SELECT id FROM companies WHERE gstin = $1`, b.Company).Scan(&company); err != nil {
		return fmt.Errorf("company of e-way bill: %w", known(err))
	}
	t.index = append(t.index, searchChange{
		row: searchRow(b.ID), known: before != nil, scope: searchScope(company, b.Mode), words: words, eway: true,
	})
	return nil
}

// dropEWaySearch takes a bill out of the index, at the end of the batch.
func dropEWaySearch(t *tx, id int64) {
	t.index = append(t.index, searchChange{row: searchRow(id), known: true, eway: true})
}

// searchedEWays returns the page of bills whose texts hold the query, newest entered first.
func (s *Store) searchedEWays(ctx context.Context, q EWayQuery, query string) ([]gst.EWay, error) {
	var company int64
	err := s.reader.row(ctx, `SELECT id FROM companies WHERE gstin = $1`, q.Company).Scan(&company)
	if err != nil {
		return nil, known(err)
	}
	expression := match(searchScope(company, q.Mode), query)
	chunk := q.Limit
	if q.Tab != EWaysAll {
		chunk = max(chunk, searchChunk)
	}
	above := int64(0)
	if q.After.ID != 0 {
		above = searchRow(q.After.ID)
	}
	var found []gst.EWay
	for len(found) < q.Limit {
		hits, err := list(ctx, s.reader, scanID, `
SELECT rowid
FROM eway_search
WHERE eway_search MATCH $1 AND rowid > $2
ORDER BY rowid
LIMIT $3`, expression, above, chunk)
		if err != nil {
			return nil, err
		}
		if found, err = s.pickEWays(ctx, q, hits, found); err != nil {
			return nil, err
		}
		if len(hits) < chunk {
			break
		}
		above = hits[len(hits)-1]
	}
	return found, nil
}

// pickEWays reads the bills of hits that stand under q's tab, until the page is full.
func (s *Store) pickEWays(ctx context.Context, q EWayQuery, hits []int64, found []gst.EWay) ([]gst.EWay, error) {
	for _, hit := range hits {
		if len(found) == q.Limit {
			break
		}
		b, err := scanEWay(s.reader.row(ctx, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.id = $3`, q.Company, q.Mode, searchRow(hit)))
		if absent(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if inTab(&b, q.Tab, s.now()) {
			found = append(found, b)
		}
	}
	return found, nil
}
