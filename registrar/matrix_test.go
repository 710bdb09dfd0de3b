package registrar_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gsp"
	"mohar/gst"
)

// mishap is something that goes wrong at the provider that is asked first, and what
// becomes of a document that meets it.
type mishap struct {
	name  string
	on    map[string]treatment // by operation; opGenerate alone when only that matters
	both  bool                 // at the other provider too
	times int                  // how often; 0: as long as the test lasts
	held  int                  // 1 + which of contents another program registered before; 0: it did not

	// ends is how the document stands: registered through the first or second provider,
	// waiting, unknown, failed or conflict. The four are for a program that lives on, one
	// that dies before its first document leaves, after the portal got it, and before the
	// answer is stored.
	ends string
}

// generating is a mishap of registering only.
func generating(t treatment) map[string]treatment { return map[string]treatment{opGenerate: t} }

// always is how most mishaps end: the other provider finds what was registered, or
// registers it.
const always = "second second second second"

// TestFaultMatrix: whatever goes wrong with whichever provider, and wherever the program
// dies meanwhile, the portal holds one IRN, and the document says the truth.
func TestFaultMatrix(t *testing.T) {
	moments := []string{"lives on", "dies before it leaves", "dies after it arrived", "dies before it is stored"}
	for _, first := range faces {
		for _, m := range mishaps {
			ends := strings.Fields(m.ends)
			for i, moment := range moments {
				if testing.Short() && (first != faces[0] || i%2 == 1) { // for the race detector, which is slow
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", first, m.name, moment), func(t *testing.T) {
					t.Parallel()
					testMishap(t, m, first, i, ends[i])
				})
			}
		}
	}
}

// trouble is a mishap while it happens.
type trouble struct {
	*lab
	mishap
	first    gst.Provider
	moment   int               // when the program dies, as in TestFaultMatrix; 0: never
	other    map[string][]byte // the replies for another document, by face
	happened int               // how often
}

func testMishap(t *testing.T, m mishap, first gst.Provider, moment int, ends string) {
	t.Helper()
	l := buildLab(t, true)
	l.inOrder(first)
	x := &trouble{lab: l, mishap: m, first: first, moment: moment, other: map[string][]byte{}}
	l.wire.treat = x.listen
	another := l.issue(number(1))
	l.step()
	if is := l.standing(another); is.State != gst.IRNRegistered || is.Registration.Provider != first {
		t.Fatalf("before anything happens: %q", is.State)
	}
	for _, p := range faces {
		_, err := l.house.portal(p).ByDocument(t.Context(), gst.TaxInvoice, number(1), 20261120)
		l.must(err)
	}
	if m.held > 0 {
		o := &otherProgram{sim: &sim{lab: l}}
		o.register(document(number(2), contents[m.held-1]...))
	}
	content := []change(nil)
	if m.name == refusal {
		content = contents[refusedContent]
	}
	id := l.issue(number(2), content...)
	l.wire.treat = x.treat
	x.work(id, 6)
	if got := x.standsAs(id); got != ends {
		t.Errorf("it ends %s, want %s: %s", got, ends, l.kinds(id))
	}
	if moment > 0 && l.restarts != 1 {
		t.Errorf("the program died %d times", l.restarts)
	}
	l.wire.treat = nil
	x.work(id, 3)
	x.holdsOne(id, ends)
}

// inOrder makes one provider the first.
func (l *lab) inOrder(first gst.Provider) {
	l.t.Helper()
	for _, cred := range gsp.PracticeCredentials() {
		cred.Order = 2
		if cred.Provider == first {
			cred.Order = 1
		}
		l.must(l.store.SaveCredentials(l.t.Context(), sharda, cred))
	}
}

