package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// Pages about the JSON API: its keys, which belong to the firm, and how it is called.
const (
	keysURL    = "/settings/keys"
	apiDocsURL = "/api/docs"
)

// shownCalls is how many calls of a key one page lists.
const shownCalls = 50

// endsSoon is how long before its end a key is marked.
const endsSoon = 14 * 24 * time.Hour

// listKeys handles GET /settings/keys.
func (s *Server) listKeys(c echo.Context) error {
	keys, err := s.store.APIKeys(c.Request().Context())
	if err != nil {
		return err
	}
	view := views.KeysView{NewURL: keysURL + "/new", DocsURL: apiDocsURL, Address: s.address(c)}
	for _, k := range keys {
		if row := keyRow(k, s.now()); k.Over(s.now()) {
			view.Ended = append(view.Ended, row)
		} else {
			view.Rows = append(view.Rows, row)
		}
	}
	return s.show(c, http.StatusOK, views.KeysPage(s.firmFrame(c), view), nil)
}

func keyRow(k db.APIKey, now time.Time) views.KeyRow {
	row := views.KeyRow{
		URL: keyURL(k.ID), ID: k.ID, Name: k.Name, Made: shortMoment(k.Created), By: k.By, UsedFrom: k.UsedFrom,
		State: KeyState(k, now), StateKind: "good", InForce: !k.Over(now),
	}
	for _, scope := range k.Scopes {
		row.Scopes = append(row.Scopes, scopeWords[scope].short)
	}
	for _, company := range k.Companies {
		row.Companies = append(row.Companies, string(company))
	}
	if !k.Expires.IsZero() {
		row.Expires = keyEnd(k.Expires)
	}
	if !k.Used.IsZero() {
		row.Used = shortMoment(k.Used)
	}
	switch {
	case !k.Revoked.IsZero():
		row.StateKind, row.State = "muted", "revoked "+shortMoment(k.Revoked)
	case k.Over(now):
		row.StateKind = "muted"
	case !k.Expires.IsZero() && k.Expires.Sub(now) <= endsSoon:
		row.StateKind, row.State = "wait", "ends soon"
	}
	return row
}

// shortMoment is a moment without its seconds.
func shortMoment(t time.Time) string { return t.In(gst.IST).Format("2 Jan 2006, 15:04") }

// keyEnd is when a key ends; at midnight it is the day before that was meant.
func keyEnd(t time.Time) string {
	if at := t.In(gst.IST); at.Hour() == 0 && at.Minute() == 0 {
		return "after " + gst.DateOf(at.AddDate(0, 0, -1)).Long()
	}
	return shortMoment(t)
}

// keyURL is the page of a key.
func keyURL(id string) string { return keysURL + "/" + url.PathEscape(id) }

// makeKey handles POST /settings/keys. The answer is the only page that ever shows the
// secret. Loaded again it makes no second key, because the first one has the name.
func (s *Server) makeKey(c echo.Context) error {
	form, err := keyFormOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	key, wrong := form.read(s.now())
	if err := s.checkKey(c, key, wrong); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return s.showKeyForm(c, http.StatusUnprocessableEntity, form, wrong)
	}
	secret, err := s.store.CreateAPIKey(ctx, &key)
	if err != nil {
		return err
	}
	view := views.NewKeyView{
		Row: keyRow(key, s.now()), Secret: secret, ListURL: keysURL, DocsURL: apiDocsURL,
		Curl: curlLine(s.address(c), key, secret),
	}
	page := s.firmFrame(c)
	page.Scripts = []string{"calls.js"}
	return s.show(c, http.StatusOK, views.NewKeyPage(page, view), nil)
}

// checkKey says what is wrong with a key beside those that there are.
func (s *Server) checkKey(c echo.Context, key db.APIKey, wrong Problems) error {
	keys, err := s.store.APIKeys(c.Request().Context())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(keys, func(k db.APIKey) bool { return !k.Over(s.now()) && strings.EqualFold(k.Name, key.Name) }) {
		wrong.put("name", "A key in force has this name. Give this one another, so that the edit log tells them apart.")
	}
	companies, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return err
	}
	for _, g := range key.Companies {
		if !slices.ContainsFunc(companies, func(company gst.Company) bool { return company.GSTIN == g }) {
			wrong.put("company", "There is no company "+string(g)+" here. Tick those that there are.")
		}
	}
	return nil
}

// curlLine is a first call that a key may make. The secret has letters and digits only, so
// quoting is plain.
func curlLine(address string, key db.APIKey, secret string) string {
	path := "/api/v1/companies"
	if !key.May(db.ScopeRead) {
		path = "/api/v1/health"
	}
	return "curl -s -u " + key.ID + ":" + secret + " " + address + path
}

// showKey handles GET /settings/keys/{id}: one key with its last calls.
func (s *Server) showKey(c echo.Context) error {
	ctx := c.Request().Context()
	key, err := s.store.APIKey(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0 // the first page
	}
	calls, next, err := s.store.APICalls(ctx, key.ID, before, shownCalls)
	if err != nil {
		return err
	}
	view := views.KeyView{Row: keyRow(key, s.now()), ListURL: keysURL, RevokeURL: keyURL(key.ID) + "/revoke"}
	for _, call := range calls {
		view.Calls = append(view.Calls, callRow(call))
	}
	if before > 0 {
		view.Newest = keyURL(key.ID)
	}
	if next > 0 {
		view.Older = keyURL(key.ID) + "?before=" + strconv.FormatInt(next, 10)
	}
	return s.show(c, http.StatusOK, views.KeyPage(s.firmFrame(c), view), nil)
}

func callRow(call db.APICall) views.KeyCallRow {
	row := views.KeyCallRow{
		At: moment(call.At), Method: call.Method, Path: call.Path, Company: string(call.Company), From: call.From,
		Request: call.Request, Took: strconv.FormatInt(call.Took.Milliseconds(), 10) + " ms", Code: call.Code,
	}
	if call.Company != "" && call.Document != 0 {
		row.DocumentURL = companyURL(call.Company, "invoices/"+strconv.FormatInt(call.Document, 10))
	}
	row.Kind, row.Result = callResult(call)
	row.Result = strconv.Itoa(call.Status) + " " + row.Result
	return row
}

// retryLater is the code of an answer that asks the program to try again.
const retryLater = "151"

// callResult is what came of a call, as colour and words. A call with an error's code was
// refused also where the status is 200.
func callResult(call db.APICall) (kind, words string) {
	switch {
	case call.Code == retryLater || call.Status == http.StatusTooManyRequests:
		return "wait", "try again"
	case call.Status >= http.StatusInternalServerError:
		return "bad", "failed"
	case call.Code != "" || call.Status >= http.StatusBadRequest:
		return "bad", "refused"
	}
	return "good", "done"
}

// revokeKey handles POST /settings/keys/{id}/revoke.
func (s *Server) revokeKey(c echo.Context) error {
	if err := s.store.RevokeAPIKey(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	return redirect(c, keyURL(c.Param("id"))+"?done=revoked")
}
