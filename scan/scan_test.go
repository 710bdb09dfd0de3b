package scan

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"
)

// signed is a text of the length and the letters of a signed QR code.
func signed(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	part := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	return "eyJ" + part(160) + "." + part(430) + "." + part(342)
}

// sheet is a QR code on white paper with four modules around it, drawn as a camera would
// see it: at maps a place of the picture to modules, smooth is how much is blurred.
func sheet(t testing.TB, text string, w, h int, at func(x, y float64) point) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(image.Rect(0, 0, w, h))
	const finer = 4
	for y := range h {
		for x := range w {
			light := 0
			for i := range finer * finer {
				p := at(float64(x)+(float64(i%finer)+0.5)/finer, float64(y)+(float64(i/finer)+0.5)/finer)
				if !code.Black(int(math.Floor(p.x)), int(math.Floor(p.y))) {
					light++
				}
			}
			g.SetGray(x, y, color.Gray{Y: uint8(30 + 210*light/(finer*finer))})
		}
	}
	return g
}

// placed puts a code of n modules a side, module pixels each, in the middle of a
// picture.
func placed(size int, module, degrees float64, w, h int) func(x, y float64) point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return func(x, y float64) point {
		dx, dy := (x-float64(w)/2)/module, (y-float64(h)/2)/module
		return point{dx*cos + dy*sin + float64(size)/2, -dx*sin + dy*cos + float64(size)/2}
	}
}

func sizeOf(t testing.TB, text string) int {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	return code.Size
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// blurredBy spreads every pixel over its neighbours so many times, which comes to a
// Gauss curve.
func blurredBy(m *image.Gray, times int) *image.Gray {
	for range times {
		n := image.NewGray(m.Rect)
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				sum, count := 0, 0
				for i := range 9 {
					q := image.Pt(x+i%3-1, y+i/3-1)
					if q.In(m.Rect) {
						sum, count = sum+int(m.GrayAt(q.X, q.Y).Y), count+1
					}
				}
				n.SetGray(x, y, color.Gray{Y: uint8(sum / count)})
			}
		}
		m = n
	}
	return m
}

func TestCodesAreReadAsCamerasAndScannersSeeThem(t *testing.T) {
	text := signed(1)
	n := sizeOf(t, text)
	plain := func(module, degrees float64) *image.Gray {
		side := int(float64(n+30) * module * 1.1)
		return sheet(t, text, side, side, placed(n, module, degrees, side, side))
	}
	change := func(m *image.Gray, f func(x, y int, v uint8) float64) *image.Gray {
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				m.SetGray(x, y, color.Gray{Y: uint8(max(0, min(f(x, y, m.GrayAt(x, y).Y), 255)))})
			}
		}
		return m
	}
	noise := rand.New(rand.NewPCG(3, 4))
	tests := []struct {
		name string
		make func() *image.Gray
	}{
		{"clean, five pixels a module", func() *image.Gray { return plain(5, 0) }},
		{"one and a half pixels a module", func() *image.Gray { return plain(1.6, 0) }},
		{"turned by three degrees", func() *image.Gray { return plain(2.4, 3) }},
		{"turned by 30 degrees", func() *image.Gray { return plain(4, 30) }},
		{"turned by 45 degrees", func() *image.Gray { return plain(4, 45) }},
		{"upside down", func() *image.Gray { return plain(3, 180) }},
		{"on its side", func() *image.Gray { return plain(3, 91) }},
		{"blurred", func() *image.Gray { return blurredBy(plain(3, 2), 2) }},
		{"blurred beyond single modules", func() *image.Gray { return blurredBy(plain(2.5, 1), 2) }},
		{"mirrored", func() *image.Gray {
			m := plain(3, 0)
			side := m.Rect.Dx()
			other := image.NewGray(m.Rect)
			return change(other, func(x, y int, _ uint8) float64 { return float64(m.GrayAt(side-1-x, y).Y) })
		}},
		{"a shadow across it", func() *image.Gray {
			m := plain(4, 1)
			return change(m, func(x, y int, v uint8) float64 {
				if x+y > m.Rect.Dx() {
					return float64(v) * 0.45
				}
				return float64(v)
			})
		}},
		{"light from one side", func() *image.Gray {
			m := plain(3, 0)
			return change(m, func(x, _ int, v uint8) float64 { return float64(v) * (0.25 + 0.75*float64(x)/float64(m.Rect.Dx())) })
		}},
		{"pale print", func() *image.Gray {
			return change(plain(3, 0), func(_, _ int, v uint8) float64 { return 190 + float64(v)/6 })
		}},
		{"noise", func() *image.Gray {
			return change(plain(4, 0), func(_, _ int, v uint8) float64 { return float64(v) + 40*noise.NormFloat64() })
		}},
		{"seen from the side", func() *image.Gray {
			side := int(float64(n+30) * 4)
			straight := placed(n, 4, 4, side, side)
			return sheet(t, text, side, side, func(x, y float64) point {
				far := 1 + 0.25*(y/float64(side)-0.5) // the lower edge is nearer
				return straight((x-float64(side)/2)*far+float64(side)/2, (y-float64(side)/2)*far+float64(side)/2)
			})
		}},
		{"on bent paper", func() *image.Gray {
			side := int(float64(n+30) * 4)
			straight := placed(n, 4, -2, side, side)
			return sheet(t, text, side, side, func(x, y float64) point {
				return straight(x+5*math.Sin(y/90), y+9*math.Sin(x/140))
			})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Texts(t.Context(), pngOf(t, test.make()))
			if err != nil || !slices.Equal(got, []string{text}) {
				t.Errorf("%d texts, %v", len(got), err)
			}
		})
	}
}

