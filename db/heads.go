package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// readHead reads what moving a document to another state needs: the whole document
// without its particulars, lines and body. It returns gst.ErrNotFound when the company
// has no such document.
func readHead(ctx context.Context, t *tx, gstin gst.GSTIN, id int64) (*gst.Invoice, error) {
	inv := &gst.Invoice{ID: id, Company: gstin}
	totals := &inv.Totals
	err := t.row(ctx, `
SELECT mode, state, version, type, number, date, buyer_gstin, buyer_name, buyer_trade, irn_state,
       taxable, cgst, sgst, igst, cess, state_cess, discount, other_charges, round_off, total,
       total_foreign
FROM invoices
WHERE company = $1 AND id = $2`, gstin, id).
		Scan(&inv.Mode, &inv.State, &inv.Version, &inv.Type, &inv.Number, &inv.Date, &inv.Buyer.GSTIN,
			&inv.Buyer.LegalName, &inv.Buyer.TradeName, &inv.IRN.State, &totals.Taxable, &totals.CGST,
			&totals.SGST, &totals.IGST, &totals.Cess, &totals.StateCess, &totals.Discount,
			&totals.OtherCharges, &totals.RoundOff, &totals.Total, &totals.TotalForeign)
	if err != nil {
		return nil, known(err)
	}
	return inv, nil
}

// stateLog is what the edit log says when a document moves to another state.
type stateLog struct {
	Version int64
	State   gst.DocumentState
	IRN     gst.IRNState
	Hash    string // the IRN itself
	AckNo   string
	Codes   []gst.RefusalCode
	Reason  gst.CancelReason
	Remark  string
	Bill    string // number of an e-way bill that came to a registration afterwards
}

// move brings a document into new states, with its counters, timeline and edit log.
// after holds the new states and what else the edit log says of them. A registration in
// before came with the move, and its part of the document's row is written with it.
func (s *Store) move(ctx context.Context, t *tx, before *gst.Invoice, action string, e Event, after stateLog) error {
	moved := *before
	moved.State, moved.IRN.State, moved.Version = after.State, after.IRN, before.Version+1
	query, args := `
UPDATE invoices
SET state = $2, irn_state = $3, chip = $4, version = $5, changed_at = $6
WHERE id = $1`, []any{moved.ID, moved.State, moved.IRN.State, chipOf(moved.State, moved.IRN.State), moved.Version, millis(s.now())}
	if reg := before.IRN.Registration; reg != nil {
		query, args = `
UPDATE invoices
SET state = $2, irn_state = $3, chip = $4, version = $5, changed_at = $6,
    irn = $7, ack_no = $8, ack_at = $9, irn_tries = $10, irn_code = ''
WHERE id = $1`, append(args, reg.IRN, reg.AckNo, millis(reg.AckDate), before.IRN.Tries)
	}
	n, err := t.exec(ctx, query, args...)
	if err := one(n, err); err != nil {
		return fmt.Errorf("move document: %w", err)
	}
	if err := recount(ctx, t, tallyOf(before), tallyOf(&moved)); err != nil {
		return err
	}
	if err := recountSubmissions(ctx, t, moved.ID, before.IRN.State, moved.IRN.State); err != nil {
		return err
	}
	if err := s.addEvent(ctx, t, before, e); err != nil {
		return err
	}
	if waits(before.IRN.State) && !waits(after.IRN) {
		if err := s.settleBulks(ctx, t, before.ID, after.IRN); err != nil {
			return err
		}
	}
	if after.State == gst.Void && before.State != gst.Void {
		if err := s.giveUpEWay(ctx, t, before); err != nil {
			return err
		}
	}
	if err := s.tellDocument(ctx, t, before, e, after); err != nil {
		return err
	}
	s.rings(t, before.ID)
	after.Version = moved.Version
	then := stateLog{Version: before.Version, State: before.State, IRN: before.IRN.State}
	entry := invoiceChange(before, action)
	if entry.digest, err = standingDigest(ctx, t, before.ID); err != nil {
		return err
	}
	return s.logDifference(ctx, t, entry, then, after)
}
