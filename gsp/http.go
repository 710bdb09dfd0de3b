package gsp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Limits of one call.
const (
	connectTime = 5 * time.Second
	replyTime   = 30 * time.Second // the whole of it
	replySize   = 8 << 20          // bytes; a reply with a thousand lines stays below 2 MB
	hostRest    = 30 * time.Second // how long a failing host stands behind the others
)

// careful returns an HTTP client that follows no redirect and waits no longer than
// it should: a copy of given, or an own one.
func careful(given *http.Client) *http.Client {
	var c http.Client
	if given != nil {
		c = *given
	} else {
		c.Transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:   connectTime,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   16,
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: replyTime,
		}
	}
	if c.Timeout == 0 {
		c.Timeout = replyTime
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// call is one request to a provider.
type call struct {
	method string
	path   string // after the base address, values escaped
	body   []byte // as it travels; nil for GET
	when   occasion
	irp    string // NIC1 or NIC2: ask the portal about the other one's documents
}

// reply is what came back, whatever its status.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// transact makes the call at the first host that can be reached and reads the
// answer. Every outcome is remembered of the host, so that the next call knows
// whom to ask first.
//
// It returns ErrNotSent when no host can be reached, and otherwise what read says.
func (p *Portal) transact(ctx context.Context, s gst.Session, op call) (*nic.Envelope, *reply, error) {
	bases, err := p.bases()
	if err != nil {
		return nil, nil, err
	}
	for _, base := range p.c.hosts.order(bases, p.c.now()) {
		var r *reply
		var e *nic.Envelope
		if r, err = p.c.exchange(ctx, base+op.path, op, p.headers(s, op)); err == nil {
			e, err = p.read(r)
		}
		if ctx.Err() != nil {
			return e, r, err // we hung up: no fault of the host
		}
		unreached := errors.Is(err, ErrNotSent)
		p.c.hosts.note(base, !unreached && !errors.Is(err, ErrNoAnswer), p.c.now())
		if !unreached {
			return e, r, err
		}
	}
	return nil, nil, err
}

// Resting reports whether p lately failed to answer, or asked for fewer calls, so
// that another provider should be asked first. It lasts half a minute.
func (p *Portal) Resting() bool {
	now := p.c.now()
	if p.c.gate.resting(p.account(), now) != nil {
		return true
	}
	bases, err := p.bases()
	return err != nil || p.c.hosts.allResting(bases, now)
}

// headers returns what op carries. The names keep the provider's spelling, which
// http.Header.Set would change.
func (p *Portal) headers(s gst.Session, op call) http.Header {
	h := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}}
	for _, one := range p.api.headers {
		if one.on == always || one.on == op.when {
			h[one.name] = []string{one.value(p, s)}
		}
	}
	if op.irp != "" {
		h["irp"] = []string{op.irp}
	}
	return h
}

// exchange makes one HTTP request and reads the whole reply.
//
// Until the header has been written nothing can have been acted upon; from then on
// every failure leaves that open.
func (c *Caller) exchange(ctx context.Context, url string, op call, h http.Header) (*reply, error) {
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, op.method, url, bytes.NewReader(op.body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	req.Header = h
	res, err := c.http.Do(req)
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

// health remembers which hosts failed to answer a moment ago.
type health struct {
	mu    sync.Mutex
	until map[string]time.Time // when a failing host is tried first again
}

// note keeps whether base answered.
func (h *health) note(base string, answered bool, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = make(map[string]time.Time)
	}
	if answered {
		delete(h.until, base)
		return
	}
	h.until[base] = now.Add(hostRest)
}

// allResting reports whether each of bases failed a moment ago.
func (h *health) allResting(bases []string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, base := range bases {
		if !h.until[base].After(now) {
			return false
		}
	}
	return true
}

// order returns bases with those that lately failed at the end.
func (h *health) order(bases []string, now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	ordered := append([]string(nil), bases...)
	sort.SliceStable(ordered, func(i, j int) bool {
		return !h.until[ordered[i]].After(now) && h.until[ordered[j]].After(now)
	})
	return ordered
}

// snippet is the start of a reply that is no JSON, for the log.
func snippet(body []byte) string {
	const most = 80
	text := strings.Join(strings.Fields(string(body[:min(len(body), most)])), " ")
	return strings.ToValidUTF8(text, "?")
}
