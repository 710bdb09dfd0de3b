package registrar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// The operations, as the sandbox's faults and these tests name them.
const (
	opAuth     = "auth"
	opGenerate = "generate"
	opGet      = "get"
	opCancel   = "cancel"
	opOther    = "other"
)

// passage is one call on its way to the portal.
type passage struct {
	wire *wire
	face string // alankit, taxpro; empty for the sandbox's own listener
	op   string
	req  *http.Request
	body []byte
	left bool // it is on the way

	trouble *trouble // for treatments that need to know it; nil in the simulation
}

// treatment is what happens to a call on its way.
type treatment func(*passage) (*http.Response, error)

// wire carries calls to the sandbox's handler within this process, one after another,
// and does to them what networks and gateways do.
type wire struct {
	portal http.Handler
	treat  treatment      // nil: every call arrives, and its reply comes back
	after  func(*passage) // when the portal has acted; nil: nobody looks
	lost   bool           // a call left for somewhere else
}

// where is the sandbox's address; nothing listens there.
const where = "http://127.0.0.1:9"

// RoundTrip treats a call.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme+"://"+req.URL.Host != where {
		w.lost = true
		return nil, errors.New("a call to somewhere else: " + req.URL.Host)
	}
	p := &passage{wire: w, op: operationOf(req), req: req}
	if face, _, ok := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/"); ok && face != "_sandbox" {
		p.face = face
	}
	if req.Body != nil {
		var err error
		if p.body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close() // it was in memory
	}
	if op := ewayOperation(p); op != "" {
		p.op = op
	}
	if w.treat == nil || p.face == "" {
		return through(p)
	}
	return w.treat(p)
}

// operationOf names what a call asks for.
func operationOf(req *http.Request) string {
	path := req.URL.Path
	switch {
	case strings.HasSuffix(path, "/auth"):
		return opAuth
	case strings.HasSuffix(path, "/Invoice/Cancel"):
		return opCancel
	case strings.HasSuffix(path, "/Invoice") && req.Method == http.MethodPost:
		return opGenerate
	case strings.Contains(path, "/Invoice/"):
		return opGet
	}
	return opOther
}

// provider is whose face p goes through.
func (p *passage) provider() gst.Provider { return gst.Provider(p.face) }

// leave tells the caller that its request is on the way, as net/http would.
func (p *passage) leave() {
	p.left = true
	if t := httptrace.ContextClientTrace(p.req.Context()); t != nil && t.WroteHeaders != nil {
		t.WroteHeaders()
	}
}

// errHungUp is a connection closed, or broken, before the reply was complete.
var errHungUp = errors.New("connection reset by peer")

// arrive has the portal act, and returns its reply.
func (p *passage) arrive() (*http.Response, error) {
	p.leave()
	r := p.req.Clone(context.WithoutCancel(p.req.Context()))
	r.Body, r.RequestURI, r.RemoteAddr = io.NopCloser(bytes.NewReader(p.body)), p.req.URL.RequestURI(), "192.0.2.1:1234"
	w := httptest.NewRecorder()
	answered := served(p.wire.portal, w, r)
	if p.wire.after != nil {
		p.wire.after(p)
	}
	if !answered {
		return nil, errHungUp
	}
	res := w.Result()
	res.Request = p.req
	return res, nil
}

// served reports whether the handler answered instead of hanging up.
func served(h http.Handler, w http.ResponseWriter, r *http.Request) (answered bool) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
			panic(v)
		}
	}()
	h.ServeHTTP(w, r)
	return true
}

// reply makes a reply.
func (p *passage) reply(status int, kind string, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(body), ContentLength: -1, Request: p.req,
	}
}

// through brings the call there and the reply back.
func through(p *passage) (*http.Response, error) { return p.arrive() }

// unreached finds no connection at all.
func unreached(*passage) (*http.Response, error) { return nil, errors.New("connection refused") }

// lostBefore loses the request on its way.
func lostBefore(p *passage) (*http.Response, error) {
	p.leave()
	return nil, errHungUp
}

// lostAfter loses the reply on its way.
func lostAfter(p *passage) (*http.Response, error) {
	_, _ = p.arrive() // whatever it says is lost
	return nil, errHungUp
}

// tooLate is what waiting for a reply ends with.
type tooLate struct{}

func (tooLate) Error() string   { return "awaiting headers: i/o timeout" }
func (tooLate) Timeout() bool   { return true }
func (tooLate) Temporary() bool { return true }

// delayed has the portal act, and the reply come too late.
func delayed(p *passage) (*http.Response, error) {
	_, _ = p.arrive() // nobody waits for it any more
	return nil, tooLate{}
}

// said answers instead of the portal, which never hears of the call.
func said(status int, kind, body string) treatment {
	return func(p *passage) (*http.Response, error) {
		p.leave()
		return p.reply(status, kind, strings.NewReader(body)), nil
	}
}

