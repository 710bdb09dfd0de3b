package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"mohar/gst"
)

// MostSubmitted is how many documents one submission may have.
const MostSubmitted = 10_000

// The states of a document in a submission.
const (
	RowWaiting = "waiting" // not looked at yet
	RowStored  = "stored"  // it is a document of the company now
	RowRefused = "refused" // there was something wrong with it; it is not stored
)

// What may be asked of SubmissionRows besides: stored documents by what the portal said.
const (
	RowPending    = "pending"    // they wait for the portal
	RowRegistered = "registered" // they have got an IRN, cancelled since or not
	RowFailed     = "failed"     // the portal refused them, or holds others under their numbers
)

// Submission is many INV-01 documents that a program sent at once: how they stand.
type Submission struct {
	ID         int64
	Company    gst.GSTIN
	Mode       gst.Mode
	By         Actor
	Created    time.Time
	Stopped    time.Time // zero: nobody stopped it
	Ended      time.Time // when the last document was taken; zero: not yet
	Register   bool      // its documents go to the portal by themselves
	Documents  int64     // all of it
	Taken      int64     // stored or refused so far
	Stored     int64     // those in the states below are among them
	Refused    int64     // not stored
	Pending    int64     // they wait for the portal
	Registered int64     // they have got an IRN, cancelled since or not
	Failed     int64     // the portal refused them, or holds others under their numbers
}

// Done reports whether nothing more is to be expected: all is taken, and the portal has
// answered for whatever went there.
func (s Submission) Done() bool { return !s.Ended.IsZero() && s.Pending == 0 }

// Open reports whether documents of it are still to be taken.
func (s Submission) Open() bool { return s.Ended.IsZero() && s.Stopped.IsZero() }

const submissionColumns = `
id, company, mode, by_kind, by_name, by_from, created_at, stopped_at, ended_at, register, documents, stored,
refused, pending, registered, failed`

func scanSubmission(row scanner) (s Submission, err error) {
	var created, stopped, ended int64
	err = row.Scan(&s.ID, &s.Company, &s.Mode, &s.By.Kind, &s.By.Name, &s.By.From, &created, &stopped, &ended,
		&s.Register, &s.Documents, &s.Stored, &s.Refused, &s.Pending, &s.Registered, &s.Failed)
	s.Created, s.Stopped, s.Ended = moment(created), moment(stopped), moment(ended)
	s.Taken = s.Stored + s.Refused
	return s, err
}

// Submission returns a company's submission; gst.ErrNotFound when it has none with this id.
func (s *Store) Submission(ctx context.Context, gstin gst.GSTIN, id int64) (Submission, error) {
	sub, err := submission(ctx, s.reader, gstin, id)
	if err != nil {
		return Submission{}, fmt.Errorf("read submission %d of %s: %w", id, gstin, err)
	}
	return sub, nil
}

