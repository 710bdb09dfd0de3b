package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"mohar/db"
	"mohar/gst"
	"mohar/outside"
)

// Limits of one try.
const (
	connectTime = 5 * time.Second
	tryTime     = 15 * time.Second // the whole of it
	answerSize  = 64 << 10         // bytes that are read of an answer
	answerKept  = 500              // bytes of it that the log keeps
	headerSize  = 64 << 10         // bytes of the answer's header
)

// CheckURL checks the address of a webhook: https and a host name of the public internet.
// With private, as the operator may allow for relays of the firm's own, http and any host
// will do.
//
// The error is gst.Invalid with the rule webhook.url, or webhook.url_private where only the
// host or the scheme is at fault.
func CheckURL(text string, private bool) error {
	u, err := outside.ParsePlain(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return gst.Faults{{Rule: "webhook.url", Field: "url"}}.Err()
	}
	if !private && (u.Scheme != "https" || !outside.PublicName(strings.ToLower(u.Hostname()))) {
		return gst.Faults{{Rule: "webhook.url_private", Field: "url"}}.Err()
	}
	return nil
}

// Answer is what a receiver said to one try.
type Answer struct {
	Status  int    // of HTTP; 0: it gave no answer
	Text    string // how the body began
	Problem string // why there was no answer: a key below "webhook.problem." of the lang room, or a text of the system
	Took    time.Duration

	wait time.Duration // so long it has us wait
}

// OK reports whether the receiver has the message.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// newClient calls public addresses only, unless private ones are allowed, through the proxy
// that the environment names; it follows no redirect.
func newClient(private bool) *http.Client {
	d := outside.NewDialler(private)
	return &http.Client{
		Timeout:       tryTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: d.Proxy, DialContext: d.Dial,
			TLSHandshakeTimeout: connectTime, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: true, DisableCompression: true, // an answer is not worth unpacking
			MaxIdleConnsPerHost: perWebhook, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: headerSize,
		},
	}
}

// post makes one try with a message.
func (c *Courier) post(ctx context.Context, w db.Webhook, d *db.Delivery) Answer {
	began := c.now()
	a := c.attempt(ctx, w, d, began)
	a.Took = c.now().Sub(began)
	return a
}

func (c *Courier) attempt(ctx context.Context, w db.Webhook, d *db.Delivery, now time.Time) Answer {
	if err := CheckURL(w.URL, c.private); err != nil { // the operator may have changed the flag since it was typed
		return Answer{Problem: "address"}
	}
	secrets, err := c.store.WebhookSecrets(ctx, w.ID)
	if errors.Is(err, db.ErrSealed) {
		return Answer{Problem: "sealed"}
	}
	if err != nil {
		return Answer{Problem: err.Error()}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(d.Body))
	if err != nil {
		return Answer{Problem: "address"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", c.agent)
	if err := sign(r.Header, secrets, d.Key, now, d.Body); err != nil {
		return Answer{Problem: err.Error()}
	}
	res, err := c.client.Do(r)
	if err != nil {
		return Answer{Problem: problemOf(err)}
	}
	defer func() { _ = res.Body.Close() }() // everything wanted has been read by then
	a := Answer{Status: res.StatusCode, wait: retryAfter(res.StatusCode, res.Header, now)}
	// What the status says holds, whatever becomes of the rest.
	head, _ := io.ReadAll(io.LimitReader(res.Body, answerKept))
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, answerSize-answerKept))
	a.Text = printable(head)
	return a
}

// problemOf says in a word why there was no answer. Addresses inside the firm are not told
// apart from one another: what is there is nobody's business.
func problemOf(err error) string {
	var unknown *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, outside.ErrInside):
		return "inside"
	case errors.As(err, &unknown):
		return "name"
	case errors.As(err, &untrusted):
		return "certificate"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "slow"
	case errors.Is(err, context.Canceled):
		return "stopped"
	}
	return "connection"
}

// printable is a text as the log may show it.
func printable(b []byte) string {
	for len(b) > 0 && !utf8.Valid(b[max(0, len(b)-utf8.UTFMax):]) && !utf8.FullRune(b[lastRune(b):]) {
		b = b[:lastRune(b)] // cut in the middle of a letter
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(b), "�"))
}

// lastRune is where the last letter of b begins.
func lastRune(b []byte) int {
	i := len(b) - 1
	for i > 0 && len(b)-i < utf8.UTFMax && !utf8.RuneStart(b[i]) {
		i--
	}
	return i
}
