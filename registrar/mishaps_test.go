package registrar_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"mohar/nic"
)

// mishaps are what the fault matrix goes through.
var mishaps = []mishap{
	{name: "nothing", ends: "first second second second"},
	{name: "page instead of an answer, not acted upon", on: generating(said(http.StatusOK, html, htmlPage)), ends: always},
	{name: "page instead of an answer, acted upon", on: generating(saidAfter(http.StatusOK, html, htmlPage)), ends: always},
	{name: "empty answer", on: generating(saidAfter(http.StatusOK, jsons, "")), ends: always},
	{name: "bytes that mean nothing", on: generating(saidAfter(http.StatusOK, jsons, "\x00\xff\x13{]")), ends: always},
	{name: "JSON that ends too early", on: generating(changed(func(_ *passage, b []byte) []byte { return b[:len(b)*2/3] })), ends: always},
	{name: "10 MB of an answer", on: generating(changed(func(_ *passage, b []byte) []byte { return append(blanks(10<<20), b...) })), ends: always},
	{name: "members of other types", on: generating(saidAfter(http.StatusOK, jsons, `{"Status":{"a":1},"Data":[17],"ErrorDetails":"x","InfoDtls":7}`)), ends: always},
	{name: "Data of another type", on: generating(saidAfter(http.StatusOK, jsons, `{"Status":1,"Data":17,"ErrorDetails":null}`)), ends: always},
	{name: "a refusal without a code", on: generating(saidAfter(http.StatusOK, jsons, `{"Status":0,"Data":null,"ErrorDetails":null}`)), ends: always},
	{name: "the reply for another document", on: generating(anothers), ends: always},
	{name: "the reply for another document to a look-up", times: 2, both: true, on: map[string]treatment{
		opGenerate: lostAfter, opGet: anothers}, ends: "first second first first"},
	{name: "a reply under another session key", on: generating(edited(func(_ map[string]any, key []byte) []byte { return otherKey(key) })), ends: always},
	{name: "a bad signature", on: generating(edited(badSignature)), ends: always},
	{name: "a signature by an unknown key", on: generating(edited(signedAnew)), ends: "first second second second"},
	{name: "no QR code", on: generating(edited(without("SignedQRCode"))), ends: always},
	{name: "no AckNo", on: generating(edited(without("AckNo"))), ends: always},
	{name: "another AckNo", on: generating(edited(func(d map[string]any, k []byte) []byte { d["AckNo"] = 112610000009999; return k })), ends: always},
	{name: "another IRN", on: generating(edited(func(d map[string]any, k []byte) []byte { d["Irn"] = strings.Repeat("0b", 32); return k })), ends: always},
	{name: "302 to another host", on: generating(located), ends: always},
	{name: "401", on: generating(said(http.StatusUnauthorized, jsons, `{"statusCode":401,"message":"Access denied"}`)), ends: always},
	{name: "403 with a page", on: generating(said(http.StatusForbidden, html, htmlPage)), ends: always},
	{name: "429 with Retry-After", on: generating(tooMany), ends: always},
	{name: "500", on: generating(said(http.StatusInternalServerError, html, htmlPage)), ends: always},
	{name: "502", on: generating(said(http.StatusBadGateway, html, htmlPage)), ends: always},
	{name: "503", on: generating(said(http.StatusServiceUnavailable, jsons, `{"message":"no healthy upstream"}`)), ends: always},
	{name: "504 before the portal acted", on: generating(said(http.StatusGatewayTimeout, html, htmlPage)), ends: always},
	{name: "504 after the portal acted", on: generating(saidAfter(http.StatusGatewayTimeout, html, htmlPage)), ends: always},
	{name: "connection refused", on: generating(unreached), ends: always},
	{name: "connection lost before the portal acted", on: generating(lostBefore), ends: always},
	{name: "connection lost after the portal acted", on: generating(lostAfter), ends: always},
	{name: "connection reset in the middle of the reply", on: generating(cut), ends: always},
	{name: "no reply in time", on: generating(delayed), ends: always},
	{name: "application error, once", times: 1, on: generating(said(http.StatusOK, jsons, portalSays("5001"))), ends: "first second second second"},
	{name: "application error, though it acted", on: generating(saidAfter(http.StatusOK, jsons, portalSays("5001"))), ends: always},
	{name: "token refused, once", times: 1, on: generating(said(http.StatusOK, jsons, portalSays("1005"))), ends: "first second second second"},
	{name: "token refused always", on: generating(said(http.StatusOK, jsons, portalSays("1005"))), ends: always},
	{name: "API user blocked", on: map[string]treatment{opAuth: said(http.StatusOK, jsons, portalSays("1007")), opGenerate: said(http.StatusOK, jsons, portalSays("1005"))}, ends: always},
	{name: "down", on: map[string]treatment{opAuth: unreached, opGenerate: unreached, opGet: unreached}, ends: always},
	{name: "the GSP's credits are used up", on: generating(gatewaySays("GSP019")), ends: always},
	{name: "the GSP knows another password", on: generating(gatewaySays("GSP020A")), ends: always},
	{name: "the GSP's own time-out, acted upon", on: generating(saidAfter(http.StatusOK, jsons, gatewayCode("GSP032"))), ends: always},
	{name: tooOld, both: true, on: map[string]treatment{opGenerate: lostAfter, opGet: said(http.StatusOK, jsons, portalSays("2283"))},
		ends: "conflict conflict conflict conflict"},
	{name: "the same document is there", held: 1, ends: "first second second second"},
	{name: "another document is there", held: 2, ends: "conflict conflict conflict conflict"},
	{name: refusal, ends: "failed failed failed failed"},
	{name: "all are lost, acted upon", both: true, on: map[string]treatment{opGenerate: lostAfter, opGet: lostBefore}, ends: "unknown unknown unknown unknown"},
	{name: "all are lost, not acted upon", both: true, on: map[string]treatment{opGenerate: lostBefore, opGet: lostBefore}, ends: "unknown unknown unknown unknown"},
	{name: "none can be reached", both: true, on: map[string]treatment{opAuth: unreached, opGenerate: unreached, opGet: unreached}, ends: "waiting unknown unknown unknown"},
	{name: "none takes the call", both: true, on: generating(said(http.StatusUnauthorized, jsons, `{"statusCode":401,"message":"Access denied"}`)),
		ends: "waiting waiting waiting waiting"},
}

