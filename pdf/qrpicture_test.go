package pdf

import (
	"bytes"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// signedLike is a text as long as a signed QR code's, of the same letters.
var signedLike = "eyJhbGciOiJSUzI1NiIsImtpZCI6Ijg4NTVBQkM" + strings.Repeat("Qx7_-Zk9", 110)

func TestQRPicturesAreOfTheFormatAndSizeAskedFor(t *testing.T) {
	for format, name := range map[PictureFormat]string{PNG: "png", JPEG: "jpeg", GIF: "gif"} {
		for _, scale := range []int{1, 4, 8} {
			file, err := QRPicture(signedLike, format, scale)
			if err != nil {
				t.Fatal(err)
			}
			m, got, err := image.Decode(bytes.NewReader(file))
			if err != nil || got != name {
				t.Fatalf("%s at %d: %q, %v", format, scale, got, err)
			}
			s, err := newSymbol(signedLike)
			if err != nil {
				t.Fatal(err)
			}
			want := (s.size + 8) * scale
			if m.Bounds().Dx() != want || m.Bounds().Dy() != want {
				t.Errorf("%s at %d is %v, want %d square", format, scale, m.Bounds(), want)
			}
			if r, _, _, _ := m.At(0, 0).RGBA(); r < 0xf000 {
				t.Errorf("%s at %d: the quiet zone is not white", format, scale)
			}
			if r, _, _, _ := m.At(4*scale, 4*scale).RGBA(); r > 0x1000 {
				t.Errorf("%s at %d: the corner of the finder is not black", format, scale)
			}
		}
	}
}

func TestQRPicturesScan(t *testing.T) {
	scanner, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not here: no picture was scanned")
	}
	for _, text := range []string{signedLike, "upi://pay?pa=sharda@upi&pn=Sharda%20Traders&am=5900&cu=INR&mode=01"} {
		for _, format := range []PictureFormat{PNG, JPEG, GIF} {
			for _, scale := range []int{4, 8} {
				file, err := QRPicture(text, format, scale)
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "code."+strings.ToLower(string(format)))
				if err := os.WriteFile(path, file, 0o600); err != nil {
					t.Fatal(err)
				}
				said, err := exec.CommandContext(t.Context(), scanner, "-q", "--raw", path).Output()
				if got := strings.TrimSpace(string(said)); err != nil || got != text {
					t.Errorf("%s at %d scans as %.60q, %v", format, scale, got, err)
				}
			}
		}
	}
}

func TestQRPicturesAreRefusedWhereTheyCannotBeDrawn(t *testing.T) {
	if _, err := QRPicture("a", "BMP", 4); err == nil {
		t.Error("BMP was drawn")
	}
	if _, err := QRPicture(strings.Repeat("a", 3000), PNG, 4); err == nil {
		t.Error("3000 bytes were drawn")
	}
}

func BenchmarkQRPicture(b *testing.B) {
	for _, format := range []PictureFormat{PNG, JPEG, GIF} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				if _, err := QRPicture(signedLike, format, 8); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
