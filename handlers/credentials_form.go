package handlers

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// maxLogin is how many bytes an API user's name and password may have together:
// what NIC's key can encrypt in one piece beside the app key and the JSON around.
const maxLogin = 66

// maxPEM is the largest key file that is read.
const maxPEM = 16 << 10

// cardOf is what the page shows of credentials: of its secrets only that they are
// there.
func (s *Server) cardOf(company gst.Company, one stored) views.CredentialsCard {
	cred := one.Credentials
	url := companyURL(company.GSTIN, "settings/credentials/"+string(cred.Provider))
	card := views.CredentialsCard{
		Provider: string(cred.Provider), Name: cardName(cred.Provider),
		URL: url, TestURL: url + "/test",
		Live: cred.Mode == gst.Live, PortalKey: one.Gateway.PortalKey,
		Enabled: cred.Enabled, There: one.There,
		Folded:   cred.Provider == gst.NIC && (!one.There || !cred.Enabled),
		Username: cred.Username, HasPassword: cred.Password != "",
		HasSubscriptionKey: cred.SubscriptionKey != "",
		ASPID:              cred.ASPID, HasASPPassword: cred.ASPPassword != "",
		ClientID: cred.ClientID, HasClientSecret: cred.ClientSecret != "",
		BaseURLs: strings.Join(cred.BaseURLs, "\n"), Hosts: one.Gateway.Hosts,
	}
	if one.Closed && cred.Username != "" {
		card.Problems = Problems{"password": lang.English.Text("portal.no_key")}
	}
	if cred.PortalKeyPEM != "" {
		card.HasPortalKey, card.KeyText = true, keyText(cred.PortalKeyPEM)
	}
	card.EWayUsername, card.HasEWayPassword = cred.EWayUsername, cred.EWayPassword != ""
	card.EWayBaseURLs, card.EWayHosts = strings.Join(cred.EWayBaseURLs, "\n"), one.Gateway.EWayHosts
	if cred.EWayPortalKeyPEM != "" {
		card.HasEWayKey, card.EWayKeyText = true, keyText(cred.EWayPortalKeyPEM)
	}
	return card
}

// keyText is what people recognise a stored key by.
func keyText(text string) string {
	key, err := registrar.ReadPortalKey(text)
	if err != nil {
		return badText(err)
	}
	words := "In use: RSA, " + strconv.Itoa(key.Bits) + " bits, SHA-256 " + key.Fingerprint[:16] + "…"
	if !key.Expires.IsZero() {
		words += ", certificate till " + gst.DateOf(key.Expires).Long()
	}
	return words
}

// badText is the words of an error that is about what was typed.
func badText(err error) string {
	var bad gst.Invalid
	if errors.As(err, &bad) {
		return strings.TrimSpace(faultWords(bad.Faults))
	}
	return err.Error()
}

// cardName is a provider's full name, as the portal lists it, with the one it goes by.
func cardName(p gst.Provider) string {
	if p == gst.TaxPro {
		return p.Name() + " (" + providerName(p) + ")"
	}
	return p.Name()
}

// parseCredentials reads a card. Secrets that were left empty stay empty, which
// keeps the stored ones. What the practice portal has no use for is not asked in practice,
// and stays as it is.
func parseCredentials(c echo.Context, old stored) (gst.Credentials, error) {
	form, err := c.FormParams()
	if err != nil {
		return gst.Credentials{}, unreadable(err)
	}
	raw := func(name string) string { return form.Get(fieldName(old.Provider, name)) }
	get := func(name string) string { return strings.TrimSpace(raw(name)) }
	cred := gst.Credentials{
		Provider: old.Provider, Mode: old.Mode, Order: old.Order, Enabled: old.Enabled,
		Username:        get("username"),
		Password:        raw("password"), // as typed: blanks may be part of it
		SubscriptionKey: get("subscription_key"),
		ASPID:           get("asp_id"), ASPPassword: raw("asp_password"),
		ClientID: get("client_id"), ClientSecret: raw("client_secret"),
		BaseURLs: old.BaseURLs, PortalKeyPEM: old.PortalKeyPEM,
		EWayUsername: old.EWayUsername, EWayPassword: old.EWayPassword, EWayPortalKeyPEM: old.EWayPortalKeyPEM,
		EWayBaseURLs: old.EWayBaseURLs,
	}
	if old.Mode == gst.Practice {
		return cred, nil
	}
	cred.EWayUsername, cred.EWayPassword = get("eway_username"), raw("eway_password")
	cred.BaseURLs, cred.EWayBaseURLs = strings.Fields(raw("base_urls")), strings.Fields(raw("eway_base_urls"))
	if !old.Gateway.PortalKey {
		return cred, nil
	}
	if raw("drop_key") != "" {
		cred.PortalKeyPEM = ""
	}
	if raw("drop_eway_key") != "" {
		cred.EWayPortalKeyPEM = ""
	}
	if typed := get("eway_portal_key"); typed != "" {
		cred.EWayPortalKeyPEM = typed
	}
	typed := get("portal_key")
	if typed == "" {
		typed, err = uploadedKey(c, old.Provider)
	}
	if typed != "" {
		cred.PortalKeyPEM = typed
	}
	return cred, err
}

