package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// HandDocument is a document without an IRN that a person may register by hand at the
// portal.
type HandDocument struct {
	ID       int64
	Version  int64
	Type     gst.DocumentType
	Number   string
	Date     gst.Date
	Buyer    string
	Total    gst.Paise
	IRN      gst.IRNState
	Request  string       // RequestReady …; empty: none is open
	Sending  bool         // a worker has it in hand
	Refusal  *gst.Refusal // for failed
	GivenOut time.Time    // it was given out then, and is not taken back; zero: it was not
}

// selectHand reads documents for registering by hand. A document is given out when that
// was the last said of it while it is held.
const selectHand = `
SELECT id, version, type, number, date, buyer_name, total, irn_state, refusal, request, leased, given
FROM (
    SELECT i.id, i.company, i.mode, i.chip, i.version, i.type, i.number, i.date, i.buyer_name, i.total, i.irn_state,
           d.refusal, COALESCE(q.state, '') AS request, COALESCE(q.leased_until, 0) AS leased,
           CASE i.irn_state WHEN 'held' THEN COALESCE((
               SELECT e.at FROM events e
               WHERE e.invoice_id = i.id AND e.kind = 'given_out' AND e.id > COALESCE((
                   SELECT MAX(b.id) FROM events b WHERE b.invoice_id = i.id AND b.kind = 'queued'), 0)
               ORDER BY e.id DESC
               LIMIT 1), 0) ELSE 0 END AS given
    FROM invoices i
    JOIN invoice_details d ON d.invoice_id = i.id
    LEFT JOIN irn_requests q ON q.invoice_id = i.id) AS h`

func (s *Store) scanHand() func(scanner) (HandDocument, error) {
	now := s.now()
	return func(row scanner) (h HandDocument, err error) {
		var leased, given int64
		var refusal string
		err = row.Scan(&h.ID, &h.Version, &h.Type, &h.Number, &h.Date, &h.Buyer, &h.Total, &h.IRN, &refusal, &h.Request, &leased, &given)
		if err != nil {
			return h, err
		}
		h.Sending, h.GivenOut = moment(leased).After(now), moment(given)
		if h.IRN == gst.IRNFailed && refusal != "" {
			h.Refusal = new(gst.Refusal)
			err = readJSON(refusal, h.Refusal)
		}
		return h, err
	}
}

// HandDocument returns one document that has no IRN and may still get one;
// gst.ErrNotFound when the company has none such in this mode.
func (s *Store) HandDocument(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, id int64) (HandDocument, error) {
	h, err := s.scanHand()(s.reader.row(ctx, selectHand+`
WHERE id = $1 AND company = $2 AND mode = $3 AND chip IN ($4, $5) AND irn_state <> 'conflict'`,
		id, gstin, mode, ChipPending, ChipToFix))
	if err != nil {
		return h, fmt.Errorf("read document %d of %s: %w", id, gstin, known(err))
	}
	return h, nil
}

// HandDocuments returns a company's documents that have no IRN and may still get one, the
// oldest first, at most limit of those that wait, are held or looked up, and of those that
// the portal refused. Those that are given out are not among them.
func (s *Store) HandDocuments(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, limit int) ([]HandDocument, error) {
	var documents []HandDocument
	for _, chip := range []Chip{ChipPending, ChipToFix} {
		found, err := list(ctx, s.reader, s.scanHand(), selectHand+`
WHERE company = $1 AND mode = $2 AND chip = $3 AND irn_state <> 'conflict' AND given = 0
ORDER BY date, id
LIMIT $4`, gstin, mode, chip, limit)
		if err != nil {
			return nil, fmt.Errorf("list documents of %s without IRN: %w", gstin, err)
		}
		documents = append(documents, found...)
	}
	return documents, nil
}

// GivenOut returns a company's documents that are given out to be registered by hand, the
// oldest first.
func (s *Store) GivenOut(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) ([]HandDocument, error) {
	documents, err := list(ctx, s.reader, s.scanHand(), selectHand+`
WHERE company = $1 AND mode = $2 AND chip = $3 AND irn_state = 'held' AND given > 0
ORDER BY date, id`, gstin, mode, ChipPending)
	if err != nil {
		return nil, fmt.Errorf("list documents of %s that are given out: %w", gstin, err)
	}
	return documents, nil
}

// liesInFile is whether a held document of a query's invoices is given out.
const liesInFile = `EXISTS (
    SELECT 1 FROM events e
    WHERE e.invoice_id = invoices.id AND e.kind = 'given_out' AND e.id > COALESCE((
        SELECT MAX(b.id) FROM events b WHERE b.invoice_id = invoices.id AND b.kind = 'queued'), 0))`

