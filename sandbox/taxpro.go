package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
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

// picture returns the QR code as a PNG of at least size pixels: its modules are whole
// pixels, with a quiet zone of four around them.
func picture(text string, size int) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	modules := code.Size + 8
	code.Scale = (size + modules - 1) / modules
	return base64.StdEncoding.EncodeToString(code.PNG()), nil
}
