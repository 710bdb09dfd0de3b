package registrar

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

func TestJudge(t *testing.T) {
	no := func(codes ...string) error {
		r := &gst.Refusal{}
		for _, c := range codes {
			r.Codes = append(r.Codes, gst.RefusalCode{Code: c})
		}
		return fmt.Errorf("generate: %w", r)
	}
	tests := []struct {
		name string
		err  error
		want verdict
	}{
		{"nothing went wrong", nil, agreed},
		{"no connection", fmt.Errorf("x: %w", gsp.ErrNotSent), unsent},
		{"told to wait", &gsp.Wait{}, unsent},
		{"sign-in refused", fmt.Errorf("%w: %w", gsp.ErrSignIn, no("1019")), unsent},
		{"credentials incomplete", gst.Invalid{}, unsent},
		{"no answer", gsp.ErrNoAnswer, unanswered},
		{"no answer, with a code of the provider", fmt.Errorf("%w: %w", gsp.ErrNoAnswer, no("GSP032")), unanswered},
		{"an error nobody knows", errors.New("odd"), unanswered},
		{"a refusal without code", no(), unanswered},
		{"application error", no("5001"), busy},
		{"try after some time", no("2146"), busy},
		{"not there", no("2148"), absent},
		{"not found", no("2154"), absent},
		{"not available", no("3001"), absent},
		{"duplicate", no("2150"), duplicate},
		{"too long ago", no("2283"), expired},
		{"at another portal", no("2295"), elsewhere},
		{"taxpayer data is old", no("3028", "3029"), stale},
		{"wrong amount", no("2193"), refused},
		{"schema", no("5002", "5002"), refused},
		{"wrong amount and old taxpayer data", no("3028", "2193"), refused},
		{"wrong amount and application error", no("2193", "5001"), refused},
	}
	for _, tt := range tests {
		if got := judge(tt.err); got != tt.want {
			t.Errorf("%s: verdict %d, want %d", tt.name, got, tt.want)
		}
	}
}

// Source: NIC's list of error codes.
func TestWhatMayBeSentAgainOrRegisteredByHandAsItIs(t *testing.T) {
	for _, tt := range []struct {
		codes                string
		resend, lookUp, hand bool
	}{
		{"5001", true, true, true}, {"2146", true, true, true}, {"2140", true, false, true}, {"2143", true, false, true},
		{"3029", true, false, false}, {"3028 3029", true, false, false}, {"2300", true, false, false}, {"5001 3029", true, true, false},
		{db.NotBelieved, true, true, false}, {"1005", false, false, true}, {"1021", false, false, false},
		{"", false, false, false}, {"2193", false, false, false}, {"3029 2193", false, false, false}, {"5001 2193", false, false, false},
		{"2150", false, false, false}, {"2278", false, false, false}, {"REJ", false, false, false},
	} {
		var no gst.Refusal
		for _, code := range strings.Fields(tt.codes) {
			no.Codes = append(no.Codes, gst.RefusalCode{Code: code})
		}
		if may, lookUp := MayResend(no); may != tt.resend || lookUp != tt.lookUp {
			t.Errorf("%q: send again %t, looked up before %t; want %t, %t", tt.codes, may, lookUp, tt.resend, tt.lookUp)
		}
		if got := MayGoByHand(no); got != tt.hand {
			t.Errorf("%q: by hand %t, want %t", tt.codes, got, tt.hand)
		}
	}
	if own := (gst.Refusal{Gateway: true, Codes: []gst.RefusalCode{{Code: "GSP102"}}}); !MayGoByHand(own) {
		t.Error("the provider's own no says nothing about what the portal takes from a person")
	}
}

func TestLater(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)
	random := 0.5
	r := New(Options{Now: func() time.Time { return now }, Random: func() float64 { return random }})
	want := []time.Duration{1, 2, 5, 10, 30, 60, 300, 300}
	for i, seconds := range want {
		if got := r.later(i + 1).Sub(now); got != seconds*time.Second {
			t.Errorf("after %d tries: %v, want %d s", i+1, got, seconds)
		}
	}
	for x, spread := range map[float64]time.Duration{0: 240 * time.Second, 1: 360 * time.Second} {
		random = x
		if got := r.later(100).Sub(now); got != spread {
			t.Errorf("random %v: %v, want %v", x, got, spread)
		}
	}
}