// fieldName is a field's name in the form: the cards of one page must not share names.
func fieldName(provider gst.Provider, field string) string { return string(provider) + "." + field }

// uploadedKey reads the key file that was sent along, "" when there was none. A
// binary certificate (.cer) becomes PEM.
func uploadedKey(c echo.Context, provider gst.Provider) (string, error) {
	header, err := c.FormFile(fieldName(provider, "portal_key_file"))
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", unreadable(err)
	}
	file, err := header.Open()
	if err != nil {
		return "", unreadable(err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxPEM))
	if err = errors.Join(err, file.Close()); err != nil {
		return "", unreadable(err)
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data})), nil
	}
	return strings.TrimSpace(string(data)), nil
}

// withSecretsOf is the typed credentials with the stored secrets where none was typed.
func withSecretsOf(typed, stored gst.Credentials) gst.Credentials {
	for _, secret := range []struct {
		typed  *string
		stored string
	}{
		{&typed.Password, stored.Password},
		{&typed.SubscriptionKey, stored.SubscriptionKey},
		{&typed.ASPPassword, stored.ASPPassword},
		{&typed.ClientSecret, stored.ClientSecret},
	} {
		if *secret.typed == "" {
			*secret.typed = secret.stored
		}
	}
	if typed.EWayPassword == "" && typed.EWayUsername != "" && typed.EWayUsername == stored.EWayUsername {
		typed.EWayPassword = stored.EWayPassword // one password belongs to one user
	}
	return typed
}

// checkCredentials says what is wrong with credentials; complete ones lack nothing that
// a sign-in needs. Their addresses are judged by who will call them.
func (s *Server) checkCredentials(full stored, complete bool) Problems {
	wrong := Problems{}
	if complete {
		checkComplete(full, wrong)
	}
	if n := len(full.Username) + len(full.Password); n > maxLogin {
		wrong.put("password", "User name and password together have "+strconv.Itoa(n)+
			" bytes; the portal can take "+strconv.Itoa(maxLogin)+".")
	}
	if full.Provider == gst.TaxPro && full.ASPID != "" && strings.Trim(full.ASPID, "0123456789") != "" {
		wrong.put("asp_id", "An ASP id consists of digits.")
	}
	for _, base := range full.BaseURLs {
		if err := s.registrar.CheckBase(base); err != nil {
			wrong.put("base_urls", badText(err))
		}
	}
	for _, base := range full.EWayBaseURLs {
		if err := s.registrar.CheckBase(base); err != nil {
			wrong.put("eway_base_urls", badText(err))
		}
	}
	if n := len(full.EWayUsername) + len(full.EWayPassword); n > maxLogin {
		wrong.put("eway_password", "User name and password together have "+strconv.Itoa(n)+
			" bytes; the portal can take "+strconv.Itoa(maxLogin)+".")
	}
	if full.EWayUsername != "" && full.EWayPassword == "" {
		wrong.put("eway_password", "Type the password of the API user for e-way bills.")
	}
	if full.EWayUsername == "" && full.EWayPassword != "" {
		wrong.put("eway_username", "Type the user that this password belongs to, or empty both.")
	}
	if full.EWayPortalKeyPEM != "" {
		if _, err := registrar.ReadPortalKey(full.EWayPortalKeyPEM); err != nil {
			wrong.put("eway_portal_key", badText(err))
		}
	}
	if full.PortalKeyPEM != "" {
		if _, err := registrar.ReadPortalKey(full.PortalKeyPEM); err != nil {
			wrong.put("portal_key", badText(err))
		}
	}
	return wrong
}

// checkComplete says what a sign-in lacks.
func checkComplete(full stored, wrong Problems) {
	wrong.put("username", required(full.Username, "Type the API user name."))
	wrong.put("password", required(full.Password, "Type the API password."))
	switch full.Provider {
	case gst.Alankit:
		wrong.put("subscription_key", required(full.SubscriptionKey, "Type the subscription key."))
	case gst.TaxPro:
		wrong.put("asp_id", required(full.ASPID, "Type the ASP id."))
		wrong.put("asp_password", required(full.ASPPassword, "Type the ASP password."))
	case gst.NIC:
		wrong.put("client_id", required(full.ClientID, "Type the client id."))
		wrong.put("client_secret", required(full.ClientSecret, "Type the client secret."))
	}
	if full.Mode == gst.Live && full.Gateway.PortalKey {
		wrong.put("portal_key", required(full.PortalKeyPEM, lang.English.Text("fault.credentials.portal_key_missing")))
	}
}

func required(text, words string) string {
	if text == "" {
		return words
	}
	return ""
}
