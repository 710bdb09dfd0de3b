package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

// seriesForm is the page of a company's series as it is at first.
func seriesForm(change ...string) url.Values {
	form := url.Values{"year": {"2026-27"}, "new.type": {"INV"}, "new.name": {""}, "new.next": {"1"}, "new.width": {"4"}}
	for _, t := range seriesTypes {
		with(form, t.Value+".prefix", t.Value+"/26-27/", t.Value+".suffix", "", t.Value+".next", "1", t.Value+".width", "4")
	}
	return with(form, change...)
}

// stored is a series of the test's company as the store has it.
func (s *site) series(name string) db.Series {
	s.Helper()
	one, err := s.store.SeriesFor(s.Context(), companyGSTIN, gst.Practice, gst.TaxInvoice, name, "2026-27")
	if err != nil {
		s.Fatal(err)
	}
	return one
}

func TestSeries(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(settingsURL+"series"), http.StatusOK, "INV/26-27/0001", "QTN/26-27/0001", "from 1 Apr 2027", "INV/27-28/0001")
	s.wantRedirect(s.post(settingsURL+"series", seriesForm("INV.prefix", "st/{yy}-", "INV.suffix", "/{MM}", "INV.next", "342", "INV.width", "5")), settingsURL+"series?done=saved")
	s.want(s.get(settingsURL+"series"), http.StatusOK, "ST/26-00342/11", "ST/27-00001/04", `value="ST/{YY}-"`)
	if one := s.series(""); one.Next != 342 || one.Suffix != "/{MM}" {
		t.Errorf("stored %+v", one)
	}
	if one, err := s.store.SeriesFor(t.Context(), companyGSTIN, gst.Practice, gst.CreditNote, "", "2026-27"); err != nil || one.Next != 1 {
		t.Errorf("credit notes: %+v, %v", one, err)
	}
}

func TestSeriesSayWhatIsWrong(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"a number too long", "INV.prefix", "SHARDA/2026-27/", "the law allows 16"},
		{"a blank in it", "INV.prefix", "ST 26/", "Use only letters, digits"},
		{"a zero in front", "INV.prefix", "0", "cannot begin with 0"},
		{"a token that is none", "INV.suffix", "/{DAY}", "Mohar does not know {DAY}"},
		{"no number", "CRN.next", "one", "Type a whole number from 1."},
		{"too many digits", "DBN.width", "40", "1 to 10"},
		{"a name with a dash", "new.name", "PUNE-2", "1 to 10 letters and digits"},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.post(settingsURL+"series", seriesForm("QTN.prefix", "KEPT/", test.field, test.value))
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="`+test.value+`"`, `value="KEPT/"`)
			if one, err := s.store.SeriesFor(t.Context(), companyGSTIN, gst.Practice, gst.Quotation, "", "2026-27"); err != nil || one.Prefix == "KEPT/" {
				t.Errorf("saved beside a mistake: %+v, %v", one, err)
			}
		})
	}
}

func TestASeriesOfABranchIsAddedAndRemoved(t *testing.T) {
	s := newCompanySite(t)
	s.wantRedirect(s.post(settingsURL+"series", seriesForm("new.name", "pun", "new.next", "7")), settingsURL+"series?done=saved")
	if one := s.series("PUN"); one.Prefix != "PUN/{YY-YY}/" || one.Next != 7 {
		t.Errorf("stored %+v", one)
	}
	s.want(s.get(settingsURL+"series"), http.StatusOK, "PUN/26-27/0007", `name="INV.PUN.prefix"`)
	page := seriesForm("INV.PUN.prefix", "PUN/{YY-YY}/", "INV.PUN.next", "7", "INV.PUN.width", "4")

	s.want(s.post(settingsURL+"series", with(page, "new.name", "PUN")), http.StatusUnprocessableEntity, "There is a series of that name already.")
	page.Set("new.name", "")
	page.Set("INV.PUN.prefix", "inv/{yy-yy}/")
	s.want(s.post(settingsURL+"series", page), http.StatusUnprocessableEntity, "Another series gives the same numbers.", `value="INV/{YY-YY}/"`)

	page.Set("QTN.prefix", "KEPT/")
	page.Set("remove", "INV.PUN")
	r := s.post(settingsURL+"series", page)
	s.want(r, http.StatusOK, "Series PUN is removed", `value="KEPT/"`)
	if strings.Contains(r.body, "INV.PUN.prefix") {
		t.Error("the removed series is still on the page")
	}
	s.want(s.post(settingsURL+"series", page), http.StatusOK, "Series PUN is removed") // pressed twice
	page.Set("remove", "INV")
	s.want(s.post(settingsURL+"series", page), http.StatusUnprocessableEntity, "so it stays")
}

func TestAUsedNumberIsNotGivenAgain(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(invoicesURL, invoiceForm("do", "issue")), http.StatusSeeOther)
	r := s.post(settingsURL+"series", seriesForm("INV.next", "1", "CRN.next", "5"))
	s.want(r, http.StatusUnprocessableEntity, "Number INV/26-27/0001 is already used. Type 2 or a higher number.")
	if one, err := s.store.SeriesFor(t.Context(), companyGSTIN, gst.Practice, gst.CreditNote, "", "2026-27"); err != nil || one.Next != 5 {
		t.Errorf("the other series: %+v, %v", one, err)
	}
}

func TestSeriesOfTheNextYearCanBeMadeReady(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(settingsURL+"series?year=2027-28"), http.StatusOK, "INV/27-28/0001", `value="2027-28"`)
	s.want(s.get(settingsURL+"series?year=2031-32"), http.StatusOK, `value="2026-27"`)
	form := seriesForm("year", "2027-28", "INV.prefix", "N/{YY-YY}/")
	s.wantRedirect(s.post(settingsURL+"series", form), settingsURL+"series?year=2027-28&done=saved")
	s.want(s.get(settingsURL+"series?year=2027-28"), http.StatusOK, "N/27-28/0001")
	s.want(s.get(settingsURL+"series"), http.StatusOK, "INV/26-27/0001")
}

func TestNumbersArePreviewedWhileTyped(t *testing.T) {
	s := newCompanySite(t)
	preview := func(row string, change ...string) reply {
		return s.post(settingsURL+"series/preview?row="+row, seriesForm(change...), "HX-Request", "true")
	}
	r := preview("INV", "INV.prefix", "ST/{YY-YY}/", "INV.next", "12")
	s.want(r, http.StatusOK, "ST/26-27/0012", "ST/27-28/0001")
	if strings.Contains(r.body, "<html") {
		t.Error("a whole page for a preview")
	}
	s.want(preview("INV", "INV.prefix", "{XX}"), http.StatusOK, "Mohar does not know {XX}")
	s.want(preview("new", "new.name", "PUN"), http.StatusOK, "PUN/26-27/0001")
}
