package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/sheet"
)

// signedInRequest is a request of the signed-in browser, for the router itself: without
// the network, whose share would hide ours.
func (s *site) signedInRequest(method, path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, s.server.URL+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	for _, cookie := range s.browser.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	r.Header.Set("Accept-Encoding", "gzip") // as all browsers do
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// answer is the router's answer to a request of the signed-in browser.
func (s *site) answer(method, path, body string, status int) string {
	w := httptest.NewRecorder()
	s.server.Config.Handler.ServeHTTP(w, s.signedInRequest(method, path, body))
	if w.Code != status {
		s.Fatalf("%s %s: status %d\n%s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}

// timed runs f in the benchmark's loop and reports, beside the mean, the median and the
// 99th of a hundred of its times.
func timed(b *testing.B, f func()) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		f()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-p50")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "ms-p99")
}

// BenchmarkListPage draws a list of 50 documents: routing, session, company, query and
// HTML.
func BenchmarkListPage(b *testing.B) {
	s := newCompanySite(b)
	form := invoiceForm()
	for range 60 {
		s.issue(form)
	}
	b.ReportAllocs()
	timed(b, func() { s.answer(http.MethodGet, invoicesURL, "", http.StatusOK) })
}

// BenchmarkIssueHTTP issues documents of five lines one after the other, from the form
// to the disk and back, over HTTP.
func BenchmarkIssueHTTP(b *testing.B) {
	s := newCompanySite(b)
	form := invoiceForm()
	for row := 1; row < 5; row++ {
		setRow(form, row, "Freight", "996511", "1", "OTH", "6,500", "10%", "18")
	}
	timed(b, func() { s.issue(form) })
}

// longForm is a form of so many lines with every column of the grid filled, of items that
// are numbered from first on.
func longForm(lines, first int) url.Values {
	form := invoiceForm()
	for row := range lines {
		item := first + row
		setRow(form, row, fmt.Sprintf("Stainless utensil no. %d", item), "73239390",
			strconv.Itoa(1+row%7), "NOS", fmt.Sprintf("%d.50", 100+item%900), "2.5%", "5")
	}
	return form
}

// regularsSite is an installation whose buyer has bought a thousand items, each of them
// several times.
func regularsSite(b *testing.B) *site {
	s := newCompanySite(b)
	for range 3 {
		for first := 0; first < 1000; first += 250 {
			s.issue(longForm(250, first))
		}
	}
	return s
}

// autosaved saves a form as a draft and returns its address; from then on the form holds
// the draft's id and version.
func (s *site) autosaved(form url.Values) string {
	s.Helper()
	address := invoicesURL + "/" + s.saved(form)
	inv, _ := s.stored(address)
	with(form, "id", strconv.FormatInt(inv.ID, 10), "version", strconv.FormatInt(inv.Version, 10))
	return address
}

// BenchmarkEditor is what the server does while a document is typed, of 250 lines and of
// few, for a buyer who is known.
func BenchmarkEditor(b *testing.B) {
	for _, lines := range []int{1, 5, 250} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) { benchmarkEditor(b, lines) })
	}
}

func benchmarkEditor(b *testing.B, lines int) {
	s := regularsSite(b)
	form := longForm(lines, 500)
	body := form.Encode()
	b.Run("preview", func(b *testing.B) {
		b.ReportAllocs()
		timed(b, func() { s.answer(http.MethodPost, invoicesURL+"/preview", body, http.StatusOK) })
	})
	b.Run("faulty", func(b *testing.B) { // every line has something that cannot be read
		faulty := longForm(lines, 500)
		for row := range lines {
			faulty.Set(lineName(row, "hsn"), "7323939")
			faulty.Set(lineName(row, "rate"), "five")
		}
		text := faulty.Encode()
		timed(b, func() { s.answer(http.MethodPost, invoicesURL+"/preview", text, http.StatusOK) })
	})
	address := s.autosaved(form)
	b.Run("autosave", func(b *testing.B) {
		timed(b, func() {
			version, err := strconv.Atoi(form.Get("version"))
			if err != nil {
				b.Fatal(err)
			}
			form.Set(lineName(0, "qty"), strconv.Itoa(1+version%90))
			if got := s.answer(http.MethodPost, invoicesURL+"/draft", form.Encode(), http.StatusOK); !strings.Contains(got, "Draft saved") {
				b.Fatal(got)
			}
			form.Set("version", strconv.Itoa(version+1))
		})
	})
	b.Run("open", func(b *testing.B) {
		timed(b, func() { s.answer(http.MethodGet, address, "", http.StatusOK) })
	})
	b.Run("issue", func(b *testing.B) {
		timed(b, func() { s.answer(http.MethodPost, invoicesURL, body, http.StatusSeeOther) })
	})
}

// tariff is a list of 18,700 codes: the published one, where it is there, and made-up
// codes of eight digits.
func tariff(b *testing.B) []db.HSNCode {
	var list []db.HSNCode
	name := "hsn_codes.json"
	if data, err := os.ReadFile(filepath.Join("..", "..", "shared", "samples", "hsn", name)); err == nil {
		read, err := sheet.ReadHSN(name, data)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range read {
			list = append(list, db.HSNCode{Code: c.Code, Description: c.Description})
		}
	}
	words := strings.Fields("of other parts steel cotton fresh dried machines plastic rubber copper frozen woven paper glass leather")
	for n := 0; len(list) < 18_700; n++ {
		var text []string
		for i := range 4 + n%6 {
			text = append(text, words[(n*(i+3)+n/7*i)%len(words)])
		}
		list = append(list, db.HSNCode{Code: strconv.Itoa(10_011_000 + n*4273), Description: strings.Join(text, " ")})
	}
	return list
}

// BenchmarkHSN suggests tariff codes out of a list of 18,700.
func BenchmarkHSN(b *testing.B) {
	s := newCompanySite(b)
	if _, err := s.store.ImportHSN(db.WithActor(b.Context(), db.Actor{Kind: "command", Name: "bench"}), tariff(b), "tariff"); err != nil {
		b.Fatal(err)
	}
	for _, q := range []string{"73", "0801", "08013220", "st", "steel", "other", "of other", "cotton woven fabrics", "milk powder", "xyzzy"} {
		b.Run(q, func(b *testing.B) {
			address := invoicesURL + "/hsn?q=" + url.QueryEscape(q)
			timed(b, func() { s.answer(http.MethodGet, address, "", http.StatusOK) })
		})
	}
}
