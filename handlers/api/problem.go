package api

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

	"mohar/desk"
)

// problem is an error of our own API.
//
// Source: RFC 9457.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"`
	Request  string         `json:"request_id"`
	Code     string         `json:"code,omitempty"`
	Errors   []problemError `json:"errors,omitempty"`
	Existing *existing      `json:"existing,omitempty"` // what a new thing would be a second one of
}

// problemError is one thing that is wrong.
type problemError struct {
	Code    string `json:"code,omitempty"`    // NIC's, where it has one
	Rule    string `json:"rule,omitempty"`    // our own name of the rule
	Pointer string `json:"pointer,omitempty"` // RFC 6901, into the body as it was sent
	Field   string `json:"field,omitempty"`   // as INV-01 or the e-way bill JSON names it
	Message string `json:"message"`
}

// places says where in a call's body a form field stands: its JSON pointer, and its name
// there. Handlers whose body is not a bare INV-01 document set their own in the context.
type places func(field string) (pointer, name string)

// placesContext is where they stand in the echo.Context.
const placesContext = "places"

// inv01Places are those of a body that is an INV-01 document.
func inv01Places(field string) (pointer, name string) {
	name = desk.Member(field)
	return pointerOf(name), name
}

// sendProblem writes an error as our own API does.
func (s *Server) sendProblem(c echo.Context, t trouble) error {
	at, ok := c.Get(placesContext).(places)
	if !ok {
		at = inv01Places
	}
	p := problem{
		Type: "about:blank", Title: t.title, Status: t.status, Detail: t.detail,
		Instance: c.Request().URL.Path, Request: requestID(c), Code: t.code, Existing: t.existing,
	}
	for _, f := range t.faults {
		e := problemError{Code: f.code, Rule: f.rule, Message: f.message}
		if f.field != "" {
			e.Pointer, e.Field = at(f.field)
		}
		p.Errors = append(p.Errors, e)
	}
	return sendJSON(c, t.status, "application/problem+json", p)
}

// sendJSON writes v, with text as it is: nothing here ends up in a page.
func sendJSON(c echo.Context, status int, kind string, v any) error {
	c.Response().Header().Set(echo.HeaderContentType, kind)
	c.Response().WriteHeader(status)
	e := json.NewEncoder(c.Response())
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
