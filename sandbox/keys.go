package sandbox

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// keyBits is the length of the portal's RSA keys. Sign-ins are built for it: 245
// bytes fit one block.
const keyBits = 2048

// The names of the keys in the state.
const (
	keyEInvoice = "einvoice"
	keyEWayBill = "ewaybill"
	keySigning  = "signing"
)

// keys are the portal's key pairs. They are made once and kept, because documents
// that were signed stay with the companies.
type keys struct {
	einvoice    *rsa.PrivateKey // opens sign-ins
	ewaybill    *rsa.PrivateKey // of the e-way bill system
	signing     *rsa.PrivateKey
	certificate *x509.Certificate // of signing, self-signed
}

// loadKeys reads the keys, and makes those that are not there yet: side by side,
// because that takes a tenth of a second or more for each.
func loadKeys(ctx context.Context, st *state, ch *chance, now time.Time) (*keys, error) {
	k := &keys{}
	if ch.fixed { // one after the other, for the same bytes to come to the same key
		var errs [3]error
		k.einvoice, _, errs[0] = loadKey(ctx, st, ch, keyEInvoice, now)
		k.ewaybill, _, errs[1] = loadKey(ctx, st, ch, keyEWayBill, now)
		k.signing, k.certificate, errs[2] = loadKey(ctx, st, ch, keySigning, now)
		return k, errors.Join(errs[:]...)
	}
	var wg sync.WaitGroup
	var errs [3]error
	wg.Go(func() { k.einvoice, _, errs[0] = loadKey(ctx, st, ch, keyEInvoice, now) })
	wg.Go(func() { k.ewaybill, _, errs[1] = loadKey(ctx, st, ch, keyEWayBill, now) })
	wg.Go(func() { k.signing, k.certificate, errs[2] = loadKey(ctx, st, ch, keySigning, now) })
	wg.Wait()
	return k, errors.Join(errs[:]...)
}

// loadKey reads or makes one key; the certificate is nil for all but the signing key.
func loadKey(ctx context.Context, st *state, ch *chance, name string, now time.Time) (*rsa.PrivateKey, *x509.Certificate, error) {
	var private, certificate []byte
	err := st.reader.QueryRowContext(ctx, `SELECT private, certificate FROM keys WHERE name = $1`, name).Scan(&private, &certificate)
	if errors.Is(err, sql.ErrNoRows) {
		return makeKey(ctx, st, ch, name, now)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read key %s: %w", name, err)
	}
	return parseKey(name, private, certificate)
}

func parseKey(name string, private, certificate []byte) (*rsa.PrivateKey, *x509.Certificate, error) {
	block, _ := pem.Decode(private)
	if block == nil {
		return nil, nil, fmt.Errorf("key %s is not PEM", name)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("parse key %s: %w", name, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("key %s is %T, want RSA", name, parsed)
	}
	if len(certificate) == 0 {
		return key, nil, nil
	}
	if block, _ = pem.Decode(certificate); block == nil {
		return nil, nil, fmt.Errorf("certificate of key %s is not PEM", name)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("parse certificate of key %s: %w", name, err)
	}
	return key, cert, nil
}

// makeKey makes a key, for signing with its certificate, and keeps it.
func makeKey(ctx context.Context, st *state, ch *chance, name string, now time.Time) (*rsa.PrivateKey, *x509.Certificate, error) {
	key, err := ch.rsaKey()
	if err != nil {
		return nil, nil, fmt.Errorf("make key %s: %w", name, err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("write key %s: %w", name, err)
	}
	var cert *x509.Certificate
	var certPEM []byte
	if name == keySigning {
		if cert, err = certify(ch, key, now); err != nil {
			return nil, nil, err
		}
		certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	_, err = st.writer.ExecContext(ctx, `INSERT INTO keys (name, private, certificate) VALUES ($1, $2, $3)`,
		name, private, certPEM)
	if err != nil {
		return nil, nil, fmt.Errorf("keep key %s: %w", name, err)
	}
	return key, cert, nil
}

// certify returns a self-signed certificate. It begins long before now and is good
// for thirty years, so that documents of any clock can be signed under it.
func certify(ch *chance, key *rsa.PrivateKey, now time.Time) (*x509.Certificate, error) {
	var serial [15]byte
	if _, err := ch.Read(serial[:]); err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]),
		Subject:      pkix.Name{CommonName: "Mohar practice portal", Country: []string{"IN"}},
		NotBefore:    now.AddDate(-10, 0, 0),
		NotAfter:     now.AddDate(20, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(ch, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse own certificate: %w", err)
	}
	return cert, nil
}

// publicPEM returns the public half as a PUBLIC KEY block.
func publicPEM(key *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", fmt.Errorf("write public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}
