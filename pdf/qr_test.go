package pdf

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

// The runs must paint exactly the dark modules of the code.
func TestQRSVGPaintsEveryDarkModule(t *testing.T) {
	text := signedQR()
	svg, err := QRSVG(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(svg), new(struct{ XMLName xml.Name })); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	if strings.Contains(svg, "style") || strings.Contains(svg, "script") {
		t.Error("holds style or script, which the page's policy forbids")
	}
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	dark := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1`).FindAllStringSubmatch(svg, -1) {
		x, y, n := number(t, m[1]), number(t, m[2]), number(t, m[3])
		for i := range n {
			dark[[2]int{x + i - quiet, y - quiet}] = true
		}
	}
	for y := range code.Size {
		for x := range code.Size {
			if dark[[2]int{x, y}] != code.Black(x, y) {
				t.Fatalf("module %d, %d differs", x, y)
			}
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestQRSVGOfTooLongATextIsAnError(t *testing.T) {
	if _, err := QRSVG(strings.Repeat("x", 2954)); err == nil {
		t.Error("no error")
	}
	if _, err := QRSVG(""); err != nil {
		t.Errorf("empty text: %v", err)
	}
}
