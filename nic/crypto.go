package nic

import (
	"bytes"
	"crypto/aes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
)

// KeySize is the length in bytes of an AppKey and of the session key (SEK).
const KeySize = 32

// maxAuthText is what one RSA-2048 block holds under PKCS #1 v1.5: 256 bytes less
// 11 of padding. Source: NIC authentication page, version 1.04.
const maxAuthText = 245

// ErrDecrypt says that a ciphertext does not open: wrong key, wrong length, wrong
// padding or not base64.
var ErrDecrypt = errors.New("cannot be decrypted")

// ErrLoginText says that a sign-in opened, but does not hold the JSON it should.
var ErrLoginText = errors.New("sign-in is not the expected JSON")

// NewKey returns 32 fresh random bytes, for use as an AppKey or a session key.
func NewKey() ([]byte, error) {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// EncryptECB encrypts plain with AES-256 in ECB mode after PKCS #7 padding, as the
// portal demands for every body. ECB hides little; TLS around it does the work.
func EncryptECB(key, plain []byte) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	out := make([]byte, 0, len(plain)+pad)
	out = append(out, plain...)
	out = append(out, bytes.Repeat([]byte{byte(pad)}, pad)...)
	for i := 0; i < len(out); i += aes.BlockSize {
		block.Encrypt(out[i:i+aes.BlockSize], out[i:i+aes.BlockSize])
	}
	return out, nil
}

// DecryptECB is the reverse of EncryptECB. It returns ErrDecrypt unless the
// ciphertext is whole blocks and every padding byte is right.
func DecryptECB(key, cipher []byte) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if len(cipher) == 0 || len(cipher)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("%w: %d bytes are not whole AES blocks", ErrDecrypt, len(cipher))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	out := make([]byte, len(cipher))
	for i := 0; i < len(cipher); i += aes.BlockSize {
		block.Decrypt(out[i:i+aes.BlockSize], cipher[i:i+aes.BlockSize])
	}
	return unpad(out)
}

func checkKey(key []byte) error {
	if len(key) != KeySize {
		return fmt.Errorf("AES key has %d bytes, want %d", len(key), KeySize)
	}
	return nil
}

// unpad removes PKCS #7 padding from whole blocks.
func unpad(b []byte) ([]byte, error) {
	pad := int(b[len(b)-1])
	if pad == 0 || pad > aes.BlockSize {
		return nil, fmt.Errorf("%w: bad padding", ErrDecrypt)
	}
	text, tail := b[:len(b)-pad], b[len(b)-pad:]
	for _, c := range tail {
		if int(c) != pad {
			return nil, fmt.Errorf("%w: bad padding", ErrDecrypt)
		}
	}
	return text, nil
}

// EncryptText encrypts plain under key and returns it as the base64 text that
// stands in "Data".
func EncryptText(key, plain []byte) (string, error) {
	cipher, err := EncryptECB(key, plain)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(cipher), nil
}

// DecryptText is the reverse of EncryptText; ErrDecrypt for anything that does not
// open.
func DecryptText(key []byte, text string) ([]byte, error) {
	cipher, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: not base64", ErrDecrypt)
	}
	return DecryptECB(key, cipher)
}

// body is what is posted: one member, "Data".
type body struct {
	Data string `json:"Data"`
}

// Body returns {"Data":"…"}: the body of a sign-in, around what SealAuth made.
func Body(data string) ([]byte, error) {
	return marshal(body{Data: data})
}

// BodyData returns the Data of a posted body, "" when it has none. The key is read
// without regard to case, as the portal does.
func BodyData(posted []byte) (string, error) {
	var b body
	if err := json.Unmarshal(posted, &b); err != nil {
		return "", fmt.Errorf("read posted body: %w", err)
	}
	return b.Data, nil
}

// SealBody returns the body of a call: {"Data": base64(AES(sek, payload))}.
func SealBody(sek, payload []byte) ([]byte, error) {
	text, err := EncryptText(sek, payload)
	if err != nil {
		return nil, fmt.Errorf("seal body: %w", err)
	}
	return Body(text)
}

// OpenBody is the reverse of SealBody: the payload of a posted body. It returns
// ErrDecrypt when the Data does not open under sek.
func OpenBody(sek, posted []byte) ([]byte, error) {
	text, err := BodyData(posted)
	if err != nil {
		return nil, err
	}
	return DecryptText(sek, text)
}

