package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mohar/gst/master"
)

func TestReadFigure(t *testing.T) {
	tests := []struct {
		raw      string
		milli    int64
		decimals int
		ok       bool
	}{
		{"0", 0, 0, true},
		{"100.0", 100_000, 0, true},
		{"99.545", 99_545, 3, true},
		{"-0.5", -500, 1, true},
		{"0.0001", 0, 4, true},
		{"1.5e2", 150_000, 0, true},
		{"1E-3", 1, 3, true},
		{"1e31", 0, 0, false},
		{"1e-999999999", 0, 0, false},
		{"99999999999999999999", 0, 0, false},
	}
	for _, tt := range tests {
		milli, decimals, ok := readFigure(tt.raw)
		if milli != tt.milli || decimals != tt.decimals || ok != tt.ok {
			t.Errorf("%s: %d thousandths, %d decimals, %v", tt.raw, milli, decimals, ok)
		}
	}
}

func TestProductsDoNotOverflow(t *testing.T) {
	if got := product(9_999_999_999_999, 999_999_999_999_999); got != math.MaxInt64 {
		t.Errorf("largest quantity and price: %d", got)
	}
	if got := percent(999_999_999_999_990, 40_000); got != 399_999_999_999_996 {
		t.Errorf("40%% of the largest amount: %d", got)
	}
}

func TestEveryCodeInUseHasWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`(?:refuse|add|when)\([^"\n]*"([0-9]{4})"`)
	count := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			count++
			if portalTexts[m[1]] == "" {
				t.Errorf("%s: code %s has no words", f, m[1])
			}
		}
	}
	if count < 80 {
		t.Errorf("found %d uses only", count)
	}
}

func TestTownsLieInTheirStates(t *testing.T) {
	for _, st := range master.States() {
		if st.Code == master.Abroad {
			continue
		}
		for seed := range uint64(40) {
			name, pin := placeIn(st.Code, picker(seed))
			if name == "" || !master.PINInState(pin, st.Code) {
				t.Errorf("%s: %s %d", st.Code, name, pin)
			}
		}
	}
}

// The published signed invoices of schema 1.1 come out of our reader and schema as
// the portal wrote them, byte for byte: its order, its figures.
func TestSignedOrderIsThePortals(t *testing.T) {
	tokens, err := filepath.Glob("../../shared/samples/jwt/invoice-*.jwt")
	if err != nil || len(tokens) == 0 {
		t.Skip("the published signed invoices are not here")
	}
	count := 0
	for _, file := range tokens {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := signedJSON(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), `"Version":"1.1"`) {
			continue
		}
		count++
		v, err := parseValue(data)
		if err != nil {
			t.Fatal(err)
		}
		var b breaches
		d := newDocument(bind(inv01(), v, "", &b))
		if len(b.codes) > 0 {
			t.Errorf("%s breaks the schema: %v", file, b.codes)
		}
		ack, _, _ := readFigure(v.find("AckNo").raw)
		at, err := time.Parse(time.DateTime+" -0700", v.find("AckDt").raw+" +0530")
		if err != nil {
			t.Fatal(err)
		}
		got := d.signedData(&entry{irn: v.find("Irn").raw, ackNo: ack / one, registered: at})
		if string(got) != string(data) {
			t.Errorf("%s\n%s\nwant\n%s", file, got, data)
		}
	}
	if count < 5 {
		t.Errorf("only %d documents of schema 1.1", count)
	}
}

// Every picture is as large as asked, in whole modules with white all around; only
// where the code cannot fit it is larger.
func TestPicturesOfQRCodes(t *testing.T) {
	text := strings.Repeat("eyJhbGci.OiJS_", 68) // as long as a signed text: 105 modules
	for _, tt := range []struct{ ask, size, scale int }{
		{1, 113, 1}, {112, 113, 1}, {113, 113, 1}, {114, 114, 1}, {225, 225, 1}, {226, 226, 2}, {250, 250, 2}, {251, 251, 2},
		{339, 339, 3}, {2000, 2000, 17},
	} {
		coded, err := picture(text, tt.ask)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != tt.size || b.Dy() != tt.size {
			t.Errorf("asked for %d: %v, want %d", tt.ask, b, tt.size)
		}
		// The first line of a code is its upper left eye, seven black modules wide, and
		// ends with the upper right one.
		margin := (tt.size - 105*tt.scale) / 2
		wantDark := func(x, y int, want bool) {
			t.Helper()
			if r, _, _, _ := img.At(x, y).RGBA(); (r == 0) != want {
				t.Errorf("asked for %d: point %d, %d is dark: %v", tt.ask, x, y, !want)
			}
		}
		wantDark(margin-1, margin, false)
		wantDark(margin, margin-1, false)
		wantDark(margin, margin, true)
		wantDark(margin+7*tt.scale-1, margin, true)
		wantDark(margin+7*tt.scale, margin, false)
		wantDark(margin+105*tt.scale-1, margin, true)
		wantDark(margin+105*tt.scale, margin, false)
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	s := &Sandbox{log: discard()}
	w := httptest.NewRecorder()
	s.recovering(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })).
		ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if !strings.Contains(w.Body.String(), `"ErrorCode":"5001"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.50,-3e2,"x\n\u00e9",null,true,{}],"A":""}`, `[]`, ` 7 `, `"\ud800"`, `{"a":{"b":[[],{}]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := parseValue(data)
		if (err == nil) != (json.Valid(data) && utf8.Valid(data)) {
			t.Fatalf("read: %v", err)
		}
		if err != nil {
			return
		}
		again, err := parseValue(v.append(nil))
		if err != nil {
			t.Fatalf("what was written cannot be read: %s", v.append(nil))
		}
		if !reflect.DeepEqual(v, again) {
			t.Errorf("%s became %s", data, again.append(nil))
		}
	})
}
