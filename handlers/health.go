package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// healthz handles GET /healthz: the process answers.
func (s *Server) healthz(c echo.Context) error {
	return c.String(http.StatusOK, "ok\n")
}

// readyz handles GET /readyz: the database can be written to.
func (s *Server) readyz(c echo.Context) error {
	if err := s.store.Ready(c.Request().Context()); err != nil {
		s.log.ErrorContext(c.Request().Context(), "not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database cannot be written to\n")
	}
	return c.String(http.StatusOK, "ok\n")
}
