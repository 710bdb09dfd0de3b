package scan

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"rsc.io/qr"
)

// withCheck puts the checksum of the chunk right whose name begins at i.
func withCheck(file []byte, i int) []byte {
	binary.BigEndian.PutUint32(file[i+17:], crc32.ChecksumIEEE(file[i:i+17]))
	return file
}

// pdfWith is a PDF of one page with these contents, and further objects from number 5 on.
func pdfWith(contents string, more ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n" +
		"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>> >> endobj\n" +
		"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R>> endobj\n")
	fmt.Fprintf(&b, "4 0 obj <</Length %d>> stream\n%s\nendstream endobj\n", len(contents), contents)
	for i, object := range more {
		fmt.Fprintf(&b, "%d 0 obj %s endobj\n", i+5, object)
	}
	b.WriteString("trailer <</Root 1 0 R/Size 9>>\n%%EOF\n")
	return b.Bytes()
}

// streamOf is a stream with these members in its dictionary.
func streamOf(members, data string) string {
	return fmt.Sprintf("<<%s/Length %d>> stream\n%s\nendstream", members, len(data), data)
}

func deflated(t testing.TB, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func codeOf(t testing.TB, text string) *qr.Code {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// modules calls f for every dark module; y counts from below.
func modules(code *qr.Code, f func(x, y int)) {
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				f(x, code.Size-1-y)
			}
		}
	}
}

// shapesPDF has a code of one rectangle a module, each filled by itself.
func shapesPDF(t testing.TB, text string) []byte {
	var b strings.Builder
	b.WriteString("q 0 g 1.2 0 0 1.2 300 500 cm\n")
	modules(codeOf(t, text), func(x, y int) { fmt.Fprintf(&b, "%d %d 1 1 re f\n", x, y) })
	b.WriteString("Q")
	return pdfWith(b.String())
}

// packedPixels are a code's modules as one bit each, with a margin; dark is 0.
func packedPixels(code *qr.Code, margin, times int) (data []byte, side int) {
	side = (code.Size + 2*margin) * times
	line := (side + 7) / 8
	data = bytes.Repeat([]byte{0xff}, line*side)
	for y := range side {
		for x := range side {
			if code.Black(x/times-margin, y/times-margin) {
				data[y*line+x/8] &^= 0x80 >> (x % 8)
			}
		}
	}
	return data, side
}

const placeImage = "q 160 0 0 160 300 500 cm /X Do Q"

