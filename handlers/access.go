package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// Keys of what the middleware of this file leaves in the echo.Context.
const (
	userContext      = "user"      // signedIn
	companyContext   = "company"   // gst.Company
	companiesContext = "companies" // []views.CompanyTag
)

// signedIn is whoever asks.
type signedIn struct {
	ID                int64
	Email, Name, Role string
}

// companyOf is the company of the page. It may be called behind withCompany only.
func companyOf(c echo.Context) gst.Company { return c.Get(companyContext).(gst.Company) }

// requireSetup sends everybody to the set-up page while there is no user.
func (s *Server) requireSetup(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		has, err := s.hasUsers(c.Request().Context())
		if err != nil {
			return err
		}
		if !has {
			return redirect(c, "/setup")
		}
		return next(c)
	}
}

// requireUser sends whoever is not signed in to the sign-in page, and from there back.
// It names the user to the edit log.
func (s *Server) requireUser(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id, err := s.sessions.user(r, c.Response())
		if err != nil {
			return err
		}
		if id == 0 && wantsFragment(c) && r.Method == http.MethodPost {
			// A page that saves in the background must not be taken away under the typing.
			return sentence{http.StatusUnauthorized, "You are signed out. Sign in again in another tab, then go on here: what you typed is still here."}
		}
		if id == 0 {
			return redirect(c, loginURL(c))
		}
		user, err := s.store.User(r.Context(), id)
		if errors.Is(err, gst.ErrNotFound) {
			return redirect(c, loginURL(c))
		}
		if err != nil {
			return err
		}
		c.Set(userContext, signedIn{ID: user.ID, Email: user.Email, Name: user.Name, Role: user.Role})
		actor := db.Actor{Kind: "user", Name: user.Email, From: c.RealIP()}
		c.SetRequest(c.Request().WithContext(db.WithActor(c.Request().Context(), actor)))
		return next(c)
	}
}

// loginURL is the sign-in page that leads back to the page asked for, if that can be
// asked for again.
func loginURL(c echo.Context) string {
	r := c.Request()
	if r.Method != http.MethodGet || r.URL.Path == "/" || wantsFragment(c) {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(r.URL.RequestURI())
}

// withCompany finds the company that the address names; there is no page without it.
func (s *Server) withCompany(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		g, err := gst.ParseGSTIN(c.Param("gstin"))
		if err != nil {
			return gst.ErrNotFound
		}
		companies, err := s.store.Companies(c.Request().Context())
		if err != nil {
			return err
		}
		tags := make([]views.CompanyTag, 0, len(companies))
		found := false
		for _, company := range companies {
			tags = append(tags, tagOf(company))
			if company.GSTIN == g {
				c.Set(companyContext, company)
				found = true
			}
		}
		if !found {
			return gst.ErrNotFound
		}
		c.Set(companiesContext, tags)
		return next(c)
	}
}
