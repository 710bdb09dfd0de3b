package handlers

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestHeadersOnEveryAnswer(t *testing.T) {
	s := newSite(t)
	want := map[string]string{
		"Content-Security-Policy":    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
	check := func(r reply) {
		t.Helper()
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s %s: %s is %q, want %q", r.Status, r.Request.URL.Path, name, got, value)
			}
		}
		private := !strings.HasPrefix(r.Request.URL.Path, "/static/") || r.StatusCode != http.StatusOK
		if got := r.Header.Get("Cache-Control"); private && got != "no-store" {
			t.Errorf("%s %s: Cache-Control is %q, want no-store", r.Status, r.Request.URL.Path, got)
		}
		if r.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s %s has no request id", r.Status, r.Request.URL.Path)
		}
	}
	check(s.get("/"))
	check(s.get("/setup"))
	check(s.get("/static/nothing.css"))
	check(s.get("/healthz"))
	s.setUp()
	check(s.get("/"))
	check(s.get("/nowhere"))
	check(s.do(http.MethodPut, "/login", nil))
	check(s.post("/logout", nil, "Sec-Fetch-Site", "cross-site"))
}

func TestPagesHoldNoInlineScriptOrStyle(t *testing.T) {
	s := newCompanySite(t)
	for _, path := range allPages() {
		body := s.get(path).body
		for _, forbidden := range []string{"style=\"", "<style", "onclick=", "<script>", "javascript:"} {
			if strings.Contains(body, forbidden) {
				t.Errorf("%s holds %s", path, forbidden)
			}
		}
	}
}

// allPages are the pages of this package for somebody signed in.
func allPages() []string {
	c := "/c/" + companyGSTIN
	return []string{"/", "/companies/new", c + "/settings/einvoice", c + "/settings/credentials", c + "/settings/series",
		c + "/settings/print", c + "/settings/branches", c + "/settings/lock", c + "/reports/documents",
		rulesURL, rulesURL + "/change?rule=window.days",
	}
}

func TestChangesFromOtherSitesAreRefused(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.post("/companies", companyForm(), "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, "another site's page")
	s.want(s.post("/companies", companyForm(), "Origin", "https://evil.example"), http.StatusForbidden)
	s.want(s.post("/logout", nil, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	s.want(s.get("/"), http.StatusOK, "Add your company")
	s.want(s.post("/companies", companyForm(), "Sec-Fetch-Site", "same-origin"), http.StatusSeeOther)
}

func TestLargeBodiesAreRefused(t *testing.T) {
	s := newSite(t)
	s.setUp()
	large := strings.Repeat("x", 50<<20)
	r := s.do(http.MethodPost, "/companies", strings.NewReader("name="+large), "Content-Type", "application/x-www-form-urlencoded")
	s.want(r, http.StatusRequestEntityTooLarge, "at most 4 MB")

	// Without a Content-Length it is noticed while reading.
	chunked := struct{ io.Reader }{strings.NewReader("name=" + large[:5<<20])}
	r = s.do(http.MethodPost, "/companies", chunked, "Content-Type", "application/x-www-form-urlencoded")
	s.want(r, http.StatusRequestEntityTooLarge, "at most 4 MB")
}

// counter counts what is read of a body.
type counter struct {
	io.Reader
	read int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

func TestNothingIsReadOfAFileThatComesFromAStranger(t *testing.T) {
	s := newCompanySite(t)
	var sent bytes.Buffer
	form := multipart.NewWriter(&sent)
	part, err := form.CreateFormFile("file", "books.csv")
	if err != nil {
		t.Fatal(err)
	}
	size := 30 << 20
	if testing.Short() { // for the race detector, which is slow
		size = 3 << 20
	}
	if _, err := part.Write(bytes.Repeat([]byte("x"), size)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{customersURL + "/import", itemsURL + "/import", "/c/" + companyGSTIN + "/hsn/import", elsewhereURL} {
		body := &counter{Reader: bytes.NewReader(sent.Bytes())}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
		r.RemoteAddr, r.Host = "127.0.0.1:5000", "localhost:8080"
		r.Header.Set("Content-Type", form.FormDataContentType())
		w := httptest.NewRecorder()
		s.server.Config.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
			t.Errorf("%s is answered with %d %s", path, w.Code, w.Header().Get("Location"))
		}
		if body.read > 0 {
			t.Errorf("%s: %d bytes were read before the sign-in", path, body.read)
		}
		signedIn := s.do(http.MethodPost, path, bytes.NewReader(sent.Bytes()), "Content-Type", form.FormDataContentType())
		s.want(signedIn, http.StatusUnprocessableEntity)
	}
}

func TestPlainHTTPServesThisComputerOnly(t *testing.T) {
	tests := []struct {
		name        string
		from, host  string
		lan, tls    bool
		want        int
		forwardedAs string
	}{
		{"this computer", "127.0.0.1:5000", "localhost:8080", false, false, http.StatusOK, ""},
		{"this computer over IPv6", "[::1]:5000", "[::1]:8080", false, false, http.StatusOK, ""},
		{"another machine", "192.168.1.7:5000", "192.168.1.2:8080", false, false, http.StatusForbidden, ""},
		{"another machine that claims to be this one", "192.168.1.7:5000", "localhost", false, false, http.StatusForbidden, "127.0.0.1"},
		{"a name elsewhere that points here", "127.0.0.1:5000", "rebound.example:8080", false, false, http.StatusForbidden, ""},
		{"another machine where that is allowed", "192.168.1.7:5000", "192.168.1.2:8080", true, false, http.StatusOK, ""},
		{"another machine over TLS", "192.168.1.7:5000", "books.example", false, true, http.StatusOK, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, func(o *Options) { o.InsecureLAN, o.TLS = test.lan, test.tls })
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/setup", nil)
			r.RemoteAddr, r.Host = test.from, test.host
			if test.forwardedAs != "" {
				r.Header.Set("X-Forwarded-For", test.forwardedAs)
				r.Header.Set("X-Real-Ip", test.forwardedAs)
			}
			w := httptest.NewRecorder()
			s.server.Config.Handler.ServeHTTP(w, r)
			if w.Code != test.want {
				t.Errorf("got %d, want %d", w.Code, test.want)
			}
		})
	}
}

func TestFragmentsVaryByRequest(t *testing.T) {
	s := newSite(t)
	s.setUp()
	whole, fragment := s.get("/nowhere"), s.get("/nowhere", "HX-Request", "true")
	s.want(whole, http.StatusNotFound, "<!doctype html>", "There is nothing at this address.")
	s.want(fragment, http.StatusNotFound, `id="note"`, "There is nothing at this address.")
	if strings.Contains(fragment.body, "<html") {
		t.Error("htmx got the whole page")
	}
	for _, r := range []reply{whole, fragment} {
		if !slices.Contains(r.Header.Values("Vary"), "HX-Request") {
			t.Errorf("Vary is %q", r.Header.Values("Vary"))
		}
	}
	if got := fragment.Header.Get("HX-Retarget"); got != "#note" {
		t.Errorf("HX-Retarget is %q", got)
	}
}

func TestPanicBecomesAnInternalError(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.server.Config.Handler.(*Server).echo.GET("/panic", func(echo.Context) error { panic("secret detail") })
	r := s.get("/panic")
	s.want(r, http.StatusInternalServerError, "Something went wrong here", "Reference "+r.Header.Get("X-Request-Id"))
	if strings.Contains(r.body, "secret detail") {
		t.Error("the page tells what only the log should")
	}
}
