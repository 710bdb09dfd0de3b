package sandbox

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"mohar/gst"
	"mohar/nic"
)

// parts is a reply taken apart.
type parts struct {
	root *value
	data *value // Data, decrypted; nil for none
	key  []byte // that Data is encrypted under; nil: it is an object, or JSON text
	text bool   // Data is a text, as on all calls but sign-ins
}

// changing makes a fault of a change to the reply's parts. Replies that are no envelope
// stay as they are.
func changing(change func(*Sandbox, *call, *parts) error) func(*Sandbox, *call, outgoing) (outgoing, error) {
	return func(s *Sandbox, c *call, out outgoing) (outgoing, error) {
		p, err := takeApart(c, out.body)
		if err != nil || p == nil {
			return out, err
		}
		if err := change(s, c, p); err != nil {
			return out, err
		}
		out.body, err = p.together()
		return out, err
	}
}

// takeApart reads a reply of ours; nil for one that is no envelope.
func takeApart(c *call, body []byte) (*parts, error) {
	root, err := parseValue(body)
	if err != nil || root.kind != objectKind || !root.has("Status") {
		return nil, nil //nolint:nilerr // a text or a gateway's refusal has no parts
	}
	p := &parts{root: root, data: root.find("Data")}
	if p.data == nil || p.data.kind != textKind {
		return p, nil
	}
	p.text = true
	plain := []byte(p.data.raw)
	if !c.plain {
		p.key = c.session.sek
		if plain, err = nic.DecryptText(p.key, p.data.raw); err != nil {
			return nil, fmt.Errorf("open own reply: %w", err)
		}
	}
	if p.data, err = parseValue(plain); err != nil {
		return nil, fmt.Errorf("read own reply: %w", err)
	}
	return p, nil
}

// together writes the reply again.
func (p *parts) together() ([]byte, error) {
	data := p.data
	if p.text && data != nil {
		raw := string(data.append(nil))
		if p.key != nil {
			var err error
			if raw, err = nic.EncryptText(p.key, []byte(raw)); err != nil {
				return nil, fmt.Errorf("seal reply: %w", err)
			}
		}
		data = textValue(raw)
	}
	if data != nil {
		p.root.set("Data", data)
	}
	return p.root.append(nil), nil
}

// set gives a member that is there another value.
func (v *value) set(name string, to *value) {
	for i := range v.members {
		if v.members[i].name == name {
			v.members[i].value = to
		}
	}
}

// drop removes a member.
func (v *value) drop(name string) {
	kept := v.members[:0]
	for _, m := range v.members {
		if m.name != name {
			kept = append(kept, m)
		}
	}
	v.members = kept
}

func textValue(s string) *value { return &value{kind: textKind, raw: s} }

// turnStatus writes Status as a text instead of a number, and the other way round.
func (s *Sandbox) turnStatus(_ *call, p *parts) error {
	status := p.root.get("Status")
	if status.kind == textKind {
		status.kind = numberKind
	} else {
		status.kind = textKind
	}
	return nil
}

// wrapErrors writes ErrorDetails as NIC's pages describe it: base64 of the list.
func (s *Sandbox) wrapErrors(_ *call, p *parts) error {
	if list := p.root.find("ErrorDetails"); list != nil {
		p.root.set("ErrorDetails", textValue(base64.StdEncoding.EncodeToString(list.append(nil))))
	}
	return nil
}

// openData leaves Data as the object that it is inside.
func (s *Sandbox) openData(_ *call, p *parts) error {
	p.text = false
	return nil
}

// turnTypes gives every member another type. Status stays readable as true or false and
// Data becomes an open object, or else nobody would look any further.
func (s *Sandbox) turnTypes(_ *call, p *parts) error {
	p.text = false
	for i, m := range p.root.members {
		switch {
		case m.name == "Status":
			p.root.members[i].value = &value{kind: boolKind, raw: strconv.FormatBool(m.raw == "1")}
		case m.name != "Data":
			p.root.members[i].value = turned(m.value)
		}
	}
	if p.data == nil {
		p.data = turned(&value{})
		return nil
	}
	for i, m := range p.data.members {
		p.data.members[i].value = turned(m.value)
	}
	return nil
}

// turned returns a value of another type.
func turned(v *value) *value {
	switch v.kind {
	case nullKind:
		return &value{kind: numberKind, raw: "0"}
	case textKind:
		return &value{kind: listKind, list: []*value{v}}
	case numberKind:
		return &value{kind: boolKind, raw: "true"}
	case boolKind:
		return textValue(v.raw)
	case listKind:
		return &value{kind: objectKind, members: []member{{"0", v}}}
	default:
		return textValue(string(v.append(nil)))
	}
}

