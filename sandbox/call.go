package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Limits of what is read. The portal takes documents of 2 MB; encryption and base64
// make a third more of it.
const (
	maxPayload = 2 << 20
	maxBody    = maxPayload*4/3 + 64<<10
)

// The content types of replies.
const (
	jsonType = "application/json; charset=utf-8"
	textType = "text/plain; charset=utf-8"
	htmlType = "text/html; charset=utf-8"
)

// call is one request on its way through a face.
type call struct {
	face    *face
	op      operation
	plain   bool // on a decrypted path
	ewb     bool // of the e-way bill system
	r       *http.Request
	now     time.Time
	posted  []byte // the body as it came
	payload []byte // decrypted, for all operations but the sign-in
	session *session
	params  map[string]string
	fault   fault  // what happens to it; the zero fault for nothing
	made    *entry // what it registered; nil for nothing
	about   string // the document, IRN or GSTIN it asks about
	outcome string // "ok", or the codes of the refusal
}

// answer is what an operation has to say.
type answer struct {
	data  any // goes into Data
	infos []nic.Info
	text  string // instead of an envelope
	alert string // beside data; of the e-way bill system only
}

// outgoing is a reply ready to be sent.
type outgoing struct {
	status int
	kind   string // content type
	body   []byte
	header http.Header // beside the usual; nil for none
}

// reply returns a reply without headers of its own.
func reply(status int, kind string, body []byte) outgoing {
	return outgoing{status: status, kind: kind, body: body}
}

// errTooLarge says that a body is longer than the portal takes.
var errTooLarge = errors.New("body too large")

// param returns a header's value, and on TaxPro's paths a query parameter's. Names
// count without regard to case, "-" and "_", as clients in use write them. A header
// that was sent twice has both values, joined by a comma, as gateways merge them.
func (c *call) param(name string) string {
	if c.params == nil {
		c.params = map[string]string{}
		if c.face.name == faceTaxPro {
			for k, v := range c.r.URL.Query() {
				if c.ewb && k == lookedUp { // that is whom a look-up asks for
					continue
				}
				c.params[plainName(k)] = strings.Join(v, ",")
			}
		}
		for k, v := range c.r.Header {
			c.params[plainName(k)] = strings.Join(v, ",")
		}
	}
	return c.params[plainName(name)]
}

// context is what the call acts in. It does not end when the caller goes away: what
// was asked for is carried through and must be found later, as with the real portal.
func (c *call) context() context.Context { return context.WithoutCancel(c.r.Context()) }

// plainName writes a parameter's name in small letters, without "-" and "_".
func plainName(name string) string {
	b := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_':
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

// door returns the handler of one path of one face.
func (s *Sandbox) door(f *face, rt route, plain bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{face: f, op: rt.op, plain: plain, ewb: rt.ewb, r: r, now: s.clock.now()}
		out := s.answer(w, c, rt)
		s.remember(c) // first: who reads the reply may read the ledger next
		if deliver := c.fault.kind().deliver; deliver != nil {
			deliver(s, w, c, out)
			return
		}
		s.send(w, out)
	}
}

// answer returns the reply to a call, or what the call's fault makes of it.
func (s *Sandbox) answer(w http.ResponseWriter, c *call, rt route) outgoing {
	err := s.state.countCall(c.context())
	if err == nil {
		c.posted, err = readBody(w, c.r)
	}
	if err != nil {
		return s.refused(c, err)
	}
	if action, _ := c.ewbAction(); c.ewb && action == actMake {
		c.op = opEWBMake
	}
	c.fault = s.faults.take(c)
	k := c.fault.kind()
	if k.instead != nil {
		return k.instead(s, c)
	}
	out := s.serve(c, rt)
	if k.alter == nil {
		return out
	}
	altered, err := k.alter(s, c, out)
	if err != nil {
		return s.refused(c, err)
	}
	return altered
}

// readBody reads the whole body, so that a client that is cut off later has at least
// been heard.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return b, nil
}

// serve lets the operation act and writes its answer in the face's manner.
func (s *Sandbox) serve(c *call, rt route) outgoing {
	a, err := s.act(c, rt)
	if err != nil {
		return s.refused(c, err)
	}
	c.outcome = "ok"
	if a.text != "" {
		return reply(http.StatusOK, textType, []byte(a.text))
	}
	out, err := s.envelope(c, a)
	if err != nil {
		return s.refused(c, err)
	}
	return out
}

