package handlers

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mohar/desk"
	"mohar/gst"
	"mohar/nic"
)

// publishedRequests are the e-invoice requests that others published; the test is skipped
// where they are not beside the project.
func publishedRequests(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "samples", "einvoice", "requests", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("the published samples are not beside the project (%v)", err)
	}
	requests := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		requests[filepath.Base(file)] = data
	}
	return requests
}

// What the form says of a published request, and nothing else, is what the request says:
// written anew it is the same, byte for byte, and so the file itself can be given back,
// with its figures as they are spelt there.
func TestPublishedRequestsPassThroughTheForm(t *testing.T) {
	for name, data := range publishedRequests(t) {
		t.Run(name, func(t *testing.T) {
			inv, body, err := desk.Open(data)
			var unread gst.Invalid
			if err != nil && !errors.As(err, &unread) {
				t.Fatal(err)
			}
			said, err := nic.Encode(inv)
			if err != nil {
				t.Fatal(err)
			}
			form, err := url.ParseQuery(string(broughtForm(inv, body, unread.Faults)))
			if err != nil {
				t.Fatal(err)
			}
			typed := parseInvoice(form)
			typed.State = gst.Draft
			written, err := nic.Encode(typed.Invoice)
			if err != nil {
				t.Fatal(err)
			}
			if len(unread.Faults) == 0 && !bytes.Equal(said, written) {
				t.Errorf("through the form it became\n%s\nof\n%s", written, said)
			}
			back, err := desk.INV01(typed.Invoice, nil, desk.FileIn([]byte(form.Encode())))
			if err != nil {
				t.Fatal(err)
			}
			if len(unread.Faults) == 0 && !bytes.Equal(back, body) {
				t.Errorf("given back as\n%s\nof\n%s", back, body)
			}
			typed.Number = "OTHER/1"
			if back, err = desk.INV01(typed.Invoice, nil, body); err != nil || !bytes.Contains(back, []byte(`"No":"OTHER/1"`)) {
				t.Errorf("changed it is not the file any more: %s, %v", back, err)
			}
		})
	}
}

// openAsDraft sends a file to the import page by the button that opens it in the editor.
func (s *site) openAsDraft(content string) reply {
	s.Helper()
	return s.upload(invoicesURL+"/import", "bill.json", content, "do", "draft")
}

// openDraft opens a file as a draft and returns its address and page.
func (s *site) openDraft(content string) (address string, page reply) {
	s.Helper()
	r := s.openAsDraft(content)
	s.want(r, http.StatusSeeOther)
	address = r.Header.Get("Location")
	return address, s.get(address)
}

// Every published request, given to our company, opens in the editor and is given back as
// it came: at once, and after the form was saved from the page as it stands.
func TestAFileThatIsOpenedIsGivenBackAsItCame(t *testing.T) {
	s := newCompanySite(t)
	for name, data := range publishedRequests(t) {
		t.Run(name, func(t *testing.T) {
			s.TB = t
			_, body, err := desk.Open(data)
			if err != nil {
				t.Skipf("it is no INV-01: %v", err)
			}
			address, page := s.openDraft(string(data))
			s.want(page, http.StatusOK)
			s.want(s.get(address+"/inv01"), http.StatusOK, string(body))
			form := formOf(page.body)
			form.Set("do", "draft")
			s.want(s.post(invoicesURL, form), http.StatusSeeOther)
			again := s.get(address + "/inv01")
			if again.body != string(body) {
				t.Errorf("after it was saved it is\n%s\nof\n%s", again.body, body)
			}
			if name := again.Header.Get("Content-Disposition"); !strings.Contains(name, "Draft%20") {
				t.Errorf("the file is called %q", name)
			}
		})
	}
}

func TestAnOpenedFileIsIssuedUnderItsNumber(t *testing.T) {
	s := newCompanySite(t)
	spelt := strings.Replace(broughtINV01, `"TotAmt":12900`, `"TotAmt":12900.0,"Discount":0`, 1)
	address, page := s.openDraft(spelt)
	s.want(page, http.StatusOK, "Draft saved", "The number stays.", `value="ERP/77"`)
	s.want(s.get(invoicesURL+"?state=draft"), http.StatusOK, "Konkan Agro Foods LLP")
	form := with(formOf(page.body), "do", "issue")
	s.wantRedirect(s.post(invoicesURL, form), address)
	inv, body := s.stored(address)
	if inv.Number != "ERP/77" || !inv.Brought || !strings.Contains(string(body), `"TotAmt":12900.0,"Discount":0,`) {
		t.Errorf("issued %s, brought %v: %s", inv.Number, inv.Brought, body)
	}
	s.step()
	s.want(s.get(address), http.StatusOK, "Registered", "ERP/77")

	_, page = s.openDraft(broughtINV01)
	r := s.post(invoicesURL, with(formOf(page.body), "do", "issue"))
	s.want(r, http.StatusConflict, "Number ERP/77 is already used in this financial year", "(2150)")
	s.wantTyped(r, formOf(page.body))
	form = with(formOf(page.body), "do", "issue", "number", "ERP/78", "remarks", "Second copy")
	next, body := s.stored(s.issue(form))
	if next.Number != "ERP/78" || !strings.Contains(string(body), "Second copy") || strings.Contains(string(body), "ERP/77") {
		t.Errorf("issued %s: %s", next.Number, body)
	}
}