// sealOtherwise encrypts Data under a key that the caller does not have; of a sign-in, the
// session key.
func (s *Sandbox) sealOtherwise(c *call, p *parts) error {
	key, err := s.chance.sessionKey()
	if err != nil {
		return err
	}
	if c.op != opAuth {
		p.key = key
		return nil
	}
	if p.data == nil { // refused
		return nil
	}
	sek, err := nic.EncryptText(key, key)
	if err != nil {
		return fmt.Errorf("seal session key: %w", err)
	}
	p.data.set("Sek", textValue(sek))
	return nil
}

// denyRegistering answers a call that registered a document as if the document had been
// there before.
func (s *Sandbox) denyRegistering(c *call, out outgoing) (outgoing, error) {
	if c.made == nil {
		return out, nil
	}
	return outgoing{}, refuseDuplicate(c.made) // the caller writes it as any refusal
}

// leaveOutQR removes the signed QR code and what is made of it.
func (s *Sandbox) leaveOutQR(_ *call, p *parts) error {
	if p.data != nil {
		for _, name := range []string{"SignedQRCode", "ExtractedSignedQrCode", "QrCodeImage"} {
			p.data.drop(name)
		}
	}
	return nil
}

// resign replaces both signed texts.
func (p *parts) resign(sign func(token string) (string, error)) error {
	for _, name := range []string{"SignedInvoice", "SignedQRCode"} {
		old := p.data.get(name)
		if old == nil {
			continue // refused
		}
		token, err := sign(old.raw)
		if err != nil {
			return err
		}
		p.data.set(name, textValue(token))
	}
	return nil
}

// spoilSignatures changes one letter in the middle of each signature.
func (s *Sandbox) spoilSignatures(_ *call, p *parts) error {
	return p.resign(func(token string) (string, error) {
		at := (strings.LastIndexByte(token, '.') + len(token)) / 2
		letter := "A"
		if token[at] == 'A' {
			letter = "B"
		}
		return token[:at] + letter + token[at+1:], nil
	})
}

// stranger is a key that is not published anywhere. It is made when it is needed.
type stranger struct {
	once sync.Once
	key  *rsa.PrivateKey
	cert *x509.Certificate
	err  error
}

// signUnknown signs both texts with the stranger's key.
func (s *Sandbox) signUnknown(c *call, p *parts) error {
	st := &s.stranger
	st.once.Do(func() {
		if st.key, st.err = s.chance.rsaKey(); st.err == nil {
			st.cert, st.err = certify(s.chance, st.key, c.now)
		}
	})
	if st.err != nil {
		return st.err
	}
	return p.resign(func(token string) (string, error) {
		data, err := signedJSON(token)
		if err != nil {
			return "", err
		}
		return nic.Sign(st.key, st.cert, issuer, data)
	})
}

// confuse answers with another document: the newest other one, or a twin that is made up
// and not in the register.
func (s *Sandbox) confuse(c *call, p *parts) error {
	if p.data == nil { // refused
		return nil
	}
	ctx := c.context()
	e, err := s.state.find(ctx, strings.ToLower(p.data.text("Irn")))
	if err != nil || e == nil {
		return err
	}
	other, err := s.state.another(ctx, e)
	if err == nil && other == nil {
		other, err = s.twin(e)
	}
	if err != nil {
		return err
	}
	if c.op == opCancel {
		p.data.set("Irn", textValue(other.irn))
		return nil
	}
	data, err := s.acknowledge(c, other)
	if err != nil {
		return err
	}
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write data: %w", err)
	}
	p.data, err = parseValue(text)
	return err
}

// twin makes up a document that is like another but for its number.
func (s *Sandbox) twin(e *entry) (*entry, error) {
	d, err := s.reopen(e)
	if err != nil {
		return nil, err
	}
	number := d.number + "T"
	if len(number) > 16 {
		number = "T" + d.number[1:]
	}
	d.number = number
	d.doc.get("No").raw = number
	other := *e
	other.no, other.irn = number, nic.IRN(gst.GSTIN(d.sgstin), d.date, d.kind, number)
	other.ackNo, other.bill = s.numbers.nextAck(e.house, e.registered), bill{}
	return &other, s.keys.sign(d, &other)
}
