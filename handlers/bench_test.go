package handlers

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// signedInRequest is a request of the signed-in browser, for the router itself: without
// the network, whose share would hide ours.
func (s *site) signedInRequest(method, path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, s.server.URL+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	for _, cookie := range s.browser.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// BenchmarkListPage draws a list of 50 documents: routing, session, company, query and
// HTML.
func BenchmarkListPage(b *testing.B) {
	s := newCompanySite(b)
	form := invoiceForm()
	for range 60 {
		s.issue(form)
	}
	handler := s.server.Config.Handler
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, s.signedInRequest(http.MethodGet, invoicesURL, ""))
		if w.Code != http.StatusOK {
			b.Fatalf("status %d", w.Code)
		}
	}
}

// BenchmarkIssueHTTP issues documents of five lines one after the other, from the form
// to the disk and back, over HTTP.
func BenchmarkIssueHTTP(b *testing.B) {
	s := newCompanySite(b)
	form := invoiceForm()
	for row := 1; row < 5; row++ {
		setRow(form, row, "Freight", "996511", "1", "OTH", "6,500", "10%", "18")
	}
	for b.Loop() {
		s.issue(form)
	}
}
