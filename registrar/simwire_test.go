package registrar_test

import (
	"io"
	"net/http"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
)

// fate is what callers could know of a number, and what the portal holds under it.
type fate struct {
	open    bool   // a document was sent, and nothing seen since says that it was not registered
	refused string // the document that was refused and must not be sent again
	held    string // the document that the portal registered
}

// fate returns that of a number.
func (s *sim) fate(number string) *fate {
	f := s.fates[number]
	if f == nil {
		f = &fate{}
		s.fates[number] = f
	}
	return f
}

const htmlPage = "<!DOCTYPE html><html><body><h1>Under maintenance</h1></body></html>"

const (
	html  = "text/html"
	jsons = "application/json"
)

// portalSays is the portal's refusal with a code.
func portalSays(code string) string {
	return `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"` + code + `","ErrorMessage":"said so"}],"InfoDtls":null}`
}

// weather is what can happen to a call on its way.
var weather = []struct {
	name  string
	treat treatment
}{
	{"unreached", unreached},
	{"lost before", lostBefore},
	{"lost after", lostAfter},
	{"timed out", delayed},
	{"cut", cut},
	{"page, not acted upon", said(http.StatusOK, html, htmlPage)},
	{"page, acted upon", saidAfter(http.StatusOK, html, htmlPage)},
	{"nothing, acted upon", saidAfter(http.StatusOK, jsons, "")},
	{"502", said(http.StatusBadGateway, html, htmlPage)},
	{"503 with JSON", said(http.StatusServiceUnavailable, jsons, `{"message":"no healthy upstream"}`)},
	{"504, acted upon", saidAfter(http.StatusGatewayTimeout, html, htmlPage)},
	{"302", said(http.StatusFound, html, "")},
	{"401", said(http.StatusUnauthorized, jsons, `{"statusCode":401,"message":"Access denied"}`)},
	{"429", said(http.StatusTooManyRequests, jsons, `{"statusCode":429,"message":"Rate limit is exceeded"}`)},
	{"5001, acted upon", saidAfter(http.StatusOK, jsons, portalSays("5001"))},
	{"2146, not acted upon", said(http.StatusOK, jsons, portalSays("2146"))},
	{"TaxPro's time-out, acted upon", saidAfter(http.StatusOK, jsons, `{"status_cd":"0","error":{"error_cd":"GSP032","message":"timeout"}}`)},
	{"truncated", changed(func(_ *passage, b []byte) []byte { return b[:len(b)*2/3] })},
	{"another reply", nil},
}

// carry brings the registrar's calls through the weather, and looks at what it asks and
// gets to see.
func (s *sim) carry(p *passage) (*http.Response, error) {
	if s.dead {
		return nil, errDied // the dead call nobody
	}
	s.count()
	s.calls++
	number, document := asked(p.req.URL), ""
	if p.op == opGenerate {
		number, document = s.generated(p)
	}
	name, treat := s.fortune(p)
	dying := s.deadly != nil || s.left >= 0 || s.full > 0
	s.deadly = nil
	res, err := treat(p)
	if p.op == opAuth && p.left { // what never left is no sign-in
		s.countSignIn(p)
	}
	if s.dead {
		s.note("  %s %s %s: died", p.face, p.op, number)
		return nil, errDied
	}
	saw := read(res, err)
	if !p.left {
		saw = sawUntaken
	}
	s.note("  %s %s %s: %s, saw %d", p.face, p.op, number, name, saw)
	s.remember(p, res, saw)
	s.conclude(p.op, number, document, saw, dying)
	return res, err
}

// fortune picks what happens to a call.
func (s *sim) fortune(p *passage) (string, treatment) {
	if s.deadly != nil {
		return "deadly", s.deadly
	}
	if s.chance.IntN(100) >= s.rough {
		return "through", through
	}
	w := weather[s.chance.IntN(len(weather))]
	if w.treat != nil {
		return w.name, w.treat
	}
	old, ok := s.replies[p.face+p.op]
	if !ok {
		return "through", through
	}
	return w.name, saidAfter(http.StatusOK, jsons, old)
}

// generated looks at a document that is about to leave: that it may, and that it was
// written down before. It returns its number and text.
func (s *sim) generated(p *passage) (number, document string) {
	body, err := s.posted(p)
	if err != nil {
		s.fail("what was sent cannot be read: %v", err)
	}
	number, document = numberOf(body), string(body)
	f := s.fate(number)
	if f.open {
		s.fail("%s is sent again through %s without a look-up that found nothing", number, p.face)
	}
	if f.refused == document {
		s.fail("%s is sent again through %s as it was refused", number, p.face)
	}
	inHand, err := s.store.QueueOf(s.t.Context(), sharda, gst.Practice, db.QueueSending, 0, 1000)
	s.must(err)
	for _, q := range inHand {
		if q.Number == number && q.State == db.RequestSent && q.Through == p.provider() {
			return number, document
		}
	}
	s.fail("%s is sent through %s without that being written down", number, p.face)
	return "", ""
}

// countSignIn holds the registrar to the portal's limit.
// Source: five sign-ins within 15 minutes, or the portal blocks the GSTIN.
func (s *sim) countSignIn(p *passage) {
	now := s.clock.now()
	recent := []time.Time{now}
	for _, at := range s.signIns[p.provider()] {
		if now.Sub(at) < 15*time.Minute {
			recent = append(recent, at)
		}
	}
	s.signIns[p.provider()] = recent
	if len(recent) > 5 {
		s.fail("%d sign-ins at %s within 15 minutes", len(recent), p.face)
	}
}

// look sees what the portal holds after it acted.
func (s *sim) look(p *passage) {
	if p.op != opGenerate {
		return
	}
	body, err := s.posted(p)
	s.must(err)
	if f := s.fate(numberOf(body)); f.held == "" {
		if _, there := s.book()[numberOf(body)]; there {
			f.held = string(body)
		}
	}
}

// remember keeps good replies, to give them to other calls.
func (s *sim) remember(p *passage, res *http.Response, saw seen) {
	if saw != sawActed {
		return
	}
	body, err := io.ReadAll(res.Body)
	s.must(err)
	s.replies[p.face+p.op] = string(body)
	res.Body = io.NopCloser(strings.NewReader(string(body)))
}

// conclude draws what follows for a number from what the caller saw.
func (s *sim) conclude(op, number, document string, saw seen, dying bool) {
	if number == "" {
		return
	}
	f := s.fate(number)
	switch {
	case op == opGet && saw == sawAbsent:
		f.open = false
	case op == opGenerate && saw == sawRefused:
		f.open = false
		if !dying { // else the refusal may not have been written down
			f.refused = document
		}
	case op == opGenerate && saw != sawUntaken:
		f.open = true
	}
}
