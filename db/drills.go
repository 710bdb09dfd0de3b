package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// Drill is one start of a drill: something goes wrong at the practice portal for one
// company, and its people see what comes of it.
type Drill struct {
	ID        int64
	Company   gst.GSTIN
	Name      string
	Provider  gst.Provider // which one is down, where one is
	Number    string       // that another program used up, where one did
	DraftID   int64        // the document made ready for it; 0: none
	After     int64        // the last event before the start: later ones count
	Started   time.Time
	Ended     time.Time // zero while it runs
	InvoiceID int64     // the document that showed it; 0: none yet
}

const drillColumns = `id, company, name, provider, number, draft_id, after_event, started_at, ended_at, invoice_id`

// StartDrill stores a drill of d.Company that starts now, and sets what is not given. It
// returns gst.ErrConflict while another one runs there, and gst.ErrState for a company that
// is not in practice.
func (s *Store) StartDrill(ctx context.Context, d *Drill) error {
	started := *d
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := company(ctx, t.statements, d.Company)
		if err != nil {
			return err
		}
		if c.Mode != gst.Practice {
			return gst.ErrState
		}
		if err := t.row(ctx, `SELECT COALESCE(MAX(id), 0) FROM events`).Scan(&started.After); err != nil {
			return known(err)
		}
		started.Started = moment(millis(s.now()))
		err = t.row(ctx, `
INSERT INTO drills (company, name, provider, number, draft_id, after_event, started_at, ended_at, invoice_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)
RETURNING id`, d.Company, d.Name, d.Provider, d.Number, d.DraftID, started.After, millis(started.Started)).Scan(&started.ID)
		return known(err)
	})
	if err != nil {
		return fmt.Errorf("start drill %q of %s: %w", d.Name, d.Company, err)
	}
	*d = started
	return nil
}

// EndDrill ends a drill that runs; of one that has ended nothing changes.
func (s *Store) EndDrill(ctx context.Context, gstin gst.GSTIN, id int64) error {
	return s.changeDrill(ctx, gstin, id, 0)
}

// ShowDrill notes which document showed what a drill is about, and ends it.
func (s *Store) ShowDrill(ctx context.Context, gstin gst.GSTIN, id, invoiceID int64) error {
	return s.changeDrill(ctx, gstin, id, invoiceID)
}

func (s *Store) changeDrill(ctx context.Context, gstin gst.GSTIN, id, invoiceID int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE drills
SET ended_at = CASE ended_at WHEN 0 THEN $3 ELSE ended_at END,
    invoice_id = CASE invoice_id WHEN 0 THEN $4 ELSE invoice_id END
WHERE company = $1 AND id = $2`, gstin, id, millis(s.now()), invoiceID)
		return one(n, err)
	})
	if err != nil {
		return fmt.Errorf("end drill %d of %s: %w", id, gstin, err)
	}
	return nil
}

// Drill returns one drill of a company; gst.ErrNotFound when it has no such one.
func (s *Store) Drill(ctx context.Context, gstin gst.GSTIN, id int64) (Drill, error) {
	d, err := scanDrill(s.reader.row(ctx, `
SELECT `+drillColumns+`
FROM drills
WHERE company = $1 AND id = $2`, gstin, id))
	if err != nil {
		return Drill{}, fmt.Errorf("read drill %d of %s: %w", id, gstin, known(err))
	}
	return d, nil
}

// RunningDrill returns the drill that runs at a company; gst.ErrNotFound when none does.
func (s *Store) RunningDrill(ctx context.Context, gstin gst.GSTIN) (Drill, error) {
	d, err := scanDrill(s.reader.row(ctx, `
SELECT `+drillColumns+`
FROM drills
WHERE company = $1 AND ended_at = 0`, gstin))
	if err != nil {
		return Drill{}, fmt.Errorf("read running drill of %s: %w", gstin, known(err))
	}
	return d, nil
}

// Drills returns the latest start of each drill of a company, and of one that showed what
// it is about before, that start too: later ones first.
func (s *Store) Drills(ctx context.Context, gstin gst.GSTIN) ([]Drill, error) {
	drills, err := list(ctx, s.reader, scanDrill, `
SELECT `+drillColumns+`
FROM drills
WHERE company = $1 AND id IN (
    SELECT MAX(id) FROM drills WHERE company = $1 GROUP BY name
    UNION
    SELECT MAX(id) FROM drills WHERE company = $1 AND invoice_id <> 0 GROUP BY name)
ORDER BY id DESC`, gstin)
	if err != nil {
		return nil, fmt.Errorf("read drills of %s: %w", gstin, err)
	}
	return drills, nil
}

func scanDrill(row scanner) (d Drill, err error) {
	var started, ended int64
	err = row.Scan(&d.ID, &d.Company, &d.Name, &d.Provider, &d.Number, &d.DraftID, &d.After, &started, &ended, &d.InvoiceID)
	d.Started, d.Ended = moment(started), moment(ended)
	return d, err
}

// mostEvents is how much happens to a company's documents during a drill, at most.
const mostEvents = 2000

// EventsAfter returns the first 2,000 events of all documents of a company that came after
// the one with that id, by document, each the oldest first.
func (s *Store) EventsAfter(ctx context.Context, gstin gst.GSTIN, after int64) (map[int64][]Event, error) {
	type entry struct {
		document int64
		event    Event
	}
	entries, err := list(ctx, s.reader, func(row scanner) (e entry, err error) {
		e.event, err = scanEvent(wideRow{row, []any{&e.document}})
		return e, err
	}, `
SELECT invoice_id, at, kind, actor, provider, code, detail
FROM events
WHERE id > $2 AND company = $1
ORDER BY id
LIMIT $3`, gstin, after, mostEvents)
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", gstin, err)
	}
	events := map[int64][]Event{}
	for _, e := range entries {
		events[e.document] = append(events[e.document], e.event)
	}
	return events, nil
}
