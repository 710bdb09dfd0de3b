package db

import (
	"context"
	"fmt"

	"mohar/gst"
)

// OrderCredentials stores in which order a company's API users of one mode are tried. Those
// that are not named keep their place; nothing else about them changes, and sessions go on.
func (s *Store) OrderCredentials(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, order []gst.Provider) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		for i, provider := range order {
			if _, err := s.changeCredentials(ctx, t, gstin, mode, provider, func(c *gst.Credentials) { c.Order = i + 1 }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("order credentials of %s: %w", gstin, err)
	}
	return nil
}

// UseCredentials switches a company's stored API user at one provider on or off. What waits
// in this mode is due at once, as it may have waited for that. It returns gst.ErrNotFound
// when there is none.
func (s *Store) UseCredentials(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, on bool) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		changed, err := s.changeCredentials(ctx, t, gstin, mode, p, func(c *gst.Credentials) { c.Enabled = on })
		if err != nil || !changed {
			return err
		}
		return s.hasten(ctx, t, gstin, mode)
	})
	if err != nil {
		return fmt.Errorf("switch credentials of %s: %w", gstin, err)
	}
	return nil
}

// changeCredentials changes the place or the use of stored credentials, and puts it into
// the edit log. It reports whether there was anything to change.
func (s *Store) changeCredentials(
	ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, f func(*gst.Credentials),
) (bool, error) {
	c, _, err := scanCredentials(t.row(ctx, `
SELECT `+credentialColumns+`
FROM credentials
WHERE company = $1 AND mode = $2 AND provider = $3`, gstin, mode, p))
	if err != nil {
		return false, known(err)
	}
	before := loggedCredentials(c)
	f(&c)
	after := loggedCredentials(c)
	if before.Order == after.Order && before.Enabled == after.Enabled {
		return false, nil
	}
	_, err = t.exec(ctx, `
UPDATE credentials
SET position = $4, enabled = $5, changed_at = $6
WHERE company = $1 AND mode = $2 AND provider = $3`, gstin, mode, p, c.Order, flag(c.Enabled), millis(s.now()))
	if err != nil {
		return false, known(err)
	}
	s.secretsChanged(t)
	entry := change{company: gstin, action: "changed", subject: "credentials", which: string(p) + " " + string(mode)}
	return true, s.logDifference(ctx, t, entry, before, after)
}
