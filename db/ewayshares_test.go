package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

func TestSharesEnd(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	b := makeEWay(t, s, "A/1", "331000000001")
	token, err := s.AddShare(ctx, ours, b.ID, c.now().Add(time.Hour))
	check(t, err)
	if len(token) != 43 {
		t.Errorf("token %q", token)
	}
	h, err := s.Share(ctx, token)
	check(t, err)
	if h.EWayID != b.ID || h.Company != ours {
		t.Errorf("it shows %+v", h)
	}
	if _, err := s.Share(ctx, token[:42]+"A"); !errors.Is(err, gst.ErrNotFound) && token[42] != 'A' {
		t.Errorf("a guess: %v", err)
	}
	var plain int
	check(t, s.reader.row(ctx, `SELECT COUNT(*) FROM eway_shares WHERE CAST(hash AS TEXT) = $1`, token).Scan(&plain))
	if plain != 0 {
		t.Error("the token is stored")
	}
	c.advance(time.Hour)
	if _, err := s.Share(ctx, token); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
	token, err = s.AddShare(ctx, ours, b.ID, c.now().Add(time.Hour))
	check(t, err)
	check(t, s.RevokeShares(ctx, ours, b.ID))
	if _, err := s.Share(ctx, token); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("revoked: %v", err)
	}
	if _, err := s.AddShare(ctx, theirs, b.ID, c.now().Add(time.Hour)); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's bill: %v", err)
	}
	wantFindings(t, s, "")
}
