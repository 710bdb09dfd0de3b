package handlers

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
)

// Problems are what is wrong with a form: for the name of each field one sentence
// that says what mends it.
type Problems map[string]string

// Error lists the fields with their sentences.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, field := range slices.Sorted(maps.Keys(p)) {
		lines = append(lines, field+": "+p[field])
	}
	return strings.Join(lines, "; ")
}

// put adds a field's sentence unless it is empty or the field has one already.
func (p Problems) put(field, words string) {
	if words != "" && p[field] == "" {
		p[field] = words
	}
}

// add puts the words of faults beside their fields. Warnings stop nothing, so they
// are left out.
func (p Problems) add(faults gst.Faults) {
	for _, f := range faults {
		if !f.Warning {
			p.put(f.Field, lang.English.Text("fault."+f.Rule, f.Args...))
		}
	}
}

// unreadable is the answer to a form that could not be read; one that was too
// large says so itself.
func unreadable(err error) error {
	var large *echo.HTTPError
	if errors.As(err, &large) {
		return large
	}
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
}
