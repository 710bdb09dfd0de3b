package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// pictureOf is a QR code of a text as a PNG.
func pictureOf(t testing.TB, text string) string {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	side := (code.Size + 8) * 3
	m := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !code.Black(x/3-4, y/3-4) {
				m.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// registered issues and registers an invoice and returns its page and its signed QR text.
func (s *site) registered() (address, signedQR string) {
	s.Helper()
	address = s.issue(invoiceForm("do", "issue"))
	s.step()
	inv, _ := s.stored(address)
	if inv.IRN.Registration == nil {
		s.Fatalf("it stands %s", inv.IRN.State)
	}
	return address, inv.IRN.Registration.SignedQR
}

func TestCheckingAnEInvoice(t *testing.T) {
	s := newCompanySite(t)
	address, text := s.registered()
	inv, _ := s.stored(address)
	page := "/c/" + companyGSTIN + "/verify"
	s.want(s.get("/verify"), http.StatusOK, "Check an e-invoice", `capture="environment"`, `action="/verify"`)
	s.want(s.get(page), http.StatusOK, `action="`+page+`"`)

	agrees := []string{"Signed for practice only", inv.Number, "IRN", inv.IRN.Registration.IRN, "number make", "check digit right",
		"issued it, and number, date, total and recipient agree", address}
	s.want(s.post("/verify", url.Values{"text": {text}}), http.StatusOK, agrees...)
	s.want(s.post(page, url.Values{"text": {text[:90] + "\n " + text[90:] + "\n"}}), http.StatusOK, agrees...)
	s.want(s.upload(page, "photo.png", pictureOf(t, text)), http.StatusOK, append(agrees, "photo.png")...)
	s.want(s.upload(page, "invoice.pdf", s.file(address+"/pdf")), http.StatusOK, agrees...)
	s.want(s.upload(page, "answer.json", s.file(address+"/json")), http.StatusOK, "Signed invoice", "Signed QR code", inv.IRN.Registration.AckNo)

	part := strings.Split(text, ".")
	payload, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		t.Fatal(err)
	}
	dearer := bytes.Replace(payload, []byte(`TotInvVal\":1`), []byte(`TotInvVal\":9`), 1)
	changed := part[0] + "." + base64.RawURLEncoding.EncodeToString(dearer) + "." + part[2]
	if bytes.Equal(dearer, payload) {
		t.Fatalf("no total to change in %s", payload)
	}
	r := s.upload(page, "photo.png", pictureOf(t, part[0]+"."+part[1]+"."+part[2][:200]+"AAAA"+part[2][204:]))
	s.want(r, http.StatusOK, "NOT genuine: the signature does not hold", "It claims")
	s.want(s.post(page, url.Values{"text": {changed}}), http.StatusOK, "NOT genuine", "₹93,545.00", "differs in: total")

	tests := []struct {
		name string
		r    reply
		want string
	}{
		{"nothing", s.post(page, url.Values{}), "Choose a file, take a photo, or paste"},
		{"words", s.post(page, url.Values{"text": {"hello"}}), "This is not the signed QR code of an e-invoice. It says: “hello”"},
		{"cut off", s.post(page, url.Values{"text": {part[0] + "." + part[1][:33]}}), "not the signed QR code"},
		{"another QR code", s.upload(page, "upi.png", pictureOf(t, "upi://pay?pa=a@b")), "It says: “upi://pay?pa=a@b”"},
		{"a picture without", s.upload(page, "sky.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), "No QR code could be read"},
		{"another kind", s.upload(page, "a.zip", "PK\x03\x04\x00\x00"), "This file cannot be read"},
		{"JSON without", s.upload(page, "a.json", `{"a":1}`), "There is no signed text of the portal in this file"},
		{"too long", s.upload(page, "a.png", "\x89PNG\x00"+strings.Repeat("x", 12<<20)), "larger than 12 MB"},
	}
	for _, test := range tests {
		if test.r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(test.r.body, test.want) {
			t.Errorf("%s: %s\n%s", test.name, test.r.Status, test.r.body)
		}
	}
	s.browser = s.newBrowser()
	s.wantRedirect(s.get("/verify"), "/login?next=%2Fverify")
}

// A document that came while its key was not known is verified once the certificate is
// there.
func TestCertificateAddedLaterVerifiesWhatWaited(t *testing.T) {
	s := newCompanySite(t)
	s.keys = s.keptKeys
	_, keys, err := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: s.portal}).SandboxKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address, text := s.registered()
	s.want(s.get(address), http.StatusOK, "Signature not verified")
	s.want(s.post("/verify", url.Values{"text": {text}}), http.StatusOK, "Not verified: this key is not known here", certificatesURL)
	s.want(s.get(certificatesURL), http.StatusOK, "One registered document is not verified", "NIC 2018–2020", "validity ended", "seen 01 Jan 2021")
	s.want(s.post(certificatesURL+"/verify", nil), http.StatusOK, "their keys are still not known")

	r := s.upload(certificatesURL, "portal.pem", string(keys[0].PEM))
	s.want(r, http.StatusOK, "Keep this certificate?", "Mohar practice portal", keys[0].KeyID, "RSA, 2048 bits")
	if kept, err := s.store.Certificates(t.Context()); err != nil || len(kept) != 0 {
		t.Fatalf("%d kept by looking, %v", len(kept), err)
	}
	s.want(s.post(certificatesURL, url.Values{"do": {"keep"}, "certificate": {string(keys[0].PEM)}}), http.StatusOK,
		"The certificate is kept.", "1 registered document is verified now", "practice only")
	s.want(s.get(address), http.StatusOK, "Signature verified against the practice portal’s certificate", "Its certificate was added after it came")
	s.want(s.post(certificatesURL+"/remove", url.Values{"key": {keys[0].KeyID}}), http.StatusConflict, "so it stays")
	s.want(s.upload(certificatesURL, "portal.pem", string(keys[0].PEM)), http.StatusUnprocessableEntity, "here already")
	inv, _ := s.stored(address)
	if inv.IRN.State != gst.IRNRegistered || inv.IRN.Registration.KeyID != keys[0].KeyID {
		t.Errorf("%+v", inv.IRN)
	}
}

// keptKeys are the keys of the certificates in the store alone.
func (s *site) keptKeys(ctx context.Context) (*nic.Keyring, error) {
	kept, err := s.store.Certificates(ctx)
	var known []nic.SigningKey
	for _, c := range kept {
		key, err := nic.ParseSigningKey(c.PEM, c.Practice)
		if err != nil {
			return nil, err
		}
		known = append(known, key)
	}
	return nic.NewKeyring(known...), err
}

func TestCertificatesAreLookedAtBeforeTheyAreKept(t *testing.T) {
	s := newCompanySite(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "NIC e-Invoice 2026"},
		NotBefore: clockAt.Add(-time.Hour), NotAfter: clockAt.Add(365 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	r := s.post(certificatesURL, url.Values{"certificate": {private}})
	s.want(r, http.StatusUnprocessableEntity, "This holds a private key")
	s.wantNot(r, "BEGIN RSA PRIVATE KEY")
	s.want(s.post(certificatesURL, url.Values{"certificate": {"hello"}}), http.StatusUnprocessableEntity, "This is not a certificate", ">hello</textarea>")
	s.want(s.upload(certificatesURL, "nic.cer", string(der)), http.StatusOK, "NIC e-Invoice 2026", "valid", "Keep it")
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	s.want(s.post(certificatesURL, url.Values{"certificate": {text}, "do": {"keep"}}), http.StatusOK, "The certificate is kept.")
	kept, err := s.store.Certificates(t.Context())
	if err != nil || len(kept) == 0 || kept[len(kept)-1].Practice && len(kept) == 1 {
		t.Fatalf("%+v, %v", kept, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.wantRedirect(s.post(certificatesURL+"/remove", url.Values{"key": {nic.KeyID(cert)}}), certificatesURL+"?done=deleted")
}

// file is what a link downloads, byte for byte.
func (s *site) file(path string) string {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if closing := resp.Body.Close(); err != nil || closing != nil {
		s.Fatal(err, closing)
	}
	return string(data)
}
