package db

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"mohar/gst"
)

// What KeepEWay did.
const (
	EWayAdded   = "added"
	EWayChanged = "changed" // also a bill that was asked for here and turned out to be made
	EWaySame    = ""
)

// KeepEWay keeps what was read of a bill at the portal: it is added, or what is kept is
// brought up to date, and what it did is returned. A bill is known by its number, else it is
// one that was asked for or refused here when it is of the same consignment (see
// gst.Consignment.Unlike); that request ends then. Members of found
// that are zero say nothing: lists tell little. A document of ours that a new bill is of is
// found by the paper.
//
// It returns gst.ErrState for a bill without number.
func (s *Store) KeepEWay(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, found gst.EWay) (id int64, done string, err error) {
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		if found.Number == "" {
			return gst.ErrState
		}
		b := found
		b.Company, b.Mode = gstin, mode
		storedMoments(&b)
		b.State = storedState(&b)
		before, err := s.knownEWay(ctx, t, &b)
		if err != nil {
			return err
		}
		if before == nil {
			id, done = 0, EWayAdded
			if err := s.adoptEWay(ctx, t, &b); err != nil {
				return err
			}
			id = b.ID
			return nil
		}
		id = before.ID
		done, err = s.updateEWay(ctx, t, before, b)
		return err
	})
	if err != nil {
		return 0, EWaySame, fmt.Errorf("keep e-way bill %q: %w", found.Number, err)
	}
	return id, done, nil
}

// storedState is the state of a bill without what time alone brings about.
func storedState(b *gst.EWay) gst.EWayState {
	switch b.State {
	case gst.EWayExpired:
		return gst.EWayActive
	case gst.EWayDiscarded:
		return gst.EWayPartA
	}
	return b.State
}

// knownEWay returns what is kept of a bill that was read; nil when nothing is.
func (s *Store) knownEWay(ctx context.Context, t *tx, b *gst.EWay) (*gst.EWay, error) {
	id, err := ewayNumbered(ctx, t.statements, b.Company, b.Mode, b.Number)
	if err == nil {
		return readEWay(ctx, t.statements, b.Company, id)
	}
	if !isNotFound(err) {
		return nil, err
	}
	if b.Of.Number == "" || b.Role == gst.EWayOther || b.Role == gst.EWayTransporter {
		return nil, nil
	}
	open, err := list(ctx, t.statements, scanID, `
SELECT id
FROM eways
WHERE company = $1 AND mode = $2 AND paper_key = $3 AND number = '' AND role = 'generator' AND ($4 = '' OR paper = $4)
ORDER BY id DESC`, b.Company, b.Mode, gst.NormalNumber(b.Of.Number), b.Of.Paper)
	if err != nil {
		return nil, err
	}
	for _, id := range open {
		kept, err := readEWay(ctx, t.statements, b.Company, id)
		if err != nil {
			return nil, err
		}
		if is, err := s.turnedOut(ctx, t, kept, b); is || err != nil {
			return kept, err
		}
	}
	return nil, nil
}

// turnedOut reports whether a bill that was read is the one that was asked for or refused
// here. One of another consignment never is, though it has the number of the paper; nor is
// one that was cancelled, unless it can have come of a request without answer.
func (s *Store) turnedOut(ctx context.Context, t *tx, kept, found *gst.EWay) (bool, error) {
	if found.State == gst.EWayCancelled && (kept.State != gst.EWayUnknown || found.Made.Before(kept.Created.Add(-gst.EWayClockSkew))) {
		return false, nil
	}
	what, _, _ := kept.Of.Unlike(&found.Of)
	if what == "" || kept.State != gst.EWayFailed || kept.InvoiceID == 0 {
		return what == "", nil
	}
	return s.isOfDocument(ctx, t, kept.Company, kept.InvoiceID, found) // which may have been mended since
}

// isOfDocument reports whether a bill that was read is of a document as it stands.
func (s *Store) isOfDocument(ctx context.Context, t *tx, gstin gst.GSTIN, id int64, found *gst.EWay) (bool, error) {
	h, err := readHead(ctx, t, gstin, id)
	if err != nil {
		return false, err
	}
	of, err := s.consignmentOf(ctx, t, h)
	if err != nil {
		return false, err
	}
	what, _, _ := of.Unlike(&found.Of)
	return what == "", nil
}

