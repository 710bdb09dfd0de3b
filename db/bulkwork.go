package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mohar/gst"
)

// bulkChunk is how many documents are moved in one unit of the writer. Whoever issues an
// invoice meanwhile waits for one unit at most, some 20 ms; the units of a piece of work
// leave room for others between them.
const bulkChunk = 50

// ResendRule says of a refusal whether the document may be sent again as it is, and whether
// the portal may hold it all the same, so that it is looked up before.
type ResendRule func(gst.Refusal) (may, lookUp bool)

// WorkBulk does the next part of a piece of work: takes documents up or, once it was
// stopped, back. It reports whether there is more to do at once. A part is stored as a
// whole or not at all, so that after a crash the work goes on where it was.
//
// mayResend says whether a refused document may be sent again as it is, and whether it is
// looked up before.
func (s *Store) WorkBulk(ctx context.Context, id int64, mayResend ResendRule) (more bool, err error) {
	b, err := scanBulk(s.reader.row(ctx, `SELECT `+bulkColumns+` FROM bulks WHERE id = $1`, id))
	if err != nil {
		return false, fmt.Errorf("read work %d: %w", id, known(err))
	}
	// The edit log names the person who started it, whoever goes on with it.
	err = s.write(WithActor(ctx, b.By), func(ctx context.Context, t *tx) (err error) {
		b, err := scanBulk(t.row(ctx, `SELECT `+bulkColumns+` FROM bulks WHERE id = $1`, id))
		switch {
		case err != nil:
			return known(err)
		case !b.Stopped.IsZero():
			more, err = s.takeBack(ctx, t, b)
		case b.Untaken() > 0:
			more, err = s.takeUp(ctx, t, b, mayResend)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("work %d on documents: %w", id, err)
	}
	return more, nil
}

// takeUp takes up the next documents of a piece of work.
func (s *Store) takeUp(ctx context.Context, t *tx, b Bulk, mayResend ResendRule) (more bool, err error) {
	var text string
	if err := t.row(ctx, `SELECT chosen FROM bulks WHERE id = $1`, b.ID).Scan(&text); err != nil {
		return false, known(err)
	}
	var chosen []int64
	if err := json.Unmarshal([]byte(text), &chosen); err != nil {
		return false, fmt.Errorf("stored choice: %w", err)
	}
	next := chosen[b.Taken:min(b.Taken+bulkChunk, b.Documents)]
	skipped := 0
	for _, id := range next {
		was, skip, err := s.takeUpOne(ctx, t, b, id, mayResend)
		if err != nil {
			return false, err
		}
		state, ended := BulkOpen, int64(0)
		if skip != "" {
			skipped++
			state, ended = BulkSkipped, millis(s.now())
		}
		_, err = t.exec(ctx, `
INSERT INTO bulk_rows (bulk_id, invoice_id, state, was, why, ended_at)
VALUES ($1, $2, $3, $4, $5, $6)`, b.ID, id, state, was, skip, ended)
		if err != nil {
			return false, known(err)
		}
	}
	more = b.Taken+int64(len(next)) < b.Documents
	_, err = t.exec(ctx, `UPDATE bulks SET taken = taken + $2, skipped = skipped + $3, open = $4 WHERE id = $1`,
		b.ID, len(next), skipped, flag(more))
	return more, err
}

// takeUpOne does with one document what the work is for. skip says why there was nothing
// to do, was how its IRN stood.
func (s *Store) takeUpOne(ctx context.Context, t *tx, b Bulk, id int64, mayResend ResendRule) (was gst.IRNState, skip string, err error) {
	h, err := readHead(ctx, t, b.Company, id)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return "", SkipGone, nil
	case err != nil:
		return "", "", err
	case h.Mode != b.Mode:
		return h.IRN.State, SkipGone, nil
	case h.State == gst.Draft:
		return h.IRN.State, SkipDraft, nil
	case h.State == gst.Void:
		return h.IRN.State, SkipVoid, nil
	}
	was = h.IRN.State
	switch {
	case waits(was):
		if b.Kind == BulkAgain {
			err = s.hastenOne(ctx, t, id)
		}
	case was == gst.IRNHeld && b.Kind == BulkRegister:
		var given bool
		if given, err = isGivenOut(ctx, t, id); err != nil {
			return was, "", err
		}
		if given {
			return was, SkipGiven, nil
		}
		err = s.queueAnew(ctx, t, h, false)
	case was == gst.IRNFailed && b.Kind == BulkAgain:
		var refusal gst.Refusal
		if refusal, err = refusalOf(ctx, t, id); err != nil {
			return was, "", err
		}
		may, lookUp := mayResend(refusal)
		if !may {
			return was, SkipRefused, nil
		}
		err = s.queueAnew(ctx, t, h, lookUp) // its refusal stays: it may be taken back
	default:
		skip = skips[was]
	}
	return was, skip, err
}

// isGivenOut reports whether a document that is held lies in a file, to be registered by
// hand: it may be at the portal by now, so among many it is left alone until somebody says
// otherwise of it.
func isGivenOut(ctx context.Context, t *tx, id int64) (given bool, err error) {
	err = t.row(ctx, `
SELECT EXISTS (
    SELECT 1 FROM events
    WHERE invoice_id = $1 AND kind = $2 AND id > COALESCE((
        SELECT MAX(id) FROM events WHERE invoice_id = $1 AND kind = $3), 0))`, id, EventGivenOut, EventQueued).Scan(&given)
	return given, known(err)
}

// skips are why there is nothing to do with an issued document.
var skips = map[gst.IRNState]string{
	gst.IRNNotRequired: SkipNotRequired, gst.IRNRegistered: SkipRegistered, gst.IRNHeld: SkipHeld,
	gst.IRNFailed: SkipRefused, gst.IRNConflict: SkipConflict, gst.IRNCancelled: SkipVoid,
}

// waits reports whether a document in this IRN state has a request.
func waits(state gst.IRNState) bool { return state == gst.IRNPending || state == gst.IRNUnknown }

// queueAnew queues the IRN request of a document that has none. With lookUp it is asked for
// before anything is sent.
func (s *Store) queueAnew(ctx context.Context, t *tx, h *gst.Invoice, lookUp bool) error {
	irn := gst.IRNPending
	if lookUp {
		irn = gst.IRNUnknown
	}
	err := s.move(ctx, t, h, "queued", Event{Kind: EventQueued}, stateLog{State: h.State, IRN: irn})
	if err != nil {
		return err
	}
	if err := s.insertIRNRequest(ctx, t, h); err != nil || !lookUp {
		return err
	}
	_, err = t.exec(ctx, `UPDATE irn_requests SET state = 'unknown' WHERE invoice_id = $1`, h.ID)
	return err
}

// hastenOne has a document's request due now unless a worker has it in hand.
func (s *Store) hastenOne(ctx context.Context, t *tx, id int64) error {
	n, err := t.exec(ctx, `
UPDATE irn_requests
SET due_at = $2, attempts = 0
WHERE invoice_id = $1 AND due_at > $2 AND leased_until <= $2`, id, millis(s.now()))
	if err != nil {
		return fmt.Errorf("have document %d due: %w", id, err)
	}
	if n > 0 {
		t.committed(func() { tick(s.bell.queued) })
	}
	return nil
}

// refusalOf reads the portal's last refusal of a document; an empty one when there is none.
func refusalOf(ctx context.Context, t *tx, id int64) (refusal gst.Refusal, err error) {
	var text string
	if err := t.row(ctx, `SELECT refusal FROM invoice_details WHERE invoice_id = $1`, id).Scan(&text); err != nil || text == "" {
		return refusal, known(err)
	}
	if err := json.Unmarshal([]byte(text), &refusal); err != nil {
		return refusal, fmt.Errorf("stored refusal of document %d: %w", id, err)
	}
	return refusal, nil
}

// takeBack brings documents of a stopped piece of work, which were not sent, back to where
// they were, the last first: what is sent meanwhile is sent in order. One that a worker has
// in hand is looked at again once that has let go of it.
func (s *Store) takeBack(ctx context.Context, t *tx, b Bulk) (more bool, err error) {
	type ready struct {
		id  int64
		was gst.IRNState
	}
	const unsent = `
FROM bulk_rows r
JOIN irn_requests q ON q.invoice_id = r.invoice_id
WHERE r.bulk_id = $1 AND r.state = 'open' AND r.ended_at = 0 AND r.was IN ('held', 'failed') AND q.state = 'ready'`
	rows, err := list(ctx, t.statements, func(row scanner) (r ready, err error) {
		err = row.Scan(&r.id, &r.was)
		return r, err
	}, `SELECT r.invoice_id, r.was`+unsent+` AND q.leased_until <= $2
ORDER BY r.invoice_id DESC
LIMIT $3`, b.ID, millis(s.now()), bulkChunk)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		if err := s.takeBackOne(ctx, t, b, r.id, r.was); err != nil {
			return false, err
		}
	}
	var left bool
	if err := t.row(ctx, `SELECT EXISTS (SELECT 1`+unsent+`)`, b.ID).Scan(&left); err != nil {
		return false, known(err)
	}
	_, err = t.exec(ctx, `UPDATE bulks SET taken_back = taken_back + $2, open = $3 WHERE id = $1`, b.ID, len(rows), flag(left))
	return left && len(rows) > 0, err
}

