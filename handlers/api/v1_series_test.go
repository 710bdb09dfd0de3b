package api

import (
	"net/http"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

func TestADocumentIsNumberedFromTheSeriesThatIsNamed(t *testing.T) {
	s := newStillAPI(t)
	year := gst.DateOf(s.clock.Now()).FinancialYear()
	s.must(s.store.SetSeries(t.Context(), sharda, gst.Practice, db.Series{Type: gst.TaxInvoice, FY: year, Name: "Nagpur", Prefix: "NAG/", Next: 7}))
	company := s.company
	company.Branches = []gst.Branch{{Code: "NAG", Name: "Nagpur", Address1: "3 Sitabuldi", Place: "Nagpur", PIN: 440012, Series: "Nagpur"}}
	s.must(s.store.UpdateCompany(t.Context(), company))
	const path = "/api/v1/companies/" + string(sharda) + "/documents"
	unnumbered := inv01(`"No":"ERP/77",`, "")

	s.want(s.post(path+"?issue=yes&series=Nagpur", unnumbered), http.StatusCreated, `"number":"NAG/7"`)
	s.want(s.post(path+"?issue=yes&compute=yes&branch=NAG", unnumbered), http.StatusCreated, `"number":"NAG/8"`, "3 Sitabuldi")
	draft := s.post(path+"?series=Nagpur", unnumbered)
	s.want(draft, http.StatusCreated, `"state":"draft"`)
	s.want(s.post(draft.Header.Get("Location")+"/issue", nil), http.StatusOK, `"number":"NAG/9"`)

	kept := s.documents(sharda)
	s.want(s.post(path+"?issue=yes&series=Thane", unnumbered), http.StatusUnprocessableEntity, `"rule":"series.unknown"`)
	s.want(s.post(path+"?issue=yes&compute=yes&branch=THA", unnumbered), http.StatusUnprocessableEntity, `"rule":"branch.unknown"`)
	s.want(s.post(path+"?issue=yes&branch=NAG", unnumbered), http.StatusBadRequest, "compute=yes")
	s.want(s.post(path+"?issue=yes&series=Nagpur", inv01()), http.StatusBadRequest, "own number")
	if n := s.documents(sharda); n != kept {
		t.Errorf("%d documents were stored by refused calls", n-kept)
	}
	if strings.Contains(unnumbered, "ERP/77") {
		t.Error("the document has a number")
	}
}
