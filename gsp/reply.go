package gsp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Limits of the pause that a 429 asks for.
const (
	shortestRest = time.Minute
	longestRest  = 15 * time.Minute
)

// read returns the portal's good reply, or what a bad one means: a refusal by the
// portal or by the provider, or no answer that can be understood. Bodies count
// whatever the status, because GSPs send refusals with many.
func (p *Portal) read(r *reply) (*nic.Envelope, error) {
	if refused := gatewayRefusal(r); refused != nil {
		refused.Provider = p.cred.Provider
		if wantsFewer(refused) {
			p.c.gate.rest(p.account(), p.c.now().Add(restTime(r.header, p.c.now())))
		}
		return nil, p.sorted(refused)
	}
	e, err := p.api.shape.envelope(r)
	if err != nil {
		return nil, fmt.Errorf("%w: status %d with %q: %w", ErrNoAnswer, r.status, snippet(r.body), err)
	}
	r.data = e.Data
	if e.OK {
		return e, nil
	}
	if len(e.Errors) == 0 {
		return nil, fmt.Errorf("%w: a refusal without a code", ErrNoAnswer)
	}
	if p.system == eways {
		r.data, r.opened = nic.EWayError(r.body)
	}
	refused := p.refusal(e, r.status)
	if pause := p.api.codes.pause(refused); pause > 0 {
		p.c.gate.rest(p.account(), p.c.now().Add(pause))
	}
	return nil, p.sorted(refused)
}

// refusal returns what the portal said no with.
func (p *Portal) refusal(e *nic.Envelope, status int) *gst.Refusal {
	refused := &gst.Refusal{Provider: p.cred.Provider, Codes: e.Errors, HTTP: status}
	for _, c := range e.Errors {
		refused.Gateway = refused.Gateway || isGatewayCode(c.Code)
	}
	if info, ok := e.Info(nic.InfoDuplicate); ok {
		refused.Duplicate = p.duplicate(info)
	}
	return refused
}

// duplicate returns the registration a DUPIRN names; nil when it cannot be read, so
// that it is looked up by document instead.
func (p *Portal) duplicate(info nic.Info) *gst.Registration {
	d, err := info.Duplicate()
	if err != nil {
		return nil
	}
	reg, err := d.Registration()
	if err != nil {
		return nil
	}
	reg.Provider = p.cred.Provider
	return &reg
}

// isGatewayCode reports whether the code is a GSP's own.
func isGatewayCode(code string) bool { return len(code) > 3 && code[:3] == "GSP" }

// gatewayRefusal returns the refusal of the provider itself, nil when r is none:
// TaxPro's status_cd, the {statusCode, message} of the API gateway before Alankit,
// or a 4xx that says nothing we can read.
func gatewayRefusal(r *reply) *gst.Refusal {
	if r.status < 400 && !mayNameStatus(r.body) {
		return nil
	}
	var wire struct {
		TaxPro  json.RawMessage `json:"status_cd"`
		Error   json.RawMessage `json:"error"`
		Status  json.RawMessage `json:"Status"`
		Message nic.Text        `json:"message"`
	}
	readable := json.Unmarshal(r.body, &wire) == nil
	refused := &gst.Refusal{HTTP: r.status, Gateway: true}
	switch {
	case readable && wire.TaxPro != nil && string(wire.TaxPro) != `"1"` && string(wire.TaxPro) != "1":
		refused.Codes = []gst.RefusalCode{taxProError(wire.Error)}
	case readable && wire.Status != nil:
		return nil // the portal's own envelope
	case r.status < 400 || r.status > 499 || r.status == http.StatusRequestTimeout:
		return nil
	default:
		words := string(wire.Message)
		if words == "" {
			words = http.StatusText(r.status)
		}
		refused.Codes = []gst.RefusalCode{{Code: strconv.Itoa(r.status), Message: words}}
	}
	return refused
}

// mayNameStatus reports whether a body may have a member status_cd. A long encrypted reply has
// neither letter, and need not be read once more for it.
func mayNameStatus(body []byte) bool {
	return bytes.IndexByte(body, '_') >= 0 || bytes.IndexByte(body, '\\') >= 0
}

// taxProError reads the error member beside status_cd: an object or a sentence.
func taxProError(raw json.RawMessage) gst.RefusalCode {
	var wire struct {
		Code    nic.Text `json:"error_cd"`
		Message nic.Text `json:"message"`
	}
	if json.Unmarshal(raw, &wire) == nil {
		return gst.RefusalCode{Code: string(wire.Code), Message: string(wire.Message)}
	}
	var words nic.Text
	if words.UnmarshalJSON(raw) != nil {
		return gst.RefusalCode{}
	}
	return gst.RefusalCode{Message: string(words)}
}

// restTime returns how long a 429 asks us to wait, within sensible limits.
func restTime(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	rest := shortestRest
	if seconds, err := strconv.Atoi(value); err == nil {
		rest = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		rest = at.Sub(now)
	}
	return min(max(rest, time.Second), longestRest)
}

// wantsFewer reports whether a provider refused a call only because of their number.
func wantsFewer(err error) bool {
	var refused *gst.Refusal
	return errors.As(err, &refused) && (refused.HTTP == http.StatusTooManyRequests || refused.Has(gspManyCalls))
}

// tokenRefused reports whether the call failed only because of its token.
func (p *Portal) tokenRefused(err error) bool {
	var refused *gst.Refusal
	return errors.As(err, &refused) && refused.Has(p.api.codes.token...)
}

// NotThere reports whether err is the portal's clear word that it holds no such
// document: the only answer after which a document may be sent again.
func NotThere(err error) bool {
	var refused *gst.Refusal
	return errors.As(err, &refused) && refused.Has("2148", "2154", "3001") && !refused.Gateway
}

// notHere reports whether err says that the house which was asked holds no such
// document; 4003 is the e-way bill's own code for it. Source: NIC's list of error codes.
func notHere(err error) bool {
	var refused *gst.Refusal
	return NotThere(err) || errors.As(err, &refused) && refused.Has("4003") && !refused.Gateway
}
