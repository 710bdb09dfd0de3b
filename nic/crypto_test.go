package nic

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newRSA(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// testKey is the same key each time: with a random one, one wrong key in some 256 opens
// to a padding that happens to be right, because ECB does not authenticate.
func testKey(name string) []byte {
	key := sha256.Sum256([]byte(name))
	return key[:]
}

func TestECBRoundTripsAtEveryLength(t *testing.T) {
	key := testKey("sek")
	for n := range 70 {
		plain := bytes.Repeat([]byte{'x'}, n)
		cipher, err := EncryptECB(key, plain)
		if err != nil {
			t.Fatal(err)
		}
		if want := n/16*16 + 16; len(cipher) != want {
			t.Errorf("%d bytes become %d, want %d", n, len(cipher), want)
		}
		back, err := DecryptECB(key, cipher)
		if err != nil || !bytes.Equal(back, plain) {
			t.Errorf("%d bytes: %q, %v", n, back, err)
		}
	}
}

// The vector is FIPS 197's AES-256 example (its key and its one block), with a block
// of padding behind it.
func TestECBIsAES256(t *testing.T) {
	key := make([]byte, 32)
	plain := make([]byte, 16)
	for i := range key {
		key[i] = byte(i)
	}
	for i := range plain {
		plain[i] = byte(i)<<4 | byte(i)
	}
	cipher, err := EncryptECB(key, plain)
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89}
	if !bytes.Equal(cipher[:16], want) {
		t.Errorf("first block %x, want %x", cipher[:16], want)
	}
}

func TestDecryptECBIsStrict(t *testing.T) {
	key := testKey("sek")
	// EncryptECB pads once more, so that the blocks in front hold any padding we like.
	padded := func(tail ...byte) []byte {
		plain := append(make([]byte, 32-len(tail)), tail...)
		cipher, err := EncryptECB(key, plain)
		if err != nil {
			t.Fatal(err)
		}
		return cipher[:32]
	}
	tests := []struct {
		name   string
		cipher []byte
	}{
		{"nothing", nil},
		{"part of a block", make([]byte, 17)},
		{"padding of 0", padded(0)},
		{"padding of 17", padded(17)},
		{"padding bytes differ", padded(3, 2, 3)},
	}
	for _, tt := range tests {
		if _, err := DecryptECB(key, tt.cipher); !errors.Is(err, ErrDecrypt) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if got, err := DecryptECB(key, padded(2, 2)); err != nil || len(got) != 30 {
		t.Errorf("good padding of 2: %d bytes, %v", len(got), err)
	}
	if _, err := EncryptECB(key[:16], nil); err == nil {
		t.Error("a key of 16 bytes was taken")
	}
	if _, err := DecryptText(key, "%%%"); !errors.Is(err, ErrDecrypt) {
		t.Errorf("not base64: %v", err)
	}
}

func TestBodiesRoundTrip(t *testing.T) {
	sek := testKey("sek")
	posted, err := SealBody(sek, []byte(`{"Irn":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(posted), `{"Data":"`) {
		t.Errorf("body is %s", posted)
	}
	back, err := OpenBody(sek, bytes.Replace(posted, []byte("Data"), []byte("data"), 1))
	if err != nil || string(back) != `{"Irn":"x"}` {
		t.Errorf("%s, %v", back, err)
	}
	if _, err := OpenBody(testKey("other"), posted); err == nil {
		t.Error("opened under another key")
	}
	if data, err := BodyData([]byte(`{}`)); data != "" || err != nil {
		t.Errorf("no Data: %q, %v", data, err)
	}
	if _, err := BodyData([]byte(`<html>`)); err == nil {
		t.Error("HTML is a body")
	}
}

func TestSignInRoundTrips(t *testing.T) {
	priv := newRSA(t)
	want := Login{UserName: "MOHAR_PRACTICE", Password: `p"<&>\é`, AppKey: testKey("sek"), Force: true}
	data, err := SealAuth(&priv.PublicKey, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenAuth(priv, data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-sent +read:\n%s", diff)
	}
	if _, err := OpenAuth(newRSA(t), data); !errors.Is(err, ErrDecrypt) {
		t.Errorf("under another key: %v", err)
	}
	want.Password = strings.Repeat("x", 100)
	if _, err := SealAuth(&priv.PublicKey, want); err == nil || !strings.Contains(err.Error(), "at most 245") {
		t.Errorf("too long a password: %v", err)
	}
}

func TestSignInIsReadTolerantly(t *testing.T) {
	priv := newRSA(t)
	seal := func(text string) string {
		b := base64.StdEncoding.EncodeToString([]byte(text))
		cipher, err := rsa.EncryptPKCS1v15(rand.Reader, &priv.PublicKey, []byte(b)) //nolint:staticcheck // the protocol's padding
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(cipher)
	}
	tests := []struct {
		name, text string
		want       Login
		err        error
	}{
		{"force absent", `{"UserName":"u","Password":"p","AppKey":"AAAA"}`, Login{"u", "p", []byte{0, 0, 0}, false}, nil},
		{"force as text", `{"username":"u","ForceRefreshAccessToken":"True"}`, Login{UserName: "u", AppKey: []byte{}, Force: true}, nil},
		{"AppKey no base64", `{"UserName":"u","AppKey":"??"}`, Login{UserName: "u"}, nil},
		{"not JSON", `hello`, Login{}, ErrLoginText},
	}
	for _, tt := range tests {
		got, err := OpenAuth(priv, seal(tt.text))
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestPublicKeysAreReadInEveryForm(t *testing.T) {
	key := &newRSA(t).PublicKey
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(key)
	forms := map[string][]byte{
		"PUBLIC KEY":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
		"RSA PUBLIC KEY": pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}),
		"DER":            spki,
		"base64":         []byte(base64.StdEncoding.EncodeToString(spki) + "\n"),
	}
	for name, form := range forms {
		if got, err := ParsePublicKey(form); err != nil || !got.Equal(key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if _, err := ParsePublicKey([]byte(bad)); err == nil {
			t.Errorf("%q is a key", bad)
		}
	}
}

func TestNICsCertificateHoldsItsBundledKey(t *testing.T) {
	for _, file := range sampleFiles(t, "keys/*.crt") {
		public, err := ParsePublicKey(readFile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		key, ok := NewKeyring(BundledKeys()...).Key("115f4426617a7938be1ba06dbee91a427584edab")
		if !ok || !key.Public.Equal(public) {
			t.Errorf("%s is not the bundled key %s", file, key.Name)
		}
	}
}
