package nic

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// newSigner makes a signing certificate like a built-in portal's.
func newSigner(t testing.TB) (*rsa.PrivateKey, *x509.Certificate, SigningKey) {
	t.Helper()
	key := newRSA(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Practice portal"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	signing, err := ParseSigningKey(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), true)
	if err != nil {
		t.Fatal(err)
	}
	return key, cert, signing
}

func TestPublishedTokensHoldUnderTheirKeyAlone(t *testing.T) {
	bundled := BundledKeys()
	if len(bundled) != 3 {
		t.Fatalf("%d bundled keys, want 3", len(bundled))
	}
	ring := NewKeyring(bundled...)
	for _, file := range sampleFiles(t, "jwt/*.jwt") {
		token := string(readFile(t, file))
		signed, err := ring.Verify(token)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !strings.Contains(file, signed.KeyID[:8]) || signed.Practice || !strings.HasPrefix(signed.Issuer, "NIC") {
			t.Errorf("%s: under %s by %s", file, signed.KeyID, signed.Issuer)
		}
		for _, key := range bundled {
			if key.KeyID == signed.KeyID {
				continue
			}
			if _, err := NewKeyring(key).Verify(token); !errors.Is(err, ErrUnknownKey) {
				t.Errorf("%s: without its key: %v", file, err)
			}
			if _, err := verify(strings.TrimSpace(token), key); !errors.Is(err, ErrBadSignature) {
				t.Errorf("%s: under %s: %v", file, key.Name, err)
			}
		}
		if !strings.HasPrefix(filepath.Base(file), "qr-") {
			continue
		}
		if qr, err := signed.QR(); err != nil || !ValidIRN(qr.IRN) || qr.Lines == 0 || qr.Total == 0 {
			t.Errorf("%s: %+v, %v", file, qr, err)
		}
	}
}

// The portal's order of header and claims, and nothing else in them.
func TestSignWritesThePortalsForm(t *testing.T) {
	key, cert, signing := newSigner(t)
	token, err := Sign(key, cert, "NIC Sandbox", []byte(`{"Irn":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	want := []string{
		`{"alg":"RS256","kid":"` + KeyID(cert) + `","typ":"JWT","x5t":"` + X5T(cert) + `"}`,
		`{"data":"{\"Irn\":\"x\"}","iss":"NIC Sandbox"}`,
	}
	for i := range want {
		if got, err := base64.RawURLEncoding.DecodeString(parts[i]); err != nil || string(got) != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
	if len(KeyID(cert)) != 40 || len(X5T(cert)) != 27 {
		t.Errorf("kid %s, x5t %s", KeyID(cert), X5T(cert))
	}
	signed, err := NewKeyring(append(BundledKeys(), signing)...).Verify(token + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Signed{KeyID: KeyID(cert), Key: signing, Practice: true, Issuer: "NIC Sandbox", Data: []byte(`{"Irn":"x"}`)}, signed); diff != "" {
		t.Error(diff)
	}
}

func TestKidAndX5TNameTheSameCertificate(t *testing.T) {
	for _, file := range sampleFiles(t, "jwt/qr-*.jwt") {
		token := strings.TrimSpace(string(readFile(t, file)))
		header, rest, _ := strings.Cut(token, ".")
		text, err := base64.RawURLEncoding.DecodeString(header)
		if err != nil {
			t.Fatal(err)
		}
		named, err := readHeader(token)
		if err != nil {
			t.Fatal(err)
		}
		without := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), `"kid"`, `"was"`, 1)))
		if x5t, err := readHeader(without + "." + rest); err != nil || x5t.keyID != named.keyID {
			t.Errorf("%s: kid %s, x5t %s, %v", file, named.keyID, x5t.keyID, err)
		}
	}
}

func TestTamperedTokensAreRefused(t *testing.T) {
	key, cert, signing := newSigner(t)
	ring := NewKeyring(signing)
	token, err := Sign(key, cert, "NIC", []byte(`{"TotInvVal":100.00}`))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"data":"{\"TotInvVal\":900.00}","iss":"NIC"}`))
	spare := func(s string) string { // the last letter of the signature carries four spare bits
		letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		return s[:len(s)-1] + string(letters[strings.IndexByte(letters, s[len(s)-1])|1])
	}
	hs256, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{Data: "x"}).SignedString(signing.PEM)
	if err != nil {
		t.Fatal(err)
	}
	named := func(alg string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + alg + `","kid":"` + signing.KeyID + `"}`))
	}
	tests := []struct {
		name, token string
		want        error
	}{
		{"other payload", parts[0] + "." + payload + "." + parts[2], ErrBadSignature},
		{"other header", named("RS256") + "." + parts[1] + "." + parts[2], ErrBadSignature},
		{"no signature", parts[0] + "." + parts[1] + ".", ErrBadSignature},
		{"algorithm none", named("none") + "." + parts[1] + ".", ErrBadSignature},
		{"public key as secret", named("HS256") + hs256[strings.IndexByte(hs256, '.'):], ErrBadSignature},
		{"spare bits", parts[0] + "." + parts[1] + "." + spare(parts[2]), ErrNotSigned},
		{"two parts", parts[0] + "." + parts[1], ErrNotSigned},
		{"nothing", "", ErrNotSigned},
		{"a letter", "Dear sir", ErrNotSigned},
		{"data is no text", parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"data":{}}`)) + "." + parts[2], ErrNotSigned},
	}
	for _, tt := range tests {
		if _, err := ring.Verify(tt.token); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestTokenWithoutKeyNameIsTriedUnderAll(t *testing.T) {
	key, _, signing := newSigner(t)
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims{Data: "{}"}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	if signed, err := NewKeyring(append(BundledKeys(), signing)...).Verify(token); err != nil || signed.KeyID != signing.KeyID {
		t.Errorf("%+v, %v", signed, err)
	}
	if _, err := NewKeyring(BundledKeys()...).Verify(token); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("no key fits: %v", err)
	}
}

func TestFirstKeyOfANameStays(t *testing.T) {
	genuine := BundledKeys()[0]
	_, _, forged := newSigner(t)
	forged.KeyID = strings.ToLower(genuine.KeyID)
	if key, ok := NewKeyring(genuine, forged).Key(genuine.KeyID); !ok || key.Practice || !key.Public.Equal(genuine.Public) {
		t.Errorf("%s was replaced", genuine.Name)
	}
	if _, err := ParseSigningKey([]byte("hello"), true); err == nil {
		t.Error("hello is a certificate")
	}
}

func TestQRMembers(t *testing.T) {
	s := &Signed{Data: []byte(`{"SellerGstin":"01AMBPG7773M002","BuyerGstin":"URP","DocNo":"A/1","DocTyp":"inv","DocDt":"16/09/2022","TotInvVal":100.0,"ItemCnt":2,"MainHsnCode":"9987","Irn":"` + irn + `","IrnDt":"2022-09-16 19:29:00"}`)}
	got, err := s.QR()
	if err != nil {
		t.Fatal(err)
	}
	want := &QRData{
		SellerGSTIN: "01AMBPG7773M002", BuyerGSTIN: "URP", Number: "A/1", Type: gst.TaxInvoice, Date: 20220916, Total: 100_00,
		Lines: 2, MainHSN: "9987", IRN: irn, IRNDate: Moment{ist(2022, 9, 16, 19, 29, 0)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{``, `{}`, `{"Irn":"x","DocNo":"1"}`, `{"Irn":"x","DocNo":"1","DocDt":"16/09/2022","TotInvVal":"much"}`} {
		if _, err := (&Signed{Data: []byte(bad)}).QR(); err == nil {
			t.Errorf("%s is a QR code", bad)
		}
	}
}
