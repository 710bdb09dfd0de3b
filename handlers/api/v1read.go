package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
)

// mostSmall is how large the body of a call may be that takes no document.
const mostSmall = 256 << 10

// readJSON reads the body of a call, one JSON object, into a value with json tags. Members
// that it does not know are passed over, null and "" are as good as missing.
//
// It returns *desk.FileError for what is no JSON object, and gst.Invalid with a fault for
// each member of a wrong kind and each that stands twice. Faults that are found later point
// at the members of these names.
func readJSON[T any](s *Server, c echo.Context, most int64, into *T) error {
	data, err := s.body(c, most)
	if err != nil {
		return err
	}
	return readMembers(c, data, into)
}

// readMembers is readJSON for a body that was read.
func readMembers[T any](c echo.Context, data []byte, into *T) error {
	if err := wellFormed(data); err != nil {
		return err
	}
	c.Set(placesContext, membersOf(reflect.TypeFor[T]()))
	var faults gst.Faults
	fillValue("", data, reflect.ValueOf(into).Elem(), &faults)
	return faults.Err()
}

// wellFormed returns *desk.FileError for what is not one JSON object.
func wellFormed(data []byte) error {
	var syntax *json.SyntaxError
	var one json.RawMessage
	switch err := json.Unmarshal(data, &one); {
	case !utf8.Valid(data):
		return &desk.FileError{Text: "The body is not UTF-8."}
	case errors.As(err, &syntax):
		before := data[:min(int(syntax.Offset), len(data))]
		line := bytes.Count(before, []byte("\n")) + 1
		return &desk.FileError{Line: line, Column: len(before) - bytes.LastIndexByte(before, '\n') - 1, Text: "this is not JSON (" + syntax.Error() + ")"}
	case err != nil:
		return &desk.FileError{Text: "The body is not JSON."}
	case bytes.TrimSpace(data)[0] != '{':
		return &desk.FileError{Text: "The body is JSON, but no object: it must begin with {."}
	}
	return nil
}

// membersOf are the places in a body that is read into a type: a fault of a field that is
// no member of it points nowhere, since it is of the document that the body is about.
func membersOf(t reflect.Type) places {
	var names []string
	for field := range fieldsOf(t) {
		names = append(names, field.name)
	}
	return func(field string) (pointer, name string) {
		first := field
		if i := strings.IndexAny(field, ".["); i > 0 {
			first = field[:i]
		}
		if slices.Contains(names, first) {
			return pointerOf(field), field
		}
		return "", field
	}
}

// jsonField is a member of a struct as JSON names it.
type jsonField struct {
	name  string
	at    []int // see reflect.Value.FieldByIndex
	of    reflect.StructField
	empty bool // may be left out
}

// fieldsOf goes through the members of a struct, with those of embedded structs as its own.
func fieldsOf(t reflect.Type) func(func(jsonField) bool) {
	return func(yield func(jsonField) bool) {
		for _, f := range reflect.VisibleFields(t) {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() || name == "-" || name == "" || f.Anonymous {
				continue
			}
			if !yield(jsonField{name, f.Index, f, strings.Contains(options, "omit")}) {
				return
			}
		}
	}
}

// fillValue reads one value. path is where it stands: "bills[0].number".
func fillValue(path string, raw json.RawMessage, v reflect.Value, faults *gst.Faults) {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return
	}
	if u, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		if err := u.UnmarshalJSON(raw); err != nil {
			*faults = append(*faults, wrongKind(path, raw, v.Type()))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		at := reflect.New(v.Type().Elem())
		fillValue(path, raw, at.Elem(), faults)
		v.Set(at)
	case reflect.Struct:
		fillObject(path, raw, v, faults)
	case reflect.Slice:
		var elements []json.RawMessage
		if json.Unmarshal(raw, &elements) != nil {
			*faults = append(*faults, wrongKind(path, raw, v.Type()))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
		for i, element := range elements {
			fillValue(fmt.Sprintf("%s[%d]", path, i), element, v.Index(i), faults)
		}
	case reflect.String:
		var t codeText
		if t.UnmarshalJSON(raw) != nil {
			*faults = append(*faults, wrongKind(path, raw, v.Type()))
			return
		}
		v.SetString(string(t))
	default:
		if json.Unmarshal(raw, v.Addr().Interface()) != nil {
			*faults = append(*faults, wrongKind(path, raw, v.Type()))
		}
	}
}

// fillObject reads the members of a struct.
func fillObject(path string, raw json.RawMessage, v reflect.Value, faults *gst.Faults) {
	if raw[0] != '{' {
		*faults = append(*faults, wrongKind(path, raw, v.Type()))
		return
	}
	fields := map[string]jsonField{}
	for f := range fieldsOf(v.Type()) {
		fields[f.name] = f
	}
	d := json.NewDecoder(bytes.NewReader(raw)) // it was found to be well formed
	_, _ = d.Token()                           // the bracket
	seen := map[string]bool{}
	for d.More() {
		key, _ := d.Token()
		name, _ := key.(string)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if seen[name] {
			*faults = append(*faults, gst.Fault{Rule: "inv01.twice", Field: at, Args: []string{at}})
		}
		seen[name] = true
		if f, ok := fields[name]; ok {
			fillValue(at, value, v.FieldByIndex(f.at), faults)
		}
	}
}

