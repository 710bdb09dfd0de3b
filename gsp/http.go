package gsp

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/outside"
)

// Limits of one call.
const (
	connectTime = 5 * time.Second
	replyTime   = 30 * time.Second // the whole of it
	replySize   = 8 << 20          // bytes, unpacked; a reply with a thousand lines stays below 2 MB
	headerSize  = 256 << 10        // bytes
	keepAlive   = 30 * time.Second
)

// careful returns a copy of an HTTP client that follows no redirect and waits no longer
// than it should.
func careful(given *http.Client) *http.Client {
	c := *given
	if c.Timeout == 0 {
		c.Timeout = replyTime
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// liveTransport reaches live providers, at public addresses unless private ones are
// allowed, and through the proxy that the environment names.
func liveTransport(private bool) *http.Transport {
	d := outside.NewDialler(private)
	t := transport()
	t.Proxy, t.DialContext = d.Proxy, d.Dial
	return t
}

// transport reaches the sandbox, which runs where it was put.
func transport() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: connectTime, KeepAlive: keepAlive}).DialContext,
		TLSHandshakeTimeout:    connectTime,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        90 * time.Second,
		ResponseHeaderTimeout:  replyTime,
		MaxResponseHeaderBytes: headerSize,
	}
}

// call is one request to a provider.
type call struct {
	op      gst.Operation
	action  string // of the e-way bill system; empty for the others and for GET
	method  string
	path    string // after the base address, values escaped
	payload []byte // before it is sealed; nil for GET
	body    []byte // as it travels
	when    occasion
	irp     string // NIC1 or NIC2: ask the portal about the other one's documents
	// read takes what is wanted out of a good reply: its envelope and the JSON inside.
	read func(e *nic.Envelope, data json.RawMessage, r *reply) error
}

// reply is what came back, whatever its status.
type reply struct {
	status int
	header http.Header
	body   []byte
	base   string          // the address that was asked
	data   json.RawMessage // Data of the body, as it came
	opened json.RawMessage // what was inside
}

// exchange makes one HTTP request and reads the whole reply.
//
// Until the header has been written nothing can have been acted upon; from then on
// every failure leaves that open.
func exchange(ctx context.Context, client *http.Client, url string, op call, h http.Header) (*reply, error) {
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, op.method, url, bytes.NewReader(op.body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	req.Header = h
	res, err := client.Do(req)
	if err != nil && !left.Load() {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	defer func() { _ = res.Body.Close() }() // everything wanted has been read by then
	body, err := io.ReadAll(io.LimitReader(res.Body, replySize+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	if len(body) > replySize {
		return nil, fmt.Errorf("%w: reply of more than %d bytes", ErrNoAnswer, replySize)
	}
	return &reply{status: res.StatusCode, header: res.Header, body: body}, nil
}

// snippet is the start of a reply that is no JSON, for the log.
func snippet(body []byte) string {
	const most = 80
	text := strings.Join(strings.Fields(string(body[:min(len(body), most)])), " ")
	return strings.ToValidUTF8(text, "?")
}
