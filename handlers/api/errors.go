package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
)

// Codes of Octa's platform that are used here.
//
// Source: Octa API, error codes of the platform.
const (
	codeNotFound     = "3"
	codeBroken       = "7" // application error
	codeNotSupported = "51"
	codeDenied       = "52"  // access denied
	codeRunning      = "56"  // the same request is running already
	codeInvalid      = "100" // invalid request
	codeNoAnswer     = "142" // GSP error
	codeSlow         = "151" // upstream service error
	codeNotSetUp     = "153" // API account not configured
)

// plainError is an error that a handler words itself, for programmers.
type plainError struct {
	status int    // HTTP
	code   string // of Octa's platform
	title  string
	detail string
}

// Error returns the words.
func (e plainError) Error() string { return e.detail }

// Errors about the key and the address.
var (
	errNoKey = plainError{http.StatusUnauthorized, codeDenied, "No key",
		"Send HTTP Basic authentication: the Key Id as user name, the Key Secret as password. Keys are made under Settings → API keys."}
	errWrongKey = plainError{http.StatusUnauthorized, codeDenied, "Wrong key",
		"This Key Id and Key Secret do not belong together, or there is no such key. Keys are made under Settings → API keys."}
	errRevokedKey = plainError{http.StatusUnauthorized, codeDenied, "Key revoked", "This key was revoked. Make a new one under Settings → API keys."}
	errExpiredKey = plainError{http.StatusUnauthorized, codeDenied, "Key expired", "This key has expired. Make a new one under Settings → API keys."}
	errNoCall     = plainError{http.StatusNotFound, codeNotFound, "No such call", "There is no call at this address. The calls are described at /api/docs."}
)

// slow says that the portal has not answered yet; the call may be repeated.
type slow struct {
	after  time.Duration // when to ask again
	detail string
}

// Error says so.
func (e slow) Error() string { return e.detail }

// trouble is what an error says to a program, in either dialect.
type trouble struct {
	status int
	code   string // Octa's or NIC's, of the whole
	title  string
	detail string
	after  time.Duration // Retry-After; 0: none
	faults []fault

	existing *existing // what is there already; nil: not that
}

// fault is one thing that is wrong.
type fault struct {
	code    string // NIC's, OCTA-nnn in the other dialect, or empty
	rule    string // our own name of the rule
	field   string // of the form, "buyer.pin"; see desk.Member
	message string
}

// explain gives an error its status, code and words; now is for how long to wait.
func explain(err error, now time.Time) trouble {
	var plain plainError
	var many tooMany
	var there alreadyThere
	var wait slow
	var file *desk.FileError
	var invalid gst.Invalid
	var refusal *gst.Refusal
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &plain):
		return trouble{status: plain.status, code: plain.code, title: plain.title, detail: plain.detail}
	case errors.As(err, &there):
		return there.trouble()
	case errors.As(err, &many):
		return trouble{status: http.StatusTooManyRequests, code: codeDenied, title: "Too many calls", detail: "Too many calls. Wait as long as Retry-After says and go on more slowly.", after: many.wait}
	case errors.As(err, &wait):
		return trouble{status: http.StatusServiceUnavailable, code: codeSlow, title: "The portal has not answered yet", detail: wait.detail, after: wait.after}
	case errors.As(err, &file):
		return trouble{status: http.StatusBadRequest, code: codeInvalid, title: "Unreadable", detail: file.Error()}
	case errors.As(err, &invalid):
		return trouble{status: http.StatusUnprocessableEntity, code: codeInvalid, title: "Not valid", detail: faultCount(invalid.Faults), faults: faultsOf(invalid.Faults)}
	case errors.As(err, &refusal):
		return refused(refusal)
	}
	if errors.As(err, &routing) {
		return trouble{status: routing.Code, code: codeInvalid, title: http.StatusText(routing.Code), detail: http.StatusText(routing.Code) + "."}
	}
	return explainState(err, now)
}

