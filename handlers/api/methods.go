package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// headAsGet answers HEAD as GET, whose body the web server leaves out: watchers of health
// ask so. The request that the server holds stays as it is, so that it knows.
//
// Source: RFC 9110, 9.3.2.
func headAsGet(r *http.Request) *http.Request {
	if r.Method != http.MethodHead {
		return r
	}
	get := *r
	get.Method = http.MethodGet
	return &get
}

// notHere answers what is not routed: nothing at this address, or nothing of this method.
//
// Source: RFC 9110, 15.5.6, which wants the others named.
func (s *Server) notHere(c echo.Context) error {
	var others []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		tried := s.echo.NewContext(c.Request(), nil)
		s.echo.Router().Find(method, echo.GetPath(c.Request()), tried)
		if path := tried.Path(); path != "" && !strings.HasSuffix(path, "/*") {
			others = append(others, method)
		}
	}
	if len(others) == 0 {
		return errNoCall
	}
	takes := strings.Join(others, ", ")
	c.Response().Header().Set(echo.HeaderAllow, takes)
	return plainError{http.StatusMethodNotAllowed, codeInvalid, "Other method", "This address takes " + takes + ". The calls are described at /api/docs."}
}
