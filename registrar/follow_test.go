package registrar_test

import (
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/registrar"
)

// TestOneWorkerGoesOnToTheNextDocument has one worker, which takes each document up as it
// stores the registration of that before.
func TestOneWorkerGoesOnToTheNextDocument(t *testing.T) {
	h := build(t)
	t.Cleanup(h.gsp.Close)
	h.desk = registrar.New(registrar.Options{Store: h.store, GSP: h.gsp, Keys: h.keys, Now: h.clock.now, Workers: 1})
	var ids []int64
	for n := 1; n <= 40; n++ { // more than one look for what is due serves
		ids = append(ids, h.issue(number(n)))
	}
	stop := h.start()
	h.await(gst.IRNRegistered, ids...)
	stop()
	for _, id := range ids {
		if got := h.kinds(id); got != "issued sent registered" {
			t.Errorf("document %d: %s", id, got)
		}
	}
	for _, e := range h.ledger() {
		if e.Calls != 1 {
			t.Errorf("%s was sent %d times", e.Number, e.Calls)
		}
	}
}

// TestSentOnlyThroughWhomItWasWrittenDownFor takes a document up for one provider, has another
// process switch that off before the call is made, and wants the other one written down before
// it is asked.
func TestSentOnlyThroughWhomItWasWrittenDownFor(t *testing.T) {
	h := build(t)
	h.issue(number(1))
	h.step() // signs in at the first provider
	creds, err := h.store.Credentials(t.Context(), sharda, gst.Practice)
	h.must(err)
	off := creds[0]
	off.Enabled = false
	id := h.issue(number(2))
	h.must(h.store.Close())
	taken := false
	h.store, err = db.Open(t.Context(), db.Options{Dir: h.dir, Now: h.clock.now, Crash: func(next string) error {
		switch {
		case strings.Contains(next, "UPDATE irn_requests"):
			taken = true
		case taken && next == db.Committed && off.Provider != "":
			other, err := db.Open(t.Context(), db.Options{Dir: h.dir, Now: h.clock.now})
			h.must(err)
			h.must(other.SaveCredentials(t.Context(), sharda, off))
			h.must(other.Close())
			h.clock.advance(time.Second) // credentials are read again after that
			off.Provider = ""
		}
		return nil
	}})
	h.must(err)
	h.gsp.Close()
	h.gsp = gsp.New(gsp.Options{Now: h.clock.now, Tokens: h.store, Sandbox: h.root})
	h.employ(h.keys)
	h.must(h.store.Ready(t.Context())) // what the process before stored is read now
	h.step()
	var steps []string
	events, err := h.store.Events(t.Context(), sharda, id)
	h.must(err)
	for _, e := range events {
		steps = append(steps, string(e.Kind)+" "+string(e.Provider))
	}
	a, b := string(creds[0].Provider), string(creds[1].Provider)
	want := "issued , sent " + a + ", switched " + a + ", sent " + b + ", registered " + b
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
