package sandbox

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// refreshWindow is the end of a token's life in which a new one may be forced.
const refreshWindow = 10 * time.Minute

// The limit on sign-ins that strict portals have.
// Source: seen in a GSP's client; five per GSTIN in 15 minutes, then 15 minutes pause.
const (
	maxLogins   = 5
	loginPeriod = 15 * time.Minute
)

// session is a signed-in API user of one client for one GSTIN.
type session struct {
	client, gstin, user string
	token               string
	sek                 []byte // the session key; nil never
	expires             time.Time
}

type sessionKey struct{ client, gstin, user string }

// sessions holds every session in memory, beside the state that keeps them.
type sessions struct {
	mu      sync.Mutex
	byUser  map[sessionKey]*session
	byToken map[string]*session
	logins  map[string][]time.Time // by client and GSTIN, newest last; strict only
	blocked map[string]time.Time   // GSTINs and until when; strict only
}

func loadSessions(ctx context.Context, st *state) (*sessions, error) {
	all := &sessions{}
	all.reset()
	rows, err := st.reader.QueryContext(ctx, `SELECT client, gstin, user, token, sek, expires FROM sessions`)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		var s session
		var expires int64
		if err := rows.Scan(&s.client, &s.gstin, &s.user, &s.token, &s.sek, &expires); err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		s.expires = time.UnixMilli(expires)
		all.put(&s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	return all, nil
}

// put adds or replaces a session. The caller holds the lock, or is alone.
func (all *sessions) put(s *session) {
	key := sessionKey{s.client, s.gstin, s.user}
	if old := all.byUser[key]; old != nil {
		delete(all.byToken, old.token)
	}
	all.byUser[key] = s
	all.byToken[s.token] = s
}

// reset forgets every session; the state has forgotten them already.
func (all *sessions) reset() {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.byUser, all.byToken, all.logins = map[sessionKey]*session{}, map[string]*session{}, map[string][]time.Time{}
	all.blocked = map[string]time.Time{}
}

// find returns the session of a token that has not expired, or nil.
func (all *sessions) find(token string, now time.Time) *session {
	all.mu.Lock()
	defer all.mu.Unlock()
	s := all.byToken[token]
	if s == nil || !now.Before(s.expires) {
		return nil
	}
	return s
}

// lapsed reports whether a token was the client's for a GSTIN and has expired.
func (all *sessions) lapsed(token, client, gstin string, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	s := all.byToken[token]
	return s != nil && s.client == client && s.gstin == gstin && !now.Before(s.expires)
}

// signIn returns the session of the client's user: the running one until it expires,
// or until its last ten minutes when force asks for a new one.
func (all *sessions) signIn(ctx context.Context, st *state, ch *chance, key sessionKey, force bool, now time.Time, life time.Duration) (*session, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := all.byUser[key]; s != nil && now.Before(s.expires) {
		if !force || s.expires.Sub(now) > refreshWindow {
			return s, nil
		}
	}
	sek, err := ch.sessionKey()
	if err != nil {
		return nil, err
	}
	token, err := ch.token()
	if err != nil {
		return nil, err
	}
	s := &session{
		client: key.client, gstin: key.gstin, user: key.user,
		token: token, sek: sek, expires: now.Add(life).Truncate(time.Second),
	}
	if err := insertSession(ctx, st, s); err != nil {
		return nil, err
	}
	all.put(s)
	return s, nil
}

func insertSession(ctx context.Context, st *state, s *session) error {
	_, err := st.writer.ExecContext(ctx, `
		INSERT INTO sessions (client, gstin, user, token, sek, expires) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (client, gstin, user)
		DO UPDATE SET token = excluded.token, sek = excluded.sek, expires = excluded.expires`,
		s.client, s.gstin, s.user, s.token, s.sek, s.expires.UnixMilli())
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// drop forgets the session of a token, when there is one.
func (all *sessions) drop(ctx context.Context, st *state, token string) error {
	all.mu.Lock()
	defer all.mu.Unlock()
	s := all.byToken[token]
	if s == nil {
		return nil
	}
	delete(all.byToken, token)
	delete(all.byUser, sessionKey{s.client, s.gstin, s.user})
	if _, err := st.writer.ExecContext(ctx, `DELETE FROM sessions WHERE token = $1`, token); err != nil {
		return fmt.Errorf("forget session: %w", err)
	}
	return nil
}

// block shuts a GSTIN out until a moment.
func (all *sessions) block(gstin string, until time.Time) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.blocked[gstin] = until
}

// isBlocked reports whether a GSTIN is shut out.
func (all *sessions) isBlocked(gstin string, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	return now.Before(all.blocked[gstin])
}

// mayLogIn counts a sign-in and reports whether it is within the limit of a strict
// portal. Refused ones do not count again, so the pause ends by itself.
func (all *sessions) mayLogIn(client, gstin string, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	key := client + " " + gstin
	var recent []time.Time
	for _, t := range all.logins[key] {
		if age := now.Sub(t); age >= 0 && age < loginPeriod {
			recent = append(recent, t)
		}
	}
	ok := len(recent) < maxLogins
	if ok {
		recent = append(recent, now)
	}
	all.logins[key] = recent
	return ok
}
