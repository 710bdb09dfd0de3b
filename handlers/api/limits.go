package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

// A stranger may try so many wrong keys at once, and so many a second after that.
const (
	wrongKeysAtOnce   = 20
	wrongKeysASecond  = 1
	mostAddressesKept = 10_000
)

// rates bounds how often a key may call, and how often an address may try wrong ones.
type rates struct {
	now    func() time.Time
	perKey float64

	mu    sync.Mutex
	keys  map[string]*rate.Limiter
	wrong map[string]*rate.Limiter // by address
}

func newRates(perKey float64, now func() time.Time) *rates {
	return &rates{now: now, perKey: perKey, keys: map[string]*rate.Limiter{}, wrong: map[string]*rate.Limiter{}}
}

// burst is how many calls may come at once.
func (r *rates) burst() int { return max(1, int(2*r.perKey)) }

// spend takes one call from what a key may make, says in h what is left, and returns an
// error when nothing is.
func (r *rates) spend(key string, h http.Header) error {
	now := r.now()
	r.mu.Lock()
	l := r.keys[key]
	if l == nil { // keys are few: people make them
		l = rate.NewLimiter(rate.Limit(r.perKey), r.burst())
		r.keys[key] = l
	}
	r.mu.Unlock()
	may := l.AllowN(now, 1)
	left := l.TokensAt(now)
	whole := float64(r.burst()) - left // to be filled up again
	h.Set("RateLimit-Limit", strconv.Itoa(r.burst()))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(0, int(left))))
	h.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(whole/r.perKey))))
	if !may {
		return tooMany{time.Duration(math.Ceil(1/r.perKey)) * time.Second}
	}
	return nil
}

// failed counts a wrong key against an address, and returns what to say about it. Good keys
// from there are let in all the same: several programs may share the address, and a secret is
// too long to be guessed; only the guessing is not to cost much.
func (r *rates) failed(address string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.wrong[address]
	if l == nil {
		if len(r.wrong) >= mostAddressesKept {
			clear(r.wrong) // rather forget than grow
		}
		l = rate.NewLimiter(wrongKeysASecond, wrongKeysAtOnce)
		r.wrong[address] = l
	}
	if !l.AllowN(r.now(), 1) {
		return tooMany{time.Second}
	}
	return errWrongKey
}

// tooMany says that a call came too soon.
type tooMany struct{ wait time.Duration }

// Error says so.
func (t tooMany) Error() string { return "too many calls; wait " + t.wait.String() }

// body reads the body of a call, unpacked where it came as gzip, and at most most bytes
// of it. It returns an error for none, for too much and for what cannot be unpacked.
func (s *Server) body(c echo.Context, most int64) ([]byte, error) {
	from, done, err := s.unpacked(c, most)
	if err != nil {
		return nil, err
	}
	defer done()
	data, err := io.ReadAll(from)
	switch {
	case err != nil:
		return nil, unreadBody(err, most)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, plainError{http.StatusBadRequest, codeInvalid, "Empty", "The body is empty; this call takes JSON."}
	}
	return data, nil
}

// unpacked is the body of a call as a stream, unpacked where it came as gzip; done must be
// called at the end. What it returns for more than most bytes, unreadBody words.
func (s *Server) unpacked(c echo.Context, most int64) (from io.Reader, done func(), err error) {
	r := c.Request()
	if r.ContentLength > most {
		return nil, nil, unreadBody(errUnpackedTooLarge, most)
	}
	from = http.MaxBytesReader(c.Response(), r.Body, most)
	switch encoding := strings.ToLower(strings.TrimSpace(r.Header.Get(echo.HeaderContentEncoding))); encoding {
	case "", "identity":
		return from, func() {}, nil
	case "gzip", "x-gzip":
		packed, err := gzip.NewReader(from)
		if err != nil {
			return nil, nil, plainError{http.StatusBadRequest, codeInvalid, "Not gzip", "The header says Content-Encoding: gzip, but the body is not gzip."}
		}
		return &atMost{packed, most}, func() { _ = packed.Close() }, nil // it was only read
	default:
		return nil, nil, plainError{http.StatusUnsupportedMediaType, codeInvalid, "Unknown encoding", fmt.Sprintf("Content-Encoding %.40q is not known here; send gzip or none.", encoding)}
	}
}

// errUnpackedTooLarge says that a body is larger than it may be.
var errUnpackedTooLarge = errors.New("body too large")

// atMost reads no more than so many bytes, and fails where there are more.
type atMost struct {
	from io.Reader
	left int64
}

// Read reads on.
func (a *atMost) Read(b []byte) (int, error) {
	n, err := a.from.Read(b)
	if a.left -= int64(n); a.left < 0 {
		return n, errUnpackedTooLarge
	}
	return n, err
}

// unreadBody says why a body could not be read to its end.
func unreadBody(err error, most int64) error {
	var large *http.MaxBytesError
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return err // no room to set it aside: our own trouble
	}
	if errors.As(err, &large) || errors.Is(err, errUnpackedTooLarge) {
		return plainError{http.StatusRequestEntityTooLarge, codeInvalid, "Too large",
			fmt.Sprintf("The body is larger than %s, the most that this call takes.", megabytes(most))}
	}
	return plainError{http.StatusBadRequest, codeInvalid, "Unreadable", "The body broke off or could not be unpacked. Send it again."}
}

// megabytes words a size.
func megabytes(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(n>>10, 10) + " kB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}
