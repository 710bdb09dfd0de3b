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

// openSealer uses key, or the key in file, which is made when missing.
func openSealer(key []byte, file string) (*sealer, error) {
	if key == nil {
		var err error
		if key, err = readKey(file); err != nil {
			return nil, fmt.Errorf("key file %s: %w", keyFile, err)
		}
	}
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

// readKey reads the base64 key, or makes one. O_EXCL lets only one of two programs that
// start together make it; the other then reads it.
func readKey(file string) ([]byte, error) {
	if text, err := os.ReadFile(file); err == nil {
		return ParseKey(string(text))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	err := writeNew(file, []byte(base64.StdEncoding.EncodeToString(key)+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return readKey(file)
	}
	return key, err
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
