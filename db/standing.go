package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// Standing returns how a company's document stands, without reading the document: for those
// who look again and again. It returns gst.ErrNotFound when the company has no such document.
func (s *Store) Standing(ctx context.Context, gstin gst.GSTIN, id int64) (state gst.DocumentState, irn gst.IRNState, err error) {
	err = s.reader.row(ctx, `SELECT state, irn_state FROM invoices WHERE company = $1 AND id = $2`, gstin, id).Scan(&state, &irn)
	if err != nil {
		return "", "", fmt.Errorf("read state of document %d of %s: %w", id, gstin, known(err))
	}
	return state, irn, nil
}

// EWayOfPaper returns the e-way bill that a company made of a paper, by the paper's kind and
// number: the newest that stands, else the newest; gst.ErrNotFound when none was made.
func (s *Store) EWayOfPaper(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, kind gst.PaperKind, number string) (*gst.EWay, error) {
	var id int64
	err := s.reader.row(ctx, `
SELECT id
FROM eways
WHERE company = $1 AND mode = $2 AND paper_key = $3 AND paper = $4 AND role = 'generator' AND number <> ''
ORDER BY state = 'cancelled', id DESC
LIMIT 1`, gstin, mode, gst.NormalNumber(number), kind).Scan(&id)
	if err != nil {
		return nil, fmt.Errorf("look for e-way bill of %s %q: %w", kind, number, known(err))
	}
	return s.EWay(ctx, gstin, id)
}
