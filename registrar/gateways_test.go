package registrar_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/registrar"
)

// troubles are what is wrong with the company's providers, as "provider code".
func (h *house) troubles(inUse int) string {
	h.t.Helper()
	found, n, err := h.desk.Troubles(h.t.Context(), sharda, gst.Practice)
	h.must(err)
	if n != inUse {
		h.t.Errorf("%d providers are in use, want %d", n, inUse)
	}
	var said []string
	for _, t := range found {
		said = append(said, strings.TrimSpace(string(t.Provider)+" "+t.Code))
	}
	return strings.Join(said, ", ")
}

func TestTroublesNameWhatIsWrongWithEachProvider(t *testing.T) {
	h := build(t)
	if got := h.troubles(2); got != "" {
		t.Errorf("at the start: %s", got)
	}
	h.fault("alankit", "auth", "auth-blocked", 0)
	h.fault("taxpro", "*", "down", 0)
	h.issue(number(1))
	h.step()
	if got, want := h.troubles(2), "alankit 1007, taxpro"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	h.switchOff(gst.TaxPro)
	if got, want := h.troubles(1), "alankit 1007"; got != want {
		t.Errorf("with TaxPro off: %q, want %q", got, want)
	}
	h.loseKey()
	if got, want := h.troubles(1), "alankit "+db.WaitNoKey; got != want {
		t.Errorf("without the key: %q, want %q", got, want)
	}
}

func TestRefusedSignInIsForgottenWithOtherCredentials(t *testing.T) {
	h := build(t)
	cred := gsp.PracticeCredentials()[1]
	cred.Password = "wrong"
	if _, err := h.desk.TestSignIn(t.Context(), sharda, cred); !errors.Is(err, gsp.ErrSignIn) {
		t.Fatal(err)
	}
	at, err := h.desk.LastSignIn(sharda, cred)
	if !at.Equal(h.clock.now()) || !errors.Is(err, gsp.ErrSignIn) {
		t.Errorf("last sign-in %v, %v", at, err)
	}
	cred.Password = "another"
	if at, err := h.desk.LastSignIn(sharda, cred); !at.IsZero() || err != nil {
		t.Errorf("of credentials that were not offered: %v, %v", at, err)
	}
}

func TestGatewaysSayWhereTheyAreAndHowTheyAnswer(t *testing.T) {
	h := build(t)
	h.issue(number(1))
	h.step()
	for _, g := range h.desk.Gateways(gst.Practice) {
		hosts := map[gst.Provider]int{gst.Alankit: 1, gst.TaxPro: 3, gst.NIC: 2}[g.Provider]
		calls := map[gst.Provider]int{gst.Alankit: 2}[g.Provider] // a sign-in and the document
		if len(g.Hosts) != hosts || g.PortalKey != (g.Provider != gst.TaxPro) || g.Calls != calls || g.Good != calls {
			t.Errorf("%+v", g)
		}
	}
	words, _, err := h.desk.Ping(t.Context(), sharda, gsp.PracticeCredentials()[0])
	if err != nil || !strings.Contains(words, "Vital") {
		t.Errorf("ping: %q, %v", words, err)
	}
}

func TestCallThatIsKeptBackSaysUntilWhen(t *testing.T) {
	h := build(t)
	cred := gsp.PracticeCredentials()[1]
	for i := range 6 {
		_, err := h.desk.TestSignIn(t.Context(), sharda, cred)
		until, why, rests := registrar.RestOf(err)
		if rests != (i == 5) || rests && (!until.Equal(h.clock.now().Add(15*time.Minute)) || why == "") {
			t.Errorf("sign-in %d: %v, until %v %q", i+1, err, until, why)
		}
	}
}

func TestPortalKeysThatCannotBeUsed(t *testing.T) {
	tests := []struct{ name, text, rule string }{
		{"nothing", "", "credentials.key_none"},
		{"a text", "hello", "credentials.key_none"},
		{"the beginning of a key", "-----BEGIN PUBLIC KEY-----", "credentials.key_none"},
		{"a private key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "credentials.key_private"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := registrar.ReadPortalKey(tt.text)
			var bad gst.Invalid
			if !errors.As(err, &bad) || len(bad.For("portal_key")) != 1 || bad.Faults[0].Rule != tt.rule {
				t.Errorf("got %v, want %s", err, tt.rule)
			}
		})
	}
}
