package handlers

import (
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
