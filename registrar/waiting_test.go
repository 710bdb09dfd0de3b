package registrar_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

func TestTimelineSaysThatALookUpFoundIt(t *testing.T) {
	for _, fault := range []string{"drop-reply", "http-504-after"} {
		h := build(t)
		h.fault("alankit", "generate", fault, 1)
		id := h.issue(number(1))
		h.step()
		if got, want := h.kinds(id), "issued sent no_answer looked_up registered"; got != want {
			t.Errorf("%s: events %s, want %s", fault, got, want)
		}
		events, err := h.store.Events(t.Context(), sharda, id)
		h.must(err)
		if e := events[3]; e.Detail != db.LookedUpFound || e.Provider != gst.TaxPro {
			t.Errorf("%s: looked up: %+v", fault, e)
		}
	}
}

// waits wants a document to wait for this reason, and the timeline to end with it.
func (h *house) waits(id int64, code string) {
	h.t.Helper()
	w, err := h.store.Waiting(h.t.Context(), sharda, id)
	h.must(err)
	events, err := h.store.Events(h.t.Context(), sharda, id)
	h.must(err)
	if last := events[len(events)-1]; w.Code != code || last.Code != code {
		h.t.Errorf("waits for %q (%s), last event %+v; want %q", w.Code, w.Why, last, code)
	}
}

func TestReasonsForWaiting(t *testing.T) {
	tests := []struct {
		name   string
		faults []planted
		before func(*house)
		code   string
	}{
		{name: "no provider is set up", before: func(h *house) {}, code: db.WaitNoProvider},
		{name: "all are switched off", before: func(h *house) {
			h.equip(gst.TaxPro)
			h.switchOff(gst.TaxPro)
		}, code: db.WaitNoProvider},
		{name: "the key is missing", before: func(h *house) {
			h.equip(gst.Alankit, gst.TaxPro)
			h.loseKey()
		}, code: db.WaitNoKey},
		{name: "sign-in refused", before: func(h *house) {
			h.equip(gst.TaxPro)
			h.fault("*", "auth", "auth-blocked", 0)
		}, code: "1007"},
		{name: "nobody reached", before: func(h *house) {
			h.equip(gst.TaxPro)
			h.fault("*", "*", "down", 0)
		}, code: ""},
		{name: "application error", before: func(h *house) {
			h.equip(gst.TaxPro)
			h.fault("*", "generate", "5001", 0)
		}, code: "5001"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := buildBare(t)
			tt.before(h)
			id := h.issue(number(1))
			h.step()
			h.waits(id, tt.code)
		})
	}
}

// switchOff disables the credentials at a provider.
func (h *house) switchOff(at gst.Provider) {
	h.t.Helper()
	creds, err := h.store.Credentials(h.t.Context(), sharda, gst.Practice)
	h.must(err)
	for _, cred := range creds {
		if cred.Provider == at {
			cred.Enabled = false
			h.must(h.store.SaveCredentials(h.t.Context(), sharda, cred))
		}
	}
}

// loseKey starts the program again without its key.
func (h *house) loseKey() {
	h.t.Helper()
	h.must(h.store.Close())
	h.must(os.Remove(filepath.Join(h.dir, "mohar.key")))
	h.open()
}

func TestWaitingForCredentialsEndsWhenTheyAreSaved(t *testing.T) {
	h := buildBare(t)
	id := h.issue(number(1))
	for range 8 {
		h.step()
		h.clock.advance(10 * time.Minute)
	}
	h.step()
	h.idle()
	h.equip(gst.TaxPro)
	h.step() // at once
	if is := h.standing(id); is.State != gst.IRNRegistered {
		t.Errorf("state %q, want registered", is.State)
	}
}

// TestOneProviderEnteredAnewIsEnough: after the key was lost, the secrets of the other
// provider stay closed, and nothing may be asked with them.
func TestOneProviderEnteredAnewIsEnough(t *testing.T) {
	h := build(t)
	h.loseKey()
	id := h.issue(number(1))
	h.step()
	h.waits(id, db.WaitNoKey)
	for _, cred := range gsp.PracticeCredentials() {
		if _, err := h.desk.TestSignIn(t.Context(), sharda, cred); err != nil {
			t.Errorf("testing what was typed anew at %s: %v", cred.Provider, err)
		}
	}
	h.equip(gst.TaxPro)
	h.step()
	is := h.standing(id)
	if is.State != gst.IRNRegistered || is.Registration.Provider != gst.TaxPro {
		t.Fatalf("state %q: %s", is.State, h.kinds(id))
	}
	if got, want := h.kinds(id), "issued postponed sent registered"; got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	h.must(h.desk.Cancel(t.Context(), sharda, id, gst.CancelOrder, "not wanted"))
}