// act checks who calls, opens what was sent and runs the operation.
func (s *Sandbox) act(c *call, rt route) (answer, error) {
	if rt.ewb {
		return s.actEWB(c, rt)
	}
	if !versionKnown(c.r.PathValue("version")) {
		return answer{}, &gatewayRefusal{status: http.StatusNotFound, body: map[string]string{"error": "no such version"}}
	}
	ctx := c.context()
	if rt.op == opPing {
		return rt.serve(ctx, c)
	}
	if err := s.admit(c); err != nil {
		return answer{}, err
	}
	if rt.op == opAuth {
		return rt.serve(ctx, c)
	}
	if err := s.signedIn(c); err != nil {
		return answer{}, err
	}
	if c.r.Method == http.MethodPost {
		if err := c.open(); err != nil {
			return answer{}, err
		}
	}
	return rt.serve(ctx, c)
}

// admit checks the client and that a GSTIN is named.
func (s *Sandbox) admit(c *call) error {
	if err := c.face.identify(c); err != nil {
		return err
	}
	if c.param("gstin") == "" {
		return refuse("1004")
	}
	return c.face.admit(c)
}

// signedIn wants the token that this client, GSTIN and user were given.
func (s *Sandbox) signedIn(c *call) error {
	user := c.param("user_name")
	if user == "" {
		return refuse("1006")
	}
	ses := s.sessions.find(c.param("authtoken"), c.now)
	if ses == nil || ses.client != c.face.name || ses.gstin != strings.ToUpper(c.param("gstin")) || ses.user != user {
		return refuse("1005")
	}
	c.session = ses
	if s.opts.Strict && s.sessions.isBlocked(ses.gstin, c.now) {
		return refuse("1007")
	}
	return nil
}

// open decrypts the payload, unless the path has it plain.
func (c *call) open() error {
	if c.plain {
		c.payload = c.posted
	} else {
		data, err := nic.BodyData(c.posted)
		if err != nil || data == "" {
			return refuse("5003")
		}
		if c.payload, err = nic.DecryptText(c.session.sek, data); err != nil {
			return refuse("1020")
		}
	}
	if len(c.payload) > maxPayload {
		return errTooLarge
	}
	if len(bytes.TrimSpace(c.payload)) == 0 {
		return refuse("2255")
	}
	return nil
}

// envelope writes an answer: Data encrypted, or as JSON text on decrypted paths. The
// Data of a sign-in is an object everywhere.
func (s *Sandbox) envelope(c *call, a answer) (outgoing, error) {
	if c.ewb {
		return s.ewbEnvelope(c, a)
	}
	rep := nic.Reply{Data: a.data, Infos: a.infos, TextStatus: c.plain}
	if c.op != opAuth {
		text, err := json.Marshal(a.data)
		if err != nil {
			return outgoing{}, fmt.Errorf("write data: %w", err)
		}
		rep.Data = string(text)
		if !c.plain {
			if rep.Data, err = nic.EncryptText(c.session.sek, text); err != nil {
				return outgoing{}, fmt.Errorf("encrypt data: %w", err)
			}
		}
	}
	b, err := rep.Bytes()
	if err != nil {
		return outgoing{}, err
	}
	return reply(http.StatusOK, jsonType, b), nil
}

// refused writes a refusal. What is neither the portal's nor the gateway's own
// refusal is a mistake of ours: it is logged and comes out as 5001.
func (s *Sandbox) refused(c *call, err error) outgoing {
	var gateway *gatewayRefusal
	if errors.As(err, &gateway) {
		c.outcome = gateway.outcome()
		return reply(gateway.status, jsonType, mustJSON(gateway.body))
	}
	if c.ewb {
		return s.ewbRefused(c, err)
	}
	status := http.StatusOK
	var no *refusal
	switch {
	case errors.As(err, &no):
	case errors.Is(err, errTooLarge):
		status = http.StatusRequestEntityTooLarge
		no = &refusal{codes: []gst.RefusalCode{{Code: "5002", Message: "The payload must not be larger than 2 MB."}}}
	default:
		s.log.ErrorContext(c.r.Context(), "sandbox failed", "path", c.r.URL.Path, "error", err)
		no = refuse("5001")
	}
	c.outcome = no.outcome()
	b, werr := nic.Reply{Errors: no.codes, Infos: no.infos, TextStatus: c.plain}.Bytes()
	if werr != nil { // texts and numbers only: it cannot happen
		b = []byte(`{"Status":0}`)
	}
	return reply(status, jsonType, b)
}

// send writes a reply. A client that has gone away is its own affair.
func (s *Sandbox) send(w http.ResponseWriter, out outgoing) {
	maps.Copy(w.Header(), out.header)
	w.Header().Set("Content-Type", out.kind)
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body)
}

// mustJSON writes a value of texts, numbers and lists, which cannot fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(`{}`)
	}
	return b
}

// writeJSON answers outside the faces.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = w.Write(append(mustJSON(v), '\n'))
}