// adoptEWay stores a bill that is new here.
func (s *Store) adoptEWay(ctx context.Context, t *tx, b *gst.EWay) error {
	b.Role, b.Route = cmp.Or(b.Role, gst.EWayOurs), cmp.Or(b.Route, gst.EWayFound)
	if b.State == "" {
		b.State = gst.EWayPartA
		if !b.ValidUntil.IsZero() {
			b.State = gst.EWayActive
		}
	}
	b.Asked, b.Refusal, b.Refused, b.Scheduled, b.InvoiceID = "", nil, "", nil, 0
	if b.State == gst.EWayCancelled {
		b.Cancelled = cancelledThere(b.Cancelled, s.now())
	}
	if b.Role == gst.EWayOurs {
		id, err := s.paperOf(ctx, t, b)
		if err != nil {
			return err
		}
		b.InvoiceID = id
	}
	e := Event{Kind: EventEWayAdopted, Detail: b.Number}
	return s.putEWay(ctx, t, nil, b, "adopted", nil, e)
}

// papers are the kinds of document that a paper of ours may be.
var papers = map[gst.PaperKind][]gst.DocumentType{
	gst.PaperInvoice: {gst.TaxInvoice, gst.DebitNote},
	gst.PaperSupply:  {gst.BillOfSupply},
	gst.PaperChallan: {gst.DeliveryChallan, gst.CreditNote},
	gst.PaperOther:   {gst.DebitNote, gst.CreditNote},
}

// paperOf returns the document of ours that a bill is of and that has no bill which stands;
// 0 without one, and when the bill is of another consignment under the document's number.
// The paper of goods that come in is another firm's, unless it is our credit note or challan.
func (s *Store) paperOf(ctx context.Context, t *tx, b *gst.EWay) (int64, error) {
	of := &b.Of
	for _, kind := range papers[of.Paper] {
		if of.Direction == gst.Inward && kind != gst.CreditNote && kind != gst.DeliveryChallan {
			continue
		}
		var id int64
		err := t.row(ctx, `
SELECT i.id
FROM invoices i
WHERE i.company = $1 AND i.mode = $2 AND i.type = $3 AND i.fy = $4 AND i.number_key = $5 AND i.state <> 'draft'
  AND i.date = $6
  AND NOT EXISTS (
    SELECT 1 FROM eways e
    WHERE e.invoice_id = i.id AND e.state IN ('pending', 'unknown', 'part_a_only', 'active'))`,
			b.Company, b.Mode, kind, of.Date.FinancialYear(), gst.NormalNumber(of.Number), of.Date).Scan(&id)
		if absent(err) {
			continue
		}
		if err != nil {
			return 0, known(err)
		}
		if is, err := s.isOfDocument(ctx, t, b.Company, id, b); is || err != nil {
			return id, err
		}
	}
	return 0, nil
}

// updateEWay brings what is kept of a bill up to date with what was read.
func (s *Store) updateEWay(ctx context.Context, t *tx, before *gst.EWay, found gst.EWay) (string, error) {
	b := merged(before, &found, s.now())
	made := before.Number == ""
	if made {
		b.Asked, b.Refusal, b.Refused, b.NextTry, b.Tries, b.LastCode = "", nil, "", time.Time{}, 0, ""
		b.GivenUp = time.Time{}
		if _, err := t.exec(ctx, `DELETE FROM eway_requests WHERE eway_id = $1`, b.ID); err != nil {
			return "", err
		}
	}
	if reflect.DeepEqual(loggedEWay(before), loggedEWay(&b)) {
		if b.ReadAt.Equal(before.ReadAt) {
			return EWaySame, nil
		}
		s.ringsEWay(t, &b)
		_, err := t.exec(ctx, `UPDATE eways SET read_at = $2 WHERE id = $1`, b.ID, millis(b.ReadAt))
		return EWaySame, err
	}
	e, action := Event{Kind: EventEWayRead, Code: string(b.State)}, "read"
	if made {
		e, action = Event{Kind: EventEWayFound, Detail: b.Number}, "made"
	}
	return EWayChanged, s.putEWayAndRegistration(ctx, t, before, &b, action, e)
}

