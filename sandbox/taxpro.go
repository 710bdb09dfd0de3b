package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"strings"

	"rsc.io/qr"

	"mohar/nic"
)

// The size in pixels of the picture that TaxPro draws of the QR code.
const (
	defaultQRSize = 250
	maxQRSize     = 2000
)

// extras is what TaxPro adds to the portal's payload on its decrypted paths.
type extras struct {
	nic.Acknowledgement
	ExtractedSignedInvoiceData json.RawMessage
	ExtractedSignedQrCode      json.RawMessage
	QrCodeImage                string // PNG in base64
}

// withExtras opens the signed texts and draws the QR code.
func withExtras(c *call, ack nic.Acknowledgement) (extras, error) {
	x := extras{Acknowledgement: ack}
	var err error
	if x.ExtractedSignedInvoiceData, err = signedJSON(ack.SignedInvoice); err != nil {
		return x, err
	}
	if x.ExtractedSignedQrCode, err = signedJSON(ack.SignedQRCode); err != nil {
		return x, err
	}
	size, err := strconv.Atoi(c.param("QrCodeSize"))
	if err != nil || size < 1 || size > maxQRSize {
		size = defaultQRSize
	}
	x.QrCodeImage, err = picture(ack.SignedQRCode, size)
	return x, err
}

// signedJSON returns the JSON inside a signed text of our own.
func signedJSON(token string) (json.RawMessage, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("signed text has %d parts", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("open signed text: %w", err)
	}
	var claims struct {
		Data string `json:"data"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, fmt.Errorf("open signed text: %w", err)
	}
	return json.RawMessage(claims.Data), nil
}

// quietZone is the white margin that belongs to a QR code, in modules.
//
// Source: ISO/IEC 18004, quiet zone.
const quietZone = 4

// picture returns the QR code as a PNG of size pixels a side. Its modules are whole
// pixels, so that they stay sharp: as many as fit, and white around them. Where not
// even one pixel a module fits, the picture is as large as it must be.
func picture(text string, size int) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	modules := code.Size + 2*quietZone
	size = max(size, modules)
	scale := size / modules
	margin := (size - code.Size*scale) / 2
	img := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	for y := range code.Size * scale {
		row := img.Pix[(margin+y)*img.Stride+margin:]
		for x := range code.Size * scale {
			if code.Black(x/scale, y/scale) {
				row[x] = 1
			}
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img); err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}
