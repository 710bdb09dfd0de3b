package handlers

import (
	"net/http"
	"testing"

	"mohar/gst"
)

// spoil stores a wrong password at a provider.
func (s *site) spoil(providers ...gst.Provider) {
	s.Helper()
	creds, err := s.store.Credentials(s.Context(), companyGSTIN, gst.Practice)
	if err != nil {
		s.Fatal(err)
	}
	for _, cred := range creds {
		for _, p := range providers {
			if cred.Provider == p {
				cred.Password = "stale secret"
				if err := s.store.SaveCredentials(s.Context(), companyGSTIN, cred); err != nil {
					s.Fatal(err)
				}
			}
		}
	}
}

func TestDocumentNamesTheProviderThatRefusesTheSignIn(t *testing.T) {
	const wrong = ": User name or password is wrong. Use the API user, not the portal login. (Sign-in refused at 10:00:00.)"
	s := newCompanySite(t)
	s.spoil(gst.Alankit, gst.TaxPro)
	address := s.issue(invoiceForm())
	s.step()
	s.want(s.get(address), http.StatusOK, "Not sent yet", "None of your providers can be used.",
		"Alankit Limited"+wrong, "Chartered Information Systems Pvt Ltd"+wrong, "<code>1019</code>",
		settingsURL+"credentials", "Open E-Invoice Credentials")

	s.want(s.credentialsPost("taxpro/use", "on", "0"), http.StatusSeeOther)
	r := s.get(address)
	s.want(r, http.StatusOK, "Alankit Limited"+wrong, "Once this is put right")
	s.wantNot(r, "Chartered Information Systems Pvt Ltd"+wrong)

	s.want(s.post(settingsURL+"credentials/alankit/test", credentialsForm()), http.StatusOK, "Signed in.")
	s.step()
	r = s.get(address)
	s.want(r, http.StatusOK, "Registered")
	s.wantNot(r, "Once this is put right", "(Sign-in refused at")
}

func TestListSaysThatEveryProviderRefusesThePassword(t *testing.T) {
	const refused = "No provider takes your user name and password: nothing is sent until that is put right."
	s := newCompanySite(t)
	s.spoil(gst.Alankit)
	s.issue(invoiceForm())
	s.step()
	s.wantNot(s.get(invoicesURL), `class="trouble"`) // the other one takes it
	s.spoil(gst.TaxPro)
	s.issue(invoiceForm())
	s.step()
	s.want(s.get(invoicesURL), http.StatusOK, `class="trouble"`, refused+" 1 document waits, the oldest 1 s. You can go on billing.", "Portal queue")
	s.want(s.post(settingsURL+"credentials/alankit/test", credentialsForm()), http.StatusOK, "Signed in.")
	s.step()
	s.wantNot(s.get(invoicesURL), `class="trouble"`)
}

func TestDocumentNamesTheProviderToMendWhileTheOtherDoesNotAnswer(t *testing.T) {
	s := newCompanySite(t)
	s.spoil(gst.Alankit)
	s.plantFault("taxpro", "*", "down")
	address := s.issue(invoiceForm())
	s.step()
	s.want(s.get(address), http.StatusOK, "Waiting for the portal", "Alankit Limited: User name or password is wrong.",
		"Chartered Information Systems Pvt Ltd: It does not answer, or wants fewer calls; it is asked again at 10:00:30.",
		"Open E-Invoice Credentials")
}
