package db

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"mohar/gst"
)

// SaveDraft stores a draft, new (ID 0) or changed, and sets inv's ID, Version, Mode and
// times. It may be as incomplete as it likes. body is the INV-01 that a brought document
// came as; nil for a typed one.
//
// It returns gst.ErrConflict when somebody changed the draft since inv was read
// (inv.Version), and gst.ErrState when it is no draft any more or was made in practice
// and the company has gone live.
func (s *Store) SaveDraft(ctx context.Context, inv *gst.Invoice, body []byte) error {
	saved := *inv // inv changes only when the draft is on the disk
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, scope, err := s.openDraft(ctx, t, &saved)
		if err != nil {
			return err
		}
		saved.State, saved.IRN = gst.Draft, gst.IRNStatus{}
		if _, err := s.put(ctx, t, before, &saved, body, scope); err != nil {
			return err
		}
		action := "changed"
		if before == nil {
			action = "created"
			if err := s.addEvent(ctx, t, &saved, Event{Kind: EventCreated}); err != nil {
				return err
			}
		}
		return s.logInvoice(ctx, t, action, before, &saved, nil)
	})
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	*inv = saved
	return nil
}

// DeleteDraft removes a draft for good; the edit log keeps what it said. It returns
// gst.ErrConflict when the draft was changed since version, gst.ErrState when it is no
// draft any more.
func (s *Store) DeleteDraft(ctx context.Context, gstin gst.GSTIN, id, version int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, _, err := readInvoice(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if err := unchanged(before, gst.Draft, version); err != nil {
			return err
		}
		for _, query := range []string{
			`DELETE FROM links WHERE original_id = $1`,
			`DELETE FROM events WHERE invoice_id = $1`,
			`DELETE FROM invoice_lines WHERE invoice_id = $1`,
			`DELETE FROM invoice_details WHERE invoice_id = $1`,
			`DELETE FROM invoices WHERE id = $1`,
		} {
			if _, err := t.exec(ctx, query, id); err != nil {
				return err
			}
		}
		if err := recount(ctx, t, tallyOf(before), tally{}); err != nil {
			return err
		}
		dropSearch(t, id)
		s.rings(t, id)
		text, err := compactJSON(logged(before))
		if err != nil {
			return err
		}
		c := invoiceChange(before, "deleted")
		c.before = text
		return s.logChange(ctx, t, c)
	})
	if err != nil {
		return fmt.Errorf("delete draft %d: %w", id, err)
	}
	return nil
}

// IssueInvoice gives inv its number unless it brought one, stores it and queues its IRN
// request, all or nothing, and sets inv's ID, Number, Version, Mode, State and times. A
// stored draft (ID) is issued, a new document is stored at once. encode makes the
// INV-01 body after the number is known; it must be quick, because all writers wait
// for it. With queue false a document whose IRN is pending is held instead. Checks see
// what a note goes back to; what they find undoes everything.
//
// It returns gst.ErrConflict if the company has already used inv.Number in the
// financial year of inv.Date, or the draft was changed since inv was read; gst.ErrState
// if it is issued already; gst.Invalid on the field "number" for a number that no
// document may bear, such as one of more than 16 characters, on "series" for a series
// that is not there, on "date" for a day that the company has locked, and what checks
// found.
func (s *Store) IssueInvoice(ctx context.Context, inv *gst.Invoice, encode func(*gst.Invoice) ([]byte, error), queue bool, checks ...NoteCheck) error {
	saved := *inv
	saved.Elsewhere = false // also in a copy of one that was; see RecordElsewhere
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, scope, err := s.openDraft(ctx, t, &saved)
		if err != nil {
			return err
		}
		if err := number(ctx, t, &saved); err != nil {
			return err
		}
		saved.State, saved.Issued = gst.Issued, saved.Changed
		digest, err := s.issue(ctx, t, before, &saved, encode, queue, scope, checks)
		if err != nil {
			return err
		}
		if err := s.addEvent(ctx, t, &saved, Event{Kind: EventIssued, Detail: saved.Number}); err != nil {
			return err
		}
		return s.logInvoice(ctx, t, "issued", before, &saved, digest)
	})
	if err != nil {
		return fmt.Errorf("issue %q: %w", saved.Number, err)
	}
	*inv = saved
	return nil
}

