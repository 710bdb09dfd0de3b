package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// showCredentials handles GET /c/{gstin}/settings/credentials.
func (s *Server) showCredentials(c echo.Context) error {
	view, err := s.credentialsView(c)
	if err != nil {
		return err
	}
	return s.showCredentialsView(c, http.StatusOK, view, nil)
}

// showCredentialsView shows the page; to htmx the fragment alone.
func (s *Server) showCredentialsView(c echo.Context, status int, view views.CredentialsView, fragment templ.Component) error {
	return s.show(c, status, views.CredentialsPage(s.settingsFrame(c), view), fragment)
}

// fillPracticeCredentials handles POST /c/{gstin}/settings/credentials/practice.
func (s *Server) fillPracticeCredentials(c echo.Context) error {
	company := companyOf(c)
	if company.Mode != gst.Practice {
		return sentence{http.StatusConflict, "This company is live: the ready users open the practice portal only."}
	}
	if err := registrar.StorePracticeUsers(c.Request().Context(), s.store, company.GSTIN); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/credentials?done=practice"))
}

// saveCredentials handles POST /c/{gstin}/settings/credentials/{provider}.
func (s *Server) saveCredentials(c echo.Context) error {
	typed, err := s.storeCredentials(c, false)
	if err != nil {
		return s.showRefusedCard(c, typed, err)
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "settings/credentials?done=saved"))
}

// testSignIn handles POST /c/{gstin}/settings/credentials/{provider}/test: it saves
// what was typed, so that what is tested is what is used, and asks the portal; with
// system=eway the e-way bill system.
func (s *Server) testSignIn(c echo.Context) error {
	typed, err := s.storeCredentials(c, true)
	if err != nil {
		return s.showRefusedCard(c, typed, err)
	}
	ctx := c.Request().Context()
	company := companyOf(c)
	ask, keep := s.registrar.TestSignIn, s.store.SaveSession
	if c.QueryParam("system") == "eway" {
		ask, keep = s.registrar.TestSignInEWay, s.store.SaveEWaySession
	}
	session, err := ask(ctx, company.GSTIN, typed.Credentials)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil { // these credentials are the stored ones, so the session is theirs
		if err := keep(ctx, company.GSTIN, company.Mode, typed.Provider, session); err != nil {
			return err
		}
	}
	result := s.signInResult(c, s.now(), session, err)
	if c.QueryParam("system") == "eway" {
		result = s.ewaySignInResult(c, session, err)
	}
	view, err := s.credentialsView(c)
	if err != nil {
		return err
	}
	card := view.Card(string(typed.Provider))
	card.Result, card.Folded = result, false
	return s.showCredentialsView(c, http.StatusOK, view, views.CredentialsForm(*card))
}

// signInResult puts the portal's answer to a sign-in into words.
func (s *Server) signInResult(c echo.Context, at time.Time, session gst.Session, err error) *views.SignInResult {
	result := &views.SignInResult{At: clock(at)}
	if err == nil {
		result.OK = true
		result.Words = "Signed in."
		result.Until = lastsTill(session.Expires, s.now()) + " (" + forLong(session.Expires.Sub(s.now())) + ")"
		return result
	}
	result.Words = s.portalAnswer(c, err)
	var refusal *gst.Refusal
	if errors.As(err, &refusal) {
		for _, code := range refusal.Codes {
			result.Said = append(result.Said, joinCode(code))
		}
	}
	return result
}

// ewaySignInResult is signInResult for the e-way bill system, whose codes are its own.
func (s *Server) ewaySignInResult(c echo.Context, session gst.Session, err error) *views.SignInResult {
	result := s.signInResult(c, s.now(), session, err)
	result.Words = "E-way bill system: signed in."
	if err != nil {
		result.Words = "E-way bill system: " + s.ewayAnswer(c, err)
	}
	return result
}

// showRefusedCard shows the page again with the one card that could not be saved,
// as it was typed but for its secrets.
func (s *Server) showRefusedCard(c echo.Context, typed stored, err error) error {
	var wrong Problems
	if !errors.As(err, &wrong) {
		return err
	}
	view, err := s.credentialsView(c)
	if err != nil {
		return err
	}
	card := view.Card(string(typed.Provider))
	*card = s.cardOf(companyOf(c), typed)
	card.Problems, card.Folded = wrong, false
	card.Open = wrong["base_urls"]+wrong["eway_base_urls"] != ""
	return s.showCredentialsView(c, http.StatusUnprocessableEntity, view, views.CredentialsForm(*card))
}

