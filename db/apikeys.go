package db

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"mohar/gst"
)

// Scope is something that a program may do with its key.
type Scope string

// The scopes. Each is given apart: writing does not include reading.
const (
	ScopeRead   Scope = "read"
	ScopeWrite  Scope = "write"  // make and register documents and e-way bills, masters too
	ScopeCancel Scope = "cancel" // cancel and reject them
)

// Scopes returns all scopes, in the order in which they are shown.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeWrite, ScopeCancel} }

// APIKey is the key of a program that calls the JSON API, without its secret.
type APIKey struct {
	ID        string // Key Id: M and 18 digits
	Name      string
	Scopes    []Scope
	Companies []gst.GSTIN // empty: all, future ones too
	By        string      // who made it
	Created   time.Time
	Expires   time.Time // zero: never
	Revoked   time.Time // zero: in force
	Used      time.Time // its last call; zero: none
	UsedFrom  string    // address of that call
}

// May reports whether the key was given a scope.
func (k APIKey) May(scope Scope) bool { return slices.Contains(k.Scopes, scope) }

// For reports whether the key was given a company.
func (k APIKey) For(company gst.GSTIN) bool {
	return len(k.Companies) == 0 || slices.Contains(k.Companies, company)
}

// Over reports whether the key is revoked or expired.
func (k APIKey) Over(now time.Time) bool {
	return !k.Revoked.IsZero() || !k.Expires.IsZero() && !now.Before(k.Expires)
}

// secretLetters is how many letters and digits a secret has: 142 bits.
const secretLetters = 24

// randomFrom returns n characters of an alphabet, at random.
func randomFrom(alphabet string, n int) (string, error) {
	var text strings.Builder
	for range n {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			return "", err
		}
		text.WriteByte(alphabet[i.Int64()])
	}
	return text.String(), nil
}

const apiKeyColumns = `id, name, scopes, companies, made_by, created_at, expires_at, revoked_at, used_at, used_from`

func scanAPIKey(row scanner, more ...any) (k APIKey, err error) {
	var scopes, companies string
	var created, expires, revoked, used int64
	err = row.Scan(append([]any{&k.ID, &k.Name, &scopes, &companies, &k.By, &created, &expires, &revoked, &used, &k.UsedFrom}, more...)...)
	for _, scope := range strings.Fields(scopes) {
		k.Scopes = append(k.Scopes, Scope(scope))
	}
	for _, company := range strings.Fields(companies) {
		k.Companies = append(k.Companies, gst.GSTIN(company))
	}
	k.Created, k.Expires, k.Revoked, k.Used = moment(created), moment(expires), moment(revoked), moment(used)
	return k, err
}

// CreateAPIKey stores a new key and returns its secret, which is kept nowhere and cannot be
// shown again. It sets ID, Created and By. It returns gst.ErrNotFound when one of the
// companies does not exist.
func (s *Store) CreateAPIKey(ctx context.Context, k *APIKey) (secret string, err error) {
	const digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	number, err := randomFrom(digits, 18)
	if err == nil {
		secret, err = randomFrom(letters+digits, secretLetters)
	}
	if err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	made := *k
	made.ID = "M" + number
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		made.By, made.Created = actorOf(ctx).Name, moment(millis(s.now()))
		for _, company := range made.Companies {
			var there int
			if err := t.row(ctx, `SELECT 1 FROM companies WHERE gstin = $1`, company).Scan(&there); err != nil {
				return fmt.Errorf("company %s: %w", company, known(err))
			}
		}
		hash := sha256.Sum256([]byte(secret))
		_, err := t.exec(ctx, `
INSERT INTO api_keys (id, name, hash, scopes, companies, made_by, created_at, expires_at, revoked_at, used_at, used_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, '')`,
			made.ID, made.Name, hash[:], joined(made.Scopes, " "), joined(made.Companies, " "), made.By, millis(made.Created), millis(made.Expires))
		if err != nil {
			return known(err)
		}
		return s.logDifference(ctx, t, change{action: "created", subject: "api_key", which: made.ID}, nil, loggedKey(made))
	})
	if err != nil {
		return "", fmt.Errorf("create key %q: %w", k.Name, err)
	}
	*k = made
	return secret, nil
}

// apiKeyLogged is what the edit log says of a key.
type apiKeyLogged struct {
	Name      string
	Scopes    string
	Companies string
	Expires   string
	Revoked   bool
}

func loggedKey(k APIKey) apiKeyLogged {
	l := apiKeyLogged{Name: k.Name, Scopes: joined(k.Scopes, " "), Companies: joined(k.Companies, " "), Revoked: !k.Revoked.IsZero()}
	if !k.Expires.IsZero() {
		l.Expires = k.Expires.UTC().Format(time.RFC3339)
	}
	return l
}

