package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a browser without script reads of a page's forms.
var (
	formTemplates  = regexp.MustCompile(`(?s)<template.*?</template>`)
	formControls   = regexp.MustCompile(`(?s)<(input|select|textarea|button)\b([^>]*)>`)
	formAttributes = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	formChosen     = regexp.MustCompile(`<option value="([^"]*)" selected`)
	formFirst      = regexp.MustCompile(`<option value="([^"]*)"`)
)

// pageForm is what the fields of a page would send, and its buttons by what they do.
type pageForm struct {
	values  url.Values
	buttons []string
}

func readForm(page string) pageForm {
	f := pageForm{values: url.Values{}}
	page = formTemplates.ReplaceAllString(page, "")
	for _, at := range formControls.FindAllStringSubmatchIndex(page, -1) {
		kind, attrs := page[at[2]:at[3]], map[string]string{}
		for _, pair := range formAttributes.FindAllStringSubmatch(page[at[4]:at[5]], -1) {
			attrs[pair[1]] = html.UnescapeString(pair[2])
		}
		inside, _, _ := strings.Cut(page[at[1]:], "</"+kind+">")
		_, checked := attrs["checked"]
		switch {
		case kind == "button":
			f.buttons = append(f.buttons, attrs["value"])
		case attrs["name"] == "" || attrs["name"] == "q" || attrs["type"] == "checkbox" && !checked:
		case kind == "select":
			f.values.Set(attrs["name"], chosenOf(inside))
		default:
			f.values.Set(attrs["name"], attrs["value"])
		}
	}
	return f
}

// chosenOf is the value of a list: the option that is marked, or the first.
func chosenOf(options string) string {
	for _, pattern := range []*regexp.Regexp{formChosen, formFirst} {
		if one := pattern.FindStringSubmatch(options); one != nil {
			return html.UnescapeString(one[1])
		}
	}
	return ""
}

// presses sends the page's form to an address with one of its buttons, and more typed into
// it.
func (v *visitor) presses(page, address, button string, typed ...string) answer {
	v.t.Helper()
	f := readForm(page)
	if !slices.Contains(f.buttons, button) {
		v.t.Fatalf("no button %q among %q", button, f.buttons)
	}
	for i := 0; i < len(typed); i += 2 {
		if !f.values.Has(typed[i]) {
			v.t.Fatalf("no field %q", typed[i])
		}
		f.values.Set(typed[i], typed[i+1])
	}
	f.values.Set("do", button)
	return v.post(address, f.values)
}

// follows opens where an answer leads, once the page there has a text.
func (v *visitor) follows(a answer, text string) string {
	v.t.Helper()
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("%d\n%s", a.status, a.body)
	}
	body := ""
	eventually(v.t, text, func() bool {
		body = v.get(a.location).body
		return strings.Contains(body, text)
	})
	return body
}

const (
	plainInvoices = "/c/" + testGSTIN + "/invoices"
	plainDone     = "Registered with the portal"
)

// TestDayOfWorkWithoutScript makes an invoice, a note and an invoice of a quotation with
// nothing but the forms that the pages have.
func TestDayOfWorkWithoutScript(t *testing.T) {
	mohar := start(t, "serve", "--data", install(t), "--listen", freePort(t))
	v := signIn(t, mohar.URL)
	invoice := v.typesPlainly(plainInvoices + "/new")
	v.follows(invoice, plainDone)
	v.creditsPlainly(invoice.location)
	v.convertsPlainly()
	mohar.stop()
}

// typesPlainly fills in a new document step by step, with the buttons that change only
// the form, and issues it.
func (v *visitor) typesPlainly(address string) answer {
	v.t.Helper()
	page := v.get(address).body
	page = v.presses(page, plainInvoices, "line", "date", time.Now().In(time.FixedZone("IST", 5*3600+1800)).Format("02/01/2006"),
		"buyer.name", dayCustomer, "buyer.gstin", "27AABFK4417C1ZS", "buyer.address1", "Plot 12, Sector 19", "buyer.place", "Vashi, Navi Mumbai",
		"buyer.pin", "400703", "buyer.state", "27", "lines[0].description", dayItem, "lines[0].hsn", "2008 99 11", "lines[0].qty", "240",
		"lines[0].unit", "CTN", "lines[0].price", "620", "lines[0].discount", "10+5%", "lines[0].rate", "5").body
	page = v.presses(page, plainInvoices, "more:0", "lines[1].description", "Masala cola, 300 ml", "lines[1].hsn", "2202 10 90", "lines[1].qty", "12",
		"lines[1].unit", "NOS", "lines[1].price", "20", "lines[1].rate", "40").body
	page = v.presses(page, plainInvoices, "charge:freight", "lines[0].batch.name", "L-2611", "order.number", "PO-4417").body
	page = v.presses(page, plainInvoices, "add:docs", "lines[2].price", "6500", "docs[0].info", "Test certificate").body
	f := readForm(page)
	for name, want := range map[string]string{
		"lines[0].batch.name": "L-2611", "lines[0].discount": "10+5%", "lines[1].description": "Masala cola, 300 ml", "lines[2].charge": "freight",
		"lines[2].price": "6500", "docs[0].info": "Test certificate", "order.number": "PO-4417",
	} {
		if got := f.values.Get(name); got != want {
			v.t.Errorf("%s came back as %q, want %q", name, got, want)
		}
	}
	return v.presses(page, plainInvoices, "issue", "docs[1].info", "Packing list")
}

// creditsPlainly takes 40 cartons of the invoice back.
func (v *visitor) creditsPlainly(invoice string) {
	v.t.Helper()
	address := invoice + "/note"
	page := v.presses(v.get(address+"?type=CRN").body, address, "show", "reason", "returned", "lines[0].qty", "40").body
	if !strings.Contains(page, "22,264.00") {
		v.t.Errorf("the total of the note is not on its page")
	}
	v.follows(v.presses(page, address, "issue"), plainDone)
	if page := v.get(invoice).body; !strings.Contains(page, "is not credited") || !strings.Contains(page, "CRN/") {
		v.t.Errorf("the invoice does not say what is left of it")
	}
}

// convertsPlainly issues a quotation and makes an invoice of it.
func (v *visitor) convertsPlainly() {
	v.t.Helper()
	quotation := v.typesPlainly(plainInvoices + "/new?type=QTN")
	v.follows(quotation, "Make invoice")
	draft := v.post(quotation.location+"/invoice", nil)
	page := v.follows(draft, "PO-4417")
	f := readForm(page)
	if f.values.Get("lines[2].charge") != "freight" || f.values.Get("lines[0].qty") != "240" {
		v.t.Errorf("the lines of the quotation are lost: %v", f.values)
	}
	if id, err := strconv.Atoi(f.values.Get("id")); err != nil || id == 0 {
		v.t.Errorf("the draft has no id: %q", f.values.Get("id"))
	}
	v.follows(v.presses(page, plainInvoices, "issue"), plainDone)
}