// saidAfter is said for a call that the portal acted upon.
func saidAfter(status int, kind, body string) treatment {
	return func(p *passage) (*http.Response, error) {
		_, _ = p.arrive() // another answer stands for it
		return p.reply(status, kind, strings.NewReader(body)), nil
	}
}

// changed lets the call arrive and changes the bytes of its reply.
func changed(f func(p *passage, reply []byte) []byte) treatment {
	return func(p *passage) (*http.Response, error) {
		res, err := p.arrive()
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return nil, err
		}
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(f(p, body))), -1
		return res, nil
	}
}

// broken is a body whose connection breaks at its end.
type broken struct{ io.Reader }

func (b broken) Read(to []byte) (int, error) {
	n, err := b.Reader.Read(to)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// cut breaks the connection in the middle of the reply.
func cut(p *passage) (*http.Response, error) {
	res, err := p.arrive()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body, res.ContentLength = io.NopCloser(broken{bytes.NewReader(body[:len(body)/2])}), -1
	return res, nil
}

// seen is what a caller can make of a reply, and with it, of what the portal did.
type seen int

const (
	sawNothing seen = iota // it may have acted
	sawActed               // a good answer
	sawHeld                // it holds a document under the number
	sawAbsent              // it holds none
	sawUntaken             // the call as such was not taken: credentials, rate
	sawRefused             // it refuses the document
)

// read looks at a reply as a caller does, and leaves it to be read again.
func read(res *http.Response, err error) seen {
	if err != nil {
		return sawNothing
	}
	body, err := io.ReadAll(res.Body)
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = broken{rest}
	}
	res.Body = io.NopCloser(rest)
	if err != nil {
		return sawNothing
	}
	e, err := nic.ParseEnvelope(body)
	switch {
	case err == nil && e.OK:
		return sawActed
	case err == nil && len(e.Errors) > 0:
		return sawCode(e.Errors[0].Code)
	case res.StatusCode >= 400 && res.StatusCode < 500:
		return sawUntaken
	}
	return sawNothing
}

// sawCode is what a refusal's first code says.
func sawCode(code string) seen {
	switch code {
	case "2150":
		return sawHeld
	case "2148", "2154":
		return sawAbsent
	case "5001", "2146", "2147":
		return sawNothing
	}
	if strings.HasPrefix(code, "10") || strings.HasPrefix(code, "GSP") {
		return sawUntaken
	}
	return sawRefused
}

// opened is a good reply's payload and how to close it again.
type opened struct {
	envelope map[string]any
	data     map[string]any
	key      []byte // nil on a plain path
}

// opened opens a reply with the session key that the caller stored; false for one that is
// no good answer.
func (l *lab) opened(p *passage, reply []byte) (o opened, ok bool) {
	if json.Unmarshal(reply, &o.envelope) != nil {
		return o, false
	}
	data, ok := o.envelope["Data"].(string)
	if !ok {
		return o, false
	}
	text := []byte(data)
	if p.face == string(gst.Alankit) {
		o.key = l.sessionKey(p)
		var err error
		if text, err = nic.DecryptText(o.key, data); err != nil {
			return o, false
		}
	}
	return o, json.Unmarshal(text, &o.data) == nil
}

// sealed is the reply around what was changed.
func (o opened) sealed(key []byte) []byte {
	data, err := json.Marshal(o.data)
	if err != nil {
		panic(err) // it was JSON
	}
	o.envelope["Data"] = string(data)
	if key != nil {
		if o.envelope["Data"], err = nic.EncryptText(key, data); err != nil {
			panic(err) // the key is one
		}
	}
	reply, err := json.Marshal(o.envelope)
	if err != nil {
		panic(err)
	}
	return reply
}

// sessionKey is the key of the session that the company has through p's face.
func (l *lab) sessionKey(p *passage) []byte {
	s, err := l.store.Session(context.Background(), sharda, gst.Practice, p.provider())
	if err != nil {
		return make([]byte, nic.KeySize) // nothing opens with it
	}
	return s.Key
}

// posted is the INV-01 document that a generate call carries.
func (l *lab) posted(p *passage) ([]byte, error) {
	if p.face == string(gst.TaxPro) {
		return p.body, nil
	}
	return nic.OpenBody(l.sessionKey(p), p.body)
}

// numberOf is the number in an INV-01 document.
func numberOf(document []byte) string {
	var wire struct{ DocDtls struct{ No string } }
	_ = json.Unmarshal(document, &wire) // what is none has no number
	return wire.DocDtls.No
}

// asked is the number that a look-up asks for; empty when it asks by IRN.
func asked(u *url.URL) string { return u.Query().Get("docnum") }
