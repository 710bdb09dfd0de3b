package handlers

import (
	"net/http"
	"net/url"
	"testing"
)

func TestClosedPeriods(t *testing.T) {
	s := newCompanySite(t)
	const page = settingsURL + "lock"
	s.want(s.get(page), http.StatusOK, "Nothing is closed", `value="31/10/2026"`, `value="30/09/2026"`)
	tests := []struct{ name, day, want string }{
		{"no date", "october", "Type the date as dd/mm/yyyy."},
		{"today", "22/11/2026", "Close up to yesterday at most"},
		{"a day to come", "30/11/2026", "Close up to yesterday at most"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			s.want(s.post(page, url.Values{"version": {"2"}, "do": {"close"}, "to": {test.day}}), http.StatusUnprocessableEntity, test.want, `value="`+test.day+`"`)
		})
	}
	s.TB = t
	s.wantRedirect(s.post(page, url.Values{"version": {"2"}, "do": {"close"}, "to": {"31/10/2026"}}), page+"?done=saved")
	s.want(s.get(page), http.StatusOK, "Closed up to 31 Oct 2026", "by "+ownerEmail+", 22 Nov 2026, 10:00", "Open again")
	s.want(s.post(invoicesURL, invoiceForm("do", "issue", "date", "15/10/2026")), http.StatusUnprocessableEntity, "The books are closed up to 31/10/2026")

	s.want(s.post(page, url.Values{"version": {"2"}, "do": {"close"}, "to": {"30/09/2026"}}), http.StatusConflict, "Somebody else changed", `value="30/09/2026"`)
	s.wantRedirect(s.post(page, url.Values{"version": {"3"}, "do": {"open"}}), page+"?done=saved")
	s.want(s.get(page), http.StatusOK, "Nothing is closed", "Opened", "Closed up to 31 Oct 2026")
	s.want(s.post(invoicesURL, invoiceForm("do", "issue", "date", "15/11/2026")), http.StatusSeeOther)
}