// lockedPDF is encrypted by AES-128 under an empty password, as programs do that forbid
// changes.
func lockedPDF(t testing.TB, text string) []byte {
	t.Helper()
	data, side := packedPixels(codeOf(t, text), 4, 3)
	owner, id := strings.Repeat("o", 32), strings.Repeat("i", 16)
	h := md5.New()
	h.Write(filler)
	h.Write([]byte(owner))
	h.Write([]byte{0xfc, 0xff, 0xff, 0xff}) // -4
	h.Write([]byte(id))
	key := h.Sum(nil)
	for range 50 {
		sum := md5.Sum(key)
		key = sum[:]
	}
	sum := md5.Sum(append(bytes.Clone(filler), id...))
	user := withRC4(key, sum[:])
	for i := byte(1); i < 20; i++ {
		other := bytes.Clone(key)
		for j := range other {
			other[j] ^= i
		}
		user = withRC4(other, user)
	}
	seal := func(number int, plain string) string {
		salted := append(bytes.Clone(key), byte(number), 0, 0, 0, 0)
		k := md5.Sum(append(salted, "sAlT"...))
		block, err := aes.NewCipher(k[:])
		if err != nil {
			t.Fatal(err)
		}
		pad := 16 - len(plain)%16
		body := append([]byte(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
		iv := []byte("0123456789abcdef")
		stdcipher.NewCBCEncrypter(block, iv).CryptBlocks(body, body)
		return string(iv) + string(body)
	}
	picture := streamOf(fmt.Sprintf("/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode", side, side),
		seal(5, deflated(t, data)))
	file := pdfWith(seal(4, placeImage), picture,
		fmt.Sprintf("<</Filter/Standard/V 4/R 4/Length 128/P -4/O<%s>/U<%s>/StmF/S/StrF/S/CF<</S<</CFM/AESV2/Length 16>> >> >>",
			hex.EncodeToString([]byte(owner)), hex.EncodeToString(append(user, make([]byte, 16)...))))
	return bytes.Replace(file, []byte("trailer <<"), []byte("trailer <</Encrypt 6 0 R/ID[<"+hex.EncodeToString([]byte(id))+"><00>]"), 1)
}

func TestCodesOfEveryMakeOfPDFAreRead(t *testing.T) {
	text := signed(11)
	code := codeOf(t, text)
	bits, side := packedPixels(code, 4, 3)
	small, smallSide := packedPixels(code, 0, 1)
	var runs strings.Builder
	runs.WriteString("q 0 g 1.3 0 0 1.3 300 500 cm\n")
	modules(code, func(x, y int) { fmt.Fprintf(&runs, "%d %d 1 1 re\n", x, y) })
	runs.WriteString("f\nQ")
	var polygons strings.Builder
	polygons.WriteString("0 0 0 1 k\n")
	modules(code, func(x, y int) {
		a, b := 300+float64(x)*1.1, 500+float64(y)*1.1
		fmt.Fprintf(&polygons, "%.2f %.2f m %.2f %.2f l %.2f %.2f l %.2f %.2f l h f*\n", a, b, a+1.1, b, a+1.1, b+1.1, a, b+1.1)
	})
	imageOf := func(members string, data []byte) string {
		return streamOf("/Subtype/Image/Filter/FlateDecode"+members, deflated(t, data))
	}
	size := fmt.Sprintf("/Width %d/Height %d", side, side)
	predicted := func() []byte { // PNG's filter "up", line by line
		line := (side + 7) / 8
		var b []byte
		for y := range side {
			b = append(b, 2)
			for i := range line {
				above := byte(0)
				if y > 0 {
					above = bits[(y-1)*line+i]
				}
				b = append(b, bits[y*line+i]-above)
			}
		}
		return b
	}()
	inverted := bytes.Clone(bits)
	for i := range inverted {
		inverted[i] ^= 0xff
	}
	grey := make([]byte, 0, side*side)
	for y := range side {
		for x := range side {
			grey = append(grey, 255*(bits[y*((side+7)/8)+x/8]>>(7-x%8)&1))
		}
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, &image.Gray{Pix: grey, Stride: side, Rect: image.Rect(0, 0, side, side)}, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	opaque := make([]byte, len(grey))
	for i := range grey {
		opaque[i] = 255 - grey[i]
	}
	tests := map[string][]byte{
		"a rectangle a module, filled one by one": shapesPDF(t, text),
		"all rectangles in one path":              pdfWith(runs.String()),
		"polygons in black ink":                   pdfWith(polygons.String()),
		"shapes in a form":                        pdfWith("q 1 0 0 1 0 0 cm /X Do Q", streamOf("/Subtype/Form/BBox[0 0 595 842]", runs.String())),
		"a picture of one bit":                    pdfWith(placeImage, imageOf(size+"/BitsPerComponent 1/ColorSpace/DeviceGray", bits)),
		"with a predictor": pdfWith(placeImage, imageOf(size+fmt.Sprintf("/BitsPerComponent 1/ColorSpace/DeviceGray/DecodeParms<</Predictor 15/Columns %d/BitsPerComponent 1>>", side),
			predicted)),
		"upside-down greys":                     pdfWith(placeImage, imageOf(size+"/BitsPerComponent 1/ColorSpace/DeviceGray/Decode[1 0]", inverted)),
		"a palette":                             pdfWith(placeImage, imageOf(size+"/BitsPerComponent 1/ColorSpace[/Indexed/DeviceRGB 1 <000000ffffff>]", bits)),
		"a separation":                          pdfWith(placeImage, imageOf(size+"/BitsPerComponent 1/ColorSpace[/Separation/Black/DeviceCMYK 9 0 R]", inverted)),
		"a stencil":                             pdfWith("0 g "+placeImage, imageOf(size+"/ImageMask true", bits)),
		"a photo":                               pdfWith(placeImage, streamOf("/Subtype/Image/Filter/DCTDecode/BitsPerComponent 8/ColorSpace/DeviceGray"+size, photo.String())),
		"a mask that shows black":               pdfWith(placeImage, imageOf(size+"/BitsPerComponent 8/ColorSpace/DeviceGray/SMask 6 0 R", make([]byte, len(grey))), imageOf(size+"/BitsPerComponent 8/ColorSpace/DeviceGray", opaque)),
		"one pixel a module, without a margin":  pdfWith(placeImage, imageOf(fmt.Sprintf("/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray", smallSide, smallSide), small)),
		"within the contents":                   pdfWith(fmt.Sprintf("q 160 0 0 160 300 500 cm BI /W %d /H %d /BPC 1 /CS /G /F /AHx ID %s> EI Q", side, side, hex.EncodeToString(bits))),
		"turned on the page":                    pdfWith("q 0 160 -160 0 400 500 cm /X Do Q", imageOf(size+"/BitsPerComponent 1/ColorSpace/DeviceGray", bits)),
		"an attached file":                      pdfWith("", streamOf("/Type/EmbeddedFile/Filter/FlateDecode", deflated(t, []byte(`{"SignedQRCode":"`+text+`"}`)))),
		"text on the page":                      pdfWith("BT /F 8 Tf (" + text[:300] + ") Tj T* (" + text[300:700] + ") Tj T* [(" + text[700:] + ")] TJ ET"),
		"encrypted under no password":           lockedPDF(t, text),
		"a wrong length of the stream":          bytes.Replace(shapesPDF(t, text), []byte("/Length "), []byte("/Length 1"), 1),
		"no page tree":                          bytes.Replace(pdfWith(runs.String()), []byte("/Pages 2 0 R"), []byte("/Nothing 2 0 R"), 1),
		"white painted first, and a far corner": pdfWith("1 g 0 0 595 842 re f 1e9 1e9 5 5 re f " + runs.String()),
	}
	for name, file := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Texts(t.Context(), file)
			if err != nil || !slices.Equal(got, []string{text}) {
				t.Errorf("%d texts, %v", len(got), err)
			}
		})
	}
}

