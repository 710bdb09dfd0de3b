package gsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mohar/gst"
)

// watchKey is where a context keeps who watches its calls.
type watchKey struct{}

// Watching returns a context whose calls are shown to f, one after the other as each
// ends: every request to a provider, sign-ins among them, and every call that was kept
// back. What f gets holds no secret. F runs on the caller's goroutine and should be
// quick; a context that calls are made on from several goroutines calls it from each.
func Watching(ctx context.Context, f func(gst.Exchange)) context.Context {
	return context.WithValue(ctx, watchKey{}, f)
}

// watcher returns who watches the calls of ctx; nil for nobody.
func watcher(ctx context.Context) func(gst.Exchange) {
	f, _ := ctx.Value(watchKey{}).(func(gst.Exchange))
	return f
}

// What is shown of long and secret things.
const (
	masked     = "•••"
	longText   = 200      // characters; a longer text without a blank is a token or a picture
	shownText  = 24       // characters of it
	longBody   = 64 << 10 // bytes
	longHeader = 200      // bytes
)

// keptBack shows a call that was not made.
func (p *Portal) keptBack(ctx context.Context, op call, why error) {
	seen := watcher(ctx)
	if seen == nil {
		return
	}
	seen(gst.Exchange{
		At: p.c.now(), Provider: p.cred.Provider, Operation: op.op, Method: op.method, URL: op.path,
		Outcome: gst.NotSent, Code: firstCode(why), Why: p.hide(why.Error(), gst.Session{}),
	})
}

// exchanged describes a request and what came of it.
func (p *Portal) exchanged(
	s gst.Session, op call, base string, h http.Header, r *reply, err error, began, ended time.Time,
) gst.Exchange {
	x := gst.Exchange{
		At: began, Took: ended.Sub(began), Provider: p.cred.Provider, Operation: op.op,
		Method: op.method, URL: base + op.path, Sent: p.sent(h, op), Outcome: outcomeOf(err),
	}
	if r != nil {
		x.Status, x.Got = r.status, p.got(s, r)
	}
	if err != nil {
		x.Code, x.Why = firstCode(err), p.hide(withoutAddress(err), s)
	}
	return x
}

// outcomeOf names how a call ended.
func outcomeOf(err error) gst.Outcome {
	switch {
	case err == nil:
		return gst.Answered
	case errors.Is(err, ErrNoAnswer):
		return gst.NoAnswer
	case errors.Is(err, ErrNotSent):
		return gst.NotSent
	}
	return gst.CallRefused
}

// firstCode is the first code of a refusal inside err.
func firstCode(err error) string {
	var refused *gst.Refusal
	if errors.As(err, &refused) && len(refused.Codes) > 0 {
		return refused.Codes[0].Code
	}
	return ""
}

// sent shows a request as it was before encryption.
func (p *Portal) sent(h http.Header, op call) string {
	var b strings.Builder
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := strings.Join(h[name], ", ")
		if p.hides(name) && text != "" {
			text = masked
		}
		b.WriteString(name + ": " + text + "\n")
	}
	b.WriteByte('\n')
	switch {
	case op.when == onSignIn && op.body != nil:
		b.WriteString(`{"Data":"encrypted sign-in"}`)
	case op.action != "" && !strings.Contains(op.path, "action="):
		b.WriteString(`{"action":"` + op.action + `","data":`)
		b.Write(inMiddle(op.payload))
		b.WriteByte('}')
	default:
		b.Write(inMiddle(op.payload))
	}
	return b.String()
}

// hides reports whether a header of p is secret.
func (p *Portal) hides(name string) bool {
	for _, one := range p.api.headers {
		if one.name == name {
			return one.what.secret()
		}
	}
	return false
}

// got shows a reply as it was after decryption.
func (p *Portal) got(s gst.Session, r *reply) string {
	var b strings.Builder
	for _, name := range tellingHeaders {
		if text := r.header.Get(name); text != "" {
			b.WriteString(name + ": " + text[:min(len(text), longHeader)] + "\n")
		}
	}
	b.WriteByte('\n')
	b.Write(inMiddle(tidy(unsealed(r))))
	text := b.String()
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "?")
	}
	return p.hide(text, s)
}

// tellingHeaders are those of a reply that a help desk can do something with.
var tellingHeaders = []string{
	"Content-Type", "Retry-After", "Date", "Server",
	"Request-Id", "X-Request-Id", "X-Correlation-Id", "X-Ms-Request-Id", "Apim-Request-Id", "X-Trace-Id",
}

