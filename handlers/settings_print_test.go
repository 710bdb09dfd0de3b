package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"mohar/gst"
)

// printForm is a filled Print and firm facts.
func printForm(change ...string) url.Values {
	form := url.Values{
		"version": {"2"}, "cin": {"u51909mh2012ptc229999"}, "udyam": {"UDYAM-MH-26-0012345"}, "udyam_size": {"small"}, "iec": {"AAPFU0939F"},
		"lines":        {"FSSAI  11517018000123\r\n\r\nDrug licence MH-PZ4-1\r\n"},
		"luts[0].year": {"2026-27"}, "luts[0].number": {"AD270326000001B"}, "luts[1].year": {""}, "luts[1].number": {""},
		"bank.payee": {"Sharda Traders"}, "bank.name": {"HDFC Bank"}, "bank.branch": {"Laxmi Road"}, "bank.account": {"5020 0012 345678"}, "bank.ifsc": {"hdfc0000123"},
		"terms": {"Goods once sold are not taken back.\nClaims within 7 days."}, "interest": {"18% a year after the due date."}, "days": {"30"},
		"jurisdiction": {"Subject to Pune jurisdiction."}, "signatory": {"Asha Sharda"}, "prices": {"inclusive"}, "round_off": {"on"},
	}
	for _, t := range printedTypes {
		form.Set("copies."+t.Value, "0")
	}
	form.Set("copies.INV", "4")
	return with(form, change...)
}

func TestFirmFactsAreStoredAndShown(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(settingsURL+"print"), http.StatusOK, "Letters of undertaking", "rule 96A", "As the rules have it", "practice@upi")
	s.wantRedirect(s.post(settingsURL+"print", printForm()), settingsURL+"print?done=saved")
	c, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Paper
	if p.CIN != "U51909MH2012PTC229999" || p.Bank.Account != "50200012345678" || p.Bank.IFSC != "HDFC0000123" || p.Days != 30 ||
		len(p.Lines) != 2 || p.Lines[0] != "FSSAI 11517018000123" || len(p.Terms) != 2 || len(p.LUTs) != 1 || p.LUTs[0].Year != "2026-27" ||
		len(p.Copies) != 1 || p.Copies[gst.TaxInvoice] != 4 || c.Prices != gst.PricesInclusive || !c.RoundOff {
		t.Errorf("stored %+v of %+v", p, c)
	}
	s.want(s.get(settingsURL+"print"), http.StatusOK, `value="U51909MH2012PTC229999"`, "Drug licence MH-PZ4-1", `<option value="4" selected`)
	s.wantRedirect(s.post(settingsURL+"print", printForm("version", "3", "luts[0].year", "", "luts[0].number", "", "prices", "plain", "round_off", "")), settingsURL+"print?done=saved")
	if c, err = s.store.Company(t.Context(), companyGSTIN); err != nil || len(c.Paper.LUTs) != 0 || c.Prices != gst.PricesPlain || c.RoundOff {
		t.Errorf("an emptied row is kept: %+v, %v", c, err)
	}
}

func TestConfigurationLeavesThePaperAlone(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"print", printForm()), http.StatusSeeOther)
	s.want(s.post(settingsURL+"einvoice", configurationForm("version", "3")), http.StatusSeeOther)
	if c, err := s.store.Company(t.Context(), companyGSTIN); err != nil || c.Paper.CIN == "" || !c.RoundOff || c.Prices != gst.PricesInclusive {
		t.Errorf("stored %+v, %v", c, err)
	}
}

func TestFirmFactsSayWhatIsWrong(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"a CIN too short", "cin", "U51909MH2012", "A CIN has 21 characters"},
		{"an Udyog Aadhaar", "udyam", "MH26A0012345", "An Udyam number looks like"},
		{"no size that there is", "udyam_size", "huge", "Use one of"},
		{"an IEC too short", "iec", "AAPFU", "Type the importer-exporter code"},
		{"an IFSC with the letter O", "bank.ifsc", "HDFCO000123", "the fifth a zero"},
		{"an account too long", "bank.account", "1234567890123456789", "1 to 18 digits"},
		{"an undertaking without its year", "luts[0].year", "", "Choose the financial year"},
		{"seven lines", "lines", "1\n2\n3\n4\n5\n6\n7", "Line 7: 6 lines at most"},
		{"a term too long", "terms", "short\n" + strings.Repeat("x", 251), "Line 2: Too long"},
		{"days that are no number", "days", "a month", "Type a whole number of days"},
		{"no number of copies that there is", "copies.CHL", "1000", "Type 12 or less"},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(settingsURL+"print", printForm("jurisdiction", "Kept Town", test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="Kept Town"`, "18% a year after")
			if test.field != "udyam_size" && test.field != "copies.CHL" && test.field != "luts[0].year" {
				s.want(r, http.StatusUnprocessableEntity, test.value)
			}
		})
	}
}

func TestARowForAnUndertakingIsAdded(t *testing.T) {
	s := newCompanySite(t)
	r := s.post(settingsURL+"print", printForm("do", "row", "signatory", "Kept Name"))
	s.want(r, http.StatusOK, `name="luts[1].year"`, `value="AD270326000001B"`, `value="Kept Name"`)
	if strings.Contains(r.body, `name="luts[2].year"`) {
		t.Error("two rows were added")
	}
}

func TestFirmFactsNoticeAnotherEditor(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"print", printForm()), http.StatusSeeOther)
	s.want(s.post(settingsURL+"print", printForm("signatory", "Second")), http.StatusConflict, "Somebody else changed", `value="Second"`)
}

func TestLettersThatThePaperCannotShowAreNamed(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"print", printForm("signatory", "आशा")), http.StatusSeeOther)
	s.want(s.get(settingsURL+"print"), http.StatusOK, "The PDF cannot show all letters")
}

// pdfText is what a PDF file says.
func pdfText(t *testing.T, file string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("SKIPPED: pdftotext is missing (Debian package poppler-utils)")
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(file)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheSampleShowsWhatIsTypedAndSavesNothing(t *testing.T) {
	s := newCompanySite(t)
	raw := s.rawPost(settingsURL+"print/sample.pdf", printForm("signatory", "Typed Name"))
	text := pdfText(t, raw)
	for _, want := range []string{
		"SAMPLE", "PRACTICE", "Typed Name", "U51909MH2012PTC229999", "UDYAM-MH-26-0012345", "FSSAI 11517018000123", "50200012345678",
		"HDFC0000123", "Claims within 7 days.", "18% a year", "Subject to Pune jurisdiction.", "30 days",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the sample does not say %q:\n%s", want, text)
		}
	}
	if c, err := s.store.Company(t.Context(), companyGSTIN); err != nil || c.Paper.Signatory != "" {
		t.Errorf("the sample saved %+v, %v", c.Paper, err)
	}
	if r := s.get(settingsURL + "print/sample.pdf"); r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%s, %s", r.Status, r.Header.Get("Content-Type"))
	}
	s.want(s.post(settingsURL+"print/sample.pdf", printForm("cin", "x")), http.StatusUnprocessableEntity, "A CIN has 21 characters")
}

func TestTheSampleOfACompositionTaxpayerIsABillOfSupply(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"einvoice", configurationForm("taxpayer", "composition")), http.StatusSeeOther)
	text := pdfText(t, s.rawPost(settingsURL+"print/sample.pdf", printForm("version", "3")))
	if !strings.Contains(text, "BILL OF SUPPLY") || strings.Contains(text, "CGST") {
		t.Errorf("the sample says:\n%s", text)
	}
}
