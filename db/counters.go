package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// Chip is a heading of the document list. Each document stands under exactly one.
type Chip string

// The headings.
const (
	ChipAll         Chip = ""             // every document
	ChipDraft       Chip = "draft"        // not issued
	ChipToFix       Chip = "to_fix"       // the portal refused it, or holds another one
	ChipPending     Chip = "pending"      // held, waiting, being sent or being looked up
	ChipRegistered  Chip = "registered"   // has its IRN
	ChipNotRequired Chip = "not_required" // issued, needs no IRN
	ChipCancelled   Chip = "cancelled"    // void
)

// chipOf is the heading for a document in these states.
func chipOf(state gst.DocumentState, irn gst.IRNState) Chip {
	switch state {
	case gst.Draft:
		return ChipDraft
	case gst.Void:
		return ChipCancelled
	}
	switch irn {
	case gst.IRNFailed, gst.IRNConflict:
		return ChipToFix
	case gst.IRNRegistered:
		return ChipRegistered
	case gst.IRNNotRequired:
		return ChipNotRequired
	}
	return ChipPending
}

// Counts says how many documents of a company stand under each heading, and what was
// billed this month.
type Counts struct {
	All         int64
	Draft       int64
	ToFix       int64
	Pending     int64
	Registered  int64
	NotRequired int64
	Cancelled   int64
	Month       MonthFigures // the running month in IST
}

// MonthFigures is what was billed in one month: issued documents that are not void, by
// their date. Credit notes are taken off.
type MonthFigures struct {
	Month     int // yyyymm
	Documents int64
	Taxable   gst.Paise
	CGST      gst.Paise
	SGST      gst.Paise
	IGST      gst.Paise
	Cess      gst.Paise // with state cess
	Total     gst.Paise
}

// Counts returns a company's counts in one mode. They are kept up to date by every
// change, so this costs the same however many documents there are.
func (s *Store) Counts(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) (Counts, error) {
	var c Counts
	_, err := list(ctx, s.reader, func(row scanner) (struct{}, error) {
		var chip Chip
		var n int64
		err := row.Scan(&chip, &n)
		c.add(chip, n)
		return struct{}{}, err
	}, `SELECT chip, documents FROM counters WHERE company = $1 AND mode = $2`, gstin, mode)
	if err != nil {
		return Counts{}, fmt.Errorf("read counts of %s: %w", gstin, err)
	}
	today := gst.DateOf(s.now())
	months, err := s.Months(ctx, gstin, mode, today, today)
	if err != nil {
		return Counts{}, err
	}
	c.Month.Month = monthOf(today)
	if len(months) > 0 {
		c.Month = months[0]
	}
	return c, nil
}

func (c *Counts) add(chip Chip, n int64) {
	c.All += n
	switch chip {
	case ChipDraft:
		c.Draft = n
	case ChipToFix:
		c.ToFix = n
	case ChipPending:
		c.Pending = n
	case ChipRegistered:
		c.Registered = n
	case ChipNotRequired:
		c.NotRequired = n
	case ChipCancelled:
		c.Cancelled = n
	}
}

// Months returns the figures of the months from and to lie in and those between, oldest
// first; months without documents are left out.
func (s *Store) Months(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, from, to gst.Date) ([]MonthFigures, error) {
	months, err := list(ctx, s.reader, scanMonth, `
SELECT month, SUM(documents),
       SUM(CASE WHEN type = 'CRN' THEN -taxable ELSE taxable END),
       SUM(CASE WHEN type = 'CRN' THEN -cgst ELSE cgst END),
       SUM(CASE WHEN type = 'CRN' THEN -sgst ELSE sgst END),
       SUM(CASE WHEN type = 'CRN' THEN -igst ELSE igst END),
       SUM(CASE WHEN type = 'CRN' THEN -cess - state_cess ELSE cess + state_cess END),
       SUM(CASE WHEN type = 'CRN' THEN -total ELSE total END)
FROM month_totals
WHERE company = $1 AND mode = $2 AND month BETWEEN $3 AND $4 AND documents > 0
GROUP BY month
ORDER BY month`, gstin, mode, monthOf(from), monthOf(to))
	if err != nil {
		return nil, fmt.Errorf("read months of %s: %w", gstin, err)
	}
	return months, nil
}

func scanMonth(row scanner) (m MonthFigures, err error) {
	err = row.Scan(&m.Month, &m.Documents, &m.Taxable, &m.CGST, &m.SGST, &m.IGST, &m.Cess, &m.Total)
	return m, err
}

// bills reports whether documents of a type bill anything: goods that go out on a challan
// are billed later or never, and quotations and proformas become an invoice or not.
func bills(t gst.DocumentType) bool {
	return t != gst.DeliveryChallan && t != gst.Quotation && t != gst.Proforma
}

// monthOf is the month of a day as yyyymm.
func monthOf(d gst.Date) int { return int(d) / 100 }

// tally is what a document adds to the counters. The zero tally adds nothing.
type tally struct {
	company gst.GSTIN
	mode    gst.Mode
	chip    Chip
	billed  bool // counts in the month
	month   int
	typ     gst.DocumentType
	totals  gst.Totals
}

func tallyOf(inv *gst.Invoice) tally {
	return tally{
		company: inv.Company, mode: inv.Mode, chip: chipOf(inv.State, inv.IRN.State),
		billed: inv.State == gst.Issued && bills(inv.Type), month: monthOf(inv.Date), typ: inv.Type, totals: inv.Totals,
	}
}

// recount moves a document in the counters from what it was to what it is.
func recount(ctx context.Context, t *tx, before, after tally) error {
	if before == after {
		return nil
	}
	if before.billing() == after.billing() {
		before.billed, after.billed = false, false // the month's figures stay as they are
	}
	if err := before.add(ctx, t, -1); err != nil {
		return err
	}
	return after.add(ctx, t, 1)
}

// billing is what y adds to its month.
func (y tally) billing() tally {
	y.chip = ChipAll
	return y
}

// add puts n (1 or −1) such documents on the counters.
func (y tally) add(ctx context.Context, t *tx, n int64) error {
	if y == (tally{}) {
		return nil
	}
	_, err := t.exec(ctx, `
INSERT INTO counters (company, mode, chip, documents)
VALUES ($1, $2, $3, $4)
ON CONFLICT (company, mode, chip) DO UPDATE
SET documents = counters.documents + excluded.documents`, y.company, y.mode, y.chip, n)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if !y.billed {
		return nil
	}
	sign, totals := gst.Paise(n), y.totals
	_, err = t.exec(ctx, `
INSERT INTO month_totals (company, mode, month, type, documents, taxable, cgst, sgst, igst, cess,
                          state_cess, total)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (company, mode, month, type) DO UPDATE
SET documents = month_totals.documents + excluded.documents,
    taxable = month_totals.taxable + excluded.taxable,
    cgst = month_totals.cgst + excluded.cgst,
    sgst = month_totals.sgst + excluded.sgst,
    igst = month_totals.igst + excluded.igst,
    cess = month_totals.cess + excluded.cess,
    state_cess = month_totals.state_cess + excluded.state_cess,
    total = month_totals.total + excluded.total`,
		y.company, y.mode, y.month, y.typ, n, sign*totals.Taxable, sign*totals.CGST, sign*totals.SGST,
		sign*totals.IGST, sign*totals.Cess, sign*totals.StateCess, sign*totals.Total)
	if err != nil {
		return fmt.Errorf("count month: %w", err)
	}
	return nil
}