// APIKeys returns all keys, the newest first, revoked and expired ones too.
func (s *Store) APIKeys(ctx context.Context) ([]APIKey, error) {
	keys, err := list(ctx, s.reader, func(row scanner) (APIKey, error) { return scanAPIKey(row) }, `
SELECT `+apiKeyColumns+` FROM api_keys ORDER BY created_at DESC, id`)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// APIKey returns one key; gst.ErrNotFound when there is none with this Key Id.
func (s *Store) APIKey(ctx context.Context, id string) (APIKey, error) {
	k, err := scanAPIKey(s.reader.row(ctx, `SELECT `+apiKeyColumns+` FROM api_keys WHERE id = $1`, id))
	if err != nil {
		return APIKey{}, fmt.Errorf("read key %q: %w", id, known(err))
	}
	return k, nil
}

// RevokeAPIKey ends a key from this moment on, and stops what is left to do of its
// submissions; one that is revoked stays as it is. It returns gst.ErrNotFound when there is none with this Key Id.
func (s *Store) RevokeAPIKey(ctx context.Context, id string) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		k, err := scanAPIKey(t.row(ctx, `SELECT `+apiKeyColumns+` FROM api_keys WHERE id = $1`, id))
		if err != nil || !k.Revoked.IsZero() {
			return known(err)
		}
		before := loggedKey(k)
		k.Revoked = s.now()
		if _, err := t.exec(ctx, `UPDATE api_keys SET revoked_at = $2 WHERE id = $1`, id, millis(k.Revoked)); err != nil {
			return known(err)
		}
		if err := s.stopSubmissionsBy(ctx, t, APIActor(k, "")); err != nil {
			return err
		}
		return s.logDifference(ctx, t, change{action: "revoked", subject: "api_key", which: id}, before, loggedKey(k))
	})
	if err != nil {
		return fmt.Errorf("revoke key %q: %w", id, err)
	}
	return nil
}

// CheckAPIKey returns the key that has this Key Id and secret, also when it is over. It
// returns gst.ErrNotFound for another secret as for an unknown Key Id.
func (s *Store) CheckAPIKey(ctx context.Context, id, secret string) (APIKey, error) {
	var hash []byte
	k, err := scanAPIKey(s.reader.row(ctx, `SELECT `+apiKeyColumns+`, hash FROM api_keys WHERE id = $1`, id), &hash)
	if err != nil && !absent(err) {
		return APIKey{}, fmt.Errorf("read key: %w", known(err))
	}
	given := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(given[:], hash) != 1 || err != nil {
		return APIKey{}, fmt.Errorf("key %q: %w", id, gst.ErrNotFound)
	}
	return k, nil
}

// APICall is one call of the JSON API, as the edit log keeps it.
type APICall struct {
	At       time.Time
	Key      string // Key Id
	KeyName  string
	From     string // address
	Company  gst.GSTIN
	Method   string
	Path     string
	Request  string // the request's id
	Status   int    // HTTP
	Code     string // of the first error; empty: none
	Document int64  // 0: none
	Took     time.Duration
}

// APIActor is how the edit log and timelines name a program that calls with a key.
func APIActor(k APIKey, from string) Actor {
	return Actor{Kind: "key", Name: k.Name + " (" + k.ID + ")", From: from}
}

// callLogged is an APICall in the edit log: its members must never change.
type callLogged struct {
	At       int64  `json:"at"` // unix milliseconds
	Method   string `json:"method"`
	Path     string `json:"path"`
	Request  string `json:"request"`
	Status   int    `json:"status"`
	Code     string `json:"code,omitempty"`
	Document int64  `json:"document,omitempty"`
	Took     int64  `json:"took"` // milliseconds
}

// apiCallSubject is what the edit log calls calls of a key.
const apiCallSubject = "api_call"

// mostPath is how much of a call's path the edit log keeps, in bytes: it is as long as the
// program cares to make it.
const mostPath = 500

func clippedPath(path string) string {
	return strings.ToValidUTF8(path[:min(len(path), mostPath)], "")
}

// LogCalls puts calls into the edit log, all or none, and notes the last use of their keys.
func (s *Store) LogCalls(ctx context.Context, calls []APICall) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		last := map[string]APICall{}
		for _, call := range calls {
			after, err := json.Marshal(callLogged{millis(call.At), call.Method, clippedPath(call.Path), call.Request, call.Status, call.Code, call.Document, call.Took.Milliseconds()})
			if err != nil {
				return err
			}
			by := WithActor(ctx, APIActor(APIKey{ID: call.Key, Name: call.KeyName}, call.From))
			err = s.logChange(by, t, change{company: call.Company, action: "called", subject: apiCallSubject, which: call.Key, after: string(after)})
			if err != nil {
				return err
			}
			last[call.Key] = call
		}
		for id, call := range last {
			_, err := t.exec(ctx, `UPDATE api_keys SET used_at = $2, used_from = $3 WHERE id = $1 AND used_at <= $2`, id, millis(call.At), call.From)
			if err != nil {
				return known(err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("log %d calls: %w", len(calls), err)
	}
	return nil
}

// APICalls returns calls made with a key, the newest first, those before an entry of the
// edit log for the next page (0: the first), and where the next page begins (0: no more).
func (s *Store) APICalls(ctx context.Context, key string, before int64, limit int) (calls []APICall, next int64, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	type entry struct {
		id int64
		APICall
	}
	entries, err := list(ctx, s.reader, func(row scanner) (e entry, err error) {
		var after string
		if err = row.Scan(&e.id, &e.KeyName, &e.From, &e.Company, &after); err != nil {
			return e, err
		}
		var l callLogged
		err = json.Unmarshal([]byte(after), &l)
		e.Key, e.At, e.Method, e.Path, e.Request, e.Status = key, moment(l.At), l.Method, l.Path, l.Request, l.Status
		e.Code, e.Document, e.Took = l.Code, l.Document, time.Duration(l.Took)*time.Millisecond
		return e, err
	}, `
SELECT id, actor, address, company, after
FROM edit_log
WHERE subject = 'api_call' AND subject_id = $1 AND id < $2
ORDER BY id DESC
LIMIT $3`, key, before, limit+1)
	if err != nil {
		return nil, 0, fmt.Errorf("read calls of key %q: %w", key, err)
	}
	for i, e := range entries {
		if i == limit {
			return calls, entries[i-1].id, nil
		}
		e.KeyName = strings.TrimSuffix(e.KeyName, " ("+key+")")
		calls = append(calls, e.APICall)
	}
	return calls, 0, nil
}
