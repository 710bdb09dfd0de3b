package handlers

import (
	"net/http"
	"net/url"
	"testing"
)

// branchFormOf is a filled form of a branch.
func branchFormOf(change ...string) url.Values {
	return with(url.Values{
		"version": {"2"}, "code": {"ngp"}, "name": {"Nagpur depot"}, "address1": {"1 Sitabuldi"}, "place": {"Nagpur"}, "pin": {"440 012"},
	}, change...)
}

func TestBranches(t *testing.T) {
	s := newCompanySite(t)
	const page = settingsURL + "branches"
	s.want(s.get(page), http.StatusOK, "No branch yet")
	s.want(s.post(settingsURL+"series", seriesForm("new.name", "NGP")), http.StatusSeeOther)
	s.wantRedirect(s.post(page, branchFormOf("series", "NGP")), page+"?done=saved")
	s.want(s.get(page), http.StatusOK, "NGP", "Nagpur depot", "1 Sitabuldi, Nagpur 440012")
	s.want(s.get(page+"/NGP"), http.StatusOK, `value="440012"`, "readonly", `<option value="NGP" selected`)

	s.want(s.post(page, branchFormOf("version", "3", "name", "Kept Name")), http.StatusUnprocessableEntity, "There is a branch NGP already.", `value="Kept Name"`)
	s.want(s.post(page+"/NGP", branchFormOf("version", "3", "pin", "560001")), http.StatusUnprocessableEntity, "is not in Maharashtra", `value="560001"`)
	s.want(s.post(page+"/NGP", branchFormOf("version", "2")), http.StatusConflict, "Somebody else changed")
	s.wantRedirect(s.post(page+"/NGP", branchFormOf("version", "3", "code", "XYZ", "place", "Wardha", "pin", "442001")), page+"?done=saved")
	c, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil || len(c.Branches) != 1 || c.Branches[0].Code != "NGP" || c.Branches[0].PIN != 442001 || c.Branches[0].Series != "" {
		t.Errorf("stored %+v, %v", c.Branches, err)
	}

	s.want(s.post(page+"/NGP/remove", url.Values{"version": {"3"}}), http.StatusConflict)
	s.wantRedirect(s.post(page+"/NGP/remove", url.Values{"version": {"4"}}), page+"?done=saved")
	s.want(s.get(page), http.StatusOK, "No branch yet")
	s.want(s.get(page+"/NGP"), http.StatusNotFound)
}

func TestBranchesSayWhatIsWrong(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"no code", "code", "", "This is needed."},
		{"a code too long", "code", "NAGPUR2", "1 to 6 letters and digits"},
		{"no name", "name", "", "This is needed."},
		{"a PIN of five digits", "pin", "44001", "A PIN code has 6 digits."},
		{"a PIN of another State", "pin", "560001", "is not in Maharashtra"},
		{"a series that is not there", "series", "NOWHERE", "Choose one of the list."},
	}
	s := newCompanySite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			s.want(s.post(settingsURL+"branches", branchFormOf("address2", "Kept Line", test.field, test.value)), http.StatusUnprocessableEntity, test.want, `value="Kept Line"`)
		})
	}
}