// CountGivenOut returns how many of a company's documents are given out to be registered by
// hand. It reads the history of each that is held.
func (s *Store) CountGivenOut(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) (n int64, err error) {
	err = s.reader.row(ctx, `
SELECT COUNT(*) FROM invoices
WHERE company = $1 AND mode = $2 AND irn_state = 'held' AND state = 'issued' AND `+liesInFile, gstin, mode).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count documents of %s that are given out: %w", gstin, err)
	}
	return n, nil
}

// GiveOut notes that a document is registered by hand at the portal: it is held, and
// nothing is sent for it any more. at is when the file with it was asked for; those of one
// file have it in common.
//
// It returns gst.ErrConflict when the document was changed since version, is being sent
// this moment, or was sent and must be looked up first; gst.ErrState when it has its IRN,
// needs none, or is a draft or void.
func (s *Store) GiveOut(ctx context.Context, gstin gst.GSTIN, id, version int64, at time.Time) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := openForHand(ctx, t, gstin, id, version)
		if err != nil {
			return err
		}
		switch h.IRN.State {
		case gst.IRNPending:
			n, err := t.exec(ctx, `
DELETE FROM irn_requests
WHERE invoice_id = $1 AND state = 'ready' AND leased_until <= $2`, id, millis(s.now()))
			if err := one(n, err); err != nil {
				return err
			}
		case gst.IRNHeld, gst.IRNFailed:
		default:
			return gst.ErrConflict
		}
		e := Event{Kind: EventGivenOut, At: at}
		return s.move(ctx, t, h, "given_out", e, stateLog{State: h.State, IRN: gst.IRNHeld})
	})
	if err != nil {
		return fmt.Errorf("give out document %d: %w", id, err)
	}
	return nil
}

// openForHand reads a document that has no IRN and may get one, as it was at version.
func openForHand(ctx context.Context, t *tx, gstin gst.GSTIN, id, version int64) (*gst.Invoice, error) {
	h, err := readHead(ctx, t, gstin, id)
	if err != nil {
		return nil, err
	}
	if h.State != gst.Issued {
		return nil, gst.ErrState
	}
	switch h.IRN.State {
	case gst.IRNHeld, gst.IRNPending, gst.IRNUnknown, gst.IRNFailed, gst.IRNConflict:
	default:
		return nil, gst.ErrState
	}
	if h.Version != version {
		return nil, gst.ErrConflict
	}
	return h, nil
}

// BringRegistration stores a registration that a person brought from the portal, and ends
// the document's request if one is open: who has that in hand finds it gone. One that was
// cancelled there (status CNL) makes the document void.
//
// It returns gst.ErrConflict when the document was changed since version, and gst.ErrState
// when it has an IRN, needs none, or is a draft or void.
func (s *Store) BringRegistration(ctx context.Context, gstin gst.GSTIN, id, version int64, reg gst.Registration) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := openForHand(ctx, t, gstin, id, version)
		if err != nil {
			return err
		}
		tries := 0
		err = t.row(ctx, `
SELECT COALESCE((SELECT attempts FROM irn_requests WHERE invoice_id = $1), 0)`, id).Scan(&tries)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM irn_requests WHERE invoice_id = $1`, id); err != nil {
			return err
		}
		return s.holdThere(ctx, t, h, tries, &reg, "brought_in", Event{Kind: EventBroughtIn, Detail: reg.AckNo})
	})
	if err != nil {
		return fmt.Errorf("store what was brought for document %d: %w", id, err)
	}
	return nil
}

// BringRefusal stores that the portal refused a document that was given out. state is
// gst.IRNFailed or gst.IRNConflict. It returns gst.ErrConflict when the document was
// changed since version, and gst.ErrState unless it is held or was refused before.
func (s *Store) BringRefusal(ctx context.Context, gstin gst.GSTIN, id, version int64, refusal gst.Refusal, state gst.IRNState) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := openForHand(ctx, t, gstin, id, version)
		if err != nil {
			return err
		}
		if h.IRN.State != gst.IRNHeld && h.IRN.State != gst.IRNFailed {
			return gst.ErrState
		}
		return s.storeRefusal(ctx, t, h, refusal, state, 0)
	})
	if err != nil {
		return fmt.Errorf("store refusal of document %d: %w", id, err)
	}
	return nil
}
