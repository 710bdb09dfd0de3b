package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"mohar/nic"
)

// The e-way bill system has its own paths, envelopes and sessions beside those of the
// e-invoice system. Its codes come without words.
//
// Source: NIC e-way bill API 1.03.

// ewbRoots are the roots of the e-way bill system of each face, and whether all below
// them is plain.
func ewbRoots(face string) (roots []string, plain bool) {
	switch face {
	case faceNIC:
		return []string{"/nic/ewaybillapi/v1.03"}, false
	case faceAlankit:
		return []string{"/alankit/ewaybillgateway/v1.03"}, false
	default: // TaxPro writes its live and its trial paths in another order
		return []string{"/taxpro/v1.03/dec", "/taxpro/ewaybillapi/dec/v1.03"}, true
	}
}

// mountEWB puts the e-way bill system of a face on the mux.
func (s *Sandbox) mountEWB(mux *http.ServeMux, f *face) {
	roots, plain := ewbRoots(f.name)
	login := http.MethodPost
	if plain { // everything is in parameters
		login = http.MethodGet
	}
	for _, root := range roots {
		mux.HandleFunc(login+" "+root+"/auth", s.ewbDoor(f, plain, opEWBAuth, s.ewbAuth))
		mux.HandleFunc("POST "+root+"/ewayapi", s.ewbDoor(f, plain, opEWBChange, s.ewbAct))
		for _, tail := range []string{"/ewayapi", "/ewayapi/{method}", "/Master", "/Master/{method}"} {
			mux.HandleFunc("GET "+root+tail, s.ewbDoor(f, plain, opEWBGet, s.ewbRead))
		}
	}
}

// ewbDoor returns the handler of one path of the e-way bill system.
func (s *Sandbox) ewbDoor(f *face, plain bool, op operation, serve func(context.Context, *call) (answer, error)) http.HandlerFunc {
	rt := route{op: op, serve: serve, ewb: true}
	return s.door(f, rt, plain)
}

// actEWB checks who calls the e-way bill system, opens what was sent and runs the
// operation.
func (s *Sandbox) actEWB(c *call, rt route) (answer, error) {
	ctx := c.context()
	if err := s.admitEWB(c); err != nil {
		return answer{}, err
	}
	if rt.op == opEWBAuth {
		return rt.serve(ctx, c)
	}
	token, client, gstin := c.param("authtoken"), ewbClient(c.face), strings.ToUpper(c.param("gstin"))
	ses := s.sessions.find(token, c.now)
	if ses == nil || ses.client != client || ses.gstin != gstin {
		if s.sessions.lapsed(token, client, gstin, c.now) {
			return answer{}, refuse("106")
		}
		return answer{}, refuse("238")
	}
	c.session = ses
	if c.r.Method == http.MethodPost {
		if err := c.openEWB(); err != nil {
			return answer{}, err
		}
	}
	return rt.serve(ctx, c)
}

// admitEWB checks the client and that a GSTIN is named. 116, 393.
func (s *Sandbox) admitEWB(c *call) error {
	if err := c.face.identify(c); err != nil {
		var gateway *gatewayRefusal
		if errors.As(err, &gateway) {
			return err
		}
		return refuse("116")
	}
	if c.param("gstin") == "" {
		return refuse("393")
	}
	if c.face.admit(c) != nil {
		return refuse("116")
	}
	return nil
}

// ewbClient is the name under which sessions of the e-way bill system are kept.
func ewbClient(f *face) string { return f.name + "/ewaybill" }

// ewbAction is the action that a POST asks for, and what it sent: in the body, or on
// plain paths in the query.
func (c *call) ewbAction() (action string, data *value) {
	if c.plain {
		return asksFor(c.r, "action"), nil
	}
	v, err := parseValue(c.posted)
	if err != nil || v.kind != objectKind {
		return "", nil
	}
	if a := v.find("action"); a != nil {
		action = a.raw
	}
	return action, v.find("data")
}