// Login is what an API user signs in with.
type Login struct {
	UserName string
	Password string
	AppKey   []byte // 32 random bytes; the portal sends the session key encrypted under it
	Force    bool   // ask for a new token; heeded in a token's last ten minutes only
}

// SealAuth returns the "Data" of a sign-in: base64 of RSA (PKCS #1 v1.5) of base64
// of the login as JSON. The inner base64 is part of the protocol; without it the
// portal refuses. User name and password may together be about 60 bytes long,
// because everything must fit one RSA block.
//
// Source: NIC authentication page, version 1.04.
func SealAuth(pub *rsa.PublicKey, login Login) (string, error) {
	if err := checkKey(login.AppKey); err != nil {
		return "", fmt.Errorf("seal sign-in: %w", err)
	}
	text, err := marshal(struct {
		UserName                string
		Password                string
		AppKey                  string
		ForceRefreshAccessToken bool
	}{login.UserName, login.Password, base64.StdEncoding.EncodeToString(login.AppKey), login.Force})
	if err != nil {
		return "", fmt.Errorf("seal sign-in: %w", err)
	}
	return sealLogin(pub, text)
}

// sealLogin encrypts the JSON of a sign-in.
func sealLogin(pub *rsa.PublicKey, text []byte) (string, error) {
	b := base64.StdEncoding.AppendEncode(nil, text)
	if room := min(maxAuthText, pub.Size()-11); len(b) > room {
		return "", fmt.Errorf("user name and password are too long: sign-in is %d bytes, at most %d fit", len(b), room)
	}
	cipher, err := rsa.EncryptPKCS1v15(rand.Reader, pub, b) //nolint:staticcheck // the portal takes no other padding
	if err != nil {
		return "", fmt.Errorf("seal sign-in: %w", err)
	}
	return base64.StdEncoding.EncodeToString(cipher), nil
}

// OpenAuth is the portal's side of SealAuth. It returns ErrDecrypt when data does
// not open and ErrLoginText when it holds something else than a login.
// ForceRefreshAccessToken may be absent, a boolean or its text. An AppKey that is
// not base64 comes back empty, so that the caller's check of its length refuses it.
func OpenAuth(priv *rsa.PrivateKey, data string) (Login, error) {
	cipher, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return Login{}, fmt.Errorf("%w: not base64", ErrDecrypt)
	}
	b, err := rsa.DecryptPKCS1v15(nil, priv, cipher) //nolint:staticcheck // clients of the portal use this padding
	if err != nil {
		return Login{}, fmt.Errorf("%w: %w", ErrDecrypt, err)
	}
	text, err := base64.StdEncoding.DecodeString(string(b))
	if err != nil {
		return Login{}, fmt.Errorf("%w: inner text is not base64", ErrLoginText)
	}
	var wire struct {
		UserName                string
		Password                string
		AppKey                  string
		ForceRefreshAccessToken Flag
	}
	if err := json.Unmarshal(text, &wire); err != nil {
		return Login{}, fmt.Errorf("%w: %w", ErrLoginText, err)
	}
	key, err := base64.StdEncoding.DecodeString(wire.AppKey)
	if err != nil {
		key = nil
	}
	return Login{wire.UserName, wire.Password, key, bool(wire.ForceRefreshAccessToken)}, nil
}

// ParsePublicKey reads an RSA public key from PEM text: a PUBLIC KEY, an RSA PUBLIC
// KEY or a CERTIFICATE block, or from the bare DER or base64 of one, as NIC's .cer
// files have it.
func ParsePublicKey(text []byte) (*rsa.PublicKey, error) {
	der := text
	if block, _ := pem.Decode(text); block != nil {
		der = block.Bytes
	} else if raw, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text))); err == nil {
		der = raw
	}
	if cert, err := x509.ParseCertificate(der); err == nil {
		return rsaKey(cert.PublicKey)
	}
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		return rsaKey(key)
	}
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return key, nil
	}
	return nil, errors.New("neither a public key nor a certificate")
}

func rsaKey(key any) (*rsa.PublicKey, error) {
	if k, ok := key.(*rsa.PublicKey); ok {
		return k, nil
	}
	return nil, fmt.Errorf("key is %T, want RSA", key)
}

// marshal writes JSON as the portal does: without escaping <, > and &.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
