package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// A program that got no answer cannot know whether its call was carried out. With an
// Idempotency-Key it may make the call again: what was done once is not done twice, and the
// answer is the first one. The key is stored together with what it did, so that a crash in
// between leaves both or neither; the answer is kept after that, and where a crash took it,
// it is made anew from what was done.
//
// Source: Stripe's API reference, idempotent requests; draft-ietf-httpapi-idempotency-key-header.

const (
	idempotencyKey = "Idempotency-Key"
	replayed       = "Idempotent-Replayed"
)

// idempotencyParam is the header of every call that makes something.
var idempotencyParam = param{name: idempotencyKey, in: "header", kind: "string",
	about: "of your choice, 1 to 255 visible characters, a new one for each thing to be done: the same call again within 24 hours " +
		"gets the first answer, with `Idempotent-Replayed: true`, and does nothing twice"}

// running are the Idempotency-Keys of the calls under way.
type running struct {
	mu   sync.Mutex
	keys map[[2]string]bool
}

// begin notes a call, unless one with the same key is under way.
func (r *running) begin(key, idem string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys == nil {
		r.keys = map[[2]string]bool{}
	}
	at := [2]string{key, idem}
	if r.keys[at] {
		return false
	}
	r.keys[at] = true
	return true
}

func (r *running) end(key, idem string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, [2]string{key, idem})
}

// errRunning says that a call with the same key is being answered.
var errRunning = plainError{http.StatusConflict, codeRunning, "Under way",
	"A call with this Idempotency-Key is under way. Wait a second and make it again: then you get its answer."}

// once has a call that makes something carried out once for each Idempotency-Key.
func (s *Server) once(o operation) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if o.method != http.MethodPost || o.open {
			return next
		}
		return func(c echo.Context) error {
			sent := c.Request().Header.Values(idempotencyKey)
			if len(sent) == 0 {
				return next(c)
			}
			if len(sent) > 1 || !visible(sent[0]) {
				return plainError{http.StatusBadRequest, codeInvalid, "Idempotency-Key not valid", "Idempotency-Key must be one text of 1 to 255 visible ASCII characters without blanks."}
			}
			err := s.onceFor(c, o, sent[0], next)
			if errors.Is(err, errRunning) {
				c.Response().Header().Set(echo.HeaderRetryAfter, "1")
			}
			return err
		}
	}
}

// visible reports whether a text may be an Idempotency-Key.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return len(text) >= 1 && len(text) <= 255
}

// onceFor is once for one key.
func (s *Server) onceFor(c echo.Context, o operation, idem string, next echo.HandlerFunc) error {
	key := callOf(c).key.ID
	if !s.running.begin(key, idem) {
		return errRunning
	}
	defer s.running.end(key, idem)
	print, done, err := fingerprintOf(c)
	defer done()
	if err != nil {
		return err
	}
	claim, err := s.store.Claimed(c.Request().Context(), key, idem)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return s.firstTime(c, &db.Claim{Key: key, Idem: idem, Print: print}, next)
	case err != nil:
		return err
	case claim.Print != print:
		return plainError{http.StatusConflict, codeInvalid, "Idempotency-Key used", "This Idempotency-Key was sent with another call in the last 24 hours. Take a new one for each thing to be done."}
	}
	c.Response().Header().Set(replayed, "true")
	if claim.Status != 0 {
		return replay(c, claim)
	}
	return madeAgain(c, o, claim)
}

// replay gives the kept answer.
func replay(c echo.Context, claim *db.Claim) error {
	for name, value := range claim.Header {
		c.Response().Header().Set(name, value)
	}
	c.Response().WriteHeader(claim.Status)
	_, err := c.Response().Write(claim.Body)
	return err
}

// madeAgain makes the answer from what was done, where it was lost.
func madeAgain(c echo.Context, o operation, claim *db.Claim) error {
	id, err := strconv.ParseInt(claim.Which, 10, 64)
	if o.again == nil || err != nil {
		return notNow(fmt.Sprintf("What this Idempotency-Key was sent for was done (%s %s), but its answer was lost. Read the thing itself.", claim.Subject, claim.Which))
	}
	return o.again(c, id)
}

// firstTime carries a call out under its claim, and keeps the answer when something was
// changed. What went wrong before that may be tried again with the same key; and where the
// server itself failed after it, the answer will be made anew.
func (s *Server) firstTime(c echo.Context, claim *db.Claim, next echo.HandlerFunc) error {
	r := c.Request()
	c.SetRequest(r.WithContext(db.WithClaim(r.Context(), claim)))
	real := c.Response().Writer
	kept := &keeping{ResponseWriter: real}
	c.Response().Writer = kept
	err := next(c)
	if errors.Is(err, db.ErrClaimed) {
		err = errRunning
	}
	if err != nil && claim.Made() {
		c.Error(err)
		err = nil
	}
	c.Response().Writer = real
	if kept.status == 0 {
		return err // answered by whom it concerns
	}
	if claim.Made() && kept.status < http.StatusInternalServerError {
		claim.Status, claim.Header, claim.Body = kept.status, keptHeaders(real.Header()), kept.body.Bytes()
		if err := s.store.KeepAnswer(context.WithoutCancel(r.Context()), claim); err != nil {
			s.log.WarnContext(r.Context(), "answer not kept", "id", requestID(c), "error", err) // it will be made anew
		}
	}
	real.WriteHeader(kept.status)
	_, err = real.Write(kept.body.Bytes())
	return err
}

// keptHeaders are the headers of an answer that belong to it, and not to the call.
func keptHeaders(h http.Header) map[string]string {
	kept := map[string]string{}
	for _, name := range []string{echo.HeaderContentType, echo.HeaderLocation, "ETag", echo.HeaderRetryAfter} {
		if value := h.Get(name); value != "" {
			kept[name] = value
		}
	}
	return kept
}

// keeping holds an answer back until it is kept.
type keeping struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (k *keeping) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write keeps a piece of the body.
func (k *keeping) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// mostInMemory is how much of a body is held in memory to be looked at before the call is
// carried out; what is longer lies on the disk for so long.
const mostInMemory = 4 << 20

// fingerprintOf is the print of a call: its method, address and body. The body can be read
// again after that, until done is called.
func fingerprintOf(c echo.Context) (print [sha256.Size]byte, done func(), err error) {
	r := c.Request()
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n%s\n%s\n", r.Method, r.URL.RequestURI(), r.Header.Get(echo.HeaderContentEncoding))
	body, done, err := setAside(http.MaxBytesReader(c.Response(), r.Body, mostSubmission), sum)
	if err != nil {
		return print, done, unreadBody(err, mostSubmission)
	}
	r.Body = io.NopCloser(body)
	copy(print[:], sum.Sum(nil))
	return print, done, nil
}

// setAside reads a body to its end, past seen, and returns what it read, which lives until
// done is called.
func setAside(from io.Reader, seen io.Writer) (body io.Reader, done func(), err error) {
	done = func() {}
	var start bytes.Buffer
	n, err := io.Copy(io.MultiWriter(seen, &start), io.LimitReader(from, mostInMemory))
	if err != nil || n < mostInMemory {
		return &start, done, err
	}
	rest, err := os.CreateTemp("", "mohar-call")
	if err != nil {
		return nil, done, fmt.Errorf("keep a body: %w", err)
	}
	done = func() {
		_ = rest.Close() // it is thrown away
		_ = os.Remove(rest.Name())
	}
	if _, err = io.Copy(io.MultiWriter(seen, rest), from); err == nil {
		_, err = rest.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, func() {}, err
	}
	return io.MultiReader(&start, rest), done, nil
}
