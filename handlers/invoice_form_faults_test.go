package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/views"
)

var (
	controls   = regexp.MustCompile(`<(input|select|textarea)\b([^>]*)>`)
	attributes = regexp.MustCompile(`([\w-]+)(?:="([^"]*)")?`)
	chosenOne  = regexp.MustCompile(`<option value="([^"]*)" selected`)
	templates  = regexp.MustCompile(`(?s)<template.*?</template>`)
)

// formOf is what a browser would send of the editor's form on a page.
func formOf(page string) url.Values {
	form := url.Values{}
	page = templates.ReplaceAllString(page, "")
	for _, at := range controls.FindAllStringSubmatchIndex(page, -1) {
		kind, attrs := page[at[2]:at[3]], map[string]string{}
		for _, pair := range attributes.FindAllStringSubmatch(page[at[4]:at[5]], -1) {
			attrs[pair[1]] = pair[2]
		}
		value, inside := attrs["value"], ""
		if kind != "input" {
			inside, _, _ = strings.Cut(page[at[1]:], "</"+kind+">")
		}
		_, checked := attrs["checked"]
		switch {
		case kind == "textarea":
			value = inside
		case kind == "select":
			if one := chosenOne.FindStringSubmatch(inside); one != nil {
				value = one[1]
			}
		case (attrs["type"] == "checkbox" || attrs["type"] == "radio") && !checked:
			continue
		}
		if name := attrs["name"]; name != "" && name != "do" && name != "q" {
			form.Add(name, value)
		}
	}
	return form
}

// wantTyped checks that a page still holds everything that was typed.
func (s *site) wantTyped(r reply, form url.Values) {
	s.Helper()
	shown := formOf(r.body)
	for name := range form {
		if name != "do" && form.Get(name) != "" && shown.Get(name) != form.Get(name) {
			s.Errorf("%s was typed as %q and came back as %q", name, form.Get(name), shown[name])
		}
	}
}

// fullForm is the form of broughtINV01, with everything in it that a document can say.
func fullForm(change ...string) url.Values {
	form := url.Values{
		"do": {"issue"}, "type": {"INV"}, "brought": {"on"}, "number": {"ERP/77"}, "date": {"20/11/2026"}, "supply": {"B2B"}, "pos": {"27"},
		"seller.gstin": {companyGSTIN}, "seller.name": {"Sharda Traders"}, "seller.address1": {"14 Dana Bazaar"}, "seller.place": {"Pune"},
		"seller.pin": {"411002"}, "seller.state": {"27"},
		"buyer.gstin": {"27AABFK4417C1ZS"}, "buyer.name": {"Konkan Agro Foods LLP"}, "buyer.address1": {"Plot 12, Sector 19"},
		"buyer.place": {"Navi Mumbai"}, "buyer.pin": {"400703"}, "buyer.state": {"27"},
		"ship.gstin": {"27AABFK4417C1ZS"}, "ship.name": {"Konkan Cold Store"}, "ship.address1": {"Gate 2"}, "ship.place": {"Vashi"},
		"ship.pin": {"400705"}, "ship.state": {"27"},
		"dispatch.name": {"Sharda Godown"}, "dispatch.address1": {"Survey 4"}, "dispatch.place": {"Pune"}, "dispatch.pin": {"411002"}, "dispatch.state": {"27"},
		"lines[0].charge": {""}, "lines[0].number": {"1"}, "lines[0].service": {"N"}, "lines[0].amount": {"12900.00"}, "lines[0].taxable": {"12900.00"},
		"lines[0].cgst": {"322.50"}, "lines[0].sgst": {"322.50"}, "lines[0].total": {"13545.00"},
		"lines[0].free_qty": {"1"}, "lines[0].barcode": {"890100"}, "lines[0].pretax": {"10"}, "lines[0].order_line": {"10"}, "lines[0].origin": {"IN"},
		"lines[0].serial": {"S-1"}, "lines[0].batch.name": {"LOT-7"}, "lines[0].batch.expiry": {"31/03/2028"}, "lines[0].batch.warranty": {"31/03/2029"},
		"lines[0].attributes[0].name": {"Grade"}, "lines[0].attributes[0].value": {"W320"}, "lines[0].retail_price": {"900"},
		"totals.taxable": {"12900.00"}, "totals.cgst": {"322.50"}, "totals.sgst": {"322.50"}, "totals.total": {"13545.00"},
		"payment.payee": {"Sharda Traders"}, "payment.account": {"000111222333"}, "payment.mode": {"NEFT"}, "payment.ifsc": {"ABCD0000001"},
		"payment.terms": {"30 days"}, "payment.instruction": {"Quote the number"}, "payment.credit_days": {"30"}, "payment.due": {"13545.00"},
		"refs.period_from": {"01/11/2026"}, "refs.period_to": {"20/11/2026"}, "remarks": {"Handle cold"},
		"refs.preceding[0].number": {"INV/1"}, "refs.preceding[0].date": {"01/11/2026"}, "refs.preceding[0].other": {"X"},
		"refs.contracts[0].tender": {"T-1"}, "order.number": {"PO-9"}, "order.date": {"01/11/2026"}, "refs.contracts[1].project": {"P-2"},
		"docs[0].url": {"https://docs.example/1"}, "docs[0].info": {"Packing list"},
		"export.refund_claim": {"N"}, "eway.distance": {"120"}, "eway.mode": {"1"}, "eway.vehicle": {"MH12AB1234"}, "eway.vehicle_type": {"R"},
		"terms.days": {"30"}, "terms.interest": {"18% a year"}, "transport.lr_number": {"LR-1"}, "transport.packages": {"12 cartons"},
	}
	setRow(form, 0, "Cashew kernels W320", "08013220", "15", "KGS", "860", "", "5")
	return with(form, change...)
}

