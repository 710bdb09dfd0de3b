package db

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// keySize is that of AES-256.
const keySize = 32

// keyIDSize is the length of the mark in front of a sealed secret that says which key
// it was sealed with.
const keyIDSize = 4

// sealer encrypts secrets for the database with AES-256-GCM. A sealed secret is bound
// to its table, column and row: copied to another row, it does not open.
type sealer struct {
	id   []byte // first bytes of the key's SHA-256
	aead cipher.AEAD
}

// vault holds the sealer of the data folder, which may be without its key: after a
// restore without mohar.key, everything but the secrets can still be read.
type vault struct {
	file string // mohar.key
	mu   sync.Mutex
	seal *sealer // nil: there is no key yet
}

// openVault uses key, or the key in file when there is one.
func openVault(key []byte, file string) (*vault, error) {
	v := &vault{file: file}
	if key == nil {
		_, err := v.sealer()
		if errors.Is(err, ErrSealed) {
			return v, nil
		}
		return v, err
	}
	var err error
	v.seal, err = newSealer(key)
	return v, err
}

// sealer returns what secrets are sealed with, ErrSealed while there is no key. It looks
// for the file each time until then: the operator, or another command, may have put it
// there meanwhile.
func (v *vault) sealer() (*sealer, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seal != nil {
		return v.seal, nil
	}
	key, err := readKey(v.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is missing", ErrSealed, keyFile)
	}
	if err == nil {
		v.seal, err = newSealer(key)
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", keyFile, err)
	}
	return v.seal, nil
}

// ensure makes a key when there is none. What was sealed with a lost one stays closed,
// so this is for a new installation and for somebody who enters a secret, no other time.
func (v *vault) ensure() (*sealer, error) {
	seal, err := v.sealer()
	if !errors.Is(err, ErrSealed) {
		return seal, err
	}
	if err := makeKey(v.file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("key file %s: %w", keyFile, err)
	}
	return v.sealer()
}

// open returns the secret; ErrSealed without the right key.
func (v *vault) open(sealed, place []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	seal, err := v.sealer()
	if err != nil {
		return nil, err
	}
	return seal.open(sealed, place)
}

// missing reports whether there is no key.
func (v *vault) missing() bool {
	_, err := v.sealer()
	return errors.Is(err, ErrSealed)
}

func newSealer(key []byte) (*sealer, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("the key has %d bytes instead of %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	return &sealer{id: sum[:keyIDSize], aead: aead}, nil
}

// ParseKey reads a key as it stands in mohar.key: 32 bytes in base64. An empty text is
// no key (nil).
func ParseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("the key is not base64") // without the text, which is a secret
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("the key has %d bytes instead of %d", len(key), keySize)
	}
	return key, nil
}

// readKey reads the base64 key; fs.ErrNotExist without one.
func readKey(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ParseKey(string(text))
}

// makeKey writes a new key; fs.ErrExist when another program was quicker.
func makeKey(file string) error {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return writeNew(file, []byte(base64.StdEncoding.EncodeToString(key)+"\n"))
}

// writeNew writes a private file that must not exist yet, down to the disk.
func writeNew(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// place names where a sealed secret stands, such as "credentials:password:29AA…".
func place(table, column string, row ...string) []byte {
	return []byte(table + ":" + column + ":" + strings.Join(row, "|"))
}

// close seals a secret for its place. No secret gives an empty blob.
func (s *sealer) close(secret, place []byte) ([]byte, error) {
	if len(secret) == 0 {
		return []byte{}, nil
	}
	sealed := make([]byte, keyIDSize+s.aead.NonceSize(), keyIDSize+s.aead.NonceSize()+len(secret)+s.aead.Overhead())
	copy(sealed, s.id)
	nonce := sealed[keyIDSize:]
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(sealed, nonce, secret, place), nil
}

// open returns the secret. It fails with ErrSealed when another key is needed, or when
// the blob was sealed for another place.
func (s *sealer) open(sealed, place []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	head := keyIDSize + s.aead.NonceSize()
	if len(sealed) < head || !bytes.Equal(sealed[:keyIDSize], s.id) {
		return nil, ErrSealed
	}
	secret, err := s.aead.Open(nil, sealed[keyIDSize:head], sealed[head:], place)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return secret, nil
}
