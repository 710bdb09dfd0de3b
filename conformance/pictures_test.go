package conformance

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// pictures are the values of qrcodeformat, the default first.
var pictures = []struct{ format, want string }{{"", "PNG"}, {"PNG", "PNG"}, {"JPEG", "JPEG"}, {"GIF", "GIF"}}

// hasPictures checks that the picture of the format asked for is there and no other,
// and the same for the PDF of the invoice (4.3).
func (r einvoice) hasPictures(t *testing.T, endpoint, format string, pdf bool) {
	t.Helper()
	onlyPicture(t, endpoint, format, r.QRCodeImagePng, r.QRCodeImageJpeg, r.QRCodeImageGif)
	if pdf {
		isPDF(t, endpoint+": EinvoicePdf", r.EinvoicePdf)
	} else if r.EinvoicePdf != nil {
		t.Errorf("%s: EinvoicePdf: got a file, want null without pdf=yes (4.3)", endpoint)
	}
}

func onlyPicture(t *testing.T, endpoint, format string, of ...*binary) {
	t.Helper()
	for i, name := range []string{"PNG", "JPEG", "GIF"} {
		if have := of[i] != nil; have != (name == format) {
			t.Errorf("%s: QRCodeImage of %s: got one %v, want %v where %q is asked for (4.3)", endpoint, name, have, !have, format)
		}
	}
}

// isPDF checks the first and the last bytes of a file.
func isPDF(t *testing.T, what string, file *binary) {
	t.Helper()
	if file == nil {
		t.Errorf("%s: got null, want a PDF (section 2, pdf=yes)", what)
		return
	}
	if !bytes.HasPrefix(*file, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(*file), []byte("%%EOF")) {
		t.Errorf("%s: got %.20q, want %%PDF- … %%%%EOF (section 2, pdf=yes)", what, *file)
	}
}

// qrSide decodes a picture with the decoder of its format, checks that it is a QR code
// and returns its side in pixels.
func qrSide(t *testing.T, what, format string, file *binary) int {
	t.Helper()
	if file == nil {
		t.Fatalf("%s: got null, want a picture (section 2, qrcode=yes)", what)
	}
	decode := map[string]func([]byte) (image.Image, error){
		"PNG":  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		"JPEG": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"GIF":  func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) },
	}[format]
	picture, err := decode(*file)
	if err != nil {
		t.Fatalf("%s: not a %s: %v (section 2, qrcodeformat)", what, format, err)
	}
	size := picture.Bounds().Size()
	if size.X != size.Y || size.X < 150 || size.X > 2000 {
		t.Errorf("%s: got %v pixels, want a square of 150 to 2000 (section 2, qrcodequality)", what, size)
	}
	if !looksQR(picture) {
		t.Errorf("%s: no finder patterns in three corners: not a QR code (section 2, qrcode)", what)
	}
	return size.X
}

// looksQR reports whether dark modules are bounded by a square whose upper corners and
// lower left one hold a finder pattern: dark, light, dark, light, dark as 1:1:3:1:1.
func looksQR(p image.Image) bool {
	area := p.Bounds()
	box := image.Rectangle{Min: area.Max, Max: area.Min}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if dark(p, x, y) {
				box.Min.X, box.Min.Y = min(box.Min.X, x), min(box.Min.Y, y)
				box.Max.X, box.Max.Y = max(box.Max.X, x+1), max(box.Max.Y, y+1)
			}
		}
	}
	run := 0 // the upper edge of the first finder pattern: seven modules
	for run < box.Dx() && dark(p, box.Min.X+run, box.Min.Y) {
		run++
	}
	if run < 7 || run*3 > box.Dx() || box.Min.X == area.Min.X || box.Min.Y == area.Min.Y {
		return false
	}
	upper, lower := box.Min.Y+run/2, box.Max.Y-1-run/2
	return finder(p, box.Min.X, 1, upper, run) && finder(p, box.Max.X-1, -1, upper, run) && finder(p, box.Min.X, 1, lower, run)
}

