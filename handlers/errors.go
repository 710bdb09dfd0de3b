package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// sentence is an error that a handler words itself, for people.
type sentence struct {
	status int
	words  string
}

// Error returns the words.
func (s sentence) Error() string { return s.words }

// answer turns the error of any handler into the HTTP response. No other code
// chooses a status or a message for an error.
func (s *Server) answer(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return // the browser has gone: nobody reads an answer, and nothing is wrong
	}
	status, message := explain(err)
	if status >= http.StatusInternalServerError {
		id := c.Response().Header().Get(echo.HeaderXRequestID)
		s.log.ErrorContext(c.Request().Context(), "request failed",
			"route", c.Path(), "method", c.Request().Method, "id", id, "error", err)
		message += " (Reference " + id + ")"
	}
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(status) // the browser has gone if this fails
		return
	}
	if ofAPI(c) {
		_ = c.JSON(status, forPrograms(status, message)) // the program has gone if this fails
		return
	}
	c.Response().Header().Set("HX-Retarget", "#note") // heeded by htmx only
	c.Response().Header().Set("HX-Reswap", "outerHTML")
	whole := views.ErrorPage(s.frame(c, errorTitle(status)), message)
	if err := s.show(c, status, whole, views.ErrorNote(message)); err != nil {
		s.log.ErrorContext(c.Request().Context(), "show error", "error", err)
	}
}

// programError is an error of the guards before the JSON API, which has two dialects: it
// can be read in both.
type programError struct {
	Success bool
	Errors  []programFault
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
}

type programFault struct{ Code, Message string }

func forPrograms(status int, message string) programError {
	const denied = "52" // of Octa's platform
	return programError{Errors: []programFault{{denied, message}}, Title: errorTitle(status), Status: status, Detail: message}
}

// errorTitle is what happened, in plain words.
func errorTitle(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Nothing here"
	case http.StatusConflict:
		return "Not possible now"
	case http.StatusForbidden:
		return "Not allowed"
	case http.StatusRequestEntityTooLarge:
		return "Too large"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "No answer"
	case http.StatusUnauthorized:
		return "Signed out"
	}
	if status >= http.StatusInternalServerError {
		return "That went wrong"
	}
	return "Not done"
}

// explain gives an error its status and its words.
func explain(err error) (int, string) {
	var own sentence
	var invalid gst.Invalid
	var refusal *gst.Refusal
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &own):
		return own.status, own.words
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, faultWords(invalid.Faults)
	case errors.As(err, &refusal):
		return http.StatusBadGateway, portalWords(refusal)
	case errors.Is(err, db.ErrSealed):
		return http.StatusConflict, lang.English.Text("portal.no_key")
	case errors.Is(err, gst.ErrNotFound):
		return http.StatusNotFound, "There is nothing at this address, or it belongs to another company."
	case errors.Is(err, gst.ErrConflict):
		return http.StatusConflict, "This was changed elsewhere meanwhile, or exists already. Load the page again and look before you repeat it."
	case errors.Is(err, gst.ErrState):
		return http.StatusConflict, "This is not possible in the state the document is in now. Load the page again."
	case errors.As(err, &routing):
		return routing.Code, statusWords(routing.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "That took too long. Nothing is lost; try again in a moment."
	}
	return http.StatusInternalServerError, "Something went wrong here, and what you asked for was not done. Try again; if it stays, tell whoever looks after this computer."
}

// statusWords is the sentence for an error that the router or a middleware found.
func statusWords(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not take that kind of request."
	case http.StatusRequestEntityTooLarge:
		return "That is too large: at most 4 MB can be sent at once, or a table or Tally file of up to 32 MB where one is brought over."
	case http.StatusUnsupportedMediaType, http.StatusBadRequest:
		return "The request could not be read. Load the page again and repeat it."
	}
	return http.StatusText(status) + "."
}

// faultWords says all faults in one paragraph, for answers that have no form to
// put them beside.
func faultWords(faults gst.Faults) string {
	words := ""
	for _, f := range faults {
		if !f.Warning {
			words += lang.English.Text("fault."+f.Rule, f.Args...) + " "
		}
	}
	return words
}

// portalWords says in plain words why the portal or a provider refused, in the
// portal's own where we have none.
func portalWords(refusal *gst.Refusal) string {
	for _, code := range refusal.Codes {
		if words := lang.English.Text("portal." + code.Code); words != "" {
			return words
		}
	}
	if len(refusal.Codes) > 0 {
		return "The portal refused: " + joinCode(refusal.Codes[0])
	}
	if words := lang.English.Text("portal." + strconv.Itoa(refusal.HTTP)); words != "" {
		return words // the provider itself refused, with nothing but a status
	}
	return "The portal refused without saying why (HTTP " + strconv.Itoa(refusal.HTTP) + ")."
}

// joinCode is a code and the portal's own words.
func joinCode(code gst.RefusalCode) string {
	return strings.TrimSpace(code.Code + " " + code.Message)
}

// portalAnswer says what came of asking the portal, for a page that goes on. What is
// not an answer goes to the log.
func (s *Server) portalAnswer(c echo.Context, err error) string {
	var refusal *gst.Refusal
	var invalid gst.Invalid
	until, why, rests := registrar.RestOf(err)
	switch {
	case errors.As(err, &refusal):
		return portalWords(refusal)
	case errors.As(err, &invalid):
		return faultWords(invalid.Faults)
	case rests:
		return "Not asked: " + why + ". It can be tried again at " + clock(until) + "."
	case errors.Is(err, gst.ErrNotFound):
		return "The portal does not know this GSTIN."
	}
	s.log.WarnContext(c.Request().Context(), "portal did not answer", "route", c.Path(), "error", err)
	return "The provider did not answer. Nothing is wrong with what you typed. Try again in a few minutes."
}
