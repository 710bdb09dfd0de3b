package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

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
		{"no client id", "nic", "client_id", "", "Type the client id."},
		{"no client secret", "nic", "client_secret", "", "Type the client secret."},
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
				"taxpro.password", "Practice@123", "taxpro.asp_id", "1000000001", "taxpro.asp_password", "practice",
				"nic.username", "MOHAR_PRACTICE", "nic.password", "Practice@123", "nic.client_id", "practice-client", "nic.client_secret", "practice-secret")
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
	if n := strings.Count(r.body, `value="MOHAR_PRACTICE"`); n != 3 {
		t.Errorf("%d providers have the practice user, want 3", n)
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

// orderOf is in which order a company's providers are tried, those that are off in brackets.
func (s *site) orderOf() string {
	s.Helper()
	creds, err := s.store.Credentials(s.Context(), companyGSTIN, gst.Practice)
	if err != nil {
		s.Fatal(err)
	}
	var order []string
	for _, cred := range creds {
		name := string(cred.Provider)
		if !cred.Enabled {
			name = "(" + name + ")"
		}
		order = append(order, name)
	}
	return strings.Join(order, " ")
}

// credentialsPost presses a button of a provider's row.
func (s *site) credentialsPost(path string, pairs ...string) reply {
	s.Helper()
	return s.post(settingsURL+"credentials/"+path, with(url.Values{}, pairs...))
}

func TestProvidersAreTriedInTheOrderThatWasSet(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"credentials/taxpro/test", url.Values{"taxpro.username": {"MOHAR_PRACTICE"}, "taxpro.asp_id": {"1000000001"}}), http.StatusOK, "Signed in.")
	steps := []struct{ path, to, want string }{
		{"taxpro/move", "up", "taxpro alankit (nic)"},
		{"taxpro/move", "up", "taxpro alankit (nic)"}, // it is the first already
		{"taxpro/move", "down", "alankit taxpro (nic)"},
		{"nic/move", "down", "alankit taxpro (nic)"},
		{"alankit/move", "down", "taxpro alankit (nic)"},
	}
	for _, step := range steps {
		s.wantRedirect(s.credentialsPost(step.path, "to", step.to), settingsURL+"credentials")
		if got := s.orderOf(); got != step.want {
			t.Errorf("%s %s: %s, want %s", step.path, step.to, got, step.want)
		}
	}
	body := s.get(settingsURL + "credentials").body
	if strings.Index(body, `id="credentials-taxpro"`) > strings.Index(body, `id="credentials-alankit"`) {
		t.Error("the provider that is tried first stands below")
	}
	if _, err := s.store.Session(t.Context(), companyGSTIN, gst.Practice, gst.TaxPro); err != nil {
		t.Errorf("another order ended the session: %v", err)
	}
	s.want(s.credentialsPost("nobody/move", "to", "up"), http.StatusNotFound)

	s.issue(invoiceForm())
	s.step()
	inv, _ := s.stored(invoicesURL + "/1")
	if inv.IRN.Registration == nil || inv.IRN.Registration.Provider != gst.TaxPro {
		t.Errorf("registered through %+v, want TaxPro", inv.IRN.Registration)
	}
}

func TestProviderIsSwitchedOffAndOn(t *testing.T) {
	s := newCompanySite(t)
	r := s.get(settingsURL + "credentials")
	s.want(r, http.StatusOK, "Switched off", `aria-checked="false" aria-label="Use NIC, directly"`, `aria-checked="true" aria-label="Use Alankit Limited"`)
	for _, step := range []struct{ path, on, want string }{
		{"alankit/use", "0", "(alankit) taxpro (nic)"},
		{"nic/use", "1", "(alankit) taxpro nic"},
		{"alankit/use", "1", "alankit taxpro nic"},
	} {
		s.wantRedirect(s.credentialsPost(step.path, "on", step.on), settingsURL+"credentials")
		if got := s.orderOf(); got != step.want {
			t.Errorf("%s %s: %s, want %s", step.path, step.on, got, step.want)
		}
	}
	s.want(s.credentialsPost("nobody/use", "on", "1"), http.StatusNotFound)
}

