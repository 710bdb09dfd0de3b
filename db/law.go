package db

import (
	"context"
	"fmt"
	"slices"

	"mohar/gst"
)

// LawChange is a dated rule as the firm entered it, ahead of a version of the program
// that knows it; see gst/master for the rules' names and units.
type LawChange struct {
	Rule  string // "window.crore"
	Value int
	From  gst.Date
	To    gst.Date // the last day; 0: until further notice
	Note  string   // where it stands: "Notification 10/2027"
}

// Law returns what LawChanges does from memory. It is what this process read when it
// opened the store or wrote last: only one process, the server, writes changes, and a
// command that runs beside it reads them when it starts. The slice is shared and must not
// be changed.
func (s *Store) Law() []LawChange {
	if changes := s.law.Load(); changes != nil {
		return *changes
	}
	return nil
}

// LawChanges returns the changes that the firm entered, by rule and day.
func (s *Store) LawChanges(ctx context.Context) ([]LawChange, error) {
	changes, err := lawChanges(ctx, s.reader)
	if err != nil {
		return nil, fmt.Errorf("read law changes: %w", err)
	}
	return changes, nil
}

func lawChanges(ctx context.Context, from *statements) ([]LawChange, error) {
	return list(ctx, from, func(row scanner) (c LawChange, err error) {
		err = row.Scan(&c.Rule, &c.Value, &c.From, &c.To, &c.Note)
		return c, err
	}, `SELECT rule, value, valid_from, valid_to, note FROM law ORDER BY rule, valid_from`)
}

// SetLawChange stores a change, over the one of the same rule from the same day. Where
// two of a rule hold on a day, the one that began later counts. It returns gst.Invalid on
// the fields "rule", "value", "from" and "to".
func (s *Store) SetLawChange(ctx context.Context, c LawChange) error {
	if err := c.check().Err(); err != nil {
		return err
	}
	err := s.writeLaw(ctx, func(ctx context.Context, t *tx) error {
		before, err := lawChange(ctx, t, c.Rule, c.From)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
INSERT INTO law (rule, value, valid_from, valid_to, note)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (rule, valid_from) DO UPDATE
SET value = $2, valid_to = $4, note = $5`, c.Rule, c.Value, c.From, c.To, c.Note)
		if err != nil {
			return err
		}
		entry := change{action: "changed", subject: "law", which: lawKey(c.Rule, c.From)}
		if before == nil {
			return s.logDifference(ctx, t, entry, nil, c)
		}
		return s.logDifference(ctx, t, entry, *before, c)
	})
	if err != nil {
		return fmt.Errorf("set law change %s: %w", c.Rule, err)
	}
	return nil
}

// check returns what is wrong with a change, by the fields of its form.
func (c LawChange) check() gst.Faults {
	var faults gst.Faults
	if c.Rule == "" {
		faults = append(faults, gst.Fault{Rule: "required", Field: "rule"})
	}
	if c.Value < 0 {
		faults = append(faults, gst.Fault{Rule: "negative", Field: "value"})
	}
	if c.From == 0 {
		faults = append(faults, gst.Fault{Rule: "required", Field: "from"})
	}
	if c.To != 0 && c.To < c.From {
		faults = append(faults, gst.Fault{Rule: "law.order", Field: "to"})
	}
	return faults
}

// DeleteLawChange removes the change of a rule that begins on a day; gst.ErrNotFound when
// there is none.
func (s *Store) DeleteLawChange(ctx context.Context, rule string, from gst.Date) error {
	err := s.writeLaw(ctx, func(ctx context.Context, t *tx) error {
		before, err := lawChange(ctx, t, rule, from)
		if err != nil {
			return err
		}
		if before == nil {
			return gst.ErrNotFound
		}
		if _, err := t.exec(ctx, `DELETE FROM law WHERE rule = $1 AND valid_from = $2`, rule, from); err != nil {
			return err
		}
		entry := change{action: "deleted", subject: "law", which: lawKey(rule, from)}
		if entry.before, err = compactJSON(*before); err != nil {
			return err
		}
		return s.logChange(ctx, t, entry)
	})
	if err != nil {
		return fmt.Errorf("delete law change %s: %w", rule, err)
	}
	return nil
}

// writeLaw runs f and has Law tell what stands there then, once that is committed.
func (s *Store) writeLaw(ctx context.Context, f func(context.Context, *tx) error) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := f(ctx, t); err != nil {
			return err
		}
		changes, err := lawChanges(ctx, t.statements)
		if err != nil {
			return err
		}
		t.committed(func() { s.law.Store(&changes) })
		return nil
	})
}

// readLaw fills what Law returns, when the store is opened.
func (s *Store) readLaw(ctx context.Context) error {
	changes, err := s.LawChanges(ctx)
	if err != nil {
		return err
	}
	s.law.Store(&changes)
	return nil
}

// lawChange returns the change of a rule from a day, nil when there is none.
func lawChange(ctx context.Context, t *tx, rule string, from gst.Date) (*LawChange, error) {
	changes, err := lawChanges(ctx, t.statements)
	at := slices.IndexFunc(changes, func(c LawChange) bool { return c.Rule == rule && c.From == from })
	if err != nil || at < 0 {
		return nil, err
	}
	return &changes[at], nil
}

// lawKey is how the edit log names a change.
func lawKey(rule string, from gst.Date) string { return fmt.Sprintf("%s %d", rule, from) }
