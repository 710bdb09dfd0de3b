package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
)

// ownRoot is where our own API begins.
const ownRoot = "/api/v1"

// operation is one call of our own API: what is routed, and what the description at
// /api/v1/openapi.json says of it, which is made from these.
type operation struct {
	method  string
	path    string // below ownRoot, places in braces: /companies/{gstin}/documents/{id}
	id      string // operationId: what clients made from the description call it
	tag     string // the heading it stands under
	summary string // what it does, a few words
	about   string // more, where more is to be said; Markdown
	scope   db.Scope
	open    bool // needs no key
	params  []param
	takes   any // a zero value of the body; nil: none
	gives   any // a zero value of the answer; nil: none, or a file
	file    string
	status  int    // of success; 0: 200
	example string // of the body, which a test sends
	handle  echo.HandlerFunc

	// again answers a POST whose work was done before, from what it made or changed, when
	// its answer was lost; see once. nil: only that is said.
	again func(c echo.Context, id int64) error
}

// param is a query parameter or a header of an operation. Places in the path are known.
type param struct {
	name   string
	in     string // "query" or "header"
	about  string
	kind   string   // "string", "integer", "boolean"
	values []string // all that are taken; empty: any
	must   bool
}

// operations are all calls of our own API.
func (s *Server) operations() []operation {
	return slices.Concat(
		s.serviceOperations(),
		s.companyOperations(),
		s.customerOperations(),
		s.itemOperations(),
		s.documentOperations(),
		s.artefactOperations(),
		s.ewayOperations(),
		s.tripOperations(),
		s.submissionOperations(),
	)
}

// success is the status of an operation that went well.
func (o operation) success() int {
	if o.status == 0 {
		return http.StatusOK
	}
	return o.status
}

// echoPath writes a path as the router wants it: {gstin} becomes :gstin.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
