package handlers

import (
	"net/http"
	"strings"
	"testing"

	"mohar/gst"
)

const reportURL = "/c/" + companyGSTIN + "/reports/documents"

func TestDocumentsIssued(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(reportURL), http.StatusOK, "Documents issued, October 2026", "Nothing was issued")
	for _, date := range []string{"02/11/2026", "03/11/2026"} {
		s.want(s.post(invoicesURL, invoiceForm("do", "issue", "date", date)), http.StatusSeeOther)
	}
	s.want(s.post(invoicesURL, invoiceForm("do", "issue", "date", "04/11/2026")), http.StatusSeeOther)
	r := s.get(reportURL + "?period=2026-11")
	s.want(r, http.StatusOK, "Invoices for outward supply", "INV/26-27/0001", "INV/26-27/0003", "This period is not over", `<option value="2026-11" selected`)
	s.want(s.get(reportURL+"?period=2026-27"), http.StatusOK, "INV/26-27/0003", "1 Apr 2026 to 31 Mar 2027")
	s.want(s.get(reportURL+"?period=2026-27-Q3"), http.StatusOK, "INV/26-27/0003", "October to December 2026")
	s.want(s.get(reportURL+"?period=nonsense"), http.StatusOK, "October 2026")

	r = s.get(reportURL + ".csv?period=2026-11")
	s.want(r, http.StatusOK, "Nature of document,Sr. No. From,Sr. No. To,Total Number,Cancelled,Net issued,Missing numbers",
		"Invoices for outward supply,INV/26-27/0001,INV/26-27/0003,3,0,3,")
	if d := r.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, "2026-11.csv") {
		t.Errorf("disposition %q", d)
	}
}

func TestMissingAndVoidNumbersAreToldOf(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(settingsURL+"einvoice", configurationForm("register", "by_hand")), http.StatusSeeOther)
	issued := s.post(invoicesURL, invoiceForm("do", "issue", "date", "02/11/2026"))
	s.want(s.post(settingsURL+"series", seriesForm("INV.next", "4")), http.StatusSeeOther)
	s.want(s.post(invoicesURL, invoiceForm("do", "issue", "date", "03/11/2026")), http.StatusSeeOther)
	s.want(s.post(strings.TrimSuffix(issued.Header.Get("Location"), "?done=issued")+"/void", nil), http.StatusSeeOther)
	s.want(s.get(reportURL+"?period=2026-11"), http.StatusOK, "Missing: INV/26-27/0002 to INV/26-27/0003 (2)")
	s.want(s.get(reportURL+".csv?period=2026-11"), http.StatusOK,
		"Invoices for outward supply,INV/26-27/0001,INV/26-27/0004,2,1,1,INV/26-27/0002 to INV/26-27/0003 (2)")
}

func TestPeriodsToChooseFrom(t *testing.T) {
	tests := []struct {
		today gst.Date
		kind  string
		want  period
	}{
		{20261122, "month", period{"2026-11", "November 2026", 20261101, 20261130}},
		{20260131, "month", period{"2026-01", "January 2026", 20260101, 20260131}},
		{20240229, "month", period{"2024-02", "February 2024", 20240201, 20240229}},
		{20261122, "quarter", period{"2026-27-Q3", "October to December 2026", 20261001, 20261231}},
		{20260401, "quarter", period{"2026-27-Q1", "April to June 2026", 20260401, 20260630}},
		{20260331, "quarter", period{"2025-26-Q4", "January to March 2026", 20260101, 20260331}},
		{20260331, "year", period{"2025-26", "2025-26", 20250401, 20260331}},
	}
	for _, test := range tests {
		kinds := map[string][]period{"month": months(test.today, 14), "quarter": quarters(test.today, 6), "year": years(test.today, 3)}
		if got := kinds[test.kind][0]; got != test.want {
			t.Errorf("%s of %s: %+v, want %+v", test.kind, test.today, got, test.want)
		}
		for name, list := range kinds {
			for i, p := range list[1:] {
				if p.to.AddDays(1) != list[i].from || p.key == list[i].key {
					t.Errorf("%s before %s: %+v", name, list[i].key, p)
				}
			}
		}
	}
}
