package desk

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

// Choice says which documents something is to be done with: ticked ones, or all that a
// list shows, or all that are not sent yet.
type Choice struct {
	IDs  []int64
	All  *db.InvoiceFilter
	Held bool
}

// StartBulk has many documents of c registered, or tried again, and returns the id of the
// work, which RunBulks does. Of more than db.MostBulk documents those are taken that the
// list shows first; of those not sent yet, the oldest.
//
// It returns gst.ErrState when nothing was chosen.
func (d *Desk) StartBulk(ctx context.Context, c gst.Company, kind db.BulkKind, choice Choice) (int64, error) {
	rows, err := d.chosen(ctx, c, choice)
	if err != nil {
		return 0, fmt.Errorf("choose documents: %w", err)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return d.store.StartBulk(ctx, c.GSTIN, c.Mode, kind, ids)
}

// chosen reads the documents of a choice, in the order in which they are to be sent.
func (d *Desk) chosen(ctx context.Context, c gst.Company, choice Choice) ([]db.InvoiceRow, error) {
	switch {
	case choice.Held:
		return upTo(ctx, nil, func(ctx context.Context, after db.Cursor, limit int) ([]db.InvoiceRow, db.Cursor, error) {
			return d.store.HeldInvoices(ctx, c.GSTIN, c.Mode, after, limit)
		})
	case choice.All == nil:
		return d.store.ForBulk(ctx, c.GSTIN, c.Mode, choice.IDs)
	}
	var rows []db.InvoiceRow
	for _, chip := range []db.Chip{db.ChipPending, db.ChipToFix} { // with others there is nothing to do
		f := *choice.All
		if f.State != db.ChipAll && f.State != chip {
			continue
		}
		f.Company, f.Mode, f.State = c.GSTIN, c.Mode, chip
		var err error
		rows, err = upTo(ctx, rows, func(ctx context.Context, after db.Cursor, limit int) ([]db.InvoiceRow, db.Cursor, error) {
			f.After, f.Limit = after, limit
			return d.store.Invoices(ctx, f)
		})
		if err != nil {
			return nil, err
		}
	}
	db.SortForBulk(rows)
	return rows, nil
}

// upTo adds all that read gives, page by page, until there are db.MostBulk.
func upTo(ctx context.Context, rows []db.InvoiceRow,
	read func(ctx context.Context, after db.Cursor, limit int) ([]db.InvoiceRow, db.Cursor, error),
) ([]db.InvoiceRow, error) {
	const page = 1000
	var after db.Cursor
	for len(rows) < db.MostBulk {
		more, next, err := read(ctx, after, min(page, db.MostBulk-len(rows)))
		if err != nil {
			return nil, err
		}
		rows, after = append(rows, more...), next
		if after.IsZero() {
			break
		}
	}
	return rows, nil
}

// StopBulk stops work on many documents of c: nothing more of it is sent, and what was not
// sent yet stands as before. What is under way ends.
func (d *Desk) StopBulk(ctx context.Context, c gst.Company, id int64) error {
	return d.store.StopBulk(ctx, c.GSTIN, id)
}

// Pauses of RunBulks when nobody wakes it.
const (
	bulkSoon  = time.Second      // a document is in hand, or the store failed
	bulkQuiet = 30 * time.Second // another process may have started something
)

// RunBulks does the work that StartBulk and StopBulk ask for until ctx is done, also what
// an earlier run of the program left.
func (d *Desk) RunBulks(ctx context.Context, log *slog.Logger) {
	for {
		pause := bulkQuiet
		left, err := d.WorkBulks(ctx)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "work on many documents fails", "error", err)
		}
		if left || err != nil {
			pause = bulkSoon
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-d.store.WakeBulks():
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// WorkBulks does all that can be done now, a part of each piece of work in turn, and
// reports whether something is left for later.
func (d *Desk) WorkBulks(ctx context.Context) (left bool, err error) {
	for {
		ids, err := d.store.OpenBulks(ctx)
		if err != nil {
			return false, err
		}
		more := false
		for _, id := range ids {
			again, err := d.store.WorkBulk(ctx, id, registrar.MayResend)
			if err != nil {
				return true, err
			}
			more = more || again
		}
		if !more {
			ids, err = d.store.OpenBulks(ctx)
			return len(ids) > 0, err
		}
	}
}
