package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// What is changed with care has an ETag: its version, which rises with each change, and
// behind a dot what this very answer says, which time changes too.

// errStale says that a thing was changed since the caller read it.
var errStale = plainError{http.StatusPreconditionFailed, codeInvalid, "Changed meanwhile",
	"This was changed since you read it, so nothing was done. Read it again, and send If-Match with its new ETag."}

// sendTagged answers with v, which has a version, under its ETag: 304 without a body when
// the caller has this very answer already.
func sendTagged(c echo.Context, status int, version int64, v any) error {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	sum := sha256.Sum256(body.Bytes())
	tag := fmt.Sprintf(`"%d.%s"`, version, base64.RawURLEncoding.EncodeToString(sum[:9]))
	c.Response().Header().Set("ETag", tag)
	method := c.Request().Method
	if (method == http.MethodGet || method == http.MethodHead) && tagged(c.Request().Header.Get("If-None-Match"), func(t string) bool { return t == tag }) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(status, echo.MIMEApplicationJSON, body.Bytes())
}

// ifMatch returns errStale when the caller means another version than the one that stands.
// Without If-Match any is meant.
func ifMatch(c echo.Context, version int64) error {
	sent := c.Request().Header.Get("If-Match")
	if sent == "" {
		return nil
	}
	same := func(tag string) bool {
		number, _, _ := strings.Cut(strings.Trim(tag, `"`), ".")
		return number == strconv.FormatInt(version, 10)
	}
	if !tagged(sent, same) {
		return errStale
	}
	return nil
}

// tagged reports whether one of the tags of a header is the right one; * is any.
//
// Source: RFC 9110, section 13.1.
func tagged(header string, right func(string) bool) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag != "" && right(tag) {
			return true
		}
	}
	return false
}

// ifMatchParam is the header of calls that change a thing of a version.
var ifMatchParam = param{name: "If-Match", in: "header", kind: "string", about: "the ETag that you read: nothing is done when the thing was changed since (412)"}