// storeCredentials checks the card that was sent and stores it; only one that is to be
// tested or used has to be complete. It returns the credentials as typed, their secrets
// filled up, with Problems when something is wrong with them.
func (s *Server) storeCredentials(c echo.Context, test bool) (stored, error) {
	ctx, company := c.Request().Context(), companyOf(c)
	all, err := s.allCredentials(ctx, company)
	if err != nil {
		return stored{}, err
	}
	old, err := storedAt(all, c.Param("provider"))
	if err != nil {
		return stored{}, err
	}
	typed, err := parseCredentials(c, old)
	if err != nil {
		return stored{}, err
	}
	full := old
	full.Credentials = withSecretsOf(typed, old.Credentials)
	if wrong := s.checkCredentials(full, test || typed.Enabled); len(wrong) > 0 {
		return full, wrong
	}
	if !old.There { // it goes behind those that are there
		typed.Order = 1 + len(slices.DeleteFunc(slices.Clone(all), func(one stored) bool { return !one.There }))
	}
	return full, s.store.SaveCredentials(ctx, company.GSTIN, typed)
}

// stored is a company's API user at one provider, or the place for one.
type stored struct {
	gst.Credentials
	There   bool // it was stored before
	Closed  bool // a secret of it cannot be opened
	Gateway registrar.Gateway
}

// allCredentials are a company's API users in its mode: those that are stored in the order
// they are tried, behind them the places of the others. A secret that was sealed with
// another key comes empty, so that the page asks for it anew.
func (s *Server) allCredentials(ctx context.Context, company gst.Company) ([]stored, error) {
	creds, err := s.store.Credentials(ctx, company.GSTIN, company.Mode)
	var sealed *db.Sealed
	if err != nil && !errors.As(err, &sealed) {
		return nil, err
	}
	gateways := s.registrar.Gateways(company.Mode)
	all := make([]stored, 0, len(gateways))
	for _, cred := range creds {
		i := slices.IndexFunc(gateways, func(g registrar.Gateway) bool { return g.Provider == cred.Provider })
		if i < 0 {
			continue
		}
		closed := sealed != nil && slices.Contains(sealed.Providers, cred.Provider)
		all = append(all, stored{Credentials: cred, There: true, Closed: closed, Gateway: gateways[i]})
		gateways = slices.Delete(gateways, i, i+1)
	}
	for _, g := range gateways {
		place := gst.Credentials{Provider: g.Provider, Mode: company.Mode, Enabled: true}
		all = append(all, stored{Credentials: place, Gateway: g})
	}
	return all, nil
}

// storedCredentials are a company's credentials in its mode. A secret that was sealed
// with another key comes empty, so that the page asks for it anew.
func (s *Server) storedCredentials(ctx context.Context, company gst.Company) ([]gst.Credentials, error) {
	creds, err := s.store.Credentials(ctx, company.GSTIN, company.Mode)
	if errors.Is(err, db.ErrSealed) {
		return creds, nil
	}
	return creds, err
}

// storedAt returns the one at a provider; gst.ErrNotFound for an unknown provider.
func storedAt(all []stored, provider string) (stored, error) {
	for _, one := range all {
		if string(one.Provider) == provider {
			return one, nil
		}
	}
	return stored{}, gst.ErrNotFound
}

// credentialsView is the whole page as it is stored.
func (s *Server) credentialsView(c echo.Context) (views.CredentialsView, error) {
	company := companyOf(c)
	view := views.CredentialsView{
		Practice: company.Mode == gst.Practice, WentLive: c.QueryParam("done") == "live",
		PracticeURL: companyURL(company.GSTIN, "settings/credentials/practice"),
	}
	all, err := s.allCredentials(c.Request().Context(), company)
	if err != nil {
		return view, err
	}
	view.Gateways = s.gatewayRows(company, all)
	for _, one := range all {
		card := s.cardOf(company, one)
		if err := s.signedIn(c, one, &card); err != nil {
			return view, err
		}
		view.Cards = append(view.Cards, card)
	}
	return view, nil
}

// signedIn puts into a card until when its session lasts, or how the last sign-in was
// refused.
func (s *Server) signedIn(c echo.Context, one stored, card *views.CredentialsCard) error {
	company := companyOf(c)
	session, err := s.store.Session(c.Request().Context(), company.GSTIN, company.Mode, one.Provider)
	switch {
	case err == nil && session.Expires.After(s.now()):
		card.SignedIn = lastsTill(session.Expires, s.now()) + " (" + forLong(session.Expires.Sub(s.now())) + ")"
		return nil
	case err != nil && !errors.Is(err, gst.ErrNotFound):
		return err
	}
	var refusal *gst.Refusal
	if at, err := s.registrar.LastSignIn(company.GSTIN, one.Credentials); errors.As(err, &refusal) {
		card.Result = s.signInResult(c, at, gst.Session{}, err)
		card.Refused = card.Result.At
	}
	return nil
}

// clock is a moment of today as people read it off a clock.
func clock(t time.Time) string { return t.In(gst.IST).Format("15:04:05") }

// lastsTill is the end of something in words that fit its distance.
func lastsTill(end, now time.Time) string {
	if gst.DateOf(end) == gst.DateOf(now) {
		return end.In(gst.IST).Format("15:04")
	}
	return end.In(gst.IST).Format("2 Jan, 15:04")
}