// blanks are JSON's white space.
func blanks(n int) []byte { return []byte(strings.Repeat(" ", n)) }

// gatewayCode is TaxPro's own refusal.
func gatewayCode(code string) string {
	return `{"status_cd":"0","error":{"error_cd":"` + code + `","message":"said so"}}`
}

func gatewaySays(code string) treatment { return said(http.StatusOK, jsons, gatewayCode(code)) }

// edited changes what a good reply says; change returns the key that it is closed with.
func edited(change func(data map[string]any, key []byte) []byte) treatment {
	return changed(func(p *passage, reply []byte) []byte {
		o, ok := p.trouble.opened(p, reply)
		if !ok {
			return reply
		}
		return o.sealed(change(o.data, o.key))
	})
}

func without(member string) func(map[string]any, []byte) []byte {
	return func(data map[string]any, key []byte) []byte {
		delete(data, member)
		return key
	}
}

// otherKey is a key that nobody has.
func otherKey([]byte) []byte {
	key, err := nic.NewKey()
	if err != nil {
		panic(err)
	}
	return key
}

// badSignature changes the last figures of a signature.
func badSignature(data map[string]any, key []byte) []byte {
	text := data["SignedInvoice"].(string)
	at := len(text) - 20
	other := "A"
	if text[at] == 'A' {
		other = "B"
	}
	data["SignedInvoice"] = text[:at] + other + text[at+1:]
	return key
}

// signer is one whom nobody knows.
var signer = sync.OnceValues(func() (*rsa.PrivateKey, *x509.Certificate) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "nobody"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return key, certificate
})

// signedAnew has the unknown signer sign the very same texts.
func signedAnew(data map[string]any, session []byte) []byte {
	key, certificate := signer()
	for _, member := range []string{"SignedInvoice", "SignedQRCode"} {
		signed, err := nic.Read(data[member].(string))
		if err != nil {
			panic(err)
		}
		if data[member], err = nic.Sign(key, certificate, "NIC", signed.Data); err != nil {
			panic(err)
		}
	}
	return session
}