// wrongKind is the fault of a value that its member cannot hold.
func wrongKind(path string, raw json.RawMessage, t reflect.Type) gst.Fault {
	shown := strings.Trim(string(raw[:min(len(raw), 40)]), `"`)
	rule, args := "inv01.number", []string{path, strings.ToValidUTF8(shown, "")}
	switch {
	case t == reflect.TypeFor[day]():
		rule = "inv01.date"
	case t == reflect.TypeFor[moment]():
		rule = "member.moment"
	case t == reflect.TypeFor[whole]() || t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64 && t.PkgPath() == "":
		rule = "member.whole"
	case t.Kind() == reflect.String:
		rule = "inv01.text"
	case t.Kind() == reflect.Bool:
		rule = "member.bool"
	case t.Kind() == reflect.Struct:
		rule = "inv01.block"
	case t.Kind() == reflect.Slice:
		rule = "inv01.list"
	}
	return gst.Fault{Rule: rule, Field: path, Args: args}
}

// badQuery says what is wrong with a query parameter.
func badQuery(name, detail string) error {
	return plainError{http.StatusBadRequest, codeInvalid, "Parameter not valid", name + ": " + detail}
}

// knownQuery refuses query parameters that an operation has not: a filter with a slip of
// the pen must not list everything.
func knownQuery(o operation) echo.MiddlewareFunc {
	var names []string
	for _, p := range o.params {
		if p.in == "query" {
			names = append(names, p.name)
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			sent, err := url.ParseQuery(c.Request().URL.RawQuery)
			if err != nil { // the parser leaves out what it cannot read, and so would we
				return plainError{http.StatusBadRequest, codeInvalid, "Parameters not readable", "What stands after the question mark cannot be read: parameters are joined with &, and % ; & in values are written %25 %3B %26."}
			}
			for name, values := range sent {
				if slices.Contains(names, name) && len(values) > 1 {
					return badQuery(name, "it is there more than once.")
				}
				if slices.Contains(names, name) {
					continue
				}
				detail := fmt.Sprintf("there is no parameter %.40q here; this call takes %s.", name, strings.Join(names, ", "))
				if len(names) == 0 {
					detail = fmt.Sprintf("there is no parameter %.40q here; this call takes none.", name)
				}
				return plainError{http.StatusBadRequest, codeInvalid, "Parameter not known", strings.ToUpper(detail[:1]) + detail[1:]}
			}
			for _, p := range o.params {
				value := c.QueryParam(p.name)
				if p.in == "query" && value != "" && len(p.values) > 0 && !slices.Contains(p.values, value) {
					return badQuery(p.name, fmt.Sprintf("%.40q is not one of %s.", value, strings.Join(p.values, ", ")))
				}
			}
			return next(c)
		}
	}
}

// How many things a list gives in one answer.
const (
	usualPage   = 50
	largestPage = 200
)

// pageParams are the parameters of every list.
var pageParams = []param{
	{name: "cursor", in: "query", kind: "string", about: "`next` of the page before; empty: the beginning"},
	{name: "limit", in: "query", kind: "integer", about: "how many, 1 to 200; 50 without it"},
}

// pageOf reads where a list goes on, and how many are wanted.
func pageOf(c echo.Context) (after db.Cursor, limit int, err error) {
	after, err = db.ParseCursor(c.QueryParam("cursor"))
	if err != nil {
		return after, 0, badQuery("cursor", "this is no next of a page before. Leave it out to begin anew.")
	}
	limit = usualPage
	if typed := c.QueryParam("limit"); typed != "" {
		if limit, err = strconv.Atoi(typed); err != nil || limit < 1 || limit > largestPage {
			return after, 0, badQuery("limit", "a number from 1 to 200.")
		}
	}
	return after, limit, nil
}

// page is one answer of a list.
type page[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next" doc:"cursor of the next page; null: this is the last one"`
}

// pageFrom is a page; next is the zero cursor where it is the last.
func pageFrom[T any](rows []T, next db.Cursor) page[T] {
	p := page[T]{Data: rows}
	if p.Data == nil {
		p.Data = []T{}
	}
	if text := next.String(); text != "" {
		p.Next = &text
	}
	return p
}

// idOf reads the {id} of the path; what is no number is not found.
func idOf(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, gst.ErrNotFound
	}
	return id, nil
}

// waitParam is how long a call waits for the portal.
var waitParam = param{name: "wait", in: "query", kind: "integer",
	about: "how many seconds to wait for the portal's answer, 0 to 15; without it the answer is given at once, and the portal is asked meanwhile"}

// waitOf reads waitParam.
func waitOf(c echo.Context) (time.Duration, error) {
	typed := c.QueryParam("wait")
	if typed == "" {
		return 0, nil
	}
	seconds, err := strconv.Atoi(typed)
	if err != nil || seconds < 0 || seconds > 15 {
		return 0, badQuery("wait", "a number of seconds from 0 to 15.")
	}
	return time.Duration(seconds) * time.Second, nil
}

// dayQuery reads a query parameter that is a day; 0 without it.
func dayQuery(c echo.Context, name string) (gst.Date, error) {
	typed := c.QueryParam(name)
	if typed == "" {
		return 0, nil
	}
	d, err := gst.ParseDate(typed)
	if err != nil {
		return 0, badQuery(name, "a day as 2026-11-22.")
	}
	return d, nil
}