// AmendInvoice replaces the content of an issued document that has no IRN, under the
// number it has. It queues the IRN request, encodes and checks like IssueInvoice.
//
// It returns gst.ErrConflict when somebody changed the document since inv was read, and
// gst.ErrState when it is a draft or void, was issued elsewhere, or its IRN is
// registered, under way or unknown, or when inv has another type or financial year than
// the stored one, or while its e-way bill is being made; gst.Invalid on "date" when its day or inv's is locked, and by the rule
// "amend.unchanged" when the portal refused what would be sent again.
func (s *Store) AmendInvoice(ctx context.Context, inv *gst.Invoice, encode func(*gst.Invoice) ([]byte, error), queue bool, checks ...NoteCheck) error {
	saved := *inv
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		scope, err := scopeOf(ctx, t, &saved)
		if err != nil {
			return err
		}
		before, sent, err := readInvoice(ctx, t.statements, saved.Company, saved.ID)
		if err != nil {
			return err
		}
		if err := unchanged(before, gst.Issued, saved.Version); err != nil {
			return err
		}
		if !withoutIRN(before.IRN.State) || before.Elsewhere || saved.Type != before.Type || saved.Mode != before.Mode ||
			saved.Date.FinancialYear() != before.Date.FinancialYear() {
			return gst.ErrState
		}
		if err := unlocked(ctx, t, before); err != nil {
			return err
		}
		s.succeed(before, &saved)
		saved.State, saved.Number, saved.Issued = gst.Issued, before.Number, before.Issued
		saved.Elsewhere, saved.Series = false, before.Series
		digest, err := s.issue(ctx, t, before, &saved, unlike(sent, before.IRN.State, encode), queue, scope, checks)
		if err != nil {
			return err
		}
		if err := s.addEvent(ctx, t, &saved, Event{Kind: EventAmended}); err != nil {
			return err
		}
		if err := s.logInvoice(ctx, t, "amended", before, &saved, digest); err != nil {
			return err
		}
		return s.amendEWay(ctx, t, before, &saved)
	})
	if err != nil {
		return fmt.Errorf("amend document %d: %w", inv.ID, err)
	}
	*inv = saved
	return nil
}

// unlike is encode for a document that the portal refused: what comes of it must not be
// what was refused, byte for byte, unless it needs no IRN any more.
// Source: NIC's note on top errors: callers who repeat a failing document are blocked.
func unlike(sent []byte, state gst.IRNState, encode func(*gst.Invoice) ([]byte, error)) func(*gst.Invoice) ([]byte, error) {
	if state != gst.IRNFailed && state != gst.IRNConflict {
		return encode
	}
	return func(inv *gst.Invoice) ([]byte, error) {
		body, err := encode(inv)
		if err == nil && inv.IRN.State != gst.IRNNotRequired && bytes.Equal(body, sent) {
			err = invalid("amend.unchanged", "")
		}
		return body, err
	}
}

// VoidInvoice withdraws an issued document that has no IRN: its number is never used
// again. Of one that was issued elsewhere it puts down that it was cancelled there, IRN
// and all. It returns gst.ErrConflict when the document was changed since version, and
// gst.ErrState when its IRN is registered, under way or unknown, or it is a draft or
// void already; gst.Invalid on "date" when its day is locked.
func (s *Store) VoidInvoice(ctx context.Context, gstin gst.GSTIN, id, version int64, reason string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := readHead(ctx, t, gstin, id)
		if err != nil {
			return err
		}
		elsewhere, err := issuedElsewhere(ctx, t, id)
		if err != nil {
			return err
		}
		if h.State != gst.Issued || !withoutIRN(h.IRN.State) && !elsewhere {
			return gst.ErrState
		}
		if h.Version != version {
			return gst.ErrConflict
		}
		if err := unlocked(ctx, t, h); err != nil {
			return err
		}
		_, err = t.exec(ctx, `UPDATE invoices SET cancel_remark = $2 WHERE id = $1`, id, reason)
		if err != nil {
			return err
		}
		after := stateLog{State: gst.Void, IRN: h.IRN.State, Remark: reason}
		if h.IRN.State == gst.IRNRegistered {
			after.IRN = gst.IRNCancelled
			if _, err := t.exec(ctx, `UPDATE registrations SET status = 'CNL' WHERE invoice_id = $1`, id); err != nil {
				return err
			}
		}
		return s.move(ctx, t, h, "voided", Event{Kind: EventVoided, Detail: reason}, after)
	})
	if err != nil {
		return fmt.Errorf("void document %d: %w", id, err)
	}
	return nil
}

// withoutIRN reports whether a document in this IRN state has none and none can come.
func withoutIRN(state gst.IRNState) bool {
	switch state {
	case gst.IRNHeld, gst.IRNFailed, gst.IRNConflict, gst.IRNNotRequired:
		return true
	}
	return false
}

// openDraft checks that inv may be stored as or from a draft, and prepares its mode,
// version and times. It returns the stored draft, nil for a new document, and the
// company's scope in the search index.
func (s *Store) openDraft(ctx context.Context, t *tx, inv *gst.Invoice) (*gst.Invoice, string, error) {
	scope, err := scopeOf(ctx, t, inv)
	if err != nil {
		return nil, "", err
	}
	if inv.ID == 0 {
		inv.Version, inv.Created = 1, moment(millis(s.now()))
		inv.Changed, inv.Issued = inv.Created, moment(0)
		return nil, scope, nil
	}
	before, _, err := readInvoice(ctx, t.statements, inv.Company, inv.ID)
	if err != nil {
		return nil, "", err
	}
	if err := unchanged(before, gst.Draft, inv.Version); err != nil {
		return nil, "", err
	}
	if before.Mode != inv.Mode {
		return nil, "", gst.ErrState // begun in practice, and the company has gone live since
	}
	s.succeed(before, inv)
	return before, scope, nil
}