// explainState is explain for what follows from how things stand.
func explainState(err error, now time.Time) trouble {
	switch {
	case errors.Is(err, db.ErrSealed):
		return trouble{status: http.StatusConflict, code: codeNotSetUp, title: "Credentials sealed", detail: lang.English.Text("portal.no_key")}
	case errors.Is(err, gst.ErrNotFound):
		return trouble{status: http.StatusNotFound, code: codeNotFound, title: "Not found", detail: "There is nothing of this name, or it belongs to another company."}
	case errors.Is(err, gst.ErrConflict):
		return trouble{status: http.StatusConflict, code: codeInvalid, title: "Changed meanwhile, or there already", detail: "This was changed meanwhile, or exists already. Read it again before you repeat the call."}
	case errors.Is(err, gst.ErrState):
		return trouble{status: http.StatusConflict, code: codeInvalid, title: "Not possible now", detail: "This is not possible in the state that the document is in."}
	case registrar.Unanswered(err), errors.Is(err, context.DeadlineExceeded):
		return trouble{status: http.StatusServiceUnavailable, code: codeNoAnswer, title: "No answer from the portal", detail: noAnswer(err), after: 30 * time.Second}
	}
	if until, why, rests := registrar.RestOf(err); rests {
		return trouble{status: http.StatusServiceUnavailable, code: codeNoAnswer, title: "No provider can be asked", detail: why, after: max(time.Second, until.Sub(now))}
	}
	return trouble{status: http.StatusInternalServerError, code: codeBroken, title: "Something went wrong here", detail: "Something went wrong here, and what was asked for was not done."}
}

// noAnswer says why nobody answered.
func noAnswer(err error) string {
	if why := registrar.WhyNot(err); why != "" {
		return "The portal was not reached: " + why + "."
	}
	return "The portal was not reached. Try again."
}

// refused is the portal's own refusal.
func refused(r *gst.Refusal) trouble {
	t := trouble{status: http.StatusUnprocessableEntity, title: "The portal refused", detail: "The portal refused it."}
	for _, code := range r.Codes {
		message := code.Message
		if message == "" {
			message = cmp.Or(lang.English.Text("portal."+code.Code), lang.English.Text("ewaycode."+code.Code))
		}
		t.faults = append(t.faults, fault{code: code.Code, message: message})
	}
	if len(t.faults) == 0 {
		t.status, t.code = http.StatusBadGateway, codeNoAnswer
		t.detail = fmt.Sprintf("The provider refused it without saying why (HTTP %d).", r.HTTP)
		return t
	}
	t.code, t.detail = t.faults[0].code, t.faults[0].message
	return t
}

// faultsOf words faults of what was sent, without warnings.
func faultsOf(faults gst.Faults) []fault {
	list := make([]fault, 0, len(faults))
	for _, f := range faults {
		if f.Warning {
			continue
		}
		list = append(list, fault{code: f.Code, rule: f.Rule, field: f.Field, message: lang.English.Text("fault."+f.Rule, f.Args...)})
	}
	return list
}

func faultCount(faults gst.Faults) string {
	switch n := len(faultsOf(faults)); n {
	case 1:
		return "One thing is wrong; errors says what."
	default:
		return strconv.Itoa(n) + " things are wrong; errors says what."
	}
}

// answer turns the error of any handler into the response, in the dialect of its
// address. No other code chooses a status or a message for an error.
func (s *Server) answer(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return // nobody reads an answer, and nothing is wrong
	}
	t := explain(err, s.now())
	if t.status >= http.StatusInternalServerError && t.after == 0 {
		s.log.ErrorContext(c.Request().Context(), "call failed",
			"route", c.Path(), "method", c.Request().Method, "id", requestID(c), "error", err)
	}
	if k, ok := c.Get(callContext).(*call); ok {
		k.code = t.code
		if len(t.faults) > 0 {
			k.code = cmp.Or(t.faults[0].code, t.faults[0].rule)
		}
	}
	h := c.Response().Header()
	if t.after > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(t.after.Seconds()))))
	}
	if t.status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Basic realm="Mohar API", charset="UTF-8"`)
	}
	var sent error
	if isOwn(c.Request().URL.Path) {
		sent = s.sendProblem(c, t)
	} else {
		sent = s.sendOctaErrors(c, t)
	}
	if sent != nil {
		s.log.DebugContext(c.Request().Context(), "answer not sent", "error", sent)
	}
}

// isOwn reports whether a path is of our own API.
func isOwn(path string) bool {
	return path == ownRoot || strings.HasPrefix(path, ownRoot+"/") || strings.HasPrefix(path, "/api/docs")
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
