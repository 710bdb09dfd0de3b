package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

func TestATransporterIsTypedAndFoundAgain(t *testing.T) {
	s := newCompanySite(t)
	address := "/c/" + companyGSTIN + "/transporters"
	s.want(s.get(address), http.StatusOK, "Your transporters")
	form := url.Values{"transporter.name": {"Safe Roadlines"}, "transporter.id": {"88aaacs1234a1z5"}, "transporter.phone": {"98200 00000"}, "transporter.vehicles": {"mh12ab1234\r\nMH-12 CD 5678"}}
	s.want(s.post(address, with(form, "transporter.id", "88AA")), http.StatusUnprocessableEntity, "15 characters", "Safe Roadlines", "MH-12 CD 5678")
	s.wantRedirect(s.post(address, with(form, "transporter.id", "88aaacs1234a1z5")), address+"?done=saved")
	found, err := s.store.Transporters(t.Context(), companyGSTIN, "", 0)
	if err != nil || len(found) != 1 || found[0].GSTIN != "88AAACS1234A1Z5" || !slices.Equal(found[0].Vehicles, []string{"MH12AB1234", "MH12CD5678"}) {
		t.Fatalf("stored %+v, %v", found, err)
	}
	one := fmt.Sprint(address, "/", found[0].ID)
	s.want(s.get(address), http.StatusOK, "Safe Roadlines", "MH12AB1234, MH12CD5678")
	s.want(s.get(one), http.StatusOK, "88AAACS1234A1Z5", "MH12AB1234\nMH12CD5678")
	s.want(s.post(address, with(form, "transporter.name", "Other")), http.StatusUnprocessableEntity, "Safe Roadlines is there already.", one)
	s.wantRedirect(s.post(one, with(form, "transporter.name", "Safer Roadlines")), address+"?done=saved")
	s.want(s.post(address, with(form, "transporter.vehicles", "junk!!")), http.StatusUnprocessableEntity, "without spaces or dashes")
	s.wantRedirect(s.post(one+"/delete", url.Values{}), address+"?done=deleted")
	s.want(s.get(one), http.StatusNotFound)
}
