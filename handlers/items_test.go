package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

const (
	itemsURL = "/c/" + companyGSTIN + "/items"
	hsnURL   = "/c/" + companyGSTIN + "/hsn"
)

// itemTypedForm is a filled form of an item.
func itemTypedForm(change ...string) url.Values {
	form := url.Values{}
	for name, value := range map[string]string{
		"description": "Urea 45 kg", "hsn": "3102 10 00", "unit": "BAG", "price": "860.5", "rate": "5",
		"cess_rate": "1", "cess_fixed": "2.50", "state_cess_rate": "0.25", "retail_price": "1,000", "barcode": "8901030865278",
	} {
		form.Set("item."+name, value)
	}
	return with(form, change...)
}

// itemNamed is the stored item of a description.
func (s *site) itemNamed(words string) gst.Item {
	s.Helper()
	found, _, err := s.store.ItemList(s.Context(), companyGSTIN, db.ItemFilter{Query: words})
	if err != nil || len(found) != 1 {
		s.Fatalf("%d items are called %q, %v", len(found), words, err)
	}
	return found[0]
}

func TestAnItemIsTypedAndFoundAgain(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(itemsURL), http.StatusOK, "Your items")
	s.want(s.get(itemsURL+"/new?hsn=1006"), http.StatusOK, "New item", `value="1006"`)
	s.wantRedirect(s.post(itemsURL, itemTypedForm()), itemsURL+"?done=saved")
	item := s.itemNamed("urea")
	want := gst.Item{
		ID: item.ID, Description: "Urea 45 kg", HSN: "31021000", Unit: "BAG", UnitPrice: 860_500, GSTRate: 5_000, CessRate: 1_000,
		CessFixed: 2_50, StateCessRate: 250, RetailPrice: 1_000_000, Barcode: "8901030865278",
	}
	if item != want {
		t.Errorf("stored %+v, want %+v", item, want)
	}
	s.want(s.get(itemsURL), http.StatusOK, "Urea 45 kg", "31021000", "860.50", "1 item")
	s.want(s.get(itemsURL+"?q=8901030865278", "HX-Request", "true"), http.StatusOK, "Urea 45 kg")
	address := fmt.Sprint(itemsURL, "/", item.ID)
	s.want(s.get(address), http.StatusOK, `value="860.5"`, `value="5" selected`, "Delete this item")
	s.wantRedirect(s.post(address, itemTypedForm("item.hsn", "998719", "item.unit", "", "item.rate", "18")), itemsURL+"?done=saved")
	if item = s.itemNamed("urea"); !item.Service || item.GSTRate != 18_000 {
		t.Errorf("changed to %+v", item)
	}
	s.want(s.post(itemsURL, itemTypedForm("item.description", "UREA 45 KG", "item.price", "900")), http.StatusUnprocessableEntity,
		"Urea 45 kg is there already.", address, `value="900"`)
	s.wantRedirect(s.post(address+"/delete", url.Values{}), itemsURL+"?done=deleted")
	s.want(s.get(address), http.StatusNotFound)
}

func TestFaultsOfAnItemStandBesideTheirFields(t *testing.T) {
	tests := []struct{ name, field, value, says string }{
		{"no description", "description", "", "Type the name of the goods"},
		{"a price of words", "price", "cheap", "number"},
		{"no rate", "rate", "", "Type 0 if it is nothing"},
		{"a rate that is none", "rate", "17", "not a GST rate"},
		{"a code that is none", "hsn", "12345", "4, 6 or 8 digits"},
		{"a heading that is not there", "hsn", "9871", "9871"},
		{"a unit that is none", "unit", "XYZ", "does not know the unit"},
		{"cess below nothing", "cess_rate", "-1", "number"},
		{"a price below nothing", "price", "-1", "less than zero"},
	}
	s := newCompanySite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.post(itemsURL, itemTypedForm("item."+tt.field, tt.value))
			s.want(r, http.StatusUnprocessableEntity, `id="item-`+strings.ReplaceAll(tt.field, "_", "-")+`-error"`, tt.says, "8901030865278")
		})
	}
}

