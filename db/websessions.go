package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// WebSession is a browser's session. Its id stands in the cookie only; the store knows
// the SHA-256 of it.
type WebSession struct {
	Hash    []byte
	User    int64 // 0 before sign-in
	Data    []byte
	Created time.Time
	Expires time.Time
	Agent   string // the browser, as it calls itself
	From    string // network address
}

// SaveWebSession stores a session or replaces what it holds, and throws away those that
// have expired. userID is 0 before sign-in.
func (s *Store) SaveWebSession(ctx context.Context, hash []byte, userID int64, data []byte, expires time.Time, agent, from string) error {
	now := millis(s.now())
	user := sql.NullInt64{Int64: userID, Valid: userID != 0}
	if data == nil {
		data = []byte{}
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, `DELETE FROM web_sessions WHERE expires_at <= $1`, now); err != nil {
			return fmt.Errorf("remove expired sessions: %w", err)
		}
		_, err := t.exec(ctx, `
INSERT INTO web_sessions (hash, user_id, data, created_at, expires_at, agent, address)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (hash) DO UPDATE
SET user_id = $2, data = $3, expires_at = $5, agent = $6, address = $7`,
			hash, user, data, now, millis(expires), agent, from)
		if err != nil {
			return fmt.Errorf("save session: %w", known(err))
		}
		return nil
	})
}

// WebSession returns the session unless it has expired; gst.ErrNotFound then and when
// there is none.
func (s *Store) WebSession(ctx context.Context, hash []byte) (WebSession, error) {
	w := WebSession{Hash: hash}
	var user sql.NullInt64
	var created, expires int64
	err := s.reader.row(ctx, `
SELECT user_id, data, created_at, expires_at, agent, address
FROM web_sessions
WHERE hash = $1 AND expires_at > $2`, hash, millis(s.now())).
		Scan(&user, &w.Data, &created, &expires, &w.Agent, &w.From)
	if err != nil {
		return WebSession{}, fmt.Errorf("read session: %w", known(err))
	}
	w.User, w.Created, w.Expires = user.Int64, moment(created), moment(expires)
	return w, nil
}

// DeleteWebSession ends one session, if it is there.
func (s *Store) DeleteWebSession(ctx context.Context, hash []byte) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM web_sessions WHERE hash = $1`, hash)
		return err
	})
}

// DeleteWebSessionsOf ends every session of a user: signed out everywhere.
func (s *Store) DeleteWebSessionsOf(ctx context.Context, userID int64) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM web_sessions WHERE user_id = $1`, userID)
		return err
	})
}
