package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/gst"
)

// newLiveSite is an installation whose company is live. Nothing may be sent from it.
func newLiveSite(t *testing.T) *site {
	t.Helper()
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"live", url.Values{"confirm": {companyGSTIN}}), http.StatusSeeOther)
	return s
}

// liveForm is a filled card of Alankit for live use.
func liveForm(change ...string) url.Values {
	return with(credentialsForm("alankit.portal_key", testPublicKey), change...)
}

// liveKey is the public key that is stored for Alankit.
func (s *site) liveKey() string {
	s.Helper()
	creds, err := s.store.Credentials(s.Context(), companyGSTIN, gst.Live)
	if err != nil || len(creds) != 1 {
		s.Fatalf("%d credentials, %v; want those of Alankit", len(creds), err)
	}
	return creds[0].PortalKeyPEM
}

func TestLiveCredentialsSayWhatIsWrong(t *testing.T) {
	const (
		privateKey = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"
		publicOnly = "Mohar sends passwords only to addresses of the form https://name/path on the public internet. Correct the address "
	)
	tests := []struct{ name, field, value, want string }{
		{"an address without TLS", "base_urls", "http://api.alankit.example", publicOnly + "http://api.alankit.example"},
		{"an address of a private network", "base_urls", "https://relay.example/a\nhttps://10.0.0.5/api", publicOnly + "https://10.0.0.5/api"},
		{"an address with a question", "base_urls", "https://relay.example/a?key=1", publicOnly},
		{"no key", "portal_key", "", "The NIC public key is missing."},
		{"a key that is none", "portal_key", "-----BEGIN PUBLIC KEY-----", "This is no public key and no certificate."},
		{"a key that is no RSA key", "portal_key", ellipticKey, "This is no public key and no certificate."},
		{"a key of 1024 bits", "portal_key", shortKey, "This key has 1024 bits"},
		{"a private key", "portal_key", privateKey, "This is a private key"},
	}
	s := newLiveSite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(settingsURL+"credentials/alankit", liveForm("alankit."+test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="MOHAR_PRACTICE"`)
			s.wantNot(r, "Practice@123")
		})
	}
	if creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Live); err != nil || len(creds) != 0 {
		t.Errorf("%d credentials were stored, %v; want none", len(creds), err)
	}
}

func TestPortalKeyMayComeAsFile(t *testing.T) {
	s := newLiveSite(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range credentialsForm() {
		if err := form.WriteField(name, values[0]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("alankit.portal_key_file", "key.pem")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(testPublicKey)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	s.want(s.do(http.MethodPost, settingsURL+"credentials/alankit", &body, "Content-Type", form.FormDataContentType()), http.StatusSeeOther)
	if !strings.HasPrefix(s.liveKey(), "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("stored key %q", s.liveKey())
	}
}

func TestPortalKeyStaysUntilItIsReplacedOrForgotten(t *testing.T) {
	s := newLiveSite(t)
	s.want(s.post(settingsURL+"credentials/alankit", liveForm()), http.StatusSeeOther)
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "In use: RSA, 2048 bits, SHA-256 ", "https://www.alankitgst.com/eInvoiceGateway", "https://einvapidel2.charteredinfo.com")
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm()), http.StatusSeeOther)
	if s.liveKey() == "" {
		t.Error("a save without a key dropped the stored one")
	}
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm("alankit.drop_key", "on")), http.StatusUnprocessableEntity, "The NIC public key is missing.")
	s.want(s.credentialsPost("alankit/use", "on", "0"), http.StatusSeeOther)
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm("alankit.drop_key", "on")), http.StatusSeeOther)
	if s.liveKey() != "" {
		t.Error("the key is not forgotten")
	}
	s.want(s.credentialsPost("alankit/use", "on", "1"), http.StatusUnprocessableEntity, "The NIC public key is missing.")
}

func TestFirstCredentialsThatAreTypedAreTriedFirst(t *testing.T) {
	s := newLiveSite(t)
	form := url.Values{"taxpro.username": {"u"}, "taxpro.password": {"p"}, "taxpro.asp_id": {"1"}, "taxpro.asp_password": {"a"}}
	s.want(s.post(settingsURL+"credentials/taxpro", form), http.StatusSeeOther)
	s.want(s.post(settingsURL+"credentials/alankit", liveForm()), http.StatusSeeOther)
	creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Live)
	if err != nil || len(creds) != 2 || creds[0].Provider != gst.TaxPro || creds[0].Order != 1 || creds[1].Order != 2 || !creds[1].Enabled {
		t.Errorf("stored %+v, %v", creds, err)
	}
}

func TestDocumentSaysThatThePortalKeyIsMissing(t *testing.T) {
	tests := []struct{ name, key, want string }{
		{"missing", "", "Alankit Limited: NIC's public key is missing"},
		{"unreadable", "no key", "Alankit Limited: The stored public key of NIC cannot be read."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newLiveSite(t)
			cred := gst.Credentials{
				Provider: gst.Alankit, Mode: gst.Live, Order: 1, Enabled: true, Username: "u", Password: "p", SubscriptionKey: "AL", PortalKeyPEM: test.key,
			}
			if err := s.store.SaveCredentials(t.Context(), companyGSTIN, cred); err != nil {
				t.Fatal(err)
			}
			address := s.issue(invoiceForm())
			s.step()
			r := s.get(address)
			s.want(r, http.StatusOK, "Not sent yet", test.want, "settings/credentials", "Open E-Invoice Credentials")
			s.wantNot(r, "No provider answered")
		})
	}
}

// testPublicKey is an RSA key made for this test; nobody has its private half.
const testPublicKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzqCz7Fpg7f5IUFuqWj1n
B85EK3TeBtXm9YAmT/FxFOIdIWHlSq32jxffzuBBaxwxrryUeuMRCAHf/ZaPCEae
hPFwedXkjLxDEn18DhvgB9ooTBiZoFbrLunZGvG1QBFnNqoR9fccFbX9xV756wWr
65D+ZXrNDaajjUf6zY65wA7SrzOjuxkQXphdhSW6DcHosTD23QNSwWDZLX5WlQ0a
DlwFxclPoVKV95nzrC59laXfFbqeu4H7p38CPh+kmdEfpbDuzOdpsBUsNFK5DHjP
fXuslxvlYgi+576uNfHfJaBJb7rMWkrd+2/tj4HLR0yl9pKIN1Olsd3WFVMyxsOX
FwIDAQAB
-----END PUBLIC KEY-----`

// shortKey is an RSA key of 1024 bits, and ellipticKey one that is no RSA key.
const (
	shortKey = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCjZ/X1Z+Q+rLxqUG0e0G12cWWs
yy13AKaoF5+6SXbqP4bMaTpomjK43csj84QK+LbsvyG55TtFd1xuPGEW8OT41Kqh
J5nH9YpJbsFWHNm5l4hUAVxHwy0g4IJH0RniCvNbXWLCU0urBsGpzZjTWsSi6MV5
IG+rAGfePYxQbEVyIQIDAQAB
-----END PUBLIC KEY-----`
	ellipticKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFDetTn+NZy9BREL/Uc6z7sY7i9XL
gX2zQsYy+PHRizw9XDJr3XDtTji5YP4wdHN8pVuuawAyHlr8ftnIbIV5zg==
-----END PUBLIC KEY-----`
)