// finder reads the middle of each of seven modules from an edge inwards.
func finder(p image.Image, x, step, y, run int) bool {
	for i, want := range []bool{true, false, true, true, true, false, true} {
		if dark(p, x+step*(2*i+1)*run/14, y) != want {
			return false
		}
	}
	return true
}

func dark(p image.Image, x, y int) bool {
	r, g, b, _ := p.At(x, y).RGBA()
	return r+g+b < 3*0x8000
}

// asked is a set of the shared parameters.
func asked(format, quality, pdf string) []string {
	show := []string{"qrcode", "yes"}
	for _, p := range [][2]string{{"qrcodeformat", format}, {"qrcodequality", quality}, {"pdf", pdf}} {
		if p[1] != "" {
			show = append(show, p[0], p[1])
		}
	}
	return show
}

func TestThePicturesOfTheSignedQRAreWhatWasAskedFor(t *testing.T) {
	doc := invoice("PIC/1")
	first := registered(t, doc)
	calls := map[string]func(*testing.T, ...string) answer{
		"1 generateirn": func(t *testing.T, show ...string) answer { return erp.generateIRN(t, doc, show...) },
		"3 getirn":      func(t *testing.T, show ...string) answer { return erp.getIRN(t, seller, first.Irn, show...) },
		"4 getirnbydoc": func(t *testing.T, show ...string) answer {
			return erp.getIRNByDoc(t, seller, "INV", "PIC/1", today(), show...)
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			for _, p := range pictures {
				side := map[string]int{}
				for _, quality := range []string{"standard", "high", ""} {
					r := got[einvoice](t, call(t, asked(p.format, quality, "no")...))
					r.hasPictures(t, name, p.want, false)
					of := map[string]*binary{"PNG": r.QRCodeImagePng, "JPEG": r.QRCodeImageJpeg, "GIF": r.QRCodeImageGif}[p.want]
					side[quality] = qrSide(t, name+": "+p.want+" "+quality, p.want, of)
				}
				if side["standard"] >= side["high"] || side[""] != side["high"] {
					t.Errorf("%s: sides of %s: got %v, want standard below high, and high by default (section 2, qrcodequality)", name, p.want, side)
				}
			}
			got[einvoice](t, call(t, "qrcode", "no", "qrcodeformat", "GIF", "pdf", "no")).hasPictures(t, name+" qrcode=no", "", false)
			got[einvoice](t, call(t, "pdf", "yes")).hasPictures(t, name+" pdf=yes", "", true)
			got[einvoice](t, call(t, asked("GIF", "standard", "yes")...)).hasPictures(t, name+" both", "GIF", true)
		})
	}
}

func TestGetDocIRNInfoHasThePNGAlone(t *testing.T) {
	first := registered(t, invoice("PIC/INFO"))
	plain := got[docIRNInfo](t, erp.getDocIRNInfo(t, seller, "INV", "PIC/INFO", today()))
	if plain.Irn != first.Irn || plain.AckNo != first.AckNo || plain.SignedQRCode != first.SignedQRCode || plain.IrnStatus != "ACT" {
		t.Errorf("5 getdocirninfo: got Irn %s AckNo %s, want %s, %s (section 6)", plain.Irn, plain.AckNo, first.Irn, first.AckNo)
	}
	if plain.QRCodeImagePng != nil || plain.EinvoicePdf != nil || plain.EwbPdf != nil {
		t.Errorf("5 getdocirninfo: QRCodeImagePng, EinvoicePdf, EwbPdf: got a value, want null by default (section 2)")
	}
	full := got[docIRNInfo](t, erp.getDocIRNInfo(t, seller, "INV", "PIC/INFO", today(), "qrcode", "yes", "pdf", "yes"))
	qrSide(t, "5 getdocirninfo: QRCodeImagePng", "PNG", full.QRCodeImagePng)
	isPDF(t, "5 getdocirninfo: EinvoicePdf", full.EinvoicePdf)
}
