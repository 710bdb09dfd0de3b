package nic

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

// b64 is a part of a token.
func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// signedBy signs header and payload as they are, with RSA and the hash.
func signedBy(t testing.TB, key *rsa.PrivateKey, hash crypto.Hash, header, payload string) string {
	t.Helper()
	text := b64(header) + "." + b64(payload)
	h := hash.New()
	h.Write([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, h.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + b64(string(signature))
}

const goodPayload = `{"data":"{\"Irn\":\"x\"}","iss":"NIC"}`

// RFC 8725, sections 3.1 to 3.10: the ways in which tokens are forged.
func TestForgedTokensAreNeverConfirmed(t *testing.T) {
	key, _, signing := newSigner(t)
	other, _, second := newSigner(t)
	ring := NewKeyring(signing, second)
	kid := `"kid":"` + signing.KeyID + `"`
	mac := func(header string, secret []byte) string {
		text := b64(header) + "." + b64(goodPayload)
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(text))
		return text + "." + b64(string(m.Sum(nil)))
	}
	der, err := x509.MarshalPKIXPublicKey(signing.Public)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	es256 := func(header string) string {
		text := b64(header) + "." + b64(goodPayload)
		sum := sha256.Sum256([]byte(text))
		r, s, err := ecdsa.Sign(rand.Reader, curve, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return text + "." + b64(string(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)))
	}
	good := signedBy(t, key, crypto.SHA256, `{"alg":"RS256",`+kid+`}`, goodPayload)
	if _, err := ring.Verify(good); err != nil {
		t.Fatalf("the genuine one: %v", err)
	}
	part := strings.Split(good, ".")
	rs256 := func(header string) string { return signedBy(t, key, crypto.SHA256, header, goodPayload) }
	tests := []struct {
		name, token string
		want        error
	}{
		{"no algorithm, no signature", b64(`{"alg":"none",`+kid+`}`) + "." + part[1] + ".", ErrBadSignature},
		{"no algorithm, spelt otherwise", b64(`{"alg":"nOnE",`+kid+`}`) + "." + part[1] + "." + part[2], ErrBadSignature},
		{"no algorithm under an unknown key is false, not unknown", b64(`{"alg":"none","kid":"AA"}`) + "." + part[1] + ".", ErrBadSignature},
		{"HS256 with the public key's PEM as the secret", mac(`{"alg":"HS256",`+kid+`}`, signing.PEM), ErrBadSignature},
		{"HS256 with the public key's DER as the secret", mac(`{"alg":"HS256",`+kid+`}`, der), ErrBadSignature},
		{"HS256 called RS256", mac(`{"alg":"RS256",`+kid+`}`, signing.PEM), ErrBadSignature},
		{"RS384 under the right key", signedBy(t, key, crypto.SHA384, `{"alg":"RS384",`+kid+`}`, goodPayload), ErrBadSignature},
		{"RS384 called RS256", signedBy(t, key, crypto.SHA384, `{"alg":"RS256",`+kid+`}`, goodPayload), ErrBadSignature},
		{"ES256", es256(`{"alg":"ES256",` + kid + `}`), ErrBadSignature},
		{"no algorithm named", rs256(`{` + kid + `}`), ErrBadSignature},
		{"an extension that must be understood", rs256(`{"alg":"RS256","crit":["b64"],"b64":false,` + kid + `}`), ErrBadSignature},
		{"an empty list of extensions", rs256(`{"alg":"RS256","crit":[],` + kid + `}`), ErrBadSignature},
		{"its own key, jwk", signedBy(t, newRSA(t), crypto.SHA256, `{"alg":"RS256","jwk":{"kty":"RSA"},`+kid+`}`, goodPayload), ErrBadSignature},
		{"its own certificate, x5c", signedBy(t, newRSA(t), crypto.SHA256, `{"alg":"RS256","x5c":["`+base64.StdEncoding.EncodeToString(der)+`"],`+kid+`}`, goodPayload), ErrBadSignature},
		{"its own key's address, jku", signedBy(t, newRSA(t), crypto.SHA256, `{"alg":"RS256","jku":"https://x.example/keys",`+kid+`}`, goodPayload), ErrBadSignature},
		{"the name of another key that is known", signedBy(t, other, crypto.SHA256, `{"alg":"RS256",`+kid+`}`, goodPayload), ErrBadSignature},
		{"two names of keys", rs256(`{"alg":"RS256",` + kid + `,"kid":"` + second.KeyID + `"}`), ErrNotSigned},
		{"two names of keys, spelt otherwise", rs256(`{"alg":"RS256",` + kid + `,"KID":"` + second.KeyID + `"}`), ErrNotSigned},
		{"two algorithms", rs256(`{"alg":"none","alg":"RS256",` + kid + `}`), ErrNotSigned},
		{"changed payload", part[0] + "." + b64(`{"data":"{\"Irn\":\"y\"}","iss":"NIC"}`) + "." + part[2], ErrBadSignature},
		{"one dot", part[0] + "." + part[1], ErrNotSigned},
		{"three dots", good + ".", ErrNotSigned},
		{"a part between", part[0] + "." + part[1] + "." + part[1] + "." + part[2], ErrNotSigned},
		{"padded", part[0] + "." + part[1] + "." + part[2] + "==", ErrNotSigned},
		{"padded header", part[0] + "=." + part[1] + "." + part[2], ErrNotSigned},
		{"a line break inside", part[0] + "." + part[1][:9] + "\n" + part[1][9:] + "." + part[2], ErrNotSigned},
		{"the plain alphabet of base64", strings.Repeat("+", len(part[0])) + "." + part[1] + "." + part[2], ErrNotSigned},
		{"a huge header", b64(`{"alg":"RS256","x":"`+strings.Repeat("x", 5000)+`",`+kid+`}`) + "." + part[1] + "." + part[2], ErrNotSigned},
		{"a huge token", good + strings.Repeat("A", maxToken), ErrNotSigned},
		{"header is null", b64("null") + "." + part[1] + "." + part[2], ErrNotSigned},
		{"header is a list", b64("[]") + "." + part[1] + "." + part[2], ErrNotSigned},
		{"data is not JSON", signedBy(t, key, crypto.SHA256, `{"alg":"RS256",`+kid+`}`, `{"data":"hello"}`), ErrNotSigned},
		{"no data", signedBy(t, key, crypto.SHA256, `{"alg":"RS256",`+kid+`}`, `{}`), ErrNotSigned},
		{"payload is not JSON", signedBy(t, key, crypto.SHA256, `{"alg":"RS256",`+kid+`}`, `hello`), ErrNotSigned},
		{"a key that is not known", signedBy(t, key, crypto.SHA256, `{"alg":"RS256","kid":"AB"}`, goodPayload), ErrUnknownKey},
	}
	for _, tt := range tests {
		if signed, err := ring.Verify(tt.token); signed != nil || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.name, signed, err, tt.want)
		}
	}
}

