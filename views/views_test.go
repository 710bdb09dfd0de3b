package views_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"mohar/static"
	"mohar/views"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// render draws a component as handlers do.
func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hashed matches the content hash in a static URL, which golden files leave out.
var hashed = regexp.MustCompile(`(/static/[\w.]+)\.[\w-]{10}\.(css|js|svg)`)

// lines puts each tag on its own line, so that a golden file's diff can be read.
func lines(html string) string {
	html = hashed.ReplaceAllString(html, "$1.$2")
	return strings.ReplaceAll(html, "><", ">\n<") + "\n"
}

// gzipped is the size of data when sent compressed.
func gzipped(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func golden(t *testing.T, name, html string) {
	t.Helper()
	file := filepath.Join("testdata", name+".html")
	got := lines(html)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update when that is meant:\n%s", file, diff)
	}
}

func TestFragmentsAreAsTheGoldenFilesSay(t *testing.T) {
	for name, c := range fragments() {
		t.Run(name, func(t *testing.T) { golden(t, name, render(t, c)) })
	}
}

var (
	styleAttr  = regexp.MustCompile(`(?i)\sstyle\s*=`)
	onHandler  = regexp.MustCompile(`(?i)\son[a-z]+\s*=`)
	inlineTag  = regexp.MustCompile(`(?is)<script[^>]*>[^<]+</script>|<style`)
	otherHosts = regexp.MustCompile(`(?i)(?:src|href|action|hx-\w+)="(?:https?:)?//`)
	idAttr     = regexp.MustCompile(`\sid="([^"]*)"`)
	byWhatsApp = regexp.MustCompile(`href="https://wa\.me/`) // a link that people press: the page itself loads nothing from there
	references = regexp.MustCompile(`\s(?:for|aria-describedby|form|list)="([^"]*)"`)
)

// The Content-Security-Policy would silently drop what this test finds.
func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	for name, c := range pages() {
		html := byWhatsApp.ReplaceAllString(render(t, c), `href="/`)
		for what, pattern := range map[string]*regexp.Regexp{
			"a style attribute": styleAttr, "an event attribute": onHandler,
			"an inline script or style": inlineTag, "another host": otherHosts,
		} {
			if found := pattern.FindString(html); found != "" {
				t.Errorf("%s has %s: %s", name, what, found)
			}
		}
	}
}

func TestIDsAreUniqueAndReferencesLead(t *testing.T) {
	for name, c := range pages() {
		html := render(t, c)
		ids := map[string]bool{}
		for _, m := range idAttr.FindAllStringSubmatch(html, -1) {
			if ids[m[1]] {
				t.Errorf("%s has the id %q twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range references.FindAllStringSubmatch(html, -1) {
			for _, id := range strings.Fields(m[1]) {
				if !ids[id] {
					t.Errorf("%s refers to the id %q, which is not there", name, id)
				}
			}
		}
	}
}

func TestSecretsNeverReachThePage(t *testing.T) {
	html := render(t, views.TextField(views.Field{Name: "password", Label: "Password", Value: "hunter2", Secret: true}))
	if strings.Contains(html, "hunter2") {
		t.Errorf("the password is on the page: %s", html)
	}
}

func TestTextIsEscaped(t *testing.T) {
	html := render(t, views.ErrorNote(`<script>alert("x")</script>`))
	if strings.Contains(html, "<script") {
		t.Errorf("markup in a message got through: %s", html)
	}
}

// The first page weighs at most 60 kB compressed, so that a slow line shows it quickly.
func TestFirstPageIsLight(t *testing.T) {
	const most = 60_000
	page := render(t, pages()["invoices"])
	total := gzipped(t, []byte(page))
	for _, name := range []string{"app.css", "htmx.min.js", "app.js", "mohar.svg"} {
		r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, static.URL(name), nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, r)
		total += w.Body.Len()
	}
	t.Logf("first page: %d bytes compressed", total)
	if total > most {
		t.Errorf("first page: %d bytes compressed, at most %d", total, most)
	}
}

// TestWritePreview writes every example page and the files it loads into the folder
// named by MOHAR_PREVIEW, to be looked at with a browser behind any file server.
func TestWritePreview(t *testing.T) {
	dir := os.Getenv("MOHAR_PREVIEW")
	if dir == "" {
		t.Skip("MOHAR_PREVIEW names no folder")
	}
	if err := os.MkdirAll(filepath.Join(dir, "static"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range pages() {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(render(t, c)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"app.css", "htmx.min.js", "app.js", "editor.js", "grid.js", "messages.js", "paste.js", "folds.js", "create.js", "save.js", "ship.js", "watch.js", "countdown.js", "calls.js", "list.js", "gstin.js", "mohar.svg"} {
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, static.URL(name), nil))
		if err := os.WriteFile(filepath.Join(dir, static.URL(name)), w.Body.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