// merged is what is kept of a bill with what was read of it. What the portal never shows
// again, and what is ours, stays.
func merged(before, found *gst.EWay, now time.Time) gst.EWay {
	b := *before
	b.Of = mergedConsignment(before.Of, found.Of)
	b.Number, b.MadeMode = cmp.Or(found.Number, before.Number), cmp.Or(found.MadeMode, before.MadeMode)
	b.State, b.MadeBy = mergedState(before, found), cmp.Or(found.MadeBy, before.MadeBy)
	b.Extensions = max(found.Extensions, before.Extensions)
	b.TripSheet = cmp.Or(found.TripSheet, before.TripSheet)
	for _, at := range []struct{ to, from *time.Time }{
		{&b.Made, &found.Made}, {&b.ValidUntil, &found.ValidUntil}, {&b.RejectedAt, &found.RejectedAt}, {&b.ReadAt, &found.ReadAt},
	} {
		if !at.from.IsZero() {
			*at.to = *at.from
		}
	}
	if !before.RejectedAt.IsZero() {
		b.RejectedAt = before.RejectedAt // the portal says that it was, and not when
	}
	b.ClosedOn = cmp.Or(found.ClosedOn, before.ClosedOn)
	if b.State == gst.EWayPartA && !b.ValidUntil.IsZero() {
		b.State = gst.EWayActive
	}
	if b.State == "" || b.Number != "" && (b.State == gst.EWayPending || b.State == gst.EWayUnknown || b.State == gst.EWayFailed) {
		b.State = gst.EWayPartA
		if !b.ValidUntil.IsZero() {
			b.State = gst.EWayActive
		}
	}
	if b.State == gst.EWayCancelled && before.State != gst.EWayCancelled {
		b.Cancelled = cancelledThere(found.Cancelled, now)
	}
	if b.State != gst.EWayActive {
		b.Scheduled = nil
	}
	if len(found.Vehicles) > 0 {
		b.Vehicles = gst.AnnotatedVehicles(found.Vehicles, before.Vehicles)
	}
	b.Groups = mergedGroups(before.Groups, found.Groups)
	if len(found.Notes) > 0 {
		b.Notes = found.Notes
	}
	return b
}

// mergedState is how a bill stands by what was read. What the portal has confirmed to the
// company to be over stays so, although a house of the portal that lags behind may show it
// as it was before; one that time discarded does not come back by that.
func mergedState(before, found *gst.EWay) gst.EWayState {
	shown := cmp.Or(found.State, before.State)
	if shown != gst.EWayActive && shown != gst.EWayPartA {
		return shown
	}
	switch {
	case before.State == gst.EWayCancelled && before.Cancelled.Reason != "",
		before.State == gst.EWayClosed && before.ClosedOn != 0,
		before.State == gst.EWayDiscarded && shown == gst.EWayPartA:
		return before.State
	}
	return shown
}

// cancelledThere is a cancellation that the portal shows: that it was, and neither why nor
// when, so that the reading stands for the moment.
func cancelledThere(shown gst.EWayCancellation, now time.Time) gst.EWayCancellation {
	if shown.At.IsZero() {
		shown.At = moment(millis(now))
	}
	if shown.Reason == "" {
		shown.Remark = cmp.Or(shown.Remark, CancelledThere)
	}
	return shown
}

// mergedGroups are the groups that are kept, with those that were read.
func mergedGroups(stored, found []gst.EWayGroup) []gst.EWayGroup {
	all := slices.Clone(stored)
	for _, g := range found {
		at := slices.IndexFunc(all, func(s gst.EWayGroup) bool { return s.Group == g.Group })
		if at < 0 {
			all = append(all, g)
			continue
		}
		fillZero(reflect.ValueOf(&g).Elem(), reflect.ValueOf(all[at]))
		all[at] = g
	}
	return all
}

// mergedConsignment is what a bill is of. A whole reading, one with lines, counts more than
// what is kept; a list fills only what is not known.
func mergedConsignment(stored, found gst.Consignment) gst.Consignment {
	if len(found.Lines) == 0 {
		fillZero(reflect.ValueOf(&stored).Elem(), reflect.ValueOf(found))
		return stored
	}
	merged, transporter := found, found.Transport
	fillZero(reflect.ValueOf(&merged).Elem(), reflect.ValueOf(stored))
	if transporter.TransporterID != "" && transporter.TransporterID != stored.Transport.TransporterID {
		merged.Transport.TransporterName = transporter.TransporterName // not the one's before
	}
	if found.Totals.Total != 0 {
		merged.Totals = found.Totals
	}
	merged.Lines = slices.Clone(found.Lines)
	for i := range min(len(merged.Lines), len(stored.Lines)) {
		l, known := &merged.Lines[i], stored.Lines[i]
		if l.HSN == known.HSN && len(found.Lines) == len(stored.Lines) {
			l.Name, l.Description, l.Unit = cmp.Or(l.Name, known.Name), cmp.Or(l.Description, known.Description), cmp.Or(l.Unit, known.Unit)
		}
	}
	return merged
}

// fillZero gives the members of a struct that are zero the values of another's.
func fillZero(to, from reflect.Value) {
	for i := range to.NumField() {
		switch member := to.Field(i); {
		case member.Kind() == reflect.Struct:
			fillZero(member, from.Field(i))
		case member.IsZero():
			member.Set(from.Field(i))
		}
	}
}
