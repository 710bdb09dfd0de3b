package handlers

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/views"
)

// maxLogin is how many bytes an API user's name and password may have together:
// what NIC's key can encrypt in one piece beside the app key and the JSON around.
const maxLogin = 66

// maxPEM is the largest key file that is read.
const maxPEM = 16 << 10

// cardOf is what the page shows of credentials: of its secrets only that they are
// there.
func cardOf(company gst.Company, cred gst.Credentials) views.CredentialsCard {
	url := companyURL(company.GSTIN, "settings/credentials/"+string(cred.Provider))
	return views.CredentialsCard{
		Provider: string(cred.Provider), Name: cred.Provider.Name(),
		URL: url, TestURL: url + "/test",
		Alankit: cred.Provider == gst.Alankit,
		Enabled: cred.Enabled, Order: strconv.Itoa(cred.Order),
		Username: cred.Username, HasPassword: cred.Password != "",
		HasSubscriptionKey: cred.SubscriptionKey != "",
		ASPID:              cred.ASPID, HasASPPassword: cred.ASPPassword != "",
		BaseURLs:     strings.Join(cred.BaseURLs, "\n"),
		HasPortalKey: cred.PortalKeyPEM != "",
	}
}

// parseCredentials reads a card. Secrets that were left empty stay empty, which
// keeps the stored ones.
func parseCredentials(c echo.Context, stored gst.Credentials) (gst.Credentials, error) {
	form, err := c.FormParams()
	if err != nil {
		return gst.Credentials{}, unreadable(err)
	}
	raw := func(name string) string { return form.Get(fieldName(stored.Provider, name)) }
	get := func(name string) string { return strings.TrimSpace(raw(name)) }
	cred := gst.Credentials{
		Provider: stored.Provider, Mode: stored.Mode, Order: stored.Order,
		Enabled: raw("enabled") != "", Username: get("username"),
		Password:        raw("password"), // as typed: blanks may be part of it
		SubscriptionKey: get("subscription_key"),
		ASPID:           get("asp_id"), ASPPassword: raw("asp_password"),
		BaseURLs:     strings.Fields(raw("base_urls")),
		PortalKeyPEM: get("portal_key"),
	}
	if order := get("order"); order == "1" || order == "2" {
		cred.Order, _ = strconv.Atoi(order)
	}
	if cred.PortalKeyPEM == "" {
		cred.PortalKeyPEM, err = uploadedKey(c, stored.Provider)
	}
	if cred.PortalKeyPEM == "" && raw("bundled_key") == "" {
		cred.PortalKeyPEM = stored.PortalKeyPEM
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
	} {
		if *secret.typed == "" {
			*secret.typed = secret.stored
		}
	}
	return typed
}

// checkCredentials says what is wrong with credentials; complete ones lack nothing that
// a sign-in needs. Their addresses are judged by who will call them.
func checkCredentials(full gst.Credentials, complete bool, checkBase func(string) error) Problems {
	wrong := Problems{}
	if complete {
		wrong.put("username", required(full.Username, "Type the API user name."))
		wrong.put("password", required(full.Password, "Type the API password."))
		switch full.Provider {
		case gst.Alankit:
			wrong.put("subscription_key", required(full.SubscriptionKey, "Type the subscription key."))
		case gst.TaxPro:
			wrong.put("asp_id", required(full.ASPID, "Type the ASP id."))
			wrong.put("asp_password", required(full.ASPPassword, "Type the ASP password."))
		}
	}
	if n := len(full.Username) + len(full.Password); n > maxLogin {
		wrong.put("password", "User name and password together have "+strconv.Itoa(n)+
			" bytes; the portal can take "+strconv.Itoa(maxLogin)+".")
	}
	if full.Provider == gst.TaxPro && full.ASPID != "" && strings.Trim(full.ASPID, "0123456789") != "" {
		wrong.put("asp_id", "An ASP id consists of digits.")
	}
	for _, base := range full.BaseURLs {
		if checkBase(base) != nil {
			wrong.put("base_urls", base+" is not an address of the form https://host/path on the internet.")
		}
	}
	if full.PortalKeyPEM != "" && !isPublicKey(full.PortalKeyPEM) {
		wrong.put("portal_key", "This is no RSA public key or certificate (a .pem or .cer file of NIC).")
	}
	return wrong
}

func required(text, words string) string {
	if text == "" {
		return words
	}
	return ""
}

// isPublicKey reports whether the text is an RSA public key, or a certificate of one.
func isPublicKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
		_, ok := cert.PublicKey.(*rsa.PublicKey)
		return ok
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return false
	}
	_, ok := key.(*rsa.PublicKey)
	return ok
}