// unsealed is a reply's body with what was inside Data in its place.
func unsealed(r *reply) []byte {
	at := indexOf(r.body, r.data)
	if at < 0 {
		return r.body
	}
	inside := []byte(r.opened)
	if len(inside) == 0 && r.data[0] == '"' {
		inside = fmt.Appendf(nil, `"not opened (%d characters)"`, len(r.data)-2)
	} else if len(inside) == 0 {
		return r.body
	}
	return slices.Concat(r.body[:at], inside, r.body[at+len(r.data):])
}

// indexOf returns where a long part of body begins, by its beginning: to look for all of
// it would take longer than everything else here.
func indexOf(body, part []byte) int {
	const enough = 32
	if len(part) == 0 {
		return -1
	}
	for from := 0; ; {
		at := bytes.Index(body[from:], part[:min(len(part), enough)])
		if at < 0 {
			return -1
		}
		if from += at; bytes.HasPrefix(body[from:], part) {
			return from
		}
		from++
	}
}

// tidy shortens the tokens and pictures in JSON, or in what should be JSON, and masks
// the values of secret members. It works through the texts only, so that it is quick.
func tidy(body []byte) []byte {
	out := make([]byte, 0, min(len(body), longBody/4))
	secret := false
	for {
		quote := bytes.IndexByte(body, '"')
		if quote < 0 {
			return append(out, body...)
		}
		out = append(out, body[:quote+1]...)
		body = body[quote+1:]
		end := textEnd(body)
		text := body[:end]
		isKey := end < len(body) && startsWithColon(body[end+1:])
		switch {
		case isKey:
			secret = secretMember(text)
			out = append(out, text...)
		case secret && len(text) > 0:
			out = append(out, masked...)
			secret = false
		default:
			out = appendShort(out, text)
		}
		body = body[end:]
		if len(body) > 0 {
			out, body = append(out, '"'), body[1:]
		}
	}
}

// textEnd returns where a JSON text ends: at its closing quote, or with b.
func textEnd(b []byte) int {
	at := 0
	for {
		quote := bytes.IndexByte(b[at:], '"')
		if quote < 0 {
			return len(b)
		}
		at += quote
		slashes := at
		for slashes > 0 && b[slashes-1] == '\\' {
			slashes--
		}
		if (at-slashes)%2 == 0 {
			return at
		}
		at++
	}
}

func startsWithColon(b []byte) bool {
	for _, c := range b {
		switch c {
		case ':':
			return true
		case ' ', '\t', '\n', '\r':
		default:
			return false
		}
	}
	return false
}

// secretMembers are members of replies and requests whose values are not shown.
var secretMembers = []string{"authtoken", "auth_token", "token", "sek", "rek", "appkey", "password", "einvpwd", "ewbpwd", "client_secret", "clientsecret"}

func secretMember(key []byte) bool {
	if len(key) < 3 || len(key) > 13 {
		return false
	}
	for _, name := range secretMembers {
		if len(name) == len(key) && strings.EqualFold(name, string(key)) {
			return true
		}
	}
	return false
}

// appendShort appends a text, or the start of one that is long and has no words in it.
func appendShort(out, text []byte) []byte {
	if len(text) <= longText || bytes.IndexByte(text, ' ') >= 0 && text[0] != '{' && text[0] != '[' {
		return append(out, text...)
	}
	count := strconv.Itoa(utf8.RuneCount(text))
	if text[0] != '{' && text[0] != '[' { // JSON inside a text may begin with a secret
		cut := shownText
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		out = append(out, bytes.TrimRight(text[:cut], `\`)...)
	}
	return append(append(append(out, "… ("...), count...), " characters)"...)
}

// inMiddle cuts a long body in the middle.
func inMiddle(body []byte) []byte {
	if len(body) <= longBody {
		return body
	}
	left := len(body) - longBody
	note := fmt.Appendf(nil, " … (%d bytes left out) … ", left)
	return slices.Concat(body[:longBody/2], note, body[len(body)-longBody/2:])
}

// hide masks the secrets of p and s wherever they stand in text: a provider may say
// back what it was told.
func (p *Portal) hide(text string, s gst.Session) string {
	for _, secret := range [...]string{
		p.cred.Password, p.cred.SubscriptionKey, p.cred.ASPPassword, p.cred.ClientSecret, s.Token,
	} {
		if len(secret) < 3 {
			continue
		}
		text = strings.ReplaceAll(text, secret, masked)
		if !strings.ContainsAny(secret, `"\<>&`) {
			continue
		}
		if quoted, err := json.Marshal(secret); err == nil {
			text = strings.ReplaceAll(text, string(quoted[1:len(quoted)-1]), masked)
		}
	}
	return text
}