func TestObjectsOutOfObjectStreamsAreRead(t *testing.T) {
	text := signed(12)
	shapes := shapesPDF(t, text)
	i := bytes.Index(shapes, []byte("3 0 obj"))
	j := bytes.Index(shapes, []byte("4 0 obj"))
	stream := streamOf("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", deflated(t, []byte("3 0 <</Type/Page/Parent 2 0 R/Contents 4 0 R>>")))
	file := slices.Concat(shapes[:i], shapes[j:], []byte("7 0 obj "+stream+" endobj\n"))
	if got, err := Texts(t.Context(), file); err != nil || !slices.Equal(got, []string{text}) {
		t.Errorf("%d texts, %v", len(got), err)
	}
}

func TestHostilePDFsAreRefused(t *testing.T) {
	bomb := deflated(t, make([]byte, mostUnpacked+1000))
	deep := strings.Repeat("[", 100_000)
	needed := bytes.Replace(lockedPDF(t, signed(13)), []byte("/P -4"), []byte("/P -5"), 1) // another key
	loop := pdfWith(strings.Repeat("q /X Do Q ", 20), streamOf("/Subtype/Form/Resources<</XObject<</X 5 0 R>>>>", strings.Repeat("/X Do ", 20)))
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"contents that unpack without end", bytes.Replace(pdfWith(""), []byte("4 0 obj <</Length 0>> stream\n"), []byte("4 0 obj <</Filter/FlateDecode/Length "+fmt.Sprint(len(bomb))+">> stream\n"+bomb), 1), ErrTooBig},
		{"a picture of 10,000 megapixels", pdfWith(placeImage, streamOf("/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 1", "x")), ErrTooBig},
		{"locked with a password", needed, ErrLocked},
		{"an unknown lock", bytes.Replace(needed, []byte("/V 4"), []byte("/V 9"), 1), ErrLocked},
		{"arrays in arrays", pdfWith(deep), ErrNoCode},
		{"forms in themselves", loop, ErrNoCode},
		{"numbers beyond all numbers", pdfWith("1e308 0 0 1e308 1e308 1e308 cm 1e308 1e308 1e308 1e308 re f 0 0 1 1 re W n /X Do"), ErrNoCode},
		{"a page without end", bytes.Replace(pdfWith(""), []byte("/Kids[3 0 R]"), []byte("/Kids[2 0 R 2 0 R]"), 1), ErrNoCode},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := Texts(t.Context(), test.file); got != nil || !errors.Is(err, test.want) {
				t.Errorf("%d texts, %v; want %v", len(got), err, test.want)
			}
		})
	}
}