// takeBackOne takes a document out of the queue, from which it was not sent.
func (s *Store) takeBackOne(ctx context.Context, t *tx, b Bulk, id int64, was gst.IRNState) error {
	n, err := t.exec(ctx, `DELETE FROM irn_requests WHERE invoice_id = $1 AND state = 'ready'`, id)
	if err := one(n, err); err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE bulk_rows SET state = 'taken_back', ended_at = $3 WHERE bulk_id = $1 AND invoice_id = $2`,
		b.ID, id, millis(s.now()))
	if err != nil {
		return known(err)
	}
	h, err := readHead(ctx, t, b.Company, id)
	if err != nil {
		return err
	}
	return s.move(ctx, t, h, "taken back", Event{Kind: EventTakenBack}, stateLog{State: h.State, IRN: was})
}

// settleBulks tells the pieces of work that wait for a document what came of it.
func (s *Store) settleBulks(ctx context.Context, t *tx, id int64, irn gst.IRNState) error {
	state := BulkRefused
	switch irn {
	case gst.IRNRegistered, gst.IRNCancelled: // the portal may say of one both at once
		state = BulkRegistered
	case gst.IRNHeld:
		state = BulkTakenBack
	}
	bulks, err := list(ctx, t.statements, func(row scanner) (bulk int64, err error) {
		err = row.Scan(&bulk)
		return bulk, err
	}, `
UPDATE bulk_rows
SET state = $2, ended_at = $3
WHERE invoice_id = $1 AND state = 'open'
RETURNING bulk_id`, id, state, millis(s.now()))
	if err != nil {
		return fmt.Errorf("settle work on document %d: %w", id, err)
	}
	for _, bulk := range bulks {
		_, err := t.exec(ctx, `
UPDATE bulks
SET registered = registered + $2, refused = refused + $3, taken_back = taken_back + $4
WHERE id = $1`, bulk, flag(state == BulkRegistered), flag(state == BulkRefused), flag(state == BulkTakenBack))
		if err != nil {
			return fmt.Errorf("settle work %d: %w", bulk, err)
		}
	}
	return nil
}
