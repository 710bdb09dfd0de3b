package db

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"mohar/gst"
)

// BulkKind is what is done with many documents.
type BulkKind string

// The kinds of work.
const (
	BulkRegister BulkKind = "register" // those held go to the portal
	BulkAgain    BulkKind = "again"    // those that wait are tried now, and sent again what may be
)

// MostBulk is how many documents one piece of work may have.
const MostBulk = 10_000

// The states of a document in a piece of work.
const (
	BulkOpen       = "open"       // it waits for the portal
	BulkRegistered = "registered" // it has its IRN
	BulkRefused    = "refused"    // the portal refused it, or holds another one
	BulkSkipped    = "skipped"    // there was nothing to do; BulkRow.Why says why
	BulkTakenBack  = "taken_back" // it was not sent when the work was stopped, and stands as before
)

// Why there was nothing to do with a document.
const (
	SkipGone        = "gone" // a draft that was deleted, or a document of practice
	SkipDraft       = "draft"
	SkipVoid        = "void"
	SkipNotRequired = "not_required"
	SkipRegistered  = "registered"
	SkipHeld        = "held"    // to be registered first, not tried again
	SkipRefused     = "refused" // to be corrected first
	SkipConflict    = "conflict"
	SkipGiven       = "given" // in a file, to be registered by hand at the portal
)

// Bulk is a piece of work on many documents: how it stands.
type Bulk struct {
	ID         int64
	Company    gst.GSTIN
	Mode       gst.Mode
	Kind       BulkKind
	By         Actor
	Created    time.Time
	Stopped    time.Time // zero: nobody stopped it
	Documents  int64     // all of it
	Taken      int64     // taken up so far; those in the states below are among them
	Registered int64
	Refused    int64
	Skipped    int64
	TakenBack  int64
	Working    bool // documents are being taken up, or taken back
}

// Open is how many of its documents wait for the portal.
func (b Bulk) Open() int64 { return b.Taken - b.Registered - b.Refused - b.Skipped - b.TakenBack }

// Untaken is how many of its documents have not been taken up, and never will be once it
// was stopped.
func (b Bulk) Untaken() int64 { return b.Documents - b.Taken }

// Ended reports whether nothing more is to be expected.
func (b Bulk) Ended() bool { return !b.Working && b.Open() == 0 }

const bulkColumns = `
id, company, mode, kind, by_kind, by_name, by_from, created_at, stopped_at, documents, taken, registered,
refused, skipped, taken_back, open`

func scanBulk(row scanner) (b Bulk, err error) {
	var created, stopped int64
	err = row.Scan(&b.ID, &b.Company, &b.Mode, &b.Kind, &b.By.Kind, &b.By.Name, &b.By.From, &created, &stopped,
		&b.Documents, &b.Taken, &b.Registered, &b.Refused, &b.Skipped, &b.TakenBack, &b.Working)
	b.Created, b.Stopped = moment(created), moment(stopped)
	return b, err
}

// ForBulk returns those documents of a company that have one of ids, oldest first as they
// are to go to the portal. Ids of other companies' documents, and of the other mode's, are
// left out.
func (s *Store) ForBulk(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, ids []int64) ([]InvoiceRow, error) {
	var rows []InvoiceRow
	for _, id := range ids {
		row, err := scanInvoiceRow(s.reader.row(ctx, selectInvoiceRow+`
WHERE company = $1 AND mode = $2 AND id = $3`, gstin, mode, id))
		if absent(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read document %d of %s: %w", id, gstin, err)
		}
		rows = append(rows, row)
	}
	SortForBulk(rows)
	return rows, nil
}

// SortForBulk puts documents in the order in which they are to go to the portal: by day,
// then by number.
func SortForBulk(rows []InvoiceRow) {
	slices.SortFunc(rows, func(a, b InvoiceRow) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(len(a.Number), len(b.Number)),
			cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
}

// StartBulk writes down that something is to be done with documents of a company, in their
// order, and returns the id of the work; WorkBulk does it. It returns gst.ErrState without
// documents, and for more than MostBulk.
func (s *Store) StartBulk(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, kind BulkKind, ids []int64) (id int64, err error) {
	ids = distinct(ids)
	if len(ids) == 0 || len(ids) > MostBulk {
		return 0, fmt.Errorf("start work on %d documents: %w", len(ids), gst.ErrState)
	}
	chosen, err := json.Marshal(ids)
	if err != nil {
		return 0, fmt.Errorf("start work on documents: %w", err)
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		by := actorOf(ctx)
		t.committed(func() { tick(s.bell.bulks) })
		return known(t.row(ctx, `
INSERT INTO bulks (company, mode, kind, by_kind, by_name, by_from, created_at, stopped_at, open, chosen,
                   documents, taken, registered, refused, skipped, taken_back)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $9, 0, 0, 0, 0, 0)
RETURNING id`, gstin, mode, kind, by.Kind, by.Name, by.From, millis(s.now()), string(chosen), len(ids)).Scan(&id))
	})
	if err != nil {
		return 0, fmt.Errorf("start work on documents of %s: %w", gstin, err)
	}
	return id, nil
}

