package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"mohar/gst"
)

func TestEmptyList(t *testing.T) {
	s := newCompanySite(t)
	r := s.get(invoicesURL)
	s.want(r, http.StatusOK, "Your first invoice", "New invoice")
	s.wantNot(r, "Billed in")
	s.want(s.get(invoicesURL+"?q=nothing"), http.StatusOK, "Nothing found", "Show all")
}

// fill makes one document under each heading, and returns the addresses by heading.
func fill(s *site) map[string]string {
	s.Helper()
	documents := map[string]string{}
	documents["registered"] = s.issue(invoiceForm())
	s.step()
	documents["cancelled"] = s.issue(invoiceForm("buyer.name", "Cancelled Buyer"))
	s.step()
	s.want(s.post(documents["cancelled"]+"/cancel", map[string][]string{"reason": {"1"}, "remark": {"twice"}}), http.StatusSeeOther)
	documents["to_fix"] = s.issue(invoiceForm("buyer.name", "Refused Buyer", "lines[0].hsn", "521211"))
	s.step()
	documents["not_required"] = s.issue(invoiceForm("buyer.name", "Walk-in Buyer", "supply", "B2C", "buyer.gstin", "", "buyer.state", "27"))
	documents["draft"] = strings.TrimSuffix(s.issue(invoiceForm("buyer.name", "Draft Buyer", "do", "draft")), "?done=saved")
	documents["pending"] = s.issue(invoiceForm("buyer.name", "Waiting Buyer", "supply", "SEZWP", "buyer.gstin", "29AABCT1332L1ZD", "buyer.pin", "560001", "buyer.place", "Bengaluru"))
	return documents
}

var chipPattern = regexp.MustCompile(`(?s)<a href="[^"]*"[^>]*>\s*([A-Za-z ]+?)\s*<span class="tab">(\d+)</span>`)

func TestChipsCountAndFilter(t *testing.T) {
	s := newCompanySite(t)
	documents := fill(s)
	r := s.get(invoicesURL)
	var got []string
	for _, m := range chipPattern.FindAllStringSubmatch(r.body, -1) {
		got = append(got, m[1]+" "+m[2])
	}
	want := "All 6, To fix 1, Pending 1, Registered 1, No IRN needed 1, Drafts 1, Cancelled 1"
	if strings.Join(got, ", ") != want {
		t.Errorf("chips %s, want %s", strings.Join(got, ", "), want)
	}
	s.want(r, http.StatusOK, "6 documents", "Billed in November", "Refused by the portal", "2176 · Fix and retry", "Not required (B2C)", "No IRN needed")
	for chip, address := range documents {
		r := s.get(invoicesURL + "?state=" + chip)
		s.want(r, http.StatusOK, `href="`+address+`"`, "1 document", `aria-current`)
		for other, address := range documents {
			if other != chip {
				s.wantNot(r, `<a href="`+address+`">`)
			}
		}
	}
	s.want(s.get(invoicesURL+"?state=nonsense"), http.StatusOK, "6 documents")
	s.wantRedirect(s.get(invoicesURL+"?after=nonsense"), invoicesURL)
}

func TestSearch(t *testing.T) {
	s := newCompanySite(t)
	documents := fill(s)
	registered, _ := s.stored(documents["registered"])
	tests := []struct{ name, query, found string }{
		{"part of the number", "27/0001", "registered"},
		{"part of the customer", "waiting b", "pending"},
		{"part of the GSTIN", "aabct1332", "pending"},
		{"the IRN", registered.IRN.Registration.IRN, "registered"},
		{"the acknowledgement number", registered.IRN.Registration.AckNo, "registered"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			r := s.get(invoicesURL + "?q=" + strings.ReplaceAll(test.query, " ", "+"))
			s.want(r, http.StatusOK, `<a href="`+documents[test.found]+`">`, "1 document", `value="`+test.query+`"`)
			r = s.get(invoicesURL+"?q="+strings.ReplaceAll(test.query, " ", "+"), "HX-Request", "true")
			s.want(r, http.StatusOK, `id="invoices"`, `<a href="`+documents[test.found]+`">`)
			s.wantNot(r, "<html", "Billed in")
		})
	}
	s.TB = t
	s.want(s.get(invoicesURL+"?q=waiting&state=draft"), http.StatusOK, "Nothing found")
	s.want(s.get(invoicesURL+"?q=IN"), http.StatusOK, "5 documents") // the beginning of the number
}

var (
	numberPattern = regexp.MustCompile(`<td class="docs-number"><a href="[^"]*">([^<]+)</a>`)
	olderPattern  = regexp.MustCompile(`href="([^"]+)">Older</a>`)
)

// walk follows Older from an address on and returns the numbers of each page.
func (s *site) walk(address string) [][]string {
	s.Helper()
	var pages [][]string
	for address != "" && len(pages) < 10 {
		r := s.get(address)
		s.want(r, http.StatusOK)
		var numbers []string
		for _, m := range numberPattern.FindAllStringSubmatch(r.body, -1) {
			numbers = append(numbers, m[1])
		}
		pages = append(pages, numbers)
		address = ""
		if m := olderPattern.FindStringSubmatch(r.body); m != nil {
			address = m[1]
		}
	}
	return pages
}

func TestPagesShowEachDocumentOnce(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	const documents = 101
	for i := range documents {
		day := gst.Date(20261120).AddDays(-i % 7) // many of one day, and not entered in order
		s.issue(invoiceForm("date", day.String()))
	}
	for _, query := range []string{"", "?q=konkan", "?q=IN", "?state=pending", "?state=pending&q=konkan"} {
		seen := map[string]bool{}
		pages := s.walk(invoicesURL + query)
		for _, page := range pages {
			for _, number := range page {
				if seen[number] {
					t.Errorf("%q: %s is shown twice", query, number)
				}
				seen[number] = true
			}
		}
		if len(seen) != documents || len(pages) != 3 {
			t.Errorf("%q: %d documents on %d pages, want %d on 3", query, len(seen), len(pages), documents)
		}
	}
	last := olderPattern.FindStringSubmatch(s.get(olderPattern.FindStringSubmatch(s.get(invoicesURL).body)[1]).body)[1]
	r := s.get(last)
	s.want(r, http.StatusOK, `<a class="btn" data-variant="ghost" data-size="sm" href="`+invoicesURL+`">Newest</a>`)
	s.wantNot(r, ">1 document<")
}
