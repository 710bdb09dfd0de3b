// Package api is the JSON side of the program, for ERPs: the calls of Octa GST, so that
// a program which speaks to Octa changes one address and its key, and under /api/v1 our
// own, which go further. Both read from the store and change through desk; neither
// decides anything about tax, SQL or the portal's wire.
//
// It is an http.Handler of its own that handlers mounts at /api, behind the guards that
// every request passes. Errors of both dialects are written in one place; see answer.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/pdf"
	"mohar/registrar"
)

// Options are what the API works with.
type Options struct {
	Store     *db.Store
	Registrar *registrar.Registrar
	Desk      *desk.Desk
	Printer   *pdf.Printer     // nil: pdf.New
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: slog.Default
	Version   string           // of the program

	// Wait is how long generateirn waits for the portal before it answers that the
	// document is on its way; 0: 15 s.
	Wait time.Duration
	// Drafts are kept by the pages as forms; zero: as INV-01 alone.
	Drafts Drafts
	// Rate is how many calls a second one key may make; 0: DefaultRate.
	Rate float64

	patience time.Duration // with a client that sends nothing; 0: usualPatience
}

// DefaultRate is how many calls a second one key may make where nobody says otherwise:
// more than a firm's ERP needs, and less than what would slow the pages down.
const DefaultRate = 500

// Server answers the calls. Its methods are the handlers.
type Server struct {
	store     *db.Store
	registrar *registrar.Registrar
	desk      *desk.Desk
	printer   *pdf.Printer
	now       func() time.Time
	log       *slog.Logger
	version   string
	wait      time.Duration
	patience  time.Duration

	drafts Drafts

	echo    *echo.Echo
	rates   *rates
	ledger  *ledger
	running running       // Idempotency-Keys
	uploads chan struct{} // submissions that are being read
}

// New returns an API with all its routes. It returns an error when an option that it
// cannot do without is missing. Close must be called at the end.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Registrar == nil || o.Desk == nil {
		return nil, errors.New("api: store, registrar and desk are needed")
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
	if o.Wait == 0 {
		o.Wait = 15 * time.Second
	}
	if o.patience == 0 {
		o.patience = usualPatience
	}
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	s := &Server{
		store: o.Store, registrar: o.Registrar, desk: o.Desk, printer: o.Printer, now: o.Now, log: o.Log,
		version: o.Version, wait: o.Wait, patience: o.patience, drafts: o.Drafts.orPlain(), uploads: make(chan struct{}, uploads),
		echo: echo.New(), rates: newRates(o.Rate, o.Now), ledger: newLedger(o.Store, o.Log),
	}
	s.echo.HTTPErrorHandler = s.answer
	s.echo.IPExtractor = echo.ExtractIPDirect() // X-Forwarded-For is whatever the client wrote
	s.echo.Pre(spelling)
	s.echo.Use(s.recover(), s.account)
	s.routes(s.echo)
	return s, nil
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, headAsGet(r)) }

// Close puts the calls that are not in the edit log yet there, until ctx is done.
func (s *Server) Close(ctx context.Context) error { return s.ledger.close(ctx) }

// routes names every call, grouped by who may make it.
func (s *Server) routes(e *echo.Echo) {
	// Anybody.
	s.docsRoutes(e)

	// Whoever has a key.
	s.octaRoutes(e.Group("/api", s.authenticate))
	own := e.Group(ownRoot)
	for _, o := range s.operations() {
		guards := []echo.MiddlewareFunc{knownQuery(o)}
		if !o.open {
			guards = []echo.MiddlewareFunc{s.authenticate, s.needs(o.scope), knownQuery(o), s.once(o)}
		}
		own.Add(o.method, echoPath(o.path), o.handle, guards...)
	}
	e.RouteNotFound("/*", s.notHere)
}
