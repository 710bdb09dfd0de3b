package sandbox

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"mohar/gst"
)

// maxLines bounds how many calls are remembered.
const maxLines = 10_000

// LedgerCall is a call as it was answered.
type LedgerCall struct {
	At        string `json:"at"` // RFC 3339, by the portal's clock
	Face      string `json:"face"`
	Operation string `json:"operation"`
	GSTIN     string `json:"gstin"` // as the caller names itself
	Document  string `json:"document"`
	Code      string `json:"code"`  // "ok", the codes of the refusal, "HTTP 504", or "closed" for no answer
	Fault     string `json:"fault"` // what happened to the call or its reply; "" for nothing
	MS        int64  `json:"ms"`    // that the portal took, by its clock; not what a fault waited then
}

// lines are the last calls, oldest first: a ring that is not kept over a restart.
type lines struct {
	mu   sync.Mutex
	ring []LedgerCall
	next int // where the next goes once the ring is full
}

func (l *lines) add(c LedgerCall) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ring) < maxLines {
		l.ring = append(l.ring, c)
		return
	}
	l.ring[l.next] = c
	l.next = (l.next + 1) % maxLines
}

func (l *lines) all() []LedgerCall {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(append([]LedgerCall{}, l.ring[l.next:]...), l.ring[:l.next]...)
}

func (l *lines) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next = nil, 0
}

// remember notes a call whose answer is ready.
func (s *Sandbox) remember(c *call) {
	took := max(0, s.clock.now().Sub(c.now))
	s.lines.add(LedgerCall{
		At: c.now.In(gst.IST).Format(time.RFC3339), Face: c.face.name, Operation: string(c.op),
		GSTIN: strings.ToUpper(c.param("gstin")), Document: c.about, Code: c.outcome, Fault: c.fault.Fault,
		MS: took.Milliseconds(),
	})
}

// outcome is the gateway's code, or its status where it has none.
func (g *gatewayRefusal) outcome() string {
	if g.code != "" {
		return g.code
	}
	return httpOutcome(g.status)
}

func httpOutcome(status int) string { return "HTTP " + strconv.Itoa(status) }

// outcome lists the codes.
func (r *refusal) outcome() string {
	codes := make([]string, len(r.codes))
	for i, c := range r.codes {
		codes[i] = c.Code
	}
	return strings.Join(codes, " ")
}

// closed is the outcome of calls that get no answer.
const closed = "closed"