// wrong are values that a member cannot have, each with the code that the portal gives for
// it: 5002, which is its one code for whatever breaks the schema, unless the value has the
// right form and is in no table. An empty one is a member that is left out.
func (r schemaRow) wrong() map[string]string {
	values := r.wrongForm()
	if r.must && !filledIn[r.path] {
		values[""] = "5002"
	}
	return values
}

// filledIn are the members that must be there and are put in where they are left out.
var filledIn = map[string]bool{
	"ItemList[].IsServc": true, // by the code
	"EwbDtls.Distance":   true, // 0: the portal works it out
}

// wrongForm are the values of the wrong type, length, sign or table.
func (r schemaRow) wrongForm() map[string]string {
	field := r.at()
	values := map[string]string{}
	switch {
	case r.kind == "number":
		values = map[string]string{"many": "5002", "1.2345": "5002", "99999999999999999": "5002", "-100.00": "5002"}
		if strings.HasPrefix(r.least, "-") && r.least != "-99.99" {
			delete(values, "-100.00")
		}
		return values
	case strings.HasSuffix(r.path, "Dt"):
		return map[string]string{"31/02/2026": "5002", "soon": "5002", "22/11/2035": "5002"}
	case field != "reverse" && field != "igst_on_intra" && field != "lines[0].service" && !strings.HasSuffix(r.path, "Gstin"):
		values[strings.Repeat("A", 1001)] = "5002"
		if n, err := strconv.Atoi(r.shortest); err == nil && n > 1 && tables[field] == nil {
			values[strings.Repeat("A", n-1)] = "5002"
		}
	}
	for value, code := range tables[field] {
		values[value] = code
	}
	return values
}

// tables are codes that are in no table of the portal, by their fields.
var tables = map[string]map[string]string{
	"type":                     {"XXX": "5002"},
	"supply":                   {"B2X": "5002"},
	"number":                   {"-77": "5002", "ERP 77": "5002"},
	"pos":                      {"77": "2243", "0": "5002"},
	"ecom":                     {"27ABC": "5002"},
	"seller.gstin":             {"27ABC": "5002", "29AABCT1332L1ZD": "2143"},
	"buyer.gstin":              {"27ABC": "5002", "URP": "2212", companyGSTIN: "2211"},
	"ship.gstin":               {"27ABC": "5002"},
	"seller.state":             {"77": "2259", "ZZ": "5002", "29": "2258"},
	"buyer.state":              {"77": "2260", "ZZ": "5002", "29": "2265"},
	"ship.state":               {"77": "2200", "ZZ": "5002"},
	"dispatch.state":           {"77": "2200", "ZZ": "5002"},
	"buyer.email":              {"konkan": "5002"},
	"buyer.phone":              {"12345": "5002"},
	"lines[0].number":          {"A1": "5002"},
	"lines[0].hsn":             {"0000": "5002", "00010203": "2176", "996511": "2176"},
	"lines[0].unit":            {"XYZ": "2177", "K1": "5002"},
	"lines[0].origin":          {"XQ": "5002"},
	"export.port":              {"ZZZZZ9": "2201", "?": "5002"},
	"export.currency":          {"ZZZ": "2203", "1": "5002"},
	"export.country":           {"XQ": "2202", "?": "5002"},
	"export.refund_claim":      {"MAYBE": "5002"},
	"eway.transporter_id":      {"27ABC": "5002"},
	"eway.mode":                {"7": "5002"},
	"eway.document_number":     {"no/with blank": "5002"},
	"eway.vehicle":             {"MH-12": "5002"},
	"eway.vehicle_type":        {"X": "5002"},
	"refs.preceding[0].number": {"0": "5002"},
}

// Whatever is wrong with any member of INV-01 is said beside its field, with the portal's
// code for it, and the whole form stays as it was typed.
func TestWhateverIsWrongWithAMemberIsSaidBesideItsField(t *testing.T) {
	s := newCompanySite(t)
	tried := 0
	for _, row := range schemaRows(t) {
		if notInTheForm[row.path] != "" {
			continue
		}
		field := row.at()
		for value, code := range row.wrong() {
			if tried++; testing.Short() && tried%8 != 0 { // for the race detector, which is slow
				continue
			}
			name := formName(field)
			form := fullForm(name, value)
			t.Run(field+"="+value[:min(len(value), 20)], func(t *testing.T) {
				s.TB = t
				r := s.post(invoicesURL, form)
				s.want(r, http.StatusUnprocessableEntity)
				s.wantTyped(r, form)
				s.wantSaid(r, field, code)
			})
		}
	}
	s.TB = t
	if counts, err := s.store.Counts(t.Context(), companyGSTIN, gst.Practice); err != nil || counts.All != 0 || tried < 200 {
		t.Errorf("%d documents are stored of %d tried, %v", counts.All, tried, err)
	}
	s.want(s.post(invoicesURL, fullForm()), http.StatusSeeOther) // with nothing wrong it is issued
}

// wantSaid checks that a page says something with this code about a field, and leads to it
// where the form has one.
func (s *site) wantSaid(r reply, field, code string) {
	s.Helper()
	label := regexp.QuoteMeta(fieldLabel(field) + ": ")
	link := `<span>`
	if hasPlace(field, true) {
		link = `<a href="#` + views.FieldID(formName(field)) + `">`
	}
	said := regexp.MustCompile(regexp.QuoteMeta(link) + label + `[^<]*\(` + code + `\)<`)
	if !said.MatchString(r.body) {
		checks := regexp.MustCompile(`(?s)<ul class="checks">.*?</ul>`).FindString(r.body)
		s.Errorf("nothing is said about %s with code %s:\n%s", field, code, checks)
	}
}
