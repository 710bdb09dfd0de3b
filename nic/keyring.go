package nic

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"strings"
)

// SigningKey is a public key under which signed invoices and QR codes may hold.
type SigningKey struct {
	KeyID    string // kid; see KeyID
	Public   *rsa.PublicKey
	PEM      []byte // the key or its certificate, as it came
	Practice bool   // of a built-in portal: proves nothing to anybody else
	Name     string // for people
}

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

// ParseSigningKey reads the PEM of a signer's certificate and names the key by it.
func ParseSigningKey(text []byte, practice bool) (SigningKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return SigningKey{}, errors.New("read signing certificate: not PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w", err)
	}
	public, err := rsaKey(cert.PublicKey)
	if err != nil {
		return SigningKey{}, fmt.Errorf("read signing certificate: %w", err)
	}
	return SigningKey{
		KeyID: KeyID(cert), Public: public, PEM: bytes.Clone(text), Practice: practice, Name: cert.Subject.CommonName,
	}, nil
}

// keyFiles are NIC's public keys, each in a file named by its key id. They are
// what its published tokens are signed with; NIC changes them every few years.
//
//go:embed keys/*.pem
var keyFiles embed.FS

// keyNames says when each bundled key was in use.
var keyNames = map[string]string{
	"115F4426617A7938BE1BA06DBEE91A427584EDAB": "NIC 2018–2020",
	"EDC57DE1358B300BA9F79340A6696831F3C85047": "NIC 2021–2022",
	"1513B821EE46C749A63B86E318BF711099287D1F": "NIC sandbox 2023–2025",
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
		keys = append(keys, SigningKey{KeyID: id, Public: public, PEM: text, Name: keyNames[id]})
	}
	return keys
}
