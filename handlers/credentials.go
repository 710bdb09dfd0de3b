package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// providers are the GSPs in the order of the page when no other is chosen.
var providers = []gst.Provider{gst.Alankit, gst.TaxPro}

// showCredentials handles GET /c/{gstin}/settings/credentials.
func (s *Server) showCredentials(c echo.Context) error {
	cards, err := s.credentialCards(c)
	if err != nil {
		return err
	}
	return s.showCredentialCards(c, http.StatusOK, cards, nil)
}

// showCredentialCards shows the page; to htmx, which tests the sign-in of one card,
// that card alone.
func (s *Server) showCredentialCards(c echo.Context, status int, cards []views.CredentialsCard, tested templ.Component) error {
	company := companyOf(c)
	health, err := s.healthStrip(c.Request().Context(), company)
	if err != nil {
		return err
	}
	view := views.CredentialsView{
		Health:   health,
		Practice: company.Mode == gst.Practice, WentLive: c.QueryParam("done") == "live",
		PracticeURL: companyURL(company.GSTIN, "settings/credentials/practice"),
		Cards:       cards,
	}
	return s.show(c, status, views.CredentialsPage(s.settingsFrame(c), view), tested)
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
	card, err := s.storeCredentials(c, false)
	if err != nil {
		return s.showRefusedCard(c, card, err)
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "settings/credentials?done=saved"))
}

// testSignIn handles POST /c/{gstin}/settings/credentials/{provider}/test: it saves
// what was typed, so that what is tested is what is used, and asks the portal.
func (s *Server) testSignIn(c echo.Context) error {
	card, err := s.storeCredentials(c, true)
	if err != nil {
		return s.showRefusedCard(c, card, err)
	}
	ctx := c.Request().Context()
	company := companyOf(c)
	cred, err := s.credentialsOf(ctx, company, gst.Provider(card.Provider))
	if err != nil {
		return err
	}
	session, err := s.registrar.TestSignIn(ctx, company.GSTIN, cred)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil { // these credentials are the stored ones, so the session is theirs
		if err := s.store.SaveSession(ctx, company.GSTIN, company.Mode, cred.Provider, session); err != nil {
			return err
		}
	}
	result := s.signInResult(c, session, err)
	cards, err := s.credentialCards(c)
	if err != nil {
		return err
	}
	for i := range cards {
		if cards[i].Provider == card.Provider {
			cards[i].Result = result
			card = cards[i]
		}
	}
	return s.showCredentialCards(c, http.StatusOK, cards, views.CredentialsForm(card))
}

// signInResult puts the portal's answer to a sign-in into words.
func (s *Server) signInResult(c echo.Context, session gst.Session, err error) *views.SignInResult {
	result := &views.SignInResult{At: clock(s.now())}
	if err == nil {
		result.OK = true
		result.Words = "Signed in."
		result.Until = lastsTill(session.Expires, s.now())
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

// showRefusedCard shows the page again with the one card that could not be saved,
// as it was typed but for its secrets.
func (s *Server) showRefusedCard(c echo.Context, typed views.CredentialsCard, err error) error {
	var wrong Problems
	if !errors.As(err, &wrong) {
		return err
	}
	typed.Problems = wrong
	cards, err := s.credentialCards(c)
	if err != nil {
		return err
	}
	for i := range cards {
		if cards[i].Provider == typed.Provider {
			cards[i] = typed
		}
	}
	return s.showCredentialCards(c, http.StatusUnprocessableEntity, cards, views.CredentialsForm(typed))
}

// storeCredentials checks the card that was sent and stores it; only one that is to be
// tested or used has to be complete. It returns the card as typed, with Problems when
// something is wrong with it.
func (s *Server) storeCredentials(c echo.Context, test bool) (views.CredentialsCard, error) {
	ctx, company := c.Request().Context(), companyOf(c)
	provider := gst.Provider(c.Param("provider"))
	stored, err := s.credentialsOf(ctx, company, provider)
	if err != nil {
		return views.CredentialsCard{}, err
	}
	typed, err := parseCredentials(c, stored)
	if err != nil {
		return views.CredentialsCard{}, err
	}
	card := cardOf(company, withSecretsOf(typed, stored))
	if wrong := checkCredentials(withSecretsOf(typed, stored), test || typed.Enabled, s.registrar.CheckBase); len(wrong) > 0 {
		card.Open = wrong["portal_key"] != "" || wrong["base_urls"] != ""
		return card, wrong
	}
	if err := s.store.SaveCredentials(ctx, company.GSTIN, typed); err != nil {
		return card, err
	}
	return card, s.moveOther(ctx, company, typed)
}

// moveOther gives the other provider the other place in the order, when the two
// would stand at the same.
func (s *Server) moveOther(ctx context.Context, company gst.Company, saved gst.Credentials) error {
	stored, err := s.storedCredentials(ctx, company)
	if err != nil {
		return err
	}
	for _, other := range stored {
		if other.Provider == saved.Provider || other.Order != saved.Order {
			continue
		}
		other.Order = 3 - saved.Order
		if err := s.store.SaveCredentials(ctx, company.GSTIN, other); err != nil {
			return err
		}
	}
	return nil
}

// credentialsOf returns the company's credentials at the provider, empty ones that
// are in use when it has none yet. It returns gst.ErrNotFound for an unknown provider.
func (s *Server) credentialsOf(ctx context.Context, company gst.Company, provider gst.Provider) (gst.Credentials, error) {
	stored, err := s.storedCredentials(ctx, company)
	if err != nil {
		return gst.Credentials{}, err
	}
	for _, cred := range stored {
		if cred.Provider == provider {
			return cred, nil
		}
	}
	for i, known := range providers {
		if known == provider {
			return gst.Credentials{Provider: provider, Mode: company.Mode, Order: i + 1, Enabled: true}, nil
		}
	}
	return gst.Credentials{}, gst.ErrNotFound
}

// storedCredentials are the company's credentials in its mode. A secret that was sealed
// with another key comes empty, so that the page asks for it anew.
func (s *Server) storedCredentials(ctx context.Context, company gst.Company) ([]gst.Credentials, error) {
	stored, err := s.store.Credentials(ctx, company.GSTIN, company.Mode)
	if errors.Is(err, db.ErrSealed) {
		return stored, nil
	}
	return stored, err
}

// credentialCards are the cards of all providers, the one that is tried first above.
func (s *Server) credentialCards(c echo.Context) ([]views.CredentialsCard, error) {
	ctx, company := c.Request().Context(), companyOf(c)
	cards := make([]views.CredentialsCard, 0, len(providers))
	for _, provider := range providers {
		cred, err := s.credentialsOf(ctx, company, provider)
		if err != nil {
			return nil, err
		}
		card := cardOf(company, cred)
		if s.store.KeyMissing() && cred.Username != "" {
			card.Problems = Problems{"password": lang.English.Text("portal.no_key")}
		}
		session, err := s.store.Session(ctx, company.GSTIN, company.Mode, provider)
		switch {
		case errors.Is(err, gst.ErrNotFound):
		case err != nil:
			return nil, err
		case session.Expires.After(s.now()):
			card.SignedIn = lastsTill(session.Expires, s.now())
		}
		if cred.Order == 1 {
			cards = append([]views.CredentialsCard{card}, cards...)
		} else {
			cards = append(cards, card)
		}
	}
	return cards, nil
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
