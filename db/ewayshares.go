package db

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"mohar/gst"
)

// Share is a link that shows one e-way bill without signing in, as the driver gets it.
type Share struct {
	EWayID  int64
	Company gst.GSTIN
	Created time.Time
	Expires time.Time
}

// AddShare makes a link to a company's bill and returns its token, which is kept nowhere:
// whoever reads the file cannot follow it. Links that are over are removed meanwhile. It
// returns gst.ErrNotFound when the company has no such bill, and gst.ErrState for a link
// that would be over at once.
func (s *Store) AddShare(ctx context.Context, gstin gst.GSTIN, ewayID int64, expires time.Time) (string, error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return "", fmt.Errorf("make link: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		b, err := ewayHead(ctx, t, gstin, ewayID)
		if err != nil {
			return err
		}
		now := s.now()
		if !expires.After(now) {
			return gst.ErrState
		}
		if _, err := t.exec(ctx, `DELETE FROM eway_shares WHERE expires_at <= $1`, millis(now)); err != nil {
			return err
		}
		_, err = t.exec(ctx, `
INSERT INTO eway_shares (hash, eway_id, company, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5)`, shareHash(token), ewayID, gstin, millis(now), millis(expires))
		if err != nil {
			return known(err)
		}
		return s.logShare(ctx, t, b, Event{Kind: EventEWayShared}, expires)
	})
	if err != nil {
		return "", fmt.Errorf("share e-way bill %d: %w", ewayID, err)
	}
	return token, nil
}

// logShare puts a change of a bill's links on its timeline and into the edit log. It is no
// change of the bill.
func (s *Store) logShare(ctx context.Context, t *tx, b *gst.EWay, e Event, expires time.Time) error {
	if err := s.addEWayEvent(ctx, t, ewaySubject{eway: b.ID}, e); err != nil {
		return err
	}
	s.ringsEWay(t, b)
	c := ewayChange(b, "shared")
	if e.Kind == EventEWayUnshared {
		c.action = "unshared"
	}
	c.subject = "eway_share"
	return s.logDifference(ctx, t, c, nil, struct{ Until time.Time }{moment(millis(expires))})
}

func shareHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Share returns what a link shows; gst.ErrNotFound for one that is unknown, over or revoked.
func (s *Store) Share(ctx context.Context, token string) (Share, error) {
	var h Share
	var created, expires int64
	err := s.reader.row(ctx, `
SELECT eway_id, company, created_at, expires_at
FROM eway_shares
WHERE hash = $1 AND expires_at > $2`, shareHash(token), millis(s.now())).Scan(&h.EWayID, &h.Company, &created, &expires)
	if err != nil {
		return Share{}, fmt.Errorf("follow link: %w", known(err))
	}
	h.Created, h.Expires = moment(created), moment(expires)
	return h, nil
}

// Shares returns the links to a company's bill that are not over, the newest first.
func (s *Store) Shares(ctx context.Context, gstin gst.GSTIN, ewayID int64) ([]Share, error) {
	shares, err := list(ctx, s.reader, func(row scanner) (h Share, err error) {
		var created, expires int64
		err = row.Scan(&h.EWayID, &h.Company, &created, &expires)
		h.Created, h.Expires = moment(created), moment(expires)
		return h, err
	}, `
SELECT eway_id, company, created_at, expires_at
FROM eway_shares
WHERE eway_id = $1 AND company = $2 AND expires_at > $3
ORDER BY created_at DESC`, ewayID, gstin, millis(s.now()))
	if err != nil {
		return nil, fmt.Errorf("read links of e-way bill %d: %w", ewayID, err)
	}
	return shares, nil
}

// RevokeShares ends all links to a company's bill.
func (s *Store) RevokeShares(ctx context.Context, gstin gst.GSTIN, ewayID int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		b, err := ewayHead(ctx, t, gstin, ewayID)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `DELETE FROM eway_shares WHERE eway_id = $1`, ewayID)
		if err != nil || n == 0 {
			return err
		}
		return s.logShare(ctx, t, b, Event{Kind: EventEWayUnshared}, time.Time{})
	})
	if err != nil {
		return fmt.Errorf("revoke links of e-way bill %d: %w", ewayID, err)
	}
	return nil
}
