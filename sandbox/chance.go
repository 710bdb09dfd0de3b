package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base32"
	"fmt"
	"io"
	"math/big"
	"sync"

	"mohar/nic"
)

// publicExponent is that of the portal's RSA keys.
const publicExponent = 65537

// chance is where keys and tokens come from. It is safe for concurrent use.
type chance struct {
	mu     sync.Mutex
	source io.Reader
	fixed  bool // source was handed in: the same bytes make the same keys and tokens
}

func newChance(given io.Reader) *chance {
	if given == nil {
		return &chance{source: rand.Reader}
	}
	return &chance{source: given, fixed: true}
}

// Read fills p, or fails.
func (ch *chance) Read(p []byte) (int, error) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	n, err := io.ReadFull(ch.source, p)
	if err != nil {
		return n, fmt.Errorf("read randomness: %w", err)
	}
	return n, nil
}

// token returns a new session's token: 25 characters, as the portal's.
func (ch *chance) token() (string, error) {
	var b [16]byte
	if _, err := ch.Read(b[:]); err != nil {
		return "", err
	}
	return base32.StdEncoding.EncodeToString(b[:])[:25], nil
}

// sessionKey returns a new session's key.
func (ch *chance) sessionKey() ([]byte, error) {
	key := make([]byte, nic.KeySize)
	_, err := ch.Read(key)
	return key, err
}

// rsaKey returns a new key pair. The standard library takes no randomness but its own, so
// the primes of a fixed source are searched for here; such keys are for tests.
func (ch *chance) rsaKey() (*rsa.PrivateKey, error) {
	if !ch.fixed {
		return rsa.GenerateKey(rand.Reader, keyBits)
	}
	e := big.NewInt(publicExponent)
	for {
		p, err := ch.prime(keyBits / 2)
		if err != nil {
			return nil, err
		}
		q, err := ch.prime(keyBits / 2)
		if err != nil {
			return nil, err
		}
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || p.Cmp(q) == 0 {
			continue // e divides p−1 or q−1: other primes
		}
		key := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: publicExponent}, D: d, Primes: []*big.Int{p, q},
		}
		key.Precompute()
		return key, key.Validate()
	}
}

// prime returns a prime of so many bits whose two highest are set, so that the product of
// two has twice as many.
func (ch *chance) prime(bits int) (*big.Int, error) {
	b := make([]byte, bits/8)
	if _, err := ch.Read(b); err != nil {
		return nil, err
	}
	b[0] |= 0xC0
	b[len(b)-1] |= 1
	p := new(big.Int).SetBytes(b)
	for two := big.NewInt(2); !p.ProbablyPrime(20); {
		p.Add(p, two)
	}
	return p, nil
}