// succeed makes inv the version after before.
func (s *Store) succeed(before, inv *gst.Invoice) {
	inv.Version = before.Version + 1
	inv.Created, inv.Changed, inv.Issued = before.Created, moment(millis(s.now())), moment(0)
}

// unchanged checks the state first: a second click on Issue is told that the document is
// issued, not that somebody changed it.
func unchanged(stored *gst.Invoice, state gst.DocumentState, version int64) error {
	if stored.State != state {
		return gst.ErrState
	}
	if stored.Version != version {
		return gst.ErrConflict
	}
	return nil
}

// scopeOf checks that the document's company is there and in the document's mode, and
// returns the company's scope in the search index. An empty mode becomes the company's.
func scopeOf(ctx context.Context, t *tx, inv *gst.Invoice) (string, error) {
	var id int64
	var mode gst.Mode
	err := t.row(ctx, `SELECT id, mode FROM companies WHERE gstin = $1`, inv.Company).Scan(&id, &mode)
	if err != nil {
		return "", fmt.Errorf("company %s: %w", inv.Company, known(err))
	}
	if inv.Mode == "" {
		inv.Mode = mode
	}
	if inv.Mode != mode {
		return "", gst.ErrState // practice documents of a live company are read-only
	}
	return searchScope(id, mode), nil
}

// number gives inv the next number of its series, or checks the one it brought. That
// nobody else has it is left to the unique index.
func number(ctx context.Context, t *tx, inv *gst.Invoice) error {
	if inv.Date == 0 {
		return gst.Invalid{Faults: gst.Faults{{Rule: "required", Field: "date"}}}
	}
	if inv.Number == "" {
		return takeNumber(ctx, t, inv)
	}
	return checkNumber(inv.Number)
}

// issue stores a numbered document and what follows from it, and returns the digest of
// its rows.
func (s *Store) issue(ctx context.Context, t *tx, before, inv *gst.Invoice, encode func(*gst.Invoice) ([]byte, error), queue bool, scope string, checks []NoteCheck) ([]byte, error) {
	if err := unlocked(ctx, t, inv); err != nil {
		return nil, err
	}
	inv.IRN = gst.IRNStatus{State: firstIRNState(inv.IRN.State, queue), Reason: inv.IRN.Reason}
	body, err := encode(inv)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	rows, err := s.put(ctx, t, before, inv, body, scope)
	if err != nil {
		return nil, err
	}
	if err := putLinks(ctx, t, inv); err != nil {
		return nil, err
	}
	if err := checkNote(ctx, t, inv, checks); err != nil {
		return nil, err
	}
	if err := remember(ctx, t, inv); err != nil {
		return nil, err
	}
	if inv.IRN.State == gst.IRNPending {
		if err := s.insertIRNRequest(ctx, t, inv); err != nil {
			return nil, err
		}
	}
	return rows.digest()
}

// firstIRNState is where an issued document begins: a pending IRN has a request, and
// every other one has none.
func firstIRNState(wanted gst.IRNState, queue bool) gst.IRNState {
	switch {
	case wanted == gst.IRNNotRequired || wanted == gst.IRNHeld:
		return wanted
	case queue:
		return gst.IRNPending
	}
	return gst.IRNHeld
}

// put writes all rows of a document, whose version, state and times are set, over those
// of before, or as new rows when there is no before, and sets a new document's ID. It
// returns what it wrote.
func (s *Store) put(ctx context.Context, t *tx, before, inv *gst.Invoice, body []byte, scope string) (storedRows, error) {
	var then tally
	var err error
	rows := storedRows{columns: invoiceArgs(inv), body: body}
	if before == nil {
		err = insertInvoice(ctx, t, inv, rows.columns)
	} else {
		then = tallyOf(before)
		if err = updateInvoice(ctx, t, inv, rows.columns); err == nil {
			err = recountSubmissions(ctx, t, inv.ID, before.IRN.State, inv.IRN.State)
		}
	}
	if err != nil {
		return rows, err
	}
	if rows.extra, err = putDetails(ctx, t, inv, body); err != nil {
		return rows, err
	}
	if rows.lines, err = putLines(ctx, t, before, inv); err != nil {
		return rows, err
	}
	putSearch(t, scope, before, inv)
	s.rings(t, inv.ID)
	return rows, recount(ctx, t, then, tallyOf(inv))
}

// logInvoice writes down what changed in a document; digest is that of its rows once it
// is issued.
func (s *Store) logInvoice(ctx context.Context, t *tx, action string, before, after *gst.Invoice, digest []byte) error {
	entry := invoiceChange(after, action)
	entry.digest = digest
	if before == nil {
		return s.logDifference(ctx, t, entry, nil, logged(after))
	}
	return s.logDifference(ctx, t, entry, logged(before), logged(after))
}

// logged is a document as the edit log keeps it: without what an entry says itself.
func logged(inv *gst.Invoice) gst.Invoice {
	l := *inv
	l.ID, l.Created, l.Changed, l.Issued = 0, moment(0), moment(0), moment(0)
	return l
}

func invoiceChange(inv *gst.Invoice, action string) change {
	return change{company: inv.Company, action: action, subject: "invoice", which: strconv.FormatInt(inv.ID, 10)}
}
