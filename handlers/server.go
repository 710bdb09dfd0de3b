// Package handlers is HTTP in and out: it reads forms, calls one method of the room
// that knows, and shows a view. It decides nothing about tax, SQL or the portal's
// wire.
package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/courier"
	"mohar/db"
	"mohar/desk"
	"mohar/pdf"
	"mohar/registrar"
)

// Options are what the pages need of the house.
type Options struct {
	Store     *db.Store
	Registrar *registrar.Registrar
	Desk      *desk.Desk
	Printer   *pdf.Printer     // nil: pdf.New
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: slog.Default
	Version   string           // of the program, for help desks; may be empty
	Courier   *courier.Courier // sends tests to webhooks; nil: courier.New
	API       http.Handler     // what answers below /api; nil: nothing does

	// TLS says that browsers reach the server over TLS, also when a proxy in
	// front ends it: cookies are then Secure.
	TLS bool
	// InsecureLAN lets other machines in over plain HTTP.
	InsecureLAN bool
}

// Server answers every request of the program. Its methods are the handlers.
type Server struct {
	store     *db.Store
	registrar *registrar.Registrar
	desk      *desk.Desk
	printer   *pdf.Printer
	now       func() time.Time
	log       *slog.Logger
	version   string
	courier   *courier.Courier
	api       http.Handler

	tls         bool
	insecureLAN bool

	echo      *echo.Echo
	sessions  *webSessions
	passwords *hasher
	tries     *throttle
	scanning  chan struct{} // holds one while a picture is looked at
	hasOwner  atomic.Bool   // a user exists, which stays so
}

// New returns a server with all its routes. It returns an error when an option that
// it cannot do without is missing.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Registrar == nil || o.Desk == nil {
		return nil, errors.New("handlers: store, registrar and desk are needed")
	}
	if o.Printer == nil {
		o.Printer = pdf.New()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Server{
		store: o.Store, registrar: o.Registrar, desk: o.Desk, printer: o.Printer, now: o.Now, log: o.Log,
		version: o.Version, courier: o.ready(), api: o.API, tls: o.TLS, insecureLAN: o.InsecureLAN,
		echo: echo.New(), passwords: newHasher(), tries: newThrottle(o.Now), scanning: make(chan struct{}, 1),
	}
	s.sessions = &webSessions{store: o.Store, now: o.Now, secure: s.secure}
	s.echo.HTTPErrorHandler = s.answer
	s.echo.IPExtractor = echo.ExtractIPDirect() // X-Forwarded-For is whatever the client wrote
	s.guard(s.echo)
	s.routes(s.echo)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// hasUsers reports whether the first user exists. It asks the database only until
// the answer is yes, because users are never all removed.
func (s *Server) hasUsers(ctx context.Context) (bool, error) {
	if s.hasOwner.Load() {
		return true, nil
	}
	has, err := s.store.HasUsers(ctx)
	if err != nil {
		return false, err
	}
	s.hasOwner.Store(has)
	return has, nil
}