func TestAnItemIsMadeWithoutLeavingTheDocument(t *testing.T) {
	s := newCompanySite(t)
	htmx := []string{"HX-Request", "true", "HX-Target", "create-body"}
	s.want(s.get(itemsURL+"/new?dialog=1&description=Jaggery", htmx...), http.StatusOK, `value="Jaggery"`, `hx-target="#create-body"`)
	r := s.post(itemsURL, itemTypedForm("dialog", "1"), htmx...)
	s.want(r, http.StatusNoContent)
	var event map[string]map[string]string
	if err := json.Unmarshal([]byte(r.Header.Get("HX-Trigger")), &event); err != nil {
		t.Fatal(err)
	}
	saved := event["item-saved"]
	for column, want := range map[string]string{
		"description": "Urea 45 kg", "hsn": "31021000", "unit": "BAG", "price": "860.5", "rate": "5",
		"cess_rate": "1", "state_cess_rate": "0.25", "retail_price": "1000", "barcode": "8901030865278",
	} {
		if saved[column] != want {
			t.Errorf("%s is %q, want %q", column, saved[column], want)
		}
	}
	if _, there := saved["cess_fixed"]; there {
		t.Error("the cess of one unit would stand for the whole line")
	}
}

func TestLinesSuggestItemsAndCodes(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(itemsURL, itemTypedForm()), http.StatusSeeOther)
	r := s.get("/c/" + companyGSTIN + "/invoices/items?q=ure")
	s.want(r, http.StatusOK, `<option value="Urea 45 kg" data-hsn="31021000" data-unit="BAG" data-price="860.5" data-rate="5" data-with-tax=`)
	s.wantNot(s.get("/c/"+companyGSTIN+"/invoices/items?q=nothing"), "option")
	s.want(s.get(hsnURL+"/options?q=3102"), http.StatusOK, `<option value="3102`)
	s.want(s.get(hsnURL+"/options?item.hsn=cotton"), http.StatusOK, "<option value=")
	s.wantNot(s.get(hsnURL+"/options?q="), "option")
	s.want(s.get(hsnURL+"/note?item.hsn=1006"), http.StatusOK, "Rice")
	s.want(s.get(hsnURL+"?q=rice"), http.StatusOK, "1006", itemsURL+"/new?hsn=", "built-in table")
	s.want(s.get(hsnURL+"?q=zzzz", "HX-Request", "true"), http.StatusOK, "Nothing found")
}

func TestAListOfCodesIsReadIn(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.upload(hsnURL+"/import", "my codes.csv", "HSN_CD,HSN_Description\n31021000,Urea of my list\n31022100,Ammonium sulphate\n"),
		http.StatusOK, "2 codes of my codes.csv")
	s.want(s.get(hsnURL+"?q=ammonium"), http.StatusOK, "31022100", "2 codes of my codes.csv")
	s.wantNot(s.get(hsnURL+"/note?item.hsn=31021000"), "Not in the list")
	s.want(s.get(hsnURL+"/note?item.hsn=31029090"), http.StatusOK, "Not in the list of codes")
	s.want(s.get(itemsURL+"/new?hsn=31029090"), http.StatusOK, "Not in the list of codes")
	s.want(s.upload(hsnURL+"/import", "photo.csv", "a,b\n1,2\n"), http.StatusUnprocessableEntity, "There are no HSN codes in this file")
	s.want(s.upload(hsnURL+"/import", "empty.json", ""), http.StatusUnprocessableEntity, "empty")
	n, _, err := s.store.HSNCount(t.Context())
	if err != nil || n != 2 {
		t.Errorf("%d codes stand after refused files, %v", n, err)
	}
}

func TestTheGovernmentsListOfCodesIsReadIn(t *testing.T) {
	list, err := os.ReadFile(filepath.Join("..", "..", "shared", "samples", "hsn", "hsn_codes.json"))
	if err != nil {
		t.Skipf("SKIPPED: the published list is not here: %v", err)
	}
	s := newCompanySite(t)
	s.want(s.upload(hsnURL+"/import", "hsn_codes.json", string(list)), http.StatusOK, "codes of hsn_codes.json")
	if n, _, err := s.store.HSNCount(t.Context()); err != nil || n < 10_000 {
		t.Errorf("%d codes, %v", n, err)
	}
	s.want(s.get(hsnURL+"?q=urea"), http.StatusOK, "3102")
}
