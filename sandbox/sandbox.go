package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// DefaultTokenLife is how long a sign-in is good for, as on the live portal; NIC's
// own sandbox has 60 minutes.
const DefaultTokenLife = 360 * time.Minute

// Options are the settings of a Sandbox. All but the clock may be left out.
type Options struct {
	Path      string           // file that keeps keys, register and sessions; "": in memory
	Now       func() time.Time // required
	Log       *slog.Logger     // nil: nothing is logged
	TokenLife time.Duration    // 0: DefaultTokenLife
	// GetWindow is how long after registration a document can be fetched; 0: two days.
	GetWindow time.Duration
	// Strict applies the narrower reading where sources differ: at most five sign-ins
	// in 15 minutes per GSTIN, 30 days counted with the day of the document, and HSN
	// codes of at least six digits for everybody. It also blocks callers for an hour who
	// sent the same refused payload ten times.
	Strict bool
	// Random is where keys and tokens come from; nil: the system's randomness. The same
	// bytes make the same keys and, with calls one at a time, the same tokens.
	Random io.Reader
	// Sleep waits until d is over, or returns an error when ctx ends before; nil: in real
	// time. Faults that take time call it.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Sandbox is a portal with its faces. It is safe for concurrent use.
type Sandbox struct {
	opts     Options
	log      *slog.Logger
	clock    *clock
	state    *state
	keys     *keys
	sessions *sessions
	faults   *faults
	numbers  *numbers
	chance   *chance
	homes    *homes
	lines    *lines

	taxpayers *taxpayers
	stranger  stranger

	// The schemas of what is sent.
	inv01, cancelling, ewaying []field
}

// Open opens or creates the portal's state. The first opening makes its keys, which
// takes a second or so. The caller closes it.
func Open(ctx context.Context, o Options) (*Sandbox, error) {
	if o.Now == nil {
		return nil, errors.New("open sandbox: no clock given")
	}
	if o.TokenLife == 0 {
		o.TokenLife = DefaultTokenLife
	}
	if o.GetWindow == 0 {
		o.GetWindow = 48 * time.Hour
	}
	if o.Log == nil {
		o.Log = discard()
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	st, err := openState(ctx, o.Path)
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	s := &Sandbox{opts: o, log: o.Log, clock: newClock(o.Now), state: st, faults: &faults{}, chance: newChance(o.Random),
		homes: &homes{of: map[string]house{}}, lines: &lines{},
		inv01: inv01(), cancelling: cancelRequest(), ewaying: ewayRequest()}
	if err := s.load(ctx); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", errors.Join(err, st.close()))
	}
	return s, nil
}

// discard is a log that nobody reads.
func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// load reads what the state keeps, and makes the keys where there are none.
func (s *Sandbox) load(ctx context.Context) error {
	var err error
	if s.keys, err = loadKeys(ctx, s.state, s.chance, s.clock.now()); err != nil {
		return err
	}
	if s.sessions, err = loadSessions(ctx, s.state); err != nil {
		return err
	}
	if s.taxpayers, err = loadTaxpayers(ctx, s.state); err != nil {
		return err
	}
	if s.numbers, err = loadNumbers(ctx, s.state); err != nil {
		return err
	}
	return s.adoptBills(ctx)
}

// Close closes the state. Nothing is kept back until then: a portal that is killed has
// written down every call it answered.
func (s *Sandbox) Close() error { return s.state.close() }

// SetClock makes the portal live by another clock, for instance one that stands at a
// document's own date. It undoes what the admin API did to the clock.
func (s *Sandbox) SetClock(now func() time.Time) { s.clock.rebase(now) }

// Handler serves the faces and the admin API.
func (s *Sandbox) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, f := range s.faces() {
		s.mount(mux, f)
		s.mountEWB(mux, f)
	}
	s.mountAdmin(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "no such path: " + r.Method + " " + r.URL.Path})
	})
	return s.recovering(mux)
}

// recovering answers a panic with the portal's own "application error".
func (s *Sandbox) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
				panic(p)
			}
			s.log.ErrorContext(r.Context(), "sandbox panicked", "path", r.URL.Path, "panic", p)
			s.send(w, s.refused(&call{r: r}, refuse("5001")))
		}()
		next.ServeHTTP(w, r)
	})
}
