package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mohar/gst"
)

const (
	// submitChunk is how many documents are written, and removed, in one unit of the writer,
	// some 10 ms. The units leave room for others between them.
	submitChunk = 250
	// submitComing is how long a submission may take to be written. Of one that takes longer
	// the process has died.
	submitComing = 10 * time.Minute
)

// SubmittedDocument is a document on its way through a submission.
type SubmittedDocument struct {
	Row    int    // its place, from 1
	Number string // as it says; empty: none that can be read
	Body   []byte // INV-01, as it came
}

// AddSubmission keeps documents of a company, in their order, and returns the submission's
// id once all of them are durable; until then there is no submission. register says whether
// they are to go to the portal by themselves. Rows are numbered here.
//
// It returns gst.ErrState without documents, for more than MostSubmitted, and when the
// company is in another mode.
func (s *Store) AddSubmission(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, register bool, docs []SubmittedDocument) (id int64, err error) {
	sub := Submission{Company: gstin, Mode: mode, By: actorOf(ctx), Register: register, Documents: int64(len(docs))}
	if sub.Documents == 0 || sub.Documents > MostSubmitted {
		return 0, fmt.Errorf("submit %d documents: %w", sub.Documents, gst.ErrState)
	}
	for from := 0; from < len(docs) && err == nil; from += submitChunk {
		err = s.addToSubmission(ctx, &sub, docs, from)
	}
	if err != nil {
		if sub.ID != 0 { // by whom does not matter, and no request waits for it
			err = errors.Join(err, s.dropSubmission(context.WithoutCancel(ctx), sub.ID))
		}
		return 0, fmt.Errorf("submit documents of %s: %w", gstin, err)
	}
	return sub.ID, nil
}

// addToSubmission stores the chunk of docs that begins at from, with the submission before
// the first and its readiness behind the last.
func (s *Store) addToSubmission(ctx context.Context, sub *Submission, docs []SubmittedDocument, from int) error {
	chunk := docs[from:min(from+submitChunk, len(docs))]
	bodies := make([][]byte, len(chunk))
	for i, doc := range chunk { // outside of the unit: all writers would wait for it
		var err error
		if bodies[i], err = deflated(string(doc.Body)); err != nil {
			return err
		}
	}
	id := sub.ID
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if from == 0 {
			var err error
			if id, err = s.insertSubmission(ctx, t, sub); err != nil {
				return err
			}
		}
		for i, doc := range chunk {
			_, err := t.exec(ctx, `
INSERT INTO submission_rows (submission_id, position, state, number, invoice_id, faults, refusal, body)
VALUES ($1, $2, 'waiting', $3, 0, '', '', $4)`, id, from+i+1, doc.Number, bodies[i])
			if err != nil {
				return known(err)
			}
		}
		if from+len(chunk) < len(docs) {
			return nil
		}
		return s.submissionReady(ctx, t, *sub, id)
	})
	if err == nil {
		sub.ID = id
	}
	return err
}

// insertSubmission stores a submission, of which no document is there yet.
func (s *Store) insertSubmission(ctx context.Context, t *tx, sub *Submission) (id int64, err error) {
	if _, err := scopeOf(ctx, t, &gst.Invoice{Company: sub.Company, Mode: sub.Mode}); err != nil {
		return 0, err
	}
	err = t.row(ctx, `
INSERT INTO submissions (company, mode, by_kind, by_name, by_from, created_at, stopped_at, ended_at, register,
                         ready, documents, stored, refused, pending, registered, failed)
VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, 0, $8, 0, 0, 0, 0, 0)
RETURNING id`, sub.Company, sub.Mode, sub.By.Kind, sub.By.Name, sub.By.From, millis(s.now()), flag(sub.Register),
		sub.Documents).Scan(&id)
	return id, known(err)
}

// submissionReady has a submission whose last document is there taken up. It returns
// gst.ErrConflict for one that was taken for a dead process's and is being removed.
func (s *Store) submissionReady(ctx context.Context, t *tx, sub Submission, id int64) error {
	sub.ID = id
	n, err := t.exec(ctx, `
UPDATE submissions
SET ready = 1
WHERE id = $1 AND ready = 0 AND documents = (SELECT COUNT(*) FROM submission_rows WHERE submission_id = $1)`, id)
	if err := one(n, err); err != nil {
		return err
	}
	t.committed(func() { tick(s.bell.submissions) })
	entry := submissionChange(sub, "submitted")
	return s.logDifference(ctx, t, entry, nil, struct{ Documents int64 }{sub.Documents})
}

// dropSubmission removes a submission that never became ready.
func (s *Store) dropSubmission(ctx context.Context, id int64) error {
	for left := true; left; {
		err := s.write(ctx, func(ctx context.Context, t *tx) error {
			n, err := t.exec(ctx, `
DELETE FROM submission_rows
WHERE id IN (SELECT id FROM submission_rows WHERE submission_id = $1 LIMIT $2)
  AND EXISTS (SELECT 1 FROM submissions WHERE id = $1 AND ready = 0)`, id, submitChunk)
			left = n > 0
			if err != nil || left {
				return known(err)
			}
			_, err = t.exec(ctx, `DELETE FROM submissions WHERE id = $1 AND ready = 0`, id)
			return known(err)
		})
		if err != nil {
			return fmt.Errorf("remove half a submission: %w", err)
		}
	}
	return nil
}

