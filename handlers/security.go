package handlers

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"mohar/static"
)

// bodyLimit is the largest request that is read: an INV-01 file of 250 lines and
// more has ample room.
const bodyLimit = "4M"

// fileLimit is the largest request that may bring a table or Tally's masters: a firm's
// whole books, with what a form puts around a file.
const fileLimit = "33M"

// bringsTable reports whether a request may bring a file as large as sheet reads any.
func bringsTable(c echo.Context) bool {
	switch c.Path() {
	case "/c/:gstin/customers/import", "/c/:gstin/items/import", "/c/:gstin/hsn/import", "/c/:gstin/invoices/elsewhere",
		"/c/:gstin/byhand",
		verifyURL, "/c/:gstin" + verifyURL: // a photo; scan bounds it further
		return true
	}
	return false
}

// ofAPI reports whether a request is one of the JSON API, which programs make.
func ofAPI(c echo.Context) bool {
	path := strings.ToLower(c.Request().URL.Path)
	return path == "/api" || strings.HasPrefix(path, "/api/")
}

// bodyLimits bounds what is read of a request.
func bodyLimits() echo.MiddlewareFunc {
	usual, files := middleware.BodyLimit(bodyLimit), middleware.BodyLimit(fileLimit)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		short, long := usual(next), files(next)
		return func(c echo.Context) error {
			switch {
			case ofAPI(c):
				return next(c) // each call there has a limit of its own
			case bringsTable(c):
				return long(c)
			}
			return short(c)
		}
	}
}

// contentPolicy lets a page use nothing but this server: no inline script or
// style, no other host, no frame around it.
const contentPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// guard puts the middleware that every request passes, in this order.
func (s *Server) guard(e *echo.Echo) {
	e.Use(
		s.requestID,
		s.headers,
		s.recover(),
		s.onlyLoopback,
		bodyLimits(),
		middleware.GzipWithConfig(middleware.GzipConfig{Skipper: uncompressed, MinLength: 1024}),
		s.sameOrigin(),
	)
}

// readableForm refuses changes that do not come as a form, and forms whose text is not
// UTF-8: nothing of ours sends either, and what cannot be read must not be stored. It
// stands behind the sign-in, so that strangers cannot have large files read.
func readableForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodPost {
			return next(c)
		}
		kind, _, _ := strings.Cut(c.Request().Header.Get(echo.HeaderContentType), ";")
		if kind != "" && kind != echo.MIMEApplicationForm && kind != echo.MIMEMultipartForm {
			return echo.ErrUnsupportedMediaType
		}
		values, err := c.FormParams()
		if err != nil {
			return unreadable(err)
		}
		for name, texts := range values {
			if !utf8.ValidString(name) || !utf8.ValidString(strings.Join(texts, "")) {
				return sentence{http.StatusBadRequest, "Some text in the form is not valid UTF-8, so nothing was done. Type it again instead of pasting it."}
			}
		}
		return next(c)
	}
}

// requestID names the request, for the log and for the sentence about an internal
// error. An id that the client brought is not taken over: it could forge log lines.
func (s *Server) requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text()[:12])
		return next(c)
	}
}

// headers sets what every answer says to the browser. Nothing is cached unless a
// handler says otherwise, because nearly every page is private.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// recover turns a panic into an internal error with its stack in the log.
func (s *Server) recover() echo.MiddlewareFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisablePrintStack:   true,
		DisableErrorHandler: true, // the error goes up to answer, as all others
		LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
			s.log.ErrorContext(c.Request().Context(), "panic", "route", c.Path(), "error", err, "stack", string(stack))
			return fmt.Errorf("panic: %w", err)
		},
	})
}

// onlyLoopback refuses plain HTTP from other machines, where passwords would travel
// readable. The name asked for is looked at too: a page elsewhere whose name is
// made to point at this machine must not reach it through the owner's browser.
func (s *Server) onlyLoopback(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if s.insecureLAN || s.secure(r) {
			return next(c)
		}
		if !isLoopback(c.RealIP()) || !isLoopback(hostOf(r.Host)) {
			return sentence{http.StatusForbidden, "Over plain HTTP Mohar answers this computer only. " +
				"Use https, or start it with --insecure-lan on a network you trust."}
		}
		return next(c)
	}
}

// secure reports whether the request came over TLS, here or at the proxy in front.
func (s *Server) secure(r *http.Request) bool { return s.tls || r.TLS != nil }

// sameOrigin refuses changes that another site's page asks for. It reads
// Sec-Fetch-Site and Origin, so forms need no token.
func (s *Server) sameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			// Check instead of its http.Handler, so that the refusal takes the
			// same way to the page as every other error.
			if err := protection.Check(c.Request()); err != nil {
				return sentence{http.StatusForbidden, "This came from another site's page, so nothing was done. Open Mohar itself and try again."}
			}
			return next(c)
		}
	}
}

// uncompressed reports whether the answer goes out as it is: a stream, which compression
// would hold back, static files, which are compressed already, and the answers of the JSON
// API with signed texts and pictures, which hardly get smaller, at a tenth of a call's cost.
func uncompressed(c echo.Context) bool {
	path := strings.ToLower(c.Request().URL.Path)
	return strings.HasPrefix(path, "/api/einvoice/") || strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/event-stream") ||
		strings.HasPrefix(c.Request().URL.Path, static.Prefix)
}

// hostOf is a Host header without its port.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// isLoopback reports whether a name or address is this machine's own.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
