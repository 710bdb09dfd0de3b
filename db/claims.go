package db

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"mohar/gst"
)

// ErrClaimed is returned by a change under a Claim whose Idempotency-Key was taken by another
// request meanwhile. Nothing of the change is stored.
var ErrClaimed = errors.New("another request holds this idempotency key")

// How long a claim is remembered, and the largest answer that is kept with one, in bytes.
// Source of the 24 hours: Stripe's API reference, Idempotent requests.
const (
	ClaimKept  = 24 * time.Hour
	MostAnswer = 1 << 20
)

// claimsGone is how many old claims a new one takes with it: more than one, so that they
// become fewer, and few, because all writers wait for it.
const claimsGone = 20

// Claim ties a program's Idempotency-Key to the first change that is made in the context that
// bears it: both are stored, or neither is. What the program notes for itself on the way, such
// as a certificate of the portal, is not such a change, and a request that changes nothing
// leaves no claim: to repeat it is harmless.
//
// The changes of one claim come one after another.
type Claim struct {
	Key     string            // Key Id of the program
	Idem    string            // its Idempotency-Key
	Print   [sha256.Size]byte // of method, path and body
	Subject string            // what was changed, as in the edit log: "invoice" …
	Which   string            // its id there
	At      time.Time         // of the change; zero: none was made yet
	Status  int               // of the answer; 0: not kept yet, so it is made anew from what was changed
	Header  map[string]string // of the answer
	Body    []byte            // likewise
}

// Made reports whether something was changed under the claim, which is remembered since.
func (c *Claim) Made() bool { return !c.At.IsZero() }

type claimKey struct{}

// WithClaim returns a context whose first change makes c; Subject, Which and At are filled in
// then. One that is made already, as Claimed returns it, is not made again.
func WithClaim(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

// asides are the subjects of the edit log that are no change somebody asked for: what the
// program notes while it talks to the portal or counts its callers.
var asides = []string{"certificate", "credentials", apiCallSubject}

// concerns notes what the unit is about: the first thing that it says a change of.
func (t *tx) concerns(subject, which string) {
	if t.subject == "" && !slices.Contains(asides, subject) {
		t.subject, t.which = subject, which
	}
}

// claiming is f with the claim of ctx behind it, where there is one to be made.
func (s *Store) claiming(ctx context.Context, f func(context.Context, *tx) error) func(context.Context, *tx) error {
	c, ok := ctx.Value(claimKey{}).(*Claim)
	if !ok || c.Made() {
		return f
	}
	return func(ctx context.Context, t *tx) error {
		if err := f(ctx, t); err != nil || t.subject == "" {
			return err
		}
		return s.makeClaim(ctx, t, c)
	}
}

// makeClaim stores a claim beside the change of t.
func (s *Store) makeClaim(ctx context.Context, t *tx, c *Claim) error {
	now := moment(millis(s.now()))
	old := millis(now.Add(-ClaimKept))
	_, err := t.exec(ctx, `
DELETE FROM claims
WHERE id IN (SELECT id FROM claims WHERE at <= $1 ORDER BY at LIMIT $2)`, old, claimsGone)
	if err != nil {
		return fmt.Errorf("give up old claims: %w", known(err))
	}
	n, err := t.exec(ctx, `
INSERT INTO claims (api_key, idem, print, subject, which, at, status, header, body)
VALUES ($1, $2, $3, $4, $5, $6, 0, '', X'')
ON CONFLICT (api_key, idem) DO UPDATE
SET print = excluded.print, subject = excluded.subject, which = excluded.which, at = excluded.at,
    status = 0, header = '', body = X''
WHERE claims.at <= $7`, c.Key, c.Idem, c.Print[:], t.subject, t.which, millis(now), old)
	if err != nil {
		return fmt.Errorf("claim %q: %w", c.Idem, known(err))
	}
	if n == 0 {
		return fmt.Errorf("claim %q: %w", c.Idem, ErrClaimed)
	}
	t.committed(func() { c.Subject, c.Which, c.At = t.subject, t.which, now })
	return nil
}

// Claimed returns what a program's Idempotency-Key stands for; gst.ErrNotFound when nothing
// was changed under it in the last 24 hours.
func (s *Store) Claimed(ctx context.Context, key, idem string) (*Claim, error) {
	c := &Claim{Key: key, Idem: idem}
	var print []byte
	var at int64
	var header string
	err := s.reader.row(ctx, `
SELECT print, subject, which, at, status, header, body
FROM claims
WHERE api_key = $1 AND idem = $2 AND at > $3`, key, idem, millis(s.now().Add(-ClaimKept))).
		Scan(&print, &c.Subject, &c.Which, &at, &c.Status, &header, &c.Body)
	if err != nil {
		return nil, fmt.Errorf("read claim %q: %w", idem, known(err))
	}
	copy(c.Print[:], print)
	c.At = moment(at)
	if header != "" {
		if err := json.Unmarshal([]byte(header), &c.Header); err != nil {
			return nil, fmt.Errorf("read claim %q: %w", idem, err)
		}
	}
	return c, nil
}

// KeepAnswer keeps status, header and body of the answer to the request that made c, to be
// given again. It keeps nothing when c was not made, and no body of more than MostAnswer
// bytes: that answer is made anew each time. It returns gst.ErrNotFound when the claim is
// forgotten by now.
func (s *Store) KeepAnswer(ctx context.Context, c *Claim) error {
	if !c.Made() || len(c.Body) > MostAnswer {
		return nil
	}
	header, err := json.Marshal(c.Header)
	if err != nil {
		return fmt.Errorf("keep answer of claim %q: %w", c.Idem, err)
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `
UPDATE claims
SET status = $4, header = $5, body = $6
WHERE api_key = $1 AND idem = $2 AND at = $3`,
			c.Key, c.Idem, millis(c.At), c.Status, string(header), append([]byte{}, c.Body...)) // never nil, which is NULL
		if err == nil && n == 0 {
			err = gst.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep answer of claim %q: %w", c.Idem, err)
	}
	return nil
}
