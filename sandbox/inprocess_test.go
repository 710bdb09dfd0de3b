package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/nic"
	"mohar/sandbox"
)

// inProcess calls a handler without any connection, as simulations do.
type inProcess struct{ http.Handler }

// RoundTrip fails where the handler hangs up.
func (p inProcess) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	w := httptest.NewRecorder() // no Hijacker
	defer func() {
		if gone := recover(); gone != nil {
			if gone != http.ErrAbortHandler { //nolint:errorlint // the very value
				panic(gone)
			}
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// Every fault ends a call without a connection too, and without waiting in real time.
func TestFaultsWithoutAConnection(t *testing.T) {
	p := startWith(t, sandbox.Options{Sleep: atOnce})
	client := &http.Client{Transport: inProcess{p.Handler()}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	cut := map[string]bool{"down": true, "drop-reply": true, "reset": true, "truncated": true}
	c := p.caller("taxpro", seller).signIn()
	for i, k := range p.admin("GET", "/faults", "")["kinds"].([]any) {
		name := k.(map[string]any)["name"].(string)
		p.admin("DELETE", "/faults", "")
		p.admin("POST", "/faults", `{"fault":"`+name+`","ms":3600000}`)
		doc := altered(t, changes{"DocDtls.No": `"P/` + strconv.Itoa(i+1) + `"`})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.root+c.path("/eicore/v1.03/Invoice"), bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": c.token}) {
			req.Header.Set(k, v)
		}
		resp, err := client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if (err != nil) != cut[name] {
			t.Errorf("%s: %v", name, err)
		}
		if name == "token-revoked" {
			p.admin("DELETE", "/faults", "")
			c.signIn()
		}
	}
}

// A portal from the same bytes has the same keys, tokens and answers.
func TestTheSameRandomnessMakesTheSamePortal(t *testing.T) {
	type seen struct{ kid, key, token, sek, signed string }
	open := func(seed byte) seen {
		p := startWith(t, sandbox.Options{Random: rand.NewChaCha8([32]byte{seed})})
		c := p.caller("alankit", seller).signIn()
		return seen{
			nic.KeyID(p.certificate()), p.publicKey().N.Text(16), c.token, string(c.sek),
			c.generate(invoice()).ack(t).SignedInvoice,
		}
	}
	first := open(1)
	if again := open(1); again != first {
		t.Errorf("%+v\nthen %+v", first, again)
	}
	if other := open(2); other.kid == first.kid || other.key == first.key || other.token == first.token || other.sek == first.sek {
		t.Error("other bytes make the same")
	}
}

func TestAnExhaustedSourceOfRandomnessIsAnError(t *testing.T) {
	_, err := sandbox.Open(t.Context(), sandbox.Options{Now: func() time.Time { return morning }, Random: strings.NewReader("short")})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
}

// BenchmarkHandler is a registration without the network: what the portal itself costs.
func BenchmarkHandler(b *testing.B) {
	for _, face := range []string{"alankit", "taxpro"} {
		b.Run(face, func(b *testing.B) {
			p := startWith(b, sandbox.Options{})
			c := p.caller(face, seller).signIn()
			h := p.Handler()
			head := c.headers(map[string]string{"user_name": sandbox.User, "AuthToken": c.token})
			i := 0
			for b.Loop() {
				i++
				body := []byte(strings.Replace(invoiceText, "A/1", "B/"+strconv.Itoa(i), 1))
				if !c.plain() {
					body, _ = nic.SealBody(c.sek, body) // a good key seals
				}
				r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, c.path("/eicore/v1.03/Invoice"), bytes.NewReader(body))
				for k, v := range head {
					r.Header.Set(k, v)
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if !bytes.Contains(w.Body.Bytes()[:16], []byte("1")) {
					b.Fatal(w.Body.String())
				}
			}
		})
	}
}
