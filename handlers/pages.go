package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/views"
)

// buffers are reused by show, so that a page costs no growing buffer each time.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// show sends a view: to htmx the fragment, to everybody else, and when there is no
// fragment, the whole page. It is drawn into a buffer first, so that a view that
// fails never leaves half a page behind.
func (s *Server) show(c echo.Context, status int, whole, fragment templ.Component) error {
	view := whole
	if fragment != nil && wantsFragment(c) {
		view = fragment
	}
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	if err := view.Render(c.Request().Context(), buffer); err != nil {
		return fmt.Errorf("draw %s: %w", c.Path(), err)
	}
	c.Response().Header().Add(echo.HeaderVary, "HX-Request")
	return c.HTMLBlob(status, buffer.Bytes())
}

// wantsFragment reports whether htmx asks for a piece of the page. Following a boosted
// link, and going back in the history, it wants all of it.
func wantsFragment(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Boosted") != "true" && h.Get("HX-History-Restore-Request") != "true"
}

// redirect sends the browser on to another page with a GET, also when htmx asked.
func redirect(c echo.Context, url string) error {
	if wantsFragment(c) {
		c.Response().Header().Set("HX-Redirect", url)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, url)
}

// frame is what the layout shows around a page, as far as the request has found out
// who asks and about which company.
func (s *Server) frame(c echo.Context, title string) views.Page {
	page := views.Page{Title: title, Nav: "companies", Flash: flashes[c.QueryParam("done")]}
	if user, ok := c.Get(userContext).(signedIn); ok {
		page.User = user.Name
	}
	if company, ok := c.Get(companyContext).(gst.Company); ok {
		tag := tagOf(company)
		page.Company, page.Nav, page.Practice = &tag, "", tag.Practice
		page.Companies, _ = c.Get(companiesContext).([]views.CompanyTag)
		page.Drill = s.drillStrip(c, company)
	}
	return page
}

// flashes are what is said once at the top of a page, by the query "done" that a
// redirect adds. The words stand here, so that no link can put others on the page.
var flashes = map[string]string{
	"saved":    "Saved.",
	"deleted":  "Deleted.",
	"practice": "The practice users are filled in.",
	"added":    "Company added.",
	"training": "Your training company is ready. Nothing here reaches the government.",
	"started":  "The drill runs. Do the steps below.",
	"resent":   "It is sent again now.",
	"hook-on":  "Switched on.",
	"hook-off": "Switched off.",
	"revoked":  "The key is revoked. It is refused from now on.",
	"ended":    "The drill has ended. The practice portal answers as usual.",
}

// settingsFrame is the frame of a company's settings.
func (s *Server) settingsFrame(c echo.Context) views.Page {
	page := s.frame(c, "Settings")
	page.Nav = "settings"
	return page
}

// tagOf is a company as the sidebar shows it.
func tagOf(c gst.Company) views.CompanyTag {
	return views.CompanyTag{
		Name: nameOf(c), GSTIN: string(c.GSTIN), URL: "/c/" + string(c.GSTIN), Practice: c.Mode == gst.Practice,
	}
}

// today is the day in India.
func (s *Server) today() gst.Date { return gst.DateOf(s.now()) }
