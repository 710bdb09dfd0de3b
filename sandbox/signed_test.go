package sandbox_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"mohar/nic"
	"mohar/sandbox"
)

// certificate is the signing certificate, as clients learn it.
func (p *portal) certificate() *x509.Certificate {
	p.t.Helper()
	first := p.admin("GET", "/keys", "")["signing"].([]any)[0].(map[string]any)
	block, _ := pem.Decode([]byte(first["certificate"].(string)))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		p.t.Fatal(err)
	}
	if first["kid"] != nic.KeyID(cert) || first["x5t"] != nic.X5T(cert) {
		p.t.Errorf("%v is not the certificate's name", first)
	}
	return cert
}

func TestSignedTexts(t *testing.T) {
	p := start(t)
	sent := altered(t, interState, changes{
		"DocDtls.No": `"a/1"`, "Irn": `"` + strings.Repeat("0", 64) + `"`, "SellerDtls.Ph": "null", "BuyerDtls.Ph": `"08012345678"`,
		"PayDtls": `{"PaymtDue":1180.00,"CrDay":30}`, "ItemList.0.Note": `"x"`, "BuyerDtls.TrdNm": `"Café <&>"`,
	})
	ack := p.caller("alankit", seller).signIn().generate(sent).ack(t)

	invoice := `{"AckNo":` + string(ack.AckNo) + `,"AckDt":"2026-11-22 10:15:31","Irn":"` + ack.Irn + `","Version":"1.1",` +
		`"TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N"},"DocDtls":{"Typ":"INV","No":"A/1","Dt":"22/11/2026"},` +
		`"SellerDtls":{"Gstin":"29AAFCD5862R000","LglNm":"Deccan Tools","Addr1":"4 Mill Lane","Loc":"Bengaluru","Pin":560037,"Stcd":"29"},` +
		`"BuyerDtls":{"Gstin":"27AWGPV7107B1Z5","LglNm":"Kaveri Papers","TrdNm":"Café <&>","Pos":"27","Addr1":"9 Ring Road","Loc":"Bengaluru","Pin":400001,"Ph":"08012345678","Stcd":"27"},` +
		`"ItemList":[{"ItemNo":0,"SlNo":"1","IsServc":"N","PrdDesc":"Spanner","HsnCd":"820411","Qty":10,"Unit":"NOS","UnitPrice":100.0,` +
		`"TotAmt":1000.00,"Discount":0,"AssAmt":1000.00,"GstRt":18.0,"IgstAmt":180,"TotItemVal":1180.0}],` +
		`"ValDtls":{"AssVal":1000.00,"IgstVal":180,"TotInvVal":1180.0},"PayDtls":{"CrDay":30,"PaymtDue":1180.00}}`
	if got := opened(t, ack.SignedInvoice); got != invoice {
		t.Errorf("signed invoice\n%s\nwant\n%s", got, invoice)
	}
	qr := `{"SellerGstin":"29AAFCD5862R000","BuyerGstin":"27AWGPV7107B1Z5","DocNo":"A/1","DocTyp":"INV","DocDt":"22/11/2026",` +
		`"TotInvVal":1180.0,"ItemCnt":1,"MainHsnCode":"820411","Irn":"` + ack.Irn + `","IrnDt":"2026-11-22 10:15:31"}`
	if got := opened(t, ack.SignedQRCode); got != qr {
		t.Errorf("signed QR code\n%s\nwant\n%s", got, qr)
	}
	if len(ack.AckNo) != 15 || ack.AckNo[2:4] != "26" || ack.Status != "ACT" {
		t.Errorf("acknowledgement %s %s", ack.AckNo, ack.Status)
	}
	if got := ack.AckDt.Format(time.DateTime); got != "2026-11-22 10:16:00" {
		t.Errorf("AckDt %s is not the nearest minute", got)
	}

	key, err := nic.ParseSigningKey(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.certificate().Raw}), true)
	if err != nil {
		t.Fatal(err)
	}
	ring := nic.NewKeyring(key)
	reg, err := ack.Registration()
	if err != nil {
		t.Fatal(err)
	}
	if _, at, practice, err := nic.CheckRegistration(ring, reg, sent); err != nil || !at.Equal(morning) || !practice {
		t.Errorf("checked: %v, practice %v, %v", at, practice, err)
	}
	for _, token := range []string{ack.SignedInvoice, ack.SignedQRCode} {
		signed, err := ring.Verify(token)
		if err != nil || signed.Issuer != "NIC" || signed.KeyID != key.KeyID || !signed.Practice {
			t.Errorf("%+v, %v", signed, err)
		}
		head, rest, _ := strings.Cut(token, ".")
		if _, err := ring.Verify(head + "." + strings.Replace(rest, rest[40:41], "_", 1)); errors.Is(err, nil) {
			t.Error("an altered text holds")
		}
	}
}

func TestCaseOfNumbersCountedBeforeJune2025(t *testing.T) {
	now := time.Date(2025, time.May, 31, 12, 0, 0, 0, morning.Location())
	p := startWith(t, sandbox.Options{Now: func() time.Time { return now }})
	c := p.caller("taxpro", seller).signIn()
	for _, tt := range []struct{ date, number, want string }{
		{"31/05/2025", "a/1", "ok"},
		{"31/05/2025", "A/1", "ok"},
		{"31/05/2025", "a/1", "2150"},
	} {
		r := c.generate(altered(t, changes{"DocDtls.Dt": `"` + tt.date + `"`, "DocDtls.No": `"` + tt.number + `"`}))
		if r.codes() != tt.want {
			t.Errorf("%s of %s: %s, want %s", tt.number, tt.date, r.codes(), tt.want)
		}
	}
	now = now.AddDate(0, 0, 1)
	c.signIn()
	for _, tt := range []struct{ number, want string }{{"b/1", "ok"}, {"B/1", "2150"}} {
		r := c.generate(altered(t, changes{"DocDtls.Dt": `"01/06/2025"`, "DocDtls.No": `"` + tt.number + `"`}))
		if r.codes() != tt.want {
			t.Errorf("%s from June: %s, want %s", tt.number, r.codes(), tt.want)
		}
	}
	if c.byDocument("INV", "b/1", "01/06/2025").codes() != "ok" {
		t.Error("not found by the number in small letters")
	}
}
