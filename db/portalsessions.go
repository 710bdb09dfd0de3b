package db

import (
	"context"
	"fmt"
	"time"

	"mohar/gst"
)

// portalSystem is one of the two systems of the portal that sign API users in; the texts
// are the tables of its sessions and of its sign-ins.
type portalSystem struct{ sessions, logins string }

var (
	einvoiceSystem = portalSystem{"portal_sessions", "portal_logins"}
	ewaySystem     = portalSystem{"eway_sessions", "eway_logins"}
)

// Session returns the portal session kept for a company at a provider; gst.ErrNotFound
// when there is none or its time is over, and also when it was sealed with another key:
// then signing in anew is all that is needed.
func (s *Store) Session(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) (gst.Session, error) {
	return s.session(ctx, einvoiceSystem, gstin, mode, p)
}

// EWaySession is Session for the e-way bill system.
func (s *Store) EWaySession(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) (gst.Session, error) {
	return s.session(ctx, ewaySystem, gstin, mode, p)
}

func (s *Store) session(ctx context.Context, of portalSystem, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) (gst.Session, error) {
	name, at := fmt.Sprintf("%s %s %s %s", of.sessions, gstin, mode, p), s.opened.now()
	if kept, ok := s.opened.find(name, s.now()).(gst.Session); ok && kept.Expires.After(s.now()) {
		return kept, nil
	}
	var token, key []byte
	var expires int64
	err := s.reader.row(ctx, `
SELECT token, key, expires_at
FROM `+of.sessions+`
WHERE company = $1 AND mode = $2 AND provider = $3 AND expires_at > $4`,
		gstin, mode, p, millis(s.now())).Scan(&token, &key, &expires)
	if err != nil {
		return gst.Session{}, fmt.Errorf("read portal session of %s: %w", gstin, known(err))
	}
	session := gst.Session{Expires: moment(expires)}
	plain, err := s.vault.open(token, of.place("token", gstin, mode, p))
	if err == nil {
		session.Token = string(plain)
		session.Key, err = s.vault.open(key, of.place("key", gstin, mode, p))
	}
	if err != nil {
		return gst.Session{}, fmt.Errorf("portal session of %s: %w: %w", gstin, gst.ErrNotFound, err)
	}
	s.opened.keep(name, session, at)
	return session, nil
}

// SaveSession keeps a portal session, sealed, in place of the one before. It returns
// ErrSealed while the key is missing: no session is worth a new one.
func (s *Store) SaveSession(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, session gst.Session) error {
	return s.saveSession(ctx, einvoiceSystem, gstin, mode, p, session)
}

// SaveEWaySession is SaveSession for the e-way bill system.
func (s *Store) SaveEWaySession(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, session gst.Session) error {
	return s.saveSession(ctx, ewaySystem, gstin, mode, p, session)
}

func (s *Store) saveSession(
	ctx context.Context, of portalSystem, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, session gst.Session,
) error {
	seal, err := s.vault.sealer()
	if err != nil {
		return fmt.Errorf("save portal session: %w", err)
	}
	token, err := seal.close([]byte(session.Token), of.place("token", gstin, mode, p))
	if err != nil {
		return fmt.Errorf("seal portal session: %w", err)
	}
	key, err := seal.close(session.Key, of.place("key", gstin, mode, p))
	if err != nil {
		return fmt.Errorf("seal portal session: %w", err)
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		s.secretsChanged(t)
		_, err := t.exec(ctx, `
INSERT INTO `+of.sessions+` (company, mode, provider, token, key, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (company, mode, provider) DO UPDATE
SET token = $4, key = $5, expires_at = $6`,
			gstin, mode, p, token, key, millis(session.Expires))
		if err != nil {
			return fmt.Errorf("save portal session of %s: %w", gstin, known(err))
		}
		return nil
	})
}

// DropSession forgets a portal session, if there is one.
func (s *Store) DropSession(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		s.secretsChanged(t)
		return einvoiceSystem.dropSession(ctx, t, gstin, mode, p)
	})
}

// DropEWaySession is DropSession for the e-way bill system.
func (s *Store) DropEWaySession(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		s.secretsChanged(t)
		return ewaySystem.dropSession(ctx, t, gstin, mode, p)
	})
}

// dropSessions runs when credentials change: a session belongs to the API user who signed
// in.
func dropSessions(ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) error {
	if err := einvoiceSystem.dropSession(ctx, t, gstin, mode, p); err != nil {
		return err
	}
	return ewaySystem.dropSession(ctx, t, gstin, mode, p)
}

func (of portalSystem) dropSession(ctx context.Context, t *tx, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) error {
	_, err := t.exec(ctx, `
DELETE FROM `+of.sessions+`
WHERE company = $1 AND mode = $2 AND provider = $3`, gstin, mode, p)
	if err != nil {
		return fmt.Errorf("drop portal session of %s: %w", gstin, err)
	}
	return nil
}

// Logins returns when the latest sign-ins of a company at a provider were made, oldest
// first, as SaveLogins kept them.
func (s *Store) Logins(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) ([]time.Time, error) {
	return s.logins(ctx, einvoiceSystem, gstin, mode, p)
}

// EWayLogins is Logins for the e-way bill system, which counts by itself.
func (s *Store) EWayLogins(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) ([]time.Time, error) {
	return s.logins(ctx, ewaySystem, gstin, mode, p)
}

func (s *Store) logins(ctx context.Context, of portalSystem, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) ([]time.Time, error) {
	made, err := list(ctx, s.reader, func(row scanner) (time.Time, error) {
		var at int64
		err := row.Scan(&at)
		return moment(at), err
	}, `
SELECT made_at
FROM `+of.logins+`
WHERE company = $1 AND mode = $2 AND provider = $3
ORDER BY place`, gstin, mode, p)
	if err != nil {
		return nil, fmt.Errorf("read sign-ins of %s: %w", gstin, err)
	}
	return made, nil
}

// SaveLogins keeps when the latest sign-ins were made in place of what was kept before.
func (s *Store) SaveLogins(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, made []time.Time) error {
	return s.saveLogins(ctx, einvoiceSystem, gstin, mode, p, made)
}

// SaveEWayLogins is SaveLogins for the e-way bill system.
func (s *Store) SaveEWayLogins(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, made []time.Time) error {
	return s.saveLogins(ctx, ewaySystem, gstin, mode, p, made)
}

func (s *Store) saveLogins(
	ctx context.Context, of portalSystem, gstin gst.GSTIN, mode gst.Mode, p gst.Provider, made []time.Time,
) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `
DELETE FROM `+of.logins+`
WHERE company = $1 AND mode = $2 AND provider = $3`, gstin, mode, p)
		for i, at := range made {
			if err != nil {
				break
			}
			_, err = t.exec(ctx, `
INSERT INTO `+of.logins+` (company, mode, provider, made_at, place)
VALUES ($1, $2, $3, $4, $5)`, gstin, mode, p, millis(at), i)
		}
		if err != nil {
			return fmt.Errorf("save sign-ins of %s: %w", gstin, err)
		}
		return nil
	})
}

// place is what a sealed column of a session is bound to.
func (of portalSystem) place(column string, gstin gst.GSTIN, mode gst.Mode, p gst.Provider) []byte {
	return place(of.sessions, column, string(gstin), string(mode), string(p))
}