func TestFiguresThatAreNotKeptAreWorkedOut(t *testing.T) {
	s := newCompanySite(t)
	off := strings.NewReplacer("322.50", "322.75", `"TotInvVal":13545`, `"TotInvVal":13545.4`).Replace(broughtINV01)
	_, page := s.openDraft(off)
	kept := with(formOf(page.body), "do", "issue")
	typed := with(formOf(page.body), "do", "issue", "number", "MINE/1")
	typed.Del("brought")
	s.want(s.post(invoicesURL+"/preview", typed), http.StatusOK, "INV/26-27/0001", "322.50")
	s.want(s.post(invoicesURL+"/preview", kept), http.StatusOK, "The number stays.", "322.75")
	inv, _ := s.stored(s.issue(typed))
	if inv.Number != "INV/26-27/0001" || inv.Brought || inv.Totals.CGST != 322_50 || inv.Seller.Address1 != "14 Laxmi Road" {
		t.Errorf("issued %s, CGST %s, seller at %s", inv.Number, inv.Totals.CGST, inv.Seller.Address1)
	}
}

func TestWhateverIsWrongInAFileItOpens(t *testing.T) {
	s := newCompanySite(t)
	tests := []struct {
		name         string
		change       []string
		field, typed string
		says         string
	}{
		{"another company's", []string{`"Gstin":"27AAPFU0939F1ZV"`, `"Gstin":"29AADCD8832K1ZJ"`}, "seller.gstin", "29AADCD8832K1ZJ", "Seller’s GSTIN: "},
		{"a quantity in words", []string{`"Qty":15`, `"Qty":"many"`}, "lines[0].qty", "many", "Line 1, quantity: Type only a number"},
		{"too many decimals", []string{`"TotAmt":12900`, `"TotAmt":12900.123`}, "lines[0].amount", "12900.123", "Line 1, amount: Too many digits after the point"},
		{"a figure forgotten", []string{`"AssAmt":12900,`, ``}, "lines[0].taxable", "", "Line 1, taxable value: This is needed"},
		{"sums that do not add up", []string{`"TotInvVal":13545`, `"TotInvVal":1`}, "totals.total", "1.00", "Total: Items, discount"},
		{"a day that is none", []string{"20/11/2026", "31/11/2026"}, "date", "31/11/2026", "Date: Type the date"},
		{"a text that is false", []string{`"No":"ERP/77"`, `"No":false`}, "number", "", "Number: This is needed"},
		{"no number", []string{`"No":"ERP/77",`, ``}, "number", "", "Number: This is needed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			_, page := s.openDraft(strings.NewReplacer(test.change...).Replace(broughtINV01))
			s.want(page, http.StatusOK, test.says, "Cashew kernels W320")
			form := formOf(page.body)
			if got := form.Get(test.field); got != test.typed {
				t.Errorf("%s is %q in the form, want %q", test.field, got, test.typed)
			}
			r := s.post(invoicesURL, with(form, "do", "issue"))
			s.want(r, http.StatusUnprocessableEntity, test.says)
			s.wantTyped(r, form)
		})
	}
	s.TB = t
	r := s.openAsDraft(strings.Replace(broughtINV01, `"Version":"1.1"`, `"Version":"2.0"`, 1))
	s.want(r, http.StatusOK, "Version", "2.0", "Cashew kernels W320", "Draft saved") // no field can say so
	s.want(s.openAsDraft("hello"), http.StatusUnprocessableEntity, "line 1", "bill.json")
	s.want(s.openAsDraft("["+broughtINV01+","+broughtINV01+"]"), http.StatusUnprocessableEntity, "list of 2")
	s.want(s.get(invoicesURL+"/import"), http.StatusOK, `value="issue"`, `value="draft"`)
}