// work lets the registrar work until the document is decided, a few minutes between its
// steps, and starts the program again when it died.
func (x *trouble) work(id int64, steps int) {
	x.t.Helper()
	for range steps {
		_, err := x.desk.RegisterOne(x.t.Context())
		if x.dead {
			x.restart()
		} else {
			x.must(err)
		}
		if s := x.standing(id).State; s != gst.IRNPending && s != gst.IRNUnknown {
			return
		}
		x.clock.advance(16 * time.Minute)
	}
}

// standsAs says how the document stands, in the words of mishap.ends.
func (x *trouble) standsAs(id int64) string {
	x.t.Helper()
	is := x.standing(id)
	switch {
	case is.State == gst.IRNPending:
		return "waiting"
	case is.State != gst.IRNRegistered:
		return string(is.State)
	case is.Registration.Provider == x.first:
		return "first"
	}
	return "second"
}

// holdsOne wants the portal to hold the document once, and as it says of itself; what
// waited is registered by now.
func (x *trouble) holdsOne(id int64, ended string) {
	x.t.Helper()
	is := x.standing(id)
	e, there := x.book()[number(2)]
	if there == (ended == "failed") && x.name != tooOld { // to a look-up of what never came, that is a lie
		x.t.Fatalf("the portal holds it: %v", there)
	}
	switch ended {
	case "failed", "conflict":
		if is.Refusal == nil {
			x.t.Errorf("%s without a reason", ended)
		}
		return
	}
	if is.State != gst.IRNRegistered || is.Registration.IRN != e.IRN || is.Registration.AckNo != e.AckNo {
		x.t.Errorf("after all it is %q: %s; portal %+v", is.State, x.kinds(id), e)
	}
	if e.Calls != 1 && x.held == 0 {
		x.t.Errorf("the portal was asked to register it %d times", e.Calls)
	}
}

// listen lets everything through and keeps the replies for another document.
func (x *trouble) listen(p *passage) (*http.Response, error) {
	if p.op != opGet {
		return through(p)
	}
	return changed(func(_ *passage, reply []byte) []byte {
		x.other[p.face] = reply
		return reply
	})(p)
}

// treat has the mishap happen, and the program die where it should.
func (x *trouble) treat(p *passage) (*http.Response, error) {
	if x.dead {
		return nil, errDied
	}
	what := x.next(p)
	if p.op == opGenerate && x.moment > 0 && x.restarts == 0 {
		return x.die(p, what)
	}
	return what(p)
}

// next is what happens to a call: the mishap, as long as it lasts.
func (x *trouble) next(p *passage) treatment {
	what := x.on[p.op]
	if what == nil || !x.both && p.provider() != x.first || x.times > 0 && x.happened == x.times {
		return through
	}
	if p.op != opGenerate || x.moment != 1 || x.restarts > 0 { // else it does not come to it
		x.happened++
	}
	p.trouble = x
	return what
}

// die ends the program around a call.
func (x *trouble) die(p *passage, what treatment) (*http.Response, error) {
	switch x.moment {
	case 1:
		x.lab.die()
		return nil, errDied
	case 2:
		_, _ = what(p) // whatever it says, nobody hears it
		x.lab.die()
		return nil, errDied
	}
	x.left = 0
	return what(p)
}

// Mishaps that the test itself knows.
const (
	refusal = "the portal refuses the document"
	tooOld  = "too old to be looked up"
)

// located is a redirect to another host.
func located(p *passage) (*http.Response, error) {
	res, err := said(http.StatusFound, html, "")(p)
	res.Header.Set("Location", "http://elsewhere.invalid/")
	return res, err
}

// tooMany is a 429 that says for how long.
func tooMany(p *passage) (*http.Response, error) {
	res, err := said(http.StatusTooManyRequests, jsons, `{"statusCode":429,"message":"Rate limit is exceeded"}`)(p)
	res.Header.Set("Retry-After", "120")
	return res, err
}

// anothers gives the reply for another document.
func anothers(p *passage) (*http.Response, error) {
	return changed(func(p *passage, _ []byte) []byte { return p.trouble.other[p.face] })(p)
}