// distinct returns ids without repetitions, in their order.
func distinct(ids []int64) []int64 {
	seen := make(map[int64]bool, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		before := seen[id]
		seen[id] = true
		return before
	})
}

// StopBulk has a piece of work stopped: nothing more of it is taken up, and what was not
// sent yet stands as before, which WorkBulk does. What is under way ends. It returns
// gst.ErrNotFound when the company has no such work; one that has ended stays as it is.
func (s *Store) StopBulk(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		b, err := scanBulk(t.row(ctx, `SELECT `+bulkColumns+` FROM bulks WHERE company = $1 AND id = $2`, gstin, id))
		if err != nil || b.Ended() || !b.Stopped.IsZero() {
			return known(err)
		}
		t.committed(func() { tick(s.bell.bulks) })
		_, err = t.exec(ctx, `UPDATE bulks SET stopped_at = $2, open = 1 WHERE id = $1`, id, millis(s.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("stop work %d of %s: %w", id, gstin, err)
	}
	return nil
}

// Bulk returns a company's piece of work; gst.ErrNotFound when it has none with this id.
func (s *Store) Bulk(ctx context.Context, gstin gst.GSTIN, id int64) (Bulk, error) {
	b, err := scanBulk(s.reader.row(ctx, `SELECT `+bulkColumns+` FROM bulks WHERE company = $1 AND id = $2`, gstin, id))
	if err != nil {
		return Bulk{}, fmt.Errorf("read work %d of %s: %w", id, gstin, known(err))
	}
	return b, nil
}

// Bulks returns a company's latest pieces of work, the last one first.
func (s *Store) Bulks(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, limit int) ([]Bulk, error) {
	bulks, err := list(ctx, s.reader, scanBulk, `
SELECT `+bulkColumns+`
FROM bulks
WHERE company = $1 AND mode = $2
ORDER BY id DESC
LIMIT $3`, gstin, mode, limit)
	if err != nil {
		return nil, fmt.Errorf("read work of %s: %w", gstin, err)
	}
	return bulks, nil
}

// OpenBulks returns the ids of all pieces of work, of whatever company, that WorkBulk is to
// be called for, the oldest first.
func (s *Store) OpenBulks(ctx context.Context) ([]int64, error) {
	ids, err := list(ctx, s.reader, func(row scanner) (id int64, err error) {
		err = row.Scan(&id)
		return id, err
	}, `SELECT id FROM bulks WHERE open = 1 ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("look for work on documents: %w", err)
	}
	return ids, nil
}

// BulkRow is one document of a piece of work.
type BulkRow struct {
	InvoiceID int64
	Number    string // empty: a draft, or it is gone
	Buyer     string
	Total     gst.Paise
	Why       string       // of skipped ones: SkipDraft …
	IRNState  gst.IRNState // as it is now
	Refusal   *gst.Refusal // the portal's last, as it is now; nil: none
}

// BulkRows returns documents of a piece of work that are in a state, those first that came
// into it first, at most limit. The work is a company's own: Bulk tells.
func (s *Store) BulkRows(ctx context.Context, id int64, state string, limit int) ([]BulkRow, error) {
	rows, err := list(ctx, s.reader, func(row scanner) (r BulkRow, err error) {
		var refusal string
		err = row.Scan(&r.InvoiceID, &r.Number, &r.Buyer, &r.Total, &r.Why, &r.IRNState, &refusal)
		if err == nil && refusal != "" {
			r.Refusal = new(gst.Refusal)
			err = json.Unmarshal([]byte(refusal), r.Refusal)
		}
		return r, err
	}, `
SELECT r.invoice_id, COALESCE(i.number, ''), COALESCE(i.buyer_name, ''), COALESCE(i.total, 0), r.why,
       COALESCE(i.irn_state, ''), COALESCE(d.refusal, '')
FROM bulk_rows r
JOIN bulks b ON b.id = r.bulk_id
LEFT JOIN invoices i ON i.id = r.invoice_id AND i.company = b.company
LEFT JOIN invoice_details d ON d.invoice_id = i.id
WHERE r.bulk_id = $1 AND r.state = $2
ORDER BY r.ended_at, r.invoice_id
LIMIT $3`, id, state, limit)
	if err != nil {
		return nil, fmt.Errorf("read documents of work %d: %w", id, err)
	}
	return rows, nil
}

// BulkPace returns how many documents of a piece of work the portal has answered since.
func (s *Store) BulkPace(ctx context.Context, id int64, since time.Time) (n int64, err error) {
	err = s.reader.row(ctx, `
SELECT (SELECT COUNT(*) FROM bulk_rows WHERE bulk_id = $1 AND state = 'registered' AND ended_at > $2)
     + (SELECT COUNT(*) FROM bulk_rows WHERE bulk_id = $1 AND state = 'refused' AND ended_at > $2)`,
		id, millis(since)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count answers in work %d: %w", id, known(err))
	}
	return n, nil
}
