package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// octaFailure is a failed call of Octa's family.
//
// Source: Octa API, e-invoice: failure.
type octaFailure struct {
	Success bool
	Errors  []octaError
}

// octaError is one thing that is wrong, with NIC's code or OCTA-nnn.
type octaError struct {
	Code    string
	Message string
}

// sendOctaErrors writes an error as Octa's e-invoice family does: what is wrong with a
// document, and what the portal refused, is HTTP 200 with Success false, since clients
// look at the body; only what stops a call before that has a status of its own.
func (s *Server) sendOctaErrors(c echo.Context, t trouble) error {
	f := octaFailureOf(t)
	octaHeaders(c, t, f)
	return sendJSON(c, octaStatus(t), echo.MIMEApplicationJSON, f)
}

// octaFailureOf is what is wrong, as Octa's e-invoice family says it.
func octaFailureOf(t trouble) octaFailure {
	f := octaFailure{Errors: []octaError{}}
	for _, w := range t.faults {
		f.Errors = append(f.Errors, octaError{octaCode(w), octaMessage(w)})
	}
	if len(f.Errors) == 0 {
		f.Errors = append(f.Errors, octaError{t.code, t.detail})
	}
	return f
}

// octaHeaders says it in the headers too, where Octa's other family has it.
func octaHeaders(c echo.Context, t trouble, f octaFailure) {
	h := c.Response().Header()
	h.Set("Octa-ErrorCode", platformCode(t))
	h.Set("Octa-ErrorMessage", headerText(f.Errors[0].Message))
}

// octaStatus is the HTTP status of a failure in Octa's family.
func octaStatus(t trouble) int {
	switch t.status {
	case http.StatusUnprocessableEntity, http.StatusServiceUnavailable, http.StatusConflict, http.StatusBadGateway:
		return http.StatusOK
	}
	return t.status
}

// platformCode is the number of Octa's platform for a failure: headers carry no other.
func platformCode(t trouble) string {
	if len(t.faults) > 0 {
		return codeInvalid
	}
	return t.code
}

// headerText is a message as a header may carry it.
func headerText(message string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, message)
}

// spelling lets Octa's paths be written in any case and with a slash at the end, as
// clients do. Our own are as they are described.
func spelling(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if !isOwn(u.Path) {
			u.Path = "/" + strings.ToLower(strings.Trim(u.Path, "/"))
			u.RawPath = ""
		}
		return next(c)
	}
}