// A line break is no letter of base64url, but a reader might skip it: what was signed is
// then read from another text than was checked.
func TestTokenWithABreakInsideDoesNotHold(t *testing.T) {
	key, cert, signing := newSigner(t)
	token, err := Sign(key, cert, "NIC", []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(token) {
		if _, err := NewKeyring(signing).Verify(token[:i] + "\r\n" + token[i:]); err == nil && i > 0 {
			t.Fatalf("with a break at %d it holds", i)
		}
	}
}

func TestSignatureOutsideTheKeysValidityHoldsWithARemark(t *testing.T) {
	key, cert, signing := newSigner(t)
	signing.NotBefore, signing.NotAfter = ist(2023, 1, 1, 0, 0, 0), ist(2024, 12, 31, 23, 59, 59)
	tests := []struct {
		name, data string
		outside    bool
	}{
		{"QR code within", `{"Irn":"x","IrnDt":"2023-10-03 15:08:39"}`, false},
		{"invoice within", `{"AckNo":1,"AckDt":"2023-10-03 15:08:39"}`, false},
		{"on the first second", `{"IrnDt":"2023-01-01 00:00:00"}`, false},
		{"before", `{"IrnDt":"2022-12-31 23:59:59"}`, true},
		{"after", `{"AckDt":"2025-01-01 00:00:00"}`, true},
		{"without a moment", `{"Irn":"x"}`, false},
	}
	for _, tt := range tests {
		token, err := Sign(key, cert, "NIC", []byte(tt.data))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := NewKeyring(signing).Verify(token)
		if err != nil || signed.OutOfTime() != tt.outside {
			t.Errorf("%s: outside %t, %v", tt.name, signed != nil && signed.OutOfTime(), err)
		}
	}
}

func TestBundledKeysSayWhenTheyWereInUse(t *testing.T) {
	for _, key := range BundledKeys() {
		if key.Name == "" || key.Practice || !key.NotBefore.Before(key.NotAfter) {
			t.Errorf("%s: %q from %s to %s", key.KeyID, key.Name, key.NotBefore, key.NotAfter)
		}
	}
	ring := NewKeyring(BundledKeys()...)
	if n := len(ring.Keys()); n != 3 {
		t.Errorf("the ring has %d keys", n)
	}
	// Its certificate is public: 12 September 2018 to 12 September 2020.
	first, _ := ring.Key("115F4426617A7938BE1BA06DBEE91A427584EDAB")
	if first.Seen || !first.Covers(time.Date(2020, 9, 12, 9, 0, 0, 0, time.UTC)) || first.Covers(time.Date(2020, 9, 13, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", first)
	}
}

// certificateOf makes a certificate of any key.
func certificateOf(t testing.TB, public, private any) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Signer", Country: []string{"IN"}},
		NotBefore: ist(2025, 1, 1, 0, 0, 0), NotAfter: ist(2027, 1, 1, 0, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestSigningKeyIsReadFromACertificateAlone(t *testing.T) {
	key := newRSA(t)
	der := certificateOf(t, &key.PublicKey, key)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	join := func(parts ...[]byte) []byte { return []byte(strings.Join(texts(parts), "\n")) }
	tests := []struct {
		name string
		text []byte
		want error
	}{
		{"PEM", text, nil},
		{"PEM behind other words", append([]byte("Bag Attributes\n"), text...), nil},
		{"DER", der, nil},
		{"base64 of DER", []byte(base64.StdEncoding.EncodeToString(der) + "\n"), nil},
		{"certificate with its private key", join(text, private), ErrPrivateKey},
		{"private key", private, ErrPrivateKey},
		{"private key as DER", pkcs8, ErrPrivateKey},
		{"two certificates", join(text, text), ErrSeveralCertificates},
		{"public key alone", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), ErrNotCertificate},
		{"curve", certificateOf(t, &curve.PublicKey, curve), ErrNotRSA},
		{"1024 bits", certificateOf(t, &short.PublicKey, short), ErrShortKey},
		{"words", []byte("Dear sir"), ErrNotCertificate},
		{"nothing", nil, ErrNotCertificate},
	}
	sum := sha512.Sum512(text) // the PEM kept is the certificate's, however it came
	for _, tt := range tests {
		got, err := ParseSigningKey(tt.text, false)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && (sha512.Sum512(got.PEM) != sum || got.Subject != "CN=Signer,C=IN" || got.NotAfter.Year() != 2026) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func texts(parts [][]byte) []string {
	list := make([]string, len(parts))
	for i, p := range parts {
		list[i] = string(p)
	}
	return list
}

// Whatever is verified reads the same without checking; nothing makes either panic.
func FuzzDecodeSigned(f *testing.F) {
	key, cert, signing := newSigner(f)
	token, err := Sign(key, cert, "NIC", []byte(`{"Irn":"x","DocNo":"1","DocDt":"16/09/2022","TotInvVal":1,"IrnDt":"2022-09-16 19:29:00"}`))
	if err != nil {
		f.Fatal(err)
	}
	seed(f, "jwt/*.jwt")
	f.Add([]byte(token))
	f.Add([]byte(b64(`null`) + ".."))
	f.Add([]byte(b64(`{"alg":"RS256","x5t":"AA"}`) + "." + b64(goodPayload) + ".AAAA"))
	ring := NewKeyring(append(BundledKeys(), signing)...)
	f.Fuzz(func(t *testing.T, text []byte) {
		signed, err := ring.Verify(string(text))
		read, readErr := Read(string(text))
		if err != nil {
			if !errors.Is(err, ErrNotSigned) && !errors.Is(err, ErrUnknownKey) && !errors.Is(err, ErrBadSignature) {
				t.Fatalf("an error of no kind: %v", err)
			}
		} else if readErr != nil || string(read.Data) != string(signed.Data) {
			t.Fatalf("read %+v, %v; verified %+v", read, readErr, signed)
		}
		for _, s := range []*Signed{signed, read} {
			if s != nil {
				_, _ = s.QR() // must not panic
				_ = s.OutOfTime()
			}
		}
	})
}
