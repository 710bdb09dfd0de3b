package nic

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"mohar/gst"
)

// SigningKey is a public key under which signed invoices and QR codes may hold.
type SigningKey struct {
	KeyID    string // kid; see KeyID
	Public   *rsa.PublicKey
	PEM      []byte // the key or its certificate
	Practice bool   // of a built-in portal: proves nothing to anybody else
	Name     string // for people

	// Subject and Issuer are the names in the certificate; empty where only the key is known.
	Subject, Issuer string
	// NotBefore and NotAfter are the validity of the certificate. Where only the key is
	// known, Seen is set and they bound the years of the texts found under it.
	NotBefore, NotAfter time.Time
	Seen                bool
}

// Covers reports whether a text signed at that moment falls into the key's validity. A
// signature outside it still holds: the portal is known to change keys late.
func (k SigningKey) Covers(at time.Time) bool {
	return !at.Before(k.NotBefore) && !at.After(k.NotAfter)
}

// What ParseSigningKey refuses, beside what cannot be read at all.
var (
	// ErrPrivateKey says that a text holds a private key, which nobody should hand over.
	ErrPrivateKey = errors.New("this is a private key")
	// ErrNotCertificate says that a text holds no certificate: a public key alone does
	// not say its key id.
	ErrNotCertificate = errors.New("not a certificate")
	// ErrNotRSA says that a certificate has no RSA key, while the portal signs with RS256.
	ErrNotRSA = errors.New("the certificate's key is not RSA")
	// ErrShortKey says that a key has fewer than 2,048 bits and may be broken.
	ErrShortKey = errors.New("the certificate's key is shorter than 2048 bits")
	// ErrSeveralCertificates says that it is not clear which one signs.
	ErrSeveralCertificates = errors.New("more than one certificate")
)

// leastBits is the shortest RSA key that is believed.
//
// Source: RFC 7518, section 3.3: a key of 2048 bits or larger must be used with RS256.
const leastBits = 2048

// Keyring holds the keys that signatures are checked against, by key id. It does
// not change once made and may be used by several goroutines.
type Keyring struct {
	keys  map[string]SigningKey
	order []string
}

// NewKeyring returns a ring of the keys. The first of a key id stays, so that NIC's
// keys, given first, cannot be replaced by a practice key of the same name.
func NewKeyring(keys ...SigningKey) *Keyring {
	k := &Keyring{keys: make(map[string]SigningKey, len(keys))}
	for _, key := range keys {
		key.KeyID = strings.ToUpper(key.KeyID)
		if _, taken := k.keys[key.KeyID]; taken || key.Public == nil {
			continue
		}
		k.keys[key.KeyID] = key
		k.order = append(k.order, key.KeyID)
	}
	return k
}

// Key returns the key of this id.
func (k *Keyring) Key(keyID string) (SigningKey, bool) {
	key, ok := k.keys[strings.ToUpper(keyID)]
	return key, ok
}

// Keys returns all keys, in the order they were given.
func (k *Keyring) Keys() []SigningKey {
	keys := make([]SigningKey, 0, len(k.order))
	for _, id := range k.order {
		keys = append(keys, k.keys[id])
	}
	return keys
}

// ParseSigningKey reads a signer's certificate, as PEM, as DER (.cer) or as the base64 of
// it, and names the key by it. PEM is set to the certificate alone.
//
// It returns ErrPrivateKey, ErrNotCertificate, ErrSeveralCertificates, ErrNotRSA or
// ErrShortKey.
func ParseSigningKey(text []byte, practice bool) (SigningKey, error) {
	der, err := oneCertificate(text)
	if err != nil {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w: %w", ErrNotCertificate, err)
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w but %T", ErrNotRSA, cert.PublicKey)
	}
	if bits := public.N.BitLen(); bits < leastBits {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w: it has %d", ErrShortKey, bits)
	}
	name := cert.Subject.CommonName
	if name == "" {
		name = cert.Subject.String()
	}
	return SigningKey{
		KeyID: KeyID(cert), Public: public, Practice: practice, Name: name,
		PEM:     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}),
		Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), NotBefore: cert.NotBefore, NotAfter: cert.NotAfter,
	}, nil
}

// oneCertificate returns the DER of the certificate in a text.
func oneCertificate(text []byte) (der []byte, err error) {
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case strings.Contains(block.Type, "PRIVATE KEY"):
			return nil, ErrPrivateKey
		case block.Type != "CERTIFICATE":
			continue
		case der != nil:
			return nil, ErrSeveralCertificates
		}
		der = block.Bytes
	}
	if der != nil {
		return der, nil
	}
	der = text
	if raw, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text))); err == nil {
		der = raw
	}
	if isPrivateKey(der) {
		return nil, ErrPrivateKey
	}
	return der, nil
}

func isPrivateKey(der []byte) bool {
	_, pkcs1 := x509.ParsePKCS1PrivateKey(der)
	_, pkcs8 := x509.ParsePKCS8PrivateKey(der)
	_, ec := x509.ParseECPrivateKey(der)
	return pkcs1 == nil || pkcs8 == nil || ec == nil
}

// keyFiles are NIC's public keys, each in a file named by its key id. They are
// what its published tokens are signed with; NIC changes them every few years.
//
//go:embed keys/*.pem
var keyFiles embed.FS

// bundledKeys says of each bundled key what is known beside the key itself. Of the first
// the certificate is public; of the others only texts signed under them are.
var bundledKeys = map[string]SigningKey{
	"115F4426617A7938BE1BA06DBEE91A427584EDAB": {
		Name:      "NIC 2018–2020",
		Subject:   "OU=NIC KARNATAKA STATE UNIT,O=NATIONAL INFORMATICS CENTRE,C=IN",
		Issuer:    "CN=Capricorn CA 2014,OU=Certifying Authority,O=Capricorn Identity Services Pvt Ltd.,C=IN",
		NotBefore: time.Date(2018, 9, 12, 9, 20, 31, 0, time.UTC), NotAfter: time.Date(2020, 9, 12, 9, 20, 31, 0, time.UTC),
	},
	"EDC57DE1358B300BA9F79340A6696831F3C85047": seen("NIC 2021–2022", 2021, 2022),
	"1513B821EE46C749A63B86E318BF711099287D1F": seen("NIC sandbox 2023–2025", 2023, 2025),
}

// seen is a key of which only the years of texts signed under it are known.
func seen(name string, first, last int) SigningKey {
	return SigningKey{
		Name: name, Seen: true,
		NotBefore: time.Date(first, 1, 1, 0, 0, 0, 0, gst.IST), NotAfter: time.Date(last+1, 1, 1, 0, 0, 0, -1, gst.IST),
	}
}

// BundledKeys returns the public keys of NIC that are built in.
func BundledKeys() []SigningKey {
	files, err := keyFiles.ReadDir("keys")
	if err != nil {
		panic("nic: bundled keys: " + err.Error()) // embedded: cannot be missing
	}
	keys := make([]SigningKey, 0, len(files))
	for _, f := range files {
		text, err := keyFiles.ReadFile(path.Join("keys", f.Name()))
		if err != nil {
			panic("nic: bundled key: " + err.Error())
		}
		public, err := ParsePublicKey(text)
		if err != nil {
			panic("nic: bundled key " + f.Name() + ": " + err.Error())
		}
		id := strings.TrimSuffix(f.Name(), ".pem")
		key := bundledKeys[id]
		key.KeyID, key.Public, key.PEM = id, public, text
		keys = append(keys, key)
	}
	return keys
}