func TestEveryKindOfPictureIsRead(t *testing.T) {
	text := signed(2)
	n := sizeOf(t, text)
	side := (n + 8) * 3
	m := sheet(t, text, side, side, placed(n, 3, 0, side, side))
	var photo, animation bytes.Buffer
	if err := jpeg.Encode(&photo, m, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&animation, m, nil); err != nil {
		t.Fatal(err)
	}
	clear := image.NewNRGBA(m.Rect) // black on nothing, as programs export codes
	for y := range side {
		for x := range side {
			clear.SetNRGBA(x, y, color.NRGBA{A: 255 - m.GrayAt(x, y).Y})
		}
	}
	for name, file := range map[string][]byte{"JPEG": photo.Bytes(), "GIF": animation.Bytes(), "transparent PNG": pngOf(t, clear)} {
		if got, err := Texts(t.Context(), file); err != nil || !slices.Equal(got, []string{text}) {
			t.Errorf("%s: %d texts, %v", name, len(got), err)
		}
	}
}

func TestASecondCodeOnTheSheetIsReadToo(t *testing.T) {
	text, upi := signed(3), "upi://pay?pa=sharda@upi&am=118.00&cu=INR"
	n, small := sizeOf(t, text), sizeOf(t, upi)
	first := placed(n, 3, 0, 500, 500)
	second := placed(small, 6, 0, 500, 500)
	a, b := sheet(t, text, 500, 500, first), sheet(t, upi, 500, 500, second)
	both := image.NewGray(image.Rect(0, 0, 1000, 500))
	for y := range 500 {
		for x := range 500 {
			both.SetGray(x, y, a.GrayAt(x, y))
			both.SetGray(x+500, y, b.GrayAt(x, y))
		}
	}
	got, err := Texts(t.Context(), pngOf(t, both))
	if err != nil || !slices.Contains(got, text) || !slices.Contains(got, upi) {
		t.Errorf("%d texts, %v", len(got), err)
	}
}

// hugePNG is a picture that unpacks to 400 megapixels.
func hugePNG(t *testing.T) []byte {
	file := pngOf(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	i := bytes.Index(file, []byte("IHDR"))
	file = bytes.Clone(file)
	copy(file[i+4:], "\x00\x00\x4e\x20\x00\x00\x4e\x20") // 20,000 each way
	return withCheck(file, i)
}

func TestFilesBeyondTheBoundsAndGarbageAreRefused(t *testing.T) {
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrKind},
		{"words", []byte("Dear sir"), ErrKind},
		{"half a PNG", pngOf(t, image.NewGray(image.Rect(0, 0, 50, 50)))[:40], ErrKind},
		{"a PNG of 400 megapixels", hugePNG(t), ErrTooBig},
		{"a long file", make([]byte, MaxFile+1), ErrTooBig},
		{"an empty picture", pngOf(t, image.NewGray(image.Rect(0, 0, 300, 300))), ErrNoCode},
		{"one pixel", pngOf(t, image.NewGray(image.Rect(0, 0, 1, 1))), ErrNoCode},
		{"a PDF without anything", []byte("%PDF-1.4\n%%EOF"), ErrKind},
	}
	for _, test := range tests {
		if got, err := Texts(t.Context(), test.file); got != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: %v, %v; want %v", test.name, got, err, test.want)
		}
	}
}

func TestLookingEndsWithItsContext(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m := image.NewGray(image.Rect(0, 0, 3000, 3000))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.IntN(256))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start := time.Now()
	if _, err := Texts(ctx, pngOf(t, m)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestLongTextsOfEveryVersionAreRead(t *testing.T) {
	for _, length := range []int{10, 150, 500, 1200, 2900} {
		text := strings.Repeat("x7Q-", length/4)
		n := sizeOf(t, text)
		side := (n + 10) * 3
		got, err := Texts(t.Context(), pngOf(t, sheet(t, text, side, side, placed(n, 3, 1, side, side))))
		if err != nil || !slices.Equal(got, []string{text}) {
			t.Errorf("%d characters, %d modules: %d texts, %v", length, n, len(got), err)
		}
	}
}

// Nothing that a stranger sends makes it panic or run on.
func FuzzTexts(f *testing.F) {
	text := signed(7)
	n := sizeOf(f, text)
	f.Add(pngOf(f, sheet(f, text, 200, 200, placed(n, 1.4, 0, 200, 200))))
	f.Add(shapesPDF(f, text))
	f.Add(lockedPDF(f, text))
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Type/Page/Contents 1 0 R>>stream\nq BI /W 9 /H 9 ID x EI Q\nendstream endobj"))
	f.Fuzz(func(t *testing.T, file []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		texts, err := Texts(ctx, file)
		if (err == nil) != (len(texts) > 0) {
			t.Fatalf("%d texts, %v", len(texts), err)
		}
	})
}
