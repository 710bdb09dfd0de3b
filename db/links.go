package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// LinkKind says how one document goes back to another.
type LinkKind string

// The kinds of link.
const (
	LinkNote      LinkKind = "note"      // a credit or debit note on its original
	LinkMadeFrom  LinkKind = "made_from" // an invoice of a quotation, proforma or challan
	LinkPreceding LinkKind = "preceding" // named as preceding document by one that is no note
)

// LinkedDocument is a document that another one is linked with.
type LinkedDocument struct {
	ID       int64
	Type     gst.DocumentType
	Number   string
	Date     gst.Date
	Total    gst.Paise
	State    gst.DocumentState
	Kind     LinkKind
	Original bool // the other one goes back to this; false: this goes back to the other
}

// NoteCheck says what is wrong with a note beside its original and the other issued notes
// on that, all with their lines. It runs inside the transaction that stores the note, so
// that two notes at once cannot each believe to be the first; it must be quick.
type NoteCheck func(note, original *gst.Invoice, others []*gst.Invoice) gst.Faults

// isNote reports whether documents of the type go back to an original.
func isNote(t gst.DocumentType) bool { return t == gst.CreditNote || t == gst.DebitNote }

// putLinks stores what an issued document goes back to: the one it was made from, and the
// company's own documents among the preceding ones it names. Others, as of another
// program's time, have no link.
func putLinks(ctx context.Context, t *tx, inv *gst.Invoice) error {
	if _, err := t.exec(ctx, `DELETE FROM links WHERE document_id = $1`, inv.ID); err != nil {
		return fmt.Errorf("unlink: %w", err)
	}
	source, named := LinkMadeFrom, LinkPreceding
	if isNote(inv.Type) {
		source, named = LinkNote, LinkNote
	}
	if inv.Source != 0 {
		_, err := t.exec(ctx, `
INSERT OR IGNORE INTO links (company, mode, document_id, original_id, kind)
SELECT company, mode, $3, id, $5
FROM invoices
WHERE company = $1 AND mode = $2 AND id = $4 AND id <> $3`, inv.Company, inv.Mode, inv.ID, inv.Source, source)
		if err != nil {
			return fmt.Errorf("link: %w", known(err))
		}
	}
	for _, p := range inv.Refs.Preceding {
		_, err := t.exec(ctx, `
INSERT OR IGNORE INTO links (company, mode, document_id, original_id, kind)
SELECT company, mode, $3, id, $6
FROM invoices
WHERE company = $1 AND mode = $2 AND type IN ('INV', 'BOS', 'DBN') AND fy = $4 AND number_key = $5 AND id <> $3`,
			inv.Company, inv.Mode, inv.ID, p.Date.FinancialYear(), gst.NormalNumber(p.Number), named)
		if err != nil {
			return fmt.Errorf("link: %w", known(err))
		}
	}
	return nil
}

// checkNote runs checks on every original of a note that is stored and linked, and
// returns what they find as gst.Invalid.
func checkNote(ctx context.Context, t *tx, inv *gst.Invoice, checks []NoteCheck) error {
	if len(checks) == 0 || !isNote(inv.Type) {
		return nil
	}
	originals, err := list(ctx, t.statements, scanID, `
SELECT original_id
FROM links
WHERE document_id = $1 AND kind = 'note'
ORDER BY original_id`, inv.ID)
	if err != nil {
		return fmt.Errorf("read originals: %w", err)
	}
	var faults gst.Faults
	for _, id := range originals {
		original, _, err := readInvoice(ctx, t.statements, inv.Company, id)
		if err != nil {
			return err
		}
		others, err := notesOf(ctx, t.statements, inv.Company, id, inv.ID)
		if err != nil {
			return err
		}
		for _, check := range checks {
			faults = append(faults, check(inv, original, others)...)
		}
	}
	return faults.Err()
}

// NotesOf returns the issued credit and debit notes on a company's document, with their
// lines, oldest first. Void ones count no more. It is empty for a document that the
// company does not have.
func (s *Store) NotesOf(ctx context.Context, gstin gst.GSTIN, id int64) ([]*gst.Invoice, error) {
	notes, err := notesOf(ctx, s.reader, gstin, id, 0)
	if err != nil {
		return nil, fmt.Errorf("notes on document %d of %s: %w", id, gstin, err)
	}
	return notes, nil
}

// notesOf is NotesOf without one note.
func notesOf(ctx context.Context, from *statements, gstin gst.GSTIN, id, except int64) ([]*gst.Invoice, error) {
	ids, err := list(ctx, from, scanID, `
SELECT i.id
FROM links l
JOIN invoices i ON i.id = l.document_id
WHERE l.original_id = $2 AND l.kind = 'note' AND i.company = $1 AND i.state = 'issued' AND i.id <> $3
ORDER BY i.id`, gstin, id, except)
	if err != nil {
		return nil, err
	}
	notes := make([]*gst.Invoice, len(ids))
	for i, id := range ids {
		if notes[i], _, err = readInvoice(ctx, from, gstin, id); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// Linked returns what a company's document goes back to, and then what goes back to it,
// each oldest first and void ones too.
func (s *Store) Linked(ctx context.Context, gstin gst.GSTIN, id int64) ([]LinkedDocument, error) {
	documents, err := list(ctx, s.reader, func(row scanner) (d LinkedDocument, err error) {
		err = row.Scan(&d.ID, &d.Type, &d.Number, &d.Date, &d.Total, &d.State, &d.Kind, &d.Original)
		return d, err
	}, `
SELECT i.id, i.type, i.number, i.date, i.total, i.state, l.kind, 1 AS original
FROM links l
JOIN invoices i ON i.id = l.original_id
WHERE l.document_id = $2 AND l.company = $1
UNION ALL
SELECT i.id, i.type, i.number, i.date, i.total, i.state, l.kind, 0
FROM links l
JOIN invoices i ON i.id = l.document_id
WHERE l.original_id = $2 AND l.company = $1
ORDER BY original DESC, 4, 1`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("documents linked with %d of %s: %w", id, gstin, err)
	}
	return documents, nil
}

// DraftsFrom returns the drafts that were made from a company's document, oldest first.
// Links are stored with issued documents only: until then a draft may become anything.
func (s *Store) DraftsFrom(ctx context.Context, gstin gst.GSTIN, id int64) ([]LinkedDocument, error) {
	drafts, err := list(ctx, s.reader, func(row scanner) (LinkedDocument, error) {
		d := LinkedDocument{State: gst.Draft, Kind: LinkMadeFrom}
		err := row.Scan(&d.ID, &d.Type, &d.Date, &d.Total)
		if isNote(d.Type) {
			d.Kind = LinkNote
		}
		return d, err
	}, `
SELECT i.id, i.type, i.date, i.total
FROM invoices source
JOIN invoices i ON i.company = source.company AND i.mode = source.mode AND i.chip = 'draft'
JOIN invoice_details d ON d.invoice_id = i.id
WHERE source.company = $1 AND source.id = $2 AND d.extra ->> '$.Source' = $2
ORDER BY i.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("drafts from document %d of %s: %w", id, gstin, err)
	}
	return drafts, nil
}
