package registrar_test

import (
	"errors"
	"testing"
	"time"

	"mohar/gsp"
	"mohar/gst"
)

func TestCancel(t *testing.T) {
	tests := []struct {
		name   string
		faults []planted
		before func(*house, string) // given the IRN
		code   string               // of the refusal
		is     error
		want   gst.IRNState
	}{
		{name: "within a day", want: gst.IRNCancelled},
		{name: "first provider down", faults: []planted{{"alankit", "*", "down", 0}}, want: gst.IRNCancelled},
		{name: "answer lost", faults: []planted{{"alankit", "cancel", "drop-reply", 1}}, want: gst.IRNCancelled},
		{name: "answer lost and nobody reached", faults: []planted{{"alankit", "cancel", "drop-reply", 1}, {"taxpro", "*", "down", 0}, {"*", "get", "down", 0}}, is: gsp.ErrNoAnswer, want: gst.IRNRegistered},
		{name: "nobody reached", faults: []planted{{"*", "*", "down", 0}}, is: gsp.ErrNoAnswer, want: gst.IRNRegistered},
		{name: "cancelled already at the portal", before: func(h *house, irn string) {
			_, err := h.portal(gst.TaxPro).Cancel(h.t.Context(), irn, gst.CancelOrder, "at the portal")
			h.must(err)
		}, want: gst.IRNCancelled},
		{name: "after 24 hours", before: func(h *house, _ string) { h.clock.advance(25 * time.Hour) }, code: "2270", want: gst.IRNRegistered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t)
			id := h.issue(number(1))
			h.step()
			if tt.before != nil {
				tt.before(h, h.standing(id).Registration.IRN)
			}
			for _, f := range tt.faults {
				h.fault(f.face, f.op, f.kind, f.times)
			}
			err := h.desk.Cancel(t.Context(), sharda, id, gst.CancelDataEntry, "wrong quantity")
			var no *gst.Refusal
			switch {
			case tt.code != "" && (!errors.As(err, &no) || !no.Has(tt.code)):
				t.Errorf("got %v, want code %s", err, tt.code)
			case tt.is != nil && !errors.Is(err, tt.is):
				t.Errorf("got %v, want %v", err, tt.is)
			case tt.code == "" && tt.is == nil && err != nil:
				t.Error(err)
			}
			is := h.standing(id)
			if is.State != tt.want {
				t.Fatalf("state %q, want %q", is.State, tt.want)
			}
			if tt.want == gst.IRNCancelled && (is.CancelReason != gst.CancelDataEntry || is.CancelledAt.IsZero()) {
				t.Errorf("standing %+v, want reason and time", is)
			}
		})
	}
}

func TestCancelNeedsAStandingIRN(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	if err := h.desk.Cancel(t.Context(), sharda, id, gst.CancelOrder, "too early"); !errors.Is(err, gst.ErrState) {
		t.Errorf("got %v, want ErrState", err)
	}
	if err := h.desk.Cancel(t.Context(), sharda, id+1, gst.CancelOrder, "nothing"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestSignInWithStoredSecrets(t *testing.T) {
	h := build(t)
	for _, cred := range gsp.PracticeCredentials() {
		if !cred.Enabled {
			continue // the house has it not
		}
		cred.Password, cred.SubscriptionKey, cred.ASPPassword = "", "", ""
		s, err := h.desk.TestSignIn(t.Context(), sharda, cred)
		if err != nil || !s.Expires.After(h.clock.now()) {
			t.Errorf("%s: %v, %v", cred.Provider, s.Expires, err)
		}
		cred.Password = "wrong"
		_, err = h.desk.TestSignIn(t.Context(), sharda, cred)
		var no *gst.Refusal
		if !errors.As(err, &no) || !errors.Is(err, gsp.ErrSignIn) {
			t.Errorf("%s with a wrong password: %v, want a refusal", cred.Provider, err)
		}
	}
}

func TestTaxpayer(t *testing.T) {
	h := build(t)
	company, err := h.store.Company(t.Context(), sharda)
	h.must(err)
	live := company
	live.Mode = gst.Live
	const asked = gst.GSTIN("27AABFK4417C1ZS")
	for name, from := range map[string]*gst.Company{"company": &company, "being added": nil} {
		got, err := h.desk.Taxpayer(t.Context(), from, asked)
		if err != nil || got.GSTIN != asked || got.LegalName == "" || got.State != "27" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	h.fault("alankit", "*", "garbage", 0)
	if got, err := h.desk.Taxpayer(t.Context(), &company, asked); err != nil || got.GSTIN != asked {
		t.Errorf("through the second provider: %+v, %v", got, err)
	}
	if _, err := h.desk.Taxpayer(t.Context(), &live, asked); !errors.Is(err, gsp.ErrNotSent) {
		t.Errorf("live without credentials: %v, want ErrNotSent", err)
	}
}
