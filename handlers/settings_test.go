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

const settingsURL = "/c/" + companyGSTIN + "/settings/"

// configurationForm is a filled E-Invoice Configuration.
func configurationForm(change ...string) url.Values {
	form := companyForm("version", "2", "register", "on_issue", "upi", "sharda@upi", "starts_on", "01/08/2023")
	return with(form, change...)
}

func TestConfiguration(t *testing.T) {
	s := newCompanySite(t)
	s.wantRedirect(s.get("/c/"+companyGSTIN+"/settings"), settingsURL+"einvoice")
	s.want(s.get(settingsURL+"einvoice"), http.StatusOK, "E-Invoice Configuration", "27 · Maharashtra", "by turnover, from 1 Aug 2023", "Go live")

	s.wantRedirect(s.post(settingsURL+"einvoice", configurationForm("register", "by_hand", "exempt", "on", "phone", "020-2445 1234", "gstin", "29AAPFU0939F1ZR")), settingsURL+"einvoice?done=saved")
	s.want(s.get(settingsURL+"einvoice?done=saved"), http.StatusOK, "Saved.", `value="01/08/2023"`, `value="02024451234"`)
	c, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil || !c.ByHand || !c.Exempt || c.StartsOn != 20230801 || c.UPI != "sharda@upi" {
		t.Errorf("stored company %+v, %v", c, err)
	}
}

func TestTurnoverSaysFromWhenEInvoicingApplies(t *testing.T) {
	// Source: Notifications 61/2020, 88/2020, 5/2021, 1/2022, 17/2022, 10/2023.
	tests := []struct {
		slab gst.TurnoverSlab
		want string
	}{
		{gst.SlabUnknown, ""},
		{gst.SlabUpTo5, "not compulsory"},
		{gst.Slab5To10, "from 1 Aug 2023"},
		{gst.Slab10To20, "from 1 Oct 2022"},
		{gst.Slab20To50, "from 1 Apr 2022"},
		{gst.Slab50To100, "from 1 Apr 2021"},
		{gst.Slab100To500, "from 1 Jan 2021"},
		{gst.SlabAbove500, "from 1 Oct 2020"},
	}
	for _, test := range tests {
		company := gst.Company{GSTIN: companyGSTIN, Turnover: test.slab, Exempt: true, Taxpayer: gst.SEZUnit}
		if got := startsBySlab(gst.Rules{Today: 20261122, Company: company}); got != test.want {
			t.Errorf("startsBySlab(%q) = %q, want %q", test.slab, got, test.want)
		}
	}
}

func TestConfigurationSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"a date that is none", "starts_on", "31/02/2024", "Type the date as dd/mm/yyyy"},
		{"a UPI id that is none", "upi", "sharda", "A UPI id looks like name@bank."},
		{"a PIN of another State", "pin", "560001", "is not in"},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(settingsURL+"einvoice", configurationForm(test.field, test.value, "place", "Kept Town"))
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="`+test.value+`"`, `value="Kept Town"`)
		})
	}
}

func TestConfigurationNoticesAnotherEditor(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"einvoice", configurationForm("place", "First")), http.StatusSeeOther)
	s.want(s.post(settingsURL+"einvoice", configurationForm("place", "Second")), http.StatusConflict, "Somebody else changed", `value="Second"`)
}

func TestGoLive(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"live", url.Values{"confirm": {"27AAPFU"}}), http.StatusUnprocessableEntity, "Type "+companyGSTIN+" exactly", `value="27AAPFU"`)
	s.wantRedirect(s.post(settingsURL+"live", url.Values{"confirm": {strings.ToLower(companyGSTIN)}}), settingsURL+"credentials?done=live")
	r := s.get(settingsURL + "credentials?done=live")
	s.want(r, http.StatusOK, "This company is live")
	if strings.Contains(r.body, "Fill in practice users") {
		t.Error("a live company is offered practice users")
	}
	s.want(s.post(settingsURL+"credentials/practice", nil), http.StatusConflict, "This company is live")
	s.wantRedirect(s.post(settingsURL+"live", url.Values{"confirm": {companyGSTIN}}), settingsURL+"einvoice")
}

func TestGoLiveNeedsTheRightCheckDigit(t *testing.T) {
	s := newSite(t)
	s.setUp()
	wrong := "27AAPFU0939F1ZX"
	s.want(s.post("/companies", companyForm("gstin", wrong)), http.StatusSeeOther)
	s.want(s.post("/c/"+wrong+"/settings/live", url.Values{"confirm": {wrong}}), http.StatusUnprocessableEntity, "practice only")
	if c, err := s.store.Company(t.Context(), gst.GSTIN(wrong)); err != nil || c.Mode != gst.Practice {
		t.Errorf("mode %q, %v", c.Mode, err)
	}
}

// credentialsForm is a filled card of Alankit.
func credentialsForm(change ...string) url.Values {
	form := url.Values{
		"alankit.enabled": {"on"}, "alankit.order": {"1"}, "alankit.username": {"MOHAR_PRACTICE"},
		"alankit.password": {"Practice@123"}, "alankit.subscription_key": {"ALPRACTICE00000001"},
	}
	return with(form, change...)
}

func TestCredentials(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("fill_practice", "")), http.StatusSeeOther)
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "Alankit Limited", "Chartered Information Systems Pvt Ltd", "Practice mode", "Not signed in yet")

	s.wantRedirect(s.post(settingsURL+"credentials/alankit", credentialsForm()), settingsURL+"credentials?done=saved")
	s.wantRedirect(s.post(settingsURL+"credentials/alankit", credentialsForm("alankit.password", "", "alankit.subscription_key", "")), settingsURL+"credentials?done=saved")
	creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice)
	if err != nil || len(creds) != 1 || creds[0].Password != "Practice@123" || creds[0].SubscriptionKey != "ALPRACTICE00000001" {
		t.Errorf("an empty password did not keep the stored one: %+v, %v", creds, err)
	}
	s.want(s.post(settingsURL+"credentials/nobody", credentialsForm()), http.StatusNotFound)
}

func TestCredentialsSayWhatIsWrong(t *testing.T) {
	tests := []struct{ name, provider, field, value, want string }{
		{"no user", "alankit", "username", "", "Type the API user name."},
		{"no password", "alankit", "password", "", "Type the API password."},
		{"no subscription key", "alankit", "subscription_key", "", "Type the subscription key."},
		{"user and password too long for NIC's key", "alankit", "password", strings.Repeat("p", 60), "together have 74 bytes; the portal can take 66"},
		{"an address without TLS", "alankit", "base_urls", "http://api.alankit.example", "is not an address of the form https://"},
		{"an address of a private network", "alankit", "base_urls", "https://10.0.0.5/api", "is not an address of the form https://"},
		{"a key that is none", "alankit", "portal_key", "-----BEGIN PUBLIC KEY-----", "no RSA public key"},
		{"no ASP id", "taxpro", "asp_id", "", "Type the ASP id."},
		{"an ASP id of letters", "taxpro", "asp_id", "ASP1", "consists of digits"},
		{"no ASP password", "taxpro", "asp_password", "", "Type the ASP password."},
	}
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("fill_practice", "")), http.StatusSeeOther)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			form := credentialsForm("taxpro.enabled", "on", "taxpro.order", "2", "taxpro.username", "MOHAR_PRACTICE",
				"taxpro.password", "Practice@123", "taxpro.asp_id", "1000000001", "taxpro.asp_password", "practice")
			form.Set(test.provider+"."+test.field, test.value)
			r := s.post(settingsURL+"credentials/"+test.provider, form)
			s.want(r, http.StatusUnprocessableEntity, test.want)
			if test.field != "username" {
				s.want(r, http.StatusUnprocessableEntity, `value="MOHAR_PRACTICE"`)
			}
			if strings.Contains(r.body, "Practice@123") || strings.Contains(r.body, "pppp") {
				t.Error("a password came back")
			}
		})
	}
}

func TestSecretsAreOnNoPage(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"credentials/alankit/test", credentialsForm()), http.StatusOK)
	for _, path := range allPages() {
		r := s.get(path)
		s.want(r, http.StatusOK)
		for _, secret := range []string{"Practice@123", "ALPRACTICE00000001", ownerPassword, "argon2id", s.cookie()} {
			if strings.Contains(r.body, secret) {
				t.Errorf("%s shows %q", path, secret)
			}
		}
	}
}

func TestFillInPracticeUsers(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("fill_practice", "")), http.StatusSeeOther)
	s.wantRedirect(s.post(settingsURL+"credentials/practice", nil), settingsURL+"credentials?done=practice")
	r := s.get(settingsURL + "credentials?done=practice")
	s.want(r, http.StatusOK, "The practice users are filled in", "stored encrypted")
	if n := strings.Count(r.body, `value="MOHAR_PRACTICE"`); n != 2 {
		t.Errorf("%d providers have the practice user, want 2", n)
	}
}

func TestSignInTest(t *testing.T) {
	s := newCompanySite(t)
	for _, provider := range []string{"alankit", "taxpro"} {
		form := with(url.Values{}, provider+".enabled", "on", provider+".username", "MOHAR_PRACTICE", provider+".asp_id", "1000000001")
		r := s.post(settingsURL+"credentials/"+provider+"/test", form)
		s.want(r, http.StatusOK, "Signed in.", "Asked at 10:00:00", "The session lasts till", "Signed in · session till", "<html")
	}
	r := s.post(settingsURL+"credentials/alankit/test", credentialsForm("alankit.password", "wrong password"), "HX-Request", "true")
	s.want(r, http.StatusOK, "User name or password is wrong. Use the API user, not the portal login.", "The portal said: 1019")
	if strings.Contains(r.body, "<html") || !strings.Contains(r.body, `id="credentials-alankit"`) {
		t.Error("htmx wants the card alone")
	}
	s.want(s.post(settingsURL+"credentials/alankit/test", credentialsForm("alankit.subscription_key", "ALWRONG")), http.StatusOK, "Subscription key refused.")
	s.want(s.post(settingsURL+"credentials/taxpro/test", url.Values{}, "HX-Request", "true"), http.StatusUnprocessableEntity, "Type the API user name.")
}

func TestOnlyOneProviderIsTriedFirst(t *testing.T) {
	s := newCompanySite(t)
	form := url.Values{"taxpro.enabled": {"on"}, "taxpro.order": {"1"}, "taxpro.username": {"MOHAR_PRACTICE"}, "taxpro.asp_id": {"1000000001"}}
	s.want(s.post(settingsURL+"credentials/taxpro", form), http.StatusSeeOther)
	creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice)
	if err != nil || len(creds) != 3 || creds[0].Provider != gst.TaxPro || creds[1].Order != 2 {
		t.Fatalf("order after the change: %+v, %v", creds, err)
	}
	body := s.get(settingsURL + "credentials").body
	if strings.Index(body, "Chartered Information") > strings.Index(body, "Alankit Limited") {
		t.Error("the provider that is tried first stands below")
	}
}

func TestPortalKeyMayComeAsFile(t *testing.T) {
	s := newCompanySite(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range credentialsForm("alankit.password", "") {
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
	stored := func() string {
		creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice)
		if err != nil {
			t.Fatal(err)
		}
		return creds[0].PortalKeyPEM
	}
	if !strings.HasPrefix(stored(), "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("stored key %q", stored())
	}
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm()), http.StatusSeeOther)
	if stored() == "" {
		t.Error("a save without a key dropped the stored one")
	}
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm("alankit.bundled_key", "on")), http.StatusSeeOther)
	if stored() != "" {
		t.Error("the bundled key is not back in use")
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
