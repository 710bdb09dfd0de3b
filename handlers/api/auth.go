package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// callContext is where the call stands in the echo.Context.
const callContext = "call"

// call is what is known of the request under way. Handlers fill in what the edit log is
// to say of it.
type call struct {
	began    time.Time
	key      db.APIKey // ID is empty until the key was checked
	company  gst.GSTIN // whom it concerns; empty: nobody yet
	document int64     // which document; 0: none
	code     string    // of the first error; empty: none
}

// callOf is the call of a request.
func callOf(c echo.Context) *call { return c.Get(callContext).(*call) }

// requestID is the request's name in the log, which handlers gave it.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// account keeps each call for the edit log, with its outcome. Calls without a good key
// are not kept: a stranger must not be able to fill the disk.
func (s *Server) account(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		k := &call{began: s.now()}
		c.Set(callContext, k)
		s.awaitBody(c)
		if err := next(c); err != nil {
			c.Error(err) // so that status and code are known below
		}
		if k.key.ID == "" {
			return nil
		}
		s.ledger.add(db.APICall{
			At: k.began, Key: k.key.ID, KeyName: k.key.Name, From: c.RealIP(), Company: k.company,
			Method: c.Request().Method, Path: c.Request().URL.Path, Request: requestID(c),
			Status: c.Response().Status, Code: k.code, Document: k.document, Took: s.now().Sub(k.began),
		})
		return nil
	}
}

// authenticate lets in whoever has a key, by HTTP Basic with the Key Id as the name and
// the Key Secret as the password, and names the key to the edit log. Each call reads the
// key anew, so that revoking one counts at once.
func (s *Server) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, secret, given := c.Request().BasicAuth()
		if !given {
			return errNoKey
		}
		key, err := s.store.CheckAPIKey(c.Request().Context(), strings.TrimSpace(id), strings.TrimSpace(secret))
		switch {
		case errors.Is(err, gst.ErrNotFound):
			return s.rates.failed(c.RealIP())
		case err != nil:
			return err
		case !key.Revoked.IsZero():
			return errRevokedKey
		case key.Over(s.now()):
			return errExpiredKey
		}
		callOf(c).key = key
		if err := s.rates.spend(key.ID, c.Response().Header()); err != nil {
			return err
		}
		r := c.Request()
		c.SetRequest(r.WithContext(db.WithActor(r.Context(), db.APIActor(key, c.RealIP()))))
		return next(c)
	}
}

// needs refuses keys that were not given a scope.
func (s *Server) needs(scope db.Scope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := mayCall(c, scope); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// mayCall returns an error unless the call's key was given a scope.
func mayCall(c echo.Context, scope db.Scope) error {
	if callOf(c).key.May(scope) {
		return nil
	}
	return plainError{http.StatusForbidden, codeDenied, "Not allowed", fmt.Sprintf("This key may not %s. Make one that may under Settings → API keys.", scopeWords(scope))}
}

func scopeWords(scope db.Scope) string {
	switch scope {
	case db.ScopeWrite:
		return "make or change anything (scope write)"
	case db.ScopeCancel:
		return "cancel anything (scope cancel)"
	}
	return "read (scope read)"
}

// company returns the company that a call is about, for a key that was given a scope and
// this company. One that is not there and one that the key may not see look the same.
func (s *Server) company(c echo.Context, gstin string, scope db.Scope) (gst.Company, error) {
	if err := mayCall(c, scope); err != nil {
		return gst.Company{}, err
	}
	g := gst.GSTIN(strings.ToUpper(strings.TrimSpace(gstin)))
	if g == "" {
		return gst.Company{}, plainError{http.StatusBadRequest, codeInvalid, "GSTIN missing", "Say which company this is about: gstin, its GSTIN of 15 characters."}
	}
	if callOf(c).key.For(g) {
		company, err := s.store.Company(c.Request().Context(), g)
		if err == nil {
			callOf(c).company = g
			return company, nil
		}
		if !errors.Is(err, gst.ErrNotFound) {
			return gst.Company{}, err
		}
	}
	return gst.Company{}, plainError{http.StatusNotFound, codeNotFound, "No such company",
		fmt.Sprintf("There is no company %.20q for this key. Check the GSTIN, and which companies the key was made for.", string(g))}
}
