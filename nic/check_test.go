package nic

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// checkCase is one document with what a portal gave for it.
type checkCase struct {
	ring *Keyring
	reg  gst.Registration
	body []byte
}

// register does what a portal does, so far as CheckRegistration looks at it. The
// edits are made to the signed invoice and to the signed QR code.
func register(t *testing.T, editInvoice, editQR func(string) string) checkCase {
	t.Helper()
	key, cert, signing := newSigner(t)
	body, err := Encode(intraGoodsAndService())
	if err != nil {
		t.Fatal(err)
	}
	invoice := fmt.Sprintf(`{"AckNo":112610000000042,"AckDt":"2026-11-22 15:08:39","Irn":"%s",%s`, irn, body[1:])
	qr := `{"SellerGstin":"29AAKFM4821Q1ZX","BuyerGstin":"29AABCT9077L1Z3","DocNo":"INV/26-27/0042","DocTyp":"INV","DocDt":"20/11/2026","TotInvVal":6844.0,"ItemCnt":2,"MainHsnCode":"73181500","Irn":"` + irn + `","IrnDt":"2026-11-22 15:08:39"}`
	c := checkCase{ring: NewKeyring(signing), body: body}
	c.reg = gst.Registration{IRN: irn, AckNo: "112610000000042", AckDate: ist(2026, 11, 22, 15, 9, 0)}
	if c.reg.SignedInvoice, err = Sign(key, cert, "NIC Sandbox", []byte(editInvoice(invoice))); err != nil {
		t.Fatal(err)
	}
	if c.reg.SignedQR, err = Sign(key, cert, "NIC Sandbox", []byte(editQR(qr))); err != nil {
		t.Fatal(err)
	}
	return c
}

func same(s string) string { return s }

func TestGoodRegistrationHolds(t *testing.T) {
	c := register(t, same, same)
	keyID, at, practice, err := CheckRegistration(c.ring, c.reg, c.body)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.ring.Key(keyID); !ok || !practice || !at.Equal(ist(2026, 11, 22, 15, 8, 39)) {
		t.Errorf("%s, %v, %v", keyID, at, practice)
	}
}

func TestUnknownKeyIsToldAfterComparing(t *testing.T) {
	c := register(t, same, same)
	keyID, at, _, err := CheckRegistration(NewKeyring(BundledKeys()...), c.reg, c.body)
	if !errors.Is(err, ErrUnknownKey) || keyID != "" || at.IsZero() {
		t.Errorf("%q, %v, %v", keyID, at, err)
	}
	c.reg.AckNo = "1"
	if _, _, _, err := CheckRegistration(NewKeyring(), c.reg, c.body); !errors.Is(err, ErrOtherDocument) {
		t.Errorf("another document under an unknown key: %v", err)
	}
}

func TestOtherDocumentsAreTold(t *testing.T) {
	swap := func(old, other string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %s in %s", old, s)
			}
			return strings.Replace(s, old, other, 1)
		}
	}
	tests := []struct {
		name        string
		invoice, qr func(string) string
		want        error
		word        string
	}{
		{"IRN in invoice", swap(irn, strings.Repeat("0b", 32)), same, ErrOtherDocument, "IRN"},
		{"IRN in QR", same, swap(irn, strings.Repeat("0b", 32)), ErrOtherDocument, "IRN"},
		{"AckNo", swap("112610000000042", "112610000000043"), same, ErrOtherDocument, "AckNo"},
		{"supplier", swap("29AAKFM4821Q1ZX", "29AAKFM4821Q2ZW"), same, ErrOtherDocument, "supplier"},
		{"number", same, swap("0042", "0043"), ErrOtherDocument, "number"},
		{"type", same, swap(`"INV"`, `"CRN"`), ErrOtherDocument, "type"},
		{"date", same, swap("20/11/2026", "21/11/2026"), ErrOtherDocument, "date"},
		{"total", swap(`"TotInvVal":6844.00`, `"TotInvVal":6844.01`), same, ErrOtherDocument, "6844.01 there, 6844.00 here"},
		{"invoice is no JSON", func(string) string { return "x" }, same, ErrNotSigned, ""},
		{"invoice without total", func(string) string { return `{"AckNo":1}` }, same, ErrNotSigned, ""},
		{"QR is no JSON", same, func(string) string { return "x" }, ErrNotSigned, ""},
		{"capitals are the same number", swap("INV/26-27/0042", "inv/26-27/0042"), same, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := register(t, tt.invoice, tt.qr)
			_, _, _, err := CheckRegistration(c.ring, c.reg, c.body)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil && !strings.Contains(err.Error(), tt.word) {
				t.Errorf("%v does not tell %s", err, tt.word)
			}
		})
	}
}

func TestSignaturesMustHoldTogether(t *testing.T) {
	c, other := register(t, same, same), register(t, same, same)
	mixed := c.reg
	mixed.SignedQR = other.reg.SignedQR
	ring := NewKeyring(c.ring.keys[c.ring.order[0]], other.ring.keys[other.ring.order[0]])
	if _, _, _, err := CheckRegistration(ring, mixed, c.body); !errors.Is(err, ErrBadSignature) {
		t.Errorf("under two keys: %v", err)
	}
	broken := c.reg
	broken.SignedInvoice = broken.SignedInvoice[:len(broken.SignedInvoice)-2]
	if _, _, _, err := CheckRegistration(c.ring, broken, c.body); !errors.Is(err, ErrBadSignature) {
		t.Errorf("signature cut: %v", err)
	}
	broken = c.reg
	broken.SignedQR = ""
	if _, _, _, err := CheckRegistration(c.ring, broken, c.body); !errors.Is(err, ErrNotSigned) {
		t.Errorf("no QR code: %v", err)
	}
	if _, _, _, err := CheckRegistration(c.ring, c.reg, []byte("x")); err == nil {
		t.Error("a document that is none was taken")
	}
}

// Published pairs of signed invoice and QR code are about the same document.
func TestPublishedPairsBelongTogether(t *testing.T) {
	ring := NewKeyring(BundledKeys()...)
	for _, file := range sampleFiles(t, "jwt/invoice-*.jwt") {
		reg := gst.Registration{SignedInvoice: string(readFile(t, file))}
		reg.SignedQR = string(readFile(t, filepath.Join(filepath.Dir(file), strings.Replace(filepath.Base(file), "invoice-", "qr-", 1))))
		signed, err := ring.Verify(reg.SignedInvoice)
		if err != nil {
			t.Fatal(err)
		}
		qr, err := ring.Verify(reg.SignedQR)
		if err != nil {
			t.Fatal(err)
		}
		says, err := qr.QR()
		if err != nil {
			t.Fatal(err)
		}
		var ack struct{ AckNo Digits }
		mustJSON(t, signed.Data, &ack)
		reg.IRN, reg.AckNo = says.IRN, string(ack.AckNo)
		_, body, err := Decode(signed.Data)
		if err != nil {
			t.Fatal(err)
		}
		keyID, at, practice, err := CheckRegistration(ring, reg, body)
		if err != nil || keyID != signed.KeyID || at.Before(time.Date(2020, 1, 1, 0, 0, 0, 0, gst.IST)) || practice {
			t.Errorf("%s: %s, %v, %v", file, keyID, at, err)
		}
	}
}
