package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

const companyColumns = `gstin, legal_name, trade_name, address1, address2, place, pin, state,
       phone, email, taxpayer, mode, turnover, starts_on, exempt, by_hand, round_off, upi,
       version, created_at, locked_to, extra, paused`

// AddCompany stores a new company. It returns gst.ErrConflict when its GSTIN is there
// already. An empty mode is practice.
func (s *Store) AddCompany(ctx context.Context, c gst.Company) error {
	if c.Mode == "" {
		c.Mode = gst.Practice
	}
	c.Version, c.Created = 1, moment(millis(s.now()))
	rest, err := companyRest(c)
	if err != nil {
		return fmt.Errorf("insert company %s: %w", c.GSTIN, err)
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `
INSERT INTO companies (`+companyColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, 0)`,
			c.GSTIN, c.LegalName, c.TradeName, c.Address1, c.Address2, c.Place, c.PIN, c.State,
			c.Phone, c.Email, c.Taxpayer, c.Mode, c.Turnover, c.StartsOn, flag(c.Exempt),
			flag(c.ByHand), flag(c.RoundOff), c.UPI, c.Version, millis(c.Created), c.LockedTo, rest)
		if err != nil {
			return fmt.Errorf("insert company %s: %w", c.GSTIN, known(err))
		}
		return s.logDifference(ctx, t, companyChange(c.GSTIN, "created"), nil, c)
	})
}

// Company returns one company; gst.ErrNotFound when there is none.
func (s *Store) Company(ctx context.Context, gstin gst.GSTIN) (gst.Company, error) {
	return company(ctx, s.reader, gstin)
}

func company(ctx context.Context, from *statements, gstin gst.GSTIN) (gst.Company, error) {
	row := from.row(ctx, `SELECT `+companyColumns+` FROM companies WHERE gstin = $1`, gstin)
	c, err := scanCompany(row)
	if err != nil {
		return gst.Company{}, fmt.Errorf("read company %s: %w", gstin, known(err))
	}
	return c, nil
}

// Companies returns all companies by name. One PAN's stand together, because the
// GSTIN orders those of one name.
func (s *Store) Companies(ctx context.Context) ([]gst.Company, error) {
	companies, err := list(ctx, s.reader, scanCompany,
		`SELECT `+companyColumns+` FROM companies ORDER BY legal_name, gstin`)
	if err != nil {
		return nil, fmt.Errorf("read companies: %w", err)
	}
	return companies, nil
}

// UpdateCompany stores c's particulars; its mode, its lock and its pause stay, for those
// see GoLive, SetLock and SetPaused. It returns gst.ErrConflict when somebody changed the company since c was read (c.Version), and
// gst.ErrNotFound when it is not there.
func (s *Store) UpdateCompany(ctx context.Context, c gst.Company) error {
	rest, err := companyRest(c)
	if err != nil {
		return fmt.Errorf("update company %s: %w", c.GSTIN, err)
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := company(ctx, t.statements, c.GSTIN)
		if err != nil {
			return err
		}
		if before.Version != c.Version {
			return fmt.Errorf("update company %s: %w", c.GSTIN, gst.ErrConflict)
		}
		c.Version, c.Mode, c.Created = c.Version+1, before.Mode, before.Created
		c.LockedTo, c.Paused = before.LockedTo, before.Paused
		n, err := t.exec(ctx, `
UPDATE companies
SET legal_name = $2, trade_name = $3, address1 = $4, address2 = $5, place = $6, pin = $7,
    state = $8, phone = $9, email = $10, taxpayer = $11, turnover = $12, starts_on = $13,
    exempt = $14, by_hand = $15, round_off = $16, upi = $17, version = $18, extra = $19
WHERE gstin = $1`,
			c.GSTIN, c.LegalName, c.TradeName, c.Address1, c.Address2, c.Place, c.PIN,
			c.State, c.Phone, c.Email, c.Taxpayer, c.Turnover, c.StartsOn,
			flag(c.Exempt), flag(c.ByHand), flag(c.RoundOff), c.UPI, c.Version, rest)
		if err := one(n, err); err != nil {
			return fmt.Errorf("update company %s: %w", c.GSTIN, err)
		}
		return s.logDifference(ctx, t, companyChange(c.GSTIN, "changed"), before, c)
	})
}

// GoLive takes a company out of practice for good. Its practice documents stay as they
// are, and live series begin afresh. It returns gst.ErrState when it is live already.
func (s *Store) GoLive(ctx context.Context, gstin gst.GSTIN) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := company(ctx, t.statements, gstin)
		if err != nil {
			return err
		}
		if before.Mode == gst.Live {
			return fmt.Errorf("company %s goes live: %w", gstin, gst.ErrState)
		}
		after := before
		after.Mode, after.Version = gst.Live, before.Version+1
		n, err := t.exec(ctx, `UPDATE companies SET mode = $2, version = $3 WHERE gstin = $1`,
			gstin, after.Mode, after.Version)
		if err := one(n, err); err != nil {
			return fmt.Errorf("company %s goes live: %w", gstin, err)
		}
		if err := forgetStatuses(ctx, t, gstin); err != nil {
			return fmt.Errorf("company %s goes live: %w", gstin, err)
		}
		return s.logDifference(ctx, t, companyChange(gstin, "went live"), before, after)
	})
}

// SetLock closes a company's books up to a day, which may also lie before the last one;
// 0 opens them. Nothing dated up to the day is issued, amended, voided or recorded from
// then on; that the portal cancels an IRN within its 24 hours stays possible. It returns
// gst.ErrConflict when somebody changed the company since version.
func (s *Store) SetLock(ctx context.Context, gstin gst.GSTIN, to gst.Date, version int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := company(ctx, t.statements, gstin)
		if err != nil {
			return err
		}
		if before.Version != version {
			return gst.ErrConflict
		}
		after := before
		after.LockedTo, after.Version = to, before.Version+1
		n, err := t.exec(ctx, `UPDATE companies SET locked_to = $2, version = $3 WHERE gstin = $1`,
			gstin, after.LockedTo, after.Version)
		if err := one(n, err); err != nil {
			return err
		}
		return s.logDifference(ctx, t, companyChange(gstin, "locked"), before, after)
	})
	if err != nil {
		return fmt.Errorf("lock company %s: %w", gstin, err)
	}
	return nil
}

// unlocked returns gst.Invalid on the field "date" when the day of a document is locked.
func unlocked(ctx context.Context, t *tx, inv *gst.Invoice) error {
	var to gst.Date
	err := t.row(ctx, `SELECT locked_to FROM companies WHERE gstin = $1`, inv.Company).Scan(&to)
	if err != nil {
		return fmt.Errorf("company %s: %w", inv.Company, known(err))
	}
	if to != 0 && inv.Date <= to {
		return invalid("date.locked", "date", to.String())
	}
	return nil
}

func companyChange(gstin gst.GSTIN, action string) change {
	return change{company: gstin, action: action, subject: "company", which: string(gstin)}
}

func scanCompany(row scanner) (c gst.Company, err error) {
	var created int64
	var rest string
	err = row.Scan(&c.GSTIN, &c.LegalName, &c.TradeName, &c.Address1, &c.Address2, &c.Place,
		&c.PIN, &c.State, &c.Phone, &c.Email, &c.Taxpayer, &c.Mode, &c.Turnover, &c.StartsOn,
		&c.Exempt, &c.ByHand, &c.RoundOff, &c.UPI, &c.Version, &created, &c.LockedTo, &rest, &c.Paused)
	if err != nil {
		return c, err
	}
	c.Created = moment(created)
	var e companyExtra
	if err := readJSON(rest, &e); err != nil {
		return c, fmt.Errorf("stored company: %w", err)
	}
	c.Prices, c.Paper, c.Branches = e.Prices, e.Paper, e.Branches
	return c, nil
}

// companyExtra holds the parts of a company that only its own documents ask for.
type companyExtra struct {
	Prices   gst.PriceBasis
	Paper    gst.Paper
	Branches []gst.Branch
}

// companyRest is the parts without columns as they are stored; empty: none.
func companyRest(c gst.Company) (string, error) {
	text, err := compactJSON(companyExtra{c.Prices, c.Paper, c.Branches})
	if text == "{}" {
		text = ""
	}
	return text, err
}