func submission(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (Submission, error) {
	sub, err := scanSubmission(from.row(ctx, `
SELECT `+submissionColumns+`
FROM submissions
WHERE company = $1 AND id = $2 AND ready = 1`, gstin, id))
	return sub, known(err)
}

// Submissions returns a company's submissions, the last one first, those before one for the
// next page (0: the first).
func (s *Store) Submissions(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, before int64, limit int) ([]Submission, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	subs, err := list(ctx, s.reader, scanSubmission, `
SELECT `+submissionColumns+`
FROM submissions
WHERE company = $1 AND mode = $2 AND id < $3 AND ready = 1
ORDER BY id DESC
LIMIT $4`, gstin, mode, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read submissions of %s: %w", gstin, err)
	}
	return subs, nil
}

// SubmissionRow is one document of a submission.
type SubmissionRow struct {
	Row       int    // its place, from 1
	State     string // RowWaiting, RowStored or RowRefused
	InvoiceID int64  // of stored ones
	Number    string // empty: the document says none that can be read
	Faults    gst.Faults
	IRNState  gst.IRNState // of stored ones, as it is now; so are the next two
	IRN       string
	Refusal   *gst.Refusal // the portal's last; of refused ones: what the portal holds already; nil: none
}

// rowFilters are what SubmissionRows may be asked for.
var rowFilters = map[string]string{
	"":            "",
	RowWaiting:    " AND r.state = 'waiting'",
	RowStored:     " AND r.state = 'stored'",
	RowRefused:    " AND r.state = 'refused'",
	RowPending:    " AND r.state = 'stored' AND i.irn_state IN ('pending', 'unknown')",
	RowRegistered: " AND r.state = 'stored' AND i.irn_state IN ('registered', 'cancelled')",
	RowFailed:     " AND r.state = 'stored' AND i.irn_state IN ('failed', 'conflict')",
}

// SubmissionRows returns documents of a company's submission in their order, those after a
// row (0: from the first), at most limit. A state chooses those of a RowXxx, "" all of them.
// It returns gst.ErrNotFound when the company has no such submission, and for other states.
func (s *Store) SubmissionRows(ctx context.Context, gstin gst.GSTIN, id int64, state string, after, limit int) ([]SubmissionRow, error) {
	filter, ok := rowFilters[state]
	if !ok {
		return nil, fmt.Errorf("documents %q of submission %d: %w", state, id, gst.ErrNotFound)
	}
	if _, err := s.Submission(ctx, gstin, id); err != nil {
		return nil, err
	}
	rows, err := list(ctx, s.reader, scanSubmissionRow, `
SELECT r.position, r.state, r.invoice_id, COALESCE(i.number, r.number), r.faults, COALESCE(i.irn_state, ''),
       COALESCE(i.irn, ''), COALESCE(d.refusal, r.refusal)
FROM submission_rows r
LEFT JOIN invoices i ON i.id = r.invoice_id
LEFT JOIN invoice_details d ON d.invoice_id = i.id
WHERE r.submission_id = $1 AND r.position > $2`+filter+`
ORDER BY r.position
LIMIT $3`, id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read documents of submission %d: %w", id, err)
	}
	return rows, nil
}

func scanSubmissionRow(row scanner) (r SubmissionRow, err error) {
	var faults, refusal string
	err = row.Scan(&r.Row, &r.State, &r.InvoiceID, &r.Number, &faults, &r.IRNState, &r.IRN, &refusal)
	if err == nil && faults != "" {
		err = json.Unmarshal([]byte(faults), &r.Faults)
	}
	if err == nil && refusal != "" {
		r.Refusal = new(gst.Refusal)
		err = json.Unmarshal([]byte(refusal), r.Refusal)
	}
	return r, err
}

// SubmittedBody returns a document of a company's submission as it came, while it waits or
// after it was refused; gst.ErrNotFound for a stored one, which is the document's own now.
func (s *Store) SubmittedBody(ctx context.Context, gstin gst.GSTIN, id int64, row int) ([]byte, error) {
	var packed []byte
	err := s.reader.row(ctx, `
SELECT r.body
FROM submission_rows r
JOIN submissions s ON s.id = r.submission_id
WHERE s.company = $1 AND s.id = $2 AND s.ready = 1 AND r.position = $3 AND r.state <> 'stored'`, gstin, id, row).Scan(&packed)
	if err != nil {
		return nil, fmt.Errorf("read document %d of submission %d: %w", row, id, known(err))
	}
	body, err := inflated(packed)
	return []byte(body), err
}

// StopSubmission has nothing more of a company's submission taken; what is under way ends,
// and what is stored stays. One that has ended stays as it is. It returns gst.ErrNotFound
// when the company has no such submission.
func (s *Store) StopSubmission(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		sub, err := submission(ctx, t.statements, gstin, id)
		if err != nil || !sub.Open() {
			return err
		}
		return s.stopSubmission(ctx, t, sub)
	})
	if err != nil {
		return fmt.Errorf("stop submission %d of %s: %w", id, gstin, err)
	}
	return nil
}

// stopSubmission stops one that is open.
func (s *Store) stopSubmission(ctx context.Context, t *tx, sub Submission) error {
	_, err := t.exec(ctx, `UPDATE submissions SET stopped_at = $2 WHERE id = $1`, sub.ID, millis(s.now()))
	if err != nil {
		return known(err)
	}
	return s.logChange(ctx, t, submissionChange(sub, "stopped"))
}

// stopSubmissionsBy stops all open submissions of a program.
func (s *Store) stopSubmissionsBy(ctx context.Context, t *tx, by Actor) error {
	subs, err := openSubmissions(ctx, t.statements)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if sub.By.Kind != by.Kind || sub.By.Name != by.Name {
			continue
		}
		if err := s.stopSubmission(ctx, t, sub); err != nil {
			return err
		}
	}
	return nil
}

// ResumeSubmission has a company's submission that was stopped gone on with. It returns
// gst.ErrNotFound when the company has no such submission, and gst.ErrState for one of
// practice once the company has gone live.
func (s *Store) ResumeSubmission(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		sub, err := submission(ctx, t.statements, gstin, id)
		if err != nil || sub.Stopped.IsZero() {
			return err
		}
		var mode gst.Mode
		if err := t.row(ctx, `SELECT mode FROM companies WHERE gstin = $1`, gstin).Scan(&mode); err != nil {
			return known(err)
		}
		if mode != sub.Mode {
			return gst.ErrState
		}
		t.committed(func() { tick(s.bell.submissions) })
		if _, err := t.exec(ctx, `UPDATE submissions SET stopped_at = 0 WHERE id = $1`, id); err != nil {
			return err
		}
		return s.logChange(ctx, t, submissionChange(sub, "resumed"))
	})
	if err != nil {
		return fmt.Errorf("resume submission %d of %s: %w", id, gstin, err)
	}
	return nil
}

// submissionChange is an entry of the edit log about a submission.
func submissionChange(sub Submission, action string) change {
	return change{company: sub.Company, action: action, subject: "submission", which: strconv.FormatInt(sub.ID, 10)}
}