func TestProviderThatLacksSomethingStaysOff(t *testing.T) {
	s := newCompanySite(t)
	if err := s.store.SaveCredentials(t.Context(), "27AAPFU0939F1ZV", gst.Credentials{Provider: gst.NIC, Mode: gst.Practice, Order: 3, Username: "MOHAR_PRACTICE"}); err != nil {
		t.Fatal(err)
	}
	s.want(s.credentialsPost("nic/use", "on", "1"), http.StatusUnprocessableEntity, "Type the client id.", `<details class="panel folded" open>`)
	if got, want := s.orderOf(), "alankit taxpro (nic)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNICDirectlyRegistersWithAClientIDOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm("fill_practice", "")), http.StatusSeeOther)
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "NIC, directly", `<details class="panel folded">`)
	form := with(url.Values{}, "nic.username", "MOHAR_PRACTICE", "nic.password", "Practice@123", "nic.client_id", "practice-client", "nic.client_secret", "practice-secret")
	r := s.post(settingsURL+"credentials/nic/test", form)
	s.want(r, http.StatusOK, "Signed in.", "The session lasts till 16:00 (6 h).", `value="practice-client"`, `<details class="panel folded" open>`)
	s.wantNot(r, "practice-secret", "Practice@123")
	s.issue(invoiceForm())
	s.step()
	inv, _ := s.stored(invoicesURL + "/1")
	if inv.IRN.Registration == nil || inv.IRN.Registration.Provider != gst.NIC {
		t.Errorf("registered through %+v, want NIC", inv.IRN.Registration)
	}
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "2 of 2 calls answered in the last hour", "Signed in · session till 16:00 (6 h)", "No API user yet")
}

func TestPingAsksWhetherThePortalIsAlive(t *testing.T) {
	s := newCompanySite(t)
	for _, provider := range []string{"alankit", "taxpro", "nic"} {
		s.want(s.credentialsPost(provider+"/ping"), http.StatusOK, "Answered in ", "Vital", "1 of 1 call answered in the last hour", "<html")
	}
	r := s.post(settingsURL+"credentials/alankit/ping", nil, "HX-Request", "true")
	s.want(r, http.StatusOK, `id="gateways"`)
	s.wantNot(r, "<html", `id="credentials-alankit"`)
	s.plantFault("taxpro", "*", "down")
	s.want(s.credentialsPost("taxpro/ping"), http.StatusOK, "The provider did not answer", "Last failure at 10:00:00: it hung up without an answer")
	if creds := s.orderOf(); creds != "alankit taxpro (nic)" {
		t.Errorf("a ping changed the credentials: %s", creds)
	}
	s.want(s.credentialsPost("nobody/ping"), http.StatusNotFound)
}

func TestProviderThatDoesNotAnswerIsSaidToRest(t *testing.T) {
	s := newCompanySite(t)
	s.plantFault("alankit", "*", "down")
	test := func() reply { return s.post(settingsURL+"credentials/alankit/test", credentialsForm()) }
	s.want(test(), http.StatusOK, "The provider did not answer", "Does not answer", "0 of 1 call answered")
	s.clock.add(time.Second)
	s.want(test(), http.StatusOK, "Not used until 10:00:31", "Last failure at 10:00:01")
	s.want(test(), http.StatusOK, "Not asked: the provider does not answer. It can be tried again at 10:00:31.")
	s.clock.add(30 * time.Second)
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "Being tried again")
}

func TestSignInThatWasRefusedIsSaidOnItsCard(t *testing.T) {
	s := newCompanySite(t)
	if err := s.store.SaveCredentials(t.Context(), companyGSTIN, gst.Credentials{
		Provider: gst.Alankit, Mode: gst.Practice, Order: 1, Enabled: true, Username: "MOHAR_PRACTICE", Password: "stale secret",
	}); err != nil {
		t.Fatal(err)
	}
	s.issue(invoiceForm())
	s.step() // through TaxPro
	r := s.get(settingsURL + "credentials")
	s.want(r, http.StatusOK, "Sign-in refused at 10:00:00", "User name or password is wrong. Use the API user, not the portal login.", "Signed in · session till")
	s.wantNot(r, "stale secret")
	s.want(s.post(settingsURL+"credentials/alankit", credentialsForm()), http.StatusSeeOther)
	s.wantNot(s.get(settingsURL+"credentials"), "Sign-in refused")
}
