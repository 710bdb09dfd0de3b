package handlers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"mohar/db"
	"mohar/gst"
)

// How long somebody stays signed in: after the last request, and at all.
const (
	idleLife     = 12 * time.Hour
	absoluteLife = 7 * 24 * time.Hour
	touchEvery   = 10 * time.Minute // so that not every page is a write
)

// Keys of a session's Values.
const (
	userKey    = "user"    // int64
	startedKey = "started" // time.Time
	expiresKey = "expires" // time.Time, as stored
)

// webSessions is a sessions.Store over the database. The cookie holds 32 random
// bytes and nothing else; the row is found by their SHA-256, so that a copy of the
// database opens no session. A row that is deleted ends its session at once.
type webSessions struct {
	store  *db.Store
	now    func() time.Time
	secure func(*http.Request) bool
}

var _ sessions.Store = (*webSessions)(nil)

// sessionData is what a row keeps beside the user.
type sessionData struct {
	Started time.Time `json:"started"`
}

// cookieName is the session cookie's name. The prefix makes browsers hold it to
// Secure, to the whole site and to this very host, which only TLS can give.
func (w *webSessions) cookieName(r *http.Request) string {
	if w.secure(r) {
		return "__Host-mohar"
	}
	return "mohar"
}

// Get returns the request's session, read once a request.
func (w *webSessions) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(w, name)
}

// New reads the session that the request's cookie names, or returns an empty one
// that is new when there is none or it is over. The error is the database's.
func (w *webSessions) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(w, name)
	session.Options = &sessions.Options{
		Path: "/", MaxAge: int(absoluteLife / time.Second),
		HttpOnly: true, Secure: w.secure(r), SameSite: http.SameSiteLaxMode,
	}
	session.IsNew = true
	id := sessionID(r, name)
	if id == "" {
		return session, nil
	}
	row, err := w.store.WebSession(r.Context(), sessionHash(id))
	if errors.Is(err, gst.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, fmt.Errorf("read session: %w", err)
	}
	var data sessionData
	if err := json.Unmarshal(row.Data, &data); err != nil {
		return session, fmt.Errorf("read session data: %w", err)
	}
	if !w.now().Before(row.Expires) || !w.now().Before(data.Started.Add(absoluteLife)) {
		return session, nil
	}
	session.ID, session.IsNew = id, false
	session.Values[userKey] = row.User
	session.Values[startedKey] = data.Started
	session.Values[expiresKey] = row.Expires
	return session, nil
}

// Save stores the session and sets its cookie; with a negative MaxAge it deletes
// both. A new session gets its id here, never one that the browser proposed.
func (w *webSessions) Save(r *http.Request, rw http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		if session.ID != "" {
			if err := w.store.DeleteWebSession(r.Context(), sessionHash(session.ID)); err != nil {
				return fmt.Errorf("delete session: %w", err)
			}
		}
		http.SetCookie(rw, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	if session.ID == "" {
		session.ID = newSessionID()
	}
	user, _ := session.Values[userKey].(int64)
	started, _ := session.Values[startedKey].(time.Time)
	data, err := json.Marshal(sessionData{Started: started})
	if err != nil {
		return fmt.Errorf("write session data: %w", err)
	}
	expires := earlier(w.now().Add(idleLife), started.Add(absoluteLife))
	session.Values[expiresKey] = expires
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = r.RemoteAddr
	}
	err = w.store.SaveWebSession(r.Context(), sessionHash(session.ID), user, data, expires, short(r.UserAgent(), 200), from)
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	http.SetCookie(rw, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// start begins a session of the user in place of the one the request may carry, so
// that an id known before the sign-in is worth nothing after it.
func (w *webSessions) start(r *http.Request, rw http.ResponseWriter, user int64) error {
	session, err := w.Get(r, w.cookieName(r))
	if err != nil {
		return err
	}
	if session.ID != "" {
		if err := w.store.DeleteWebSession(r.Context(), sessionHash(session.ID)); err != nil {
			return fmt.Errorf("delete session: %w", err)
		}
		session.ID = ""
	}
	session.Values[userKey] = user
	session.Values[startedKey] = w.now()
	return session.Save(r, rw)
}

// end signs the request's session out.
func (w *webSessions) end(r *http.Request, rw http.ResponseWriter) error {
	session, err := w.Get(r, w.cookieName(r))
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return session.Save(r, rw)
}

// user returns the id of the signed-in user, 0 when nobody is, and puts off the
// session's idle end.
func (w *webSessions) user(r *http.Request, rw http.ResponseWriter) (int64, error) {
	session, err := w.Get(r, w.cookieName(r))
	if err != nil || session.IsNew {
		return 0, err
	}
	user, _ := session.Values[userKey].(int64)
	started, _ := session.Values[startedKey].(time.Time)
	expires, _ := session.Values[expiresKey].(time.Time)
	if earlier(w.now().Add(idleLife), started.Add(absoluteLife)).Sub(expires) > touchEvery {
		if err := session.Save(r, rw); err != nil {
			return 0, err
		}
	}
	return user, nil
}

func newSessionID() string {
	var id [32]byte
	_, _ = rand.Read(id[:]) // never fails: without randomness it ends the program
	return base64.RawURLEncoding.EncodeToString(id[:])
}

// sessionID is the id in the request's cookie, "" when it holds none of our form.
func sessionID(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	id, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(id) != 32 {
		return ""
	}
	return cookie.Value
}

func sessionHash(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// short cuts text to at most n bytes, for what strangers send about themselves.
func short(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return text[:n]
}
