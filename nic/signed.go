package nic

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha1" // NIC names its keys by SHA-1 of the certificate; nothing is secured by it
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

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
	KeyID    string     // kid: upper-case hex SHA-1 of the signer's certificate
	Key      SigningKey // under which the signature holds; empty after Read
	Practice bool       // signed by a built-in portal
	Issuer   string     // "NIC"; some texts of NIC's own test system say "NIC Sandbox"
	Data     []byte     // the JSON that was signed
}

// Trial reports whether the text says that NIC's own test system signed it. Not all texts
// of that system do.
//
// Source: published tokens of the NIC sandbox, 2023.
func (s *Signed) Trial() bool { return strings.Contains(strings.ToLower(s.Issuer), "sandbox") }

// At is when the portal signed, by its own clock: IrnDt of a QR code, AckDt of an invoice.
// It is zero for QR codes of 2020, which do not say.
func (s *Signed) At() time.Time {
	var wire struct{ IrnDt, AckDt Moment }
	if err := json.Unmarshal(s.Data, &wire); err != nil {
		return time.Time{}
	}
	if !wire.IrnDt.IsZero() {
		return wire.IrnDt.Time
	}
	return wire.AckDt.Time
}

// Acknowledged returns the IRN and the acknowledgement number of a signed invoice.
func (s *Signed) Acknowledged() (irn, ackNo string) {
	var ack Duplicate
	if err := json.Unmarshal(s.Data, &ack); err != nil {
		return "", ""
	}
	return ack.Irn, string(ack.AckNo)
}

// OutOfTime reports whether the text was signed outside the validity of its key's
// certificate, or the years in which the key was seen: worth a remark, not an objection.
func (s *Signed) OutOfTime() bool {
	at := s.At()
	return !at.IsZero() && s.Key.Public != nil && !s.Key.Covers(at)
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
	h, err := readHeader(token)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	if keyID := h.keyID; keyID != "" {
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
	if !json.Valid([]byte(c.Data)) {
		return nil, fmt.Errorf("%w: what was signed is not JSON", ErrNotSigned)
	}
	return &Signed{KeyID: key.KeyID, Key: key, Practice: key.Practice, Issuer: c.Issuer, Data: []byte(c.Data)}, nil
}

// Read reads a signed text without checking its signature: for texts whose key is
// unknown. KeyID is what the text itself claims. It returns ErrNotSigned.
func Read(token string) (*Signed, error) {
	token = strings.TrimSpace(token)
	h, err := readHeader(token)
	if err != nil {
		return nil, err
	}
	var c claims
	if _, _, err := parser().ParseUnverified(token, &c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	return &Signed{KeyID: h.keyID, Issuer: c.Issuer, Data: []byte(c.Data)}, nil
}

// maxToken and maxHeader bound what is read: the portal takes documents up to 2 MB, and
// its headers have 130 bytes.
const (
	maxToken  = 16 << 20
	maxHeader = 4 << 10
)

// header is what of a token's header counts. Keys that it brings itself (jwk, x5c, jku,
// x5u) never do: a forger would bring his own.
type header struct {
	alg   string
	keyID string // kid, else x5t, in upper-case hex; empty: it names none
	crit  bool
}

// readHeader reads the header of a token. Members may stand there once only, since
// readers differ in which of two they take.
func readHeader(token string) (h header, err error) {
	if len(token) > maxToken {
		return h, fmt.Errorf("%w: it has %d bytes", ErrNotSigned, len(token))
	}
	if i := strings.IndexFunc(token, notOfToken); i >= 0 {
		return h, fmt.Errorf("%w: byte %d is no letter of one", ErrNotSigned, i)
	}
	first, _, _ := strings.Cut(token, ".")
	if len(first) > maxHeader {
		return h, fmt.Errorf("%w: its header has %d bytes", ErrNotSigned, len(first))
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(first)
	if err != nil {
		return h, fmt.Errorf("%w: header: %w", ErrNotSigned, err)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return h, fmt.Errorf("%w: header is not a JSON object", ErrNotSigned)
	}
	var wire struct {
		Alg, Kid, X5t string
		Crit          json.RawMessage
	}
	if err := json.Unmarshal(text, &wire); err != nil {
		return h, fmt.Errorf("%w: header: %w", ErrNotSigned, err)
	}
	if name := repeated(text); name != "" {
		return h, fmt.Errorf("%w: header: %s stands there twice", ErrNotSigned, name)
	}
	h = header{alg: wire.Alg, keyID: strings.ToUpper(wire.Kid), crit: wire.Crit != nil}
	if h.keyID != "" {
		return h, nil
	}
	thumb, err := base64.RawURLEncoding.DecodeString(wire.X5t)
	if err != nil {
		return h, fmt.Errorf("%w: x5t: %w", ErrNotSigned, err)
	}
	h.keyID = strings.ToUpper(hex.EncodeToString(thumb))
	return h, nil
}

// notOfToken reports whether a letter cannot stand in a token. Go's base64 skips line
// breaks, so that two texts would pass for one.
func notOfToken(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
}

// repeated returns the name of a member that stands in an object twice, without regard to
// case; "" when none does.
func repeated(object []byte) string {
	found := map[string]bool{}
	for key := range members(object) {
		name := strings.ToLower(unquote(key))
		if found[name] {
			return name
		}
		found[name] = true
	}
	return ""
}

// check refuses tokens that no key can confirm. The algorithm is looked at before the
// key: a text without signature is not merely one of an unknown key.
//
// Source: RFC 7515, section 4.1.11 (crit: what is not understood must be refused).
func (h header) check() error {
	switch {
	case h.alg != jwt.SigningMethodRS256.Alg():
		return fmt.Errorf("%w: algorithm %q, and the portal signs with RS256 only", ErrBadSignature, h.alg)
	case h.crit:
		return fmt.Errorf("%w: it asks for an extension that the portal does not use", ErrBadSignature)
	}
	return nil
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
