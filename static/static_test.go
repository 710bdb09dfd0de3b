package static_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mohar/static"
)

func get(t *testing.T, method, url, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, url, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w
}

func TestFilesAreServedForEver(t *testing.T) {
	types := map[string]string{
		"app.css": "text/css; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"app.js": "text/javascript; charset=utf-8", "mohar.svg": "image/svg+xml",
	}
	for name, want := range types {
		w := get(t, http.MethodGet, static.URL(name), "br, gzip")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want {
			t.Errorf("%s: %d %s, want 200 %s", name, w.Code, w.Header().Get("Content-Type"), want)
		}
		if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s: Cache-Control %q", name, cache)
		}
	}
}

// A module that is kept for ever must not import one that has changed since.
func TestModulesImportEachOtherByHashedURL(t *testing.T) {
	w := get(t, http.MethodGet, static.URL("editor.js"), "")
	if body := w.Body.String(); !strings.Contains(body, `from "`+static.URL("grid.js")+`"`) || strings.Contains(body, `from "./`) {
		t.Errorf("editor.js imports:\n%s", strings.Join(regexp.MustCompile(`from ".*"`).FindAllString(body, -1), "\n"))
	}
}

func TestCompression(t *testing.T) {
	for encoding, want := range map[string]string{"gzip": "gzip", "br;q=1, gzip;q=0.5": "gzip", "gzip;q=0": "", "": "", "br": ""} {
		w := get(t, http.MethodGet, static.URL("app.css"), encoding)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q gives %q, want %q", encoding, got, want)
		}
		if n := w.Header().Get("Content-Length"); n != strconv.Itoa(w.Body.Len()) {
			t.Errorf("Accept-Encoding %q: Content-Length %s of %d bytes", encoding, n, w.Body.Len())
		}
	}
}

func TestOtherRequests(t *testing.T) {
	if w := get(t, http.MethodHead, static.URL("app.css"), ""); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := get(t, http.MethodPost, static.URL("app.css"), ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	for _, url := range []string{"/static/app.css", "/static/app.0000000000.css", "/static/../static.go", "/static/"} {
		if w := get(t, http.MethodGet, url, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", url, w.Code)
		}
	}
}

// Text must stand out from what it is written on by 4.5 to 1, marks by 3 to 1.
//
// Source: WCAG 2.2, criteria 1.4.3 and 1.4.11.
func TestContrast(t *testing.T) {
	pairs := []struct {
		text, on string
		ratio    float64
	}{
		{"foreground", "background", 7}, {"foreground", "card", 7}, {"foreground", "muted", 7}, {"foreground", "secondary", 7},
		{"foreground", "seal-soft", 7}, {"foreground", "wait-soft", 7}, {"foreground", "sidebar", 7},
		{"muted-foreground", "background", 4.5}, {"muted-foreground", "card", 4.5}, {"muted-foreground", "muted", 4.5},
		{"muted-foreground", "sidebar", 4.5}, {"muted-foreground", "secondary", 4.5},
		{"primary-foreground", "primary", 4.5},
		{"good-text", "card", 4.5}, {"good-text", "background", 4.5}, {"good-text", "muted", 4.5},
		{"wait-text", "card", 4.5}, {"wait-text", "background", 4.5}, {"wait-text", "wait-soft", 4.5},
		{"seal-text", "card", 4.5}, {"seal-text", "background", 4.5}, {"seal-text", "seal-soft", 4.5},
		{"good", "card", 3}, {"wait", "card", 3}, {"seal", "card", 3}, {"seal", "sidebar", 3}, {"ring", "card", 3},
	}
	light, dark := tokens(t)
	for _, p := range pairs {
		for mode, colours := range map[string]map[string]colour{"light": light, "dark": dark} {
			if got := contrast(colours[p.text], colours[p.on]); got < p.ratio {
				t.Errorf("%s: %s on %s is %.2f, at least %.1f", mode, p.text, p.on, got, p.ratio)
			}
		}
	}
}

// colour is a colour in oklch.
type colour struct{ l, c, h float64 }

var tokenLine = regexp.MustCompile(`--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\)`)

// tokens reads the colours of both modes from the style sheet's source.
func tokens(t *testing.T) (light, dark map[string]colour) {
	t.Helper()
	source, err := os.ReadFile("src/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark = map[string]colour{}, map[string]colour{}
	for _, m := range tokenLine.FindAllStringSubmatch(string(source), -1) {
		light[m[1]], dark[m[1]] = parse(t, m[2]), parse(t, m[3])
	}
	return light, dark
}

func parse(t *testing.T, text string) colour {
	t.Helper()
	var v [3]float64
	for i, part := range strings.Fields(text) {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil {
			t.Fatal(err)
		}
		v[i] = f
	}
	return colour{v[0], v[1], v[2]}
}

// luminance is WCAG's relative luminance, by way of Oklab and linear sRGB.
func (c colour) luminance() float64 {
	sin, cos := math.Sincos(c.h * math.Pi / 180)
	a, b := c.c*cos, c.c*sin
	cube := func(x float64) float64 { return x * x * x }
	l := cube(c.l + 0.3963377774*a + 0.2158037573*b)
	m := cube(c.l - 0.1055613458*a - 0.0638541728*b)
	s := cube(c.l - 0.0894841775*a - 1.2914855480*b)
	clamp := func(x float64) float64 { return math.Min(1, math.Max(0, x)) }
	red := clamp(4.0767416621*l - 3.3077115913*m + 0.2309699292*s)
	green := clamp(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s)
	blue := clamp(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)
	return 0.2126*red + 0.7152*green + 0.0722*blue
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// The checksum of what is vendored stands in README.md, so that a changed file is seen.
func TestVendoredFilesAreAsNoted(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"htmx.min.js", "swagger-ui-bundle.js", "swagger-ui.css"} {
		w := get(t, http.MethodGet, static.URL(name), "")
		if sum := sha256.Sum256(w.Body.Bytes()); !strings.Contains(string(readme), hex.EncodeToString(sum[:])) {
			t.Errorf("%s has the SHA-256 %x, which README.md does not know", name, sum)
		}
	}
}

// What lies packed in the binary is the same file, whether a browser unpacks it or we do.
func TestPackedFilesAreSentBothWays(t *testing.T) {
	plain := get(t, http.MethodGet, static.URL("swagger-ui.css"), "").Body.Bytes()
	packed := get(t, http.MethodGet, static.URL("swagger-ui.css"), "gzip")
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(plain, unpacked) || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes plain, %d unpacked, %v", len(plain), len(unpacked), err)
	}
}
