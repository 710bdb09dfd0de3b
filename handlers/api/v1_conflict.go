package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// existing is what a new thing would be a second one of.
type existing struct {
	ID   int64  `json:"id"`
	Href string `json:"href"`
}

// alreadyThere says that what was to be made is there: where, so that a program can go on
// with it.
type alreadyThere struct {
	code   string
	detail string
	is     existing
}

// Error says what is there.
func (e alreadyThere) Error() string { return e.detail }

// trouble is what it says to a program.
func (e alreadyThere) trouble() trouble {
	return trouble{status: http.StatusConflict, code: e.code, title: "There already", detail: e.detail, existing: &e.is}
}

// ownPath is the address of something of a company.
func ownPath(company gst.GSTIN, room string, id int64) string {
	return ownRoot + "/companies/" + string(company) + "/" + room + "/" + strconv.FormatInt(id, 10)
}

// masterTaken names the entry of the masters that has what must be unique. Other errors
// come back as they are.
func masterTaken(err error, company gst.GSTIN, room, what string) error {
	var taken *db.Taken
	if !errors.As(err, &taken) {
		return err
	}
	return alreadyThere{codeInvalid, fmt.Sprintf("There is %s %q already.", what, taken.What), existing{taken.By, ownPath(company, room, taken.By)}}
}

// notNow is a conflict with how a thing stands.
func notNow(detail string) error {
	return plainError{http.StatusConflict, codeInvalid, "Not possible now", detail}
}

// staleIf makes of a change that somebody else made meanwhile what the caller asked to be
// told of with If-Match.
func staleIf(c echo.Context, err error) error {
	if errors.Is(err, gst.ErrConflict) && c.Request().Header.Get("If-Match") != "" {
		return errStale
	}
	return err
}
