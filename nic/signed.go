package nic

import (
	"crypto/rsa"
	"crypto/sha1" // NIC names its keys by SHA-1 of the certificate; nothing is secured by it
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"mohar/gst"
)

// What Verify and CheckRegistration can find.
var (
	// ErrNotSigned says that a text is not a signed artefact of the portal at all.
	ErrNotSigned = errors.New("not a signed text of the portal")
	// ErrUnknownKey says that the key is not in the ring. The text may be genuine:
	// show it as not verified, not as false.
	ErrUnknownKey = errors.New("signed with a key that is not known here")
	// ErrBadSignature says that the signature does not hold under the key it names.
	ErrBadSignature = errors.New("signature does not hold")
	// ErrOtherDocument says that a signed text is about another document.
	ErrOtherDocument = errors.New("signed text is about another document")
)

// Signed is what a signed artefact says.
type Signed struct {
	KeyID    string // kid: upper-case hex SHA-1 of the signer's certificate
	Practice bool   // signed by a built-in portal
	Issuer   string // "NIC"; some texts of NIC's own test system say "NIC Sandbox"
	Data     []byte // the JSON that was signed
}

// claims is the payload, in the portal's order: the JSON as one text, and the issuer.
type claims struct {
	Data string `json:"data"`
	jwt.RegisteredClaims
}

// parser takes RS256 only: with the key's own choice of algorithm a forger could
// name a weaker one. The portal's tokens carry no times to check. Strict decoding
// refuses the spare bits at the end, so that no letter of a token may change.
func parser() *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithoutClaimsValidation(),
		jwt.WithStrictDecoding(),
	)
}

// Verify reads a signed invoice or signed QR code and checks its RS256 signature
// under the key that its header names by kid, else by x5t. A text that names no key
// is tried under every key of the ring.
//
// It returns ErrNotSigned, ErrUnknownKey or ErrBadSignature.
func (k *Keyring) Verify(token string) (*Signed, error) {
	token = strings.TrimSpace(token)
	keyID, err := namedKey(token)
	if err != nil {
		return nil, err
	}
	if keyID != "" {
		key, ok := k.keys[keyID]
		if !ok {
			return nil, fmt.Errorf("%w: %s", ErrUnknownKey, keyID)
		}
		return verify(token, key)
	}
	for _, id := range k.order {
		if signed, err := verify(token, k.keys[id]); err == nil {
			return signed, nil
		}
	}
	return nil, fmt.Errorf("%w: it names none, and none here fits", ErrUnknownKey)
}

func verify(token string, key SigningKey) (*Signed, error) {
	var c claims
	_, err := parser().ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return key.Public, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return nil, fmt.Errorf("%w: %w", ErrNotSigned, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrBadSignature, err)
	}
	return &Signed{KeyID: key.KeyID, Practice: key.Practice, Issuer: c.Issuer, Data: []byte(c.Data)}, nil
}

// Read reads a signed text without checking its signature: for texts whose key is
// unknown. KeyID is what the text itself claims. It returns ErrNotSigned.
func Read(token string) (*Signed, error) {
	token = strings.TrimSpace(token)
	keyID, err := namedKey(token)
	if err != nil {
		return nil, err
	}
	var c claims
	if _, _, err := parser().ParseUnverified(token, &c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	return &Signed{KeyID: keyID, Issuer: c.Issuer, Data: []byte(c.Data)}, nil
}

// namedKey returns the key id that a token's header names, "" when it names none.
func namedKey(token string) (string, error) {
	header, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		return "", fmt.Errorf("%w: header: %w", ErrNotSigned, err)
	}
	var h struct {
		Kid string `json:"kid"`
		X5t string `json:"x5t"`
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return "", fmt.Errorf("%w: header: %w", ErrNotSigned, err)
	}
	if h.Kid != "" {
		return strings.ToUpper(h.Kid), nil
	}
	thumb, err := base64.RawURLEncoding.DecodeString(h.X5t)
	if err != nil {
		return "", fmt.Errorf("%w: x5t: %w", ErrNotSigned, err)
	}
	return strings.ToUpper(hex.EncodeToString(thumb)), nil
}

// Sign returns data as the portal signs it: RS256 over {"data": "…", "iss": …},
// with kid and x5t of the signer's certificate in the header.
//
// Source: decoded tokens of the NIC sandbox, 2020 to 2023.
func Sign(key *rsa.PrivateKey, cert *x509.Certificate, issuer string, data []byte) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims{
		Data: string(data), RegisteredClaims: jwt.RegisteredClaims{Issuer: issuer},
	})
	// The header is a map and encodes in alphabetical order: alg, kid, typ, x5t, which
	// is the portal's too.
	token.Header["kid"] = KeyID(cert)
	token.Header["x5t"] = X5T(cert)
	text, err := token.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return text, nil
}

// KeyID returns the name of a certificate's key: its SHA-1 in upper-case hex (kid).
func KeyID(cert *x509.Certificate) string {
	sum := sha1.Sum(cert.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// X5T returns the same 20 bytes in base64url.
func X5T(cert *x509.Certificate) string {
	sum := sha1.Sum(cert.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// QRData is what a signed QR code says.
type QRData struct {
	SellerGSTIN string
	BuyerGSTIN  string // "URP" for exports
	Number      string
	Type        gst.DocumentType
	Date        gst.Date
	Total       gst.Paise
	Lines       int
	MainHSN     string // of the line with the highest taxable value
	IRN         string
	IRNDate     Moment // zero in codes of 2020, which did not have it
}

// QR returns the members of a signed QR code.
func (s *Signed) QR() (*QRData, error) {
	var wire struct {
		SellerGstin, BuyerGstin, DocNo, DocTyp, DocDt Text

		TotInvVal   json.RawMessage
		ItemCnt     Digits
		MainHsnCode Text
		Irn         string
		IrnDt       Moment
	}
	if err := json.Unmarshal(s.Data, &wire); err != nil {
		return nil, fmt.Errorf("read QR code: %w", err)
	}
	if wire.Irn == "" || wire.DocNo == "" {
		return nil, errors.New("read QR code: it has no IRN or no document number")
	}
	date, err := parseDay(string(wire.DocDt))
	if err != nil {
		return nil, fmt.Errorf("read QR code: document date: %w", err)
	}
	total, err := parseDecimal(scalar(wire.TotInvVal), 2)
	if err != nil {
		return nil, fmt.Errorf("read QR code: total: %w", err)
	}
	return &QRData{
		SellerGSTIN: string(wire.SellerGstin), BuyerGSTIN: string(wire.BuyerGstin), Number: string(wire.DocNo),
		Type: gst.DocumentType(strings.ToUpper(string(wire.DocTyp))), Date: date, Total: gst.Paise(total),
		Lines: wire.ItemCnt.small(), MainHSN: string(wire.MainHsnCode), IRN: wire.Irn, IRNDate: wire.IrnDt,
	}, nil
}