// DropHalfSubmissions removes what is there of submissions whose process died while it wrote
// them: nobody was told of them.
func (s *Store) DropHalfSubmissions(ctx context.Context) error {
	ids, err := list(ctx, s.reader, scanID, `
SELECT id FROM submissions WHERE ready = 0 AND created_at < $1 ORDER BY created_at`, millis(s.now().Add(-submitComing)))
	if err != nil {
		return fmt.Errorf("look for half submissions: %w", err)
	}
	for _, id := range ids {
		if err := s.dropSubmission(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// OpenSubmissions returns the submissions of all companies that have documents to be taken,
// the oldest first.
func (s *Store) OpenSubmissions(ctx context.Context) ([]Submission, error) {
	return openSubmissions(ctx, s.reader)
}

func openSubmissions(ctx context.Context, from *statements) ([]Submission, error) {
	subs, err := list(ctx, from, scanSubmission, `
SELECT `+submissionColumns+`
FROM submissions
WHERE ready = 1 AND stopped_at = 0 AND ended_at = 0
ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("look for submissions: %w", err)
	}
	return subs, nil
}

// NextSubmitted returns documents of a submission that wait, in their order, those after a
// row, at most limit.
func (s *Store) NextSubmitted(ctx context.Context, id int64, after, limit int) ([]SubmittedDocument, error) {
	docs, err := list(ctx, s.reader, func(row scanner) (doc SubmittedDocument, err error) {
		var packed []byte
		if err := row.Scan(&doc.Row, &doc.Number, &packed); err != nil {
			return doc, err
		}
		text, err := inflated(packed)
		doc.Body = []byte(text)
		return doc, err
	}, `
SELECT position, number, body
FROM submission_rows
WHERE submission_id = $1 AND state = 'waiting' AND position > $2
ORDER BY position
LIMIT $3`, id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read documents of submission %d: %w", id, err)
	}
	return docs, nil
}

// SubmissionOutcome is what came of one document of a submission: it is stored (InvoiceID),
// or there is something wrong with it.
type SubmissionOutcome struct {
	Row       int
	InvoiceID int64 // 0: refused
	Faults    gst.Faults
	Refusal   *gst.Refusal // the portal holds another one; nil: no
}

// KeepOutcomes notes what came of documents of a submission, once for each: of one that is
// noted already nothing changes. What came of stored ones at the portal is counted by
// itself from then on.
func (s *Store) KeepOutcomes(ctx context.Context, id int64, outcomes []SubmissionOutcome) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		var stored, refused int64
		var irn irnCounts
		for _, o := range outcomes {
			fresh, err := keepOutcome(ctx, t, id, o)
			switch {
			case err != nil:
				return fmt.Errorf("document %d: %w", o.Row, err)
			case !fresh:
				continue
			case o.InvoiceID == 0:
				refused++
				continue
			}
			stored++
			var state gst.IRNState
			if err := t.row(ctx, `SELECT irn_state FROM invoices WHERE id = $1`, o.InvoiceID).Scan(&state); err != nil {
				return fmt.Errorf("document %d: %w", o.Row, known(err))
			}
			irn.add(state, 1)
		}
		_, err := t.exec(ctx, `
UPDATE submissions
SET stored = stored + $2, refused = refused + $3, pending = pending + $4, registered = registered + $5,
    failed = failed + $6,
    ended_at = CASE WHEN ended_at = 0 AND stored + refused + $2 + $3 = documents THEN $7 ELSE ended_at END
WHERE id = $1`, id, stored, refused, irn.pending, irn.registered, irn.failed, millis(s.now()))
		return known(err)
	})
	if err != nil {
		return fmt.Errorf("note what came of submission %d: %w", id, err)
	}
	return nil
}

// keepOutcome notes what came of one document, and reports whether that was news.
func keepOutcome(ctx context.Context, t *tx, id int64, o SubmissionOutcome) (fresh bool, err error) {
	state, faults, refusal := RowStored, "", ""
	if o.InvoiceID == 0 {
		state = RowRefused
		if len(o.Faults) > 0 {
			text, err := json.Marshal(o.Faults)
			if err != nil {
				return false, err
			}
			faults = string(text)
		}
		if o.Refusal != nil {
			text, err := json.Marshal(o.Refusal)
			if err != nil {
				return false, err
			}
			refusal = string(text)
		}
	}
	n, err := t.exec(ctx, `
UPDATE submission_rows
SET state = $3, invoice_id = $4, faults = $5, refusal = $6, body = CASE WHEN $4 > 0 THEN X'' ELSE body END
WHERE submission_id = $1 AND position = $2 AND state = 'waiting'`, id, o.Row, state, o.InvoiceID, faults, refusal)
	return n > 0, known(err)
}

// irnCounts are the figures of a submission that follow its documents at the portal.
type irnCounts struct{ pending, registered, failed int64 }

// add counts n documents in an IRN state.
func (c *irnCounts) add(state gst.IRNState, n int64) {
	switch state {
	case gst.IRNPending, gst.IRNUnknown:
		c.pending += n
	case gst.IRNRegistered, gst.IRNCancelled:
		c.registered += n
	case gst.IRNFailed, gst.IRNConflict:
		c.failed += n
	}
}

// recountSubmissions tells the submissions that a document came with how its IRN stands.
func recountSubmissions(ctx context.Context, t *tx, id int64, before, after gst.IRNState) error {
	var d irnCounts
	d.add(before, -1)
	d.add(after, 1)
	if d == (irnCounts{}) {
		return nil
	}
	_, err := t.exec(ctx, `
UPDATE submissions
SET pending = pending + came.n * $2, registered = registered + came.n * $3, failed = failed + came.n * $4
FROM (
    SELECT submission_id, COUNT(*) AS n
    FROM submission_rows
    WHERE invoice_id = $1 AND invoice_id > 0
    GROUP BY submission_id) AS came
WHERE submissions.id = came.submission_id`, id, d.pending, d.registered, d.failed)
	if err != nil {
		return fmt.Errorf("count in submissions: %w", known(err))
	}
	return nil
}