// openEWB decrypts the payload of a POST. 100, 115, 109.
func (c *call) openEWB() error {
	if c.plain {
		c.payload = c.posted
	} else {
		if v, err := parseValue(c.posted); err != nil || v.kind != objectKind {
			return refuse("100")
		}
		_, data := c.ewbAction()
		if data == nil || data.raw == "" {
			return refuse("115")
		}
		var err error
		if c.payload, err = nic.DecryptText(c.session.sek, data.raw); err != nil {
			return refuse("109")
		}
	}
	if len(c.payload) > maxPayload {
		return errTooLarge
	}
	if len(bytes.TrimSpace(c.payload)) == 0 {
		return refuse("115")
	}
	return nil
}

// asksFor returns a parameter of the query by its name in any case; the exact name first,
// because TaxPro's callers name themselves "gstin" where a look-up names "GSTIN".
func asksFor(r *http.Request, name string) string {
	q := r.URL.Query()
	if q.Has(name) {
		return strings.TrimSpace(q.Get(name))
	}
	for k, v := range q {
		if strings.EqualFold(k, name) && len(v) > 0 {
			return strings.TrimSpace(v[0])
		}
	}
	return ""
}

// ewbReply is the envelope of a success. Reads have their key and a check of it.
type ewbReply struct {
	Status    string `json:"status"`
	Data      string `json:"data,omitempty"`
	Rek       string `json:"rek,omitempty"`
	HMAC      string `json:"hmac,omitempty"`
	Alert     string `json:"alert,omitempty"`
	AuthToken string `json:"authtoken,omitempty"`
	Sek       string `json:"sek,omitempty"`
}

// ewbEnvelope writes an answer of the e-way bill system: on plain paths the data alone,
// else encrypted under the session key, and of a read under a key of its own.
func (s *Sandbox) ewbEnvelope(c *call, a answer) (outgoing, error) {
	if login, ok := a.data.(ewbReply); ok {
		return reply(http.StatusOK, jsonType, mustJSON(login)), nil
	}
	text, err := json.Marshal(a.data)
	if err != nil {
		return outgoing{}, fmt.Errorf("write data: %w", err)
	}
	if c.plain {
		return reply(http.StatusOK, jsonType, text), nil
	}
	out := ewbReply{Status: "1", Alert: a.alert}
	key := c.session.sek
	if c.r.Method == http.MethodGet {
		if key, err = s.chance.sessionKey(); err != nil {
			return outgoing{}, err
		}
		if out.Rek, err = nic.EncryptText(c.session.sek, key); err != nil {
			return outgoing{}, fmt.Errorf("encrypt reply key: %w", err)
		}
		out.HMAC = ewbMAC(key, text)
	}
	if out.Data, err = nic.EncryptText(key, text); err != nil {
		return outgoing{}, fmt.Errorf("encrypt data: %w", err)
	}
	return reply(http.StatusOK, jsonType, mustJSON(out)), nil
}

// ewbMAC is the check of a read: of the base64 of its text, under the reply's key.
func ewbMAC(key, text []byte) string {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write([]byte(base64.StdEncoding.EncodeToString(text))) // a hash takes everything
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// ewbRefused writes a refusal of the e-way bill system: codes only, in base64. Some of
// its answers have a comma behind the last code.
func (s *Sandbox) ewbRefused(c *call, err error) outgoing {
	status := http.StatusOK
	var no *refusal
	switch {
	case errors.As(err, &no):
	case errors.Is(err, errTooLarge):
		status, no = http.StatusRequestEntityTooLarge, refuse("100")
	default:
		s.log.ErrorContext(c.r.Context(), "sandbox failed", "path", c.r.URL.Path, "error", err)
		no = refuse("114")
	}
	c.outcome = no.outcome()
	codes := strings.ReplaceAll(c.outcome, " ", ",")
	if c.fault.Fault == faultComma {
		codes += ","
	}
	inner := mustJSON(map[string]string{"errorCodes": codes})
	return reply(status, jsonType, mustJSON(struct {
		Status string  `json:"status"`
		Error  string  `json:"error"`
		Info   *string `json:"info"`
	}{"0", base64.StdEncoding.EncodeToString(inner), nil}))
}
